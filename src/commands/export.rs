//! `export DRAFT`: the application as a document.

use std::io;
use std::path::Path;

use super::{Context, Exit, Failure, print, say};
use crate::cli::{Export, Format};
use crate::document::export::{docx, html, json, markdown, text};
use crate::document::{Document, Purpose};
use crate::model::draft::Draft;
use crate::model::review::Review;
use crate::model::text::escape_for_terminal;
use crate::storage::document_file;
use crate::storage::draft_file;

pub(super) fn run(context: &Context, export: &Export) -> Result<Exit, Failure> {
    let questionnaire = &context.questionnaire;
    let draft = match &export.draft {
        Some(path) => {
            draft_file::read(path, questionnaire).map_err(|error| Failure::of_file(path, error))?
        }
        None => Draft::default(),
    };
    let review = Review::new(questionnaire, &draft);
    let unfinished = !export.blank && !review.is_complete();
    let name = export.draft.as_deref().unwrap_or(Path::new("form.yaml"));
    if unfinished && export.r#final {
        return Err(Failure::new(
            Exit::Failed,
            format!("this application is not complete: {}", review.describe()),
            format!(
                "`good-practice check {}` names each problem; without `--final` it is written, marked as a draft",
                escape_for_terminal(&name.display().to_string())
            ),
        ));
    }
    let format = format(export)?;
    let purpose = Purpose { with_counts: export.with_counts, blank: export.blank };
    let document = Document::new(questionnaire, &draft, purpose);
    let bytes = match format {
        Format::Docx => docx::write(&document).map_err(|error| failed(&error))?,
        Format::Pdf => docx::write(&document)
            .and_then(|word| document_file::convert_to_pdf(&word))
            .map_err(|error| no_pdf(&error))?,
        Format::Md => markdown::write(&document).into_bytes(),
        Format::Html => html::write(&document).into_bytes(),
        Format::Txt => text::write(&document).into_bytes(),
        Format::Json => json::write(questionnaire, &draft).into_bytes(),
    };
    let path = export.output.clone().unwrap_or_else(|| name.with_extension(ending(format)));
    if path.as_os_str() == "-" {
        print(&bytes)?;
    } else {
        write(&path, &bytes, export)?;
        say(&format!("written to {}", escape_for_terminal(&path.display().to_string())));
    }
    if unfinished && !matches!(format, Format::Json) {
        say(&format!("note: marked as a draft, because {}", review.describe()));
    }
    Ok(Exit::Done)
}

fn write(path: &Path, bytes: &[u8], export: &Export) -> Result<(), Failure> {
    let shown = escape_for_terminal(&path.display().to_string()).into_owned();
    if export.draft.as_deref().is_some_and(|draft| same(draft, path)) {
        return Err(Failure::new(
            Exit::Usage,
            format!("`{shown}` is the draft itself"),
            "name another file with `-o`",
        ));
    }
    document_file::write(path, bytes, export.force).map_err(|error| {
        if error.kind() == io::ErrorKind::AlreadyExists {
            Failure::new(
                Exit::Failed,
                format!("there is another `{shown}` already, which a colleague may have changed"),
                format!(
                    "`--force` replaces it, `-o` names another file; `good-practice import {shown} \
                     --into DRAFT` shows what differs"
                ),
            )
        } else {
            Failure::new(
                Exit::Failed,
                format!("cannot write `{shown}`: {error}"),
                "name another place with `-o`",
            )
        }
    })
}

fn same(a: &Path, b: &Path) -> bool {
    std::fs::canonicalize(a).is_ok_and(|a| std::fs::canonicalize(b).is_ok_and(|b| a == b))
}

/// The format asked for, or that of the file's ending.
fn format(export: &Export) -> Result<Format, Failure> {
    let named = export.output.as_deref().filter(|path| path.as_os_str() != "-");
    match (export.to, named.and_then(document_file::extension)) {
        (Some(format), _) => Ok(format),
        (None, None) => Ok(Format::Docx),
        (None, Some(ending)) => {
            <Format as clap::ValueEnum>::from_str(&ending, true).map_err(|_| {
                Failure::new(
                    Exit::Usage,
                    format!("no document is written as `.{}`", escape_for_terminal(&ending)),
                    "use .docx, .pdf, .md, .html, .txt or .json, or choose with `--to`",
                )
            })
        }
    }
}

fn ending(format: Format) -> &'static str {
    match format {
        Format::Docx => "docx",
        Format::Pdf => "pdf",
        Format::Md => "md",
        Format::Html => "html",
        Format::Txt => "txt",
        Format::Json => "json",
    }
}

fn failed(error: &io::Error) -> Failure {
    Failure::new(
        Exit::Failed,
        format!("cannot write the document: {error}"),
        "the draft is untouched",
    )
}

fn no_pdf(error: &io::Error) -> Failure {
    if error.kind() == io::ErrorKind::NotFound {
        return Failure::new(
            Exit::Failed,
            "a PDF is made with LibreOffice, which is not installed here",
            "install LibreOffice (libreoffice.org; on Debian `apt install libreoffice-writer`), or export .docx or .html and print that to PDF",
        );
    }
    Failure::new(
        Exit::Failed,
        format!("the PDF could not be made: {error}"),
        "export .docx and save that as PDF in your word processor",
    )
}
