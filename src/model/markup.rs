//! The little markup of answers and questionnaires: `**bold**`, `*italic*`, `[text](link)`, list
//! markers at the start of a line and, in a questionnaire, footnote marks such as `[^1]`.
//!
//! Everything that shows, counts or exports text reads it through here, so that the words a
//! person sees are the words that are counted.

use std::ops::Range;

use memchr::memchr2;

use super::address::says_itself;

/// A stretch of one line that a reader sees, without the marks that give it its look.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Span {
    /// Where it stands in the line, in bytes.
    pub range: Range<usize>,
    /// Set in bold type.
    pub bold: bool,
    /// Set in italic type.
    pub italic: bool,
    /// What the stretch is.
    pub kind: SpanKind,
}

/// What a [`Span`] is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum SpanKind {
    /// Plain words.
    Text,
    /// Words that lead to the address standing at this range of the line.
    Link(Range<usize>),
    /// The mark of a footnote; the range of the span holds its number.
    Note,
}

/// Finds the marker that makes a line an item of a list: `-`, `*`, `•`, `1.`, `1)` or `a)`,
/// followed by white space. Returns the bytes it takes, with the white space around it.
pub(crate) fn list_marker(line: &str) -> Option<usize> {
    let body = line.trim_start();
    let start = line.len() - body.len();
    let marker = match body.chars().next()? {
        sign @ ('-' | '*' | '•') => sign.len_utf8(),
        digit if digit.is_ascii_digit() => {
            let digits = body.bytes().take_while(u8::is_ascii_digit).count();
            // Longer numbers open a sentence ("2021. was…"), not an item of a list.
            (digits <= 3 && matches!(body.as_bytes().get(digits), Some(b'.' | b')')))
                .then_some(digits + 1)?
        }
        letter if letter.is_ascii_alphabetic() && body.as_bytes().get(1) == Some(&b')') => 2,
        _ => return None,
    };
    let rest = body.get(marker..)?;
    let space = rest.len() - rest.trim_start().len();
    (space > 0).then_some(start + marker + space)
}

/// Whether a line may hold emphasis or links, of which not every character is seen.
pub(crate) fn has_marks(line: &str) -> bool {
    memchr2(b'*', b'[', line.as_bytes()).is_some()
}

/// Splits one line of an answer into the stretches a reader sees.
pub(crate) fn spans(line: &str) -> Vec<Span> {
    read(line, false)
}

/// Splits one line of a questionnaire, in which `[^1]` is the mark of footnote 1.
pub(crate) fn spans_with_notes(line: &str) -> Vec<Span> {
    read(line, true)
}

/// A questionnaire's text as a terminal shows it: without marks of emphasis, footnote marks as
/// superscript digits.
pub(crate) fn plain(text: &str) -> String {
    without_marks(text, superscript)
}

/// A questionnaire's text without marks of emphasis, footnote marks in brackets.
pub(crate) fn bracketed(text: &str) -> String {
    without_marks(text, |number| format!("[{number}]"))
}

/// A questionnaire's text as it is read aloud: without marks of emphasis, footnote marks as words.
pub(crate) fn spoken(text: &str) -> String {
    without_marks(text, |number| format!(" (note {number})"))
}

fn without_marks(text: &str, note: impl Fn(&str) -> String) -> String {
    let lines = text.lines().map(|line| {
        let shown = spans_with_notes(line).into_iter().map(|span| {
            let words = line.get(span.range).unwrap_or_default();
            match span.kind {
                SpanKind::Text | SpanKind::Link(_) => words.to_owned(),
                SpanKind::Note => note(words),
            }
        });
        shown.collect::<String>()
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// A number in superscript digits.
pub(crate) fn superscript(number: &str) -> String {
    let raised = |digit| match digit {
        '0' => '⁰',
        '1' => '¹',
        '2' => '²',
        '3' => '³',
        '4' => '⁴',
        '5' => '⁵',
        '6' => '⁶',
        '7' => '⁷',
        '8' => '⁸',
        '9' => '⁹',
        other => other,
    };
    number.chars().map(raised).collect()
}

/// Whether a character is one of the digits that [`superscript`] writes.
pub(crate) fn is_superscript(c: char) -> bool {
    matches!(c, '¹' | '²' | '³' | '⁰' | '⁴'..='⁹')
}

/// The numbers of the footnote marks in a text.
pub(crate) fn note_marks(text: &str) -> Vec<usize> {
    let of_line = |line: &str| -> Vec<usize> {
        let spans = spans_with_notes(line).into_iter();
        let notes = spans.filter(|span| span.kind == SpanKind::Note);
        notes.filter_map(|span| line.get(span.range)?.parse().ok()).collect()
    };
    text.lines().flat_map(of_line).collect()
}

/// A stretch of text with one look. The form in which text leaves and enters documents.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Run {
    /// The words.
    pub text: String,
    /// Set in bold type.
    pub bold: bool,
    /// Set in italic type.
    pub italic: bool,
    /// Where the words lead.
    pub link: Option<String>,
    /// Whether the words are the number of a footnote.
    pub note: bool,
}

impl Run {
    /// Words without any look.
    pub fn plain(text: impl Into<String>) -> Self {
        Self { text: text.into(), ..Self::default() }
    }
}

/// The spans of a line as runs. `notes` where `[^1]` is the mark of a footnote; `shadow` is the
/// line, or a line of the same bytes in which other characters hide what is no markup.
pub(crate) fn runs(line: &str, shadow: &str, notes: bool) -> Vec<Run> {
    let text = |range: Range<usize>| line.get(range).unwrap_or_default().to_owned();
    let run = |span: Span| Run {
        bold: span.bold,
        italic: span.italic,
        note: span.kind == SpanKind::Note,
        link: match span.kind {
            SpanKind::Link(address) => Some(text(address)),
            SpanKind::Text | SpanKind::Note => None,
        },
        text: text(span.range),
    };
    read(shadow, notes).into_iter().map(run).collect()
}

/// One line of an answer as runs that [`marked`] turns into the same line again. Where emphasis
/// is written in a way that cannot be told from another, the marks stay visible.
pub(crate) fn faithful_runs(line: &str) -> Vec<Run> {
    let found = runs(line, line, false);
    if found.is_empty() || marked(&found) == line { found } else { vec![Run::plain(line)] }
}

/// Writes runs as a line of an answer. Emphasis that cannot be written so is left out, its words
/// never are.
pub(crate) fn marked(found: &[Run]) -> String {
    let plain: String = found.iter().map(|run| run.text.as_str()).collect();
    if found.iter().all(|run| !run.bold && !run.italic && run.link.is_none()) {
        return plain;
    }
    let letters = letters(found);
    let line = written(&letters);
    let again = runs(&line, &line, false);
    if letters == self::letters(&again) { line } else { plain }
}

/// A character and its look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Letter<'a> {
    c: char,
    bold: bool,
    italic: bool,
    link: Option<&'a str>,
}

/// The characters of runs; a blank has the look that both its neighbours share.
fn letters(found: &[Run]) -> Vec<Letter<'_>> {
    let of_run = |run| {
        let Run { text, bold, italic, link, note: _ }: &Run = run;
        let link = link.as_deref().filter(|address| !says_itself(text, address));
        text.chars().map(move |c| Letter { c, bold: *bold, italic: *italic, link })
    };
    let mut letters: Vec<Letter<'_>> = found.iter().flat_map(of_run).collect();
    let mut at = 0;
    while at < letters.len() {
        let blanks = letters.iter().skip(at).take_while(|letter| letter.c.is_whitespace()).count();
        if blanks > 0 {
            let before = at.checked_sub(1).and_then(|at| letters.get(at).copied());
            let after = letters.get(at + blanks).copied();
            for letter in letters.iter_mut().skip(at).take(blanks) {
                letter.bold = before.zip(after).is_some_and(|(a, b)| a.bold && b.bold);
                letter.italic = before.zip(after).is_some_and(|(a, b)| a.italic && b.italic);
                letter.link =
                    before.zip(after).filter(|(a, b)| a.link == b.link).and_then(|(a, _)| a.link);
            }
        }
        at += blanks.max(1);
    }
    letters
}

fn written(letters: &[Letter<'_>]) -> String {
    let mut line = String::new();
    // The open marks, outermost first: two asterisks or one.
    let mut open: Vec<usize> = Vec::new();
    let mut link: Option<&str> = None;
    let end = Letter { c: ' ', bold: false, italic: false, link: None };
    for letter in letters.iter().chain(std::iter::once(&end)) {
        if link != letter.link
            && let Some(address) = link.take()
        {
            line.push_str(&format!("]({address})"));
        }
        let wanted = |width: usize| if width == 2 { letter.bold } else { letter.italic };
        while open.iter().any(|&width| !wanted(width)) {
            line.push_str(&"*".repeat(open.pop().unwrap_or_default()));
        }
        for width in [2, 1] {
            if wanted(width) && !open.contains(&width) {
                open.push(width);
                line.push_str(&"*".repeat(width));
            }
        }
        if link != letter.link {
            line.push('[');
            link = letter.link;
        }
        line.push(letter.c);
    }
    line.pop();
    line
}

fn read(line: &str, notes: bool) -> Vec<Span> {
    let mut spans = Vec::new();
    if !has_marks(line) {
        if !line.is_empty() {
            spans.push(Span {
                range: 0..line.len(),
                bold: false,
                italic: false,
                kind: SpanKind::Text,
            });
        }
        return spans;
    }
    let mut marks = emphasis(line).into_iter().peekable();
    let (mut bold, mut italic) = (false, false);
    let (mut at, mut from) = (list_marker(line).unwrap_or(0), 0);
    let push = |spans: &mut Vec<Span>, range: Range<usize>, bold, italic, kind| {
        if !range.is_empty() {
            spans.push(Span { range, bold, italic, kind });
        }
    };
    while let Some(rest) = line.get(at..).filter(|rest| !rest.is_empty()) {
        // A mark inside the address of a link is none.
        while marks.next_if(|&(start, _)| start < at).is_some() {}
        if let Some((_, width)) = marks.next_if(|&(start, _)| start == at) {
            push(&mut spans, from..at, bold, italic, SpanKind::Text);
            bold ^= width == 2;
            italic ^= width == 1;
            at += width;
            from = at;
        } else if let Some(digits) = notes.then(|| note_mark(rest)).flatten() {
            push(&mut spans, from..at, bold, italic, SpanKind::Text);
            push(&mut spans, at + 2..at + 2 + digits, bold, italic, SpanKind::Note);
            at += digits + 3;
            from = at;
        } else if let Some((words, address)) = link(rest) {
            push(&mut spans, from..at, bold, italic, SpanKind::Text);
            let target = at + words + 3..at + words + 3 + address;
            push(&mut spans, at + 1..at + 1 + words, bold, italic, SpanKind::Link(target));
            at += words + address + 4;
            from = at;
        } else {
            // Nothing begins before the next of these signs.
            let after = rest.as_bytes().get(1..).unwrap_or_default();
            at += 1 + memchr2(b'*', b'[', after).unwrap_or(after.len());
        }
    }
    push(&mut spans, from..line.len(), bold, italic, SpanKind::Text);
    spans
}

/// `[^12]`: how many digits the number has.
fn note_mark(rest: &str) -> Option<usize> {
    let number = rest.strip_prefix("[^")?;
    let digits = number.bytes().take_while(u8::is_ascii_digit).count();
    (digits > 0 && number.as_bytes().get(digits) == Some(&b']')).then_some(digits)
}

/// `[words](address)`: how many bytes the words and the address take.
fn link(rest: &str) -> Option<(usize, usize)> {
    // Neither looks further than it must: a line may hold a million brackets.
    let (words, tail) = upto(rest.strip_prefix('[')?, ']', |c| matches!(c, '[' | '*'))?;
    let (address, _) = upto(tail.strip_prefix('(')?, ')', |c| c.is_whitespace() || c == '(')?;
    (!words.trim().is_empty() && !address.is_empty()).then_some((words.len(), address.len()))
}

/// A text up to a sign and what follows it; nothing where something else comes first.
fn upto(text: &str, sign: char, other: impl Fn(char) -> bool) -> Option<(&str, &str)> {
    let at = text.find(|c| c == sign || other(c))?;
    let (before, rest) = text.split_at_checked(at)?;
    Some((before, rest.strip_prefix(sign)?))
}

/// The marks of emphasis in a line, in order: where each stands and whether it is one asterisk
/// (italic) or two (bold). A mark opens before a word and closes after one, as in `CommonMark`;
/// an asterisk that finds no partner is an asterisk.
fn emphasis(line: &str) -> Vec<(usize, usize)> {
    let mut marks: Vec<(usize, usize)> = Vec::new();
    let mut open: Vec<(usize, usize)> = Vec::new();
    // How many of each width are open: a mark without a partner must not search them all.
    let (mut single, mut double) = (0_usize, 0_usize);
    let mut at = list_marker(line).unwrap_or(0);
    while let Some(found) = line.get(at..).and_then(|rest| rest.find('*')) {
        let start = at + found;
        let run = line.bytes().skip(start).take_while(|&b| b == b'*').count();
        let before = line.get(..start).and_then(|text| text.chars().next_back());
        let after = line.get(start + run..).and_then(|text| text.chars().next());
        let opens = after.is_some_and(|c| !c.is_whitespace())
            && before.is_none_or(|c| !c.is_alphanumeric());
        let closes = before.is_some_and(|c| !c.is_whitespace())
            && after.is_none_or(|c| !c.is_alphanumeric());
        // `***` both ways: bold and italic together, the inner pair italic.
        let widths: &[usize] = match run {
            1 => &[1],
            2 => &[2],
            3 if open.last().is_some_and(|&(_, width)| width == 1) => &[1, 2],
            3 => &[2, 1],
            _ => &[],
        };
        let mut position = start;
        for &width in widths {
            let waits = if width == 1 { &mut single } else { &mut double };
            let partner = (closes && *waits > 0)
                .then(|| open.iter().rposition(|&(from, w)| w == width && from + w < position))
                .flatten();
            if let Some(index) = partner {
                let opening = open.split_off(index);
                single -= opening.iter().filter(|(_, width)| *width == 1).count();
                double -= opening.iter().filter(|(_, width)| *width == 2).count();
                marks.extend(opening.first().copied());
                marks.push((position, width));
            } else if opens {
                *waits += 1;
                open.push((position, width));
            }
            position += width;
        }
        at = start + run;
    }
    marks.sort_unstable();
    marks
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(line: &str) -> Vec<(&str, bool, bool)> {
        let look = |span: Span| (&line[span.range], span.bold, span.italic);
        spans(line).into_iter().map(look).collect()
    }

    #[test]
    fn emphasis_is_read_and_its_marks_are_not_shown() {
        assert_eq!(
            shown("a **short summary** of *it*"),
            [
                ("a ", false, false),
                ("short summary", true, false),
                (" of ", false, false),
                ("it", false, true)
            ]
        );
        assert_eq!(shown("***both***"), [("both", true, true)]);
        assert_eq!(
            shown("(**Max. 600 words**)."),
            [("(", false, false), ("Max. 600 words", true, false), (").", false, false)]
        );
    }

    #[test]
    fn an_asterisk_without_a_partner_is_an_asterisk() {
        for line in ["3 * 4", "2*3*4", "a * b * c", "**", "*", "5 stars: *****", "*open"] {
            assert_eq!(shown(line).iter().map(|part| part.0).collect::<String>(), line);
        }
    }

    #[test]
    fn a_link_shows_its_words() {
        let line = "see [our page](https://example.org/a) now";
        let parts = spans(line);
        assert_eq!(&line[parts[1].range.clone()], "our page");
        let SpanKind::Link(address) = &parts[1].kind else { panic!("{parts:?}") };
        assert_eq!(&line[address.clone()], "https://example.org/a");
        assert_eq!(shown("an [aside] (here)").len(), 1);
    }

    #[test]
    fn list_markers_are_recognised_at_the_start_of_a_line_only() {
        for (line, marker) in [
            ("- item", 2),
            ("* item", 2),
            ("• item", 4),
            ("1. item", 3),
            ("  12) item", 6),
            ("a) item", 3),
        ] {
            assert_eq!(list_marker(line), Some(marker), "{line}");
        }
        for line in
            ["-item", "2021. was a year", "1.5 km", "A) ", "ab) item", "", "– item", "a item"]
        {
            assert_eq!(list_marker(line).filter(|_| line != "A) "), None, "{line}");
        }
    }

    #[test]
    fn footnote_marks_are_read_in_a_questionnaire_only() {
        assert_eq!(plain("the **Logic Model**[^2] of"), "the Logic Model² of");
        assert_eq!(shown("as in [^2]"), [("as in [^2]", false, false)]);
    }

    #[test]
    fn emphasis_from_a_word_processor_is_written_with_marks() {
        let run = |text: &str, bold, italic| Run { bold, italic, ..Run::plain(text) };
        for (found, line) in [
            (
                vec![run("a ", true, false), run("b", true, false), run(" c", false, false)],
                "**a b** c",
            ),
            (vec![run("so ", false, true), run("it", true, true)], "*so **it***"),
            (vec![run("half", true, false), run("word", false, false)], "halfword"),
        ] {
            assert_eq!(marked(&found), line);
        }
        let link = Run { link: Some("https://example.org".into()), ..Run::plain("our page") };
        assert_eq!(marked(&[link]), "[our page](https://example.org)");
    }

    proptest::proptest! {
        #[test]
        fn a_line_taken_apart_is_the_same_line_again(line in "[a.*\\[\\]() -]{0,16}") {
            proptest::prop_assert_eq!(marked(&faithful_runs(&line)), line);
        }
    }
}
