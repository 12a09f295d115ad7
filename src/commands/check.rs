//! `check DRAFT...`: the summary's judgement as a verdict.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use super::summary::{report, unreadable};
use super::{Context, Exit, Failure, as_json, print, say};
use crate::cli::ReportFormat;
use crate::document_file;
use crate::draft::Draft;
use crate::draft_file::{self, Error};
use crate::review::{Item, Review};
use crate::summary;
use crate::text::safe;

pub(super) fn run(
    context: &Context,
    drafts: &[PathBuf],
    format: ReportFormat,
) -> Result<Exit, Failure> {
    let mut exit = Exit::Done;
    let mut objects = Vec::new();
    let mut lines = String::new();
    let (mut seen, mut fit) = (0_usize, 0);
    for path in &all(drafts) {
        let name = path.display().to_string();
        seen += 1;
        match read(context, path) {
            Ok(draft) => {
                let review = Review::new(&context.questionnaire, &draft);
                fit += usize::from(review.is_complete());
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
        ReportFormat::Text => lines,
        ReportFormat::Json => as_json(objects),
    })?;
    if seen > 1 {
        say(&format!("{fit} of {seen} could be submitted"));
    }
    Ok(exit)
}

/// A draft, or what a received document says, without keeping a draft of it.
fn read(context: &Context, path: &Path) -> Result<Draft, Error> {
    if document_file::is_document(path) {
        document_file::read(path, &context.questionnaire).map(|found| found.draft)
    } else {
        draft_file::read(path, &context.questionnaire)
    }
}

/// The files to look at: those named, and the drafts and documents of folders, by name.
fn all(named: &[PathBuf]) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for path in named {
        if !path.is_dir() {
            files.push(path.clone());
            continue;
        }
        let entries = fs::read_dir(path).into_iter().flatten().flatten();
        let mut inside: Vec<PathBuf> =
            entries.map(|entry| entry.path()).filter(|path| is_meant(path)).collect();
        inside.sort();
        files.extend(inside);
    }
    files
}

/// Whether a file of a folder is a draft or document; hidden files and the ones Word makes while a
/// document is open (`~$`) are neither.
fn is_meant(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    path.is_file()
        && !name.starts_with(['.', '~'])
        && (draft_file::is_draft(path) || document_file::is_document(path))
}

/// The problems of a question; its length comes with the figures one needs to cut it.
fn problems(item: &Item<'_>) -> Vec<String> {
    let mut problems = item.problems.clone();
    if let Some(measure) = item.measure
        && let Some(first) = problems.first_mut().filter(|_| measure.excess() > 0)
    {
        *first = measure.judged();
    }
    problems
}
