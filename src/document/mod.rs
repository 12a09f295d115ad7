//! The application as a document: one pure [`Document`] of blocks, written by one small writer per
//! format, and the way back: readers that give the lines of a document, and the recogniser that
//! finds the answers among the wording of the questionnaire.

pub(crate) mod export;
pub(crate) mod import;
mod ooxml;

use crate::model::address::link_target;
use crate::model::answer::{Answer, long_date};
use crate::model::draft::Draft;
use crate::model::markup::{self, Run};
use crate::model::questionnaire::{Choice, Field, Kind, Question, Questionnaire};
use crate::model::review::Review;
use crate::model::text;

/// A stretch of text in one paragraph.
pub(crate) type Inline = Vec<Run>;

/// A filled-in questionnaire, ready to be written in any format.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// Its title.
    pub title: String,
    /// Who publishes the form; may be empty.
    pub publisher: String,
    /// The language of its text, as a BCP 47 tag.
    pub language: String,
    /// What stands in it, in order.
    pub blocks: Vec<Block>,
    /// The footnotes by number, each in paragraphs.
    pub notes: Vec<(usize, Vec<Inline>)>,
}

/// One piece of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Block {
    /// The line above the title.
    Masthead(Inline),
    /// The title.
    Title(Inline),
    /// That the application is not finished yet.
    Unfinished,
    /// A paragraph of the form.
    Paragraph(Inline),
    /// The title of a section.
    Section(Inline),
    /// A question with its number and how the form says its limit.
    Question(Inline),
    /// The label of a field whose answer stands below it.
    Label(Inline),
    /// A label and its answer on one line.
    Field(Inline, Inline),
    /// A tick box.
    Tick(bool, Inline),
    /// What somebody wrote.
    Answer(Vec<AnswerLine>),
    /// A word beside the answers: `Not applicable`, a count.
    Remark(String),
    /// What follows begins a new page.
    NewPage,
    /// The title of reference material.
    Reference(Inline),
    /// An item of reference material, with how deep it is.
    Item(usize, Inline),
}

/// One line of an answer.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AnswerLine {
    /// Blanks before the marker of a list item.
    pub indent: usize,
    /// `-`, `*`, `•`, `1.`, `1)`, `a)`; empty where the line is no item of a list.
    pub marker: String,
    /// The words.
    pub runs: Inline,
}

impl AnswerLine {
    /// Reads one line of a running text.
    pub fn new(line: &str) -> Self {
        Self::item(line).unwrap_or_else(|| Self {
            runs: followed(markup::faithful_runs(line), line),
            ..Self::default()
        })
    }

    /// An item of a list. One that is indented or set off with anything but plain blanks is left
    /// as it is written.
    fn item(line: &str) -> Option<Self> {
        let (head, body) = line.split_at_checked(markup::list_marker(line)?)?;
        let marker = head.trim();
        let indent = head.len() - head.trim_start().len();
        let plain = format!("{}{marker} ", " ".repeat(indent));
        let rest = head.strip_prefix(&plain)?;
        let gap = rest.bytes().all(|byte| byte == b' ').then_some(rest)?;
        let number = marker.trim_end_matches(['.', ')']);
        // `007.` is no number that a word processor would count.
        if number.starts_with('0') {
            return None;
        }
        // Read as a whole: alone, the words might begin with another marker.
        let mut words = markup::faithful_runs(line);
        let first = words.first_mut()?;
        first.text = first.text.strip_prefix(head)?.to_owned();
        words.retain(|run| !run.text.is_empty());
        let words = followed(words, body);
        let runs = if gap.is_empty() {
            words
        } else {
            std::iter::once(Run::plain(gap)).chain(words).collect()
        };
        Some(Self { indent, marker: marker.to_owned(), runs })
    }

    /// A line that is no markup whatever it holds.
    pub fn literal(line: &str) -> Self {
        Self { runs: linked(line), ..Self::default() }
    }

    /// Whether nothing stands on it.
    pub fn is_blank(&self) -> bool {
        self.runs.is_empty()
    }
}

/// Runs whose links may be followed; a line with another link stays as it was written.
fn followed(runs: Inline, line: &str) -> Inline {
    let safe =
        |run: &Run| run.link.as_ref().is_none_or(|link| link_target(link).as_ref() == Some(link));
    if runs.iter().all(safe) { runs } else { vec![Run::plain(line)] }
}

/// What a document is made for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Purpose {
    /// The number of words stands under each answer that has a limit.
    pub with_counts: bool,
    /// The empty form.
    pub blank: bool,
}

/// The notice at the head of an application that is not finished.
pub(crate) const UNFINISHED: &str = "DRAFT: this application is not finished.";
/// What stands in place of an answer to a question that does not apply.
pub(crate) const NOT_APPLICABLE: &str = "Not applicable";
/// What follows a declaration that was answered with no.
pub(crate) const DECLINED: &str = "(No)";
/// A ticked box and an empty one, as the form has them.
pub(crate) const BOXES: [char; 2] = ['☒', '☐'];

/// The sign of a tick box.
pub(crate) fn tick_box(ticked: bool) -> char {
    let [full, empty] = BOXES;
    if ticked { full } else { empty }
}

impl Document {
    /// Makes the document of a draft.
    pub fn new(questionnaire: &Questionnaire, draft: &Draft, purpose: Purpose) -> Self {
        let review = Review::new(questionnaire, draft);
        let mut blocks = Vec::new();
        if !questionnaire.masthead.is_empty() {
            blocks.push(Block::Masthead(wording(&questionnaire.masthead)));
        }
        blocks.push(Block::Title(wording(&questionnaire.title)));
        if !purpose.blank && !review.is_complete() {
            blocks.push(Block::Unfinished);
        }
        let paragraph = |line: &str| Block::Paragraph(wording(line));
        blocks.extend(joined(&questionnaire.introduction).iter().map(|line| paragraph(line)));
        let mut builder = Builder { questionnaire, draft, purpose, blocks };
        for question in &questionnaire.declarations {
            builder.declaration(question);
        }
        for section in &questionnaire.sections {
            builder.blocks.push(Block::Section(wording(&section.title)));
            for question in &section.questions {
                builder.question(question);
            }
        }
        for reference in &questionnaire.references {
            builder.blocks.push(Block::NewPage);
            builder.blocks.push(Block::Reference(wording(&reference.title)));
            for line in reference.text.lines().filter(|line| !line.trim().is_empty()) {
                let marker = markup::list_marker(line);
                let depth = (line.len() - line.trim_start().len()) / 2;
                let (_, words) = line.split_at_checked(marker.unwrap_or(0)).unwrap_or_default();
                builder.blocks.push(match marker {
                    Some(_) => Block::Item(depth, wording(words)),
                    None => Block::Paragraph(wording(words)),
                });
            }
        }
        let mut blocks = builder.blocks;
        blocks.extend(joined(&questionnaire.closing).iter().map(|line| paragraph(line)));
        let note = |note: &crate::model::questionnaire::Footnote| {
            (note.number, paragraphs(&note.text).map(wording).collect())
        };
        Self {
            title: text::sanitize(&markup::plain(&questionnaire.title)),
            publisher: text::sanitize(&questionnaire.abbreviation),
            language: text::sanitize(&questionnaire.language),
            blocks,
            notes: questionnaire.footnotes.iter().map(note).collect(),
        }
    }
}

/// The paragraphs of a running text of the form, whose single line ends are only those of its file.
pub(crate) fn joined(text: &str) -> Vec<String> {
    let paragraphs =
        text.split("\n\n").map(|part| part.split_whitespace().collect::<Vec<_>>().join(" "));
    paragraphs.filter(|part| !part.is_empty()).collect()
}

/// The paragraphs of a text of the form, one on each line.
fn paragraphs(text: &str) -> impl Iterator<Item = &str> {
    text.lines().map(str::trim).filter(|line| !line.is_empty())
}

/// A line of the form's wording.
pub(crate) fn wording(line: &str) -> Inline {
    let line = text::sanitize(line);
    markup::runs(&line, &line, true)
}

/// The question as the form asks it: number, wording and limit.
pub(crate) fn asked(question: &Question) -> String {
    let mut asked = question.number.map(|number| format!("{number}. ")).unwrap_or_default();
    asked.push_str(&question.text);
    question.limit_note.iter().for_each(|note| asked.push_str(&format!(" {note}")));
    asked
}

/// A text without markup in which web addresses lead where they say.
fn linked(line: &str) -> Inline {
    if line.is_empty() {
        return Vec::new();
    }
    let target = link_target(line);
    vec![Run { link: target, ..Run::plain(line) }]
}

struct Builder<'a> {
    questionnaire: &'a Questionnaire,
    draft: &'a Draft,
    purpose: Purpose,
    blocks: Vec<Block>,
}

impl Builder<'_> {
    /// A declaration of one yes or no is a tick box itself; another is a line with its fields.
    fn declaration(&mut self, question: &Question) {
        if let [field] = question.fields.as_slice()
            && matches!(field.kind, Kind::YesNo)
            && field.label.is_none()
        {
            let answer = self.draft.answer(&field.key);
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
        self.blocks.push(Block::Question(wording(&asked(question))));
        if self.draft.is_not_applicable(question) {
            self.blocks.push(Block::Remark(NOT_APPLICABLE.to_owned()));
        } else {
            self.fields(question);
        }
    }

    fn fields(&mut self, question: &Question) {
        for field in &question.fields {
            let answer = self.draft.answer(&field.key);
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
        // Tick boxes speak for themselves; any other field needs its name to be told from the next.
        let choices = matches!(field.kind, Kind::Choice(_) | Kind::Choices(_));
        if choices && !field.label_in_form {
            return;
        }
        self.blocks.extend(field.label.as_ref().map(|label| Block::Label(wording(label))));
    }

    fn choices(&mut self, field: &Field, choices: &[Choice]) {
        self.label(field);
        let chosen = self.draft.answer(&field.key).map(Answer::items).unwrap_or_default();
        for choice in choices {
            self.blocks.push(Block::Tick(chosen.contains(&choice.id), wording(&choice.text)));
        }
        // What was chosen by hand and is no choice of the form stays visible.
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
            (Some(Answer::Date(date)), _) => vec![Run::plain(long_date(*date))],
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
