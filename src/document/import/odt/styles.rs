//! Reads the styles of paragraphs, text and lists of an `OpenDocument` text.

use std::collections::HashMap;

use crate::document::error::UnreadableDocument;
use crate::document::import::package::{XmlNode, attribute, number, walk};

/// The longest chain of styles that are based on each other.
const MAX_PARENTS: usize = 16;

/// A style of paragraphs or of text. `None` is a property that it does not set.
#[derive(Debug, Clone, Default)]
pub(super) struct OdtStyle {
    /// The name of the style that it is based on; empty if there is none.
    pub(super) parent: String,
    /// The name of the list style of its paragraphs.
    pub(super) list: Option<String>,
    pub(super) bold: Option<bool>,
    pub(super) italic: Option<bool>,
    /// Whether text is a superscript (`Some(true)`) or a subscript (`Some(false)`).
    pub(super) raised: Option<bool>,
    /// The reason to leave out its text, for a remark: `struck-through` or `hidden`.
    pub(super) left_out: Option<&'static str>,
    /// The left indent in twentieths of a point.
    pub(super) left: Option<usize>,
}

/// A level of a list style.
#[derive(Debug, Clone, Default)]
pub(super) struct OdtListLevel {
    /// The bullet, or `None` for a level with numbers.
    pub(super) bullet: Option<String>,
    /// The number format, such as `1` or `a`; empty if no number is shown.
    pub(super) format: String,
    pub(super) prefix: String,
    pub(super) suffix: String,
    /// A pattern such as `%1%.%2%` that replaces prefix, numbers and suffix, where `%1%` is the number of
    /// the first level.
    pub(super) pattern: Option<String>,
    /// The number of levels whose numbers are shown.
    pub(super) levels: usize,
    /// The number of the first item.
    pub(super) start: usize,
}

/// The styles of a document.
#[derive(Debug, Default)]
pub(super) struct OdtStyles {
    /// The styles by family (`paragraph` or `text`) and name.
    pub(super) styles: HashMap<(String, String), OdtStyle>,
    /// The levels of lists by the name of the list style and the 1-based level.
    pub(super) lists: HashMap<(String, usize), OdtListLevel>,
}

impl OdtStyles {
    /// Adds the styles of a part. They replace those with the same name.
    ///
    /// # Errors
    /// Fails if the XML is damaged.
    pub(super) fn read(&mut self, xml: &str) -> Result<(), UnreadableDocument> {
        let mut open: Option<(String, String)> = None;
        let mut list = String::new();
        walk(xml, |node| {
            let start = match node {
                XmlNode::Start(start) => start,
                XmlNode::End("style" | "default-style") => {
                    open = None;
                    return Ok(());
                }
                XmlNode::End(_) | XmlNode::Text(_) => return Ok(()),
            };
            let text = |name: &str| attribute(start, name);
            match start.local_name().as_ref() {
                "style" => {
                    let key =
                        (text("family").unwrap_or_default(), text("name").unwrap_or_default());
                    let style = OdtStyle {
                        parent: text("parent-style-name").unwrap_or_default(),
                        list: text("list-style-name").filter(|name| !name.is_empty()),
                        ..OdtStyle::default()
                    };
                    self.styles.insert(key.clone(), style);
                    open = Some(key);
                }
                "text-properties" => {
                    let style = open.as_ref().and_then(|open| self.styles.get_mut(open));
                    let Some(style) = style else { return Ok(()) };
                    style.bold = text("font-weight").map(|weight| {
                        weight == "bold" || weight.parse().is_ok_and(|weight: u32| weight >= 600)
                    });
                    style.italic =
                        text("font-style").map(|style| style == "italic" || style == "oblique");
                    style.raised = text("text-position").and_then(|position| {
                        let position = position.split(' ').next().unwrap_or_default().to_owned();
                        match position.as_str() {
                            "super" => Some(true),
                            "sub" => Some(false),
                            other => {
                                let percent: f32 = other.trim_end_matches('%').parse().ok()?;
                                (percent != 0.0).then_some(percent > 0.0)
                            }
                        }
                    });
                    let is_struck = ["text-line-through-style", "text-line-through-type"]
                        .into_iter()
                        .any(|name| text(name).is_some_and(|line| line != "none"));
                    let is_hidden = text("display").as_deref() == Some("none");
                    style.left_out =
                        is_hidden.then_some("hidden").or(is_struck.then_some("struck-through"));
                }
                "paragraph-properties" => {
                    if let Some(style) = open.as_ref().and_then(|open| self.styles.get_mut(open)) {
                        style.left = text("margin-left").and_then(|length| twentieths(&length));
                    }
                }
                "list-style" => list = text("name").unwrap_or_default(),
                kind @ ("list-level-style-number"
                | "list-level-style-bullet"
                | "list-level-style-image") => {
                    let level = number(start, "level").unwrap_or(1);
                    let definition = OdtListLevel {
                        bullet: (kind != "list-level-style-number")
                            .then(|| text("bullet-char").unwrap_or_else(|| "•".to_owned())),
                        format: text("num-format").unwrap_or_default(),
                        prefix: text("num-prefix").unwrap_or_default(),
                        suffix: text("num-suffix").unwrap_or_default(),
                        pattern: text("num-list-format"),
                        levels: number(start, "display-levels").unwrap_or(1),
                        start: number(start, "start-value").unwrap_or(1),
                    };
                    self.lists.insert((list.clone(), level), definition);
                }
                _ => {}
            }
            Ok(())
        })
    }

    /// Returns a style and those that it is based on, at most [`MAX_PARENTS`] in all, each with its name.
    pub(super) fn lineage(
        &self,
        family: &str,
        name: &str,
    ) -> impl Iterator<Item = (String, &OdtStyle)> {
        let family = family.to_owned();
        let mut name = name.to_owned();
        std::iter::from_fn(move || {
            let key = (family.clone(), name.clone());
            let style = self.styles.get(&key)?;
            name = style.parent.clone();
            Some((key.1, style))
        })
        .take(MAX_PARENTS)
    }
}

/// Returns a length such as `0.25in` in twentieths of a point, or `None` if its unit is unknown.
fn twentieths(length: &str) -> Option<usize> {
    let digits = length.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let number: f64 = digits.parse().ok()?;
    let unit = match length.get(digits.len()..)? {
        "in" => 1_440.0,
        "cm" => 566.93,
        "mm" => 56.693,
        "pt" => 20.0,
        _ => return None,
    };
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "lengths are short"
    )]
    Some((number * unit).round().clamp(0.0, 1e6) as usize)
}
