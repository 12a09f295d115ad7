//! The version of a draft that a document was made from, as properties of the document. Word and
//! `LibreOffice` keep them when they save the document.

use quick_xml::escape::escape;

/// The version of a draft that a document was made from.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ExportOrigin {
    /// A hash of the answers, in hexadecimal digits.
    pub hash: String,
    /// When the draft was saved, in UTC; empty if it did not say.
    pub saved: String,
}

/// The property with the hash.
pub(crate) const HASH: &str = "good-practice-draft";
/// The property with the time.
pub(crate) const SAVED: &str = "good-practice-saved";

impl ExportOrigin {
    /// Returns the part of a Word file with the properties, `docProps/custom.xml`.
    pub(crate) fn to_xml(&self) -> String {
        let mut properties = String::new();
        for (id, name, value) in [(2, HASH, &self.hash), (3, SAVED, &self.saved)] {
            properties.push_str(&format!(
                "<property fmtid=\"{{D5CDD505-2E9C-101B-9397-08002B2CF9AE}}\" pid=\"{id}\" name=\"{name}\">\
                 <vt:lpwstr>{}</vt:lpwstr></property>",
                escape(value.as_str())
            ));
        }
        format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n\
             <Properties xmlns=\"http://schemas.openxmlformats.org/officeDocument/2006/custom-properties\" \
             xmlns:vt=\"http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes\">{properties}</Properties>"
        )
    }
}
