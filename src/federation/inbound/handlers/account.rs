//! `Update`, `Delete` and `Move` of the actor itself. The actor's host is asked; what the activity carries is not believed.

use super::{Verified, act, is_known};
use crate::{
    acts::receive::{Outcome, actor},
    error::{Error, Result},
    federation::actors,
    state::AppState,
};

/// Fetches the document anew and goes by that (ORG-10).
pub async fn update(state: &AppState, verified: &Verified) -> Result<Outcome> {
    if is_known(state, verified).await? {
        return Ok(Outcome::Known);
    }
    let fetched = match actors::refresh(state, &verified.actor.uri, &verified.budget).await {
        Ok(fetched) => fetched,
        Err(error @ (Error::Busy(_) | Error::Internal(_))) => return Err(error),
        Err(_) => return Ok(Outcome::Dropped("its document can't be had")),
    };
    state.wire.inbound.caches.put_actor(fetched.clone()).await;
    act(state, verified, move |act| actor::changed(act, &fetched)).await
}

/// Purges what is known of the actor, if its own host says that it is no more (SIG-31).
pub async fn delete(state: &AppState, verified: &Verified) -> Result<Outcome> {
    let uri = verified.actor.uri.clone();
    if !actors::is_gone(state, &uri, &verified.budget).await? {
        return Ok(Outcome::Dropped("its host doesn't confirm that it is gone"));
    }
    let outcome = {
        let uri = uri.clone();
        act(state, verified, move |act| actor::gone(act, &uri)).await?
    };
    state.wire.inbound.caches.forget_actor(&uri).await;
    Ok(outcome)
}

/// Follows the move if the new account names the old one (ORG-19).
pub async fn moved(state: &AppState, verified: &Verified) -> Result<Outcome> {
    let activity = &verified.activity;
    let old = (*verified.actor).clone();
    if activity.object_id() != Some(old.uri.as_str()) {
        return Ok(Outcome::Dropped("moves somebody else"));
    }
    let Some(target) = activity.target.clone().filter(|target| *target != old.uri) else {
        return Ok(Outcome::Dropped("moves nowhere"));
    };
    let blocks = state.wire.inbound.caches.blocks(state).await?;
    if blocks.shut_out(&target) || state.site()?.owns(&target) {
        return Ok(Outcome::Dropped("moves to where nothing is followed"));
    }
    if is_known(state, verified).await? {
        return Ok(Outcome::Known);
    }
    let new = match actors::refresh(state, &target, &verified.budget).await {
        Ok(new) => new,
        Err(error @ (Error::Busy(_) | Error::Internal(_))) => return Err(error),
        Err(_) => return Ok(Outcome::Dropped("the new account can't be had")),
    };
    if new.uri != target || !new.also_known_as.contains(&old.uri) {
        return Ok(Outcome::Dropped("the new account doesn't name the old one"));
    }
    act(state, verified, move |act| actor::moved(act, &old, &new)).await
}
