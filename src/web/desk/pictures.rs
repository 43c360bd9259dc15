//! Images of the writing form: uploaded ones are drawn anew, put on the disk, noted down; kept ones are shown.

use super::{form::ImageSlot, page::Desk, upload::Submitted};
use crate::{
    db,
    domain::{Id, ids},
    error::{Error, Fault, Result},
    media::Purpose,
    state::AppState,
    web::{images, session::SignedIn},
};

/// One place for an image, as shown.
pub(super) struct ImageView {
    /// From 1.
    pub n: usize,
    /// The name that its faults go by.
    pub field: String,
    pub media_id: String,
    pub alt: String,
    pub remove: bool,
    /// Empty where there is no image.
    pub url: String,
    pub width: i32,
    pub height: i32,
}

/// Draws the uploaded images anew and puts each into its place; what can't be taken becomes a fault of that place.
pub(super) async fn take_images(state: &AppState, me: &SignedIn, desk: &Desk, submitted: &mut Submitted) -> Result<()> {
    for image in std::mem::take(&mut submitted.images) {
        match images::take(state, me.principal(), desk.collective.id.clone(), Purpose::Statement, image.bytes).await {
            Ok(row) => {
                let slot = &mut submitted.form.images[image.slot];
                *slot = ImageSlot { media_id: row.id, alt: std::mem::take(&mut slot.alt), remove: false };
            }
            Err(Error::Invalid(faults)) => submitted
                .faults
                .extend(faults.into_iter().map(|fault| Fault { field: format!("image-{}", image.slot + 1), ..fault })),
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// The places for images as the form has them now, with the pictures that are this collective's.
pub(super) async fn image_views(state: &AppState, desk: &Desk, slots: &[ImageSlot]) -> Result<Vec<ImageView>> {
    let ids: Vec<Id> = slots.iter().filter_map(|slot| ids::parse_id(&slot.media_id)).collect();
    let collective_id = desk.collective.id.clone();
    let known = state.db.read(move |conn| db::media::of_collective(conn, &collective_id, &ids)).await?;
    let site = state.site()?;
    Ok(slots
        .iter()
        .enumerate()
        .map(|(at, slot)| {
            let media = known.iter().find(|media| media.id == slot.media_id);
            ImageView {
                n: at + 1,
                field: format!("image-{}", at + 1),
                media_id: media.map_or_else(String::new, |media| media.id.clone()),
                alt: slot.alt.clone(),
                remove: slot.remove,
                url: media.map_or_else(String::new, |media| site.media(&media.file_name)),
                width: media.map_or(0, |media| media.width),
                height: media.map_or(0, |media| media.height),
            }
        })
        .collect())
}
