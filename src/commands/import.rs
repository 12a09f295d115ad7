//! `import FILE -o DRAFT`: makes a draft from a document, or from a draft for another form.

use std::path::{Path, PathBuf};

use super::command_line::command_line;
use super::context::print_notices;
use super::output::{message, note, shown};
use super::{Context, Exit, Failure, import_into};
use crate::cli::Import;
use crate::document::import::Recognised;
use crate::model::review::Review;
use crate::model::text::{and_list, plural};
use crate::storage::document_file;
use crate::storage::draft_file::{self, exports};

pub(super) fn run(context: &Context, import: &Import) -> Result<Exit, Failure> {
    let form = import.form.as_deref();
    if let Some(blank) = form {
        // The form is read first by itself, so that an error names it.
        document_file::read(blank, &context.questionnaire)
            .map_err(|error| Failure::in_document(blank, error))?;
    }
    let files = import.files.iter().map(|path| read(context, path, form));
    let files = files.collect::<Result<Vec<_>, _>>()?;
    match (&import.into, &import.output, files.as_slice()) {
        (Some(draft), _, _) => import_into::run(context, &files, draft, import.yes),
        (None, Some(output), [file]) => create_draft(context, &file.found, output, import.force),
        (None, _, _) => Err(Failure::usage(
            "`-o` makes a draft from one file",
            "`--into DRAFT` merges several files into a draft",
        )),
    }
}

/// A file that was received.
pub(super) struct ReceivedFile {
    pub path: PathBuf,
    pub found: Recognised,
    /// Whether it is a copy of a draft, and not a document.
    pub is_draft: bool,
}

/// Reads a received file: a document, which may be a filled-in copy of the blank form `form`, or a copy of
/// a draft.
fn read(context: &Context, path: &Path, form: Option<&Path>) -> Result<ReceivedFile, Failure> {
    let is_draft = draft_file::is_draft(path);
    let found = if is_draft {
        read_draft(context, path)?
    } else {
        let found = match form {
            Some(blank) => document_file::read_with_form(path, blank, &context.questionnaire),
            None => document_file::read(path, &context.questionnaire),
        };
        found.map_err(|error| Failure::in_document(path, error))?
    };
    Ok(ReceivedFile { path: path.to_path_buf(), found, is_draft })
}

/// Reads a copy of a draft. Adds a remark if it has answers that belong to no question.
fn read_draft(context: &Context, path: &Path) -> Result<Recognised, Failure> {
    let questionnaire = &context.questionnaire;
    let draft = exports::read_copy(path, questionnaire).map_err(Failure::in_draft_at(path))?;
    let mut remarks = Vec::new();
    if let Some(version) = draft.version.as_ref().filter(|_| draft.in_other_version(questionnaire))
    {
        remarks.push(format!(
            "it was made with another form (`{version}`); its answers are matched by their ids"
        ));
    }
    if draft.unplaced() > 0 {
        remarks.push(format!(
            "no question asks for {}; kept as unplaced text",
            and_list(&draft.unplaced_names())
        ));
    }
    Ok(Recognised { draft, remarks, ..Recognised::default() })
}

/// Creates a draft with the answers of a received file.
///
/// # Errors
/// Fails if the draft exists and `force` is not set, or if it cannot be written.
fn create_draft(
    context: &Context,
    found: &Recognised,
    path: &Path,
    force: bool,
) -> Result<Exit, Failure> {
    let shown = shown(path);
    let exists = || {
        Failure::failed(
            format!("there is a draft `{shown}` already"),
            "`--into` accepts only changes; `--force` replaces the draft and keeps the old one as an earlier version",
        )
    };
    if path.exists() && !force {
        return Err(exists());
    }
    let (mut file, _) = context.open(path)?;
    let replaces = file.is_there();
    // Another program may have created it in the meantime.
    if replaces && !force {
        return Err(exists());
    }
    let notices = context.replace(&mut file, &found.draft, path)?;
    print_notices(&notices);
    if replaces {
        note(&format!("the replaced draft is kept: `{}`", command_line("history", path, "")));
    }
    print_remarks("", found);
    if let count @ 1.. = found.draft.open_note_count() {
        let notes = plural(count, "note", "notes");
        note(&format!(
            "{notes} from comments in the margin: `{}`",
            command_line("show", path, " --notes")
        ));
    }
    let review = Review::new(&context.questionnaire, &found.draft);
    print_notices(&review.remarks());
    message(&format!("{shown}: {}", review.describe()));
    Ok(Exit::Done)
}

/// Prints the remarks of the reader, and the start of each text that belongs to no question. Each message
/// starts with `file`.
pub(super) fn print_remarks(file: &str, found: &Recognised) {
    found.remarks.iter().for_each(|remark| note(&format!("{file}{remark}")));
    for (place, start) in found.unplaced_starts() {
        note(&format!("{file}{place} belongs to no answer and is kept as unplaced text: {start}"));
    }
}
