//! Decisions, who may take part in them, ballots and comments; and the rules that collectives gave themselves.

use super::{
    DbConn, Json,
    schema::{assembly_rules, ballots, decision_comments, decision_electorate, decisions, members, memberships},
};
use crate::{
    domain::{
        Id, Timestamp,
        assembly::{AssemblyRules, Effect},
        decision::{Choice, Minutes, Outcome, Procedure, Rules, Stage, Tally},
        names::MemberState,
    },
    error::Result,
    on_backend,
};
use diesel::prelude::*;

#[derive(Debug, Clone, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = decisions, treat_none_as_null = true)]
pub struct DecisionRow {
    pub id: Id,
    pub collective_id: Id,
    pub question: String,
    /// Markdown.
    pub explanation: String,
    pub effect: Json<Effect>,
    /// Those under which it was opened.
    pub rules: Json<Rules>,
    pub stage: Stage,
    /// How the vote behind a failed consensus is decided.
    pub vote_by: Option<Procedure>,
    pub opened_by: Option<Id>,
    pub opened_at: Timestamp,
    /// End of this stage.
    pub closes_at: Timestamp,
    pub closed_at: Option<Timestamp>,
    pub outcome: Option<Outcome>,
    /// Of the last stage, once it ended.
    pub tally: Json<Tally>,
    /// Of the consensus that failed.
    pub first_tally: Option<Json<Tally>>,
    /// How many could vote.
    pub electorate: i32,
    pub minutes: Option<Json<Minutes>>,
    pub entered_by: Option<Id>,
    pub confirmed_by: Option<Id>,
    /// Its minutes needed no second member.
    pub unconfirmed: bool,
    /// Why its effect couldn't be carried out: a Fluent id.
    pub failure: Option<String>,
    /// When those who had said nothing yet at this stage were reminded by mail.
    pub reminded_at: Option<Timestamp>,
    /// File of the photo of its minutes, which members of the collective alone may see.
    pub photo: Option<String>,
}

#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = decision_comments)]
pub struct CommentRow {
    pub id: Id,
    pub decision_id: Id,
    pub member_id: Option<Id>,
    pub text: String,
    pub created_at: Timestamp,
}

/// The rules of a collective.
pub fn rules(conn: &mut DbConn, collective_id: &str) -> Result<AssemblyRules> {
    let found: Option<Json<AssemblyRules>> =
        assembly_rules::table.find(collective_id).select(assembly_rules::rules).first(conn).optional()?;
    Ok(found.map(Json::into_inner).unwrap_or_default())
}

pub fn set_rules(conn: &mut DbConn, collective_id: &str, rules: &AssemblyRules) -> Result<()> {
    let rules = Json::new(rules.clone());
    let row = (assembly_rules::collective_id.eq(collective_id), assembly_rules::rules.eq(&rules));
    on_backend!(conn, c => diesel::insert_into(assembly_rules::table)
        .values(row)
        .on_conflict(assembly_rules::collective_id)
        .do_update()
        .set(assembly_rules::rules.eq(&rules))
        .execute(c))?;
    Ok(())
}

/// The active members of a collective, who are its assembly at this moment.
pub fn assembly(conn: &mut DbConn, collective_id: &str) -> Result<Vec<Id>> {
    Ok(memberships::table
        .inner_join(members::table)
        .filter(memberships::collective_id.eq(collective_id))
        .filter(members::state.eq(MemberState::Active))
        .order(memberships::member_id)
        .select(memberships::member_id)
        .load(conn)?)
}

/// Adds a decision with its electorate, which stays as it is from now on.
pub fn insert(conn: &mut DbConn, row: &DecisionRow, electorate: &[Id]) -> Result<()> {
    diesel::insert_into(decisions::table).values(row).execute(conn)?;
    for member in electorate {
        diesel::insert_into(decision_electorate::table)
            .values((decision_electorate::decision_id.eq(&row.id), decision_electorate::member_id.eq(member)))
            .execute(conn)?;
    }
    Ok(())
}

/// Writes the row if it still is at the stage that it was read at; else gives `false` and writes nothing.
pub fn update_from(conn: &mut DbConn, stage: Stage, row: &DecisionRow) -> Result<bool> {
    let one = decisions::table.filter(decisions::id.eq(&row.id)).filter(decisions::stage.eq(stage));
    Ok(diesel::update(one).set(row).execute(conn)? > 0)
}

pub fn by_id(conn: &mut DbConn, id: &str) -> Result<DecisionRow> {
    Ok(decisions::table.find(id).select(DecisionRow::as_select()).first(conn)?)
}

/// As [`by_id`], and nobody else votes on it, confirms or closes it before this transaction ends.
pub fn locked(conn: &mut DbConn, id: &str) -> Result<DecisionRow> {
    Ok(match conn {
        // Its one writer is this transaction.
        DbConn::Sqlite(c) => decisions::table.find(id).select(DecisionRow::as_select()).first(c)?,
        DbConn::Postgres(c) => decisions::table.find(id).select(DecisionRow::as_select()).for_update().first(c)?,
    })
}

/// Sets or takes away the photo of its minutes.
pub fn set_photo(conn: &mut DbConn, id: &str, file: Option<&str>) -> Result<()> {
    diesel::update(decisions::table.find(id)).set(decisions::photo.eq(file)).execute(conn)?;
    Ok(())
}

/// Whether any decision has this photo.
pub fn has_photo(conn: &mut DbConn, file: &str) -> Result<bool> {
    let count: i64 = decisions::table.filter(decisions::photo.eq(file)).count().get_result(conn)?;
    Ok(count > 0)
}

/// A collective's decisions, newest first.
pub fn list(conn: &mut DbConn, collective_id: &str, open: Option<bool>, most: i64) -> Result<Vec<DecisionRow>> {
    let mut query = decisions::table.filter(decisions::collective_id.eq(collective_id.to_owned())).into_boxed();
    match open {
        Some(true) => query = query.filter(decisions::stage.ne(Stage::Closed)),
        Some(false) => query = query.filter(decisions::stage.eq(Stage::Closed)),
        None => {}
    }
    let query = query.order((decisions::opened_at.desc(), decisions::id.desc())).limit(most);
    Ok(query.select(DecisionRow::as_select()).load(conn)?)
}

/// Open ones of all collectives whose stage is over, the earliest first.
pub fn due(conn: &mut DbConn, now: Timestamp, most: i64) -> Result<Vec<Id>> {
    Ok(decisions::table
        .filter(decisions::stage.ne(Stage::Closed))
        .filter(decisions::closes_at.le(now))
        .order(decisions::closes_at)
        .limit(most)
        .select(decisions::id)
        .load(conn)?)
}

pub fn may_vote(conn: &mut DbConn, decision_id: &str, member_id: &str) -> Result<bool> {
    let found: Option<Id> = decision_electorate::table
        .find((decision_id, member_id))
        .select(decision_electorate::member_id)
        .first(conn)
        .optional()?;
    Ok(found.is_some())
}

/// Puts a member's ballot in place of their earlier one.
pub fn put_ballot(conn: &mut DbConn, decision_id: &str, stage: Stage, member_id: &str, choice: Choice) -> Result<()> {
    let row = (
        ballots::decision_id.eq(decision_id),
        ballots::stage.eq(stage),
        ballots::member_id.eq(member_id),
        ballots::choice.eq(choice),
    );
    on_backend!(conn, c => diesel::insert_into(ballots::table)
        .values(row)
        .on_conflict((ballots::decision_id, ballots::stage, ballots::member_id))
        .do_update()
        .set(ballots::choice.eq(choice))
        .execute(c))?;
    Ok(())
}

/// What members said at a stage.
pub fn ballots(conn: &mut DbConn, decision_id: &str, stage: Stage) -> Result<Vec<(Id, Choice)>> {
    Ok(ballots::table
        .filter(ballots::decision_id.eq(decision_id))
        .filter(ballots::stage.eq(stage))
        .order(ballots::member_id)
        .select((ballots::member_id, ballots::choice))
        .load(conn)?)
}

/// Destroys the ballots of a decision: the counts stay, who said what is gone.
pub fn destroy_ballots(conn: &mut DbConn, decision_id: &str) -> Result<usize> {
    Ok(diesel::delete(ballots::table.filter(ballots::decision_id.eq(decision_id))).execute(conn)?)
}

pub fn insert_comment(conn: &mut DbConn, row: &CommentRow) -> Result<()> {
    diesel::insert_into(decision_comments::table).values(row).execute(conn)?;
    Ok(())
}

/// In the order in which they were made.
pub fn comments(conn: &mut DbConn, decision_id: &str, most: i64) -> Result<Vec<CommentRow>> {
    Ok(decision_comments::table
        .filter(decision_comments::decision_id.eq(decision_id))
        .order((decision_comments::created_at, decision_comments::id))
        .limit(most)
        .select(CommentRow::as_select())
        .load(conn)?)
}

/// What one member said at a stage.
pub fn ballot_of(conn: &mut DbConn, decision_id: &str, stage: Stage, member_id: &str) -> Result<Option<Choice>> {
    Ok(ballots::table.find((decision_id, stage, member_id)).select(ballots::choice).first(conn).optional()?)
}

/// Open questions of a collective in which a member can still say something and hasn't: a vote at this stage, or a yes to
/// the minutes of another. Those that end first stand first.
pub fn waiting_for(
    conn: &mut DbConn,
    collective_id: &str,
    member_id: &str,
    now: Timestamp,
    most: i64,
) -> Result<Vec<DecisionRow>> {
    let electorate =
        decision_electorate::table.filter(decision_electorate::member_id.eq(member_id)).select(decision_electorate::decision_id);
    let rows: Vec<DecisionRow> = decisions::table
        .filter(decisions::collective_id.eq(collective_id))
        .filter(decisions::stage.ne(Stage::Closed))
        .filter(decisions::closes_at.gt(now))
        .filter(decisions::id.eq_any(electorate))
        .order((decisions::closes_at, decisions::id))
        .limit(most)
        .select(DecisionRow::as_select())
        .load(conn)?;
    let own: Vec<(Id, Stage)> =
        ballots::table.filter(ballots::member_id.eq(member_id)).select((ballots::decision_id, ballots::stage)).load(conn)?;
    let said = |row: &DecisionRow| match row.stage {
        Stage::Confirm => row.entered_by.as_deref() == Some(member_id),
        stage => own.iter().any(|(id, at)| *id == row.id && *at == stage),
    };
    Ok(rows.into_iter().filter(|row| !said(row)).collect())
}

/// Open ones of all collectives that end until then and of which nobody was reminded yet, the earliest first.
pub fn unreminded(conn: &mut DbConn, now: Timestamp, until: Timestamp, most: i64) -> Result<Vec<DecisionRow>> {
    Ok(decisions::table
        .filter(decisions::stage.ne(Stage::Closed))
        .filter(decisions::reminded_at.is_null())
        .filter(decisions::closes_at.gt(now))
        .filter(decisions::closes_at.le(until))
        .order(decisions::closes_at)
        .limit(most)
        .select(DecisionRow::as_select())
        .load(conn)?)
}

pub fn set_reminded(conn: &mut DbConn, id: &str, now: Timestamp) -> Result<()> {
    diesel::update(decisions::table.find(id)).set(decisions::reminded_at.eq(now)).execute(conn)?;
    Ok(())
}

/// Who could say something at this stage and hasn't: a vote, or a yes to the minutes of another.
pub fn silent(conn: &mut DbConn, row: &DecisionRow) -> Result<Vec<Id>> {
    let all: Vec<Id> = decision_electorate::table
        .filter(decision_electorate::decision_id.eq(&row.id))
        .order(decision_electorate::member_id)
        .select(decision_electorate::member_id)
        .load(conn)?;
    let cast = ballots(conn, &row.id, row.stage)?;
    let said = |id: &Id| cast.iter().any(|(member, _)| member == id) || row.entered_by.as_ref() == Some(id);
    Ok(all.into_iter().filter(|id| !said(id)).collect())
}
