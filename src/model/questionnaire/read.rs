//! The one door from a questionnaire file to a [`Questionnaire`]: strings become enums here, and
//! every problem of the file is found in one go.

use super::{
    Choice, Condition, Expected, Field, Footnote, Key, Kind, Need, Question, Questionnaire,
    Reference, Section,
};
use crate::model::markup;
use crate::model::text;
use crate::model::value::{Entry, Location, Node, Problem, Value};
use crate::model::words::{Limit, WordRule};

/// The names a file gives to the kinds of field.
const KINDS: [&str; 8] = ["line", "text", "yes-no", "date", "e-mail", "links", "choice", "choices"];

impl Questionnaire {
    /// Reads a questionnaire from the tree of its file.
    ///
    /// # Errors
    /// Every problem of the file, in the order of the file.
    pub fn from_node(root: &Node) -> Result<Self, Vec<Problem>> {
        let mut reader =
            Reader { problems: Vec::new(), asked: Vec::new(), ids: Vec::new(), limit_note: None };
        let questionnaire = reader.questionnaire(root);
        reader.problems.sort_by_key(|problem| problem.location);
        match questionnaire {
            Some(questionnaire) if reader.problems.is_empty() => Ok(questionnaire),
            _ => Err(reader.problems),
        }
    }
}

struct Reader {
    problems: Vec<Problem>,
    /// The fields read so far: what a condition may look back at.
    asked: Vec<Field>,
    /// The ids of the questions read so far.
    ids: Vec<String>,
    limit_note: Option<String>,
}

/// The keys of one map; whatever nobody took is unknown.
struct Keys<'a> {
    location: Location,
    entries: Vec<&'a (Entry, Node)>,
    known: Vec<&'static str>,
}

impl<'a> Keys<'a> {
    fn take(&mut self, name: &'static str) -> Option<&'a Node> {
        self.known.push(name);
        let index = self.entries.iter().position(|(key, _)| key.name == name)?;
        let (_, node) = self.entries.remove(index);
        (node.value != Value::Empty).then_some(node)
    }

    fn has(&self, name: &str) -> bool {
        self.entries.iter().any(|(key, _)| key.name == name)
    }
}

impl Reader {
    fn problem(&mut self, location: Location, message: impl Into<String>) {
        self.problems.push(Problem::new(location, message));
    }

    fn keys<'a>(&mut self, node: &'a Node, what: &str) -> Option<Keys<'a>> {
        if let Value::Map(entries) = &node.value {
            return Some(Keys {
                location: node.location,
                entries: entries.iter().collect(),
                known: Vec::new(),
            });
        }
        self.problem(
            node.location,
            format!("{what} is {}, not a group of keys", node.value.describe()),
        );
        None
    }

    fn finish(&mut self, keys: &Keys<'_>, what: &str) {
        for (entry, _) in &keys.entries {
            let meant = text::did_you_mean(&entry.name, keys.known.iter().copied());
            let hint = meant.map(|name| format!("; did you mean `{name}`?")).unwrap_or_default();
            self.problem(entry.location, format!("{what} has no key `{}`{hint}", entry.name));
        }
    }

    fn text(&mut self, keys: &mut Keys<'_>, name: &'static str) -> Option<(String, Location)> {
        let node = keys.take(name)?;
        if let Some(text) = node.value.as_text() {
            // Whoever wrote the file: no text of it commands a terminal or a reader of documents.
            return Some((text::sanitize(text).trim_end_matches('\n').to_owned(), node.location));
        }
        self.problem(node.location, format!("`{name}` is {}, not a text", node.value.describe()));
        None
    }

    fn optional(&mut self, keys: &mut Keys<'_>, name: &'static str) -> String {
        self.text(keys, name).map(|(text, _)| text).unwrap_or_default()
    }

    fn required(
        &mut self,
        keys: &mut Keys<'_>,
        name: &'static str,
        what: &str,
    ) -> Option<(String, Location)> {
        if !keys.has(name) {
            keys.known.push(name);
            self.problem(keys.location, format!("{what} needs the key `{name}`"));
            return None;
        }
        let found = self.text(keys, name);
        if found.is_none() && self.problems.is_empty() {
            self.problem(keys.location, format!("`{name}` is empty"));
        }
        found
    }

    fn list<'a>(&mut self, keys: &mut Keys<'a>, name: &'static str) -> &'a [Node] {
        let Some(node) = keys.take(name) else { return &[] };
        if let Value::List(items) = &node.value {
            return items;
        }
        self.problem(node.location, format!("`{name}` is {}, not a list", node.value.describe()));
        &[]
    }

    fn questionnaire(&mut self, root: &Node) -> Option<Questionnaire> {
        let mut keys = self.keys(root, "the questionnaire")?;
        let id = self.required(&mut keys, "id", "the questionnaire");
        let version = self.required(&mut keys, "version", "the questionnaire");
        let title = self.required(&mut keys, "title", "the questionnaire");
        let publisher = self.optional(&mut keys, "publisher");
        let abbreviation = self.optional(&mut keys, "abbreviation");
        let masthead = self.optional(&mut keys, "masthead");
        let language = self.optional(&mut keys, "language");
        let word_rule = self.word_rule(&mut keys);
        self.limit_note = self.text(&mut keys, "limit-note").map(|(note, _)| note);
        let introduction = self.optional(&mut keys, "introduction");
        let closing = self.optional(&mut keys, "closing");
        let references: Vec<_> = self
            .list(&mut keys, "references")
            .iter()
            .filter_map(|node| self.reference(node))
            .collect();
        let declarations: Vec<_> = self
            .list(&mut keys, "declarations")
            .iter()
            .filter_map(|node| self.question(node, &Need::Required, None, &references))
            .collect();
        let mut number = 0;
        let mut sections = Vec::new();
        for node in self.list(&mut keys, "sections") {
            sections.extend(self.section(node, &mut number, &references));
        }
        let footnotes = self.footnotes(&mut keys);
        if number == 0 && self.problems.is_empty() {
            self.problem(root.location, "the questionnaire has no questions under `sections`");
        }
        self.finish(&keys, "the questionnaire");
        let questionnaire = Questionnaire {
            id: id?.0,
            version: version?.0,
            title: title?.0,
            abbreviation: if abbreviation.is_empty() { publisher } else { abbreviation },
            masthead,
            language: if language.is_empty() { "en".to_owned() } else { language },
            word_rule: word_rule?,
            introduction,
            declarations,
            sections,
            references,
            footnotes,
            closing,
        };
        self.check_notes(&questionnaire, root.location);
        Some(questionnaire)
    }

    fn word_rule(&mut self, keys: &mut Keys<'_>) -> Option<WordRule> {
        let Some((name, location)) = self.text(keys, "word-count") else {
            return Some(WordRule::WordProcessor);
        };
        let rule = WordRule::NAMES.iter().find(|(known, _)| *known == name);
        if rule.is_none() {
            let names = WordRule::NAMES.map(|(known, _)| format!("`{known}`"));
            self.problem(location, format!("`word-count` is {}, not `{name}`", names.join(" or ")));
        }
        rule.map(|(_, rule)| *rule)
    }

    fn reference(&mut self, node: &Node) -> Option<Reference> {
        let mut keys = self.keys(node, "a reference")?;
        let id = self.required(&mut keys, "id", "a reference");
        let title = self.required(&mut keys, "title", "a reference");
        let text = self.required(&mut keys, "text", "a reference");
        self.finish(&keys, "a reference");
        Some(Reference { id: id?.0, title: title?.0, text: text?.0 })
    }

    fn section(
        &mut self,
        node: &Node,
        number: &mut usize,
        references: &[Reference],
    ) -> Option<Section> {
        let mut keys = self.keys(node, "a section")?;
        let title = self.required(&mut keys, "title", "a section");
        let short_title = self.optional(&mut keys, "short-title");
        let need = self.need(&mut keys, None);
        let mut questions = Vec::new();
        for node in self.list(&mut keys, "questions") {
            *number += 1;
            questions.extend(self.question(node, &need, Some(*number), references));
        }
        self.finish(&keys, "a section");
        let title = title?.0;
        Some(Section {
            short_title: if short_title.is_empty() { title.clone() } else { short_title },
            title,
            questions,
        })
    }

    fn question(
        &mut self,
        node: &Node,
        inherited: &Need,
        number: Option<usize>,
        references: &[Reference],
    ) -> Option<Question> {
        let mut keys = self.keys(node, "a question")?;
        let id = self.id(&mut keys, "a question");
        if let Some((id, location)) = &id
            && self.ids.contains(id)
        {
            self.problem(*location, format!("two questions have the id `{id}`"));
        }
        let id = id.map(|(id, _)| id).unwrap_or_default();
        self.ids.push(id.clone());
        let text = self.required(&mut keys, "text", "a question").map(|(text, _)| text);
        let title = self.optional(&mut keys, "title");
        let own = self.need(&mut keys, None);
        let need = if own == Need::Required { inherited.clone() } else { own };
        let reference = self.text(&mut keys, "reference");
        if let Some((name, location)) = &reference
            && !references.iter().any(|reference| reference.id == *name)
        {
            self.problem(*location, format!("there is no reference `{name}` under `references`"));
        }
        let note = self.text(&mut keys, "limit-note").map(|(note, _)| note);
        let formerly = self.former_names(&mut keys);
        let before = self.asked.len();
        if keys.has("fields") {
            for node in self.list(&mut keys, "fields") {
                if let Some(mut inner) = self.keys(node, "a field") {
                    let (name, location) = self.id(&mut inner, "a field").unwrap_or_default();
                    let key = Key { question: id.clone(), field: Some(name.clone()) };
                    if self.asked.iter().any(|field| field.key == key) {
                        self.problem(
                            location,
                            format!("two fields of `{id}` have the id `{name}`"),
                        );
                    }
                    let wording = self.text(&mut inner, "text").map(|(label, _)| label);
                    let title = self.text(&mut inner, "title").map(|(title, _)| title);
                    let in_form = wording.is_some();
                    let need = self.need(&mut inner, Some(&id));
                    let mut former = self.former_names(&mut inner);
                    for former in former.iter_mut().filter(|former| !former.contains('.')) {
                        *former = format!("{id}.{former}");
                    }
                    former.extend(formerly.iter().map(|question| format!("{question}.{name}")));
                    self.field(&mut inner, key, (wording.or(title), in_form), need, former);
                    self.finish(&inner, "a field");
                }
            }
        } else {
            self.field(
                &mut keys,
                Key { question: id.clone(), field: None },
                (None, true),
                Need::Required,
                formerly,
            );
        }
        self.finish(&keys, "a question");
        let fields = self.asked.get(before..).unwrap_or_default().to_vec();
        let texts = fields.iter().filter(|field| matches!(field.kind, Kind::Text { .. })).count();
        if texts > 1 {
            self.problem(
                node.location,
                format!("question `{id}` has {texts} fields of the kind `text`; one is the most"),
            );
        }
        let text = text?;
        let mut question = Question {
            id,
            number,
            title: if title.is_empty() { markup::plain(&text) } else { title },
            text,
            limit_note: None,
            need,
            fields,
            reference: reference.map(|(name, _)| name),
        };
        let limit = question.text_field().and_then(|(_, limit)| limit);
        let note = note.or_else(|| self.limit_note.clone());
        question.limit_note =
            limit.zip(note).map(|(limit, note)| note.replace("{words}", &limit.words.to_string()));
        Some(question)
    }

    fn id(&mut self, keys: &mut Keys<'_>, what: &str) -> Option<(String, Location)> {
        let (id, location) = self.required(keys, "id", what)?;
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if id.is_empty() || !id.chars().all(plain) || id.bytes().all(|b| b.is_ascii_digit()) {
            self.problem(location, format!("the id `{id}` may have only small letters, digits and hyphens, and not digits alone"));
        }
        let given = id.starts_with("unplaced-")
            || ["-elsewhere", "-earlier"].iter().any(|end| id.ends_with(end));
        if given && what == "a question" {
            self.problem(location, format!("the id `{id}` is a name that drafts give to answers kept without a question; choose another"));
        }
        Some((id, location))
    }

    /// The names of earlier versions: one, or a list.
    fn former_names(&mut self, keys: &mut Keys<'_>) -> Vec<String> {
        let Some(node) = keys.take("formerly") else { return Vec::new() };
        let items = match &node.value {
            Value::List(items) => items.as_slice(),
            Value::Empty | Value::Text(_) | Value::Plain(_) | Value::Map(_) => {
                std::slice::from_ref(node)
            }
        };
        let mut names = Vec::new();
        for item in items {
            match item.value.as_text() {
                Some(name) => names.push(name.trim().to_owned()),
                None => self.problem(item.location, "`formerly` is an id, or a list of ids"),
            }
        }
        names
    }

    fn need(&mut self, keys: &mut Keys<'_>, question: Option<&str>) -> Need {
        let need = self.text(keys, "need");
        let when = self.text(keys, "when");
        match (need, when) {
            (None, None) => Need::Required,
            (Some((_, location)), Some(_)) => {
                self.problem(
                    location,
                    "`need` and `when` do not go together: `when` says when it is needed",
                );
                Need::Required
            }
            (Some((need, location)), None) => match need.as_str() {
                "if-applicable" => Need::IfApplicable,
                "required" => Need::Required,
                _ => {
                    self.problem(
                        location,
                        format!("`need` is `required` or `if-applicable`, not `{need}`"),
                    );
                    Need::Required
                }
            },
            (None, Some((when, location))) => {
                self.condition(&when, location, question).map_or(Need::Required, Need::RequiredWhen)
            }
        }
    }

    fn condition(
        &mut self,
        when: &str,
        location: Location,
        question: Option<&str>,
    ) -> Option<Condition> {
        let Some((name, answer)) = when.split_once(" is ") else {
            self.problem(location, format!("`when` reads `QUESTION is ANSWER`, not `{when}`"));
            return None;
        };
        let (name, answer) = (name.trim(), answer.trim());
        let Some(field) = self.earlier(name, question) else {
            self.problem(location, format!("no earlier question or field is called `{name}`"));
            return None;
        };
        let key = field.key.clone();
        let (expected, possible) = match &field.kind {
            Kind::YesNo => (
                super::yes_or_no(answer).map(Expected::YesNo),
                vec!["yes".to_owned(), "no".to_owned()],
            ),
            Kind::Choice(choices) | Kind::Choices(choices) => (
                choices
                    .iter()
                    .find(|choice| choice.id == answer)
                    .map(|choice| Expected::Choice(choice.id.clone())),
                choices.iter().map(|choice| choice.id.clone()).collect(),
            ),
            Kind::Line | Kind::Text { .. } | Kind::Date { .. } | Kind::Email | Kind::Links => {
                self.problem(
                    location,
                    format!("`when` can ask only for yes/no and choices; `{name}` is neither"),
                );
                return None;
            }
        };
        if expected.is_none() {
            self.problem(
                location,
                format!("`{name}` can be {}, not `{answer}`", possible.join(", ")),
            );
        }
        expected.map(|answer| Condition { key, answer })
    }

    /// An earlier field by its key, or by its own id within the same question.
    fn earlier(&self, name: &str, question: Option<&str>) -> Option<&Field> {
        let beside = |field: &&Field| {
            question == Some(field.key.question.as_str())
                && field.key.field.as_deref() == Some(name)
        };
        let named = |field: &&Field| field.key.to_string() == name;
        self.asked.iter().find(beside).or_else(|| self.asked.iter().find(named))
    }

    fn field(
        &mut self,
        keys: &mut Keys<'_>,
        key: Key,
        label: (Option<String>, bool),
        need: Need,
        formerly: Vec<String>,
    ) {
        let kind = self.required(keys, "kind", "a question or field");
        let words = self.words(keys);
        let not_before = self.text(keys, "not-before");
        let choices = self.choices(keys, &key);
        let Some((kind, location)) = kind else { return };
        if kind != "text"
            && let Some((_, location)) = words
        {
            self.problem(location, "`words` limits the kind `text` only");
        }
        let not_before = not_before.and_then(|(name, location)| {
            let found = self.earlier(&name, Some(&key.question));
            let found = found.filter(|field| matches!(field.kind, Kind::Date { .. }));
            let found = found.map(|field| field.key.clone());
            if found.is_none() {
                self.problem(
                    location,
                    format!("`not-before` names `{name}`, which is no earlier date"),
                );
            }
            found
        });
        if matches!(kind.as_str(), "choice" | "choices") == choices.is_empty() {
            let message =
                if choices.is_empty() { "needs `choices`" } else { "has no use for `choices`" };
            self.problem(location, format!("the kind `{kind}` {message}"));
        }
        let kind = match kind.as_str() {
            "line" => Kind::Line,
            "text" => Kind::Text { limit: words.map(|(limit, _)| limit) },
            "yes-no" => Kind::YesNo,
            "date" => Kind::Date { not_before },
            "e-mail" => Kind::Email,
            "links" => Kind::Links,
            "choice" => Kind::Choice(choices),
            "choices" => Kind::Choices(choices),
            _ => {
                let meant = text::did_you_mean(&kind, KINDS);
                let hint =
                    meant.map(|name| format!("; did you mean `{name}`?")).unwrap_or_default();
                self.problem(
                    location,
                    format!(
                        "there is no kind `{kind}`{hint}; the kinds are {}",
                        text::and_list(&KINDS)
                    ),
                );
                return;
            }
        };
        let (label, label_in_form) = label;
        self.asked.push(Field { key, label, label_in_form, kind, need, formerly });
    }

    fn words(&mut self, keys: &mut Keys<'_>) -> Option<(Limit, Location)> {
        let (words, location) = self.text(keys, "words")?;
        match words.parse() {
            Ok(words) if words > 0 => Some((Limit { words }, location)),
            _ => {
                self.problem(location, format!("`words` is a number such as 150, not `{words}`"));
                None
            }
        }
    }

    fn choices(&mut self, keys: &mut Keys<'_>, key: &Key) -> Vec<Choice> {
        let Some(node) = keys.take("choices") else { return Vec::new() };
        let Value::Map(entries) = &node.value else {
            self.problem(
                node.location,
                format!("the choices of `{key}` are written `id: text`, one a line"),
            );
            return Vec::new();
        };
        let mut choices = Vec::new();
        for (entry, node) in entries {
            match node.value.as_text() {
                Some(text) => choices.push(Choice {
                    id: entry.name.clone(),
                    text: text::sanitize(text).trim_end().to_owned(),
                }),
                None => {
                    self.problem(
                        entry.location,
                        format!("the choice `{}` needs a text", entry.name),
                    );
                }
            }
        }
        choices
    }

    fn footnotes(&mut self, keys: &mut Keys<'_>) -> Vec<Footnote> {
        let Some(node) = keys.take("footnotes") else { return Vec::new() };
        let Value::Map(entries) = &node.value else {
            self.problem(node.location, "footnotes are written `1: text`, one after the other");
            return Vec::new();
        };
        let mut notes = Vec::new();
        for (entry, node) in entries {
            match (entry.name.parse(), node.value.as_text()) {
                (Ok(number), Some(text)) => {
                    let text = text::sanitize(text).trim_end().to_owned();
                    notes.push(Footnote { number, text });
                }
                (Err(_), _) => self.problem(
                    entry.location,
                    format!("a footnote is called by a number, not `{}`", entry.name),
                ),
                (Ok(_), None) => {
                    self.problem(entry.location, format!("footnote {} has no text", entry.name));
                }
            }
        }
        notes.sort_by_key(|note| note.number);
        notes
    }

    /// Every mark has its note, every note its mark.
    fn check_notes(&mut self, questionnaire: &Questionnaire, location: Location) {
        let questions = questionnaire.questions();
        let mut marks: Vec<usize> =
            questions.flat_map(|(_, question)| markup::note_marks(&question.text)).collect();
        for reference in &questionnaire.references {
            marks.extend(markup::note_marks(&reference.title));
            marks.extend(markup::note_marks(&reference.text));
        }
        let missing =
            |number: &&usize| !questionnaire.footnotes.iter().any(|note| note.number == **number);
        for number in marks.iter().filter(missing) {
            self.problem(location, format!("the mark [^{number}] has no footnote {number}"));
        }
        for note in questionnaire.footnotes.iter().filter(|note| !marks.contains(&note.number)) {
            self.problem(
                location,
                format!("footnote {} has no mark [^{}] in any question", note.number, note.number),
            );
        }
    }
}
