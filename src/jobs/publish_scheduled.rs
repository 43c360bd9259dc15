//! Publishes scheduled statements when their time has come.

use crate::{
    acts::{Principal, statements},
    db,
    error::Error,
    state::AppState,
};
use std::time::Duration;
use tokio::sync::watch;

/// How often the clock is looked at.
const EVERY: Duration = Duration::from_secs(1);
/// Most statements published at one look.
const AT_ONCE: i64 = 20;

pub async fn run(state: AppState, mut stopped: watch::Receiver<bool>) {
    while super::wait(&mut stopped, EVERY).await {
        if state.site_if_set_up().is_none() {
            continue;
        }
        if let Err(error) = publish_due(&state).await {
            tracing::warn!(%error, "can't look for scheduled statements");
        }
    }
}

/// Publishes all that are due. One that can't be published any more becomes a draft again, so that its writers see it.
pub async fn publish_due(state: &AppState) -> crate::Result<()> {
    let now = state.now();
    for id in state.db.read(move |conn| db::statements::due(conn, now, AT_ONCE)).await? {
        let statement = id.clone();
        match state.act(Principal::Clock, move |act| statements::publish(act, &statement)).await {
            Ok(published) => tracing::info!(statement = published.uri, "published as scheduled"),
            // Another process was quicker.
            Err(Error::Conflict(_)) => {}
            // Its text can't be published, or nobody with a mandate stands behind it any more.
            Err(error @ (Error::Invalid(_) | Error::Forbidden(_) | Error::NotFound)) => {
                tracing::warn!(statement = id, %error, "a scheduled statement can't be published; it is a draft again");
                state.act(Principal::Clock, move |act| statements::take_back_schedule(act, &id).map(|_| ())).await?;
            }
            Err(other) => return Err(other),
        }
    }
    Ok(())
}
