//! `Create`, `Update` and `Delete` of posts. What the verified actor says of its own posts is taken as sent; of anything
//! else nothing is.

use super::{Verified, act, endorse, fetch_post, is_followed, is_known, quote};
use crate::{
    acts::{
        Act, actions, endorsements,
        receive::{Outcome, post},
    },
    db,
    domain::{action::Seen, consent::Use, url::same_origin},
    error::Result,
    state::AppState,
    vocab::{endorsement, read::Post},
};

pub async fn create(state: &AppState, verified: &Verified) -> Result<Outcome> {
    let received = match own_post(state, verified).await? {
        Ok(received) => received,
        Err(outcome) => return Ok(outcome),
    };
    let id = verified.activity.id.clone();
    act(state, verified, move |act| post::create(act, id.as_deref(), &received)).await
}

pub async fn update(state: &AppState, verified: &Verified) -> Result<Outcome> {
    let received = match own_post(state, verified).await? {
        Ok(received) => received,
        Err(outcome) => return Ok(outcome),
    };
    let id = verified.activity.id.clone();
    // What a collective of ours endorsed may have another text now.
    let digest = verified.activity.object().and_then(|object| endorse::digest_of(&object.body));
    act(state, verified, move |act| {
        let outcome = post::update(act, id.as_deref(), &received)?;
        if let (Outcome::Done, Some(event)) = (&outcome, &received.post.event) {
            // A call of others that collectives of ours act under.
            actions::call_changed(act, &received.post.id, &Seen { status: event.status, when: event.when })?;
        }
        let Some(digest) = &digest else { return Ok(outcome) };
        let uri = &received.post.id;
        if outcome == Outcome::Done {
            endorsements::text_changed(act, uri, digest)?;
        } else if is_owner(act, uri, &received.post.attributed_to)? && endorsements::asked_again(act, uri, digest)? {
            return Ok(Outcome::Done);
        }
        Ok(outcome)
    })
    .await
}

/// Whether a post is here, and is this actor's.
fn is_owner(act: &mut Act, uri: &str, actor_uri: &str) -> Result<bool> {
    Ok(db::remote_posts::by_uri(act.conn, uri)?.is_some_and(|post| post.actor_uri == actor_uri && post.deleted_at.is_none()))
}

pub async fn delete(state: &AppState, verified: &Verified) -> Result<Outcome> {
    let Some(object) = verified.activity.object() else { return Ok(Outcome::Dropped("deletes nothing")) };
    let stamp = object.kind.as_deref().is_none_or(|kind| Use::by_stamp(kind).is_some());
    if let Some(uri) = object.id.as_deref().filter(|_| stamp)
        && let Some(outcome) = quote::stamp_deleted(state, verified, uri).await?
    {
        return Ok(outcome);
    }
    let ours = object.is(endorsement::KIND) || object.kind.as_deref().is_some_and(|kind| Use::by_stamp(kind).is_some());
    let known_kind = object.kind.is_none() || object.is("Tombstone") || object.post().is_some() || ours;
    let Some(uri) = object.id.clone().filter(|_| known_kind) else { return Ok(Outcome::Dropped("deletes nothing known here")) };
    if state.site()?.owns(&uri) {
        return Ok(Outcome::Dropped("ours is ours to delete"));
    }
    let actor = verified.actor.uri.clone();
    act(state, verified, move |act| {
        if let Some(outcome) = actions::erased(act, &actor, &uri)? {
            return Ok(outcome);
        }
        match endorsements::erased(act, &actor, &uri)? {
            Some(outcome) => Ok(outcome),
            None => post::delete(act, &actor, &uri),
        }
    })
    .await
}

/// The post, by the verified actor and on its origin: as embedded, or fetched where only its id came.
async fn own_post(state: &AppState, verified: &Verified) -> Result<Result<post::Received, Outcome>> {
    let dropped = |why| Ok(Err(Outcome::Dropped(why)));
    let actor = &verified.actor;
    let Some(object) = verified.activity.object() else { return dropped("nothing in it") };
    let Some(uri) = object.id.as_deref() else { return dropped("its object has no id") };
    if state.site()?.owns(uri) {
        return dropped("ours is ours to write");
    }
    if !same_origin(uri, &actor.uri) {
        return dropped("its object lies on another host");
    }
    let read: Option<Post> = if object.kind.is_some() {
        object.post()
    } else if is_known(state, verified).await? || !(names_us(state, verified).await? || is_followed(state, verified).await?) {
        // Nothing says that it concerns us: not worth a request.
        None
    } else {
        fetch_post(state, verified, uri).await?
    };
    let Some(mut read) = read else { return dropped("no kind of post that is kept") };
    if read.attributed_to != actor.uri {
        return dropped("its object is another actor's");
    }
    // Addressing may stand on the activity alone.
    if read.to.is_empty() && read.cc.is_empty() {
        read.to = verified.activity.to.clone();
        read.cc = verified.activity.cc.clone();
    }
    let visibility = read.visibility(actor.followers.as_deref());
    let quote::Checked { approved, quoted } = quote::check(state, verified, &read).await?;
    Ok(Ok(post::Received { post: read, visibility, quote_approved: approved, quoted }))
}

/// Whether the activity is addressed to a collective of ours: that makes its object worth a request.
async fn names_us(state: &AppState, verified: &Verified) -> Result<bool> {
    let site = state.site()?;
    let activity = &verified.activity;
    let ours: Vec<String> = activity.to.iter().chain(&activity.cc).filter(|uri| site.handle_of(uri).is_some()).cloned().collect();
    if ours.is_empty() {
        return Ok(false);
    }
    state.db.read(move |conn| Ok(!db::collectives::by_uris(conn, &ours)?.is_empty())).await
}
