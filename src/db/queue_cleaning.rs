//! What leaves the queue without being sent: deliveries to those who were shut out, and what is done and old.

use super::{
    DbConn,
    schema::{activities, boosts, collectives, deliveries, followers, following, likes, remote_actors, statements},
};
use crate::{
    domain::{
        Timestamp,
        names::{DeliveryState, FollowState, StatementState},
        url::{host_and_port, lies_under},
    },
    error::Result,
};
use diesel::prelude::*;
use std::collections::{BTreeSet, HashMap};

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

/// Takes back what waits at an inbox for one actor alone; gives how many deliveries that were. A shared inbox serves all of
/// a server, so what anybody else there is to get stays: another follower, somebody addressed now or in an earlier version,
/// a relay.
pub fn cancel_for_actor(conn: &mut DbConn, actor_uri: &str, inbox: &str) -> Result<usize> {
    if super::relays::by_inbox(conn, inbox)?.is_some_and(|relay| relay.actor_uri.as_deref() != Some(actor_uri)) {
        return Ok(0);
    }
    let waiting: Vec<(i64, String, String)> = deliveries::table
        .inner_join(activities::table)
        .filter(deliveries::state.eq(DeliveryState::Pending))
        .filter(deliveries::inbox.eq(inbox))
        .select((deliveries::id, activities::actor_uri, activities::object_uri))
        .load(conn)?;
    let mut needed: HashMap<(String, String), bool> = HashMap::new();
    let mut theirs = Vec::new();
    for (id, by, about) in waiting {
        let key = (by, about);
        let needed = match needed.get(&key) {
            Some(known) => *known,
            None => {
                let found = is_needed(conn, &key.0, &key.1, inbox, actor_uri)?;
                needed.insert(key, found);
                found
            }
        };
        if !needed {
            theirs.push(id);
        }
    }
    for chunk in theirs.chunks(CHUNK) {
        diesel::delete(deliveries::table.filter(deliveries::id.eq_any(chunk))).execute(conn)?;
    }
    Ok(theirs.len())
}

/// Whether anybody but `except` is reached at an inbox by what an actor of ours says about an object.
fn is_needed(conn: &mut DbConn, by: &str, about: &str, inbox: &str, except: &str) -> Result<bool> {
    let said: Vec<String> = activities::table
        .filter(activities::actor_uri.eq(by))
        .filter(activities::object_uri.eq(about))
        .select(activities::json)
        .load(conn)?;
    let mut addressed: BTreeSet<String> = BTreeSet::new();
    for json in said {
        let activity: serde_json::Value = serde_json::from_str(&json)?;
        let lists = ["to", "cc"].into_iter().filter_map(|name| activity[name].as_array());
        addressed.extend(lists.flatten().filter_map(|uri| uri.as_str()).map(str::to_owned));
    }
    addressed.remove(except);
    if addressed.contains(&format!("{by}/followers")) {
        let there = followers::shared_inbox.eq(inbox).or(followers::shared_inbox.is_null().and(followers::inbox.eq(inbox)));
        let others: i64 = followers::table
            .inner_join(collectives::table.on(collectives::id.eq(followers::collective_id)))
            .filter(collectives::uri.eq(by))
            .filter(followers::state.eq(FollowState::Accepted))
            .filter(followers::actor_uri.ne(except))
            .filter(there)
            .count()
            .get_result(conn)?;
        if others > 0 {
            return Ok(true);
        }
    }
    let addressed: Vec<String> = addressed.into_iter().collect();
    for chunk in addressed.chunks(CHUNK) {
        let there: i64 = remote_actors::table
            .filter(remote_actors::uri.eq_any(chunk))
            .filter(remote_actors::inbox.eq(inbox).or(remote_actors::shared_inbox.eq(inbox)))
            .count()
            .get_result(conn)?;
        if there > 0 {
            return Ok(true);
        }
    }
    Ok(false)
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
