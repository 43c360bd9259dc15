//! Withdrawing a statement: the page that asks for the reason and says what it means, and the act.

use super::{
    page::Desk,
    write::{Opened, load},
};
use crate::{
    acts::{
        proposals::{self, Proposed},
        statements,
    },
    domain::{Id, mandate::Deed, names::StatementState},
    error::{Error, Fault, Result},
    state::AppState,
    web::{csrf::Form, errors, i18n::T, page_with, see_other, session::SignedIn},
};
use actix_web::{
    HttpResponse,
    http::StatusCode,
    web::{Data, Path},
};
use askama::Template;
use serde::Deserialize;

#[derive(Template)]
#[template(path = "desk/withdraw.html")]
struct WithdrawPage {
    t: T,
    desk: Desk,
    statement_id: Id,
    title: String,
    /// The member may do it without the others.
    may: bool,
    reason: String,
    faults: Vec<Fault>,
}

#[derive(Deserialize)]
pub struct Reason {
    #[serde(default)]
    reason: String,
}

/// `GET …/withdraw`
pub async fn ask(state: Data<AppState>, me: SignedIn, t: T, path: Path<(String, String)>) -> Result<HttpResponse> {
    let desk = Desk::open(&state, &me, &path.0, "").await?;
    let opened = load(&state, &desk, &path.1).await?;
    match opened.row.state {
        StatementState::Published => {}
        StatementState::Withdrawn => return Ok(see_other(&desk.statement(&t, &opened.row.id))),
        StatementState::Draft | StatementState::Scheduled => return Err(Error::NotFound),
    }
    let page = WithdrawPage {
        may: may(&desk, &opened),
        t,
        desk,
        statement_id: opened.row.id,
        title: opened.content.title,
        reason: String::new(),
        faults: Vec::new(),
    };
    page_with(StatusCode::OK, &page)
}

/// `POST …/withdraw`
pub async fn withdraw(
    state: Data<AppState>,
    me: SignedIn,
    t: T,
    path: Path<(String, String)>,
    form: Form<Reason>,
) -> Result<HttpResponse> {
    let desk = Desk::open(&state, &me, &path.0, "").await?;
    let opened = load(&state, &desk, &path.1).await?;
    let (id, reason) = (opened.row.id.clone(), form.reason.clone());
    let error = match state.act(me.principal(), move |act| proposals::withdraw(act, &id, &reason)).await {
        Ok(Proposed::Done(_)) => return Ok(see_other(&desk.statement(&t, &opened.row.id))),
        Ok(Proposed::Asked(row)) => return Ok(see_other(&desk.asked(&t, &row))),
        Err(error) => error,
    };
    let status = errors::status(&error);
    let faults = match error {
        Error::Invalid(faults) => faults,
        Error::Conflict(_) | Error::Busy(_) => {
            vec![Fault { field: "reason".into(), message: "desk-error", args: vec![("reason", t.error(&error))] }]
        }
        other => return Err(other),
    };
    let page = WithdrawPage {
        may: may(&desk, &opened),
        t,
        desk,
        statement_id: opened.row.id,
        title: opened.content.title,
        reason: form.value.reason,
        faults,
    };
    page_with(status, &page)
}

fn may(desk: &Desk, opened: &Opened) -> bool {
    desk.hands
        .may(&Deed { topics: opened.content.hashtags.clone(), ..Deed::plain(statements::verb_to_withdraw(&opened.content)) })
}
