//! Actors of other servers, as last fetched from their own host.

use super::{DbConn, Json, schema::remote_actors};
use crate::{
    domain::{Id, Timestamp, statement::Mention},
    error::Result,
    on_backend,
};
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// A public key that an actor's own document lists.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublicKey {
    /// Its id, as in `keyId`.
    pub id: String,
    /// SPKI PEM (RSA or Ed25519; a `Multikey` is turned into PEM when the document is read).
    pub pem: String,
}

#[derive(Debug, Clone, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = remote_actors, treat_none_as_null = true)]
pub struct RemoteActorRow {
    pub id: Id,
    pub uri: String,
    /// Host with port (where not the scheme's own) of `uri`, normalised.
    pub host: String,
    /// Organization, Person, Group, Service, Application.
    pub kind: String,
    pub username: String,
    /// The host part of the handle: `host`, or another one whose WebFinger points back to this actor (ORG-13).
    pub handle_host: String,
    pub name: String,
    /// Sanitised HTML.
    pub summary: String,
    pub url: Option<String>,
    /// Empty where the actor named one that can't be used (ORG-18).
    pub inbox: String,
    pub shared_inbox: Option<String>,
    pub outbox: Option<String>,
    pub followers: Option<String>,
    pub icon_url: Option<String>,
    pub also_known_as: Json<Vec<String>>,
    pub moved_to: Option<String>,
    pub keys: Json<Vec<PublicKey>>,
    pub manually_approves: bool,
    pub fetched_at: Timestamp,
    /// When its keys were last fetched again because a signature failed.
    pub key_refetched_at: Option<Timestamp>,
    pub gone_at: Option<Timestamp>,
    /// Where it is, by ISO 3166-1, as its own document says.
    pub country: Option<String>,
}

impl RemoteActorRow {
    /// `@alice@mastodon.example`.
    pub fn handle(&self) -> String {
        format!("@{}@{}", self.username, self.handle_host)
    }

    /// As a text mentions it.
    pub fn as_mention(&self) -> Mention {
        Mention {
            handle: self.handle().trim_start_matches('@').to_owned(),
            url: self.url.clone().unwrap_or_else(|| self.uri.clone()),
            inbox: self.preferred_inbox().to_owned(),
            actor: self.uri.clone(),
        }
    }

    /// Where public things go: the shared inbox, else its own.
    pub fn preferred_inbox(&self) -> &str {
        self.shared_inbox.as_deref().unwrap_or(&self.inbox)
    }
}

pub fn by_uri(conn: &mut DbConn, uri: &str) -> Result<Option<RemoteActorRow>> {
    Ok(remote_actors::table.filter(remote_actors::uri.eq(uri)).select(RemoteActorRow::as_select()).first(conn).optional()?)
}

pub fn by_uris(conn: &mut DbConn, uris: &[String]) -> Result<Vec<RemoteActorRow>> {
    Ok(remote_actors::table.filter(remote_actors::uri.eq_any(uris)).select(RemoteActorRow::as_select()).load(conn)?)
}

/// As [`by_uri`]; also a collective of ours, in the same shape.
pub fn any_by_uri(conn: &mut DbConn, uri: &str) -> Result<Option<RemoteActorRow>> {
    Ok(any_by_uris(conn, &[uri.to_owned()])?.pop())
}

/// As [`by_uris`]; also collectives of ours, in the same shape.
pub fn any_by_uris(conn: &mut DbConn, uris: &[String]) -> Result<Vec<RemoteActorRow>> {
    let mut found = by_uris(conn, uris)?;
    found.extend(super::collectives::by_uris(conn, uris)?.iter().map(super::collectives::CollectiveRow::as_actor));
    Ok(found)
}

/// Inboxes that belong to blocked actors and to nobody else that is known.
pub fn inboxes_of_blocked(conn: &mut DbConn) -> Result<BTreeSet<String>> {
    let blocked = super::blocks::actors(conn)?;
    if blocked.is_empty() {
        return Ok(BTreeSet::new());
    }
    let theirs = remote_actors::table.filter(remote_actors::uri.eq_any(&blocked)).select(remote_actors::inbox);
    let mut inboxes: BTreeSet<String> = theirs.load::<String>(conn)?.into_iter().collect();
    let others: Vec<(String, Option<String>)> = remote_actors::table
        .filter(remote_actors::uri.ne_all(&blocked))
        .filter(remote_actors::inbox.eq_any(&inboxes).or(remote_actors::shared_inbox.eq_any(&inboxes)))
        .select((remote_actors::inbox, remote_actors::shared_inbox))
        .load(conn)?;
    for (inbox, shared) in others {
        inboxes.remove(&inbox);
        shared.map(|shared| inboxes.remove(&shared));
    }
    Ok(inboxes)
}

/// Writes an actor as fetched, over what was known under the same id; its row id stays.
pub fn put(conn: &mut DbConn, row: &RemoteActorRow) -> Result<()> {
    let known: Option<Id> =
        remote_actors::table.filter(remote_actors::uri.eq(&row.uri)).select(remote_actors::id).first(conn).optional()?;
    match known {
        Some(id) => {
            let row = RemoteActorRow { id: id.clone(), ..row.clone() };
            diesel::update(remote_actors::table.find(id)).set(&row).execute(conn)?;
        }
        None => {
            on_backend!(conn, c => diesel::insert_into(remote_actors::table).values(row).on_conflict(remote_actors::uri).do_nothing().execute(c))?;
        }
    }
    Ok(())
}

/// Notes when an actor's keys were last fetched again, before they are.
pub fn set_key_refetched(conn: &mut DbConn, uri: &str, now: Timestamp) -> Result<()> {
    diesel::update(remote_actors::table.filter(remote_actors::uri.eq(uri)))
        .set(remote_actors::key_refetched_at.eq(now))
        .execute(conn)?;
    Ok(())
}
