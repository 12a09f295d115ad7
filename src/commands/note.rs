//! `note DRAFT QUESTION TEXT`: writes a note on a question, or ticks off its notes.

use super::context::print_notices;
use super::output::message;
use super::{Context, Exit, Failure};
use crate::cli::WriteNote;
use crate::model::draft::MarginNote;
use crate::model::text::plural;

pub(super) fn run(context: &Context, arguments: &WriteNote) -> Result<Exit, Failure> {
    let (question, _) = context.find(&arguments.question)?;
    let path = &arguments.draft;
    if !path.exists() {
        return Err(Failure::without_hint(
            Exit::Failed,
            format!("there is no draft `{}`", super::output::shown(path)),
        ));
    }
    let (mut file, mut draft) = context.open(path)?;
    let name = question.name();
    let done = if arguments.done {
        let count = draft.open_notes(&question.id).count();
        while draft.tick_off_note(&question.id) {}
        format!("{} ticked off", plural(count, "note", "notes"))
    } else {
        let author = arguments.author.as_deref().unwrap_or_default();
        let note = MarginNote::new(&question.id, author, "", &arguments.text.join(" "));
        if note.text.is_empty() {
            return Err(Failure::without_hint(Exit::Usage, "the note is empty"));
        }
        if draft.add_note(note) { "a new note" } else { "this note exists already" }.to_owned()
    };
    let notices = file.save(&draft, &context.questionnaire).map_err(Failure::in_draft_at(path))?;
    message(&format!("{name}: {done}"));
    print_notices(&notices);
    Ok(Exit::Done)
}
