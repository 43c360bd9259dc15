//! Telling the network: an activity's bytes and its recipients go into the queue, in the act's own transaction.

use super::{Act, neighbours, relays};
use crate::{
    db::{self, queue::NewActivity},
    domain::url::same_origin,
    error::Result,
};
use serde_json::Value;
use std::collections::BTreeSet;

/// Who gets an activity. Inboxes are de-duplicated; a follower's shared inbox goes before its own.
#[derive(Debug, Clone, Default)]
pub struct Audience {
    /// All accepted followers of this collective.
    pub followers_of: Option<String>,
    /// Single inboxes: of somebody followed, mentioned, answered.
    pub inboxes: Vec<String>,
}

impl Audience {
    pub fn followers(collective_id: &str) -> Self {
        Self { followers_of: Some(collective_id.to_owned()), inboxes: Vec::new() }
    }

    pub fn inbox(inbox: &str) -> Self {
        Self { followers_of: None, inboxes: vec![inbox.to_owned()] }
    }

    pub fn and(mut self, inboxes: impl IntoIterator<Item = String>) -> Self {
        self.inboxes.extend(inboxes);
        self
    }
}

/// Queues `activity` for its audience. It is proven (FEP-8b32) and its JSON serialised once, here; retries send the same
/// bytes.
///
/// `activity` must have `id`, `type` and `actor`. `object_uri` is what it is about: deliveries about one object reach
/// each inbox in the order in which they were queued. `public` puts it into the outbox collection.
/// What is public about a statement goes to relays too.
/// What goes to collectives of this instance is received at once, without the network (ORG-18, SRF-08). Never queues to blocked hosts or to actors that blocked the collective.
pub fn send(act: &mut Act, activity: &Value, object_uri: &str, public: bool, audience: &Audience) -> Result<()> {
    send_with_key(act, activity, object_uri, public, audience, None)
}

/// Passes an activity of somebody else on, byte for byte, to all who got an object of ours; `by` signs the delivery. Whether
/// the receiver believes it is up to a proof in it, or to what the other's host says when asked.
pub fn forward(act: &mut Act, by: &str, activity_uri: &str, json: &str, object_uri: &str) -> Result<()> {
    let collective = db::collectives::by_uri(act.conn, by)?;
    let mut inboxes = db::follows::follower_inboxes(act.conn, &collective.id)?;
    if let Some(id) = act.site.statement_id_of(object_uri) {
        let row = db::statements::by_id(act.conn, id)?;
        let content = db::statements::version(act.conn, id, row.version)?.content;
        inboxes.extend(super::statements::recipients(act, &content, None)?);
    }
    let site = act.site;
    // Its own server has it already.
    inboxes.retain(|inbox| !inbox.is_empty() && !site.owns(inbox) && !same_origin(inbox, activity_uri));
    let new = NewActivity {
        uri: format!("{activity_uri}#{}", act.new_id()),
        actor_uri: by.to_owned(),
        kind: "Delete".to_owned(),
        object_uri: object_uri.to_owned(),
        public: false,
        json: json.to_owned(),
        signing_key_id: None,
        created_at: act.now,
    };
    db::queue::enqueue(act.conn, &new, &inboxes)
}

/// As [`send`], signed with this `actor_keys` row although it may be retired by the time of delivery.
pub fn send_with_key(
    act: &mut Act,
    activity: &Value,
    object_uri: &str,
    public: bool,
    audience: &Audience,
    signing_key_id: Option<&str>,
) -> Result<()> {
    let mut inboxes = inboxes(act, audience)?;
    let kind = activity["type"].as_str().unwrap_or_default();
    let relayed = if public { relays::relayed(act, kind, object_uri)? } else { relays::Relayed::default() };
    inboxes.extend(relayed.inboxes);
    let (ours, others): (BTreeSet<_>, BTreeSet<_>) =
        inboxes.into_iter().filter(|inbox| !inbox.is_empty()).partition(|inbox| act.site.owns(inbox));
    queue(act, activity, object_uri, public, &others, signing_key_id)?;
    if let Some((said, to)) = relayed.beside {
        send(act, &said, object_uri, false, &to)?;
    }
    if ours.is_empty() { Ok(()) } else { neighbours::receive(act, activity) }
}

/// The inboxes of an audience, each once.
pub(super) fn inboxes(act: &mut Act, audience: &Audience) -> Result<BTreeSet<String>> {
    let mut inboxes: BTreeSet<String> = audience.inboxes.iter().filter(|inbox| !inbox.is_empty()).cloned().collect();
    if let Some(collective_id) = &audience.followers_of {
        inboxes.extend(db::follows::follower_inboxes(act.conn, collective_id)?);
    }
    Ok(inboxes)
}

/// Proves and queues an activity for inboxes of others.
pub(super) fn queue(
    act: &mut Act,
    activity: &Value,
    object_uri: &str,
    public: bool,
    inboxes: &BTreeSet<String>,
    signing_key_id: Option<&str>,
) -> Result<()> {
    let text = |key: &str| activity[key].as_str().unwrap_or_default().to_owned();
    let mut proven = activity.clone();
    super::proofs::prove(act.conn, &mut proven, act.now)?;
    let new = NewActivity {
        uri: text("id"),
        actor_uri: text("actor"),
        kind: text("type"),
        object_uri: object_uri.to_owned(),
        public,
        json: serde_json::to_string(&proven)?,
        signing_key_id: signing_key_id.map(str::to_owned),
        created_at: act.now,
    };
    db::queue::enqueue(act.conn, &new, inboxes)
}
