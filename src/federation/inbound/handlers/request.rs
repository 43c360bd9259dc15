//! What every request for a consent has in common (quotes, endorsements, local actions): who asks, for what, and the object
//! that it is about.
//!
//! Must not take an object that lies elsewhere than the verified actor, nor know what kind of object it is.

use super::{Verified, is_known};
use crate::{
    acts::{consents::Asked, receive::Outcome},
    domain::{consent::Use, url::same_origin},
    error::Result,
    federation::fetch::{self, FetchError},
    state::AppState,
};
use serde_json::Value;

/// Who asks for what; the outcome where it asks for nothing that we could give, or asked before.
pub async fn read(state: &AppState, verified: &Verified, words: &Use) -> Result<Result<Asked, Outcome>> {
    let (activity, actor) = (&verified.activity, &verified.actor);
    let Some((target, request)) = activity.object_id().zip(activity.id.as_deref()) else {
        return Ok(Err(Outcome::Dropped("asks for nothing")));
    };
    if !state.site()?.owns(target) {
        return Ok(Err(Outcome::Dropped("asks for nothing of ours")));
    }
    let Some(instrument) = &activity.instrument else {
        return Ok(Err(Outcome::Dropped("doesn't say for what it asks")));
    };
    let Some(object) = instrument.id.clone().filter(|id| same_origin(id, &actor.uri)) else {
        return Ok(Err(Outcome::Dropped("asks for an object of another host")));
    };
    if is_known(state, verified).await? {
        return Ok(Err(Outcome::Known));
    }
    Ok(Ok(Asked {
        kind: words.kind,
        request_uri: request.to_owned(),
        asker_uri: actor.uri.clone(),
        inbox: actor.inbox.clone(),
        object_uri: object,
        target_uri: target.to_owned(),
        post_id: None,
    }))
}

/// The object that it is about: embedded, else fetched from its own host. `None` where it can't be had.
pub async fn brought(state: &AppState, verified: &Verified, asked: &Asked) -> Result<Option<Value>> {
    if let Some(instrument) = verified.activity.instrument.as_ref().filter(|instrument| instrument.kind.is_some()) {
        return Ok(Some(Value::Object(instrument.body.clone())));
    }
    match fetch::document(state, &asked.object_uri, &verified.budget).await {
        Ok(document) => Ok(Some(document.json)),
        Err(error @ FetchError::Ours(_)) => Err(error.into()),
        Err(error) => {
            tracing::debug!(%error, uri = asked.object_uri, "what a request is about can't be had");
            Ok(None)
        }
    }
}
