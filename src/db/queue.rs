//! The outbox: activities as sent, and one row per activity and inbox.
//!
//! A row is pending until its fate is known. A claim is a lease on a pending row (`claimed_until`): if the process that
//! has it is killed, the row is simply claimed again. Reports for people are in `queue_report`.

use super::{
    DbConn, peers,
    schema::{activities, deliveries, peers as peers_table},
};
use crate::{
    domain::{
        Timestamp,
        delivery::{Blame, Outcome, Policy, delay, is_given_up},
        knock::Choice,
        names::{DeliveryState, SignatureScheme},
        url::lies_under,
    },
    error::Result,
    on_backend,
};
use chrono::Duration;
use diesel::{
    prelude::*,
    sql_types::{BigInt, Timestamp as SqlTimestamp},
};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Most values bound in one statement: SQLite takes 32,766.
const CHUNK: usize = 1_000;

#[derive(Debug, Clone, Insertable)]
#[diesel(table_name = activities)]
pub struct NewActivity {
    pub uri: String,
    pub actor_uri: String,
    pub kind: String,
    /// What it is about; deliveries about one object keep their order per inbox.
    pub object_uri: String,
    /// Whether it stands in the outbox collection.
    pub public: bool,
    pub json: String,
    /// The `actor_keys` row to sign with, where it isn't the actor's current one.
    pub signing_key_id: Option<String>,
    pub created_at: Timestamp,
}

#[derive(Insertable)]
#[diesel(table_name = deliveries)]
struct NewDelivery<'a> {
    activity_seq: i64,
    inbox: &'a str,
    host: String,
    object_uri: &'a str,
    state: DeliveryState,
    last_error: Option<&'static str>,
    next_at: Timestamp,
    created_at: Timestamp,
}

/// Writes an activity and a delivery for each inbox; hosts that stewards blocked get none, nor do inboxes that only blocked
/// actors have. An inbox that is no address
/// is written down as refused, so that somebody sees it.
pub fn enqueue(conn: &mut DbConn, activity: &NewActivity, inboxes: &BTreeSet<String>) -> Result<()> {
    let seq: i64 = diesel::insert_into(activities::table).values(activity).returning(activities::seq).get_result(conn)?;
    let blocked = super::blocks::hosts(conn)?;
    let shut = super::remote_actors::inboxes_of_blocked(conn)?;
    let rows: Vec<NewDelivery> = inboxes
        .iter()
        .filter(|inbox| !shut.contains(*inbox))
        .map(|inbox| (inbox, crate::domain::url::host_and_port(inbox)))
        .filter(|(_, host)| host.as_ref().is_none_or(|host| !blocked.iter().any(|one| lies_under(host, one))))
        .map(|(inbox, host)| NewDelivery {
            activity_seq: seq,
            inbox,
            state: if host.is_some() { DeliveryState::Pending } else { DeliveryState::Refused },
            last_error: if host.is_some() { None } else { Some("the inbox is no address that may be contacted") },
            host: host.unwrap_or_default(),
            object_uri: &activity.object_uri,
            next_at: activity.created_at,
            created_at: activity.created_at,
        })
        .collect();
    for chunk in rows.chunks(CHUNK) {
        on_backend!(conn, c => diesel::insert_into(deliveries::table).values(chunk).execute(c))?;
    }
    Ok(())
}

/// The bytes to send, and who signs them. `seq` orders activities.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = activities)]
pub struct Outgoing {
    pub seq: i64,
    pub uri: String,
    pub actor_uri: String,
    pub json: String,
    /// The `actor_keys` row that signs, retired or not; else the actor's current one does.
    pub signing_key_id: Option<String>,
}

/// A delivery that is ours until `until`.
#[derive(Debug, Clone)]
pub struct Claimed {
    pub id: i64,
    pub activity_seq: i64,
    pub inbox: String,
    pub host: String,
    /// Tries before this one.
    pub attempts: i32,
    /// What the host chose.
    pub signature: Choice,
    pub until: Timestamp,
}

/// What one round of claiming gave: deliveries in the order in which they should start, and their activities.
#[derive(Debug, Default)]
pub struct Claims {
    pub deliveries: Vec<Claimed>,
    pub activities: HashMap<i64, Outgoing>,
}

#[derive(QueryableByName)]
struct IdRow {
    #[diesel(sql_type = BigInt)]
    id: i64,
}

/// Hosts with something waiting, one index step each; then few rows of each, oldest first. `$1` now, `$2` rows per host,
/// `$3` rows in all. Per host: one at a time while it fails or was never reached, none while it sleeps. A row waits for
/// earlier ones about the same object to the same inbox, also while those wait for another try.
/// Hosts that fail come last, so that their backlog is in nobody's way.
const DUE: &str = "
WITH RECURSIVE waiting(host) AS (
    SELECT min(host) FROM deliveries WHERE state = 'pending'
    UNION ALL
    SELECT (SELECT min(d.host) FROM deliveries d WHERE d.state = 'pending' AND d.host > waiting.host)
    FROM waiting WHERE waiting.host IS NOT NULL
), awake AS (
    SELECT w.host, CASE WHEN p.failing_since IS NULL THEN 0 ELSE 1 END AS failing,
        (CASE WHEN p.failing_since IS NOT NULL OR p.last_delivered_at IS NULL THEN 1 ELSE $2 END)
            - (SELECT count(*) FROM deliveries b WHERE b.host = w.host AND b.claimed_until IS NOT NULL AND b.claimed_until > $1)
            AS free
    FROM waiting w LEFT JOIN peers p ON p.host = w.host
    WHERE w.host IS NOT NULL AND p.dormant_at IS NULL
        AND (p.next_at IS NULL OR p.next_at <= $1) AND (p.retry_after IS NULL OR p.retry_after <= $1)
), due AS (
    SELECT d.id, a.failing, a.free, row_number() OVER (PARTITION BY a.host ORDER BY d.id) AS nth
    FROM awake a @JOIN@ (
        SELECT x.id FROM deliveries x
        WHERE x.state = 'pending' AND x.host = a.host AND x.next_at <= $1
            AND (x.claimed_until IS NULL OR x.claimed_until <= $1)
            AND NOT EXISTS (
                SELECT 1 FROM deliveries e
                WHERE e.state = 'pending' AND e.inbox = x.inbox AND e.object_uri = x.object_uri AND e.id < x.id)
        ORDER BY x.id LIMIT $2
    ) @ON@
    WHERE a.free > 0
)
SELECT id FROM due WHERE nth <= free ORDER BY failing, id LIMIT $3";

/// Ids of deliveries that may start now, at most `limit`, best first. Only reads: for a reader's connection.
pub fn due(conn: &mut DbConn, now: Timestamp, per_host: usize, limit: usize) -> Result<Vec<i64>> {
    let (per_host, limit) = (per_host as i64, limit as i64);
    let rows: Vec<IdRow> = match conn {
        DbConn::Sqlite(c) => {
            let sql = DUE.replace("@JOIN@", "JOIN deliveries d ON d.id IN").replace("@ON@", "").replace('$', "?");
            diesel::sql_query(sql).bind::<SqlTimestamp, _>(now).bind::<BigInt, _>(per_host).bind::<BigInt, _>(limit).load(c)?
        }
        DbConn::Postgres(c) => {
            let sql = DUE.replace("@JOIN@", "CROSS JOIN LATERAL").replace("@ON@", "d");
            diesel::sql_query(sql).bind::<SqlTimestamp, _>(now).bind::<BigInt, _>(per_host).bind::<BigInt, _>(limit).load(c)?
        }
    };
    Ok(rows.into_iter().map(|row| row.id).collect())
}

/// Takes those of `ids` (from [`due`]) that nobody else took meanwhile, until `until`.
pub fn claim(conn: &mut DbConn, ids: &[i64], now: Timestamp, until: Timestamp) -> Result<Claims> {
    type Row = (i64, i64, String, String, i32);
    let columns = (deliveries::id, deliveries::activity_seq, deliveries::inbox, deliveries::host, deliveries::attempts);
    let mut rows: Vec<Row> = match conn {
        // The transaction is IMMEDIATE: nobody else writes now.
        DbConn::Sqlite(c) => diesel::update(deliveries::table)
            .filter(deliveries::id.eq_any(ids))
            .filter(deliveries::state.eq(DeliveryState::Pending))
            .filter(deliveries::claimed_until.is_null().or(deliveries::claimed_until.le(now)))
            .set(deliveries::claimed_until.eq(until))
            .returning(columns)
            .get_results(c)?,
        DbConn::Postgres(c) => {
            let free: Vec<i64> = deliveries::table
                .filter(deliveries::id.eq_any(ids))
                .filter(deliveries::state.eq(DeliveryState::Pending))
                .filter(deliveries::claimed_until.is_null().or(deliveries::claimed_until.le(now)))
                .select(deliveries::id)
                .for_update()
                .skip_locked()
                .load(c)?;
            diesel::update(deliveries::table)
                .filter(deliveries::id.eq_any(free))
                .set(deliveries::claimed_until.eq(until))
                .returning(columns)
                .get_results(c)?
        }
    };
    let place: HashMap<i64, usize> = ids.iter().enumerate().map(|(at, id)| (*id, at)).collect();
    rows.sort_by_key(|row| place.get(&row.0).copied());
    let hosts: BTreeSet<String> = rows.iter().map(|row| row.3.clone()).collect();
    let chosen = peers::choices(conn, hosts)?;
    let seqs: BTreeSet<i64> = rows.iter().map(|row| row.1).collect();
    let found: Vec<Outgoing> = activities::table.filter(activities::seq.eq_any(seqs)).select(Outgoing::as_select()).load(conn)?;
    let deliveries = rows
        .into_iter()
        .map(|(id, activity_seq, inbox, host, attempts)| Claimed {
            id,
            activity_seq,
            inbox,
            attempts,
            signature: chosen.get(&host).copied().unwrap_or_default(),
            host,
            until,
        })
        .collect();
    Ok(Claims { deliveries, activities: found.into_iter().map(|activity| (activity.seq, activity)).collect() })
}

/// Activities of an actor that still wait for somebody: `seq`, bytes, when they were made.
pub fn waiting_of(conn: &mut DbConn, actor_uri: &str) -> Result<Vec<(i64, String, Timestamp)>> {
    let waiting = deliveries::table
        .filter(deliveries::activity_seq.eq(activities::seq))
        .filter(deliveries::state.eq_any([DeliveryState::Pending, DeliveryState::GivenUp]));
    Ok(activities::table
        .filter(activities::actor_uri.eq(actor_uri))
        .filter(diesel::dsl::exists(waiting))
        .order(activities::seq)
        .select((activities::seq, activities::json, activities::created_at))
        .load(conn)?)
}

/// Puts other bytes in place of an activity's: the same activity, proven by another key.
pub fn set_json(conn: &mut DbConn, seq: i64, json: &str) -> Result<()> {
    diesel::update(activities::table.find(seq)).set(activities::json.eq(json)).execute(conn)?;
    Ok(())
}

/// Gives claims back that came to nothing.
pub fn release(conn: &mut DbConn, ids: &[i64]) -> Result<()> {
    for chunk in ids.chunks(CHUNK) {
        diesel::update(deliveries::table.filter(deliveries::id.eq_any(chunk)))
            .set(deliveries::claimed_until.eq(None::<Timestamp>))
            .execute(conn)?;
    }
    Ok(())
}

/// Gives back what a killed process had claimed, at start. On SQLite only: there one server works on a database; on
/// PostgreSQL another may be alive, and leases run out by themselves.
pub fn release_orphans(conn: &mut DbConn) -> Result<usize> {
    match conn {
        DbConn::Sqlite(c) => Ok(diesel::update(deliveries::table.filter(deliveries::claimed_until.is_not_null()))
            .set(deliveries::claimed_until.eq(None::<Timestamp>))
            .execute(c)?),
        DbConn::Postgres(_) => Ok(0),
    }
}

/// One try and what it came to.
#[derive(Debug, Clone)]
pub struct Tried {
    pub id: i64,
    pub host: String,
    pub inbox: String,
    pub outcome: Outcome,
    /// The HTTP status, if there was an answer.
    pub status: Option<u16>,
    /// Why it failed, for a steward; without line breaks.
    pub why: Option<String>,
    /// The scheme that was taken, where that is news.
    pub signature: Option<SignatureScheme>,
}

/// Writes down what tries came to: many in one transaction. `jitter` gives numbers in 0..1.
pub fn record(
    conn: &mut DbConn,
    tried: &[Tried],
    now: Timestamp,
    policy: &Policy,
    mut jitter: impl FnMut() -> f64,
) -> Result<()> {
    let mut hosts: BTreeMap<&str, Vec<&Tried>> = BTreeMap::new();
    for one in tried {
        hosts.entry(&one.host).or_default().push(one);
    }
    let names: Vec<String> = hosts.keys().map(|host| (*host).to_owned()).collect();
    let peers: HashMap<String, peers::PeerRow> =
        peers::ensure(conn, &names)?.into_iter().map(|row| (row.host.clone(), row)).collect();
    let mut by_status: BTreeMap<Option<u16>, Vec<i64>> = BTreeMap::new();
    let (mut well, mut delivered): (Vec<String>, Vec<String>) = Default::default();
    for (host, tries) in hosts {
        let others_succeed = tries.iter().any(|one| one.outcome == Outcome::Delivered);
        if others_succeed {
            delivered.push(host.to_owned());
        }
        // One that refuses is up as well.
        if tries.iter().any(|one| !matches!(one.outcome, Outcome::Retry { .. })) {
            well.push(host.to_owned());
        }
        let peer = peers.get(host);
        for one in tries {
            if let Some(scheme) = one.signature {
                peers::set_signature(conn, host, scheme, now)?;
            }
            match &one.outcome {
                Outcome::Delivered => by_status.entry(one.status).or_default().push(one.id),
                Outcome::Retry { .. } => {
                    fail(conn, one, peer, others_succeed, now, policy, &mut jitter)?;
                }
                Outcome::Refused => finish(conn, one, DeliveryState::Refused, now)?,
                Outcome::Gone => {
                    finish(conn, one, DeliveryState::Gone, now)?;
                    inbox_gone(conn, &one.inbox, now)?;
                }
            }
        }
    }
    for (status, ids) in by_status {
        diesel::update(deliveries::table.filter(deliveries::id.eq_any(ids)))
            .set((
                deliveries::state.eq(DeliveryState::Delivered),
                deliveries::attempts.eq(deliveries::attempts + 1),
                deliveries::claimed_until.eq(None::<Timestamp>),
                deliveries::tried_at.eq(now),
                deliveries::done_at.eq(now),
                deliveries::last_status.eq(status.map(i32::from)),
                deliveries::last_error.eq(None::<String>),
            ))
            .execute(conn)?;
    }
    peers::well(conn, &well)?;
    peers::delivered(conn, &delivered, now)
}

/// Ends a delivery without success.
fn finish(conn: &mut DbConn, one: &Tried, state: DeliveryState, now: Timestamp) -> Result<()> {
    diesel::update(deliveries::table.find(one.id))
        .set((
            deliveries::state.eq(state),
            deliveries::attempts.eq(deliveries::attempts + 1),
            deliveries::claimed_until.eq(None::<Timestamp>),
            deliveries::tried_at.eq(now),
            deliveries::done_at.eq(now),
            deliveries::last_status.eq(one.status.map(i32::from)),
            deliveries::last_error.eq(&one.why),
        ))
        .execute(conn)?;
    Ok(())
}

/// A try that is worth another one, if it isn't too late for that.
fn fail(
    conn: &mut DbConn,
    one: &Tried,
    peer: Option<&peers::PeerRow>,
    others_succeed: bool,
    now: Timestamp,
    policy: &Policy,
    jitter: &mut impl FnMut() -> f64,
) -> Result<()> {
    let Outcome::Retry { blame, not_before } = one.outcome else { return Ok(()) };
    let (tries, created_at): (i32, Timestamp) =
        deliveries::table.find(one.id).select((deliveries::attempts + 1, deliveries::created_at)).first(conn)?;
    let last_success = peer.and_then(|peer| peer.last_delivered_at);
    let others_succeed = others_succeed || last_success.is_some_and(|at| at > created_at);
    let server_error = one.status.is_some_and(|status| status >= 500);
    if is_given_up(now, created_at, tries, server_error, others_succeed, policy) {
        finish(conn, one, DeliveryState::GivenUp, now)?;
    } else {
        // Where the host is to blame its own pause holds all of them back, and they are due at once when it ends.
        let next_at = match blame {
            Blame::Host => now,
            Blame::Delivery => now + delay(tries, policy.first_retry, policy.longest_retry, jitter()),
        };
        diesel::update(deliveries::table.find(one.id))
            .set((
                deliveries::attempts.eq(tries),
                deliveries::claimed_until.eq(None::<Timestamp>),
                deliveries::tried_at.eq(now),
                deliveries::next_at.eq(next_at),
                deliveries::last_status.eq(one.status.map(i32::from)),
                deliveries::last_error.eq(&one.why),
            ))
            .execute(conn)?;
    }
    let mut failing = deliveries::table
        .filter(deliveries::host.eq(&one.host))
        .filter(deliveries::state.eq(DeliveryState::Pending))
        .filter(deliveries::tried_at.is_not_null())
        .count()
        .into_boxed();
    if let Some(at) = last_success {
        failing = failing.filter(deliveries::tried_at.gt(at));
    }
    let distinct: i64 = failing.get_result(conn)?;
    let mut health = peers::get(conn, &one.host)?.map(|row| row.health()).unwrap_or_default();
    health.failed(now, blame, not_before, distinct, policy, jitter());
    peers::set_health(conn, &one.host, &health, one.why.as_deref())
}

/// An inbox that is gone: its followers go, and what waits for it; a relay is noted down as gone. Others of the same host stay.
fn inbox_gone(conn: &mut DbConn, inbox: &str, now: Timestamp) -> Result<()> {
    super::follows::remove_followers_at(conn, inbox)?;
    super::relays::gone(conn, inbox, now)?;
    diesel::update(deliveries::table.filter(deliveries::inbox.eq(inbox)).filter(deliveries::state.eq(DeliveryState::Pending)))
        .set((
            deliveries::state.eq(DeliveryState::Gone),
            deliveries::claimed_until.eq(None::<Timestamp>),
            deliveries::done_at.eq(now),
            deliveries::last_error.eq("the inbox is gone"),
        ))
        .execute(conn)?;
    Ok(())
}

/// Gives up what waits too long for hosts that are left in peace: nobody tries these, so nothing else would end them.
pub fn give_up_dormant(conn: &mut DbConn, now: Timestamp, policy: &Policy) -> Result<usize> {
    let asleep = peers_table::table.filter(peers_table::dormant_at.is_not_null()).select(peers_table::host);
    let hosts: Vec<String> = asleep.load(conn)?;
    if hosts.is_empty() {
        return Ok(0);
    }
    Ok(diesel::update(deliveries::table.filter(deliveries::host.eq_any(hosts)))
        .filter(deliveries::state.eq(DeliveryState::Pending))
        .filter(deliveries::created_at.le(now - Duration::days(policy.give_up_days)))
        .set((
            deliveries::state.eq(DeliveryState::GivenUp),
            deliveries::claimed_until.eq(None::<Timestamp>),
            deliveries::done_at.eq(now),
        ))
        .execute(conn)?)
}

#[cfg(test)]
#[path = "queue_tests.rs"]
mod tests;
