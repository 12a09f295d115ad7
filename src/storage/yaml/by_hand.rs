//! Handles text that people write by hand and that YAML reads differently: reads it as it was
//! meant, or explains what to type instead.

use serde_yaml::granit_parser::ScanError;

use super::read::TOO_MUCH;
use crate::model::text::escape_for_terminal;
use crate::model::value::{Location, Node, Problem};

/// The problem of a line whose indentation is not spaces.
pub(super) const ODD_INDENTATION: &str =
    "this line is indented with a tab or a no-break space; use ordinary spaces";
const TAB_WIDTH_UNKNOWN: &str = "this line is indented with a tab or a no-break space, and its place depends on the width of a tab; use ordinary spaces";
pub(super) const UNCLEAR_NUMBER_SIGN: &str = "is this `#` a part of the text or the start of a comment? Put the text in quotes, or a space after the `#`";
const BACKSLASH: &str =
    "a `\\` between double quotes has a special meaning; use single quotes around the text";

/// The maximum number of columns of a line that an error message quotes.
const EXCERPT_COLUMNS: usize = 70;

/// Returns the indentation of a line, whatever white space it consists of.
fn indentation(line: &str) -> &str {
    let body = line.trim_start_matches(|c: char| c.is_whitespace() && c != '\n' && c != '\r');
    line.get(..line.len() - body.len()).unwrap_or_default()
}

/// Reads a text that cannot be read as it is because tabs or no-break spaces indent some lines. The
/// width of a tab in the editor is unknown, so every usual width is tried.
///
/// # Errors
/// Returns `problem` if the text cannot be read with any width, or another one if its meaning
/// depends on the width.
pub(super) fn read_indented(
    source: &str,
    problem: Problem,
    read: impl Fn(&str) -> Result<Node, Problem>,
) -> Result<Node, Problem> {
    let odd = source.lines().position(|line| indentation(line).contains(|c| c != ' '));
    let Some(first) = odd else { return Err(problem) };
    let mut nodes =
        [2, 4, 8].into_iter().filter_map(|width| read(&with_spaces(source, width)).ok());
    let Some(node) = nodes.next() else { return Err(problem) };
    let meaning = node.value.without_locations();
    if nodes.all(|other| other.value.without_locations() == meaning) {
        return Ok(node);
    }
    Err(Problem::new(Location { line: first + 1, column: 1 }, TAB_WIDTH_UNKNOWN))
}

/// Replaces each tab in the indentation of a line by `width` spaces, and other white space by one.
fn with_spaces(source: &str, width: usize) -> String {
    let mut text = String::with_capacity(source.len() * 2);
    for line in source.split_inclusive('\n') {
        let indent = indentation(line);
        for c in indent.chars() {
            text.push_str(&" ".repeat(if c == '\t' { width } else { 1 }));
        }
        text.push_str(line.get(indent.len()..).unwrap_or_default());
    }
    text
}

/// Returns the source from the end of a value on. `end` is the byte offset of the end according to the
/// parser, which places that of an empty value before the colon of its key, or after the comment after
/// its list marker.
pub(super) fn after_value(source: &str, end: usize, is_empty: bool) -> &str {
    let rest = source.get(end..).unwrap_or_default();
    if !is_empty {
        return rest;
    }
    let line = source.get(..end).and_then(|before| before.rfind('\n')).map_or(0, |at| at + 1);
    let line = source.get(line..).unwrap_or_default();
    match line.trim_start().strip_prefix('-').map(|item| item.trim_start_matches(['-', ' '])) {
        Some(item) if item.starts_with('#') => item,
        Some(_) | None => rest.strip_prefix(':').unwrap_or(rest),
    }
}

/// Finds a ` #` at the start of the rest of a line, after white space. Returns its byte offset and the
/// character after it, or `None` if there is no `#`, or if it begins a comment as people write them,
/// such as `# note`.
pub(super) fn after_number_sign(rest: &str) -> Option<(usize, char)> {
    let comment = rest.trim_start_matches([' ', '\t']);
    let next = comment.strip_prefix('#')?.chars().next()?;
    let is_comment = next.is_whitespace() || next.is_control() || "#!-=*".contains(next);
    (!is_comment).then_some((rest.len() - comment.len(), next))
}

/// Returns the 1-based line and column of a byte offset.
pub(super) fn location(source: &str, at: usize) -> Location {
    let before = source.get(..at).unwrap_or_default();
    let start = before.rfind('\n').map_or(0, |end| end + 1);
    let column = before.get(start..).unwrap_or_default().chars().count() + 1;
    Location { line: before.matches('\n').count() + 1, column }
}

/// Returns the problem of a text whose first character has a meaning in YAML.
pub(super) fn must_be_quoted(first: char, location: Location) -> Problem {
    let message = format!(
        "a text that begins with `{first}` must be in quotes, or begin on the next line after `|`"
    );
    Problem::new(location, message)
}

/// Describes a parser error in words that an applicant understands, based on the text of the line.
pub(super) fn problem(error: &ScanError, source: &str) -> Problem {
    let at = Location { line: error.marker().line(), column: error.marker().col() + 1 };
    let line = source.lines().nth(at.line.saturating_sub(1)).unwrap_or_default();
    let before: String = line.chars().take(at.column - 1).collect();
    let (column, value) = value_of(line);
    let info = error.info();
    if let Some(first) = value.chars().next()
        && column <= at.column
        && "*&!@`%|>?,[]{}-".contains(first)
        && !info.contains("recursion")
    {
        return must_be_quoted(first, Location { column, ..at });
    }
    let known = [
        ("recursion", TOO_MUCH),
        ("comment intercepting", UNCLEAR_NUMBER_SIGN),
        ("tabs disallowed", ODD_INDENTATION),
        (
            "unclosed quote",
            "the quote that begins here is not closed; write the same quote at the end of the text",
        ),
        (
            "trailing content",
            "there is more text after the closing quote; put all of it in one pair of quotes, of a kind that is not inside it",
        ),
        ("hexadecimal", BACKSLASH),
        ("escape", BACKSLASH),
        ("flow", "this list in brackets is not finished; if it is a text, put it in quotes"),
        (
            "expected '-'",
            "this line is indented like a list; begin it with `- `, or indent it like the key of the list",
        ),
        (
            "simple key",
            "this line has no key such as `name:`; to continue the text above, indent it further",
        ),
        (
            "expected key",
            "this line is indented differently from the lines above; begin it in the same column",
        ),
        (
            "unexpected character",
            "this character cannot be read here; delete it, or put the text in quotes",
        ),
    ];
    let message = if info.contains("mapping values") && before.contains(": ") {
        "a text with `: ` in it must be in quotes, or begin on the next line after `|`"
    } else if info.contains("mapping values") {
        "this line is read as a part of the line above; begin it in the same column, and write a space after each `:`"
    } else {
        let known = known.iter().find(|(theirs, _)| info.contains(theirs));
        known.map_or(
            "this cannot be read; put the text in quotes, or begin it on the next line after `|`",
            |(_, ours)| ours,
        )
    };
    Problem::new(at, message)
}

/// Returns the text of a line after its key or list marker, and its 1-based column.
fn value_of(line: &str) -> (usize, &str) {
    let mut rest = line.trim_start();
    while let Some(item) = rest.strip_prefix("- ") {
        rest = item.trim_start();
    }
    let is_key = |key: &str| key.chars().all(|c| c.is_alphanumeric() || "-_.".contains(c));
    if let Some((key, value)) = rest.split_once(':')
        && is_key(key)
        && value.starts_with([' ', '\t'])
    {
        rest = value.trim_start();
    }
    let before = line.get(..line.len() - rest.len()).unwrap_or_default();
    (before.chars().count() + 1, rest)
}

/// Returns the line of a location and a caret below its column, both indented. Only the part of a long
/// line around the column is shown. Returns `None` if there is no such line.
pub(crate) fn excerpt(source: &str, location: Location) -> Option<String> {
    let source = source.strip_prefix('\u{FEFF}').unwrap_or(source);
    let line = source.lines().nth(location.line.checked_sub(1)?)?;
    let at = location.column.checked_sub(1)?;
    let start = at.saturating_sub(EXCERPT_COLUMNS / 2);
    let shown: String = line.chars().skip(start).take(EXCERPT_COLUMNS).collect();
    // White space of any kind takes one column here, so that the caret is below its character.
    let shown = shown.replace(char::is_whitespace, " ");
    let before: String = shown.chars().take(at - start).collect();
    let caret = unicode_width::UnicodeWidthStr::width(&*escape_for_terminal(&before));
    let shown = escape_for_terminal(shown.trim_end());
    Some(format!("  {shown}\n  {}^", " ".repeat(caret)))
}
