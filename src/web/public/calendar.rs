//! Calendars for people's diaries: of one call, of a collective, of the instance; and the same as JSON.

use super::{action_feeds as actions, report::Totals, teaser};
use crate::{
    AppState, Result,
    db::{self, DbConn, actions::ActionRow, public::Line, remote_posts::RemotePostRow},
    domain::{
        Site, Timestamp,
        call::Call,
        place::Place,
        time::{http_date, rfc3339},
    },
    feeds::ical::{self, Calendar, Entry},
    text,
};
use actix_web::{
    HttpResponse,
    http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, LAST_MODIFIED},
    web::{Data, Path},
};
use chrono::TimeDelta;
use serde_json::{Value, json};

/// Calls in a calendar: the latest by their dates.
pub(super) const MAX_CALLS: i64 = 1_000;
/// Days for which a call that is over stays in it.
pub(super) const PAST: i64 = 400;

/// Calls of one collective, or of all, that aren't long over, by when they begin.
fn calls(conn: &mut DbConn, collective_id: Option<&str>, now: Timestamp) -> Result<Vec<Line>> {
    let ids = db::calls::since(conn, collective_id, now - TimeDelta::days(PAST), MAX_CALLS)?;
    db::public::among(conn, collective_id, &ids)
}

/// `GET /c/{handle}/calendar.ics`: its calls and its own actions under calls.
pub async fn collective(state: Data<AppState>, handle: Path<String>) -> Result<HttpResponse> {
    let (site, now) = (state.site()?, state.now());
    let (collective, lines, beside) = state
        .db
        .read(move |conn| {
            let collective = db::collectives::by_handle(conn, &handle)?;
            let lines = calls(conn, Some(&collective.id), now)?;
            let beside = beside(conn, Some(&collective.id), now)?;
            Ok((collective, lines, beside))
        })
        .await?;
    let mut entries: Vec<Entry> = lines.iter().filter_map(|line| entry(&site, line)).chain(beside).collect();
    entries.sort_by_key(|entry| entry.when.begins());
    let url = format!("{}/calendar.ics", collective.uri);
    Ok(answer(&url, &collective.uri, &collective.name, &collective.language, entries))
}

/// `GET /calendar.ics`: all collectives of this instance.
pub async fn instance(state: Data<AppState>) -> Result<HttpResponse> {
    let (site, now) = (state.site()?, state.now());
    let (lines, beside) = state.db.read(move |conn| Ok((calls(conn, None, now)?, beside(conn, None, now)?))).await?;
    let mut entries: Vec<Entry> = lines.iter().filter_map(|line| entry(&site, line)).chain(beside).collect();
    entries.sort_by_key(|entry| entry.when.begins());
    let language = site.languages.first().map_or("en", String::as_str);
    Ok(answer(&format!("{}/calendar.ics", site.base_url), &format!("{}/", site.base_url), &site.name, language, entries))
}

/// `GET /c/{handle}/calls.json`: the same calls for programs.
pub async fn collective_json(state: Data<AppState>, handle: Path<String>) -> Result<HttpResponse> {
    let (site, now) = (state.site()?, state.now());
    let reader = site.clone();
    let read = move |conn: &mut DbConn| {
        let collective = db::collectives::by_handle(conn, &handle)?;
        let lines = calls(conn, Some(&collective.id), now)?;
        counted(conn, &reader, lines)
    };
    Ok(plain(&site, &state.db.read(read).await?, now))
}

/// `GET /calls.json`
pub async fn instance_json(state: Data<AppState>) -> Result<HttpResponse> {
    let (site, now) = (state.site()?, state.now());
    let reader = site.clone();
    let read = move |conn: &mut DbConn| {
        let lines = calls(conn, None, now)?;
        counted(conn, &reader, lines)
    };
    Ok(plain(&site, &state.db.read(read).await?, now))
}

/// What stands in the calendar of a collective, or of all, beside their calls: their local actions, and events of others that they
/// boosted. A boost is a collective's own public word for something that its author published for everybody; what it only follows
/// it hasn't said anything about, and nobody's event is listed here by somebody who merely reads it.
fn beside(conn: &mut DbConn, collective_id: Option<&str>, now: Timestamp) -> Result<Vec<Entry>> {
    let since = now - TimeDelta::days(PAST);
    let rows = db::actions::since(conn, collective_id, since, MAX_CALLS)?;
    let mut names = actions::Names::default();
    let mut entries = Vec::with_capacity(rows.len());
    for row in rows {
        let name = names.of(conn, &row)?;
        entries.push(action_entry(&row, &name, ""));
    }
    for post in db::remote_posts::boosted_events(conn, collective_id, MAX_CALLS)? {
        let author = db::remote_actors::any_by_uri(conn, &post.actor_uri)?;
        if author.as_ref().is_some_and(|author| author.gone_at.is_some()) {
            continue;
        }
        entries.extend(
            others(post, author.map(|author| author.handle()).unwrap_or_default())
                .filter(|one| one.recurrence.is_some() || one.when.ends() > since),
        );
    }
    Ok(entries)
}

/// An event of somebody else, told as they tell it.
fn others(post: RemotePostRow, author: String) -> Option<Entry> {
    let event = post.event?.into_inner();
    let updated = post.updated.unwrap_or(post.published);
    let folded = !post.content_warning.is_empty();
    Some(Entry {
        page: post.url.filter(|url| !super::outside(url).is_empty()).unwrap_or_else(|| post.uri.clone()),
        uri: post.uri,
        when: event.when,
        recurrence: event.recurrence,
        status: event.status,
        sequence: sequence(post.published, updated),
        title: post.title,
        description: if folded { post.content_warning } else { text::plain(&post.html) },
        location: event.place,
        coordinates: None,
        organiser: author,
        language: post.language.unwrap_or_default(),
        hashtags: Vec::new(),
        published: post.published,
        updated,
    })
}

pub(super) fn answer(url: &str, page: &str, name: &str, language: &str, entries: Vec<Entry>) -> HttpResponse {
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

pub(super) fn entry(site: &Site, line: &Line) -> Option<Entry> {
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

/// What grows with each change where nobody counts them: the seconds from the publication to the last one. Whole ones, as they are
/// on the wire.
fn sequence(published: Timestamp, updated: Timestamp) -> u32 {
    u32::try_from(updated.and_utc().timestamp() - published.and_utc().timestamp()).unwrap_or_default()
}

/// An action has the same id, and counts its changes the same, in the calendar of its organisers and in that of the call's author,
/// who has it from the wire, where seconds are whole.
pub(super) fn action_entry(row: &ActionRow, organiser: &str, language: &str) -> Entry {
    let content = &row.content;
    let place = content.place.as_ref().map(Place::public);
    let said = [&content.text, &content.accessibility, &content.contact, &row.call_title];
    Entry {
        uri: row.uri.clone(),
        page: row.uri.clone(),
        when: content.when,
        recurrence: None,
        status: content.status,
        sequence: sequence(row.published, row.updated),
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

/// With what stands under each.
fn counted(conn: &mut DbConn, site: &Site, lines: Vec<Line>) -> Result<Vec<(Line, Totals)>> {
    let uris: Vec<String> = lines.iter().map(|line| site.statement(&line.id)).collect();
    let mut totals = Totals::of_many(conn, &uris)?;
    Ok(lines.into_iter().zip(uris).map(|(line, uri)| (line, totals.remove(&uri).unwrap_or_default())).collect())
}

fn plain(site: &Site, lines: &[(Line, Totals)], now: Timestamp) -> HttpResponse {
    let list: Vec<Value> = lines.iter().filter_map(|(line, totals)| call_json(site, line, totals, now)).collect();
    HttpResponse::Ok()
        .insert_header((CACHE_CONTROL, "public, max-age=300"))
        .insert_header(("access-control-allow-origin", "*"))
        .json(json!({ "calls": list }))
}

fn call_json(site: &Site, line: &Line, totals: &Totals, now: Timestamp) -> Option<Value> {
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
        "totals": totals.json(),
        "version": line.version,
        "published": rfc3339(line.published_at),
        "updated": rfc3339(line.edited_at),
    }))
}
