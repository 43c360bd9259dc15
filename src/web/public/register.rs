//! The register of a statement for people: who co-signs it and how far, by state and country; the same to download.

use super::Paging;
use crate::{
    AppState, Error, Result,
    acts::endorsements::{self, Line},
    db::{self, DbConn, public::Whole},
    domain::{
        Site, Timestamp,
        endorsement::{EndorsementState, Shown},
        ids::parse_id,
        names::StatementState,
        time::rfc3339,
    },
    federation,
    feeds::{bundle, table},
    web::{i18n::T, page},
};
use actix_web::{
    HttpResponse,
    http::header::{ACCESS_CONTROL_ALLOW_ORIGIN, CONTENT_DISPOSITION},
    web::{Data, Path, Query},
};
use askama::Template;
use serde_json::json;
use std::collections::BTreeMap;

/// Endorsers on one page.
const ON_PAGE: usize = 50;

/// A line of a register as people see it.
pub(super) struct Endorser {
    /// Of the endorsement.
    pub id: String,
    pub actor: String,
    pub name: String,
    /// `@valley@valley.example`: the host is there to see (DAT-20).
    pub handle: String,
    pub url: String,
    /// Empty where it doesn't say.
    pub country: String,
    pub shown: Shown,
    pub state: &'static str,
    /// Beside the word: nobody should need the colour to tell them apart.
    pub sign: &'static str,
    pub updated: Timestamp,
    /// Of an indicative one.
    pub ratify_by: Option<Timestamp>,
    pub stamp: Option<String>,
    /// Its endorser said two things under one number.
    pub equivocal: bool,
    /// A steward of its server ratified it without an assembly: why, or empty.
    pub steward: Option<String>,
    /// What a later look found wrong, and since when.
    pub fault: Option<(&'static str, Timestamp)>,
}

/// Beside the word of a state: nobody should need the colour to tell them apart.
pub(in crate::web) fn sign(shown: Shown) -> &'static str {
    match shown {
        Shown::Ratified => "✓",
        Shown::Indicative => "◔",
        Shown::EarlierVersion => "↺",
        Shown::Waiting => "◷",
        Shown::Unverified => "?",
        _ => "✕",
    }
}

/// All lines: what is ratified first, then what is indicative, and so on; the latest first in each. And how many were erased.
pub(super) fn endorsers(conn: &mut DbConn, uri: &str, now: Timestamp) -> Result<(Vec<Endorser>, usize)> {
    let mut lines = endorsements::lines(conn, uri, now)?;
    let erased = endorsements::count_erased(conn, uri, &lines)?;
    lines.sort_by_key(|line| endorsements::STATES.iter().position(|state| *state == line.shown));
    let uris: Vec<String> = lines.iter().map(|line| line.row.endorser_uri.clone()).collect();
    let actors = db::remote_actors::any_by_uris(conn, &uris)?;
    let actors: BTreeMap<&str, _> = actors.iter().map(|actor| (actor.uri.as_str(), actor)).collect();
    let endorser = |line: Line| {
        let row = line.row;
        let steward = row.by_steward().map(str::to_owned);
        let actor = actors.get(row.endorser_uri.as_str());
        let name = actor.map(|actor| if actor.name.is_empty() { actor.username.clone() } else { actor.name.clone() });
        Endorser {
            id: row.uri,
            name: name.unwrap_or_else(|| row.endorser_uri.clone()),
            handle: actor.map(|actor| actor.handle()).unwrap_or_default(),
            url: actor.and_then(|actor| actor.url.clone()).unwrap_or_else(|| row.endorser_uri.clone()),
            country: actor.and_then(|actor| actor.country.clone()).unwrap_or_default(),
            actor: row.endorser_uri,
            shown: line.shown,
            state: line.shown.as_str(),
            sign: sign(line.shown),
            updated: row.updated,
            ratify_by: row.ratify_by.filter(|_| row.state == EndorsementState::Indicative && line.shown.counts()),
            stamp: row.stamp_uri,
            equivocal: row.equivocal,
            steward,
            fault: row.fault.map(|fault| fault.as_str()).zip(row.fault_since).filter(|_| line.shown == Shown::Unverified),
        }
    };
    Ok((lines.into_iter().map(endorser).collect(), erased))
}

/// How many there are in each state that there is, in the register's order.
pub(super) fn by_state(lines: &[Endorser]) -> Vec<(&'static str, usize)> {
    let count = |state: Shown| lines.iter().filter(|line| line.shown == state).count();
    endorsements::STATES.iter().map(|state| (state.as_str(), count(*state))).filter(|(_, count)| *count > 0).collect()
}

/// How many co-sign the text as it is, by the code of their country, the most first; those who don't say come last.
fn by_country(lines: &[Endorser]) -> Vec<(String, usize)> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for line in lines.iter().filter(|line| line.shown.counts()) {
        *counts.entry(&line.country).or_default() += 1;
    }
    let mut counts: Vec<(String, usize)> = counts.into_iter().map(|(code, count)| (code.to_owned(), count)).collect();
    counts.sort_by_key(|(code, count)| (code.is_empty(), std::cmp::Reverse(*count)));
    counts
}

#[derive(Template)]
#[template(path = "public/register.html")]
struct RegisterPage {
    t: T,
    whole: Whole,
    /// Of those who co-sign the text as it is.
    count: usize,
    /// Who stood here and had it erased.
    erased: usize,
    totals: Vec<(&'static str, usize)>,
    countries: Vec<(String, usize)>,
    states: Vec<(String, String)>,
    places: Vec<(String, String)>,
    wanted: Wanted,
    found: usize,
    lines: Vec<Endorser>,
    newer: String,
    older: String,
}

/// What a reader looks for.
#[derive(serde::Deserialize, Default)]
#[serde(default)]
pub struct Wanted {
    state: String,
    /// A code, or `-` for those who don't say.
    country: String,
    q: String,
    page: Option<i64>,
}

impl Wanted {
    fn fits(&self, line: &Endorser) -> bool {
        let words = self.q.trim().to_lowercase();
        let text = || format!("{} {} {}", line.name, line.handle, line.actor).to_lowercase();
        (self.state.is_empty() || line.state == self.state)
            && (self.country.is_empty() || line.country == if self.country == "-" { "" } else { &self.country })
            && (words.is_empty() || words.split_whitespace().all(|word| text().contains(word)))
    }

    fn query(&self) -> String {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        for (name, value) in [("state", &self.state), ("country", &self.country), ("q", &self.q)] {
            if !value.is_empty() {
                query.append_pair(name, value);
            }
        }
        query.finish()
    }
}

/// A published statement that can be endorsed, and its lines.
async fn read(state: &AppState, id: &str) -> Result<(Whole, Vec<Endorser>, usize)> {
    let id = parse_id(id).ok_or(Error::NotFound)?;
    let now = state.now();
    state
        .db
        .read(move |conn| {
            let whole = db::public::statement(conn, &id)?;
            if whole.state != StatementState::Published || db::endorsements::by_companion(conn, &whole.id)?.is_some() {
                return Err(Error::NotFound);
            }
            let (lines, erased) = endorsers(conn, &whole.uri, now)?;
            Ok((whole, lines, erased))
        })
        .await
}

pub async fn show(t: T, state: Data<AppState>, id: Path<String>, wanted: Query<Wanted>) -> Result<HttpResponse> {
    let (whole, lines, erased) = read(&state, &id).await?;
    let wanted = wanted.into_inner();
    let totals = by_state(&lines);
    let countries = by_country(&lines);
    let count = lines.iter().filter(|line| line.shown.counts()).count();
    let named = |(state, _): &(&'static str, usize)| (state.to_string(), t.get(&format!("endorsement-state-{state}")));
    let mut states: Vec<(String, String)> = totals.iter().map(named).collect();
    states.insert(0, (String::new(), t.get("register-all")));
    let mut codes: Vec<String> = lines.iter().map(|line| line.country.clone()).collect();
    codes.sort();
    codes.dedup();
    let code = |code: String| if code.is_empty() { ("-".to_owned(), t.country("")) } else { (code.clone(), t.country(&code)) };
    let mut places: Vec<(String, String)> = codes.into_iter().map(code).collect();
    places.insert(0, (String::new(), t.get("register-all")));
    let mut fitting: Vec<Endorser> = lines.into_iter().filter(|line| wanted.fits(line)).collect();
    let found = fitting.len();
    let paging = Paging { page: wanted.page };
    let from = usize::try_from(paging.number() - 1).unwrap_or(0).saturating_mul(ON_PAGE).min(found);
    let lines: Vec<Endorser> = fitting.drain(from..found.min(from + ON_PAGE)).collect();
    let path = format!("/statements/{}/register", whole.id);
    let path = if wanted.query().is_empty() { path } else { format!("{path}?{}", wanted.query()) };
    let (newer, older) = paging.neighbours(&t, &path, from + ON_PAGE < found);
    page(&RegisterPage { whole, count, erased, totals, countries, states, places, wanted, found, lines, newer, older, t })
}

/// The whole register in one of the forms to take away.
pub async fn download(state: Data<AppState>, path: Path<(String, String)>) -> Result<HttpResponse> {
    let (id, form) = path.into_inner();
    let (whole, lines, erased) = read(&state, &id).await?;
    let (kind, body) = match form.as_str() {
        "csv" => (table::CONTENT_TYPE, csv(&lines, erased).into_bytes()),
        "json" => ("application/json", plain(&whole, &lines, erased, state.now()).to_string().into_bytes()),
        "tar" => (bundle::CONTENT_TYPE, tar(&state, &whole).await?),
        _ => return Err(Error::NotFound),
    };
    let name = format!("attachment; filename=\"register-{}.{form}\"", whole.id);
    Ok(HttpResponse::Ok()
        .content_type(kind)
        .insert_header((CONTENT_DISPOSITION, name))
        .insert_header((ACCESS_CONTROL_ALLOW_ORIGIN, "*"))
        .body(body))
}

/// Of whom was erased there is a line with that word alone.
fn csv(lines: &[Endorser], erased: usize) -> String {
    let head = table::line(["name", "account", "actor", "country", "state", "since", "ratify_by", "endorsement", "stamp"]);
    let line = |one: &Endorser| {
        let (since, by) = (rfc3339(one.updated), one.ratify_by.map(rfc3339).unwrap_or_default());
        let (account, stamp) = (one.handle.trim_start_matches('@'), one.stamp.as_deref().unwrap_or_default());
        table::line([&one.name, account, &one.actor, &one.country, one.state, &since, &by, &one.id, stamp])
    };
    let gone = table::line(["", "", "", "", Shown::Erased.as_str(), "", "", "", ""]);
    head + &lines.iter().map(line).collect::<String>() + &gone.repeat(erased)
}

fn plain(whole: &Whole, lines: &[Endorser], erased: usize, now: Timestamp) -> serde_json::Value {
    let entry = |one: &Endorser| {
        json!({
            "name": one.name, "account": one.handle.trim_start_matches('@'), "actor": one.actor,
            "country": Some(&one.country).filter(|code| !code.is_empty()), "state": one.state, "since": rfc3339(one.updated),
            "ratify_by": one.ratify_by.map(rfc3339), "endorsement": one.id, "stamp": one.stamp, "equivocal": one.equivocal,
            "basis": one.steward.as_ref().map(|_| "steward"), "basis_reason": one.steward.as_ref().filter(|why| !why.is_empty()),
            "fault": one.fault.map(|(fault, _)| fault), "fault_since": one.fault.map(|(_, since)| rfc3339(since))
        })
    };
    let states: serde_json::Map<String, serde_json::Value> =
        by_state(lines).into_iter().map(|(state, count)| (state.to_owned(), json!(count))).collect();
    let countries: Vec<_> = by_country(lines)
        .into_iter()
        .map(|(code, count)| json!({ "country": Some(code).filter(|code| !code.is_empty()), "count": count }))
        .collect();
    json!({
        "statement": whole.uri, "title": whole.version.content.title, "author": whole.collective.uri, "at": rfc3339(now),
        "count": lines.iter().filter(|line| line.shown.counts()).count(), "states": states, "erased": erased, "countries": countries,
        "entries": lines.iter().map(entry).collect::<Vec<_>>()
    })
}

async fn tar(state: &AppState, whole: &Whole) -> Result<Vec<u8>> {
    let (site, now, id) = (state.site()?, state.now(), whole.id.clone());
    let reader: std::sync::Arc<Site> = site.clone();
    let made = state.db.read(move |conn| federation::bundle::of_statement(conn, &reader, &id, now)).await?;
    let text = |json: &serde_json::Value| json.to_string().into_bytes();
    let files = [
        (bundle::MANIFEST, bundle::manifest(&site.base_url, &rfc3339(now)).into_bytes()),
        (bundle::STATEMENT, text(&made.statement)),
        (bundle::REGISTER, text(&made.register)),
        (bundle::ACTORS, text(&made.actors)),
    ];
    Ok(bundle::write(&files, now.and_utc().timestamp()))
}
