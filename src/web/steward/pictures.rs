//! A collective's icon and header picture.

use super::collectives::{find, show_one};
use crate::{
    acts::collectives::{self, Profile},
    error::{Error, Fault, Result},
    media::Purpose,
    state::AppState,
    web::{account::faults_of, csrf, i18n::T, images, multipart, see_other, session::StewardSignedIn},
};
use actix_multipart::Multipart;
use actix_web::{
    HttpRequest, HttpResponse,
    web::{Data, Path},
};

/// The two pictures, by the names of their fields.
const PICTURES: [(&str, Purpose); 2] = [("icon", Purpose::Icon), ("header", Purpose::Header)];

/// `POST /steward/collectives/{handle}/pictures`
pub async fn change(
    req: HttpRequest,
    t: T,
    state: Data<AppState>,
    me: StewardSignedIn,
    handle: Path<String>,
    body: Multipart,
) -> Result<HttpResponse> {
    let row = find(&state, handle.into_inner()).await?;
    let most = state.settings.media.max_upload_bytes;
    let mut parts = multipart::read(body, most, |name| PICTURES.iter().any(|(field, _)| *field == name)).await?;
    csrf::check(&req, &me, &parts.token)?;
    let mut profile = Profile::from(row.clone());
    let mut faults: Vec<Fault> = parts.too_large.iter().map(|field| multipart::too_large(field, most)).collect();
    for (field, purpose) in PICTURES {
        let (id, alt) = match purpose {
            Purpose::Header => (&mut profile.header_media_id, &mut profile.header_alt),
            Purpose::Icon | Purpose::Statement => (&mut profile.icon_media_id, &mut profile.icon_alt),
        };
        *alt = parts.text(&format!("{field}_alt")).to_owned();
        if !parts.text(&format!("{field}_remove")).is_empty() {
            *id = None;
        }
        let Some(at) = parts.files.iter().position(|(name, _)| name == field) else { continue };
        let bytes = parts.files.swap_remove(at).1;
        match images::take(&state, me.principal(), row.id.clone(), purpose, bytes).await {
            Ok(media) => *id = Some(media.id),
            Err(Error::Invalid(wrong)) => {
                faults.extend(wrong.into_iter().map(|fault| Fault { field: field.to_owned(), ..fault }));
            }
            Err(error) => return Err(error),
        }
    }
    if faults.is_empty() {
        let (id, wanted) = (row.id.clone(), profile.clone());
        match state.act(me.principal(), move |act| collectives::edit(act, &id, wanted)).await {
            Ok(row) => return Ok(see_other(&t.url(format!("/steward/collectives/{}", row.handle)))),
            Err(error) => faults = faults_of(error)?,
        }
    }
    // Of the pictures those that stand are shown: a browser doesn't send a file a second time by itself.
    let typed = Profile { icon_media_id: row.icon_media_id.clone(), header_media_id: row.header_media_id.clone(), ..profile };
    show_one(t, &state, &me, &row, typed, faults).await
}
