//! The conversation: which question comes next, the way back, the menu, and what is kept when
//! somebody leaves.

mod composer;
mod fields;
mod page;
mod prompt;
mod saving;
mod terminal;

use std::fmt::Write as _;
use std::io::{self, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use jiff::Timestamp;

use crate::draft::Draft;
use crate::draft_file::DraftFile;
use crate::markup;
use crate::questionnaire::{Need, Question, Questionnaire};
use crate::review::{Review, Status};
use crate::summary::{self, Look};
use crate::text::{plural, safe, wrap};
use prompt::{Reply, Typed};
use saving::Saver;

/// How a wizard ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// The person left.
    Left,
    /// Ctrl-C.
    Interrupted,
    /// A signal to end, or a closed window.
    Terminated,
}

/// What the wizard works on.
pub struct Wizard<'q> {
    questionnaire: &'q Questionnaire,
    draft: Draft,
    saver: Saver,
    look: Look,
    typed: Typed,
    stop: Arc<AtomicBool>,
    in_composer: Arc<AtomicBool>,
    /// The arguments that bring one back to this draft.
    resume: String,
    warned: Option<String>,
}

/// Where the conversation is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum At {
    Menu(Option<usize>),
    Question(usize),
    /// After the last open question.
    End,
    Done(Ending),
}

/// How the visit of a question ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Visit {
    Next,
    Menu,
    Over(Ending),
}

/// A line of the menu.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Action {
    GoOn(usize),
    Back(usize),
    Skip(usize),
    NotApplicable(usize),
    Applicable(usize),
    Jump,
    Help(usize),
    ReadThrough,
    Summary,
    SaveElsewhere,
    Leave,
}

impl<'q> Wizard<'q> {
    /// Prepares a wizard on an open draft. `resume` is what one types after `good-practice fill`
    /// to come back.
    #[must_use]
    pub fn new(
        questionnaire: &'q Questionnaire,
        file: DraftFile,
        draft: Draft,
        look: Look,
        resume: String,
    ) -> Self {
        Self {
            questionnaire,
            draft,
            saver: Saver::new(file, questionnaire.clone()),
            look,
            typed: Typed::default(),
            stop: Arc::default(),
            in_composer: Arc::default(),
            resume,
            warned: None,
        }
    }

    /// Leads through the questions, from `start` where it is given.
    ///
    /// # Errors
    /// The terminal fails. Everything answered is saved.
    pub fn run(mut self, start: Option<&Question>) -> io::Result<Ending> {
        let held = terminal::Held::new()?;
        prompt::dress(self.look.colour);
        self.watch_signals();
        let mut at =
            if let Some(index) = start.and_then(|question| self.review().position(question)) {
                At::Question(index)
            } else {
                self.greet();
                At::Menu(None)
            };
        let ending = loop {
            at = match at {
                At::Menu(from) => self.menu(from)?,
                At::Question(index) => self.visit(index)?,
                At::End => {
                    self.finish();
                    At::Menu(None)
                }
                At::Done(ending) => break self.leave(ending)?,
            };
        };
        drop(held);
        Ok(ending)
    }

    fn review(&self) -> Review<'q> {
        Review::new(self.questionnaire, &self.draft)
    }

    /// A signal ends the program in order: in the composer by its own loop, elsewhere here, where
    /// a prompt waits for a key that may never come.
    fn watch_signals(&self) {
        #[cfg(unix)]
        {
            use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
            let Ok(mut signals) = signal_hook::iterator::Signals::new([SIGHUP, SIGINT, SIGTERM])
            else {
                return;
            };
            let (stop, in_composer) = (Arc::clone(&self.stop), Arc::clone(&self.in_composer));
            let saver = self.saver.clone();
            std::thread::spawn(move || {
                for signal in signals.forever() {
                    stop.store(true, Ordering::SeqCst);
                    if !in_composer.load(Ordering::SeqCst) {
                        let _ = saver.flush();
                        terminal::give_back();
                        end_program(128 + signal);
                    }
                }
            });
        }
    }

    // ---- screens -------------------------------------------------------------------------

    fn columns() -> usize {
        crossterm::terminal::size().map_or(80, |(columns, _)| usize::from(columns)).clamp(20, 90)
    }

    /// Prints paragraphs, indented by two columns.
    fn tell(text: &str) {
        let mut out = String::new();
        for line in wrap(&safe(text), Self::columns() - 4) {
            let _ = writeln!(out, "{}", format!("  {line}").trim_end());
        }
        let _ = io::stderr().write_all(out.as_bytes());
    }

    fn tell_bold(&self, text: &str) {
        if self.look.colour {
            let _ = io::stderr().write_all(b"\x1b[1m");
        }
        Self::tell(text);
        if self.look.colour {
            let _ = io::stderr().write_all(b"\x1b[0m");
        }
    }

    fn tell_dim(&self, text: &str) {
        if self.look.colour {
            let _ = io::stderr().write_all(b"\x1b[2m");
        }
        Self::tell(text);
        if self.look.colour {
            let _ = io::stderr().write_all(b"\x1b[0m");
        }
    }

    fn greet(&self) {
        let review = self.review();
        Self::tell("");
        let publisher = &self.questionnaire.abbreviation;
        let title = if publisher.is_empty() { String::new() } else { format!(" · {publisher}") };
        self.tell_bold(&format!("{}{title}", self.questionnaire.title));
        let path = self.saver.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if self.draft.is_empty() {
            self.tell_dim(&format!("{name} · new"));
            Self::tell("");
            Self::tell(&markup::plain(&unwrapped(&self.questionnaire.introduction)));
            Self::tell("");
            Self::tell(
                "Everything you write is saved at once. Esc opens a menu (go back, choose a question, leave), Ctrl-C saves and leaves.",
            );
        } else {
            let saved = self
                .draft
                .saved
                .map(|saved| format!("saved {} · ", ago(saved)))
                .unwrap_or_default();
            self.tell_dim(&format!("{name} · {saved}{}", review.in_words()));
            Self::tell("");
            let rows = summary::by_section(&review);
            let wide = rows.iter().map(|(title, ..)| title.chars().count()).max().unwrap_or(0);
            let wide = wide.min(Self::columns().saturating_sub(16));
            for (title, progress, trouble) in rows {
                Self::tell(&format!("{title:<wide$}  {progress:<9}  {trouble}"));
            }
        }
        if self.draft.unplaced() > 0 {
            Self::tell("");
            let names = crate::text::and_list(&self.draft.unplaced_names());
            let (them, answers) = if self.draft.unplaced() == 1 {
                ("It stays", "answer belongs")
            } else {
                ("They stay", "answers belong")
            };
            Self::tell(&format!(
                "{} {answers} to no question of this questionnaire: {names}. {them} in the draft.",
                self.draft.unplaced()
            ));
        }
        Self::tell("");
    }

    /// After the last open question: the summary and what to do next.
    fn finish(&mut self) {
        let review = self.review();
        Self::tell("");
        self.print_summary(&review);
        Self::tell("");
        if review.is_complete() {
            Self::tell(
                "Everything that must be answered is answered and within its limit. Read it through once more, then leave: the draft is complete.",
            );
        } else {
            Self::tell(
                "That was the last question. What is still open is marked above; the menu takes you there, now or another day.",
            );
        }
        Self::tell("");
    }

    fn print_summary(&self, review: &Review<'_>) {
        let look = Look { width: Self::columns(), ..self.look };
        let _ = io::stderr().write_all(summary::table(review, &self.resume, look).as_bytes());
    }

    // ---- menu ----------------------------------------------------------------------------

    fn menu(&mut self, from: Option<usize>) -> io::Result<At> {
        let review = self.review();
        let mut lines: Vec<(Action, String)> = Vec::new();
        let name = |index: usize| match review.items.get(index) {
            Some(item) => item.question.name(),
            None => String::new(),
        };
        if let Some(index) = from {
            lines.push((Action::GoOn(index), format!("Go on with {}", name(index))));
            if let Some(before) = Self::neighbour(&review, index) {
                lines.push((Action::Back(before), format!("Back to {}", name(before))));
            }
            lines.push((Action::Skip(index), "Skip it for now".to_owned()));
            if let Some(item) = review.items.get(index) {
                if item.question.need == Need::IfApplicable {
                    lines.push(if item.status == Status::NotApplicable {
                        (
                            Action::Applicable(index),
                            format!("{} applies after all", capital(&name(index))),
                        )
                    } else {
                        (
                            Action::NotApplicable(index),
                            format!("{} does not apply", capital(&name(index))),
                        )
                    });
                }
                if !self.questionnaire.notes_of(item.question).is_empty()
                    || item.question.reference.is_some()
                {
                    lines
                        .push((Action::Help(index), "Footnotes and reference material".to_owned()));
                }
            }
        } else if let Some(next) =
            review.next_open().and_then(|item| review.position(item.question))
        {
            let verb = if self.draft.is_empty() { "Start with" } else { "Go on with" };
            lines.push((Action::GoOn(next), format!("{verb} {}", name(next))));
        }
        lines.push((Action::Jump, "Choose a question".to_owned()));
        lines.push((Action::Summary, "See what is still missing".to_owned()));
        lines.push((Action::ReadThrough, "Read everything through".to_owned()));
        if self.saver.status().1.is_some() {
            lines.push((Action::SaveElsewhere, "Save in another place".to_owned()));
        }
        lines.push((Action::Leave, "Save and leave".to_owned()));
        let labels = lines.iter().map(|(_, label)| label.clone()).collect();
        let help = if from.is_some() {
            "Enter chooses, Esc goes back"
        } else {
            "Enter chooses, typing narrows the list"
        };
        match prompt::menu("What now?", labels, 0, help)? {
            Reply::Answered(chosen) => match lines.get(chosen) {
                Some((action, _)) => self.act(*action, from),
                None => Ok(At::Menu(from)),
            },
            Reply::Menu => Ok(from.map_or(At::Done(Ending::Left), At::Question)),
            Reply::Interrupted => Ok(At::Done(Ending::Interrupted)),
        }
    }

    fn act(&mut self, action: Action, from: Option<usize>) -> io::Result<At> {
        let review = self.review();
        let marked = |index: usize| review.items.get(index).map(|item| item.question);
        Ok(match action {
            Action::GoOn(index) | Action::Back(index) => At::Question(index),
            Action::Skip(index) => self.after(index),
            Action::NotApplicable(index) => {
                if let Some(question) = marked(index) {
                    self.draft.mark_not_applicable(question, true);
                    self.save();
                    Self::tell(&format!(
                        "{} is marked as not applicable.",
                        capital(&question.name())
                    ));
                }
                self.after(index)
            }
            Action::Applicable(index) => {
                if let Some(question) = marked(index) {
                    self.draft.mark_not_applicable(question, false);
                    self.save();
                }
                At::Question(index)
            }
            Action::Jump => self.jump(from)?,
            Action::Help(index) => {
                if let Some(question) = marked(index) {
                    let text = self.help_text(question);
                    if page::show(&capital(&question.name()), &text, self.look)?
                        == page::Left::Interrupted
                    {
                        return Ok(At::Done(Ending::Interrupted));
                    }
                }
                At::Menu(from)
            }
            Action::ReadThrough => {
                let text = self.everything();
                if page::show(&self.questionnaire.title, &text, self.look)?
                    == page::Left::Interrupted
                {
                    return Ok(At::Done(Ending::Interrupted));
                }
                At::Menu(from)
            }
            Action::Summary => {
                self.print_summary(&review);
                At::Menu(from)
            }
            Action::SaveElsewhere => {
                if self.save_elsewhere()? {
                    At::Menu(from)
                } else {
                    At::Done(Ending::Interrupted)
                }
            }
            Action::Leave => At::Done(Ending::Left),
        })
    }

    fn jump(&mut self, from: Option<usize>) -> io::Result<At> {
        let review = self.review();
        let shown: Vec<(usize, String)> = review
            .items
            .iter()
            .enumerate()
            .filter(|(_, item)| item.status != Status::Hidden)
            .map(|(index, item)| {
                let number =
                    item.question.number.map(|number| number.to_string()).unwrap_or_default();
                let line = format!(
                    "{number:>2}  {}  ({})",
                    markup::plain(&item.question.title),
                    item.status.label()
                );
                (index, shorten(&line, Self::columns().saturating_sub(4)))
            })
            .collect();
        let start =
            from.or_else(|| review.next_open().and_then(|item| review.position(item.question)));
        let at = shown.iter().position(|(index, _)| Some(*index) == start).unwrap_or(0);
        let labels = shown.iter().map(|(_, line)| line.clone()).collect();
        Ok(
            match prompt::menu(
                "Which question?",
                labels,
                at,
                "number or word finds it, Esc goes back",
            )? {
                Reply::Answered(chosen) => {
                    shown.get(chosen).map_or(At::Menu(from), |(index, _)| At::Question(*index))
                }
                Reply::Menu => At::Menu(from),
                Reply::Interrupted => At::Done(Ending::Interrupted),
            },
        )
    }

    /// The question asked before another one.
    fn neighbour(review: &Review<'_>, index: usize) -> Option<usize> {
        let asked =
            |at: &usize| review.items.get(*at).is_some_and(|item| item.status != Status::Hidden);
        (0..index).rev().find(asked)
    }

    /// Where to go after a question: to the next one still open, or to the end.
    fn after(&self, index: usize) -> At {
        let review = self.review();
        let open = |at: &usize| review.items.get(*at).is_some_and(|item| item.status.is_open());
        (index + 1..review.items.len()).find(open).map_or(At::End, At::Question)
    }

    // ---- one question --------------------------------------------------------------------

    fn visit(&mut self, index: usize) -> io::Result<At> {
        let review = self.review();
        let Some(item) = review.items.get(index) else { return Ok(At::End) };
        Ok(
            match self.ask(
                item.question,
                item.section.map(|section| section.short_title.as_str()),
                item.status,
            )? {
                Visit::Next => self.after(index),
                Visit::Menu => At::Menu(Some(index)),
                Visit::Over(ending) => At::Done(ending),
            },
        )
    }

    /// The footnotes and the reference material of a question.
    fn help_text(&self, question: &Question) -> String {
        let mut text = format!("{}\n", Self::wording(question));
        for note in self.questionnaire.notes_of(question) {
            let _ = write!(
                text,
                "\n{} {}\n",
                markup::superscript(&note.number.to_string()),
                markup::plain(&note.text)
            );
        }
        if let Some(reference) = self.questionnaire.reference_of(question) {
            let _ = write!(
                text,
                "\n{}\n\n{}\n",
                markup::plain(&reference.title),
                markup::plain(&reference.text)
            );
        }
        text
    }

    /// The whole application as text.
    fn everything(&self) -> String {
        let mut text = String::new();
        let mut section_title = None;
        for item in self.review().items.iter().filter(|item| item.status != Status::Hidden) {
            if let Some(section) =
                item.section.filter(|section| section_title != Some(&section.title))
            {
                section_title = Some(&section.title);
                let _ = write!(text, "== {} ==\n\n", section.title);
            }
            let question = item.question;
            let number = question.number.map(|number| format!("{number}. ")).unwrap_or_default();
            let _ = writeln!(text, "{number}{}", markup::plain(&question.text));
            let limit = item.measure.and_then(|measure| measure.limit);
            match (item.measure, limit) {
                (Some(measure), Some(limit)) => {
                    let _ = writeln!(
                        text,
                        "[{}: {} of {} words]",
                        item.status.label(),
                        measure.words,
                        limit.words
                    );
                }
                _ => {
                    let _ = writeln!(text, "[{}]", item.status.label());
                }
            }
            text.push('\n');
            for field in self.draft.asked_fields(question) {
                let label =
                    field.label.iter().map(|label| format!("{label}: ")).collect::<String>();
                let answer = self
                    .draft
                    .answer(&field.key)
                    .map(|answer| answer.shown(field))
                    .unwrap_or_default();
                if !(label.is_empty() && answer.is_empty()) {
                    let _ = writeln!(text, "{label}{answer}");
                }
            }
            text.push('\n');
        }
        text
    }

    // ---- saving --------------------------------------------------------------------------

    /// Saves and says so when it fails; the conversation goes on.
    fn save(&mut self) {
        self.saver.post(&self.draft);
        let failed = self.saver.flush().err();
        if let Some(copy) = self.saver.set_aside() {
            Self::tell(&format!(
                "The draft was changed outside this wizard meanwhile. That version is kept as {}.",
                copy.display()
            ));
        }
        if failed != self.warned {
            if let Some(reason) = &failed {
                Self::tell(&format!(
                    "Not saved: {reason}. Nothing is lost while this window is open; Esc offers another place to save."
                ));
            }
            self.warned = failed;
        }
    }

    /// Offers other places until one takes the draft. `false` when the person gives up.
    fn save_elsewhere(&mut self) -> io::Result<bool> {
        let suggestion = std::env::temp_dir().join("application-rescued.yaml");
        loop {
            let suggested = suggestion.display().to_string();
            let reply = prompt::line(
                "Save the draft as",
                &suggested,
                "a file that is not there yet",
                &self.typed,
                &|_| None,
            )?;
            let _ = self.typed.take();
            let Reply::Answered(path) = reply else { return Ok(reply == Reply::Menu) };
            match self.saver.move_to(path.as_ref(), &self.draft) {
                Ok(()) => {
                    self.warned = None;
                    self.resume.clone_from(&path);
                    Self::tell(&format!("Saved as {path}; this wizard goes on there."));
                    return Ok(true);
                }
                Err(reason) => Self::tell(&format!("Not saved there either: {reason}.")),
            }
        }
    }

    /// Saves for the last time, says where the draft is and how to come back.
    fn leave(&mut self, ending: Ending) -> io::Result<Ending> {
        let mut result = self.saver.flush();
        if result.is_err() && ending != Ending::Terminated {
            self.save();
            result = self.saver.flush();
            if let Err(reason) = &result {
                Self::tell(&format!("The draft could not be saved: {reason}."));
                self.save_elsewhere()?;
                result = self.saver.flush();
            }
        }
        if let Err(reason) = result {
            // The last resort: a file of our own choosing.
            let rescue = std::env::temp_dir()
                .join(format!("good-practice-rescued-{}.yaml", std::process::id()));
            let said = match self.saver.move_to(&rescue, &self.draft) {
                Ok(()) => format!("Saved as {} instead.", rescue.display()),
                Err(_) => format!("The draft could not be saved: {reason}."),
            };
            Self::tell(&said);
            return Ok(ending);
        }
        Self::tell("");
        if self.saver.has_saved() || !self.draft.is_empty() {
            Self::tell(&format!("Saved in {}", self.saver.path().display()));
            Self::tell(&format!("To go on: good-practice fill {}", self.resume));
        } else {
            Self::tell("Nothing was written, so there is nothing to save.");
        }
        Ok(ending)
    }
}

#[expect(
    clippy::exit,
    reason = "a signal arrived while a prompt waits for a key; everything is saved"
)]
fn end_program(code: i32) -> ! {
    std::process::exit(code)
}

/// Paragraphs as single lines, to be wrapped anew.
fn unwrapped(text: &str) -> String {
    let paragraphs: Vec<_> =
        text.trim_end().split("\n\n").map(|part| part.replace('\n', " ")).collect();
    paragraphs.join("\n\n")
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}

fn shorten(line: &str, width: usize) -> String {
    if line.chars().count() <= width {
        return line.to_owned();
    }
    let kept: String = line.chars().take(width.saturating_sub(1)).collect();
    format!("{}…", kept.trim_end())
}

/// How long ago something was, in words.
fn ago(then: Timestamp) -> String {
    let seconds = Timestamp::now().as_second().saturating_sub(then.as_second());
    let unit = |n: i64, one: &str, many: &str| {
        format!("{} ago", plural(usize::try_from(n).unwrap_or(0), one, many))
    };
    match seconds {
        ..60 => "just now".to_owned(),
        60..3600 => unit(seconds / 60, "minute", "minutes"),
        3600..86_400 => unit(seconds / 3600, "hour", "hours"),
        _ => unit(seconds / 86_400, "day", "days"),
    }
}

/// Lets the person choose among the drafts of a folder; nothing when they leave. The last one is
/// a new draft.
///
/// # Errors
/// The terminal fails.
pub fn offer_drafts(
    mut drafts: Vec<std::path::PathBuf>,
    look: Look,
) -> io::Result<Option<std::path::PathBuf>> {
    let _held = terminal::Held::new()?;
    prompt::dress(look.colour);
    let last = drafts.len().saturating_sub(1);
    let label = |(index, path): (usize, &std::path::PathBuf)| {
        let name = safe(&path.display().to_string()).into_owned();
        if index == last {
            format!("Start a new one: {name}")
        } else {
            format!("Go on with {name}")
        }
    };
    let labels = drafts.iter().enumerate().map(label).collect();
    Ok(match prompt::menu("Which draft?", labels, 0, "Enter chooses")? {
        Reply::Answered(chosen) if chosen < drafts.len() => Some(drafts.swap_remove(chosen)),
        Reply::Answered(_) | Reply::Menu | Reply::Interrupted => None,
    })
}
