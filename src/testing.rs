//! Both databases for the tests that stand beside the code, by what the whole-server tests have for it.

#![allow(dead_code)]

#[path = "../tests/it/harness/backends.rs"]
mod at_hand;
#[path = "../tests/it/harness/postgres.rs"]
mod postgres;

pub use at_hand::*;

/// The settings of an instance on this database with its data in this folder.
pub fn settings(backend: Backend, data: &std::path::Path) -> crate::config::Settings {
    let mut env = vec![("COMMUNARD__DATA__DIR".to_owned(), data.display().to_string())];
    if backend == Backend::Postgres {
        env.push(("COMMUNARD__DATABASE__URL".to_owned(), postgres::new_database()));
        // Many tests at once share one server.
        env.push(("COMMUNARD__DATABASE__CONNECTIONS".to_owned(), "2".to_owned()));
    }
    crate::config::Settings::load_with(None, env).unwrap()
}
