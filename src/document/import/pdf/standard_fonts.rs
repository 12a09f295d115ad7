//! What files need not say of the fonts that every reader has: the characters of symbol fonts and the
//! widths of Helvetica.

use crate::document::import::docx::symbols::symbol_font_character;

/// The characters of fonts whose codes are no letters.
pub(super) fn symbol_font(name: &str) -> Option<fn(u8) -> Option<char>> {
    if name.contains("zapfdingbats") || name.contains("dingbats") && !name.contains("wing") {
        return Some(|code| match code {
            b'l' => Some('●'),
            b'n' => Some('■'),
            b'o'..=b'r' => Some('☐'),
            b'3' | b'4' => Some('✔'),
            b'5'..=b'8' => Some('✘'),
            b' ' => Some(' '),
            0x21..=0x7E => char::from_u32(0x2700 + u32::from(code) - 0x20),
            _ => None,
        });
    }
    if name.starts_with("wingdings") {
        return Some(|code| match code {
            b' ' => Some(' '),
            0xA8 | 0x6F | 0x71 | 0x72 => Some('☐'),
            0xFE | 0x78 | 0xFD => Some('☒'),
            0xFC => Some('✔'),
            0xFB => Some('✘'),
            0xA7 | 0x6E => Some('▪'),
            0x6C | 0x9F => Some('•'),
            _ => char::from_u32(0xF000 + u32::from(code)),
        });
    }
    if name.starts_with("symbol") {
        return Some(|code| match code {
            0x20..=0x40 | 0x5B..=0x5F | 0x7B..=0x7D => Some(char::from(code)),
            _ => symbol_font_character(u32::from(code)),
        });
    }
    None
}

/// Widths of Helvetica, rounded, for files that do not give them.
pub(super) fn standard_width(c: char) -> f32 {
    match c {
        '\'' => 191.0,
        'i' | 'j' | 'l' | '‘' | '’' => 222.0,
        '|' => 260.0,
        ' ' | 'f' | 't' | 'I' | '.' | ',' | '!' | ':' | ';' | '/' | '\\' | '[' | ']' => 278.0,
        'r' | '(' | ')' | '-' | '`' | '{' | '}' | '“' | '”' | '„' => 333.0,
        '"' | '•' => 355.0,
        '*' => 389.0,
        '^' => 469.0,
        'c' | 'k' | 's' | 'v' | 'x' | 'y' | 'z' | 'J' => 500.0,
        '+' | '<' | '=' | '>' | '~' => 584.0,
        'w' | 'C' | 'D' | 'H' | 'N' | 'R' | 'U' => 722.0,
        'A' | 'B' | 'E' | 'K' | 'P' | 'S' | 'V' | 'X' | 'Y' | '&' => 667.0,
        'F' | 'T' | 'Z' => 611.0,
        'G' | 'O' | 'Q' => 778.0,
        'm' | 'M' => 833.0,
        'W' => 944.0,
        '%' => 889.0,
        '@' => 1_015.0,
        _ => 556.0,
    }
}
