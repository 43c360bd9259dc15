//! A mandate: what a collective empowers a member to do in its name, on what, until when.
//!
//! Must not know members or collectives: only whether a mandate covers a deed at a time.

use super::{Id, Timestamp, word_enum};
use chrono::Duration;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Topics or partners named in one mandate.
pub const MAX_NAMED: usize = 50;
/// Longest name of an office, in characters.
pub const MAX_OFFICE: usize = 100;
/// Longest term, in days.
pub const MAX_TERM_DAYS: i64 = 1_830;
/// Days before the end at which its holder and the collective are reminded.
pub const WARNINGS: [i64; 3] = [30, 7, 1];
/// How many holders must agree where a mandate is held jointly.
pub const JOINT: usize = 2;

word_enum! {
    /// What can be done in a collective's name. To ratify is never among them: only an assembly can.
    #[derive(PartialOrd, Ord)]
    Verb {
        /// Publish and edit statements, and withdraw them.
        Publish = "publish",
        /// Endorse statements of others, confirm after an edit, withdraw.
        Endorse = "endorse",
        /// Call to days of action.
        Call = "call",
        /// Approve translations.
        Translate = "translate",
        /// Answer those who ask to endorse or to quote.
        Answer = "answer",
        /// Speak to others: answer, boost, like, follow.
        Speak = "speak",
        /// Keep the register: say who may endorse, and ask to confirm after an edit.
        Register = "register"
    }
}

/// What a mandate says. An empty list of topics or partners is no restriction.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Terms {
    /// What it is called (“press group”); shown in public where the collective names its delegates by office.
    #[serde(default)]
    pub office: String,
    pub verbs: BTreeSet<Verb>,
    /// Hashtags without `#`, folded: at least one of the deed's must be among them.
    #[serde(default)]
    pub topics: BTreeSet<String>,
    /// Only for this campaign: its actor's id.
    #[serde(default)]
    pub campaign: Option<String>,
    /// Only towards these: ids of actors, or hosts.
    #[serde(default)]
    pub partners: BTreeSet<String>,
    pub from: Timestamp,
    /// The first moment at which it holds no longer.
    pub until: Timestamp,
    /// Held by several, of whom two must agree to each deed.
    #[serde(default)]
    pub joint: bool,
}

/// Something that somebody wants to do in a collective's name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deed {
    pub verb: Verb,
    /// Hashtags without `#`.
    pub topics: Vec<String>,
    pub campaign: Option<String>,
    /// Whose thing it is done with: an actor's id and its host.
    pub partner: Option<(String, String)>,
}

impl Deed {
    /// A deed with nothing but its verb.
    pub fn plain(verb: Verb) -> Self {
        Self { verb, topics: Vec::new(), campaign: None, partner: None }
    }
}

word_enum! {
    /// Why a mandate doesn't cover a deed.
    Beyond {
        /// It hasn't begun.
        Early = "early",
        /// Its term is over.
        Over = "over",
        Recalled = "recalled",
        Verb = "verb",
        Topic = "topic",
        Campaign = "campaign",
        Partner = "partner"
    }
}

word_enum! {
    /// Where a mandate stands.
    MandateState { Coming = "coming", InForce = "in-force", Over = "over", Recalled = "recalled" }
}

impl Beyond {
    /// The Fluent id that says it to a person.
    pub fn message(self) -> &'static str {
        match self {
            Self::Early => "error-mandate-early",
            Self::Over => "error-mandate-over",
            Self::Recalled => "error-mandate-recalled",
            Self::Verb => "error-mandate-verb",
            Self::Topic => "error-mandate-topic",
            Self::Campaign => "error-mandate-campaign",
            Self::Partner => "error-mandate-partner",
        }
    }
}

impl Terms {
    /// Brings names to their one form, so that they can be compared.
    pub fn normalised(mut self) -> Self {
        self.office = super::statement::one_line(&self.office);
        self.topics = self.topics.iter().map(|topic| folded(topic)).filter(|topic| !topic.is_empty()).collect();
        self.partners = self.partners.iter().map(|one| one.trim().to_owned()).filter(|one| !one.is_empty()).collect();
        self.campaign = self.campaign.map(|one| one.trim().to_owned()).filter(|one| !one.is_empty());
        self
    }

    /// Rules that it breaks, as form field and Fluent id.
    pub fn faults(&self) -> Vec<super::statement::Fault> {
        let mut faults = Vec::new();
        let mut check = |wrong: bool, field, message| {
            if wrong {
                faults.push((field, message))
            }
        };
        check(self.verbs.is_empty(), "verbs", "error-mandate-verbs");
        check(self.office.chars().count() > MAX_OFFICE, "office", "error-mandate-office");
        check(self.topics.len() > MAX_NAMED, "topics", "error-mandate-many");
        check(self.partners.len() > MAX_NAMED, "partners", "error-mandate-many");
        check(self.until <= self.from, "until", "error-mandate-until");
        check(self.until - self.from > Duration::days(MAX_TERM_DAYS), "until", "error-mandate-long");
        faults
    }

    /// Where it stands at a time. `recalled`: since when it is taken back, if it is.
    pub fn state(&self, recalled: Option<Timestamp>, now: Timestamp) -> MandateState {
        match () {
            () if recalled.is_some_and(|at| at <= now) => MandateState::Recalled,
            () if self.until <= now => MandateState::Over,
            () if self.from > now => MandateState::Coming,
            () => MandateState::InForce,
        }
    }

    /// Passes if it covers a deed at a time.
    ///
    /// # Errors
    /// The first reason why it doesn't.
    pub fn covers(&self, deed: &Deed, recalled: Option<Timestamp>, now: Timestamp) -> Result<(), Beyond> {
        match self.state(recalled, now) {
            MandateState::Recalled => return Err(Beyond::Recalled),
            MandateState::Over => return Err(Beyond::Over),
            MandateState::Coming => return Err(Beyond::Early),
            MandateState::InForce => {}
        }
        if !self.verbs.contains(&deed.verb) {
            return Err(Beyond::Verb);
        }
        if !self.topics.is_empty() && !deed.topics.iter().any(|topic| self.topics.contains(&folded(topic))) {
            return Err(Beyond::Topic);
        }
        if self.campaign.is_some() && self.campaign != deed.campaign {
            return Err(Beyond::Campaign);
        }
        let among = |partner: &(String, String)| self.partners.contains(&partner.0) || self.partners.contains(&partner.1);
        if !self.partners.is_empty() && !deed.partner.as_ref().is_some_and(among) {
            return Err(Beyond::Partner);
        }
        Ok(())
    }

    /// How many of its holders must agree to a deed.
    pub fn needed(&self) -> usize {
        if self.joint { JOINT } else { 1 }
    }

    /// The warning that is due, in days before the end: the nearest that has come, and each at most once. `last` is the one
    /// that was given before.
    pub fn warning(&self, last: Option<i64>, now: Timestamp) -> Option<i64> {
        if self.until <= now {
            return None;
        }
        let nearest = WARNINGS.into_iter().rev().find(|days| self.until - now <= Duration::days(*days))?;
        last.is_none_or(|last| nearest < last).then_some(nearest)
    }
}

fn folded(topic: &str) -> String {
    topic.trim().trim_start_matches('#').to_lowercase()
}

/// A term in an office that somebody has had, or is to have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Term {
    pub member: Id,
    /// From, and the end: until, or when it was recalled.
    pub from: Timestamp,
    pub end: Timestamp,
}

/// How often somebody may be given the same office without a pause.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rotation {
    /// Terms in a row; 0 is no limit.
    pub terms: u32,
    /// A pause of so many days or more begins the count anew.
    pub pause_days: i64,
}

impl Default for Rotation {
    fn default() -> Self {
        Self { terms: 0, pause_days: 90 }
    }
}

impl Rotation {
    /// How many terms in a row a member would have with one that begins at `from`, counting it; `before` are the terms of
    /// this office, of anybody, in any order.
    pub fn in_a_row(&self, member: &str, from: Timestamp, before: &[Term]) -> u32 {
        let mut own: Vec<&Term> = before.iter().filter(|term| term.member == member && term.from < from).collect();
        own.sort_by_key(|term| std::cmp::Reverse((term.from, term.end)));
        let (mut count, mut begin) = (1, from);
        for term in own {
            if begin - term.end >= Duration::days(self.pause_days) {
                break;
            }
            count += 1;
            begin = term.from;
        }
        count
    }

    /// Whether a member may have one more term that begins at `from`.
    pub fn allows(&self, member: &str, from: Timestamp, before: &[Term]) -> bool {
        self.terms == 0 || self.in_a_row(member, from, before) <= self.terms
    }
}

#[cfg(test)]
#[path = "mandate_tests.rs"]
mod tests;
