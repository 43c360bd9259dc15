//! `Update` and `Delete` of the actor itself. The actor's host is asked; what the activity carries is not believed.

use super::{Verified, act, is_known, moved};
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
    let row = fetched.clone();
    let outcome = act(state, verified, move |act| actor::changed(act, &row)).await?;
    moved::follow_document(state, &fetched, &verified.budget).await?;
    Ok(outcome)
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
