//! The session ended while somebody wrote: nothing is saved, and their text comes back to be copied.

use super::upload;
use crate::{
    error::Result,
    web::{csrf, i18n::T, page_with},
};
use actix_multipart::Multipart;
use actix_web::{HttpRequest, HttpResponse, http::StatusCode};
use askama::Template;

#[derive(Template)]
#[template(path = "desk/signed_out.html")]
struct SignedOutPage {
    t: T,
    typed: Vec<(&'static str, String)>,
}

/// The session ended while somebody wrote: their text comes back to be copied.
pub(super) async fn signed_out(req: &HttpRequest, t: T, body: Multipart) -> Result<HttpResponse> {
    csrf::check_origin(req)?;
    let form = upload::read(body, 0).await?.form;
    let typed = vec![
        ("desk-field-title", form.title),
        ("desk-field-summary", form.summary),
        ("desk-field-body", form.body),
        ("desk-field-demands", form.demands),
        ("desk-field-contact", form.contact),
        ("desk-field-hashtags", form.hashtags),
        ("desk-field-mentions", form.mentions),
        ("desk-field-quote", form.quote),
        ("desk-field-warning", form.content_warning),
    ];
    page_with(StatusCode::UNAUTHORIZED, &SignedOutPage { t, typed })
}
