//! The widgets: prompts, the composer, the pager and the plain frontend. They know no draft, no
//! questionnaire file and no disk.

mod canvas;
pub(crate) mod composer;
pub(crate) mod external_editor;
pub(crate) mod frontend;
pub(crate) mod outcome;
pub(crate) mod pager;
mod plain;
pub(crate) mod prompts;
pub(crate) mod session;
pub(crate) mod style;
