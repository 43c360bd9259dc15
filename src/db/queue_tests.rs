//! The queue on both databases: claims, order, retries.

use super::*;
use crate::{
    db::{Db, peers, queue_report},
    domain::time::parse_rfc3339,
    testing::{Backend, backends, settings},
};

const POLICY: Policy = Policy {
    first_retry: 60,
    longest_retry: 86_400,
    longest_pause: 2_900,
    give_up_days: 7,
    max_server_errors: 3,
    dormant_days: 7,
};

struct Bench {
    backend: Backend,
    db: Db,
    _dir: tempfile::TempDir,
}

fn start() -> Timestamp {
    parse_rfc3339("2026-03-18T12:00:00Z").unwrap()
}

fn after(seconds: i64) -> Timestamp {
    start() + Duration::seconds(seconds)
}

impl Bench {
    /// One after the other, on each database.
    fn both() -> impl Iterator<Item = Self> {
        backends().into_iter().map(|backend| {
            let dir = tempfile::tempdir().unwrap();
            let db = Db::open(&settings(backend, dir.path())).unwrap();
            Self { backend, db, _dir: dir }
        })
    }

    fn enqueue(&self, n: u32, object: &str, inboxes: &[&str]) {
        let activity = NewActivity {
            uri: format!("https://river.example/activities/{n}"),
            actor_uri: "https://river.example/c/river".into(),
            kind: "Create".into(),
            object_uri: object.into(),
            public: true,
            json: "{}".into(),
            signing_key_id: None,
            created_at: start(),
        };
        let inboxes = inboxes.iter().map(|inbox| (*inbox).to_owned()).collect();
        self.db.write_blocking(|conn| enqueue(conn, &activity, &inboxes)).unwrap();
    }

    fn claim(&self, now: Timestamp) -> Vec<Claimed> {
        let ids = self.db.read_blocking(|conn| due(conn, now, 4, 100)).unwrap();
        self.db.write_blocking(|conn| claim(conn, &ids, now, now + Duration::seconds(50))).unwrap().deliveries
    }

    fn record(&self, tried: Vec<Tried>, now: Timestamp) {
        self.db.write_blocking(|conn| record(conn, &tried, now, &POLICY, || 0.0)).unwrap();
    }

    fn peer(&self, host: &str) -> peers::PeerRow {
        self.db.read_blocking(|conn| peers::get(conn, host)).unwrap().unwrap()
    }

    fn waiting(&self) -> i64 {
        self.db.read_blocking(queue_report::count_waiting).unwrap()
    }
}

fn tried(claimed: &Claimed, outcome: Outcome, status: u16) -> Tried {
    Tried {
        id: claimed.id,
        host: claimed.host.clone(),
        inbox: claimed.inbox.clone(),
        outcome,
        status: (status > 0).then_some(status),
        why: Some(format!("answered {status}")),
        signature: None,
    }
}

fn retry(blame: Blame) -> Outcome {
    Outcome::Retry { blame, not_before: None }
}

#[test]
fn order_per_object_and_inbox_holds_also_while_the_first_waits() {
    for bench in Bench::both() {
        bench.enqueue(1, "o1", &["https://a.example/inbox"]);
        bench.enqueue(2, "o1", &["https://a.example/inbox", "https://b.example/inbox"]);
        bench.enqueue(3, "o2", &["https://a.example/inbox"]);
        let first = bench.claim(start());
        let names: Vec<(i64, &str)> = first.iter().map(|c| (c.activity_seq, c.host.as_str())).collect();
        assert_eq!(names, [(1, "a.example"), (2, "b.example")], "one at a time to a host that was never reached");
        bench.record(vec![tried(&first[0], retry(Blame::Delivery), 500)], start());
        let next = bench.claim(after(1));
        assert_eq!(next.iter().map(|c| c.activity_seq).collect::<Vec<_>>(), [3], "2 waits for 1, 3 is about something else");
        bench.record(vec![tried(&next[0], Outcome::Delivered, 202)], after(1));
        assert!(bench.claim(after(49)).is_empty());
        let again = bench.claim(after(61));
        assert_eq!(again.iter().map(|c| c.activity_seq).collect::<Vec<_>>(), [1, 2], "2 to b again, its lease ran out");
        bench.record(again.iter().map(|c| tried(c, Outcome::Delivered, 202)).collect(), after(61));
        assert_eq!(bench.claim(after(61)).len(), 1);
    }
}

#[test]
fn few_per_host_and_a_claim_belongs_to_one() {
    for bench in Bench::both() {
        for n in 0..10 {
            bench.enqueue(n, &format!("o{n}"), &["https://a.example/inbox"]);
        }
        let first = bench.claim(start());
        assert_eq!(first.len(), 1);
        assert!(bench.claim(start()).is_empty(), "it is claimed");
        bench.record(vec![tried(&first[0], Outcome::Delivered, 202)], start());
        assert_eq!(bench.claim(start()).len(), 4);
        assert!(bench.claim(after(1)).is_empty(), "four are under way");
        assert_eq!(bench.claim(after(51)).len(), 4, "their process died");
        bench.db.write_blocking(release_orphans).unwrap();
        // On PostgreSQL another server may be at work on them: those leases run out by themselves.
        let released = if bench.backend == Backend::Sqlite { 4 } else { 0 };
        assert_eq!(bench.claim(after(52)).len(), released, "or it was started again");
        assert_eq!(bench.claim(after(102)).len(), 4);
    }
}

#[test]
fn a_sick_host_comes_after_healthy_ones_and_gets_one_probe() {
    for bench in Bench::both() {
        for n in 0..6 {
            bench.enqueue(n, &format!("o{n}"), &["https://sick.example/inbox"]);
        }
        let probe = bench.claim(start());
        bench.record(vec![tried(&probe[0], retry(Blame::Host), 0)], start());
        assert_eq!(bench.peer("sick.example").next_at, Some(after(60)));
        bench.enqueue(10, "new", &["https://well.example/inbox", "https://sick.example/inbox"]);
        assert_eq!(bench.claim(after(59)).iter().map(|c| c.host.as_str()).collect::<Vec<_>>(), ["well.example"]);
        bench.enqueue(11, "newer", &["https://third.example/inbox"]);
        let hosts: Vec<String> = bench.claim(after(60)).into_iter().map(|c| c.host).collect();
        assert_eq!(hosts, ["third.example", "sick.example"]);
    }
}

#[test]
fn ops_12_gone_takes_that_inbox_only() {
    for bench in Bench::both() {
        bench.enqueue(1, "o1", &["https://a.example/users/x/inbox", "https://a.example/inbox"]);
        bench.enqueue(2, "o2", &["https://a.example/users/x/inbox", "https://a.example/inbox"]);
        bench.db.write_blocking(|conn| peers::delivered_for_tests(conn, "a.example", start())).unwrap();
        let claimed = bench.claim(after(1));
        let gone = claimed.iter().find(|c| c.inbox.contains("users")).unwrap();
        bench.record(vec![tried(gone, Outcome::Gone, 410)], after(1));
        assert_eq!(bench.waiting(), 2, "what goes to the other inbox stays");
    }
}

#[test]
fn ops_13_nothing_before_the_time_that_a_host_named() {
    for bench in Bench::both() {
        bench.enqueue(1, "o1", &["https://a.example/inbox"]);
        bench.enqueue(2, "o2", &["https://a.example/inbox"]);
        let first = bench.claim(start());
        let wish = Outcome::Retry { blame: Blame::Host, not_before: Some(after(3_600)) };
        bench.record(vec![tried(&first[0], wish, 429)], start());
        bench.db.write_blocking(|conn| peers::seen(conn, "a.example", after(100))).unwrap();
        assert!(bench.claim(after(3_599)).is_empty(), "not even when it is heard of");
        assert_eq!(bench.claim(after(3_600)).len(), 1);
    }
}

#[test]
fn ops_15_a_bad_delivery_is_given_up_and_never_in_the_way() {
    for bench in Bench::both() {
        bench.enqueue(1, "bad", &["https://a.example/inbox"]);
        let mut now = start();
        for n in 2..5 {
            let bad = bench.claim(now);
            assert_eq!(bad[0].activity_seq, 1);
            bench.record(vec![tried(&bad[0], retry(Blame::Delivery), 500)], now);
            bench.enqueue(n, &format!("good{n}"), &["https://a.example/inbox"]);
            let good = bench.claim(now);
            assert_eq!(good.len(), 1, "others go at once");
            bench.record(vec![tried(&good[0], Outcome::Delivered, 202)], now + Duration::seconds(1));
            now += Duration::days(1);
        }
        let failed = bench.db.read_blocking(|conn| queue_report::failed(conn, None, 10)).unwrap();
        assert_eq!((failed.len(), failed[0].state, failed[0].status), (1, DeliveryState::GivenUp, Some(500)));
        assert_eq!(bench.waiting(), 0);
        bench.db.write_blocking(|conn| peers::retry(conn, "a.example", now)).unwrap();
        assert_eq!(bench.claim(now).len(), 1, "a steward wants it tried again");
    }
}

#[test]
fn a_dormant_host_is_left_in_peace_until_it_is_heard_of() {
    for bench in Bench::both() {
        bench.enqueue(1, "o1", &["https://a.example/inbox"]);
        bench.enqueue(2, "o2", &["https://a.example/inbox"]);
        for day in 0..=7 {
            let now = start() + Duration::days(day);
            let probe = bench.claim(now);
            bench.record(vec![tried(&probe[0], retry(Blame::Host), 0)], now);
        }
        let week = start() + Duration::days(7);
        assert!(bench.peer("a.example").dormant_at.is_some());
        assert!(bench.claim(week + Duration::hours(2)).is_empty());
        bench.db.write_blocking(|conn| peers::seen(conn, "a.example", week + Duration::hours(3))).unwrap();
        assert_eq!(bench.claim(week + Duration::hours(3)).len(), 1);
        bench.db.write_blocking(|conn| peers::set_dormant_for_tests(conn, "a.example", week)).unwrap();
        let given_up = bench.db.write_blocking(|conn| give_up_dormant(conn, week, &POLICY)).unwrap();
        assert_eq!((given_up, bench.waiting()), (1, 0), "one was given up by its own try");
    }
}

#[test]
fn an_inbox_that_is_no_address_is_shown() {
    for bench in Bench::both() {
        bench.enqueue(1, "o1", &["https://127.0.0.1/inbox"]);
        assert_eq!(bench.waiting(), 0);
        assert_eq!(bench.db.read_blocking(|conn| queue_report::failed(conn, None, 10)).unwrap().len(), 1);
    }
}

#[test]
fn a_host_that_refuses_is_up() {
    for bench in Bench::both() {
        bench.enqueue(1, "o1", &["https://a.example/inbox"]);
        let first = bench.claim(start());
        bench.record(vec![tried(&first[0], Outcome::Refused, 403)], start());
        assert!(bench.peer("a.example").health().is_well());
        assert_eq!(bench.db.read_blocking(|conn| queue_report::failed(conn, Some("a.example"), 10)).unwrap().len(), 1);
    }
}
