//! Asks the hosts of followers which software they run, where a collective has calls.

use crate::{federation::software, state::AppState};
use std::time::Duration;
use tokio::sync::watch;

/// How often it is looked whether there is a host to ask.
const EVERY: Duration = Duration::from_secs(2);

pub async fn run(state: AppState, mut stopped: watch::Receiver<bool>) {
    while super::wait(&mut stopped, EVERY).await {
        if state.site_if_set_up().is_none() {
            continue;
        }
        let mut over = stopped.clone();
        // A slow host must not hold up the end of the server.
        let done = tokio::select! {
            _ = over.changed() => return,
            done = software::learn(&state, None) => done,
        };
        match done {
            Ok(0) => {}
            Ok(hosts) => tracing::info!(hosts, "asked hosts which software they run"),
            Err(error) => tracing::warn!(%error, "can't ask hosts which software they run"),
        }
    }
}
