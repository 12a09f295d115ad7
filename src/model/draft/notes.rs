//! Notes on questions: what colleagues and the applicant write beside the answers. They are kept in
//! the draft, and neither counted nor exported.

use super::Draft;
use crate::model::questionnaire::Questionnaire;
use crate::model::text;
use crate::model::value::{Node, Value};

/// A note on a question.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MarginNote {
    /// The id of the question; empty if the note is on the whole application.
    pub question: String,
    /// Who wrote it; empty for the applicant's own notes.
    pub author: String,
    /// The words of the answer that it is about; may be empty.
    pub about: String,
    /// The note.
    pub text: String,
    /// Whether it is ticked off.
    pub done: bool,
}

impl MarginNote {
    /// Creates an open note. White space is normalised.
    pub fn new(question: &str, author: &str, about: &str, note: &str) -> Self {
        Self {
            question: question.to_owned(),
            author: text::normalize_line(author),
            about: text::normalize_line(about),
            text: text::normalize_answer(note),
            done: false,
        }
    }

    /// Returns the note with its author and the words that it is about, on one line.
    pub fn describe(&self) -> String {
        let author = if self.author.is_empty() { "note" } else { &self.author };
        let about = text::shorten(&self.about, 40);
        let about = if about.is_empty() { String::new() } else { format!(" on \"{about}\"") };
        format!("{author}{about}: {}", text::normalize_line(&self.text))
    }

    /// Whether two notes are the same one, which may be ticked off in one place. Programs that save a
    /// document may lose the words that a comment is about.
    fn is_same(&self, other: &Self) -> bool {
        let about = |note: &Self| note.about.is_empty() || note.about == self.about;
        self.question == other.question
            && self.author == other.author
            && self.text == other.text
            && (self.about.is_empty() || about(other))
    }

    /// Reads a note. Whatever has another form is the text of a note.
    fn from_node(node: &Node, questionnaire: &Questionnaire) -> Self {
        let mut note = Self::default();
        let whole = || Self { text: node.value.written_out(), ..Self::default() };
        let Value::Map(entries) = &node.value else { return whole() };
        for (key, node) in entries {
            let Some(value) = node.value.as_text().map(str::to_owned) else { return whole() };
            match key.name.as_str() {
                "question" => {
                    let found = questionnaire.find(&value).ok().map(|(found, _)| &found.id);
                    let former = || Some(&questionnaire.formerly(&value)?.key.question);
                    note.question = found.or_else(former).cloned().unwrap_or(value);
                }
                "author" => note.author = value,
                "about" => note.about = value,
                "text" => note.text = value,
                "done" => note.done = matches!(value.to_lowercase().as_str(), "true" | "yes"),
                _ => return whole(),
            }
        }
        if note.text.trim().is_empty() { whole() } else { note }
    }

    fn to_value(&self) -> Value {
        let texts = [
            ("question", &self.question),
            ("author", &self.author),
            ("about", &self.about),
            ("text", &self.text),
        ];
        let filled = texts.into_iter().filter(|(_, text)| !text.is_empty());
        let mut entries: Vec<_> =
            filled.map(|(key, text)| (key, Value::Text(text.clone()))).collect();
        if self.done {
            entries.push(("done", Value::Plain("true".to_owned())));
        }
        Value::map(entries)
    }
}

impl Draft {
    /// Returns all notes, also those that are ticked off.
    pub fn notes(&self) -> &[MarginNote] {
        &self.notes
    }

    /// Returns the notes on a question that are not ticked off.
    pub fn open_notes(&self, question: &str) -> impl Iterator<Item = &MarginNote> {
        self.notes.iter().filter(move |note| !note.done && note.question == question)
    }

    /// Counts the notes that are not ticked off.
    pub fn open_note_count(&self) -> usize {
        self.notes.iter().filter(|note| !note.done).count()
    }

    /// Adds a note. Returns `false` if the draft has it already, or if it has no text.
    pub fn add_note(&mut self, note: MarginNote) -> bool {
        self.read_plain_notes();
        let is_new = !note.text.is_empty() && !self.notes.iter().any(|known| known.is_same(&note));
        if is_new {
            self.notes.push(note);
        }
        is_new
    }

    /// Ticks off the first open note on a question. Returns `false` if no note is open.
    pub fn tick_off_note(&mut self, question: &str) -> bool {
        let is_open = |note: &&mut MarginNote| !note.done && note.question == question;
        self.notes.iter_mut().find(is_open).map(|note| note.done = true).is_some()
    }

    /// Takes the notes and the kept words of another copy of the draft.
    pub fn set_notes_and_words_of(&mut self, other: &Self) {
        self.kept_words.clone_from(&other.kept_words);
        self.notes.clone_from(&other.notes);
        self.read_plain_notes();
    }

    /// Adds the notes that `theirs` has and `base` has not, and ticks off those that are only ticked
    /// off in `theirs`.
    pub(super) fn merge_notes(&mut self, base: &Self, theirs: &Self) {
        for note in &theirs.notes {
            let before = base.notes.iter().find(|known| known.is_same(note));
            match self.notes.iter_mut().find(|known| known.is_same(note)) {
                Some(ours) if before.is_none_or(|before| before.done != note.done) => {
                    ours.done = note.done;
                }
                None if before.is_none() => self.notes.push(note.clone()),
                Some(_) | None => {}
            }
        }
        if !self.notes.is_empty() {
            self.read_plain_notes();
        }
    }

    /// Reads the value of `notes:`. A text that a person wrote there stays as it is until there is
    /// another note.
    pub(super) fn read_notes(&mut self, node: &Node, questionnaire: &Questionnaire) {
        match &node.value {
            Value::List(items) => {
                let items = items.iter().filter(|item| item.value != Value::Empty);
                self.notes.extend(items.map(|item| MarginNote::from_node(item, questionnaire)));
            }
            Value::Empty => {}
            Value::Text(_) | Value::Plain(_) | Value::Map(_) => {
                self.extra.push(("notes".to_owned(), node.value.without_locations()));
            }
        }
    }

    /// Turns a text that a person wrote as `notes:` into a note.
    fn read_plain_notes(&mut self) {
        if let Some(at) = self.extra.iter().position(|(key, _)| key == "notes") {
            let (_, value) = self.extra.remove(at);
            self.notes.push(MarginNote { text: value.written_out(), ..MarginNote::default() });
        }
    }

    /// Returns the value of `notes:`, or `None` without notes.
    pub(super) fn notes_to_value(&self) -> Option<Value> {
        let notes = self.notes.iter().map(|note| note.to_value().into());
        (!self.notes.is_empty()).then(|| Value::List(notes.collect()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::draft::merge;

    #[test]
    fn notes_of_both_sides_survive_a_merge() {
        let (mut base, anna) = (Draft::default(), MarginNote::new("a", "Anna", "", "Why?"));
        base.add_note(anna.clone());
        let (mut ours, mut theirs) = (base.clone(), base.clone());
        assert!(ours.add_note(MarginNote::new("b", "", "", "Ours.")));
        assert!(theirs.add_note(MarginNote::new("b", "", "", "Theirs.")));
        assert!(!theirs.add_note(anna));
        assert!(theirs.tick_off_note("a"));
        let merged = merge(&base, &ours, &theirs).draft;
        let texts: Vec<_> = merged.open_notes("b").map(|note| note.text.as_str()).collect();
        assert_eq!(texts, ["Ours.", "Theirs."]);
        assert_eq!((merged.notes().len(), merged.open_note_count()), (3, 2));
        // A note that was deleted by hand does not come back.
        let removed = merge(&base, &Draft::default(), &base).draft;
        assert_eq!(removed.notes(), []);
    }

    #[test]
    fn what_a_person_wrote_as_notes_is_a_note_once_there_are_others() {
        let mut draft = Draft::default();
        draft.extra.push(("notes".to_owned(), Value::Text("Call Jana".to_owned())));
        draft.add_note(MarginNote::new("a", "", "", "Why?"));
        let texts: Vec<_> = draft.notes().iter().map(|note| note.text.as_str()).collect();
        assert_eq!(texts, ["Call Jana", "Why?"]);
        assert!(draft.extra.is_empty());
    }
}
