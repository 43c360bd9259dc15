//! Integrity proofs made and checked with Ed25519 keys, over what `vocab::proof` says is signed.
//!
//! Must not know whose key it is, or whether that actor lists it.

use super::signing;
use crate::{
    domain::Timestamp,
    error::{Error, Result},
    vocab::proof::{Claim, Unproven},
};
use openssl::pkey::{HasPrivate, HasPublic, Id, PKey, PKeyRef, Private};
use serde_json::Value;

/// Proves a document, in place of the proof that it had. `method` is the key's id; see [`Unproven::new`] for `created`.
///
/// # Errors
/// `Internal` where it is no object, or the key none of Ed25519.
pub fn prove<T: HasPrivate>(document: &mut Value, method: &str, key: &PKeyRef<T>, created: Timestamp) -> Result<()> {
    if key.id() != Id::ED25519 {
        return Err(Error::Internal(format!("{method} is no Ed25519 key")));
    }
    let members = document.as_object_mut().ok_or_else(|| Error::Internal("only objects are proven".into()))?;
    let unproven = Unproven::new(members, method, created);
    let signature = signing::sign(key, &unproven.bytes()?)?;
    unproven.prove(&signature);
    Ok(())
}

/// Whether this key made the proof.
pub fn is_true<T: HasPublic>(claim: &Claim, key: &PKeyRef<T>) -> bool {
    key.id() == Id::ED25519 && claim.candidates.iter().any(|bytes| signing::verify(key, bytes, &claim.signature))
}

/// What proves for one of our actors.
pub struct Prover {
    method: String,
    key: PKey<Private>,
}

impl Prover {
    /// `method` is the key's id, `pem` its PKCS#8 form.
    ///
    /// # Errors
    /// `Internal` where the key can't be read.
    pub fn from_pem(method: &str, pem: &str) -> Result<Self> {
        Ok(Self { method: method.to_owned(), key: PKey::private_key_from_pem(pem.as_bytes())? })
    }

    /// Proves a document; see [`prove`].
    pub fn prove(&self, document: &mut Value, created: Timestamp) -> Result<()> {
        prove(document, &self.method, &self.key, created)
    }

    /// Proves an activity, and before it the object and the instrument in it if they have proofs of their own.
    pub fn prove_whole(&self, activity: &mut Value, created: Timestamp) -> Result<()> {
        for part in ["object", "instrument"] {
            if let Some(part) = activity.get_mut(part).filter(|part| part.get("proof").is_some()) {
                self.prove(part, created)?;
            }
        }
        self.prove(activity, created)
    }
}

/// Without the key.
impl std::fmt::Debug for Prover {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Prover").field("method", &self.method).finish_non_exhaustive()
    }
}
