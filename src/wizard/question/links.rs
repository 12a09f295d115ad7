//! A list of links: each one is asked for in a line, and can be edited and removed.

use std::io;
use std::mem;

use super::QuestionDialog;
use crate::model::address::{bare_address, starts_web_address};
use crate::model::answer::Answer;
use crate::model::questionnaire::Field;
use crate::model::text::normalize_line;
use crate::terminal::outcome::{Navigation, Reply};
use crate::terminal::requests::{FullTexts, LinePrompt, ListPrompt};

/// What a line of the menu of links does.
#[derive(Debug, Clone, Copy)]
enum LinkAction {
    Continue,
    Add,
    Edit(usize),
    Remove(usize),
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
        // The old list while a new one is written, until the new one has a link.
        let mut replaced: Vec<String> = Vec::new();
        loop {
            let mut edited = None;
            if !adding {
                match self.link_action(field, &links)? {
                    Reply::Answered(LinkAction::Continue) => return Ok(Navigation::Next),
                    Reply::Answered(LinkAction::Add) => {}
                    Reply::Answered(LinkAction::Edit(index)) => edited = Some(index),
                    Reply::Answered(LinkAction::Remove(index)) => {
                        links.remove(index);
                        self.set(field, Answer::List(links.clone()));
                        adding = links.is_empty();
                        continue;
                    }
                    Reply::Answered(LinkAction::Rewrite) => {
                        self.draft.saver.keep_version();
                        replaced = mem::take(&mut links);
                    }
                    Reply::Navigated(navigation) => return Ok(navigation),
                }
            }
            let initial = edited.and_then(|index| links.get(index)).cloned().unwrap_or_default();
            let prompt = format!("Link {}", edited.unwrap_or(links.len()) + 1);
            let others = links.clone();
            let reply = self.frontend.line(&LinePrompt {
                label: self.label(None, &prompt),
                initial: &initial,
                help: "an empty line ends the list",
                autosave: Some(self.autosave_line(field, move |typed| {
                    Answer::List(with_links(&others, edited, split_links(typed)))
                })),
                check: &|typed| {
                    let answer = Answer::List(split_links(typed));
                    answer.validation_errors(field).into_iter().next()
                },
            })?;
            let new = split_links(&reply.text.unwrap_or(initial));
            let ended = new.is_empty();
            let replaced = mem::take(&mut replaced);
            if ended && links.is_empty() && !replaced.is_empty() {
                self.frontend.show("No link of a new list; the old ones stay.");
                return Ok(reply.navigation);
            }
            links = with_links(&links, edited, new);
            self.set(field, Answer::List(links.clone()));
            if reply.navigation != Navigation::Next || edited.is_none() && ended {
                return Ok(reply.navigation);
            }
            adding = edited.is_none() || links.is_empty();
        }
    }

    /// Asks what to do with the links.
    fn link_action(&mut self, field: &Field, links: &[String]) -> io::Result<Reply<LinkAction>> {
        let mut actions = vec![LinkAction::Continue, LinkAction::Add];
        let mut options = vec!["Go on".to_owned(), "Add a link".to_owned()];
        actions.extend((0..links.len()).map(LinkAction::Edit));
        options.extend(links.iter().map(|link| format!("Edit {link}")));
        actions.extend((0..links.len()).map(LinkAction::Remove));
        options.extend(links.iter().map(|link| format!("Remove {link}")));
        // A script does not know how many links it would have to remove.
        let rewrite = options.len();
        actions.push(LinkAction::Rewrite);
        options.push("Write a new list".to_owned());
        let reply = self.frontend.choose(ListPrompt {
            label: self.label(Some(field), "Links: what now?"),
            options,
            numbered: Vec::new(),
            full_texts: FullTexts::Always(links),
            initial: Some(0),
            rewrite: Some(rewrite),
            escape: Navigation::Menu,
        })?;
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
