//! `history DRAFT [QUESTION]`: the earlier versions of a draft.

use std::fmt::Write as _;
use std::io;
use std::path::Path;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::{Value, json};

use super::command_line::command_line;
use super::output::{message, note, print, shown};
use super::{Context, Exit, Failure};
use crate::cli::ReportFormat;
use crate::model::draft::Draft;
use crate::model::questionnaire::{Field, Question};
use crate::model::text::{ago, escape_for_terminal, escaped_json, plural, shorten, wrap};
use crate::model::words::WordRule;
use crate::storage::draft_file::DraftFile;
use crate::storage::draft_file::history::{EarlierDraft, History};
use crate::storage::draft_file::orphans::gone_drafts;
use crate::terminal::outcome::Reply;

/// Finds a version by its number, or by the time when it was saved as `history` prints it.
///
/// # Errors
/// Fails if there is no such version.
pub(super) fn named_version(
    context: &Context,
    path: &Path,
    name: &str,
) -> Result<EarlierDraft, Failure> {
    let number = name.parse::<usize>().ok();
    let time = name.parse::<Timestamp>().ok();
    let is_meant = |earlier: &EarlierDraft| {
        let saved = earlier.version.saved;
        let is_listed = || local_time(saved).starts_with(name.trim());
        Some(earlier.number) == number
            || Some(saved) == time
            || (number.is_none() && !name.trim().is_empty() && is_listed())
    };
    History::for_draft(path).drafts(&context.questionnaire).find(is_meant).ok_or_else(|| {
        no_version(path, format!("there is no version `{}`", escape_for_terminal(name)))
    })
}

/// Creates a failure for a version that does not exist.
pub(super) fn no_version(path: &Path, message: impl Into<String>) -> Failure {
    let hint = format!("`{}` lists the versions", command_line("history", path, ""));
    Failure::failed(message, hint)
}

/// A question, or one field of it.
#[derive(Clone, Copy)]
pub(super) struct Selection<'q> {
    pub question: &'q Question,
    pub field: Option<&'q Field>,
}

impl<'q> Selection<'q> {
    /// Finds a question or field by its name. Returns `None` if no name is given.
    ///
    /// # Errors
    /// Fails if there is no question or field with this name.
    pub(super) fn find(context: &'q Context, name: Option<&str>) -> Result<Option<Self>, Failure> {
        let found = name.map(|name| context.find(name)).transpose()?;
        Ok(found.map(|(question, field)| Self { question, field }))
    }

    /// Selects all fields of a question.
    pub(super) fn whole(question: &'q Question) -> Self {
        Self { question, field: None }
    }

    /// Returns its answers in a draft, one below the other.
    pub(super) fn text(self, draft: &Draft) -> String {
        draft.answers_of(self.question, self.field)
    }

    /// Returns the number of words of its long answer, or of all its answers if it has no long one.
    fn words(self, draft: &Draft, rule: WordRule) -> usize {
        let long = || self.question.text_field().map(|(field, _)| field);
        rule.count(&draft.answers_of(self.question, self.field.or_else(long)))
    }
}

pub(super) fn run(
    context: &Context,
    path: &Path,
    name: Option<&str>,
    format: ReportFormat,
) -> Result<Exit, Failure> {
    let selection = Selection::find(context, name)?;
    let mut versions: Vec<_> = History::for_draft(path).drafts(&context.questionnaire).collect();
    let current = match context.read(path) {
        Ok(draft) => draft,
        // If the draft is lost or damaged, the user needs its versions.
        Err(failure) if !versions.is_empty() => {
            failure.messages.iter().for_each(|message| note(message));
            Draft::default()
        }
        Err(failure) => return Err(failure),
    };
    if let Some(selection) = selection {
        let mut newer = selection.text(&current);
        versions.retain(|version| {
            let text = selection.text(&version.draft);
            let differs = !text.is_empty() && text != newer;
            if differs {
                newer = text;
            }
            differs
        });
    }
    if let ReportFormat::Json = format {
        let objects = versions.iter().map(|version| object(context, version)).collect();
        print(&*escaped_json(&format!("{:#}\n", Value::Array(objects))))?;
        return Ok(Exit::Done);
    }
    print(list(context, &versions, selection, &current))?;
    for gone in gone_drafts(path) {
        note(&format!(
            "`{}` no longer exists, but its earlier versions are kept: `{}` lists them, `{}` deletes them",
            shown(&gone),
            command_line("history", &gone, ""),
            command_line("history", &gone, " --forget")
        ));
    }
    message(&match (versions.is_empty(), selection) {
        (true, Some(_)) => "no earlier version has a different answer to this question".to_owned(),
        (true, None) => "there are no earlier versions yet".to_owned(),
        (false, _) => {
            let command = command_line("restore", path, " QUESTION --version N");
            format!("`{command}` restores an answer")
        }
    });
    Ok(Exit::Done)
}

/// Returns the number and the time of each version, and below it the answer to the selected question
/// or the word counts of all answers.
fn list(
    context: &Context,
    versions: &[EarlierDraft],
    selection: Option<Selection<'_>>,
    current: &Draft,
) -> String {
    let style = context.style_of(&io::stdout());
    let width = style.width.min(90).saturating_sub(5);
    let mut text = String::new();
    for EarlierDraft { number, version, draft } in versions {
        let _ = write!(text, "{number:>3}  {}", when(version.saved));
        let about = if let Some(selection) = selection {
            let answer = selection.text(draft);
            let words = selection.words(draft, context.questionnaire.word_rule);
            let _ = write!(text, ", {}", plural(words, "word", "words"));
            let first = answer.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
            shorten(first, width)
        } else {
            match lengths(context, draft, current) {
                lengths if lengths.is_empty() => "short answers only, same as now".to_owned(),
                lengths => format!("words: {}", lengths.join(", ")),
            }
        };
        text.push('\n');
        for line in wrap(&style.shown(&about), width) {
            // No-break spaces kept each number and its word count on one line.
            let _ = writeln!(text, "     {}", line.replace('\u{A0}', " "));
        }
    }
    text
}

/// Deletes all earlier versions of a draft, or one answer from all of them. Asks first, unless `yes`.
///
/// # Errors
/// Fails if there are no versions, if it cannot ask, or if a version cannot be changed.
pub(super) fn forget(
    context: &Context,
    path: &Path,
    name: Option<&str>,
    yes: bool,
) -> Result<Exit, Failure> {
    let selection = Selection::find(context, name)?;
    // Opens the draft only to lock it. It may be missing or damaged, and is not changed.
    let (file, _) = DraftFile::open_unread(path).map_err(Failure::in_draft_at(path))?;
    let history = file.history();
    let versions = plural(history.versions().len(), "earlier version", "earlier versions");
    if history.versions().is_empty() {
        return Err(Failure::without_hint(
            Exit::Failed,
            format!("`{}` has no earlier versions", shown(path)),
        ));
    }
    let question = match selection {
        Some(selection) => {
            format!("Delete the answer to {} from {versions} for good?", selection.question.name())
        }
        None => format!("Delete {versions} of {} for good?", shown(path)),
    };
    if !yes {
        let mut frontend = context.frontend()?.ok_or_else(|| {
            Failure::failed(
                "a terminal is needed to ask whether to delete",
                "`--yes` deletes without asking",
            )
        })?;
        let reply = frontend.confirm(&question);
        if reply.map_err(Failure::of_terminal)? != Reply::Answered(true) {
            message("nothing was deleted");
            return Ok(Exit::Done);
        }
    }
    let deleted = match selection {
        Some(Selection { question, field }) => {
            history.forget_answer(question, field, &context.questionnaire).map(|count| {
                format!(
                    "{}: deleted from {}",
                    question.name(),
                    plural(count, "version", "versions")
                )
            })
        }
        None => history.forget().map(|()| format!("{versions} deleted")),
    };
    message(&deleted.map_err(|error| Failure::in_file(path, error.into()))?);
    Ok(Exit::Done)
}

/// Returns the word count of each long answer of a version, and the short answers that differ from the
/// current ones, each with the number of its question.
fn lengths(context: &Context, draft: &Draft, current: &Draft) -> Vec<String> {
    let rule = context.questionnaire.word_rule;
    let mut parts = Vec::new();
    for (_, question) in context.questionnaire.questions() {
        let selection = Selection::whole(question);
        let text = selection.text(draft);
        if text.is_empty() {
            continue;
        }
        let name = question.short_name();
        let same = text == selection.text(current);
        parts.extend(match question.text_field() {
            Some(_) => {
                let (then, now) = (selection.words(draft, rule), selection.words(current, rule));
                let changed = match (same, then == now) {
                    (true, _) => String::new(),
                    (false, true) => " (changed since)".to_owned(),
                    (false, false) => format!(" (now {now})"),
                };
                Some(format!("{name}:\u{A0}{then}{changed}"))
            }
            None if same => None,
            None => Some(format!("{name}:\u{A0}other answer")),
        });
    }
    parts
}

/// Returns the JSON object of a version.
fn object(context: &Context, earlier: &EarlierDraft) -> Value {
    let answers = context.questionnaire.questions().filter_map(|(_, question)| {
        let selection = Selection::whole(question);
        let rule = context.questionnaire.word_rule;
        let words = question.text_field().map(|_| selection.words(&earlier.draft, rule));
        (!selection.text(&earlier.draft).is_empty())
            .then(|| json!({"number": question.number, "id": question.id, "words": words}))
    });
    json!({
        "version": earlier.number,
        "saved": earlier.version.saved.to_string(),
        "answers": answers.collect::<Vec<_>>(),
    })
}

/// Returns when a version was saved, in local time and relative to now.
pub(super) fn when(saved: Timestamp) -> String {
    let now = Timestamp::now();
    let relative = if saved > now { "dated in the future".to_owned() } else { ago(saved, now) };
    format!("{} ({relative})", local_time(saved))
}

/// Returns a time in local time as `history` lists it, such as `24 Nov 2026 12:34:56`.
pub(super) fn local_time(saved: Timestamp) -> String {
    TimeZone::system().to_datetime(saved).strftime("%-d %b %Y %H:%M:%S").to_string()
}
