//! A statement's page, and the page that stays when it was withdrawn.

use super::{
    call::{self, ActionView, CallView},
    register::{self, Endorser},
};
use crate::{
    AppState, Error, Result,
    db::{
        self, DbConn,
        public::{Figures, Picture, Reply, Whole},
    },
    domain::{
        Timestamp,
        call::Call,
        ids::parse_id,
        names::StatementState,
        place::{Place, Precision},
    },
    feeds::map::{self, Map, Spot},
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
    call: Option<CallView>,
    /// Where the call is, unless it is everywhere or nobody knows.
    map: Option<Map>,
    /// Local actions under it.
    actions: Vec<ActionView>,
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

pub async fn show(t: T, state: Data<AppState>, id: Path<String>) -> Result<HttpResponse> {
    let site = state.site()?;
    let id = parse_id(&id).ok_or(Error::NotFound)?;
    let now = state.now();
    let (whole, icon, pictures, figures, replies, register, (is_companion, actions)) = state
        .db
        .read(move |conn| {
            let whole = db::public::statement(conn, &id)?;
            let icon = db::public::file_name(conn, whole.collective.icon_media_id.as_deref())?;
            let pictures = db::public::pictures(conn, &whole.version.content)?;
            let figures = db::public::figures(conn, &whole.collective.id, &whole.uri)?;
            let replies = db::public::replies(conn, &whole.collective.id, &whole.uri, MAX_REPLIES)?;
            let register = register(conn, &whole.uri, now)?;
            let is_companion = db::endorsements::by_companion(conn, &whole.id)?.is_some();
            let actions = match whole.version.content.call {
                Some(_) => call::actions(conn, &whole.uri)?,
                None => Vec::new(),
            };
            Ok((whole, icon, pictures, figures, replies, register, (is_companion, actions)))
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
        actions: call::shown(&t, &actions, now),
        call: content.call.as_ref().map(|call| CallView::of(&t, call, now)),
        map: content.call.as_ref().and_then(|call| own_map(&t, &content.title, call)),
        whole,
        t,
    })
}

/// A map with the call's own place. An exact one opens in the reader's own program for maps; to others the text says more.
fn own_map(t: &T, title: &str, call: &Call) -> Option<Map> {
    let place = call.place.as_ref().map(Place::public)?;
    let coordinates = map::point_of(&place)?;
    let exact = place.precision == Precision::Exact && place.coordinates.is_some();
    let href = if exact {
        format!("geo:{:.5},{:.5}", coordinates.latitude.get(), coordinates.longitude.get())
    } else {
        "#where".to_owned()
    };
    Some(Map::of(&[Spot { coordinates, title: title.to_owned(), place: place.line(), href }], t.lang))
}

/// The address stays; the text is gone (410, as for peers).
pub fn withdrawn(t: T, whole: Whole) -> Result<HttpResponse> {
    page_with(StatusCode::GONE, &WithdrawnPage { t, whole })
}
