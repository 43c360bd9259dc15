//! The part of the writing form that makes a text a call: its fields as typed, and the [`Call`] that they mean. Pure.

use crate::{
    domain::{
        call::Call,
        place::{City, Place, Precision},
        statement::Fault,
        when::When,
    },
    text::gazetteer,
};

/// Regions of the IANA database whose zones people live in; others are old names and bare offsets.
const REGIONS: [&str; 10] =
    ["Africa", "America", "Antarctica", "Arctic", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific"];

/// What stands in it, as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CallForm {
    /// Whether it is a call at all.
    pub on: bool,
    /// `2027-01-25`, as `<input type=date>` gives it.
    pub start: String,
    /// `14:00`; empty for whole days.
    pub start_time: String,
    pub end: String,
    pub end_time: String,
    /// An IANA name.
    pub zone: String,
    /// `everywhere` or `place`.
    pub reach: String,
    pub place_name: String,
    pub address: String,
    pub city: String,
    /// Two letters.
    pub country: String,
    /// `exact`, `district` or `ask`.
    pub precision: String,
    pub supporters: String,
}

impl CallForm {
    /// For a new call of a collective with this zone.
    pub fn new(zone: &str) -> Self {
        Self { on: true, zone: zone.to_owned(), reach: "everywhere".into(), precision: "exact".into(), ..Self::default() }
    }

    /// For a text that was saved before.
    pub fn of(call: Option<&Call>) -> Self {
        let Some(call) = call else { return Self::default() };
        let (start, end, zone) = call.when.typed();
        let split = |text: &str| match text.split_once('T') {
            Some((date, time)) => (date.to_owned(), time.to_owned()),
            None => (text.to_owned(), String::new()),
        };
        let ((start, start_time), (end, end_time)) = (split(&start), split(&end));
        let place = call.place.clone().unwrap_or_else(|| Place { precision: Precision::Exact, ..Place::default() });
        Self {
            on: true,
            start,
            start_time,
            end,
            end_time,
            zone,
            reach: if call.place.is_some() { "place" } else { "everywhere" }.into(),
            place_name: place.name,
            address: place.address,
            city: place.city.map(|city| city.name).unwrap_or_default(),
            country: place.country,
            precision: place.precision.as_str().into(),
            supporters: call.supporters.clone(),
        }
    }

    /// Puts one field in its place; `false` where it is none of these.
    pub fn put(&mut self, name: &str, value: &str) -> bool {
        let slot = match name {
            "call" => {
                self.on = !value.is_empty();
                return true;
            }
            "start" => &mut self.start,
            "start_time" => &mut self.start_time,
            "end" => &mut self.end,
            "end_time" => &mut self.end_time,
            "zone" => &mut self.zone,
            "reach" => &mut self.reach,
            "place_name" => &mut self.place_name,
            "address" => &mut self.address,
            "city" => &mut self.city,
            "country" => &mut self.country,
            "precision" => &mut self.precision,
            "supporters" => &mut self.supporters,
            _ => return false,
        };
        value.clone_into(slot);
        true
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

    /// The fault of its dates, where it is a call.
    pub fn fault(&self) -> Option<Fault> {
        if self.on { self.when().err() } else { None }
    }

    /// The call that it means, over the one that is saved: its state goes by its own buttons. `None` where it is none, or where
    /// its dates can't be read and none are saved.
    pub fn call(&self, before: Option<&Call>) -> Option<Call> {
        if !self.on {
            return None;
        }
        let when = self.when().ok().or(before.map(|call| call.when))?;
        let known = before.and_then(|call| call.place.as_ref());
        let call = before.cloned().unwrap_or_else(|| Call::new(when));
        Some(Call { when, place: self.place(known), supporters: self.supporters.clone(), ..call })
    }

    fn place(&self, before: Option<&Place>) -> Option<Place> {
        if self.reach != "place" {
            return None;
        }
        let known = before.and_then(|place| place.city.clone()).filter(|city| city.name == self.city.trim());
        let found = gazetteer::meant(&self.city, &self.country);
        let named = || found.map_or_else(|| City { id: 0, name: self.city.trim().to_owned() }, |city| city.called(&self.city));
        let city = known.or_else(|| Some(named()).filter(|city| !city.name.is_empty()));
        // A city that can be no other says its country.
        let country = match (self.country.as_str(), found) {
            ("", Some(city)) => city.country().to_owned(),
            (typed, _) => typed.to_owned(),
        };
        Some(Place {
            precision: self.precision.parse().unwrap_or(Precision::Ask),
            name: self.place_name.clone(),
            address: self.address.clone(),
            city,
            country,
            coordinates: before.and_then(|place| place.coordinates),
        })
    }
}

/// Zones to choose from, by name.
pub fn zones() -> impl Iterator<Item = &'static str> {
    let lived_in = |name: &&str| name.split_once('/').is_some_and(|(region, _)| REGIONS.contains(&region));
    chrono_tz::TZ_VARIANTS.iter().map(|zone| zone.name()).filter(lived_in).chain(["UTC"])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(fields: &[(&str, &str)]) -> CallForm {
        let mut form = CallForm::new("Europe/Paris");
        for (name, value) in fields {
            assert!(form.put(name, value), "{name}");
        }
        form
    }

    #[test]
    fn days_and_hours_mean_what_was_typed_and_come_back() {
        for fields in [
            &[("start", "2027-01-25"), ("end", "2027-02-01")][..],
            &[
                ("start", "2027-01-25"),
                ("start_time", "14:00"),
                ("end", "2027-01-25"),
                ("end_time", "16:00"),
                ("zone", "Asia/Beirut"),
            ],
            &[
                ("start", "2027-01-25"),
                ("reach", "place"),
                ("city", "Lyon"),
                ("precision", "exact"),
                ("place_name", "Old bridge"),
            ],
        ] {
            let call = typed(fields).call(None).unwrap().normalised();
            assert_eq!(CallForm::of(Some(&call)).call(Some(&call)), Some(call.clone()), "{call:?}");
        }
        let evening = typed(&[("start", "2027-01-25"), ("start_time", "19:00"), ("end_time", "22:00")]).when().unwrap();
        assert_eq!(evening.typed(), ("2027-01-25T19:00".into(), "2027-01-25T22:00".into(), "Europe/Paris".into()));
        assert_eq!(typed(&[]).fault(), Some(("start", "error-when-start-empty")));
        assert_eq!(
            typed(&[("start", "2027-01-25"), ("start_time", "14:00"), ("end", "2027-01-26")]).fault(),
            Some(("end", "error-when-mixed"))
        );
        assert_eq!(CallForm::default().fault(), None, "a statement has no dates");
    }

    #[test]
    fn wrong_dates_leave_those_that_are_saved() {
        let call = typed(&[("start", "2027-01-25")]).call(None).unwrap();
        let wrong = typed(&[("start", "2027-02-30"), ("supporters", "Come.")]);
        let kept = wrong.call(Some(&call)).unwrap();
        assert_eq!((kept.when, kept.supporters.as_str()), (call.when, "Come."));
        assert_eq!(wrong.call(None), None);
    }

    #[test]
    fn the_zones_offered_are_places() {
        let zones: Vec<&str> = zones().collect();
        assert!(zones.contains(&"Europe/Paris") && zones.contains(&"UTC") && zones.len() > 300);
        assert!(zones.iter().all(|zone| !zone.starts_with("Etc/") && !zone.starts_with("US/")));
    }
}
