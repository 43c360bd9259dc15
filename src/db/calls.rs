//! When calls take place, and which face of them a host got.

use super::{
    DbConn,
    schema::{actions, call_faces, calls, followers, peers},
    whereabouts,
};
use crate::{
    domain::{
        Id, Timestamp,
        call::{Call, Face},
        names::FollowState,
    },
    error::Result,
    on_backend,
};
use diesel::prelude::*;
use std::collections::{BTreeMap, HashMap, HashSet};

#[derive(Debug, Clone, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = calls)]
pub struct CallRow {
    pub statement_id: Id,
    pub collective_id: Id,
    /// The first moment and the one after the last, of all times.
    pub begins_at: Timestamp,
    pub ends_at: Timestamp,
    /// Whether it was published.
    pub public: bool,
}

/// Notes down when a call takes place, or that it has no dates (any more).
pub fn put(conn: &mut DbConn, statement_id: &str, collective_id: &str, call: Option<&Call>, public: bool) -> Result<()> {
    let Some(call) = call else { return remove(conn, statement_id) };
    let row = CallRow {
        statement_id: statement_id.to_owned(),
        collective_id: collective_id.to_owned(),
        begins_at: call.when.begins(),
        ends_at: call.ends(),
        public,
    };
    on_backend!(conn, c => diesel::insert_into(calls::table)
        .values(&row)
        .on_conflict(calls::statement_id)
        .do_update()
        .set(&row)
        .execute(c))?;
    whereabouts::put(conn, statement_id, call.place.as_ref(), call.status)
}

/// Forgets a call that was withdrawn.
pub fn remove(conn: &mut DbConn, statement_id: &str) -> Result<()> {
    diesel::delete(calls::table.find(statement_id)).execute(conn)?;
    whereabouts::remove(conn, statement_id)
}

/// Calls of one collective, or of all, that aren't over, by when they begin.
pub fn coming(conn: &mut DbConn, collective_id: Option<&str>, now: Timestamp, limit: i64) -> Result<Vec<Id>> {
    let mut query = calls::table.filter(calls::public.eq(true)).filter(calls::ends_at.gt(now)).into_boxed();
    if let Some(id) = collective_id {
        query = query.filter(calls::collective_id.eq(id.to_owned()));
    }
    Ok(query.order((calls::begins_at, calls::statement_id)).limit(limit).select(calls::statement_id).load(conn)?)
}

/// Public calls of one collective, or of all, that were not over at `since`, by when they begin; the latest `limit` of them.
pub fn since(conn: &mut DbConn, collective_id: Option<&str>, since: Timestamp, limit: i64) -> Result<Vec<Id>> {
    let mut query = calls::table.filter(calls::public.eq(true)).filter(calls::ends_at.gt(since)).into_boxed();
    if let Some(id) = collective_id {
        query = query.filter(calls::collective_id.eq(id.to_owned()));
    }
    let order = (calls::begins_at.desc(), calls::statement_id.desc());
    let mut ids: Vec<Id> = query.order(order).limit(limit).select(calls::statement_id).load(conn)?;
    ids.reverse();
    Ok(ids)
}

/// Public calls that begin before `until`, or did and come back, and aren't over at `now`: those with their collective.
pub fn near(conn: &mut DbConn, now: Timestamp, until: Timestamp, limit: i64) -> Result<Vec<(Id, Id)>> {
    Ok(calls::table
        .filter(calls::public.eq(true))
        .filter(calls::ends_at.gt(now))
        .filter(calls::begins_at.lt(until))
        .order((calls::begins_at, calls::statement_id))
        .limit(limit)
        .select((calls::statement_id, calls::collective_id))
        .load(conn)?)
}

/// Which face of a call each host got.
pub fn faces(conn: &mut DbConn, statement_id: &str) -> Result<HashMap<String, Face>> {
    let rows: Vec<(String, Face)> = call_faces::table
        .filter(call_faces::statement_id.eq(statement_id))
        .select((call_faces::host, call_faces::face))
        .load(conn)?;
    Ok(rows.into_iter().collect())
}

/// Notes down which face a host gets. The first one stays.
pub fn keep_face(conn: &mut DbConn, statement_id: &str, host: &str, face: Face) -> Result<()> {
    let row = (call_faces::statement_id.eq(statement_id), call_faces::host.eq(host), call_faces::face.eq(face));
    on_backend!(conn, c => diesel::insert_into(call_faces::table).values(row).on_conflict_do_nothing().execute(c))?;
    Ok(())
}

/// Of these hosts those that show events, by the name of what they run or since they say so themselves.
pub fn show_events(conn: &mut DbConn, hosts: &[String]) -> Result<HashSet<String>> {
    let rows: Vec<(String, Option<String>, Option<bool>)> =
        peers::table.filter(peers::host.eq_any(hosts)).select((peers::host, peers::software, peers::shows_events)).load(conn)?;
    let show = |name: Option<&str>, says: Option<bool>| says == Some(true) || Face::of(name) == Face::Event;
    Ok(rows.into_iter().filter(|(_, name, says)| show(name.as_deref(), *says)).map(|(host, _, _)| host).collect())
}

/// Whether any collective of ours has a call or a local action, written or public.
pub fn any(conn: &mut DbConn) -> Result<bool> {
    let call = calls::table.select(calls::statement_id).first::<Id>(conn).optional()?;
    if call.is_some() {
        return Ok(true);
    }
    let own = actions::table.filter(actions::organiser_id.is_not_null()).select(actions::id);
    Ok(own.first::<Id>(conn).optional()?.is_some())
}

/// Inboxes of followers whose hosts we must know, each with one who reads there: of one collective, or of all that have calls or
/// local actions, written or public.
pub fn inboxes_to_know(conn: &mut DbConn, collective_id: Option<&str>) -> Result<BTreeMap<String, String>> {
    let mut query = followers::table.filter(followers::state.eq(FollowState::Accepted)).into_boxed();
    query = match collective_id {
        Some(id) => query.filter(followers::collective_id.eq(id.to_owned())),
        None => {
            let acting =
                actions::table.filter(actions::organiser_id.is_not_null()).select(actions::organiser_id.assume_not_null());
            let calling = calls::table.select(calls::collective_id);
            query.filter(followers::collective_id.eq_any(calling).or(followers::collective_id.eq_any(acting)))
        }
    };
    let rows: Vec<(String, Option<String>, String)> =
        query.select((followers::inbox, followers::shared_inbox, followers::actor_uri)).load(conn)?;
    Ok(rows.into_iter().map(|(inbox, shared, actor)| (shared.unwrap_or(inbox), actor)).collect())
}

/// Of these hosts those that weren't asked since `before`.
pub fn unasked(conn: &mut DbConn, hosts: &[String], before: Timestamp) -> Result<Vec<String>> {
    let asked: Vec<String> = peers::table
        .filter(peers::host.eq_any(hosts))
        .filter(peers::software_asked_at.gt(before))
        .select(peers::host)
        .load(conn)?;
    Ok(hosts.iter().filter(|host| !asked.contains(host)).cloned().collect())
}

/// What a host said of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Software {
    /// Its name, by NodeInfo.
    pub name: String,
    /// Whether it says that it understands events or our types.
    pub shows_events: bool,
}

/// Notes down what a host said that it runs; `None` where it didn't answer: then what it said before stays.
pub fn asked(conn: &mut DbConn, host: &str, software: Option<&Software>, at: Timestamp) -> Result<()> {
    super::peers::ensure(conn, &[host.to_owned()])?;
    let row = diesel::update(peers::table.find(host));
    match software {
        Some(said) => {
            let says =
                (peers::software.eq(&said.name), peers::shows_events.eq(said.shows_events), peers::software_asked_at.eq(at));
            row.set(says).execute(conn)?
        }
        None => row.set(peers::software_asked_at.eq(at)).execute(conn)?,
    };
    Ok(())
}
