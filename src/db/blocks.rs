//! Hosts and actors that stewards shut out.

use super::{DbConn, schema::blocks};
use crate::{
    domain::{Timestamp, names::BlockKind},
    error::Result,
    on_backend,
};
use diesel::prelude::*;
use std::collections::HashSet;

#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = blocks)]
pub struct BlockRow {
    /// A normalised host (with its port in local mode), or an actor id.
    pub subject: String,
    pub kind: BlockKind,
    pub reason: String,
    pub created_at: Timestamp,
}

/// All blocked hosts.
pub fn hosts(conn: &mut DbConn) -> Result<HashSet<String>> {
    let rows: Vec<String> = blocks::table.filter(blocks::kind.eq(BlockKind::Host)).select(blocks::subject).load(conn)?;
    Ok(rows.into_iter().collect())
}

/// All blocked actors, by their ids.
pub fn actors(conn: &mut DbConn) -> Result<HashSet<String>> {
    let rows: Vec<String> = blocks::table.filter(blocks::kind.eq(BlockKind::Actor)).select(blocks::subject).load(conn)?;
    Ok(rows.into_iter().collect())
}

/// Whether this host or this very actor is blocked.
pub fn is_blocked(conn: &mut DbConn, host: &str, actor_uri: &str) -> Result<bool> {
    let count: i64 = blocks::table.filter(blocks::subject.eq_any([host, actor_uri])).count().get_result(conn)?;
    Ok(count > 0)
}

pub fn list(conn: &mut DbConn) -> Result<Vec<BlockRow>> {
    Ok(blocks::table.order(blocks::subject).select(BlockRow::as_select()).load(conn)?)
}

pub fn insert(conn: &mut DbConn, row: &BlockRow) -> Result<()> {
    on_backend!(conn, c => diesel::insert_into(blocks::table).values(row).on_conflict_do_nothing().execute(c))?;
    Ok(())
}

pub fn delete(conn: &mut DbConn, subject: &str) -> Result<bool> {
    Ok(diesel::delete(blocks::table.find(subject)).execute(conn)? > 0)
}
