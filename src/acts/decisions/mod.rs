//! Decisions: opening a question, voting, minutes of an assembly, closing. What is decided is carried out in the transaction
//! that closes the question.
//!
//! Must not tell anybody outside who said what; a secret ballot's are destroyed when the question closes.

use super::{Act, Principal};
use crate::{
    db::{self, Json, decisions::DecisionRow},
    domain::{
        Id, Timestamp,
        assembly::Effect,
        decision::{
            Ballot, Choice, MAX_COMMENT, MAX_EXPLANATION, MAX_QUESTION, Outcome, Procedure, Rules, Stage, Tally, Verdict,
        },
        statement::{clean, one_line},
    },
    error::{Error, Result},
};
use chrono::Duration;

mod effect;
mod minutes;
mod remind;
mod vote;

/// Open questions of one collective that are looked through.
pub const MOST_OPEN: i64 = 1_000;

pub(super) use effect::fixed;
pub use minutes::{confirm, enter_minutes, set_photo};
pub use remind::{Reminder, remind};
pub use vote::{cancel, close, close_due, comment, vote};

/// A question that is put to an assembly.
#[derive(Debug, Clone)]
pub struct Question {
    pub question: String,
    /// Markdown.
    pub explanation: String,
    pub effect: Effect,
    /// Other rules than the collective's own.
    pub rules: Option<Rules>,
    /// Other time than the collective's own, for each stage.
    pub days: Option<i64>,
}

/// Opens a question for all who are members of the collective now.
///
/// # Errors
/// `Invalid` where it is empty or too long, or its rules are none; `NotFound` to others than members.
pub fn open(act: &mut Act, collective_id: &str, question: Question) -> Result<DecisionRow> {
    open_until(act, collective_id, question, None)
}

/// As [`open`], with the moment at which its first stage ends; without, that is so many days from now.
///
/// # Errors
/// As [`open`]; `Invalid` for `until` where it isn't to come, or too far away.
pub fn open_until(act: &mut Act, collective_id: &str, question: Question, until: Option<Timestamp>) -> Result<DecisionRow> {
    act.may_act_for(collective_id)?;
    let assembly = db::decisions::rules(act.conn, collective_id)?;
    let rules = question.rules.clone().unwrap_or(assembly.decisions);
    Error::from_faults(rules.faults())?;
    if rules.procedure == Procedure::Minutes {
        return Err(Error::invalid("rules", "error-decision-minutes"));
    }
    let days = question.days.unwrap_or(assembly.vote_days);
    if !(1..=crate::domain::assembly::MAX_DAYS).contains(&days) {
        return Err(Error::invalid("days", "error-days"));
    }
    if rules.procedure == Procedure::Joint {
        return Err(Error::invalid("rules", "error-decision-joint"));
    }
    let time = until.map_or(Duration::days(days), |until| until - act.now);
    if time <= Duration::zero() {
        return Err(Error::invalid("until", "error-decision-past"));
    }
    if time > Duration::days(crate::domain::assembly::MAX_DAYS) {
        return Err(Error::invalid("until", "error-decision-far"));
    }
    let question = Question { effect: effect::fixed(act, collective_id, question.effect)?, ..question };
    let electorate = db::decisions::assembly(act.conn, collective_id)?;
    let row = new_row(act, collective_id, &question, rules, electorate.len(), time)?;
    db::decisions::insert(act.conn, &row, &electorate)?;
    Ok(row)
}

/// Puts a deed under a mandate that is held jointly before its holders: it is done when two of them agree.
///
/// # Errors
/// As [`open`].
pub(super) fn open_joint(act: &mut Act, collective_id: &str, question: Question, mandate_id: &str) -> Result<DecisionRow> {
    let assembly = db::decisions::rules(act.conn, collective_id)?;
    let rules = Rules { procedure: Procedure::Joint, ballot: Ballot::Open, ..assembly.decisions };
    let question = Question { effect: effect::fixed(act, collective_id, question.effect)?, ..question };
    let holders = db::mandates::holders(act.conn, mandate_id)?;
    let row = new_row(act, collective_id, &question, rules, holders.len(), Duration::days(assembly.vote_days))?;
    db::decisions::insert(act.conn, &row, &holders)?;
    // Whoever wants to do it agrees to it.
    if let Some(member) = act.by.member_id().filter(|member| holders.iter().any(|holder| holder == member)) {
        db::decisions::put_ballot(act.conn, &row.id, Stage::Vote, member, Choice::Yes)?;
    }
    Ok(row)
}

/// The row of a question; minutes and votes alike.
fn new_row(
    act: &Act,
    collective_id: &str,
    question: &Question,
    rules: Rules,
    electorate: usize,
    time: Duration,
) -> Result<DecisionRow> {
    let text = one_line(&question.question);
    let explanation = clean(&question.explanation.replace("\r\n", "\n")).trim().to_owned();
    if text.is_empty() {
        return Err(Error::invalid("question", "error-decision-empty"));
    }
    if text.chars().count() > MAX_QUESTION {
        return Err(Error::invalid("question", "error-decision-long"));
    }
    if explanation.chars().count() > MAX_EXPLANATION {
        return Err(Error::invalid("explanation", "error-decision-long"));
    }
    Ok(DecisionRow {
        id: act.new_id(),
        collective_id: collective_id.to_owned(),
        question: text,
        explanation,
        effect: Json::new(question.effect.clone()),
        stage: rules.first_stage(),
        rules: Json::new(rules),
        vote_by: None,
        opened_by: act.by.member_id().map(str::to_owned),
        opened_at: act.now,
        closes_at: act.now + time,
        closed_at: None,
        outcome: None,
        tally: Json::new(Tally::default()),
        first_tally: None,
        electorate: i32::try_from(electorate).unwrap_or(i32::MAX),
        minutes: None,
        entered_by: None,
        confirmed_by: None,
        unconfirmed: false,
        failure: None,
        reminded_at: None,
        photo: None,
    })
}

/// Ends a stage with its counts: a failed consensus becomes a vote, anything else closes, and a carried question is carried
/// out. What can't be carried out any more is noted down; the outcome stands.
fn end_stage(act: &mut Act, row: DecisionRow, tally: Tally) -> Result<DecisionRow> {
    let was = row.stage;
    let electorate = u32::try_from(row.electorate).unwrap_or(0);
    let row = match row.rules.verdict(was, electorate, &tally, row.vote_by) {
        Verdict::Vote(by) => DecisionRow {
            stage: Stage::Vote,
            vote_by: Some(by),
            reminded_at: None,
            first_tally: Some(Json::new(tally)),
            closes_at: act.now + (row.closes_at - row.opened_at).max(Duration::days(1)),
            ..row
        },
        Verdict::Final(outcome) => {
            DecisionRow { stage: Stage::Closed, tally: Json::new(tally), outcome: Some(outcome), closed_at: Some(act.now), ..row }
        }
    };
    if !db::decisions::update_from(act.conn, was, &row)? {
        return Err(Error::Conflict("error-changed-meanwhile"));
    }
    // With its counts kept, a stage of a secret ballot leaves nothing of who said what.
    if row.rules.ballot == Ballot::Secret {
        db::decisions::destroy_ballots(act.conn, &row.id)?;
    }
    if row.stage != Stage::Closed {
        return Ok(row);
    }
    if row.outcome != Some(Outcome::Carried) {
        return Ok(row);
    }
    let (now, site) = (act.now, act.site);
    let by_assembly = Principal::Clock;
    let done = db::part(act.conn, |conn| effect::carry_out(&mut Act { conn, now, site, by: &by_assembly }, &row));
    let failure = match done {
        Ok(()) => return Ok(row),
        // The whole is tried again.
        Err(error @ (Error::Busy(_) | Error::Internal(_))) => return Err(error),
        Err(Error::Conflict(message) | Error::Forbidden(message)) => message.to_owned(),
        Err(Error::Invalid(faults)) => faults.first().map_or("error-changed-meanwhile", |fault| fault.message).to_owned(),
        Err(_) => "error-changed-meanwhile".to_owned(),
    };
    let row = DecisionRow { failure: Some(failure), ..row };
    db::decisions::update_from(act.conn, Stage::Closed, &row)?;
    Ok(row)
}

/// Ends other open questions with the same effect: it was decided otherwise, and a vote could change nothing any more.
pub(super) fn supersede(act: &mut Act, by: &DecisionRow) -> Result<()> {
    if by.outcome != Some(Outcome::Carried) {
        return Ok(());
    }
    for row in db::decisions::list(act.conn, &by.collective_id, Some(true), MOST_OPEN)? {
        if row.id == by.id || *row.effect != *by.effect {
            continue;
        }
        void(act, row)?;
    }
    Ok(())
}

/// Closes a question without an outcome.
fn void(act: &mut Act, row: DecisionRow) -> Result<DecisionRow> {
    let was = row.stage;
    db::decisions::destroy_ballots(act.conn, &row.id)?;
    let row = DecisionRow {
        stage: Stage::Closed,
        outcome: Some(Outcome::Void),
        tally: Json::new(Tally::default()),
        closed_at: Some(act.now),
        ..row
    };
    if db::decisions::update_from(act.conn, was, &row)? { Ok(row) } else { Err(Error::Conflict("error-changed-meanwhile")) }
}

/// A decision of a collective that the doer acts for, nobody else changing it meanwhile.
fn mine(act: &mut Act, id: &str) -> Result<DecisionRow> {
    let row = db::decisions::locked(act.conn, id)?;
    act.may_act_for(&row.collective_id)?;
    if row.stage == Stage::Closed {
        return Err(Error::Conflict("error-decision-closed"));
    }
    Ok(row)
}

/// The member in whose name the command line, or a signed-in member themselves, takes part.
fn member(act: &Act, named: Option<&str>) -> Result<Id> {
    match (act.by, named) {
        (Principal::Member(id), _) => Ok(id.clone()),
        (Principal::Console, Some(id)) => Ok(id.to_owned()),
        (Principal::Console, None) => Err(Error::invalid("as", "error-as-missing")),
        _ => Err(Error::Forbidden("error-not-for-peers")),
    }
}

/// Brings a comment to its form.
fn comment_text(text: &str) -> Result<String> {
    let text = clean(&text.replace("\r\n", "\n")).trim().to_owned();
    if text.is_empty() {
        return Err(Error::invalid("comment", "error-comment-empty"));
    }
    if text.chars().count() > MAX_COMMENT {
        return Err(Error::invalid("comment", "error-comment-long"));
    }
    Ok(text)
}
