//! When and where calls take place, and which face of them a host got.

use super::{
    DbConn,
    action_lists::Spot,
    schema::{actions, call_faces, calls, followers, peers},
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
#[diesel(table_name = calls, treat_none_as_null = true)]
pub struct CallRow {
    pub statement_id: Id,
    pub collective_id: Id,
    /// The first moment and the one after the last, of all times.
    pub begins_at: Timestamp,
    pub ends_at: Timestamp,
    /// Whether it was published.
    pub public: bool,
    /// The time under way or the next; the first where it doesn't come back. Brought up to date as times pass.
    pub next_begins_at: Timestamp,
    pub next_ends_at: Timestamp,
    /// GeoNames id of its city, where it is in one that is known.
    pub city_id: Option<i32>,
}

/// Notes down when a call takes place, or that it has no dates (any more).
pub fn put(
    conn: &mut DbConn,
    statement_id: &str,
    collective_id: &str,
    call: Option<&Call>,
    public: bool,
    now: Timestamp,
) -> Result<()> {
    let Some(call) = call else { return remove(conn, statement_id) };
    let city = call.place.as_ref().and_then(Spot::of).and_then(Spot::city);
    let row = CallRow {
        statement_id: statement_id.to_owned(),
        collective_id: collective_id.to_owned(),
        begins_at: call.when.begins(),
        ends_at: call.ends(),
        public,
        next_begins_at: call.at(now).begins(),
        next_ends_at: call.at(now).ends(),
        city_id: city.and_then(|id| i32::try_from(id).ok()),
    };
    on_backend!(conn, c => diesel::insert_into(calls::table)
        .values(&row)
        .on_conflict(calls::statement_id)
        .do_update()
        .set(&row)
        .execute(c))?;
    Ok(())
}

/// Public calls that come back and whose time that was noted down is over at `now`.
pub fn turned(conn: &mut DbConn, now: Timestamp, limit: i64) -> Result<Vec<Id>> {
    Ok(calls::table
        .filter(calls::public.eq(true))
        .filter(calls::ends_at.gt(now))
        .filter(calls::next_ends_at.le(now))
        .order(calls::next_ends_at)
        .limit(limit)
        .select(calls::statement_id)
        .load(conn)?)
}

/// Notes down the time of a call that counts at `now`. Where none comes any more before the last day that its rule allows, it is
/// over already.
pub fn turn(conn: &mut DbConn, statement_id: &str, call: &Call, now: Timestamp) -> Result<()> {
    let next = call.at(now);
    let row = diesel::update(calls::table.find(statement_id));
    if next.is_over(now) {
        row.set((calls::ends_at.eq(now), calls::next_ends_at.eq(now))).execute(conn)?;
    } else {
        row.set((calls::next_begins_at.eq(next.begins()), calls::next_ends_at.eq(next.ends()))).execute(conn)?;
    }
    Ok(())
}

/// Forgets a call that was withdrawn.
pub fn remove(conn: &mut DbConn, statement_id: &str) -> Result<()> {
    diesel::delete(calls::table.find(statement_id)).execute(conn)?;
    Ok(())
}

/// Calls of one collective, or of all, that aren't over, by when they begin or come back.
pub fn coming(conn: &mut DbConn, collective_id: Option<&str>, now: Timestamp, limit: i64) -> Result<Vec<Id>> {
    let mut query = calls::table.filter(calls::public.eq(true)).filter(calls::ends_at.gt(now)).into_boxed();
    if let Some(id) = collective_id {
        query = query.filter(calls::collective_id.eq(id.to_owned()));
    }
    Ok(query.order((calls::next_begins_at, calls::statement_id)).limit(limit).select(calls::statement_id).load(conn)?)
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

/// Public calls in a city that weren't over at `since`, by when they begin; the latest `limit` of them.
pub fn in_city(conn: &mut DbConn, city_id: u32, since: Timestamp, limit: i64) -> Result<Vec<Id>> {
    let Ok(city) = i32::try_from(city_id) else { return Ok(Vec::new()) };
    let mut ids: Vec<Id> = calls::table
        .filter(calls::city_id.eq(city))
        .filter(calls::public.eq(true))
        .filter(calls::ends_at.gt(since))
        .order((calls::next_begins_at.desc(), calls::statement_id.desc()))
        .limit(limit)
        .select(calls::statement_id)
        .load(conn)?;
    ids.reverse();
    Ok(ids)
}

/// Public calls that begin or come back before `until` and aren't over at `now`: those with their collective.
pub fn near(conn: &mut DbConn, now: Timestamp, until: Timestamp, limit: i64) -> Result<Vec<(Id, Id)>> {
    Ok(calls::table
        .filter(calls::public.eq(true))
        .filter(calls::ends_at.gt(now))
        .filter(calls::next_begins_at.lt(until))
        .order((calls::next_begins_at, calls::statement_id))
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
