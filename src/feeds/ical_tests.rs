//! Calendars read by a parser that didn't write them.

use super::*;
use icalendar::{CalendarComponent, Component, Property};
use proptest::prelude::*;

fn entry(start: &str, end: &str, zone: &str) -> Entry {
    Entry {
        uri: "https://river.example/statements/1".into(),
        page: "https://river.example/statements/1".into(),
        when: When::parse(start, end, zone).unwrap(),
        recurrence: None,
        status: CallStatus::Announced,
        sequence: 0,
        title: "Days of action for the river".into(),
        description: "No dam; not here, not anywhere.\nCome all.".into(),
        location: "Old bridge, Lyon".into(),
        coordinates: Coordinates::new(45.758, 4.832),
        organiser: "River Commune".into(),
        language: "en".into(),
        hashtags: vec!["Water".into(), "NoDam".into()],
        published: "2026-12-01T10:00:00".parse().unwrap(),
        updated: "2026-12-02T10:00:00".parse().unwrap(),
    }
}

fn calendar(entries: Vec<Entry>) -> String {
    write(&Calendar {
        url: "https://river.example/calendar.ics",
        page: "https://river.example/",
        name: "River Commune",
        language: "en",
        entries,
    })
}

fn parsed(text: &str) -> icalendar::Calendar {
    text.parse().unwrap_or_else(|e| panic!("{e}\n{text}"))
}

/// Name, parameters and value of each property of the first event.
fn event(text: &str) -> icalendar::Event {
    parsed(text).events().next().unwrap().clone()
}

fn property<'a>(event: &'a icalendar::Event, name: &str) -> &'a Property {
    event.properties().get(name).unwrap_or_else(|| panic!("no {name}"))
}

fn value<'a>(event: &'a icalendar::Event, name: &str) -> &'a str {
    property(event, name).value()
}

fn parameter<'a>(event: &'a icalendar::Event, name: &str, parameter: &str) -> Option<&'a str> {
    property(event, name).params().get(parameter).map(|found| found.value())
}

#[test]
fn dat_21_whole_days_end_on_the_day_after_the_last_in_every_zone() {
    let event = event(&calendar(vec![entry("2028-02-25", "2028-02-29", "")]));
    assert_eq!((value(&event, "DTSTART"), parameter(&event, "DTSTART", "VALUE")), ("20280225", Some("DATE")));
    assert_eq!((value(&event, "DTEND"), parameter(&event, "DTEND", "VALUE")), ("20280301", Some("DATE")));
    assert_eq!(parameter(&event, "DTSTART", "TZID"), None);
    assert_eq!(value(&event, "TRANSP"), "TRANSPARENT");
}

#[test]
fn what_an_event_says() {
    let ics = calendar(vec![entry("2027-01-30T14:00", "2027-01-30T16:30", "Europe/Paris")]);
    let event = event(&ics);
    assert_eq!(value(&event, "UID"), "https://river.example/statements/1");
    assert_eq!((value(&event, "DTSTART"), parameter(&event, "DTSTART", "TZID")), ("20270130T140000", Some("Europe/Paris")));
    assert_eq!((value(&event, "DTEND"), parameter(&event, "DTEND", "TZID")), ("20270130T163000", Some("Europe/Paris")));
    assert_eq!((value(&event, "DTSTAMP"), value(&event, "CREATED")), ("20261202T100000Z", "20261201T100000Z"));
    assert_eq!(value(&event, "SUMMARY"), "Days of action for the river");
    assert_eq!(parameter(&event, "SUMMARY", "LANGUAGE"), Some("en"));
    let description = "No dam; not here, not anywhere.\nCome all.\n\nhttps://river.example/statements/1";
    assert_eq!(value(&event, "DESCRIPTION"), description);
    assert_eq!((value(&event, "LOCATION"), value(&event, "GEO")), ("Old bridge, Lyon", "45.75800;4.83200"));
    let several = event.multi_properties();
    assert_eq!((several["CATEGORIES"][0].value(), several["CONTACT"][0].value()), ("Water,NoDam", "River Commune"));
    assert_eq!((value(&event, "STATUS"), value(&event, "SEQUENCE")), ("CONFIRMED", "0"));
    assert!(!ics.contains("ORGANIZER") && !ics.contains("METHOD"));
    assert_eq!(calendar(vec![entry("2027-01-30T14:00", "", "UTC")]).matches("DTSTART:20270130T140000Z\r\n").count(), 1);
}

#[test]
fn a_change_has_the_same_uid_a_higher_sequence_and_its_status() {
    let mut changed = entry("2027-01-30T14:00", "", "Europe/Paris");
    for (sequence, status, word) in
        [(1, CallStatus::Moved, "CONFIRMED"), (2, CallStatus::Postponed, "TENTATIVE"), (3, CallStatus::Cancelled, "CANCELLED")]
    {
        (changed.sequence, changed.status) = (sequence, status);
        let event = event(&calendar(vec![changed.clone()]));
        assert_eq!(value(&event, "UID"), "https://river.example/statements/1");
        assert_eq!((value(&event, "STATUS"), value(&event, "SEQUENCE")), (word, sequence.to_string().as_str()));
    }
}

#[test]
fn a_rule_of_recurrence_stands_in_it() {
    let mut nights = entry("2027-01-25T20:00", "", "Europe/Paris");
    nights.recurrence = Some(Recurrence::parse("FREQ=DAILY;UNTIL=20270201").unwrap());
    assert_eq!(value(&event(&calendar(vec![nights])), "RRULE"), "FREQ=DAILY;UNTIL=20270201T225959Z");
    let mut yearly = entry("2027-01-25", "2027-02-01", "");
    yearly.recurrence = Some(Recurrence::yearly());
    assert_eq!(value(&event(&calendar(vec![yearly])), "RRULE"), "FREQ=YEARLY");
}

/// The offset that a `VTIMEZONE` gives to an hour by the clock: that of the observance which began last before it (RFC 5545, 3.6.5).
fn offset_by(calendar: &icalendar::Calendar, zone: &str, local: &str) -> String {
    let zones = calendar.components.iter().filter_map(|component| match component {
        CalendarComponent::Other(other) if other.component_kind() == "VTIMEZONE" => Some(other),
        _ => None,
    });
    let mut zones = zones.filter(|found| found.property_value("TZID") == Some(zone));
    let found = zones.next().unwrap_or_else(|| panic!("no VTIMEZONE for {zone}"));
    assert!(zones.next().is_none(), "{zone} stands there twice");
    let observances = found.components().iter().filter(|one| one.property_value("DTSTART").unwrap() <= local);
    let last = observances.max_by_key(|one| one.property_value("DTSTART").unwrap().to_owned());
    last.unwrap_or_else(|| panic!("{zone}: nothing before {local}")).property_value("TZOFFSETTO").unwrap().to_owned()
}

#[test]
fn dat_21_each_zones_own_rules_give_the_moment_that_we_mean() {
    // Around both changes of most clocks, at midsummer and midwinter.
    let starts =
        ["2027-01-15T12:00", "2027-03-28T04:30", "2027-03-14T03:30", "2027-07-01T23:59", "2027-10-31T04:00", "2027-11-07T12:00"];
    let mut entries = Vec::new();
    for zone in chrono_tz::TZ_VARIANTS {
        for start in starts {
            if let Ok(when) = When::parse(start, "", zone.name()) {
                entries.push(Entry { when, ..entry("2027-01-01", "", "") });
            }
        }
    }
    assert!(entries.len() > 3_000);
    let read = parsed(&calendar(entries.clone()));
    for entry in &entries {
        let When::Hours { start, zone, .. } = entry.when else { unreachable!() };
        if is_utc(zone) {
            continue;
        }
        let offset = offset_by(&read, zone.name(), &start.format("%Y%m%dT%H%M%S").to_string());
        assert_eq!(offset, signed(entry.when.start().offset().local_minus_utc()), "{} at {start}", zone.name());
    }
}

/// Our lines as they were before they were folded.
fn unfolded(ics: &str) -> Vec<String> {
    ics.replace("\r\n ", "").split("\r\n").map(str::to_owned).collect()
}

#[test]
fn web_17_nothing_in_a_text_begins_a_property() {
    let evil = "a\r\nATTENDEE:mailto:x@evil.example\rEND:VEVENT\nBEGIN:VALARM\u{0}\u{b}\u{1b}\u{85}\u{2028};,:\\n\\\"^n]]>";
    let mut hostile = entry("2027-01-30T14:00", "", "Europe/Paris");
    hostile.title = evil.into();
    hostile.description = evil.into();
    hostile.location = evil.into();
    hostile.organiser = evil.into();
    hostile.hashtags = vec![evil.into()];
    hostile.language = "en\r\nX-EVIL:1".into();
    hostile.page = format!("https://river.example/{evil}");
    hostile.uri = evil.into();
    let ics = write(&Calendar { url: evil, page: evil, name: evil, language: evil, entries: vec![hostile] });
    for line in unfolded(&ics) {
        for name in ["ATTENDEE", "X-EVIL", "BEGIN:VALARM"] {
            assert!(!line.starts_with(name), "{line}");
        }
        assert!(!line.contains(char::is_control), "{line:?}");
    }
    let read = parsed(&ics);
    assert_eq!(read.events().count(), 1);
    let event = read.events().next().unwrap();
    assert!(event.components().is_empty() && !event.properties().contains_key("ATTENDEE"));
    assert_eq!(value(event, "SUMMARY"), "a ATTENDEE:mailto:x@evil.example END:VEVENT BEGIN:VALARM ;,:\\n\\\"^n]]>");
    assert!(
        value(event, "DESCRIPTION").starts_with("a\nATTENDEE:mailto:x@evil.example\nEND:VEVENT\nBEGIN:VALARM\n\n;,:\\n\\\"^n]]>")
    );
}

proptest! {
    #[test]
    fn web_17_any_text_comes_back_and_every_line_is_short(title in "\\PC{0,120}", description in "(?s).{0,300}", language in "\\PC{0,8}") {
        let one = Entry { title, description, language, ..entry("2027-01-25", "", "") };
        let ics = calendar(vec![one.clone()]);
        for line in ics.split("\r\n") {
            prop_assert!(line.len() <= LINE, "{}", line);
            prop_assert!(!line.contains(['\r', '\n']));
        }
        let read = parsed(&ics);
        prop_assert_eq!(read.events().count(), 1);
        let event = read.events().next().unwrap();
        prop_assert_eq!(value(event, "SUMMARY"), one_line(&one.title));
        prop_assert!(value(event, "DESCRIPTION").ends_with("https://river.example/statements/1"));
        prop_assert!(event.components().is_empty());
    }
}

#[test]
fn written_in_parts_it_says_the_same() {
    let entries: Vec<Entry> = ["2027-01-30T14:00", "2027-03-28T01:30", "2027-03-28T03:30", "2027-10-31T02:30"]
        .iter()
        .zip(0..)
        .map(|(start, n)| Entry { uri: format!("https://river.example/actions/{n}"), ..entry(start, "", "Europe/Paris") })
        .collect();
    let far = Entry { uri: "https://river.example/actions/far".into(), ..entry("2035-07-01T14:00", "15:00", "Europe/Paris") };
    let whole = calendar([entries.clone(), vec![far.clone()]].concat());
    let mut parts = InParts::default();
    let head = Calendar { url: "https://a.example/", page: "https://a.example/", name: "A", language: "en", entries: Vec::new() };
    let mut text = parts.begin(&head);
    text += &parts.more(&entries[..2]);
    text += &parts.more(&entries[2..]);
    text += &parts.more(&[far]);
    text += &parts.end();
    assert_eq!(text.matches("BEGIN:VTIMEZONE").count(), 1, "each zone once\n{text}");
    let (one, other) = (parsed(&whole), parsed(&text));
    let lines = |read: &icalendar::Calendar| -> Vec<(String, String)> {
        read.events().map(|event| (value(event, "UID").to_owned(), value(event, "DTSTART").to_owned())).collect()
    };
    assert_eq!(lines(&one)[..4], lines(&other)[..4]);
    assert_eq!(lines(&other)[4].1, "20350701T120000Z", "beyond the rules that were written: in UTC");
    assert!(text.find("BEGIN:VTIMEZONE").unwrap() < text.find("BEGIN:VEVENT").unwrap());
}

#[test]
fn a_long_description_is_cut_with_a_sign() {
    let long = Entry { description: "ی".repeat(MAX_DESCRIPTION + 1), ..entry("2027-01-25", "", "") };
    let ics = calendar(vec![long]);
    let event = event(&ics);
    let text = value(&event, "DESCRIPTION").split('\n').next().unwrap();
    assert_eq!((text.chars().count(), text.ends_with('…')), (MAX_DESCRIPTION + 1, true));
}
