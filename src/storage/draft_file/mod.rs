//! Draft files: opened under a lock, saved atomically, and merged with what other programs write.
//! `save.rs` has the order of these steps, `storage/disk.rs` the atomic write.

mod conflicts;
pub(crate) mod exports;
pub(crate) mod history;
mod lock;
mod open;
pub(crate) mod orphans;
#[cfg(test)]
mod promises;
mod save;

use std::path::{Path, PathBuf};

use crate::model::draft::Draft;
use crate::model::questionnaire::Questionnaire;
use crate::model::questionnaire::outline::in_other_version;
use crate::storage::yaml;
use history::History;
use lock::Lock;
pub(crate) use open::{is_draft, read_questionnaire, rescued_from};
pub use open::{parse_questionnaire, read};
pub(crate) use save::{to_yaml, write_out};

/// A draft file that is open for writing: guarded by a lock, written atomically, and merged with
/// concurrent changes to the file.
///
/// # Representation
///
/// Three versions of a draft meet here. The *holder*, a wizard or a command, has its own copy in
/// memory and passes it to [`save`](Self::save). `on_disk` is the version last read from the file
/// or written to it. `merge_base` is the common ancestor of the two: what differs between it and the
/// holder's copy was changed here, what differs between it and `on_disk` was changed by another
/// program. Without a conflict, `merge_base` and `on_disk` are equal.
///
/// # Operations
///
/// - [`open`](Self::open) takes the lock, deletes the temporary files of killed programs, and reads the
///   file. All three versions are equal afterwards.
/// - [`save`](Self::save) reloads the file if another program changed it, merges that version with
///   the holder's, adds versions to the history whose words would be lost, and replaces the file.
///   `on_disk` becomes what was written, `merge_base` what the holder passed. After a merge they
///   differ, because the holder does not know the other program's answers yet.
/// - [`merge_external_changes`](Self::merge_external_changes) gives the holder those answers;
///   `merge_base` becomes `on_disk`. If the holder never calls it, nothing is lost: each save
///   merges again.
/// - [`move_to`](Self::move_to) saves to a new file and continues with that one.
/// - [`release`](Self::release) releases only the lock. A later save still merges.
///
/// A file that cannot be read as a draft is never overwritten: `save` copies it beside the draft
/// first. Comments and the order of a file that was edited by hand are preserved by editing its text. If
/// that is impossible, the text is added to the history.
///
/// # Limits
///
/// - Only this program respects the lock. Changes by an editor in the milliseconds between reading and
///   replacing the file are lost.
/// - A draft whose file would be larger than [`MAX_BYTES`](crate::storage::yaml::MAX_BYTES) could not
///   be read again. It is written to another file beside the draft at each save.
/// - Without an owner's permission on the folder there is no lock, no history and no atomic write.
#[derive(Debug)]
pub(crate) struct DraftFile {
    path: PathBuf,
    lock: Option<Lock>,
    /// The program that had the draft open before and did not release its lock.
    stale_holder: Option<String>,
    /// The version last read or written, or `None` if there is no file.
    on_disk: Option<Snapshot>,
    /// The draft last passed to `save`, or given to the holder.
    merge_base: Draft,
    history: History,
    /// The oldest version that is newer than the last one in the history.
    oldest_unkept: Option<Snapshot>,
    /// The file beside the draft with the text that is too large for it.
    oversized: Option<PathBuf>,
    /// Whether the holder has been warned that the history cannot be written.
    history_warned: bool,
}

/// One version of a draft file.
#[derive(Debug, Clone)]
struct Snapshot {
    text: String,
    draft: Draft,
}

impl Snapshot {
    /// Whether the text differs from what this program would write: it has comments, another order
    /// or another spelling.
    fn is_edited_by_hand(&self, questionnaire: &Questionnaire) -> bool {
        save::to_yaml(&self.draft, questionnaire).is_ok_and(|text| text != self.text)
    }
}

impl DraftFile {
    /// Whether the file exists.
    pub(crate) fn is_there(&self) -> bool {
        self.on_disk.is_some()
    }

    /// Returns the path of the file, with links followed.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Returns the earlier versions.
    pub(crate) fn history(&self) -> &History {
        &self.history
    }

    /// Returns the file beside the draft with its text, if that was too large for the last save.
    pub(crate) fn oversized_copy(&self) -> Option<PathBuf> {
        self.oversized.clone()
    }

    /// Returns a warning if another program may have the draft open: if it did not release its lock, or
    /// if the folder does not support locks. Returns `None` otherwise.
    pub(crate) fn lock_notice(&self) -> Option<String> {
        match (&self.stale_holder, &self.lock) {
            (Some(holder), _) => Some(lock::stale_notice(holder)),
            (None, Some(_)) => None,
            (None, None) => Some(
                "This folder does not support locks: the draft may be open in another wizard, too. If both change an answer, both texts are kept."
                    .to_owned(),
            ),
        }
    }

    /// Describes what the questionnaire asks differently since the draft was last saved, in
    /// sentences.
    pub(crate) fn questions_changed(&self, questionnaire: &Questionnaire) -> Vec<String> {
        let Some(on_disk) = &self.on_disk else { return Vec::new() };
        let mut changes = match (self.history.outline(), &on_disk.draft.version) {
            (Some(outline), _) => outline.changes(questionnaire),
            (None, Some(version)) if on_disk.draft.in_other_version(questionnaire) => {
                vec![in_other_version(version, &questionnaire.version)]
            }
            (None, _) => Vec::new(),
        };
        if let Ok(root) = yaml::read(&on_disk.text) {
            changes.extend(on_disk.draft.renamed_answers(&root.value, questionnaire));
        }
        changes
    }

    /// Releases the lock, so that other wizards can open the draft. May be called twice.
    pub(crate) fn release(&mut self) {
        self.lock = None;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use std::fs;

    use super::open::parse;
    use super::*;
    use crate::model::answer::Answer;
    use crate::model::questionnaire::BUILT_IN;
    use crate::model::text;
    use crate::storage::error::DraftError;

    fn built_in() -> Questionnaire {
        parse_questionnaire(BUILT_IN).unwrap()
    }

    fn draft_of(yaml: &str) -> Result<Draft, DraftError> {
        parse(yaml, &built_in())
    }

    #[test]
    fn a_draft_comes_back_as_it_was_saved() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("application.yaml");
        let questionnaire = built_in();
        let (mut file, mut draft) = DraftFile::open(&path, &questionnaire).unwrap();
        for (name, typed) in [
            ("name", "no"),
            ("timing.start", "5/10/2021"),
            ("timing.still-running", "yes"),
            ("links", "https://example.org/a\nwww.example.org"),
            ("summary", "One.\n\n- two: #3\n- 'four'"),
        ] {
            let (question, field) = questionnaire.find(name).unwrap();
            let field = field.unwrap_or(&question.fields[0]);
            draft.set(&field.key, Answer::typed(field, typed));
        }
        file.save(&draft, &questionnaire).unwrap();
        let text = fs::read_to_string(&path).unwrap();
        for line in [
            "version: 1",
            "  name: \"no\"",
            "    still-running: true",
            "  summary: |-",
            "    - two: #3",
        ] {
            assert!(
                text.lines().any(|found| found.replace('\'', "\"") == line.replace('\'', "\"")),
                "{line}\n{text}"
            );
        }
        assert!(read(&path, &questionnaire).unwrap().holds_same(&draft));
    }

    #[test]
    fn what_could_not_be_read_again_is_not_written() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.yaml");
        let questionnaire = built_in();
        let (mut file, mut draft) = DraftFile::open(&path, &questionnaire).unwrap();
        let key = |name| questionnaire.find(name).unwrap().0.fields[0].key.clone();
        draft.set(&key("name"), Answer::Text("A".into()));
        file.save(&draft, &questionnaire).unwrap();
        let before = fs::read(&path).unwrap();
        draft.set(&key("summary"), Answer::Text("word ".repeat(yaml::MAX_BYTES / 5)));
        let Err(DraftError::Io(why)) = file.save(&draft, &questionnaire) else { panic!() };
        assert!(
            why.to_string().contains("larger than 2 MB; all of it is in a.too-large-1.yaml"),
            "{why}"
        );
        assert_eq!(fs::read(&path).unwrap(), before);
        let beside = file.oversized_copy().unwrap();
        assert!(fs::read_to_string(beside).unwrap().len() > yaml::MAX_BYTES);
        // Shorter again, it is saved again.
        draft.set(&key("summary"), Answer::Text("word ".repeat(yaml::MAX_BYTES / 6)));
        let notices = file.save(&draft, &questionnaire).unwrap().join("\n");
        assert!(notices.contains("a.too-large-1.yaml"), "{notices}");
        assert_eq!(file.oversized_copy(), None);
        assert_eq!(
            read(&path, &questionnaire).unwrap().answer(&key("name")),
            draft.answer(&key("name"))
        );
    }

    #[test]
    fn answers_without_a_question_stay_in_the_file() {
        let yaml = "questionnaire: eucpn-good-practice\nversion: 0\nanswers:\n  name: A\n  mascot: Owl\n  timing:\n    season: spring\nnotes: mine\n";
        let draft = draft_of(yaml).unwrap();
        assert_eq!(draft.unplaced_names(), ["`timing.season`", "`mascot`"]);
        let written = yaml::write(&draft.to_value(&built_in())).unwrap();
        for kept in ["mascot: Owl", "season: spring", "notes: mine"] {
            assert!(written.contains(kept), "{written}");
        }
        let again = draft_of(&written).unwrap();
        assert_eq!(yaml::write(&again.to_value(&built_in())).unwrap(), written);
    }

    #[test]
    fn a_draft_made_by_hand_is_read_as_it_was_meant() {
        let yaml = "\u{FEFF}answers:\r\n  aims: ecpa\r\n  timing:\r\n    start: 5.10.2021\r\n    still-running: no\r\n    end: '2022-01-31'\r\n  summary: |\r\n    One.\r\n\r\n    Two.\r\n";
        let draft = draft_of(yaml).unwrap();
        let tree = yaml::write(&draft.to_value(&built_in())).unwrap();
        for line in ["  - ecpa", "2021-10-05", "still-running: false", "2022-01-31", "    One."] {
            assert!(tree.contains(line), "{tree}");
        }
    }

    #[test]
    fn everything_wrong_with_a_draft_is_said_at_once() {
        let Err(DraftError::Unreadable(problems)) =
            draft_of("questionnaire: other\nanswers:\n  name: [a]\n  summary:\n    a: b\n")
        else {
            panic!()
        };
        let lines: Vec<_> = problems.iter().map(|problem| problem.location.unwrap().line).collect();
        assert_eq!(lines, [1, 3, 5], "{problems:?}");
    }

    #[test]
    fn a_second_wizard_is_told_who_has_the_draft() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.yaml");
        let first = DraftFile::open(&path, &built_in()).unwrap();
        let Err(DraftError::Busy(holder)) = DraftFile::open(&path, &built_in()) else { panic!() };
        assert!(holder.contains(&std::process::id().to_string()), "{holder}");
        drop(first);
        assert!(DraftFile::open(&path, &built_in()).is_ok());
    }

    #[test]
    fn where_no_lock_can_be_had_it_is_said() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.yaml");
        fs::create_dir(folder.path().join(".a.yaml.lock")).unwrap();
        let (mut file, draft) = DraftFile::open(&path, &built_in()).unwrap();
        assert!(file.lock_notice().unwrap().contains("does not support locks"));
        file.save(&draft, &built_in()).unwrap();
    }

    fn opened(text: &str) -> (tempfile::TempDir, DraftFile, Draft) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.yaml");
        fs::write(&path, text).unwrap();
        let (file, draft) = DraftFile::open(&path, &built_in()).unwrap();
        (folder, file, draft)
    }

    fn key(name: &str) -> crate::model::questionnaire::Key {
        let questionnaire = built_in();
        let (question, field) = questionnaire.find(name).unwrap();
        field.unwrap_or(&question.fields[0]).key.clone()
    }

    #[test]
    fn comments_and_order_of_a_person_stay() {
        let by_hand = "# Ask Jana about the costs\nversion: 1\nanswers:\n    summary: |\n        # one\n        two\n    # the name may change\n    name: 'A # in it'   # or B?\n    timing:\n        start: 2021-10-05  # sure?\n        still-running: no\nquestionnaire: eucpn-good-practice\n";
        let (_folder, mut file, mut draft) = opened(by_hand);
        let questionnaire = built_in();
        draft.set(&key("summary"), Answer::Text("# other\n\n- a list".into()));
        draft.set(
            &key("timing.end"),
            Answer::typed(questionnaire.find("timing.end").unwrap().1.unwrap(), "31.1.2022"),
        );
        draft.set(&key("objectives"), Answer::Text("New.".into()));
        assert_eq!(file.save(&draft, &questionnaire).unwrap(), [""; 0]);
        let text = fs::read_to_string(file.path()).unwrap();
        for kept in [
            "# Ask Jana about the costs\n",
            "    # the name may change\n    name: 'A # in it'   # or B?\n",
            "        start: 2021-10-05  # sure?\n",
            "        still-running: no\n",
            "    summary: |-\n",
            "- a list\n",
            "end: \"2022-01-31\"\n",
        ] {
            assert!(text.contains(kept), "{kept}\n{text}");
        }
        assert!(
            text.find("summary:") < text.find("name:")
                && text.find("name:") < text.find("questionnaire:")
        );
        // And again, from the text as it is now.
        draft.set(&key("name"), Answer::Text("B".into()));
        draft.set(&key("objectives"), Answer::Text(String::new()));
        assert_eq!(file.save(&draft, &questionnaire).unwrap(), [""; 0]);
        let text = fs::read_to_string(file.path()).unwrap();
        assert!(text.contains("name: B   # or B?\n") && !text.contains("New."), "{text}");
        let read = read(file.path(), &questionnaire).unwrap();
        assert!(read.holds_same(&draft));
    }

    #[test]
    fn the_form_that_was_filled_in_last_is_in_the_file() {
        let (_folder, mut file, mut draft) = opened("# mine\nanswers:\n  name: A\n");
        draft.set_form("forms/official.docx");
        file.save(&draft, &built_in()).unwrap();
        let text = fs::read_to_string(file.path()).unwrap();
        assert!(text.contains("# mine\n") && text.contains("form: forms/official.docx"), "{text}");
        let read = read(file.path(), &built_in()).unwrap();
        assert_eq!(read.form(), Some("forms/official.docx"));
        // A value that is not a path stays.
        let (_folder, mut file, mut draft) = opened("form: [a, b]\nanswers:\n  name: A\n");
        draft.set(&key("name"), Answer::Text("B".into()));
        file.save(&draft, &built_in()).unwrap();
        assert!(fs::read_to_string(file.path()).unwrap().contains("form: [a, b]"));
    }

    #[test]
    fn no_comment_vanishes_without_a_word() {
        let links = "answers:\n  links:\n  - www.example.org/a  # broken?\n  - www.example.org/b\n";
        let plain = "answers:\n  summary: One\n    two  # Jana: shorter\n    three\n";
        let plain = &plain.replace("  # Jana: shorter", "");
        let changed = |name: &str, answer: Answer, by_hand: &str, comment: &str| {
            let (_folder, mut file, mut draft) = opened(by_hand);
            draft.set(&key(name), answer);
            let notices = file.save(&draft, &built_in()).unwrap().join("\n");
            let text = fs::read_to_string(file.path()).unwrap();
            let versions = file.history().versions();
            let kept = |version: &history::Version| fs::read_to_string(&version.path).unwrap();
            assert!(read(file.path(), &built_in()).unwrap().holds_same(&draft), "{text}");
            let in_history = versions.iter().any(|version| kept(version).contains(comment));
            let is_announced = notices.contains("Comments in the file") && in_history;
            assert!(text.contains(&format!("# {comment}")) || is_announced, "{text}\n{notices}");
        };
        let text = |text: &str| Answer::Text(text.to_owned());
        changed("name", text("B # c"), "answers:\n  name: A  # or B?\n", "or B?");
        changed("name", text("B # or B?"), "answers:\n  name: A  # or B?\n", "or B?");
        changed("name", text(""), "answers:\n  name: A  # or B?\n", "or B?");
        changed("links", Answer::List(vec!["www.example.org/c # d".into()]), links, "broken?");
        changed("summary", text("Other\n\n# lines"), &format!("{plain}  # Jana\n"), "Jana");
    }

    #[test]
    fn comments_that_cannot_stay_are_kept_in_the_history() {
        // Longer than what is edited in place.
        let by_hand = format!("# Ask Jana\nanswers:\n  problem: {}\n", "word ".repeat(120_000));
        let (_folder, mut file, mut draft) = opened(&by_hand);
        let questionnaire = built_in();
        draft.set(&key("summary"), Answer::Text("One.\n\nTwo.".into()));
        let notices = file.save(&draft, &questionnaire).unwrap().join("\n");
        assert!(notices.contains("`good-practice history` has the version with them"), "{notices}");
        assert!(read(file.path(), &questionnaire).unwrap().holds_same(&draft));
        let versions = file.history().versions();
        let kept = |version: &history::Version| fs::read_to_string(&version.path).unwrap();
        assert!(versions.iter().any(|version| kept(version) == by_hand));
    }

    #[test]
    fn what_somebody_else_wrote_is_merged_answer_by_answer() {
        let (_folder, mut file, mut draft) =
            opened("answers:\n  name: A\n  summary: One\n  objectives: O\n");
        let questionnaire = built_in();
        fs::write(
            file.path(),
            "answers:\n  name: A\n  summary: Theirs\n  objectives: Changed too\n",
        )
        .unwrap();
        draft.set(&key("name"), Answer::Text("Mine".into()));
        draft.set(&key("objectives"), Answer::Text("Mine".into()));
        let notices = file.save(&draft, &questionnaire).unwrap().join("\n");
        assert!(notices.contains("Copied from it: question 6."), "{notices}");
        assert!(notices.contains("`objectives-elsewhere`"), "{notices}");
        let text = |draft: &Draft, name| match draft.answer(&key(name)) {
            Some(Answer::Text(text)) => text.clone(),
            other => panic!("{other:?}"),
        };
        let saved = read(file.path(), &questionnaire).unwrap();
        assert_eq!(text(&saved, "name"), "Mine");
        assert_eq!(text(&saved, "summary"), "Theirs");
        assert_eq!(text(&saved, "objectives"), "Mine");
        assert!(saved.contains_text("Changed too"));
        // The holder continues with a draft that does not have it yet: nothing is undone.
        draft.set(&key("name"), Answer::Text("Mine again".into()));
        assert_eq!(file.save(&draft, &questionnaire).unwrap(), [""; 0]);
        let saved = read(file.path(), &questionnaire).unwrap();
        assert_eq!(
            (text(&saved, "name").as_str(), text(&saved, "summary").as_str()),
            ("Mine again", "Theirs")
        );
        let (taken, notices) = file.merge_external_changes(&draft, &questionnaire).unwrap();
        assert!(taken.holds_same(&saved) && notices.is_empty());
        assert!(file.merge_external_changes(&taken, &questionnaire).is_none());
    }

    #[test]
    fn a_file_that_another_program_broke_is_kept_beside() {
        for broken in ["answers: [\n", "questionnaire: other\n"] {
            let (_folder, mut file, draft) = opened("answers:\n  name: A\n");
            fs::write(file.path(), broken).unwrap();
            let notices = file.save(&draft, &built_in()).unwrap().join("\n");
            let kept = file.path().with_file_name("a.kept-1.yaml");
            assert!(notices.contains("a.kept-1.yaml"), "{notices}");
            assert_eq!(fs::read_to_string(kept).unwrap(), broken);
            assert!(read(file.path(), &built_in()).unwrap().holds_same(&draft));
        }
        // An empty file is not a change by another program.
        let (_folder, mut file, draft) = opened("answers:\n  name: A\n");
        fs::write(file.path(), "").unwrap();
        assert_eq!(file.save(&draft, &built_in()).unwrap(), [""; 0]);
        assert!(read(file.path(), &built_in()).unwrap().holds_same(&draft));
    }

    #[test]
    fn cutting_is_no_one_way_door() {
        let long = (1..=60).map(|n| format!("word{n}")).collect::<Vec<_>>().join(" ");
        let folder = tempfile::tempdir().unwrap();
        let questionnaire = built_in();
        let (mut file, mut draft) =
            DraftFile::open(&folder.path().join("a.yaml"), &questionnaire).unwrap();
        let mut save = |text: &str| {
            draft.set(&key("summary"), Answer::Text(text.into()));
            file.save(&draft, &questionnaire).unwrap();
        };
        save("word1");
        save(&long);
        // Word by word, as one cuts.
        let words: Vec<&str> = long.split(' ').collect();
        for left in (30..60).rev() {
            save(&words[..left].join(" "));
        }
        let versions = file.history().versions();
        assert_eq!(versions.len(), 1, "{versions:?}");
        let kept = read(&versions[0].path, &questionnaire).unwrap();
        assert_eq!(kept.answer(&key("summary")), Some(&Answer::Text(long)));
    }

    #[test]
    fn what_was_typed_and_deleted_at_once_comes_back() {
        let folder = tempfile::tempdir().unwrap();
        let questionnaire = built_in();
        let path = folder.path().join("a.yaml");
        let (mut file, mut draft) = DraftFile::open(&path, &questionnaire).unwrap();
        let long = (1..=60).map(|n| format!("word{n}")).collect::<Vec<_>>().join(" ");
        // Saved in the middle of a word, then written on, then everything is deleted.
        for text in ["star", "started", &format!("started {long}"), "x"] {
            draft.set(&key("summary"), Answer::Text(text.into()));
            file.save(&draft, &questionnaire).unwrap();
        }
        let kept = file.history().versions();
        let texts: Vec<_> =
            kept.iter().map(|version| fs::read_to_string(&version.path).unwrap()).collect();
        assert!(texts.iter().any(|text| text.contains("word60")), "{texts:?}");
    }

    #[test]
    fn a_text_that_somebody_else_replaced_comes_back() {
        let long = (1..=60).map(|n| format!("word{n}")).collect::<Vec<_>>().join(" ");
        let (_folder, mut file, mut draft) = opened(&format!("answers:\n  summary: {long}\n"));
        fs::write(file.path(), "answers:\n  summary: TODO\n").unwrap();
        draft.set(&key("name"), Answer::Text("Mine".into()));
        file.save(&draft, &built_in()).unwrap();
        let kept = file.history().versions();
        assert!(
            kept.iter()
                .any(|version| fs::read_to_string(&version.path).unwrap().contains("word60")),
            "{kept:?}"
        );
    }

    #[test]
    fn a_draft_that_could_not_be_read_again_is_not_written() {
        let (_folder, mut file, mut draft) = opened("answers:\n  name: A\n");
        let before = fs::read_to_string(file.path()).unwrap();
        let links = (0..60_000).map(|n| format!("www.example.org/{n}")).collect();
        draft.set(&key("links"), Answer::List(links));
        let refused = file.save(&draft, &built_in()).unwrap_err();
        let DraftError::Io(refused) = refused else { panic!("{refused:?}") };
        assert!(refused.to_string().contains("could not be read again"), "{refused}");
        assert_eq!(fs::read_to_string(file.path()).unwrap(), before);
    }

    #[test]
    fn somebody_who_goes_on_typing_elsewhere_leaves_one_answer_beside_ours() {
        let (_folder, mut file, mut draft) = opened("answers:\n  objectives: One\n");
        let theirs = ["One two", "One two three", "One two three four"];
        for (number, text) in theirs.iter().enumerate() {
            fs::write(file.path(), format!("answers:\n  objectives: {text}\n")).unwrap();
            draft.set(&key("objectives"), Answer::Text(format!("Mine {number}")));
            file.save(&draft, &built_in()).unwrap();
        }
        let saved = read(file.path(), &built_in()).unwrap();
        assert_eq!(saved.unplaced_names(), ["`objectives-elsewhere`"]);
        assert!(saved.contains_text("One two three four"));
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn drafts_with_similar_names_share_nothing() {
        use std::ffi::OsString;
        use std::os::unix::ffi::OsStringExt;
        let long = |last: &str| OsString::from("a".repeat(250 - last.len()) + last + ".yaml");
        let bytes = |byte| OsString::from_vec(vec![b'a', byte, b'.', b'y', b'a', b'm', b'l']);
        for names in [[bytes(0xFE), bytes(0xFF)], [long("1"), long("2")]] {
            let folder = tempfile::tempdir().unwrap();
            let mut opened = names.map(|name| {
                let path = folder.path().join(name);
                fs::write(&path, "answers:\n  name: A\n").unwrap();
                DraftFile::open(&path, &built_in()).unwrap().0
            });
            assert!(opened.iter().all(|file| file.lock.is_some()));
            opened[0].keep_version().unwrap();
            assert_eq!(opened[0].history().versions().len(), 1);
            assert_eq!(opened[1].history().versions(), []);
            for file in &mut opened {
                file.save(&Draft::default(), &built_in()).unwrap();
                fs::write(file.path(), "[").unwrap();
                let notices = file.save(&Draft::default(), &built_in()).unwrap();
                assert_eq!(notices.len(), 1);
            }
        }
    }

    #[cfg(unix)]
    #[test]
    fn links_put_in_the_way_lead_nowhere() {
        use std::os::unix::fs::symlink;
        // The draft becomes a link to a file that is not a draft.
        let (folder, mut file, draft) = opened("answers:\n  name: A\n");
        let precious = folder.path().join("precious");
        fs::write(&precious, "[").unwrap();
        fs::remove_file(file.path()).unwrap();
        symlink(&precious, file.path()).unwrap();
        let Err(DraftError::Io(refused)) = file.save(&draft, &built_in()) else { panic!() };
        assert!(refused.to_string().contains("not a file"), "{refused}");
        assert_eq!(fs::read_to_string(&precious).unwrap(), "[");
        // Nothing has the name of the file that is set aside yet.
        let (folder, mut file, draft) = opened("answers:\n  name: A\n");
        symlink(folder.path().join("planted"), folder.path().join("a.kept-1.yaml")).unwrap();
        fs::write(file.path(), "answers: [\n").unwrap();
        file.save(&draft, &built_in()).unwrap();
        assert!(!folder.path().join("planted").exists());
        let kept = fs::read_to_string(folder.path().join("a.kept-2.yaml")).unwrap();
        assert_eq!(kept, "answers: [\n");
        // And the place a draft is moved to.
        symlink(folder.path().join("planted"), folder.path().join("moved.yaml")).unwrap();
        let moved = folder.path().join("moved.yaml");
        assert!(file.move_to(&moved, &draft, &built_in()).is_err());
        assert!(!folder.path().join("planted").exists());
    }

    proptest! {
        #[test]
        fn any_text_survives_a_draft(typed in any::<String>(), line in "\\PC{0,80}") {
            let questionnaire = built_in();
            let mut draft = Draft::default();
            for (name, typed) in [("summary", &typed), ("name", &line), ("target.motivation", &line)] {
                let (question, field) = questionnaire.find(name).unwrap();
                let field = field.unwrap_or(&question.fields[0]);
                draft.set(&field.key, Answer::typed(field, typed));
            }
            let yaml = yaml::write(&draft.to_value(&questionnaire)).unwrap();
            prop_assert!(draft_of(&yaml).unwrap().holds_same(&draft), "{}", yaml);
            let question = questionnaire.question("summary").unwrap();
            let expected = Answer::Text(text::normalize_answer(&typed));
            prop_assert_eq!(draft.answer(&question.fields[0].key), Some(&expected).filter(|answer| !answer.is_empty()));
        }
    }
}
