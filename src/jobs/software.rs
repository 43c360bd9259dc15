//! Asks the hosts of followers which software they run, where a collective has calls.

use crate::{federation::software, state::AppState};
use std::time::Duration;
use tokio::sync::watch;

/// How often it is looked whether there is a host to ask. A call that is published meanwhile asks by itself.
const EVERY: Duration = Duration::from_secs(5);

pub async fn run(state: AppState, stopped: watch::Receiver<bool>) {
    super::again(state, stopped, EVERY, "asked hosts which software they run", |state| async move {
        software::learn(&state, None).await
    })
    .await;
}
