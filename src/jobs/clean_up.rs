//! Forgets, once an hour, what is over: ids of accepted activities, tombstones of what was never seen, sessions and links.

use crate::{acts::sessions, db, state::AppState};
use std::time::Duration;
use tokio::sync::watch;

/// Time between two rounds; the first is at start.
const EVERY: Duration = Duration::from_secs(3_600);

pub async fn run(state: AppState, mut stopped: watch::Receiver<bool>) {
    loop {
        let now = state.now();
        let cleaned = state.db.write(move |conn| {
            Ok(db::received::purge(conn, now)?
                + db::remote_posts::purge_unseen_tombstones(conn, now)?
                + sessions::purge(conn, now)?)
        });
        match cleaned.await {
            Ok(0) => {}
            Ok(rows) => tracing::info!(rows, "forgot what is over"),
            Err(error) => tracing::warn!(%error, "can't clean up"),
        }
        tokio::select! {
            _ = stopped.changed() => return,
            () = tokio::time::sleep(EVERY) => {}
        }
    }
}
