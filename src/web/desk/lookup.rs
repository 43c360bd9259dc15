//! Finding actors and posts by what people type: a handle or an address.

use crate::{
    db::remote_actors::RemoteActorRow,
    domain::{names::Visibility, url::same_origin},
    error::{Error, Result},
    federation::{
        actors,
        fetch::{self, Budget},
        webfinger,
    },
    state::AppState,
    vocab::read::Object,
};

/// The actor that a person means.
///
/// # Errors
/// As [`webfinger::find_actor`].
pub(super) async fn actor(state: &AppState, address: &str) -> Result<RemoteActorRow> {
    webfinger::find_actor(state, address, &Budget::of(state)).await
}

/// The public post at an address, as its own host gives it: its id, and its author; none where it is a statement of ours.
///
/// # Errors
/// `Invalid` where nothing was typed; `NotFound` where there is no post; `Conflict` where it isn't for everybody;
/// `Upstream` where the other server is the reason.
pub(super) async fn post(state: &AppState, address: &str) -> Result<(String, Option<RemoteActorRow>)> {
    let address = address.trim();
    if address.is_empty() {
        return Err(Error::invalid("address", "error-address-empty"));
    }
    if state.site()?.owns(address) {
        return Ok((address.to_owned(), None));
    }
    let budget = Budget::of(state);
    let document = fetch::document(state, address, &budget).await?;
    let post = Object::read(&document.json).and_then(|object| object.post()).ok_or(Error::NotFound)?;
    // Who speaks for an author is on the author's own host.
    if post.id != document.id || !same_origin(&post.id, &post.attributed_to) {
        return Err(Error::NotFound);
    }
    let author = actors::resolve(state, &post.attributed_to, &budget).await?;
    match post.visibility(author.followers.as_deref()) {
        Visibility::Public | Visibility::Unlisted => Ok((post.id, Some(author))),
        Visibility::Followers | Visibility::Direct => Err(Error::Conflict("error-boost-private")),
    }
}
