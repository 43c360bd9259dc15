//! Which reminders went out.

use super::{DbConn, schema::reminders};
use crate::{
    domain::{Timestamp, reminder::Reminder},
    error::Result,
    on_backend,
};
use diesel::prelude::*;

/// Takes a reminder for oneself; `false` where it went out before, or another process takes it in this very moment. One that went
/// out before `again` may go out once more.
pub fn claim(conn: &mut DbConn, subject_uri: &str, kind: Reminder, now: Timestamp, again: Option<Timestamp>) -> Result<bool> {
    let row = (reminders::subject_uri.eq(subject_uri), reminders::kind.eq(kind.as_str()), reminders::sent_at.eq(now));
    let new = on_backend!(conn, c => diesel::insert_into(reminders::table).values(row).on_conflict_do_nothing().execute(c))?;
    let Some(again) = again.filter(|_| new == 0) else { return Ok(new > 0) };
    let old = reminders::table.find((subject_uri, kind.as_str())).filter(reminders::sent_at.lt(again));
    Ok(diesel::update(old).set(reminders::sent_at.eq(now)).execute(conn)? > 0)
}

/// Whether it went out, after `since` where that is given.
pub fn went_out(conn: &mut DbConn, subject_uri: &str, kind: Reminder, since: Option<Timestamp>) -> Result<bool> {
    let sent: Option<Timestamp> =
        reminders::table.find((subject_uri, kind.as_str())).select(reminders::sent_at).first(conn).optional()?;
    Ok(sent.is_some_and(|sent| since.is_none_or(|since| sent >= since)))
}
