//! The wire: everything that goes to other servers or comes from them.
//!
//! The only floor that names `activitypub_federation` (with `vocab` for its wire types). Handlers here fetch, verify and
//! resolve; then they call an act. Must not decide what an act means, and must not render pages.

use crate::{config::Settings, db::Db, error::Result};
use actix_web::web::ServiceConfig;
use std::sync::Arc;

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
    /// The one guarded HTTP client: every request that leaves this program goes through it (SRF-14).
    pub client: client::Client,
    /// Parsed keys, ours and others'.
    pub keys: signatures::keys::KeyCache,
    /// What was asked for lately, so that strangers can't make us ask for more.
    pub lookups: actors::Lookups,
    /// Limits and caches of the inboxes.
    pub inbound: inbound::Inbound,
}

impl Wire {
    pub fn new(settings: &Settings, db: &Db) -> Result<Self> {
        let guard = Arc::new(guard::Guard::new(settings, db.clone()));
        Ok(Self {
            client: client::build(settings, guard)?,
            keys: signatures::keys::KeyCache::default(),
            lookups: actors::Lookups::new(settings),
            inbound: inbound::Inbound::new(settings),
        })
    }
}

/// Routes that speak ActivityStreams: actors, inboxes, collections, WebFinger, NodeInfo.
pub fn routes(cfg: &mut ServiceConfig) {
    inbound::routes(cfg);
    serve::routes(cfg);
}
