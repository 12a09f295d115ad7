//! `import FILE`: makes a draft of a document, or takes its changes into a draft.

use std::path::Path;

use super::changes::{self, SPOKEN, SYMBOLS};
use super::command_line::command_line;
use super::context::print_notices;
use super::output::{message, note, print, shown};
use super::{Context, Exit, Failure};
use crate::cli::Import;
use crate::document::import::Recognised;
use crate::model::review::Review;
use crate::model::text::plural;
use crate::storage::document_file;
use crate::terminal::frontend::Frontend;
use crate::wizard::offer_change;

pub(super) fn run(context: &Context, import: &Import) -> Result<Exit, Failure> {
    let found = match &import.form {
        Some(blank) => read_form(context, &import.file, blank)?,
        None => document_file::read(&import.file, &context.questionnaire)
            .map_err(|error| Failure::in_document(&import.file, error))?,
    };
    match (&import.into, &import.output) {
        (Some(draft), _) => merge(context, &found, draft, import.yes),
        (None, Some(output)) => make(context, &found, output, import.force),
        (None, None) => Ok(Exit::Usage),
    }
}

/// Reads a document that is a filled-in copy of a blank form.
fn read_form(context: &Context, file: &Path, blank: &Path) -> Result<Recognised, Failure> {
    // Read by itself, so that a wrong form is reported as such.
    document_file::read(blank, &context.questionnaire)
        .map_err(|error| Failure::in_document(blank, error))?;
    document_file::read_with_form(file, blank, &context.questionnaire)
        .map_err(|error| Failure::in_document(file, error))
}

/// Makes a draft of a document.
fn make(context: &Context, found: &Recognised, path: &Path, force: bool) -> Result<Exit, Failure> {
    let shown = shown(path);
    let exists = || {
        Failure::new(
            Exit::Failed,
            format!("there is a draft `{shown}` already"),
            "`--into` takes over only what differs; `--force` replaces it and keeps the old one as an earlier version",
        )
    };
    if path.exists() && !force {
        return Err(exists());
    }
    let (mut file, _) = context.open(path)?;
    let replaces = file.is_there();
    // Another program may have created it in the meantime.
    if replaces && !force {
        return Err(exists());
    }
    let notices = context.replace(&mut file, &found.draft, path)?;
    print_notices(&notices);
    if replaces {
        note(&format!("the replaced draft is kept: `{}`", command_line("history", path, "")));
    }
    print_remarks(found);
    let review = Review::new(&context.questionnaire, &found.draft);
    print_notices(&review.remarks());
    message(&format!("{shown}: {}", review.describe()));
    Ok(Exit::Done)
}

/// Prints what the reader found remarkable, and the text that belongs to no question.
fn print_remarks(found: &Recognised) {
    found.remarks.iter().for_each(|remark| note(remark));
    for (place, start) in found.unplaced_starts() {
        note(&format!("{place} is part of no answer and is kept as unplaced text: {start}"));
    }
}

/// Asks about the changes of one draft, or accepts all of them.
struct ChangeReview {
    /// Accepts every change without asking.
    accept_all: bool,
    /// `None` accepts every change with `accept_all`, and none without it.
    frontend: Option<Frontend>,
    changes: usize,
    accepted: usize,
    /// The user left before the last change.
    stopped: bool,
}

impl ChangeReview {
    /// Prints a change and returns whether it is accepted. After the user has left, it only counts.
    fn accepts(&mut self, name: &str, change: &str) -> Result<bool, Failure> {
        self.changes += 1;
        if self.stopped {
            return Ok(false);
        }
        print(change)?;
        let reply = match &mut self.frontend {
            None => Some(self.accept_all),
            Some(frontend) => {
                offer_change(change, &format!("Take over this change of {name}?"), frontend)
                    .map_err(|error| Failure {
                        hint: Some("nothing was changed".to_owned()),
                        ..Failure::of_terminal(error)
                    })?
            }
        };
        self.stopped = reply.is_none();
        let accepted = reply == Some(true);
        self.accepted += usize::from(accepted);
        Ok(accepted)
    }
}

/// Shows what a document changes in a draft, and takes over what is accepted.
fn merge(
    context: &Context,
    found: &Recognised,
    path: &Path,
    accept_all: bool,
) -> Result<Exit, Failure> {
    if !path.exists() {
        return Err(Failure::new(
            Exit::Failed,
            format!("there is no draft `{}`", shown(path)),
            "`-o` makes a new one",
        ));
    }
    let (mut file, mut draft) = context.open(path)?;
    print_remarks(found);
    let frontend = if accept_all { None } else { context.frontend()? };
    let is_spoken = frontend.as_ref().is_some_and(|frontend| frontend.style().spoken);
    let marks = if is_spoken { &SPOKEN } else { &SYMBOLS };
    let mut review = ChangeReview { accept_all, frontend, changes: 0, accepted: 0, stopped: false };
    for (_, question) in context.questionnaire.questions() {
        let not_applicable = found.draft.is_not_applicable(question);
        for field in &question.fields {
            let (ours, theirs) = (draft.answer(&field.key), found.draft.answer(&field.key));
            let name = changes::name(question, field);
            let Some(theirs) = theirs else {
                if ours.is_some() && !not_applicable {
                    message(&format!("{name}: empty in the document; your answer stays"));
                }
                continue;
            };
            if ours == Some(theirs) {
                continue;
            }
            let change = changes::describe(context, &name, field, ours, Some(theirs), marks);
            if review.accepts(&name, &change)? {
                draft.set(&field.key, theirs.clone());
            }
        }
        if not_applicable && !draft.is_not_applicable(question) {
            let name = question.name();
            let change = format!("{name}: marked as not applicable\n\n");
            if review.accepts(&name, &change)? {
                draft.mark_not_applicable(question, true);
            }
        }
    }
    let ChangeReview { frontend, changes, accepted, stopped, .. } = review;
    let unplaced: Vec<_> =
        found.unplaced.iter().filter(|(_, text)| !draft.contains_text(text)).collect();
    if accepted > 0 || (accept_all && !unplaced.is_empty()) {
        for (_, text) in unplaced {
            draft.add_text(text);
        }
        let notices = context.replace(&mut file, &draft, path)?;
        print_notices(&notices);
    }
    if changes == 0 {
        message("the document changes no answer");
        return Ok(Exit::Done);
    }
    message(&format!("{accepted} of {} taken over", plural(changes, "change", "changes")));
    if stopped {
        return Ok(Exit::Interrupted);
    }
    if !accept_all && frontend.is_none() {
        message("hint: `--yes` takes over all changes; in a terminal you are asked about each");
        return Ok(Exit::Failed);
    }
    Failure::if_rejected(frontend.map_or(0, |frontend| frontend.rejected_lines().get()))?;
    Ok(Exit::Done)
}
