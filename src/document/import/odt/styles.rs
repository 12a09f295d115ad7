//! Reads the styles of paragraphs, text and lists of an `OpenDocument` text.

use std::collections::HashMap;

use crate::document::error::UnreadableDocument;
use crate::document::import::package::{XmlNode, attribute, number, walk};

/// How many styles may be based on one another.
const MAX_PARENTS: usize = 16;

/// A style of paragraphs or of text.
#[derive(Debug, Clone, Default)]
pub(super) struct OdtStyle {
    pub(super) parent: String,
    pub(super) list: Option<String>,
    pub(super) bold: Option<bool>,
    pub(super) italic: Option<bool>,
    /// Above (`true`) or below the line.
    pub(super) raised: Option<bool>,
    pub(super) hidden: bool,
    /// The left indent in twentieths of a point.
    pub(super) left: Option<usize>,
}

/// A level of a list style.
#[derive(Debug, Clone, Default)]
pub(super) struct OdtListLevel {
    pub(super) bullet: Option<String>,
    pub(super) format: String,
    pub(super) prefix: String,
    pub(super) suffix: String,
    /// A pattern such as `%1%.%2%`, if there is one.
    pub(super) pattern: Option<String>,
    /// How many levels the number shows.
    pub(super) levels: usize,
    pub(super) start: usize,
}

/// The styles of a document. Those of its content override those of the same name.
#[derive(Debug, Default)]
pub(super) struct OdtStyles {
    /// By family and name.
    pub(super) styles: HashMap<(String, String), OdtStyle>,
    /// By the name of the list style and the level, counted from 1.
    pub(super) lists: HashMap<(String, usize), OdtListLevel>,
}

impl OdtStyles {
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
                        text("font-style").map(|look| look == "italic" || look == "oblique");
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
                    style.hidden = text("display").as_deref() == Some("none");
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
                    let about = OdtListLevel {
                        bullet: (kind != "list-level-style-number")
                            .then(|| text("bullet-char").unwrap_or_else(|| "•".to_owned())),
                        format: text("num-format").unwrap_or_default(),
                        prefix: text("num-prefix").unwrap_or_default(),
                        suffix: text("num-suffix").unwrap_or_default(),
                        pattern: text("num-list-format"),
                        levels: number(start, "display-levels").unwrap_or(1),
                        start: number(start, "start-value").unwrap_or(1),
                    };
                    self.lists.insert((list.clone(), level), about);
                }
                _ => {}
            }
            Ok(())
        })
    }

    /// A style and those it is based on.
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

/// A length such as `0.25in`, in twentieths of a point.
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

/// The name that Word has for a number format.
pub(super) fn word_format(format: &str) -> &str {
    match format {
        "a" => "lowerLetter",
        "A" => "upperLetter",
        "i" => "lowerRoman",
        "I" => "upperRoman",
        _ => "decimal",
    }
}
