//! Opens the ZIP package of a form and checks whether it can be filled in, reads its parts, and copies it
//! with some parts changed.

use std::collections::BTreeMap;
use std::io::{self, Cursor, Write as _};

use zip::write::{SimpleFileOptions, ZipWriter};

use super::bindings::{DataBindings, DataPart, store_id};
use super::tree::XmlTree;
use crate::document::error::UnreadableDocument;
use crate::document::import::package::Package;

/// The first bytes of OLE files: documents of old versions of Word, and documents with a password.
const OLE: [u8; 8] = [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1];

/// A form as a package.
#[derive(Debug)]
pub(super) struct FormPackage<'a> {
    parts: Package<Cursor<&'a [u8]>>,
}

impl<'a> FormPackage<'a> {
    /// Opens the package of a form.
    ///
    /// # Errors
    /// Fails if it is not a Word form that can be filled in. The message says what to do.
    pub(super) fn open(form: &'a [u8]) -> Result<Self, UnreadableDocument> {
        let refuse = |why: &str| Err(UnreadableDocument::new(why));
        if form.starts_with(&OLE) {
            return refuse(
                "it has a password, or was saved by a very old Word (.doc); open it in Word, remove the password, and save it as .docx",
            );
        }
        let mut package = Self { parts: Package::open(Cursor::new(form), "Word form (.docx)")? };
        if package.parts.part_names().any(|name| name.starts_with("_xmlsignatures/")) {
            return refuse(
                "it is signed, and filling it would break the signature; remove the signature in Word first",
            );
        }
        if package.parts.part_names().any(|name| name == "mimetype") {
            return refuse(
                "this is no Word form (.docx); open it in LibreOffice and save it as .docx",
            );
        }
        let types = package.text("[Content_Types].xml")?;
        if types.contains("macroEnabled") {
            return refuse("it holds macros (.docm); open it in Word and save it as .docx");
        }
        if types.contains("wordprocessingml.template.main+xml") {
            return refuse("it is a template (.dotx); open it in Word and save it as .docx");
        }
        Ok(package)
    }

    /// Returns a part as text, or an empty text if the package does not have it.
    ///
    /// # Errors
    /// Fails if the part is damaged or too large.
    pub(super) fn text(&mut self, name: &str) -> Result<String, UnreadableDocument> {
        Ok(self.parts.part(name)?.unwrap_or_default())
    }

    /// Returns the data that content controls may be bound to.
    ///
    /// # Errors
    /// Fails if a part is damaged.
    pub(super) fn data(&mut self) -> Result<DataBindings, UnreadableDocument> {
        let mut parts = Vec::new();
        for name in self.parts.part_names().collect::<Vec<_>>() {
            if let Some(store) = DataBindings::store_of(&name) {
                let xml = self.text(&name)?;
                parts.push(DataPart { name, store: store.to_owned(), xml });
                continue;
            }
            let is_data = name.strip_prefix("customXml/").is_some_and(|file| {
                file.starts_with("item") && !file.contains('/') && !file.starts_with("itemProps")
            });
            if !is_data {
                continue;
            }
            let file = name.trim_start_matches("customXml/").to_owned();
            let relations = self.text(&format!("customXml/_rels/{file}.rels"))?;
            let properties = XmlTree::parse(&relations)
                .ok()
                .and_then(|tree| tree.all().find_map(|id| tree.attribute(id, "Target")));
            let properties = properties.unwrap_or_else(|| file.replace("item", "itemProps"));
            let properties = properties.rsplit('/').next().unwrap_or_default().to_owned();
            let properties = self.text(&format!("customXml/{properties}"))?;
            let store = XmlTree::parse(&properties)
                .ok()
                .and_then(|tree| tree.all().find_map(|id| tree.attribute(id, "itemID")));
            let xml = self.text(&name)?;
            parts.push(DataPart { name, store: store_id(&store.unwrap_or_default()), xml });
        }
        Ok(DataBindings(parts))
    }

    /// Returns a copy of the package in which the parts with these names have new texts. The bytes of all
    /// other parts stay the same.
    ///
    /// # Errors
    /// Fails if the package is damaged.
    pub(super) fn with_parts(&mut self, changed: &BTreeMap<String, String>) -> io::Result<Vec<u8>> {
        let mut copy = ZipWriter::new(Cursor::new(Vec::new()));
        for at in 0..self.parts.zip.len() {
            let part = self.parts.zip.by_index_raw(at)?;
            let name = part.name()?.into_owned();
            let Some(text) = changed.get(&name) else {
                copy.raw_copy_file(part)?;
                continue;
            };
            let mut options = SimpleFileOptions::default().compression_method(part.compression());
            if let Some(time) = part.last_modified() {
                options = options.last_modified_time(time);
            }
            drop(part);
            copy.start_file(name, options)?;
            copy.write_all(text.as_bytes())?;
        }
        Ok(copy.finish()?.into_inner())
    }
}
