//! A list of links: asked one by one, added to, edited and removed.

use std::io;
use std::mem;

use crate::model::address::{bare_address, starts_web_address};
use crate::model::answer::Answer;
use crate::model::questionnaire::{Field, Question};
use crate::model::text::shorten;
use crate::terminal::outcome::{Navigation, Reply};
use crate::wizard::Wizard;

impl<'q> Wizard<'q> {
    /// Asks for the links of a field.
    pub(super) fn links(
        &mut self,
        question: &Question,
        field: &'q Field,
    ) -> io::Result<Navigation> {
        let label = self.label(question, field, "Links: what now?");
        let mut links = self.draft.list(&field.key).to_vec();
        let mut adding = links.is_empty();
        // What is there while the list is written anew, until there is a link of the new one.
        let mut old: Vec<String> = Vec::new();
        loop {
            let (edited, before) = if adding {
                (None, String::new())
            } else {
                let width = self.face.columns().saturating_sub(4);
                // The lines of a plain list have their whole length, and numbers of their own.
                for (number, link) in (1..).zip(&links).filter(|_| !self.face.is_plain()) {
                    self.tell(&format!("{number}. {link}"));
                }
                let mut options = vec!["Go on".to_owned(), "Add a link".to_owned()];
                options.extend(links.iter().map(|link| shorten(&format!("Edit {link}"), width)));
                options.extend(links.iter().map(|link| shorten(&format!("Remove {link}"), width)));
                // A script cannot know how many links there are to remove.
                let anew = self.face.is_plain().then_some(options.len());
                options.extend(anew.map(|_| "Write the list anew".to_owned()));
                match self.face.menu_to_begin(
                    &label,
                    options,
                    Some(0),
                    anew,
                    "Enter chooses, Esc opens the menu",
                )? {
                    Reply::Answered(0) => return Ok(Navigation::Next),
                    Reply::Answered(1) => (None, String::new()),
                    Reply::Answered(chosen) if Some(chosen) == anew => {
                        self.saver.keep_version();
                        old = mem::take(&mut links);
                        (None, String::new())
                    }
                    Reply::Answered(chosen) if chosen - 2 < links.len() => {
                        (Some(chosen - 2), links.get(chosen - 2).cloned().unwrap_or_default())
                    }
                    Reply::Answered(chosen) => {
                        links.remove(chosen - 2 - links.len());
                        self.keep(&field.key, Answer::List(links.clone()));
                        adding = links.is_empty();
                        continue;
                    }
                    Reply::Away(visit) => return Ok(visit),
                }
            };
            let number = edited.unwrap_or(links.len()) + 1;
            let asked = self.asked(question, &format!("Link {number}"));
            let check = |typed: &str| {
                let answer = Answer::List(split_links(typed));
                answer.validation_errors(field).into_iter().next()
            };
            let help = "an empty line ends the list";
            let others = links.clone();
            let autosave = self.autosave_line(field, move |typed| {
                Answer::List(with_links(&others, edited, split_links(typed)))
            });
            let reply = self.face.line(&asked, &before, help, Some(autosave), &check)?;
            let left_with = self.face.left_in_line();
            let (typed, visit) = match reply {
                Reply::Answered(typed) => (typed, None),
                Reply::Away(visit) => (left_with.unwrap_or(before), Some(visit)),
            };
            let new = split_links(&typed);
            let ended = new.is_empty();
            let old = mem::take(&mut old);
            if ended && links.is_empty() && !old.is_empty() {
                self.tell("No link of a new list; the old ones stay.");
                return Ok(visit.unwrap_or(Navigation::Next));
            }
            links = with_links(&links, edited, new);
            self.keep(&field.key, Answer::List(links.clone()));
            match visit {
                Some(visit) => return Ok(visit),
                None if edited.is_none() && ended => return Ok(Navigation::Next),
                None => adding = edited.is_none() || links.is_empty(),
            }
        }
    }
}

/// The list with new links, in the place of the one that was edited or at its end.
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

/// The links of a line: several pasted together come apart, other words stay in one piece.
fn split_links(typed: &str) -> Vec<String> {
    let line = crate::model::text::normalize_line(typed);
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
