//! Looks again, by the clock, at the hosts behind endorsements: whether they still stand, whether a text was edited in silence,
//! whether a stamp was taken back.

use crate::{
    acts::{
        Principal,
        endorsements::{self, Seen},
    },
    db::{self, endorsements::EndorsementRow},
    domain::url::host_and_port,
    error::{Error, Result},
    federation,
    state::AppState,
};
use std::{collections::HashSet, time::Duration};
use tokio::sync::watch;

/// How often the clock is looked at.
const EVERY: Duration = Duration::from_secs(1);
/// Most endorsements looked at in one round, one after the other.
const MOST_AT_ONCE: i64 = 20;
/// So long nobody else begins a look that was begun; where it didn't end, it is due again then.
const TAKEN_FOR: chrono::Duration = chrono::Duration::minutes(10);

pub async fn run(state: AppState, stopped: watch::Receiver<bool>) {
    super::again(state, stopped, EVERY, "looked at endorsements again", |state| async move { look_again(&state).await }).await;
}

async fn look_again(state: &AppState) -> Result<usize> {
    let now = state.now();
    let rows = state.db.read(move |conn| db::endorsements::due_for_check(conn, now, MOST_AT_ONCE)).await?;
    let mut silent = HashSet::new();
    let mut looks = 0;
    for row in rows {
        let taken = {
            let (row, until) = (row.clone(), state.now() + TAKEN_FOR);
            state.db.write(move |conn| db::endorsements::take_for_check(conn, &row, until)).await?
        };
        if !taken {
            continue;
        }
        // One that didn't answer a moment ago isn't asked about the next one.
        let host = host_and_port(asked(&row)).unwrap_or_default();
        let seen = if silent.contains(&host) { Seen::Silence } else { federation::recheck::look(state, &row).await? };
        if seen == Seen::Silence {
            silent.insert(host);
        }
        note(state, &row, seen).await?;
        looks += 1;
    }
    Ok(looks)
}

/// Whose host is asked first.
fn asked(row: &EndorsementRow) -> &str {
    if row.endorser_id.is_none() { &row.uri } else { &row.statement_uri }
}

async fn note(state: &AppState, was: &EndorsementRow, seen: Seen) -> Result<()> {
    let id = was.id.clone();
    let row = match state.act(Principal::Clock, move |act| endorsements::checked(act, &id, &seen)).await {
        Ok(row) => row,
        // Erased, or said anew in this very moment.
        Err(Error::NotFound | Error::Conflict(_)) => return Ok(()),
        Err(other) => return Err(other),
    };
    let (before, after) = (was.shown(state.now()), row.shown(state.now()));
    if before != after {
        let fault = row.fault.map(|fault| fault.as_str());
        tracing::info!(endorsement = row.uri, %before, %after, fault, "an endorsement stands otherwise than before");
    }
    Ok(())
}
