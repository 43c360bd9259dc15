//! `EndorsementRequest`, and what endorsers say of their endorsements afterwards.
//!
//! Must not believe an endorsement of anybody but the verified actor, nor one that lies elsewhere than that actor (DAT-01).

use super::{Verified, act, is_known};
use crate::{
    acts::{consents::Asked, endorsements, receive::Outcome},
    domain::{consent::Use, url::same_origin},
    error::Result,
    federation::fetch::{self, FetchError},
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
    let (activity, actor) = (&verified.activity, &verified.actor);
    let Some(target) = activity.object_id().map(str::to_owned).filter(|_| activity.id.is_some()) else {
        return Ok(Outcome::Dropped("endorses nothing"));
    };
    if !state.site()?.owns(&target) {
        return Ok(Outcome::Dropped("endorses nothing of ours"));
    }
    let Some(instrument) = &activity.instrument else { return Ok(Outcome::Dropped("brings no endorsement")) };
    let Some(id) = instrument.id.clone().filter(|id| same_origin(id, &actor.uri)) else {
        return Ok(Outcome::Dropped("its endorsement lies on another host"));
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
                tracing::debug!(%error, uri = id, "an endorsement can't be had");
                return Ok(Outcome::Dropped("its endorsement can't be had"));
            }
        }
    };
    let Some(read) = endorsement::read(&json) else { return Ok(Outcome::Dropped("no whole endorsement")) };
    if read.id != id || read.actor != actor.uri || read.object != target {
        return Ok(Outcome::Dropped("its endorsement says something else"));
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
