//! Noting down an image that was uploaded, drawn anew and put on the disk.
//!
//! Must not know files.

use super::Act;
use crate::{
    db::{self, media::MediaRow},
    error::Result,
};

/// What stands on the disk.
#[derive(Debug, Clone)]
pub struct NewImage {
    pub file_name: String,
    pub media_type: String,
    /// Pixels.
    pub width: u32,
    pub height: u32,
    pub bytes: usize,
}

impl NewImage {
    /// Sizes in pixels and bytes.
    pub fn of(file_name: String, media_type: &str, width: u32, height: u32, bytes: usize) -> Self {
        Self { file_name, media_type: media_type.to_owned(), width, height, bytes }
    }
}

/// Writes the row of a collective's new image.
///
/// # Errors
/// `NotFound` for collectives that the doer doesn't belong to.
pub fn add(act: &mut Act, collective_id: &str, image: NewImage) -> Result<MediaRow> {
    // A steward sets the pictures of every collective.
    if act.may_steward().is_err() {
        act.may_act_for(collective_id)?;
    }
    let row = MediaRow {
        id: act.new_id(),
        collective_id: collective_id.to_owned(),
        file_name: image.file_name,
        media_type: image.media_type,
        width: i32::try_from(image.width).unwrap_or(i32::MAX),
        height: i32::try_from(image.height).unwrap_or(i32::MAX),
        bytes: i64::try_from(image.bytes).unwrap_or(i64::MAX),
        created_at: act.now,
    };
    db::media::insert(act.conn, &row)?;
    Ok(row)
}
