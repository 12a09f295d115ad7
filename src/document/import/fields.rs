//! Reads the values of fields from the regions in which the recogniser located them.

use super::Recognised;
use super::answer_text::AnswerText;
use super::coverage::Piece;
use super::footnotes::OwnNote;
use super::lines::{Region, SourcePosition, SourceSpan};
use super::placeholders::{is_not_applicable, is_prompt, is_prompt_of_word, is_word_count};
use super::questions::{ChoicePlace, FieldPlace, QuestionPlace, Recognition, is_choice};
use super::tick_boxes::{YesNoReading, has_other_words, leading_tick, read_yes_no, tick};
use super::unknown_questions::UnknownQuestion;
use crate::model::answer::Answer;
use crate::model::draft::MarginNote;
use crate::model::questionnaire::{Field, Kind, Need, Question, yes_or_no};
use crate::model::text;

/// Reads all answers. Text that does not belong to a field becomes unplaced text.
pub(super) fn read(recognition: &Recognition<'_>) -> Recognised {
    let coverage = &recognition.coverage;
    let source = coverage.source;
    let is_wrapped = |question: &&QuestionPlace<'_>| {
        let lines = || question.wording.lines();
        lines().zip(lines().skip(1)).any(|(before, after)| {
            after - before == 1 && source.lines.get(after).is_some_and(|line| line.gap == 0)
        })
    };
    let wrapped = recognition.questions.iter().filter(is_wrapped).count() > 1;
    let mut reader = FieldReader {
        text: AnswerText { coverage, wrapped },
        used: Vec::new(),
        found: Recognised::default(),
    };
    let left_out = |line| format!("the page header or footer `{line}` is left out");
    reader.found.remarks = source.left_out.iter().map(left_out).collect();
    reader.found.questions =
        recognition.questions.iter().filter(|place| place.question.number.is_some()).count();
    for OwnNote { text, mark } in &recognition.own_notes {
        let starts = |place: &&QuestionPlace<'_>| Some(place.wording.start().line) <= *mark;
        match recognition.questions.iter().rev().find(starts) {
            Some(place) => {
                let place = format!("a footnote of {}", place.question.name());
                reader.add_unplaced(format!("{place}: {text}"), place);
            }
            None => reader.add_unplaced(text.clone(), "a footnote".to_owned()),
        }
    }
    recognition.declarations.iter().for_each(|place| reader.question(place));
    let declared = recognition.declared.iter();
    let rest: Vec<Piece> = declared.flat_map(|region| reader.pieces(region)).collect();
    let fields = recognition.declarations.iter().flat_map(|place| &place.fields);
    let labelled = fields.filter(|place| !is_choice(place.field) && place.choices.is_empty());
    let labelled = labelled.map(FieldPlace::region);
    let answers: Vec<Region> = labelled.collect();
    let is_answer = |piece: &Piece| answers.iter().any(|area| area.contains(&piece.span.start()));
    let unplaced: Vec<Piece> = rest.into_iter().filter(|piece| !is_answer(piece)).collect();
    reader.add_unplaced_pieces(&unplaced);
    recognition.questions.iter().for_each(|place| reader.question(place));
    recognition.questions.iter().for_each(|place| reader.remark_unread(place));
    recognition.unknown.iter().for_each(|unknown| reader.unknown_question(unknown));
    for line in recognition.question_like.iter().filter_map(|&line| source.lines.get(line)) {
        reader.found.remarks.push(format!(
            "{} {}: this line looks like a question, but the form does not have it; it is read as part \
             of an answer: {}",
            source.unit,
            line.number,
            text::normalize_line(&line.text())
        ));
    }
    reader.comments(recognition);
    reader.found
}

/// Reads one field after the other, and collects the answers.
struct FieldReader<'a> {
    text: AnswerText<'a>,
    /// The parts that were read as choices, and so do not belong to another field.
    used: Vec<SourceSpan>,
    found: Recognised,
}

impl FieldReader<'_> {
    /// Adds each comment to the draft as a note on the question where it is.
    fn comments(&mut self, recognition: &Recognition<'_>) {
        let source = self.text.coverage.source;
        for comment in &source.comments {
            let line = source.lines.iter().position(|line| line.number >= comment.number);
            let here = SourcePosition { line: line.unwrap_or(usize::MAX), offset: usize::MAX };
            let places = recognition.declarations.iter().chain(&recognition.questions);
            // A declaration may have been found only by its labels or choices.
            let start = |place: &&QuestionPlace<'_>| match place.wording.lines().next() {
                Some(_) => Some(place.wording.start()),
                None => place.fields.iter().map(|field| field.wording.start()).min(),
            };
            let before = places.filter(|place| start(place).is_some_and(|start| start <= here));
            let place = before.max_by_key(start).filter(|_| comment.number > 0);
            let question = place.map(|place| place.question.id.as_str()).unwrap_or_default();
            // A comment on the question itself is about none of the applicant's words.
            let is_on_question =
                place.is_some_and(|place| place.wording.lines().any(|line| line == here.line));
            let about = if is_on_question { "" } else { &comment.about };
            let note = MarginNote::new(question, &comment.author, about, &comment.text);
            self.found.draft.add_note(note);
        }
    }

    /// Reads the fields of a question.
    fn question(&mut self, place: &QuestionPlace<'_>) {
        for field in &place.fields {
            match field.choices.as_slice() {
                _ if is_choice(field.field) => self.choices(place, field),
                [choice] => self.ticked_declaration(place.question, field, choice),
                _ => self.field(place.question, field),
            }
        }
        for stray in &place.strays {
            self.add_unplaced_pieces(&self.pieces(stray));
        }
    }

    /// Adds a question that the form does not have and the text below it as unplaced text, if there is
    /// text below it.
    fn unknown_question(&mut self, unknown: &UnknownQuestion) {
        let UnknownQuestion { number, region } = unknown;
        let source = self.text.coverage.source;
        let Some(line) = source.lines.get(region.start.line) else { return };
        let pieces = self.pieces(region);
        self.found.remarks.push(format!(
            "{} {}: this looks like question {number}, but has other words than the form: {}",
            source.unit,
            line.number,
            text::normalize_line(&line.text())
        ));
        if pieces.iter().any(|piece| piece.span.line > region.start.line) {
            self.add_unplaced_pieces(&pieces);
        }
    }

    /// Returns the pieces of a region that were not read as choices.
    fn pieces(&self, region: &Region) -> Vec<Piece> {
        let mut pieces = self.text.coverage.pieces(region);
        pieces.retain(|piece| !self.used.contains(&piece.span));
        pieces
    }

    /// Adds pieces that do not belong to a field as unplaced text. Adjacent lines stay together.
    fn add_unplaced_pieces(&mut self, pieces: &[Piece]) {
        let source = self.text.coverage.source;
        for group in pieces.chunk_by(|a, b| b.span.line - a.span.line <= 1) {
            let body = self.text.text(group);
            if let Some(line) = group.first().and_then(|piece| source.lines.get(piece.span.line))
                && !body.is_empty()
            {
                self.add_unplaced(body, format!("{} {}", source.unit, line.number));
            }
        }
    }

    /// Adds unplaced text. `place` says where in the document it is.
    fn add_unplaced(&mut self, text: String, place: String) {
        self.found.draft.add_text(&text);
        self.found.unplaced.push((place, text));
    }

    /// Adds remarks on the pictures and the first table between the wording of a question and the next.
    fn remark_unread(&mut self, place: &QuestionPlace<'_>) {
        let coverage = self.text.coverage;
        let source = coverage.source;
        let (name, unit) = (place.question.name(), source.unit);
        let number = |line: usize| source.lines.get(line).map_or(usize::MAX, |line| line.number);
        let first = number(place.wording.end().line);
        let ends = place.fields.iter().map(|field| field.end);
        let Some(end) = ends.chain(place.strays.iter().map(|stray| stray.end)).max() else {
            return;
        };
        for picture in source.pictures.iter().filter(|&&at| at > first && at < number(end.line)) {
            self.found.remarks.push(format!(
                "{name}: the picture in {unit} {picture} is left out; say in words what it shows"
            ));
        }
        let region = place.wording.end()..end;
        let pieces = coverage.pieces(&region);
        let mut table = pieces.iter().zip(pieces.iter().skip(1));
        if let Some((piece, _)) = table
            .find(|(a, b)| coverage.table_step(a, b).is_some_and(|step| step.contains(['|', '\n'])))
        {
            self.found.remarks.push(format!(
                "{name}: the table in {unit} {} is read as lines, with `|` between the cells",
                number(piece.span.line)
            ));
        }
    }

    fn remark_lost_boxes(&mut self, question: &Question) {
        self.found.remarks.push(format!(
            "{}: the document's text does not show which boxes are ticked; please answer it again",
            question.name()
        ));
    }

    /// Reads a declaration that is itself a tick box: the state of the box, or the words after it.
    fn ticked_declaration(
        &mut self,
        question: &Question,
        place: &FieldPlace<'_>,
        choice: &ChoicePlace<'_>,
    ) {
        let rest = self.text.coverage.rest_of_line(place.wording.end());
        let words = rest.trim_start_matches(|c: char| !c.is_alphanumeric() && c != '(').trim();
        let words = if tick(rest).is_some() && !has_other_words(words) { "" } else { words };
        let answer = match choice.tick_box.as_ref().map(|tick_box| tick_box.ticked) {
            Some(true) => {
                if has_other_words(words) {
                    self.add_unplaced(words.to_owned(), question.name());
                }
                Answer::YesNo(true)
            }
            Some(false) | None if !words.is_empty() => {
                let inner = words.trim_start_matches('(').trim_end_matches(')');
                yes_or_no(inner).map_or_else(|| Answer::typed(place.field, words), Answer::YesNo)
            }
            Some(false) => return,
            None => return self.remark_lost_boxes(question),
        };
        self.found.draft.set(&place.field.key, answer);
    }

    /// Reads which choices are ticked, including choices that the applicant added.
    fn choices(&mut self, question: &QuestionPlace<'_>, place: &FieldPlace<'_>) {
        let ticked = |choice: &&ChoicePlace<'_>| {
            choice.tick_box.as_ref().is_some_and(|tick_box| tick_box.ticked)
        };
        let mut chosen: Vec<String> =
            place.choices.iter().filter(ticked).map(|choice| choice.id.to_owned()).collect();
        let has_boxes = place.choices.iter().any(|choice| choice.tick_box.is_some());
        let pieces = self.pieces(&place.region());
        if chosen.is_empty() && self.is_not_applicable(question.question, &pieces) {
            self.found.draft.mark_not_applicable(question.question, true);
            self.used.extend(pieces.into_iter().map(|piece| piece.span));
            return;
        }
        if place.choices.is_empty() && question.wording.lines().next().is_some() {
            self.found
                .remarks
                .push(format!("{}: none of its choices is found", question.question.name()));
        } else if !has_boxes && !place.choices.is_empty() {
            self.remark_lost_boxes(question.question);
        }
        let pieces = if has_boxes { pieces } else { Vec::new() };
        // A box after the label of another field belongs to that field.
        let others = question.fields.iter().filter(|other| !is_choice(other.field));
        let labels: Vec<usize> = others.flat_map(|other| other.wording.lines()).collect();
        for piece in pieces {
            let text = self.text.coverage.text(&piece.span).trim_start();
            if !labels.contains(&piece.span.line)
                && !self.text.coverage.is_surely_answer(&piece)
                && let Some((true, rest)) = leading_tick(text)
                && (1..80).contains(&rest.trim().chars().count())
            {
                chosen.push(text::normalize_line(rest));
                self.used.push(piece.span);
            }
        }
        let answer = if matches!(place.field.kind, Kind::Choices(_)) {
            Answer::List(chosen)
        } else {
            Answer::Text(chosen.join(", "))
        };
        self.found.draft.set(&place.field.key, answer);
    }

    /// Reads a field that is not answered by ticking choices.
    fn field(&mut self, question: &Question, place: &FieldPlace<'_>) {
        let coverage = self.text.coverage;
        let mut pieces = self.pieces(&place.region());
        pieces.retain(|piece| !self.remark(piece).is_some_and(is_word_count));
        let prompt = |answer: &Answer| {
            answer
                .as_text()
                .filter(|text| !coverage.shows_answers && is_prompt(text))
                .map(str::to_owned)
        };
        if self.is_not_applicable(question, &pieces) {
            self.found.draft.mark_not_applicable(question, true);
        } else if !pieces.is_empty()
            && let Some(answer) = self.answer(question, place.field, &pieces)
        {
            match prompt(&answer) {
                Some(prompt) if is_prompt_of_word(&prompt) => {}
                Some(prompt) => self.found.remarks.push(format!(
                    "{}: `{prompt}` is left out, because it reads like a prompt to fill in",
                    question.name()
                )),
                None => self.found.draft.set(&place.field.key, answer),
            }
        }
    }

    /// Returns the text of a line that may be a remark of the export, such as a word count. Returns
    /// `None` for a piece that is surely an answer, or that has wording before it on its line.
    fn remark(&self, piece: &Piece) -> Option<&str> {
        let coverage = self.text.coverage;
        let whole = !coverage.is_surely_answer(piece) && piece.span.range.start == 0;
        whole.then(|| coverage.text(&piece.span).trim().trim_matches(['(', ')', '*', '.']))
    }

    /// Whether the only text of a question says that it does not apply.
    fn is_not_applicable(&self, question: &Question, pieces: &[Piece]) -> bool {
        let [piece] = pieces else { return false };
        let coverage = self.text.coverage;
        let words = coverage.text(&piece.span).trim().trim_matches(['(', ')', '*', '.']);
        question.need == Need::IfApplicable
            && question.number.is_some()
            && !coverage.is_surely_answer(piece)
            && (piece.span.range.start == 0 || !coverage.shows_answers)
            && is_not_applicable(words)
    }

    /// Reads an answer from the pieces between its wording and the next. Returns `None` if they do not
    /// answer the field.
    fn answer(&mut self, question: &Question, field: &Field, pieces: &[Piece]) -> Option<Answer> {
        let line = || self.text.line(pieces);
        Some(match &field.kind {
            Kind::Text { .. } => Answer::typed(field, &self.text.text(pieces)),
            Kind::Links => Answer::List(self.text.links(pieces)),
            Kind::YesNo => {
                let shown = line();
                // Wide spaces keep a mark of one piece apart from the words of the next.
                let raw = pieces.iter().map(|piece| self.text.coverage.text(&piece.span));
                let raw = raw.collect::<Vec<_>>().join("    ");
                let read = read_yes_no(raw.trim_start().trim_start_matches([':', '?']));
                if !matches!(read, YesNoReading::Words) && has_other_words(&shown) {
                    self.add_unplaced_pieces(pieces);
                }
                match read {
                    YesNoReading::Answer(yes) => Answer::YesNo(yes),
                    YesNoReading::Words => Answer::typed(field, &shown),
                    YesNoReading::Empty => return None,
                    YesNoReading::BoxesLost => {
                        self.remark_lost_boxes(question);
                        return None;
                    }
                }
            }
            Kind::Date { .. } => {
                let shown = line();
                let dates = &self.text.coverage.source.dates;
                let date = dates.iter().find(|date| date.shown == shown).map(|date| &date.date);
                let shown = date.cloned().unwrap_or(shown);
                let read = Answer::typed(field, &shown);
                if let Answer::Date(date) = &read
                    && date.is_ambiguous_in(&shown)
                {
                    self.found.remarks.push(format!(
                        "{}: `{shown}` is read day first, as {}",
                        question.name(),
                        date.long()
                    ));
                }
                read
            }
            Kind::Line | Kind::Email | Kind::Choice(_) | Kind::Choices(_) => {
                Answer::typed(field, &line())
            }
        })
    }
}
