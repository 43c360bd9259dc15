//! A collective moves to another server: its followers' servers are told, and follow along (FEP-7628, push mode).

use super::{
    Act, documents,
    outbox::{Audience, send},
};
use crate::{
    db::{self, collectives::CollectiveRow, remote_actors::RemoteActorRow},
    error::{Error, Result},
    vocab::activity,
};

/// Days between two moves of one account, ours or another's; as Mastodon holds it.
pub const MIN_DAYS_BETWEEN: i64 = 7;

/// Moves a collective to the account that `target` is, which must name the collective among its own other addresses. From
/// then on it publishes nothing; what it published stays.
///
/// # Errors
/// `Invalid` for `to` where the other account doesn't name this one, or is this one; `Conflict` where it moved already, or
/// less than [`MIN_DAYS_BETWEEN`] days ago.
pub fn move_to(act: &mut Act, collective_id: &str, target: &RemoteActorRow) -> Result<CollectiveRow> {
    if act.may_steward().is_err() {
        act.may_act_for(collective_id)?;
    }
    let was = db::collectives::by_id(act.conn, collective_id)?;
    if was.moved_to.is_some() {
        return Err(Error::Conflict("error-move-done"));
    }
    if was.moved_at.is_some_and(|at| act.now - at < chrono::Duration::days(MIN_DAYS_BETWEEN)) {
        return Err(Error::Conflict("error-move-soon"));
    }
    if target.uri == was.uri || target.gone_at.is_some() {
        return Err(Error::invalid("to", "error-move-self"));
    }
    if !target.also_known_as.contains(&was.uri) {
        return Err(Error::invalid("to", "error-move-alias"));
    }
    let row = CollectiveRow { moved_to: Some(target.uri.clone()), moved_at: Some(act.now), updated_at: act.now, ..was };
    changed(act, &row)?;
    let id = act.site.activity(&act.new_id());
    let sent = activity::move_actor(&id, &row.uri, &target.uri);
    send(act, &sent, &row.uri, true, &Audience::followers(&row.id))?;
    Ok(row)
}

/// Opens a collective again that had moved. Followers that went along stay where they are.
///
/// # Errors
/// `Conflict` where it didn't move.
pub fn undo(act: &mut Act, collective_id: &str) -> Result<CollectiveRow> {
    if act.may_steward().is_err() {
        act.may_act_for(collective_id)?;
    }
    let was = db::collectives::by_id(act.conn, collective_id)?;
    if was.moved_to.is_none() {
        return Err(Error::Conflict("error-move-none"));
    }
    let row = CollectiveRow { moved_to: None, updated_at: act.now, ..was };
    changed(act, &row)?;
    Ok(row)
}

/// Says so in the actor's document, before the `Move` itself: who gets that looks there.
fn changed(act: &mut Act, row: &CollectiveRow) -> Result<()> {
    db::collectives::update(act.conn, row)?;
    let document = documents::collective(act.conn, act.site, row)?;
    let update = activity::update_actor(&act.site.activity(&act.new_id()), act.now, &document);
    send(act, &update, &row.uri, true, &Audience::followers(&row.id))
}
