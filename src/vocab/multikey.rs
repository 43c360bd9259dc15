//! Ed25519 keys as `Multikey` (FEP-521a): multibase base58btc over the multicodec 0xed01 and the 32 bytes.
//!
//! Encoding alone; whether a key is to be believed is for those who fetched it.

use base64::{Engine, prelude::BASE64_STANDARD};

/// Multicodec `ed25519-pub` as a varint.
const ED25519_PUB: [u8; 2] = [0xed, 0x01];
/// An Ed25519 SubjectPublicKeyInfo up to the key (RFC 8410 §4).
const SPKI: [u8; 12] = [0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00];

/// `z6Mk…`
pub fn encode_ed25519(key: &[u8; 32]) -> String {
    let mut bytes = ED25519_PUB.to_vec();
    bytes.extend_from_slice(key);
    format!("z{}", bs58::encode(bytes).into_string())
}

/// The 32 bytes of `z6Mk…`; `None` for other kinds of key and other texts.
pub fn decode_ed25519(text: &str) -> Option<[u8; 32]> {
    // 34 bytes are at most 47 characters; base58 takes quadratic time, so nothing longer is looked at.
    let text = text.strip_prefix('z').filter(|text| text.len() <= 47)?;
    let bytes = bs58::decode(text).into_vec().ok()?;
    bytes.strip_prefix(&ED25519_PUB)?.try_into().ok()
}

/// The same key as SPKI PEM.
pub fn ed25519_pem(key: &[u8; 32]) -> String {
    let mut der = SPKI.to_vec();
    der.extend_from_slice(key);
    format!("-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----\n", BASE64_STANDARD.encode(der))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_of_fep_521a_is_read() {
        let text = "z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2";
        assert_eq!(decode_ed25519(text).map(|key| encode_ed25519(&key)).as_deref(), Some(text));
    }

    #[test]
    fn the_key_of_rfc_9421_is_written_as_pem() {
        let der = BASE64_STANDARD.decode("MCowBQYDK2VwAyEAJrQLj5P/89iXES9+vFgrIy29clF9CC/oPPsw3c5D0bs=").unwrap();
        let pem = ed25519_pem(der[12..].try_into().unwrap());
        assert!(pem.contains("MCowBQYDK2VwAyEAJrQLj5P/89iXES9+vFgrIy29clF9CC/oPPsw3c5D0bs="));
    }

    #[test]
    fn other_texts_are_none() {
        for bad in [
            "",
            "z",
            "x6Mk",
            "z0",
            &"z".repeat(100_000),
            "z4MXj1wBzi9jUstyPMS4jQqB6KdJaiatPkAtVtGc6bQEQEEsKTic4G7Rou3iBf9vPmT5dbkm9qsZsuVNjq8HCuW1w24nhBFGkRE4cd2Uf2tfrB3N7h4mnyPp1BF3ZttHTYv3DLUPi1zMdkULiow3M1GfXkoC6DoxDUm1jmN6GBj22SjVsr6dxezRVQc7aj9TxE7JLbMH1wh5X3kA58H3DFW8rnYMakFGbca5CB2Jf6CnGQZmL7o5uJAdTwXfy2iiiyPxXEGerMhHwhjTA1mKYobyk2CpeEcmvynADfNZ5MBvcCS7m3XkFCMNUYBS9NQ3fze6vMSUPsNa6GVYmKx2x6JrdEjCk3qRMMmyjnjCMfR4pXbRMZa3i",
        ] {
            assert!(decode_ed25519(bad).is_none(), "{bad}");
        }
    }
}
