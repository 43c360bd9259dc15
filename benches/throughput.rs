//! How fast deliveries leave, activities are taken in and hostile HTML is made harmless, beside what this machine can do at all.
//!
//! `cargo bench --bench throughput`. Everything runs on this machine, so receivers and senders share its cores.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use actix_web::{App, HttpResponse, HttpServer, web};
use communard::{
    AppState,
    acts::{
        collectives::NewCollective,
        setup::{FirstMember, SetUp},
    },
    config::Settings,
    db::{
        Json, collectives,
        follows::{self, FollowingRow},
        keys,
        queue::{self, NewActivity},
        remote_actors::{self, PublicKey, RemoteActorRow},
        remote_posts,
    },
    domain::{
        names::{FollowState, KeyKind, SignatureScheme},
        time,
    },
    federation::{
        outbound,
        signatures::{Outgoing, Signer, sign as sign_request},
    },
    server::Application,
};
use openssl::{hash::MessageDigest, pkey::PKey, rsa::Rsa, sign};
use std::{
    collections::BTreeSet,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};
use tokio::{runtime::Runtime, sync::watch, task::JoinSet};

const INBOXES: usize = 200;
const ACTIVITIES: usize = 50;
const ACTOR: &str = "http://river.localhost/c/river";

fn main() {
    // Whatever `cargo bench` passes is for the standard harness.
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let (port, received) = receiver();
    let dir = tempfile::tempdir().unwrap();
    println!("this machine, {} cores:", std::thread::available_parallelism().unwrap());
    crypto();
    commits(dir.path());
    plain_requests(&runtime, port);
    received.store(0, Ordering::SeqCst);
    println!("Communard on SQLite:");
    deliveries(&runtime, &dir.path().join("out"), port, &received);
    inbox(&runtime, &dir.path().join("in"));
    hostile_html();
}

/// RES-12: what makes parsers slow, a megabyte of each; and the time in which such a megabyte is read as UTF-8 at all.
fn hostile_html() {
    const MIB: usize = 1 << 20;
    let pieces = [
        "<div>",
        "<b>",
        "<p><b>",
        "<blockquote>",
        "<ul><li>",
        "<a href=x><table>",
        "</p></b>",
        "<",
        "<!--",
        "<script></",
        "&",
        "&#x202b;",
        "<a href='https://a.example/'>b.example",
        "<ruby><rt>",
        "«",
        "~](",
        "<svg><style>",
    ];
    let (mut slowest, mut worst, mut least) = (Duration::ZERO, "", Duration::ZERO);
    for piece in pieces {
        let html = piece.repeat(MIB / piece.len());
        let begun = Instant::now();
        least = least.max({
            assert!(std::str::from_utf8(std::hint::black_box(html.as_bytes())).is_ok());
            begun.elapsed()
        });
        let begun = Instant::now();
        std::hint::black_box(communard::text::sanitise(&html));
        let took = begun.elapsed();
        if took > slowest {
            (slowest, worst) = (took, piece);
        }
    }
    println!("  {:<52} {:>9.1} ms", "a megabyte checked to be UTF-8", least.as_secs_f64() * 1e3);
    println!("  {:<52} {:>9.1} ms, of {worst}", "the slowest megabyte of HTML (bound: 200 ms)", slowest.as_secs_f64() * 1e3);
}

fn rate(what: &str, count: usize, took: Duration) {
    println!("  {what:<52} {:>9.0} /s", count as f64 / took.as_secs_f64());
}

fn crypto() {
    let key = PKey::from_rsa(Rsa::generate(2048).unwrap()).unwrap();
    let signing = || sign::Signer::new(MessageDigest::sha256(), &key).unwrap().sign_oneshot_to_vec(&[7; 300]).unwrap();
    let begun = Instant::now();
    (0..1_500).for_each(|_| drop(signing()));
    rate("RSA-2048 signatures, one core", 1_500, begun.elapsed());
    let signature = signing();
    let begun = Instant::now();
    for _ in 0..10_000 {
        let mut verifier = sign::Verifier::new(MessageDigest::sha256(), &key).unwrap();
        assert!(verifier.verify_oneshot(&signature, &[7; 300]).unwrap());
    }
    rate("RSA-2048 verifications, one core", 10_000, begun.elapsed());
}

fn settings(dir: &std::path::Path) -> Settings {
    std::fs::create_dir_all(dir).unwrap();
    let env = [("COMMUNARD__DATA__DIR", dir.join("data").display().to_string())];
    Settings::load_with(None, env.map(|(key, value)| (key.to_owned(), value))).unwrap()
}

fn commits(dir: &std::path::Path) {
    let db = communard::db::Db::open(&settings(&dir.join("commits"))).unwrap();
    let begun = Instant::now();
    for n in 0..1_000 {
        enqueue(&db, n, &BTreeSet::new());
    }
    rate("SQLite commits of one row, synchronous=FULL", 1_000, begun.elapsed());
}

/// Answers every POST with 202 and counts; two threads of its own.
fn receiver() -> (u16, Arc<AtomicUsize>) {
    let received = Arc::new(AtomicUsize::new(0));
    let counter = received.clone();
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        actix_web::rt::System::new().block_on(async move {
            let server = HttpServer::new(move || {
                let counter = counter.clone();
                App::new().default_service(web::to(move |_body: web::Bytes| {
                    counter.fetch_add(1, Ordering::SeqCst);
                    async { HttpResponse::Accepted().finish() }
                }))
            });
            server.workers(2).disable_signals().listen(listener).unwrap().run().await.unwrap();
        });
    });
    (port, received)
}

fn plain_requests(runtime: &Runtime, port: u16) {
    const COUNT: usize = 10_000;
    let took = runtime.block_on(async {
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        let begun = Instant::now();
        let mut tasks = JoinSet::new();
        for _ in 0..64 {
            let client = client.clone();
            tasks.spawn(async move {
                for _ in 0..COUNT / 64 {
                    let sent = client.post(format!("http://127.0.0.1:{port}/inbox")).body(vec![b'x'; 3_500]).send().await;
                    assert_eq!(sent.unwrap().status(), 202);
                }
            });
        }
        tasks.join_all().await;
        begun.elapsed()
    });
    rate("plain POSTs of 3.5 kB over loopback, 64 at once", COUNT, took);
}

fn enqueue(db: &communard::db::Db, n: usize, inboxes: &BTreeSet<String>) {
    let uri = format!("http://river.localhost/activities/{n}");
    let text = "a".repeat(3_300);
    let activity = NewActivity {
        json: format!(r#"{{"id":"{uri}","type":"Create","actor":"{ACTOR}","object":{{"content":"{text}"}}}}"#),
        uri,
        actor_uri: ACTOR.into(),
        kind: "Create".into(),
        object_uri: format!("http://river.localhost/statements/{n}"),
        public: true,
        signing_key_id: None,
        created_at: time::timestamp(chrono::Utc::now()),
    };
    db.write_blocking(|conn| queue::enqueue(conn, &activity, inboxes)).unwrap();
}

fn deliveries(runtime: &Runtime, dir: &std::path::Path, port: u16, received: &AtomicUsize) {
    let state = runtime.block_on(async { AppState::open(settings(dir)) }).unwrap();
    let pair = PKey::from_rsa(Rsa::generate(2048).unwrap()).unwrap();
    let key = keys::KeyRow {
        id: "key".into(),
        actor_uri: ACTOR.into(),
        kind: KeyKind::Rsa,
        key_uri: format!("{ACTOR}#main-key"),
        public_key: String::from_utf8(pair.public_key_to_pem().unwrap()).unwrap(),
        private_key: String::from_utf8(pair.private_key_to_pem_pkcs8().unwrap()).unwrap(),
        created_at: state.now(),
        retired_at: None,
    };
    state.db.write_blocking(|conn| keys::insert(conn, &key)).unwrap();
    let inboxes: BTreeSet<String> = (0..INBOXES).map(|n| format!("http://r{n}.localhost:{port}/inbox")).collect();
    for n in 0..ACTIVITIES {
        enqueue(&state.db, n, &inboxes);
    }
    let (stop, stopped) = watch::channel(false);
    let begun = Instant::now();
    let dispatcher = runtime.spawn(outbound::run(state.clone(), stopped));
    let wait = |count: usize| {
        while received.load(Ordering::SeqCst) < count {
            assert!(begun.elapsed() < Duration::from_secs(120), "only {} arrived", received.load(Ordering::SeqCst));
            std::thread::sleep(Duration::from_micros(200));
        }
    };
    let all = INBOXES * ACTIVITIES;
    wait(all);
    rate(&format!("deliveries to {INBOXES} inboxes (goal: over 1,000)"), all, begun.elapsed());
    let one = BTreeSet::from([format!("http://r0.localhost:{port}/inbox")]);
    let mut slowest = Duration::ZERO;
    for n in 0..20 {
        let begun = Instant::now();
        enqueue(&state.db, ACTIVITIES + n, &one);
        wait(all + n + 1);
        slowest = slowest.max(begun.elapsed());
    }
    println!("  {:<52} {:>9.1} ms", "from publishing to arrival, slowest of 20", slowest.as_secs_f64() * 1e3);
    stop.send(true).unwrap();
    runtime.block_on(dispatcher).unwrap();
}

/// A peer's key and address, well known to the instance, and followed by its collective.
fn known_peer(state: &AppState) -> Signer {
    let uri = "http://peer.localhost/users/ana";
    let key = PKey::from_rsa(Rsa::generate(2048).unwrap()).unwrap();
    let pem = String::from_utf8(key.public_key_to_pem().unwrap()).unwrap();
    let key_id = format!("{uri}#main-key");
    let row = RemoteActorRow {
        id: uuid::Uuid::now_v7().to_string(),
        uri: uri.into(),
        host: "peer.localhost".into(),
        kind: "Person".into(),
        username: "ana".into(),
        handle_host: "peer.localhost".into(),
        name: "Ana".into(),
        summary: String::new(),
        url: None,
        inbox: format!("{uri}/inbox"),
        shared_inbox: None,
        outbox: None,
        followers: Some(format!("{uri}/followers")),
        icon_url: None,
        also_known_as: Json::new(Vec::new()),
        moved_to: None,
        keys: Json::new(vec![PublicKey { id: key_id.clone(), pem }]),
        manually_approves: false,
        fetched_at: state.now(),
        key_refetched_at: None,
        gone_at: None,
        country: None,
    };
    let follow = |collective_id: String| FollowingRow {
        collective_id,
        actor_uri: uri.into(),
        activity_uri: "http://river.localhost/activities/follow".into(),
        state: FollowState::Accepted,
        since: state.now(),
    };
    state
        .db
        .write_blocking(|conn| {
            remote_actors::put(conn, &row)?;
            let collective = collectives::by_handle(conn, "river")?.id;
            follows::put_following(conn, &follow(collective))
        })
        .unwrap();
    Signer::from_pem(&key_id, &String::from_utf8(key.private_key_to_pem_pkcs8().unwrap()).unwrap()).unwrap()
}

/// Different notes of somebody followed, each signed, sent over sockets; counted when answered 202 and found in the database.
fn inbox(runtime: &Runtime, dir: &std::path::Path) {
    const NOTES: usize = 5_000;
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let domain = format!("river.localhost:{}", address.port());
    let mut settings = settings(dir);
    settings.server.listen = address.to_string();
    settings.federation.inbox_per_host_per_minute = 1_000_000;
    let prepared = AppState::open(settings.clone()).unwrap();
    let name = "River Commune".to_owned();
    let collective = NewCollective { handle: "river".into(), name: name.clone(), language: "en".into(), ..Default::default() };
    let member = FirstMember { name: "ada".into(), passphrase_hash: "none".into(), ..Default::default() };
    let input =
        SetUp { name, description: String::new(), domain: domain.clone(), languages: vec!["en".into()], collective, member };
    prepared.set_up_blocking(input).unwrap();
    let signer = known_peer(&prepared);
    std::thread::spawn(move || {
        actix_web::rt::System::new().block_on(async { Application::build(settings).unwrap().run().await.unwrap() });
    });
    let url = url::Url::parse(&format!("http://{domain}/inbox")).unwrap();
    let text = "We stand together. ".repeat(70);
    let requests: Vec<_> = (0..NOTES)
        .map(|n| {
            let actor = "http://peer.localhost/users/ana";
            let to = "https://www.w3.org/ns/activitystreams#Public";
            let note = format!(
                r#"{{"id":"{actor}/notes/{n}","type":"Note","attributedTo":"{actor}","content":"<p>{text}</p>","published":"2026-03-18T12:00:00Z","to":["{to}"],"cc":["{actor}/followers"]}}"#
            );
            let body = format!(
                r#"{{"@context":"https://www.w3.org/ns/activitystreams","id":"{actor}/activities/{n}","type":"Create","actor":"{actor}","to":["{to}"],"object":{note}}}"#
            )
            .into_bytes();
            let request = Outgoing {
                method: "POST",
                url: &url,
                body: Some(("application/activity+json", &body)),
                accept: None,
                now: prepared.now(),
            };
            (sign_request(SignatureScheme::Cavage, &signer, &request).unwrap(), body)
        })
        .collect();
    let took = runtime.block_on(async {
        let client = reqwest::Client::builder().no_proxy().resolve("river.localhost", address).build().unwrap();
        let alive = format!("http://{domain}/healthz");
        while client.get(&alive).send().await.is_err() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        let begun = Instant::now();
        let queue = Arc::new(std::sync::Mutex::new(requests));
        let mut tasks = JoinSet::new();
        for _ in 0..64 {
            let (client, queue, url) = (client.clone(), queue.clone(), url.clone());
            tasks.spawn(async move {
                loop {
                    let Some((headers, body)) = queue.lock().unwrap().pop() else { return };
                    let answer = client.post(url.clone()).headers(headers).body(body).send().await.unwrap();
                    assert_eq!(answer.status(), 202, "{}", answer.text().await.unwrap());
                }
            });
        }
        tasks.join_all().await;
        begun.elapsed()
    });
    let last = format!("http://peer.localhost/users/ana/notes/{}", NOTES - 1);
    let stored = prepared.db.read_blocking(|conn| remote_posts::by_uri(conn, &last)).unwrap();
    assert!(stored.is_some(), "what was answered 202 is stored");
    rate("signed notes verified and stored (goal: over 1,000)", NOTES, took);
}
