//! The identity of an application: the name of the project, its country and the organisation that
//! sends it.

use crate::model::draft::Draft;
use crate::model::questionnaire::{Key, Questionnaire};
use crate::model::submission::Submission;

/// The answers that name an application. Each is one line, or `None` if it is not answered or not
/// asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Identity {
    pub name: Option<String>,
    pub country: Option<String>,
    pub organisation: Option<String>,
}

impl Identity {
    /// Returns the identity of a draft, from the fields that the questionnaire names under
    /// `identified-by`.
    pub(crate) fn from_draft(questionnaire: &Questionnaire, draft: &Draft) -> Self {
        let submission = Submission::new(questionnaire, draft);
        let line = |key: &Option<Key>| {
            let key = key.as_ref()?;
            let shown = submission.answer(key)?.shown(questionnaire.field(key)?);
            let line = shown.split_whitespace().collect::<Vec<_>>().join(" ");
            Some(line).filter(|line| !line.is_empty())
        };
        let fields = &questionnaire.identified_by;
        Self {
            name: line(&fields.name),
            country: line(&fields.country),
            organisation: line(&fields.organisation),
        }
    }

    /// Returns what is known, separated by commas: `Bright Streets, Sample Land`.
    pub(crate) fn label(&self) -> String {
        let parts = [&self.name, &self.country, &self.organisation];
        parts.into_iter().flatten().map(String::as_str).collect::<Vec<_>>().join(", ")
    }

    /// Returns the file name with the identity in brackets, or only the file name if the identity
    /// is unknown.
    pub(crate) fn beside(&self, file: &str) -> String {
        let label = self.label();
        if label.is_empty() { file.to_owned() } else { format!("{file} ({label})") }
    }

    /// Whether the country or the organisation is known, so that equal identities are no accident.
    pub(crate) fn has_origin(&self) -> bool {
        self.country.is_some() || self.organisation.is_some()
    }

    /// Whether the answers are the same, in upper or lower case. Applications without a name never are.
    pub(crate) fn is_same_as(&self, other: &Self) -> bool {
        let folded = |identity: &Self| {
            let Self { name, country, organisation } = identity;
            [name, country, organisation].map(|part| part.as_ref().map(|part| part.to_lowercase()))
        };
        self.name.is_some() && folded(self) == folded(other)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::storage::draft_file::parse_questionnaire;
    use crate::storage::yaml;

    const QUESTIONS: &str = "id: s\nversion: 1\ntitle: S\nsections:\n- title: A\n  questions:\n  - {id: what, text: What?, kind: text}\n  - id: project\n    text: Which?\n    fields:\n    - {id: title, text: Title, kind: line}\n    - {id: place, text: Where, kind: choice, choices: {be: Belgium, pl: Poland}}\n";

    fn identity(questions: &str, answers: &str) -> Identity {
        let questionnaire = parse_questionnaire(questions).unwrap();
        let draft = yaml::read(&format!("answers: {answers}")).unwrap();
        Identity::from_draft(&questionnaire, &Draft::from_node(&draft, &questionnaire).unwrap())
    }

    #[test]
    fn the_questionnaire_says_what_names_an_application() {
        let answers = "{what: Words, project: {title: ' Bright   Streets', place: pl}}";
        let named =
            format!("{QUESTIONS}identified-by:\n  name: project.title\n  country: project.place\n");
        let found = identity(&named, answers);
        assert_eq!(found.label(), "Bright Streets, Poland");
        assert_eq!(found.organisation, None);
        // Without it, the first field of one line is the name.
        assert_eq!(identity(QUESTIONS, answers).label(), "Bright Streets");
        let nameless = identity(&named, "{what: Words}");
        assert_eq!(
            (nameless.beside("a.yaml"), nameless.is_same_as(&nameless)),
            ("a.yaml".into(), false)
        );
    }

    #[test]
    fn an_answer_that_is_not_asked_for_names_no_application() {
        let hidden = QUESTIONS
            .replace("text: Which?", "text: Which?\n    when: old is yes")
            .replace("  - {id: what", "  - {id: old, text: Old?, kind: yes-no}\n  - {id: what");
        for (old, label) in [("yes", "Bright Streets"), ("no", "")] {
            let answers = format!("{{old: {old}, project: {{title: Bright Streets}}}}");
            assert_eq!(identity(&hidden, &answers).label(), label);
        }
    }

    #[test]
    fn names_are_the_same_in_upper_and_lower_case() {
        let [a, b, c] = ["Árvíz", "ÁRVÍZ", "Arviz"]
            .map(|name| Identity { name: Some(name.to_owned()), ..Identity::default() });
        assert!(a.is_same_as(&b) && !a.is_same_as(&c) && !a.has_origin());
        let elsewhere = Identity { country: Some("Malta".to_owned()), ..a.clone() };
        assert!(!a.is_same_as(&elsewhere) && elsewhere.has_origin());
    }
}
