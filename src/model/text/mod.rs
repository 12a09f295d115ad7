//! Functions on text: sanitising it, adapting what is pasted, making it safe to print, and
//! parts of messages such as plurals.

mod escape;
mod paste;
mod sanitize;
mod search;
mod wording;

pub(crate) use escape::{ascii, escape_for_terminal, escaped_json};
pub(crate) use paste::{is_hard_wrapped, join_lines, pasted, pasted_document};
pub(crate) use sanitize::{normalize_answer, normalize_line, sanitize};
pub(crate) use search::find_in;
pub use wording::wrap;
pub(crate) use wording::{
    ago, and_list, capital, did_you_mean, path_argument, plural, shell_word, shorten,
};
