//! Keys of our actors: the first pairs, and new ones in place of old.
//!
//! Must not know how a request is signed.

use super::{
    Act, documents,
    outbox::{Audience, send_with_key},
    proofs,
};
use crate::{
    crypto::keys::{self, KeyPair},
    db::{self, DbConn, collectives::CollectiveRow, keys::KeyRow},
    domain::{Timestamp, names::KeyKind},
    error::Result,
    vocab::activity,
};

/// New key pairs for one actor: made before the transaction that keeps them, since making them takes long.
#[derive(Debug, Clone)]
pub struct NewKeys {
    rsa: KeyPair,
    ed25519: KeyPair,
}

impl NewKeys {
    /// Takes up to half a second: call it on a blocking thread.
    ///
    /// # Errors
    /// `Internal` where there is no randomness.
    pub fn generate() -> Result<Self> {
        Ok(Self { rsa: keys::generate_rsa()?, ed25519: keys::generate_ed25519()? })
    }
}

/// Keeps an actor's key pairs as its current ones.
pub fn keep(conn: &mut DbConn, actor_uri: &str, new: NewKeys, now: Timestamp) -> Result<()> {
    for (kind, name, pair) in [(KeyKind::Rsa, "main-key", new.rsa), (KeyKind::Ed25519, "ed25519-key", new.ed25519)] {
        let row = KeyRow {
            id: uuid::Uuid::now_v7().hyphenated().to_string(),
            actor_uri: actor_uri.to_owned(),
            kind,
            key_uri: format!("{actor_uri}#{name}"),
            public_key: pair.public,
            private_key: pair.private_pem,
            created_at: now,
            retired_at: None,
        };
        db::keys::insert(conn, &row)?;
    }
    Ok(())
}

/// Puts new keys in place of a collective's old ones. For stewards.
///
/// Peers believe new keys in an `Update` of the actor that is signed with a key which they know; without one Mastodon
/// makes its people unfollow and follow again (`ProcessAccountService`, `RefollowWorker`). So the `Update` lists the new
/// keys and is noted down to be signed with the old RSA key, which is retired, not deleted. Everything else that still
/// waits is signed with the new key from now on: each attempt is signed anew, and a peer that gets such a delivery before
/// the `Update` fetches the actor again. The ids of the keys stay the same.
///
/// Proofs are made by the new Ed25519 key from now on, also on what waits and on what is served: see [`proofs`].
///
/// # Errors
/// `Forbidden` to all but stewards.
pub fn rotate(act: &mut Act, collective: &CollectiveRow, new: NewKeys) -> Result<()> {
    act.may_steward()?;
    let old = db::keys::current(act.conn, &collective.uri, KeyKind::Rsa)?;
    db::keys::retire_all(act.conn, &collective.uri, act.now)?;
    keep(act.conn, &collective.uri, new, act.now)?;
    proofs::renew_waiting(act.conn, &collective.uri)?;
    let row = CollectiveRow { updated_at: act.now, ..collective.clone() };
    db::collectives::update(act.conn, &row)?;
    let document = documents::collective(act.conn, act.site, &row)?;
    let update = activity::update_actor(&act.site.activity(&act.new_id()), act.now, &document);
    send_with_key(act, &update, &row.uri, true, &Audience::followers(&row.id), Some(&old.id))
}
