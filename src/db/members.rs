//! Members, and which collectives they belong to.

use super::{
    DbConn,
    schema::{members, memberships},
};
use crate::{
    domain::{
        Id, Timestamp,
        names::{MemberState, Role},
    },
    error::Result,
    on_backend,
};
use diesel::prelude::*;

#[derive(Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = members)]
pub struct MemberRow {
    pub id: Id,
    pub name: String,
    /// The name as it is compared: lower case.
    pub name_folded: String,
    /// PHC string of argon2id.
    pub passphrase_hash: String,
    pub mail: Option<String>,
    pub language: String,
    pub role: Role,
    pub state: MemberState,
    pub totp_secret: Option<String>,
    pub totp_confirmed_at: Option<Timestamp>,
    pub totp_last_step: i64,
    pub created_at: Timestamp,
}

/// Secrets are never printed.
impl std::fmt::Debug for MemberRow {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("MemberRow").field("id", &self.id).field("name", &self.name).finish_non_exhaustive()
    }
}

pub fn insert(conn: &mut DbConn, row: &MemberRow) -> Result<()> {
    diesel::insert_into(members::table).values(row).execute(conn)?;
    Ok(())
}

/// Makes a member belong to a collective; nothing changes where they do already.
pub fn join(conn: &mut DbConn, member_id: &str, collective_id: &str, now: Timestamp) -> Result<()> {
    let row =
        (memberships::member_id.eq(member_id), memberships::collective_id.eq(collective_id), memberships::created_at.eq(now));
    on_backend!(conn, c => diesel::insert_into(memberships::table).values(row).on_conflict_do_nothing().execute(c))?;
    Ok(())
}

/// The role of an active member; `None` for a disabled or unknown one.
pub fn active_role(conn: &mut DbConn, member_id: &str) -> Result<Option<Role>> {
    Ok(members::table
        .find(member_id)
        .filter(members::state.eq(MemberState::Active))
        .select(members::role)
        .first(conn)
        .optional()?)
}

/// Whether an active member belongs to this collective.
pub fn acts_for(conn: &mut DbConn, member_id: &str, collective_id: &str) -> Result<bool> {
    let found: Option<String> = memberships::table
        .inner_join(members::table)
        .filter(memberships::member_id.eq(member_id))
        .filter(memberships::collective_id.eq(collective_id))
        .filter(members::state.eq(MemberState::Active))
        .select(memberships::member_id)
        .first(conn)
        .optional()?;
    Ok(found.is_some())
}
