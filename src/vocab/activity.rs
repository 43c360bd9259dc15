//! Activities that we send. Each is whole: `@context`, `id`, one plain string as `type`, `actor`, addressing.

use super::PUBLIC;
use crate::domain::{Timestamp, time::rfc3339};
use serde_json::{Value, json};

/// The context of activities without extension terms.
pub const CONTEXT: &str = "https://www.w3.org/ns/activitystreams";

/// `Follow`. Goes to the personal inbox; Mastodon's own shape (`facts`: follow without `to`/`cc` is normal, we send `to`).
pub fn follow(id: &str, actor: &str, object: &str) -> Value {
    json!({ "@context": CONTEXT, "id": id, "type": "Follow", "actor": actor, "object": object, "to": [object] })
}

/// `Accept` or `Reject` of a Follow. The Follow is embedded slim (id, type, actor, object): some peers look at the
/// inner actor and fail where it is inlined whole.
pub fn answer_follow(kind: &str, id: &str, actor: &str, follow_id: &str, follower: &str) -> Value {
    json!({
        "@context": CONTEXT, "id": id, "type": kind, "actor": actor, "to": [follower],
        "object": { "id": follow_id, "type": "Follow", "actor": follower, "object": actor }
    })
}

/// `Undo` of one of our own activities, embedded slim, with the addressing of what it undoes.
pub fn undo(id: &str, actor: &str, undone: Value, to: Vec<String>, cc: Vec<String>) -> Value {
    json!({ "@context": CONTEXT, "id": id, "type": "Undo", "actor": actor, "to": to, "cc": cc, "object": undone })
}

/// `Create` or `Update` around an object that carries its own `@context`-free body; addressing is the object's.
pub fn wrap(kind: &str, context: Value, id: &str, actor: &str, published: Timestamp, object: &Value) -> Value {
    json!({
        "@context": context, "id": id, "type": kind, "actor": actor, "published": rfc3339(published),
        "to": object["to"], "cc": object["cc"], "object": object
    })
}

/// `Delete` of one of our objects; the Tombstone says what it was.
pub fn delete(id: &str, actor: &str, object: &str, deleted: Timestamp) -> Value {
    json!({
        "@context": CONTEXT, "id": id, "type": "Delete", "actor": actor, "to": [PUBLIC],
        "object": { "id": object, "type": "Tombstone", "deleted": rfc3339(deleted) }
    })
}

/// `Announce` (a boost). The object is its bare id; its author is addressed too, so that their server tells them.
pub fn announce(id: &str, actor: &str, object: &str, followers: &str, author: Option<&str>, published: Timestamp) -> Value {
    let cc: Vec<&str> = std::iter::once(followers).chain(author).collect();
    json!({
        "@context": CONTEXT, "id": id, "type": "Announce", "actor": actor, "published": rfc3339(published),
        "to": [PUBLIC], "cc": cc, "object": object
    })
}
