//! Finds the files that a command reads: those named on the command line, and all files in the folders
//! among them. If a file in a folder is not read, the reason is reported.

use std::fs;
use std::path::{Path, PathBuf};

use crate::storage::document_file::{self, extension};
use crate::storage::draft_file::{self, rescued_from};

/// Files that systems put into folders and hide from their users, in lower case.
const SYSTEM_FILES: [&str; 2] = ["thumbs.db", "desktop.ini"];

/// A file that was named, or found in a folder.
#[derive(Debug)]
pub(super) struct Input {
    pub(super) path: PathBuf,
    /// The reason why it is not read, or `None` if it is to be read.
    pub(super) skipped: Option<String>,
}

/// Returns the files to read. A folder is replaced by its files and subfolders, sorted by name, without
/// hidden ones. With `recursive`, subfolders are replaced in the same way. A named folder without any
/// file is returned itself, and reading it fails.
pub(super) fn inputs(named: &[PathBuf], recursive: bool) -> Vec<Input> {
    let mut inputs = Vec::new();
    for path in named {
        let first = inputs.len();
        if path.is_dir() {
            add_folder(path, recursive, &mut inputs);
        }
        if inputs.len() == first {
            inputs.push(Input { path: path.clone(), skipped: None });
        }
    }
    inputs
}

/// Whether a folder was named, so that every file in it has to be reported.
pub(super) fn has_folder(named: &[PathBuf]) -> bool {
    named.iter().any(|path| path.is_dir())
}

/// Adds the files in a folder.
fn add_folder(folder: &Path, recursive: bool, inputs: &mut Vec<Input>) {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut entries: Vec<_> = entries.map(|entry| (entry.path(), entry.file_type().ok())).collect();
    entries.sort_by(|a, b| a.0.cmp(&b.0));
    for (path, kind) in entries {
        if is_hidden(&path) {
            continue;
        }
        // A link to a folder may lead back to this one.
        if recursive && kind.is_some_and(|kind| kind.is_dir()) {
            add_folder(&path, recursive, inputs);
        } else {
            let skipped = why_skipped(&path, kind.is_some_and(|kind| kind.is_symlink()));
            inputs.push(Input { path, skipped });
        }
    }
}

/// Whether a file is hidden: a lock or history of this program, a file that Word (`~$`) or `LibreOffice`
/// (`.~lock`) creates while a document is open, or a system file. A document or draft whose name begins
/// with a dot was probably hidden by mistake and does not count.
fn is_hidden(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
    let is_dot_file = name.starts_with('.') && !(is_readable(path) && path.is_file());
    is_dot_file || name.starts_with("~$") || SYSTEM_FILES.contains(&name.as_str())
}

fn is_readable(path: &Path) -> bool {
    draft_file::is_draft(path) || document_file::is_document(path)
}

/// Returns the reason why a file in a folder is not read, or `None` if it is to be read.
fn why_skipped(path: &Path, is_link: bool) -> Option<String> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    if path.is_dir() {
        return Some(if is_link {
            "a link to a folder: name that folder to read it".to_owned()
        } else {
            "a folder: `--recursive` reads it".to_owned()
        });
    }
    if !path.is_file() {
        let broken = fs::metadata(path).is_err();
        return Some(if broken { "a broken link" } else { "a device or pipe" }.to_owned());
    }
    if let Some(reason) = unknown_extension(path) {
        return Some(reason);
    }
    if fs::metadata(path).is_ok_and(|metadata| metadata.len() == 0) {
        return Some("an empty file".to_owned());
    }
    if name.starts_with('.') {
        return Some("a hidden file: to read it, remove the dot in front of its name".to_owned());
    }
    rescued_from(path)
}

/// Returns the reason why a file cannot be a draft or document by its extension, or `None` if it can.
pub(super) fn unknown_extension(path: &Path) -> Option<String> {
    match extension(path) {
        _ if is_readable(path) => None,
        Some(extension) => Some(format!("`.{extension}`: neither a draft nor a document")),
        None => Some("no extension in its name: neither a draft nor a document".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_in_a_folder_is_accounted_for() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["older", "older/deep", ".git", ".a.yaml.history", "empty"] {
            fs::create_dir(folder.path().join(name)).unwrap();
        }
        for name in [
            "a.yaml",
            "b.DOCX",
            "c.png",
            "README",
            ".d.docx",
            ".a.yaml.lock",
            ".a.yaml.1-x.tmp",
            "~$b.docx",
            ".~lock.b.odt#",
            "Thumbs.db",
            ".DS_Store",
            "a.kept-1.yaml",
            "a.too-large-12.yaml",
            "a.kept-x.yaml",
            "older/e.odt",
            "older/deep/f.zip",
            ".git/g.txt",
        ] {
            fs::write(folder.path().join(name), "x").unwrap();
        }
        fs::write(folder.path().join("e.docx"), "").unwrap();
        #[cfg(unix)]
        {
            let link = |to: &str, name: &str| {
                std::os::unix::fs::symlink(folder.path().join(to), folder.path().join(name))
                    .unwrap();
            };
            link("older", "to-folder");
            link("gone", "to-nothing.docx");
        }
        let listed = |recursive| -> Vec<String> {
            let inputs = inputs(&[folder.path().to_owned()], recursive);
            let line = |input: Input| {
                let name = input.path.strip_prefix(folder.path()).unwrap().display().to_string();
                format!("{name}: {}", input.skipped.unwrap_or_default())
            };
            inputs.into_iter().map(line).collect()
        };
        let wanted = "\
.d.docx: a hidden file: to read it, remove the dot in front of its name
README: no extension in its name: neither a draft nor a document
a.kept-1.yaml: a rescued copy of `a.yaml`
a.kept-x.yaml: 
a.too-large-12.yaml: text that was too large for `a.yaml`
a.yaml: 
b.DOCX: 
c.png: `.png`: neither a draft nor a document
e.docx: an empty file
empty: a folder: `--recursive` reads it
older: a folder: `--recursive` reads it
to-folder: a link to a folder: name that folder to read it
to-nothing.docx: a broken link";
        let found = listed(false);
        assert_eq!(found, wanted.lines().collect::<Vec<_>>());
        let found = listed(true);
        assert!(found.contains(&"older/e.odt: ".to_owned()), "{found:?}");
        let zip = "older/deep/f.zip: `.zip`: neither a draft nor a document".to_owned();
        assert!(found.contains(&zip), "{found:?}");
        assert!(!found.iter().any(|line| line.contains("--recursive")), "{found:?}");
    }
}
