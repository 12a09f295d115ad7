//! `history` and `restore`: the earlier versions of a draft, and the way back to them.

use std::fmt::Write as _;
use std::io;
use std::path::Path;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::{Value, json};

use super::answers::{notes, open, replace};
use super::{Context, Exit, Failure, as_json, print, say, unknown_question};
use crate::cli::{ReportFormat, Restore};
use crate::model::draft::Draft;
use crate::model::questionnaire::{Field, Question};
use crate::model::text::{ago, escape_for_terminal, plural, shorten, wrap};
use crate::storage::draft_file::history::History;
use crate::storage::draft_file::{self, DraftFile};
use crate::storage::error::DraftError;

/// A version that can be read, with the number by which it is called.
struct Version {
    number: usize,
    saved: Timestamp,
    draft: Draft,
}

/// All versions of a draft that can be read, the newest first.
fn versions(context: &Context, path: &Path) -> Vec<Version> {
    let versions = (1..).zip(History::of(path).versions());
    let read = |(number, version): (usize, draft_file::history::Version)| {
        let draft = draft_file::read(&version.path, &context.questionnaire).ok()?;
        Some(Version { number, saved: version.saved, draft })
    };
    versions.filter_map(read).collect()
}

/// Lists the earlier versions.
pub(super) fn list(
    context: &Context,
    path: &Path,
    name: Option<&str>,
    format: ReportFormat,
) -> Result<Exit, Failure> {
    let wanted = match name {
        Some(name) => Some(find(context, name)?),
        None => None,
    };
    let mut versions = versions(context, path);
    let now = match draft_file::read(path, &context.questionnaire) {
        Ok(draft) => draft,
        // The versions of a draft that is gone or broken are what one looks for.
        Err(error) if !versions.is_empty() => {
            for message in Failure::of_file(path, error).messages {
                say(&format!("note: {message}"));
            }
            Draft::default()
        }
        Err(error) => return Err(Failure::of_file(path, error)),
    };
    if let Some(wanted) = wanted {
        let mut newer = wanted.text(&now);
        versions.retain(|version| {
            let text = wanted.text(&version.draft);
            let differs = !text.is_empty() && text != newer;
            if differs {
                newer = text;
            }
            differs
        });
    }
    if let ReportFormat::Json = format {
        print(as_json(versions.iter().map(|version| object(context, version)).collect()))?;
        return Ok(Exit::Done);
    }
    let look = context.look(&io::stdout());
    let width = look.width.min(90);
    let mut text = String::new();
    for version in &versions {
        let _ = write!(text, "{:>3}  {}", version.number, when(version.saved));
        let about = if let Some(wanted) = wanted {
            let answer = wanted.text(&version.draft);
            let words = context.questionnaire.word_rule.count(&answer);
            let _ = write!(text, ", {}", plural(words, "word", "words"));
            let first = answer.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
            shorten(first, width.saturating_sub(5))
        } else {
            match lengths(context, &version.draft, &now) {
                lengths if lengths.is_empty() => "short answers only, as they are now".to_owned(),
                lengths => format!("words: {}", lengths.join(", ")),
            }
        };
        text.push('\n');
        for line in wrap(&look.shown(&about), width.saturating_sub(5)) {
            // A number and its words stay on one line.
            let _ = writeln!(text, "     {}", line.replace('\u{A0}', " "));
        }
    }
    print(&text)?;
    let shown = escape_for_terminal(&path.display().to_string()).into_owned();
    if versions.is_empty() {
        say(match wanted {
            Some(_) => "no earlier version has another answer to this question",
            None => "no earlier version is kept yet",
        });
    } else {
        say(&format!("`good-practice restore {shown} QUESTION --version N` brings an answer back"));
    }
    Ok(Exit::Done)
}

/// The words of each answer of a version, by the number of its question, and what differs now.
fn lengths(context: &Context, draft: &Draft, now: &Draft) -> Vec<String> {
    let rule = context.questionnaire.word_rule;
    let words = |draft: &Draft, field: &Field| match draft.answer(&field.key) {
        Some(answer) => rule.count(answer.as_text().unwrap_or_default()),
        None => 0,
    };
    let mut parts = Vec::new();
    for (_, question) in context.questionnaire.questions() {
        let wanted = Wanted { question, field: None };
        let text = wanted.text(draft);
        if text.is_empty() {
            continue;
        }
        let name = question.number.map_or_else(|| question.id.clone(), |number| number.to_string());
        let same = text == wanted.text(now);
        parts.extend(match question.text_field() {
            Some((field, _)) => {
                let (then, now) = (words(draft, field), words(now, field));
                let changed = match (same, then == now) {
                    (true, _) => String::new(),
                    (false, true) => " (now others)".to_owned(),
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

fn object(context: &Context, version: &Version) -> Value {
    let answers = context.questionnaire.questions().filter_map(|(_, question)| {
        let text = Wanted { question, field: None }.text(&version.draft);
        let words = question.text_field().map(|_| context.questionnaire.word_rule.count(&text));
        (!text.is_empty())
            .then(|| json!({"number": question.number, "id": question.id, "words": words}))
    });
    json!({
        "version": version.number,
        "saved": version.saved.to_string(),
        "answers": answers.collect::<Vec<_>>(),
    })
}

/// When a version was saved, by the clock on the wall.
fn when(saved: Timestamp) -> String {
    format!("{} ({})", on_the_wall(saved), ago(saved, Timestamp::now()))
}

fn on_the_wall(saved: Timestamp) -> String {
    TimeZone::system().to_datetime(saved).strftime("%-d %b %Y %H:%M:%S").to_string()
}

/// Brings one answer back, or all.
pub(super) fn restore(context: &Context, restore: &Restore) -> Result<Exit, Failure> {
    let questionnaire = &context.questionnaire;
    let wanted = match &restore.question {
        Some(name) => Some(find(context, name)?),
        None => None,
    };
    let path = &restore.draft;
    let (mut file, mut draft) = match DraftFile::open(path, questionnaire) {
        // Everything comes back: what cannot be read is kept beside when it is replaced.
        Err(DraftError::Unreadable(_)) if wanted.is_none() => {
            DraftFile::open_unread(path).map_err(|error| Failure::of_file(path, error))?
        }
        Ok(opened) => opened,
        Err(_) => open(context, path)?,
    };
    let version =
        chosen(context, path, restore.version.as_deref(), |version: &Draft| match wanted {
            Some(wanted) => {
                let text = wanted.text(version);
                !text.is_empty() && text != wanted.text(&draft)
            }
            None => !version.holds_same(&draft),
        })?;
    let mut changed = Vec::new();
    for (_, question) in questionnaire.questions() {
        let asked = match wanted {
            Some(wanted) if wanted.question.id != question.id => continue,
            Some(wanted) => wanted,
            None => Wanted { question, field: None },
        };
        if draft.bring_back(&version.draft, question, asked.field) {
            changed.push(question);
        }
    }
    if wanted.is_none() && !file.is_there() {
        // Nothing of today is in the way: also what is no answer comes back.
        draft = version.draft.clone();
    } else if wanted.is_none() {
        draft.bring_back_unplaced(&version.draft);
    }
    let told = replace(context, &mut file, &draft, path)?;
    say(&format!("from the version of {}:", when(version.saved)));
    for question in &changed {
        say(&format!("{}: {}", question.name(), length(context, &draft, question)));
    }
    if changed.is_empty() {
        say("nothing: the draft has the same answers");
    }
    notes(&told);
    Ok(Exit::Done)
}

/// How long an answer is that came back, where it is a text.
fn length(context: &Context, draft: &Draft, question: &Question) -> String {
    let text = question
        .text_field()
        .and_then(|(field, limit)| Some((draft.answer(&field.key)?.as_text()?, limit)));
    match text {
        Some((text, limit)) => {
            context.questionnaire.word_rule.measure(text, limit).describe_with_excess()
        }
        None => "as it was".to_owned(),
    }
}

/// The version called by a number or a time, or the newest that `differs`.
fn chosen(
    context: &Context,
    path: &Path,
    name: Option<&str>,
    differs: impl Fn(&Draft) -> bool,
) -> Result<Version, Failure> {
    let shown = escape_for_terminal(&path.display().to_string()).into_owned();
    let hint = format!("`good-practice history {shown}` lists the versions");
    let mut versions = versions(context, path).into_iter();
    let Some(name) = name else {
        return versions.find(|version| differs(&version.draft)).ok_or_else(|| {
            Failure::new(Exit::Failed, "no earlier version has another answer", hint)
        });
    };
    let number = name.parse::<usize>().ok();
    let saved = name.parse::<Timestamp>().ok();
    versions
        .find(|version| {
            let listed = || on_the_wall(version.saved).starts_with(name.trim());
            Some(version.number) == number
                || Some(version.saved) == saved
                || (number.is_none() && !name.trim().is_empty() && listed())
        })
        .ok_or_else(|| {
            Failure::new(
                Exit::Failed,
                format!("there is no version `{}`", escape_for_terminal(name)),
                hint,
            )
        })
}

/// A question, or one field of it.
#[derive(Clone, Copy)]
struct Wanted<'q> {
    question: &'q Question,
    field: Option<&'q Field>,
}

impl Wanted<'_> {
    /// Its answers in a draft, one below the other.
    fn text(self, draft: &Draft) -> String {
        draft.answers_of(self.question, self.field)
    }
}

fn find<'c>(context: &'c Context, name: &str) -> Result<Wanted<'c>, Failure> {
    let found = context.questionnaire.find(name);
    let (question, field) = found.map_err(|meant| unknown_question(name, meant))?;
    Ok(Wanted { question, field })
}
