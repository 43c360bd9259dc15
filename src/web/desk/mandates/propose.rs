//! Proposing a mandate: the assembly decides, and the mandate begins with its yes.

use crate::{
    acts::proposals,
    db,
    domain::{
        Id, Timestamp,
        mandate::{Terms, Verb},
    },
    error::{Error, Fault, Result},
    state::AppState,
    web::{
        csrf::{self, Form, Nothing},
        desk::{decisions::as_faults, page::Desk, schedule},
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

/// Days of a term where nothing else is said.
const TERM: i64 = 180;

#[derive(Template)]
#[template(path = "desk/mandate_propose.html")]
struct ProposePage {
    t: T,
    desk: Desk,
    members: Vec<(Id, String)>,
    verbs: &'static [Verb],
    typed: Typed,
    faults: Vec<Fault>,
}

/// The form as typed.
#[derive(Default)]
struct Typed {
    holders: Vec<String>,
    verbs: Vec<String>,
    office: String,
    topics: String,
    partners: String,
    from: String,
    until: String,
}

impl Typed {
    fn is_for(&self, verb: &Verb) -> bool {
        self.verbs.iter().any(|one| one == verb.as_str())
    }

    fn of(pairs: &[(String, String)]) -> Self {
        let all = |name| csrf::values(pairs, name).into_iter().map(str::to_owned).collect::<Vec<_>>();
        let one = |name| all(name).into_iter().next().unwrap_or_default();
        Self {
            holders: all("holders"),
            verbs: all("verbs"),
            office: one("office"),
            topics: one("topics"),
            partners: one("partners"),
            from: one("from"),
            until: one("until"),
        }
    }

    fn terms(&self, zone: &str, now: Timestamp) -> Result<Terms> {
        let words = |text: &str| {
            text.split(|c: char| c.is_whitespace() || c == ',').filter(|one| !one.is_empty()).map(str::to_owned).collect()
        };
        let today = schedule::fields(now, zone).0;
        // It begins with the day, and holds until the end of its last.
        let from = if self.from.trim() == today { now } else { moment(&self.from, "00:00", zone, now, "from")? };
        let until = moment(&self.until, "23:59", zone, now, "until")?;
        Ok(Terms {
            office: self.office.clone(),
            verbs: self.verbs.iter().filter_map(|verb| verb.parse().ok()).collect(),
            topics: words(&self.topics),
            campaign: None,
            partners: words(&self.partners),
            from,
            until,
            joint: self.holders.len() > 1,
        })
    }
}

fn moment(date: &str, time: &str, zone: &str, now: Timestamp, field: &'static str) -> Result<Timestamp> {
    schedule::point_in_time(date, time, zone, now).map_err(|(_, message)| {
        Error::invalid(field, if message == "error-schedule-past" { "error-decision-past" } else { message })
    })
}

/// `GET …/mandates/new`
pub async fn new(state: Data<AppState>, me: SignedIn, t: T, path: Path<String>) -> Result<HttpResponse> {
    let desk = Desk::open(&state, &me, &path, "mandates").await?;
    let day = |days| schedule::fields(state.now() + chrono::Duration::days(days), &desk.collective.time_zone).0;
    let typed = Typed { from: day(0), until: day(TERM), ..Typed::default() };
    show(&state, t, desk, StatusCode::OK, typed, Vec::new()).await
}

/// `POST …/mandates/new`
pub async fn submit(state: Data<AppState>, me: SignedIn, t: T, path: Path<String>, form: Form<Nothing>) -> Result<HttpResponse> {
    let desk = Desk::open(&state, &me, &path, "mandates").await?;
    let typed = Typed::of(&form.pairs);
    let id = desk.collective.id.clone();
    let holders = typed.holders.clone();
    let opened = match typed.terms(&desk.collective.time_zone, state.now()) {
        Ok(terms) => state.act(me.principal(), move |act| proposals::grant(act, &id, holders, terms)).await,
        Err(error) => Err(error),
    };
    match opened {
        Ok(row) => Ok(see_other(&desk.url(&t, &format!("/decisions/{}?done=decision-opened", row.id)))),
        Err(error) => {
            let status = errors::status(&error);
            let faults = as_faults(&t, error, "office")?;
            show(&state, t, desk, status, typed, faults).await
        }
    }
}

async fn show(state: &AppState, t: T, desk: Desk, status: StatusCode, typed: Typed, faults: Vec<Fault>) -> Result<HttpResponse> {
    let members = members(state, &desk).await?;
    page_with(status, &ProposePage { t, desk, members, verbs: Verb::ALL, typed, faults })
}

/// The collective's members, by name.
pub(super) async fn members(state: &AppState, desk: &Desk) -> Result<Vec<(Id, String)>> {
    let id = desk.collective.id.clone();
    state
        .db
        .read(move |conn| {
            let ids = db::decisions::assembly(conn, &id)?;
            let mut members: Vec<(Id, String)> = db::members::names(conn, &ids)?.into_iter().collect();
            members.sort_by_key(|(_, name)| name.to_lowercase());
            Ok(members)
        })
        .await
}
