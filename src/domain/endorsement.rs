//! An endorsement: a collective's co-signature under the statement of another, from its own server.
//!
//! Two sides, independent of each other: what the endorser says ([`EndorsementState`]), and whether the author of the
//! statement lets it stand ([`AuthorState`]). [`Endorsing`] is the endorser's own state machine; [`Life`] is what somebody
//! else knows of an endorsement, from things that arrive in any order, late, twice or never.

use super::{Timestamp, word_enum};
use std::collections::BTreeMap;

/// Claims kept of one endorsement. A longer history keeps its most advanced ones.
pub const MAX_CLAIMS: usize = 64;

word_enum! {
    /// What the endorser says. `Ratified`: its assembly decided so. The last two are final: who changes their mind
    /// endorses anew, under a new id.
    EndorsementState { Indicative = "indicative", Ratified = "ratified", Withdrawn = "withdrawn", Lapsed = "lapsed" }
}
word_enum! {
    /// What the author of the statement says. `Dropped`: it was accepted once.
    AuthorState { Pending = "pending", Accepted = "accepted", Declined = "declined", Dropped = "dropped" }
}

word_enum! {
    /// What a later look at the hosts behind an endorsement can find wrong. A host that doesn't answer is none of these.
    Fault {
        /// Its own host says that there is no such endorsement.
        Gone = "gone",
        /// Something else stands at its address.
        Changed = "changed",
        /// The author's stamp isn't there, or is for something else.
        Stamp = "stamp",
        /// The statement isn't there any more.
        Statement = "statement"
    }
}

impl EndorsementState {
    /// Whether one may follow the other. A state may follow itself: the same is said of a new version of the text.
    pub fn may_become(self, next: Self) -> bool {
        use EndorsementState::{Indicative, Lapsed, Ratified, Withdrawn};
        match self {
            Indicative => true,
            Ratified => matches!(next, Ratified | Withdrawn),
            Withdrawn | Lapsed => false,
        }
    }

    /// Whether nothing comes after it.
    pub fn is_final(self) -> bool {
        matches!(self, Self::Withdrawn | Self::Lapsed)
    }

    /// How far along a life it stands.
    fn stage(self) -> u8 {
        match self {
            Self::Indicative => 0,
            Self::Ratified => 1,
            Self::Withdrawn | Self::Lapsed => 2,
        }
    }
}

/// Why the endorser's own endorsement can't change as wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unchanged {
    /// Withdrawn or lapsed.
    Final,
    /// It is ratified already.
    Ratified,
    /// The time to ratify it is over.
    TooLate,
    /// Its time isn't over, or it has none.
    TooEarly,
    /// It is bound to this text already.
    SameText,
}

/// What becomes of one's own endorsement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// The assembly decided.
    Ratify,
    Withdraw,
    /// `ratifyBy` is over without a decision.
    Lapse,
    /// It holds for the text of this digest too.
    Confirm(String),
}

/// One's own endorsement, as far as its rules go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endorsing {
    pub state: EndorsementState,
    /// Counts what was said of it, from 1.
    pub sequence: i32,
    /// Which text it is bound to (`digestMultibase`).
    pub digest: String,
    /// Until when an indicative one has to be ratified.
    pub ratify_by: Option<Timestamp>,
}

impl Endorsing {
    /// A new one: indicative with a date to ratify it by, or ratified from the first where a mandate covers it.
    pub fn new(digest: &str, ratify_by: Option<Timestamp>) -> Self {
        let state = if ratify_by.is_some() { EndorsementState::Indicative } else { EndorsementState::Ratified };
        Self { state, sequence: 1, digest: digest.to_owned(), ratify_by }
    }

    /// The endorsement after a change, its sequence one higher.
    ///
    /// # Errors
    /// Why it stays as it is.
    pub fn after(&self, change: &Change, now: Timestamp) -> Result<Self, Unchanged> {
        use EndorsementState::{Indicative, Lapsed, Ratified, Withdrawn};
        if self.state.is_final() {
            return Err(Unchanged::Final);
        }
        let over = self.state == Indicative && self.ratify_by.is_some_and(|by| by <= now);
        let mut next = Self { sequence: self.sequence + 1, ..self.clone() };
        match change {
            Change::Ratify if self.state == Ratified => return Err(Unchanged::Ratified),
            Change::Ratify | Change::Confirm(_) if over => return Err(Unchanged::TooLate),
            Change::Lapse if !over => return Err(Unchanged::TooEarly),
            Change::Confirm(digest) if *digest == self.digest => return Err(Unchanged::SameText),
            Change::Ratify => (next.state, next.ratify_by) = (Ratified, None),
            Change::Withdraw => next.state = Withdrawn,
            Change::Lapse => next.state = Lapsed,
            Change::Confirm(digest) => next.digest.clone_from(digest),
        }
        Ok(next)
    }
}

/// What the endorser said once, its origin verified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    pub sequence: i32,
    pub state: EndorsementState,
    pub digest: String,
    pub ratify_by: Option<Timestamp>,
    /// Tells two claims of one sequence apart: a digest of all that was said.
    pub fingerprint: String,
}

/// Something that was learned of an endorsement. Who says so was checked before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// By the endorser: the endorsement itself, or its `Update`.
    Claimed(Claim),
    /// By the endorser: its `Delete`.
    Erased,
    /// By the author: `Accept` with the stamp of this address.
    Stamped(String),
    /// By the author: `Delete` of the stamp of this address.
    StampGone(String),
    /// By the author: `Reject`.
    Declined,
}

/// All that is known of one endorsement. Events may come in any order, twice, or with gaps: the same set of them always
/// gives the same `Life`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Life {
    /// By stage, then sequence: an endorsement never goes back, whatever a later number says.
    claims: BTreeMap<(u8, i32, String), Claim>,
    erased: bool,
    /// Addresses of stamps, and whether each is gone.
    stamps: BTreeMap<String, bool>,
    declined: bool,
}

impl Life {
    /// A life from its events.
    pub fn of(events: impl IntoIterator<Item = Event>) -> Self {
        let mut life = Self::default();
        events.into_iter().for_each(|event| life.apply(event));
        life
    }

    pub fn apply(&mut self, event: Event) {
        match event {
            Event::Claimed(claim) => {
                self.claims.insert((claim.state.stage(), claim.sequence, claim.fingerprint.clone()), claim);
                while self.claims.len() > MAX_CLAIMS {
                    self.claims.pop_first();
                }
            }
            Event::Erased => self.erased = true,
            Event::Stamped(uri) => {
                self.stamps.entry(uri).or_insert(false);
            }
            Event::StampGone(uri) => {
                self.stamps.insert(uri, true);
            }
            Event::Declined => self.declined = true,
        }
    }

    /// The claim that holds: the furthest along, then of the highest sequence.
    pub fn claim(&self) -> Option<&Claim> {
        self.claims.last_key_value().map(|(_, claim)| claim)
    }

    /// All claims, the earliest first.
    pub fn claims(&self) -> impl Iterator<Item = &Claim> {
        self.claims.values()
    }

    /// What the endorser says at this time: an indicative endorsement whose time is over has lapsed, also where its server
    /// is silent.
    pub fn state(&self, now: Timestamp) -> Option<EndorsementState> {
        let claim = self.claim()?;
        let over = claim.state == EndorsementState::Indicative && claim.ratify_by.is_some_and(|by| by <= now);
        Some(if over { EndorsementState::Lapsed } else { claim.state })
    }

    /// Where the author stands. A "no" is never taken back by a stamp that arrives behind it.
    pub fn author(&self) -> AuthorState {
        match (self.stamps.is_empty(), self.declined || self.stamps.values().all(|gone| *gone)) {
            (true, _) if self.declined => AuthorState::Declined,
            (true, _) => AuthorState::Pending,
            (false, true) => AuthorState::Dropped,
            (false, false) => AuthorState::Accepted,
        }
    }

    /// The stamp that lives.
    pub fn stamp(&self) -> Option<&str> {
        let living = || self.stamps.iter().rev().find(|(_, gone)| !**gone).map(|(uri, _)| uri.as_str());
        if self.author() == AuthorState::Accepted { living() } else { None }
    }

    /// Whether the endorser said two different things under one number: somebody should be warned.
    pub fn is_equivocal(&self) -> bool {
        let mut numbers: Vec<i32> = self.claims.values().map(|claim| claim.sequence).collect();
        numbers.sort_unstable();
        numbers.windows(2).any(|pair| pair[0] == pair[1])
    }

    /// Whether the endorser had it deleted. Its name goes; that there was one is counted.
    pub fn is_erased(&self) -> bool {
        self.erased
    }

    /// How it is shown beside the text of this digest.
    pub fn shown(&self, digest: &str, now: Timestamp) -> Shown {
        let (Some(claim), Some(state)) = (self.claim(), self.state(now)) else { return Shown::Unknown };
        if self.erased {
            return Shown::Erased;
        }
        match (state, self.author()) {
            (EndorsementState::Withdrawn, _) => Shown::Withdrawn,
            (EndorsementState::Lapsed, _) => Shown::Lapsed,
            (_, AuthorState::Pending) => Shown::Waiting,
            (_, AuthorState::Declined) => Shown::Declined,
            (_, AuthorState::Dropped) => Shown::Dropped,
            (_, AuthorState::Accepted) if claim.digest != digest => Shown::EarlierVersion,
            (EndorsementState::Ratified, _) => Shown::Ratified,
            (EndorsementState::Indicative, _) => Shown::Indicative,
        }
    }
}

word_enum! {
    /// How an endorsement is shown. Only the first two are co-signatures of the text.
    Shown {
        Ratified = "ratified",
        Indicative = "indicative",
        /// It holds for a text before this one, until the endorser confirms.
        EarlierVersion = "earlier-version",
        /// It was a co-signature; a later look found that a condition of it doesn't hold ([`Fault`]).
        Unverified = "unverified",
        /// The author hasn't answered.
        Waiting = "waiting",
        Declined = "declined",
        Dropped = "dropped",
        Withdrawn = "withdrawn",
        Lapsed = "lapsed",
        Erased = "erased",
        /// Nothing that the endorser said has arrived.
        Unknown = "unknown"
    }
}

impl Shown {
    /// Whether it counts as a co-signature of the text.
    pub fn counts(self) -> bool {
        matches!(self, Self::Ratified | Self::Indicative)
    }
}

#[cfg(test)]
#[path = "endorsement_tests.rs"]
mod tests;
