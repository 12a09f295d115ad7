//! Questions line by line: nothing is painted, moved or told by a sign alone, so that a screen
//! reader reads everything once and in order, and a script can answer. Lines come from standard
//! input, whatever that is; a terminal edits them itself. Everything else goes to standard error.

use std::io::{self, BufRead as _, IsTerminal as _, Write as _};
use std::mem;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::thread;
use std::time::{Duration, Instant};

use super::composer::{Brief, Edit, Kept};
use super::prompt::Reply;
use super::telling::capital;
use super::{Ending, Visit};
use crate::limit::Measure;
use crate::markup;
use crate::text::{and_list, clean, did_you_mean, plural, safe, tidy, tidy_line, wrap};

/// What was written goes to `keep` when no line follows within this time, ...
const PAUSE: Duration = Duration::from_millis(20);
/// ... and after this one at most, also while lines follow each other.
const KEEP_AFTER: Duration = Duration::from_millis(300);
/// Lines of a paste follow each other faster than this, those of a person slower.
const BURST: Duration = Duration::from_millis(2);
/// The bytes of a line that a terminal takes; what follows them is lost before a program sees it.
const LONGEST_LINE: usize = if cfg!(target_os = "linux") { 4095 } else { 1023 };
/// So many characters of a line are repeated.
const ECHOED: usize = 300;
/// At these shares of the limit, in per cent, the count is said.
const SHARES: [usize; 4] = [50, 75, 90, 100];

/// What was heard from the person.
#[derive(Debug)]
enum Heard {
    /// A line, without its end.
    Line(Vec<u8>),
    /// Standard input has ended.
    End,
    /// Ctrl-C.
    Interrupt,
    /// The program was suspended and goes on.
    Resumed,
}

/// A line as it is meant.
#[derive(Debug)]
enum Said {
    Text(String),
    /// A word that the question itself has to understand.
    Word(Word),
    /// The person leaves the question.
    Away(Visit),
}

/// What a word with a colon does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Word {
    Help,
    Keep,
    Clear,
    Count,
    Edit,
    Question,
    Back,
    Menu,
    Skip,
    Quit,
}

/// Every word with its name, and what it does, as `:help` says it.
const WORDS: [(Word, &str, &str); 10] = [
    (Word::Help, "help", "says these words"),
    (Word::Keep, "keep", "leaves the answer as it is and goes on"),
    (Word::Clear, "clear", "takes the answer away"),
    (Word::Count, "count", "says how many words there are"),
    (Word::Edit, "edit", "opens your own editor, $VISUAL or $EDITOR"),
    (Word::Question, "question", "says the question again, with its footnotes and references"),
    (Word::Back, "back", "goes back to the question before"),
    (Word::Menu, "menu", "opens the menu; what is written is kept"),
    (Word::Skip, "skip", "goes on to the next question"),
    (Word::Quit, "quit", "saves and leaves the program"),
];

/// The words that every question understands.
const EVERYWHERE: [Word; 5] = [Word::Help, Word::Back, Word::Menu, Word::Skip, Word::Quit];

/// A conversation in lines.
pub(super) struct Plain {
    heard: Receiver<Heard>,
    wanted: Sender<()>,
    /// A line is being read: until it comes, no other is asked for.
    reading: bool,
    /// Standard input has ended; it is not asked again.
    ended: bool,
    /// A line that was heard and not yet taken as an answer.
    left: Option<String>,
    from_terminal: bool,
}

impl Plain {
    /// Begins to listen. A line is read only when one is asked for, so that an editor or a command
    /// that follows gets its own.
    pub(super) fn new() -> Self {
        let (hears, heard) = mpsc::channel();
        let (wanted, requests) = mpsc::channel();
        watch_signals(hears.clone());
        thread::spawn(move || {
            for () in requests {
                let mut line = Vec::new();
                let read = io::stdin().lock().read_until(b'\n', &mut line);
                let heard = match read {
                    // A terminal that is gone has ended, too.
                    Ok(0) | Err(_) => Heard::End,
                    Ok(_) => {
                        line.pop_if(|last| *last == b'\n');
                        line.pop_if(|last| *last == b'\r');
                        Heard::Line(line)
                    }
                };
                if hears.send(heard).is_err() {
                    return;
                }
            }
        });
        let from_terminal = io::stdin().is_terminal();
        Self { heard, wanted, reading: false, ended: false, left: None, from_terminal }
    }

    /// What stood in the last line, if it was left without being taken; told once.
    pub(super) fn left_in_line(&mut self) -> Option<String> {
        self.left.take()
    }

    // ---- hearing -------------------------------------------------------------------------

    /// Waits for what comes next, or for `patience`: then nothing has come.
    fn listen(&mut self, patience: Option<Duration>) -> Option<Heard> {
        if self.ended {
            return Some(Heard::End);
        }
        if !self.reading {
            self.reading = self.wanted.send(()).is_ok();
        }
        let heard = match patience {
            Some(patience) => match self.heard.recv_timeout(patience) {
                Err(RecvTimeoutError::Timeout) => return None,
                Ok(heard) => heard,
                Err(RecvTimeoutError::Disconnected) => Heard::End,
            },
            None => self.heard.recv().unwrap_or(Heard::End),
        };
        match &heard {
            Heard::Line(line) => {
                self.reading = false;
                if !self.from_terminal {
                    let line = clean(&String::from_utf8_lossy(line));
                    put(&format!("{}\n", start_of(safe(&line).trim_end())));
                }
            }
            Heard::End => {
                self.reading = false;
                self.ended = true;
                say("\nThe input has ended.");
            }
            Heard::Interrupt => put("\n"),
            Heard::Resumed => {}
        }
        Some(heard)
    }

    /// The text of a line. Nothing of it is lost: what is no UTF-8 is read byte by byte.
    fn decoded(&self, line: &[u8]) -> String {
        if self.from_terminal && line.len() >= LONGEST_LINE {
            say(&format!(
                "That line had {} characters, the most that a terminal takes; its end may be missing. Write shorter lines, or use `:edit`.",
                line.len()
            ));
        }
        let mut text = String::with_capacity(line.len());
        let mut odd = false;
        for chunk in line.utf8_chunks() {
            text.push_str(chunk.valid());
            odd |= !chunk.invalid().is_empty();
            // Latin-1, the likeliest of the old encodings; its control characters are no letters.
            let letter = |byte: &u8| match char::from(*byte) {
                letter if letter.is_control() => char::REPLACEMENT_CHARACTER,
                letter => letter,
            };
            text.extend(chunk.invalid().iter().map(letter));
        }
        if odd {
            say("That line was no text in UTF-8; it was read as Latin-1. Look it over.");
        }
        clean(&text)
    }

    /// Asks until there is something to make of the line. `here` are the words that have a meaning
    /// in this question, beside those that have one everywhere.
    fn ask(&mut self, question: &str, here: &[Word]) -> Said {
        while !self.ended {
            put_question(question);
            match self.listen(None) {
                Some(Heard::Line(line)) => {
                    let line = self.decoded(&line);
                    if let Some(said) = Self::understood(&line, here) {
                        return said;
                    }
                }
                Some(Heard::Interrupt) => return Said::Away(Visit::Over(Ending::Interrupted)),
                Some(Heard::End | Heard::Resumed) | None => {}
            }
        }
        Said::Away(Visit::Over(Ending::Left))
    }

    /// What a line means; nothing where that has been said and the question must be asked again.
    fn understood(line: &str, here: &[Word]) -> Option<Said> {
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
                Word::Back => Some(Said::Away(Visit::Back)),
                Word::Menu => Some(Said::Away(Visit::Menu)),
                Word::Skip => Some(Said::Away(Visit::Skip)),
                Word::Quit => Some(Said::Away(Visit::Over(Ending::Left))),
                Word::Keep | Word::Clear | Word::Count | Word::Edit | Word::Question => {
                    Some(Said::Word(*word))
                }
            };
        }
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

    /// The lines that came in one go with the last one, as a paste has them, and whether Ctrl-C was
    /// among them.
    fn rest_of_burst(&mut self) -> (Vec<String>, bool) {
        let mut rest = Vec::new();
        while self.from_terminal {
            match self.listen(Some(BURST)) {
                Some(Heard::Line(line)) => rest.push(self.decoded(&line)),
                Some(Heard::Interrupt) => return (rest, true),
                Some(Heard::End | Heard::Resumed) | None => break,
            }
        }
        (rest, false)
    }

    // ---- short answers -------------------------------------------------------------------

    /// Asks for a line, as [`Face::line`](super::Face::line) says.
    pub(super) fn line(
        &mut self,
        label: &str,
        before: &str,
        help: &str,
        check: &dyn Fn(&str) -> Option<String>,
    ) -> Reply<String> {
        self.left = None;
        if before.is_empty() {
            say(&format!("No answer yet; {help}."));
        } else {
            say(&format!("So far: {before}\nAn empty line keeps it."));
        }
        let mut refused = String::new();
        loop {
            let typed = match self.ask(&question_of(label), &[Word::Keep, Word::Clear]) {
                Said::Text(text) => text,
                Said::Word(Word::Clear) => {
                    self.left = None;
                    say("The answer is taken away.");
                    return Reply::Answered(String::new());
                }
                Said::Word(_) => String::new(),
                Said::Away(visit) => return Reply::Away(visit),
            };
            let (rest, interrupted) = self.rest_of_burst();
            let several = rest.iter().any(|line| !line.trim().is_empty());
            let typed = tidy_line(&format!("{typed} {}", rest.join(" ")));
            if interrupted {
                self.left = Some(typed).filter(|typed| !typed.is_empty()).or(self.left.take());
                return Reply::Away(Visit::Over(Ending::Interrupted));
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
            if several {
                say(&format!(
                    "Several lines came in one go. Joined they are: {typed}\nAn empty line keeps that."
                ));
            } else if let Some(problem) = check(&typed).filter(|_| typed != refused) {
                say(&format!("{problem}. An empty line keeps it as it is."));
                refused.clone_from(&typed);
            } else {
                self.left = None;
                return Reply::Answered(typed);
            }
            self.left = Some(typed);
        }
    }

    /// Asks for yes or no, as [`Face::yes_no`](super::Face::yes_no) says.
    pub(super) fn yes_no(&mut self, label: &str, before: Option<bool>) -> Reply<bool> {
        say(match before {
            Some(true) => "Type yes or no. So far: yes. An empty line keeps it.",
            Some(false) => "Type yes or no. So far: no. An empty line keeps it.",
            None => "Type yes or no; an empty line leaves it open.",
        });
        loop {
            let typed = match self.ask(&question_of(label), &[Word::Keep]) {
                Said::Text(text) => tidy_line(&text).to_lowercase(),
                Said::Word(_) => String::new(),
                Said::Away(visit) => return Reply::Away(visit),
            };
            match (typed.as_str(), before) {
                ("y" | "yes", _) => return Reply::Answered(true),
                ("n" | "no", _) => return Reply::Answered(false),
                ("", Some(before)) => {
                    say("Kept.");
                    return Reply::Answered(before);
                }
                ("", None) => {
                    say("Left open.");
                    return Reply::Away(Visit::Next);
                }
                _ => say(&format!("`{}` is neither yes nor no.", start_of(&typed))),
            }
        }
    }

    /// Offers lines, each with the name by which it is chosen. A word that stands in only one of
    /// them chooses it, too.
    pub(super) fn menu(
        &mut self,
        label: &str,
        options: Vec<(String, String)>,
        at: Option<usize>,
    ) -> Reply<usize> {
        for (name, line) in &options {
            say(&format!("{name}. {line}"));
        }
        let default = at.and_then(|at| options.get(at));
        say(&match default {
            Some((name, _)) => format!("Type a number or a word; an empty line takes {name}."),
            None => "Type a number or a word; an empty line leaves it open.".to_owned(),
        });
        loop {
            let typed = match self.ask(&question_of(label), &[Word::Keep]) {
                Said::Text(text) => tidy_line(&text).to_lowercase(),
                Said::Word(_) => String::new(),
                Said::Away(visit) => return Reply::Away(visit),
            };
            let chosen = match at {
                None if typed.is_empty() => {
                    say("Left open.");
                    return Reply::Away(Visit::Next);
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
                Err(why) => say(&why),
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
        for (number, line) in (1..).zip(options) {
            say(&format!("{number}. {line}"));
        }
        let numbers: Vec<String> = ticked.iter().map(|at| (at + 1).to_string()).collect();
        say(&if numbers.is_empty() {
            "Type the numbers of those that apply, such as 1 2, or none; an empty line leaves it open."
                .to_owned()
        } else {
            format!(
                "Type the numbers of those that apply, or none. So far: {}. An empty line keeps that.",
                and_list(&numbers)
            )
        });
        loop {
            let typed = match self.ask(&question_of(label), &[Word::Keep, Word::Clear]) {
                Said::Text(text) => tidy_line(&text).to_lowercase(),
                Said::Word(Word::Clear) => "none".to_owned(),
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
                say(&format!(
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

    // ---- long answers --------------------------------------------------------------------

    /// Lets a person write a long answer, as [`Face::compose`](super::Face::compose) says.
    pub(super) fn compose(
        &mut self,
        brief: &Brief<'_>,
        answer: &str,
        keep: &mut dyn FnMut(Option<&str>) -> Kept,
        edit: &mut Edit<'_>,
    ) -> (String, Visit) {
        let mut text = tidy(answer);
        if !(brief.notes.is_empty() && brief.reference.is_empty()) {
            say("There are footnotes or references; `:question` says them.");
        }
        if !text.is_empty() {
            Self::read_out(brief, &text);
        }
        loop {
            let place = if text.is_empty() {
                Place::default()
            } else {
                match self.what_to_do(brief, &text) {
                    Wish::Write(place) => place,
                    Wish::Hear => {
                        Self::read_out(brief, &text);
                        continue;
                    }
                    Wish::Edit => {
                        text = self.edit(text, keep, edit);
                        continue;
                    }
                    Wish::Clear => {
                        text.clear();
                        keep(Some(&text));
                        return (text, Visit::Next);
                    }
                    Wish::Away(visit) => return (text, visit),
                }
            };
            let visit;
            (text, visit) = self.write(brief, place, keep);
            if let Some(visit) = visit {
                return (text, visit);
            }
            text = self.edit(text, keep, edit);
        }
    }

    /// Reads an answer out, paragraph by paragraph.
    fn read_out(brief: &Brief<'_>, text: &str) {
        let lines: Vec<&str> = paragraphs(text).map(|(_, line)| line).collect();
        let measure = Measure::new(brief.rule.count(text), brief.limit).judged();
        say(&format!(
            "The answer so far, {}, {measure}:",
            plural(lines.len(), "paragraph", "paragraphs")
        ));
        for (number, line) in (1..).zip(lines) {
            say(&format!("Paragraph {number}: {line}"));
        }
    }

    /// Asks what to do with an answer that is there.
    fn what_to_do(&mut self, brief: &Brief<'_>, text: &str) -> Wish {
        let options = [
            "Keep it and go on",
            "Add to the end",
            "Write it anew",
            "Change one paragraph",
            "Open it in your own editor",
            "Hear it again",
        ];
        for (number, line) in (1..).zip(options) {
            say(&format!("{number}. {line}"));
        }
        say("Type a number; an empty line takes 1.");
        let here = [Word::Keep, Word::Clear, Word::Count, Word::Edit, Word::Question];
        loop {
            let typed = match self.ask("What do you want to do with it?", &here) {
                Said::Text(typed) => typed,
                Said::Word(Word::Clear) => return Wish::Clear,
                Said::Word(Word::Edit) => return Wish::Edit,
                Said::Word(Word::Keep) => return Wish::Away(Visit::Next),
                Said::Word(word) => {
                    Self::answer_word(word, brief, brief.rule.count(text));
                    continue;
                }
                Said::Away(visit) => return Wish::Away(visit),
            };
            match typed.trim().trim_end_matches('.') {
                "" | "1" => return Wish::Away(Visit::Next),
                "2" => return Wish::Write(Place::after(text)),
                "3" => return Wish::Write(Place::instead_of(text)),
                "4" => match self.which_paragraph(text) {
                    Ok(place) => return Wish::Write(place),
                    Err(visit) => return Wish::Away(visit),
                },
                "5" => return Wish::Edit,
                "6" => return Wish::Hear,
                other => {
                    say(&format!("`{}` is no number from 1 to 6.", start_of(other)));
                }
            }
        }
    }

    /// Asks for a paragraph by its number.
    fn which_paragraph(&mut self, text: &str) -> Result<Place, Visit> {
        let places: Vec<(usize, &str)> = paragraphs(text).collect();
        loop {
            let typed = match self.ask("Which paragraph, by its number?", &[]) {
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
                None => say(&format!(
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
        brief: &Brief<'_>,
        place: Place,
        keep: &mut dyn FnMut(Option<&str>) -> Kept,
    ) -> (String, Option<Visit>) {
        let limit = match brief.limit {
            Some(limit) => format!("The limit is {}. ", plural(limit.words, "word", "words")),
            None => String::new(),
        };
        let nothing = if place.is_new() { "No answer yet. " } else { "" };
        say(&format!("{nothing}{limit}Write line by line; a full stop alone in a line ends it."));
        put_question("Your answer?");
        let mut counter = Counter::new(brief, &place);
        let mut typed = String::new();
        // Since when there is something `keep` has not seen.
        let mut changed: Option<Instant> = None;
        let mut warned = false;
        let mut keep_now = |text: &str| {
            if let Kept::Failed(why) = keep(Some(text))
                && !mem::replace(&mut warned, true)
            {
                say(&format!("Not saved: {why}. Nothing is lost while the program runs; go on."));
            }
        };
        let here = [Word::Keep, Word::Clear, Word::Count, Word::Edit, Word::Question];
        let visit = loop {
            if changed.is_some_and(|since| since.elapsed() >= KEEP_AFTER) {
                keep_now(&place.meanwhile(&typed));
                changed = None;
            }
            let line = match self.listen(changed.map(|_| PAUSE)) {
                Some(Heard::Line(line)) => self.decoded(&line),
                Some(Heard::Interrupt) => break Some(Visit::Over(Ending::Interrupted)),
                Some(Heard::End) => break Some(Visit::Over(Ending::Left)),
                Some(Heard::Resumed) => {
                    put_question("And what comes next?");
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
                    return (text, Some(Visit::Next));
                }
                "" if typed.is_empty() => {
                    say("Nothing is written yet; a full stop alone leaves it so.");
                    put_question("Your answer?");
                    continue;
                }
                _ => {}
            }
            match Self::understood(&line, &here) {
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
                Some(Said::Word(Word::Keep)) => break Some(Visit::Next),
                Some(Said::Word(Word::Edit)) => break None,
                Some(Said::Word(Word::Clear)) => {
                    // On the disk first: whoever misses them finds them in the history.
                    keep_now(&place.meanwhile(&typed));
                    let lines = plural(typed.lines().count(), "line", "lines");
                    say(&format!("Taken away: {lines} of this answer. Begin again."));
                    typed.clear();
                    counter = Counter::new(brief, &place);
                    changed = Some(Instant::now());
                }
                Some(Said::Word(word)) => Self::answer_word(word, brief, counter.words),
                None => {}
            }
            put_question("And what comes next?");
        };
        let text = place.meanwhile(&typed);
        keep_now(&text);
        if !place.old.is_empty() && !typed.trim().is_empty() {
            say("It was not ended, so the old text and the new lines are both kept.");
        }
        (text, visit)
    }

    /// What a word asks to be said about a long answer.
    fn answer_word(word: Word, brief: &Brief<'_>, words: usize) {
        match word {
            Word::Count => {
                say(&format!("{}.", Measure::new(words, brief.limit).judged()));
            }
            Word::Question => {
                let parts = [brief.question, brief.notes, brief.reference];
                let parts: Vec<_> = parts.into_iter().filter(|part| !part.is_empty()).collect();
                say(&parts.join("\n\n"));
            }
            Word::Help
            | Word::Keep
            | Word::Clear
            | Word::Edit
            | Word::Back
            | Word::Menu
            | Word::Skip
            | Word::Quit => {}
        }
    }

    /// Opens the person's own editor on the answer and returns what it became.
    fn edit(
        &mut self,
        text: String,
        keep: &mut dyn FnMut(Option<&str>) -> Kept,
        edit: &mut Edit<'_>,
    ) -> String {
        if !self.from_terminal {
            say("An editor needs a terminal; the answer is as it was.");
            return text;
        }
        match edit(&text, &mut |text| drop(keep(Some(text)))) {
            Ok(edited) => {
                let edited = tidy(&edited);
                say(if edited == text {
                    "The editor changed nothing."
                } else {
                    "Taken over from the editor."
                });
                // Also where nothing changed: `keep` may have seen what the editor saved in between.
                keep(Some(&edited));
                edited
            }
            Err(why) => {
                say(&why);
                keep(Some(&text));
                text
            }
        }
    }
}

/// What a person wants with an answer that is there.
#[derive(Debug)]
enum Wish {
    Write(Place),
    Hear,
    Edit,
    Clear,
    Away(Visit),
}

/// Where in an answer new lines go.
#[derive(Debug, Default)]
struct Place {
    before: String,
    /// What the new lines take the place of, once they are finished.
    old: String,
    after: String,
}

impl Place {
    /// Behind everything; below an item of a list without an empty line between.
    fn after(text: &str) -> Self {
        let item = text.lines().last().is_some_and(|line| markup::list_marker(line).is_some());
        Self { before: format!("{text}{}", if item { "\n" } else { "\n\n" }), ..Self::default() }
    }

    fn instead_of(text: &str) -> Self {
        Self { old: text.to_owned(), ..Self::default() }
    }

    /// Where a line stands that starts at this byte.
    fn of(text: &str, start: usize, line: &str) -> Self {
        let part = |range: Option<&str>| range.unwrap_or_default().to_owned();
        Self {
            before: part(text.get(..start)),
            old: line.to_owned(),
            after: part(text.get(start + line.len()..)),
        }
    }

    fn is_new(&self) -> bool {
        self.before.is_empty() && self.old.is_empty()
    }

    /// The answer while it is being written: with the old text, too.
    fn meanwhile(&self, typed: &str) -> String {
        let typed = tidy(typed);
        let gap = if self.old.is_empty() || typed.is_empty() { "" } else { "\n\n" };
        tidy(&format!("{}{}{gap}{typed}{}", self.before, self.old, self.after))
    }

    /// The answer when it is finished. Where nothing was written it is as it was.
    fn finished(&self, typed: &str) -> String {
        let typed = tidy(typed);
        let middle = if typed.is_empty() { &self.old } else { &typed };
        tidy(&format!("{}{middle}{}", self.before, self.after))
    }
}

/// Counts the lines as they come, and says when they pass a share of the limit.
struct Counter<'a> {
    brief: &'a Brief<'a>,
    words: usize,
    /// The highest share that was passed, in per cent.
    passed: usize,
}

impl<'a> Counter<'a> {
    fn new(brief: &'a Brief<'a>, place: &Place) -> Self {
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
        let reached = |share: &usize| match *share {
            // All of it may be used; what is said is that it was not enough.
            100 => self.words > limit.words,
            share => self.words * 100 >= limit.words * share,
        };
        let share = SHARES.into_iter().rev().find(reached).filter(|share| *share > self.passed)?;
        self.passed = share;
        let said = Measure::new(self.words, self.brief.limit).judged();
        Some(match share {
            100 => format!("{said}; nothing is cut."),
            share => format!("{said}, {share} per cent of the limit."),
        })
    }
}

/// The lines of a text that are not empty, with the byte each starts at.
fn paragraphs(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let starts = text.split('\n').scan(0, |next, line| {
        let start = *next;
        *next += line.len() + 1;
        Some((start, line))
    });
    starts.filter(|(_, line)| !line.trim().is_empty())
}

/// The word of a line that starts with a colon and a letter.
fn colon_word(line: &str) -> Option<&str> {
    let rest = line.trim().strip_prefix(':')?;
    let name = rest.split_whitespace().next()?;
    // `:smile:` and `:)` are no words; `:skip this` is none either, but was meant to be one.
    name.chars().all(|c| c.is_ascii_alphabetic()).then_some(rest)
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
    put(&format!("{} ", wrap(&safe(question), width() - 1).join("\n")));
}

/// Says paragraphs. On a terminal they are broken at blanks, elsewhere they stay whole.
pub(super) fn say(text: &str) {
    let mut out = String::new();
    for line in wrap(&safe(text), width()) {
        out.push_str(line.trim_end());
        out.push('\n');
    }
    put(&out);
}

fn put(text: &str) {
    let mut out = io::stderr().lock();
    let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
}

/// Hears Ctrl-C, and a program that goes on after Ctrl-Z.
fn watch_signals(hears: Sender<Heard>) {
    #[cfg(unix)]
    {
        use signal_hook::consts::{SIGCONT, SIGINT};
        let Ok(mut signals) = signal_hook::iterator::Signals::new([SIGINT, SIGCONT]) else {
            return;
        };
        thread::spawn(move || {
            for signal in signals.forever() {
                // Ctrl-C in an editor is the editor's.
                let heard = if signal == SIGCONT { Heard::Resumed } else { Heard::Interrupt };
                if !super::terminal::is_lent() && hears.send(heard).is_err() {
                    return;
                }
            }
        });
    }
    #[cfg(not(unix))]
    drop(hears);
}
