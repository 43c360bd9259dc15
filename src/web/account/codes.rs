//! The second factor: turning it on with a first code, and off with the passphrase.

use super::{faults_of, form_page, settings};
use crate::{
    acts::accounts,
    error::{Fault, Result},
    state::AppState,
    web::{csrf::Form, i18n::T, see_other, session::SignedIn},
};
use actix_web::{HttpRequest, HttpResponse, web::Data};
use askama::Template;
use serde::Deserialize;

#[derive(Template)]
#[template(path = "account/codes.html")]
struct CodesPage {
    t: T,
    csrf: String,
    faults: Vec<Fault>,
    on: bool,
    /// SVG made by us from the secret; empty before one is made.
    picture: String,
    /// In groups of four, for typing.
    secret: String,
}

pub async fn page(t: T, me: SignedIn) -> Result<HttpResponse> {
    show(t, me, Vec::new())
}

fn show(t: T, me: SignedIn, faults: Vec<Fault>) -> Result<HttpResponse> {
    let on = me.member.has_second_factor();
    let (picture, secret) = match &me.member.totp_secret {
        Some(secret) if !on => {
            let groups: Vec<String> =
                secret.as_bytes().chunks(4).map(|four| String::from_utf8_lossy(four).into_owned()).collect();
            (settings::picture(secret, &me.member.name, t.site_name())?, groups.join(" "))
        }
        _ => Default::default(),
    };
    let page = CodesPage { csrf: me.csrf().to_owned(), faults, on, picture, secret, t };
    form_page(&page, &page.faults)
}

#[derive(Deserialize)]
pub struct Nothing {}

pub async fn propose(t: T, state: Data<AppState>, me: SignedIn, _form: Form<Nothing>) -> Result<HttpResponse> {
    state.act(me.principal(), accounts::propose_second_factor).await?;
    Ok(see_other(&t.url("/account/codes")))
}

#[derive(Deserialize)]
pub struct First {
    #[serde(default)]
    code: String,
}

pub async fn confirm(t: T, state: Data<AppState>, me: SignedIn, form: Form<First>) -> Result<HttpResponse> {
    let (code, keep) = (form.value.code, me.session.id_hash.clone());
    match state.act(me.principal(), move |act| accounts::confirm_second_factor(act, &code, &keep)).await {
        Ok(()) => Ok(see_other(&t.url("/account?done=codes-on"))),
        Err(error) => show(t, me, faults_of(error)?),
    }
}

#[derive(Deserialize)]
pub struct Off {
    #[serde(default)]
    codes_passphrase: String,
}

pub async fn off(t: T, req: HttpRequest, state: Data<AppState>, me: SignedIn, form: Form<Off>) -> Result<HttpResponse> {
    let result = async {
        settings::check_current(&state, &req, &me, form.value.codes_passphrase, "codes_passphrase").await?;
        state.act(me.principal(), accounts::remove_second_factor).await
    }
    .await;
    match result {
        Ok(()) => Ok(see_other(&t.url("/account?done=codes-off"))),
        Err(error) => show(t, me, faults_of(error)?),
    }
}
