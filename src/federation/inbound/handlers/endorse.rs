//! `EndorsementRequest`, and what endorsers say of their endorsements afterwards.
//!
//! Must not believe an endorsement of anybody but the verified actor, nor one that lies elsewhere than that actor (DAT-01).

use super::{Verified, act, request};
use crate::{
    acts::{endorsements, receive::Outcome},
    domain::consent::Use,
    error::Result,
    state::AppState,
    vocab::{
        digest::digest_multibase,
        endorsement::{self, Endorsement},
    },
};
use serde_json::{Map, Value};

/// Whether an activity carries an endorsement.
pub fn is_endorsement(verified: &Verified) -> bool {
    verified.activity.object().is_some_and(|object| object.is(endorsement::KIND))
}

/// The digest of a statement's text, where its host states one: computed, not as stated.
pub fn digest_of(body: &Map<String, Value>) -> Option<String> {
    body.get("digestMultibase")?;
    digest_multibase(&Value::Object(body.clone())).ok()
}

/// Somebody endorses a statement of ours. The endorsement comes embedded, else it is fetched.
pub async fn request(state: &AppState, verified: &Verified, words: &'static Use) -> Result<Outcome> {
    let asked = match request::read(state, verified, words).await? {
        Ok(asked) => asked,
        Err(outcome) => return Ok(outcome),
    };
    let Some(json) = request::brought(state, verified, &asked).await? else {
        return Ok(Outcome::Dropped("its endorsement can't be had"));
    };
    let Some(read) = endorsement::read(&json) else { return Ok(Outcome::Dropped("no whole endorsement")) };
    if read.id != asked.object_uri || read.actor != asked.asker_uri || read.object != asked.target_uri {
        return Ok(Outcome::Dropped("its endorsement says something else"));
    }
    let document = json.to_string();
    act(state, verified, move |act| endorsements::requested(act, &read, &document, &asked)).await
}

/// `Update` or `Create` of an endorsement.
pub async fn said(state: &AppState, verified: &Verified) -> Result<Outcome> {
    let Some((read, document)) = carried(verified) else { return Ok(Outcome::Dropped("no whole endorsement")) };
    let actor = verified.actor.uri.clone();
    act(state, verified, move |act| endorsements::said(act, &read, &document, &actor)).await
}

fn carried(verified: &Verified) -> Option<(Endorsement, String)> {
    let json = Value::Object(verified.activity.object()?.body.clone());
    Some((endorsement::read(&json)?, json.to_string()))
}
