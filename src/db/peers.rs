//! What we know of other hosts: how they are doing, which signature they take, when they were heard of.
//!
//! The rules are `domain::delivery`'s; rows are kept here.

use super::{
    DbConn,
    schema::{deliveries, peers},
};
use crate::{
    domain::{
        Timestamp,
        delivery::Health,
        knock::Choice,
        names::{DeliveryState, SignatureScheme},
    },
    error::Result,
    on_backend,
};
use chrono::Duration;
use diesel::prelude::*;
use std::collections::HashMap;

/// A host's `last_seen_at` is written at most once in so many seconds.
const SEEN_EVERY_SECONDS: i64 = 60;

/// A host is woken by its own requests at most once in so many seconds.
const WAKE_EVERY_SECONDS: i64 = 60;

#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = peers)]
pub struct PeerRow {
    /// `host` or `host:port`.
    pub host: String,
    pub failing_since: Option<Timestamp>,
    pub failures: i32,
    pub failing_days: i32,
    pub last_failing_day: Option<String>,
    pub next_at: Option<Timestamp>,
    pub retry_after: Option<Timestamp>,
    pub dormant_at: Option<Timestamp>,
    /// What it took last; see [`Choice`] for how long that is believed.
    pub signature: SignatureScheme,
    pub software: Option<String>,
    pub last_seen_at: Option<Timestamp>,
    pub last_delivered_at: Option<Timestamp>,
    /// Why the last failure was one.
    pub last_error: Option<String>,
    /// When it took `signature` after refusing the other scheme.
    pub signature_learned_at: Option<Timestamp>,
    /// When a request of its own last let us try again what waits for it.
    pub woken_at: Option<Timestamp>,
}

#[derive(AsChangeset)]
#[diesel(table_name = peers, treat_none_as_null = true)]
struct HealthColumns<'a> {
    failing_since: Option<Timestamp>,
    failures: i32,
    failing_days: i32,
    last_failing_day: Option<&'a str>,
    next_at: Option<Timestamp>,
    retry_after: Option<Timestamp>,
    dormant_at: Option<Timestamp>,
}

impl PeerRow {
    pub fn health(&self) -> Health {
        Health {
            failing_since: self.failing_since,
            failures: self.failures,
            failing_days: self.failing_days,
            last_failing_day: self.last_failing_day.clone(),
            next_at: self.next_at,
            retry_after: self.retry_after,
            dormant_at: self.dormant_at,
        }
    }
}

fn fresh(host: &str) -> PeerRow {
    PeerRow {
        host: host.to_owned(),
        failing_since: None,
        failures: 0,
        failing_days: 0,
        last_failing_day: None,
        next_at: None,
        retry_after: None,
        dormant_at: None,
        signature: SignatureScheme::Cavage,
        software: None,
        last_seen_at: None,
        last_delivered_at: None,
        last_error: None,
        signature_learned_at: None,
        woken_at: None,
    }
}

pub fn get(conn: &mut DbConn, host: &str) -> Result<Option<PeerRow>> {
    Ok(peers::table.find(host).select(PeerRow::as_select()).first(conn).optional()?)
}

pub fn get_many(conn: &mut DbConn, hosts: &[String]) -> Result<Vec<PeerRow>> {
    Ok(peers::table.filter(peers::host.eq_any(hosts)).select(PeerRow::as_select()).load(conn)?)
}

/// All hosts that we ever sent to or heard of, by name.
pub fn list(conn: &mut DbConn) -> Result<Vec<PeerRow>> {
    Ok(peers::table.order(peers::host).select(PeerRow::as_select()).load(conn)?)
}

/// The row of each host, made where it is missing.
pub(super) fn ensure(conn: &mut DbConn, hosts: &[String]) -> Result<Vec<PeerRow>> {
    let known = get_many(conn, hosts)?;
    if known.len() == hosts.len() {
        return Ok(known);
    }
    // One by one: SQLite has no batch with ON CONFLICT, and a host is new only once.
    for host in hosts.iter().filter(|host| !known.iter().any(|row| row.host == **host)) {
        let row = fresh(host);
        on_backend!(conn, c => diesel::insert_into(peers::table).values(&row).on_conflict_do_nothing().execute(c))?;
    }
    get_many(conn, hosts)
}

/// These hosts are up: all that was wrong is forgotten, except what they asked for themselves.
pub(super) fn well(conn: &mut DbConn, hosts: &[String]) -> Result<()> {
    diesel::update(peers::table.filter(peers::host.eq_any(hosts)))
        .set((
            peers::failing_since.eq(None::<Timestamp>),
            peers::failures.eq(0),
            peers::failing_days.eq(0),
            peers::last_failing_day.eq(None::<String>),
            peers::next_at.eq(None::<Timestamp>),
            peers::dormant_at.eq(None::<Timestamp>),
            peers::last_error.eq(None::<String>),
        ))
        .execute(conn)?;
    Ok(())
}

/// These hosts took something.
pub(super) fn delivered(conn: &mut DbConn, hosts: &[String], now: Timestamp) -> Result<()> {
    diesel::update(peers::table.filter(peers::host.eq_any(hosts))).set(peers::last_delivered_at.eq(now)).execute(conn)?;
    Ok(())
}

pub(super) fn set_health(conn: &mut DbConn, host: &str, health: &Health, why: Option<&str>) -> Result<()> {
    let row = peers::table.find(host);
    diesel::update(row).set(columns(health)).execute(conn)?;
    if let Some(why) = why {
        diesel::update(row).set(peers::last_error.eq(why)).execute(conn)?;
    }
    Ok(())
}

fn columns(health: &Health) -> HealthColumns<'_> {
    HealthColumns {
        failing_since: health.failing_since,
        failures: health.failures,
        failing_days: health.failing_days,
        last_failing_day: health.last_failing_day.as_deref(),
        next_at: health.next_at,
        retry_after: health.retry_after,
        dormant_at: health.dormant_at,
    }
}

/// Remembers which signature a host takes, learned now.
pub fn set_signature(conn: &mut DbConn, host: &str, scheme: SignatureScheme, now: Timestamp) -> Result<()> {
    ensure(conn, &[host.to_owned()])?;
    diesel::update(peers::table.find(host))
        .set((peers::signature.eq(scheme), peers::signature_learned_at.eq(now)))
        .execute(conn)?;
    Ok(())
}

/// Which signature each of these hosts chose; hosts never heard of are left out.
pub(super) fn choices(conn: &mut DbConn, hosts: impl IntoIterator<Item = String>) -> Result<HashMap<String, Choice>> {
    type Row = (String, SignatureScheme, Option<Timestamp>);
    let rows: Vec<Row> = peers::table
        .filter(peers::host.eq_any(hosts.into_iter().collect::<Vec<_>>()))
        .select((peers::host, peers::signature, peers::signature_learned_at))
        .load(conn)?;
    Ok(rows.into_iter().map(|(host, scheme, learned_at)| (host, Choice { scheme, learned_at })).collect())
}

/// Which signature a host chose.
pub fn choice(conn: &mut DbConn, host: &str) -> Result<Choice> {
    Ok(choices(conn, [host.to_owned()])?.remove(host).unwrap_or_default())
}

impl PeerRow {
    fn is_noted(&self, now: Timestamp) -> bool {
        self.last_seen_at.is_some_and(|at| now - at < Duration::seconds(SEEN_EVERY_SECONDS))
    }

    /// Something is wrong with it, and it was not woken just now: one that sends much and takes nothing isn't tried ever faster.
    fn is_to_wake(&self, now: Timestamp) -> bool {
        !self.health().is_well() && self.woken_at.is_none_or(|at| now - at >= Duration::seconds(WAKE_EVERY_SECONDS))
    }
}

/// Whether [`seen`] would write anything. Reads one row.
pub fn is_news(conn: &mut DbConn, host: &str, now: Timestamp) -> Result<bool> {
    Ok(get(conn, host)?.is_none_or(|row| !row.is_noted(now) || row.is_to_wake(now)))
}

/// A request of this host passed the gate, so it is up: what waits for it is tried now, unless it asked for later.
///
/// To be called for each of them where [`is_news`] says so; writes at most twice a minute for a host.
pub fn seen(conn: &mut DbConn, host: &str, now: Timestamp) -> Result<()> {
    let rows = ensure(conn, &[host.to_owned()])?;
    let Some(row) = rows.first() else { return Ok(()) };
    if !row.is_noted(now) {
        diesel::update(peers::table.find(host)).set(peers::last_seen_at.eq(now)).execute(conn)?;
    }
    if row.is_to_wake(now) {
        let mut health = row.health();
        health.heard();
        set_health(conn, host, &health, None)?;
        diesel::update(peers::table.find(host)).set(peers::woken_at.eq(now)).execute(conn)?;
    }
    Ok(())
}

/// A steward wants a host tried now, whatever it asked for. What was given up waits again. Gives how many wait.
///
/// # Errors
/// `NotFound` where nothing was ever sent there and nothing came from there.
pub fn retry(conn: &mut DbConn, host: &str, now: Timestamp) -> Result<i64> {
    let of_host = deliveries::table.filter(deliveries::host.eq(host));
    if get(conn, host)?.is_none() && of_host.count().get_result::<i64>(conn)? == 0 {
        return Err(crate::Error::NotFound);
    }
    set_health(conn, host, &Health::default(), None)?;
    // The time of giving up runs anew: it counts from `created_at`.
    diesel::update(of_host.filter(deliveries::state.eq(DeliveryState::GivenUp)))
        .set((
            deliveries::state.eq(DeliveryState::Pending),
            deliveries::attempts.eq(0),
            deliveries::created_at.eq(now),
            deliveries::done_at.eq(None::<Timestamp>),
        ))
        .execute(conn)?;
    let waiting = of_host.filter(deliveries::state.eq(DeliveryState::Pending));
    diesel::update(waiting).set(deliveries::next_at.eq(now)).execute(conn)?;
    Ok(waiting.count().get_result(conn)?)
}

#[cfg(test)]
pub fn delivered_for_tests(conn: &mut DbConn, host: &str, now: Timestamp) -> Result<()> {
    ensure(conn, &[host.to_owned()])?;
    delivered(conn, &[host.to_owned()], now)
}

#[cfg(test)]
pub fn set_dormant_for_tests(conn: &mut DbConn, host: &str, now: Timestamp) -> Result<()> {
    set_health(conn, host, &Health { dormant_at: Some(now), ..Health::default() }, None)
}
