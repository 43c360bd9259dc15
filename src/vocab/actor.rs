//! Our actors' documents: a collective is an `Organization`, the instance itself an `Application`.
//!
//! Must not know rows or members: members are never actors, and nothing here may name one.

use super::{
    context,
    html::{escape, line},
    statement::{ImagePart, quote_policy},
};
use crate::domain::{Site, Timestamp, consent::Policy, time::rfc3339};
use activitypub_federation::kinds::actor::{ApplicationType, OrganizationType};
use serde_json::{Value, json};

/// The public halves of an actor's current keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicKeys {
    /// Id and SPKI PEM of the RSA key.
    pub rsa: (String, String),
    /// Id and `publicKeyMultibase` of the Ed25519 key.
    pub ed25519: (String, String),
}

/// What a collective's document is made of.
#[derive(Debug, Clone)]
pub struct Organization<'a> {
    pub handle: &'a str,
    pub name: &'a str,
    /// Harmless HTML.
    pub summary: &'a str,
    pub website: Option<&'a str>,
    pub contact: &'a str,
    /// ISO 3166-1.
    pub country: Option<&'a str>,
    /// Name and plain text.
    pub fields: &'a [(String, String)],
    pub icon: Option<ImagePart>,
    /// Stands above the profile.
    pub header: Option<ImagePart>,
    pub also_known_as: &'a [String],
    pub approve_followers: bool,
    pub quotes: Policy,
    pub moved_to: Option<&'a str>,
    pub published: Timestamp,
    pub updated: Timestamp,
    pub keys: PublicKeys,
}

/// A collective's actor document. `url` is the id, which is its page too; so a link from its website with `rel="me"` to
/// either one verifies the line of its profile.
pub fn organization(site: &Site, parts: &Organization) -> Value {
    let id = site.collective(parts.handle);
    let mut document = json!({
        "@context": context::actor(),
        "id": id,
        "type": OrganizationType::Organization,
        "preferredUsername": parts.handle,
        "webfinger": format!("{}@{}", parts.handle, site.domain),
        "name": parts.name,
        "summary": parts.summary,
        "url": id,
        "inbox": format!("{id}/inbox"),
        "outbox": format!("{id}/outbox"),
        "followers": format!("{id}/followers"),
        "following": format!("{id}/following"),
        "featured": format!("{id}/featured"),
        "endpoints": { "sharedInbox": site.shared_inbox() },
        "publicKey": public_key(&id, &parts.keys),
        "assertionMethod": [multikey(&id, &parts.keys)],
        "attachment": profile_lines(parts),
        "discoverable": site.indexable,
        "indexable": site.indexable,
        "published": rfc3339(parts.published),
        "updated": rfc3339(parts.updated),
        "manuallyApprovesFollowers": parts.approve_followers,
        "attributionDomains": [site.host()],
        "alsoKnownAs": parts.also_known_as,
        "interactionPolicy": quote_policy(&id, parts.quotes),
    });
    if let Some(country) = parts.country {
        document["location"] = json!({ "type": "Place", "address": { "type": "PostalAddress", "addressCountry": country } });
    }
    if let Some(target) = parts.moved_to {
        document["movedTo"] = json!(target);
    }
    if let Some(icon) = &parts.icon {
        document["icon"] = image(icon);
    }
    // Mastodon crops an icon to a banner; better than the grey one it shows otherwise.
    if let Some(header) = parts.header.as_ref().or(parts.icon.as_ref()) {
        document["image"] = image(header);
    }
    document
}

/// The instance's own actor: signs our fetches, readable by everybody (FEP-d556, FEP-2677). Follows relays, and
/// only they may follow it.
pub fn application(site: &Site, keys: &PublicKeys, published: Timestamp) -> Value {
    let id = site.instance_actor();
    json!({
        "@context": context::actor(),
        "id": id,
        "type": ApplicationType::Application,
        "preferredUsername": site.host(),
        "webfinger": format!("{}@{}", site.host(), site.domain),
        "name": site.name,
        "summary": format!("<p>{}</p>", escape(&site.description)),
        "url": format!("{}/", site.base_url),
        "inbox": site.shared_inbox(),
        "outbox": format!("{id}/outbox"),
        "followers": format!("{id}/followers"),
        "following": format!("{id}/following"),
        "endpoints": { "sharedInbox": site.shared_inbox() },
        "publicKey": public_key(&id, keys),
        "assertionMethod": [multikey(&id, keys)],
        "discoverable": false,
        "indexable": false,
        "manuallyApprovesFollowers": true,
        "published": rfc3339(published),
    })
}

fn public_key(actor: &str, keys: &PublicKeys) -> Value {
    json!({ "id": keys.rsa.0, "owner": actor, "publicKeyPem": keys.rsa.1 })
}

fn multikey(actor: &str, keys: &PublicKeys) -> Value {
    json!({ "id": keys.ed25519.0, "type": "Multikey", "controller": actor, "publicKeyMultibase": keys.ed25519.1 })
}

fn image(part: &ImagePart) -> Value {
    json!({ "type": "Image", "mediaType": part.media_type, "url": part.url, "name": part.alt })
}

/// `PropertyValue`s. An address that stands alone becomes exactly one link whose text is its address: the only form that
/// Mastodon verifies (`app/models/account/field.rb`).
fn profile_lines(parts: &Organization) -> Vec<Value> {
    let website = parts.website.map(|address| ("Web", address));
    let contact = Some(("✉", parts.contact)).filter(|(_, text)| !text.is_empty());
    let fields = parts.fields.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    website
        .into_iter()
        .chain(contact)
        .chain(fields)
        .map(|(name, value)| json!({ "type": "PropertyValue", "name": name, "value": line_value(value) }))
        .collect()
}

fn line_value(text: &str) -> String {
    if !text.contains(' ') && crate::domain::url::parse_remote(text).is_some() {
        let address = escape(text);
        return format!("<a href=\"{address}\" rel=\"me\">{address}</a>");
    }
    line(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::time::parse_rfc3339;

    fn site() -> Site {
        Site {
            domain: "river.localhost:8081".into(),
            base_url: "http://river.localhost:8081".into(),
            name: "River instance".into(),
            description: "For the river & its people".into(),
            languages: vec!["en".into()],
            indexable: true,
        }
    }

    fn keys(actor: &str) -> PublicKeys {
        PublicKeys {
            rsa: (format!("{actor}#main-key"), "-----BEGIN PUBLIC KEY-----".into()),
            ed25519: (format!("{actor}#ed25519-key"), "z6MkX".into()),
        }
    }

    #[test]
    fn a_collective_has_every_property() {
        let site = site();
        let id = "http://river.localhost:8081/c/river";
        let at = parse_rfc3339("2026-11-22T18:00:00Z").unwrap();
        let actor = organization(
            &site,
            &Organization {
                handle: "river",
                name: "River collective",
                summary: "<p>We live here.</p>",
                website: Some("https://river.example/"),
                contact: "Thursdays at the mill",
                fields: &[("Since".into(), "1998 <old>".into())],
                icon: None,
                header: None,
                also_known_as: &[],
                country: Some("PT"),
                approve_followers: true,
                quotes: Policy::default(),
                moved_to: None,
                published: at,
                updated: at,
                keys: keys(id),
            },
        );
        let must = [
            "@context",
            "id",
            "type",
            "preferredUsername",
            "webfinger",
            "name",
            "summary",
            "url",
            "inbox",
            "outbox",
            "followers",
            "following",
            "featured",
            "endpoints",
            "publicKey",
            "assertionMethod",
            "attachment",
            "discoverable",
            "indexable",
            "published",
            "manuallyApprovesFollowers",
            "attributionDomains",
            "alsoKnownAs",
            "interactionPolicy",
        ];
        for key in must {
            assert!(actor.get(key).is_some(), "{key}");
        }
        assert_eq!(actor["id"], id);
        assert_eq!(actor["type"], "Organization");
        assert_eq!(actor["webfinger"], "river@river.localhost:8081");
        assert_eq!(actor["endpoints"]["sharedInbox"], "http://river.localhost:8081/inbox");
        assert_eq!(actor["publicKey"]["owner"], id);
        assert_eq!(actor["assertionMethod"][0]["controller"], id);
        assert_eq!(actor["attributionDomains"], json!(["river.localhost"]));
        assert_eq!(
            actor["attachment"],
            json!([
                { "type": "PropertyValue", "name": "Web",
                  "value": "<a href=\"https://river.example/\" rel=\"me\">https://river.example/</a>" },
                { "type": "PropertyValue", "name": "✉", "value": "Thursdays at the mill" },
                { "type": "PropertyValue", "name": "Since", "value": "1998 &lt;old&gt;" },
            ])
        );
        let context = actor["@context"].as_array().unwrap();
        assert_eq!(context[0], "https://www.w3.org/ns/activitystreams");
        assert!(context[1].is_object() && context.len() == 2, "every other term is defined inline");
    }

    #[test]
    fn the_instance_is_an_application_with_keys() {
        let site = site();
        let actor = application(&site, &keys(&site.instance_actor()), parse_rfc3339("2026-11-22T18:00:00Z").unwrap());
        assert_eq!(actor["type"], "Application");
        assert_eq!(actor["preferredUsername"], "river.localhost");
        assert_eq!(actor["publicKey"]["id"], "http://river.localhost:8081/actor#main-key");
        assert_eq!(actor["summary"], "<p>For the river &amp; its people</p>");
    }
}
