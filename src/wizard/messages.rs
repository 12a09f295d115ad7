//! What the wizard says between the prompts: the start screen, the end, a question's help and the
//! whole application to read through.

use std::fmt::Write as _;
use std::io::{self, Write};

use jiff::Timestamp;

use super::Wizard;
use crate::model::draft::Draft;
use crate::model::markup;
use crate::model::questionnaire::Question;
use crate::model::review::{Review, Status};
use crate::model::text::{ago, capital, shell_word};
use crate::summary;
use crate::terminal::frontend::Frontend;
use crate::terminal::style::OutputStyle;

impl Wizard<'_> {
    /// What one types after `good-practice fill` to come back.
    pub(super) fn resume(&self) -> String {
        format!("{}{}", shell_word(&self.name), self.options)
    }

    pub(super) fn tell(&self, text: &str) {
        self.face.tell(text);
    }

    pub(super) fn tell_bold(&self, text: &str) {
        self.face.tell_bold(text);
    }

    pub(super) fn tell_dim(&self, text: &str) {
        self.face.tell_dim(text);
    }

    pub(super) fn greet(&self) {
        let review = self.review();
        self.tell("");
        let publisher = &self.questionnaire.abbreviation;
        let dot = self.face.dot();
        let title = if publisher.is_empty() { String::new() } else { format!("{dot}{publisher}") };
        self.tell_bold(&format!("{}{title}", self.questionnaire.title));
        let path = self.saver.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if self.draft.is_empty() {
            self.tell_dim(&format!("{name}{dot}new"));
            self.tell("");
            self.tell(&markup::plain(&unwrapped(&self.questionnaire.introduction)));
            self.tell("");
            self.tell(&format!("Everything you write is saved at once. {}", self.face.ways()));
        } else {
            let saved = self
                .draft
                .saved
                .map(|saved| format!("saved {}{dot}", ago(saved, Timestamp::now())))
                .unwrap_or_default();
            self.tell_dim(&format!("{name}{dot}{saved}{}", review.describe()));
            self.tell("");
            let plain = self.face.is_plain();
            let rows = summary::by_section(&review, plain);
            let wide = rows.iter().map(|(title, ..)| title.chars().count()).max().unwrap_or(0);
            let wide = wide.min(self.face.columns().saturating_sub(16));
            for (title, progress, trouble) in rows {
                self.tell(&if plain {
                    let trouble = if trouble.is_empty() { trouble } else { format!(" {trouble}.") };
                    format!("{title}: {progress}.{trouble}")
                } else {
                    format!("{title:<wide$}  {progress:<9}  {trouble}")
                });
            }
            if plain {
                self.tell("");
                self.tell(self.face.ways());
            }
        }
        if let Some(told) = self.saver.lock_notice() {
            self.tell("");
            self.tell(&told);
        }
        let changes = self.saver.questions_changed();
        if !changes.is_empty() {
            self.tell("");
        }
        for change in changes {
            self.tell(&change);
        }
        if self.draft.unplaced() > 0 {
            self.tell("");
            let names = crate::model::text::and_list(&self.draft.unplaced_names());
            let (them, answers) = if self.draft.unplaced() == 1 {
                ("It stays", "answer belongs")
            } else {
                ("They stay", "answers belong")
            };
            self.tell(&format!(
                "{} {answers} to no question of this questionnaire: {names}. {them} in the draft; `show` prints and `set --clear` removes one.",
                self.draft.unplaced()
            ));
        }
        self.tell("");
    }

    /// After the last open question: the summary and what to do next.
    pub(super) fn finish(&mut self) {
        let review = self.review();
        self.tell("");
        if self.face.is_plain() {
            // What is done has been heard.
            let open = |status: Status| status.prevents_submission() || status.needs_answer();
            self.tell(&summary::lines(&review, &self.resume(), open));
        } else {
            self.print_summary(&review);
        }
        self.tell("");
        if review.is_complete() {
            let how = if self.face.is_plain() {
                ""
            } else {
                ": the draft is complete, and `good-practice export` makes the Word document"
            };
            self.tell(&format!(
                "Everything that must be answered is answered and within its limit. Read it through once more, then leave{how}.",
            ));
        } else {
            self.tell(
                "That was the last question. What is still open is listed above; the menu takes you there, now or another day.",
            );
        }
        self.tell("");
    }

    pub(super) fn print_summary(&self, review: &Review<'_>) {
        if self.face.is_plain() {
            self.tell(&summary::lines(review, &self.resume(), |_| true));
            return;
        }
        let look = OutputStyle { width: self.face.columns(), ..self.face.look() };
        let _ = io::stderr().write_all(summary::table(review, &self.resume(), look).as_bytes());
    }

    /// The footnotes and the reference material of a question.
    pub(super) fn help_text(&self, question: &Question) -> String {
        let mut text = format!("{}\n", self.wording(question));
        for note in self.questionnaire.notes_of(question) {
            let _ = write!(text, "\n{}\n", self.face.note(note.number, &note.text));
        }
        if let Some(reference) = self.questionnaire.reference_of(question) {
            let _ = write!(
                text,
                "\n{}\n\n{}\n",
                self.face.wording(&reference.title),
                self.face.wording(&reference.text)
            );
        }
        text
    }
}

/// The whole application as text.
pub(super) fn everything(review: &Review<'_>, draft: &Draft, face: &Frontend) -> String {
    let mut text = String::new();
    let mut section_title = None;
    for item in review.items.iter().filter(|item| item.status != Status::Hidden) {
        if let Some(section) = item.section.filter(|section| section_title != Some(&section.title))
        {
            section_title = Some(&section.title);
            if face.is_plain() {
                let _ = write!(text, "Section: {}\n\n", section.title);
            } else {
                let _ = write!(text, "== {} ==\n\n", section.title);
            }
        }
        let question = item.question;
        let (before, open, close) = match question.number {
            _ if !face.is_plain() => ("", "[", "]"),
            Some(_) => ("Question ", "", "."),
            None => ("", "", "."),
        };
        let number =
            question.number.map(|number| format!("{before}{number}. ")).unwrap_or_default();
        let _ = writeln!(text, "{number}{}", face.wording(&question.text));
        let limit = item.measure.and_then(|measure| measure.limit);
        match (item.measure, limit) {
            (Some(measure), Some(limit)) => {
                let _ = writeln!(
                    text,
                    "{open}{}: {} of {} words{close}",
                    if face.is_plain() {
                        capital(item.status.label())
                    } else {
                        item.status.label().to_owned()
                    },
                    measure.words,
                    limit.words
                );
            }
            _ => {
                let _ = writeln!(text, "{open}{}{close}", capital(item.status.label()));
            }
        }
        text.push('\n');
        for field in draft.asked_fields(question) {
            let label = field.label.iter().map(|label| format!("{label}: ")).collect::<String>();
            let answer =
                draft.answer(&field.key).map(|answer| answer.shown(field)).unwrap_or_default();
            if !(label.is_empty() && answer.is_empty()) {
                let _ = writeln!(text, "{label}{answer}");
            }
        }
        text.push('\n');
    }
    text
}

/// Paragraphs as single lines, to be wrapped anew.
fn unwrapped(text: &str) -> String {
    let paragraphs: Vec<_> =
        text.trim_end().split("\n\n").map(|part| part.replace('\n', " ")).collect();
    paragraphs.join("\n\n")
}
