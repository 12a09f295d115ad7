//! Finds the wording of the questionnaire in the lines of a document: questions, labels, choices,
//! footnotes and all other text of the form.

use super::candidates::{Candidate, candidates};
use super::chain::{ChainLink, best_chain};
use super::coverage::{Coverage, LocatedWording, TickBox};
use super::declarations::{declarations, declared_regions};
use super::footnotes::{OwnNote, cover_footnotes, own_notes};
use super::form_text::FormText;
use super::labels::{find_shortened_labels, is_label, label_addition, unlabelled_field};
use super::lines::{Region, Source, SourcePosition, SourceSpan};
use super::matching::{Match, Start, words_of};
use super::question_numbers::is_number_of;
use super::tick_boxes::{leading_yes_no, only_marks, without_yes_no};
use super::unknown_questions::{UnknownQuestion, question_like_lines, unknown_questions};
use crate::document::joined;
use crate::model::questionnaire::{Choice, Field, Kind, Question, Questionnaire};

/// The maximum number of candidates for a question, and of copies of a page title that are covered.
pub(super) const MAX_CANDIDATES: usize = 200;

/// Where the form's wording is in a document, and where the answers are between it.
#[derive(Debug)]
pub(crate) struct Recognition<'a> {
    /// Which parts of the document are wording.
    pub(crate) coverage: Coverage<'a>,
    /// The questions before the first section.
    pub(crate) declarations: Vec<QuestionPlace<'a>>,
    /// The regions with declarations: the one before the first numbered question, and any between or after
    /// the questions.
    pub(crate) declared: Vec<Region>,
    /// The numbered questions that were found, in the order of the form.
    pub(crate) questions: Vec<QuestionPlace<'a>>,
    /// The lines that look like a question that the form does not have, in reading order.
    pub(crate) unknown: Vec<UnknownQuestion>,
    /// The 0-based indices of other lines that look like a question but are read as part of an answer.
    pub(crate) question_like: Vec<usize>,
    /// The footnotes that the applicant added.
    pub(crate) own_notes: Vec<OwnNote>,
    /// Notes for the user, such as on a label that was recognised by only some of its words.
    pub(crate) remarks: Vec<String>,
}

impl Recognition<'_> {
    /// Returns a note if the answers may be above their questions: a text is right above the first question,
    /// and nothing is below the last one.
    pub(super) fn answers_above(&self) -> Option<String> {
        let (first, last) = (self.questions.first()?, self.questions.last()?);
        let source = self.coverage.source;
        let is_empty = |region: Region| self.coverage.pieces(&region).is_empty();
        let last_line = last.wording.end();
        let end = last.fields.iter().map(|field| field.end).max()?;
        let above = first.wording.start().line.checked_sub(1)?;
        let is_above =
            !self.coverage.has_wording(above) && source.lines.get(above)?.text().len() > 1;
        (self.questions.len() > 2 && is_above && is_empty(last_line..end)).then(|| {
            format!(
                "a text is above {} and none is below {}: if all answers are above their questions, each is \
                 read as that of the question before; check them",
                first.question.name(),
                last.question.name()
            )
        })
    }
}

/// Where a question and its answers are.
#[derive(Debug)]
pub(crate) struct QuestionPlace<'a> {
    /// The question.
    pub(crate) question: &'a Question,
    /// Its wording. Empty for a declaration that was found only by its labels or choices.
    pub(crate) wording: LocatedWording,
    /// Its fields: first those with choices, then the one without a label, then those with a label.
    pub(crate) fields: Vec<FieldPlace<'a>>,
    /// The regions of the question whose text does not belong to a field.
    pub(crate) strays: Vec<Region>,
}

/// Where a field and its answer are.
#[derive(Debug)]
pub(crate) struct FieldPlace<'a> {
    /// The field.
    pub(crate) field: &'a Field,
    /// The wording before the answer: the label of the field, or the question.
    pub(crate) wording: LocatedWording,
    /// Where the next wording starts.
    pub(crate) end: SourcePosition,
    /// The choices that were found. A declaration that is itself a tick box has one choice: itself.
    pub(crate) choices: Vec<ChoicePlace<'a>>,
}

impl FieldPlace<'_> {
    /// Returns the region to read the answer from. It includes the wording, because a page break may have
    /// put a part of the answer inside it.
    pub(super) fn region(&self) -> Region {
        self.wording.start()..self.end
    }
}

/// Where a choice is.
#[derive(Debug)]
pub(crate) struct ChoicePlace<'a> {
    /// The id of the choice.
    pub(crate) id: &'a str,
    /// Its wording.
    pub(crate) wording: LocatedWording,
    /// Its tick box, or `None` if the document shows none.
    pub(crate) tick_box: Option<TickBox>,
}

/// Finds the wording of a questionnaire in a document. With `shows_answers`, lines that the document
/// marks as answers are never wording. With `form`, only text of the blank form is wording.
pub(super) fn locate<'a>(
    source: &'a Source,
    questionnaire: &'a Questionnaire,
    shows_answers: bool,
    form: Option<&FormText>,
) -> Recognition<'a> {
    let mut coverage = Coverage::new(source, shows_answers, form);
    let all = coverage.all();
    cover_footnotes(&mut coverage, questionnaire, &all);
    let link = |candidate: &Candidate<'_>| ChainLink {
        order: candidate.order,
        start: candidate.found.start(),
        score: candidate.score,
    };
    let chain = best_chain(candidates(&coverage, questionnaire), link).into_iter();
    let mut found: Vec<(&Question, LocatedWording)> = chain
        .map(|Candidate { question, found, .. }| {
            (question, coverage.cover_question(found, question.number))
        })
        .collect();
    let first = found.first().map_or(all.end, |(_, wording)| wording.start());
    cover_reference_material(&mut coverage, questionnaire, &(first..all.end));
    let mut remarks = Vec::new();
    cover_section_titles(&mut coverage, questionnaire, &found, &mut remarks);
    let front = all.start..first;
    let starts: Vec<SourcePosition> = found.iter().map(|(_, wording)| wording.start()).collect();
    let declarations = declarations(&mut coverage, questionnaire, &starts, &mut remarks);
    let mut declared = declared_regions(front, &declarations, &starts, all.end);
    if let Some(start) = second_copy(&coverage, questionnaire, &found) {
        declared.push(start..all.end);
        let line = source.lines.get(start.line).map_or(0, |line| line.number);
        remarks.push(format!(
            "{} {line}: the questions begin again; the second copy of the form is kept as unplaced text",
            source.unit
        ));
    }
    let mut unknown = unknown_questions(&coverage, &found, &ends(&found, all.end));
    // A number without words, or a line of the blank form that looks like a question, is that question.
    unknown.retain(|UnknownQuestion { number, region }| {
        let line = region.start.line;
        let is_certain = is_number_of(coverage.line(line), Some(*number))
            || form.is_some_and(|form| form.starts_line(line));
        let questions = questionnaire.sections.iter().flat_map(|section| &section.questions);
        let mut same = questions.filter(|question| question.number == Some(*number));
        let Some(question) = same.next().filter(|_| is_certain) else { return true };
        remarks.push(format!(
            "question {number}: recognised by its number alone: {}",
            coverage.line(line).trim()
        ));
        found.push((question, coverage.cover_question_line(line)));
        false
    });
    found.sort_by_key(|(_, wording)| wording.start());
    // Sections whose first questions were recognised only now have a title, too.
    cover_section_titles(&mut coverage, questionnaire, &found, &mut remarks);
    let ends = ends(&found, all.end);
    let places = found.into_iter().zip(ends);
    let questions = places.map(|((question, wording), end)| {
        let others = unknown.iter().map(|unknown| &unknown.region).chain(&declared);
        let others = others.map(|region| region.start).filter(|start| *start > wording.start());
        let end = others.min().map_or(end, |start| start.min(end));
        let region = wording.start()..end;
        question_place(&mut coverage, question, wording, &region, true, &mut remarks)
    });
    let questions: Vec<QuestionPlace<'_>> = questions.collect();
    let wordings = questions.iter().map(|place| &place.wording);
    let question_like = question_like_lines(&coverage, wordings, &unknown);
    Recognition {
        question_like,
        declarations,
        declared,
        questions,
        unknown,
        own_notes: own_notes(questionnaire, source),
        remarks,
        coverage,
    }
}

/// Returns where a second copy of the form starts behind the last question, if at least half of the
/// questions are there again.
fn second_copy(
    coverage: &Coverage<'_>,
    questionnaire: &Questionnaire,
    found: &[(&Question, LocatedWording)],
) -> Option<SourcePosition> {
    let end = coverage.all().end;
    let last = found.last()?.1.end();
    let again = |wording: &str, end: SourcePosition| {
        let words = words_of(wording);
        let found = coverage.find(&words, last..end, Start::Line).next();
        found.filter(|_| words.len() > 2).map(|found| found.start())
    };
    let repeated = found.iter().filter_map(|(question, _)| again(&question.text, end));
    let repeated: Vec<SourcePosition> = repeated.collect();
    let first = *repeated.iter().min().filter(|_| repeated.len() > 2)?;
    let mut front = vec![questionnaire.masthead.clone(), questionnaire.title.clone()];
    front.extend(joined(&questionnaire.introduction));
    front.extend(questionnaire.declarations.iter().map(|question| question.text.clone()));
    let starts = front.iter().filter_map(|wording| again(wording, first));
    let start = starts.chain([first]).min()?;
    (repeated.len() * 2 > found.len()).then_some(SourcePosition { offset: 0, ..start })
}

/// Returns where the region of each question ends.
fn ends(found: &[(&Question, LocatedWording)], end: SourcePosition) -> Vec<SourcePosition> {
    let next = found.iter().skip(1).map(|(_, wording)| wording.start());
    next.chain([end]).collect()
}

/// Covers reference material below its titles, and the last line of the form.
fn cover_reference_material(
    coverage: &mut Coverage<'_>,
    questionnaire: &Questionnaire,
    region: &Region,
) {
    for reference in &questionnaire.references {
        let Some(title) = coverage.cover_title(&reference.title, region) else { continue };
        for line in reference.text.lines().filter(|line| !line.trim().is_empty()) {
            coverage.cover_best(line, title.start()..region.end);
        }
    }
    for line in joined(&questionnaire.closing) {
        coverage.cover_title(&line, region);
    }
    for line in [&questionnaire.title, &questionnaire.masthead] {
        if words_of(line).len() > 1 {
            cover_repeated(coverage, line, region);
        }
    }
}

/// Covers a line of the form that may be at the top of every page. Its words do not count as matched,
/// because their number depends on the number of pages.
pub(super) fn cover_repeated(coverage: &mut Coverage<'_>, line: &str, region: &Region) {
    let matched = coverage.matched;
    let mut copies = 0;
    while copies < MAX_CANDIDATES && coverage.cover_title(line, region).is_some() {
        copies += 1;
    }
    coverage.matched = matched;
}

/// Covers the titles of sections. A title is searched between the last question before the section and
/// the first question of the section.
fn cover_section_titles(
    coverage: &mut Coverage<'_>,
    questionnaire: &Questionnaire,
    found: &[(&Question, LocatedWording)],
    remarks: &mut Vec<String>,
) {
    let mut from = coverage.all().start;
    for section in &questionnaire.sections {
        let ids = || section.questions.iter().map(|question| &question.id);
        let own = || found.iter().filter(|(question, _)| ids().any(|id| *id == question.id));
        let Some((_, first)) = own().next() else { continue };
        let region = from..first.start();
        if coverage.cover_title(&section.title, &region).is_none() {
            let line = coverage.cover_translated_title(&section.title, &region);
            remarks.extend(line.map(|line| {
                let shown = coverage.line(line).trim();
                format!("`{shown}` is left out as the title of a section")
            }));
        }
        from = own().next_back().map_or(from, |(_, last)| last.start());
    }
}

/// Covers a match and the box beside it.
pub(super) fn cover_with_box(
    coverage: &mut Coverage<'_>,
    found: Match,
    tick_box: Option<&TickBox>,
) -> LocatedWording {
    if let Some(SourceSpan { line, range }) = tick_box.map(|tick_box| &tick_box.span) {
        let start = if *line == found.start().line { found.lead.min(range.start) } else { 0 };
        coverage.cover_span(SourceSpan { line: *line, range: start..range.end });
    }
    let wording = coverage.cover(found);
    let SourcePosition { line, offset } = wording.end();
    if tick_box.is_some() && only_marks(coverage.rest_of_line(wording.end())).is_some() {
        coverage.cover_span(SourceSpan { line, range: offset..coverage.line(line).len() });
    }
    wording
}

/// Locates the fields of a question in its region. `owns_region` says whether all text there belongs to
/// the question.
pub(super) fn question_place<'a>(
    coverage: &mut Coverage<'_>,
    question: &'a Question,
    wording: LocatedWording,
    region: &Region,
    owns_region: bool,
    remarks: &mut Vec<String>,
) -> QuestionPlace<'a> {
    let mut fields = Vec::new();
    for field in &question.fields {
        if let Kind::Choice(choices) | Kind::Choices(choices) = &field.kind {
            let choices = choices.iter();
            let choices = choices.filter_map(|choice| choice_place(coverage, choice, region));
            let choices = choices.collect();
            fields.push(FieldPlace { field, wording: wording.clone(), end: region.end, choices });
        }
    }
    // Labels are in the order of the form.
    let mut labels: Vec<(&Field, LocatedWording)> = Vec::new();
    let mut from = region.start;
    for field in &question.fields {
        let Some(label) = &field.label else { continue };
        let words = words_of(without_yes_no(label));
        let found = coverage.find(&words, from..region.end, Start::Anywhere);
        let found = found.filter_map(|mut found| {
            let rest = coverage.rest_of_line(found.end());
            let choices = leading_yes_no(rest);
            let mut length = choices.unwrap_or(0);
            while let Some(added) = rest.get(length..).and_then(label_addition) {
                length += added;
            }
            found.spans.last_mut()?.range.end += length;
            let fits = choices.is_some() || is_label(coverage, question, field, &found);
            (fits && (found.lead == 0 || found.matched == words.len())).then_some(found)
        });
        let found = found.min_by_key(|found| (found.start().line, found.lead));
        if let Some(found) = found {
            let label = coverage.cover(found);
            from = label.end();
            labels.push((field, label));
        }
    }
    remarks.extend(find_shortened_labels(coverage, question, &mut labels, region));
    let mut strays = Vec::new();
    let next = labels.iter().map(|(_, label)| label.start());
    let mut ends: Vec<SourcePosition> = next.chain([region.end]).collect();
    let first = ends.remove(0);
    // The wording of the declaration would be the start of a field without a label.
    let is_found = owns_region || wording.lines().next().is_some();
    match unlabelled_field(question, &labels) {
        Some(field) if is_found => {
            let wording = wording.clone();
            fields.push(FieldPlace { field, wording, end: first, choices: Vec::new() });
        }
        None if owns_region => strays.push(region.start..first),
        Some(_) | None => {}
    }
    for ((field, label), end) in labels.into_iter().zip(ends) {
        if is_choice(field) {
            strays.push(label.start()..end);
        } else {
            fields.push(FieldPlace { field, wording: label, end, choices: Vec::new() });
        }
    }
    QuestionPlace { question, wording, fields, strays }
}

/// Locates a choice by its whole wording, by its short wording on a line of its own, or after a tick box
/// in the middle of a line.
fn choice_place<'a>(
    coverage: &mut Coverage<'_>,
    choice: &'a Choice,
    region: &Region,
) -> Option<ChoicePlace<'a>> {
    let short = || {
        let found = coverage.find_best(choice.short(), region.clone())?;
        (words_of(choice.short()).len() > 1 && coverage.ends_like_a_label(&found)).then_some(found)
    };
    let behind_box = || {
        let words = words_of(&choice.text);
        let found = coverage.find(&words, region.clone(), Start::Anywhere);
        let mut found = found.filter_map(|found| coverage.with_box_before(found));
        found.next()
    };
    let found = coverage.find_best(&choice.text, region.clone()).or_else(short);
    let found = found.or_else(behind_box)?;
    let tick_box = coverage.box_beside(&found);
    let wording = cover_with_box(coverage, found, tick_box.as_ref());
    Some(ChoicePlace { id: &choice.id, wording, tick_box })
}

/// Whether a field is answered by ticking choices.
pub(super) fn is_choice(field: &Field) -> bool {
    matches!(field.kind, Kind::Choice(_) | Kind::Choices(_))
}
