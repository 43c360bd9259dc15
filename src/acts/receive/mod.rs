//! What other servers' actors do to our things, one file per activity. The gate verified who speaks: every act takes that
//! actor's id or row and never another name from the activity's body.
//!
//! Must not fetch: what an act needs of others its handler fetched before.

use super::Act;
use crate::{db, error::Result};

pub mod actor;
pub mod answer;
pub mod block;
pub mod flag;
pub mod follow;
pub mod join;
pub mod post;
pub mod react;
pub mod synchronise;
pub mod undo;

/// What came of an activity. All of these are a 202 to the sender: what doesn't concern us is no fault of theirs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    Done,
    /// It had its effect before (SIG-23).
    Known,
    /// It changes nothing here; the word says why, for the log.
    Dropped(&'static str),
}

/// Runs an effect unless the activity with this digest had it already; both in the one transaction.
pub fn once(act: &mut Act, digest: &str, effect: impl FnOnce(&mut Act) -> Result<Outcome>) -> Result<Outcome> {
    if db::received::insert(act.conn, digest, act.now)? { effect(act) } else { Ok(Outcome::Known) }
}
