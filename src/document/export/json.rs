//! Writes the application as JSON, for programs that process it further.

use serde_json::{Map, Value, json};

use super::Application;
use crate::model::answer::Answer;
use crate::model::markup;
use crate::model::questionnaire::{Field, Question};
use crate::model::review::Item;
use crate::model::submission::Submission;
use crate::model::text::escaped_json;

/// The JSON Schema of the result of [`write()`].
pub(crate) const SCHEMA: &str = include_str!("schema.json");

/// Writes every question with its wording, status and answer. Dates are `YYYY-MM-DD`, choices are
/// their ids, and long answers are as the applicant wrote them.
pub(super) fn write(application: &Application<'_>) -> String {
    let Application { questionnaire, draft, review, .. } = application;
    let submission = Submission::new(questionnaire, draft);
    let item = |item: &Item<'_>| {
        json!({
            "number": item.question.number,
            "id": item.question.id,
            "section": item.section.map(|section| &section.title),
            "question": markup::plain(&item.question.text),
            "status": item.status.id(),
            "words": item.measure.map(|measure| measure.words),
            "limit": item.measure.and_then(|measure| measure.limit).map(|limit| limit.words),
            "answer": answer(item.question, &submission),
        })
    };
    let object = json!({
        "questionnaire": questionnaire.id,
        "version": questionnaire.version,
        "title": markup::plain(&questionnaire.title),
        "language": questionnaire.language,
        "complete": review.is_complete(),
        "questions": review.items.iter().map(item).collect::<Vec<_>>(),
    });
    escaped_json(&format!("{object:#}\n")).into_owned()
}

/// Returns the answer to a question with one field, or an object with the answers to several fields.
fn answer(question: &Question, submission: &Submission<'_>) -> Value {
    let value = |answer: Option<&Answer>| match answer {
        None => Value::Null,
        Some(Answer::Text(text)) => json!(text),
        Some(Answer::YesNo(yes)) => json!(yes),
        Some(Answer::Date(date)) => json!(date.to_string()),
        Some(Answer::List(items)) => json!(items),
    };
    match question.fields.as_slice() {
        [field] if field.key.field.is_none() => value(submission.answer(&field.key)),
        fields => {
            let entry = |field: &Field| {
                Some((field.key.field.clone()?, value(submission.answer(&field.key))))
            };
            Value::Object(fields.iter().filter_map(entry).collect::<Map<_, _>>())
        }
    }
}
