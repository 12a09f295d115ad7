//! `import FILE... --into DRAFT`: compares each file with the version of the draft that it was made
//! from, and applies the changes that the user accepts.

use std::path::Path;

use super::changes::{self, DiffMarks, SPOKEN, SYMBOLS};
use super::context::print_notices;
use super::history::when;
use super::import::{ReceivedFile, print_remarks};
use super::output::{message, note, print, shown};
use super::{Context, Exit, Failure};
use crate::model::answer::Answer;
use crate::model::draft::{AnswerMerge, Draft, merge_answer, with_look_of};
use crate::model::questionnaire::{Field, Kind, Question};
use crate::model::review::validation_errors;
use crate::model::submission::Submission;
use crate::model::text::{escape_for_terminal, plural};
use crate::storage::document_file;
use crate::storage::draft_file::exports::BaseVersion;
use crate::storage::draft_file::history::{EarlierDraft, History};
use crate::terminal::frontend::Frontend;
use crate::wizard::{ConflictChoice, offer_change, offer_conflict};

/// Shows what each file changes in a draft, and applies the accepted changes.
pub(super) fn run(
    context: &Context,
    files: &[ReceivedFile],
    path: &Path,
    accept_all: bool,
) -> Result<Exit, Failure> {
    if !path.exists() {
        return Err(Failure::failed(
            format!("there is no draft `{}`", shown(path)),
            "`-o` makes a new one",
        ));
    }
    let (mut file, draft) = context.open(path)?;
    let frontend = if accept_all { None } else { context.frontend()? };
    let is_spoken = frontend.as_ref().is_some_and(|frontend| frontend.style().spoken);
    let mut merge = ImportMerge {
        context,
        before: draft.clone(),
        draft,
        versions: History::for_draft(path).drafts(&context.questionnaire).collect(),
        marks: if is_spoken { &SPOKEN } else { &SYMBOLS },
        accept_all,
        frontend,
        names_files: files.len() > 1,
        changes: 0,
        accepted: 0,
        conflicts: Vec::new(),
        rejected: 0,
        stopped: false,
    };
    for received in files {
        merge.merge_file(received)?;
    }
    let ImportMerge {
        frontend,
        before,
        draft,
        changes,
        accepted,
        conflicts,
        rejected,
        stopped,
        ..
    } = merge;
    if draft != before {
        let notices = context.replace(&mut file, &draft, path)?;
        print_notices(&notices);
    }
    if changes == 0 && conflicts.is_empty() {
        let subject = match files {
            [only] if only.is_draft => "the copy changes",
            [_] => "the document changes",
            _ => "the files change",
        };
        message(&format!("{subject} no answer"));
        return Ok(Exit::Done);
    }
    if changes > 0 {
        message(&format!("{accepted} of {} accepted", plural(changes, "change", "changes")));
    }
    if stopped {
        return Ok(Exit::Interrupted);
    }
    if !conflicts.is_empty() {
        message(&format!(
            "{} not accepted because both sides changed the same place: {}",
            plural(conflicts.len(), "change", "changes"),
            conflicts.join("; ")
        ));
        if accept_all {
            message("hint: without `--yes`, in a terminal, you choose between the two");
        }
    }
    if !accept_all && frontend.is_none() {
        message("hint: `--yes` accepts all changes; in a terminal you are asked about each");
        return Ok(Exit::Failed);
    }
    Failure::if_rejected(frontend.map_or(0, |frontend| frontend.rejected_lines().get()))?;
    Ok(if conflicts.is_empty() && rejected == 0 { Exit::Done } else { Exit::Failed })
}

/// Merges received files into a draft, one after the other.
struct ImportMerge<'a> {
    context: &'a Context,
    /// The draft as it was before the first file.
    before: Draft,
    /// The draft with the changes that were accepted so far.
    draft: Draft,
    /// The earlier versions of the draft, newest first.
    versions: Vec<EarlierDraft>,
    marks: &'static DiffMarks,
    /// Whether every change is accepted without asking.
    accept_all: bool,
    /// Asks whether to accept a change. `None` if all changes are accepted, or if there is no terminal and
    /// so no change is accepted.
    frontend: Option<Frontend>,
    /// Whether the titles of changes name the file.
    names_files: bool,
    /// The number of changes so far.
    changes: usize,
    /// The number of accepted changes.
    accepted: usize,
    /// The titles of the conflicts that were not resolved.
    conflicts: Vec<String>,
    /// The number of changes that were not accepted because they would replace a valid answer by an invalid
    /// one.
    rejected: usize,
    /// Whether the user left before the last change.
    stopped: bool,
}

impl ImportMerge<'_> {
    /// Merges one file.
    ///
    /// An answer was not changed in the file if it is the same in `base`, the version of the draft that the
    /// file was made from, or in `sent`, which is `base` as it is read back from a document.
    ///
    /// # Errors
    /// Fails if the terminal cannot be read or written.
    fn merge_file(&mut self, received: &ReceivedFile) -> Result<(), Failure> {
        let name = received.path.file_name().unwrap_or(received.path.as_os_str());
        let name = escape_for_terminal(&name.to_string_lossy()).into_owned();
        let theirs = &received.found.draft;
        print_remarks(
            &if self.names_files { format!("{name}: ") } else { String::new() },
            &received.found,
        );
        let versions = std::mem::take(&mut self.versions);
        let before = self.before.clone();
        let base = BaseVersion::find(theirs, received.found.origin.as_ref(), &before, &versions);
        if let BaseVersion::Closest(earlier) = base {
            note(&format!(
                "{name}: the file does not say which version of the draft it was made from; it is \
                 compared with the version of {}, which has most of its answers",
                when(earlier.version.saved)
            ));
        }
        let sent = if received.is_draft {
            base.draft().clone()
        } else {
            document_file::read_back(base.draft(), &self.context.questionnaire)
        };
        let accepted_before = self.accepted;
        if self.accept_all || self.frontend.is_some() {
            let notes_before = self.draft.notes().len();
            for note in theirs.notes() {
                self.draft.add_note(note.clone());
            }
            if let added @ 1.. = self.draft.notes().len() - notes_before {
                let notes = plural(added, "note", "notes");
                message(&format!("{notes} from {name}; `show --notes` prints them"));
            }
            let words_before = self.draft.kept_words().count();
            for word in theirs.kept_words() {
                self.draft.keep_word(word);
            }
            if let added @ 1.. = self.draft.kept_words().count() - words_before {
                let words = plural(added, "word", "words");
                message(&format!("{words} from {name}, which spelling does not mark"));
            }
        }
        for (_, question) in self.context.questionnaire.questions() {
            for field in &question.fields {
                let changed = ReceivedAnswer {
                    file: &name,
                    question,
                    field,
                    base: base.draft().answer(&field.key),
                    sent: sent.answer(&field.key),
                    theirs: theirs.answer(&field.key),
                    holds_emphasis: received.is_draft || matches!(base, BaseVersion::Named(_)),
                    is_not_applicable: theirs.is_not_applicable(question),
                };
                self.answer(&changed, base, &versions)?;
            }
            // A missing mark is ignored, because the file may not have the question.
            if theirs.is_not_applicable(question)
                && !sent.is_not_applicable(question)
                && !self.draft.is_not_applicable(question)
            {
                let title = self.title(&question.name(), &name);
                if self.accepts(&title, &format!("{title}: marked as not applicable\n\n"))? {
                    self.draft.mark_not_applicable(question, true);
                }
            }
        }
        if self.accept_all || self.accepted > accepted_before {
            for (_, text) in &received.found.unplaced {
                if !self.draft.contains_text(text) && !sent.contains_text(text) {
                    self.draft.add_text(text);
                }
            }
            if received.is_draft {
                self.draft.take_unplaced(&sent, theirs);
            }
        }
        self.versions = versions;
        Ok(())
    }

    /// Merges one answer.
    fn answer(
        &mut self,
        changed: &ReceivedAnswer<'_>,
        base: BaseVersion<'_>,
        versions: &[EarlierDraft],
    ) -> Result<(), Failure> {
        let &ReceivedAnswer { file, question, field, .. } = changed;
        let name = question.field_name(field);
        let restored = match (changed.holds_emphasis, changed.sent, changed.theirs) {
            (false, Some(Answer::Text(sent)), Some(Answer::Text(theirs))) => {
                Some(Answer::Text(with_look_of(sent, theirs)))
            }
            (_, _, _) => None,
        };
        let theirs = restored.as_ref().or(changed.theirs);
        let ours = self.draft.answer(&field.key).cloned();
        if theirs == changed.sent || theirs == changed.base || theirs == ours.as_ref() {
            return Ok(());
        }
        let says = |theirs: &&Answer| {
            theirs.as_text().is_none_or(|text| text.contains(char::is_alphanumeric))
        };
        // A dash in the place of an answer stands for none.
        let Some(theirs) = theirs.filter(|theirs| ours.is_none() || says(theirs)) else {
            if ours.is_some() && !changed.is_not_applicable {
                message(&format!("{name}: empty in {file}; your answer stays"));
            }
            return Ok(());
        };
        if ours.as_ref().is_some_and(|ours| ours.looks_like(theirs)) {
            message(&format!(
                "{name}: {file} differs only in spaces or invisible characters; your answer stays"
            ));
            return Ok(());
        }
        if let Some(earlier) = earlier_version_with(theirs, field, base, versions) {
            message(&format!(
                "{name}: {file} has your answer from the version of {}; the newer one stays",
                when(earlier.version.saved)
            ));
            return Ok(());
        }
        let title = self.title(&name, file);
        let describe = |title: &str, before: Option<&Answer>, after: Option<&Answer>| {
            changes::describe(self.context, title, field, before, after, self.marks)
        };
        let taken = match merge_answer(changed.base, ours.as_ref(), Some(theirs)) {
            AnswerMerge::Ours | AnswerMerge::Cleared => return Ok(()),
            AnswerMerge::Theirs => theirs.clone(),
            AnswerMerge::Both(merged) => merged,
            AnswerMerge::Conflict => {
                let both = format!(
                    "{title}: both sides changed the same place\n\n{}{}",
                    describe("  in your draft", changed.base, ours.as_ref()),
                    describe(&format!("  in {file}"), changed.base, Some(theirs)),
                );
                if self.takes_theirs(&title, file, &both)? {
                    self.draft.set(&field.key, theirs.clone());
                }
                return Ok(());
            }
        };
        let errors = self.problems(question, field, &taken);
        let is_valid =
            |ours: &Answer| !ours.is_empty() && self.problems(question, field, ours).is_empty();
        if self.accept_all && !errors.is_empty() && ours.as_ref().is_some_and(is_valid) {
            self.changes += 1;
            self.rejected += 1;
            message(&format!("{title}: not accepted: {}", errors.join("; ")));
            return Ok(());
        }
        let change = describe(&title, ours.as_ref(), Some(&taken));
        if self.accepts(&title, &change)? {
            self.draft.set(&field.key, taken);
        }
        Ok(())
    }

    /// Returns the problems that an answer would have in the draft: it is not valid in its field, or longer
    /// than its limit.
    fn problems(&self, question: &Question, field: &Field, answer: &Answer) -> Vec<String> {
        let questionnaire = &self.context.questionnaire;
        let submission = Submission::new(questionnaire, &self.draft);
        let mut problems = validation_errors(&submission, field, answer);
        let limit = question.text_field().filter(|(text, _)| text.key == field.key);
        let limit = limit.and_then(|(_, limit)| limit);
        let measure = answer.as_text().map(|text| questionnaire.word_rule.measure(text, limit));
        let measure = measure.filter(|measure| measure.excess() > 0);
        problems
            .extend(measure.map(|measure| format!("it has {}", measure.describe_with_excess())));
        problems
    }

    /// Returns the title of a change: the name of the question, and that of the file if there are several.
    fn title(&self, name: &str, file: &str) -> String {
        if self.names_files { format!("{name}, from {file}") } else { name.to_owned() }
    }

    /// Prints a change and returns whether it is accepted. After the user has left, only counts the change.
    fn accepts(&mut self, title: &str, change: &str) -> Result<bool, Failure> {
        self.changes += 1;
        if self.stopped {
            return Ok(false);
        }
        print(change)?;
        let reply = match &mut self.frontend {
            None => Some(self.accept_all),
            Some(frontend) => {
                offer_change(change, &format!("Accept this change of {title}?"), frontend)
                    .map_err(unchanged)?
            }
        };
        self.stopped = reply.is_none();
        let accepted = reply == Some(true);
        self.accepted += usize::from(accepted);
        Ok(accepted)
    }

    /// Prints both sides of a conflict and returns whether the user chooses that of the file.
    fn takes_theirs(&mut self, title: &str, file: &str, both: &str) -> Result<bool, Failure> {
        if !self.stopped {
            print(both)?;
        }
        let choice = match &mut self.frontend {
            Some(frontend) if !self.stopped => {
                offer_conflict(both, title, file, frontend).map_err(unchanged)?
            }
            Some(_) | None => ConflictChoice::Undecided,
        };
        match choice {
            ConflictChoice::Ours | ConflictChoice::Theirs => {
                let takes_theirs = choice == ConflictChoice::Theirs;
                self.changes += 1;
                self.accepted += usize::from(takes_theirs);
                return Ok(takes_theirs);
            }
            ConflictChoice::Stop => self.stopped = true,
            ConflictChoice::Undecided => {}
        }
        self.conflicts.push(title.to_owned());
        Ok(false)
    }
}

/// An answer in a received file, and the answer before it was changed there.
struct ReceivedAnswer<'a> {
    /// The name of the file.
    file: &'a str,
    question: &'a Question,
    field: &'a Field,
    /// The answer in the version that the file was made from.
    base: Option<&'a Answer>,
    /// The same answer as it is read back from a document.
    sent: Option<&'a Answer>,
    /// The answer in the file.
    theirs: Option<&'a Answer>,
    /// Whether the file can hold emphasis, so that missing emphasis was removed by a person.
    holds_emphasis: bool,
    /// Whether the file marks the question as not applicable.
    is_not_applicable: bool,
}

/// Returns the newest earlier version that has the words of an answer, which is then an old answer. Short
/// answers, such as yes or a date, are likely to be in some version. For them, only versions count that
/// are newer than the one that the file was made from.
fn earlier_version_with<'v>(
    answer: &Answer,
    field: &Field,
    base: BaseVersion<'_>,
    versions: &'v [EarlierDraft],
) -> Option<&'v EarlierDraft> {
    let is_long = matches!(field.kind, Kind::Text { .. });
    let base = match base {
        BaseVersion::Named(base) | BaseVersion::Closest(base) => Some(base.version.saved),
        BaseVersion::Present(_) => None,
    };
    versions.iter().find(|earlier| {
        (is_long || base.is_some_and(|base| earlier.version.saved > base))
            && earlier.draft.answer(&field.key).is_some_and(|kept| kept.has_same_words(answer))
    })
}

/// Converts an error of the terminal. Nothing is saved before the last question.
fn unchanged(error: std::io::Error) -> Failure {
    Failure { hint: Some("nothing was changed".to_owned()), ..Failure::of_terminal(error) }
}
