//! How long a full application takes to become a document and to come back, in one run, beside
//! reading the same draft.
//!
//! `cargo bench --bench document` prints the table of `benches/README.md`.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a benchmark prints, and ends where it cannot measure"
)]

use std::fs;
use std::hint::black_box;
use std::io::Cursor;
use std::path::Path;
use std::time::{Duration, Instant};

use good_practice::document::recognise::recognise;
use good_practice::document::{Document, Purpose, docx, html, lines, markdown, plain};
use good_practice::draft_file;
use good_practice::questionnaire::BUILT_IN;

const ROUNDS: usize = 61;

fn median(mut work: impl FnMut()) -> Duration {
    let mut times: Vec<Duration> = (0..ROUNDS)
        .map(|_| {
            let since = Instant::now();
            work();
            since.elapsed()
        })
        .collect();
    times.sort();
    times.get(ROUNDS / 2).copied().unwrap_or_default()
}

fn main() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/complete.yaml");
    let questionnaire = draft_file::parse_questionnaire(BUILT_IN).unwrap();
    let draft = draft_file::read(&path, &questionnaire).unwrap();
    let make = || Document::new(&questionnaire, &draft, Purpose::default());
    let document = make();
    let word = docx::write(&document).unwrap();
    let (md, txt) = (markdown::write(&document), plain::write(&document));
    let read = median(|| {
        black_box(draft_file::read(&path, &questionnaire).unwrap());
    });
    let bytes = fs::metadata(&path).unwrap().len();
    println!("| what | ms | ratio |\n|---|---|---|");
    let row = |what: &str, time: Duration| {
        let ratio = time.as_secs_f64() / read.as_secs_f64();
        println!("| {what} | {:.2} | {ratio:.2} |", time.as_secs_f64() * 1e3);
    };
    row(&format!("reading the draft ({bytes} bytes of YAML)"), read);
    row(
        "export as .docx",
        median(|| {
            black_box(docx::write(&make()).unwrap());
        }),
    );
    row(
        "export as .md",
        median(|| {
            black_box(markdown::write(&make()));
        }),
    );
    row(
        "export as .html",
        median(|| {
            black_box(html::write(&make()));
        }),
    );
    row(
        "import of .docx",
        median(|| {
            let source = docx::read(Cursor::new(word.as_slice())).unwrap();
            black_box(recognise(&source, &questionnaire));
        }),
    );
    row(
        "import of .md",
        median(|| {
            black_box(recognise(&lines::markdown(&md), &questionnaire));
        }),
    );
    row(
        "import of .txt",
        median(|| {
            black_box(recognise(&lines::plain(&txt), &questionnaire));
        }),
    );
}
