//! `queue`: what waits for whom, since when and why; what failed for good.

use super::{Context, peer::state_of};
use crate::{
    db::queue_report::{self, Failed, Waiting},
    domain::{Timestamp, time::rfc3339},
    error::Result,
};
use serde_json::{Value, json};
use std::fmt::Write;

/// Most failed deliveries shown.
const FAILED: i64 = 100;

/// Arguments of `queue`.
#[derive(Debug, clap::Args)]
pub struct QueueArgs {}

/// Prints `{waiting, peers: [{host, waiting, since, why, next_at, state}], failed: [...]}` or a table.
pub fn run(context: &Context, _: &QueueArgs) -> Result<()> {
    let (count, waiting, failed) = context.state.db.read_blocking(|conn| {
        Ok((queue_report::count_waiting(conn)?, queue_report::waiting(conn)?, queue_report::failed(conn, None, FAILED)?))
    })?;
    let now = context.state.now();
    let peers: Vec<Value> = waiting.iter().map(|one| waiting_json(one, now)).collect();
    let failed_json: Vec<Value> = failed.iter().map(failed_json).collect();
    context.print(json!({ "waiting": count, "peers": peers, "failed": failed_json }), || table(&waiting, &failed, now));
    Ok(())
}

pub(super) fn waiting_json(one: &Waiting, now: Timestamp) -> Value {
    json!({
        "host": one.host,
        "waiting": one.waiting,
        "since": one.since.map(rfc3339),
        "why": why(one),
        "next_at": next_at(one).map(rfc3339),
        "state": state_of(one.peer.as_ref(), now),
    })
}

pub(super) fn failed_json(one: &Failed) -> Value {
    json!({
        "activity": one.activity, "object": one.object, "type": one.kind, "inbox": one.inbox, "host": one.host,
        "state": one.state, "attempts": one.attempts, "status": one.status, "why": one.why, "at": one.at.map(rfc3339),
    })
}

/// The last failure of what waits, else what is wrong with the host.
fn why(one: &Waiting) -> Option<&str> {
    one.why.as_deref().or(one.peer.as_ref().and_then(|peer| peer.last_error.as_deref()))
}

/// The earliest time of the next try; `None` for a dormant host.
fn next_at(one: &Waiting) -> Option<Timestamp> {
    let Some(peer) = &one.peer else { return one.next_at };
    if peer.dormant_at.is_some() {
        return None;
    }
    one.next_at.max(peer.next_at).max(peer.retry_after)
}

fn table(waiting: &[Waiting], failed: &[Failed], now: Timestamp) -> String {
    let mut text = String::new();
    if waiting.is_empty() {
        text.push_str("Nothing waits: all that was sent has arrived or was answered.\n");
    } else {
        let _ = writeln!(text, "{:<40} {:>7}  {:<20}  {:<9}  {:<20}  why", "for", "waiting", "since", "state", "next try");
    }
    for one in waiting {
        let at = |time: Option<Timestamp>| time.map_or_else(|| "-".to_owned(), rfc3339);
        let _ = writeln!(
            text,
            "{:<40} {:>7}  {:<20}  {:<9}  {:<20}  {}",
            one.host,
            one.waiting,
            at(one.since),
            state_of(one.peer.as_ref(), now),
            at(next_at(one)),
            why(one).unwrap_or("not tried yet"),
        );
    }
    if !failed.is_empty() {
        let _ =
            writeln!(text, "\nRefused or given up ({} shown); `peer retry HOST` tries what was given up again:", failed.len());
    }
    for one in failed {
        let why = one.why.as_deref().unwrap_or("-");
        let _ = writeln!(text, "{}  {} of {} to {}: {why}", one.state, one.kind, one.object, one.inbox);
    }
    text
}
