//! Endorsing a statement, here or elsewhere: at once where a mandate covers it, else indicative until the assembly decides.

use super::{
    Text, change, companion, is_indicative, keep_claim, mine,
    outlook::{check, deed},
    proven,
};
use crate::{
    acts::{
        Act, Principal, boost,
        consents::{self, Wanted},
        decisions::{self, Question},
        mandates::{self, Authority},
        statements,
    },
    db::{self, decisions::DecisionRow, endorsements::EndorsementRow},
    domain::{
        assembly::Effect,
        consent::{ConsentKind, ConsentState},
        decision::{CONFIRMED_FROM, MAX_QUESTION, Minutes, Stage},
        endorsement::{AuthorState, Change, EndorsementState, Endorsing},
        recheck,
        statement::{MAX_REASON, clean},
    },
    error::{Error, Result},
    i18n::Lang,
    text::excerpt,
};
use chrono::Duration;

/// Most endorsements of one statement by one actor that are known here, whatever became of them.
pub const MAX_OF_ONE: i64 = 20;

/// An endorsement, with the decision that was opened to ratify it, or by which two who hold a mandate jointly do.
#[derive(Debug, Clone)]
pub struct Endorsed {
    pub row: EndorsementRow,
    pub decision: Option<DecisionRow>,
}

/// Endorses a statement. With a mandate that covers it, or by the command line, it is the collective's word at once, unless
/// `indicative` was asked for; else it is indicative, and a question to ratify it is opened. Endorsed before, the endorsement
/// that stands is given.
///
/// # Errors
/// `Invalid` for `address` where the statement is the collective's own, isn't public, or only shows an endorsement itself, and
/// where its author blocked the collective.
pub fn endorse(act: &mut Act, collective_id: &str, text: &Text, indicative: bool) -> Result<Endorsed> {
    endorse_by(act, collective_id, text, indicative, None, None)
}

/// As [`endorse`], at once by a steward at the command line who says why, in public: everybody sees that no assembly decided it
/// (AUT-13). Without a reason a steward has no more say than a member, where there is an assembly that could decide.
///
/// # Errors
/// As [`endorse`]; `Invalid` for `reason` where it is too long.
pub fn endorse_as_steward(act: &mut Act, collective_id: &str, text: &Text, reason: &str) -> Result<Endorsed> {
    let reason = said_why(reason)?;
    endorse_by(act, collective_id, text, false, None, reason)
}

/// The reason as it is said in public; none where it is empty.
pub(super) fn said_why(reason: &str) -> Result<Option<String>> {
    let reason = clean(&reason.replace("\r\n", "\n")).trim().to_owned();
    if reason.chars().count() > MAX_REASON {
        return Err(Error::invalid("reason", "error-reason-long"));
    }
    Ok(Some(reason).filter(|reason| !reason.is_empty()))
}

/// What is noted down of by what it is done.
fn basis_of(authority: &Authority, reason: Option<&str>) -> Option<String> {
    match (authority, reason) {
        (Authority::Steward, Some(reason)) => Some(mandates::steward_because(reason)),
        _ => authority.basis(),
    }
}

/// By what it is done at the command line: as a steward who says why, or where no assembly is large enough to have to confirm
/// its own minutes; else as anybody.
fn as_steward(act: &mut Act, collective_id: &str, authority: Authority, reason: Option<&str>) -> Result<Authority> {
    if authority != Authority::Steward || *act.by != Principal::Console || reason.is_some() {
        return Ok(authority);
    }
    let members = db::decisions::assembly(act.conn, collective_id)?.len();
    Ok(if members < CONFIRMED_FROM { authority } else { Authority::Member(None) })
}

/// Endorses a statement since a decision says so, in its transaction. `basis`: the decision.
///
/// # Errors
/// As [`endorse`].
pub fn endorse_decided(act: &mut Act, collective_id: &str, text: &Text, basis: &str) -> Result<Endorsed> {
    endorse_by(act, collective_id, text, false, Some(basis), None)
}

fn endorse_by(
    act: &mut Act,
    collective_id: &str,
    text: &Text,
    indicative: bool,
    basis: Option<&str>,
    reason: Option<String>,
) -> Result<Endorsed> {
    let (collective, authority) = check(act, collective_id, text)?;
    let authority = as_steward(act, collective_id, authority, reason.as_deref())?;
    let target = text.target.still(act)?;
    let author = &text.target.author;
    let statement_id = act.site.statement_id_of(&target.uri).map(str::to_owned);
    if let Some(row) = db::endorsements::standing(act.conn, collective_id, &target.uri)? {
        return Ok(Endorsed { row, decision: None });
    }
    if db::endorsements::count_of(act.conn, &collective.uri, &target.uri)? >= MAX_OF_ONE {
        return Err(Error::Conflict("error-endorse-often"));
    }
    target.keep(act)?;
    text.keep(act)?;
    let at_once = matches!(authority, Authority::Steward | Authority::Mandate(_)) && !indicative;
    let rules = db::decisions::rules(act.conn, collective_id)?;
    let begun = Endorsing::new(&text.digest, (!at_once).then(|| act.now + Duration::days(rules.ratify_days)));
    let id = act.new_id();
    let row = EndorsementRow {
        uri: act.site.endorsement(&id),
        id,
        endorser_uri: collective.uri.clone(),
        endorser_id: Some(collective.id.clone()),
        statement_id,
        statement_uri: target.uri.clone(),
        author_uri: author.uri.clone(),
        title: text.title.clone(),
        state: begun.state,
        sequence: begun.sequence,
        digest: begun.digest,
        ratify_by: begun.ratify_by,
        published: act.now,
        updated: act.now,
        received_at: act.now,
        document: String::new(),
        author_state: AuthorState::Pending,
        stamp_uri: None,
        companion_uri: None,
        companion_id: None,
        equivocal: false,
        erased_at: None,
        basis: if at_once { basis.map(str::to_owned).or_else(|| basis_of(&authority, reason.as_deref())) } else { None },
        created_by: act.by.member_id().map(str::to_owned),
        text_digest: text.digest.clone(),
        checked_at: None,
        next_check_at: (!act.site.owns(&target.uri)).then(|| recheck::next(act.now, act.now, &target.uri)),
        fault: None,
        fault_since: None,
        reason: None,
        asked_at: None,
        register: text.register,
    };
    let draft = companion::begin(act, &row, text)?;
    let row = EndorsementRow { companion_uri: Some(draft.uri), companion_id: Some(draft.id.clone()), ..row };
    if !db::endorsements::insert(act.conn, &row)? {
        return Err(Error::Conflict("error-changed-meanwhile"));
    }
    keep_claim(act, &row)?;
    let waits = text.register.then(|| ask(act, &row, text)).transpose()?.unwrap_or(false);
    let mut clock = super::as_clock(act);
    statements::publish(&mut clock, &draft.id)?;
    boost::boost(&mut clock, collective_id, &text.target)?;
    let mut row = db::endorsements::by_id(act.conn, &row.id)?;
    if waits {
        let object = proven(act.conn, &row)?;
        if let Some(consent) = db::consents::between(act.conn, ConsentKind::Endorsement, &row.uri, &row.statement_uri)? {
            consents::send_request(act, &consent, &object)?;
        }
        row = db::endorsements::by_id(act.conn, &row.id)?;
    }
    let decision = if is_indicative(&row) { Some(open_ratification(act, collective_id, &row, &authority)?) } else { None };
    Ok(Endorsed { row, decision })
}

/// Notes down that the author is asked; `true` where the request has to be sent, since they are on another instance.
fn ask(act: &mut Act, row: &EndorsementRow, text: &Text) -> Result<bool> {
    let collective = db::collectives::by_uri(act.conn, &row.endorser_uri)?;
    let consent = consents::want(
        act,
        &Wanted {
            kind: ConsentKind::Endorsement,
            asker: &collective,
            object_uri: &row.uri,
            target_uri: &row.statement_uri,
            author_uri: &row.author_uri,
            inbox: &text.target.author.inbox,
        },
    )?;
    Ok(consent.author_id.is_none() && consent.state == ConsentState::Waiting)
}

/// Puts the question before the assembly, or before those who hold the mandate jointly.
fn open_ratification(act: &mut Act, collective_id: &str, row: &EndorsementRow, authority: &Authority) -> Result<DecisionRow> {
    let question = question(act, collective_id, "question-ratify", row, Effect::Ratify { endorsement: row.id.clone() })?;
    match authority {
        Authority::Joint(mandate) => decisions::open_joint(act, collective_id, question, mandate),
        _ => decisions::open(act, collective_id, question),
    }
}

fn question(act: &mut Act, collective_id: &str, id: &str, row: &EndorsementRow, effect: Effect) -> Result<Question> {
    let collective = db::collectives::by_id(act.conn, collective_id)?;
    let lang = Lang::by_tag(&collective.language).unwrap_or_else(Lang::english);
    let words = lang.text_with(id, &[("title", &row.title)]);
    let explanation = match (&row.reason, &effect) {
        (Some(reason), Effect::Withdraw { .. }) => format!("{}\n\n{reason}", row.statement_uri),
        _ => row.statement_uri.clone(),
    };
    Ok(Question { question: excerpt(&words, MAX_QUESTION), explanation, effect, rules: None, days: None })
}

/// Ratifies by the minutes of an assembly. Where a second member has to confirm them, nothing is ratified yet. The question
/// that was opened for it is settled with them.
///
/// # Errors
/// `Conflict` where it can't be ratified any more; as [`decisions::enter_minutes`].
pub fn ratify_by_minutes(act: &mut Act, id: &str, minutes: &Minutes, as_member: Option<&str>) -> Result<Endorsed> {
    let row = mine(act, id)?;
    let collective_id = row.endorser_id.clone().ok_or(Error::NotFound)?;
    // Said before anything is written down.
    row.endorsing().after(&Change::Ratify, act.now).map_err(|_| match row.state {
        EndorsementState::Ratified => Error::Conflict("error-endorsement-ratified"),
        EndorsementState::Indicative => Error::Conflict("error-endorsement-late"),
        EndorsementState::Withdrawn | EndorsementState::Lapsed => Error::Conflict("error-endorsement-final"),
    })?;
    let question = question(act, &collective_id, "question-ratify", &row, Effect::Ratify { endorsement: row.id.clone() })?;
    let decision = decisions::enter_minutes(act, &collective_id, question, minutes, as_member)?;
    if decision.stage == Stage::Closed {
        decisions::supersede(act, &decision)?;
    }
    Ok(Endorsed { row: db::endorsements::by_id(act.conn, id)?, decision: Some(decision) })
}

/// Says that an endorsement holds for the text as it is now.
///
/// # Errors
/// `Conflict` where it does already, or is over.
pub fn confirm(act: &mut Act, id: &str, text: &Text) -> Result<Endorsed> {
    confirm_by(act, id, text, None)
}

/// As [`confirm`], by a steward at the command line who says why, in public (AUT-13).
///
/// # Errors
/// As [`confirm`]; `Invalid` for `reason` where it is too long.
pub fn confirm_as_steward(act: &mut Act, id: &str, text: &Text, reason: &str) -> Result<Endorsed> {
    let reason = said_why(reason)?;
    confirm_by(act, id, text, reason)
}

fn confirm_by(act: &mut Act, id: &str, text: &Text, reason: Option<String>) -> Result<Endorsed> {
    let row = mine(act, id)?;
    let collective_id = row.endorser_id.clone().ok_or(Error::NotFound)?;
    if row.statement_uri != text.target.uri {
        return Err(Error::NotFound);
    }
    db::endorsements::set_text(act.conn, &row.statement_uri, &text.digest)?;
    text.keep(act)?;
    let authority = authority(act, &collective_id, &row)?;
    // What waits for its assembly anyhow can be confirmed by who looks after the server.
    let authority = if is_indicative(&row) { authority } else { as_steward(act, &collective_id, authority, reason.as_deref())? };
    let mandated = db::decisions::rules(act.conn, &collective_id)?.mandated;
    let free = match authority {
        Authority::Steward | Authority::Mandate(_) => true,
        Authority::Joint(_) => false,
        // What the assembly ratified was another text.
        Authority::Member(_) => !mandated && is_indicative(&row),
    };
    let digest = text.digest.clone();
    if free {
        let basis = basis_of(&authority, reason.as_deref());
        let row = change(act, row, &Change::Confirm(digest), basis.as_deref())?;
        return Ok(Endorsed { row, decision: None });
    }
    propose(act, &collective_id, row, &authority, "question-confirm", |id| Effect::Confirm { endorsement: id, digest })
}

pub(super) fn authority(act: &mut Act, collective_id: &str, row: &EndorsementRow) -> Result<Authority> {
    mandates::authority(act, collective_id, &deed(&row.author_uri))
}

pub(super) fn propose(
    act: &mut Act,
    collective_id: &str,
    row: EndorsementRow,
    authority: &Authority,
    words: &str,
    effect: impl FnOnce(String) -> Effect,
) -> Result<Endorsed> {
    let effect = effect(row.id.clone());
    let open = db::decisions::list(act.conn, collective_id, Some(true), decisions::MOST_OPEN)?;
    if let Some(decision) = open.into_iter().find(|decision| *decision.effect == effect) {
        return Ok(Endorsed { row, decision: Some(decision) });
    }
    let question = question(act, collective_id, words, &row, effect)?;
    let decision = match authority {
        Authority::Joint(mandate) => decisions::open_joint(act, collective_id, question, mandate)?,
        _ => decisions::open(act, collective_id, question)?,
    };
    Ok(Endorsed { row, decision: Some(decision) })
}
