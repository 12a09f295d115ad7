//! Proofreading: finds misspelt words, certain slips, answers in another language, and sentences that are
//! in two answers. The findings are advice and do not prevent submission.

use std::collections::{BTreeMap, HashMap};
use std::ops::Range;

use unicode_segmentation::UnicodeSegmentation;

use super::slips::{Slip, SlipKind, lines, slips};
use super::{Speller, is_checked};
use crate::model::answer::Answer;
use crate::model::draft::Draft;
use crate::model::markup;
use crate::model::questionnaire::{Field, Question, Questionnaire};
use crate::model::submission::Submission;
use crate::model::text::{and_list, shorten};

/// The minimum number of words of a sentence that is reported if it is in two answers.
const LONG_SENTENCE: usize = 8;
/// The number of first words by which two sentences are compared.
const SAME_START: usize = 20;
/// The maximum number of characters of a sentence that a finding shows.
const SHOWN: usize = 60;

/// What a finding is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FindingKind {
    /// A word is not in the dictionary.
    Spelling,
    /// The answer is in another language.
    Language,
    /// A word is written twice.
    RepeatedWord,
    /// A space is missing after a comma or full stop.
    MissingSpace,
    /// A bracket or quotation is not closed.
    Unclosed,
    /// The same sentence is in another answer, too.
    RepeatedSentence,
    /// A placeholder was not replaced.
    Placeholder,
}

impl FindingKind {
    /// Returns the name of the kind in JSON.
    pub(crate) fn id(self) -> &'static str {
        match self {
            Self::Spelling => "spelling",
            Self::Language => "language",
            Self::RepeatedWord => "repeated_word",
            Self::MissingSpace => "missing_space",
            Self::Unclosed => "unclosed",
            Self::RepeatedSentence => "repeated_sentence",
            Self::Placeholder => "placeholder",
        }
    }
}

/// Something that the applicant may want to correct.
#[derive(Debug, Clone)]
pub(crate) struct Finding<'q> {
    /// The question.
    pub question: &'q Question,
    /// The field.
    pub field: &'q Field,
    /// The 1-based paragraph of the answer, or `None` if the finding is about all of it. Empty
    /// lines are not counted.
    pub paragraph: Option<usize>,
    /// The byte offset in the answer.
    start: usize,
    /// The kind of finding.
    pub kind: FindingKind,
    /// The words that it is about; empty if it is about the whole answer.
    pub text: String,
    /// The words that were probably meant; empty unless [`suggest`] found some.
    pub suggestions: Vec<String>,
    /// What is wrong, as a message for the applicant.
    pub message: String,
}

/// An answer with its field.
struct CheckedAnswer<'q> {
    question: &'q Question,
    field: &'q Field,
    text: &'q str,
    /// The byte offsets of the lines that are not empty.
    paragraphs: Vec<usize>,
}

impl<'q> CheckedAnswer<'q> {
    /// Returns a finding about a byte range of the answer, or about the whole answer.
    fn finding(
        &self,
        range: Option<Range<usize>>,
        kind: FindingKind,
        message: impl Into<String>,
    ) -> Finding<'q> {
        let start = range.as_ref().map_or(0, |range| range.start);
        let paragraph = self.paragraphs.partition_point(|paragraph| *paragraph <= start);
        let text = range.clone().and_then(|range| self.text.get(range)).unwrap_or_default();
        Finding {
            question: self.question,
            field: self.field,
            paragraph: range.map(|_| paragraph),
            start,
            kind,
            text: shorten(text, SHOWN),
            suggestions: Vec::new(),
            message: message.into(),
        }
    }
}

/// Returns the answers whose text is checked. Answers to questions that are not asked are left out, because
/// they are not submitted.
fn checked_answers<'q>(
    draft: &'q Draft,
    questionnaire: &'q Questionnaire,
) -> Vec<CheckedAnswer<'q>> {
    let submission = Submission::new(questionnaire, draft);
    let mut found = Vec::new();
    for (_, question) in questionnaire.questions() {
        let fields = submission.asked_fields(question);
        for field in fields.filter(|field| is_checked(question, &field.kind)) {
            let text = submission.answer(&field.key).and_then(Answer::as_text);
            let Some(text) = text else { continue };
            let filled = lines(text).filter(|(_, line)| !line.trim().is_empty());
            let paragraphs = filled.map(|(start, _)| start).collect();
            found.push(CheckedAnswer { question, field, text, paragraphs });
        }
    }
    found
}

/// Returns the findings of a draft, in the order of the questionnaire and of the text. Without a
/// speller, spelling is not checked.
pub(crate) fn proofread<'q>(
    draft: &'q Draft,
    questionnaire: &'q Questionnaire,
    speller: Option<&Speller>,
) -> Vec<Finding<'q>> {
    let answers = checked_answers(draft, questionnaire);
    let mut sentences = repeated_sentences(&answers);
    let mut findings = Vec::new();
    for (at, answer) in answers.iter().enumerate() {
        let first = findings.len();
        if let Some(speller) = speller {
            findings.extend(misspelt(answer, speller, questionnaire));
        }
        let slips = slips(answer.text).into_iter();
        findings.extend(slips.filter_map(|slip| describe(answer, &slip, draft)));
        findings.extend(sentences.remove(&at).into_iter().flatten());
        if let Some(own) = findings.get_mut(first..) {
            own.sort_by_key(|finding| finding.start);
        }
    }
    findings
}

/// Returns the placeholders that were not replaced, which prevent a final export.
pub(crate) fn placeholders<'q>(
    draft: &'q Draft,
    questionnaire: &'q Questionnaire,
) -> Vec<Finding<'q>> {
    let mut findings = proofread(draft, questionnaire, None);
    findings.retain(|finding| finding.kind == FindingKind::Placeholder);
    findings
}

/// Adds suggestions to the findings about spelling. Takes some milliseconds for each different word.
pub(crate) fn suggest(findings: &mut [Finding<'_>], speller: &Speller) {
    let mut found: HashMap<String, Vec<String>> = HashMap::new();
    for finding in findings.iter_mut().filter(|finding| finding.kind == FindingKind::Spelling) {
        let suggestions = found
            .entry(finding.text.clone())
            .or_insert_with_key(|word| speller.suggest(word))
            .clone();
        if !suggestions.is_empty() {
            finding.message = suggestions.join(", ");
        }
        finding.suggestions = suggestions;
    }
}

/// Returns the findings about the spelling of an answer, or a single one if it is in another language.
fn misspelt<'q>(
    answer: &CheckedAnswer<'q>,
    speller: &Speller,
    questionnaire: &Questionnaire,
) -> Vec<Finding<'q>> {
    let Some(misspelt) = speller.misspelt(answer.text) else {
        let message = not_in_language(&questionnaire.language);
        return vec![answer.finding(None, FindingKind::Language, message)];
    };
    let finding =
        |range| answer.finding(Some(range), FindingKind::Spelling, "not in the dictionary");
    misspelt.into_iter().map(finding).collect()
}

/// Returns the questions whose answers are in another language than the dictionary.
pub(crate) fn foreign<'q>(
    draft: &'q Draft,
    questionnaire: &'q Questionnaire,
    speller: &Speller,
) -> Vec<&'q Question> {
    let in_other_language = |answer: &CheckedAnswer<'_>| speller.misspelt(answer.text).is_none();
    let answers = checked_answers(draft, questionnaire).into_iter();
    answers.filter(in_other_language).map(|answer| answer.question).collect()
}

/// Returns the message that an answer is in another language than the questionnaire, given by its tag.
pub(crate) fn not_in_language(tag: &str) -> String {
    let language = language_name(tag);
    format!("this answer seems not to be in {language}; the form asks for {language}")
}

/// Returns the English name of a language of the European Union, or the tag of any other language.
pub(crate) fn language_name(tag: &str) -> &str {
    let primary = tag.split(['-', '_']).next().unwrap_or(tag);
    match primary {
        "bg" => "Bulgarian",
        "cs" => "Czech",
        "da" => "Danish",
        "de" => "German",
        "el" => "Greek",
        "en" => "English",
        "es" => "Spanish",
        "et" => "Estonian",
        "fi" => "Finnish",
        "fr" => "French",
        "ga" => "Irish",
        "hr" => "Croatian",
        "hu" => "Hungarian",
        "it" => "Italian",
        "lt" => "Lithuanian",
        "lv" => "Latvian",
        "mt" => "Maltese",
        "nl" => "Dutch",
        "pl" => "Polish",
        "pt" => "Portuguese",
        "ro" => "Romanian",
        "sk" => "Slovak",
        "sl" => "Slovene",
        "sv" => "Swedish",
        _ => tag,
    }
}

/// Returns the finding about a slip, or `None` if the applicant has accepted its words for this draft.
fn describe<'q>(answer: &CheckedAnswer<'q>, slip: &Slip, draft: &Draft) -> Option<Finding<'q>> {
    let text = answer.text.get(slip.range.clone())?;
    let (kind, message) = match slip.kind {
        SlipKind::Repeated => (FindingKind::RepeatedWord, "the word is written twice"),
        SlipKind::MissingSpace => (FindingKind::MissingSpace, "a space is missing"),
        SlipKind::Bracket => (FindingKind::Unclosed, "the bracket is not closed"),
        SlipKind::Quotation => (FindingKind::Unclosed, "the quotation is not closed"),
        SlipKind::Placeholder if draft.kept_words().any(|word| word == text) => return None,
        SlipKind::Placeholder => (FindingKind::Placeholder, "this placeholder was not replaced"),
    };
    Some(answer.finding(Some(slip.range.clone()), kind, message))
}

/// Finds the sentences that are in two answers or more, also long ones that have only different ends.
/// Returns one finding for each sentence, by the index of the first answer that contains it.
fn repeated_sentences<'q>(checked: &[CheckedAnswer<'q>]) -> HashMap<usize, Vec<Finding<'q>>> {
    // For the index of each answer that contains a sentence, its byte range there and its words.
    type Answers = BTreeMap<usize, (Range<usize>, Vec<String>)>;
    let mut by_first_words: HashMap<Vec<String>, Answers> = HashMap::new();
    for (at, answer) in checked.iter().enumerate() {
        for (start, line) in lines(answer.text) {
            let body = markup::list_marker(line).unwrap_or(0);
            let text = line.get(body..).unwrap_or_default();
            for (offset, sentence) in text.split_sentence_bound_indices() {
                let words: Vec<String> = sentence.unicode_words().map(str::to_lowercase).collect();
                if words.len() >= LONG_SENTENCE {
                    let start = start + body + offset;
                    let range = start..start + sentence.trim_end().len();
                    let first = words.iter().take(SAME_START).cloned().collect();
                    by_first_words.entry(first).or_default().entry(at).or_insert((range, words));
                }
            }
        }
    }
    let mut found: HashMap<usize, Vec<Finding<'q>>> = HashMap::new();
    for mut answers in by_first_words.into_values() {
        let Some((at, (range, words))) = answers.pop_first() else { continue };
        let (same, similar): (Vec<_>, Vec<_>) =
            answers.iter().partition(|(_, (_, other))| *other == words);
        let names = |others: &[(&usize, _)]| {
            let others = others.iter().filter_map(|(other, _)| checked.get(**other));
            and_list(&others.map(|other| other.question.name()).collect::<Vec<_>>())
        };
        let message = match (same.as_slice(), similar.as_slice()) {
            ([], []) => continue,
            (same, []) => format!("the same sentence is in {}", names(same)),
            ([], similar) => format!("nearly the same sentence is in {}", names(similar)),
            (same, similar) => format!(
                "the same sentence is in {}, and nearly the same in {}",
                names(same),
                names(similar)
            ),
        };
        if let Some(answer) = checked.get(at) {
            let finding = answer.finding(Some(range), FindingKind::RepeatedSentence, message);
            found.entry(at).or_default().push(finding);
        }
    }
    found
}
