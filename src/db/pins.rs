//! Statements that stand first on their collective's page.

use super::{
    DbConn,
    schema::{pins, statements},
};
use crate::{
    domain::{Id, Timestamp, names::StatementState},
    error::Result,
    on_backend,
};
use diesel::prelude::*;

#[derive(Debug, Clone, Insertable)]
#[diesel(table_name = pins)]
pub struct PinRow {
    pub statement_id: Id,
    pub collective_id: Id,
    pub pinned_at: Timestamp,
}

/// Pins a statement; `false` where it was pinned already.
pub fn put(conn: &mut DbConn, row: &PinRow) -> Result<bool> {
    let done = on_backend!(conn, c => diesel::insert_into(pins::table).values(row).on_conflict_do_nothing().execute(c))?;
    Ok(done > 0)
}

/// `false` where it wasn't pinned.
pub fn remove(conn: &mut DbConn, statement_id: &str) -> Result<bool> {
    Ok(diesel::delete(pins::table.find(statement_id)).execute(conn)? > 0)
}

/// Row id and address of what a collective has pinned and still stands, the last pinned first.
pub fn of(conn: &mut DbConn, collective_id: &str) -> Result<Vec<(Id, String)>> {
    Ok(pins::table
        .inner_join(statements::table)
        .filter(pins::collective_id.eq(collective_id))
        .filter(statements::state.eq(StatementState::Published))
        .order((pins::pinned_at.desc(), pins::statement_id.desc()))
        .select((statements::id, statements::uri))
        .load(conn)?)
}
