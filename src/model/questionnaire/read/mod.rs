//! Converts a YAML file to a [`Questionnaire`], and reports all problems of the file at once.

mod keys;
mod kind;
mod need;
mod recipient;

use self::keys::{Keys, ProblemList};
use self::kind::read_kind;
use self::need::read_need;
use super::{Field, Footnote, Key, Kind, Need, Question, Questionnaire, Reference, Section};
use crate::model::markup;
use crate::model::text::sanitize;
use crate::model::value::{Entry, Location, Node, Problem, Value};
use crate::model::words::WordRule;

impl Questionnaire {
    /// Converts the root node of a questionnaire file.
    ///
    /// # Errors
    /// Returns every problem of the file, in the order of the file.
    pub fn from_node(root: &Node) -> Result<Self, Vec<Problem>> {
        let problems = ProblemList::default();
        let mut reader = QuestionnaireReader {
            problems: &problems,
            references: Vec::new(),
            ids: Vec::new(),
            fields: Vec::new(),
            numbered: 0,
            limit_note: None,
        };
        let questionnaire = reader.questionnaire(root);
        let mut problems = problems.0.into_inner();
        problems.sort_by_key(|problem| problem.location);
        questionnaire.filter(|_| problems.is_empty()).ok_or(problems)
    }
}

/// What was read so far and is needed to read the rest.
struct QuestionnaireReader<'a> {
    problems: &'a ProblemList,
    references: Vec<Reference>,
    /// The ids of the questions.
    ids: Vec<String>,
    /// The fields of all questions; conditions can refer to them.
    fields: Vec<Field>,
    /// The number of questions in sections.
    numbered: usize,
    /// The limit note of questions without an own one.
    limit_note: Option<String>,
}

impl<'a> QuestionnaireReader<'a> {
    fn questionnaire(&mut self, root: &'a Node) -> Option<Questionnaire> {
        let mut keys = Keys::of(root, "the questionnaire", self.problems)?;
        let id = keys.required("id");
        let version = keys.required("version");
        let title = keys.required("title");
        let publisher = keys.optional("publisher");
        let abbreviation = keys.text("abbreviation");
        let masthead = keys.optional("masthead");
        let language = keys.text("language");
        let word_rule = self.word_rule(&mut keys);
        self.limit_note = keys.text("limit-note");
        let introduction = keys.optional("introduction");
        let closing = keys.optional("closing");
        let submission = keys.optional("submission");
        for node in keys.list("references") {
            let reference = self.reference(node);
            self.references.extend(reference);
        }
        let declarations = keys.list("declarations").iter();
        let declarations =
            declarations.filter_map(|node| self.question(node, &Need::Required, None)).collect();
        let sections = keys.list("sections").iter();
        let sections = sections.filter_map(|node| self.section(node)).collect();
        let footnotes = self.footnotes(&mut keys);
        let identified_by = self.identifying_fields(&mut keys);
        let deadline = self.deadline(&mut keys);
        let remarks = self.remark_rules(&mut keys);
        if self.numbered == 0 && self.problems.0.borrow().is_empty() {
            let message = "the questionnaire has no questions under `sections`";
            self.problems.add(root.location, message);
        }
        keys.finish();
        let questionnaire = Questionnaire {
            id: id?,
            version: version?,
            title: title?,
            abbreviation: abbreviation.filter(|text| !text.is_empty()).unwrap_or(publisher),
            masthead,
            language: language.filter(|tag| !tag.is_empty()).unwrap_or_else(|| "en".to_owned()),
            word_rule: word_rule?,
            introduction,
            declarations,
            sections,
            references: std::mem::take(&mut self.references),
            footnotes,
            closing,
            submission,
            identified_by,
            deadline,
            remarks,
        };
        self.check_footnote_marks(&questionnaire, root.location);
        Some(questionnaire)
    }

    fn word_rule(&mut self, keys: &mut Keys<'_>) -> Option<WordRule> {
        let Some((name, location)) = keys.located("word-count") else {
            return Some(WordRule::WordProcessor);
        };
        let rule = WordRule::NAMES.iter().find(|(known, _)| *known == name);
        if rule.is_none() {
            let names = WordRule::NAMES.map(|(known, _)| format!("`{known}`")).join(" or ");
            self.problems.add(location, format!("`word-count` must be {names}, found `{name}`"));
        }
        rule.map(|(_, rule)| *rule)
    }

    fn reference(&mut self, node: &'a Node) -> Option<Reference> {
        let mut keys = Keys::of(node, "a reference", self.problems)?;
        let id = keys.required("id");
        let title = keys.required("title");
        let text = keys.required("text");
        keys.finish();
        Some(Reference { id: id?, title: title?, text: text? })
    }

    fn section(&mut self, node: &'a Node) -> Option<Section> {
        let mut keys = Keys::of(node, "a section", self.problems)?;
        let title = keys.required("title");
        let short_title = keys.text("short-title");
        let need = read_need(&mut keys, &self.fields, None);
        let mut questions = Vec::new();
        for node in keys.list("questions") {
            self.numbered += 1;
            questions.extend(self.question(node, &need, Some(self.numbered)));
        }
        keys.finish();
        let title = title?;
        let short_title =
            short_title.filter(|short| !short.is_empty()).unwrap_or_else(|| title.clone());
        Some(Section { title, short_title, questions })
    }

    /// Reads a question. `inherited` is the need of its section, which applies to every question
    /// without an own one.
    fn question(
        &mut self,
        node: &'a Node,
        inherited: &Need,
        number: Option<usize>,
    ) -> Option<Question> {
        let mut keys = Keys::of(node, "a question", self.problems)?;
        let id = self.question_id(&mut keys);
        let text = keys.required("text");
        let title = keys.text("title");
        let need = match read_need(&mut keys, &self.fields, None) {
            Need::Required => inherited.clone(),
            own @ (Need::IfApplicable | Need::RequiredWhen(_)) => own,
        };
        let reference = keys.located("reference");
        if let Some((name, location)) = &reference
            && !self.references.iter().any(|reference| reference.id == *name)
        {
            self.problems
                .add(*location, format!("there is no reference `{name}` under `references`"));
        }
        let note = keys.text("limit-note");
        let prompt = keys.text("prompt");
        let formerly = keys.former_ids();
        let first = self.fields.len();
        if keys.has("fields") {
            for node in keys.list("fields") {
                self.field(node, &id, &formerly);
            }
        } else {
            let key = Key { question: id.clone(), field: None };
            let kind = read_kind(&mut keys, &key, &self.fields);
            let field = |kind| Field {
                key,
                label: None,
                label_in_form: true,
                kind,
                need: Need::Required,
                formerly,
            };
            self.fields.extend(kind.map(field));
        }
        keys.finish();
        let fields = self.fields.get(first..).unwrap_or_default().to_vec();
        let texts = fields.iter().filter(|field| matches!(field.kind, Kind::Text { .. })).count();
        if texts > 1 {
            let message = format!(
                "question `{id}` has {texts} fields of the kind `text`; only one is allowed"
            );
            self.problems.add(node.location, message);
        }
        let text = text?;
        let mut question = Question {
            id,
            number,
            title: title.filter(|title| !title.is_empty()).unwrap_or_else(|| markup::plain(&text)),
            text,
            limit_note: None,
            prompt: prompt.filter(|prompt| !prompt.is_empty()),
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

    /// Reads one of several fields of the question `id`. `formerly` are the earlier ids of the
    /// question.
    fn field(&mut self, node: &'a Node, id: &str, formerly: &[String]) {
        let Some(mut keys) = Keys::of(node, "a field", self.problems) else { return };
        let (name, location) = self.id(&mut keys).unwrap_or_default();
        let key = Key { question: id.to_owned(), field: Some(name.clone()) };
        if self.fields.iter().any(|field| field.key == key) {
            self.problems.add(location, format!("two fields of `{id}` have the id `{name}`"));
        }
        let text = keys.text("text");
        let title = keys.text("title");
        let need = read_need(&mut keys, &self.fields, Some(id));
        let own = keys.former_ids().into_iter();
        let own = own.map(|name| if name.contains('.') { name } else { format!("{id}.{name}") });
        let inherited = formerly.iter().map(|question| format!("{question}.{name}"));
        let formerly = own.chain(inherited).collect();
        let kind = read_kind(&mut keys, &key, &self.fields);
        keys.finish();
        let label_in_form = text.is_some();
        let field =
            |kind| Field { key, label: text.or(title), label_in_form, kind, need, formerly };
        self.fields.extend(kind.map(field));
    }

    /// Reads the id of a question, which must be unique and not one that drafts use otherwise.
    fn question_id(&mut self, keys: &mut Keys<'_>) -> String {
        let Some((id, location)) = self.id(keys) else { return String::new() };
        let reserved = id.starts_with("unplaced-")
            || ["-elsewhere", "-earlier"].iter().any(|end| id.ends_with(end));
        if reserved {
            self.problems.add(location, format!("the id `{id}` is reserved for answers that drafts keep without a question; choose another"));
        }
        if self.ids.contains(&id) {
            self.problems.add(location, format!("two questions have the id `{id}`"));
        }
        self.ids.push(id.clone());
        id
    }

    fn id(&mut self, keys: &mut Keys<'_>) -> Option<(String, Location)> {
        let (id, location) = keys.required_located("id")?;
        let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if id.is_empty() || !id.chars().all(allowed) || id.bytes().all(|b| b.is_ascii_digit()) {
            self.problems.add(location, format!("the id `{id}` must consist of lower-case letters, digits and hyphens, and not of digits alone"));
        }
        Some((id, location))
    }

    fn footnotes(&mut self, keys: &mut Keys<'_>) -> Vec<Footnote> {
        let Some(node) = keys.take("footnotes") else { return Vec::new() };
        let Value::Map(entries) = &node.value else {
            let message = "footnotes must be written as `1: text`, one on each line";
            self.problems.add(node.location, message);
            return Vec::new();
        };
        let mut notes = Vec::new();
        for (Entry { name, location }, node) in entries {
            match (name.parse(), node.value.as_text()) {
                (Ok(number), Some(text)) => {
                    notes.push(Footnote { number, text: sanitize(text).trim_end().to_owned() });
                }
                (Err(_), _) => {
                    let message = format!("footnote keys must be numbers, found `{name}`");
                    self.problems.add(*location, message);
                }
                (Ok(_), None) => {
                    self.problems.add(*location, format!("footnote {name} has no text"));
                }
            }
        }
        notes.sort_by_key(|note| note.number);
        notes
    }

    /// Reports footnote marks without a footnote, and footnotes without a mark.
    fn check_footnote_marks(&mut self, questionnaire: &Questionnaire, location: Location) {
        let questions = questionnaire.questions().map(|(_, question)| &question.text);
        let references = questionnaire.references.iter();
        let references = references.flat_map(|reference| [&reference.title, &reference.text]);
        let texts = questions.chain(references);
        let marks: Vec<usize> = texts.flat_map(|text| markup::note_marks(text)).collect();
        let notes: Vec<usize> = questionnaire.footnotes.iter().map(|note| note.number).collect();
        for number in marks.iter().filter(|number| !notes.contains(number)) {
            self.problems.add(location, format!("the mark [^{number}] has no footnote {number}"));
        }
        for number in notes.iter().filter(|number| !marks.contains(number)) {
            let message = format!("footnote {number} has no mark [^{number}] in any question");
            self.problems.add(location, message);
        }
    }
}
