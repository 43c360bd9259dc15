//! Events of calendars that were taken as drafts of calls: which event became which statement.

use super::{DbConn, schema::calendar_events};
use crate::{domain::Id, error::Result, on_backend};
use diesel::prelude::*;

#[derive(Debug, Clone, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = calendar_events, treat_none_as_null = true)]
pub struct CalendarEventRow {
    pub collective_id: Id,
    pub uid: String,
    pub statement_id: Id,
    pub sequence: i32,
    /// Of what it became when it was last taken.
    pub digest: String,
    /// The number of the working copy that it became.
    pub copy: i32,
}

pub fn by_uid(conn: &mut DbConn, collective_id: &str, uid: &str) -> Result<Option<CalendarEventRow>> {
    let row = calendar_events::table.find((collective_id, uid)).select(CalendarEventRow::as_select());
    Ok(row.first(conn).optional()?)
}

/// Notes down what became of an event, in the place of what was known of it.
pub fn put(conn: &mut DbConn, row: &CalendarEventRow) -> Result<()> {
    on_backend!(conn, c => diesel::insert_into(calendar_events::table)
        .values(row)
        .on_conflict((calendar_events::collective_id, calendar_events::uid))
        .do_update()
        .set(row)
        .execute(c))?;
    Ok(())
}
