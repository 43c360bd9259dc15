//! The laws of decisions: who may vote and how often, and what carries a question.

use super::*;
use proptest::prelude::*;

fn rules(procedure: Procedure, quorum: u32) -> Rules {
    Rules { procedure, quorum, ..Rules::default() }
}

fn tally(yes: u32, no: u32, abstain: u32) -> Tally {
    Tally { yes, no, abstain, ..Tally::default() }
}

fn vote(procedure: Procedure, quorum: u32, electorate: u32, tally: Tally) -> Outcome {
    match rules(procedure, quorum).verdict(Stage::Vote, electorate, &tally, None) {
        Verdict::Final(outcome) => outcome,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_majority_is_more_for_than_against() {
    assert_eq!(vote(Procedure::Majority, 50, 10, tally(3, 2, 0)), Outcome::Carried);
    assert_eq!(vote(Procedure::Majority, 50, 10, tally(3, 3, 0)), Outcome::Lost);
    assert_eq!(vote(Procedure::Majority, 50, 10, tally(1, 0, 4)), Outcome::Carried);
    assert_eq!(vote(Procedure::Majority, 50, 10, tally(0, 0, 9)), Outcome::Lost);
}

#[test]
fn two_thirds_are_of_those_for_or_against() {
    assert_eq!(vote(Procedure::TwoThirds, 0, 10, tally(2, 1, 0)), Outcome::Carried);
    assert_eq!(vote(Procedure::TwoThirds, 0, 10, tally(3, 2, 0)), Outcome::Lost);
    assert_eq!(vote(Procedure::TwoThirds, 0, 10, tally(4, 2, 4)), Outcome::Carried);
    assert_eq!(vote(Procedure::TwoThirds, 0, 10, tally(0, 0, 4)), Outcome::Lost);
}

#[test]
fn aut_12_the_quorum_is_of_those_who_could_vote_at_the_opening() {
    assert_eq!(rules(Procedure::Majority, 50).quorum_of(9), 5);
    assert_eq!(rules(Procedure::Majority, 0).quorum_of(9), 1, "never nobody");
    assert_eq!(rules(Procedure::Majority, 100).quorum_of(9), 9);
    assert_eq!(vote(Procedure::Majority, 50, 9, tally(4, 0, 0)), Outcome::NoQuorum);
    assert_eq!(vote(Procedure::Majority, 50, 9, tally(4, 0, 1)), Outcome::Carried);
    let mut ballots = Ballots::new(["ada".to_owned(), "bo".to_owned()]);
    assert_eq!(ballots.cast(Stage::Vote, "ada", Choice::Yes), Ok(()));
    assert_eq!(ballots.cast(Stage::Vote, "cem", Choice::Yes), Err(Untaken::NotInElectorate));
    assert_eq!(ballots.tally().all(), 1);
}

#[test]
fn consensus_goes_to_a_vote_where_somebody_objects_or_blocks() {
    let rules = rules(Procedure::Consensus, 50);
    let end = |tally: Tally| rules.verdict(Stage::Consensus, 6, &tally, None);
    assert_eq!(end(tally(4, 0, 1)), Verdict::Final(Outcome::Carried));
    assert_eq!(end(tally(0, 0, 5)), Verdict::Final(Outcome::Lost));
    assert_eq!(end(tally(2, 0, 0)), Verdict::Final(Outcome::NoQuorum));
    assert_eq!(end(Tally { object: 1, ..tally(4, 0, 0) }), Verdict::Vote(Procedure::Majority));
    assert_eq!(end(Tally { block: 1, ..tally(5, 0, 0) }), Verdict::Vote(Procedure::TwoThirds));
    let second = |tally: Tally, by| rules.verdict(Stage::Vote, 6, &tally, Some(by));
    assert_eq!(second(tally(3, 2, 0), Procedure::Majority), Verdict::Final(Outcome::Carried));
    assert_eq!(second(tally(3, 2, 0), Procedure::TwoThirds), Verdict::Final(Outcome::Lost));
    assert_eq!(rules.first_stage(), Stage::Consensus);
}

#[test]
fn two_who_hold_a_mandate_jointly_must_agree() {
    let rules = rules(Procedure::Joint, 50);
    let end = |tally: Tally| rules.verdict(Stage::Vote, 2, &tally, None);
    assert_eq!(end(tally(2, 0, 0)), Verdict::Final(Outcome::Carried));
    assert_eq!(end(tally(1, 0, 0)), Verdict::Final(Outcome::Lost));
    assert_eq!(end(tally(2, 1, 0)), Verdict::Final(Outcome::Lost));
    assert!(rules.is_settled(3, &tally(2, 0, 0)) && !rules.is_settled(3, &tally(1, 0, 0)));
    assert!(rules.is_settled(3, &tally(0, 1, 0)));
}

#[test]
fn minutes_are_read_in_their_short_form() {
    let read = Minutes::parse("2027-01-14: 34 for, 2 against, 1 abstained").unwrap();
    assert_eq!(read.tally, tally(34, 2, 1));
    assert_eq!(read.text(), "2027-01-14: 34 for, 2 against, 1 abstained");
    assert_eq!(Minutes::parse(" 2026-11-23 :  7 for ").unwrap().tally, tally(7, 0, 0));
    assert_eq!(Minutes::parse("2026-11-23: 1 abstained, 7 for").unwrap().tally, tally(7, 0, 1));
    for bad in [
        "",
        "2026-11-23",
        "2026-11-23:",
        "34 for",
        "2026-02-30: 3 for",
        "23.11.2026: 3 for",
        "2026-11-23: 3 against",
        "2026-11-23: -3 for",
        "2026-11-23: 3 for, 4 for",
        "2026-11-23: 3 for 2 against",
        "2026-11-23: three for",
        "2026-11-23: 3 for, 2 asleep",
    ] {
        assert_eq!(Minutes::parse(bad), Err("error-minutes-form"), "{bad}");
    }
    assert_eq!(Minutes::parse(&format!("2026-11-23: {} for", MAX_PRESENT + 1)), Err("error-minutes-many"));
    let of = |tally: Tally| rules(Procedure::Minutes, 50).verdict(Stage::Confirm, 3, &tally, None);
    assert_eq!(of(tally(34, 2, 1)), Verdict::Final(Outcome::Carried));
    assert_eq!(of(tally(2, 2, 0)), Verdict::Final(Outcome::Lost));
}

#[test]
fn minutes_need_a_second_member_where_there_are_more_than_two() {
    assert!(minutes_stand(1, "ada", None) && minutes_stand(2, "ada", None));
    assert!(!minutes_stand(3, "ada", None) && !minutes_stand(3, "ada", Some("ada")));
    assert!(minutes_stand(3, "ada", Some("bo")));
}

#[test]
fn a_mandate_is_recalled_by_enough_members_or_given_back() {
    let rule = RecallRule { members: 2 };
    let by = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<BTreeSet<_>>();
    assert!(!rule.recalls("ada", &by(&["bo"]), 5));
    assert!(rule.recalls("ada", &by(&["bo", "cem"]), 5));
    assert!(rule.recalls("ada", &by(&["ada"]), 5));
    assert!(rule.recalls("ada", &by(&["bo"]), 1), "all there are");
    assert!(!RecallRule { members: 0 }.recalls("ada", &by(&["bo", "cem", "dil"]), 5));
    assert!(!rule.recalls("ada", &by(&[]), 0));
}

fn any_tally() -> impl Strategy<Value = Tally> {
    (0..40u32, 0..40u32, 0..40u32).prop_map(|(yes, no, abstain)| tally(yes, no, abstain))
}

fn any_vote() -> impl Strategy<Value = Procedure> {
    proptest::sample::select(vec![Procedure::Majority, Procedure::TwoThirds])
}

proptest! {
    #[test]
    fn more_for_never_loses_and_more_against_never_wins(
        counts in any_tally(), procedure in any_vote(), quorum in 0..=100u32, more in 1..10u32,
    ) {
        let electorate = counts.all() + more;
        let outcome = |counts| vote(procedure, quorum, electorate, counts);
        if outcome(counts) == Outcome::Carried {
            prop_assert_eq!(outcome(tally(counts.yes + more, counts.no, counts.abstain)), Outcome::Carried);
        }
        // Without a quorum a further "no" can make one.
        if outcome(counts) == Outcome::Lost {
            prop_assert_eq!(outcome(tally(counts.yes, counts.no + more, counts.abstain)), Outcome::Lost);
        }
        // Who changes from no to yes, or stays away instead of voting against, never harms the question.
        if counts.no > 0 && outcome(counts) == Outcome::Carried {
            prop_assert_eq!(outcome(tally(counts.yes + 1, counts.no - 1, counts.abstain)), Outcome::Carried);
        }
    }

    #[test]
    fn what_two_thirds_carry_a_majority_does_too(counts in any_tally(), quorum in 0..=100u32) {
        if vote(Procedure::TwoThirds, quorum, counts.all(), counts) == Outcome::Carried {
            prop_assert_eq!(vote(Procedure::Majority, quorum, counts.all(), counts), Outcome::Carried);
        }
    }

    #[test]
    fn a_consensus_is_carried_only_without_objection(counts in any_tally(), object in 0..3u32, block in 0..3u32) {
        let counts = Tally { no: 0, object, block, ..counts };
        let verdict = rules(Procedure::Consensus, 0).verdict(Stage::Consensus, counts.all(), &counts, None);
        if verdict == Verdict::Final(Outcome::Carried) {
            prop_assert!(object == 0 && block == 0 && counts.yes > 0);
        }
    }

    #[test]
    fn aut_11_a_member_has_one_vote_the_last_one(
        votes in proptest::collection::vec((0..8usize, proptest::sample::select(Choice::ALL)), 0..60),
        stage in proptest::sample::select(Stage::ALL),
    ) {
        let names: Vec<Id> = (0..6).map(|n| format!("member {n}")).collect();
        let mut ballots = Ballots::new(names.clone());
        let mut last = BTreeMap::new();
        for (who, choice) in votes {
            let name = format!("member {who}");
            let taken = ballots.cast(stage, &name, choice);
            prop_assert_eq!(taken.is_ok(), names.contains(&name) && choice.fits(stage));
            if taken.is_ok() {
                last.insert(name, choice);
            }
        }
        prop_assert_eq!(ballots.tally(), Tally::of(last.values().copied()));
        prop_assert!(ballots.tally().all() as usize <= names.len());
    }

    #[test]
    fn minutes_read_back_as_they_are_written(yes in 0..=MAX_PRESENT, no in 0..=MAX_PRESENT, abstain in 0..=MAX_PRESENT, day in 0..40_000i64) {
        let date = NaiveDate::from_ymd_opt(1990, 1, 1).unwrap() + chrono::Duration::days(day);
        let minutes = Minutes { date, tally: tally(yes, no, abstain) };
        prop_assert_eq!(Minutes::parse(&minutes.text()), Ok(minutes));
    }
}
