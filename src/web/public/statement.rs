//! A statement's page, and the page that stays when it was withdrawn.

use crate::{
    AppState, Error, Result,
    db::{
        self,
        public::{Figures, Picture, Reply, Whole},
    },
    domain::{ids::parse_id, names::StatementState},
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
    let (whole, icon, pictures, figures, replies) = state
        .db
        .read(move |conn| {
            let whole = db::public::statement(conn, &id)?;
            let icon = db::public::file_name(conn, whole.collective.icon_media_id.as_deref())?;
            let pictures = db::public::pictures(conn, &whole.version.content)?;
            let figures = db::public::figures(conn, &whole.collective.id, &whole.uri)?;
            let replies = db::public::replies(conn, &whole.collective.id, &whole.uri, MAX_REPLIES)?;
            Ok((whole, icon, pictures, figures, replies))
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
        whole,
        t,
    })
}

/// The address stays; the text is gone (410, as for peers).
pub fn withdrawn(t: T, whole: Whole) -> Result<HttpResponse> {
    page_with(StatusCode::GONE, &WithdrawnPage { t, whole })
}
