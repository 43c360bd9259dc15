//! The register of a statement: one line for each endorser, and how many there are in each state.

use crate::{
    db::{self, DbConn, endorsements::EndorsementRow},
    domain::{
        Timestamp,
        endorsement::{AuthorState, Shown},
    },
    error::Result,
};
use std::collections::{BTreeMap, BTreeSet};

/// States that the register shows, in its order. What the author declined or dropped, or hasn't answered, isn't in it.
pub const STATES: [Shown; 6] =
    [Shown::Ratified, Shown::Indicative, Shown::EarlierVersion, Shown::Unverified, Shown::Withdrawn, Shown::Lapsed];

/// One endorser of a statement, with how it stands now and what it had before.
#[derive(Debug, Clone)]
pub struct Line {
    pub shown: Shown,
    pub row: EndorsementRow,
    /// Earlier endorsements of the same statement by the same endorser, the latest first.
    pub before: Vec<EndorsementRow>,
}

/// The lines of a statement's register, the latest first. Ten endorsements of one endorser are one line (DAT-03); one that
/// came after a withdrawal stands, with its history (DAT-05).
pub fn lines(conn: &mut DbConn, statement_uri: &str, now: Timestamp) -> Result<Vec<Line>> {
    let mut by_endorser: BTreeMap<String, Vec<(Shown, EndorsementRow)>> = BTreeMap::new();
    for row in db::endorsements::of_statement(conn, statement_uri)? {
        let shown = row.shown(now);
        if STATES.contains(&shown) {
            by_endorser.entry(row.endorser_uri.clone()).or_default().push((shown, row));
        }
    }
    let place = |shown: Shown| STATES.iter().position(|state| *state == shown).unwrap_or(STATES.len());
    let mut lines: Vec<Line> = by_endorser
        .into_values()
        .filter_map(|mut rows| {
            // Of what stands the furthest, then the latest; of what is over the latest, whatever it was.
            rows.sort_by_key(|(shown, row)| {
                (place(*shown).min(place(Shown::Withdrawn)), std::cmp::Reverse((row.received_at, row.id.clone())))
            });
            let mut rows = rows.into_iter();
            let (shown, row) = rows.next()?;
            Some(Line { shown, row, before: rows.map(|(_, row)| row).collect() })
        })
        .collect();
    lines.sort_by_key(|line| std::cmp::Reverse((line.row.received_at, line.row.id.clone())));
    Ok(lines)
}

/// How many stood in the register and had their endorsement erased since: their names are gone, that they were there is counted.
/// Who endorses anew is a line, and no more than that.
pub fn count_erased(conn: &mut DbConn, statement_uri: &str, lines: &[Line]) -> Result<usize> {
    let there: BTreeSet<&str> = lines.iter().map(|line| line.row.endorser_uri.as_str()).collect();
    let rows = db::endorsements::of_statement(conn, statement_uri)?;
    let gone = rows.iter().filter(|row| row.erased_at.is_some() && row.author_state == AuthorState::Accepted);
    let gone: BTreeSet<&str> = gone.map(|row| row.endorser_uri.as_str()).filter(|uri| !there.contains(uri)).collect();
    Ok(gone.len())
}

/// How many lines there are in each state, and how many were erased where any was.
pub fn totals(lines: &[Line], erased: usize) -> Vec<(Shown, i64)> {
    let count = |state: Shown| lines.iter().filter(|line| line.shown == state).count();
    let number = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
    let mut totals: Vec<(Shown, i64)> = STATES.iter().map(|state| (*state, number(count(*state)))).collect();
    if erased > 0 {
        totals.push((Shown::Erased, number(erased)));
    }
    totals
}
