//! `questions`: shows and checks the questionnaire itself.

use std::fmt::Write as _;
use std::io;
use std::path::Path;

use super::output::{message, print, shown};
use super::{Context, Exit, Failure};
use crate::model::markup;
use crate::model::questionnaire::{Choice, Expected, Field, Kind, Need, Question, Section};
use crate::model::text::{plural, wrap};
use crate::storage::draft_file;

/// Prints one line for each question.
pub(super) fn list(context: &Context) -> Result<Exit, Failure> {
    let style = context.style_of(&io::stdout());
    let mut text = String::new();
    let mut heading = None;
    for (section, question) in context.questionnaire.questions() {
        let title = Section::heading(section);
        if heading.replace(title) != Some(title) {
            let _ =
                writeln!(text, "{}{}", if text.is_empty() { "" } else { "\n" }, style.shown(title));
        }
        let number = question.number_text();
        let limit = question.text_field().and_then(|(_, limit)| limit);
        let limit = limit.map(|limit| plural(limit.words, "word", "words")).unwrap_or_default();
        let title = markup::plain(&question.title);
        let _ = writeln!(
            text,
            "{}",
            format!("{number:>4}  {:<24} {limit:<10} {}", question.id, style.shown(&title))
                .trim_end()
        );
    }
    print(&text)?;
    Ok(Exit::Done)
}

/// Prints the wording of a question, and what its fields take.
pub(super) fn show(context: &Context, name: &str) -> Result<Exit, Failure> {
    let (question, _) = context.find(name)?;
    let style = context.style_of(&io::stdout());
    let width = style.width.min(90);
    let mut text = String::new();
    let mut paragraph = |words: &str| {
        for line in wrap(&style.shown(words), width) {
            let _ = writeln!(text, "{}", line.trim_end());
        }
        text.push('\n');
    };
    let guidance = context.questionnaire.guidance(
        question,
        |markup| style.wording(markup),
        |number, markup| style.note(number, markup),
    );
    let number = question.number.map(|number| format!("{number}. ")).unwrap_or_default();
    paragraph(&format!("{number}{}", guidance.wording));
    for field in &question.fields {
        paragraph(&describe(field));
    }
    if let Some(need) = need(question) {
        paragraph(&need);
    }
    guidance.explanations().for_each(&mut paragraph);
    if question.text_field().is_some() {
        paragraph(context.questionnaire.word_rule.explained());
    }
    print(format!("{}\n", text.trim_end()))?;
    Ok(Exit::Done)
}

/// Returns one line about the answers that a field takes.
fn describe(field: &Field) -> String {
    let kind = match &field.kind {
        Kind::Line => "one line".to_owned(),
        Kind::Text { limit: Some(limit) } => {
            format!("text, at most {}", plural(limit.words, "word", "words"))
        }
        Kind::Text { limit: None } => "text of any length".to_owned(),
        Kind::YesNo => "yes or no".to_owned(),
        Kind::Date { .. } => "a date: day, month, year".to_owned(),
        Kind::Email => "an e-mail address".to_owned(),
        Kind::Links => "web addresses".to_owned(),
        Kind::Choice(choices) => listed("one of", choices),
        Kind::Choices(choices) => listed("any of", choices),
    };
    let label = field.label.iter().map(|label| format!("{label}: ")).collect::<String>();
    let optional = if field.need == Need::IfApplicable { " (optional)" } else { "" };
    format!("[{}] {label}{kind}{optional}", field.key)
}

/// Returns `lead`, and one line for each choice.
fn listed(lead: &str, choices: &[Choice]) -> String {
    choices.iter().fold(lead.to_owned(), |mut text, choice| {
        let _ = write!(text, "\n- {}: {}", choice.id, choice.text);
        text
    })
}

/// Returns a sentence about when a question is asked, or `None` if it is always required.
fn need(question: &Question) -> Option<String> {
    match &question.need {
        Need::Required => None,
        Need::IfApplicable => Some("Optional; may be marked as not applicable.".to_owned()),
        Need::RequiredWhen(condition) => {
            let answer = match &condition.answer {
                Expected::YesNo(true) => "yes",
                Expected::YesNo(false) => "no",
                Expected::Choice(id) => id,
            };
            Some(format!("Asked only if `{}` is `{answer}`.", condition.key))
        }
    }
}

/// Checks a questionnaire file.
///
/// # Errors
/// Fails if it cannot be read. The failure has all problems in it.
pub(super) fn lint(path: &Path) -> Result<Exit, Failure> {
    let questionnaire = draft_file::read_questionnaire(path).map_err(Failure::in_draft_at(path))?;
    message(&format!(
        "`{}` has no errors: {} in {}, {}",
        shown(path),
        plural(questionnaire.numbered(), "question", "questions"),
        plural(questionnaire.sections.len(), "section", "sections"),
        plural(questionnaire.footnotes.len(), "footnote", "footnotes"),
    ));
    Ok(Exit::Done)
}
