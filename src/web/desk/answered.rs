//! What an answer answers, shown above its form, so that nobody writes without seeing it.

use super::people::{Named, named};
use crate::{
    db::{self, DbConn},
    domain::Site,
    error::Result,
    text,
};

/// Characters shown of the post.
const EXCERPT: usize = 600;

/// The post that is answered. Everything but the address may be empty: of a post found by its address nothing is kept.
pub(super) struct Answered {
    pub name: String,
    pub handle: String,
    pub title: String,
    /// Its first words.
    pub text: String,
    pub language: String,
    pub url: String,
}

pub(super) fn answered(conn: &mut DbConn, site: &Site, uri: &str) -> Result<Answered> {
    let mut shown = Answered {
        name: String::new(),
        handle: String::new(),
        title: String::new(),
        text: String::new(),
        language: String::new(),
        url: uri.to_owned(),
    };
    if site.owns(uri) {
        shown.title = db::desk::titles(conn, &[uri.to_owned()])?.remove(uri).unwrap_or_default();
        return Ok(shown);
    }
    let Some(post) = db::remote_posts::by_uri(conn, uri)?.filter(|post| post.deleted_at.is_none()) else { return Ok(shown) };
    let author = db::remote_actors::by_uri(conn, &post.actor_uri)?;
    let Named { name, handle, .. } = named(author.as_ref(), &post.actor_uri);
    // Nobody is shown without a warning what its author put behind one.
    let text =
        if post.content_warning.is_empty() { text::excerpt(&text::plain(&post.html), EXCERPT) } else { post.content_warning };
    Ok(Answered {
        name,
        handle,
        title: post.title,
        text,
        language: post.language.unwrap_or_default(),
        url: post.url.unwrap_or(post.uri),
    })
}
