//! Who endorses this collective's statements: the queue of those who wait, all others, and by which rule they get in.

use super::{
    page::Desk,
    people::{Named, everybody, named},
};
use crate::{
    acts::{
        consents::Decision,
        proposals::{self, Proposed},
    },
    db::{self, endorsements::EndorsementRow},
    domain::{
        Id, Timestamp,
        consent::{ConsentKind, Policy, PolicyScope, Verdict},
        endorsement::{AuthorState, Shown},
        ids::parse_id,
    },
    error::{Error, Fault, Result},
    federation::{fetch::Budget, webfinger},
    state::AppState,
    web::{csrf::Form, errors, i18n::T, page_with, public::register::sign, see_other, session::SignedIn},
};
use actix_web::{
    HttpResponse,
    http::StatusCode,
    web::{Data, Path, Query},
};
use askama::Template;
use serde::Deserialize;
use std::collections::BTreeMap;

/// Most lines in the list; `communard endorsement list --received` has all.
const MAX_SHOWN: i64 = 200;

#[derive(Template)]
#[template(path = "desk/endorsers.html")]
struct EndorsersPage {
    t: T,
    desk: Desk,
    /// Those who wait for an answer.
    waiting: Vec<Line>,
    others: Vec<Line>,
    /// Statements under which some stand at an earlier text.
    outdated: Vec<Outdated>,
    scopes: &'static [PolicyScope],
    rule: Policy,
    special: Vec<(String, Verdict)>,
    verdicts: Vec<(&'static str, String)>,
    /// As typed.
    subject: String,
    verdict: String,
    faults: Vec<Fault>,
}

struct Line {
    row: EndorsementRow,
    shown: &'static str,
    sign: &'static str,
    endorser: Named,
    /// What the endorser says.
    theirs: &'static str,
    /// It waits for an answer, or can be dropped.
    can_answer: bool,
    can_drop: bool,
}

struct Outdated {
    statement_id: Id,
    title: String,
    count: usize,
    asked_at: Option<Timestamp>,
}

#[derive(Deserialize)]
pub struct Shows {
    done: Option<String>,
}

#[derive(Deserialize)]
pub struct Press {
    #[serde(default, rename = "do")]
    action: String,
    #[serde(default)]
    endorsement: String,
    #[serde(default)]
    statement: String,
    #[serde(default)]
    policy: String,
    #[serde(default)]
    review: String,
    #[serde(default)]
    subject: String,
    #[serde(default)]
    verdict: String,
}

/// `GET …/endorsers`
pub async fn show(state: Data<AppState>, me: SignedIn, t: T, path: Path<String>, query: Query<Shows>) -> Result<HttpResponse> {
    let desk = Desk::open(&state, &me, &path, "endorsers").await?.noting(&t, query.done.as_deref());
    page_with(StatusCode::OK, &load(&state, t, desk).await?)
}

/// `POST …/endorsers`
pub async fn press(state: Data<AppState>, me: SignedIn, t: T, path: Path<String>, form: Form<Press>) -> Result<HttpResponse> {
    let desk = Desk::open(&state, &me, &path, "endorsers").await?;
    let error = match act(&state, &me, &desk, &form.value).await {
        Ok(Proposed::Done(done)) => return Ok(see_other(&desk.url(&t, &format!("/endorsers?done={done}")))),
        Ok(Proposed::Asked(row)) => return Ok(see_other(&desk.asked(&t, &row))),
        Err(error) => error,
    };
    let status = errors::status(&error);
    let mut page = load(&state, t, desk).await?;
    match error {
        Error::Invalid(faults) if form.action == "special" => {
            page.faults = faults.into_iter().map(|fault| Fault { field: "subject".into(), ..fault }).collect();
        }
        Error::NotFound if form.action == "special" => page.faults = not_found(),
        other => {
            let t = page.t.clone();
            page.desk = page.desk.refusing(&t, other)?;
        }
    }
    (page.subject, page.verdict) = (form.value.subject, form.value.verdict);
    page_with(status, &page)
}

fn not_found() -> Vec<Fault> {
    vec![Fault { field: "subject".into(), message: "desk-following-nobody", args: Vec::new() }]
}

/// Does what a button says, and gives the word for `?done=`, or the question that was put in its place.
async fn act(state: &AppState, me: &SignedIn, desk: &Desk, form: &Press) -> Result<Proposed<&'static str>> {
    let id = desk.collective.id.clone();
    let broken = || Error::invalid("do", "error-form-broken");
    let (decision, done) = match form.action.as_str() {
        "accept" => (Decision::Accept, "endorser-accepted"),
        "decline" => (Decision::Decline, "endorser-declined"),
        "drop" => (Decision::Revoke, "endorser-dropped"),
        "ask" => {
            let statement = parse_id(&form.statement).ok_or(Error::NotFound)?;
            let own = state.db.read({
                let statement = statement.clone();
                move |conn| Ok(db::statements::by_id(conn, &statement)?.collective_id)
            });
            if own.await? != id {
                return Err(Error::NotFound);
            }
            let asked = state.act(me.principal(), move |act| proposals::ask_to_confirm(act, &statement)).await?;
            return Ok(asked.map(|_| "endorsers-asked"));
        }
        "policy" => {
            let automatic = form.policy.parse().map_err(|_| broken())?;
            let rule = Policy { automatic, review: !form.review.is_empty() };
            let set = state.act(me.principal(), move |act| proposals::set_rule(act, &id, rule)).await?;
            return Ok(set.map(|()| "endorsers-policy"));
        }
        "special" | "forget" => {
            let verdict = match form.action.as_str() {
                "forget" => None,
                _ => Some(form.verdict.parse::<Verdict>().map_err(|_| broken())?),
            };
            let subject = subject(state, &form.subject).await?;
            let set = state.act(me.principal(), move |act| proposals::set_policy(act, &id, &subject, verdict)).await?;
            return Ok(set.map(|()| "endorsers-policy"));
        }
        _ => return Err(broken()),
    };
    let endorsement = parse_id(&form.endorsement).ok_or(Error::NotFound)?;
    let answered = state
        .act(me.principal(), move |act| {
            let row = db::endorsements::by_id(act.conn, &endorsement)?;
            let consent = db::consents::between(act.conn, ConsentKind::Endorsement, &row.uri, &row.statement_uri)?;
            proposals::decide(act, &id, &consent.ok_or(Error::NotFound)?.id, decision)
        })
        .await?;
    Ok(answered.map(|_| done))
}

/// Whom a rule of its own is for: a host, an actor's id, or the actor behind a handle.
async fn subject(state: &AppState, text: &str) -> Result<String> {
    let text = text.trim();
    match webfinger::handle(text) {
        Some(_) => Ok(webfinger::find_actor(state, text, &Budget::of(state)).await?.uri),
        None => Ok(text.to_owned()),
    }
}

async fn load(state: &AppState, t: T, desk: Desk) -> Result<EndorsersPage> {
    let (id, uri, now) = (desk.collective.id.clone(), desk.collective.uri.clone(), state.now());
    let (lines, outdated, rule, special) = state
        .db
        .read(move |conn| {
            let rows = db::endorsements::of_author(conn, &uri, MAX_SHOWN)?;
            let known = everybody(conn, &rows.iter().map(|row| row.endorser_uri.clone()).collect::<Vec<_>>())?;
            let outdated = outdated(&rows, now);
            let lines: Vec<Line> = rows
                .into_iter()
                .filter(|row| row.erased_at.is_none())
                .map(|row| {
                    let endorser = named(known.get(&row.endorser_uri), &row.endorser_uri);
                    line(row, endorser, now)
                })
                .collect();
            let rule = db::decisions::rules(conn, &id)?.endorsements();
            Ok((lines, outdated, rule, db::endorsements::policies(conn, &id)?))
        })
        .await?;
    let (waiting, others) = lines.into_iter().partition(|line| line.can_answer);
    let verdicts = Verdict::ALL.iter().map(|one| (one.as_str(), t.get(&format!("desk-endorsers-verdict-{one}")))).collect();
    Ok(EndorsersPage {
        t,
        desk,
        waiting,
        others,
        outdated,
        scopes: PolicyScope::ALL,
        rule,
        special,
        verdicts,
        subject: String::new(),
        verdict: Verdict::Grant.as_str().to_owned(),
        faults: Vec::new(),
    })
}

fn line(row: EndorsementRow, endorser: Named, now: Timestamp) -> Line {
    let shown = row.shown(now);
    Line {
        shown: shown.as_str(),
        sign: sign(shown),
        endorser,
        theirs: row.state.as_str(),
        can_answer: shown == Shown::Waiting,
        can_drop: row.author_state == AuthorState::Accepted && !row.state.is_final(),
        row,
    }
}

/// By statement: how many are of an earlier text, and when they were last asked.
fn outdated(rows: &[EndorsementRow], now: Timestamp) -> Vec<Outdated> {
    let mut found: BTreeMap<Id, Outdated> = BTreeMap::new();
    for row in rows.iter().filter(|row| row.shown(now) == Shown::EarlierVersion) {
        let Some(statement_id) = row.statement_id.clone() else { continue };
        let one = found.entry(statement_id.clone()).or_insert(Outdated {
            statement_id,
            title: row.title.clone(),
            count: 0,
            asked_at: None,
        });
        one.count += 1;
        one.asked_at = one.asked_at.max(row.asked_at);
    }
    found.into_values().collect()
}
