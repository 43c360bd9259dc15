//! Fuzz targets: everything that reads what strangers send, fed with real messages that were changed at random.
//!
//! `cargo test` replays what was found before and a short burst that is the same each time. For long, with times measured:
//! `COMMUNARD_FUZZ_SECONDS=60 cargo test --config tests/fuzz/cargo.toml --test fuzz`; with `COMMUNARD_FUZZ_SEED=1` besides, the same
//! inputs each time, as many as come to about that long. A failing input is made small, kept below
//! `tests/fuzz/regressions`, and replayed from then on.

// Outside `#[test]` functions clippy does not see that all of this is test code.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod change;
mod engine;
mod targets;

macro_rules! fuzz {
    ($($name:ident),+ $(,)?) => { $(
        #[test]
        fn $name() {
            engine::run(&targets::$name());
        }
    )+ };
}

fuzz!(signature_headers, digest_headers, activity_json, html_of_others, webfinger_documents, addresses, markdown, language_tags);
