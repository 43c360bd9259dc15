//! Logs, health and readiness. Never logs a client's address, a token, a passphrase or a body.

use crate::{
    config::{Log, LogFormat},
    db,
    state::AppState,
};
use actix_web::{
    HttpResponse,
    body::MessageBody,
    dev::{ServiceRequest, ServiceResponse},
    middleware::Next,
    web::{Data, ServiceConfig, get},
};
use futures::FutureExt;
use std::{panic::AssertUnwindSafe, time::Instant};
use tracing::Instrument;
use tracing_subscriber::{EnvFilter, fmt};

/// Sets up logging to standard error; `RUST_LOG` goes before `log.filter`.
pub fn start_logging(log: &Log) {
    let filter =
        EnvFilter::try_from_default_env().or_else(|_| EnvFilter::try_new(&log.filter)).unwrap_or_else(|_| EnvFilter::new("info"));
    let base = fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(std::io::IsTerminal::is_terminal(&std::io::stderr()));
    // A second call (tests) finds logging set up already, which is fine.
    let _ = match log.format {
        LogFormat::Text => base.with_target(false).try_init(),
        LogFormat::Json => base.json().flatten_event(true).try_init(),
    };
}

pub fn routes(cfg: &mut ServiceConfig) {
    cfg.route("/healthz", get().to(healthz)).route("/readyz", get().to(readyz));
}

/// Alive: the process answers.
async fn healthz() -> HttpResponse {
    HttpResponse::Ok().content_type("text/plain").body("ok\n")
}

/// Ready: the database answers and has every migration.
async fn readyz(state: Data<AppState>) -> HttpResponse {
    match state.db.read(db::migrate::pending).await {
        Ok(pending) if pending.is_empty() => HttpResponse::Ok().content_type("text/plain").body("ready\n"),
        Ok(_) => HttpResponse::ServiceUnavailable().content_type("text/plain").body("migrations are missing\n"),
        Err(error) => {
            tracing::warn!(%error, "not ready");
            HttpResponse::ServiceUnavailable()
                .insert_header(("retry-after", "5"))
                .content_type("text/plain")
                .body("the database doesn't answer\n")
        }
    }
}

/// Gives each request an id, logs its end, and turns a panic into a 500 (the worker lives on).
///
/// Logged: method, path without query (a query may hold a token), status, milliseconds.
pub async fn request_log(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse, actix_web::Error> {
    let id = uuid::Uuid::new_v4().simple().to_string();
    let span = tracing::info_span!("request", id = %id, method = %request.method(), path = %loggable(request.path()));
    let started = Instant::now();
    let served = AssertUnwindSafe(next.call(request)).catch_unwind().instrument(span.clone()).await;
    let _entered = span.enter();
    let milliseconds = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
    match served {
        Ok(Ok(response)) => {
            tracing::info!(status = response.status().as_u16(), milliseconds, "answered");
            Ok(response.map_into_boxed_body())
        }
        Ok(Err(error)) => {
            tracing::info!(status = error.as_response_error().status_code().as_u16(), milliseconds, "refused");
            Err(error)
        }
        Err(_) => {
            tracing::error!(milliseconds, "a handler panicked");
            Err(actix_web::error::ErrorInternalServerError("internal error"))
        }
    }
}

/// Paths that hold a single-use token are logged without it.
fn loggable(path: &str) -> String {
    for secret in ["/setup/", "/join/", "/reset/"] {
        if let Some(at) = path.find(secret) {
            return format!("{}…", &path[..at + secret.len()]);
        }
    }
    path.to_owned()
}
