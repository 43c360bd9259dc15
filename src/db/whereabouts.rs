//! Where calls and actions take place: what happens in a city, and how many stand under a call, without reading each of them.

use super::{
    DbConn,
    actions::ActionRow,
    schema::{actions, calls, whereabouts},
};
use crate::{
    domain::{Id, Timestamp, call::CallStatus, endorsement::AuthorState, place::Place},
    error::Result,
    on_backend,
    text::gazetteer,
};
use diesel::prelude::*;

#[derive(Debug, Clone, Insertable, AsChangeset)]
#[diesel(table_name = whereabouts, treat_none_as_null = true)]
struct Row {
    id: Id,
    city_id: Option<i32>,
    city: String,
    country: String,
    cancelled: bool,
}

/// What stands under a call now: let stand by its author, and not cancelled.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    pub actions: i64,
    /// Different organisers.
    pub collectives: i64,
    pub cities: i64,
    pub countries: i64,
}

/// Notes down where a call or an action is, and whether it was called off.
pub fn put(conn: &mut DbConn, id: &str, place: Option<&Place>, status: CallStatus) -> Result<()> {
    let city = place.and_then(|place| place.city.as_ref());
    let known = city.and_then(|city| gazetteer::City::by_id(city.id));
    let country = match (place, known) {
        (Some(place), Some(known)) if place.country.is_empty() => known.country().to_owned(),
        (Some(place), _) => place.country.clone(),
        (None, _) => String::new(),
    };
    let row = Row {
        id: id.to_owned(),
        city_id: city.filter(|city| city.id > 0).and_then(|city| i32::try_from(city.id).ok()),
        city: match city {
            Some(city) if city.id > 0 => city.id.to_string(),
            Some(city) => format!("{}|{country}", gazetteer::fold(&city.name)),
            None => String::new(),
        },
        country,
        cancelled: status == CallStatus::Cancelled,
    };
    on_backend!(conn, c => diesel::insert_into(whereabouts::table)
        .values(&row)
        .on_conflict(whereabouts::id)
        .do_update()
        .set(&row)
        .execute(c))?;
    Ok(())
}

/// Forgets where something was that is gone.
pub fn remove(conn: &mut DbConn, id: &str) -> Result<()> {
    diesel::delete(whereabouts::table.find(id)).execute(conn)?;
    Ok(())
}

/// What stands under a call.
pub fn counts(conn: &mut DbConn, call_uri: &str) -> Result<Counts> {
    use diesel::dsl::count;
    macro_rules! standing {
        () => {
            actions::table
                .inner_join(whereabouts::table.on(whereabouts::id.eq(actions::id)))
                .filter(actions::call_uri.eq(call_uri))
                .filter(actions::deleted_at.is_null())
                .filter(actions::author_state.eq(AuthorState::Accepted))
                .filter(whereabouts::cancelled.eq(false))
        };
    }
    let (actions, collectives) =
        standing!().select((count(actions::id), count(actions::organiser_uri).aggregate_distinct())).first(conn)?;
    let cities =
        standing!().filter(whereabouts::city.ne("")).select(count(whereabouts::city).aggregate_distinct()).first(conn)?;
    let countries =
        standing!().filter(whereabouts::country.ne("")).select(count(whereabouts::country).aggregate_distinct()).first(conn)?;
    Ok(Counts { actions, collectives, cities, countries })
}

/// Of these calls those under which anything is let stand.
pub fn with_actions(conn: &mut DbConn, call_uris: &[String]) -> Result<Vec<String>> {
    Ok(actions::table
        .filter(actions::call_uri.eq_any(call_uris))
        .filter(actions::deleted_at.is_null())
        .filter(actions::author_state.eq(AuthorState::Accepted))
        .select(actions::call_uri)
        .distinct()
        .load(conn)?)
}

/// Public calls in a city that weren't over at `since`, by when they begin; the latest `limit` of them.
pub fn calls_in(conn: &mut DbConn, city_id: u32, since: Timestamp, limit: i64) -> Result<Vec<Id>> {
    let Ok(city) = i32::try_from(city_id) else { return Ok(Vec::new()) };
    let mut ids: Vec<Id> = calls::table
        .inner_join(whereabouts::table.on(whereabouts::id.eq(calls::statement_id)))
        .filter(whereabouts::city_id.eq(city))
        .filter(calls::public.eq(true))
        .filter(calls::ends_at.gt(since))
        .order((calls::begins_at.desc(), calls::statement_id.desc()))
        .limit(limit)
        .select(calls::statement_id)
        .load(conn)?;
    ids.reverse();
    Ok(ids)
}

/// Actions in a city that began after `since`, by when they begin; the latest `limit` of them. Those of our collectives, and those
/// of others that stand under our calls.
pub fn actions_in(conn: &mut DbConn, city_id: u32, since: Timestamp, limit: i64) -> Result<Vec<ActionRow>> {
    let Ok(city) = i32::try_from(city_id) else { return Ok(Vec::new()) };
    let mut rows: Vec<ActionRow> = actions::table
        .inner_join(whereabouts::table.on(whereabouts::id.eq(actions::id)))
        .filter(whereabouts::city_id.eq(city))
        .filter(actions::deleted_at.is_null())
        .filter(actions::organiser_id.is_not_null().or(actions::author_state.eq(AuthorState::Accepted)))
        .filter(actions::begins_at.gt(since))
        .order((actions::begins_at.desc(), actions::id.desc()))
        .limit(limit)
        .select(ActionRow::as_select())
        .load(conn)?;
    rows.reverse();
    Ok(rows)
}
