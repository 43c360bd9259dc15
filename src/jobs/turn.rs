//! Brings calls that come back on to their next time when one is over, so that lists of what is to come stand by it.

use crate::{db, error::Result, state::AppState};
use std::time::Duration;
use tokio::sync::watch;

/// How often the clock is looked at.
const EVERY: Duration = Duration::from_secs(30);
/// Calls brought on in one go.
const MOST_TURNED: i64 = 500;

pub async fn run(state: AppState, stopped: watch::Receiver<bool>) {
    super::again(state, stopped, EVERY, "calls came round again", |state| async move { look(&state).await }).await;
}

/// Gives how many were brought on.
///
/// # Errors
/// The database's.
pub async fn look(state: &AppState) -> Result<usize> {
    let now = state.now();
    let turned = state.db.read(move |conn| db::calls::turned(conn, now, MOST_TURNED)).await?;
    if turned.is_empty() {
        return Ok(0);
    }
    state
        .db
        .write(move |conn| {
            for id in &turned {
                let row = db::statements::by_id(conn, id)?;
                let version = db::statements::version(conn, id, row.version)?;
                match &version.content.call {
                    Some(call) => db::calls::turn(conn, id, call, now)?,
                    None => db::calls::remove(conn, id)?,
                }
            }
            Ok(turned.len())
        })
        .await
}
