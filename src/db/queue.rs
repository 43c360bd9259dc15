//! The outbox: activities as sent, and one row per activity and inbox.

use super::{
    DbConn,
    schema::{activities, deliveries},
};
use crate::{
    domain::{Timestamp, names::DeliveryState},
    error::Result,
    on_backend,
};
use diesel::prelude::*;
use std::collections::BTreeSet;

#[derive(Debug, Clone, Insertable)]
#[diesel(table_name = activities)]
pub struct NewActivity {
    pub uri: String,
    pub actor_uri: String,
    pub kind: String,
    /// What it is about; deliveries about one object keep their order per inbox.
    pub object_uri: String,
    /// Whether it stands in the outbox collection.
    pub public: bool,
    pub json: String,
    /// The `actor_keys` row to sign with, where it isn't the actor's current one.
    pub signing_key_id: Option<String>,
    pub created_at: Timestamp,
}

#[derive(Insertable)]
#[diesel(table_name = deliveries)]
struct NewDelivery<'a> {
    activity_seq: i64,
    inbox: &'a str,
    host: String,
    object_uri: &'a str,
    state: DeliveryState,
    next_at: Timestamp,
    created_at: Timestamp,
}

/// Writes an activity and a delivery for each inbox; hosts that stewards blocked get none.
pub fn enqueue(conn: &mut DbConn, activity: &NewActivity, inboxes: &BTreeSet<String>) -> Result<()> {
    let seq: i64 = diesel::insert_into(activities::table).values(activity).returning(activities::seq).get_result(conn)?;
    let blocked = super::blocks::hosts(conn)?;
    let rows: Vec<NewDelivery> = inboxes
        .iter()
        .filter_map(|inbox| Some((inbox, crate::domain::url::host_and_port(inbox)?)))
        .filter(|(_, host)| !blocked.contains(host))
        .map(|(inbox, host)| NewDelivery {
            activity_seq: seq,
            inbox,
            host,
            object_uri: &activity.object_uri,
            state: DeliveryState::Pending,
            next_at: activity.created_at,
            created_at: activity.created_at,
        })
        .collect();
    // SQLite takes at most 32,766 bound values in one statement.
    for chunk in rows.chunks(1_000) {
        on_backend!(conn, c => diesel::insert_into(deliveries::table).values(chunk).execute(c))?;
    }
    Ok(())
}
