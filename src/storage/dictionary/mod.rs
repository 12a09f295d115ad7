//! Dictionaries for spelling: the British one that is built in, those of the system for other
//! languages, and the user's own list of words.

use std::cell::Cell;
use std::env;
use std::ffi::OsString;
use std::fs;
use std::io::{self, Cursor, Read};
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};
use std::thread;

use encoding_rs::{Encoding, UTF_8, WINDOWS_1252};
use zip::ZipArchive;

use crate::model::questionnaire::Questionnaire;
use crate::model::spelling::Lexicon;
use crate::storage::disk::{read_text, write_whole};

/// The British dictionary `en_GB` of SCOWL, the American words that it lacks, one per line, and the
/// licence of both. Made from the npm packages `dictionary-en-gb` 3.0.0 and `dictionary-en` 4.0.0.
const BRITISH: &[u8] = include_bytes!("en-GB.zip");

/// Words that the dictionary lacks: newer ones, and those of crime prevention and evaluation, in the
/// format of its `.dic` file, with the flags of its `.aff` file.
const SUPPLEMENT: &str = include_str!("supplement.dic");

/// Corrections that the dictionary does not suggest first: wrong letters, where `^` is the start and `$`
/// the end of a word, and the right ones.
const CORRECTIONS: &str = include_str!("corrections.aff");

/// The largest dictionary file that is read, in bytes.
const MAX_DICTIONARY_BYTES: u64 = 32 << 20;

/// Where systems keep their dictionaries.
const SYSTEM_FOLDERS: [&str; 4] =
    ["/usr/share/hunspell", "/usr/share/myspell", "/usr/share/myspell/dicts", "/Library/Spelling"];

/// The dictionary of a session, or the reason why it is missing. It is read once, either by the
/// thread that [`SharedDictionary::poll`] starts or by a caller that waits.
#[derive(Debug, Default)]
pub(crate) struct SharedDictionary {
    lexicon: Arc<OnceLock<Result<Arc<Lexicon>, String>>>,
    is_reading: Cell<bool>,
}

impl SharedDictionary {
    /// Returns the dictionary for the language of a questionnaire. Reads it first if necessary.
    ///
    /// # Errors
    /// Fails as [`load`] does.
    pub(crate) fn wait(&self, questionnaire: &Questionnaire) -> Result<Arc<Lexicon>, String> {
        read_once(&self.lexicon, questionnaire)
    }

    /// Returns the dictionary, or `None` while a background thread reads it. The first call starts the
    /// thread.
    pub(crate) fn poll(
        &self,
        questionnaire: &Questionnaire,
    ) -> Option<Result<Arc<Lexicon>, String>> {
        if !self.is_reading.replace(true) {
            let (lexicon, questionnaire) = (self.lexicon.clone(), questionnaire.clone());
            thread::spawn(move || drop(read_once(&lexicon, &questionnaire)));
        }
        self.lexicon.get().cloned()
    }
}

fn read_once(
    lexicon: &OnceLock<Result<Arc<Lexicon>, String>>,
    questionnaire: &Questionnaire,
) -> Result<Arc<Lexicon>, String> {
    lexicon.get_or_init(|| load(questionnaire).map(Arc::new)).clone()
}

/// Loads the dictionary for the language of a questionnaire, with the words of the questionnaire
/// and those of the user's own list.
///
/// # Errors
/// Fails if there is no dictionary for the language, or it cannot be read; the error is a sentence
/// for the user.
pub(crate) fn load(questionnaire: &Questionnaire) -> Result<Lexicon, String> {
    let language = &questionnaire.language;
    let mut lexicon = if language.split(['-', '_']).next() == Some("en") {
        british()?
    } else {
        let found = system_dictionary(language).ok_or_else(|| {
            format!(
                "spelling is not checked: there is no dictionary for the language `{language}`; install a Hunspell dictionary, or name its folder in DICPATH"
            )
        })?;
        of_files(&found).map_err(|error| format!("spelling is not checked: cannot read {error}"))?
    };
    lexicon.accept_questionnaire(questionnaire);
    for word in own_words() {
        lexicon.accept(&word);
    }
    Ok(lexicon)
}

/// Loads the built-in British dictionary.
fn british() -> Result<Lexicon, String> {
    let read = || {
        let mut archive = ZipArchive::new(Cursor::new(BRITISH)).map_err(io::Error::other)?;
        let mut texts = Vec::new();
        for name in ["en-GB.aff", "en-GB.dic", "american.txt"] {
            let mut text = String::new();
            archive.by_name(name).map_err(io::Error::other)?.read_to_string(&mut text)?;
            texts.push(text);
        }
        io::Result::Ok(texts)
    };
    let texts = read().map_err(|error| error.to_string())?;
    let [aff, dic, american] = texts.as_slice() else { return Err(String::new()) };
    Lexicon::new(&format!("{aff}\n{CORRECTIONS}"), &format!("{dic}\n{SUPPLEMENT}"), american)
}

/// Returns the path of the `.aff` file for a language tag such as `pl` or `de-AT`, or `None` if no
/// folder has a dictionary for it.
fn system_dictionary(language: &str) -> Option<PathBuf> {
    // A language that is not a tag must not become a path.
    if !language.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_')) {
        return None;
    }
    let named = env::var_os("DICPATH").map(|paths| env::split_paths(&paths).collect::<Vec<_>>());
    let folders: Vec<PathBuf> =
        named.into_iter().flatten().chain(SYSTEM_FOLDERS.map(PathBuf::from)).collect();
    let exact = language.replace('-', "_");
    let primary = exact.split('_').next().unwrap_or(&exact).to_owned();
    let has_both = |aff: &PathBuf| aff.is_file() && aff.with_extension("dic").is_file();
    for name in [&exact, &format!("{primary}_{}", primary.to_uppercase()), &primary] {
        let mut files = folders.iter().map(|folder| folder.join(format!("{name}.aff")));
        if let Some(found) = files.find(has_both) {
            return Some(found);
        }
    }
    // `pt` may be installed as `pt_BR` only.
    let files = folders.iter().filter_map(|folder| fs::read_dir(folder).ok()).flatten().flatten();
    let mut found: Vec<PathBuf> = files
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "aff"))
        .filter(|path| {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            name.split(['_', '-', '.']).next() == Some(&primary)
        })
        .filter(has_both)
        .collect();
    found.sort();
    found.into_iter().next()
}

/// Reads a dictionary of the system.
///
/// # Errors
/// Fails if a file cannot be read; the error names the file and the reason.
fn of_files(aff: &Path) -> Result<Lexicon, String> {
    let read = |path: &Path| {
        let failed = |error: &dyn std::fmt::Display| format!("`{}`: {error}", path.display());
        let size = fs::metadata(path).map_err(|error| failed(&error))?.len();
        if size > MAX_DICTIONARY_BYTES {
            return Err(failed(&"it is larger than 32 MB"));
        }
        fs::read(path).map_err(|error| failed(&error))
    };
    let dic = aff.with_extension("dic");
    let (aff_bytes, dic_bytes) = (read(aff)?, read(&dic)?);
    let encoding = encoding(&aff_bytes, &dic_bytes)
        .map_err(|label| format!("`{}`: unknown encoding `{label}`", aff.display()))?;
    let decode = |path: &Path, bytes: &[u8]| {
        let (text, encoding, has_errors) = encoding.decode(bytes);
        let problem = || format!("`{}`: it is not {} text", path.display(), encoding.name());
        (!has_errors).then(|| text.into_owned()).ok_or_else(problem)
    };
    Lexicon::of_other_language(&decode(aff, &aff_bytes)?, &decode(&dic, &dic_bytes)?)
        .map_err(|error| format!("`{}`: {error}", aff.display()))
}

/// Returns the encoding that an `.aff` file declares for itself and its `.dic` file, such as
/// `SET ISO8859-2`. If it declares none, it is UTF-8 if both files are valid UTF-8, otherwise Latin 1.
///
/// # Errors
/// Fails if the encoding is unknown; the error is its name.
fn encoding(aff: &[u8], dic: &[u8]) -> Result<&'static Encoding, String> {
    let text = String::from_utf8_lossy(aff);
    let Some(label) = text.lines().find_map(|line| {
        line.trim_start_matches('\u{FEFF}')
            .strip_prefix("SET")
            .filter(|rest| rest.starts_with([' ', '\t']))
    }) else {
        let is_utf_8 = [aff, dic].iter().all(|bytes| std::str::from_utf8(bytes).is_ok());
        return Ok(if is_utf_8 { UTF_8 } else { WINDOWS_1252 });
    };
    let label = label.trim();
    // The name of Hunspell for a code page of Windows.
    let name = label.to_lowercase().replace("microsoft-cp", "windows-");
    Encoding::for_label(name.as_bytes()).ok_or_else(|| label.to_owned())
}

/// Returns the path of the user's own list of words, or `None` if there is no home folder.
fn words_file() -> Option<PathBuf> {
    let set = |name| env::var_os(name).filter(|value: &OsString| !value.is_empty());
    let config = set("XDG_CONFIG_HOME")
        .or_else(|| set("APPDATA"))
        .map(PathBuf::from)
        .filter(|path| path.is_absolute())
        .or_else(|| Some(PathBuf::from(set("HOME")?).join(".config")))?;
    Some(config.join("good-practice").join("words.txt"))
}

/// Returns the words of the user's own list. The list is empty if there is no such file.
fn own_words() -> Vec<String> {
    let text = words_file().and_then(|path| read_text(&path).ok()).unwrap_or_default();
    let words = text.lines().map(str::trim).filter(|word| !word.is_empty());
    words.map(str::to_owned).collect()
}

/// Adds a word to the user's own list, which is sorted and has one word per line.
///
/// # Errors
/// Fails if the file cannot be read or written; the error is a sentence for the user.
pub(crate) fn add_own_word(word: &str) -> Result<(), String> {
    let path = words_file().ok_or("there is no home folder for the list of words")?;
    let failed =
        |error: &dyn std::fmt::Display| format!("cannot write `{}`: {error}", path.display());
    let text = match read_text(&path) {
        Ok(text) => text,
        Err(_) if !path.exists() => String::new(),
        // The list must not be overwritten: it may be the work of years.
        Err(error) => return Err(failed(&error)),
    };
    let mut words: Vec<&str> =
        text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    words.push(word);
    words.sort_by_key(|word| (word.to_lowercase(), *word));
    words.dedup();
    let folder = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder).map_err(|error| failed(&error))?;
    write_whole(&path, format!("{}\n", words.join("\n")).as_bytes()).map_err(|error| failed(&error))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::draft::Draft;
    use crate::model::questionnaire::BUILT_IN;
    use crate::model::spelling::proofread::{FindingKind, proofread};
    use crate::model::spelling::{Speller, is_foreign};
    use crate::storage::draft_file::parse_questionnaire;

    fn speller() -> Speller {
        let questionnaire = parse_questionnaire(BUILT_IN).unwrap();
        let mut lexicon = british().unwrap();
        lexicon.accept_questionnaire(&questionnaire);
        Speller::new(Arc::new(lexicon), &Draft::default(), &questionnaire)
    }

    fn misspelt(speller: &Speller, line: &str) -> Vec<String> {
        let ranges = speller.check(line).misspelt.into_iter();
        ranges.map(|range| line[range].to_owned()).collect()
    }

    /// Twenty misspellings that are common in English of non-native writers, and the right words.
    const PLANTED: [(&str, &str); 20] = [
        ("recieve", "receive"),
        ("goverment", "government"),
        ("responsable", "responsible"),
        ("enviroment", "environment"),
        ("definately", "definitely"),
        ("neccessary", "necessary"),
        ("accomodate", "accommodate"),
        ("seperately", "separately"),
        ("comittee", "committee"),
        ("sucessful", "successful"),
        ("begining", "beginning"),
        ("occurence", "occurrence"),
        ("unforseen", "unforeseen"),
        ("persue", "pursue"),
        ("stoped", "stopped"),
        ("untill", "until"),
        ("tommorow", "tomorrow"),
        ("knowlege", "knowledge"),
        ("langauge", "language"),
        ("adress", "address"),
    ];

    #[test]
    fn a_dictionary_is_read_once_in_the_background_or_by_a_key_that_needs_it() {
        let questionnaire = parse_questionnaire(BUILT_IN).unwrap();
        let dictionary = SharedDictionary::default();
        assert!(dictionary.poll(&questionnaire).is_none(), "it is being read");
        let waited = dictionary.wait(&questionnaire).unwrap();
        assert!(Arc::ptr_eq(&waited, &dictionary.poll(&questionnaire).unwrap().unwrap()));

        let unknown = Questionnaire { language: "tlh".to_owned(), ..questionnaire };
        let dictionary = SharedDictionary::default();
        let problem = dictionary.wait(&unknown).unwrap_err();
        assert!(problem.contains("no dictionary for the language `tlh`"), "{problem}");
        assert_eq!(dictionary.poll(&unknown).unwrap().unwrap_err(), problem);
    }

    #[test]
    fn twenty_planted_misspellings_are_found_and_corrected() {
        let speller = speller();
        let text = PLANTED.map(|(wrong, _)| format!("they said {wrong} to us")).join(", ");
        assert_eq!(misspelt(&speller, &text), PLANTED.map(|(wrong, _)| wrong));
        let mut first = 0;
        for (wrong, right) in PLANTED {
            let suggestions = speller.suggest(wrong);
            first += usize::from(suggestions.first().is_some_and(|word| word == right));
            assert!(suggestions.contains(&right.to_owned()), "{wrong}: {suggestions:?}");
        }
        assert!(first >= 17, "{first}");
    }

    #[test]
    fn what_is_no_slip_is_not_marked() {
        let speller = speller();
        for line in [
            "A. Nowak of the NGOs in the EU, POLAND and McDonald's iPhone.",
            "See https://policja.pl/aktualnosci, www.example.org, a.nowak@example.org or report_v2.docx.",
            "On 5/10/2021 at 9:30am 21st, 3D, CO2 and the 70-year-olds.",
            "The Ministry of Zdrowie and the Γειτονιά in Łódź, a café.",
            "We organise and organize, analyse and analyze colours and colors in the center of travelled theaters.",
            "The coordinators' well-being, police officers’ co-operation, don’t, multi-agency, anti-social.",
            "- a) *Emphasis*, **bold** and [a link](https://example.org/recieve).",
            "The EUCPN's ECPA and the desistance mechanisms.",
            "The Guarda Nacional Republicana (GNR) and the Programa Especial de Realojamento.",
            "Casa da Misericórdia, Bairro da Tapada and Santa Casa de Beja.",
            "Wilson and Kelling's idea, Cohen & Felson, with Rollnick, by Insp. Grech.",
            "Officers (nettipoliisi) in the dark (\"kaamos\") at a *mesa-redonda*.",
            "A chatbot against cyberbullying, sextortion and disinformation in lockdowns.",
            "Co-ordinators at lay-bys and walk-alongs; the riflemen's cyberharassment.",
            "Instrumentalized, neutralisations, helmetless and socioemotional.",
            "Heraklion Chamber of Commerce. Braithwaite's idea.",
            "Lietuvos policija and dzikie wysypiska.",
            "Young gamers' wellbeing, geocoded hotspots and deradicalisation.",
        ] {
            assert_eq!(misspelt(&speller, line), [""; 0], "{line}");
        }
        // A capital letter alone does not make a name.
        assert_eq!(misspelt(&speller, "We asked the Minstry of Justice."), ["Minstry"]);
        for (line, wrong) in [
            ("A well-knwon crime", "knwon"),
            ("the Irish Goverment decided", "Goverment"),
            ("the European Crime Prevension Network", "Prevension"),
            ("people of the Europian Union", "Europian"),
            ("They said \"prevension\" to us.", "prevension"),
            ("We work (with recieved data) there.", "recieved"),
            ("Goverment Buildings were closed.", "Goverment"),
            ("A multi-agancy team", "agancy"),
        ] {
            assert_eq!(misspelt(&speller, line), [wrong], "{line}");
        }
    }

    #[test]
    fn names_that_are_used_three_times_are_right_at_the_start_of_a_sentence_too() {
        let questionnaire = parse_questionnaire(BUILT_IN).unwrap();
        let mut draft = Draft::default();
        let (_, question) = questionnaire.questions().find(|(_, q)| q.id == "problem").unwrap();
        let text = |uses: usize| "In Carrowmeen it rains. ".repeat(uses) + "Carrowmeen is wet.";
        for (uses, found) in [(2, 1), (3, 0)] {
            let key = &question.fields[0].key;
            draft.set(key, crate::model::answer::Answer::Text(text(uses)));
            let speller = Speller::new(Arc::new(british().unwrap()), &draft, &questionnaire);
            assert_eq!(proofread(&draft, &questionnaire, Some(&speller)).len(), found, "{uses}");
        }
    }

    #[test]
    fn text_in_another_language_is_distinguished_from_english_with_slips() {
        let speller = speller();
        let foreign = |text: &str| {
            let check = speller.check(text);
            is_foreign(check.words, check.unknown)
        };
        for text in [
            "Das Projekt richtet sich an ältere Menschen, die in ihrer Wohnung von Betrügern besucht werden.",
            "Le projet vise à réduire les cambriolages dans les quartiers résidentiels par la formation.",
            "Projekt ma na celu zwiększenie skuteczności policji w identyfikacji ofiar handlu ludźmi oraz szkolenia.",
            "Το έργο απευθύνεται σε ηλικιωμένους που δέχονται επισκέψεις από απατεώνες στο σπίτι τους κάθε μέρα.",
            "Einbruch verhindern durch Nachbarschaft",
            "Das Projekt richtet sich an Menschen, die in ihrer Wohnung besucht werden.",
        ] {
            assert!(foreign(text), "{text}");
        }
        for text in [
            "It was definately neccessary.",
            "A wrogn bio-lamp, geo-street, socio-window, neo-table, psycho-garden, electro-door, audio-tree and cyber-river.",
            "We recieve many reports of the goverment, and it was definately neccessary to act.",
            "Recieve teh money",
            "Partners were Krystyna Kowalska, Bjorn Thorvaldsen, Giuseppe Mazzarella and Zofia Wiśniewska from our town.",
        ] {
            assert!(!foreign(text), "{text}");
        }
    }

    #[test]
    fn more_than_one_unknown_word_in_four_is_another_language() {
        let speller = speller();
        for (unknown, foreign) in [(25, false), (26, true)] {
            let text = "blorfing ".repeat(unknown) + &"people ".repeat(100 - unknown);
            assert_eq!(speller.misspelt(&text).is_none(), foreign, "{unknown}");
        }
    }

    #[test]
    fn what_learners_of_english_mean_is_suggested_first() {
        let speller = speller();
        for (wrong, right) in [
            ("dissapear", "disappear"),
            ("dissapointed", "disappointed"),
            ("alot", "a lot"),
            ("collegue", "colleague"),
            ("garantee", "guarantee"),
            ("happend", "happened"),
            ("particulary", "particularly"),
            ("wich", "which"),
            ("wether", "whether"),
            ("trainings", "training"),
            ("prevension", "prevention"),
            ("wellbieng", "wellbeing"),
            ("burglarys", "burglaries"),
            ("Accomodation", "Accommodation"),
        ] {
            assert_eq!(speller.suggest(wrong).first().map(String::as_str), Some(right), "{wrong}");
        }
    }

    #[test]
    fn a_dictionary_is_read_in_the_encoding_it_declares() {
        let folder = tempfile::tempdir().unwrap();
        let aff = folder.path().join("pl.aff");
        let read = |head: &[u8], dic: &[u8]| -> Result<bool, String> {
            fs::write(&aff, head).unwrap();
            fs::write(aff.with_extension("dic"), dic).unwrap();
            let lexicon = of_files(&aff)?;
            let questionnaire = parse_questionnaire(BUILT_IN).unwrap();
            let speller = Speller::new(Arc::new(lexicon), &Draft::default(), &questionnaire);
            Ok(speller.is_known("żółw"))
        };
        let latin_2 = b"1\n\xbf\xf3\xb3w\n";
        assert_eq!(read(b"SET ISO8859-2\n", latin_2), Ok(true));
        assert_eq!(read(b"# Polish\nSET\tmicrosoft-cp1250\n", latin_2), Ok(true));
        assert_eq!(read(b"", latin_2), Ok(false));
        assert_eq!(read(b"", "1\nżółw\n".as_bytes()), Ok(true));
        assert_eq!(
            read("\u{FEFF}SET UTF-8\n".as_bytes(), "\u{FEFF}1\nżółw\n".as_bytes()),
            Ok(true)
        );
        let error = |head: &[u8], dic: &[u8]| read(head, dic).unwrap_err();
        assert!(error(b"SET UTF-8\n", latin_2).ends_with("pl.dic`: it is not UTF-8 text"));
        assert!(error(b"SET KLINGON-1\n", latin_2).ends_with("unknown encoding `KLINGON-1`"));
        assert!(error(b"SFX A Y x\n", latin_2).contains("pl.aff`: "));
        fs::remove_file(aff.with_extension("dic")).unwrap();
        assert!(of_files(&aff).err().unwrap().contains("pl.dic`: "));
    }

    #[test]
    fn the_letters_of_another_language_are_right_in_it() {
        let dic = "8\nżółw\nżółty\nśpi\nładnie\nwięc\nPolizei\nstraße\nkommt\n";
        let lexicon = Lexicon::of_other_language("SET UTF-8\n", dic).unwrap();
        let questionnaire = parse_questionnaire(BUILT_IN).unwrap();
        let speller = Speller::new(Arc::new(lexicon), &Draft::default(), &questionnaire);
        let line = "Żółty żółw śpi ładnie, wiec kommt die Poliezi.";
        assert_eq!(misspelt(&speller, line), ["wiec", "die", "Poliezi"]);
        assert_eq!(misspelt(&speller, "kommt żłów, Ярослав, naïve"), ["żłów"]);
    }

    #[test]
    fn the_example_of_a_complete_application_has_no_finding() {
        let questionnaire = parse_questionnaire(BUILT_IN).unwrap();
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/complete.yaml");
        let draft = crate::storage::draft_file::read(&path, &questionnaire).unwrap();
        let mut lexicon = british().unwrap();
        lexicon.accept_questionnaire(&questionnaire);
        let speller = Speller::new(Arc::new(lexicon), &draft, &questionnaire);
        let found = proofread(&draft, &questionnaire, Some(&speller));
        let spelling = |kind| matches!(kind, FindingKind::Spelling | FindingKind::Language);
        assert!(found.iter().all(|finding| !spelling(finding.kind)), "{found:?}");
        assert_eq!(found.len(), 0, "{found:?}");
    }
}
