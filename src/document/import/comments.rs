//! Comments in the margin of a document: their positions, and the words that they are about.

use std::collections::HashMap;

use super::lines::SourceComment;
use super::package::{XmlNode, attribute, walk};
use crate::document::error::UnreadableDocument;

/// The positions of comments, collected while the text of a document is read.
#[derive(Debug, Default)]
pub(super) struct CommentAnchors {
    /// The ids of the comments whose words are being read.
    open: Vec<String>,
    /// For the id of each comment, the 1-based number of the paragraph where it starts, and the words of
    /// the document that it is about.
    found: HashMap<String, (usize, String)>,
}

impl CommentAnchors {
    /// Starts collecting the words that a comment is about, in the paragraph with this number.
    pub(super) fn start(&mut self, id: String, number: usize) {
        self.found.insert(id.clone(), (number, String::new()));
        self.open.push(id);
    }

    /// Records the paragraph of a comment that is not about certain words.
    pub(super) fn mark(&mut self, id: String, number: usize) {
        self.found.entry(id).or_insert((number, String::new()));
    }

    /// Ends the words that a comment is about.
    pub(super) fn end(&mut self, id: &str) {
        self.open.retain(|open| open != id);
    }

    /// Adds text to the words of the comments that are open.
    pub(super) fn text(&mut self, text: &str) {
        for id in &self.open {
            self.found.entry(id.clone()).or_default().1.push_str(text);
        }
    }

    /// Returns the comments in reading order, with their positions and words.
    pub(super) fn comments(mut self, texts: Vec<CommentText>) -> Vec<SourceComment> {
        let comment = |CommentText { id, author, text }| {
            let (number, about) = self.found.remove(&id).unwrap_or_default();
            SourceComment { author, text, about, number }
        };
        let mut comments: Vec<_> = texts.into_iter().map(comment).collect();
        comments.sort_by_key(|comment| comment.number);
        comments
    }
}

/// A comment without its position.
#[derive(Debug, Default)]
pub(super) struct CommentText {
    pub(super) id: String,
    pub(super) author: String,
    pub(super) text: String,
}

/// Reads the part `word/comments.xml` of a Word file.
///
/// # Errors
/// Fails if the XML is damaged.
pub(super) fn read_docx_comments(xml: &str) -> Result<Vec<CommentText>, UnreadableDocument> {
    let mut comments: Vec<CommentText> = Vec::new();
    let mut in_text = false;
    walk(xml, |node| {
        let text = comments.last_mut().map(|comment| &mut comment.text);
        match (node, text) {
            (XmlNode::Start(start), text) => match (start.local_name().as_ref(), text) {
                ("comment", _) => comments.push(CommentText {
                    id: attribute(start, "id").unwrap_or_default(),
                    author: attribute(start, "author").unwrap_or_default(),
                    text: String::new(),
                }),
                ("t", _) => in_text = true,
                ("tab", Some(text)) => text.push(' '),
                ("br" | "cr", Some(text)) => text.push('\n'),
                ("p", Some(text)) if !text.is_empty() => text.push('\n'),
                _ => {}
            },
            (XmlNode::End("t"), _) => in_text = false,
            (XmlNode::Text(part), Some(text)) if in_text => text.push_str(part),
            (XmlNode::End(_) | XmlNode::Text(_), _) => {}
        }
        Ok(())
    })?;
    Ok(comments)
}
