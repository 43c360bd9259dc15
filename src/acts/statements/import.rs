//! Taking events of a calendar as drafts of calls. Nothing is published, and what people wrote is left alone.

use super::draft::{new_draft, save_draft};
use crate::{
    acts::Act,
    db::{
        self,
        calendar_events::{self, CalendarEventRow},
        statements::StatementRow,
    },
    domain::{Id, names::StatementState, statement::StatementContent, word_enum},
    error::Result,
};

/// Longest identifier of an event that is kept as it is, in bytes; of a longer one its digest is.
pub const MAX_UID: usize = 255;

word_enum! {
    /// What becomes of an event.
    Imported {
        Added = "added",
        /// Its draft, which nobody touched since, says what the event says now.
        Updated = "updated",
        /// It says what it said when it was taken.
        Unchanged = "unchanged",
        /// It says something else now, and what became of it was edited or published here: that stays as it is.
        Edited = "edited",
        /// What is known here is newer, by the event's own count.
        Older = "older",
    }
}

/// An event to take.
#[derive(Debug, Clone)]
pub struct ImportedEvent {
    /// By which its calendar tells it from others; may be empty.
    pub uid: String,
    pub sequence: i32,
    pub content: StatementContent,
}

#[derive(Debug, Clone)]
pub struct Outcome {
    pub imported: Imported,
    /// `None` where it would be added.
    pub statement: Option<StatementRow>,
}

/// Takes events, all or none; `dry` tells what would become of each, and writes nothing.
///
/// # Errors
/// As [`new_draft`].
pub fn import(act: &mut Act, collective_id: &str, events: Vec<ImportedEvent>, dry: bool) -> Result<Vec<Outcome>> {
    act.may_act_for(collective_id)?;
    events.into_iter().map(|event| take(act, collective_id, event, dry)).collect()
}

fn take(act: &mut Act, collective_id: &str, event: ImportedEvent, dry: bool) -> Result<Outcome> {
    let digest = hexadecimal(&serde_json::to_vec(&event.content)?);
    let uid = match event.uid.len() {
        0 => digest.clone(),
        1..=MAX_UID => event.uid,
        _ => hexadecimal(event.uid.as_bytes()),
    };
    let known = |statement_id: Id, copy| CalendarEventRow {
        collective_id: collective_id.to_owned(),
        uid: uid.clone(),
        statement_id,
        sequence: event.sequence,
        digest: digest.clone(),
        copy,
    };
    let Some(before) = calendar_events::by_uid(act.conn, collective_id, &uid)? else {
        if dry {
            return Ok(Outcome { imported: Imported::Added, statement: None });
        }
        let row = new_draft(act, collective_id, event.content)?;
        calendar_events::put(act.conn, &known(row.id.clone(), 1))?;
        return Ok(Outcome { imported: Imported::Added, statement: Some(row) });
    };
    let row = db::statements::by_id(act.conn, &before.statement_id)?;
    let outcome = |imported, row| Ok(Outcome { imported, statement: Some(row) });
    if event.sequence < before.sequence {
        return outcome(Imported::Older, row);
    }
    if digest == before.digest {
        return outcome(Imported::Unchanged, row);
    }
    let untouched = row.state == StatementState::Draft
        && row.version == 0
        && db::statements::current_draft(act.conn, &row.id)?.n == before.copy;
    if !untouched {
        return outcome(Imported::Edited, row);
    }
    if dry {
        return outcome(Imported::Updated, row);
    }
    let row = save_draft(act, &row.id, event.content, false)?;
    let copy = db::statements::current_draft(act.conn, &row.id)?.n;
    calendar_events::put(act.conn, &known(row.id.clone(), copy))?;
    outcome(Imported::Updated, row)
}

/// SHA-256.
fn hexadecimal(bytes: &[u8]) -> String {
    openssl::sha::sha256(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}
