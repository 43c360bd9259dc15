//! A name that leads elsewhere each time it is looked up, against the started server in production mode.
//!
//! In a network of its own, where the test answers for all names and is behind every address; nothing leaves it.

#[path = "../peers/namespace.rs"]
mod namespace;

use crate::{
    harness::{Backend, Instance, eventually, required, signing},
    outgoing_guard::stranger,
};
use serde_json::json;
use std::{
    collections::HashMap,
    net::{IpAddr, SocketAddr, TcpListener, UdpSocket},
    process::Command,
    sync::{Arc, Mutex},
};

const TEST: &str = "outgoing_names::srf_04_the_address_that_was_checked_is_the_one_that_is_connected_to";
/// For the guard one of the public internet. In this network it is ours.
const PUBLIC: &str = "192.0.1.1";
/// Private ones that are there as well: an attempt would be heard.
const PRIVATE: &[&str] = &["10.1.2.3", "169.254.169.254"];

#[tokio::test(flavor = "multi_thread")]
async fn srf_04_the_address_that_was_checked_is_the_one_that_is_connected_to() {
    if namespace::is_inside() {
        return inside().await;
    }
    match namespace::words() {
        Ok(words) => {
            let output = namespace::command(&words, TEST).output().expect("setpriv (util-linux)");
            let said = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
            assert!(output.status.success() && said.contains("1 passed"), "{said}");
        }
        Err(problem) if required("peers") => panic!("COMMUNARD_TEST_REQUIRE names peers, but {problem}"),
        Err(problem) => eprintln!("\n*** SKIPPED: names that change their address: {problem} ***\n"),
    }
}

fn run(words: &[&str]) {
    let output = Command::new(words[0]).args(&words[1..]).output().unwrap();
    assert!(output.status.success(), "{words:?}: {}", String::from_utf8_lossy(&output.stderr));
}

/// Lets every name be asked of this machine, at port 53, and gives it the addresses.
fn build() {
    run(&["mount", "--make-rprivate", "/"]);
    run(&["ip", "link", "set", "lo", "up"]);
    for address in [PUBLIC].iter().chain(PRIVATE) {
        run(&["ip", "address", "add", &format!("{address}/32"), "dev", "lo"]);
    }
    let dir = tempfile::tempdir().unwrap().keep();
    for (name, text) in [("resolv.conf", "nameserver 127.0.0.1\n"), ("nsswitch.conf", "hosts: files dns\n")] {
        let (from, to) = (dir.join(name), format!("/etc/{name}"));
        std::fs::write(&from, text).unwrap();
        if std::path::Path::new(&to).exists() {
            run(&["mount", "--bind", &from.display().to_string(), &to]);
        }
    }
    // Where a daemon keeps names, it isn't asked.
    if std::path::Path::new("/run/nscd").exists() {
        run(&["mount", "-t", "tmpfs", "tmpfs", "/run/nscd"]);
    }
}

/// Answers for names, and remembers each question for an IPv4 address.
#[derive(Default)]
struct Names {
    /// What a name leads to: the first time, the second time…; the last for good.
    turns: HashMap<String, Vec<Vec<IpAddr>>>,
    asked: HashMap<String, usize>,
}

impl Names {
    fn start() -> Arc<Mutex<Self>> {
        let names = Arc::<Mutex<Self>>::default();
        let socket = UdpSocket::bind("127.0.0.1:53").unwrap();
        let answering = names.clone();
        std::thread::spawn(move || {
            let mut query = [0; 512];
            while let Ok((length, from)) = socket.recv_from(&mut query) {
                let answer = answering.lock().unwrap().answer(&query[..length]);
                let _ = socket.send_to(&answer, from);
            }
        });
        names
    }

    /// RFC 1035 §4: the question again, and one record for each address of the kind that was asked for, to be kept no time.
    fn answer(&mut self, query: &[u8]) -> Vec<u8> {
        let (mut at, mut labels) = (12, Vec::new());
        while query[at] != 0 {
            let end = at + 1 + usize::from(query[at]);
            labels.push(String::from_utf8_lossy(&query[at + 1..end]).to_ascii_lowercase());
            at = end;
        }
        let (name, kind) = (labels.join("."), u16::from_be_bytes([query[at + 1], query[at + 2]]));
        // Both kinds are asked for at once, in any order: a turn is over with the question for IPv4 addresses.
        let turn = self.asked.get(&name).copied().unwrap_or_default();
        let turns = self.turns.get(&name).cloned().unwrap_or_default();
        let addresses = turns.get(turn.min(turns.len().saturating_sub(1))).cloned().unwrap_or_default();
        if kind == 1 {
            *self.asked.entry(name).or_default() += 1;
        }
        let records: Vec<Vec<u8>> = addresses
            .into_iter()
            .filter_map(|address| match (address, kind) {
                (IpAddr::V4(address), 1) => Some(address.octets().to_vec()),
                (IpAddr::V6(address), 28) => Some(address.octets().to_vec()),
                _ => None,
            })
            .collect();
        let mut answer = query[..2].to_vec();
        answer.extend([0x81, 0x80, 0, 1, 0, u8::try_from(records.len()).unwrap(), 0, 0, 0, 0]);
        answer.extend(&query[12..at + 5]);
        for record in records {
            answer.extend([0xc0, 12]);
            answer.extend(kind.to_be_bytes());
            answer.extend([0, 1, 0, 0, 0, 0, 0, u8::try_from(record.len()).unwrap()]);
            answer.extend(record);
        }
        answer
    }
}

/// Hears at port 443 of all addresses; hangs up, and remembers where somebody came.
fn listen() -> Arc<Mutex<Vec<IpAddr>>> {
    let heard = Arc::<Mutex<Vec<IpAddr>>>::default();
    // Of both kinds, where the machine has both.
    let listener = TcpListener::bind("[::]:443").or_else(|_| TcpListener::bind("0.0.0.0:443")).unwrap();
    let hearing = heard.clone();
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            hearing.lock().unwrap().push(stream.local_addr().as_ref().map(SocketAddr::ip).unwrap().to_canonical());
        }
    });
    heard
}

struct Net {
    names: Arc<Mutex<Names>>,
    heard: Arc<Mutex<Vec<IpAddr>>>,
}

impl Net {
    fn leads(&self, name: &str, turns: &[&[&str]]) {
        let turns = turns.iter().map(|turn| turn.iter().map(|address| address.parse().unwrap()).collect()).collect();
        self.names.lock().unwrap().turns.insert(name.to_owned(), turns);
    }

    /// Lets an instance ask for an actor never heard of, at this name; gives how often the name was looked up by that, and where
    /// connections were made.
    async fn ask(&self, instance: &Instance, name: &str) -> (usize, Vec<IpAddr>) {
        let looked_up = || self.names.lock().unwrap().asked.get(name).copied().unwrap_or_default();
        let before = looked_up();
        self.heard.lock().unwrap().clear();
        let actor = stranger(&format!("https://{name}/users/{}", uuid::Uuid::now_v7()));
        let body = json!({ "id": format!("{}/f", actor.uri), "type": "Follow", "actor": actor.uri, "object": "https://river.example/c/river" });
        let body = body.to_string().into_bytes();
        let signed = signing::Signed::post("river.example", "/inbox", &body, &actor.key_id, &actor.key);
        assert_eq!(signed.send(&instance.url("/inbox"), &body).await.status(), 401, "{name}");
        eventually("the name is looked up", 0, || async { (looked_up() > before).then_some(()) }).await;
        (looked_up() - before, self.heard.lock().unwrap().clone())
    }
}

async fn inside() {
    build();
    let net = Net { names: Names::start(), heard: listen() };
    let start = async |private: bool| {
        let builder = Instance::builder("river", Backend::Sqlite).env("INSTANCE__MODE", "production");
        builder.env("INSTANCE__DOMAIN", "river.example").env("FEDERATION__ALLOW_PRIVATE_ADDRESSES", private).start().await
    };
    let address = |text: &str| text.parse::<IpAddr>().unwrap();
    let river = start(false).await;

    // Looked at, it leads to the internet; looked at once more, it would lead into this machine. It isn't.
    net.leads("turns.example", &[&[PUBLIC], &["127.0.0.1"]]);
    assert_eq!(net.ask(&river, "turns.example").await, (1, vec![address(PUBLIC)]));
    // The next request looks it up anew, and finds what may not be asked.
    assert_eq!(net.ask(&river, "turns.example").await, (1, vec![]));

    for (name, addresses) in [
        ("loopback.example", &["127.0.0.1"] as &[&str]),
        ("inside.example", &[PRIVATE[0]]),
        ("metadata.example", &[PRIVATE[1]]),
        ("both.example", &[PUBLIC, "127.0.0.1"]),
        ("turned.example", &["127.0.0.1", PUBLIC]),
        ("newer.example", &[PUBLIC, "::1"]),
        ("mapped.example", &[PUBLIC, "::ffff:10.1.2.3"]),
    ] {
        net.leads(name, &[addresses]);
        assert_eq!(net.ask(&river, name).await, (1, vec![]), "{name}");
    }

    // Where private addresses are allowed they are reached: so they would have been above.
    let open = start(true).await;
    for (name, reached) in [("loopback.example", "127.0.0.1"), ("inside.example", PRIVATE[0]), ("metadata.example", PRIVATE[1])] {
        assert_eq!(net.ask(&open, name).await, (1, vec![address(reached)]), "{name}");
    }
}
