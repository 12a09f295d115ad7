//! Writes values as YAML that every other YAML reader understands in the same way.

use serde::ser::{Serialize, SerializeMap, SerializeSeq, Serializer};
use serde_yaml::LitStr;

use crate::model::value::{Value, is_written_plain};

/// Writes a value as YAML. A text of several lines becomes a `|` block; a text that another reader
/// could read as a number or a date is quoted.
///
/// # Errors
/// Fails if the library fails; no [`Value`] is known to cause that.
pub fn write(value: &Value) -> Result<String, String> {
    let options =
        serde_yaml::ser_options! { folded_wrap_chars: 1_000_000, prefer_block_scalars: true };
    let mut yaml = String::new();
    serde_yaml::to_fmt_writer_with_options(&mut yaml, value, options)
        .map_err(|error| error.to_string())?;
    Ok(yaml)
}

impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Empty => serializer.serialize_unit(),
            Self::Text(text) if text.contains('\n') => LitStr(text).serialize(serializer),
            Self::Text(text) => serializer.serialize_str(text),
            Self::Plain(text) => plain(text, serializer),
            Self::List(items) => {
                let mut list = serializer.serialize_seq(Some(items.len()))?;
                for item in items {
                    list.serialize_element(&item.value)?;
                }
                list.end()
            }
            Self::Map(entries) => {
                let mut map = serializer.serialize_map(Some(entries.len()))?;
                for (key, item) in entries {
                    map.serialize_entry(&key.name, &item.value)?;
                }
                map.end()
            }
        }
    }
}

fn plain<S: Serializer>(text: &str, serializer: S) -> Result<S::Ok, S::Error> {
    match text {
        "true" => serializer.serialize_bool(true),
        "false" => serializer.serialize_bool(false),
        _ => match text.parse::<u64>() {
            Ok(number) if is_written_plain(text) => serializer.serialize_u64(number),
            Ok(_) | Err(_) => serializer.serialize_str(text),
        },
    }
}
