//! The matrix: Communard against implementations by others, over TLS on port 443, each effect looked up where it should be.
//!
//! `tests/peers/run` brings the peers and runs it; docs/interop.md says more and is written by it. One test, since all rows
//! share the started servers. Without the peers it is skipped loudly, unless COMMUNARD_TEST_REQUIRE names `peers`.

// Outside `#[test]` functions clippy does not see that all of this is test code.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod http;
mod meeting;
mod namespace;
mod ours;
mod peers;
mod process;
mod report;
mod rows;
mod stage;
mod testers;

use std::path::PathBuf;

#[test]
fn the_matrix_with_real_peers() {
    if namespace::is_inside() {
        run();
        return;
    }
    let required = std::env::var("COMMUNARD_TEST_REQUIRE").is_ok_and(|list| list.split(',').any(|item| item.trim() == "peers"));
    let words = stage::missing(&home()).map_or_else(namespace::words, Err);
    match words {
        Ok(words) => {
            let status = namespace::command(&words, "the_matrix_with_real_peers").status().expect("setpriv (util-linux)");
            assert!(status.success(), "the matrix failed, see above");
        }
        Err(problem) if required => panic!("COMMUNARD_TEST_REQUIRE names peers, but {problem}"),
        Err(problem) => {
            eprintln!("\n*** SKIPPED: the matrix with real peers: {problem}. To run it: tests/peers/run ***\n");
        }
    }
}

/// Where `tests/peers/prepare` put the peers.
fn home() -> PathBuf {
    PathBuf::from(env!("CARGO_TARGET_TMPDIR")).parent().unwrap().join("peers")
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
