//! Reads the kind of a field with its word limit, choices and date order.

use super::keys::{Keys, suggestion};
use super::need::find_earlier;
use crate::model::questionnaire::{Choice, Field, Key, Kind};
use crate::model::text::sanitize;
use crate::model::value::{Location, Value};
use crate::model::words::Limit;

/// The names of the kinds of field in a questionnaire file.
const KINDS: [&str; 8] = ["line", "text", "yes-no", "date", "e-mail", "links", "choice", "choices"];

/// Reads the kind of the field `key`. `earlier` are the fields that `not-before` can refer to.
/// Returns `None` if the kind is missing or unknown.
pub(super) fn read_kind(keys: &mut Keys<'_>, key: &Key, earlier: &[Field]) -> Option<Kind> {
    let name = keys.required_located("kind");
    let words = read_words(keys);
    let not_before = keys.located("not-before");
    let choices = read_choices(keys, key);
    let (name, location) = name?;
    if name != "text"
        && let Some((_, location)) = words
    {
        keys.problems.add(location, "`words` can only be set for the kind `text`");
    }
    let not_before = not_before.and_then(|(date, location)| {
        let found = find_earlier(earlier, &date, Some(&key.question));
        let found = found.filter(|field| matches!(field.kind, Kind::Date { .. }));
        if found.is_none() {
            let message = format!("`not-before` must refer to an earlier date, found `{date}`");
            keys.problems.add(location, message);
        }
        Some(found?.key.clone())
    });
    match (matches!(name.as_str(), "choice" | "choices"), choices.is_empty()) {
        (true, true) => keys.problems.add(location, format!("the kind `{name}` needs `choices`")),
        (false, false) => {
            keys.problems.add(location, format!("the kind `{name}` does not allow `choices`"));
        }
        (true, false) | (false, true) => {}
    }
    Some(match name.as_str() {
        "line" => Kind::Line,
        "text" => Kind::Text { limit: words.map(|(limit, _)| limit) },
        "yes-no" => Kind::YesNo,
        "date" => Kind::Date { not_before },
        "e-mail" => Kind::Email,
        "links" => Kind::Links,
        "choice" => Kind::Choice(choices),
        "choices" => Kind::Choices(choices),
        _ => {
            let (hint, kinds) = (suggestion(&name, &KINDS), KINDS.join(", "));
            let message = format!("unknown kind `{name}`{hint}; expected one of {kinds}");
            keys.problems.add(location, message);
            return None;
        }
    })
}

fn read_words(keys: &mut Keys<'_>) -> Option<(Limit, Location)> {
    let (words, location) = keys.located("words")?;
    let limit = words.parse().ok().filter(|words| *words > 0);
    if limit.is_none() {
        keys.problems
            .add(location, format!("`words` must be a number such as 150, found `{words}`"));
    }
    limit.map(|words| (Limit { words }, location))
}

fn read_choices(keys: &mut Keys<'_>, key: &Key) -> Vec<Choice> {
    let Some(node) = keys.take("choices") else { return Vec::new() };
    let Value::Map(entries) = &node.value else {
        let message =
            format!("the choices of `{key}` must be written as `id: text`, one on each line");
        keys.problems.add(node.location, message);
        return Vec::new();
    };
    let mut choices = Vec::new();
    for (entry, node) in entries {
        let id = entry.name.clone();
        match node.value.as_text() {
            Some(text) => choices.push(Choice { id, text: sanitize(text).trim_end().to_owned() }),
            None => keys.problems.add(entry.location, format!("the choice `{id}` needs a text")),
        }
    }
    choices
}
