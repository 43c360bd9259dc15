//! A statement's page, and the page that stays when it was withdrawn.

use super::{
    actions::{self, ActionsView, Query as ActionsQuery},
    call::{CallView, place_map},
    register::{self, Endorser},
    report::{self, AboutView, ReportView, Totals, TotalsView},
};
use crate::{
    AppState, Error, Result,
    db::{
        self, DbConn,
        public::{Figures, Picture, PublicPoster, Reply, Whole},
    },
    domain::{Timestamp, ids::parse_id, names::StatementState},
    feeds::map::Map,
    mail, text,
    web::{i18n::T, page, page_with},
};
use actix_web::{
    HttpResponse,
    http::StatusCode,
    web::{Data, Path, Query},
};
use askama::Template;

/// Replies shown below a statement.
const MAX_REPLIES: i64 = 200;
/// Characters of a description for previews of the page elsewhere.
const DESCRIPTION: usize = 300;

#[derive(Template)]
#[template(path = "public/statement.html")]
struct StatementPage {
    t: T,
    whole: Whole,
    /// `@river@river.example`
    address: String,
    icon: String,
    /// For previews elsewhere; empty where a warning folds the text.
    description: String,
    /// Whole address of the first image.
    preview: String,
    pictures: Vec<Picture>,
    posters: Vec<PublicPoster>,
    figures: Figures,
    replies: Vec<Reply>,
    register: Register,
    /// It only shows an endorsement, and can't be endorsed itself.
    is_companion: bool,
    /// People without an instance may propose an action under it.
    open_to_all: bool,
    call: Option<CallView>,
    /// Where the call is, unless it is everywhere or nobody knows.
    map: Option<Map>,
    /// Local actions under it.
    actions: Option<ActionsView>,
    totals: TotalsView,
    reports: Vec<ReportView>,
    /// Where it is a report itself.
    about: Option<AboutView>,
}

/// Endorsers shown below a statement; the register itself has all of them.
const MAX_ENDORSERS: usize = 200;

/// Who stands under a statement, as its page shows it.
struct Register {
    lines: Vec<Endorser>,
    /// How many had theirs erased.
    erased: usize,
    /// Word of each state that there is, and how many.
    totals: Vec<(&'static str, usize)>,
    /// Of those who co-sign the text as it is.
    count: usize,
}

fn register(conn: &mut DbConn, uri: &str, now: Timestamp) -> Result<Register> {
    let (mut lines, erased) = register::endorsers(conn, uri, now)?;
    let totals = register::by_state(&lines);
    let count = lines.iter().filter(|line| line.shown.counts()).count();
    lines.truncate(MAX_ENDORSERS);
    Ok(Register { lines, erased, totals, count })
}

#[derive(Template)]
#[template(path = "public/withdrawn.html")]
pub struct WithdrawnPage {
    pub t: T,
    pub whole: Whole,
}

pub async fn show(t: T, state: Data<AppState>, id: Path<String>, Query(query): Query<ActionsQuery>) -> Result<HttpResponse> {
    let site = state.site()?;
    let id = parse_id(&id).ok_or(Error::NotFound)?;
    let now = state.now();
    let (whole, icon, (pictures, posters), figures, replies, register, (is_companion, totals, reports), found, query) = state
        .db
        .read(move |conn| {
            let whole = db::public::statement(conn, &id)?;
            let icon = db::public::file_name(conn, whole.collective.icon_media_id.as_deref())?;
            let content = &whole.version.content;
            let files = (db::public::pictures(conn, content)?, db::public::posters(conn, content)?);
            let figures = db::public::figures(conn, &whole.collective.id, &whole.uri)?;
            let replies = db::public::replies(conn, &whole.collective.id, &whole.uri, MAX_REPLIES)?;
            let register = register(conn, &whole.uri, now)?;
            let is_companion = db::endorsements::by_companion(conn, &whole.id)?.is_some();
            let (totals, reports) = match whole.version.content.call {
                Some(_) => (Totals::of(conn, &whole.uri)?, report::of_call(conn, &whole.uri)?),
                None => Default::default(),
            };
            let found = match whole.version.content.call {
                Some(_) => Some(actions::find(conn, &whole.uri, &query)?),
                None => None,
            };
            Ok((whole, icon, files, figures, replies, register, (is_companion, totals, reports), found, query))
        })
        .await?;
    if whole.state == StatementState::Withdrawn {
        return withdrawn(t, whole);
    }
    let content = &whole.version.content;
    let description = match (content.content_warning.is_empty(), content.summary.is_empty()) {
        (false, _) => content.content_warning.clone(),
        (true, false) => text::excerpt(&content.summary, DESCRIPTION),
        (true, true) => text::excerpt(&text::plain(&whole.version.html), DESCRIPTION),
    };
    let preview = match pictures.first() {
        Some(picture) if content.content_warning.is_empty() => site.media(&picture.file_name),
        _ => String::new(),
    };
    let path = t.url(format!("/statements/{}", whole.id));
    let actions = content.call.as_ref().zip(found);
    let actions = actions.map(|(call, found)| ActionsView::of(&t, &path, &content.title, call, found, &query, now));
    let map = content.call.as_ref().filter(|_| actions.as_ref().is_none_or(|actions| actions.map.is_none()));
    let about = report::about(&t, &state, content.report.as_ref()).await?;
    page(&StatementPage {
        about,
        totals: TotalsView::of(&t, &totals),
        reports: ReportView::all(&t, reports, false),
        address: site.handle(&whole.collective.handle),
        icon: icon.map(|file| format!("/media/{file}")).unwrap_or_default(),
        description,
        preview,
        pictures,
        posters,
        figures,
        replies,
        register,
        open_to_all: content.call.as_ref().is_some_and(|call| call.open_to_all) && mail::is_set_up(&state.settings),
        is_companion,
        actions,
        call: content.call.as_ref().map(|call| CallView::of(&t, call, now)),
        map: map.and_then(|call| place_map(&t, &content.title, call.place.as_ref()?)),
        whole,
        t,
    })
}

/// The address stays; the text is gone (410, as for peers).
pub fn withdrawn(t: T, whole: Whole) -> Result<HttpResponse> {
    page_with(StatusCode::GONE, &WithdrawnPage { t, whole })
}
