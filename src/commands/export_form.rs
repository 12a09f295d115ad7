//! `export DRAFT --form FORM`: writes the answers into the official Word form.

use std::path::Path;

use super::command_line::command_line;
use super::context::print_notices;
use super::export::{origin, pin_exported_version, write};
use super::output::{message, note, print, shown};
use super::{Context, Exit, Failure};
use crate::cli::Export;
use crate::model::draft::Draft;
use crate::model::review::Review;
use crate::model::text::{and_list, path_argument, plural};
use crate::storage::{document_file, form_file};

pub(super) fn run(
    context: &Context,
    export: &Export,
    draft: &Draft,
    draft_path: &Path,
    form: &Path,
) -> Result<Exit, Failure> {
    let usual = draft_path.with_extension("docx");
    let output = export.output.as_deref().unwrap_or(&usual);
    if document_file::is_same(form, output) {
        return Err(Failure::usage(
            format!("`{}` is the form itself, which is never changed", shown(output)),
            "name another file with `-o`",
        ));
    }
    let force = export.force && !export.keep_changed;
    let filled = form_file::fill(form, &context.questionnaire, draft, draft_path, force).map_err(
        |error| {
            let hint = "name the Word form (.docx) that you were sent; nothing was written";
            Failure { hint: Some(hint.to_owned()), ..Failure::in_document(form, error) }
        },
    )?;
    let changed: Vec<&str> = filled.changed().collect();
    if output.as_os_str() == "-" {
        print(&filled.bytes)?;
    } else {
        write(output, &filled.bytes, export).map_err(|failure| {
            let is_taken = output.exists() && !export.force && !changed.is_empty();
            let hint = format!(
                "`--force` replaces the file and {}, changed in it; `--force --keep-changed` replaces only \
                 the file; `-o` names another file",
                and_list(&changed)
            );
            Failure { hint: is_taken.then_some(hint).or(failure.hint), ..failure }
        })?;
        let count = plural(filled.written, "answer", "answers");
        message(&format!("written to {}: {count}", shown(output)));
    }
    pin_exported_version(context, export, draft, origin(context, export, draft));
    for (name, remark) in &filled.remarks {
        note(&format!("{name}: {remark}"));
    }
    let review = Review::new(&context.questionnaire, draft);
    print_notices(&review.remarks());
    if !review.is_complete() {
        note(&format!("the application is not complete: {}", review.describe()));
    }
    if !filled.unanswered.is_empty() {
        note(&format!(
            "not changed in the form, because the draft has no answer: {}",
            and_list(&filled.unanswered)
        ));
    }
    for (name, reason) in &filled.missing {
        message(&format!("{name}: not written, because {reason}"));
    }
    if filled.missing.is_empty() {
        return Ok(Exit::Done);
    }
    if !changed.is_empty() {
        let into = format!(" --into {}", path_argument(&shown(draft_path)));
        message(&format!(
            "hint: `{}` copies these answers into the draft; `--force` replaces them in the form",
            command_line("import", form, &into)
        ));
    }
    if changed.len() < filled.missing.len() {
        message("hint: correct the other answers in the document by hand");
    }
    Ok(Exit::Failed)
}
