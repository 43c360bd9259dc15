//! Publication at a later time. `jobs::publish_scheduled` does it when the time has come.

use super::{
    super::{Act, mandates},
    call, change, mine,
};
use crate::{
    db::{self, statements::StatementRow},
    domain::{Timestamp, mandate::Deed, names::StatementState},
    error::{Error, Result},
};

/// Has the current working copy published at `at` (or what it has become until then).
///
/// # Errors
/// `Forbidden` where the collective asks for a mandate and the doer has none that covers it; `Invalid` with the faults that publishing would find, and `scheduled_at` where the time isn't to come; `Conflict` where
/// it is public already.
pub fn schedule(act: &mut Act, id: &str, at: Timestamp) -> Result<StatementRow> {
    let (was, _) = mine(act, id)?;
    if was.state == StatementState::Published {
        return Err(Error::Conflict("error-already-published"));
    }
    if at <= act.now {
        return Err(Error::invalid("scheduled_at", "error-schedule-past"));
    }
    let draft = db::statements::current_draft(act.conn, id)?;
    Error::from_faults(draft.content.publish_faults())?;
    let deed = Deed { topics: draft.content.hashtags.clone(), ..Deed::plain(call::verb(&draft.content)) };
    mandates::require(act, &was.collective_id, &deed)?;
    let row = StatementRow {
        state: StatementState::Scheduled,
        scheduled_at: Some(at),
        scheduled_by: act.by.member_id().map(str::to_owned),
        updated_at: act.now,
        ..was.clone()
    };
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
    let row =
        StatementRow { state: StatementState::Draft, scheduled_at: None, scheduled_by: None, updated_at: act.now, ..was.clone() };
    change(act, &was, &row)?;
    Ok(row)
}
