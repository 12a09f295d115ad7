//! Reads whether a question or field must be answered: `need` and the condition in `when`.

use super::keys::Keys;
use crate::model::questionnaire::{Condition, Expected, Field, Kind, Need, yes_or_no};

/// Reads `need` and `when`. `earlier` are the fields that a condition can refer to; `question` is
/// the id of the question whose field is read, whose other fields are found by their own ids.
pub(super) fn read_need(keys: &mut Keys<'_>, earlier: &[Field], question: Option<&str>) -> Need {
    let need = keys.located("need");
    let when = keys.located("when");
    match (need, when) {
        (None, Some((when, location))) => match read_condition(&when, earlier, question) {
            Ok(condition) => return Need::RequiredWhen(condition),
            Err(message) => keys.problems.add(location, message),
        },
        (Some((_, location)), Some(_)) => {
            keys.problems.add(location, "`need` cannot be combined with `when`");
        }
        (Some((need, _)), None) if need == "if-applicable" => return Need::IfApplicable,
        (Some((need, location)), None) if need != "required" => {
            let message = format!("`need` must be `required` or `if-applicable`, found `{need}`");
            keys.problems.add(location, message);
        }
        (Some(_) | None, None) => {}
    }
    Need::Required
}

/// Parses a condition such as `aims is ecpa`, or returns a message that describes the problem.
pub(super) fn read_condition(
    when: &str,
    earlier: &[Field],
    question: Option<&str>,
) -> Result<Condition, String> {
    let (name, answer) = when
        .split_once(" is ")
        .ok_or_else(|| format!("`when` must have the form `QUESTION is ANSWER`, found `{when}`"))?;
    let (name, answer) = (name.trim(), answer.trim());
    let field = find_earlier(earlier, name, question)
        .ok_or_else(|| format!("no earlier question or field has the id `{name}`"))?;
    let (expected, possible) = match &field.kind {
        Kind::YesNo => (yes_or_no(answer).map(Expected::YesNo), "yes, no".to_owned()),
        Kind::Choice(choices) | Kind::Choices(choices) => {
            let ids: Vec<&str> = choices.iter().map(|choice| choice.id.as_str()).collect();
            let expected = ids.contains(&answer).then(|| Expected::Choice(answer.to_owned()));
            (expected, ids.join(", "))
        }
        Kind::Line | Kind::Text { .. } | Kind::Date { .. } | Kind::Email | Kind::Links => {
            return Err(format!(
                "`when` can only refer to yes-no and choice fields, and `{name}` is neither"
            ));
        }
    };
    let answer =
        expected.ok_or_else(|| format!("`{name}` can be one of {possible}, found `{answer}`"))?;
    Ok(Condition { key: field.key.clone(), answer })
}

/// Returns the earlier field with a key, or with its own id in the same question.
pub(super) fn find_earlier<'a>(
    earlier: &'a [Field],
    name: &str,
    question: Option<&str>,
) -> Option<&'a Field> {
    let same_question = |field: &&Field| {
        question == Some(field.key.question.as_str()) && field.key.field.as_deref() == Some(name)
    };
    let by_key = |field: &&Field| field.key.to_string() == name;
    earlier.iter().find(same_question).or_else(|| earlier.iter().find(by_key))
}
