//! An actor's server says which of our collectives it counts among the actor's followers (FEP-8fcf). Its list counts: it
//! decides to whom its followers-only posts go.

use crate::{
    acts::{
        Act,
        follow::pair,
        outbox::{self, Audience},
    },
    db,
    domain::names::FollowState,
    error::{Error, Result},
    vocab::activity,
};
use serde_json::json;

/// Follows of ours that aren't listed end here, with an `Undo` in case it was the list that was wrong; one that waits for an
/// answer and is listed stands; a collective that is listed and doesn't follow sends an `Undo`.
pub fn followers(act: &mut Act, actor_uri: &str, listed: &[String]) -> Result<()> {
    let Some(actor) = db::remote_actors::by_uri(act.conn, actor_uri)? else { return Ok(()) };
    let mut known = Vec::new();
    for row in db::follows::followings_of(act.conn, actor_uri)? {
        let collective = db::collectives::by_id(act.conn, &row.collective_id)?;
        let is_listed = listed.contains(&collective.uri);
        match row.state {
            FollowState::Accepted if !is_listed => {
                db::follows::remove_following(act.conn, &collective.id, actor_uri)?;
                undo(act, &row.activity_uri, &collective.uri, actor_uri, &actor.inbox)?;
            }
            FollowState::Pending if is_listed => {
                db::follows::set_following_state(act.conn, &collective.id, actor_uri, FollowState::Accepted)?;
            }
            FollowState::Rejected => continue,
            FollowState::Accepted | FollowState::Pending => {}
        }
        known.push(collective.uri);
    }
    for uri in listed.iter().filter(|uri| !known.contains(uri)) {
        match db::collectives::by_uri(act.conn, uri) {
            Ok(collective) => {
                // It never was a Follow that we know: matched by actor and object on the other side.
                let made_up = act.site.activity(&act.new_id());
                undo(act, &made_up, &collective.uri, actor_uri, &actor.inbox)?;
            }
            Err(Error::NotFound) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

fn undo(act: &mut Act, follow_uri: &str, collective_uri: &str, actor_uri: &str, inbox: &str) -> Result<()> {
    let undone = json!({ "id": follow_uri, "type": "Follow", "actor": collective_uri, "object": actor_uri });
    let id = act.site.activity(&act.new_id());
    let undo = activity::undo(&id, collective_uri, undone, vec![actor_uri.to_owned()], Vec::new());
    outbox::send(act, &undo, &pair(collective_uri, actor_uri), false, &Audience::inbox(inbox))
}
