//! When an event takes place and by which rule it comes back, as a calendar writes it.

use super::{Reason, one, property::Property};
use crate::domain::{recurrence::Recurrence, when::When};
use chrono::{Datelike, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, TimeZone, Timelike, Utc};
use chrono_tz::Tz;

/// Zones as Outlook and Exchange call them, with the place that the CLDR (`windowsZones.xml`, territory 001) puts first.
const WINDOWS: &[(&str, Tz)] = &[
    ("Arab Standard Time", Tz::Asia__Riyadh),
    ("Arabic Standard Time", Tz::Asia__Baghdad),
    ("Argentina Standard Time", Tz::America__Buenos_Aires),
    ("AUS Eastern Standard Time", Tz::Australia__Sydney),
    ("Central America Standard Time", Tz::America__Guatemala),
    ("Central Europe Standard Time", Tz::Europe__Budapest),
    ("Central European Standard Time", Tz::Europe__Warsaw),
    ("Central Standard Time", Tz::America__Chicago),
    ("Central Standard Time (Mexico)", Tz::America__Mexico_City),
    ("China Standard Time", Tz::Asia__Shanghai),
    ("E. Africa Standard Time", Tz::Africa__Nairobi),
    ("E. South America Standard Time", Tz::America__Sao_Paulo),
    ("Eastern Standard Time", Tz::America__New_York),
    ("Egypt Standard Time", Tz::Africa__Cairo),
    ("FLE Standard Time", Tz::Europe__Kiev),
    ("GMT Standard Time", Tz::Europe__London),
    ("Greenwich Standard Time", Tz::Atlantic__Reykjavik),
    ("GTB Standard Time", Tz::Europe__Bucharest),
    ("India Standard Time", Tz::Asia__Kolkata),
    ("Iran Standard Time", Tz::Asia__Tehran),
    ("Israel Standard Time", Tz::Asia__Jerusalem),
    ("Jordan Standard Time", Tz::Asia__Amman),
    ("Middle East Standard Time", Tz::Asia__Beirut),
    ("Morocco Standard Time", Tz::Africa__Casablanca),
    ("Mountain Standard Time", Tz::America__Denver),
    ("Pacific SA Standard Time", Tz::America__Santiago),
    ("Pacific Standard Time", Tz::America__Los_Angeles),
    ("Pakistan Standard Time", Tz::Asia__Karachi),
    ("Romance Standard Time", Tz::Europe__Paris),
    ("Russian Standard Time", Tz::Europe__Moscow),
    ("SA Pacific Standard Time", Tz::America__Bogota),
    ("South Africa Standard Time", Tz::Africa__Johannesburg),
    ("Syria Standard Time", Tz::Asia__Damascus),
    ("Tokyo Standard Time", Tz::Asia__Tokyo),
    ("Turkey Standard Time", Tz::Europe__Istanbul),
    ("UTC", Tz::UTC),
    ("Venezuela Standard Time", Tz::America__Caracas),
    ("W. Central Africa Standard Time", Tz::Africa__Lagos),
    ("W. Europe Standard Time", Tz::Europe__Berlin),
    ("West Bank Standard Time", Tz::Asia__Hebron),
];

/// A zone by its IANA name, also behind a prefix (`/citadel.org/20190914_1/Europe/Berlin`), or by the one that Outlook gives it.
pub fn named(name: &str) -> Option<Tz> {
    let name = name.trim().trim_matches('"');
    let windows = || WINDOWS.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, zone)| *zone);
    let behind = || {
        let parts: Vec<&str> = name.split('/').filter(|part| !part.is_empty()).collect();
        // At most three parts make a name (America/Argentina/Ushuaia).
        (parts.len().saturating_sub(3)..parts.len()).find_map(|from| parts[from..].join("/").parse().ok())
    };
    name.parse().ok().or_else(windows).or_else(behind)
}

/// A moment or a day, as a property has it.
#[derive(Clone, Copy)]
enum At {
    Day(NaiveDate),
    Hour(NaiveDateTime, Tz),
}

/// `zone` is that of hours that name none. `there`: what is told in UTC is told by the clocks of that zone.
fn at(property: &Property, zone: Tz, there: bool) -> Result<At, Reason> {
    let wrong = || Reason::with("error-import-time", &property.value);
    let value = property.value.trim();
    let day = |text: &str| NaiveDate::parse_from_str(text, "%Y%m%d").ok().filter(|_| text.len() == 8).ok_or_else(wrong);
    if value.len() == 8 || property.parameter("VALUE") == Some("DATE") {
        return day(value).map(At::Day);
    }
    let clock = value.strip_suffix(['Z', 'z']);
    let (date, time) = clock.unwrap_or(value).split_once('T').ok_or_else(wrong)?;
    let time = NaiveTime::parse_from_str(time, "%H%M%S").ok().filter(|_| time.len() == 6).ok_or_else(wrong)?;
    // The seconds are dropped, as in what people type.
    let time = NaiveTime::from_hms_opt(time.hour(), time.minute(), 0).ok_or_else(wrong)?;
    let local = day(date)?.and_time(time);
    if clock.is_some() {
        let zone = if there { zone } else { Tz::UTC };
        return Ok(At::Hour(Utc.from_utc_datetime(&local).with_timezone(&zone).naive_local(), zone));
    }
    match property.parameter("TZID") {
        None => Ok(At::Hour(local, zone)),
        Some(name) => named(name).map(|zone| At::Hour(local, zone)).ok_or_else(|| Reason::with("error-import-zone", name)),
    }
}

/// When it takes place. `zone` is that of hours that name none, and of those in UTC, unless it comes back: by the clocks of a place
/// that would be another hour in summer.
pub fn when(properties: &[Property], zone: Tz) -> Result<When, Reason> {
    let there = ["RRULE", "RDATE"].iter().all(|name| one(properties, name).is_none());
    let start = at(one(properties, "DTSTART").ok_or(Reason::new("error-when-start-empty"))?, zone, there)?;
    let end = one(properties, "DTEND").map(|end| at(end, zone, there)).transpose()?;
    let lasts = match one(properties, "DURATION") {
        Some(text) if end.is_none() => Some(duration(&text.value).ok_or_else(|| Reason::with("error-import-time", &text.value))?),
        _ => None,
    };
    let order = || Reason::new("error-when-order");
    let when = match (start, end) {
        // The end is the first day that is free again. Many write the same day for one that takes the whole of it.
        (At::Day(first), Some(At::Day(after))) if after <= first => {
            if after < first {
                return Err(order());
            }
            When::Days { first, last: first }
        }
        (At::Day(first), Some(At::Day(after))) => When::Days { first, last: after.pred_opt().unwrap_or(first) },
        (At::Day(first), None) => {
            let days = lasts.map_or(1, |lasts| lasts.num_days().max(1));
            When::Days { first, last: first.checked_add_signed(TimeDelta::days(days - 1)).unwrap_or(first) }
        }
        (At::Hour(start, zone), Some(At::Hour(end, other))) => {
            // An end by other clocks is told by those of the start.
            let end = if other == zone {
                end
            } else {
                let moment = other.from_local_datetime(&end).earliest().ok_or(Reason::new("error-when-gap"))?;
                moment.with_timezone(&zone).naive_local()
            };
            When::Hours { start, end: Some(end).filter(|end| *end != start), zone }
        }
        (At::Hour(start, zone), None) => {
            let end = lasts.filter(|lasts| *lasts >= TimeDelta::minutes(1)).and_then(|lasts| start.checked_add_signed(lasts));
            When::Hours { start, end, zone }
        }
        _ => return Err(Reason::new("error-when-mixed")),
    };
    when.fault().map_or(Ok(when), |(_, message)| Err(Reason::new(message)))
}

/// `P1D`, `PT1H30M`, `P2W`; nothing negative and nothing longer than a year.
fn duration(text: &str) -> Option<TimeDelta> {
    let text = text.trim();
    let rest = text.strip_prefix('+').unwrap_or(text).strip_prefix('P')?;
    let (mut sum, mut number, mut hours) = (0_i64, String::new(), false);
    for c in rest.chars() {
        let seconds = match (c, hours) {
            ('T', false) if number.is_empty() => {
                hours = true;
                continue;
            }
            ('0'..='9', _) if number.len() < 7 => {
                number.push(c);
                continue;
            }
            ('W', false) => 604_800,
            ('D', false) => 86_400,
            ('H', true) => 3_600,
            ('M', true) => 60,
            ('S', true) => 1,
            _ => return None,
        };
        sum += std::mem::take(&mut number).parse::<i64>().ok()? * seconds;
    }
    (number.is_empty() && sum <= 366 * 86_400).then(|| TimeDelta::seconds(sum))
}

/// The rule by which it comes back, where ours can say it: what only repeats the first day is left out.
pub fn rule(text: &str, when: &When) -> Option<Recurrence> {
    let text = text.trim().to_ascii_uppercase();
    let mut parts: Vec<(&str, String)> = Vec::new();
    for part in text.split(';').filter(|part| !part.is_empty()) {
        let (name, value) = part.split_once('=')?;
        parts.push((name, value.to_owned()));
    }
    let of = |name: &str| parts.iter().find(|(known, _)| *known == name).map(|(_, value)| value.clone());
    let (frequency, interval) = (of("FREQ")?, of("INTERVAL"));
    let first = when.days().0;
    let same_month = of("BYMONTH").is_some_and(|month| month.parse() == Ok(first.month()));
    let same_day = of("BYMONTHDAY").is_some_and(|day| day.parse() == Ok(first.day()));
    parts.retain(|(name, _)| match *name {
        // Where weeks begin matters to every second week, not to each.
        "WKST" => frequency == "WEEKLY" && interval.as_deref().is_some_and(|interval| interval != "1"),
        "BYMONTH" => !(frequency == "YEARLY" && same_month),
        "BYMONTHDAY" => !(same_day && (frequency == "MONTHLY" || frequency == "YEARLY" && same_month)),
        _ => true,
    });
    for (_, until) in parts.iter_mut().filter(|(name, _)| *name == "UNTIL") {
        if let Some(day) = last_day(until, when) {
            *until = day.format("%Y%m%d").to_string();
        }
    }
    let text: Vec<String> = parts.iter().map(|(name, value)| format!("{name}={value}")).collect();
    Recurrence::parse(&text.join(";")).ok()
}

/// The last day on which it may begin, of a moment until which it may.
fn last_day(until: &str, when: &When) -> Option<NaiveDate> {
    let moment = NaiveDateTime::parse_from_str(until.trim_end_matches('Z'), "%Y%m%dT%H%M%S").ok()?;
    let When::Hours { start, zone, .. } = *when else { return Some(moment.date()) };
    let local = if until.ends_with('Z') { Utc.from_utc_datetime(&moment).with_timezone(&zone).naive_local() } else { moment };
    if local.time() < start.time() { local.date().pred_opt() } else { Some(local.date()) }
}
