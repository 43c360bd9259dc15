//! The local actions under a call, as its page shows them: counted, on a map, on a timeline, and as a list by day and country.

use super::{
    call::{self, ActionView},
    outside,
};
use crate::{
    Result,
    db::{
        self, DbConn,
        action_lists::{AtSpot, Spot, Wanted},
        actions::ActionRow,
    },
    domain::{Id, Timestamp, call::Call, country, when::When},
    feeds::{
        map::{self, MAX_DOTS, Map},
        timeline::{MAX_DAYS, MAX_ROWS, Span, Timeline},
    },
    text::gazetteer::{self, City},
    web::i18n::T,
};
use chrono::{NaiveDate, NaiveDateTime, NaiveTime};
use chrono_tz::Tz;
use std::collections::{BTreeSet, HashMap};
use url::form_urlencoded::Serializer;

/// Actions on one page of a call's list.
pub const PAGE: i64 = 60;
/// The last page of it that can be asked for.
const MAX_PAGE: i64 = 10_000;
/// Characters of a zone or a city that a reader typed.
const MAX_ZONE: usize = 100;

/// What may stand behind the address of a call's page. What isn't understood is as if it weren't there.
#[derive(Debug, Default, serde::Deserialize)]
pub struct Query {
    page: Option<String>,
    day: Option<String>,
    place: Option<String>,
    country: Option<String>,
    zone: Option<String>,
}

impl Query {
    fn wanted(&self) -> Wanted {
        Wanted {
            day: self.day.as_deref().and_then(|day| day.parse().ok()),
            spot: self.place.as_deref().and_then(Spot::parse),
            country: self.country.as_deref().and_then(country::parse).map(str::to_owned),
        }
    }

    fn page(&self) -> i64 {
        self.page.as_deref().and_then(|page| page.parse().ok()).unwrap_or(1).clamp(1, MAX_PAGE)
    }

    /// What the reader typed, and the zone that it means: its IANA name, or that of the largest city of this name.
    fn zone(&self) -> (String, Option<Tz>) {
        let typed: String = self.zone.as_deref().unwrap_or_default().trim().chars().take(MAX_ZONE).collect();
        let city = || gazetteer::find(&typed, 1, crate::i18n::country_called).pop()?.zone().parse().ok();
        let zone = if typed.is_empty() { None } else { typed.parse().ok().or_else(city) };
        (typed, zone)
    }

    /// The address of another page of the same list.
    fn address(&self, path: &str, page: i64) -> String {
        let mut query = Serializer::new(String::new());
        let kept = [("day", &self.day), ("place", &self.place), ("country", &self.country), ("zone", &self.zone)];
        for (name, value) in kept {
            if let Some(value) = value.as_deref().filter(|value| !value.is_empty()) {
                query.append_pair(name, value);
            }
        }
        if page > 1 {
            query.append_pair("page", &page.to_string());
        }
        match query.finish() {
            query if query.is_empty() => format!("{path}#actions"),
            query => format!("{path}?{query}#actions"),
        }
    }
}

/// What the page reads.
pub struct Found {
    rows: Vec<(ActionRow, String)>,
    /// All that are wanted.
    total: i64,
    spots: Vec<AtSpot>,
    /// Those that stand alone where they are, for the map.
    alone: HashMap<Id, ActionRow>,
    days: Vec<(NaiveDate, i64)>,
    /// On the timeline; none where they are too many.
    drawn: Vec<ActionRow>,
}

/// The actions of a call; pictures for its first page alone.
pub fn find(conn: &mut DbConn, call_uri: &str, query: &Query) -> Result<Found> {
    let wanted = query.wanted();
    let page = query.page();
    let rows = db::action_lists::page(conn, call_uri, &wanted, (page - 1) * PAGE, PAGE)?;
    let rows = named(conn, rows)?;
    let total = db::action_lists::count(conn, call_uri, &wanted)?;
    let mut found = Found { rows, total, spots: Vec::new(), alone: HashMap::new(), days: Vec::new(), drawn: Vec::new() };
    if page > 1 || wanted != Wanted::default() || found.total == 0 {
        return Ok(found);
    }
    found.spots = db::action_lists::spots(conn, call_uri)?;
    let alone: Vec<Id> = found.spots.iter().filter(|at| at.count == 1).map(|at| at.one.clone()).collect();
    if alone.len() <= MAX_DOTS {
        let rows = db::action_lists::by_ids(conn, &alone)?;
        found.alone = rows.into_iter().map(|row| (row.id.clone(), row)).collect();
    }
    found.days = db::action_lists::days(conn, call_uri)?;
    if usize::try_from(found.total).is_ok_and(|total| total <= MAX_ROWS) {
        found.drawn = db::action_lists::page(conn, call_uri, &Wanted::default(), 0, found.total)?;
    }
    Ok(found)
}

/// With the names of who organises them, as known here; else their hosts. Empty for people without an instance of their own.
pub fn named(conn: &mut DbConn, rows: Vec<ActionRow>) -> Result<Vec<(ActionRow, String)>> {
    let uris: BTreeSet<&str> = rows.iter().map(|row| row.organiser_uri.as_str()).collect();
    let uris: Vec<String> = uris.into_iter().map(str::to_owned).collect();
    let known = db::remote_actors::any_by_uris(conn, &uris)?;
    let names: HashMap<String, String> = known.into_iter().map(|actor| (actor.uri.clone(), call::name_of(actor))).collect();
    let own: Vec<Id> = rows.iter().filter(|row| row.organiser_id.is_some()).map(|row| row.id.clone()).collect();
    let peoples: BTreeSet<Id> = db::proposed::made(conn, &own)?.into_iter().collect();
    let with = |row: ActionRow| {
        if peoples.contains(&row.id) {
            return (row, String::new());
        }
        let name = names.get(&row.organiser_uri).cloned().unwrap_or_else(|| call::host_of(&row.organiser_uri));
        (row, name)
    };
    Ok(rows.into_iter().map(with).collect())
}

/// The actions of a country on one day.
pub struct Group {
    /// Empty where nobody says.
    pub country: String,
    pub actions: Vec<ActionView>,
}

pub struct Day {
    /// `Saturday, 30 January 2027`
    pub name: String,
    pub machine: String,
    pub groups: Vec<Group>,
}

/// The section of a call's page.
pub struct ActionsView {
    pub total: i64,
    /// Countries and towns where something takes place; 0 where they weren't counted.
    pub countries: usize,
    pub towns: usize,
    pub map: Option<Map>,
    pub timeline: Option<Timeline>,
    pub days: Vec<Day>,
    /// What the list is bounded to, in words; empty where it is whole.
    pub only: String,
    /// The spot of the map that it is bounded to, or empty.
    pub spot: String,
    /// The whole list.
    pub all: String,
    /// What the reader typed for their zone, its IANA name, and whether there is none such.
    pub typed_zone: String,
    pub zone: String,
    pub zone_unknown: bool,
    /// Kept by the form for the zone.
    pub kept: Vec<(&'static str, String)>,
    /// The page, and how many there are.
    pub page: i64,
    pub pages: i64,
    pub newer: String,
    pub older: String,
}

impl ActionsView {
    /// `path` is the call's page; `call` gives the days of the timeline and its own place for the map.
    pub fn of(t: &T, path: &str, title: &str, call: &Call, found: Found, query: &Query, now: Timestamp) -> Self {
        let (typed_zone, zone) = query.zone();
        let wanted = query.wanted();
        let pages = (found.total + PAGE - 1) / PAGE;
        let page = query.page();
        let kept = [("day", &query.day), ("place", &query.place), ("country", &query.country)];
        let places: BTreeSet<_> = found.spots.iter().filter_map(|at| at.spot.map(|spot| spot.to_string())).collect();
        let countries: BTreeSet<_> = found.spots.iter().map(|at| at.country.as_str()).filter(|code| !code.is_empty()).collect();
        Self {
            total: found.total,
            countries: countries.len(),
            towns: places.len(),
            map: drawn_map(t, path, title, call, &found),
            timeline: timeline(t, path, call, &found, now),
            days: by_day(t, &found.rows, zone, now),
            only: only(t, &wanted, &found.rows),
            spot: wanted.spot.map_or_else(String::new, |spot| spot.to_string()),
            all: format!("{path}#actions"),
            zone_unknown: zone.is_none() && !typed_zone.is_empty(),
            zone: zone.map_or_else(String::new, |zone| zone.name().replace('_', " ")),
            typed_zone,
            kept: kept.into_iter().filter_map(|(name, value)| Some((name, value.clone().filter(|v| !v.is_empty())?))).collect(),
            page,
            pages,
            newer: if page > 1 { query.address(path, page - 1) } else { String::new() },
            older: if page < pages { query.address(path, page + 1) } else { String::new() },
        }
    }
}

/// What the list is bounded to.
fn only(t: &T, wanted: &Wanted, rows: &[(ActionRow, String)]) -> String {
    let spot = wanted.spot.map(|spot| {
        let told = rows.iter().find_map(|(row, _)| row.content.place.as_ref()?.public().city.map(|city| city.name));
        town(t, spot, &told.unwrap_or_default(), wanted.country.as_deref().unwrap_or_default())
    });
    let country = wanted.country.as_deref().map(|code| t.country(code));
    let day = wanted.day.map(|day| t.language.weekday_and_day(day));
    [spot, country, day].into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

/// A town in the reader's language; else as its organisers call it, else its country.
fn town(t: &T, spot: Spot, told: &str, country: &str) -> String {
    match spot {
        Spot::City(id) => City::by_id(id).map_or_else(|| told.to_owned(), |city| city.name_in(t.lang).to_owned()),
        Spot::Point(..) if !told.is_empty() => told.to_owned(),
        Spot::Point(..) => t.country(country),
    }
}

fn by_day(t: &T, rows: &[(ActionRow, String)], zone: Option<Tz>, now: Timestamp) -> Vec<Day> {
    let mut days: Vec<Day> = Vec::new();
    for (row, name) in rows {
        let day = row.content.when.days().0;
        let code = row.content.place.as_ref().map(|place| place.country.clone()).unwrap_or_default();
        let view = ActionView::of(t, name, row, zone, now);
        let machine = day.to_string();
        if days.last().is_none_or(|last| last.machine != machine) {
            days.push(Day { name: t.language.weekday_and_day(day), machine, groups: Vec::new() });
        }
        let Some(Day { groups, .. }) = days.last_mut() else { continue };
        let country = if code.is_empty() { String::new() } else { t.country(&code) };
        match groups.last_mut() {
            Some(last) if last.country == country => last.actions.push(view),
            _ => groups.push(Group { country, actions: vec![view] }),
        }
    }
    days
}

/// Where they are, and the call's own place with them.
fn drawn_map(t: &T, path: &str, title: &str, call: &Call, found: &Found) -> Option<Map> {
    let mut spots: Vec<map::Spot> = found.spots.iter().filter_map(|at| on_map(t, path, at, found)).collect();
    if spots.is_empty() {
        return None;
    }
    spots.extend(call.place.as_ref().and_then(|place| {
        let coordinates = map::point_of(place)?;
        Some(map::Spot { coordinates, title: title.to_owned(), place: place.public().line(), href: "#where".into(), count: 1 })
    }));
    Some(Map::of(&spots, t.lang))
}

fn on_map(t: &T, path: &str, at: &AtSpot, found: &Found) -> Option<map::Spot> {
    let spot = at.spot?;
    let place = town(t, spot, &at.town, &at.country);
    let alone = found.alone.get(&at.one).filter(|_| at.count == 1);
    let (title, href) = match alone {
        Some(row) => (row.content.title.clone(), address(t, row)),
        None => (t.two("map-several", "count", at.count, "place", &place), format!("{path}?place={spot}#actions")),
    };
    Some(map::Spot { coordinates: spot.point()?, title, place, href, count: usize::try_from(at.count).ok()? })
}

/// Its page: of others' it stands on their own host.
pub fn address(t: &T, row: &ActionRow) -> String {
    if row.organiser_id.is_some() { t.url(format!("/actions/{}", row.id)) } else { outside(&row.uri) }
}

fn timeline(t: &T, path: &str, call: &Call, found: &Found, now: Timestamp) -> Option<Timeline> {
    let (first, last) = (found.days.first()?.0, found.days.last()?.0);
    let rtl = t.dir == "rtl";
    // The call's days and those of the actions beside them, where that isn't a year.
    let (call_first, call_last) = call.at(now).days();
    let near = |day: NaiveDate| (first - day).num_days().abs() < MAX_DAYS;
    let first = if near(call_first) { first.min(call_first) } else { first };
    let last = found.drawn.iter().map(|row| row.content.when.days().1).max().unwrap_or(last);
    let last = if near(call_last) { last.max(call_last) } else { last };
    let spans: Vec<Span> = found.drawn.iter().map(|row| span(t, row, first, now)).collect();
    Timeline::of_actions(spans, first, (last - first).num_days() + 1, rtl).or_else(|| {
        let day = |(day, count): &(NaiveDate, i64)| {
            let label = format!("{} · {}", t.language.weekday_and_day(*day), t.number(*count));
            (label.clone(), label, format!("{path}?day={day}#actions"), *count)
        };
        Timeline::of_days(found.days.iter().map(day).collect(), rtl)
    })
}

fn span(t: &T, row: &ActionRow, first: NaiveDate, now: Timestamp) -> Span {
    let view = ActionView::of(t, "", row, None, now);
    let from = |at: NaiveDateTime| (at - first.and_time(NaiveTime::MIN)).num_minutes() as f64 / 1440.0;
    let (begin, end) = match row.content.when {
        When::Days { first, last } => (from(first.and_time(NaiveTime::MIN)), from(last.and_time(NaiveTime::MIN)) + 1.0),
        When::Hours { start, end, .. } => (from(start), from(end.unwrap_or(start))),
    };
    let parts = |parts: [&str; 3]| parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · ");
    // Where it takes days, its bar says which.
    let hours = if view.last.is_none() { view.hours.as_str() } else { "" };
    Span {
        label: parts([hours, &view.title, &view.town]),
        said: parts([&view.when, &view.title, &view.place]),
        href: if view.path.is_empty() { "#actions".into() } else { view.path },
        state: view.state.as_str(),
        begin,
        end,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn query(page: &str, zone: &str) -> Query {
        Query { page: Some(page.into()), zone: Some(zone.into()), ..Query::default() }
    }

    #[test]
    fn what_is_not_understood_is_as_if_it_were_not_there() {
        let strange = Query {
            day: Some("yesterday".into()),
            place: Some("<b>".into()),
            country: Some("Atlantis".into()),
            ..query("-3", "Nowhere at all")
        };
        assert_eq!((strange.wanted(), strange.page(), strange.zone().1), (Wanted::default(), 1, None));
        assert_eq!(query("99999999", "").page(), MAX_PAGE);
    }

    #[test]
    fn a_zone_is_said_by_its_name_or_by_a_city() {
        assert_eq!(query("1", "Asia/Beirut").zone().1, Some(chrono_tz::Asia::Beirut));
        assert_eq!(query("1", " amed ").zone().1, Some(chrono_tz::Europe::Istanbul));
        assert_eq!(query("1", &"x".repeat(500)).zone().0.len(), MAX_ZONE);
    }

    #[test]
    fn addresses_of_pages_keep_what_was_chosen() {
        let chosen = Query { country: Some("FR".into()), ..query("3", "Europe/Paris") };
        assert_eq!(chosen.address("/statements/1", 2), "/statements/1?country=FR&zone=Europe%2FParis&page=2#actions");
        assert_eq!(Query::default().address("/statements/1", 1), "/statements/1#actions");
    }
}
