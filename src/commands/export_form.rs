//! `export DRAFT --form FORM`: writes the answers into the official Word form.

use std::path::Path;

use super::command_line::command_line;
use super::context::print_notices;
use super::export::{is_same_file, write};
use super::output::{message, note, print, shown};
use super::{Context, Exit, Failure};
use crate::cli::Export;
use crate::model::draft::Draft;
use crate::model::review::Review;
use crate::model::text::{path_argument, plural};
use crate::storage::form_file;

pub(super) fn run(
    context: &Context,
    export: &Export,
    draft: &Draft,
    draft_path: &Path,
    form: &Path,
) -> Result<Exit, Failure> {
    let usual = draft_path.with_extension("docx");
    let output = export.output.as_deref().unwrap_or(&usual);
    if is_same_file(form, output) {
        return Err(Failure::new(
            Exit::Usage,
            format!("`{}` is the form itself, which is never changed", shown(output)),
            "name another file with `-o`",
        ));
    }
    let filled = form_file::fill(form, &context.questionnaire, draft, draft_path, export.force)
        .map_err(|error| Failure::in_document(form, error))?;
    if output.as_os_str() == "-" {
        print(&filled.bytes)?;
    } else {
        write(output, &filled.bytes, export)?;
        let count = plural(filled.written, "answer", "answers");
        message(&format!("written to {}: {count}", shown(output)));
    }
    for (name, remark) in &filled.remarks {
        note(&format!("{name}: {remark}"));
    }
    let review = Review::new(&context.questionnaire, draft);
    print_notices(&review.remarks());
    if !review.is_complete() {
        note(&format!("the application is not complete: {}", review.describe()));
    }
    for (name, reason) in &filled.missing {
        message(&format!("{name}: not written, because {reason}"));
    }
    if filled.missing.is_empty() {
        return Ok(Exit::Done);
    }
    let into = format!(" --into {}", path_argument(&shown(draft_path)));
    message(&format!(
        "hint: write these answers into the document by hand; where the form says something else, \
         `{}` shows what differs, and `--force` replaces it",
        command_line("import", form, &into)
    ));
    Ok(Exit::Failed)
}
