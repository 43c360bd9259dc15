//! Reminds of calls and actions that begin soon, where their collective switched that on.

use crate::{
    acts::{Principal, reminders},
    error::{Error, Result},
    state::AppState,
};
use std::time::Duration;
use tokio::sync::watch;

/// How often the clock is looked at.
const EVERY: Duration = Duration::from_secs(10);

pub async fn run(state: AppState, stopped: watch::Receiver<bool>) {
    super::again(state, stopped, EVERY, "reminded of calls and actions", |state| async move { look(&state).await }).await;
}

/// Gives how many went out.
///
/// # Errors
/// The database's.
pub async fn look(state: &AppState) -> Result<usize> {
    let now = state.now();
    let mut sent = 0;
    for subject in state.db.read(move |conn| reminders::due_now(conn, now)).await? {
        let of = subject.clone();
        match state.act(Principal::Clock, move |act| reminders::remind(act, &of)).await {
            Ok(note) => sent += usize::from(note.is_some()),
            // The collective has moved, say: there is nobody to be reminded from here.
            Err(error @ (Error::Invalid(_) | Error::Forbidden(_) | Error::Conflict(_) | Error::NotFound)) => {
                tracing::warn!(?subject, %error, "can't remind");
                state.act(Principal::Clock, move |act| reminders::give_up(act, &subject)).await?;
            }
            Err(other) => return Err(other),
        }
    }
    Ok(sent)
}
