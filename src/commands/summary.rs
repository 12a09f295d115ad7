//! `summary DRAFT...`: what is answered, missing or over its limit.

use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};

use super::many::{self, Telling};
use super::{Context, Exit, Failure, written};
use crate::cli::SummaryFormat;
use crate::model::review::Review;
use crate::summary::rows::{Rows, Totals};
use crate::summary::{self, Extent};
use crate::terminal::style::OutputStyle;

pub(super) fn run(
    context: &Context,
    drafts: &[PathBuf],
    format: SummaryFormat,
) -> Result<Exit, Failure> {
    let files = many::files(drafts);
    let look = context.look(&io::stdout());
    let rows = match format {
        SummaryFormat::Table => Some(Rows::Table { look, cut: io::stdout().is_terminal() }),
        SummaryFormat::Markdown => Some(Rows::Markdown),
        SummaryFormat::Json => None,
    };
    // A single draft is told of in full.
    let rows = rows.filter(|_| files.len() > 1);
    let mut telling = Telling::new(context, files.len());
    let mut totals = Totals::default();
    let mut exit = Exit::Done;
    let judge = |path: &Path, review: &Review<'_>| {
        let name = path.display().to_string();
        let text = match (rows, format) {
            (Some(rows), _) => rows.row(review, &name),
            (None, SummaryFormat::Table) => {
                let style = OutputStyle { spoken: context.plain, ..look };
                summary::text(review, &name, style, Extent::AllQuestions)
            }
            (None, SummaryFormat::Markdown) => summary::markdown(review, &name),
            (None, SummaryFormat::Json) => summary::json(review, &context.questionnaire, &name),
        };
        (text, review.numbered() + review.declarations())
    };
    let told = telling.write(&rows.map(Rows::heading).unwrap_or_default()).and_then(|()| {
        many::each(&context.questionnaire, &files, judge, |path, found| {
            let text = match found {
                Ok((text, questions)) => {
                    totals.add(questions);
                    text
                }
                Err(error) => {
                    totals.unreadable += 1;
                    let name = path.display().to_string();
                    let text = match format {
                        SummaryFormat::Json => many::unreadable(&name, &error),
                        SummaryFormat::Table | SummaryFormat::Markdown => {
                            rows.map(|rows| rows.unreadable(&name)).unwrap_or_default()
                        }
                    };
                    exit = exit.max(telling.report(path, error));
                    text
                }
            };
            match format {
                SummaryFormat::Json => telling.write_object(&text)?,
                SummaryFormat::Table | SummaryFormat::Markdown => telling.write(&text)?,
            }
            telling.done()
        })
    });
    let ending = rows.map(|rows| rows.totals(&totals)).unwrap_or_default();
    written(told.and_then(|()| telling.end(&ending)))?;
    Ok(exit)
}
