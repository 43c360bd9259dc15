//! Forgets, once an hour, what is over: ids of accepted activities, tombstones of what was never seen, sessions and links,
//! deliveries that ended long ago and activities that nothing refers to any more, what people without an instance proposed and
//! didn't confirm, and their addresses.

use crate::{
    acts::{proposed, sessions},
    db,
    error::Result,
    state::AppState,
};
use std::time::Duration;
use tokio::sync::watch;

/// Time between two rounds; the first is at start.
const EVERY: Duration = Duration::from_secs(3_600);
/// Rows of the queue forgotten in one transaction, so that nobody waits long for the one writer.
const MOST_AT_ONCE: i64 = 2_000;

pub async fn run(state: AppState, mut stopped: watch::Receiver<bool>) {
    loop {
        match clean(&state, &stopped).await {
            Ok(0) => {}
            Ok(rows) => tracing::info!(rows, "forgot what is over"),
            Err(error) => tracing::warn!(%error, "can't clean up"),
        }
        if !super::wait(&mut stopped, EVERY).await {
            return;
        }
    }
}

async fn clean(state: &AppState, stopped: &watch::Receiver<bool>) -> Result<usize> {
    let now = state.now();
    let mut rows = state
        .db
        .write(move |conn| {
            Ok(db::received::purge(conn, now)?
                + db::remote_posts::purge_unseen_tombstones(conn, now)?
                + sessions::purge(conn, now)?
                + proposed::forget(conn, now)?)
        })
        .await?;
    let before = now - chrono::Duration::days(i64::from(state.settings.delivery.keep_done_days));
    // Deliveries first: activities are referred to by them.
    for forget in [db::queue_cleaning::forget_done, db::queue_cleaning::forget_activities] {
        loop {
            let done = state.db.write(move |conn| forget(conn, before, MOST_AT_ONCE)).await?;
            rows += done;
            if done < MOST_AT_ONCE as usize || *stopped.borrow() {
                break;
            }
        }
    }
    Ok(rows)
}
