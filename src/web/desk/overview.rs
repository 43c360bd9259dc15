//! The first pages of the desk: which collective, and what lies on its desk.

use super::{
    actions::ActionLine,
    decisions::{self, Line},
    page::Desk,
    write::Done,
};
use crate::{
    db::{self, collectives::CollectiveRow, desk::StatementLine},
    domain::names::{InboxKind, StatementState},
    error::Result,
    state::AppState,
    web::{i18n::T, page, see_other, session::SignedIn},
};
use actix_web::{
    HttpResponse,
    web::{Data, Path, Query},
};
use askama::Template;
use serde::Deserialize;

/// Most statements of one state on the first page of a desk.
const MAX_LINES: i64 = 50;

#[derive(Deserialize)]
pub struct Choose {
    /// Present: show the choice even where there is but one collective.
    all: Option<String>,
}

#[derive(Template)]
#[template(path = "desk/choose.html")]
struct ChoosePage {
    t: T,
    collectives: Vec<CollectiveRow>,
}

#[derive(Template)]
#[template(path = "desk/overview.html")]
struct OverviewPage {
    t: T,
    desk: Desk,
    drafts: Vec<StatementLine>,
    scheduled: Vec<StatementLine>,
    published: Vec<StatementLine>,
    withdrawn: Vec<StatementLine>,
    news: Vec<News>,
    /// Decisions that wait for the member.
    asked: Vec<Line>,
    /// Own local actions whose call was postponed, moved or cancelled.
    questions: Vec<ActionLine>,
    followers: usize,
}

struct News {
    kind: InboxKind,
    count: i64,
}

/// `GET /desk`
pub async fn choose(state: Data<AppState>, me: SignedIn, t: T, query: Query<Choose>) -> Result<HttpResponse> {
    let member = me.member.id.clone();
    let collectives = state.db.read(move |conn| db::desk::collectives_of(conn, &member)).await?;
    match &collectives[..] {
        [only] if query.all.is_none() => Ok(see_other(&t.url(format!("/desk/{}", only.handle)))),
        _ => page(&ChoosePage { t, collectives }),
    }
}

/// `GET /desk/{handle}`
pub async fn overview(state: Data<AppState>, me: SignedIn, t: T, path: Path<String>, query: Query<Done>) -> Result<HttpResponse> {
    let mut desk = Desk::open(&state, &me, &path, "overview").await?.noting(&t, query.done.as_deref());
    let (id, member, now) = (desk.collective.id.clone(), me.member.id.clone(), state.now());
    let (lines, news, (followers, _), asked, questions) = state
        .db
        .read(move |conn| {
            let mut lines = Vec::with_capacity(StatementState::ALL.len());
            for word in [StatementState::Draft, StatementState::Scheduled, StatementState::Published, StatementState::Withdrawn] {
                lines.push(db::desk::statements(conn, &id, word, MAX_LINES)?);
            }
            let asked = decisions::waiting(conn, &id, &member, now)?;
            let questions = db::actions::asked(conn, &id)?;
            Ok((lines, db::desk::unread_by_kind(conn, &id)?, db::desk::reach(conn, &id)?, asked, questions))
        })
        .await?;
    // They were counted a moment before they were listed.
    desk.actions_asked = i64::try_from(questions.len()).unwrap_or(desk.actions_asked);
    let mut lines = lines.into_iter();
    let mut next = || lines.next().unwrap_or_default();
    page(&OverviewPage {
        drafts: next(),
        scheduled: next(),
        published: next(),
        withdrawn: next(),
        news: news.into_iter().map(|(kind, count)| News { kind, count }).collect(),
        followers,
        asked,
        questions: questions.into_iter().map(|row| ActionLine::of(&state, &t, row)).collect(),
        t,
        desk,
    })
}
