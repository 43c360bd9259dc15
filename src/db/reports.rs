//! What other servers report about our collectives and statements (`Flag`), for stewards.

use super::{DbConn, Json, schema::reports};
use crate::{
    domain::{Id, Timestamp},
    error::Result,
};
use diesel::prelude::*;

#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = reports)]
pub struct ReportRow {
    pub id: Id,
    /// Who sent it; with Mastodon the other instance's own actor, never the person.
    pub actor_uri: String,
    /// Plain text.
    pub content: String,
    /// Ids of ours that it is about.
    pub objects: Json<Vec<String>>,
    pub received_at: Timestamp,
    pub resolved_at: Option<Timestamp>,
}

pub fn insert(conn: &mut DbConn, row: &ReportRow) -> Result<()> {
    diesel::insert_into(reports::table).values(row).execute(conn)?;
    Ok(())
}

/// Open ones first, newest first.
pub fn list(conn: &mut DbConn) -> Result<Vec<ReportRow>> {
    let mut rows: Vec<ReportRow> = reports::table.order(reports::received_at.desc()).select(ReportRow::as_select()).load(conn)?;
    rows.sort_by_key(|row| row.resolved_at.is_some());
    Ok(rows)
}

pub fn resolve(conn: &mut DbConn, id: &str, now: Timestamp) -> Result<()> {
    diesel::update(reports::table.find(id)).set(reports::resolved_at.eq(now)).execute(conn)?;
    Ok(())
}
