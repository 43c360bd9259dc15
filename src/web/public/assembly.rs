//! What a collective's assembly shows to everybody: what the collective co-signed, what it still has to ratify, and the
//! outcomes of its decisions as far as it wants them public. Never who said what, and no member at all.

use super::register::sign;
use crate::{
    AppState, Result,
    acts::endorsements,
    db::{self, DbConn, collectives::CollectiveRow, decisions::DecisionRow, endorsements::EndorsementRow},
    domain::{
        Site, Timestamp,
        assembly::Effect,
        decision::{Ledger, Outcome, Tally},
        endorsement::Shown,
        time::rfc3339,
    },
    web::{i18n::T, page},
};
use actix_web::{
    HttpResponse,
    http::header::ACCESS_CONTROL_ALLOW_ORIGIN,
    web::{Data, Path},
};
use askama::Template;
use serde_json::{Value, json};

/// Newest endorsements shown.
const MAX_COSIGNED: i64 = 200;
/// Newest decisions looked at for the ledger.
const MAX_LEDGER: i64 = 500;

struct Cosigned {
    id: String,
    statement: String,
    title: String,
    state: &'static str,
    sign: &'static str,
    updated: Timestamp,
    ratify_by: Option<Timestamp>,
    equivocal: bool,
    /// A steward ratified it without the assembly: why, or empty.
    steward: Option<String>,
    /// What the statement is called now, where it was changed since.
    title_now: Option<String>,
}

struct Decided {
    /// The question; empty where it says more than everybody may read.
    question: String,
    /// Word of what it does.
    effect: &'static str,
    outcome: &'static str,
    at: Timestamp,
    /// Where the collective shows counts.
    tally: Option<Tally>,
    /// Minutes that no second member had to confirm.
    unconfirmed: bool,
}

#[derive(Template)]
#[template(path = "public/assembly.html")]
struct AssemblyPage {
    t: T,
    collective: CollectiveRow,
    waiting: Vec<Cosigned>,
    cosigned: Vec<Cosigned>,
    ledger: Vec<Decided>,
}

/// How a collective's own endorsement is shown to everybody; `None` where the author hasn't answered or said no: then it is no
/// co-signature, and nobody's business.
fn cosigned(conn: &mut DbConn, site: &Site, row: EndorsementRow, now: Timestamp) -> Result<Option<Cosigned>> {
    let shown = row.shown(now);
    if !endorsements::STATES.contains(&shown) {
        return Ok(None);
    }
    Ok(Some(Cosigned {
        steward: row.by_steward().map(str::to_owned),
        title_now: endorsements::title_now(conn, site, &row)?,
        id: row.uri,
        statement: row.statement_uri,
        title: row.title,
        state: shown.as_str(),
        sign: sign(shown),
        updated: row.updated,
        ratify_by: row.ratify_by.filter(|_| shown == Shown::Indicative),
        equivocal: row.equivocal,
    }))
}

/// What the ledger has of a decision: nothing where its rules keep it inside, or where nothing came of it.
fn decided(row: DecisionRow) -> Option<Decided> {
    let outcome = row.outcome.filter(|outcome| *outcome != Outcome::Void)?;
    let ledger = row.rules.ledger;
    if ledger == Ledger::Nothing {
        return None;
    }
    // Whom a mandate empowers is inside; so is a text that wasn't published.
    let told = match &*row.effect {
        Effect::Nothing | Effect::Ratify { .. } | Effect::Withdraw { .. } | Effect::Confirm { .. } => true,
        Effect::Publish { .. } => outcome == Outcome::Carried && row.failure.is_none(),
        _ => false,
    };
    let minutes = row.minutes.as_ref();
    let day = minutes.and_then(|minutes| minutes.date.and_hms_opt(12, 0, 0));
    Some(Decided {
        effect: row.effect.word(),
        outcome: outcome.as_str(),
        at: day.or(row.closed_at).unwrap_or(row.closes_at),
        tally: (ledger == Ledger::Counts).then(|| minutes.map_or(*row.tally, |minutes| minutes.tally)),
        unconfirmed: row.unconfirmed,
        question: if told { row.question } else { String::new() },
    })
}

/// What one collective shows.
type Shows = (CollectiveRow, Vec<Cosigned>, Vec<Decided>);

fn read(conn: &mut DbConn, site: &Site, handle: &str, now: Timestamp) -> Result<Shows> {
    let collective = db::collectives::by_handle(conn, handle)?;
    let rows = db::endorsements::of_endorser(conn, &collective.id, MAX_COSIGNED)?;
    let closed = db::decisions::list(conn, &collective.id, Some(false), MAX_LEDGER)?;
    let mut all = Vec::new();
    for row in rows {
        all.extend(cosigned(conn, site, row, now)?);
    }
    Ok((collective, all, closed.into_iter().filter_map(decided).collect()))
}

pub async fn show(t: T, state: Data<AppState>, handle: Path<String>) -> Result<HttpResponse> {
    let now = state.now();
    let site = state.site()?;
    let (collective, all, ledger) = state.db.read(move |conn| read(conn, &site, &handle, now)).await?;
    let (waiting, cosigned) = all.into_iter().partition(|one| one.ratify_by.is_some());
    page(&AssemblyPage { collective, waiting, cosigned, ledger, t })
}

/// The same for programs.
pub async fn plain(state: Data<AppState>, handle: Path<String>) -> Result<HttpResponse> {
    let now = state.now();
    let site = state.site()?;
    let (collective, all, ledger) = state.db.read(move |conn| read(conn, &site, &handle, now)).await?;
    let one = |one: &Cosigned| {
        json!({
            "endorsement": one.id, "statement": one.statement, "title": one.title, "state": one.state, "since": rfc3339(one.updated),
            "ratify_by": one.ratify_by.map(rfc3339), "title_now": one.title_now, "basis": one.steward.as_ref().map(|_| "steward"),
            "basis_reason": one.steward.as_ref().filter(|why| !why.is_empty())
        })
    };
    let decision = |one: &Decided| {
        json!({
            "question": Some(&one.question).filter(|text| !text.is_empty()), "effect": one.effect, "outcome": one.outcome,
            "date": one.at.date().to_string(), "counts": one.tally, "unconfirmed": one.unconfirmed
        })
    };
    let body: Value = json!({
        "collective": collective.uri, "at": rfc3339(now), "endorsements": all.iter().map(one).collect::<Vec<_>>(),
        "ledger": ledger.iter().map(decision).collect::<Vec<_>>()
    });
    Ok(HttpResponse::Ok()
        .content_type("application/json")
        .insert_header((ACCESS_CONTROL_ALLOW_ORIGIN, "*"))
        .body(body.to_string()))
}
