//! Cities of the world by name, without asking anybody: places of 15,000 inhabitants and more, with their names in many scripts,
//! coordinates, country and time zone. From GeoNames (CC BY 4.0), embedded; `resources/gazetteer/` tells how it is made.
//!
//! A search walks sorted names in place: nothing is loaded at start, nothing kept. Pages that show what it found name the source
//! ([`SOURCE`]).

mod data;
mod fold;

pub use fold::fold;

use crate::domain::place::{self, Coordinates};
use data::Part;
use std::collections::BTreeSet;

/// Characters of a query that are looked at.
pub const MAX_QUERY: usize = 100;
/// Most cities that a search gives.
pub const MAX_HITS: usize = 20;
/// Letters from which on the beginning of a name is looked for; a shorter one (京) must be the whole name.
pub const MIN_PREFIX: usize = 2;

/// Who made the data, and where it stands, as its licence wants it.
pub const SOURCE: (&str, &str) = ("GeoNames", "https://www.geonames.org/");

/// A city: its place in the order of size. As cheap as a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct City(u16);

impl City {
    /// By its GeoNames id, as a [`place::City`] keeps it.
    pub fn by_id(id: u32) -> Option<Self> {
        data::rank_of(id).map(Self)
    }

    /// All, the largest first.
    pub fn all() -> impl Iterator<Item = Self> {
        (0..data::cities()).filter_map(|rank| rank.try_into().ok().map(Self))
    }

    fn at(rank: [u8; 2]) -> Self {
        Self(u16::from_le_bytes(rank))
    }

    fn read<T>(self, read: impl FnOnce(data::Record) -> Option<T>) -> Option<T> {
        data::record(self.0).and_then(read)
    }

    /// The GeoNames id.
    pub fn id(self) -> u32 {
        self.read(|record| Some(record.id)).unwrap_or_default()
    }

    /// The name that GeoNames gives it first.
    pub fn name(self) -> &'static str {
        self.names().next().map_or("", |(_, name)| name)
    }

    /// Its name in a language (BCP 47) where that is known, else [`Self::name`].
    pub fn name_in(self, language: &str) -> &'static str {
        let primary = language.split('-').next().unwrap_or(language);
        self.names().find(|(tag, _)| *tag == primary).map_or_else(|| self.name(), |(_, name)| name)
    }

    /// Names with their languages; the first has none.
    fn names(self) -> impl Iterator<Item = (&'static str, &'static str)> {
        let names = data::part(Part::Names);
        let first = self.read(|record| data::text(names, record.names));
        let (name, mut at) = first.unwrap_or(("", names.len()));
        let others = names.get(at).copied().unwrap_or_default();
        at += 1;
        let others = (0..others).map_while(move |_| {
            let (tag, behind) = data::text(names, at)?;
            let (name, behind) = data::text(names, behind)?;
            at = behind;
            Some((tag, name))
        });
        std::iter::once(("", name)).chain(others)
    }

    /// ISO 3166-1, two letters.
    pub fn country(self) -> &'static str {
        self.read(|record| data::listed(Part::Countries, record.country)).unwrap_or_default()
    }

    /// The part of the country: a province, a federal state. Tells the Springfields apart. May be empty.
    pub fn region(self) -> &'static str {
        self.read(|record| data::listed(Part::Regions, record.region)).unwrap_or_default()
    }

    /// The IANA time zone.
    pub fn zone(self) -> &'static str {
        self.read(|record| data::listed(Part::Zones, record.zone)).unwrap_or("UTC")
    }

    /// Inhabitants, in thousands.
    pub fn thousands(self) -> u32 {
        self.read(|record| Some(record.thousands)).unwrap_or_default()
    }

    /// Its middle, as the source has it.
    pub fn coordinates(self) -> Option<Coordinates> {
        self.read(|record| Coordinates::new(record.latitude, record.longitude))
    }

    /// What a place keeps of it, with the name that the chooser saw.
    pub fn chosen(self, language: &str) -> place::City {
        place::City { id: self.id(), name: self.name_in(language).to_owned() }
    }

    /// The same, by the name that somebody typed; by its own where that was its number.
    pub fn called(self, typed: &str) -> place::City {
        let number = typed.trim().parse::<u32>().is_ok();
        place::City { id: self.id(), name: if number { self.name().to_owned() } else { typed.trim().to_owned() } }
    }

    /// Whether one of the names that it is shown by has this folded form.
    fn is_shown_as(self, folded: &str) -> bool {
        self.names().any(|(_, name)| fold(name) == folded)
    }
}

/// Cities by what somebody typed: `Amed`, `paris`, `Paris, US`, `Springfield, Illinois`, `باريس`. Those whose whole name it is
/// come first (their own name before names that others give them), then those whose name begins with it, each by size.
///
/// Behind a comma may stand a region or a country; `country_called` knows the names of countries. A word there that is neither is
/// passed over, so that too much said finds more than nothing. At most `limit` and [`MAX_HITS`] come back.
pub fn find(text: &str, limit: usize, country_called: impl Fn(&str) -> Option<&'static str>) -> Vec<City> {
    let limit = limit.min(MAX_HITS);
    let text: String = text.trim().chars().take(MAX_QUERY).collect();
    let whole = fold(&text);
    let Some((name, hint)) = text.rsplit_once([',', '،', '，']) else { return named(&whole, limit, |_| true) };
    // “Washington, D.C.” is a name with a comma in it.
    let mut cities = named(&whole, limit, |_| true);
    let hint = hint.trim();
    let (country, region) = (country_called(hint), fold(hint));
    let fits = |city: City| country == Some(city.country()) || (!region.is_empty() && fold(city.region()) == region);
    let name = fold(name);
    let mut others = named(&name, limit, fits);
    if others.is_empty() && country.is_none() {
        others = named(&name, limit, |_| true);
    }
    others.retain(|city| !cities.contains(city));
    cities.extend(others);
    cities.truncate(limit);
    cities
}

/// The city that somebody means without being asked: the one of this name (in a country, where it isn't empty), or the number of
/// one; of several the one that is ten times as large as the next. `None` where it could be another.
pub fn meant(name: &str, country: &str) -> Option<City> {
    if let Ok(id) = name.trim().parse() {
        return City::by_id(id);
    }
    let whole = fold(name.trim());
    let fits = |city: &City| country.is_empty() || city.country().eq_ignore_ascii_case(country);
    let mut found = named(&whole, MAX_HITS, |city| fits(&city) && is_name_of(city, name)).into_iter();
    let (first, second) = (found.next()?, found.next());
    let clear = second.is_none_or(|second| first.thousands() >= 10 * second.thousands().max(1));
    clear.then_some(first)
}

/// Those of the cities found whose whole name it is, and not its beginning alone; in a country, where it isn't empty. What stands
/// behind a comma in `typed` has been looked at by [`find`].
pub fn bearers(found: &[City], typed: &str, country: &str) -> Vec<City> {
    let alone = before_comma(typed);
    let bears = |city: &&City| is_name_of(**city, typed) || is_name_of(**city, alone);
    let there = |city: &&City| country.is_empty() || city.country().eq_ignore_ascii_case(country);
    found.iter().filter(bears).filter(there).copied().collect()
}

/// What somebody typed, without the region or country behind it.
pub fn before_comma(typed: &str) -> &str {
    typed.split([',', '،', '，']).next().unwrap_or(typed).trim()
}

/// Whether a text is a whole name of a city, in any language.
pub fn is_name_of(city: City, text: &str) -> bool {
    let name = fold(text);
    let mut found = false;
    data::keys_from(name.as_bytes(), |key, ranks| {
        found = key == name.as_bytes() && ranks.iter().any(|rank| City::at(*rank) == city);
        false
    });
    found
}

/// Cities whose folded name is, or begins with, `name`, and that fit.
fn named(name: &str, limit: usize, fits: impl Fn(City) -> bool) -> Vec<City> {
    if name.is_empty() {
        return Vec::new();
    }
    let prefix = name.chars().count() >= MIN_PREFIX;
    let mut exact = Vec::new();
    // The smallest numbers are the largest cities; no more than can be needed are held.
    let mut begins = BTreeSet::new();
    data::keys_from(name.as_bytes(), |key, ranks| {
        if key == name.as_bytes() {
            exact.extend(ranks.iter().copied().map(City::at).filter(|city| fits(*city)));
            return prefix;
        }
        if !prefix || !key.starts_with(name.as_bytes()) {
            return false;
        }
        for city in ranks.iter().copied().map(City::at) {
            let room = begins.len() < 2 * limit || begins.last().is_some_and(|last| city < *last);
            if room && fits(city) && begins.insert(city) && begins.len() > 2 * limit {
                begins.pop_last();
            }
        }
        true
    });
    exact.sort_by_cached_key(|city| (!city.is_shown_as(name), *city));
    begins.retain(|city| !exact.contains(city));
    exact.extend(begins);
    exact.truncate(limit);
    exact
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::country;
    use proptest::prelude::*;

    fn search(text: &str) -> Vec<City> {
        let called = |text: &str| if text == "France" { Some("FR") } else { country::parse(text) };
        find(text, MAX_HITS, called)
    }

    fn first(text: &str) -> (&'static str, &'static str) {
        search(text).first().map_or(("", ""), |city| (city.name(), city.country()))
    }

    #[test]
    fn a_city_is_found_by_each_of_its_names() {
        for name in ["Diyarbakır", "diyarbakir", "DİYARBAKIR", "Amed", "ئامەد", "Диярбакыр", "ديار بكر", "Diyarb"]
        {
            let found = if name == "Diyarb" { search(name).iter().any(|c| c.id() == 316_541) } else { first(name).1 == "TR" };
            assert!(found, "{name}");
            assert!(search(name).iter().any(|city| city.id() == 316_541), "{name}");
        }
        assert_eq!(first("Qamişlo"), ("Al Qāmishlī", "SY"));
        assert_eq!(first("قامشلو"), ("Al Qāmishlī", "SY"));
        assert_eq!(first("Kobani"), ("‘Ayn al ‘Arab", "SY"));
        assert_eq!(first("Hewlêr").1, "IQ");
        assert_eq!(first("القاهرة"), ("Cairo", "EG"));
        assert_eq!(first("Kairo"), ("Cairo", "EG"));
        assert_eq!(first("東京").1, "JP");
        assert_eq!(first("Dersim").1, "TR");
        assert_eq!(first("sao paulo"), ("São Paulo", "BR"));
        // A city's own name goes before names that larger cities have somewhere.
        assert_eq!(first("Wan").0, "Van");
        assert_eq!(first("Lyon"), ("Lyon", "FR"));
    }

    #[test]
    fn a_country_or_a_region_narrows_it_down() {
        assert_eq!(first("Paris"), ("Paris", "FR"));
        assert_eq!(first("Paris, US"), ("Paris", "US"));
        assert_eq!(first("Paris, France"), ("Paris", "FR"));
        assert_eq!(first("Córdoba, AR"), ("Córdoba", "AR"));
        assert_eq!(first("Córdoba، ES"), ("Córdoba", "ES"));
        assert_eq!(search("Springfield, Illinois")[0].region(), "Illinois");
        // What is unknown behind the comma is passed over; a country that hasn't such a city finds none.
        assert_eq!(first("Paris, somewhere"), ("Paris", "FR"));
        assert!(search("Diyarbakır, PT").is_empty());
    }

    #[test]
    fn a_city_is_meant_where_it_can_be_no_other() {
        assert_eq!(meant(" amed ", "").map(City::id), Some(316_541));
        assert_eq!(meant("316541", "").map(City::name), Some("Diyarbakır"));
        assert_eq!(meant("Paris", "").map(City::country), Some("FR"));
        assert_eq!(meant("Paris", "us").map(City::country), Some("US"));
        assert_eq!(meant("Springfield", "US"), None);
        assert_eq!(meant("Diyarb", ""), None, "the beginning of a name is no name");
        assert_eq!(meant("", ""), None);
    }

    #[test]
    fn the_beginning_of_a_name_finds_the_largest_first() {
        let found = search("lond");
        assert_eq!(found[0].name(), "London");
        assert!(found.is_sorted() && found.len() > 3);
        assert!(search("l").iter().all(|city| city.names().any(|(_, name)| fold(name) == "l")));
        assert_eq!(find("san", 3, |_| None).len(), 3);
        assert_eq!(find("san", 1_000, |_| None).len(), MAX_HITS);
    }

    #[test]
    fn a_city_knows_its_time_zone_its_place_and_its_names() {
        let lyon = search("Lyon")[0];
        assert_eq!((lyon.zone(), lyon.country(), lyon.region()), ("Europe/Paris", "FR", "Auvergne-Rhône-Alpes"));
        let point = lyon.coordinates().unwrap();
        assert!((point.latitude.get() - 45.75).abs() < 0.05 && (point.longitude.get() - 4.85).abs() < 0.05);
        assert_eq!(City::by_id(lyon.id()), Some(lyon));
        assert_eq!(City::by_id(0), None);
        let amed = search("Amed")[0];
        assert_eq!((amed.name_in("ku"), amed.name_in("ckb-IQ"), amed.name_in("pt")), ("Amed", "ئامەد", "Diyarbakır"));
        assert_eq!(search("Cairo")[0].name_in("ar"), "القاهرة");
        assert_eq!(amed.chosen("ku"), place::City { id: 316_541, name: "Amed".into() });
    }

    #[test]
    fn all_of_the_data_is_sound() {
        for city in City::all() {
            assert!(city.zone().parse::<chrono_tz::Tz>().is_ok(), "{}", city.zone());
            assert!(country::parse(city.country()).is_some(), "{}", city.country());
            assert!(city.coordinates().is_some() && city.id() > 0 && !city.name().is_empty());
        }
        assert!(City::all().count() > 30_000);
    }

    #[test]
    fn names_were_folded_as_queries_are() {
        let mut wrong = Vec::new();
        data::keys_from(b"", |key, _| {
            let key = std::str::from_utf8(key).unwrap();
            if fold(key) != key {
                wrong.push(key.to_owned());
            }
            true
        });
        assert!(wrong.is_empty(), "{} such as {:?}", wrong.len(), &wrong[..wrong.len().min(20)]);
        for city in City::all().step_by(7) {
            for (_, name) in city.names() {
                let mut found = false;
                data::keys_from(fold(name).as_bytes(), |_, ranks| {
                    found = ranks.iter().any(|rank| City::at(*rank) == city);
                    false
                });
                assert!(found, "{name}");
            }
        }
    }

    proptest! {
        #[test]
        fn no_text_breaks_it(text in "\\PC{0,200}") {
            prop_assert!(search(&text).len() <= MAX_HITS);
        }
    }
}
