//! What comes from outside and must lead nowhere: private addresses in production, boosts that meet, floods, wrong types of
//! content, scripts in links; each against the started server.

use crate::{
    harness::{Backend, Crowd, Instance, Peer, backends, client, eventually},
    world::{World, activity},
};
use communard::{
    db::{self, follows::FollowerRow},
    domain::names::FollowState,
};
use serde_json::{Value, json};
use std::{
    net::TcpListener,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

/// Counts who connects, on IPv4's loopback.
fn ear() -> (u16, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let (port, heard) = (listener.local_addr().unwrap().port(), Arc::new(AtomicUsize::new(0)));
    let count = heard.clone();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            count.fetch_add(1, Ordering::SeqCst);
            drop(stream);
        }
    });
    (port, heard)
}

#[tokio::test(flavor = "multi_thread")]
async fn srf_01_04_in_production_neither_deliveries_nor_lookups_reach_a_private_address() {
    for backend in backends() {
        let (port, heard) = ear();
        // The port is allowed, so that the address behind a name is all that stands in the way.
        let instance = Instance::builder("river", backend)
            .env("INSTANCE__MODE", "production")
            .env("INSTANCE__DOMAIN", "river.example")
            .env("FEDERATION__ALLOWED_PORTS", port)
            .env("DELIVERY__FIRST_RETRY_SECONDS", 1)
            .start()
            .await;
        let hosts = [
            format!("ear.localhost:{port}"),
            format!("localhost:{port}"),
            format!("127.0.0.1:{port}"),
            format!("[::ffff:127.0.0.1]:{port}"),
            format!("2130706433:{port}"),
            format!("ear.internal:{port}"),
        ];
        // Their followers came when these names led elsewhere.
        for (nth, host) in hosts.iter().enumerate() {
            let collective = instance.db().read_blocking(|conn| db::collectives::by_handle(conn, "river")).unwrap();
            let actor_uri = format!("https://{host}/users/eve");
            let row = FollowerRow {
                collective_id: collective.id,
                activity_uri: format!("{actor_uri}/follows/{nth}"),
                activity_json: "{}".into(),
                inbox: format!("{actor_uri}/inbox"),
                shared_inbox: None,
                state: FollowState::Accepted,
                since: communard::domain::time::timestamp(chrono::Utc::now()),
                actor_uri,
            };
            instance.db().write_blocking(|conn| db::follows::put_follower(conn, &row)).unwrap();
        }
        instance.publish("Water", "We ask for water.");
        instance.queue_empties(60).await;
        let failed = instance.cli(&["queue"])["failed"].clone();
        let failed = failed.as_array().unwrap();
        assert_eq!(failed.len(), hosts.len(), "{backend:?}: each is refused, and shown: {failed:?}");
        assert!(failed.iter().all(|one| one["state"] == "refused" && one["why"].is_string()), "{failed:?}");
        for host in &hosts {
            for address in [format!("@eve@{host}"), format!("https://{host}/users/eve"), format!("https://{host}/@eve")] {
                let output = instance.cli_output(&["follow", "--collective", "river", &address], "");
                assert!(matches!(output.status.code(), Some(1..=3)), "{backend:?}: {address}");
                assert_eq!(String::from_utf8_lossy(&output.stderr).lines().count(), 1);
            }
        }
        assert_eq!(heard.load(Ordering::SeqCst), 0, "{backend:?}: somebody connected");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn res_13_boosts_that_meet_go_nowhere() {
    for backend in backends() {
        let world = World::start(backend, &[]).await;
        let crowd = Crowd::start("valley", ["ana", "bo"]).await;
        crowd.follow(&world.instance).await;
        let (peer, ana) = (&crowd.peer, &crowd.actors[0]);
        let note = ana.note("<p>From the valley.</p>", None);
        let path = format!("/{}", note["id"].as_str().unwrap().splitn(4, '/').nth(3).unwrap());
        peer.serve(&path, crate::harness::Canned::json(&note));
        // One boost of ours: one copy to each peer.
        world.instance.cli(&["boost", "--collective", "river", note["id"].as_str().unwrap()]);
        world.instance.queue_empties(30).await;
        let sent = |kind: &str| peer.requests().iter().filter(|r| r.method == "POST" && r.json()["type"] == kind).count();
        assert_eq!(sent("Announce"), 2, "{backend:?}");
        let ours = peer.received().into_iter().find(|one| one["type"] == "Announce").unwrap();
        // They boost our statement, our boost and their own note, each again and again.
        for object in [world.statement.clone(), ours["id"].as_str().unwrap().to_owned(), note["id"].as_str().unwrap().to_owned()]
        {
            for actor in &crowd.actors {
                for _ in 0..3 {
                    let status = actor.post(&world.instance, &activity(actor, "Announce", json!(object))).await;
                    assert!(status < 500, "{backend:?}: {status}");
                }
            }
        }
        // Something of ours that comes after all that would have come.
        let last = world.instance.publish("Last", "The last one.");
        peer.expect("Create", |create| create["object"]["id"] == last.as_str()).await;
        world.instance.queue_empties(30).await;
        let posts = peer.received();
        assert_eq!(sent("Announce"), 2, "{backend:?}: nothing is passed on");
        assert_eq!(posts.len(), 4, "{backend:?}: two boosts, two statements: {posts:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn res_18_junk_is_throttled_and_not_kept_and_pages_stay_quick() {
    const JUNK: usize = 300;
    const TAKEN: usize = 40;
    let world = World::start(Backend::Sqlite, &[("FEDERATION__INBOX_PER_HOST_PER_MINUTE", "40")]).await;
    let flood = Peer::start("flood").await;
    let eve = flood.actor("eve");
    let before = world.desk().len();
    let begun = Instant::now();
    let posting = async {
        let mut refused = 0;
        for n in 0..JUNK {
            let note = eve.note(&format!("<p>junk {n}</p>"), None);
            if eve.post(&world.instance, &eve.create(&note)).await == 429 {
                refused += 1;
            }
        }
        refused
    };
    let reading = async {
        let mut times = Vec::new();
        for _ in 0..20 {
            let begun = Instant::now();
            assert_eq!(client().get(&world.statement).send().await.unwrap().status(), 200);
            times.push(begun.elapsed());
        }
        times.sort();
        times
    };
    let (refused, times) = tokio::join!(posting, reading);
    // The allowance refills while it is used.
    let refilled = begun.elapsed().as_secs() as usize * TAKEN / 60 + 1;
    assert!(refused + TAKEN + refilled >= JUNK, "only {refused} were told to slow down, {:?}", begun.elapsed());
    // Half of them: any one may wait for the machine's other work.
    assert!(times[10] < Duration::from_secs(3), "{times:?}");
    assert_eq!(world.desk().len(), before, "notes of strangers to nobody here are not kept");
    // Another host isn't throttled with it.
    let calm = Peer::start("calm").await;
    world.assert_can_like(&calm.actor("ana")).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn web_15_an_inbox_takes_activities_and_no_other_type_of_content() {
    let world = World::start(Backend::Sqlite, &[]).await;
    let fan = Peer::start("friend").await;
    let bo = fan.actor("bo");
    world.assert_can_like(&bo).await;
    for content_type in [
        Some("application/x-www-form-urlencoded"),
        Some("text/plain"),
        Some("multipart/form-data; boundary=x"),
        Some("text/html"),
        None,
    ] {
        let note = bo.note("<p>With you.</p>", Some(&world.statement));
        let (mut signed, body) = bo.signed(&world.instance, "/inbox", &bo.create(&note));
        signed.cover(&["host", "date", "digest", "(request-target)"]);
        signed.remove("content-type");
        if let Some(content_type) = content_type {
            signed.set("content-type", content_type);
        }
        let status = world.raw_post("/inbox", &signed.headers(), &body);
        assert!([400, 415].contains(&status), "{content_type:?}: {status}");
        assert!(world.post(note["id"].as_str().unwrap()).is_none(), "{content_type:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn web_02_links_that_run_something_are_not_links() {
    for backend in backends() {
        let world = World::start(backend, &[]).await;
        let fan = Peer::start("fan").await;
        let ana = fan.actor("ana");
        let links = [
            "javascript:alert(1)",
            "JaVaScRiPt:alert(1)",
            "data:text/html,x",
            "vbscript:x",
            "//evil.example/x",
            "java\tscript:alert(1)",
            "&#106;avascript:alert(1)",
        ];
        let content: String = links.iter().map(|link| format!("<p><a href=\"{link}\">words</a></p>")).collect();
        let note = ana.note(&format!("{content}<a href=\"https://valley.example/\">good</a>"), Some(&world.statement));
        assert_eq!(ana.post(&world.instance, &ana.create(&note)).await, 202);
        let kept = eventually("it is there", 20, || async {
            let inbox = world.instance.cli(&["inbox", "list", "--collective", "river"]);
            inbox
                .as_array()
                .unwrap()
                .iter()
                .find(|item| item["object"] == note["id"])
                .map(|item| item["content"].as_str().unwrap().to_owned())
        })
        .await;
        let html = scraper::Html::parse_fragment(&kept);
        let all = scraper::Selector::parse("a[href]").unwrap();
        let left: Vec<&str> = html.select(&all).filter_map(|link| link.value().attr("href")).collect();
        assert_eq!(left, ["https://valley.example/"], "{backend:?}: {kept}");
        assert_eq!(kept.matches("words").count(), links.len(), "their text stays: {kept}");
    }
}

/// A document is not taken for a picture, so that nobody's upload can answer as one of our objects.
#[tokio::test(flavor = "multi_thread")]
async fn web_05_no_upload_is_served_as_an_object() {
    let instance = Instance::builder("river", Backend::Sqlite).start().await;
    let document =
        json!({ "@context": "https://www.w3.org/ns/activitystreams", "id": instance.url("/media/evil"), "type": "Person" });
    let file = instance.file("river.png", document.to_string());
    let text = instance.file("text.md", "The text.");
    let args = ["statement", "publish", "--collective", "river", "--title", "T", "--image"];
    let (code, _) = instance.cli_fails(&[&args[..], &[&format!("{file}=A river"), &text]].concat());
    assert_eq!(code, 2);
    // A good picture with a document behind it is drawn anew: the document is gone.
    let mut picture = std::fs::read("docs/examples/river.png").unwrap();
    picture.extend(document.to_string().bytes());
    let file = instance.file("both.png", picture);
    let id = instance.cli(&[&args[..], &[&format!("{file}=A river"), &text]].concat())["id"].as_str().unwrap().to_owned();
    let note: Value = instance.activity_json(&id).await;
    let url = note["attachment"][0]["url"].as_str().unwrap();
    let answer = client().get(url).header("accept", "application/activity+json").send().await.unwrap();
    assert!(answer.headers()["content-type"].to_str().unwrap().starts_with("image/"), "{answer:?}");
    assert_eq!(answer.headers()["x-content-type-options"], "nosniff");
    let bytes = answer.bytes().await.unwrap();
    assert!(!bytes.windows(8).any(|window| window == b"@context"));
}
