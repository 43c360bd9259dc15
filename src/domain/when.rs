//! When something takes place: whole days everywhere, or hours in a time zone, and both as moments in UTC.
//!
//! Source of the zones' rules: the IANA database as `chrono-tz` carries it.

use super::{Timestamp, statement::Fault};
use chrono::{
    DateTime, Datelike, FixedOffset, MappedLocalTime, Months, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, TimeZone,
};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

/// Years that a date may lie in: archives reach back, and nobody calls for a day that none of us will see.
pub const YEARS: std::ops::RangeInclusive<i32> = 1900..=2199;
/// Longest time from the first to the last moment, in months.
pub const MAX_MONTHS: u32 = 12;
/// What begins at an hour and names no end is taken to last this long, in hours, before it counts as over.
pub const HOURS_WITHOUT_END: i64 = 12;

/// Where a day begins first (UTC+14) and where it ends last (UTC−12), in hours.
const FIRST_OFFSET: i32 = 14;
const LAST_OFFSET: i32 = -12;

/// The time of a call or of an action.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "kebab-case")]
pub enum When {
    /// Whole days, wherever one is: each place counts its own midnight. Both days are inside.
    Days { first: NaiveDate, last: NaiveDate },
    /// Hours by the clock of one place.
    Hours {
        /// Local wall time, as people said it. So a change of a zone's rules moves the moment, not the hour on the poster.
        start: NaiveDateTime,
        #[serde(default)]
        end: Option<NaiveDateTime>,
        #[serde(with = "zone_name")]
        zone: Tz,
    },
}

impl When {
    /// Reads what somebody typed. `start` and `end` are both days (`2027-01-25`) or both hours (`2027-01-25T14:00`, also with a
    /// space, also with seconds, which are dropped); an empty `end` is the same day, or no end. `zone` is an IANA name, needed with
    /// hours and ignored with days. An end that gives an hour alone (`16:00`) is on the day of the start.
    pub fn parse(start: &str, end: &str, zone: &str) -> Result<Self, Fault> {
        let (start, end, zone) = (start.trim(), end.trim(), zone.trim());
        if start.is_empty() {
            return Err(("start", "error-when-start-empty"));
        }
        let when = if let Some(first) = day(start) {
            let last = match end {
                "" => first,
                end => day(end).ok_or(match hour(end, first) {
                    Some(_) => ("end", "error-when-mixed"),
                    None => ("end", "error-when-form"),
                })?,
            };
            Self::Days { first, last }
        } else {
            let start = moment(start).ok_or(("start", "error-when-form"))?;
            let end = match end {
                "" => None,
                end => Some(hour(end, start.date()).ok_or(match day(end) {
                    Some(_) => ("end", "error-when-mixed"),
                    None => ("end", "error-when-form"),
                })?),
            };
            let zone = match zone {
                "" => return Err(("zone", "error-when-zone-empty")),
                zone => zone.parse().map_err(|_| ("zone", "error-time-zone"))?,
            };
            Self::Hours { start, end: end.filter(|end| *end != start), zone }
        };
        when.fault().map_or(Ok(when), Err)
    }

    /// The rule that it breaks, as field (`start`, `end`) and Fluent id.
    pub fn fault(&self) -> Option<Fault> {
        let (first, last) = self.days();
        if let Some(field) = [("start", first), ("end", last)].iter().find(|(_, day)| !YEARS.contains(&day.year())) {
            return Some((field.0, "error-when-year"));
        }
        let (early, late, longest) = match *self {
            Self::Days { first, last } => (last < first, last, first.checked_add_months(Months::new(MAX_MONTHS))),
            Self::Hours { start, end, zone } => {
                for (field, at) in [("start", Some(start)), ("end", end)] {
                    if at.is_some_and(|at| matches!(zone.from_local_datetime(&at), MappedLocalTime::None)) {
                        return Some((field, "error-when-gap"));
                    }
                }
                let early = end.is_some_and(|end| end <= start);
                (early, last, start.date().checked_add_months(Months::new(MAX_MONTHS)))
            }
        };
        if early {
            return Some(("end", "error-when-order"));
        }
        longest.is_none_or(|longest| late > longest).then_some(("end", "error-when-long"))
    }

    /// Whether it is told in whole days.
    pub fn all_day(&self) -> bool {
        matches!(self, Self::Days { .. })
    }

    /// Its zone, where it has hours.
    pub fn zone(&self) -> Option<Tz> {
        match self {
            Self::Days { .. } => None,
            Self::Hours { zone, .. } => Some(*zone),
        }
    }

    /// The same hours by the clock of another zone. `None` where it has no hours, or where that clock shows the same.
    pub fn by_clock_of(&self, zone: Tz) -> Option<Self> {
        let Self::Hours { start, end, zone: own } = *self else { return None };
        let there = |local: NaiveDateTime| in_zone(local, own).with_timezone(&zone).naive_local();
        let (theirs, until) = (there(start), end.map(there));
        (theirs != start || until != end).then_some(Self::Hours { start: theirs, end: until, zone })
    }

    /// Its first and last day by the clock of the place where it is.
    pub fn days(&self) -> (NaiveDate, NaiveDate) {
        match *self {
            Self::Days { first, last } => (first, last),
            Self::Hours { start, end, .. } => (start.date(), end.unwrap_or(start).date()),
        }
    }

    /// Its first moment with the offset that it has there: `startTime` on the wire. Whole days begin where the day begins first.
    pub fn start(&self) -> DateTime<FixedOffset> {
        match *self {
            Self::Days { first, .. } => at_offset(first.and_time(NaiveTime::MIN), FIRST_OFFSET),
            Self::Hours { start, zone, .. } => in_zone(start, zone),
        }
    }

    /// The first moment after it: `endTime` on the wire. Whole days end where the day ends last; hours without an end have none.
    pub fn end(&self) -> Option<DateTime<FixedOffset>> {
        match *self {
            Self::Days { last, .. } => Some(at_offset(last.succ_opt().unwrap_or(last).and_time(NaiveTime::MIN), LAST_OFFSET)),
            Self::Hours { end, zone, .. } => end.map(|end| in_zone(end, zone)),
        }
    }

    /// From when on it is under way.
    pub fn begins(&self) -> Timestamp {
        self.start().naive_utc()
    }

    /// From when on it is over.
    pub fn ends(&self) -> Timestamp {
        self.end().map_or_else(|| self.begins() + TimeDelta::hours(HOURS_WITHOUT_END), |end| end.naive_utc())
    }

    pub fn is_over(&self, now: Timestamp) -> bool {
        self.ends() <= now
    }

    /// Which day of how many it is, counted from one, where `now` lies inside it and it has more than one day. Whole days are
    /// counted by the date in UTC, for want of a reader's own.
    pub fn day_of(&self, now: Timestamp) -> Option<(i64, i64)> {
        let (first, last) = self.days();
        let today = self.zone().map_or(now, |zone| zone.from_utc_datetime(&now).naive_local()).date();
        let count = (last - first).num_days() + 1;
        (count > 1 && (first..=last).contains(&today)).then(|| ((today - first).num_days() + 1, count))
    }

    /// The same by so many days later, at the same hours by the clock there. `None` where that can't be.
    pub fn later(&self, days: i64) -> Option<Self> {
        let by = TimeDelta::try_days(days)?;
        let later = match *self {
            Self::Days { first, last } => Self::Days { first: first.checked_add_signed(by)?, last: last.checked_add_signed(by)? },
            Self::Hours { start, end, zone } => {
                let end = match end {
                    Some(end) => Some(end.checked_add_signed(by)?),
                    None => None,
                };
                Self::Hours { start: start.checked_add_signed(by)?, end, zone }
            }
        };
        later.fault().is_none().then_some(later)
    }

    /// What a form shows again: start, end, zone, in the shape that `parse` reads.
    pub fn typed(&self) -> (String, String, String) {
        let hour = |at: NaiveDateTime| at.format("%Y-%m-%dT%H:%M").to_string();
        match *self {
            Self::Days { first, last } => (first.to_string(), last.to_string(), String::new()),
            Self::Hours { start, end, zone } => (hour(start), end.map(hour).unwrap_or_default(), zone.name().to_owned()),
        }
    }
}

fn day(text: &str) -> Option<NaiveDate> {
    // chrono reads years of other lengths, which would be typing mistakes here.
    (text.len() == 10).then(|| text.parse().ok()).flatten()
}

fn moment(text: &str) -> Option<NaiveDateTime> {
    let (date, time) = text.split_once(['T', 't', ' '])?;
    Some(day(date)?.and_time(clock(time.trim())?))
}

/// A moment, or an hour alone on `date`.
fn hour(text: &str, date: NaiveDate) -> Option<NaiveDateTime> {
    moment(text).or_else(|| Some(date.and_time(clock(text)?)))
}

fn clock(text: &str) -> Option<NaiveTime> {
    let time = NaiveTime::parse_from_str(text, "%H:%M").or_else(|_| NaiveTime::parse_from_str(text, "%H:%M:%S")).ok()?;
    use chrono::Timelike;
    NaiveTime::from_hms_opt(time.hour(), time.minute(), 0)
}

fn at_offset(local: NaiveDateTime, hours: i32) -> DateTime<FixedOffset> {
    let utc = local - TimeDelta::hours(i64::from(hours));
    match FixedOffset::east_opt(hours * 3600) {
        Some(offset) => offset.from_utc_datetime(&utc),
        None => utc.and_utc().fixed_offset(),
    }
}

/// The first of two moments where the clock shows `local` twice. Where it never shows it, which `fault` refuses and only a later
/// version of the zones' rules brings about, the moment that the clock would have shown without the change.
fn in_zone(local: NaiveDateTime, zone: Tz) -> DateTime<FixedOffset> {
    let found = zone.from_local_datetime(&local).earliest().unwrap_or_else(|| {
        let before = zone.from_utc_datetime(&(local - TimeDelta::days(1)));
        zone.from_utc_datetime(&(local - (before.naive_local() - before.naive_utc())))
    });
    found.fixed_offset()
}

/// A zone as its IANA name.
mod zone_name {
    use chrono_tz::Tz;
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub fn serialize<S: Serializer>(zone: &Tz, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(zone.name())
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Tz, D::Error> {
        let name = std::borrow::Cow::<str>::deserialize(deserializer)?;
        name.parse().map_err(|_| D::Error::custom(format!("unknown time zone “{name}”")))
    }
}

#[cfg(test)]
#[path = "when_tests.rs"]
mod tests;
