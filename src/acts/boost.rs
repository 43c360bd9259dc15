//! Boosts: passing on a post of somebody else, or one's own, to one's followers; and taking that back.

use super::{
    Act,
    outbox::{Audience, send},
};
use crate::{
    db::{self, outbox::BoostRow, remote_actors::RemoteActorRow},
    domain::names::StatementState,
    error::{Error, Result},
    vocab::{PUBLIC, activity},
};
use serde_json::json;

/// Boosts a post. `author` is whose it is, resolved by the caller; `None` for a statement of this instance.
///
/// Gives the `Announce`'s id; the earlier one's where it was boosted already.
///
/// # Errors
/// `NotFound` for a statement of ours that isn't public; `Invalid` where the author's server isn't the post's.
pub fn boost(act: &mut Act, collective_id: &str, object_uri: &str, author: Option<&RemoteActorRow>) -> Result<String> {
    act.may_act_for(collective_id)?;
    let collective = db::collectives::by_id(act.conn, collective_id)?;
    if let Some(before) = db::outbox::boost(act.conn, collective_id, object_uri)? {
        return Ok(before.activity_uri);
    }
    let ours = match act.site.statement_id_of(object_uri) {
        Some(id) => {
            let row = db::statements::by_id(act.conn, id)?;
            if row.state != StatementState::Published {
                return Err(Error::NotFound);
            }
            Some(db::collectives::by_id(act.conn, &row.collective_id)?.uri)
        }
        None if act.site.owns(object_uri) => return Err(Error::NotFound),
        None => None,
    };
    let author_uri = ours.or_else(|| author.map(|author| author.uri.clone()));
    let uri = act.site.activity(&act.new_id());
    let followers = format!("{}/followers", collective.uri);
    let announce = activity::announce(&uri, &collective.uri, object_uri, &followers, author_uri.as_deref(), act.now);
    let row = BoostRow {
        collective_id: collective.id.clone(),
        object_uri: object_uri.to_owned(),
        activity_uri: uri.clone(),
        created_at: act.now,
    };
    db::outbox::put_boost(act.conn, &row)?;
    // The author's own inbox, since a shared one needn't tell them.
    let inboxes = author.map(|author| author.inbox.clone());
    send(act, &announce, object_uri, true, &Audience::followers(&collective.id).and(inboxes))?;
    Ok(uri)
}

/// Takes a boost back.
///
/// # Errors
/// `NotFound` where it wasn't boosted.
pub fn unboost(act: &mut Act, collective_id: &str, object_uri: &str, author: Option<&RemoteActorRow>) -> Result<()> {
    act.may_act_for(collective_id)?;
    let collective = db::collectives::by_id(act.conn, collective_id)?;
    let row = db::outbox::boost(act.conn, collective_id, object_uri)?.ok_or(Error::NotFound)?;
    db::outbox::remove_boost(act.conn, collective_id, object_uri)?;
    let undone = json!({
        "id": row.activity_uri, "type": "Announce", "actor": collective.uri, "object": object_uri
    });
    let cc = std::iter::once(format!("{}/followers", collective.uri)).chain(author.map(|author| author.uri.clone())).collect();
    let undo = activity::undo(&act.site.activity(&act.new_id()), &collective.uri, undone, vec![PUBLIC.to_owned()], cc);
    let inboxes = author.map(|author| author.inbox.clone());
    send(act, &undo, object_uri, true, &Audience::followers(&collective.id).and(inboxes))
}
