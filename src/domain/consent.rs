//! Consent: somebody asks to do something with a thing of another; the other grants it with a stamp, which stands at an
//! address of its own until it is revoked (FEP-044f).
//!
//! One mechanism with several uses: a use is an entry in [`USES`] here and a handler in `acts::consents`.

use super::word_enum;

word_enum! {
    /// What consent is asked for.
    ConsentKind { Quote = "quote", Endorsement = "endorsement", LocalAction = "local_action" }
}
word_enum! {
    /// Where it stands. `Ended`: what asked is gone. All but the first two are final.
    ConsentState {
        Waiting = "waiting", Granted = "granted", Refused = "refused", Revoked = "revoked", Ended = "ended"
    }
}
word_enum! {
    /// Who is granted a consent without a person looking.
    #[derive(Default)]
    PolicyScope {
        #[default]
        Everybody = "everybody",
        /// Who follows the author.
        Followers = "followers",
        /// Whom the author follows.
        Following = "following",
        Nobody = "nobody"
    }
}

/// How one use of the mechanism is called on the wire.
#[derive(Debug, PartialEq, Eq)]
pub struct Use {
    pub kind: ConsentKind,
    /// Type of the activity that asks.
    pub request: &'static str,
    /// Type of the stamp.
    pub stamp: &'static str,
    /// What both types are defined under.
    pub namespace: &'static str,
}

/// All uses.
pub const USES: &[Use] = &[
    Use {
        kind: ConsentKind::Quote,
        request: "QuoteRequest",
        stamp: "QuoteAuthorization",
        namespace: "https://w3id.org/fep/044f#",
    },
    Use {
        kind: ConsentKind::Endorsement,
        request: "EndorsementRequest",
        stamp: "EndorsementAuthorization",
        namespace: ENDORSEMENTS,
    },
    Use {
        kind: ConsentKind::LocalAction,
        request: "LocalActionRequest",
        stamp: "LocalActionAuthorization",
        namespace: ENDORSEMENTS,
    },
];

/// What our own terms are defined under: “Consent-respecting endorsements”.
pub const ENDORSEMENTS: &str = "https://w3id.org/fep/419a#";

impl ConsentKind {
    /// Its entry in the table.
    pub fn words(self) -> &'static Use {
        match self {
            Self::Quote => &USES[0],
            Self::Endorsement => &USES[1],
            Self::LocalAction => &USES[2],
        }
    }
}

impl Use {
    /// The use whose requests have this type.
    pub fn by_request(kind: &str) -> Option<&'static Self> {
        USES.iter().find(|one| one.request == kind)
    }

    /// The use whose stamps have this type.
    pub fn by_stamp(kind: &str) -> Option<&'static Self> {
        USES.iter().find(|one| one.stamp == kind)
    }
}

impl ConsentState {
    /// Whether one state may follow another. A refusal or a revocation is never taken back: the other side acted on it.
    pub fn may_become(self, next: Self) -> bool {
        use ConsentState::{Ended, Granted, Refused, Revoked, Waiting};
        match self {
            Waiting => matches!(next, Granted | Refused | Ended),
            // A stamp that went out is revoked by us; a peer may also reject what it accepted before.
            Granted => matches!(next, Revoked | Refused | Ended),
            Refused | Revoked | Ended => false,
        }
    }
}

word_enum! {
    /// What an author does when asked. `Ask`: a person decides.
    Verdict { Grant = "grant", Ask = "ask", Refuse = "refuse" }
}

/// An author's rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Policy {
    pub automatic: PolicyScope,
    /// Whether everybody else may ask.
    pub review: bool,
}

impl Policy {
    /// What it says to an asker: `itself`, the author; `follows`, an accepted follower; `followed`, the author follows them.
    pub fn verdict(self, itself: bool, follows: bool, followed: bool) -> Verdict {
        let at_once = itself
            || match self.automatic {
                PolicyScope::Everybody => true,
                PolicyScope::Followers => follows,
                PolicyScope::Following => followed,
                PolicyScope::Nobody => false,
            };
        match (at_once, self.review) {
            (true, _) => Verdict::Grant,
            (false, true) => Verdict::Ask,
            (false, false) => Verdict::Refuse,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_use_is_found_by_its_words() {
        for kind in ConsentKind::ALL {
            let words = kind.words();
            assert_eq!(words.kind, *kind);
            assert_eq!(Use::by_request(words.request), Some(words));
            assert_eq!(Use::by_stamp(words.stamp), Some(words));
        }
        assert_eq!(Use::by_request("Follow"), None);
    }

    #[test]
    fn a_policy_grants_asks_or_refuses() {
        let verdict = |automatic, review, follows| Policy { automatic, review }.verdict(false, follows, false);
        assert_eq!(verdict(PolicyScope::Everybody, false, false), Verdict::Grant);
        assert_eq!(verdict(PolicyScope::Followers, false, true), Verdict::Grant);
        assert_eq!(verdict(PolicyScope::Followers, false, false), Verdict::Refuse);
        assert_eq!(verdict(PolicyScope::Followers, true, false), Verdict::Ask);
        assert_eq!(verdict(PolicyScope::Nobody, true, true), Verdict::Ask);
        assert_eq!(verdict(PolicyScope::Nobody, false, true), Verdict::Refuse);
        assert_eq!(Policy { automatic: PolicyScope::Nobody, review: false }.verdict(true, false, false), Verdict::Grant);
        let followed = Policy { automatic: PolicyScope::Following, review: true };
        assert_eq!(followed.verdict(false, false, true), Verdict::Grant);
        assert_eq!(followed.verdict(false, true, false), Verdict::Ask);
    }

    #[test]
    fn what_was_refused_or_revoked_stays_so() {
        for from in [ConsentState::Refused, ConsentState::Revoked, ConsentState::Ended] {
            assert!(ConsentState::ALL.iter().all(|next| !from.may_become(*next)), "{from}");
        }
        assert!(ConsentState::Waiting.may_become(ConsentState::Granted));
        assert!(!ConsentState::Waiting.may_become(ConsentState::Revoked));
    }
}
