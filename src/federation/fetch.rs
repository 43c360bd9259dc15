//! Getting documents of other servers: signed by the instance's actor, redirected by hand, and believed only where they
//! stand under their own id.
//!
//! Must not store anything and must not know what a document means.
//!
//! The library's `fetch_object_http` isn't used: it doesn't look at the status beyond 410, follows one redirect without
//! asking the guard, reads the body before its type, bounds neither depth nor the refetch from an id.

use super::{
    client::{self, ReadError},
    guard::Guarded,
    inbound::depth,
    signatures::{self, Outgoing, keys},
};
use crate::{
    db,
    domain::{
        knock,
        url::{host_and_port, parse_remote},
    },
    error::Error,
    state::AppState,
};
use actix_web::web::Bytes;
use reqwest::header::{ACCEPT, CONTENT_TYPE, HeaderMap, LOCATION};
use serde_json::Value;
use std::{
    collections::HashSet,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
};
use url::Url;

/// What we ask for: both names of the one format. Mastodon takes the profile or none.
pub const ACCEPT_ACTIVITY: &str =
    r#"application/activity+json, application/ld+json; profile="https://www.w3.org/ns/activitystreams""#;

/// Redirects followed from one address (RES-08).
const MAX_REDIRECTS: usize = 3;
/// Pages of a collection read (RES-07).
const MAX_PAGES: usize = 10;
/// Items of a collection read (RES-07).
const MAX_ITEMS: usize = 1_000;

/// How many requests are left for one incoming activity, or one wish of a member. Clones share the count, so that all
/// tasks that an activity starts are bounded together (RES-06).
#[derive(Debug, Clone)]
pub struct Budget(Arc<AtomicU32>);

impl Budget {
    pub fn new(requests: u32) -> Self {
        Self(Arc::new(AtomicU32::new(requests)))
    }

    /// As many as the settings allow.
    pub fn of(state: &AppState) -> Self {
        Self::new(state.settings.federation.max_requests_per_activity)
    }

    /// How many are left.
    pub fn left(&self) -> u32 {
        self.0.load(Ordering::Relaxed)
    }

    fn spend(&self) -> Result<(), FetchError> {
        self.0
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1))
            .map(|_| ())
            .map_err(|_| FetchError::Budget)
    }
}

/// Why a document could not be had.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FetchError {
    /// 410, or a Tombstone: it was there and is no more.
    #[error("it is gone")]
    Gone,
    /// 404.
    #[error("there is no such thing")]
    NotFound,
    /// 401 or 403.
    #[error("the other server refuses to show it ({0})")]
    Refused(u16),
    /// The network, TLS, DNS, time, 429, 5xx: may work later.
    #[error("the other server can't be reached: {0}")]
    Temporary(String),
    /// It answered, but with nothing that can be believed.
    #[error("what the other server answered can't be used: {0}")]
    Invalid(&'static str),
    /// We don't ask there.
    #[error("no request is made there: {0}")]
    Guarded(&'static str),
    /// Too many requests for one activity.
    #[error("it would take too many requests")]
    Budget,
    /// Our own fault, or our database's.
    #[error("{0}")]
    Ours(String),
}

impl From<Error> for FetchError {
    fn from(error: Error) -> Self {
        Self::Ours(error.to_string())
    }
}

impl From<FetchError> for Error {
    fn from(error: FetchError) -> Self {
        match error {
            FetchError::Gone | FetchError::NotFound => Self::NotFound,
            FetchError::Ours(text) => Self::Busy(text),
            other => Self::Upstream(other.to_string()),
        }
    }
}

impl From<Guarded> for FetchError {
    fn from(guarded: Guarded) -> Self {
        Self::Guarded(guarded.0)
    }
}

/// An ActivityStreams object that stands under its own id.
#[derive(Debug, Clone, PartialEq)]
pub struct Document {
    /// As it writes it. It is the address that it was got from.
    pub id: String,
    pub json: Value,
}

/// Gets the object at `url`. A fragment is left out of the request.
///
/// The object's `id` must be the address it was finally got from; where it isn't, but is on the same origin, it is got
/// once more from its `id` and must then match (ORG-11). Who redirects elsewhere thereby names that other document.
///
/// # Errors
/// [`FetchError`].
pub async fn document(state: &AppState, url: &str, budget: &Budget) -> Result<Document, FetchError> {
    let first = match object(state, url, budget).await?.standing_under_its_id() {
        Ok(document) => return Ok(document),
        Err(other) => other,
    };
    let id = first.id().ok_or(FetchError::Invalid("it has no id"))?;
    if !parse_remote(id).is_some_and(|id| id.origin() == first.url.origin()) {
        return Err(FetchError::Invalid("its id is on another host than itself"));
    }
    object(state, id, budget).await?.standing_under_its_id().map_err(|_| FetchError::Invalid("its id is not where it stands"))
}

/// JSON that is no ActivityStreams object: WebFinger, NodeInfo. Its content type is not looked at, as peers differ.
pub async fn json(state: &AppState, url: &str, accept: &str, budget: &Budget) -> Result<Value, FetchError> {
    let answer = get(state, url, accept, Signed::No, budget).await?;
    let max = state.settings.federation.max_body_bytes;
    parse(state, &read(answer.response, max).await?)
}

/// An object with the address it was finally got from.
struct Object {
    url: Url,
    json: Value,
}

impl Object {
    fn id(&self) -> Option<&str> {
        self.json.get("id").and_then(Value::as_str)
    }

    /// The document, if its id is where it was got from; else itself again. The id's host must be in its normal form:
    /// ids are compared byte for byte, and one thing must not be two by spelling (ORG-16).
    fn standing_under_its_id(self) -> Result<Document, Box<Self>> {
        let origin = self.url.origin().ascii_serialization();
        match self.id() {
            Some(id) if id.starts_with(&origin) && parse_remote(id).as_ref() == Some(&self.url) => {
                Ok(Document { id: id.to_owned(), json: self.json })
            }
            _ => Err(Box::new(self)),
        }
    }
}

async fn object(state: &AppState, url: &str, budget: &Budget) -> Result<Object, FetchError> {
    let answer = get(state, url, ACCEPT_ACTIVITY, Signed::Yes, budget).await?;
    if !is_activity_type(answer.response.headers()) {
        return Err(FetchError::Invalid("its content type is not that of ActivityPub"));
    }
    answer.into_object(state).await
}

/// What is at an address that a person gave: an object, or a page that names its object.
pub(super) enum Found {
    Object(Document),
    /// The HTML of a page, its first [`MAX_PAGE`] bytes.
    Page {
        url: Url,
        html: String,
    },
}

/// Most of a page that is looked at for a link to its object.
pub(super) const MAX_PAGE: usize = 262_144;

pub(super) async fn object_or_page(state: &AppState, url: &str, budget: &Budget) -> Result<Found, FetchError> {
    let accept = format!("{ACCEPT_ACTIVITY}, text/html;q=0.5");
    let answer = get(state, url, &accept, Signed::Yes, budget).await?;
    if is_activity_type(answer.response.headers()) {
        let object = match answer.into_object(state).await?.standing_under_its_id() {
            Ok(document) => return Ok(Found::Object(document)),
            Err(other) => other,
        };
        let id = object.id().ok_or(FetchError::Invalid("it has no id"))?;
        return document(state, id, budget).await.map(Found::Object);
    }
    if media_type(answer.response.headers()) != "text/html" {
        return Err(FetchError::Invalid("its content type is not that of ActivityPub"));
    }
    let max = state.settings.federation.max_body_bytes;
    let bytes = read(answer.response, max).await?;
    let html = String::from_utf8_lossy(&bytes[..bytes.len().min(MAX_PAGE)]).into_owned();
    Ok(Found::Page { url: answer.url, html })
}

/// The items of a collection, its pages walked: at most 10 pages and 1,000 items, only on the collection's own origin, and
/// no page twice (RES-07). Items are as they stand: ids or objects, and nothing is proven by being listed.
pub async fn collection(state: &AppState, url: &str, budget: &Budget) -> Result<Vec<Value>, FetchError> {
    let start = object(state, url, budget).await?;
    let mut items = Vec::new();
    take_items(&start.json, &mut items);
    let mut seen = HashSet::from([start.url.to_string()]);
    let mut next = start.json.get("first").cloned();
    for _ in 0..MAX_PAGES {
        let page = match next {
            Some(page @ Value::Object(_)) => page,
            Some(Value::String(link)) => {
                let same = parse_remote(&link).filter(|link| link.origin() == start.url.origin());
                let Some(link) = same.filter(|link| seen.insert(link.to_string())) else { break };
                object(state, link.as_str(), budget).await?.json
            }
            _ => break,
        };
        take_items(&page, &mut items);
        if items.len() >= MAX_ITEMS {
            break;
        }
        next = page.get("next").filter(|next| next.is_string()).cloned();
    }
    Ok(items)
}

/// The newest items of somebody's collection: those of its first page, as they are listed there.
pub async fn newest(state: &AppState, url: &str, budget: &Budget) -> Result<Vec<Value>, FetchError> {
    let start = object(state, url, budget).await?;
    let mut items = Vec::new();
    take_items(&start.json, &mut items);
    let first = match start.json.get("first").filter(|_| items.is_empty()) {
        Some(page @ Value::Object(_)) => Some(page.clone()),
        Some(Value::String(link)) => match parse_remote(link).filter(|link| link.origin() == start.url.origin()) {
            Some(link) => Some(object(state, link.as_str(), budget).await?.json),
            None => None,
        },
        _ => None,
    };
    if let Some(page) = first {
        take_items(&page, &mut items);
    }
    Ok(items)
}

fn take_items(page: &Value, items: &mut Vec<Value>) {
    for name in ["orderedItems", "items"] {
        let room = MAX_ITEMS.saturating_sub(items.len());
        match page.get(name) {
            Some(Value::Array(found)) => items.extend(found.iter().take(room).cloned()),
            Some(Value::Null) | None => {}
            Some(single) if room > 0 => items.push(single.clone()),
            Some(_) => {}
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Signed {
    Yes,
    No,
}

/// A good answer whose body is not read yet.
struct Answer {
    /// Where it came from in the end, without a fragment.
    url: Url,
    response: reqwest::Response,
}

impl Answer {
    async fn into_object(self, state: &AppState) -> Result<Object, FetchError> {
        let max = state.settings.federation.max_body_bytes;
        let json = parse(state, &read(self.response, max).await?)?;
        if !json.is_object() {
            return Err(FetchError::Invalid("it is not an object"));
        }
        if json.get("type").and_then(Value::as_str) == Some("Tombstone") {
            return Err(FetchError::Gone);
        }
        Ok(Object { url: self.url, json })
    }
}

/// One GET with its redirects, each asked for anew: counted, guarded, signed.
async fn get(state: &AppState, url: &str, accept: &str, signed: Signed, budget: &Budget) -> Result<Answer, FetchError> {
    let mut url = parse_remote(url).ok_or(FetchError::Guarded("the address is not one of a web server with a name"))?;
    url.set_fragment(None);
    for _ in 0..=MAX_REDIRECTS {
        let response = send(state, &url, accept, signed, budget).await?;
        let status = response.status().as_u16();
        match status {
            200 => return Ok(Answer { url, response }),
            301 | 302 | 303 | 307 | 308 => url = redirected(&url, response.headers())?,
            410 => return Err(FetchError::Gone),
            404 => return Err(FetchError::NotFound),
            401 | 403 => return Err(FetchError::Refused(status)),
            408 | 425 | 429 | 500.. => return Err(FetchError::Temporary(format!("it answers {status}"))),
            _ => return Err(FetchError::Invalid("its status is none that means success")),
        }
    }
    Err(FetchError::Invalid("it redirects too often"))
}

/// Where a redirect leads: never from https to anything else (SRF-05); the guard sees it like any other address.
fn redirected(from: &Url, headers: &HeaderMap) -> Result<Url, FetchError> {
    let location = headers.get(LOCATION).and_then(|value| value.to_str().ok());
    let target = location.and_then(|location| from.join(location).ok());
    let mut target =
        target.and_then(|target| parse_remote(target.as_str())).ok_or(FetchError::Guarded("it redirects nowhere"))?;
    if from.scheme() != target.scheme() && target.scheme() != "https" {
        return Err(FetchError::Guarded("it redirects to an address that is not https"));
    }
    target.set_fragment(None);
    Ok(target)
}

/// One GET, and where it is signed a second one in the other scheme if the answer may mean that the host doesn't know
/// the first. Each is paid for.
async fn send(
    state: &AppState,
    url: &Url,
    accept: &str,
    signed: Signed,
    budget: &Budget,
) -> Result<reqwest::Response, FetchError> {
    budget.spend()?;
    let site = state.site_if_set_up().filter(|_| signed == Signed::Yes);
    let (Some(site), Some(host)) = (site, host_and_port(url.as_str())) else {
        let headers = accept.parse().map(|accept| HeaderMap::from_iter([(ACCEPT, accept)])).unwrap_or_default();
        return request(state, url, headers).await;
    };
    let signer = keys::signer(state, &site.instance_actor()).await?;
    let knock = |scheme| {
        let outgoing = Outgoing { method: "GET", url, body: None, accept: Some(accept), now: state.now() };
        signatures::sign(scheme, &signer, &outgoing)
    };
    let choice = {
        let host = host.clone();
        state.db.read(move |conn| db::peers::choice(conn, &host)).await?
    };
    let mut scheme = choice.first(state.now());
    let mut response = request(state, url, knock(scheme)?).await?;
    if knock::is_unsure(response.status().as_u16()) && budget.spend().is_ok() {
        scheme = knock::other(scheme);
        match request(state, url, knock(scheme)?).await {
            Ok(second) if !knock::is_unsure(second.status().as_u16()) => response = second,
            _ => return Ok(response),
        }
    }
    let news = choice.news(scheme, state.now()).filter(|_| response.status().is_success());
    if let Some(scheme) = news {
        let now = state.now();
        if let Err(error) = state.db.write(move |conn| db::peers::set_signature(conn, &host, scheme, now)).await {
            tracing::warn!(%error, "can't note down which signature a host takes");
        }
    }
    Ok(response)
}

async fn request(state: &AppState, url: &Url, headers: HeaderMap) -> Result<reqwest::Response, FetchError> {
    let client = state.wire.client(&state.settings).map_err(|error| FetchError::Temporary(error.to_string()))?;
    let sent = client.get(url.clone()).headers(headers).send().await;
    sent.map_err(|error| client::guarded(&error).map_or_else(|| FetchError::Temporary(reason(&error)), FetchError::from))
}

/// In a few words, without the address: it is logged and shown to members.
fn reason(error: &reqwest_middleware::Error) -> String {
    match error {
        reqwest_middleware::Error::Reqwest(error) if error.is_timeout() => "it takes too long".to_owned(),
        reqwest_middleware::Error::Reqwest(error) if error.is_connect() => "no connection".to_owned(),
        reqwest_middleware::Error::Reqwest(_) => "the connection broke".to_owned(),
        reqwest_middleware::Error::Middleware(error) => error.to_string(),
    }
}

async fn read(response: reqwest::Response, max: usize) -> Result<Bytes, FetchError> {
    client::read_limited(response, max).await.map_err(|error| match error {
        ReadError::TooLarge => FetchError::Invalid("it is too large"),
        ReadError::Broken(_) => FetchError::Temporary("the answer broke off".to_owned()),
    })
}

fn parse(state: &AppState, bytes: &[u8]) -> Result<Value, FetchError> {
    if !depth::is_within(bytes, state.settings.federation.max_json_depth) {
        return Err(FetchError::Invalid("its JSON nests too deep"));
    }
    serde_json::from_slice(bytes).map_err(|_| FetchError::Invalid("it is not JSON"))
}

fn media_type(headers: &HeaderMap) -> String {
    let text = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    text.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

/// Exactly the two types that mean ActivityPub (ORG-12): anybody can upload a `.json` or a picture somewhere.
fn is_activity_type(headers: &HeaderMap) -> bool {
    let mut types = headers.get_all(CONTENT_TYPE).iter();
    let (Some(only), None) = (types.next(), types.next()) else { return false };
    match media_type(headers).as_str() {
        "application/activity+json" => true,
        "application/ld+json" => {
            let text = only.to_str().unwrap_or_default();
            text.split(';').skip(1).any(|parameter| {
                let (name, value) = parameter.split_once('=').unwrap_or_default();
                name.trim().eq_ignore_ascii_case("profile")
                    && value
                        .trim()
                        .trim_matches('"')
                        .split_ascii_whitespace()
                        .any(|profile| profile == "https://www.w3.org/ns/activitystreams")
            })
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(name: reqwest::header::HeaderName, values: &[&str]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(name.clone(), value.parse().unwrap());
        }
        headers
    }

    #[test]
    fn org_12_only_the_types_of_activitypub_are_taken() {
        for good in [
            "application/activity+json",
            "application/activity+json; charset=utf-8",
            "Application/Activity+JSON",
            r#"application/ld+json; profile="https://www.w3.org/ns/activitystreams""#,
            r#"application/ld+json;charset=utf-8;profile="https://w3id.org/x https://www.w3.org/ns/activitystreams""#,
        ] {
            assert!(is_activity_type(&headers(CONTENT_TYPE, &[good])), "{good}");
        }
        for bad in [
            "text/html",
            "text/plain",
            "application/json",
            "application/octet-stream",
            "image/png",
            "application/ld+json",
            r#"application/ld+json; profile="https://evil.example/https://www.w3.org/ns/activitystreams""#,
            "text/html; application/activity+json",
            "",
        ] {
            assert!(!is_activity_type(&headers(CONTENT_TYPE, &[bad])), "{bad}");
        }
        assert!(!is_activity_type(&headers(CONTENT_TYPE, &["application/activity+json", "text/html"])));
        assert!(!is_activity_type(&HeaderMap::new()));
    }

    #[test]
    fn srf_05_redirects_never_leave_https_or_the_web() {
        let from = Url::parse("https://meadow.example/a/b").unwrap();
        let to = |location: &str| redirected(&from, &headers(LOCATION, &[location])).map(|url| url.to_string());
        assert_eq!(to("/c#x").unwrap(), "https://meadow.example/c");
        assert_eq!(to("https://field.example/c").unwrap(), "https://field.example/c");
        for bad in [
            "http://meadow.example/",
            "file:///etc/passwd",
            "data:text/plain,x",
            "gopher://meadow.example/",
            "https://127.0.0.1/",
            "//127.0.0.1/",
            "https://u:p@meadow.example/",
        ] {
            assert!(matches!(to(bad), Err(FetchError::Guarded(_))), "{bad}");
        }
        assert!(redirected(&from, &HeaderMap::new()).is_err());
    }

    #[test]
    fn res_06_clones_of_a_budget_share_it() {
        let budget = Budget::new(3);
        let other = budget.clone();
        assert!(budget.spend().is_ok() && other.spend().is_ok() && budget.spend().is_ok());
        assert_eq!(other.spend(), Err(FetchError::Budget));
        assert_eq!(budget.spend(), Err(FetchError::Budget));
    }

    #[test]
    fn items_are_taken_up_to_the_bound() {
        let page = serde_json::json!({ "orderedItems": vec!["x"; 700], "items": null });
        let mut items = Vec::new();
        take_items(&page, &mut items);
        take_items(&page, &mut items);
        assert_eq!(items.len(), MAX_ITEMS);
        take_items(&serde_json::json!({ "items": "one" }), &mut items);
        assert_eq!(items.len(), MAX_ITEMS);
        let mut items = Vec::new();
        take_items(&serde_json::json!({ "items": "one" }), &mut items);
        assert_eq!(items, ["one"]);
    }
}
