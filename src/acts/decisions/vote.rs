//! Voting: one ballot for each member, changeable until the stage ends; and the end of a stage by the clock.

use super::{super::Act, comment_text, end_stage, member, mine, void};
use crate::{
    db::{
        self,
        decisions::{CommentRow, DecisionRow},
    },
    domain::{
        Id,
        decision::{Ballots, Choice, Procedure, Stage, Tally, Untaken},
    },
    error::{Error, Result},
};

/// Casts a member's ballot, in place of their earlier one. `as_member`: in whose name the command line does it; else the
/// doer's own. Where nothing can change the outcome any more, the stage ends.
///
/// # Errors
/// `Forbidden` where they weren't a member when the question was opened; `Invalid` where this can't be said at this stage;
/// `Conflict` where it is closed, or its time is over.
pub fn vote(act: &mut Act, id: &str, as_member: Option<&str>, choice: Choice) -> Result<DecisionRow> {
    let row = mine(act, id)?;
    let member = member(act, as_member)?;
    if row.closes_at <= act.now || row.stage == Stage::Confirm {
        return Err(Error::Conflict("error-decision-closed"));
    }
    // Who left the collective since votes no longer; who came since doesn't yet.
    let entitled =
        db::decisions::may_vote(act.conn, id, &member)? && db::members::acts_for(act.conn, &member, &row.collective_id)?;
    let mut ballots = Ballots::new(entitled.then(|| member.clone()));
    match ballots.cast(row.stage, &member, choice) {
        Ok(()) => {}
        Err(Untaken::NotInElectorate) => return Err(Error::Forbidden("error-vote-electorate")),
        Err(Untaken::Choice) => return Err(Error::invalid("choice", "error-vote-choice")),
        Err(Untaken::Closed) => return Err(Error::Conflict("error-decision-closed")),
    }
    db::decisions::put_ballot(act.conn, id, row.stage, &member, choice)?;
    let tally = tally(act, &row)?;
    // A vote that all have cast stays open for a change of mind until its time is over; two who agree are enough at once.
    if row.rules.procedure == Procedure::Joint && row.rules.is_settled(u32::try_from(row.electorate).unwrap_or(0), &tally) {
        return end_stage(act, row, tally);
    }
    Ok(row)
}

fn tally(act: &mut Act, row: &DecisionRow) -> Result<Tally> {
    Ok(Tally::of(db::decisions::ballots(act.conn, &row.id, row.stage)?.into_iter().map(|(_, choice)| choice)))
}

/// Ends the stage of a question whose time is over; nothing where it isn't.
///
/// # Errors
/// `NotFound` where there is none.
pub fn close_due(act: &mut Act, id: &str) -> Result<DecisionRow> {
    let row = db::decisions::locked(act.conn, id)?;
    if row.stage == Stage::Closed || row.closes_at > act.now {
        return Ok(row);
    }
    if row.stage == Stage::Confirm {
        // Minutes that nobody confirmed in time.
        return void(act, row);
    }
    let tally = tally(act, &row)?;
    end_stage(act, row, tally)
}

/// Ends a stage before its time, where all have said what they say.
///
/// # Errors
/// `Conflict` where somebody hasn't yet.
pub fn close(act: &mut Act, id: &str) -> Result<DecisionRow> {
    let row = mine(act, id)?;
    let tally = tally(act, &row)?;
    if row.stage == Stage::Confirm || !row.rules.is_settled(u32::try_from(row.electorate).unwrap_or(0), &tally) {
        return Err(Error::Conflict("error-decision-early"));
    }
    end_stage(act, row, tally)
}

/// Takes a question back before anybody else voted on it. The command line can at any time while it is open.
///
/// # Errors
/// `Forbidden` to others than the member who opened it; `Conflict` where others voted, or it is closed.
pub fn cancel(act: &mut Act, id: &str) -> Result<DecisionRow> {
    let row = mine(act, id)?;
    if let Some(member) = act.by.member_id() {
        if row.opened_by.as_deref() != Some(member) {
            return Err(Error::Forbidden("error-decision-cancel"));
        }
        let member = member.to_owned();
        let others = db::decisions::ballots(act.conn, id, row.stage)?.iter().any(|(voter, _)| *voter != member);
        if others || row.vote_by.is_some() {
            return Err(Error::Conflict("error-decision-begun"));
        }
    }
    void(act, row)
}

/// Says something about an open question, to the other members alone.
///
/// # Errors
/// `Invalid` where it is empty or too long; `Conflict` where the question is closed.
pub fn comment(act: &mut Act, id: &str, as_member: Option<&str>, text: &str) -> Result<Id> {
    let row = mine(act, id)?;
    let member = member(act, as_member)?;
    let comment = CommentRow {
        id: act.new_id(),
        decision_id: row.id,
        member_id: Some(member),
        text: comment_text(text)?,
        created_at: act.now,
    };
    db::decisions::insert_comment(act.conn, &comment)?;
    Ok(comment.id)
}
