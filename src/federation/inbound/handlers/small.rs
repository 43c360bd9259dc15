//! Activities that need nothing from the network: Follow, Accept, Reject, Like, Block, Flag, Join.

use super::{Verified, act, quote};
use crate::{
    acts::receive::{Outcome, answer, block, flag, follow, join, react},
    domain::{consent::Use, names::InboxKind},
    error::Result,
    state::AppState,
    vocab::PUBLIC,
};

pub async fn follow(state: &AppState, verified: &Verified) -> Result<Outcome> {
    let activity = &verified.activity;
    let Some(object_uri) = activity.object_id().map(str::to_owned) else { return Ok(Outcome::Dropped("follows nothing")) };
    let Ok(activity_json) = String::from_utf8(verified.body.to_vec()) else { return Ok(Outcome::Dropped("not UTF-8")) };
    let actor = (*verified.actor).clone();
    let activity_uri = activity.id.clone().unwrap_or_else(|| format!("{}#follows/{}", actor.uri, verified.digest));
    let given = follow::Follow { actor, activity_uri, activity_json, object_uri };
    act(state, verified, move |act| follow::follow(act, &given)).await
}

pub async fn answer(state: &AppState, verified: &Verified, accepted: bool) -> Result<Outcome> {
    let Some(object) = verified.activity.object() else { return Ok(Outcome::Dropped("answers nothing")) };
    let request = object.kind.as_deref().is_some_and(|kind| Use::by_request(kind).is_some());
    if let Some(uri) = object.id.clone()
        && (request || (object.kind.is_none() && quote::is_request_of_ours(state, &uri).await?))
    {
        return quote::answer(state, verified, accepted, uri).await;
    }
    // A slim answer is the bare id; an embedded Follow may have lost its id but names who asked.
    if object.kind.is_some() && !object.is("Follow") {
        return Ok(Outcome::Dropped("answers nothing that was asked"));
    }
    // Of a relay in Mastodon's way the public collection was followed.
    if object.inner().is_some_and(|asked| asked != verified.actor.uri && asked != PUBLIC) {
        return Ok(Outcome::Dropped("answers for somebody else"));
    }
    let answered = answer::Answered { activity_uri: object.id.clone(), follower_uri: object.actor() };
    let actor = verified.actor.uri.clone();
    act(state, verified, move |act| answer::answer(act, &actor, accepted, &answered)).await
}

pub async fn join(state: &AppState, verified: &Verified) -> Result<Outcome> {
    let (activity, actor) = (&verified.activity, &verified.actor);
    let Some((object_uri, activity_uri)) = activity.object_id().zip(activity.id.as_deref()) else {
        return Ok(Outcome::Dropped("joins nothing that can be answered"));
    };
    if !state.site()?.owns(object_uri) {
        return Ok(Outcome::Dropped("joins nothing of ours"));
    }
    let given = join::Join {
        actor_uri: actor.uri.clone(),
        inbox: actor.inbox.clone(),
        activity_uri: activity_uri.to_owned(),
        object_uri: object_uri.to_owned(),
    };
    act(state, verified, move |act| join::join(act, &given)).await
}

pub async fn like(state: &AppState, verified: &Verified) -> Result<Outcome> {
    let site = state.site()?;
    let Some(object) = verified.activity.object_id().filter(|uri| site.owns(uri)).map(str::to_owned) else {
        return Ok(Outcome::Dropped("likes nothing of ours"));
    };
    let (actor, id) = (verified.actor.uri.clone(), verified.activity.id.clone());
    act(state, verified, move |act| react::to_statement(act, InboxKind::Like, &actor, id.as_deref(), &object)).await
}

pub async fn block(state: &AppState, verified: &Verified) -> Result<Outcome> {
    let Some(object) = verified.activity.object_id().map(str::to_owned) else { return Ok(Outcome::Dropped("blocks nothing")) };
    let (actor, id) = (verified.actor.uri.clone(), verified.activity.id.clone());
    act(state, verified, move |act| block::block(act, &actor, id.as_deref(), &object)).await
}

pub async fn flag(state: &AppState, verified: &Verified) -> Result<Outcome> {
    let objects: Vec<String> = verified.activity.objects.iter().filter_map(|object| object.id.clone()).collect();
    let (actor, content) = (verified.actor.uri.clone(), verified.activity.content.clone());
    act(state, verified, move |act| flag::flag(act, &actor, &content, &objects)).await
}
