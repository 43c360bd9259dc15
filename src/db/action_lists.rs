//! Actions under a call as pages list, count and map them: by day, country and town, a page at a time.
//!
//! What they are sorted by stands in columns of its own, kept with every write of a row, so that ten thousand are counted without
//! reading what they say.

use super::{DbConn, actions::ActionRow, schema::actions};
use crate::{
    domain::{
        Id, Timestamp,
        action::ActionContent,
        call::CallStatus,
        endorsement::AuthorState,
        place::{Coordinates, Place},
    },
    error::Result,
    text::gazetteer,
};
use chrono::NaiveDate;
use diesel::{dsl::count_star, prelude::*};
use std::collections::HashSet;

/// Days and spots of a call that are told one by one, at most.
const MOST_GROUPS: i64 = 10_000;

/// Where actions stand on a map: a city of the gazetteer, or a point to a tenth of a degree, which is as fine as a map shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Spot {
    /// GeoNames id.
    City(u32),
    /// Latitude and longitude in tenths of degrees.
    Point(i16, i16),
}

impl Spot {
    /// Where a place is, as far as it may be told.
    pub fn of(place: &Place) -> Option<Self> {
        let place = place.public();
        match (place.city, place.coordinates) {
            (Some(city), _) if city.id > 0 => Some(Self::City(city.id)),
            (_, Some(point)) => Some(Self::Point(tenths(point.latitude.get()), tenths(point.longitude.get()))),
            _ => None,
        }
    }

    /// As it stands in a row and in an address: `c2996944`, `p457,48`.
    pub fn parse(text: &str) -> Option<Self> {
        if let Some(id) = text.strip_prefix('c') {
            return id.parse().ok().map(Self::City);
        }
        let (latitude, longitude) = text.strip_prefix('p')?.split_once(',')?;
        Some(Self::Point(latitude.parse().ok()?, longitude.parse().ok()?))
    }

    /// The city's number, where it is one.
    pub fn city(self) -> Option<u32> {
        match self {
            Self::City(id) => Some(id),
            Self::Point(..) => None,
        }
    }

    /// Of a city of the gazetteer: ISO 3166-1.
    fn country(self) -> Option<String> {
        match self {
            Self::City(id) => gazetteer::City::by_id(id).map(|city| city.country().to_owned()),
            Self::Point(..) => None,
        }
    }

    /// The point itself; a city's the gazetteer knows.
    pub fn point(self) -> Option<Coordinates> {
        match self {
            Self::City(id) => gazetteer::City::by_id(id)?.coordinates(),
            Self::Point(latitude, longitude) => Coordinates::new(f64::from(latitude) / 10.0, f64::from(longitude) / 10.0),
        }
    }
}

impl std::fmt::Display for Spot {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::City(id) => write!(f, "c{id}"),
            Self::Point(latitude, longitude) => write!(f, "p{latitude},{longitude}"),
        }
    }
}

#[expect(clippy::cast_possible_truncation, reason = "at most 1,800")]
fn tenths(degrees: f64) -> i16 {
    (degrees * 10.0).round() as i16
}

/// What an action is listed by: written with every write of its row.
#[derive(Insertable, AsChangeset)]
#[diesel(table_name = actions)]
pub(super) struct Listed {
    day: String,
    country: String,
    spot: String,
    town: String,
    status: CallStatus,
}

impl Listed {
    pub(super) fn of(content: &ActionContent) -> Self {
        let place = content.place.as_ref().map(Place::public).unwrap_or_default();
        let spot = spot(&place);
        Self {
            day: content.when.days().0.to_string(),
            country: Some(place.country)
                .filter(|country| !country.is_empty())
                .or(spot.and_then(Spot::country))
                .unwrap_or_default(),
            spot: spot.map(|spot| spot.to_string()).unwrap_or_default(),
            town: place.city.map(|city| city.name).unwrap_or_default(),
            status: content.status,
        }
    }
}

/// What others send names a city and no number: it is the one that is meant without a doubt, or none.
fn spot(place: &Place) -> Option<Spot> {
    let meant = || {
        let city = place.city.as_ref().filter(|_| !place.country.is_empty())?;
        gazetteer::meant(&city.name, &place.country).map(|city| Spot::City(city.id()))
    };
    Spot::of(place).or_else(meant)
}

/// Which of a call's actions are asked for; nothing set means all.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wanted {
    pub day: Option<NaiveDate>,
    pub spot: Option<Spot>,
    /// ISO 3166-1.
    pub country: Option<String>,
}

/// Those under a call that its author lets stand, and that are wanted.
macro_rules! standing {
    ($call_uri:expr, $wanted:expr) => {{
        let wanted: &Wanted = $wanted;
        let mut query = actions::table
            .filter(actions::call_uri.eq($call_uri.to_owned()))
            .filter(actions::author_state.eq(AuthorState::Accepted))
            .filter(actions::deleted_at.is_null())
            .into_boxed();
        if let Some(day) = wanted.day {
            query = query.filter(actions::day.eq(day.to_string()));
        }
        if let Some(spot) = wanted.spot {
            query = query.filter(actions::spot.eq(spot.to_string()));
        }
        if let Some(country) = &wanted.country {
            query = query.filter(actions::country.eq(country.clone()));
        }
        query
    }};
}

/// By day, country and hour.
pub fn page(conn: &mut DbConn, call_uri: &str, wanted: &Wanted, offset: i64, limit: i64) -> Result<Vec<ActionRow>> {
    Ok(standing!(call_uri, wanted)
        .order((actions::day, actions::country, actions::begins_at, actions::id))
        .offset(offset)
        .limit(limit)
        .select(ActionRow::as_select())
        .load(conn)?)
}

pub fn count(conn: &mut DbConn, call_uri: &str, wanted: &Wanted) -> Result<i64> {
    Ok(standing!(call_uri, wanted).count().get_result(conn)?)
}

/// How many stand at one spot: cancelled ones left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AtSpot {
    pub spot: Option<Spot>,
    /// As its organisers call it; the first by the alphabet of several names.
    pub town: String,
    pub country: String,
    pub count: i64,
    /// One of them: all of them where there is one.
    pub one: Id,
}

/// Spot, country, town, how many, one of them.
type SpotRow = (String, String, Option<String>, i64, Option<Id>);

/// Where they are, those that were cancelled left out. Without a spot where nobody says where.
pub fn spots(conn: &mut DbConn, call_uri: &str) -> Result<Vec<AtSpot>> {
    use diesel::dsl::min;
    let rows: Vec<SpotRow> = actions::table
        .filter(actions::call_uri.eq(call_uri))
        .filter(actions::author_state.eq(AuthorState::Accepted))
        .filter(actions::deleted_at.is_null())
        .filter(actions::status.ne(CallStatus::Cancelled))
        .group_by((actions::spot, actions::country))
        .order((actions::spot, actions::country))
        .select((actions::spot, actions::country, min(actions::town), count_star(), min(actions::id)))
        .limit(MOST_GROUPS)
        .load(conn)?;
    let told = |(spot, country, town, count, one): SpotRow| AtSpot {
        spot: Spot::parse(&spot),
        town: town.unwrap_or_default(),
        country,
        count,
        one: one.unwrap_or_default(),
    };
    Ok(rows.into_iter().map(told).collect())
}

pub fn by_ids(conn: &mut DbConn, ids: &[Id]) -> Result<Vec<ActionRow>> {
    Ok(actions::table.filter(actions::id.eq_any(ids)).select(ActionRow::as_select()).load(conn)?)
}

/// On which days they begin and how many, with those that were cancelled.
pub fn days(conn: &mut DbConn, call_uri: &str) -> Result<Vec<(NaiveDate, i64)>> {
    let rows: Vec<(String, i64)> = actions::table
        .filter(actions::call_uri.eq(call_uri))
        .filter(actions::author_state.eq(AuthorState::Accepted))
        .filter(actions::deleted_at.is_null())
        .group_by(actions::day)
        .order(actions::day)
        .select((actions::day, count_star()))
        .limit(MOST_GROUPS)
        .load(conn)?;
    Ok(rows.into_iter().filter_map(|(day, count)| Some((day.parse().ok()?, count))).collect())
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

pub fn counts(conn: &mut DbConn, call_uri: &str) -> Result<Counts> {
    use diesel::dsl::count;
    macro_rules! held {
        () => {
            standing!(call_uri, &Wanted::default()).filter(actions::status.ne(CallStatus::Cancelled))
        };
    }
    let (actions, collectives) =
        held!().select((count(actions::id), count(actions::organiser_uri).aggregate_distinct())).first(conn)?;
    let countries = held!().filter(actions::country.ne("")).select(count(actions::country).aggregate_distinct()).first(conn)?;
    let known: i64 = held!().filter(actions::spot.like("c%")).select(count(actions::spot).aggregate_distinct()).first(conn)?;
    // Towns that the gazetteer doesn't know, or knows several of: by their names, however they are written.
    let named: Vec<(String, String)> = held!()
        .filter(actions::spot.not_like("c%"))
        .filter(actions::town.ne(""))
        .select((actions::town, actions::country))
        .distinct()
        .limit(MOST_GROUPS)
        .load(conn)?;
    let named: HashSet<_> = named.into_iter().map(|(town, country)| (gazetteer::fold(&town), country)).collect();
    Ok(Counts { actions, collectives, cities: known + i64::try_from(named.len()).unwrap_or_default(), countries })
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

/// Actions in a city that began after `since`, by when they begin; the latest `limit` of them. Those of our collectives, and those
/// of others that stand under our calls.
pub fn in_city(conn: &mut DbConn, city_id: u32, since: Timestamp, limit: i64) -> Result<Vec<ActionRow>> {
    let mut rows: Vec<ActionRow> = actions::table
        .filter(actions::spot.eq(Spot::City(city_id).to_string()))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spots_are_cities_or_points_and_tell_no_more_than_a_place_may() {
        use crate::domain::place::{City, Precision};
        let place = |precision, id| Place {
            precision,
            city: Some(City { id, name: "Lyon".into() }),
            coordinates: Coordinates::new(45.758, -4.832),
            ..Default::default()
        };
        assert_eq!(Spot::of(&place(Precision::Exact, 2_996_944)), Some(Spot::City(2_996_944)));
        assert_eq!(Spot::of(&place(Precision::Exact, 0)), Some(Spot::Point(458, -48)));
        assert_eq!(Spot::of(&place(Precision::Ask, 0)), None);
        for spot in [Spot::City(2_996_944), Spot::Point(458, -48), Spot::Point(-900, 1800)] {
            assert_eq!(Spot::parse(&spot.to_string()), Some(spot));
            assert!(spot.point().is_some());
        }
        for none in ["", "x", "c", "c-1", "p", "p1", "p1,2,3", "p99999,0"] {
            assert_eq!(Spot::parse(none), None, "{none}");
        }
        assert_eq!(Spot::Point(2_000, 0).point(), None);
    }
}
