//! Finds lines that look like questions but do not have the wording of one, so that the text below them
//! is not read as the end of the answer before.

use super::coverage::{Coverage, LocatedWording};
use super::lines::{Region, SourceLine, SourcePosition};
use super::question_numbers::{is_number_of, leading_number};
use crate::model::questionnaire::Question;

/// The maximum number of words of a shortened question, including its number.
const MAX_TITLE_WORDS: usize = 12;

/// A line that looks like a question of the form, and the text below it up to the next question.
#[derive(Debug, Clone)]
pub(crate) struct UnknownQuestion {
    /// The number at its start.
    pub(crate) number: usize,
    /// The line and the text below it.
    pub(crate) region: Region,
}

/// Finds the lines between the questions in `found` that have their format and a number between theirs.
/// `ends` are the ends of these questions.
pub(super) fn unknown_questions(
    coverage: &Coverage<'_>,
    found: &[(&Question, LocatedWording)],
    ends: &[SourcePosition],
) -> Vec<UnknownQuestion> {
    let lines = &coverage.source.lines;
    let wordings = found.iter().map(|(_, wording)| wording);
    let Some(usual) = QuestionStyle::usual(coverage, wordings) else { return Vec::new() };
    let mut unknown = Vec::new();
    for (at, ((question, wording), end)) in found.iter().zip(ends).enumerate() {
        let next = found.get(at + 1).and_then(|(next, _)| next.number).unwrap_or(usize::MAX);
        let Some(mut last) = question.number else { continue };
        let mut first = wording.end().line + 1;
        let is_item = |line: &SourceLine| number(line) == Some(1);
        for (line, content) in lines.iter().enumerate().take(end.line).skip(first) {
            let Some(number) = number(content).filter(|&number| number > last && number < next)
            else {
                continue;
            };
            let earlier = lines.get(first..line).unwrap_or_default();
            let has_style = || {
                if usual.is_distinct() {
                    return QuestionStyle::of(content) == usual;
                }
                // Without a format of its own, a numbered question is like a list item in the answer.
                content.text().trim_end().ends_with('?')
                    && content.gap > 0
                    && !earlier.iter().any(is_item)
            };
            let is_next_title = || {
                number == last + 1
                    && (is_title(content) || is_number_of(&content.text(), Some(number)))
                    && !earlier.iter().any(|line| self::number(line) == Some(last))
            };
            let is_like_a_question = has_style() || is_next_title();
            if is_like_a_question && !coverage.has_wording(line) && !content.answer {
                let start = SourcePosition { line, offset: 0 };
                if let Some(UnknownQuestion { region, .. }) = unknown.last_mut()
                    && region.end > start
                {
                    region.end = start;
                }
                unknown.push(UnknownQuestion { number, region: start..*end });
                (last, first) = (number, line + 1);
            }
        }
    }
    unknown
}

/// Finds the lines below the first question that look like a question but have neither its words nor a
/// number: those with the format that only the questions of the document have, and paragraphs that are
/// one short question. Returns their 0-based indices.
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
    let usual = QuestionStyle::usual(coverage, wordings).filter(QuestionStyle::is_distinct);
    let is_free = |&(line, content): &(usize, &SourceLine)| {
        line > first
            && !content.answer
            && !coverage.has_wording(line)
            && content.text().contains(char::is_alphabetic)
            && !unknown.iter().any(|unknown| unknown.region.start.line == line)
    };
    let free = || lines.iter().enumerate().filter(is_free);
    // Such a line has no number, so it is not a list item.
    let has_usual_style = |content: &SourceLine| {
        let is_same = |usual: &QuestionStyle<'_>| {
            QuestionStyle::of(content) == QuestionStyle { listed: false, ..*usual }
        };
        usual.as_ref().is_some_and(is_same)
    };
    // A format that more lines have than there are questions does not set questions apart.
    let is_rare = free().filter(|(_, content)| has_usual_style(content)).count() < asked;
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
        is_rare && has_usual_style(content) || is_short_question(line, content)
    });
    found.map(|(line, _)| line).collect()
}

/// Whether a line may be a shortened question: it has few words and ends with a letter, a digit or a
/// question mark.
fn is_title(line: &SourceLine) -> bool {
    let text = line.text();
    text.trim_end().ends_with(|c: char| c.is_alphanumeric() || c == '?')
        && (2..=MAX_TITLE_WORDS).contains(&text.split_whitespace().count())
}

/// The format that may set questions apart from answers.
#[derive(Debug, PartialEq, Eq)]
struct QuestionStyle<'a> {
    /// See [`SourceLine::style`].
    style: &'a str,
    /// Whether the first words are bold.
    starts_bold: bool,
    /// Whether all words are bold.
    all_bold: bool,
    /// Whether the line is a list item.
    listed: bool,
}

impl<'a> QuestionStyle<'a> {
    /// Returns the most frequent format of the last lines of questions, or `None` if there are no questions.
    fn usual<'w>(
        coverage: &Coverage<'a>,
        wordings: impl Iterator<Item = &'w LocatedWording>,
    ) -> Option<Self> {
        let lines = &coverage.source.lines;
        let styles: Vec<Self> = wordings
            .filter_map(|wording| Some(Self::of(lines.get(wording.lines().last()?)?)))
            .collect();
        let count = |style: &Self| styles.iter().filter(|other| *other == style).count();
        let at = (0..styles.len()).max_by_key(|&at| styles.get(at).map_or(0, count))?;
        styles.into_iter().nth(at)
    }

    fn of(line: &'a SourceLine) -> Self {
        let has_words = |text: &str| text.contains(char::is_alphabetic);
        let first = line.runs.iter().find(|run| has_words(&run.text));
        Self {
            style: &line.style,
            starts_bold: first.is_some_and(|run| run.bold),
            all_bold: line.runs.iter().all(|run| run.bold || !has_words(&run.text)),
            listed: !line.marker.is_empty(),
        }
    }

    /// Whether answers rarely have this format.
    fn is_distinct(&self) -> bool {
        self.starts_bold || !self.style.is_empty()
    }
}

/// Returns the number at the start of a line or in the marker of its list item, such as 7 for `7. Problem`.
fn number(line: &SourceLine) -> Option<usize> {
    if line.marker.is_empty() { leading_number(&line.text()) } else { leading_number(&line.marker) }
}
