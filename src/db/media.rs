//! Images and posters that our collectives uploaded. The files stand in `data.dir`.

use super::{
    DbConn,
    schema::{collectives, drafts, media, statement_versions, statements},
};
use crate::{
    domain::{Id, Timestamp, names::StatementState},
    error::Result,
};
use diesel::prelude::*;

#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = media)]
pub struct MediaRow {
    pub id: Id,
    pub collective_id: Id,
    /// The last part of its address.
    pub file_name: String,
    pub media_type: String,
    /// Pixels; 0 for a poster.
    pub width: i32,
    pub height: i32,
    pub bytes: i64,
    pub created_at: Timestamp,
}

impl MediaRow {
    /// Whether it is a PDF to print, and no image.
    pub fn is_poster(&self) -> bool {
        self.media_type == "application/pdf"
    }
}

pub fn insert(conn: &mut DbConn, row: &MediaRow) -> Result<()> {
    diesel::insert_into(media::table).values(row).execute(conn)?;
    Ok(())
}

pub fn by_id(conn: &mut DbConn, id: &str) -> Result<MediaRow> {
    Ok(media::table.find(id).select(MediaRow::as_select()).first(conn)?)
}

/// Those of these ids that exist and belong to this collective, in no order.
pub fn of_collective(conn: &mut DbConn, collective_id: &str, ids: &[Id]) -> Result<Vec<MediaRow>> {
    Ok(media::table
        .filter(media::collective_id.eq(collective_id))
        .filter(media::id.eq_any(ids))
        .select(MediaRow::as_select())
        .load(conn)?)
}

/// Images uploaded before a point in time, by id, those after `after`.
pub fn older_than(conn: &mut DbConn, before: Timestamp, after: Option<&str>, limit: i64) -> Result<Vec<MediaRow>> {
    let mut query = media::table.filter(media::created_at.lt(before)).into_boxed();
    if let Some(after) = after {
        query = query.filter(media::id.gt(after.to_owned()));
    }
    Ok(query.order(media::id).limit(limit).select(MediaRow::as_select()).load(conn)?)
}

/// Whether anything has an image: a profile, a working copy, or a published version. Of what is withdrawn nothing counts:
/// its text and its images are public no longer.
pub fn is_used(conn: &mut DbConn, row: &MediaRow) -> Result<bool> {
    let profiles: i64 = collectives::table
        .filter(collectives::icon_media_id.eq(&row.id).or(collectives::header_media_id.eq(&row.id)))
        .count()
        .get_result(conn)?;
    // An id is a UUID: it stands in a text of JSON where the image is used, and nowhere else.
    let named = format!("%{}%", row.id);
    let standing = || {
        statements::table
            .filter(statements::collective_id.eq(&row.collective_id))
            .filter(statements::state.ne(StatementState::Withdrawn))
    };
    let drafts: i64 = standing()
        .inner_join(drafts::table.on(drafts::statement_id.eq(statements::id)))
        .filter(drafts::content.like(&named))
        .count()
        .get_result(conn)?;
    let versions: i64 = standing()
        .inner_join(statement_versions::table.on(statement_versions::statement_id.eq(statements::id)))
        .filter(statement_versions::content.like(&named))
        .count()
        .get_result(conn)?;
    Ok(profiles + drafts + versions > 0)
}

pub fn remove(conn: &mut DbConn, id: &str) -> Result<()> {
    diesel::delete(media::table.find(id)).execute(conn)?;
    Ok(())
}

pub fn by_file_name(conn: &mut DbConn, file_name: &str) -> Result<MediaRow> {
    Ok(media::table.filter(media::file_name.eq(file_name)).select(MediaRow::as_select()).first(conn)?)
}
