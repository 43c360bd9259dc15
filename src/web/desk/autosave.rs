//! The writing form sent by the page's script while somebody writes. It saves and says when; all else waits for a button.

use super::{
    page::{self, Desk},
    schedule, upload,
    write::{Saved, Written, answers, save},
};
use crate::{
    domain::statement::StatementContent,
    error::{Error, Result},
    state::AppState,
    web::{csrf, i18n::T, page_with, session::SignedIn},
};
use actix_multipart::Multipart;
use actix_web::{
    HttpRequest, HttpResponse,
    http::StatusCode,
    web::{Data, Path},
};
use askama::Template;

#[derive(Template)]
#[template(path = "desk/autosaved.html")]
struct Autosaved {
    text: String,
    base: String,
    action: String,
}

/// `POST …/autosave`: the same form, sent by the page's script. Answers a line of HTML that says when it was saved, with
/// the copy's name and where the statement is.
pub async fn autosave(
    req: HttpRequest,
    state: Data<AppState>,
    me: Option<SignedIn>,
    t: T,
    place: Path<Written>,
    body: Multipart,
) -> Result<HttpResponse> {
    let say =
        |status: StatusCode, text: String| page_with(status, &Autosaved { text, base: String::new(), action: String::new() });
    let Some(me) = me else { return say(StatusCode::UNAUTHORIZED, t.get("desk-autosave-signed-out")) };
    let desk = Desk::open(&state, &me, &place.handle, "").await?;
    let opened = place.opened(&state, &desk).await?;
    // The script leaves files out: they are sent when the writer presses a button.
    let submitted = upload::read(body, 0).await?;
    csrf::check(&req, &me, &submitted.token)?;
    let mut form = submitted.form;
    form.call.settle(&t);
    if opened.is_none() && form.is_empty() {
        return say(StatusCode::OK, String::new());
    }
    let before = opened.as_ref().map(|opened| &opened.content);
    let content = StatementContent { in_reply_to: answers(opened.as_ref()), ..form.content_after(before) };
    if form.call.on && content.call.is_none() {
        return say(StatusCode::UNPROCESSABLE_ENTITY, t.get("desk-autosave-faults"));
    }
    match save(&state, &me, &desk, opened.as_ref(), &form, content, true).await {
        Ok(Saved::Done(opened)) => {
            let local = schedule::local(opened.saved_at, &desk.collective.time_zone);
            let text = t.one("desk-saved-at", "time", page::clock(&t, &local));
            page_with(StatusCode::OK, &Autosaved { text, base: opened.base, action: desk.statement(&t, &opened.row.id) })
        }
        Ok(Saved::Conflict(_)) => say(StatusCode::CONFLICT, t.get("desk-autosave-conflict")),
        Err(Error::Invalid(_)) => say(StatusCode::UNPROCESSABLE_ENTITY, t.get("desk-autosave-faults")),
        Err(error) => Err(error),
    }
}
