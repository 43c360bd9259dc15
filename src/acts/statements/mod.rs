//! What a collective does with a statement: write, schedule, publish, edit, withdraw.
//!
//! Must not know forms or files: mentions come resolved, images uploaded.

use super::Act;
use crate::{
    db::{self, collectives::CollectiveRow, statements::StatementRow},
    domain::names::{StatementForm, StatementState},
    error::{Error, Result},
};

mod answer;
mod call;
mod discard;
mod draft;
mod import;
mod pin;
mod publish;
mod report;
mod schedule;
mod withdraw;

pub use answer::begin_answer;
pub use call::{Change, put_back, put_change, verb, verb_to_withdraw};
pub use discard::{Discarded, discard};
pub use draft::{MAX_KEPT_DRAFTS, new_answer, new_draft, restore_draft, save_draft};
pub use import::{Imported, ImportedEvent, Outcome, import};
pub use pin::{MAX_PINS, pin, unpin};
pub use publish::{MAX_ACTIVITY_BYTES, publish, recipients};
pub use report::{begin_report, heard, new_report, of as report_of};
pub use schedule::{schedule, take_back_schedule};
pub use withdraw::withdraw;

/// What came of a publication.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Published {
    /// The object's id.
    pub uri: String,
    /// Its page; the same.
    pub url: String,
    pub form: StatementForm,
    pub version: i32,
}

impl Published {
    /// The ActivityStreams type that was sent.
    pub fn kind(&self) -> &'static str {
        self.form.kind()
    }
}

/// Reads a statement that the doer may work on, with its collective; drafts of other collectives are `NotFound`.
fn mine(act: &mut Act, id: &str) -> Result<(StatementRow, CollectiveRow)> {
    let row = db::statements::by_id(act.conn, id)?;
    act.may_act_for(&row.collective_id)?;
    if row.state == StatementState::Withdrawn {
        return Err(Error::Conflict("error-withdrawn"));
    }
    let collective = db::collectives::by_id(act.conn, &row.collective_id)?;
    Ok((row, collective))
}

/// Writes what became of a statement; `Conflict` where somebody else was quicker.
fn change(act: &mut Act, was: &StatementRow, row: &StatementRow) -> Result<()> {
    if db::statements::update_from(act.conn, was, row)? { Ok(()) } else { Err(Error::Conflict("error-changed-meanwhile")) }
}
