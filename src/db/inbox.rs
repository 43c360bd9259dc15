//! What reached a collective's desk: followers, likes, boosts, replies, mentions, posts of followed actors.

use super::{
    DbConn,
    remote_posts::RemotePostRow,
    schema::{inbox_items, remote_posts, statements},
};
use crate::{
    domain::{
        Id, Timestamp,
        names::{InboxKind, StatementState, Visibility},
        site::call_of,
    },
    error::Result,
    on_backend,
};
use diesel::prelude::*;

#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = inbox_items)]
pub struct InboxRow {
    pub id: Id,
    pub collective_id: Id,
    pub kind: InboxKind,
    pub actor_uri: String,
    /// The id of the activity that brought it; an `Undo` may name nothing else.
    pub activity_uri: Option<String>,
    /// Follow: our collective; Like and Announce: what was liked; all others: the post itself.
    pub object_uri: Option<String>,
    pub post_id: Option<Id>,
    pub received_at: Timestamp,
    /// Whether a member lets it show on public pages.
    pub shown: bool,
    pub read_at: Option<Timestamp>,
    /// Taken back by its actor.
    pub undone_at: Option<Timestamp>,
}

/// Adds an item. One that was there (same kind, actor and object) is only brought back if it had been undone.
pub fn put(conn: &mut DbConn, row: &InboxRow) -> Result<()> {
    let object = row.object_uri.as_deref().unwrap_or_default();
    let revived = diesel::update(
        inbox_items::table
            .filter(inbox_items::collective_id.eq(&row.collective_id))
            .filter(inbox_items::kind.eq(row.kind))
            .filter(inbox_items::actor_uri.eq(&row.actor_uri))
            .filter(inbox_items::object_uri.eq(object)),
    )
    .set((inbox_items::undone_at.eq(None::<Timestamp>), inbox_items::activity_uri.eq(&row.activity_uri)))
    .execute(conn)?;
    if revived == 0 {
        on_backend!(conn, c => diesel::insert_into(inbox_items::table).values(row).on_conflict_do_nothing().execute(c))?;
    }
    Ok(())
}

/// Whether a post stands on a collective's desk already.
pub fn shows_post(conn: &mut DbConn, collective_id: &str, post_id: &str) -> Result<bool> {
    let rows: i64 = inbox_items::table
        .filter(inbox_items::post_id.eq(post_id))
        .filter(inbox_items::collective_id.eq(collective_id))
        .count()
        .get_result(conn)?;
    Ok(rows > 0)
}

/// Marks as undone what this actor did to this object; gives how many.
pub fn undo(conn: &mut DbConn, kind: InboxKind, actor_uri: &str, object_uri: &str, now: Timestamp) -> Result<usize> {
    Ok(diesel::update(
        inbox_items::table
            .filter(inbox_items::object_uri.eq(object_uri))
            .filter(inbox_items::kind.eq(kind))
            .filter(inbox_items::actor_uri.eq(actor_uri))
            .filter(inbox_items::undone_at.is_null()),
    )
    .set(inbox_items::undone_at.eq(now))
    .execute(conn)?)
}

/// As [`undo`], where only the activity's id is known.
pub fn undo_by_activity(conn: &mut DbConn, actor_uri: &str, activity_uri: &str, now: Timestamp) -> Result<usize> {
    Ok(diesel::update(
        inbox_items::table
            .filter(inbox_items::actor_uri.eq(actor_uri))
            .filter(inbox_items::activity_uri.eq(activity_uri))
            .filter(inbox_items::undone_at.is_null()),
    )
    .set(inbox_items::undone_at.eq(now))
    .execute(conn)?)
}

/// Takes everything off the desks that shows one of these posts.
pub fn undo_by_posts(conn: &mut DbConn, post_ids: &[Id], now: Timestamp) -> Result<()> {
    for chunk in post_ids.chunks(500) {
        diesel::update(inbox_items::table.filter(inbox_items::post_id.eq_any(chunk)).filter(inbox_items::undone_at.is_null()))
            .set(inbox_items::undone_at.eq(now))
            .execute(conn)?;
    }
    Ok(())
}

/// Takes everything off the desks that this actor did.
pub fn undo_all_of(conn: &mut DbConn, actor_uri: &str, now: Timestamp) -> Result<()> {
    diesel::update(inbox_items::table.filter(inbox_items::actor_uri.eq(actor_uri)).filter(inbox_items::undone_at.is_null()))
        .set(inbox_items::undone_at.eq(now))
        .execute(conn)?;
    Ok(())
}

/// What stands on a collective's desk, newest first, without what was undone.
pub fn list(conn: &mut DbConn, collective_id: &str, most: i64) -> Result<Vec<(InboxRow, Option<RemotePostRow>)>> {
    Ok(inbox_items::table
        .left_join(remote_posts::table)
        .filter(inbox_items::collective_id.eq(collective_id))
        .filter(inbox_items::undone_at.is_null())
        .order((inbox_items::received_at.desc(), inbox_items::id.desc()))
        .limit(most)
        .select((InboxRow::as_select(), Option::<RemotePostRow>::as_select()))
        .load(conn)?)
}

pub fn by_id(conn: &mut DbConn, id: &str) -> Result<InboxRow> {
    Ok(inbox_items::table.find(id).select(InboxRow::as_select()).first(conn)?)
}

/// Whether a reply shows on public pages.
pub fn set_shown(conn: &mut DbConn, id: &str, shown: bool) -> Result<()> {
    diesel::update(inbox_items::table.find(id)).set(inbox_items::shown.eq(shown)).execute(conn)?;
    Ok(())
}

pub fn set_read(conn: &mut DbConn, id: &str, now: Timestamp) -> Result<()> {
    diesel::update(inbox_items::table.find(id)).set(inbox_items::read_at.eq(now)).execute(conn)?;
    Ok(())
}

/// Marks all that stands on a collective's desk as read, or all of one kind.
pub fn set_all_read(conn: &mut DbConn, collective_id: &str, kind: Option<InboxKind>, now: Timestamp) -> Result<usize> {
    let unread = inbox_items::table.filter(inbox_items::collective_id.eq(collective_id)).filter(inbox_items::read_at.is_null());
    Ok(match kind {
        Some(kind) => {
            diesel::update(unread.filter(inbox_items::kind.eq(kind))).set(inbox_items::read_at.eq(now)).execute(conn)?
        }
        None => diesel::update(unread).set(inbox_items::read_at.eq(now)).execute(conn)?,
    })
}

/// How many did this to an object of ours and have not undone it.
pub fn count(conn: &mut DbConn, kind: InboxKind, object_uri: &str) -> Result<i64> {
    Ok(inbox_items::table
        .filter(inbox_items::object_uri.eq(object_uri))
        .filter(inbox_items::kind.eq(kind))
        .filter(inbox_items::undone_at.is_null())
        .count()
        .get_result(conn)?)
}

/// The collective behind a published statement of ours: what others may react to.
pub fn collective_of_statement(conn: &mut DbConn, statement_uri: &str) -> Result<Option<Id>> {
    Ok(statements::table
        .filter(statements::uri.eq(call_of(statement_uri)))
        .filter(statements::state.eq(StatementState::Published))
        .select(statements::collective_id)
        .first(conn)
        .optional()?)
}

/// Ids of public replies to a statement that a member let show, oldest first.
pub fn shown_replies(conn: &mut DbConn, statement_uri: &str, most: i64) -> Result<Vec<String>> {
    Ok(inbox_items::table
        .inner_join(remote_posts::table)
        .filter(inbox_items::kind.eq(InboxKind::Reply))
        .filter(inbox_items::shown.eq(true))
        .filter(inbox_items::undone_at.is_null())
        .filter(remote_posts::in_reply_to.eq(statement_uri))
        .filter(remote_posts::deleted_at.is_null())
        .filter(remote_posts::visibility.eq_any([Visibility::Public, Visibility::Unlisted]))
        .order(remote_posts::received_at)
        .limit(most)
        .select(remote_posts::uri)
        .load(conn)?)
}
