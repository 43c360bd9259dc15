//! The `@context` of what we send: ActivityStreams, that of integrity proofs where there is one (FEP-8b32), and every
//! further term defined inline.
//!
//! Inline, since a reader that fetches contexts would ask hosts that we don't vouch for, and Mastodon takes ours
//! without fetching anything (`facts`: plain string or array that contains the ActivityStreams address).

use super::activity::CONTEXT;
use crate::domain::consent::ENDORSEMENTS;
use serde_json::{Value, json};

fn with(terms: Value) -> Value {
    json!([CONTEXT, terms])
}

fn proven_with(terms: Value) -> Value {
    json!([CONTEXT, super::proof::CONTEXT, terms])
}

/// For actors: keys (security vocabulary, FEP-521a), profile lines (schema.org), Mastodon's flags, FEP-2c59, FEP-044f.
pub fn actor() -> Value {
    with(json!({
        "sec": "https://w3id.org/security#",
        "publicKey": { "@id": "sec:publicKey", "@type": "@id" },
        "publicKeyPem": "sec:publicKeyPem",
        "owner": { "@id": "sec:owner", "@type": "@id" },
        "assertionMethod": { "@id": "sec:assertionMethod", "@type": "@id", "@container": "@set" },
        "Multikey": "sec:Multikey",
        "controller": { "@id": "sec:controller", "@type": "@id" },
        "publicKeyMultibase": "sec:publicKeyMultibase",
        "manuallyApprovesFollowers": "as:manuallyApprovesFollowers",
        "alsoKnownAs": { "@id": "as:alsoKnownAs", "@type": "@id" },
        "movedTo": { "@id": "as:movedTo", "@type": "@id" },
        "schema": "http://schema.org#",
        "PropertyValue": "schema:PropertyValue",
        "value": "schema:value",
        "PostalAddress": "schema:PostalAddress",
        "address": "schema:address",
        "addressCountry": "schema:addressCountry",
        "toot": "http://joinmastodon.org/ns#",
        "featured": { "@id": "toot:featured", "@type": "@id" },
        "discoverable": "toot:discoverable",
        "indexable": "toot:indexable",
        "attributionDomains": { "@id": "toot:attributionDomains", "@type": "@id" },
        "webfinger": "https://purl.archive.org/socialweb/webfinger#webfinger",
        "gts": "https://gotosocial.org/ns#",
        "interactionPolicy": { "@id": "gts:interactionPolicy", "@type": "@id" },
        "canQuote": { "@id": "gts:canQuote", "@type": "@id" },
        "automaticApproval": { "@id": "gts:automaticApproval", "@type": "@id" },
        "manualApproval": { "@id": "gts:manualApproval", "@type": "@id" }
    }))
}

/// For statements and the activities around them, which carry proofs.
pub fn statement() -> Value {
    proven_with(statement_terms())
}

/// For reports of actions: a statement's, and which action it is about and how many came.
pub fn report() -> Value {
    let mut terms = statement_terms();
    let count = |name: &str| json!({ "@id": format!("{ENDORSEMENTS}{name}"), "@type": "xsd:nonNegativeInteger" });
    terms["reportOf"] = json!({ "@id": format!("{ENDORSEMENTS}reportOf"), "@type": "@id" });
    terms["attendanceLeast"] = count("attendanceLeast");
    terms["attendanceMost"] = count("attendanceMost");
    proven_with(terms)
}

/// For local actions: a call's, and their own.
pub fn action() -> Value {
    let mut context = call();
    let own = |name: &str| json!(format!("{ENDORSEMENTS}{name}"));
    let more = json!({
        "superEvent": { "@id": "schema:superEvent", "@type": "@id" },
        "localActionAuthorization": { "@id": format!("{ENDORSEMENTS}localActionAuthorization"), "@type": "@id" },
        "actionKind": own("actionKind"),
        "accessibility": own("accessibility"),
        "contactText": own("contactText"),
        "spokenLanguages": own("spokenLanguages")
    });
    let terms = context.as_array_mut().and_then(|parts| parts.iter_mut().find_map(Value::as_object_mut));
    if let (Some(terms), Value::Object(more)) = (terms, more) {
        terms.extend(more);
    }
    context
}

/// For calls and their notes: a statement's, and those of events (FEP-8a8e, Mobilizon's, iCalendar's, schema.org's, ours).
pub fn call() -> Value {
    let mut terms = statement_terms();
    let own = |name: &str| json!(format!("{ENDORSEMENTS}{name}"));
    let more = json!({
        "event": "https://w3id.org/fep/8a8e#",
        "eventStatus": "event:eventStatus",
        "organizers": { "@id": "event:organizers", "@type": "@id" },
        "ical": "http://www.w3.org/2002/12/cal/ical#",
        "status": "ical:status",
        "mz": "https://joinmobilizon.org/ns#",
        "timezone": "mz:timezone",
        "joinMode": "mz:joinMode",
        "externalParticipationUrl": { "@id": "mz:externalParticipationUrl", "@type": "schema:URL" },
        "schema": "http://schema.org#",
        "category": "schema:category",
        "inLanguage": "schema:inLanguage",
        "address": "schema:address",
        "PostalAddress": "schema:PostalAddress",
        "streetAddress": "schema:streetAddress",
        "addressLocality": "schema:addressLocality",
        "addressCountry": "schema:addressCountry",
        "allDay": own("allDay"),
        "callStatus": own("callStatus"),
        "previousStartTime": { "@id": format!("{ENDORSEMENTS}previousStartTime"), "@type": "xsd:dateTime" },
        "recurrenceRule": own("recurrenceRule"),
        "companion": { "@id": format!("{ENDORSEMENTS}companion"), "@type": "@id" },
        "localActions": { "@id": format!("{ENDORSEMENTS}localActions"), "@type": "@id" },
        "companionOf": { "@id": format!("{ENDORSEMENTS}companionOf"), "@type": "@id" }
    });
    if let (Some(terms), Value::Object(more)) = (terms.as_object_mut(), more) {
        terms.extend(more);
    }
    proven_with(terms)
}

fn statement_terms() -> Value {
    json!({
        "Hashtag": "as:Hashtag",
        "sensitive": "as:sensitive",
        "quote": { "@id": "https://w3id.org/fep/044f#quote", "@type": "@id" },
        "quoteAuthorization": { "@id": "https://w3id.org/fep/044f#quoteAuthorization", "@type": "@id" },
        "quoteUri": "http://fedibird.com/ns#quoteUri",
        "_misskey_quote": "https://misskey-hub.net/ns#_misskey_quote",
        "sec": "https://w3id.org/security#",
        "digestMultibase": { "@id": "sec:digestMultibase", "@type": "sec:multibase" },
        "endorsements": { "@id": format!("{ENDORSEMENTS}endorsements"), "@type": "@id" },
        "endorsement": { "@id": format!("{ENDORSEMENTS}endorsement"), "@type": "@id" },
        "canEndorse": { "@id": format!("{ENDORSEMENTS}canEndorse"), "@type": "@id" },
        "gts": "https://gotosocial.org/ns#",
        "interactionPolicy": { "@id": "gts:interactionPolicy", "@type": "@id" },
        "canQuote": { "@id": "gts:canQuote", "@type": "@id" },
        "automaticApproval": { "@id": "gts:automaticApproval", "@type": "@id" },
        "manualApproval": { "@id": "gts:manualApproval", "@type": "@id" }
    })
}

/// For endorsements, the activities around them and registers. `object` and the like are ActivityStreams' own.
pub fn endorsement() -> Value {
    let term = |name: &str| json!(format!("{ENDORSEMENTS}{name}"));
    let id = |name: &str| json!({ "@id": format!("{ENDORSEMENTS}{name}"), "@type": "@id" });
    let time = |name: &str| json!({ "@id": format!("{ENDORSEMENTS}{name}"), "@type": "xsd:dateTime" });
    proven_with(json!({
        "Endorsement": term("Endorsement"),
        "EndorsementEntry": term("EndorsementEntry"),
        "EndorsementRequest": term("EndorsementRequest"),
        "EndorsementAuthorization": term("EndorsementAuthorization"),
        "endorsement": id("endorsement"),
        "endorsementAuthorization": id("endorsementAuthorization"),
        "endorsementCounts": { "@id": format!("{ENDORSEMENTS}endorsementCounts"), "@type": "@json" },
        "state": term("state"),
        "ratifyBy": time("ratifyBy"),
        "sequence": term("sequence"),
        "companion": id("companion"),
        "basis": term("basis"),
        "basisReason": term("basisReason"),
        "sec": "https://w3id.org/security#",
        "digestMultibase": { "@id": "sec:digestMultibase", "@type": "sec:multibase" }
    }))
}

/// For stamps and the activities around them: `namespace` is where `terms`, the types of this use, are defined.
pub fn consent(namespace: &str, terms: &[&str]) -> Value {
    let mut found = json!({
        "gts": "https://gotosocial.org/ns#",
        "interactingObject": { "@id": "gts:interactingObject", "@type": "@id" },
        "interactionTarget": { "@id": "gts:interactionTarget", "@type": "@id" }
    });
    for term in terms {
        found[*term] = json!(format!("{namespace}{term}"));
    }
    with(found)
}
