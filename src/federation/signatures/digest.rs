//! Digests of bodies: `Digest: SHA-256=…` (RFC 3230) and `Content-Digest: sha-256=:…:` (RFC 9530).
//!
//! SHA-256 alone is made and believed; other algorithms beside it are passed over.

use base64::{Engine, prelude::BASE64_STANDARD};
use openssl::{memcmp, sha::sha256};

/// The value of a `Digest` header for these bytes.
pub fn digest(body: &[u8]) -> String {
    format!("SHA-256={}", BASE64_STANDARD.encode(sha256(body)))
}

/// The value of a `Content-Digest` header for these bytes.
pub fn content_digest(body: &[u8]) -> String {
    format!("sha-256=:{}:", BASE64_STANDARD.encode(sha256(body)))
}

/// Whether a `Digest` header names the SHA-256 of these bytes, exactly once; the label in any case (RFC 3230 §4.1.1).
pub fn digest_matches(header: &str, hash: &[u8; 32]) -> bool {
    matches(header, hash, Some)
}

/// Whether a `Content-Digest` header names the SHA-256 of these bytes, exactly once.
pub fn content_digest_matches(header: &str, hash: &[u8; 32]) -> bool {
    matches(header, hash, |value| value.strip_prefix(':')?.strip_suffix(':'))
}

fn matches<'a>(header: &'a str, hash: &[u8; 32], bare: impl Fn(&'a str) -> Option<&'a str>) -> bool {
    let mut found = header.split(',').filter_map(|part| {
        let (label, value) = part.trim().split_once('=')?;
        label.eq_ignore_ascii_case("sha-256").then_some(value)
    });
    let (Some(value), None) = (found.next(), found.next()) else { return false };
    let stated = bare(value).and_then(|text| BASE64_STANDARD.decode(text).ok());
    stated.is_some_and(|stated| stated.len() == hash.len() && memcmp::eq(&stated, hash))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_made_is_taken_in_any_letter_case() {
        let (body, hash) = (b"{\"hello\": \"world\"}", sha256(b"{\"hello\": \"world\"}"));
        // The value of draft-cavage-12, appendix C, and of RFC 9530.
        assert_eq!(digest(body), "SHA-256=X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=");
        for header in [digest(body), digest(body).replace("SHA", "sha"), format!("SHA-512=AAAA, {}", digest(body))] {
            assert!(digest_matches(&header, &hash), "{header}");
        }
        assert!(content_digest_matches(&content_digest(body), &hash));
        assert!(content_digest_matches(&format!("sha-512=:AAAA:,{}", content_digest(body)), &hash));
    }

    #[test]
    fn others_are_not() {
        let hash = sha256(b"x");
        for header in ["", "SHA-256=", "SHA-256=X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=", "SHA-512=AAAA", "SHA-256"] {
            assert!(!digest_matches(header, &hash), "{header}");
        }
        let twice = format!("{},{}", digest(b"x"), digest(b"x"));
        assert!(!digest_matches(&twice, &hash), "which of the two?");
        assert!(!content_digest_matches(&digest(b"x"), &hash), "without colons it is no byte sequence");
    }
}
