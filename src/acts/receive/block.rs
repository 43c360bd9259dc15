//! Somebody blocks one of our collectives: nothing more goes there, and the ties between the two end.

use super::Outcome;
use crate::{
    acts::Act,
    db::{self, follows::BlockedByRow},
    domain::names::InboxKind,
    error::{Error, Result},
};

pub fn block(act: &mut Act, actor_uri: &str, activity_uri: Option<&str>, object_uri: &str) -> Result<Outcome> {
    let collective = match db::collectives::by_uri(act.conn, object_uri) {
        Err(Error::NotFound) => return Ok(Outcome::Dropped("no such collective")),
        other => other?,
    };
    let row = BlockedByRow {
        collective_id: collective.id.clone(),
        actor_uri: actor_uri.to_owned(),
        activity_uri: activity_uri.unwrap_or_default().to_owned(),
        created_at: act.now,
    };
    db::follows::put_blocked_by(act.conn, &row)?;
    db::follows::remove_follower(act.conn, &collective.id, actor_uri)?;
    db::follows::remove_following(act.conn, &collective.id, actor_uri)?;
    db::inbox::undo(act.conn, InboxKind::Follow, actor_uri, &collective.uri, act.now)?;
    Ok(Outcome::Done)
}
