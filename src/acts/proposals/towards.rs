//! Boosts, likes and follows that need the assembly's yes. What they are done to was looked up by the caller, and is kept, so
//! that carrying them out asks nobody.

use super::{Proposed, ask, rehearse};
use crate::{
    acts::{
        Act, boost as boosts, follow as follows, like as likes, mandates,
        target::{Target, author_of},
    },
    db::{self, remote_actors::RemoteActorRow},
    domain::{
        assembly::{Effect, Towards},
        names::FollowState,
    },
    error::{Error, Result},
};

/// As [`boosts::boost`], or asks the assembly whether to.
///
/// # Errors
/// As [`boosts::boost`], but for want of a mandate.
pub fn boost(act: &mut Act, collective_id: &str, target: &Target) -> Result<Proposed<String>> {
    match boosts::boost(act, collective_id, target) {
        Err(error) if mandates::is_missing(&error) => {}
        other => return other.map(Proposed::Done),
    }
    if let Some(before) = db::outbox::boost(act.conn, collective_id, &target.uri)? {
        return Ok(Proposed::Done(before.activity_uri));
    }
    rehearse(act, |act| boosts::boost(act, collective_id, target))?;
    target.keep(act)?;
    propose(act, collective_id, Towards::Boost, &target.uri, &target.author)
}

/// As [`boosts::unboost`], or asks the assembly whether to.
///
/// # Errors
/// As [`boosts::unboost`], but for want of a mandate.
pub fn unboost(act: &mut Act, collective_id: &str, object_uri: &str) -> Result<Proposed<()>> {
    match boosts::unboost(act, collective_id, object_uri) {
        Err(error) if mandates::is_missing(&error) => {}
        other => return other.map(Proposed::Done),
    }
    let row = db::outbox::boost(act.conn, collective_id, object_uri)?.ok_or(Error::NotFound)?;
    take_back(act, collective_id, Towards::Unboost, object_uri, &row.activity_uri)
}

/// As [`likes::like`], or asks the assembly whether to.
///
/// # Errors
/// As [`likes::like`], but for want of a mandate.
pub fn like(act: &mut Act, collective_id: &str, target: &Target) -> Result<Proposed<String>> {
    match likes::like(act, collective_id, target) {
        Err(error) if mandates::is_missing(&error) => {}
        other => return other.map(Proposed::Done),
    }
    if let Some(before) = db::outbox::like(act.conn, collective_id, &target.uri)? {
        return Ok(Proposed::Done(before.activity_uri));
    }
    rehearse(act, |act| likes::like(act, collective_id, target))?;
    target.keep(act)?;
    propose(act, collective_id, Towards::Like, &target.uri, &target.author)
}

/// As [`likes::unlike`], or asks the assembly whether to.
///
/// # Errors
/// As [`likes::unlike`], but for want of a mandate.
pub fn unlike(act: &mut Act, collective_id: &str, object_uri: &str) -> Result<Proposed<()>> {
    match likes::unlike(act, collective_id, object_uri) {
        Err(error) if mandates::is_missing(&error) => {}
        other => return other.map(Proposed::Done),
    }
    let row = db::outbox::like(act.conn, collective_id, object_uri)?.ok_or(Error::NotFound)?;
    take_back(act, collective_id, Towards::Unlike, object_uri, &row.activity_uri)
}

/// As [`follows::follow`], or asks the assembly whether to.
///
/// # Errors
/// As [`follows::follow`], but for want of a mandate.
pub fn follow(act: &mut Act, collective_id: &str, other: &RemoteActorRow) -> Result<Proposed<FollowState>> {
    match follows::follow(act, collective_id, other) {
        Err(error) if mandates::is_missing(&error) => {}
        done => return done.map(Proposed::Done),
    }
    if let Some(row) = db::follows::following(act.conn, collective_id, &other.uri)?
        && row.state == FollowState::Accepted
    {
        return Ok(Proposed::Done(row.state));
    }
    rehearse(act, |act| follows::follow(act, collective_id, other))?;
    propose(act, collective_id, Towards::Follow, &other.uri, other)
}

/// As [`follows::unfollow`], or asks the assembly whether to.
///
/// # Errors
/// As [`follows::unfollow`], but for want of a mandate.
pub fn unfollow(act: &mut Act, collective_id: &str, other_uri: &str) -> Result<Proposed<()>> {
    match follows::unfollow(act, collective_id, other_uri) {
        Err(error) if mandates::is_missing(&error) => {}
        other => return other.map(Proposed::Done),
    }
    rehearse(act, |act| follows::unfollow(act, collective_id, other_uri))?;
    let known = match act.site.owns(other_uri) {
        true => Some(db::collectives::by_uri(act.conn, other_uri)?.as_actor()),
        false => db::remote_actors::any_by_uri(act.conn, other_uri)?,
    };
    put(act, collective_id, Towards::Unfollow, other_uri, known.as_ref(), other_uri)
}

fn take_back<T>(act: &mut Act, collective_id: &str, what: Towards, object_uri: &str, activity_uri: &str) -> Result<Proposed<T>> {
    let author = author_of(act, object_uri, activity_uri)?;
    let partner = author.as_ref().map_or_else(|| object_uri.to_owned(), |author| author.uri.clone());
    put(act, collective_id, what, object_uri, author.as_ref(), &partner)
}

fn propose<T>(act: &mut Act, collective_id: &str, what: Towards, object: &str, other: &RemoteActorRow) -> Result<Proposed<T>> {
    put(act, collective_id, what, object, Some(other), &other.uri)
}

fn put<T>(
    act: &mut Act,
    collective_id: &str,
    what: Towards,
    object: &str,
    other: Option<&RemoteActorRow>,
    partner: &str,
) -> Result<Proposed<T>> {
    let who = other.map_or_else(|| partner.to_owned(), RemoteActorRow::handle);
    let effect = Effect::Towards { act: what, object: object.to_owned() };
    let words = format!("question-{what}");
    ask(act, collective_id, &mandates::speaking(partner), &words, &who, object.to_owned(), effect).map(Proposed::Asked)
}
