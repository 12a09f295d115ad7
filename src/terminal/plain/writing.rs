//! A long answer of a plain conversation: read out, and written line by line.

use std::fmt::Write as _;
use std::mem;
use std::time::{Duration, Instant};

use super::input::InputEvent;
use super::insertion::{Place, paragraphs};
use super::{Plain, Said, Word, put_question, say, start_of, with_lines};
use crate::model::markup;
use crate::model::text::{normalize_answer, plural};
use crate::model::words::{Limit, Measure};
use crate::terminal::composer::{ComposerConfig, Edit};
use crate::terminal::outcome::{Autosave, ExitReason, Navigation, SaveState};

/// The text is saved if no line follows within this time, ...
const PAUSE: Duration = Duration::from_millis(20);
/// ... and after this one at most, also while lines follow each other.
const KEEP_AFTER: Duration = Duration::from_millis(300);
/// At these shares of the limit, in per cent, the count is said; and once more where it is passed.
const SHARES: [usize; 4] = [50, 75, 90, 100];
/// What is past the limit, as a share.
const OVER: usize = 101;
/// The words that have a meaning in a long answer, beside those that have one everywhere.
const LONG: [Word; 5] = [Word::Keep, Word::Clear, Word::Count, Word::Edit, Word::Anew];

impl Plain {
    /// Lets a person write a long answer, as [`Frontend::compose`](crate::wizard::Frontend::compose) says.
    pub(crate) fn compose(
        &mut self,
        brief: &ComposerConfig<'_>,
        answer: &str,
        autosave: &Autosave,
        edit: &mut Edit<'_>,
    ) -> (String, Navigation) {
        let mut text = normalize_answer(answer);
        let more = match (brief.notes.is_empty(), brief.reference.is_empty()) {
            (true, true) => None,
            (false, true) => Some("footnotes; `:question` says them."),
            (true, false) => Some("reference material; `:question` says it."),
            (false, false) => Some("footnotes and reference material; `:question` says them."),
        };
        if let Some(more) = more {
            say(&format!("The question has {more}"));
        }
        if !text.is_empty() {
            say(&read_out(brief, &text));
        }
        loop {
            let place = if text.is_empty() {
                Place::default()
            } else {
                match self.what_to_do(brief, &text) {
                    Wish::Write(place) => place,
                    Wish::Hear => {
                        say(&read_out(brief, &text));
                        continue;
                    }
                    Wish::Edit => {
                        text = self.edit(brief, text, autosave, edit);
                        continue;
                    }
                    Wish::Clear => {
                        text.clear();
                        autosave.save(&text);
                        return (text, Navigation::Next);
                    }
                    Wish::Away(visit) => return (text, visit),
                }
            };
            let visit;
            (text, visit) = self.write(brief, place, autosave);
            if let Some(visit) = visit {
                return (text, visit);
            }
            text = self.edit(brief, text, autosave, edit);
        }
    }

    /// Asks what to do with an answer that is there.
    fn what_to_do(&mut self, brief: &ComposerConfig<'_>, text: &str) -> Wish {
        let options = [
            "Keep it and go on",
            "Add to the end",
            "Write it anew",
            "Change one paragraph",
            "Open it in your own editor",
            "Hear it again",
        ];
        let lines = (1..).zip(options).map(|(number, line)| format!("{number}. {line}"));
        self.explain(&with_lines(lines, "Type a number; an empty line takes 1."));
        loop {
            let question = question_about(brief, "What do you want to do with the answer?");
            let typed = match self.ask(&question, &LONG) {
                Said::Text(typed) => typed,
                Said::Word(Word::Clear) => return Wish::Clear,
                Said::Word(Word::Edit) => return Wish::Edit,
                Said::Word(Word::Keep) => return Wish::Away(Navigation::Next),
                Said::Word(Word::Anew) => return Wish::Write(Place::instead_of(text)),
                Said::Word(_) => {
                    say_count(brief, brief.rule.count(text));
                    continue;
                }
                Said::Away(visit) => return Wish::Away(visit),
            };
            let typed = typed.trim();
            match typed.strip_suffix('.').filter(|number| !number.is_empty()).unwrap_or(typed) {
                "" | "1" => return Wish::Away(Navigation::Next),
                "2" => return Wish::Write(Place::after(text)),
                "3" => return Wish::Write(Place::instead_of(text)),
                "4" => match self.which_paragraph(brief, text) {
                    Ok(place) => return Wish::Write(place),
                    Err(visit) => return Wish::Away(visit),
                },
                "5" => return Wish::Edit,
                "6" => return Wish::Hear,
                other => {
                    self.refuse(&format!("`{}` is no number from 1 to 6.", start_of(other)));
                }
            }
        }
    }

    /// Asks for a paragraph by its number.
    fn which_paragraph(
        &mut self,
        brief: &ComposerConfig<'_>,
        text: &str,
    ) -> Result<Place, Navigation> {
        self.how = read_out(brief, text);
        let places: Vec<(usize, &str)> = paragraphs(text).collect();
        loop {
            let typed = match self.ask("Which paragraph of the answer, by its number?", &[]) {
                Said::Text(typed) => typed,
                Said::Word(_) => String::new(),
                Said::Away(visit) => return Err(visit),
            };
            let number =
                typed.trim().parse::<usize>().ok().and_then(|number| number.checked_sub(1));
            match number.and_then(|at| places.get(at)) {
                Some((start, line)) => {
                    say(&format!("It is now: {line}"));
                    return Ok(Place::of(text, *start, line));
                }
                None => self.refuse(&format!(
                    "There is no paragraph `{}`; they are numbered from 1 to {}.",
                    start_of(typed.trim()),
                    places.len()
                )),
            }
        }
    }

    /// Takes lines until one is a lone full stop. Returns the text and where the person goes from
    /// it: nothing for their editor.
    fn write(
        &mut self,
        brief: &ComposerConfig<'_>,
        mut place: Place,
        autosave: &Autosave,
    ) -> (String, Option<Navigation>) {
        // The wording of a question mostly names its limit.
        let unsaid = |limit: &Limit| !brief.question.contains(&limit.words.to_string());
        let limit = match brief.limit.filter(unsaid) {
            Some(limit) => format!("The limit is {}. ", plural(limit.words, "word", "words")),
            None => String::new(),
        };
        let nothing = if place.is_new() { "No answer yet. " } else { "" };
        self.how = format!("{limit}Write line by line; a full stop alone in a line ends it.");
        say(&format!("{nothing}{}", self.how));
        let begin = question_about(brief, "Your answer?");
        let go_on = question_about(brief, "And what comes next?");
        put_question(&begin);
        let mut counter = Counter::new(brief, &place);
        let mut typed = String::new();
        // When the oldest change was made that `autosave` has not received.
        let mut changed: Option<Instant> = None;
        let mut warned = false;
        let mut keep_now = |text: &str| {
            autosave.save(text);
            if let SaveState::Failed(why) = autosave.state()
                && !mem::replace(&mut warned, true)
            {
                say(&format!("Not saved: {why}. Nothing is lost while the program runs; go on."));
            }
        };
        let visit = loop {
            if changed.is_some_and(|since| since.elapsed() >= KEEP_AFTER) {
                keep_now(&place.meanwhile(&typed));
                changed = None;
            }
            let line = match self.ears.listen_for(changed.map(|_| PAUSE)) {
                Some(InputEvent::Line(line)) => line,
                Some(InputEvent::Interrupt) => {
                    break Some(Navigation::Over(ExitReason::Interrupted));
                }
                Some(InputEvent::End) => break Some(Navigation::Over(ExitReason::Left)),
                Some(InputEvent::Resumed) => {
                    put_question(&go_on);
                    continue;
                }
                None => {
                    keep_now(&place.meanwhile(&typed));
                    changed = None;
                    continue;
                }
            };
            match line.trim_end() {
                "." => {
                    let text = place.finished(&typed);
                    keep_now(&text);
                    return (text, Some(Navigation::Next));
                }
                "" if typed.is_empty() => {
                    say("Nothing is written yet; a full stop alone leaves it so.");
                    put_question(&begin);
                    continue;
                }
                _ => {}
            }
            match self.understood(&line, &LONG) {
                Some(Said::Text(line)) => {
                    let line = if line.trim_end() == ".." { "." } else { &line };
                    typed.push_str(line);
                    typed.push('\n');
                    changed.get_or_insert_with(Instant::now);
                    if let Some(passed) = counter.add(line) {
                        say(&passed);
                    }
                    continue;
                }
                Some(Said::Away(visit)) => break Some(visit),
                Some(Said::Word(Word::Keep)) => break Some(Navigation::Next),
                Some(Said::Word(Word::Edit)) => break None,
                Some(Said::Word(Word::Clear)) => {
                    let lines = plural(typed.lines().count(), "line", "lines");
                    say(&format!("Taken away: {lines} of this answer. Begin again."));
                    typed.clear();
                    counter = Counter::new(brief, &place);
                    changed = Some(Instant::now());
                }
                Some(Said::Word(Word::Anew)) => {
                    place = Place::instead_of(&place.meanwhile(&typed));
                    if !place.is_new() {
                        say("What is there stays until the new answer is finished.");
                    }
                    typed.clear();
                    counter = Counter::new(brief, &place);
                    put_question(&begin);
                    continue;
                }
                Some(Said::Word(_)) => say_count(brief, counter.words),
                None => {}
            }
            put_question(&go_on);
        };
        let text = place.meanwhile(&typed);
        keep_now(&text);
        if !place.old.is_empty() && !typed.trim().is_empty() {
            say("It was not ended, so the old text and the new lines are both kept.");
        }
        (text, visit)
    }

    /// Opens the person's own editor on the answer and returns what it became.
    fn edit(
        &self,
        brief: &ComposerConfig<'_>,
        text: String,
        autosave: &Autosave,
        edit: &mut Edit<'_>,
    ) -> String {
        if !self.ears.at_terminal() {
            self.count_refused();
            say("An editor needs a terminal; the answer is as it was.");
            return text;
        }
        match edit(&text, &mut |text| autosave.save(text)) {
            Ok(edited) => {
                let edited = normalize_answer(&edited);
                let now = brief.rule.measure(&edited, brief.limit).describe_with_excess();
                say(&if edited == text {
                    format!("The editor changed nothing: {now}.")
                } else {
                    format!("Taken over from the editor: {now}.")
                });
                // Also if nothing changed: `autosave` may have received what the editor saved in between.
                autosave.save(&edited);
                edited
            }
            Err(why) => {
                say(&why);
                autosave.save(&text);
                text
            }
        }
    }
}

/// An answer read out, paragraph by paragraph.
fn read_out(brief: &ComposerConfig<'_>, text: &str) -> String {
    let lines: Vec<&str> = paragraphs(text).map(|(_, line)| line).collect();
    let measure = brief.rule.measure(text, brief.limit).describe_with_excess();
    let mut said = format!(
        "The answer so far, {}, {measure}:",
        plural(lines.len(), "paragraph", "paragraphs")
    );
    for (number, line) in (1..).zip(lines) {
        let item = if markup::list_marker(line).is_some() { ", in a list" } else { "" };
        let _ = write!(said, "\nParagraph {number}{item}: {line}");
    }
    said
}

fn say_count(brief: &ComposerConfig<'_>, words: usize) {
    say(&format!("{}.", Measure::new(words, brief.limit).describe_with_excess()));
}

/// A question about the answer to a question.
fn question_about(brief: &ComposerConfig<'_>, question: &str) -> String {
    format!("{}. {question}", brief.heading)
}

/// What a person wants with an answer that is there.
#[derive(Debug)]
enum Wish {
    Write(Place),
    Hear,
    Edit,
    Clear,
    Away(Navigation),
}

/// Counts the lines as they come, and says when they pass a share of the limit.
struct Counter<'a> {
    brief: &'a ComposerConfig<'a>,
    words: usize,
    /// The highest share that was passed, in per cent.
    passed: usize,
}

impl<'a> Counter<'a> {
    fn new(brief: &'a ComposerConfig<'a>, place: &Place) -> Self {
        let words = brief.rule.count(&place.before) + brief.rule.count(&place.after);
        let mut counter = Self { brief, words, passed: 0 };
        counter.pass();
        counter
    }

    /// Counts a line; says the count where a share of the limit is passed with it.
    fn add(&mut self, line: &str) -> Option<String> {
        self.words += self.brief.rule.count(line);
        self.pass()
    }

    fn pass(&mut self) -> Option<String> {
        let limit = self.brief.limit?;
        let measure = Measure::new(self.words, self.brief.limit);
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
    use crate::model::words::WordRule;

    fn brief(words: usize) -> ComposerConfig<'static> {
        ComposerConfig {
            heading: "",
            question: "",
            notes: "",
            reference: "",
            limit: Some(Limit { words }),
            rule: WordRule::WordProcessor,
            colour: false,
            unicode: false,
        }
    }

    #[test]
    fn each_share_of_the_limit_is_said_once_and_the_highest_of_a_leap() {
        let brief = brief(10);
        let mut counter = Counter::new(&brief, &Place::default());
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
        let mut counter = Counter::new(&brief, &Place::after("one two three four five six"));
        assert_eq!(counter.add("seven"), None, "what was there before was said before");
        assert!(counter.add("a b c d e").is_some_and(|said| said.starts_with("12 of 10")));
    }
}
