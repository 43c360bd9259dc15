//! One handler per activity: fetches what its act needs, from its own host, then calls the act.
//!
//! Must not decide what an activity means; must not take any name but the verified actor's as who did it.

use super::gate::{Verified, Vouched};
use crate::{
    acts::{
        Act, Principal,
        receive::{self, Outcome},
    },
    db,
    domain::{
        consent::{ConsentKind, Use},
        url::same_origin,
    },
    error::Result,
    federation::{
        fetch::{self, FetchError},
        inbound::cache::Blocks,
    },
    state::AppState,
    vocab::read::{Object, Post},
};

mod account;
mod action;
mod announce;
mod create;
mod endorse;
mod listed;
mod moved;
mod passed_on;
mod quote;
mod request;
mod small;
mod undo;

/// Hands an activity to its handler. Kinds that nobody here knows change nothing.
pub async fn handle(state: &AppState, verified: &Verified) -> Result<Outcome> {
    if verified.vouched == Vouched::Origin {
        return passed_on::from_origin(state, verified).await;
    }
    match verified.activity.kind.as_str() {
        "Follow" => small::follow(state, verified).await,
        "Accept" => small::answer(state, verified, true).await,
        "Reject" => small::answer(state, verified, false).await,
        "Like" => small::like(state, verified).await,
        "Block" => small::block(state, verified).await,
        "Flag" => small::flag(state, verified).await,
        "Join" => small::join(state, verified).await,
        "Leave" => Ok(Outcome::Dropped("leaves nothing: nobody is listed")),
        "Undo" => undo::undo(state, verified).await,
        "Announce" => announce::announce(state, verified).await,
        "Create" | "Update" if endorse::is_endorsement(verified) => endorse::said(state, verified).await,
        "Create" | "Update" if action::is_action(verified) => action::said(state, verified).await,
        "Create" => create::create(state, verified).await,
        "Update" if is_own_account(verified) => account::update(state, verified).await,
        "Update" => create::update(state, verified).await,
        "Delete" if is_own_account(verified) => account::delete(state, verified).await,
        "Delete" => create::delete(state, verified).await,
        "Add" => listed::added(state, verified).await,
        "Remove" => listed::removed(state, verified).await,
        "Move" => moved::moved(state, verified).await,
        kind => match Use::by_request(kind) {
            Some(words) if words.kind == ConsentKind::Endorsement => endorse::request(state, verified, words).await,
            Some(words) if words.kind == ConsentKind::LocalAction => action::request(state, verified, words).await,
            Some(words) => quote::request(state, verified, words).await,
            None => Ok(Outcome::Dropped("no kind of activity that is known here")),
        },
    }
}

fn is_own_account(verified: &Verified) -> bool {
    verified.activity.object_id() == Some(verified.actor.uri.as_str())
}

/// Runs an act for the verified actor, once per activity.
async fn act<F>(state: &AppState, verified: &Verified, effect: F) -> Result<Outcome>
where
    F: FnOnce(&mut Act) -> Result<Outcome> + Send + 'static,
{
    let digest = verified.digest.clone();
    state.act(Principal::Peer(verified.actor.uri.clone()), move |act| receive::once(act, &digest, effect)).await
}

/// Whether this activity had its effect already; asked before anything is fetched for it.
async fn is_known(state: &AppState, verified: &Verified) -> Result<bool> {
    let digest = verified.digest.clone();
    state.db.read(move |conn| db::received::is_known(conn, &digest)).await
}

/// A post from its own host. `None` where it can't be had, isn't one, lies on a blocked host, or is by somebody of another
/// host than its own.
async fn fetch_post(state: &AppState, verified: &Verified, uri: &str) -> Result<Option<Post>> {
    let blocks = state.wire.inbound.caches.blocks(state).await?;
    if blocks.shut_out(uri) || state.site()?.owns(uri) {
        return Ok(None);
    }
    let document = match fetch::document(state, uri, &verified.budget).await {
        Ok(document) => document,
        Err(error @ FetchError::Ours(_)) => return Err(error.into()),
        Err(error) => {
            tracing::debug!(%error, uri, "a post can't be had");
            return Ok(None);
        }
    };
    let object = Object::read(&document.json);
    // Some boost the `Create` and not what it created; that then has to be had from its own id (ORG-09).
    if let Some(created) = object.as_ref().filter(|object| object.is("Create")).and_then(Object::inner) {
        let known = created == uri || blocks.shut_out(&created) || state.site()?.owns(&created);
        if known || !same_origin(&created, uri) {
            return Ok(None);
        }
        return fetch_created(state, verified, &created).await;
    }
    post_under(object, uri, &blocks)
}

async fn fetch_created(state: &AppState, verified: &Verified, uri: &str) -> Result<Option<Post>> {
    let blocks = state.wire.inbound.caches.blocks(state).await?;
    match fetch::document(state, uri, &verified.budget).await {
        Ok(document) => post_under(Object::read(&document.json), uri, &blocks),
        Err(error @ FetchError::Ours(_)) => Err(error.into()),
        Err(error) => {
            tracing::debug!(%error, uri, "a post can't be had");
            Ok(None)
        }
    }
}

/// The post in a document that stands under this id, by an author of the same host.
fn post_under(object: Option<Object>, uri: &str, blocks: &Blocks) -> Result<Option<Post>> {
    let post = object.and_then(|object| object.post());
    Ok(post.filter(|post| post.id == uri && same_origin(&post.id, &post.attributed_to) && !blocks.shut_out(&post.attributed_to)))
}

/// Whether a collective of ours follows the sender.
async fn is_followed(state: &AppState, verified: &Verified) -> Result<bool> {
    let actor = verified.actor.uri.clone();
    state.db.read(move |conn| Ok(!db::follows::local_followers_of(conn, &actor)?.is_empty())).await
}
