//! Somebody follows one of our collectives.

use super::Outcome;
use crate::{
    acts::{
        Act,
        follow::pair,
        outbox::{self, Audience},
        relays,
    },
    db::{self, collectives::CollectiveRow, follows::FollowerRow, inbox::InboxRow, remote_actors::RemoteActorRow},
    domain::names::{FollowState, InboxKind},
    error::{Error, Result},
    vocab,
};

/// A Follow as it came.
#[derive(Debug, Clone)]
pub struct Follow {
    pub actor: RemoteActorRow,
    /// Its id; made up where it has none, so that our answer can name it.
    pub activity_uri: String,
    pub activity_json: String,
    /// Whom it is to follow.
    pub object_uri: String,
}

/// Takes a follower in at once, or lets it wait where the collective approves each one.
///
/// A repeated Follow is answered again with its new id: its sender lost our answer, or its own record. One that was
/// rejected stays so and hears it again.
pub fn follow(act: &mut Act, follow: &Follow) -> Result<Outcome> {
    if follow.object_uri == act.site.instance_actor() {
        return relays::followed(act, follow);
    }
    let collective = match db::collectives::by_uri(act.conn, &follow.object_uri) {
        Err(Error::NotFound) => return Ok(Outcome::Dropped("no such collective")),
        other => other?,
    };
    let actor = &follow.actor.uri;
    let before = db::follows::follower(act.conn, &collective.id, actor)?;
    let state = match before.as_ref().map(|row| row.state) {
        Some(state @ (FollowState::Accepted | FollowState::Rejected)) => state,
        _ if collective.approve_followers => FollowState::Pending,
        _ => FollowState::Accepted,
    };
    let row = FollowerRow {
        collective_id: collective.id.clone(),
        actor_uri: actor.clone(),
        activity_uri: follow.activity_uri.clone(),
        activity_json: follow.activity_json.clone(),
        inbox: follow.actor.inbox.clone(),
        shared_inbox: follow.actor.shared_inbox.clone(),
        state,
        since: before.map_or(act.now, |row| row.since),
    };
    db::follows::put_follower(act.conn, &row)?;
    if state != FollowState::Rejected {
        let item = InboxRow {
            id: act.new_id(),
            collective_id: collective.id.clone(),
            kind: InboxKind::Follow,
            actor_uri: actor.clone(),
            activity_uri: Some(row.activity_uri.clone()),
            object_uri: Some(collective.uri.clone()),
            post_id: None,
            received_at: act.now,
            shown: false,
            read_at: None,
            undone_at: None,
        };
        db::inbox::put(act.conn, &item)?;
    }
    match state {
        FollowState::Pending => {}
        FollowState::Accepted => answer(act, "Accept", &collective, &row)?,
        FollowState::Rejected => answer(act, "Reject", &collective, &row)?,
    }
    Ok(Outcome::Done)
}

/// Queues `Accept` or `Reject` of a follower's Follow to its own inbox.
pub fn answer(act: &mut Act, kind: &str, collective: &CollectiveRow, follower: &FollowerRow) -> Result<()> {
    let id = act.site.activity(&act.new_id());
    let json = vocab::activity::answer_follow(kind, &id, &collective.uri, &follower.activity_uri, &follower.actor_uri);
    outbox::send(act, &json, &pair(&collective.uri, &follower.actor_uri), false, &Audience::inbox(&follower.inbox))
}
