//! One local action of the collective: added under a call, changed, cancelled, and what its organisers are asked.
//!
//! The call may stand anywhere: its address is pasted, or comes from a page that leads here. Nothing typed is lost on an error.

use super::ActionLine;
use crate::{
    acts::{
        actions::Under,
        proposals::{self, Proposed},
    },
    db::{self, actions::ActionRow},
    domain::{
        action::{ActionContent, ActionKind, Answer},
        call::CallStatus,
        ids::parse_id,
        language,
    },
    error::{Error, Fault, Result},
    federation::{fetch::Budget, posts, software},
    state::AppState,
    web::{
        action_form::ActionForm,
        city_field::CityField,
        csrf::{Form, Nothing, values},
        desk::{
            page::Desk,
            people::{Named, address_faults, named},
        },
        errors,
        i18n::T,
        page_with,
        public::{
            call::{Coming, coming, listed},
            outside,
        },
        see_other,
        session::SignedIn,
        when_where::zones,
    },
};
use actix_web::{
    HttpResponse,
    http::StatusCode,
    web::{Data, Path, Query},
};
use askama::Template;
use serde::Deserialize;

#[derive(Deserialize)]
pub struct Wanted {
    /// The call's address, as pasted.
    #[serde(default)]
    call: String,
    done: Option<String>,
}

/// The call that an action stands under, or would.
struct Found {
    uri: String,
    url: String,
    title: String,
    author: Named,
    author_uri: String,
    when: String,
    cancelled: bool,
}

#[derive(Template)]
#[template(path = "desk/action.html")]
struct ActionPage {
    t: T,
    desk: Desk,
    /// The call's address as pasted.
    address: String,
    /// None before the call is found, and for an action that there is.
    found: Option<Found>,
    /// The action that is changed; none where one is added.
    line: Option<ActionLine>,
    /// Calls on this instance that one could be added under, and their addresses.
    calls: Vec<(String, Coming)>,
    form: ActionForm,
    city: CityField,
    kinds: &'static [ActionKind],
    zones: Vec<&'static str>,
    offered: &'static [(&'static str, &'static str)],
    faults: Vec<Fault>,
}

impl ActionPage {
    /// Whether the member may do it without the others.
    fn may(&self) -> bool {
        let known = self.line.as_ref().map(|line| &line.row.author_uri).or(self.found.as_ref().map(|found| &found.author_uri));
        known.is_none_or(|uri| self.desk.may_act_under(uri))
    }

    fn new(t: T, desk: Desk, form: ActionForm) -> Self {
        Self {
            city: form.at.city_field(&t),
            t,
            desk,
            address: String::new(),
            found: None,
            line: None,
            calls: Vec::new(),
            form,
            kinds: ActionKind::ALL,
            zones: zones().collect(),
            offered: language::OFFERED,
            faults: Vec::new(),
        }
    }

    /// What the form says, or the status to show it again with: which city is meant is asked, or faults are named.
    fn typed(&mut self, pairs: &[(String, String)]) -> std::result::Result<ActionContent, StatusCode> {
        if looks_for_city(pairs) {
            return Err(StatusCode::OK);
        }
        self.form.content().map_err(|faults| {
            self.faults = faults;
            StatusCode::UNPROCESSABLE_ENTITY
        })
    }
}

/// `GET …/actions/new?call=…`
pub async fn new(state: Data<AppState>, me: SignedIn, t: T, path: Path<String>, query: Query<Wanted>) -> Result<HttpResponse> {
    let desk = Desk::open(&state, &me, &path, "actions").await?;
    let mut page = ActionPage::new(t, desk, ActionForm::new());
    page.address = query.into_inner().call.trim().to_owned();
    let mut status = StatusCode::OK;
    if !page.address.is_empty() {
        match under(&state, &page.address).await {
            Ok(under) => page.found = Some(found(&page.t, &under)),
            Err(error) => {
                status = errors::status(&error);
                page.faults = address_faults(&page.t, error, "desk-action-nothing")?;
            }
        }
    }
    if page.found.is_none() {
        let now = state.now();
        let lines = state.db.read(move |conn| coming(conn, None, now)).await?;
        let site = state.site()?;
        let calls = listed(&page.t, lines, now).into_iter();
        page.calls = calls.map(|call| (site.statement(&call.line.id), call)).collect();
    }
    page_with(status, &page)
}

/// `POST …/actions/new`
pub async fn add(state: Data<AppState>, me: SignedIn, t: T, path: Path<String>, form: Form<Nothing>) -> Result<HttpResponse> {
    let desk = Desk::open(&state, &me, &path, "actions").await?;
    let typed = ActionForm::read(&t, &form.pairs);
    let mut page = ActionPage::new(t, desk, typed);
    page.address = values(&form.pairs, "call").first().map_or_else(String::new, |text| text.trim().to_owned());
    let under = match under(&state, &page.address).await {
        Ok(under) => under,
        Err(error) => {
            let status = errors::status(&error);
            page.faults = address_faults(&page.t, error, "desk-action-nothing")?;
            return page_with(status, &page);
        }
    };
    page.found = Some(found(&page.t, &under));
    let content = match page.typed(&form.pairs) {
        Ok(content) => content,
        Err(status) => return page_with(status, &page),
    };
    let id = page.desk.collective.id.clone();
    software::before_a_call(&state, &id).await;
    match state.act(me.principal(), move |act| proposals::add_action(act, &id, &under, content)).await {
        Ok(done) => Ok(gone_on(&page.t, &page.desk, &done, "action-added")),
        Err(error) => refused(page, error),
    }
}

/// `GET …/actions/{id}`
pub async fn show(
    state: Data<AppState>,
    me: SignedIn,
    t: T,
    path: Path<(String, String)>,
    query: Query<Wanted>,
) -> Result<HttpResponse> {
    let desk = Desk::open(&state, &me, &path.0, "actions").await?.noting(&t, query.done.as_deref());
    let row = load(&state, &desk, &path.1).await?;
    let mut page = ActionPage::new(t, desk, ActionForm::of(&row.content));
    page.line = Some(ActionLine::of(&state, &page.t, row));
    page_with(StatusCode::OK, &page)
}

/// `POST …/actions/{id}`
pub async fn edit(
    state: Data<AppState>,
    me: SignedIn,
    t: T,
    path: Path<(String, String)>,
    form: Form<Nothing>,
) -> Result<HttpResponse> {
    let desk = Desk::open(&state, &me, &path.0, "actions").await?;
    let row = load(&state, &desk, &path.1).await?;
    let typed = ActionForm::read(&t, &form.pairs);
    let mut page = ActionPage::new(t, desk, typed);
    let id = row.id.clone();
    page.line = Some(ActionLine::of(&state, &page.t, row));
    let content = match page.typed(&form.pairs) {
        Ok(content) => content,
        Err(status) => return page_with(status, &page),
    };
    match state.act(me.principal(), move |act| proposals::edit_action(act, &id, content)).await {
        Ok(done) => Ok(gone_on(&page.t, &page.desk, &done, "action-changed")),
        Err(error) => refused(page, error),
    }
}

#[derive(Deserialize)]
pub struct Press {
    #[serde(default, rename = "do")]
    action: String,
}

/// `POST …/actions/{id}/answer`: what becomes of an action whose call was postponed, moved or cancelled.
pub async fn answer(
    state: Data<AppState>,
    me: SignedIn,
    t: T,
    path: Path<(String, String)>,
    form: Form<Press>,
) -> Result<HttpResponse> {
    let desk = Desk::open(&state, &me, &path.0, "actions").await?;
    let row = load(&state, &desk, &path.1).await?;
    let answer: Answer = form.action.parse().map_err(|_| Error::invalid("do", "error-form-broken"))?;
    if answer == Answer::Cancel {
        return Ok(see_other(&desk.url(&t, &format!("/actions/{}/cancel", row.id))));
    }
    let id = row.id.clone();
    match state.act(me.principal(), move |act| proposals::answer_action(act, &id, answer)).await {
        Ok(done) => Ok(gone_on(&t, &desk, &done, &format!("action-{answer}"))),
        Err(error) => {
            let mut page = ActionPage::new(t, desk, ActionForm::of(&row.content));
            page.line = Some(ActionLine::of(&state, &page.t, row));
            refused(page, error)
        }
    }
}

#[derive(Template)]
#[template(path = "desk/action_cancel.html")]
struct CancelPage {
    t: T,
    desk: Desk,
    line: ActionLine,
}

/// `GET …/actions/{id}/cancel`
pub async fn ask_to_cancel(state: Data<AppState>, me: SignedIn, t: T, path: Path<(String, String)>) -> Result<HttpResponse> {
    let desk = Desk::open(&state, &me, &path.0, "actions").await?;
    let row = load(&state, &desk, &path.1).await?;
    if row.content.status == CallStatus::Cancelled {
        return Ok(see_other(&desk.action(&t, &row.id, "")));
    }
    let line = ActionLine::of(&state, &t, row);
    page_with(StatusCode::OK, &CancelPage { t, desk, line })
}

/// `POST …/actions/{id}/cancel`
pub async fn cancel(
    state: Data<AppState>,
    me: SignedIn,
    t: T,
    path: Path<(String, String)>,
    _form: Form<Nothing>,
) -> Result<HttpResponse> {
    let desk = Desk::open(&state, &me, &path.0, "actions").await?;
    let row = load(&state, &desk, &path.1).await?;
    let id = row.id.clone();
    match state.act(me.principal(), move |act| proposals::cancel_action(act, &id)).await {
        Ok(done) => Ok(gone_on(&t, &desk, &done, "action-cancelled")),
        Err(error) => {
            let status = errors::status(&error);
            let (line, desk) = (ActionLine::of(&state, &t, row), desk.refusing(&t, error)?);
            page_with(status, &CancelPage { t, desk, line })
        }
    }
}

/// To the action, or to the question that was put before the assembly in place of what was wanted.
fn gone_on(t: &T, desk: &Desk, done: &Proposed<ActionRow>, word: &str) -> HttpResponse {
    match done {
        Proposed::Done(row) => see_other(&desk.action(t, &row.id, word)),
        Proposed::Asked(row) => see_other(&desk.asked(t, row)),
    }
}

/// The page again, with everything typed and the reason why nothing was done.
fn refused(mut page: ActionPage, error: Error) -> Result<HttpResponse> {
    let status = errors::status(&error);
    match error {
        Error::Invalid(faults) => page.faults = faults,
        other => page.desk = page.desk.refusing(&page.t.clone(), other)?,
    }
    page_with(status, &page)
}

/// An action of this desk that isn't deleted; else `NotFound` (AUT-07).
async fn load(state: &AppState, desk: &Desk, id: &str) -> Result<ActionRow> {
    let id = parse_id(id).ok_or(Error::NotFound)?;
    let row = state.db.read(move |conn| db::actions::by_id(conn, &id)).await?;
    let own = row.organiser_id.as_deref() == Some(desk.collective.id.as_str()) && row.deleted_at.is_none();
    if own { Ok(row) } else { Err(Error::NotFound) }
}

/// The call at an address.
async fn under(state: &AppState, address: &str) -> Result<Under> {
    let target = posts::find_post(state, address, &Budget::of(state)).await?;
    state.db.read(move |conn| Under::of(conn, target)).await
}

fn found(t: &T, under: &Under) -> Found {
    let url = under.target.post.as_ref().and_then(|post| post.url.clone()).unwrap_or_else(|| under.target.uri.clone());
    Found {
        uri: under.target.uri.clone(),
        url: if under.target.post.is_some() { outside(&url) } else { url },
        title: under.title.clone(),
        author: named(Some(&under.target.author), &under.target.author.uri),
        author_uri: under.target.author.uri.clone(),
        when: t.language.when(&under.seen.when),
        cancelled: under.seen.status == CallStatus::Cancelled,
    }
}

fn looks_for_city(pairs: &[(String, String)]) -> bool {
    !values(pairs, "find_city").is_empty()
}
