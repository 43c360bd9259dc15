//! Followers synchronization (FEP-8fcf), as the side that follows: a peer says in a signed header which of ours it counts
//! among an actor's followers, as a digest; where that isn't what we know, the list is fetched and both are brought together.
//!
//! Nothing here is sent for posts of our own: all of ours are public, and a header that says who follows belongs on none.

use super::Verified;
use crate::{
    acts::{Principal, receive::synchronise},
    crypto::followers_digest,
    db,
    domain::{Site, url::same_origin},
    error::Result,
    federation::fetch::{self, Budget},
    state::AppState,
};
use moka::sync::Cache;
use std::time::Duration;

/// The header, in lower case.
pub const HEADER: &str = "collection-synchronization";
/// Actors whose last synchronization is remembered.
const ACTORS: u64 = 10_000;
/// Most items that such a list may have to be believed: a longer one may have been cut off, and who isn't in it may be.
pub const MAX_LISTED: usize = 1_000;

/// When each actor's list was last fetched.
pub struct Synchronizations(Cache<String, ()>);

impl Synchronizations {
    pub fn new(pause_seconds: u64) -> Self {
        Self(Cache::builder().max_capacity(ACTORS).time_to_live(Duration::from_secs(pause_seconds.max(1))).build())
    }

    /// Whether it is due; counts as done from then on.
    fn is_due(&self, actor: &str) -> bool {
        self.0.entry_by_ref(actor).or_insert(()).is_fresh()
    }
}

/// What the header says.
#[derive(Debug, PartialEq, Eq)]
struct Stated {
    collection: String,
    url: String,
    digest: String,
}

/// `collectionId="…", url="…", digest="…"`, in any order; unknown parameters are passed over.
fn parse(header: &str) -> Option<Stated> {
    let value = |name: &str| {
        header.split(',').find_map(|part| {
            let (key, value) = part.split_once('=')?;
            (key.trim() == name).then(|| value.trim().trim_matches('"').to_owned())
        })
    };
    let digest = value("digest").filter(|digest| digest.len() == 64 && digest.bytes().all(|b| b.is_ascii_hexdigit()))?;
    Some(Stated { collection: value("collectionId")?, url: value("url")?, digest: digest.to_ascii_lowercase() })
}

/// Looks at the header of an activity that was let in; what is to be fetched is, in the background.
pub async fn follow_up(state: &AppState, verified: &Verified) {
    let Some(stated) = verified.followers_stated.as_deref().and_then(parse) else { return };
    let actor = &verified.actor;
    // Only about its own followers, and only on its own server: nobody makes us ask for a third one's list.
    if actor.followers.as_deref() != Some(stated.collection.as_str()) || !same_origin(&stated.url, &actor.uri) {
        return;
    }
    match known(state, &actor.uri).await {
        Ok(known) if followers_digest::of(known.iter().map(String::as_str)) == stated.digest => return,
        Ok(_) => {}
        Err(error) => return tracing::warn!(%error, "can't compare followers"),
    }
    if !state.wire.inbound.synchronizations.is_due(&actor.uri) {
        return;
    }
    let (state, actor) = (state.clone(), actor.clone());
    tokio::spawn(async move {
        if let Err(error) = reconcile(&state, &actor.uri, &stated.url).await {
            tracing::debug!(%error, actor = %actor.uri, "followers could not be synchronized");
        }
    });
}

/// Ids of our collectives that follow this actor, as we know it.
async fn known(state: &AppState, actor_uri: &str) -> Result<Vec<String>> {
    let uri = actor_uri.to_owned();
    state.db.read(move |conn| db::follows::local_follower_uris_of(conn, &uri)).await
}

async fn reconcile(state: &AppState, actor_uri: &str, url: &str) -> Result<()> {
    let items = fetch::collection(state, url, &Budget::of(state)).await?;
    if items.len() >= MAX_LISTED {
        return Ok(());
    }
    let site = state.site()?;
    let listed: Vec<String> = items.iter().filter_map(|item| ours(&site, item.as_str()?)).collect();
    let uri = actor_uri.to_owned();
    state.act(Principal::Peer(uri.clone()), move |act| synchronise::followers(act, &uri, &listed)).await
}

fn ours(site: &Site, uri: &str) -> Option<String> {
    site.handle_of(uri).map(|_| uri.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_header_is_read_in_any_order() {
        let digest = "c33f48cd341ef046a206b8a72ec97af65079f9a3a9b90eef79c5920dce45c61f";
        let header =
            format!("url=\"https://a.example/s\", digest=\"{digest}\", x=\"y\", collectionId=\"https://a.example/followers\"");
        let stated = parse(&header).unwrap();
        assert_eq!((stated.collection.as_str(), stated.url.as_str()), ("https://a.example/followers", "https://a.example/s"));
        assert_eq!(stated.digest, digest);
        for bad in ["", "collectionId=\"a\"", "collectionId=\"a\", url=\"b\", digest=\"short\""] {
            assert_eq!(parse(bad), None, "{bad}");
        }
    }
}
