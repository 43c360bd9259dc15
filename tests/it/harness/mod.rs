//! What every whole-server test needs: instances as real processes, both databases, and fake peers.

#![allow(dead_code, unused_imports)]

pub mod crowd;
pub mod faults;
pub mod instance;
pub mod peer;
pub mod postgres;
pub mod signing;
pub mod smtp;
pub mod snapshot;

pub use crowd::{Crowd, label};
pub use instance::{Builder, Instance};
pub use peer::{Canned, Peer, PeerActor, Recorded};

use std::time::{Duration, Instant};

/// Which database an instance under test uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Backend {
    Sqlite,
    Postgres,
}

/// SQLite, and PostgreSQL where it is installed. Where it isn't, says so loudly, or fails if
/// `COMMUNARD_TEST_REQUIRE` names it (as CI does).
pub fn backends() -> Vec<Backend> {
    match postgres::available() {
        true => vec![Backend::Sqlite, Backend::Postgres],
        false if required("postgres") => panic!("COMMUNARD_TEST_REQUIRE names postgres, but initdb is not installed"),
        false => {
            eprintln!(
                "\n*** SKIPPED on PostgreSQL: initdb was not found. To run these tests too: apt-get install postgresql ***\n"
            );
            vec![Backend::Sqlite]
        }
    }
}

/// Whether the environment forbids skipping what needs `what`.
pub fn required(what: &str) -> bool {
    std::env::var("COMMUNARD_TEST_REQUIRE").is_ok_and(|list| list.split(',').any(|item| item.trim() == what))
}

/// Polls until `check` gives something, at most `seconds`; panics with `what` after that. Never a fixed sleep.
pub async fn eventually<T, F, Fut>(what: &str, seconds: u64, mut check: F) -> T
where
    F: FnMut() -> Fut,
    Fut: Future<Output = Option<T>>,
{
    let deadline = Instant::now() + Duration::from_secs(seconds);
    loop {
        if let Some(found) = check().await {
            return found;
        }
        assert!(Instant::now() < deadline, "not within {seconds} s: {what}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// A client that finds every name on this machine (as a browser finds `*.localhost`) and follows no redirect.
pub fn client() -> reqwest::Client {
    reqwest::Client::builder()
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none())
        .dns_resolver(std::sync::Arc::new(Loopback))
        .timeout(Duration::from_secs(30))
        .build()
        .unwrap()
}

struct Loopback;

impl reqwest::dns::Resolve for Loopback {
    fn resolve(&self, _name: reqwest::dns::Name) -> reqwest::dns::Resolving {
        Box::pin(async {
            let addrs: reqwest::dns::Addrs = Box::new(std::iter::once(std::net::SocketAddr::from(([127, 0, 0, 1], 0))));
            Ok(addrs)
        })
    }
}

/// A port that was free a moment ago.
pub fn free_port() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}
