//! Secrets that people carry: tokens in links and cookies, and how they are kept.
//!
//! Must not know what a token is for.

use crate::error::Result;
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};

/// Characters of a token.
pub const TOKEN_LENGTH: usize = 43;

/// A token of 256 random bits, as it stands in a link or a cookie: 43 characters of base64url.
pub fn new_token() -> Result<String> {
    let mut bytes = [0u8; 32];
    openssl::rand::rand_bytes(&mut bytes)?;
    Ok(BASE64_URL_SAFE_NO_PAD.encode(bytes))
}

/// What is kept of a token: SHA-256 in lower-case hex. It needs no salt, the token being random.
pub fn hash(token: &str) -> String {
    openssl::sha::sha256(token.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Compares without telling by the time it takes where the difference is.
pub fn same(a: &str, b: &str) -> bool {
    a.len() == b.len() && openssl::memcmp::eq(a.as_bytes(), b.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn aut_04_tokens_have_256_bits_and_are_kept_as_a_hash() {
        let (a, b) = (new_token().unwrap(), new_token().unwrap());
        assert_ne!(a, b);
        assert_eq!(BASE64_URL_SAFE_NO_PAD.decode(&a).unwrap().len(), 32);
        assert_eq!(hash("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        assert!(same(&a, &a) && !same(&a, &b) && !same(&a, "short"));
    }
}
