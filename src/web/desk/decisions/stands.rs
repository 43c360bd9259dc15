//! How a decision stands, as far as its ballot lets anybody know: counts, the bar that shows them, the quorum. Pure.

use crate::{
    db::decisions::DecisionRow,
    domain::decision::{Ballot, Choice, Procedure, Stage, Tally},
};

/// The bar's length; parts are drawn in these units.
pub const LENGTH: u32 = 600;

/// Counts, and what they are counted against.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stands {
    /// None while a secret ballot is open: then only how many took part is known.
    pub tally: Option<Tally>,
    pub took_part: u32,
    pub electorate: u32,
    pub needed: u32,
    pub parts: Vec<Part>,
    /// Where the quorum is reached on the bar; none where there is no quorum to reach.
    pub mark: Option<u32>,
}

/// One stretch of the bar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// A choice's word, or `cast` where it is secret.
    pub class: &'static str,
    pub from: u32,
    pub length: u32,
}

impl Stands {
    /// Of an open or closed decision. `cast`: the ballots of this stage, while it is open.
    pub fn of(row: &DecisionRow, cast: &Tally) -> Self {
        let electorate = u32::try_from(row.electorate).unwrap_or(0);
        let closed = row.stage == Stage::Closed;
        let tally = match (&row.minutes, closed) {
            (Some(minutes), _) => minutes.tally,
            (None, true) => *row.tally,
            (None, false) => *cast,
        };
        let met = row.rules.procedure == Procedure::Minutes;
        let known = closed || met || row.rules.ballot == Ballot::Open;
        // Who came to an assembly are all there are.
        let of = if met { tally.all() } else { electorate };
        let needed = row.rules.quorum_of(electorate);
        let counted = !matches!(row.rules.procedure, Procedure::Minutes | Procedure::Joint);
        Self {
            took_part: tally.all(),
            parts: if known { parts(&tally, of) } else { bar(&[("cast", tally.all())], of) },
            tally: known.then_some(tally),
            electorate,
            needed,
            mark: counted.then(|| scaled(needed, of)),
        }
    }

    pub fn has_quorum(&self) -> bool {
        self.took_part >= self.needed
    }
}

/// What each choice came to, without those that nobody made; yes, no and abstain always where `vote`.
pub fn counts(tally: &Tally, stage: Stage) -> Vec<(Choice, u32)> {
    let all = [
        (Choice::Yes, tally.yes),
        (Choice::No, tally.no),
        (Choice::Abstain, tally.abstain),
        (Choice::Object, tally.object),
        (Choice::Block, tally.block),
    ];
    all.into_iter().filter(|(choice, count)| *count > 0 || choice.fits(stage)).collect()
}

fn parts(tally: &Tally, of: u32) -> Vec<Part> {
    let all =
        [("yes", tally.yes), ("no", tally.no), ("object", tally.object), ("block", tally.block), ("abstain", tally.abstain)];
    bar(&all, of)
}

fn bar(counts: &[(&'static str, u32)], of: u32) -> Vec<Part> {
    let mut sum: u32 = 0;
    let mut parts = Vec::new();
    for (class, count) in counts.iter().filter(|(_, count)| *count > 0) {
        let from = scaled(sum, of);
        sum = sum.saturating_add(*count);
        parts.push(Part { class, from, length: scaled(sum, of) - from });
    }
    parts
}

fn scaled(count: u32, of: u32) -> u32 {
    let length = u64::from(count.min(of)) * u64::from(LENGTH) / u64::from(of.max(1));
    u32::try_from(length).unwrap_or(LENGTH)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bar_is_never_longer_than_itself() {
        let tally = Tally { yes: 21, no: 3, abstain: 2, ..Tally::default() };
        let drawn = parts(&tally, 32);
        assert_eq!(drawn.iter().map(|part| part.class).collect::<Vec<_>>(), ["yes", "no", "abstain"]);
        assert_eq!((drawn[0].from, drawn[0].length), (0, 393));
        assert_eq!(drawn[1].from, 393);
        let last = drawn.last().unwrap();
        assert_eq!(last.from + last.length, 26 * LENGTH / 32);
        let full = parts(&Tally { yes: 3, ..Tally::default() }, 2);
        assert_eq!(full[0].length, LENGTH, "of more than there are");
        assert!(parts(&Tally::default(), 0).is_empty());
    }
}
