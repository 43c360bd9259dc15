//! Actors of others, read from their own document as it comes. What can't be used is left out, so that an actor with one
//! odd member is still an actor; what makes it none is [`NoActor`].
//!
//! Pure: whoever calls got the document from the actor's own id. Shapes: Mastodon's
//! `app/services/activitypub/process_account_service.rb`, FEP-521a, FEP-2c59.

use super::{
    multikey,
    read::{MAX_NAME, MAX_SUMMARY, address, cut, cut_chars, id_of, kind_among, list, page_address, text},
};
use crate::domain::{
    country,
    url::{parse_remote, same_origin},
};
use serde_json::{Map, Value};

/// The types that are actors.
pub const ACTOR_TYPES: &[&str] = &["Organization", "Person", "Group", "Service", "Application"];
/// Keys read of one actor, as in Mastodon (SIG-32).
pub const MAX_KEYS: usize = 10;
/// Other names of an actor that are kept (RES-04).
pub const MAX_ALIASES: usize = 256;
/// Longest user name taken, in characters.
const MAX_USERNAME: usize = 255;

/// Why a document is no actor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoActor {
    #[error("it is not an actor")]
    Type,
    #[error("the actor has no id")]
    Id,
    #[error("the actor has no user name")]
    Name,
}

/// An actor as its document says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    pub id: String,
    /// One of [`ACTOR_TYPES`].
    pub kind: &'static str,
    pub username: String,
    /// The host part of its `webfinger` (FEP-2c59), lower case: a claim, until WebFinger there points back (ORG-13).
    pub claimed_host: Option<String>,
    /// Plain text.
    pub name: String,
    /// HTML as it came. Not safe: sanitise before storing.
    pub summary: String,
    /// Its page, on its own host.
    pub url: Option<String>,
    /// On its own origin; empty where it named none there (ORG-18).
    pub inbox: String,
    /// On its own origin.
    pub shared_inbox: Option<String>,
    pub outbox: Option<String>,
    pub followers: Option<String>,
    pub icon_url: Option<String>,
    pub also_known_as: Vec<String>,
    /// `movedTo`, or FEP-7628's `copiedTo`: where it goes on.
    pub moved_to: Option<String>,
    pub keys: Vec<Key>,
    pub manually_approves: bool,
    /// ISO 3166-1, of `location`.
    pub country: Option<String>,
}

/// A key that the actor's own document lists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    pub id: String,
    /// PEM: SPKI, or PKCS#1 as it came. Not parsed yet.
    pub pem: String,
}

/// Reads an actor's document.
///
/// # Errors
/// [`NoActor`].
pub fn read_actor(document: &Value) -> Result<Actor, NoActor> {
    let body = document.as_object().ok_or(NoActor::Type)?;
    let kind = kind_among(body, ACTOR_TYPES).ok_or(NoActor::Type)?;
    let id = body.get("id").and_then(address).ok_or(NoActor::Id)?;
    let webfinger = text(body, "webfinger");
    let webfinger = webfinger.strip_prefix("acct:").unwrap_or(&webfinger).trim_start_matches('@').split_once('@');
    let username = Some(text(body, "preferredUsername"))
        .filter(|name| is_username(name))
        .or_else(|| webfinger.map(|(name, _)| name.to_owned()).filter(|name| is_username(name)))
        .ok_or(NoActor::Name)?;
    let own = |value: &Value| id_of(value).filter(|address| same_origin(address, &id));
    let own_member = |name: &str| body.get(name).and_then(own);
    Ok(Actor {
        kind,
        username,
        claimed_host: webfinger.and_then(|(_, host)| crate::domain::url::host_and_port(&format!("https://{host}"))),
        name: cut_chars(text(body, "name").trim(), MAX_NAME).to_owned(),
        summary: cut(&text(body, "summary"), MAX_SUMMARY).to_owned(),
        url: list(body.get("url")).take(MAX_KEYS).filter_map(page_address).find(|url| same_host(url, &id)),
        inbox: own_member("inbox").unwrap_or_default(),
        shared_inbox: body.get("endpoints").and_then(|endpoints| endpoints.get("sharedInbox")).and_then(own),
        outbox: own_member("outbox"),
        followers: own_member("followers"),
        icon_url: list(body.get("icon")).take(MAX_KEYS).find_map(icon),
        also_known_as: list(body.get("alsoKnownAs")).take(MAX_ALIASES).filter_map(id_of).collect(),
        moved_to: ["movedTo", "copiedTo"].iter().find_map(|key| body.get(*key).and_then(id_of)),
        keys: keys(body, &id),
        country: list(body.get("location")).take(MAX_KEYS).find_map(country_of),
        manually_approves: body.get("manuallyApprovesFollowers").and_then(Value::as_bool).unwrap_or(false),
        id,
    })
}

/// The country of a `Place` (`address` as schema.org has it).
fn country_of(place: &Value) -> Option<String> {
    let code = place.get("address")?.get("addressCountry")?.as_str()?;
    country::parse(code).map(str::to_owned)
}

/// What can stand before the `@` without being mistaken for anything else.
fn is_username(name: &str) -> bool {
    !name.is_empty()
        && name.chars().count() <= MAX_USERNAME
        && name.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '~' | '!' | '+'))
}

fn same_host(a: &str, b: &str) -> bool {
    matches!((parse_remote(a), parse_remote(b)), (Some(a), Some(b)) if a.host_str() == b.host_str())
}

/// An image's address: a string, or `url` of an object, itself a string, a `Link` or a list of them.
fn icon(value: &Value) -> Option<String> {
    match value {
        Value::String(_) => address(value),
        Value::Object(image) => list(image.get("url"))
            .take(MAX_KEYS)
            .find_map(|url| address(url).or_else(|| url.get("href").and_then(address)))
            .or_else(|| image.get("href").and_then(address)),
        _ => None,
    }
}

/// The keys that the actor owns, of `publicKey` (RSA) and `assertionMethod` (FEP-521a, Ed25519), first [`MAX_KEYS`] in all.
fn keys(body: &Map<String, Value>, actor: &str) -> Vec<Key> {
    let old = list(body.get("publicKey")).take(MAX_KEYS).filter_map(|key| {
        let key = owned(key, "owner", actor)?;
        Some(Key { id: key.get("id").and_then(address)?, pem: key.get("publicKeyPem")?.as_str()?.to_owned() })
    });
    let new = list(body.get("assertionMethod")).take(MAX_KEYS).filter_map(|key| {
        let key = owned(key, "controller", actor)?;
        let raw = multikey::decode_ed25519(key.get("publicKeyMultibase")?.as_str()?)?;
        Some(Key { id: key.get("id").and_then(address)?, pem: multikey::ed25519_pem(&raw) })
    });
    old.chain(new).filter(|key| same_origin(&key.id, actor)).take(MAX_KEYS).collect()
}

/// A key whose `owner` (or `controller`) is this very actor, or isn't said: it stands in the actor's own document.
fn owned<'a>(key: &'a Value, by: &str, actor: &str) -> Option<&'a Map<String, Value>> {
    let key = key.as_object()?;
    match key.get(by).or_else(|| key.get("controller")) {
        None | Some(Value::Null) => Some(key),
        Some(owner) => (id_of(owner).as_deref() == Some(actor)).then_some(key),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const ID: &str = "https://meadow.example/users/ada";

    fn document() -> Value {
        json!({
            "id": ID, "type": "Person", "preferredUsername": "ada", "name": "Ada", "summary": "<p>Hello</p>",
            "url": "https://meadow.example/@ada", "inbox": "https://meadow.example/users/ada/inbox",
            "endpoints": { "sharedInbox": "https://meadow.example/inbox" },
            "publicKey": { "id": "https://meadow.example/users/ada#main-key", "owner": ID, "publicKeyPem": "PEM" },
        })
    }

    fn with(name: &str, value: Value) -> Actor {
        let mut document = document();
        document[name] = value;
        read_actor(&document).unwrap()
    }

    #[test]
    fn an_actor_of_mastodon_is_read() {
        let actor = read_actor(&document()).unwrap();
        assert_eq!((actor.kind, actor.username.as_str(), actor.name.as_str()), ("Person", "ada", "Ada"));
        assert_eq!(actor.inbox, "https://meadow.example/users/ada/inbox");
        assert_eq!(actor.shared_inbox.as_deref(), Some("https://meadow.example/inbox"));
        assert_eq!(actor.keys, [Key { id: format!("{ID}#main-key"), pem: "PEM".into() }]);
    }

    #[test]
    fn what_is_no_actor_is_refused() {
        let without = |name: &str| {
            let mut document = document();
            document.as_object_mut().unwrap().remove(name);
            read_actor(&document).unwrap_err()
        };
        assert_eq!(without("id"), NoActor::Id);
        assert_eq!(without("type"), NoActor::Type);
        assert_eq!(without("preferredUsername"), NoActor::Name);
        assert_eq!(read_actor(&json!([document()])).unwrap_err(), NoActor::Type);
        assert_eq!(read_actor(&json!({ "id": ID, "type": "Note" })).unwrap_err(), NoActor::Type);
        for name in ["", "a b", "a@b", "a/b", "<b>", &"x".repeat(256)] {
            let mut document = document();
            document["preferredUsername"] = json!(name);
            assert_eq!(read_actor(&document).unwrap_err(), NoActor::Name, "{name}");
        }
    }

    #[test]
    fn types_may_be_a_list_and_the_name_may_be_in_webfinger() {
        assert_eq!(with("type", json!(["Person", "Service"])).kind, "Person");
        assert_eq!(with("type", json!(["x:Robot", "Service", "Person"])).kind, "Service");
        let mut document = document();
        document["webfinger"] = json!("acct:ada@Green.example");
        assert_eq!(read_actor(&document).unwrap().claimed_host.as_deref(), Some("green.example"));
        document.as_object_mut().unwrap().remove("preferredUsername");
        assert_eq!(read_actor(&document).unwrap().username, "ada");
    }

    #[test]
    fn org_18_inboxes_elsewhere_are_left_unused() {
        for bad in ["https://victim.example/inbox", "http://meadow.example/inbox", "https://127.0.0.1/inbox", "/inbox", ""] {
            assert_eq!(with("inbox", json!(bad)).inbox, "", "{bad}");
            assert_eq!(with("endpoints", json!({ "sharedInbox": bad })).shared_inbox, None, "{bad}");
        }
        assert_eq!(with("inbox", Value::Null).inbox, "");
    }

    #[test]
    fn org_14_other_schemes_are_dropped() {
        for bad in ["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "ftp://meadow.example/", "/x", "#x"] {
            assert_eq!(with("url", json!(bad)).url, None, "{bad}");
            assert_eq!(with("icon", json!({ "type": "Image", "url": bad })).icon_url, None, "{bad}");
            assert!(with("alsoKnownAs", json!([bad])).also_known_as.is_empty(), "{bad}");
            let mut document = document();
            document["id"] = json!(bad);
            assert_eq!(read_actor(&document).unwrap_err(), NoActor::Id, "{bad}");
        }
        assert_eq!(with("url", json!("https://other.example/@ada")).url, None, "a page is on the actor's own host");
        let links = json!([{ "type": "Link", "mediaType": "text/html", "href": "https://meadow.example/ada" }]);
        assert_eq!(with("url", links).url.as_deref(), Some("https://meadow.example/ada"));
        assert_eq!(with("icon", json!(["https://cdn.example/a.png"])).icon_url.as_deref(), Some("https://cdn.example/a.png"));
    }

    #[test]
    fn sig_18_and_32_only_keys_that_the_actor_owns() {
        let key = |n: usize, owner: &str| json!({ "id": format!("{ID}#k{n}"), "owner": owner, "publicKeyPem": n.to_string() });
        let actor = with("publicKey", json!([key(1, "https://meadow.example/users/eve"), key(2, ID), null, "x", 7, key(3, ID)]));
        assert_eq!(actor.keys.iter().map(|key| key.pem.as_str()).collect::<Vec<_>>(), ["2", "3"]);
        let many: Vec<_> = (0..100).map(|n| key(n, ID)).collect();
        assert_eq!(with("publicKey", json!(many)).keys.len(), MAX_KEYS);
        let elsewhere = json!({ "id": "https://evil.example/key", "owner": ID, "publicKeyPem": "x" });
        assert!(with("publicKey", elsewhere).keys.is_empty());
        let multikey = json!([{ "id": format!("{ID}#ed25519-key"), "type": "Multikey", "controller": ID,
            "publicKeyMultibase": "z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2" }]);
        let actor = with("assertionMethod", multikey);
        assert_eq!(actor.keys.len(), 2);
        assert!(actor.keys[1].pem.starts_with("-----BEGIN PUBLIC KEY-----"));
    }

    #[test]
    fn res_04_and_05_what_is_long_or_many_is_cut() {
        assert_eq!(with("name", json!("é".repeat(50_000))).name.chars().count(), MAX_NAME);
        assert!(with("summary", json!("é".repeat(50_000))).summary.len() <= MAX_SUMMARY);
        let aliases: Vec<_> = (0..5_000).map(|n| format!("https://meadow.example/{n}")).collect();
        assert_eq!(with("alsoKnownAs", json!(aliases)).also_known_as.len(), MAX_ALIASES);
        assert_eq!(with("url", json!(format!("https://meadow.example/{}", "x".repeat(100_000)))).url, None);
    }

    #[test]
    fn nulls_and_odd_shapes_are_tolerated() {
        for name in ["name", "summary", "url", "icon", "endpoints", "publicKey", "alsoKnownAs", "movedTo", "outbox"] {
            for odd in [Value::Null, json!(7), json!([]), json!({}), json!([null, [], {}])] {
                with(name, odd);
            }
        }
    }
}
