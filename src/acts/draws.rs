//! Drawing by lot who takes a task: the list is fixed and published first, the seed comes after, and anybody can repeat it.

use super::{Act, Principal};
use crate::{
    db::{self, Json, mandates::DrawRow},
    domain::{
        Id,
        lot::{Lot, Quota, Ticket, Undrawn},
        statement::one_line,
    },
    error::{Error, Result},
};
use std::collections::BTreeMap;

/// Longest purpose of a draw, in characters.
pub const MAX_PURPOSE: usize = 300;

/// Somebody who is willing, with the groups by which quotas go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Willing {
    pub member: Id,
    pub groups: Vec<String>,
}

fn undrawn(reason: Undrawn) -> Error {
    match reason {
        Undrawn::Double => Error::invalid("willing", "error-lot-double"),
        Undrawn::Text => Error::invalid("seed", "error-lot-text"),
        Undrawn::Size => Error::invalid("seats", "error-lot-size"),
        Undrawn::Quota => Error::invalid("quotas", "error-lot-quota"),
    }
}

/// Fixes who takes part. Each gets a ticket, numbered in the order in which they are listed; who has which stays here.
///
/// # Errors
/// `Invalid` where somebody is no member or listed twice, or where nothing could be drawn whatever the seed.
pub fn open(
    act: &mut Act,
    collective_id: &str,
    purpose: &str,
    willing: &[Willing],
    seats: usize,
    quotas: Vec<Quota>,
) -> Result<DrawRow> {
    act.may_act_for(collective_id)?;
    let purpose = one_line(purpose);
    if purpose.is_empty() || purpose.chars().count() > MAX_PURPOSE {
        return Err(Error::invalid("purpose", "error-decision-long"));
    }
    let mut tickets: BTreeMap<String, Id> = BTreeMap::new();
    let mut lot = Lot { tickets: Vec::new(), seats, quotas };
    for (n, one) in willing.iter().enumerate() {
        if !db::members::acts_for(act.conn, &one.member, collective_id)? {
            return Err(Error::invalid("willing", "error-mandate-stranger"));
        }
        if tickets.values().any(|member| *member == one.member) {
            return Err(Error::invalid("willing", "error-lot-double"));
        }
        let ticket = (n + 1).to_string();
        lot.tickets.push(Ticket { ticket: ticket.clone(), groups: one.groups.clone() });
        tickets.insert(ticket, one.member.clone());
    }
    lot.check().map_err(undrawn)?;
    let row = DrawRow {
        id: act.new_id(),
        collective_id: collective_id.to_owned(),
        purpose,
        lot: Json::new(lot),
        seed: None,
        drawn: None,
        tickets: Json::new(tickets),
        created_at: act.now,
        drawn_at: None,
    };
    db::mandates::insert_draw(act.conn, &row)?;
    Ok(row)
}

/// Draws, once. `seed`: what the assembly came to in the meantime, by dice or otherwise; without, a number that this server
/// takes at random, published all the same.
///
/// # Errors
/// `Conflict` where it was drawn before; `Invalid` for a seed that is none; `NotFound` to others than members.
pub fn draw(act: &mut Act, id: &str, seed: Option<&str>) -> Result<DrawRow> {
    let row = db::mandates::draw(act.conn, id)?;
    act.may_act_for(&row.collective_id)?;
    if matches!(act.by, Principal::Peer(_)) {
        return Err(Error::Forbidden("error-not-for-peers"));
    }
    let seed = match seed.map(str::trim) {
        Some(seed) => seed.to_owned(),
        None => rand::random::<[u8; 32]>().iter().map(|byte| format!("{byte:02x}")).collect(),
    };
    let drawn: Vec<String> = row.lot.drawn(&seed).map_err(undrawn)?.into_iter().map(str::to_owned).collect();
    if !db::mandates::set_drawn(act.conn, id, &seed, &drawn, act.now)? {
        return Err(Error::Conflict("error-lot-drawn"));
    }
    db::mandates::draw(act.conn, id)
}
