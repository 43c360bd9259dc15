//! Texts that collectives of ours endorsed, as they were shown to who did: what an edit changed can be seen without asking
//! the author's host, which might show another text than the one that was signed.

use super::{DbConn, schema::endorsed_texts};
use crate::{domain::Timestamp, error::Result, on_backend};
use diesel::prelude::*;

#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = endorsed_texts)]
pub struct EndorsedText {
    pub statement_uri: String,
    /// The digest that endorsements of this text are bound to.
    pub digest: String,
    /// Plain text.
    pub title: String,
    /// Harmless.
    pub html: String,
    pub language: Option<String>,
    pub kept_at: Timestamp,
}

/// Keeps one; of one digest there is but one text.
pub fn put(conn: &mut DbConn, row: &EndorsedText) -> Result<()> {
    on_backend!(conn, c => diesel::insert_into(endorsed_texts::table).values(row).on_conflict_do_nothing().execute(c))?;
    Ok(())
}

pub fn get(conn: &mut DbConn, statement_uri: &str, digest: &str) -> Result<Option<EndorsedText>> {
    Ok(endorsed_texts::table.find((statement_uri, digest)).select(EndorsedText::as_select()).first(conn).optional()?)
}

/// Forgets the texts of a statement that no endorsement of ours names any more.
pub fn forget(conn: &mut DbConn, statement_uri: &str) -> Result<()> {
    diesel::delete(endorsed_texts::table.filter(endorsed_texts::statement_uri.eq(statement_uri))).execute(conn)?;
    Ok(())
}
