//! A collective's profile as Mastodon shows it (`app/services/activitypub/process_account_service.rb`).

use super::{html::Page, kinds, page_address};
use serde_json::Value;
use url::Url;

/// Lines of a profile that Mastodon keeps.
const MAX_FIELDS: usize = 50;

/// What a profile page there says.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Profile {
    pub name: String,
    /// `@river@river.example`: from `webfinger` (4.6 and newer), else from `preferredUsername` and the id's host.
    pub handle: String,
    /// `Group` or `Automated`; nothing for `Person` and `Organization`.
    pub badge: Option<&'static str>,
    pub html: String,
    /// Where mentions lead: `url` where it is on the id's host, else the id.
    pub page: String,
    pub fields: Vec<ProfileField>,
    pub picture: bool,
    pub banner: bool,
    /// Followers must be let in.
    pub locked: bool,
    /// In the directory, in trends, and shown to others.
    pub discoverable: bool,
    /// Its public posts are found by their words.
    pub indexable: bool,
    /// Hosts whose pages may name it as their author in preview cards.
    pub attribution: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ProfileField {
    pub name: String,
    pub html: String,
    /// Exactly one `https` link whose text is its address: gets a tick where the page links back with `rel="me"`.
    pub may_be_verified: bool,
}

/// Shows an actor's document; `None` where Mastodon refuses it.
pub fn profile(actor: &Value) -> Option<Profile> {
    const TYPES: &[&str] = &["Application", "Group", "Organization", "Person", "Service"];
    let kinds = kinds(actor);
    let kind = kinds.iter().find(|kind| TYPES.contains(kind))?;
    let id = Url::parse(actor["id"].as_str()?).ok()?;
    actor["inbox"].as_str()?;
    let username = actor["preferredUsername"].as_str();
    let handle = match (actor["webfinger"].as_str(), username) {
        (Some(handle), _) => handle.to_owned(),
        (None, Some(name)) => format!("{name}@{}", id.host_str()?),
        (None, None) => return None,
    };
    let same_host = |page: &String| Url::parse(page).is_ok_and(|page| page.host_str() == id.host_str());
    let fields = actor["attachment"].as_array().map(Vec::as_slice).unwrap_or_default();
    let fields = fields.iter().filter(|field| field["type"] == "PropertyValue").take(MAX_FIELDS);
    let flag = |key: &str| actor[key] == true;
    Some(Profile {
        name: actor["name"].as_str().or(username).unwrap_or_default().to_owned(),
        handle: format!("@{handle}"),
        badge: match *kind {
            "Group" => Some("Group"),
            "Service" | "Application" => Some("Automated"),
            _ => None,
        },
        html: cleaned(actor["summary"].as_str().unwrap_or_default()),
        page: page_address(actor).filter(same_host).unwrap_or_else(|| id.to_string()),
        fields: fields.map(field).collect(),
        picture: is_image(&actor["icon"]),
        banner: is_image(&actor["image"]),
        locked: flag("manuallyApprovesFollowers"),
        discoverable: flag("discoverable"),
        indexable: flag("indexable"),
        attribution: super::strings(actor, "attributionDomains").into_iter().map(str::to_owned).collect(),
    })
}

fn cleaned(html: &str) -> String {
    let mut page = Page::default();
    page.add(html);
    page.html
}

fn field(field: &Value) -> ProfileField {
    let text = |key: &str| field[key].as_str().unwrap_or_default();
    let value = text("value");
    let one_link = value.strip_prefix("<a href=\"").and_then(|rest| {
        let (href, rest) = rest.split_once('"')?;
        let shown = rest.split_once('>')?.1.strip_suffix("</a>")?;
        Some(href == shown && href.starts_with("https://"))
    });
    ProfileField { name: text("name").to_owned(), html: cleaned(value), may_be_verified: one_link.unwrap_or(false) }
}

/// A picture of a type that Mastodon takes.
fn is_image(image: &Value) -> bool {
    const TYPES: &[&str] = &["image/jpeg", "image/png", "image/gif", "image/webp"];
    let image = if let Value::Array(all) = image { all.first().unwrap_or(&Value::Null) } else { image };
    let kind = image["mediaType"].as_str();
    (image.is_string() || page_address(image).is_some()) && kind.is_none_or(|kind| TYPES.contains(&kind))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_collective_looks_like_a_person() {
        let shown = profile(&json!({
            "id": "https://r.example/c/river", "type": "Organization", "preferredUsername": "river", "name": "River",
            "webfinger": "river@r.example", "inbox": "https://r.example/c/river/inbox", "url": "https://elsewhere.example/",
            "summary": "<p onclick=x>By the <mark>water</mark>.</p>", "discoverable": true,
            "icon": { "type": "Image", "mediaType": "image/svg+xml", "url": "https://r.example/i" },
            "attachment": [
                { "type": "PropertyValue", "name": "Web", "value": "<a href=\"https://r.example/\" rel=\"me\">https://r.example/</a>" },
                { "type": "PropertyValue", "name": "More", "value": "see <a href=\"https://r.example/\">https://r.example/</a>" },
                { "type": "VerifiableIdentityStatement" },
            ],
        }))
        .unwrap();
        assert_eq!((shown.badge, shown.handle.as_str(), shown.html.as_str()), (None, "@river@r.example", "<p>By the water.</p>"));
        assert_eq!(shown.page, "https://r.example/c/river", "a page on another host isn't taken");
        assert_eq!(shown.fields.iter().map(|field| field.may_be_verified).collect::<Vec<_>>(), [true, false]);
        assert!(!shown.picture && !shown.banner && !shown.locked && shown.discoverable && !shown.indexable);
    }

    #[test]
    fn groups_and_services_wear_badges_and_others_are_no_actors() {
        let of =
            |kind: &str| profile(&json!({ "id": "https://r.example/1", "type": kind, "preferredUsername": "r", "inbox": "x" }));
        assert_eq!(of("Group").unwrap().badge, Some("Group"));
        assert_eq!(of("Service").unwrap().badge, Some("Automated"));
        assert_eq!(of("Person").unwrap().handle, "@r@r.example");
        assert!(of("Collective").is_none());
        assert!(profile(&json!({ "id": "https://r.example/1", "type": "Person", "inbox": "x" })).is_none(), "no name");
    }
}
