//! Endorsements of what is ours, as their endorsers send them, in whatever order they arrive.
//!
//! The gate verified who speaks; whether an endorsement is of that actor and lies on its host is looked at here again.

use super::is_endorsable;
use crate::{
    acts::{
        Act,
        consents::{self, Asked},
        endorsements::endorse::MAX_OF_ONE,
        mandates::steward_because,
        receive::Outcome,
    },
    db::{
        self,
        endorsements::{ClaimRow, EndorsementRow},
    },
    domain::{
        endorsement::{AuthorState, Event, Life, MAX_CLAIMS},
        recheck,
        url::same_origin,
    },
    error::Result,
    vocab::endorsement::Endorsement,
};

/// Longest endorsement of others that is kept, in bytes, with its proof; ours have about 2,000. A register shows all of it to everybody.
const MAX_DOCUMENT: usize = 16_384;

/// `EndorsementRequest`: what is endorsed, and whether the author lets it stand.
pub fn requested(act: &mut Act, read: &Endorsement, document: &str, asked: &Asked) -> Result<Outcome> {
    let row = match claimed(act, read, document, &asked.asker_uri)? {
        Ok(row) => row,
        Err(outcome) => return Ok(outcome),
    };
    if row.state.is_final() {
        return Ok(Outcome::Dropped("it was withdrawn before"));
    }
    consents::asked(act, asked)
}

/// `Update` (or `Create`) of an endorsement: what its endorser says of it from now on.
pub fn said(act: &mut Act, read: &Endorsement, document: &str, actor_uri: &str) -> Result<Outcome> {
    Ok(match claimed(act, read, document, actor_uri)? {
        Ok(_) => Outcome::Done,
        Err(outcome) => outcome,
    })
}

/// Adds to what is known. The endorsement then stands as all that was ever said of it makes it stand (DAT-17).
fn claimed(act: &mut Act, read: &Endorsement, document: &str, actor_uri: &str) -> Result<Result<EndorsementRow, Outcome>> {
    let dropped = |why| Ok(Err(Outcome::Dropped(why)));
    if read.actor != actor_uri {
        return dropped("another actor's endorsement");
    }
    if document.len() > MAX_DOCUMENT {
        return dropped("its endorsement is too long");
    }
    if !same_origin(&read.id, actor_uri) || act.site.owns(&read.id) {
        return dropped("lies on another host than its endorser");
    }
    if db::endorsements::by_uri(act.conn, &read.id)?.is_none() {
        match begun(act, read, document)? {
            // Where another word about it came in this very moment, this one is added to it.
            Ok(row) => db::endorsements::insert(act.conn, &row).map(drop)?,
            Err(outcome) => return Ok(Err(outcome)),
        }
    }
    let was = match db::endorsements::locked_by_uri(act.conn, &read.id)? {
        Some(row) if row.endorser_uri != actor_uri => return dropped("another actor's endorsement"),
        Some(row) if row.erased_at.is_some() => return dropped("it was erased"),
        Some(row) if row.statement_uri != read.object => return dropped("about something else than before"),
        Some(row) => row,
        None => return dropped("it is gone"),
    };
    let mut claims = db::endorsements::claims(act.conn, &read.id)?;
    // A last word always has room, once.
    let ended = claims.iter().any(|row| row.state.is_final());
    if claims.len() >= MAX_CLAIMS && (ended || !read.claim.state.is_final()) {
        return dropped("says too many things of one endorsement");
    }
    let claim = ClaimRow {
        endorsement_uri: read.id.clone(),
        sequence: read.claim.sequence,
        fingerprint: read.claim.fingerprint.clone(),
        state: read.claim.state,
        digest: read.claim.digest.clone(),
        ratify_by: read.claim.ratify_by,
        document: document.to_owned(),
        received_at: act.now,
    };
    if db::endorsements::insert_claim(act.conn, &claim)? {
        claims.push(claim);
    }
    let life = Life::of(claims.iter().map(|row| Event::Claimed(row.claim())));
    let Some(best) = life.claim() else { return dropped("nothing was said") };
    let said = claims.iter().find(|row| row.claim() == *best).map_or(document, |row| row.document.as_str());
    let is_new = *best == read.claim;
    let row = EndorsementRow {
        state: best.state,
        sequence: best.sequence,
        digest: best.digest.clone(),
        ratify_by: best.ratify_by,
        // The same may be said again with a stamp or a Note beside it.
        document: if is_new { document.to_owned() } else { said.to_owned() },
        updated: if is_new { read.updated.unwrap_or(act.now) } else { was.updated },
        companion_uri: if is_new { companion(read).or(was.companion_uri.clone()) } else { was.companion_uri.clone() },
        equivocal: life.is_equivocal(),
        basis: if is_new { read.steward.as_deref().map(steward_because) } else { was.basis.clone() },
        // Its endorser speaks of it again: what was missing at its address before is to be looked for anew.
        next_check_at: if is_new { Some(recheck::next(act.now, act.now, &was.uri)) } else { was.next_check_at },
        ..was.clone()
    };
    db::endorsements::update_from(act.conn, was.sequence, &row)?;
    if row.state.is_final() {
        consents::object_gone(act, &row.uri, actor_uri)?;
    }
    Ok(Ok(row))
}

/// A first word about an endorsement: only of a public statement of ours, and not by its own author (DAT-20).
fn begun(act: &mut Act, read: &Endorsement, document: &str) -> Result<Result<EndorsementRow, Outcome>> {
    let dropped = |why| Ok(Err(Outcome::Dropped(why)));
    let Some(statement_id) = act.site.statement_id_of(&read.object).map(str::to_owned) else {
        return dropped("endorses nothing of ours");
    };
    if !is_endorsable(act, &statement_id)? {
        return dropped("endorses nothing that can be endorsed");
    }
    if db::endorsements::count_of(act.conn, &read.actor, &read.object)? >= MAX_OF_ONE {
        return dropped("endorsed this too often");
    }
    let statement = db::statements::by_id(act.conn, &statement_id)?;
    let author = db::collectives::by_id(act.conn, &statement.collective_id)?;
    let version = db::statements::version(act.conn, &statement_id, statement.version)?;
    Ok(Ok(EndorsementRow {
        id: act.new_id(),
        uri: read.id.clone(),
        endorser_uri: read.actor.clone(),
        endorser_id: None,
        statement_id: Some(statement_id),
        statement_uri: read.object.clone(),
        author_uri: author.uri,
        title: version.title,
        state: read.claim.state,
        sequence: read.claim.sequence,
        digest: read.claim.digest.clone(),
        ratify_by: read.claim.ratify_by,
        published: read.published.unwrap_or(act.now),
        updated: read.updated.unwrap_or(act.now),
        received_at: act.now,
        document: document.to_owned(),
        author_state: AuthorState::Pending,
        stamp_uri: None,
        companion_uri: companion(read),
        companion_id: None,
        equivocal: false,
        erased_at: None,
        basis: read.steward.as_deref().map(steward_because),
        created_by: None,
        text_digest: version.digest,
        checked_at: None,
        next_check_at: Some(recheck::next(act.now, act.now, &read.id)),
        fault: None,
        fault_since: None,
        reason: None,
        asked_at: None,
        register: true,
    }))
}

/// The Note that shows it, where it lies on its endorser's host.
fn companion(read: &Endorsement) -> Option<String> {
    read.companion.clone().filter(|uri| same_origin(uri, &read.actor))
}

/// `Delete` of an endorsement: its name goes, that there was one stays. `None` where it isn't known here.
pub fn erased(act: &mut Act, actor_uri: &str, uri: &str) -> Result<Option<Outcome>> {
    let Some(row) = db::endorsements::locked_by_uri(act.conn, uri)? else { return Ok(None) };
    if row.endorser_uri != actor_uri || row.endorser_id.is_some() {
        return Ok(Some(Outcome::Dropped("another actor's endorsement")));
    }
    let (sequence, gone) = (row.sequence, EndorsementRow { erased_at: Some(act.now), document: String::new(), ..row });
    db::endorsements::update_from(act.conn, sequence, &gone)?;
    db::endorsements::forget_claims(act.conn, uri)?;
    consents::object_gone(act, uri, actor_uri)?;
    Ok(Some(Outcome::Done))
}

/// A statement of somebody else that a collective of ours endorsed has this text now, as its own host says.
pub fn text_changed(act: &mut Act, statement_uri: &str, digest: &str) -> Result<bool> {
    Ok(!act.site.owns(statement_uri) && db::endorsements::set_text(act.conn, statement_uri, digest)? > 0)
}

/// The author of a statement that a collective of ours endorsed says again what is known here already: whoever stands under
/// an earlier text is asked to confirm. An older text that somebody plays back isn't this one.
pub fn asked_again(act: &mut Act, statement_uri: &str, digest: &str) -> Result<bool> {
    if act.site.owns(statement_uri) {
        return Ok(false);
    }
    let rows = db::endorsements::of_statement(act.conn, statement_uri)?;
    let asked = |row: &&EndorsementRow| {
        row.endorser_id.is_some() && !row.state.is_final() && row.text_digest == digest && row.digest != digest
    };
    let ids: Vec<_> = rows.iter().filter(asked).map(|row| row.id.clone()).collect();
    db::endorsements::set_asked(act.conn, &ids, act.now)?;
    Ok(!ids.is_empty())
}
