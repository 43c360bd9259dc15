//! Making an account by an invitation.

use super::{HOME, fault, faults_of, form_page, new_passphrase, void_link, with_cookie};
use crate::{
    acts::{invitations, secret, sessions},
    db,
    domain::{
        member,
        names::{SessionStage, TokenPurpose},
    },
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
#[template(path = "account/join.html")]
struct JoinPage {
    t: T,
    csrf: String,
    faults: Vec<Fault>,
    token: String,
    /// The collective they will belong to, if one.
    collective: Option<String>,
    name: String,
    mail: String,
}

/// The collective that an open invitation is for.
///
/// # Errors
/// `Forbidden` for a link that doesn't work; asking for such counts as a try.
async fn look(state: &AppState, req: &HttpRequest, token: &str) -> Result<Option<String>> {
    let (hash, now) = (secret::hash(token), state.now());
    let found = state
        .db
        .read(move |conn| {
            let Some(link) = db::tokens::open(conn, TokenPurpose::Invitation, &hash, now)? else { return Ok(None) };
            Ok(Some(match link.collective_id {
                Some(id) => Some(db::collectives::by_id(conn, &id)?.name),
                None => None,
            }))
        })
        .await?;
    match found {
        Some(collective) => Ok(collective),
        None => Err(void_link(state, req)),
    }
}

pub async fn page(t: T, req: HttpRequest, state: Data<AppState>, token: Path<String>) -> Result<HttpResponse> {
    let token = token.into_inner();
    let collective = look(&state, &req, &token).await?;
    let (csrf, cookie) = csrf::open_token(&req, &state)?;
    let (name, mail) = Default::default();
    let page = JoinPage { t, csrf, faults: Vec::new(), token, collective, name, mail };
    with_cookie(form_page(&page, &[])?, cookie)
}

/// Nothing here says a role or a collective: those come from the invitation alone.
#[derive(Deserialize)]
pub struct Join {
    #[serde(default)]
    name: String,
    #[serde(default)]
    passphrase: String,
    #[serde(default)]
    repeat: String,
    #[serde(default)]
    mail: String,
}

pub async fn submit(
    t: T,
    req: HttpRequest,
    state: Data<AppState>,
    token: Path<String>,
    form: OpenForm<Join>,
) -> Result<HttpResponse> {
    let token = token.into_inner();
    let OpenForm { value: form, .. } = form;
    let collective = look(&state, &req, &token).await?;
    match redeem(&state, &t, &token, &form).await {
        Ok(session_token) => with_cookie(session::redirect(HOME), Some(session::cookie(&state.settings, session_token))),
        Err(error) => {
            let faults = faults_of(error)?;
            let (csrf, cookie) = csrf::open_token(&req, &state)?;
            let page = JoinPage { t, csrf, faults, token, collective, name: form.name, mail: form.mail };
            with_cookie(form_page(&page, &page.faults)?, cookie)
        }
    }
}

async fn redeem(state: &AppState, t: &T, token: &str, form: &Join) -> Result<String> {
    let mut faults = Vec::new();
    if let Err(message) = member::new_name(&form.name) {
        faults.push(fault("name", message));
    }
    faults.extend(new_passphrase(&form.passphrase, &form.repeat));
    let mail = member::new_mail(&form.mail).unwrap_or_else(|message| {
        faults.push(fault("mail", message));
        None
    });
    if !faults.is_empty() {
        return Err(Error::Invalid(faults));
    }
    let passphrase_hash = state.hasher.hash(form.passphrase.clone()).await?;
    let joining = invitations::Joining { name: form.name.clone(), passphrase_hash, mail, language: t.lang.to_owned() };
    let (now, days, token) = (state.now(), state.settings.accounts.session_days, token.to_owned());
    state
        .db
        .write(move |conn| {
            let member = invitations::join(conn, now, &token, joining)?;
            sessions::start(conn, now, &member.id, SessionStage::Full, days)
        })
        .await
}
