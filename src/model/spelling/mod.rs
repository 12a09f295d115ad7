//! Spelling: finds misspelt words, and suggests the words that were probably meant. Does not read
//! files: the caller passes the dictionary as text.

mod names;
pub(crate) mod proofread;
mod slips;
mod tokens;

use std::cell::RefCell;
use std::collections::{HashMap, HashSet};
use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use foldhash::fast::FixedState;
use spellbook::Dictionary;

use crate::model::draft::Draft;
use crate::model::markup::list_marker;
use crate::model::questionnaire::{Kind, Question, Questionnaire};
use names::{other_doubles, single_consonants};
use slips::lines;
use tokens::{Token, hyphen_parts, is_joint, tokens};

/// The maximum number of suggestions for a word.
const MAX_SUGGESTIONS: usize = 5;
/// The number of uses inside sentences after which a capitalised word is a name.
const NAME_USES: usize = 3;
/// A text with fewer words than this may have a few unknown words in any language.
const SHORT_TEXT: usize = 40;

/// The longest word that is looked up, in bytes. Longer texts without spaces are not words.
const LONGEST_WORD: usize = 60;

/// Parts of compounds with a hyphen that are not words by themselves.
const PREFIXES: [&str; 33] = [
    "anti", "audio", "bi", "bio", "co", "counter", "cyber", "de", "eco", "electro", "ex", "extra",
    "geo", "hyper", "inter", "intra", "macro", "micro", "mini", "mis", "mono", "multi", "neo",
    "non", "post", "pre", "pro", "psycho", "re", "semi", "socio", "sub", "trans",
];

/// Prefixes that make a word from any other word without a hyphen.
const CLOSED_PREFIXES: [&str; 8] =
    ["cyber", "geo", "micro", "multi", "neuro", "non", "psycho", "socio"];
/// Endings that make a word from an adjective or noun.
const ENDINGS: [&str; 9] =
    ["isations", "isation", "isable", "ising", "ised", "ises", "iser", "ise", "less"];
/// The minimum length, in bytes, of a word to which one of these prefixes or endings is added.
const SHORTEST_STEM: usize = 5;

/// The result of checking one line.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct LineCheck {
    /// The byte ranges of the misspelt words, in order.
    pub misspelt: Vec<Range<usize>>,
    /// The number of words that were looked up.
    pub words: usize,
    /// The number of these words that are not in the dictionary, including words in another script, which
    /// are not marked.
    pub unknown: usize,
}

/// Whether a text with this number of words and of unknown words is in another language than the
/// dictionary: more than one word in four is unknown, not counting two or three words of a short text.
pub(crate) fn is_foreign(words: usize, unknown: usize) -> bool {
    let allowed = if words < SHORT_TEXT { (words / 2).clamp(2, 3) } else { 0 };
    unknown.saturating_sub(allowed) * 4 > words
}

/// A dictionary, and the words that are also right in every application: other spellings, and the
/// words of the questionnaire. Shared by the threads that check drafts.
pub(crate) struct Lexicon {
    /// The dictionary. Its hash is fixed, because the order of its words decides between suggestions that
    /// are equally likely.
    dictionary: Dictionary<FixedState>,
    /// The words that are also right, in lower case.
    accepted: HashSet<String>,
    /// The letters of the language in lower case, or `None` for English. A word with other letters is
    /// not of this language.
    letters: Option<HashSet<char>>,
}

impl fmt::Debug for Lexicon {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Lexicon").field("accepted", &self.accepted).finish_non_exhaustive()
    }
}

impl Lexicon {
    /// Reads a Hunspell dictionary. `variants` are other spellings that are accepted, one per line.
    ///
    /// # Errors
    /// Fails if the dictionary cannot be parsed; the error says why.
    pub(crate) fn new(aff: &str, dic: &str, variants: &str) -> Result<Self, String> {
        // Some dictionaries start with a byte order mark, which the parser does not expect.
        let [aff, dic] = [aff, dic].map(|text| text.trim_start_matches('\u{FEFF}'));
        let dictionary = Dictionary::new_with_hasher(aff, dic, FixedState::default())
            .map_err(|error| error.to_string())?;
        let accepted = variants.lines().map(str::to_owned).collect();
        Ok(Self { dictionary, accepted, letters: None })
    }

    /// Reads the dictionary of another language than English. Its letters are those of its words.
    ///
    /// # Errors
    /// Fails if the dictionary cannot be parsed; the error says why.
    pub(crate) fn of_other_language(aff: &str, dic: &str) -> Result<Self, String> {
        let letters = dic.chars().filter(|c| c.is_alphabetic()).flat_map(char::to_lowercase);
        Ok(Self { letters: Some(letters.collect()), ..Self::new(aff, dic, "")? })
    }

    /// Whether words of the language have this letter.
    fn has_letter(&self, c: char) -> bool {
        match &self.letters {
            None => c.is_ascii_alphabetic(),
            Some(letters) => c.to_lowercase().all(|c| letters.contains(&c)),
        }
    }

    /// Accepts a word, in upper and lower case.
    pub(crate) fn accept(&mut self, word: &str) {
        self.accepted.insert(normalize(word).to_lowercase());
    }

    /// Accepts every word of a questionnaire.
    pub(crate) fn accept_questionnaire(&mut self, questionnaire: &Questionnaire) {
        let Questionnaire { title, abbreviation, masthead, introduction, closing, .. } =
            questionnaire;
        let mut texts = vec![title, abbreviation, masthead, introduction, closing];
        for section in &questionnaire.sections {
            texts.extend([&section.title, &section.short_title]);
        }
        for (_, question) in questionnaire.questions() {
            texts.extend([&question.title, &question.text]);
            for field in &question.fields {
                texts.extend(&field.label);
                if let Kind::Choice(choices) | Kind::Choices(choices) = &field.kind {
                    texts.extend(choices.iter().map(|choice| &choice.text));
                }
            }
        }
        texts.extend(questionnaire.references.iter().flat_map(|part| [&part.title, &part.text]));
        texts.extend(questionnaire.footnotes.iter().map(|note| &note.text));
        for text in texts {
            accept_text(&mut self.accepted, text);
        }
    }
}

/// The results of a check by word.
type WordCache = HashMap<String, bool, FixedState>;

/// Checks the spelling of one application.
///
/// A word is marked only if it is certainly not a name, acronym, address, number or word of another
/// script. The result for each different word is cached, so that checking a paragraph again costs only
/// a look-up for each word.
pub(crate) struct Speller {
    lexicon: Arc<Lexicon>,
    /// Words that are right in this application, in lower case.
    accepted: HashSet<String>,
    /// Whether a word is known.
    cache: RefCell<WordCache>,
    /// Whether a word is probably a misspelt form of another word.
    slips: RefCell<WordCache>,
}

impl fmt::Debug for Speller {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Speller").field("accepted", &self.accepted).finish_non_exhaustive()
    }
}

/// Whether the spelling of a field is checked. The lines of a question with several fields are
/// names, addresses and telephone numbers.
pub(crate) fn is_checked(question: &Question, kind: &Kind) -> bool {
    match kind {
        Kind::Text { .. } => true,
        Kind::Line => question.fields.len() == 1,
        Kind::YesNo
        | Kind::Date { .. }
        | Kind::Email
        | Kind::Links
        | Kind::Choice(_)
        | Kind::Choices(_) => false,
    }
}

impl Speller {
    /// Creates a speller for the texts of a draft. It accepts the names in them, and the words that the
    /// applicant has accepted for this draft.
    pub(crate) fn new(lexicon: Arc<Lexicon>, draft: &Draft, questionnaire: &Questionnaire) -> Self {
        let mut speller = Self {
            lexicon,
            accepted: HashSet::new(),
            cache: RefCell::default(),
            slips: RefCell::default(),
        };
        for word in draft.kept_words() {
            speller.accept(word);
        }
        let mut texts = Vec::new();
        for (_, question) in questionnaire.questions() {
            for field in &question.fields {
                let Some(text) = draft.answer(&field.key).and_then(|answer| answer.as_text())
                else {
                    continue;
                };
                let is_line = matches!(field.kind, Kind::Line);
                if is_line && (is_name(text) || !is_checked(question, &field.kind)) {
                    accept_text(&mut speller.accepted, text);
                } else {
                    texts.push(text);
                }
            }
        }
        speller.accept_names(texts);
        speller
    }

    /// Accepts a word from now on, in upper and lower case.
    pub(crate) fn accept(&mut self, word: &str) {
        self.accepted.insert(normalize(word).to_lowercase());
        self.cache.take();
    }

    /// Accepts the words that are used as names in an application: those that are capitalised
    /// inside a sentence three times or more.
    pub(crate) fn accept_names(&mut self, texts: Vec<&str>) {
        let mut uses: HashMap<&str, usize> = HashMap::new();
        for line in texts.into_iter().flat_map(str::lines) {
            let inside = tokens(line, list_marker(line).unwrap_or(0)).into_iter();
            for token in inside.filter(|token| !token.starts_sentence && is_capitalised(token.text))
            {
                *uses.entry(token.text).or_default() += 1;
            }
        }
        for (name, _) in uses.into_iter().filter(|(_, uses)| *uses >= NAME_USES) {
            self.accept(name);
        }
    }

    /// Checks the words of one line.
    pub(crate) fn check(&self, line: &str) -> LineCheck {
        let mut check = LineCheck::default();
        let tokens = tokens(line, list_marker(line).unwrap_or(0));
        for at in 0..tokens.len() {
            self.check_token(line, &tokens, at, &mut check);
        }
        check
    }

    /// Returns the byte ranges of the misspelt words of a text, or `None` if the text is in another
    /// language.
    pub(crate) fn misspelt(&self, text: &str) -> Option<Vec<Range<usize>>> {
        let (mut misspelt, mut words, mut unknown) = (Vec::new(), 0, 0);
        for (start, line) in lines(text) {
            let check = self.check(line);
            words += check.words;
            unknown += check.unknown;
            let ranges = check.misspelt.into_iter();
            misspelt.extend(ranges.map(|range| start + range.start..start + range.end));
        }
        (!is_foreign(words, unknown)).then_some(misspelt)
    }

    /// Checks the token with index `at`, and adds the result to `check`.
    fn check_token(&self, line: &str, tokens: &[Token<'_>], at: usize, check: &mut LineCheck) {
        let Some(token) = tokens.get(at) else { return };
        let word = token.text;
        // Most words need no further checks.
        let is_plain = word.len() <= LONGEST_WORD && word.bytes().all(|b| b.is_ascii_lowercase());
        if is_plain && self.is_known(word) {
            check.words += 1;
            return;
        }
        let capitals = word.chars().filter(|c| c.is_uppercase()).count();
        // An acronym, or a name such as `iPhone`.
        if capitals > usize::from(is_capitalised(word)) || word.len() > LONGEST_WORD {
            return;
        }
        check.words += 1;
        if !word.chars().all(|c| is_joint(c) || self.lexicon.has_letter(c)) {
            // Letters that words of the language do not have.
            check.unknown += 1;
            return;
        }
        let parts = self.unknown_parts(word);
        if parts.is_empty() {
            return;
        }
        if self.is_name(line, tokens, at) {
            // A name inside a sentence says nothing about the language of a text. An unknown word at the
            // start of a sentence, such as `Das Projekt`, does.
            check.words -= usize::from(!token.starts_sentence);
            check.unknown += usize::from(token.starts_sentence);
            return;
        }
        check.unknown += 1;
        if !self.is_foreign_term(line, tokens, at) {
            let start = token.range.start;
            check
                .misspelt
                .extend(parts.into_iter().map(|part| start + part.start..start + part.end));
        }
    }

    /// Returns the byte ranges, in a word, of its parts between hyphens that are unknown. The list is
    /// empty if the word is known.
    fn unknown_parts(&self, word: &str) -> Vec<Range<usize>> {
        if self.is_known(word) {
            return Vec::new();
        }
        let mut parts: Vec<_> = hyphen_parts(word).collect();
        if parts.len() > 1 {
            // `co-ordinator`
            if self.is_known(&normalize(word).replace('-', "")) {
                return Vec::new();
            }
            parts.retain(|part| {
                // `lay-bys`
                let is_last = part.end == word.len();
                let part = word.get(part.clone()).unwrap_or_default();
                let singular = part.strip_suffix('s').filter(|_| is_last);
                !self.is_known(part)
                    && !singular.is_some_and(|part| self.is_known(part))
                    && !PREFIXES.contains(&part.to_lowercase().as_str())
            });
        }
        parts
    }

    /// Whether a word is in the dictionary or accepted.
    pub(crate) fn is_known(&self, word: &str) -> bool {
        cached(&self.cache, word, || self.look_up(word))
    }

    fn is_in_dictionary(&self, word: &str) -> bool {
        self.lexicon.dictionary.check(word)
    }

    /// Whether a word is in the dictionary or accepted, without the cache.
    fn look_up(&self, word: &str) -> bool {
        let word = normalize(word);
        if word.len() < 2 || self.lexicon.dictionary.check(&word) {
            return true;
        }
        let lower = word.to_lowercase();
        let stem = lower.strip_suffix("'s").unwrap_or(&lower);
        // The dictionary has `organise`, but not `organize`.
        let with_s = stem.replace("iz", "is").replace("yz", "ys");
        let accepted = |word| self.accepted.contains(word) || self.lexicon.accepted.contains(word);
        let is_word = |word: &str| word.len() >= SHORTEST_STEM && self.is_in_dictionary(word);
        accepted(lower.as_str())
            || accepted(stem)
            || with_s != stem && self.is_in_dictionary(&with_s)
            // `the riflemen's club`, but not `their's`
            || stem.len() > SHORTEST_STEM && stem != lower && is_word(stem)
            || ENDINGS.iter().any(|ending| with_s.strip_suffix(ending).is_some_and(is_word))
            || CLOSED_PREFIXES.iter().any(|prefix| with_s.strip_prefix(prefix).is_some_and(is_word))
    }

    /// Returns up to [`MAX_SUGGESTIONS`] words that were probably meant, the likeliest first. Takes some
    /// milliseconds.
    pub(crate) fn suggest(&self, word: &str) -> Vec<String> {
        let word = normalize(word);
        let mut suggestions = Vec::new();
        self.lexicon.dictionary.suggest(&word, &mut suggestions);
        // Other words with the same consonants come first.
        let single = single_consonants(&word);
        let same = |text: &String| {
            let noun = text.strip_prefix("a ");
            single_consonants(text) == single || noun.is_some() && noun == word.strip_prefix('a')
        };
        if !suggestions.iter().any(same) {
            let near = other_doubles(&word).filter(|near| self.is_in_dictionary(near));
            let is_capital = is_capitalised(&word);
            suggestions.extend(near.map(|near| if is_capital { capitalised(&near) } else { near }));
        }
        suggestions.sort_by_key(|suggestion| !same(suggestion));
        // A suggestion such as `training s` is never right, but `a lot` is.
        let letter = |part: &str| part.chars().nth(1).is_none() && part != "a";
        suggestions.retain(|suggestion| !suggestion.split([' ', '-']).any(letter));
        suggestions.truncate(MAX_SUGGESTIONS);
        suggestions
    }
}

/// Returns the cached result for a word, or computes and caches it.
fn cached(cache: &RefCell<WordCache>, word: &str, find: impl FnOnce() -> bool) -> bool {
    if let Some(known) = cache.borrow().get(word) {
        return *known;
    }
    let found = find();
    cache.borrow_mut().insert(word.to_owned(), found);
    found
}

fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect()
}

/// Adds every word of a text to a set.
fn accept_text(accepted: &mut HashSet<String>, text: &str) {
    for token in text.lines().flat_map(|line| tokens(line, 0)) {
        let parts = hyphen_parts(token.text).filter_map(|part| token.text.get(part));
        let words = parts.chain([token.text]);
        accepted.extend(words.map(|word| normalize(word).to_lowercase()));
    }
}

/// Whether the text of a one-line answer is a name: one or two words.
pub(crate) fn is_name(text: &str) -> bool {
    text.split_whitespace().nth(2).is_none()
}

/// Returns a word with plain apostrophes and hyphens.
fn normalize(word: &str) -> String {
    word.replace('’', "'").replace(['‐', '‑'], "-")
}

fn is_capitalised(word: &str) -> bool {
    word.starts_with(char::is_uppercase)
}
