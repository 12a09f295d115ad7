//! One question, asked field by field.

mod links;

use std::cell::{Cell, RefCell};
use std::io;
use std::rc::Rc;

use crate::model::answer::Answer;
use crate::model::draft::{Draft, MarginNote};
use crate::model::questionnaire::{Choice, Field, Guidance, Kind, Need, Question, Section};
use crate::model::review::{self, Status};
use crate::model::spelling::is_checked;
use crate::model::spelling::proofread::language_name;
use crate::model::text::{capital, normalize_answer, normalize_line, plural};
use crate::model::words::Limit;
use crate::storage::dictionary;
use crate::terminal::frontend::Frontend;
use crate::terminal::note_pad::{NoteChange, NotePad};
use crate::terminal::outcome::{Autosave, Navigation, Reply};
use crate::terminal::requests::{LinePrompt, ListPrompt, PromptLabel, TextPrompt};
use crate::terminal::spelling::{KeptIn, Spelling};
use crate::wizard::messages;
use crate::wizard::open_draft::{OpenDraft, today};
use crate::wizard::route::StartField;

/// Asks one question. Each answer is saved when it is given, and lines and long texts while they
/// are typed.
pub(super) struct QuestionDialog<'a, 'q> {
    draft: &'a mut OpenDraft<'q>,
    frontend: &'a mut Frontend,
    question: &'q Question,
    guidance: Guidance,
    /// The index of the field that is asked for.
    field: usize,
}

impl<'a, 'q> QuestionDialog<'a, 'q> {
    pub(super) fn new(
        draft: &'a mut OpenDraft<'q>,
        frontend: &'a mut Frontend,
        question: &'q Question,
    ) -> Self {
        let guidance = frontend.guidance(draft.questionnaire, question);
        Self { draft, frontend, question, guidance, field: 0 }
    }

    /// Asks the question from one of its fields on. Returns where the user goes next, and the field
    /// that was asked for last.
    ///
    /// # Errors
    /// Fails if the terminal cannot be read or written.
    pub(super) fn run(
        mut self,
        section: Option<&Section>,
        status: Status,
        start: StartField,
    ) -> io::Result<(Navigation, StartField)> {
        let place = match self.question.number {
            Some(number) => format!("Question {number} of {}", self.draft.questionnaire.numbered()),
            None => "Before the questions".to_owned(),
        };
        let section = section.map(|section| section.short_title.as_str());
        let notes = self.draft.answers.open_notes(&self.question.id).map(MarginNote::describe);
        let notes: Vec<String> = notes.collect();
        let mut kinds = self.question.fields.iter().map(|field| &field.kind);
        let only_texts = kinds.all(|kind| matches!(kind, Kind::Text { .. }));
        self.frontend.show_question(&place, section, &self.guidance, !only_texts);
        // Long answers show them above the text.
        for note in notes.iter().filter(|_| !only_texts) {
            self.frontend.show(note);
        }
        if matches!(status, Status::Skipped | Status::NotApplicable)
            && self.question.need == Need::IfApplicable
            && !matches!(start, StartField::Index(_))
            && let Some(navigation) = self.does_not_apply(status)?
        {
            return Ok((navigation, StartField::First));
        }
        let first = match start {
            StartField::First => 0,
            StartField::Open => self.open_field().unwrap_or(0),
            StartField::Index(index) => index,
        };
        for (index, field) in self.question.fields.iter().enumerate().skip(first) {
            if !self.draft.submission().asks(&field.need) {
                continue;
            }
            self.field = index;
            let navigation = match &field.kind {
                Kind::Text { limit } => self.long_text(field, *limit)?,
                Kind::Line | Kind::Date { .. } | Kind::Email => self.line(field)?,
                Kind::YesNo => self.yes_no(field)?,
                Kind::Choice(choices) => self.choice(field, choices)?,
                Kind::Choices(choices) => self.choices(field, choices)?,
                Kind::Links => self.links(field)?,
            };
            if navigation != Navigation::Next {
                return Ok((navigation, StartField::Index(index)));
            }
        }
        Ok((Navigation::Next, StartField::First))
    }

    /// Returns the index of the first field whose answer is missing or wrong, and says which one it
    /// is if others are filled in. Returns `None` if the question has no answer yet.
    fn open_field(&self) -> Option<usize> {
        let submission = self.draft.submission();
        let answers = &self.draft.answers;
        let fields = self.question.fields.iter().enumerate();
        let asked: Vec<_> = fields.filter(|(_, field)| submission.asks(&field.need)).collect();
        if !asked.iter().any(|(_, field)| answers.answer(&field.key).is_some()) {
            return None;
        }
        let (index, field) =
            asked.into_iter().find(|(_, field)| match answers.answer(&field.key) {
                Some(answer) => !review::validation_errors(&submission, field, answer).is_empty(),
                None => field.need != Need::IfApplicable,
            })?;
        if let Some(label) = &field.label
            && answers.answer(&field.key).is_none()
        {
            let label = self.frontend.style().wording(label);
            self.frontend.show(&format!("\"{label}\" is still missing."));
        }
        Some(index)
    }

    /// Asks whether the question applies. Returns `None` if the answer is to be written.
    fn does_not_apply(&mut self, status: Status) -> io::Result<Option<Navigation>> {
        let options = ["Write the answer", "It does not apply", "Leave it for later"];
        let reply = self.frontend.choose(ListPrompt {
            label: self.label(None, "Does this question apply?"),
            options: options.map(str::to_owned).to_vec(),
            numbered: Vec::new(),
            initial: (status == Status::NotApplicable).then_some(1),
            rewrite: Some(0),
            escape: Navigation::Menu,
        })?;
        Ok(match reply {
            Reply::Answered(0) => {
                self.draft.mark_not_applicable(self.question, false, self.frontend);
                None
            }
            Reply::Answered(chosen) => {
                // "Later" also removes an earlier mark.
                self.draft.mark_not_applicable(self.question, chosen == 1, self.frontend);
                Some(Navigation::Next)
            }
            Reply::Navigated(navigation) => Some(navigation),
        })
    }

    /// Labels a prompt of this question, with the label of a field if it has one.
    fn label<'l>(&self, field: Option<&'l Field>, prompt: &'l str) -> PromptLabel<'l>
    where
        'q: 'l,
    {
        let field = field.and_then(|field| field.label.as_deref());
        PromptLabel { question: Some(self.question), field, prompt, format: None }
    }

    /// Shows that the current answer is not one of the options.
    fn show_unknown_answer(&self, field: &Field) {
        let answer = self.draft.answers.answer(&field.key);
        for problem in answer.into_iter().flat_map(|answer| answer.validation_errors(field)) {
            self.frontend.show(&format!("The answer is not valid: {problem}."));
        }
    }

    /// Sets an answer, and says which questions are asked or no longer asked because of it.
    fn set(&mut self, field: &Field, answer: Answer) {
        let before = self.draft.review();
        self.draft.set(&field.key, answer, self.frontend);
        messages::show_asked(&before, &self.draft.review(), self.frontend);
    }

    /// Saves a line while it is typed. `answer` makes the answer of the field from it, and `draft` has
    /// the other answers.
    fn autosave_line(
        &self,
        field: &Field,
        draft: Rc<RefCell<Draft>>,
        answer: impl Fn(&str) -> Answer + 'static,
    ) -> Autosave {
        let (saver, state) = (self.draft.saver.clone(), self.draft.saver.clone());
        let key = field.key.clone();
        let save = move |typed: &str, _| {
            let mut draft = draft.borrow_mut();
            draft.set(&key, answer(typed));
            saver.post_soon(&draft);
        };
        Autosave::new(save, move || state.status())
    }

    /// Returns a copy of the draft that an open prompt changes and saves.
    fn working_copy(&self) -> Rc<RefCell<Draft>> {
        Rc::new(RefCell::new(self.draft.answers.clone()))
    }

    /// Saves a long answer while it is written. `draft` has the other answers and the notes.
    fn autosave_text(&self, field: &Field, draft: Rc<RefCell<Draft>>) -> Autosave {
        let (saver, state) = (self.draft.saver.clone(), self.draft.saver.clone());
        let field = field.clone();
        let changed = Cell::new(false);
        let save = move |text: &str, keep_replaced| {
            let answer = Answer::typed(&field, text);
            let mut draft = draft.borrow_mut();
            let before = draft.answer(&field.key);
            if before.map_or(answer.is_empty(), |before| *before == answer) {
                return;
            }
            if keep_replaced && !changed.get() && before.is_some() {
                saver.keep_version();
            }
            changed.set(true);
            draft.set(&field.key, answer);
            saver.post(&draft);
        };
        Autosave::new(save, move || state.status())
    }

    /// Returns the notes on the question. Those that are written or ticked off are saved at once.
    fn note_pad(&self, draft: Rc<RefCell<Draft>>) -> NotePad<'static> {
        let (saver, question) = (self.draft.saver.clone(), self.question.id.clone());
        let open =
            move |draft: &Draft| draft.open_notes(&question).map(MarginNote::describe).collect();
        let (shown, question) = (open(&draft.borrow()), self.question.id.clone());
        NotePad::new(shown, move |change| {
            let mut draft = draft.borrow_mut();
            match change {
                NoteChange::Write(text) => {
                    draft.add_note(MarginNote::new(&question, "", "", text));
                }
                NoteChange::TickOff => {
                    draft.tick_off_note(&question);
                }
            }
            saver.post(&draft);
            open(&draft)
        })
    }

    fn line(&mut self, field: &'q Field) -> io::Result<Navigation> {
        let is_date = matches!(field.kind, Kind::Date { .. });
        let format = is_date.then_some("day month year");
        let submission = self.draft.submission();
        let initial = self.draft.answers.answer(&field.key).map(|answer| answer.shown(field));
        let today = today();
        let check = |typed: &str| {
            let answer = Answer::typed(field, typed);
            let problems = review::validation_errors(&submission, field, &answer);
            let mut objections = problems
                .into_iter()
                .chain(review::unusual_year(&answer))
                .chain(review::future_start(&submission, field, &answer, today));
            objections.next().filter(|_| !answer.is_empty())
        };
        let kind = field.clone();
        let working = self.working_copy();
        let spelling = spelling(self.draft, &working);
        let spelling = spelling.filter(|_| is_checked(self.question, &field.kind));
        let reply = self.frontend.line(&LinePrompt {
            label: PromptLabel { format, ..self.label(Some(field), "Answer") },
            initial: &initial.unwrap_or_default(),
            help: "an empty line leaves it open",
            left_empty: "Left empty.",
            autosave: Some(self.autosave_line(field, Rc::clone(&working), move |typed| {
                Answer::typed(&kind, typed)
            })),
            spelling: spelling.as_ref(),
            check: &check,
        })?;
        drop(spelling);
        self.draft.answers.set_notes_and_words_of(&working.borrow());
        if let Some(typed) = reply.text {
            let answer = Answer::typed(field, &typed);
            let submitted = reply.navigation == Navigation::Next;
            if let Answer::Date(date) = &answer
                && submitted
                && normalize_line(&typed) != date.long()
            {
                self.frontend.show_notice(&format!("Read as {}.", date.long()));
            }
            self.set(field, answer);
        }
        Ok(reply.navigation)
    }

    fn yes_no(&mut self, field: &Field) -> io::Result<Navigation> {
        self.show_unknown_answer(field);
        let own = self.question.prompt.as_deref();
        let prompt = own.unwrap_or(if self.question.single_field().is_some() {
            "Yes or no"
        } else {
            "Answer"
        });
        let initial = self.draft.answers.answer(&field.key).and_then(Answer::as_yes_no);
        let reply = self.frontend.yes_no(self.label(Some(field), prompt), initial)?;
        Ok(self.set_answered(field, reply.map(Answer::YesNo)))
    }

    /// Sets the answer of a prompt, if there is one, and returns where the user goes next.
    fn set_answered(&mut self, field: &Field, reply: Reply<Answer>) -> Navigation {
        match reply {
            Reply::Answered(answer) => {
                self.set(field, answer);
                Navigation::Next
            }
            Reply::Navigated(navigation) => navigation,
        }
    }

    fn choice(&mut self, field: &Field, choices: &[Choice]) -> io::Result<Navigation> {
        self.show_unknown_answer(field);
        let initial = self.draft.answers.answer(&field.key).and_then(Answer::as_text);
        let initial = initial.and_then(|id| choices.iter().position(|choice| choice.id == id));
        let wordings = wordings(choices);
        let mut options = wordings.clone();
        options.push("Leave it for later".to_owned());
        let label = self.label(Some(field), "Which one applies?");
        let prompt = ListPrompt { initial, ..ListPrompt::new(label, options, Navigation::Menu) };
        let reply = self.frontend.choose(prompt)?;
        Ok(match reply.map(|chosen| choices.get(chosen)) {
            Reply::Answered(None) => Navigation::Next,
            Reply::Answered(Some(choice)) => {
                self.set(field, Answer::Text(choice.id.clone()));
                Navigation::Next
            }
            Reply::Navigated(navigation) => navigation,
        })
    }

    fn choices(&mut self, field: &Field, choices: &[Choice]) -> io::Result<Navigation> {
        self.show_unknown_answer(field);
        let before = self.draft.answers.list(&field.key);
        let index_of = |id: &String| choices.iter().position(|choice| choice.id == *id);
        let ticked: Vec<usize> = before.iter().filter_map(index_of).collect();
        // Choices of another questionnaire are kept; the review reports them.
        let unknown: Vec<String> =
            before.iter().filter(|id| index_of(id).is_none()).cloned().collect();
        let label = self.label(Some(field), "Which apply?");
        let answer = |chosen: &[usize]| {
            let chosen = chosen.iter().filter_map(|index| choices.get(*index));
            Answer::List(chosen.map(|choice| choice.id.clone()).chain(unknown.clone()).collect())
        };
        // Each tick is saved at once, so that no way out of the list loses it.
        let (saver, draft) = (self.draft.saver.clone(), self.draft.answers.clone());
        let latest = RefCell::new(None);
        let on_tick = |chosen: &[usize]| {
            let mut draft = draft.clone();
            draft.set(&field.key, answer(chosen));
            saver.post(&draft);
            latest.replace(Some(answer(chosen)));
        };
        let reply = self.frontend.choose_several(label, wordings(choices), &ticked, &on_tick)?;
        let navigation = match reply {
            Reply::Answered(chosen) => {
                latest.replace(Some(answer(&chosen)));
                Navigation::Next
            }
            Reply::Navigated(navigation) => navigation,
        };
        if let Some(answer) = latest.into_inner() {
            self.set(field, answer);
        }
        Ok(navigation)
    }

    fn long_text(&mut self, field: &'q Field, limit: Option<Limit>) -> io::Result<Navigation> {
        let answer = self.draft.answers.answer(&field.key);
        let initial = answer.map(|answer| answer.shown(field)).unwrap_or_default();
        let rule = self.draft.questionnaire.word_rule;
        let working = self.working_copy();
        let note_pad = self.note_pad(Rc::clone(&working));
        let spelling = spelling(self.draft, &working);
        let (text, navigation) = self.frontend.compose(&TextPrompt {
            label: self.label(Some(field), "Answer"),
            guidance: &self.guidance,
            total: self.draft.questionnaire.numbered(),
            initial: &initial,
            limit,
            rule,
            spelling: spelling.as_ref(),
            note_pad: Some(&note_pad),
            autosave: self.autosave_text(field, Rc::clone(&working)),
        })?;
        drop(spelling);
        self.draft.answers.set_notes_and_words_of(&working.borrow());
        self.set(field, Answer::typed(field, &text));
        self.draft.report_saving(self.frontend);
        let measure = rule.measure(&text, limit);
        let name = capital(&self.question.name());
        let unchanged = normalize_answer(&text) == normalize_answer(&initial);
        let changes = if unchanged { "" } else { "; your changes are kept" };
        match (measure.words, measure.excess()) {
            (0, _) => self.frontend.show(&format!("{name}: no answer yet{changes}")),
            (_, 0) => self.frontend.show(&format!("{name}: {}{changes}", measure.describe())),
            (_, excess) => {
                let excess = plural(excess, "word", "words");
                let length = measure.describe();
                self.frontend.show_notice(&format!(
                    "{name}: {length}, {excess} over the limit; nothing is cut{changes}"
                ));
            }
        }
        Ok(navigation)
    }
}

/// Returns the spelling of an answer, or `None` if spelling is not checked. Words that are right in
/// this application go into the working copy, and are saved at once.
fn spelling<'s>(draft: &'s OpenDraft<'_>, working: &Rc<RefCell<Draft>>) -> Option<Spelling<'s>> {
    let (saver, working) = (draft.saver.clone(), Rc::clone(working));
    let keep = move |word: &str, place| match place {
        KeptIn::Application => {
            let mut draft = working.borrow_mut();
            draft.keep_word(word);
            saver.post(&draft);
            Ok(())
        }
        KeptIn::OwnList => dictionary::add_own_word(word),
    };
    let language = language_name(&draft.questionnaire.language);
    draft.spelling.get().then(|| Spelling::new(language, |loading| draft.speller(loading), keep))
}

fn wordings(choices: &[Choice]) -> Vec<String> {
    choices.iter().map(|choice| choice.text.clone()).collect()
}
