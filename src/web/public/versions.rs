//! A statement's history is public: which versions there were, and what each changed.

use super::{call, diff, statement::withdrawn};
use crate::{
    AppState, Error, Result,
    db::{
        self,
        public::{Version, Whole},
    },
    domain::{Timestamp, ids::parse_id, names::StatementState},
    text,
    web::{i18n::T, page},
};
use actix_web::{
    HttpResponse,
    web::{Data, Path},
};
use askama::Template;

/// Versions in the list: the newest ones.
const MAX_VERSIONS: i64 = 500;

#[derive(Template)]
#[template(path = "public/versions.html")]
struct VersionsPage {
    t: T,
    whole: Whole,
    versions: Vec<(i32, String, Timestamp)>,
}

#[derive(Template)]
#[template(path = "public/version.html")]
struct VersionPage {
    t: T,
    whole: Whole,
    version: Version,
    /// What it changed in the one before; `None` for the first.
    changes: Option<Changes>,
}

struct Changes {
    title: Vec<diff::Part>,
    summary: Vec<Vec<diff::Part>>,
    text: Vec<Vec<diff::Part>>,
    demands: Vec<Vec<diff::Part>>,
    /// Dates, place, state.
    call: Vec<Vec<diff::Part>>,
}

pub async fn list(t: T, state: Data<AppState>, id: Path<String>) -> Result<HttpResponse> {
    let id = parse_id(&id).ok_or(Error::NotFound)?;
    let (whole, versions) = state
        .db
        .read(move |conn| Ok((db::public::statement(conn, &id)?, db::public::versions(conn, &id, MAX_VERSIONS)?)))
        .await?;
    if whole.state == StatementState::Withdrawn {
        return withdrawn(t, whole);
    }
    page(&VersionsPage { t, whole, versions })
}

pub async fn show(t: T, state: Data<AppState>, path: Path<(String, i32)>) -> Result<HttpResponse> {
    let (id, n) = path.into_inner();
    let id = parse_id(&id).ok_or(Error::NotFound)?;
    let (whole, version, before) = state
        .db
        .read(move |conn| {
            let whole = db::public::statement(conn, &id)?;
            let version = db::public::version(conn, &id, n)?;
            let before = if n > 1 { Some(db::public::version(conn, &id, n - 1)?) } else { None };
            Ok((whole, version, before))
        })
        .await?;
    if whole.state == StatementState::Withdrawn {
        return withdrawn(t, whole);
    }
    let changes = before.map(|before| changes(&t, &before, &version));
    page(&VersionPage { t, whole, version, changes })
}

fn changes(t: &T, before: &Version, after: &Version) -> Changes {
    let call = |version: &Version| call::in_words(t, version.content.call.as_ref());
    let demands = |version: &Version| version.content.demands.join("\n");
    Changes {
        title: diff::words(&before.content.title, &after.content.title),
        summary: diff::paragraphs(&before.content.summary, &after.content.summary),
        text: diff::paragraphs(&text::plain(&before.html), &text::plain(&after.html)),
        demands: diff::paragraphs(&demands(before), &demands(after)),
        call: diff::paragraphs(&call(before), &call(after)),
    }
}
