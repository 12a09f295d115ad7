//! The application as a document: [`Document`] is its layout as a list of blocks, without a file
//! format. `export` writes it in one file format each; `import` finds the answers in a document
//! that was received.

pub(crate) mod error;
pub(crate) mod export;
pub(crate) mod import;
mod ooxml;
mod origin;

use jiff::Timestamp;

use crate::model::address::link_target;
use crate::model::answer::Answer;
use crate::model::draft::Draft;
use crate::model::identity::Identity;
use crate::model::markup::{self, Run};
use crate::model::questionnaire::{Choice, Field, Footnote, Kind, Question, Questionnaire};
use crate::model::review::Review;
use crate::model::submission::Submission;
use crate::model::text;
pub(crate) use origin::ExportOrigin;

/// The text of one paragraph: runs of one style each.
pub(crate) type Inline = Vec<Run>;

/// The layout of an application, ready to be written in any format.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// The title of the form.
    pub title: String,
    /// The name of the application, if it has one.
    pub name: Option<String>,
    /// When the draft was saved, if it says so.
    pub saved: Option<Timestamp>,
    /// Who publishes the form; may be empty.
    pub publisher: String,
    /// The language of its text, as a BCP 47 tag.
    pub language: String,
    /// The content from top to bottom.
    pub blocks: Vec<Block>,
    /// The index of the block that each question begins with, and the id of the question.
    pub questions: Vec<(usize, String)>,
    /// The footnotes: the number and the paragraphs of each.
    pub notes: Vec<(usize, Vec<Inline>)>,
}

/// One piece of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Block {
    /// The line above the title.
    Masthead(Inline),
    /// The title.
    Title(Inline),
    /// The notice that the application is not finished.
    Unfinished,
    /// A paragraph of the form.
    Paragraph(Inline),
    /// The title of a section.
    Section(Inline),
    /// A question with its number and how the form states its limit.
    Question(Inline),
    /// The label of a field whose answer follows in a block of its own.
    Label(Inline),
    /// A label and its answer on one line.
    Field(Inline, Inline),
    /// A tick box.
    Tick(bool, Inline),
    /// An answer of one or more lines.
    Answer(Vec<AnswerLine>),
    /// A remark that is not part of an answer: `Not applicable`, a word count.
    Remark(String),
    /// A page break before the next block.
    NewPage,
    /// The title of reference material.
    Reference(Inline),
    /// A table: rows of cells with one or more lines each. The first row is the heading.
    Table(Vec<Vec<Vec<AnswerLine>>>),
    /// A list item of reference material and its nesting depth, 0 for the outermost.
    Item(usize, Inline),
}

/// One line of an answer.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AnswerLine {
    /// Spaces before the marker of a list item.
    pub indent: usize,
    /// The marker of a list item: `-`, `*`, `•`, `1.`, `1)`, `a)`; empty for any other line.
    pub marker: String,
    /// The text after the marker.
    pub runs: Inline,
}

impl AnswerLine {
    /// Parses one line of a long answer.
    pub fn new(line: &str) -> Self {
        Self::item(line).unwrap_or_else(|| Self {
            runs: with_safe_links(markup::faithful_runs(line), line),
            ..Self::default()
        })
    }

    /// Parses a list item. Returns `None` if the line is not a list item, or if anything but spaces surrounds
    /// its marker: then it would not be written back exactly as it was.
    fn item(line: &str) -> Option<Self> {
        let (head, body) = line.split_at_checked(markup::list_marker(line)?)?;
        let marker = head.trim();
        let indent = head.len() - head.trim_start().len();
        let plain = format!("{}{marker} ", " ".repeat(indent));
        let rest = head.strip_prefix(&plain)?;
        let gap = rest.bytes().all(|byte| byte == b' ').then_some(rest)?;
        let number = marker.trim_end_matches(['.', ')']);
        // A word processor would not number an item `007.`.
        if number.starts_with('0') {
            return None;
        }
        // Parse the whole line: the rest alone could look like another list item.
        let mut words = markup::faithful_runs(line);
        let first = words.first_mut()?;
        first.text = first.text.strip_prefix(head)?.to_owned();
        words.retain(|run| !run.text.is_empty());
        let words = with_safe_links(words, body);
        let runs = if gap.is_empty() {
            words
        } else {
            std::iter::once(Run::plain(gap)).chain(words).collect()
        };
        Some(Self { indent, marker: marker.to_owned(), runs })
    }

    /// Takes a line literally, as text without markup.
    pub fn literal(line: &str) -> Self {
        Self { runs: linked(line), ..Self::default() }
    }

    /// Whether the line has no text.
    pub fn is_blank(&self) -> bool {
        self.runs.is_empty()
    }
}

/// Returns the runs, or the line as plain text if one of its links is not safe to follow.
fn with_safe_links(runs: Inline, line: &str) -> Inline {
    let safe =
        |run: &Run| run.link.as_ref().is_none_or(|link| link_target(link).as_ref() == Some(link));
    if runs.iter().all(safe) { runs } else { vec![Run::plain(line)] }
}

/// Options of the layout.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Purpose {
    /// Shows the word count below each long answer.
    pub with_counts: bool,
    /// Lays out the empty form, without the notice that it is not finished.
    pub blank: bool,
}

/// The notice at the top of an application that is not finished.
pub(crate) const UNFINISHED: &str = "DRAFT: this application is not finished.";
/// Shown instead of an answer when a question does not apply.
pub(crate) const NOT_APPLICABLE: &str = "Not applicable";
/// Shown after a declaration that was answered with no.
pub(crate) const DECLINED: &str = "(No)";
/// A ticked and an empty tick box, as the official form shows them.
pub(crate) const BOXES: [char; 2] = ['☒', '☐'];

/// Returns the character for a tick box.
pub(crate) fn tick_box(ticked: bool) -> char {
    let [full, empty] = BOXES;
    if ticked { full } else { empty }
}

impl Document {
    /// Lays out a draft.
    fn new(
        questionnaire: &Questionnaire,
        draft: &Draft,
        review: &Review<'_>,
        purpose: Purpose,
    ) -> Self {
        let mut builder = LayoutBuilder::new(questionnaire, draft, purpose);
        builder.front_matter(!purpose.blank && !review.is_complete());
        for question in &questionnaire.declarations {
            builder.declaration(question);
        }
        for section in &questionnaire.sections {
            builder.blocks.push(Block::Section(wording(&section.title)));
            for question in &section.questions {
                builder.question(question);
            }
        }
        builder.back_matter();
        let LayoutBuilder { blocks, questions, .. } = builder;
        let note = |note: &Footnote| (note.number, paragraphs(&note.text).map(wording).collect());
        Self {
            title: text::sanitize(&markup::plain(&questionnaire.title)),
            name: Identity::from_draft(questionnaire, draft).name.map(|name| text::sanitize(&name)),
            saved: draft.saved,
            publisher: text::sanitize(&questionnaire.abbreviation),
            language: text::sanitize(&questionnaire.language),
            blocks,
            questions,
            notes: questionnaire.footnotes.iter().map(note).collect(),
        }
    }
}

/// Splits a text of the form into paragraphs at empty lines, and joins the lines of each.
pub(crate) fn joined(text: &str) -> Vec<String> {
    let paragraphs =
        text.split("\n\n").map(|part| part.split_whitespace().collect::<Vec<_>>().join(" "));
    paragraphs.filter(|part| !part.is_empty()).collect()
}

/// Returns the lines of a text of the form that are not empty; each is a paragraph.
fn paragraphs(text: &str) -> impl Iterator<Item = &str> {
    text.lines().map(str::trim).filter(|line| !line.is_empty())
}

/// Parses the markup of a line of the form.
pub(crate) fn wording(line: &str) -> Inline {
    let line = text::sanitize(line);
    markup::runs(&line, &line, true)
}

/// Takes a line as text without markup, and links it if it is a web address.
fn linked(line: &str) -> Inline {
    if line.is_empty() {
        return Vec::new();
    }
    vec![Run { link: link_target(line), ..Run::plain(line) }]
}

/// Appends the blocks of one question after the other.
struct LayoutBuilder<'a> {
    questionnaire: &'a Questionnaire,
    submission: Submission<'a>,
    purpose: Purpose,
    blocks: Vec<Block>,
    /// Where each question begins.
    questions: Vec<(usize, String)>,
}

impl<'a> LayoutBuilder<'a> {
    fn new(questionnaire: &'a Questionnaire, draft: &'a Draft, purpose: Purpose) -> Self {
        let submission = Submission::new(questionnaire, draft);
        Self { questionnaire, submission, purpose, blocks: Vec::new(), questions: Vec::new() }
    }

    /// Appends what is before the first question.
    fn front_matter(&mut self, unfinished: bool) {
        if !self.questionnaire.masthead.is_empty() {
            self.blocks.push(Block::Masthead(wording(&self.questionnaire.masthead)));
        }
        self.blocks.push(Block::Title(wording(&self.questionnaire.title)));
        if unfinished {
            self.blocks.push(Block::Unfinished);
        }
        self.paragraphs(&self.questionnaire.introduction);
    }

    /// Appends the parts after the last question: reference material and the closing line.
    fn back_matter(&mut self) {
        for reference in &self.questionnaire.references {
            self.blocks.push(Block::NewPage);
            self.blocks.push(Block::Reference(wording(&reference.title)));
            for line in reference.text.lines().filter(|line| !line.trim().is_empty()) {
                let marker = markup::list_marker(line);
                let depth = (line.len() - line.trim_start().len()) / 2;
                let (_, words) = line.split_at_checked(marker.unwrap_or(0)).unwrap_or_default();
                self.blocks.push(match marker {
                    Some(_) => Block::Item(depth, wording(words)),
                    None => Block::Paragraph(wording(words)),
                });
            }
        }
        self.paragraphs(&self.questionnaire.closing);
    }

    fn paragraphs(&mut self, text: &str) {
        self.blocks.extend(joined(text).iter().map(|line| Block::Paragraph(wording(line))));
    }

    /// A declaration with a single yes/no field is a tick box; any other is a line and its fields.
    fn declaration(&mut self, question: &Question) {
        self.questions.push((self.blocks.len(), question.id.clone()));
        if let Some(field) = question.as_tick_box() {
            let answer = self.submission.answer(&field.key);
            let mut words = wording(&question.text);
            match answer {
                Some(Answer::YesNo(false)) => words.push(Run::plain(format!(" {DECLINED}"))),
                Some(Answer::Text(text)) => words.push(Run::plain(format!(" {text}"))),
                Some(Answer::YesNo(true) | Answer::Date(_) | Answer::List(_)) | None => {}
            }
            let ticked = matches!(answer, Some(Answer::YesNo(true)));
            self.blocks.push(Block::Tick(ticked, words));
        } else {
            self.blocks.push(Block::Paragraph(wording(&question.text)));
            self.fields(question);
        }
    }

    fn question(&mut self, question: &Question) {
        self.questions.push((self.blocks.len(), question.id.clone()));
        self.blocks.push(Block::Question(wording(&question.numbered_wording())));
        if self.submission.is_not_applicable(question) {
            self.blocks.push(Block::Remark(NOT_APPLICABLE.to_owned()));
        } else {
            self.fields(question);
        }
    }

    fn fields(&mut self, question: &Question) {
        for field in &question.fields {
            let answer = self.submission.answer(&field.key);
            match &field.kind {
                Kind::Choice(choices) | Kind::Choices(choices) => self.choices(field, choices),
                Kind::Text { limit } => {
                    self.label(field);
                    let text = answer.map(|answer| answer.shown(field)).unwrap_or_default();
                    self.blocks
                        .push(Block::Answer(text.split('\n').map(AnswerLine::new).collect()));
                    if self.purpose.with_counts && !text.is_empty() {
                        let measure = self.questionnaire.word_rule.measure(&text, *limit);
                        self.blocks.push(Block::Remark(measure.describe_with_excess()));
                    }
                }
                Kind::Links => {
                    self.label(field);
                    let lines = answer.map(|answer| answer.shown(field)).unwrap_or_default();
                    let lines = lines.split('\n').map(AnswerLine::literal).collect();
                    self.blocks.push(Block::Answer(lines));
                }
                Kind::Line | Kind::Email | Kind::Date { .. } | Kind::YesNo => {
                    let value = Self::value(field, answer);
                    self.blocks.push(match &field.label {
                        Some(label) => Block::Field(wording(label), value),
                        None => {
                            Block::Answer(vec![AnswerLine { runs: value, ..Default::default() }])
                        }
                    });
                }
            }
        }
    }

    fn label(&mut self, field: &Field) {
        // Tick boxes need no label unless the form prints one.
        let choices = matches!(field.kind, Kind::Choice(_) | Kind::Choices(_));
        if choices && !field.label_in_form {
            return;
        }
        self.blocks.extend(field.label.as_ref().map(|label| Block::Label(wording(label))));
    }

    fn choices(&mut self, field: &Field, choices: &[Choice]) {
        self.label(field);
        let chosen = self.submission.answer(&field.key).map(Answer::items).unwrap_or_default();
        for choice in choices {
            self.blocks.push(Block::Tick(chosen.contains(&choice.id), wording(&choice.text)));
        }
        // A choice that the form does not offer, added to the draft by hand, stays visible.
        for id in chosen.iter().filter(|id| !choices.iter().any(|choice| choice.id == **id)) {
            self.blocks.push(Block::Tick(true, vec![Run::plain(id.as_str())]));
        }
    }

    fn value(field: &Field, answer: Option<&Answer>) -> Inline {
        let boxes = |yes: Option<bool>| {
            let (yes, no) = (tick_box(yes == Some(true)), tick_box(yes == Some(false)));
            vec![Run::plain(format!("{yes} Yes   {no} No"))]
        };
        match (answer, &field.kind) {
            (Some(Answer::YesNo(yes)), _) => boxes(Some(*yes)),
            (None, Kind::YesNo) => boxes(None),
            (Some(Answer::Date(date)), _) => vec![Run::plain(date.long())],
            (Some(answer), Kind::Email) => {
                let shown = answer.shown(field);
                let mail =
                    answer.validation_errors(field).is_empty() && !shown.contains([' ', ',', ';']);
                vec![Run { link: mail.then(|| format!("mailto:{shown}")), ..Run::plain(shown) }]
            }
            (Some(answer), _) => linked(&answer.shown(field)),
            (None, _) => Vec::new(),
        }
    }
}
