//! Signatures over bytes: RSA PKCS#1 v1.5 with SHA-256, and Ed25519, as the key is.

use crate::error::Result;
use openssl::{
    hash::MessageDigest,
    pkey::{HasPrivate, HasPublic, Id, PKeyRef},
    sign::{Signer, Verifier},
};

/// Signs bytes.
///
/// # Errors
/// `Internal` where OpenSSL can't sign with this key.
pub fn sign<T: HasPrivate>(key: &PKeyRef<T>, bytes: &[u8]) -> Result<Vec<u8>> {
    let mut signer =
        if key.id() == Id::ED25519 { Signer::new_without_digest(key)? } else { Signer::new(MessageDigest::sha256(), key)? };
    Ok(signer.sign_oneshot_to_vec(bytes)?)
}

/// Whether a signature by this key stands over these bytes; other kinds of key verify nothing.
pub fn verify<T: HasPublic>(key: &PKeyRef<T>, bytes: &[u8], signature: &[u8]) -> bool {
    let verifier = match key.id() {
        Id::RSA => Verifier::new(MessageDigest::sha256(), key),
        Id::ED25519 => Verifier::new_without_digest(key),
        _ => return false,
    };
    verifier.and_then(|mut verifier| verifier.verify_oneshot(signature, bytes)).unwrap_or(false)
}
