//! The digest by which a version of a statement is known: what an endorsement will be bound to.
//!
//! Must not know which version is the current one.

use serde_json::{Map, Value};

/// Members that are digested, exactly as they stand in the object's own JSON; absent ones are left out.
pub const DIGESTED: [&str; 6] = ["id", "name", "content", "startTime", "endTime", "coAuthors"];
/// Multihash prefix of SHA-256: code 0x12, 32 bytes.
const SHA2_256: [u8; 2] = [0x12, 0x20];

/// `digestMultibase`: SHA-256 multihash, multibase base58btc (`z…`), over the RFC 8785 form of [`DIGESTED`].
///
/// # Errors
/// A number that RFC 8785 can't write, which none of these members has.
pub fn digest_multibase(object: &Value) -> serde_json::Result<String> {
    let members: Map<String, Value> =
        DIGESTED.iter().filter_map(|key| Some(((*key).to_owned(), object.get(key)?.clone()))).collect();
    let canonical = serde_json_canonicalizer::to_vec(&members)?;
    let hash = openssl::sha::sha256(&canonical);
    let bytes: Vec<u8> = SHA2_256.iter().chain(&hash).copied().collect();
    Ok(format!("z{}", bs58::encode(bytes).into_string()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn it_covers_the_text_and_nothing_else() {
        let object =
            json!({ "type": "Note", "name": "No dam", "id": "https://river.example/statements/1", "content": "<p>é</p>" });
        let digest = digest_multibase(&object).unwrap();
        assert!(digest.starts_with("zQm"), "{digest}");
        let other_order =
            json!({ "content": "<p>é</p>", "id": "https://river.example/statements/1", "name": "No dam", "likes": "x" });
        assert_eq!(digest_multibase(&other_order).unwrap(), digest);
        let mut edited = object;
        edited["content"] = json!("<p>e</p>");
        assert_ne!(digest_multibase(&edited).unwrap(), digest);
    }

    #[test]
    fn it_is_the_hash_of_the_canonical_form() {
        let object = json!({ "name": "b", "id": "a" });
        let hash = openssl::sha::sha256(br#"{"id":"a","name":"b"}"#);
        let read = bs58::decode(&digest_multibase(&object).unwrap()[1..]).into_vec().unwrap();
        assert_eq!(read[..2], SHA2_256);
        assert_eq!(read[2..], hash);
    }
}
