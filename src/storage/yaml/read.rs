//! Reads YAML by the events of the library's parser, in half the time that its serde interface
//! takes, and with the location and the spelling of every value.

use std::borrow::Cow;
use std::collections::HashMap;

use serde_yaml::granit_parser::{Event, Parser, ScalarStyle, ScanError, StrInput};

use crate::model::text::escape_for_terminal;
use crate::model::value::{Entry, Location, Node, Problem, Value, is_written_plain};

/// The most values and keys a file may have: a hundred times those of a long questionnaire.
const MAX_NODES: usize = 50_000;
/// How deeply lists and maps may be nested.
const MAX_DEPTH: usize = 64;

const TOO_MUCH: &str = "the file has too many values, or they are nested too deeply";

/// Reads a YAML document.
///
/// # Errors
/// Fails with the first problem: broken YAML, a key that appears twice in a map, a second document,
/// or more than 50,000 values or 64 levels, aliases included.
pub fn read(source: &str) -> Result<Node, Problem> {
    let source = source.strip_prefix('\u{FEFF}').unwrap_or(source);
    let read = Reader::read(source);
    // YAML allows no tabs in indentation, but editors insert them. Each is as wide as the
    // indentation of the other lines.
    if read.is_err() && source.lines().any(|line| line.trim_start_matches(' ').starts_with('\t')) {
        let mut without_tabs =
            [2, 4, 8].into_iter().map(|width| Reader::read(&without_tabs(source, width)));
        return without_tabs.find(Result::is_ok).unwrap_or(read);
    }
    read
}

/// Replaces the tabs in the indentation of each line by `width` spaces.
fn without_tabs(source: &str, width: usize) -> String {
    let mut text = String::with_capacity(source.len() * 2);
    for line in source.split_inclusive('\n') {
        let body = line.trim_start_matches([' ', '\t']);
        let indent = line.get(..line.len() - body.len()).unwrap_or_default();
        text.push_str(&indent.replace('\t', &" ".repeat(width)));
        text.push_str(body);
    }
    text
}

/// Builds values from parser events. An alias is replaced by a copy of the value it refers to, and
/// the copy counts against the limits, so that no file grows beyond them in memory.
struct Reader<'s> {
    events: Parser<'s, StrInput<'s>>,
    /// How many more values and keys may be read.
    nodes_left: usize,
    /// The values with an anchor, by the number the parser gives it.
    anchors: HashMap<usize, Value>,
}

impl<'s> Reader<'s> {
    fn read(source: &'s str) -> Result<Node, Problem> {
        let events = Parser::new_from_str(source);
        let mut reader = Self { events, nodes_left: MAX_NODES, anchors: HashMap::new() };
        let mut root = None;
        loop {
            match reader.next()? {
                (Event::StreamEnd, location) => {
                    return Ok(root.unwrap_or(Node { value: Value::Empty, location }));
                }
                (Event::DocumentStart(..), location) if root.is_some() => {
                    let message = "a line of `---` begins a second document; keep one";
                    return Err(Problem::new(location, message));
                }
                (Event::StreamStart | Event::DocumentStart(..) | Event::DocumentEnd, _) => {}
                first => root = Some(reader.node(first, MAX_DEPTH)?),
            }
        }
    }

    fn next(&mut self) -> Result<(Event<'s>, Location), Problem> {
        match self.events.next() {
            Some(Ok((event, span))) => {
                let (line, column) = (span.start.line(), span.start.col() + 1);
                Ok((event, Location { line, column }))
            }
            Some(Err(error)) => Err(problem(&error)),
            None => Ok((Event::StreamEnd, Location::default())),
        }
    }

    /// Reads the node that begins with an event, at most `depth` levels deep.
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "the events of a library: no other one begins a node"
    )]
    fn node(
        &mut self,
        (event, location): (Event<'s>, Location),
        depth: usize,
    ) -> Result<Node, Problem> {
        self.count(1, 1, depth, location)?;
        let (value, anchor) = match event {
            Event::Scalar(_, _, _, Some(tag)) if tag.suffix() == "binary" => {
                let message = "binary values are not supported; write the text itself";
                return Err(Problem::new(location, message));
            }
            Event::Scalar(text, style, anchor, tag) => {
                let plain = style == ScalarStyle::Plain && tag.is_none();
                (if plain { scalar(text) } else { Value::Text(text.into_owned()) }, anchor)
            }
            Event::SequenceStart(_, anchor, _) => {
                let mut items = Vec::new();
                loop {
                    match self.next()? {
                        (Event::SequenceEnd, _) => break (Value::List(items), anchor),
                        first => items.push(self.node(first, depth - 1)?),
                    }
                }
            }
            Event::MappingStart(_, anchor, _) => (self.map(depth - 1)?, anchor),
            Event::Alias(anchor) => {
                let value = self.anchors.get(&anchor).cloned().ok_or_else(|| {
                    Problem::new(location, "this alias is a part of what it refers to")
                })?;
                let (nodes, levels) = size(&value);
                self.count(nodes, levels, depth, location)?;
                (value, 0)
            }
            _ => return Err(Problem::new(location, "this is not valid YAML")),
        };
        if anchor > 0 {
            self.anchors.insert(anchor, value.clone());
        }
        Ok(Node { value, location })
    }

    fn map(&mut self, depth: usize) -> Result<Value, Problem> {
        let mut entries: Vec<(Entry, Node)> = Vec::new();
        let mut inherited = Vec::new();
        loop {
            let (key, location) = self.next()?;
            if key == Event::MappingEnd {
                break;
            }
            let is_merge =
                matches!(&key, Event::Scalar(name, ScalarStyle::Plain, ..) if name == "<<");
            let name = match self.node((key, location), depth)?.value {
                // A key is a name, whatever a value of the same spelling would be.
                Value::Text(name) | Value::Plain(name) => name,
                Value::Empty | Value::List(_) | Value::Map(_) => {
                    let message = "a key must be a name, not a list, a group or nothing";
                    return Err(Problem::new(location, message));
                }
            };
            let first = self.next()?;
            match self.node(first, depth)? {
                // `<<: *base` adds the entries of another map that this one does not have.
                Node { value: Value::Map(base), .. } if is_merge => inherited.extend(base),
                node => entries.push((Entry { name, location }, node)),
            }
        }
        let mut keys: Vec<&Entry> = entries.iter().map(|(key, _)| key).collect();
        keys.sort_by(|a, b| a.name.cmp(&b.name));
        let twice = keys.windows(2).find_map(|pair| match pair {
            [first, second] if first.name == second.name => Some(*second),
            _ => None,
        });
        if let Some(Entry { name, location }) = twice {
            let message = format!(
                "the key `{}` appears here a second time; keep one of the two",
                escape_for_terminal(name)
            );
            return Err(Problem::new(*location, message));
        }
        for (key, node) in inherited {
            if !entries.iter().any(|(known, _)| known.name == key.name) {
                entries.push((key, node));
            }
        }
        Ok(Value::Map(entries))
    }

    /// Counts values against the limits of a file.
    fn count(
        &mut self,
        nodes: usize,
        levels: usize,
        depth: usize,
        location: Location,
    ) -> Result<(), Problem> {
        let left = self.nodes_left.checked_sub(nodes).filter(|_| levels <= depth);
        self.nodes_left = left.ok_or_else(|| Problem::new(location, TOO_MUCH))?;
        Ok(())
    }
}

/// Returns the value of a scalar without quotes.
fn scalar(text: Cow<'_, str>) -> Value {
    match &*text {
        "" | "~" | "null" | "Null" | "NULL" => Value::Empty,
        plain if is_written_plain(plain) => Value::Plain(text.into_owned()),
        _ => Value::Text(text.into_owned()),
    }
}

/// Counts the values in a value, itself included, and the levels of nesting.
fn size(value: &Value) -> (usize, usize) {
    let all = |sizes: &mut dyn Iterator<Item = (usize, usize)>| {
        let (nodes, levels) = sizes.fold((0, 0), |all, one| (all.0 + one.0, all.1.max(one.1)));
        (nodes + 1, levels + 1)
    };
    match value {
        Value::Empty | Value::Text(_) | Value::Plain(_) => (1, 1),
        Value::List(items) => all(&mut items.iter().map(|item| size(&item.value))),
        Value::Map(entries) => all(&mut entries.iter().map(|(_, item)| size(&item.value))),
    }
}

/// Returns an error of the parser in words that an applicant understands.
fn problem(error: &ScanError) -> Problem {
    let message = error.info();
    let known = [
        ("anchor", "a text that begins with `*` or `&` must be in quotes"),
        ("recursion", TOO_MUCH),
        ("tabs disallowed", "a tab cannot indent a line here; use spaces"),
    ];
    let plain = known.iter().find(|(theirs, _)| message.contains(theirs));
    let message = plain.map_or_else(
        || escape_for_terminal(message.lines().next().unwrap_or_default()).into_owned(),
        |(_, ours)| (*ours).to_owned(),
    );
    let at = error.marker();
    Problem::new(Location { line: at.line(), column: at.col() + 1 }, message)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::storage::yaml::write;

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

    #[test]
    fn unusual_yaml_is_read_as_yaml_means_it() {
        let same = |a: &str, b: &str| {
            let value = |source: &str| read(source).unwrap().value.without_locations();
            assert_eq!(value(a), value(b), "{a:?}");
        };
        same("a: &x 1\nb: *x\n", "a: 1\nb: 1\n");
        same("a: !!str null\n", "a: 'null'\n");
        same(
            "base: &b {x: 1, y: 2}\nc:\n  y: 3\n  <<: *b\n",
            "base: {x: 1, y: 2}\nc: {y: 3, x: 1}\n",
        );
        same("%YAML 1.1\n---\na: 1\n", "a: 1\n");
        same("a: 1e999\nb: .inf\n", "a: '1e999'\nb: '.inf'\n");
        same("1: a\nyes: b\ntrue: c\n", "'1': a\n'yes': b\n'true': c\n");
        for wrong in
            ["a: 1\n---\nb: 2\n", "? [a]\n: b\n", "a: &x [*x]\n", "a: *x\n", "a: 1\n1: 1\n1: 2\n"]
        {
            assert!(read(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_file_cannot_grow_beyond_its_limits() {
        let doubled = (1..40).map(|n| format!("b{n}: &b{n} [*b{}, *b{}]\n", n - 1, n - 1));
        let bomb = format!("b0: &b0 x\n{}", doubled.collect::<String>());
        let nested = (1..40).map(|n| format!("d{n}: &d{n} [[[*d{}]]]\n", n - 1));
        let deep = format!("d0: &d0 x\n{}", nested.collect::<String>());
        for source in [
            bomb,
            deep,
            "- a\n".repeat(60_000),
            format!("a: {}{}", "[".repeat(100), "]".repeat(100)),
        ] {
            assert_eq!(read(&source).unwrap_err().message, TOO_MUCH, "{source:.60}");
        }
    }

    proptest! {
        #[test]
        fn any_text_survives_writing_and_reading(text in "[ \\-#:|>'\"a-zé中\\n~!&*?{}\\[\\],%@`0-9.\u{1F600}\u{A0}]{0,60}") {
            let yaml = write(&Value::map([("a", Value::Text(text.clone()))])).unwrap();
            prop_assert_eq!(text_of(&yaml), text, "{}", yaml);
        }
    }
}
