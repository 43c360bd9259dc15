//! `peer`: other servers as we know them, and trying one again.

use super::{Context, queue};
use crate::{
    db::{
        peers::{self, PeerRow},
        queue_report,
    },
    domain::{Timestamp, time::rfc3339},
    error::{Error, Result},
};
use clap::Subcommand;
use serde_json::{Value, json};
use std::fmt::Write;

/// Most failed deliveries shown of one host.
const FAILED: i64 = 50;

/// What `peer` does.
#[derive(Debug, Subcommand)]
pub enum PeerCommand {
    /// All servers that anything was sent to or came from.
    List,
    /// How one of them is doing, and what waits for it.
    Show {
        /// The server's name, such as valley.example.
        host: String,
    },
    /// Try one again now: wakes it if it was left in peace, and takes up what was given up.
    Retry {
        /// The server's name, such as valley.example.
        host: String,
    },
}

pub fn run(context: &Context, command: &PeerCommand) -> Result<()> {
    let now = context.state.now();
    match command {
        PeerCommand::List => {
            let rows = context.state.db.read_blocking(peers::list)?;
            let list: Vec<Value> = rows.iter().map(|row| peer_json(row, now)).collect();
            context.print(json!(list), || rows.iter().fold(String::new(), |text, row| text + &line(row, now)));
        }
        PeerCommand::Show { host } => {
            let host = normal(host);
            let (peer, waiting, failed) = context.state.db.read_blocking(|conn| {
                let waiting = queue_report::waiting(conn)?.into_iter().find(|one| one.host == host);
                Ok((peers::get(conn, &host)?, waiting, queue_report::failed(conn, Some(&host), FAILED)?))
            })?;
            if peer.is_none() && waiting.is_none() && failed.is_empty() {
                return Err(Error::NotFound);
            }
            let mut value = peer.as_ref().map_or_else(|| json!({ "host": host, "state": "new" }), |row| peer_json(row, now));
            let failed_json: Vec<Value> = failed.iter().map(queue::failed_json).collect();
            value["waiting"] = json!(waiting.as_ref().map_or(0, |one| one.waiting));
            value["since"] = json!(waiting.as_ref().and_then(|one| one.since).map(rfc3339));
            value["failed"] = json!(failed_json);
            context.print(value.clone(), || pretty(&value));
        }
        PeerCommand::Retry { host } => {
            let host = normal(host);
            let waiting = context.state.db.write_blocking(|conn| peers::retry(conn, &host, now))?;
            context.print(json!({ "host": host, "waiting": waiting }), || match waiting {
                0 => format!("Nothing waits for {host}."),
                1 => format!("One delivery for {host} is tried now."),
                n => format!("{n} deliveries for {host} are tried now, the first of them alone."),
            });
        }
    }
    Ok(())
}

/// One word for how a host is doing: `new`, `well`, `failing`, `paused` (by its own wish), `dormant`.
pub(super) fn state_of(peer: Option<&PeerRow>, now: Timestamp) -> &'static str {
    match peer {
        None => "new",
        Some(row) if row.dormant_at.is_some() => "dormant",
        Some(row) if row.retry_after.is_some_and(|at| at > now) => "paused",
        Some(row) if row.failing_since.is_some() => "failing",
        Some(row) if row.last_delivered_at.is_none() && row.last_seen_at.is_none() => "new",
        Some(_) => "well",
    }
}

/// Hosts are kept in lower case, without a dot at the end.
fn normal(host: &str) -> String {
    host.trim().trim_end_matches('.').to_ascii_lowercase()
}

fn peer_json(row: &PeerRow, now: Timestamp) -> Value {
    json!({
        "host": row.host,
        "state": state_of(Some(row), now),
        "failing_since": row.failing_since.map(rfc3339),
        "failing_days": row.failing_days,
        "next_at": row.next_at.max(row.retry_after).filter(|at| *at > now).map(rfc3339),
        "dormant_since": row.dormant_at.map(rfc3339),
        "signature": row.signature,
        "signature_learned": row.signature_learned_at.map(rfc3339),
        "software": row.software,
        "last_seen": row.last_seen_at.map(rfc3339),
        "last_delivered": row.last_delivered_at.map(rfc3339),
        "why": row.last_error,
    })
}

fn line(row: &PeerRow, now: Timestamp) -> String {
    let delivered = row.last_delivered_at.map_or_else(|| "never".to_owned(), rfc3339);
    let why = row.last_error.as_deref().unwrap_or_default();
    format!("{:<40}  {:<8}  delivered {delivered}  {why}\n", row.host, state_of(Some(row), now))
}

/// `name: value`, one a line; what is empty is left out.
fn pretty(value: &Value) -> String {
    let mut text = String::new();
    for (name, value) in value.as_object().into_iter().flatten() {
        let lines = match value {
            Value::Null => continue,
            Value::String(word) => vec![word.clone()],
            Value::Array(items) => items.iter().map(Value::to_string).collect(),
            other => vec![other.to_string()],
        };
        for line in lines {
            let _ = writeln!(text, "{name}: {line}");
        }
    }
    text
}
