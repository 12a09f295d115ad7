//! `proofread [DRAFT...]`: prints misspelt words and certain slips, one line per finding.

use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;

use serde_json::{Value, json};

use super::batch::{self, ReceivedDraft, ResultWriter};
use super::command_line::command_line;
use super::inputs::inputs;
use super::output::{is_complete, note, shown};
use super::{Context, Exit, Failure};
use crate::cli::{DraftArguments, ReportFormat};
use crate::model::draft::Draft;
use crate::model::questionnaire::Questionnaire;
use crate::model::spelling::proofread::{
    Finding, foreign, language_name, placeholders, proofread, suggest,
};
use crate::model::spelling::{Lexicon, Speller};
use crate::model::text::{and_list, escape_for_terminal, plural};
use crate::storage::dictionary;
use crate::summary;

pub(super) fn run(
    context: &Context,
    arguments: &DraftArguments,
    format: ReportFormat,
) -> Result<Exit, Failure> {
    let files = inputs(&arguments.drafts, arguments.recursive);
    let lexicon = lexicon(context);
    let questionnaire = &context.questionnaire;
    let is_json = matches!(format, ReportFormat::Json);
    let mut results = ResultWriter::new(context, files.len(), is_json);
    let mut has_findings = false;
    let written = batch::read_each(
        questionnaire,
        &files,
        |path, ReceivedDraft { draft, .. }| {
            let speller = speller(draft, questionnaire, lexicon.as_ref());
            let mut findings = proofread(draft, questionnaire, speller.as_ref());
            if let Some(speller) = &speller {
                suggest(&mut findings, speller);
            }
            let name = path.display().to_string();
            let text = match format {
                ReportFormat::Text => lines(&findings, &name),
                ReportFormat::Json => object(&findings, &name),
            };
            (text, !findings.is_empty())
        },
        |path, result| match result {
            Ok((text, found)) => {
                has_findings |= found;
                results.write_result(&text)
            }
            Err(error) => results.write_unread(path, error, ""),
        },
    );
    is_complete(written.and_then(|()| results.finish("")))?;
    Ok(if has_findings { results.exit.max(Exit::Failed) } else { results.exit })
}

/// Loads the dictionary, unless spelling is off. If there is no dictionary, prints a note and returns
/// `None`.
pub(super) fn lexicon(context: &Context) -> Option<Arc<Lexicon>> {
    if !context.spelling {
        return None;
    }
    dictionary::load(&context.questionnaire).map(Arc::new).map_err(|error| note(&error)).ok()
}

/// Returns a speller for a draft, or `None` if its spelling is not checked.
fn speller(
    draft: &Draft,
    questionnaire: &Questionnaire,
    lexicon: Option<&Arc<Lexicon>>,
) -> Option<Speller> {
    let lexicon = lexicon.filter(|_| draft.checks_spelling())?;
    Some(Speller::new(Arc::clone(lexicon), draft, questionnaire))
}

/// Returns a message with the number of findings, or `None` if there are no findings.
pub(super) fn remark(
    draft: &Draft,
    questionnaire: &Questionnaire,
    lexicon: &Arc<Lexicon>,
    path: &Path,
) -> Option<String> {
    let speller = speller(draft, questionnaire, Some(lexicon));
    let findings = proofread(draft, questionnaire, speller.as_ref()).len();
    let command = command_line("proofread", path, "");
    (findings > 0).then(|| {
        format!("{} about spelling and slips: `{command}`", plural(findings, "finding", "findings"))
    })
}

/// Returns a message with the answers that are not in the language of the form, or `None` if there
/// are no such answers.
pub(super) fn foreign_answers(
    draft: &Draft,
    questionnaire: &Questionnaire,
    lexicon: &Arc<Lexicon>,
) -> Option<String> {
    let speller = Speller::new(Arc::clone(lexicon), draft, questionnaire);
    let questions = foreign(draft, questionnaire, &speller);
    let language = language_name(&questionnaire.language);
    match questions.as_slice() {
        [] => None,
        [only] => Some(format!(
            "the answer to {} seems not to be in {language}; the form asks for {language}",
            only.name()
        )),
        several => {
            let names = several.iter().map(|question| match question.number {
                Some(number) => number.to_string(),
                None => question.name(),
            });
            Some(format!(
                "the answers to questions {} seem not to be in {language}; the form asks for {language}",
                and_list(&names.collect::<Vec<_>>())
            ))
        }
    }
}

/// Checks that all placeholders were replaced.
///
/// # Errors
/// Fails if a placeholder was not replaced.
pub(super) fn refuse_placeholders(
    draft: &Draft,
    questionnaire: &Questionnaire,
    path: &Path,
) -> Result<(), Failure> {
    let found = placeholders(draft, questionnaire);
    if found.is_empty() {
        return Ok(());
    }
    let places: Vec<String> =
        found.iter().map(|finding| format!("`{}` in {}", finding.text, place(finding))).collect();
    Err(Failure::failed(
        format!("a placeholder was not replaced: {}", and_list(&places)),
        format!(
            "replace it, or list it below `words:` in `{}` if you mean it; without `--final` the application is written",
            shown(path)
        ),
    ))
}

/// Returns the location of a finding, such as `question 9, paragraph 2`.
fn place(finding: &Finding<'_>) -> String {
    let question = finding.question.name();
    match finding.paragraph {
        Some(paragraph) => format!("{question}, paragraph {paragraph}"),
        None => question,
    }
}

/// Returns one line for each finding.
fn lines(findings: &[Finding<'_>], draft: &str) -> String {
    let draft = escape_for_terminal(draft);
    let mut lines = String::new();
    for finding in findings {
        let text = match finding.text.as_str() {
            "" => String::new(),
            text => format!("\"{}\": ", escape_for_terminal(text)),
        };
        let _ = writeln!(lines, "{draft}: {}: {text}{}", place(finding), finding.message);
    }
    lines
}

/// Returns the JSON object with the findings of a draft.
fn object(findings: &[Finding<'_>], draft: &str) -> String {
    let findings: Vec<Value> = findings
        .iter()
        .map(|finding| {
            json!({
                "number": finding.question.number,
                "id": finding.field.key.to_string(),
                "paragraph": finding.paragraph,
                "kind": finding.kind.id(),
                "text": finding.text,
                "message": finding.message,
                "suggestions": finding.suggestions,
            })
        })
        .collect();
    summary::json_element(&json!({ "draft": draft, "findings": findings }))
}
