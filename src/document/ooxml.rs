//! Constants that the Word reader and the Word writer share (Office Open XML, ECMA-376).

/// The names of the paragraph styles of answers. A line that is followed by an empty one, and one
/// that is not. By them the reader knows what is an answer whatever it says.
pub(super) const ANSWER: [&str; 2] = ["Answer", "Answer Tight"];

/// How far one blank before the marker of a list item indents it, in twentieths of a point.
pub(super) const BLANK: usize = 120;
/// Where the items of a list begin, in the same unit.
pub(super) const ITEM: usize = 357;
/// The sign a bullet shows, by the marker it was typed with.
const BULLETS: [(&str, &str); 3] = [("-", "•"), ("*", "▪"), ("•", "●")];

/// Returns the sign that a document shows for the marker of a list item, or `None` if the marker is a
/// number.
pub(super) fn shown_bullet(typed: &str) -> Option<&'static str> {
    BULLETS.iter().find(|(marker, _)| *marker == typed).map(|(_, shown)| *shown)
}

/// Returns the marker that a draft has for a bullet: `-` for all that the program does not write.
pub(super) fn typed_bullet(shown: &str) -> &'static str {
    BULLETS.iter().find(|(_, sign)| *sign == shown).map_or("-", |(typed, _)| typed)
}

/// Whether a text begins with a bullet that the program writes.
pub(super) fn starts_with_bullet(text: &str) -> bool {
    BULLETS.iter().any(|(_, shown)| text.starts_with(shown))
}
