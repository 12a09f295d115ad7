//! YAML: a reader, a writer and an editor that changes a text in place. No other folder uses the
//! YAML libraries.

mod by_hand;
mod edit;
mod read;
mod write;

pub(crate) use by_hand::excerpt;
pub use edit::update;
pub(crate) use read::comments;
pub use read::read;
pub use write::write;

/// The largest file that is read, in bytes: twenty-five times the longest application. The values
/// take many times its size in memory.
pub(crate) const MAX_BYTES: usize = 2 << 20;
