//! Deliveries: nothing is lost, whatever happens to us or to peers; no peer is in another one's way.

use crate::{
    harness::{Backend, Builder, Canned, Instance, Peer, Recorded, backends, eventually},
    world::World,
};
use communard::{
    db::{
        follows::{self, FollowerRow},
        queue::{self, NewActivity},
    },
    domain::names::InboxKind,
};
use diesel::{QueryableByName, RunQueryDsl, sql_types::Text};
use serde_json::{Value, json};
use std::{
    collections::{BTreeSet, HashMap},
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

/// An instance that delivers with little patience.
pub fn hasty(backend: Backend) -> Builder {
    Instance::builder("river", backend)
        .env("DELIVERY__POLL_MILLISECONDS", 50)
        .env("DELIVERY__FIRST_RETRY_SECONDS", 1)
        .env("DELIVERY__LONGEST_RETRY_SECONDS", 1)
        .env("DELIVERY__LONGEST_PAUSE_SECONDS", 1)
        .env("DELIVERY__TIMEOUT_SECONDS", 3)
        .env("DELIVERY__CLAIM_MARGIN_SECONDS", 0)
}

/// Inboxes on `count` different hosts, all of them this peer.
fn inboxes(peer: &Peer, count: usize) -> BTreeSet<String> {
    (0..count).map(|n| inbox(peer, &format!("r{n}"))).collect()
}

pub fn inbox(peer: &Peer, name: &str) -> String {
    format!("http://{name}.{}/inbox", peer.host)
}

/// The first label of the host that a request went to.
fn label(request: &Recorded) -> String {
    request.header("host").unwrap().split('.').next().unwrap().to_owned()
}

/// Queues an activity about `object` as another process on the same database does.
pub fn enqueue(instance: &Instance, object: &str, n: u32, inboxes: &BTreeSet<String>) -> String {
    let actor = instance.actor(&instance.name);
    let uri = instance.url(&format!("/activities/{}", uuid::Uuid::now_v7()));
    let object_uri = instance.url(&format!("/statements/{object}"));
    let json = json!({ "id": uri, "type": "Create", "actor": actor, "object": object_uri, "n": n }).to_string();
    let activity = NewActivity {
        uri: uri.clone(),
        actor_uri: actor,
        kind: "Create".into(),
        object_uri,
        public: false,
        json,
        signing_key_id: None,
        created_at: communard::domain::time::timestamp(chrono::Utc::now()),
    };
    instance.db().write_blocking(|conn| queue::enqueue(conn, &activity, inboxes)).unwrap();
    uri
}

pub fn one(inbox: String) -> BTreeSet<String> {
    BTreeSet::from([inbox])
}

pub async fn queue_empties(instance: &Instance, seconds: u64) {
    eventually("the queue is empty", seconds, || async { (instance.cli(&["queue"])["waiting"] == 0).then_some(()) }).await;
}

fn intact(instance: &Instance) {
    #[derive(QueryableByName)]
    struct Check {
        #[diesel(sql_type = Text)]
        integrity_check: String,
    }
    if instance.backend == Backend::Sqlite {
        let said: Vec<Check> =
            instance.db().read_blocking(|conn| Ok(diesel::sql_query("PRAGMA integrity_check").load(conn)?)).unwrap();
        assert_eq!(said[0].integrity_check, "ok");
    }
}

/// What each inbox got, in the order in which it came: (object, n).
fn by_inbox(peer: &Peer) -> HashMap<String, Vec<(String, i64)>> {
    let mut got: HashMap<String, Vec<(String, i64)>> = HashMap::new();
    for request in peer.requests() {
        let activity = request.json();
        let object = activity["object"].as_str().unwrap().to_owned();
        got.entry(label(&request)).or_default().push((object, activity["n"].as_i64().unwrap()));
    }
    got
}

#[tokio::test(flavor = "multi_thread")]
async fn ops_01_twenty_kills_lose_nothing_and_keep_the_order() {
    const HOSTS: usize = 50;
    const OBJECTS: u32 = 10;
    const VERSIONS: u32 = 3;
    const SLOTS: usize = 8;
    const KILLS: usize = 20;
    for backend in backends() {
        let peer = Peer::start("many").await;
        peer.decide(|_| Some(Canned::status(202).delay(Duration::from_millis(20))));
        let mut instance = hasty(backend).env("DELIVERY__CONCURRENCY", SLOTS).prepare();
        let to = inboxes(&peer, HOSTS);
        for n in 0..VERSIONS {
            for object in 0..OBJECTS {
                enqueue(&instance, &format!("o{object}"), n, &to);
            }
        }
        for kill in 0..KILLS {
            let before = peer.requests().len();
            instance.spawn();
            // Another moment each time; at the end there may be nothing left to send.
            let deadline = Instant::now() + Duration::from_secs(10);
            while peer.requests().len() < before + 5 + kill * 3 && Instant::now() < deadline {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
            assert!(peer.requests().len() > before, "{backend:?}: kill {kill} was not in the middle of anything");
            instance.kill();
        }
        let before_last = peer.requests().len();
        instance.start().await;
        queue_empties(&instance, 60).await;
        let expected = HOSTS * (OBJECTS * VERSIONS) as usize;
        assert!(before_last < expected, "{backend:?}: everything had arrived before the last kill");
        let got = by_inbox(&peer);
        assert_eq!(got.len(), HOSTS);
        let mut total = 0;
        for (inbox, came) in &got {
            total += came.len();
            let different: BTreeSet<_> = came.iter().collect();
            assert_eq!(different.len(), (OBJECTS * VERSIONS) as usize, "{backend:?}: {inbox} has not got all");
            let mut last: HashMap<&str, i64> = HashMap::new();
            for (object, n) in came {
                let before = last.insert(object, *n).unwrap_or(-1);
                assert!(before <= *n, "{backend:?}: {inbox} got {n} of {object} after {before}");
            }
        }
        assert!(total - expected <= SLOTS * KILLS, "{backend:?}: {} came twice", total - expected);
        intact(&instance);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn ops_02_what_was_answered_202_is_there_after_a_kill() {
    for backend in backends() {
        let mut world = World::start(backend, &[]).await;
        let peer = Peer::start("fan").await;
        for round in 0..10 {
            let actor = peer.actor(&format!("a{round}"));
            assert_eq!(actor.post(&world.instance, &world.like(&actor)).await, 202, "{backend:?}");
            world.instance.kill();
            assert!(world.has(InboxKind::Like, &actor.uri, &world.statement), "{backend:?}: round {round} is lost");
            world.instance.start().await;
        }
        intact(&world.instance);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_signed_request_wakes_what_waits_for_its_host() {
    for backend in backends() {
        let world =
            World::start(backend, &[("DELIVERY__FIRST_RETRY_SECONDS", "86400"), ("DELIVERY__LONGEST_PAUSE_SECONDS", "86400")])
                .await;
        let peer = Peer::start("sleepy").await;
        peer.decide(|request| (request.method == "POST").then(|| Canned::status(429)));
        let id = enqueue(&world.instance, "o1", 1, &one(peer.url("/inbox")));
        eventually("it sleeps for a day", 10, || async {
            let peers = world.instance.cli(&["queue"])["peers"].clone();
            (peers[0]["state"] == "failing").then_some(())
        })
        .await;
        peer.clear_requests();
        peer.decide(|request| (request.method == "POST").then(|| Canned::status(202)));
        world.assert_can_like(&peer.actor("ana")).await;
        peer.expect("Create", |activity| activity["id"] == id.as_str()).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn ops_03_what_was_queued_before_a_kill_arrives_after_the_next_start() {
    for backend in backends() {
        let peer = Peer::start("peer").await;
        // It looks into the queue long after the kill, so that the kill comes first.
        let mut instance = hasty(backend).env("DELIVERY__POLL_MILLISECONDS", 600_000).start().await;
        let id = enqueue(&instance, "o", 1, &one(inbox(&peer, "r")));
        instance.kill();
        assert!(peer.received().is_empty(), "{backend:?}");
        assert_eq!(instance.cli(&["queue"])["waiting"], 1);
        instance.start().await;
        peer.expect("Create", |activity| activity["id"] == id.as_str()).await;
        queue_empties(&instance, 10).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn ops_12_gone_ends_that_inbox_and_nothing_else() {
    for backend in backends() {
        let peer = Peer::start("peer").await;
        peer.decide(|request| request.target.starts_with("/users/gone").then(|| Canned::status(410)));
        let instance = hasty(backend).start().await;
        let collective: String = instance
            .db()
            .read_blocking(|conn| {
                let row = communard::db::collectives::by_handle(conn, "river")?;
                Ok(row.id)
            })
            .unwrap();
        let followers = [("gone", None), ("stays", None), ("shared", Some(peer.url("/inbox")))];
        for (name, shared_inbox) in &followers {
            let row = FollowerRow {
                collective_id: collective.clone(),
                actor_uri: peer.url(&format!("/users/{name}")),
                activity_uri: peer.url(&format!("/follows/{name}")),
                activity_json: "{}".into(),
                inbox: peer.url(&format!("/users/{name}/inbox")),
                shared_inbox: shared_inbox.clone(),
                state: communard::domain::names::FollowState::Accepted,
                since: communard::domain::time::timestamp(chrono::Utc::now()),
            };
            instance.db().write_blocking(|conn| follows::put_follower(conn, &row)).unwrap();
        }
        let inboxes = || instance.db().read_blocking(|conn| follows::follower_inboxes(conn, &collective)).unwrap();
        assert_eq!(inboxes().len(), 3);
        enqueue(&instance, "o1", 1, &inboxes());
        queue_empties(&instance, 10).await;
        let left = BTreeSet::from([peer.url("/inbox"), peer.url("/users/stays/inbox")]);
        assert_eq!(inboxes(), left, "{backend:?}");
        enqueue(&instance, "o2", 2, &inboxes());
        queue_empties(&instance, 10).await;
        let to_gone = peer.requests().iter().filter(|request| request.target.starts_with("/users/gone")).count();
        assert_eq!(to_gone, 1, "{backend:?}: it is not tried again");
        assert_eq!(peer.requests().len(), 5);
    }
}

/// The times at which each host was asked, while `answer` gives the nth answer for a host.
fn timed(
    peer: &Peer,
    answer: impl Fn(&str, usize) -> Canned + Send + Sync + 'static,
) -> Arc<Mutex<HashMap<String, Vec<Instant>>>> {
    let times: Arc<Mutex<HashMap<String, Vec<Instant>>>> = Arc::default();
    let noted = times.clone();
    peer.decide(move |request| {
        let host = label(request);
        let nth = {
            let mut noted = noted.lock().unwrap();
            let list = noted.entry(host.clone()).or_default();
            list.push(Instant::now());
            list.len() - 1
        };
        Some(answer(&host, nth))
    });
    times
}

#[tokio::test(flavor = "multi_thread")]
async fn ops_13_no_request_before_the_time_that_a_peer_names() {
    for backend in backends() {
        let peer = Peer::start("peer").await;
        let times = timed(&peer, |host, nth| match (host, nth) {
            ("seconds", 0) => Canned::status(429).header("retry-after", "3"),
            ("date", 0) => {
                let at = chrono::Utc::now() + chrono::Duration::seconds(4);
                Canned::status(503).header("retry-after", &at.format("%a, %d %b %Y %H:%M:%S GMT").to_string())
            }
            ("absurd", _) => Canned::status(429).header("retry-after", "99999999999999999999"),
            _ => Canned::status(202),
        });
        let mut instance = hasty(backend).start().await;
        for host in ["seconds", "date", "absurd"] {
            enqueue(&instance, "o1", 1, &one(inbox(&peer, host)));
        }
        eventually("all were asked", 10, || async { (times.lock().unwrap().len() == 3).then_some(()) }).await;
        // Other work for the same hosts has to wait as well.
        for host in ["seconds", "date", "absurd"] {
            enqueue(&instance, "o2", 2, &one(inbox(&peer, host)));
        }
        eventually("the two are done", 15, || async {
            let times = times.lock().unwrap();
            (times["seconds"].len() == 3 && times["date"].len() == 3).then_some(())
        })
        .await;
        let times = times.lock().unwrap().clone();
        assert!(times["seconds"][1] - times["seconds"][0] >= Duration::from_millis(2_900), "{backend:?}");
        // A date has whole seconds, so up to one is cut off.
        assert!(times["date"][1] - times["date"][0] >= Duration::from_millis(2_900), "{backend:?}");
        assert_eq!(times["absurd"].len(), 1);
        let shown = instance.cli(&["peer", "show", &format!("absurd.{}", peer.host)]);
        assert_eq!(shown["state"], "paused", "{shown}");
        let next = chrono::DateTime::parse_from_rfc3339(shown["next_at"].as_str().unwrap()).unwrap();
        let hours = (next.to_utc() - chrono::Utc::now()).num_minutes() as f64 / 60.0;
        assert!((23.9..=24.0).contains(&hours), "{backend:?}: capped at a day, not {hours} h");
        instance.leave_queue();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn ops_14_some_answers_mean_again_others_never() {
    const AGAIN: [u16; 9] = [301, 307, 401, 408, 429, 500, 502, 503, 504];
    const NEVER: [u16; 5] = [400, 404, 405, 413, 422];
    for backend in backends() {
        let peer = Peer::start("peer").await;
        let elsewhere = peer.url("/elsewhere");
        let times = timed(&peer, move |host, nth| {
            let status: u16 = host.trim_start_matches('s').parse().unwrap();
            // 401 is answered to both ways of signing, twice.
            let bad = NEVER.contains(&status) || nth < if status == 401 { 4 } else { 2 };
            Canned::status(if bad { status } else { 202 }).header("location", &elsewhere)
        });
        let instance =
            hasty(backend).env("DELIVERY__LONGEST_RETRY_SECONDS", 60).env("DELIVERY__LONGEST_PAUSE_SECONDS", 60).start().await;
        for status in AGAIN.iter().chain(&NEVER) {
            enqueue(&instance, "o1", 1, &one(inbox(&peer, &format!("s{status}"))));
        }
        queue_empties(&instance, 30).await;
        let times = times.lock().unwrap().clone();
        for status in AGAIN {
            let tries = &times[&format!("s{status}")];
            let (first, second, third) = if status == 401 { (1, 2, 4) } else { (0, 1, 2) };
            assert_eq!(tries.len(), third + 1, "{backend:?}: {status} is tried until it succeeds");
            let growing = (tries[second] - tries[first], tries[third] - tries[third - 1]);
            assert!(growing.0 >= Duration::from_millis(950), "{backend:?} {status}: {growing:?}");
            assert!(growing.1 >= Duration::from_millis(2_400), "{backend:?} {status}: {growing:?}");
        }
        for status in NEVER {
            let tries = times[&format!("s{status}")].len();
            assert_eq!(tries, if status == 400 { 2 } else { 1 }, "{backend:?} {status}: 400 gets a second knock");
        }
        assert!(peer.requests().iter().all(|request| request.target != "/elsewhere"), "no redirect is followed");
        let failed = instance.cli(&["queue"])["failed"].clone();
        let shown: BTreeSet<u64> = failed.as_array().unwrap().iter().filter_map(|one| one["status"].as_u64()).collect();
        assert_eq!(shown, NEVER.iter().map(|status| u64::from(*status)).collect(), "{backend:?}: what was refused is shown");
        // Signed anew at each try: the same bytes, another time.
        let signed = |nth: usize| {
            let requests = peer.requests();
            let tries: Vec<&Recorded> = requests.iter().filter(|request| label(request) == "s500").collect();
            (tries[nth].header("signature").unwrap().to_owned(), tries[nth].body.clone())
        };
        assert_eq!(signed(0).1, signed(2).1);
        assert_ne!(signed(0).0, signed(2).0);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn ops_14_a_peer_that_is_away_gets_all_when_it_is_back() {
    for backend in backends() {
        let gone = crate::harness::free_port();
        let mut instance = hasty(backend).start().await;
        let well = Peer::start("well").await;
        for n in 0..3 {
            let to = BTreeSet::from([format!("http://away.localhost:{gone}/inbox"), inbox(&well, "r")]);
            enqueue(&instance, &format!("o{n}"), n, &to);
        }
        eventually("the other has all", 10, || async { (well.received().len() == 3).then_some(()) }).await;
        let queue = eventually("it fails", 10, || async {
            let queue = instance.cli(&["queue"]);
            (queue["peers"][0]["state"] == "failing" && queue["peers"].as_array().unwrap().len() == 1).then_some(queue)
        })
        .await;
        let peer = &queue["peers"][0];
        assert_eq!((queue["waiting"].clone(), peer["waiting"].clone()), (json!(3), json!(3)), "{backend:?}: {queue}");
        assert_eq!(peer["host"], format!("away.localhost:{gone}"));
        for field in ["since", "why", "next_at"] {
            assert!(peer[field].is_string(), "{backend:?}: {field} of {queue}");
        }
        let text = instance.cli_output(&["peer", "retry", "nobody.example"], "");
        assert_eq!(text.status.code(), Some(3), "{backend:?}: a host that nobody heard of");
        assert_eq!(instance.cli(&["peer", "retry", &format!("away.localhost:{gone}")])["waiting"], 3);
        assert!(instance.cli(&["peer", "list"]).as_array().unwrap().len() >= 2);
        instance.leave_queue();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn ops_15_one_bad_activity_is_given_up_and_others_go_on() {
    for backend in backends() {
        let peer = Peer::start("peer").await;
        peer.decide(|request| request.json()["object"].as_str().unwrap().ends_with("/poison").then(|| Canned::status(500)));
        let instance = hasty(backend).env("DELIVERY__MAX_ATTEMPTS_SERVER_ERROR", 3).start().await;
        let to = one(inbox(&peer, "r"));
        let poison = enqueue(&instance, "poison", 0, &to);
        eventually("the bad one was tried", 10, || async { (!peer.received().is_empty()).then_some(()) }).await;
        let asked = Instant::now();
        for n in 0..20 {
            enqueue(&instance, &format!("good{n}"), n, &to);
        }
        let good = || peer.received().iter().filter(|activity| activity["id"] != poison.as_str()).count();
        eventually("all others arrive", 60, || async { (good() == 20).then_some(()) }).await;
        assert!(asked.elapsed() < Duration::from_secs(60), "{backend:?}");
        // Something must have succeeded since the bad one was queued; then the third failure ends it.
        queue_empties(&instance, 30).await;
        let tries = peer.received().iter().filter(|activity| activity["id"] == poison.as_str()).count();
        assert_eq!(tries, 3, "{backend:?}");
        let failed = instance.cli(&["queue"])["failed"].clone();
        assert_eq!((&failed[0]["state"], &failed[0]["status"]), (&json!("given-up"), &json!(500)), "{backend:?}: {failed}");
        assert_eq!(failed[0]["activity"], poison.as_str());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn ops_16_sigterm_in_full_work_ends_soon_and_loses_nothing() {
    for backend in backends() {
        let peer = Peer::start("peer").await;
        peer.decide(|request| {
            // Some never answer in time.
            let hangs = label(request).ends_with('7');
            Some(Canned::status(202).delay(Duration::from_millis(if hangs { 20_000 } else { 30 })))
        });
        let mut instance = hasty(backend).env("DELIVERY__TIMEOUT_SECONDS", 30).env("SERVER__SHUTDOWN_SECONDS", 3).start().await;
        let to = inboxes(&peer, 50);
        for n in 0..10 {
            enqueue(&instance, &format!("o{n}"), n, &to);
        }
        eventually("it works", 10, || async { (peer.received().len() > 60).then_some(()) }).await;
        let (code, took) = instance.terminate();
        assert_eq!(code, Some(0), "{backend:?}");
        assert!(took <= Duration::from_secs(10), "{backend:?}: {took:?}");
        let at_the_end = peer.received().len();
        assert!(at_the_end < 500, "{backend:?}: it was not in full work");
        peer.decide(|_| Some(Canned::status(202)));
        instance.start().await;
        queue_empties(&instance, 30).await;
        let got = by_inbox(&peer);
        for (inbox, came) in &got {
            assert_eq!(came.iter().collect::<BTreeSet<_>>().len(), 10, "{backend:?}: {inbox}");
        }
        assert_eq!(got.len(), 50);
        intact(&instance);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn res_16_hanging_peers_delay_nobody() {
    for backend in backends() {
        let peer = Peer::start("peer").await;
        let times: Arc<Mutex<Vec<Instant>>> = Arc::default();
        let noted = times.clone();
        peer.decide(move |request| {
            let n: usize = label(request)[1..].parse().unwrap();
            if !n.is_multiple_of(4) {
                return Some(Canned::status(202).delay(Duration::from_secs(10)));
            }
            noted.lock().unwrap().push(Instant::now());
            Some(Canned::status(202))
        });
        // The defaults, which must hold.
        let mut instance = Instance::builder("river", backend).start().await;
        let to = inboxes(&peer, 200);
        let published = Instant::now();
        enqueue(&instance, "o1", 1, &to);
        eventually("the healthy ones have it", 20, || async { (times.lock().unwrap().len() == 50).then_some(()) }).await;
        let mut took: Vec<Duration> = times.lock().unwrap().iter().map(|at| *at - published).collect();
        took.sort();
        assert!(took[47] <= Duration::from_secs(5), "{backend:?}: p95 {:?}", took[47]);
        instance.leave_queue();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn res_10_an_endless_answer_is_not_read() {
    for backend in backends() {
        let peer = Peer::start("peer").await;
        let endless = Canned { body: vec![b'x'; 32 << 20], ..Canned::status(422) };
        peer.decide(move |_| Some(endless.clone()));
        let instance = hasty(backend).start().await;
        let memory = || -> u64 {
            let status = std::fs::read_to_string(format!("/proc/{}/status", instance.pid())).unwrap();
            let line = status.lines().find(|line| line.starts_with("VmHWM")).unwrap();
            line.split_whitespace().nth(1).unwrap().parse().unwrap()
        };
        let before = memory();
        enqueue(&instance, "o1", 1, &one(inbox(&peer, "r")));
        queue_empties(&instance, 10).await;
        assert!(memory() - before < 16 << 10, "{backend:?}: {} kB more", memory() - before);
        let failed: Value = instance.cli(&["queue"])["failed"].clone();
        assert!(failed[0]["why"].as_str().unwrap().len() <= 200, "{failed}");
    }
}
