//! `GET /media/{file}`: stored images and posters. Must not serve anything but names that `store` gave.

use super::{pdf, store};
use crate::state::AppState;
use actix_web::{
    HttpRequest, HttpResponse,
    http::header,
    web::{self, Data, Path, ServiceConfig},
};
use std::io::ErrorKind;

pub fn routes(cfg: &mut ServiceConfig) {
    cfg.service(web::resource("/media/{file}").route(web::get().to(image)).route(web::head().to(image)));
}

async fn image(state: Data<AppState>, file: Path<String>, request: HttpRequest) -> HttpResponse {
    let Some(path) = store::path(&state.settings, store::Shelf::Public, &file) else { return HttpResponse::NotFound().finish() };
    // A name never gets another content.
    let tag = format!("\"{file}\"");
    if request.headers().get(header::IF_NONE_MATCH).is_some_and(|value| value.as_bytes() == tag.as_bytes()) {
        return HttpResponse::NotModified().insert_header((header::ETAG, tag)).finish();
    }
    let written = tokio::fs::metadata(&path).await.and_then(|file| file.modified()).ok();
    let bytes = match tokio::fs::read(path).await {
        Ok(bytes) => bytes,
        Err(e) if e.kind() == ErrorKind::NotFound => return HttpResponse::NotFound().finish(),
        Err(e) => {
            // Not 404: peers would forget an image that is only out of reach.
            tracing::error!("can't read an image: {e}");
            return HttpResponse::ServiceUnavailable().finish();
        }
    };
    let mut response = HttpResponse::Ok();
    if let Some(written) = written {
        response.insert_header((header::LAST_MODIFIED, header::HttpDate::from(written)));
    }
    response
        .content_type(match file.rsplit_once('.') {
            Some((_, "png")) => "image/png",
            Some((_, "pdf")) => pdf::MEDIA_TYPE,
            _ => "image/jpeg",
        })
        .insert_header((header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .insert_header((header::CONTENT_SECURITY_POLICY, "sandbox; default-src 'none'"))
        .insert_header((header::CONTENT_DISPOSITION, format!("attachment; filename=\"{file}\"")))
        .insert_header((header::CACHE_CONTROL, "public, max-age=31536000, immutable"))
        .insert_header(("Cross-Origin-Resource-Policy", "cross-origin"))
        .insert_header((header::ETAG, tag))
        .body(bytes)
}
