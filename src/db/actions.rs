//! Local actions under calls: those of our collectives, and those of others under our calls.

use super::{
    DbConn, Json,
    action_lists::Listed,
    schema::{action_faces, actions, consents},
};
use crate::{
    domain::{
        Id, Timestamp,
        action::{ActionContent, Question, Seen},
        call::Face,
        consent::{ConsentKind, ConsentState},
        endorsement::AuthorState,
    },
    error::Result,
    on_backend,
};
use diesel::prelude::*;
use std::collections::HashMap;

/// Most actions shown on a call's page and in its collection.
pub const MOST_SHOWN: i64 = 200;

#[derive(Debug, Clone, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = actions, treat_none_as_null = true)]
pub struct ActionRow {
    pub id: Id,
    pub uri: String,
    pub organiser_uri: String,
    /// Set where the organiser is a collective of ours.
    pub organiser_id: Option<Id>,
    pub call_uri: String,
    /// Set where the call is ours.
    pub statement_id: Option<Id>,
    pub call_title: String,
    pub author_uri: String,
    pub content: Json<ActionContent>,
    pub begins_at: Timestamp,
    /// What the call's author says to it.
    pub author_state: AuthorState,
    pub stamp_uri: Option<String>,
    /// How the call stood when the organisers last knew; of ours alone.
    pub seen: Option<Json<Seen>>,
    /// What they haven't answered yet.
    pub question: Option<Json<Question>>,
    pub created_by: Option<Id>,
    pub published: Timestamp,
    /// As its organisers' host says; compared with what comes later.
    pub updated: Timestamp,
    pub received_at: Timestamp,
    pub deleted_at: Option<Timestamp>,
}

/// `false` where one with its address is here already.
pub fn insert(conn: &mut DbConn, row: &ActionRow) -> Result<bool> {
    let whole = (row, Listed::of(&row.content));
    let rows = on_backend!(conn, c => diesel::insert_into(actions::table).values(whole).on_conflict_do_nothing().execute(c))?;
    Ok(rows > 0)
}

pub fn update(conn: &mut DbConn, row: &ActionRow) -> Result<()> {
    diesel::update(actions::table.find(&row.id)).set((row, Listed::of(&row.content))).execute(conn)?;
    Ok(())
}

pub fn by_id(conn: &mut DbConn, id: &str) -> Result<ActionRow> {
    Ok(actions::table.find(id).select(ActionRow::as_select()).first(conn)?)
}

pub fn by_uri(conn: &mut DbConn, uri: &str) -> Result<Option<ActionRow>> {
    Ok(actions::table.filter(actions::uri.eq(uri)).select(ActionRow::as_select()).first(conn).optional()?)
}

/// What the call's author says to an action.
pub fn set_author(conn: &mut DbConn, uri: &str, state: AuthorState, stamp_uri: Option<&str>) -> Result<()> {
    diesel::update(actions::table.filter(actions::uri.eq(uri)))
        .set((actions::author_state.eq(state), actions::stamp_uri.eq(stamp_uri)))
        .execute(conn)?;
    Ok(())
}

/// Under one call, by when they begin; those that were deleted left out.
pub fn of_call(conn: &mut DbConn, call_uri: &str, limit: i64) -> Result<Vec<ActionRow>> {
    Ok(actions::table
        .filter(actions::call_uri.eq(call_uri))
        .filter(actions::deleted_at.is_null())
        .order((actions::begins_at, actions::id))
        .limit(limit)
        .select(ActionRow::as_select())
        .load(conn)?)
}

/// Of one collective of ours, by when they begin.
pub fn of_organiser(conn: &mut DbConn, collective_id: &str, limit: i64) -> Result<Vec<ActionRow>> {
    Ok(actions::table
        .filter(actions::organiser_id.eq(collective_id))
        .filter(actions::deleted_at.is_null())
        .order((actions::begins_at, actions::id))
        .limit(limit)
        .select(ActionRow::as_select())
        .load(conn)?)
}

/// Those that others and its own bring under the calls of a collective of ours, by when they begin.
pub fn of_author(conn: &mut DbConn, author_uri: &str, limit: i64) -> Result<Vec<ActionRow>> {
    Ok(actions::table
        .filter(actions::author_uri.eq(author_uri))
        .filter(actions::statement_id.is_not_null())
        .filter(actions::deleted_at.is_null())
        .order((actions::begins_at, actions::id))
        .limit(limit)
        .select(ActionRow::as_select())
        .load(conn)?)
}

/// Of one collective of ours, or of all of ours, such as began after `since`, by when they begin; the latest `limit` of them.
pub fn since(conn: &mut DbConn, collective_id: Option<&str>, since: Timestamp, limit: i64) -> Result<Vec<ActionRow>> {
    let mut query = actions::table
        .filter(actions::organiser_id.is_not_null())
        .filter(actions::deleted_at.is_null())
        .filter(actions::begins_at.gt(since))
        .into_boxed();
    if let Some(id) = collective_id {
        query = query.filter(actions::organiser_id.eq(id.to_owned()));
    }
    let order = (actions::begins_at.desc(), actions::id.desc());
    let mut rows: Vec<ActionRow> = query.order(order).limit(limit).select(ActionRow::as_select()).load(conn)?;
    rows.reverse();
    Ok(rows)
}

/// Those that the call's author lets stand, by when they begin, `limit` of them behind this one.
pub fn standing_behind(
    conn: &mut DbConn,
    call_uri: &str,
    behind: Option<(Timestamp, &str)>,
    limit: i64,
) -> Result<Vec<ActionRow>> {
    let mut query = actions::table
        .filter(actions::call_uri.eq(call_uri.to_owned()))
        .filter(actions::deleted_at.is_null())
        .filter(actions::author_state.eq(AuthorState::Accepted))
        .into_boxed();
    if let Some((at, id)) = behind {
        query = query.filter(actions::begins_at.gt(at).or(actions::begins_at.eq(at).and(actions::id.gt(id.to_owned()))));
    }
    Ok(query.order((actions::begins_at, actions::id)).limit(limit).select(ActionRow::as_select()).load(conn)?)
}

/// Those that stand under a call, such as were added or changed last first.
pub fn changed_last(conn: &mut DbConn, call_uri: &str, limit: i64) -> Result<Vec<ActionRow>> {
    Ok(actions::table
        .filter(actions::call_uri.eq(call_uri))
        .filter(actions::deleted_at.is_null())
        .filter(actions::author_state.eq(AuthorState::Accepted))
        .order((actions::updated.desc(), actions::id.desc()))
        .limit(limit)
        .select(ActionRow::as_select())
        .load(conn)?)
}

/// Those of a collective about which something is asked, by when they begin.
pub fn asked(conn: &mut DbConn, collective_id: &str) -> Result<Vec<ActionRow>> {
    Ok(actions::table
        .filter(actions::organiser_id.eq(collective_id))
        .filter(actions::deleted_at.is_null())
        .filter(actions::question.is_not_null())
        .order((actions::begins_at, actions::id))
        .select(ActionRow::as_select())
        .load(conn)?)
}

/// How many [`asked`] gives.
pub fn count_asked(conn: &mut DbConn, collective_id: &str) -> Result<i64> {
    Ok(actions::table
        .filter(actions::organiser_id.eq(collective_id))
        .filter(actions::deleted_at.is_null())
        .filter(actions::question.is_not_null())
        .count()
        .get_result(conn)?)
}

/// How many one organiser has under a call.
pub fn count_of(conn: &mut DbConn, organiser_uri: &str, call_uri: &str) -> Result<i64> {
    Ok(actions::table
        .filter(actions::organiser_uri.eq(organiser_uri))
        .filter(actions::call_uri.eq(call_uri))
        .count()
        .get_result(conn)?)
}

/// Those that the call's author lets stand, by when they begin.
pub fn standing(conn: &mut DbConn, call_uri: &str) -> Result<Vec<ActionRow>> {
    Ok(actions::table
        .filter(actions::call_uri.eq(call_uri))
        .filter(actions::deleted_at.is_null())
        .filter(actions::author_state.eq(AuthorState::Accepted))
        .order((actions::begins_at, actions::id))
        .limit(MOST_SHOWN)
        .select(ActionRow::as_select())
        .load(conn)?)
}

/// Actors of other instances who act, or ask to act, under a call of ours.
pub fn organisers(conn: &mut DbConn, call_uri: &str) -> Result<Vec<String>> {
    Ok(consents::table
        .filter(consents::kind.eq(ConsentKind::LocalAction))
        .filter(consents::target_uri.eq(call_uri))
        .filter(consents::state.eq_any([ConsentState::Waiting, ConsentState::Granted]))
        .filter(consents::asker_id.is_null())
        .select(consents::asker_uri)
        .distinct()
        .load(conn)?)
}

/// How many are known under a call.
pub fn count_under(conn: &mut DbConn, call_uri: &str) -> Result<i64> {
    Ok(actions::table.filter(actions::call_uri.eq(call_uri)).count().get_result(conn)?)
}

/// Whether a collective of ours acts under a call.
pub fn ours_under(conn: &mut DbConn, call_uri: &str) -> Result<bool> {
    let one = actions::table
        .filter(actions::call_uri.eq(call_uri))
        .filter(actions::organiser_id.is_not_null())
        .filter(actions::deleted_at.is_null());
    Ok(one.select(actions::id).first::<Id>(conn).optional()?.is_some())
}

/// Which face of an action each host got.
pub fn faces(conn: &mut DbConn, action_id: &str) -> Result<HashMap<String, Face>> {
    let rows: Vec<(String, Face)> = action_faces::table
        .filter(action_faces::action_id.eq(action_id))
        .select((action_faces::host, action_faces::face))
        .load(conn)?;
    Ok(rows.into_iter().collect())
}

/// Notes down which face a host gets. The first one stays.
pub fn keep_face(conn: &mut DbConn, action_id: &str, host: &str, face: Face) -> Result<()> {
    let row = (action_faces::action_id.eq(action_id), action_faces::host.eq(host), action_faces::face.eq(face));
    on_backend!(conn, c => diesel::insert_into(action_faces::table).values(row).on_conflict_do_nothing().execute(c))?;
    Ok(())
}

/// Of collectives of ours, those that begin between these times: their ids with their collectives'.
pub fn near(conn: &mut DbConn, from: Timestamp, until: Timestamp, limit: i64) -> Result<Vec<(Id, Id)>> {
    Ok(actions::table
        .filter(actions::organiser_id.is_not_null())
        .filter(actions::deleted_at.is_null())
        .filter(actions::begins_at.gt(from))
        .filter(actions::begins_at.lt(until))
        .order((actions::begins_at, actions::id))
        .limit(limit)
        .select((actions::id, actions::organiser_id.assume_not_null()))
        .load(conn)?)
}
