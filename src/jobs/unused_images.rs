//! Deletes, once an hour, the images that nothing has: no profile, no working copy, no published version.

use crate::{
    db,
    domain::{Id, Timestamp},
    error::Result,
    media::{self, Shelf},
    state::AppState,
};
use std::time::{Duration, SystemTime};
use tokio::sync::watch;

/// Time between two rounds; the first is at start.
const EVERY: Duration = Duration::from_secs(3_600);
/// Most images looked at in one round; the next one goes on from there.
const MOST_AT_ONCE: i64 = 500;

pub async fn run(state: AppState, mut stopped: watch::Receiver<bool>) {
    let mut looked_at: Option<Id> = None;
    loop {
        match delete_unused(&state, state.now(), looked_at.take()).await {
            Ok(last) => looked_at = last,
            Err(error) => tracing::warn!(%error, "can't look for images that nothing has"),
        }
        if let Err(error) = delete_unused_photos(&state).await {
            tracing::warn!(%error, "can't look for photos that no decision has");
        }
        if !super::wait(&mut stopped, EVERY).await {
            return;
        }
    }
}

/// Deletes photos of minutes that no decision has: of an upload that broke off, or one whose row went first.
async fn delete_unused_photos(state: &AppState) -> Result<()> {
    let age = Duration::from_secs(u64::from(state.settings.media.keep_unused_hours) * 3_600);
    let before = SystemTime::now().checked_sub(age).unwrap_or(SystemTime::UNIX_EPOCH);
    let looking = state.clone();
    let old = tokio::task::spawn_blocking(move || media::written_before(&looking.settings, Shelf::Private, before));
    for name in old.await.map_err(crate::Error::internal)?? {
        let asked = name.clone();
        if state.db.read(move |conn| db::decisions::has_photo(conn, &asked)).await? {
            continue;
        }
        let state = state.clone();
        let done = tokio::task::spawn_blocking(move || media::remove(&state.settings, Shelf::Private, &name)).await;
        done.map_err(crate::Error::internal)??;
        tracing::info!("deleted a photo that no decision has");
    }
    Ok(())
}

/// Deletes images that no text and no profile has, from the database and then from the disk. Gives the last one looked
/// at; `None` after the last of all.
async fn delete_unused(state: &AppState, now: Timestamp, after: Option<Id>) -> Result<Option<Id>> {
    // A form that came back with faults names images that no draft has yet.
    let before = now - chrono::Duration::hours(i64::from(state.settings.media.keep_unused_hours));
    let rows = state.db.read(move |conn| db::media::older_than(conn, before, after.as_deref(), MOST_AT_ONCE)).await?;
    let last = rows.last().filter(|_| rows.len() as i64 == MOST_AT_ONCE).map(|row| row.id.clone());
    for row in rows {
        let (look, file_name) = (row.clone(), row.file_name.clone());
        if state.db.read(move |conn| db::media::is_used(conn, &look)).await? {
            continue;
        }
        // Looked at once more in the transaction: somebody may have put it back meanwhile.
        let removed = state.db.write(move |conn| {
            let unused = !db::media::is_used(conn, &row)?;
            if unused {
                db::media::remove(conn, &row.id)?;
            }
            Ok(unused)
        });
        if removed.await? {
            let state = state.clone();
            let done = tokio::task::spawn_blocking(move || media::remove(&state.settings, Shelf::Public, &file_name)).await;
            done.map_err(crate::Error::internal)??;
            tracing::info!("deleted an image that nothing has");
        }
    }
    Ok(last)
}
