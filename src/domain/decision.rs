//! A decision: a question before the assembly, how it is decided, and what came of it. Never who voted what.
//!
//! Pure counting: electorate, ballots and minutes come in, a verdict comes out.

use super::{Id, statement::Fault, word_enum};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// Longest question and longest text beside it, in characters.
pub const MAX_QUESTION: usize = 300;
pub const MAX_EXPLANATION: usize = 20_000;
/// Longest comment, in characters.
pub const MAX_COMMENT: usize = 5_000;
/// Most people counted in minutes.
pub const MAX_PRESENT: u32 = 1_000_000;

word_enum! {
    /// How a question is decided.
    #[derive(Default)]
    Procedure {
        /// More for than against.
        #[default]
        Majority = "majority",
        /// Two thirds of those for or against are for.
        TwoThirds = "two-thirds",
        /// Nobody objects or blocks; else a second stage, a vote, decides.
        Consensus = "consensus",
        /// A face-to-face assembly decided; one member enters its minutes, another one confirms them.
        Minutes = "minutes",
        /// Two of those who hold a mandate jointly agree.
        Joint = "joint"
    }
}
word_enum! {
    /// What is going on. In `Confirm` minutes wait for a second member.
    Stage { Vote = "vote", Consensus = "consensus", Confirm = "confirm", Closed = "closed" }
}
word_enum! {
    /// What a member says. To object is to want it heard and to let a vote decide; to block is to hold it impossible, and
    /// a vote then needs two thirds.
    #[derive(PartialOrd, Ord)]
    Choice { Yes = "yes", No = "no", Abstain = "abstain", Object = "object", Block = "block" }
}
word_enum! {
    /// What came of it. `Void`: closed before there was an outcome.
    Outcome { Carried = "carried", Lost = "lost", NoQuorum = "no-quorum", Void = "void" }
}
word_enum! {
    /// How much of a decision everybody may read.
    #[derive(Default)]
    Ledger { #[default] Nothing = "nothing", Outcome = "outcome", Counts = "counts" }
}
word_enum! {
    /// Whether members see each other's choices while it is open. A secret ballot's are destroyed when it closes.
    #[derive(Default)]
    Ballot { #[default] Open = "open", Secret = "secret" }
}

impl Choice {
    /// Whether it can be said at this stage.
    pub fn fits(self, stage: Stage) -> bool {
        match stage {
            Stage::Vote => matches!(self, Self::Yes | Self::No | Self::Abstain),
            Stage::Consensus => !matches!(self, Self::No),
            Stage::Confirm | Stage::Closed => false,
        }
    }
}

/// How many said what.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Tally {
    pub yes: u32,
    pub no: u32,
    pub abstain: u32,
    #[serde(skip_serializing_if = "is_zero")]
    pub object: u32,
    #[serde(skip_serializing_if = "is_zero")]
    pub block: u32,
}

fn is_zero(number: &u32) -> bool {
    *number == 0
}

impl Tally {
    pub fn of(choices: impl IntoIterator<Item = Choice>) -> Self {
        let mut tally = Self::default();
        for choice in choices {
            let count = match choice {
                Choice::Yes => &mut tally.yes,
                Choice::No => &mut tally.no,
                Choice::Abstain => &mut tally.abstain,
                Choice::Object => &mut tally.object,
                Choice::Block => &mut tally.block,
            };
            *count += 1;
        }
        tally
    }

    /// How many took part.
    pub fn all(&self) -> u32 {
        self.yes + self.no + self.abstain + self.object + self.block
    }
}

/// The rules under which a question was opened. They stay with it when the collective changes its own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rules {
    pub procedure: Procedure,
    /// Percent of the electorate that must take part.
    pub quorum: u32,
    #[serde(default)]
    pub ballot: Ballot,
    #[serde(default)]
    pub ledger: Ledger,
}

impl Default for Rules {
    fn default() -> Self {
        Self { procedure: Procedure::Majority, quorum: 50, ballot: Ballot::Open, ledger: Ledger::Nothing }
    }
}

/// What the end of a stage comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    Final(Outcome),
    /// No consensus: a vote follows, by majority, or by two thirds where somebody blocked.
    Vote(Procedure),
}

impl Rules {
    /// The first stage of a question under these rules.
    pub fn first_stage(&self) -> Stage {
        match self.procedure {
            Procedure::Consensus => Stage::Consensus,
            Procedure::Minutes => Stage::Confirm,
            Procedure::Majority | Procedure::TwoThirds | Procedure::Joint => Stage::Vote,
        }
    }

    /// How many of an electorate must take part; never nobody.
    pub fn quorum_of(&self, electorate: u32) -> u32 {
        let wanted = u64::from(electorate) * u64::from(self.quorum.min(100));
        u32::try_from(wanted.div_ceil(100)).unwrap_or(u32::MAX).max(1)
    }

    /// What a stage came to. `vote_by`: how the vote behind a failed consensus is decided.
    pub fn verdict(&self, stage: Stage, electorate: u32, tally: &Tally, vote_by: Option<Procedure>) -> Verdict {
        use Outcome::{Carried, Lost, NoQuorum};
        let of = |carried: bool| Verdict::Final(if carried { Carried } else { Lost });
        if self.procedure == Procedure::Joint {
            return of(is_joint(tally));
        }
        // An assembly of flesh and blood knows its own quorum, and who came needs no account here.
        if self.procedure == Procedure::Minutes {
            return of(tally.yes > tally.no);
        }
        if tally.all() < self.quorum_of(electorate) {
            return Verdict::Final(NoQuorum);
        }
        match (stage, vote_by.unwrap_or(self.procedure)) {
            (Stage::Consensus, _) => match (tally.object, tally.block) {
                // Who all stand aside agree to nothing.
                (0, 0) => of(tally.yes > 0),
                (_, 0) => Verdict::Vote(Procedure::Majority),
                _ => Verdict::Vote(Procedure::TwoThirds),
            },
            (_, Procedure::TwoThirds) => of(is_two_thirds(tally)),
            _ => of(tally.yes > tally.no),
        }
    }

    /// Whether what is left to come can't change the outcome, so that it may close before its time.
    pub fn is_settled(&self, electorate: u32, tally: &Tally) -> bool {
        match self.procedure {
            Procedure::Joint => is_joint(tally) || tally.no > 0,
            Procedure::Minutes => true,
            _ => tally.all() >= electorate,
        }
    }

    /// Rules that they break, as field and Fluent id.
    pub fn faults(&self) -> Vec<Fault> {
        if self.quorum > 100 { vec![("quorum", "error-decision-quorum")] } else { Vec::new() }
    }
}

fn is_joint(tally: &Tally) -> bool {
    tally.yes as usize >= super::mandate::JOINT && tally.no == 0
}

fn is_two_thirds(tally: &Tally) -> bool {
    tally.yes > 0 && u64::from(tally.yes) * 3 >= (u64::from(tally.yes) + u64::from(tally.no)) * 2
}

/// Why a ballot isn't taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Untaken {
    /// Not among those who could vote when it was opened.
    NotInElectorate,
    /// This can't be said at this stage.
    Choice,
    Closed,
}

/// The ballots of one stage: one for each member, the last one counts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ballots {
    electorate: BTreeSet<Id>,
    cast: BTreeMap<Id, Choice>,
}

impl Ballots {
    /// For those who are members at the opening, and nobody else.
    pub fn new(electorate: impl IntoIterator<Item = Id>) -> Self {
        Self { electorate: electorate.into_iter().collect(), cast: BTreeMap::new() }
    }

    /// Takes a ballot, in place of the member's earlier one.
    ///
    /// # Errors
    /// Why it isn't taken.
    pub fn cast(&mut self, stage: Stage, member: &str, choice: Choice) -> Result<(), Untaken> {
        if stage == Stage::Closed {
            return Err(Untaken::Closed);
        }
        if !self.electorate.contains(member) {
            return Err(Untaken::NotInElectorate);
        }
        if !choice.fits(stage) {
            return Err(Untaken::Choice);
        }
        self.cast.insert(member.to_owned(), choice);
        Ok(())
    }

    pub fn tally(&self) -> Tally {
        Tally::of(self.cast.values().copied())
    }
}

/// What an assembly's minutes say.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Minutes {
    /// The day of the assembly.
    pub date: NaiveDate,
    pub tally: Tally,
}

impl Minutes {
    /// Reads the short form `2027-01-14: 34 for, 2 against, 1 abstained`. Each count at most once, `for` always.
    ///
    /// # Errors
    /// A Fluent id.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        const FORM: &str = "error-minutes-form";
        let (date, counts) = text.split_once(':').ok_or(FORM)?;
        let date = NaiveDate::parse_from_str(date.trim(), "%Y-%m-%d").map_err(|_| FORM)?;
        let (mut yes, mut no, mut abstain) = (None, None, None);
        for part in counts.split(',') {
            let mut words = part.split_whitespace();
            let (Some(number), Some(word), None) = (words.next(), words.next(), words.next()) else { return Err(FORM) };
            let number: u32 = number.parse().map_err(|_| FORM)?;
            let place = match word {
                "for" => &mut yes,
                "against" => &mut no,
                "abstained" => &mut abstain,
                _ => return Err(FORM),
            };
            if place.replace(number).is_some() {
                return Err(FORM);
            }
        }
        let tally =
            Tally { no: no.unwrap_or(0), abstain: abstain.unwrap_or(0), ..Tally { yes: yes.ok_or(FORM)?, ..Tally::default() } };
        if [tally.yes, tally.no, tally.abstain].iter().any(|count| *count > MAX_PRESENT) {
            return Err("error-minutes-many");
        }
        Ok(Self { date, tally })
    }

    /// The short form.
    pub fn text(&self) -> String {
        let Tally { yes, no, abstain, .. } = self.tally;
        format!("{}: {yes} for, {no} against, {abstain} abstained", self.date.format("%Y-%m-%d"))
    }
}

/// From so many members on, minutes need a second member who confirms them.
pub const CONFIRMED_FROM: usize = 3;

/// Whether minutes that `entered` wrote down stand with the yes of `confirmer`; in a collective of one or two they stand by
/// themselves, and its ledger says so.
pub fn minutes_stand(members: usize, entered: &str, confirmer: Option<&str>) -> bool {
    members < CONFIRMED_FROM || confirmer.is_some_and(|confirmer| confirmer != entered)
}

/// How a mandate is recalled at once, beside the decision that always can.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecallRule {
    /// So many members together recall at once; 0: only a decision recalls.
    pub members: u32,
}

impl Default for RecallRule {
    fn default() -> Self {
        Self { members: 2 }
    }
}

impl RecallRule {
    /// Whether those who want it are enough, out of so many members. Who holds the mandate can always give it back.
    pub fn recalls(self, holder: &str, wanted_by: &BTreeSet<Id>, members: usize) -> bool {
        let needed = (self.members as usize).min(members.max(1));
        wanted_by.contains(holder) || (self.members > 0 && wanted_by.len() >= needed)
    }
}

#[cfg(test)]
#[path = "decision_tests.rs"]
mod tests;
