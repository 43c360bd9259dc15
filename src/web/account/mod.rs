//! A member's own pages: signing in, joining, a new passphrase, the account.
//!
//! Must not know SQL or how passphrases are kept.

use super::{page_with, routes::routes, session};
use crate::{
    error::{Error, Fault, Result},
    state::AppState,
};
use actix_web::{HttpRequest, HttpResponse, cookie::Cookie, http::StatusCode};
use askama::Template;

mod codes;
mod join;
mod reset;
mod settings;
mod sign_in;

routes! {
    "/sign-in" Everybody { get => sign_in::page, post => sign_in::submit }
    "/sign-in/code" Everybody { get => sign_in::code_page, post => sign_in::submit_code }
    "/sign-out" Member { post => sign_in::sign_out }
    "/join/{token}" Everybody { get => join::page, post => join::submit }
    "/reset" Everybody { get => reset::ask, post => reset::submit_ask }
    "/reset/{token}" Everybody { get => reset::page, post => reset::submit }
    "/account" Member { get => settings::page }
    "/account/details" Member { post => settings::details }
    "/account/passphrase" Member { post => settings::passphrase }
    "/account/sessions/end" Member { post => settings::end_sessions }
    "/account/codes" Member { get => codes::page, post => codes::confirm }
    "/account/codes/new" Member { post => codes::propose }
    "/account/codes/off" Member { post => codes::off }
}

/// Where members land after signing in.
pub(super) const HOME: &str = "/desk";

/// The faults that a form shows beside its fields; any other error goes on to its own page.
pub(super) fn faults_of(error: Error) -> Result<Vec<Fault>> {
    match error {
        Error::Invalid(faults) => Ok(faults),
        Error::Conflict(message) => Ok(vec![fault("form", message)]),
        other => Err(other),
    }
}

pub(super) fn fault(field: &str, message: &'static str) -> Fault {
    Fault { field: field.to_owned(), message, args: Vec::new() }
}

/// A form as it came back with its faults: 422, or 200 without any.
pub(super) fn form_page(template: &impl Template, faults: &[Fault]) -> Result<HttpResponse> {
    page_with(if faults.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY }, template)
}

pub(super) fn with_cookie(mut response: HttpResponse, cookie: Option<Cookie<'static>>) -> Result<HttpResponse> {
    if let Some(cookie) = cookie {
        response.add_cookie(&cookie).map_err(Error::internal)?;
    }
    Ok(response)
}

/// What is said to whoever comes with a link that doesn't work: asking for such counts as a try.
pub(super) fn void_link(state: &AppState, req: &HttpRequest) -> Error {
    let counted = state.limits.count(session::client_address(req, &state.settings), None, state.now());
    counted.err().unwrap_or(Error::Forbidden("error-link-void"))
}

/// Checks a new passphrase and its repetition.
pub(super) fn new_passphrase(passphrase: &str, repeat: &str) -> Vec<Fault> {
    match crate::domain::member::new_passphrase(passphrase) {
        Err(message) => vec![fault("passphrase", message)],
        Ok(()) if passphrase != repeat => vec![fault("repeat", "error-passphrase-repeat")],
        Ok(()) => Vec::new(),
    }
}
