//! Activities that we send. Each is whole: `@context`, `id`, one plain string as `type`, `actor`, addressing.

use super::PUBLIC;
use crate::domain::{Timestamp, time::rfc3339};
use activitypub_federation::kinds::activity::{
    AnnounceType, DeleteType, FollowType, JoinType, LikeType, RejectType, UndoType, UpdateType,
};
use serde_json::{Value, json};

/// The context of activities without extension terms.
pub const CONTEXT: &str = "https://www.w3.org/ns/activitystreams";

/// `Follow`. Goes to the personal inbox; Mastodon's own shape (`facts`: follow without `to`/`cc` is normal, we send `to`).
pub fn follow(id: &str, actor: &str, object: &str) -> Value {
    json!({ "@context": CONTEXT, "id": id, "type": FollowType::Follow, "actor": actor, "object": object, "to": [object] })
}

/// `Follow` of the public collection, by which one subscribes to a relay in Mastodon's way (FEP-ae0c,
/// `app/models/relay.rb`). Addressed to nobody: a relay takes what names Public in `to` for something to pass on.
pub fn follow_public(id: &str, actor: &str) -> Value {
    json!({ "@context": CONTEXT, "id": id, "type": FollowType::Follow, "actor": actor, "object": PUBLIC })
}

/// `Announce` by the instance's actor to the relays that follow it, LitePub's way (FEP-ae0c). To its followers alone: an
/// `Announce` to everybody would be a boost, and some relays pass over it.
pub fn announce_to_relays(id: &str, actor: &str, object: &str, followers: &str, published: Timestamp) -> Value {
    json!({
        "@context": CONTEXT, "id": id, "type": AnnounceType::Announce, "actor": actor, "published": rfc3339(published),
        "to": [followers], "cc": [], "object": object
    })
}

/// `Accept` or `Reject` of a Follow. The Follow is embedded slim (id, type, actor, object): some peers look at the
/// inner actor and fail where it is inlined whole.
pub fn answer_follow(kind: &str, id: &str, actor: &str, follow_id: &str, follower: &str) -> Value {
    json!({
        "@context": CONTEXT, "id": id, "type": kind, "actor": actor, "to": [follower],
        "object": { "id": follow_id, "type": FollowType::Follow, "actor": follower, "object": actor }
    })
}

/// `Reject` of a `Join`, embedded slim: where an event says `joinMode: external`, people say at its page that they come.
pub fn reject_join(id: &str, actor: &str, join_id: &str, joiner: &str, event: &str) -> Value {
    json!({
        "@context": CONTEXT, "id": id, "type": RejectType::Reject, "actor": actor, "to": [joiner],
        "object": { "id": join_id, "type": JoinType::Join, "actor": joiner, "object": event }
    })
}

/// `Like`. Goes to the author alone (Mastodon's own has no `to`; we name the author).
pub fn like(id: &str, actor: &str, object: &str, author: &str) -> Value {
    json!({ "@context": CONTEXT, "id": id, "type": LikeType::Like, "actor": actor, "object": object, "to": [author] })
}

/// `Undo` of one of our own activities, embedded slim, with the addressing of what it undoes.
pub fn undo(id: &str, actor: &str, undone: Value, to: Vec<String>, cc: Vec<String>) -> Value {
    json!({ "@context": CONTEXT, "id": id, "type": UndoType::Undo, "actor": actor, "to": to, "cc": cc, "object": undone })
}

/// `Create` or `Update` around one of our objects; addressing is the object's. The object's `@context` moves to the activity,
/// and stays with an object that is proven too, as in FEP-8b32's example of both: its proof stands over it.
pub fn wrap(kind: &str, id: &str, actor: &str, published: Timestamp, document: &Value) -> Value {
    let mut object = document.clone();
    let context = match object.as_object_mut() {
        Some(members) if members.contains_key("proof") => members.get("@context").cloned(),
        Some(members) => members.shift_remove("@context"),
        None => None,
    };
    json!({
        "@context": context.unwrap_or_else(|| CONTEXT.into()), "id": id, "type": kind, "actor": actor,
        "published": rfc3339(published), "to": object["to"], "cc": object["cc"], "object": object
    })
}

/// `Update` of an actor's document, to everybody and to its followers. Peers believe new keys in it only where it is
/// signed with a key that they know: Mastodon's people would else have to follow again.
pub fn update_actor(id: &str, published: Timestamp, document: &Value) -> Value {
    let mut actor = document.clone();
    let context = actor.as_object_mut().and_then(|members| members.shift_remove("@context"));
    json!({
        "@context": context.unwrap_or_else(|| CONTEXT.into()), "id": id, "type": UpdateType::Update, "actor": actor["id"],
        "published": rfc3339(published), "to": [PUBLIC], "cc": [actor["followers"]], "object": actor
    })
}

/// `Move` of an actor to another account (FEP-7628, push mode), to everybody and to its followers.
pub fn move_actor(id: &str, actor: &str, target: &str) -> Value {
    json!({
        "@context": CONTEXT, "id": id, "type": "Move", "actor": actor, "object": actor, "target": target, "to": [PUBLIC],
        "cc": [format!("{actor}/followers")]
    })
}

/// `Delete` of one of our objects. `tombstone` is what stands at its address from now on; `cc` is whom it was addressed
/// to, so that those who got it hear of it.
pub fn delete(id: &str, actor: &str, tombstone: &Value, cc: &Value) -> Value {
    let mut object = tombstone.clone();
    if let Some(members) = object.as_object_mut() {
        members.shift_remove("@context");
    }
    json!({ "@context": CONTEXT, "id": id, "type": DeleteType::Delete, "actor": actor, "to": [PUBLIC], "cc": cc, "object": object })
}

/// `Announce` (a boost). The object is its bare id; its author is addressed too, so that their server tells them.
pub fn announce(id: &str, actor: &str, object: &str, followers: &str, author: Option<&str>, published: Timestamp) -> Value {
    let cc: Vec<&str> = std::iter::once(followers).chain(author).collect();
    json!({
        "@context": CONTEXT, "id": id, "type": AnnounceType::Announce, "actor": actor, "published": rfc3339(published),
        "to": [PUBLIC], "cc": cc, "object": object
    })
}

/// `Add` to an actor's `featured` collection, or `Remove` from it: Mastodon pins and unpins by these
/// (`app/serializers/activitypub/add_note_serializer.rb`). The object is its bare id, as that works for an `Article` too.
pub fn feature(kind: &str, id: &str, actor: &str, object: &str) -> Value {
    json!({
        "@context": CONTEXT, "id": id, "type": kind, "actor": actor, "to": [PUBLIC], "cc": [format!("{actor}/followers")],
        "object": object, "target": format!("{actor}/featured")
    })
}

/// `Add` to a collection of an actor's own, or `Remove` from it.
pub fn list(kind: &str, id: &str, actor: &str, object: &str, target: &str) -> Value {
    json!({
        "@context": CONTEXT, "id": id, "type": kind, "actor": actor, "to": [PUBLIC], "cc": [format!("{actor}/followers")],
        "object": object, "target": target
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_create_carries_the_objects_context_and_addressing() {
        let note = json!({ "@context": [CONTEXT, { "x": "y" }], "id": "https://a.example/1", "type": "Note", "to": [PUBLIC], "cc": ["b"] });
        let create = wrap("Create", "https://a.example/activities/1", "https://a.example/c/a", Timestamp::default(), &note);
        assert_eq!(create["@context"], note["@context"]);
        assert_eq!((&create["to"], &create["cc"]), (&note["to"], &note["cc"]));
        assert!(create["object"].get("@context").is_none());
        assert_eq!(create.as_object().unwrap().keys().next().unwrap(), "@context");
    }
}
