//! Asking for consent, answering, and stamps (FEP-044f), the same for each use of the mechanism.

use super::{PUBLIC, context, read::id_of};
use crate::domain::consent::Use;
use activitypub_federation::kinds::activity::DeleteType;
use serde_json::{Value, json};

/// The two things that a consent is about, by their ids.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Between<'a> {
    /// What does something: the quote.
    pub object: &'a str,
    /// What it is done with: the quoted.
    pub target: &'a str,
}

/// The activity that asks. `instrument` is the object whole, so that the author sees what they agree to. Its `@context` moves
/// to the activity, and stays with it too where it is proven: its proof stands over it.
pub fn request(words: &Use, id: &str, actor: &str, author: &str, target: &str, instrument: &Value) -> Value {
    let mut instrument = instrument.clone();
    let own = match instrument.as_object_mut() {
        // Its proof stands over its context.
        Some(members) if members.contains_key("proof") => members.get("@context").cloned(),
        Some(members) => members.shift_remove("@context"),
        None => None,
    };
    let mut context = own.unwrap_or_else(context::statement);
    let terms = context.as_array_mut().and_then(|parts| parts.iter_mut().find_map(Value::as_object_mut));
    if let Some(terms) = terms {
        terms.insert(words.request.to_owned(), json!(format!("{}{}", words.namespace, words.request)));
    }
    json!({
        "@context": context, "id": id, "type": words.request, "actor": actor, "to": [author],
        "object": target, "instrument": instrument
    })
}

/// What an answer says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Said<'a> {
    /// With the stamp's address.
    Yes(&'a str),
    No,
}

/// `Accept` with the stamp as its `result`, or `Reject`. The request stands in it slim; its object is never embedded.
pub fn answer(words: &Use, id: &str, author: &str, asker: &str, request_id: &str, between: Between, said: Said) -> Value {
    let request = json!({
        "id": request_id, "type": words.request, "actor": asker, "object": between.target, "instrument": between.object
    });
    let mut answer = json!({
        "@context": context::consent(words.namespace, &[words.request]), "id": id, "type": "Reject", "actor": author, "to": [asker],
        "object": request
    });
    if let Said::Yes(stamp) = said {
        answer["type"] = json!("Accept");
        answer["result"] = json!(stamp);
    }
    answer
}

/// The stamp's document.
pub fn stamp(words: &Use, id: &str, author: &str, between: Between) -> Value {
    let mut stamp = bare_stamp(words, id, author, between);
    if let Some(members) = stamp.as_object_mut() {
        members.shift_insert(0, "@context".to_owned(), context::consent(words.namespace, &[words.stamp]));
    }
    stamp
}

fn bare_stamp(words: &Use, id: &str, author: &str, between: Between) -> Value {
    json!({
        "id": id, "type": words.stamp, "attributedTo": author, "interactingObject": between.object,
        "interactionTarget": between.target
    })
}

/// `Delete` of a stamp: the author takes the consent back.
pub fn revoke(words: &Use, id: &str, stamp_id: &str, author: &str, asker: &str, between: Between) -> Value {
    json!({
        "@context": context::consent(words.namespace, &[words.stamp]), "id": id, "type": DeleteType::Delete, "actor": author,
        "to": [PUBLIC], "cc": [asker], "object": bare_stamp(words, stamp_id, author, between)
    })
}

/// What stands at a revoked stamp's address, with status 410.
pub fn tombstone(words: &Use, id: &str, author: &str) -> Value {
    let context = super::activity::CONTEXT;
    json!({ "@context": context, "id": id, "type": "Tombstone", "attributedTo": author, "formerType": words.stamp })
}

/// A stamp of somebody else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stamp {
    pub words: &'static Use,
    pub id: String,
    pub author: String,
    pub object: String,
    pub target: String,
}

/// Reads a stamp's document; `None` where it is something else or not whole.
pub fn read_stamp(json: &Value) -> Option<Stamp> {
    let id = |key: &str| json.get(key).and_then(id_of);
    Some(Stamp {
        words: Use::by_stamp(json.get("type")?.as_str()?)?,
        id: id("id")?,
        author: id("attributedTo")?,
        object: id("interactingObject")?,
        target: id("interactionTarget")?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::consent::ConsentKind;

    const BETWEEN: Between = Between { object: "https://valley.example/notes/1", target: "https://river.example/statements/1" };

    #[test]
    fn a_stamp_reads_back_as_it_was_written() {
        let words = ConsentKind::Quote.words();
        let written = stamp(words, "https://river.example/stamps/1", "https://river.example/c/river", BETWEEN);
        let read = read_stamp(&written).unwrap();
        assert_eq!((read.object.as_str(), read.target.as_str()), (BETWEEN.object, BETWEEN.target));
        assert_eq!(read.words, words);
        assert_eq!(written["@context"][1]["QuoteAuthorization"], "https://w3id.org/fep/044f#QuoteAuthorization");
        let mut other = written.clone();
        other["type"] = json!("Note");
        assert_eq!(read_stamp(&other), None);
        other = written;
        other.as_object_mut().unwrap().remove("interactingObject");
        assert_eq!(read_stamp(&other), None);
    }

    #[test]
    fn answers_have_mastodons_shape() {
        let words = ConsentKind::Quote.words();
        let theirs: Value =
            serde_json::from_str(include_str!("../../tests/fixtures/mastodon/accept-quote-request.json")).unwrap();
        let text = |key: &str| theirs[key].as_str().unwrap();
        let inner = |key: &str| theirs["object"][key].as_str().unwrap();
        let between = Between { object: inner("instrument"), target: inner("object") };
        let ours = answer(words, text("id"), text("actor"), inner("actor"), inner("id"), between, Said::Yes(text("result")));
        for key in ["id", "type", "actor", "result", "object"] {
            assert_eq!(ours[key], theirs[key], "{key}");
        }
        let no = answer(words, "x", "y", inner("actor"), inner("id"), between, Said::No);
        assert!(no["type"] == "Reject" && no.get("result").is_none());
    }
}
