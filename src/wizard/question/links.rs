//! A list of links: each one is asked for in a line, and can be edited and removed.

use std::io;
use std::mem;

use super::QuestionDialog;
use crate::model::address::{bare_address, starts_web_address};
use crate::model::answer::Answer;
use crate::model::questionnaire::Field;
use crate::model::text::{normalize_line, plural};
use crate::terminal::outcome::{Navigation, Reply};
use crate::terminal::requests::{LinePrompt, ListPrompt};

/// What is done with the links of a field.
#[derive(Debug, Clone, Copy)]
enum LinkAction {
    Continue,
    Add,
    /// Offers what can be done with the link at this index.
    Change(usize),
    Edit(usize),
    /// Exchanges two links.
    Swap(usize, usize),
    Remove(usize),
    /// Undoes the last change of the list.
    Undo,
    Rewrite,
}

impl<'q> QuestionDialog<'_, 'q> {
    /// Asks for the links of a field.
    ///
    /// # Errors
    /// Fails if the terminal cannot be read or written.
    pub(super) fn links(&mut self, field: &'q Field) -> io::Result<Navigation> {
        let mut links = self.draft.answers.list(&field.key).to_vec();
        let mut adding = links.is_empty();
        let is_wrong =
            |link: &String| !Answer::List(vec![link.clone()]).validation_errors(field).is_empty();
        let mut wrong = links.iter().position(is_wrong);
        if !self.frontend.has_overview_screen() {
            // A script expects the list first.
            self.show_unknown_answer(field);
            wrong = None;
        }
        // The lists before each change.
        let mut earlier: Vec<Vec<String>> = Vec::new();
        // The old list while a new one is written, until the new one has a link.
        let mut replaced: Vec<String> = Vec::new();
        loop {
            let mut edited = wrong.take();
            if !adding && edited.is_none() {
                let mut changed = links.clone();
                match self.link_action(field, &links, !earlier.is_empty())? {
                    Reply::Answered(LinkAction::Continue) => return Ok(Navigation::Next),
                    Reply::Answered(LinkAction::Add) => {}
                    Reply::Answered(LinkAction::Edit(index)) => edited = Some(index),
                    Reply::Answered(LinkAction::Remove(index)) => drop(changed.remove(index)),
                    Reply::Answered(LinkAction::Swap(one, other)) => changed.swap(one, other),
                    Reply::Answered(LinkAction::Undo) => {
                        links = earlier.pop().unwrap_or_default();
                        self.set(field, Answer::List(links.clone()));
                        continue;
                    }
                    Reply::Answered(LinkAction::Rewrite) => {
                        self.draft.saver.keep_version();
                        replaced = mem::take(&mut links);
                    }
                    // The list is offered again.
                    Reply::Answered(LinkAction::Change(_)) => continue,
                    Reply::Navigated(navigation) => return Ok(navigation),
                }
                if replaced.is_empty() && changed != links {
                    earlier.push(mem::replace(&mut links, changed));
                    self.set(field, Answer::List(links.clone()));
                    continue;
                }
            }
            let initial = edited.and_then(|index| links.get(index)).cloned().unwrap_or_default();
            let prompt = format!("Link {}", edited.unwrap_or(links.len()) + 1);
            let others = links.clone();
            let reply = self.frontend.line(&LinePrompt {
                label: self.label(None, &prompt),
                initial: &initial,
                help: "an empty line ends the list",
                left_empty: &format!("{} in the list.", plural(links.len(), "link", "links")),
                autosave: Some(self.autosave_line(field, self.working_copy(), move |typed| {
                    Answer::List(with_links(&others, edited, split_links(typed)))
                })),
                spelling: None,
                check: &|typed| {
                    let answer = Answer::List(split_links(typed));
                    answer.validation_errors(field).into_iter().next()
                },
            })?;
            let new = split_links(&reply.text.unwrap_or(initial));
            let ended = new.is_empty();
            let replaced = mem::take(&mut replaced);
            if ended && links.is_empty() && !replaced.is_empty() {
                self.frontend.show("The new list is empty; the old links stay.");
                return Ok(reply.navigation);
            }
            let changed = with_links(&links, edited, new);
            let before = mem::replace(&mut links, changed);
            earlier.push(if replaced.is_empty() { before } else { replaced });
            earlier.retain(|earlier| *earlier != links);
            self.set(field, Answer::List(links.clone()));
            if reply.navigation != Navigation::Next || edited.is_none() && ended {
                return Ok(reply.navigation);
            }
            adding = edited.is_none();
        }
    }

    /// Asks what to do with the links, and with the one that is chosen. `undo`: whether the list was
    /// changed.
    fn link_action(
        &mut self,
        field: &Field,
        links: &[String],
        undo: bool,
    ) -> io::Result<Reply<LinkAction>> {
        let mut actions = vec![
            (LinkAction::Continue, "Continue".to_owned()),
            (LinkAction::Add, "Add a link".to_owned()),
        ];
        let change = |(index, link)| (LinkAction::Change(index), format!("Change {link}"));
        actions.extend(links.iter().enumerate().map(change));
        // A script does not know how many links it would have to remove.
        let rewrite = actions.len();
        actions.push((LinkAction::Rewrite, "Write a new list".to_owned()));
        actions.extend(undo.then(|| (LinkAction::Undo, "Undo the last change".to_owned())));
        let chosen = self.choose_action(field, "Links: what now?", actions, Some(rewrite))?;
        let Reply::Answered(LinkAction::Change(index)) = chosen else { return Ok(chosen) };
        let mut actions = vec![(LinkAction::Edit(index), "Edit it".to_owned())];
        if index > 0 {
            actions.push((LinkAction::Swap(index, index - 1), "Move it up".to_owned()));
        }
        if index + 1 < links.len() {
            actions.push((LinkAction::Swap(index, index + 1), "Move it down".to_owned()));
        }
        actions.push((LinkAction::Remove(index), "Remove it".to_owned()));
        actions.push((LinkAction::Change(index), "Back to the list".to_owned()));
        let link = links.get(index).map_or("", String::as_str);
        self.choose_action(field, &format!("What to do with {link}?"), actions, None)
    }

    fn choose_action(
        &mut self,
        field: &Field,
        prompt: &str,
        actions: Vec<(LinkAction, String)>,
        rewrite: Option<usize>,
    ) -> io::Result<Reply<LinkAction>> {
        let (actions, options): (Vec<_>, Vec<_>) = actions.into_iter().unzip();
        let label = self.label(Some(field), prompt);
        let prompt = ListPrompt { rewrite, ..ListPrompt::new(label, options, Navigation::Menu) };
        let reply = self.frontend.choose(prompt)?;
        Ok(reply.map(|chosen| actions.get(chosen).copied().unwrap_or(LinkAction::Continue)))
    }
}

/// Returns the list with new links, instead of the edited one or at the end.
fn with_links(links: &[String], edited: Option<usize>, new: Vec<String>) -> Vec<String> {
    let mut links = links.to_vec();
    match edited.filter(|index| *index < links.len()) {
        Some(index) => {
            links.splice(index..=index, new);
        }
        None => links.extend(new),
    }
    links
}

/// Splits a line into links. Words that are no addresses stay in one piece.
fn split_links(typed: &str) -> Vec<String> {
    let line = normalize_line(typed);
    let parts: Vec<String> = line.split(' ').map(|part| bare_address(part).to_owned()).collect();
    let address = |part: &String| starts_web_address(part);
    if parts.len() > 1 && parts.iter().all(address) {
        parts
    } else if parts.len() == 1 {
        parts.into_iter().filter(|part| !part.is_empty()).collect()
    } else {
        vec![line]
    }
}
