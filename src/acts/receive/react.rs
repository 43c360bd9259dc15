//! Somebody likes or boosts a statement of ours, or an actor we follow boosts a post of others.

use super::{Outcome, post};
use crate::{
    acts::Act,
    db::{self, inbox::InboxRow, remote_posts::RemotePostRow},
    domain::{Id, names::InboxKind, site::call_of},
    error::Result,
};

/// A Like or an Announce of one of our published statements.
pub fn to_statement(
    act: &mut Act,
    kind: InboxKind,
    actor_uri: &str,
    activity_uri: Option<&str>,
    statement_uri: &str,
) -> Result<Outcome> {
    let statement_uri = call_of(statement_uri);
    let Some(collective_id) = db::inbox::collective_of_statement(act.conn, statement_uri)? else {
        return Ok(Outcome::Dropped("no such statement"));
    };
    if db::collectives::ids_of(act.conn, &[&actor_uri.to_owned()])?.contains(&collective_id) {
        return Ok(Outcome::Dropped("the statement is its own"));
    }
    let item = item(act, &collective_id, kind, actor_uri, activity_uri, statement_uri, None);
    db::inbox::put(act.conn, &item)?;
    Ok(Outcome::Done)
}

/// An Announce of one of our published statements: its collective hears of it, and so do those of ours that follow whoever
/// boosts it.
pub fn boost_of_statement(act: &mut Act, actor_uri: &str, activity_uri: Option<&str>, statement_uri: &str) -> Result<Outcome> {
    let told = to_statement(act, InboxKind::Announce, actor_uri, activity_uri, statement_uri)?;
    if db::follows::local_followers_of(act.conn, actor_uri)?.is_empty() {
        return Ok(told);
    }
    let Some(copy) = post::copy_of_statement(act, statement_uri)? else { return Ok(told) };
    boost_of_other(act, actor_uri, activity_uri, copy)
}

/// An Announce, by an actor that collectives of ours follow, of a post that was fetched from its own host.
pub fn boost_of_other(act: &mut Act, actor_uri: &str, activity_uri: Option<&str>, fetched: RemotePostRow) -> Result<Outcome> {
    let collectives = db::follows::local_followers_of(act.conn, actor_uri)?;
    if collectives.is_empty() {
        return Ok(Outcome::Dropped("nobody here follows this actor"));
    }
    let uri = fetched.uri.clone();
    let Some(post_id) = post::keep_fetched(act, fetched)? else { return Ok(Outcome::Dropped("the post was deleted")) };
    for collective_id in collectives {
        let item = item(act, &collective_id, InboxKind::Announce, actor_uri, activity_uri, &uri, Some(post_id.clone()));
        db::inbox::put(act.conn, &item)?;
    }
    Ok(Outcome::Done)
}

pub(in crate::acts) fn item(
    act: &Act,
    collective_id: &str,
    kind: InboxKind,
    actor_uri: &str,
    activity_uri: Option<&str>,
    object_uri: &str,
    post_id: Option<Id>,
) -> InboxRow {
    InboxRow {
        id: act.new_id(),
        collective_id: collective_id.to_owned(),
        kind,
        actor_uri: actor_uri.to_owned(),
        activity_uri: activity_uri.map(str::to_owned),
        object_uri: Some(object_uri.to_owned()),
        post_id,
        received_at: act.now,
        shown: false,
        read_at: None,
        undone_at: None,
    }
}
