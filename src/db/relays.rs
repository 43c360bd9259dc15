//! Relays that the instance subscribed to.

use super::{
    DbConn,
    schema::{activities, deliveries, relays},
};
use crate::{
    domain::{
        Id, Timestamp,
        names::{DeliveryState, RelayState, RelayStyle},
    },
    error::Result,
};
use diesel::prelude::*;

#[derive(Debug, Clone, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = relays, treat_none_as_null = true)]
pub struct RelayRow {
    pub id: Id,
    pub style: RelayStyle,
    /// What a steward names it by: its inbox (Mastodon's way) or its actor (LitePub's).
    pub address: String,
    pub inbox: String,
    /// Its actor, once that is known.
    pub actor_uri: Option<String>,
    pub state: RelayState,
    /// The id of our Follow.
    pub follow_uri: String,
    /// The id of its Follow of the instance's actor.
    pub followed_by: Option<String>,
    pub asked_at: Timestamp,
    /// When it answered, or was found to be gone.
    pub answered_at: Option<Timestamp>,
}

impl RelayRow {
    /// Whether what is public goes there now. One of LitePub's way must follow us: it passes on what its own follows say.
    pub fn takes(&self) -> bool {
        self.state == RelayState::Accepted && (self.style == RelayStyle::Mastodon || self.followed_by.is_some())
    }
}

/// Oldest first.
pub fn list(conn: &mut DbConn) -> Result<Vec<RelayRow>> {
    Ok(relays::table.order((relays::asked_at, relays::id)).select(RelayRow::as_select()).load(conn)?)
}

pub fn by_inbox(conn: &mut DbConn, inbox: &str) -> Result<Option<RelayRow>> {
    Ok(relays::table.filter(relays::inbox.eq(inbox)).select(RelayRow::as_select()).first(conn).optional()?)
}

/// By what a steward names it: its address, its inbox or its row's id.
pub fn named(conn: &mut DbConn, name: &str) -> Result<Option<RelayRow>> {
    let named = relays::address.eq(name).or(relays::inbox.eq(name)).or(relays::id.eq(name));
    Ok(relays::table.filter(named).select(RelayRow::as_select()).first(conn).optional()?)
}

/// Those whose actor this is. It is known of LitePub's relays, and of Mastodon's once they answered.
pub fn of_actor(conn: &mut DbConn, actor_uri: &str) -> Result<Vec<RelayRow>> {
    Ok(relays::table.filter(relays::actor_uri.eq(actor_uri)).select(RelayRow::as_select()).load(conn)?)
}

pub fn insert(conn: &mut DbConn, row: &RelayRow) -> Result<()> {
    diesel::insert_into(relays::table).values(row).execute(conn)?;
    Ok(())
}

pub fn update(conn: &mut DbConn, row: &RelayRow) -> Result<()> {
    diesel::update(relays::table.find(&row.id)).set(row).execute(conn)?;
    Ok(())
}

pub fn delete(conn: &mut DbConn, id: &str) -> Result<bool> {
    Ok(diesel::delete(relays::table.find(id)).execute(conn)? > 0)
}

/// An inbox, or an actor, that is no more.
pub fn gone(conn: &mut DbConn, inbox_or_actor: &str, now: Timestamp) -> Result<usize> {
    let theirs = relays::inbox.eq(inbox_or_actor).or(relays::actor_uri.eq(inbox_or_actor));
    Ok(diesel::update(relays::table.filter(theirs))
        .set((relays::state.eq(RelayState::Gone), relays::answered_at.eq(now), relays::followed_by.eq(None::<String>)))
        .execute(conn)?)
}

/// Why our Follow has not arrived, as far as a try said: the state of its delivery and the reason.
pub fn trouble(conn: &mut DbConn, follow_uri: &str) -> Result<Option<(DeliveryState, String)>> {
    let found: Option<(DeliveryState, Option<String>)> = deliveries::table
        .inner_join(activities::table)
        .filter(activities::uri.eq(follow_uri))
        .filter(deliveries::last_error.is_not_null())
        .select((deliveries::state, deliveries::last_error))
        .order(deliveries::id.desc())
        .first(conn)
        .optional()?;
    Ok(found.and_then(|(state, why)| Some((state, why?))))
}
