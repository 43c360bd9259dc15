//! `LocalActionRequest`, and what organisers say of their actions afterwards.
//!
//! Must not believe an action of anybody but the verified actor, nor one that lies elsewhere than that actor.

use super::{Verified, act, create, is_known};
use crate::{
    acts::{actions, consents::Asked, receive::Outcome},
    domain::{consent::Use, url::same_origin},
    error::Result,
    federation::fetch::{self, FetchError},
    state::AppState,
    vocab::action,
};
use serde_json::Value;

/// Whether an activity carries an action under something of ours or of others.
pub fn is_action(verified: &Verified) -> bool {
    verified.activity.object().is_some_and(|object| object.is("Event") && object.body.contains_key("superEvent"))
}

/// Somebody adds an action under a call of ours. It comes embedded, else it is fetched.
pub async fn request(state: &AppState, verified: &Verified, words: &'static Use) -> Result<Outcome> {
    let (activity, actor) = (&verified.activity, &verified.actor);
    let Some(target) = activity.object_id().map(str::to_owned).filter(|_| activity.id.is_some()) else {
        return Ok(Outcome::Dropped("acts under nothing"));
    };
    if !state.site()?.owns(&target) {
        return Ok(Outcome::Dropped("acts under nothing of ours"));
    }
    let Some(instrument) = &activity.instrument else { return Ok(Outcome::Dropped("brings no action")) };
    let Some(id) = instrument.id.clone().filter(|id| same_origin(id, &actor.uri)) else {
        return Ok(Outcome::Dropped("its action lies on another host"));
    };
    if is_known(state, verified).await? {
        return Ok(Outcome::Known);
    }
    let json = if instrument.kind.is_some() {
        Value::Object(instrument.body.clone())
    } else {
        match fetch::document(state, &id, &verified.budget).await {
            Ok(document) => document.json,
            Err(error @ FetchError::Ours(_)) => return Err(error.into()),
            Err(error) => {
                tracing::debug!(%error, uri = id, "an action can't be had");
                return Ok(Outcome::Dropped("its action can't be had"));
            }
        }
    };
    let Some(read) = action::read(&json) else { return Ok(Outcome::Dropped("no whole action")) };
    if read.id != id || read.actor != actor.uri || read.call != target {
        return Ok(Outcome::Dropped("its action says something else"));
    }
    let asked = Asked {
        kind: words.kind,
        request_uri: activity.id.clone().unwrap_or_default(),
        asker_uri: actor.uri.clone(),
        inbox: actor.inbox.clone(),
        object_uri: id,
        target_uri: target,
        post_id: None,
    };
    act(state, verified, move |act| actions::requested(act, &read, &asked)).await
}

/// `Update` of an action under a call of ours; else it is a post like others.
pub async fn said(state: &AppState, verified: &Verified) -> Result<Outcome> {
    let read = verified.activity.object().and_then(|object| action::read(&Value::Object(object.body.clone())));
    let ours = read.as_ref().is_some_and(|read| state.site_if_set_up().is_some_and(|site| site.owns(&read.call)));
    match read.filter(|_| ours) {
        Some(read) => {
            let actor = verified.actor.uri.clone();
            act(state, verified, move |act| actions::said(act, &read, &actor)).await
        }
        None if verified.activity.kind == "Create" => create::create(state, verified).await,
        None => create::update(state, verified).await,
    }
}
