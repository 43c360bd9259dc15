//! What comes in: the gate (size, form, key, signature, identity), then one handler per activity, which calls an act.
//!
//! A 202 means that signature and origin were checked and that the effect is durable, or that there is none.

use crate::{config::Settings, state::AppState};
use actix_web::{
    HttpRequest, HttpResponse,
    web::{Data, Path, Payload, ServiceConfig, post},
};

pub mod cache;
pub(super) mod depth;
mod gate;
mod handlers;
mod refusal;

pub use refusal::Refusal;

/// What the gate keeps in memory: limits and short-lived caches. Part of [`crate::federation::Wire`].
pub struct Inbound {
    pub caches: cache::Caches,
    limits: gate::Limits,
}

impl Inbound {
    pub fn new(settings: &Settings) -> Self {
        Self { caches: cache::Caches::default(), limits: gate::Limits::new(&settings.federation) }
    }
}

pub fn routes(cfg: &mut ServiceConfig) {
    cfg.route("/inbox", post().to(shared)).route("/c/{handle}/inbox", post().to(personal));
}

async fn shared(state: Data<AppState>, request: HttpRequest, payload: Payload) -> HttpResponse {
    receive(&state, &request, payload, None).await
}

async fn personal(state: Data<AppState>, request: HttpRequest, payload: Payload, handle: Path<String>) -> HttpResponse {
    receive(&state, &request, payload, Some(&handle)).await
}

async fn receive(state: &AppState, request: &HttpRequest, payload: Payload, handle: Option<&str>) -> HttpResponse {
    match accept(state, request, payload, handle).await {
        Ok(()) => HttpResponse::Accepted().finish(),
        Err(refusal) => {
            tracing::debug!(status = refusal.status().as_u16(), reason = refusal.reason(), "refused an activity");
            refusal.response()
        }
    }
}

async fn accept(state: &AppState, request: &HttpRequest, payload: Payload, handle: Option<&str>) -> Result<(), Refusal> {
    let Some(verified) = gate::pass(state, request, payload, handle).await? else { return Ok(()) };
    state.wire.inbound.caches.note_seen(state, &verified.actor.host).await;
    let outcome = handlers::handle(state, &verified).await?;
    tracing::debug!(kind = %verified.activity.kind, actor = %verified.actor.uri, ?outcome, "took an activity");
    Ok(())
}
