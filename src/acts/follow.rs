//! Following others, and deciding who may follow us.
//!
//! Must not resolve addresses: the other's actor is handed in as its own host gave it.

use super::{
    Act, mandates,
    outbox::{Audience, send},
};
use crate::{
    db::{
        self,
        follows::{FollowerRow, FollowingRow},
        remote_actors::RemoteActorRow,
    },
    domain::names::FollowState,
    error::{Error, Result},
    vocab::activity,
};
use serde_json::json;

/// Asks to follow an actor. One of this instance answers at once, in the same transaction. A follow that was accepted stays; one that waits is asked again, since a
/// request may have been lost on their side.
///
/// # Errors
/// `Forbidden` where the collective asks for a mandate to speak and the doer has none;
/// `Conflict` for the collective itself; `Invalid` where the actor has no inbox that can be used.
pub fn follow(act: &mut Act, collective_id: &str, other: &RemoteActorRow) -> Result<FollowState> {
    mandates::require_speaking(act, collective_id, &other.uri)?;
    let collective = db::collectives::by_id(act.conn, collective_id)?;
    if other.uri == collective.uri {
        return Err(Error::Conflict("error-follow-self"));
    }
    if other.inbox.is_empty() || other.gone_at.is_some() {
        return Err(Error::invalid("address", "error-follow-no-inbox"));
    }
    if let Some(row) = db::follows::following(act.conn, collective_id, &other.uri)?
        && row.state == FollowState::Accepted
    {
        return Ok(row.state);
    }
    let uri = act.site.activity(&act.new_id());
    let row = FollowingRow {
        collective_id: collective.id.clone(),
        actor_uri: other.uri.clone(),
        activity_uri: uri.clone(),
        state: FollowState::Pending,
        since: act.now,
    };
    db::follows::put_following(act.conn, &row)?;
    let sent = activity::follow(&uri, &collective.uri, &other.uri);
    // Order of delivery goes by object: a Follow and its Undo must not overtake each other, other collectives' may.
    send(act, &sent, &pair(&collective.uri, &other.uri), false, &Audience::inbox(&other.inbox))?;
    Ok(db::follows::following(act.conn, collective_id, &other.uri)?.map_or(row.state, |row| row.state))
}

/// Stops following.
///
/// # Errors
/// `NotFound` where this actor wasn't followed; `Forbidden` as [`follow`].
pub fn unfollow(act: &mut Act, collective_id: &str, other_uri: &str) -> Result<()> {
    mandates::require_speaking(act, collective_id, other_uri)?;
    let collective = db::collectives::by_id(act.conn, collective_id)?;
    let row = db::follows::following(act.conn, collective_id, other_uri)?.ok_or(Error::NotFound)?;
    db::follows::remove_following(act.conn, collective_id, other_uri)?;
    let inbox = db::remote_actors::any_by_uri(act.conn, other_uri)?.map(|other| other.inbox).unwrap_or_default();
    let undone = json!({ "id": row.activity_uri, "type": "Follow", "actor": collective.uri, "object": other_uri });
    let uri = act.site.activity(&act.new_id());
    let undo = activity::undo(&uri, &collective.uri, undone, vec![other_uri.to_owned()], Vec::new());
    send(act, &undo, &pair(&collective.uri, other_uri), false, &Audience::inbox(&inbox))
}

/// What a collective can say to somebody who follows or wants to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    Accept,
    Reject,
    /// Ends a follow that was accepted before. On the wire the same as a rejection.
    Remove,
}

/// Answers a follower, with `Accept` or `Reject` to their inbox.
///
/// # Errors
/// `NotFound` where nobody of this id follows or wants to.
pub fn answer_follower(act: &mut Act, collective_id: &str, follower_uri: &str, answer: Answer) -> Result<FollowState> {
    act.may_act_for(collective_id)?;
    let collective = db::collectives::by_id(act.conn, collective_id)?;
    let row: FollowerRow = db::follows::follower(act.conn, collective_id, follower_uri)?.ok_or(Error::NotFound)?;
    let (kind, state) = match answer {
        Answer::Accept => ("Accept", FollowState::Accepted),
        Answer::Reject | Answer::Remove => ("Reject", FollowState::Rejected),
    };
    match answer {
        // Also where a rejection stands: until it is gone, they can't ask again.
        Answer::Remove => {
            db::follows::remove_follower(act.conn, collective_id, follower_uri)?;
        }
        _ => db::follows::set_follower_state(act.conn, collective_id, follower_uri, state)?,
    }
    if row.state == state {
        // They have heard it.
        return Ok(state);
    }
    let uri = act.site.activity(&act.new_id());
    let sent = activity::answer_follow(kind, &uri, &collective.uri, &row.activity_uri, follower_uri);
    send(act, &sent, &pair(&collective.uri, follower_uri), false, &Audience::inbox(&row.inbox))?;
    Ok(state)
}

/// What deliveries about one relation are ordered by.
pub(super) fn pair(ours: &str, theirs: &str) -> String {
    format!("{ours} {theirs}")
}
