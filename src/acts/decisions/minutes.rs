//! Minutes of a face-to-face assembly: one member enters them, another one confirms. A photo of them is for members alone.

use super::{
    super::{Act, Principal},
    Question, end_stage, member, mine, new_row,
};
use crate::{
    db::{self, Json, decisions::DecisionRow},
    domain::decision::{Minutes, Procedure, Rules, Stage, minutes_stand},
    error::{Error, Result},
};
use chrono::Duration;

/// Days in which a second member can confirm minutes.
pub const MAX_CONFIRM_DAYS: i64 = 30;

/// Enters the minutes of an assembly. `as_member`: in whose name the command line does it; else the doer's own. In a
/// collective of one or two members they stand at once, and say so; in any other one a second member has to confirm.
///
/// # Errors
/// `NotFound` where the member isn't one of this collective; `Invalid` for the question.
pub fn enter_minutes(
    act: &mut Act,
    collective_id: &str,
    question: Question,
    minutes: &Minutes,
    as_member: Option<&str>,
) -> Result<DecisionRow> {
    act.may_act_for(collective_id)?;
    let entered = member(act, as_member)?;
    if !db::members::acts_for(act.conn, &entered, collective_id)? {
        return Err(Error::invalid("as", "error-as-stranger"));
    }
    let own = db::decisions::rules(act.conn, collective_id)?.decisions;
    let rules = Rules { procedure: Procedure::Minutes, ..own };
    let assembly = db::decisions::assembly(act.conn, collective_id)?;
    let row = new_row(act, collective_id, &question, rules, assembly.len(), Duration::days(MAX_CONFIRM_DAYS))?;
    let alone = minutes_stand(assembly.len(), &entered, None);
    let row = DecisionRow {
        minutes: Some(Json::new(minutes.clone())),
        opened_by: Some(entered.clone()),
        entered_by: Some(entered),
        unconfirmed: alone,
        ..row
    };
    db::decisions::insert(act.conn, &row, &assembly)?;
    if alone { end_stage(act, row, minutes.tally) } else { Ok(row) }
}

/// Confirms that minutes say what the assembly decided. Who entered them can't.
///
/// # Errors
/// `Forbidden` to who entered them and to who wasn't a member at that time; `Conflict` where nothing waits for it.
pub fn confirm(act: &mut Act, id: &str, as_member: Option<&str>) -> Result<DecisionRow> {
    let row = mine(act, id)?;
    let confirmer = member(act, as_member)?;
    let (Stage::Confirm, Some(entered), Some(minutes)) = (row.stage, row.entered_by.clone(), row.minutes.clone()) else {
        return Err(Error::Conflict("error-decision-closed"));
    };
    if row.closes_at <= act.now {
        return Err(Error::Conflict("error-decision-closed"));
    }
    let known =
        db::decisions::may_vote(act.conn, id, &confirmer)? && db::members::acts_for(act.conn, &confirmer, &row.collective_id)?;
    let members = usize::try_from(row.electorate).unwrap_or(0);
    if !known || !minutes_stand(members, &entered, Some(&confirmer)) {
        return Err(Error::Forbidden("error-minutes-confirm"));
    }
    let tally = minutes.tally;
    end_stage(act, DecisionRow { confirmed_by: Some(confirmer), ..row }, tally)
}

/// Puts a photo to minutes, or takes it away (`file`: none). Gives the file that was there before, which the caller deletes.
///
/// It is what another member confirms: once one did, no other photo takes its place; it can still be taken away.
///
/// # Errors
/// `NotFound` to others than members; `Forbidden` to members who didn't enter the minutes; `Conflict` where the decision has no
/// minutes, or they were confirmed.
pub fn set_photo(act: &mut Act, id: &str, file: Option<&str>) -> Result<Option<String>> {
    let row = db::decisions::locked(act.conn, id)?;
    act.may_act_for(&row.collective_id)?;
    if row.minutes.is_none() {
        return Err(Error::Conflict("error-photo-minutes"));
    }
    if let Principal::Member(member) = act.by
        && row.entered_by.as_ref() != Some(member)
        && act.may_steward().is_err()
    {
        return Err(Error::Forbidden("error-photo-entered"));
    }
    if file.is_some() && row.confirmed_by.is_some() {
        return Err(Error::Conflict("error-photo-confirmed"));
    }
    db::decisions::set_photo(act.conn, id, file)?;
    Ok(row.photo)
}
