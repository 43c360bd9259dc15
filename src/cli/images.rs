//! Files of images that commands are given.

use super::Context;
use crate::{
    acts::{
        Principal,
        images::{self, NewImage},
    },
    db::{collectives::CollectiveRow, media::MediaRow},
    error::{Error, Result},
    media::{self, Purpose, Shelf},
};

/// Draws an image anew, keeps it and notes it down.
///
/// # Errors
/// `Config` where the file can't be read, `Invalid` where it isn't an image that we take.
pub fn keep(ctx: &Context, collective: &CollectiveRow, purpose: Purpose, file: &str) -> Result<MediaRow> {
    let bytes = std::fs::read(file).map_err(|e| Error::Config(format!("{file}: {e}")))?;
    let image = media::accept(&bytes, purpose, ctx.settings())?;
    let file_name = media::store(ctx.settings(), Shelf::Public, &image)?;
    let new = NewImage::of(file_name.clone(), image.media_type, image.width, image.height, image.bytes.len());
    let added = ctx.state.act_blocking(Principal::Console, |act| images::add(act, &collective.id, new));
    if added.is_err() {
        media::remove(ctx.settings(), Shelf::Public, &file_name)?;
    }
    added
}
