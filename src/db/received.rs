//! Which activities were accepted already, so that one that comes twice has one effect (SIG-23).

use super::{DbConn, schema::received_activities};
use crate::{domain::Timestamp, error::Result, on_backend};
use diesel::prelude::*;

/// Days that an accepted activity is remembered; far beyond the age of any signature that is taken.
pub const KEEP_DAYS: i64 = 30;

#[derive(Insertable)]
#[diesel(table_name = received_activities)]
struct ReceivedRow<'a> {
    digest: &'a str,
    received_at: Timestamp,
}

/// Notes an activity down; `false` where it was known.
pub fn insert(conn: &mut DbConn, digest: &str, now: Timestamp) -> Result<bool> {
    let row = ReceivedRow { digest, received_at: now };
    let rows =
        on_backend!(conn, c => diesel::insert_into(received_activities::table).values(&row).on_conflict_do_nothing().execute(c))?;
    Ok(rows > 0)
}

pub fn is_known(conn: &mut DbConn, digest: &str) -> Result<bool> {
    let count: i64 = received_activities::table.filter(received_activities::digest.eq(digest)).count().get_result(conn)?;
    Ok(count > 0)
}

/// Forgets what is older than [`KEEP_DAYS`]; gives how many.
pub fn purge(conn: &mut DbConn, now: Timestamp) -> Result<usize> {
    let before = now - chrono::Duration::days(KEEP_DAYS);
    Ok(diesel::delete(received_activities::table.filter(received_activities::received_at.lt(before))).execute(conn)?)
}

/// When something was noted down, if it was and isn't forgotten.
pub fn since(conn: &mut DbConn, digest: &str) -> Result<Option<Timestamp>> {
    Ok(received_activities::table.find(digest).select(received_activities::received_at).first(conn).optional()?)
}

/// Notes something down anew.
pub fn replace(conn: &mut DbConn, digest: &str, now: Timestamp) -> Result<()> {
    diesel::delete(received_activities::table.find(digest)).execute(conn)?;
    insert(conn, digest, now).map(drop)
}
