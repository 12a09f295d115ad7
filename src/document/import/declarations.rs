//! Finds the declarations of a form, which may be before, between and after its questions.

use super::coverage::{Coverage, LocatedWording};
use super::lines::{Region, SourcePosition, SourceSpan};
use super::matching::Match;
use super::questions::{
    ChoicePlace, FieldPlace, QuestionPlace, cover_repeated, cover_with_box, is_choice,
    question_place,
};
use crate::document::{UNFINISHED, joined};
use crate::model::questionnaire::{Field, Question, Questionnaire};

/// Returns the regions with declarations: `front`, which is the region before the first question, and
/// one for each group of declarations after it. `starts` are the starts of the questions, and `end` is the
/// end of the document.
pub(super) fn declared_regions(
    front: Region,
    declarations: &[QuestionPlace<'_>],
    starts: &[SourcePosition],
    end: SourcePosition,
) -> Vec<Region> {
    let mut regions = vec![front.clone()];
    let places = declarations.iter().map(|place| place.wording.start());
    for start in places.filter(|start| *start > front.end) {
        let region = start..next_start(starts, start, end);
        match regions.last_mut() {
            Some(last) if last.end == region.end => last.start = last.start.min(start),
            Some(_) | None => regions.push(region),
        }
    }
    regions
}

/// Returns where the first question after a position starts, or `end` if there is none.
fn next_start(
    starts: &[SourcePosition],
    position: SourcePosition,
    end: SourcePosition,
) -> SourcePosition {
    starts.iter().find(|start| **start > position).copied().unwrap_or(end)
}

/// Covers the text before the first question, and finds the declarations in it, or else between or after
/// the questions. `starts` are the starts of the questions.
pub(super) fn declarations<'a>(
    coverage: &mut Coverage<'_>,
    questionnaire: &'a Questionnaire,
    starts: &[SourcePosition],
    remarks: &mut Vec<String>,
) -> Vec<QuestionPlace<'a>> {
    let all = coverage.all();
    let front = all.start..starts.first().copied().unwrap_or(all.end);
    for line in [questionnaire.masthead.as_str(), &questionnaire.title, UNFINISHED] {
        cover_repeated(coverage, line, &front);
    }
    for paragraph in joined(&questionnaire.introduction) {
        coverage.cover_best(&paragraph, front.clone());
    }
    let mut places = Vec::new();
    for question in &questionnaire.declarations {
        let found = coverage.find_best(&question.text, front.clone());
        let found = found.or_else(|| coverage.find_best(&question.text, front.end..all.end));
        let start = found.as_ref().map(Match::start).filter(|start| *start > front.end);
        let region = start.map_or(front.clone(), |start| {
            SourcePosition { offset: 0, ..start }..next_start(starts, start, all.end)
        });
        let place = match (question.as_tick_box(), found) {
            (Some(field), found) => {
                let Some(found) = found else { continue };
                ticked_declaration(coverage, question, field, found)
            }
            (None, found) => {
                let wording = found.map(|found| coverage.cover(found)).unwrap_or_default();
                question_place(coverage, question, wording, &region, false, remarks)
            }
        };
        places.push(place);
    }
    // Unlike an answer to a numbered question, one to a label of a declaration ends at any wording.
    let fields = places.iter().flat_map(|place| &place.fields).map(|field| &field.wording);
    let wordings = places.iter().map(|place| &place.wording).chain(fields);
    let wordings: Vec<SourcePosition> = wordings.map(LocatedWording::start).collect();
    for field in places.iter_mut().flat_map(|place| &mut place.fields) {
        let later = wordings.iter().filter(|start| **start > field.wording.start());
        if let Some(next) = later.min().filter(|_| !is_choice(field.field)) {
            field.end = field.end.min(*next);
        }
    }
    places
}

/// Locates a declaration that is itself a tick box. The text after it on its line is its answer.
fn ticked_declaration<'a>(
    coverage: &mut Coverage<'_>,
    question: &'a Question,
    field: &'a Field,
    found: Match,
) -> QuestionPlace<'a> {
    let tick_box = coverage.box_beside(&found);
    let wording = cover_with_box(coverage, found, tick_box.as_ref());
    let line = wording.end().line;
    let end = SourcePosition { line, offset: coverage.line(line).len() };
    coverage.cover_span(SourceSpan { line, range: wording.end().offset..end.offset });
    let choices = vec![ChoicePlace { id: &question.id, wording: wording.clone(), tick_box }];
    let field = FieldPlace { field, wording: wording.clone(), end, choices };
    QuestionPlace { question, wording, fields: vec![field], strays: Vec::new() }
}
