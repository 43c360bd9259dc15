//! Deliveries of what collectives publish: no peer is in another one's way, each answer means one thing, and who was away
//! gets all when it is back.

use crate::{
    harness::{Backend, Builder, Canned, Crowd, Instance, PATIENCE, Peer, Recorded, backends, eventually, label},
    world::World,
};
use communard::db::{
    queue::{self, NewActivity},
    schema::peers,
};
use diesel::prelude::*;
use serde_json::json;
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
        // Long for what is answered at once, so that a busy machine makes no second attempt.
        .env("DELIVERY__TIMEOUT_SECONDS", 20)
        .env("DELIVERY__CLAIM_MARGIN_SECONDS", 0)
}

pub fn inbox(peer: &Peer, name: &str) -> String {
    format!("http://{name}.{}/inbox", peer.host)
}

/// Queues an activity about `object` without publishing anything, where only the wire is looked at.
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
    instance.queue_empties(seconds).await;
}

fn is_post(request: &Recorded) -> bool {
    request.method == "POST"
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
        is_post(request).then(|| answer(&host, nth))
    });
    times
}

#[tokio::test(flavor = "multi_thread")]
async fn a_signed_request_wakes_what_waits_for_its_host() {
    for backend in backends() {
        let patience = [("DELIVERY__FIRST_RETRY_SECONDS", "86400"), ("DELIVERY__LONGEST_PAUSE_SECONDS", "86400")];
        let world = World::start(backend, &patience).await;
        let crowd = Crowd::start("sleepy", ["ana"]).await;
        crowd.follow(&world.instance).await;
        crowd.peer.decide(|request| is_post(request).then(|| Canned::status(429)));
        let id = world.instance.publish("Wake up", "It is morning.");
        eventually("it sleeps for a day", 20, || async {
            let peers = world.instance.cli(&["queue"])["peers"].clone();
            (peers[0]["state"] == "failing").then_some(())
        })
        .await;
        // It was heard of just now, when it asked to follow; what counts is that it wasn't woken yet.
        let tries = || crowd.peer.received().iter().filter(|activity| activity["object"]["id"] == id.as_str()).count();
        let before = tries();
        world.assert_can_like(&crowd.actors[0]).await;
        eventually("it is woken", 60, || async { (tries() > before).then_some(()) }).await;
        eventually("it sleeps again", 60, || async {
            let shown = world.instance.cli(&["peer", "show", &format!("ana.{}", crowd.peer.host)]);
            (shown["next_at"].is_string()).then_some(())
        })
        .await;
        // One that sends much and takes nothing is woken once a minute.
        let before = tries();
        for _ in 0..5 {
            let note = crowd.actors[0].note("<p>Here.</p>", Some(&world.statement));
            assert_eq!(crowd.actors[0].post(&world.instance, &crowd.actors[0].create(&note)).await, 202);
        }
        let rows = world.db.read_blocking(communard::db::peers::list).unwrap();
        let row = rows.iter().find(|row| row.woken_at.is_some()).expect("that it was woken is written down");
        if chrono::Utc::now().naive_utc() - row.woken_at.unwrap() < chrono::Duration::seconds(55) {
            assert_eq!(tries(), before, "{backend:?}");
        }
        // A minute later it is woken again.
        world
            .db
            .write_blocking(|conn| {
                let long_ago = peers::woken_at.eq(chrono::Utc::now().naive_utc() - chrono::Duration::minutes(2));
                Ok(diesel::update(peers::table).set(long_ago).execute(conn)?)
            })
            .unwrap();
        crowd.peer.clear_requests();
        crowd.peer.decide(|request| is_post(request).then(|| Canned::status(202)));
        let note = crowd.actors[0].note("<p>Good morning.</p>", Some(&world.statement));
        assert_eq!(crowd.actors[0].post(&world.instance, &crowd.actors[0].create(&note)).await, 202);
        crowd.peer.expect("Create", |activity| activity["object"]["id"] == id.as_str()).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn ops_12_gone_ends_that_inbox_and_nothing_else() {
    for backend in backends() {
        let peer = Peer::start("peer").await;
        let instance = hasty(backend).start().await;
        let collective = instance.actor("river");
        for name in ["gone", "stays", "shared"] {
            let actor = peer.actor(name);
            let mut document = peer.actor_document(name, &actor);
            if name != "shared" {
                document["endpoints"] = json!({});
            }
            peer.serve_object(&document);
            assert_eq!(actor.post(&instance, &actor.follow(&collective)).await, 202);
        }
        let followers = || {
            let listed = instance.cli(&["followers", "--collective", "river"]);
            listed.as_array().unwrap().iter().map(|one| one["actor"].as_str().unwrap().to_owned()).collect::<BTreeSet<_>>()
        };
        eventually("three follow", 20, || async { (followers().len() == 3).then_some(()) }).await;
        instance.queue_empties(20).await;
        peer.clear_requests();
        peer.decide(|request| request.target.starts_with("/users/gone").then(|| Canned::status(410)));
        instance.publish("One", "The first.");
        instance.queue_empties(20).await;
        let left = BTreeSet::from([peer.url("/users/shared"), peer.url("/users/stays")]);
        assert_eq!(followers(), left, "{backend:?}");
        let second = instance.publish("Two", "The second.");
        instance.queue_empties(20).await;
        let to =
            |path: &str| peer.requests().iter().filter(|request| is_post(request) && request.target.starts_with(path)).count();
        assert_eq!(to("/users/gone/inbox"), 1, "{backend:?}: it is not tried again");
        assert_eq!((to("/users/stays/inbox"), to("/inbox")), (2, 2), "{backend:?}: the others have both");
        instance.edit(&second, "The second, again.");
        instance.queue_empties(20).await;
        assert_eq!((to("/users/gone/inbox"), to("/users/stays/inbox")), (1, 3));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn ops_13_no_request_before_the_time_that_a_peer_names() {
    for backend in backends() {
        let crowd = Crowd::start("peer", ["seconds", "date", "absurd"]).await;
        let peer = &crowd.peer;
        let mut instance = hasty(backend).start().await;
        crowd.follow(&instance).await;
        let times = timed(peer, |host, nth| match (host, nth) {
            ("seconds", 0) => Canned::status(429).header("retry-after", "15"),
            ("date", 0) => {
                let at = chrono::Utc::now() + chrono::Duration::seconds(16);
                Canned::status(503).header("retry-after", &at.format("%a, %d %b %Y %H:%M:%S GMT").to_string())
            }
            ("absurd", _) => Canned::status(429).header("retry-after", "99999999999999999999"),
            _ => Canned::status(202),
        });
        instance.publish("One", "The first.");
        // Each of them at some time: the first may be over before the last begins.
        let mut paused: BTreeSet<String> = BTreeSet::new();
        let began = Instant::now();
        while paused.len() < 3 {
            assert!(began.elapsed() < PATIENCE, "{backend:?}: {paused:?}");
            let peers = instance.cli(&["queue"])["peers"].clone();
            let now = peers.as_array().unwrap().iter().filter(|peer| peer["state"] == "paused");
            paused.extend(now.map(|peer| peer["host"].as_str().unwrap().to_owned()));
        }
        // Other work for the same hosts has to wait as well.
        instance.publish("Two", "The second.");
        eventually("the two are done", 60, || async {
            let times = times.lock().unwrap();
            (times["seconds"].len() == 3 && times["date"].len() == 3).then_some(())
        })
        .await;
        let times = times.lock().unwrap().clone();
        assert!(times["seconds"][1] - times["seconds"][0] >= Duration::from_millis(14_900), "{backend:?}");
        // A date has whole seconds, so up to one is cut off.
        assert!(times["date"][1] - times["date"][0] >= Duration::from_millis(14_900), "{backend:?}");
        assert_eq!(times["absurd"].len(), 1);
        let shown = instance.cli(&["peer", "show", &format!("absurd.{}", peer.host)]);
        assert_eq!((&shown["state"], &shown["waiting"]), (&json!("paused"), &json!(2)), "{shown}");
        let next = chrono::DateTime::parse_from_rfc3339(shown["next_at"].as_str().unwrap()).unwrap();
        let hours = (next.to_utc() - chrono::Utc::now()).num_minutes() as f64 / 60.0;
        assert!((23.5..=24.0).contains(&hours), "{backend:?}: capped at a day, not {hours} h");
        instance.leave_queue();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn ops_14_some_answers_mean_again_others_never() {
    const AGAIN: [u16; 9] = [301, 307, 401, 408, 429, 500, 502, 503, 504];
    const NEVER: [u16; 5] = [400, 404, 405, 413, 422];
    for backend in backends() {
        let crowd = Crowd::start("peer", AGAIN.iter().chain(&NEVER).map(|status| format!("s{status}"))).await;
        let peer = &crowd.peer;
        let instance =
            hasty(backend).env("DELIVERY__LONGEST_RETRY_SECONDS", 60).env("DELIVERY__LONGEST_PAUSE_SECONDS", 60).start().await;
        crowd.follow(&instance).await;
        let elsewhere = peer.url("/elsewhere");
        let times = timed(peer, move |host, nth| {
            let status: u16 = host.trim_start_matches('s').parse().unwrap();
            // 401 is answered to both ways of signing, twice.
            let bad = NEVER.contains(&status) || nth < if status == 401 { 4 } else { 2 };
            Canned::status(if bad { status } else { 202 }).header("location", &elsewhere)
        });
        instance.publish("To all", "The text.");
        instance.queue_empties(60).await;
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
        let log = instance.log();
        assert_eq!(log.matches("a delivery was refused").count(), NEVER.len(), "{backend:?}: and logged");
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
async fn ops_15_one_bad_activity_is_given_up_and_others_go_on() {
    for backend in backends() {
        let crowd = Crowd::start("peer", ["ana"]).await;
        let peer = &crowd.peer;
        let instance = hasty(backend).env("DELIVERY__MAX_ATTEMPTS_SERVER_ERROR", 3).start().await;
        crowd.follow(&instance).await;
        peer.decide(|request| String::from_utf8_lossy(&request.body).contains("poison").then(|| Canned::status(500)));
        let poison = instance.publish("Bad", "This one is poison.");
        eventually("the bad one was tried", 20, || async { (!peer.received().is_empty()).then_some(()) }).await;
        let good: BTreeSet<String> = (0..10).map(|n| instance.publish(&format!("Good {n}"), "This one is well.")).collect();
        let about = |activity: &serde_json::Value| activity["object"]["id"].as_str().unwrap().to_owned();
        let arrived = || peer.received().iter().map(about).filter(|id| *id != poison).collect::<BTreeSet<_>>();
        eventually("all others arrive", 60, || async { (arrived() == good).then_some(()) }).await;
        // Something must have succeeded since the bad one was queued; then the third failure ends it.
        instance.queue_empties(30).await;
        let tries = peer.received().iter().filter(|activity| about(activity) == poison).count();
        assert_eq!(tries, 3, "{backend:?}");
        let queue = instance.cli(&["queue"]);
        let failed = &queue["failed"][0];
        assert_eq!((&failed["state"], &failed["status"]), (&json!("given-up"), &json!(500)), "{backend:?}: {queue}");
        assert_eq!((&failed["object"], &failed["type"]), (&json!(poison), &json!("Create")));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn res_10_an_endless_answer_is_not_read() {
    for backend in backends() {
        let crowd = Crowd::start("peer", ["long", "endless"]).await;
        let peer = &crowd.peer;
        let instance = hasty(backend).start().await;
        crowd.follow(&instance).await;
        peer.decide(|request| {
            let endless = label(request) == "endless";
            let body = vec![b'x'; if endless { 1 } else { 32 << 20 }];
            is_post(request).then(|| Canned { body, endless, ..Canned::status(422) })
        });
        let memory = || -> u64 {
            let status = std::fs::read_to_string(format!("/proc/{}/status", instance.pid())).unwrap();
            let line = status.lines().find(|line| line.starts_with("VmHWM")).unwrap();
            line.split_whitespace().nth(1).unwrap().parse().unwrap()
        };
        let before = memory();
        instance.publish("To both", "The text.");
        instance.queue_empties(20).await;
        assert!(memory() - before < 16 << 10, "{backend:?}: {} kB more", memory() - before);
        let failed = instance.cli(&["queue"])["failed"].clone();
        assert_eq!(failed.as_array().unwrap().len(), 2, "{backend:?}: {failed}");
        for one in failed.as_array().unwrap() {
            assert_eq!(one["status"], 422);
            assert!(one["why"].as_str().unwrap().len() <= 200, "{failed}");
        }
    }
}
