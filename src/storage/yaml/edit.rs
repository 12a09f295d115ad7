//! Changes values in a YAML text and keeps the rest of it as a person wrote it.

use super::{read, write};
use crate::model::value::Value;

/// The longest text that is edited in place, in bytes. The library needs a hundred times as much memory.
const MAX_EDITED: usize = 512 << 10;

/// Changes the values in `source` from `old` to `new`. Values that are equal in both keep their comments,
/// order and spelling. Returns `None` if the text cannot be edited. The caller must read the result and
/// compare it with `new`, because the library may misunderstand an unusual text.
///
/// `old` and `new` are what this program would write before and after the change.
pub fn update(source: &str, old: &Value, new: &Value) -> Option<String> {
    if source.len() > MAX_EDITED {
        return None;
    }
    let found = read(source).ok()?.value;
    // A panic in the editing library must not stop a save.
    let edit = || {
        let is_comment = |line: &str| line.trim().is_empty() || line.trim_start().starts_with('#');
        if source.lines().all(is_comment) {
            return Some(format!("{}\n{}", source.trim_end(), write(new).ok()?));
        }
        let document = source.parse::<yaml_edit::Document>().ok()?;
        edit_map(&document.as_mapping()?, &found, old, new)?;
        Some(document.to_string())
    };
    std::panic::catch_unwind(edit).ok().flatten()
}

/// Edits one map. `found` is the map as parsed from the text, which may spell the same values differently
/// from `old`. Returns `None` if the map cannot be edited.
fn edit_map(map: &yaml_edit::Mapping, found: &Value, old: &Value, new: &Value) -> Option<()> {
    let (Value::Map(entries), Value::Map(wanted)) = (found, new) else { return None };
    for (key, node) in entries {
        if new.get(&key.name).is_none() && node.value != Value::Empty {
            map.remove(key.name.as_str());
        }
    }
    let order: Vec<&str> = wanted.iter().map(|(key, _)| key.name.as_str()).collect();
    for (key, node) in wanted {
        let name = key.name.as_str();
        let (found, before) = (found.get(name), old.get(name));
        if found.is_some() && before == Some(&node.value) {
            continue;
        }
        let inner = map.get_mapping(name);
        if let (Some(found @ Value::Map(_)), after @ Value::Map(_), Some(inner)) =
            (found, &node.value, inner)
        {
            edit_map(&inner, found, before.unwrap_or(&Value::Empty), after)?;
        } else {
            // Formatted by our writer, so that it looks like the rest of a draft.
            let alone = write(&Value::map([(name, node.value.clone())])).ok()?;
            let alone = alone.parse::<yaml_edit::Document>().ok()?;
            map.set_with_field_order(name, alone.get(name)?, order.iter().copied());
        }
    }
    Some(())
}
