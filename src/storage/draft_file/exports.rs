//! Finds the version of the draft that a document was made from, when a colleague returns the
//! document with changes.

use std::cmp::Reverse;
use std::io;
use std::path::Path;

use jiff::Timestamp;

use super::history::{EarlierDraft, History, now};
use super::open::{parse, parse_with};
use super::save::to_yaml;
use crate::document::ExportOrigin;
use crate::model::draft::Draft;
use crate::model::questionnaire::Questionnaire;
use crate::storage::disk::{read_text, stable_hash};
use crate::storage::error::DraftError;

/// Returns the origin that a document of a draft has in its properties: a hash of the answers, and when
/// they were saved. Documents of the same answers have the same origin.
///
/// # Errors
/// Fails if the draft cannot be written as YAML.
pub(crate) fn origin_of(
    path: &Path,
    draft: &Draft,
    questionnaire: &Questionnaire,
) -> io::Result<ExportOrigin> {
    let hash = stable_hash(to_yaml(&draft.answers_only(), questionnaire)?.as_bytes());
    let versions = History::for_draft(path).versions();
    let pinned = versions.iter().find(|version| version.exported.as_ref() == Some(&hash));
    let saved = pinned.map(|version| version.saved).or(draft.saved).unwrap_or_else(now);
    // The name of a version has whole seconds.
    let saved = Timestamp::from_second(saved.as_second()).unwrap_or(saved).to_string();
    Ok(ExportOrigin { hash, saved })
}

/// Adds the version of a draft that a document was made from to the history.
///
/// # Errors
/// Fails if the version cannot be written.
pub(crate) fn pin_exported(
    path: &Path,
    draft: &Draft,
    origin: &ExportOrigin,
    questionnaire: &Questionnaire,
) -> io::Result<()> {
    let is_same =
        |text: &String| parse(text, questionnaire).is_ok_and(|read| read.holds_same(draft));
    let text = read_text(path).ok().filter(is_same);
    let text = text.map_or_else(|| to_yaml(draft, questionnaire), Ok)?;
    let saved = origin.saved.parse().unwrap_or_else(|_| now());
    let history = History::for_draft(path);
    history.pin_version(&text, saved, &origin.hash)?;
    history.note_saved(draft.saved);
    Ok(())
}

/// The version of a draft that a document is compared with.
#[derive(Debug, Clone, Copy)]
pub(crate) enum BaseVersion<'a> {
    /// The version that the document says it was made from.
    Named(&'a EarlierDraft),
    /// The version that has the most answers of the document. Among several, the one with the fewest other
    /// words, then the newest one that a document was made from, or else the newest.
    Closest(&'a EarlierDraft),
    /// The draft as it is now, because no version is closer to the document.
    Present(&'a Draft),
}

impl<'a> BaseVersion<'a> {
    /// Finds the version that a received document, or a copy of the draft, was made from.
    pub(crate) fn find(
        received: &Draft,
        origin: Option<&ExportOrigin>,
        present: &'a Draft,
        versions: &'a [EarlierDraft],
    ) -> Self {
        let hash = origin.map(|origin| origin.hash.as_str());
        let is_named =
            |earlier: &&EarlierDraft| hash.is_some() && earlier.version.exported.as_deref() == hash;
        if let Some(version) = versions.iter().find(is_named) {
            return Self::Named(version);
        }
        // A copy that is as close to the present draft as to a version that was sent is taken to be made
        // from that version. Otherwise it would undo what has changed since.
        let closeness = |draft: &Draft, is_sent: bool| {
            let different = received.words_gone(draft) + draft.words_gone(received);
            (received.answers_in_common(draft), Reverse(different), is_sent)
        };
        let half = received.answer_count().div_ceil(2);
        let (mut best, mut closest) = (closeness(present, false), Self::Present(present));
        for earlier in versions {
            let found = closeness(&earlier.draft, earlier.version.exported.is_some());
            if found > best && found.0 >= half {
                (best, closest) = (found, Self::Closest(earlier));
            }
        }
        closest
    }

    /// Returns its answers.
    pub(crate) fn draft(self) -> &'a Draft {
        match self {
            Self::Named(earlier) | Self::Closest(earlier) => &earlier.draft,
            Self::Present(draft) => draft,
        }
    }
}

/// Reads a copy of a draft, which may belong to another version or translation of the questionnaire.
///
/// # Errors
/// Fails if the file cannot be read or is not a draft.
pub(crate) fn read_copy(path: &Path, questionnaire: &Questionnaire) -> Result<Draft, DraftError> {
    parse_with(&read_text(path)?, |root| Draft::from_copy(root, questionnaire))
}
