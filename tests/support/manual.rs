//! The pages of the manual and other files of the repository whose content the tests check or write.

use std::fs;

use super::root;

/// The manual, in the order in which its commands are run.
pub(crate) const PAGES: [&str; 9] = [
    "README.md",
    "docs/keys.md",
    "docs/plain-mode.md",
    "docs/drafts.md",
    "docs/documents.md",
    "docs/scripting.md",
    "docs/spelling.md",
    "docs/guarantees.md",
    "docs/word-count.md",
];

/// Returns the pages of the manual, one after the other.
pub(crate) fn manual() -> String {
    PAGES.map(|page| fs::read_to_string(root().join(page)).unwrap()).join("\n")
}

/// Returns the code blocks of the manual, each with its language. An indented block is for a shell.
pub(crate) fn manual_blocks() -> Vec<(String, String)> {
    let manual = manual();
    let mut blocks = Vec::new();
    let mut fenced = None;
    let mut may_be_code = false;
    for line in manual.lines() {
        if let Some(language) = line.strip_prefix("```") {
            fenced = match fenced {
                None => {
                    blocks.push((language.to_owned(), String::new()));
                    Some(())
                }
                Some(()) => None,
            };
        } else if fenced.is_some() {
            blocks.last_mut().unwrap().1 += &format!("{line}\n");
        } else if let Some(code) = line.strip_prefix("    ").filter(|_| may_be_code) {
            blocks.push(("sh".to_owned(), format!("{code}\n")));
            continue;
        }
        may_be_code = line.is_empty();
    }
    blocks
}

/// Asserts that a file has the expected content, or writes it if `UPDATE_PICTURE` is set.
pub(crate) fn assert_up_to_date(name: &str, wanted: &str) {
    let path = root().join(name);
    if std::env::var_os("UPDATE_PICTURE").is_some() {
        fs::write(&path, wanted).unwrap();
    }
    let found = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        found == wanted,
        "{name} is out of date; run this test with UPDATE_PICTURE=1 to update it"
    );
}
