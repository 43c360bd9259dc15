//! iCalendar (RFC 5545, RFC 7986): calls and actions for people's diaries.
//!
//! Whole days are `VALUE=DATE`, without a zone: each diary shows them on those days wherever its reader is; `DTEND` is the day
//! after the last. Hours are written as the clock of their place shows them, with `TZID` and a `VTIMEZONE` that this file makes
//! from the IANA rules: what is written in UTC would move by an hour where a rule of recurrence crosses a change of the clock, and a
//! reader far away would not learn the hour that stands on the poster. Who knows the IANA name takes their own rules.
//!
//! Written here rather than by a library: folding and escaping are fifty lines, and the one that reads calendars for us
//! (`icalendar`) folds by counting characters as if they were bytes, in quadratic time. It reads what we write in the tests.
//!
//! Must not know rows or requests: whoever serves it hands in what shall stand there, public things only.

use crate::domain::{Timestamp, call::CallStatus, place::Coordinates, recurrence::Recurrence, when::When};
use chrono::{Days, NaiveDate, NaiveDateTime, NaiveTime, Offset, TimeDelta, TimeZone};
use chrono_tz::{OffsetComponents, OffsetName, Tz};
use std::collections::BTreeMap;

/// The media type to serve it with.
pub const CONTENT_TYPE: &str = "text/calendar; charset=utf-8";

/// Octets of a line, without its end (RFC 5545, 3.1).
const LINE: usize = 75;
/// Characters of a description; what is longer ends with a sign of it, and the page has the whole.
pub const MAX_DESCRIPTION: usize = 2_000;
/// Years for which the changes of a clock are written out for what comes back for ever.
const AHEAD: i64 = 10;
/// Years from the first entry in a zone for which its changes are written in a calendar that is written in parts.
const AHEAD_IN_PARTS: i64 = 2;

pub struct Calendar<'a> {
    /// Its own address, and the page that shows the same.
    pub url: &'a str,
    pub page: &'a str,
    pub name: &'a str,
    /// BCP 47.
    pub language: &'a str,
    pub entries: Vec<Entry>,
}

/// A call or an action, such as may be told.
#[derive(Debug, Clone)]
pub struct Entry {
    /// Its id: never changes, so that an update finds what it changes in a diary.
    pub uri: String,
    pub page: String,
    pub when: When,
    pub recurrence: Option<Recurrence>,
    pub status: CallStatus,
    /// One more with each version, from 0.
    pub sequence: u32,
    pub title: String,
    /// Plain text.
    pub description: String,
    /// On one line; empty where it is everywhere or told on request.
    pub location: String,
    pub coordinates: Option<Coordinates>,
    /// The collective's name: members never stand here.
    pub organiser: String,
    /// BCP 47.
    pub language: String,
    pub hashtags: Vec<String>,
    pub published: Timestamp,
    pub updated: Timestamp,
}

/// The calendar, with the lines' ends that the standard wants. Nothing in a text can begin a property or a component (WEB-17).
pub fn write(calendar: &Calendar) -> String {
    let mut out = Lines(String::with_capacity(512 + calendar.entries.len() * 700));
    head(&mut out, calendar);
    for (zone, (first, last)) in zones(&calendar.entries) {
        time_zone(&mut out, zone, first, last);
    }
    for entry in &calendar.entries {
        event(&mut out, entry);
    }
    out.plain("END:VCALENDAR");
    out.0
}

/// A calendar that is written in parts, so that one of ten thousand entries is never held as a whole. Its entries come by when they
/// begin: a zone's rules are written before the first entry in it, from that day on.
#[derive(Debug, Default)]
pub struct InParts {
    /// The zones that were written, each with the last day for which its changes stand there.
    written: BTreeMap<&'static str, NaiveDate>,
}

impl InParts {
    /// The beginning, with the entries that the calendar has.
    pub fn begin(&mut self, calendar: &Calendar) -> String {
        let mut out = Lines(String::with_capacity(512 + calendar.entries.len() * 700));
        head(&mut out, calendar);
        self.put(&mut out, &calendar.entries);
        out.0
    }

    /// More entries.
    pub fn more(&mut self, entries: &[Entry]) -> String {
        let mut out = Lines(String::with_capacity(entries.len() * 700));
        self.put(&mut out, entries);
        out.0
    }

    pub fn end(self) -> String {
        let mut out = Lines(String::new());
        out.plain("END:VCALENDAR");
        out.0
    }

    fn put(&mut self, out: &mut Lines, entries: &[Entry]) {
        let mut fresh = zones(entries);
        fresh.retain(|zone, _| !self.written.contains_key(zone));
        for (zone, (first, last)) in fresh {
            let last = last.max(first + TimeDelta::days(366 * AHEAD_IN_PARTS));
            time_zone(out, zone, first, last);
            self.written.insert(zone, last);
        }
        for entry in entries {
            let known = entry.when.zone().and_then(|zone| self.written.get(zone.name()));
            match (known, entry.when) {
                // Beyond what was written of its zone: the moment is right in any case.
                (Some(last), When::Hours { .. }) if entry.when.days().1 > *last => event(out, &in_utc(entry)),
                _ => event(out, entry),
            }
        }
    }
}

fn in_utc(entry: &Entry) -> Entry {
    let end = entry.when.end().map(|end| end.naive_utc());
    Entry { when: When::Hours { start: entry.when.begins(), end, zone: Tz::UTC }, ..entry.clone() }
}

fn head(out: &mut Lines, calendar: &Calendar) {
    out.plain("BEGIN:VCALENDAR");
    out.plain("VERSION:2.0");
    out.plain("PRODID:-//Communard//EN");
    out.plain("CALSCALE:GREGORIAN");
    out.text("NAME", calendar.language, calendar.name);
    // What most programs read instead of the standard's own.
    out.text("X-WR-CALNAME", "", calendar.name);
    out.value("URL;VALUE=URI", calendar.page);
    out.value("SOURCE;VALUE=URI", calendar.url);
    out.plain("REFRESH-INTERVAL;VALUE=DURATION:PT6H");
    out.plain("X-PUBLISHED-TTL:PT6H");
}

fn event(out: &mut Lines, entry: &Entry) {
    out.plain("BEGIN:VEVENT");
    out.value("UID", &escaped(&entry.uri));
    // When this form of it was made: with the same text the same, so that a copy of the feed stays the same too.
    out.value("DTSTAMP", &utc(entry.updated));
    out.value("CREATED", &utc(entry.published));
    out.value("LAST-MODIFIED", &utc(entry.updated));
    out.value("SEQUENCE", &entry.sequence.to_string());
    match entry.when {
        When::Days { first, last } => {
            out.value("DTSTART;VALUE=DATE", &date(first));
            out.value("DTEND;VALUE=DATE", &date(last.checked_add_days(Days::new(1)).unwrap_or(last)));
            // Eight days of action don't make anybody busy for eight days.
            out.plain("TRANSP:TRANSPARENT");
        }
        When::Hours { start, end, zone } => {
            moment(out, "DTSTART", start, zone);
            if let Some(end) = end {
                moment(out, "DTEND", end, zone);
            }
        }
    }
    if let Some(rule) = &entry.recurrence {
        out.value("RRULE", &rule.for_calendar(&entry.when));
    }
    out.plain(match entry.status {
        CallStatus::Announced | CallStatus::Moved => "STATUS:CONFIRMED",
        // It will take place, but perhaps not then.
        CallStatus::Postponed => "STATUS:TENTATIVE",
        CallStatus::Cancelled => "STATUS:CANCELLED",
    });
    out.text("SUMMARY", &entry.language, &one_line(&entry.title));
    let mut description: String = entry.description.chars().take(MAX_DESCRIPTION).collect();
    if description.len() < entry.description.len() {
        description.push('…');
    }
    // Few programs show the URL property.
    let description = if description.is_empty() { entry.page.clone() } else { format!("{description}\n\n{}", entry.page) };
    out.text("DESCRIPTION", &entry.language, &description);
    if !entry.location.is_empty() {
        out.text("LOCATION", &entry.language, &one_line(&entry.location));
    }
    if let Some(point) = entry.coordinates {
        out.value("GEO", &format!("{:.5};{:.5}", point.latitude.get(), point.longitude.get()));
    }
    out.value("URL;VALUE=URI", &entry.page);
    if !entry.organiser.is_empty() {
        // An ORGANIZER makes it an invitation, which is answered by mail.
        out.text("CONTACT", &entry.language, &one_line(&entry.organiser));
    }
    if !entry.hashtags.is_empty() {
        let tags: Vec<String> = entry.hashtags.iter().map(|tag| escaped(&one_line(tag))).collect();
        out.value("CATEGORIES", &tags.join(","));
    }
    out.plain("END:VEVENT");
}

fn is_utc(zone: Tz) -> bool {
    matches!(zone, Tz::UTC | Tz::Etc__UTC)
}

fn moment(out: &mut Lines, name: &str, local: NaiveDateTime, zone: Tz) {
    if is_utc(zone) {
        out.value(name, &utc(local));
    } else {
        out.value(&format!("{name};TZID={}", zone.name()), &local.format("%Y%m%dT%H%M%S").to_string());
    }
}

fn date(day: NaiveDate) -> String {
    day.format("%Y%m%d").to_string()
}

fn utc(at: NaiveDateTime) -> String {
    at.format("%Y%m%dT%H%M%SZ").to_string()
}

/// The zones that are named, each with the first and last day on which something takes place in it.
fn zones(entries: &[Entry]) -> BTreeMap<&'static str, (NaiveDate, NaiveDate)> {
    let mut found: BTreeMap<&'static str, (NaiveDate, NaiveDate)> = BTreeMap::new();
    for entry in entries {
        let Some(zone) = entry.when.zone().filter(|zone| !is_utc(*zone)) else { continue };
        let (first, mut last) = entry.when.days();
        if entry.recurrence.is_some() {
            last += TimeDelta::days(366 * AHEAD);
        }
        let span = found.entry(zone.name()).or_insert((first, last));
        *span = (span.0.min(first), span.1.max(last));
    }
    found
}

/// A `VTIMEZONE` with each change of the clock from the one before the first day to the one after the last, written out one by
/// one: rules of recurrence for them would claim to know what parliaments decide later.
fn time_zone(out: &mut Lines, name: &str, first: NaiveDate, last: NaiveDate) {
    let Ok(zone) = name.parse::<Tz>() else { return };
    let begin = (first - TimeDelta::days(1)).and_time(NaiveTime::MIN);
    let end = (last + TimeDelta::days(2)).and_time(NaiveTime::MIN);
    let offset = |at: NaiveDateTime| zone.offset_from_utc_datetime(&at);
    out.plain("BEGIN:VTIMEZONE");
    out.value("TZID", name);
    let mut before = offset(begin);
    observance(out, &before, before.fix().local_minus_utc(), begin);
    let mut day = begin;
    while day < end {
        let next = day + TimeDelta::days(1);
        if offset(next) != before {
            // Somewhere within this day; changes lie on whole seconds.
            let (mut low, mut high) = (0, 86_400);
            while low + 1 < high {
                let middle = (low + high) / 2;
                if offset(day + TimeDelta::seconds(middle)) == before { low = middle } else { high = middle }
            }
            let at = day + TimeDelta::seconds(high);
            let after = offset(at);
            observance(out, &after, before.fix().local_minus_utc(), at);
            before = after;
        }
        day = next;
    }
    out.plain("END:VTIMEZONE");
}

/// One stretch of a zone's time from a moment in UTC on. It begins, as the standard wants it, at the hour that the clock showed
/// by the offset before.
fn observance(out: &mut Lines, offset: &(impl Offset + OffsetComponents + OffsetName), from: i32, at: NaiveDateTime) {
    let kind = if offset.dst_offset().is_zero() { "STANDARD" } else { "DAYLIGHT" };
    let to = offset.fix().local_minus_utc();
    out.plain(&format!("BEGIN:{kind}"));
    out.value("DTSTART", &(at + TimeDelta::seconds(i64::from(from))).format("%Y%m%dT%H%M%S").to_string());
    out.value("TZOFFSETFROM", &signed(from));
    out.value("TZOFFSETTO", &signed(to));
    if let Some(name) = offset.abbreviation() {
        out.text("TZNAME", "", name);
    }
    out.plain(&format!("END:{kind}"));
}

/// `+0200`, with seconds where a clock had such.
fn signed(seconds: i32) -> String {
    let (sign, all) = (if seconds < 0 { '-' } else { '+' }, seconds.abs());
    let rest = if all % 60 == 0 { String::new() } else { format!("{:02}", all % 60) };
    format!("{sign}{:02}{:02}{rest}", all / 3600, all / 60 % 60)
}

/// Lines that are folded and ended as the standard wants it.
struct Lines(String);

impl Lines {
    /// A line of our own.
    fn plain(&mut self, line: &str) {
        self.fold(line);
    }

    /// A property whose value has no form of text: a number, a date, an address. Controls in it are left out.
    fn value(&mut self, name: &str, value: &str) {
        let value: String = value.chars().filter(|c| !c.is_control()).collect();
        self.fold(&format!("{name}:{value}"));
    }

    /// A property with a text in a language, which may be unknown.
    fn text(&mut self, name: &str, language: &str, text: &str) {
        let tag = !language.is_empty() && language.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
        let parameter = if tag { format!(";LANGUAGE={language}") } else { String::new() };
        self.fold(&format!("{name}{parameter}:{}", escaped(text)));
    }

    /// Breaks a line so that no part has more than [`LINE`] octets and no character is torn.
    fn fold(&mut self, line: &str) {
        let mut room = LINE;
        for c in line.chars() {
            if c.len_utf8() > room {
                self.0.push_str("\r\n ");
                room = LINE - 1;
            }
            room -= c.len_utf8();
            self.0.push(c);
        }
        self.0.push_str("\r\n");
    }
}

/// A text as a value (RFC 5545, 3.3.11). The ends of lines become `\n`, other controls go: the standard has no place for them.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\\' | ';' | ',' => {
                out.push('\\');
                out.push(c);
            }
            '\r' if chars.peek() == Some(&'\n') => {}
            '\n' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}' => out.push_str("\\n"),
            c if c.is_control() && c != '\t' => {}
            c => out.push(c),
        }
    }
    out
}

fn one_line(text: &str) -> String {
    let words = text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
#[path = "ical_tests.rs"]
mod tests;
