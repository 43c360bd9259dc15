//! Calendars for people's diaries: of one call, of a collective, of the instance; and the same as JSON.

use super::teaser;
use crate::{
    AppState, Error, Result,
    db::{self, DbConn, actions::ActionRow, public::Line},
    domain::{
        Site, Timestamp,
        call::Call,
        ids::parse_id,
        place::Place,
        time::{http_date, rfc3339},
    },
    feeds::ical::{self, Calendar, Entry},
};
use actix_web::{
    HttpResponse,
    http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, LAST_MODIFIED},
    web::{Data, Path},
};
use chrono::TimeDelta;
use serde_json::{Value, json};

/// Calls in a calendar: the latest by their dates.
const MAX_CALLS: i64 = 1_000;
/// Days for which a call that is over stays in it.
const PAST: i64 = 400;

/// Calls of one collective, or of all, that aren't long over, by when they begin.
fn calls(conn: &mut DbConn, collective_id: Option<&str>, now: Timestamp) -> Result<Vec<Line>> {
    let ids = db::calls::since(conn, collective_id, now - TimeDelta::days(PAST), MAX_CALLS)?;
    db::public::among(conn, collective_id, &ids)
}

/// `GET /statements/{id}/calendar.ics`: one call, to be put into a diary, with the actions that stand under it.
pub async fn one(state: Data<AppState>, id: Path<String>) -> Result<HttpResponse> {
    let site = state.site()?;
    let id = parse_id(&id).ok_or(Error::NotFound)?;
    let call = site.statement(&id);
    let (line, under) = state
        .db
        .read(move |conn| {
            let line = db::public::among(conn, None, &[id])?.pop().ok_or(Error::NotFound)?;
            Ok((line, super::call::actions(conn, &call)?))
        })
        .await?;
    let (page, name, language) = (site.statement(&line.id), line.content.title.clone(), line.content.language.clone());
    let mut entries = vec![entry(&site, &line).ok_or(Error::NotFound)?];
    entries.extend(under.iter().map(|(row, organiser)| action_entry(row, organiser, &language)));
    Ok(answer(&format!("{page}/calendar.ics"), &page, &name, &language, entries))
}

/// `GET /c/{handle}/calendar.ics`: its calls and its own actions under calls.
pub async fn collective(state: Data<AppState>, handle: Path<String>) -> Result<HttpResponse> {
    let (site, now) = (state.site()?, state.now());
    let (collective, lines, actions) = state
        .db
        .read(move |conn| {
            let collective = db::collectives::by_handle(conn, &handle)?;
            let lines = calls(conn, Some(&collective.id), now)?;
            let actions = db::actions::since(conn, &collective.id, now - TimeDelta::days(PAST), MAX_CALLS)?;
            Ok((collective, lines, actions))
        })
        .await?;
    let mut entries: Vec<Entry> = lines.iter().filter_map(|line| entry(&site, line)).collect();
    entries.extend(actions.iter().map(|row| action_entry(row, &collective.name, &collective.language)));
    entries.sort_by_key(|entry| entry.when.begins());
    let url = format!("{}/calendar.ics", collective.uri);
    Ok(answer(&url, &collective.uri, &collective.name, &collective.language, entries))
}

/// `GET /calendar.ics`: all collectives of this instance.
pub async fn instance(state: Data<AppState>) -> Result<HttpResponse> {
    let (site, now) = (state.site()?, state.now());
    let lines = state.db.read(move |conn| calls(conn, None, now)).await?;
    let entries = lines.iter().filter_map(|line| entry(&site, line)).collect();
    let language = site.languages.first().map_or("en", String::as_str);
    Ok(answer(&format!("{}/calendar.ics", site.base_url), &format!("{}/", site.base_url), &site.name, language, entries))
}

/// `GET /c/{handle}/calls.json`: the same calls for programs.
pub async fn collective_json(state: Data<AppState>, handle: Path<String>) -> Result<HttpResponse> {
    let (site, now) = (state.site()?, state.now());
    let read = move |conn: &mut DbConn| {
        let collective = db::collectives::by_handle(conn, &handle)?;
        calls(conn, Some(&collective.id), now)
    };
    Ok(plain(&site, &state.db.read(read).await?, now))
}

/// `GET /calls.json`
pub async fn instance_json(state: Data<AppState>) -> Result<HttpResponse> {
    let (site, now) = (state.site()?, state.now());
    Ok(plain(&site, &state.db.read(move |conn| calls(conn, None, now)).await?, now))
}

fn answer(url: &str, page: &str, name: &str, language: &str, entries: Vec<Entry>) -> HttpResponse {
    let modified = entries.iter().map(|entry| entry.updated).max();
    let mut response = HttpResponse::Ok();
    response.content_type(ical::CONTENT_TYPE).insert_header((CACHE_CONTROL, "public, max-age=300"));
    // Browsers that can't open it save it under this name.
    response.insert_header((CONTENT_DISPOSITION, "inline; filename=\"calendar.ics\""));
    if let Some(modified) = modified {
        response.insert_header((LAST_MODIFIED, http_date(modified)));
    }
    response.body(ical::write(&Calendar { url, page, name, language, entries }))
}

fn entry(site: &Site, line: &Line) -> Option<Entry> {
    let call = line.content.call.as_ref()?;
    let place = call.place.as_ref().map(Place::public);
    let uri = site.statement(&line.id);
    Some(Entry {
        page: uri.clone(),
        uri,
        when: call.when,
        recurrence: call.recurrence.clone(),
        status: call.status,
        // From 0, as the standard counts.
        sequence: u32::try_from(line.version - 1).unwrap_or_default(),
        title: line.content.title.clone(),
        description: description(line, call),
        location: place.as_ref().map(Place::line).unwrap_or_default(),
        coordinates: place.and_then(|place| place.coordinates),
        organiser: line.collective.clone(),
        language: line.content.language.clone(),
        hashtags: line.content.hashtags.clone(),
        published: line.published_at,
        updated: line.edited_at,
    })
}

/// An action has the same id, and counts its changes the same, in the calendar of its organisers and in that of the call's author,
/// who has it from the wire, where seconds are whole.
fn action_entry(row: &ActionRow, organiser: &str, language: &str) -> Entry {
    let content = &row.content;
    let place = content.place.as_ref().map(Place::public);
    let sequence = row.updated.and_utc().timestamp() - row.published.and_utc().timestamp();
    let said = [&content.text, &content.accessibility, &content.contact, &row.call_title];
    Entry {
        uri: row.uri.clone(),
        page: row.uri.clone(),
        when: content.when,
        recurrence: None,
        status: content.status,
        sequence: u32::try_from(sequence).unwrap_or_default(),
        title: content.title.clone(),
        description: said.into_iter().filter(|part| !part.is_empty()).cloned().collect::<Vec<_>>().join("\n\n"),
        location: place.as_ref().map(Place::line).unwrap_or_default(),
        coordinates: place.and_then(|place| place.coordinates),
        organiser: organiser.to_owned(),
        language: language.to_owned(),
        hashtags: Vec::new(),
        published: row.published,
        updated: row.updated,
    }
}

/// What people should know of a change goes first: that is what they look for.
fn description(line: &Line, call: &Call) -> String {
    let parts = [call.notice.clone(), line.content.content_warning.clone(), teaser(line)];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n\n")
}

fn plain(site: &Site, lines: &[Line], now: Timestamp) -> HttpResponse {
    let list: Vec<Value> = lines.iter().filter_map(|line| call_json(site, line, now)).collect();
    HttpResponse::Ok()
        .insert_header((CACHE_CONTROL, "public, max-age=300"))
        .insert_header(("access-control-allow-origin", "*"))
        .json(json!({ "calls": list }))
}

fn call_json(site: &Site, line: &Line, now: Timestamp) -> Option<Value> {
    let call = line.content.call.as_ref()?;
    let place = call.place.as_ref().map(Place::public);
    let point = place.as_ref().and_then(|place| place.coordinates);
    let (first, last) = call.when.days();
    Some(json!({
        "url": site.statement(&line.id),
        "title": line.content.title,
        "language": line.content.language,
        "collective": { "name": line.collective, "url": site.collective(&line.handle) },
        "all_day": call.when.all_day(),
        "first_day": first.to_string(),
        "last_day": last.to_string(),
        "start": call.when.start().to_rfc3339(),
        "end": call.when.end().map(|end| end.to_rfc3339()),
        "zone": call.when.zone().map(|zone| zone.name()),
        "status": call.status.as_str(),
        "state": call.state(now).as_str(),
        "place": place.map(|place| json!({
            "text": place.line(),
            "city": place.city.map(|city| city.name),
            "country": Some(place.country).filter(|country| !country.is_empty()),
            "latitude": point.map(|point| point.latitude.get()),
            "longitude": point.map(|point| point.longitude.get()),
        })),
        "recurrence": call.recurrence,
        "version": line.version,
        "published": rfc3339(line.published_at),
        "updated": rfc3339(line.edited_at),
    }))
}
