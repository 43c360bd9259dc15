//! Consents asked for and given, from both sides: ours to others, others' to us, and between collectives of this instance.

use super::{DbConn, schema::consents};
use crate::{
    domain::{
        Id, Timestamp,
        consent::{ConsentKind, ConsentState},
    },
    error::Result,
};
use diesel::prelude::*;

#[derive(Debug, Clone, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = consents, treat_none_as_null = true)]
pub struct ConsentRow {
    pub id: Id,
    pub kind: ConsentKind,
    pub state: ConsentState,
    /// What does something: the quote (`interactingObject`).
    pub object_uri: String,
    /// What it is done with: the quoted (`interactionTarget`).
    pub target_uri: String,
    pub asker_uri: String,
    pub author_uri: String,
    /// The collective of ours that asks.
    pub asker_id: Option<Id>,
    /// The collective of ours whose thing the target is.
    pub author_id: Option<Id>,
    /// The other side's own inbox; empty where it is ours as well.
    pub inbox: String,
    /// The id of the activity that asks.
    pub request_uri: String,
    /// Kept when it is revoked, so that its address says so.
    pub stamp_uri: Option<String>,
    /// What the asker showed us of its object.
    pub post_id: Option<Id>,
    pub asked_at: Timestamp,
    pub decided_at: Option<Timestamp>,
    /// The member who decided.
    pub decided_by: Option<Id>,
}

/// Which of an author's or asker's consents a list has.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    pub state: Option<ConsentState>,
    pub target_uri: Option<String>,
}

pub fn insert(conn: &mut DbConn, row: &ConsentRow) -> Result<()> {
    diesel::insert_into(consents::table).values(row).execute(conn)?;
    Ok(())
}

/// Writes the row if it still is in the state that it was read in; else gives `false` and writes nothing.
pub fn update_from(conn: &mut DbConn, was: ConsentState, row: &ConsentRow) -> Result<bool> {
    let one = consents::table.filter(consents::id.eq(&row.id)).filter(consents::state.eq(was));
    Ok(diesel::update(one).set(row).execute(conn)? > 0)
}

pub fn by_id(conn: &mut DbConn, id: &str) -> Result<ConsentRow> {
    Ok(consents::table.find(id).select(ConsentRow::as_select()).first(conn)?)
}

/// The one for this pair.
pub fn between(conn: &mut DbConn, kind: ConsentKind, object_uri: &str, target_uri: &str) -> Result<Option<ConsentRow>> {
    Ok(consents::table
        .filter(consents::kind.eq(kind))
        .filter(consents::object_uri.eq(object_uri))
        .filter(consents::target_uri.eq(target_uri))
        .select(ConsentRow::as_select())
        .first(conn)
        .optional()?)
}

/// What a collective of ours asked for with this activity.
pub fn by_request(conn: &mut DbConn, request_uri: &str) -> Result<Option<ConsentRow>> {
    Ok(consents::table
        .filter(consents::request_uri.eq(request_uri))
        .filter(consents::asker_id.is_not_null())
        .select(ConsentRow::as_select())
        .first(conn)
        .optional()?)
}

pub fn by_stamp(conn: &mut DbConn, stamp_uri: &str) -> Result<Option<ConsentRow>> {
    Ok(consents::table.filter(consents::stamp_uri.eq(stamp_uri)).select(ConsentRow::as_select()).first(conn).optional()?)
}

/// On which side of a consent a collective of ours stands; its row's id.
#[derive(Debug, Clone, Copy)]
pub enum Side<'a> {
    /// Others ask it.
    Author(&'a str),
    /// It asks others.
    Asker(&'a str),
}

/// A collective's consents, newest first.
pub fn of(conn: &mut DbConn, kind: ConsentKind, side: Side, filter: &Filter, most: i64) -> Result<Vec<ConsentRow>> {
    let query = consents::table.filter(consents::kind.eq(kind)).into_boxed();
    let mut query = match side {
        Side::Author(id) => query.filter(consents::author_id.eq(id.to_owned())),
        Side::Asker(id) => query.filter(consents::asker_id.eq(id.to_owned())),
    };
    if let Some(state) = filter.state {
        query = query.filter(consents::state.eq(state));
    }
    if let Some(target) = &filter.target_uri {
        query = query.filter(consents::target_uri.eq(target.clone()));
    }
    let query = query.order((consents::asked_at.desc(), consents::id.desc())).limit(most);
    Ok(query.select(ConsentRow::as_select()).load(conn)?)
}

/// How many wait for a decision of this collective, of one kind or of all.
pub fn count_waiting(conn: &mut DbConn, author_id: &str, kind: Option<ConsentKind>) -> Result<i64> {
    let mut query = consents::table
        .filter(consents::author_id.eq(author_id.to_owned()))
        .filter(consents::state.eq(ConsentState::Waiting))
        .into_boxed();
    if let Some(kind) = kind {
        query = query.filter(consents::kind.eq(kind));
    }
    Ok(query.count().get_result(conn)?)
}

/// All that stands or waits for an object, whoever granted it.
pub fn open_of_object(conn: &mut DbConn, object_uri: &str) -> Result<Vec<ConsentRow>> {
    Ok(consents::table
        .filter(consents::object_uri.eq(object_uri))
        .filter(consents::state.eq_any([ConsentState::Waiting, ConsentState::Granted]))
        .select(ConsentRow::as_select())
        .load(conn)?)
}

/// All that stands or waits between our collectives and an actor who asked.
pub fn open_of_asker(conn: &mut DbConn, asker_uri: &str) -> Result<Vec<ConsentRow>> {
    Ok(consents::table
        .filter(consents::asker_uri.eq(asker_uri))
        .filter(consents::author_id.is_not_null())
        .filter(consents::state.eq_any([ConsentState::Waiting, ConsentState::Granted]))
        .select(ConsentRow::as_select())
        .load(conn)?)
}

/// Who has something open with our collectives, for a look at whole hosts.
pub fn open_askers(conn: &mut DbConn) -> Result<Vec<String>> {
    Ok(consents::table
        .filter(consents::author_id.is_not_null())
        .filter(consents::asker_id.is_null())
        .filter(consents::state.eq_any([ConsentState::Waiting, ConsentState::Granted]))
        .select(consents::asker_uri)
        .distinct()
        .load(conn)?)
}
