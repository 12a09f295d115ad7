//! Where in a long answer the lines go that somebody writes, so that nothing of it is lost meanwhile.

use crate::model::markup;
use crate::model::text::normalize_answer;

/// Where in an answer new lines go.
#[derive(Debug, Default)]
pub(super) struct Place {
    pub(super) before: String,
    /// What the new lines take the place of, once they are finished.
    pub(super) old: String,
    pub(super) after: String,
}

impl Place {
    /// Behind everything; below an item of a list without an empty line between.
    pub(super) fn after(text: &str) -> Self {
        let item = text.lines().last().is_some_and(|line| markup::list_marker(line).is_some());
        Self { before: format!("{text}{}", if item { "\n" } else { "\n\n" }), ..Self::default() }
    }

    pub(super) fn instead_of(text: &str) -> Self {
        Self { old: text.to_owned(), ..Self::default() }
    }

    /// Where a line stands that starts at this byte.
    pub(super) fn of(text: &str, start: usize, line: &str) -> Self {
        let part = |range: Option<&str>| range.unwrap_or_default().to_owned();
        Self {
            before: part(text.get(..start)),
            old: line.to_owned(),
            after: part(text.get(start + line.len()..)),
        }
    }

    pub(super) fn is_new(&self) -> bool {
        self.before.is_empty() && self.old.is_empty()
    }

    /// The answer while it is being written: with the old text, too.
    pub(super) fn meanwhile(&self, typed: &str) -> String {
        let typed = normalize_answer(typed);
        let gap = if self.old.is_empty() || typed.is_empty() { "" } else { "\n\n" };
        normalize_answer(&format!("{}{}{gap}{typed}{}", self.before, self.old, self.after))
    }

    /// The answer when it is finished. Where nothing was written it is as it was.
    pub(super) fn finished(&self, typed: &str) -> String {
        let typed = normalize_answer(typed);
        let middle = if typed.is_empty() { &self.old } else { &typed };
        normalize_answer(&format!("{}{middle}{}", self.before, self.after))
    }
}

/// The lines of a text that are not empty, with the byte each starts at.
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
            let mut places = vec![Place::after(&text), Place::instead_of(&text)];
            places.extend(paragraphs(&text).nth(at).map(|(start, line)| Place::of(&text, start, line)));
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
