//! Collectives: our local actors.

use super::{DbConn, Json, remote_actors::RemoteActorRow, schema::collectives};
use crate::{
    domain::{
        Id, Timestamp,
        consent::{Policy, PolicyScope},
    },
    error::Result,
};
use diesel::prelude::*;
use serde::{Deserialize, Serialize};

/// A line of a collective's profile (`PropertyValue`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProfileField {
    pub name: String,
    /// Plain text; an address becomes a link with `rel=me`.
    pub value: String,
}

#[derive(Debug, Clone, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = collectives, treat_none_as_null = true)]
pub struct CollectiveRow {
    pub id: Id,
    pub handle: String,
    pub uri: String,
    pub name: String,
    /// Markdown.
    pub summary: String,
    pub language: String,
    /// IANA name.
    pub time_zone: String,
    pub website: Option<String>,
    pub contact: String,
    pub fields: Json<Vec<ProfileField>>,
    pub also_known_as: Json<Vec<String>>,
    pub icon_media_id: Option<Id>,
    pub approve_followers: bool,
    pub hide_followers: bool,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    /// Who may quote its statements without being asked.
    pub quote_policy: PolicyScope,
    /// Whether all others may ask.
    pub review_quotes: bool,
    /// What the icon shows; empty: the collective's name says it.
    pub icon_alt: String,
    pub header_media_id: Option<Id>,
    pub header_alt: String,
    /// The account that it moved to: it publishes nothing any more.
    pub moved_to: Option<String>,
    /// When it last moved, also if that was undone.
    pub moved_at: Option<Timestamp>,
    /// Where it is, by ISO 3166-1, if it says so.
    pub country: Option<String>,
}

impl CollectiveRow {
    /// Its rule for quotes.
    pub fn quotes(&self) -> Policy {
        Policy { automatic: self.quote_policy, review: self.review_quotes }
    }
}

impl CollectiveRow {
    /// In the shape in which others' actors are known, for whatever treats the two alike. Never stored. Without its keys:
    /// what it does is never proven by a signature here.
    pub fn as_actor(&self) -> RemoteActorRow {
        let base = self.uri.strip_suffix(&format!("/c/{}", self.handle)).unwrap_or(&self.uri);
        let domain = base.split_once("://").map_or(base, |(_, domain)| domain);
        RemoteActorRow {
            id: self.id.clone(),
            uri: self.uri.clone(),
            host: domain.to_owned(),
            kind: "Organization".to_owned(),
            username: self.handle.clone(),
            handle_host: domain.to_owned(),
            name: self.name.clone(),
            summary: String::new(),
            url: Some(self.uri.clone()),
            inbox: format!("{}/inbox", self.uri),
            shared_inbox: Some(format!("{base}/inbox")),
            outbox: Some(format!("{}/outbox", self.uri)),
            followers: Some(format!("{}/followers", self.uri)),
            icon_url: None,
            also_known_as: self.also_known_as.clone(),
            moved_to: self.moved_to.clone(),
            keys: Json::new(Vec::new()),
            manually_approves: self.approve_followers,
            fetched_at: self.updated_at,
            key_refetched_at: None,
            gone_at: None,
            country: self.country.clone(),
        }
    }
}

pub fn insert(conn: &mut DbConn, row: &CollectiveRow) -> Result<()> {
    diesel::insert_into(collectives::table).values(row).execute(conn)?;
    Ok(())
}

pub fn update(conn: &mut DbConn, row: &CollectiveRow) -> Result<()> {
    diesel::update(collectives::table.find(&row.id)).set(row).execute(conn)?;
    Ok(())
}

pub fn by_id(conn: &mut DbConn, id: &str) -> Result<CollectiveRow> {
    Ok(collectives::table.find(id).select(CollectiveRow::as_select()).first(conn)?)
}

pub fn by_handle(conn: &mut DbConn, handle: &str) -> Result<CollectiveRow> {
    Ok(collectives::table
        .filter(collectives::handle.eq(handle.to_ascii_lowercase()))
        .select(CollectiveRow::as_select())
        .first(conn)?)
}

pub fn by_uri(conn: &mut DbConn, uri: &str) -> Result<CollectiveRow> {
    Ok(collectives::table.filter(collectives::uri.eq(uri)).select(CollectiveRow::as_select()).first(conn)?)
}

pub fn by_uris(conn: &mut DbConn, uris: &[String]) -> Result<Vec<CollectiveRow>> {
    Ok(collectives::table.filter(collectives::uri.eq_any(uris)).select(CollectiveRow::as_select()).load(conn)?)
}

/// By name.
pub fn list(conn: &mut DbConn) -> Result<Vec<CollectiveRow>> {
    Ok(collectives::table.order(collectives::name).select(CollectiveRow::as_select()).load(conn)?)
}

/// Which of these ids are collectives of ours; their row ids.
pub fn ids_of(conn: &mut DbConn, uris: &[&String]) -> Result<Vec<Id>> {
    Ok(collectives::table.filter(collectives::uri.eq_any(uris)).select(collectives::id).load(conn)?)
}

pub fn count(conn: &mut DbConn) -> Result<i64> {
    Ok(collectives::table.count().get_result(conn)?)
}
