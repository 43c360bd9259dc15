//! Communard: a federated server for solidarity statements and calls to action.
//!
//! The house, from the ground up; a floor may use the floors below it, never one above (`tests/it/house.rs` checks):
//! [`domain`], [`text`] and [`vocab`] are pure, [`db`] has all SQL, [`acts`] has one file per thing that people or peers do,
//! [`federation`] is the wire (beside it `feeds`, `mail`, `media`), [`web`], [`jobs`] and `observe` face people
//! and the clock, [`cli`] is for stewards. `docs/architecture.md` says why.

pub mod acts;
pub mod cli;
pub mod config;
pub mod crypto;
pub mod db;
pub mod domain;
pub mod error;
pub mod federation;
pub mod feeds;
pub mod i18n;
pub mod jobs;
pub mod mail;
pub mod media;
pub mod observe;
pub mod server;
pub mod state;
#[cfg(test)]
mod testing;
pub mod text;
pub mod tls;
pub mod vocab;
pub mod web;

pub use error::{Error, Result};
pub use state::AppState;
