//! Fills in an official Word form: the result is a copy of the form that has the answers of a draft and
//! no other change.
//!
//! A form is filled in five steps:
//!
//! 1. [`package`] opens the form and refuses files that cannot be filled in. The Word reader of `import`
//!    reads its lines with the byte range of the XML that each character comes from, and [`tree`] reads
//!    the elements with their byte ranges.
//! 2. The recogniser of `import` finds the wording of the questionnaire. The text between one wording
//!    and the next is the place of an answer ([`place`]).
//! 3. [`filler`] compares the words in the place with the draft and its history. If they are the answer
//!    of the draft, nothing is written. An earlier version of the answer is replaced. A changed version
//!    is left as it is and reported.
//! 4. [`room`] chooses where in the place the answer is written. [`writer`] and [`boxes`] write it as
//!    [`edits`]: byte ranges and the XML that replaces them.
//! 5. The filled form is read again. An answer that cannot be read back counts as not written.
//!
//! # Limits
//! No answer is written where its wording was not found. Words in a place that are neither a prompt nor
//! a version of its answer are never deleted without `force`.

mod bindings;
mod boxes;
mod complex_fields;
mod content;
mod controls;
mod dates;
mod edits;
mod filler;
mod package;
mod place;
mod properties;
mod question_format;
mod room;
mod styles;
mod tree;
mod wanted;
mod writer;

use std::collections::BTreeMap;
use std::io::Cursor;

use self::filler::FormFiller;
pub(crate) use self::filler::MissingReason;
use self::package::FormPackage;
use self::place::{AnswerPlace, LocatedForm};
use self::properties::XmlNames;
use self::room::RoomFinder;
use self::styles::FormStyles;
use self::tree::XmlTree;
use self::wanted::ReadBack;
use self::writer::{AnswerEdits, AnswerWriter};
use crate::document::error::UnreadableDocument;
use crate::document::import::docx::read_traced;
use crate::model::draft::Draft;
use crate::model::questionnaire::Questionnaire;
use crate::model::submission::Submission;

/// A form that was filled in.
#[derive(Debug)]
pub struct FilledForm {
    /// The `.docx` file.
    pub bytes: Vec<u8>,
    /// The answers of the draft that are not in it: the name of each field and the reason.
    pub missing: Vec<(String, MissingReason)>,
    /// Remarks on answers that are in it, such as on lost formatting: the name of each field and the
    /// remark.
    pub remarks: Vec<(String, String)>,
    /// The names of the questions and fields of the form that the draft does not answer. They are left as
    /// they are.
    pub unanswered: Vec<String>,
    /// The number of answers in it.
    pub written: usize,
}

impl FilledForm {
    /// Returns the names of the fields that are left as they are because they were changed in the form.
    pub fn changed(&self) -> impl Iterator<Item = &str> {
        let changed = self.missing.iter().filter(|(_, reason)| *reason == MissingReason::Changed);
        changed.map(|(name, _)| name.as_str())
    }
}

/// Fills in a form. Answers of `versions`, the earlier versions of the draft, are replaced in the form.
/// With `force`, so are answers that were changed in the form.
///
/// # Errors
/// Fails if the form cannot be filled in or is not a form of this questionnaire.
pub fn fill(
    form: &[u8],
    questionnaire: &Questionnaire,
    draft: &Draft,
    versions: &[Draft],
    force: bool,
) -> Result<FilledForm, UnreadableDocument> {
    let mut package = FormPackage::open(form)?;
    let docx = read_traced(Cursor::new(form))?;
    let styles =
        FormStyles::read(&package.text("word/styles.xml")?, &package.text("word/numbering.xml")?)?;
    let data = package.data()?;
    let located = LocatedForm::new(&docx, XmlTree::parse(&docx.xml)?, questionnaire);
    if located.recognition.questions.is_empty() {
        return Err(UnreadableDocument::new(format!(
            "no question of \"{}\" is found in it; is it the right form?",
            questionnaire.title
        )));
    }
    let names = xml_names(&located.tree, &styles);
    let writer = AnswerWriter { tree: &located.tree, names, styles, bindings: data };
    let submission = Submission::new(questionnaire, draft);
    let earlier: Vec<_> =
        versions.iter().map(|draft| Submission::new(questionnaire, draft)).collect();
    let mut filler = FormFiller {
        finder: RoomFinder::new(&located),
        writer: &writer,
        questionnaire,
        draft: &submission,
        earlier: &earlier,
        force,
        form: &located,
        places: located.places(),
        edits: AnswerEdits::default(),
        missing: Vec::new(),
        remarks: Vec::new(),
        written: Vec::new(),
    };
    filler.fill();
    let unanswered = filler.unanswered();
    let FormFiller { edits, mut missing, mut remarks, mut written, places, .. } = filler;
    let mut changed = BTreeMap::new();
    if !edits.main.is_empty() {
        changed.insert(docx.part.clone(), edits.main.apply(&docx.xml));
    }
    for (part, edits) in edits.others {
        let xml = writer.bindings.0.iter().find(|data| data.name == part);
        changed.extend(xml.map(|data| (part, edits.apply(&data.xml))));
    }
    let mut bytes = form.to_vec();
    let mut check = |located: &LocatedForm<'_>, places: &[AnswerPlace<'_>]| {
        written.retain(|field| {
            let read = field.read_back(located, places, &submission);
            match read {
                ReadBack::Same => {}
                ReadBack::OtherFormat => {
                    let why = "`import` may read its bold, italics or list differently";
                    remarks.push((field.name.clone(), why.to_owned()));
                }
                ReadBack::Lost => {
                    remarks.retain(|(name, _)| *name != field.name);
                    let why = "it could not be read back from the filled form";
                    missing.push((field.name.clone(), why.into()));
                }
            }
            read != ReadBack::Lost
        });
    };
    if changed.is_empty() {
        check(&located, &places);
    } else {
        bytes = package
            .with_parts(&changed)
            .map_err(|error| UnreadableDocument::new(format!("it cannot be copied: {error}")))?;
        let docx = read_traced(Cursor::new(bytes.as_slice()))?;
        let located = LocatedForm::new(&docx, XmlTree::parse(&docx.xml)?, questionnaire);
        check(&located, &located.places());
    }
    Ok(FilledForm { bytes, missing, remarks, unanswered, written: written.len() })
}

/// Whether a Word file is a form of a questionnaire: more than half of its questions are found.
pub fn is_form_of(form: &[u8], questionnaire: &Questionnaire) -> bool {
    FormPackage::open(form).is_ok()
        && read_traced(Cursor::new(form)).is_ok_and(|docx| {
            let found = crate::document::import::locate(&docx.source, questionnaire);
            found.questions.len() * 2 > questionnaire.numbered()
        })
}

/// Returns the names of elements and attributes in the XML of a form.
fn xml_names(tree: &XmlTree<'_>, styles: &FormStyles) -> XmlNames {
    let root = tree.all().next();
    let element = root.map(|id| tree.prefix(id)).unwrap_or_default().to_owned();
    let tag = root.map(|id| tree.tag(id)).unwrap_or_default();
    // Attributes have no namespace without a prefix.
    let declared = tag.split_whitespace().find_map(|part| {
        let (prefix, address) = part.strip_prefix("xmlns:")?.split_once('=')?;
        address.contains("wordprocessingml/").then(|| format!("{prefix}:"))
    });
    let attribute = if element.is_empty() { declared.unwrap_or_default() } else { element.clone() };
    XmlNames { element, attribute, has_link_style: styles.has("Hyperlink") }
}
