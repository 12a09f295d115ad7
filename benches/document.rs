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
    Application, BUILT_IN, Format, Purpose, fill_form, parse_questionnaire, read_docx, read_draft,
    read_markdown, read_text, recognise,
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
    let write = |format: Format| {
        format.write(&Application::new(&questionnaire, &draft, Purpose::default())).unwrap()
    };
    let word = write(Format::Docx);
    let [md, txt] =
        [Format::Md, Format::Txt].map(|format| String::from_utf8(write(format)).unwrap());
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
    for format in [Format::Docx, Format::Md, Format::Html] {
        row(
            &format!("export as .{}", format.extension()),
            median(|| {
                black_box(write(format));
            }),
        );
    }
    let blank = Purpose { blank: true, ..Purpose::default() };
    let form = Format::Docx.write(&Application::new(&questionnaire, &draft, blank)).unwrap();
    row(
        "filling in a .docx form",
        median(|| {
            black_box(fill_form(&form, &questionnaire, &draft, &[], false).unwrap());
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
