//! Characters that a Word file does not store as Unicode text: raised and lowered ones, and those of
//! symbol fonts.

use quick_xml::events::BytesStart;

use crate::document::import::package::value;
use crate::document::import::tick_boxes::is_box;

/// Raised and lowered characters, by the plain ones.
const PLAIN: &str = "0123456789+-=()n";
const RAISED: &str = "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿ";
const LOWERED: &str = "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₙ";

/// The Greek letters of the font Symbol, by their codes from 0x61 on.
const GREEK: &str = "αβχδεφγηιϕκλμνοπθρστυϖωξψζ";
/// Other characters of the font Symbol, by their codes.
const SYMBOLS: [(u32, char); 17] = [
    (0xA3, '≤'),
    (0xA5, '∞'),
    (0xAB, '↔'),
    (0xAC, '←'),
    (0xAD, '↑'),
    (0xAE, '→'),
    (0xAF, '↓'),
    (0xB0, '°'),
    (0xB1, '±'),
    (0xB3, '≥'),
    (0xB4, '×'),
    (0xB7, '•'),
    (0xB8, '÷'),
    (0xB9, '≠'),
    (0xBB, '≈'),
    (0x44, 'Δ'),
    (0x53, 'Σ'),
];
/// Characters of Wingdings that are not tick boxes, by their codes.
const WINGDINGS: [(u32, char); 9] = [
    (0x4A, '☺'),
    (0x28, '☎'),
    (0x2A, '✉'),
    (0xDF, '←'),
    (0xE0, '→'),
    (0xE1, '↑'),
    (0xE2, '↓'),
    (0xE8, '➔'),
    (0xF0, '⇨'),
];

/// Turns a character into a superscript or subscript, or returns `None` if Unicode has none.
pub(super) type Raise = fn(char) -> Option<char>;

/// The minimum shift of raised text, in half points. Smaller shifts only align the letters of two fonts.
const MIN_SHIFT: i32 = 3;

/// Returns how an element raises or lowers text. The element is `vertAlign`, or `position` with a number of
/// half points above the line. Returns `None` if it does neither.
pub(super) fn raise(start: &BytesStart<'_>) -> Option<Raise> {
    let value = value(start)?;
    match (value.as_str(), value.parse::<i32>()) {
        ("superscript", _) | (_, Ok(MIN_SHIFT..)) => Some(raised),
        ("subscript", _) => Some(lowered),
        (_, Ok(shift)) if shift <= -MIN_SHIFT => Some(lowered),
        (_, Ok(_) | Err(_)) => None,
    }
}

/// Returns a character as a superscript, or `None` if Unicode has none. White space stays as it is.
pub(super) fn raised(c: char) -> Option<char> {
    shift(c, RAISED)
}

/// Returns a character as a subscript, or `None` if Unicode has none. White space stays as it is.
pub(super) fn lowered(c: char) -> Option<char> {
    shift(c, LOWERED)
}

/// Returns the character of `shifted` that belongs to one of [`PLAIN`].
fn shift(c: char, shifted: &str) -> Option<char> {
    let c = if matches!(c, '−' | '–') { '-' } else { c };
    let at = PLAIN.chars().position(|plain| plain == c);
    at.and_then(|at| shifted.chars().nth(at)).or_else(|| c.is_whitespace().then_some(c))
}

/// Returns the character of a symbol font with a hexadecimal code, or `None` if it is unknown. Returns tick
/// boxes of Wingdings as characters from U+F000 on, as other programs store them.
pub(super) fn symbol(font: &str, code: &str) -> Option<char> {
    let code = u32::from_str_radix(code, 16).ok()?;
    let low = code & 0xFF;
    let boxed = char::from_u32(0xF000 + low).filter(|&c| is_box(c));
    match font {
        "Symbol" => symbol_font_character(low),
        _ if code < 0xF000 && code > 0xFF => char::from_u32(code),
        _ => boxed.or_else(|| in_table(&WINGDINGS, low)),
    }
}

/// Returns the character of the font Symbol with a code, or `None` if it is unknown.
pub(in crate::document::import) fn symbol_font_character(code: u32) -> Option<char> {
    let greek = code.checked_sub(0x61).and_then(|at| usize::try_from(at).ok());
    greek.and_then(|at| GREEK.chars().nth(at)).or_else(|| in_table(&SYMBOLS, code))
}

fn in_table(table: &[(u32, char)], code: u32) -> Option<char> {
    table.iter().find(|(known, _)| *known == code).map(|(_, c)| *c)
}
