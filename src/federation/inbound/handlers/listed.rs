//! `Add` and `Remove` of local actions: the author of a call says which actions of others stand under it.
//!
//! Must not believe that an action stands there before its author's stamp was seen on the author's own host, nor what the action is
//! but from the host of its organisers.

use super::{Verified, act, is_followed, is_known};
use crate::{
    acts::{
        actions::{self, Learned},
        receive::Outcome,
    },
    db,
    domain::{consent::ConsentKind, url::same_origin},
    error::{Error, Result},
    federation::fetch::{self, FetchError},
    state::AppState,
    vocab::{action, consent::read_stamp, read::Object},
};
use serde_json::Value;

/// `Add`: taken from authors that a collective of ours follows. Where a host doesn't answer now, the sender is to try again.
pub async fn added(state: &AppState, verified: &Verified) -> Result<Outcome> {
    let (activity, actor) = (&verified.activity, &verified.actor);
    let (Some(uri), Some(stamp_uri)) = (activity.object_id(), activity.stamp.as_deref()) else {
        return Ok(Outcome::Dropped("adds no local action"));
    };
    if !same_origin(stamp_uri, &actor.uri) {
        return Ok(Outcome::Dropped("its stamp lies on another host"));
    }
    if state.site()?.owns(uri) {
        return Ok(Outcome::Dropped("ours is known without being told"));
    }
    let blocks = state.wire.inbound.caches.blocks(state).await?;
    if is_known(state, verified).await? {
        return Ok(Outcome::Known);
    }
    if blocks.shut_out(uri) || !is_followed(state, verified).await? {
        return Ok(Outcome::Dropped("concerns nobody here"));
    }
    let Some(json) = document(state, verified, stamp_uri).await? else { return Ok(Outcome::Dropped("its stamp isn't there")) };
    let stamp = read_stamp(&json).filter(|stamp| {
        stamp.words.kind == ConsentKind::LocalAction
            && stamp.id == stamp_uri
            && stamp.author == actor.uri
            && stamp.object == uri
            && same_origin(&stamp.target, &actor.uri)
    });
    let Some(stamp) = stamp else { return Ok(Outcome::Dropped("its stamp says something else")) };
    if !is_author(state, verified, &stamp.target).await? {
        return Ok(Outcome::Dropped("the call is somebody else's"));
    }
    let Some(json) = document(state, verified, uri).await? else { return Ok(Outcome::Dropped("its action can't be had")) };
    let read = action::read(&json);
    let Some(read) = read.filter(|read| read.id == uri && read.call == stamp.target && same_origin(&read.id, &read.actor)) else {
        return Ok(Outcome::Dropped("its action says something else"));
    };
    if blocks.shut_out(&read.actor) {
        return Ok(Outcome::Dropped("concerns nobody here"));
    }
    let learned = Learned { read, author_uri: actor.uri.clone(), stamp_uri: stamp_uri.to_owned() };
    act(state, verified, move |act| actions::learned(act, &learned)).await
}

pub async fn removed(state: &AppState, verified: &Verified) -> Result<Outcome> {
    let Some(uri) = verified.activity.object_id().map(str::to_owned) else { return Ok(Outcome::Dropped("removes nothing")) };
    let actor = verified.actor.uri.clone();
    act(state, verified, move |act| actions::unlisted(act, &actor, &uri)).await
}

/// Whether a call is by the one who speaks: by its id, since a neighbour on its host can't let anything stand under it.
async fn is_author(state: &AppState, verified: &Verified, call: &str) -> Result<bool> {
    let uri = call.to_owned();
    let known = state.db.read(move |conn| db::remote_posts::by_uri(conn, &uri)).await?;
    let author = match known {
        Some(post) => Some(post.actor_uri),
        None => document(state, verified, call).await?.and_then(|json| Object::read(&json)?.attributed_to()),
    };
    Ok(author.as_deref() == Some(verified.actor.uri.as_str()))
}

/// What stands at an address; `None` where nothing does.
///
/// # Errors
/// `Busy` where its host doesn't answer now.
async fn document(state: &AppState, verified: &Verified, uri: &str) -> Result<Option<Value>> {
    match fetch::document(state, uri, &verified.budget).await {
        Ok(document) if document.id == uri => Ok(Some(document.json)),
        Ok(_) | Err(FetchError::Gone | FetchError::NotFound) => Ok(None),
        Err(error @ FetchError::Ours(_)) => Err(error.into()),
        Err(error) => Err(Error::Busy(format!("{uri} can't be had now: {error}"))),
    }
}
