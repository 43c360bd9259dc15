//! Links that work once: setup, invitation, reset. Only a hash of the token is kept.

use super::{DbConn, schema::tokens};
use crate::{
    domain::{
        Id, Timestamp,
        names::{Role, TokenPurpose},
    },
    error::Result,
};
use diesel::prelude::*;

/// One link. The fields stand in the table's order.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = tokens)]
pub struct TokenRow {
    pub id: Id,
    pub purpose: TokenPurpose,
    /// Lower-case hex of the SHA-256 of the token.
    pub token_hash: String,
    /// Reset: whose passphrase.
    pub member_id: Option<Id>,
    /// Invitation: the collective they will belong to.
    pub collective_id: Option<Id>,
    /// Invitation: the role they will have.
    pub role: Option<Role>,
    /// The member who made it; `None` for the command line.
    pub created_by: Option<Id>,
    pub created_at: Timestamp,
    pub expires_at: Timestamp,
    pub used_at: Option<Timestamp>,
    pub revoked_at: Option<Timestamp>,
}

pub fn insert(conn: &mut DbConn, row: &TokenRow) -> Result<()> {
    diesel::insert_into(tokens::table).values(row).execute(conn)?;
    Ok(())
}

/// The token, if it could still be used now. Looking doesn't use it.
pub fn open(conn: &mut DbConn, purpose: TokenPurpose, hash: &str, now: Timestamp) -> Result<Option<TokenRow>> {
    Ok(tokens::table
        .filter(tokens::token_hash.eq(hash))
        .filter(tokens::purpose.eq(purpose))
        .filter(tokens::used_at.is_null())
        .filter(tokens::revoked_at.is_null())
        .filter(tokens::expires_at.gt(now))
        .select(TokenRow::as_select())
        .first(conn)
        .optional()?)
}

/// Uses a token up. `None` where it is unknown, used, revoked or expired.
///
/// One statement: of two redemptions at the same time exactly one gets the row.
pub fn redeem(conn: &mut DbConn, purpose: TokenPurpose, hash: &str, now: Timestamp) -> Result<Option<TokenRow>> {
    Ok(diesel::update(
        tokens::table
            .filter(tokens::token_hash.eq(hash))
            .filter(tokens::purpose.eq(purpose))
            .filter(tokens::used_at.is_null())
            .filter(tokens::revoked_at.is_null())
            .filter(tokens::expires_at.gt(now)),
    )
    .set(tokens::used_at.eq(now))
    .returning(tokens::all_columns)
    .get_result(conn)
    .optional()?)
}

/// Unused, unrevoked, unexpired ones of a purpose, newest first.
pub fn list_open(conn: &mut DbConn, purpose: TokenPurpose, now: Timestamp) -> Result<Vec<TokenRow>> {
    Ok(tokens::table
        .filter(tokens::purpose.eq(purpose))
        .filter(tokens::used_at.is_null())
        .filter(tokens::revoked_at.is_null())
        .filter(tokens::expires_at.gt(now))
        .order(tokens::created_at.desc())
        .select(TokenRow::as_select())
        .load(conn)?)
}

/// `false` where there is no such open token.
pub fn revoke(conn: &mut DbConn, id: &str, purpose: TokenPurpose, now: Timestamp) -> Result<bool> {
    let changed = diesel::update(
        tokens::table
            .filter(tokens::id.eq(id))
            .filter(tokens::purpose.eq(purpose))
            .filter(tokens::used_at.is_null())
            .filter(tokens::revoked_at.is_null()),
    )
    .set(tokens::revoked_at.eq(now))
    .execute(conn)?;
    Ok(changed > 0)
}

/// Makes every open token of a purpose void.
pub fn revoke_all(conn: &mut DbConn, purpose: TokenPurpose, now: Timestamp) -> Result<()> {
    diesel::update(
        tokens::table.filter(tokens::purpose.eq(purpose)).filter(tokens::used_at.is_null()).filter(tokens::revoked_at.is_null()),
    )
    .set(tokens::revoked_at.eq(now))
    .execute(conn)?;
    Ok(())
}

/// Makes void the reset links that are open for a member.
pub fn revoke_of_member(conn: &mut DbConn, member_id: &str, now: Timestamp) -> Result<()> {
    diesel::update(
        tokens::table
            .filter(tokens::member_id.eq(member_id))
            .filter(tokens::used_at.is_null())
            .filter(tokens::revoked_at.is_null()),
    )
    .set(tokens::revoked_at.eq(now))
    .execute(conn)?;
    Ok(())
}

/// Makes void the invitations that a member handed out.
pub fn revoke_made_by(conn: &mut DbConn, member_id: &str, now: Timestamp) -> Result<()> {
    diesel::update(
        tokens::table
            .filter(tokens::created_by.eq(member_id))
            .filter(tokens::used_at.is_null())
            .filter(tokens::revoked_at.is_null()),
    )
    .set(tokens::revoked_at.eq(now))
    .execute(conn)?;
    Ok(())
}

/// Forgets what ended before `before`: expired, used or revoked.
pub fn purge(conn: &mut DbConn, before: Timestamp) -> Result<usize> {
    Ok(diesel::delete(
        tokens::table.filter(
            tokens::expires_at
                .lt(before)
                .or(tokens::used_at.is_not_null().and(tokens::used_at.lt(before)))
                .or(tokens::revoked_at.is_not_null().and(tokens::revoked_at.lt(before))),
        ),
    )
    .execute(conn)?)
}
