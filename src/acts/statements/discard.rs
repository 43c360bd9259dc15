//! Discarding what wasn't published: a whole draft, or the changes to a public statement since its last version.

use super::{super::Act, draft::save_draft, mine};
use crate::{
    db,
    domain::names::StatementState,
    error::{Error, Result},
};

/// What was discarded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Discarded {
    /// The statement never was public: nothing of it is left.
    Draft,
    /// The working copy says again what is public. The copies that were saved before stay.
    Changes,
}

/// Discards what nobody outside has seen.
///
/// # Errors
/// `Conflict` where it is scheduled (that has to be taken back first), withdrawn, or public without changes.
pub fn discard(act: &mut Act, id: &str) -> Result<Discarded> {
    let (row, _) = mine(act, id)?;
    match row.state {
        StatementState::Scheduled => Err(Error::Conflict("error-discard-scheduled")),
        // `mine` refused it.
        StatementState::Withdrawn => Err(Error::Conflict("error-withdrawn")),
        StatementState::Draft => {
            if !db::statements::remove_draft(act.conn, id)? {
                return Err(Error::Conflict("error-changed-meanwhile"));
            }
            Ok(Discarded::Draft)
        }
        StatementState::Published => {
            let public = db::statements::version(act.conn, id, row.version)?.content.into_inner();
            if *db::statements::current_draft(act.conn, id)?.content == public {
                return Err(Error::Conflict("error-discard-nothing"));
            }
            save_draft(act, id, public, false)?;
            Ok(Discarded::Changes)
        }
    }
}
