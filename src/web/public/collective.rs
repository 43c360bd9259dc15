//! A collective's page: who it is, how to follow it, what it has said.

use super::{
    PAGE, Paging,
    call::{self, Coming},
    outside,
};
use crate::{
    AppState, Error, Result,
    db::{
        self,
        collectives::{CollectiveRow, ProfileField},
        public::Line,
    },
    text,
    web::{i18n::T, page},
};
use actix_web::{
    HttpResponse,
    http::header::LOCATION,
    web::{Data, Path, Query},
};
use askama::Template;

/// Statements looked through for a hashtag: the newest ones.
const MAX_TAGGED: i64 = 500;

#[derive(Template)]
#[template(path = "public/collective.html")]
struct CollectivePage {
    t: T,
    collective: CollectiveRow,
    /// `@river@river.example`
    address: String,
    icon: String,
    header: String,
    summary: String,
    website: String,
    fields: Vec<Field>,
    statements: i64,
    followers: i64,
    tag: String,
    /// On the first page without a tag.
    pinned: Vec<Line>,
    /// Calls to come, on the first page without a tag.
    calls: Vec<Coming>,
    lines: Vec<Line>,
    newer: String,
    older: String,
}

struct Field {
    name: String,
    value: String,
    /// Where the value is an address.
    link: String,
}

#[derive(serde::Deserialize)]
pub struct Wanted {
    tag: Option<String>,
    page: Option<i64>,
}

pub async fn show(t: T, state: Data<AppState>, handle: Path<String>, wanted: Query<Wanted>) -> Result<HttpResponse> {
    let site = state.site()?;
    let Wanted { tag, page: number } = wanted.into_inner();
    let paging = Paging { page: number };
    let tag = tag.map(|tag| tag.trim_start_matches('#').to_lowercase()).unwrap_or_default();
    let (offset, by_tag) = (paging.offset(), tag.clone());
    let now = state.now();
    let (collective, (icon, header), statements, followers, mut lines, (mut pinned, calls)) = state
        .db
        .read(move |conn| {
            let collective = db::collectives::by_handle(conn, &handle)?;
            let icon = db::public::file_name(conn, collective.icon_media_id.as_deref())?;
            let header = db::public::file_name(conn, collective.header_media_id.as_deref())?;
            let statements = db::public::count(conn, &collective.id)?;
            let followers = db::follows::count_followers(conn, &collective.id)?;
            let lines = if by_tag.is_empty() {
                db::public::newest(conn, Some(&collective.id), PAGE + 1, offset)?
            } else {
                let all = db::public::newest(conn, Some(&collective.id), MAX_TAGGED, 0)?;
                let tagged = all.into_iter().filter(|line| line.content.hashtags.iter().any(|t| t.to_lowercase() == by_tag));
                tagged.skip(usize::try_from(offset).unwrap_or(0)).take(PAGE as usize + 1).collect()
            };
            let pinned = if by_tag.is_empty() { db::public::pinned(conn, &collective.id)? } else { Vec::new() };
            let calls = match by_tag.is_empty() && offset == 0 {
                true => call::coming(conn, Some(&collective.id), now)?,
                false => Vec::new(),
            };
            Ok((collective, (icon, header), statements, followers, lines, (pinned, calls)))
        })
        .await?;
    let more = lines.len() > PAGE as usize;
    lines.truncate(PAGE as usize);
    // Each stands once.
    lines.retain(|line| pinned.iter().all(|pinned| pinned.id != line.id));
    if offset > 0 {
        pinned.clear();
    }
    let path = match tag.as_str() {
        "" => format!("/c/{}", collective.handle),
        tag => {
            let query = url::form_urlencoded::Serializer::new(String::new()).append_pair("tag", tag).finish();
            format!("/c/{}?{query}", collective.handle)
        }
    };
    let (newer, older) = paging.neighbours(&t, &path, more);
    page(&CollectivePage {
        address: site.handle(&collective.handle),
        icon: t.media(&icon),
        header: t.media(&header),
        summary: text::markdown(&collective.summary),
        website: collective.website.as_deref().map(outside).unwrap_or_default(),
        fields: collective.fields.iter().map(field).collect(),
        statements,
        followers,
        tag,
        pinned,
        calls: call::listed(&t, calls, now),
        lines,
        newer,
        older,
        collective,
        t,
    })
}

/// `/@river`, the way people write it.
pub async fn short(t: T, state: Data<AppState>, handle: Path<String>) -> Result<HttpResponse> {
    let site = state.site()?;
    let (name, domain) = handle.split_once('@').unwrap_or((handle.as_str(), &site.domain));
    if !domain.eq_ignore_ascii_case(&site.domain) {
        return Err(Error::NotFound);
    }
    let name = name.to_owned();
    let collective = state.db.read(move |conn| db::collectives::by_handle(conn, &name)).await?;
    Ok(HttpResponse::MovedPermanently().insert_header((LOCATION, t.url(format!("/c/{}", collective.handle)))).finish())
}

fn field(field: &ProfileField) -> Field {
    Field { name: field.name.clone(), value: field.value.clone(), link: outside(field.value.trim()) }
}
