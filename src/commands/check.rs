//! `check DRAFT...`: the summary's judgement as a verdict.

use std::fmt::Write as _;
use std::path::PathBuf;

use super::many::{self, Telling};
use super::{Context, Exit, Failure, say, written};
use crate::cli::ReportFormat;
use crate::model::review::{Item, Review};
use crate::model::text::escape_for_terminal;
use crate::summary;

pub(super) fn run(
    context: &Context,
    drafts: &[PathBuf],
    format: ReportFormat,
) -> Result<Exit, Failure> {
    let files = many::files(drafts);
    let mut telling = Telling::new(context, files.len());
    let mut exit = Exit::Done;
    let mut fit = 0_usize;
    let told = many::each(
        &context.questionnaire,
        &files,
        |path, review| {
            let name = path.display().to_string();
            let text = match format {
                ReportFormat::Text => lines(review, &name),
                ReportFormat::Json => summary::json(review, &context.questionnaire, &name),
            };
            (text, review.is_complete())
        },
        |path, found| {
            let (text, complete) = found.unwrap_or_else(|error| {
                let text = match format {
                    ReportFormat::Text => String::new(),
                    ReportFormat::Json => many::unreadable(&path.display().to_string(), &error),
                };
                exit = exit.max(telling.report(path, error));
                (text, false)
            });
            fit += usize::from(complete);
            match format {
                ReportFormat::Text => telling.write(&text)?,
                ReportFormat::Json => telling.write_object(&text)?,
            }
            telling.done()
        },
    );
    // What a closed pipe kept from being looked at is not called fit.
    let all = written(told.and_then(|()| telling.end("")))?;
    if files.len() > 1 && all {
        say(&format!("{fit} of {} could be submitted", files.len()));
    }
    Ok(if fit < files.len() { exit.max(Exit::Failed) } else { exit })
}

/// One line per problem.
fn lines(review: &Review<'_>, draft: &str) -> String {
    let mut lines = String::new();
    for item in review.items.iter().filter(|item| item.status.prevents_submission()) {
        for problem in problems(item) {
            let name = item.question.name();
            let _ = writeln!(
                lines,
                "{}: {name}: {}",
                escape_for_terminal(draft),
                escape_for_terminal(&problem)
            );
        }
    }
    lines
}

/// The problems of a question; its length comes with the figures one needs to cut it.
fn problems(item: &Item<'_>) -> Vec<String> {
    let mut problems = item.problems.clone();
    if let Some(measure) = item.measure
        && let Some(first) = problems.first_mut().filter(|_| measure.excess() > 0)
    {
        *first = measure.describe_with_excess();
    }
    problems
}
