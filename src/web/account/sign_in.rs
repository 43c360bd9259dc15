//! Signing in, the code of the second factor, signing out.

use super::{HOME, faults_of, form_page, with_cookie};
use crate::{
    acts::sessions::{self, Started},
    domain::names::SessionStage,
    error::{Fault, Result},
    state::AppState,
    web::{
        csrf::{self, Form, OpenForm},
        i18n::T,
        session::{self, HalfSignedIn, SignedIn},
    },
};
use actix_web::{
    HttpRequest, HttpResponse,
    web::{Data, Query},
};
use askama::Template;
use serde::Deserialize;

#[derive(Template)]
#[template(path = "account/sign_in.html")]
struct SignInPage {
    t: T,
    csrf: String,
    faults: Vec<Fault>,
    name: String,
    next: String,
}

#[derive(Deserialize)]
pub struct Next {
    #[serde(default)]
    next: String,
}

/// Where to go on: back to where they came from, if that is on this site.
fn onward(next: &str) -> &str {
    session::same_site_path(next).unwrap_or(HOME)
}

fn with_next(path: &str, next: &str) -> String {
    match session::same_site_path(next) {
        Some(next) => format!("{path}?next={}", url::form_urlencoded::byte_serialize(next.as_bytes()).collect::<String>()),
        None => path.to_owned(),
    }
}

pub async fn page(
    t: T,
    req: HttpRequest,
    state: Data<AppState>,
    query: Query<Next>,
    member: Option<SignedIn>,
) -> Result<HttpResponse> {
    if member.is_some() {
        return Ok(session::redirect(onward(&query.next)));
    }
    let (csrf, cookie) = csrf::open_token(&req, &state)?;
    let next = session::same_site_path(&query.next).unwrap_or_default().to_owned();
    let page = SignInPage { t, csrf, faults: Vec::new(), name: String::new(), next };
    with_cookie(form_page(&page, &[])?, cookie)
}

#[derive(Deserialize)]
pub struct SignIn {
    #[serde(default)]
    name: String,
    #[serde(default)]
    passphrase: String,
    #[serde(default)]
    next: String,
}

pub async fn submit(t: T, req: HttpRequest, state: Data<AppState>, form: OpenForm<SignIn>) -> Result<HttpResponse> {
    let OpenForm { value: SignIn { name, passphrase, next }, .. } = form;
    let address = session::client_address(&req, &state.settings);
    let old = req.cookie(session::cookie_name(&state.settings)).map(|cookie| cookie.value().to_owned());
    match sessions::sign_in(&state, address, name.clone(), passphrase, old).await {
        Ok(started) => go_on(&state, started, &next),
        Err(error) => {
            let faults = faults_of(error)?;
            let (csrf, cookie) = csrf::open_token(&req, &state)?;
            let next = session::same_site_path(&next).unwrap_or_default().to_owned();
            let page = SignInPage { t, csrf, name, next, faults };
            with_cookie(form_page(&page, &page.faults)?, cookie)
        }
    }
}

/// Sets the new session's cookie and sends the browser on.
fn go_on(state: &AppState, started: Started, next: &str) -> Result<HttpResponse> {
    let path = match started.stage {
        SessionStage::Full => onward(next).to_owned(),
        SessionStage::SecondFactor => with_next(session::SECOND_FACTOR, next),
    };
    with_cookie(session::redirect(&path), Some(session::cookie(&state.settings, started.token)))
}

#[derive(Template)]
#[template(path = "account/code.html")]
struct CodePage {
    t: T,
    csrf: String,
    faults: Vec<Fault>,
    next: String,
}

pub async fn code_page(t: T, half: HalfSignedIn, query: Query<Next>) -> Result<HttpResponse> {
    let next = session::same_site_path(&query.next).unwrap_or_default().to_owned();
    form_page(&CodePage { t, csrf: half.session.csrf, faults: Vec::new(), next }, &[])
}

#[derive(Deserialize)]
pub struct Code {
    #[serde(default)]
    code: String,
    #[serde(default)]
    next: String,
}

pub async fn submit_code(
    t: T,
    req: HttpRequest,
    state: Data<AppState>,
    half: HalfSignedIn,
    form: Form<Code>,
) -> Result<HttpResponse> {
    let Form { value: Code { code, next }, .. } = form;
    let address = session::client_address(&req, &state.settings);
    match sessions::second_factor(&state, address, &half.session, &half.member, code).await {
        Ok(started) => go_on(&state, started, &next),
        Err(error) => {
            let faults = faults_of(error)?;
            let next = session::same_site_path(&next).unwrap_or_default().to_owned();
            let page = CodePage { t, csrf: half.session.csrf, next, faults };
            form_page(&page, &page.faults)
        }
    }
}

#[derive(Deserialize)]
pub struct Nothing {}

pub async fn sign_out(state: Data<AppState>, member: SignedIn, _form: Form<Nothing>) -> Result<HttpResponse> {
    sessions::sign_out(&state, member.member.id).await?;
    with_cookie(session::redirect("/"), Some(session::no_cookie(&state.settings)))
}
