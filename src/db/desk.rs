//! What the desk shows: a collective's statements with their titles, the copies of a draft, how a delivery went.
//! Reads only.

use super::{
    DbConn, Json,
    schema::{
        boosts, collectives, deliveries, drafts, followers, inbox_items, likes, members, memberships, remote_posts,
        statement_versions, statements,
    },
};
use crate::{
    db::{collectives::CollectiveRow, inbox::InboxRow, remote_posts::RemotePostRow},
    domain::{
        Id, Timestamp,
        names::{DeliveryState, FollowState, InboxKind, StatementState},
        statement::StatementContent,
        url::host_and_port,
    },
    error::Result,
};
use diesel::prelude::*;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// A line in the lists of statements.
#[derive(Debug, Clone)]
pub struct StatementLine {
    pub id: Id,
    pub state: StatementState,
    /// Empty where nobody gave it one yet.
    pub title: String,
    pub language: String,
    pub version: i32,
    pub updated_at: Timestamp,
    /// Name of the member who saved last.
    pub saved_by: Option<String>,
    pub scheduled_at: Option<Timestamp>,
    pub published_at: Option<Timestamp>,
    pub withdrawn_at: Option<Timestamp>,
    /// A working copy is newer than what is public.
    pub has_changes: bool,
    pub pinned: bool,
    /// An answer to a post; those can't be pinned.
    pub answers: bool,
}

/// One saved copy of a draft, without its text.
#[derive(Debug, Clone)]
pub struct DraftLine {
    pub n: i32,
    /// `None` where it was not a member, or one that is gone.
    pub saved_by: Option<String>,
    pub saved_at: Timestamp,
    pub autosaved: bool,
}

/// Deliveries of one statement to one host, in one state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostDelivery {
    pub host: String,
    pub state: DeliveryState,
    pub count: i64,
    /// What the host last answered, where it didn't take it.
    pub last_error: Option<String>,
    /// When it is tried again, where it waits.
    pub next_at: Option<Timestamp>,
}

/// The collectives that an active member belongs to, by name.
pub fn collectives_of(conn: &mut DbConn, member_id: &str) -> Result<Vec<CollectiveRow>> {
    Ok(memberships::table
        .inner_join(collectives::table)
        .filter(memberships::member_id.eq(member_id))
        .order(collectives::name)
        .select(CollectiveRow::as_select())
        .load(conn)?)
}

type StatementCore =
    (Id, StatementState, i32, Timestamp, Option<Timestamp>, Option<Timestamp>, Option<Timestamp>, Option<String>, Option<String>);

/// A collective's statements in one state, the last touched first; at most `limit`.
pub fn statements(conn: &mut DbConn, collective_id: &str, state: StatementState, limit: i64) -> Result<Vec<StatementLine>> {
    let rows: Vec<StatementCore> = statements::table
        .filter(statements::collective_id.eq(collective_id))
        .filter(statements::state.eq(state))
        .filter(statements::id.ne_all(super::public::companions()))
        .order(statements::updated_at.desc())
        .limit(limit)
        .select((
            statements::id,
            statements::state,
            statements::version,
            statements::updated_at,
            statements::scheduled_at,
            statements::published_at,
            statements::withdrawn_at,
            statements::created_by,
            statements::in_reply_to,
        ))
        .load(conn)?;
    let pinned = super::pins::of(conn, collective_id)?;
    let mut lines = Vec::with_capacity(rows.len());
    for (id, state, version, updated_at, scheduled_at, published_at, withdrawn_at, created_by, in_reply_to) in rows {
        let draft: Option<(Json<StatementContent>, Option<Id>, Timestamp)> = drafts::table
            .filter(drafts::statement_id.eq(&id))
            .order(drafts::n.desc())
            .select((drafts::content, drafts::saved_by, drafts::saved_at))
            .first(conn)
            .optional()?;
        let public: Option<(String, String, Json<StatementContent>)> = statement_versions::table
            .filter(statement_versions::statement_id.eq(&id))
            .order(statement_versions::n.desc())
            .select((statement_versions::title, statement_versions::language, statement_versions::content))
            .first(conn)
            .optional()?;
        let has_changes = match (&draft, &public) {
            (Some((draft, ..)), Some((.., public))) => state == StatementState::Published && **draft != **public,
            _ => false,
        };
        let (title, language) = match (&public, &draft) {
            (Some((title, language, _)), _) => (title.clone(), language.clone()),
            (None, Some((draft, ..))) => (draft.title.clone(), draft.language.clone()),
            (None, None) => Default::default(),
        };
        let (saved_by, saved_at) = draft.map_or((created_by, updated_at), |(_, by, at)| (by, at));
        lines.push(StatementLine {
            pinned: pinned.iter().any(|(pinned, _)| *pinned == id),
            answers: in_reply_to.is_some(),
            id,
            state,
            title,
            language,
            version,
            updated_at: saved_at,
            saved_by: name_of(conn, saved_by.as_deref())?,
            scheduled_at,
            published_at,
            withdrawn_at,
            has_changes,
        });
    }
    Ok(lines)
}

/// The saved copies of a statement, newest first; at most `limit`.
pub fn draft_lines(conn: &mut DbConn, statement_id: &str, limit: i64) -> Result<Vec<DraftLine>> {
    let rows: Vec<(i32, Option<Id>, Timestamp, bool)> = drafts::table
        .filter(drafts::statement_id.eq(statement_id))
        .order(drafts::n.desc())
        .limit(limit)
        .select((drafts::n, drafts::saved_by, drafts::saved_at, drafts::autosaved))
        .load(conn)?;
    let ids: Vec<Id> = rows.iter().filter_map(|row| row.1.clone()).collect::<BTreeSet<_>>().into_iter().collect();
    let names: HashMap<Id, String> = members::table
        .filter(members::id.eq_any(ids))
        .select((members::id, members::name))
        .load::<(Id, String)>(conn)?
        .into_iter()
        .collect();
    Ok(rows
        .into_iter()
        .map(|(n, by, saved_at, autosaved)| DraftLine {
            n,
            saved_by: by.and_then(|id| names.get(&id).cloned()),
            saved_at,
            autosaved,
        })
        .collect())
}

/// A member's name, for the desk of their own collective only.
pub fn name_of(conn: &mut DbConn, member_id: Option<&str>) -> Result<Option<String>> {
    let Some(id) = member_id else { return Ok(None) };
    Ok(members::table.find(id).select(members::name).first(conn).optional()?)
}

/// How many follow, and on how many servers they are.
pub fn reach(conn: &mut DbConn, collective_id: &str) -> Result<(usize, usize)> {
    let inboxes: Vec<String> = followers::table
        .filter(followers::collective_id.eq(collective_id))
        .filter(followers::state.eq(FollowState::Accepted))
        .select(followers::inbox)
        .load(conn)?;
    let hosts: BTreeSet<String> = inboxes.iter().filter_map(|inbox| host_and_port(inbox)).collect();
    Ok((inboxes.len(), hosts.len()))
}

/// How the deliveries about one object went, by host and state: what isn't there yet first.
pub fn deliveries_by_host(conn: &mut DbConn, object_uri: &str) -> Result<Vec<HostDelivery>> {
    let rows: Vec<(String, DeliveryState, Option<String>, Timestamp)> = deliveries::table
        .filter(deliveries::object_uri.eq(object_uri))
        .order(deliveries::id)
        .select((deliveries::host, deliveries::state, deliveries::last_error, deliveries::next_at))
        .load(conn)?;
    let mut by_host: BTreeMap<(u8, String), HostDelivery> = BTreeMap::new();
    for (host, state, last_error, next_at) in rows {
        let rank = match state {
            DeliveryState::Refused => 0,
            DeliveryState::GivenUp => 1,
            DeliveryState::Gone => 2,
            DeliveryState::Pending => 3,
            DeliveryState::Delivered => 4,
        };
        let entry = by_host.entry((rank, host.clone())).or_insert(HostDelivery {
            host,
            state,
            count: 0,
            last_error: None,
            next_at: None,
        });
        entry.count += 1;
        if state != DeliveryState::Delivered {
            entry.last_error = last_error.or(entry.last_error.take());
        }
        if state == DeliveryState::Pending {
            entry.next_at = Some(entry.next_at.map_or(next_at, |known| known.min(next_at)));
        }
    }
    Ok(by_host.into_values().collect())
}

/// What arrived for a collective, nobody marked as read, and nobody took back.
pub fn count_unread(conn: &mut DbConn, collective_id: &str) -> Result<i64> {
    Ok(inbox_items::table
        .filter(inbox_items::collective_id.eq(collective_id))
        .filter(inbox_items::read_at.is_null())
        .filter(inbox_items::undone_at.is_null())
        .count()
        .get_result(conn)?)
}

/// The same, by kind.
pub fn unread_by_kind(conn: &mut DbConn, collective_id: &str) -> Result<Vec<(InboxKind, i64)>> {
    Ok(inbox_items::table
        .filter(inbox_items::collective_id.eq(collective_id))
        .filter(inbox_items::read_at.is_null())
        .filter(inbox_items::undone_at.is_null())
        .group_by(inbox_items::kind)
        .order(inbox_items::kind)
        .select((inbox_items::kind, diesel::dsl::count_star()))
        .load(conn)?)
}

/// A place in the order of an inbox: what comes after it is older, or as old with a smaller id.
#[derive(Debug, Clone)]
pub struct Before {
    pub at: Timestamp,
    pub id: Id,
}

/// What stands in a collective's inbox, newest first, without what was undone; of one kind where it is named, and from
/// before an item.
pub fn inbox(
    conn: &mut DbConn,
    collective_id: &str,
    kind: Option<InboxKind>,
    before: Option<&Before>,
    limit: i64,
) -> Result<Vec<(InboxRow, Option<RemotePostRow>)>> {
    let mut query = inbox_items::table
        .left_join(remote_posts::table)
        .filter(inbox_items::collective_id.eq(collective_id.to_owned()))
        .filter(inbox_items::undone_at.is_null())
        .into_boxed();
    if let Some(kind) = kind {
        query = query.filter(inbox_items::kind.eq(kind));
    }
    if let Some(before) = before {
        let same_time = inbox_items::received_at.eq(before.at).and(inbox_items::id.lt(before.id.clone()));
        query = query.filter(inbox_items::received_at.lt(before.at).or(same_time));
    }
    Ok(query
        .order((inbox_items::received_at.desc(), inbox_items::id.desc()))
        .limit(limit)
        .select((InboxRow::as_select(), Option::<RemotePostRow>::as_select()))
        .load(conn)?)
}

/// Titles of statements of this instance that are public, by their ids.
pub fn titles(conn: &mut DbConn, uris: &[String]) -> Result<HashMap<String, String>> {
    let rows: Vec<(String, String)> = statements::table
        .inner_join(
            statement_versions::table
                .on(statement_versions::statement_id.eq(statements::id).and(statement_versions::n.eq(statements::version))),
        )
        .filter(statements::uri.eq_any(uris))
        .select((statements::uri, statement_versions::title))
        .load(conn)?;
    Ok(rows.into_iter().collect())
}

/// Which of these posts a collective answered, with the newest answer that isn't withdrawn.
pub fn answers(conn: &mut DbConn, collective_id: &str, uris: &[String]) -> Result<HashMap<String, (Id, StatementState)>> {
    let rows: Vec<(Option<String>, Id, StatementState)> = statements::table
        .filter(statements::collective_id.eq(collective_id))
        .filter(statements::in_reply_to.eq_any(uris))
        .filter(statements::state.ne(StatementState::Withdrawn))
        .order(statements::id)
        .select((statements::in_reply_to, statements::id, statements::state))
        .load(conn)?;
    Ok(rows.into_iter().filter_map(|(uri, id, state)| Some((uri?, (id, state)))).collect())
}

/// Which of these a collective likes.
pub fn liked(conn: &mut DbConn, collective_id: &str, uris: &[String]) -> Result<BTreeSet<String>> {
    let rows: Vec<String> = likes::table
        .filter(likes::collective_id.eq(collective_id))
        .filter(likes::object_uri.eq_any(uris))
        .select(likes::object_uri)
        .load(conn)?;
    Ok(rows.into_iter().collect())
}

/// Which of these a collective boosted.
pub fn boosted(conn: &mut DbConn, collective_id: &str, uris: &[String]) -> Result<BTreeSet<String>> {
    let rows: Vec<String> = boosts::table
        .filter(boosts::collective_id.eq(collective_id))
        .filter(boosts::object_uri.eq_any(uris))
        .select(boosts::object_uri)
        .load(conn)?;
    Ok(rows.into_iter().collect())
}
