//! Somebody accepts or rejects our Follow. Only whom we asked can answer (ORG-08).

use super::Outcome;
use crate::{
    acts::{Act, relays},
    db,
    domain::names::FollowState,
    error::Result,
};

/// Which Follow is answered, as far as the answer says: peers echo our id, embed the Follow, or both.
#[derive(Debug, Clone, Default)]
pub struct Answered {
    pub activity_uri: Option<String>,
    /// Actor of the embedded Follow: one of our collectives, or the instance's own actor.
    pub follower_uri: Option<String>,
}

/// `Accept` makes a pending follow stand; `Reject` ends one, also long after it was accepted.
pub fn answer(act: &mut Act, actor_uri: &str, accepted: bool, answered: &Answered) -> Result<Outcome> {
    if let Some(outcome) = relays::answered(act, actor_uri, accepted, answered)? {
        return Ok(outcome);
    }
    let by_id = match &answered.activity_uri {
        Some(uri) => db::follows::following_by_activity(act.conn, uri)?.filter(|row| row.actor_uri == actor_uri),
        None => None,
    };
    let row = match (by_id, &answered.follower_uri) {
        (Some(row), _) => Some(row),
        (None, Some(follower)) => {
            let rows = db::follows::followings_of(act.conn, actor_uri)?;
            let mut found = None;
            for row in rows {
                if db::collectives::by_id(act.conn, &row.collective_id)?.uri == *follower {
                    found = Some(row);
                }
            }
            found
        }
        (None, None) => None,
    };
    let Some(row) = row else { return Ok(Outcome::Dropped("no follow of ours that this actor could answer")) };
    let state = if accepted { FollowState::Accepted } else { FollowState::Rejected };
    db::follows::set_following_state(act.conn, &row.collective_id, actor_uri, state)?;
    Ok(Outcome::Done)
}
