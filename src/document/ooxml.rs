//! Constants that the Word reader and the Word writer share (Office Open XML, ECMA-376).

/// The names of the paragraph styles by which the reader recognises answers: that of a line before an
/// empty line or at the end, and that of any other line.
pub(super) const ANSWER: [&str; 2] = ["Answer", "Answer Tight"];

/// The indent of a list item for each space before its marker, in twentieths of a point.
pub(super) const SPACE_INDENT: usize = 120;
/// The indent of the text of a list item, in twentieths of a point.
pub(super) const ITEM_INDENT: usize = 357;
/// The bullets that a document shows, by the markers in a draft.
const BULLETS: [(&str, &str); 3] = [("-", "•"), ("*", "▪"), ("•", "●")];

/// Returns the bullet that a document shows for the marker of a list item, or `None` for any other marker,
/// such as a number.
pub(super) fn shown_bullet(typed: &str) -> Option<&'static str> {
    BULLETS.iter().find(|(marker, _)| *marker == typed).map(|(_, shown)| *shown)
}

/// Returns the marker that a draft has for a bullet: `-` for any bullet that this program does not write.
pub(super) fn typed_bullet(shown: &str) -> &'static str {
    BULLETS.iter().find(|(_, bullet)| *bullet == shown).map_or("-", |(typed, _)| typed)
}

/// Whether a text begins with a bullet that this program writes.
pub(super) fn starts_with_bullet(text: &str) -> bool {
    BULLETS.iter().any(|(_, shown)| text.starts_with(shown))
}
