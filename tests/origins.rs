//! The score of imports: how many fields of the examples come back right from documents that other
//! programs made of them. Needs `LibreOffice`, pandoc and poppler, so it runs only when asked for:
//! `cargo test --test all -- --ignored --nocapture score_of_origins`

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use good_practice::internals::{Answer, Submission, read_draft};
use tempfile::tempdir;

use crate::received::words;
use crate::support::cli::run;
use crate::support::drafts::built_in;
use crate::support::root;

/// The origins: their name, and the programs that make each file out of the one before it, beginning
/// with an export of this program.
const ORIGINS: [(&str, &[&str]); 19] = [
    ("export, .docx", &["docx"]),
    ("export, .md", &["md"]),
    ("export, .txt", &["txt"]),
    ("export, .html", &["html"]),
    ("LibreOffice, .docx saved again", &["docx", "soffice docx"]),
    ("LibreOffice, .odt", &["docx", "soffice odt"]),
    ("LibreOffice, .doc", &["docx", "soffice doc"]),
    ("LibreOffice, .rtf", &["docx", "soffice rtf"]),
    ("LibreOffice, .html", &["docx", "soffice html"]),
    ("LibreOffice, .pdf", &["docx", "soffice pdf"]),
    ("pandoc, .docx to .odt", &["docx", "pandoc odt"]),
    ("pandoc, .docx to .html", &["docx", "pandoc html"]),
    ("pandoc, .docx to .md", &["docx", "pandoc md"]),
    ("pandoc, .html to .docx", &["html", "pandoc docx"]),
    ("pandoc, .md to .docx", &["md", "pandoc docx"]),
    ("pdftotext", &["docx", "soffice pdf", "pdftotext"]),
    ("pdftotext -layout", &["docx", "soffice pdf", "pdftotext -layout"]),
    ("pdftotext -raw", &["docx", "soffice pdf", "pdftotext -raw"]),
    ("Chromium, .pdf", &["html", "chromium"]),
];

/// Makes the next file of an origin. Returns `None` if the program is not installed or fails.
fn converted(file: &Path, step: &str) -> Option<PathBuf> {
    let (program, argument) = step.split_once(' ').unwrap_or((step, ""));
    let folder = file.parent()?.join(program);
    fs::create_dir_all(&folder).ok()?;
    let ending = match program {
        "pdftotext" => "txt",
        "chromium" => "pdf",
        _ => argument,
    };
    let made = folder.join(file.file_name()?).with_extension(ending);
    let mut command = Command::new(program);
    match program {
        "soffice" => {
            let profile = format!("-env:UserInstallation=file://{}/profile", folder.display());
            command.args(["--headless", &profile, "--convert-to", ending, "--outdir"]);
            command.arg(&folder).arg(file)
        }
        "pandoc" => command.arg(file).arg("-o").arg(&made),
        "chromium" => {
            let print = format!("--print-to-pdf={}", made.display());
            command.args(["--headless", "--no-sandbox", &print]).arg(file)
        }
        _ => command.args(Some(argument).filter(|mode| !mode.is_empty())).arg(file).arg(&made),
    };
    let done = command.stdout(Stdio::null()).stderr(Stdio::null()).status().ok()?;
    (done.success() && made.exists()).then_some(made)
}

/// Returns how many answers of a draft come back from a document, how many there are, and what else
/// was found.
fn score(document: &Path, draft: &Path) -> (usize, usize, Vec<String>) {
    let questionnaire = built_in();
    let folder = tempdir().unwrap();
    let done = run(folder.path(), &["import", document.to_str().unwrap(), "-o", "found.yaml"]);
    let wanted = read_draft(draft, &questionnaire).unwrap();
    let wanted = Submission::new(&questionnaire, &wanted);
    let found = read_draft(&folder.path().join("found.yaml"), &questionnaire).unwrap_or_default();
    let (mut right, mut all, mut wrong) = (0, 0, Vec::new());
    for (_, question) in questionnaire.questions() {
        for field in &question.fields {
            let shown = |answer: Option<&_>| {
                // The markers of lists are no words.
                let plain = |text: String| text.replace("• ", "").replace("- ", "");
                answer.map(|answer: &Answer| plain(words(&answer.shown(field))))
            };
            let (wanted, found) =
                (shown(wanted.answer(&field.key)), shown(found.answer(&field.key)));
            if wanted.is_none() && found.is_none() {
                continue;
            }
            all += 1;
            if wanted == found {
                right += 1;
            } else {
                wrong.push(format!("{}: {found:?} instead of {wanted:?}", field.key));
            }
        }
    }
    wrong.extend(done.err.lines().map(str::to_owned));
    (right, all, wrong)
}

#[test]
#[ignore = "it needs LibreOffice, pandoc and poppler, and takes a minute"]
fn score_of_origins() {
    let folder = tempdir().unwrap();
    println!("| origin | fields | right |\n|---|---|---|");
    let mut differences = String::new();
    for (name, steps) in ORIGINS {
        let (mut right, mut all) = (0, 0);
        for example in ["complete", "half-finished"] {
            // An export adds to the history beside the draft.
            let draft = folder.path().join(format!("{example}.yaml"));
            fs::copy(root().join("examples").join(format!("{example}.yaml")), &draft).unwrap();
            let (first, others) = steps.split_first().unwrap();
            let made = folder.path().join(format!("{example}.{first}"));
            let arguments =
                ["export", draft.to_str().unwrap(), "--force", "-o", made.to_str().unwrap()];
            assert_eq!(run(folder.path(), &arguments).code, 0);
            let made = others.iter().try_fold(made, |file, step| converted(&file, step));
            let Some(made) = made else { continue };
            let (found, fields, wrong) = score(&made, &draft);
            (right, all) = (right + found, all + fields);
            if found < fields {
                differences += &format!("\n{name}, {example}:\n{}\n", wrong.join("\n"));
            }
        }
        if all > 0 {
            println!("| {name} | {all} | {right} |");
        } else {
            println!("| {name} | not installed | |");
        }
    }
    println!("{differences}");
}
