//! Writes dates in the date formats of Word.

use jiff::civil::Date;

/// Returns a date in a date format of Word, such as `d MMMM yyyy`, with English names.
pub(super) fn format_date(date: Date, format: &str) -> String {
    let month = date.strftime("%B").to_string();
    let mut shown = String::new();
    let mut rest = format;
    while let Some(first) = rest.chars().next() {
        let same = rest.chars().take_while(|c| *c == first).count();
        let mut length = first.len_utf8() * same;
        match (first, same) {
            ('d', 1) => shown.push_str(&date.day().to_string()),
            ('d', 2) => shown.push_str(&format!("{:02}", date.day())),
            ('d', _) => {
                let name = date.strftime("%A").to_string();
                let short = name.chars().take(if same == 3 { 3 } else { 20 });
                shown.extend(short);
            }
            ('M', 1) => shown.push_str(&date.month().to_string()),
            ('M', 2) => shown.push_str(&format!("{:02}", date.month())),
            ('M', 3) => shown.extend(month.chars().take(3)),
            ('M', _) => shown.push_str(&month),
            ('y', 1 | 2) => shown.push_str(&format!("{:02}", date.year() % 100)),
            ('y', _) => shown.push_str(&date.year().to_string()),
            ('\'', _) => {
                let quoted = rest.get(1..).unwrap_or_default();
                let end = quoted.find('\'').unwrap_or(quoted.len());
                shown.push_str(quoted.get(..end).unwrap_or_default());
                length = (end + 2).min(rest.len());
            }
            _ => shown.extend(std::iter::repeat_n(first, same)),
        }
        rest = rest.get(length..).unwrap_or_default();
    }
    shown
}
