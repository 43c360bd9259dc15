//! Images and posters of the writing form: uploaded ones are written anew, put on the disk, noted down; kept ones are shown.

use super::{
    form::{Files, ImageSlot, WriteForm},
    page::Desk,
    upload::Submitted,
};
use crate::{
    db,
    domain::{Id, ids},
    error::{Error, Fault, Result},
    media::Purpose,
    state::AppState,
    web::{images, session::SignedIn},
};

/// The places for files, as shown.
pub(super) struct FileViews {
    pub images: Vec<ImageView>,
    pub posters: Vec<ImageView>,
}

impl FileViews {
    /// The places as the form has them now, with the files that are this collective's.
    pub async fn of(state: &AppState, desk: &Desk, form: &WriteForm) -> Result<Self> {
        let views = |of, slots| file_views(state, desk, of, slots);
        Ok(Self { images: views(Files::Images, &form.images).await?, posters: views(Files::Posters, &form.posters).await? })
    }

    /// Whether there is something to see at the places for posters.
    pub fn has_posters(&self, faults: &[Fault]) -> bool {
        let named = |field: &str| faults.iter().any(|fault| fault.field == field);
        named("posters") || self.posters.iter().any(|one| named(&one.field) || !one.media_id.is_empty() || !one.alt.is_empty())
    }
}

/// One place for an image or a poster, as shown.
pub(super) struct ImageView {
    /// From 1.
    pub n: usize,
    /// The name that its faults go by.
    pub field: String,
    pub media_id: String,
    /// Of a poster its title.
    pub alt: String,
    pub remove: bool,
    /// Empty where there is no image.
    pub url: String,
    pub width: i32,
    pub height: i32,
    pub bytes: i64,
}

/// Writes the uploaded files anew and puts each into its place; what can't be taken becomes a fault of that place.
pub(super) async fn take_files(state: &AppState, me: &SignedIn, desk: &Desk, submitted: &mut Submitted) -> Result<()> {
    for file in std::mem::take(&mut submitted.files) {
        let purpose = match file.of {
            Files::Images => Purpose::Statement,
            Files::Posters => Purpose::Poster,
        };
        match images::take(state, me.principal(), desk.collective.id.clone(), purpose, file.bytes).await {
            Ok(row) => {
                let slot = submitted.form.slot(file.of, file.slot);
                *slot = ImageSlot { media_id: row.id, alt: std::mem::take(&mut slot.alt), remove: false };
            }
            Err(Error::Invalid(faults)) => {
                submitted.faults.extend(faults.into_iter().map(|fault| Fault { field: file.of.field(file.slot), ..fault }))
            }
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

async fn file_views(state: &AppState, desk: &Desk, of: Files, slots: &[ImageSlot]) -> Result<Vec<ImageView>> {
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
                field: of.field(at),
                media_id: media.map_or_else(String::new, |media| media.id.clone()),
                alt: slot.alt.clone(),
                remove: slot.remove,
                url: media.map_or_else(String::new, |media| site.media(&media.file_name)),
                width: media.map_or(0, |media| media.width),
                height: media.map_or(0, |media| media.height),
                bytes: media.map_or(0, |media| media.bytes),
            }
        })
        .collect())
}
