//! Chooses the draft of a command that is called without one: `application.yaml`, or the only draft in the
//! current folder.

use std::fs;
use std::path::{Path, PathBuf};

use super::output::{note, shown};
use super::{Context, Failure};
use crate::model::text::{and_list, shell_word};
use crate::storage::draft_file::history::History;
use crate::storage::draft_file::{self, is_draft};

/// The name of the draft that `fill` creates.
pub(super) const DEFAULT: &str = "application.yaml";

/// The maximum number of drafts that an error names.
const MAX_NAMED: usize = 5;

/// Returns the drafts in the current folder that have an answer to this questionnaire, sorted by name. A
/// YAML file without such an answer is probably not a draft.
pub(super) fn drafts_here(context: &Context) -> Vec<PathBuf> {
    let entries = fs::read_dir(".").into_iter().flatten().flatten();
    let files = entries.map(|entry| PathBuf::from(entry.file_name())).filter(|path| is_draft(path));
    let is_ours = |path: &PathBuf| {
        draft_file::read(path, &context.questionnaire).is_ok_and(|draft| draft.has_answers())
    };
    let mut drafts: Vec<_> = files.filter(is_ours).collect();
    drafts.sort();
    drafts
}

/// Returns the draft to read if none is named, and prints a note with its name.
///
/// # Errors
/// Fails if there is no draft, or if there are several and none is `application.yaml`.
pub(super) fn default_draft(context: &Context) -> Result<PathBuf, Failure> {
    let default = PathBuf::from(DEFAULT);
    let draft = if default.exists() {
        default
    } else {
        let drafts = drafts_here(context);
        // The versions of a draft that was deleted can still be listed.
        let has_versions = drafts.is_empty() && !History::for_draft(&default).versions().is_empty();
        if has_versions { default } else { only_draft(drafts)? }
    };
    note(&format!("using `{}`", shown(&draft)));
    Ok(draft)
}

/// Returns the only draft of a list.
///
/// # Errors
/// Fails if there is no draft or more than one.
fn only_draft(mut drafts: Vec<PathBuf>) -> Result<PathBuf, Failure> {
    match drafts.as_slice() {
        [] => Err(Failure::failed(
            "there is no draft in this folder",
            "name a draft, or start one with `good-practice`",
        )),
        [_] => Ok(drafts.remove(0)),
        [first, ..] => {
            let named = drafts.iter().take(MAX_NAMED);
            let mut names: Vec<_> = named.map(|path| format!("`{}`", shown(path))).collect();
            let more = drafts.len() - names.len();
            names.extend((more > 0).then(|| format!("{more} more")));
            Err(Failure::usage(
                format!("there are several drafts in this folder: {}", and_list(&names)),
                format!("name one, such as `{}`", shell_word(&shown(first))),
            ))
        }
    }
}

/// The hint for a command that was given a question in place of a draft.
pub(super) const DRAFT_FIRST: &str =
    "the draft comes first, then the question, such as `application.yaml 9`";

/// Whether a word is the name of a question and not that of a file.
pub(super) fn is_question(context: &Context, word: &Path) -> bool {
    let name = word.to_str().filter(|_| !word.is_file());
    name.is_some_and(|name| context.questionnaire.find(name).is_ok())
}

/// Returns the draft and the question that are named on the command line. A single word can be
/// either: it is the question if there is a question with this name, and no such file.
///
/// # Errors
/// Fails if no draft is named and no default draft is found.
pub(super) fn draft_and_question(
    context: &Context,
    draft: Option<PathBuf>,
    question: Option<String>,
) -> Result<(PathBuf, Option<String>), Failure> {
    match (draft, question) {
        (Some(word), None) if is_question(context, &word) => {
            Ok((default_draft(context)?, Some(word.to_string_lossy().into_owned())))
        }
        (Some(draft), question) => Ok((draft, question)),
        (None, question) => Ok((default_draft(context)?, question)),
    }
}
