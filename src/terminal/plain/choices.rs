//! Questions with fixed answers: yes or no, one of several options, and several of them.

use std::collections::BTreeSet;

use super::commands::{AnswerCommand, FOR_SHORT_ANSWERS, PlainReply};
use super::{Plain, question_of, say, start_of, with_lines};
use crate::model::text::{and_list, normalize_line};
use crate::terminal::outcome::{Navigation, Reply};

impl Plain {
    /// Asks for yes or no. An empty line keeps the current answer.
    pub(crate) fn yes_no(&mut self, label: &str, initial: Option<bool>) -> Reply<bool> {
        self.explain(match initial {
            Some(true) => "Type yes or no. So far: yes. An empty line keeps it.",
            Some(false) => "Type yes or no. So far: no. An empty line keeps it.",
            None => "Type yes or no; an empty line leaves it open.",
        });
        match (self.ask_yes_no(label), initial) {
            (Reply::Answered(Some(yes)), _) => Reply::Answered(yes),
            (Reply::Answered(None), Some(initial)) => {
                say("Kept.");
                Reply::Answered(initial)
            }
            (Reply::Answered(None), None) => {
                say("Left open.");
                Reply::Navigated(Navigation::Next)
            }
            (Reply::Navigated(navigation), _) => Reply::Navigated(navigation),
        }
    }

    /// Asks whether to do something. An empty line means no.
    pub(crate) fn confirm(&mut self, label: &str) -> Reply<bool> {
        self.explain("Type yes or no; an empty line means no.");
        self.ask_yes_no(label).map(|yes| yes.unwrap_or(false))
    }

    /// Asks until the line is yes, no or empty.
    fn ask_yes_no(&mut self, label: &str) -> Reply<Option<bool>> {
        loop {
            let typed = match self.ask_short(label, &[AnswerCommand::Keep, AnswerCommand::Rewrite])
            {
                Ok(typed) => typed.unwrap_or_default().to_lowercase(),
                Err(navigation) => return Reply::Navigated(navigation),
            };
            match typed.as_str() {
                "y" | "yes" => return Reply::Answered(Some(true)),
                "n" | "no" => return Reply::Answered(Some(false)),
                "" => return Reply::Answered(None),
                _ => self.reject(&format!("`{}` is neither yes nor no.", start_of(&typed))),
            }
        }
    }

    /// Offers options, each with the name by which it is chosen, and returns the index of the chosen
    /// one. A word that only one of them contains chooses it, too. `rewrite` is the index of the
    /// option that `:rewrite` chooses.
    pub(crate) fn choose(
        &mut self,
        label: &str,
        options: Vec<(String, String)>,
        initial: Option<usize>,
        rewrite: Option<usize>,
    ) -> Reply<usize> {
        let default = initial.and_then(|index| options.get(index));
        let lines = options.iter().map(|(name, line)| format!("{name}. {line}"));
        self.explain(&with_lines(
            lines,
            &match default {
                Some((name, _)) => format!("Type a number or a word; an empty line takes {name}."),
                None => "Type a number or a word; an empty line leaves it open.".to_owned(),
            },
        ));
        let mut commands = vec![AnswerCommand::Keep];
        commands.extend(rewrite.map(|_| AnswerCommand::Rewrite));
        loop {
            let (typed, default) = match self.ask(&question_of(label), &commands) {
                PlainReply::Text(text) => (normalize_line(&text).to_lowercase(), initial),
                PlainReply::Command(AnswerCommand::Rewrite) => (String::new(), rewrite),
                PlainReply::Command(_) => (String::new(), initial),
                PlainReply::Navigated(navigation) => return Reply::Navigated(navigation),
            };
            let chosen = match default {
                None if typed.is_empty() => {
                    say("Left open.");
                    return Reply::Navigated(Navigation::Next);
                }
                Some(index) if typed.is_empty() => Ok(index),
                Some(_) | None => chosen(&options, typed.trim_end_matches('.')),
            };
            match chosen {
                Ok(index) => {
                    if let Some((_, line)) = options.get(index) {
                        say(&format!("{line}."));
                    }
                    return Reply::Answered(index);
                }
                Err(why) => self.reject(&why),
            }
        }
    }

    /// Offers options of which several may apply and returns the indices of those that do.
    pub(crate) fn choose_several(
        &mut self,
        label: &str,
        options: &[String],
        ticked: &[usize],
    ) -> Reply<Vec<usize>> {
        let lines = (1..).zip(options).map(|(number, line)| format!("{number}. {line}"));
        let numbers: Vec<String> = ticked.iter().map(|at| (at + 1).to_string()).collect();
        self.explain(&with_lines(lines, &if numbers.is_empty() {
            "Type the numbers of those that apply, such as 1 2, or none; an empty line leaves it open."
                .to_owned()
        } else {
            format!(
                "Type the numbers of those that apply, or none. So far: {}. An empty line keeps that.",
                and_list(&numbers)
            )
        }));
        loop {
            let typed = match self.ask_short(label, &FOR_SHORT_ANSWERS) {
                Ok(typed) => typed.map_or("none".to_owned(), |typed| typed.to_lowercase()),
                Err(navigation) => return Reply::Navigated(navigation),
            };
            if typed.is_empty() {
                say(if ticked.is_empty() { "Left open." } else { "Kept." });
                return Reply::Answered(ticked.to_vec());
            }
            if typed == "none" {
                say("None.");
                return Reply::Answered(Vec::new());
            }
            let number = |part| {
                let number = str::parse::<usize>(part).ok().and_then(|n| n.checked_sub(1));
                number.filter(|number| *number < options.len()).ok_or(part)
            };
            let parts = typed.split([' ', ',', ';']).filter(|part| !part.is_empty());
            let chosen: BTreeSet<usize> = match parts.map(number).collect() {
                Ok(chosen) => chosen,
                Err(part) => {
                    let (part, last) = (start_of(part), options.len());
                    self.reject(&format!(
                        "`{part}` is not a number from 1 to {last}, and not none."
                    ));
                    continue;
                }
            };
            for line in chosen.iter().filter_map(|index| options.get(*index)) {
                let short = line.split_once(": ").map_or(line.as_str(), |(short, _)| short);
                say(&format!("Chosen: {short}"));
            }
            return Reply::Answered(chosen.into_iter().collect());
        }
    }
}

/// Finds an option by its name, or by words that no other option contains.
///
/// # Errors
/// Returns why no option was found.
fn chosen(options: &[(String, String)], typed: &str) -> Result<usize, String> {
    if let Some(at) = options.iter().position(|(name, _)| name.to_lowercase() == typed) {
        return Ok(at);
    }
    let no_word = typed.is_empty() || typed.parse::<usize>().is_ok();
    let holds = |(_, (_, line)): &(usize, &(String, String))| {
        !no_word && line.to_lowercase().contains(typed)
    };
    let found: Vec<usize> = options.iter().enumerate().filter(holds).map(|(at, _)| at).collect();
    match found.as_slice() {
        [only] => Ok(*only),
        [] => Err(format!("`{}` matches no option.", start_of(typed))),
        several => Err(format!(
            "`{}` matches {} options; type the number.",
            start_of(typed),
            several.len()
        )),
    }
}
