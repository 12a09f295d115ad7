//! `check DRAFT...`: the summary's judgement as a verdict.

use std::fmt::Write as _;
use std::path::PathBuf;

use serde_json::Value;

use super::summary::{report, unreadable};
use super::{Context, Exit, Failure, print};
use crate::cli::CheckFormat;
use crate::draft_file;
use crate::review::{Item, Review};
use crate::summary;
use crate::text::safe;

pub(super) fn run(
    context: &Context,
    drafts: &[PathBuf],
    format: CheckFormat,
) -> Result<Exit, Failure> {
    let mut exit = Exit::Done;
    let mut objects = Vec::new();
    let mut lines = String::new();
    for path in drafts {
        let name = path.display().to_string();
        match draft_file::read(path, &context.questionnaire) {
            Ok(draft) => {
                let review = Review::new(&context.questionnaire, &draft);
                if !review.is_complete() && exit == Exit::Done {
                    exit = Exit::Failed;
                }
                for item in review.items.iter().filter(|item| item.status.blocks()) {
                    for problem in problems(item) {
                        let _ = writeln!(
                            lines,
                            "{}: {}: {}",
                            safe(&name),
                            item.question.name(),
                            safe(&problem)
                        );
                    }
                }
                objects.push(summary::json(&review, &context.questionnaire, &name));
            }
            Err(error) => {
                objects.push(unreadable(&name, &error));
                exit = report(path, error);
            }
        }
    }
    print(&match format {
        CheckFormat::Text => lines,
        CheckFormat::Json => format!("{:#}\n", Value::Array(objects)),
    })?;
    Ok(exit)
}

/// The problems of a question; its length comes with the figures one needs to cut it.
fn problems(item: &Item<'_>) -> Vec<String> {
    let mut problems = item.problems.clone();
    if let Some(measure) = item.measure
        && let Some(first) = problems.first_mut().filter(|_| measure.excess() > 0)
    {
        *first = format!("{}, {} over", measure.in_words(), measure.excess());
    }
    problems
}
