//! A new passphrase by a link: asked for by mail, or handed over by a steward.

use super::{HOME, form_page, new_passphrase, void_link, with_cookie};
use crate::{
    acts::{accounts, secret, sessions},
    db,
    domain::names::{MemberState, SessionStage, TokenPurpose},
    error::{Error, Fault, Result},
    state::AppState,
    web::{
        csrf::{self, OpenForm},
        i18n::T,
        session,
    },
};
use actix_web::{
    HttpRequest, HttpResponse,
    web::{Data, Path},
};
use askama::Template;
use serde::Deserialize;

#[derive(Template)]
#[template(path = "account/forgotten.html")]
struct AskPage {
    t: T,
    csrf: String,
    faults: Vec<Fault>,
    /// Whether this instance sends mail at all.
    mail: bool,
    /// Whether it was asked for.
    asked: bool,
}

pub async fn ask(t: T, req: HttpRequest, state: Data<AppState>) -> Result<HttpResponse> {
    show_ask(t, &req, &state, false)
}

fn show_ask(t: T, req: &HttpRequest, state: &AppState, asked: bool) -> Result<HttpResponse> {
    let (csrf, cookie) = csrf::open_token(req, state)?;
    let mail = !state.settings.mail.smtp_url.is_empty();
    with_cookie(form_page(&AskPage { t, csrf, faults: Vec::new(), mail, asked }, &[])?, cookie)
}

#[derive(Deserialize)]
pub struct Ask {
    #[serde(default)]
    name: String,
}

/// Answers the same, as fast, whether there is such a member and an address or not: the mail is made afterwards.
pub async fn submit_ask(t: T, req: HttpRequest, state: Data<AppState>, form: OpenForm<Ask>) -> Result<HttpResponse> {
    let name = form.value.name;
    state.limits.count(session::client_address(&req, &state.settings), Some(&name), state.now())?;
    if !state.settings.mail.smtp_url.is_empty() {
        let state = AppState::clone(&state);
        actix_web::rt::spawn(async move {
            if let Err(error) = send_link(&state, name).await {
                tracing::warn!(%error, "a reset link was not sent");
            }
        });
    }
    show_ask(t, &req, &state, true)
}

async fn send_link(state: &AppState, name: String) -> Result<()> {
    let site = state.site()?;
    let (now, minutes) = (state.now(), state.settings.accounts.reset_minutes);
    let made = state
        .db
        .write(move |conn| {
            let member = match db::members::by_name(conn, &name) {
                Err(Error::NotFound) => return Ok(None),
                other => other?,
            };
            match member.mail.clone() {
                Some(mail) if member.state == MemberState::Active => {
                    let token = accounts::make_reset_link(conn, now, &member.id, minutes, None)?;
                    Ok(Some((member, mail, token)))
                }
                _ => Ok(None),
            }
        })
        .await?;
    let Some((member, mail, token)) = made else { return Ok(()) };
    let lang = crate::i18n::Lang::by_tag(&member.language).unwrap_or_else(crate::i18n::Lang::english);
    let link = format!("{}/reset/{token}", site.base_url);
    let minutes = minutes.min(60);
    let subject = lang.text_with("account-mail-reset-subject", &[("site", &site.name)]);
    let body = lang.text_with(
        "account-mail-reset-body",
        &[("name", &member.name), ("site", &site.name), ("link", &link), ("minutes", &minutes)],
    );
    match crate::mail::send(&state.settings, &mail, &subject, &body).await? {
        crate::mail::Sent::Yes | crate::mail::Sent::NotConfigured => Ok(()),
    }
}

#[derive(Template)]
#[template(path = "account/reset.html")]
struct ResetPage {
    t: T,
    csrf: String,
    faults: Vec<Fault>,
    token: String,
}

/// Passes if the link would work now; asking with another counts as a try.
async fn look(state: &AppState, req: &HttpRequest, token: &str) -> Result<()> {
    let (hash, now) = (secret::hash(token), state.now());
    if state.db.read(move |conn| db::tokens::open(conn, TokenPurpose::Reset, &hash, now)).await?.is_some() {
        return Ok(());
    }
    Err(void_link(state, req))
}

pub async fn page(t: T, req: HttpRequest, state: Data<AppState>, token: Path<String>) -> Result<HttpResponse> {
    let token = token.into_inner();
    look(&state, &req, &token).await?;
    let (csrf, cookie) = csrf::open_token(&req, &state)?;
    with_cookie(form_page(&ResetPage { t, csrf, faults: Vec::new(), token }, &[])?, cookie)
}

#[derive(Deserialize)]
pub struct Reset {
    #[serde(default)]
    passphrase: String,
    #[serde(default)]
    repeat: String,
}

pub async fn submit(
    t: T,
    req: HttpRequest,
    state: Data<AppState>,
    token: Path<String>,
    form: OpenForm<Reset>,
) -> Result<HttpResponse> {
    let token = token.into_inner();
    look(&state, &req, &token).await?;
    let OpenForm { value: form, .. } = form;
    let faults = new_passphrase(&form.passphrase, &form.repeat);
    if !faults.is_empty() {
        let (csrf, cookie) = csrf::open_token(&req, &state)?;
        let page = ResetPage { t, csrf, faults, token };
        return with_cookie(form_page(&page, &page.faults)?, cookie);
    }
    let hash = state.hasher.hash(form.passphrase).await?;
    let (now, days) = (state.now(), state.settings.accounts.session_days);
    let started = state
        .db
        .write(move |conn| {
            let member = accounts::redeem_reset(conn, now, &token, hash)?;
            // The second factor is still asked for: the link may have come by mail.
            let stage = if member.has_second_factor() { SessionStage::SecondFactor } else { SessionStage::Full };
            Ok((sessions::start(conn, now, &member.id, stage, days)?, stage))
        })
        .await?;
    let path = if started.1 == SessionStage::Full { HOME } else { session::SECOND_FACTOR };
    with_cookie(session::redirect(path), Some(session::cookie(&state.settings, started.0)))
}
