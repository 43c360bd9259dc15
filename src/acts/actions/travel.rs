//! An action goes to all who follow its organisers, as an event or as its note, and to the author of the call.

use crate::{
    acts::{
        Act,
        faces::{self, Faced, Split},
        neighbours,
        outbox::{self, Audience},
        proofs,
    },
    db::{self, DbConn, actions::ActionRow},
    domain::{consent::ConsentKind, url::host_and_port},
    error::{Error, Result},
    vocab::{action as wire, activity},
};
use serde_json::Value;
use std::collections::BTreeSet;

/// The language of those who organise one of ours.
pub(super) fn language(conn: &mut DbConn, row: &ActionRow) -> Result<String> {
    let organiser = row.organiser_id.as_deref().ok_or(Error::NotFound)?;
    Ok(db::collectives::by_id(conn, organiser)?.language)
}

/// What its objects are made of.
pub(super) fn parts<'a>(row: &'a ActionRow, language: &'a str) -> wire::Parts<'a> {
    wire::Parts {
        id: &row.uri,
        actor: &row.organiser_uri,
        call: &row.call_uri,
        call_title: &row.call_title,
        language,
        content: &row.content,
        stamp: row.stamp_uri.as_deref(),
        published: row.published,
        updated: row.updated,
    }
}

/// The note of an action of ours as it is now, proven.
pub fn note(conn: &mut DbConn, row: &ActionRow) -> Result<Value> {
    let language = language(conn, row)?;
    let mut note = wire::note(&parts(row, &language));
    proofs::prove(conn, &mut note, row.updated)?;
    Ok(note)
}

/// Says that an action of ours is there (`Create`), or that it is another now (`Update`).
pub(super) fn say(act: &mut Act, row: &ActionRow, verb: &str) -> Result<()> {
    let collective = row.organiser_id.as_deref().ok_or(Error::NotFound)?;
    let mut inboxes = outbox::inboxes(act, &Audience::followers(collective))?;
    let mut speak = BTreeSet::new();
    // Everything that the author's host hears of this action goes to one inbox there, so that it comes in its order.
    let consent = db::consents::between(act.conn, ConsentKind::LocalAction, &row.uri, &row.call_uri)?;
    if let Some(consent) = consent.filter(|consent| consent.author_id.is_none())
        && let Some(host) = host_and_port(&consent.inbox)
    {
        inboxes.retain(|inbox| host_and_port(inbox).as_ref() != Some(&host));
        inboxes.insert(consent.inbox);
        speak.insert(host);
    }
    let event = super::proven(act.conn, row)?;
    let note = note(act.conn, row)?;
    let wrap = |object: &Value| activity::wrap(verb, &act.site.activity(&act.new_id()), &row.organiser_uri, row.updated, object);
    let (event, note) = (wrap(&event), wrap(&note));
    let Split { events, notes, ours } = faces::split(act, Faced::Action(&row.id), inboxes, &speak)?;
    outbox::queue(act, &event, &row.uri, true, &events, None)?;
    outbox::queue(act, &note, &row.uri, false, &notes, None)?;
    if ours { neighbours::receive(act, &event) } else { Ok(()) }
}
