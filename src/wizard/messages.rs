//! The long messages of the conversation: the start screen, the end, and the whole application. All
//! other messages are where they are shown: search for their words, and see "A changed message" in
//! CONTRIBUTING.

use std::fmt::Write as _;

use jiff::{Timestamp, ZonedDateTime};

use super::open_draft::OpenDraft;
use crate::document::joined;
use crate::model::draft::Draft;
use crate::model::markup;
use crate::model::questionnaire::Questionnaire;
use crate::model::review::{Item, Review, Status};
use crate::model::submission::Submission;
use crate::model::text::{ago, and_list, capital};
use crate::summary::{self, Extent};
use crate::terminal::frontend::Frontend;
use crate::terminal::style::OutputStyle;

/// Shows the start screen: the name of the draft, its progress, and notices such as changes in its file.
pub(super) fn show_start_screen(draft: &OpenDraft<'_>, frontend: &Frontend) {
    let questionnaire = draft.questionnaire;
    let answers = &draft.answers;
    frontend.show("");
    frontend.show_title(&[&questionnaire.title, &questionnaire.abbreviation]);
    let path = draft.saver.path();
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let deadline = questionnaire.deadline.as_ref();
    let deadline = deadline.map(|deadline| deadline.describe_in_full(Timestamp::now()));
    let deadline = deadline.unwrap_or_default();
    if answers.is_empty() {
        frontend.show_details(&[&name, "new"]);
        frontend.show_details(&[&deadline]);
        frontend.show("");
        frontend.show(&markup::plain(&joined(&questionnaire.introduction).join("\n\n")));
    } else {
        let review = draft.review();
        let saved = answers.saved.map(|saved| format!("saved {}", ago(saved, Timestamp::now())));
        frontend.show_details(&[&name, &saved.unwrap_or_default(), &review.describe()]);
        frontend.show_details(&[&deadline]);
        frontend.show("");
        frontend.show_sections(&summary::by_section(&review, frontend.style()));
    }
    frontend.show_instructions(answers.is_empty());
    show_notices(frontend, draft.saver.lock_notice());
    show_notices(frontend, draft.saver.questions_changed());
    show_notices(frontend, draft.review().remarks().iter().map(|remark| sentence(remark)));
    let contradictions = draft.submission().contradictions(ZonedDateTime::now().date());
    show_notices(frontend, contradictions.iter().map(|remark| sentence(remark)));
    let unplaced = answers.unplaced();
    let (them, belong) = if unplaced == 1 {
        ("It stays", "answer belongs")
    } else {
        ("They stay", "answers belong")
    };
    let notice = || {
        let names = and_list(&answers.unplaced_names());
        format!(
            "{unplaced} {belong} to no question of this questionnaire: {names}. {them} in the draft; `show` prints and `set --clear` removes one."
        )
    };
    show_notices(frontend, (unplaced > 0).then(notice));
    frontend.show("");
}

/// Returns a remark as a sentence.
pub(super) fn sentence(remark: &str) -> String {
    format!("{}.", capital(remark))
}

/// Shows notices below an empty line.
fn show_notices(frontend: &Frontend, notices: impl IntoIterator<Item = String>) {
    for (number, notice) in notices.into_iter().enumerate() {
        if number == 0 {
            frontend.show("");
        }
        frontend.show_notice(&notice);
    }
}

/// Shows the end: what is still open, if there is no overview screen that shows it, and what to do
/// next.
pub(super) fn show_end(draft: &OpenDraft<'_>, frontend: &Frontend) {
    let review = draft.review();
    frontend.show("");
    if !frontend.has_overview_screen() {
        let style = frontend.style();
        frontend.show_layout(&summary::text(&review, None, style, Extent::OpenQuestions));
        frontend.show("");
    }
    frontend.show_notice(if review.is_complete() {
        "Everything that must be answered is answered and within its limit. Read it through once more, then make the Word document."
    } else {
        "No open question follows this one. The overview shows what is still open; you can continue now or another day."
    });
    frontend.show("");
}

/// Shows which questions are now asked, or no longer asked, because of an answer.
pub(super) fn show_asked(before: &Review<'_>, after: &Review<'_>, frontend: &Frontend) {
    let names = |hidden: bool| {
        let changed = before.items.iter().zip(&after.items).filter(move |(before, after)| {
            let was_hidden = before.status == Status::Hidden;
            (after.status == Status::Hidden) == hidden && was_hidden != hidden
        });
        let name = |(_, item): (_, &Item<'_>)| match item.question.number {
            Some(number) => number.to_string(),
            None => item.question.name(),
        };
        changed.map(name).collect::<Vec<_>>()
    };
    for (hidden, what) in [(true, "no longer asked"), (false, "asked now")] {
        match names(hidden).as_slice() {
            [] => {}
            [only] => frontend.show_notice(&format!("Question {only} is {what}.")),
            several => {
                frontend.show_notice(&format!("Questions {} are {what}.", and_list(several)));
            }
        }
    }
}

/// Returns the whole application as text, to be read on a page or aloud: a passage for each question
/// that is asked or answered, with the index of the question.
pub(super) fn passages(
    questionnaire: &Questionnaire,
    draft: &Draft,
    style: OutputStyle,
) -> Vec<(usize, String)> {
    let review = Review::new(questionnaire, draft);
    let submission = Submission::new(questionnaire, draft);
    let (section_mark, section_end) = if style.spoken { ("Section: ", "") } else { ("== ", " ==") };
    let number_mark = if style.spoken { "Question " } else { "" };
    let mut passages = Vec::new();
    let mut section = "";
    let shown =
        |(_, item): &(usize, &Item<'_>)| item.status != Status::Hidden || !item.remarks.is_empty();
    for (index, item) in review.items.iter().enumerate().filter(shown) {
        let mut text = String::new();
        let title = item.section.map_or(section, |section| section.title.as_str());
        if title != section {
            section = title;
            let _ = write!(text, "{section_mark}{section}{section_end}\n\n");
        }
        if let Some(number) = item.question.number {
            let _ = write!(text, "{number_mark}{number}. ");
        }
        let counted = item.status != Status::Hidden;
        let limited = item.measure.filter(|measure| counted && measure.limit.is_some());
        let length = limited.map(|measure| format!(": {}", measure.describe()));
        let status = capital(&format!("{}{}", item.label(), length.unwrap_or_default()));
        let status = if style.spoken { format!("{status}.") } else { format!("[{status}]") };
        let _ = write!(text, "{}\n{status}\n\n", style.wording(&item.question.text));
        for field in submission.asked_fields(item.question) {
            let label = field.label.iter().map(|label| format!("{label}: ")).collect::<String>();
            let answer = submission.answer(&field.key).map(|answer| answer.shown(field));
            let nothing = if label.is_empty() { "" } else { "no answer" };
            let line = format!("{label}{}", answer.unwrap_or_else(|| nothing.to_owned()));
            if !line.is_empty() {
                let _ = writeln!(text, "{line}");
            }
        }
        for remark in &item.remarks {
            let _ = writeln!(text, "{}", sentence(remark));
        }
        for field in submission.unasked_fields(item.question) {
            let answer = draft.answers_of(item.question, Some(field));
            let _ = writeln!(text, "Not asked for: {answer}");
        }
        text.push('\n');
        passages.push((index, text));
    }
    passages
}
