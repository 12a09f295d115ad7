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

use good_practice::internals::{
    BUILT_IN, Document, Purpose, parse_questionnaire, read_docx, read_draft, read_markdown,
    read_text, recognise, write_docx, write_html, write_markdown, write_text,
};

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
    let questionnaire = parse_questionnaire(BUILT_IN).unwrap();
    let draft = read_draft(&path, &questionnaire).unwrap();
    let make = || Document::new(&questionnaire, &draft, Purpose::default());
    let document = make();
    let word = write_docx(&document).unwrap();
    let (md, txt) = (write_markdown(&document), write_text(&document));
    let read = median(|| {
        black_box(read_draft(&path, &questionnaire).unwrap());
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
            black_box(write_docx(&make()).unwrap());
        }),
    );
    row(
        "export as .md",
        median(|| {
            black_box(write_markdown(&make()));
        }),
    );
    row(
        "export as .html",
        median(|| {
            black_box(write_html(&make()));
        }),
    );
    row(
        "import of .docx",
        median(|| {
            let source = read_docx(Cursor::new(word.as_slice())).unwrap();
            black_box(recognise(&source, &questionnaire));
        }),
    );
    row(
        "import of .md",
        median(|| {
            black_box(recognise(&read_markdown(&md), &questionnaire));
        }),
    );
    row(
        "import of .txt",
        median(|| {
            black_box(recognise(&read_text(&txt), &questionnaire));
        }),
    );
}
