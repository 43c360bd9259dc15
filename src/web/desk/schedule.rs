//! A day and a time as a collective's members say them, and the point in time that they mean. Pure.

use crate::domain::{Timestamp, time::timestamp};
use chrono::{DateTime, LocalResult, NaiveDate, NaiveDateTime, NaiveTime, TimeZone, Utc};
use chrono_tz::Tz;

/// Why a day and a time mean no point in time: the field, and the Fluent id that says it to a person.
pub type Fault = (&'static str, &'static str);

/// The point in time that `date` (`2026-03-29`) and `time` (`02:30`) mean in `zone` (an IANA name).
///
/// # Errors
/// Names the field: a missing or unreadable part, a time that the clocks leap over that night, or one that is past.
/// A time that happens twice that night means the first of the two: a day of action then begins rather early than late.
pub fn point_in_time(date: &str, time: &str, zone: &str, now: Timestamp) -> Result<Timestamp, Fault> {
    let date = NaiveDate::parse_from_str(date.trim(), "%Y-%m-%d").map_err(|_| ("schedule_date", "error-schedule-date"))?;
    let time = NaiveTime::parse_from_str(time.trim(), "%H:%M")
        .or_else(|_| NaiveTime::parse_from_str(time.trim(), "%H:%M:%S"))
        .map_err(|_| ("schedule_time", "error-schedule-time"))?;
    let at = match zone_of(zone).from_local_datetime(&date.and_time(time)) {
        LocalResult::Single(at) | LocalResult::Ambiguous(at, _) => timestamp(at.to_utc()),
        LocalResult::None => return Err(("schedule_time", "error-schedule-gap")),
    };
    if at <= now {
        return Err(("schedule_date", "error-schedule-past"));
    }
    Ok(at)
}

/// The values for `<input type=date>` and `<input type=time>`.
pub fn fields(at: Timestamp, zone: &str) -> (String, String) {
    let at = local(at, zone);
    (at.format("%Y-%m-%d").to_string(), at.format("%H:%M").to_string())
}

/// A point in time on the collective's clocks.
pub fn local(at: Timestamp, zone: &str) -> NaiveDateTime {
    DateTime::<Utc>::from_naive_utc_and_offset(at, Utc).with_timezone(&zone_of(zone)).naive_local()
}

/// A collective's zone is checked when it is set; should its name ever leave the tz database, UTC is better than nothing.
fn zone_of(name: &str) -> Tz {
    name.parse().unwrap_or(Tz::UTC)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn utc(text: &str) -> Timestamp {
        NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M").expect("a time")
    }

    #[test]
    fn days_and_times_are_the_collectives_own() {
        let now = utc("2026-01-01 00:00");
        assert_eq!(point_in_time("2026-06-01", "18:00", "Europe/Rome", now), Ok(utc("2026-06-01 16:00")));
        assert_eq!(point_in_time("2026-06-01", "18:00", "Asia/Beirut", now), Ok(utc("2026-06-01 15:00")));
        assert_eq!(fields(utc("2026-06-01 16:00"), "Europe/Rome"), ("2026-06-01".to_owned(), "18:00".to_owned()));
    }

    #[test]
    fn a_time_that_the_clocks_leap_over_is_refused() {
        let now = utc("2026-01-01 00:00");
        assert_eq!(point_in_time("2026-03-29", "02:30", "Europe/Rome", now), Err(("schedule_time", "error-schedule-gap")));
        assert_eq!(point_in_time("2026-03-29", "03:00", "Europe/Rome", now), Ok(utc("2026-03-29 01:00")));
    }

    #[test]
    fn a_time_that_happens_twice_means_the_first() {
        let now = utc("2026-01-01 00:00");
        assert_eq!(point_in_time("2026-10-25", "02:30", "Europe/Rome", now), Ok(utc("2026-10-25 00:30")));
    }

    #[test]
    fn faults_name_their_field() {
        let now = utc("2026-06-01 16:00");
        let fault = |date, time| point_in_time(date, time, "Europe/Rome", now).expect_err("a fault").0;
        assert_eq!(fault("", "18:00"), "schedule_date");
        assert_eq!(fault("2026-02-30", "18:00"), "schedule_date");
        assert_eq!(fault("2026-07-01", "25:00"), "schedule_time");
        assert_eq!(fault("2026-06-01", "18:00"), "schedule_date", "now is past already");
    }
}
