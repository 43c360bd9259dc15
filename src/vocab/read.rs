//! Activities and objects of others, read as they come: strings or lists, ids or whole objects, nulls, missing parts.
//! Cuts what is too long or too many (RES-03…05); says nothing about who may do what.
//!
//! Must not fetch, store or believe. Shapes: Mastodon's serializers (`tests/fixtures/mastodon`), ActivityStreams 2.0.

use super::{PUBLIC, read_event};
use crate::domain::{
    Timestamp,
    call::Occasion,
    names::Visibility,
    report::{Attendance, Report},
    time::parse_rfc3339,
    url::parse_remote,
};
use serde_json::{Map, Value};

/// Recipients kept of one activity or object, `to` and `cc` together.
pub const MAX_RECIPIENTS: usize = 1_000;
/// Mentions kept of one object.
pub const MAX_MENTIONS: usize = 100;
/// Attachments kept of one object.
pub const MAX_ATTACHMENTS: usize = 16;
/// Objects kept where an activity names several (`Flag`).
pub const MAX_OBJECTS: usize = 100;
/// Longest name or alt text kept, in characters.
pub const MAX_NAME: usize = 2_048;
/// Longest summary kept, in bytes.
pub const MAX_SUMMARY: usize = 20_000;
/// Longest content kept, in bytes of HTML.
pub const MAX_CONTENT: usize = 200_000;

/// Why a body is no activity. The text goes to the sender.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    #[error("the body is not one JSON object")]
    NotAnObject,
    #[error("the activity has no type")]
    NoType,
    #[error("the activity's actor is not one address")]
    Actor,
    #[error("the activity's id is not an address")]
    Id,
}

/// An activity as it came, its parts read once.
#[derive(Debug, Clone, PartialEq)]
pub struct Activity {
    /// Missing in Mastodon's `Add` and `Remove`.
    pub id: Option<String>,
    /// One word. Where a list came, its first; such activities are no standard ones and nobody here handles them.
    pub kind: String,
    /// Missing in Mastodon's `FeatureRequest`.
    pub actor: Option<String>,
    /// What it is about, in order; mostly one.
    pub objects: Vec<Object>,
    pub target: Option<String>,
    /// What a request for consent is made for (FEP-044f).
    pub instrument: Option<Object>,
    /// The stamp that an `Accept` of such a request gives.
    pub result: Option<String>,
    /// The stamp by which an `Add` lets a local action stand under a call.
    pub stamp: Option<String>,
    pub to: Vec<String>,
    pub cc: Vec<String>,
    pub published: Option<Timestamp>,
    /// Plain text of a `Flag`.
    pub content: String,
}

/// Something named by its id, or embedded whole.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Object {
    pub id: Option<String>,
    /// `None` for a bare id.
    pub kind: Option<String>,
    /// The embedded members; empty for a bare id.
    pub body: Map<String, Value>,
}

/// A Note, Article, Page, Event or Question of somebody else.
#[derive(Debug, Clone, PartialEq)]
pub struct Post {
    pub id: String,
    pub kind: &'static str,
    /// The first author; whether that is who speaks is for the caller to check.
    pub attributed_to: String,
    /// Plain text, empty for a Note.
    pub title: String,
    /// Plain text: a Note's or Question's `summary` folds it; on other kinds the summary is text.
    pub content_warning: String,
    /// HTML as it came. Not safe: sanitise before storing.
    pub html: String,
    /// The first usable page address; may lie on another host than the id.
    pub url: Option<String>,
    /// First key of the language map, a well-formed BCP 47 tag.
    pub language: Option<String>,
    pub in_reply_to: Option<String>,
    /// Which post it quotes (FEP-044f and its older spellings).
    pub quote: Option<String>,
    /// The stamp by which the quoted one's author agrees (FEP-044f).
    pub quote_authorization: Option<String>,
    pub published: Option<Timestamp>,
    pub updated: Option<Timestamp>,
    pub to: Vec<String>,
    pub cc: Vec<String>,
    pub mentions: Vec<String>,
    pub attachments: Vec<Attachment>,
    /// Of an `Event`: when and where.
    pub event: Option<Occasion>,
    /// Of a `Note` that says so: of which action it is a report.
    pub report: Option<Report>,
}

/// A file or a page that hangs on a post.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attachment {
    pub url: String,
    /// Empty where none is given, as in `Link` attachments (FEP-8967).
    pub media_type: String,
    /// Alt text.
    pub name: String,
}

/// Kinds that are kept; all others are dropped (and 202 answered, as Mastodon does).
const POST_KINDS: [&str; 5] = ["Note", "Article", "Page", "Event", "Question"];
/// Kinds of actors: an `Update` or `Delete` of one concerns an account, not a post.
pub const ACTOR_KINDS: [&str; 5] = ["Person", "Organization", "Group", "Service", "Application"];

impl Activity {
    /// Reads one activity.
    ///
    /// A missing or null `id` or `actor` is fine here. One that is there must be an `http(s)` address that can be compared
    /// (ORG-14, ORG-16): never a relative, fragment-only, `javascript:` or userinfo one.
    pub fn read(value: Value) -> Result<Self, Unreadable> {
        let Value::Object(body) = value else { return Err(Unreadable::NotAnObject) };
        let kind = kind_of(&body).ok_or(Unreadable::NoType)?;
        let id = strict_id(body.get("id"), Unreadable::Id)?;
        let actor = match body.get("actor") {
            // Several actors of one activity can't all have signed it.
            Some(Value::Array(list)) if list.len() > 1 => return Err(Unreadable::Actor),
            Some(Value::Array(list)) => strict_id(list.first(), Unreadable::Actor)?,
            other => strict_id(other, Unreadable::Actor)?,
        };
        let (to, cc) = recipients(&body);
        Ok(Self {
            id,
            actor,
            objects: list(body.get("object")).take(MAX_OBJECTS).filter_map(Object::read).collect(),
            target: list(body.get("target")).find_map(id_of),
            instrument: list(body.get("instrument")).find_map(Object::read),
            result: list(body.get("result")).find_map(id_of),
            stamp: body.get(super::action::STAMP).and_then(id_of),
            to,
            cc,
            published: date(&body, "published"),
            content: cut(&text(&body, "content"), 5_000).to_owned(),
            kind,
        })
    }

    /// The one object; `None` where there are none or several.
    pub fn object(&self) -> Option<&Object> {
        match self.objects.as_slice() {
            [one] => Some(one),
            _ => None,
        }
    }

    /// The id of the one object.
    pub fn object_id(&self) -> Option<&str> {
        self.object()?.id.as_deref()
    }
}

impl Object {
    /// A string or an object with at least an id or a type; anything else is nothing.
    pub fn read(value: &Value) -> Option<Self> {
        match value {
            Value::String(_) => Some(Self { id: Some(id_of(value)?), kind: None, body: Map::new() }),
            Value::Object(body) => {
                let id = id_of(value);
                let kind = kind_of(body);
                (id.is_some() || kind.is_some()).then(|| Self { id, kind, body: body.clone() })
            }
            _ => None,
        }
    }

    pub fn is(&self, kind: &str) -> bool {
        self.kind.as_deref() == Some(kind)
    }

    pub fn is_actor(&self) -> bool {
        self.kind.as_deref().is_some_and(|kind| ACTOR_KINDS.contains(&kind))
    }

    /// The actor that an embedded activity names.
    pub fn actor(&self) -> Option<String> {
        list(self.body.get("actor")).find_map(id_of)
    }

    /// The object that an embedded activity names.
    pub fn inner(&self) -> Option<String> {
        list(self.body.get("object")).find_map(id_of)
    }

    /// Who the embedded object says it is by.
    pub fn attributed_to(&self) -> Option<String> {
        list(self.body.get("attributedTo")).find_map(id_of)
    }

    /// The post in here, if it is one that is kept: of a known kind, with an id and an author.
    pub fn post(&self) -> Option<Post> {
        Post::read(&self.body)
    }
}

impl Post {
    /// Reads an embedded or fetched object.
    pub fn read(body: &Map<String, Value>) -> Option<Self> {
        let kind = kind_among(body, &POST_KINDS)?;
        let id = address(body.get("id")?)?;
        let attributed_to = list(body.get("attributedTo")).find_map(id_of)?;
        let (to, cc) = recipients(body);
        let summary = cut(&in_language(body, "summary"), MAX_SUMMARY).to_owned();
        let content = cut(&in_language(body, "content"), MAX_CONTENT).to_owned();
        // Mastodon's own rule: on a Note or Question the summary is a warning, on every other kind it is text.
        let (content_warning, html) = match kind {
            "Note" | "Question" => (summary, content),
            _ if content.is_empty() => (String::new(), summary),
            _ => (String::new(), content),
        };
        Some(Self {
            id,
            kind,
            attributed_to,
            title: cut_chars(&in_language(body, "name"), MAX_NAME).to_owned(),
            content_warning,
            html,
            url: list(body.get("url")).find_map(page_address),
            language: language(body),
            in_reply_to: list(body.get("inReplyTo")).find_map(id_of),
            quote: ["quote", "quoteUri", "quoteUrl", "_misskey_quote"].iter().find_map(|key| body.get(*key).and_then(id_of)),
            quote_authorization: body.get("quoteAuthorization").and_then(id_of),
            published: date(body, "published"),
            updated: date(body, "updated"),
            to,
            cc,
            mentions: list(body.get("tag"))
                .filter(|tag| tag["type"] == "Mention")
                .filter_map(|tag| address(&tag["href"]))
                .take(MAX_MENTIONS)
                .collect(),
            attachments: list(body.get("attachment")).filter_map(attachment).take(MAX_ATTACHMENTS).collect(),
            event: if kind == "Event" { read_event::occasion(body) } else { None },
            report: report(body),
        })
    }

    /// Who may see it, read off its addressing. `followers` is the author's followers collection.
    pub fn visibility(&self, followers: Option<&str>) -> Visibility {
        if self.to.iter().any(|to| to == PUBLIC) {
            Visibility::Public
        } else if self.cc.iter().any(|cc| cc == PUBLIC) {
            Visibility::Unlisted
        } else if followers.is_some_and(|followers| self.to.iter().chain(&self.cc).any(|to| to == followers)) {
            Visibility::Followers
        } else {
            Visibility::Direct
        }
    }

    /// Whether this actor is addressed or mentioned.
    pub fn addresses(&self, actor: &str) -> bool {
        self.to.iter().chain(&self.cc).chain(&self.mentions).any(|one| one == actor)
    }
}

/// One value or a list of them, without nulls.
pub(super) fn list(value: Option<&Value>) -> impl Iterator<Item = &Value> {
    match value {
        None | Some(Value::Null) => [].iter(),
        Some(Value::Array(items)) => items.iter(),
        Some(one) => std::slice::from_ref(one).iter(),
    }
    .filter(|one| !one.is_null())
}

/// An address of another server or of ours, in its own spelling: what can be compared and asked for.
pub(super) fn address(value: &Value) -> Option<String> {
    let text = value.as_str()?;
    parse_remote(text)?;
    Some(text.to_owned())
}

/// The id in a string or in an object with one. The public collection's short names are written out.
pub fn id_of(value: &Value) -> Option<String> {
    match value {
        Value::String(text) if matches!(text.as_str(), "as:Public" | "Public") => Some(PUBLIC.to_owned()),
        Value::String(_) => address(value),
        Value::Object(body) => body.get("id").and_then(address),
        _ => None,
    }
}

fn strict_id(value: Option<&Value>, wrong: Unreadable) -> Result<Option<String>, Unreadable> {
    match value {
        None | Some(Value::Null) => Ok(None),
        Some(value) => id_of(value).filter(|id| id != PUBLIC).map(Some).ok_or(wrong),
    }
}

fn kind_of(body: &Map<String, Value>) -> Option<String> {
    let kind = list(body.get("type")).find_map(Value::as_str)?;
    Some(cut_chars(kind, 100).to_owned())
}

/// The first of several types that is known here.
pub(super) fn kind_among(body: &Map<String, Value>, known: &[&'static str]) -> Option<&'static str> {
    list(body.get("type")).filter_map(Value::as_str).find_map(|kind| known.iter().find(|one| **one == kind).copied())
}

/// `to` and `cc`, together at most [`MAX_RECIPIENTS`].
fn recipients(body: &Map<String, Value>) -> (Vec<String>, Vec<String>) {
    let read = |key: &str, most: usize| list(body.get(key)).take(most).filter_map(id_of).collect::<Vec<_>>();
    let to = read("to", MAX_RECIPIENTS);
    let cc = read("cc", MAX_RECIPIENTS - to.len());
    (to, cc)
}

/// The action that it reports on, and how many came: a range that can't be is none.
fn report(body: &Map<String, Value>) -> Option<Report> {
    let of = body.get("reportOf").and_then(id_of)?;
    let count = |key: &str| body.get(key)?.as_u64().and_then(|count| u32::try_from(count).ok());
    let (least, most) = (count("attendanceLeast"), count("attendanceMost"));
    let attendance = least.or(most).and_then(|one| Attendance::new(least.unwrap_or(one), most.unwrap_or(one)));
    Some(Report { of, attendance })
}

/// The plain member, else the first value of its language map.
fn in_language(body: &Map<String, Value>, key: &str) -> String {
    let plain = text(body, key);
    if !plain.is_empty() {
        return plain;
    }
    let map = body.get(&format!("{key}Map")).and_then(Value::as_object);
    map.and_then(|map| map.values().next()).and_then(Value::as_str).map(without_nul).unwrap_or_default()
}

/// Language as Mastodon finds it: the first key of the first language map there is.
fn language(body: &Map<String, Value>) -> Option<String> {
    let maps = ["contentMap", "nameMap", "summaryMap"].iter().filter_map(|key| body.get(*key)?.as_object());
    let tag = maps.filter_map(|map| map.keys().next()).next()?;
    let plausible = tag.len() <= 35 && tag.starts_with(|c: char| c.is_ascii_alphabetic()) && tag != "und";
    (plausible && tag.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')).then(|| tag.clone())
}

/// A page's address: a string, or a `Link` (whose `mediaType` is HTML or not said).
pub(super) fn page_address(value: &Value) -> Option<String> {
    match value {
        Value::String(_) => address(value),
        Value::Object(link) => {
            let kind = link.get("mediaType").and_then(Value::as_str).unwrap_or("text/html");
            kind.starts_with("text/html").then(|| link.get("href").and_then(address)).flatten()
        }
        _ => None,
    }
}

fn attachment(value: &Value) -> Option<Attachment> {
    let body = value.as_object()?;
    let by_url = || list(body.get("url")).find_map(|url| address(url).or_else(|| address(&url["href"])));
    Some(Attachment {
        url: by_url().or_else(|| body.get("href").and_then(address))?,
        media_type: cut_chars(&text(body, "mediaType"), 100).to_owned(),
        name: cut_chars(&text(body, "name"), MAX_NAME).to_owned(),
    })
}

fn date(body: &Map<String, Value>, key: &str) -> Option<Timestamp> {
    body.get(key)?.as_str().and_then(parse_rfc3339)
}

pub(super) fn text(body: &Map<String, Value>, key: &str) -> String {
    body.get(key).and_then(Value::as_str).map(without_nul).unwrap_or_default()
}

/// PostgreSQL can't keep U+0000 (RES-17).
fn without_nul(text: &str) -> String {
    text.replace('\0', "")
}

/// At most so many bytes, never in the middle of a character.
pub(super) fn cut(text: &str, bytes: usize) -> &str {
    let end = (0..=bytes.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or_default();
    &text[..end]
}

pub(super) fn cut_chars(text: &str, characters: usize) -> &str {
    text.char_indices().nth(characters).map_or(text, |(at, _)| &text[..at])
}

#[cfg(test)]
#[path = "read_tests.rs"]
mod tests;
