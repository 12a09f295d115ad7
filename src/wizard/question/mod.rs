//! One question, asked field by field.

mod links;

use std::cell::{Cell, RefCell};
use std::io;
use std::sync::atomic::Ordering;

use super::Wizard;
use crate::model::answer::Answer;
use crate::model::questionnaire::{Choice, Field, Key, Kind, Need, Question};
use crate::model::review::{self, Status};
use crate::model::text::{capital, plural, shorten, wrap};
use crate::model::words::Limit;
use crate::terminal::composer::ComposerConfig;
use crate::terminal::external_editor;
use crate::terminal::outcome::{Autosave, ExitReason, Navigation, Reply};

const LINE_HELP: &str = "an empty line leaves it open";

impl<'q> Wizard<'q> {
    pub(super) fn ask(
        &mut self,
        question: &'q Question,
        section: Option<&str>,
        status: Status,
    ) -> io::Result<Navigation> {
        self.head(question, section);
        let about = self.help_text(question);
        self.face.about(&about);
        if question.need == Need::IfApplicable
            && matches!(status, Status::Skipped | Status::NotApplicable)
        {
            let options = ["Write the answer", "It does not apply", "Leave it for later"]
                .map(str::to_owned)
                .to_vec();
            let at = (status == Status::NotApplicable).then_some(1);
            match self.face.menu_to_begin(
                &self.asked(question, "Does this question apply?"),
                options,
                at,
                Some(0),
                "Enter chooses, Esc opens the menu",
            )? {
                Reply::Answered(0) => {}
                Reply::Answered(1) => {
                    self.draft.mark_not_applicable(question, true);
                    self.save();
                    return Ok(Navigation::Next);
                }
                Reply::Answered(_) => {
                    // Also takes an earlier mark away: later is not never.
                    if self.draft.is_not_applicable(question) {
                        self.draft.mark_not_applicable(question, false);
                        self.save();
                    }
                    return Ok(Navigation::Next);
                }
                Reply::Away(visit) => return Ok(visit),
            }
        }
        for field in &question.fields {
            if !self.draft.asks(&field.need) {
                continue;
            }
            self.tell_doubt(field);
            let visit = match &field.kind {
                Kind::Text { limit } => self.compose(question, field, *limit)?,
                Kind::Line | Kind::Date { .. } | Kind::Email => self.line(question, field)?,
                Kind::YesNo => self.yes_no(question, field)?,
                Kind::Choice(choices) => self.choice(question, field, choices)?,
                Kind::Choices(choices) => self.choices(question, field, choices)?,
                Kind::Links => self.links(question, field)?,
            };
            if visit != Navigation::Next {
                return Ok(visit);
            }
        }
        Ok(Navigation::Next)
    }

    fn head(&self, question: &Question, section: Option<&str>) {
        self.tell("");
        let place = match question.number {
            Some(number) => format!("Question {number} of {}", self.questionnaire.numbered()),
            None => "Before the questions".to_owned(),
        };
        let dot = self.face.dot();
        self.tell_dim(&section.map_or(place.clone(), |section| format!("{place}{dot}{section}")));
        self.tell_bold(&self.wording(question));
        let composed = question.fields.iter().all(|field| matches!(field.kind, Kind::Text { .. }));
        if !composed {
            for note in self.questionnaire.notes_of(question) {
                self.tell_dim(&self.face.note(note.number, &note.text));
            }
        }
    }

    /// The official wording with the limit, as it is shown or said.
    pub(super) fn wording(&self, question: &Question) -> String {
        let note = question.limit_note.iter().map(|note| format!(" {note}")).collect::<String>();
        self.face.wording(&format!("{}{note}", question.text))
    }

    /// The label of a prompt. A long one is printed above, where it wraps at words.
    fn label(&self, question: &Question, field: &Field, fallback: &str) -> String {
        let Some(label) = &field.label else { return self.asked(question, fallback) };
        if self.face.is_plain() {
            return self.heard_name(question, Some(field));
        }
        let label = self.face.wording(label);
        if label.chars().count() * 5 <= self.face.columns() * 3 {
            return label;
        }
        self.tell(&label);
        fallback.to_owned()
    }

    /// What is asked about a question, said so that somebody who hears this line alone understands.
    fn asked(&self, question: &Question, asked: &str) -> String {
        if self.face.is_plain() {
            format!("{}. {asked}", self.heard_name(question, None))
        } else {
            asked.to_owned()
        }
    }

    /// The name of a question or of one of its fields for somebody who hears nothing else.
    fn heard_name(&self, question: &Question, field: Option<&Field>) -> String {
        let label = field.and_then(|field| field.label.as_ref());
        let label = label.map(|label| capital(&self.face.wording(label)));
        let title = self.face.wording(&question.title);
        match (question.number, label) {
            (Some(number), Some(label)) => format!("Question {number}. {label}"),
            (Some(number), None) => format!("Question {number}, {title}"),
            (None, Some(label)) => format!("{title}. {label}"),
            (None, None) => title,
        }
    }

    /// Tells what is there and fits none of the choices: nobody hears it in them. A line tells it
    /// itself.
    fn tell_doubt(&self, field: &Field) {
        let chosen = matches!(field.kind, Kind::YesNo | Kind::Choice(_) | Kind::Choices(_));
        let Some(answer) = self.draft.answer(&field.key).filter(|_| chosen) else { return };
        for problem in answer.validation_errors(field).iter().filter(|_| self.face.is_plain()) {
            self.tell(&format!("What is there does not fit: {problem}."));
        }
    }

    fn keep(&mut self, key: &Key, answer: Answer) {
        let unchanged = match self.draft.answer(key) {
            Some(before) => *before == answer,
            None => answer.is_empty(),
        };
        if !unchanged {
            self.draft.set(key, answer);
            self.save();
        }
    }

    /// Keeps what stood in a line that was left with Esc or Ctrl-C.
    fn keep_typed(&mut self, field: &Field) {
        if let Some(typed) = self.face.left_in_line() {
            self.keep(&field.key, Answer::typed(field, &typed));
        }
    }

    /// Saves a line while it is typed. `answer` makes the answer of the field from it.
    fn autosave_line(&self, field: &Field, answer: impl Fn(&str) -> Answer + 'static) -> Autosave {
        let (saver, before, key) = (self.saver.clone(), self.draft.clone(), field.key.clone());
        let state = saver.clone();
        let save = move |typed: &str| {
            let mut draft = before.clone();
            draft.set(&key, answer(typed));
            saver.post_soon(&draft);
        };
        Autosave::new(save, move || state.status())
    }

    /// Saves a long answer while it is written. With `keep_replaced` the version it replaces is
    /// added to the history before the first change.
    fn autosave_text(&self, field: &Field, keep_replaced: bool) -> Autosave {
        let (saver, before, field) = (self.saver.clone(), self.draft.clone(), field.clone());
        let state = saver.clone();
        let keep_replaced = Cell::new(keep_replaced && before.answer(&field.key).is_some());
        let last = RefCell::new(before.answer(&field.key).cloned());
        let save = move |text: &str| {
            let answer = Answer::typed(&field, text);
            let new = Some(&answer).filter(|answer| !answer.is_empty()).cloned();
            if last.replace(new.clone()) == new {
                return;
            }
            if keep_replaced.take() {
                saver.keep_version();
            }
            let mut draft = before.clone();
            draft.set(&field.key, answer);
            saver.post(&draft);
        };
        Autosave::new(save, move || state.status())
    }

    fn line(&mut self, question: &Question, field: &'q Field) -> io::Result<Navigation> {
        let label = self.label(question, field, "Answer");
        let date = matches!(field.kind, Kind::Date { .. });
        let label = if date { format!("{label} (day month year)") } else { label };
        let before =
            self.draft.answer(&field.key).map(|answer| answer.shown(field)).unwrap_or_default();
        let draft = &self.draft;
        let check = |typed: &str| {
            let answer = Answer::typed(field, typed);
            let problems = review::validation_errors(draft, field, &answer);
            problems.into_iter().next().filter(|_| !answer.is_empty())
        };
        let kind = field.clone();
        let autosave = self.autosave_line(field, move |typed| Answer::typed(&kind, typed));
        let reply = self.face.line(&label, &before, LINE_HELP, Some(autosave), &check)?;
        Ok(match reply {
            Reply::Answered(typed) => {
                let _ = self.face.left_in_line();
                let answer = Answer::typed(field, &typed);
                if let (Answer::Date(date), false) =
                    (&answer, typed.contains(char::is_alphabetic) || typed.is_empty())
                {
                    self.tell(&format!("Read as {}.", crate::model::answer::long_date(*date)));
                }
                self.keep(&field.key, answer);
                Navigation::Next
            }
            Reply::Away(visit) => {
                self.keep_typed(field);
                visit
            }
        })
    }

    fn yes_no(&mut self, question: &Question, field: &Field) -> io::Result<Navigation> {
        let fallback = if question.fields.len() == 1 { "Yes or no" } else { "Answer" };
        let label = self.label(question, field, fallback);
        let before = self.draft.answer(&field.key).and_then(Answer::as_yes_no);
        Ok(match self.face.yes_no(&label, before, "y or n, Enter goes on, Esc opens the menu")? {
            Reply::Answered(yes) => {
                self.keep(&field.key, Answer::YesNo(yes));
                Navigation::Next
            }
            Reply::Away(visit) => visit,
        })
    }

    /// The lines of a list of choices. Where they are shortened, the full wording stands above.
    fn options(&self, choices: &[Choice]) -> Vec<String> {
        let width = self.face.columns().saturating_sub(8);
        if choices.iter().any(|choice| choice.text.chars().count() > width) {
            for choice in choices {
                let lines = wrap(&choice.text, self.face.columns().saturating_sub(8)).join("\n  ");
                self.tell(&format!("- {lines}"));
            }
        }
        choices
            .iter()
            .map(|choice| {
                let whole = choice.text.chars().count() <= width;
                if whole { choice.text.clone() } else { shorten(choice.short(), width) }
            })
            .collect()
    }

    fn choice(
        &mut self,
        question: &Question,
        field: &Field,
        choices: &[Choice],
    ) -> io::Result<Navigation> {
        let label = self.label(question, field, "Which one applies?");
        let before = self.draft.answer(&field.key).and_then(Answer::as_text);
        let before = before.and_then(|id| choices.iter().position(|choice| choice.id == id));
        let mut options = self.options(choices);
        options.push("Leave it for later".to_owned());
        Ok(match self.face.menu(&label, options, before, "Enter chooses, Esc opens the menu")? {
            Reply::Answered(chosen) => {
                if let Some(choice) = choices.get(chosen) {
                    self.keep(&field.key, Answer::Text(choice.id.clone()));
                }
                Navigation::Next
            }
            Reply::Away(visit) => visit,
        })
    }

    fn choices(
        &mut self,
        question: &Question,
        field: &Field,
        choices: &[Choice],
    ) -> io::Result<Navigation> {
        let label = self.label(question, field, "Which apply?");
        let before = self.draft.list(&field.key).to_vec();
        let place = |id: &String| choices.iter().position(|choice| choice.id == *id);
        let ticked: Vec<usize> = before.iter().filter_map(place).collect();
        let options = self.options(choices);
        let strange: Vec<String> =
            before.iter().filter(|id| place(id).is_none()).cloned().collect();
        Ok(match self.face.several(&label, options, &ticked)? {
            Reply::Answered(chosen) => {
                let mut ids: Vec<String> = chosen
                    .iter()
                    .filter_map(|index| choices.get(*index))
                    .map(|choice| choice.id.clone())
                    .collect();
                // What another questionnaire offered is kept; the review says that it fits no choice.
                ids.extend(strange);
                self.keep(&field.key, Answer::List(ids));
                Navigation::Next
            }
            Reply::Away(visit) => visit,
        })
    }

    fn compose(
        &mut self,
        question: &'q Question,
        field: &'q Field,
        limit: Option<Limit>,
    ) -> io::Result<Navigation> {
        let plain = self.face.is_plain();
        let before = match self.draft.answer(&field.key) {
            Some(answer) => answer.shown(field),
            None => String::new(),
        };
        let heading = match question.number {
            _ if plain => self.heard_name(question, Some(field)),
            Some(number) => format!("{number} of {}", self.questionnaire.numbered()),
            None => question.title.clone(),
        };
        let label = field
            .label
            .iter()
            .map(|label| format!("\n{}", self.face.wording(label)))
            .collect::<String>();
        let wording = format!("{}{label}", self.wording(question));
        let notes = self.questionnaire.notes_of(question).into_iter();
        let notes: Vec<_> = notes.map(|note| self.face.note(note.number, &note.text)).collect();
        let reference = self.questionnaire.reference_of(question).map(|reference| {
            format!(
                "{}\n\n{}",
                self.face.wording(&reference.title),
                self.face.wording(&reference.text)
            )
        });
        let look = self.face.look();
        let brief = ComposerConfig {
            heading: &heading,
            question: &wording,
            notes: &notes.join("\n\n"),
            reference: &reference.unwrap_or_default(),
            limit,
            rule: self.questionnaire.word_rule,
            colour: look.colour,
            unicode: look.unicode,
        };
        // The plain frontend replaces whole paragraphs at once: the history keeps the old ones.
        let autosave = self.autosave_text(field, plain);
        let about = [brief.heading, brief.question, brief.notes].join("\n");
        let stop = &self.stop;
        let mut edit = |text: &str, keep: &mut dyn FnMut(&str)| {
            external_editor::edit(&about, text, keep, stop)
        };
        // The plain face has posted every line: a signal may end it anywhere.
        self.in_composer.store(!plain, Ordering::SeqCst);
        let composed = self.face.compose(&brief, &before, &autosave, &mut edit, stop);
        self.in_composer.store(false, Ordering::SeqCst);
        let (text, visit) = composed?;
        // A signal that came with the last key.
        let visit = if stop.load(Ordering::SeqCst) {
            Navigation::Over(ExitReason::Terminated)
        } else {
            visit
        };
        let answer = Answer::typed(field, &text);
        self.keep(&field.key, answer);
        self.report_saving();
        let measure = self.questionnaire.word_rule.measure(&text, limit);
        let over = match measure.excess() {
            0 => String::new(),
            excess => {
                format!(", {} over the limit; nothing is cut", plural(excess, "word", "words"))
            }
        };
        let changed = if crate::model::text::normalize_answer(&text)
            == crate::model::text::normalize_answer(&before)
        {
            ""
        } else {
            "; your changes are kept"
        };
        let said = if measure.words == 0 {
            "no answer yet".to_owned()
        } else {
            format!("{}{over}", measure.describe())
        };
        self.tell(&format!("{}: {said}{changed}", capital(&question.name())));
        Ok(visit)
    }
}
