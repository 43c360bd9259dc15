//! From the address that a steward gives to the relay it means.
//!
//! Must not decide whether the instance may subscribe.

use super::{
    fetch::{self, Budget, FetchError},
    webfinger,
};
use crate::{
    acts::relays::Wanted,
    domain::{
        names::RelayStyle,
        url::{host_and_port, parse_remote},
    },
    error::{Error, Result},
    state::AppState,
};

/// Kinds of actors that relays are. Older Pleromas call theirs a Person; its id tells it.
const KINDS: [&str; 3] = ["Application", "Service", "Group"];

/// The relay at an address. One that ends in `/inbox` is an inbox and Mastodon's way, any other an actor's (or its handle) and LitePub's,
/// unless `style` says otherwise. An inbox is asked for once, to see whether anybody is there; whether it belongs to a relay
/// shows in its answer to our Follow.
///
/// # Errors
/// `Invalid` for `address`: no address, not https, ours, shut out, nobody there, no relay. `Busy` for faults of our own.
pub async fn find(state: &AppState, address: &str, style: Option<RelayStyle>) -> Result<Wanted> {
    let address = address.trim();
    let wrong = |message: &'static str| Error::invalid("address", message);
    let url = parse_remote(address);
    if url.is_none() && webfinger::handle(address).is_none() {
        return Err(wrong("error-relay-form"));
    }
    if let Some(url) = &url {
        if url.scheme() != "https" && !state.settings.is_local() {
            return Err(wrong("error-relay-https"));
        }
        if host_and_port(address).as_deref() == Some(state.site()?.domain.as_str()) {
            return Err(wrong("error-relay-own"));
        }
        if state.wire.inbound.caches.blocks(state).await?.shut_out(address) {
            return Err(wrong("error-relay-blocked"));
        }
    }
    let ends_as_inbox = url.as_ref().is_some_and(|url| url.path().trim_end_matches('/').ends_with("/inbox"));
    let style = style.unwrap_or(if ends_as_inbox { RelayStyle::Mastodon } else { RelayStyle::LitePub });
    let budget = Budget::of(state);
    match (style, url) {
        (RelayStyle::Mastodon, None) => Err(wrong("error-relay-inbox")),
        (RelayStyle::Mastodon, Some(mut url)) => {
            url.set_fragment(None);
            match fetch::object_or_page(state, url.as_str(), &budget).await {
                Err(FetchError::Ours(why)) => Err(Error::Busy(why)),
                Err(FetchError::Guarded(_)) => Err(wrong("error-relay-guarded")),
                Err(FetchError::Temporary(_)) => Err(wrong("error-relay-away")),
                Err(FetchError::Gone) => Err(wrong("error-relay-none")),
                // An inbox needn't show anything.
                _ => Ok(Wanted { style, address: url.to_string(), inbox: url.into(), actor_uri: None }),
            }
        }
        (RelayStyle::LitePub, _) => {
            let actor = match webfinger::find_actor(state, address, &budget).await {
                Ok(actor) => actor,
                Err(error @ (Error::Busy(_) | Error::Internal(_))) => return Err(error),
                Err(error) => {
                    tracing::debug!(%error, address, "no relay at an address");
                    return Err(wrong("error-relay-none"));
                }
            };
            if state.site()?.owns(&actor.uri) {
                return Err(wrong("error-relay-own"));
            }
            if !KINDS.contains(&actor.kind.as_str()) && !actor.uri.ends_with("/relay") {
                return Err(wrong("error-relay-person"));
            }
            if actor.inbox.is_empty() || actor.gone_at.is_some() {
                return Err(wrong("error-relay-none"));
            }
            Ok(Wanted { style, address: actor.uri.clone(), inbox: actor.inbox, actor_uri: Some(actor.uri) })
        }
    }
}
