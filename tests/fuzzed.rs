//! What the fuzz targets in `fuzz/` do with any bytes. Their corpus runs through the same code as a
//! test, so that what they found stays fixed.

use std::io::{Cursor, Write};
use std::sync::LazyLock;
use std::time::{Duration, Instant};

use good_practice::internals::{
    Answer, Application, BUILT_IN, Decoder, Draft, Format, Purpose, Questionnaire, Review, Source,
    merge_drafts, parse_questionnaire, read_docx, read_html, read_markdown, read_odt, read_text,
    read_yaml, recognise, update_yaml, write_yaml,
};

/// Parsed once, because a fuzzer runs millions of inputs.
static FORM: LazyLock<Questionnaire> = LazyLock::new(|| parse_questionnaire(BUILT_IN).unwrap());

fn read(yaml: &str, questionnaire: &Questionnaire) -> Option<Draft> {
    Draft::from_node(&read_yaml(yaml).ok()?, questionnaire).ok()
}

/// Asserts that a draft is the same after it was written and read again.
fn survives(draft: &Draft, questionnaire: &Questionnaire) {
    let yaml = write_yaml(&draft.to_value(questionnaire)).unwrap();
    let again = read(&yaml, questionnaire);
    assert!(again.is_some_and(|again| again.holds_same(draft)), "{yaml}");
}

/// Asserts that no exported document contains control characters.
fn is_exported(draft: &Draft, questionnaire: &Questionnaire) {
    let application = Application::new(questionnaire, draft, Purpose::default());
    for format in [Format::Html, Format::Md, Format::Txt, Format::Json] {
        let text = String::from_utf8(format.write(&application).unwrap()).unwrap();
        let command = text.find(|c: char| c.is_control() && c != '\n');
        assert_eq!(command, None, "{text}");
    }
    read_docx(Cursor::new(Format::Docx.write(&application).unwrap())).unwrap();
}

/// Reads any bytes as a draft. A valid one survives writing and reading, also after a change in
/// place.
pub(crate) fn draft(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let questionnaire = &*FORM;
    let Some(draft) = read(text, questionnaire) else { return };
    survives(&draft, questionnaire);
    is_exported(&draft, questionnaire);
    let mut changed = draft.clone();
    for (name, answer) in [("name", "A new name"), ("summary", "One.\n\n- two: #3\n")] {
        let (question, _) = questionnaire.find(name).unwrap();
        let field = &question.fields[0];
        changed.set(&field.key, Answer::typed(field, answer));
    }
    survives(&changed, questionnaire);
    let (old, new) = (draft.to_value(questionnaire), changed.to_value(questionnaire));
    // The program checks the result by reading it; here it must only not panic.
    if let Some(edited) = update_yaml(text, &old, &new) {
        let _ = read(&edited, questionnaire);
    }
}

/// Any bytes as three drafts with NUL between them: a common ancestor and two changed versions. Every
/// word that either has added is in the answer, or beside it.
pub(crate) fn merge(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let questionnaire = &*FORM;
    let drafts: Option<Vec<_>> =
        text.splitn(3, '\0').map(|yaml| read(yaml, questionnaire)).collect();
    let Some([base, ours, theirs]) = drafts.as_deref() else { return };
    let merged = merge_drafts(base, ours, theirs).draft;
    // Read again, an answer that was kept because its place was taken may find the place empty.
    let yaml = write_yaml(&merged.to_value(questionnaire)).unwrap();
    let merged = read(&yaml, questionnaire).unwrap();
    survives(&merged, questionnaire);
    let beside: Vec<String> = merged.unplaced_texts().map(|(_, text)| text).collect();
    for field in questionnaire.questions().flat_map(|(_, question)| &question.fields) {
        let words = |draft: &Draft| {
            draft.answer(&field.key).map(|answer| answer.words().into_owned()).unwrap_or_default()
        };
        let (before, now) = (words(base), words(&merged));
        for changed in [words(ours), words(theirs)] {
            let mut new = changed.split_whitespace().filter(|word| !before.contains(*word));
            let is_kept =
                |word: &str| now.contains(word) || beside.iter().any(|text| text.contains(word));
            assert!(new.all(is_kept), "{}: {changed:?} is not in {merged:?}", field.key);
        }
    }
}

/// Reads any bytes as a questionnaire. A valid one can be asked and exported.
pub(crate) fn questionnaire(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let Ok(questionnaire) = parse_questionnaire(text) else { return };
    let draft = Draft::default();
    let _ = Review::new(&questionnaire, &draft).describe();
    survives(&draft, &questionnaire);
    is_exported(&draft, &questionnaire);
    let blank = Purpose { blank: true, ..Purpose::default() };
    let form = Format::Txt.write(&Application::new(&questionnaire, &draft, blank)).unwrap();
    let _ = recognise(&read_text(&String::from_utf8(form).unwrap()), &questionnaire);
}

/// Reads any bytes as a document; the first byte selects its format.
pub(crate) fn document(bytes: &[u8]) {
    let Some((kind, bytes)) = bytes.split_first() else { return };
    let questionnaire = &*FORM;
    let text = || std::str::from_utf8(bytes).ok();
    let source = match kind % 8 {
        0 => text().map(read_text),
        1 => text().map(read_markdown),
        2 => read_docx(Cursor::new(bytes)).ok(),
        3 => read_docx(Cursor::new(zipped("word/document.xml", bytes))).ok(),
        4 => text().and_then(|text| read_html(text).ok()),
        5 => read_odt(Cursor::new(bytes)).ok(),
        6 => read_odt(Cursor::new(zipped("content.xml", bytes))).ok(),
        _ => pdf(bytes),
    };
    let Some(source) = source else { return };
    let found = recognise(&source, questionnaire);
    survives(&found.draft, questionnaire);
    is_exported(&found.draft, questionnaire);
}

/// Any bytes from a terminal, in any pieces and with any pauses: text behind them arrives whole.
pub(crate) fn input(bytes: &[u8]) {
    let mut decoder = Decoder::new(bytes.len().is_multiple_of(2));
    let mut now = Instant::now();
    for piece in bytes.split_inclusive(|byte| byte.is_multiple_of(16)) {
        decoder.feed(piece, now);
        now += Duration::from_millis(u64::from(piece.last().copied().unwrap_or(0)) / 2);
        decoder.expire(now);
    }
    decoder.expire(now + Duration::from_secs(1));
    while decoder.next_event().is_some() {}
    decoder.feed("né.".as_bytes(), now);
    assert_eq!(std::iter::from_fn(|| decoder.next_event()).count(), 3);
    assert_eq!(decoder.deadline(), None);
}

#[cfg(feature = "pdf")]
fn pdf(bytes: &[u8]) -> Option<Source> {
    good_practice::internals::read_pdf(bytes).ok()
}

#[cfg(not(feature = "pdf"))]
fn pdf(_: &[u8]) -> Option<Source> {
    None
}

/// Returns a package with this XML as one of its parts.
pub(crate) fn zipped(part: &str, xml: &[u8]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let stored =
        zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    zip.start_file(part, stored).unwrap();
    zip.write_all(xml).unwrap();
    zip.finish().unwrap().into_inner()
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    #[test]
    fn what_the_fuzzers_found_stays_fixed() {
        let fuzz = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz");
        if !fuzz.exists() {
            // A published package does not contain the fuzz targets.
            return;
        }
        for name in ["draft", "merge", "questionnaire", "document", "input"] {
            let target = match name {
                "draft" => super::draft,
                "merge" => super::merge,
                "questionnaire" => super::questionnaire,
                "input" => super::input,
                _ => super::document,
            };
            let corpus = fuzz.join("corpus").join(name);
            let mut seen = 0;
            for entry in fs::read_dir(&corpus).unwrap().flatten() {
                println!("{}", entry.path().display());
                target(&fs::read(entry.path()).unwrap());
                seen += 1;
            }
            assert!(seen > 0, "{} is empty", corpus.display());
        }
    }
}
