//! The layers of `src/lib.rs`, compared with the code. The table is an allow-list: each file belongs
//! to one layer, and a layer may use only what its row names.

use std::fs;
use std::path::{Path, PathBuf};

/// One row of the table.
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
    Layer { name: "cli.rs", may_use: &["model"], may_not_know: &[FILES, "crossterm", "inquire::"] },
    Layer {
        name: "lib.rs",
        may_use: &["cli", "commands", "model", "document", "storage", "terminal", "summary"],
        may_not_know: &[FILES, "crossterm", "inquire::"],
    },
    Layer { name: "main.rs", may_use: &["lib"], may_not_know: &[FILES, "crossterm"] },
];

/// A library, and the only files that may name it.
const ONLY_HERE: [(&str, &[&str]); 5] = [
    ("serde_yaml::", &["storage/yaml.rs"]),
    ("yaml_edit::", &["storage/yaml.rs"]),
    ("use inquire", &["terminal/prompts.rs"]),
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

/// Every Rust file under `src/`, relative to it and with `/`, with its code but for its tests.
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

/// The module path of a file: `terminal/plain/mod.rs` is `["terminal", "plain"]`.
fn module_of(file: &str) -> Vec<&str> {
    let path = file.trim_end_matches(".rs").trim_end_matches("/mod");
    path.split('/').filter(|part| !matches!(*part, "lib" | "main")).collect()
}

/// Whether a byte can be part of a Rust name.
fn is_name(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// Every path into this crate that a file names, resolved from the crate's root. `super::` is
/// followed; the branches of `use crate::{a::b, c}` are each given.
fn paths_of(file: &str, code: &str) -> Vec<String> {
    let mut paths = Vec::new();
    for start in ["crate::", "super::", "good_practice::"] {
        for (at, _) in code.match_indices(start) {
            // The second `super` of `super::super::` belongs to the first.
            let before = code.get(..at).unwrap();
            if before.ends_with(is_name) || before.ends_with("::") {
                continue;
            }
            let mut module = module_of(file);
            let mut rest = code.get(at + start.len()..).unwrap();
            match start {
                "super::" => {
                    module.pop();
                    while let Some(more) = rest.strip_prefix("super::") {
                        module.pop();
                        rest = more;
                    }
                }
                _ => module.clear(),
            }
            let branches: Vec<&str> = match rest.strip_prefix('{') {
                Some(group) if module.is_empty() => {
                    let group = group.split(';').next().unwrap();
                    group.trim_end_matches('}').split(',').map(str::trim).collect()
                }
                _ => vec![rest],
            };
            for branch in branches {
                let end = branch.find(|c| !is_name(c) && c != ':').unwrap_or(branch.len());
                let mut path = module.clone();
                path.extend(branch.get(..end).unwrap().split("::").filter(|part| !part.is_empty()));
                paths.push(path.join("::"));
            }
        }
    }
    paths
}

fn layer_of(file: &str) -> &'static Layer {
    let top = file.split('/').next().unwrap();
    let row = LAYERS.iter().find(|layer| layer.name == top);
    row.unwrap_or_else(|| panic!("src/{file} belongs to no layer: add it to LAYERS"))
}

#[test]
fn every_file_uses_only_what_its_layer_may_use() {
    let mut faults = Vec::new();
    for (file, code) in sources() {
        let layer = layer_of(&file);
        let own = layer.name.trim_end_matches(".rs");
        for path in paths_of(&file, &code) {
            let reaches = |place: &&str| path == **place || path.starts_with(&format!("{place}::"));
            let inside = path == own || path.starts_with(&format!("{own}::"));
            let exported = file == "main.rs" || own == "lib";
            if !inside && !exported && !layer.may_use.iter().any(reaches) {
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
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn a_layer_is_used_only_by_the_layers_above_it() {
    for (at, layer) in LAYERS.iter().enumerate() {
        for used in layer.may_use {
            let used = used.split("::").next().unwrap();
            let below = LAYERS.iter().position(|layer| layer.name.trim_end_matches(".rs") == used);
            let below = below.unwrap_or_else(|| panic!("{used} is no layer"));
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
