//! The one guarded HTTP client.

use crate::{
    config::Settings,
    error::{Error, Result},
};
use std::time::Duration;

pub type Client = reqwest_middleware::ClientWithMiddleware;

pub fn build(settings: &Settings) -> Result<Client> {
    let client = reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .connect_timeout(Duration::from_secs(settings.federation.connect_timeout_seconds))
        .timeout(Duration::from_secs(settings.federation.request_timeout_seconds))
        .build()
        .map_err(|e| Error::Config(format!("can't set up the HTTP client: {e}")))?;
    Ok(reqwest_middleware::ClientBuilder::new(client).build())
}

/// A client that asks our own address, which the guarded one refuses: `doctor` as a stranger would, through DNS, `ready`
/// on `loopback`. A name under `.localhost` is always loopback.
pub fn for_self_check(settings: &Settings, own_host: &str, loopback: bool) -> Result<reqwest::Client> {
    let mut builder =
        reqwest::Client::builder().no_proxy().timeout(Duration::from_secs(settings.federation.request_timeout_seconds));
    if loopback || own_host == "localhost" || own_host.ends_with(".localhost") {
        builder = builder.resolve(own_host, std::net::SocketAddr::from(([127, 0, 0, 1], 0)));
    }
    builder.build().map_err(|e| Error::Config(format!("can't set up the HTTP client: {e}")))
}
