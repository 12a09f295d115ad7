//! The widgets: prompts, the composer, the pager and the plain frontend. They do not access drafts,
//! questionnaire files or the disk.
//!
//! From a key to the screen: `input` decodes the bytes of the terminal into events, `keys` looks up
//! the action of a key, a widget (such as `composer/actions.rs`) runs it on its `text_buffer` and
//! draws on a `canvas`, and the canvas sends the terminal the cells that changed. A full screen has a
//! `view.rs` for that; short prompts draw through `prompt_area.rs`. The plain frontend writes lines.

mod canvas;
pub(crate) mod clipboard;
pub(crate) mod composer;
mod correction;
mod echo;
mod external_editor;
pub(crate) mod frontend;
pub(crate) mod input;
mod keys;
mod line;
mod list;
mod live_line;
pub(crate) mod note_pad;
pub(crate) mod outcome;
pub(crate) mod overview;
pub(crate) mod pager;
mod plain;
mod prompt_area;
mod prompts;
pub(crate) mod requests;
pub(crate) mod session;
pub(crate) mod signals;
pub(crate) mod spelling;
pub(crate) mod style;
mod text_buffer;
