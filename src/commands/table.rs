//! `table PATH...`: writes a table with one row for each application, for example for a jury.

use std::path::{Path, PathBuf};

use super::batch::{self, ReceivedDraft, ResultWriter};
use super::export::{choose_format, write_file};
use super::inputs::inputs;
use super::output::{is_complete, message, note, print, shown};
use super::remarks::{KnownApplications, Relation, RemarkFinder};
use super::{Context, Exit, Failure, proofread};
use crate::cli::Table;
use crate::document::export::table::{ApplicationTable, CellValue, TableColumn, TableFormat};
use crate::model::identity::Identity;
use crate::model::markup;
use crate::model::questionnaire::{Field, Question, Questionnaire};
use crate::model::review::{Review, Status};
use crate::model::submission::Submission;
use crate::model::text::{did_you_mean, escape_for_terminal, plural};
use crate::model::words::Measure;
use crate::storage::document_file::is_same;
use crate::storage::error::FileError;

/// The columns that are not questions, by name, with their titles. A question with the same name takes
/// precedence.
const COLUMNS: [(&str, &str, Content<'static>); 9] = [
    ("name", "Name", Content::Name),
    ("country", "Country", Content::Country),
    ("organisation", "Organisation", Content::Organisation),
    ("state", "State", Content::State),
    ("words", "Words", Content::Words),
    ("over", "Over the limit", Content::Over),
    ("remarks", "Remarks", Content::Remarks),
    ("saved", "Saved", Content::Saved),
    ("file", "File", Content::File),
];

/// The content of a column.
#[derive(Debug, Clone, Copy)]
enum Content<'q> {
    Name,
    Country,
    Organisation,
    /// Whether the application is complete, and whether it is late.
    State,
    /// The number of words of all answers whose words are counted.
    Words,
    /// The answers over their limit, with the number of words over it.
    Over,
    Remarks,
    Saved,
    File,
    /// The answers to a question, or to one field.
    Answer(&'q Question, Option<&'q Field>),
}

/// A row, and the data by which it is compared with other rows.
struct Row {
    path: PathBuf,
    identity: Identity,
    saved: Option<jiff::Timestamp>,
    remarks: Vec<String>,
    cells: Vec<CellValue>,
}

pub(super) fn run(context: &Context, table: &Table) -> Result<Exit, Failure> {
    let format = choose_format(table.to, table.output.as_deref(), TableFormat::Csv)?;
    let questionnaire = &context.questionnaire;
    let (columns, contents): (Vec<_>, Vec<_>) =
        columns(questionnaire, &table.columns)?.into_iter().unzip();
    let output = table.output.as_deref().filter(|path| path.as_os_str() != "-");
    let is_output = |path: &Path| output.is_some_and(|output| is_same(output, path));
    if let Some(input) = table.drafts.iter().find(|path| is_output(path)) {
        return Err(Failure::usage(
            format!("`{}` cannot be both read and written", shown(input)),
            "name another file with `-o`",
        ));
    }
    let mut files = inputs(&table.drafts, table.recursive);
    // The previous table may be in the same folder.
    files.retain(|input| !is_output(&input.path));
    let finder = RemarkFinder::new(questionnaire, proofread::lexicon(context));
    let mut results = ResultWriter::new(context, files.len(), false);
    let mut rows = Vec::new();
    let describe = |path: &Path, received: &ReceivedDraft| {
        let identity = Identity::from_draft(questionnaire, &received.draft);
        let cells =
            contents.iter().map(|content| cell(*content, &finder, received, &identity, path));
        Row {
            path: path.to_owned(),
            cells: cells.collect(),
            saved: received.draft.saved,
            remarks: finder.remarks(received),
            identity,
        }
    };
    let read = batch::read_each(questionnaire, &files, describe, |path, result| match result {
        Ok(row) => {
            rows.push(row);
            results.write_result("")
        }
        Err(error) => {
            rows.extend(unreadable(path, &error, &contents));
            results.write_unread(path, error, "")
        }
    });
    is_complete(read.and_then(|()| results.finish("")))?;
    let exit = results.exit;
    drop(results);
    add_relations(&mut rows);
    let number = plural(rows.len(), "application", "applications");
    let rows = rows.into_iter().map(|row| row.into_cells(&contents)).collect();
    let title = format!("{}: applications", markup::plain(&questionnaire.title));
    let language = questionnaire.language.clone();
    let written = format.write(&ApplicationTable { title, language, columns, rows });
    let bytes = written.map_err(|error| Failure::without_hint(Exit::Failed, error.to_string()))?;
    if let Some(output) = output {
        write_file(output, &bytes, table.force, "")?;
        message(&format!("written to {}: {number}", shown(output)));
    } else {
        print(&bytes)?;
    }
    Ok(exit)
}

impl Row {
    /// Returns the cells, with the remarks in their column.
    fn into_cells(self, contents: &[Content<'_>]) -> Vec<CellValue> {
        let Self { remarks, cells, .. } = self;
        let fill = |(cell, content): (CellValue, &Content<'_>)| {
            let is_filled = matches!(content, Content::Remarks) && !remarks.is_empty();
            if is_filled { CellValue::List(remarks.clone()) } else { cell }
        };
        cells.into_iter().zip(contents).map(fill).collect()
    }
}

/// Removes the rows of copies, and adds to each row a remark on what it has in common with other rows. Rows
/// are compared in both directions, so that both rows of a pair have a remark.
fn add_relations(rows: &mut Vec<Row>) {
    let mut known = KnownApplications::default();
    rows.retain_mut(|row| match known.add(&row.path, &row.identity, row.saved) {
        Some((Relation::Copy, remark)) => {
            note(&format!("{}: {remark}; it is not in the table", shown(&row.path)));
            false
        }
        Some((Relation::Version | Relation::Namesake, remark)) => {
            row.remarks.push(remark);
            true
        }
        None => true,
    });
    let mut known = KnownApplications::default();
    for row in rows.iter_mut().rev() {
        if let Some((_, remark)) = known.add(&row.path, &row.identity, row.saved)
            && !row.remarks.contains(&remark)
        {
            row.remarks.push(remark);
        }
    }
}

/// Returns the row of an application that cannot be read. Returns `None` for a file that is not an
/// application, and if no column would identify the row.
fn unreadable(path: &Path, error: &FileError, contents: &[Content<'_>]) -> Option<Row> {
    let cell = |content: &Content<'_>| match content {
        Content::State => CellValue::Text("cannot be read".to_owned()),
        Content::File => CellValue::Text(path.display().to_string()),
        Content::Name
        | Content::Country
        | Content::Organisation
        | Content::Words
        | Content::Over
        | Content::Remarks
        | Content::Saved
        | Content::Answer(..) => CellValue::Empty,
    };
    let is_shown = |content: &Content<'_>| matches!(content, Content::State | Content::File);
    match error {
        FileError::Skipped(_) => None,
        FileError::Draft(_) | FileError::Document(_) => {
            contents.iter().any(is_shown).then(|| Row {
                path: path.to_owned(),
                identity: Identity::default(),
                saved: None,
                remarks: vec![error.to_string()],
                cells: contents.iter().map(cell).collect(),
            })
        }
    }
}

/// Returns the cell of an application in one column. The cell of the remarks is still empty.
fn cell(
    content: Content<'_>,
    finder: &RemarkFinder<'_>,
    received: &ReceivedDraft,
    identity: &Identity,
    path: &Path,
) -> CellValue {
    let draft = &received.draft;
    let review = || Review::new(finder.questionnaire, draft);
    match content {
        Content::Name => CellValue::from_text(identity.name.clone()),
        Content::Country => CellValue::from_text(identity.country.clone()),
        Content::Organisation => CellValue::from_text(identity.organisation.clone()),
        Content::State => {
            let review = review();
            let mut state = (review.numbered() + review.declarations()).problems();
            if state.is_empty() {
                state.push("complete".to_owned());
            }
            state.extend(finder.lateness(draft.saved).map(|_| "late".to_owned()));
            CellValue::Text(state.join(", "))
        }
        Content::Words => {
            let items = review().items.into_iter().filter(|item| item.status != Status::Hidden);
            let words = items.filter_map(|item| item.measure).map(|measure| measure.words);
            CellValue::Number(words.sum())
        }
        Content::Over => {
            let review = review();
            let over = review.items.iter().filter_map(|item| {
                let excess = item.measure.map_or(0, Measure::excess);
                let is_over = item.status == Status::OverLimit;
                is_over.then(|| {
                    format!("{}: {} over", item.question.name(), plural(excess, "word", "words"))
                })
            });
            let over: Vec<String> = over.collect();
            if over.is_empty() { CellValue::Empty } else { CellValue::List(over) }
        }
        Content::Remarks => CellValue::Empty,
        Content::Saved => CellValue::from_text(draft.saved.map(|saved| saved.to_string())),
        Content::File => CellValue::Text(path.display().to_string()),
        Content::Answer(question, field) => {
            let answers = answers(finder.questionnaire, received, question, field);
            if answers.is_empty() { CellValue::Empty } else { CellValue::Answer(answers) }
        }
    }
}

/// Returns the answer to a field, or all answers to a question, each with its label.
fn answers(
    questionnaire: &Questionnaire,
    received: &ReceivedDraft,
    question: &Question,
    field: Option<&Field>,
) -> String {
    let submission = Submission::new(questionnaire, &received.draft);
    if submission.is_not_applicable(question) {
        return "not applicable".to_owned();
    }
    let shown = |field: &Field| Some(submission.answer(&field.key)?.shown(field));
    if let Some(field) = field {
        return shown(field).unwrap_or_default();
    }
    let lines = question.fields.iter().filter_map(|field| {
        let label = field.label.iter().map(|label| format!("{}: ", markup::plain(label)));
        Some(label.collect::<String>() + &shown(field)?)
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// Returns the columns with these names and their content, or the default columns if there are no
/// names.
///
/// # Errors
/// Fails if there is no such column or question.
fn columns<'q>(
    questionnaire: &'q Questionnaire,
    names: &[String],
) -> Result<Vec<(TableColumn, Content<'q>)>, Failure> {
    let built_in = |name: &str| {
        let (name, title, content) = COLUMNS.into_iter().find(|(known, ..)| *known == name)?;
        Some((TableColumn { name: name.to_owned(), title: title.to_owned() }, content))
    };
    if names.is_empty() {
        let fields = &questionnaire.identified_by;
        let is_asked = |name: &str| match name {
            "name" => fields.name.is_some(),
            "country" => fields.country.is_some(),
            "organisation" => fields.organisation.is_some(),
            name => name != "saved",
        };
        let names = COLUMNS.into_iter().map(|(name, ..)| name).filter(|name| is_asked(name));
        return Ok(names.filter_map(built_in).collect());
    }
    let column = |name: &String| {
        match questionnaire.find(name) {
        Ok((question, field)) => {
            let title = field.and_then(|field| field.label.as_ref()).unwrap_or(&question.title);
            let column = TableColumn { name: name.trim().to_owned(), title: markup::plain(title) };
            Ok((column, Content::Answer(question, field)))
        }
        Err(unknown) => built_in(name.trim()).ok_or_else(|| {
            let known = COLUMNS.map(|(known, ..)| known);
            let meant = did_you_mean(name, known.into_iter().chain(unknown.suggestion.as_deref()));
            let hint = meant.map(|meant| format!("did you mean `{meant}`? ")).unwrap_or_default();
            Failure::usage(format!("there is no column `{}`", escape_for_terminal(name)),
                format!(
                    "{hint}a column is a question (`good-practice questions` lists them) or one of {}",
                    known.join(", ")
                ),
            )
        }),
    }
    };
    names.iter().map(column).collect()
}
