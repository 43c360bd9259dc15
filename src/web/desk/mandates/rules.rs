//! The rules by which a collective decides and empowers. All its members read them; a steward sets them.

use crate::{
    acts::rules,
    db,
    domain::{
        assembly::AssemblyRules,
        decision::{Ballot, Procedure},
    },
    error::{Error, Fault, Result},
    state::AppState,
    web::{
        csrf::Form,
        desk::{
            decisions::{
                as_faults,
                open::{PROCEDURES, ledgers},
            },
            page::Desk,
            write::Done,
        },
        errors,
        i18n::T,
        page_with, see_other,
        session::SignedIn,
    },
};
use actix_web::{
    HttpResponse,
    http::StatusCode,
    web::{Data, Path, Query},
};
use askama::Template;
use serde::Deserialize;

#[derive(Template)]
#[template(path = "desk/rules.html")]
struct RulesPage {
    t: T,
    desk: Desk,
    /// The reader may change them.
    may: bool,
    procedures: Vec<(&'static str, String)>,
    ledgers: Vec<(&'static str, String)>,
    typed: Typed,
    faults: Vec<Fault>,
}

/// The form as typed.
#[derive(Default, Deserialize)]
pub struct Typed {
    #[serde(default)]
    mandated: String,
    #[serde(default)]
    procedure: String,
    #[serde(default)]
    quorum: String,
    #[serde(default)]
    secret: String,
    #[serde(default)]
    ledger: String,
    #[serde(default)]
    vote_days: String,
    #[serde(default)]
    ratify_days: String,
    #[serde(default)]
    recall: String,
    #[serde(default)]
    terms: String,
    #[serde(default)]
    pause_days: String,
    #[serde(default)]
    reminders: String,
}

impl From<AssemblyRules> for Typed {
    fn from(rules: AssemblyRules) -> Self {
        let tick = |set: bool| if set { "1".to_owned() } else { String::new() };
        Self {
            mandated: tick(rules.mandated),
            procedure: rules.decisions.procedure.to_string(),
            quorum: rules.decisions.quorum.to_string(),
            secret: tick(rules.decisions.ballot == Ballot::Secret),
            ledger: rules.decisions.ledger.to_string(),
            vote_days: rules.vote_days.to_string(),
            ratify_days: rules.ratify_days.to_string(),
            recall: rules.recall.members.to_string(),
            terms: rules.rotation.terms.to_string(),
            pause_days: rules.rotation.pause_days.to_string(),
            reminders: tick(rules.reminders),
        }
    }
}

impl Typed {
    /// What the form means, over rules that have more than the form does.
    fn over(&self, was: AssemblyRules) -> Result<AssemblyRules> {
        let broken = |field: &'static str| move |_| Error::invalid(field, "error-form-broken");
        let number = |text: &str, field: &'static str| {
            text.trim().parse::<u16>().map_err(|_| Error::invalid(field, "error-minutes-count"))
        };
        let mut rules = was;
        rules.mandated = !self.mandated.is_empty();
        rules.reminders = !self.reminders.is_empty();
        rules.decisions.procedure = self.procedure.parse().map_err(broken("procedure"))?;
        rules.decisions.ledger = self.ledger.parse().map_err(broken("ledger"))?;
        rules.decisions.ballot = if self.secret.is_empty() { Ballot::Open } else { Ballot::Secret };
        rules.decisions.quorum = self.quorum.trim().parse().map_err(|_| Error::invalid("quorum", "error-decision-quorum"))?;
        rules.vote_days = number(&self.vote_days, "vote_days")?.into();
        rules.ratify_days = number(&self.ratify_days, "ratify_days")?.into();
        rules.recall.members = number(&self.recall, "recall")?.into();
        rules.rotation.terms = number(&self.terms, "terms")?.into();
        rules.rotation.pause_days = number(&self.pause_days, "pause_days")?.into();
        if matches!(rules.decisions.procedure, Procedure::Minutes | Procedure::Joint) {
            return Err(Error::invalid("procedure", "error-form-broken"));
        }
        Ok(rules)
    }
}

async fn current(state: &AppState, desk: &Desk) -> Result<AssemblyRules> {
    let id = desk.collective.id.clone();
    state.db.read(move |conn| db::decisions::rules(conn, &id)).await
}

/// `GET …/rules`
pub async fn show(state: Data<AppState>, me: SignedIn, t: T, path: Path<String>, query: Query<Done>) -> Result<HttpResponse> {
    let desk = Desk::open(&state, &me, &path, "mandates").await?.noting(&t, query.done.as_deref());
    let typed = current(&state, &desk).await?.into();
    page(t, desk, &me, StatusCode::OK, typed, Vec::new())
}

/// `POST …/rules`
pub async fn submit(state: Data<AppState>, me: SignedIn, t: T, path: Path<String>, form: Form<Typed>) -> Result<HttpResponse> {
    let desk = Desk::open(&state, &me, &path, "mandates").await?;
    let id = desk.collective.id.clone();
    let set = match form.over(current(&state, &desk).await?) {
        Ok(new) => state.act(me.principal(), move |act| rules::set(act, &id, &new)).await,
        Err(error) => Err(error),
    };
    match set {
        Ok(()) => Ok(see_other(&desk.url(&t, "/rules?done=rules-set"))),
        Err(error @ Error::Forbidden(_)) => Err(error),
        Err(error) => {
            let status = errors::status(&error);
            let faults = as_faults(&t, error, "procedure")?;
            page(t, desk, &me, status, form.value, faults)
        }
    }
}

fn page(t: T, desk: Desk, me: &SignedIn, status: StatusCode, typed: Typed, faults: Vec<Fault>) -> Result<HttpResponse> {
    let named = |one: &Procedure| (one.as_str(), t.get(&format!("desk-decision-procedure-{one}")));
    let procedures = PROCEDURES.iter().map(named).collect();
    let ledgers = ledgers(&t);
    page_with(status, &RulesPage { may: me.is_steward(), procedures, ledgers, t, desk, typed, faults })
}
