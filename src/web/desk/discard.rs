//! Discarding a draft, or the changes to a public statement: the page that asks, and the act.

use super::{page::Desk, write::load};
use crate::{
    acts::statements::{self, Discarded},
    domain::{Id, names::StatementState},
    error::{Error, Result},
    state::AppState,
    web::{
        csrf::{Form, Nothing},
        i18n::T,
        page, see_other,
        session::SignedIn,
    },
};
use actix_web::{
    HttpResponse,
    web::{Data, Path},
};
use askama::Template;

#[derive(Template)]
#[template(path = "desk/discard.html")]
struct DiscardPage {
    t: T,
    desk: Desk,
    statement_id: Id,
    title: String,
    language: String,
    is_published: bool,
}

/// `GET …/discard`
pub async fn ask(state: Data<AppState>, me: SignedIn, t: T, path: Path<(String, String)>) -> Result<HttpResponse> {
    let desk = Desk::open(&state, &me, &path.0, "").await?;
    let opened = load(&state, &desk, &path.1).await?;
    match opened.row.state {
        StatementState::Draft | StatementState::Published => {}
        StatementState::Scheduled => return Err(Error::Conflict("error-discard-scheduled")),
        StatementState::Withdrawn => return Err(Error::NotFound),
    }
    page(&DiscardPage {
        is_published: opened.row.state == StatementState::Published,
        statement_id: opened.row.id,
        title: opened.content.title,
        language: opened.content.language,
        t,
        desk,
    })
}

/// `POST …/discard`
pub async fn discard(
    state: Data<AppState>,
    me: SignedIn,
    t: T,
    path: Path<(String, String)>,
    _form: Form<Nothing>,
) -> Result<HttpResponse> {
    let desk = Desk::open(&state, &me, &path.0, "").await?;
    let id = load(&state, &desk, &path.1).await?.row.id;
    let statement = id.clone();
    Ok(match state.act(me.principal(), move |act| statements::discard(act, &statement)).await? {
        Discarded::Draft => see_other(&desk.url(&t, "?done=discarded")),
        Discarded::Changes => see_other(&format!("{}?done=changes-discarded", desk.statement(&t, &id))),
    })
}
