//! Postponing, moving and cancelling a public call: the page that says what each means, and the act.

use super::{page::Desk, write::load};
use crate::{
    acts::{
        proposals::{self, Proposed},
        statements::Change,
    },
    domain::{
        Id,
        call::{Call, CallStatus},
        names::StatementState,
    },
    error::{Error, Fault, Result},
    state::AppState,
    web::{
        csrf::Form,
        errors,
        i18n::T,
        page_with,
        public::call::CallView,
        see_other,
        session::SignedIn,
        when_where::{WhenWhere, zones},
    },
};
use actix_web::{
    HttpResponse,
    http::StatusCode,
    web::{Data, Path},
};
use askama::Template;
use serde::Deserialize;

#[derive(Template)]
#[template(path = "desk/call.html")]
struct CallPage {
    t: T,
    desk: Desk,
    statement_id: Id,
    title: String,
    view: CallView,
    /// It is postponed or cancelled, and can take place after all.
    resumable: bool,
    zones: Vec<&'static str>,
    form: WhenWhere,
    /// What was typed for people, and beside which button.
    notice: String,
    pressed: String,
    faults: Vec<Fault>,
}

#[derive(Deserialize)]
#[serde(default)]
#[derive(Default)]
pub struct Typed {
    #[serde(rename = "do")]
    action: String,
    notice: String,
    start: String,
    start_time: String,
    end: String,
    end_time: String,
    zone: String,
}

/// `GET …/change`
pub async fn ask(state: Data<AppState>, me: SignedIn, t: T, path: Path<(String, String)>) -> Result<HttpResponse> {
    let desk = Desk::open(&state, &me, &path.0, "").await?;
    let page = CallPage::of(&state, t, desk, &path.1).await?;
    page_with(StatusCode::OK, &page)
}

/// `POST …/change`
pub async fn change(
    state: Data<AppState>,
    me: SignedIn,
    t: T,
    path: Path<(String, String)>,
    form: Form<Typed>,
) -> Result<HttpResponse> {
    let desk = Desk::open(&state, &me, &path.0, "").await?;
    let mut page = CallPage::of(&state, t, desk, &path.1).await?;
    let typed = form.value;
    let mut dates = page.form.clone();
    (dates.start, dates.start_time) = (typed.start, typed.start_time);
    (dates.end, dates.end_time, dates.zone) = (typed.end, typed.end_time, typed.zone);
    let wanted = match typed.action.as_str() {
        "postpone" => Ok(Change::Postpone),
        "move" => dates.when().map(Change::Move).map_err(|(field, message)| Error::invalid(field, message)),
        "cancel" => Ok(Change::Cancel),
        "resume" => Ok(Change::Resume),
        _ => return Err(Error::NotFound),
    };
    let (id, notice) = (page.statement_id.clone(), typed.notice.clone());
    let done = match wanted {
        Ok(change) => state.act(me.principal(), move |act| proposals::change_call(act, &id, &change, &notice)).await,
        Err(error) => Err(error),
    };
    let error = match done {
        Ok(Proposed::Done(_)) => {
            return Ok(see_other(&format!("{}?done=call-changed", page.desk.statement(&page.t, &page.statement_id))));
        }
        Ok(Proposed::Asked(row)) => return Ok(see_other(&page.desk.asked(&page.t, &row))),
        Err(error) => error,
    };
    let status = errors::status(&error);
    page.faults = match error {
        Error::Invalid(faults) => faults,
        Error::Conflict(_) | Error::Busy(_) => {
            vec![Fault { field: "notice".into(), message: "desk-error", args: vec![("reason", page.t.error(&error))] }]
        }
        other => return Err(other),
    };
    if typed.action == "move" {
        page.form = dates;
    }
    (page.notice, page.pressed) = (typed.notice, typed.action);
    page_with(status, &page)
}

impl CallPage {
    /// Of a call of this desk that is public.
    async fn of(state: &AppState, t: T, desk: Desk, id: &str) -> Result<Self> {
        let opened = load(state, &desk, id).await?;
        if opened.row.state != StatementState::Published {
            return Err(Error::NotFound);
        }
        let (id, n) = (opened.row.id.clone(), opened.row.version);
        let public = state.db.read(move |conn| crate::db::statements::version(conn, &id, n)).await?.content.into_inner();
        let call: Call = public.call.ok_or(Error::NotFound)?;
        Ok(Self {
            statement_id: opened.row.id,
            title: public.title,
            view: CallView::of(&t, &call, state.now()),
            resumable: matches!(call.status, CallStatus::Postponed | CallStatus::Cancelled),
            zones: zones().collect(),
            form: WhenWhere::of(&call.when, call.place.as_ref()),
            notice: call.notice.clone(),
            pressed: String::new(),
            faults: Vec::new(),
            t,
            desk,
        })
    }
}
