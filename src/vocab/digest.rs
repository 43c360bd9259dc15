//! The digest by which a version of a statement is known: what an endorsement is bound to. Vectors:
//! `docs/vectors/statement-digests.json`.
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
    fn dat_08_it_is_the_one_that_others_come_to() {
        let published: Value = serde_json::from_str(include_str!("../../docs/vectors/statement-digests.json")).unwrap();
        let vectors = published["vectors"].as_array().unwrap();
        assert!(vectors.len() > 8);
        for vector in vectors {
            let what = &vector["what"];
            let digest = digest_multibase(&vector["object"]).unwrap();
            assert_eq!(json!(digest), vector["digestMultibase"], "{what}");
            let hash = openssl::sha::sha256(vector["canonical"].as_str().unwrap().as_bytes());
            let hexadecimal: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
            assert_eq!(json!(hexadecimal), vector["sha256"], "{what}");
        }
        // The third is the first in another order; every other one is another text.
        let digests: Vec<&str> = vectors.iter().map(|vector| vector["digestMultibase"].as_str().unwrap()).collect();
        assert_eq!(digests[2], digests[0]);
        let distinct: std::collections::BTreeSet<&str> = digests.iter().copied().collect();
        assert_eq!(distinct.len(), digests.len() - 1);
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
