//! `check DRAFT...`: whether drafts could be submitted, one line per problem. Remarks are
//! printed on standard error and do not change the result.

use std::fmt::Write as _;
use std::path::PathBuf;

use super::batch::{self, Received, ResultWriter};
use super::output::{is_complete, message};
use super::{Context, Exit, Failure, proofread};
use crate::cli::ReportFormat;
use crate::model::review::{Item, Review};
use crate::model::text::escape_for_terminal;
use crate::summary;

pub(super) fn run(
    context: &Context,
    drafts: &[PathBuf],
    format: ReportFormat,
) -> Result<Exit, Failure> {
    let files = batch::files(drafts);
    let questionnaire = &context.questionnaire;
    // One draft is what an applicant checks; of a folder full, the verdict is wanted.
    let lexicon = (files.len() == 1 && matches!(format, ReportFormat::Text))
        .then(|| proofread::lexicon(context))
        .flatten();
    let mut results = ResultWriter::new(context, files.len());
    let mut exit = Exit::Done;
    let mut passed = 0_usize;
    let written = batch::read_each(
        questionnaire,
        &files,
        |path, Received { draft, remarks }| {
            let review = Review::new(questionnaire, draft);
            let name = path.display().to_string();
            let text = match format {
                ReportFormat::Text => lines(&review, &name),
                ReportFormat::Json => summary::json(&review, questionnaire, &name, remarks),
            };
            let mut remarks = [remarks.as_slice(), &review.remarks()].concat();
            if let Some(lexicon) = &lexicon {
                remarks.extend(proofread::remark(draft, questionnaire, lexicon, path));
            }
            (text, review.is_complete(), remarks)
        },
        |path, result| {
            let (text, complete, remarks) = result.unwrap_or_else(|error| {
                let text = match format {
                    ReportFormat::Text => String::new(),
                    ReportFormat::Json => batch::unreadable(&path.display().to_string(), &error),
                };
                exit = exit.max(results.report(path, error));
                (text, false, Vec::new())
            });
            passed += usize::from(complete);
            match format {
                ReportFormat::Text => {
                    results.write(&text)?;
                    results.print_remarks(path, &remarks);
                }
                ReportFormat::Json => results.write_object(&text)?,
            }
            results.file_done()
        },
    );
    // If the reader closed the pipe, the rest was not reviewed and does not count as passed.
    let complete = is_complete(written.and_then(|()| results.finish("")))?;
    if files.len() > 1 && complete {
        message(&format!("{passed} of {} could be submitted", files.len()));
    }
    Ok(if passed < files.len() { exit.max(Exit::Failed) } else { exit })
}

/// Returns one line per problem.
fn lines(review: &Review<'_>, draft: &str) -> String {
    let draft = escape_for_terminal(draft);
    let mut lines = String::new();
    for item in review.items.iter().filter(|item| item.status.prevents_submission()) {
        for problem in problems(item) {
            let _ = writeln!(
                lines,
                "{draft}: {}: {}",
                item.question.name(),
                escape_for_terminal(&problem)
            );
        }
    }
    lines
}

/// Returns the problems of a question. For an answer over its limit, the first one has the figures.
fn problems(item: &Item<'_>) -> Vec<String> {
    let mut problems = item.problems.clone();
    if let Some(measure) = item.measure
        && let Some(first) = problems.first_mut().filter(|_| measure.excess() > 0)
    {
        *first = measure.describe_with_excess();
    }
    problems
}
