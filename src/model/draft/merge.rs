//! Three-way merge of drafts, answer by answer.

use std::collections::BTreeSet;

use super::merge_answer::{AnswerMerge, merge_answer};
use super::{Draft, words_missing};
use crate::model::answer::Answer;
use crate::model::questionnaire::{Key, Question, Questionnaire};
use crate::model::text::and_list;
use crate::model::value::Value;

/// The result of a merge.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Merged {
    /// The merged draft.
    pub draft: Draft,
    /// Questions whose answer was taken from their draft, because only theirs changed.
    taken: BTreeSet<String>,
    /// Questions whose answer has the changes of both sides.
    combined: BTreeSet<String>,
    /// Questions that changed on both sides, with the name under which their answer is kept.
    both: Vec<(String, String)>,
    /// Questions that were cleared in their draft. Our answer is kept.
    emptied: BTreeSet<String>,
}

/// Merges `ours` and `theirs`, whose common ancestor is `base`.
///
/// An answer that only one side changed is taken from that side. If both sides changed different
/// places of it, the changes are combined. If they changed the same place, ours is the answer and
/// theirs is added as an answer that belongs to no question. An answer that was only cleared in
/// `theirs` is kept. So a merge never loses a word.
pub fn merge(base: &Draft, ours: &Draft, theirs: &Draft) -> Merged {
    let mut merged = Merged { draft: ours.clone(), ..Merged::default() };
    let keys: BTreeSet<&Key> = theirs.answers.keys().chain(ours.answers.keys()).collect();
    for key in keys {
        let their = theirs.answer(key);
        match (merge_answer(base.answer(key), ours.answer(key), their), their) {
            (AnswerMerge::Cleared, _) => {
                merged.emptied.insert(key.question.clone());
            }
            (AnswerMerge::Conflict, Some(their)) => {
                let name = merged.draft.add_conflicting(key, their);
                merged.both.push((key.question.clone(), name));
            }
            (AnswerMerge::Theirs, Some(their)) => {
                merged.draft.answers.insert(key.clone(), their.clone());
                merged.taken.insert(key.question.clone());
            }
            (AnswerMerge::Both(answer), _) => {
                merged.draft.answers.insert(key.clone(), answer);
                merged.combined.insert(key.question.clone());
            }
            (AnswerMerge::Ours | AnswerMerge::Conflict | AnswerMerge::Theirs, _) => {}
        }
    }
    for question in base.not_applicable.symmetric_difference(&theirs.not_applicable) {
        if base.not_applicable.contains(question) == ours.not_applicable.contains(question) {
            merged.taken.insert(question.clone());
            if theirs.not_applicable.contains(question) {
                merged.draft.not_applicable.insert(question.clone());
            } else {
                merged.draft.not_applicable.remove(question);
            }
        }
    }
    merged.draft.kept_words.extend(theirs.kept_words.iter().cloned());
    if base.spelling_off != theirs.spelling_off {
        merged.draft.spelling_off = theirs.spelling_off;
    }
    if base.form != theirs.form {
        merged.draft.form.clone_from(&theirs.form);
    }
    merged.draft.take_unplaced(base, theirs);
    merged.draft.extra.clone_from(&theirs.extra);
    merged.draft.merge_notes(base, theirs);
    merged
}

impl Merged {
    /// Describes what was merged, in sentences for the user.
    pub(crate) fn notices(&self, questionnaire: &Questionnaire) -> Vec<String> {
        let name =
            |id: &String| questionnaire.question(id).map_or_else(|| id.clone(), Question::name);
        let names = |ids: &BTreeSet<String>| and_list(&ids.iter().map(name).collect::<Vec<_>>());
        let mut notices = Vec::new();
        if !self.taken.is_empty() {
            notices.push(format!(
                "Another program changed the file. Copied from it: {}.",
                names(&self.taken)
            ));
        }
        if !self.combined.is_empty() {
            notices.push(format!(
                "Another program changed the file. Your changes and those in the file are combined: {}.",
                names(&self.combined)
            ));
        }
        for (id, kept) in &self.both {
            notices.push(format!(
                "The answer to {} was changed in the file, too. Yours is kept; the other is in the draft as `{kept}`.",
                name(id)
            ));
        }
        if !self.emptied.is_empty() {
            notices.push(format!("Cleared in the file, but kept here: {}.", names(&self.emptied)));
        }
        notices
    }
}

impl Draft {
    /// Adds their answer to a question that we answered differently. Returns its name.
    fn add_conflicting(&mut self, key: &Key, answer: &Answer) -> String {
        let wanted = key.to_string().replace('.', "-") + "-elsewhere";
        // An earlier answer is replaced if this one contains all its words: while they type, every
        // save has a longer one.
        self.unplaced.retain(|entry| {
            let earlier = entry.question.is_none() && entry.name.starts_with(&wanted);
            !earlier || words_missing(&entry.value.written_out(), &answer.words()) > 0
        });
        let value = match answer.to_value() {
            // Written as a text, so that it is equal to what is read again.
            Value::Plain(text) => Value::Text(text),
            other @ (Value::Empty | Value::Text(_) | Value::List(_) | Value::Map(_)) => other,
        };
        self.add_unplaced(None, &wanted, value)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn key(question: &str) -> Key {
        Key { question: question.into(), field: None }
    }

    fn draft(answers: &[(&str, &str)]) -> Draft {
        let mut draft = Draft::default();
        for (name, text) in answers {
            draft.set(&key(name), Answer::Text((*text).into()));
        }
        draft
    }

    #[test]
    fn each_side_keeps_what_it_changed() {
        let base = draft(&[("a", "one"), ("b", "one"), ("c", "one")]);
        let ours = draft(&[("a", "ours"), ("b", "one"), ("c", "ours"), ("d", "new")]);
        let theirs = draft(&[("a", "one"), ("b", "theirs"), ("c", "theirs"), ("e", "new")]);
        let merged = merge(&base, &ours, &theirs);
        let answer = |name| merged.draft.answer(&key(name)).cloned();
        let text = |text: &str| Some(Answer::Text(text.into()));
        assert_eq!(answer("a"), text("ours"));
        assert_eq!(answer("b"), text("theirs"));
        assert_eq!(answer("c"), text("ours"));
        assert_eq!((answer("d"), answer("e")), (text("new"), text("new")));
        assert_eq!(merged.draft.unplaced_names(), ["`c-elsewhere`"]);
        assert!(merged.draft.contains_text("theirs"));
        assert_eq!(merged.both, [("c".to_owned(), "c-elsewhere".to_owned())]);
        assert!(merged.taken.contains("b") && !merged.taken.contains("a"));
    }

    #[test]
    fn the_words_that_both_sides_kept_are_right() {
        let (base, mut ours, mut theirs) = (draft(&[]), draft(&[]), draft(&[]));
        ours.keep_word("Brightville");
        theirs.keep_word("Carrowmeen");
        theirs.spelling_off = true;
        let merged = merge(&base, &ours, &theirs).draft;
        assert_eq!(merged.kept_words().collect::<Vec<_>>(), ["Brightville", "Carrowmeen"]);
        assert!(!merged.checks_spelling());
    }

    #[test]
    fn the_form_that_was_filled_in_last_is_remembered() {
        let (base, mut ours, mut theirs) = (draft(&[]), draft(&[]), draft(&[]));
        ours.set_form("official.docx");
        assert_eq!(merge(&base, &ours, &theirs).draft.form(), Some("official.docx"));
        theirs.set_form("other.docx");
        assert_eq!(merge(&base, &ours, &theirs).draft.form(), Some("other.docx"));
        assert_eq!(merge(&theirs, &ours, &theirs).draft.form(), Some("official.docx"));
    }

    #[test]
    fn an_answer_cleared_on_their_side_is_kept() {
        let base = draft(&[("a", "one")]);
        let merged = merge(&base, &base, &draft(&[]));
        assert_eq!(merged.draft, base);
        assert!(merged.emptied.contains("a"));
        // Cleared on our side and changed on theirs: theirs is taken.
        let merged = merge(&base, &draft(&[]), &draft(&[("a", "two")]));
        assert_eq!(merged.draft, draft(&[("a", "two")]));
    }

    proptest! {
        #[test]
        fn no_word_of_either_side_is_lost(
            base in proptest::collection::vec("[ab]{0,1}", 4),
            ours in proptest::collection::vec("[abc]{0,1}", 4),
            theirs in proptest::collection::vec("[abd]{0,1}", 4),
        ) {
            let make = |texts: &[String]| {
                let names = ["a", "b", "c", "d"];
                draft(&names.iter().copied().zip(texts.iter().map(String::as_str)).collect::<Vec<_>>())
            };
            let (base, ours, theirs) = (make(&base), make(&ours), make(&theirs));
            let merged = merge(&base, &ours, &theirs).draft;
            for (side, key, answer) in [(&ours, &theirs), (&theirs, &ours)].into_iter().flat_map(
                |(side, other)| side.answers.iter().map(move |(key, answer)| (other, key, answer)),
            ) {
                let Answer::Text(text) = answer else { continue };
                let there = merged.answer(key) == Some(answer) || merged.contains_text(text);
                // Only an answer that one side did not change may be missing.
                prop_assert!(there || (base.answer(key) == Some(answer) && side.answer(key) != Some(answer)));
            }
        }
    }
}
