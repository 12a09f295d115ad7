//! Finds the footnotes of the form in a document, and those that an applicant added.

use super::coverage::{Coverage, LocatedWording};
use super::lines::{Region, Source, SourceLine, SourcePosition};
use super::matching::{DocumentWords, Match, Start, words_of};
use crate::model::markup;
use crate::model::questionnaire::Questionnaire;

/// A line of a footnote that the applicant wrote.
#[derive(Debug)]
pub(crate) struct OwnNote {
    pub(crate) text: String,
    /// The 0-based index of the line with its mark, or `None` if that is unknown.
    pub(crate) mark: Option<usize>,
}

/// Returns the lines of the form's footnotes, each with the number of its footnote.
fn note_lines(questionnaire: &Questionnaire) -> impl Iterator<Item = (String, &str)> {
    let notes = questionnaire.footnotes.iter();
    notes.flat_map(|note| note.text.lines().map(|line| (note.number.to_string(), line)))
}

/// Covers the form's footnotes, which may be anywhere in a region and split by a page break, and their
/// numbers, which may be alone on the line above or below.
pub(super) fn cover_footnotes(
    coverage: &mut Coverage<'_>,
    questionnaire: &Questionnaire,
    region: &Region,
) {
    let notes = note_lines(questionnaire);
    let found: Vec<LocatedWording> =
        notes.filter_map(|(_, note)| coverage.cover_best(note, region.clone())).collect();
    for wording in found {
        let above = wording.start().line.checked_sub(1);
        for line in above.into_iter().chain([wording.end().line + 1]) {
            let text = coverage.line(line).trim();
            let is_number = |(number, _): (String, &str)| {
                text == number || text == markup::superscript(&number)
            };
            if note_lines(questionnaire).any(is_number) && !coverage.has_wording(line) {
                coverage.cover_line(line);
            }
        }
    }
}

/// Returns the lines of footnotes that the applicant added, in a format that stores footnotes separately.
pub(super) fn own_notes(questionnaire: &Questionnaire, source: &Source) -> Vec<OwnNote> {
    let texts: Vec<String> = source.notes.iter().map(SourceLine::text).collect();
    let mut words = DocumentWords::new(&texts, |_| true);
    let all = SourcePosition::default()..SourcePosition { line: texts.len(), offset: 0 };
    let without_spaces = |text: &str| text.split_whitespace().collect::<String>();
    let whole: Vec<String> = source
        .notes
        .iter()
        .map(|line| without_spaces(&format!("{}{}", line.marker, line.text())))
        .collect();
    for (_, note) in note_lines(questionnaire) {
        let exact = without_spaces(&markup::plain(note));
        if whole.contains(&exact) {
            let copies = whole.iter().enumerate().filter(|(_, whole)| **whole == exact);
            copies.for_each(|(line, _)| words.remove_line(line));
            continue;
        }
        let note = words_of(note);
        let found: Vec<_> = words.find(&note, all.clone(), Start::Line).collect();
        let best = found.iter().map(Match::score).max();
        // LibreOffice may repeat footnotes when it saves a document with comments.
        for copy in found.iter().filter(|found| Some(found.score()) == best) {
            words.remove(copy);
        }
    }
    let own = texts.iter().enumerate().filter(|(line, _)| words.has_line(*line));
    let mark = |line: usize| source.note_marks.get(line).copied().flatten();
    own.map(|(line, text)| OwnNote { text: text.trim().to_owned(), mark: mark(line) }).collect()
}
