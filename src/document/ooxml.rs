//! What the Word reader and the Word writer agree on (Office Open XML, ECMA-376).

/// The names of the paragraph styles of answers. A line that is followed by an empty one, and one
/// that is not. By them the reader knows what is an answer whatever it says.
pub(super) const ANSWER: [&str; 2] = ["Answer", "Answer Tight"];

/// How far one blank before the marker of a list item indents it, in twentieths of a point.
pub(super) const BLANK: usize = 120;
/// Where the items of a list begin, in the same unit.
pub(super) const ITEM: usize = 357;
/// The sign a bullet shows, by the marker it was typed with.
pub(super) const BULLETS: [(&str, &str); 3] = [("-", "•"), ("*", "▪"), ("•", "●")];
