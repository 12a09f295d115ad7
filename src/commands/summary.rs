//! `summary DRAFT...`: what is answered, missing or over its limit.

use std::fmt::Write as _;
use std::io;
use std::path::PathBuf;

use serde_json::{Value, json};

use super::{Context, Exit, Failure, as_json, print, say};
use crate::cli::SummaryFormat;
use crate::draft_file::{self, Error};
use crate::review::Review;
use crate::summary;

pub(super) fn run(
    context: &Context,
    drafts: &[PathBuf],
    format: SummaryFormat,
) -> Result<Exit, Failure> {
    let look = context.look(&io::stdout());
    let mut exit = Exit::Done;
    let mut objects = Vec::new();
    let mut text = String::new();
    for path in drafts {
        let name = path.display().to_string();
        match draft_file::read(path, &context.questionnaire) {
            Ok(draft) => {
                let review = Review::new(&context.questionnaire, &draft);
                match format {
                    SummaryFormat::Json => {
                        objects.push(summary::json(&review, &context.questionnaire, &name));
                    }
                    SummaryFormat::Markdown => text.push_str(&summary::markdown(&review, &name)),
                    SummaryFormat::Table => {
                        if drafts.len() > 1 {
                            let _ = writeln!(text, "{}\n", crate::text::safe(&name));
                        }
                        text.push_str(&if context.plain {
                            summary::lines(&review, &name, |_| true)
                        } else {
                            summary::table(&review, &name, look)
                        });
                    }
                }
            }
            Err(error) => {
                objects.push(unreadable(&name, &error));
                exit = report(path, error);
            }
        }
        if !matches!(format, SummaryFormat::Json) && drafts.len() > 1 {
            text.push('\n');
        }
    }
    if matches!(format, SummaryFormat::Json) {
        text = as_json(objects);
    }
    print(&text)?;
    Ok(exit)
}

/// Says on standard error that a draft cannot be read, and which exit code that makes.
pub(super) fn report(path: &std::path::Path, error: Error) -> Exit {
    let failure = Failure::of_file(path, error);
    failure.messages.iter().for_each(|message| say(&format!("error: {message}")));
    failure.hint.iter().for_each(|hint| say(&format!("hint: {hint}")));
    failure.exit
}

/// The place of a draft that cannot be read in the JSON of all of them.
pub(super) fn unreadable(name: &str, error: &Error) -> Value {
    let (message, place) = match error {
        Error::Io(error) if error.kind() == io::ErrorKind::NotFound => {
            ("there is no such file".to_owned(), None)
        }
        Error::Io(error) => (error.to_string(), None),
        Error::Unreadable(problems) => {
            let first = problems.first();
            (
                first.map(|problem| problem.message.clone()).unwrap_or_default(),
                first.and_then(|problem| problem.place),
            )
        }
        Error::Document(what) => (what.clone(), None),
        Error::Busy(holder) => (format!("open in another wizard: {holder}"), None),
    };
    json!({
        "draft": name,
        "error": {
            "message": message,
            "line": place.map(|place| place.line),
            "column": place.map(|place| place.column),
        },
    })
}
