//! E-mail and web addresses: recognises them, and finds the invisible characters that are copied
//! with them from web pages.

use super::text::normalize_line;

/// The characters without width that web pages and mail programs put around addresses.
const INVISIBLE: [(char, &str); 7] = [
    ('\u{200B}', "zero width space"),
    ('\u{200C}', "zero width non-joiner"),
    ('\u{200D}', "zero width joiner"),
    ('\u{200E}', "left-to-right mark"),
    ('\u{200F}', "right-to-left mark"),
    ('\u{2060}', "word joiner"),
    ('\u{FEFF}', "byte order mark"),
];

/// The characters that separate several e-mail addresses in one line.
const SEPARATORS: [char; 3] = [',', ';', ' '];

/// The schemes of addresses that documents link to.
const LINKED_SCHEMES: [&str; 3] = ["https://", "http://", "mailto:"];

fn is_invisible(c: char) -> bool {
    INVISIBLE.iter().any(|(invisible, _)| *invisible == c)
}

/// Sanitises one address and removes white space and invisible characters before and after it.
pub(crate) fn normalize_address(typed: &str) -> String {
    let line = normalize_line(typed);
    line.trim_matches(|c: char| is_invisible(c) || c.is_whitespace()).to_owned()
}

/// Sanitises a line of e-mail addresses and removes invisible characters before and after each.
pub(crate) fn normalize_emails(typed: &str) -> String {
    let line = normalize_line(typed);
    let clean = |piece: &str| {
        let address = piece.trim_end_matches(SEPARATORS);
        let separator = piece.strip_prefix(address).unwrap_or_default();
        [address.trim_matches(is_invisible), separator].concat()
    };
    let cleaned: String = line.split_inclusive(SEPARATORS).map(clean).collect();
    cleaned.trim().to_owned()
}

/// Removes what surrounds an address in running text: brackets, punctuation, white space and
/// invisible characters.
pub(crate) fn bare_address(word: &str) -> &str {
    word.trim_matches(|c: char| {
        matches!(c, '<' | '>' | ',' | ';') || is_invisible(c) || c.is_whitespace()
    })
}

/// Returns the name and code point of the first invisible character in an address, or `None` if
/// every character can be seen.
pub(crate) fn invisible_character(address: &str) -> Option<String> {
    let (c, name) = INVISIBLE.iter().find(|(invisible, _)| address.contains(*invisible))?;
    Some(format!("{name}, U+{:04X}", u32::from(*c)))
}

/// Whether a text is one e-mail address or several, separated by commas, semicolons or spaces.
pub(crate) fn is_email(text: &str) -> bool {
    let one = |address: &str| {
        address
            .split_once('@')
            .is_some_and(|(name, host)| !name.is_empty() && !host.contains('@') && is_host(host))
    };
    let mut addresses = text.split(SEPARATORS).filter(|address| !address.is_empty()).peekable();
    addresses.peek().is_some() && addresses.all(one)
}

/// Whether a text is a web address, with or without `https://`.
pub(crate) fn is_web_address(text: &str) -> bool {
    let address = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    let address = address.unwrap_or(text);
    let host = address.split(['/', '?', '#']).next().unwrap_or_default();
    let host = host.split_once(':').map_or(host, |(host, _)| host);
    !text.contains(char::is_whitespace) && is_host(host)
}

/// Whether a word starts as web addresses do in running text, where `example.org` may be a sentence
/// without a space: with a scheme such as `https://` or with `www.`. The rest may be incomplete.
pub(crate) fn starts_web_address(word: &str) -> bool {
    let scheme = word.split_once("://").map(|(scheme, _)| scheme);
    word.starts_with("www.")
        || scheme.is_some_and(|scheme| scheme.chars().all(|c| c.is_ascii_alphabetic()))
}

/// Returns the target of the link that a document makes of an address, or `None` if the text is not
/// an address that is safe to follow.
pub(crate) fn link_target(text: &str) -> Option<String> {
    let known = LINKED_SCHEMES.iter().any(|scheme| {
        text.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme))
    });
    if text.contains(|c: char| c.is_whitespace() || matches!(c, '"' | '<' | '>' | '\\')) {
        None
    } else if known {
        Some(text.to_owned())
    } else {
        text.starts_with("www.").then(|| format!("https://{text}"))
    }
}

/// Whether the words of a link are its address, so that the address need not be written beside them.
pub(crate) fn says_itself(words: &str, address: &str) -> bool {
    let address = address.strip_suffix('/').unwrap_or(address);
    let words = words.strip_suffix('/').unwrap_or(words);
    let mut schemes = LINKED_SCHEMES.iter().chain([&""]);
    schemes.any(|scheme| address.strip_prefix(scheme) == Some(words))
}

fn is_host(host: &str) -> bool {
    let is_label = |part: &str| {
        !part.is_empty() && part.chars().all(|c| c.is_alphanumeric() || c == '-' || c == '_')
    };
    let last = host.rsplit('.').next().unwrap_or_default();
    host.contains('.')
        && host.split('.').all(is_label)
        && last.chars().count() > 1
        && !last.chars().all(|c| c.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_distinguished_from_other_words() {
        for good in ["a.nowak@example.org", "a@b.example.eu; c@d.eu"] {
            assert!(is_email(good), "{good}");
        }
        for bad in ["a@b", "nobody", "a@@b.org", "a b@c.org", ""] {
            assert!(!is_email(bad), "{bad}");
        }
        for good in [
            "https://example.org/a?b=1",
            "www.example.org",
            "http://example.org:8080",
            "example.org/page",
            "https://swietochlowice.pl/urząd/",
        ] {
            assert!(is_web_address(good), "{good}");
        }
        for bad in ["not a link", "htp:/x", "nothing", "ftp://example.org", "https://", "1.5"] {
            assert!(!is_web_address(bad), "{bad}");
        }
    }

    #[test]
    fn invisible_characters_around_an_address_are_removed_and_inside_it_are_named() {
        for (c, name) in INVISIBLE {
            for typed in [format!("{c}{c}"), format!(" {c} "), c.to_string()] {
                let around = |address: &str| format!("{typed}{address}{typed}");
                assert_eq!(normalize_address(&around("example.org/a")), "example.org/a", "{name}");
                assert_eq!(bare_address(&around("<www.example.org>,")), "www.example.org");
                assert_eq!(normalize_address(&typed), "");
            }
            // The byte order mark is removed from every text.
            if c != '\u{FEFF}' {
                let inside = normalize_address(&format!("example{c}.org"));
                assert!(invisible_character(&inside).is_some_and(|found| found.contains(name)));
            }
            let two = format!("{c}a@example.org{c}; {c}b@example.org{c}");
            assert_eq!(normalize_emails(&two), "a@example.org; b@example.org");
        }
        assert_eq!(invisible_character("https://swietochlowice.pl/urząd/"), None);
    }
}
