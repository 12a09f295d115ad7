//! Reads the keys of a questionnaire that matter to the recipient of applications: `identified-by`,
//! `deadline` and `remarks`.

use super::QuestionnaireReader;
use super::keys::{Keys, suggestion};
use super::need::{find_earlier, read_condition};
use crate::model::questionnaire::{
    Deadline, Field, IdentifyingFields, Key, Kind, RemarkRule, Test,
};
use crate::model::value::Node;

impl<'a> QuestionnaireReader<'a> {
    /// Reads `identified-by`. Without it, the first field of one line is the name.
    pub(super) fn identifying_fields(&self, keys: &mut Keys<'a>) -> IdentifyingFields {
        let Some(node) = keys.take("identified-by") else {
            let line = self.fields.iter().find(|field| matches!(field.kind, Kind::Line));
            let name = line.map(|field| field.key.clone());
            return IdentifyingFields { name, ..IdentifyingFields::default() };
        };
        let Some(mut keys) = Keys::of(node, "`identified-by`", self.problems) else {
            return IdentifyingFields::default();
        };
        let [name, country, organisation] =
            ["name", "country", "organisation"].map(|part| self.key(&mut keys, part));
        keys.finish();
        IdentifyingFields { name, country, organisation }
    }

    /// Reads the key of a field.
    fn key(&self, keys: &mut Keys<'a>, part: &'static str) -> Option<Key> {
        let (name, location) = keys.located(part)?;
        let found = find_earlier(&self.fields, &name, None).map(|field| field.key.clone());
        if found.is_none() {
            let names: Vec<String> =
                self.fields.iter().map(|field| field.key.to_string()).collect();
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            let hint = suggestion(&name, &names);
            self.problems.add(
                location,
                format!("no question with one field, and no field, has the id `{name}`{hint}"),
            );
        }
        found
    }

    pub(super) fn deadline(&self, keys: &mut Keys<'a>) -> Option<Deadline> {
        let (text, location) = keys.located("deadline")?;
        Deadline::parse(&text).map_err(|message| self.problems.add(location, message)).ok()
    }

    pub(super) fn remark_rules(&self, keys: &mut Keys<'a>) -> Vec<RemarkRule> {
        keys.list("remarks").iter().filter_map(|node| self.remark_rule(node)).collect()
    }

    fn remark_rule(&self, node: &'a Node) -> Option<RemarkRule> {
        let mut keys = Keys::of(node, "a remark", self.problems)?;
        let when = keys.required_located("when");
        let text = keys.required("text");
        keys.finish();
        let (when, location) = when?;
        let tests: Result<Vec<Test>, String> =
            when.split(" and ").map(|test| read_test(test, &self.fields)).collect();
        let when = tests.map_err(|message| self.problems.add(location, message)).ok()?;
        Some(RemarkRule { when, text: text?.split_whitespace().collect::<Vec<_>>().join(" ") })
    }
}

/// Parses a condition such as `permission is no`, or `timing.end is in the future` for a date.
fn read_test(test: &str, fields: &[Field]) -> Result<Test, String> {
    let Some((name, "in the future")) =
        test.split_once(" is ").map(|(name, answer)| (name.trim(), answer.trim()))
    else {
        return read_condition(test, fields, None).map(Test::Answer);
    };
    match find_earlier(fields, name, None) {
        Some(Field { key, kind: Kind::Date { .. }, .. }) => Ok(Test::Future(key.clone())),
        Some(_) => Err(format!("only a date can be in the future, and `{name}` is not a date")),
        None => Err(format!("no question or field has the id `{name}`")),
    }
}
