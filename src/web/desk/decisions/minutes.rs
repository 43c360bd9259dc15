//! The minutes of an assembly that met face to face: entered by one member, confirmed by another.

use super::as_faults;
use crate::{
    acts::decisions::{self, Question},
    db,
    domain::{
        assembly::Effect,
        decision::{CONFIRMED_FROM, MAX_PRESENT, Minutes, Stage, Tally},
    },
    error::{Error, Fault, Result},
    state::AppState,
    web::{
        csrf::Form,
        desk::{page::Desk, schedule},
        errors,
        i18n::T,
        page_with, see_other,
        session::SignedIn,
    },
};
use actix_web::{
    HttpResponse,
    http::StatusCode,
    web::{Data, Path},
};
use askama::Template;
use chrono::NaiveDate;
use serde::Deserialize;

#[derive(Template)]
#[template(path = "desk/decision_minutes.html")]
struct MinutesPage {
    t: T,
    desk: Desk,
    /// A second member has to confirm them.
    confirmed: bool,
    typed: Typed,
    faults: Vec<Fault>,
}

/// The form as typed.
#[derive(Default, Deserialize)]
pub struct Typed {
    #[serde(default)]
    question: String,
    #[serde(default)]
    explanation: String,
    #[serde(default)]
    date: String,
    #[serde(default)]
    yes: String,
    #[serde(default)]
    no: String,
    #[serde(default)]
    abstain: String,
}

/// `GET …/decisions/minutes`
pub async fn new(state: Data<AppState>, me: SignedIn, t: T, path: Path<String>) -> Result<HttpResponse> {
    let desk = Desk::open(&state, &me, &path, "decisions").await?;
    let (date, _) = schedule::fields(state.now(), &desk.collective.time_zone);
    show(&state, t, desk, StatusCode::OK, Typed { date, ..Typed::default() }, Vec::new()).await
}

/// `POST …/decisions/minutes`
pub async fn submit(state: Data<AppState>, me: SignedIn, t: T, path: Path<String>, form: Form<Typed>) -> Result<HttpResponse> {
    let desk = Desk::open(&state, &me, &path, "decisions").await?;
    let error = match entered(&state, &me, &desk, &form).await {
        Ok((id, done)) => return Ok(see_other(&desk.url(&t, &format!("/decisions/{id}?done={done}")))),
        Err(error) => error,
    };
    let status = errors::status(&error);
    let faults = as_faults(&t, error, "question")?;
    show(&state, t, desk, status, form.value, faults).await
}

async fn entered(state: &AppState, me: &SignedIn, desk: &Desk, typed: &Typed) -> Result<(String, &'static str)> {
    let minutes = typed.minutes(schedule::local(state.now(), &desk.collective.time_zone).date())?;
    let question = Question {
        question: typed.question.clone(),
        explanation: typed.explanation.clone(),
        effect: Effect::Nothing,
        rules: None,
        days: None,
    };
    let id = desk.collective.id.clone();
    let row = state.act(me.principal(), move |act| decisions::enter_minutes(act, &id, question, &minutes, None)).await?;
    Ok((row.id, if row.stage == Stage::Confirm { "minutes-entered" } else { "minutes-stand" }))
}

impl Typed {
    fn minutes(&self, today: NaiveDate) -> Result<Minutes> {
        let date = NaiveDate::parse_from_str(self.date.trim(), "%Y-%m-%d").ok().filter(|date| *date <= today);
        let date = date.ok_or_else(|| Error::invalid("date", "error-minutes-date"))?;
        let count = |text: &str, field: &'static str, empty: Option<u32>| match (text.trim(), empty) {
            ("", Some(count)) => Ok(count),
            (text, _) => {
                let count: u32 = text.parse().map_err(|_| Error::invalid(field, "error-minutes-count"))?;
                if count > MAX_PRESENT { Err(Error::invalid(field, "error-minutes-many")) } else { Ok(count) }
            }
        };
        let tally = Tally {
            yes: count(&self.yes, "yes", None)?,
            no: count(&self.no, "no", Some(0))?,
            abstain: count(&self.abstain, "abstain", Some(0))?,
            ..Tally::default()
        };
        Ok(Minutes { date, tally })
    }
}

async fn show(state: &AppState, t: T, desk: Desk, status: StatusCode, typed: Typed, faults: Vec<Fault>) -> Result<HttpResponse> {
    let id = desk.collective.id.clone();
    let members = state.db.read(move |conn| db::decisions::assembly(conn, &id)).await?.len();
    page_with(status, &MinutesPage { t, desk, confirmed: members >= CONFIRMED_FROM, typed, faults })
}
