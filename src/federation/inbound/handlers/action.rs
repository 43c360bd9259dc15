//! `LocalActionRequest`, and what organisers say of their actions afterwards.
//!
//! Must not believe an action of anybody but the verified actor, nor one that lies elsewhere than that actor.

use super::{Verified, act, create, request};
use crate::{
    acts::{actions, consents::Asked, receive::Outcome},
    db,
    domain::{
        consent::{ConsentKind, Use},
        ids::parse_id,
        site::Site,
        url::same_origin,
    },
    error::Result,
    state::AppState,
    vocab::{action, read::id_of},
};
use serde_json::{Map, Value, json};

/// Addresses in an event's text that are looked at, for one of a call of ours.
const MOST_NAMED: usize = 20;

/// Whether an activity carries an action under something of ours or of others.
pub fn is_action(verified: &Verified) -> bool {
    verified.activity.object().is_some_and(|object| object.is("Event") && object.body.contains_key("superEvent"))
}

/// Somebody adds an action under a call of ours. It comes embedded, else it is fetched.
pub async fn request(state: &AppState, verified: &Verified, words: &'static Use) -> Result<Outcome> {
    let asked = match request::read(state, verified, words).await? {
        Ok(asked) => asked,
        Err(outcome) => return Ok(outcome),
    };
    let Some(json) = request::brought(state, verified, &asked).await? else {
        return Ok(Outcome::Dropped("its action can't be had"));
    };
    let Some(read) = action::read(&json) else { return Ok(Outcome::Dropped("no whole action")) };
    if read.id != asked.object_uri || read.actor != asked.asker_uri || read.call != asked.target_uri {
        return Ok(Outcome::Dropped("its action says something else"));
    }
    act(state, verified, move |act| actions::requested(act, &read, &asked)).await
}

/// An event as other software has it (Mobilizon, Gancio, Friendica, WordPress), which knows no local actions: where it answers a call
/// of ours or its text names the address of one, its organiser asks to stand under that call. One that is known stays under its call,
/// whatever its text says later. The event is the verified actor's own, and public: whoever calls this has seen to that.
pub async fn named(state: &AppState, verified: &Verified) -> Result<Option<(action::Read, Asked)>> {
    let actor = &verified.actor;
    let Some(object) = verified.activity.object().filter(|object| object.is("Event")) else { return Ok(None) };
    let Some(uri) = object.id.clone().filter(|uri| same_origin(uri, &actor.uri)) else { return Ok(None) };
    let known = {
        let uri = uri.clone();
        state.db.read(move |conn| db::actions::by_uri(conn, &uri)).await?
    };
    let call = match known {
        Some(row) => Some(row.call_uri),
        None => call_named(state.site()?.as_ref(), &object.body),
    };
    let Some(call) = call else { return Ok(None) };
    let mut body = object.body.clone();
    body.insert("superEvent".into(), json!(call));
    let Some(mut read) = action::read(&Value::Object(body)).filter(|read| read.actor == actor.uri) else { return Ok(None) };
    if verified.activity.kind == "Update" {
        // Some don't say when they changed it.
        read.updated = read.updated.or(Some(state.now()));
    }
    let asked = Asked {
        kind: ConsentKind::LocalAction,
        request_uri: verified.activity.id.clone().unwrap_or_else(|| uri.clone()),
        asker_uri: actor.uri.clone(),
        inbox: actor.inbox.clone(),
        object_uri: uri,
        target_uri: call,
        post_id: None,
    };
    Ok(Some((read, asked)))
}

/// The first call of ours that an event answers, or names in its text.
fn call_named(site: &Site, event: &Map<String, Value>) -> Option<String> {
    let statement = |uri: &str| site.statement_id_of(uri).and_then(parse_id).map(|id| site.statement(&id));
    if let Some(call) = event.get("inReplyTo").and_then(id_of).and_then(|uri| statement(&uri)) {
        return Some(call);
    }
    let text = event.get("content").and_then(Value::as_str)?;
    text.match_indices(site.base_url.as_str()).take(MOST_NAMED).find_map(|(at, _)| {
        let rest = text.get(at..)?;
        let end = rest.find(|c: char| !(c.is_ascii_alphanumeric() || "-:/._".contains(c))).unwrap_or(rest.len());
        statement(rest.get(..end)?.trim_end_matches(['.', ':', '/']))
    })
}

/// `Create` or `Update` of an action: one that is known here is changed, and to those who follow its organisers it is a post like
/// others.
pub async fn said(state: &AppState, verified: &Verified) -> Result<Outcome> {
    let read = verified.activity.object().and_then(|object| action::read(&Value::Object(object.body.clone())));
    let Some(read) = read else { return create::said(state, verified, None).await };
    create::said(state, verified, Some(read)).await
}
