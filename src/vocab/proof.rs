//! Integrity proofs on documents (FEP-8b32, cryptosuite `eddsa-jcs-2022`): what is signed, where the proof stands, what a
//! proof of others claims.
//!
//! Pure: gives bytes to sign and bytes to check. Must not know keys, or whose key a `verificationMethod` is.

use crate::domain::{
    Timestamp,
    time::{parse_rfc3339, rfc3339},
};
use openssl::sha::sha256;
use serde_json::{Map, Value, json};

/// Defines `proof` for those who read JSON-LD. Version 1: known without fetching by everybody who verifies proofs, and it
/// fixes no term that our inline contexts define (version 2 fixes `digestMultibase`).
pub const CONTEXT: &str = "https://w3id.org/security/data-integrity/v1";
const ACTIVITY_STREAMS: &str = super::activity::CONTEXT;
const KIND: &str = "DataIntegrityProof";
const SUITE: &str = "eddsa-jcs-2022";
const PURPOSE: &str = "assertionMethod";
/// Characters of a `proofValue` looked at: `z` and 64 bytes in base58, which are at most 88; longer ones cost quadratic time.
const MAX_PROOF_VALUE: usize = 89;
/// Proofs of one document looked at; the FEP wants one.
const MAX_PROOFS: usize = 4;

type Members = Map<String, Value>;

/// A document about to be proven: its old proof gone, its `@context` completed.
#[derive(Debug)]
pub struct Unproven<'a> {
    document: &'a mut Members,
    /// The proof without its value.
    proof: Members,
}

impl<'a> Unproven<'a> {
    /// `method` is the id of the key. A document that had a proof keeps its time, so that proving it again with the same
    /// key gives the same bytes; any other gets `created`.
    pub fn new(document: &'a mut Members, method: &str, created: Timestamp) -> Self {
        let before = document.shift_remove("proof");
        let before = before.as_ref().and_then(|proof| parse_rfc3339(proof.get("created")?.as_str()?));
        complete_context(document);
        let mut proof = Members::new();
        // Data Integrity EdDSA §3.3.1: the proof repeats the context, so that it stays with what was signed.
        if let Some(context) = document.get("@context") {
            proof.insert("@context".into(), context.clone());
        }
        for (name, value) in [
            ("type", KIND),
            ("cryptosuite", SUITE),
            ("verificationMethod", method),
            ("proofPurpose", PURPOSE),
            ("created", &rfc3339(before.unwrap_or(created))),
        ] {
            proof.insert(name.into(), json!(value));
        }
        Self { document, proof }
    }

    /// What the Ed25519 key signs.
    ///
    /// # Errors
    /// A number that RFC 8785 can't write; our documents have none.
    pub fn bytes(&self) -> serde_json::Result<[u8; 64]> {
        hashes(&self.proof, self.document)
    }

    /// Puts the proof into the document, as its last member.
    pub fn prove(mut self, signature: &[u8]) {
        self.proof.insert("proofValue".into(), json!(format!("z{}", bs58::encode(signature).into_string())));
        self.document.insert("proof".into(), Value::Object(self.proof));
    }
}

/// Adds the context of proofs where it is missing: behind ActivityStreams, before inline terms.
fn complete_context(document: &mut Members) {
    let context = match document.get("@context") {
        Some(Value::Array(list)) if list.iter().any(|one| one == CONTEXT) => return,
        Some(Value::Array(list)) => {
            let (head, tail) = list.split_at(list.len().min(1));
            head.iter().cloned().chain([json!(CONTEXT)]).chain(tail.iter().cloned()).collect()
        }
        Some(one) if !one.is_null() => json!([one, CONTEXT]),
        _ => json!([ACTIVITY_STREAMS, CONTEXT]),
    };
    if document.contains_key("@context") {
        document.insert("@context".into(), context);
    } else {
        let rest = std::mem::take(document);
        document.insert("@context".into(), context);
        document.extend(rest);
    }
}

/// SHA-256 of the proof's options, then of the document, both in the form of RFC 8785.
fn hashes(proof: &Members, document: &Members) -> serde_json::Result<[u8; 64]> {
    let mut both = [0; 64];
    both[..32].copy_from_slice(&sha256(&serde_json_canonicalizer::to_vec(proof)?));
    both[32..].copy_from_slice(&sha256(&serde_json_canonicalizer::to_vec(document)?));
    Ok(both)
}

/// What a document says to prove it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Proof {
    /// Nothing, or nothing of a kind that is known here: as good as nothing (FEP-8b32 leaves suites open).
    None,
    /// It can't be true, whatever the key.
    Broken(&'static str),
    Claim(Box<Claim>),
}

/// A proof that may be true: whoever has the key of `method` checks it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// The id of the key, as stated.
    pub method: String,
    pub created: Option<Timestamp>,
    pub expires: Option<Timestamp>,
    /// The signature must stand over one of these: some signers (Fedify) sign the document's context with the proof and
    /// leave it out of what they send. In both the whole document is covered.
    pub candidates: Vec<[u8; 64]>,
    pub signature: [u8; 64],
}

/// Reads a document's proof. An LD signature beside it is left out of what was signed, as FEP-8b32 says.
pub fn read(document: &Value) -> Proof {
    let Some(members) = document.as_object() else { return Proof::None };
    let proofs = match members.get("proof") {
        None | Some(Value::Null) => return Proof::None,
        Some(Value::Array(list)) => &list[..list.len().min(MAX_PROOFS)],
        Some(single) => std::slice::from_ref(single),
    };
    let known = |proof: &&Members| proof.get("type") == Some(&json!(KIND)) && proof.get("cryptosuite") == Some(&json!(SUITE));
    match proofs.iter().filter_map(Value::as_object).find(known) {
        None => Proof::None,
        Some(proof) => claim(members, proof).map_or_else(Proof::Broken, |claim| Proof::Claim(Box::new(claim))),
    }
}

fn claim(members: &Members, proof: &Members) -> Result<Claim, &'static str> {
    let text = |name: &str| proof.get(name).and_then(Value::as_str);
    let time = |name: &str| match proof.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(value) => value.as_str().and_then(parse_rfc3339).map(Some).ok_or("a time of the proof can't be read"),
    };
    if text("proofPurpose") != Some(PURPOSE) {
        return Err("the proof is made for another purpose");
    }
    let method = text("verificationMethod").ok_or("the proof names no key")?.to_owned();
    let value = text("proofValue").and_then(|value| value.strip_prefix('z')).filter(|value| value.len() < MAX_PROOF_VALUE);
    let signature = value.and_then(|value| bs58::decode(value).into_vec().ok()?.try_into().ok());
    let signature = signature.ok_or("the proof's value can't be read")?;
    let mut document = members.clone();
    document.shift_remove("proof");
    document.shift_remove("signature");
    let mut options = proof.clone();
    options.shift_remove("proofValue");
    let mut candidates = Vec::with_capacity(2);
    let mut add = |options: &Members, document: &Members| match hashes(options, document) {
        Ok(bytes) => {
            candidates.push(bytes);
            Ok(())
        }
        Err(_) => Err("the document can't be put into its one form"),
    };
    match (proof.get("@context"), document.get("@context").cloned()) {
        // Data Integrity EdDSA §3.3.2: a document may have got more contexts since, behind those that were signed.
        (Some(signed), now) => {
            if !begins_with(now.as_ref().unwrap_or(&Value::Null), signed) {
                return Err("the document's context is not the one that was signed");
            }
            document.insert("@context".into(), signed.clone());
            add(&options, &document)?;
        }
        (None, now) => {
            add(&options, &document)?;
            if let Some(context) = now {
                options.insert("@context".into(), context);
                add(&options, &document)?;
            }
        }
    }
    Ok(Claim { method, created: time("created")?, expires: time("expires")?, candidates, signature })
}

fn begins_with(context: &Value, signed: &Value) -> bool {
    let list = |value: &Value| match value {
        Value::Array(list) => list.clone(),
        single => vec![single.clone()],
    };
    list(context).starts_with(&list(signed))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        parse_rfc3339(text).unwrap()
    }

    fn proven(document: Value) -> Value {
        let Value::Object(mut members) = document else { panic!("no object") };
        Unproven::new(&mut members, "https://a.example/c/a#ed25519-key", at("2026-11-22T18:00:00Z")).prove(&[7; 64]);
        Value::Object(members)
    }

    #[test]
    fn the_context_of_proofs_stands_behind_activitystreams() {
        let terms = json!({ "x": "y" });
        for (before, after) in [
            (json!({ "id": "a" }), json!([ACTIVITY_STREAMS, CONTEXT])),
            (json!({ "@context": ACTIVITY_STREAMS, "id": "a" }), json!([ACTIVITY_STREAMS, CONTEXT])),
            (json!({ "@context": [ACTIVITY_STREAMS, terms], "id": "a" }), json!([ACTIVITY_STREAMS, CONTEXT, terms])),
            (json!({ "@context": [ACTIVITY_STREAMS, CONTEXT] }), json!([ACTIVITY_STREAMS, CONTEXT])),
        ] {
            let document = proven(before);
            assert_eq!(document["@context"], after);
            assert_eq!(document["proof"]["@context"], after);
            let keys: Vec<&String> = document.as_object().unwrap().keys().collect();
            assert_eq!((keys[0].as_str(), keys[keys.len() - 1].as_str()), ("@context", "proof"));
        }
    }

    #[test]
    fn proven_again_it_keeps_its_time() {
        let once = proven(json!({ "id": "a", "type": "Note" }));
        let Value::Object(mut members) = once.clone() else { panic!("no object") };
        Unproven::new(&mut members, "https://a.example/c/a#ed25519-key", at("2030-01-01T00:00:00Z")).prove(&[7; 64]);
        assert_eq!(Value::Object(members).to_string(), once.to_string());
    }

    #[test]
    fn what_is_read_is_what_was_signed() {
        let Value::Object(mut members) = json!({ "id": "a", "n": 1.5, "content": "<p>é</p>" }) else { panic!("no object") };
        let unproven = Unproven::new(&mut members, "https://a.example/c/a#ed25519-key", at("2026-11-22T18:00:00Z"));
        let bytes = unproven.bytes().unwrap();
        unproven.prove(&[7; 64]);
        let mut document = Value::Object(members);
        let check = |document: &Value| match read(document) {
            Proof::Claim(claim) => claim.candidates.contains(&bytes) && claim.signature == [7; 64],
            other => panic!("{other:?}"),
        };
        assert!(check(&document));
        // Order, an LD signature beside it and contexts behind the signed ones change nothing.
        document["signature"] = json!({ "type": "RsaSignature2017" });
        document["@context"].as_array_mut().unwrap().push(json!("https://later.example/"));
        let id = document.as_object_mut().unwrap().shift_remove("id").unwrap();
        document["id"] = id;
        assert!(check(&document));
        let mut bare = document.clone();
        bare["proof"].as_object_mut().unwrap().shift_remove("@context");
        bare["@context"].as_array_mut().unwrap().pop();
        assert!(check(&bare), "a signer that leaves the context out of the proof");
        document["content"] = json!("<p>e</p>");
        assert!(!check(&document));
    }

    #[test]
    fn other_proofs_are_none_and_bad_ones_broken() {
        let with = |proof: Value| read(&json!({ "id": "a", "proof": proof }));
        let good = proven(json!({ "id": "a" }))["proof"].clone();
        let changed = |name: &str, value: Value| {
            let mut proof = good.clone();
            proof.as_object_mut().unwrap().shift_remove("@context");
            proof[name] = value;
            with(proof)
        };
        for none in [Value::Null, json!([]), json!("x"), json!({ "type": KIND, "cryptosuite": "ecdsa-jcs-2019" })] {
            assert_eq!(with(none), Proof::None);
        }
        assert!(matches!(changed("created", json!("2026-11-22T18:00:00Z")), Proof::Claim(_)));
        for (name, value) in [
            ("proofPurpose", json!("authentication")),
            ("verificationMethod", Value::Null),
            ("proofValue", json!("")),
            ("proofValue", json!("zz")),
            ("proofValue", json!(format!("z{}", "2".repeat(100_000)))),
            ("created", json!("yesterday")),
            ("expires", json!(7)),
        ] {
            assert!(matches!(changed(name, value), Proof::Broken(_)), "{name}");
        }
        assert!(matches!(with(good), Proof::Broken(_)), "signed with a context that the document lacks");
        let set = json!([{ "type": KIND, "cryptosuite": "ecdsa-jcs-2019" }, changed_set()]);
        assert!(matches!(with(set), Proof::Claim(_)));
    }

    fn changed_set() -> Value {
        let mut proof = proven(json!({ "id": "a" }))["proof"].clone();
        proof.as_object_mut().unwrap().shift_remove("@context");
        proof
    }
}
