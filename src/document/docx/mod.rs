//! The document as a Word file (Office Open XML, ECMA-376), written and read.

mod read;
mod write;

pub use read::{Unreadable, read};
pub use write::write;

/// The names of the paragraph styles of answers. A line that is followed by an empty one, and one
/// that is not. By them the reader knows what is an answer whatever it says.
const ANSWER: [&str; 2] = ["Answer", "Answer Tight"];

/// How far one blank before the marker of a list item indents it, in twentieths of a point.
const BLANK: usize = 120;
/// Where the items of a list begin, in the same unit.
const ITEM: usize = 357;
/// The sign a bullet shows, by the marker it was typed with.
const BULLETS: [(&str, &str); 3] = [("-", "•"), ("*", "▪"), ("•", "●")];
