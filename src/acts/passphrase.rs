//! Passphrases at rest: argon2id, so many at once, and the same time whether an account exists or not.
//!
//! Must not know members; what is a good passphrase stands in `domain::member`.

use crate::{
    domain::member::MAX_PASSPHRASE,
    error::{Error, Result},
};
use argon2::{Algorithm, Argon2, Params, PasswordHash, PasswordHasher, PasswordVerifier, Version, password_hash::SaltString};
use std::{sync::Arc, time::Duration};
use tokio::sync::Semaphore;

/// OWASP's second choice for argon2id: 19 MiB, two passes, one lane.
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;

/// How long a hash waits for its turn before the server says that it is busy.
const LONGEST_WAIT: Duration = Duration::from_secs(10);

/// A hash that no passphrase has, made with the parameters above: checking against it costs what a real check costs.
const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5aGFzdGhpc3NhbA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// Hashes passphrases, at most `accounts.hashing_at_once` at the same time.
#[derive(Clone)]
pub struct Hasher {
    turns: Arc<Semaphore>,
}

impl Hasher {
    pub fn new(at_once: usize) -> Self {
        Self { turns: Arc::new(Semaphore::new(at_once.max(1))) }
    }

    /// A PHC string with a fresh salt. About 20 ms and 19 MiB.
    ///
    /// # Errors
    /// `Invalid` for more than a kilobyte; `Busy` where too many others wait.
    pub async fn hash(&self, passphrase: String) -> Result<String> {
        self.in_turn(passphrase, |passphrase| {
            let mut salt = [0u8; 16];
            openssl::rand::rand_bytes(&mut salt)?;
            let salt = SaltString::encode_b64(&salt).map_err(Error::internal)?;
            Ok(argon2()?.hash_password(passphrase.as_bytes(), &salt).map_err(Error::internal)?.to_string())
        })
        .await
    }

    /// Whether it is the passphrase of this hash. Without a hash (no such account) it takes as long and is `false`.
    pub async fn verify(&self, passphrase: String, hash: Option<String>) -> Result<bool> {
        self.in_turn(passphrase, move |passphrase| {
            let known = hash.is_some();
            let hash = hash.as_deref().unwrap_or(NOBODY);
            let parsed = PasswordHash::new(hash).map_err(Error::internal)?;
            let fits = argon2()?.verify_password(passphrase.as_bytes(), &parsed).is_ok();
            Ok(fits && known)
        })
        .await
    }

    async fn in_turn<T: Send + 'static>(
        &self,
        passphrase: String,
        f: impl FnOnce(&str) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        if passphrase.len() > MAX_PASSPHRASE {
            return Err(Error::invalid("passphrase", "error-passphrase-long"));
        }
        let turn = tokio::time::timeout(LONGEST_WAIT, self.turns.clone().acquire_owned())
            .await
            .map_err(|_| Error::Busy("too many passphrases are being checked".into()))?
            .map_err(Error::internal)?;
        tokio::task::spawn_blocking(move || {
            let done = f(&passphrase);
            drop(turn);
            done
        })
        .await
        .map_err(Error::internal)?
    }
}

fn argon2() -> Result<Argon2<'static>> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None).map_err(Error::internal)?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn aut_17_argon2id_with_its_parameters_and_its_own_salt() {
        let hasher = Hasher::new(2);
        let a = hasher.hash("correct horse battery".into()).await.unwrap();
        let b = hasher.hash("correct horse battery".into()).await.unwrap();
        assert!(a.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{a}");
        assert_ne!(a, b);
        assert!(hasher.verify("correct horse battery".into(), Some(a.clone())).await.unwrap());
        assert!(!hasher.verify("wrong horse battery".into(), Some(a)).await.unwrap());
        assert!(!hasher.verify("correct horse battery".into(), None).await.unwrap());
    }

    #[tokio::test]
    async fn aut_17_more_than_a_kilobyte_is_refused_before_hashing() {
        // No turn is free: an answer at all means that nothing was hashed.
        let hasher = Hasher::new(1);
        let _held = hasher.turns.clone().acquire_owned().await.unwrap();
        assert!(matches!(hasher.hash("x".repeat(1025)).await, Err(Error::Invalid(_))));
        assert!(matches!(hasher.verify("x".repeat(1025), None).await, Err(Error::Invalid(_))));
    }

    #[tokio::test]
    async fn aut_17_no_more_at_once_than_set() {
        let hasher = Hasher::new(1);
        let held = hasher.turns.clone().acquire_owned().await.unwrap();
        let waiting = tokio::spawn({
            let hasher = hasher.clone();
            async move { hasher.hash("correct horse battery".into()).await }
        });
        tokio::time::sleep(Duration::from_millis(200)).await;
        assert!(!waiting.is_finished());
        drop(held);
        assert!(waiting.await.unwrap().is_ok());
    }

    #[test]
    fn aut_02_the_hash_of_nobody_costs_what_a_real_one_costs() {
        let parsed = PasswordHash::new(NOBODY).unwrap();
        let params = Params::try_from(&parsed).unwrap();
        assert_eq!((params.m_cost(), params.t_cost(), params.p_cost()), (MEMORY_KIB, PASSES, LANES));
        assert_eq!(parsed.hash.unwrap().len(), 32);
        assert_eq!(parsed.salt.unwrap().as_str().len(), 22);
    }
}
