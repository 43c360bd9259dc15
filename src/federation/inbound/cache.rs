//! What the gate would read from the database for each activity, kept for seconds: blocks, actors, our collectives, relays.
//!
//! Another process (the command line) may change any of it; so nothing is kept longer than [`KEEP`], and what this process
//! changes is forgotten at once.

use crate::{
    db::{self, remote_actors::RemoteActorRow},
    domain::{
        names::{BlockKind, RelayState},
        url::parse_remote,
    },
    error::{Error, Result},
    state::AppState,
};
use moka::future::Cache;
use std::{collections::HashSet, sync::Arc, time::Duration};

/// Longest time that a change made by another process goes unseen here.
const KEEP: Duration = Duration::from_secs(3);
/// Actors kept in memory.
const ACTORS: u64 = 2_000;

pub struct Caches {
    blocks: Cache<(), Arc<Blocks>>,
    actors: Cache<String, Option<Arc<RemoteActorRow>>>,
    handles: Cache<String, bool>,
    /// The actors of relays that took us in.
    relays: Cache<(), Arc<HashSet<String>>>,
}

impl Default for Caches {
    fn default() -> Self {
        let short = || moka::future::CacheBuilder::new(ACTORS).time_to_live(KEEP);
        Self {
            blocks: moka::future::CacheBuilder::new(1).time_to_live(KEEP).build(),
            actors: short().build(),
            relays: moka::future::CacheBuilder::new(1).time_to_live(KEEP).build(),
            handles: moka::future::CacheBuilder::new(ACTORS).time_to_live(KEEP).build(),
        }
    }
}

/// Everything that stewards shut out.
#[derive(Debug, Default)]
pub struct Blocks {
    hosts: HashSet<String>,
    actors: HashSet<String>,
}

impl Blocks {
    /// Whether an address lies on a blocked host or below one, or is a blocked actor, however it is spelled (ORG-16).
    pub fn shut_out(&self, uri: &str) -> bool {
        let Some(url) = parse_remote(uri) else { return true };
        let host = url.host_str().unwrap_or_default();
        let with_port = url.port().map(|port| format!("{host}:{port}"));
        let parents = host.match_indices('.').map(|(at, _)| &host[at + 1..]);
        parents.chain([host]).chain(with_port.as_deref()).any(|host| self.hosts.contains(host))
            || self.actors.contains(uri)
            || self.actors.contains(url.as_str())
    }
}

impl Caches {
    pub async fn blocks(&self, state: &AppState) -> Result<Arc<Blocks>> {
        let load = async {
            let rows = state.db.read(db::blocks::list).await?;
            let mut blocks = Blocks::default();
            for row in rows {
                match row.kind {
                    BlockKind::Host => blocks.hosts.insert(row.subject),
                    BlockKind::Actor => blocks.actors.insert(row.subject),
                };
            }
            Ok::<_, Error>(Arc::new(blocks))
        };
        self.blocks.try_get_with((), load).await.map_err(shared)
    }

    /// A remote actor as stored; `None` where it was never seen.
    pub async fn actor(&self, state: &AppState, uri: &str) -> Result<Option<Arc<RemoteActorRow>>> {
        let load = async {
            let uri = uri.to_owned();
            let row = state.db.read(move |conn| db::remote_actors::by_uri(conn, &uri)).await?;
            Ok::<_, Error>(row.map(Arc::new))
        };
        self.actors.try_get_with_by_ref(uri, load).await.map_err(shared)
    }

    /// Whether a key is that of a relay which took us in, as far as its id tells: below the relay's actor.
    pub async fn is_relay(&self, state: &AppState, key_id: &str) -> Result<bool> {
        let load = async {
            let rows = state.db.read(db::relays::list).await?;
            let accepted = rows.into_iter().filter(|row| row.state == RelayState::Accepted);
            Ok::<_, Error>(Arc::new(accepted.filter_map(|row| row.actor_uri).collect()))
        };
        let relays = self.relays.try_get_with((), load).await.map_err(shared)?;
        let below =
            |actor: &String| key_id.strip_prefix(actor).is_some_and(|rest| rest.is_empty() || rest.starts_with(['#', '/']));
        Ok(relays.iter().any(below))
    }

    /// Whether a collective of ours has this handle.
    pub async fn has_collective(&self, state: &AppState, handle: &str) -> Result<bool> {
        let load = async {
            let handle = handle.to_owned();
            match state.db.read(move |conn| db::collectives::by_handle(conn, &handle)).await {
                Ok(_) => Ok(true),
                Err(Error::NotFound) => Ok(false),
                Err(error) => Err(error),
            }
        };
        self.handles.try_get_with_by_ref(handle, load).await.map_err(shared)
    }

    /// Puts an actor just fetched in place of what was kept.
    pub async fn put_actor(&self, row: RemoteActorRow) -> Arc<RemoteActorRow> {
        let row = Arc::new(row);
        self.actors.insert(row.uri.clone(), Some(row.clone())).await;
        row
    }

    /// This host sent something well signed: what waits for it can be tried again.
    pub async fn note_seen(&self, state: &AppState, host: &str) {
        let (host, now) = (host.to_owned(), state.now());
        let asked = host.clone();
        // Most requests change nothing, and only one at a time can write.
        let noted = match state.db.read(move |conn| db::peers::is_news(conn, &asked, now)).await {
            Ok(true) => state.db.write(move |conn| db::peers::seen(conn, &host, now)).await,
            other => other.map(drop),
        };
        if let Err(error) = noted {
            tracing::warn!(%error, "can't note down that a host is up");
        }
    }

    pub async fn forget_actor(&self, uri: &str) {
        self.actors.invalidate(uri).await;
    }
}

/// Several waited for one load: each gets the error's meaning.
fn shared(error: Arc<Error>) -> Error {
    match &*error {
        Error::Busy(text) => Error::Busy(text.clone()),
        other => Error::Internal(other.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn org_16_a_block_holds_for_every_spelling() {
        let blocks = Blocks {
            hosts: HashSet::from(["evil.example".to_owned(), "xn--bcher-kva.example".to_owned()]),
            actors: HashSet::from(["https://harbour.example/u/bob".to_owned()]),
        };
        for shut_out in [
            "https://EVIL.example/u/a",
            "https://evil.example./u/a",
            "https://%65vil.example/u/a",
            "https://evil.example:8443/u/a",
            "http://evil.example/u/a",
            "https://user:pw@evil.example/u/a",
            "https://deep.below.evil.example/u/a",
            "https://bücher.example/u/a",
            "https://HARBOUR.example/u/bob",
        ] {
            assert!(blocks.shut_out(shut_out), "{shut_out}");
        }
        for open in ["https://notevil.example/u/a", "https://evil.example.org/", "https://harbour.example/u/bobby"] {
            assert!(!blocks.shut_out(open), "{open}");
        }
    }
}
