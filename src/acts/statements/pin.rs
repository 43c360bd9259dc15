//! Pins: what stands first on a collective's page, here and on servers that show it.

use super::{
    super::{
        Act,
        outbox::{Audience, send},
    },
    mine,
};
use crate::{
    db::{self, pins::PinRow},
    domain::names::StatementState,
    error::{Error, Result},
    vocab::activity,
};

/// Statements that a collective can pin; as many as Mastodon's people can.
pub const MAX_PINS: usize = 5;

/// Pins a statement; followers' servers hear of it. One that is pinned stays where it is.
///
/// # Errors
/// `Conflict` for what isn't published, for answers, and where [`MAX_PINS`] are pinned.
pub fn pin(act: &mut Act, id: &str) -> Result<()> {
    let (row, collective) = mine(act, id)?;
    if row.state != StatementState::Published || row.in_reply_to.is_some() {
        return Err(Error::Conflict("error-pin-unpublished"));
    }
    let pinned = db::pins::of(act.conn, &collective.id)?;
    if pinned.iter().any(|(pinned, _)| *pinned == row.id) {
        return Ok(());
    }
    if pinned.len() >= MAX_PINS {
        return Err(Error::Conflict("error-pins-many"));
    }
    let new = PinRow { statement_id: row.id, collective_id: collective.id.clone(), pinned_at: act.now };
    db::pins::put(act.conn, &new)?;
    tell(act, "Add", &collective.id, &collective.uri, &row.uri)
}

/// Takes a pin away.
///
/// # Errors
/// `NotFound` where it isn't pinned.
pub fn unpin(act: &mut Act, id: &str) -> Result<()> {
    let (row, collective) = mine(act, id)?;
    if !db::pins::remove(act.conn, &row.id)? {
        return Err(Error::NotFound);
    }
    tell(act, "Remove", &collective.id, &collective.uri, &row.uri)
}

fn tell(act: &mut Act, kind: &'static str, collective_id: &str, actor: &str, object: &str) -> Result<()> {
    let sent = activity::feature(kind, &act.site.activity(&act.new_id()), actor, object);
    // Ordered with the statement itself: nobody can feature what hasn't arrived.
    send(act, &sent, object, true, &Audience::followers(collective_id))
}
