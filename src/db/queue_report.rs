//! The queue as people ask about it: what waits for whom, since when and why; what failed for good.

use super::{
    DbConn, peers,
    schema::{activities, deliveries},
};
use crate::{
    domain::{Timestamp, names::DeliveryState},
    error::Result,
};
use diesel::{dsl, prelude::*};

/// What waits for one host.
#[derive(Debug, Clone)]
pub struct Waiting {
    pub host: String,
    pub waiting: i64,
    /// When the oldest of it was queued.
    pub since: Option<Timestamp>,
    /// The earliest time that the next try can have, as far as the rows say; the host's own pause goes beyond it.
    pub next_at: Option<Timestamp>,
    /// How the last try of the host's oldest delivery ended.
    pub why: Option<String>,
    pub peer: Option<peers::PeerRow>,
}

/// A delivery that will not be tried again, though it never arrived.
#[derive(Debug, Clone, Queryable)]
pub struct Failed {
    pub activity: String,
    pub object: String,
    pub kind: String,
    pub inbox: String,
    pub host: String,
    pub state: DeliveryState,
    pub attempts: i32,
    pub status: Option<i32>,
    pub why: Option<String>,
    pub at: Option<Timestamp>,
}

/// How many deliveries wait.
pub fn count_waiting(conn: &mut DbConn) -> Result<i64> {
    Ok(deliveries::table.filter(deliveries::state.eq(DeliveryState::Pending)).count().get_result(conn)?)
}

/// What waits, by host; those with the oldest first.
pub fn waiting(conn: &mut DbConn) -> Result<Vec<Waiting>> {
    let pending = deliveries::table.filter(deliveries::state.eq(DeliveryState::Pending));
    type Row = (String, i64, Option<Timestamp>, Option<Timestamp>);
    let rows: Vec<Row> = pending
        .group_by(deliveries::host)
        .select((deliveries::host, dsl::count_star(), dsl::min(deliveries::created_at), dsl::min(deliveries::next_at)))
        .order(dsl::min(deliveries::created_at))
        .load(conn)?;
    rows.into_iter()
        .map(|(host, waiting, since, next_at)| {
            let why = pending
                .filter(deliveries::host.eq(&host))
                .filter(deliveries::last_error.is_not_null())
                .order(deliveries::id)
                .select(deliveries::last_error)
                .first::<Option<String>>(conn)
                .optional()?
                .flatten();
            let peer = peers::get(conn, &host)?;
            Ok(Waiting { host, waiting, since, next_at, why, peer })
        })
        .collect()
}

/// What was refused or given up, of one host or of all, latest first.
pub fn failed(conn: &mut DbConn, host: Option<&str>, limit: i64) -> Result<Vec<Failed>> {
    let mut query = deliveries::table
        .inner_join(activities::table.on(activities::seq.eq(deliveries::activity_seq)))
        .filter(deliveries::state.eq_any([DeliveryState::Refused, DeliveryState::GivenUp]))
        .select((
            activities::uri,
            deliveries::object_uri,
            activities::kind,
            deliveries::inbox,
            deliveries::host,
            deliveries::state,
            deliveries::attempts,
            deliveries::last_status,
            deliveries::last_error,
            deliveries::done_at,
        ))
        .into_boxed();
    if let Some(host) = host {
        query = query.filter(deliveries::host.eq(host.to_owned()));
    }
    Ok(query.order(deliveries::done_at.desc()).limit(limit).load(conn)?)
}
