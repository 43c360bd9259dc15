//! Ends what has a time: stages of decisions, and indicative endorsements that nobody ratified.

use crate::{
    acts::{Principal, decisions, endorsements},
    db,
    error::Error,
    state::AppState,
};
use std::time::Duration;
use tokio::sync::watch;

/// How often the clock is looked at.
const EVERY: Duration = Duration::from_secs(1);
/// Most of either kind ended at one look.
const AT_ONCE: i64 = 20;

pub async fn run(state: AppState, mut stopped: watch::Receiver<bool>) {
    loop {
        tokio::select! {
            _ = stopped.changed() => return,
            () = tokio::time::sleep(EVERY) => {}
        }
        if state.site_if_set_up().is_none() {
            continue;
        }
        if let Err(error) = end_due(&state).await {
            tracing::warn!(%error, "can't look for decisions and endorsements whose time is over");
        }
    }
}

/// Ends all that are due. Decisions go first: a vote that ends with the time to ratify still counts.
pub async fn end_due(state: &AppState) -> crate::Result<()> {
    let now = state.now();
    for id in state.db.read(move |conn| db::decisions::due(conn, now, AT_ONCE)).await? {
        let ended = state.act(Principal::Clock, move |act| decisions::close_due(act, &id)).await;
        match ended {
            Ok(row) => tracing::info!(decision = row.id, stage = %row.stage, "a stage of a decision is over"),
            // Another process was quicker.
            Err(Error::Conflict(_) | Error::NotFound) => {}
            Err(other) => return Err(other),
        }
    }
    for id in state.db.read(move |conn| db::endorsements::due_to_lapse(conn, now, AT_ONCE)).await? {
        match state.act(Principal::Clock, move |act| endorsements::lapse(act, &id)).await {
            Ok(row) => tracing::info!(endorsement = row.uri, "lapsed without a decision"),
            Err(Error::Conflict(_) | Error::NotFound) => {}
            Err(other) => return Err(other),
        }
    }
    Ok(())
}
