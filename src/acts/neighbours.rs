//! What one collective does reaches the others of its instance: received in the sender's own transaction, by the acts that
//! receive it from elsewhere, and never over the network (SRF-08).
//!
//! Must not believe more than what comes from elsewhere says: the same document, the same rules for whom it concerns.

use super::{
    Act,
    receive::{Outcome, actor, answer, follow, post, react, undo},
};
use crate::{
    db::{self, collectives::CollectiveRow},
    domain::names::InboxKind,
    error::{Error, Result},
    vocab::read::Activity,
};
use serde_json::Value;

/// Takes in an activity of a collective of ours that is addressed to others here.
pub(super) fn receive(act: &mut Act, activity: &Value) -> Result<()> {
    let read = Activity::read(activity.clone()).map_err(Error::internal)?;
    let Some(actor_uri) = read.actor.clone() else { return Ok(()) };
    let sender = match db::collectives::by_uri(act.conn, &actor_uri) {
        Ok(sender) => sender,
        // The instance's own actor is nobody's neighbour.
        Err(Error::NotFound) => return Ok(()),
        Err(error) => return Err(error),
    };
    let outcome = handle(act, &sender, &read, activity)?;
    tracing::debug!(kind = read.kind, ?outcome, "received from a collective of this instance");
    Ok(())
}

fn handle(act: &mut Act, sender: &CollectiveRow, read: &Activity, activity: &Value) -> Result<Outcome> {
    let (by, id) = (sender.uri.as_str(), read.id.as_deref());
    let Some(object) = read.object() else { return Ok(Outcome::Dropped("nothing in it")) };
    let object_uri = object.id.as_deref().unwrap_or_default();
    match read.kind.as_str() {
        "Follow" => {
            let given = follow::Follow {
                actor: sender.as_actor(),
                activity_uri: id.unwrap_or_default().to_owned(),
                activity_json: activity.to_string(),
                object_uri: object_uri.to_owned(),
            };
            follow::follow(act, &given)
        }
        "Accept" | "Reject" => {
            let answered = answer::Answered { activity_uri: object.id.clone(), follower_uri: object.actor() };
            answer::answer(act, by, read.kind == "Accept", &answered)
        }
        "Like" => react::to_statement(act, InboxKind::Like, by, id, object_uri),
        "Announce" if act.site.owns(object_uri) => react::boost_of_statement(act, by, id, object_uri),
        "Announce" => match db::remote_posts::by_uri(act.conn, object_uri)? {
            Some(kept) => react::boost_of_other(act, by, id, kept),
            None => Ok(Outcome::Dropped("no post to be had")),
        },
        "Undo" => {
            let undone = undo::Undone { kind: object.kind.clone(), activity_uri: object.id.clone(), object_uri: object.inner() };
            undo::undo(act, by, &undone)
        }
        "Create" | "Update" => {
            let Some(read_post) = object.post() else { return Ok(Outcome::Dropped("no kind of post that is kept")) };
            let visibility = read_post.visibility(Some(&format!("{by}/followers")));
            let quote_approved = read_post.quote_authorization.is_some();
            let received = post::Received { post: read_post, visibility, quote_approved, quoted: None };
            match read.kind.as_str() {
                "Create" => post::create(act, id, &received),
                _ => post::update(act, id, &received),
            }
        }
        // The move's own act saw that the two name each other.
        "Move" => match db::remote_actors::any_by_uri(act.conn, read.target.as_deref().unwrap_or_default())? {
            Some(new) => actor::moved(act, &sender.as_actor(), &new),
            None => Ok(Outcome::Dropped("the new account isn't known")),
        },
        "Delete" => post::delete(act, by, object_uri),
        _ => Ok(Outcome::Dropped("nothing that concerns the neighbours")),
    }
}
