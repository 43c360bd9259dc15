//! The fields for when and where, as typed, and what they mean: for the forms of calls and of actions.
//!
//! How to use it. [`WhenWhere::put`] each field, then [`WhenWhere::settle`], which looks the city up and offers its time zone;
//! then [`WhenWhere::when`], [`WhenWhere::place`] and [`WhenWhere::faults`]. In the template: `{% import "when_where.html" as at %}`,
//! `{% call at::dates(t, faults, form.at, zones) %}` and `{% call at::place(t, faults, form.at, city) %}`, where `city` is
//! [`WhenWhere::city_field`].

use super::{city_field::CityField, i18n::T};
use crate::{
    domain::{
        place::{City, Coordinates, Place, Precision},
        statement::Fault,
        when::When,
    },
    text::gazetteer,
};

/// Regions of the IANA database whose zones people live in; others are old names and bare offsets.
const REGIONS: [&str; 10] =
    ["Africa", "America", "Antarctica", "Arctic", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific"];
/// How far from the middle of its city an exact point may lie, in kilometres: more is two numbers swapped, or a sign forgotten.
pub const MAX_FROM_CITY: f64 = 150.0;

/// What stands in the fields.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WhenWhere {
    /// `2027-01-25`, as `<input type=date>` gives it.
    pub start: String,
    /// `14:00`; empty for whole days.
    pub start_time: String,
    pub end: String,
    pub end_time: String,
    /// An IANA name.
    pub zone: String,
    /// The zone that the form itself filled in: it gives way to that of a city.
    pub zone_offered: String,
    pub place_name: String,
    pub address: String,
    pub city: String,
    /// Which of the cities of this name ([`CityField`]).
    pub city_id: String,
    pub city_for: String,
    /// Two letters.
    pub country: String,
    /// `exact`, `district` or `ask`.
    pub precision: String,
    /// `45.758, 4.832`
    pub coordinates: String,
    /// The city that is meant; [`WhenWhere::settle`] finds it.
    found: Option<City>,
    /// Several bear the name, and none is chosen.
    open: bool,
}

impl WhenWhere {
    /// For something new. `zone` is offered until a city says another; it may be empty.
    pub fn new(zone: &str) -> Self {
        Self { zone: zone.to_owned(), zone_offered: zone.to_owned(), precision: "exact".into(), ..Self::default() }
    }

    /// For what was saved before.
    pub fn of(when: &When, place: Option<&Place>) -> Self {
        let (start, end, zone) = when.typed();
        let split = |text: &str| match text.split_once('T') {
            Some((date, time)) => (date.to_owned(), time.to_owned()),
            None => (text.to_owned(), String::new()),
        };
        let ((start, start_time), (end, end_time)) = (split(&start), split(&end));
        let dates = Self { start, start_time, end, end_time, zone, ..Self::new("") };
        let Some(place) = place.cloned() else { return dates };
        let point = |point: Coordinates| format!("{}, {}", point.latitude.get(), point.longitude.get());
        let city = place.city.clone().unwrap_or_else(|| City { id: 0, name: String::new() });
        // The city's own zone isn't one that somebody typed.
        let offered = gazetteer::City::by_id(city.id).filter(|known| known.zone() == dates.zone);
        Self {
            zone_offered: offered.map_or_else(String::new, |known| known.zone().to_owned()),
            place_name: place.name,
            address: place.address,
            // A name that wasn't found, or was kept before it was chosen which one is meant, is looked up again.
            city_id: if city.id == 0 { String::new() } else { city.id.to_string() },
            city_for: city.name.clone(),
            city: city.name,
            country: place.country,
            precision: place.precision.as_str().into(),
            coordinates: place.coordinates.map_or_else(String::new, point),
            found: place.city,
            ..dates
        }
    }

    /// Puts one field in its place; `false` where it is none of these.
    pub fn put(&mut self, name: &str, value: &str) -> bool {
        let slot = match name {
            "start" => &mut self.start,
            "start_time" => &mut self.start_time,
            "end" => &mut self.end,
            "end_time" => &mut self.end_time,
            "zone" => &mut self.zone,
            "zone_offered" => &mut self.zone_offered,
            "place_name" => &mut self.place_name,
            "address" => &mut self.address,
            "city" => &mut self.city,
            "city_id" => &mut self.city_id,
            "city_for" => &mut self.city_for,
            "country" => &mut self.country,
            "precision" => &mut self.precision,
            "coordinates" => &mut self.coordinates,
            _ => return false,
        };
        value.clone_into(slot);
        true
    }

    /// The field for the city as it is shown.
    pub fn city_field(&self, t: &T) -> CityField {
        CityField::read(t, &self.city, &self.city_id, &self.city_for, &self.country)
    }

    /// Looks the city up: a known one says its country, and its time zone where nobody typed another.
    pub fn settle(&mut self, t: &T) {
        let field = self.city_field(t);
        let city = field.city();
        self.open = city.is_err();
        (self.city_for, self.city_id) = (field.typed.clone(), field.chosen.clone());
        self.found = city.ok().flatten();
        let Some(known) = field.found() else { return };
        self.country = known.country().to_owned();
        if self.zone.trim().is_empty() || self.zone == self.zone_offered {
            known.zone().clone_into(&mut self.zone);
            self.zone_offered.clone_from(&self.zone);
        }
    }

    /// When it is.
    ///
    /// # Errors
    /// The field that is wrong, and why.
    pub fn when(&self) -> Result<When, Fault> {
        let join = |date: &str, time: &str| match (date.trim(), time.trim()) {
            (date, "") => date.to_owned(),
            ("", time) => time.to_owned(),
            (date, time) => format!("{date}T{time}"),
        };
        if self.start.trim().is_empty() {
            return Err(("start", "error-when-start-empty"));
        }
        // An end on the day of the start needs no day of its own.
        let end = if self.end == self.start && self.end_time.is_empty() && !self.start_time.is_empty() { "" } else { &self.end };
        When::parse(&join(&self.start, &self.start_time), &join(end, &self.end_time), &self.zone)
    }

    /// Where it is.
    pub fn place(&self) -> Place {
        let name = self.city.trim();
        let found = self.found.clone().filter(|city| !self.open && (city.id != 0 || city.name == name));
        let city = found.or_else(|| Some(City { id: 0, name: name.to_owned() })).filter(|city| !city.name.is_empty());
        Place {
            precision: self.precision.parse().unwrap_or(Precision::Ask),
            name: self.place_name.clone(),
            address: self.address.clone(),
            city,
            country: self.country.clone(),
            coordinates: Coordinates::parse(&self.coordinates),
        }
    }

    /// What is wrong with the place as it was typed, beside the rules of [`Place`] itself.
    pub fn place_faults(&self) -> Vec<Fault> {
        let mut faults = Vec::new();
        if self.open {
            faults.push(("city", "error-city-choose"));
        }
        // What isn't told isn't looked at either.
        if self.precision != Precision::Ask.as_str() && !self.coordinates.trim().is_empty() {
            let middle = self.found.as_ref().filter(|city| city.id != 0).and_then(|city| gazetteer::City::by_id(city.id));
            match (Coordinates::parse(&self.coordinates), middle.and_then(gazetteer::City::coordinates)) {
                (None, _) => faults.push(("coordinates", "error-coordinates")),
                (Some(point), Some(middle)) if kilometres(point, middle) > MAX_FROM_CITY => {
                    faults.push(("coordinates", "error-coordinates-far"));
                }
                _ => {}
            }
        }
        faults
    }
}

/// Along the great circle.
fn kilometres(one: Coordinates, other: Coordinates) -> f64 {
    const RADIUS: f64 = 6_371.0;
    let radians = |degrees: crate::domain::place::Degrees| degrees.get().to_radians();
    let (from, to) = (radians(one.latitude), radians(other.latitude));
    let north = ((to - from) / 2.0).sin().powi(2);
    let east = ((radians(other.longitude) - radians(one.longitude)) / 2.0).sin().powi(2);
    2.0 * RADIUS * (north + from.cos() * to.cos() * east).sqrt().min(1.0).asin()
}

/// Zones to choose from, by name.
pub fn zones() -> impl Iterator<Item = &'static str> {
    let lived_in = |name: &&str| name.split_once('/').is_some_and(|(region, _)| REGIONS.contains(&region));
    chrono_tz::TZ_VARIANTS.iter().map(|zone| zone.name()).filter(lived_in).chain(["UTC"])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn t() -> T {
        T::of(&actix_web::test::TestRequest::get().uri("/").to_http_request())
    }

    fn typed(zone: &str, fields: &[(&str, &str)]) -> WhenWhere {
        let mut form = WhenWhere::new(zone);
        for (name, value) in fields {
            assert!(form.put(name, value), "{name}");
        }
        form.settle(&t());
        form
    }

    #[test]
    fn the_citys_zone_is_offered_until_somebody_types_another() {
        let hours = [("start", "2027-01-25"), ("start_time", "14:00")];
        let mut form = typed("Europe/Rome", &[&hours[..], &[("city", "Diyarbakır")]].concat());
        assert_eq!((form.zone.as_str(), form.country.as_str()), ("Europe/Istanbul", "TR"));
        // Another city says another one.
        assert!(form.put("city", "Chicago"));
        form.settle(&t());
        assert_eq!((form.zone.as_str(), form.country.as_str()), ("America/Chicago", "US"));
        let by_hand = typed("", &[&hours[..], &[("city", "Chicago"), ("zone", "America/New_York")]].concat());
        assert_eq!(by_hand.when().unwrap().zone().unwrap().name(), "America/New_York");
        // A village without one is asked for it.
        let village = typed("", &[&hours[..], &[("city", "Upper Mill-on-the-River")]].concat());
        assert_eq!(village.when().unwrap_err(), ("zone", "error-when-zone-empty"));
        assert_eq!(village.place().city, Some(City { id: 0, name: "Upper Mill-on-the-River".into() }));
    }

    #[test]
    fn of_several_cities_one_has_to_be_chosen_unless_the_country_says_it() {
        let form = typed("", &[("city", "Springfield")]);
        assert_eq!(form.place_faults(), [("city", "error-city-choose")]);
        assert_eq!(form.place().city, Some(City { id: 0, name: "Springfield".into() }), "what was typed isn't lost");
        let hits = form.city_field(&t()).hits;
        let chosen = typed("", &[("city", "Springfield"), ("city_id", &hits[1].id), ("city_for", "Springfield")]);
        assert_eq!((chosen.place_faults(), chosen.place().city.unwrap().id.to_string()), (Vec::new(), hits[1].id.clone()));
        assert_eq!(typed("", &[("city", "Lyon"), ("country", "FR")]).place_faults(), []);
        // A place that was kept before anybody chose is asked for again.
        let when = When::parse("2027-01-25", "", "").unwrap();
        let mut kept = WhenWhere::of(&when, Some(&form.place()));
        kept.settle(&t());
        assert_eq!(kept.place_faults(), [("city", "error-city-choose")]);
    }

    #[test]
    fn an_exact_point_lies_where_the_city_is() {
        let at = |point: &str, precision: &str| {
            typed("", &[("city", "ئامەد"), ("coordinates", point), ("precision", precision)]).place_faults()
        };
        assert_eq!(at("37.91, 40.23", "exact"), []);
        assert_eq!(at("40.23, 37.91", "exact"), [("coordinates", "error-coordinates-far")]);
        assert_eq!(at("the square", "exact"), [("coordinates", "error-coordinates")]);
        assert_eq!(at("the square", "ask"), [], "what isn't told isn't looked at");
        let far = kilometres(Coordinates::new(0.0, 0.0).unwrap(), Coordinates::new(0.0, 1.0).unwrap());
        assert!((far - 111.2).abs() < 0.1, "{far}");
        let limit = MAX_FROM_CITY / 111.19;
        let middle = gazetteer::City::by_id(316_541).unwrap().coordinates().unwrap();
        let (inside, beyond) = (limit - 0.01, limit + 0.01);
        for (by, wrong) in [(inside, false), (beyond, true)] {
            let point = format!("{}, {}", middle.latitude.get() + by, middle.longitude.get());
            assert_eq!(!at(&point, "exact").is_empty(), wrong, "{point}");
        }
    }

    #[test]
    fn the_zones_offered_are_places() {
        let zones: Vec<&str> = zones().collect();
        assert!(zones.contains(&"Europe/Paris") && zones.contains(&"UTC") && zones.len() > 300);
        assert!(zones.iter().all(|zone| !zone.starts_with("Etc/") && !zone.starts_with("US/")));
    }
}
