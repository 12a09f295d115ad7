//! Maps the codes of a PDF font to characters and widths.

use std::collections::HashMap;

use lopdf::{Dictionary, Document, Object, Stream};

use super::lexer::{Lexer, PdfToken};
use super::standard_fonts::{standard_width, symbol_font};

/// The most bytes that one stream of a font may unpack to.
const MAX_FONT_STREAM: usize = 8 << 20;
/// The most codes that one character map may define; there are no more two-byte codes.
const MAX_CODES: usize = 70_000;

/// A font: decodes the strings of text operators.
#[derive(Debug, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a property of the font")]
pub(super) struct Font {
    /// Whether its typeface is bold.
    pub(super) bold: bool,
    /// Whether its typeface is italic.
    pub(super) italic: bool,
    /// How many bytes one code takes; mixed lengths are known from `lengths`.
    composite: bool,
    /// By the first byte, the code lengths of a character map that declares one-byte codes.
    one_byte: Vec<(u8, u8)>,
    /// The characters of codes.
    characters: HashMap<u32, String>,
    /// Whether codes without an entry are UTF-16 themselves.
    utf16: bool,
    /// Widths of codes, in thousandths of the font size.
    widths: HashMap<u32, f32>,
    default_width: f32,
    /// The factor from glyph space to text space; Type 3 fonts choose their own.
    scale: f32,
    /// How many codes were defined, also those that were defined again: what the font costs.
    defined: usize,
}

/// One decoded code of a string.
pub(super) struct Code<'a> {
    /// Its characters; `None` if the file does not say which.
    pub(super) characters: Option<&'a str>,
    /// A character that is known from the code alone.
    pub(super) own: Option<char>,
    /// Its advance, as a factor of the font size.
    pub(super) width: f32,
    /// Whether word spacing applies: the one-byte code 32.
    pub(super) is_space: bool,
}

impl Font {
    /// Reads a font dictionary. Whatever is damaged in it is left out.
    pub(super) fn read(document: &Document, font: &Dictionary) -> Self {
        let name = |key: &[u8], of: &Dictionary| {
            let name = of.get_deref(key, document).and_then(Object::as_name).unwrap_or_default();
            String::from_utf8_lossy(name).into_owned()
        };
        let subtype = name(b"Subtype", font);
        let base = name(b"BaseFont", font);
        let plain_name = base.rsplit('+').next().unwrap_or_default().to_lowercase();
        let composite = subtype == "Type0";
        let descendant = array(document, font, b"DescendantFonts")
            .and_then(|fonts| fonts.first())
            .and_then(|font| dictionary(document, font));
        let described = descendant.unwrap_or(font);
        let descriptor =
            described.get(b"FontDescriptor").ok().and_then(|found| dictionary(document, found));
        let flags = descriptor.and_then(|found| integer(document, found, b"Flags")).unwrap_or(0);
        let weight = descriptor.and_then(|found| number(document, found, b"FontWeight"));
        let mut read = Self {
            bold: ["bold", "black", "heavy", "semibold"]
                .iter()
                .any(|word| plain_name.contains(word))
                || weight.is_some_and(|weight| weight >= 600.0)
                || flags & (1 << 18) != 0,
            italic: ["italic", "oblique"].iter().any(|word| plain_name.contains(word))
                || flags & (1 << 6) != 0,
            composite,
            scale: 0.001,
            ..Self::default()
        };
        if composite {
            read.utf16 = matches!(
                name(b"Encoding", font).as_str(),
                encoding if encoding.contains("UCS2") || encoding.contains("UTF16")
            );
            read.composite_widths(document, described);
        } else {
            if subtype == "Type3" {
                let matrix = array(document, font, b"FontMatrix");
                read.scale =
                    matrix.and_then(|matrix| matrix.first()?.as_float().ok()).unwrap_or(0.001);
            }
            read.simple_widths(document, font, descriptor, &plain_name);
            read.simple_characters(document, font, &plain_name);
        }
        let map = font.get_deref(b"ToUnicode", document).and_then(Object::as_stream);
        if let Some(map) = map.ok().and_then(unpacked) {
            read.defined += map.len() / 256;
            read.character_map(&map);
        }
        read
    }

    /// The codes of a string, one by one.
    pub(super) fn decode<'a>(&'a self, text: &'a [u8]) -> impl Iterator<Item = Code<'a>> + 'a {
        let mut rest = text;
        std::iter::from_fn(move || {
            let (&first, tail) = rest.split_first()?;
            let single = !self.composite
                || self.one_byte.iter().any(|(from, to)| (*from..=*to).contains(&first));
            let code = match tail.split_first() {
                Some((&second, tail)) if !single => {
                    rest = tail;
                    u32::from(first) << 8 | u32::from(second)
                }
                Some(_) | None => {
                    rest = tail;
                    u32::from(first)
                }
            };
            let characters = self.characters.get(&code).map(String::as_str);
            let own = (self.utf16 && characters.is_none()).then(|| char::from_u32(code)).flatten();
            let width = self.widths.get(&code).copied().unwrap_or(self.default_width);
            let is_space = single && code == 32;
            Some(Code { characters, own, width: width * self.scale, is_space })
        })
    }

    fn simple_widths(
        &mut self,
        document: &Document,
        font: &Dictionary,
        descriptor: Option<&Dictionary>,
        name: &str,
    ) {
        let first = integer(document, font, b"FirstChar").unwrap_or(0);
        let widths = array(document, font, b"Widths");
        self.default_width = descriptor
            .and_then(|descriptor| number(document, descriptor, b"MissingWidth"))
            .unwrap_or(0.0);
        for (at, width) in widths.into_iter().flatten().enumerate().take(256) {
            let code =
                u32::try_from(first).unwrap_or(0).saturating_add(u32::try_from(at).unwrap_or(0));
            let width =
                document.dereference(width).ok().and_then(|(_, width)| width.as_float().ok());
            self.widths.insert(code, width.unwrap_or(0.0));
        }
        if widths.is_none() {
            // One of the fourteen fonts that every reader has, and files need not describe.
            self.default_width = if name.contains("courier") { 600.0 } else { 520.0 };
            if !name.contains("courier") {
                for code in (32..=126).chain(145..=151).chain(161..=255) {
                    // The codes of Windows, which are those of Latin-1 but for these.
                    let width = match code {
                        145 | 146 => 222.0,
                        147 | 148 => 333.0,
                        149 => 350.0,
                        151 => 1_000.0,
                        _ => char::from_u32(code).map_or(520.0, standard_width),
                    };
                    self.widths.insert(code, if self.bold { width * 1.05 } else { width });
                }
            }
        }
    }

    fn composite_widths(&mut self, document: &Document, font: &Dictionary) {
        self.default_width = number(document, font, b"DW").unwrap_or(1_000.0);
        let mut entries = array(document, font, b"W").into_iter().flatten();
        while let Some(first) = entries.next() {
            let Some(first) = code_of(document, first) else { continue };
            let Some(second) = entries.next() else { break };
            let second = document.dereference(second).map_or(second, |(_, second)| second);
            if let Ok(widths) = second.as_array() {
                for (at, width) in widths.iter().enumerate().take(MAX_CODES) {
                    let code = first.saturating_add(u32::try_from(at).unwrap_or(0));
                    self.widths.insert(code, width.as_float().unwrap_or(1_000.0));
                }
                self.defined += widths.len();
            } else if let (Some(last), Some(width)) = (code_of(document, second), entries.next()) {
                let width = width.as_float().unwrap_or(1_000.0);
                for code in (first..=last.min(0xFFFF)).take(MAX_CODES) {
                    self.widths.insert(code, width);
                    self.defined += 1;
                }
            }
            if self.is_full() {
                break;
            }
        }
    }

    fn simple_characters(&mut self, document: &Document, font: &Dictionary, name: &str) {
        let own = symbol_font(name);
        let encoding = font.get_font_encoding_with_limit(document, MAX_FONT_STREAM).ok();
        for code in 0..=255_u8 {
            let known = match own {
                Some(table) => table(code).map(String::from),
                // A character map is read apart; the encoding says what a reader can fall back to.
                None => encoding
                    .as_ref()
                    .filter(|encoding| !matches!(encoding, lopdf::Encoding::UnicodeMapEncoding(_)))
                    .and_then(|encoding| encoding.bytes_to_string(&[code]).ok()),
            };
            if let Some(known) = known.filter(|known| !known.is_empty()) {
                self.characters.insert(u32::from(code), known);
            } else if own.is_none()
                && (32..127).contains(&code)
                && encoding.as_ref().is_none_or(|encoding| {
                    matches!(encoding, lopdf::Encoding::UnicodeMapEncoding(_))
                })
            {
                self.characters.insert(u32::from(code), char::from(code).to_string());
            }
        }
        let encoding = font.get(b"Encoding").ok().and_then(|found| dictionary(document, found));
        let differences = encoding.and_then(|found| array(document, found, b"Differences"));
        let mut code = 0_u32;
        for entry in differences.into_iter().flatten().take(1_024) {
            let entry = document.dereference(entry).map_or(entry, |(_, entry)| entry);
            if let Ok(first) = entry.as_i64() {
                code = u32::try_from(first).unwrap_or(0);
            } else if let Ok(glyph) = entry.as_name() {
                match glyph_characters(glyph) {
                    Some(known) => {
                        self.characters.insert(code, known);
                    }
                    // A wrong letter is worse than none.
                    None if glyph != b".notdef" => {
                        self.characters.remove(&code);
                    }
                    None => {}
                }
                code = code.saturating_add(1);
            }
        }
    }

    /// Reads a `ToUnicode` character map: `bfchar` pairs and `bfrange` ranges.
    fn character_map(&mut self, map: &[u8]) {
        let mut operands: Vec<PdfToken> = Vec::new();
        for token in Lexer::new(map) {
            let PdfToken::Operator(operator) = &token else {
                if operands.len() < MAX_CODES {
                    operands.push(token);
                }
                continue;
            };
            match operator.as_slice() {
                b"begincodespacerange" | b"beginbfchar" | b"beginbfrange" => operands.clear(),
                b"endcodespacerange" => {
                    for pair in operands.chunks(2) {
                        if let [PdfToken::Text(from), PdfToken::Text(to)] = pair
                            && let ([from], [to]) = (from.as_slice(), to.as_slice())
                        {
                            self.one_byte.push((*from, *to));
                        }
                    }
                    self.one_byte.truncate(16);
                }
                b"endbfchar" => {
                    for pair in operands.chunks(2) {
                        if let [PdfToken::Text(code), PdfToken::Text(text)] = pair {
                            self.define(code_from(code), utf16(text));
                        }
                    }
                }
                b"endbfrange" => self.ranges(&operands),
                _ => {}
            }
        }
        // Fonts with two-byte codes declare a one-byte range only by mistake if it covers all.
        if self.one_byte.iter().any(|(from, to)| *from == 0 && *to == 255) {
            self.one_byte.clear();
        }
    }

    fn ranges(&mut self, operands: &[PdfToken]) {
        let mut rest = operands.iter();
        while let (Some(PdfToken::Text(from)), Some(PdfToken::Text(to))) =
            (rest.next(), rest.next())
        {
            let (from, to) = (code_from(from), code_from(to));
            match rest.next() {
                Some(PdfToken::Text(text)) if !self.is_full() => {
                    let text = utf16(text);
                    for code in (from..=to).take(MAX_CODES) {
                        let mut shifted: Vec<char> = text.chars().collect();
                        if let Some(last) = shifted.last_mut() {
                            *last =
                                char::from_u32(u32::from(*last) + (code - from)).unwrap_or(*last);
                        }
                        self.define(code, shifted.into_iter().collect());
                    }
                }
                Some(PdfToken::Bracket("[")) => {
                    let texts = rest.by_ref().map_while(|token| match token {
                        PdfToken::Text(text) => Some(text),
                        PdfToken::Number(_)
                        | PdfToken::Name(_)
                        | PdfToken::Bracket(_)
                        | PdfToken::Operator(_) => None,
                    });
                    for (code, text) in (from..).zip(texts) {
                        self.define(code, utf16(text));
                    }
                }
                Some(_) | None => break,
            }
        }
    }

    /// Whether so many codes were defined, some of them again and again, that no more are read.
    fn is_full(&self) -> bool {
        self.defined > MAX_CODES * 2
    }

    /// What reading and keeping the font costs, in definitions of codes.
    pub(super) fn cost(&self) -> usize {
        self.defined
    }

    fn define(&mut self, code: u32, text: String) {
        self.defined += 1;
        if self.is_full() {
            return;
        }
        let text: String = text.chars().filter(|&c| c != '\0' && c != '\u{FFFD}').collect();
        if !text.is_empty() && self.characters.len() < MAX_CODES {
            self.characters.insert(code, text);
        }
    }
}

fn code_from(bytes: &[u8]) -> u32 {
    bytes.iter().take(4).fold(0, |code, &byte| code << 8 | u32::from(byte))
}

fn utf16(bytes: &[u8]) -> String {
    let units =
        bytes.chunks(2).map(|pair| pair.iter().fold(0, |unit, &byte| unit << 8 | u16::from(byte)));
    char::decode_utf16(units.take(64)).map(|c| c.unwrap_or('\u{FFFD}')).collect()
}

/// The characters of a glyph name of the Adobe Glyph List, or of the forms that it lays down:
/// `uni20AC`, `u1F5F9`, `f_i`, `a.alt`; also the names of dingbats.
fn glyph_characters(glyph: &[u8]) -> Option<String> {
    let name = std::str::from_utf8(glyph).ok()?;
    let name = name.split('.').next().filter(|name| !name.is_empty())?;
    if name.contains('_') {
        return name.split('_').map(|part| glyph_characters(part.as_bytes())).collect();
    }
    let code = |digits: &str| {
        (digits.len() >= 4)
            .then(|| u32::from_str_radix(digits, 16).ok().and_then(char::from_u32))
            .flatten()
    };
    if let Some(c) = name.strip_prefix("uni").or_else(|| name.strip_prefix('u')).and_then(code) {
        return Some(c.to_string());
    }
    let dingbat = match name {
        "a19" | "a20" => Some('✔'),
        "a21" | "a22" | "a23" | "a24" => Some('✘'),
        "a73" => Some('■'),
        "a71" => Some('●'),
        "a74" | "a75" | "a76" | "a77" | "a203" | "a204" => Some('☐'),
        _ => None,
    };
    if let Some(c) = dingbat {
        return Some(c.to_string());
    }
    // The library knows the list; it is asked through a font that has this glyph alone.
    let mut encoding = Dictionary::new();
    encoding.set("Differences", vec![Object::Integer(1), Object::Name(name.as_bytes().to_vec())]);
    let mut font = Dictionary::new();
    font.set("Type", Object::Name(b"Font".to_vec()));
    font.set("Encoding", encoding);
    let encoding = font.get_font_encoding(&Document::new()).ok()?.bytes_to_string(&[1]).ok()?;
    (!encoding.is_empty()).then_some(encoding)
}

fn code_of(document: &Document, object: &Object) -> Option<u32> {
    let (_, object) = document.dereference(object).ok()?;
    u32::try_from(object.as_i64().ok()?).ok()
}

/// A dictionary, also where it is given by reference.
pub(super) fn dictionary<'a>(document: &'a Document, object: &'a Object) -> Option<&'a Dictionary> {
    let (_, object) = document.dereference(object).ok()?;
    object.as_stream().map(|stream| &stream.dict).or_else(|_| object.as_dict()).ok()
}

/// An array of a dictionary.
pub(super) fn array<'a>(
    document: &'a Document,
    of: &'a Dictionary,
    key: &[u8],
) -> Option<&'a Vec<Object>> {
    of.get_deref(key, document).and_then(Object::as_array).ok()
}

/// An integer of a dictionary.
pub(super) fn integer(document: &Document, of: &Dictionary, key: &[u8]) -> Option<i64> {
    of.get_deref(key, document).and_then(Object::as_i64).ok()
}

/// A number of a dictionary.
pub(super) fn number(document: &Document, of: &Dictionary, key: &[u8]) -> Option<f32> {
    of.get_deref(key, document).and_then(Object::as_float).ok()
}

fn unpacked(stream: &Stream) -> Option<Vec<u8>> {
    stream.get_plain_content_with_limit(MAX_FONT_STREAM).ok()
}
