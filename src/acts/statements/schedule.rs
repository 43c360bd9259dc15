//! Publication at a later time. `jobs::publish_scheduled` does it when the time has come.

use super::{super::Act, change, mine};
use crate::{
    db::{self, statements::StatementRow},
    domain::{Timestamp, names::StatementState},
    error::{Error, Result},
};

/// Has the current working copy published at `at` (or what it has become until then).
///
/// # Errors
/// `Invalid` with the faults that publishing would find, and `scheduled_at` where the time isn't to come; `Conflict` where
/// it is public already.
pub fn schedule(act: &mut Act, id: &str, at: Timestamp) -> Result<StatementRow> {
    let (was, _) = mine(act, id)?;
    if was.state == StatementState::Published {
        return Err(Error::Conflict("error-already-published"));
    }
    if at <= act.now {
        return Err(Error::invalid("scheduled_at", "error-schedule-past"));
    }
    Error::from_faults(db::statements::current_draft(act.conn, id)?.content.publish_faults())?;
    let row = StatementRow { state: StatementState::Scheduled, scheduled_at: Some(at), updated_at: act.now, ..was.clone() };
    change(act, &was, &row)?;
    Ok(row)
}

/// Makes it a draft again.
///
/// # Errors
/// `Conflict` where it isn't scheduled (any more).
pub fn take_back_schedule(act: &mut Act, id: &str) -> Result<StatementRow> {
    let (was, _) = mine(act, id)?;
    if was.state != StatementState::Scheduled {
        return Err(Error::Conflict("error-not-scheduled"));
    }
    let row = StatementRow { state: StatementState::Draft, scheduled_at: None, updated_at: act.now, ..was.clone() };
    change(act, &was, &row)?;
    Ok(row)
}
