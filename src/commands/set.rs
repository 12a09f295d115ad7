//! `set DRAFT QUESTION [VALUE]`: writes one answer without the wizard.

use std::fs::File;
use std::io::{self, Read};

use super::context::{latest_date, print_notices};
use super::default_draft::{DRAFT_FIRST, is_question};
use super::output::{message, note, shown};
use super::{Context, Exit, Failure};
use crate::cli::Set;
use crate::model::answer::Answer;
use crate::model::draft::Draft;
use crate::model::questionnaire::{Field, Kind, Need, Question};
use crate::model::review::{self, Review};
use crate::model::submission::Submission;
use crate::model::text::{and_list, escape_for_terminal};
use crate::storage::yaml::MAX_BYTES;

pub(super) fn run(context: &Context, set: &Set) -> Result<Exit, Failure> {
    let questionnaire = &context.questionnaire;
    let (question, field) = match context.find(&set.question) {
        Ok(found) => found,
        Err(_) if is_question(context, &set.draft) => {
            return Err(Failure::usage("no draft is named", DRAFT_FIRST));
        }
        Err(unknown) if set.clear => return clear_unplaced(context, set, unknown),
        Err(unknown) => return Err(unknown),
    };
    let answer = if set.not_applicable {
        check_not_applicable(context, question)?;
        None
    } else {
        let field = field.or_else(|| question.single_field()).ok_or_else(|| {
            let names: Vec<_> =
                question.fields.iter().map(|field| format!("`{}`", field.key)).collect();
            Failure::usage(
                format!("`{}` has several fields", escape_for_terminal(&set.question)),
                format!("name one of {}", and_list(&names)),
            )
        })?;
        let answer = answer(field, set)?;
        // If a program fails and prints nothing, its empty output must not remove an answer.
        if answer.is_empty() && !set.clear {
            return Err(Failure::failed(
                "the given answer is empty; the draft was not changed",
                "`--clear` removes an answer",
            ));
        }
        Some((field, answer))
    };
    let (mut file, mut draft) = context.open(&set.draft)?;
    let changes = file.questions_changed(questionnaire);
    let remarks_on = |draft: &Draft| {
        let remarks = Review::new(questionnaire, draft).remarks();
        [remarks, review::future_starts(questionnaire, draft, latest_date())].concat()
    };
    let before = remarks_on(&draft);
    let result = if let Some((field, answer)) = &answer {
        draft.set(&field.key, answer.clone());
        if !answer.is_empty() {
            draft.mark_not_applicable(question, false);
        }
        describe(context, question, field, answer)
    } else {
        draft.mark_not_applicable(question, true);
        format!("{}: not applicable", question.name())
    };
    let notices = file.save(&draft, questionnaire).map_err(Failure::in_draft_at(&set.draft))?;
    message(&result);
    for (field, answer) in answer.iter().filter(|(_, answer)| !answer.is_empty()) {
        let submission = Submission::new(questionnaire, &draft);
        for problem in review::validation_errors(&submission, field, answer) {
            note(&format!("saved, but {problem}"));
        }
    }
    let remarks = remarks_on(&draft);
    print_notices(
        &remarks.into_iter().filter(|remark| !before.contains(remark)).collect::<Vec<_>>(),
    );
    print_notices(&changes);
    print_notices(&notices);
    Ok(Exit::Done)
}

/// Checks that a question may be marked as not applicable.
///
/// # Errors
/// Fails if the question must be answered.
fn check_not_applicable(context: &Context, question: &Question) -> Result<(), Failure> {
    if question.need == Need::IfApplicable {
        return Ok(());
    }
    let questions = context.questionnaire.questions().map(|(_, question)| question);
    let optional = questions.filter(|question| question.need == Need::IfApplicable);
    let hint = match optional.map(Question::name).collect::<Vec<_>>() {
        names if names.is_empty() => "every question of this form must be answered".to_owned(),
        names => format!("only {} can be marked as not applicable", and_list(&names)),
    };
    Err(Failure::usage(format!("{} must be answered", question.name()), hint))
}

/// Removes an answer that belongs to no question.
///
/// # Errors
/// Fails with `unknown` if there is no such answer, or if the draft cannot be written.
fn clear_unplaced(context: &Context, set: &Set, unknown: Failure) -> Result<Exit, Failure> {
    let (mut file, mut draft) = context.open(&set.draft)?;
    if !draft.drop_unplaced(&set.question) {
        return Err(unknown);
    }
    let notices = context.replace(&mut file, &draft, &set.draft)?;
    message(&format!("`{}`: cleared", set.question));
    print_notices(&notices);
    Ok(Exit::Done)
}

/// Reads a text to its end.
///
/// # Errors
/// Fails if it cannot be read, or is longer than [`MAX_BYTES`]: a device may be endless.
fn read_all(from: impl Read) -> io::Result<String> {
    let mut text = String::new();
    let limit = u64::try_from(MAX_BYTES).unwrap_or(u64::MAX);
    from.take(limit + 1).read_to_string(&mut text)?;
    if text.len() > MAX_BYTES {
        return Err(io::Error::other(format!("it is larger than {} MB", MAX_BYTES >> 20)));
    }
    Ok(text)
}

/// Returns the answer that is given on the command line, in a file or on standard input.
///
/// # Errors
/// Fails if there is no answer, more than one, or if it cannot be read.
fn answer(field: &Field, set: &Set) -> Result<Answer, Failure> {
    if set.clear {
        return Ok(Answer::Text(String::new()));
    }
    let unreadable = |source: &str, error: &io::Error| {
        Failure::failed(format!("{source}: {error}"), "the draft was not changed")
    };
    let values = match (&set.file, set.values.as_slice()) {
        (Some(file), _) => {
            let text = File::open(file).and_then(read_all);
            vec![text.map_err(|error| unreadable(&format!("`{}`", shown(file)), &error))?]
        }
        (None, [dash]) if dash == "-" => {
            vec![read_all(io::stdin()).map_err(|error| unreadable("standard input", &error))?]
        }
        (None, values) => values.to_vec(),
    };
    let is_list = matches!(field.kind, Kind::Choices(_) | Kind::Links);
    match values.as_slice() {
        [] => Err(Failure::usage(
            "the answer is missing",
            "give a value, `--file FILE`, `-` for standard input, `--clear` or `--not-applicable`",
        )),
        values if is_list => {
            let mut items: Vec<String> = Vec::new();
            for item in Answer::typed(field, &values.join("\n")).items() {
                if !items.contains(item) {
                    items.push(item.clone());
                }
            }
            Ok(Answer::List(items))
        }
        [value] => Ok(Answer::typed(field, value)),
        _ => Err(Failure::usage(
            "this question takes one value",
            "put quotes around a text of several words",
        )),
    }
}

/// Returns a message with the saved answer, or the length of a long one.
fn describe(context: &Context, question: &Question, field: &Field, answer: &Answer) -> String {
    let name = question.name();
    match (&field.kind, answer) {
        _ if answer.is_empty() => format!("{name}: cleared"),
        (Kind::Text { limit }, Answer::Text(text)) => {
            let measure = context.questionnaire.word_rule.measure(text, *limit);
            format!("{name}: {}", measure.describe_with_excess())
        }
        _ => format!("{name}: {}", answer.shown(field)),
    }
}
