//! `fill [DRAFT]`: the wizard.
use super::{Context, Exit, Failure};
use crate::cli::Fill;
pub(super) fn run(_: &Context, _: &Fill, _: Option<&std::path::Path>) -> Result<Exit, Failure> {
    Ok(Exit::Done)
}
