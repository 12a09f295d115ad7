//! Finds the places of answers in a form: for each field the part of the document between its wording
//! and the next one, and the text that is there.

use std::collections::HashMap;
use std::ops::Range;

use super::question_format::QuestionFormat;
use super::tree::{ElementId, XmlTree};
use crate::document::import::answer_text::AnswerText;
use crate::document::import::coverage::Piece;
use crate::document::import::docx::{TextOrigins, TracedDocx};
use crate::document::import::lines::{SourceLine, SourcePosition, SourceSpan};
use crate::document::import::locate;
use crate::document::import::placeholders::is_prompt;
use crate::document::import::questions::{ChoicePlace, FieldPlace, QuestionPlace, Recognition};
use crate::model::answer::Answer;
use crate::model::questionnaire::{Field, Kind, Question, Questionnaire};

/// A form that was read: its XML, and where the wording of the questionnaire is in it.
#[derive(Debug)]
pub(super) struct LocatedForm<'a> {
    pub(super) tree: XmlTree<'a>,
    pub(super) recognition: Recognition<'a>,
    pub(super) lines: &'a [SourceLine],
    /// The origins of the text of each line.
    origins: &'a [TextOrigins],
    /// The paragraph of each line.
    pub(super) paragraph_of: Vec<Option<ElementId>>,
    /// The 0-based indices of the lines of each paragraph that has text.
    lines_of: HashMap<ElementId, Range<usize>>,
    /// The paragraphs that are visible in Word, in document order.
    paragraphs: Vec<ElementId>,
    /// The byte offsets in the XML at which a wording of the questionnaire starts.
    pub(super) wordings: Vec<usize>,
    /// The formats of the numbered questions that were found.
    pub(super) question_formats: Vec<QuestionFormat>,
}

/// Text in the place of an answer: the rest of the paragraph of the wording, or a paragraph below it.
#[derive(Debug, Clone)]
pub(super) struct AnswerSegment {
    /// The paragraph that it is in.
    pub(super) paragraph: Option<ElementId>,
    /// Whether it is the rest of the paragraph of the wording.
    pub(super) inline: bool,
    /// The parts of lines that it consists of.
    pub(super) spans: Vec<SourceSpan>,
    /// Its words, see [`words`].
    pub(super) words: Vec<String>,
}

/// The place of the answer to a field.
#[derive(Debug)]
pub(super) struct AnswerPlace<'a> {
    pub(super) question: &'a Question,
    pub(super) field: &'a Field,
    /// The choices of the field that were found.
    pub(super) choices: &'a [ChoicePlace<'a>],
    /// Whether the wording before the place is the label of the field, and not the question.
    pub(super) labelled: bool,
    /// Where the wording ends.
    pub(super) start: SourcePosition,
    /// The byte range of the XML between the wording and the next one.
    pub(super) bytes: Range<usize>,
    /// The paragraph in which the wording ends.
    pub(super) paragraph: Option<ElementId>,
    /// The paragraphs below the wording, including empty ones.
    pub(super) paragraphs: Vec<ElementId>,
    /// The text in the place.
    pub(super) segments: Vec<AnswerSegment>,
    /// The number of segments before a paragraph that looks like a question. The questionnaire does not
    /// have this question, so an answer must not be written below it.
    pub(super) own_segments: usize,
    /// The number of paragraphs before a paragraph that looks like a question.
    pub(super) own_paragraphs: usize,
}

/// Returns the words of a text, without bullets and lines to write on.
pub(super) fn words(text: &str) -> Vec<String> {
    let is_word = |word: &&str| !word.chars().all(is_stroke);
    text.split_whitespace().filter(is_word).map(str::to_owned).collect()
}

/// Whether a character is part of a bullet or of a line to write on.
fn is_stroke(c: char) -> bool {
    matches!(c, '_' | '.' | '…' | '·' | '/' | '-' | '–' | '•' | '▪' | '●') || c.is_whitespace()
}

/// Whether a text is a line to write on: strokes, dots or a tab, which is read as a space.
pub(super) fn is_filler(text: &str) -> bool {
    text.chars().all(is_stroke)
        && text.chars().filter(|c| matches!(c, '_' | '.' | '…' | '·')).count() >= 2
        || text.contains('…') && text.chars().all(is_stroke)
}

impl<'a> LocatedForm<'a> {
    /// Locates the wording of a questionnaire in a form.
    pub(super) fn new(
        docx: &'a TracedDocx,
        tree: XmlTree<'a>,
        questionnaire: &'a Questionnaire,
    ) -> Self {
        let recognition = locate(&docx.source, questionnaire);
        let lines = docx.source.lines.as_slice();
        let origins = docx.origins.as_slice();
        let paragraph_of: Vec<Option<ElementId>> = origins
            .iter()
            .map(|origins| tree.at(origins.start(0)).and_then(|id| tree.around(id, "p")))
            .collect();
        let mut lines_of: HashMap<ElementId, Range<usize>> = HashMap::new();
        for (line, paragraph) in paragraph_of.iter().enumerate() {
            if let Some(paragraph) = paragraph {
                lines_of.entry(*paragraph).or_insert(line..line).end = line + 1;
            }
        }
        let is_paragraph = |id: &ElementId| tree.name(*id) == "p" && !tree.is_hidden(*id);
        let paragraphs = tree.all().filter(is_paragraph).collect();
        let mut form = Self {
            tree,
            recognition,
            lines,
            origins,
            paragraph_of,
            lines_of,
            paragraphs,
            wordings: Vec::new(),
            question_formats: Vec::new(),
        };
        let starts: Vec<SourcePosition> = form
            .questions()
            .flat_map(|question| {
                let fields = question.fields.iter();
                let fields = fields.flat_map(|field| {
                    let choices = field.choices.iter().map(|choice| choice.wording.start());
                    std::iter::once(field.wording.start()).chain(choices)
                });
                std::iter::once(question.wording.start()).chain(fields)
            })
            .collect();
        form.wordings = starts.into_iter().map(|start| form.byte(start)).collect();
        let numbered = form.recognition.questions.iter();
        let numbered = numbered.filter(|question| question.question.number.is_some());
        let formats =
            numbered.filter_map(|question| form.question_format(question.wording.start().line));
        form.question_formats = formats.collect();
        form
    }

    /// Returns the declarations and questions that were found, in the order of the form.
    fn questions(&self) -> impl Iterator<Item = &QuestionPlace<'a>> {
        self.recognition.declarations.iter().chain(&self.recognition.questions)
    }

    /// Returns the byte offset in the XML at which the character at a position starts.
    pub(super) fn byte(&self, position: SourcePosition) -> usize {
        self.origins
            .get(position.line)
            .map_or(self.tree.xml.len(), |origins| origins.start(position.offset))
    }

    /// Returns the byte offset in the XML at which the character before a position ends.
    pub(super) fn byte_before(&self, position: SourcePosition) -> usize {
        self.origins
            .get(position.line)
            .map_or(self.tree.xml.len(), |origins| origins.end(position.offset))
    }

    /// Returns the text of a part of a line.
    pub(super) fn text(&self, span: &SourceSpan) -> String {
        let text = self.lines.get(span.line).map(SourceLine::text).unwrap_or_default();
        text.get(span.range.clone()).unwrap_or_default().to_owned()
    }

    /// Whether a paragraph shows no text.
    pub(super) fn is_empty(&self, paragraph: ElementId) -> bool {
        !self.lines_of.contains_key(&paragraph)
    }

    /// Returns the text of a paragraph.
    pub(super) fn paragraph_text(&self, paragraph: ElementId) -> String {
        let lines = self.lines_of.get(&paragraph).cloned().unwrap_or_default();
        let lines = self.lines.get(lines).unwrap_or_default();
        lines.iter().map(SourceLine::text).collect::<Vec<_>>().join("\n")
    }

    /// Returns the byte offset at which the outermost table row around a paragraph that starts after the
    /// byte offset `from` starts, or the start of the paragraph itself. A cell before a wording may hold its
    /// number.
    fn start_of_row(&self, paragraph: ElementId, from: usize) -> usize {
        let rows = self.tree.ancestors(paragraph).filter(|id| self.tree.name(*id) == "tr");
        let row = rows.filter(|row| self.tree.span(*row).start > from).last();
        self.tree.span(row.unwrap_or(paragraph)).start
    }

    /// Returns the places of all fields that were found.
    pub(super) fn places(&self) -> Vec<AnswerPlace<'_>> {
        self.questions()
            .flat_map(|question| question.fields.iter().map(|field| self.place(question, field)))
            .collect()
    }

    /// Returns the place of the answer to a field.
    fn place<'f>(
        &'f self,
        question: &'f QuestionPlace<'a>,
        field: &'f FieldPlace<'a>,
    ) -> AnswerPlace<'f> {
        let start = field.wording.end();
        let from = self.byte_before(start);
        let paragraph = self.paragraph_of.get(start.line).copied().flatten();
        let own_choices: Vec<usize> = question
            .fields
            .iter()
            .flat_map(|field| &field.choices)
            .flat_map(|choice| {
                choice.wording.lines().chain(choice.tick_box.iter().map(|b| b.span.line))
            })
            .collect();
        // The first line that belongs to something else.
        let coverage = &self.recognition.coverage;
        let later = start.line + 1..self.lines.len();
        let mut stop = later.clone().find(|line| {
            *line >= field.end.line || (coverage.has_wording(*line) && !own_choices.contains(line))
        });
        if field.end.line == start.line {
            stop = Some(start.line);
        }
        let stop_paragraph = stop.and_then(|line| self.paragraph_of.get(line).copied().flatten());
        let to = match (stop, stop_paragraph) {
            (Some(_), Some(other)) if Some(other) != paragraph => self.start_of_row(other, from),
            (Some(_), _) => self.byte(field.end),
            (None, _) => self.tree.xml.len(),
        };
        let bytes = from..to.max(from);
        let paragraphs: Vec<ElementId> = self
            .paragraphs
            .iter()
            .copied()
            .filter(|id| {
                let within = bytes.contains(&self.tree.span(*id).start);
                let lines = self.lines_of.get(id).cloned().unwrap_or_default();
                within && !lines.into_iter().any(|line| own_choices.contains(&line))
            })
            .collect();
        let mut segments = Vec::new();
        let rest = self.lines_in(paragraph, start, field.end);
        segments.extend(self.segment(paragraph, true, rest));
        for id in &paragraphs {
            let lines = self.lines_of.get(id).cloned().unwrap_or_default();
            let spans = lines.map(|line| self.whole(line)).collect();
            segments.extend(self.segment(Some(*id), false, spans));
        }
        let is_question = |id: &ElementId| {
            let line = self.lines_of.get(id).map(|lines| lines.start);
            line.is_some_and(|line| self.looks_like_a_question(line, question.question.number))
        };
        let own_paragraphs = paragraphs.iter().take_while(|id| !is_question(id)).count();
        let own_segments = segments
            .iter()
            .take_while(|segment| {
                segment.inline || !segment.paragraph.as_ref().is_some_and(is_question)
            })
            .count();
        AnswerPlace {
            question: question.question,
            field: field.field,
            choices: &field.choices,
            labelled: field.wording.start() != question.wording.start(),
            start,
            bytes,
            paragraph,
            paragraphs,
            segments,
            own_segments,
            own_paragraphs,
        }
    }

    /// Returns the span of a whole line.
    fn whole(&self, line: usize) -> SourceSpan {
        let length = self.lines.get(line).map_or(0, |line| line.text().len());
        SourceSpan { line, range: 0..length }
    }

    /// Returns the parts of the lines of a paragraph between two positions.
    fn lines_in(
        &self,
        paragraph: Option<ElementId>,
        start: SourcePosition,
        end: SourcePosition,
    ) -> Vec<SourceSpan> {
        let lines = paragraph.and_then(|id| self.lines_of.get(&id)).cloned().unwrap_or_default();
        let lines = lines.filter(|line| *line >= start.line && *line <= end.line);
        let spans = lines.map(|line| {
            let mut span = self.whole(line);
            if line == start.line {
                span.range.start = start.offset.min(span.range.end);
            }
            if line == end.line {
                span.range.end = span.range.end.min(end.offset).max(span.range.start);
            }
            span
        });
        spans.filter(|span| !span.range.is_empty()).collect()
    }

    /// Returns a segment, or `None` if it has no words.
    fn segment(
        &self,
        paragraph: Option<ElementId>,
        inline: bool,
        spans: Vec<SourceSpan>,
    ) -> Option<AnswerSegment> {
        let mut found = Vec::new();
        for span in &spans {
            if span.range.start == 0 {
                found.extend(words(&self.lines.get(span.line)?.marker));
            }
            found.extend(words(&self.text(span)));
        }
        (!found.is_empty()).then_some(AnswerSegment { paragraph, inline, spans, words: found })
    }

    /// Whether a segment is a prompt, such as `Click here to enter text`.
    pub(super) fn is_prompt(&self, segment: &AnswerSegment) -> bool {
        let text: Vec<String> = segment.spans.iter().map(|span| self.text(span)).collect();
        is_prompt(text.join(" ").trim())
    }

    /// Whether all words of a segment are in italics.
    pub(super) fn is_italic(&self, segment: &AnswerSegment) -> bool {
        let lines = segment.spans.iter().filter_map(|span| self.lines.get(span.line));
        let mut runs = lines.flat_map(|line| &line.runs);
        runs.all(|run| run.italic || run.text.trim().is_empty())
    }

    /// Reads the answer to a field from segments, as an import does.
    pub(super) fn read(&self, field: &Field, segments: &[AnswerSegment]) -> Answer {
        let spans = segments.iter().flat_map(|segment| &segment.spans);
        let pieces: Vec<Piece> =
            spans.map(|span| Piece { span: span.clone(), after_wording: false }).collect();
        let text = AnswerText { coverage: &self.recognition.coverage, wrapped: false };
        match field.kind {
            Kind::Text { .. } => Answer::typed(field, &text.text(&pieces)),
            Kind::Links => Answer::List(text.links(&pieces)),
            Kind::Line
            | Kind::Email
            | Kind::Date { .. }
            | Kind::YesNo
            | Kind::Choice(_)
            | Kind::Choices(_) => Answer::typed(field, &text.line(&pieces)),
        }
    }
}

impl AnswerPlace<'_> {
    /// Returns the indices of adjacent segments whose words are exactly `wanted`, or `None` if there are no
    /// such segments.
    pub(super) fn find(&self, wanted: &[String]) -> Option<Range<usize>> {
        let count = self.segments.len();
        (0..count).find_map(|from| {
            let mut found: Vec<&String> = Vec::new();
            (from..count).find_map(|to| {
                found.extend(&self.segments.get(to)?.words);
                (found.len() == wanted.len() && found.iter().zip(wanted).all(|(a, b)| *a == b))
                    .then_some(from..to + 1)
            })
        })
    }
}

impl LocatedForm<'_> {
    /// Returns the text after the wording on its line.
    pub(super) fn rest_of_line(&self, place: &AnswerPlace<'_>) -> String {
        let inline = place.segments.first().filter(|segment| segment.inline);
        if let Some(segment) = inline.and_then(|segment| segment.spans.first()) {
            return self.text(segment);
        }
        let mut span = self.whole(place.start.line);
        span.range.start = place.start.offset.min(span.range.end);
        let end = self.byte(SourcePosition { line: span.line, offset: span.range.end });
        if end > place.bytes.end { String::new() } else { self.text(&span) }
    }

    /// Returns the text before a position on its line.
    pub(super) fn text_before(&self, position: SourcePosition) -> String {
        self.text(&SourceSpan { line: position.line, range: 0..position.offset })
    }

    /// Returns the byte offset after the run that ends the line of the wording, or 0 if there is no text
    /// after the wording.
    pub(super) fn end_of_line(&self, place: &AnswerPlace<'_>) -> usize {
        let rest = self.rest_of_line(place);
        if rest.is_empty() {
            return 0;
        }
        let offset = place.start.offset + rest.len();
        let byte = self.byte_before(SourcePosition { offset, ..place.start }).saturating_sub(1);
        let outer = self.tree.at(byte).filter(|id| Some(*id) != place.paragraph);
        let outer = outer.map(|id| self.tree.outermost_in(place.paragraph, id));
        outer.map_or(0, |id| self.tree.span(id).end)
    }
}
