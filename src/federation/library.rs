//! `activitypub_federation`, set up for this instance: its config, its typed ids and its traits over our rows and acts.
//!
//! Must not let the library ask anybody anything: documents come through `federation::fetch`, which looks at statuses,
//! types, redirects, depth and the budget; the library's fetch is hard-wired behind `ObjectId::dereference` and does
//! less. So ids are followed by `dereference_local` here, and what isn't known is got by `federation::actors`.

use super::{
    actors,
    fetch::{Budget, Document},
    inbound::{Refusal, Verified, handle},
};
use crate::{
    acts::{Principal, receive},
    db::remote_actors::RemoteActorRow,
    error::{Error, Result},
    state::AppState,
    vocab::read_actor::read_actor,
};
use activitypub_federation::{
    config::{Data, FederationConfig},
    error::Error as LibraryError,
    fetch::object_id::ObjectId,
    protocol::verification::{verify_domains_match, verify_is_remote_object, verify_urls_match},
    traits::{Activity, Actor, Object},
};
use async_trait::async_trait;
use serde_json::Value;
use std::{sync::Arc, time::Duration};
use tokio::sync::OnceCell;
use url::Url;

/// The library's config, beside the state and never in it: it holds the state.
pub struct Library {
    state: AppState,
    /// Made when first needed: before setup there is no domain, and after it the domain stays.
    config: OnceCell<FederationConfig<AppState>>,
}

impl Library {
    pub fn new(state: AppState) -> Self {
        Self { state, config: OnceCell::new() }
    }

    /// The library's view of one incoming request.
    ///
    /// # Errors
    /// `NotFound` before setup.
    pub async fn request(&self) -> Result<Data<AppState>> {
        Ok(self.config.get_or_try_init(|| configure(&self.state)).await?.to_request_data())
    }
}

async fn configure(state: &AppState) -> Result<FederationConfig<AppState>> {
    let limits = &state.settings.federation;
    FederationConfig::builder()
        .domain(state.site()?.domain.as_str())
        .app_data(state.clone())
        .client(state.wire.client(&state.settings)?.clone())
        .http_fetch_limit(limits.max_requests_per_activity)
        .request_timeout(Duration::from_secs(limits.request_timeout_seconds))
        // Switches off its own look at ports and addresses only. Our client resolves, checks and connects in one step and
        // holds to schemes, allowed ports, blocks and our own host; a second look would resolve each name twice, see
        // another answer than the one connected to, and refuse every port, also those that a steward allowed.
        .debug(true)
        .allow_http_urls(state.settings.is_local())
        .build()
        .await
        .map_err(Error::internal)
}

impl From<LibraryError> for Error {
    fn from(error: LibraryError) -> Self {
        match error {
            LibraryError::NotFound | LibraryError::ObjectDeleted(_) => Self::NotFound,
            other => Self::Upstream(other.to_string()),
        }
    }
}

/// An actor of another server, for the library's traits. Its typed id is `ObjectId<RemoteActor>`.
#[derive(Debug, Clone)]
pub struct RemoteActor {
    id: Url,
    /// Its own id where it named no inbox that can be used: acts look at the row and send it nothing.
    inbox: Url,
    row: Arc<RemoteActorRow>,
}

impl RemoteActor {
    fn new(row: Arc<RemoteActorRow>) -> Result<Self> {
        let id = Url::parse(&row.uri).map_err(Error::internal)?;
        let inbox = Url::parse(&row.inbox).unwrap_or_else(|_| id.clone());
        Ok(Self { id, inbox, row })
    }

    pub fn row(&self) -> &Arc<RemoteActorRow> {
        &self.row
    }
}

#[async_trait]
impl Object for RemoteActor {
    type DataType = AppState;
    /// As it comes: peers write one member in many shapes, which `vocab::read_actor` knows.
    type Kind = Value;
    type Error = Error;

    fn id(&self) -> &Url {
        &self.id
    }

    async fn read_from_id(id: Url, data: &Data<AppState>) -> Result<Option<Self>> {
        let cached = data.wire.inbound.caches.actor(data, id.as_str()).await?;
        let found = match cached {
            Some(row) => Some(row),
            // It may have been stored since the cache heard that there is none.
            None => actors::known(data, id.as_str()).await?.map(Arc::new),
        };
        found.map(Self::new).transpose()
    }

    async fn delete(&self, data: &Data<AppState>) -> Result<()> {
        let uri = self.row.uri.clone();
        data.act(Principal::Peer(uri.clone()), move |act| receive::actor::gone(act, &uri)).await?;
        data.wire.inbound.caches.forget_actor(&self.row.uri).await;
        Ok(())
    }

    fn is_deleted(&self) -> bool {
        self.row.gone_at.is_some()
    }

    /// What others say of themselves is theirs to serve.
    async fn into_json(self, _: &Data<AppState>) -> Result<Value> {
        Err(Error::NotFound)
    }

    /// It is an actor, not ours, and its id is the very address that it was got from.
    async fn verify(json: &Value, got_from: &Url, data: &Data<AppState>) -> Result<()> {
        let actor = read_actor(json).map_err(|error| Error::Upstream(error.to_string()))?;
        let id = ObjectId::<Self>::parse(&actor.id).map_err(LibraryError::from)?;
        verify_urls_match(id.inner(), got_from)?;
        Ok(verify_is_remote_object(&id, data)?)
    }

    async fn from_json(json: Value, data: &Data<AppState>) -> Result<Self> {
        let id = read_actor(&json).map_err(|error| Error::Upstream(error.to_string()))?.id;
        let row = actors::from_document(data, Document { id, json }, &Budget::of(data)).await?;
        Self::new(data.wire.inbound.caches.put_actor(row).await)
    }
}

impl Actor for RemoteActor {
    /// The first key listed; empty where there is none, which is no key to anybody. Signatures are checked against all.
    fn public_key_pem(&self) -> &str {
        self.row.keys.first().map_or("", |key| key.pem.as_str())
    }

    fn private_key_pem(&self) -> Option<String> {
        None
    }

    fn inbox(&self) -> Url {
        self.inbox.clone()
    }

    fn shared_inbox(&self) -> Option<Url> {
        self.row.shared_inbox.as_deref().and_then(|inbox| Url::parse(inbox).ok())
    }
}

/// An activity that the gate let in: its sender is proven. The library's `receive_activity` isn't used, as it fetches the
/// actor by itself and checks neither dates nor what a signature covers.
pub struct Incoming {
    id: Url,
    actor: ObjectId<RemoteActor>,
    verified: Verified,
}

impl Incoming {
    pub fn new(verified: Verified) -> Result<Self, Refusal> {
        let address = |text: &str| Url::parse(text).map_err(|_| Refusal::Malformed("an id is not an address"));
        let actor = address(&verified.actor.uri)?;
        let id = match &verified.activity.id {
            Some(id) => address(id)?,
            // Mastodon's Add and Remove have none: named after what makes a replay of it known.
            None => {
                let mut id = actor.clone();
                id.set_fragment(Some(&verified.digest));
                id
            }
        };
        Ok(Self { id, actor: actor.into(), verified })
    }
}

#[async_trait]
impl Activity for Incoming {
    type DataType = AppState;
    type Error = Refusal;

    fn id(&self) -> &Url {
        &self.id
    }

    fn actor(&self) -> &Url {
        self.actor.inner()
    }

    /// A second lock behind the gate, with another key: host of the id, an actor not ours, known under this very id.
    async fn verify(&self, data: &Data<AppState>) -> Result<(), Refusal> {
        verify_domains_match(self.id(), self.actor())
            .map_err(|_| Refusal::Forbidden("the activity lies on another host than its actor"))?;
        verify_is_remote_object(&self.actor, data).map_err(|_| Refusal::Forbidden("an id lies on this server"))?;
        // Our rows keep an id as its owner spells it, a `Url` has it normalised: one spelled otherwise isn't found by it.
        if self.actor().as_str() == self.verified.actor.uri {
            let known = self.actor.dereference_local(data).await?;
            if known.row().id != self.verified.actor.id {
                return Err(Refusal::Forbidden("the key is another actor's"));
            }
        }
        Ok(())
    }

    async fn receive(self, data: &Data<AppState>) -> Result<(), Refusal> {
        let verified = &self.verified;
        data.wire.inbound.caches.note_seen(data, &verified.host).await;
        let outcome = handle(data, verified).await?;
        super::inbound::followers_sync::follow_up(data, verified).await;
        tracing::debug!(kind = %verified.activity.kind, actor = %verified.actor.uri, ?outcome, "took an activity");
        Ok(())
    }
}

#[cfg(test)]
#[path = "library_tests.rs"]
mod tests;
