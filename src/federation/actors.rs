//! Actors of other servers: known ones from the database, new ones from their own host, keys with them.
//!
//! Authority is the actor's own document, got from its own id; what somebody else says about an actor changes nothing.
//! Must not decide what an activity may do.

use super::{
    fetch::{self, Budget, Document, FetchError},
    webfinger,
};
use crate::{
    config::Settings,
    db::{
        self, Json,
        remote_actors::{PublicKey, RemoteActorRow},
    },
    domain::{Timestamp, url::host_and_port},
    error::{Error, Result},
    state::AppState,
    text,
    vocab::read_actor::{Actor, read_actor},
};
use moka::sync::Cache;
use std::{
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

/// How old what we know of an actor may be before it is got again, in the background.
const FRESH_FOR: chrono::Duration = chrono::Duration::days(1);
/// How long a failure is remembered (SIG-29).
const FAILED_FOR: Duration = Duration::from_secs(300);
/// Entries kept in each of the caches below; each is some hundred bytes.
const MAX_ENTRIES: u64 = 10_000;

/// What was asked for lately, so that strangers can't make us ask for more (SIG-25).
pub struct Lookups {
    /// Actors that could not be had, and why.
    failed: Cache<String, FetchError>,
    /// Actors whose keys were fetched again.
    refetched: Cache<String, ()>,
    /// Actors that are being refreshed in the background.
    refreshing: Cache<String, ()>,
    /// Whose a key is that has a document of its own.
    owners: Cache<String, String>,
    /// Who looks up an actor never seen; others who want the same one wait for what it finds.
    turns: Cache<String, Arc<tokio::sync::Mutex<()>>>,
    /// Actors fetched from a host within a minute.
    per_host: Cache<String, Arc<AtomicU32>>,
    most_per_host: u32,
}

impl Lookups {
    pub fn new(settings: &Settings) -> Self {
        let limits = &settings.federation;
        let cache = |time: Duration| Cache::builder().max_capacity(MAX_ENTRIES).time_to_live(time).build();
        Self {
            failed: Cache::builder().max_capacity(MAX_ENTRIES).time_to_live(FAILED_FOR).build(),
            refetched: cache(Duration::from_secs(limits.key_refetch_seconds.max(1))),
            refreshing: cache(FAILED_FOR),
            owners: Cache::builder().max_capacity(MAX_ENTRIES).time_to_live(FAILED_FOR).build(),
            turns: Cache::builder().max_capacity(MAX_ENTRIES).time_to_live(FAILED_FOR).build(),
            per_host: Cache::builder().max_capacity(MAX_ENTRIES).time_to_live(Duration::from_secs(60)).build(),
            most_per_host: limits.key_fetches_per_host_per_minute,
        }
    }

    fn count(&self, uri: &str) -> Result<(), FetchError> {
        let host = host_and_port(uri).ok_or(FetchError::Guarded("the address is not one of a web server with a name"))?;
        let counter = self.per_host.get_with(host, Arc::default);
        if counter.fetch_add(1, Ordering::Relaxed) < self.most_per_host {
            return Ok(());
        }
        Err(FetchError::Temporary("too many of its actors were asked for in this minute".to_owned()))
    }
}

/// The actor with this id: as known, else as its host says. One that is older than a day is got again in the background.
///
/// # Errors
/// `NotFound` where it is gone or never was (also where we know that), `Upstream` where it can't be had now, `Busy` for
/// faults of our own.
pub async fn resolve(state: &AppState, uri: &str, budget: &Budget) -> Result<RemoteActorRow> {
    not_ours(state, uri)?;
    if let Some(known) = known(state, uri).await? {
        if known.gone_at.is_some() {
            return Err(Error::NotFound);
        }
        if state.now() - known.fetched_at > FRESH_FOR {
            refresh_later(state, uri);
        }
        return Ok(known);
    }
    Ok(look_up(state, uri, budget).await?)
}

/// The actor as its host says now, whatever is known; for its own `Update`, for `Move`, and when a member asks.
///
/// # Errors
/// As [`resolve`].
pub async fn refresh(state: &AppState, uri: &str, budget: &Budget) -> Result<RemoteActorRow> {
    not_ours(state, uri)?;
    Ok(fetch_fresh(state, uri, budget).await?)
}

/// The actor that a person means by an address, as its own host says now; one of ours as it is.
///
/// # Errors
/// As [`webfinger::find_actor`] and [`resolve`].
pub async fn find_fresh(state: &AppState, address: &str) -> Result<RemoteActorRow> {
    let budget = Budget::of(state);
    let found = webfinger::find_actor(state, address, &budget).await?;
    if state.site()?.owns(&found.uri) { Ok(found) } else { refresh(state, &found.uri, &budget).await }
}

/// The actor once more because a signature didn't match what is known: at most once per
/// `federation.key_refetch_seconds` for an actor, on all nodes together (SIG-24, SIG-25).
///
/// # Errors
/// `NotFound` where its host says that it is gone; `TooMany` where it isn't due; else as [`resolve`].
pub async fn refetch_key(state: &AppState, uri: &str, budget: &Budget) -> Result<RemoteActorRow> {
    not_ours(state, uri)?;
    let pause = state.settings.federation.key_refetch_seconds;
    let lookups = &state.wire.lookups;
    // The first to come writes the entry; those beside it find it.
    if !lookups.refetched.entry_by_ref(uri).or_insert(()).is_fresh() {
        return Err(Error::TooMany(pause));
    }
    let due_before = state.now() - chrono::Duration::seconds(i64::try_from(pause).unwrap_or(i64::MAX / 1_000_000));
    if known(state, uri).await?.is_some_and(|row| row.key_refetched_at.is_some_and(|at| at > due_before)) {
        return Err(Error::TooMany(pause));
    }
    lookups.count(uri)?;
    let now = state.now();
    let name = uri.to_owned();
    state.db.write(move |conn| db::remote_actors::set_key_refetched(conn, &name, now)).await?;
    Ok(fetch_fresh(state, uri, budget).await?)
}

/// Whether the actor's own host says that it is no more (SIG-31).
///
/// # Errors
/// Where the host says neither.
pub async fn is_gone(state: &AppState, uri: &str, budget: &Budget) -> Result<bool> {
    not_ours(state, uri)?;
    match fetch::document(state, uri, budget).await {
        Ok(_) => Ok(false),
        Err(FetchError::Gone | FetchError::NotFound) => Ok(true),
        Err(error) => Err(error.into()),
    }
}

/// The actor behind a key id, and the key that its own document lists under it: `actor#main-key`, `actor/main-key` (a
/// document of its own that names its owner), or the bare actor, which means its first key (SIG-26).
///
/// # Errors
/// `NotFound` where the actor doesn't list that key (SIG-18); else as [`resolve`].
pub async fn for_key_id(state: &AppState, key_id: &str, budget: &Budget) -> Result<(RemoteActorRow, PublicKey)> {
    let bare = key_id.split('#').next().unwrap_or(key_id);
    not_ours(state, bare)?;
    let named = match resolve_known(state, bare).await? {
        Some(known) => KeyDocument::Actor(Box::new(known)),
        None => key_document(state, bare, budget).await?,
    };
    let actor = match named {
        KeyDocument::Actor(actor) => *actor,
        KeyDocument::Of(owner) => match resolve_known(state, &owner).await? {
            Some(known) => known,
            None => look_up(state, &owner, budget).await?,
        },
    };
    let listed = actor.keys.iter().find(|key| key.id == key_id || key_id == actor.uri).cloned();
    let key = listed.ok_or(Error::NotFound)?;
    Ok((actor, key))
}

/// What stands at a key id without its fragment.
enum KeyDocument {
    Actor(Box<RemoteActorRow>),
    /// A key's own document, which is no more than a hint at its owner.
    Of(String),
}

async fn key_document(state: &AppState, bare: &str, budget: &Budget) -> Result<KeyDocument, FetchError> {
    let owners = &state.wire.lookups.owners;
    let known = async {
        let actor = resolve_known(state, bare).await?.map(|known| KeyDocument::Actor(Box::new(known)));
        Ok(actor.or_else(|| owners.get(bare).map(KeyDocument::Of)))
    };
    let ask = async {
        let document = fetch::document(state, bare, budget).await?;
        if let Ok(actor) = read_actor(&document.json) {
            let actor = store(state, actor, budget).await?;
            if actor.uri != bare {
                owners.insert(bare.to_owned(), actor.uri.clone());
            }
            return Ok(KeyDocument::Actor(Box::new(actor)));
        }
        let owner = ["owner", "controller"].iter().find_map(|name| document.json.get(*name)?.as_str());
        let owner = owner.ok_or(FetchError::Invalid("it is neither an actor nor a key"))?;
        if !crate::domain::url::same_origin(owner, &document.id) {
            return Err(FetchError::Invalid("the key's owner is on another host"));
        }
        owners.insert(bare.to_owned(), owner.to_owned());
        Ok(KeyDocument::Of(owner.to_owned()))
    };
    in_turn(state, bare, known, ask).await
}

async fn resolve_known(state: &AppState, uri: &str) -> Result<Option<RemoteActorRow>> {
    Ok(known(state, uri).await?.filter(|row| row.gone_at.is_none()))
}

pub(super) async fn known(state: &AppState, uri: &str) -> Result<Option<RemoteActorRow>> {
    let uri = uri.to_owned();
    state.db.read(move |conn| db::remote_actors::by_uri(conn, &uri)).await
}

fn not_ours(state: &AppState, uri: &str) -> Result<()> {
    match state.site_if_set_up() {
        Some(site) if site.owns(uri) => Err(FetchError::Guarded("the address is our own").into()),
        _ => Ok(()),
    }
}

/// An actor never seen.
async fn look_up(state: &AppState, uri: &str, budget: &Budget) -> Result<RemoteActorRow, FetchError> {
    let known = async { Ok(resolve_known(state, uri).await?) };
    in_turn(state, uri, known, fetch_fresh(state, uri, budget)).await
}

/// What was never seen, with all bounds on what strangers may cause: known by now, failed lately, else asked for. Who wants the
/// same at that moment waits for what is found, so that many activities at once cost one look. Nobody waits for a second turn
/// while holding one: two that each want the other's would wait for ever.
async fn in_turn<T>(
    state: &AppState,
    uri: &str,
    known: impl Future<Output = Result<Option<T>, FetchError>>,
    ask: impl Future<Output = Result<T, FetchError>>,
) -> Result<T, FetchError> {
    let lookups = &state.wire.lookups;
    let turn = lookups.turns.get_with_by_ref(uri, Arc::default);
    let _turn = turn.lock().await;
    if let Some(found) = known.await? {
        return Ok(found);
    }
    if let Some(error) = lookups.failed.get(uri) {
        return Err(error);
    }
    lookups.count(uri)?;
    let found = ask.await;
    if let Err(error) = &found {
        remember(state, uri, error);
    }
    found
}

fn remember(state: &AppState, uri: &str, error: &FetchError) {
    // What our own side caused says nothing about the actor.
    if !matches!(error, FetchError::Budget | FetchError::Ours(_) | FetchError::Guarded(_)) {
        state.wire.lookups.failed.insert(uri.to_owned(), error.clone());
    }
}

fn refresh_later(state: &AppState, uri: &str) {
    if !state.wire.lookups.refreshing.entry_by_ref(uri).or_insert(()).is_fresh() {
        return;
    }
    let (state, uri) = (state.clone(), uri.to_owned());
    tokio::spawn(async move {
        if let Err(error) = fetch_fresh(&state, &uri, &Budget::of(&state)).await {
            tracing::debug!(%error, actor = %uri, "an actor could not be refreshed");
        }
    });
}

/// Gets and stores the actor. Its id is the address that was asked for, byte for byte.
pub(super) async fn fetch_fresh(state: &AppState, uri: &str, budget: &Budget) -> Result<RemoteActorRow, FetchError> {
    let document = fetch::document(state, uri, budget).await?;
    if document.id != uri {
        return Err(FetchError::Invalid("its id is another one"));
    }
    from_document(state, document, budget).await
}

/// Stores an actor whose document was got from its own id.
pub(super) async fn from_document(state: &AppState, document: Document, budget: &Budget) -> Result<RemoteActorRow, FetchError> {
    let actor = read_actor(&document.json).map_err(|_| FetchError::Invalid("it is not an actor"))?;
    store(state, actor, budget).await
}

async fn store(state: &AppState, actor: Actor, budget: &Budget) -> Result<RemoteActorRow, FetchError> {
    let host = host_and_port(&actor.id).ok_or(FetchError::Invalid("its id is not an address"))?;
    let before = known(state, &actor.id).await?;
    let handle_host = match &actor.claimed_host {
        Some(claimed) if *claimed != host && webfinger::points_to(state, &actor.username, claimed, &actor.id, budget).await => {
            claimed.clone()
        }
        // What a lookup by handle proved once stays, while the name stays.
        None => before
            .as_ref()
            .filter(|before| before.username == actor.username)
            .map_or_else(|| host.clone(), |before| before.handle_host.clone()),
        Some(_) => host.clone(),
    };
    let row = row(actor, host, handle_host, before.and_then(|before| before.key_refetched_at), state.now());
    let stored = row.clone();
    state.db.write(move |conn| db::remote_actors::put(conn, &row)).await?;
    state.wire.lookups.failed.invalidate(&stored.uri);
    // The row's own id is that of the first time.
    known(state, &stored.uri).await?.ok_or_else(|| FetchError::Ours("an actor vanished while it was stored".to_owned()))
}

fn row(actor: Actor, host: String, handle_host: String, key_refetched_at: Option<Timestamp>, now: Timestamp) -> RemoteActorRow {
    RemoteActorRow {
        id: uuid::Uuid::now_v7().to_string(),
        uri: actor.id,
        host,
        kind: actor.kind.to_owned(),
        username: actor.username,
        handle_host,
        name: text::tame(&actor.name),
        summary: text::sanitise(&actor.summary),
        url: actor.url,
        inbox: actor.inbox,
        shared_inbox: actor.shared_inbox,
        outbox: actor.outbox,
        followers: actor.followers,
        icon_url: actor.icon_url,
        also_known_as: Json::new(actor.also_known_as),
        moved_to: actor.moved_to,
        keys: Json::new(actor.keys.into_iter().map(|key| PublicKey { id: key.id, pem: key.pem }).collect()),
        manually_approves: actor.manually_approves,
        fetched_at: now,
        key_refetched_at,
        gone_at: None,
        country: actor.country,
    }
}
