//! How we are found: WebFinger (RFC 7033), host-meta (RFC 6415), NodeInfo 2.0 and 2.1.

use super::{
    ACTIVITY_JSON,
    html::escape,
    read::{id_of, list},
};
use crate::domain::{Site, url::same_origin};
use serde_json::{Value, json};

const NODEINFO_SCHEMA: &str = "http://nodeinfo.diaspora.software/ns/schema/";
/// The link to a host's own actor in its list of NodeInfo versions (FEP-2677).
const APPLICATION: &str = "https://www.w3.org/ns/activitystreams#Application";
/// Specifications of which who implements one shows events: FEP-8a8e, and our own types.
const EVENTS: [&str; 2] = ["https://w3id.org/fep/8a8e", "https://w3id.org/fep/419a"];
/// Capabilities looked at.
const MAX_IMPLEMENTED: usize = 100;
/// Longest name of a software that is kept, in characters.
const MAX_SOFTWARE_NAME: usize = 64;
const REPOSITORY: Option<&str> = option_env!("CARGO_PKG_REPOSITORY");

/// WebFinger of one of our actors. `subject` and the `self` link must lead back to each other exactly, or Mastodon
/// refuses the actor.
pub fn webfinger(handle: &str, site: &Site, actor: &str, page: &str) -> Value {
    let (domain, base) = (&site.domain, &site.base_url);
    json!({
        "subject": format!("acct:{handle}@{domain}"),
        "aliases": [actor],
        "links": [
            { "rel": "self", "type": ACTIVITY_JSON, "href": actor },
            { "rel": "http://webfinger.net/rel/profile-page", "type": "text/html", "href": page },
            // Where our members go on with things of others: OStatus as Mastodon has it, and FEP-3b86.
            { "rel": "http://ostatus.org/schema/1.0/subscribe", "template": format!("{base}/authorize_interaction?uri={{uri}}") },
            { "rel": "https://w3id.org/fep/3b86/Object", "template": format!("{base}/authorize_interaction?uri={{object}}") },
            // Where their members endorse a statement of others with their collective.
            {
                "rel": "https://w3id.org/fep/3b86/EndorsementRequest",
                "template": format!("{base}/authorize_interaction?uri={{object}}&intent=endorse")
            },
            // Where they add an action of their collective under a call of others.
            {
                "rel": "https://w3id.org/fep/3b86/LocalActionRequest",
                "template": format!("{base}/authorize_interaction?uri={{object}}&intent=act")
            }
        ]
    })
}

/// host-meta as XRD: where WebFinger is asked.
pub fn host_meta(site: &Site) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<XRD xmlns=\"http://docs.oasis-open.org/ns/xri/xrd-1.0\">\n  \
         <Link rel=\"lrdd\" type=\"application/jrd+json\" template=\"{}/.well-known/webfinger?resource={{uri}}\"/>\n</XRD>\n",
        escape(&site.base_url)
    )
}

/// Which versions of NodeInfo there are.
pub fn nodeinfo_links(site: &Site) -> Value {
    let link = |version: &str| json!({ "rel": format!("{NODEINFO_SCHEMA}{version}"), "href": format!("{}/nodeinfo/{version}", site.base_url) });
    json!({ "links": [link("2.1"), link("2.0")] })
}

/// What is counted: collectives, not people. Members are never told to anybody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Usage {
    pub collectives: i64,
    pub statements: i64,
}

/// NodeInfo of this instance; `version` is `2.0` or `2.1`.
pub fn nodeinfo(site: &Site, version: &str, usage: Usage) -> Value {
    let mut software = json!({ "name": "communard", "version": env!("CARGO_PKG_VERSION") });
    if version == "2.1"
        && let Some(repository) = REPOSITORY.filter(|address| !address.is_empty())
    {
        software["repository"] = json!(repository);
    }
    json!({
        "version": version,
        "software": software,
        "protocols": ["activitypub"],
        "services": { "inbound": [], "outbound": ["atom1.0"] },
        "openRegistrations": false,
        "usage": { "users": { "total": usage.collectives }, "localPosts": usage.statements },
        "metadata": { "nodeName": site.name, "nodeDescription": site.description, "langs": site.languages }
    })
}

/// Where a host's NodeInfo stands, by its list of versions: on the same origin, the newest of those that we read.
pub fn nodeinfo_address(links: &Value, origin: &str) -> Option<String> {
    let links = links["links"].as_array()?;
    ["2.1", "2.0", "1.1", "1.0"].iter().find_map(|version| {
        let rel = format!("{NODEINFO_SCHEMA}{version}");
        let href = links.iter().find(|link| link["rel"] == rel.as_str())?["href"].as_str()?;
        same_origin(href, origin).then(|| href.to_owned())
    })
}

/// The name of the software in a NodeInfo document: small letters, digits and hyphens, as the schema wants it.
pub fn software_name(document: &Value) -> Option<String> {
    let name = document["software"]["name"].as_str()?.trim().to_ascii_lowercase();
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '_' | '.');
    (!name.is_empty() && name.len() <= MAX_SOFTWARE_NAME && name.chars().all(plain)).then_some(name)
}

/// Where a host's own actor stands, by its list (FEP-2677): on the same origin.
pub fn application_address(links: &Value, origin: &str) -> Option<String> {
    let link = links["links"].as_array()?.iter().find(|link| link["rel"] == APPLICATION)?;
    let href = link["href"].as_str()?;
    same_origin(href, origin).then(|| href.to_owned())
}

/// What an actor names as its generator (FEP-844e).
#[derive(Debug, Clone, PartialEq)]
pub enum Generator {
    Whole(Value),
    /// On the actor's origin, to be fetched.
    Address(String),
}

/// The application that an actor says it is made by; of another origin none.
pub fn generator(actor: &Value, origin: &str) -> Option<Generator> {
    match actor.get("generator")? {
        whole @ Value::Object(members) if members.contains_key("implements") => Some(Generator::Whole(whole.clone())),
        named => id_of(named).filter(|id| same_origin(id, origin)).map(Generator::Address),
    }
}

/// Whether an application implements events (FEP-8a8e) or our own types, by what it says (FEP-844e).
pub fn understands_events(application: &Value) -> bool {
    let known = |address: &str| EVENTS.contains(&address.trim_end_matches(['/', '#']));
    let named = |one: &Value| one.as_str().or_else(|| one["href"].as_str()).or_else(|| one["id"].as_str()).is_some_and(known);
    list(application.get("implements")).take(MAX_IMPLEMENTED).any(named)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn webfinger_leads_back() {
        let site = Site {
            domain: "river.example".into(),
            base_url: "https://river.example".into(),
            name: String::new(),
            description: String::new(),
            languages: vec![],
            indexable: true,
        };
        let found = webfinger("river", &site, "https://river.example/c/river", "https://river.example/c/river");
        assert_eq!(found["links"][2]["template"], "https://river.example/authorize_interaction?uri={uri}");
        assert_eq!(found["subject"], "acct:river@river.example");
        assert_eq!(found["links"][0]["type"], "application/activity+json");
        assert_eq!(found["links"][0]["href"], "https://river.example/c/river");
    }

    #[test]
    fn a_host_says_that_it_understands_events() {
        let origin = "https://a.example";
        let links = json!({ "links": [{ "rel": APPLICATION, "href": "https://a.example/actor" }] });
        assert_eq!(application_address(&links, origin).as_deref(), Some("https://a.example/actor"));
        assert_eq!(application_address(&links, "https://b.example"), None);
        let events = json!({ "type": "Application", "implements": [{ "href": "https://x.example/y" }, { "href": "https://w3id.org/fep/8a8e" }] });
        for (application, says) in [
            (events.clone(), true),
            (json!({ "implements": "https://w3id.org/fep/419a#" }), true),
            (json!({ "implements": [{ "href": "https://w3id.org/fep/844e", "name": "FEP-8a8e" }] }), false),
            (json!({ "implements": null }), false),
            (json!({}), false),
        ] {
            assert_eq!(understands_events(&application), says, "{application}");
        }
        assert_eq!(generator(&json!({ "generator": events.clone() }), origin), Some(Generator::Whole(events)));
        let address = |to: &str| generator(&json!({ "generator": { "id": to, "type": "Application" } }), origin);
        assert_eq!(address("https://a.example/actor"), Some(Generator::Address("https://a.example/actor".into())));
        assert_eq!(address("https://b.example/actor"), None);
        let mut long = vec![json!({ "href": "https://x.example/" }); MAX_IMPLEMENTED];
        long.push(json!({ "href": EVENTS[0] }));
        assert!(!understands_events(&json!({ "implements": long })));
    }
}
