//! The layers of a PDF (optional content): which of them are switched off when the file is opened.

use std::collections::HashSet;

use lopdf::{Document, Object, ObjectId};

use super::fonts::{array, dictionary};

/// The layers that are switched off.
#[derive(Debug, Default)]
pub(super) struct Layers {
    off: HashSet<ObjectId>,
}

impl Layers {
    /// Reads the default configuration of a file.
    pub(super) fn read(document: &Document) -> Self {
        let entry = |of, key: &[u8]| dictionary(document, lopdf::Dictionary::get(of, key).ok()?);
        let layers = document.catalog().ok().and_then(|catalog| entry(catalog, b"OCProperties"));
        let Some(default) = layers.and_then(|layers| entry(layers, b"D")) else {
            return Self::default();
        };
        let ids = |of, key: &[u8]| -> HashSet<ObjectId> {
            let listed = array(document, of, key).into_iter().flatten();
            listed.filter_map(|layer| layer.as_reference().ok()).collect()
        };
        let mut off = ids(default, b"OFF");
        let base = default.get_deref(b"BaseState", document).and_then(Object::as_name);
        if base.is_ok_and(|base| base == b"OFF") {
            let on = ids(default, b"ON");
            let all = layers.map(|layers| ids(layers, b"OCGs")).unwrap_or_default();
            off.extend(all.difference(&on));
        }
        Self { off }
    }

    /// Whether a layer is switched off, or all layers of a group of them are.
    pub(super) fn is_off(&self, document: &Document, layer: &Object) -> bool {
        if self.off.is_empty() {
            return false;
        }
        let is_listed =
            |layer: &Object| layer.as_reference().is_ok_and(|id| self.off.contains(&id));
        let group = || {
            let layers = dictionary(document, layer)?.get(b"OCGs").ok()?;
            match layers.as_array() {
                Ok(layers) => Some(!layers.is_empty() && layers.iter().all(is_listed)),
                Err(_) => Some(is_listed(layers)),
            }
        };
        is_listed(layer) || group().unwrap_or(false)
    }
}
