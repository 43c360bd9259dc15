//! Dates of calls and actions: typing mistakes, clocks that jump, and whole days in every zone of the IANA database.

use super::*;
use chrono_tz::TZ_VARIANTS;
use proptest::prelude::*;

fn utc(text: &str) -> Timestamp {
    super::super::time::parse_rfc3339(text).unwrap()
}

fn refused(start: &str, end: &str, zone: &str) -> Fault {
    When::parse(start, end, zone).expect_err("it was taken")
}

#[test]
fn dat_21_an_end_before_the_start_is_refused() {
    assert_eq!(refused("2027-02-01", "2027-01-25", ""), ("end", "error-when-order"));
    assert_eq!(refused("2027-01-25T14:00", "2027-01-25T13:00", "Europe/Paris"), ("end", "error-when-order"));
    assert_eq!(refused("2027-01-25T14:00", "13:00", "Europe/Paris"), ("end", "error-when-order"));
    let point = When::parse("2027-01-25T14:00", "2027-01-25T14:00", "Europe/Paris").unwrap();
    assert!(matches!(point, When::Hours { end: None, .. }), "an end at the start is none");
}

#[test]
fn dat_21_hours_without_a_zone_are_refused_and_days_need_none() {
    assert_eq!(refused("2027-01-25T14:00", "", ""), ("zone", "error-when-zone-empty"));
    assert_eq!(refused("2027-01-25T14:00", "", "Europe/Atlantis"), ("zone", "error-time-zone"));
    assert!(When::parse("2027-01-25", "", "").is_ok());
}

#[test]
fn dat_21_an_hour_that_the_clock_skips_is_refused_and_one_that_comes_twice_is_the_first() {
    assert_eq!(refused("2027-03-28T02:30", "", "Europe/Paris"), ("start", "error-when-gap"));
    assert_eq!(refused("2027-03-28T01:30", "2027-03-28T02:00", "Europe/Paris"), ("end", "error-when-gap"));
    let after = When::parse("2027-03-28T01:30", "2027-03-28T03:30", "Europe/Paris").unwrap();
    assert_eq!(after.ends() - after.begins(), TimeDelta::hours(1), "an hour is missing that night");
    let twice = When::parse("2027-10-31T02:30", "2027-10-31T03:00", "Europe/Paris").unwrap();
    assert_eq!(twice.begins(), utc("2027-10-31T00:30:00Z"), "the first of the two");
    assert_eq!(twice.start().to_rfc3339(), "2027-10-31T02:30:00+02:00");
}

#[test]
fn dat_21_leap_days_exist_in_leap_years_only() {
    let leap = When::parse("2028-02-29", "", "").unwrap();
    assert_eq!((leap.begins(), leap.ends()), (utc("2028-02-28T10:00:00Z"), utc("2028-03-01T12:00:00Z")));
    assert_eq!(refused("2027-02-29", "", ""), ("start", "error-when-form"));
    assert_eq!(refused("2027-02-28", "2027-02-29", ""), ("end", "error-when-form"));
    assert!(When::parse("2028-02-29", "2029-02-28", "").is_ok(), "a year from a leap day");
    assert_eq!(refused("2028-02-29", "2029-03-01", ""), ("end", "error-when-long"));
}

#[test]
fn dat_21_a_year_is_the_longest_span() {
    assert!(When::parse("2027-01-25", "2028-01-25", "").is_ok());
    assert_eq!(refused("2027-01-25", "2028-01-26", ""), ("end", "error-when-long"));
    assert!(When::parse("2027-01-25T10:00", "2028-01-25T10:00", "Asia/Amman").is_ok());
    assert_eq!(refused("2027-01-25T10:00", "2028-01-26T10:00", "Asia/Amman"), ("end", "error-when-long"));
    for far in ["1899-12-31", "2200-01-01"] {
        assert_eq!(refused(far, "", ""), ("start", "error-when-year"), "{far}");
    }
    assert_eq!(refused("2199-12-31", "2200-01-01", ""), ("end", "error-when-year"));
    assert!(When::parse("1900-01-01", "", "").is_ok() && When::parse("2199-12-31", "", "").is_ok());
}

#[test]
fn what_people_type_is_read_and_shown_again_as_it_was() {
    for (start, end, zone) in [
        ("2027-01-25", "2027-02-01", ""),
        ("2027-01-25T14:00", "2027-01-25T16:30", "Europe/Paris"),
        ("2027-01-25T14:00", "", "America/Bogota"),
    ] {
        let typed = When::parse(start, end, zone).unwrap().typed();
        assert_eq!((typed.0.as_str(), typed.1.as_str(), typed.2.as_str()), (start, end, zone));
    }
    let same = When::parse("2027-01-25T14:00", "2027-01-25T16:30", "Europe/Paris");
    assert_eq!(When::parse(" 2027-01-25 14:00:59 ", "16:30", " Europe/Paris "), same);
    for wrong in ["25.01.2027", "tomorrow", "2027-1-25", "2027-01-25T", "2027-01-25T25:00", "14:00", "+2027-01-25"] {
        assert_eq!(refused(wrong, "", "UTC"), ("start", "error-when-form"), "{wrong}");
    }
    assert_eq!(refused("", "", ""), ("start", "error-when-start-empty"));
    assert_eq!(refused("2027-01-25", "16:00", ""), ("end", "error-when-mixed"));
    assert_eq!(refused("2027-01-25T14:00", "2027-01-26", "UTC"), ("end", "error-when-mixed"));
}

#[test]
fn it_is_over_when_its_last_day_ended_everywhere() {
    let week = When::parse("2027-01-25", "2027-02-01", "").unwrap();
    assert_eq!(week.start().to_rfc3339(), "2027-01-25T00:00:00+14:00");
    assert_eq!(week.end().unwrap().to_rfc3339(), "2027-02-02T00:00:00-12:00");
    assert!(!week.is_over(utc("2027-02-02T11:59:59Z")) && week.is_over(utc("2027-02-02T12:00:00Z")));
    assert_eq!(week.day_of(utc("2027-01-27T09:00:00Z")), Some((3, 8)));
    assert_eq!(week.day_of(utc("2027-02-02T09:00:00Z")), None);
    let open = When::parse("2027-01-25T23:30", "", "UTC").unwrap();
    assert!(!open.is_over(utc("2027-01-26T11:29:00Z")) && open.is_over(utc("2027-01-26T11:30:00Z")));
}

#[test]
fn kept_as_json_and_back() {
    for when in [
        When::parse("2027-01-25", "2027-02-01", "").unwrap(),
        When::parse("2027-01-25T14:00", "16:00", "America/Argentina/Buenos_Aires").unwrap(),
    ] {
        let json = serde_json::to_value(when).unwrap();
        assert_eq!(serde_json::from_value::<When>(json).unwrap(), when);
    }
    let json = serde_json::to_value(When::parse("2027-01-25T14:00", "", "Asia/Kolkata").unwrap()).unwrap();
    assert_eq!(json, serde_json::json!({"is": "hours", "start": "2027-01-25T14:00:00", "end": null, "zone": "Asia/Kolkata"}));
    let unknown = serde_json::json!({"is": "hours", "start": "2027-01-25T14:00:00", "zone": "Europe/Atlantis"});
    assert!(serde_json::from_value::<When>(unknown).is_err());
}

/// The all-day rule: in every zone, each minute of the days as that zone's clock shows them lies inside, and outside nothing that
/// isn't one of these days somewhere.
#[test]
fn dat_21_whole_days_hold_the_local_days_of_every_zone() {
    for (first, last) in
        [("2027-01-25", "2027-02-01"), ("2027-03-28", "2027-03-28"), ("2028-02-29", "2028-02-29"), ("2027-10-31", "2027-11-07")]
    {
        let when = When::parse(first, last, "").unwrap();
        let (first, last) = when.days();
        for zone in TZ_VARIANTS {
            // The zone's own first and last instants of these days, found from UTC so that no gap or fold is in the way.
            let (mut at, mut seen) = (when.begins(), (None, None));
            while at < when.ends() {
                let date = zone.from_utc_datetime(&at).date_naive();
                if (first..=last).contains(&date) {
                    seen = (seen.0.or(Some(at)), Some(at));
                }
                at += TimeDelta::minutes(15);
            }
            let before = zone.from_utc_datetime(&(when.begins() - TimeDelta::seconds(1))).date_naive();
            let after = zone.from_utc_datetime(&when.ends()).date_naive();
            assert!(before < first, "{zone}: {before} is before the start already");
            assert!(after > last, "{zone}: {after} is no longer inside");
            assert!(seen.0.is_some() && seen.1.is_some(), "{zone} has none of these days inside");
        }
    }
}

#[test]
fn dat_21_hours_are_the_same_by_the_clock_of_every_zone() {
    for zone in TZ_VARIANTS {
        for typed in ["2027-01-25T14:00", "2027-07-25T14:00"] {
            let when = When::parse(typed, "", zone.name()).unwrap();
            let shown = zone.from_utc_datetime(&when.begins()).naive_local().format("%Y-%m-%dT%H:%M").to_string();
            assert_eq!(shown, typed, "{zone}");
            assert_eq!(when.start().naive_local().format("%Y-%m-%dT%H:%M").to_string(), typed, "{zone}");
        }
    }
}

proptest! {
    /// Whatever passes the rules has its moments in order and survives being shown and typed again.
    #[test]
    fn what_is_taken_is_in_order_and_comes_back(
        zone in 0..TZ_VARIANTS.len(), day in 0_i64..70_000, minutes in 0_i64..1440, length in -2000_i64..600_000,
    ) {
        let start = NaiveDate::from_ymd_opt(1995, 1, 1).unwrap().and_time(NaiveTime::MIN) + TimeDelta::days(day) + TimeDelta::minutes(minutes);
        let hours = When::Hours { start, end: Some(start + TimeDelta::minutes(length)), zone: TZ_VARIANTS[zone] };
        let days = When::Days { first: start.date(), last: start.date() + TimeDelta::minutes(length) };
        for when in [hours, days] {
            let (start, end, zone) = when.typed();
            match (when.fault(), When::parse(&start, &end, &zone)) {
                (None, parsed) => {
                    prop_assert_eq!(parsed, Ok(when));
                    prop_assert!(when.begins() < when.ends());
                    prop_assert!(when.days().0 <= when.days().1);
                }
                (Some(fault), parsed) => prop_assert!(length == 0 || parsed == Err(fault)),
            }
        }
    }

    #[test]
    fn typing_never_panics(start in ".{0,24}", end in ".{0,24}", zone in ".{0,12}") {
        let _ = When::parse(&start, &end, &zone);
    }
}

#[test]
fn hours_by_the_clock_of_another_zone_may_lie_on_another_day() {
    let march = When::parse("2027-01-30T01:30", "03:00", "Europe/Paris").unwrap();
    let there = march.by_clock_of(chrono_tz::America::Bogota).unwrap();
    assert_eq!(there.typed(), ("2027-01-29T19:30".into(), "2027-01-29T21:00".into(), "America/Bogota".into()));
    assert_eq!((there.begins(), there.ends()), (march.begins(), march.ends()));
    assert_eq!(march.by_clock_of(chrono_tz::Europe::Rome), None, "the same clock");
    assert_eq!(When::parse("2027-01-30", "", "").unwrap().by_clock_of(chrono_tz::America::Bogota), None);
}
