//! The laws of endorsements: nothing final comes back, and no order of arrival matters.

use super::*;
use crate::domain::time::parse_rfc3339;
use proptest::prelude::*;
use std::collections::BTreeSet;

const FIRST: &str = "zQmFirst";
const SECOND: &str = "zQmSecond";
const STAMP: &str = "https://river.example/stamps/31";

fn at(text: &str) -> Timestamp {
    parse_rfc3339(text).unwrap()
}

fn now() -> Timestamp {
    at("2026-11-23T12:00:00Z")
}

fn claim(sequence: i32, state: EndorsementState, digest: &str) -> Event {
    let ratify_by = (state == EndorsementState::Indicative).then(|| at("2026-12-23T12:00:00Z"));
    Event::Claimed(Claim {
        sequence,
        state,
        digest: digest.into(),
        ratify_by,
        fingerprint: format!("{sequence} {state} {digest}"),
    })
}

/// All orders of so many things.
fn orders(n: usize) -> Vec<Vec<usize>> {
    if n == 0 {
        return vec![Vec::new()];
    }
    let mut all = Vec::new();
    for order in orders(n - 1) {
        for place in 0..=order.len() {
            let mut longer = order.clone();
            longer.insert(place, n - 1);
            all.push(longer);
        }
    }
    all
}

#[test]
fn dat_17_six_events_in_all_720_orders_give_the_same_life() {
    use EndorsementState::{Indicative, Ratified, Withdrawn};
    let dropped = [
        claim(1, Indicative, FIRST),
        claim(2, Ratified, FIRST),
        claim(3, Ratified, SECOND),
        claim(4, Withdrawn, SECOND),
        Event::Stamped(STAMP.into()),
        Event::StampGone(STAMP.into()),
    ];
    let standing = [
        claim(1, Indicative, FIRST),
        claim(2, Indicative, SECOND),
        claim(3, Ratified, SECOND),
        Event::Stamped("https://river.example/stamps/30".into()),
        Event::StampGone("https://river.example/stamps/30".into()),
        Event::Stamped(STAMP.into()),
    ];
    for (events, shown, author) in
        [(dropped, Shown::Withdrawn, AuthorState::Dropped), (standing, Shown::Ratified, AuthorState::Accepted)]
    {
        let orders = orders(events.len());
        assert_eq!(orders.iter().collect::<BTreeSet<_>>().len(), 720);
        for order in orders {
            let life = Life::of(order.iter().map(|n| events[*n].clone()));
            // Each event a second time, in the order turned round.
            let twice = Life::of(order.iter().chain(order.iter().rev()).map(|n| events[*n].clone()));
            assert_eq!((life.shown(SECOND, now()), life.author()), (shown, author), "{order:?}");
            assert_eq!(life, twice, "{order:?}");
            assert!(!life.is_equivocal());
        }
    }
}

#[test]
fn dat_06_a_withdrawal_before_its_endorsement_makes_it_void() {
    let mut life = Life::of([claim(2, EndorsementState::Withdrawn, FIRST)]);
    life.apply(Event::Stamped(STAMP.into()));
    life.apply(claim(1, EndorsementState::Indicative, FIRST));
    assert_eq!(life.shown(FIRST, now()), Shown::Withdrawn);
}

#[test]
fn dat_04_15_nothing_goes_back_by_replay_or_by_a_higher_number() {
    use EndorsementState::{Indicative, Ratified, Withdrawn};
    let mut life = Life::of([Event::Stamped(STAMP.into()), claim(1, Indicative, FIRST), claim(2, Ratified, FIRST)]);
    life.apply(claim(1, Indicative, FIRST));
    assert_eq!(life.shown(FIRST, now()), Shown::Ratified);
    life.apply(claim(9, Indicative, FIRST));
    assert_eq!(life.shown(FIRST, now()), Shown::Ratified);
    life.apply(claim(3, Withdrawn, FIRST));
    life.apply(claim(10, Ratified, FIRST));
    assert_eq!(life.shown(FIRST, now()), Shown::Withdrawn);
}

#[test]
fn dat_07_an_endorsement_holds_for_its_own_text() {
    let mut life = Life::of([Event::Stamped(STAMP.into()), claim(1, EndorsementState::Ratified, FIRST)]);
    assert_eq!(life.shown(FIRST, now()), Shown::Ratified);
    assert_eq!(life.shown(SECOND, now()), Shown::EarlierVersion);
    assert!(!Shown::EarlierVersion.counts());
    life.apply(claim(2, EndorsementState::Ratified, SECOND));
    assert_eq!(life.shown(SECOND, now()), Shown::Ratified);
}

#[test]
fn an_indicative_one_lapses_when_its_time_is_over() {
    let life = Life::of([Event::Stamped(STAMP.into()), claim(1, EndorsementState::Indicative, FIRST)]);
    assert_eq!(life.shown(FIRST, at("2026-12-23T11:59:59Z")), Shown::Indicative);
    assert_eq!(life.shown(FIRST, at("2026-12-23T12:00:00Z")), Shown::Lapsed);
}

#[test]
fn the_author_decides_for_itself() {
    let endorsed = || Life::of([claim(1, EndorsementState::Ratified, FIRST)]);
    let mut life = endorsed();
    assert_eq!((life.author(), life.shown(FIRST, now())), (AuthorState::Pending, Shown::Waiting));
    life.apply(Event::Stamped(STAMP.into()));
    assert_eq!(life.stamp(), Some(STAMP));
    life.apply(Event::StampGone(STAMP.into()));
    assert_eq!((life.author(), life.stamp()), (AuthorState::Dropped, None));
    // The stamp again, by somebody who kept the `Accept`.
    life.apply(Event::Stamped(STAMP.into()));
    assert_eq!(life.author(), AuthorState::Dropped);
    let mut life = endorsed();
    life.apply(Event::Declined);
    assert_eq!((life.author(), life.shown(FIRST, now())), (AuthorState::Declined, Shown::Declined));
    life.apply(Event::Stamped(STAMP.into()));
    assert!(!life.shown(FIRST, now()).counts());
}

#[test]
fn two_claims_of_one_number_are_noticed_and_kept() {
    let life = Life::of([claim(1, EndorsementState::Indicative, FIRST), claim(1, EndorsementState::Indicative, SECOND)]);
    assert!(life.is_equivocal());
    assert_eq!(life.claims().count(), 2);
    let of_two_states = Life::of([claim(3, EndorsementState::Ratified, FIRST), claim(3, EndorsementState::Withdrawn, FIRST)]);
    assert!(of_two_states.is_equivocal());
    assert_eq!(of_two_states.state(now()), Some(EndorsementState::Withdrawn));
}

#[test]
fn what_was_erased_is_named_no_more() {
    let life = Life::of([Event::Erased, Event::Stamped(STAMP.into()), claim(1, EndorsementState::Ratified, FIRST)]);
    assert_eq!(life.shown(FIRST, now()), Shown::Erased);
}

#[test]
fn ones_own_endorsement_keeps_its_rules() {
    let by = at("2026-12-23T12:00:00Z");
    let begun = Endorsing::new(FIRST, Some(by));
    assert_eq!((begun.state, begun.sequence), (EndorsementState::Indicative, 1));
    assert_eq!(begun.after(&Change::Lapse, now()), Err(Unchanged::TooEarly));
    assert_eq!(begun.after(&Change::Confirm(FIRST.into()), now()), Err(Unchanged::SameText));
    assert_eq!(begun.after(&Change::Ratify, by), Err(Unchanged::TooLate));
    let lapsed = begun.after(&Change::Lapse, by).unwrap();
    assert_eq!((lapsed.state, lapsed.sequence), (EndorsementState::Lapsed, 2));
    assert_eq!(lapsed.after(&Change::Ratify, now()), Err(Unchanged::Final));
    let ratified = begun.after(&Change::Ratify, now()).unwrap();
    assert_eq!((ratified.state, ratified.ratify_by, ratified.sequence), (EndorsementState::Ratified, None, 2));
    assert_eq!(ratified.after(&Change::Ratify, now()), Err(Unchanged::Ratified));
    assert_eq!(ratified.after(&Change::Lapse, by), Err(Unchanged::TooEarly));
    let confirmed = ratified.after(&Change::Confirm(SECOND.into()), by).unwrap();
    assert_eq!((confirmed.state, confirmed.digest.as_str(), confirmed.sequence), (EndorsementState::Ratified, SECOND, 3));
    let withdrawn = confirmed.after(&Change::Withdraw, by).unwrap();
    assert!(withdrawn.state.is_final());
    assert_eq!(Endorsing::new(FIRST, None).state, EndorsementState::Ratified);
}

fn any_state() -> impl Strategy<Value = EndorsementState> {
    proptest::sample::select(EndorsementState::ALL)
}

fn any_event() -> impl Strategy<Value = Event> {
    let claims =
        (1..6i32, any_state(), proptest::sample::select(vec![FIRST, SECOND])).prop_map(|(n, state, text)| claim(n, state, text));
    let stamp = || (0..3u8).prop_map(|n| format!("https://river.example/stamps/{n}"));
    prop_oneof![
        6 => claims,
        2 => stamp().prop_map(Event::Stamped),
        2 => stamp().prop_map(Event::StampGone),
        1 => Just(Event::Declined),
        1 => Just(Event::Erased),
    ]
}

fn any_change() -> impl Strategy<Value = Change> {
    prop_oneof![
        Just(Change::Ratify),
        Just(Change::Withdraw),
        Just(Change::Lapse),
        (0..4u8).prop_map(|n| Change::Confirm(format!("zQm{n}"))),
    ]
}

proptest! {
    #[test]
    fn dat_17_any_events_in_any_order_converge(
        (events, shuffled) in proptest::collection::vec(any_event(), 0..12).prop_flat_map(|events| (Just(events.clone()), Just(events).prop_shuffle())),
        again in proptest::collection::vec(any::<proptest::sample::Index>(), 0..12),
    ) {
        let life = Life::of(events.clone());
        let doubled = again.iter().filter(|_| !events.is_empty()).map(|n| n.get(&events).clone());
        prop_assert_eq!(Life::of(shuffled.into_iter().chain(doubled)), life);
    }

    #[test]
    fn dat_15_a_life_never_goes_back(events in proptest::collection::vec(any_event(), 1..12), more in any_event()) {
        let before = Life::of(events);
        let mut after = before.clone();
        after.apply(more);
        if let (Some(was), Some(is)) = (before.claim(), after.claim()) {
            prop_assert!(is.state.stage() >= was.state.stage());
        }
        if matches!(before.author(), AuthorState::Declined | AuthorState::Dropped) && before.declined {
            prop_assert!(after.author() != AuthorState::Accepted);
        }
        prop_assert!(!before.is_erased() || after.is_erased());
        prop_assert!(!before.is_equivocal() || after.is_equivocal());
    }

    #[test]
    fn a_longer_history_than_is_kept_converges_too(order in Just((1..200i32).collect::<Vec<_>>()).prop_shuffle()) {
        let life = Life::of(order.iter().map(|n| claim(*n, EndorsementState::Ratified, FIRST)));
        prop_assert_eq!(life.claims().count(), MAX_CLAIMS);
        prop_assert_eq!(life.claim().map(|claim| claim.sequence), Some(199));
    }

    #[test]
    fn whatever_an_endorser_does_others_come_to_the_same(
        changes in proptest::collection::vec((any_change(), 0..60i64), 0..12), indicative in any::<bool>(),
    ) {
        let begin = now();
        let mut own = Endorsing::new("zQm0", indicative.then(|| begin + chrono::Duration::days(30)));
        let said = |own: &Endorsing| Event::Claimed(Claim {
            sequence: own.sequence,
            state: own.state,
            digest: own.digest.clone(),
            ratify_by: own.ratify_by,
            fingerprint: format!("{own:?}"),
        });
        let mut events = vec![said(&own)];
        let mut at = begin;
        for (change, days) in changes {
            at += chrono::Duration::days(days);
            if let Ok(next) = own.after(&change, at) {
                prop_assert!(own.state.may_become(next.state));
                prop_assert_eq!(next.sequence, own.sequence + 1);
                own = next;
                events.push(said(&own));
            }
        }
        let life = Life::of(events.into_iter().rev());
        let claim = life.claim().unwrap();
        prop_assert_eq!((claim.sequence, claim.state, &claim.digest), (own.sequence, own.state, &own.digest));
        prop_assert!(!life.is_equivocal());
    }
}
