//! Keys of our actors: the first pairs, and new ones in place of old.
//!
//! Must not know how a request is signed.

use crate::{
    crypto::keys::{self, KeyPair},
    db::{self, DbConn, keys::KeyRow},
    domain::{Timestamp, names::KeyKind},
    error::Result,
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
