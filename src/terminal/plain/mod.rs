//! Questions line by line: nothing is painted, moved or told by a sign alone, so that a screen
//! reader reads everything once and in order, and a script can answer. Lines come from standard
//! input, whatever that is; a terminal edits them itself. Everything else goes to standard error.

mod input;
mod insertion;
mod writing;

use std::cell::Cell;
use std::io::{self, IsTerminal as _, Write as _};
use std::rc::Rc;

use super::outcome::{ExitReason, Navigation, Reply};
use crate::model::text::{
    and_list, capital, did_you_mean, escape_for_terminal, normalize_line, wrap,
};
use input::{InputEvent, LineReader};

/// So many characters of a line are repeated.
const ECHOED: usize = 300;

/// A line as it is meant.
#[derive(Debug)]
enum Said {
    Text(String),
    /// A word that the question itself has to understand.
    Word(Word),
    /// The person leaves the question.
    Away(Navigation),
}

/// What a word with a colon does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Word {
    Help,
    Keep,
    Clear,
    Count,
    Edit,
    Anew,
    Question,
    Back,
    Menu,
    Skip,
    Quit,
}

/// Every word with its name, and what it does, as `:help` says it.
const WORDS: [(Word, &str, &str); 11] = [
    (Word::Help, "help", "says these words"),
    (Word::Keep, "keep", "leaves the answer as it is and goes on"),
    (Word::Clear, "clear", "takes the answer away"),
    (Word::Count, "count", "says how many words there are"),
    (Word::Edit, "edit", "opens your own editor, $VISUAL or $EDITOR"),
    (Word::Anew, "anew", "writes the answer anew; the old one stays until the new one is finished"),
    (
        Word::Question,
        "question",
        "says the question again, its footnotes and references, the choices, and what an empty line does",
    ),
    (Word::Back, "back", "goes back to the question before"),
    (Word::Menu, "menu", "opens the menu; what is written is kept"),
    (Word::Skip, "skip", "goes on to the next question"),
    (Word::Quit, "quit", "saves and leaves the program"),
];

/// The words that every question understands.
const EVERYWHERE: [Word; 6] =
    [Word::Help, Word::Question, Word::Back, Word::Menu, Word::Skip, Word::Quit];

/// A conversation in lines.
pub(super) struct Plain {
    ears: LineReader,
    /// A line that was heard and not yet taken as an answer.
    left: Option<String>,
    /// The question of the questionnaire that is asked, with all that belongs to it.
    about: String,
    /// What was said since the last answer of how to answer.
    how: String,
    refused: Rc<Cell<usize>>,
}

impl Plain {
    /// Begins to listen.
    pub(super) fn new() -> Self {
        Self {
            ears: LineReader::new(),
            left: None,
            about: String::new(),
            how: String::new(),
            refused: Rc::default(),
        }
    }

    /// Takes in what the next questions are about, to be said again when somebody wants to hear it.
    pub(super) fn about(&mut self, text: &str) {
        text.clone_into(&mut self.about);
    }

    /// The number of lines that were not understood, as it grows. It stays 0 on a terminal, where a
    /// person hears it and says it otherwise.
    pub(super) fn refused(&self) -> Rc<Cell<usize>> {
        Rc::clone(&self.refused)
    }

    /// Says how to answer, and remembers it.
    fn explain(&mut self, how: &str) {
        how.clone_into(&mut self.how);
        say(how);
    }

    /// Says everything again that was said since the last answer.
    fn repeat(&self) {
        for text in [&self.about, &self.how].into_iter().filter(|text| !text.is_empty()) {
            say(text.trim_end());
        }
    }

    /// Counts a line that goes into no answer.
    fn count_refused(&self) {
        if !self.ears.at_terminal() {
            self.refused.set(self.refused.get() + 1);
        }
    }

    /// Says why a line is no answer.
    fn refuse(&self, why: &str) {
        self.count_refused();
        say(&format!("{why} `:question` says the question again."));
    }

    /// What stood in the last line, if it was left without being taken; told once.
    pub(super) fn left_in_line(&mut self) -> Option<String> {
        self.left.take()
    }

    /// Asks until there is something to make of the line. `here` are the words that have a meaning
    /// in this question, beside those that have one everywhere.
    fn ask(&mut self, question: &str, here: &[Word]) -> Said {
        while !self.ears.ended() {
            put_question(question);
            match self.ears.listen() {
                InputEvent::Line(line) => {
                    if let Some(said) = self.understood(&line, here) {
                        return said;
                    }
                }
                InputEvent::Interrupt => {
                    return Said::Away(Navigation::Over(ExitReason::Interrupted));
                }
                InputEvent::End | InputEvent::Resumed => {}
            }
        }
        Said::Away(Navigation::Over(ExitReason::Left))
    }

    /// What a line means; nothing where that has been said and the question must be asked again.
    fn understood(&self, line: &str, here: &[Word]) -> Option<Said> {
        let Some(name) = colon_word(line) else {
            let text = line.strip_prefix(':').filter(|rest| rest.starts_with(':'));
            return Some(Said::Text(text.unwrap_or(line).to_owned()));
        };
        let mut known =
            WORDS.iter().filter(|(word, ..)| EVERYWHERE.contains(word) || here.contains(word));
        if let Some((word, ..)) = known.clone().find(|(_, known, _)| *known == name) {
            return match word {
                Word::Help => {
                    for (_, name, does) in known {
                        say(&format!(":{name} {does}."));
                    }
                    say(
                        "A line of text that starts with a colon is written with two. Ctrl-C saves and leaves.",
                    );
                    None
                }
                Word::Back => Some(Said::Away(Navigation::Back)),
                Word::Menu => Some(Said::Away(Navigation::Menu)),
                Word::Skip => Some(Said::Away(Navigation::Skip)),
                Word::Quit => Some(Said::Away(Navigation::Over(ExitReason::Left))),
                Word::Question => {
                    self.repeat();
                    None
                }
                Word::Keep | Word::Clear | Word::Count | Word::Edit | Word::Anew => {
                    Some(Said::Word(*word))
                }
            };
        }
        self.count_refused();
        if WORDS.iter().any(|(_, other, _)| *other == name) {
            say(&format!("`:{name}` has no meaning here; `:help` says what has."));
        } else {
            let line = start_of(line.trim());
            let meant = did_you_mean(name, known.by_ref().map(|(_, name, _)| *name));
            let meant = meant.map(|meant| format!(" Did you mean `:{meant}`?")).unwrap_or_default();
            say(&format!(
                "There is no word `:{name}`.{meant} `:help` says which there are; to write it as text, begin with two colons: `:{line}`."
            ));
        }
        None
    }

    /// Asks for a line, as [`Frontend::line`](super::Frontend::line) says.
    pub(super) fn line(
        &mut self,
        label: &str,
        before: &str,
        help: &str,
        check: &dyn Fn(&str) -> Option<String>,
    ) -> Reply<String> {
        self.left = None;
        let doubt = check(before).map(|problem| format!("{problem}. ")).unwrap_or_default();
        self.explain(&if before.is_empty() {
            format!("No answer yet; {help}.")
        } else {
            format!("So far: {before}\n{doubt}An empty line keeps it.")
        });
        let mut refused = String::new();
        loop {
            let typed = match self.ask(&question_of(label), &[Word::Keep, Word::Clear, Word::Anew])
            {
                Said::Text(text) => text,
                Said::Word(Word::Clear) => {
                    self.left = None;
                    say("The answer is taken away.");
                    return Reply::Answered(String::new());
                }
                // A line takes the place of what is there.
                Said::Word(Word::Anew) => continue,
                Said::Word(_) => String::new(),
                Said::Away(visit) => return Reply::Away(visit),
            };
            let (rest, interrupted) = self.ears.rest_of_burst();
            let several = rest.iter().any(|line| !line.trim().is_empty());
            let typed = normalize_line(&format!("{typed} {}", rest.join(" ")));
            if interrupted {
                self.left = Some(typed).filter(|typed| !typed.is_empty()).or(self.left.take());
                return Reply::Away(Navigation::Over(ExitReason::Interrupted));
            }
            if typed.is_empty() {
                let kept = self.left.take();
                say(match &kept {
                    Some(_) => "Kept as it is.",
                    None if before.is_empty() => "Left empty.",
                    None => "Kept.",
                });
                return Reply::Answered(kept.unwrap_or_else(|| before.to_owned()));
            }
            // A script that said it once more, or otherwise, went on without hearing the doubt.
            if self.left.as_ref().is_some_and(|left| *left != typed) {
                self.count_refused();
            }
            if several {
                self.explain(&format!(
                    "Several lines came in one go. Joined they are: {typed}\nAn empty line keeps that."
                ));
            } else if let Some(problem) = check(&typed).filter(|_| typed != refused) {
                self.explain(&format!("{problem}. An empty line keeps it as it is."));
                refused.clone_from(&typed);
            } else {
                self.left = None;
                return Reply::Answered(typed);
            }
            self.left = Some(typed);
        }
    }

    /// Asks for yes or no, as [`Frontend::yes_no`](super::Frontend::yes_no) says.
    pub(super) fn yes_no(&mut self, label: &str, before: Option<bool>) -> Reply<bool> {
        self.explain(match before {
            Some(true) => "Type yes or no. So far: yes. An empty line keeps it.",
            Some(false) => "Type yes or no. So far: no. An empty line keeps it.",
            None => "Type yes or no; an empty line leaves it open.",
        });
        match (self.hear_yes_no(label), before) {
            (Reply::Answered(Some(yes)), _) => Reply::Answered(yes),
            (Reply::Answered(None), Some(before)) => {
                say("Kept.");
                Reply::Answered(before)
            }
            (Reply::Answered(None), None) => {
                say("Left open.");
                Reply::Away(Navigation::Next)
            }
            (Reply::Away(visit), _) => Reply::Away(visit),
        }
    }

    /// Asks whether something is wanted.
    pub(super) fn agrees(&mut self, label: &str) -> Reply<bool> {
        self.explain("Type yes or no; an empty line means no.");
        match self.hear_yes_no(label) {
            Reply::Answered(yes) => Reply::Answered(yes.unwrap_or(false)),
            Reply::Away(visit) => Reply::Away(visit),
        }
    }

    /// Asks until it is yes, no or an empty line.
    fn hear_yes_no(&mut self, label: &str) -> Reply<Option<bool>> {
        loop {
            let typed = match self.ask(&question_of(label), &[Word::Keep, Word::Anew]) {
                Said::Text(text) => normalize_line(&text).to_lowercase(),
                Said::Word(Word::Anew) => continue,
                Said::Word(_) => String::new(),
                Said::Away(visit) => return Reply::Away(visit),
            };
            match typed.as_str() {
                "y" | "yes" => return Reply::Answered(Some(true)),
                "n" | "no" => return Reply::Answered(Some(false)),
                "" => return Reply::Answered(None),
                _ => self.refuse(&format!("`{}` is neither yes nor no.", start_of(&typed))),
            }
        }
    }

    /// Offers lines, each with the name by which it is chosen. A word that stands in only one of
    /// them chooses it, too. `anew` is the option that begins an answer anew, where there is one.
    pub(super) fn menu(
        &mut self,
        label: &str,
        options: Vec<(String, String)>,
        at: Option<usize>,
        anew: Option<usize>,
    ) -> Reply<usize> {
        let default = at.and_then(|at| options.get(at));
        let lines = options.iter().map(|(name, line)| format!("{name}. {line}"));
        self.explain(&with_lines(
            lines,
            &match default {
                Some((name, _)) => format!("Type a number or a word; an empty line takes {name}."),
                None => "Type a number or a word; an empty line leaves it open.".to_owned(),
            },
        ));
        let here: &[Word] = if anew.is_some() { &[Word::Keep, Word::Anew] } else { &[Word::Keep] };
        loop {
            let mut begins = None;
            let typed = match self.ask(&question_of(label), here) {
                Said::Text(text) => normalize_line(&text).to_lowercase(),
                Said::Word(word) => {
                    begins = anew.filter(|_| word == Word::Anew);
                    String::new()
                }
                Said::Away(visit) => return Reply::Away(visit),
            };
            let chosen = match begins.or(at) {
                None if typed.is_empty() => {
                    say("Left open.");
                    return Reply::Away(Navigation::Next);
                }
                Some(at) if typed.is_empty() => Ok(at),
                Some(_) | None => chosen(&options, typed.trim_end_matches('.')),
            };
            match chosen.map(|at| (at, options.get(at))) {
                Ok((at, option)) => {
                    if let Some((_, line)) = option {
                        say(&format!("{line}."));
                    }
                    return Reply::Answered(at);
                }
                Err(why) => self.refuse(&why),
            }
        }
    }

    /// Offers lines of which several may apply.
    pub(super) fn several(
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
            let typed = match self.ask(&question_of(label), &[Word::Keep, Word::Clear, Word::Anew])
            {
                Said::Text(text) => normalize_line(&text).to_lowercase(),
                Said::Word(Word::Clear) => "none".to_owned(),
                Said::Word(Word::Anew) => continue,
                Said::Word(_) => String::new(),
                Said::Away(visit) => return Reply::Away(visit),
            };
            if typed.is_empty() {
                say(if ticked.is_empty() { "Left open." } else { "Kept." });
                return Reply::Answered(ticked.to_vec());
            }
            if typed == "none" {
                say("None.");
                return Reply::Answered(Vec::new());
            }
            let parts = typed.split([' ', ',', ';']).filter(|part| !part.is_empty());
            let number = |part: &str| {
                let number = part.parse::<usize>().ok()?.checked_sub(1)?;
                (number < options.len()).then_some(number).ok_or(part).ok()
            };
            let found: Vec<(&str, Option<usize>)> =
                parts.map(|part| (part, number(part))).collect();
            if let Some((part, _)) = found.iter().find(|(_, number)| number.is_none()) {
                self.refuse(&format!(
                    "`{}` is no number from 1 to {}, and not none.",
                    start_of(part),
                    options.len()
                ));
                continue;
            }
            let mut chosen: Vec<usize> =
                found.into_iter().filter_map(|(_, number)| number).collect();
            chosen.sort_unstable();
            chosen.dedup();
            for line in chosen.iter().filter_map(|at| options.get(*at)) {
                let short = line.split_once(": ").map_or(line.as_str(), |(short, _)| short);
                say(&format!("Chosen: {short}"));
            }
            return Reply::Answered(chosen);
        }
    }
}

/// The word of a line that starts with a colon and a letter.
fn colon_word(line: &str) -> Option<&str> {
    let rest = line.trim().strip_prefix(':')?;
    let name = rest.split(char::is_whitespace).next()?;
    // `:)` and `:smile:` are text; `:skip this` is no word either, but was meant to be one.
    (!name.is_empty() && name.chars().all(|c| c.is_ascii_alphabetic())).then_some(rest)
}

/// The option that was meant: by its name, or by words that stand in no other.
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
        [] => Err(format!("`{}` is none of these.", start_of(typed))),
        several => Err(format!(
            "`{}` stands in {} of these; type the number.",
            start_of(typed),
            several.len()
        )),
    }
}

/// The lines of a list, and what is said below them.
fn with_lines(lines: impl Iterator<Item = String>, below: &str) -> String {
    lines.chain([below.to_owned()]).collect::<Vec<_>>().join("\n")
}

/// What a script or a slip has typed, as far as it must be repeated.
fn start_of(line: &str) -> String {
    let start: String = line.chars().take(ECHOED).collect();
    if start.len() < line.len() { format!("{start}...") } else { start }
}

/// A label as a question.
fn question_of(label: &str) -> String {
    let label = capital(label.trim_end());
    if label.ends_with('?') { label } else { format!("{label}?") }
}

/// Columns of the terminal that shows the conversation; without one, lines are never broken.
fn width() -> usize {
    if !io::stderr().is_terminal() {
        return usize::MAX;
    }
    let columns = crossterm::terminal::size().map_or(80, |(columns, _)| usize::from(columns));
    // A terminal that does not know its size says 0.
    if columns == 0 { 80 } else { columns.clamp(20, 100) - 1 }
}

/// Puts a question, which the answer follows in the same line.
fn put_question(question: &str) {
    put(&format!("{} ", wrap(&escape_for_terminal(question), width() - 1).join("\n")));
}

/// Says paragraphs. On a terminal they are broken at blanks, elsewhere they stay whole.
pub(super) fn say(text: &str) {
    let mut out = String::new();
    for line in wrap(&escape_for_terminal(text), width()) {
        out.push_str(line.trim_end());
        out.push('\n');
    }
    put(&out);
}

fn put(text: &str) {
    let mut out = io::stderr().lock();
    let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
}
