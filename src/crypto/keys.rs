//! Making key pairs, and the two forms in which their public halves are written in an actor's document.
//!
//! Must not know actors, the database or HTTP.

use crate::{
    error::{Error, Result},
    vocab::multikey,
};
use openssl::{pkey::PKey, rsa::Rsa};

/// Size that every peer takes; larger ones only make each delivery slower.
pub const RSA_BITS: u32 = 2_048;

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
    let raw: [u8; 32] =
        key.raw_public_key()?.try_into().map_err(|_| Error::Internal("an Ed25519 key isn't 32 bytes long".into()))?;
    Ok(KeyPair { public: multikey::encode_ed25519(&raw), private_pem: pem(key.private_key_to_pem_pkcs8()?)? })
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
        let public = multikey::ed25519_pem(&multikey::decode_ed25519(&pair.public).unwrap());
        let public = PKey::public_key_from_pem(public.as_bytes()).unwrap();
        assert!(Verifier::new_without_digest(&public).unwrap().verify_oneshot(&signature, b"no dam").unwrap());
    }

    #[test]
    fn a_pair_prints_without_its_secret() {
        let pair = generate_ed25519().unwrap();
        assert!(!format!("{pair:?}").contains("PRIVATE"));
    }
}
