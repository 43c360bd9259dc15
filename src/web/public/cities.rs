//! What happens in a city: found by typing any of its names, as a page and as a calendar.
//!
//! Calls and local actions alone, whose city somebody chose. Events of others name their place in words; which city that is would
//! be a guess, and a wrong calendar is worse than a short one.

use super::{
    action_feeds::Names,
    calendar::{self, MAX_CALLS, PAST},
    call::{self, ActionView, Coming},
};
use crate::{
    AppState, Error, Result,
    db::{self, DbConn, actions::ActionRow, public::Line},
    domain::Timestamp,
    i18n,
    text::gazetteer::{self, City, MAX_HITS},
    web::{i18n::T, page},
};
use actix_web::{
    HttpResponse,
    web::{Data, Path, Query},
};
use askama::Template;
use chrono::TimeDelta;
use serde::Deserialize;

/// Days back from which actions are looked through for those that aren't over: no action lasts longer than a year.
const LONGEST: i64 = 370;

#[derive(Deserialize)]
pub struct Asked {
    #[serde(default)]
    q: String,
}

/// A city to choose.
struct Hit {
    path: String,
    name: String,
    within: String,
}

#[derive(Template)]
#[template(path = "public/cities.html")]
struct CitiesPage {
    t: T,
    asked: String,
    hits: Vec<Hit>,
}

#[derive(Template)]
#[template(path = "public/city.html")]
struct CityPage {
    t: T,
    id: u32,
    name: String,
    within: String,
    calls: Vec<Coming>,
    actions: Vec<ActionView>,
    source: (&'static str, &'static str),
}

fn within(t: &T, city: City) -> String {
    let parts = [city.region().to_owned(), t.country(city.country())];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ")
}

/// `GET /cities?q=Amed`
pub async fn find(t: T, asked: Query<Asked>) -> Result<HttpResponse> {
    let asked: String = asked.into_inner().q.chars().take(gazetteer::MAX_QUERY).collect();
    let found = if asked.trim().is_empty() { Vec::new() } else { gazetteer::find(&asked, MAX_HITS, i18n::country_called) };
    let hits = found
        .into_iter()
        .map(|city| Hit {
            path: t.url(format!("/cities/{}", city.id())),
            name: city.name_in(t.lang).to_owned(),
            within: within(&t, city),
        })
        .collect();
    page(&CitiesPage { hits, asked, t })
}

fn known(id: &str) -> Result<City> {
    id.parse().ok().and_then(City::by_id).ok_or(Error::NotFound)
}

type There = (Vec<Line>, Vec<(ActionRow, String)>);

fn there(conn: &mut DbConn, city: City, calls: Timestamp, actions: Timestamp) -> Result<There> {
    let ids = db::calls::in_city(conn, city.id(), calls, MAX_CALLS)?;
    let lines = db::public::among(conn, None, &ids)?;
    let mut names = Names::default();
    let rows = db::action_lists::in_city(conn, city.id(), actions, MAX_CALLS)?;
    let rows = rows.into_iter().map(|row| Ok((names.of(conn, &row)?, row)));
    Ok((lines, rows.map(|one| one.map(|(name, row)| (row, name))).collect::<Result<Vec<_>>>()?))
}

/// `GET /cities/{id}`: what isn't over there.
pub async fn show(t: T, state: Data<AppState>, id: Path<String>) -> Result<HttpResponse> {
    let (city, now) = (known(&id)?, state.now());
    let (lines, mut rows) = state.db.read(move |conn| there(conn, city, now, now - TimeDelta::days(LONGEST))).await?;
    rows.retain(|(row, _)| !row.content.when.is_over(now));
    page(&CityPage {
        id: city.id(),
        name: city.name_in(t.lang).to_owned(),
        within: within(&t, city),
        calls: call::listed(&t, lines, now),
        actions: rows.iter().map(|(row, name)| ActionView::of(&t, name, row, None, now)).collect(),
        source: gazetteer::SOURCE,
        t,
    })
}

/// `GET /cities/{id}/calendar.ics`
pub async fn calendar(t: T, state: Data<AppState>, id: Path<String>) -> Result<HttpResponse> {
    let site = state.site()?;
    let (city, since) = (known(&id)?, state.now() - TimeDelta::days(PAST));
    let (lines, rows) = state.db.read(move |conn| there(conn, city, since, since)).await?;
    let mut entries: Vec<_> = lines.iter().filter_map(|line| calendar::entry(&site, line)).collect();
    entries.extend(rows.into_iter().map(|(row, name)| calendar::action_entry(&row, &name, "")));
    let page = format!("{}/cities/{}", site.base_url, city.id());
    Ok(calendar::answer(&format!("{page}/calendar.ics"), &page, city.name_in(t.lang), t.lang, entries))
}
