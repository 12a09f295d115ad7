//! Damaged documents are read or refused, within the bounds, and never end the program. Each reader is
//! given documents with random changes for `FUZZ_SECONDS` (10 by default):
//! `FUZZ_SECONDS=600 cargo test --test all -- --ignored --nocapture --test-threads 1 mutated`

use std::fs;
use std::io::{Cursor, Read};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::path::Path;
use std::time::{Duration, Instant};

use good_practice::internals::{
    Application, Format, Purpose, read_docx, read_draft, read_html, read_markdown, read_odt,
    read_text, recognise,
};

use crate::support::drafts::built_in;
use crate::support::root;

/// How long reading a damaged document may keep a processor busy. A build for tests is some ten times
/// slower than the one that is installed.
const MAX_TIME: Duration = Duration::from_secs(10);

/// A generator of pseudo-random numbers (xorshift64).
struct Random(u64);

impl Random {
    fn next(&mut self) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 16).unwrap()
    }

    fn below(&mut self, end: usize) -> usize {
        self.next() % end.max(1)
    }

    /// Changes a document: flips, replaces, removes, repeats and moves bytes, or cuts it off.
    fn mutate(&mut self, bytes: &mut Vec<u8>) {
        for _ in 0..=self.below(6) {
            let at = self.below(bytes.len());
            let end = (at + self.below(40)).min(bytes.len());
            match self.below(8) {
                0 => bytes.truncate(at),
                1 => drop(bytes.drain(at..end)),
                2 | 3 => {
                    let part = bytes[at..end].repeat(1 + self.below(3));
                    let to = self.below(bytes.len());
                    bytes.splice(to..to, part);
                }
                4 => {
                    let numbers: [&[u8]; 6] =
                        [b"0", b"-1", b"99999999999", b"1e300", b"<<", b"\xFF\xFE"];
                    let number = numbers[self.below(numbers.len())].to_vec();
                    bytes.splice(at..end.min(at + number.len()), number);
                }
                _ => {
                    let bit = self.below(8);
                    bytes.get_mut(at).into_iter().for_each(|byte| *byte ^= 1 << bit);
                }
            }
        }
    }
}

/// Returns how long this thread has kept a processor busy, or zero where the system does not tell. The
/// time on the clock depends on what else the machine does.
fn busy_time() -> Duration {
    let stat = fs::read_to_string("/proc/thread-self/stat").unwrap_or_default();
    let fields = stat.rsplit(')').next().unwrap_or_default().split_whitespace();
    let ticks = fields.skip(11).take(2).filter_map(|ticks| ticks.parse::<u64>().ok());
    Duration::from_millis(ticks.sum::<u64>() * 10)
}

/// Gives a reader changed documents until the time is over.
#[expect(clippy::print_stdout, reason = "it says how many documents were tried")]
fn survives(name: &str, seeds: &[Vec<u8>], read: impl Fn(&[u8])) {
    let seconds = std::env::var("FUZZ_SECONDS").ok().and_then(|text| text.parse().ok());
    let end = Instant::now() + Duration::from_secs(seconds.unwrap_or(10));
    let first = std::time::UNIX_EPOCH.elapsed().unwrap().as_secs();
    let mut random = Random(first | 1);
    let (mut count, mut slowest) = (0_usize, Duration::ZERO);
    while Instant::now() < end {
        let mut bytes = seeds[random.below(seeds.len())].clone();
        random.mutate(&mut bytes);
        let start = busy_time();
        let done = catch_unwind(AssertUnwindSafe(|| read(&bytes)));
        let took = busy_time().saturating_sub(start);
        if done.is_err() || took > MAX_TIME {
            let path = std::env::temp_dir().join(format!("damaged-{first}-{count}.{name}"));
            fs::write(&path, &bytes).unwrap();
            println!("{}: {took:?}", path.display());
        }
        done.unwrap_or_else(|panic| resume_unwind(panic));
        assert!(took <= MAX_TIME);
        (count, slowest) = (count + 1, slowest.max(took));
    }
    println!("{name}: {count} damaged documents, the slowest took {slowest:?}");
}

/// Returns the examples in a format.
fn exports(format: Format) -> Vec<Vec<u8>> {
    let questionnaire = built_in();
    let write = |name: &str| {
        let draft = read_draft(&root().join("examples").join(name), &questionnaire).unwrap();
        let application = Application::new(&questionnaire, &draft, Purpose::default());
        format.write(&application).unwrap()
    };
    ["complete.yaml", "half-finished.yaml"].map(write).to_vec()
}

fn received(ending: &str) -> Vec<Vec<u8>> {
    let files = fs::read_dir(root().join("tests/data/received")).unwrap();
    let paths = files.map(|file| file.unwrap().path());
    let paths = paths.filter(|path: &std::path::PathBuf| path.extension() == Some(ending.as_ref()));
    paths.map(|path: std::path::PathBuf| fs::read(Path::new(&path)).unwrap()).collect()
}

/// Reads documents whose parts are in a ZIP file: the part with the text is changed, not the ZIP file.
fn part_survives(name: &str, part: &str, documents: &[Vec<u8>], read: impl Fn(Vec<u8>)) {
    let part_of = |document: &Vec<u8>| {
        let mut archive = zip::ZipArchive::new(Cursor::new(document)).unwrap();
        let mut bytes = Vec::new();
        archive.by_name(part).unwrap().read_to_end(&mut bytes).unwrap();
        bytes
    };
    let parts: Vec<Vec<u8>> = documents.iter().map(part_of).collect();
    survives(name, &parts, |bytes| read(crate::fuzzed::zipped(part, bytes)));
}

/// What the exports of this program do not have: tables, tags, entities, footnotes and comments.
const MARKDOWN_OF_PANDOC: &str = "# 1. What is the name of the intervention? #\n\n<!-- a comment -->\n\
    | 2 | Country | __Poland__ |\n|:--|---|--:|\n| 7 | What problem does the intervention wish to address? | \
    Thefts \\| fires &eacute;. |\n\n<table>\n<tr><td><p><strong>8. Was the problem analysed?</strong></p></td>\n\
    <td><p>Yes.<sup>2</sup></p><ul><li>a</li></ul></td></tr>\n</table>\n\n<section class=\"footnotes\"><p>A note.</p>\n\
    </section>\n\n9. What are the objectives?[^1]\n\n+ one\n+ [two](<https://example.org/a>)\n\n  --- ----\n\n[^1]: Goals.\n";

#[test]
#[ignore = "runs for the seconds in FUZZ_SECONDS"]
fn mutated_text_is_read() {
    let questionnaire = built_in();
    survives("txt", &exports(Format::Txt), |bytes| {
        recognise(&read_text(&String::from_utf8_lossy(bytes)), &questionnaire);
    });
}

#[test]
#[ignore = "runs for the seconds in FUZZ_SECONDS"]
fn mutated_markdown_is_read() {
    let questionnaire = built_in();
    let mut markdown = exports(Format::Md);
    markdown.push(MARKDOWN_OF_PANDOC.as_bytes().to_vec());
    survives("md", &markdown, |bytes| {
        recognise(&read_markdown(&String::from_utf8_lossy(bytes)), &questionnaire);
    });
}

#[test]
#[ignore = "runs for the seconds in FUZZ_SECONDS"]
fn mutated_web_pages_are_read() {
    let questionnaire = built_in();
    survives("html", &exports(Format::Html), |bytes| {
        if let Ok(source) = read_html(&String::from_utf8_lossy(bytes)) {
            recognise(&source, &questionnaire);
        }
    });
}

#[test]
#[ignore = "runs for the seconds in FUZZ_SECONDS"]
fn mutated_office_documents_are_read_or_refused() {
    let questionnaire = built_in();
    let docx = |bytes: &[u8]| {
        if let Ok(source) = read_docx(Cursor::new(bytes)) {
            recognise(&source, &questionnaire);
        }
    };
    let odt = |bytes: &[u8]| {
        if let Ok(source) = read_odt(Cursor::new(bytes)) {
            recognise(&source, &questionnaire);
        }
    };
    let (word, open) = (exports(Format::Docx), received("odt"));
    survives("docx", &word, docx);
    part_survives("document.xml", "word/document.xml", &word, |file| docx(&file));
    survives("odt", &open, odt);
    part_survives("content.xml", "content.xml", &open, |file| odt(&file));
}

#[cfg(feature = "pdf")]
#[test]
#[ignore = "runs for the seconds in FUZZ_SECONDS"]
fn mutated_pdfs_are_read_or_refused() {
    let questionnaire = built_in();
    let pdf = |bytes: &[u8]| {
        if let Ok(source) = good_practice::internals::read_pdf(bytes) {
            recognise(&source, &questionnaire);
        }
    };
    let files = received("pdf");
    survives("pdf", &files, pdf);
    let unpacked = |file: &Vec<u8>| {
        let mut document = lopdf::Document::load_mem(file).unwrap();
        document.decompress();
        let mut bytes = Vec::new();
        document.save_to(&mut bytes).unwrap();
        bytes
    };
    let files: Vec<Vec<u8>> = files.iter().map(unpacked).collect();
    survives("unpacked.pdf", &files, pdf);
}
