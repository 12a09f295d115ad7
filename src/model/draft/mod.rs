//! The answers so far. A draft holds anything a person wrote, right or wrong, also what no
//! question asks for any more.

mod merge;
mod read;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt;

use jiff::Timestamp;

use crate::model::answer::Answer;
use crate::model::questionnaire::{Condition, Expected, Field, Key, Need, Question, Questionnaire};
use crate::model::text;
use crate::model::value::Value;
pub(crate) use merge::merge;

/// The answers to a questionnaire.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Draft {
    /// When it was last saved.
    pub saved: Option<Timestamp>,
    /// The version of the questionnaire it was saved with; nothing where the file does not say.
    pub version: Option<String>,
    answers: BTreeMap<Key, Answer>,
    not_applicable: BTreeSet<String>,
    /// Answers no question asks for.
    unplaced: Vec<Unplaced>,
    /// Keys a person added to the file beside the answers.
    extra: Vec<(String, Value)>,
    /// Answers found under a former name: that, and where they stand now.
    moved: Vec<(String, Key)>,
}

/// An answer no question asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Unplaced {
    /// The question it stands under, if any.
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

/// The fields of a question, or one of them alone.
fn wanted<'q>(question: &'q Question, field: Option<&'q Field>) -> impl Iterator<Item = &'q Field> {
    question.fields.iter().filter(move |its| field.is_none_or(|only| only.key == its.key))
}

/// How many words of a text another one does not have.
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

impl Draft {
    /// Returns the answer in a field, or `None` if the field is empty.
    pub fn answer(&self, key: &Key) -> Option<&Answer> {
        self.answers.get(key)
    }

    /// Returns the items of a list in a field, which are none if the field has no list.
    pub fn list(&self, key: &Key) -> &[String] {
        self.answer(key).and_then(Answer::as_list).unwrap_or_default()
    }

    /// Puts an answer into a field; an empty one empties it. A question that is answered is
    /// applicable after all.
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

    /// Marks a question as not applicable, or takes the mark away. What was written stays.
    pub fn mark_not_applicable(&mut self, question: &Question, marked: bool) {
        if marked {
            self.not_applicable.insert(question.id.clone());
        } else {
            self.not_applicable.remove(&question.id);
        }
    }

    /// Keeps a text that belongs to no question.
    pub fn keep(&mut self, text: &str) {
        let taken = |name: &String| self.unplaced.iter().any(|kept| kept.name == *name);
        let mut names = (self.unplaced.len() + 1..).map(|number| format!("unplaced-{number}"));
        let name = names.find(|name| !taken(name)).unwrap_or_default();
        self.add_unplaced(None, &name, Value::Text(text::normalize_answer(text)));
    }

    /// Keeps an answer no question asks for under this name, with a number where it is taken;
    /// returns the name.
    fn add_unplaced(&mut self, question: Option<&str>, wanted: &str, value: Value) -> String {
        let taken = |name: &String| {
            let same = |kept: &Unplaced| kept.question.as_deref() == question && kept.name == *name;
            self.unplaced.iter().any(same)
        };
        // A number it has already is counted on.
        let stem = wanted.trim_end_matches(|c: char| c.is_ascii_digit());
        let stem = stem.strip_suffix('-').filter(|_| stem.len() < wanted.len()).unwrap_or(wanted);
        let numbered = (2_usize..).map(|number| format!("{stem}-{number}"));
        let mut names = std::iter::once(wanted.to_owned()).chain(numbered);
        let name = names.find(|name| !taken(name)).unwrap_or_default();
        let question = question.map(str::to_owned);
        self.unplaced.push(Unplaced { question, name: name.clone(), value });
        name
    }

    /// Whether a text is kept that belongs to no question.
    pub fn keeps(&self, wanted: &str) -> bool {
        let wanted = text::normalize_answer(wanted);
        self.unplaced.iter().any(|kept| kept.value.as_text() == Some(&wanted))
    }

    /// An answer no question asks for, by its name.
    pub fn unplaced_text(&self, name: &str) -> Option<String> {
        self.unplaced_texts().find(|(known, _)| known == name).map(|(_, text)| text)
    }

    /// The answers no question asks for: name and text.
    pub fn unplaced_texts(&self) -> impl Iterator<Item = (String, String)> {
        self.unplaced.iter().map(|kept| (kept.to_string(), kept.value.written_out()))
    }

    /// Takes an answer away that no question asks for. `false` where none has this name.
    pub fn drop_unplaced(&mut self, name: &str) -> bool {
        let before = self.unplaced.len();
        self.unplaced.retain(|kept| kept.to_string() != name);
        self.unplaced.len() < before
    }

    /// The answers of a question, or of one of its fields, as one reads them: one below the other.
    pub fn answers_of(&self, question: &Question, field: Option<&Field>) -> String {
        let fields = wanted(question, field);
        let shown = fields.filter_map(|field| Some(self.answer(&field.key)?.shown(field)));
        shown.collect::<Vec<_>>().join("\n")
    }

    /// Brings the answers to a question back from an earlier version, or that of one field; what
    /// was empty then stays as it is now. `false` where nothing changes.
    pub fn bring_back(&mut self, from: &Self, question: &Question, field: Option<&Field>) -> bool {
        let before = self.clone();
        for its in wanted(question, field) {
            if let Some(answer) = from.answer(&its.key) {
                self.set(&its.key, answer.clone());
            }
        }
        if field.is_none() && from.is_not_applicable(question) {
            self.mark_not_applicable(question, true);
        }
        *self != before
    }

    /// Brings back what an earlier version kept without a question.
    pub fn bring_back_unplaced(&mut self, from: &Self) {
        self.take_unplaced(&Self::default(), from);
    }

    /// Takes over what `theirs` keeps without a question and `base` did not.
    fn take_unplaced(&mut self, base: &Self, theirs: &Self) {
        for theirs in &theirs.unplaced {
            let kept =
                |kept: &Unplaced| kept.value == theirs.value && kept.question == theirs.question;
            if !base.unplaced.contains(theirs) && !self.unplaced.iter().any(kept) {
                self.add_unplaced(theirs.question.as_deref(), &theirs.name, theirs.value.clone());
            }
        }
    }

    /// Whether two drafts hold the same, whenever they were saved.
    pub fn holds_same(&self, other: &Self) -> bool {
        let contents = |draft: &Self| {
            let mut draft = Self { saved: None, version: None, moved: Vec::new(), ..draft.clone() };
            draft.unplaced.sort_by(|a, b| (&a.question, &a.name).cmp(&(&b.question, &b.name)));
            draft
        };
        contents(self) == contents(other)
    }

    /// How many words of the answers a later version does not have any more, whatever it has in
    /// their place.
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

    /// How many words the answers have.
    pub fn words(&self) -> usize {
        self.answers.values().map(|answer| answer.words().split_whitespace().count()).sum()
    }

    /// Whether nothing has been answered.
    pub fn is_empty(&self) -> bool {
        self.answers.is_empty() && self.unplaced.is_empty() && self.not_applicable.is_empty()
    }

    /// Whether a question of the questionnaire has an answer.
    pub fn has_answers(&self) -> bool {
        !self.answers.is_empty()
    }

    /// How many answers no question asks for.
    pub fn unplaced(&self) -> usize {
        self.unplaced.len()
    }

    /// The names of the answers no question asks for.
    pub fn unplaced_names(&self) -> Vec<String> {
        self.unplaced.iter().map(|kept| format!("`{kept}`")).collect()
    }

    /// Whether a condition holds.
    pub fn holds(&self, condition: &Condition) -> bool {
        self.answer(&condition.key).is_some_and(|answer| match &condition.answer {
            Expected::YesNo(yes) => answer.as_yes_no() == Some(*yes),
            Expected::Choice(id) => answer.items().contains(id),
        })
    }

    /// Whether a question or field is asked at all.
    pub fn asks(&self, need: &Need) -> bool {
        match need {
            Need::Required | Need::IfApplicable => true,
            Need::RequiredWhen(condition) => self.holds(condition),
        }
    }

    /// The fields of a question that are asked.
    pub fn asked_fields<'q>(&self, question: &'q Question) -> impl Iterator<Item = &'q Field> {
        question.fields.iter().filter(|field| self.asks(&field.need))
    }

    /// Whether it was saved with another version of the questionnaire.
    pub fn in_other_version(&self, questionnaire: &Questionnaire) -> bool {
        self.version.as_ref().is_some_and(|version| *version != questionnaire.version)
    }

    /// Answers that stood under a former name when the draft was read, in sentences.
    pub fn moves_told(&self) -> Vec<String> {
        let told = |(former, key): &(String, Key)| format!("`{former}` is `{key}` now.");
        self.moved.iter().map(told).collect()
    }

    /// The draft as its file holds it, in the order of the questionnaire.
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
            let alone = question.fields.iter().find(|field| field.key.field.is_none());
            if let Some(field) = alone {
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
        entries.extend(self.extra.iter().cloned());
        Value::map(entries)
    }

    fn unplaced_under<'a>(
        &'a self,
        question: Option<&'a str>,
    ) -> impl Iterator<Item = (String, Value)> + 'a {
        let there = move |kept: &&Unplaced| kept.question.as_deref() == question;
        self.unplaced.iter().filter(there).map(|kept| (kept.name.clone(), kept.value.clone()))
    }
}
