//! The face the program shows to a person: the one place where something is said or asked. A rich
//! face has prompts, the composer and pages; a plain one only lines, for screen readers, for
//! terminals that know no cursor, and for scripts.

use std::cell::Cell;
use std::io::{self, Write as _};
use std::rc::Rc;
use std::sync::atomic::AtomicBool;

use super::composer::{self, ComposerConfig, Edit};
use super::outcome::{Autosave, Navigation, PagerOutcome, Reply};
use super::pager;
use super::plain::{self, Plain};
use super::prompts::{self, Typed};
use super::session::Held;
use crate::model::markup;
use crate::model::text::{shorten, wrap};
use crate::terminal::style::OutputStyle;

/// How the program talks with a person.
pub(crate) struct Frontend {
    look: OutputStyle,
    manner: Manner,
}

enum Manner {
    /// On a terminal whose screen it paints.
    Rich(Typed),
    /// In lines, one after the other.
    Plain(Plain),
}

impl Frontend {
    /// A face with prompts, the composer and pages. It needs a terminal.
    pub(crate) fn rich(look: OutputStyle) -> Self {
        prompts::set_theme(look.colour);
        Self { look, manner: Manner::Rich(Typed::default()) }
    }

    /// A face that writes lines to standard error and reads lines from standard input, whatever
    /// they are. Nothing in it is a colour, moves the cursor or is told by a sign alone.
    pub(crate) fn plain(look: OutputStyle) -> Self {
        let look = OutputStyle { colour: false, ..look };
        Self { look, manner: Manner::Plain(Plain::new()) }
    }

    /// Whether everything is heard, and nothing seen.
    pub(crate) fn is_plain(&self) -> bool {
        match self.manner {
            Manner::Rich(_) => false,
            Manner::Plain(_) => true,
        }
    }

    pub(crate) fn look(&self) -> OutputStyle {
        self.look
    }

    /// Takes the terminal, where it is needed whole, until the result is dropped.
    ///
    /// # Errors
    /// Standard input is no terminal.
    pub(crate) fn hold(&self) -> io::Result<Option<Held>> {
        match self.manner {
            Manner::Rich(_) => Held::new().map(Some),
            Manner::Plain(_) => Ok(None),
        }
    }

    // ---- saying --------------------------------------------------------------------------

    /// Says paragraphs.
    pub(crate) fn tell(&self, text: &str) {
        match &self.manner {
            Manner::Rich(_) => {
                let mut out = String::new();
                for line in wrap(&self.look.shown(text), self.columns() - 4) {
                    out.push_str(format!("  {line}").trim_end());
                    out.push('\n');
                }
                let _ = io::stderr().write_all(out.as_bytes());
            }
            Manner::Plain(_) => plain::say(text),
        }
    }

    /// Shows paragraphs in bold type, where the terminal has it.
    pub(crate) fn tell_bold(&self, text: &str) {
        self.tell_with("\x1b[1m", text);
    }

    /// Shows paragraphs in dim type, where the terminal has it.
    pub(crate) fn tell_dim(&self, text: &str) {
        self.tell_with("\x1b[2m", text);
    }

    fn tell_with(&self, attribute: &str, text: &str) {
        let (on, off) = if self.look.colour { (attribute, "\x1b[0m") } else { ("", "") };
        let _ = io::stderr().write_all(on.as_bytes());
        self.tell(text);
        let _ = io::stderr().write_all(off.as_bytes());
    }

    /// Columns that a label or a line of a list may take. Plain ones are never shortened.
    pub(crate) fn columns(&self) -> usize {
        match self.manner {
            Manner::Rich(_) => crossterm::terminal::size()
                .map_or(80, |(columns, _)| usize::from(columns))
                .clamp(20, 90),
            Manner::Plain(_) => usize::from(u16::MAX),
        }
    }

    /// What stands between two things said in one line.
    pub(crate) fn dot(&self) -> &'static str {
        if self.is_plain() { ", " } else { " · " }
    }

    /// What opens the menu.
    pub(crate) fn menu_key(&self) -> &'static str {
        if self.is_plain() { "`:menu`" } else { "Esc" }
    }

    /// How to move about, for the first visit.
    pub(crate) fn ways(&self) -> &'static str {
        if self.is_plain() {
            "Answer in a line of its own. Words with a colon in front are for the program: `:help` (a colon and the word help) says which there are, `:quit` saves and leaves."
        } else {
            "Esc opens a menu (go back, choose a question, leave), Ctrl-C saves and leaves."
        }
    }

    /// The official wording, without markup.
    pub(crate) fn wording(&self, text: &str) -> String {
        if self.is_plain() { markup::spoken(text) } else { self.look.wording(text) }
    }

    /// A footnote with its number.
    pub(crate) fn note(&self, number: usize, text: &str) -> String {
        let text = self.wording(text);
        if self.is_plain() {
            format!("Note {number}: {text}")
        } else {
            format!("{} {text}", self.look.note_mark(number))
        }
    }

    /// Lets a person read a page.
    ///
    /// # Errors
    /// The terminal fails.
    pub(crate) fn page(&self, title: &str, text: &str) -> io::Result<PagerOutcome> {
        match &self.manner {
            Manner::Rich(_) => pager::show(title, text, self.look),
            Manner::Plain(_) => {
                plain::say(&format!("\n{title}\n\n{}\n", text.trim_end()));
                Ok(PagerOutcome::Closed)
            }
        }
    }

    /// Takes in what the next questions are about. A plain face says it again to whoever wants to
    /// hear it; a rich one has it on the screen.
    pub(crate) fn about(&mut self, text: &str) {
        match &mut self.manner {
            Manner::Rich(_) => {}
            Manner::Plain(plain) => plain.about(text),
        }
    }

    /// How many lines of a script were not understood, and so are in no answer; it grows while the
    /// conversation goes on.
    pub(crate) fn refused(&self) -> Rc<Cell<usize>> {
        match &self.manner {
            Manner::Rich(_) => Rc::default(),
            Manner::Plain(plain) => plain.refused(),
        }
    }

    // ---- asking --------------------------------------------------------------------------

    /// What stood in the last line that was asked for, also when it was left without an answer.
    /// It is told once.
    pub(crate) fn left_in_line(&mut self) -> Option<String> {
        match &mut self.manner {
            Manner::Rich(typed) => typed.take(),
            Manner::Plain(plain) => plain.left_in_line(),
        }
    }

    /// Asks for a line. `help` says what an empty one does where there is no answer `before`;
    /// `autosave` receives a line that is not finished yet, if the frontend sees one; `check`
    /// says what is wrong with a line, which is taken all the same when it comes again.
    ///
    /// # Errors
    /// The terminal fails.
    pub(crate) fn line(
        &mut self,
        label: &str,
        before: &str,
        help: &str,
        autosave: Option<Autosave>,
        check: &dyn Fn(&str) -> Option<String>,
    ) -> io::Result<Reply<String>> {
        let (label, look) = (&self.look.shown(label), self.look);
        let check = |typed: &str| check(typed).map(|said| look.shown(&said).into_owned());
        match &mut self.manner {
            Manner::Rich(typed) => {
                prompts::line(label, before, help, &typed.saving(autosave), &check)
            }
            Manner::Plain(plain) => Ok(plain.line(label, before, help, &check)),
        }
    }

    /// Asks for yes or no. `keys` says what the keys of a rich prompt do.
    ///
    /// # Errors
    /// The terminal fails.
    pub(crate) fn yes_no(
        &mut self,
        label: &str,
        before: Option<bool>,
        keys: &str,
    ) -> io::Result<Reply<bool>> {
        let label = &self.look.shown(label);
        match &mut self.manner {
            Manner::Rich(_) => prompts::yes_no(label, before, keys),
            Manner::Plain(plain) => Ok(plain.yes_no(label, before)),
        }
    }

    /// Asks whether something is wanted; leaving does not do it. `keys` says what the keys of a rich
    /// prompt do.
    ///
    /// # Errors
    /// The terminal fails.
    pub(crate) fn agrees(&mut self, label: &str, keys: &str) -> io::Result<Reply<bool>> {
        match &mut self.manner {
            Manner::Rich(_) => self.yes_no(label, None, keys),
            Manner::Plain(plain) => Ok(plain.agrees(&self.look.shown(label))),
        }
    }

    /// The lines of a list as they can be shown.
    fn options(&self, options: Vec<String>) -> Vec<String> {
        options.iter().map(|option| self.look.shown(option).into_owned()).collect()
    }

    /// Offers a list and returns the position of the one chosen. `at` is the one that is chosen
    /// already, or stands to reason. `keys` says what the keys of a rich prompt do.
    ///
    /// # Errors
    /// The terminal fails.
    pub(crate) fn menu(
        &mut self,
        label: &str,
        options: Vec<String>,
        at: Option<usize>,
        keys: &str,
    ) -> io::Result<Reply<usize>> {
        self.menu_to_begin(label, options, at, None, keys)
    }

    /// The same for a list that stands before an answer: `anew` is the line that begins it anew.
    ///
    /// # Errors
    /// The terminal fails.
    pub(crate) fn menu_to_begin(
        &mut self,
        label: &str,
        options: Vec<String>,
        at: Option<usize>,
        anew: Option<usize>,
        keys: &str,
    ) -> io::Result<Reply<usize>> {
        let (label, options) = (&self.look.shown(label), self.options(options));
        match &mut self.manner {
            Manner::Rich(_) => prompts::menu(label, options, at.unwrap_or(0), keys),
            Manner::Plain(plain) => {
                let numbered = (1..).zip(options);
                let options = numbered.map(|(number, line)| (number.to_string(), line)).collect();
                Ok(plain.menu(label, options, at, anew))
            }
        }
    }

    /// Offers a list whose lines have names of their own, such as the numbers of questions.
    ///
    /// # Errors
    /// The terminal fails.
    pub(crate) fn find(
        &mut self,
        label: &str,
        options: Vec<(String, String)>,
        at: usize,
        keys: &str,
    ) -> io::Result<Reply<usize>> {
        let width = self.columns().saturating_sub(4);
        match &mut self.manner {
            Manner::Rich(_) => {
                let line = |(name, line): (String, String)| {
                    let number = if name.parse::<usize>().is_ok() { name } else { String::new() };
                    shorten(&format!("{number:>2}  {line}"), width)
                };
                let options = options.into_iter().map(line).collect();
                prompts::menu(label, self.options(options), at, keys)
            }
            Manner::Plain(plain) => Ok(plain.menu(label, options, Some(at), None)),
        }
    }

    /// Offers a list of which several may apply; returns the positions of those that do.
    ///
    /// # Errors
    /// The terminal fails.
    pub(crate) fn several(
        &mut self,
        label: &str,
        options: Vec<String>,
        ticked: &[usize],
    ) -> io::Result<Reply<Vec<usize>>> {
        let (label, options) = (&self.look.shown(label), self.options(options));
        match &mut self.manner {
            Manner::Rich(_) => prompts::several(label, options, ticked),
            Manner::Plain(plain) => Ok(plain.several(label, &options, ticked)),
        }
    }

    /// Lets a person write a long answer; returns the text and where they went from it.
    ///
    /// `autosave` receives the text while it is written. `edit` opens the person's own editor.
    /// `stop` is set when the program must end.
    ///
    /// # Errors
    /// Fails if the terminal cannot be read or written. The text has gone to `autosave`.
    pub(crate) fn compose<'a>(
        &mut self,
        brief: &'a ComposerConfig<'a>,
        answer: &'a str,
        autosave: &'a Autosave,
        edit: &'a mut Edit<'a>,
        stop: &'a AtomicBool,
    ) -> io::Result<(String, Navigation)> {
        match &mut self.manner {
            Manner::Rich(_) => composer::compose(brief, answer, autosave, edit, stop),
            Manner::Plain(plain) => Ok(plain.compose(brief, answer, autosave, edit)),
        }
    }
}
