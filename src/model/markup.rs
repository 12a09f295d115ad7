//! The markup of answers and questionnaires: `**bold**`, `*italic*`, `[text](link)`, list markers at
//! the start of a line and, in a questionnaire, footnote marks such as `[^1]`.
//!
//! Text is parsed here for display, word counting and export alike, so that the words a person sees
//! are the words that are counted. A line is parsed to [`Span`]s, which refer to the line, or to
//! [`Run`]s, which own their text and are the form in which documents are read and written.

use std::ops::Range;

use memchr::memchr2;

use super::address::says_itself;

/// A range of a line with one style, without its markup.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Span {
    /// The byte range in the line.
    pub range: Range<usize>,
    /// Whether the text is bold.
    pub bold: bool,
    /// Whether the text is italic.
    pub italic: bool,
    /// What the range is.
    pub kind: SpanKind,
}

/// What a [`Span`] is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum SpanKind {
    /// Text.
    Text,
    /// The text of a link, with the byte range of its address in the line.
    Link(Range<usize>),
    /// The number in a footnote mark.
    Note,
}

/// Returns the length of a list marker at the start of a line, in bytes and with the white space
/// around it: `-`, `*`, `•`, `1.`, `1)` or `a)`, followed by white space. Returns `None` if the line
/// is not a list item.
pub(crate) fn list_marker(line: &str) -> Option<usize> {
    let body = line.trim_start();
    let start = line.len() - body.len();
    let marker = match body.chars().next()? {
        bullet @ ('-' | '*' | '•') => bullet.len_utf8(),
        digit if digit.is_ascii_digit() => {
            let digits = body.bytes().take_while(u8::is_ascii_digit).count();
            // Longer numbers start a sentence ("2021. was…").
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

/// Whether a line can contain emphasis, links or footnote marks.
pub(crate) fn has_marks(line: &str) -> bool {
    memchr2(b'*', b'[', line.as_bytes()).is_some()
}

/// Parses one line of an answer.
pub(crate) fn spans(line: &str) -> Vec<Span> {
    read(line, false)
}

/// Parses one line of a questionnaire, in which `[^1]` is the mark of footnote 1.
pub(crate) fn spans_with_notes(line: &str) -> Vec<Span> {
    read(line, true)
}

/// Removes the markup from a text of a questionnaire, for terminals. Footnote marks become
/// superscript digits.
pub(crate) fn plain(text: &str) -> String {
    without_marks(text, superscript)
}

/// Removes the markup from a text of a questionnaire, for terminals without Unicode. Footnote marks
/// become `[1]`.
pub(crate) fn bracketed(text: &str) -> String {
    without_marks(text, |number| format!("[{number}]"))
}

/// Removes the markup from a text of a questionnaire, for screen readers. Footnote marks become
/// `(note 1)`.
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

/// Converts a number to superscript digits.
pub(crate) fn superscript(number: &str) -> String {
    let digits = ['⁰', '¹', '²', '³', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹'];
    let raised = |c: char| c.to_digit(10).and_then(|digit| digits.get(digit as usize).copied());
    number.chars().map(|c| raised(c).unwrap_or(c)).collect()
}

/// Whether a character is one of the digits that [`superscript`] writes.
pub(crate) fn is_superscript(c: char) -> bool {
    matches!(c, '¹' | '²' | '³' | '⁰' | '⁴'..='⁹')
}

/// Returns the numbers of the footnote marks in a text.
pub(crate) fn note_marks(text: &str) -> Vec<usize> {
    let of_line = |line: &str| -> Vec<usize> {
        let spans = spans_with_notes(line).into_iter();
        let notes = spans.filter(|span| span.kind == SpanKind::Note);
        notes.filter_map(|span| line.get(span.range)?.parse().ok()).collect()
    };
    text.lines().flat_map(of_line).collect()
}

/// A text with one style, as documents are read and written.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Run {
    /// The text, without markup.
    pub text: String,
    /// Whether the text is bold.
    pub bold: bool,
    /// Whether the text is italic.
    pub italic: bool,
    /// The address of the link, if the text is one.
    pub link: Option<String>,
    /// Whether the text is the number of a footnote.
    pub note: bool,
}

impl Run {
    /// Creates a run without style.
    pub fn plain(text: impl Into<String>) -> Self {
        Self { text: text.into(), ..Self::default() }
    }
}

/// Parses a line to runs. `notes` says whether `[^1]` is a footnote mark. `shadow` is parsed instead
/// of the line: it has the same length in bytes, and may hide characters that are not markup.
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

/// Parses one line of an answer to runs from which [`marked`] writes the same line again. If that is
/// not possible, the whole line is one run with its markup visible.
pub(crate) fn faithful_runs(line: &str) -> Vec<Run> {
    let found = runs(line, line, false);
    if found.is_empty() || marked(&found) == line { found } else { vec![Run::plain(line)] }
}

/// Writes runs as a line of an answer. Emphasis that markup cannot express is left out; the text
/// never is.
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

/// A character with its style.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct StyledChar<'a> {
    c: char,
    bold: bool,
    italic: bool,
    link: Option<&'a str>,
}

/// Returns the characters of runs. White space gets only the style that the characters before and
/// after it share, because a mark cannot be next to it.
fn letters(found: &[Run]) -> Vec<StyledChar<'_>> {
    let of_run = |run| {
        let Run { text, bold, italic, link, note: _ }: &Run = run;
        let link = link.as_deref().filter(|address| !says_itself(text, address));
        text.chars().map(move |c| StyledChar { c, bold: *bold, italic: *italic, link })
    };
    let mut letters: Vec<StyledChar<'_>> = found.iter().flat_map(of_run).collect();
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

/// Writes characters with as few marks as possible.
fn written(letters: &[StyledChar<'_>]) -> String {
    let mut line = String::new();
    // The open marks, outermost first: two asterisks or one.
    let mut open: Vec<usize> = Vec::new();
    let mut link: Option<&str> = None;
    let end = StyledChar { c: ' ', bold: false, italic: false, link: None };
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
            let range = 0..line.len();
            spans.push(Span { range, bold: false, italic: false, kind: SpanKind::Text });
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
        // An asterisk in the address of a link is not a mark.
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
            // No markup starts before the next of these characters.
            let after = rest.as_bytes().get(1..).unwrap_or_default();
            at += 1 + memchr2(b'*', b'[', after).unwrap_or(after.len());
        }
    }
    push(&mut spans, from..line.len(), bold, italic, SpanKind::Text);
    spans
}

/// Parses `[^12]` at the start of a text and returns the number of digits.
fn note_mark(rest: &str) -> Option<usize> {
    let number = rest.strip_prefix("[^")?;
    let digits = number.bytes().take_while(u8::is_ascii_digit).count();
    (digits > 0 && number.as_bytes().get(digits) == Some(&b']')).then_some(digits)
}

/// Parses `[words](address)` at the start of a text and returns the lengths of both in bytes.
fn link(rest: &str) -> Option<(usize, usize)> {
    // Both stop as early as possible: a line may contain a million brackets.
    let (words, tail) =
        split_at_delimiter(rest.strip_prefix('[')?, ']', |c| matches!(c, '[' | '*'))?;
    let (address, _) =
        split_at_delimiter(tail.strip_prefix('(')?, ')', |c| c.is_whitespace() || c == '(')?;
    (!words.trim().is_empty() && !address.is_empty()).then_some((words.len(), address.len()))
}

/// Splits a text at a delimiter. Returns `None` if a character that `excluded` matches comes first.
fn split_at_delimiter(
    text: &str,
    delimiter: char,
    excluded: impl Fn(char) -> bool,
) -> Option<(&str, &str)> {
    let at = text.find(|c| c == delimiter || excluded(c))?;
    let (before, rest) = text.split_at_checked(at)?;
    Some((before, rest.strip_prefix(delimiter)?))
}

/// Returns the marks of emphasis in a line, in order: the byte offset of each and its width, which
/// is one asterisk (italic) or two (bold). As in `CommonMark`, a mark opens before a word and closes
/// after one. Asterisks without a partner are not marks.
fn emphasis(line: &str) -> Vec<(usize, usize)> {
    let mut marks: Vec<(usize, usize)> = Vec::new();
    let mut open: Vec<(usize, usize)> = Vec::new();
    // The number of open marks of each width, so that a mark without a partner searches none of them.
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
        // `***` is bold and italic; the inner mark is italic.
        let widths: &[usize] = match run {
            1 => &[1],
            2 => &[2],
            3 if open.last().is_some_and(|&(_, width)| width == 1) => &[1, 2],
            3 => &[2, 1],
            _ => &[],
        };
        let mut position = start;
        for &width in widths {
            let unmatched = if width == 1 { &mut single } else { &mut double };
            let partner = (closes && *unmatched > 0)
                .then(|| open.iter().rposition(|&(from, w)| w == width && from + w < position))
                .flatten();
            if let Some(index) = partner {
                let opening = open.split_off(index);
                single -= opening.iter().filter(|(_, width)| *width == 1).count();
                double -= opening.iter().filter(|(_, width)| *width == 2).count();
                marks.extend(opening.first().copied());
                marks.push((position, width));
            } else if opens {
                *unmatched += 1;
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
        let style = |span: Span| (&line[span.range], span.bold, span.italic);
        spans(line).into_iter().map(style).collect()
    }

    #[test]
    fn emphasis_is_parsed_and_its_marks_are_not_shown() {
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
    fn an_asterisk_without_a_partner_is_text() {
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
    fn footnote_marks_are_parsed_in_a_questionnaire_only() {
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
        fn parsing_and_writing_a_line_changes_nothing(line in "[a.*\\[\\]() -]{0,16}") {
            proptest::prop_assert_eq!(marked(&faithful_runs(&line)), line);
        }
    }
}
