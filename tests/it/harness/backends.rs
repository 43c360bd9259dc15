//! Both databases, and ports of one's own: what the tests inside the program use too.

use super::postgres;
use std::{
    sync::atomic::{AtomicU32, Ordering},
    time::Duration,
};

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

/// What any effect is waited for at least. Nobody waits so long where all is well, and a busy machine needs it: several test
/// programs, each with several servers, on two cores.
pub const PATIENCE: Duration = Duration::from_secs(90);

/// A port that nobody else takes as long as this process lives: below those that the kernel gives to connections, and held against
/// other processes that ask here by a UDP socket of the same number.
pub fn free_port() -> u16 {
    free_ports(1)
}

/// As [`free_port`], so many in a row; gives the first.
pub fn free_ports(count: u16) -> u16 {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    const FIRST: u32 = 12_000;
    const COUNT: u32 = 20_000;
    let begin = std::process::id().wrapping_mul(257);
    loop {
        let n = NEXT.fetch_add(u32::from(count), Ordering::Relaxed);
        assert!(n < COUNT, "no port is free");
        let first = u16::try_from(FIRST + begin.wrapping_add(n) % COUNT).unwrap();
        let hold = |port| {
            let held = std::net::UdpSocket::bind(("127.0.0.1", port)).ok()?;
            std::net::TcpListener::bind(("127.0.0.1", port)).is_ok().then_some(held)
        };
        if let Some(held) = (first..first + count).map(hold).collect::<Option<Vec<_>>>() {
            std::mem::forget(held);
            return first;
        }
    }
}
