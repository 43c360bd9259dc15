//! What people and peers do, one file per thing. An act checks who may, applies the domain's rule, writes, and queues
//! what others must hear, all in the one transaction that [`Act`] stands for.
//!
//! Must not know HTTP or talk to the network: what it needs from there its caller fetched first and hands in.

use crate::{
    db::{self, DbConn},
    domain::{Id, Site, Timestamp, names::Role},
    error::{Error, Result},
};

pub mod accounts;
pub mod actions;
pub mod boost;
pub mod collectives;
pub mod consents;
pub mod decisions;
pub mod documents;
pub mod draws;
pub mod endorsements;
mod faces;
pub mod follow;
pub mod images;
pub mod inbox;
pub mod invitations;
pub mod keys;
pub mod like;
pub mod limits;
pub mod mandates;
pub mod moves;
mod neighbours;
pub mod outbox;
pub mod passphrase;
pub mod proofs;
pub mod proposals;
pub mod proposed;
pub mod receive;
pub mod relays;
pub mod reminders;
pub mod rules;
pub mod secret;
pub mod sessions;
pub mod setup;
pub mod statements;
pub mod stewardship;
pub mod target;

/// An act under way: the transaction, the time it happens at, and who does it.
pub struct Act<'a> {
    pub conn: &'a mut DbConn,
    pub now: Timestamp,
    pub site: &'a Site,
    pub by: &'a Principal,
}

/// Who does something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Principal {
    /// A signed-in member. Read from the session; roles and membership are checked again inside the act.
    Member(Id),
    /// Somebody at the server's own command line: may do what a steward may.
    Console,
    /// The clock: what was scheduled earlier.
    Clock,
    /// Another server's actor, whose signature was verified.
    Peer(String),
}

impl Principal {
    /// The member to note down as the doer, if a person did it.
    pub fn member_id(&self) -> Option<&str> {
        match self {
            Self::Member(id) => Some(id),
            _ => None,
        }
    }
}

impl Act<'_> {
    /// A new id, ordered by time.
    pub fn new_id(&self) -> Id {
        uuid::Uuid::now_v7().hyphenated().to_string()
    }

    /// Passes if the doer may act for this collective: its members, the command line, and what they scheduled.
    ///
    /// Checked here, inside the transaction, and not from the session: a member removed a moment ago is refused.
    /// A collective that the doer can't know of is `NotFound` to members of others.
    pub fn may_act_for(&mut self, collective_id: &str) -> Result<()> {
        match self.by {
            Principal::Console | Principal::Clock => Ok(()),
            Principal::Member(id) if db::members::acts_for(self.conn, id, collective_id)? => Ok(()),
            Principal::Member(_) => Err(Error::NotFound),
            Principal::Peer(_) => Err(Error::Forbidden("error-not-for-peers")),
        }
    }

    /// Passes if the doer is a steward or the command line.
    pub fn may_steward(&mut self) -> Result<()> {
        match self.by {
            Principal::Console | Principal::Clock => Ok(()),
            Principal::Member(id) if db::members::active_role(self.conn, id)? == Some(Role::Steward) => Ok(()),
            _ => Err(Error::Forbidden("error-stewards-only")),
        }
    }
}

#[cfg(test)]
mod tests;
