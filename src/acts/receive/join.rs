//! Somebody says by `Join` that they come to a call or an action of ours. Its `joinMode` is `external`: nobody is listed as a
//! participant, and who asks is told so.

use super::Outcome;
use crate::{
    acts::{
        Act,
        outbox::{self, Audience},
    },
    db,
    domain::{names::StatementState, site::call_of},
    error::{Error, Result},
    vocab::activity,
};

/// A `Join` as it came.
#[derive(Debug, Clone)]
pub struct Join {
    pub actor_uri: String,
    /// The actor's own inbox.
    pub inbox: String,
    pub activity_uri: String,
    pub object_uri: String,
}

/// Turned down, by the collective whose event it is. A `Leave` needs no answer: nobody was listed.
pub fn join(act: &mut Act, join: &Join) -> Result<Outcome> {
    let Some(actor) = organiser(act, &join.object_uri)? else { return Ok(Outcome::Dropped("joins nothing of ours")) };
    let id = act.site.activity(&act.new_id());
    let said = activity::reject_join(&id, &actor, &join.activity_uri, &join.actor_uri, &join.object_uri);
    outbox::send(act, &said, &join.activity_uri, false, &Audience::inbox(&join.inbox))?;
    Ok(Outcome::Done)
}

/// The collective of a public call or of an action of ours.
fn organiser(act: &mut Act, uri: &str) -> Result<Option<String>> {
    if let Some(id) = act.site.statement_id_of(uri) {
        let row = match db::statements::by_id(act.conn, id) {
            Err(Error::NotFound) => return Ok(None),
            row => row?,
        };
        if row.state != StatementState::Published
            || db::statements::version(act.conn, &row.id, row.version)?.content.call.is_none()
        {
            return Ok(None);
        }
        return Ok(Some(db::collectives::by_id(act.conn, &row.collective_id)?.uri));
    }
    let action = db::actions::by_uri(act.conn, call_of(uri))?;
    Ok(action.filter(|row| row.organiser_id.is_some() && row.deleted_at.is_none()).map(|row| row.organiser_uri))
}
