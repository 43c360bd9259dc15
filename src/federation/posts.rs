//! From the address that a person gives to the post it means, as the post's own host gives it.
//!
//! The one place for the desk and the command line. Must not decide what may be done to a post.

use super::{
    actors,
    fetch::{self, Budget, Document, FetchError, Found},
    webfinger,
};
use crate::{
    acts::{endorsements::Text, receive::post, target::Target},
    db::remote_actors::RemoteActorRow,
    domain::{
        Timestamp,
        names::Visibility,
        url::{parse_remote, same_origin},
    },
    error::{Error, Result},
    state::AppState,
    text,
    vocab::{digest::digest_multibase, read::Object},
};
use serde_json::Value;

/// A post without a title goes by its first words, so many characters of them.
const TITLE: usize = 80;

/// The post at an address: a statement of ours, a post that reached us, else as its own host gives it now. The address is
/// its id, its page, or a page that only links to it by `<link rel="alternate" type="application/activity+json">`.
///
/// # Errors
/// `Invalid` for `address` where the text is no address; `NotFound` where there is no post; `Upstream` where the other
/// server is the reason.
pub async fn find_post(state: &AppState, address: &str, budget: &Budget) -> Result<Target> {
    Ok(find(state, address, budget).await?.0)
}

/// The post, and its document where its host was asked for it.
async fn find(state: &AppState, address: &str, budget: &Budget) -> Result<(Target, Option<Document>)> {
    let address = address.trim();
    if address.is_empty() {
        return Err(Error::invalid("address", "error-address-empty"));
    }
    let parsed = parse_remote(address).ok_or_else(|| Error::invalid("address", "error-post-address"))?;
    if let Some(known) = known(state, address).await? {
        return Ok((known, None));
    }
    let document = match fetch::object_or_page(state, parsed.as_str(), budget).await? {
        Found::Object(document) => document,
        Found::Page { url, html } => {
            let link = webfinger::alternate(&url, &html).ok_or(FetchError::Invalid("the page belongs to no post"))?;
            if let Some(known) = known(state, link.as_str()).await? {
                return Ok((known, None));
            }
            fetch::document(state, link.as_str(), budget).await?
        }
    };
    let read = Object::read(&document.json).and_then(|object| object.post()).ok_or(Error::NotFound)?;
    // Who speaks for an author is on the author's own host.
    if read.id != document.id || !same_origin(&read.id, &read.attributed_to) {
        return Err(Error::NotFound);
    }
    if let Some(known) = known(state, &read.id).await? {
        return Ok((known, Some(document)));
    }
    let author = actors::resolve(state, &read.attributed_to, budget).await?;
    let visibility = read.visibility(author.followers.as_deref());
    let received = post::Received { post: read, visibility, quote_approved: false, quoted: None };
    let row = post::row(uuid::Uuid::now_v7().to_string(), &received, state.now());
    Ok((Target { uri: row.uri.clone(), author, visibility, post: Some(row) }, Some(document)))
}

/// The statement at an address with its text as its own host gives it at this moment: what an endorsement is bound to.
///
/// # Errors
/// As [`find_post`].
pub async fn find_text(state: &AppState, address: &str, budget: &Budget) -> Result<Text> {
    let (target, document) = find(state, address, budget).await?;
    let site = state.site()?;
    if site.owns(&target.uri) {
        return state.db.read(move |conn| Text::ours(conn, &site, &target.uri)).await;
    }
    let document = match document {
        Some(document) => document,
        None => fetch::document(state, &target.uri, budget).await?,
    };
    let read = Object::read(&document.json).and_then(|object| object.post()).ok_or(Error::NotFound)?;
    if read.id != target.uri || read.attributed_to != target.author.uri {
        return Err(Error::NotFound);
    }
    let title = match read.title.is_empty() {
        true => text::excerpt(&text::plain(&text::sanitise(&read.html)), TITLE),
        false => text::tame(&read.title),
    };
    let link = document.json.get("endorsements").and_then(Value::as_str);
    Ok(Text {
        title,
        html: text::sanitise(&read.html),
        content_warning: text::tame(&read.content_warning),
        language: read.language.clone(),
        url: read.url.clone().unwrap_or_else(|| target.uri.clone()),
        digest: digest_multibase(&document.json)?,
        register: link.is_some_and(|link| same_origin(link, &target.uri)),
        target,
    })
}

/// A post as its author's outbox lists it. Nothing is kept of it: what becomes of it is looked up anew.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    pub uri: String,
    pub title: String,
    pub published: Option<Timestamp>,
}

/// The newest public posts of an actor that are no answers, as its own outbox lists them; nothing where it has none.
///
/// # Errors
/// `Upstream` where the other server is the reason.
pub async fn latest_of(state: &AppState, actor: &RemoteActorRow, most: usize, budget: &Budget) -> Result<Vec<Listed>> {
    let Some(outbox) = actor.outbox.as_deref().filter(|outbox| same_origin(outbox, &actor.uri)) else { return Ok(Vec::new()) };
    let items = fetch::newest(state, outbox, budget).await?;
    Ok(items.iter().filter_map(|item| listed(item, actor)).take(most).collect())
}

fn listed(item: &Value, actor: &RemoteActorRow) -> Option<Listed> {
    let object = match item.get("type").and_then(Value::as_str) {
        Some("Create") => item.get("object")?,
        // Somebody else's.
        Some("Announce") => return None,
        _ => item,
    };
    if let Some(uri) = object.as_str() {
        let uri = Some(uri).filter(|uri| same_origin(uri, &actor.uri))?.to_owned();
        return Some(Listed { title: uri.clone(), uri, published: None });
    }
    let post = Object::read(object).and_then(|object| object.post())?;
    let own = post.attributed_to == actor.uri && same_origin(&post.id, &actor.uri);
    let public = matches!(post.visibility(actor.followers.as_deref()), Visibility::Public | Visibility::Unlisted);
    // An answer is no statement, and neither is what shows an endorsement.
    if !own || !public || post.in_reply_to.is_some() || object.get("endorsement").is_some() {
        return None;
    }
    let title = match (post.title.trim().is_empty(), post.content_warning.trim().is_empty()) {
        (false, _) => text::tame(&post.title),
        (true, false) => text::tame(&post.content_warning),
        (true, true) => text::excerpt(&text::plain(&text::sanitise(&post.html)), TITLE),
    };
    let title = if title.trim().is_empty() { post.id.clone() } else { title };
    Some(Listed { uri: post.id, title, published: post.published })
}

/// What is known here under an address. Of one of ours nobody is asked, so its page may have a query or fragment.
async fn known(state: &AppState, address: &str) -> Result<Option<Target>> {
    let site = state.site()?;
    let mut id = address.to_owned();
    if site.owns(address) {
        id.truncate(address.find(['?', '#']).unwrap_or(address.len()));
        id.truncate(id.trim_end_matches('/').len());
    }
    state.db.read(move |conn| Target::known(conn, &site, &id)).await
}
