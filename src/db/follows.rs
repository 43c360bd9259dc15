//! Who follows our collectives, and whom they follow.

use super::{
    DbConn,
    schema::{blocked_by, collectives, followers, following},
};
use crate::{
    domain::{Id, Timestamp, names::FollowState},
    error::Result,
    on_backend,
};
use diesel::prelude::*;
use std::collections::BTreeSet;

#[derive(Debug, Clone, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = followers, treat_none_as_null = true)]
pub struct FollowerRow {
    pub collective_id: Id,
    pub actor_uri: String,
    /// The id of their Follow, and the Follow itself: our Accept quotes it.
    pub activity_uri: String,
    pub activity_json: String,
    pub inbox: String,
    pub shared_inbox: Option<String>,
    pub state: FollowState,
    pub since: Timestamp,
}

#[derive(Debug, Clone, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = following)]
pub struct FollowingRow {
    pub collective_id: Id,
    pub actor_uri: String,
    /// The id of our Follow.
    pub activity_uri: String,
    pub state: FollowState,
    pub since: Timestamp,
}

/// Inboxes of all accepted followers, one per server where it has a shared one; without those who blocked us.
pub fn follower_inboxes(conn: &mut DbConn, collective_id: &str) -> Result<BTreeSet<String>> {
    let blocked = blocked_by::table.filter(blocked_by::collective_id.eq(collective_id)).select(blocked_by::actor_uri);
    let rows: Vec<(String, Option<String>)> = followers::table
        .filter(followers::collective_id.eq(collective_id))
        .filter(followers::state.eq(FollowState::Accepted))
        .filter(followers::actor_uri.ne_all(blocked))
        .select((followers::inbox, followers::shared_inbox))
        .load(conn)?;
    Ok(rows.into_iter().map(|(inbox, shared)| shared.unwrap_or(inbox)).collect())
}

/// Adds a follower or puts the newer Follow in place of the older.
pub fn put_follower(conn: &mut DbConn, row: &FollowerRow) -> Result<()> {
    on_backend!(conn, c => diesel::insert_into(followers::table)
        .values(row)
        .on_conflict((followers::collective_id, followers::actor_uri))
        .do_update()
        .set(row)
        .execute(c))?;
    Ok(())
}

pub fn follower(conn: &mut DbConn, collective_id: &str, actor_uri: &str) -> Result<Option<FollowerRow>> {
    Ok(followers::table.find((collective_id, actor_uri)).select(FollowerRow::as_select()).first(conn).optional()?)
}

/// Oldest first.
pub fn list_followers(conn: &mut DbConn, collective_id: &str, state: Option<FollowState>) -> Result<Vec<FollowerRow>> {
    let mut query = followers::table.filter(followers::collective_id.eq(collective_id)).into_boxed();
    if let Some(state) = state {
        query = query.filter(followers::state.eq(state));
    }
    Ok(query.order(followers::since).select(FollowerRow::as_select()).load(conn)?)
}

pub fn count_followers(conn: &mut DbConn, collective_id: &str) -> Result<i64> {
    Ok(followers::table
        .filter(followers::collective_id.eq(collective_id))
        .filter(followers::state.eq(FollowState::Accepted))
        .count()
        .get_result(conn)?)
}

pub fn set_follower_state(conn: &mut DbConn, collective_id: &str, actor_uri: &str, state: FollowState) -> Result<()> {
    diesel::update(followers::table.find((collective_id, actor_uri))).set(followers::state.eq(state)).execute(conn)?;
    Ok(())
}

pub fn remove_follower(conn: &mut DbConn, collective_id: &str, actor_uri: &str) -> Result<bool> {
    Ok(diesel::delete(followers::table.find((collective_id, actor_uri))).execute(conn)? > 0)
}

pub fn put_following(conn: &mut DbConn, row: &FollowingRow) -> Result<()> {
    on_backend!(conn, c => diesel::insert_into(following::table)
        .values(row)
        .on_conflict((following::collective_id, following::actor_uri))
        .do_update()
        .set(row)
        .execute(c))?;
    Ok(())
}

pub fn following(conn: &mut DbConn, collective_id: &str, actor_uri: &str) -> Result<Option<FollowingRow>> {
    Ok(following::table.find((collective_id, actor_uri)).select(FollowingRow::as_select()).first(conn).optional()?)
}

pub fn following_by_activity(conn: &mut DbConn, activity_uri: &str) -> Result<Option<FollowingRow>> {
    Ok(following::table
        .filter(following::activity_uri.eq(activity_uri))
        .select(FollowingRow::as_select())
        .first(conn)
        .optional()?)
}

/// Oldest first.
pub fn list_following(conn: &mut DbConn, collective_id: &str) -> Result<Vec<FollowingRow>> {
    Ok(following::table
        .filter(following::collective_id.eq(collective_id))
        .order(following::since)
        .select(FollowingRow::as_select())
        .load(conn)?)
}

/// Collectives of ours that follow this actor (accepted).
pub fn local_followers_of(conn: &mut DbConn, actor_uri: &str) -> Result<Vec<Id>> {
    Ok(following::table
        .filter(following::actor_uri.eq(actor_uri))
        .filter(following::state.eq(FollowState::Accepted))
        .select(following::collective_id)
        .load(conn)?)
}

pub fn set_following_state(conn: &mut DbConn, collective_id: &str, actor_uri: &str, state: FollowState) -> Result<()> {
    diesel::update(following::table.find((collective_id, actor_uri))).set(following::state.eq(state)).execute(conn)?;
    Ok(())
}

pub fn remove_following(conn: &mut DbConn, collective_id: &str, actor_uri: &str) -> Result<bool> {
    Ok(diesel::delete(following::table.find((collective_id, actor_uri))).execute(conn)? > 0)
}

/// An actor's Follow by its own id.
pub fn follower_by_activity(conn: &mut DbConn, actor_uri: &str, activity_uri: &str) -> Result<Option<FollowerRow>> {
    Ok(followers::table
        .filter(followers::actor_uri.eq(actor_uri))
        .filter(followers::activity_uri.eq(activity_uri))
        .select(FollowerRow::as_select())
        .first(conn)
        .optional()?)
}

/// All our collectives' follows of this actor, in any state.
pub fn followings_of(conn: &mut DbConn, actor_uri: &str) -> Result<Vec<FollowingRow>> {
    Ok(following::table.filter(following::actor_uri.eq(actor_uri)).select(FollowingRow::as_select()).load(conn)?)
}

/// Writes an actor's inboxes as fetched anew to all its follows.
pub fn set_follower_inboxes(conn: &mut DbConn, actor_uri: &str, inbox: &str, shared_inbox: Option<&str>) -> Result<()> {
    diesel::update(followers::table.filter(followers::actor_uri.eq(actor_uri)))
        .set((followers::inbox.eq(inbox), followers::shared_inbox.eq(shared_inbox)))
        .execute(conn)?;
    Ok(())
}

/// Ends an actor's following and being followed here; whether there was any. That it blocked one of ours stays.
pub fn remove_ties(conn: &mut DbConn, actor_uri: &str) -> Result<bool> {
    let followers = diesel::delete(followers::table.filter(followers::actor_uri.eq(actor_uri))).execute(conn)?;
    let following = diesel::delete(following::table.filter(following::actor_uri.eq(actor_uri))).execute(conn)?;
    Ok(followers + following > 0)
}

/// Removes every tie between an actor and our collectives.
pub fn remove_actor(conn: &mut DbConn, actor_uri: &str) -> Result<()> {
    diesel::delete(followers::table.filter(followers::actor_uri.eq(actor_uri))).execute(conn)?;
    diesel::delete(following::table.filter(following::actor_uri.eq(actor_uri))).execute(conn)?;
    diesel::delete(blocked_by::table.filter(blocked_by::actor_uri.eq(actor_uri))).execute(conn)?;
    Ok(())
}

#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = blocked_by)]
pub struct BlockedByRow {
    pub collective_id: Id,
    pub actor_uri: String,
    /// The id of their Block.
    pub activity_uri: String,
    pub created_at: Timestamp,
}

/// Notes down that an actor blocked a collective.
pub fn put_blocked_by(conn: &mut DbConn, row: &BlockedByRow) -> Result<()> {
    on_backend!(conn, c => diesel::insert_into(blocked_by::table).values(row).on_conflict_do_nothing().execute(c))?;
    Ok(())
}

/// Whether an actor blocked this collective.
pub fn is_blocked_by(conn: &mut DbConn, collective_id: &str, actor_uri: &str) -> Result<bool> {
    let rows: i64 = blocked_by::table.find((collective_id, actor_uri)).count().get_result(conn)?;
    Ok(rows > 0)
}

/// The actor took its Block back. `activity_uri` where only that is known.
pub fn remove_blocked_by(
    conn: &mut DbConn,
    actor_uri: &str,
    collective_id: Option<&str>,
    activity_uri: Option<&str>,
) -> Result<bool> {
    let rows = match (collective_id, activity_uri) {
        (Some(collective), _) => diesel::delete(blocked_by::table.find((collective, actor_uri))).execute(conn)?,
        (None, Some(activity)) => diesel::delete(
            blocked_by::table.filter(blocked_by::actor_uri.eq(actor_uri)).filter(blocked_by::activity_uri.eq(activity)),
        )
        .execute(conn)?,
        (None, None) => 0,
    };
    Ok(rows > 0)
}

/// Removes the followers that are reached at this inbox, their own or the shared one, and no others: it is gone.
pub fn remove_followers_at(conn: &mut DbConn, inbox: &str) -> Result<usize> {
    let own = diesel::delete(followers::table.filter(followers::inbox.eq(inbox))).execute(conn)?;
    Ok(own + diesel::delete(followers::table.filter(followers::shared_inbox.eq(inbox))).execute(conn)?)
}

/// Ids of accepted followers, oldest first.
pub fn follower_uris(conn: &mut DbConn, collective_id: &str, limit: i64, offset: i64) -> Result<Vec<String>> {
    Ok(followers::table
        .filter(followers::collective_id.eq(collective_id))
        .filter(followers::state.eq(FollowState::Accepted))
        .order((followers::since, followers::actor_uri))
        .limit(limit)
        .offset(offset)
        .select(followers::actor_uri)
        .load(conn)?)
}

/// Ids of those whom a collective follows (accepted), oldest first.
pub fn following_uris(conn: &mut DbConn, collective_id: &str, limit: i64, offset: i64) -> Result<Vec<String>> {
    Ok(following::table
        .filter(following::collective_id.eq(collective_id))
        .filter(following::state.eq(FollowState::Accepted))
        .order((following::since, following::actor_uri))
        .limit(limit)
        .offset(offset)
        .select(following::actor_uri)
        .load(conn)?)
}

pub fn count_following(conn: &mut DbConn, collective_id: &str) -> Result<i64> {
    Ok(following::table
        .filter(following::collective_id.eq(collective_id))
        .filter(following::state.eq(FollowState::Accepted))
        .count()
        .get_result(conn)?)
}

/// Ids of our collectives that follow this actor (accepted).
pub fn local_follower_uris_of(conn: &mut DbConn, actor_uri: &str) -> Result<Vec<String>> {
    Ok(following::table
        .inner_join(collectives::table.on(collectives::id.eq(following::collective_id)))
        .filter(following::actor_uri.eq(actor_uri))
        .filter(following::state.eq(FollowState::Accepted))
        .select(collectives::uri)
        .load(conn)?)
}
