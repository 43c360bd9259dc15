//! Rules of recurrence: what they read, print and mean.

use super::*;
use proptest::prelude::*;

fn date(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn days(rule: &str, first: &str, from: &str, most: usize) -> Vec<String> {
    let rule = Recurrence::parse(rule).unwrap();
    rule.days(date(first), date(from), most).iter().map(ToString::to_string).collect()
}

#[test]
fn a_rule_is_read_and_printed() {
    for (typed, printed) in [
        ("FREQ=DAILY", "FREQ=DAILY"),
        ("rrule:freq=yearly;interval=1;wkst=mo", "FREQ=YEARLY"),
        (" FREQ=WEEKLY;COUNT=4;BYDAY=MO,TH;INTERVAL=2; ", "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TH;COUNT=4"),
        ("FREQ=MONTHLY;BYDAY=1FR,-1SU;UNTIL=20280201T225959Z", "FREQ=MONTHLY;BYDAY=1FR,-1SU;UNTIL=20280201"),
    ] {
        assert_eq!(Recurrence::parse(typed).unwrap().to_string(), printed, "{typed}");
    }
    for wrong in [
        "",
        "DAILY",
        "FREQ=HOURLY",
        "INTERVAL=2",
        "FREQ=DAILY;FREQ=DAILY",
        "FREQ=DAILY;COUNT=2;UNTIL=20270101",
        "FREQ=DAILY;BYHOUR=3",
        "FREQ=WEEKLY;BYDAY=XX",
        "FREQ=WEEKLY;BYDAY=",
        "FREQ=WEEKLY;BYDAY=MO,MO",
        "FREQ=WEEKLY;BYDAY=2MO",
        "FREQ=MONTHLY;BYDAY=6MO",
        "FREQ=MONTHLY;BYDAY=0MO",
        "FREQ=YEARLY;BYDAY=MO",
        "FREQ=DAILY;UNTIL=2027",
        "FREQ=DAILY;WKST=SU",
        "FREQ=DAILY;BYDAY=ü",
    ] {
        assert_eq!(Recurrence::parse(wrong), Err(FORM), "{wrong}");
    }
    for wrong in ["FREQ=DAILY;INTERVAL=0", "FREQ=DAILY;INTERVAL=100", "FREQ=DAILY;COUNT=0", "FREQ=DAILY;COUNT=1001"] {
        assert_eq!(Recurrence::parse(wrong), Err(BOUNDS), "{wrong}");
    }
}

#[test]
fn the_days_of_a_rule() {
    assert_eq!(days("FREQ=YEARLY", "2027-01-25", "2028-02-01", 2), ["2029-01-25", "2030-01-25"]);
    assert_eq!(days("FREQ=DAILY;COUNT=3", "2027-01-25", "2000-01-01", 9), ["2027-01-25", "2027-01-26", "2027-01-27"]);
    assert_eq!(days("FREQ=DAILY;UNTIL=20270126", "2027-01-25", "2027-01-25", 9), ["2027-01-25", "2027-01-26"]);
    assert_eq!(days("FREQ=MONTHLY;BYDAY=1FR", "2027-01-01", "2027-01-02", 2), ["2027-02-05", "2027-03-05"]);
    assert_eq!(days("FREQ=MONTHLY;BYDAY=-1SU;COUNT=2", "2027-01-31", "2027-01-01", 5), ["2027-01-31", "2027-02-28"]);
    assert_eq!(
        days("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TH;COUNT=3", "2027-01-25", "2027-01-25", 9),
        ["2027-01-25", "2027-01-28", "2027-02-08"]
    );
    // Months without a 31st are passed over.
    assert_eq!(days("FREQ=MONTHLY", "2027-01-31", "2027-02-01", 2), ["2027-03-31", "2027-05-31"]);
}

#[test]
fn dat_21_a_leap_day_comes_back_in_leap_years() {
    assert_eq!(days("FREQ=YEARLY", "2096-02-29", "2096-03-01", 2), ["2104-02-29", "2108-02-29"]);
    assert_eq!(days("FREQ=DAILY", "2028-02-28", "2028-02-28", 3), ["2028-02-28", "2028-02-29", "2028-03-01"]);
}

#[test]
fn an_endless_rule_is_bounded() {
    assert_eq!(days("FREQ=DAILY", "2027-01-01", "2027-01-01", 1_000_000).len(), MAX_INSTANCES);
    // It ends with the years that we know.
    assert_eq!(days("FREQ=YEARLY", "2027-01-01", "2198-01-01", 100), ["2198-01-01", "2199-01-01"]);
}

#[test]
fn every_night_is_at_the_same_hour_on_both_sides_of_a_change_of_the_clock() {
    let when = When::parse("2027-03-26T20:00", "2027-03-27T02:30", "Europe/Paris").unwrap();
    let now = date("2027-03-27").and_hms_opt(22, 0, 0).unwrap();
    let nights = Recurrence::nightly(Until::Day(date("2027-03-29"))).instances(&when, now, 9);
    let starts: Vec<String> = nights.iter().map(|when| when.start().to_rfc3339()).collect();
    // The second night is under way at that moment; the third has the new offset.
    assert_eq!(starts, ["2027-03-27T20:00:00+01:00", "2027-03-28T20:00:00+02:00", "2027-03-29T20:00:00+02:00"]);
    // Half past two doesn't exist in the second night: the moment that the clock would have shown.
    assert_eq!(nights[0].end().unwrap().to_rfc3339(), "2027-03-28T03:30:00+02:00");
}

#[test]
fn a_range_under_way_is_among_the_next() {
    let when = When::parse("2027-01-25", "2027-02-01", "").unwrap();
    let now = date("2029-01-30").and_hms_opt(12, 0, 0).unwrap();
    let next: Vec<_> = Recurrence::yearly().instances(&when, now, 2).iter().map(When::days).collect();
    assert_eq!(next, [(date("2029-01-25"), date("2029-02-01")), (date("2030-01-25"), date("2030-02-01"))]);
}

#[test]
fn a_calendar_gets_until_in_the_form_of_its_start() {
    let rule = Recurrence::nightly(Until::Day(date("2027-02-01")));
    let hours = When::parse("2027-01-25T20:00", "", "Europe/Paris").unwrap();
    assert_eq!(rule.for_calendar(&hours), "FREQ=DAILY;UNTIL=20270201T225959Z");
    assert_eq!(rule.for_calendar(&When::parse("2027-01-25", "", "").unwrap()), "FREQ=DAILY;UNTIL=20270201");
}

prop_compose! {
    fn rules()(frequency in 0..4usize, interval in 1..=MAX_INTERVAL, end in 0..3, count in 1..=MAX_COUNT, last in 0..4000u64,
        on in proptest::collection::btree_set((0..7usize, -5..=5i8), 0..4)) -> Recurrence {
        let frequency = Frequency::ALL[frequency];
        let until = match end {
            0 => Until::Forever,
            1 => Until::Count(count),
            _ => Until::Day(date("2027-01-01") + Days::new(last)),
        };
        let mut found: Vec<OnDay> = Vec::new();
        if frequency != Frequency::Yearly {
            for (day, nth) in on {
                let nth = if frequency == Frequency::Monthly { nth } else { 0 };
                let day = OnDay { nth, day: DAYS[day].1 };
                if !found.contains(&day) {
                    found.push(day);
                }
            }
        }
        Recurrence { frequency, interval, until, on: found }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..Default::default() })]

    #[test]
    fn printing_and_reading_keep_a_rule(rule in rules()) {
        prop_assert_eq!(Recurrence::parse(&rule.to_string()), Ok(rule.clone()));
        let json = serde_json::to_string(&rule).unwrap();
        prop_assert_eq!(serde_json::from_str::<Recurrence>(&json).unwrap(), rule);
    }

    #[test]
    fn days_fit_their_rule(rule in rules(), offset in 0..1500u64, from in 0..3000u64, most in 0..40usize) {
        let first = date("2027-01-01") + Days::new(offset);
        let from = date("2027-01-01") + Days::new(from);
        let days = rule.days(first, from, most);
        prop_assert!(days.len() <= most && days.is_sorted());
        for day in &days {
            prop_assert!(*day >= first && *day >= from);
            if let Until::Day(last) = rule.until {
                prop_assert!(*day <= last);
            }
            if !rule.on.is_empty() {
                prop_assert!(rule.on.iter().any(|on| on.day == day.weekday()));
            }
            let interval = i64::from(rule.interval);
            match rule.frequency {
                Frequency::Daily => prop_assert_eq!((*day - first).num_days() % interval, 0),
                Frequency::Yearly => prop_assert_eq!((day.month(), day.day()), (first.month(), first.day())),
                Frequency::Monthly => {
                    let months = |d: NaiveDate| i64::from(d.year()) * 12 + i64::from(d.month());
                    prop_assert_eq!((months(*day) - months(first)) % interval, 0);
                }
                Frequency::Weekly => {
                    let monday = |d: NaiveDate| d - Days::new(u64::from(d.weekday().num_days_from_monday()));
                    prop_assert_eq!((monday(*day) - monday(first)).num_days() % (7 * interval), 0);
                }
            }
        }
        if let Until::Count(count) = rule.until {
            prop_assert!(rule.days(first, first, MAX_INSTANCES).len() <= count as usize);
        }
    }

    #[test]
    fn no_text_breaks_the_parser(text in "\\PC{0,60}") {
        let _ = Recurrence::parse(&text);
        let _ = Recurrence::parse(&format!("FREQ=DAILY;{text}"));
    }
}
