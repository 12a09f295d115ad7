//! Finds remarks on an application, which do not change the result of `check`: contradictions, lateness,
//! another language, copies and versions of other files.

use std::cmp::Ordering;
use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::Date;

use super::batch::ReceivedDraft;
use super::context::latest_date;
use super::proofread::foreign_answers;
use crate::model::identity::Identity;
use crate::model::questionnaire::Questionnaire;
use crate::model::spelling::Lexicon;
use crate::model::submission::Submission;
use crate::storage::document_file;

/// Finds the remarks on one application, without comparing it with others.
pub(super) struct RemarkFinder<'a> {
    pub(super) questionnaire: &'a Questionnaire,
    /// The dictionary by which other languages are recognised, or `None` if the language is not checked.
    pub(super) lexicon: Option<Arc<Lexicon>>,
    today: Date,
}

impl<'a> RemarkFinder<'a> {
    /// Creates a finder. Without a `lexicon`, the language is not checked.
    pub(super) fn new(questionnaire: &'a Questionnaire, lexicon: Option<Arc<Lexicon>>) -> Self {
        Self { questionnaire, lexicon, today: latest_date() }
    }

    /// Returns the remarks of the reader of the document, and then those on the content of the application.
    pub(super) fn remarks(&self, received: &ReceivedDraft) -> Vec<String> {
        let ReceivedDraft { draft, remarks } = received;
        let mut remarks = remarks.clone();
        let submission = Submission::new(self.questionnaire, draft);
        remarks.extend(submission.contradictions(self.today));
        remarks.extend(self.lateness(draft.saved));
        if let Some(lexicon) = &self.lexicon {
            remarks.extend(foreign_answers(draft, self.questionnaire, lexicon));
        }
        remarks
    }

    /// Returns a remark if an application was saved after the deadline, otherwise `None`.
    pub(super) fn lateness(&self, saved: Option<Timestamp>) -> Option<String> {
        self.questionnaire.deadline.as_ref()?.lateness(saved?)
    }
}

/// The applications that were read so far, to find copies and versions among the next ones.
#[derive(Default)]
pub(super) struct KnownApplications {
    /// The files by their size and by the label of their identity. Only files with the same of both can
    /// be copies.
    files: HashMap<(u64, String), Vec<PathBuf>>,
    /// The newest file of each application, by the name of the application in lower case.
    named: HashMap<String, Vec<KnownApplication>>,
}

struct KnownApplication {
    path: PathBuf,
    identity: Identity,
    saved: Option<Timestamp>,
}

impl KnownApplication {
    /// Describes what this file and a new one, whose application has the same name, have in common.
    fn relation(&self, new: &Self) -> (Relation, String) {
        let other = name_beside(&self.path, &new.path);
        if !self.identity.is_same_as(&new.identity) || !self.identity.has_origin() {
            let remark = format!("another application has the same name: `{other}`");
            return (Relation::Namesake, remark);
        }
        let order = self.saved.zip(new.saved).map(|(old, new)| new.cmp(&old));
        let remark = match order {
            Some(Ordering::Greater) => {
                format!("a newer version of the same application as `{other}`")
            }
            Some(Ordering::Less) => {
                format!("an older version of the same application as `{other}`")
            }
            Some(Ordering::Equal) | None => format!(
                "the same application as `{other}`, by its name, country and organisation; which is newer is not known"
            ),
        };
        (Relation::Version, remark)
    }
}

/// What a file has in common with an earlier one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Relation {
    /// The same bytes.
    Copy,
    /// The same name, country and organisation.
    Version,
    /// The same name only.
    Namesake,
}

impl KnownApplications {
    /// Adds an application. Returns what it has in common with an earlier one, with the remark.
    pub(super) fn add(
        &mut self,
        path: &Path,
        identity: &Identity,
        saved: Option<Timestamp>,
    ) -> Option<(Relation, String)> {
        if let Some(original) = self.original(path, identity) {
            return Some((Relation::Copy, format!("a copy of `{original}`, byte for byte")));
        }
        let name = identity.name.as_ref()?.to_lowercase();
        let known = self.named.entry(name).or_default();
        let new = KnownApplication { path: path.to_owned(), identity: identity.clone(), saved };
        let Some(same) = known.iter_mut().find(|known| known.identity.is_same_as(identity)) else {
            let relation = known.first().map(|first| first.relation(&new));
            known.push(new);
            return relation;
        };
        let relation = same.relation(&new);
        if new.saved > same.saved {
            *same = new;
        }
        Some(relation)
    }

    /// Returns the name of an earlier file with the same bytes, or `None` if there is none.
    fn original(&mut self, path: &Path, identity: &Identity) -> Option<String> {
        let about = fs::metadata(path).ok().filter(fs::Metadata::is_file)?;
        let same_size = self.files.entry((about.len(), identity.label())).or_default();
        if !same_size.is_empty() {
            let bytes = fs::read(path).ok()?;
            let mut originals = same_size.iter();
            if let Some(original) = originals.find(|file| document_file::holds(file, &bytes)) {
                return Some(name_beside(original, path));
            }
        }
        same_size.push(path.to_owned());
        None
    }
}

/// Returns the name of a file if it is in the same folder as `other`, otherwise its path.
fn name_beside(file: &Path, other: &Path) -> String {
    let name = file.file_name().filter(|_| file.parent() == other.parent());
    name.map_or_else(|| file.display().to_string(), |name| name.to_string_lossy().into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn identity(name: &str, country: &str) -> Identity {
        let some = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
        Identity { name: some(name), country: some(country), organisation: None }
    }

    #[test]
    fn copies_versions_and_namesakes_are_told_apart() {
        let folder = tempfile::tempdir().unwrap();
        let mut known = KnownApplications::default();
        let mut add = |file: &str, text: &str, who: &Identity, saved: Option<i64>| {
            let path = folder.path().join(file);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(&path, text).unwrap();
            let saved = saved.map(|day| Timestamp::from_second(day * 86_400).unwrap());
            known.add(&path, who, saved).map(|(_, remark)| remark).unwrap_or_default()
        };
        let (a, b) = (identity("Bright Streets", "Malta"), identity("BRIGHT streets", "Poland"));
        assert_eq!(add("a.yaml", "one", &a, Some(2)), "");
        assert_eq!(add("b.yaml", "one", &a, Some(2)), "a copy of `a.yaml`, byte for byte");
        assert_eq!(
            add("c.yaml", "two", &a, Some(3)),
            "a newer version of the same application as `a.yaml`"
        );
        assert_eq!(
            add("d.yaml", "six", &a, Some(1)),
            "an older version of the same application as `c.yaml`"
        );
        assert!(add("e.docx", "ten", &a, None).starts_with("the same application as `c.yaml`"));
        let other = add("f/g.yaml", "xxx", &b, None);
        assert!(
            other.starts_with("another application has the same name: `/")
                && other.ends_with("c.yaml`"),
            "{other}"
        );
        let placeless = identity("Quiet Nights", "");
        assert_eq!(add("k.yaml", "abc", &placeless, Some(1)), "");
        let other = "another application has the same name: `k.yaml`";
        assert_eq!(add("l.yaml", "def", &placeless, Some(2)), other);
        // Without a name, nothing is said but that it is a copy.
        let nameless = identity("", "");
        assert_eq!(add("h.yaml", "yyy", &nameless, None), "");
        assert_eq!(add("i.yaml", "zzz", &nameless, None), "");
        assert_eq!(add("j.yaml", "yyy", &nameless, None), "a copy of `h.yaml`, byte for byte");
    }
}
