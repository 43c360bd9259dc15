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
