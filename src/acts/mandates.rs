//! Mandates: empowering, recalling, and the one check whether somebody may do something in a collective's name.
//!
//! The check reads in the transaction of the deed itself, and a recall waits for it: nothing is done by a mandate after it
//! was recalled (AUT-08, AUT-09).

use super::{Act, Principal};
use crate::{
    db::{self, DbConn, Json, mandates::MandateRow},
    domain::{
        Id, Timestamp,
        decision::RecallRule,
        mandate::{Beyond, Deed, MandateState, Terms, Verb, WARNINGS},
        url::host_and_port,
    },
    error::{Error, Result},
};
use chrono::Duration;
use std::collections::BTreeSet;

/// Members who can hold one mandate jointly.
pub const MAX_HOLDERS: usize = 20;

/// What is noted down of a deed of the command line, by which no member and no assembly stands; with the reason, if there is one.
pub fn steward_because(reason: &str) -> String {
    if reason.is_empty() { "steward".to_owned() } else { format!("steward:{reason}") }
}

/// By what somebody does a deed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Authority {
    /// The command line, and what was decided or scheduled before.
    Steward,
    /// A mandate that covers the deed.
    Mandate(Id),
    /// A mandate that covers it, but two of its holders must agree.
    Joint(Id),
    /// Nothing but being a member; with the reason why the mandate that they have, if any, isn't enough.
    Member(Option<Beyond>),
}

impl Authority {
    /// As it is noted down: what was done shows what it was done by, also after that ended.
    pub fn basis(&self) -> Option<String> {
        match self {
            Self::Steward => Some(steward_because("")),
            Self::Mandate(id) | Self::Joint(id) => Some(format!("mandate:{id}")),
            Self::Member(_) => None,
        }
    }
}

/// By what the doer would do this deed for this collective now.
///
/// # Errors
/// `NotFound` to members of others, `Forbidden` to peers.
pub fn authority(act: &mut Act, collective_id: &str, deed: &Deed) -> Result<Authority> {
    act.may_act_for(collective_id)?;
    let Principal::Member(member) = act.by else { return Ok(Authority::Steward) };
    let mut beyond = None;
    let mut joint = None;
    for row in db::mandates::held(act.conn, collective_id, member)? {
        // This deed's time was taken before it had its turn to write; the recall that is there now was there first.
        let recalled = row.recalled_at.map(|at| at.min(act.now));
        match row.terms.covers(deed, recalled, act.now) {
            Ok(()) if row.terms.joint => joint = Some(row.id),
            Ok(()) => return Ok(Authority::Mandate(row.id)),
            // The reason that is nearest to a yes: the mandate that is over says more than one for something else.
            Err(reason) => {
                beyond.get_or_insert(reason);
            }
        }
    }
    Ok(joint.map_or(Authority::Member(beyond), Authority::Joint))
}

/// Passes if the doer may do this without the others: where the collective asks for mandates, by one that covers it.
///
/// # Errors
/// `Forbidden` with the reason; as [`authority`].
pub fn require(act: &mut Act, collective_id: &str, deed: &Deed) -> Result<Authority> {
    let authority = authority(act, collective_id, deed)?;
    let free = matches!(authority, Authority::Steward | Authority::Mandate(_));
    if free || !db::decisions::rules(act.conn, collective_id)?.mandated {
        return Ok(authority);
    }
    Err(Error::Forbidden(match authority {
        Authority::Joint(_) => "error-mandate-joint",
        Authority::Member(Some(reason)) => reason.message(),
        _ => "error-mandate-none",
    }))
}

/// Whether somebody was refused for want of a mandate alone: what they wanted to do can go before the assembly.
pub fn is_missing(error: &Error) -> bool {
    let Error::Forbidden(reason) = error else { return false };
    ["error-mandate-none", "error-mandate-joint"].contains(reason) || Beyond::ALL.iter().any(|one| one.message() == *reason)
}

/// Speaking in a collective's name to somebody: boosting, liking, following, and taking that back.
pub fn speaking(other_uri: &str) -> Deed {
    towards(Verb::Speak, other_uri)
}

/// A deed with an actor, by its id.
pub fn towards(verb: Verb, other_uri: &str) -> Deed {
    let partner = Some((other_uri.to_owned(), host_and_port(other_uri).unwrap_or_default()));
    Deed { partner, ..Deed::plain(verb) }
}

/// Passes if the doer may speak in the collective's name to somebody.
///
/// # Errors
/// As [`require`].
pub fn require_speaking(act: &mut Act, collective_id: &str, other_uri: &str) -> Result<()> {
    require(act, collective_id, &speaking(other_uri)).map(drop)
}

/// What one member may do by themselves at one moment, so that a page can say beforehand what would become a proposal. The
/// deed itself asks [`require`] again.
#[derive(Debug, Clone, Default)]
pub struct Hands {
    /// The collective asks for mandates.
    mandated: bool,
    /// What is held alone.
    terms: Vec<Terms>,
    now: Timestamp,
}

impl Hands {
    /// Whether they may do it without the others.
    pub fn may(&self, deed: &Deed) -> bool {
        !self.mandated || self.holds(deed)
    }

    /// Whether a mandate of their own covers it, be one asked for or not.
    pub fn holds(&self, deed: &Deed) -> bool {
        self.terms.iter().any(|terms| terms.covers(deed, None, self.now).is_ok())
    }

    /// Whether the collective asks for mandates.
    pub fn mandated(&self) -> bool {
        self.mandated
    }
}

/// What a member may do in a collective's name now.
///
/// # Errors
/// Those of the database.
pub fn hands(conn: &mut DbConn, collective_id: &str, member: &str, now: Timestamp) -> Result<Hands> {
    let mandated = db::decisions::rules(conn, collective_id)?.mandated;
    let held = db::mandates::held(conn, collective_id, member)?;
    let alone = held.into_iter().filter(|row| row.recalled_at.is_none() && !row.terms.joint);
    Ok(Hands { mandated, terms: alone.map(|row| row.terms.into_inner()).collect(), now })
}

/// Empowers members. Only a carried decision or the command line does this: `decision` names the one.
///
/// # Errors
/// `Invalid` with every fault of the terms; for `holders` where they aren't members of the collective, too few or many; where
/// one of them would have more terms in a row than the collective lets anybody have.
pub fn grant(act: &mut Act, collective_id: &str, holders: &[Id], terms: Terms, decision: Option<&str>) -> Result<MandateRow> {
    steward_or_decided(act)?;
    let terms = terms.normalised();
    let holders = check(act, collective_id, holders, &terms)?;
    let row = MandateRow {
        id: act.new_id(),
        collective_id: collective_id.to_owned(),
        until_at: terms.until,
        terms: Json::new(terms),
        granted_at: act.now,
        decision_id: decision.map(str::to_owned),
        warned: None,
        recalled_at: None,
        recalled_by: None,
    };
    db::mandates::insert(act.conn, &row, &holders)?;
    Ok(row)
}

/// Passes if these members can be given a mandate on these terms; gives them, each once.
///
/// # Errors
/// As [`grant`].
pub fn check(act: &mut Act, collective_id: &str, holders: &[Id], terms: &Terms) -> Result<Vec<Id>> {
    Error::from_faults(terms.faults())?;
    let holders: BTreeSet<&Id> = holders.iter().collect();
    if holders.len() < terms.needed() || holders.len() > MAX_HOLDERS || (!terms.joint && holders.len() > 1) {
        return Err(Error::invalid("holders", "error-mandate-holders"));
    }
    let rotation = db::decisions::rules(act.conn, collective_id)?.rotation;
    let before = db::mandates::terms_in(act.conn, collective_id, &terms.office)?;
    for holder in &holders {
        if !db::members::acts_for(act.conn, holder, collective_id)? {
            return Err(Error::invalid("holders", "error-mandate-stranger"));
        }
        if !rotation.allows(holder, terms.from, &before) {
            return Err(Error::invalid("holders", "error-mandate-rotation"));
        }
    }
    Ok(holders.into_iter().cloned().collect())
}

/// What came of wanting a mandate recalled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Recalled {
    /// It holds no longer, from this moment.
    Now,
    /// So many want it, and so many would be enough.
    Wanted { by: usize, of: usize },
}

/// Recalls a mandate at once: by the command line, by its holder, or as soon as enough members want it.
///
/// # Errors
/// `NotFound` to others than members of its collective; `Conflict` where it is over or recalled; `Forbidden` where only a
/// decision recalls.
pub fn recall(act: &mut Act, id: &str) -> Result<Recalled> {
    let row = db::mandates::by_id(act.conn, id)?;
    act.may_act_for(&row.collective_id)?;
    if matches!(row.terms.state(row.recalled_at, act.now), MandateState::Over | MandateState::Recalled) {
        return Err(Error::Conflict("error-mandate-ended"));
    }
    let Principal::Member(member) = act.by else { return end(act, id, "steward") };
    let member = member.clone();
    if db::mandates::holders(act.conn, id)?.contains(&member) {
        return end(act, id, "holder");
    }
    let rule: RecallRule = db::decisions::rules(act.conn, &row.collective_id)?.recall;
    if rule.members == 0 {
        return Err(Error::Forbidden("error-mandate-by-decision"));
    }
    let wishes = db::mandates::wish_recall(act.conn, id, &member)?;
    let members: BTreeSet<Id> = db::decisions::assembly(act.conn, &row.collective_id)?.into_iter().collect();
    // Who left since doesn't count.
    let wanted: BTreeSet<Id> = wishes.intersection(&members).cloned().collect();
    if rule.recalls("", &wanted, members.len()) {
        return end(act, id, "members");
    }
    Ok(Recalled::Wanted { by: wanted.len(), of: (rule.members as usize).min(members.len()) })
}

/// Recalls it since a decision says so.
///
/// # Errors
/// `Conflict` where it was recalled before.
pub fn recall_by_decision(act: &mut Act, id: &str, decision: &str) -> Result<()> {
    steward_or_decided(act)?;
    end(act, id, &format!("decision:{decision}")).map(drop)
}

fn end(act: &mut Act, id: &str, by: &str) -> Result<Recalled> {
    if db::mandates::recall(act.conn, id, act.now, by)? { Ok(Recalled::Now) } else { Err(Error::Conflict("error-mandate-ended")) }
}

/// Members don't empower each other: an assembly does, by a decision that carries itself out as the clock does.
fn steward_or_decided(act: &Act) -> Result<()> {
    match act.by {
        Principal::Console | Principal::Clock => Ok(()),
        Principal::Member(_) | Principal::Peer(_) => Err(Error::Forbidden("error-mandate-by-decision")),
    }
}

/// A mandate that ends soon, and whom to tell.
#[derive(Debug, Clone)]
pub struct Warning {
    pub row: MandateRow,
    /// 30, 7 or 1.
    pub days: i64,
    pub collective: String,
    /// Mail addresses and languages of its holders, as far as they gave one.
    pub to: Vec<(String, String)>,
}

/// Warnings that are due, each once: they are noted down here, so that none is given twice even where a mail is lost.
///
/// # Errors
/// Those of the database.
pub fn warn(act: &mut Act) -> Result<Vec<Warning>> {
    let first = WARNINGS.iter().copied().max().unwrap_or_default();
    let mut warnings = Vec::new();
    for row in db::mandates::ending(act.conn, act.now, act.now + Duration::days(first))? {
        let Some(days) = row.terms.warning(row.warned.map(i64::from), act.now) else { continue };
        db::mandates::set_warned(act.conn, &row.id, i32::try_from(days).unwrap_or(i32::MAX))?;
        let mut to = Vec::new();
        for holder in db::mandates::holders(act.conn, &row.id)? {
            let member = db::members::by_id(act.conn, &holder)?;
            to.extend(member.mail.map(|mail| (mail, member.language)));
        }
        let collective = db::collectives::by_id(act.conn, &row.collective_id)?.name;
        warnings.push(Warning { row, days, collective, to });
    }
    Ok(warnings)
}
