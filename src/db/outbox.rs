//! Activities of ours as peers read them: one by its id, or an actor's public ones by pages. What is delivered to whom is
//! `queue`'s.

use super::{
    DbConn,
    schema::{actions, activities, boosts, likes, statements},
};
use crate::{
    domain::{Id, Timestamp, names::StatementState},
    error::Result,
    on_backend,
};
use diesel::prelude::*;

/// An activity as sent.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = activities)]
pub struct SentActivity {
    pub seq: i64,
    pub uri: String,
    pub actor_uri: String,
    pub kind: String,
    pub object_uri: String,
    pub public: bool,
    pub json: String,
    pub created_at: Timestamp,
}

/// A boost of ours.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = boosts)]
pub struct BoostRow {
    pub collective_id: Id,
    pub object_uri: String,
    /// The id of our `Announce`.
    pub activity_uri: String,
    pub created_at: Timestamp,
}

/// A like of ours.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = likes)]
pub struct LikeRow {
    pub collective_id: Id,
    pub object_uri: String,
    /// The id of our `Like`.
    pub activity_uri: String,
    pub created_at: Timestamp,
}

pub fn by_uri(conn: &mut DbConn, uri: &str) -> Result<SentActivity> {
    Ok(activities::table.filter(activities::uri.eq(uri)).select(SentActivity::as_select()).first(conn)?)
}

/// What an outbox lists: `Create` of statements that are public still and of local actions, and boosts that stand.
const LISTED: [&str; 2] = ["Create", "Announce"];

/// Withdrawn statements and undone boosts are left out, so that no reader and no count tells of them (ORG-25).
macro_rules! listed {
    ($actor_uri:expr) => {
        activities::table
            .filter(activities::actor_uri.eq($actor_uri))
            .filter(activities::public.eq(true))
            .filter(activities::kind.eq_any(LISTED))
            .filter(
                diesel::dsl::exists(
                    statements::table
                        .filter(statements::uri.eq(activities::object_uri))
                        .filter(statements::state.eq(StatementState::Published)),
                )
                .or(diesel::dsl::exists(
                    actions::table.filter(actions::uri.eq(activities::object_uri)).filter(actions::deleted_at.is_null()),
                ))
                .or(diesel::dsl::exists(boosts::table.filter(boosts::activity_uri.eq(activities::uri)))),
            )
            .into_boxed()
    };
}

/// An actor's outbox, newest first, those before `before`.
pub fn page(conn: &mut DbConn, actor_uri: &str, before: Option<i64>, limit: i64) -> Result<Vec<SentActivity>> {
    let mut query = listed!(actor_uri);
    if let Some(before) = before {
        query = query.filter(activities::seq.lt(before));
    }
    Ok(query.order(activities::seq.desc()).limit(limit).select(SentActivity::as_select()).load(conn)?)
}

pub fn count(conn: &mut DbConn, actor_uri: &str) -> Result<i64> {
    Ok(listed!(actor_uri).count().get_result(conn)?)
}

/// Notes a boost down; `false` where it stood already.
pub fn put_boost(conn: &mut DbConn, row: &BoostRow) -> Result<bool> {
    let done = on_backend!(conn, c => diesel::insert_into(boosts::table).values(row).on_conflict_do_nothing().execute(c))?;
    Ok(done > 0)
}

pub fn boost(conn: &mut DbConn, collective_id: &str, object_uri: &str) -> Result<Option<BoostRow>> {
    Ok(boosts::table.find((collective_id, object_uri)).select(BoostRow::as_select()).first(conn).optional()?)
}

pub fn remove_boost(conn: &mut DbConn, collective_id: &str, object_uri: &str) -> Result<()> {
    diesel::delete(boosts::table.find((collective_id, object_uri))).execute(conn)?;
    Ok(())
}

/// Whether an `Announce` of ours still stands.
pub fn boost_stands(conn: &mut DbConn, activity_uri: &str) -> Result<bool> {
    let count: i64 = boosts::table.filter(boosts::activity_uri.eq(activity_uri)).count().get_result(conn)?;
    Ok(count > 0)
}

pub fn put_like(conn: &mut DbConn, row: &LikeRow) -> Result<()> {
    on_backend!(conn, c => diesel::insert_into(likes::table).values(row).on_conflict_do_nothing().execute(c))?;
    Ok(())
}

pub fn like(conn: &mut DbConn, collective_id: &str, object_uri: &str) -> Result<Option<LikeRow>> {
    Ok(likes::table.find((collective_id, object_uri)).select(LikeRow::as_select()).first(conn).optional()?)
}

pub fn remove_like(conn: &mut DbConn, collective_id: &str, object_uri: &str) -> Result<()> {
    diesel::delete(likes::table.find((collective_id, object_uri))).execute(conn)?;
    Ok(())
}
