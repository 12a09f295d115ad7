//! Where new lines go in a long answer, so that none of the old text is lost while they are written.

use crate::model::markup;
use crate::model::text::normalize_answer;

/// Text being inserted into an answer, and the passage that it replaces once it is finished.
#[derive(Debug, Default)]
pub(super) struct Insertion {
    pub(super) before: String,
    /// The passage that the new lines replace.
    pub(super) old: String,
    pub(super) after: String,
}

impl Insertion {
    /// Inserts at the end; after a list item without an empty line between.
    pub(super) fn after(text: &str) -> Self {
        let item = text.lines().last().is_some_and(|line| markup::list_marker(line).is_some());
        Self { before: format!("{text}{}", if item { "\n" } else { "\n\n" }), ..Self::default() }
    }

    /// Replaces everything.
    pub(super) fn instead_of(text: &str) -> Self {
        Self { old: text.to_owned(), ..Self::default() }
    }

    /// Replaces a line that starts at this byte offset.
    pub(super) fn of_line(text: &str, start: usize, line: &str) -> Self {
        let part = |range: Option<&str>| range.unwrap_or_default().to_owned();
        Self {
            before: part(text.get(..start)),
            old: line.to_owned(),
            after: part(text.get(start + line.len()..)),
        }
    }

    /// Whether there was no answer before.
    pub(super) fn is_new(&self) -> bool {
        self.before.is_empty() && self.old.is_empty()
    }

    /// Returns the answer while it is being written: with the old passage, too.
    pub(super) fn meanwhile(&self, typed: &str) -> String {
        let typed = normalize_answer(typed);
        let gap = if self.old.is_empty() || typed.is_empty() { "" } else { "\n\n" };
        normalize_answer(&format!("{}{}{gap}{typed}{}", self.before, self.old, self.after))
    }

    /// Returns the finished answer. If nothing was typed, it is the old one.
    pub(super) fn finished(&self, typed: &str) -> String {
        let typed = normalize_answer(typed);
        let middle = if typed.is_empty() { &self.old } else { &typed };
        normalize_answer(&format!("{}{middle}{}", self.before, self.after))
    }
}

/// Returns the non-empty lines of a text with their byte offsets.
pub(super) fn paragraphs(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let starts = text.split('\n').scan(0, |next, line| {
        let start = *next;
        *next += line.len() + 1;
        Some((start, line))
    });
    starts.filter(|(_, line)| !line.trim().is_empty())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn while_one_writes_nothing_of_the_old_text_is_gone(
            text in "[ab \n-]{1,40}", typed in "[cd \n]{0,20}", at in 0_usize..5,
        ) {
            let text = normalize_answer(&text);
            let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
            let mut places = vec![Insertion::after(&text), Insertion::instead_of(&text)];
            places.extend(paragraphs(&text).nth(at).map(|(start, line)| Insertion::of_line(&text, start, line)));
            for place in places {
                let mut meanwhile = words(&place.meanwhile(&typed));
                meanwhile.retain(|word| !word.contains(['c', 'd']));
                prop_assert_eq!(meanwhile, words(&text));
                if normalize_answer(&typed).is_empty() {
                    prop_assert_eq!(place.finished(&typed), text.clone());
                } else {
                    prop_assert!(place.finished(&typed).contains(&normalize_answer(&typed)));
                }
            }
        }
    }
}
