//! Who is signed in. The row holds a hash of the cookie's value: who reads the database can't sign in with it.

use super::{
    DbConn,
    members::MemberRow,
    schema::{members, sessions},
};
use crate::{
    domain::{
        Id, Timestamp,
        names::{MemberState, SessionStage},
    },
    error::Result,
};
use diesel::prelude::*;

#[derive(Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = sessions)]
pub struct SessionRow {
    /// Lower-case hex of the SHA-256 of the cookie's value.
    pub id_hash: String,
    pub member_id: Id,
    /// What every form of this session carries.
    pub csrf: String,
    pub stage: SessionStage,
    pub created_at: Timestamp,
    /// When it was last used, within the hour. Nothing says from where.
    pub seen_at: Timestamp,
    pub expires_at: Timestamp,
}

impl std::fmt::Debug for SessionRow {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SessionRow").field("stage", &self.stage).field("expires_at", &self.expires_at).finish_non_exhaustive()
    }
}

pub fn insert(conn: &mut DbConn, row: &SessionRow) -> Result<()> {
    diesel::insert_into(sessions::table).values(row).execute(conn)?;
    Ok(())
}

/// The session and its member, if it hasn't expired and the member may sign in.
pub fn find(conn: &mut DbConn, id_hash: &str, now: Timestamp) -> Result<Option<(SessionRow, MemberRow)>> {
    Ok(sessions::table
        .inner_join(members::table)
        .filter(sessions::id_hash.eq(id_hash))
        .filter(sessions::expires_at.gt(now))
        .filter(members::state.eq(MemberState::Active))
        .select((SessionRow::as_select(), MemberRow::as_select()))
        .first(conn)
        .optional()?)
}

/// Whole, unexpired sessions of a member, last used first.
pub fn list_of(conn: &mut DbConn, member_id: &str, now: Timestamp) -> Result<Vec<SessionRow>> {
    Ok(sessions::table
        .filter(sessions::member_id.eq(member_id))
        .filter(sessions::expires_at.gt(now))
        .filter(sessions::stage.eq(SessionStage::Full))
        .order(sessions::seen_at.desc())
        .select(SessionRow::as_select())
        .load(conn)?)
}

pub fn touch(conn: &mut DbConn, id_hash: &str, now: Timestamp) -> Result<()> {
    diesel::update(sessions::table.find(id_hash)).set(sessions::seen_at.eq(now)).execute(conn)?;
    Ok(())
}

/// `false` where there was none.
pub fn delete(conn: &mut DbConn, id_hash: &str) -> Result<bool> {
    Ok(diesel::delete(sessions::table.find(id_hash)).execute(conn)? > 0)
}

/// Ends every session of a member but the one that is kept.
pub fn delete_of(conn: &mut DbConn, member_id: &str, keep: Option<&str>) -> Result<usize> {
    let all = sessions::table.filter(sessions::member_id.eq(member_id));
    Ok(match keep {
        Some(id_hash) => diesel::delete(all.filter(sessions::id_hash.ne(id_hash))).execute(conn)?,
        None => diesel::delete(all).execute(conn)?,
    })
}

/// Forgets expired ones.
pub fn purge(conn: &mut DbConn, now: Timestamp) -> Result<usize> {
    Ok(diesel::delete(sessions::table.filter(sessions::expires_at.le(now))).execute(conn)?)
}
