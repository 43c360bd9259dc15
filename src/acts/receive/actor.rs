//! Somebody's account changes, moves or ends.

use super::Outcome;
use crate::{
    acts::{
        Act, consents,
        follow::pair,
        moves,
        outbox::{self, Audience},
    },
    db::{self, follows::FollowingRow, remote_actors::RemoteActorRow},
    domain::names::FollowState,
    error::Result,
    vocab,
};

/// The account is gone, as its own host confirms: texts, ties and items go; tombstones of its posts stay.
pub fn gone(act: &mut Act, actor_uri: &str) -> Result<Outcome> {
    let Some(actor) = db::remote_actors::by_uri(act.conn, actor_uri)? else { return Ok(Outcome::Dropped("never seen")) };
    let posts = db::remote_posts::ids_by_actor(act.conn, actor_uri)?;
    db::inbox::undo_by_posts(act.conn, &posts, act.now)?;
    db::inbox::undo_all_of(act.conn, actor_uri, act.now)?;
    db::remote_posts::bury_all_of(act.conn, actor_uri, act.now)?;
    db::follows::remove_actor(act.conn, actor_uri)?;
    db::relays::gone(act.conn, actor_uri, act.now)?;
    consents::asker_gone(act, actor_uri)?;
    let buried = RemoteActorRow {
        name: String::new(),
        summary: String::new(),
        icon_url: None,
        url: None,
        gone_at: Some(act.now),
        ..actor
    };
    db::remote_actors::put(act.conn, &buried)?;
    Ok(Outcome::Done)
}

/// The actor's document was fetched anew; its follows go to where it says.
pub fn changed(act: &mut Act, fetched: &RemoteActorRow) -> Result<Outcome> {
    db::follows::set_follower_inboxes(act.conn, &fetched.uri, &fetched.inbox, fetched.shared_inbox.as_deref())?;
    Ok(Outcome::Done)
}

/// The account moved, and the new one says so too (`alsoKnownAs`; checked by the caller on the fetched document, ORG-19).
/// Collectives that followed the old one ask to follow the new one; the old follow ends.
pub fn moved(act: &mut Act, old: &RemoteActorRow, new: &RemoteActorRow) -> Result<Outcome> {
    let mut done = Outcome::Dropped("nobody here follows this actor");
    let lock = format!("move {}", old.uri);
    let pause = chrono::Duration::days(moves::MIN_DAYS_BETWEEN);
    if db::received::since(act.conn, &lock)?.is_some_and(|at| act.now - at < pause) {
        return Ok(Outcome::Dropped("moved less than seven days ago"));
    }
    db::received::replace(act.conn, &lock, act.now)?;
    for row in db::follows::followings_of(act.conn, &old.uri)? {
        if row.state == FollowState::Rejected {
            continue;
        }
        let collective = db::collectives::by_id(act.conn, &row.collective_id)?;
        db::follows::remove_following(act.conn, &collective.id, &old.uri)?;
        let follow = vocab::activity::follow(&row.activity_uri, &collective.uri, &old.uri);
        let id = act.site.activity(&act.new_id());
        let undo = vocab::activity::undo(&id, &collective.uri, bare(follow), vec![old.uri.clone()], vec![]);
        outbox::send(act, &undo, &pair(&collective.uri, &old.uri), false, &Audience::inbox(&old.inbox))?;
        // Who moved may have become the follower itself.
        if new.uri != collective.uri && db::follows::following(act.conn, &collective.id, &new.uri)?.is_none() {
            let id = act.site.activity(&act.new_id());
            let follow = vocab::activity::follow(&id, &collective.uri, &new.uri);
            let row = FollowingRow {
                collective_id: collective.id.clone(),
                actor_uri: new.uri.clone(),
                activity_uri: id,
                state: FollowState::Pending,
                since: act.now,
            };
            db::follows::put_following(act.conn, &row)?;
            outbox::send(act, &follow, &pair(&collective.uri, &new.uri), false, &Audience::inbox(&new.inbox))?;
        }
        done = Outcome::Done;
    }
    Ok(done)
}

/// Without its own `@context`: it stands inside another activity.
fn bare(mut activity: serde_json::Value) -> serde_json::Value {
    if let Some(body) = activity.as_object_mut() {
        body.shift_remove("@context");
    }
    activity
}
