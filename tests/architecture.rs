//! The layers of `src/lib.rs`, held against the code.

use std::fs;
use std::path::{Path, PathBuf};

fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap().flatten() {
        let path = entry.path();
        if path.is_dir() {
            found.extend(sources(&path));
        } else {
            found.push(path);
        }
    }
    found
}

#[test]
fn each_layer_uses_only_what_it_may() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let rules: &[(&[&str], &[&str])] = &[
        (
            &[
                "questionnaire",
                "limit.rs",
                "markup.rs",
                "answer.rs",
                "draft.rs",
                "draft",
                "review.rs",
                "text.rs",
                "tree.rs",
            ],
            &[
                "std::fs",
                "std::io",
                "std::env",
                "crossterm",
                "inquire",
                "comfy_table",
                "serde_yaml",
                "crate::yaml",
                "crate::draft_file",
                "crate::summary",
                "crate::wizard",
                "Timestamp::now",
                "println",
            ],
        ),
        (
            &["document"],
            &[
                "std::fs",
                "std::env",
                "crossterm",
                "inquire",
                "serde_yaml",
                "crate::yaml",
                "crate::draft_file",
                "crate::document_file",
                "crate::wizard",
                "Timestamp::now",
            ],
        ),
        (&["document_file.rs"], &["crossterm", "inquire", "crate::wizard", "serde_yaml"]),
        (&["yaml.rs"], &["std::fs", "crossterm", "inquire", "crate::wizard"]),
        (
            &["disk.rs", "draft_file.rs", "draft_file"],
            &["crossterm", "inquire", "crate::wizard", "serde_yaml", "yaml_edit"],
        ),
        (&["summary.rs", "summary"], &["std::fs", "crate::draft_file", "crate::wizard", "inquire"]),
        // A plain conversation takes no key and paints nothing.
        (
            &["wizard/plain.rs", "wizard/plain"],
            &["inquire", "crossterm::event", "Screen", "\\x1b", "\\u{1B}"],
        ),
        // Whoever leads the conversation asks and says everything by its face.
        (
            &["wizard/mod.rs", "wizard/menu.rs", "wizard/fields.rs", "wizard/fields"],
            &["prompt::line", "prompt::menu", "page::show", "composer::compose", "stderr"],
        ),
        (
            &[
                "wizard/composer",
                "wizard/face.rs",
                "wizard/page.rs",
                "wizard/plain",
                "wizard/plain.rs",
                "wizard/prompt.rs",
                "wizard/terminal.rs",
            ],
            &["std::fs", "draft_file", "crate::questionnaire", "crate::draft", "crate::yaml"],
        ),
    ];
    for (places, forbidden) in rules {
        for place in *places {
            let path = root.join(place);
            let files = if path.is_dir() { sources(&path) } else { vec![path] };
            for file in files {
                let text = fs::read_to_string(&file).unwrap();
                let code = text.split("#[cfg(test)]").next().unwrap();
                for word in *forbidden {
                    assert!(!code.contains(word), "{} uses {word}", file.display());
                }
            }
        }
    }
    let users = |library: &str| -> Vec<String> {
        let uses = |file: &PathBuf| fs::read_to_string(file).unwrap().contains(library);
        sources(&root)
            .into_iter()
            .filter(uses)
            .map(|file| file.strip_prefix(&root).unwrap().display().to_string())
            .collect()
    };
    assert_eq!(users("serde_yaml::"), ["yaml.rs"]);
    assert_eq!(users("yaml_edit::"), ["yaml.rs"]);
    assert_eq!(users("use inquire"), ["wizard/prompt.rs"]);
    assert_eq!(users("use clap_complete"), ["commands/completions.rs"]);
    assert_eq!(users("use clap_mangen"), ["commands/man.rs"]);
}

#[test]
fn there_is_one_event_queue() {
    let lock =
        fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.lock")).unwrap();
    assert_eq!(lock.matches("name = \"crossterm\"\n").count(), 1);
}
