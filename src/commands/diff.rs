//! `diff DRAFT [OTHER]`: shows the changes between two drafts, documents or versions, word by word.

use std::path::Path;

use jiff::civil::Date;
use jiff::{Span, Timestamp, ZonedDateTime};

use super::batch;
use super::changes::{self, SYMBOLS};
use super::history::{named_version, no_version, when};
use super::output::{message, print};
use super::{Context, Exit, Failure};
use crate::cli::Diff;
use crate::model::date::PartialDate;
use crate::model::draft::Draft;
use crate::model::text::{escape_for_terminal, plural};
use crate::storage::draft_file::history::{EarlierDraft, History};

pub(super) fn run(context: &Context, path: &Path, diff: &Diff) -> Result<Exit, Failure> {
    let draft = read(context, path)?;
    let (before, after) = if let Some(other) = &diff.other {
        (draft, read(context, other)?)
    } else {
        let earlier = choose(context, path, diff, &draft)?;
        message(&format!("since the version of {}:", when(earlier.version.saved)));
        (earlier.draft, draft)
    };
    let (text, changed) = describe(context, &before, &after);
    print(text)?;
    message(&match changed {
        0 => "the answers are the same".to_owned(),
        changed => format!("{} changed", plural(changed, "answer", "answers")),
    });
    Ok(Exit::Done)
}

/// Reads a draft, or the answers in a document.
fn read(context: &Context, path: &Path) -> Result<Draft, Failure> {
    let received = batch::read(path, &context.questionnaire);
    received
        .map(|received| received.draft)
        .map_err(|error| Failure::in_draft_or_document(path, error))
}

/// Returns the version to compare a draft with: the one that the user named, or the newest one that
/// differs.
fn choose(
    context: &Context,
    path: &Path,
    diff: &Diff,
    draft: &Draft,
) -> Result<EarlierDraft, Failure> {
    if let Some(name) = &diff.version {
        return named_version(context, path, name);
    }
    let mut versions: Vec<_> = History::for_draft(path).drafts(&context.questionnaire).collect();
    let Some(typed) = &diff.since else {
        return versions
            .into_iter()
            .find(|earlier| !earlier.draft.holds_same(draft))
            .ok_or_else(|| no_version(path, "no earlier version differs"));
    };
    let since = parse_time(typed, &ZonedDateTime::now()).ok_or_else(|| {
        Failure::usage(
            format!("`{}` is not a time", escape_for_terminal(typed)),
            "write `yesterday`, a date such as `5 October 2021`, or a duration such as `3 days`",
        )
    })?;
    // The versions are sorted by time, newest first. If the first one was saved later, it shows the
    // draft as it began.
    let last = versions.pop();
    let at_the_time = versions.into_iter().find(|earlier| earlier.version.saved <= since);
    at_the_time.or(last).ok_or_else(|| no_version(path, "there are no earlier versions yet"))
}

/// Parses a day, which starts at midnight, or a duration before now. Returns `None` for any other text.
fn parse_time(typed: &str, now: &ZonedDateTime) -> Option<Timestamp> {
    let typed = typed.trim();
    let midnight =
        |day: Date| Some(day.to_zoned_datetime(now.time_zone().clone()).ok()?.timestamp());
    match typed.to_lowercase().as_str() {
        "today" => return midnight(now.date()),
        "yesterday" => return midnight(now.date().yesterday().ok()?),
        _ => {}
    }
    if let Ok(date) = PartialDate::parse(typed) {
        return midnight(date.earliest());
    }
    let duration = typed.strip_suffix("ago").unwrap_or(typed).trim();
    let span: Span = duration.parse().or_else(|_| format!("{duration} ago").parse()).ok()?;
    Some(now.checked_sub(span.abs()).ok()?.timestamp())
}

/// Returns a description of the changes of all answers, and the number of changed answers.
fn describe(context: &Context, before: &Draft, after: &Draft) -> (String, usize) {
    let (mut text, mut changed) = (String::new(), 0);
    for (_, question) in context.questionnaire.questions() {
        for field in &question.fields {
            let (old, new) = (before.answer(&field.key), after.answer(&field.key));
            if old != new {
                let name = question.field_name(field);
                text.push_str(&changes::describe(context, &name, field, old, new, &SYMBOLS));
                changed += 1;
            }
        }
        let marks = [before, after].map(|draft| draft.is_not_applicable(question));
        if let [false, true] | [true, false] = marks {
            let verb = if marks == [false, true] { "marked" } else { "no longer marked" };
            text.push_str(&format!("{}: {verb} as not applicable\n\n", question.name()));
            changed += 1;
        }
    }
    let unplaced = [before, after].map(|draft| draft.unplaced_texts().collect::<Vec<_>>());
    let [old, new] = &unplaced;
    for (other, texts, verb) in [(new, old, "removed"), (old, new, "added")] {
        for (name, unplaced) in texts.iter().filter(|text| !other.contains(text)) {
            let unplaced = escape_for_terminal(unplaced.trim_end());
            text.push_str(&format!("{name} (belongs to no question): {verb}\n  {unplaced}\n\n"));
            changed += 1;
        }
    }
    (text, changed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_a_day_or_how_long_ago_it_is() {
        let now: ZonedDateTime = "2026-11-25T15:30:00+01:00[Europe/Brussels]".parse().unwrap();
        for (typed, expected) in [
            ("today", "2026-11-24T23:00:00Z"),
            ("Yesterday", "2026-11-23T23:00:00Z"),
            ("5 October 2021", "2021-10-04T22:00:00Z"),
            ("3 days", "2026-11-22T14:30:00Z"),
            ("2 hours ago", "2026-11-25T12:30:00Z"),
        ] {
            assert_eq!(parse_time(typed, &now).unwrap().to_string(), expected, "{typed}");
        }
        assert_eq!(parse_time("soon", &now), None);
    }
}
