//! Likes: telling an author that a collective is glad of a post; and taking that back. Only the author hears of it.

use super::{
    Act,
    outbox::{Audience, send},
};
use crate::{
    db::{self, outbox::LikeRow, remote_actors::RemoteActorRow},
    error::{Error, Result},
    vocab::activity,
};
use serde_json::json;

/// Likes a post of another server; `author` is whose it is, resolved by the caller. Gives the `Like`'s id; the earlier
/// one's where it was liked already.
pub fn like(act: &mut Act, collective_id: &str, object_uri: &str, author: &RemoteActorRow) -> Result<String> {
    act.may_act_for(collective_id)?;
    let collective = db::collectives::by_id(act.conn, collective_id)?;
    if let Some(before) = db::outbox::like(act.conn, collective_id, object_uri)? {
        return Ok(before.activity_uri);
    }
    let uri = act.site.activity(&act.new_id());
    let row = LikeRow {
        collective_id: collective.id.clone(),
        object_uri: object_uri.to_owned(),
        activity_uri: uri.clone(),
        created_at: act.now,
    };
    db::outbox::put_like(act.conn, &row)?;
    let like = activity::like(&uri, &collective.uri, object_uri, &author.uri);
    send(act, &like, object_uri, false, &Audience::inbox(&author.inbox))?;
    Ok(uri)
}

/// Takes a like back.
///
/// # Errors
/// `NotFound` where it wasn't liked.
pub fn unlike(act: &mut Act, collective_id: &str, object_uri: &str, author: &RemoteActorRow) -> Result<()> {
    act.may_act_for(collective_id)?;
    let collective = db::collectives::by_id(act.conn, collective_id)?;
    let row = db::outbox::like(act.conn, collective_id, object_uri)?.ok_or(Error::NotFound)?;
    db::outbox::remove_like(act.conn, collective_id, object_uri)?;
    // Mastodon undoes a Like only where it is embedded with its object.
    let undone = json!({ "id": row.activity_uri, "type": "Like", "actor": collective.uri, "object": object_uri });
    let undo = activity::undo(&act.site.activity(&act.new_id()), &collective.uri, undone, vec![author.uri.clone()], Vec::new());
    send(act, &undo, object_uri, false, &Audience::inbox(&author.inbox))
}
