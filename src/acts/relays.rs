//! Relays (FEP-ae0c): servers that pass public statements on to all that subscribed to them. The instance's own actor
//! subscribes, in Mastodon's way (it follows the public collection at the relay's inbox, and the relay gets the activities
//! themselves) or in LitePub's (both follow each other, and the relay hears of a statement by an `Announce`).
//!
//! What relays bring is not kept: nobody here would see it. Must not send anything that isn't a public statement.

use super::{
    Act,
    follow::pair,
    outbox::{Audience, send},
    receive::{Outcome, answer::Answered, follow::Follow},
};
use crate::{
    db::{self, relays::RelayRow, statements::StatementRow},
    domain::{
        names::{RelayState, RelayStyle, StatementForm},
        url::{host_and_port, lies_under, same_origin},
    },
    error::{Error, Result},
    vocab::{PUBLIC, activity, call},
};
use serde_json::{Value, json};

/// Relays that an instance can have.
pub const MOST_RELAYS: usize = 20;

/// A relay as its address was found to mean.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    pub style: RelayStyle,
    pub address: String,
    pub inbox: String,
    /// Known where it is LitePub's way.
    pub actor_uri: Option<String>,
}

/// Asks a relay to take us in. One that refused, is gone or hasn't answered is asked anew.
///
/// # Errors
/// `Conflict` where it took us in already, and where there are [`MOST_RELAYS`]; `Invalid` for `address` where it lies here
/// or is shut out; `Forbidden` to who isn't a steward.
pub fn subscribe(act: &mut Act, wanted: &Wanted) -> Result<RelayRow> {
    act.may_steward()?;
    let host = host_and_port(&wanted.inbox).ok_or_else(|| Error::invalid("address", "error-relay-none"))?;
    if act.site.owns(&wanted.inbox) || host == act.site.domain {
        return Err(Error::invalid("address", "error-relay-own"));
    }
    let shut_out = db::blocks::hosts(act.conn)?.iter().any(|blocked| lies_under(&host, blocked));
    if shut_out || db::blocks::is_blocked(act.conn, &host, &wanted.address)? {
        return Err(Error::invalid("address", "error-relay-blocked"));
    }
    let before = db::relays::by_inbox(act.conn, &wanted.inbox)?;
    if before.as_ref().is_some_and(|row| row.state == RelayState::Accepted) {
        return Err(Error::Conflict("error-relay-known"));
    }
    let known = db::relays::list(act.conn)?.len();
    if before.is_none() && known >= MOST_RELAYS {
        return Err(Error::Conflict("error-relays-many"));
    }
    let row = RelayRow {
        id: before.as_ref().map_or_else(|| act.new_id(), |row| row.id.clone()),
        style: wanted.style,
        address: wanted.address.clone(),
        inbox: wanted.inbox.clone(),
        actor_uri: wanted.actor_uri.clone(),
        state: RelayState::Asked,
        follow_uri: act.site.activity(&act.new_id()),
        followed_by: before.as_ref().and_then(|row| row.followed_by.clone()),
        asked_at: act.now,
        answered_at: None,
    };
    match before {
        Some(_) => db::relays::update(act.conn, &row)?,
        None => db::relays::insert(act.conn, &row)?,
    }
    let ours = act.site.instance_actor();
    let sent = match &row.actor_uri {
        Some(actor) if row.style == RelayStyle::LitePub => activity::follow(&row.follow_uri, &ours, actor),
        _ => activity::follow_public(&row.follow_uri, &ours),
    };
    send(act, &sent, &pair(&ours, &row.address), false, &Audience::inbox(&row.inbox))?;
    Ok(row)
}

/// Leaves a relay, by its address, its inbox or its row's id: it is told, and its own following of us ends.
///
/// # Errors
/// `NotFound` where there is no such relay; `Forbidden` to who isn't a steward.
pub fn leave(act: &mut Act, name: &str) -> Result<RelayRow> {
    act.may_steward()?;
    let row = db::relays::named(act.conn, name)?.ok_or(Error::NotFound)?;
    db::relays::delete(act.conn, &row.id)?;
    if row.state == RelayState::Gone {
        return Ok(row);
    }
    let (ours, about) = (act.site.instance_actor(), pair(&act.site.instance_actor(), &row.address));
    let actor = row.actor_uri.as_deref();
    let (object, to) = match (row.style, actor) {
        (RelayStyle::LitePub, Some(actor)) => (actor, vec![actor.to_owned()]),
        _ => (PUBLIC, Vec::new()),
    };
    let undone = json!({ "id": row.follow_uri, "type": "Follow", "actor": ours, "object": object });
    let undo = activity::undo(&act.site.activity(&act.new_id()), &ours, undone, to, Vec::new());
    send(act, &undo, &about, false, &Audience::inbox(&row.inbox))?;
    if let (Some(follow), Some(actor)) = (&row.followed_by, actor) {
        let reject = activity::answer_follow("Reject", &act.site.activity(&act.new_id()), &ours, follow, actor);
        send(act, &reject, &about, false, &Audience::inbox(&row.inbox))?;
    }
    Ok(row)
}

/// Forgets the relays on a host that was shut out, or whose actor was; they aren't told. Gives how many.
pub(super) fn shut_out(act: &mut Act, subject: &str) -> Result<usize> {
    let mut gone = 0;
    for row in db::relays::list(act.conn)? {
        let under = host_and_port(&row.inbox).is_some_and(|host| lies_under(&host, subject));
        if under || row.address == subject || row.actor_uri.as_deref() == Some(subject) {
            gone += usize::from(db::relays::delete(act.conn, &row.id)?);
        }
    }
    Ok(gone)
}

/// A relay answers our Follow. `None` where this is no answer to one. Only a relay itself can: the actor that we followed,
/// or one on the origin of the inbox that we asked.
pub(super) fn answered(act: &mut Act, actor_uri: &str, accepted: bool, answered: &Answered) -> Result<Option<Outcome>> {
    let ours = act.site.instance_actor();
    let by_id = |row: &RelayRow| answered.activity_uri.as_deref() == Some(&row.follow_uri);
    // Some lose the id, but say whose Follow it was.
    let by_actor =
        |row: &RelayRow| answered.follower_uri.as_deref() == Some(&ours) && row.actor_uri.as_deref() == Some(actor_uri);
    let rows = db::relays::list(act.conn)?;
    let Some(row) = rows.iter().find(|row| by_id(row)).or_else(|| rows.iter().find(|row| by_actor(row))) else {
        return Ok(None);
    };
    if !speaks_for(row, actor_uri) {
        return Ok(Some(Outcome::Dropped("another actor's answer for a relay")));
    }
    let state = if accepted { RelayState::Accepted } else { RelayState::Refused };
    if row.state == state {
        return Ok(Some(Outcome::Done));
    }
    let row = RelayRow { state, actor_uri: Some(actor_uri.to_owned()), answered_at: Some(act.now), ..row.clone() };
    db::relays::update(act.conn, &row)?;
    Ok(Some(Outcome::Done))
}

/// Somebody follows the instance's own actor: only relays that we asked may, and are accepted at once.
pub(super) fn followed(act: &mut Act, follow: &Follow) -> Result<Outcome> {
    let actor = &follow.actor.uri;
    let rows = db::relays::list(act.conn)?;
    let asked = |row: &&RelayRow| matches!(row.state, RelayState::Asked | RelayState::Accepted) && speaks_for(row, actor);
    let Some(row) = rows.iter().find(asked) else { return Ok(Outcome::Dropped("no relay that we asked")) };
    // Who answers our Follow is the relay's actor; following us makes nobody that.
    let row = RelayRow { followed_by: Some(follow.activity_uri.clone()), ..row.clone() };
    db::relays::update(act.conn, &row)?;
    let ours = act.site.instance_actor();
    let accept = activity::answer_follow("Accept", &act.site.activity(&act.new_id()), &ours, &follow.activity_uri, actor);
    send(act, &accept, &pair(&ours, &row.address), false, &Audience::inbox(&row.inbox))?;
    Ok(Outcome::Done)
}

/// A relay follows the instance's actor no longer. `activity_uri` where only the Follow's id was given.
pub(super) fn unfollowed(act: &mut Act, actor_uri: &str, activity_uri: Option<&str>) -> Result<bool> {
    let mut found = false;
    for row in db::relays::of_actor(act.conn, actor_uri)? {
        let this = row.followed_by.is_some() && activity_uri.is_none_or(|uri| row.followed_by.as_deref() == Some(uri));
        if this {
            db::relays::update(act.conn, &RelayRow { followed_by: None, ..row })?;
            found = true;
        }
    }
    Ok(found)
}

/// Whether an actor may speak for a relay: as its known actor, or from the origin of its inbox while that isn't known.
fn speaks_for(row: &RelayRow, actor_uri: &str) -> bool {
    match &row.actor_uri {
        Some(known) => known == actor_uri,
        None => same_origin(&row.inbox, actor_uri),
    }
}

/// What one public activity means for relays.
#[derive(Debug, Default)]
pub(super) struct Relayed {
    /// Inboxes that get the activity itself.
    pub inboxes: Vec<String>,
    /// What the instance's own actor says beside it, and to whom.
    pub beside: Option<(Value, Audience)>,
}

/// Which relays hear of an activity about an object, and how: a statement's `Create` as it is or by an `Announce`, its
/// `Update` and `Delete` as they are, and with the last the `Undo` of the `Announce`. Answers stay between those who talk.
pub(super) fn relayed(act: &mut Act, kind: &str, object_uri: &str) -> Result<Relayed> {
    let Some(id) = act.site.statement_id_of(object_uri).filter(|_| matches!(kind, "Create" | "Update" | "Delete")) else {
        return Ok(Relayed::default());
    };
    let relays: Vec<RelayRow> = db::relays::list(act.conn)?.into_iter().filter(RelayRow::takes).collect();
    if relays.is_empty() {
        return Ok(Relayed::default());
    }
    let statement = db::statements::by_id(act.conn, id)?;
    if statement.in_reply_to.is_some() {
        return Ok(Relayed::default());
    }
    let litepub = |row: &&RelayRow| row.style == RelayStyle::LitePub;
    let inboxes = relays.iter().filter(|row| kind != "Create" || !litepub(row)).map(|row| row.inbox.clone()).collect();
    let heard = |row: &&RelayRow| litepub(row) && (kind == "Create" || heard_of(row, &statement));
    let to = Audience::default().and(relays.iter().filter(heard).map(|row| row.inbox.clone()));
    let beside = if to.inboxes.is_empty() { None } else { beside(act, kind, &statement) };
    Ok(Relayed { inboxes, beside: beside.map(|said| (said, to)) })
}

/// Whether a relay got the `Announce` of a statement.
fn heard_of(row: &RelayRow, statement: &StatementRow) -> bool {
    row.answered_at.is_some_and(|at| statement.published_at.is_some_and(|published| at <= published))
}

fn beside(act: &Act, kind: &str, statement: &StatementRow) -> Option<Value> {
    let ours = act.site.instance_actor();
    // A statement is announced once, so the id that its `Undo` needs can be made from the statement's.
    let id = act.site.activity(&statement.id);
    let followers = format!("{ours}/followers");
    // Behind relays are servers of all kinds: of a call they get the note.
    let announced = match statement.form {
        StatementForm::Event => call::note_id(&statement.uri),
        _ => statement.uri.clone(),
    };
    match kind {
        "Create" => Some(activity::announce_to_relays(&id, &ours, &announced, &followers, act.now)),
        "Delete" => {
            let undone = json!({ "id": id, "type": "Announce", "actor": ours, "object": announced });
            Some(activity::undo(&act.site.activity(&act.new_id()), &ours, undone, vec![followers], Vec::new()))
        }
        _ => None,
    }
}
