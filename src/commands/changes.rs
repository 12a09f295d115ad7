//! Describes the change of an answer: its length before and after, and the deleted and inserted words.

use std::io;

use similar::{ChangeTag, TextDiff};

use super::Context;
use crate::model::answer::Answer;
use crate::model::questionnaire::{Field, Kind};
use crate::model::text::{escape_for_terminal, plural, wrap};

/// The number of unchanged words that are shown before and after a change.
const CONTEXT_WORDS: usize = 6;

/// The marks around deleted and inserted words.
pub(super) struct DiffMarks {
    deleted: (&'static str, &'static str),
    inserted: (&'static str, &'static str),
    /// Separates paragraphs.
    paragraph: &'static str,
    /// Replaces unchanged words.
    ellipsis: &'static str,
}

/// Marks for the screen.
pub(super) const SYMBOLS: DiffMarks =
    DiffMarks { deleted: ("[-", "-]"), inserted: ("{+", "+}"), paragraph: " ¶ ", ellipsis: "…" };
/// Marks in words, for a screen reader.
pub(super) const SPOKEN: DiffMarks = DiffMarks {
    deleted: ("(deleted: ", ")"),
    inserted: ("(inserted: ", ")"),
    paragraph: ", new paragraph: ",
    ellipsis: "...",
};

/// Describes the change of one answer, which may be new or removed. `name` is the name of its question.
pub(super) fn describe(
    context: &Context,
    name: &str,
    field: &Field,
    before: Option<&Answer>,
    after: Option<&Answer>,
    marks: &DiffMarks,
) -> String {
    let [before, after] =
        [before, after].map(|answer| answer.map(|answer| answer.shown(field)).unwrap_or_default());
    let mut text = name.to_owned();
    if let Kind::Text { limit } = &field.kind {
        let rule = context.questionnaire.word_rule;
        let old = plural(rule.count(&before), "word", "words");
        let new = rule.measure(&after, *limit).describe_with_excess();
        text.push_str(&format!(": {old} before, {new} now"));
    }
    text.push('\n');
    let width = context.style_of(&io::stdout()).width.clamp(20, 100) - 2;
    for line in passages(&before, &after, marks) {
        for line in wrap(&escape_for_terminal(&line), width) {
            text.push_str(&format!("  {line}\n"));
        }
    }
    text.push('\n');
    text
}

/// Returns the changed passages: deleted and inserted words with the words around them.
fn passages(before: &str, after: &str, marks: &DiffMarks) -> Vec<String> {
    let diff = TextDiff::configure().diff_words(before, after);
    let changes: Vec<_> = diff.iter_all_changes().collect();
    let runs: Vec<_> = changes.chunk_by(|a, b| a.tag() == b.tag()).collect();
    let mut passages = Vec::new();
    let mut passage = String::new();
    for (at, run) in runs.iter().enumerate() {
        let (is_first, is_last) = (at == 0, at + 1 == runs.len());
        let text: String = run.iter().map(similar::Change::value).collect();
        let paragraphs = text.split('\n').filter(|part| !part.trim().is_empty());
        let line = paragraphs.collect::<Vec<_>>().join(marks.paragraph);
        match run.first().map(similar::Change::tag) {
            Some(ChangeTag::Delete) => {
                let (open, close) = marks.deleted;
                passage.push_str(&format!("{open}{}{close} ", line.trim()));
            }
            Some(ChangeTag::Insert) => {
                let (open, close) = marks.inserted;
                passage.push_str(&format!("{open}{}{close} ", line.trim()));
            }
            Some(ChangeTag::Equal) | None => {
                let words: Vec<&str> = text.split_whitespace().collect();
                if words.len() <= CONTEXT_WORDS * 2 && !is_first && !is_last {
                    passage.push_str(&format!("{line} "));
                    continue;
                }
                let head = words.get(..CONTEXT_WORDS).unwrap_or(&words);
                let tail = words.get(words.len().saturating_sub(CONTEXT_WORDS)..);
                let tail = tail.unwrap_or_default();
                let is_cut = words.len() > CONTEXT_WORDS;
                if !is_first {
                    passage.push_str(&head.join(" "));
                    if is_cut {
                        passage.push_str(&format!(" {}", marks.ellipsis));
                    }
                    passages.push(std::mem::take(&mut passage));
                }
                if !is_last {
                    if is_cut {
                        passage.push_str(&format!("{} ", marks.ellipsis));
                    }
                    passage.push_str(&format!("{} ", tail.join(" ")));
                }
            }
        }
    }
    passages.push(passage);
    passages.retain(|text| text.contains(marks.deleted.0) || text.contains(marks.inserted.0));
    passages
}
