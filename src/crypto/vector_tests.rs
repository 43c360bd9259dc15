//! The vectors of RFC 8785, FEP-521a, FEP-8b32 and of the cryptosuite itself; `tests/vectors/README.md` says where from.

use super::proof::{is_true, prove};
use crate::{
    domain::time::parse_rfc3339,
    vocab::{
        multikey,
        proof::{Proof, read},
    },
};
use openssl::pkey::{Id, PKey, Private, Public};
use serde_json::Value;

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn the_set_of_rfc_8785_holds() {
    macro_rules! set {
        ($($name:literal),+) => {
            [$(($name,
                include_str!(concat!("../../tests/vectors/rfc8785-", $name, ".json")),
                include_str!(concat!("../../tests/vectors/rfc8785-", $name, ".hex")))),+]
        };
    }
    for (name, input, wanted) in set!["arrays", "french", "structures", "unicode", "values", "weird"] {
        let value: Value = serde_json::from_str(input).unwrap();
        let wanted: String = wanted.split_whitespace().collect();
        assert_eq!(hex(&serde_json_canonicalizer::to_vec(&value).unwrap()), wanted, "{name}");
    }
}

#[test]
fn the_numbers_of_rfc_8785_hold_also_after_a_way_through_our_reader() {
    let rows: Vec<(&str, &str)> =
        include_str!("../../tests/vectors/rfc8785-numbers.csv").lines().map(|line| line.split_once(',').unwrap()).collect();
    assert_eq!(rows.len(), 24);
    for (bits, text) in rows {
        let number = f64::from_bits(u64::from_str_radix(bits, 16).unwrap());
        assert_eq!(serde_json_canonicalizer::to_string(&number).unwrap(), text, "{bits}");
        // What others signed was read before it is put into its form.
        let read: Value = serde_json::from_str(&format!("{number:e}")).unwrap();
        assert_eq!(serde_json_canonicalizer::to_string(&read).unwrap(), text, "{bits} read");
    }
}

/// The public half, and the private one from its `Multikey` form (multicodec 0x1300).
fn keys(vector: &Value) -> (PKey<Public>, PKey<Private>) {
    let public = multikey::decode_ed25519(vector["publicKeyMultibase"].as_str().unwrap()).unwrap();
    let secret = vector["secretKeyMultibase"].as_str().unwrap().strip_prefix('z').unwrap();
    let secret = bs58::decode(secret).into_vec().unwrap();
    let secret = secret.strip_prefix(&[0x80, 0x26]).unwrap();
    (
        PKey::public_key_from_raw_bytes(&public, Id::ED25519).unwrap(),
        PKey::private_key_from_raw_bytes(secret, Id::ED25519).unwrap(),
    )
}

fn vectors() -> [Value; 2] {
    [
        serde_json::from_str(include_str!("../../tests/vectors/fep-8b32.json")).unwrap(),
        serde_json::from_str(include_str!("../../tests/vectors/vc-di-eddsa-b3.json")).unwrap(),
    ]
}

#[test]
fn the_key_of_fep_521a_is_read_and_written() {
    let vector = &vectors()[0];
    let (public, private) = keys(vector);
    assert_eq!(private.raw_public_key().unwrap(), public.raw_public_key().unwrap());
    let raw: [u8; 32] = private.raw_public_key().unwrap().try_into().unwrap();
    assert_eq!(multikey::encode_ed25519(&raw), vector["publicKeyMultibase"].as_str().unwrap());
    let pem = multikey::ed25519_pem(&raw);
    assert!(PKey::public_key_from_pem(pem.as_bytes()).unwrap().public_eq(&public));
}

#[test]
fn the_proofs_of_fep_8b32_and_of_the_cryptosuite_are_true() {
    for vector in vectors() {
        let (public, _) = keys(&vector);
        let claim_of = |document: &Value| match read(document) {
            Proof::Claim(claim) => claim,
            other => panic!("{other:?}"),
        };
        let document = &vector["document"];
        let claim = claim_of(document);
        assert_eq!(claim.created, parse_rfc3339("2023-02-24T23:36:38Z"));
        assert!(is_true(&claim, &public), "{document}");
        let other = PKey::generate_ed25519().unwrap();
        assert!(!is_true(&claim, &other));
        for name in ["id", "type"] {
            let mut changed = document.clone();
            changed[name] = Value::from("https://elsewhere.example/");
            assert!(!is_true(&claim_of(&changed), &public), "{name}");
        }
        for name in ["created", "verificationMethod"] {
            let mut changed = document.clone();
            changed["proof"][name] = Value::from("2024-02-24T23:36:38Z");
            assert!(!is_true(&claim_of(&changed), &public), "{name}");
        }
    }
}

/// Ed25519 gives the same signature each time, so that the vector's own value comes out. Its context is completed by
/// version 1 of the proofs' context, which the vectors don't have: so it is put there first, and the proof remade.
#[test]
fn what_we_prove_is_what_the_vector_says() {
    for mut vector in vectors() {
        let (public, private) = keys(&vector);
        let created = parse_rfc3339("2023-02-24T23:36:38Z").unwrap();
        let method = vector["document"]["proof"]["verificationMethod"].as_str().unwrap().to_owned();
        let wanted = vector["document"]["proof"]["proofValue"].as_str().unwrap().to_owned();
        let Proof::Claim(claim) = read(&vector["document"]) else { panic!("no claim") };
        let signature = super::signing::sign(&private, &claim.candidates[0]).unwrap();
        assert_eq!(format!("z{}", bs58::encode(signature).into_string()), wanted);
        let mut document = vector["document"].take();
        prove(&mut document, &method, &private, created).unwrap();
        let Proof::Claim(claim) = read(&document) else { panic!("no claim") };
        assert!(is_true(&claim, &public));
        assert_eq!(document["proof"]["@context"], document["@context"]);
    }
}
