//! Finds the answers in a document. The wording of the form is known from the questionnaire:
//! whatever of it stands in the document is recognised, word by word and with small slips, and
//! taken away; what remains are the answers, each in its place.
//!
//! A question is found where a line begins with its wording. Which of several such lines is the
//! question is decided for all questions together: the best chain in the order of the form wins,
//! so that a numbered line or a quotation inside an answer is none. Pages and footnotes may cut
//! wording and answers in two.

pub(crate) mod docx;
pub(crate) mod lines;
mod matching;
mod tick_boxes;

use std::ops::Range;

use self::matching::{Match, Words, words_of};
use self::tick_boxes::{
    Chosen, chosen, has_more_than_yes_or_no, is_box, is_count, is_filler, is_placeholder, tick,
    without_yes_no, yes_no_in_brackets,
};
use crate::document::{NOT_APPLICABLE, UNFINISHED, joined};
use crate::model::address::{bare_address, says_itself, starts_web_address};
use crate::model::answer::{self, Answer};
use crate::model::draft::Draft;
use crate::model::markup::{self, Run};
use crate::model::questionnaire::{
    Choice, Field, Footnote, Kind, Need, Question, Questionnaire, yes_or_no,
};
use crate::model::text;
use lines::{Line, Source};

/// What was found in a document.
#[derive(Debug, Clone, Default)]
pub struct Recognised {
    /// The answers; also what could not be placed.
    pub draft: Draft,
    /// How many numbered questions of the form were found.
    pub questions: usize,
    /// How many words of the form's wording were found.
    wording: usize,
    /// What was understood in one way of several, and what did not survive.
    pub remarks: Vec<String>,
    /// What belongs to no question, each with where it stood.
    pub unplaced: Vec<(String, String)>,
}

/// Finds the answers in a document.
pub fn recognise(source: &Source, questionnaire: &Questionnaire) -> Recognised {
    // A document of our own shows which lines are answers. In another the same look is a
    // coincidence, and then it hides questions.
    let open = || Reader::new(source, questionnaire, false).read();
    if !source.lines.iter().any(|line| line.answer) {
        return open();
    }
    let (ours, open) = (Reader::new(source, questionnaire, true).read(), open());
    if open.wording > ours.wording { open } else { ours }
}

/// The most places looked at for one question, and the most copies of a page's title taken away.
const PLACES: usize = 200;

/// A piece of a line that no wording has taken.
#[derive(Debug, Clone)]
struct Piece {
    line: usize,
    range: Range<usize>,
    /// Wording stood between it and the piece before.
    torn: bool,
}

/// A place in the document: a line and a byte of its text.
type Spot = (usize, usize);

struct Reader<'a> {
    source: &'a Source,
    questionnaire: &'a Questionnaire,
    /// Whether the document shows its answers, as ours do.
    ours: bool,
    texts: Vec<String>,
    words: Words,
    taken: Vec<Vec<Range<usize>>>,
    wrapped: usize,
    found: Recognised,
}

impl<'a> Reader<'a> {
    fn new(source: &'a Source, questionnaire: &'a Questionnaire, ours: bool) -> Self {
        let texts: Vec<String> = source.lines.iter().map(Line::text).collect();
        let open = |at: usize| !(ours && source.lines.get(at).is_some_and(|line| line.answer));
        let words = Words::new(&texts, open);
        let taken = vec![Vec::new(); texts.len()];
        Self {
            source,
            questionnaire,
            ours,
            texts,
            words,
            taken,
            wrapped: 0,
            found: Recognised::default(),
        }
    }

    fn read(mut self) -> Recognised {
        for line in &self.source.left_out {
            self.found.remarks.push(format!("left out, as it stands on every page: {line}"));
        }
        self.footnotes();
        let chain = self.questions();
        self.found.questions =
            chain.iter().filter(|(question, _)| question.number.is_some()).count();
        let mut starts: Vec<Spot> = Vec::new();
        for (_, found) in &chain {
            starts.push((found.begin().0, 0));
            self.take(found);
        }
        self.wrapped = chain.iter().filter(|(_, found)| self.is_wrapped(found)).count();
        let end = (self.texts.len(), 0);
        let first = starts.first().copied().unwrap_or(end);
        self.reference_material(first);
        for (at, section) in self.questionnaire.sections.iter().enumerate() {
            let to = section
                .questions
                .iter()
                .find_map(|question| chain.iter().position(|(known, _)| known.id == question.id))
                .and_then(|at| starts.get(at).copied());
            let earlier =
                self.questionnaire.sections.iter().take(at).flat_map(|section| &section.questions);
            let from = earlier
                .rev()
                .find_map(|question| chain.iter().position(|(known, _)| known.id == question.id))
                .and_then(|at| starts.get(at).copied())
                .unwrap_or((0, 0));
            if let Some(found) = to.and_then(|to| self.line_of(&section.title, from, to)) {
                self.take(&found);
            }
        }
        self.front(first);
        for (at, (question, _)) in chain.iter().enumerate() {
            let from = starts.get(at).copied().unwrap_or(end);
            let to = starts.get(at + 1).copied().unwrap_or(end);
            self.fields_between(question, from, to, true);
        }
        self.found
    }

    /// Footnotes may stand anywhere, also cut in two.
    fn footnotes(&mut self) {
        let lines = |note: &'a Footnote| note.text.lines().map(move |line| (note.number, line));
        let notes: Vec<(usize, &str)> =
            self.questionnaire.footnotes.iter().flat_map(lines).collect();
        for (number, note) in &notes {
            if let Some(found) = self.best(&words_of(note), (0, 0), (self.texts.len(), 0)) {
                self.take(&found);
                self.take_number_above(*number, found.begin().0);
            }
        }
        let own: Vec<String> = self.source.notes.iter().map(Line::text).collect();
        let mut own_words = Words::new(&own, |_| true);
        for (_, note) in &notes {
            let words = words_of(note);
            let found = own_words.heads().into_iter().filter_map(|at| own_words.follow(&words, at));
            if let Some(found) = found.max_by_key(Match::score) {
                own_words.remove(&found);
            }
        }
        for (line, text) in own.iter().enumerate() {
            if own_words.holds(line) && !text.trim().is_empty() {
                let place = "a footnote".to_owned();
                self.keep(text.trim().to_owned(), place);
            }
        }
    }

    /// The mark of a footnote may have a line of its own above it.
    fn take_number_above(&mut self, number: usize, line: usize) {
        let Some(above) = line.checked_sub(1) else { return };
        let text = self.texts.get(above).map(|text| text.trim().to_owned()).unwrap_or_default();
        let number = number.to_string();
        if text == number || text == markup::superscript(&number) {
            if let Some(taken) = self.taken.get_mut(above) {
                taken.push(0..usize::MAX);
            }
            self.words.remove_before(above, usize::MAX);
        }
    }

    /// The questions that the document asks, in the order of the form, with their places.
    fn questions(&self) -> Vec<(&'a Question, Match)> {
        let asked: Vec<&Question> =
            self.questionnaire.sections.iter().flat_map(|section| &section.questions).collect();
        let mut candidates: Vec<(usize, Match, usize)> = Vec::new();
        let heads = self.words.heads();
        for (order, question) in asked.iter().enumerate() {
            let words = words_of(&question.text);
            let limit = question.limit_note.as_deref().map(words_of).unwrap_or_default();
            for &at in &heads {
                let Some(mut found) = self.words.follow(&words, at) else { continue };
                let numbered = question
                    .number
                    .is_some_and(|number| self.number_before(&found) == Some(number));
                if words.len() <= 3 && !self.ends_like_a_label(&found) {
                    continue;
                }
                let score = found.score() * 4 + usize::from(numbered) * 3;
                self.words.go_on(&mut found, &limit);
                candidates.push((order, found, score));
            }
        }
        // A document that repeats a question endlessly is not worth more than its best places.
        candidates
            .sort_by_key(|(order, found, score)| (*order, std::cmp::Reverse(*score), found.first));
        let mut places = 0;
        let mut last = None;
        candidates.retain(|(order, _, _)| {
            places = if last == Some(*order) { places + 1 } else { 0 };
            last = Some(*order);
            places < PLACES
        });
        candidates.sort_by_key(|(order, found, _)| (found.first, *order));
        // The best chain that ends in each candidate: its score and the candidate before.
        let mut best: Vec<(usize, Option<usize>)> = Vec::new();
        for (order, found, score) in &candidates {
            let before =
                candidates.iter().zip(&best).enumerate().filter(|(_, ((earlier, place, _), _))| {
                    earlier < order && place.first < found.first
                });
            let before = before
                .map(|(at, (_, (score, _)))| (*score, at))
                .max_by_key(|&(score, at)| (score, std::cmp::Reverse(at)));
            best.push((score + before.map_or(0, |(score, _)| score), before.map(|(_, at)| at)));
        }
        let mut at = best
            .iter()
            .enumerate()
            .max_by_key(|(at, (score, _))| (*score, std::cmp::Reverse(*at)))
            .map(|(at, _)| at);
        let mut chain = Vec::new();
        while let Some(here) = at {
            if let Some((order, found, _)) = candidates.get(here)
                && let Some(question) = asked.get(*order)
            {
                chain.push((*question, found.clone()));
            }
            at = best.get(here).and_then(|(_, before)| *before);
        }
        chain.reverse();
        chain
    }

    /// The number that stands before the wording on its line, or that its list shows.
    fn number_before(&self, found: &Match) -> Option<usize> {
        let (line, from) = found.begin();
        let before = self.texts.get(line)?.get(..from)?;
        let marker = self.source.lines.get(line)?.marker.as_str();
        let digits = |text: &str| {
            let digits: String = text.chars().filter(char::is_ascii_digit).collect();
            digits.parse().ok()
        };
        digits(before).or_else(|| digits(marker))
    }

    /// What stands behind wording on its last line.
    fn behind(&self, found: &Match) -> &str {
        let (line, to) = found.end();
        self.texts.get(line).and_then(|text| text.get(to..)).unwrap_or_default()
    }

    /// Whether nothing but a colon, a box or the end of the line follows.
    fn ends_like_a_label(&self, found: &Match) -> bool {
        let rest = self.behind(found).trim_start_matches(['*', ')', '?', '.']).trim_start();
        rest.is_empty()
            || rest.starts_with([':', '–', '=', '|'])
            || tick(rest).is_some_and(|(_, range)| range.start == 0)
    }

    fn is_wrapped(&self, found: &Match) -> bool {
        found.segments.iter().zip(found.segments.iter().skip(1)).any(|((before, _), (after, _))| {
            after - before == 1 && self.source.lines.get(*after).is_some_and(|line| line.gap == 0)
        })
    }

    /// Takes wording away, with what belongs to it: the number before it, signs around it.
    fn take(&mut self, found: &Match) {
        for (at, (line, range)) in found.segments.iter().enumerate() {
            let Some(text) = self.texts.get(*line) else { continue };
            let tail = text.get(range.end..).unwrap_or_default();
            let signs = tail.len()
                - tail
                    .trim_start_matches(|c: char| {
                        !c.is_whitespace()
                            && (!c.is_alphanumeric() || markup::is_superscript(c))
                            && !is_box(c)
                            && !matches!(c, '(' | '[' | '<' | '-')
                    })
                    .len();
            let mut end = range.end + signs;
            // Wording that goes on below leaves nothing behind but signs.
            if at + 1 < found.segments.len() && !tail.contains(char::is_alphanumeric) {
                end = text.len();
            }
            // The number of a footnote that lost its raised look.
            let rest = text.get(end..).unwrap_or_default().trim();
            let labelled = text.get(range.end..end).is_some_and(|signs| signs.contains(':'));
            if !self.ours
                && !labelled
                && (1..3).contains(&rest.len())
                && rest.bytes().all(|byte| byte.is_ascii_digit())
            {
                end = text.len();
            }
            if let Some(taken) = self.taken.get_mut(*line) {
                taken.push(0..end);
            }
        }
        self.found.wording += found.matched;
        self.words.remove(found);
        // What stands on the line before the wording is its number; words there are none.
        let (line, from) = found.begin();
        self.words.remove_before(line, from);
    }

    /// The best place of wording between two spots.
    fn best(&self, words: &[String], from: Spot, to: Spot) -> Option<Match> {
        let heads = self.words.heads().into_iter();
        let found = heads.filter_map(|at| self.words.follow(words, at));
        let inside = found.filter(|found| found.begin() >= from && found.begin() < to);
        inside.max_by_key(|found| (found.score(), std::cmp::Reverse(found.first)))
    }

    /// Wording that has its lines to itself.
    fn line_of(&self, wording: &str, from: Spot, to: Spot) -> Option<Match> {
        let words = words_of(wording);
        let heads = self.words.heads().into_iter();
        let found = heads.filter_map(|at| self.words.follow(&words, at));
        let whole = found.filter(|found| {
            found.begin() >= from && found.begin() < to && {
                self.behind(found).chars().all(|c| {
                    !c.is_alphanumeric() || markup::is_superscript(c) || c.is_ascii_digit()
                })
            }
        });
        whole.max_by_key(Match::score)
    }

    /// Reference material follows its title; the last line of the form stands behind the questions.
    fn reference_material(&mut self, first: Spot) {
        let end = (self.texts.len(), 0);
        for reference in &self.questionnaire.references {
            let Some(title) = self.line_of(&reference.title, first, end) else { continue };
            let from = title.begin();
            self.take(&title);
            for line in reference.text.lines().filter(|line| !line.trim().is_empty()) {
                if let Some(found) = self.best(&words_of(line), from, end) {
                    self.take(&found);
                }
            }
        }
        for line in joined(&self.questionnaire.closing) {
            if let Some(found) = self.line_of(&line, first, end) {
                self.take(&found);
            }
        }
        // A title that stands at the head of every page is none of the applicant's words.
        for line in [&self.questionnaire.title, &self.questionnaire.masthead] {
            for _ in 0..PLACES {
                let found = self.line_of(line, first, end).filter(|_| words_of(line).len() > 1);
                let Some(found) = found else { break };
                self.take(&found);
                self.found.wording -= found.matched;
            }
        }
    }

    /// What stands before the first question: the introduction and the declarations.
    fn front(&mut self, end: Spot) {
        let start = (0, 0);
        let questionnaire = self.questionnaire;
        for line in [questionnaire.masthead.as_str(), &questionnaire.title, UNFINISHED] {
            for _ in 0..PLACES {
                let Some(found) = self.line_of(line, start, end) else { break };
                self.take(&found);
                self.found.wording -= found.matched;
            }
        }
        for paragraph in joined(&questionnaire.introduction) {
            if let Some(found) = self.best(&words_of(&paragraph), start, end) {
                self.take(&found);
            }
        }
        for question in &questionnaire.declarations {
            if let [field] = question.fields.as_slice()
                && matches!(field.kind, Kind::YesNo)
                && field.label.is_none()
            {
                self.declared(question, field, end);
                continue;
            }
            if let Some(found) = self.best(&words_of(&question.text), start, end) {
                self.take(&found);
            }
            self.fields_between(question, start, end, false);
        }
        let rest = self.pieces(start, end);
        self.keep_pieces(&rest);
    }

    /// A declaration that is a tick box itself.
    fn declared(&mut self, question: &Question, field: &Field, end: Spot) {
        let Some(found) = self.best(&words_of(&question.text), (0, 0), end) else { return };
        let ticked = self.box_beside(&found);
        self.take(&found);
        let (line, to) = found.end();
        let text = self.texts.get(line).cloned().unwrap_or_default();
        let rest = text.get(to..).unwrap_or_default();
        let said = rest.trim_start_matches(|c: char| !c.is_alphanumeric() && c != '(').trim();
        let said = if tick(rest).is_some() && !has_more_than_yes_or_no(said) { "" } else { said };
        if let Some(taken) = self.taken.get_mut(line) {
            taken.push(to..text.len());
        }
        let inner = said.trim_start_matches('(').trim_end_matches(')');
        let answer = match ticked {
            Some(true) => {
                if has_more_than_yes_or_no(said) {
                    self.keep(said.to_owned(), question.name());
                }
                Some(Answer::YesNo(true))
            }
            Some(false) | None if !said.is_empty() => {
                Some(yes_or_no(inner).map_or_else(|| Answer::typed(field, said), Answer::YesNo))
            }
            Some(false) => None,
            None => {
                self.lost_boxes(question);
                None
            }
        };
        if let Some(answer) = answer {
            self.found.draft.set(&field.key, answer);
        }
    }

    fn lost_boxes(&mut self, question: &Question) {
        self.found.remarks.push(format!(
            "{}: the document's text does not show which boxes are ticked; please answer it again",
            question.name()
        ));
    }

    /// Whether the box that stands before, behind or above wording is ticked.
    fn box_beside(&mut self, found: &Match) -> Option<bool> {
        let (line, from) = found.begin();
        let before = self.texts.get(line)?.get(..from)?.to_owned();
        if let Some((ticked, _)) = tick(&before) {
            return Some(ticked);
        }
        if matches!(before.trim(), "x" | "X") {
            return Some(true);
        }
        let (last, to) = found.end();
        let after = self.texts.get(last)?.get(to..)?.to_owned();
        if let Some((ticked, range)) = tick(&after)
            && after.get(..range.start).is_some_and(|gap| !gap.contains(char::is_alphanumeric))
        {
            let taken = self.taken.get_mut(last)?;
            taken.push(to..to + range.end);
            return Some(ticked);
        }
        // A box in a cell of its own stands on the line before.
        let above = self.texts.get(line.checked_sub(1)?)?.trim().to_owned();
        let (ticked, range) = tick(&above)?;
        (range == (0..above.len())).then(|| {
            if let Some(taken) = self.taken.get_mut(line - 1) {
                taken.push(0..usize::MAX);
            }
            ticked
        })
    }

    /// Reads the fields of a question from the text between two spots. `all` where every word
    /// there belongs to the question.
    fn fields_between(&mut self, question: &Question, from: Spot, to: Spot, all: bool) {
        for field in &question.fields {
            if let Kind::Choice(choices) | Kind::Choices(choices) = &field.kind {
                self.choices(question, field, choices, from, to);
            }
        }
        // Labels in the order of the form, each after the one before.
        let mut labels: Vec<(&Field, Spot)> = Vec::new();
        let mut after = from;
        for field in &question.fields {
            let Some(label) = &field.label else { continue };
            let words = words_of(without_yes_no(label));
            let heads = self.words.heads().into_iter();
            let found = heads.filter_map(|at| self.words.follow(&words, at)).find(|found| {
                found.begin() >= after && found.begin() < to && self.ends_like_a_label_of(found)
            });
            if let Some(found) = found {
                self.take(&found);
                self.take_yes_no(&found);
                after = (found.end().0, found.end().1);
                labels.push((field, found.begin()));
            }
        }
        let first = labels.first().map_or(to, |(_, spot)| *spot);
        if all {
            let rest = self.pieces(from, first);
            let labelled: Vec<&Field> = labels.iter().map(|(field, _)| *field).collect();
            self.unlabelled(question, &rest, &labelled);
        }
        for (at, (field, spot)) in labels.iter().enumerate() {
            let until = labels.get(at + 1).map_or(to, |(_, spot)| *spot);
            let pieces = self.pieces(*spot, until);
            self.answer(question, field, &pieces);
        }
    }

    /// A label may be followed by its `(Yes / No)`.
    fn ends_like_a_label_of(&self, found: &Match) -> bool {
        self.ends_like_a_label(found) || yes_no_in_brackets(self.behind(found)).is_some()
    }

    fn take_yes_no(&mut self, found: &Match) {
        let (line, to) = found.end();
        if let Some(length) = yes_no_in_brackets(self.behind(found))
            && let Some(taken) = self.taken.get_mut(line)
        {
            taken.push(to..to + length);
        }
    }

    fn choices(
        &mut self,
        question: &Question,
        field: &Field,
        choices: &[Choice],
        from: Spot,
        to: Spot,
    ) {
        let mut chosen = Vec::new();
        let (mut seen, mut boxed) = (0, 0);
        for choice in choices {
            let whole = self.best(&words_of(&choice.text), from, to);
            let found = whole.or_else(|| {
                let short = words_of(choice.short());
                self.best(&short, from, to)
                    .filter(|found| short.len() > 1 && self.ends_like_a_label(found))
            });
            let Some(found) = found else { continue };
            seen += 1;
            let ticked = self.box_beside(&found);
            boxed += usize::from(ticked.is_some());
            self.take(&found);
            if ticked == Some(true) {
                chosen.push(choice.id.clone());
            }
        }
        if seen > 0 && boxed == 0 {
            self.lost_boxes(question);
        }
        // What is ticked and no choice of the form was added by hand.
        for piece in self.pieces(from, to) {
            let text = self.texts.get(piece.line).and_then(|text| text.get(piece.range.clone()));
            if let Some(text) = text
                && !self.is_sure(&piece)
                && boxed > 0
                && let Some((true, range)) = tick(text.trim_start())
                && range.start == 0
                && let Some(rest) = text.trim_start().get(range.end..)
                && !rest.trim().is_empty()
                && rest.trim().chars().count() < 80
            {
                chosen.push(text::normalize_line(rest));
                if let Some(taken) = self.taken.get_mut(piece.line) {
                    taken.push(piece.range);
                }
            }
        }
        let answer = if matches!(field.kind, Kind::Choices(_)) {
            Answer::List(chosen)
        } else {
            Answer::Text(chosen.join(", "))
        };
        self.found.draft.set(&field.key, answer);
    }

    /// Text of a question that stands under no label.
    fn unlabelled(&mut self, question: &Question, pieces: &[Piece], labelled: &[&Field]) {
        if pieces.is_empty() {
            return;
        }
        let open = |field: &&Field| {
            !matches!(field.kind, Kind::Choice(_) | Kind::Choices(_))
                && !labelled.iter().any(|known| known.key == field.key)
        };
        let free = || question.fields.iter().filter(open);
        let text = free().find(|field| matches!(field.kind, Kind::Text { .. }));
        match free().find(|field| field.label.is_none()).or(text) {
            Some(field) => self.answer(question, field, pieces),
            None => self.keep_pieces(pieces),
        }
    }

    /// What nobody has taken between two spots.
    fn pieces(&self, from: Spot, to: Spot) -> Vec<Piece> {
        let mut pieces = Vec::new();
        let mut torn = false;
        let last = if to.1 == 0 { to.0 } else { to.0 + 1 };
        for line in from.0..last.min(self.texts.len()) {
            let (Some(text), Some(taken)) = (self.texts.get(line), self.taken.get(line)) else {
                continue;
            };
            let start = if line == from.0 { from.1 } else { 0 };
            let end = if line == to.0 { to.1.min(text.len()) } else { text.len() };
            let mut taken: Vec<Range<usize>> = taken.clone();
            taken.sort_by_key(|range| range.start);
            let mut at = start;
            let mut rest = Vec::new();
            for range in taken {
                if range.start > at {
                    rest.push(at..range.start.min(end));
                }
                at = at.max(range.end);
            }
            if at < end {
                rest.push(at..end);
            }
            let untouched = rest.first() == Some(&(0..text.len()));
            for range in rest {
                let words = text.get(range.clone()).unwrap_or_default();
                if words.trim().is_empty() || (!self.ours && !untouched && is_filler(words)) {
                    continue;
                }
                pieces.push(Piece { line, range, torn });
                torn = false;
            }
            torn |= !untouched;
        }
        pieces
    }

    fn keep_pieces(&mut self, pieces: &[Piece]) {
        for group in pieces.chunk_by(|a, b| b.line - a.line <= 1) {
            let body = self.body(group);
            if let Some(piece) = group.first()
                && let Some(line) = self.source.lines.get(piece.line)
                && !body.is_empty()
            {
                self.keep(body, format!("{} {}", self.source.unit, line.at));
            }
        }
    }

    fn keep(&mut self, text: String, place: String) {
        self.found.draft.add_text(&text);
        self.found.unplaced.push((place, text));
    }

    /// Whether a piece stands where only an answer stands.
    fn is_sure(&self, piece: &Piece) -> bool {
        self.ours && self.source.lines.get(piece.line).is_some_and(|line| line.answer)
    }

    /// Puts what stands under a question or label into its field.
    fn answer(&mut self, question: &Question, field: &Field, pieces: &[Piece]) {
        let remark = |piece: &Piece| {
            let words = self.texts.get(piece.line).and_then(|text| text.get(piece.range.clone()));
            words
                .filter(|_| !self.is_sure(piece) && piece.range.start == 0)
                .map(|words| words.trim().trim_matches(['(', ')', '*', '.']).to_owned())
        };
        let not_applicable = pieces.iter().filter_map(remark).any(|words| {
            [NOT_APPLICABLE, "N/A"].iter().any(|known| words.eq_ignore_ascii_case(known))
        });
        let pieces: Vec<Piece> = pieces
            .iter()
            .filter(|piece| !remark(piece).is_some_and(|words| is_count(&words)))
            .cloned()
            .collect();
        if not_applicable
            && pieces.len() == 1
            && question.need == Need::IfApplicable
            && question.number.is_some()
        {
            self.found.draft.mark_not_applicable(question, true);
            return;
        }
        if pieces.is_empty() {
            return;
        }
        let answer = match &field.kind {
            Kind::Text { .. } => Answer::typed(field, &self.body(&pieces)),
            Kind::Links => Answer::List(self.links(&pieces)),
            Kind::YesNo => {
                let said = self.line(&pieces);
                let read = chosen(&said);
                if !matches!(read, Chosen::Words) && has_more_than_yes_or_no(&said) {
                    self.keep_pieces(&pieces);
                }
                match read {
                    Chosen::Answer(yes) => Answer::YesNo(yes),
                    Chosen::Nothing => return,
                    Chosen::Lost => {
                        self.lost_boxes(question);
                        return;
                    }
                    Chosen::Words => Answer::typed(field, &said),
                }
            }
            Kind::Date { .. } => {
                let said = self.line(&pieces);
                let read = Answer::typed(field, &said);
                if let Answer::Date(date) = &read
                    && said.split(['/', '.', '-']).count() == 3
                    && date.day() <= 12
                    && date.day() != date.month()
                    && !said.starts_with(|c: char| {
                        c.is_ascii_digit() && said.find(['-', '/', '.']) == Some(4)
                    })
                {
                    self.found.remarks.push(format!(
                        "{}: `{said}` is read day first, as {}",
                        question.name(),
                        answer::long_date(*date)
                    ));
                }
                read
            }
            Kind::Choice(_) | Kind::Choices(_) => return self.keep_pieces(&pieces),
            Kind::Line | Kind::Email => Answer::typed(field, &self.line(&pieces)),
        };
        if !answer.as_text().is_some_and(is_placeholder) {
            self.found.draft.set(&field.key, answer);
        }
    }

    /// Pieces as one line, without their look.
    fn line(&self, pieces: &[Piece]) -> String {
        let one = |piece: &Piece| {
            let line = self.source.lines.get(piece.line)?;
            let text = self.texts.get(piece.line)?.get(piece.range.clone())?;
            let marker = if piece.range.start == 0 { line.marker.as_str() } else { "" };
            let text = if self.ours || piece.range.start == 0 {
                text
            } else {
                text.trim_start().trim_start_matches(':')
            };
            Some(format!("{marker}{text}"))
        };
        let joined = pieces.iter().filter_map(one).collect::<Vec<_>>().join(" ");
        text::normalize_line(&joined)
    }

    fn links(&self, pieces: &[Piece]) -> Vec<String> {
        let mut links: Vec<String> = Vec::new();
        for piece in pieces {
            let line = self.line(std::slice::from_ref(piece));
            if self.is_sure(piece) {
                links.push(line);
                continue;
            }
            let marker = markup::list_marker(&line).unwrap_or(0);
            let line = line.get(marker..).unwrap_or_default();
            let bare = |word: &str| bare_address(word).to_owned();
            let words: Vec<String> = line.split_whitespace().map(bare).collect();
            let is_link = |word: &String| starts_web_address(word);
            let follows = piece.range.start == 0
                && self.source.lines.get(piece.line).is_some_and(|line| line.gap == 0);
            let target = self.target(piece);
            match (words.as_slice(), links.last_mut()) {
                // The width of the page has cut an address in two.
                ([rest], Some(last))
                    if self.wrapped > 1 && follows && is_link(last) && !is_link(rest) =>
                {
                    last.push_str(rest);
                }
                (words, _) if words.iter().all(is_link) => links.extend(words.iter().cloned()),
                _ => match target {
                    Some(target) => links.extend([target, line.to_owned()]),
                    None => links.push(line.to_owned()),
                },
            }
        }
        links.retain(|link| !link.is_empty() && !is_placeholder(link));
        links
    }

    /// Where the words of a piece lead, if they do not say it themselves.
    fn target(&self, piece: &Piece) -> Option<String> {
        let line = self.source.lines.get(piece.line)?;
        let mut targets = line
            .runs
            .iter()
            .filter_map(|run| run.link.clone().filter(|link| !says_itself(&run.text, link)));
        targets.next()
    }

    /// Pieces as running text.
    fn body(&self, pieces: &[Piece]) -> String {
        let mut body = String::new();
        let mut before: Option<&Piece> = None;
        let mut all_sure = true;
        for piece in pieces {
            let Some(line) = self.source.lines.get(piece.line) else { continue };
            let marker = if piece.range.start == 0 { line.marker.as_str() } else { "" };
            let words = markup::marked(&slice(&line.runs, piece.range.clone()));
            let sure = self.is_sure(piece);
            all_sure &= sure;
            let words = if self.ours || piece.range.start == 0 {
                words
            } else {
                words.trim_start().trim_start_matches(':').trim_start().to_owned()
            };
            let new = format!("{marker}{words}");
            match before {
                None => {}
                Some(before) if sure && self.is_sure(before) => {
                    body.push_str(&"\n".repeat(line.gap + 1));
                }
                Some(_) if self.is_cut(&body, &new, piece.torn) => {
                    // A word that is divided at its hyphen keeps it and loses nothing.
                    let divided = body.ends_with('-') && !body.ends_with(" -");
                    body.push_str(if divided { "" } else { " " });
                }
                Some(before) => {
                    let gap = line.gap > 0 || piece.torn || before.line == piece.line;
                    body.push_str(if gap { "\n\n" } else { "\n" });
                }
            }
            body.push_str(if all_sure || !marker.is_empty() { &new } else { new.trim_end() });
            before = Some(piece);
        }
        if !all_sure && self.wrapped > 1 {
            body = text::join_lines(&body);
        }
        text::normalize_answer(&body)
    }

    /// Whether a page has cut a paragraph in two here: the text breaks off inside a sentence and
    /// goes on with a small letter.
    fn is_cut(&self, before: &str, after: &str, torn: bool) -> bool {
        let open =
            before.ends_with(|c: char| c.is_alphanumeric() || matches!(c, ',' | '(' | '–' | '-'));
        let goes_on = after.starts_with(|c: char| c.is_lowercase() || c == '(');
        let last = before.rsplit('\n').next().unwrap_or_default();
        let long = last.chars().count() >= 60;
        self.source.loose
            && open
            && goes_on
            && markup::list_marker(after).is_none()
            && (torn || long)
    }
}

/// The runs of a stretch of a line.
fn slice(runs: &[Run], range: Range<usize>) -> Vec<Run> {
    let mut at = 0;
    let mut part = Vec::new();
    for run in runs {
        let (start, end) = (at, at + run.text.len());
        at = end;
        let from = range.start.max(start);
        let to = range.end.min(end);
        if from < to
            && let Some(text) = run.text.get(from - start..to - start)
        {
            part.push(Run { text: text.to_owned(), ..run.clone() });
        }
    }
    part
}
