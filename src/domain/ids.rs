//! Ids of our own things: UUIDv7 as text, so that they sort by time on both databases and reveal no counts.

use uuid::Uuid;

/// The id of one of our own rows, 36 characters of lower-case hexadecimal and hyphens (RFC 9562, version 7).
pub type Id = String;

/// Reads an id that came from outside (a path, a form). Gives its one normal form, or `None`.
pub fn parse_id(text: &str) -> Option<Id> {
    (text.len() == 36).then(|| Uuid::parse_str(text).ok()).flatten().map(|id| id.hyphenated().to_string())
}
