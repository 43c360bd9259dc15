//! What the posts in an inbox quote.

use crate::{
    db::{self, inbox::InboxRow, remote_posts::RemotePostRow},
    domain::consent::{ConsentKind, ConsentState},
    error::Result,
};
use std::collections::HashMap;

/// What a post quotes: shown where its author agrees, else no more than a link.
#[derive(Clone)]
pub(super) struct QuotedPost {
    pub url: String,
    pub approved: bool,
    /// Of a statement of ours its title, of others' posts their text.
    pub title: String,
    pub html: String,
}

/// What these posts quote, by their own ids.
pub(super) fn quoted(conn: &mut db::DbConn, rows: &[(InboxRow, Option<RemotePostRow>)]) -> Result<HashMap<String, QuotedPost>> {
    let mut found = HashMap::new();
    for post in rows.iter().filter_map(|(_, post)| post.as_ref()) {
        let Some(uri) = &post.quote_uri else { continue };
        let of_ours = db::consents::between(conn, ConsentKind::Quote, &post.uri, uri)?;
        let approved = post.quote_approved || of_ours.is_some_and(|row| row.state == ConsentState::Granted);
        let mut one = QuotedPost { url: uri.clone(), approved, title: String::new(), html: String::new() };
        if approved {
            one.title = db::desk::titles(conn, std::slice::from_ref(uri))?.remove(uri).unwrap_or_default();
            if let Some(row) = db::remote_posts::by_uri(conn, uri)?.filter(|row| row.deleted_at.is_none()) {
                (one.title, one.html) = (row.title, row.html);
            }
        }
        found.insert(post.uri.clone(), one);
    }
    Ok(found)
}
