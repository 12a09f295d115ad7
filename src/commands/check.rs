//! `check DRAFT...`: checks whether drafts could be submitted, and prints one line per problem. Remarks
//! are printed on standard error and do not change the result.

use std::fmt::Write as _;

use super::batch::{self, ResultWriter};
use super::context::latest_date;
use super::inputs::{has_folder, inputs};
use super::output::{is_complete, message};
use super::remarks::{KnownApplications, RemarkFinder};
use super::{Context, Exit, Failure, proofread};
use crate::cli::{DraftArguments, ReportFormat};
use crate::model::draft::Draft;
use crate::model::identity::Identity;
use crate::model::review::{self, Item, Review};
use crate::model::text::{escape_for_terminal, plural};
use crate::summary;

pub(super) fn run(
    context: &Context,
    arguments: &DraftArguments,
    format: ReportFormat,
) -> Result<Exit, Failure> {
    let files = inputs(&arguments.drafts, arguments.recursive);
    let has_verdicts = has_folder(&arguments.drafts);
    let questionnaire = &context.questionnaire;
    let lexicon = proofread::lexicon(context);
    let is_single = files.len() == 1;
    let is_json = matches!(format, ReportFormat::Json);
    let mut results = ResultWriter::new(context, files.len(), is_json);
    let mut passed = 0_usize;
    let finder = RemarkFinder::new(questionnaire, lexicon.clone());
    let mut known = KnownApplications::default();
    let written = batch::read_each(
        questionnaire,
        &files,
        |path, received| {
            let draft = &received.draft;
            let review = Review::new(questionnaire, draft);
            let identity = Identity::from_draft(questionnaire, draft);
            let name = path.display().to_string();
            let mut remarks = finder.remarks(received);
            let text = match format {
                ReportFormat::Text => {
                    let lines = lines(&review, &name);
                    // Each file of a folder begins with a verdict, so that none is overlooked.
                    let verdict = has_verdicts.then(|| match lines.lines().count() {
                        0 => "could be submitted".to_owned(),
                        count => plural(count, "problem", "problems"),
                    });
                    let file = identity.beside(&name);
                    let file = escape_for_terminal(&file);
                    let heading = verdict.map(|verdict| format!("{file}: {verdict}\n"));
                    heading.unwrap_or_default() + &lines
                }
                ReportFormat::Json => summary::json(&review, questionnaire, draft, &name, &remarks),
            };
            remarks.extend(open_notes(draft));
            remarks.extend(review.remarks());
            // An applicant checks a single draft and wants advice; an office wants the verdicts.
            if is_single {
                remarks.extend(review::future_starts(questionnaire, draft, latest_date()));
            }
            if let Some(lexicon) = lexicon.as_ref().filter(|_| is_single) {
                remarks.extend(proofread::remark(draft, questionnaire, lexicon, path));
            }
            (text, review.is_complete(), remarks, identity, draft.saved)
        },
        |path, result| match result {
            Ok((mut text, complete, mut remarks, identity, saved)) => {
                passed += usize::from(complete);
                if let Some((_, remark)) = known.add(path, &identity, saved) {
                    text = results.with_remark(text, &remark);
                    remarks.push(remark);
                }
                results.write_result(&text)?;
                results.print_remarks(path, &remarks);
                Ok(())
            }
            Err(error) => results.write_unread(path, error, ""),
        },
    );
    // If the reader closed the pipe, the rest was not reviewed and does not count as passed.
    let complete = is_complete(written.and_then(|()| results.finish("")))?;
    if files.len() > 1 && complete {
        message(&format!("{passed} of {} could be submitted", files.len()));
    }
    Ok(if passed < files.len() { results.exit.max(Exit::Failed) } else { results.exit })
}

/// Returns a message with the number of open notes, or `None` if there are no open notes.
fn open_notes(draft: &Draft) -> Option<String> {
    let count = draft.open_note_count();
    let (notes, are) = (plural(count, "note", "notes"), if count == 1 { "is" } else { "are" });
    (count > 0).then(|| format!("{notes} {are} open; `show --notes` prints them"))
}

/// Returns one line for each problem of a draft.
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

/// Returns the problems of a question. The first problem of an answer over its limit has the number of
/// words and the limit.
fn problems(item: &Item<'_>) -> Vec<String> {
    let mut problems = item.problems.clone();
    if let Some(measure) = item.measure
        && let Some(first) = problems.first_mut().filter(|_| measure.excess() > 0)
    {
        *first = measure.describe_with_excess();
    }
    problems
}
