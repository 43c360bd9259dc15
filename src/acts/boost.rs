//! Boosts: passing on a post of somebody else, or one's own, to one's followers; and taking that back.

use super::{
    Act, mandates,
    outbox::{Audience, send},
    target::{Target, author_of},
};
use crate::{
    db::{self, outbox::BoostRow, remote_actors::RemoteActorRow},
    error::{Error, Result},
    vocab::{PUBLIC, activity},
};
use serde_json::json;

/// Boosts a post. Gives the `Announce`'s id; the earlier one's where it was boosted already.
///
/// # Errors
/// `Forbidden` where the collective asks for a mandate to speak and the doer has none; `Conflict` where it
/// wasn't written for everybody; `NotFound` where it is gone.
pub fn boost(act: &mut Act, collective_id: &str, target: &Target) -> Result<String> {
    mandates::require_speaking(act, collective_id, &target.author.uri)?;
    let collective = db::collectives::by_id(act.conn, collective_id)?;
    if let Some(before) = db::outbox::boost(act.conn, collective_id, &target.uri)? {
        return Ok(before.activity_uri);
    }
    let target = target.still(act)?;
    target.for_everybody("error-boost-private")?;
    target.keep(act)?;
    let uri = act.site.activity(&act.new_id());
    let followers = format!("{}/followers", collective.uri);
    let author = Some(target.author.uri.as_str());
    let announce = activity::announce(&uri, &collective.uri, &target.uri, &followers, author, act.now);
    let row = BoostRow {
        collective_id: collective.id.clone(),
        object_uri: target.uri.clone(),
        activity_uri: uri.clone(),
        created_at: act.now,
    };
    db::outbox::put_boost(act.conn, &row)?;
    let audience = audience(act, &collective.id, Some(&target.author))?;
    send(act, &announce, &target.uri, true, &audience)?;
    Ok(uri)
}

/// Takes a boost back.
///
/// # Errors
/// `NotFound` where it wasn't boosted; `Forbidden` as [`boost`].
pub fn unboost(act: &mut Act, collective_id: &str, object_uri: &str) -> Result<()> {
    act.may_act_for(collective_id)?;
    let collective = db::collectives::by_id(act.conn, collective_id)?;
    let row = db::outbox::boost(act.conn, collective_id, object_uri)?.ok_or(Error::NotFound)?;
    let author = author_of(act, object_uri, &row.activity_uri)?;
    mandates::require_speaking(act, collective_id, author.as_ref().map_or(object_uri, |author| &author.uri))?;
    db::outbox::remove_boost(act.conn, collective_id, object_uri)?;
    let undone = json!({
        "id": row.activity_uri, "type": "Announce", "actor": collective.uri, "object": object_uri
    });
    let cc = std::iter::once(format!("{}/followers", collective.uri)).chain(author.as_ref().map(|author| author.uri.clone()));
    let undo = activity::undo(&act.site.activity(&act.new_id()), &collective.uri, undone, vec![PUBLIC.to_owned()], cc.collect());
    let audience = audience(act, &collective.id, author.as_ref())?;
    send(act, &undo, object_uri, true, &audience)
}

/// The followers and the author: in their own inbox, since a shared one needn't tell them, but only where their server
/// doesn't get it already for a follower. No server gets a boost twice (RES-13).
fn audience(act: &mut Act, collective_id: &str, author: Option<&RemoteActorRow>) -> Result<Audience> {
    let followers = db::follows::follower_inboxes(act.conn, collective_id)?;
    let author = author.filter(|author| !followers.contains(author.preferred_inbox()));
    Ok(Audience::followers(collective_id).and(author.map(|author| author.inbox.clone())))
}
