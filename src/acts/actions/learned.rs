//! Actions of third hosts under calls of others, which the call's author says that it lets stand.
//!
//! Must not fetch: the stamp and the action were fetched from their own hosts before.

use super::{MAX_ACTIONS_OF_ONE, MOST_ACTIONS};
use crate::{
    acts::{Act, receive::Outcome},
    db::{self, Json, actions::ActionRow},
    domain::endorsement::AuthorState,
    error::Result,
    vocab::action as wire,
};

/// An action as its own host gave it, and the stamp of the call's author that names it.
#[derive(Debug, Clone)]
pub struct Learned {
    pub read: wire::Read,
    pub author_uri: String,
    pub stamp_uri: String,
}

/// What others organise, as their host gives it, under a call of this title and author, who hasn't said anything to it.
pub(super) fn row(act: &Act, read: &wire::Read, call_title: String, author_uri: String) -> ActionRow {
    ActionRow {
        id: act.new_id(),
        uri: read.id.clone(),
        organiser_uri: read.actor.clone(),
        organiser_id: None,
        call_uri: read.call.clone(),
        statement_id: None,
        call_title,
        author_uri,
        content: Json::new(read.content.clone()),
        begins_at: read.content.when.begins(),
        author_state: AuthorState::Pending,
        stamp_uri: None,
        seen: None,
        question: None,
        created_by: None,
        published: read.published.unwrap_or(act.now),
        // By their own clock, as what comes later is.
        updated: read.updated.or(read.published).unwrap_or(act.now),
        received_at: act.now,
        deleted_at: None,
    }
}

/// `Add` by the author of a call, whose stamp was seen.
pub fn learned(act: &mut Act, learned: &Learned) -> Result<Outcome> {
    let (read, stamp) = (&learned.read, learned.stamp_uri.as_str());
    let Some(row) = db::actions::by_uri(act.conn, &read.id)? else {
        let many = db::actions::count_of(act.conn, &read.actor, &read.call)? >= MAX_ACTIONS_OF_ONE;
        if many || db::actions::count_under(act.conn, &read.call)? >= MOST_ACTIONS {
            return Ok(Outcome::Dropped("too many actions under this call"));
        }
        let title = db::remote_posts::by_uri(act.conn, &read.call)?.map(|post| post.title).unwrap_or_default();
        let row = ActionRow {
            author_state: AuthorState::Accepted,
            stamp_uri: Some(stamp.to_owned()),
            ..row(act, read, title, learned.author_uri.clone())
        };
        db::actions::insert(act.conn, &row)?;
        return Ok(Outcome::Done);
    };
    if row.organiser_id.is_some() || row.statement_id.is_some() {
        return Ok(Outcome::Dropped("known without being told"));
    }
    if row.organiser_uri != read.actor || row.call_uri != read.call || row.author_uri != learned.author_uri {
        return Ok(Outcome::Dropped("about something else than before"));
    }
    if row.deleted_at.is_some() {
        return Ok(Outcome::Dropped("the action was deleted"));
    }
    db::actions::set_author(act.conn, &row.uri, AuthorState::Accepted, Some(stamp))?;
    let row = ActionRow { author_state: AuthorState::Accepted, stamp_uri: Some(stamp.to_owned()), ..row };
    if read.updated.is_some_and(|updated| updated > row.updated) {
        let (content, updated) = (read.content.clone(), read.updated.unwrap_or(act.now));
        let row = ActionRow { begins_at: content.when.begins(), content: Json::new(content), updated, ..row };
        db::actions::update(act.conn, &row)?;
    }
    Ok(Outcome::Done)
}

/// `Remove` by the author of a call: its own word is enough.
pub fn unlisted(act: &mut Act, author_uri: &str, uri: &str) -> Result<Outcome> {
    let Some(row) = db::actions::by_uri(act.conn, uri)? else { return Ok(Outcome::Dropped("no action that is known")) };
    if row.author_uri != author_uri || row.organiser_id.is_some() || row.statement_id.is_some() {
        return Ok(Outcome::Dropped("no action that is its to take off"));
    }
    db::actions::set_author(act.conn, uri, AuthorState::Dropped, None)?;
    Ok(Outcome::Done)
}
