//! The photo of an assembly's minutes: drawn anew from its pixels, kept where nothing is served from by name, and shown to signed-in
//! members of that collective alone.

use super::{of_desk, one};
use crate::{
    acts::decisions,
    error::{Error, Fault, Result},
    media::{self, Purpose, Shelf},
    state::AppState,
    web::{csrf, desk::page::Desk, errors, i18n::T, multipart, see_other, session::SignedIn},
};
use actix_multipart::Multipart;
use actix_web::{
    HttpRequest, HttpResponse,
    http::header,
    web::{Data, Path},
};

/// The field with the file.
const FIELD: &str = "photo";

/// `GET …/decisions/{id}/photo`
pub async fn show(state: Data<AppState>, me: SignedIn, path: Path<(String, String)>) -> Result<HttpResponse> {
    let desk = Desk::open(&state, &me, &path.0, "decisions").await?;
    let (own, id) = (desk.collective.id, path.1.clone());
    let file = state.db.read(move |conn| of_desk(conn, &own, &id)).await?.photo.ok_or(Error::NotFound)?;
    let place = media::path(&state.settings, Shelf::Private, &file).ok_or(Error::NotFound)?;
    let bytes = tokio::fs::read(place).await.map_err(|_| Error::NotFound)?;
    Ok(HttpResponse::Ok()
        .content_type(if file.ends_with(".png") { "image/png" } else { "image/jpeg" })
        .insert_header((header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .insert_header((header::CONTENT_SECURITY_POLICY, "sandbox; default-src 'none'"))
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .insert_header(("Cross-Origin-Resource-Policy", "same-origin"))
        .body(bytes))
}

/// `POST …/decisions/{id}/photo`
pub async fn change(
    req: HttpRequest,
    state: Data<AppState>,
    me: SignedIn,
    t: T,
    path: Path<(String, String)>,
    body: Multipart,
) -> Result<HttpResponse> {
    let desk = Desk::open(&state, &me, &path.0, "decisions").await?;
    let most = state.settings.media.max_upload_bytes;
    let mut parts = multipart::read(body, most, |name| name == FIELD).await?;
    csrf::check(&req, &me, &parts.token)?;
    let (own, asked) = (desk.collective.id.clone(), path.1.clone());
    let id = state.db.read(move |conn| of_desk(conn, &own, &asked)).await?.id;
    let there = desk.decision(&t, &id);
    let file = parts.files.pop();
    let error = match (parts.text("do"), parts.too_large.is_empty(), file) {
        ("remove", ..) => match put(&state, &me, &id, None).await {
            Ok(()) => return Ok(see_other(&format!("{there}?done=photo-removed"))),
            Err(error) => error,
        },
        (_, false, _) => Error::Invalid(vec![multipart::too_large(FIELD, most)]),
        (_, true, None) => Error::invalid(FIELD, "error-photo-missing"),
        (_, true, Some((_, bytes))) => match put(&state, &me, &id, Some(bytes)).await {
            Ok(()) => return Ok(see_other(&format!("{there}?done=photo-added"))),
            Err(error) => error,
        },
    };
    let status = errors::status(&error);
    let faults =
        super::as_faults(&t, error, FIELD)?.into_iter().map(|fault| Fault { field: FIELD.to_owned(), ..fault }).collect();
    one::answer(&state, &me, t, desk, &id, status, String::new(), faults).await
}

/// Writes the file first and the row after it: what is lost between the two is a file that nothing has, which goes by itself.
async fn put(state: &AppState, me: &SignedIn, id: &str, bytes: Option<Vec<u8>>) -> Result<()> {
    let file = match bytes {
        Some(bytes) => {
            let drawing = state.clone();
            let made = tokio::task::spawn_blocking(move || {
                let image = media::accept(&bytes, Purpose::Minutes, &drawing.settings)?;
                media::store(&drawing.settings, Shelf::Private, &image)
            });
            Some(made.await.map_err(Error::internal)??)
        }
        None => None,
    };
    let (id, new) = (id.to_owned(), file.clone());
    let old = match state.act(me.principal(), move |act| decisions::set_photo(act, &id, new.as_deref())).await {
        Ok(old) => old,
        Err(error) => {
            file.map_or(Ok(()), |file| media::remove(&state.settings, Shelf::Private, &file))?;
            return Err(error);
        }
    };
    old.map_or(Ok(()), |old| media::remove(&state.settings, Shelf::Private, &old))
}
