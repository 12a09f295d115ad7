//! The documents of any questionnaire, not only of the built-in one, are imported again without loss.

use std::io::Cursor;

use good_practice::internals::{
    Answer, Application, Draft, Format, Kind, Purpose, Questionnaire, Recognised, Submission,
    parse_questionnaire, read_docx, read_markdown, read_text, recognise,
};
use proptest::prelude::*;
use serde_json::{Value, json};

/// How wordings begin, so that some begin like a question, an item of a list, a box or a heading.
const STARTS: [&str; 28] = [
    "Timing",
    "What is it",
    "What is the name of the project",
    "Objectives and **main** aims",
    "1. What is it",
    "2. Timing",
    "3. What is it",
    "a) Part",
    "- dash",
    "# hash",
    "[x] box",
    "☐ box",
    "> quote",
    "Quel est le nom du projet",
    "Каково название проекта",
    "目的は何ですか",
    "项目名称",
    "ما اسم المشروع",
    "מה שם הפרויקט",
    "Not applicable",
    "12 of 150 words",
    "Yes / No",
    "C#",
    "See https://example.org/a_b",
    "2021 in [figures]",
    "*Only* if so",
    "Motivation: why",
    "!",
];

/// How wordings end.
const ENDS: [&str; 24] = [
    "",
    "?",
    ".",
    ":",
    "!",
    "…",
    "。",
    "？",
    "»",
    " ?",
    " :",
    " !",
    "\u{A0}?",
    " (max. 5 words)",
    " [max. 5 words]",
    " [5]",
    ")",
    "\"",
    " #",
    " -",
    "_",
    " (Yes / No)",
    "(No)",
    "?*",
];

const LIMITS: [&str; 4] =
    ["[max. {words} words]", "(**Max. {words} words**)", "— {words} mots !", "{words}字以内"];

/// Answers that read like the form.
const ANSWERS: [&str; 24] = [
    "",
    "We did it.",
    "One.\n\nTwo.",
    "- item\n  - item",
    "1. What is it",
    "2. Timing\nand more",
    "### 2. Timing",
    "What is it?",
    "Timing:",
    "(Please see the annex)",
    "[insert here]",
    "Not applicable",
    "(12 of 150 words)",
    "☒ Yes ☐ No",
    "[x] box",
    "項目は二つです。",
    "نعم، في كل يوم",
    "**bold** and *thin*",
    "C#",
    "____",
    "...",
    ": colon",
    "1) one\n2) two",
    "yes",
];

fn wording() -> impl Strategy<Value = String> {
    let parts = (prop::sample::select(&STARTS[..]), prop::sample::select(&ENDS[..]));
    parts.prop_map(|(start, end)| format!("{start}{end}"))
}

/// A field: its kind, label, choices, whether its label is printed, its need, and its words.
type FieldSeed = (usize, String, Vec<String>, bool, usize, usize);

fn field() -> impl Strategy<Value = FieldSeed> {
    let choices = prop_oneof![
        Just(vec!["Yes".to_owned(), "No".to_owned()]),
        prop::collection::vec(wording(), 1..4),
    ];
    (0..8_usize, wording(), choices, any::<bool>(), 0..4_usize, 0..3_usize)
}

/// A question: its wording, whether a footnote mark is at its end, its need, and its fields.
type QuestionSeed = (String, usize, usize, Vec<FieldSeed>);

fn question() -> impl Strategy<Value = QuestionSeed> {
    (wording(), 0..6_usize, 0..4_usize, prop::collection::vec(field(), 1..4))
}

#[derive(Debug, Clone, Default)]
struct Seed {
    title: String,
    masthead: bool,
    texts: Vec<String>,
    declarations: Vec<QuestionSeed>,
    sections: Vec<(String, Vec<QuestionSeed>)>,
    reference: bool,
    limit: usize,
    answers: Vec<String>,
    ticks: u64,
}

fn seed() -> impl Strategy<Value = Seed> {
    let sections =
        prop::collection::vec((wording(), prop::collection::vec(question(), 1..4)), 1..3);
    let declarations = prop::collection::vec(question(), 0..3);
    let texts = prop::collection::vec(wording(), 3);
    let answers = prop::collection::vec(prop::sample::select(&ANSWERS[..]), 1..9);
    let flags = (any::<bool>(), any::<bool>(), 0..4_usize, any::<u64>());
    (wording(), texts, declarations, sections, answers, flags).prop_map(
        |(title, texts, declarations, sections, answers, (masthead, reference, limit, ticks))| {
            Seed {
                title,
                masthead,
                texts,
                declarations,
                sections,
                reference,
                limit,
                answers: answers.into_iter().map(str::to_owned).collect(),
                ticks,
            }
        },
    )
}

/// Writes the questionnaire file, in JSON, which is YAML.
fn questionnaire_file(seed: &Seed) -> String {
    let mut notes = Vec::new();
    let mut yes_no: Option<String> = None;
    let mut id = 0;
    let mut question = |(text, mark, need, fields): &QuestionSeed, declared: bool| {
        id += 1;
        let mut text = text.clone();
        if *mark == 0 {
            notes.push(seed.texts[notes.len() % 3].clone());
            text = format!("{text}[^{}]", notes.len());
        }
        let name = format!("q{id}");
        let mut keys = json!({"id": name, "text": text});
        match (need, &yes_no) {
            (0, _) if !declared => keys["need"] = json!("if-applicable"),
            (1, Some(earlier)) => keys["when"] = json!(format!("{earlier} is yes")),
            _ => {}
        }
        let mut texts = 0;
        let mut all = Vec::new();
        for (at, (kind, label, choices, printed, need, words)) in fields.iter().enumerate() {
            let kinds = ["line", "text", "yes-no", "date", "e-mail", "links", "choice", "choices"];
            let mut kind = kinds[*kind];
            if kind == "text" && texts > 0 {
                kind = "line";
            }
            texts += usize::from(kind == "text");
            let mut field = json!({"kind": kind});
            if kind.starts_with("choice") {
                let ids = choices.iter().enumerate();
                field["choices"] = ids
                    .map(|(at, text)| (format!("c{at}"), json!(text)))
                    .collect::<serde_json::Map<_, _>>()
                    .into();
            }
            if kind == "text" && *words > 0 {
                field["words"] = json!(words * 50);
            }
            if fields.len() == 1 {
                if kind == "yes-no" {
                    yes_no = Some(name.clone());
                }
                keys.as_object_mut().unwrap().extend(field.as_object().unwrap().clone());
            } else {
                field["id"] = json!(format!("f{at}"));
                field[if *printed { "text" } else { "title" }] = json!(label);
                if *need == 0 {
                    field["need"] = json!("if-applicable");
                }
                if kind == "yes-no" {
                    yes_no = Some(format!("{name}.f{at}"));
                }
                all.push(field);
            }
        }
        if fields.len() > 1 {
            keys["fields"] = all.into();
        }
        keys
    };
    let declarations: Vec<Value> =
        seed.declarations.iter().map(|seed| question(seed, true)).collect();
    let sections: Vec<Value> = seed
        .sections
        .iter()
        .map(|(title, questions)| {
            let questions: Vec<Value> =
                questions.iter().map(|seed| question(seed, false)).collect();
            json!({"title": title, "questions": questions})
        })
        .collect();
    let mut file = json!({
        "id": "any", "version": "1", "title": seed.title, "declarations": declarations,
        "sections": sections, "limit-note": LIMITS[seed.limit], "closing": seed.texts[0],
        "introduction": format!("{}\n\n{}", seed.texts[1], seed.texts[2]),
    });
    if seed.masthead {
        file["masthead"] = json!(seed.texts[2]);
    }
    if seed.reference {
        let text = format!("{}\n\n- one\n  - two\n{}", seed.texts[0], seed.texts[1]);
        file["references"] = json!([{"id": "r", "title": seed.texts[1], "text": text}]);
    }
    if !notes.is_empty() {
        let notes = notes.iter().enumerate();
        file["footnotes"] = notes
            .map(|(at, note)| ((at + 1).to_string(), json!(note)))
            .collect::<serde_json::Map<_, _>>()
            .into();
    }
    file.to_string()
}

/// Fills in every field. Questions that need not be answered may be marked as not applicable.
fn filled(questionnaire: &Questionnaire, seed: &Seed) -> Draft {
    let mut draft = Draft::default();
    let mut answers = seed.answers.iter().cycle();
    let mut bits = (0..).map(|at| seed.ticks >> (at * 7 % 61) & 1 == 1);
    for (section, question) in questionnaire.questions() {
        for field in &question.fields {
            let mut bit = || bits.next().unwrap();
            let answer = match &field.kind {
                Kind::Choices(choices) => Answer::List(
                    choices.iter().filter(|_| bit()).map(|choice| choice.id.clone()).collect(),
                ),
                Kind::Choice(choices) => Answer::Text(
                    choices
                        .iter()
                        .find(|_| bit())
                        .map(|choice| choice.id.clone())
                        .unwrap_or_default(),
                ),
                Kind::YesNo => Answer::YesNo(bit()),
                Kind::Date { .. } => {
                    Answer::typed(field, if bit() { "2021-10-05" } else { "spring 2021" })
                }
                Kind::Email => {
                    Answer::typed(field, if bit() { "ana@example.org" } else { "by post" })
                }
                Kind::Links => {
                    Answer::typed(field, "https://example.org/a_b?c=1\nwww.example.org\nour page")
                }
                Kind::Line | Kind::Text { .. } => Answer::typed(field, answers.next().unwrap()),
            };
            if bit() || bit() {
                draft.set(&field.key, answer);
            }
        }
        if section.is_some() && bits.next().unwrap() {
            draft.mark_not_applicable(question, true);
        }
    }
    draft
}

/// Exports a draft to every format that can be imported, and imports it again.
fn back(
    questionnaire: &Questionnaire,
    draft: &Draft,
    purpose: Purpose,
) -> [(&'static str, Recognised, String); 3] {
    let application = Application::new(questionnaire, draft, purpose);
    let word = Format::Docx.write(&application).unwrap();
    let text = |format: Format| String::from_utf8(format.write(&application).unwrap()).unwrap();
    let (md, txt) = (text(Format::Md), text(Format::Txt));
    [
        ("docx", recognise(&read_docx(Cursor::new(word)).unwrap(), questionnaire), txt.clone()),
        ("md", recognise(&read_markdown(&md), questionnaire), md),
        ("txt", recognise(&read_text(&txt), questionnaire), txt),
    ]
}

/// Returns how the imported documents of a draft differ from it.
fn lost(questionnaire: &Questionnaire, draft: &Draft, with_counts: bool) -> Vec<String> {
    let mut lost = Vec::new();
    let submission = Submission::new(questionnaire, draft);
    for (format, found, text) in back(questionnaire, draft, Purpose { with_counts, blank: false }) {
        let before = lost.len();
        for (_, question) in questionnaire.questions() {
            for field in &question.fields {
                let (key, got, wanted) =
                    (&field.key, found.draft.answer(&field.key), submission.answer(&field.key));
                if got != wanted {
                    lost.push(format!("{format}: {key}: {got:?} instead of {wanted:?}"));
                }
            }
            let marked =
                (found.draft.is_not_applicable(question), submission.is_not_applicable(question));
            if marked.0 != marked.1 {
                lost.push(format!("{format}: {} not applicable: {marked:?}", question.id));
            }
        }
        if !found.unplaced.is_empty() || !found.remarks.is_empty() {
            lost.push(format!("{format}: {:?} {:?}", found.unplaced, found.remarks));
        }
        if lost.len() > before {
            lost.push(text);
        }
    }
    lost
}

/// Runs a few dozen cases, or as many as `PROPTEST_CASES` says.
fn config() -> ProptestConfig {
    let cases = std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok());
    ProptestConfig::with_cases(cases.unwrap_or(48))
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn the_documents_of_any_questionnaire_come_back(seed in seed(), with_counts in any::<bool>()) {
        let file = questionnaire_file(&seed);
        let questionnaire = parse_questionnaire(&file)
            .map_err(|problems| TestCaseError::fail(format!("{file}: {problems:?}")))?;
        let draft = filled(&questionnaire, &seed);
        let lost = lost(&questionnaire, &draft, with_counts);
        prop_assert!(lost.is_empty(), "{}\n{file}", lost.join("\n"));
    }
}

/// Asserts that every document of a form comes back, empty, half filled in and filled in.
fn assert_comes_back(declarations: Value, sections: Value, footnotes: Value) {
    let file = json!({
        "id": "any", "version": "1", "title": "Form", "declarations": declarations,
        "sections": sections, "footnotes": footnotes,
    });
    let questionnaire = parse_questionnaire(&file.to_string()).unwrap();
    for ticks in [0, u64::MAX, 0x5555_5555_5555_5555, 0x3333_9999_3333_9999] {
        let answers = ["We did it.", "1. What is it", "(Please see the annex)", "項目は二つです。"];
        let seed = Seed { answers: answers.map(str::to_owned).to_vec(), ticks, ..Seed::default() };
        let draft = filled(&questionnaire, &seed);
        assert_eq!(lost(&questionnaire, &draft, false), [""; 0], "{file}");
    }
}

/// Returns a question with one field.
fn asked(id: &str, text: &str, kind: &str) -> Value {
    json!({"id": id, "text": text, "kind": kind})
}

#[test]
fn a_wording_may_end_with_any_sign() {
    for end in
        ["!", "…", "。", "？", "»", " ?", "\u{A0}?", " !", " :", "[^1]", "?[^1]", " #", " [5]", "_"]
    {
        let notes = if end.contains('^') { json!({"1": "A note."}) } else { json!({}) };
        let fields = json!([
            {"id": "a", "kind": "line", "text": format!("Nom{}", end.replace("[^1]", ""))},
            {"id": "b", "kind": "yes-no", "text": format!("Oui{}", end.replace("[^1]", ""))},
        ]);
        let questions = [
            asked("a", &format!("Titre{end}"), "line"),
            asked("b", &format!("Quel est le but du projet{end}"), "text"),
            json!({"id": "c", "text": format!("Où{end}"), "fields": fields}),
        ];
        assert_comes_back(json!([]), json!([{"title": "Q", "questions": questions}]), notes);
    }
}

#[test]
fn a_limit_note_may_be_in_square_brackets() {
    let long = json!({"id": "a", "text": "Aim", "kind": "text", "words": 5, "limit-note": "[max. {words} words]"});
    let other =
        json!({"id": "b", "text": "Way", "kind": "text", "words": 5, "limit-note": "[{words}]"});
    assert_comes_back(json!([]), json!([{"title": "Why", "questions": [long, other]}]), json!({}));
}

#[test]
fn a_choice_may_read_like_a_later_question() {
    let choices = json!({"x": "2. What is it?", "y": "3. Why?"});
    let first = json!({"id": "a", "text": "Next", "kind": "choices", "choices": choices});
    let questions = [first, asked("b", "What is it?", "text"), asked("c", "Why?", "text")];
    assert_comes_back(json!([]), json!([{"title": "Why", "questions": questions}]), json!({}));
}

#[test]
fn two_fields_may_have_the_same_choices() {
    let choices = json!({"x": "Often", "y": "Never"});
    for label in ["text", "title"] {
        let field =
            |id: &str| json!({"id": id, label: "How often", "kind": "choices", "choices": choices});
        let question = json!({"id": "a", "text": "Meetings", "fields": [field("a"), field("b")]});
        let other = json!({"id": "b", "text": "Calls", "fields": [field("a"), field("b")]});
        assert_comes_back(
            json!([question]),
            json!([{"title": "A", "questions": [other]}]),
            json!({}),
        );
    }
}

#[test]
fn declarations_may_print_as_one_list() {
    let choices = json!({"x": "to win", "y": "I agree"});
    let first = json!({"id": "a", "text": "We want", "kind": "choices", "choices": choices});
    let declarations =
        json!([first, asked("b", "I agree", "yes-no"), asked("c", "I agree to all", "yes-no")]);
    assert_comes_back(
        declarations,
        json!([{"title": "A", "questions": [asked("d", "Why", "line")]}]),
        json!({}),
    );
}

#[test]
fn a_section_title_may_begin_with_a_number() {
    let section =
        |title: &str, id: &str| json!({"title": title, "questions": [asked(id, "Why", "text")]});
    assert_comes_back(
        json!([]),
        json!([section("2. Why", "a"), section("1) Aims", "b"), section("3", "c")]),
        json!({}),
    );
}

#[test]
fn a_form_may_be_in_any_script() {
    for words in [
        ["項目名称", "目的は何ですか？"],
        ["ما اسم المشروع؟", "ما الهدف؟"],
        ["Назва", "Яка мета?"],
        ["שם", "מה המטרה?"],
    ] {
        let questions = [
            asked("a", words[0], "line"),
            asked("b", words[1], "text"),
            asked("c", words[1], "links"),
        ];
        assert_comes_back(
            json!([]),
            json!([{"title": words[0], "questions": questions}]),
            json!({}),
        );
    }
}

#[test]
fn a_line_that_a_colleague_added_is_kept_where_it_is() {
    let questions = [asked("a", "What is it !", "text"), asked("b", "目的", "line")];
    let file = json!({"id": "any", "version": "1", "title": "Form", "sections": [{"title": "目的", "questions": questions}]});
    let questionnaire = parse_questionnaire(&file.to_string()).unwrap();
    let found = recognise(
        &read_markdown(
            "# Form\n\n## 目的\n\n### 1. What is it !\n\n> We did it.\n\nAnd more.\n\n### 2. 目的\n\n> Light\n\n↩ ↩\n",
        ),
        &questionnaire,
    );
    let answers: Vec<_> = questionnaire
        .questions()
        .map(|(_, question)| found.draft.answer(&question.fields[0].key).cloned())
        .collect();
    let text = |text: &str| Some(Answer::Text(text.to_owned()));
    assert_eq!(answers, [text("We did it.\n\nAnd more."), text("Light")]);
}
