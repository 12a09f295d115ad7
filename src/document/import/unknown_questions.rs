//! Finds lines that look like questions of the form but have none of its wording, so that the text
//! below them is not taken for the end of the answer before.

use super::coverage::{Coverage, LocatedWording};
use super::lines::{Region, SourceLine, SourcePosition};
use super::question_numbers::leading_number;
use crate::model::questionnaire::Question;

/// A line that looks like a question, and the text below it up to the next question.
#[derive(Debug, Clone)]
pub(crate) struct UnknownQuestion {
    /// The number before it.
    pub(crate) number: usize,
    /// It and the text below it.
    pub(crate) region: Region,
}

/// Finds the lines between known questions that look like them and have a number that belongs
/// between theirs. `ends` are the ends of the questions.
pub(super) fn unknown_questions(
    coverage: &Coverage<'_>,
    found: &[(&Question, LocatedWording)],
    ends: &[SourcePosition],
) -> Vec<UnknownQuestion> {
    let lines = &coverage.source.lines;
    let wordings = found.iter().map(|(_, wording)| wording);
    let Some(usual) = QuestionLook::usual(coverage, wordings) else { return Vec::new() };
    let mut unknown = Vec::new();
    for (at, ((question, wording), end)) in found.iter().zip(ends).enumerate() {
        let next = found.get(at + 1).and_then(|(next, _)| next.number).unwrap_or(usize::MAX);
        let Some(mut last) = question.number else { continue };
        let first = wording.end().line + 1;
        let is_item = |line: &SourceLine| number(line) == Some(1);
        for (line, content) in lines.iter().enumerate().take(end.line).skip(first) {
            let Some(number) = number(content).filter(|&number| number > last && number < next)
            else {
                continue;
            };
            let earlier = lines.get(first..line).unwrap_or_default();
            let looks_alike = if usual.is_distinct() {
                QuestionLook::of(content) == usual
            } else {
                // Without a look, a numbered question is like an item of a list in the answer.
                content.text().trim_end().ends_with('?')
                    && content.gap > 0
                    && !earlier.iter().any(is_item)
            };
            if looks_alike && !coverage.has_wording(line) && !content.answer {
                let start = SourcePosition { line, offset: 0 };
                if let Some(UnknownQuestion { region, .. }) = unknown.last_mut()
                    && region.end > start
                {
                    region.end = start;
                }
                unknown.push(UnknownQuestion { number, region: start..*end });
                last = number;
            }
        }
    }
    unknown
}

/// Finds the lines behind the first question that look like a question although they have neither its
/// words nor a number: those that look as only the questions of the document do, and paragraphs that
/// are a short question.
pub(super) fn question_like_lines<'a>(
    coverage: &Coverage<'_>,
    wordings: impl Iterator<Item = &'a LocatedWording> + Clone,
    unknown: &[UnknownQuestion],
) -> Vec<usize> {
    let lines = &coverage.source.lines;
    let Some(first) = wordings.clone().next().map(|wording| wording.start().line) else {
        return Vec::new();
    };
    let asked = wordings.clone().count();
    let usual = QuestionLook::usual(coverage, wordings).filter(QuestionLook::is_distinct);
    let is_free = |&(line, content): &(usize, &SourceLine)| {
        line > first
            && !content.answer
            && !coverage.has_wording(line)
            && content.text().contains(char::is_alphabetic)
            && !unknown.iter().any(|unknown| unknown.region.start.line == line)
    };
    let free = || lines.iter().enumerate().filter(is_free);
    // Such a line has no number, so it is no item of a list.
    let has_usual_look = |content: &SourceLine| {
        let look = |usual: &QuestionLook<'_>| {
            QuestionLook::of(content) == QuestionLook { listed: false, ..*usual }
        };
        usual.as_ref().is_some_and(look)
    };
    // A look that most lines have says nothing.
    let tells = free().filter(|(_, content)| has_usual_look(content)).count() < asked;
    let is_short_question = |line: usize, content: &SourceLine| {
        let text = content.text();
        let words = text.split_whitespace().count();
        let alone = lines.get(line + 1).is_none_or(|next| next.gap > 0) && content.gap > 0;
        alone
            && (3..=40).contains(&words)
            && text.trim_end().ends_with('?')
            && text.matches(['.', '?', '!']).count() == 1
    };
    let found = free().filter(|&(line, content)| {
        tells && has_usual_look(content) || is_short_question(line, content)
    });
    found.map(|(line, _)| line).collect()
}

/// What sets questions apart from answers.
#[derive(Debug, PartialEq, Eq)]
struct QuestionLook<'a> {
    style: &'a str,
    bold: bool,
    /// Whether all of the text is bold.
    wholly: bool,
    listed: bool,
}

impl<'a> QuestionLook<'a> {
    /// Returns the look that most of the questions have on their last lines.
    fn usual<'w>(
        coverage: &Coverage<'a>,
        wordings: impl Iterator<Item = &'w LocatedWording>,
    ) -> Option<Self> {
        let lines = &coverage.source.lines;
        let looks: Vec<Self> = wordings
            .filter_map(|wording| Some(Self::of(lines.get(wording.lines().last()?)?)))
            .collect();
        let count = |look: &Self| looks.iter().filter(|other| *other == look).count();
        let at = (0..looks.len()).max_by_key(|&at| looks.get(at).map_or(0, count))?;
        looks.into_iter().nth(at)
    }

    fn of(line: &'a SourceLine) -> Self {
        let has_words = |text: &str| text.contains(char::is_alphabetic);
        let first = line.runs.iter().find(|run| has_words(&run.text));
        Self {
            style: &line.style,
            bold: first.is_some_and(|run| run.bold),
            wholly: line.runs.iter().all(|run| run.bold || !has_words(&run.text)),
            listed: !line.marker.is_empty(),
        }
    }

    /// Whether answers rarely look like this.
    fn is_distinct(&self) -> bool {
        self.bold || !self.style.is_empty()
    }
}

/// Returns the number at the start of a line or in the marker of its list item.
fn number(line: &SourceLine) -> Option<usize> {
    if line.marker.is_empty() { leading_number(&line.text()) } else { leading_number(&line.marker) }
}
