//! Keys: parsed once and kept, since OpenSSL 3 takes longer to decode a PEM than to check a signature.
//!
//! Public keys of others come from documents that `federation::actors` fetched; private keys of our actors from the
//! database. Must not fetch, and must not decide whose key it is.

use super::Refusal;
use crate::{
    crypto::signing,
    db::{self, keys::KeyRow},
    domain::names::KeyKind,
    error::{Error, Result},
    state::AppState,
};
use moka::sync::Cache;
use openssl::{
    pkey::{Id, PKey, Private, Public},
    rsa::Rsa,
};
use std::sync::Arc;

/// Sizes of RSA keys taken, in bits: less can be broken, more costs too much time (SIG-21).
const RSA_BITS: std::ops::RangeInclusive<u32> = 2_048..=8_192;
/// Longest public exponent taken, in bits: a check takes as long as its exponent.
const MAX_EXPONENT_BITS: i32 = 64;
/// Longest PEM text looked at, in bytes: 8,192 bits need about 1,400.
const MAX_PEM: usize = 8_192;
/// Parsed keys of others kept in memory.
const PUBLIC_KEYS: u64 = 20_000;
/// Parsed keys of our own actors kept in memory.
const PRIVATE_KEYS: u64 = 1_000;
/// What signs for one of our actors. Cheap to clone.
#[derive(Clone)]
pub struct Signer {
    key_id: Arc<str>,
    key: Arc<PKey<Private>>,
}

impl Signer {
    /// From a key in memory; `pem` is PKCS#8.
    pub fn from_pem(key_id: &str, pem: &str) -> Result<Self> {
        Ok(Self { key_id: key_id.into(), key: Arc::new(PKey::private_key_from_pem(pem.as_bytes())?) })
    }

    pub fn key_id(&self) -> &str {
        &self.key_id
    }

    pub fn is_rsa(&self) -> bool {
        self.key.id() == Id::RSA
    }

    /// RSA PKCS#1 v1.5 with SHA-256, or Ed25519.
    pub fn sign(&self, bytes: &[u8]) -> Result<Vec<u8>> {
        signing::sign(&self.key, bytes)
    }
}

/// Without the key.
impl std::fmt::Debug for Signer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Signer").field("key_id", &self.key_id).finish_non_exhaustive()
    }
}

/// Parsed keys in memory.
pub struct KeyCache {
    /// By SHA-256 of key id and PEM, so that a key that changed at the same id is another entry. `None`: unusable.
    public: Cache<[u8; 32], Option<Arc<PKey<Public>>>>,
    /// By the row's id.
    private: Cache<String, Arc<PKey<Private>>>,
}

impl Default for KeyCache {
    fn default() -> Self {
        Self { public: Cache::new(PUBLIC_KEYS), private: Cache::new(PRIVATE_KEYS) }
    }
}

impl KeyCache {
    /// The parsed key of a PEM that an actor lists under `key_id`.
    ///
    /// # Errors
    /// `Unauthorized` where the key can't be used (SIG-21).
    pub fn public(&self, key_id: &str, pem: &str) -> Result<Arc<PKey<Public>>, Refusal> {
        let mut name = openssl::sha::Sha256::new();
        name.update(key_id.as_bytes());
        name.update(&[0]);
        name.update(pem.as_bytes());
        self.public
            .get_with(name.finish(), || parse_public(pem).map(Arc::new))
            .ok_or(Refusal::Unauthorized("the actor's key can't be used"))
    }

    /// The signer of a row, its key parsed once.
    pub fn signer(&self, row: &KeyRow) -> Result<Signer> {
        let key = match self.private.get(&row.id) {
            Some(key) => key,
            None => {
                let key = Arc::new(PKey::private_key_from_pem(row.private_key.as_bytes())?);
                self.private.insert(row.id.clone(), key.clone());
                key
            }
        };
        Ok(Signer { key_id: row.key_uri.as_str().into(), key })
    }
}

/// The RSA signer of one of our actors (a collective or the instance's own): what every peer can check.
///
/// # Errors
/// `NotFound` where the actor has no key.
pub async fn signer(state: &AppState, actor_uri: &str) -> Result<Signer> {
    signer_of(state, actor_uri, KeyKind::Rsa).await
}

/// As [`signer`], with the kind of key named. Which key is current is looked up each time: another process may have rotated
/// it, and a peer that heard of the new key drops what the old one signs, some of them after a 202.
pub async fn signer_of(state: &AppState, actor_uri: &str, kind: KeyKind) -> Result<Signer> {
    let actor = actor_uri.to_owned();
    let row = state.db.read(move |conn| db::keys::current(conn, &actor, kind)).await?;
    state.wire.keys.signer(&row)
}

/// Reads a public key, `None` where it isn't one that we rely on.
fn parse_public(pem: &str) -> Option<PKey<Public>> {
    if pem.len() > MAX_PEM {
        return None;
    }
    let key = if pem.contains("BEGIN RSA PUBLIC KEY") {
        PKey::from_rsa(Rsa::public_key_from_pem_pkcs1(pem.as_bytes()).ok()?).ok()?
    } else {
        PKey::public_key_from_pem(pem.as_bytes()).ok()?
    };
    match key.id() {
        Id::ED25519 => Some(key),
        Id::RSA => {
            let rsa = key.rsa().ok()?;
            let exponent = rsa.e();
            let usable = RSA_BITS.contains(&key.bits())
                && rsa.n().is_bit_set(0)
                && exponent.is_bit_set(0)
                && (2..=MAX_EXPONENT_BITS).contains(&exponent.num_bits());
            usable.then_some(key)
        }
        _ => None,
    }
}

/// Whether each of our actors has a private key that can be used.
///
/// # Errors
/// `Config`, saying what to do, where one is missing or unreadable: new keys made in silence would make every other server
/// refuse what we sign (OPS-09).
pub fn check_ours(state: &AppState) -> Result<()> {
    let Some(site) = state.site_if_set_up() else { return Ok(()) };
    state.db.read_blocking(|conn| {
        let mut actors = vec![site.instance_actor()];
        actors.extend(db::collectives::list(conn)?.into_iter().map(|row| row.uri));
        for actor in actors {
            for kind in [KeyKind::Rsa, KeyKind::Ed25519] {
                let usable = match db::keys::current(conn, &actor, kind) {
                    Ok(row) => Signer::from_pem(&row.key_uri, &row.private_key).is_ok(),
                    Err(Error::NotFound) => false,
                    Err(error) => return Err(error),
                };
                if !usable {
                    return Err(Error::Config(format!(
                        "the private key ({kind}) of {actor} is missing or can't be read. No new one is made: other servers \
                         wouldn't believe it. Restore the database from a backup"
                    )));
                }
            }
        }
        Ok(())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        crypto::keys::{generate_ed25519, generate_rsa},
        vocab::multikey,
    };
    use openssl::bn::BigNum;
    use std::time::Duration;

    fn pem(bits: u32) -> String {
        String::from_utf8(Rsa::generate(bits).unwrap().public_key_to_pem().unwrap()).unwrap()
    }

    #[test]
    fn own_keys_are_usable_by_others() {
        let cache = KeyCache::default();
        let rsa = generate_rsa().unwrap();
        assert!(cache.public("https://river.example/c/river#main-key", &rsa.public).is_ok());
        let ed = generate_ed25519().unwrap();
        let pem = multikey::ed25519_pem(&multikey::decode_ed25519(&ed.public).unwrap());
        let public = cache.public("k", &pem).unwrap();
        let signer = Signer::from_pem("k", &ed.private_pem).unwrap();
        assert!(crate::crypto::signing::verify(&public, b"text", &signer.sign(b"text").unwrap()));
        assert!(!crate::crypto::signing::verify(&public, b"test", &signer.sign(b"text").unwrap()));
    }

    #[test]
    fn sig_21_keys_that_prove_nothing_are_unusable() {
        let cache = KeyCache::default();
        for bad in [pem(1024), pem(2040), String::new(), "-----BEGIN PUBLIC KEY-----\n".into(), "x".repeat(100_000)] {
            let begun = std::time::Instant::now();
            assert!(matches!(cache.public("k", &bad), Err(Refusal::Unauthorized(_))), "{bad}");
            assert!(begun.elapsed() < Duration::from_millis(50));
        }
        let modulus = Rsa::generate(2048).unwrap().n().to_owned().unwrap();
        let with = |n: &openssl::bn::BigNumRef, e: BigNum| {
            let key = Rsa::from_public_components(n.to_owned().unwrap(), e).unwrap();
            String::from_utf8(key.public_key_to_pem().unwrap()).unwrap()
        };
        let one = BigNum::from_u32(1).unwrap();
        assert!(parse_public(&with(&modulus, BigNum::from_u32(3).unwrap())).is_some());
        assert!(parse_public(&with(&modulus, one)).is_none());
        assert!(parse_public(&with(&modulus, BigNum::from_u32(65_538).unwrap())).is_none());
        let mut huge = BigNum::new().unwrap();
        huge.lshift(&BigNum::from_u32(1).unwrap(), 2_000).unwrap();
        huge.add_word(1).unwrap();
        assert!(parse_public(&with(&modulus, huge)).is_none());
        let mut large = BigNum::new().unwrap();
        large.lshift(&BigNum::from_u32(1).unwrap(), 8_200).unwrap();
        large.add_word(1).unwrap();
        assert!(parse_public(&with(&large, BigNum::from_u32(65_537).unwrap())).is_none());
    }
}
