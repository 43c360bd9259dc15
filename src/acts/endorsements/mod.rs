//! Endorsements: what a collective of ours does with its own, and with those of others under its statements.
//!
//! Must not fetch: the text that is endorsed comes from its author's host, looked up by the caller at this moment.

use super::{
    Act, Principal, boost, consents,
    outbox::{Audience, send},
    proofs,
    target::Target,
};
use crate::{
    db::{
        self, DbConn,
        endorsed_texts::EndorsedText,
        endorsements::{ClaimRow, EndorsementRow},
    },
    domain::{
        Site,
        consent::ConsentKind,
        endorsement::{Change, EndorsementState, Unchanged},
        names::StatementState,
        url::host_and_port,
    },
    error::{Error, Result},
    vocab::endorsement::{self as wire, Parts},
};
use serde_json::Value;
use std::collections::BTreeSet;

mod ask;
mod check;
mod companion;
mod endorse;
mod outlook;
mod policy;
mod receive;
mod register;
mod withdraw;

pub use ask::{MIN_HOURS_BETWEEN_ASKING, ask_to_confirm, outdated};
pub use check::{Seen, Stamped, checked};
pub(super) use endorse::endorse_decided;
pub use endorse::{Endorsed, confirm, confirm_as_steward, endorse, endorse_as_steward, ratify_by_minutes};
pub use outlook::{Outlook, Way, outlook};
pub use policy::{set_policy, set_rule};
pub use receive::{asked_again, erased, requested, said, text_changed};
pub use register::{Line, STATES, count_erased, lines, totals};
pub use withdraw::{erase, keep, withdraw};

/// A statement as its author's host gives it now.
#[derive(Debug, Clone)]
pub struct Text {
    pub target: Target,
    pub title: String,
    /// Its page.
    pub url: String,
    /// Its text, harmless: what a person sees who endorses it.
    pub html: String,
    /// Plain; its text is folded behind it.
    pub content_warning: String,
    pub language: Option<String>,
    /// Computed from what its host gave, never as stated.
    pub digest: String,
    /// Whether its author keeps a register of endorsements; else it can only be asked for a quote.
    pub register: bool,
}

impl Text {
    /// A published statement of ours.
    ///
    /// # Errors
    /// `NotFound` where there is none under this id.
    pub fn ours(conn: &mut DbConn, site: &Site, uri: &str) -> Result<Self> {
        let target = Target::statement(conn, site, uri)?;
        let id = site.statement_id_of(uri).ok_or(Error::NotFound)?;
        let row = db::statements::by_id(conn, id)?;
        let version = db::statements::version(conn, id, row.version)?;
        let content = version.content.into_inner();
        Ok(Self {
            target,
            title: version.title,
            url: row.uri,
            html: version.html,
            content_warning: content.content_warning,
            language: Some(version.language),
            digest: version.digest,
            register: true,
        })
    }

    /// Keeps it as it is endorsed, or put before an assembly.
    pub(super) fn keep(&self, act: &mut Act) -> Result<()> {
        if self.html.is_empty() {
            return Ok(());
        }
        let row = EndorsedText {
            statement_uri: self.target.uri.clone(),
            digest: self.digest.clone(),
            title: self.title.clone(),
            html: self.html.clone(),
            language: self.language.clone(),
            kept_at: act.now,
        };
        db::endorsed_texts::put(act.conn, &row)
    }
}

/// What a statement that was endorsed is called now, where its text was changed since and that is known here: an endorsement keeps
/// the title of the text that it holds for.
///
/// # Errors
/// Those of the database.
pub fn title_now(conn: &mut DbConn, site: &Site, row: &EndorsementRow) -> Result<Option<String>> {
    if row.digest == row.text_digest {
        return Ok(None);
    }
    let title = match site.statement_id_of(&row.statement_uri) {
        Some(id) => {
            let now = db::statements::by_id(conn, id)?;
            Some(db::statements::version(conn, id, now.version)?.title)
        }
        None => match db::endorsed_texts::get(conn, &row.statement_uri, &row.text_digest)? {
            Some(text) => Some(text.title),
            None => db::remote_posts::by_uri(conn, &row.statement_uri)?.map(|post| post.title),
        },
    };
    Ok(title.filter(|title| !title.trim().is_empty() && *title != row.title))
}

/// Whether a statement that a collective of ours endorses and still stands under lies where stewards shut the door since. The
/// collective is asked what it wants; nothing is withdrawn for it.
///
/// # Errors
/// Those of the database.
pub fn is_cut_off(conn: &mut DbConn, row: &EndorsementRow) -> Result<bool> {
    let host = host_and_port(&row.author_uri).unwrap_or_default();
    Ok(row.endorser_id.is_some() && !row.state.is_final() && db::blocks::is_blocked(conn, &host, &row.author_uri)?)
}

/// How many endorsements of a collective are cut off, of which it hasn't said that it keeps them.
///
/// # Errors
/// Those of the database.
pub fn count_cut_off(conn: &mut DbConn, collective_id: &str) -> Result<usize> {
    let authors = db::endorsements::standing_authors(conn, collective_id)?;
    if authors.is_empty() {
        return Ok(0);
    }
    let (hosts, actors) = (db::blocks::hosts(conn)?, db::blocks::actors(conn)?);
    let cut = |uri: &&String| actors.contains(*uri) || host_and_port(uri).is_some_and(|host| hosts.contains(&host));
    Ok(authors.iter().filter(cut).count())
}

/// The object as it is now, unproven.
pub fn document(row: &EndorsementRow) -> Value {
    wire::endorsement(&Parts {
        id: &row.uri,
        actor: &row.endorser_uri,
        object: &row.statement_uri,
        digest: &row.digest,
        state: row.state,
        ratify_by: row.ratify_by,
        sequence: row.sequence,
        published: row.published,
        updated: row.updated,
        authorization: row.stamp_uri.as_deref(),
        companion: row.companion_uri.as_deref(),
        steward: row.by_steward(),
    })
}

/// The object as it is sent and served: proven by the key that its endorser lists now; one of others as it came.
pub fn proven(conn: &mut DbConn, row: &EndorsementRow) -> Result<Value> {
    if row.endorser_id.is_none() {
        return Ok(serde_json::from_str(&row.document)?);
    }
    let mut document = document(row);
    proofs::prove(conn, &mut document, row.updated)?;
    Ok(document)
}

/// Keeps what is said from now on in the history.
fn keep_claim(act: &mut Act, row: &EndorsementRow) -> Result<()> {
    let document = document(row);
    let fingerprint = wire::read(&document).map(|read| read.claim.fingerprint).unwrap_or_default();
    let claim = ClaimRow {
        endorsement_uri: row.uri.clone(),
        sequence: row.sequence,
        fingerprint,
        state: row.state,
        digest: row.digest.clone(),
        ratify_by: row.ratify_by,
        document: document.to_string(),
        received_at: act.now,
    };
    db::endorsements::insert_claim(act.conn, &claim)?;
    Ok(())
}

/// Changes an endorsement of ours, and tells all who have it: the author of the statement, and by the Note that shows it
/// everybody else. `basis`: what it was done by. Who may do this was checked before.
///
/// # Errors
/// `Conflict` with the reason where its state doesn't let it.
pub(super) fn change(act: &mut Act, was: EndorsementRow, change: &Change, basis: Option<&str>) -> Result<EndorsementRow> {
    let collective_id = was.endorser_id.clone().ok_or(Error::NotFound)?;
    let next = was.endorsing().after(change, act.now).map_err(|reason| {
        Error::Conflict(match reason {
            Unchanged::Final => "error-endorsement-final",
            Unchanged::Ratified => "error-endorsement-ratified",
            Unchanged::TooLate => "error-endorsement-late",
            Unchanged::TooEarly => "error-endorsement-early",
            Unchanged::SameText => "error-endorsement-same",
        })
    })?;
    let text_digest = if let Change::Confirm(digest) = change { digest.clone() } else { was.text_digest.clone() };
    // Its title is that of the text which it holds for.
    let title = match change {
        Change::Confirm(digest) => db::endorsed_texts::get(act.conn, &was.statement_uri, digest)?.map(|text| text.title),
        _ => None,
    };
    let row = EndorsementRow {
        state: next.state,
        sequence: next.sequence,
        digest: next.digest,
        ratify_by: next.ratify_by,
        // Peers compare whole seconds.
        updated: act.now.max(was.updated + chrono::Duration::seconds(1)),
        basis: basis.map(str::to_owned).or(was.basis.clone()),
        title: title.unwrap_or(was.title.clone()),
        text_digest,
        ..was.clone()
    };
    if !db::endorsements::update_from(act.conn, was.sequence, &row)? {
        return Err(Error::Conflict("error-changed-meanwhile"));
    }
    keep_claim(act, &row)?;
    tell(act, &row)?;
    companion::renew(act, &row)?;
    if row.state.is_final() {
        match boost::unboost(&mut as_clock(act), &collective_id, &row.statement_uri) {
            Ok(()) | Err(Error::NotFound) => {}
            Err(error) => return Err(error),
        }
        consents::object_gone(act, &row.uri, &row.endorser_uri)?;
    }
    Ok(row)
}

/// `Update` to the author of the statement. Others see it by its Note, and in the author's register.
fn tell(act: &mut Act, row: &EndorsementRow) -> Result<()> {
    if act.site.owns(&row.statement_uri) {
        return Ok(());
    }
    let asked = db::consents::between(act.conn, ConsentKind::Endorsement, &row.uri, &row.statement_uri)?;
    let Some(inbox) = asked.map(|consent| consent.inbox) else { return Ok(()) };
    let object = proven(act.conn, row)?;
    let update = wire::update(&act.site.activity(&act.new_id()), &row.endorser_uri, row.updated, &object);
    send(act, &update, &row.uri, false, &Audience::inbox(&inbox))
}

/// What belongs to an endorsement is done with it, whatever else the doer may do.
fn as_clock<'a>(act: &'a mut Act) -> Act<'a> {
    Act { conn: act.conn, now: act.now, site: act.site, by: &Principal::Clock }
}

/// Lets an indicative endorsement lapse whose time to be ratified is over.
///
/// # Errors
/// `Conflict` where it isn't, or was ratified meanwhile.
pub fn lapse(act: &mut Act, id: &str) -> Result<EndorsementRow> {
    let row = db::endorsements::by_id(act.conn, id)?;
    change(act, row, &Change::Lapse, None)
}

/// A statement of ours has another text: whoever endorsed the one before has endorsed an earlier version.
pub(super) fn edited(act: &mut Act, statement_uri: &str, digest: &str) -> Result<()> {
    db::endorsements::set_text(act.conn, statement_uri, digest).map(drop)
}

/// Inboxes of those who stand under a statement of ours, so that they hear of an edit.
pub(super) fn inboxes(act: &mut Act, statement_uri: &str) -> Result<BTreeSet<String>> {
    let rows = db::endorsements::of_statement(act.conn, statement_uri)?;
    let others: Vec<String> = rows
        .into_iter()
        .filter(|row| {
            row.endorser_id.is_none()
                && !row.state.is_final()
                && row.shown(act.now) != crate::domain::endorsement::Shown::Declined
        })
        .map(|row| row.endorser_uri)
        .collect();
    Ok(db::remote_actors::by_uris(act.conn, &others)?.into_iter().map(|row| row.preferred_inbox().to_owned()).collect())
}

/// An endorsement of a collective that the doer acts for.
fn mine(act: &mut Act, id: &str) -> Result<EndorsementRow> {
    let row = db::endorsements::by_id(act.conn, id)?;
    let collective_id = row.endorser_id.clone().ok_or(Error::NotFound)?;
    act.may_act_for(&collective_id)?;
    Ok(row)
}

/// Whether a statement is one that can be endorsed: public, and none that only shows an endorsement.
fn is_endorsable(act: &mut Act, statement_id: &str) -> Result<bool> {
    let public = match db::statements::by_id(act.conn, statement_id) {
        Ok(row) => row.state == StatementState::Published,
        Err(Error::NotFound) => false,
        Err(error) => return Err(error),
    };
    Ok(public && db::endorsements::by_companion(act.conn, statement_id)?.is_none())
}

/// Whether it waits for an assembly.
fn is_indicative(row: &EndorsementRow) -> bool {
    row.state == EndorsementState::Indicative
}
