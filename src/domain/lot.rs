//! Drawing by lot, so that anybody can repeat the draw.
//!
//! The algorithm, whole:
//!
//! 1. Each willing member has a *ticket*, a text without a line break that no other has. The list of tickets, the number of
//!    seats and the quotas are fixed and published before the *seed* is known. The seed is a text without a line break.
//! 2. The key of a ticket is the SHA-256 of the UTF-8 bytes of the seed, one line feed (0x0A), and the ticket. The *order of
//!    the lot* is that of the keys, compared byte by byte, the smallest first.
//! 3. For each quota in the order in which they are listed (“at least so many of this group”): the first in the order of the
//!    lot who belong to the group and aren't chosen yet are chosen, until so many of the group are chosen in all. Who was
//!    chosen for an earlier quota counts here too.
//! 4. The seats that are left go to the first in the order of the lot who aren't chosen yet, as far as there are any.
//!
//! Where a quota asks for more than its group has, or the quotas together for more seats than there are, nothing is drawn;
//! so whether something can be drawn never depends on the seed.
//! Vectors: `docs/vectors/lot.json`.

use openssl::sha::sha256;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Tickets in one draw.
pub const MAX_TICKETS: usize = 10_000;
/// Quotas of one draw.
pub const MAX_QUOTAS: usize = 20;
/// Length of a ticket, a seed or a group's name, in bytes.
pub const MAX_LOT_TEXT: usize = 200;

/// Somebody who is willing. What ties a ticket to a person is not part of the draw.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ticket {
    pub ticket: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub groups: Vec<String>,
}

/// At least so many seats for a group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quota {
    pub group: String,
    pub least: usize,
}

/// All that is fixed before the seed is known.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Lot {
    pub tickets: Vec<Ticket>,
    pub seats: usize,
    #[serde(default)]
    pub quotas: Vec<Quota>,
}

/// Why nothing was drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Undrawn {
    /// Two tickets are the same.
    Double,
    /// A text that is empty, too long, or has a line break.
    Text,
    /// More tickets or quotas than are taken, or no seat.
    Size,
    /// Too few members of a group, or too few seats for all quotas.
    Quota,
}

impl Lot {
    /// Whether it can be drawn, whatever the seed.
    ///
    /// # Errors
    /// Why not.
    pub fn check(&self) -> Result<(), Undrawn> {
        self.drawn("x").map(drop)
    }

    /// All tickets in the order of the lot.
    pub fn order(&self, seed: &str) -> Vec<&str> {
        let mut keyed: Vec<([u8; 32], &str)> =
            self.tickets.iter().map(|one| (sha256(format!("{seed}\n{}", one.ticket).as_bytes()), one.ticket.as_str())).collect();
        keyed.sort_unstable();
        keyed.into_iter().map(|(_, ticket)| ticket).collect()
    }

    /// The chosen tickets, in the order of the lot.
    ///
    /// # Errors
    /// Why nothing was drawn.
    pub fn drawn(&self, seed: &str) -> Result<Vec<&str>, Undrawn> {
        if self.seats == 0 || self.tickets.len() > MAX_TICKETS || self.quotas.len() > MAX_QUOTAS {
            return Err(Undrawn::Size);
        }
        let groups = self.quotas.iter().map(|quota| &quota.group);
        let mut texts = self.tickets.iter().map(|one| &one.ticket).chain(groups);
        let bad = |text: &str| text.is_empty() || text.len() > MAX_LOT_TEXT || text.contains(['\n', '\r']);
        if bad(seed) || texts.any(|text| bad(text)) {
            return Err(Undrawn::Text);
        }
        let order = self.order(seed);
        if order.iter().collect::<BTreeSet<_>>().len() < order.len() {
            return Err(Undrawn::Double);
        }
        if self.quotas.iter().try_fold(0usize, |sum, quota| sum.checked_add(quota.least)).is_none_or(|sum| sum > self.seats) {
            return Err(Undrawn::Quota);
        }
        let members = |group: &str| -> BTreeSet<&str> {
            self.tickets.iter().filter(|one| one.groups.iter().any(|own| own == group)).map(|one| one.ticket.as_str()).collect()
        };
        let mut chosen: BTreeSet<&str> = BTreeSet::new();
        for quota in &self.quotas {
            let members = members(&quota.group);
            let missing = quota.least.saturating_sub(chosen.intersection(&members).count());
            let next: Vec<&str> =
                order.iter().copied().filter(|one| members.contains(one) && !chosen.contains(one)).take(missing).collect();
            if next.len() < missing {
                return Err(Undrawn::Quota);
            }
            chosen.extend(next);
        }
        let left = self.seats.saturating_sub(chosen.len());
        let rest: Vec<&str> = order.iter().copied().filter(|one| !chosen.contains(one)).take(left).collect();
        chosen.extend(rest);
        Ok(order.into_iter().filter(|one| chosen.contains(one)).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[derive(Deserialize)]
    struct Vector {
        what: String,
        seed: String,
        #[serde(flatten)]
        lot: Lot,
        order: Vec<String>,
        drawn: Option<Vec<String>>,
    }

    #[test]
    fn a_draw_is_the_one_that_others_come_to() {
        #[derive(Deserialize)]
        struct Published {
            vectors: Vec<Vector>,
        }
        let published: Published = serde_json::from_str(include_str!("../../docs/vectors/lot.json")).unwrap();
        assert!(published.vectors.len() > 5);
        for vector in published.vectors {
            assert_eq!(vector.lot.order(&vector.seed), vector.order, "{}", vector.what);
            let drawn = vector.lot.drawn(&vector.seed).ok().map(|drawn| drawn.into_iter().map(str::to_owned).collect());
            assert_eq!(drawn, vector.drawn, "{}", vector.what);
        }
    }

    #[test]
    fn what_cannot_be_drawn_says_why() {
        let ticket = |name: &str| Ticket { ticket: name.into(), groups: vec![] };
        let lot = Lot { tickets: vec![ticket("1"), ticket("2")], seats: 1, quotas: vec![] };
        assert_eq!(lot.check(), Ok(()));
        assert_eq!(Lot { seats: 0, ..lot.clone() }.check(), Err(Undrawn::Size));
        assert_eq!(Lot { tickets: vec![ticket("1"), ticket("1")], ..lot.clone() }.check(), Err(Undrawn::Double));
        assert_eq!(Lot { tickets: vec![ticket("a\nb")], ..lot.clone() }.check(), Err(Undrawn::Text));
        assert_eq!(Lot { tickets: vec![ticket(&"x".repeat(MAX_LOT_TEXT + 1))], ..lot.clone() }.check(), Err(Undrawn::Text));
        let quota = |least| vec![Quota { group: "young".into(), least }];
        assert_eq!(Lot { quotas: quota(1), ..lot.clone() }.check(), Err(Undrawn::Quota));
        let young = Ticket { ticket: "3".into(), groups: vec!["young".into()] };
        let lot = Lot { tickets: vec![ticket("1"), young.clone(), Ticket { ticket: "4".into(), ..young }], ..lot };
        assert_eq!(Lot { quotas: quota(2), ..lot.clone() }.check(), Err(Undrawn::Quota), "two for one seat");
        assert_eq!(lot.drawn(""), Err(Undrawn::Text));
        let many = (0..=MAX_TICKETS).map(|n| ticket(&n.to_string())).collect();
        assert_eq!(Lot { tickets: many, ..lot.clone() }.check(), Err(Undrawn::Size));
        assert_eq!(Lot { quotas: vec![quota(0)[0].clone(); MAX_QUOTAS + 1], ..lot }.check(), Err(Undrawn::Size));
    }

    fn any_lot() -> impl Strategy<Value = Lot> {
        let ticket = (0..200u16, proptest::collection::vec(0..3u8, 0..3)).prop_map(|(name, groups)| (name.to_string(), groups));
        let quotas = proptest::collection::vec((0..3u8, 0..4usize), 0..3);
        (proptest::collection::btree_map(0..200u16, ticket, 1..30), 1..12usize, quotas).prop_map(|(tickets, seats, quotas)| Lot {
            tickets: tickets
                .into_iter()
                .map(|(n, (_, groups))| Ticket { ticket: n.to_string(), groups: groups.iter().map(u8::to_string).collect() })
                .collect(),
            seats,
            quotas: quotas.into_iter().map(|(group, least)| Quota { group: group.to_string(), least }).collect(),
        })
    }

    proptest! {
        #[test]
        fn a_draw_fills_its_seats_and_quotas_whatever_the_order_of_the_list(lot in any_lot(), seed in "[a-z0-9 ]{1,20}") {
            let mut turned = lot.clone();
            turned.tickets.reverse();
            prop_assert_eq!(turned.drawn(&seed), lot.drawn(&seed));
            // Whether it can be drawn is known before the seed.
            prop_assert_eq!(lot.drawn(&seed).map(drop), lot.check());
            if let Ok(drawn) = lot.drawn(&seed) {
                prop_assert_eq!(drawn.len(), lot.seats.min(lot.tickets.len()));
                for quota in &lot.quotas {
                    let of_group = lot.tickets.iter().filter(|one| one.groups.contains(&quota.group));
                    let chosen = of_group.filter(|one| drawn.contains(&one.ticket.as_str())).count();
                    prop_assert!(chosen >= quota.least);
                }
            }
        }
    }

    #[test]
    fn everybody_has_the_same_chance() {
        let lot = Lot {
            tickets: (0..10).map(|n| Ticket { ticket: n.to_string(), groups: vec![] }).collect(),
            seats: 3,
            quotas: vec![],
        };
        let mut counts = [0u32; 10];
        for seed in 0..2_000 {
            for ticket in lot.drawn(&seed.to_string()).unwrap() {
                counts[ticket.parse::<usize>().unwrap()] += 1;
            }
        }
        // 600 expected; six standard deviations are 123.
        assert!(counts.iter().all(|count| (477..=723).contains(count)), "{counts:?}");
    }
}
