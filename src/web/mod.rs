//! Pages for people: public ones, the desk, the steward's. Thin handlers that call an act and render a template.
//!
//! Must not know SQL or compose activities.

use crate::error::{Error, Result};
use actix_web::{HttpResponse, web::ServiceConfig};
use askama::Template;

pub mod account;
pub mod action_form;
pub mod assets;
pub mod city_field;
mod collective_pictures;
pub mod conditional;
pub mod csrf;
pub mod desk;
pub mod errors;
pub mod headers;
pub mod i18n;
pub mod images;
mod invite_by_mail;
pub mod multipart;
pub mod proposed_mail;
pub mod public;
pub mod routes;
pub mod session;
pub mod setup;
pub mod steward;
pub mod when_where;

pub use invite_by_mail::invite_by_mail;

pub fn routes(cfg: &mut ServiceConfig) {
    assets::routes(cfg);
    public::routes(cfg);
    desk::routes(cfg);
    account::routes(cfg);
    setup::routes(cfg);
    steward::routes(cfg);
}

/// The part of the table of routes that is made of tables.
pub fn route_table() -> impl Iterator<Item = &'static routes::Route> {
    account::ROUTES.iter().chain(setup::ROUTES).chain(steward::ROUTES).chain(desk::ROUTES).chain(public::PROPOSE)
}

/// A rendered page, 200.
pub fn page(template: &impl Template) -> Result<HttpResponse> {
    page_with(actix_web::http::StatusCode::OK, template)
}

/// A rendered page with another status, such as 422 for a form that comes back with its faults.
pub fn page_with(status: actix_web::http::StatusCode, template: &impl Template) -> Result<HttpResponse> {
    let html = template.render().map_err(Error::internal)?;
    Ok(HttpResponse::build(status).content_type("text/html; charset=utf-8").body(html))
}

/// Sends the browser on after a form was taken (303), to a path of this site.
pub fn see_other(path: &str) -> HttpResponse {
    HttpResponse::SeeOther().insert_header((actix_web::http::header::LOCATION, path)).finish()
}

#[cfg(test)]
mod ui_tests;
