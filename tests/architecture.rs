//! The layers of `src/lib.rs` and the names of types, compared with the code. The table is an
//! allow-list: each file belongs to one layer, and a layer may use only what its row names.

use std::fs;
use std::path::{Path, PathBuf};

/// A row of the table.
struct Layer {
    /// A folder or a file directly under `src/`.
    name: &'static str,
    /// The parts of this crate that it may use, beside itself: a layer, or one module of a layer.
    may_use: &'static [&'static str],
    /// Libraries and calls that it must not know.
    may_not_know: &'static [&'static str],
}

const FILES: &str = "std::fs";
const TERMINAL_LIBRARIES: [&str; 3] = ["crossterm", "inquire", "comfy_table"];

const LAYERS: [Layer; 10] = [
    Layer {
        name: "model",
        may_use: &[],
        may_not_know: &[
            FILES,
            "std::io",
            "std::env",
            "Timestamp::now",
            "println",
            "crossterm",
            "inquire",
            "comfy_table",
            "serde_yaml",
            "yaml_edit",
            "quick_xml",
            "zip::",
        ],
    },
    Layer {
        name: "terminal",
        may_use: &["model"],
        may_not_know: &["comfy_table", "serde_yaml", "quick_xml"],
    },
    Layer {
        name: "document",
        may_use: &["model"],
        may_not_know: &[
            FILES,
            "std::env",
            "Timestamp::now",
            "crossterm",
            "inquire",
            "comfy_table",
            "serde_yaml",
        ],
    },
    Layer { name: "storage", may_use: &["model", "document"], may_not_know: &TERMINAL_LIBRARIES },
    Layer {
        name: "summary",
        may_use: &["model", "terminal::style"],
        may_not_know: &[FILES, "crossterm", "inquire"],
    },
    Layer {
        name: "wizard",
        may_use: &["model", "document", "storage", "terminal", "summary"],
        may_not_know: &["inquire::", "crossterm::event", "\\x1b", "\\u{1b}"],
    },
    Layer {
        name: "commands",
        may_use: &["cli", "model", "document", "storage", "terminal", "summary", "wizard"],
        may_not_know: &["inquire::"],
    },
    Layer {
        name: "cli.rs",
        may_use: &["model", "document::export"],
        may_not_know: &[FILES, "crossterm", "inquire::"],
    },
    Layer {
        name: "lib.rs",
        may_use: &["cli", "commands", "model", "document", "storage", "terminal", "summary"],
        may_not_know: &[FILES, "crossterm", "inquire::"],
    },
    Layer { name: "main.rs", may_use: &["lib"], may_not_know: &[FILES, "crossterm"] },
];

/// A library, and the only files that may name it.
const ONLY_HERE: [(&str, &[&str]); 5] = [
    ("serde_yaml::", &["storage/yaml/by_hand.rs", "storage/yaml/read.rs", "storage/yaml/write.rs"]),
    ("yaml_edit::", &["storage/yaml/edit.rs"]),
    ("crossterm::event::read", &["terminal/input/mod.rs"]),
    ("use clap_complete", &["commands/completions.rs"]),
    ("use clap_mangen", &["commands/man.rs"]),
];

/// A folder or file below a layer that must not know something the layer as a whole may know.
const EXCEPT: [(&str, &[&str]); 3] = [
    // The plain frontend reads lines and paints nothing.
    ("terminal/plain", &["inquire", "crossterm::event", "Screen", "\\x1b", "\\u{1b}"]),
    ("terminal/composer", &["std::fs"]),
    ("terminal/prompts.rs", &["std::fs"]),
];

fn src() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

/// Returns every Rust file under `src/`: its path from there, with `/`, and its code without comment
/// lines and tests.
fn sources() -> Vec<(String, String)> {
    fn collect(folder: &Path, root: &Path, found: &mut Vec<(String, String)>) {
        for entry in fs::read_dir(folder).unwrap().flatten() {
            let path = entry.path();
            if path.is_dir() {
                collect(&path, root, found);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let name = path.strip_prefix(root).unwrap().to_str().unwrap().replace('\\', "/");
                let text = fs::read_to_string(&path).unwrap();
                let code = text.split("\n#[cfg(test)]\nmod tests").next().unwrap();
                let code: Vec<_> =
                    code.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
                found.push((name, code.join("\n")));
            }
        }
    }
    let mut found = Vec::new();
    collect(&src(), &src(), &mut found);
    found.sort();
    found
}

/// Returns the module path of a file: `terminal/plain/mod.rs` is `["terminal", "plain"]`.
fn module_of(file: &str) -> Vec<&str> {
    let path = file.trim_end_matches(".rs").trim_end_matches("/mod");
    path.split('/').filter(|part| !matches!(*part, "lib" | "main")).collect()
}

/// Returns whether a character can be part of a Rust name.
fn is_name(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// Returns every path into this crate that a file names, from the root of the crate. Follows
/// `super::`, and expands groups such as `crate::{a::{b, c}, d}`.
fn paths_of(file: &str, code: &str) -> Vec<String> {
    let mut paths = Vec::new();
    for start in ["crate::", "super::", "good_practice::"] {
        for (at, _) in code.match_indices(start) {
            let before = code.get(..at).unwrap();
            // The second `super` of `super::super::` belongs to the path that the first began.
            if before.ends_with(is_name) || before.ends_with("super::") {
                continue;
            }
            let mut module = if start == "super::" { module_of(file) } else { Vec::new() };
            module.pop();
            expand(&module, &code[at + start.len()..], &mut paths);
        }
    }
    paths
}

/// Adds the paths of a use tree, such as `a::{b, c}`, that is written inside a module.
fn expand(module: &[&str], tree: &str, paths: &mut Vec<String>) {
    let mut path = module.to_vec();
    let mut rest = tree.trim_start();
    loop {
        if let Some(group) = rest.strip_prefix('{') {
            let (mut depth, mut start) = (0, 0);
            for (at, c) in group.char_indices() {
                if depth == 0 && matches!(c, ',' | '}') {
                    let item = &group[start..at];
                    if !item.trim().is_empty() {
                        expand(&path, item, paths);
                    }
                    start = at + 1;
                }
                match c {
                    '{' => depth += 1,
                    '}' if depth == 0 => return,
                    '}' => depth -= 1,
                    _ => {}
                }
            }
            return;
        }
        let end = rest.find(|c| !is_name(c)).unwrap_or(rest.len());
        match &rest[..end] {
            "super" => _ = path.pop(),
            "" | "self" => {}
            name => path.push(name),
        }
        match rest[end..].strip_prefix("::") {
            Some(more) if end > 0 => rest = more,
            _ => break,
        }
    }
    paths.push(path.join("::"));
}

fn layer_of(file: &str) -> &'static Layer {
    let top = file.split('/').next().unwrap();
    let row = LAYERS.iter().find(|layer| layer.name == top);
    row.unwrap_or_else(|| panic!("src/{file} belongs to no layer: add it to LAYERS"))
}

/// Returns what a file uses or knows although its layer must not.
fn faults_of(file: &str, code: &str) -> Vec<String> {
    let mut faults = Vec::new();
    let layer = layer_of(file);
    let own = layer.name.trim_end_matches(".rs");
    for path in paths_of(file, code) {
        let is_in = |place: &str| path == place || path.starts_with(&format!("{place}::"));
        let exported = file == "main.rs" || own == "lib";
        if !is_in(own) && !exported && !layer.may_use.iter().any(|place| is_in(place)) {
            faults.push(format!("src/{file} uses {path}"));
        }
    }
    let lower = code.to_lowercase();
    for word in layer.may_not_know {
        if lower.contains(&word.to_lowercase()) && file != "terminal/external_editor.rs" {
            faults.push(format!("src/{file} knows {word}"));
        }
    }
    for (place, words) in EXCEPT.iter().filter(|(place, _)| file.starts_with(place)) {
        let known = words.iter().filter(|word| lower.contains(&word.to_lowercase()));
        faults.extend(known.map(|word| format!("src/{file} knows {word}, but not in {place}")));
    }
    // Such a file would be in two layers.
    if code.contains("#[path") {
        faults.push(format!("src/{file} names the path of a module"));
    }
    faults
}

#[test]
fn every_file_uses_only_what_its_layer_may_use() {
    let faults: Vec<_> = sources().iter().flat_map(|(file, code)| faults_of(file, code)).collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn every_form_of_an_import_is_found() {
    for (file, code, paths) in [
        ("model/draft/mod.rs", "use crate::wizard::Order;", &["wizard::Order"][..]),
        ("terminal/prompts.rs", "use super::super::wizard::x;", &["wizard::x"]),
        ("terminal/plain/mod.rs", "super::super::wizard::x()", &["wizard::x"]),
        ("terminal/mod.rs", "use self::super::wizard;", &["wizard"]),
        ("terminal/prompts.rs", "use super::super::{model::x, wizard};", &["model::x", "wizard"]),
        ("cli.rs", "use crate::{a::{b, c as d, e::*}, f,};", &["a::b", "a::c", "a::e", "f"]),
        (
            "cli.rs",
            "use crate::model::{\n    self, draft::Draft,\n};",
            &["model", "model::draft::Draft"],
        ),
        ("cli.rs", "pub(crate) use crate::wizard::run as go;", &["wizard::run"]),
        ("cli.rs", "crate::wizard::run::<u8>(crate::model::X)", &["wizard::run", "model::X"]),
        ("cli.rs", "use crate::*;", &[""]),
        ("main.rs", "good_practice::run()", &["run"]),
        ("cli.rs", "use my_crate::x; use std::fs;", &[]),
    ] {
        assert_eq!(paths_of(file, code), paths, "{code}");
    }
}

#[test]
fn an_import_against_the_layers_is_a_fault() {
    for (file, code) in [
        ("model/x.rs", "use crate::terminal::style::Style;"),
        ("model/draft/x.rs", "use super::super::super::storage::disk;"),
        ("terminal/x.rs", "use crate::{model::{draft, answer}, wizard};"),
        // Only a part of a layer may be used, also where the layer exports it again.
        ("summary/x.rs", "use crate::terminal::canvas::Canvas;"),
        ("summary/x.rs", "use crate::terminal::Style;"),
        // Neither can a name be reached through the root of the crate.
        ("model/x.rs", "use crate::run;"),
        ("model/x.rs", "use crate::internals::Cli;"),
        ("model/x.rs", "use crate::*;"),
        ("model/x.rs", "std::fs::read(path)"),
        ("terminal/plain/x.rs", "use inquire::Text;"),
        ("model/x.rs", "#[path = \"../wizard/mod.rs\"] mod wizard;"),
    ] {
        assert_ne!(faults_of(file, code), [] as [String; 0], "{file}: {code}");
    }
    let allowed = "use super::super::Draft; use crate::model::x; use crate::terminal::style::X;";
    assert_eq!(faults_of("summary/table/x.rs", allowed).len(), 0);
}

#[test]
fn the_name_of_a_type_is_unique() {
    let mut defined: Vec<(String, String)> = Vec::new();
    for (file, code) in sources() {
        // Only types that begin a line: those inside of functions and modules are seen nowhere else.
        for line in code.lines().filter(|line| !line.starts_with(' ')) {
            let mut words = line
                .split(|c| !is_name(c))
                .skip_while(|word| ["pub", "crate", "super", "in", ""].contains(word));
            if words.next().is_some_and(|word| ["struct", "enum", "trait", "type"].contains(&word))
            {
                defined.push((words.next().unwrap().to_owned(), file.clone()));
            }
        }
    }
    defined.sort();
    assert!(defined.len() > 100, "the types are found");
    let twice = defined.windows(2).filter(|pair| pair[0].0 == pair[1].0);
    let twice: Vec<_> = twice
        .map(|pair| format!("{} is in src/{} and src/{}", pair[0].0, pair[0].1, pair[1].1))
        .collect();
    assert!(twice.is_empty(), "{}", twice.join("\n"));
}

#[test]
fn every_folder_and_file_of_src_has_a_row_and_every_row_exists() {
    let entries = fs::read_dir(src()).unwrap().flatten();
    let mut names: Vec<_> = entries.map(|entry| entry.file_name().into_string().unwrap()).collect();
    let mut rows: Vec<_> = LAYERS.iter().map(|layer| layer.name.to_owned()).collect();
    names.sort();
    rows.sort();
    assert_eq!(names, rows);
    for place in EXCEPT.iter().map(|(place, _)| *place) {
        assert!(src().join(place).exists(), "src/{place} does not exist");
    }
}

#[test]
fn a_layer_is_used_only_by_the_layers_above_it() {
    for (at, layer) in LAYERS.iter().enumerate() {
        for used in layer.may_use {
            let used = used.split("::").next().unwrap();
            let below = LAYERS.iter().position(|layer| layer.name.trim_end_matches(".rs") == used);
            let below = below.unwrap_or_else(|| panic!("{used} is not a layer"));
            assert!(
                below < at || used == "cli",
                "{} may use {used}, which is above it",
                layer.name
            );
        }
    }
}

#[test]
fn one_file_knows_each_library_that_may_change() {
    for (library, files) in ONLY_HERE {
        let users: Vec<String> = sources()
            .into_iter()
            .filter(|(_, code)| code.contains(library))
            .map(|(file, _)| file)
            .collect();
        assert_eq!(users, files, "{library}");
    }
}

/// A word, and the only files that may contain it.
const WORDS_ONLY_HERE: [(&str, &[&str]); 3] = [
    // The frontends differ in one place.
    ("FrontendKind", &["terminal/frontend/asking.rs", "terminal/frontend/mod.rs"]),
    ("is_plain()", &[]),
    // The conversation writes to standard error in one place, and so do the commands; `context.rs`
    // asks whether it is a terminal.
    ("stderr()", &["commands/context.rs", "commands/output.rs", "terminal/session.rs"]),
];

#[test]
fn frontends_and_standard_error_have_one_place() {
    for (word, files) in WORDS_ONLY_HERE {
        let users: Vec<String> = sources()
            .into_iter()
            .filter(|(_, code)| code.contains(word))
            .map(|(file, _)| file)
            .collect();
        assert_eq!(users, files, "{word}");
    }
}

#[test]
fn a_module_with_children_is_a_folder_with_mod_rs() {
    for (file, _) in sources() {
        let folder = src().join(file.trim_end_matches(".rs"));
        assert!(!folder.is_dir(), "src/{file} has children: move it to {}", folder.display());
    }
}

#[test]
fn there_is_one_event_queue() {
    let lock =
        fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.lock")).unwrap();
    assert_eq!(lock.matches("name = \"crossterm\"\n").count(), 1);
}
