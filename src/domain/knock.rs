//! Which signature a host gets first and which after a refusal: rules only.
//!
//! draft-cavage goes first to hosts that nothing is known of. Every server takes it; of RFC 9421 some say 202 and drop
//! what they couldn't verify (snac), so it is tried only where draft-cavage was refused.

use super::{Timestamp, names::SignatureScheme};
use chrono::Duration;

/// How long a host's choice is believed. Then it is asked again as if nothing were known: software is updated.
pub const REMEMBER: Duration = Duration::days(30);

/// What we know of a host's choice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Choice {
    pub scheme: SignatureScheme,
    /// When it took this one after refusing the other. `None`: it never had to choose.
    pub learned_at: Option<Timestamp>,
}

impl Default for Choice {
    fn default() -> Self {
        Self { scheme: SignatureScheme::Cavage, learned_at: None }
    }
}

impl Choice {
    /// The scheme of the first knock.
    pub fn first(self, now: Timestamp) -> SignatureScheme {
        if self.is_fresh(now) { self.scheme } else { SignatureScheme::Cavage }
    }

    /// Whether the host showed its choice within [`REMEMBER`].
    pub fn is_fresh(self, now: Timestamp) -> bool {
        self.learned_at.is_some_and(|at| now - at < REMEMBER)
    }

    /// What to write down now that the host took `scheme`: `None` where it says nothing new.
    pub fn news(self, taken: SignatureScheme, now: Timestamp) -> Option<SignatureScheme> {
        (taken != self.scheme || taken != self.first(now)).then_some(taken)
    }
}

/// The scheme of the second knock.
pub fn other(scheme: SignatureScheme) -> SignatureScheme {
    match scheme {
        SignatureScheme::Cavage => SignatureScheme::Rfc9421,
        SignatureScheme::Rfc9421 => SignatureScheme::Cavage,
    }
}

/// Whether an answer may mean that the host doesn't know this kind of signature.
pub fn is_unsure(status: u16) -> bool {
    matches!(status, 400 | 401)
}

#[cfg(test)]
mod tests {
    use super::{SignatureScheme::*, *};
    use crate::domain::time::parse_rfc3339;

    #[test]
    fn a_choice_is_believed_for_a_while() {
        let now = parse_rfc3339("2026-11-22T18:00:00Z").unwrap();
        let chose = |scheme, days| Choice { scheme, learned_at: Some(now - Duration::days(days)) };
        assert_eq!(Choice::default().first(now), Cavage);
        assert_eq!(chose(Rfc9421, 29).first(now), Rfc9421);
        assert_eq!(chose(Rfc9421, 31).first(now), Cavage);
        assert_eq!(Choice { scheme: Rfc9421, learned_at: None }.first(now), Cavage);
    }

    #[test]
    fn only_what_is_new_is_written_down() {
        let now = parse_rfc3339("2026-11-22T18:00:00Z").unwrap();
        let chose = |scheme, days| Choice { scheme, learned_at: Some(now - Duration::days(days)) };
        assert_eq!(Choice::default().news(Cavage, now), None, "most hosts never have to choose");
        assert_eq!(Choice::default().news(Rfc9421, now), Some(Rfc9421));
        assert_eq!(chose(Rfc9421, 1).news(Rfc9421, now), None);
        assert_eq!(chose(Rfc9421, 31).news(Rfc9421, now), Some(Rfc9421), "asked again, it said the same");
        assert_eq!(chose(Rfc9421, 31).news(Cavage, now), Some(Cavage));
        assert_eq!(chose(Rfc9421, 1).news(Cavage, now), Some(Cavage), "it changed its mind");
    }
}
