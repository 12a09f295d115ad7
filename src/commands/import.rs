//! `import FILE`: a document becomes a draft, or its changes go into one.

use std::io;
use std::path::Path;

use similar::{ChangeTag, TextDiff};

use super::answers::{notes, open, replace};
use super::{Context, Exit, Failure, print, say, script_understood};
use crate::cli::Import;
use crate::document::import::Recognised;
use crate::model::answer::Answer;
use crate::model::questionnaire::{Field, Kind, Question};
use crate::model::review::Review;
use crate::model::text::{escape_for_terminal, plural, wrap};
use crate::storage::document_file;
use crate::terminal::frontend::Frontend;
use crate::wizard::offer_change;

pub(super) fn run(context: &Context, import: &Import) -> Result<Exit, Failure> {
    let found = document_file::read(&import.file, &context.questionnaire)
        .map_err(|error| Failure::of_document(&import.file, error))?;
    match (&import.into, &import.output) {
        (Some(draft), _) => into(context, &found, draft, import.yes),
        (None, Some(output)) => make(context, &found, output, import.force),
        (None, None) => Ok(Exit::Usage),
    }
}

/// Makes a draft of a document.
fn make(context: &Context, found: &Recognised, path: &Path, force: bool) -> Result<Exit, Failure> {
    let questionnaire = &context.questionnaire;
    let shown = escape_for_terminal(&path.display().to_string()).into_owned();
    let already = || {
        Failure::new(
            Exit::Failed,
            format!("there is a draft `{shown}` already"),
            "`--into` takes over only what differs; `--force` replaces it and keeps the old one as an earlier version",
        )
    };
    if path.exists() && !force {
        return Err(already());
    }
    let (mut file, _) = open(context, path)?;
    let replaces = file.is_there();
    // Another command may have made it in the meantime.
    if replaces && !force {
        return Err(already());
    }
    let told = replace(context, &mut file, &found.draft, path)?;
    notes(&told);
    if replaces {
        say(&format!("note: the draft that was there is kept: `good-practice history {shown}`"));
    }
    remarks(found);
    let review = Review::new(questionnaire, &found.draft);
    say(&format!("{shown}: {}", review.describe()));
    Ok(Exit::Done)
}

/// What one should know about a document that was read.
pub(super) fn remarks(found: &Recognised) {
    for remark in &found.remarks {
        say(&format!("note: {}", escape_for_terminal(remark)));
    }
    for (place, text) in &found.unplaced {
        let start: String = text.chars().take(60).collect();
        let more = if start.len() < text.len() { "…" } else { "" };
        let start = start.replace('\n', " ");
        say(&format!(
            "note: {place} belongs to no question and is kept as unplaced text: {}{more}",
            escape_for_terminal(&start)
        ));
    }
}

/// Shows what a document changes in a draft, and takes over what is accepted.
fn into(context: &Context, found: &Recognised, path: &Path, all: bool) -> Result<Exit, Failure> {
    let questionnaire = &context.questionnaire;
    if !path.exists() {
        return Err(Failure::new(
            Exit::Failed,
            format!("there is no draft `{}`", escape_for_terminal(&path.display().to_string())),
            "`-o` makes a new one",
        ));
    }
    let (mut file, mut draft) = open(context, path)?;
    remarks(found);
    let mut frontend = if all { None } else { context.frontend()? };
    let (mut changes, mut taken, mut stopped) = (0, 0, false);
    for (_, question) in questionnaire.questions() {
        for field in &question.fields {
            let (ours, theirs) = (draft.answer(&field.key), found.draft.answer(&field.key));
            let Some(theirs) = theirs.filter(|theirs| ours != Some(theirs)).cloned() else {
                if ours.is_some() && theirs.is_none() && !found.draft.is_not_applicable(question) {
                    let name = name(question, field);
                    say(&format!("{name}: empty in the document; your answer stays"));
                }
                continue;
            };
            changes += 1;
            if stopped {
                continue;
            }
            let spoken = frontend.as_ref().is_some_and(|frontend| frontend.style().spoken);
            let signs = if spoken { &HEARD } else { &WRITTEN };
            let change = change(context, question, field, ours, &theirs, signs);
            print(&change)?;
            let wanted = wanted(frontend.as_mut(), &change, &name(question, field), all)?;
            stopped = wanted.is_none();
            if wanted == Some(true) {
                draft.set(&field.key, theirs);
                taken += 1;
            }
        }
        if found.draft.is_not_applicable(question) && !draft.is_not_applicable(question) {
            changes += 1;
            if stopped {
                continue;
            }
            let change = format!("{}: marked as not applicable\n\n", question.name());
            print(&change)?;
            let wanted = wanted(frontend.as_mut(), &change, &question.name(), all)?;
            stopped = wanted.is_none();
            if wanted == Some(true) {
                draft.mark_not_applicable(question, true);
                taken += 1;
            }
        }
    }
    let unplaced: Vec<_> =
        found.unplaced.iter().filter(|(_, text)| !draft.contains_text(text)).collect();
    if taken > 0 || (all && !unplaced.is_empty()) {
        for (_, text) in unplaced {
            draft.add_text(text);
        }
        let told = replace(context, &mut file, &draft, path)?;
        notes(&told);
    }
    if changes == 0 {
        say("the document changes no answer");
        return Ok(Exit::Done);
    }
    say(&format!("{taken} of {} taken over", plural(changes, "change", "changes")));
    if stopped {
        return Ok(Exit::Interrupted);
    }
    if !all && frontend.is_none() {
        say("hint: `--yes` takes over all of them; in a terminal you are asked about each");
        return Ok(Exit::Failed);
    }
    script_understood(frontend.map_or(0, |frontend| frontend.rejected_lines().get()))?;
    Ok(Exit::Done)
}

/// Whether a change is wanted; nothing where the person stops here. Without a frontend to ask with, `all`
/// says it.
fn wanted(
    frontend: Option<&mut Frontend>,
    change: &str,
    name: &str,
    all: bool,
) -> Result<Option<bool>, Failure> {
    let Some(frontend) = frontend else { return Ok(Some(all)) };
    offer_change(change, &format!("Take over this change of {name}?"), frontend).map_err(|error| {
        Failure::new(Exit::Failed, format!("the terminal failed: {error}"), "nothing was changed")
    })
}

/// `question 9`, or with the field where it has several.
fn name(question: &Question, field: &Field) -> String {
    match &field.key.field {
        Some(part) => format!("{} ({part})", question.name()),
        None => question.name(),
    }
}

/// One changed answer in words: its length before and after, and what went and came.
fn change(
    context: &Context,
    question: &Question,
    field: &Field,
    ours: Option<&Answer>,
    theirs: &Answer,
    signs: &Signs,
) -> String {
    let before = ours.map(|answer| answer.shown(field)).unwrap_or_default();
    let after = theirs.shown(field);
    let mut said = name(question, field);
    if let Kind::Text { limit } = &field.kind {
        let rule = context.questionnaire.word_rule;
        let old = plural(rule.count(&before), "word", "words");
        let new = rule.measure(&after, *limit).describe_with_excess();
        said.push_str(&format!(": {old} before, {new} now"));
    }
    said.push('\n');
    let width = context.look(&io::stdout()).width.clamp(20, 100) - 2;
    for line in passages(&before, &after, signs) {
        for line in wrap(&escape_for_terminal(&line), width) {
            said.push_str(&format!("  {line}\n"));
        }
    }
    said.push('\n');
    said
}

/// How many unchanged words stand around a change.
const AROUND: usize = 6;

/// What tells a change from the words around it.
struct Signs {
    gone: (&'static str, &'static str),
    come: (&'static str, &'static str),
    paragraph: &'static str,
    more: &'static str,
}

/// The signs of a text that is seen.
const WRITTEN: Signs =
    Signs { gone: ("[-", "-]"), come: ("{+", "+}"), paragraph: " ¶ ", more: "…" };
/// The same in words, for those who hear it.
const HEARD: Signs = Signs {
    gone: ("(taken out: ", ")"),
    come: ("(put in: ", ")"),
    paragraph: ", new paragraph: ",
    more: "...",
};

/// The changed passages: what went and what came, between the words around them.
fn passages(before: &str, after: &str, signs: &Signs) -> Vec<String> {
    let diff = TextDiff::configure().diff_words(before, after);
    let changes: Vec<(ChangeTag, String)> =
        diff.iter_all_changes().map(|change| (change.tag(), change.value().to_owned())).collect();
    let mut lines = Vec::new();
    let mut line = String::new();
    let mut at = 0;
    while let Some((tag, _)) = changes.get(at) {
        let run: Vec<&(ChangeTag, String)> =
            changes.iter().skip(at).take_while(|(other, _)| other == tag).collect();
        let text: String = run.iter().map(|(_, text)| text.as_str()).collect();
        let flat = text.split('\n').filter(|part| !part.trim().is_empty()).collect::<Vec<_>>();
        let flat = flat.join(signs.paragraph);
        match tag {
            ChangeTag::Equal => {
                let words: Vec<&str> = text.split_whitespace().collect();
                let last = at + run.len() == changes.len();
                if words.len() <= AROUND * 2 && !last && at > 0 {
                    line.push_str(&flat);
                    line.push(' ');
                } else {
                    let head = words.get(..AROUND.min(words.len())).unwrap_or_default();
                    if at > 0 {
                        line.push_str(&head.join(" "));
                        if head.len() < words.len() {
                            line.push_str(&format!(" {}", signs.more));
                        }
                        lines.push(std::mem::take(&mut line));
                    }
                    if !last {
                        let tail =
                            words.get(words.len().saturating_sub(AROUND)..).unwrap_or_default();
                        if tail.len() < words.len() {
                            line.push_str(&format!("{} ", signs.more));
                        }
                        line.push_str(&tail.join(" "));
                        line.push(' ');
                    }
                }
            }
            ChangeTag::Delete | ChangeTag::Insert => {
                let (open, close) = if tag == &ChangeTag::Delete { signs.gone } else { signs.come };
                line.push_str(&format!("{open}{}{close} ", flat.trim()));
            }
        }
        at += run.len();
    }
    lines.push(line);
    lines.retain(|line| line.contains(signs.gone.0) || line.contains(signs.come.0));
    lines
}
