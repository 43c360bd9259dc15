//! Statements, their working copies and their published versions.

use super::{
    DbConn, Json,
    schema::{drafts, statement_versions, statements},
};
use crate::{
    domain::{
        Id, Timestamp,
        names::{StatementForm, StatementState},
        statement::StatementContent,
    },
    error::Result,
    on_backend,
};
use diesel::prelude::*;

#[derive(Debug, Clone, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = statements, treat_none_as_null = true)]
pub struct StatementRow {
    pub id: Id,
    pub collective_id: Id,
    pub uri: String,
    pub state: StatementState,
    /// `Auto` until the first publication decided.
    pub form: StatementForm,
    /// Id of the post that it answers. Set at the beginning, never changed.
    pub in_reply_to: Option<String>,
    /// Number of the current version; 0 before the first.
    pub version: i32,
    pub created_by: Option<Id>,
    pub created_at: Timestamp,
    pub scheduled_at: Option<Timestamp>,
    /// The first publication.
    pub published_at: Option<Timestamp>,
    pub updated_at: Timestamp,
    pub withdrawn_at: Option<Timestamp>,
    pub withdrawn_reason: Option<String>,
    /// The member who had it scheduled, while it is.
    pub scheduled_by: Option<Id>,
}

#[derive(Debug, Clone, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = drafts, treat_none_as_null = true)]
pub struct DraftRow {
    pub statement_id: Id,
    pub n: i32,
    pub content: Json<StatementContent>,
    pub saved_by: Option<Id>,
    pub saved_at: Timestamp,
    pub autosaved: bool,
}

#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = statement_versions)]
pub struct VersionRow {
    pub statement_id: Id,
    /// From 1.
    pub n: i32,
    /// `Note` or `Article`, as sent.
    pub kind: String,
    pub title: String,
    pub language: String,
    pub content: Json<StatementContent>,
    /// The text alone, harmless, for the page.
    pub html: String,
    /// The object with its `@context`, exactly as sent.
    pub object_json: String,
    pub digest: String,
    pub published_at: Timestamp,
    pub published_by: Option<Id>,
}

/// What a list of public statements shows of each, without the text.
#[derive(Debug, Clone)]
pub struct PublishedLine {
    pub statement: StatementRow,
    pub title: String,
    pub language: String,
}

pub fn insert(conn: &mut DbConn, row: &StatementRow) -> Result<()> {
    diesel::insert_into(statements::table).values(row).execute(conn)?;
    Ok(())
}

/// Writes the row if it still is in the state and version that it was read in; else gives `false` and writes nothing.
pub fn update_from(conn: &mut DbConn, was: &StatementRow, row: &StatementRow) -> Result<bool> {
    let done = diesel::update(
        statements::table
            .filter(statements::id.eq(&was.id))
            .filter(statements::state.eq(was.state))
            .filter(statements::version.eq(was.version)),
    )
    .set(row)
    .execute(conn)?;
    Ok(done > 0)
}

pub fn by_id(conn: &mut DbConn, id: &str) -> Result<StatementRow> {
    Ok(statements::table.find(id).select(StatementRow::as_select()).first(conn)?)
}

/// Newest first; at most `limit`.
pub fn list(conn: &mut DbConn, collective_id: &str, state: Option<StatementState>, limit: i64) -> Result<Vec<StatementRow>> {
    let mut query = statements::table.filter(statements::collective_id.eq(collective_id)).into_boxed();
    if let Some(state) = state {
        query = query.filter(statements::state.eq(state));
    }
    let query = query.order((statements::created_at.desc(), statements::id.desc())).limit(limit);
    Ok(query.select(StatementRow::as_select()).load(conn)?)
}

/// Published statements of one collective, or of all, the last published first.
pub fn published(conn: &mut DbConn, collective_id: Option<&str>, limit: i64, offset: i64) -> Result<Vec<PublishedLine>> {
    let mut query = statements::table
        .inner_join(
            statement_versions::table
                .on(statement_versions::statement_id.eq(statements::id).and(statement_versions::n.eq(statements::version))),
        )
        .filter(statements::state.eq(StatementState::Published))
        .filter(statements::in_reply_to.is_null())
        .into_boxed();
    if let Some(collective_id) = collective_id {
        query = query.filter(statements::collective_id.eq(collective_id.to_owned()));
    }
    let rows: Vec<(StatementRow, String, String)> = query
        .order((statements::published_at.desc(), statements::id.desc()))
        .limit(limit)
        .offset(offset)
        .select((StatementRow::as_select(), statement_versions::title, statement_versions::language))
        .load(conn)?;
    Ok(rows.into_iter().map(|(statement, title, language)| PublishedLine { statement, title, language }).collect())
}

/// How many are public now, of one collective or of all.
pub fn count_published(conn: &mut DbConn, collective_id: Option<&str>) -> Result<i64> {
    let mut query = statements::table
        .filter(statements::state.eq(StatementState::Published))
        .filter(statements::in_reply_to.is_null())
        .into_boxed();
    if let Some(collective_id) = collective_id {
        query = query.filter(statements::collective_id.eq(collective_id.to_owned()));
    }
    Ok(query.count().get_result(conn)?)
}

/// Scheduled ones whose time has come, the earliest first.
pub fn due(conn: &mut DbConn, now: Timestamp, limit: i64) -> Result<Vec<Id>> {
    Ok(statements::table
        .filter(statements::state.eq(StatementState::Scheduled))
        .filter(statements::scheduled_at.le(now))
        .order(statements::scheduled_at)
        .limit(limit)
        .select(statements::id)
        .load(conn)?)
}

/// The working copy. Every statement has one.
pub fn current_draft(conn: &mut DbConn, statement_id: &str) -> Result<DraftRow> {
    Ok(drafts::table
        .filter(drafts::statement_id.eq(statement_id))
        .order(drafts::n.desc())
        .select(DraftRow::as_select())
        .first(conn)?)
}

pub fn draft(conn: &mut DbConn, statement_id: &str, n: i32) -> Result<DraftRow> {
    Ok(drafts::table.find((statement_id, n)).select(DraftRow::as_select()).first(conn)?)
}

/// An answer to this post that a collective began and hasn't published.
pub fn open_answer(conn: &mut DbConn, collective_id: &str, post_uri: &str) -> Result<Option<StatementRow>> {
    Ok(statements::table
        .filter(statements::collective_id.eq(collective_id))
        .filter(statements::in_reply_to.eq(post_uri))
        .filter(statements::state.eq(StatementState::Draft))
        .order(statements::id.desc())
        .select(StatementRow::as_select())
        .first(conn)
        .optional()?)
}

/// Adds a working copy, or puts it in the place of the one with the same number.
pub fn put_draft(conn: &mut DbConn, row: &DraftRow) -> Result<()> {
    on_backend!(conn, c => diesel::insert_into(drafts::table)
        .values(row)
        .on_conflict((drafts::statement_id, drafts::n))
        .do_update()
        .set(row)
        .execute(c))?;
    Ok(())
}

/// Drops the working copies below `n`: the history is bounded.
pub fn forget_drafts_below(conn: &mut DbConn, statement_id: &str, n: i32) -> Result<()> {
    diesel::delete(drafts::table.filter(drafts::statement_id.eq(statement_id)).filter(drafts::n.lt(n))).execute(conn)?;
    Ok(())
}

/// Removes a statement that never was published, with its working copies. `false` where it isn't such a draft (any more).
pub fn remove_draft(conn: &mut DbConn, statement_id: &str) -> Result<bool> {
    let unpublished = statements::table
        .filter(statements::id.eq(statement_id))
        .filter(statements::state.eq(StatementState::Draft))
        .filter(statements::version.eq(0));
    // The copies go with it (ON DELETE CASCADE).
    Ok(diesel::delete(unpublished).execute(conn)? > 0)
}

pub fn insert_version(conn: &mut DbConn, row: &VersionRow) -> Result<()> {
    diesel::insert_into(statement_versions::table).values(row).execute(conn)?;
    Ok(())
}

/// Writes an object that says anew how others stand to it; its text and digest are those of before.
pub fn set_object(conn: &mut DbConn, row: &VersionRow) -> Result<()> {
    diesel::update(statement_versions::table.find((&row.statement_id, row.n)))
        .set(statement_versions::object_json.eq(&row.object_json))
        .execute(conn)?;
    Ok(())
}

pub fn version(conn: &mut DbConn, statement_id: &str, n: i32) -> Result<VersionRow> {
    Ok(statement_versions::table.find((statement_id, n)).select(VersionRow::as_select()).first(conn)?)
}

/// All versions, the first one first.
pub fn versions(conn: &mut DbConn, statement_id: &str) -> Result<Vec<VersionRow>> {
    Ok(statement_versions::table
        .filter(statement_versions::statement_id.eq(statement_id))
        .order(statement_versions::n)
        .select(VersionRow::as_select())
        .load(conn)?)
}
