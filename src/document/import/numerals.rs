//! The numbers of list items as they are shown: `3`, `c` or `iii`.

/// Returns the name that Word has for a number format of `OpenDocument` and HTML, such as `a`.
pub(super) fn word_format(format: &str) -> &'static str {
    match format {
        "a" => "lowerLetter",
        "A" => "upperLetter",
        "i" => "lowerRoman",
        "I" => "upperRoman",
        _ => "decimal",
    }
}

/// Returns a number in a number format of Word, such as `lowerRoman`. Any unknown format is decimal.
pub(super) fn numeral(number: usize, format: &str) -> String {
    let letter = |first: u8| {
        let at = u8::try_from((number.max(1) - 1) % 26).unwrap_or(0);
        char::from(first + at).to_string()
    };
    match format {
        "lowerLetter" => letter(b'a'),
        "upperLetter" => letter(b'A'),
        "lowerRoman" => roman(number).to_lowercase(),
        "upperRoman" => roman(number),
        _ => number.to_string(),
    }
}

/// Returns a number in Roman numerals. A number above 3,999 is shown as 3,999.
fn roman(number: usize) -> String {
    let numerals = "M CM D CD C XC L XL X IX V IV I".split(' ');
    let values = [1000, 900, 500, 400, 100, 90, 50, 40, 10, 9, 5, 4, 1];
    let mut rest = number.min(3_999);
    let mut shown = String::new();
    for (numeral, value) in numerals.zip(values) {
        shown.push_str(&numeral.repeat(rest / value));
        rest %= value;
    }
    shown
}
