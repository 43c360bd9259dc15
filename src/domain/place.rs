//! A place of a call or of an action, told as exactly as its organisers want and no more.
//!
//! What a precision doesn't allow isn't kept: what no disk holds can't be taken from it. Who writes a place on a page, into a
//! calendar or on the wire calls [`Place::public`] all the same, because a stored place may be of another origin.

use super::{
    country,
    statement::{Fault, one_line},
};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Limits in characters. Published in `docs/limits.md`.
pub const MAX_PLACE_NAME: usize = 200;
pub const MAX_ADDRESS: usize = 300;
pub const MAX_CITY: usize = 120;

super::word_enum! {
    /// How exactly a place is told.
    Precision {
        /// Name, address and coordinates as they are.
        Exact = "exact",
        /// The part of the town: no address, coordinates on a grid ([`DISTRICT`]).
        District = "district",
        /// “Write to us”: the city at most.
        Ask = "ask",
    }
}

/// A latitude or a longitude in hundred-thousandths of a degree: about a metre, the most that an exact place needs. A whole
/// number, so that equal places are equal in each digest; in JSON it is in degrees (`45.75801`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Degrees(i32);

const PARTS: f64 = 100_000.0;

/// The grid of a place told by its district: 0.05 degrees, which is 5.6 km from south to north, and 5.6 km (equator) to 2.8 km
/// (60° north) from west to east: larger than a quarter, smaller than most cities. A grid rather than a random shift: the same
/// place always falls on the same point, so ten actions of one group don't give it away by their mean.
pub const DISTRICT: Degrees = Degrees(5_000);

impl Degrees {
    /// The nearest hundred-thousandth; `None` where it is no number of at most 180.
    pub fn new(degrees: f64) -> Option<Self> {
        (degrees.is_finite() && degrees.abs() <= 180.0).then(|| Self((degrees * PARTS).round() as i32))
    }

    pub fn get(self) -> f64 {
        f64::from(self.0) / PARTS
    }

    /// The nearest multiple of a step, within ±180°; halves go away from zero.
    fn rounded(self, step: Self) -> Self {
        let half = step.0 / 2 * self.0.signum();
        Self((self.0 + half) / step.0 * step.0)
    }
}

impl Serialize for Degrees {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_f64(self.get())
    }
}

impl<'de> Deserialize<'de> for Degrees {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::new(f64::deserialize(deserializer)?).ok_or_else(|| serde::de::Error::custom("not within 180 degrees"))
    }
}

/// WGS 84.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Coordinates {
    pub latitude: Degrees,
    pub longitude: Degrees,
}

impl Coordinates {
    /// `None` beyond a pole or 180 degrees.
    pub fn new(latitude: f64, longitude: f64) -> Option<Self> {
        let point = Self { latitude: Degrees::new(latitude)?, longitude: Degrees::new(longitude)? };
        point.stands().then_some(point)
    }

    /// What people copy from a map: `45.758, 4.832` or `45.758 4.832`.
    pub fn parse(text: &str) -> Option<Self> {
        let mut numbers = text.split([',', ' ', ';']).filter(|part| !part.is_empty());
        let (latitude, longitude) = (numbers.next()?.parse().ok()?, numbers.next()?.parse().ok()?);
        if numbers.next().is_some() { None } else { Self::new(latitude, longitude) }
    }

    fn stands(self) -> bool {
        self.latitude.0.abs() <= 9_000_000
    }
}

/// A city as it was chosen: its number in the gazetteer, and its name in the language in which it was chosen.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct City {
    /// The GeoNames id; 0 for a place that the gazetteer doesn't have.
    #[serde(default)]
    pub id: u32,
    pub name: String,
}

/// Where a call or an action takes place. Empty texts mean unknown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Place {
    pub precision: Precision,
    /// What people call it: “Old bridge”.
    pub name: String,
    /// Street and number, or how to get there, on one line.
    pub address: String,
    pub city: Option<City>,
    /// ISO 3166-1, two letters.
    pub country: String,
    pub coordinates: Option<Coordinates>,
}

impl Default for Place {
    /// The most careful precision: who forgets to choose gives nothing away.
    fn default() -> Self {
        Self {
            precision: Precision::Ask,
            name: String::new(),
            address: String::new(),
            city: None,
            country: String::new(),
            coordinates: None,
        }
    }
}

impl Place {
    /// What may leave the server: `exact` all of it; `district` no address, and coordinates on the grid; `ask` city and country.
    pub fn public(&self) -> Self {
        let mut place = self.clone();
        match place.precision {
            Precision::Exact => {}
            Precision::District => {
                place.address.clear();
                place.coordinates = place.coordinates.map(|point| Coordinates {
                    latitude: point.latitude.rounded(DISTRICT),
                    longitude: point.longitude.rounded(DISTRICT),
                });
            }
            Precision::Ask => {
                place.name.clear();
                place.address.clear();
                place.coordinates = None;
            }
        }
        place
    }

    /// Brings the fields to their one form and drops what the precision doesn't allow. To be called before it is stored.
    pub fn normalised(mut self) -> Self {
        for text in [&mut self.name, &mut self.address] {
            *text = one_line(text);
        }
        self.city = self.city.map(|city| City { name: one_line(&city.name), ..city }).filter(|city| !city.name.is_empty());
        self.country = country::parse(&self.country).map(str::to_owned).unwrap_or_else(|| one_line(&self.country));
        self.public()
    }

    /// Rules that hold for a draft already.
    pub fn draft_faults(&self) -> Vec<Fault> {
        let long = |text: &str, most| text.chars().count() > most;
        let mut faults = Vec::new();
        if long(&self.name, MAX_PLACE_NAME) {
            faults.push(("place_name", "error-place-name-long"));
        }
        if long(&self.address, MAX_ADDRESS) {
            faults.push(("address", "error-address-long"));
        }
        if self.city.as_ref().is_some_and(|city| long(&city.name, MAX_CITY)) {
            faults.push(("city", "error-city-long"));
        }
        if !self.country.is_empty() && country::parse(&self.country).is_none() {
            faults.push(("country", "error-country"));
        }
        if self.coordinates.is_some_and(|point| !point.stands()) {
            faults.push(("coordinates", "error-coordinates"));
        }
        faults
    }

    /// Rules for publishing: those of a draft, and that it says where, as far as its precision lets it.
    pub fn publish_faults(&self) -> Vec<Fault> {
        let mut faults = self.draft_faults();
        let place = self.public();
        if place.city.is_none() && place.name.is_empty() && place.country.is_empty() && place.coordinates.is_none() {
            faults.push(("city", "error-place-empty"));
        }
        faults
    }

    /// What may be told, from the small to the large: `Old bridge, Quai 3, Lyon`. The country's name comes from whoever knows
    /// the reader's language.
    pub fn line(&self) -> String {
        let place = self.public();
        let city = place.city.map(|city| city.name).unwrap_or_default();
        let parts = [place.name, place.address, city];
        parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn bridge(precision: Precision) -> Place {
        Place {
            precision,
            name: " Old\r\nbridge ".into(),
            address: "Quai des Pêcheurs 3".into(),
            city: Some(City { id: 2_996_944, name: "Lyon".into() }),
            country: "fr".into(),
            coordinates: Coordinates::new(45.758_014_9, 4.832_011),
        }
    }

    #[test]
    fn a_place_is_told_as_exactly_as_was_chosen() {
        let exact = bridge(Precision::Exact).normalised();
        assert_eq!(exact.line(), "Old bridge, Quai des Pêcheurs 3, Lyon");
        assert_eq!(exact.coordinates, Coordinates::new(45.75801, 4.83201));
        assert_eq!(exact.country, "FR");

        let district = bridge(Precision::District).normalised();
        assert_eq!(district.line(), "Old bridge, Lyon");
        assert_eq!(district.coordinates, Coordinates::new(45.75, 4.85));

        let ask = bridge(Precision::Ask).normalised();
        assert_eq!((ask.line(), ask.coordinates, ask.country.as_str()), ("Lyon".into(), None, "FR"));
        let json = serde_json::to_string(&ask).unwrap();
        assert!(!json.contains("Quai") && !json.contains("bridge") && !json.contains("45."), "{json}");
    }

    #[test]
    fn its_json_has_degrees_and_defaults() {
        let json = serde_json::to_value(bridge(Precision::Exact).normalised()).unwrap();
        assert_eq!(json["coordinates"], serde_json::json!({"latitude": 45.75801, "longitude": 4.83201}));
        assert_eq!(serde_json::from_value::<Place>(json).unwrap(), bridge(Precision::Exact).normalised());
        // A member that is missing is the careful choice.
        assert_eq!(serde_json::from_str::<Place>("{}").unwrap(), Place::default());
        assert_eq!(Place::default().precision, Precision::Ask);
        assert!(serde_json::from_str::<Coordinates>(r#"{"latitude": 1, "longitude": 180.1}"#).is_err());
    }

    #[test]
    fn faults_name_their_field() {
        let place = Place {
            name: "x".repeat(MAX_PLACE_NAME + 1),
            address: "x".repeat(MAX_ADDRESS + 1),
            city: Some(City { id: 0, name: "x".repeat(MAX_CITY + 1) }),
            country: "Atlantis".into(),
            coordinates: serde_json::from_str(r#"{"latitude": 90.1, "longitude": 0}"#).unwrap(),
            ..Default::default()
        };
        let fields = |faults: Vec<Fault>| faults.into_iter().map(|fault| fault.0).collect::<Vec<_>>();
        assert_eq!(fields(place.draft_faults()), ["place_name", "address", "city", "country", "coordinates"]);
        assert_eq!(fields(Place::default().publish_faults()), ["city"]);
        assert!(Place::default().draft_faults().is_empty() && bridge(Precision::Exact).publish_faults().is_empty());
        // Only an address, which isn't told: that says nothing to anybody.
        let secret = Place { address: "Quai 3".into(), ..Default::default() };
        assert_eq!(fields(secret.publish_faults()), ["city"]);
    }

    #[test]
    fn coordinates_are_read_as_people_copy_them() {
        assert_eq!(Coordinates::parse("45.75801, 4.83201"), Coordinates::new(45.75801, 4.83201));
        assert_eq!(Coordinates::parse("-33.86 151.2"), Coordinates::new(-33.86, 151.2));
        for none in ["", "45", "91, 0", "0, 181", "1, 2, 3", "NaN, 0", "inf 0", "north, 3"] {
            assert_eq!(Coordinates::parse(none), None, "{none}");
        }
    }

    proptest! {
        #[test]
        fn a_district_hides_within_its_cell_and_rounding_is_final(latitude in -90.0..=90.0f64, longitude in -180.0..=180.0f64) {
            let place = Place { precision: Precision::District, coordinates: Coordinates::new(latitude, longitude), ..bridge(Precision::District) };
            let once = place.clone().normalised();
            let point = once.coordinates.unwrap();
            prop_assert!((point.latitude.get() - latitude).abs() <= 0.025_01 && (point.longitude.get() - longitude).abs() <= 0.025_01);
            prop_assert!(point.stands() && point.longitude.get().abs() <= 180.0);
            prop_assert_eq!(point.latitude.0 % DISTRICT.0, 0);
            prop_assert_eq!(point.longitude.0 % DISTRICT.0, 0);
            prop_assert_eq!(&once.clone().normalised(), &once);
            prop_assert_eq!(&once.public(), &once);
            let json = serde_json::to_string(&once).unwrap();
            prop_assert_eq!(serde_json::from_str::<Place>(&json).unwrap(), once);
        }

        #[test]
        fn what_is_told_on_request_never_stands_in_what_leaves(name in "[a-z]{12,20}", address in "[A-Z]{12,20}") {
            let place = Place { name: name.clone(), address: address.clone(), ..bridge(Precision::Ask) };
            let json = serde_json::to_string(&place.public()).unwrap() + &place.line();
            prop_assert!(!json.contains(&name) && !json.contains(&address));
        }
    }
}
