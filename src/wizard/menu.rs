//! The menu: what one can do beside answering the question at hand.

use std::io;

use jiff::Timestamp;

use super::messages::everything;
use super::{At, NOTHING_WRITTEN, Wizard};
use crate::model::draft::Draft;
use crate::model::markup;
use crate::model::questionnaire::{Need, Question};
use crate::model::review::{Item, Review, Status};
use crate::model::text::{ago, capital, escape_for_terminal, plural};
use crate::storage::draft_file;
use crate::terminal::frontend::Frontend;
use crate::terminal::outcome::{ExitReason, Navigation, PagerOutcome, Reply, SaveState};

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
    Earlier(usize),
    ReadThrough,
    Summary,
    SaveElsewhere,
    Leave,
}

impl Wizard<'_> {
    pub(super) fn menu(&mut self, from: Option<usize>) -> io::Result<At> {
        self.face.about("");
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
            if !self.saver.history().versions().is_empty() {
                lines.push((Action::Earlier(index), "Bring back an earlier version".to_owned()));
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
        if matches!(self.saver.status(), SaveState::Failed(_)) {
            lines.push((Action::SaveElsewhere, "Save in another place".to_owned()));
        }
        lines.push((Action::Leave, "Save and leave".to_owned()));
        let labels = lines.iter().map(|(_, label)| label.clone()).collect();
        let help = if from.is_some() {
            "Enter chooses, Esc goes back"
        } else {
            "Enter chooses, typing narrows the list"
        };
        match self.face.menu("What now?", labels, Some(0), help)? {
            Reply::Answered(chosen) => match lines.get(chosen) {
                Some((action, _)) => self.act(*action, from),
                None => Ok(At::Menu(from)),
            },
            Reply::Away(Navigation::Over(ending)) => Ok(At::Done(ending)),
            Reply::Away(Navigation::Menu) if from.is_none() && !self.face.is_plain() => {
                Ok(At::Done(ExitReason::Left))
            }
            Reply::Away(
                Navigation::Menu | Navigation::Back | Navigation::Skip | Navigation::Next,
            ) => Ok(from.map_or(At::Menu(None), At::Question)),
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
                    self.tell(&format!(
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
                    if self.face.page(&capital(&question.name()), &text)?
                        == PagerOutcome::Quit(ExitReason::Interrupted)
                    {
                        return Ok(At::Done(ExitReason::Interrupted));
                    }
                }
                At::Menu(from)
            }
            Action::Earlier(index) => match marked(index) {
                Some(question) => self.earlier(question, index)?,
                None => At::Menu(from),
            },
            Action::ReadThrough => {
                let text = everything(&review, &self.draft, &self.face);
                if self.face.page(&self.questionnaire.title, &text)?
                    == PagerOutcome::Quit(ExitReason::Interrupted)
                {
                    return Ok(At::Done(ExitReason::Interrupted));
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
                    At::Done(ExitReason::Interrupted)
                }
            }
            Action::Leave => At::Done(ExitReason::Left),
        })
    }

    /// Shows earlier versions of an answer, and brings one back.
    fn earlier(&mut self, question: &Question, index: usize) -> io::Result<At> {
        let ours = self.draft.answers_of(question, None);
        let mut found: Vec<(Draft, String, String)> = Vec::new();
        for version in self.saver.history().versions() {
            let Ok(draft) = draft_file::read(&version.path, self.questionnaire) else { continue };
            let text = draft.answers_of(question, None);
            if text.is_empty() || text == ours || found.iter().any(|(_, known, _)| *known == text) {
                continue;
            }
            let words = plural(self.questionnaire.word_rule.count(&text), "word", "words");
            found.push((draft, text, format!("{}: {words}", ago(version.saved, Timestamp::now()))));
        }
        if found.is_empty() {
            self.tell("No other version of this answer is kept.");
            return Ok(At::Menu(Some(index)));
        }
        loop {
            let labels = found.iter().map(|(_, _, label)| label.clone()).collect();
            let help = "Enter shows it, Esc goes back";
            let chosen = match self.face.menu("Which version?", labels, Some(0), help)? {
                Reply::Answered(chosen) => chosen,
                Reply::Away(Navigation::Over(ending)) => return Ok(At::Done(ending)),
                Reply::Away(
                    Navigation::Menu | Navigation::Back | Navigation::Skip | Navigation::Next,
                ) => {
                    return Ok(At::Menu(Some(index)));
                }
            };
            let Some((draft, text, _)) = found.get(chosen) else { continue };
            if self.face.page(&capital(&question.name()), text)?
                == PagerOutcome::Quit(ExitReason::Interrupted)
            {
                return Ok(At::Done(ExitReason::Interrupted));
            }
            let help = "y brings it back, n shows the list again";
            match self.face.agrees("Bring this version back?", help)? {
                Reply::Answered(true) => {
                    let kept = self.saver.keep_version();
                    self.draft.bring_back(draft, question, None);
                    self.save();
                    self.tell(if kept {
                        "It is back. The version it replaced is kept too."
                    } else {
                        "It is back."
                    });
                    return Ok(At::Menu(Some(index)));
                }
                Reply::Away(Navigation::Over(ending)) => return Ok(At::Done(ending)),
                Reply::Answered(false)
                | Reply::Away(
                    Navigation::Menu | Navigation::Back | Navigation::Skip | Navigation::Next,
                ) => {}
            }
        }
    }

    fn jump(&mut self, from: Option<usize>) -> io::Result<At> {
        let review = self.review();
        let asked = || {
            let items = review.items.iter().enumerate();
            items.filter(|(_, item)| item.status != Status::Hidden)
        };
        let (open, close) = if self.face.is_plain() { (", ", "") } else { ("  (", ")") };
        let line = |(_, item): (usize, &Item<'_>)| {
            let question = item.question;
            let name =
                question.number.map_or_else(|| question.id.clone(), |number| number.to_string());
            let title = markup::plain(&question.title);
            (name, format!("{title}{open}{}{close}", item.status.label()))
        };
        let start =
            from.or_else(|| review.next_open().and_then(|item| review.position(item.question)));
        let at = asked().position(|(index, _)| Some(index) == start).unwrap_or(0);
        let help = "number or word finds it, Esc goes back";
        Ok(match self.face.find("Which question?", asked().map(line).collect(), at, help)? {
            Reply::Answered(chosen) => {
                asked().nth(chosen).map_or(At::Menu(from), |(index, _)| At::Question(index))
            }
            Reply::Away(Navigation::Over(ending)) => At::Done(ending),
            Reply::Away(
                Navigation::Menu | Navigation::Back | Navigation::Skip | Navigation::Next,
            ) => At::Menu(from),
        })
    }

    /// The question asked before another one.
    pub(super) fn neighbour(review: &Review<'_>, index: usize) -> Option<usize> {
        let asked =
            |at: &usize| review.items.get(*at).is_some_and(|item| item.status != Status::Hidden);
        (0..index).rev().find(asked)
    }

    /// Offers other places until one takes the draft. `false` when the person gives up.
    pub(super) fn save_elsewhere(&mut self) -> io::Result<bool> {
        self.face.about("");
        let suggestion = super::saving::refuge().join("application-rescued.yaml");
        loop {
            let suggested = suggestion.display().to_string();
            let help = "a file that is not there yet";
            let reply = self.face.line("Save the draft as", &suggested, help, None, &|_| None)?;
            let _ = self.face.left_in_line();
            let path = match reply {
                Reply::Answered(path) => path,
                Reply::Away(Navigation::Over(_)) => return Ok(false),
                Reply::Away(
                    Navigation::Menu | Navigation::Back | Navigation::Skip | Navigation::Next,
                ) => {
                    return Ok(true);
                }
            };
            match self.saver.move_to(path.as_ref(), &self.draft) {
                Ok(()) => {
                    self.warned = None;
                    self.name.clone_from(&path);
                    self.tell(&format!("Saved as {path}; this wizard goes on there."));
                    return Ok(true);
                }
                Err(reason) => self.tell(&format!("Not saved there either: {reason}.")),
            }
        }
    }
}

/// Lets the person choose among the drafts of a folder, or leave. The last one is a new draft.
///
/// # Errors
/// The terminal fails.
pub(crate) fn offer_drafts(
    mut drafts: Vec<std::path::PathBuf>,
    face: &mut Frontend,
) -> io::Result<Result<std::path::PathBuf, ExitReason>> {
    let _held = face.hold()?;
    let last = drafts.len().saturating_sub(1);
    let label = |(index, path): (usize, &std::path::PathBuf)| {
        let name = escape_for_terminal(&path.display().to_string()).into_owned();
        if index == last {
            format!("Start a new one: {name}")
        } else {
            format!("Go on with {name}")
        }
    };
    let labels = drafts.iter().enumerate().map(label).collect();
    let ending = match face.menu("Which draft?", labels, Some(0), "Enter chooses")? {
        Reply::Answered(chosen) if chosen < drafts.len() => {
            return Ok(Ok(drafts.swap_remove(chosen)));
        }
        Reply::Away(Navigation::Over(ending)) => ending,
        Reply::Answered(_)
        | Reply::Away(Navigation::Menu | Navigation::Back | Navigation::Skip | Navigation::Next) => {
            ExitReason::Left
        }
    };
    face.tell(NOTHING_WRITTEN);
    Ok(Err(ending))
}

/// Asks whether to look at a draft that another wizard has.
///
/// # Errors
/// The terminal fails.
pub(crate) fn offer_reading(name: &str, holder: &str, face: &mut Frontend) -> io::Result<bool> {
    let _held = face.hold()?;
    let open = format!(
        "{} is open in another wizard: {}.",
        escape_for_terminal(name),
        escape_for_terminal(holder)
    );
    face.tell(&open);
    face.about(&open);
    let question = format!("Look at {} without changing it?", escape_for_terminal(name));
    let reply = face.agrees(&question, "y shows it, n leaves")?;
    Ok(reply == Reply::Answered(true))
}

/// Asks whether a change is wanted, which was shown as `about`; nothing where the person leaves.
///
/// # Errors
/// The terminal fails.
pub(crate) fn offer_change(
    about: &str,
    question: &str,
    face: &mut Frontend,
) -> io::Result<Option<bool>> {
    let _held = face.hold()?;
    face.about(about);
    Ok(match face.agrees(question, "y takes it over, n leaves your answer, Esc stops")? {
        Reply::Answered(yes) => Some(yes),
        Reply::Away(Navigation::Skip) => Some(false),
        Reply::Away(
            Navigation::Next | Navigation::Back | Navigation::Menu | Navigation::Over(_),
        ) => None,
    })
}
