//! A collective's newest statements as an Atom feed.

use super::teaser;
use crate::{
    AppState, Result,
    db::{self, public::Line},
    domain::{Site, time::http_date},
    feeds::atom,
    text,
};
use actix_web::{
    HttpResponse,
    http::header::{CACHE_CONTROL, LAST_MODIFIED},
    web::{Data, Path},
};

/// Entries in a feed: the newest ones.
const ENTRIES: i64 = 30;

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

fn entry(site: &Site, line: Line) -> atom::Entry {
    let uri = site.statement(&line.id);
    // A feed reader has nothing to fold a text with: who wants to read it opens the page.
    let folded = !line.content.content_warning.is_empty();
    atom::Entry {
        page: uri.clone(),
        id: uri,
        summary: if folded { line.content.content_warning.clone() } else { teaser(&line) },
        content: if folded { String::new() } else { content(&line) },
        title: line.content.title,
        language: line.content.language,
        hashtags: line.content.hashtags,
        published: line.published_at,
        updated: line.edited_at,
    }
}

fn content(line: &Line) -> String {
    let demands: String = line.content.demands.iter().map(|demand| format!("<li>{}</li>", super::escape(demand))).collect();
    if demands.is_empty() { line.html.clone() } else { format!("{}<ul>{demands}</ul>", line.html) }
}
