//! The gate of both inboxes: what is cheap to refuse is refused first, and nobody is asked anything before that.
//!
//! size → content type → form, date, digest → depth → JSON → ids → blocks → key → signature → identity → rate → proof. The actor
//! that the key belongs to is the actor from here on; what the body says beside that is never an identity.

use super::{Refusal, carried, depth, followers_sync};
use crate::{
    config::Federation,
    db::remote_actors::RemoteActorRow,
    domain::{
        Site,
        url::{host_and_port, parse_remote, same_origin},
    },
    error::Error,
    federation::{
        actors,
        fetch::Budget,
        signatures::{Claim, Incoming, verify},
    },
    state::AppState,
    vocab::read::Activity,
};
use actix_web::{
    HttpRequest,
    http::header::{CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, HOST},
    web::{Bytes, BytesMut, Payload},
};
use futures::StreamExt;
use governor::{DefaultKeyedRateLimiter, Quota, clock::Clock};
use serde_json::Value;
use std::{num::NonZeroU32, sync::Arc};

/// An activity whose sender is who it says.
pub struct Verified {
    pub activity: Activity,
    /// The body as it was signed.
    pub body: Bytes,
    /// The actor whose key signed it, or proves it, or whose host is to be asked: the one identity that counts.
    pub actor: Arc<RemoteActorRow>,
    /// By which a replay is known: SHA-256 over actor and id, or over actor and body where there is no id.
    pub digest: String,
    /// What this activity may still cost in requests of ours.
    pub budget: Budget,
    /// What a signed `Collection-Synchronization` header says (FEP-8fcf).
    pub followers_stated: Option<String>,
    /// The host that sent it: the actor's, or that of whoever passed it on.
    pub host: String,
    pub vouched: Vouched,
}

/// Why the activity may be believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Vouched {
    /// Its actor signed the request.
    Request,
    /// Another actor sent it, and it carries a proof by its own.
    Proof,
    /// Not at all: somebody passed it on. Its actor's host is to be asked.
    Origin,
}

/// Why a request is refused that was signed with a key which the document of its actor doesn't have.
const NO_SUCH_KEY: &str = "the actor lists no such key";

/// How much each host may send. Counted after the signature: nobody can use up another host's share by naming it.
pub struct Limits {
    per_host: DefaultKeyedRateLimiter<String>,
}

impl Limits {
    pub fn new(settings: &Federation) -> Self {
        let quota = Quota::per_minute(NonZeroU32::new(settings.inbox_per_host_per_minute).unwrap_or(NonZeroU32::MIN));
        Self { per_host: DefaultKeyedRateLimiter::keyed(quota) }
    }

    fn check(&self, host: &str) -> Result<(), Refusal> {
        self.per_host.check_key(&host.to_owned()).map_err(|until| {
            let wait = until.wait_time_from(governor::clock::DefaultClock::default().now());
            Refusal::TooMany(wait.as_secs() + 1)
        })
    }
}

/// Lets an activity in, refuses it, or says `None`: proven or not, it changes nothing here and a 202 is due.
pub async fn pass(
    state: &AppState,
    request: &HttpRequest,
    payload: Payload,
    handle: Option<&str>,
) -> Result<Option<Verified>, Refusal> {
    let limits = &state.settings.federation;
    check_type(request)?;
    let body = read_body(request, payload, limits.max_body_bytes).await?;
    let site = state.site_if_set_up().ok_or(Refusal::NotNow("this instance is not set up yet"))?;
    let claim = claim(state, &site, request, &body)?;
    let caches = &state.wire.inbound.caches;
    let blocks = caches.blocks(state).await?;
    if blocks.shut_out(&claim.key_id) {
        return Err(Refusal::Forbidden("blocked"));
    }
    let (activity, own_signature) = parse_both(&body, limits.max_json_depth)?;
    // Passed on by somebody else: only worth a look where its author signed it too, or a relay that we asked for it brings it.
    let others = activity.actor.as_deref().is_some_and(|actor| !same_origin(actor, &claim.key_id));
    let carried = others && (own_signature || caches.is_relay(state, &claim.key_id).await?);
    check_ids(state, &site, &activity, (!carried).then_some(&claim.key_id))?;
    check_ids_are_theirs(state, &site, [claim.key_id.as_str()])?;
    let signer = activity.actor.clone().unwrap_or_else(|| without_fragment(&claim.key_id).to_owned());
    if blocks.shut_out(&signer) {
        return Err(Refusal::Forbidden("blocked"));
    }
    if let Some(handle) = handle
        && !caches.has_collective(state, handle).await?
    {
        return Err(Refusal::NoInbox);
    }
    if carried {
        return carried::pass(state, &claim, activity, body, Budget::new(limits.max_requests_per_activity)).await;
    }
    let known = caches.actor(state, &signer).await?;
    // Every account deletion anywhere is told to every server: no request for somebody never seen (SIG-31).
    if known.as_ref().is_none_or(|actor| actor.gone_at.is_some()) && is_about_own_account(&activity, &signer) {
        return Ok(None);
    }
    let budget = Budget::new(limits.max_requests_per_activity);
    let actor = match by_own_key(state, &claim, &activity, &signer, known, &budget).await {
        Ok(actor) => actor,
        // One account of a host passes on what another one of that host said: told by the key alone.
        Err(Refusal::Unproven(NO_SUCH_KEY)) if own_signature && without_fragment(&claim.key_id) != signer => {
            return carried::pass(state, &claim, activity, body, budget).await;
        }
        Err(refusal) => return Err(refusal),
    };
    // One more look at what was verified: the document that holds the key is the actor that speaks.
    if actor.uri != signer {
        return Err(Refusal::Forbidden("the key is another actor's"));
    }
    count(state, &actor.host)?;
    carried::check_own(state, &body, &actor, &budget).await?;
    let digest = digest(&actor.uri, activity.id.as_deref(), &body);
    let followers_stated = claim.covered(followers_sync::HEADER);
    let host = actor.host.clone();
    Ok(Some(Verified { activity, body, actor, digest, budget, host, followers_stated, vouched: Vouched::Request }))
}

/// The actor that an activity names, if one of its own keys signed the request.
async fn by_own_key(
    state: &AppState,
    claim: &Claim,
    activity: &Activity,
    signer: &str,
    known: Option<Arc<RemoteActorRow>>,
    budget: &Budget,
) -> Result<Arc<RemoteActorRow>, Refusal> {
    let Some(actor) = known.filter(|actor| actor.gone_at.is_none()) else {
        let fetched = actors::resolve(state, signer, budget).await.map_err(|error| match error {
            Error::Busy(_) | Error::Internal(_) => Refusal::from(error),
            // 401 is tried again, by Mastodon and by us: its host may only be away for a moment.
            error => {
                tracing::debug!(%error, actor = %signer, "can't get the actor of an activity");
                Refusal::Unproven("the actor's key can't be had")
            }
        })?;
        let actor = state.wire.inbound.caches.put_actor(fetched).await;
        check(state, claim, &actor)?;
        return Ok(actor);
    };
    let Err(refusal) = check(state, claim, &actor) else { return Ok(actor) };
    match refetch(state, signer, budget).await {
        Refetched::Actor(actor) => {
            check(state, claim, &actor)?;
            Ok(actor)
        }
        // The key is gone with the actor. Its host's word is what the handler asks for and goes by.
        Refetched::Gone if activity.kind == "Delete" && is_about_own_account(activity, signer) => Ok(actor),
        Refetched::Gone | Refetched::NotNow => Err(refusal),
    }
}

/// Counts an activity of a host.
pub(super) fn count(state: &AppState, host: &str) -> Result<(), Refusal> {
    state.wire.inbound.limits.check(host)
}

fn check_type(request: &HttpRequest) -> Result<(), Refusal> {
    let one = |name| {
        let mut values = request.headers().get_all(name);
        match (values.next(), values.next()) {
            (Some(value), None) => Ok(value.to_str().map(str::to_ascii_lowercase).unwrap_or_default()),
            (None, _) => Ok(String::new()),
            (Some(_), Some(_)) => Err(Refusal::Malformed("a header that must stand once stands twice")),
        }
    };
    let kind = one(CONTENT_TYPE)?;
    let media_type = kind.split(';').next().unwrap_or_default().trim();
    // Both forms that ActivityPub names; the profile may be missing where a peer only posts.
    if !matches!(media_type, "application/activity+json" | "application/ld+json") {
        return Err(Refusal::WrongType);
    }
    // A digest stands over what is sent; nobody compresses activities.
    if !matches!(one(CONTENT_ENCODING)?.as_str(), "" | "identity") {
        return Err(Refusal::WrongType);
    }
    Ok(())
}

/// The body, never holding more than is allowed: 1 MiB exactly is taken (RES-01).
async fn read_body(request: &HttpRequest, mut payload: Payload, most: usize) -> Result<Bytes, Refusal> {
    let announced = request.headers().get(CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<usize>().ok());
    if announced.is_some_and(|bytes| bytes > most) {
        return Err(Refusal::TooLarge);
    }
    let mut body = BytesMut::with_capacity(announced.unwrap_or(4_096));
    while let Some(chunk) = payload.next().await {
        let chunk = chunk.map_err(|_| Refusal::Malformed("the body could not be read"))?;
        if body.len() + chunk.len() > most {
            return Err(Refusal::TooLarge);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body.freeze())
}

fn claim(state: &AppState, site: &Site, request: &HttpRequest, body: &[u8]) -> Result<Claim, Refusal> {
    let authority = match request.headers().get(HOST) {
        Some(host) => host.to_str().map_err(|_| Refusal::Malformed("the host can't be read"))?,
        // HTTP/2 has it in the request line.
        None => request.uri().authority().map(|authority| authority.as_str()).unwrap_or_default(),
    };
    let target = request.uri().path_and_query().map_or("/", |target| target.as_str());
    let incoming = Incoming {
        method: request.method().as_str(),
        path_and_query: target,
        authority,
        site,
        headers: request.headers(),
        body,
        now: state.now(),
    };
    Ok(verify::read(&incoming, &state.settings.federation)?)
}

/// Reads a body of a stranger: depth first, then JSON, then what an activity must have.
///
/// # Errors
/// `Malformed`.
pub fn parse(body: &[u8], max_depth: usize) -> Result<Activity, Refusal> {
    parse_both(body, max_depth).map(|(activity, _)| activity)
}

/// The activity, and whether it brings a signature of its own beside that of the request.
fn parse_both(body: &[u8], max_depth: usize) -> Result<(Activity, bool), Refusal> {
    if !depth::is_within(body, max_depth) {
        return Err(Refusal::Malformed("the JSON nests too deep"));
    }
    let value: Value = serde_json::from_slice(body).map_err(|_| Refusal::Malformed("the body is not JSON"))?;
    let own_signature = carried::has_own_signature(&value);
    let activity = Activity::read(value).map_err(|error| {
        tracing::debug!(%error, "an activity can't be read");
        Refusal::Malformed("the body is not an activity")
    })?;
    Ok((activity, own_signature))
}

/// What ids must be before anybody is asked anything: on the actor's own origin (ORG-01), as the key is, if it is to be its.
fn check_ids(state: &AppState, site: &Site, activity: &Activity, key_id: Option<&String>) -> Result<(), Refusal> {
    check_ids_are_theirs(state, site, [activity.id.as_deref(), activity.actor.as_deref()].into_iter().flatten())?;
    let Some(actor) = activity.actor.as_deref() else { return Ok(()) };
    if key_id.is_some_and(|key_id| !same_origin(actor, key_id)) {
        return Err(Refusal::Forbidden("the key is not the actor's"));
    }
    if activity.id.as_deref().is_some_and(|id| !same_origin(id, actor)) {
        return Err(Refusal::Forbidden("the activity lies on another host than its actor"));
    }
    Ok(())
}

/// In their normal form (ORG-16), https in production (ORG-17), and never on our host (ORG-23).
fn check_ids_are_theirs<'a>(state: &AppState, site: &Site, ids: impl IntoIterator<Item = &'a str>) -> Result<(), Refusal> {
    for id in ids {
        let url = parse_remote(id).ok_or(Refusal::Malformed("an id is not an address"))?;
        if site.owns(id) || host_and_port(id).as_deref() == Some(site.domain.as_str()) {
            return Err(Refusal::Forbidden("an id lies on this server"));
        }
        if !state.settings.is_local() && url.scheme() != "https" {
            return Err(Refusal::Malformed("ids are https here"));
        }
        // One actor must not be two by spelling: ids are compared byte for byte.
        let origin = url.origin().ascii_serialization();
        if !id.strip_prefix(&origin).is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '?', '#'])) {
            return Err(Refusal::Malformed("an id's host is not in its normal form"));
        }
    }
    Ok(())
}

/// `Delete` or `Update` whose object is the actor itself.
fn is_about_own_account(activity: &Activity, signer: &str) -> bool {
    matches!(activity.kind.as_str(), "Delete" | "Update") && activity.object_id() == Some(signer)
}

/// Whether one of the keys that the actor's own document lists signed this; only the one that was named, unless the
/// actor itself was (SIG-26).
pub(super) fn check(state: &AppState, claim: &Claim, actor: &RemoteActorRow) -> Result<(), Refusal> {
    let mut refusal = Refusal::Unproven(NO_SUCH_KEY);
    for key in actor.keys.iter().filter(|key| key.id == claim.key_id || claim.key_id == actor.uri) {
        let checked = state.wire.keys.public(&key.id, &key.pem).and_then(|key| claim.check(&key));
        match checked {
            Ok(()) => return Ok(()),
            Err(why) => refusal = why.into(),
        }
    }
    Err(refusal)
}

pub(super) enum Refetched {
    Actor(Arc<RemoteActorRow>),
    /// Its host says that the actor is no more.
    Gone,
    NotNow,
}

/// The actor's document once more, if that is due: a key may have changed (SIG-24), or the actor may be gone.
pub(super) async fn refetch(state: &AppState, uri: &str, budget: &Budget) -> Refetched {
    match actors::refetch_key(state, uri, budget).await {
        Ok(actor) => Refetched::Actor(state.wire.inbound.caches.put_actor(actor).await),
        Err(Error::NotFound) => Refetched::Gone,
        Err(error) => {
            tracing::debug!(%error, actor = %uri, "a key is not fetched again");
            Refetched::NotNow
        }
    }
}

fn without_fragment(uri: &str) -> &str {
    uri.split('#').next().unwrap_or(uri)
}

pub(super) fn digest(actor: &str, id: Option<&str>, body: &[u8]) -> String {
    let mut hash = openssl::sha::Sha256::new();
    hash.update(actor.as_bytes());
    match id {
        Some(id) => {
            hash.update(b"\nid\n");
            hash.update(id.as_bytes());
        }
        None => {
            hash.update(b"\nbody\n");
            hash.update(body);
        }
    }
    hash.finish().iter().map(|byte| format!("{byte:02x}")).collect()
}
