//! Reports: the actions of a collective that have begun, and beginning a report of one. It is written in the form for statements.

use super::page::Desk;
use crate::{
    acts::statements,
    db::{self, actions::ActionRow},
    domain::ids::parse_id,
    error::{Error, Result},
    state::AppState,
    web::{csrf::Form, i18n::T, page_with, see_other, session::SignedIn},
};
use actix_web::{
    HttpResponse,
    http::StatusCode,
    web::{Data, Path, Query},
};
use askama::Template;
use serde::Deserialize;

/// Actions listed: the latest of those that have begun.
const MAX_LISTED: usize = 100;

#[derive(Template)]
#[template(path = "desk/reports.html")]
struct ReportsPage {
    t: T,
    desk: Desk,
    actions: Vec<ActionRow>,
}

/// Only those under this call of ours.
#[derive(Deserialize)]
pub struct Under {
    call: Option<String>,
}

#[derive(Deserialize)]
pub struct Begin {
    #[serde(default)]
    action: String,
}

/// `GET /desk/{handle}/reports`
pub async fn show(state: Data<AppState>, me: SignedIn, t: T, path: Path<String>, under: Query<Under>) -> Result<HttpResponse> {
    let desk = Desk::open(&state, &me, &path, "reports").await?;
    let (id, now) = (desk.collective.id.clone(), state.now());
    let mut actions = state.db.read(move |conn| db::actions::of_organiser(conn, &id, crate::acts::actions::MOST_ACTIONS)).await?;
    let call = under.into_inner().call;
    actions.retain(|row| row.begins_at <= now && call.as_ref().is_none_or(|call| row.statement_id.as_ref() == Some(call)));
    actions.reverse();
    actions.truncate(MAX_LISTED);
    page_with(StatusCode::OK, &ReportsPage { t, desk, actions })
}

/// `POST /desk/{handle}/reports`
pub async fn begin(state: Data<AppState>, me: SignedIn, t: T, path: Path<String>, form: Form<Begin>) -> Result<HttpResponse> {
    let desk = Desk::open(&state, &me, &path, "reports").await?;
    let (collective, action) = (desk.collective.id.clone(), parse_id(&form.action).ok_or(Error::NotFound)?);
    let row = state.act(me.principal(), move |act| statements::begin_report(act, &collective, &action)).await?;
    Ok(see_other(&desk.statement(&t, &row.id)))
}
