//! My account: passphrase, mail address, language, where I am signed in.

use super::{fault, faults_of, form_page, new_passphrase};
use crate::{
    acts::{accounts, sessions},
    db,
    domain::Timestamp,
    error::{Error, Fault, Result},
    state::AppState,
    web::{
        csrf::Form,
        i18n::T,
        see_other,
        session::{self, SignedIn},
    },
};
use actix_web::{
    HttpRequest, HttpResponse,
    web::{Data, Query},
};
use askama::Template;
use serde::Deserialize;

struct SessionLine {
    since: Timestamp,
    seen: Timestamp,
    this: bool,
}

#[derive(Template)]
#[template(path = "account/account.html")]
struct AccountPage {
    t: T,
    csrf: String,
    faults: Vec<Fault>,
    /// A Fluent id of what was just done; empty: nothing.
    done: String,
    name: String,
    mail: String,
    language: String,
    languages: Vec<(String, String)>,
    codes: bool,
    collectives: Vec<String>,
    sessions: Vec<SessionLine>,
}

#[derive(Deserialize)]
pub struct Done {
    #[serde(default)]
    done: String,
}

pub async fn page(t: T, state: Data<AppState>, me: SignedIn, query: Query<Done>) -> Result<HttpResponse> {
    let done = match query.done.as_str() {
        "passphrase" => "account-done-passphrase",
        "details" => "account-done-details",
        "sessions" => "account-done-sessions",
        "codes-on" => "account-done-codes-on",
        "codes-off" => "account-done-codes-off",
        _ => "",
    };
    show(t, &state, me, None, Vec::new(), done).await
}

/// The page, with what was typed where a form came back.
pub(super) async fn show(
    t: T,
    state: &AppState,
    me: SignedIn,
    typed: Option<Details>,
    faults: Vec<Fault>,
    done: &str,
) -> Result<HttpResponse> {
    let (id, now) = (me.member.id.clone(), state.now());
    let (sessions, collectives) =
        state.db.read(move |conn| Ok((db::sessions::list_of(conn, &id, now)?, db::members::collectives_of(conn, &id)?))).await?;
    let sessions = sessions
        .into_iter()
        .map(|row| SessionLine { since: row.created_at, seen: row.seen_at, this: row.id_hash == me.session.id_hash })
        .collect();
    let typed = typed
        .unwrap_or_else(|| Details { mail: me.member.mail.clone().unwrap_or_default(), language: me.member.language.clone() });
    let page = AccountPage {
        languages: t.languages().iter().map(|lang| (lang.tag().to_owned(), lang.name().to_owned())).collect(),
        csrf: me.csrf().to_owned(),
        faults,
        done: done.to_owned(),
        codes: me.member.has_second_factor(),
        name: me.member.name,
        mail: typed.mail,
        language: typed.language,
        collectives: collectives.into_iter().map(|row| row.name).collect(),
        sessions,
        t,
    };
    form_page(&page, &page.faults)
}

#[derive(Deserialize)]
pub struct Details {
    #[serde(default)]
    mail: String,
    #[serde(default)]
    language: String,
}

pub async fn details(t: T, state: Data<AppState>, me: SignedIn, form: Form<Details>) -> Result<HttpResponse> {
    let typed = form.value;
    let (mail, language) = (typed.mail.clone(), typed.language.clone());
    match state.act(me.principal(), move |act| accounts::change_details(act, &mail, &language)).await {
        Ok(()) => Ok(see_other(&t.url("/account?done=details"))),
        Err(error) => show(t, &state, me, Some(typed), faults_of(error)?, "").await,
    }
}

#[derive(Deserialize)]
pub struct NewPassphrase {
    #[serde(default)]
    current: String,
    #[serde(default)]
    passphrase: String,
    #[serde(default)]
    repeat: String,
}

pub async fn passphrase(
    t: T,
    req: HttpRequest,
    state: Data<AppState>,
    me: SignedIn,
    form: Form<NewPassphrase>,
) -> Result<HttpResponse> {
    let form = form.value;
    let result = async {
        let faults = new_passphrase(&form.passphrase, &form.repeat);
        if !faults.is_empty() {
            return Err(Error::Invalid(faults));
        }
        check_current(&state, &req, &me, form.current, "current").await?;
        let hash = state.hasher.hash(form.passphrase).await?;
        let (seen, keep) = (me.member.passphrase_hash.clone(), me.session.id_hash.clone());
        state.act(me.principal(), move |act| accounts::change_passphrase(act, &seen, hash, &keep)).await
    }
    .await;
    match result {
        Ok(()) => Ok(see_other(&t.url("/account?done=passphrase"))),
        Err(error) => show(t, &state, me, None, faults_of(error)?, "").await,
    }
}

/// Checks the member's own passphrase again before something that matters; counts as a try at the account.
pub(super) async fn check_current(
    state: &AppState,
    req: &HttpRequest,
    me: &SignedIn,
    passphrase: String,
    field: &str,
) -> Result<()> {
    let address = session::client_address(req, &state.settings);
    state.limits.count(address, Some(&me.member.name), state.now())?;
    match state.hasher.verify(passphrase, Some(me.member.passphrase_hash.clone())).await {
        Ok(true) => Ok(()),
        Ok(false) => Err(Error::Invalid(vec![fault(field, "error-passphrase-wrong")])),
        Err(Error::Invalid(_)) => Err(Error::Invalid(vec![fault(field, "error-passphrase-long")])),
        Err(other) => Err(other),
    }
}

#[derive(Deserialize)]
pub struct Nothing {}

pub async fn end_sessions(t: T, state: Data<AppState>, me: SignedIn, _form: Form<Nothing>) -> Result<HttpResponse> {
    let keep = me.session.id_hash.clone();
    state.act(me.principal(), move |act| accounts::end_other_sessions(act, &keep)).await?;
    Ok(see_other(&t.url("/account?done=sessions")))
}

/// The picture that an app scans, as SVG, and the same secret to type.
pub(super) fn picture(secret: &str, account: &str, issuer: &str) -> Result<String> {
    // A colon would end the issuer's part of the label (Key URI format).
    let clean = |text: &str| text.replace(':', " ");
    let address = sessions::totp(secret, &clean(account), Some(&clean(issuer)))
        .ok_or_else(|| Error::internal("the second factor's secret can't be read"))?
        .to_url()
        .map_err(Error::internal)?;
    let code = qrcode::QrCode::new(address.as_bytes()).map_err(Error::internal)?;
    let svg = code.render::<qrcode::render::svg::Color>().min_dimensions(240, 240).build();
    Ok(svg.find("<svg").map_or(String::new(), |at| svg[at..].to_owned()))
}
