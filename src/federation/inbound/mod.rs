//! What comes in: the gate (size, form, key, signature, identity), then one handler per activity, which calls an act.
//!
//! A 202 means that signature and origin were checked and that the effect is durable, or that there is none.

use super::library::{Incoming, Library};
use crate::{config::Settings, state::AppState};
use activitypub_federation::traits::Activity;
use actix_web::{
    HttpRequest, HttpResponse,
    web::{Data, Path, Payload, ServiceConfig, post},
};

pub mod cache;
mod carried;
pub(super) mod depth;
pub(super) mod followers_sync;
mod gate;
mod handlers;
mod refusal;

pub(super) use gate::Verified;
pub use gate::parse;
pub(super) use handlers::handle;
pub use refusal::Refusal;

/// What the gate keeps in memory: limits and short-lived caches. Part of [`crate::federation::Wire`].
pub struct Inbound {
    pub caches: cache::Caches,
    limits: gate::Limits,
    synchronizations: followers_sync::Synchronizations,
}

impl Inbound {
    pub fn new(settings: &Settings) -> Self {
        Self {
            caches: cache::Caches::default(),
            limits: gate::Limits::new(&settings.federation),
            synchronizations: followers_sync::Synchronizations::new(settings.federation.followers_sync_seconds),
        }
    }
}

pub fn routes(cfg: &mut ServiceConfig) {
    cfg.route("/inbox", post().to(shared)).route("/c/{handle}/inbox", post().to(personal));
}

async fn shared(state: Data<AppState>, library: Data<Library>, request: HttpRequest, payload: Payload) -> HttpResponse {
    receive(&state, &library, &request, payload, None).await
}

async fn personal(
    state: Data<AppState>,
    library: Data<Library>,
    request: HttpRequest,
    payload: Payload,
    handle: Path<String>,
) -> HttpResponse {
    receive(&state, &library, &request, payload, Some(&handle)).await
}

async fn receive(
    state: &AppState,
    library: &Library,
    request: &HttpRequest,
    payload: Payload,
    handle: Option<&str>,
) -> HttpResponse {
    match accept(state, library, request, payload, handle).await {
        Ok(()) => HttpResponse::Accepted().finish(),
        Err(refusal) => {
            tracing::debug!(status = refusal.status().as_u16(), reason = refusal.reason(), "refused an activity");
            refusal.response()
        }
    }
}

/// The gate, then the activity by way of the library: checked once more, received.
async fn accept(
    state: &AppState,
    library: &Library,
    request: &HttpRequest,
    payload: Payload,
    handle: Option<&str>,
) -> Result<(), Refusal> {
    let Some(verified) = gate::pass(state, request, payload, handle).await? else { return Ok(()) };
    let data = library.request().await?;
    let incoming = Incoming::new(verified)?;
    incoming.verify(&data).await?;
    incoming.receive(&data).await
}
