//! Writes a table with one application in each row, in one of several file formats.

mod csv;

use std::borrow::Cow;
use std::io;

use clap::ValueEnum;
use serde_json::{Map, Value, json};

use super::{docx, html, markdown};
use crate::document::{AnswerLine, Block, Document, wording};
use crate::model::text::escaped_json;

/// A file format for tables. The name of a variant in lower case is the extension of its files and
/// its name on the command line; its comment is shown in the help.
#[expect(clippy::doc_markdown, reason = "the help shows these lines as they are")]
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum TableFormat {
    /// CSV for Excel and LibreOffice
    Csv,
    /// Markdown
    Md,
    /// Web page
    Html,
    /// Word document
    Docx,
    /// JSON for programs
    Json,
}

/// A table of applications.
#[derive(Debug)]
pub(crate) struct ApplicationTable {
    pub title: String,
    /// The language of the answers, as a BCP 47 tag.
    pub language: String,
    pub columns: Vec<TableColumn>,
    /// The cells of each application, one for each column.
    pub rows: Vec<Vec<CellValue>>,
}

/// The heading of a column.
#[derive(Debug)]
pub(crate) struct TableColumn {
    /// Its name on the command line and in JSON.
    pub name: String,
    /// Its title for people.
    pub title: String,
}

/// The content of a cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum CellValue {
    Empty,
    Number(usize),
    /// A text of one line.
    Text(String),
    /// A text as the applicant wrote it, with lists and emphasis.
    Answer(String),
    /// Several short texts.
    List(Vec<String>),
}

impl CellValue {
    /// Returns a text, or an empty cell for `None`.
    pub(crate) fn from_text(text: Option<String>) -> Self {
        text.map_or(Self::Empty, Self::Text)
    }

    fn text(&self) -> Cow<'_, str> {
        match self {
            Self::Empty => Cow::Borrowed(""),
            Self::Number(number) => number.to_string().into(),
            Self::Text(text) | Self::Answer(text) => text.into(),
            Self::List(items) => items.join("\n").into(),
        }
    }

    /// Returns the lines for a document. An empty cell has one empty line.
    fn lines(&self) -> Vec<AnswerLine> {
        let line = match self {
            Self::Answer(_) => AnswerLine::new,
            Self::Empty | Self::Number(_) | Self::Text(_) | Self::List(_) => AnswerLine::literal,
        };
        self.text().split('\n').map(line).collect()
    }

    fn json(&self) -> Value {
        match self {
            Self::Empty => Value::Null,
            Self::Number(number) => json!(number),
            Self::Text(text) | Self::Answer(text) => json!(text),
            Self::List(items) => json!(items),
        }
    }
}

impl TableFormat {
    /// Writes a table.
    ///
    /// # Errors
    /// Fails if the ZIP archive of a Word document cannot be written, which does not happen in
    /// memory.
    pub(crate) fn write(self, table: &ApplicationTable) -> io::Result<Vec<u8>> {
        Ok(match self {
            Self::Csv => {
                let heading = table.columns.iter().map(|column| Cow::from(&column.title)).collect();
                let rows = table.rows.iter().map(|row| row.iter().map(CellValue::text).collect());
                csv::write(std::iter::once(heading).chain(rows)).into_bytes()
            }
            Self::Md => markdown::write(&document(table)).into_bytes(),
            Self::Html => html::write(&document(table)).into_bytes(),
            Self::Docx => docx::write(&document(table), None, &[])?,
            Self::Json => json(table).into_bytes(),
        })
    }
}

/// Returns a document with the table, for the formats that people read.
fn document(table: &ApplicationTable) -> Document {
    let heading = table.columns.iter().map(|column| vec![AnswerLine::literal(&column.title)]);
    let rows = table.rows.iter().map(|row| row.iter().map(CellValue::lines).collect());
    let rows = std::iter::once(heading.collect()).chain(rows).collect();
    Document {
        title: table.title.clone(),
        name: None,
        saved: None,
        publisher: String::new(),
        language: table.language.clone(),
        blocks: vec![Block::Title(wording(&table.title)), Block::Table(rows)],
        questions: Vec::new(),
        notes: Vec::new(),
    }
}

/// Returns an array with one object for each application, the names of the columns as keys.
fn json(table: &ApplicationTable) -> String {
    let object = |row: &Vec<CellValue>| {
        let cells = table.columns.iter().zip(row);
        let cells = cells.map(|(column, cell)| (column.name.clone(), cell.json()));
        Value::Object(cells.collect::<Map<_, _>>())
    };
    let array = Value::Array(table.rows.iter().map(object).collect());
    escaped_json(&format!("{array:#}\n")).into_owned()
}
