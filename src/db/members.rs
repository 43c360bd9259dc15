//! Members, and which collectives they belong to.

use super::{
    DbConn,
    collectives::CollectiveRow,
    schema::{collectives, members, memberships},
};
use crate::{
    domain::{
        Id, Timestamp, member,
        names::{MemberState, Role},
    },
    error::{Error, Result},
    on_backend,
};
use diesel::{
    prelude::*,
    result::{DatabaseErrorKind, Error as DbError},
};
use std::collections::HashMap;

/// A person with a login. Nothing of it ever leaves the instance.
#[derive(Clone, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = members, treat_none_as_null = true)]
pub struct MemberRow {
    pub id: Id,
    /// As they wrote it.
    pub name: String,
    /// `domain::member::folded` of it; unique.
    pub name_folded: String,
    /// PHC string, argon2id.
    pub passphrase_hash: String,
    pub mail: Option<String>,
    /// BCP 47 tag of the interface and of mails.
    pub language: String,
    pub role: Role,
    pub state: MemberState,
    /// Base32 (RFC 6238). Counts only once `totp_confirmed_at` is set.
    pub totp_secret: Option<String>,
    pub totp_confirmed_at: Option<Timestamp>,
    /// The time step of the last code taken: none is taken twice.
    pub totp_last_step: i64,
    pub created_at: Timestamp,
}

/// Neither passphrase nor mail address nor second factor is ever printed.
impl std::fmt::Debug for MemberRow {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("MemberRow")
            .field("id", &self.id)
            .field("role", &self.role)
            .field("state", &self.state)
            .finish_non_exhaustive()
    }
}

impl MemberRow {
    /// Whether signing in asks for a code.
    pub fn has_second_factor(&self) -> bool {
        self.totp_secret.is_some() && self.totp_confirmed_at.is_some()
    }
}

/// # Errors
/// `Conflict` where the name is taken.
pub fn insert(conn: &mut DbConn, row: &MemberRow) -> Result<()> {
    match diesel::insert_into(members::table).values(row).execute(conn) {
        Err(DbError::DatabaseError(DatabaseErrorKind::UniqueViolation, _)) => Err(Error::Conflict("error-name-taken")),
        other => Ok(other.map(|_| ())?),
    }
}

pub fn by_id(conn: &mut DbConn, id: &str) -> Result<MemberRow> {
    Ok(members::table.find(id).select(MemberRow::as_select()).first(conn)?)
}

/// By the name they sign in with, whatever its capitals and spaces.
pub fn by_name(conn: &mut DbConn, name: &str) -> Result<MemberRow> {
    Ok(members::table.filter(members::name_folded.eq(member::folded(name))).select(MemberRow::as_select()).first(conn)?)
}

/// By name.
pub fn list(conn: &mut DbConn) -> Result<Vec<MemberRow>> {
    Ok(members::table.order(members::name_folded).select(MemberRow::as_select()).load(conn)?)
}

pub fn update(conn: &mut DbConn, row: &MemberRow) -> Result<()> {
    diesel::update(members::table.find(&row.id)).set(row).execute(conn)?;
    Ok(())
}

/// Notes that the code of this time step was used; `false` where it or a later one was used before.
///
/// One statement, so that of two requests with the same code only one comes in.
pub fn take_totp_step(conn: &mut DbConn, id: &str, step: i64) -> Result<bool> {
    let changed = diesel::update(members::table.find(id).filter(members::totp_last_step.lt(step)))
        .set(members::totp_last_step.eq(step))
        .execute(conn)?;
    Ok(changed == 1)
}

/// How many stewards could sign in.
pub fn active_stewards(conn: &mut DbConn) -> Result<i64> {
    Ok(members::table
        .filter(members::role.eq(Role::Steward))
        .filter(members::state.eq(MemberState::Active))
        .count()
        .get_result(conn)?)
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

/// Makes a member belong to a collective; nothing where they did already.
pub fn join(conn: &mut DbConn, member_id: &str, collective_id: &str, now: Timestamp) -> Result<()> {
    let row =
        (memberships::member_id.eq(member_id), memberships::collective_id.eq(collective_id), memberships::created_at.eq(now));
    on_backend!(conn, c => diesel::insert_into(memberships::table).values(row).on_conflict_do_nothing().execute(c))?;
    Ok(())
}

/// `false` where they didn't belong to it.
pub fn leave(conn: &mut DbConn, member_id: &str, collective_id: &str) -> Result<bool> {
    Ok(diesel::delete(memberships::table.find((member_id, collective_id))).execute(conn)? > 0)
}

/// The collectives a member belongs to, by name.
pub fn collectives_of(conn: &mut DbConn, member_id: &str) -> Result<Vec<CollectiveRow>> {
    Ok(memberships::table
        .inner_join(collectives::table)
        .filter(memberships::member_id.eq(member_id))
        .order(collectives::name)
        .select(CollectiveRow::as_select())
        .load(conn)?)
}

/// Every membership as (member, collective).
pub fn memberships(conn: &mut DbConn) -> Result<Vec<(Id, Id)>> {
    Ok(memberships::table.select((memberships::member_id, memberships::collective_id)).load(conn)?)
}

/// Names of these members, by id; those that are gone have none.
pub fn names(conn: &mut DbConn, ids: &[Id]) -> Result<HashMap<Id, String>> {
    let rows: Vec<(Id, String)> =
        members::table.filter(members::id.eq_any(ids)).select((members::id, members::name)).load(conn)?;
    Ok(rows.into_iter().collect())
}
