//! Reads YAML from the events of the library's parser. This takes half the time of its serde
//! interface, and gives the location and the spelling of every value.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde_yaml::granit_parser::{Event, Parser, ScalarStyle, StrInput};

use super::by_hand;

use crate::model::text::escape_for_terminal;
use crate::model::value::{Entry, Location, Node, Problem, Value, is_written_plain};

/// The maximum number of values and keys of a file: a hundred times those of a long questionnaire.
const MAX_NODES: usize = 50_000;
/// The maximum nesting depth of lists and maps.
const MAX_DEPTH: usize = 64;
/// The maximum number of times that a file is read again because of a `#` that is part of a text.
const MAX_NUMBER_SIGNS: usize = 64;

pub(super) const TOO_MUCH: &str = "the file has too many values, or they are nested too deeply";

/// Reads a YAML document.
///
/// # Errors
/// Fails with the first problem: broken YAML, a key that appears twice in a map, a second document,
/// a text that can be read in more than one way, or more than 50,000 values or 64 levels, aliases
/// included.
pub fn read(source: &str) -> Result<Node, Problem> {
    let source = source.strip_prefix('\u{FEFF}').unwrap_or(source);
    read_with_number_signs(source)
        .or_else(|problem| by_hand::read_indented(source, problem, read_with_number_signs))
}

/// Reads a document in which a ` #` that does not look like the start of a comment is part of a text.
///
/// In YAML, every ` #` begins a comment. So the document is read again with another character in place of
/// such a `#`, until no further one is found.
fn read_with_number_signs(source: &str) -> Result<Node, Problem> {
    let (result, found) = YamlReader::read(source, None);
    if found.is_empty() {
        return result;
    }
    let mut unused = ('\u{F0000}'..='\u{FFFFD}').filter(|c| !source.contains(*c));
    let Some(substitute) = unused.next() else { return result };
    let (mut result, mut found) = (result, found);
    let mut source = source.to_owned();
    for _ in 0..MAX_NUMBER_SIGNS {
        for at in found.iter().rev() {
            source.replace_range(*at..=*at, substitute.encode_utf8(&mut [0; 4]));
        }
        (result, found) = YamlReader::read(&source, Some(substitute));
        if found.is_empty() {
            return result;
        }
    }
    result.and(Err(Problem::new(Location::default(), by_hand::UNCLEAR_NUMBER_SIGN)))
}

/// Returns the comments of a text, without white space around them. A `#` inside a value is not a comment.
pub(crate) fn comments(source: &str) -> Vec<&str> {
    let events = Parser::new_from_str(source).map_while(Result::ok);
    let scalars = events.filter(|(event, _)| matches!(event, Event::Scalar(..)));
    let ranges = scalars.filter_map(|(_, span)| span.byte_range());
    let (mut comments, mut from) = (Vec::new(), 0);
    for range in ranges.chain(std::iter::once(source.len()..source.len())) {
        for line in source.get(from..range.start).unwrap_or_default().lines() {
            comments.extend(line.find('#').and_then(|at| line.get(at..)).map(str::trim_end));
        }
        from = from.max(range.end);
    }
    comments
}

/// Builds values from parser events. An alias is replaced by a copy of the value it refers to, and
/// the copy counts against the limits, so that no file grows beyond them in memory.
struct YamlReader<'s> {
    source: &'s str,
    events: Parser<'s, StrInput<'s>>,
    /// The number of values and keys that may still be read.
    nodes_left: usize,
    /// The values with an anchor, by the number that the parser gives the anchor.
    anchors: HashMap<usize, Value>,
    /// The locations of the anchors of scalars to which no alias has referred so far.
    unused_anchors: BTreeMap<usize, Location>,
    /// The character that replaces each `#` in the source that is part of a text.
    number_sign: Option<char>,
    /// The byte offsets of further `#` that are part of a text.
    number_signs: BTreeSet<usize>,
    /// The byte offset after the last event.
    end: usize,
}

impl<'s> YamlReader<'s> {
    /// Reads a document. Also returns the byte offset of each `#` that is part of a text.
    fn read(
        source: &'s str,
        number_sign: Option<char>,
    ) -> (Result<Node, Problem>, BTreeSet<usize>) {
        let mut reader = Self {
            source,
            events: Parser::new_from_str(source),
            nodes_left: MAX_NODES,
            anchors: HashMap::new(),
            unused_anchors: BTreeMap::new(),
            number_sign,
            number_signs: BTreeSet::new(),
            end: 0,
        };
        (reader.document(), reader.number_signs)
    }

    /// Reads the whole document.
    fn document(&mut self) -> Result<Node, Problem> {
        let mut root = None;
        loop {
            match self.next()? {
                (Event::StreamEnd, location) => {
                    if let Some(location) = self.unused_anchors.values().next() {
                        return Err(by_hand::must_be_quoted('&', self.before('&', *location)));
                    }
                    return Ok(root.unwrap_or(Node { value: Value::Empty, location }));
                }
                (Event::DocumentStart(..), location) if root.is_some() => {
                    let message = "a line of `---` begins a second document; keep one";
                    return Err(Problem::new(location, message));
                }
                (Event::StreamStart | Event::DocumentStart(..) | Event::DocumentEnd, _) => {}
                first => root = Some(self.node(first, MAX_DEPTH)?),
            }
        }
    }

    /// Returns the next event and where it starts.
    fn next(&mut self) -> Result<(Event<'s>, Location), Problem> {
        match self.events.next() {
            Some(Ok((event, span))) => {
                let (line, column) = (span.start.line(), span.start.col() + 1);
                self.end = span.end.byte_offset().unwrap_or_default();
                Ok((event, Location { line, column }))
            }
            Some(Err(error)) => {
                // A comment inside a text of several lines.
                if error.info().starts_with("comment intercepting") {
                    self.number_signs.extend(error.marker().byte_offset());
                }
                Err(by_hand::problem(&error, self.source))
            }
            None => Ok((Event::StreamEnd, Location::default())),
        }
    }

    /// Returns the text of a scalar without quotes. Records a `#` after it that is part of it.
    fn plain_text(&mut self, text: Cow<'s, str>) -> Result<Cow<'s, str>, Problem> {
        let rest = by_hand::after_value(self.source, self.end, text == "~");
        let end = self.source.len() - rest.len();
        match by_hand::after_number_sign(rest) {
            Some((at, c)) if c.is_ascii_digit() => {
                self.number_signs.insert(end + at);
            }
            Some((at, _)) => {
                let location = by_hand::location(self.source, end + at);
                return Err(Problem::new(location, by_hand::UNCLEAR_NUMBER_SIGN));
            }
            None => {}
        }
        Ok(match self.number_sign {
            Some(substitute) if text.contains(substitute) => text.replace(substitute, "#").into(),
            Some(_) | None => text,
        })
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
            // `!important` begins a text.
            Event::Scalar(_, _, _, Some(tag)) if !tag.is_yaml_core_schema() => {
                return Err(by_hand::must_be_quoted('!', self.before('!', location)));
            }
            Event::Scalar(text, style, anchor, tag) => {
                if anchor > 0 {
                    self.unused_anchors.insert(anchor, location);
                }
                let value = match (style, tag) {
                    (ScalarStyle::Plain, None) => scalar(self.plain_text(text)?),
                    (ScalarStyle::Plain, Some(_)) => {
                        Value::Text(self.plain_text(text)?.into_owned())
                    }
                    (_, _) => Value::Text(text.into_owned()),
                };
                (value, anchor)
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
                self.unused_anchors.remove(&anchor);
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

    /// Returns the location of the last `wanted` before a location in its line.
    fn before(&self, wanted: char, location: Location) -> Location {
        let line = self.source.lines().nth(location.line - 1).unwrap_or_default();
        let before = line.chars().take(location.column - 1).enumerate();
        let column =
            before.filter(|(_, c)| *c == wanted).last().map_or(location.column, |(at, _)| at + 1);
        Location { column, ..location }
    }

    /// Reads the entries of a map, at most `depth` levels deep.
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
                // White space that does not count as indentation in YAML.
                Value::Text(name) | Value::Plain(name) if name.starts_with(char::is_whitespace) => {
                    return Err(Problem::new(location, by_hand::ODD_INDENTATION));
                }
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

    /// Counts values and levels against the limits of a file.
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
    fn comments_are_found_outside_of_values() {
        let source =
            "# one\na: 'b # c'  # two\nd: |  # three\n  # text\n\n# four\ne:\n- f#g # five\n";
        assert_eq!(comments(source), ["# one", "# two", "# three", "# four", "# five"]);
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
            assert!(!problem.message.contains(" at line "), "{problem}");
        }
        assert!(read(&"[".repeat(100_000)).is_err());
    }

    #[test]
    fn a_number_sign_in_an_answer_is_a_part_of_it() {
        for (source, text) in [
            ("a: Project #3 in town\n", "Project #3 in town"),
            ("a: Project #3 and #4  # sure?\nb: 'x' #y\nc: #all\n  d: e\n", "Project #3 and #4"),
            ("a: Project # 3 in\n  town\n", "Project # 3 in town"),
            ("a: #3\n", "#3"),
            ("\"a\": #3\n", "#3"),
        ] {
            assert_eq!(text_of(source), text, "{source}");
        }
        let list = |source| read(source).unwrap().value.without_locations();
        assert_eq!(list("- a #3\n- #4\n- - #5\n"), list("- 'a #3'\n- '#4'\n- - '#5'\n"));
        // Here the rest of the list would be a comment.
        assert!(read("[a #3, b]\n").is_err());
        let unclear = read("a: b\nc: é #tag\n").unwrap_err();
        assert_eq!(unclear.location, Some(Location { line: 2, column: 6 }));
        assert!(read(&format!("a: x{}\n", " #1".repeat(100_000))).is_err());
    }

    #[test]
    fn indentation_that_is_not_spaces_is_read_if_only_one_thing_can_be_meant() {
        let same = |a: &str, b: &str| {
            let value = |source: &str| read(source).unwrap().value.without_locations();
            assert_eq!(value(a), value(b), "{a:?}");
        };
        same("a:\n\tb: |\n\t\tone\n\tc: 2\n", "a:\n  b: |\n    one\n  c: 2\n");
        same("a:\n\u{A0} \u{A0} b: 1\n", "a:\n    b: 1\n");
        same("a: |\n  one\n  \u{A0}two\n", "a: \"one\\n\u{A0}two\\n\"\n");
        for (source, line) in [
            ("answers:\n  timing:\n\tstart: 2021-10-05\n", 3),
            ("answers:\n  summary: |\n    The project.\n\tname: Bright streets was its name.\n", 4),
            ("a: 1\n\u{A0}b: 2\n \u{A0} c: 3\n", 2),
        ] {
            let problem = read(source).unwrap_err();
            assert_eq!(problem.location.map(|location| location.line), Some(line), "{source}");
            assert!(problem.message.contains("use ordinary spaces"), "{problem}");
        }
    }

    #[test]
    fn a_text_that_yaml_reads_in_another_way_is_refused_with_what_to_type() {
        for (value, column, message) in [
            ("&more light", 4, "begins with `&` must be in quotes, or begin on the next line"),
            ("!important Slovenia", 4, "begins with `!` must"),
            ("! x", 4, "begins with `!` must"),
            ("**Bright** streets", 4, "begins with `*` must"),
            ("- one", 4, "begins with `-` must"),
            ("> 60 %", 4, "begins with `>` must"),
            ("|x", 4, "begins with `|` must"),
            ("@x", 4, "begins with `@` must"),
            ("`x`", 4, "begins with ``` must"),
            ("%x", 4, "begins with `%` must"),
            ("[draft] x", 4, "begins with `[` must"),
            ("\u{201C}A: b\u{201D}", 6, "with `: ` in it must be in quotes"),
            ("A: b", 5, "with `: ` in it must be in quotes"),
            ("\"abc", 4, "is not closed"),
            ("'don't'", 9, "closing quote"),
            ("\"C:\\Users\"", 4, "single quotes"),
            ("b\n  c: 1", 4, "read as a part of the line above"),
        ] {
            let problem = read(&format!("a: {value}\n")).unwrap_err();
            assert!(problem.message.contains(message), "{value}: {problem}");
            assert_eq!(problem.location.unwrap().column, column, "{value}: {problem}");
        }
        for source in
            ["a:\n  b: 1\n c: 2\n", "a:\n  b: one\n  two\n  c: x\n", "a:\n  - b\n  c: d\n"]
        {
            let problem = read(source).unwrap_err();
            assert!(problem.message.starts_with("this line "), "{problem}");
        }
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
