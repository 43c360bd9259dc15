//! The one guarded HTTP client: every request that leaves this program goes through it (SRF-14).
//!
//! Its outermost layer checks each address as written, its resolver each address as found; it follows no redirect and
//! takes no proxy from the environment. Must not know what is asked for.

use super::guard::{Guard, Guarded, Resolver};
use crate::{
    config::Settings,
    error::{Error, Result},
};
use actix_web::web::{Bytes, BytesMut};
use async_trait::async_trait;
use reqwest::{
    Request, Response,
    header::{HeaderValue, USER_AGENT},
};
use reqwest_middleware::{Middleware, Next};
use std::{sync::Arc, time::Duration};

pub type Client = reqwest_middleware::ClientWithMiddleware;

/// Connections to one host kept open for the next request.
const IDLE_PER_HOST: usize = 4;
/// How long they are kept.
const IDLE_FOR: Duration = Duration::from_secs(60);

/// Builds the client. Connecting, whole requests and bodies are bounded by `settings.federation`.
///
/// # Errors
/// `Config` where `federation.extra_ca_file` can't be read.
pub fn build(settings: &Settings, guard: Arc<Guard>) -> Result<Client> {
    let limits = &settings.federation;
    let client = with_extra_authorities(settings, reqwest::Client::builder())?
        .redirect(reqwest::redirect::Policy::none())
        .referer(false)
        .no_proxy()
        .dns_resolver(Arc::new(Resolver::new(settings)))
        .tls_version_min(reqwest::tls::Version::TLS_1_2)
        .https_only(!settings.is_local())
        .connect_timeout(Duration::from_secs(limits.connect_timeout_seconds))
        .timeout(Duration::from_secs(limits.request_timeout_seconds))
        .pool_max_idle_per_host(IDLE_PER_HOST)
        .pool_idle_timeout(IDLE_FOR)
        .build()
        .map_err(|e| Error::Config(format!("can't set up the HTTP client: {e}")))?;
    Ok(reqwest_middleware::ClientBuilder::new(client).with(Layer { guard }).build())
}

/// A client that asks our own address, which the guarded one refuses: `doctor` as a stranger would, through DNS, `ready`
/// on `loopback`. A name under `.localhost` is always loopback.
pub fn for_self_check(settings: &Settings, own_host: &str, loopback: bool) -> Result<reqwest::Client> {
    let mut builder = with_extra_authorities(settings, reqwest::Client::builder())?
        .no_proxy()
        .timeout(Duration::from_secs(settings.federation.request_timeout_seconds));
    if loopback || own_host == "localhost" || own_host.ends_with(".localhost") {
        builder = builder.resolve(own_host, std::net::SocketAddr::from(([127, 0, 0, 1], 0)));
    }
    builder.build().map_err(|e| Error::Config(format!("can't set up the HTTP client: {e}")))
}

fn with_extra_authorities(settings: &Settings, builder: reqwest::ClientBuilder) -> Result<reqwest::ClientBuilder> {
    let path = &settings.federation.extra_ca_file;
    if path.as_os_str().is_empty() {
        return Ok(builder);
    }
    let wrong = |e: &dyn std::fmt::Display| Error::Config(format!("federation.extra_ca_file {}: {e}", path.display()));
    let pem = std::fs::read(path).map_err(|e| wrong(&e))?;
    let certificates = reqwest::Certificate::from_pem_bundle(&pem).map_err(|e| wrong(&e))?;
    if certificates.is_empty() {
        return Err(wrong(&"there is no certificate in it"));
    }
    Ok(builder.tls_certs_merge(certificates))
}

/// Checks where a request goes, and says who asks.
struct Layer {
    guard: Arc<Guard>,
}

#[async_trait]
impl Middleware for Layer {
    async fn handle(
        &self,
        mut request: Request,
        extensions: &mut http::Extensions,
        next: Next<'_>,
    ) -> reqwest_middleware::Result<Response> {
        let checked = self.guard.check(request.url()).await.map_err(reqwest_middleware::Error::middleware)?;
        checked.map_err(reqwest_middleware::Error::middleware)?;
        let agent = match self.guard.own().await {
            Some(domain) => format!("Communard/{} (+https://{domain})", env!("CARGO_PKG_VERSION")),
            None => format!("Communard/{}", env!("CARGO_PKG_VERSION")),
        };
        if let Ok(agent) = HeaderValue::from_str(&agent) {
            request.headers_mut().insert(USER_AGENT, agent);
        }
        next.run(request, extensions).await
    }
}

/// The guard's word, where it was the guard that stopped a request: as written, or as its name resolved. Final.
pub fn guarded(error: &reqwest_middleware::Error) -> Option<Guarded> {
    let mut cause: Option<&(dyn std::error::Error + 'static)> = match error {
        reqwest_middleware::Error::Middleware(error) => Some(error.as_ref()),
        reqwest_middleware::Error::Reqwest(error) => Some(error),
    };
    while let Some(error) = cause {
        if let Some(guarded) = error.downcast_ref::<Guarded>() {
            return Some(*guarded);
        }
        cause = error.source();
    }
    None
}

/// Why a body wasn't read to its end.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    #[error("the answer is too large")]
    TooLarge,
    /// Broken off, or not finished in time.
    #[error("the answer broke off: {0}")]
    Broken(String),
}

/// Reads a body as decoded, and never more than `max` bytes of it (RES-10).
pub async fn read_limited(mut response: Response, max: usize) -> Result<Bytes, ReadError> {
    let mut body = BytesMut::new();
    while let Some(chunk) = response.chunk().await.map_err(|e| ReadError::Broken(e.to_string()))? {
        if body.len() + chunk.len() > max {
            return Err(ReadError::TooLarge);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body.freeze())
}
