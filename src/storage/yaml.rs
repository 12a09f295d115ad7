//! Reads YAML into a [`Node`] tree and writes one. The only file that knows the YAML library.

use std::borrow::Cow;
use std::fmt;

use serde::de::{self, Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde::ser::{Serialize, SerializeMap, SerializeSeq, Serializer};
use serde_yaml::granit_parser::{Event, Parser, ScalarStyle, StrInput};
use serde_yaml::{LitStr, Spanned};

use crate::model::value::{Entry, Location, Node, Problem, Value, is_written_plain};

/// Above this no file is read: twenty-five times the longest application. What is read takes many times
/// its size in memory.
pub(crate) const MAX_BYTES: usize = 2 << 20;

/// The most values and keys a file may have: a hundred times those of a long questionnaire.
const MAX_NODES: usize = 50_000;
/// Above this a text is not edited in place, but written anew: the library that edits takes a
/// hundred times its size in memory.
const MAX_EDITED: usize = 512 << 10;

/// A value as serde delivers it; single values are looked up in the source by their span.
enum Raw {
    Empty,
    Text(String),
    Spelled,
    List(Vec<Spanned<Raw>>),
    Map(Vec<(Spanned<String>, Spanned<Raw>)>),
}

/// Parses a YAML document.
///
/// # Errors
/// Broken YAML, a key that stands twice, a bomb of aliases or nesting: what and where.
pub fn read(source: &str) -> Result<Node, Problem> {
    let source = source.strip_prefix('\u{FEFF}').unwrap_or(source);
    let read = read_strictly(source);
    // YAML knows no tabs at the start of a line, but editors put them there: each stands for as
    // many blanks as the other lines have.
    if read.is_err() && source.lines().any(|line| line.trim_start_matches(' ').starts_with('\t')) {
        let mut untabbed =
            [2, 4, 8].into_iter().map(|width| read_strictly(&untabbed(source, width)));
        return untabbed.find(Result::is_ok).unwrap_or(read);
    }
    read
}

/// The text with blanks for the tabs at the starts of its lines.
fn untabbed(source: &str, width: usize) -> String {
    let mut text = String::with_capacity(source.len() * 2);
    for line in source.split_inclusive('\n') {
        let body = line.trim_start_matches([' ', '\t']);
        let indent = line.get(..line.len() - body.len()).unwrap_or_default();
        text.push_str(&indent.replace('\t', &" ".repeat(width)));
        text.push_str(body);
    }
    text
}

fn read_strictly(source: &str) -> Result<Node, Problem> {
    match Ordinary::read(source) {
        Some(node) => Ok(node),
        None => read_any(source),
    }
}

/// Nearly every file consists of maps, lists and single values only. It is read straight from the
/// events of the library's parser, in half the time serde takes. Whatever else there is, or
/// anything wrong, is left to [`read_any`], which knows what YAML means by it and what to say.
struct Ordinary<'s> {
    events: Parser<'s, StrInput<'s>>,
    /// So many more events are read.
    left: usize,
}

impl<'s> Ordinary<'s> {
    /// Far more of either than a form has, and less than [`read_any`] refuses.
    const EVENTS: usize = 20_000;
    const DEPTH: usize = 32;

    fn read(source: &'s str) -> Option<Node> {
        let mut ordinary = Self { events: Parser::new_from_str(source), left: Self::EVENTS };
        let (Event::StreamStart, _) = ordinary.next()? else { return None };
        let (Event::DocumentStart(false, None), _) = ordinary.next()? else { return None };
        let first = ordinary.next()?;
        let node = ordinary.node(first, Self::DEPTH)?;
        let (Event::DocumentEnd, _) = ordinary.next()? else { return None };
        let (Event::StreamEnd, _) = ordinary.next()? else { return None };
        Some(node)
    }

    fn next(&mut self) -> Option<(Event<'s>, Location)> {
        self.left = self.left.checked_sub(1)?;
        let (event, span) = self.events.next()?.ok()?;
        Some((event, Location { line: span.start.line(), column: span.start.col() + 1 }))
    }

    /// What begins with an event; neither it nor what is in it has an anchor or a tag.
    fn node(&mut self, begin: (Event<'s>, Location), depth: usize) -> Option<Node> {
        let depth = depth.checked_sub(1)?;
        let (value, location) = match begin {
            (Event::Scalar(text, style, 0, None), location) => (single(text, style)?, location),
            (Event::SequenceStart(_, 0, None), location) => {
                let mut items = Vec::new();
                loop {
                    match self.next()? {
                        (Event::SequenceEnd, _) => break (Value::List(items), location),
                        begin => items.push(self.node(begin, depth)?),
                    }
                }
            }
            (Event::MappingStart(_, 0, None), location) => {
                let mut entries = Vec::new();
                loop {
                    match self.next()? {
                        (Event::MappingEnd, _) => break,
                        (Event::Scalar(name, _, 0, None), location) if is_name(&name) => {
                            let begin = self.next()?;
                            let node = self.node(begin, depth)?;
                            entries.push((Entry { name: name.into_owned(), location }, node));
                        }
                        _ => return None,
                    }
                }
                let mut names: Vec<&str> = entries.iter().map(|(key, _)| &*key.name).collect();
                names.sort_unstable();
                let once = names.is_sorted_by(|a, b| a < b);
                (once.then_some(Value::Map(entries))?, location)
            }
            _ => return None,
        };
        Some(Node { value, location })
    }
}

/// A single value; nothing where it may be a number without end, which is refused.
fn single(text: Cow<'_, str>, style: ScalarStyle) -> Option<Value> {
    if style != ScalarStyle::Plain {
        return Some(Value::Text(text.into_owned()));
    }
    let digits = text.trim_start_matches(['+', '-']);
    let number = digits.starts_with(|c: char| c.is_ascii_digit()) && !text.contains(' ');
    if digits.starts_with('.') || (number && (text.len() > 100 || text.contains(['e', 'E']))) {
        return None;
    }
    Some(match &*text {
        "" | "~" | "null" | "Null" | "NULL" => Value::Empty,
        plain if is_written_plain(plain) => Value::Plain(text.into_owned()),
        _ => Value::Text(text.into_owned()),
    })
}

/// Whether a key is a name, or a number as it is usually spelled, so that only the same text is the
/// same key.
fn is_name(key: &str) -> bool {
    const OTHER: [&str; 9] = ["y", "n", "yes", "no", "on", "off", "true", "false", "null"];
    if key.starts_with(|c: char| c.is_ascii_alphabetic()) {
        !OTHER.iter().any(|word| key.eq_ignore_ascii_case(word))
    } else {
        is_written_plain(key)
    }
}

/// Parses whatever YAML allows.
fn read_any(source: &str) -> Result<Node, Problem> {
    let options = serde_yaml::options! {
        with_snippet: false,
        // Anchors have no use in a form: what needs many is an attack.
        alias_limits: serde_yaml::alias_limits! { max_total_replayed_events: 10_000, max_alias_expansions_per_anchor: 100 },
        budget: serde_yaml::budget! { max_depth: 64, max_nodes: MAX_NODES },
    };
    let raw =
        serde_yaml::from_str_with_options::<Spanned<Raw>>(source, options).map_err(|error| {
            let location = error.location().map(|at| Location {
                line: usize::try_from(at.line()).unwrap_or(0),
                column: usize::try_from(at.column()).unwrap_or(0),
            });
            // The position has its own place in our messages.
            let text = error.without_snippet().to_string();
            let message = text.lines().next().unwrap_or_default().to_owned();
            let message = match message.rsplit_once(" at line ") {
                Some((before, _)) => before.to_owned(),
                None => message,
            };
            Problem {
                message: in_plain_words(&crate::model::text::escape_for_terminal(&message)),
                location,
            }
        })?;
    Ok(node(raw, source))
}

/// What the library says to programmers, said to people.
fn in_plain_words(message: &str) -> String {
    if let Some(rest) = message.strip_prefix("duplicate mapping key: ") {
        let key = rest.split(", set ").next().unwrap_or(rest);
        return format!("the key `{key}` stands here a second time; keep one of the two");
    }
    let said = [
        ("multiple YAML documents", "a line of `---` begins a second document; keep one"),
        ("alias", "the file refers to parts of itself too often to be read"),
        ("recursion limit", "groups and lists stand too deeply within each other"),
        ("budget", "the file has too many values, or they stand too deeply within each other"),
        ("tabs disallowed", "a tab cannot indent a line here; use blanks"),
    ];
    let plain = said.iter().find(|(theirs, _)| message.contains(theirs));
    plain.map_or_else(|| message.to_owned(), |(_, ours)| (*ours).to_owned())
}

fn location(at: serde_yaml::Location) -> Location {
    let number = |n: u64| usize::try_from(n).unwrap_or(usize::MAX);
    Location { line: number(at.line()), column: number(at.column()) }
}

fn node(raw: Spanned<Raw>, source: &str) -> Node {
    let value = match raw.value {
        Raw::Empty => Value::Empty,
        Raw::Text(text) => Value::Text(text),
        Raw::Spelled => {
            let span = raw.referenced.span();
            let bytes = span.byte_offset().zip(span.byte_len()).and_then(|(from, length)| {
                let from = usize::try_from(from).ok()?;
                source.get(from..from + usize::try_from(length).ok()?)
            });
            Value::Plain(bytes.unwrap_or_default().trim().to_owned())
        }
        Raw::List(items) => Value::List(items.into_iter().map(|item| node(item, source)).collect()),
        Raw::Map(entries) => {
            let entry = |key: Spanned<String>| Entry {
                location: location(key.referenced),
                name: key.value,
            };
            Value::Map(
                entries.into_iter().map(|(key, item)| (entry(key), node(item, source))).collect(),
            )
        }
    };
    Node { value, location: location(raw.referenced) }
}

impl<'de> Deserialize<'de> for Raw {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct AnyValue;

        impl<'de> Visitor<'de> for AnyValue {
            type Value = Raw;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a value")
            }
            fn visit_unit<E: de::Error>(self) -> Result<Raw, E> {
                Ok(Raw::Empty)
            }
            fn visit_none<E: de::Error>(self) -> Result<Raw, E> {
                Ok(Raw::Empty)
            }
            fn visit_some<D: Deserializer<'de>>(self, inner: D) -> Result<Raw, D::Error> {
                Raw::deserialize(inner)
            }
            fn visit_bool<E: de::Error>(self, _: bool) -> Result<Raw, E> {
                Ok(Raw::Spelled)
            }
            fn visit_i64<E: de::Error>(self, _: i64) -> Result<Raw, E> {
                Ok(Raw::Spelled)
            }
            fn visit_u64<E: de::Error>(self, _: u64) -> Result<Raw, E> {
                Ok(Raw::Spelled)
            }
            fn visit_i128<E: de::Error>(self, _: i128) -> Result<Raw, E> {
                Ok(Raw::Spelled)
            }
            fn visit_u128<E: de::Error>(self, _: u128) -> Result<Raw, E> {
                Ok(Raw::Spelled)
            }
            fn visit_f64<E: de::Error>(self, _: f64) -> Result<Raw, E> {
                Ok(Raw::Spelled)
            }
            fn visit_str<E: de::Error>(self, text: &str) -> Result<Raw, E> {
                Ok(Raw::Text(text.to_owned()))
            }
            fn visit_string<E: de::Error>(self, text: String) -> Result<Raw, E> {
                Ok(Raw::Text(text))
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Raw, A::Error> {
                let mut list = Vec::new();
                while let Some(item) = items.next_element()? {
                    list.push(item);
                }
                Ok(Raw::List(list))
            }
            fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Raw, A::Error> {
                let mut map = Vec::new();
                while let Some(entry) = entries.next_entry()? {
                    map.push(entry);
                }
                Ok(Raw::Map(map))
            }
        }

        deserializer.deserialize_any(AnyValue)
    }
}

/// Writes a tree as YAML: texts of several lines as `|` blocks, ambiguous ones quoted so that
/// every other YAML reader takes them for texts.
///
/// # Errors
/// None that the values of a [`Value`] can cause; the library's own are passed on.
pub fn write(value: &Value) -> Result<String, String> {
    let options =
        serde_yaml::ser_options! { folded_wrap_chars: 1_000_000, prefer_block_scalars: true };
    let mut yaml = String::new();
    serde_yaml::to_fmt_writer_with_options(&mut yaml, value, options)
        .map_err(|error| error.to_string())?;
    Ok(yaml)
}

/// Writes a changed tree into the text it came from: what is the same stays as a person wrote it,
/// with comments, order and spelling. `old` and `new` are what this program would write for the
/// text as it was and as it shall be. Nothing where the text cannot be edited; the caller reads the
/// result again and compares.
pub fn update(source: &str, old: &Value, new: &Value) -> Option<String> {
    if source.len() > MAX_EDITED {
        return None;
    }
    let found = read(source).ok()?.value;
    // What the editing library makes of a text nobody foresaw must not stop a save.
    let edit = || {
        let remark = |line: &str| line.trim().is_empty() || line.trim_start().starts_with('#');
        if source.lines().all(remark) {
            return Some(format!("{}\n{}", source.trim_end(), write(new).ok()?));
        }
        let document = source.parse::<yaml_edit::Document>().ok()?;
        edit_map(&document.as_mapping()?, &found, old, new)?;
        Some(document.to_string())
    };
    std::panic::catch_unwind(edit).ok().flatten()
}

/// `found` is what stands in the text, which may spell the same otherwise than `old` does.
fn edit_map(map: &yaml_edit::Mapping, found: &Value, old: &Value, new: &Value) -> Option<()> {
    let (Value::Map(entries), Value::Map(wanted)) = (found, new) else { return None };
    for (key, node) in entries {
        if new.get(&key.name).is_none() && node.value != Value::Empty {
            map.remove(key.name.as_str());
        }
    }
    let order: Vec<&str> = wanted.iter().map(|(key, _)| key.name.as_str()).collect();
    for (key, node) in wanted {
        let name = key.name.as_str();
        let (found, before) = (found.get(name), old.get(name));
        if found.is_some() && before == Some(&node.value) {
            continue;
        }
        let inner = map.get_mapping(name);
        if let (Some(found @ Value::Map(_)), after @ Value::Map(_), Some(inner)) =
            (found, &node.value, inner)
        {
            edit_map(&inner, found, before.unwrap_or(&Value::Empty), after)?;
        } else {
            // Written by the one writer, so that it looks like everything else.
            let alone = write(&Value::map([(name, node.value.clone())])).ok()?;
            let alone = alone.parse::<yaml_edit::Document>().ok()?;
            map.set_with_field_order(name, alone.get(name)?, order.iter().copied());
        }
    }
    Some(())
}

impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Empty => serializer.serialize_unit(),
            Self::Text(text) if text.contains('\n') => LitStr(text).serialize(serializer),
            Self::Text(text) => serializer.serialize_str(text),
            Self::Plain(text) => plain(text, serializer),
            Self::List(items) => {
                let mut list = serializer.serialize_seq(Some(items.len()))?;
                for item in items {
                    list.serialize_element(&item.value)?;
                }
                list.end()
            }
            Self::Map(entries) => {
                let mut map = serializer.serialize_map(Some(entries.len()))?;
                for (key, item) in entries {
                    map.serialize_entry(&key.name, &item.value)?;
                }
                map.end()
            }
        }
    }
}

fn plain<S: Serializer>(text: &str, serializer: S) -> Result<S::Ok, S::Error> {
    match text {
        "true" => serializer.serialize_bool(true),
        "false" => serializer.serialize_bool(false),
        _ => match text.parse::<u64>() {
            Ok(number) if is_written_plain(text) => serializer.serialize_u64(number),
            Ok(_) | Err(_) => serializer.serialize_str(text),
        },
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn text_of(source: &str) -> String {
        match read(source).unwrap().value {
            Value::Map(entries) => entries[0].1.value.as_text().unwrap_or("-").to_owned(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn values_are_read_as_they_are_spelled() {
        for spelled in [
            "007",
            "+48 22",
            "1_000",
            "1.50",
            "yes",
            "true",
            "0x1F",
            "2021-10-05",
            "12:30",
            "5e3",
            "plain words",
        ] {
            assert_eq!(text_of(&format!("a: {spelled}  # note\n")), spelled);
        }
        assert_eq!(text_of("a: \"yes\"\n"), "yes");
        assert_eq!(text_of("é: 1\nb: 2\n"), "1");
        assert_eq!(text_of("a: |\n  one\n\n  two\n"), "one\n\ntwo\n");
        assert_eq!(text_of("\u{FEFF}a: 007\r\n"), "007");
        assert_eq!(
            read("a:\n").unwrap().value,
            Value::Map(vec![(
                Entry { name: "a".into(), location: Location { line: 1, column: 1 } },
                match read("a:\n").unwrap().value {
                    Value::Map(entries) => entries[0].1.clone(),
                    other => panic!("{other:?}"),
                },
            )])
        );
    }

    #[test]
    fn nodes_know_their_place() {
        let Value::Map(entries) = read("a: 1\nb:\n  - x\n").unwrap().value else { panic!() };
        assert_eq!(entries[1].0.location, Location { line: 2, column: 1 });
        let Value::List(items) = &entries[1].1.value else { panic!() };
        assert_eq!(items[0].location, Location { line: 3, column: 5 });
    }

    #[test]
    fn broken_yaml_is_reported_with_its_place() {
        for (source, line) in [("a: 1\na: 2\n", 2), ("a: [1\nb: 2\n", 2), ("a: 'x\n", 1)] {
            let problem = read(source).unwrap_err();
            assert!(
                problem.location.is_some_and(|location| location.line >= line),
                "{source:?}: {problem}"
            );
            assert!(!problem.message.contains(" line "), "{problem}");
        }
        assert!(read(&"[".repeat(100_000)).is_err());
    }

    /// What is read must not depend on the way it is read.
    fn agrees(source: &str) -> bool {
        let flat = |node: &Node| (node.value.without_locations(), locations(node));
        let Some(quickly) = Ordinary::read(source) else { return true };
        read_any(source).is_ok_and(|node| flat(&node) == flat(&quickly))
    }

    fn locations(node: &Node) -> Vec<Location> {
        let inside = match &node.value {
            Value::List(items) => items.iter().flat_map(locations).collect(),
            Value::Map(entries) => entries
                .iter()
                .flat_map(|(key, node)| [vec![key.location], locations(node)].concat())
                .collect(),
            Value::Empty | Value::Text(_) | Value::Plain(_) => Vec::new(),
        };
        [vec![node.location], inside].concat()
    }

    #[test]
    fn a_form_is_read_quickly_and_whatever_is_unusual_with_care() {
        for usual in [
            crate::model::questionnaire::BUILT_IN,
            include_str!("../../examples/complete.yaml"),
            include_str!("../../examples/half-finished.yaml"),
            "a: 2021-10-05\nb: 3 people\nc: \"x\"\nd:\n- 1\n- {e: f}\n1: ~\n",
        ] {
            assert!(Ordinary::read(usual).is_some() && agrees(usual), "{usual}");
        }
        let deep = format!("a: {}", "[".repeat(100));
        let long = "- a\n".repeat(60_000);
        for unusual in [
            "a: &x 1\nb: *x\n",
            "a: !!str 1\n",
            "a: 1\na: 2\n",
            "<<: {a: 1}\n",
            "a: 1\n---\nb: 2\n",
            "? [a]\n: b\n",
            "a: .inf\n",
            "a: 1e999\n",
            "1: a\n0x1: b\n",
            "yes: a\ntrue: b\n",
            "null: a\n",
            "%YAML 1.1\n---\na: 1\n",
            "a: 'x\n",
            "",
            &deep,
            &long,
        ] {
            assert!(Ordinary::read(unusual).is_none() && agrees(unusual), "{unusual:.40}");
        }
    }

    proptest! {
        #[test]
        fn reading_quickly_is_reading(
            lines in proptest::collection::vec(
                (
                    r"|- |-   |  |  - |    ",
                    r#"[a-d]|[a-d]|yes|No|1|01|0x1|1_0|~|'a'|"b"|null|<<|\? a|é"#,
                    r":|: |: |: |: |: |",
                    r"||||\||>-|\[|\{|&a |\*a|!!str |! |# ",
                    r#"|true|No|~|null|007|-?[0-9._]{0,4}(e9{0,3})?|2021-10-05|0o17|0x1F|[+-]?\.(inf|NaN)|inf|'a b'|"a\\tb"|[0-9]{60,350}|[a-cé #:,\]}]{0,6}"#,
                ),
                0..6,
            )
        ) {
            let line = |(indent, key, colon, begin, value): &(String, String, String, String, String)| {
                format!("{indent}{key}{colon}{begin}{value}")
            };
            let source = lines.iter().map(line).collect::<Vec<_>>().join("\n");
            prop_assert!(agrees(&source), "{}", source);
        }

        #[test]
        fn any_text_survives_writing_and_reading(text in "[ \\-#:|>'\"a-zé中\\n~!&*?{}\\[\\],%@`0-9.\u{1F600}\u{A0}]{0,60}") {
            let yaml = write(&Value::map([("a", Value::Text(text.clone()))])).unwrap();
            prop_assert_eq!(text_of(&yaml), text, "{}", yaml);
        }
    }
}
