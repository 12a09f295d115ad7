//! Finds the wording of a form in a document that has every line of it, word for word and in the
//! order of the form, as the documents of this program have.
//!
//! The layout of the empty form says which lines to expect. Each is searched below the line before it,
//! so lines may consist of any words, and two of them may be the same. The search fails at the first
//! line that is changed or missing. Then the recogniser that tolerates changes reads the document
//! ([`super::questions`]).

use super::coverage::{Coverage, LocatedWording, TickBox};
use super::footnotes::{cover_footnotes, own_notes};
use super::lines::{Source, SourcePosition, SourceSpan};
use super::placeholders::is_not_applicable;
use super::questions::{ChoicePlace, FieldPlace, QuestionPlace, Recognition, is_choice};
use super::tick_boxes::{leading_tick, only_marks};
use super::unknown_questions::question_like_lines;
use crate::document::{Block, Inline, LayoutBuilder, Purpose, UNFINISHED, paragraphs, wording};
use crate::model::draft::Draft;
use crate::model::markup::{self, Run};
use crate::model::questionnaire::{Kind, Need, Question, Questionnaire};
use crate::model::text;

/// Finds the wording of a questionnaire. Returns `None` unless the document has all of it.
pub(super) fn locate<'a>(
    source: &'a Source,
    questionnaire: &'a Questionnaire,
) -> Option<Recognition<'a>> {
    let blank = Draft::default();
    let mut layout = LayoutBuilder::new(questionnaire, &blank, Purpose::default());
    let coverage = Coverage::new(source, true, None);
    let mut finder = LineFinder { coverage, next: 0 };
    layout.front_matter(true);
    for block in layout.blocks.drain(..) {
        let found = finder.expect_all([block.clone()]);
        // Only a draft has this notice.
        if block != Block::Unfinished {
            found?;
        }
    }
    let mut declarations = Vec::new();
    for question in &questionnaire.declarations {
        layout.declaration(question);
        declarations.push(finder.question(question, layout.blocks.drain(..))?);
    }
    let mut questions = Vec::new();
    for section in &questionnaire.sections {
        finder.expect_all([Block::Section(wording(&section.title))])?;
        for question in &section.questions {
            layout.question(question);
            questions.push(finder.question(question, layout.blocks.drain(..))?);
        }
    }
    layout.back_matter();
    finder.expect_all(layout.blocks.drain(..))?;
    // Word processors and Markdown store footnotes separately.
    if source.notes.is_empty() {
        let after = SourcePosition { line: finder.next, offset: 0 };
        let exact = finder.footnotes(questionnaire);
        if exact.is_none() {
            let region = after..finder.coverage.all().end;
            cover_footnotes(&mut finder.coverage, questionnaire, &region);
        }
    }
    let all = finder.coverage.all();
    let first = questions.first().map_or(all.end, |place| place.wording.start());
    finder.cover_repeated_titles(questionnaire, first.line);
    let coverage = finder.coverage;
    end_at_next(&mut declarations, first);
    end_at_next(&mut questions, all.end);
    // Text between declarations is kept as a part of the front.
    for place in &mut declarations {
        place.strays.clear();
    }
    let own_notes = own_notes(questionnaire, source);
    let front = all.start..first;
    let wordings = questions.iter().map(|place| &place.wording);
    let question_like = question_like_lines(&coverage, wordings, &[]);
    Some(Recognition {
        coverage,
        declarations,
        declared: vec![front],
        questions,
        unknown: Vec::new(),
        question_like,
        own_notes,
        remarks: Vec::new(),
    })
}

/// Ends each question where the next one starts, the last one at `end`, and each field where the next
/// field of its question starts. Text beside tick boxes does not belong to a field.
fn end_at_next(places: &mut [QuestionPlace<'_>], end: SourcePosition) {
    let mut end = end;
    for place in places.iter_mut().rev() {
        let start = place.wording.start();
        for field in place.fields.iter_mut().rev() {
            field.end = end;
            end = field.wording.start();
            if is_choice(field.field) {
                place.strays.push(end..field.end);
            }
        }
        if end > start {
            place.strays.push(start..end);
        }
        end = start;
    }
}

/// A line that a block of the layout prints.
enum ExpectedLine {
    /// A line that holds only this text.
    Line(String),
    /// A label with its colon. An answer may follow on the line.
    Label(String),
    /// The text after a tick box.
    Tick(String),
}

impl ExpectedLine {
    /// Returns the line of a block, or `None` for a block that is not text of the form.
    fn of(block: &Block) -> Option<Self> {
        let shown = |words: &Inline| -> String {
            let shown = |run: &Run| {
                if run.note { markup::superscript(&run.text) } else { run.text.clone() }
            };
            words.iter().map(shown).collect()
        };
        Some(match block {
            Block::Masthead(words)
            | Block::Title(words)
            | Block::Paragraph(words)
            | Block::Section(words)
            | Block::Question(words)
            | Block::Reference(words) => Self::Line(shown(words)),
            Block::Item(_, words) => Self::Line(format!("- {}", shown(words))),
            Block::Label(words) | Block::Field(words, _) => {
                Self::Label(format!("{}:", shown(words)))
            }
            Block::Tick(_, words) => Self::Tick(shown(words)),
            Block::Unfinished => Self::Line(UNFINISHED.to_owned()),
            Block::Answer(_) | Block::Remark(_) | Block::Table(_) | Block::NewPage => return None,
        })
    }
}

/// Searches for the lines of the form from top to bottom.
struct LineFinder<'a> {
    coverage: Coverage<'a>,
    /// The 0-based index of the line at which the search for the next line of the form starts.
    next: usize,
}

impl<'a> LineFinder<'a> {
    /// Finds and covers the wording of blocks, in their order. Returns `None` if any is missing.
    fn expect_all(&mut self, blocks: impl IntoIterator<Item = Block>) -> Option<()> {
        let mut expected = blocks.into_iter().filter_map(|block| ExpectedLine::of(&block));
        expected.try_for_each(|expected| self.expect(&expected).map(|_| ()))
    }

    /// Finds the footnotes as the text export writes them.
    fn footnotes(&mut self, questionnaire: &Questionnaire) -> Option<()> {
        questionnaire.footnotes.iter().try_for_each(|note| {
            let mut mark = markup::superscript(&note.number.to_string());
            paragraphs(&note.text).try_for_each(|line| {
                let mark = Run::plain(std::mem::take(&mut mark));
                self.expect_all([Block::Paragraph([vec![mark], wording(line)].concat())])
            })
        })
    }

    /// Covers further copies of the title and the masthead in the lines before `end`: other programs add
    /// them as the title of the file.
    fn cover_repeated_titles(&mut self, questionnaire: &Questionnaire, end: usize) {
        for title in [&questionnaire.title, &questionnaire.masthead] {
            let words = markup::plain(title);
            let expected = ExpectedLine::Line(words.clone());
            for line in (0..end).filter(|_| !words.trim().is_empty()) {
                let is_title = self.matches(line, &expected, &words).is_some();
                if is_title && !self.coverage.has_wording(line) {
                    self.coverage.cover_line(line);
                }
            }
        }
    }

    /// Finds and covers a wording. Returns it with the tick box before it, or `None` if it is missing.
    fn expect(&mut self, expected: &ExpectedLine) -> Option<(LocatedWording, Option<TickBox>)> {
        let (ExpectedLine::Line(words) | ExpectedLine::Label(words) | ExpectedLine::Tick(words)) =
            expected;
        let mut wording = LocatedWording::default();
        let mut tick_box = None;
        // A wording of several lines is printed on as many.
        for words in words.lines().filter(|words| !words.trim().is_empty()) {
            let lines = self.next..self.coverage.source.lines.len();
            let (line, end, found) = lines.into_iter().find_map(|line| {
                let (end, tick_box) = self.matches(line, expected, words)?;
                Some((line, end, tick_box))
            })?;
            self.coverage.cover_start(&mut wording, line, end);
            tick_box = tick_box.or(found);
            self.next = line + 1;
        }
        Some((wording, tick_box))
    }

    /// Compares the start of a line with `words`, one line of an expected wording. Returns the byte offset
    /// at which it ends, and the tick box before it, or `None` if the line starts with other words.
    fn matches(
        &self,
        line: usize,
        expected: &ExpectedLine,
        words: &str,
    ) -> Option<(usize, Option<TickBox>)> {
        let content = self.coverage.source.lines.get(line)?;
        if content.answer {
            return None;
        }
        let text = self.coverage.line(line);
        let (mut at, mut tick_box) = (0, None);
        if matches!(expected, ExpectedLine::Tick(_)) {
            let start = text.len() - text.trim_start().len();
            let (ticked, rest) = leading_tick(text.get(start..)?)?;
            at = text.len() - rest.len();
            tick_box = Some(TickBox { ticked, span: SourceSpan { line, range: start..at } });
        }
        let shown = text.get(at..)?;
        let len = wording_len(shown, words)
            .or_else(|| {
                // The reader may have taken the start of the wording for the marker of a list item.
                let marker = if at == 0 { content.marker.as_str() } else { "" };
                let len = wording_len(&format!("{marker}{shown}"), words)?;
                len.checked_sub(marker.len())
            })
            .or_else(|| wording_len(shown, &text::pasted_document(words)))?;
        let rest = shown.get(len..)?;
        if matches!(expected, ExpectedLine::Tick(_)) && only_marks(rest) == Some(true) {
            // A mark was typed after the words.
            return None;
        }
        let is_line = matches!(expected, ExpectedLine::Line(_));
        (!is_line || rest.trim().is_empty()).then_some((at + len, tick_box))
    }

    /// Finds and covers a question and its fields, whose blocks are given.
    fn question(
        &mut self,
        question: &'a Question,
        blocks: impl Iterator<Item = Block>,
    ) -> Option<QuestionPlace<'a>> {
        let mut expected = blocks.filter_map(|block| ExpectedLine::of(&block)).peekable();
        let (wording, tick_box) = self.expect(&expected.next()?)?;
        let place = |field, choices| FieldPlace {
            field,
            wording: wording.clone(),
            end: SourcePosition::default(),
            choices,
        };
        let mut fields = Vec::new();
        if tick_box.is_some()
            && let Some(field) = question.as_tick_box()
        {
            let line = wording.end().line;
            let range = wording.end().offset..self.coverage.line(line).len();
            self.coverage.cover_span(SourceSpan { line, range });
            let choice = ChoicePlace { id: &question.id, wording: wording.clone(), tick_box };
            fields.push(place(field, vec![choice]));
        } else if let Some(first) = expected.peek()
            && self.is_not_applicable(question, first)
        {
            fields.push(place(question.fields.first()?, Vec::new()));
        } else {
            for field in &question.fields {
                let label = expected.next_if(|line| matches!(line, ExpectedLine::Label(_)));
                let label = match label {
                    Some(label) => Some(self.expect(&label)?.0),
                    None => None,
                };
                let mut choices = Vec::new();
                if let Kind::Choice(known) | Kind::Choices(known) = &field.kind {
                    for choice in known {
                        let (wording, tick_box) = self.expect(&expected.next()?)?;
                        choices.push(ChoicePlace { id: &choice.id, wording, tick_box });
                    }
                }
                let own = label.or_else(|| choices.first().map(|choice| choice.wording.clone()));
                if own.is_none() && question.fields.len() > 1 {
                    return None;
                }
                let place = place(field, choices);
                fields.push(FieldPlace { wording: own.unwrap_or(place.wording), ..place });
            }
        }
        Some(QuestionPlace { question, wording, fields, strays: Vec::new() })
    }

    /// Whether the document says that a question does not apply, and does not have its fields, of which
    /// `first` is the first line.
    fn is_not_applicable(&self, question: &Question, first: &ExpectedLine) -> bool {
        let (ExpectedLine::Line(words) | ExpectedLine::Label(words) | ExpectedLine::Tick(words)) =
            first;
        let remark = self.coverage.line(self.next).trim().trim_matches(['(', ')']);
        question.need == Need::IfApplicable
            && is_not_applicable(remark)
            && self.matches(self.next + 1, first, words).is_none()
    }
}

/// Returns the length in bytes of the wording that a text begins with, or `None` if it begins with other
/// text. Spaces may differ, and so may the marks of footnotes, which not every format has in the text.
fn wording_len(text: &str, wording: &str) -> Option<usize> {
    let is_ignored = |c: char| c.is_whitespace() || markup::is_superscript(c);
    let mut rest = text.chars();
    for wanted in wording.chars().filter(|&c| !is_ignored(c)) {
        if rest.find(|&c| !is_ignored(c))? != wanted {
            return None;
        }
    }
    let rest = rest.as_str().trim_start_matches(markup::is_superscript);
    Some(text.len() - rest.len())
}
