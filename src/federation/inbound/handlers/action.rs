//! `LocalActionRequest`, and what organisers say of their actions afterwards.
//!
//! Must not believe an action of anybody but the verified actor, nor one that lies elsewhere than that actor.

use super::{Verified, act, create, request};
use crate::{
    acts::{actions, receive::Outcome},
    domain::consent::Use,
    error::Result,
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

/// `Create` or `Update` of an action: one that is known here is changed, and to those who follow its organisers it is a post like
/// others.
pub async fn said(state: &AppState, verified: &Verified) -> Result<Outcome> {
    let read = verified.activity.object().and_then(|object| action::read(&Value::Object(object.body.clone())));
    let Some(read) = read else { return create::said(state, verified, None).await };
    create::said(state, verified, Some(read)).await
}
