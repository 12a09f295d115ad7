//! `summary DRAFT...`: shows which questions are answered, missing or over their limit.

use std::io::{self, IsTerminal};
use std::path::Path;

use jiff::Timestamp;

use super::batch::{self, ReceivedDraft, ResultWriter};
use super::command_line::command_line;
use super::inputs::inputs;
use super::output::{is_complete, shown};
use super::remarks::{KnownApplications, RemarkFinder};
use super::{Context, Exit, Failure};
use crate::cli::{DraftArguments, SummaryFormat};
use crate::model::identity::Identity;
use crate::model::review::Review;
use crate::model::text::{capital, path_argument};
use crate::storage::document_file;
use crate::storage::error::FileError;
use crate::summary::rows::{Rows, Totals};
use crate::summary::{self, Extent};
use crate::terminal::style::OutputStyle;

pub(super) fn run(
    context: &Context,
    arguments: &DraftArguments,
    format: SummaryFormat,
) -> Result<Exit, Failure> {
    let files = inputs(&arguments.drafts, arguments.recursive);
    let questionnaire = &context.questionnaire;
    let style = context.style_of(&io::stdout());
    // Several drafts are one row each; a single one is shown in full.
    let rows = match format {
        SummaryFormat::Table => Some(Rows::Table { style, cut: io::stdout().is_terminal() }),
        SummaryFormat::Markdown => Some(Rows::Markdown),
        SummaryFormat::Json => None,
    };
    let rows = rows.filter(|_| files.len() > 1);
    let is_json = matches!(format, SummaryFormat::Json);
    let mut results = ResultWriter::new(context, files.len(), is_json);
    let mut totals = Totals::default();
    // Recognising other languages would take longer than all the rest, so only `check` does it.
    let finder = RemarkFinder::new(questionnaire, None);
    let mut known = KnownApplications::default();
    let describe = |path: &Path, received: &ReceivedDraft| {
        let review = Review::new(questionnaire, &received.draft);
        let identity = Identity::from_draft(questionnaire, &received.draft);
        let remarks = finder.remarks(received);
        let name = path.display().to_string();
        let text = match (rows, format) {
            (Some(rows), _) => rows.row(&review, &name, &identity),
            (None, SummaryFormat::Table) => {
                let style = OutputStyle { spoken: context.plain, ..style };
                let command = next_command(path, &review);
                summary::text(&review, command.as_deref(), style, Extent::AllQuestions)
            }
            (None, SummaryFormat::Markdown) => summary::markdown(&review, &name),
            (None, SummaryFormat::Json) => {
                summary::json(&review, questionnaire, &received.draft, &name, &remarks)
            }
        };
        let questions = review.numbered() + review.declarations();
        (text, questions, remarks, identity, received.draft.saved)
    };
    let written = results.write(&rows.map(Rows::heading).unwrap_or_default()).and_then(|()| {
        batch::read_each(questionnaire, &files, describe, |path, result| match result {
            Ok((mut text, questions, mut remarks, identity, saved)) => {
                if let Some((_, remark)) = known.add(path, &identity, saved) {
                    text = results.with_remark(text, &remark);
                    remarks.push(remark);
                }
                results.print_remarks(path, &remarks);
                totals.add(questions);
                results.write_result(&text)
            }
            Err(error) => {
                let status = if let FileError::Skipped(_) = error {
                    totals.skipped += 1;
                    "not read"
                } else {
                    totals.unreadable += 1;
                    "cannot be read"
                };
                let name = path.display().to_string();
                let row = rows.map(|rows| rows.unread(&name, status, &error.to_string()));
                results.write_unread(path, error, &row.unwrap_or_default())
            }
        })
    });
    let mut totals = rows.map(|rows| rows.totals(&totals)).unwrap_or_default();
    if let Some(deadline) = questionnaire.deadline.as_ref().filter(|_| !is_json) {
        let deadline = capital(&deadline.describe_in_full(Timestamp::now()));
        totals.push_str(&match format {
            SummaryFormat::Table if !context.plain => format!("  {deadline}\n"),
            SummaryFormat::Table => format!("{deadline}.\n"),
            SummaryFormat::Markdown | SummaryFormat::Json => format!("\n{deadline}.\n"),
        });
    }
    is_complete(written.and_then(|()| results.finish(&totals)))?;
    Ok(results.exit)
}

/// Returns the command to continue with: it opens the next open question, exports a complete draft, or
/// makes a draft from a document. Returns `None` for standard input, and for a document with a draft.
fn next_command(path: &Path, review: &Review<'_>) -> Option<String> {
    let next = review.next_open().map(|item| item.question.short_name());
    let draft = path.with_extension("yaml");
    match next {
        // Standard input cannot be read again.
        _ if !path.is_file() => None,
        _ if document_file::is_document(path) => (!draft.exists()).then(|| {
            let output = path_argument(&shown(&draft));
            command_line("import", path, &format!(" -o {output}"))
        }),
        Some(name) => Some(command_line("fill", path, &format!(" --question {name}"))),
        None => Some(command_line("export", path, "")),
    }
}
