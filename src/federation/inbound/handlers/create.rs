//! `Create`, `Update` and `Delete` of posts. What the verified actor says of its own posts is taken as sent; of anything
//! else nothing is.

use super::{Verified, act, action as local, endorse, fetch_post, is_followed, is_known, quote};
use crate::{
    acts::{
        Act, actions,
        consents::Asked,
        endorsements,
        receive::{Outcome, post},
    },
    db,
    domain::{action::Seen, call::Occasion, consent::Use, names::Visibility, site::call_of, url::same_origin},
    error::Result,
    state::AppState,
    vocab::{
        action, endorsement,
        read::{Post, id_of},
    },
};

/// As [`create`] or [`update`] of an action: one that is known here is changed with it.
pub async fn said(state: &AppState, verified: &Verified, action: Option<action::Read>) -> Result<Outcome> {
    let mut received = own_post(state, verified).await?;
    // Whoever organises under a call of ours asks for it: that stands in its queue, and is no answer beside it.
    if let (Ok(received), Some(read)) = (&mut received, &action)
        && state.site()?.owns(&read.call)
    {
        received.post.in_reply_to = None;
    }
    let (id, actor) = (verified.activity.id.clone(), verified.actor.uri.clone());
    let is_new = verified.activity.kind == "Create";
    act(state, verified, move |act| {
        let known = match &action {
            Some(read) => actions::said(act, read, &actor)?,
            None => Outcome::Dropped("no whole action"),
        };
        let shown = match &received {
            Ok(received) if is_new => post::create(act, id.as_deref(), received)?,
            Ok(received) => post::update(act, id.as_deref(), received)?,
            Err(outcome) => *outcome,
        };
        Ok(if known == Outcome::Done { known } else { shown })
    })
    .await
}

pub async fn create(state: &AppState, verified: &Verified) -> Result<Outcome> {
    let mut received = match own_post(state, verified).await? {
        Ok(received) => received,
        Err(outcome) => return Ok(outcome),
    };
    let id = verified.activity.id.clone();
    let named = named(state, verified, &mut received).await?;
    act(state, verified, move |act| {
        let shown = post::create(act, id.as_deref(), &received)?;
        let Some((read, asked)) = &named else { return Ok(shown) };
        let asked = actions::named(act, read, asked)?;
        Ok(if asked == Outcome::Done { asked } else { shown })
    })
    .await
}

/// A public event that names a call of ours is an action under it, and no answer to it beside that.
async fn named(state: &AppState, verified: &Verified, received: &mut post::Received) -> Result<Option<(action::Read, Asked)>> {
    if !matches!(received.visibility, Visibility::Public | Visibility::Unlisted) {
        return Ok(None);
    }
    let named = local::named(state, verified).await?;
    if named.is_some() {
        received.post.in_reply_to = None;
    }
    Ok(named)
}

pub async fn update(state: &AppState, verified: &Verified) -> Result<Outcome> {
    let mut received = match own_post(state, verified).await? {
        Ok(received) => received,
        Err(outcome) => return Ok(outcome),
    };
    let id = verified.activity.id.clone();
    let call = call_behind(state, verified, &received).await?;
    // What a collective of ours endorsed may have another text now.
    let digest = verified.activity.object().and_then(|object| endorse::digest_of(&object.body));
    let named = named(state, verified, &mut received).await?;
    act(state, verified, move |act| {
        let mut outcome = post::update(act, id.as_deref(), &received)?;
        if let Some((read, asked)) = &named
            && actions::named(act, read, asked)? == Outcome::Done
        {
            outcome = Outcome::Done;
        }
        if let Some((call, event)) = &call {
            post::update(act, None, call)?;
            actions::call_changed(act, &call.post.id, &Seen { status: event.status, when: event.when })?;
            outcome = Outcome::Done;
        }
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

/// Of the note of a call that collectives of ours act under: the call itself as its host has it now, since they were sent the note
/// alone.
async fn call_behind(state: &AppState, verified: &Verified, note: &post::Received) -> Result<Option<(post::Received, Occasion)>> {
    let body = verified.activity.object().map(|object| &object.body);
    let Some(uri) = body.and_then(|body| body.get("companionOf")).and_then(id_of) else { return Ok(None) };
    let acted = {
        let uri = uri.clone();
        state.db.read(move |conn| db::actions::ours_under(conn, &uri)).await?
    };
    if !acted || !same_origin(&uri, &note.post.id) || is_known(state, verified).await? {
        return Ok(None);
    }
    let Some(call) = fetch_post(state, verified, &uri).await? else { return Ok(None) };
    let Some(event) = call.event.clone().filter(|_| call.attributed_to == note.post.attributed_to) else { return Ok(None) };
    let visibility = call.visibility(verified.actor.followers.as_deref());
    Ok(Some((post::Received { post: call, visibility, quote_approved: false, quoted: None }, event)))
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
        let asked = actions::call_gone(act, call_of(&uri), &actor)? > 0;
        match endorsements::erased(act, &actor, &uri)? {
            Some(outcome) => Ok(outcome),
            None => post::delete(act, &actor, &uri).map(|outcome| if asked { Outcome::Done } else { outcome }),
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
