//! For people without an instance: an action proposed under a call that is open to all, and the page behind the links of the mail
//! that they get.
//!
//! The form has a token of its own and is never cached. What costs something, a mail, comes last: tries are counted first, by
//! nothing that is kept. Nothing typed is lost on an error. Opening a link changes nothing; its buttons do.

use crate::{
    AppState, Error, Result,
    acts::{Principal, proposed, secret::TOKEN_LENGTH},
    db,
    domain::{
        action::ActionKind,
        ids::parse_id,
        language,
        proposed::{CONFIRM_DAYS, KEEP_MAIL_DAYS, ProposedState},
    },
    error::Fault,
    mail,
    web::{
        action_form::ActionForm,
        city_field::CityField,
        csrf::{self, Nothing, OpenForm, values},
        errors,
        i18n::T,
        page_with,
        routes::routes,
        session,
        when_where::zones,
    },
};
use actix_web::{
    HttpRequest, HttpResponse,
    http::{
        StatusCode,
        header::{CACHE_CONTROL, HeaderValue},
    },
    web::{Data, Path, Query},
};
use askama::Template;
use serde::Deserialize;

routes! {
    "/statements/{id}/propose" Everybody { get => form, post => submit }
    "/proposed/{token}" Everybody { get => open, post => press }
}

#[derive(Template)]
#[template(path = "public/propose.html")]
struct ProposePage {
    t: T,
    csrf: String,
    statement_id: String,
    title: String,
    collective: String,
    form: ActionForm,
    mail: String,
    city: CityField,
    kinds: &'static [ActionKind],
    zones: Vec<&'static str>,
    offered: &'static [(&'static str, &'static str)],
    keep_days: i64,
    confirm_days: i64,
    /// It was taken: a mail is on its way.
    sent: bool,
    /// Why it wasn't taken, where that lies in no field; else empty.
    refused: String,
    faults: Vec<Fault>,
}

/// `GET /statements/{id}/propose`
pub async fn form(t: T, req: HttpRequest, state: Data<AppState>, id: Path<String>) -> Result<HttpResponse> {
    let page = ProposePage::of(&state, t, &id, ActionForm::new()).await?;
    answer(&req, &state, StatusCode::OK, page)
}

/// `POST /statements/{id}/propose`
pub async fn submit(
    t: T,
    req: HttpRequest,
    state: Data<AppState>,
    id: Path<String>,
    form: OpenForm<Nothing>,
) -> Result<HttpResponse> {
    let looks = !values(&form.pairs, "find_city").is_empty();
    if !looks {
        state.limits.count_lookup(session::client_address(&req, &state.settings), state.now())?;
    }
    let typed = ActionForm::read(&t, &form.pairs);
    let mut page = ProposePage::of(&state, t, &id, typed).await?;
    page.mail = values(&form.pairs, "mail").first().map_or_else(String::new, |text| text.trim().to_owned());
    if looks {
        return answer(&req, &state, StatusCode::OK, page);
    }
    // A field that no person sees: who fills it in hears nothing else than a person does.
    if values(&form.pairs, "website").iter().any(|text| !text.is_empty()) {
        page.sent = true;
        return answer(&req, &state, StatusCode::OK, page);
    }
    let content = page.form.content();
    let mail_faults = match mail::check(&state.settings, &page.mail) {
        Err(Error::Invalid(faults)) => faults,
        _ => Vec::new(),
    };
    let content = match (content, mail_faults) {
        (Ok(content), faults) if faults.is_empty() => content,
        (content, mail_faults) => {
            page.faults = content.err().unwrap_or_default();
            page.faults.extend(mail_faults);
            return answer(&req, &state, StatusCode::UNPROCESSABLE_ENTITY, page);
        }
    };
    let (now, to, language, statement_id) = (state.now(), page.mail.clone(), page.t.lang.to_owned(), page.statement_id.clone());
    let taken = state.db.write(move |conn| proposed::propose(conn, now, &statement_id, content, &to, &language)).await;
    let error = match taken {
        Ok(Some((row, token))) => match send(&state, &page, &token).await {
            Ok(()) => None,
            Err(error) => {
                // Nobody could confirm it.
                state.db.write(move |conn| db::proposed::delete(conn, &row.id)).await?;
                Some(error)
            }
        },
        Ok(None) => None,
        Err(error) => Some(error),
    };
    let mut status = StatusCode::OK;
    match error {
        None => page.sent = true,
        Some(error @ (Error::Internal(_) | Error::Config(_) | Error::NotFound)) => return Err(error),
        Some(Error::Invalid(faults)) => {
            status = StatusCode::UNPROCESSABLE_ENTITY;
            page.faults = faults;
        }
        Some(Error::Upstream(_)) => {
            status = StatusCode::BAD_GATEWAY;
            page.refused = page.t.get("error-proposed-unsent");
        }
        Some(other) => {
            status = errors::status(&other);
            page.refused = page.t.error(&other);
        }
    }
    answer(&req, &state, status, page)
}

async fn send(state: &AppState, page: &ProposePage, token: &str) -> Result<()> {
    let link = proposed::link(&*state.site()?, token);
    let title = page.form.title.trim();
    let sent =
        mail::proposed::confirm(&state.settings, page.t.language, &page.mail, &page.title, title, &link, CONFIRM_DAYS).await?;
    match sent {
        mail::Sent::Yes => Ok(()),
        mail::Sent::NotConfigured => Err(Error::invalid("mail", "error-mail-none")),
    }
}

impl ProposePage {
    async fn of(state: &AppState, t: T, id: &str, form: ActionForm) -> Result<Self> {
        let (id, now) = (parse_id(id).ok_or(Error::NotFound)?, state.now());
        if !mail::is_set_up(&state.settings) {
            return Err(Error::NotFound);
        }
        let statement_id = id.clone();
        let (title, collective) = state.db.read(move |conn| proposed::open(conn, &id, now)).await?;
        Ok(Self {
            city: form.at.city_field(&t),
            t,
            csrf: String::new(),
            statement_id,
            title,
            collective,
            form,
            mail: String::new(),
            kinds: ActionKind::ALL,
            zones: zones().collect(),
            offered: language::OFFERED,
            keep_days: KEEP_MAIL_DAYS,
            confirm_days: CONFIRM_DAYS,
            sent: false,
            refused: String::new(),
            faults: Vec::new(),
        })
    }
}

fn answer(req: &HttpRequest, state: &AppState, status: StatusCode, mut page: ProposePage) -> Result<HttpResponse> {
    let (csrf, cookie) = csrf::open_token(req, state)?;
    page.csrf = csrf;
    private(page_with(status, &page)?, cookie)
}

/// A page for one person: nothing between keeps it.
fn private(mut response: HttpResponse, cookie: Option<actix_web::cookie::Cookie<'static>>) -> Result<HttpResponse> {
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if let Some(cookie) = cookie {
        response.add_cookie(&cookie).map_err(Error::internal)?;
    }
    Ok(response)
}

#[derive(Template)]
#[template(path = "public/proposed.html")]
struct ProposedPage {
    t: T,
    csrf: String,
    token: String,
    title: String,
    state: ProposedState,
    /// The same in words.
    word: String,
    /// They came to cancel it.
    to_cancel: bool,
    /// Where it stands; empty where it doesn't.
    action: String,
    call: String,
    /// What was just done, or why not; may be empty.
    done: String,
    refused: String,
}

#[derive(Deserialize)]
pub struct Wish {
    cancel: Option<String>,
}

/// `GET /proposed/{token}`
pub async fn open(t: T, req: HttpRequest, state: Data<AppState>, token: Path<String>, wish: Query<Wish>) -> Result<HttpResponse> {
    let page = ProposedPage::of(&state, &req, t, &token, wish.cancel.is_some()).await?;
    page.answer(&req, &state, StatusCode::OK)
}

#[derive(Deserialize)]
pub struct Press {
    #[serde(default, rename = "do")]
    action: String,
}

/// `POST /proposed/{token}`: confirm, or cancel.
pub async fn press(
    t: T,
    req: HttpRequest,
    state: Data<AppState>,
    token: Path<String>,
    form: OpenForm<Press>,
) -> Result<HttpResponse> {
    // Who guesses links is counted before anything is done.
    ProposedPage::of(&state, &req, t.clone(), &token, false).await?;
    let (key, now) = (token.clone(), state.now());
    let (done, said) = match form.action.as_str() {
        "confirm" => (state.db.write(move |conn| proposed::confirm(conn, now, &key)).await, "proposed-confirmed"),
        "cancel" => (state.act(Principal::Clock, move |act| proposed::cancel(act, &key)).await, "proposed-cancelled"),
        _ => return Err(Error::invalid("do", "error-form-broken")),
    };
    let mut page = ProposedPage::of(&state, &req, t, &token, form.action == "cancel").await?;
    let status = match done {
        Ok(_) => {
            page.done = page.t.get(said);
            StatusCode::OK
        }
        Err(error @ (Error::Internal(_) | Error::Config(_))) => return Err(error),
        // The call was cancelled, is over, or isn't open any more.
        Err(Error::NotFound) => {
            page.refused = page.t.get("error-proposed-closed");
            StatusCode::CONFLICT
        }
        Err(error) => {
            page.refused = page.t.error(&error);
            errors::status(&error)
        }
    };
    page.answer(&req, &state, status)
}

impl ProposedPage {
    async fn of(state: &AppState, req: &HttpRequest, t: T, token: &str, to_cancel: bool) -> Result<Self> {
        let (key, now) = (token.to_owned(), state.now());
        let found = match token.len() {
            TOKEN_LENGTH => state.db.read(move |conn| proposed::by_token(conn, &key, now)).await,
            _ => Err(Error::Forbidden("error-link-void")),
        };
        let row = match found {
            Ok(row) => row,
            Err(Error::Forbidden(message)) => {
                // As with each guessed link: asking for one that isn't there is a try.
                state.limits.count(session::client_address(req, &state.settings), None, now)?;
                return Err(Error::Forbidden(message));
            }
            Err(error) => return Err(error),
        };
        Ok(Self {
            csrf: String::new(),
            token: token.to_owned(),
            title: row.content.title.clone(),
            state: row.state,
            word: t.get(&format!("proposed-state-{}", row.state)),
            to_cancel,
            action: row.action_id.map_or_else(String::new, |id| t.url(format!("/actions/{id}"))),
            call: t.url(format!("/statements/{}", row.statement_id)),
            done: String::new(),
            refused: String::new(),
            t,
        })
    }

    fn answer(mut self, req: &HttpRequest, state: &AppState, status: StatusCode) -> Result<HttpResponse> {
        let (csrf, cookie) = csrf::open_token(req, state)?;
        self.csrf = csrf;
        private(page_with(status, &self)?, cookie)
    }
}
