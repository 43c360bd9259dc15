//! Likes: telling an author that a collective is glad of a post; and taking that back. Only the author hears of it.

use super::{
    Act, mandates,
    outbox::{Audience, send},
    target::{Target, author_of},
};
use crate::{
    db::{self, outbox::LikeRow},
    error::{Error, Result},
    vocab::activity,
};
use serde_json::json;

/// Likes a post. Gives the `Like`'s id; the earlier one's where it was liked already.
///
/// # Errors
/// `Forbidden` where the collective asks for a mandate to speak and the doer has none; `Conflict` for
/// the collective's own; `NotFound` where it is gone.
pub fn like(act: &mut Act, collective_id: &str, target: &Target) -> Result<String> {
    mandates::require_speaking(act, collective_id, &target.author.uri)?;
    let collective = db::collectives::by_id(act.conn, collective_id)?;
    if let Some(before) = db::outbox::like(act.conn, collective_id, &target.uri)? {
        return Ok(before.activity_uri);
    }
    let target = target.still(act)?;
    if target.author.uri == collective.uri {
        return Err(Error::Conflict("error-like-own"));
    }
    target.keep(act)?;
    let uri = act.site.activity(&act.new_id());
    let row = LikeRow {
        collective_id: collective.id.clone(),
        object_uri: target.uri.clone(),
        activity_uri: uri.clone(),
        created_at: act.now,
    };
    db::outbox::put_like(act.conn, &row)?;
    let like = activity::like(&uri, &collective.uri, &target.uri, &target.author.uri);
    send(act, &like, &target.uri, false, &Audience::inbox(&target.author.inbox))?;
    Ok(uri)
}

/// Takes a like back.
///
/// # Errors
/// `NotFound` where it wasn't liked; `Forbidden` as [`like`].
pub fn unlike(act: &mut Act, collective_id: &str, object_uri: &str) -> Result<()> {
    act.may_act_for(collective_id)?;
    let collective = db::collectives::by_id(act.conn, collective_id)?;
    let row = db::outbox::like(act.conn, collective_id, object_uri)?.ok_or(Error::NotFound)?;
    let author = author_of(act, object_uri, &row.activity_uri)?;
    mandates::require_speaking(act, collective_id, author.as_ref().map_or(object_uri, |author| &author.uri))?;
    db::outbox::remove_like(act.conn, collective_id, object_uri)?;
    // Without an author nobody is left to tell.
    let Some(author) = author else { return Ok(()) };
    // Mastodon undoes a Like only where it is embedded with its object.
    let undone = json!({ "id": row.activity_uri, "type": "Like", "actor": collective.uri, "object": object_uri });
    let undo = activity::undo(&act.site.activity(&act.new_id()), &collective.uri, undone, vec![author.uri.clone()], Vec::new());
    send(act, &undo, object_uri, false, &Audience::inbox(&author.inbox))
}
