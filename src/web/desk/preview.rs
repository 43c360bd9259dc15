//! How a text will look: on our own page, and on Mastodon, from the very object that would be sent.

use super::page::Desk;
use crate::{
    acts::documents,
    db::{self, DbConn, statements::StatementRow},
    domain::{language, names::StatementForm, statement::StatementContent},
    error::{Error, Result},
    state::AppState,
    vocab::{
        call, mastodon_view,
        statement::{self, ImagePart, PosterPart},
    },
    web::{i18n::T, public::call::CallView},
};

/// Both views of one text.
pub(super) struct Preview {
    pub lang: String,
    pub dir: &'static str,
    pub title: String,
    pub summary: String,
    pub content_warning: String,
    /// The text as on our own page, harmless.
    pub html: String,
    pub demands: Vec<String>,
    pub contact: String,
    pub images: Vec<ImagePart>,
    pub posters: Vec<PosterPart>,
    pub article: bool,
    pub call: Option<CallView>,
    pub mastodon: OnMastodon,
    /// What is lost or different there, in words.
    pub notes: Vec<String>,
}

pub(super) struct OnMastodon {
    pub html: String,
    /// What the text is folded behind, or empty.
    pub warning: String,
    /// “Read more” hides the rest.
    pub folded: bool,
    /// In the bar below the text.
    pub hashtags: Vec<String>,
    pub images: Vec<ImagePart>,
    /// Files that are shown as links.
    pub files: Vec<String>,
}

/// Composes the object as publishing would now, and shows it.
pub(super) async fn of(state: &AppState, t: &T, desk: &Desk, row: &StatementRow, content: &StatementContent) -> Result<Preview> {
    let site = state.site()?;
    let (collective_id, for_images) = (desk.collective.id.clone(), content.clone());
    let read = move |conn: &mut DbConn| {
        let rules = db::decisions::rules(conn, &collective_id)?;
        let posters = documents::posters(conn, &site, &collective_id, &for_images)?;
        Ok::<_, Error>((documents::images(conn, &site, &collective_id, &for_images)?, posters, rules))
    };
    let (images, posters, rules) = state.db.read(read).await?;
    let now = state.now();
    let rendered = statement::render(&statement::Parts {
        id: &row.uri,
        actor: &desk.collective.uri,
        content,
        images: &images,
        posters: &posters,
        published: row.published_at.unwrap_or(now),
        updated: row.published_at.map(|_| now),
        form: if row.version > 0 { row.form } else { StatementForm::Auto },
        quotes: desk.collective.quotes(),
        quote: statement::QuoteShown::default(),
        endorsing: statement::Endorsing::Register(rules.endorsements()),
    })
    .map_err(Error::internal)?;
    // Mastodon gets a call's note.
    let there = match content.call {
        Some(_) => mastodon_view::view(&call::companion(&rendered.object, content)),
        None => mastodon_view::view(&rendered.object),
    };
    let notes = there.notes.iter().map(|id| t.get(id)).collect();
    let shown = |url: &str| images.iter().find(|image| image.url == url).cloned();
    Ok(Preview {
        lang: content.language.clone(),
        dir: language::direction(&content.language),
        title: content.title.clone(),
        summary: content.summary.clone(),
        content_warning: content.content_warning.clone(),
        html: rendered.html,
        demands: content.demands.clone(),
        contact: content.contact.clone(),
        article: rendered.form == StatementForm::Article,
        call: content.call.as_ref().map(|call| CallView::of(t, call, now)),
        mastodon: OnMastodon {
            html: there.html,
            warning: there.content_warning.unwrap_or_default(),
            folded: there.folded,
            hashtags: there.hashtags,
            files: there.attachments.iter().filter(|file| !file.is_picture()).map(|file| file.alt.clone()).collect(),
            images: there.attachments.iter().filter_map(|attachment| shown(&attachment.url)).collect(),
        },
        notes,
        images,
        posters,
    })
}
