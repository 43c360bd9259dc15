//! Relays: whom the instance asked to pass its statements on, and what they answered.

use crate::{
    acts::relays,
    db::{self, relays::RelayRow},
    domain::{
        Timestamp,
        names::{RelayState, RelayStyle},
    },
    error::{Error, Fault, Result},
    federation,
    state::AppState,
    web::{
        account::{faults_of, form_page},
        csrf::Form,
        i18n::T,
        see_other,
        session::StewardSignedIn,
    },
};
use actix_web::{HttpResponse, web::Data};
use askama::Template;
use serde::Deserialize;

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Typed {
    address: String,
    style: String,
}

/// A relay as a line of the list.
struct Listed {
    row: RelayRow,
    /// A Fluent id, and the day that it names.
    says: &'static str,
    at: Timestamp,
    good: bool,
    /// The colour and sign of its badge.
    kind: &'static str,
    sign: &'static str,
    /// Why our request has not arrived, or empty.
    why: String,
}

#[derive(Template)]
#[template(path = "steward/relays.html")]
struct RelaysPage {
    t: T,
    csrf: String,
    faults: Vec<Fault>,
    typed: Typed,
    styles: Vec<(String, String)>,
    relays: Vec<Listed>,
}

async fn show(t: T, state: &AppState, me: &StewardSignedIn, typed: Typed, faults: Vec<Fault>) -> Result<HttpResponse> {
    let relays = state
        .db
        .read(|conn| {
            let rows = db::relays::list(conn)?;
            rows.into_iter().map(|row| Ok((db::relays::trouble(conn, &row.follow_uri)?, row))).collect::<Result<Vec<_>>>()
        })
        .await?;
    let relays = relays
        .into_iter()
        .map(|(trouble, row)| {
            let (says, kind, sign) = match row.state {
                RelayState::Asked => ("steward-relay-asked", "indicative", "◷"),
                RelayState::Accepted if row.takes() => ("steward-relay-accepted", "ratified", "✓"),
                RelayState::Accepted => ("steward-relay-waiting", "indicative", "◷"),
                RelayState::Refused => ("steward-relay-refused", "withdrawn", "✕"),
                RelayState::Gone => ("steward-relay-gone", "withdrawn", "✕"),
            };
            (trouble, row, says, kind, sign)
        })
        .map(|(trouble, row, says, kind, sign)| Listed {
            says,
            kind,
            sign,
            at: row.answered_at.unwrap_or(row.asked_at),
            good: row.takes(),
            why: trouble.filter(|_| row.state == RelayState::Asked).map(|(_, why)| why).unwrap_or_default(),
            row,
        })
        .collect();
    let style = |word: &str, label| (word.to_owned(), t.get(label));
    let styles = vec![
        style("", "steward-relay-style-auto"),
        style(RelayStyle::Mastodon.as_str(), "steward-relay-style-mastodon"),
        style(RelayStyle::LitePub.as_str(), "steward-relay-style-litepub"),
    ];
    let page = RelaysPage { csrf: me.csrf().to_owned(), faults, typed, styles, relays, t };
    form_page(&page, &page.faults)
}

pub async fn page(t: T, state: Data<AppState>, me: StewardSignedIn) -> Result<HttpResponse> {
    show(t, &state, &me, Typed::default(), Vec::new()).await
}

pub async fn add(t: T, state: Data<AppState>, me: StewardSignedIn, form: Form<Typed>) -> Result<HttpResponse> {
    let typed = form.value;
    // A word that no button sends counts as none.
    let style = typed.style.parse().ok();
    let done = match federation::relays::find(&state, &typed.address, style).await {
        Ok(wanted) => state.act(me.principal(), move |act| relays::subscribe(act, &wanted)).await.map(drop),
        Err(error) => Err(error),
    };
    match done {
        Ok(()) => Ok(see_other(&t.url("/steward/relays"))),
        Err(Error::Conflict(message)) => show(t, &state, &me, typed, faults_of(Error::invalid("address", message))?).await,
        Err(error) => show(t, &state, &me, typed, faults_of(error)?).await,
    }
}

pub async fn remove(t: T, state: Data<AppState>, me: StewardSignedIn, form: Form<Typed>) -> Result<HttpResponse> {
    let address = form.value.address;
    state.act(me.principal(), move |act| relays::leave(act, &address)).await?;
    Ok(see_other(&t.url("/steward/relays")))
}
