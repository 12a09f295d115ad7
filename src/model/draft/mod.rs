//! Drafts: the answers to a questionnaire, valid or not, including answers that belong to no
//! question of the current questionnaire.

mod merge;
mod merge_answer;
mod notes;
mod read;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt;

use jiff::Timestamp;

use crate::model::answer::Answer;
use crate::model::questionnaire::{Field, Key, Question, Questionnaire};
use crate::model::text;
use crate::model::value::Value;
pub use merge::merge;
pub(crate) use merge_answer::{AnswerMerge, merge_answer, with_look_of};
pub(crate) use notes::MarginNote;

/// The answers to a questionnaire.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Draft {
    /// When the draft was last saved, or `None` if the file does not say.
    pub saved: Option<Timestamp>,
    /// The version of the questionnaire the draft was saved with, or `None` if the file does not
    /// say.
    pub version: Option<String>,
    /// The answers to questions of the questionnaire. None of them is empty.
    answers: BTreeMap<Key, Answer>,
    /// The ids of the questions that are marked as not applicable.
    not_applicable: BTreeSet<String>,
    /// Words that are right in this application although no dictionary has them.
    kept_words: BTreeSet<String>,
    /// Whether the spelling of this draft is not checked.
    spelling_off: bool,
    /// The official form that was filled in last: a path from the folder of the draft.
    form: Option<String>,
    /// Answers that belong to no question of the questionnaire.
    unplaced: Vec<Unplaced>,
    /// Notes on questions.
    notes: Vec<MarginNote>,
    /// Unknown top-level keys of the file, which are written back unchanged.
    extra: Vec<(String, Value)>,
}

/// An answer that belongs to no question of the questionnaire. Displayed as the name that commands
/// use: `question.name`, or `name` alone.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Unplaced {
    /// The id of the question under which the file has the answer, if any.
    question: Option<String>,
    name: String,
    value: Value,
}

impl fmt::Display for Unplaced {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.question {
            Some(question) => write!(f, "{question}.{}", self.name),
            None => f.write_str(&self.name),
        }
    }
}

/// Returns all fields of a question, or only `field`.
fn fields_of<'q>(
    question: &'q Question,
    field: Option<&'q Field>,
) -> impl Iterator<Item = &'q Field> {
    question.fields.iter().filter(move |any| field.is_none_or(|only| only.key == any.key))
}

/// Counts the words of a text that another text does not contain. A word that occurs twice must
/// occur twice in the other text.
fn words_missing(text: &str, other: &str) -> usize {
    let mut counts: HashMap<&str, usize> = HashMap::new();
    for word in text.split_whitespace() {
        *counts.entry(word).or_default() += 1;
    }
    for word in other.split_whitespace() {
        counts.entry(word).and_modify(|count| *count = count.saturating_sub(1));
    }
    counts.values().sum()
}

/// Counts the white-space separated words of an answer.
fn word_count(answer: Option<&Answer>) -> usize {
    answer.map_or(0, |answer| answer.words().split_whitespace().count())
}

impl Draft {
    /// Returns the answer in a field, or `None` if the field is empty.
    pub fn answer(&self, key: &Key) -> Option<&Answer> {
        self.answers.get(key)
    }

    /// Returns the items of a list in a field. The result is empty if the field has no list.
    pub fn list(&self, key: &Key) -> &[String] {
        self.answer(key).and_then(Answer::as_list).unwrap_or_default()
    }

    /// Sets the answer in a field, or clears the field if the answer is empty. An answered question
    /// is no longer marked as not applicable.
    pub fn set(&mut self, key: &Key, answer: Answer) {
        if answer.is_empty() {
            self.answers.remove(key);
        } else {
            self.not_applicable.remove(&key.question);
            self.answers.insert(key.clone(), answer);
        }
    }

    /// Whether a question is marked as not applicable.
    pub fn is_not_applicable(&self, question: &Question) -> bool {
        self.not_applicable.contains(&question.id)
    }

    /// Sets whether a question is marked as not applicable. Its answers remain.
    pub fn mark_not_applicable(&mut self, question: &Question, marked: bool) {
        if marked {
            self.not_applicable.insert(question.id.clone());
        } else {
            self.not_applicable.remove(&question.id);
        }
    }

    /// Returns the words that are right in this application, sorted.
    pub fn kept_words(&self) -> impl Iterator<Item = &str> {
        self.kept_words.iter().map(String::as_str)
    }

    /// Notes that a word is right in this application.
    pub fn keep_word(&mut self, word: &str) {
        self.kept_words.insert(word.to_owned());
    }

    /// Whether the spelling of this draft is checked.
    pub fn checks_spelling(&self) -> bool {
        !self.spelling_off
    }

    /// Returns the official form that was filled in last, as a path from the folder of the draft.
    pub fn form(&self) -> Option<&str> {
        self.form.as_deref()
    }

    /// Remembers the official form that is filled in, as a path from the folder of the draft.
    pub fn set_form(&mut self, form: &str) {
        self.form = Some(form.to_owned());
    }

    /// Adds a text that belongs to no question.
    pub fn add_text(&mut self, text: &str) {
        let name = format!("unplaced-{}", self.unplaced.len() + 1);
        self.add_unplaced(None, &name, Value::Text(text::normalize_answer(text)));
    }

    /// Adds an answer that belongs to no question. If the name `wanted` is taken, a number is
    /// appended. Returns the name.
    fn add_unplaced(&mut self, question: Option<&str>, wanted: &str, value: Value) -> String {
        let taken = |name: &String| {
            let same =
                |entry: &Unplaced| entry.question.as_deref() == question && entry.name == *name;
            self.unplaced.iter().any(same)
        };
        // `name-2` becomes `name-3`, not `name-2-2`.
        let stem = wanted.trim_end_matches(|c: char| c.is_ascii_digit());
        let stem = stem.strip_suffix('-').filter(|_| stem.len() < wanted.len()).unwrap_or(wanted);
        let numbered = (2_usize..).map(|number| format!("{stem}-{number}"));
        let mut names = std::iter::once(wanted.to_owned()).chain(numbered);
        let name = names.find(|name| !taken(name)).unwrap_or_default();
        let question = question.map(str::to_owned);
        self.unplaced.push(Unplaced { question, name: name.clone(), value });
        name
    }

    /// Whether the draft contains this text as an answer that belongs to no question.
    pub fn contains_text(&self, wanted: &str) -> bool {
        let wanted = text::normalize_answer(wanted);
        self.unplaced.iter().any(|entry| entry.value.as_text() == Some(&wanted))
    }

    /// Returns the text of an answer that belongs to no question, or `None` if none has this name.
    pub fn unplaced_text(&self, name: &str) -> Option<String> {
        self.unplaced_texts().find(|(known, _)| known == name).map(|(_, text)| text)
    }

    /// Returns the names and texts of the answers that belong to no question.
    pub fn unplaced_texts(&self) -> impl Iterator<Item = (String, String)> {
        self.unplaced.iter().map(|entry| (entry.to_string(), entry.value.written_out()))
    }

    /// Removes an answer that belongs to no question. Returns `false` if none has this name.
    pub fn drop_unplaced(&mut self, name: &str) -> bool {
        let before = self.unplaced.len();
        self.unplaced.retain(|entry| entry.to_string() != name);
        self.unplaced.len() < before
    }

    /// Returns the answers of a question, or of one of its fields, as they are shown to a person,
    /// joined by line ends.
    pub fn answers_of(&self, question: &Question, field: Option<&Field>) -> String {
        let fields = fields_of(question, field);
        let shown = fields.filter_map(|field| Some(self.answer(&field.key)?.shown(field)));
        shown.collect::<Vec<_>>().join("\n")
    }

    /// Restores the answers of a question, or of one of its fields, from an earlier version. Fields
    /// that were empty there are not changed. Returns whether anything changed.
    pub fn bring_back(&mut self, from: &Self, question: &Question, field: Option<&Field>) -> bool {
        let before = self.clone();
        for restored in fields_of(question, field) {
            if let Some(answer) = from.answer(&restored.key) {
                self.set(&restored.key, answer.clone());
            }
        }
        if field.is_none() && from.is_not_applicable(question) {
            self.mark_not_applicable(question, true);
        }
        *self != before
    }

    /// Adds the answers that belong to no question and that `theirs` contains but `base` does not.
    pub fn take_unplaced(&mut self, base: &Self, theirs: &Self) {
        for theirs in &theirs.unplaced {
            let same =
                |ours: &Unplaced| ours.value == theirs.value && ours.question == theirs.question;
            if !base.unplaced.contains(theirs) && !self.unplaced.iter().any(same) {
                self.add_unplaced(theirs.question.as_deref(), &theirs.name, theirs.value.clone());
            }
        }
    }

    /// Whether two drafts have the same contents, regardless of when they were saved and with which
    /// version of the questionnaire.
    pub fn holds_same(&self, other: &Self) -> bool {
        let contents = |draft: &Self| {
            let mut draft = Self { saved: None, version: None, ..draft.clone() };
            draft.unplaced.sort_by(|a, b| (&a.question, &a.name).cmp(&(&b.question, &b.name)));
            draft
        };
        contents(self) == contents(other)
    }

    /// Counts the words of the answers that a later version no longer contains. Words that were
    /// added do not make up for them.
    pub fn words_gone(&self, later: &Self) -> usize {
        let gone = |(key, answer): (&Key, &Answer)| {
            let after = later.answer(key);
            if after == Some(answer) {
                return 0;
            }
            words_missing(&answer.words(), &after.map(Answer::words).unwrap_or_default())
        };
        self.answers.iter().map(gone).sum()
    }

    /// Whether each answer that is shorter in `later` is contained in one of these versions. One word
    /// may differ: drafts are saved while a word is being typed.
    pub fn is_contained_in(&self, versions: &[Self], later: &Self) -> bool {
        self.answers.iter().all(|(key, answer)| {
            let after = later.answer(key);
            if after == Some(answer) {
                return true;
            }
            let (words, count) = (answer.words(), word_count(Some(answer)));
            let contains = |version: &Self| {
                let other = version.answer(key);
                word_count(other) >= count
                    && other.is_some_and(|other| words_missing(&words, &other.words()) <= 1)
            };
            word_count(after) >= count || versions.iter().any(contains)
        })
    }

    /// Whether every answer has at least as many words as in another version.
    pub fn is_as_long_as(&self, other: &Self) -> bool {
        let mut answers = other.answers.iter();
        answers.all(|(key, answer)| word_count(self.answer(key)) >= word_count(Some(answer)))
    }

    /// Returns the draft without what no document of it shows.
    pub fn answers_only(&self) -> Self {
        Self {
            answers: self.answers.clone(),
            not_applicable: self.not_applicable.clone(),
            ..Self::default()
        }
    }

    /// Counts the answers that another draft has with the same words.
    pub fn answers_in_common(&self, other: &Self) -> usize {
        let is_common = |(key, answer): &(&Key, &Answer)| {
            other.answer(key).is_some_and(|other| answer.has_same_words(other))
        };
        self.answers.iter().filter(is_common).count()
    }

    /// Counts the answers to questions of the questionnaire.
    pub fn answer_count(&self) -> usize {
        self.answers.len()
    }

    /// Whether the draft has no answers, marks or notes.
    pub fn is_empty(&self) -> bool {
        self.answers.is_empty()
            && self.unplaced.is_empty()
            && self.not_applicable.is_empty()
            && self.notes.is_empty()
    }

    /// Whether any question of the questionnaire has an answer.
    pub fn has_answers(&self) -> bool {
        !self.answers.is_empty()
    }

    /// Returns the number of answers that belong to no question.
    pub fn unplaced(&self) -> usize {
        self.unplaced.len()
    }

    /// Returns the names of the answers that belong to no question, in backticks.
    pub fn unplaced_names(&self) -> Vec<String> {
        self.unplaced.iter().map(|unplaced| format!("`{unplaced}`")).collect()
    }

    /// Whether the draft was saved with another version of the questionnaire.
    pub fn in_other_version(&self, questionnaire: &Questionnaire) -> bool {
        self.version.as_ref().is_some_and(|version| *version != questionnaire.version)
    }

    /// Converts the draft to the value that is written to its file, in the order of the
    /// questionnaire.
    pub fn to_value(&self, questionnaire: &Questionnaire) -> Value {
        let mut entries = vec![
            ("questionnaire".to_owned(), Value::Text(questionnaire.id.clone())),
            (
                "version".to_owned(),
                Value::Plain(self.version.as_ref().unwrap_or(&questionnaire.version).clone()),
            ),
        ];
        entries
            .extend(self.saved.map(|saved| ("saved".to_owned(), Value::Plain(saved.to_string()))));
        if !self.not_applicable.is_empty() {
            entries.push(("not-applicable".to_owned(), Value::list(&self.not_applicable)));
        }
        let mut answers = Vec::new();
        for (_, question) in questionnaire.questions() {
            let only = question.fields.iter().find(|field| field.key.field.is_none());
            if let Some(field) = only {
                answers.extend(
                    self.answer(&field.key).map(|answer| (question.id.clone(), answer.to_value())),
                );
                continue;
            }
            let mut parts = Vec::new();
            for field in &question.fields {
                let answer = self.answer(&field.key).map(Answer::to_value);
                parts.extend(field.key.field.clone().zip(answer));
            }
            parts.extend(self.unplaced_under(Some(&question.id)));
            if !parts.is_empty() {
                answers.push((question.id.clone(), Value::map(parts)));
            }
        }
        answers.extend(self.unplaced_under(None));
        entries.push(("answers".to_owned(), Value::map(answers)));
        if !self.kept_words.is_empty() {
            entries.push(("words".to_owned(), Value::list(&self.kept_words)));
        }
        if self.spelling_off {
            entries.push(("spelling".to_owned(), Value::Plain("off".to_owned())));
        }
        entries.extend(self.form.clone().map(|form| ("form".to_owned(), Value::Text(form))));
        entries.extend(self.notes_to_value().map(|notes| ("notes".to_owned(), notes)));
        entries.extend(self.extra.iter().cloned());
        Value::map(entries)
    }

    fn unplaced_under<'a>(
        &'a self,
        question: Option<&'a str>,
    ) -> impl Iterator<Item = (String, Value)> + 'a {
        let inside = move |entry: &&Unplaced| entry.question.as_deref() == question;
        self.unplaced.iter().filter(inside).map(|entry| (entry.name.clone(), entry.value.clone()))
    }
}
