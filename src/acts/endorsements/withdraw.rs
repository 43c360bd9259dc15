//! Taking an endorsement of ours back, and having it erased.

use super::{
    Endorsed, as_clock, change,
    endorse::{authority, propose, said_why},
    is_indicative, mine, tell,
};
use crate::{
    acts::{
        Act, consents,
        mandates::{self, Authority},
        outbox::{Audience, send},
        statements,
    },
    db::{self, endorsements::EndorsementRow},
    domain::{
        assembly::Effect,
        consent::ConsentKind,
        endorsement::Change,
        mandate::{Deed, Verb},
        names::StatementState,
    },
    error::{Error, Result},
    i18n::Lang,
    vocab::{activity, endorsement as wire},
};

/// Withdraws an endorsement for ever: by the command line, by a mandate to endorse, or, as long as it is indicative, by any
/// member where the collective asks for no mandates. Else a question is opened, and the endorsement stands until it is
/// carried. `reason`: said in public by the Note that shows it; may be empty.
///
/// # Errors
/// `Conflict` where it is withdrawn or lapsed; `Invalid` for `reason` where it is too long.
pub fn withdraw(act: &mut Act, id: &str, reason: &str) -> Result<Endorsed> {
    let row = mine(act, id)?;
    let collective_id = row.endorser_id.clone().ok_or(Error::NotFound)?;
    if row.state.is_final() {
        return Err(Error::Conflict("error-endorsement-final"));
    }
    let reason = said_why(reason)?;
    db::endorsements::set_reason(act.conn, &row.id, reason.as_deref())?;
    let row = EndorsementRow { reason, ..row };
    let authority = authority(act, &collective_id, &row)?;
    let mandated = db::decisions::rules(act.conn, &collective_id)?.mandated;
    let free = match authority {
        Authority::Steward | Authority::Mandate(_) => true,
        Authority::Joint(_) => false,
        Authority::Member(_) => !mandated && is_indicative(&row),
    };
    if free {
        let row = change(act, row, &Change::Withdraw, authority.basis().as_deref())?;
        return Ok(Endorsed { row, decision: None });
    }
    propose(act, &collective_id, row, &authority, "question-withdraw", |id| Effect::Withdraw { endorsement: id })
}

/// Notes down that the collective keeps an endorsement of a statement whose server was blocked since: it was asked, and isn't
/// again. Nothing changes in public.
///
/// # Errors
/// `NotFound` to others than members; `Conflict` where it is over.
pub fn keep(act: &mut Act, id: &str) -> Result<EndorsementRow> {
    let row = mine(act, id)?;
    if row.state.is_final() {
        return Err(Error::Conflict("error-endorsement-final"));
    }
    db::endorsements::set_kept(act.conn, id, act.now)?;
    db::endorsements::by_id(act.conn, id)
}

/// Has an endorsement erased that is over: its address answers that it is gone, whoever has it is told to forget the name, and
/// the Note that shows it is withdrawn. This is final.
///
/// # Errors
/// `Conflict` where it still stands, or was erased; `Forbidden` where the collective asks for a mandate to endorse and the doer
/// has none.
pub fn erase(act: &mut Act, id: &str) -> Result<EndorsementRow> {
    let row = mine(act, id)?;
    let collective_id = row.endorser_id.clone().ok_or(Error::NotFound)?;
    if !row.state.is_final() {
        return Err(Error::Conflict("error-erase-standing"));
    }
    if row.erased_at.is_some() {
        return Err(Error::Conflict("error-erased"));
    }
    mandates::require(act, &collective_id, &Deed::plain(Verb::Endorse))?;
    // Said once more before its proof can't be had any longer, for who didn't hear that it is over.
    tell(act, &row)?;
    let gone = EndorsementRow { erased_at: Some(act.now), reason: None, ..row };
    if !db::endorsements::update_from(act.conn, gone.sequence, &gone)? {
        return Err(Error::Conflict("error-changed-meanwhile"));
    }
    db::endorsements::forget_claims(act.conn, &gone.uri)?;
    let others = db::endorsements::of_statement(act.conn, &gone.statement_uri)?;
    if others.iter().all(|other| other.endorser_id.is_none() || other.erased_at.is_some()) {
        db::endorsed_texts::forget(act.conn, &gone.statement_uri)?;
    }
    if let Some(consent) = db::consents::between(act.conn, ConsentKind::Endorsement, &gone.uri, &gone.statement_uri)?
        && consent.author_id.is_none()
    {
        let id = act.site.activity(&act.new_id());
        let cc = serde_json::json!([gone.author_uri]);
        let delete = activity::delete(&id, &gone.endorser_uri, &wire::tombstone(&gone.uri), &cc);
        send(act, &delete, &gone.uri, false, &Audience::inbox(&consent.inbox))?;
    }
    consents::object_gone(act, &gone.uri, &gone.endorser_uri)?;
    if let Some(companion) = gone.companion_id.as_deref()
        && db::statements::by_id(act.conn, companion)?.state == StatementState::Published
    {
        let collective = db::collectives::by_id(act.conn, &collective_id)?;
        let lang = Lang::by_tag(&collective.language).unwrap_or_else(Lang::english);
        statements::withdraw(&mut as_clock(act), companion, &lang.text("companion-erased"))?;
    }
    Ok(gone)
}
