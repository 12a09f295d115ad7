//! Submissions: the answers of a draft that are asked for. An answer that is not asked for stays in
//! the draft, but is not reviewed, counted or exported, and no condition depends on it.

use jiff::civil::Date;

use crate::model::answer::Answer;
use crate::model::draft::Draft;
use crate::model::markup;
use crate::model::questionnaire::{
    Condition, Expected, Field, Key, Kind, Need, Question, Questionnaire, Test,
};

/// The answers of a draft that are asked for.
///
/// An answer is not asked for if the condition of its question or field does not hold, or if its
/// question is marked as not applicable. A condition on an answer that is itself not asked for does
/// not hold. Conditions refer to earlier fields only, so one pass in the order of the questionnaire
/// decides for every answer.
#[derive(Debug, Clone)]
pub struct Submission<'a> {
    questionnaire: &'a Questionnaire,
    draft: &'a Draft,
    /// The fields that have an answer in the draft, but are not asked for.
    unasked: Vec<&'a Field>,
}

impl<'a> Submission<'a> {
    /// Finds out which answers of a draft are asked for.
    pub fn new(questionnaire: &'a Questionnaire, draft: &'a Draft) -> Self {
        let mut submission = Self { questionnaire, draft, unasked: Vec::new() };
        for (_, question) in questionnaire.questions() {
            for field in &question.fields {
                if !submission.asks_field(question, field) && draft.answer(&field.key).is_some() {
                    submission.unasked.push(field);
                }
            }
        }
        submission
    }

    /// Returns the answer in a field, or `None` if the field is empty or not asked for.
    pub fn answer(&self, key: &Key) -> Option<&'a Answer> {
        let asked = self.unasked.iter().all(|field| field.key != *key);
        self.draft.answer(key).filter(|_| asked)
    }

    /// Whether a question or field with this need is asked.
    pub fn asks(&self, need: &Need) -> bool {
        match need {
            Need::Required | Need::IfApplicable => true,
            Need::RequiredWhen(condition) => self.holds(condition),
        }
    }

    /// Whether a question may be, and is, marked as not applicable.
    pub fn is_not_applicable(&self, question: &Question) -> bool {
        question.need == Need::IfApplicable && self.draft.is_not_applicable(question)
    }

    /// Returns the fields of a question that are asked.
    pub fn asked_fields(&self, question: &'a Question) -> impl Iterator<Item = &'a Field> {
        question.fields.iter().filter(|field| self.asks_field(question, field))
    }

    /// Returns the fields of a question that have an answer in the draft, but are not asked for.
    pub fn unasked_fields(&self, question: &Question) -> impl Iterator<Item = &'a Field> {
        self.unasked.iter().copied().filter(|field| field.key.question == question.id)
    }

    /// Returns the answer in a field that is kept in the draft, but not asked for.
    pub(crate) fn unasked_answer(&self, field: &Field) -> Option<&'a Answer> {
        let unasked = self.unasked.iter().any(|unasked| unasked.key == field.key);
        self.draft.answer(&field.key).filter(|_| unasked)
    }

    /// Whether a later date must not be before the date in this field.
    pub(crate) fn is_start(&self, field: &Field) -> bool {
        let mut fields = self.questionnaire.questions().flat_map(|(_, question)| &question.fields);
        fields.any(|later| {
            matches!(&later.kind, Kind::Date { not_before: Some(start) } if *start == field.key)
        })
    }

    /// Describes the answers to a question that are in the draft, but not asked for, with the reason.
    pub fn remarks(&self, question: &Question) -> Vec<String> {
        let kept = |why: &str| format!("is kept in the draft, but not asked for, because {why}");
        let whole = if let Need::RequiredWhen(condition) = &question.need {
            (!self.holds(condition)).then(|| self.why_unmet(condition))
        } else {
            let mark = "the question is marked as not applicable";
            self.is_not_applicable(question).then(|| mark.to_owned())
        };
        if let Some(why) = whole {
            let answer = self.unasked_fields(question).next();
            return answer.map(|_| format!("the answer {}", kept(&why))).into_iter().collect();
        }
        let remark = |field: &Field| {
            let Need::RequiredWhen(condition) = &field.need else { return None };
            let shown = self.draft.answer(&field.key)?.shown(field);
            let label = name_of(question, field);
            // A long text would hide the reason.
            let shown = if matches!(field.kind, Kind::Text { .. }) || shown.contains('\n') {
                String::new()
            } else {
                format!(" ({shown})")
            };
            Some(format!("`{label}`{shown} {}", kept(&self.why_unmet(condition))))
        };
        self.unasked_fields(question).filter_map(remark).collect()
    }

    /// Says why a condition does not hold: `` `Aims` is not answered``.
    pub fn why_unmet(&self, condition: &Condition) -> String {
        let Some((question, field)) =
            self.questionnaire.question(&condition.key.question).and_then(|question| {
                question
                    .fields
                    .iter()
                    .find(|field| field.key == condition.key)
                    .map(|f| (question, f))
            })
        else {
            return format!("`{}` is not asked", condition.key);
        };
        let name = name_of(question, field);
        let Some(answer) = self.answer(&field.key) else {
            let kept = self.draft.answer(&field.key).is_some();
            let state = if kept { "not asked for either" } else { "not answered" };
            return format!("`{name}` is {state}");
        };
        match (&condition.answer, &field.kind) {
            (Expected::Choice(id), Kind::Choice(choices) | Kind::Choices(choices)) => {
                let choice = choices.iter().find(|choice| choice.id == *id);
                let choice = choice.map_or(id.as_str(), |choice| choice.short());
                let list = matches!(field.kind, Kind::Choices(_));
                let verb = if list { "does not include" } else { "is not" };
                format!("`{name}` {verb} `{choice}`")
            }
            _ => format!("`{name}` is {}", answer.shown(field)),
        }
    }

    /// Returns the remarks of the questionnaire on answers that contradict each other. `today` decides
    /// what is in the future.
    pub(crate) fn contradictions(&self, today: Date) -> Vec<String> {
        let holds = |test: &Test| match test {
            Test::Answer(condition) => self.holds(condition),
            Test::Future(key) => {
                let date = self.answer(key).and_then(Answer::as_date);
                date.is_some_and(|date| date.earliest() > today)
            }
        };
        let rules = self.questionnaire.remarks.iter();
        rules.filter(|rule| rule.when.iter().all(holds)).map(|rule| rule.text.clone()).collect()
    }

    fn asks_field(&self, question: &Question, field: &Field) -> bool {
        self.asks(&question.need) && !self.is_not_applicable(question) && self.asks(&field.need)
    }

    fn holds(&self, condition: &Condition) -> bool {
        self.answer(&condition.key).is_some_and(|answer| match &condition.answer {
            Expected::YesNo(yes) => answer.as_yes_no() == Some(*yes),
            Expected::Choice(id) => answer.items().contains(id),
        })
    }
}

/// Returns the label of a field, or the title of its question, without markup.
fn name_of(question: &Question, field: &Field) -> String {
    markup::plain(field.label.as_ref().unwrap_or(&question.title))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::review::{Review, Status};
    use crate::storage::draft_file::parse_questionnaire;
    use crate::storage::yaml;

    const QUESTIONS: &str = "
id: survey
version: 1
title: Survey
sections:
  - title: One
    questions:
      - id: pets
        title: Pets
        text: Do you have pets?
        kind: yes-no
      - id: kinds
        title: Kinds of pets
        text: Which pets do you have?
        when: pets is yes
        kind: choices
        choices:
          cat: 'Cats: small ones'
          dog: Dogs
      - id: walks
        title: Walks
        text: Where do you walk?
        when: kinds is dog
        kind: text
        words: 2
      - id: insurance
        title: Insurance
        text: Is your dog insured?
        need: if-applicable
        kind: yes-no
      - id: insurer
        title: Insurer
        text: By whom?
        when: insurance is yes
        kind: line
";

    fn questionnaire() -> Questionnaire {
        parse_questionnaire(QUESTIONS).unwrap()
    }

    fn draft(questionnaire: &Questionnaire, answers: &str) -> Draft {
        let yaml = format!("questionnaire: survey\n{answers}");
        Draft::from_node(&yaml::read(&yaml).unwrap(), questionnaire).unwrap()
    }

    fn key(question: &str) -> Key {
        Key { question: question.to_owned(), field: None }
    }

    #[test]
    fn a_condition_on_an_answer_that_is_not_asked_for_does_not_hold() {
        let questionnaire = questionnaire();
        let answers = "answers: {pets: PETS, kinds: [dog], walks: in the old park}";
        let with_pets = draft(&questionnaire, &answers.replace("PETS", "yes"));
        let submission = Submission::new(&questionnaire, &with_pets);
        assert!(submission.answer(&key("walks")).is_some());
        let without = draft(&questionnaire, &answers.replace("PETS", "no"));
        let submission = Submission::new(&questionnaire, &without);
        assert_eq!(submission.answer(&key("kinds")), None);
        assert_eq!(submission.answer(&key("walks")), None, "it depends on `kinds`");
        let review = Review::new(&questionnaire, &without);
        let statuses: Vec<_> = review.items.iter().map(|item| item.status).collect();
        assert_eq!(statuses[1..3], [Status::Hidden, Status::Hidden]);
        assert_eq!(review.items[2].measure.map(|measure| measure.words), Some(0));
        assert_eq!(review.items[2].label(), "kept, not asked for");
        assert_eq!(
            review.remarks(),
            [
                "question 2: the answer is kept in the draft, but not asked for, because `Pets` is no",
                "question 3: the answer is kept in the draft, but not asked for, because `Kinds of pets` is not asked for either",
            ]
        );
        assert!(without.answer(&key("walks")).is_some(), "it stays in the draft");
    }

    #[test]
    fn a_remark_says_why_an_answer_is_not_asked_for() {
        let questionnaire = questionnaire();
        for (answers, why) in [
            ("pets: yes, kinds: [cat], walks: here", "`Kinds of pets` does not include `Dogs`"),
            ("pets: yes, walks: here", "`Kinds of pets` is not answered"),
            ("pets: perhaps, kinds: [cat]", "`Pets` is perhaps"),
        ] {
            let draft = draft(&questionnaire, &format!("answers: {{{answers}}}"));
            let remarks = Review::new(&questionnaire, &draft).remarks();
            assert_eq!(remarks.len(), 1, "{remarks:?}");
            assert!(remarks[0].ends_with(&format!("not asked for, because {why}")), "{remarks:?}");
        }
    }

    #[test]
    fn the_answer_to_a_question_that_does_not_apply_is_not_asked_for() {
        let questionnaire = questionnaire();
        let answers = "answers: {pets: no, insurance: yes, insurer: Example}";
        let marked =
            draft(&questionnaire, &format!("not-applicable: [insurance, pets]\n{answers}"));
        let review = Review::new(&questionnaire, &marked);
        assert_eq!(review.items[0].status, Status::Answered, "it has to be answered");
        assert_eq!(review.items[3].status, Status::NotApplicable);
        assert_eq!(review.items[4].status, Status::Hidden);
        assert_eq!(review.remarks().len(), 2);
        let unmarked = Review::new(&questionnaire, &draft(&questionnaire, answers)).remarks();
        assert_eq!(unmarked, [""; 0]);
    }
}
