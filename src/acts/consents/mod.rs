//! Consent: being asked, answering, taking back; and the same from the side that asks (FEP-044f and its likes).
//!
//! What is special about a use stands in its [`Handler`]; everything else is here, once. Must not fetch.

use super::{
    Act, mandates,
    outbox::{Audience, send},
    receive::Outcome,
};
use crate::{
    db::{self, collectives::CollectiveRow, consents::ConsentRow},
    domain::{
        Id,
        consent::{ConsentKind, ConsentState, Verdict},
        mandate::Verb,
        url::same_origin,
    },
    error::{Error, Result},
    vocab::consent::{self, Between, Said},
};
use serde_json::Value;

pub mod endorsement;
pub mod local_action;
pub mod quote;

/// Most requests that may wait for a decision of one collective; further ones are turned down.
pub const MAX_WAITING: i64 = 1_000;

/// What one use of the mechanism does beyond asking and answering.
pub trait Handler: Sync {
    /// Whose a thing of ours is, if it can be asked for.
    fn author_of(&self, act: &mut Act, target_uri: &str) -> Result<Option<CollectiveRow>>;
    /// What the author's rule says to an asker.
    fn verdict(&self, act: &mut Act, author: &CollectiveRow, consent: &ConsentRow) -> Result<Verdict>;
    /// Puts a request that somebody of another instance made on the author's desk.
    fn show(&self, act: &mut Act, author: &CollectiveRow, consent: &ConsentRow) -> Result<()>;
    /// What our side that asked does when its consent stands otherwise than before.
    fn changed(&self, act: &mut Act, consent: &ConsentRow) -> Result<()>;
    /// What our side that was asked does when its consent stands otherwise than before.
    fn settled(&self, _act: &mut Act, _consent: &ConsentRow) -> Result<()> {
        Ok(())
    }
}

/// The handler of a use.
fn handler(kind: ConsentKind) -> &'static dyn Handler {
    match kind {
        ConsentKind::Quote => &quote::Quotes,
        ConsentKind::Endorsement => &endorsement::Endorsements,
        ConsentKind::LocalAction => &local_action::LocalActions,
    }
}

/// A request as it came, its sender verified and its object on the sender's own host.
#[derive(Debug, Clone)]
pub struct Asked {
    pub kind: ConsentKind,
    pub request_uri: String,
    pub asker_uri: String,
    pub inbox: String,
    pub object_uri: String,
    pub target_uri: String,
    /// The object as kept, where it was shown to us.
    pub post_id: Option<Id>,
}

/// Somebody of another instance asks. Answered at once where the rule decides; asked again, the same is answered.
pub fn asked(act: &mut Act, asked: &Asked) -> Result<Outcome> {
    let handler = handler(asked.kind);
    let Some(author) = handler.author_of(act, &asked.target_uri)? else {
        return Ok(Outcome::Dropped("asks for nothing of ours"));
    };
    if let Some(known) = db::consents::between(act.conn, asked.kind, &asked.object_uri, &asked.target_uri)? {
        if known.asker_uri != asked.asker_uri {
            return Ok(Outcome::Dropped("another actor asked for this"));
        }
        let again = ConsentRow {
            request_uri: asked.request_uri.clone(),
            inbox: asked.inbox.clone(),
            post_id: asked.post_id.clone().or(known.post_id.clone()),
            ..known
        };
        db::consents::update_from(act.conn, again.state, &again)?;
        if again.state != ConsentState::Waiting {
            answer(act, &again)?;
        }
        return Ok(Outcome::Done);
    }
    let mut row = new_row(act, asked.kind, &asked.object_uri, &asked.target_uri);
    row.asker_uri = asked.asker_uri.clone();
    row.author_uri = author.uri.clone();
    row.author_id = Some(author.id.clone());
    row.inbox = asked.inbox.clone();
    row.request_uri = asked.request_uri.clone();
    row.post_id = asked.post_id.clone();
    let full = db::consents::count_waiting(act.conn, &author.id, None)? >= MAX_WAITING;
    let verdict = match handler.verdict(act, &author, &row)? {
        Verdict::Ask if full => Verdict::Refuse,
        verdict => verdict,
    };
    db::consents::insert(act.conn, &row)?;
    if verdict != Verdict::Refuse {
        handler.show(act, &author, &row)?;
    }
    match verdict {
        Verdict::Grant => set(act, row, ConsentState::Granted)?,
        Verdict::Refuse => set(act, row, ConsentState::Refused)?,
        Verdict::Ask => return Ok(Outcome::Done),
    };
    Ok(Outcome::Done)
}

/// A thing of a collective of ours whose consent it needs from somebody.
#[derive(Debug, Clone, Copy)]
pub struct Wanted<'a> {
    pub kind: ConsentKind,
    pub asker: &'a CollectiveRow,
    pub object_uri: &'a str,
    pub target_uri: &'a str,
    pub author_uri: &'a str,
    /// The author's own inbox; of no meaning where it is ours as well.
    pub inbox: &'a str,
}

/// Notes down that a collective of ours asks, and decides at once where the author is ours too. Where it isn't, the caller
/// sends the request with [`send_request`] when the object is whole. Gives what was there where it asked before.
///
/// # Errors
/// `Invalid` where the author blocked the asker, and where it would be a thing of ours that isn't there.
pub fn want(act: &mut Act, wanted: &Wanted) -> Result<ConsentRow> {
    if let Some(known) = db::consents::between(act.conn, wanted.kind, wanted.object_uri, wanted.target_uri)? {
        return Ok(known);
    }
    if db::follows::is_blocked_by(act.conn, &wanted.asker.id, wanted.author_uri)? {
        return Err(Error::invalid("quote", "error-quote-blocked"));
    }
    let handler = handler(wanted.kind);
    let mut row = new_row(act, wanted.kind, wanted.object_uri, wanted.target_uri);
    row.asker_uri = wanted.asker.uri.clone();
    row.asker_id = Some(wanted.asker.id.clone());
    row.author_uri = wanted.author_uri.to_owned();
    row.inbox = wanted.inbox.to_owned();
    row.request_uri = act.site.activity(&act.new_id());
    if !act.site.owns(wanted.target_uri) {
        db::consents::insert(act.conn, &row)?;
        return Ok(row);
    }
    let author = handler.author_of(act, wanted.target_uri)?;
    let author = author.ok_or_else(|| Error::invalid("quote", "error-quote-unresolved"))?;
    row.author_uri = author.uri.clone();
    row.author_id = Some(author.id.clone());
    row.inbox = String::new();
    db::consents::insert(act.conn, &row)?;
    match handler.verdict(act, &author, &row)? {
        Verdict::Grant => decided(act, row, ConsentState::Granted),
        Verdict::Refuse => decided(act, row, ConsentState::Refused),
        Verdict::Ask => Ok(row),
    }
}

/// Sends the request to an author of another instance, with the object whole and proven.
pub fn send_request(act: &mut Act, row: &ConsentRow, instrument: &Value) -> Result<()> {
    let words = row.kind.words();
    let request = consent::request(words, &row.request_uri, &row.asker_uri, &row.author_uri, &row.target_uri, instrument);
    send(act, &request, &row.object_uri, false, &Audience::inbox(&row.inbox))
}

/// What a collective says to what it is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    Accept,
    Decline,
    /// Takes an earlier yes back.
    Revoke,
}

/// A member decides.
///
/// # Errors
/// `NotFound` where this collective wasn't asked; `Forbidden` where it asks for a mandate and the doer has none to answer;
/// `Conflict` where it was decided before in a way that is final.
pub fn decide(act: &mut Act, collective_id: &str, consent_id: &str, decision: Decision) -> Result<ConsentRow> {
    act.may_act_for(collective_id)?;
    let row = db::consents::by_id(act.conn, consent_id)?;
    if row.author_id.as_deref() != Some(collective_id) {
        return Err(Error::NotFound);
    }
    mandates::require(act, collective_id, &mandates::towards(Verb::Answer, &row.asker_uri))?;
    let next = match decision {
        Decision::Accept => ConsentState::Granted,
        Decision::Decline => ConsentState::Refused,
        Decision::Revoke => ConsentState::Revoked,
    };
    if row.state == next {
        return Ok(row);
    }
    // To a peer a stamp may be rejected after it was given; here that is a revocation, and said as one.
    if !row.state.may_become(next) || (decision == Decision::Decline && row.state != ConsentState::Waiting) {
        return Err(Error::Conflict("error-consent-decided"));
    }
    let by = act.by.member_id().map(str::to_owned);
    let row = set(act, ConsentRow { decided_by: by, ..row }, next)?;
    if row.asker_id.is_some() {
        handler(row.kind).changed(act, &row)?;
    }
    Ok(row)
}

/// Ends what an asker has with us: it was blocked. Its stamps are gone from now on; it is told nothing.
pub fn sever(act: &mut Act, asker_uri: &str) -> Result<()> {
    for row in db::consents::open_of_asker(act.conn, asker_uri)? {
        let next = if row.state == ConsentState::Granted { ConsentState::Revoked } else { ConsentState::Refused };
        decided(act, row, next)?;
    }
    Ok(())
}

/// An object that asked is gone, as its own actor says, or no longer does what it asked for.
pub fn object_gone(act: &mut Act, object_uri: &str, asker_uri: &str) -> Result<()> {
    for row in db::consents::open_of_object(act.conn, object_uri)? {
        if row.asker_uri == asker_uri {
            decided(act, row, ConsentState::Ended)?;
        }
    }
    Ok(())
}

/// An asker is gone with all that it asked for.
pub fn asker_gone(act: &mut Act, asker_uri: &str) -> Result<()> {
    for row in db::consents::open_of_asker(act.conn, asker_uri)? {
        decided(act, row, ConsentState::Ended)?;
    }
    Ok(())
}

/// An author of another instance answers a request of ours. Only whom we asked can (ORG-08), with a stamp on its own host.
pub fn answered(act: &mut Act, author_uri: &str, request_uri: &str, stamp_uri: Option<&str>) -> Result<Outcome> {
    let Some(row) = db::consents::by_request(act.conn, request_uri)?.filter(|row| row.author_uri == author_uri) else {
        return Ok(Outcome::Dropped("answers nothing that was asked"));
    };
    let next = match stamp_uri {
        Some(stamp) if same_origin(stamp, author_uri) => ConsentState::Granted,
        Some(_) => return Ok(Outcome::Dropped("its stamp lies on another host")),
        None => ConsentState::Refused,
    };
    if !row.state.may_become(next) {
        return Ok(Outcome::Dropped("was answered before"));
    }
    // The stamp's Delete may have come before it.
    let gone = match stamp_uri {
        Some(stamp) => db::remote_posts::by_uri(act.conn, stamp)?
            .is_some_and(|stone| stone.deleted_at.is_some() && stone.actor_uri == author_uri),
        None => false,
    };
    let next = if gone { ConsentState::Revoked } else { next };
    let row = ConsentRow { stamp_uri: stamp_uri.map(str::to_owned).or(row.stamp_uri.clone()), ..row };
    let row = decided(act, row, next)?;
    handler(row.kind).changed(act, &row)?;
    Ok(Outcome::Done)
}

/// An author of another instance took back a stamp that a thing of ours shows. Gives the consent that ended.
pub fn stamp_gone(act: &mut Act, author_uri: &str, stamp_uri: &str) -> Result<Option<ConsentRow>> {
    let ours = |row: &ConsentRow| row.asker_id.is_some() && row.author_uri == author_uri && row.state == ConsentState::Granted;
    let Some(row) = db::consents::by_stamp(act.conn, stamp_uri)?.filter(ours) else { return Ok(None) };
    let row = decided(act, row, ConsentState::Revoked)?;
    handler(row.kind).changed(act, &row)?;
    Ok(Some(row))
}

fn new_row(act: &Act, kind: ConsentKind, object_uri: &str, target_uri: &str) -> ConsentRow {
    ConsentRow {
        id: act.new_id(),
        kind,
        state: ConsentState::Waiting,
        object_uri: object_uri.to_owned(),
        target_uri: target_uri.to_owned(),
        asker_uri: String::new(),
        author_uri: String::new(),
        asker_id: None,
        author_id: None,
        inbox: String::new(),
        request_uri: String::new(),
        stamp_uri: None,
        post_id: None,
        asked_at: act.now,
        decided_at: None,
        decided_by: None,
    }
}

/// Writes a decision down, and tells an asker of another instance.
fn set(act: &mut Act, row: ConsentRow, next: ConsentState) -> Result<ConsentRow> {
    let row = decided(act, row, next)?;
    if row.asker_id.is_none() {
        match next {
            ConsentState::Revoked => tell_revoked(act, &row)?,
            _ => answer(act, &row)?,
        }
    }
    Ok(row)
}

fn decided(act: &mut Act, row: ConsentRow, next: ConsentState) -> Result<ConsentRow> {
    let was = row.state;
    let stamp_uri = match (next, &row.author_id) {
        (ConsentState::Granted, Some(_)) => Some(act.site.stamp(&row.id)),
        _ => row.stamp_uri.clone(),
    };
    let row = ConsentRow { state: next, stamp_uri, decided_at: Some(act.now), ..row };
    if !db::consents::update_from(act.conn, was, &row)? {
        return Err(Error::Conflict("error-changed-meanwhile"));
    }
    if row.author_id.is_some() {
        handler(row.kind).settled(act, &row)?;
    }
    Ok(row)
}

/// Follows another consent that the same two gave each other: what shows an endorsement may quote as long as that is
/// accepted. Nothing where it wasn't asked for, or was decided in a way that is final.
pub(super) fn follow_suit(
    act: &mut Act,
    kind: ConsentKind,
    object_uri: &str,
    target_uri: &str,
    next: ConsentState,
) -> Result<()> {
    let Some(row) = db::consents::between(act.conn, kind, object_uri, target_uri)? else { return Ok(()) };
    if row.author_id.is_none() || row.state == next || !row.state.may_become(next) {
        return Ok(());
    }
    let row = set(act, row, next)?;
    if row.asker_id.is_some() {
        handler(kind).changed(act, &row)?;
    }
    Ok(())
}

fn between(row: &ConsentRow) -> Between<'_> {
    Between { object: &row.object_uri, target: &row.target_uri }
}

fn answer(act: &mut Act, row: &ConsentRow) -> Result<()> {
    let said = match (&row.stamp_uri, row.state) {
        (Some(stamp), ConsentState::Granted) => Said::Yes(stamp),
        _ => Said::No,
    };
    let id = act.site.activity(&act.new_id());
    let json = consent::answer(row.kind.words(), &id, &row.author_uri, &row.asker_uri, &row.request_uri, between(row), said);
    // Ordered by the asker's object: an answer and its revocation must not overtake each other.
    send(act, &json, &row.object_uri, false, &Audience::inbox(&row.inbox))
}

fn tell_revoked(act: &mut Act, row: &ConsentRow) -> Result<()> {
    let Some(stamp) = &row.stamp_uri else { return Ok(()) };
    let id = act.site.activity(&act.new_id());
    let json = consent::revoke(row.kind.words(), &id, stamp, &row.author_uri, &row.asker_uri, between(row));
    send(act, &json, &row.object_uri, false, &Audience::inbox(&row.inbox))
}
