//! Reads the format of text from the style sheets and style attributes of a web page.

use std::collections::HashMap;

use crate::document::import::numerals::word_format;

/// The format that a style sets. `None` is a property that it does not set. Google Docs sets all formats by
/// the styles of classes.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct ClassStyle {
    pub(super) bold: Option<bool>,
    pub(super) italic: Option<bool>,
    /// Whether text is a superscript (`Some(true)`) or a subscript (`Some(false)`).
    pub(super) raised: Option<bool>,
    pub(super) hidden: bool,
    /// Whether a line is drawn through its text.
    pub(super) struck: bool,
}

impl ClassStyle {
    /// Reads declarations such as `font-weight:700; color:red`, at most 200.
    pub(super) fn read(rules: &str) -> Self {
        let mut style = Self::default();
        for rule in rules.split(';').take(200) {
            let Some((property, value)) = rule.split_once(':') else { continue };
            let value = value.trim();
            match property.trim() {
                "font-weight" => {
                    let heavy = value.parse().is_ok_and(|weight: u32| weight >= 600);
                    style.bold = Some(heavy || value.starts_with("bold"));
                }
                "font-style" => style.italic = Some(value == "italic" || value == "oblique"),
                "vertical-align" => {
                    style.raised = match value {
                        "super" => Some(true),
                        "sub" => Some(false),
                        _ => None,
                    };
                }
                "display" => style.hidden = value == "none",
                "text-decoration" | "text-decoration-line" => {
                    style.struck = value.contains("line-through");
                }
                _ => {}
            }
        }
        style
    }

    /// Returns this style, with the properties of `below` that it does not set.
    pub(super) fn over(self, below: Self) -> Self {
        Self {
            bold: self.bold.or(below.bold),
            italic: self.italic.or(below.italic),
            raised: self.raised.or(below.raised),
            hidden: self.hidden || below.hidden,
            struck: self.struck || below.struck,
        }
    }
}

/// Returns the name that Word has for the number format of a list, from the attributes `type` and `style` of
/// its tag.
pub(super) fn number_format(kind: Option<&str>, style: Option<&str>) -> &'static str {
    let rules = style.unwrap_or_default().split(';');
    let mut kinds = rules.filter_map(|rule| rule.trim().strip_prefix("list-style-type:"));
    word_format(match kinds.next().map(str::trim) {
        Some("lower-alpha" | "lower-latin") => "a",
        Some("upper-alpha" | "upper-latin") => "A",
        Some("lower-roman") => "i",
        Some("upper-roman") => "I",
        _ => kind.unwrap_or_default(),
    })
}

/// Returns the styles of single classes in the style sheets of a page, such as `.c3{font-weight:700}`, by
/// the name of the class.
pub(super) fn classes(content: &str) -> HashMap<String, ClassStyle> {
    let mut classes = HashMap::new();
    for sheet in content.split("<style").skip(1).take(50) {
        let sheet = sheet.split("</style").next().unwrap_or_default();
        for rule in sheet.split('}').take(5_000) {
            let Some((selectors, body)) = rule.split_once('{') else { continue };
            let selector = selectors.rsplit(['>', ';', '\n']).next().unwrap_or_default().trim();
            for selector in selector.split(',') {
                if let Some(class) = selector.trim().strip_prefix('.')
                    && class.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_')
                {
                    classes.insert(class.to_owned(), ClassStyle::read(body));
                }
            }
        }
    }
    classes
}
