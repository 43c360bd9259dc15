//! The wire: everything that goes to other servers or comes from them.
//!
//! The only floor that names `activitypub_federation` (with `vocab` for its wire types). Handlers here fetch, verify and
//! resolve; then they call an act. Must not decide what an act means, and must not render pages.

use crate::{config::Settings, db::Db, error::Result};
use actix_web::web::ServiceConfig;
use std::sync::{Arc, OnceLock};

pub mod actors;
pub mod bundle;
pub mod client;
pub mod fetch;
pub mod guard;
pub mod inbound;
pub mod library;
pub mod offline;
pub mod outbound;
pub mod posts;
pub mod recheck;
pub mod relays;
pub mod serve;
pub mod signatures;
pub mod software;
pub mod verify;
pub mod webfinger;

/// What talking to other servers needs, made once at start.
pub struct Wire {
    guard: Arc<guard::Guard>,
    client: OnceLock<client::Client>,
    /// Parsed keys, ours and others'.
    pub keys: signatures::keys::KeyCache,
    /// What was asked for lately, so that strangers can't make us ask for more.
    pub lookups: actors::Lookups,
    /// Limits and caches of the inboxes.
    pub inbound: inbound::Inbound,
}

impl Wire {
    pub fn new(settings: &Settings, db: &Db) -> Result<Self> {
        Ok(Self {
            guard: Arc::new(guard::Guard::new(settings, db.clone())),
            client: OnceLock::new(),
            keys: signatures::keys::KeyCache::default(),
            lookups: actors::Lookups::new(settings),
            inbound: inbound::Inbound::new(settings),
        })
    }

    /// The one guarded HTTP client: every request that leaves this program goes through it (SRF-14). Built when it is first
    /// asked for: reading the machine's certificate authorities takes longer than most commands do.
    ///
    /// # Errors
    /// `Config` where `federation.extra_ca_file` can't be read.
    pub fn client(&self, settings: &Settings) -> Result<&client::Client> {
        if let Some(client) = self.client.get() {
            return Ok(client);
        }
        let built = client::build(settings, self.guard.clone())?;
        Ok(self.client.get_or_init(|| built))
    }
}

/// Routes that speak ActivityStreams: actors, inboxes, collections, WebFinger, NodeInfo.
pub fn routes(cfg: &mut ServiceConfig) {
    inbound::routes(cfg);
    serve::routes(cfg);
}
