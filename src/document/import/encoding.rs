//! Finds the encoding of a text file: UTF-8, UTF-16, or a code page of an older Windows.

use std::borrow::Cow;

use chardetng::EncodingDetector;
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};

/// The number of bytes at the start of a web page in which the declaration of its encoding is searched.
const HEAD: usize = 2_048;

/// Decodes a text file. Returns the text, and the name of the encoding unless it is certain, for a note
/// such as "read as Windows-1250". Returns `None` if the file is not a text file.
pub(crate) fn decode(bytes: &[u8]) -> Option<(Cow<'_, str>, Option<String>)> {
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        let (text, _) = encoding.decode_without_bom_handling(bytes.get(mark..)?);
        return Some((text, None));
    }
    if let Some(encoding) = utf16_without_mark(bytes) {
        let (text, _) = encoding.decode_without_bom_handling(bytes);
        return Some((text, Some(encoding.name().to_owned())));
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Some((Cow::Borrowed(text), None));
    }
    if is_binary(bytes) {
        return None;
    }
    let encoding = declared(bytes).unwrap_or_else(|| guessed(bytes));
    let (text, _) = encoding.decode_without_bom_handling(bytes);
    Some((text, Some(encoding.name().replace("windows", "Windows"))))
}

/// Whether bytes have control characters, so that they are not text in an encoding of one byte per letter.
fn is_binary(bytes: &[u8]) -> bool {
    bytes.iter().any(|byte| matches!(byte, 0..=6 | 14..=26 | 28..=31))
}

/// Detects UTF-16 without a byte order mark: in most languages, nearly every other byte is zero. Returns
/// `None` for any other encoding.
fn utf16_without_mark(bytes: &[u8]) -> Option<&'static Encoding> {
    let zeros = |first: usize| {
        bytes.iter().skip(first).step_by(2).take(2_000).filter(|&&byte| byte == 0).count()
    };
    let half = (bytes.len() / 2).min(2_000);
    let (even, odd) = (zeros(0), zeros(1));
    if bytes.len() % 2 == 1 || half < 4 {
        return None;
    }
    if odd * 10 > half * 7 && even * 10 < half {
        return Some(UTF_16LE);
    }
    (even * 10 > half * 7 && odd * 10 < half).then_some(UTF_16BE)
}

/// Returns the encoding that a web page declares, as in `<meta charset="windows-1250">`. Returns `None` if
/// it declares none or UTF-8.
fn declared(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = String::from_utf8_lossy(bytes.get(..HEAD.min(bytes.len()))?).to_lowercase();
    let (_, rest) = head.split_once("<meta")?;
    let (_, rest) = rest.split_once("charset=")?;
    let label = rest.trim_start_matches(['"', '\'']);
    let label = label.split(['"', '\'', '>', ' ', ';', '/']).next()?;
    Encoding::for_label(label.as_bytes()).filter(|encoding| *encoding != UTF_8)
}

fn guessed(bytes: &[u8]) -> &'static Encoding {
    let mut detector = EncodingDetector::new(chardetng::Iso2022JpDetection::Deny);
    detector.feed(bytes, true);
    detector.guess(None, chardetng::Utf8Detection::Deny)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8]) -> (String, Option<String>) {
        let (text, name) = decode(bytes).unwrap();
        (text.into_owned(), name)
    }

    #[test]
    fn utf_16_is_read_with_and_without_its_mark() {
        let text = "1. What is the name of the intervention?\r\nŻółte światła\r\n";
        let little: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let big: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
        let marked: Vec<u8> = [0xFF, 0xFE].into_iter().chain(little.clone()).collect();
        assert_eq!(read(&marked), (text.to_owned(), None));
        assert_eq!(read(&little), (text.to_owned(), Some("UTF-16LE".to_owned())));
        assert_eq!(read(&big), (text.to_owned(), Some("UTF-16BE".to_owned())));
    }

    #[test]
    fn a_code_page_is_named() {
        let text = "Zażółć gęślą jaźń. Pogotowie policji w Łodzi: żeby świadkowie mogli dzwonić.";
        let (bytes, _, _) = encoding_rs::WINDOWS_1250.encode(text);
        assert_eq!(read(&bytes), (text.to_owned(), Some("Windows-1250".to_owned())));
        let text = "L’été dernier, à Genève, des élèves ont créé une fête où l’on a « gagné » 5 €.";
        let (bytes, _, _) = encoding_rs::WINDOWS_1252.encode(text);
        assert_eq!(read(&bytes), (text.to_owned(), Some("Windows-1252".to_owned())));
    }

    #[test]
    fn a_file_that_is_no_text_is_refused() {
        assert!(decode(b"\x89PNG\r\n\x1A\n\0\0\0\rIHDR\xFF").is_none());
        assert!(decode(b"plain\0text\xFF").is_none());
    }
}
