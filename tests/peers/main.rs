//! The matrix: Communard against implementations by others, over TLS on port 443, each effect looked up where it should be.
//!
//! `tests/peers/run` brings the peers and runs it; docs/interop.md says more and is written by it. One test, since all rows
//! share the started servers. Without the peers it is skipped loudly, unless COMMUNARD_TEST_REQUIRE names `peers`.

// Outside `#[test]` functions clippy does not see that all of this is test code.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod http;
mod meeting;
mod ours;
mod peers;
mod process;
mod report;
mod rows;
mod stage;
mod testers;

use std::{path::PathBuf, process::Command};

/// Set inside the namespace where the names are.
const INSIDE: &str = "COMMUNARD_PEERS_INSIDE";

#[test]
fn the_matrix_with_real_peers() {
    if std::env::var_os(INSIDE).is_some() {
        run();
        return;
    }
    let required = std::env::var("COMMUNARD_TEST_REQUIRE").is_ok_and(|list| list.split(',').any(|item| item.trim() == "peers"));
    let problem = stage::missing(&home()).or_else(|| namespace().err());
    match problem {
        None => go_inside(),
        Some(problem) if required => panic!("COMMUNARD_TEST_REQUIRE names peers, but {problem}"),
        Some(problem) => {
            eprintln!("\n*** SKIPPED: the matrix with real peers: {problem}. To run it: tests/peers/run ***\n");
        }
    }
}

/// Where `tests/peers/prepare` put the peers.
fn home() -> PathBuf {
    PathBuf::from(env!("CARGO_TARGET_TMPDIR")).parent().unwrap().join("peers")
}

/// The words that start a program in mount, network and process namespaces of its own, as an unprivileged user too.
fn namespace() -> Result<Vec<&'static str>, String> {
    let common = ["--mount", "--net", "--pid", "--fork", "--kill-child"];
    for user in [vec!["--user", "--map-root-user"], vec![]] {
        let words: Vec<&str> = user.into_iter().chain(common).collect();
        if Command::new("unshare")
            .args(&words)
            .args(["ip", "link", "set", "lo", "up"])
            .output()
            .is_ok_and(|out| out.status.success())
        {
            return Ok(words);
        }
    }
    Err("namespaces can't be made here (unshare --user --mount --net --pid)".to_owned())
}

/// Runs this very test in a namespace: names and trust in there touch nothing outside, no port can be taken, and the
/// kernel ends every process in it as soon as this one ends, however it ends.
fn go_inside() {
    let status = Command::new("setpriv")
        .args(["--pdeathsig", "KILL", "unshare"])
        .args(namespace().unwrap())
        .arg(std::env::current_exe().unwrap())
        .args(["--exact", "the_matrix_with_real_peers", "--nocapture"])
        .env(INSIDE, "1")
        .status()
        .expect("setpriv (util-linux)");
    assert!(status.success(), "the matrix failed, see above");
}

fn run() {
    let stage = stage::Stage::build(&home());
    let servers = stage.start();
    let mut results = rows::run(&servers);
    results.testers = testers::run(&servers);
    drop(servers);
    report::print(&results, &stage);
    report::keep(&results);
}
