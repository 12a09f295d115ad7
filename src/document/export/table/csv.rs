//! Writes a table as CSV that Excel and `LibreOffice` open correctly: UTF-8 with a byte order mark,
//! commas, texts in quotes, lines that end with CR and LF (RFC 4180).

use std::borrow::Cow;

/// Characters with which a formula of a spreadsheet begins, and their full-width forms.
const FORMULA: [char; 8] = ['=', '+', '-', '@', '＝', '＋', '－', '＠'];

/// Returns rows of cells as a CSV file.
pub(super) fn write<'a>(rows: impl Iterator<Item = Vec<Cow<'a, str>>>) -> String {
    let mut csv = "\u{FEFF}".to_owned();
    for row in rows {
        let cells: Vec<String> = row.iter().map(|cell| quoted(&harmless(cell))).collect();
        csv.push_str(&cells.join(","));
        csv.push_str("\r\n");
    }
    csv
}

/// Puts a cell in quotes, unless it is a number or empty.
fn quoted(cell: &str) -> String {
    if cell.bytes().all(|byte| byte.is_ascii_digit()) {
        return cell.to_owned();
    }
    format!("\"{}\"", cell.replace('"', "\"\""))
}

/// Puts an apostrophe in front of a text that a spreadsheet would read as a formula, such as a list that
/// begins with a hyphen. Anyone may have written an answer, and a formula can start programs and send the
/// content of other cells. Quotes do not help, because a spreadsheet removes them first.
fn harmless(cell: &str) -> Cow<'_, str> {
    let is_formula = cell.trim_start().starts_with(FORMULA) || cell.starts_with(['\t', '\r', '\n']);
    if is_formula { format!("'{cell}").into() } else { cell.into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_cell_is_quoted_and_none_is_a_formula() {
        let row = |cells: &[&'static str]| cells.iter().copied().map(Cow::Borrowed).collect();
        let csv = write([row(&["Name", "Words"]), row(&["a \"b\", c\nd", "12"])].into_iter());
        assert_eq!(csv, "\u{FEFF}\"Name\",\"Words\"\r\n\"a \"\"b\"\", c\nd\",12\r\n");
        for cell in
            ["=1+1", "+32 2", "- one", "@SUM(A1)", " =1", "\u{a0}-1", "\t=1", "\rx", "＝1", "-5"]
        {
            assert_eq!(harmless(cell), format!("'{cell}"));
        }
        for cell in ["", "12", "a=b", "'=1", "—", "2021-10-05", "* one"] {
            assert_eq!(harmless(cell), cell);
        }
        assert_eq!(quoted("12"), "12");
        assert_eq!(quoted(""), "");
    }
}
