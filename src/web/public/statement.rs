//! A statement's page, and the page that stays when it was withdrawn.

use crate::{
    AppState, Error, Result,
    acts::endorsements::{self, Line},
    db::{
        self, DbConn,
        public::{Figures, Picture, Reply, Whole},
    },
    domain::{Timestamp, endorsement::Shown, ids::parse_id, names::StatementState},
    text,
    web::{i18n::T, page, page_with},
};
use actix_web::{
    HttpResponse,
    http::StatusCode,
    web::{Data, Path},
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
    figures: Figures,
    replies: Vec<Reply>,
    register: Register,
    /// It only shows an endorsement, and can't be endorsed itself.
    is_companion: bool,
}

/// Endorsers shown below a statement; the register itself has all of them.
const MAX_ENDORSERS: usize = 200;

/// Who stands under a statement, as its page shows it.
struct Register {
    lines: Vec<Endorser>,
    /// Word of each state that there is, and how many.
    totals: Vec<(&'static str, i64)>,
    /// Of those who co-sign the text as it is.
    count: i64,
}

struct Endorser {
    name: String,
    /// `@valley@valley.example`: the host is there to see (DAT-20).
    handle: String,
    url: String,
    state: &'static str,
    /// Beside the word: nobody should need the colour to tell them apart.
    sign: &'static str,
    updated: Timestamp,
}

fn sign(shown: Shown) -> &'static str {
    match shown {
        Shown::Ratified => "✓",
        Shown::Indicative => "◔",
        Shown::EarlierVersion => "↺",
        Shown::Unverified => "?",
        _ => "✕",
    }
}

fn register(conn: &mut DbConn, uri: &str, now: Timestamp) -> Result<Register> {
    let lines = endorsements::lines(conn, uri, now)?;
    let totals: Vec<_> = endorsements::totals(&lines).into_iter().filter(|(_, count)| *count > 0).collect();
    let uris: Vec<String> = lines.iter().take(MAX_ENDORSERS).map(|line| line.row.endorser_uri.clone()).collect();
    let actors = db::remote_actors::any_by_uris(conn, &uris)?;
    let endorser = |line: &Line| {
        let uri = &line.row.endorser_uri;
        let actor = actors.iter().find(|actor| actor.uri == *uri);
        let name = actor.map(|actor| if actor.name.is_empty() { actor.username.clone() } else { actor.name.clone() });
        Endorser {
            name: name.unwrap_or_else(|| uri.clone()),
            handle: actor.map(|actor| actor.handle()).unwrap_or_default(),
            url: actor.and_then(|actor| actor.url.clone()).unwrap_or_else(|| uri.clone()),
            state: line.shown.as_str(),
            sign: sign(line.shown),
            updated: line.row.updated,
        }
    };
    Ok(Register {
        lines: lines.iter().take(MAX_ENDORSERS).map(endorser).collect(),
        count: totals.iter().filter(|(shown, _)| shown.counts()).map(|(_, count)| count).sum(),
        totals: totals.into_iter().map(|(shown, count)| (shown.as_str(), count)).collect(),
    })
}

#[derive(Template)]
#[template(path = "public/withdrawn.html")]
pub struct WithdrawnPage {
    pub t: T,
    pub whole: Whole,
}

pub async fn show(t: T, state: Data<AppState>, id: Path<String>) -> Result<HttpResponse> {
    let site = state.site()?;
    let id = parse_id(&id).ok_or(Error::NotFound)?;
    let now = state.now();
    let (whole, icon, pictures, figures, replies, register, is_companion) = state
        .db
        .read(move |conn| {
            let whole = db::public::statement(conn, &id)?;
            let icon = db::public::file_name(conn, whole.collective.icon_media_id.as_deref())?;
            let pictures = db::public::pictures(conn, &whole.version.content)?;
            let figures = db::public::figures(conn, &whole.collective.id, &whole.uri)?;
            let replies = db::public::replies(conn, &whole.collective.id, &whole.uri, MAX_REPLIES)?;
            let register = register(conn, &whole.uri, now)?;
            let is_companion = db::endorsements::by_companion(conn, &whole.id)?.is_some();
            Ok((whole, icon, pictures, figures, replies, register, is_companion))
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
    page(&StatementPage {
        address: site.handle(&whole.collective.handle),
        icon: icon.map(|file| format!("/media/{file}")).unwrap_or_default(),
        description,
        preview,
        pictures,
        figures,
        replies,
        register,
        is_companion,
        whole,
        t,
    })
}

/// The address stays; the text is gone (410, as for peers).
pub fn withdrawn(t: T, whole: Whole) -> Result<HttpResponse> {
    page_with(StatusCode::GONE, &WithdrawnPage { t, whole })
}
