//! Misspelt words in the plain frontend: counted after a long answer, and corrected one by one.

use std::collections::HashSet;
use std::ops::Range;

use super::existing_answer::describe_count;
use super::sentences::sentences;
use super::{Plain, say};
use crate::model::text::{capital, plural};
use crate::terminal::composer::ComposerConfig;
use crate::terminal::outcome::{Autosave, Navigation, Reply};
use crate::terminal::spelling::{KeptIn, Loading, Spelling};

impl Plain {
    /// Says how many words of an answer may be misspelt. Returns whether the user may want to correct
    /// them: a script that does not ask for them continues. One that asks does not know whether any
    /// word is marked.
    pub(super) fn offers_correction(&mut self, config: &ComposerConfig<'_>, answer: &str) -> bool {
        let marked = Self::spelling(config).map(|spelling| (spelling, misspelt(spelling, answer)));
        let may_correct = match marked {
            None => false,
            Some((spelling, None)) => {
                say(&spelling.describe_foreign());
                false
            }
            Some((_, Some(misspelt))) if misspelt.is_empty() => false,
            Some((_, Some(misspelt))) => {
                let words = plural(misspelt.len(), "word", "words");
                say(&format!("{words} may be misspelt: `:spell` reads them."));
                self.input.is_terminal()
            }
        };
        may_correct || self.input.next_line_is(":spell")
    }

    /// Returns the spelling of the answer with the dictionary loaded, or `None` without a dictionary.
    fn spelling<'a>(config: &ComposerConfig<'a>) -> Option<&'a Spelling<'a>> {
        let spelling = config.spelling?;
        if let Err(problem) = spelling.load(Loading::Wait) {
            say(&format!("{}.", capital(&problem)));
        }
        spelling.speller().map(|_| spelling)
    }

    /// Asks about each misspelt word. Returns the corrected answer, and where the user goes if they
    /// do not wait for the last word.
    pub(super) fn correct(
        &mut self,
        config: &ComposerConfig<'_>,
        mut answer: String,
        autosave: &Autosave,
    ) -> (String, Option<Navigation>) {
        let Some(spelling) = Self::spelling(config) else {
            say("Spelling is not checked here.");
            return (answer, None);
        };
        let mut skipped = HashSet::new();
        loop {
            let Some(misspelt) = misspelt(spelling, &answer) else {
                say(&spelling.describe_foreign());
                return (answer, None);
            };
            let mut words = misspelt.into_iter().map(|range| {
                let word = answer.get(range.clone()).unwrap_or_default().to_owned();
                (range, word)
            });
            let Some((range, word)) = words.find(|(_, word)| !skipped.contains(word)) else {
                say(&format!("No other word is marked. {}.", describe_count(config, &answer)));
                return (answer, None);
            };
            match self.correction(spelling, &answer, range.clone(), &word) {
                Reply::Answered(Some(right)) => {
                    answer.replace_range(range, &right);
                    autosave.save_replacing(&answer);
                }
                // A word that is kept is not found again.
                Reply::Answered(None) => drop(skipped.insert(word)),
                Reply::Navigated(navigation) => return (answer, Some(navigation)),
            }
        }
    }

    /// Asks what to do with a misspelt word. Returns what replaces it, or `None` if it stays.
    fn correction(
        &mut self,
        spelling: &Spelling<'_>,
        answer: &str,
        range: Range<usize>,
        word: &str,
    ) -> Reply<Option<String>> {
        let ends_behind = |(start, sentence): &(usize, &str)| start + sentence.len() >= range.end;
        let sentence = sentences(answer).find(ends_behind).map_or("", |(_, sentence)| sentence);
        say(&format!("\"{word}\" may be misspelt. The sentence is: {sentence}"));
        let mut suggestions = spelling.suggest(word);
        let numbers = (1..=suggestions.len()).map(|number| number.to_string());
        let mut options: Vec<_> = numbers.zip(suggestions.iter().cloned()).collect();
        options.extend(
            [
                ("k", "Keep the word in this application"),
                ("a", "Keep it always, in all of your applications"),
                ("s", "Skip it"),
            ]
            .map(|(name, line)| (name.to_owned(), line.to_owned())),
        );
        let skip = options.len() - 1;
        let reply = self.choose(&format!("\"{word}\". What is right?"), options, Some(skip), None);
        let place = match reply {
            Reply::Answered(chosen) if chosen < suggestions.len() => {
                return Reply::Answered(Some(suggestions.swap_remove(chosen)));
            }
            Reply::Answered(chosen) if chosen == skip => return Reply::Answered(None),
            Reply::Answered(chosen) if chosen + 1 == skip => KeptIn::OwnList,
            Reply::Answered(_) => KeptIn::Application,
            Reply::Navigated(navigation) => return Reply::Navigated(navigation),
        };
        if let Err(problem) = spelling.keep(word, place) {
            say(&format!("{}.", capital(&problem)));
        }
        Reply::Answered(None)
    }
}

/// Returns the misspelt words of an answer, or `None` if it is in another language.
fn misspelt(spelling: &Spelling<'_>, answer: &str) -> Option<Vec<Range<usize>>> {
    spelling.speller().map_or(Some(Vec::new()), |speller| speller.borrow().misspelt(answer))
}
