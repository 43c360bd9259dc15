//! The first page of the instance, and the page that says what it is.

use super::{
    PAGE, Paging,
    call::{self, Coming},
};
use crate::{
    AppState, Result,
    db::{
        self,
        public::{CollectiveLine, Line},
    },
    text,
    web::{i18n::T, page},
};
use actix_web::{
    HttpResponse,
    web::{Data, Query},
};
use askama::Template;

#[derive(Template)]
#[template(path = "public/home.html")]
struct Home {
    t: T,
    about: String,
    collectives: Vec<CollectiveLine>,
    lines: Vec<Line>,
    /// On the first page.
    calls: Vec<Coming>,
    first: bool,
    newer: String,
    older: String,
}

#[derive(Template)]
#[template(path = "public/waiting.html")]
struct Waiting {
    t: T,
}

#[derive(Template)]
#[template(path = "public/about.html")]
struct About {
    t: T,
    about: String,
    languages: Vec<String>,
    collectives: Vec<CollectiveLine>,
}

pub async fn home(t: T, state: Data<AppState>, paging: Query<Paging>) -> Result<HttpResponse> {
    let Some(site) = t.site.clone() else { return page(&Waiting { t }) };
    let offset = paging.offset();
    let now = state.now();
    let (collectives, mut lines, calls) = state
        .db
        .read(move |conn| {
            let calls = if offset == 0 { call::coming(conn, None, now)? } else { Vec::new() };
            Ok((db::public::collectives(conn)?, db::public::newest(conn, None, PAGE + 1, offset)?, calls))
        })
        .await?;
    let more = lines.len() > PAGE as usize;
    lines.truncate(PAGE as usize);
    let (newer, older) = paging.neighbours(&t, "/", more);
    let calls = call::listed(&t, calls, now);
    page(&Home {
        about: text::markdown(&site.description),
        collectives,
        lines,
        calls,
        first: paging.number() == 1,
        newer,
        older,
        t,
    })
}

pub async fn about(t: T, state: Data<AppState>) -> Result<HttpResponse> {
    let Some(site) = t.site.clone() else { return page(&Waiting { t }) };
    let collectives = state.db.read(db::public::collectives).await?;
    let languages = site.languages.iter().map(|tag| t.language_name(tag)).collect();
    page(&About { about: text::markdown(&site.description), languages, collectives, t })
}
