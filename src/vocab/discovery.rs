//! How we are found: WebFinger (RFC 7033), host-meta (RFC 6415), NodeInfo 2.0 and 2.1.

use super::{ACTIVITY_JSON, html::escape};
use crate::domain::{Site, url::same_origin};
use serde_json::{Value, json};

const NODEINFO_SCHEMA: &str = "http://nodeinfo.diaspora.software/ns/schema/";
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
}
