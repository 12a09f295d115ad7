//! Reports how much of the limit an answer has used while it is written line by line.

use super::insertion::Insertion;
use crate::model::words::Measure;
use crate::terminal::composer::ComposerConfig;

/// Shares of the limit, in per cent, at which the word count is printed.
const SHARES: [usize; 4] = [50, 75, 90, 100];
/// The share that means a text over its limit.
const OVER: usize = 101;
/// Counts the words of an answer while it is written, and reports each share of the limit.
pub(super) struct WordCounter<'a> {
    config: &'a ComposerConfig<'a>,
    words: usize,
    /// The highest share that was reported, in per cent.
    passed: usize,
}

impl<'a> WordCounter<'a> {
    pub(super) fn new(config: &'a ComposerConfig<'a>, insertion: &Insertion) -> Self {
        let words = config.rule.count(&insertion.before) + config.rule.count(&insertion.after);
        let mut counter = Self { config, words, passed: 0 };
        counter.pass();
        counter
    }

    /// Counts a line. Returns a message if it reaches another share of the limit.
    pub(super) fn add(&mut self, line: &str) -> Option<String> {
        self.words += self.config.rule.count(line);
        self.pass()
    }

    fn pass(&mut self) -> Option<String> {
        let limit = self.config.limit?;
        let measure = Measure::new(self.words, self.config.limit);
        let reached = |share: &usize| self.words * 100 >= limit.words * share;
        let share = match measure.excess() {
            0 => SHARES.into_iter().rev().find(reached)?,
            _ => OVER,
        };
        if share <= self.passed {
            return None;
        }
        self.passed = share;
        let said = measure.describe_with_excess();
        Some(match share {
            OVER => format!("{said}; nothing is cut."),
            100 => format!("{said}; the limit is reached."),
            share => format!("{said}, {share} per cent of the limit."),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::words::Limit;

    fn config(words: usize) -> ComposerConfig<'static> {
        ComposerConfig { limit: Some(Limit { words }), ..ComposerConfig::EMPTY }
    }

    #[test]
    fn each_share_of_the_limit_is_said_once_and_the_highest_of_a_leap() {
        let config = config(10);
        let mut counter = WordCounter::new(&config, &Insertion::default());
        let said: Vec<_> = [4, 1, 2, 1, 1, 1, 0, 1, 1]
            .map(|words| counter.add(&"word ".repeat(words)).unwrap_or_default())
            .into_iter()
            .collect();
        assert_eq!(
            said,
            [
                "",
                "5 of 10 words, 50 per cent of the limit.",
                "",
                "8 of 10 words, 75 per cent of the limit.",
                "9 of 10 words, 90 per cent of the limit.",
                "10 of 10 words; the limit is reached.",
                "",
                "11 of 10 words, 1 over; nothing is cut.",
                ""
            ]
        );
        let mut counter =
            WordCounter::new(&config, &Insertion::after("one two three four five six"));
        assert_eq!(counter.add("seven"), None, "what was there before was said before");
        assert!(counter.add("a b c d e").is_some_and(|said| said.starts_with("12 of 10")));
    }
}
