//! The laws of mandates: nothing outside the terms, nothing after the end, and who had their turn has a pause.

use super::*;
use crate::domain::time::parse_rfc3339;
use proptest::prelude::*;

fn at(text: &str) -> Timestamp {
    parse_rfc3339(text).unwrap()
}

fn terms() -> Terms {
    Terms {
        office: "press group".into(),
        verbs: [Verb::Publish, Verb::Endorse].into(),
        topics: BTreeSet::new(),
        campaign: None,
        partners: BTreeSet::new(),
        from: at("2026-11-01T00:00:00Z"),
        until: at("2027-05-01T00:00:00Z"),
        joint: false,
    }
}

fn now() -> Timestamp {
    at("2026-11-23T12:00:00Z")
}

#[test]
fn aut_08_at_its_end_a_mandate_covers_nothing() {
    let endorse = Deed::plain(Verb::Endorse);
    let covers = |text: &str| terms().covers(&endorse, None, at(text));
    assert_eq!(covers("2026-10-31T23:59:59Z"), Err(Beyond::Early));
    assert_eq!(covers("2026-11-01T00:00:00Z"), Ok(()));
    assert_eq!(covers("2027-04-30T23:59:59Z"), Ok(()));
    assert_eq!(covers("2027-05-01T00:00:00Z"), Err(Beyond::Over));
    assert_eq!(covers("2027-05-01T00:00:01Z"), Err(Beyond::Over));
}

#[test]
fn aut_10_a_recall_holds_from_its_moment() {
    let endorse = Deed::plain(Verb::Endorse);
    assert_eq!(terms().covers(&endorse, Some(now()), now()), Err(Beyond::Recalled));
    assert_eq!(terms().covers(&endorse, Some(now() + Duration::seconds(1)), now()), Ok(()));
    assert_eq!(terms().state(Some(now()), now()), MandateState::Recalled);
}

#[test]
fn aut_14_a_deed_outside_the_terms_is_refused_with_the_reason() {
    let deed = Deed {
        verb: Verb::Endorse,
        topics: vec!["River".into()],
        campaign: Some("https://network.example/c/water".into()),
        partner: Some(("https://valley.example/c/valley".into(), "valley.example".into())),
    };
    let covers = |terms: Terms| terms.normalised().covers(&deed, None, now());
    assert_eq!(covers(terms()), Ok(()));
    assert_eq!(covers(Terms { verbs: [Verb::Publish].into(), ..terms() }), Err(Beyond::Verb));
    assert_eq!(covers(Terms { topics: ["#RIVER".to_owned()].into(), ..terms() }), Ok(()));
    assert_eq!(covers(Terms { topics: ["housing".to_owned()].into(), ..terms() }), Err(Beyond::Topic));
    assert_eq!(covers(Terms { campaign: deed.campaign.clone(), ..terms() }), Ok(()));
    assert_eq!(covers(Terms { campaign: Some("https://network.example/c/rent".into()), ..terms() }), Err(Beyond::Campaign));
    assert_eq!(covers(Terms { partners: ["valley.example".to_owned()].into(), ..terms() }), Ok(()));
    assert_eq!(covers(Terms { partners: ["https://valley.example/c/valley".to_owned()].into(), ..terms() }), Ok(()));
    assert_eq!(covers(Terms { partners: ["hill.example".to_owned()].into(), ..terms() }), Err(Beyond::Partner));
    // What has no topic, campaign or partner is outside a mandate that names one.
    let plain = Deed::plain(Verb::Endorse);
    for narrow in [
        Terms { topics: ["river".to_owned()].into(), ..terms() },
        Terms { campaign: deed.campaign.clone(), ..terms() },
        Terms { partners: ["valley.example".to_owned()].into(), ..terms() },
    ] {
        assert!(narrow.covers(&plain, None, now()).is_err());
    }
}

#[test]
fn a_mandate_has_verbs_and_an_end() {
    assert!(terms().faults().is_empty());
    let field = |terms: Terms| terms.faults().iter().map(|fault| fault.0).collect::<Vec<_>>();
    assert_eq!(field(Terms { verbs: BTreeSet::new(), ..terms() }), ["verbs"]);
    assert_eq!(field(Terms { until: terms().from, ..terms() }), ["until"]);
    assert_eq!(field(Terms { until: terms().from + Duration::days(MAX_TERM_DAYS + 1), ..terms() }), ["until"]);
    assert_eq!(field(Terms { office: "x".repeat(MAX_OFFICE + 1), ..terms() }), ["office"]);
    assert_eq!(field(Terms { topics: (0..=MAX_NAMED).map(|n| n.to_string()).collect(), ..terms() }), ["topics"]);
    assert_eq!(field(Terms { partners: (0..=MAX_NAMED).map(|n| n.to_string()).collect(), ..terms() }), ["partners"]);
    assert_eq!((terms().needed(), Terms { joint: true, ..terms() }.needed()), (1, 2));
}

#[test]
fn warnings_come_before_the_end_once_each_and_the_nearest_first() {
    let terms = terms();
    let warning = |days: i64, last| terms.warning(last, terms.until - Duration::days(days));
    assert_eq!(warning(31, None), None);
    assert_eq!(warning(30, None), Some(30));
    assert_eq!(warning(20, Some(30)), None);
    assert_eq!(warning(7, Some(30)), Some(7));
    assert_eq!(warning(1, Some(7)), Some(1));
    assert_eq!(warning(1, Some(1)), None);
    // A server that slept doesn't give three at once.
    assert_eq!(warning(1, None), Some(1));
    assert_eq!(warning(0, None), None);
}

#[test]
fn who_had_the_office_in_a_row_pauses() {
    let day = |n: i64| at("2026-01-01T00:00:00Z") + Duration::days(n);
    let term = |member: &str, from, end| Term { member: member.into(), from: day(from), end: day(end) };
    let rule = Rotation { terms: 2, pause_days: 90 };
    assert!(rule.allows("ada", day(0), &[]));
    let once = [term("ada", 0, 180)];
    assert!(rule.allows("ada", day(180), &once));
    let twice = [term("ada", 180, 360), term("ada", 0, 180), term("bo", 100, 200)];
    assert!(!rule.allows("ada", day(360), &twice));
    assert!(!rule.allows("ada", day(449), &twice), "no pause of ninety days");
    assert!(rule.allows("ada", day(450), &twice));
    assert!(rule.allows("bo", day(200), &twice));
    assert!(Rotation { terms: 0, ..rule }.allows("ada", day(360), &twice));
}

proptest! {
    #[test]
    fn a_mandate_never_covers_more_than_a_wider_one(
        verb in proptest::sample::select(Verb::ALL), topics in proptest::collection::btree_set("[a-c]", 0..3),
        deed_topics in proptest::collection::vec("[a-cA-C]", 0..3), days in -400i64..400, recalled in proptest::option::of(-400i64..400),
    ) {
        let deed = Deed { topics: deed_topics, ..Deed::plain(verb) };
        let time = now() + Duration::days(days);
        let recalled = recalled.map(|days| now() + Duration::days(days));
        let narrow = Terms { topics, ..terms() };
        let wide = Terms { verbs: Verb::ALL.iter().copied().collect(), topics: BTreeSet::new(), ..terms() };
        if narrow.covers(&deed, recalled, time).is_ok() {
            prop_assert!(wide.covers(&deed, None, time).is_ok());
            prop_assert!(narrow.from <= time && time < narrow.until && recalled.is_none_or(|at| at > time));
            // Once it is over it stays over.
        } else if narrow.state(recalled, time) != MandateState::Coming {
            let reason = narrow.covers(&deed, recalled, time);
            let later = narrow.covers(&deed, recalled, time + Duration::days(1));
            prop_assert!(later.is_err(), "{reason:?}");
        }
    }

    #[test]
    fn whoever_looks_daily_warns_at_most_three_times(start in 0i64..60, skip in 1i64..10) {
        let terms = terms();
        let (mut last, mut given) = (None, Vec::new());
        let mut left = start;
        while left > -3 {
            if let Some(days) = terms.warning(last, terms.until - Duration::days(left)) {
                prop_assert!(left > 0 && left <= days);
                given.push(days);
                last = Some(days);
            }
            left -= skip;
        }
        prop_assert!(given.windows(2).all(|pair| pair[0] > pair[1]));
        prop_assert!(start < 31 || skip > 1 || given == WARNINGS.to_vec());
    }
}
