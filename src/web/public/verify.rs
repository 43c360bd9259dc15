//! A page for people that checks a co-signature, or a statement with all that stand under it: every condition, with what it
//! means in plain words.
//!
//! Nobody is signed in here: tries are counted, and each makes a bounded number of guarded requests (SRF-11, RES-14).

use crate::{
    AppState, Error, Result,
    domain::url::parse_remote,
    error::Fault,
    federation::verify::{self, Bounds, Report},
    web::{csrf::PlainForm, errors, i18n::T, page, page_with, session},
};
use actix_web::{
    HttpRequest, HttpResponse,
    http::{
        StatusCode,
        header::{CACHE_CONTROL, HeaderValue},
    },
    web::{Data, Query},
};
use askama::Template;

#[derive(Template)]
#[template(path = "public/verify.html")]
struct VerifyPage {
    t: T,
    address: String,
    faults: Vec<Fault>,
    /// What was checked, and the entries of its register.
    reports: Vec<Report>,
    ok: bool,
}

#[derive(serde::Deserialize, Default)]
#[serde(default)]
pub struct Wanted {
    address: String,
}

pub async fn form(t: T, wanted: Query<Wanted>) -> Result<HttpResponse> {
    let address = wanted.into_inner().address;
    page(&VerifyPage { t, address, faults: Vec::new(), reports: Vec::new(), ok: false })
}

/// `POST /verify`
pub async fn submit(t: T, req: HttpRequest, state: Data<AppState>, form: PlainForm<Wanted>) -> Result<HttpResponse> {
    let PlainForm(Wanted { address }) = form;
    let address = address.trim().to_owned();
    state.limits.count_lookup(session::client_address(&req, &state.settings), state.now())?;
    let mut shown = VerifyPage { t, address, faults: Vec::new(), reports: Vec::new(), ok: false };
    let found = match parse_remote(&shown.address) {
        Some(_) => verify::address(&state, &shown.address, &Bounds::visitor()).await,
        None => Err(Error::NotFound),
    };
    let mut response = match found {
        Ok(mut report) => {
            shown.ok = report.holds();
            let parts = std::mem::take(&mut report.parts);
            shown.reports = std::iter::once(report).chain(parts).collect();
            page(&shown)?
        }
        Err(error @ (Error::Internal(_) | Error::Config(_))) => return Err(error),
        Err(error) => {
            let status = errors::status(&error);
            let fault = |message, args| Fault { field: "address".into(), message, args };
            shown.faults = vec![match error {
                Error::NotFound => fault("error-verify-nothing", Vec::new()),
                Error::Invalid(_) => fault("error-verify-kind", Vec::new()),
                other => fault("desk-error", vec![("reason", shown.t.error(&other))]),
            }];
            page_with(if status == StatusCode::NOT_FOUND { StatusCode::UNPROCESSABLE_ENTITY } else { status }, &shown)?
        }
    };
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}
