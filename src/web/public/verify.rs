//! A page for people that checks a co-signature, or a statement with all that stand under it: every condition, with what it
//! means in plain words.
//!
//! A bundle that somebody kept is checked by what is in it, and nobody is asked.
//!
//! Nobody is signed in here: tries are counted, and each makes a bounded number of guarded requests (SRF-11, RES-14).

use crate::{
    AppState, Error, Result,
    domain::url::parse_remote,
    error::Fault,
    federation::{
        offline,
        verify::{self, Bounds, Report},
    },
    feeds::bundle,
    web::{
        csrf::{self, PlainForm},
        errors,
        i18n::T,
        multipart, page, page_with, session,
    },
};
use actix_multipart::Multipart;
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
    /// A file was checked without asking anybody.
    offline: bool,
    /// Makers of it whose keys are known here, and those of whom the file alone says that they are theirs.
    known: Vec<String>,
    claimed: Vec<String>,
}

impl VerifyPage {
    fn new(t: T, address: String) -> Self {
        Self {
            t,
            address,
            faults: Vec::new(),
            reports: Vec::new(),
            ok: false,
            offline: false,
            known: Vec::new(),
            claimed: Vec::new(),
        }
    }

    fn show(&mut self, mut report: Report) {
        self.ok = report.holds();
        if let Some(keys) = report.keys.take() {
            (self.offline, self.known, self.claimed) = (true, keys.known, keys.claimed);
        }
        let parts = std::mem::take(&mut report.parts);
        self.reports = std::iter::once(report).chain(parts).collect();
    }
}

#[derive(serde::Deserialize, Default)]
#[serde(default)]
pub struct Wanted {
    address: String,
}

pub async fn form(t: T, wanted: Query<Wanted>) -> Result<HttpResponse> {
    let address = wanted.into_inner().address;
    page(&VerifyPage::new(t, address))
}

/// `POST /verify`
pub async fn submit(t: T, req: HttpRequest, state: Data<AppState>, form: PlainForm<Wanted>) -> Result<HttpResponse> {
    let PlainForm(Wanted { address }) = form;
    let address = address.trim().to_owned();
    state.limits.count_lookup(session::client_address(&req, &state.settings), state.now())?;
    let mut shown = VerifyPage::new(t, address);
    let found = match parse_remote(&shown.address) {
        Some(_) => verify::address(&state, &shown.address, &Bounds::visitor()).await,
        None => Err(Error::NotFound),
    };
    let mut response = match found {
        Ok(report) => {
            shown.show(report);
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

/// Largest bundle taken on the page, in bytes.
const MAX_BUNDLE_BYTES: usize = 4 * 1024 * 1024;
/// The field with the file.
const FILE: &str = "file";

/// `POST /verify/file`: a bundle, by what is in it alone.
pub async fn file(t: T, req: HttpRequest, state: Data<AppState>, body: Multipart) -> Result<HttpResponse> {
    csrf::check_origin(&req)?;
    state.limits.count_lookup(session::client_address(&req, &state.settings), state.now())?;
    let mut parts = multipart::read(body, MAX_BUNDLE_BYTES, |name| name == FILE).await?;
    let mut shown = VerifyPage::new(t, String::new());
    let checked = match (parts.too_large.is_empty(), parts.files.pop()) {
        (false, _) => Err(Error::invalid_with(FILE, "error-verify-large", "megabytes", MAX_BUNDLE_BYTES / (1024 * 1024))),
        (true, None) => Err(Error::invalid(FILE, "error-verify-file")),
        (true, Some((_, bytes))) => of_bytes(&state, &bytes).await,
    };
    let mut response = match checked {
        Ok(report) => {
            shown.show(report);
            page(&shown)?
        }
        Err(Error::Invalid(faults)) => {
            shown.faults = faults;
            page_with(StatusCode::UNPROCESSABLE_ENTITY, &shown)?
        }
        Err(error) => return Err(error),
    };
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}

async fn of_bytes(state: &AppState, bytes: &[u8]) -> Result<Report> {
    let wrong = || Error::invalid(FILE, "error-verify-offline");
    if !bundle::is_one(bytes) {
        return Err(wrong());
    }
    let part = |name| {
        let text = bundle::read(bytes, name)?.unwrap_or_default();
        serde_json::from_slice::<serde_json::Value>(text).map_err(|_| wrong())
    };
    let (statement, register, actors) = (part(bundle::STATEMENT)?, part(bundle::REGISTER)?, part(bundle::ACTORS)?);
    offline::bundle(state, &statement, &register, &actors).await
}
