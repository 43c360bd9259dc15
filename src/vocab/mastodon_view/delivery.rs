//! What an activity of ours does there: a post, an edit, a boost, or nothing.

use super::{MastodonView, Profile, kinds, page_address, profile, view};
use serde_json::Value;
use url::Url;

/// A larger body gets 413.
const MAX_BYTES: usize = 1_048_576;
const ACTIVITY_STREAMS: &str = "https://www.w3.org/ns/activitystreams";

/// What people there notice of one delivery.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// A post in the timelines of those who follow its author.
    Post(Box<MastodonView>),
    /// The post changes and keeps a history; everybody who boosted or quoted it is told.
    Edit(Box<MastodonView>),
    /// Only counters and policies are taken over.
    Refreshed,
    /// The post goes; its id can never be used again.
    Removed,
    /// “River boosted”: the post is fetched from its own host, where it isn't known.
    Boost { object: String },
    /// The author sees a favourite.
    Favourite { object: String },
    /// What an `Undo` of this type takes back.
    TakenBack { kind: String, object: String },
    /// A request to follow, or the answer to one.
    Relation { kind: String, object: String },
    /// The profile changes.
    Profile(Box<Profile>),
    /// Answered 202, and nothing happens; or refused. With the reason.
    Ignored(&'static str),
}

/// What a delivered activity does, given the version of its object that was there before.
pub fn delivered(activity: &Value, before: Option<&Value>) -> Effect {
    // An array here is no activity, where on objects it is allowed.
    let (Some(kind), Some(actor)) = (activity["type"].as_str(), activity["actor"].as_str()) else {
        return Effect::Ignored("type and actor must be plain strings");
    };
    if activity.to_string().len() > MAX_BYTES {
        return Effect::Ignored("larger than 1 MiB");
    }
    if !has_context(activity) {
        return Effect::Ignored("the @context lacks ActivityStreams");
    }
    let object = &activity["object"];
    let object_id = id_of(object).unwrap_or_default();
    let own = host(&object_id).is_some() && host(&object_id) == host(actor);
    match kind {
        "Create" | "Update" | "Delete" if !own => Effect::Ignored("the object isn't on its actor's host"),
        "Create" => posted(object),
        "Update"
            if kinds(object).iter().any(|kind| ["Organization", "Group", "Person", "Application", "Service"].contains(kind)) =>
        {
            if object_id != actor {
                return Effect::Ignored("another actor's profile");
            }
            profile(object).map_or(Effect::Ignored("no actor"), |profile| Effect::Profile(Box::new(profile)))
        }
        "Update" => before.map_or_else(|| posted(object), |before| updated(object, before)),
        "Delete" => Effect::Removed,
        "Announce" => Effect::Boost { object: object_id },
        "Like" => Effect::Favourite { object: object_id },
        "Undo" => match object["type"].as_str() {
            Some(undone) => Effect::TakenBack { kind: undone.to_owned(), object: id_of(&object["object"]).unwrap_or_default() },
            None => Effect::Ignored("what is undone isn't embedded"),
        },
        "Follow" | "Accept" | "Reject" | "Block" | "Move" | "Add" | "Remove" | "Flag" | "QuoteRequest" | "FeatureRequest" => {
            Effect::Relation { kind: kind.to_owned(), object: object_id }
        }
        _ => Effect::Ignored("a type of activity that it doesn't know"),
    }
}

fn posted(object: &Value) -> Effect {
    let view = view(object);
    if view.shown { Effect::Post(Box::new(view)) } else { Effect::Ignored("a type of object that it doesn't know") }
}

/// An edit is newer by `updated` and differs in text or files (`process_status_update_service.rb`).
fn updated(object: &Value, before: &Value) -> Effect {
    let time = |object: &Value| chrono::DateTime::parse_from_rfc3339(object["updated"].as_str().unwrap_or_default()).ok();
    let (new, old) = (view(object), view(before));
    if !new.shown {
        return Effect::Ignored("a type of object that it doesn't know");
    }
    if object["attributedTo"] != before["attributedTo"] {
        return Effect::Ignored("another author");
    }
    match (time(object), time(before)) {
        (Some(new), Some(old)) if new < old => return Effect::Ignored("older than what is there"),
        (None, _) => return Effect::Refreshed,
        (Some(new), Some(old)) if new == old => return Effect::Refreshed,
        _ => {}
    }
    let seen = |view: &MastodonView| {
        (view.html.clone(), view.content_warning.clone(), view.attachments.clone(), view.covered, view.language.clone())
    };
    if seen(&new) == seen(&old) { Effect::Refreshed } else { Effect::Edit(Box::new(new)) }
}

fn has_context(activity: &Value) -> bool {
    match &activity["@context"] {
        Value::Array(all) => all.iter().any(|context| context == ACTIVITY_STREAMS),
        context => context == ACTIVITY_STREAMS,
    }
}

fn id_of(object: &Value) -> Option<String> {
    object.as_str().or_else(|| object["id"].as_str()).map(str::to_owned).or_else(|| page_address(object))
}

fn host(address: &str) -> Option<(String, Option<u16>)> {
    let url = Url::parse(address).ok()?;
    Some((url.host_str()?.to_owned(), url.port()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const ACTOR: &str = "https://r.example/c/river";

    fn note(text: &str, updated: Option<&str>) -> Value {
        let mut note = json!({ "id": "https://r.example/1", "type": "Note", "attributedTo": ACTOR, "content": text, "contentMap": { "en": text } });
        if let Some(updated) = updated {
            note["updated"] = updated.into();
        }
        note
    }

    fn send(kind: &str, object: &Value, before: Option<&Value>) -> Effect {
        let activity =
            json!({ "@context": ACTIVITY_STREAMS, "id": "https://r.example/a", "type": kind, "actor": ACTOR, "object": object });
        delivered(&activity, before)
    }

    #[test]
    fn an_update_is_an_edit_only_if_it_is_newer_and_changes_what_is_seen() {
        let before = note("<p>a</p>", None);
        let edit = |text: &str, updated: Option<&str>| send("Update", &note(text, updated), Some(&before));
        assert!(matches!(edit("<p>b</p>", Some("2026-01-01T00:00:01Z")), Effect::Edit(_)));
        assert_eq!(edit("<p>b</p>", None), Effect::Refreshed);
        assert_eq!(edit("<p>a</p>", Some("2026-01-01T00:00:01Z")), Effect::Refreshed);
        let second = note("<p>b</p>", Some("2026-01-02T00:00:00Z"));
        let again = |time: &str| send("Update", &note("<p>c</p>", Some(time)), Some(&second));
        assert!(matches!(again("2026-01-01T00:00:00Z"), Effect::Ignored(_)));
        assert_eq!(again("2026-01-02T00:00:00Z"), Effect::Refreshed);
        assert!(matches!(again("2026-01-02T00:00:01Z"), Effect::Edit(_)));
        assert!(matches!(send("Update", &note("<p>b</p>", None), None), Effect::Post(_)), "unknown: as if created");
    }

    #[test]
    fn what_has_no_effect_is_said() {
        let ignored = |effect: Effect| matches!(effect, Effect::Ignored(_));
        assert!(ignored(send("Create", &json!({ "id": "https://r.example/1", "type": "Petition" }), None)));
        assert!(ignored(send("Create", &json!({ "id": "https://other.example/1", "type": "Note" }), None)));
        assert!(ignored(send("Invite", &note("x", None), None)));
        assert!(ignored(delivered(&json!({ "type": ["Create"], "actor": ACTOR, "object": note("x", None) }), None)));
        assert!(ignored(delivered(&json!({ "type": "Create", "actor": ACTOR, "object": note("x", None) }), None)), "no context");
        assert!(ignored(send("Create", &note(&"x".repeat(MAX_BYTES), None), None)));
        let other =
            json!({ "id": "https://r.example/c/hill", "type": "Organization", "preferredUsername": "hill", "inbox": "x" });
        assert!(ignored(send("Update", &other, None)));
    }

    #[test]
    fn others_are_boosted_liked_and_let_go() {
        let theirs = json!("https://v.example/1");
        assert_eq!(send("Announce", &theirs, None), Effect::Boost { object: "https://v.example/1".into() });
        assert_eq!(send("Like", &theirs, None), Effect::Favourite { object: "https://v.example/1".into() });
        let undo = json!({ "id": "https://r.example/2", "type": "Announce", "actor": ACTOR, "object": "https://v.example/1" });
        assert_eq!(
            send("Undo", &undo, None),
            Effect::TakenBack { kind: "Announce".into(), object: "https://v.example/1".into() }
        );
        assert_eq!(send("Delete", &json!({ "id": "https://r.example/1", "type": "Tombstone" }), None), Effect::Removed);
    }
}
