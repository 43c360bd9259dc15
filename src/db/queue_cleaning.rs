//! What leaves the queue without being sent: deliveries to those who were shut out, and what is done and old.

use super::{
    DbConn,
    schema::{activities, boosts, deliveries, followers, following, likes, statements},
};
use crate::{
    domain::{
        Timestamp,
        names::{DeliveryState, StatementState},
        url::{host_and_port, lies_under},
    },
    error::Result,
};
use diesel::prelude::*;

/// Most values bound in one statement: SQLite takes 32,766.
const CHUNK: usize = 1_000;
/// Activities that stay in their actor's outbox while what they are about stands.
const LISTED: [&str; 2] = ["Create", "Announce"];

/// Takes back what waits for a host and the hosts below it; gives how many deliveries that were.
pub fn cancel_host(conn: &mut DbConn, blocked: &str) -> Result<usize> {
    let waiting = deliveries::table.filter(deliveries::state.eq(DeliveryState::Pending));
    let hosts: Vec<String> = waiting.select(deliveries::host).distinct().load(conn)?;
    let hosts: Vec<String> = hosts.into_iter().filter(|host| lies_under(host, blocked)).collect();
    let mut cancelled = 0;
    for chunk in hosts.chunks(CHUNK) {
        let theirs =
            deliveries::table.filter(deliveries::state.eq(DeliveryState::Pending)).filter(deliveries::host.eq_any(chunk));
        cancelled += diesel::delete(theirs).execute(conn)?;
    }
    Ok(cancelled)
}

/// Takes back what waits for one inbox; gives how many deliveries that were.
pub fn cancel_inbox(conn: &mut DbConn, inbox: &str) -> Result<usize> {
    let theirs = deliveries::table.filter(deliveries::state.eq(DeliveryState::Pending)).filter(deliveries::inbox.eq(inbox));
    Ok(diesel::delete(theirs).execute(conn)?)
}

/// Actors on a host, or on hosts below it, that follow a collective of ours or that one follows.
pub fn tied_actors_on(conn: &mut DbConn, blocked: &str) -> Result<Vec<String>> {
    let mut uris: Vec<String> = followers::table.select(followers::actor_uri).distinct().load(conn)?;
    uris.extend(following::table.select(following::actor_uri).distinct().load::<String>(conn)?);
    uris.sort();
    uris.dedup();
    uris.retain(|uri| host_and_port(uri).is_some_and(|host| lies_under(&host, blocked)));
    Ok(uris)
}

/// Forgets deliveries that ended before this time, at most `limit`; gives how many.
pub fn forget_done(conn: &mut DbConn, before: Timestamp, limit: i64) -> Result<usize> {
    let ids: Vec<i64> = deliveries::table
        .filter(deliveries::state.ne(DeliveryState::Pending))
        // What was refused at once has no other time than that of its beginning.
        .filter(deliveries::done_at.lt(before).or(deliveries::done_at.is_null().and(deliveries::created_at.lt(before))))
        .select(deliveries::id)
        .limit(limit)
        .load(conn)?;
    for chunk in ids.chunks(CHUNK) {
        diesel::delete(deliveries::table.filter(deliveries::id.eq_any(chunk))).execute(conn)?;
    }
    Ok(ids.len())
}

/// Forgets activities older than this that nothing refers to any more, at most `limit`; gives how many. What stands in an
/// outbox stays, and so does what a delivery, a boost, a like or a follow of ours names.
pub fn forget_activities(conn: &mut DbConn, before: Timestamp, limit: i64) -> Result<usize> {
    use diesel::dsl::{exists, not};
    let standing = statements::table
        .filter(statements::uri.eq(activities::object_uri))
        .filter(statements::state.eq(StatementState::Published));
    let listed = activities::public.eq(true).and(activities::kind.eq_any(LISTED)).and(exists(standing));
    let seqs: Vec<i64> = activities::table
        .filter(activities::created_at.lt(before))
        .filter(not(exists(deliveries::table.filter(deliveries::activity_seq.eq(activities::seq)))))
        .filter(not(exists(boosts::table.filter(boosts::activity_uri.eq(activities::uri)))))
        .filter(not(exists(likes::table.filter(likes::activity_uri.eq(activities::uri)))))
        .filter(not(exists(following::table.filter(following::activity_uri.eq(activities::uri)))))
        .filter(not(listed))
        .select(activities::seq)
        .order(activities::seq)
        .limit(limit)
        .load(conn)?;
    for chunk in seqs.chunks(CHUNK) {
        diesel::delete(activities::table.filter(activities::seq.eq_any(chunk))).execute(conn)?;
    }
    Ok(seqs.len())
}
