//! When and where an `Event` of others takes place. Shapes: FEP-8a8e, Mobilizon's and Gancio's serializers, Friendica's, the event
//! plugins of WordPress.
//!
//! Must not believe: an event is as its own host says, and nothing of it is ours.

use super::read::{MAX_NAME, cut_chars, list, text};
use crate::domain::{
    call::{CallStatus, Occasion},
    recurrence::Recurrence,
    when::When,
};
use chrono::{DateTime, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta};
use chrono_tz::Tz;
use serde_json::{Map, Value};

/// Places looked at where several are given.
const MAX_PLACES: usize = 4;

/// `None` where the beginning can't be read, or lies where no calendar reaches.
pub(super) fn occasion(body: &Map<String, Value>) -> Option<Occasion> {
    Some(Occasion { when: when(body)?, place: place(body), status: status(body), recurrence: recurrence(body) })
}

fn when(body: &Map<String, Value>) -> Option<When> {
    let (start, end) = (time(body, "startTime")?, time(body, "endTime"));
    let zone = body.get("timezone").and_then(Value::as_str).and_then(|name| name.parse::<Tz>().ok());
    let whole = if body.get("allDay").and_then(Value::as_bool) == Some(true) {
        let first = start.naive_local().date();
        // Midnight after the last day, or some moment of it.
        let last = end.map_or(first, |end| (end.naive_local() - TimeDelta::seconds(1)).date());
        When::Days { first, last: last.max(first) }
    } else {
        let zone = zone.unwrap_or(Tz::UTC);
        let local = |at: DateTime<FixedOffset>| minutes(at.with_timezone(&zone).naive_local());
        let start = local(start);
        When::Hours { start, end: end.map(local).filter(|end| *end > start), zone }
    };
    match whole.fault() {
        None => Some(whole),
        // An end that can't be is no reason to lose the beginning.
        Some(("end", _)) => {
            let begun = match whole {
                When::Days { first, .. } => When::Days { first, last: first },
                When::Hours { start, zone, .. } => When::Hours { start, end: None, zone },
            };
            begun.fault().is_none().then_some(begun)
        }
        Some(_) => None,
    }
}

fn minutes(at: NaiveDateTime) -> NaiveDateTime {
    at - TimeDelta::seconds(at.and_utc().timestamp().rem_euclid(60))
}

/// `xsd:dateTime`, with an offset as it must have, or without; or a day alone.
fn time(body: &Map<String, Value>, key: &str) -> Option<DateTime<FixedOffset>> {
    let text = body.get(key)?.as_str()?.trim();
    let without =
        || text.parse::<NaiveDateTime>().ok().or_else(|| Some(text.parse::<NaiveDate>().ok()?.and_time(NaiveTime::MIN)));
    let at = DateTime::parse_from_rfc3339(text).ok().or_else(|| Some(without()?.and_utc().fixed_offset()))?;
    // Fractions are nothing that anybody comes by.
    DateTime::from_timestamp(at.timestamp(), 0).map(|utc| utc.with_timezone(at.offset()))
}

/// By which rule it comes back; none where it isn't one that we understand, and of others than ours nobody says it.
fn recurrence(body: &Map<String, Value>) -> Option<Recurrence> {
    Recurrence::parse(body.get("recurrenceRule")?.as_str()?).ok()
}

/// Words of ours, of iCalendar (Mobilizon) and of schema.org.
fn status(body: &Map<String, Value>) -> CallStatus {
    if let Some(ours) = body.get("callStatus").and_then(Value::as_str).and_then(|word| word.parse().ok()) {
        return ours;
    }
    let said = ["eventStatus", "status", "ical:status"].iter().filter_map(|key| body.get(*key)?.as_str());
    let words: Vec<String> =
        said.map(|word| word.rsplit(['/', '#', ':']).next().unwrap_or_default().to_ascii_uppercase()).collect();
    let is = |wanted: &[&str]| words.iter().any(|word| wanted.contains(&word.as_str()));
    match () {
        () if is(&["CANCELLED", "CANCELED", "EVENTCANCELLED"]) => CallStatus::Cancelled,
        () if is(&["POSTPONED", "EVENTPOSTPONED"]) => CallStatus::Postponed,
        () if is(&["EVENTRESCHEDULED"]) => CallStatus::Moved,
        () => CallStatus::Announced,
    }
}

/// Name, street and town on one line.
fn place(body: &Map<String, Value>) -> String {
    let places = list(body.get("location")).take(MAX_PLACES).filter(|place| place["type"] != "VirtualLocation");
    let Some(place) = places.into_iter().next() else { return String::new() };
    let mut parts: Vec<String> = Vec::new();
    let mut put = |part: String| {
        let part = part.trim().to_owned();
        if !part.is_empty() && !parts.iter().any(|known| known.contains(&part)) {
            parts.push(part);
        }
    };
    match place {
        Value::String(name) if !name.starts_with("http") => put(name.clone()),
        Value::Object(members) => {
            put(text(members, "name"));
            match members.get("address") {
                Some(Value::String(address)) => put(address.clone()),
                Some(Value::Object(address)) => {
                    for key in ["streetAddress", "addressLocality", "addressCountry"] {
                        put(text(address, key));
                    }
                }
                _ => {}
            }
        }
        _ => {}
    }
    cut_chars(&parts.join(", ").replace('\0', ""), MAX_NAME).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn read(event: Value) -> Option<Occasion> {
        occasion(event.as_object().unwrap())
    }

    fn hours(start: &str, end: &str, zone: &str) -> When {
        When::parse(start, end, zone).unwrap()
    }

    #[test]
    fn events_of_others_are_read() {
        // Mobilizon: its own zone, an address of schema.org, iCalendar's word for the state.
        let mobilizon = json!({
            "type": "Event", "startTime": "2027-01-30T14:00:00+01:00", "endTime": "2027-01-30T16:00:00+01:00", "timezone": "Europe/Paris",
            "ical:status": "CONFIRMED", "joinMode": "free",
            "location": { "type": "Place", "name": "Old bridge", "address": { "type": "PostalAddress", "streetAddress": "Quai 3",
                "addressLocality": "Lyon", "addressCountry": "France" }, "latitude": 45.7, "longitude": 4.8 }
        });
        let found = read(mobilizon).unwrap();
        assert_eq!(found.when, hours("2027-01-30T14:00", "16:00", "Europe/Paris"));
        assert_eq!((found.place.as_str(), found.status), ("Old bridge, Quai 3, Lyon, France", CallStatus::Announced));
        // Gancio: an address as one text, no zone.
        let gancio = json!({
            "type": "Event", "startTime": "2027-01-30T13:00:00.000Z", "endTime": null,
            "location": { "type": "Place", "name": "Casa del Fiume", "address": "Via Po 1, Torino" }
        });
        let found = read(gancio).unwrap();
        assert_eq!(found.when, hours("2027-01-30T13:00", "", "UTC"));
        assert_eq!(found.place, "Casa del Fiume, Via Po 1, Torino");
        // Friendica: times in UTC with Z, a place that is a name.
        let friendica =
            json!({ "type": "Event", "startTime": "2027-01-30T13:00:00Z", "location": { "type": "Place", "name": "Hull" } });
        assert_eq!(read(friendica).unwrap().place, "Hull");
        // WordPress: several places, one of them nowhere; called off in schema.org's words.
        let wordpress = json!({
            "type": "Event", "startTime": "2027-01-30T16:00:00+01:00", "endTime": "2027-01-30T17:00:00+01:00", "timezone": "Europe/Vienna",
            "eventStatus": "https://schema.org/EventCancelled",
            "location": [{ "type": "VirtualLocation", "url": "https://meet.example/x" }, { "type": "Place", "name": "Square",
                "address": { "addressLocality": "Square" } }]
        });
        let found = read(wordpress).unwrap();
        assert_eq!((found.place.as_str(), found.status), ("Square", CallStatus::Cancelled));
    }

    #[test]
    fn what_comes_back_is_told_by_its_rule() {
        let nightly = json!({ "startTime": "2027-01-30T18:00:00Z", "recurrenceRule": "FREQ=DAILY;COUNT=3" });
        let found = read(nightly).unwrap();
        assert_eq!(found.recurrence, Recurrence::parse("FREQ=DAILY;COUNT=3").ok());
        let second = crate::domain::time::parse_rfc3339("2027-01-31T12:00:00Z").unwrap();
        assert_eq!(found.at(second), hours("2027-01-31T18:00", "", "UTC"));
    }

    #[test]
    fn what_is_wrong_in_an_event_takes_no_more_than_itself() {
        let before = json!({ "type": "Event", "startTime": "2027-01-30T14:00:00Z", "endTime": "2027-01-29T14:00:00Z", "timezone": "Mars/Base" });
        assert_eq!(read(before).unwrap().when, hours("2027-01-30T14:00", "", "UTC"));
        let years = json!({ "type": "Event", "startTime": "2027-01-30T14:00:00Z", "endTime": "2999-01-29T14:00:00Z" });
        assert_eq!(read(years).unwrap().when, hours("2027-01-30T14:00", "", "UTC"));
        for nothing in
            [json!({}), json!({ "startTime": 5 }), json!({ "startTime": "soon" }), json!({ "startTime": "9999-01-01T00:00:00Z" })]
        {
            assert_eq!(read(nothing.clone()), None, "{nothing}");
        }
        let day =
            json!({ "startTime": "2027-01-30", "allDay": true, "location": [null, "Lyon"], "recurrenceRule": "FREQ=SECONDLY" });
        let found = read(day).unwrap();
        assert_eq!(found.recurrence, None);
        assert_eq!((found.when, found.place.as_str()), (When::parse("2027-01-30", "", "").unwrap(), "Lyon"));
    }
}
