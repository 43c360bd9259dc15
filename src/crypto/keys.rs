//! Making key pairs, and the two forms in which their public halves are written in an actor's document.
//!
//! Must not know actors, the database or HTTP.

use crate::error::{Error, Result};
use openssl::{
    pkey::{Id, PKey},
    rsa::Rsa,
};

/// Size that every peer takes; larger ones only make each delivery slower.
pub const RSA_BITS: u32 = 2_048;
/// Multicodec of an Ed25519 public key, as unsigned varint (`ed25519-pub`, 0xed).
const ED25519_PUB: [u8; 2] = [0xed, 0x01];

/// A new key pair as text, ready to be kept.
#[derive(Clone)]
pub struct KeyPair {
    /// RSA: SPKI PEM. Ed25519: FEP-521a `publicKeyMultibase` (`z6Mk…`).
    pub public: String,
    /// PKCS#8 PEM.
    pub private_pem: String,
}

/// Keys are never printed.
impl std::fmt::Debug for KeyPair {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("KeyPair").field("public", &self.public).finish_non_exhaustive()
    }
}

/// A new RSA-2048 pair. Takes 0.05 to 0.5 s of one core: call it on a blocking thread and outside a transaction.
///
/// # Errors
/// `Internal` where openssl has no randomness.
pub fn generate_rsa() -> Result<KeyPair> {
    let key = PKey::from_rsa(Rsa::generate(RSA_BITS)?)?;
    Ok(KeyPair { public: pem(key.public_key_to_pem()?)?, private_pem: pem(key.private_key_to_pem_pkcs8()?)? })
}

/// A new Ed25519 pair.
///
/// # Errors
/// `Internal` where openssl has no randomness.
pub fn generate_ed25519() -> Result<KeyPair> {
    let key = PKey::generate_ed25519()?;
    Ok(KeyPair { public: ed25519_multibase(&key.raw_public_key()?), private_pem: pem(key.private_key_to_pem_pkcs8()?)? })
}

/// The 32 bytes of an Ed25519 public key as `publicKeyMultibase`: base58btc over multicodec and key (FEP-521a).
pub fn ed25519_multibase(raw: &[u8]) -> String {
    let bytes: Vec<u8> = ED25519_PUB.iter().chain(raw).copied().collect();
    format!("z{}", bs58::encode(bytes).into_string())
}

/// The SPKI PEM of an Ed25519 key written as `publicKeyMultibase`; `None` where it is another kind of key or garbage.
pub fn ed25519_pem(multibase: &str) -> Option<String> {
    let bytes = bs58::decode(multibase.strip_prefix('z')?).into_vec().ok()?;
    let raw = bytes.strip_prefix(&ED25519_PUB)?;
    let key = PKey::public_key_from_raw_bytes(raw, Id::ED25519).ok()?;
    String::from_utf8(key.public_key_to_pem().ok()?).ok()
}

fn pem(bytes: Vec<u8>) -> Result<String> {
    String::from_utf8(bytes).map_err(Error::internal)
}

#[cfg(test)]
mod tests {
    use super::*;
    use openssl::{
        hash::MessageDigest,
        sign::{Signer, Verifier},
    };

    #[test]
    fn an_rsa_pair_signs_and_verifies() {
        let pair = generate_rsa().unwrap();
        let private = PKey::private_key_from_pem(pair.private_pem.as_bytes()).unwrap();
        assert_eq!(private.bits(), RSA_BITS);
        let mut signer = Signer::new(MessageDigest::sha256(), &private).unwrap();
        let signature = signer.sign_oneshot_to_vec(b"no dam").unwrap();
        let public = PKey::public_key_from_pem(pair.public.as_bytes()).unwrap();
        assert!(Verifier::new(MessageDigest::sha256(), &public).unwrap().verify_oneshot(&signature, b"no dam").unwrap());
    }

    #[test]
    fn an_ed25519_pair_is_a_multikey_that_reads_back() {
        let pair = generate_ed25519().unwrap();
        assert!(pair.public.starts_with("z6Mk"), "{}", pair.public);
        let private = PKey::private_key_from_pem(pair.private_pem.as_bytes()).unwrap();
        let signature = Signer::new_without_digest(&private).unwrap().sign_oneshot_to_vec(b"no dam").unwrap();
        let public = PKey::public_key_from_pem(ed25519_pem(&pair.public).unwrap().as_bytes()).unwrap();
        assert!(Verifier::new_without_digest(&public).unwrap().verify_oneshot(&signature, b"no dam").unwrap());
        assert!(ed25519_pem("z6MkGarbage").is_none() && ed25519_pem("").is_none() && ed25519_pem("zé").is_none());
    }

    #[test]
    fn a_pair_prints_without_its_secret() {
        let pair = generate_ed25519().unwrap();
        assert!(!format!("{pair:?}").contains("PRIVATE"));
    }
}
