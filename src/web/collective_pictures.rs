//! A collective's icon and header picture, as its members and stewards change them.
//!
//! Must not decide who may: the act does.

use super::{account::faults_of, csrf, images, multipart, session::SignedIn};
use crate::{
    acts::collectives::{self, Profile},
    db::{self, collectives::CollectiveRow},
    error::{Error, Fault, Result},
    media::Purpose,
    state::AppState,
};
use actix_multipart::Multipart;
use actix_web::HttpRequest;

/// The two pictures, by the names of their fields.
const PICTURES: [(&str, Purpose); 2] = [("icon", Purpose::Icon), ("header", Purpose::Header)];

/// What a form came to.
pub(super) enum Changed {
    Done,
    /// Nothing was changed: what was typed, and what is wrong.
    Refused(Box<Profile>, Vec<Fault>),
}

/// Reads the form, takes the pictures and changes the profile.
pub(super) async fn change(
    req: &HttpRequest,
    state: &AppState,
    me: &SignedIn,
    row: &CollectiveRow,
    body: Multipart,
) -> Result<Changed> {
    let most = state.settings.media.max_upload_bytes;
    let mut parts = multipart::read(body, most, |name| PICTURES.iter().any(|(field, _)| *field == name)).await?;
    csrf::check(req, me, &parts.token)?;
    let mut profile = Profile::from(row.clone());
    let mut faults: Vec<Fault> = parts.too_large.iter().map(|field| multipart::too_large(field, most)).collect();
    for (field, purpose) in PICTURES {
        let (id, alt) = match purpose {
            Purpose::Header => (&mut profile.header_media_id, &mut profile.header_alt),
            _ => (&mut profile.icon_media_id, &mut profile.icon_alt),
        };
        *alt = parts.text(&format!("{field}_alt")).to_owned();
        if !parts.text(&format!("{field}_remove")).is_empty() {
            *id = None;
        }
        let Some(at) = parts.files.iter().position(|(name, _)| name == field) else { continue };
        let bytes = parts.files.swap_remove(at).1;
        match images::take(state, me.principal(), row.id.clone(), purpose, bytes).await {
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
            Ok(_) => return Ok(Changed::Done),
            Err(error) => faults = faults_of(error)?,
        }
    }
    // Of the pictures those that stand are shown: a browser doesn't send a file a second time by itself.
    let typed = Profile { icon_media_id: row.icon_media_id.clone(), header_media_id: row.header_media_id.clone(), ..profile };
    Ok(Changed::Refused(Box::new(typed), faults))
}

/// The file names of the two, where there are pictures.
pub(super) async fn files(state: &AppState, profile: &Profile) -> Result<(Option<String>, Option<String>)> {
    let (icon, header) = (profile.icon_media_id.clone(), profile.header_media_id.clone());
    let read = move |conn: &mut db::DbConn| {
        Ok((db::public::file_name(conn, icon.as_deref())?, db::public::file_name(conn, header.as_deref())?))
    };
    state.db.read(read).await
}
