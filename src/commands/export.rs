//! `export DRAFT`: writes the application as a document.

use std::io;
use std::path::Path;

use clap::ValueEnum;

use super::command_line::command_line;
use super::context::print_notices;
use super::output::{message, note, print, shown};
use super::{Context, Exit, Failure, export_form, proofread};
use crate::cli::Export;
use crate::document::export::{Application, Format};
use crate::document::{ExportOrigin, Purpose};
use crate::model::draft::Draft;
use crate::model::text::{escape_for_terminal, path_argument};
use crate::storage::document_file::extension;
use crate::storage::draft_file::exports;
use crate::storage::{document_file, office};

pub(super) fn run(context: &Context, export: &Export) -> Result<Exit, Failure> {
    let draft = export.draft.as_deref().map(|path| context.read(path)).transpose()?;
    let draft = draft.unwrap_or_else(Draft::default);
    let purpose = Purpose { with_counts: export.with_counts, blank: export.blank };
    let application = Application::new(&context.questionnaire, &draft, purpose);
    let origin = origin(context, export, &draft);
    let application = Application {
        convert_to_pdf: office::convert_to_pdf,
        origin: origin.clone(),
        with_notes: export.with_notes,
        ..application
    };
    let review = &application.review;
    let unfinished = !export.blank && !review.is_complete();
    let name = export.draft.as_deref().unwrap_or(Path::new("form.yaml"));
    if unfinished && export.r#final {
        return Err(Failure::failed(
            format!("this application is not complete: {}", review.describe()),
            format!(
                "`{}` names each problem; without `--final` it is written, marked as a draft",
                command_line("check", name, "")
            ),
        ));
    }
    if export.r#final {
        proofread::refuse_placeholders(&draft, &context.questionnaire, name)?;
    }
    if let (Some(form), Some(path)) = (&export.form, &export.draft) {
        return export_form::run(context, export, &draft, path, form);
    }
    let format = choose_format(export.to, export.output.as_deref(), Format::Docx)?;
    if export.with_notes && format != Format::Docx {
        return Err(Failure::usage(
            format!("a `.{}` file cannot have comments", format.extension()),
            "choose a .docx file, or leave out `--with-notes`",
        ));
    }
    let bytes = format.write(&application).map_err(|error| failed(format, &error))?;
    let path = export.output.clone().unwrap_or_else(|| name.with_extension(format.extension()));
    if path.as_os_str() == "-" {
        print(&bytes)?;
    } else {
        write(&path, &bytes, export)?;
        message(&format!("written to {}", shown(&path)));
    }
    print_notices(&review.remarks());
    if format.is_read_by_people() {
        pin_exported_version(context, export, &draft, origin);
    }
    if unfinished && format.is_read_by_people() {
        note(&format!("marked as a draft, because {}", review.describe()));
    }
    Ok(Exit::Done)
}

/// Returns the version that a document of the draft is made from.
pub(super) fn origin(context: &Context, export: &Export, draft: &Draft) -> Option<ExportOrigin> {
    exports::origin_of(export.draft.as_ref()?, draft, &context.questionnaire).ok()
}

/// Adds the version of the draft that a document was made from to the history. Without it, a returned
/// document is compared with another version.
pub(super) fn pin_exported_version(
    context: &Context,
    export: &Export,
    draft: &Draft,
    origin: Option<ExportOrigin>,
) {
    let (Some(path), Some(origin)) = (&export.draft, origin) else { return };
    if let Err(error) = exports::pin_exported(path, draft, &origin, &context.questionnaire) {
        note(&format!(
            "this version of the draft cannot be kept in the history ({error}); `import` cannot tell later which \
             changes are yours"
        ));
    }
}

/// Writes a document of the draft.
///
/// # Errors
/// Fails if the path is that of the draft itself, if there is a different file and `--force` is not given,
/// or if the file cannot be written.
pub(super) fn write(path: &Path, bytes: &[u8], export: &Export) -> Result<(), Failure> {
    let shown = shown(path);
    if export.draft.as_deref().is_some_and(|draft| document_file::is_same(draft, path)) {
        return Err(Failure::usage(
            format!("`{shown}` is the draft itself"),
            "name another file with `-o`",
        ));
    }
    let draft = export.draft.as_deref().filter(|_| document_file::is_document(path));
    let into =
        draft.map(|draft| format!(" --into {}", path_argument(&super::output::shown(draft))));
    let differs =
        into.map(|into| format!("; `{}` shows what differs", command_line("import", path, &into)));
    let differs = differs.unwrap_or_default();
    write_file(path, bytes, export.force, &differs)
}

/// Writes a file. `differs` is the end of the hint if there is a different file already.
///
/// # Errors
/// Fails if there is a different file and `force` is not set, or if the file cannot be written.
pub(super) fn write_file(
    path: &Path,
    bytes: &[u8],
    force: bool,
    differs: &str,
) -> Result<(), Failure> {
    let shown = shown(path);
    document_file::write(path, bytes, force).map_err(|error| {
        if error.kind() == io::ErrorKind::AlreadyExists {
            Failure::failed(
                format!("there is a different `{shown}` already; a colleague may have changed it"),
                format!("`--force` replaces it, `-o` names another file{differs}"),
            )
        } else {
            Failure::failed(
                format!("cannot write `{shown}`: {error}"),
                "name another file with `-o`",
            )
        }
    })
}

/// Returns the format of `--to`, or that of the extension of the output file, or `usual`.
///
/// # Errors
/// Fails if no format has the extension.
pub(super) fn choose_format<F: ValueEnum>(
    to: Option<F>,
    output: Option<&Path>,
    usual: F,
) -> Result<F, Failure> {
    let extension = output.filter(|path| path.as_os_str() != "-").and_then(extension);
    let (None, Some(extension)) = (&to, extension) else { return Ok(to.unwrap_or(usual)) };
    F::from_str(&extension, true).map_err(|_| {
        let formats = F::value_variants().iter().filter_map(F::to_possible_value);
        let extensions: Vec<_> = formats.map(|format| format!(".{}", format.get_name())).collect();
        Failure::usage(
            format!("cannot write a `.{}` file", escape_for_terminal(&extension)),
            format!("use {}, or choose a format with `--to`", extensions.join(", ")),
        )
    })
}

/// Returns the failure for a document that cannot be written.
fn failed(format: Format, error: &io::Error) -> Failure {
    if format != Format::Pdf {
        return Failure::failed(
            format!("cannot write the document: {error}"),
            "the draft was not changed",
        );
    }
    if error.kind() == io::ErrorKind::NotFound {
        return Failure::failed(
            "a PDF is made with LibreOffice, which is not installed here",
            "install LibreOffice (libreoffice.org; on Debian `apt install libreoffice-writer`), or export .docx or .html and print that to PDF",
        );
    }
    Failure::failed(
        format!("the PDF could not be made: {error}"),
        "export .docx and save that as PDF in your word processor",
    )
}
