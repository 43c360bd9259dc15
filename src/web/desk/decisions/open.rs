//! Putting a question before the assembly.

use super::as_faults;
use crate::{
    acts::decisions::{self, Question},
    db,
    domain::{
        assembly::Effect,
        decision::{Ballot, Ledger, Procedure, Rules},
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
use serde::Deserialize;

/// What the assembly can vote by; minutes and joint mandates come about elsewhere.
pub const PROCEDURES: [Procedure; 3] = [Procedure::Majority, Procedure::TwoThirds, Procedure::Consensus];

#[derive(Template)]
#[template(path = "desk/decision_open.html")]
struct OpenPage {
    t: T,
    desk: Desk,
    members: usize,
    procedures: Vec<(Procedure, String, String)>,
    ledgers: Vec<(&'static str, String)>,
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
    procedure: String,
    #[serde(default)]
    quorum: String,
    #[serde(default)]
    secret: String,
    #[serde(default)]
    ledger: String,
    #[serde(default)]
    date: String,
    #[serde(default)]
    time: String,
}

/// `GET …/decisions/new`
pub async fn new(state: Data<AppState>, me: SignedIn, t: T, path: Path<String>) -> Result<HttpResponse> {
    let desk = Desk::open(&state, &me, &path, "decisions").await?;
    let id = desk.collective.id.clone();
    let own = state.db.read(move |conn| db::decisions::rules(conn, &id)).await?;
    let (date, time) = schedule::fields(state.now() + chrono::Duration::days(own.vote_days), &desk.collective.time_zone);
    let typed = Typed {
        procedure: own.decisions.procedure.to_string(),
        quorum: own.decisions.quorum.to_string(),
        secret: if own.decisions.ballot == Ballot::Secret { "1".into() } else { String::new() },
        ledger: own.decisions.ledger.to_string(),
        date,
        time,
        ..Typed::default()
    };
    show(&state, t, desk, StatusCode::OK, typed, Vec::new()).await
}

/// `POST …/decisions/new`
pub async fn submit(state: Data<AppState>, me: SignedIn, t: T, path: Path<String>, form: Form<Typed>) -> Result<HttpResponse> {
    let desk = Desk::open(&state, &me, &path, "decisions").await?;
    let error = match opened(&state, &me, &desk, &form).await {
        Ok(id) => return Ok(see_other(&desk.url(&t, &format!("/decisions/{id}?done=decision-opened")))),
        Err(error) => error,
    };
    let status = errors::status(&error);
    let faults = as_faults(&t, error, "question")?;
    show(&state, t, desk, status, form.value, faults).await
}

async fn opened(state: &AppState, me: &SignedIn, desk: &Desk, typed: &Typed) -> Result<String> {
    let broken = |field: &'static str| move |_| Error::invalid(field, "error-form-broken");
    let procedure: Procedure = typed.procedure.parse().map_err(broken("procedure"))?;
    let ledger: Ledger = typed.ledger.parse().map_err(broken("ledger"))?;
    let quorum = typed.quorum.trim().parse().map_err(|_| Error::invalid("quorum", "error-decision-quorum"))?;
    let until = moment(state, desk, &typed.date, &typed.time)?;
    let ballot = if typed.secret.is_empty() { Ballot::Open } else { Ballot::Secret };
    let question = Question {
        question: typed.question.clone(),
        explanation: typed.explanation.clone(),
        effect: Effect::Nothing,
        rules: Some(Rules { procedure, quorum, ballot, ledger }),
        days: None,
    };
    let id = desk.collective.id.clone();
    let row =
        state.act(me.principal(), move |act| decisions::open_until(act, &id, question, Some(until))).await.map_err(to_fields)?;
    Ok(row.id)
}

/// The deadline, in the collective's zone.
pub fn moment(state: &AppState, desk: &Desk, date: &str, time: &str) -> Result<crate::domain::Timestamp> {
    schedule::point_in_time(date, time, &desk.collective.time_zone, state.now()).map_err(|(field, message)| {
        let message = if message == "error-schedule-past" { "error-decision-past" } else { message };
        Error::invalid(if field == "schedule_time" { "time" } else { "date" }, message)
    })
}

/// Faults at the fields where people can mend them.
fn to_fields(error: Error) -> Error {
    match error {
        Error::Invalid(mut faults) => {
            for fault in &mut faults {
                if fault.field == "until" {
                    fault.field = "date".into();
                }
            }
            Error::Invalid(faults)
        }
        other => other,
    }
}

async fn show(state: &AppState, t: T, desk: Desk, status: StatusCode, typed: Typed, faults: Vec<Fault>) -> Result<HttpResponse> {
    let id = desk.collective.id.clone();
    let members = state.db.read(move |conn| db::decisions::assembly(conn, &id)).await?.len();
    let said =
        |one: Procedure| (one, t.get(&format!("desk-decision-procedure-{one}")), t.get(&format!("desk-decision-how-{one}")));
    let procedures = PROCEDURES.into_iter().map(said).collect();
    let ledgers = ledgers(&t);
    page_with(status, &OpenPage { t, desk, members, procedures, ledgers, typed, faults })
}

/// What everybody may read of a decision, as the options of a list.
pub fn ledgers(t: &T) -> Vec<(&'static str, String)> {
    Ledger::ALL.iter().map(|one| (one.as_str(), t.get(&format!("desk-decision-ledger-{one}")))).collect()
}
