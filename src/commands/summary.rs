//! `summary DRAFT...`: what is answered, missing or over its limit.

use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};

use super::batch::{self, ResultWriter};
use super::command_line::command_line;
use super::output::{is_complete, shown};
use super::{Context, Exit, Failure};
use crate::cli::SummaryFormat;
use crate::model::questionnaire::Question;
use crate::model::review::Review;
use crate::model::text::path_argument;
use crate::storage::document_file;
use crate::summary::rows::{Rows, Totals};
use crate::summary::{self, Extent};
use crate::terminal::style::OutputStyle;

pub(super) fn run(
    context: &Context,
    drafts: &[PathBuf],
    format: SummaryFormat,
) -> Result<Exit, Failure> {
    let files = batch::files(drafts);
    let style = context.style_of(&io::stdout());
    // Several drafts are one row each; a single one is shown in full.
    let rows = match format {
        SummaryFormat::Table => Some(Rows::Table { style, cut: io::stdout().is_terminal() }),
        SummaryFormat::Markdown => Some(Rows::Markdown),
        SummaryFormat::Json => None,
    };
    let rows = rows.filter(|_| files.len() > 1);
    let mut results = ResultWriter::new(context, files.len());
    let mut totals = Totals::default();
    let mut exit = Exit::Done;
    let describe = |path: &Path, review: &Review<'_>, remarks: &[String]| {
        let name = path.display().to_string();
        let text = match (rows, format) {
            (Some(rows), _) => rows.row(review, &name),
            (None, SummaryFormat::Table) => {
                let style = OutputStyle { spoken: context.plain, ..style };
                let command = next_command(path, review);
                summary::text(review, command.as_deref(), style, Extent::AllQuestions)
            }
            (None, SummaryFormat::Markdown) => summary::markdown(review, &name),
            (None, SummaryFormat::Json) => {
                summary::json(review, &context.questionnaire, &name, remarks)
            }
        };
        (text, review.numbered() + review.declarations(), remarks.to_vec())
    };
    let written = results.write(&rows.map(Rows::heading).unwrap_or_default()).and_then(|()| {
        batch::review_each(&context.questionnaire, &files, describe, |path, result| {
            let text = match result {
                Ok((text, questions, remarks)) => {
                    if !matches!(format, SummaryFormat::Json) {
                        results.print_remarks(path, &remarks);
                    }
                    totals.add(questions);
                    text
                }
                Err(error) => {
                    totals.unreadable += 1;
                    let name = path.display().to_string();
                    let text = match format {
                        SummaryFormat::Json => batch::unreadable(&name, &error),
                        SummaryFormat::Table | SummaryFormat::Markdown => {
                            rows.map(|rows| rows.unreadable(&name)).unwrap_or_default()
                        }
                    };
                    exit = exit.max(results.report(path, error));
                    text
                }
            };
            match format {
                SummaryFormat::Json => results.write_object(&text)?,
                SummaryFormat::Table | SummaryFormat::Markdown => results.write(&text)?,
            }
            results.file_done()
        })
    });
    let totals = rows.map(|rows| rows.totals(&totals)).unwrap_or_default();
    is_complete(written.and_then(|()| results.finish(&totals)))?;
    Ok(exit)
}

/// Returns the command to continue with: it opens the next open question, or makes the document. A
/// document is no draft yet.
fn next_command(path: &Path, review: &Review<'_>) -> Option<String> {
    let number = |question: &Question| question.number.map(|number| number.to_string());
    let next = review.next_open().map(|item| item.question);
    let next = next.map(|question| number(question).unwrap_or_else(|| question.id.clone()));
    let draft = path.with_extension("yaml");
    match next {
        _ if document_file::is_document(path) => (!draft.exists()).then(|| {
            let output = path_argument(&shown(&draft));
            command_line("import", path, &format!(" -o {output}"))
        }),
        Some(name) => Some(command_line("fill", path, &format!(" --question {name}"))),
        None => Some(command_line("export", path, "")),
    }
}
