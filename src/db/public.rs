//! What the public pages show: lists of statements, one statement whole, its versions, what others did with it.
//! Reads only. Drafts and members are never read here.

use super::{
    DbConn, Json,
    collectives::CollectiveRow,
    schema::{collectives, endorsements, inbox_items, media, remote_posts, statement_versions, statements},
};
use crate::{
    domain::{
        Id, Timestamp,
        names::{InboxKind, StatementState, Visibility},
        statement::StatementContent,
    },
    error::Result,
};
use diesel::prelude::*;
use std::collections::HashMap;

/// A published statement in a list.
#[derive(Debug, Clone)]
pub struct Line {
    pub id: Id,
    pub content: StatementContent,
    /// The text alone, harmless.
    pub html: String,
    pub published_at: Timestamp,
    /// When the current version was published.
    pub edited_at: Timestamp,
    /// The current version's number, from 1.
    pub version: i32,
    pub collective: String,
    pub handle: String,
}

/// A collective in the list of the first page.
#[derive(Debug, Clone)]
pub struct CollectiveLine {
    pub name: String,
    pub handle: String,
    /// Markdown.
    pub summary: String,
    /// File name of its picture.
    pub icon: Option<String>,
    pub statements: i64,
}

/// A statement that was published once, with its current version.
#[derive(Debug, Clone)]
pub struct Whole {
    pub id: Id,
    pub uri: String,
    pub state: StatementState,
    pub published_at: Timestamp,
    pub withdrawn_at: Option<Timestamp>,
    pub withdrawn_reason: String,
    pub version: Version,
    pub collective: CollectiveRow,
}

/// One published version.
#[derive(Debug, Clone)]
pub struct Version {
    pub n: i32,
    pub content: StatementContent,
    /// The text alone, harmless.
    pub html: String,
    pub published_at: Timestamp,
}

/// An image with its place and text.
#[derive(Debug, Clone)]
pub struct Picture {
    pub file_name: String,
    pub width: i32,
    pub height: i32,
    pub alt: String,
}

/// A PDF to print with its title.
#[derive(Debug, Clone)]
pub struct PublicPoster {
    pub file_name: String,
    pub bytes: i64,
    pub title: String,
}

/// A reply that a member let show.
#[derive(Debug, Clone)]
pub struct Reply {
    pub name: String,
    /// `user@host`
    pub handle: String,
    /// The reply's own page.
    pub url: String,
    /// Harmless.
    pub html: String,
    pub content_warning: String,
    pub language: Option<String>,
    /// As its server says, but never later than it reached us.
    pub published: Timestamp,
}

/// What reached us, verified, about one statement.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Figures {
    pub likes: i64,
    pub boosts: i64,
}

type LineRow = (Id, Json<StatementContent>, String, Option<Timestamp>, Timestamp, i32, String, String);

/// Notes of ours that only show an endorsement. They stand in no list of statements: each has its place in the register of
/// what it endorses, and among what its collective endorses.
#[diesel::dsl::auto_type]
pub(super) fn companions() -> _ {
    endorsements::table.filter(endorsements::companion_id.is_not_null()).select(endorsements::companion_id.assume_not_null())
}

/// Published statements of one collective, or of all, the last published first.
pub fn newest(conn: &mut DbConn, collective_id: Option<&str>, limit: i64, offset: i64) -> Result<Vec<Line>> {
    lines(conn, collective_id, None, limit, offset)
}

/// These public statements, in this order.
pub fn among(conn: &mut DbConn, collective_id: Option<&str>, ids: &[Id]) -> Result<Vec<Line>> {
    let mut found = lines(conn, collective_id, Some(ids), ids.len() as i64, 0)?;
    found.sort_by_key(|line| ids.iter().position(|id| *id == line.id));
    Ok(found)
}

/// What a collective has pinned, the last pinned first.
pub fn pinned(conn: &mut DbConn, collective_id: &str) -> Result<Vec<Line>> {
    let ids: Vec<Id> = super::pins::of(conn, collective_id)?.into_iter().map(|(id, _)| id).collect();
    among(conn, Some(collective_id), &ids)
}

fn lines(conn: &mut DbConn, collective_id: Option<&str>, among: Option<&[Id]>, limit: i64, offset: i64) -> Result<Vec<Line>> {
    let mut query = statements::table
        .inner_join(
            statement_versions::table
                .on(statement_versions::statement_id.eq(statements::id).and(statement_versions::n.eq(statements::version))),
        )
        .inner_join(collectives::table.on(collectives::id.eq(statements::collective_id)))
        .filter(statements::state.eq(StatementState::Published))
        .filter(statements::in_reply_to.is_null())
        .filter(statements::id.ne_all(companions()))
        .into_boxed();
    if let Some(collective_id) = collective_id {
        query = query.filter(statements::collective_id.eq(collective_id.to_owned()));
    }
    if let Some(ids) = among {
        query = query.filter(statements::id.eq_any(ids.to_vec()));
    }
    let rows: Vec<LineRow> = query
        .order((statements::published_at.desc(), statements::id.desc()))
        .limit(limit)
        .offset(offset)
        .select((
            statements::id,
            statement_versions::content,
            statement_versions::html,
            statements::published_at,
            statement_versions::published_at,
            statements::version,
            collectives::name,
            collectives::handle,
        ))
        .load(conn)?;
    let line = |(id, content, html, first, this, version, collective, handle): LineRow| Line {
        id,
        content: content.into_inner(),
        html,
        published_at: first.unwrap_or(this),
        edited_at: this,
        version,
        collective,
        handle,
    };
    Ok(rows.into_iter().map(line).collect())
}

/// Addresses of the newest statements with the time of their current version; at most `limit`.
pub fn addresses(conn: &mut DbConn, limit: i64) -> Result<Vec<(String, Timestamp)>> {
    Ok(statements::table
        .inner_join(
            statement_versions::table
                .on(statement_versions::statement_id.eq(statements::id).and(statement_versions::n.eq(statements::version))),
        )
        .filter(statements::state.eq(StatementState::Published))
        .filter(statements::in_reply_to.is_null())
        .filter(statements::id.ne_all(companions()))
        .order((statements::published_at.desc(), statements::id.desc()))
        .limit(limit)
        .select((statements::uri, statement_versions::published_at))
        .load(conn)?)
}

/// When a collective's public statements last changed: published, edited or withdrawn. `None` before the first.
pub fn last_change(conn: &mut DbConn, collective_id: &str) -> Result<Option<Timestamp>> {
    let published: Option<Timestamp> = statements::table
        .inner_join(statement_versions::table.on(statement_versions::statement_id.eq(statements::id)))
        .filter(statements::collective_id.eq(collective_id))
        .select(diesel::dsl::max(statement_versions::published_at))
        .first(conn)?;
    let withdrawn: Option<Timestamp> = statements::table
        .filter(statements::collective_id.eq(collective_id))
        .select(diesel::dsl::max(statements::withdrawn_at))
        .first(conn)?;
    Ok(published.max(withdrawn))
}

/// All collectives by name, with how many statements each has published.
pub fn collectives(conn: &mut DbConn) -> Result<Vec<CollectiveLine>> {
    let counts: HashMap<Id, i64> = statements::table
        .filter(statements::state.eq(StatementState::Published))
        .filter(statements::in_reply_to.is_null())
        .filter(statements::id.ne_all(companions()))
        .group_by(statements::collective_id)
        .select((statements::collective_id, diesel::dsl::count_star()))
        .load::<(Id, i64)>(conn)?
        .into_iter()
        .collect();
    let rows: Vec<(Id, String, String, String, Option<String>)> = collectives::table
        .left_join(media::table.on(collectives::icon_media_id.eq(media::id.nullable())))
        .order(collectives::name)
        .select((collectives::id, collectives::name, collectives::handle, collectives::summary, media::file_name.nullable()))
        .load(conn)?;
    let line = |(id, name, handle, summary, icon): (Id, _, _, _, _)| CollectiveLine {
        statements: counts.get(&id).copied().unwrap_or(0),
        name,
        handle,
        summary,
        icon,
    };
    Ok(rows.into_iter().map(line).collect())
}

/// How many statements are public now, of one collective or of all.
pub fn count(conn: &mut DbConn, collective_id: &str) -> Result<i64> {
    Ok(statements::table
        .filter(statements::state.eq(StatementState::Published))
        .filter(statements::in_reply_to.is_null())
        .filter(statements::id.ne_all(companions()))
        .filter(statements::collective_id.eq(collective_id))
        .count()
        .get_result(conn)?)
}

/// File name of an image.
pub fn file_name(conn: &mut DbConn, media_id: Option<&str>) -> Result<Option<String>> {
    let Some(id) = media_id else { return Ok(None) };
    Ok(media::table.find(id).select(media::file_name).first(conn).optional()?)
}

/// A statement that is or was public. Drafts and scheduled ones are `NotFound`.
pub fn statement(conn: &mut DbConn, id: &str) -> Result<Whole> {
    type Core = (Id, String, StatementState, i32, Option<Timestamp>, Option<Timestamp>, Option<String>);
    let ((id, uri, state, n, published_at, withdrawn_at, reason), collective): (Core, CollectiveRow) = statements::table
        .inner_join(collectives::table)
        .filter(statements::id.eq(id))
        .filter(statements::state.eq_any([StatementState::Published, StatementState::Withdrawn]))
        .select((
            (
                statements::id,
                statements::uri,
                statements::state,
                statements::version,
                statements::published_at,
                statements::withdrawn_at,
                statements::withdrawn_reason,
            ),
            CollectiveRow::as_select(),
        ))
        .first(conn)?;
    let version = version(conn, &id, n)?;
    Ok(Whole {
        published_at: published_at.unwrap_or(version.published_at),
        id,
        uri,
        state,
        withdrawn_at,
        withdrawn_reason: reason.unwrap_or_default(),
        version,
        collective,
    })
}

type VersionRow = (i32, Json<StatementContent>, String, Timestamp);

fn to_version((n, content, html, published_at): VersionRow) -> Version {
    Version { n, content: content.into_inner(), html, published_at }
}

/// One version. The caller knows that the statement is public.
pub fn version(conn: &mut DbConn, statement_id: &str, n: i32) -> Result<Version> {
    let row: VersionRow = statement_versions::table
        .find((statement_id, n))
        .select((statement_versions::n, statement_versions::content, statement_versions::html, statement_versions::published_at))
        .first(conn)?;
    Ok(to_version(row))
}

/// Number, title and time of each version, the newest first; at most `limit`.
pub fn versions(conn: &mut DbConn, statement_id: &str, limit: i64) -> Result<Vec<(i32, String, Timestamp)>> {
    Ok(statement_versions::table
        .filter(statement_versions::statement_id.eq(statement_id))
        .order(statement_versions::n.desc())
        .limit(limit)
        .select((statement_versions::n, statement_versions::title, statement_versions::published_at))
        .load(conn)?)
}

/// The images of a version, in its order. One whose file is gone is left out.
pub fn pictures(conn: &mut DbConn, content: &StatementContent) -> Result<Vec<Picture>> {
    let ids: Vec<&str> = content.images.iter().map(|image| image.media_id.as_str()).collect();
    let rows: HashMap<Id, (String, i32, i32)> = media::table
        .filter(media::id.eq_any(ids))
        .select((media::id, media::file_name, media::width, media::height))
        .load::<(Id, String, i32, i32)>(conn)?
        .into_iter()
        .map(|(id, file_name, width, height)| (id, (file_name, width, height)))
        .collect();
    let picture = |image: &crate::domain::statement::Image| {
        let (file_name, width, height) = rows.get(&image.media_id)?.clone();
        Some(Picture { file_name, width, height, alt: image.alt.clone() })
    };
    Ok(content.images.iter().filter_map(picture).collect())
}

/// The posters of a version, in its order. One whose file is gone is left out.
pub fn posters(conn: &mut DbConn, content: &StatementContent) -> Result<Vec<PublicPoster>> {
    let ids: Vec<&str> = content.posters.iter().map(|poster| poster.media_id.as_str()).collect();
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let rows: Vec<(Id, String, i64)> =
        media::table.filter(media::id.eq_any(ids)).select((media::id, media::file_name, media::bytes)).load(conn)?;
    let poster = |used: &crate::domain::statement::Poster| {
        let (_, file_name, bytes) = rows.iter().find(|(id, ..)| *id == used.media_id)?;
        Some(PublicPoster { file_name: file_name.clone(), bytes: *bytes, title: used.title.clone() })
    };
    Ok(content.posters.iter().filter_map(poster).collect())
}

/// Likes and boosts whose senders were verified and who haven't taken them back.
pub fn figures(conn: &mut DbConn, collective_id: &str, uri: &str) -> Result<Figures> {
    let rows: Vec<(InboxKind, i64)> = inbox_items::table
        .filter(inbox_items::collective_id.eq(collective_id))
        .filter(inbox_items::object_uri.eq(uri))
        .filter(inbox_items::kind.eq_any([InboxKind::Like, InboxKind::Announce]))
        .filter(inbox_items::undone_at.is_null())
        .group_by(inbox_items::kind)
        .select((inbox_items::kind, diesel::dsl::count_star()))
        .load(conn)?;
    let of = |kind| rows.iter().find(|(k, _)| *k == kind).map_or(0, |(_, count)| *count);
    Ok(Figures { likes: of(InboxKind::Like), boosts: of(InboxKind::Announce) })
}

/// Replies that a member let show, the first one first; at most `limit`. Only such as their authors made public.
pub fn replies(conn: &mut DbConn, collective_id: &str, uri: &str, limit: i64) -> Result<Vec<Reply>> {
    type Row = (String, Option<String>, String, String, String, Option<String>, Timestamp, Timestamp);
    let rows: Vec<Row> = inbox_items::table
        .inner_join(remote_posts::table)
        .filter(inbox_items::collective_id.eq(collective_id))
        .filter(inbox_items::kind.eq(InboxKind::Reply))
        .filter(inbox_items::shown.eq(true))
        .filter(inbox_items::undone_at.is_null())
        .filter(remote_posts::in_reply_to.eq(uri))
        .filter(remote_posts::deleted_at.is_null())
        .filter(remote_posts::visibility.eq_any([Visibility::Public, Visibility::Unlisted]))
        .order((remote_posts::received_at.asc(), remote_posts::id.asc()))
        .limit(limit)
        .select((
            inbox_items::actor_uri,
            remote_posts::url,
            remote_posts::uri,
            remote_posts::html,
            remote_posts::content_warning,
            remote_posts::language,
            remote_posts::published,
            remote_posts::received_at,
        ))
        .load(conn)?;
    let uris: Vec<String> = rows.iter().map(|row| row.0.clone()).collect();
    let authors = super::remote_actors::any_by_uris(conn, &uris)?;
    let reply = |(actor, url, uri, html, content_warning, language, claimed, received): Row| {
        let author = authors.iter().find(|author| author.uri == actor && author.gone_at.is_none())?;
        Some(Reply {
            name: if author.name.is_empty() { author.username.clone() } else { author.name.clone() },
            handle: author.handle().trim_start_matches('@').to_owned(),
            url: url.unwrap_or(uri),
            html,
            content_warning,
            language,
            published: claimed.min(received),
        })
    };
    let mut replies: Vec<Reply> = rows.into_iter().filter_map(reply).collect();
    replies.sort_by_key(|reply| reply.published);
    Ok(replies)
}
