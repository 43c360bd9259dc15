//! From here to the visitor's own server: a form without scripts, for following, boosting, answering, endorsing and acting
//! under a call from there.
//!
//! Nobody is signed in here, so tries are counted and each makes a single guarded request or two (SRF-11, RES-14). The
//! answer is a page that leads on, and not a redirect: browsers let no form of ours end on another site (its
//! `form-action`), and the visitor sees where they go.

use crate::{
    AppState, Error, Result, db,
    domain::names::{StatementForm, StatementState},
    error::Fault,
    federation::{
        fetch::Budget,
        webfinger::{self, Wish},
    },
    web::{csrf::PlainForm, errors, i18n::T, page_with, session},
};
use actix_web::{
    HttpRequest, HttpResponse,
    http::{
        StatusCode,
        header::{CACHE_CONTROL, REFRESH},
    },
    web::Data,
};
use askama::Template;
use serde::Deserialize;

/// Requests that one try may make.
const MAX_REQUESTS: u32 = 4;

#[derive(Deserialize)]
pub struct Wanted {
    #[serde(default, rename = "do")]
    action: String,
    /// The collective or statement of ours.
    #[serde(default)]
    uri: String,
    /// What the visitor typed.
    #[serde(default)]
    server: String,
}

#[derive(Template)]
#[template(path = "public/interact.html")]
struct InteractPage {
    t: T,
    uri: String,
    server: String,
    is_post: bool,
    /// They came to endorse.
    to_endorse: bool,
    to_act: bool,
    /// Their server knows nothing of that, and only shows the statement.
    plainly: bool,
    /// Where it goes on; empty while it doesn't.
    next: String,
    host: String,
    faults: Vec<Fault>,
}

/// `POST /interact`
pub async fn submit(t: T, req: HttpRequest, state: Data<AppState>, form: PlainForm<Wanted>) -> Result<HttpResponse> {
    let PlainForm(Wanted { action, uri, server }) = form;
    let wish = match action.as_str() {
        "follow" => Wish::Follow,
        "boost" => Wish::Boost,
        "answer" => Wish::Answer,
        "endorse" => Wish::Endorse,
        "act" => Wish::Act,
        _ => return Err(Error::invalid("do", "error-form-broken")),
    };
    exists(&state, wish, &uri).await?;
    let address = session::client_address(&req, &state.settings);
    state.limits.count_lookup(address, state.now())?;
    let found = webfinger::interaction(&state, &server, wish, &uri, &Budget::new(MAX_REQUESTS)).await;
    let mut page = InteractPage {
        is_post: wish != Wish::Follow,
        to_endorse: wish == Wish::Endorse,
        to_act: wish == Wish::Act,
        plainly: false,
        t,
        uri,
        server,
        next: String::new(),
        host: String::new(),
        faults: Vec::new(),
    };
    let mut response = match found {
        Ok(way) => {
            page.host = way.to.host_str().unwrap_or_default().to_owned();
            page.next = way.to.to_string();
            page.plainly = (page.to_endorse || page.to_act) && !way.exact;
            let mut response = page_with(StatusCode::OK, &page)?;
            // Who can't do there what they came for reads that first.
            if !page.plainly
                && let Ok(value) = format!("0;url={}", page.next).parse()
            {
                response.headers_mut().insert(REFRESH, value);
            }
            response
        }
        Err(error @ (Error::Internal(_) | Error::Config(_))) => return Err(error),
        Err(error) => {
            let status = errors::status(&error);
            page.faults = match error {
                Error::Invalid(faults) => faults,
                Error::NotFound => vec![fault("error-interact-nobody", Vec::new())],
                other => vec![fault("desk-error", vec![("reason", page.t.error(&other))])],
            };
            page_with(if status == StatusCode::NOT_FOUND { StatusCode::UNPROCESSABLE_ENTITY } else { status }, &page)?
        }
    };
    response.headers_mut().insert(CACHE_CONTROL, actix_web::http::header::HeaderValue::from_static("no-store"));
    Ok(response)
}

fn fault(message: &'static str, args: Vec<(&'static str, String)>) -> Fault {
    Fault { field: "server".into(), message, args }
}

/// Passes for a collective of ours to follow, or a public statement of ours to boost, answer or endorse.
async fn exists(state: &AppState, wish: Wish, uri: &str) -> Result<()> {
    let site = state.site()?;
    let uri = uri.to_owned();
    let read = move |conn: &mut db::DbConn| match wish {
        Wish::Follow => db::collectives::by_uri(conn, &uri).map(drop),
        Wish::Boost | Wish::Answer | Wish::Endorse | Wish::Act => {
            let row = db::statements::by_id(conn, site.statement_id_of(&uri).ok_or(Error::NotFound)?)?;
            if wish == Wish::Act && row.form != StatementForm::Event {
                return Err(Error::NotFound);
            }
            let shows = wish == Wish::Endorse && db::endorsements::by_companion(conn, &row.id)?.is_some();
            if row.state == StatementState::Published && !shows { Ok(()) } else { Err(Error::NotFound) }
        }
    };
    state.db.read(read).await
}
