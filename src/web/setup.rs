//! Setting the instance up in the browser, by the link that the server prints at its first start.

use super::{
    account::{HOME, fault, faults_of, form_page, new_passphrase, with_cookie},
    csrf::{self, OpenForm},
    i18n::T,
    routes::routes,
    session,
};
use crate::{
    acts::{
        collectives::NewCollective,
        invitations, sessions,
        setup::{FirstMember, SetUp},
    },
    db,
    domain::{language, names::SessionStage},
    error::{Error, Fault, Result},
    state::AppState,
};
use actix_web::{
    HttpRequest, HttpResponse,
    http::header,
    web::{Data, Path},
};
use askama::Template;
use serde::Deserialize;

routes! {
    "/setup/{token}" Everybody { get => page, post => submit }
}

/// What was typed. Names with a dot are those of [`SetUp`]'s faults.
#[derive(Deserialize, Default, Clone)]
#[serde(default)]
pub struct Typed {
    name: String,
    description: String,
    domain: String,
    #[serde(rename = "collective.handle")]
    handle: String,
    #[serde(rename = "collective.name")]
    collective_name: String,
    #[serde(rename = "collective.language")]
    collective_language: String,
    #[serde(rename = "member.name")]
    member_name: String,
    #[serde(skip_serializing)]
    passphrase: String,
    repeat: String,
}

#[derive(Template)]
#[template(path = "account/setup.html")]
struct SetupPage {
    t: T,
    csrf: String,
    faults: Vec<Fault>,
    token: String,
    typed: Typed,
    local: bool,
    /// (tag, own name, ticked)
    languages: Vec<(String, String, bool)>,
    offered: Vec<(String, String)>,
}

#[derive(Template)]
#[template(path = "account/set_up.html")]
struct DonePage {
    t: T,
    address: String,
}

async fn look(state: &AppState, req: &HttpRequest, token: &str) -> Result<()> {
    if state.site_if_set_up().is_some() {
        return Err(Error::NotFound);
    }
    let (given, now) = (token.to_owned(), state.now());
    if state.db.read(move |conn| invitations::setup_open(conn, &given, now)).await? {
        return Ok(());
    }
    state.limits.count(session::client_address(req, &state.settings), None, now)?;
    Err(Error::Forbidden("error-link-void"))
}

pub async fn page(t: T, req: HttpRequest, state: Data<AppState>, token: Path<String>) -> Result<HttpResponse> {
    let token = token.into_inner();
    look(&state, &req, &token).await?;
    let typed = Typed {
        domain: invitations::default_domain(&state.settings),
        collective_language: t.lang.to_owned(),
        ..Default::default()
    };
    let ticked = vec![t.lang.to_owned()];
    show(t, &req, &state, token, typed, &ticked, Vec::new())
}

fn show(
    t: T,
    req: &HttpRequest,
    state: &AppState,
    token: String,
    typed: Typed,
    ticked: &[String],
    faults: Vec<Fault>,
) -> Result<HttpResponse> {
    let (csrf, cookie) = csrf::open_token(req, state)?;
    let page = SetupPage {
        languages: t
            .languages()
            .iter()
            .map(|lang| (lang.tag().to_owned(), lang.name().to_owned(), ticked.iter().any(|tag| tag == lang.tag())))
            .collect(),
        offered: language::OFFERED.iter().map(|(tag, name)| ((*tag).to_owned(), (*name).to_owned())).collect(),
        csrf,
        faults,
        token,
        typed,
        local: state.settings.is_local(),
        t,
    };
    with_cookie(form_page(&page, &page.faults)?, cookie)
}

pub async fn submit(
    t: T,
    req: HttpRequest,
    state: Data<AppState>,
    token: Path<String>,
    form: OpenForm<Typed>,
) -> Result<HttpResponse> {
    let token = token.into_inner();
    look(&state, &req, &token).await?;
    let mut languages: Vec<String> = csrf::values(&form.pairs, "languages").into_iter().map(str::to_owned).collect();
    // The language of the page goes first where it was ticked: it is the instance's own.
    languages.sort_by_key(|tag| tag != t.lang);
    let typed = form.value;
    match set_up(&state, &t, &typed, languages.clone()).await {
        Ok(session_token) => done(t, &req, &state, session_token),
        Err(error) => show(t, &req, &state, token, typed, &languages, faults_of(error)?),
    }
}

async fn set_up(state: &AppState, t: &T, typed: &Typed, languages: Vec<String>) -> Result<String> {
    let mut input = SetUp {
        name: typed.name.clone(),
        description: typed.description.clone(),
        domain: typed.domain.clone(),
        languages,
        collective: NewCollective {
            handle: typed.handle.clone(),
            name: typed.collective_name.clone(),
            language: typed.collective_language.clone(),
            ..Default::default()
        },
        member: FirstMember { name: typed.member_name.clone(), language: t.lang.to_owned(), ..Default::default() },
    };
    let mut faults = match input.check(state.settings.is_local()) {
        Ok(()) => Vec::new(),
        Err(error) => faults_of(error)?,
    };
    faults.extend(new_passphrase(&typed.passphrase, &typed.repeat));
    let configured = &state.settings.instance.domain;
    if !configured.is_empty() && !typed.domain.trim().eq_ignore_ascii_case(configured) {
        // The server would refuse to start with two different names.
        faults.push(fault("domain", "error-domain-configured"));
    }
    if !faults.is_empty() {
        return Err(Error::Invalid(faults));
    }
    input.member.passphrase_hash = state.hasher.hash(typed.passphrase.clone()).await?;
    let name = input.member.name.clone();
    state.set_up(input).await?;
    let (now, days) = (state.now(), state.settings.accounts.session_days);
    state
        .db
        .write(move |conn| {
            db::tokens::revoke_all(conn, crate::domain::names::TokenPurpose::Setup, now)?;
            let member = db::members::by_name(conn, &name)?;
            sessions::start(conn, now, &member.id, SessionStage::Full, days)
        })
        .await
}

/// To the desk where this browser is at the instance's address already; else a page that leads there.
fn done(t: T, req: &HttpRequest, state: &AppState, session_token: String) -> Result<HttpResponse> {
    let site = state.site()?;
    let here = req.headers().get(header::HOST).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if here.eq_ignore_ascii_case(&site.domain) {
        return with_cookie(session::redirect(HOME), Some(session::cookie(&state.settings, session_token)));
    }
    super::page(&DonePage { t, address: format!("{}{}", site.base_url, session::SIGN_IN) })
}
