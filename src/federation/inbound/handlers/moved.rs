//! `Move`: an account goes on elsewhere, and who follows it follows along (FEP-7628, ORG-19).
//!
//! The old account says it (push), or the new one (pull), or only the old one's document does. The two must name each other
//! in any case: neither can make followers of another account its own.

use super::{Verified, act, is_known};
use crate::{
    acts::{
        Principal,
        receive::{Outcome, actor},
    },
    db::{self, remote_actors::RemoteActorRow},
    error::{Error, Result},
    federation::{actors, fetch::Budget},
    state::AppState,
};

pub async fn moved(state: &AppState, verified: &Verified) -> Result<Outcome> {
    let (activity, signer) = (&verified.activity, &verified.actor);
    let (Some(old), Some(new)) = (activity.object_id(), activity.target.as_deref()) else {
        return Ok(Outcome::Dropped("moves nobody or nowhere"));
    };
    if old == new || (signer.uri != old && signer.uri != new) {
        return Ok(Outcome::Dropped("moves somebody else"));
    }
    if !is_followed(state, old).await? {
        return Ok(Outcome::Dropped("nobody here follows this actor"));
    }
    if is_known(state, verified).await? {
        return Ok(Outcome::Known);
    }
    let old = match signer.uri == old {
        true => (**signer).clone(),
        false => match old_account(state, old, &verified.budget).await? {
            // In pull mode the new account speaks: the old one's own document must bear it out.
            Some(row) if row.moved_to.as_deref() == Some(new) || row.also_known_as.iter().any(|uri| uri == new) => row,
            _ => return Ok(Outcome::Dropped("the old account doesn't name the new one")),
        },
    };
    let Some(new) = linked(state, &old, new, &verified.budget).await? else {
        return Ok(Outcome::Dropped("the new account can't be had, or doesn't name the old one"));
    };
    act(state, verified, move |act| actor::moved(act, &old, &new)).await
}

/// Follows along where an actor's document says that it moved and no activity did. Does nothing where nobody follows it.
pub async fn follow_document(state: &AppState, old: &RemoteActorRow, budget: &Budget) -> Result<()> {
    let Some(target) = old.moved_to.clone().filter(|target| *target != old.uri) else { return Ok(()) };
    if !is_followed(state, &old.uri).await? {
        return Ok(());
    }
    let Some(new) = linked(state, old, &target, budget).await? else { return Ok(()) };
    let old = old.clone();
    state.act(Principal::Peer(old.uri.clone()), move |act| actor::moved(act, &old, &new).map(drop)).await
}

async fn is_followed(state: &AppState, uri: &str) -> Result<bool> {
    let uri = uri.to_owned();
    state.db.read(move |conn| Ok(!db::follows::followings_of(conn, &uri)?.is_empty())).await
}

/// The old account as its host says now; where that is away, as it was known: a server that is gone is why people move.
async fn old_account(state: &AppState, uri: &str, budget: &Budget) -> Result<Option<RemoteActorRow>> {
    match actors::refresh(state, uri, budget).await {
        Ok(row) => Ok(Some(row)),
        Err(error @ (Error::Busy(_) | Error::Internal(_))) => Err(error),
        Err(_) => {
            let uri = uri.to_owned();
            state.db.read(move |conn| db::remote_actors::by_uri(conn, &uri)).await
        }
    }
}

/// The new account, if it names the old one in its own document, fetched now; a collective of ours as it is.
async fn linked(state: &AppState, old: &RemoteActorRow, target: &str, budget: &Budget) -> Result<Option<RemoteActorRow>> {
    let blocks = state.wire.inbound.caches.blocks(state).await?;
    if blocks.shut_out(target) {
        return Ok(None);
    }
    if state.site()?.owns(target) {
        let uri = target.to_owned();
        let ours = state.db.read(move |conn| Ok(db::collectives::by_uris(conn, &[uri])?.pop())).await?;
        return Ok(ours.map(|row| row.as_actor()).filter(|new| new.also_known_as.contains(&old.uri)));
    }
    match actors::refresh(state, target, budget).await {
        Ok(new) => Ok((new.uri == target && new.also_known_as.contains(&old.uri)).then_some(new)),
        Err(error @ (Error::Busy(_) | Error::Internal(_))) => Err(error),
        Err(_) => Ok(None),
    }
}
