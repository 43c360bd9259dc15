//! A collective's newest statements as an Atom feed.

use super::{calendar::PAST, teaser};
use crate::{
    AppState, Result,
    db::{self, DbConn, public::Line},
    domain::{Site, Timestamp, call::CallStatus, place::Place, time::http_date},
    feeds::atom,
    i18n::Lang,
    text,
};
use actix_web::{
    HttpResponse,
    http::header::{CACHE_CONTROL, LAST_MODIFIED},
    web::{Data, Path},
};
use chrono::TimeDelta;

/// Entries in a feed: the newest ones.
pub(super) const ENTRIES: i64 = 30;

pub async fn show(state: Data<AppState>, handle: Path<String>) -> Result<HttpResponse> {
    let site = state.site()?;
    let (collective, lines, changed) = state
        .db
        .read(move |conn| {
            let collective = db::collectives::by_handle(conn, &handle)?;
            let lines = db::public::newest(conn, Some(&collective.id), ENTRIES, 0)?;
            let changed = db::public::last_change(conn, &collective.id)?;
            Ok((collective, lines, changed))
        })
        .await?;
    // The profile stands in it too.
    let modified = http_date(changed.map_or(collective.updated_at, |at| at.max(collective.updated_at)));
    let feed = atom::write(&atom::Feed {
        id: &collective.uri,
        url: &format!("{}/feed.atom", collective.uri),
        page: &collective.uri,
        title: &collective.name,
        subtitle: &text::plain(&text::markdown(&collective.summary)),
        language: &collective.language,
        author: &collective.name,
        created: collective.created_at,
        entries: lines.into_iter().map(|line| entry(&site, line)).collect(),
    });
    Ok(HttpResponse::Ok()
        .content_type(atom::CONTENT_TYPE)
        .insert_header((CACHE_CONTROL, "public, max-age=300"))
        .insert_header((LAST_MODIFIED, modified))
        .body(feed))
}

/// `GET /c/{handle}/calls.atom`: a collective's calls alone.
pub async fn calls_of(state: Data<AppState>, handle: Path<String>) -> Result<HttpResponse> {
    let (site, now) = (state.site()?, state.now());
    let (collective, lines) = state
        .db
        .read(move |conn| {
            let collective = db::collectives::by_handle(conn, &handle)?;
            let lines = calls_as_lines(conn, Some(&collective.id), now)?;
            Ok((collective, lines))
        })
        .await?;
    Ok(answer(&atom::Feed {
        id: &format!("{}/calls.atom", collective.uri),
        url: &format!("{}/calls.atom", collective.uri),
        page: &collective.uri,
        title: &collective.name,
        subtitle: "",
        language: &collective.language,
        author: &collective.name,
        created: collective.created_at,
        entries: lines.into_iter().map(|line| entry(&site, line)).collect(),
    }))
}

/// `GET /calls.atom`: the calls of all collectives of this instance.
pub async fn calls(state: Data<AppState>) -> Result<HttpResponse> {
    let (site, now) = (state.site()?, state.now());
    let lines = state.db.read(move |conn| calls_as_lines(conn, None, now)).await?;
    let url = format!("{}/calls.atom", site.base_url);
    Ok(answer(&atom::Feed {
        id: &url,
        url: &url,
        page: &format!("{}/", site.base_url),
        title: &site.name,
        subtitle: "",
        language: site.languages.first().map_or("en", String::as_str),
        author: &site.name,
        created: now,
        entries: lines.into_iter().map(|line| entry(&site, line)).collect(),
    }))
}

/// Calls that aren't long over, those published last first.
fn calls_as_lines(conn: &mut DbConn, collective_id: Option<&str>, now: Timestamp) -> Result<Vec<Line>> {
    let ids = db::calls::since(conn, collective_id, now - TimeDelta::days(PAST), ENTRIES)?;
    let mut lines = db::public::among(conn, collective_id, &ids)?;
    lines.sort_by_key(|line| std::cmp::Reverse(line.published_at));
    Ok(lines)
}

pub(super) fn answer(feed: &atom::Feed) -> HttpResponse {
    HttpResponse::Ok()
        .content_type(atom::CONTENT_TYPE)
        .insert_header((CACHE_CONTROL, "public, max-age=300"))
        .body(atom::write(feed))
}

fn entry(site: &Site, line: Line) -> atom::Entry {
    let uri = site.statement(&line.id);
    // A feed reader has nothing to fold a text with: who wants to read it opens the page.
    let folded = !line.content.content_warning.is_empty();
    atom::Entry {
        page: uri.clone(),
        id: uri,
        summary: if folded { line.content.content_warning.clone() } else { summary(&line) },
        content: if folded { String::new() } else { content(&line) },
        title: line.content.title,
        language: line.content.language,
        hashtags: line.content.hashtags,
        published: line.published_at,
        updated: line.edited_at,
    }
}

/// Of a call first whether it takes place, when and where: who subscribes to calls shouldn't have to open each.
fn summary(line: &Line) -> String {
    let Some(call) = &line.content.call else { return teaser(line) };
    let lang = Lang::by_tag(&line.content.language).unwrap_or_else(Lang::english);
    let state = match call.status {
        CallStatus::Announced => String::new(),
        changed => lang.text(&format!("call-state-{changed}")),
    };
    let place = call.place.as_ref().map(Place::line).unwrap_or_default();
    let parts = [state, lang.when(&call.when), place, teaser(line)];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · ")
}

fn content(line: &Line) -> String {
    let demands: String = line.content.demands.iter().map(|demand| format!("<li>{}</li>", super::escape(demand))).collect();
    if demands.is_empty() { line.html.clone() } else { format!("{}<ul>{demands}</ul>", line.html) }
}
