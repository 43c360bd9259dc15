//! Endorsements as JSON: the object itself, activities around it, the register of a statement.
//!
//! Must not decide what an endorsement counts for: that is `domain::endorsement`.

use super::{
    PUBLIC, activity, context,
    read::{id_of, list},
};
use crate::domain::{
    Timestamp,
    endorsement::{Claim, EndorsementState, Shown},
    statement::clean,
    time::{parse_rfc3339, rfc3339},
};
use serde_json::{Map, Value, json};

/// The type of the object.
pub const KIND: &str = "Endorsement";
/// What an endorser says, apart from how it says it: two documents of one sequence that differ in these say two things.
/// `updated`, `companion` and `endorsementAuthorization` are no part of it: an endorsement that shows its stamp is the same.
pub const SAID: [&str; 7] = ["id", "attributedTo", "object", "digestMultibase", "state", "ratifyBy", "sequence"];
/// What `basis` says where nobody but whoever runs the server stands behind it.
const STEWARD: &str = "steward";
/// Longest reason taken of a peer, in characters.
const MAX_BASIS_REASON: usize = 1_000;
/// Longest digest taken, in characters; ours have 47.
const MAX_DIGEST: usize = 200;

/// What an endorsement is made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parts<'a> {
    pub id: &'a str,
    /// The endorsing collective.
    pub actor: &'a str,
    /// The statement.
    pub object: &'a str,
    pub digest: &'a str,
    pub state: EndorsementState,
    pub ratify_by: Option<Timestamp>,
    pub sequence: i32,
    pub published: Timestamp,
    pub updated: Timestamp,
    /// The author's stamp.
    pub authorization: Option<&'a str>,
    /// The Note for those who don't know endorsements.
    pub companion: Option<&'a str>,
    /// A steward ratified it without an assembly: why, or empty.
    pub steward: Option<&'a str>,
}

/// The object, unproven.
pub fn endorsement(parts: &Parts) -> Value {
    let mut object = json!({
        "@context": context::endorsement(), "id": parts.id, "type": KIND, "attributedTo": parts.actor, "object": parts.object,
        "digestMultibase": parts.digest, "state": parts.state.as_str()
    });
    let mut put = |key: &str, value: Value| object[key] = value;
    if let Some(by) = parts.ratify_by.filter(|_| parts.state == EndorsementState::Indicative) {
        put("ratifyBy", json!(rfc3339(by)));
    }
    put("sequence", json!(parts.sequence));
    put("published", json!(rfc3339(parts.published)));
    put("updated", json!(rfc3339(parts.updated)));
    if let Some(stamp) = parts.authorization {
        put("endorsementAuthorization", json!(stamp));
    }
    if let Some(companion) = parts.companion {
        put("companion", json!(companion));
    }
    if let Some(reason) = parts.steward {
        put("basis", json!(STEWARD));
        if !reason.is_empty() {
            put("basisReason", json!(reason));
        }
    }
    put("to", json!([PUBLIC]));
    put("cc", json!([format!("{}/followers", parts.actor)]));
    object
}

/// `Update` of an endorsement: what its endorser says from now on.
pub fn update(id: &str, actor: &str, at: Timestamp, endorsement: &Value) -> Value {
    activity::wrap("Update", id, actor, at, endorsement)
}

/// What stands at the address of an endorsement that its endorser had erased, with status 410.
pub fn tombstone(id: &str) -> Value {
    json!({ "@context": activity::CONTEXT, "id": id, "type": "Tombstone", "formerType": KIND })
}

/// An endorsement of somebody else, as it came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endorsement {
    pub id: String,
    pub actor: String,
    pub object: String,
    pub published: Option<Timestamp>,
    pub updated: Option<Timestamp>,
    pub authorization: Option<String>,
    pub companion: Option<String>,
    /// It says itself that a steward ratified it without an assembly: why, as plain text, or empty.
    pub steward: Option<String>,
    pub claim: Claim,
}

/// Reads an endorsement. `None` where it is something else, or lacks what it can't do without: id, endorser, statement,
/// digest, a known state, a sequence from 1; an indicative one also a date to be ratified by.
pub fn read(json: &Value) -> Option<Endorsement> {
    let body = json.as_object()?;
    if body.get("type")?.as_str()? != KIND {
        return None;
    }
    let id = |key: &str| body.get(key).and_then(id_of);
    let time = |key: &str| body.get(key).and_then(Value::as_str).and_then(parse_rfc3339);
    let state: EndorsementState = body.get("state")?.as_str()?.parse().ok()?;
    let ratify_by = time("ratifyBy");
    if state == EndorsementState::Indicative && ratify_by.is_none() {
        return None;
    }
    let digest = body.get("digestMultibase")?.as_str()?;
    let plausible = digest.len() <= MAX_DIGEST && digest.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-');
    let sequence = i32::try_from(body.get("sequence")?.as_i64()?).ok().filter(|n| *n > 0)?;
    Some(Endorsement {
        id: id("id")?,
        actor: id("attributedTo")?,
        object: id("object")?,
        published: time("published"),
        updated: time("updated"),
        authorization: id("endorsementAuthorization"),
        companion: id("companion"),
        steward: (body.get("basis").and_then(Value::as_str) == Some(STEWARD)).then(|| {
            let reason = body.get("basisReason").and_then(Value::as_str).unwrap_or_default();
            clean(reason).chars().take(MAX_BASIS_REASON).collect::<String>().trim().to_owned()
        }),
        claim: Claim {
            sequence,
            state,
            digest: Some(digest.to_owned()).filter(|digest| plausible && !digest.is_empty())?,
            ratify_by,
            fingerprint: fingerprint(body)?,
        },
    })
}

/// SHA-256 in hexadecimal over the RFC 8785 form of [`SAID`].
fn fingerprint(body: &Map<String, Value>) -> Option<String> {
    let said: Map<String, Value> = SAID.iter().filter_map(|key| Some(((*key).to_owned(), body.get(*key)?.clone()))).collect();
    let canonical = serde_json_canonicalizer::to_vec(&said).ok()?;
    Some(openssl::sha::sha256(&canonical).iter().map(|byte| format!("{byte:02x}")).collect())
}

/// A line of a statement's register.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// How the author's host shows it; whoever reads it finds out for themselves.
    pub state: Shown,
    /// As its endorser gave it, with its proof.
    pub endorsement: Value,
    /// The author's own stamp, if it lives.
    pub authorization: Option<Value>,
}

impl Entry {
    /// The entry in a page. Both objects stand in it whole, with their own contexts, since their proofs cover those.
    pub fn json(&self) -> Value {
        let mut entry = json!({ "type": "EndorsementEntry", "state": self.state.as_str(), "endorsement": self.endorsement });
        if let Some(stamp) = &self.authorization {
            entry["endorsementAuthorization"] = stamp.clone();
        }
        entry
    }

    /// Reads an entry of somebody else's register.
    pub fn read(json: &Value) -> Option<Self> {
        Some(Self {
            state: json.get("state")?.as_str()?.parse().ok()?,
            endorsement: json.get("endorsement").filter(|one| one.is_object() || one.is_string())?.clone(),
            authorization: json.get("endorsementAuthorization").filter(|one| one.is_object() || one.is_string()).cloned(),
        })
    }
}

/// The register: how many there are in each state, and where its pages begin.
pub fn register(id: &str, author: &str, total: i64, counts: &[(Shown, i64)]) -> Value {
    json!({
        "@context": context::endorsement(), "id": id, "type": "OrderedCollection", "attributedTo": author, "totalItems": total,
        "endorsementCounts": self::counts(counts), "first": format!("{id}?page=1")
    })
}

/// One page of it, the newest entries first.
pub fn register_page(
    id: &str,
    register: &str,
    next: Option<&str>,
    total: i64,
    counts: &[(Shown, i64)],
    items: &[Entry],
) -> Value {
    let mut page = json!({
        "@context": context::endorsement(), "id": id, "type": "OrderedCollectionPage", "partOf": register, "totalItems": total,
        "endorsementCounts": self::counts(counts)
    });
    if let Some(next) = next {
        page["next"] = json!(next);
    }
    page["orderedItems"] = items.iter().map(Entry::json).collect();
    page
}

fn counts(counts: &[(Shown, i64)]) -> Value {
    let mut map = Map::new();
    for (state, count) in counts {
        map.insert(state.as_str().to_owned(), json!(count));
    }
    Value::Object(map)
}

/// The entries of a page of somebody else's register, and its next page.
pub fn read_page(json: &Value) -> (Vec<Entry>, Option<String>) {
    let items = list(json.get("orderedItems")).chain(list(json.get("items")));
    (items.filter_map(Entry::read).collect(), json.get("next").and_then(id_of))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::consent::{ConsentKind, ENDORSEMENTS};

    fn at(text: &str) -> Timestamp {
        parse_rfc3339(text).unwrap()
    }

    fn parts() -> Parts<'static> {
        Parts {
            id: "https://e.example/endorsements/7",
            actor: "https://e.example/c/e",
            object: "https://a.example/statements/1",
            digest: "zQmdigest",
            state: EndorsementState::Indicative,
            ratify_by: Some(at("2026-02-10T22:00:00Z")),
            sequence: 1,
            published: at("2026-01-10T20:00:00Z"),
            updated: at("2026-01-10T20:00:00Z"),
            authorization: Some("https://a.example/stamps/31"),
            companion: Some("https://e.example/statements/99"),
            steward: None,
        }
    }

    #[test]
    fn what_no_assembly_decided_says_so() {
        let said = endorsement(&Parts { state: EndorsementState::Ratified, steward: Some("The floods came."), ..parts() });
        assert_eq!((said["basis"].as_str(), said["basisReason"].as_str()), (Some("steward"), Some("The floods came.")));
        assert_eq!(read(&said).unwrap().steward.as_deref(), Some("The floods came."));
        let silent = endorsement(&Parts { state: EndorsementState::Ratified, steward: Some(""), ..parts() });
        assert!(silent.get("basisReason").is_none() && read(&silent).unwrap().steward.as_deref() == Some(""));
        assert!(endorsement(&parts()).get("basis").is_none() && read(&endorsement(&parts())).unwrap().steward.is_none());
        let mut long = silent;
        long["basisReason"] = json!("x".repeat(MAX_BASIS_REASON + 1));
        assert_eq!(read(&long).unwrap().steward.unwrap().len(), MAX_BASIS_REASON);
        // It is no part of what is said: a peer that leaves it out says the same.
        assert_eq!(
            read(&long).unwrap().claim.fingerprint,
            read(&endorsement(&Parts { state: EndorsementState::Ratified, ..parts() })).unwrap().claim.fingerprint
        );
    }

    #[test]
    fn an_endorsement_is_as_the_wire_says() {
        let mut object = endorsement(&parts());
        let context = object.as_object_mut().unwrap().shift_remove("@context").unwrap();
        assert_eq!(
            object,
            json!({
                "id": "https://e.example/endorsements/7", "type": "Endorsement", "attributedTo": "https://e.example/c/e",
                "object": "https://a.example/statements/1", "digestMultibase": "zQmdigest", "state": "indicative",
                "ratifyBy": "2026-02-10T22:00:00Z", "sequence": 1, "published": "2026-01-10T20:00:00Z",
                "updated": "2026-01-10T20:00:00Z", "endorsementAuthorization": "https://a.example/stamps/31",
                "companion": "https://e.example/statements/99",
                "to": ["https://www.w3.org/ns/activitystreams#Public"], "cc": ["https://e.example/c/e/followers"]
            })
        );
        let terms = context.as_array().unwrap().last().unwrap();
        for key in ["Endorsement", "state", "ratifyBy", "sequence", "companion", "endorsementAuthorization"] {
            let defined = &terms[key];
            let named = defined["@id"].as_str().or(defined.as_str()).unwrap_or_default();
            assert_eq!(named, format!("{ENDORSEMENTS}{key}"), "{key}");
        }
        let ratified = endorsement(&Parts { state: EndorsementState::Ratified, ..parts() });
        assert!(ratified.get("ratifyBy").is_none());
    }

    #[test]
    fn an_endorsement_reads_back_as_it_was_written() {
        let read = read(&endorsement(&parts())).unwrap();
        assert_eq!((read.id.as_str(), read.actor.as_str(), read.object.as_str()), (parts().id, parts().actor, parts().object));
        assert_eq!((read.claim.state, read.claim.sequence), (EndorsementState::Indicative, 1));
        assert_eq!(read.claim.ratify_by, parts().ratify_by);
        assert_eq!(read.authorization.as_deref(), parts().authorization);
    }

    #[test]
    fn what_is_no_whole_endorsement_is_none() {
        let whole = endorsement(&parts());
        for (key, value) in [
            ("type", json!("Note")),
            ("id", json!("javascript:alert(1)")),
            ("attributedTo", Value::Null),
            ("object", json!(7)),
            ("digestMultibase", json!("")),
            ("digestMultibase", json!("z".repeat(MAX_DIGEST + 1))),
            ("digestMultibase", json!("<b>")),
            ("state", json!("sealed")),
            ("ratifyBy", json!("soon")),
            ("sequence", json!(0)),
            ("sequence", json!(1.5)),
            ("sequence", json!(i64::MAX)),
        ] {
            let mut other = whole.clone();
            other[key] = value;
            assert_eq!(read(&other), None, "{key}");
        }
    }

    #[test]
    fn showing_a_stamp_says_nothing_new() {
        let print = |parts: Parts| read(&endorsement(&parts)).unwrap().claim.fingerprint;
        let whole = print(parts());
        assert_eq!(print(Parts { authorization: None, companion: None, updated: at("2026-01-11T00:00:00Z"), ..parts() }), whole);
        assert_ne!(print(Parts { digest: "zQmother", ..parts() }), whole);
        assert_ne!(print(Parts { sequence: 2, ..parts() }), whole);
        assert_ne!(print(Parts { ratify_by: Some(at("2026-02-11T22:00:00Z")), ..parts() }), whole);
    }

    #[test]
    fn a_register_pairs_endorsements_with_stamps() {
        let words = ConsentKind::Endorsement.words();
        let between = super::super::consent::Between { object: parts().id, target: parts().object };
        let stamp = super::super::consent::stamp(words, "https://a.example/stamps/31", "https://a.example/c/a", between);
        let entry = Entry { state: Shown::Indicative, endorsement: endorsement(&parts()), authorization: Some(stamp) };
        let id = "https://a.example/statements/1/endorsements";
        let counts = [(Shown::Ratified, 0), (Shown::Indicative, 1)];
        let collection = register(id, "https://a.example/c/a", 1, &counts);
        assert_eq!(collection["type"], "OrderedCollection");
        assert_eq!((&collection["totalItems"], &collection["endorsementCounts"]["indicative"]), (&json!(1), &json!(1)));
        assert_eq!(collection["endorsementCounts"]["ratified"], 0);
        let page = register_page(&format!("{id}?page=1"), id, None, 1, &counts, std::slice::from_ref(&entry));
        assert_eq!(page["orderedItems"][0]["state"], "indicative");
        assert_eq!(page["orderedItems"][0]["endorsementAuthorization"]["interactingObject"], parts().id);
        assert_eq!(read_page(&page), (vec![entry], None));
    }

    #[test]
    fn a_request_carries_the_endorsement_whole() {
        let words = ConsentKind::Endorsement.words();
        let mut object = endorsement(&parts());
        object["proof"] = json!({ "type": "DataIntegrityProof" });
        let request = super::super::consent::request(
            words,
            "https://e.example/activities/1",
            parts().actor,
            "https://a.example/c/a",
            parts().object,
            &object,
        );
        assert_eq!(request["type"], "EndorsementRequest");
        assert_eq!(request["object"], parts().object);
        assert_eq!(request["instrument"], object, "with its own context, which its proof covers");
        let terms = request["@context"].as_array().unwrap().iter().find(|part| part.is_object()).unwrap();
        assert_eq!(terms["EndorsementRequest"], format!("{ENDORSEMENTS}EndorsementRequest"));
    }

    /// JSON between the fences of the draft.
    fn examples() -> Vec<Value> {
        let draft = include_str!("../../docs/endorsements.md");
        let blocks = draft.split("```json\n").skip(1).map(|rest| rest.split("```").next().unwrap());
        blocks
            .flat_map(|block| {
                serde_json::Deserializer::from_str(block).into_iter::<Value>().map(Result::unwrap).collect::<Vec<_>>()
            })
            .collect()
    }

    #[test]
    fn the_draft_says_what_the_code_does() {
        let terms = |context: Value| context.as_array().unwrap().last().unwrap().as_object().unwrap().clone();
        let mut defined = terms(context::endorsement());
        defined.extend(terms(context::statement()));
        let examples = examples();
        assert!(examples.len() >= 6, "{}", examples.len());
        // The whole example reads, has the members that ours have, and defines them as ours does.
        let whole = &examples[0];
        assert!(whole["digestMultibase"].is_string());
        for (term, means) in terms(whole["@context"].clone()) {
            assert_eq!(defined.get(&term), Some(&means), "{term}");
        }
        let keys = |of: &Value| of.as_object().unwrap().keys().filter(|key| *key != "proof").cloned().collect::<Vec<_>>();
        assert_eq!(keys(whole), keys(&endorsement(&parts())));
        // Every type and state of the examples is one of ours.
        fn walk(json: &Value, found: &mut Vec<(String, Value)>) {
            match json {
                Value::Object(body) => body.iter().for_each(|(key, value)| {
                    found.push((key.clone(), value.clone()));
                    walk(value, found);
                }),
                Value::Array(items) => items.iter().for_each(|item| walk(item, found)),
                _ => {}
            }
        }
        let mut found = Vec::new();
        examples.iter().for_each(|example| walk(example, &mut found));
        for (key, value) in found {
            if key == "type" && value.as_str().is_some_and(|kind| kind.starts_with("Endorsement")) {
                assert!(defined.contains_key(value.as_str().unwrap()), "{value}");
            }
            if key == "endorsementCounts" {
                let states: Vec<&String> = value.as_object().unwrap().keys().collect();
                assert!(states.iter().all(|state| state.parse::<Shown>().is_ok()), "{states:?}");
            }
        }
        // Every term under our namespace stands in the draft.
        let draft = include_str!("../../docs/endorsements.md");
        for (term, means) in &defined {
            let address = means["@id"].as_str().or(means.as_str()).unwrap_or_default();
            assert!(!address.starts_with(ENDORSEMENTS) || draft.contains(&format!("`{term}`")), "{term}");
        }
    }
}
