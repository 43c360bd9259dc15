//! Local actions: what a collective of ours does under a call, here or elsewhere, and what others do under ours.
//!
//! Must not fetch: the call comes looked up. Nothing is cancelled for anybody: who organises an action is asked.

use super::{
    Act,
    consents::{self, Asked, Wanted},
    mandates,
    outbox::{Audience, send},
    proofs,
    receive::Outcome,
    target::Target,
};
use crate::{
    db::{self, DbConn, Json, actions::ActionRow, collectives::CollectiveRow, consents::ConsentRow},
    domain::{
        action::{ActionContent, Answer, Question, Seen},
        call::CallStatus,
        consent::{ConsentKind, ConsentState},
        endorsement::AuthorState,
        mandate::Verb,
        site::call_of,
        url::same_origin,
    },
    error::{Error, Result},
    vocab::{action as wire, activity},
};
use chrono::Duration;
use serde_json::Value;
use std::collections::BTreeSet;

mod learned;
mod travel;

pub use learned::{Learned, learned, unlisted};
pub use travel::note;

/// Most actions of one organiser under one call.
pub const MAX_ACTIONS_OF_ONE: i64 = 100;
/// Most actions under one call that are asked or listed at once.
pub const MOST_ACTIONS: i64 = 10_000;

/// A call that an action is added under, as it stands at this moment.
#[derive(Debug, Clone)]
pub struct Under {
    pub target: Target,
    pub title: String,
    pub seen: Seen,
}

impl Under {
    /// A call of ours, or one of another instance as its own host gave it.
    ///
    /// # Errors
    /// `Conflict` where it is no call.
    pub fn of(conn: &mut DbConn, target: Target) -> Result<Self> {
        let none = || Error::Conflict("error-call-none");
        let (title, seen) = match &target.post {
            Some(post) => {
                let event = post.event.as_ref().ok_or_else(none)?;
                (post.title.clone(), Seen { status: event.status, when: event.when })
            }
            None => {
                let row = db::statements::by_id(conn, target.uri.rsplit('/').next().unwrap_or_default())?;
                let content = db::statements::version(conn, &row.id, row.version)?.content.into_inner();
                let call = content.call.ok_or_else(none)?;
                (content.title, Seen { status: call.status, when: call.when })
            }
        };
        Ok(Self { target, title, seen })
    }
}

/// Adds an action of a collective under a call, and asks the call's author to let it stand there.
///
/// # Errors
/// `Forbidden` where the collective asks for a mandate to call and the doer has none; `Invalid` with the faults of its content;
/// `Conflict` where the call isn't public or cancelled, and where there are [`MAX_ACTIONS_OF_ONE`].
pub fn add(act: &mut Act, collective_id: &str, under: &Under, content: ActionContent) -> Result<ActionRow> {
    act.may_act_for(collective_id)?;
    let collective = db::collectives::by_id(act.conn, collective_id)?;
    let target = under.target.still(act)?;
    target.for_everybody("error-call-none")?;
    if under.seen.status == CallStatus::Cancelled {
        return Err(Error::Conflict("error-action-call-cancelled"));
    }
    let author = under.target.author.uri.clone();
    mandates::require(act, collective_id, &mandates::towards(Verb::Call, &author))?;
    let content = content.normalised();
    Error::from_faults(content.faults())?;
    if db::actions::count_of(act.conn, &collective.uri, &target.uri)? >= MAX_ACTIONS_OF_ONE {
        return Err(Error::Conflict("error-actions-many"));
    }
    target.keep(act)?;
    put_under(act, &collective, under, content)
}

/// Puts an action that people without an instance proposed under a call of a collective's own: it is the collective's from now
/// on. Whoever calls this has asked whether the doer may.
///
/// # Errors
/// `Invalid` with the faults of its content.
pub fn host(act: &mut Act, collective_id: &str, under: &Under, content: ActionContent) -> Result<ActionRow> {
    let collective = db::collectives::by_id(act.conn, collective_id)?;
    let content = content.normalised();
    Error::from_faults(content.faults())?;
    put_under(act, &collective, under, content)
}

/// Cancels a hosted one for who proposed it.
pub fn cancel_hosted(act: &mut Act, id: &str) -> Result<()> {
    let row = db::actions::by_id(act.conn, id)?;
    if row.deleted_at.is_some() || row.content.status == CallStatus::Cancelled {
        return Ok(());
    }
    let content = ActionContent { status: CallStatus::Cancelled, ..(*row.content).clone() };
    say(act, row, content, None).map(drop)
}

fn put_under(act: &mut Act, collective: &CollectiveRow, under: &Under, content: ActionContent) -> Result<ActionRow> {
    let (target, author) = (&under.target, under.target.author.uri.clone());
    let id = act.new_id();
    let row = ActionRow {
        uri: act.site.action(&id),
        id,
        organiser_uri: collective.uri.clone(),
        organiser_id: Some(collective.id.clone()),
        statement_id: act.site.statement_id_of(&target.uri).map(str::to_owned),
        call_uri: target.uri.clone(),
        call_title: under.title.clone(),
        author_uri: author.clone(),
        begins_at: content.when.begins(),
        content: Json::new(content),
        author_state: AuthorState::Pending,
        stamp_uri: None,
        seen: Some(Json::new(under.seen)),
        question: None,
        created_by: act.by.member_id().map(str::to_owned),
        published: act.now,
        updated: act.now,
        received_at: act.now,
        deleted_at: None,
    };
    db::actions::insert(act.conn, &row)?;
    let wanted = Wanted {
        kind: ConsentKind::LocalAction,
        asker: collective,
        object_uri: &row.uri,
        target_uri: &row.call_uri,
        author_uri: &author,
        inbox: &under.target.author.inbox,
    };
    let consent = consents::want(act, &wanted)?;
    if consent.author_id.is_none() && consent.state == ConsentState::Waiting {
        let object = proven(act.conn, &row)?;
        consents::send_request(act, &consent, &object)?;
    }
    let row = db::actions::by_id(act.conn, &row.id)?;
    travel::say(act, &row, "Create")?;
    Ok(row)
}

/// The object as it is now, proven.
pub fn proven(conn: &mut DbConn, row: &ActionRow) -> Result<Value> {
    let language = travel::language(conn, row)?;
    let mut object = wire::action(&travel::parts(row, &language));
    proofs::prove(conn, &mut object, row.updated)?;
    Ok(object)
}

/// An action of the doer's collective that isn't deleted.
fn mine(act: &mut Act, id: &str) -> Result<ActionRow> {
    let row = db::actions::by_id(act.conn, id)?;
    act.may_act_for(row.organiser_id.as_deref().ok_or(Error::NotFound)?)?;
    if row.deleted_at.is_some() {
        return Err(Error::NotFound);
    }
    let collective = row.organiser_id.clone().unwrap_or_default();
    mandates::require(act, &collective, &mandates::towards(Verb::Call, &row.author_uri))?;
    Ok(row)
}

/// Says something else of an action from now on, here and to all who got it. `question` is what stays open.
fn say(act: &mut Act, was: ActionRow, content: ActionContent, question: Option<Json<Question>>) -> Result<ActionRow> {
    let content = content.normalised();
    Error::from_faults(content.faults())?;
    let changed = *was.content != content;
    // Peers compare whole seconds.
    let updated = if changed { act.now.max(was.updated + Duration::seconds(1)) } else { was.updated };
    let row = ActionRow { begins_at: content.when.begins(), content: Json::new(content), question, updated, ..was };
    db::actions::update(act.conn, &row)?;
    if changed {
        travel::say(act, &row, "Update")?;
        again(act, &row)?;
    }
    Ok(row)
}

/// Changes what is said of an action; the call's author gets it as an `Update`. With other dates it was moved, and what its
/// organisers were asked is answered by that.
///
/// # Errors
/// As [`cancel`]; `Invalid` with the faults of its content; `Conflict` where it is cancelled.
pub fn edit(act: &mut Act, id: &str, content: ActionContent) -> Result<ActionRow> {
    let row = mine(act, id)?;
    if row.content.status == CallStatus::Cancelled {
        return Err(Error::Conflict("error-action-cancelled"));
    }
    let moved = content.when != row.content.when;
    let status = if moved { CallStatus::Moved } else { row.content.status };
    let question = row.question.clone().filter(|_| !moved);
    say(act, row, ActionContent { status, ..content }, question)
}

/// Cancels an action. It stays visible as cancelled.
///
/// # Errors
/// `NotFound` to others than its organisers; `Forbidden` as [`add`].
pub fn cancel(act: &mut Act, id: &str) -> Result<ActionRow> {
    let row = mine(act, id)?;
    let content = ActionContent { status: CallStatus::Cancelled, ..(*row.content).clone() };
    say(act, row, content, None)
}

/// Answers what becomes of an action whose call was postponed, moved or cancelled.
///
/// # Errors
/// As [`cancel`]; `Conflict` where nothing is asked, and where it can't move along so.
pub fn answer(act: &mut Act, id: &str, answer: Answer) -> Result<ActionRow> {
    let row = mine(act, id)?;
    let question = row.question.as_deref().copied().ok_or(Error::Conflict("error-action-unasked"))?;
    if answer == Answer::Move && question.days == 0 {
        return Err(Error::Conflict("error-action-move"));
    }
    let content = row.content.answered(&question, answer).ok_or(Error::Conflict("error-action-move"))?;
    say(act, row, content, None)
}

/// A call stands so now: its organisers here are asked what becomes of theirs, where that concerns them. Gives how many.
pub fn call_changed(act: &mut Act, call_uri: &str, now: &Seen) -> Result<usize> {
    let mut asked = 0;
    for row in db::actions::of_call(act.conn, call_uri, MOST_ACTIONS)? {
        let Some(seen) = row.seen.as_deref().filter(|seen| *seen != now) else { continue };
        let question = seen.asks(now).filter(|_| row.content.status != CallStatus::Cancelled);
        asked += usize::from(question.is_some());
        let row = ActionRow { question: question.map(Json::new), seen: Some(Json::new(*now)), ..row };
        db::actions::update(act.conn, &row)?;
    }
    Ok(asked)
}

/// A call is gone, as its own author says: whoever acts under it is asked as if it were cancelled. Gives how many.
pub fn call_gone(act: &mut Act, call_uri: &str, author_uri: &str) -> Result<usize> {
    let rows = db::actions::of_call(act.conn, call_uri, MOST_ACTIONS)?;
    let Some(seen) = rows.iter().filter(|row| row.author_uri == author_uri).find_map(|row| row.seen.as_deref().copied()) else {
        return Ok(0);
    };
    call_changed(act, call_uri, &Seen { status: CallStatus::Cancelled, ..seen })
}

/// An action that stands under a call of ours says something else now: those who learnt of it by us are to look again.
fn again(act: &mut Act, row: &ActionRow) -> Result<()> {
    if row.statement_id.is_none() || row.author_state != AuthorState::Accepted {
        return Ok(());
    }
    match db::consents::between(act.conn, ConsentKind::LocalAction, &row.uri, &row.call_uri)? {
        Some(consent) => listed(act, &consent, true),
        None => Ok(()),
    }
}

/// An action was put under a call of ours, or taken off it: everybody who follows the call's author hears of it.
pub fn listed(act: &mut Act, consent: &ConsentRow, added: bool) -> Result<()> {
    let Some(author_id) = consent.author_id.clone() else { return Ok(()) };
    let kind = if added { "Add" } else { "Remove" };
    let target = format!("{}/actions", call_of(&consent.target_uri));
    let mut said = activity::list(kind, &act.site.activity(&act.new_id()), &consent.author_uri, &consent.object_uri, &target);
    if let Some(stamp) = consent.stamp_uri.as_deref().filter(|_| added) {
        wire::vouch(&mut said, stamp);
    }
    send(act, &said, &consent.object_uri, true, &Audience::followers(&author_id))
}

/// `LocalActionRequest`: somebody of another instance adds an action under a call of ours.
pub fn requested(act: &mut Act, read: &wire::Read, asked: &Asked) -> Result<Outcome> {
    let Some(statement_id) = act.site.statement_id_of(&read.call).map(str::to_owned) else {
        return Ok(Outcome::Dropped("acts under nothing of ours"));
    };
    if db::actions::by_uri(act.conn, &read.id)?.is_none() {
        let Some(collective) = db::inbox::collective_of_statement(act.conn, &read.call)? else {
            return Ok(Outcome::Dropped("acts under nothing of ours"));
        };
        if db::actions::count_of(act.conn, &read.actor, call_of(&read.call))? >= MAX_ACTIONS_OF_ONE {
            return Ok(Outcome::Dropped("has too many actions under this call"));
        }
        let statement = db::statements::by_id(act.conn, &statement_id)?;
        let version = db::statements::version(act.conn, &statement_id, statement.version)?;
        if version.content.call.is_none() {
            return Ok(Outcome::Dropped("acts under what is no call"));
        }
        let author = db::collectives::by_id(act.conn, &collective)?;
        let row = ActionRow {
            call_uri: statement.uri,
            statement_id: Some(statement_id),
            ..learned::row(act, read, version.title, author.uri)
        };
        db::actions::insert(act.conn, &row)?;
    } else if said(act, read, &asked.asker_uri)? == Outcome::Dropped("another actor's action") {
        return Ok(Outcome::Dropped("another actor's action"));
    }
    consents::asked(act, asked)
}

/// An event of software that knows no local actions, which names a call of ours: a request, and later changes of what it asked for.
pub fn named(act: &mut Act, read: &wire::Read, asked: &Asked) -> Result<Outcome> {
    match db::actions::by_uri(act.conn, &read.id)? {
        Some(_) => said(act, read, &asked.asker_uri),
        None => requested(act, read, asked),
    }
}

/// `Update` of an action that is here: taken where it is newer.
pub fn said(act: &mut Act, read: &wire::Read, actor_uri: &str) -> Result<Outcome> {
    let Some(row) = db::actions::by_uri(act.conn, &read.id)? else {
        return Ok(Outcome::Dropped("no action under a call of ours"));
    };
    if row.organiser_uri != actor_uri
        || row.organiser_id.is_some()
        || read.actor != actor_uri
        || !same_origin(&read.id, actor_uri)
    {
        return Ok(Outcome::Dropped("another actor's action"));
    }
    if row.deleted_at.is_some() || call_of(&read.call) != row.call_uri {
        return Ok(Outcome::Dropped("about something else than before"));
    }
    if read.updated.is_none_or(|updated| updated <= row.updated) {
        return Ok(Outcome::Dropped("not newer than what is here"));
    }
    let content = read.content.clone();
    let updated = read.updated.unwrap_or(act.now);
    let row = ActionRow { begins_at: content.when.begins(), content: Json::new(content), updated, ..row };
    db::actions::update(act.conn, &row)?;
    again(act, &row)?;
    Ok(Outcome::Done)
}

/// `Delete` of an action of others. `None` where it isn't known here.
pub fn erased(act: &mut Act, actor_uri: &str, uri: &str) -> Result<Option<Outcome>> {
    let Some(row) = db::actions::by_uri(act.conn, uri)? else { return Ok(None) };
    if row.organiser_uri != actor_uri || row.organiser_id.is_some() {
        return Ok(Some(Outcome::Dropped("another actor's action")));
    }
    db::actions::update(act.conn, &ActionRow { deleted_at: Some(act.now), ..row })?;
    consents::object_gone(act, uri, actor_uri)?;
    Ok(Some(Outcome::Done))
}

/// Inboxes of those of other instances who act, or ask to act, under a call of ours.
pub fn inboxes(act: &mut Act, call_uri: &str) -> Result<BTreeSet<String>> {
    let organisers = db::actions::organisers(act.conn, call_uri)?;
    Ok(db::remote_actors::by_uris(act.conn, &organisers)?.into_iter().map(|row| row.preferred_inbox().to_owned()).collect())
}
