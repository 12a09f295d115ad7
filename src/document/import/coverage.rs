//! Keeps track of which parts of a document the wording of the form covers. The rest is answers.

use std::collections::HashSet;
use std::ops::Range;

use super::form_text::FormText;
use super::lines::{Region, Source, SourceLine, SourcePosition, SourceSpan};
use super::matching::{DocumentWords, Match, Start, is_number, words_of};
use super::placeholders::{is_back_link, is_filler, is_line_to_write_on};
use super::question_numbers::is_number_of;
use super::tick_boxes::{is_box, only_marks, tick};
use crate::model::markup;

/// The wording of one item of the form (such as a question, label or choice) in the document: the
/// parts of lines that it covers, in reading order, with the punctuation after them.
#[derive(Debug, Clone, Default)]
pub(crate) struct LocatedWording(Vec<SourceSpan>);

impl LocatedWording {
    /// Returns where it starts, including the number or box before it. An empty wording starts and
    /// ends at the start of the document.
    pub(crate) fn start(&self) -> SourcePosition {
        self.0.first().map(SourceSpan::start).unwrap_or_default()
    }

    /// Returns where it ends.
    pub(crate) fn end(&self) -> SourcePosition {
        self.0.last().map(SourceSpan::end).unwrap_or_default()
    }

    /// Returns the 0-based indices of its lines.
    pub(crate) fn lines(&self) -> impl Iterator<Item = usize> {
        self.0.iter().map(|span| span.line)
    }
}

/// A tick box of the document.
#[derive(Debug, Clone)]
pub(crate) struct TickBox {
    /// Whether it is ticked.
    pub(crate) ticked: bool,
    /// Where it is.
    pub(crate) span: SourceSpan,
}

/// A part of a line that no wording covers.
#[derive(Debug, Clone)]
pub(crate) struct Piece {
    /// Where it is.
    pub(crate) span: SourceSpan,
    /// Whether there is wording between it and the piece before it.
    pub(crate) after_wording: bool,
}

/// The lines of a document, and which parts of them are wording of the form.
#[derive(Debug)]
pub(crate) struct Coverage<'a> {
    /// The document.
    pub(super) source: &'a Source,
    /// The number of words of the form's wording that were found.
    pub(super) matched: usize,
    /// Whether lines with [`SourceLine::answer`] are taken for answers, and never for wording.
    pub(super) shows_answers: bool,
    texts: Vec<String>,
    /// The words that are not covered, without those of lines that are taken for answers.
    words: DocumentWords,
    /// The covered byte ranges of each line, in the order in which they were found.
    covered: Vec<Vec<Range<usize>>>,
    /// The tables with wording in a cell.
    tables_of_form: HashSet<usize>,
    /// The tables with more than one column.
    wide_tables: HashSet<usize>,
}

impl<'a> Coverage<'a> {
    /// Starts with a document of which nothing is covered. With `form`, only text of the blank form can
    /// be covered as wording.
    pub(super) fn new(source: &'a Source, shows_answers: bool, form: Option<&FormText>) -> Self {
        let texts: Vec<String> = source.lines.iter().map(SourceLine::text).collect();
        let is_answer =
            |at: usize| shows_answers && source.lines.get(at).is_some_and(|line| line.answer);
        let mut words = DocumentWords::new(&texts, |at| !is_answer(at));
        if let Some(form) = form {
            words.retain(&form.by_line());
        }
        let covered = vec![Vec::new(); texts.len()];
        let cells = source.lines.iter().filter_map(|line| line.cell);
        let wide_tables = cells.filter(|cell| cell.column > 1).map(|cell| cell.table).collect();
        Self {
            source,
            matched: 0,
            shows_answers,
            texts,
            words,
            covered,
            tables_of_form: HashSet::new(),
            wide_tables,
        }
    }

    /// Returns the region of the whole document.
    pub(super) fn all(&self) -> Region {
        SourcePosition::default()..SourcePosition { line: self.texts.len(), offset: 0 }
    }

    /// Returns the text of a line, or an empty text if there is no such line.
    pub(super) fn line(&self, line: usize) -> &str {
        self.texts.get(line).map_or("", String::as_str)
    }

    /// Returns the text of a part of a line.
    pub(super) fn text(&self, span: &SourceSpan) -> &str {
        self.line(span.line).get(span.range.clone()).unwrap_or_default()
    }

    /// Returns the text before a match on its first line, from the end of any other wording there.
    pub(super) fn before(&self, found: &Match) -> &str {
        let start = found.start();
        self.line(start.line).get(self.lead(found)..start.offset).unwrap_or_default()
    }

    /// Returns the byte offset in its first line at which a match starts together with the number or box
    /// before it.
    fn lead(&self, found: &Match) -> usize {
        let start = found.start();
        let covered = self.covered.get(start.line).into_iter().flatten().map(|range| range.end);
        covered.filter(|&end| end <= start.offset).fold(found.lead, usize::max)
    }

    /// Returns the text from a position to the end of its line.
    pub(super) fn rest_of_line(&self, at: SourcePosition) -> &str {
        self.line(at.line).get(at.offset..).unwrap_or_default()
    }

    /// Finds every match of a wording that starts inside `region`. Documents of this program start
    /// every wording on a new line, so in these `start` is ignored.
    pub(super) fn find(
        &self,
        wording: &[String],
        region: Region,
        start: Start,
    ) -> impl Iterator<Item = Match> {
        self.words.find(wording, region, if self.shows_answers { Start::Line } else { start })
    }

    /// Finds every match of the beginning of a wording, up to the end of a sentence or of the line.
    pub(super) fn find_beginning(
        &self,
        wording: &[String],
        region: Region,
    ) -> impl Iterator<Item = Match> {
        self.words.find_beginning(wording, region)
    }

    /// Extends a match by wording that may follow it.
    pub(super) fn extend(&self, found: &mut Match, wording: &[String]) {
        self.words.extend(found, wording);
    }

    /// Finds the best match of a wording, the first of equally good ones.
    pub(super) fn find_best(&self, wording: &str, region: Region) -> Option<Match> {
        let words = words_of(wording);
        let found = self.find(&words, region, Start::Line).enumerate();
        let best = found.max_by_key(|(at, found)| (found.score(), std::cmp::Reverse(*at)));
        best.map(|(_, found)| found)
    }

    /// Covers the best match of a wording, the first of equally good ones.
    pub(super) fn cover_best(&mut self, wording: &str, region: Region) -> Option<LocatedWording> {
        let found = self.find_best(wording, region)?;
        Some(self.cover(found))
    }

    /// Covers the best match of a wording that has its lines to itself, except for digits and
    /// punctuation. Also covers the mark of a footnote after it, such as `[9]`.
    pub(super) fn cover_title(&mut self, wording: &str, region: &Region) -> Option<LocatedWording> {
        let is_no_word =
            |c: char| !c.is_alphanumeric() || markup::is_superscript(c) || c.is_ascii_digit();
        let words = words_of(wording);
        let found = self.find(&words, region.clone(), Start::Line);
        let found = found.filter(|found| self.rest_of_line(found.end()).chars().all(is_no_word));
        let best = found.max_by_key(Match::score)?;
        let end = best.end();
        let rest = self.rest_of_line(end).trim_end();
        let mark = rest.trim_matches(|c: char| matches!(c, '[' | ']' | '(' | ')' | '^' | ' '));
        if matches!(mark.len(), 1 | 2) && is_number(mark) {
            let range = end.offset..end.offset + rest.len();
            self.cover_span(SourceSpan { line: end.line, range });
        }
        Some(self.cover(best))
    }

    /// Covers the line of a title with a translation after a slash. Returns the 0-based index of the line, or
    /// `None` if there is no such line.
    pub(super) fn cover_translated_title(
        &mut self,
        wording: &str,
        region: &Region,
    ) -> Option<usize> {
        let words = words_of(wording);
        let line = self
            .find(&words, region.clone(), Start::Line)
            .map(|found| found.end())
            .find(|end| self.rest_of_line(*end).trim_start().starts_with('/'))?
            .line;
        self.cover_line(line);
        Some(line)
    }

    /// Whether a match is followed by the end of the line, a tick box, or punctuation that ends a label,
    /// such as a colon.
    pub(super) fn ends_like_a_label(&self, found: &Match) -> bool {
        let rest = self.rest_of_line(found.end());
        let rest = rest.trim_start_matches(['*', ')', '?', '.']).trim_start();
        rest.is_empty()
            || rest.starts_with([':', '–', '=', '|'])
            || tick(rest).is_some_and(|(_, range)| range.start == 0)
    }

    /// Extends a match in the middle of a line by the tick box before it. Returns `None` if there is no
    /// tick box.
    pub(super) fn with_box_before(&self, mut found: Match) -> Option<Match> {
        let SourcePosition { line, offset } = found.start();
        let before = self.line(line).get(..offset)?.trim_end();
        let last = before.char_indices().next_back().filter(|(_, c)| is_box(*c));
        let typed = || {
            let at = before.rfind(['[', '('])?;
            only_marks(before.get(at..)?).map(|_| at)
        };
        found.lead = last.map(|(at, _)| at).or_else(typed)?;
        Some(found)
    }

    /// Returns the tick box of a match: before or after it on its line, on a line inside it, or in the
    /// cell before or after it.
    pub(super) fn box_beside(&self, found: &Match) -> Option<TickBox> {
        let (start, end, lead) = (found.start(), found.end(), self.lead(found));
        let tick_box = |line, offset: usize, (ticked, range): (bool, Range<usize>)| {
            let range = offset + range.start..offset + range.end;
            Some(TickBox { ticked, span: SourceSpan { line, range } })
        };
        let before = self.before(found);
        let after = self.rest_of_line(end);
        // A mark that was typed beside an empty box, or instead of a box.
        let typed_before = only_marks(before) == Some(true);
        let typed_after = only_marks(after) == Some(true);
        let is_typed = typed_before || (typed_after && only_marks(before).is_some());
        let whole = is_typed.then_some((true, 0..before.len()));
        if let Some((ticked, range)) = tick(before).or(whole) {
            return tick_box(start.line, lead, (ticked || is_typed, range));
        }
        if let Some((ticked, range)) = tick(after)
            && !after.get(..range.start)?.contains(char::is_alphanumeric)
        {
            return tick_box(end.line, end.offset, (ticked || typed_after, range));
        }
        // The text of a PDF may have the box on a line of its own inside the wording.
        let mut inside = (start.line + 1)..end.line;
        let is_box_alone = |line: &usize| {
            tick(self.line(*line)).is_some() && only_marks(self.line(*line)).is_some()
        };
        if let Some(line) = inside.find(is_box_alone) {
            return tick_box(line, 0, tick(self.line(line))?);
        }
        // A box in its own table cell is on the line before or after, in the same row.
        let row =
            |line: usize| self.source.lines.get(line)?.cell.map(|cell| (cell.table, cell.row));
        let own_row = row(start.line);
        for line in [start.line.checked_sub(1), Some(end.line + 1)].into_iter().flatten() {
            let text = self.line(line).trim();
            let has_box = tick(text).is_some() && !self.has_wording(line);
            if let Some(ticked) = only_marks(text)
                && row(line) == own_row
                && (own_row.is_some() || has_box)
            {
                return tick_box(line, self.line(line).find(text)?, (ticked, 0..text.len()));
            }
        }
        None
    }

    /// Covers a match, with the number before it and the punctuation after it.
    pub(super) fn cover(&mut self, found: Match) -> LocatedWording {
        self.words.remove(&found);
        self.matched += found.matched;
        let last = found.spans.len().saturating_sub(1);
        let mut spans = found.spans;
        for (at, span) in spans.iter_mut().enumerate() {
            let start = if at == 0 { found.lead } else { 0 };
            span.range = start..self.wording_end(span.end(), at < last);
            self.cover_span(span.clone());
        }
        LocatedWording(spans)
    }

    /// Covers the wording of a question. Also covers its number if that is alone on the line above.
    pub(super) fn cover_question(&mut self, found: Match, number: Option<usize>) -> LocatedWording {
        let own = is_number_of(self.before(&found), number);
        let above = found.start().line.checked_sub(1).filter(|_| !own && found.lead == 0);
        let above = above.filter(|&line| is_number_of(self.line(line), number));
        let mut wording = self.cover(found);
        if let Some(line) = above {
            self.cover_line(line);
            let range = 0..self.line(line).len();
            wording.0.insert(0, SourceSpan { line, range });
        }
        wording
    }

    /// Covers a line up to the byte offset `end`, and adds this part to a wording.
    pub(super) fn cover_start(&mut self, wording: &mut LocatedWording, line: usize, end: usize) {
        let span = SourceSpan { line, range: 0..end };
        self.cover_span(span.clone());
        wording.0.push(span);
    }

    /// Covers a whole line that is a question.
    pub(super) fn cover_question_line(&mut self, line: usize) -> LocatedWording {
        self.cover_line(line);
        LocatedWording(vec![SourceSpan { line, range: 0..self.line(line).len() }])
    }

    /// Covers a part of a line.
    pub(super) fn cover_span(&mut self, span: SourceSpan) {
        let table = self.source.lines.get(span.line).and_then(|line| line.cell);
        self.tables_of_form.extend(table.map(|cell| cell.table));
        if let Some(covered) = self.covered.get_mut(span.line) {
            covered.push(span.range);
        }
    }

    /// Whether any part of a line is wording.
    pub(crate) fn has_wording(&self, line: usize) -> bool {
        self.covered.get(line).is_some_and(|covered| !covered.is_empty())
    }

    /// Covers a whole line.
    pub(super) fn cover_line(&mut self, line: usize) {
        self.words.remove_line(line);
        self.cover_span(SourceSpan { line, range: 0..self.line(line).len() });
    }

    /// Returns the byte offset in the line of `end` at which wording ends together with the punctuation
    /// after its last word. `continues` says whether the wording continues on another line.
    fn wording_end(&self, end: SourcePosition, continues: bool) -> usize {
        let (line, tail) = (self.line(end.line), self.rest_of_line(end));
        if continues && !tail.contains(char::is_alphanumeric) {
            return line.len();
        }
        let is_punctuation = |c: char| {
            !c.is_whitespace()
                && (!c.is_alphanumeric() || markup::is_superscript(c))
                && !is_box(c)
                && !matches!(c, '(' | '[' | '<' | '-')
        };
        let mut rest = tail.trim_start_matches(is_punctuation);
        // In French, there is a space before the colon and other punctuation.
        let has_colon =
            |rest: &str| tail.strip_suffix(rest).is_some_and(|signs| signs.contains(':'));
        if !has_colon(rest) {
            let spaced = rest.trim_start();
            let signs = spaced.trim_start_matches([':', '?', '!', '»']);
            if signs.len() < spaced.len()
                && (signs.is_empty() || signs.starts_with(char::is_whitespace))
            {
                rest = signs;
            }
        }
        let labelled = has_colon(rest);
        // The number of a footnote that has lost its superscript format.
        let number = rest.trim();
        let is_note =
            !self.shows_answers && !labelled && (1..3).contains(&number.len()) && is_number(number);
        if is_note { line.len() } else { line.len() - rest.len() }
    }

    /// Returns the parts of a region that no wording covers. Leaves out parts without text, and those that
    /// cannot be an answer, such as lines to write on.
    pub(super) fn pieces(&self, region: &Region) -> Vec<Piece> {
        let mut pieces = Vec::new();
        let mut after_wording = false;
        let lines = region.end.line + usize::from(region.end.offset > 0);
        let lines = self.texts.iter().zip(&self.covered).enumerate().take(lines);
        for (line, (text, covered)) in lines.skip(region.start.line) {
            let mut at = if line == region.start.line { region.start.offset } else { 0 };
            let end = if line == region.end.line { region.end.offset } else { text.len() };
            let mut covered = covered.clone();
            covered.push(end.min(text.len())..usize::MAX);
            covered.sort_by_key(|range| range.start);
            let mut rest = Vec::new();
            for range in covered {
                if at < range.start {
                    rest.push(at..range.start);
                }
                at = at.max(range.end);
            }
            let untouched = rest.first() == Some(&(0..text.len()));
            for range in rest {
                let words = text.get(range.clone()).unwrap_or_default();
                let surely_answer = self.shows_answers
                    && self.source.lines.get(line).is_some_and(|line| line.answer);
                let filler = !surely_answer && is_back_link(words)
                    || !self.shows_answers
                        && (if untouched { is_line_to_write_on(words) } else { is_filler(words) });
                if !words.trim().is_empty() && !filler {
                    pieces.push(Piece { span: SourceSpan { line, range }, after_wording });
                    after_wording = false;
                }
            }
            after_wording |= !untouched;
        }
        pieces
    }

    /// Returns the text that separates two pieces in the cells of a table inside an answer, such as
    /// ` | ` for the next column. Returns `None` if they are not in the same table, or if the table has
    /// wording of the form.
    pub(super) fn table_step(&self, before: &Piece, piece: &Piece) -> Option<String> {
        let cell = |piece: &Piece| self.source.lines.get(piece.span.line)?.cell;
        let (before, cell) = (cell(before)?, cell(piece)?);
        if before.table != cell.table || self.tables_of_form.contains(&cell.table) {
            return None;
        }
        // Paragraphs in a table of one column, which frames an answer, stay paragraphs.
        let is_box = !self.wide_tables.contains(&cell.table);
        if (before.row, before.column) == (cell.row, cell.column) && is_box {
            return None;
        }
        let step = if before.row == cell.row {
            " | ".repeat(cell.column.saturating_sub(before.column))
        } else {
            format!("\n{}", "| ".repeat(cell.column.saturating_sub(1)))
        };
        Some(if step.is_empty() { " ".to_owned() } else { step })
    }

    /// Whether a piece is inside a region that can only contain an answer.
    pub(super) fn is_surely_answer(&self, piece: &Piece) -> bool {
        self.shows_answers && self.source.lines.get(piece.span.line).is_some_and(|line| line.answer)
    }

    /// Returns `text`, the text of a piece, with the marker of its list item. After wording on the same
    /// line, the colon between the two is removed, except in documents of this program.
    pub(super) fn shown(&self, piece: &Piece, text: &str) -> String {
        match self.source.lines.get(piece.span.line) {
            Some(line) if piece.span.range.start == 0 => format!("{}{text}", line.marker),
            Some(_) if !self.shows_answers => {
                text.trim_start().trim_start_matches(':').trim_start().to_owned()
            }
            Some(_) | None => text.to_owned(),
        }
    }
}
