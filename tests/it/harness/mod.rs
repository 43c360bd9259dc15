//! What every whole-server test needs: instances as real processes, both databases, and fake peers.

#![allow(dead_code, unused_imports)]

pub mod backends;
pub mod crowd;
pub mod faults;
pub mod instance;
pub mod peer;
pub mod postgres;
pub mod signing;
pub mod smtp;
pub mod snapshot;

pub use backends::{Backend, PATIENCE, backends, free_port, free_ports, required};
pub use crowd::{Crowd, label};
pub use instance::{Builder, Instance};
pub use peer::{Canned, Peer, PeerActor, Recorded};

use std::time::{Duration, Instant};

/// Polls until `check` gives something, at most `seconds` or [`PATIENCE`], whichever is longer; panics with `what` after that.
/// Never a fixed sleep.
pub async fn eventually<T, F, Fut>(what: &str, seconds: u64, mut check: F) -> T
where
    F: FnMut() -> Fut,
    Fut: Future<Output = Option<T>>,
{
    let patience = Duration::from_secs(seconds).max(PATIENCE);
    let deadline = Instant::now() + patience;
    loop {
        // One more look after the deadline: the look itself may take long.
        let late = Instant::now() >= deadline;
        if let Some(found) = check().await {
            return found;
        }
        assert!(!late, "not within {} s: {what}", patience.as_secs());
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// A client that finds every name on this machine (as a browser finds `*.localhost`) and follows no redirect. One for each
/// thread, as each test has its own: making one reads the machine's authorities, which takes longer than most requests do.
pub fn client() -> reqwest::Client {
    thread_local! {
        static CLIENT: reqwest::Client = reqwest::Client::builder()
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .dns_resolver(std::sync::Arc::new(Loopback))
            .tls_certs_only([])
            .timeout(PATIENCE)
            // Servers are stopped and started again meanwhile.
            .pool_max_idle_per_host(0)
            .build()
            .unwrap();
    }
    CLIENT.with(Clone::clone)
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
