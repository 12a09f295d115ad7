//! Reads the lines of a Markdown file.

use std::borrow::Cow;
use std::collections::HashMap;

use super::html;
use super::lines::{Source, SourceLine, TableCell};
use super::plain_text::{drawn_tables, is_rule};
use crate::model::markup::{self, Run};
use crate::model::text;

/// Reads Markdown. Quoted lines (`>`) are answers; `[^1]:` starts a footnote.
pub fn read(content: &str) -> Source {
    let content = text::sanitize(content);
    let mut reader = MarkdownReader {
        source: Source { unit: "line", loose: true, ..Source::default() },
        keys: content.lines().filter_map(footnote).map(|(key, _)| key).collect(),
        ..MarkdownReader::default()
    };
    reader.source.remarks.extend(drawn_tables(&content));
    for (at, line, cell) in lines(&content) {
        if is_html_block(line) {
            reader.html_block(at, line);
        } else {
            reader.line(at, line, cell);
        }
    }
    reader.source.mark_notes(&reader.note_marks);
    reader.source
}

/// Reads Markdown line by line. The fields hold the state at the current line.
#[derive(Debug, Default)]
struct MarkdownReader<'a> {
    source: Source,
    /// The keys of the footnotes.
    keys: Vec<&'a str>,
    /// The 1-based numbers of the lines with the marks of footnotes, by their keys.
    marks: HashMap<&'a str, usize>,
    /// For each line of the footnotes, the line with its mark, or 0 if that is unknown.
    note_marks: Vec<usize>,
    /// The line with the mark of the current footnote.
    last_mark: usize,
    /// The number of empty lines before the current line.
    gap: usize,
    in_note: bool,
    in_comment: bool,
    /// Whether the last line is in a paragraph that the next line may continue.
    in_paragraph: bool,
}

impl<'a> MarkdownReader<'a> {
    /// Reads the line with a 0-based number, or a cell of it.
    fn line(&mut self, at: usize, line: &'a str, cell: Option<TableCell>) {
        let quoted = line.starts_with('>');
        let line = if quoted { Cow::Borrowed(line) } else { self.without_comments(at, line) };
        let breaks = line.ends_with("  ") || line.ends_with('\\');
        let line = line.trim_end();
        let quoted = line.strip_prefix('>').map(|rest| rest.strip_prefix(' ').unwrap_or(rest));
        let (answer, line) = (quoted.is_some(), quoted.unwrap_or(line));
        if line.is_empty() || (!answer && is_rule(line)) {
            self.gap += 1;
            return;
        }
        let note = if answer { None } else { footnote(line) };
        self.in_note = note.is_some() || (self.in_note && line.starts_with("    "));
        let body = note.map_or(line, |(_, text)| text);
        if let Some((key, _)) = note {
            self.last_mark = self.marks.get(key).copied().unwrap_or(0);
        }
        let (style, body) = if answer { ("", body) } else { heading(body) };
        let body = without_autolinks(body);
        let own = if answer {
            body
        } else {
            let mut body = self.without_struck_text(at, without_html(&body).into_owned());
            for key in &self.keys {
                let mark = format!("[^{key}]");
                if body.contains(&mark) {
                    self.marks.entry(key).or_insert(at + 1);
                    body = replace_unescaped(&body, &mark, "");
                }
            }
            Cow::Owned(body)
        };
        let (shadow, body) = unescaped(&own);
        let (shadow, body) = if answer { (shadow, body) } else { with_dash(shadow, body) };
        let marker = markup::list_marker(&shadow).unwrap_or(0);
        let (marker, body) = body.split_at_checked(marker).unwrap_or_default();
        let shadow = shadow.get(marker.len()..).unwrap_or_default();
        let raised = |run: Run| Run {
            text: if run.note { markup::superscript(&run.text) } else { run.text },
            note: false,
            ..run
        };
        let runs = markup::runs(body, shadow, true).into_iter().map(raised).collect();
        // Other programs write several spaces after a marker.
        let marker = if answer || marker.is_empty() {
            marker.to_owned()
        } else {
            format!("{} ", marker.trim_end())
        };
        let open = self.in_paragraph && self.gap == 0 && marker.is_empty() && style.is_empty();
        let is_row = cell.is_some() || body.starts_with('|');
        let continues = open && !answer && !is_row;
        self.in_paragraph = !answer && style.is_empty() && !breaks && !is_row;
        self.add(SourceLine {
            runs,
            marker,
            answer,
            continues,
            style: style.to_owned(),
            cell,
            gap: self.gap,
            number: at + 1,
            ..SourceLine::default()
        });
    }

    /// Reads a block that is written in HTML.
    fn html_block(&mut self, at: usize, block: &str) {
        let page = match html::read(block) {
            Ok(page) => page,
            Err(error) => return self.source.remarks.push(format!("line {}: {error}", at + 1)),
        };
        self.source.remarks.extend(page.remarks);
        self.in_paragraph = false;
        for line in page.lines {
            let gap = line.gap.max(self.gap);
            self.add(SourceLine { gap, number: at + 1, ..line });
        }
        self.note_marks.extend(page.notes.iter().map(|_| 0));
        self.source.notes.extend(page.notes);
    }

    /// Returns a line without the text between two `~~`, and reports this.
    fn without_struck_text(&mut self, at: usize, line: String) -> String {
        let parts: Vec<&str> = line.split("~~").collect();
        let is_struck = |at: usize, part: &str| !at.is_multiple_of(2) && !part.trim().is_empty();
        if parts.len().is_multiple_of(2)
            || !parts.iter().enumerate().any(|(at, part)| is_struck(at, part))
        {
            return line;
        }
        let mut kept = String::new();
        for (index, part) in parts.into_iter().enumerate() {
            if is_struck(index, part) {
                self.source
                    .remarks
                    .push(format!("line {}: struck-through text is left out: {part}", at + 1));
            } else {
                let doubled = kept.ends_with(' ') && part.starts_with(' ');
                kept.push_str(if doubled { part.trim_start() } else { part });
            }
        }
        kept
    }

    fn add(&mut self, line: SourceLine) {
        if self.in_note {
            self.source.notes.push(line);
            self.note_marks.push(self.last_mark);
        } else {
            self.source.lines.push(line);
        }
        self.gap = 0;
    }

    /// Returns a line without its HTML comments, and reports these.
    fn without_comments(&mut self, at: usize, line: &'a str) -> Cow<'a, str> {
        let (line, comment) = without_comments(line, &mut self.in_comment);
        let comment = comment.trim();
        if !comment.is_empty() {
            self.source.remarks.push(format!("line {}: a comment is left out: {comment}", at + 1));
        }
        line
    }
}

/// Returns the `#` characters before a heading, and its text.
fn heading(line: &str) -> (&str, &str) {
    let text = line.trim_start_matches('#');
    let (signs, text) = line.split_at_checked(line.len() - text.len()).unwrap_or_default();
    if signs.is_empty() {
        return (signs, text);
    }
    // A heading may also end with `#`, after a space.
    let closed = text.trim_end().trim_end_matches('#');
    let text = if closed.ends_with(char::is_whitespace) { closed.trim_end() } else { text };
    (signs, text.trim_start())
}

/// The start and end tags of the blocks in HTML that are read as a part of a web page.
const HTML_BLOCKS: [(&str, &str); 2] = [("<table", "</table>"), ("<section", "</section>")];

/// Returns the lines with their 0-based numbers. Each cell of a table is a line; the rule below the heading of a
/// table is left out. A block in HTML is one line.
fn lines(content: &str) -> Vec<(usize, &str, Option<TableCell>)> {
    let mut lines = Vec::new();
    let (mut tables, mut row, mut end) = (0, None, 0);
    let mut offset = 0;
    let mut rest = content.split('\n').enumerate().peekable();
    while let Some((at, line)) = rest.next() {
        let start = offset;
        offset += line.len() + 1;
        if start < end {
            continue;
        }
        if is_html_block(line) {
            let block = html_block(content.get(start..).unwrap_or_default());
            lines.push((at, block, None));
            end = start + block.len();
            continue;
        }
        let cells = cells(line);
        let heads_table = rest.peek().is_some_and(|(_, next)| is_table_rule(next, cells.len()));
        row = match row {
            None if heads_table => {
                tables += 1;
                Some(1)
            }
            Some(row) if !cells.is_empty() => Some(row + 1),
            None | Some(_) => None,
        };
        let Some(row) = row else {
            lines.push((at, line, None));
            continue;
        };
        let place = |column| Some(TableCell { table: tables, row, column });
        lines.extend((1..).zip(&cells).map(|(column, cell)| (at, *cell, place(column))));
        if heads_table && let Some((_, rule)) = rest.next() {
            offset += rule.len() + 1;
        }
    }
    lines
}

/// Whether a line begins a block in HTML, as programs write it for tables with paragraphs in their cells and
/// for the footnotes of these.
fn is_html_block(line: &str) -> bool {
    let line = line.trim_start();
    HTML_BLOCKS.iter().any(|(start, _)| line.starts_with(start))
}

/// Returns the block in HTML at the start of a text: up to its end tag or, without one, the whole text.
fn html_block(text: &str) -> &str {
    let start = text.trim_start();
    let tags = HTML_BLOCKS.iter().find(|(tag, _)| start.starts_with(tag));
    let mut open = 0_usize;
    for (at, _) in text.match_indices('<') {
        let rest = text.get(at..).unwrap_or_default();
        match tags {
            Some((tag, _)) if rest.starts_with(tag) => open += 1,
            Some((_, tag)) if rest.starts_with(tag) && open > 1 => open -= 1,
            Some((_, tag)) if rest.starts_with(tag) => {
                return text.get(..at + tag.len()).unwrap_or(text);
            }
            Some(_) | None => {}
        }
    }
    text
}

/// Returns the cells of a row such as `| 7 | Problem | Thefts |`. The list is empty if the line has no `|`.
fn cells(line: &str) -> Vec<&str> {
    let row = line.trim();
    if row.starts_with('>') || !row.contains('|') {
        return Vec::new();
    }
    let row = row.strip_prefix('|').unwrap_or(row);
    let ends = |&(at, _): &(usize, &str)| !row.get(..at).unwrap_or_default().ends_with('\\');
    let mut from = 0;
    let mut cells = Vec::new();
    for (at, bar) in row.match_indices('|').filter(ends) {
        cells.push(row.get(from..at).unwrap_or_default().trim());
        from = at + bar.len();
    }
    let last = row.get(from..).unwrap_or_default().trim();
    cells.extend(Some(last).filter(|last| !last.is_empty()));
    cells
}

/// Whether a line is the rule below the heading of a table with this many columns, such as `|---|:-:|`.
fn is_table_rule(line: &str, columns: usize) -> bool {
    let cells = cells(line);
    let is_rule =
        |cell: &&str| cell.contains('-') && cell.trim_matches(':').chars().all(|c| c == '-');
    columns > 0 && cells.len() == columns && cells.iter().all(is_rule)
}

/// Returns a line without its HTML comments, and their text. `in_comment` says whether the line starts
/// inside a comment, and is set to whether the next one does.
fn without_comments<'a>(line: &'a str, in_comment: &mut bool) -> (Cow<'a, str>, String) {
    if !*in_comment && !line.contains("<!--") {
        return (Cow::Borrowed(line), String::new());
    }
    let (mut rest, mut text, mut comment) = (line, String::new(), String::new());
    loop {
        let (part, end) = if *in_comment { (&mut comment, "-->") } else { (&mut text, "<!--") };
        let Some((before, after)) = rest.split_once(end) else {
            part.push_str(rest);
            return (Cow::Owned(text), comment);
        };
        part.push_str(before);
        *in_comment = !*in_comment;
        rest = after;
    }
}

/// Replaces what other programs write by what the exports of this program have: HTML entities, HTML line
/// breaks, and `__` for bold text.
fn without_html(line: &str) -> Cow<'_, str> {
    const REPLACED: [(&str, &str); 4] =
        [("<br>", " "), ("<br/>", " "), ("<br />", " "), ("__", "**")];
    let found = REPLACED.iter().filter(|(mark, _)| line.contains(mark));
    let line = found.fold(Cow::Borrowed(line), |line, (mark, shown)| {
        // Underscores are also lines to write on, and parts of addresses.
        if *mark == "__"
            && (line.contains("___") || line.contains("://") || line.matches(mark).count() % 2 == 1)
        {
            return line;
        }
        Cow::Owned(replace_unescaped(&line, mark, shown))
    });
    without_entities(without_tags(line))
}

/// The tags inside a paragraph that are replaced, and by what.
const TAGS: [(&str, &str); 11] = [
    ("b", "**"),
    ("strong", "**"),
    ("i", "*"),
    ("em", "*"),
    ("u", ""),
    ("ins", ""),
    ("mark", ""),
    ("span", ""),
    ("font", ""),
    ("small", ""),
    ("big", ""),
];

/// Replaces HTML tags for the format of text.
fn without_tags(line: Cow<'_, str>) -> Cow<'_, str> {
    if !line.contains("</") {
        return line;
    }
    let mut shown = String::with_capacity(line.len());
    let mut rest = &*line;
    while let Some((before, tag)) = rest.split_once('<') {
        shown.push_str(before);
        let name = tag.trim_start_matches('/');
        let name = name.split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default();
        let known = TAGS.iter().find(|(known, _)| name.eq_ignore_ascii_case(known));
        let end = tag.find('>').filter(|_| !before.ends_with('\\'));
        if let (Some((_, mark)), Some(end)) = (known, end) {
            shown.push_str(mark);
            rest = tag.get(end + 1..).unwrap_or_default();
        } else {
            shown.push('<');
            rest = tag;
        }
    }
    Cow::Owned(shown + rest)
}

/// The longest name of an HTML entity that is replaced, in bytes.
const MAX_ENTITY_LEN: usize = 10;

/// Replaces HTML entities such as `&eacute;` or `&#39;` by their characters. Escapes the characters that
/// Markdown reads as markup.
fn without_entities(line: Cow<'_, str>) -> Cow<'_, str> {
    if !line.contains('&') {
        return line;
    }
    let mut shown = String::with_capacity(line.len());
    let mut pieces = line.split('&');
    shown.push_str(pieces.next().unwrap_or_default());
    for piece in pieces {
        let name = piece.split_once(';').filter(|(name, _)| name.len() <= MAX_ENTITY_LEN);
        let decoded = name.and_then(|(name, rest)| Some((html::entity(name)?, rest)));
        if let Some((text, rest)) = decoded.filter(|_| !shown.ends_with('\\')) {
            let text = text.replace('\u{A0}', " ");
            if text.chars().all(|c| c.is_ascii_punctuation()) {
                shown.push('\\');
            }
            shown.push_str(&text);
            shown.push_str(rest);
        } else {
            shown.push('&');
            shown.push_str(piece);
        }
    }
    Cow::Owned(shown)
}

/// Removes the angle brackets around web and e-mail addresses, which make them links.
fn without_autolinks(line: &str) -> Cow<'_, str> {
    let is_address =
        |text: &str| !text.contains([' ', '<']) && (text.contains("://") || text.contains('@'));
    let mut rest = line;
    let mut shown = String::new();
    while let Some((before, after)) = rest.split_once('<') {
        let address = after.split_once('>').filter(|(address, _)| is_address(address));
        let address = address.filter(|_| !before.ends_with('\\'));
        shown.push_str(before);
        if let Some((address, after)) = address {
            shown.push_str(address.strip_prefix("mailto:").unwrap_or(address));
            rest = after;
        } else {
            shown.push('<');
            rest = after;
        }
    }
    if shown.is_empty() { Cow::Borrowed(line) } else { Cow::Owned(shown + rest) }
}

/// Replaces each `mark` that no backslash escapes by `shown`.
fn replace_unescaped(line: &str, mark: &str, shown: &str) -> String {
    let mut replaced = String::with_capacity(line.len());
    let mut pieces = line.split(mark);
    replaced.push_str(pieces.next().unwrap_or_default());
    for piece in pieces {
        let backslashes = replaced.len() - replaced.trim_end_matches('\\').len();
        replaced.push_str(if backslashes % 2 == 1 { mark } else { shown });
        replaced.push_str(piece);
    }
    replaced
}

/// Replaces the bullet `+` of a list item by the `-` of a draft, in both texts of [`unescaped`].
fn with_dash(shadow: String, body: String) -> (String, String) {
    if !shadow.trim_start().starts_with("+ ") {
        return (shadow, body);
    }
    (shadow.replacen('+', "-", 1), body.replacen('+', "-", 1))
}

/// Returns the key and the text of a footnote line, such as `[^1]: text`. Returns `None` for any other line.
fn footnote(line: &str) -> Option<(&str, &str)> {
    let (key, text) = line.strip_prefix("[^")?.split_once("]:")?;
    (!key.is_empty() && !key.contains(char::is_whitespace)).then(|| (key, text.trim_start()))
}

/// Removes the backslashes that escape punctuation. Returns the line twice: first with a full stop
/// in place of each escaped character, so that it is not read as markup, then with the character.
fn unescaped(line: &str) -> (String, String) {
    let (mut shadow, mut text) = (String::new(), String::new());
    let mut chars = line.chars().peekable();
    while let Some(c) = chars.next() {
        match chars.peek().copied() {
            Some(next) if c == '\\' && next.is_ascii_punctuation() => {
                shadow.push('.');
                text.push(next);
                chars.next();
            }
            // A backslash at the end of a line is a line break.
            None if c == '\\' => {}
            Some(_) | None => {
                shadow.push(c);
                text.push(c);
            }
        }
    }
    (shadow, text)
}
