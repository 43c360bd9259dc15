//! Uploaded images: drawn anew, put on the disk, noted down.

use super::page::Desk;
use crate::{
    acts::images::{self, NewImage},
    db::media::MediaRow,
    error::{Error, Result},
    media,
    state::AppState,
    web::session::SignedIn,
};

/// Takes an image whose bytes somebody sent; nothing of it but its pixels is kept.
///
/// # Errors
/// `Invalid` where it isn't an image that we take; `NotFound` for desks of other collectives.
pub(super) async fn take(state: &AppState, me: &SignedIn, desk: &Desk, bytes: Vec<u8>) -> Result<MediaRow> {
    let drawing = state.clone();
    let (file_name, image) = tokio::task::spawn_blocking(move || {
        let image = media::accept(&bytes, &drawing.settings)?;
        Ok::<_, Error>((media::store(&drawing.settings, &image)?, image))
    })
    .await
    .map_err(Error::internal)??;
    let new = NewImage {
        file_name: file_name.clone(),
        media_type: image.media_type.to_owned(),
        width: image.width,
        height: image.height,
        bytes: image.bytes.len(),
    };
    let collective_id = desk.collective.id.clone();
    let added = state.act(me.principal(), move |act| images::add(act, &collective_id, new)).await;
    if added.is_err() {
        media::remove(&state.settings, &file_name)?;
    }
    added
}
