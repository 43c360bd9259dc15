//! OPS-01, OPS-02, OPS-03, OPS-16: the server is killed or stopped in the middle of its work; what it had said stays said.

use crate::{
    browser::Browser,
    harness::{Backend, Canned, Crowd, Instance, Peer, Recorded, backends, eventually, label},
    world::World,
};
use serde_json::Value;
use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

/// The version of the `Delete` that a withdrawal sends: after all others.
const WITHDRAWN: u32 = 99;

/// What a delivery says: which statement, and which of its versions.
fn said(activity: &Value) -> (String, u32) {
    let object = &activity["object"];
    let id = object["id"].as_str().or_else(|| object.as_str()).unwrap().to_owned();
    if activity["type"] == "Delete" {
        return (id, WITHDRAWN);
    }
    let content = object["content"].as_str().unwrap();
    let version = content.split("version ").nth(1).unwrap_or_else(|| panic!("no version in {content}"));
    (id, version.chars().take_while(char::is_ascii_digit).collect::<String>().parse().unwrap())
}

/// The text of a version, as [`said`] finds it again.
fn text(version: u32) -> String {
    format!("The assembly agreed on version {version} of this.")
}

/// What each inbox got, in the order in which it came.
fn by_inbox(peer: &Peer) -> HashMap<String, Vec<(String, u32)>> {
    let mut got: HashMap<String, Vec<(String, u32)>> = HashMap::new();
    for request in peer.requests().iter().filter(|request| request.method == "POST") {
        got.entry(label(request)).or_default().push(said(&request.json()));
    }
    got
}

/// Each inbox has everything, no version after a later one; gives how many came more than once.
fn assert_complete_and_in_order(peer: &Peer, inboxes: usize, expected: &BTreeSet<(String, u32)>, context: &str) -> usize {
    let got = by_inbox(peer);
    assert_eq!(got.len(), inboxes, "{context}");
    let mut twice = 0;
    for (inbox, came) in &got {
        let different: BTreeSet<(String, u32)> = came.iter().cloned().collect();
        assert_eq!(&different, expected, "{context}: what {inbox} has");
        twice += came.len() - different.len();
        let mut last: BTreeMap<&str, u32> = BTreeMap::new();
        for (object, version) in came {
            let before = last.insert(object, *version).unwrap_or(0);
            assert!(before <= *version, "{context}: {inbox} got version {version} of {object} after {before}");
        }
    }
    twice
}

/// The statements of a collective as its followers must get them.
#[derive(Default)]
struct Work {
    expected: BTreeSet<(String, u32)>,
    statements: Vec<(String, u32)>,
}

impl Work {
    fn publish(&mut self, instance: &Instance) {
        let id = instance.publish(&format!("Statement {}", self.statements.len()), &text(1));
        self.expected.insert((id.clone(), 1));
        self.statements.push((id, 1));
    }

    fn edit(&mut self, instance: &Instance, nth: usize) {
        let (id, version) = &mut self.statements[nth];
        *version += 1;
        instance.edit(id, &text(*version));
        self.expected.insert((id.clone(), *version));
    }

    fn withdraw(&mut self, instance: &Instance, nth: usize) {
        let id = &self.statements[nth].0;
        instance.cli(&["statement", "withdraw", id, "--reason", "It is settled"]);
        self.expected.insert((id.clone(), WITHDRAWN));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn ops_01_twenty_kills_lose_nothing_and_keep_the_order() {
    const HOSTS: usize = 50;
    const SLOTS: usize = 8;
    const KILLS: usize = 20;
    for backend in backends() {
        let crowd = Crowd::start("many", (0..HOSTS).map(|n| format!("r{n}"))).await;
        let peer = &crowd.peer;
        let mut instance = Instance::builder("river", backend)
            .env("DELIVERY__CONCURRENCY", SLOTS)
            // No slot is given up, so that so many requests are under way at a kill and no more.
            .env("DELIVERY__SLOW_CONCURRENCY", 0)
            .env("DELIVERY__TIMEOUT_SECONDS", 6)
            .env("DELIVERY__CLAIM_MARGIN_SECONDS", 0)
            .env("DELIVERY__FIRST_RETRY_SECONDS", 1)
            .env("DELIVERY__LONGEST_RETRY_SECONDS", 1)
            .env("DELIVERY__LONGEST_PAUSE_SECONDS", 1)
            .start()
            .await;
        crowd.follow(&instance).await;
        instance.kill();
        let mut work = Work::default();
        // So many more are answered quickly, the next ones slowly: a kill finds them under way, however slow the machine.
        let quick = Arc::new(AtomicUsize::new(0));
        let left = quick.clone();
        peer.decide(move |request| {
            let answered = left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1)).is_ok();
            (request.method == "POST")
                .then(|| Canned::status(202).delay(Duration::from_millis(if answered { 10 } else { 2_000 })))
        });
        for nth in 0..8 {
            work.publish(&instance);
            work.edit(&instance, nth);
        }
        for kill in 0..KILLS {
            let before = peer.requests().len();
            let wanted = 5 + kill * 3;
            quick.store(wanted, Ordering::SeqCst);
            // Every second command works while nothing is running.
            let running = kill % 2 == 0;
            if running {
                instance.spawn();
            }
            match kill {
                0..8 => work.edit(&instance, kill),
                8..14 => work.publish(&instance),
                14..16 => work.withdraw(&instance, kill - 14),
                _ => work.edit(&instance, kill - 8),
            }
            if !running {
                instance.spawn();
            }
            eventually("it is in the middle of its work", 60, || async {
                (peer.requests().len() >= before + wanted).then_some(())
            })
            .await;
            instance.kill();
        }
        let before_last = peer.requests().len();
        quick.store(usize::MAX, Ordering::SeqCst);
        instance.start().await;
        instance.queue_empties(120).await;
        let all = HOSTS * work.expected.len();
        assert!(before_last < all, "{backend:?}: everything had arrived before the last kill");
        let twice = assert_complete_and_in_order(peer, HOSTS, &work.expected, &format!("{backend:?}"));
        assert!(twice <= SLOTS * KILLS, "{backend:?}: {twice} came twice");
        instance.intact();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn ops_02_what_was_answered_202_is_there_after_a_kill() {
    const ROUNDS: usize = 50;
    for backend in backends() {
        let mut world = World::start(backend, &[]).await;
        let peer = Peer::start("fan").await;
        let actor = peer.actor("ana");
        world.assert_can_like(&actor).await;
        let mut answered = 0;
        for round in 0..ROUNDS {
            let notes: Vec<Value> = (0..3).map(|_| actor.note("<p>With you.</p>", Some(&world.statement))).collect();
            let posts: Vec<_> = notes.iter().map(|note| actor.signed(&world.instance, "/inbox", &actor.create(note))).collect();
            let url = world.instance.url("/inbox");
            let mut sent: futures::stream::FuturesUnordered<_> = posts
                .iter()
                .enumerate()
                .map(|(nth, (signed, body))| {
                    let url = &url;
                    async move { (nth, signed.try_send(url, body).await.map(|answer| answer.status().as_u16())) }
                })
                .collect();
            // The first answer kills the server; the others may still come, or not.
            let mut taken = Vec::new();
            while let Some((nth, status)) = futures::StreamExt::next(&mut sent).await {
                world.instance.kill();
                if let Ok(status) = status {
                    assert_eq!(status, 202, "{backend:?}: round {round}");
                    taken.push(nth);
                }
            }
            assert!(!taken.is_empty());
            answered += taken.len();
            for nth in taken {
                let id = notes[nth]["id"].as_str().unwrap();
                assert!(world.post(id).is_some(), "{backend:?}: round {round}: what was answered is lost");
            }
            world.instance.start().await;
        }
        assert!(answered >= ROUNDS);
        let listed = world.instance.cli(&["inbox", "list", "--collective", "river", "--limit", "10000"]);
        assert!(listed.as_array().unwrap().iter().filter(|item| item["kind"] == "reply").count() >= answered);
        world.instance.intact();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn ops_03_what_was_published_before_a_kill_arrives_after_the_next_start() {
    for backend in backends() {
        let crowd = Crowd::start("peer", ["ana", "bo"]).await;
        let peer = &crowd.peer;
        let mut instance = Instance::builder("river", backend)
            .env("DELIVERY__TIMEOUT_SECONDS", 5)
            .env("DELIVERY__CLAIM_MARGIN_SECONDS", 0)
            .env("DELIVERY__FIRST_RETRY_SECONDS", 1)
            .env("DELIVERY__LONGEST_RETRY_SECONDS", 1)
            .env("DELIVERY__LONGEST_PAUSE_SECONDS", 1)
            .start()
            .await;
        crowd.follow(&instance).await;
        // Nothing is delivered before the kills: nobody answers.
        peer.decide(|_| Some(Canned::status(202).delay(Duration::from_secs(60))));
        let from_the_desk = {
            let mut browser = Browser::signed_in(&instance).await;
            let form = browser.get("/desk/river/write").await;
            let fields = [("title", "From the desk"), ("language", "en"), ("body", &text(1)[..])];
            let published = browser.write(&form, &fields, &[], "publish").await;
            assert!(published.path.ends_with("/delivery?fresh=1"), "{}", published.path);
            published.path
        };
        instance.kill();
        instance.start().await;
        let from_the_console = instance.publish("From the console", &text(1));
        instance.kill();
        let stopped = instance.publish("With the server stopped", &text(1));
        assert_eq!(instance.cli(&["queue"])["waiting"], 6, "{backend:?}: three for two inboxes");
        peer.clear_requests();
        peer.decide(|_| Some(Canned::status(202)));
        instance.start().await;
        instance.queue_empties(60).await;
        for (inbox, came) in by_inbox(peer) {
            let ids: BTreeSet<&str> = came.iter().map(|(id, _)| id.as_str()).collect();
            assert_eq!(ids.len(), 3, "{backend:?}: {inbox}");
            assert!(ids.contains(from_the_console.as_str()) && ids.contains(stopped.as_str()));
            let row = from_the_desk.split('/').rev().nth(1).unwrap();
            assert!(ids.iter().any(|id| id.contains(row)), "{backend:?}: {row} in {ids:?}");
        }
        assert_eq!(by_inbox(peer).len(), 2);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn ops_16_sigterm_in_full_work_ends_soon_and_loses_nothing() {
    const HOSTS: usize = 50;
    for backend in backends() {
        let crowd = Crowd::start("peer", (0..HOSTS).map(|n| format!("r{n}"))).await;
        let peer = &crowd.peer;
        let mut instance = Instance::builder("river", backend)
            .env("DELIVERY__TIMEOUT_SECONDS", 30)
            .env("DELIVERY__CONCURRENCY", 16)
            .env("SERVER__SHUTDOWN_SECONDS", 3)
            .start()
            .await;
        crowd.follow(&instance).await;
        instance.kill();
        // Every fifth never answers in time; the others quickly at first, then so that much is left to do at the end.
        let quick = Arc::new(AtomicUsize::new(60));
        let left = quick.clone();
        let hangs = |request: &Recorded| label(request).ends_with(['2', '7']);
        peer.decide(move |request| {
            let slow = left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1)).is_err();
            let delay = if hangs(request) { 29_000 } else { 30 + u64::from(slow) * 500 };
            Some(Canned::status(202).delay(Duration::from_millis(delay)))
        });
        let mut work = Work::default();
        for nth in 0..5 {
            work.publish(&instance);
            work.edit(&instance, nth);
        }
        let expected = work.expected;
        instance.start().await;
        eventually("it works", 60, || async { (peer.received().len() > 60).then_some(()) }).await;
        let (code, took) = instance.terminate();
        assert_eq!(code, Some(0), "{backend:?}");
        // Ten seconds on a machine of its own; those that hang would keep it longer than that.
        assert!(took <= Duration::from_secs(25), "{backend:?}: {took:?}");
        assert!(peer.received().len() < HOSTS * expected.len(), "{backend:?}: it was not in full work");
        peer.decide(|_| Some(Canned::status(202)));
        instance.start().await;
        instance.queue_empties(60).await;
        assert_complete_and_in_order(peer, HOSTS, &expected, &format!("{backend:?}"));
        instance.intact();
    }
}

/// A server that is killed while nobody is at work is as it was.
#[tokio::test(flavor = "multi_thread")]
async fn a_kill_at_rest_changes_nothing() {
    let mut instance = Instance::builder("river", Backend::Sqlite).start().await;
    let id = instance.publish("Still here", "The text.");
    let before = instance.activity_json(&id).await;
    for _ in 0..3 {
        instance.kill();
        instance.start().await;
    }
    assert_eq!(instance.activity_json(&id).await, before);
    instance.intact();
}
