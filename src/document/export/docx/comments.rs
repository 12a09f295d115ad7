//! The comments of a review copy: open notes at the words that they are about, or at their question.

use quick_xml::escape::escape;

use super::{HEAD, NAMES};
use crate::document::{Block, Document};
use crate::model::draft::MarginNote;
use crate::model::markup::Run;

/// The notes of a review copy. The id of a comment is the 0-based index of its note.
#[derive(Default)]
pub(super) struct Comments<'a> {
    notes: &'a [&'a MarginNote],
    /// The ids of the comments whose words are in one of the next blocks.
    pending: Vec<usize>,
}

impl<'a> Comments<'a> {
    pub(super) fn new(notes: &'a [&'a MarginNote]) -> Self {
        Self { notes, pending: Vec::new() }
    }

    /// Returns the XML of the references of comments at the end of a block. At the first block of a
    /// question, these are the comments on the question whose words are not in its answers. The first block
    /// of the document also has those on no question of the document.
    pub(super) fn at_block(&mut self, document: &Document, index: usize) -> String {
        if self.notes.is_empty() {
            return String::new();
        }
        let starts = &document.questions;
        let here = starts.iter().position(|(start, _)| *start == index);
        let question = here.and_then(|at| starts.get(at)).map(|(_, id)| id);
        let end =
            here.and_then(|at| starts.get(at + 1)).map_or(document.blocks.len(), |next| next.0);
        let blocks = document.blocks.get(index..end).unwrap_or_default();
        let mut references = String::new();
        for (id, note) in self.notes.iter().enumerate() {
            let has_question = starts.iter().any(|(_, id)| *id == note.question);
            let belongs = question == Some(&note.question) || (index == 0 && !has_question);
            if belongs && has_question && blocks.iter().any(|block| has_words(block, &note.about)) {
                self.pending.push(id);
            } else if belongs {
                references.push_str(&reference(id));
            }
        }
        references
    }

    /// Splits a run at the words of a pending comment. Returns the id of the comment, and the runs before
    /// the words, of the words, and after them. Returns `None` if the run has no such words.
    pub(super) fn split(&mut self, run: &Run) -> Option<(usize, [Run; 3])> {
        let is_here = |id: &usize| {
            self.notes.get(*id).is_some_and(|note| !run.note && run.text.contains(&note.about))
        };
        let id = self.pending.remove(self.pending.iter().position(is_here)?);
        let words = &self.notes.get(id)?.about;
        let (before, after) = run.text.split_once(words.as_str())?;
        Some((id, [before, words, after].map(|text| Run { text: text.to_owned(), ..run.clone() })))
    }

    /// Returns `word/comments.xml`.
    pub(super) fn xml(&self) -> String {
        let mut comments = String::new();
        for (id, note) in self.notes.iter().enumerate() {
            comments.push_str(&format!(
                "<w:comment w:id=\"{id}\" w:author=\"{}\">",
                escape(note.author.as_str())
            ));
            for line in note.text.lines() {
                let text = escape(line);
                comments.push_str(&format!(
                    "<w:p><w:r><w:t xml:space=\"preserve\">{text}</w:t></w:r></w:p>"
                ));
            }
            comments.push_str("</w:comment>");
        }
        format!("{HEAD}<w:comments {NAMES}>{comments}</w:comments>")
    }
}

/// Whether a block is an answer with these words in one run.
fn has_words(block: &Block, words: &str) -> bool {
    let has = |runs: &[Run]| runs.iter().any(|run| !run.note && run.text.contains(words));
    let in_answer = match block {
        Block::Answer(lines) => lines.iter().any(|line| has(&line.runs)),
        Block::Field(_, value) => has(value),
        Block::Masthead(_)
        | Block::Title(_)
        | Block::Unfinished
        | Block::Paragraph(_)
        | Block::Section(_)
        | Block::Question(_)
        | Block::Label(_)
        | Block::Tick(..)
        | Block::Remark(_)
        | Block::NewPage
        | Block::Reference(_)
        | Block::Table(_)
        | Block::Item(..) => false,
    };
    in_answer && !words.is_empty()
}

/// Returns the XML that starts the words of a comment.
pub(super) fn start(id: usize) -> String {
    format!("<w:commentRangeStart w:id=\"{id}\"/>")
}

/// Returns the XML that ends the words of a comment.
pub(super) fn end(id: usize) -> String {
    format!("<w:commentRangeEnd w:id=\"{id}\"/>{}", reference(id))
}

fn reference(id: usize) -> String {
    format!("<w:r><w:commentReference w:id=\"{id}\"/></w:r>")
}
