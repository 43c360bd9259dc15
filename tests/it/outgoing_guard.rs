//! What the server asks of others, where it doesn't go, and how much it takes from whoever answers badly.
//!
//! A signed activity makes the server look for its actor: that is how these tests make it ask.

use crate::harness::{Backend, Canned, Instance, Peer, PeerActor, backends, eventually, signing};
use serde_json::json;
use std::{
    collections::BTreeSet,
    io::{Read, Write},
    net::{TcpListener, TcpStream},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

/// A listener that counts who connects and lets `serve` answer each of them.
pub(crate) struct Ear {
    pub(crate) port: u16,
    heard: Arc<AtomicUsize>,
    /// Bytes written to the last one that connected.
    written: Arc<AtomicUsize>,
}

impl Ear {
    pub(crate) fn open(serve: impl Fn(TcpStream, &AtomicUsize) + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let ear = Self { port: listener.local_addr().unwrap().port(), heard: Arc::default(), written: Arc::default() };
        let (heard, written) = (ear.heard.clone(), ear.written.clone());
        let serve = Arc::new(serve);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                heard.fetch_add(1, Ordering::SeqCst);
                let (serve, written) = (serve.clone(), written.clone());
                std::thread::spawn(move || serve(stream, &written));
            }
        });
        ear
    }

    /// Hears, and hangs up.
    pub(crate) fn deaf() -> Self {
        Self::open(|_, _| {})
    }

    pub(crate) fn heard(&self) -> usize {
        self.heard.load(Ordering::SeqCst)
    }
}

/// Reads a request up to the end of its head.
fn read_head(stream: &mut TcpStream) {
    let (mut head, mut byte) = (Vec::new(), [0]);
    while !head.ends_with(b"\r\n\r\n") && stream.read(&mut byte).is_ok_and(|n| n == 1) {
        head.push(byte[0]);
    }
}

/// An actor somewhere that only its id says.
pub(crate) fn stranger(uri: &str) -> PeerActor {
    PeerActor { uri: uri.to_owned(), key_id: format!("{uri}#main-key"), inbox: format!("{uri}/inbox"), key: signing::rsa(2048) }
}

pub(crate) async fn follow(actor: &PeerActor, instance: &Instance) -> u16 {
    let follow = json!({
        "@context": "https://www.w3.org/ns/activitystreams", "id": format!("{}/follows/1", actor.uri), "type": "Follow",
        "actor": actor.uri, "object": instance.actor(&instance.name)
    });
    actor.post(instance, &follow).await
}

async fn river(backend: Backend, pairs: &[(&str, &str)]) -> Instance {
    let mut builder = Instance::builder("river", backend);
    for (key, value) in pairs {
        builder = builder.env(key, value);
    }
    builder.start().await
}

/// Resident memory of a process, in kB.
fn resident(pid: u32) -> usize {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn srf_01_02_03_07_no_connection_is_opened_to_addresses_in_any_spelling() {
    for backend in backends() {
        let ear = Ear::deaf();
        let river = river(backend, &[]).await;
        let port = ear.port;
        for host in [
            format!("127.0.0.1:{port}"),
            format!("127.1:{port}"),
            format!("2130706433:{port}"),
            format!("0x7f000001:{port}"),
            format!("0177.0.0.1:{port}"),
            format!("0.0.0.0:{port}"),
            format!("[::1]:{port}"),
            format!("[::ffff:127.0.0.1]:{port}"),
            format!("[64:ff9b::7f00:1]:{port}"),
            format!("user:password@ear.localhost:{port}"),
            format!("user@ear.localhost:{port}"),
        ] {
            let status = follow(&stranger(&format!("http://{host}/users/eve")), &river).await;
            assert!([400, 401, 403].contains(&status), "{host}: {status}");
            assert_eq!(ear.heard(), 0, "{host}");
        }
        // That it would have been heard: the same place by its name.
        follow(&stranger(&format!("http://ear.localhost:{port}/users/eve")), &river).await;
        assert_eq!(ear.heard(), 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn srf_01_06_09_in_production_private_names_ports_and_schemes_are_refused() {
    for backend in backends() {
        let ear = Ear::deaf();
        let port = ear.port.to_string();
        // The port is allowed, so that only the address behind the name stands in the way.
        let river = river(
            backend,
            &[("INSTANCE__MODE", "production"), ("INSTANCE__DOMAIN", "river.example"), ("FEDERATION__ALLOWED_PORTS", &port)],
        )
        .await;
        for origin in [
            format!("https://ear.localhost:{port}"),
            format!("https://localhost:{port}"),
            format!("http://ear.localhost:{port}"),
            format!("https://ear.local:{port}"),
            format!("https://ear.internal:{port}"),
            format!("https://ear.onion:{port}"),
            format!("https://ear.i2p:{port}"),
            format!("https://ear:{port}"),
            "https://meadow.example:8443".to_owned(),
        ] {
            let actor = stranger(&format!("{origin}/users/eve"));
            let body = json!({ "id": format!("{}/f", actor.uri), "type": "Follow", "actor": actor.uri, "object": "https://river.example/c/river" });
            let body = body.to_string().into_bytes();
            let signed = signing::Signed::post("river.example", "/inbox", &body, &actor.key_id, &actor.key);
            let status = signed.send(&river.url("/inbox"), &body).await.status().as_u16();
            assert!([400, 401, 403].contains(&status), "{origin}: {status}");
        }
        assert_eq!(ear.heard(), 0);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn srf_05_08_redirects_to_forbidden_places_are_not_followed() {
    for backend in backends() {
        let ear = Ear::deaf();
        // Before the instance, so that it is there to the end.
        let peer = Peer::start("evil").await;
        let river = river(backend, &[]).await;
        let own = river.actor("river");
        for (n, target) in [
            format!("http://127.0.0.1:{}/", ear.port),
            format!("http://user@ear.localhost:{}/", ear.port),
            own.clone(),
            own.replace("river.localhost", "RIVER.localhost."),
            "file:///etc/passwd".to_owned(),
            "data:application/activity+json,{}".to_owned(),
            "gopher://evil.localhost/".to_owned(),
        ]
        .iter()
        .enumerate()
        {
            let actor = stranger(&peer.url(&format!("/users/r{n}")));
            peer.serve(&format!("/users/r{n}"), Canned::status(302).header("location", target));
            let status = follow(&actor, &river).await;
            assert_eq!(status, 401, "{target}");
            assert_eq!(peer.fetches(), n + 1, "{target}");
        }
        assert_eq!(ear.heard(), 0);
        // A redirect to an honest place is followed, so that the above can fail.
        let ada = peer.actor("ada");
        peer.serve("/old", Canned::status(301).header("location", &ear_url(&ear)));
        follow(&stranger(&peer.url("/old")), &river).await;
        assert_eq!(ear.heard(), 1);
        assert!(follow(&ada, &river).await < 300);
    }
}

fn ear_url(ear: &Ear) -> String {
    format!("http://ear.localhost:{}/", ear.port)
}

#[tokio::test(flavor = "multi_thread")]
async fn srf_08_nobody_makes_us_ask_ourselves() {
    for backend in backends() {
        let river = river(backend, &[("LOG__FILTER", "debug")]).await;
        for host in [river.domain.clone(), river.domain.to_uppercase(), river.domain.replace("localhost", "localhost.")] {
            let status = follow(&stranger(&format!("http://{host}/users/eve")), &river).await;
            assert!([400, 401, 403].contains(&status), "{host}: {status}");
        }
        let asked = river.log();
        assert!(!asked.contains("/users/eve HTTP") && !asked.contains("path=/users/eve"), "{asked}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn res_06_one_activity_causes_no_more_requests_than_allowed() {
    for backend in backends() {
        let river = river(backend, &[("FEDERATION__MAX_REQUESTS_PER_ACTIVITY", "2")]).await;
        let peer = Peer::start("evil").await;
        peer.decide(|request| {
            (request.method == "GET").then(|| Canned::status(302).header("location", &format!("{}x", request.target)))
        });
        assert_eq!(follow(&stranger(&peer.url("/users/eve")), &river).await, 401);
        assert_eq!(peer.fetches(), 2);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn res_08_redirects_end_after_three() {
    for backend in backends() {
        let river = river(backend, &[]).await;
        let peer = Peer::start("evil").await;
        peer.serve("/users/loop", Canned::status(302).header("location", "/users/loop"));
        assert_eq!(follow(&stranger(&peer.url("/users/loop")), &river).await, 401);
        assert_eq!(peer.fetches(), 4, "the first and three redirects");
        assert!(peer.requests().iter().all(|request| request.header("signature").is_some()), "each is signed");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn res_09_a_peer_that_never_ends_is_left_in_time() {
    for backend in backends() {
        let slow = Ear::open(|mut stream, _| {
            read_head(&mut stream);
            let head = "HTTP/1.1 200 OK\r\ncontent-type: application/activity+json\r\ntransfer-encoding: chunked\r\n\r\n";
            let _ = stream.write_all(head.as_bytes());
            while stream.write_all(b"1\r\n \r\n").is_ok() {
                std::thread::sleep(Duration::from_millis(200));
            }
        });
        let silent = Ear::open(|mut stream, _| {
            read_head(&mut stream);
            let _ = stream.read(&mut [0]);
        });
        let river = river(backend, &[("FEDERATION__REQUEST_TIMEOUT_SECONDS", "2")]).await;
        for (name, ear) in [("slow", &slow), ("silent", &silent)] {
            let begun = Instant::now();
            let status = follow(&stranger(&format!("http://{name}.localhost:{}/users/eve", ear.port)), &river).await;
            assert!([401, 503].contains(&status), "{name}: {status}");
            assert_eq!(ear.heard(), 1, "{name}");
            let took = begun.elapsed();
            assert!(took > Duration::from_secs(1) && took < Duration::from_secs(30), "{name}: {took:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn res_10_answers_that_grow_without_end_are_cut_off() {
    for backend in backends() {
        let plain = Ear::open(|mut stream, written| {
            read_head(&mut stream);
            let head = "HTTP/1.1 200 OK\r\ncontent-type: application/activity+json\r\ntransfer-encoding: chunked\r\n\r\n";
            let _ = stream.write_all(head.as_bytes());
            let chunk = format!("10000\r\n{}\r\n", " ".repeat(0x10000));
            while written.load(Ordering::SeqCst) < 1 << 30 && stream.write_all(chunk.as_bytes()).is_ok() {
                written.fetch_add(0x10000, Ordering::SeqCst);
            }
        });
        // 200 MB of zeros in about 200 kB.
        let bomb =
            std::process::Command::new("sh").args(["-c", "head -c 200000000 /dev/zero | gzip -9"]).output().unwrap().stdout;
        assert!(bomb.len() > 100_000 && bomb.len() < 1_000_000);
        let packed = Ear::open(move |mut stream, _| {
            read_head(&mut stream);
            let head = format!(
                "HTTP/1.1 200 OK\r\ncontent-type: application/activity+json\r\ncontent-encoding: gzip\r\ncontent-length: {}\r\n\r\n",
                bomb.len()
            );
            let _ = stream.write_all(head.as_bytes());
            let _ = stream.write_all(&bomb);
        });
        let river = river(backend, &[]).await;
        // Once, so that what is set up at first use isn't counted.
        let peer = Peer::start("honest").await;
        follow(&stranger(&peer.url("/users/nobody")), &river).await;
        let before = resident(river.pid());
        for (name, ear) in [("plain", &plain), ("packed", &packed)] {
            let status = follow(&stranger(&format!("http://{name}.localhost:{}/users/eve", ear.port)), &river).await;
            assert_eq!(status, 401, "{name}");
            assert_eq!(ear.heard(), 1, "{name}");
        }
        let grown = resident(river.pid()).saturating_sub(before);
        assert!(grown < 16 << 10, "{grown} kB");
        // It hung up: what was written is no more than the limit and what lies in sockets' buffers.
        let written = eventually("the endless answer ends", 10, || async {
            let one = plain.written.load(Ordering::SeqCst);
            tokio::time::sleep(Duration::from_millis(100)).await;
            (one == plain.written.load(Ordering::SeqCst)).then_some(one)
        })
        .await;
        assert!(written < 16 << 20, "{written} bytes");
    }
}

/// Every place in the program that can open a connection, and why it may.
#[test]
fn srf_14_every_request_goes_through_the_one_guarded_client() {
    // What opens connections, in any library of the tree that can.
    const OPENERS: &[&str] = &[
        "reqwest::Client",
        "reqwest::blocking",
        "reqwest::get(",
        "ClientBuilder::new(",
        "TcpStream::connect",
        "TcpSocket",
        "UdpSocket",
        "UnixStream",
        "awc::",
        "hyper::client",
        "lookup_host",
        "to_socket_addrs",
        "SmtpTransport",
        "sign_and_send",
        "queue_activity",
        "fetch_object_http",
        "webfinger_resolve_actor",
    ];
    const ALLOWED: &[(&str, &str, &str)] = &[
        ("src/cli/doctor.rs", "lookup_host", "asks for the addresses of our own name and opens no connection"),
        ("src/config.rs", "SmtpTransport", "reads whether the setting is an address of a mail server; connects to nothing"),
        ("src/federation/client.rs", "reqwest::Client", "the guarded client, and doctor's and ready's own look at ourselves"),
        ("src/federation/client.rs", "ClientBuilder::new(", "the guard's layer around it"),
        ("src/federation/guard.rs", "lookup_host", "the resolver that checks what it finds"),
        ("src/mail/mod.rs", "SmtpTransport", "goes to the one server that the steward configured, never where a stranger says"),
    ];
    let mut found = BTreeSet::new();
    let mut folders = vec![std::path::PathBuf::from("src")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap().flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let name = path.display().to_string();
            if !name.ends_with(".rs") || name.ends_with("tests.rs") {
                continue;
            }
            let text = std::fs::read_to_string(&path).unwrap();
            let code = text.split("#[cfg(test)]").next().unwrap();
            for line in code.lines().filter(|line| !line.trim_start().starts_with("//")) {
                for opener in OPENERS.iter().filter(|opener| line.contains(**opener)) {
                    found.insert((name.clone(), (*opener).to_owned()));
                }
            }
        }
    }
    let allowed: BTreeSet<_> = ALLOWED.iter().map(|(file, opener, _)| ((*file).to_owned(), (*opener).to_owned())).collect();
    assert_eq!(found, allowed);
    // The unguarded look at ourselves is for the two commands that say how this instance is.
    let users: Vec<_> = ["src/cli/doctor.rs", "src/cli/serve.rs"]
        .iter()
        .filter(|file| std::fs::read_to_string(file).unwrap().contains("for_self_check"))
        .collect();
    assert_eq!(users.len(), 2);
}
