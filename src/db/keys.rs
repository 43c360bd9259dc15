//! Key pairs of local actors.

use super::{DbConn, schema::actor_keys};
use crate::{
    domain::{Id, Timestamp, names::KeyKind},
    error::Result,
};
use diesel::prelude::*;

#[derive(Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = actor_keys)]
pub struct KeyRow {
    pub id: Id,
    pub actor_uri: String,
    pub kind: KeyKind,
    /// The id under which peers find the public part, `<actor>#main-key`.
    pub key_uri: String,
    /// RSA: SPKI PEM. Ed25519: FEP-521a `publicKeyMultibase`.
    pub public_key: String,
    /// PKCS#8 PEM.
    pub private_key: String,
    pub created_at: Timestamp,
    /// A retired key signs nothing new; it is kept for what was in flight.
    pub retired_at: Option<Timestamp>,
}

/// Keys are never printed.
impl std::fmt::Debug for KeyRow {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("KeyRow").field("key_uri", &self.key_uri).field("kind", &self.kind).finish_non_exhaustive()
    }
}

pub fn insert(conn: &mut DbConn, row: &KeyRow) -> Result<()> {
    diesel::insert_into(actor_keys::table).values(row).execute(conn)?;
    Ok(())
}

/// The key that signs now for this actor.
pub fn current(conn: &mut DbConn, actor_uri: &str, kind: KeyKind) -> Result<KeyRow> {
    Ok(actor_keys::table
        .filter(actor_keys::actor_uri.eq(actor_uri))
        .filter(actor_keys::kind.eq(kind))
        .filter(actor_keys::retired_at.is_null())
        .order(actor_keys::created_at.desc())
        .select(KeyRow::as_select())
        .first(conn)?)
}

/// One key pair, retired or not.
pub fn by_id(conn: &mut DbConn, id: &str) -> Result<KeyRow> {
    Ok(actor_keys::table.find(id).select(KeyRow::as_select()).first(conn)?)
}

/// Retires all keys of an actor; new ones are inserted in the same transaction.
pub fn retire_all(conn: &mut DbConn, actor_uri: &str, now: Timestamp) -> Result<()> {
    diesel::update(actor_keys::table.filter(actor_keys::actor_uri.eq(actor_uri)).filter(actor_keys::retired_at.is_null()))
        .set(actor_keys::retired_at.eq(now))
        .execute(conn)?;
    Ok(())
}
