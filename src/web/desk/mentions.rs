//! The accounts that a writer mentions, looked up when the form is saved.

use crate::{
    domain::statement::Mention,
    error::{Error, Fault},
    federation::{fetch::Budget, webfinger},
    state::AppState,
    web::i18n::T,
};

/// Longest time that the accounts mentioned in one form are looked up for, in all.
const LOOK_UP: std::time::Duration = std::time::Duration::from_secs(20);

/// Looks up the accounts that aren't known yet. One that can't be found stays as typed, with a fault that says why.
pub(super) async fn look_up(state: &AppState, t: &T, mentions: &mut [Mention]) -> Vec<Fault> {
    let until = tokio::time::Instant::now() + LOOK_UP;
    let found = futures::future::join_all(mentions.iter_mut().filter(|mention| mention.actor.is_empty()).map(|mention| async {
        let reason = match tokio::time::timeout_at(until, webfinger::find_actor(state, &mention.handle, &Budget::of(state))).await
        {
            Ok(Ok(actor)) => {
                mention.actor = actor.uri.clone();
                mention.url = actor.url.clone().unwrap_or_else(|| actor.uri.clone());
                mention.inbox = actor.inbox.clone();
                return None;
            }
            Ok(Err(Error::NotFound)) => t.get("desk-mention-nobody"),
            Ok(Err(error)) => t.error(&error),
            Err(_) => t.get("desk-mention-slow"),
        };
        Some(Fault {
            field: "mentions".into(),
            message: "desk-mention-problem",
            args: vec![("handle", format!("@{}", mention.handle)), ("reason", reason)],
        })
    }));
    found.await.into_iter().flatten().collect()
}
