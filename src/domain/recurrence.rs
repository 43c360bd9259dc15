//! What happens again: yearly days, every night, each first Friday. A restricted rule of RFC 5545, of which the next times are
//! worked out when they are asked for.
//!
//! Only what people can say in one sentence: how often, in which steps, on which days of the week, until when. The days are
//! counted by the calendar of the place; `rrule` counts them, the time zone is [`When`]'s.

use super::{
    Timestamp,
    statement::Fault,
    when::{When, YEARS},
};
use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveTime, TimeZone, Utc, Weekday};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::{fmt, str::FromStr};

/// Longest step: every 99th year, week or day.
pub const MAX_INTERVAL: u16 = 99;
/// Most times that a rule may ask for.
pub const MAX_COUNT: u32 = 1_000;
/// Most times worked out at once: each night of a leap year.
pub const MAX_INSTANCES: usize = 366;
/// Longest rule, in bytes.
pub const MAX_RULE: usize = 200;

super::word_enum! {
    Frequency { Daily = "DAILY", Weekly = "WEEKLY", Monthly = "MONTHLY", Yearly = "YEARLY" }
}

/// A day of the week; with monthly rules perhaps the nth of the month, or counted from its end where negative.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OnDay {
    /// 0 is each of them.
    pub nth: i8,
    pub day: Weekday,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Until {
    Forever,
    /// So many times, the first included.
    Count(u32),
    /// The last day on which it may begin.
    Day(NaiveDate),
}

/// The rule. In JSON and on the wire it is its text: `FREQ=WEEKLY;BYDAY=MO,TH`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recurrence {
    pub frequency: Frequency,
    /// 1 is each day, week, month or year.
    pub interval: u16,
    pub until: Until,
    /// Empty: the day of the first time.
    pub on: Vec<OnDay>,
}

const FORM: Fault = ("recurrence", "error-recurrence-form");
const BOUNDS: Fault = ("recurrence", "error-recurrence-bounds");

const DAYS: [(&str, Weekday); 7] = [
    ("MO", Weekday::Mon),
    ("TU", Weekday::Tue),
    ("WE", Weekday::Wed),
    ("TH", Weekday::Thu),
    ("FR", Weekday::Fri),
    ("SA", Weekday::Sat),
    ("SU", Weekday::Sun),
];

impl Recurrence {
    /// Each year on the same day. The 29th of February comes back in leap years, as RFC 5545 has it.
    pub fn yearly() -> Self {
        Self { frequency: Frequency::Yearly, interval: 1, until: Until::Forever, on: Vec::new() }
    }

    /// Every night until a day.
    pub fn nightly(until: Until) -> Self {
        Self { frequency: Frequency::Daily, interval: 1, until, on: Vec::new() }
    }

    /// Reads a rule, with or without `RRULE:` before it. Parts that we don't know are refused rather than left out: a rule with
    /// a part missing means other days.
    pub fn parse(text: &str) -> Result<Self, Fault> {
        let text = text.trim().to_ascii_uppercase();
        let text = text.strip_prefix("RRULE:").unwrap_or(&text);
        if text.len() > MAX_RULE {
            return Err(FORM);
        }
        let (mut frequency, mut rule) = (None, Self::yearly());
        let mut seen = Vec::new();
        for part in text.split(';').filter(|part| !part.is_empty()) {
            let (name, value) = part.split_once('=').ok_or(FORM)?;
            if seen.contains(&name) {
                return Err(FORM);
            }
            seen.push(name);
            match name {
                "FREQ" => frequency = Some(value.parse::<Frequency>().map_err(|_| FORM)?),
                "INTERVAL" => rule.interval = whole(value)?.try_into().map_err(|_| BOUNDS)?,
                "COUNT" if rule.until == Until::Forever => rule.until = Until::Count(whole(value)?),
                // A moment counts as its day: that is when the last time may begin.
                "UNTIL" if rule.until == Until::Forever => rule.until = Until::Day(day(value)?),
                "BYDAY" => rule.on = value.split(',').map(on_day).collect::<Result<_, _>>()?,
                // Weeks begin on Monday here, as they do where nothing is said.
                "WKST" if value == "MO" => {}
                _ => return Err(FORM),
            }
        }
        rule.frequency = frequency.ok_or(FORM)?;
        rule.fault().map_or(Ok(rule), Err)
    }

    /// The rule about rules that it breaks.
    pub fn fault(&self) -> Option<Fault> {
        let nth_fits = |on: &OnDay| on.nth == 0 || (self.frequency == Frequency::Monthly && (1..=5).contains(&on.nth.abs()));
        let doubled = (1..self.on.len()).any(|n| self.on[..n].contains(&self.on[n]));
        if !self.on.iter().all(nth_fits) || doubled || (self.frequency == Frequency::Yearly && !self.on.is_empty()) {
            return Some(FORM);
        }
        let count_fits = match self.until {
            Until::Count(count) => (1..=MAX_COUNT).contains(&count),
            Until::Day(day) => YEARS.contains(&day.year()),
            Until::Forever => true,
        };
        (!count_fits || !(1..=MAX_INTERVAL).contains(&self.interval)).then_some(BOUNDS)
    }

    /// The days on which it begins, from the first not before `from`, when it began for the first time on `first`; at most
    /// `most` and [`MAX_INSTANCES`]. The first day counts where it fits the rule.
    pub fn days(&self, first: NaiveDate, from: NaiveDate, most: usize) -> Vec<NaiveDate> {
        let from = from.max(first);
        self.walk(first).skip_while(|day| *day < from).take(most.min(MAX_INSTANCES)).collect()
    }

    /// All days on which it begins, in order, until the last of the years that we know.
    fn walk(&self, first: NaiveDate) -> impl Iterator<Item = NaiveDate> {
        // The text that we print is the text that the library reads: what we send means what we show. Its last day is ours: the
        // library wants it in the form of the start.
        let (rule, last) = match self.until {
            Until::Day(last) => (Self { until: Until::Forever, ..self.clone() }.to_string(), last),
            _ => (self.to_string(), NaiveDate::MAX),
        };
        let text = format!("DTSTART:{}T000000Z\nRRULE:{rule}", first.format("%Y%m%d"));
        let all = text.parse::<rrule::RRuleSet>().ok().into_iter().flat_map(|set| (&set).into_iter());
        let days = all.map(|at| at.date_naive());
        days.take_while(move |day| *day <= last && YEARS.contains(&day.year()))
    }

    /// The next times of something that takes place at `when` for the first time: those that aren't over at `now`.
    pub fn instances(&self, when: &When, now: Timestamp, most: usize) -> Vec<When> {
        let (first, last) = when.days();
        // What began so many days ago can be under way still; two days more for the zones.
        let back = Days::new(u64::try_from((last - first).num_days()).unwrap_or_default() + 2);
        let from = now.date().checked_sub_days(back).unwrap_or(first);
        let all = self.days(first, from, MAX_INSTANCES).into_iter().map(|day| shifted(when, (day - first).num_days()));
        all.filter(|when| !when.is_over(now)).take(most).collect()
    }

    /// The time after which none can come, of something that takes place at `when` for the first time: the last one where a number
    /// is given, else on the last day that the rule names or that we know. Exact days in between would be a walk through decades.
    pub fn last(&self, when: &When) -> When {
        let first = when.days().0;
        let last = match self.until {
            Until::Count(_) => self.walk(first).last(),
            Until::Day(day) => Some(day.max(first)),
            Until::Forever => NaiveDate::from_ymd_opt(*YEARS.end(), 12, 31),
        };
        shifted(when, (last.unwrap_or(first) - first).num_days())
    }

    /// The rule for a calendar in which it begins at `when`: with hours `UNTIL` must be a moment in UTC (RFC 5545, 3.3.10).
    pub fn for_calendar(&self, when: &When) -> String {
        match (self.until, when) {
            (Until::Day(day), When::Hours { zone, .. }) => {
                let last = day.and_time(NaiveTime::from_hms_opt(23, 59, 59).unwrap_or_default());
                let moment: DateTime<Utc> =
                    zone.from_local_datetime(&last).latest().map_or_else(|| last.and_utc(), |at| at.with_timezone(&Utc));
                let forever = Self { until: Until::Forever, ..self.clone() };
                format!("{forever};UNTIL={}", moment.format("%Y%m%dT%H%M%SZ"))
            }
            _ => self.to_string(),
        }
    }
}

/// The same, days later, at the same hours by the clock.
fn shifted(when: &When, days: i64) -> When {
    let by = chrono::TimeDelta::days(days);
    match *when {
        When::Days { first, last } => When::Days { first: first + by, last: last + by },
        When::Hours { start, end, zone } => When::Hours { start: start + by, end: end.map(|end| end + by), zone },
    }
}

fn whole(text: &str) -> Result<u32, Fault> {
    text.parse().map_err(|_| FORM)
}

fn day(text: &str) -> Result<NaiveDate, Fault> {
    let date = text.split('T').next().unwrap_or(text);
    NaiveDate::parse_from_str(date, "%Y%m%d").ok().filter(|_| date.len() == 8).ok_or(FORM)
}

fn on_day(text: &str) -> Result<OnDay, Fault> {
    let (nth, name) = text.len().checked_sub(2).and_then(|at| text.split_at_checked(at)).ok_or(FORM)?;
    let nth = if nth.is_empty() { 0 } else { nth.parse().ok().filter(|nth| *nth != 0).ok_or(FORM)? };
    let day = DAYS.iter().find(|(known, _)| *known == name).ok_or(FORM)?.1;
    Ok(OnDay { nth, day })
}

impl fmt::Display for Recurrence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "FREQ={}", self.frequency)?;
        if self.interval != 1 {
            write!(f, ";INTERVAL={}", self.interval)?;
        }
        for (n, on) in self.on.iter().enumerate() {
            let name = DAYS.iter().find(|(_, day)| *day == on.day).map_or("", |(name, _)| name);
            let nth = if on.nth == 0 { String::new() } else { on.nth.to_string() };
            write!(f, "{}{nth}{name}", if n == 0 { ";BYDAY=" } else { "," })?;
        }
        match self.until {
            Until::Forever => Ok(()),
            Until::Count(count) => write!(f, ";COUNT={count}"),
            Until::Day(day) => write!(f, ";UNTIL={}", day.format("%Y%m%d")),
        }
    }
}

impl FromStr for Recurrence {
    type Err = Fault;

    fn from_str(text: &str) -> Result<Self, Fault> {
        Self::parse(text)
    }
}

impl Serialize for Recurrence {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Recurrence {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(&String::deserialize(deserializer)?).map_err(|fault| serde::de::Error::custom(fault.1))
    }
}

#[cfg(test)]
#[path = "recurrence_tests.rs"]
mod tests;
