//! The completeness summary of one draft: a table, sentences for a screen reader, JSON or Markdown.
//! [`rows`] has the table of many drafts.

pub(crate) mod rows;

use comfy_table::{
    Attribute, Cell, CellAlignment, Color, ColumnConstraint, ContentArrangement, Table, Width,
    presets,
};
use serde::Serialize;

use crate::model::draft::Draft;
use crate::model::identity::Identity;
use crate::model::markup;
use crate::model::questionnaire::{Questionnaire, Section};
use crate::model::review::{Item, Review, Status, Tally};
use crate::model::text::{escape_for_terminal, plural, wrap};
use crate::model::words::Measure;
use crate::terminal::style::OutputStyle;

/// The JSON Schema of an array of what [`json()`] returns.
pub(crate) const SCHEMA: &str = include_str!("schema.json");

/// Which questions a summary that is read aloud contains. A table always contains all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Extent {
    AllQuestions,
    /// Those that need an answer or prevent the submission.
    OpenQuestions,
}

/// Returns the summary as text: a table, or sentences if it is read aloud. `command` is the command to
/// continue with, if there is one.
pub(crate) fn text(
    review: &Review<'_>,
    command: Option<&str>,
    style: OutputStyle,
    extent: Extent,
) -> String {
    if style.spoken { lines(review, command, extent) } else { table(review, command, style) }
}

/// Returns the summary as a table.
fn table(review: &Review<'_>, command: Option<&str>, style: OutputStyle) -> String {
    let mut text = String::new();
    for (section, items) in sections(review) {
        let title = format!("  {}", style.shown(Section::heading(section)));
        text.push_str(&if style.colour { format!("\u{1B}[1m{title}\u{1B}[0m") } else { title });
        text.push('\n');
        text.push_str(&section_table(&items, style));
        text.push('\n');
    }
    let width = style.width.saturating_sub(2);
    let mut wrapped = |line: &str| {
        text.extend(wrap(line, width).iter().map(|line| format!("  {line}\n")));
    };
    wrapped(&progress(review));
    for note in notes(review) {
        wrapped(&note);
    }
    // A command is never broken, so that it can be pasted.
    text.extend(command.map(|command| format!("  {command}\n")));
    text
}

fn section_table(items: &[&Item<'_>], style: OutputStyle) -> String {
    // A narrow window has no room for bars.
    let bars = style.width >= 76;
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    table
        .set_content_arrangement(ContentArrangement::Dynamic)
        .set_width(u16::try_from(style.width.min(100)).unwrap_or(80));
    if style.colour {
        table.enforce_styling();
    } else {
        table.force_no_tty();
    }
    for item in items {
        let paint = |cell: Cell| match item.status {
            _ if !style.colour => cell,
            Status::OverLimit | Status::Invalid => {
                cell.fg(Color::Red).add_attribute(Attribute::Bold)
            }
            Status::Missing => cell.fg(Color::Yellow).add_attribute(Attribute::Bold),
            Status::NotApplicable | Status::Skipped | Status::Hidden => {
                cell.add_attribute(Attribute::Dim)
            }
            Status::Answered => cell,
        };
        let number = item.question.number_text();
        let mut row = vec![
            Cell::new(number).set_alignment(CellAlignment::Right),
            Cell::new(style.shown(&markup::plain(&item.question.title))),
            paint(Cell::new(item.label())),
            Cell::new(words(item)).set_alignment(CellAlignment::Right),
        ];
        if bars {
            row.push(paint(Cell::new(filled(item, style))));
        }
        table.add_row(row);
    }
    let fixed = |columns| ColumnConstraint::Absolute(Width::Fixed(columns));
    // The longest status is `kept, not asked for`.
    let widths: &[Option<u16>] = match style.width {
        80.. => &[Some(4), Some(34), Some(20), Some(11), Some(11)],
        76.. => &[Some(4), Some(34), Some(16), Some(11), Some(11)],
        60.. => &[Some(4), None, Some(20), Some(11)],
        _ => &[Some(4), None, Some(12), Some(10)],
    };
    for (column, width) in table.column_iter_mut().zip(widths) {
        column.set_padding((0, 1));
        if let Some(width) = width {
            column.set_constraint(fixed(*width));
        }
    }
    let lines: Vec<_> = table.lines().map(|line| format!("{}\n", line.trim_end())).collect();
    lines.concat()
}

fn words(item: &Item<'_>) -> String {
    let shown = item.measure.filter(|measure| measure.words > 0 || measure.limit.is_none());
    shown.map(Measure::figures).unwrap_or_default()
}

fn filled(item: &Item<'_>, style: OutputStyle) -> String {
    let Some(measure @ Measure { words: 1.., limit: Some(limit) }) = item.measure else {
        return String::new();
    };
    if measure.excess() > 0 {
        return format!("{} over", measure.excess());
    }
    style.bar(measure.words, limit.words, 10)
}

/// Returns how much is answered, and which question comes next.
fn progress(review: &Review<'_>) -> String {
    let next = review.next_open().map(|item| match item.question.number {
        Some(number) => format!("next: question {number}"),
        None => format!("next: {}", item.question.title),
    });
    format!("{}; {}", review.describe(), next.unwrap_or_else(|| "complete".to_owned()))
}

/// Returns what else there is to know about a draft.
fn notes(review: &Review<'_>) -> Vec<String> {
    let unplaced = (review.unplaced > 0).then(|| {
        let answers = plural(review.unplaced, "answer", "answers");
        format!("{answers} to questions this questionnaire does not ask; kept in the draft")
    });
    let remarks = review.remarks();
    let remarks = remarks.iter().map(|remark| escape_for_terminal(remark).into_owned());
    unplaced.into_iter().chain(remarks).collect()
}

fn sections<'a, 'q>(review: &'a Review<'q>) -> Vec<(Option<&'q Section>, Vec<&'a Item<'q>>)> {
    let same = |a: &&Item<'_>, b: &&Item<'_>| match (a.section, b.section) {
        (Some(a), Some(b)) => std::ptr::eq(a, b),
        (None, None) => true,
        (Some(_), None) | (None, Some(_)) => false,
    };
    let items: Vec<_> = review.items.iter().collect();
    let groups = items.chunk_by(same);
    groups.filter_map(|group| Some((group.first()?.section, group.to_vec()))).collect()
}

/// Returns the summary in sentences: the progress, then one line for each question.
fn lines(review: &Review<'_>, command: Option<&str>, extent: Extent) -> String {
    let wanted = |status: Status| {
        extent == Extent::AllQuestions || status.prevents_submission() || status.needs_answer()
    };
    let mut text = format!("{}.\n", progress(review));
    for (section, mut items) in sections(review) {
        items.retain(|item| wanted(item.status));
        if items.is_empty() {
            continue;
        }
        text.push_str(&format!("{}.\n", Section::heading(section)));
        for item in items {
            let name = match item.question.number {
                Some(number) => format!("Question {number}, "),
                None => String::new(),
            };
            let words = match item.measure.filter(|measure| measure.words > 0) {
                Some(measure) => format!(", {}", measure.describe_with_excess()),
                None => String::new(),
            };
            let title = markup::plain(&item.question.title);
            text.push_str(&format!("{name}{title}: {}{words}.\n", item.label()));
        }
    }
    let aim =
        if review.next_open().is_none() { "To make the Word document" } else { "To continue" };
    text.extend(command.map(|command| format!("{aim}: {command}\n")));
    text.extend(notes(review).iter().map(|note| format!("{note}.\n")));
    text
}

/// Returns the short title, the progress (`2 of 3`) and the problems of each section.
pub(crate) fn by_section(review: &Review<'_>, style: OutputStyle) -> Vec<(String, String, String)> {
    let heard = style.spoken;
    let row = |(section, items): (Option<&Section>, Vec<&Item<'_>>)| {
        let tally = Tally::of_items(items.iter().copied());
        let trouble =
            items.iter().filter(|item| matches!(item.status, Status::OverLimit | Status::Invalid));
        let said = trouble.map(|item| {
            let name = match item.question.number {
                Some(number) if heard => format!("Question {number}"),
                Some(number) => number.to_string(),
                None => item.question.title.clone(),
            };
            match item.measure.map_or(0, Measure::excess) {
                0 => format!("{name} needs a look"),
                excess if heard => {
                    format!("{name} is {} over the limit", plural(excess, "word", "words"))
                }
                excess => format!("{name} is {excess} over"),
            }
        });
        let title = Section::heading(section);
        let progress = match tally.asked() {
            0 => "not asked".to_owned(),
            asked => format!("{} of {asked}", tally.done()),
        };
        (title.to_owned(), progress, said.collect::<Vec<_>>().join(if heard { ". " } else { ", " }))
    };
    sections(review).into_iter().map(row).collect()
}

#[derive(Serialize)]
struct DraftSummary<'a> {
    draft: &'a str,
    name: &'a Option<String>,
    country: &'a Option<String>,
    organisation: &'a Option<String>,
    saved: Option<String>,
    questionnaire: &'a str,
    version: &'a str,
    complete: bool,
    counts: Tally,
    declarations: Declarations,
    questions: Vec<QuestionSummary<'a>>,
    unplaced: usize,
    /// What was left out, guessed or not placed when a document was read, and what a careful reader
    /// would ask about.
    remarks: &'a [String],
}

#[derive(Serialize)]
struct Declarations {
    total: usize,
    answered: usize,
}

#[derive(Serialize)]
struct QuestionSummary<'a> {
    number: Option<usize>,
    id: &'a str,
    section: Option<&'a str>,
    status: &'a str,
    words: Option<usize>,
    limit: Option<usize>,
    excess: Option<usize>,
    problems: &'a [String],
    remarks: &'a [String],
}

impl<'a> QuestionSummary<'a> {
    fn of(item: &'a Item<'_>) -> Self {
        let limit = item.measure.and_then(|measure| measure.limit);
        Self {
            number: item.question.number,
            id: &item.question.id,
            section: item.section.map(|section| section.title.as_str()),
            status: item.status.id(),
            words: item.measure.map(|measure| measure.words),
            limit: limit.map(|limit| limit.words),
            excess: limit.and(item.measure).map(Measure::excess),
            problems: &item.problems,
            remarks: &item.remarks,
        }
    }
}

/// Returns the summary as a JSON object, an element of the array that `summary` and `check` print.
/// `name` is that of the file.
pub(crate) fn json(
    review: &Review<'_>,
    questionnaire: &Questionnaire,
    draft: &Draft,
    name: &str,
    remarks: &[String],
) -> String {
    let identity = Identity::from_draft(questionnaire, draft);
    let declarations = review.declarations();
    let object = DraftSummary {
        draft: name,
        name: &identity.name,
        country: &identity.country,
        organisation: &identity.organisation,
        saved: draft.saved.map(|saved| saved.to_string()),
        questionnaire: &questionnaire.id,
        version: &questionnaire.version,
        complete: review.is_complete(),
        counts: review.numbered(),
        declarations: Declarations { total: declarations.asked(), answered: declarations.answered },
        questions: review.items.iter().map(QuestionSummary::of).collect(),
        unplaced: review.unplaced,
        remarks,
    };
    json_element(&object)
}

/// Adds a remark on the whole draft to an object that [`json()`] returned. The remarks are its last
/// member, so nothing has to be parsed.
pub(crate) fn with_remark(object: &str, remark: &str) -> String {
    let (others, separator) = match object.strip_suffix("[]\n  }") {
        Some(object) => (object, "["),
        None => (object.strip_suffix("\n    ]\n  }").unwrap_or(object), ","),
    };
    let remark = serde_json::Value::from(remark);
    format!("{others}{separator}\n      {remark}\n    ]\n  }}")
}

/// Returns an object as an element of a JSON array: indented, without a comma.
pub(crate) fn json_element(object: &impl Serialize) -> String {
    // Serializing these types cannot fail.
    let list = serde_json::to_string_pretty(&[object]).unwrap_or_default();
    list.strip_prefix("[\n")
        .and_then(|list| list.strip_suffix("\n]"))
        .unwrap_or_default()
        .to_owned()
}

/// Returns the summary as Markdown tables.
pub(crate) fn markdown(review: &Review<'_>, draft: &str) -> String {
    let mut text = format!("# {}\n", escape(draft));
    for (section, items) in sections(review) {
        let title = section.map_or("Declarations", |section| section.title.as_str());
        text.push_str(&format!(
            "\n## {}\n\n| No. | Question | Status | Words |\n|---:|---|---|---:|\n",
            escape(title)
        ));
        for item in items {
            let number = item.question.number_text();
            let status = match item.measure.map_or(0, Measure::excess) {
                0 => item.label().to_owned(),
                excess => format!("**{excess} words over**"),
            };
            text.push_str(&format!(
                "| {number} | {} | {status} | {} |\n",
                escape(&markup::plain(&item.question.title)),
                words(item)
            ));
        }
    }
    text.push('\n');
    text.push_str(&format!("{}.\n", progress(review)));
    text
}

/// Escapes a text for a cell of a Markdown table.
fn escape(text: &str) -> String {
    escape_for_terminal(text).replace('|', "\\|").replace('\n', " ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_remark_is_added_to_an_object_with_and_without_remarks() {
        let object =
            |remarks: &[&str]| json_element(&serde_json::json!({"a": 1, "remarks": remarks}));
        let once = with_remark(&object(&[]), "one \"quoted\"");
        assert_eq!(once, object(&["one \"quoted\""]));
        assert_eq!(with_remark(&once, "two"), object(&["one \"quoted\"", "two"]));
    }
}
