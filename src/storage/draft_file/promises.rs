//! A model of what may happen to a draft file: two wizards, another program that edits it, crashes
//! between any two steps of a save, and a clock that jumps. Checks the promises of
//! `docs/guarantees.md` after each event. Only tests use this module.

use std::collections::BTreeSet;
use std::fs;

use jiff::Timestamp;
use proptest::prelude::*;

use super::history::tests::CLOCK;
use super::{DraftFile, parse_questionnaire, read};
use crate::model::answer::Answer;
use crate::model::draft::Draft;
use crate::model::questionnaire::{BUILT_IN, Key, Questionnaire};
use crate::storage::disk::tests::STEPS_LEFT;
use crate::storage::error::DraftError;

const QUESTIONS: [&str; 2] = ["summary", "objectives"];

/// One event. A writer is 0 or 1, a question is an index into [`QUESTIONS`].
#[derive(Debug, Clone)]
enum Event {
    /// A writer adds words to an answer and saves. If `crash` is set, it is killed before that step.
    Type { writer: usize, question: usize, words: usize, crash: Option<usize> },
    /// A writer deletes an answer and saves.
    Delete { writer: usize, question: usize },
    /// A writer merges external changes into its draft.
    Merge { writer: usize },
    /// A writer closes the draft.
    Close { writer: usize },
    /// Another program adds words to an answer.
    Edit { question: usize, words: usize },
    /// The clock jumps by this number of seconds.
    Jump(i64),
}

fn event() -> impl Strategy<Value = Event> {
    let (writer, question) = (0..2_usize, 0..2_usize);
    let crash = prop::option::weighted(0.3, 0..30_usize);
    prop_oneof![
        6 => (writer.clone(), question.clone(), 1..30_usize, crash).prop_map(
            |(writer, question, words, crash)| Event::Type { writer, question, words, crash }
        ),
        2 => (writer.clone(), question.clone())
            .prop_map(|(writer, question)| Event::Delete { writer, question }),
        1 => writer.clone().prop_map(|writer| Event::Merge { writer }),
        1 => writer.prop_map(|writer| Event::Close { writer }),
        3 => (question, 1..30_usize).prop_map(|(question, words)| Event::Edit { question, words }),
        1 => (-4_000_000_000_i64..4_000_000_000).prop_map(Event::Jump),
    ]
}

struct World {
    questionnaire: Questionnaire,
    folder: tempfile::TempDir,
    writers: [Option<(DraftFile, Draft)>; 2],
    /// The words that were saved, and not deleted by a writer who had them in its draft.
    saved: BTreeSet<String>,
    next_word: usize,
    clock: Timestamp,
}

impl World {
    fn new() -> Self {
        Self {
            questionnaire: parse_questionnaire(BUILT_IN).unwrap(),
            folder: tempfile::tempdir().unwrap(),
            writers: [None, None],
            saved: BTreeSet::new(),
            next_word: 0,
            clock: "2026-11-24T12:00:00Z".parse().unwrap(),
        }
    }

    fn key(&self, question: usize) -> Key {
        self.questionnaire.question(QUESTIONS[question]).unwrap().fields[0].key.clone()
    }

    fn new_words(&mut self, count: usize) -> Vec<String> {
        let words = (0..count).map(|n| format!("word{:05}", self.next_word + n)).collect();
        self.next_word += count;
        words
    }

    /// Takes a writer, which opens the draft if necessary. The lock of the other writer is released, as on
    /// a file system without locks.
    fn take(&mut self, writer: usize) -> (DraftFile, Draft) {
        if let Some(open) = self.writers[writer].take() {
            return open;
        }
        if let Some((other, _)) = &mut self.writers[1 - writer] {
            other.release();
        }
        DraftFile::open(&self.folder.path().join("a.yaml"), &self.questionnaire).unwrap()
    }

    fn happens(&mut self, event: Event) {
        match event {
            Event::Type { writer, question, words, crash } => {
                let (mut file, mut draft) = self.take(writer);
                let new = self.new_words(words);
                let key = self.key(question);
                draft.set(&key, Answer::Text(with_words(&draft, &key, &new)));
                STEPS_LEFT.set(crash);
                let saved = file.save(&draft, &self.questionnaire);
                let crashed = crash.is_some() && STEPS_LEFT.get().is_none();
                STEPS_LEFT.set(None);
                if saved.is_ok() {
                    self.saved.extend(new);
                }
                if crashed {
                    // What a killed program leaves.
                    drop(file);
                    for rubbish in [".a.yaml.999999999-x8Yz1Q.tmp", ".a.yaml.lock"] {
                        fs::write(self.folder.path().join(rubbish), "answers: [half").unwrap();
                    }
                } else {
                    saved.unwrap();
                    self.writers[writer] = Some((file, draft));
                }
            }
            Event::Delete { writer, question } => {
                let (mut file, mut draft) = self.take(writer);
                let key = self.key(question);
                for word in text(&draft, &key).split_whitespace() {
                    self.saved.remove(word);
                }
                draft.set(&key, Answer::Text(String::new()));
                file.save(&draft, &self.questionnaire).unwrap();
                self.writers[writer] = Some((file, draft));
            }
            Event::Merge { writer } => {
                let (mut file, mut draft) = self.take(writer);
                if let Some((merged, _)) = file.merge_external_changes(&draft, &self.questionnaire)
                {
                    draft = merged;
                }
                self.writers[writer] = Some((file, draft));
            }
            Event::Close { writer } => self.writers[writer] = None,
            Event::Edit { question, words } => {
                let path = self.folder.path().join("a.yaml");
                let mut draft = match read(&path, &self.questionnaire) {
                    Ok(draft) => draft,
                    Err(DraftError::Io(_)) => return,
                    Err(error) => panic!("{error}"),
                };
                let new = self.new_words(words);
                let key = self.key(question);
                draft.set(&key, Answer::Text(with_words(&draft, &key, &new)));
                fs::write(path, super::to_yaml(&draft, &self.questionnaire).unwrap()).unwrap();
                self.saved.extend(new);
            }
            Event::Jump(seconds) => {
                let second = self.clock.as_second() + seconds;
                let second = second.clamp(-9_000_000_000, 9_000_000_000);
                self.clock = Timestamp::from_second(second).unwrap();
                CLOCK.set(Some(self.clock));
            }
        }
    }

    /// Checks that the file is a whole draft, and that it has every word that was saved and not deleted.
    fn check(&self) -> Result<(), TestCaseError> {
        let path = self.folder.path().join("a.yaml");
        if path.exists() {
            let whole = read(&path, &self.questionnaire);
            prop_assert!(whole.is_ok(), "{:?}", whole.err());
        }
        let text = fs::read_to_string(&path).unwrap_or_default();
        let found: BTreeSet<&str> = text.split_whitespace().collect();
        let lost: Vec<_> =
            self.saved.iter().filter(|word| !found.contains(word.as_str())).collect();
        prop_assert!(lost.is_empty(), "lost: {lost:?}");
        Ok(())
    }
}

fn text(draft: &Draft, key: &Key) -> String {
    draft.answer(key).and_then(Answer::as_text).unwrap_or_default().to_owned()
}

fn with_words(draft: &Draft, key: &Key, new: &[String]) -> String {
    format!("{} {}", text(draft, key), new.join(" ")).trim().to_owned()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn nothing_that_was_saved_is_lost_whatever_happens(
        events in prop::collection::vec(event(), 1..40),
    ) {
        let mut world = World::new();
        for event in events {
            world.happens(event);
            world.check()?;
        }
        CLOCK.set(None);
    }
}
