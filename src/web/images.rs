//! Uploaded images: drawn anew, put on the disk, noted down.

use crate::{
    acts::{
        Principal,
        images::{self, NewImage},
    },
    db::media::MediaRow,
    domain::Id,
    error::{Error, Result},
    media::{self, Purpose, Shelf},
    state::AppState,
};

/// Takes an image whose bytes somebody sent; nothing of it but its pixels is kept.
///
/// # Errors
/// `Invalid` where it isn't an image that we take; `NotFound` for collectives that the doer can't act for.
pub async fn take(state: &AppState, by: Principal, collective_id: Id, purpose: Purpose, bytes: Vec<u8>) -> Result<MediaRow> {
    let drawing = state.clone();
    let (file_name, image) = tokio::task::spawn_blocking(move || {
        let image = media::accept(&bytes, purpose, &drawing.settings)?;
        Ok::<_, Error>((media::store(&drawing.settings, Shelf::Public, &image)?, image))
    })
    .await
    .map_err(Error::internal)??;
    let new = NewImage::of(file_name.clone(), image.media_type, image.width, image.height, image.bytes.len());
    let added = state.act(by, move |act| images::add(act, &collective_id, new)).await;
    if added.is_err() {
        media::remove(&state.settings, Shelf::Public, &file_name)?;
    }
    added
}
