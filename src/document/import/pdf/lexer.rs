//! Tokens of PDF content streams and character maps.

/// A token of a content stream or of a character map (`ToUnicode`).
#[derive(Debug, Clone, PartialEq)]
pub(super) enum PdfToken {
    /// An integer or a real number.
    Number(f32),
    /// A name, without its slash.
    Name(Vec<u8>),
    /// A literal or hexadecimal string.
    Text(Vec<u8>),
    /// `[`, `]`, `<<` or `>>`.
    Bracket(&'static str),
    /// An operator, or a word such as `true`.
    Operator(Vec<u8>),
}

/// Splits bytes into tokens. It skips what it does not understand, so it ends on any input.
pub(super) struct Lexer<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Lexer<'a> {
    /// Starts at the first of these bytes.
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn take_while(&mut self, wanted: impl Fn(u8) -> bool) -> &'a [u8] {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let len = rest.iter().position(|&byte| !wanted(byte)).unwrap_or(rest.len());
        self.at += len;
        rest.get(..len).unwrap_or_default()
    }

    /// Skips the data of an inline image, up to its `EI`.
    pub(super) fn skip_inline_image(&mut self) {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let end = rest.windows(4).position(|four| match four {
            [before, b'E', b'I', after] => is_space(*before) && is_space(*after),
            _ => false,
        });
        self.at += end.map_or(rest.len(), |end| end + 3);
    }

    fn literal(&mut self) -> Vec<u8> {
        let (mut text, mut depth) = (Vec::new(), 1_usize);
        while let Some(byte) = self.peek() {
            self.at += 1;
            match byte {
                b'(' => depth += 1,
                b')' => {
                    depth -= 1;
                    if depth == 0 {
                        break;
                    }
                }
                b'\\' => {
                    let Some(escaped) = self.peek() else { break };
                    self.at += 1;
                    match escaped {
                        b'n' => text.push(b'\n'),
                        b'r' => text.push(b'\r'),
                        b't' => text.push(b'\t'),
                        b'b' => text.push(8),
                        b'f' => text.push(12),
                        b'0'..=b'7' => {
                            let mut code = u32::from(escaped - b'0');
                            for _ in 0..2 {
                                let Some(digit @ b'0'..=b'7') = self.peek() else { break };
                                code = code * 8 + u32::from(digit - b'0');
                                self.at += 1;
                            }
                            text.push(u8::try_from(code & 0xFF).unwrap_or(0));
                        }
                        b'\r' => {
                            if self.peek() == Some(b'\n') {
                                self.at += 1;
                            }
                        }
                        b'\n' => {}
                        other => text.push(other),
                    }
                    continue;
                }
                _ => {}
            }
            text.push(byte);
        }
        text
    }

    fn hexadecimal(&mut self) -> Vec<u8> {
        let digits = self.take_while(|byte| byte != b'>');
        self.at += 1;
        let mut digits: Vec<u8> = digits.iter().filter_map(|&byte| hex(byte)).collect();
        if digits.len() % 2 == 1 {
            digits.push(0);
        }
        digits.chunks(2).map(|pair| pair.iter().fold(0, |sum, digit| sum * 16 + digit)).collect()
    }

    fn name(&mut self) -> Vec<u8> {
        let raw = self.take_while(is_regular);
        let mut name = Vec::with_capacity(raw.len());
        let mut rest = raw;
        while let Some((&byte, tail)) = rest.split_first() {
            let escaped = match tail {
                [a, b, ..] if byte == b'#' => hex(*a).zip(hex(*b)),
                _ => None,
            };
            if let Some((high, low)) = escaped {
                name.push(high * 16 + low);
                rest = tail.get(2..).unwrap_or_default();
            } else {
                name.push(byte);
                rest = tail;
            }
        }
        name
    }
}

impl Iterator for Lexer<'_> {
    type Item = PdfToken;

    fn next(&mut self) -> Option<PdfToken> {
        loop {
            self.take_while(is_space);
            let byte = self.peek()?;
            let two = self.bytes.get(self.at..self.at + 2);
            match byte {
                b'%' => {
                    self.take_while(|byte| byte != b'\n' && byte != b'\r');
                }
                b'(' => {
                    self.at += 1;
                    return Some(PdfToken::Text(self.literal()));
                }
                b'<' | b'>' if two == Some(b"<<") || two == Some(b">>") => {
                    self.at += 2;
                    return Some(PdfToken::Bracket(if byte == b'<' { "<<" } else { ">>" }));
                }
                b'<' => {
                    self.at += 1;
                    return Some(PdfToken::Text(self.hexadecimal()));
                }
                b'[' | b']' => {
                    self.at += 1;
                    return Some(PdfToken::Bracket(if byte == b'[' { "[" } else { "]" }));
                }
                b'/' => {
                    self.at += 1;
                    return Some(PdfToken::Name(self.name()));
                }
                _ if is_regular(byte) => {
                    let word = self.take_while(is_regular);
                    return Some(match number(word) {
                        Some(number) => PdfToken::Number(number),
                        None => PdfToken::Operator(word.to_vec()),
                    });
                }
                _ => self.at += 1,
            }
        }
    }
}

fn number(word: &[u8]) -> Option<f32> {
    if !word.iter().all(|byte| matches!(byte, b'0'..=b'9' | b'+' | b'-' | b'.')) {
        return None;
    }
    let word = std::str::from_utf8(word).ok()?;
    // Some programs write `--5` or `5-3`.
    let body = word.trim_start_matches(['-', '+']);
    let body = body.split('-').next()?;
    let number: f32 = body.parse().ok()?;
    Some(if word.starts_with('-') { -number } else { number })
}

fn hex(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

fn is_space(byte: u8) -> bool {
    matches!(byte, 0 | 9 | 10 | 12 | 13 | 32)
}

fn is_regular(byte: u8) -> bool {
    !is_space(byte)
        && !matches!(byte, b'(' | b')' | b'<' | b'>' | b'[' | b']' | b'{' | b'}' | b'/' | b'%')
}
