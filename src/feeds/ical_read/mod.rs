//! Calendars of others (RFC 5545), read as drafts of calls: each event that can be taken, and of each that can't why not.
//!
//! Must not know members or rows; nothing is fetched. Reads what people export: folded lines, parameters, time zones by their IANA
//! names or Outlook's. What it doesn't understand it says, rather than to guess a date.

use crate::{
    domain::{
        call::Call,
        language::parse_tag,
        place::{Coordinates, MAX_PLACE_NAME, Place, Precision},
        statement::{MAX_CONTACT, MAX_HASHTAG, MAX_HASHTAGS, MAX_TITLE, StatementContent, one_line},
    },
    i18n,
    text::gazetteer::{self, City},
};
use chrono_tz::Tz;
use property::Property;
use std::collections::HashSet;

mod property;
mod times;

/// Largest calendar that is read, in bytes.
pub const MAX_CALENDAR: usize = 2 * 1024 * 1024;
/// Most events of a calendar that are taken; those behind are counted.
pub const MAX_EVENTS: usize = 200;

/// What stands where a calendar says nothing.
#[derive(Debug, Clone)]
pub struct Defaults {
    /// The zone that somebody named for this calendar.
    pub given: Option<Tz>,
    /// The collective's, where neither the calendar nor the city of an event knows one.
    pub zone: Tz,
    /// BCP 47.
    pub language: String,
}

/// A calendar as far as it was read.
#[derive(Debug, Default)]
pub struct Calendar {
    /// In their order.
    pub events: Vec<Found>,
    /// Events behind the first [`MAX_EVENTS`].
    pub left: usize,
}

/// An event of the calendar.
#[derive(Debug)]
pub struct Found {
    /// The line on which it begins, from 1.
    pub line: usize,
    /// As far as it has one.
    pub title: String,
    /// By which the calendar tells it from others; empty where it has none.
    pub uid: String,
    pub taken: Result<Box<Event>, Reason>,
}

/// An event that can be taken.
#[derive(Debug)]
pub struct Event {
    /// How often its authors say that they changed it.
    pub sequence: i32,
    pub content: StatementContent,
    /// It comes back on days that no rule of ours says: the draft has the first time alone.
    pub first_alone: bool,
}

/// Why an event isn't taken: a Fluent id, with what it is about in `{ $detail }`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason {
    pub message: &'static str,
    pub detail: String,
}

impl Reason {
    fn new(message: &'static str) -> Self {
        Self { message, detail: String::new() }
    }

    fn with(message: &'static str, detail: &str) -> Self {
        Self { message, detail: one_line(detail).chars().take(MAX_TITLE).collect() }
    }
}

/// An event that is being read.
struct Open {
    line: usize,
    properties: Vec<Property>,
    /// Components within it that are open, such as alarms.
    inside: usize,
    /// The first line that is none.
    broken: Option<Reason>,
}

struct Reader<'a> {
    defaults: &'a Defaults,
    /// The zone of the whole calendar, as most programs write it.
    zone: Option<Tz>,
    cancelled: bool,
    is_calendar: bool,
    open: Option<Open>,
    uids: HashSet<String>,
    calendar: Calendar,
}

/// Reads a calendar.
///
/// # Errors
/// A Fluent id, where it is larger than [`MAX_CALENDAR`], no calendar, or has no event.
pub fn read(bytes: &[u8], defaults: &Defaults) -> Result<Calendar, &'static str> {
    if bytes.len() > MAX_CALENDAR {
        return Err("error-import-large");
    }
    let mut reader = Reader {
        defaults,
        zone: None,
        cancelled: false,
        is_calendar: false,
        open: None,
        uids: HashSet::new(),
        calendar: Calendar::default(),
    };
    property::unfold(bytes, |number, line| reader.line(number, line));
    reader.cut();
    match (reader.is_calendar, reader.calendar.events.is_empty()) {
        (false, _) => Err("error-import-form"),
        (true, true) => Err("error-import-none"),
        (true, false) => Ok(reader.calendar),
    }
}

impl Reader<'_> {
    fn line(&mut self, number: usize, line: &[u8]) {
        let text = std::str::from_utf8(line);
        let Some(property) = text.ok().and_then(Property::read) else {
            let message = if text.is_ok() { "error-import-line" } else { "error-import-encoding" };
            let says = !line.trim_ascii().is_empty();
            if let Some(open) = self.open.as_mut().filter(|open| says && open.inside == 0 && open.broken.is_none()) {
                open.broken = Some(Reason::with(message, &number.to_string()));
            }
            return;
        };
        let component = property.value.trim().to_ascii_uppercase();
        match (property.name.as_str(), component.as_str(), &mut self.open) {
            ("BEGIN", "VCALENDAR", None) => self.is_calendar = true,
            ("BEGIN", "VEVENT", _) => {
                self.cut();
                self.is_calendar = true;
                self.open = Some(Open { line: number, properties: Vec::new(), inside: 0, broken: None });
            }
            ("BEGIN", _, Some(open)) => open.inside += 1,
            ("END", "VEVENT", _) => self.close(None),
            ("END", "VCALENDAR", _) => self.cut(),
            ("END", _, Some(open)) => open.inside = open.inside.saturating_sub(1),
            ("METHOD", "CANCEL", None) => self.cancelled = true,
            ("X-WR-TIMEZONE", _, None) => self.zone = times::named(&property.value).or(self.zone),
            (_, _, Some(open)) if open.inside == 0 => open.properties.push(property),
            _ => {}
        }
    }

    /// Ends an event whose own end is missing.
    fn cut(&mut self) {
        self.close(Some(Reason::new("error-import-cut")));
    }

    fn close(&mut self, wrong: Option<Reason>) {
        let Some(open) = self.open.take() else { return };
        if self.calendar.events.len() >= MAX_EVENTS {
            self.calendar.left += 1;
            return;
        }
        let text = |name: &str| one(&open.properties, name).map(|property| one_line(&property.text())).unwrap_or_default();
        let (title, uid) = (text("SUMMARY").chars().take(MAX_TITLE).collect(), text("UID"));
        let taken = match wrong.or(open.broken) {
            Some(reason) => Err(reason),
            None => self.event(&open.properties),
        };
        let twice = taken.is_ok() && !uid.is_empty() && !self.uids.insert(uid.clone());
        let taken = if twice { Err(Reason::new("error-import-twice")) } else { taken.map(Box::new) };
        self.calendar.events.push(Found { line: open.line, title, uid, taken });
    }

    fn event(&self, properties: &[Property]) -> Result<Event, Reason> {
        let text = |name: &str| one(properties, name).map(Property::text).unwrap_or_default();
        if self.cancelled || text("STATUS").trim().eq_ignore_ascii_case("CANCELLED") {
            return Err(Reason::new("error-import-cancelled"));
        }
        if one(properties, "RECURRENCE-ID").is_some() {
            return Err(Reason::new("error-import-exception"));
        }
        let title = text("SUMMARY");
        if title.trim().is_empty() {
            return Err(Reason::new("error-title-empty"));
        }
        let location = one_line(&text("LOCATION"));
        let (place, city) = place(&location, one(properties, "GEO"));
        let of_city = || city.and_then(|city| city.zone().parse().ok());
        let zone = self.zone.or(self.defaults.given).or_else(of_city).unwrap_or(self.defaults.zone);
        let mut call = Call::new(times::when(properties, zone)?);
        let single = ["RDATE", "EXDATE", "EXRULE"].iter().any(|name| one(properties, name).is_some());
        let rules: Vec<&Property> = properties.iter().filter(|property| property.name == "RRULE").collect();
        call.recurrence = match rules.as_slice() {
            [rule] if !single => times::rule(&rule.value, &call.when),
            _ => None,
        };
        let first_alone = call.recurrence.is_none() && (single || !rules.is_empty());
        call.place = place;

        let mut body = text("DESCRIPTION").trim_end().to_owned();
        let mut add = |text: &str| {
            if !text.is_empty() && !body.contains(text) {
                body = format!("{body}\n\n{text}").trim_start().to_owned();
            }
        };
        if location.chars().count() > MAX_PLACE_NAME {
            add(&location);
        }
        let url = one(properties, "URL").map(|url| one_line(&url.value)).unwrap_or_default();
        if url.starts_with("https://") || url.starts_with("http://") {
            add(&url);
        }
        let contact = one_line(&text("CONTACT"));
        let contact = if contact.chars().count() > MAX_CONTACT {
            add(&contact);
            String::new()
        } else {
            contact
        };
        let tags = properties.iter().filter(|property| property.name == "CATEGORIES").flat_map(Property::texts);
        let said = one(properties, "SUMMARY").and_then(|summary| summary.parameter("LANGUAGE")).and_then(parse_tag);
        let content = StatementContent {
            title,
            body,
            contact,
            language: said.unwrap_or_else(|| self.defaults.language.clone()),
            hashtags: tags.filter(|tag| tag.chars().count() <= MAX_HASHTAG).take(MAX_HASHTAGS).collect(),
            call: Some(call),
            ..Default::default()
        }
        .normalised();
        if let Some((_, message)) = content.draft_faults().first() {
            return Err(Reason::new(message));
        }
        let sequence = text("SEQUENCE").trim().parse().unwrap_or_default();
        Ok(Event { sequence, content, first_alone })
    }
}

fn one<'a>(properties: &'a [Property], name: &str) -> Option<&'a Property> {
    properties.iter().find(|property| property.name == name)
}

/// The place of an event, and its city where it can be no other.
fn place(name: &str, geo: Option<&Property>) -> (Option<Place>, Option<City>) {
    let coordinates = geo.and_then(|geo| Coordinates::parse(&geo.value.replace(';', ",")));
    if name.is_empty() && coordinates.is_none() {
        return (None, None);
    }
    let parts: Vec<&str> = name.split([',', '،', '，']).map(str::trim).filter(|part| !part.is_empty()).collect();
    // “Old bridge, 69001 Lyon, France”: the country stands last, the city before it, with or without its postal code.
    let (country, parts) = match parts.split_last() {
        Some((last, before)) if !before.is_empty() => match i18n::country_called(last) {
            Some(country) => (country, before),
            None => ("", parts.as_slice()),
        },
        _ => ("", parts.as_slice()),
    };
    // Of several parts the first is the house: “Hall” is a city as well.
    let after_house = usize::from(parts.len() > 1);
    let is_code = |word: &&str| word.chars().any(char::is_numeric);
    let words = |part: &str, code: bool| -> String {
        part.split_whitespace().filter(|word| is_code(word) == code).collect::<Vec<_>>().join(" ")
    };
    let named = parts.iter().enumerate().skip(after_house).rev().take(2).map(|(n, part)| (n, words(part, false)));
    let mut named = named.filter(|(_, part)| !part.is_empty());
    let city = named.find_map(|(n, part)| gazetteer::meant(&part, country).map(|city| (n, city, part)));
    // What the city and its country say needs no second place in the name.
    let name = match &city {
        Some((n, ..)) if n + 1 == parts.len() => {
            let code = words(parts[*n], true);
            let before = parts[..*n].iter().copied().chain(Some(code.as_str()).filter(|code| !code.is_empty()));
            before.collect::<Vec<_>>().join(", ")
        }
        _ => name.to_owned(),
    };
    let city = city.map(|(_, city, called)| (city, called));
    let place = Place {
        precision: Precision::Exact,
        country: city.as_ref().map_or(country, |(city, _)| city.country()).to_owned(),
        name: name.chars().take(MAX_PLACE_NAME).collect(),
        city: city.as_ref().map(|(city, called)| city.called(called)),
        coordinates,
        ..Place::default()
    };
    (Some(place), city.map(|(city, _)| city))
}

#[cfg(test)]
#[path = "../ical_read_tests.rs"]
mod tests;
