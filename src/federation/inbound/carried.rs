//! What proves an activity beside the signature of the request that brought it: its own integrity proof (FEP-8b32), and
//! for activities that another actor passes on (ActivityPub §7.1.2) that proof or the word of the author's own host.
//!
//! An LD signature proves nothing here. Must not decide what an activity means.

use super::{
    Refusal,
    gate::{self, Verified, Vouched},
};
use crate::{
    config::Federation,
    crypto,
    db::{self, received::KEEP_DAYS, remote_actors::RemoteActorRow},
    domain::{Timestamp, url::same_origin},
    error::Error,
    federation::{actors, fetch::Budget, signatures},
    state::AppState,
    vocab::{
        proof::{self, Claim, Proof},
        read::Activity,
    },
};
use actix_web::web::Bytes;
use serde_json::Value;
use std::sync::Arc;

/// Whether a body brings something that its author made to prove it. Without, who speaks for another is refused.
pub fn has_own_signature(activity: &Value) -> bool {
    ["proof", "signature"].iter().any(|name| activity.get(*name).is_some_and(|value| value.is_object() || value.is_array()))
}

/// The proof of an activity whose request its own actor signed: FEP-8b32 gives it precedence over the signature, so one that
/// is wrong ends the activity. One that can't be checked (of another suite, by a key that the actor doesn't list) counts as
/// none.
pub async fn check_own(state: &AppState, body: &[u8], actor: &RemoteActorRow, budget: &Budget) -> Result<(), Refusal> {
    let claim = match read(body) {
        Proof::None => return Ok(()),
        Proof::Broken(why) => return Err(Refusal::Unproven(why)),
        Proof::Claim(claim) => claim,
    };
    if claim.expires.is_some_and(|at| at <= state.now()) {
        return Err(Refusal::Unproven("the proof has expired"));
    }
    match is_by(state, &claim, actor) {
        Some(true) => Ok(()),
        None => Ok(()),
        Some(false) => match gate::refetch(state, &actor.uri, budget).await {
            gate::Refetched::Actor(fresh) if is_by(state, &claim, &fresh) != Some(false) => Ok(()),
            _ => Err(Refusal::Unproven("the proof is not true")),
        },
    }
}

/// An activity whose request another actor signed. `None`: nothing proves it, or it is none of our business.
pub async fn pass(
    state: &AppState,
    request: &signatures::Claim,
    activity: Activity,
    body: Bytes,
    budget: Budget,
) -> Result<Option<Verified>, Refusal> {
    let Some(author) = activity.actor.clone() else { return Ok(None) };
    let carrier = carrier(state, request, &budget).await?;
    gate::count(state, &carrier.host)?;
    // A relay brings what strangers say all day: nobody is asked for what concerns nobody here.
    if state.wire.inbound.caches.is_relay(state, &carrier.uri).await? && !concerns_us(state, &activity, &author).await? {
        return Ok(None);
    }
    if let Proof::Claim(claim) = read(&body)
        && same_origin(&claim.method, &author)
        && is_timely(&claim, state.now(), &state.settings.federation)
        && let Some(actor) = author_of(state, &author, &budget).await?
    {
        let proven = match is_by(state, &claim, &actor) {
            Some(true) => Some(actor),
            // The key may be newer than what is known here.
            _ => match gate::refetch(state, &author, &budget).await {
                gate::Refetched::Actor(fresh) if is_by(state, &claim, &fresh) == Some(true) => Some(fresh),
                _ => None,
            },
        };
        if let Some(actor) = proven {
            let digest = gate::digest(&actor.uri, activity.id.as_deref(), &body);
            let host = carrier.host.clone();
            return Ok(Some(Verified {
                activity,
                body,
                actor,
                digest,
                budget,
                host,
                followers_stated: None,
                vouched: Vouched::Proof,
            }));
        }
    }
    if !concerns_us(state, &activity, &author).await? {
        return Ok(None);
    }
    let Some(actor) = author_of(state, &author, &budget).await? else { return Ok(None) };
    // Not the author's own name for it: else a carrier could use up the ids of activities still to come.
    let digest = gate::digest(&carrier.uri, activity.id.as_deref(), &body);
    Ok(Some(Verified {
        activity,
        body,
        actor,
        digest,
        budget,
        host: carrier.host.clone(),
        followers_stated: None,
        vouched: Vouched::Origin,
    }))
}

/// The actor that signed the request.
async fn carrier(state: &AppState, request: &signatures::Claim, budget: &Budget) -> Result<RemoteActorRow, Refusal> {
    let found = match actors::for_key_id(state, &request.key_id, budget).await {
        Ok((actor, _)) => actor,
        Err(error @ (Error::Busy(_) | Error::Internal(_))) => return Err(error.into()),
        Err(_) => return Err(Refusal::Unproven("the actor's key can't be had")),
    };
    if state.wire.inbound.caches.blocks(state).await?.shut_out(&found.uri) {
        return Err(Refusal::Forbidden("blocked"));
    }
    let Err(refusal) = gate::check(state, request, &found) else { return Ok(found) };
    match gate::refetch(state, &found.uri, budget).await {
        gate::Refetched::Actor(fresh) => {
            gate::check(state, request, &fresh)?;
            Ok((*fresh).clone())
        }
        _ => Err(refusal),
    }
}

async fn author_of(state: &AppState, uri: &str, budget: &Budget) -> Result<Option<Arc<RemoteActorRow>>, Refusal> {
    match actors::resolve(state, uri, budget).await {
        Ok(row) => Ok(Some(state.wire.inbound.caches.put_actor(row).await)),
        Err(error @ (Error::Busy(_) | Error::Internal(_))) => Err(error.into()),
        Err(error) => {
            tracing::debug!(%error, actor = uri, "can't get the author of an activity that was passed on");
            Ok(None)
        }
    }
}

/// Whether a proof may stand for a request. Older ones than the memory of what was received could be played again.
fn is_timely(claim: &Claim, now: Timestamp, limits: &Federation) -> bool {
    let skew = chrono::Duration::seconds(i64::try_from(limits.signature_max_skew_seconds).unwrap_or(i64::from(u32::MAX)));
    let oldest = now - chrono::Duration::days(KEEP_DAYS) + skew;
    claim.created.is_some_and(|at| at > oldest && at <= now + skew) && claim.expires.is_none_or(|at| at > now)
}

/// Whether the key that the proof names, and the actor lists, made it. `None` where the actor lists no such key.
fn is_by(state: &AppState, claim: &Claim, actor: &RemoteActorRow) -> Option<bool> {
    let key = actor.keys.iter().find(|key| key.id == claim.method)?;
    let key = state.wire.keys.public(&key.id, &key.pem).ok()?;
    Some(crypto::proof::is_true(claim, &key))
}

/// The body was read as JSON before; most bodies have no proof and are not read again.
fn read(body: &[u8]) -> Proof {
    if !body.windows(7).any(|part| part == b"\"proof\"") {
        return Proof::None;
    }
    serde_json::from_slice::<Value>(body).map_or(Proof::None, |value| proof::read(&value))
}

/// Whether asking the author's host could change anything here: it is about a post of theirs that we know, or by somebody
/// followed, or says that it answers or names one of ours.
async fn concerns_us(state: &AppState, activity: &Activity, author: &str) -> Result<bool, Error> {
    let Some(object) = activity.object() else { return Ok(false) };
    let Some(uri) = object.id.clone().filter(|uri| same_origin(uri, author)) else { return Ok(false) };
    if !matches!(activity.kind.as_str(), "Create" | "Update" | "Delete") {
        return Ok(false);
    }
    let site = state.site()?;
    let ours = |uri: &String| site.owns(uri);
    let names_us = object.post().is_some_and(|post| post.in_reply_to.iter().chain(&post.mentions).any(ours));
    if names_us || activity.to.iter().chain(&activity.cc).any(ours) {
        return Ok(true);
    }
    let (author, deletes) = (author.to_owned(), activity.kind == "Delete");
    state
        .db
        .read(move |conn| {
            let known = db::remote_posts::by_uri(conn, &uri)?.is_some();
            Ok(known || (!deletes && !db::follows::local_followers_of(conn, &author)?.is_empty()))
        })
        .await
}
