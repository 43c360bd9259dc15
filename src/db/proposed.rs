//! Actions that people without an instance propose under a call of ours.

use super::{
    DbConn, Json,
    schema::{proposed_actions, statements},
};
use crate::{
    domain::{Id, Timestamp, action::ActionContent, proposed::ProposedState},
    error::Result,
};
use diesel::prelude::*;

#[derive(Debug, Clone, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = proposed_actions, treat_none_as_null = true)]
pub struct ProposedRow {
    pub id: Id,
    pub statement_id: Id,
    pub content: Json<ActionContent>,
    /// Of who proposed it; gone as soon as nobody needs it.
    pub mail: Option<String>,
    /// The language in which they are written to.
    pub language: String,
    /// Lower-case hex of the SHA-256 of the token in their links.
    pub token_hash: String,
    pub state: ProposedState,
    /// What became of it, once it was let in.
    pub action_id: Option<Id>,
    pub ends_at: Timestamp,
    pub created_at: Timestamp,
    pub decided_at: Option<Timestamp>,
    /// When they were told of it.
    pub told_at: Option<Timestamp>,
}

pub fn insert(conn: &mut DbConn, row: &ProposedRow) -> Result<()> {
    diesel::insert_into(proposed_actions::table).values(row).execute(conn)?;
    Ok(())
}

/// `false` where it stands otherwise than `was` by now.
pub fn update_from(conn: &mut DbConn, was: ProposedState, row: &ProposedRow) -> Result<bool> {
    let found = proposed_actions::table.filter(proposed_actions::id.eq(&row.id)).filter(proposed_actions::state.eq(was));
    Ok(diesel::update(found).set(row).execute(conn)? > 0)
}

pub fn delete(conn: &mut DbConn, id: &str) -> Result<()> {
    diesel::delete(proposed_actions::table.find(id)).execute(conn)?;
    Ok(())
}

pub fn by_id(conn: &mut DbConn, id: &str) -> Result<ProposedRow> {
    Ok(proposed_actions::table.find(id).select(ProposedRow::as_select()).first(conn)?)
}

pub fn by_token(conn: &mut DbConn, hash: &str) -> Result<Option<ProposedRow>> {
    let found = proposed_actions::table.filter(proposed_actions::token_hash.eq(hash));
    Ok(found.select(ProposedRow::as_select()).first(conn).optional()?)
}

/// Which of these actions were proposed by people without an instance.
pub fn made(conn: &mut DbConn, action_ids: &[Id]) -> Result<Vec<Id>> {
    let found = proposed_actions::table.filter(proposed_actions::action_id.eq_any(action_ids));
    let ids: Vec<Option<Id>> = found.select(proposed_actions::action_id).load(conn)?;
    Ok(ids.into_iter().flatten().collect())
}

/// Those that wait for an answer of a collective, the oldest first.
pub fn waiting(conn: &mut DbConn, collective_id: &str, limit: i64) -> Result<Vec<ProposedRow>> {
    Ok(proposed_actions::table
        .inner_join(statements::table)
        .filter(statements::collective_id.eq(collective_id))
        .filter(proposed_actions::state.eq(ProposedState::Waiting))
        .order((proposed_actions::created_at, proposed_actions::id))
        .limit(limit)
        .select(ProposedRow::as_select())
        .load(conn)?)
}

pub fn count_waiting(conn: &mut DbConn, collective_id: &str) -> Result<i64> {
    Ok(proposed_actions::table
        .inner_join(statements::table)
        .filter(statements::collective_id.eq(collective_id))
        .filter(proposed_actions::state.eq(ProposedState::Waiting))
        .count()
        .get_result(conn)?)
}

/// How many under one call stand so.
pub fn count(conn: &mut DbConn, statement_id: &str, states: &[ProposedState]) -> Result<i64> {
    Ok(proposed_actions::table
        .filter(proposed_actions::statement_id.eq(statement_id))
        .filter(proposed_actions::state.eq_any(states))
        .count()
        .get_result(conn)?)
}

/// How many an address has proposed since then.
pub fn count_of_mail(conn: &mut DbConn, mail: &str, since: Timestamp) -> Result<i64> {
    Ok(proposed_actions::table
        .filter(proposed_actions::mail.eq(mail))
        .filter(proposed_actions::created_at.gt(since))
        .count()
        .get_result(conn)?)
}

/// Those whose proposers haven't heard yet what was decided; at most `limit`.
pub fn untold(conn: &mut DbConn, limit: i64) -> Result<Vec<ProposedRow>> {
    Ok(proposed_actions::table
        .filter(proposed_actions::state.eq_any([ProposedState::Accepted, ProposedState::Declined]))
        .filter(proposed_actions::told_at.is_null())
        .filter(proposed_actions::mail.is_not_null())
        .order(proposed_actions::decided_at)
        .limit(limit)
        .select(ProposedRow::as_select())
        .load(conn)?)
}

/// Forgets those that nobody confirmed, and the addresses of those whose action is long over.
pub fn forget(conn: &mut DbConn, unconfirmed_before: Timestamp, over_before: Timestamp) -> Result<usize> {
    let late = proposed_actions::table
        .filter(proposed_actions::state.eq(ProposedState::Unconfirmed))
        .filter(proposed_actions::created_at.lt(unconfirmed_before));
    let gone = diesel::delete(late).execute(conn)?;
    let over =
        proposed_actions::table.filter(proposed_actions::ends_at.lt(over_before)).filter(proposed_actions::mail.is_not_null());
    Ok(gone + diesel::update(over).set(proposed_actions::mail.eq(None::<String>)).execute(conn)?)
}
