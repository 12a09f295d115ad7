//! `show` and `set`: one answer to and from a script, without the wizard.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::thread;
use std::time::Duration;

use super::{Context, Exit, Failure, no_document, only_field, print, say, unknown_question};
use crate::cli::Set;
use crate::model::answer::Answer;
use crate::model::draft::Draft;
use crate::model::questionnaire::{Field, Kind, Need, Question, UnknownQuestion};
use crate::model::review;
use crate::model::text::{and_list, escape_for_terminal};
use crate::storage::draft_file::{self, DraftFile};
use crate::storage::error::DraftError;
use crate::storage::yaml::MAX_BYTES;

/// Another command is done with the draft after this long; a wizard is not.
const PATIENCE: Duration = Duration::from_secs(2);
const PAUSE: Duration = Duration::from_millis(20);

/// Prints one answer, or all, as the applicant wrote them.
pub(super) fn show(context: &Context, path: &Path, name: Option<&str>) -> Result<Exit, Failure> {
    let questionnaire = &context.questionnaire;
    let draft =
        draft_file::read(path, questionnaire).map_err(|error| Failure::of_file(path, error))?;
    let mut text = String::new();
    if let Some(name) = name {
        match (questionnaire.find(name), draft.unplaced_text(name)) {
            (Ok((question, field)), _) => match field.or_else(|| only_field(question)) {
                Some(field) => text = written(&draft, field).map_or(text, |answer| answer + "\n"),
                None => text = labelled(&draft, question),
            },
            (Err(_), Some(kept)) => text = kept + "\n",
            (Err(meant), None) => return Err(unknown_question(name, meant)),
        }
    } else {
        let answers = questionnaire.questions().map(|(_, question)| labelled(&draft, question));
        let kept = draft.unplaced_texts();
        let kept = kept.map(|(name, text)| format!("[{name}]\n{}\n", text.trim_end()));
        for answers in answers.chain(kept).filter(|answers| !answers.is_empty()) {
            text.push_str(&answers);
            text.push('\n');
        }
    }
    print(escape_for_terminal(&text).as_bytes())?;
    Ok(Exit::Done)
}

/// The answers of a question, each under the name that `set` knows it by.
fn labelled(draft: &Draft, question: &Question) -> String {
    let answer =
        |field: &Field| written(draft, field).map(|answer| format!("[{}]\n{answer}\n", field.key));
    question.fields.iter().filter_map(answer).collect()
}

/// An answer as `set` takes it again: choices by their id, dates as they stand in the draft.
fn written(draft: &Draft, field: &Field) -> Option<String> {
    Some(draft.answer(&field.key)?.spelled().into_owned())
}

/// Writes one answer into a draft, which is made where there is none.
pub(super) fn set(context: &Context, set: &Set) -> Result<Exit, Failure> {
    let questionnaire = &context.questionnaire;
    let (question, field) = match questionnaire.find(&set.question) {
        Ok(found) => found,
        Err(unknown) if set.clear => return clear_unplaced(context, set, unknown),
        Err(meant) => return Err(unknown_question(&set.question, meant)),
    };
    if set.not_applicable && question.need != Need::IfApplicable {
        let may = questionnaire.questions().map(|(_, question)| question);
        let may = may.filter(|question| question.need == Need::IfApplicable).map(Question::name);
        let hint = match may.collect::<Vec<_>>() {
            names if names.is_empty() => "every question of this form does".to_owned(),
            names => format!("only {} may be marked so", and_list(&names)),
        };
        return Err(Failure::new(
            Exit::Usage,
            format!("{} has to be answered", question.name()),
            hint,
        ));
    }
    let answer = if set.not_applicable {
        None
    } else {
        let field = field.or_else(|| only_field(question)).ok_or_else(|| {
            let names: Vec<_> =
                question.fields.iter().map(|field| format!("`{}`", field.key)).collect();
            Failure::new(
                Exit::Usage,
                format!("`{}` has several parts", escape_for_terminal(&set.question)),
                format!("name one of {}", and_list(&names)),
            )
        })?;
        Some((field, answer(field, set)?))
    };
    let (mut file, mut draft) = open(context, &set.draft)?;
    let changes = file.questions_changed(questionnaire);
    let mut said = format!("{}: not applicable", question.name());
    match &answer {
        Some((field, answer)) => {
            draft.set(&field.key, answer.clone());
            if !answer.is_empty() {
                draft.mark_not_applicable(question, false);
            }
            said = told(context, question, field, answer);
        }
        None => draft.mark_not_applicable(question, true),
    }
    let told =
        file.save(&draft, questionnaire).map_err(|error| Failure::of_file(&set.draft, error))?;
    say(&said);
    for (field, answer) in answer.iter().filter(|(_, answer)| !answer.is_empty()) {
        for problem in review::validation_errors(&draft, field, answer) {
            say(&format!("note: saved, but {}", escape_for_terminal(&problem)));
        }
    }
    notes(&changes);
    notes(&told);
    Ok(Exit::Done)
}

/// Takes away an answer that no question asks for.
fn clear_unplaced(context: &Context, set: &Set, unknown: UnknownQuestion) -> Result<Exit, Failure> {
    let (mut file, mut draft) = open(context, &set.draft)?;
    if !draft.drop_unplaced(&set.question) {
        return Err(unknown_question(&set.question, unknown));
    }
    let told = replace(context, &mut file, &draft, &set.draft)?;
    say(&format!("`{}`: cleared", escape_for_terminal(&set.question)));
    notes(&told);
    Ok(Exit::Done)
}

/// Saves a draft over a version that stays among the earlier ones; what happened beyond saving.
pub(super) fn replace(
    context: &Context,
    file: &mut DraftFile,
    draft: &Draft,
    path: &Path,
) -> Result<Vec<String>, Failure> {
    let saved = file.keep_version().and_then(|()| file.save(draft, &context.questionnaire));
    saved.map_err(|error| Failure::of_file(path, error))
}

/// What happened beyond saving.
pub(super) fn notes(told: &[String]) {
    for told in told {
        say(&format!("note: {}", escape_for_terminal(told)));
    }
}

/// A text to its end, which a device may not have.
fn read_all(from: impl Read) -> io::Result<String> {
    let mut text = String::new();
    let most = u64::try_from(MAX_BYTES).unwrap_or(u64::MAX);
    from.take(most + 1).read_to_string(&mut text)?;
    if text.len() > MAX_BYTES {
        return Err(io::Error::other(format!("it is larger than {} MB", MAX_BYTES >> 20)));
    }
    Ok(text)
}

/// The answer that the command line, a file or standard input gives.
fn answer(field: &Field, set: &Set) -> Result<Answer, Failure> {
    if set.clear {
        return Ok(Answer::Text(String::new()));
    }
    let broken = |what: &str, error: &io::Error| {
        Failure::new(Exit::Failed, format!("{what}: {error}"), "the draft was not changed")
    };
    let values = match (&set.file, set.values.as_slice()) {
        (Some(file), _) => vec![
            File::open(file)
                .and_then(read_all)
                .map_err(|error| broken(&format!("`{}`", file.display()), &error))?,
        ],
        (None, [dash]) if dash == "-" => {
            vec![read_all(io::stdin()).map_err(|error| broken("standard input", &error))?]
        }
        (None, values) => values.to_vec(),
    };
    let list = matches!(field.kind, Kind::Choices(_) | Kind::Links);
    match values.as_slice() {
        [] => Err(Failure::new(
            Exit::Usage,
            "no answer is given",
            "give a value, `--file FILE`, `-` for standard input, `--clear` or `--not-applicable`",
        )),
        values if list => {
            let mut list: Vec<String> = Vec::new();
            for item in Answer::typed(field, &values.join("\n")).items() {
                // Said twice is ticked once.
                if !list.contains(item) {
                    list.push(item.clone());
                }
            }
            Ok(Answer::List(list))
        }
        [value] => Ok(Answer::typed(field, value)),
        _ => Err(Failure::new(
            Exit::Usage,
            "this question takes one value",
            "put a text of several words in quotes",
        )),
    }
}

/// What was saved, in words.
fn told(context: &Context, question: &Question, field: &Field, answer: &Answer) -> String {
    let name = question.name();
    match (&field.kind, answer) {
        _ if answer.is_empty() => format!("{name}: cleared"),
        (Kind::Text { limit }, Answer::Text(text)) => {
            let measure = context.questionnaire.word_rule.measure(text, *limit);
            format!("{name}: {}", measure.describe_with_excess())
        }
        _ => format!("{name}: {}", escape_for_terminal(&answer.shown(field))),
    }
}

/// Opens the draft; one that another command is just writing to is waited for.
pub(super) fn open(context: &Context, path: &Path) -> Result<(DraftFile, Draft), Failure> {
    no_document(path)?;
    let mut waited = Duration::ZERO;
    loop {
        match DraftFile::open(path, &context.questionnaire) {
            Err(DraftError::Busy(_)) if waited < PATIENCE => {
                thread::sleep(PAUSE);
                waited += PAUSE;
            }
            opened => return opened.map_err(|error| Failure::of_file(path, error)),
        }
    }
}
