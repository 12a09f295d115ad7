//! Three-way merge of one answer: word by word for texts, item by item for lists.

use std::ops::Range;

use similar::{Algorithm, DiffOp, TextDiff, capture_diff_slices};

use crate::model::answer::Answer;

/// Changes with fewer unchanged words of one sentence between them touch each other.
const WORDS_BETWEEN: usize = 5;

/// The result of a merge of one answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum AnswerMerge {
    /// Their answer contains no change that ours does not have.
    Ours,
    /// Only theirs changed.
    Theirs,
    /// Both sides changed different places; the answer has all changes.
    Both(Answer),
    /// Both sides changed the same place.
    Conflict,
    /// Their side has no answer any more.
    Cleared,
}

/// Merges two answers whose common ancestor is `base`.
///
/// A text is compared with its ancestor word by word. The changes of both sides are combined if none
/// touches another; two changes touch if less than [`WORDS_BETWEEN`] unchanged words of the same
/// sentence separate them, because half a sentence of each side rarely makes a sentence. A change that
/// both sides made counts once. In lists, what either side added or removed is added and removed.
pub(crate) fn merge_answer(
    base: Option<&Answer>,
    ours: Option<&Answer>,
    theirs: Option<&Answer>,
) -> AnswerMerge {
    if ours == theirs || base == theirs {
        return AnswerMerge::Ours;
    }
    let (ours, theirs) = match (ours, theirs) {
        (_, None) => return AnswerMerge::Cleared,
        (Some(ours), Some(theirs)) if base != Some(ours) => (ours, theirs),
        (_, Some(_)) => return AnswerMerge::Theirs,
    };
    let merged = match (base, ours, theirs) {
        (Some(Answer::Text(base)), Answer::Text(ours), Answer::Text(theirs)) => {
            merge_texts(base, ours, theirs).map(Answer::Text)
        }
        (None | Some(Answer::List(_)), Answer::List(ours), Answer::List(theirs)) => {
            let base = base.and_then(Answer::as_list).unwrap_or_default();
            let removed = |item: &&String| base.contains(item) && !theirs.contains(item);
            let kept = ours.iter().filter(|item| !removed(item));
            let added = theirs.iter().filter(|item| !base.contains(item) && !ours.contains(item));
            Some(Answer::List(kept.chain(added).cloned().collect()))
        }
        (_, _, _) => None,
    };
    match merged {
        Some(merged) if merged == *ours => AnswerMerge::Ours,
        Some(merged) => AnswerMerge::Both(merged),
        None => AnswerMerge::Conflict,
    }
}

/// Returns a received text with the emphasis and the white space of its ancestor where the words are the
/// same. Some forms and formats cannot hold them, so that losing them is no change.
pub(crate) fn with_look_of(base: &str, text: &str) -> String {
    let words = TextDiff::configure().diff_words(base, text);
    let (old, new): (Vec<&str>, Vec<&str>) =
        (words.iter_old_slices().collect(), words.iter_new_slices().collect());
    let keys = |tokens: &[&str]| tokens.iter().map(|token| bare(token)).collect::<Vec<_>>();
    let ops = capture_diff_slices(Algorithm::Myers, &keys(&old), &keys(&new));
    let piece = |op: &DiffOp| match op {
        DiffOp::Equal { .. } => old.get(op.old_range()).unwrap_or_default().concat(),
        DiffOp::Delete { .. } | DiffOp::Insert { .. } | DiffOp::Replace { .. } => {
            new.get(op.new_range()).unwrap_or_default().concat()
        }
    };
    ops.iter().map(piece).collect()
}

/// Returns a word without emphasis, or one blank, line end or empty line for white space.
fn bare(token: &str) -> String {
    match (token.trim().is_empty(), token.matches('\n').count()) {
        (false, _) => token.replace(['*', '_', '`'], ""),
        (true, lines) if lines > 0 => "\n".repeat(lines.min(2)),
        (true, _) => " ".to_owned(),
    }
}

/// A change of a text: the range of the ancestor's tokens that it replaces, and the new text.
#[derive(Debug, PartialEq, Eq)]
struct WordEdit {
    tokens: Range<usize>,
    text: String,
}

/// Merges two texts word by word. Returns `None` if a change of one side touches one of the other.
fn merge_texts(base: &str, ours: &str, theirs: &str) -> Option<String> {
    let our_diff = TextDiff::configure().diff_words(base, ours);
    let their_diff = TextDiff::configure().diff_words(base, theirs);
    let tokens: Vec<&str> = our_diff.iter_old_slices().collect();
    let ours = edits(our_diff.ops(), &our_diff.iter_new_slices().collect::<Vec<_>>());
    let theirs = edits(their_diff.ops(), &their_diff.iter_new_slices().collect::<Vec<_>>());
    let (shared, ours): (Vec<WordEdit>, _) =
        ours.into_iter().partition(|edit| theirs.contains(edit));
    let theirs: Vec<WordEdit> = theirs.into_iter().filter(|edit| !shared.contains(edit)).collect();
    if ours.iter().any(|our| theirs.iter().any(|their| touch(&tokens, our, their))) {
        return None;
    }
    let mut all: Vec<WordEdit> = shared.into_iter().chain(ours).chain(theirs).collect();
    all.sort_by_key(|edit| edit.tokens.start);
    let mut merged = String::new();
    let mut next = 0;
    for edit in all {
        merged.extend(tokens.get(next..edit.tokens.start)?.iter().copied());
        merged.push_str(&edit.text);
        next = edit.tokens.end;
    }
    merged.extend(tokens.get(next..)?.iter().copied());
    Some(merged)
}

/// Returns the changes of a comparison.
fn edits(ops: &[DiffOp], new: &[&str]) -> Vec<WordEdit> {
    let changes = ops.iter().filter(|op| !matches!(op, DiffOp::Equal { .. }));
    let edit = |op: &DiffOp| WordEdit {
        tokens: op.old_range(),
        text: new.get(op.new_range()).unwrap_or_default().concat(),
    };
    changes.map(edit).collect()
}

/// Whether two changes are too close to each other to be combined.
fn touch(tokens: &[&str], a: &WordEdit, b: &WordEdit) -> bool {
    let (first, second) = if a.tokens.start <= b.tokens.start {
        (&a.tokens, &b.tokens)
    } else {
        (&b.tokens, &a.tokens)
    };
    let Some(between) = tokens.get(first.end..second.start) else { return true };
    let words = || between.iter().filter(|token| !token.trim().is_empty());
    // The end of a sentence may be the last word that the first change replaces.
    let last = tokens.get(first.clone()).and_then(<[&str]>::last).filter(|_| !between.is_empty());
    let ends_sentence = |token: &&&str| {
        token.contains('\n')
            || token
                .trim_end_matches(['"', '\'', ')', ']', '»', '”', '’'])
                .ends_with(['.', '!', '?', '…', '。', '！', '？'])
    };
    words().count() < WORDS_BETWEEN
        && !between.iter().chain(last).any(|token| ends_sentence(&token))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn merged(base: &str, ours: &str, theirs: &str) -> Option<String> {
        let text = |text: &str| Answer::Text(text.to_owned());
        match merge_answer(Some(&text(base)), Some(&text(ours)), Some(&text(theirs))) {
            AnswerMerge::Ours => Some(ours.to_owned()),
            AnswerMerge::Theirs => Some(theirs.to_owned()),
            AnswerMerge::Both(Answer::Text(merged)) => Some(merged),
            AnswerMerge::Both(_) | AnswerMerge::Conflict | AnswerMerge::Cleared => None,
        }
    }

    #[test]
    fn changes_of_different_sentences_are_combined() {
        let base = "We trained 12 officers. They visited 30 schools.\n\nParents liked it.";
        let ours = "We trained 14 officers. They visited 30 schools.\n\nParents liked it.";
        let theirs = "We trained 12 officers. They visited 35 schools.\n\nAll parents liked it.";
        let both = "We trained 14 officers. They visited 35 schools.\n\nAll parents liked it.";
        assert_eq!(merged(base, ours, theirs).as_deref(), Some(both));
        assert_eq!(merged(base, theirs, ours).as_deref(), Some(both));
        // A change that one side has already is not a change any more.
        assert_eq!(merged(base, both, theirs).as_deref(), Some(both));
        assert_eq!(merged(base, base, theirs).as_deref(), Some(theirs));
    }

    #[test]
    fn a_sentence_that_both_sides_change_is_a_conflict() {
        for (base, ours, theirs) in [
            ("We trained 12 officers.", "We trained 14 officers.", "We trained 15 officers."),
            (
                "We trained 12 officers in 3 towns.",
                "We trained 14 officers in 3 towns.",
                "We trained 12 officers in 4 towns.",
            ),
            ("It works.", "It works. Anna adds this.", "It works. Bert adds that."),
            ("It works.", "It works well.", "Something else entirely."),
        ] {
            assert_eq!(merged(base, ours, theirs), None, "{base}");
            assert_eq!(merged(base, theirs, ours), None, "{base}");
        }
    }

    #[test]
    fn the_words_between_changes_of_a_long_sentence_keep_them_apart() {
        let base = "one two three four five six seven eight nine ten";
        let ours = "one 2 three four five six seven eight nine ten";
        let theirs = "one two three four five six seven eight 9 ten";
        assert_eq!(
            merged(base, ours, theirs).as_deref(),
            Some("one 2 three four five six seven eight 9 ten")
        );
    }

    #[test]
    fn emphasis_that_a_form_cannot_hold_is_not_lost() {
        let base = "- **A bank**: its staff ask.\n\nIt *works*.";
        assert_eq!(with_look_of(base, "- A bank: its staff  ask.\n\nIt works."), base);
        assert_eq!(
            with_look_of(base, "- A bank: all its staff ask.\n\nIt works."),
            "- **A bank**: all its staff ask.\n\nIt *works*."
        );
    }

    #[test]
    fn lists_have_what_either_side_added() {
        let list = |items: &[&str]| Answer::List(items.iter().map(|&item| item.into()).collect());
        let merge = |base: &[&str], ours: &[&str], theirs: &[&str]| {
            merge_answer(Some(&list(base)), Some(&list(ours)), Some(&list(theirs)))
        };
        assert_eq!(
            merge(&["a", "b"], &["a", "b", "c"], &["b", "d"]),
            AnswerMerge::Both(list(&["b", "c", "d"]))
        );
        assert_eq!(merge(&["a"], &["a", "b", "c"], &["a", "c"]), AnswerMerge::Ours);
        let yes = [true, false].map(Answer::YesNo);
        assert_eq!(merge_answer(None, Some(&yes[0]), Some(&yes[1])), AnswerMerge::Conflict);
        assert_eq!(merge_answer(Some(&yes[0]), Some(&yes[0]), None), AnswerMerge::Cleared);
    }

    proptest! {
        #[test]
        fn no_word_that_a_side_wrote_is_lost(
            base in "([a-c]{1,2}[ .]{1,2}){0,12}",
            ours in prop::collection::vec((0..24_usize, "our[0-9]"), 0..4),
            theirs in prop::collection::vec((0..24_usize, "their[0-9]"), 0..4),
        ) {
            let edited = |edits: &[(usize, String)]| {
                let mut words: Vec<String> = base.split(' ').map(str::to_owned).collect();
                for (at, word) in edits {
                    let at = at % (words.len() * 2);
                    match words.get_mut(at) {
                        Some(replaced) => word.clone_into(replaced),
                        None => words.insert(at - words.len(), word.clone()),
                    }
                }
                words.join(" ")
            };
            let (ours, theirs) = (edited(&ours), edited(&theirs));
            if let Some(merged) = merged(&base, &ours, &theirs) {
                for word in ours.split(' ').chain(theirs.split(' ')) {
                    let new = word.starts_with("our") || word.starts_with("their");
                    prop_assert!(!new || merged.contains(word), "{word} in {merged}");
                }
            }
        }
    }
}
