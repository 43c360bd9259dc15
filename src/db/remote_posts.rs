//! Posts of others: by followed actors, boosted by them, and replies to us. A row with `deleted_at` is a tombstone.

use super::{
    DbConn, Json,
    received::KEEP_DAYS,
    schema::{boosts, remote_posts},
};
use crate::{
    domain::{Id, Timestamp, call::Occasion, names::Visibility},
    error::Result,
    on_backend,
};
use diesel::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = remote_posts, treat_none_as_null = true)]
pub struct RemotePostRow {
    pub id: Id,
    pub uri: String,
    pub actor_uri: String,
    /// Note, Article, Page, Event, Question; empty for a tombstone of something never seen.
    pub kind: String,
    pub visibility: Visibility,
    /// Plain text.
    pub title: String,
    /// Plain text.
    pub content_warning: String,
    /// Sanitised HTML.
    pub html: String,
    pub url: Option<String>,
    pub language: Option<String>,
    pub in_reply_to: Option<String>,
    /// As claimed; lists are ordered by the earlier of this and `received_at` (DAT-13).
    pub published: Timestamp,
    pub updated: Option<Timestamp>,
    pub received_at: Timestamp,
    pub deleted_at: Option<Timestamp>,
    pub attachments: Json<Vec<Attachment>>,
    /// The post that it quotes.
    pub quote_uri: Option<String>,
    /// The stamp that it shows for that (FEP-044f).
    pub quote_stamp: Option<String>,
    /// Whether the quoted one's author agrees: the quoted post is shown only then.
    pub quote_approved: bool,
    pub quote_checked_at: Option<Timestamp>,
    /// What an `Event` says of its time and place.
    pub event: Option<Json<Occasion>>,
}

/// A file or page that hangs on a post. Only its address is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attachment {
    pub url: String,
    /// As claimed; empty where the post says none.
    pub media_type: String,
    /// What can be seen or heard, for those who can't; plain text, may be empty.
    pub alt: String,
}

impl RemotePostRow {
    /// What is left of a deleted post: its id and whose it was.
    pub fn tombstone(id: Id, uri: &str, actor_uri: &str, now: Timestamp) -> Self {
        Self {
            id,
            uri: uri.to_owned(),
            actor_uri: actor_uri.to_owned(),
            kind: String::new(),
            visibility: Visibility::Direct,
            title: String::new(),
            content_warning: String::new(),
            html: String::new(),
            url: None,
            language: None,
            in_reply_to: None,
            published: now,
            updated: None,
            received_at: now,
            deleted_at: Some(now),
            attachments: Json::new(Vec::new()),
            quote_uri: None,
            quote_stamp: None,
            quote_approved: false,
            quote_checked_at: None,
            event: None,
        }
    }
}

pub fn by_uri(conn: &mut DbConn, uri: &str) -> Result<Option<RemotePostRow>> {
    Ok(remote_posts::table.filter(remote_posts::uri.eq(uri)).select(RemotePostRow::as_select()).first(conn).optional()?)
}

pub fn by_id(conn: &mut DbConn, id: &str) -> Result<RemotePostRow> {
    Ok(remote_posts::table.find(id).select(RemotePostRow::as_select()).first(conn)?)
}

/// Posts that show this stamp for their quote.
pub fn by_stamp(conn: &mut DbConn, stamp_uri: &str) -> Result<Vec<RemotePostRow>> {
    Ok(remote_posts::table.filter(remote_posts::quote_stamp.eq(stamp_uri)).select(RemotePostRow::as_select()).load(conn)?)
}

/// Writes how far a post's quote is agreed to.
pub fn set_quote(conn: &mut DbConn, id: &str, stamp: Option<&str>, approved: bool, now: Timestamp) -> Result<()> {
    diesel::update(remote_posts::table.find(id))
        .set((
            remote_posts::quote_stamp.eq(stamp),
            remote_posts::quote_approved.eq(approved),
            remote_posts::quote_checked_at.eq(Some(now)),
        ))
        .execute(conn)?;
    Ok(())
}

/// A post quotes nothing any more.
pub fn forget_quote(conn: &mut DbConn, id: &str, now: Timestamp) -> Result<()> {
    set_quote(conn, id, None, false, now)?;
    diesel::update(remote_posts::table.find(id)).set(remote_posts::quote_uri.eq(None::<String>)).execute(conn)?;
    Ok(())
}

pub fn insert(conn: &mut DbConn, row: &RemotePostRow) -> Result<()> {
    diesel::insert_into(remote_posts::table).values(row).execute(conn)?;
    Ok(())
}

/// Adds a post; `false` where it is here by now, as when it comes by two ways at once.
pub fn insert_new(conn: &mut DbConn, row: &RemotePostRow) -> Result<bool> {
    let done = on_backend!(conn, c => diesel::insert_into(remote_posts::table).values(row).on_conflict_do_nothing().execute(c))?;
    Ok(done > 0)
}

/// Writes the row over the one with the same id.
pub fn update(conn: &mut DbConn, row: &RemotePostRow) -> Result<()> {
    diesel::update(remote_posts::table.find(&row.id)).set(row).execute(conn)?;
    Ok(())
}

/// Public posts of an actor that are known here and answer nothing, the newest first.
pub fn recent_of(conn: &mut DbConn, actor_uri: &str, most: i64) -> Result<Vec<RemotePostRow>> {
    Ok(remote_posts::table
        .filter(remote_posts::actor_uri.eq(actor_uri))
        .filter(remote_posts::deleted_at.is_null())
        .filter(remote_posts::in_reply_to.is_null())
        .filter(remote_posts::visibility.eq_any([Visibility::Public, Visibility::Unlisted]))
        .order((remote_posts::published.desc(), remote_posts::id.desc()))
        .limit(most)
        .select(RemotePostRow::as_select())
        .load(conn)?)
}

/// Events of others that a collective of ours boosted, or any of them: public ones, the last published first.
pub fn boosted_events(conn: &mut DbConn, collective_id: Option<&str>, limit: i64) -> Result<Vec<RemotePostRow>> {
    let mut query = remote_posts::table
        .inner_join(boosts::table.on(boosts::object_uri.eq(remote_posts::uri)))
        .filter(remote_posts::event.is_not_null())
        .filter(remote_posts::deleted_at.is_null())
        .filter(remote_posts::visibility.eq_any([Visibility::Public, Visibility::Unlisted]))
        .into_boxed();
    if let Some(id) = collective_id {
        query = query.filter(boosts::collective_id.eq(id.to_owned()));
    }
    let order = (remote_posts::published.desc(), remote_posts::id.desc());
    let mut rows: Vec<RemotePostRow> = query.order(order).limit(limit).select(RemotePostRow::as_select()).load(conn)?;
    // Several of ours may have boosted the same.
    rows.dedup_by(|one, other| one.id == other.id);
    Ok(rows)
}

/// Ids of all posts of an actor that still stand.
pub fn ids_by_actor(conn: &mut DbConn, actor_uri: &str) -> Result<Vec<Id>> {
    Ok(remote_posts::table
        .filter(remote_posts::actor_uri.eq(actor_uri))
        .filter(remote_posts::deleted_at.is_null())
        .select(remote_posts::id)
        .load(conn)?)
}

/// Makes tombstones of an actor's posts; its texts are gone.
pub fn bury_all_of(conn: &mut DbConn, actor_uri: &str, now: Timestamp) -> Result<()> {
    diesel::update(remote_posts::table.filter(remote_posts::actor_uri.eq(actor_uri)).filter(remote_posts::deleted_at.is_null()))
        .set((
            remote_posts::title.eq(""),
            remote_posts::content_warning.eq(""),
            remote_posts::html.eq(""),
            remote_posts::url.eq(None::<String>),
            remote_posts::attachments.eq("[]"),
            remote_posts::deleted_at.eq(Some(now)),
        ))
        .execute(conn)?;
    Ok(())
}

/// Forgets tombstones of things that were never seen once no signature from before them is taken any more, so that junk
/// can't pile up. Tombstones of what was seen stay for ever.
pub fn purge_unseen_tombstones(conn: &mut DbConn, now: Timestamp) -> Result<usize> {
    let before = now - chrono::Duration::days(KEEP_DAYS);
    Ok(diesel::delete(
        remote_posts::table
            .filter(remote_posts::kind.eq(""))
            .filter(remote_posts::deleted_at.is_not_null())
            .filter(remote_posts::received_at.lt(before)),
    )
    .execute(conn)?)
}
