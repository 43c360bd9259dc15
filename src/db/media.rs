//! Images that our collectives uploaded. The files stand in `data.dir`.

use super::{DbConn, schema::media};
use crate::{
    domain::{Id, Timestamp},
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
    pub width: i32,
    pub height: i32,
    pub bytes: i64,
    pub created_at: Timestamp,
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

pub fn by_file_name(conn: &mut DbConn, file_name: &str) -> Result<MediaRow> {
    Ok(media::table.filter(media::file_name.eq(file_name)).select(MediaRow::as_select()).first(conn)?)
}
