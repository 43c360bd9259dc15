//! Reports of actions, by those who organised them: which statement of ours or post of others reports on which action.

use super::{
    DbConn, Json,
    public::{Picture, pictures},
    remote_posts::Attachment,
    schema::{action_reports, actions, remote_posts, statement_versions, statements},
};
use crate::{
    domain::{
        Id, Timestamp,
        call::CallStatus,
        endorsement::AuthorState,
        names::{StatementState, Visibility},
        report::Attendance,
        statement::StatementContent,
    },
    error::Result,
    on_backend,
};
use diesel::prelude::*;
use std::collections::HashMap;

/// Most reports shown of one call or action.
pub const MOST_REPORTS: i64 = 100;

#[derive(Debug, Clone, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = action_reports, treat_none_as_null = true)]
pub struct ReportRow {
    pub uri: String,
    pub action_uri: String,
    /// A statement of ours, or else a post of others.
    pub statement_id: Option<Id>,
    pub post_id: Option<Id>,
    pub least: Option<i32>,
    pub most: Option<i32>,
    pub published: Timestamp,
}

impl ReportRow {
    pub fn attendance(&self) -> Option<Attendance> {
        Attendance::new(self.least?.try_into().ok()?, self.most?.try_into().ok()?)
    }
}

/// A report as it may be shown to everybody.
#[derive(Debug, Clone)]
pub struct Shown {
    pub uri: String,
    /// Its page.
    pub url: String,
    pub action_uri: String,
    /// Where it is ours.
    pub statement_id: Option<Id>,
    pub attendance: Option<Attendance>,
    pub published: Timestamp,
    pub title: String,
    pub content_warning: String,
    /// BCP 47; empty where nobody says.
    pub language: String,
    /// Harmless HTML.
    pub html: String,
    /// Of ours; with their files here.
    pub pictures: Vec<Picture>,
    /// Of others: addresses on their hosts.
    pub attachments: Vec<Attachment>,
}

/// Notes down what a report says, in the place of what it said before.
pub fn put(conn: &mut DbConn, row: &ReportRow) -> Result<()> {
    on_backend!(conn, c => diesel::insert_into(action_reports::table)
        .values(row)
        .on_conflict(action_reports::uri)
        .do_update()
        .set(row)
        .execute(c))?;
    Ok(())
}

/// Forgets a report that was withdrawn or deleted.
pub fn remove(conn: &mut DbConn, uri: &str) -> Result<()> {
    diesel::delete(action_reports::table.find(uri)).execute(conn)?;
    Ok(())
}

/// Reports of one action, the first one first.
pub fn of_action(conn: &mut DbConn, action_uri: &str) -> Result<Vec<Shown>> {
    let rows = action_reports::table
        .filter(action_reports::action_uri.eq(action_uri))
        .order((action_reports::published, action_reports::uri))
        .limit(MOST_REPORTS)
        .select(ReportRow::as_select())
        .load(conn)?;
    shown(conn, rows)
}

/// Reports of the actions that stand under a call, the latest first.
pub fn of_call(conn: &mut DbConn, call_uri: &str, limit: i64) -> Result<Vec<Shown>> {
    let rows = action_reports::table
        .inner_join(actions::table.on(actions::uri.eq(action_reports::action_uri)))
        .filter(actions::call_uri.eq(call_uri))
        .filter(actions::deleted_at.is_null())
        .filter(actions::author_state.eq(AuthorState::Accepted))
        .order((action_reports::published.desc(), action_reports::uri))
        .limit(limit)
        .select(ReportRow::as_select())
        .load(conn)?;
    shown(conn, rows)
}

/// How many people came to what stands under a call and wasn't cancelled: the sum over its actions, of each the range of its
/// latest report that has one. `None` where no report counts.
pub fn people(conn: &mut DbConn, call_uri: &str) -> Result<Option<(i64, i64)>> {
    let rows: Vec<(String, Option<i32>, Option<i32>)> = action_reports::table
        .inner_join(actions::table.on(actions::uri.eq(action_reports::action_uri)))
        .left_join(statements::table.on(statements::id.nullable().eq(action_reports::statement_id)))
        .left_join(remote_posts::table.on(remote_posts::id.nullable().eq(action_reports::post_id)))
        .filter(actions::call_uri.eq(call_uri))
        .filter(actions::deleted_at.is_null())
        .filter(actions::author_state.eq(AuthorState::Accepted))
        .filter(actions::status.ne(CallStatus::Cancelled))
        .filter(action_reports::least.is_not_null())
        .filter(
            statements::state.nullable().eq(StatementState::Published).or(action_reports::statement_id
                .is_null()
                .and(remote_posts::deleted_at.is_null())
                .and(remote_posts::visibility.nullable().eq_any([Visibility::Public, Visibility::Unlisted]))),
        )
        .order((action_reports::published, action_reports::uri))
        .select((action_reports::action_uri, action_reports::least, action_reports::most))
        .load(conn)?;
    let latest: HashMap<String, (i64, i64)> =
        rows.into_iter().filter_map(|(action, least, most)| Some((action, (i64::from(least?), i64::from(most?))))).collect();
    Ok(latest.into_values().reduce(|sum, one| (sum.0 + one.0, sum.1 + one.1)))
}

/// With their texts; such as are gone or weren't written for everybody are left out.
fn shown(conn: &mut DbConn, rows: Vec<ReportRow>) -> Result<Vec<Shown>> {
    type Ours = (Id, String, String, Json<StatementContent>);
    type Others = (Id, Option<String>, String, String, String, Option<String>, Json<Vec<Attachment>>);
    let ids = |of: fn(&ReportRow) -> Option<&Id>| rows.iter().filter_map(of).cloned().collect::<Vec<_>>();
    let ours: HashMap<Id, Ours> = statements::table
        .inner_join(
            statement_versions::table
                .on(statement_versions::statement_id.eq(statements::id).and(statement_versions::n.eq(statements::version))),
        )
        .filter(statements::id.eq_any(ids(|row| row.statement_id.as_ref())))
        .filter(statements::state.eq(StatementState::Published))
        .select((statements::id, statement_versions::html, statement_versions::language, statement_versions::content))
        .load::<Ours>(conn)?
        .into_iter()
        .map(|row| (row.0.clone(), row))
        .collect();
    let others: HashMap<Id, Others> = remote_posts::table
        .filter(remote_posts::id.eq_any(ids(|row| row.post_id.as_ref())))
        .filter(remote_posts::deleted_at.is_null())
        .filter(remote_posts::visibility.eq_any([Visibility::Public, Visibility::Unlisted]))
        .select((
            remote_posts::id,
            remote_posts::url,
            remote_posts::title,
            remote_posts::content_warning,
            remote_posts::html,
            remote_posts::language,
            remote_posts::attachments,
        ))
        .load::<Others>(conn)?
        .into_iter()
        .map(|row| (row.0.clone(), row))
        .collect();
    let mut found = Vec::with_capacity(rows.len());
    for row in rows {
        let attendance = row.attendance();
        let (uri, action_uri, published) = (row.uri, row.action_uri, row.published);
        if let Some((_, html, language, content)) = row.statement_id.clone().and_then(|id| ours.get(&id).cloned()) {
            found.push(Shown {
                url: uri.clone(),
                uri,
                action_uri,
                statement_id: row.statement_id.clone(),
                attendance,
                published,
                title: content.title.clone(),
                content_warning: content.content_warning.clone(),
                language,
                html,
                pictures: pictures(conn, &content)?,
                attachments: Vec::new(),
            });
        } else if let Some((_, url, title, content_warning, html, language, attachments)) =
            row.post_id.and_then(|id| others.get(&id).cloned())
        {
            found.push(Shown {
                url: url.unwrap_or_else(|| uri.clone()),
                uri,
                action_uri,
                statement_id: None,
                attendance,
                published,
                title,
                content_warning,
                language: language.unwrap_or_default(),
                html,
                pictures: Vec::new(),
                attachments: attachments.into_inner(),
            });
        }
    }
    Ok(found)
}
