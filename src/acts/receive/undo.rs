//! Somebody takes back what it did: a Follow, a Like, an Announce, a Block. Only its own (ORG-07).

use super::Outcome;
use crate::{
    acts::{Act, relays},
    db,
    domain::{names::InboxKind, site::call_of},
    error::{Error, Result},
};

/// What is taken back, as far as the Undo says.
#[derive(Debug, Clone, Default)]
pub struct Undone {
    /// `None` where only the id of the activity was given.
    pub kind: Option<String>,
    pub activity_uri: Option<String>,
    /// What the undone activity was about.
    pub object_uri: Option<String>,
}

/// Undoes by actor and object where both are known: peers make up the inner id when they lost it (Mastodon's followers
/// synchronisation does). Else by actor and the id of the activity.
pub fn undo(act: &mut Act, actor_uri: &str, undone: &Undone) -> Result<Outcome> {
    let object = undone.object_uri.as_deref().map(|uri| if act.site.owns(uri) { call_of(uri) } else { uri });
    let found = match (undone.kind.as_deref(), object, undone.activity_uri.as_deref()) {
        (Some("Follow"), Some(object), _) => unfollow(act, actor_uri, object)?,
        (Some("Like"), Some(object), _) => db::inbox::undo(act.conn, InboxKind::Like, actor_uri, object, act.now)? > 0,
        (Some("Announce"), Some(object), activity) => {
            let by_object = db::inbox::undo(act.conn, InboxKind::Announce, actor_uri, object, act.now)? > 0;
            // A boost of a `Create` stands under the id of what that created.
            by_object || undo_boost(act, actor_uri, activity)?
        }
        (Some("Block"), Some(object), _) => match collective(act, object)? {
            Some(id) => db::follows::remove_blocked_by(act.conn, actor_uri, Some(&id), None)?,
            None => false,
        },
        (None | Some("Follow" | "Like" | "Announce" | "Block"), None, Some(activity)) => by_activity(act, actor_uri, activity)?,
        _ => return Ok(Outcome::Dropped("nothing that can be undone")),
    };
    Ok(if found { Outcome::Done } else { Outcome::Dropped("nothing to undo") })
}

fn collective(act: &mut Act, uri: &str) -> Result<Option<String>> {
    match db::collectives::by_uri(act.conn, uri) {
        Ok(row) => Ok(Some(row.id)),
        Err(Error::NotFound) => Ok(None),
        Err(error) => Err(error),
    }
}

fn unfollow(act: &mut Act, actor_uri: &str, object_uri: &str) -> Result<bool> {
    if object_uri == act.site.instance_actor() {
        return relays::unfollowed(act, actor_uri, None);
    }
    let Some(id) = collective(act, object_uri)? else { return Ok(false) };
    db::inbox::undo(act.conn, InboxKind::Follow, actor_uri, object_uri, act.now)?;
    db::follows::remove_follower(act.conn, &id, actor_uri)
}

fn undo_boost(act: &mut Act, actor_uri: &str, activity_uri: Option<&str>) -> Result<bool> {
    match activity_uri {
        Some(uri) => Ok(db::inbox::undo_by_activity(act.conn, actor_uri, uri, act.now)? > 0),
        None => Ok(false),
    }
}

fn by_activity(act: &mut Act, actor_uri: &str, activity_uri: &str) -> Result<bool> {
    if let Some(row) = db::follows::follower_by_activity(act.conn, actor_uri, activity_uri)? {
        db::follows::remove_follower(act.conn, &row.collective_id, actor_uri)?;
    }
    let blocks = db::follows::remove_blocked_by(act.conn, actor_uri, None, Some(activity_uri))?;
    let blocks = relays::unfollowed(act, actor_uri, Some(activity_uri))? || blocks;
    Ok(db::inbox::undo_by_activity(act.conn, actor_uri, activity_uri, act.now)? > 0 || blocks)
}
