//! What a collective does with a post: like it, boost it, answer it, and take the first two back; with one that reached
//! its desk, or with one whose address somebody pasted.

use super::page::Desk;
use crate::{
    acts::{
        Act,
        proposals::{self, Proposed},
        statements,
        target::Target,
    },
    db::decisions::DecisionRow,
    domain::Id,
    error::Result,
    federation::{fetch::Budget, posts},
    state::AppState,
    web::session::SignedIn,
};

/// What a button asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reaction {
    Like,
    Unlike,
    Boost,
    Unboost,
    Answer,
}

impl Reaction {
    /// By the word that a button sends.
    pub fn of(word: &str) -> Option<Self> {
        Some(match word {
            "like" => Self::Like,
            "unlike" => Self::Unlike,
            "boost" => Self::Boost,
            "unboost" => Self::Unboost,
            "answer" => Self::Answer,
            _ => return None,
        })
    }
}

/// Where it leads.
pub(super) enum Done {
    /// Back to the inbox, with this word for `?done=`.
    Said(&'static str),
    /// To the draft of the answer.
    Begun(Id),
    /// To the question before the assembly.
    Asked(Box<DecisionRow>),
}

/// Reacts to the post of an item of this desk.
///
/// # Errors
/// `NotFound` for items of other desks and those without a post; else as the act.
pub(super) async fn to_item(state: &AppState, me: &SignedIn, desk: &Desk, reaction: Reaction, item_id: Id) -> Result<Done> {
    let id = desk.collective.id.clone();
    state
        .act(me.principal(), move |act| {
            let target = Target::of_item(act, &id, &item_id)?;
            react(act, &id, reaction, &target)
        })
        .await
}

/// Reacts to the public post at an address that somebody pasted.
///
/// # Errors
/// As [`posts::find_post`] and the act.
pub(super) async fn to_address(state: &AppState, me: &SignedIn, desk: &Desk, reaction: Reaction, address: &str) -> Result<Done> {
    let target = posts::find_post(state, address, &Budget::of(state)).await?;
    let id = desk.collective.id.clone();
    state.act(me.principal(), move |act| react(act, &id, reaction, &target)).await
}

fn react(act: &mut Act, collective_id: &str, reaction: Reaction, target: &Target) -> Result<Done> {
    let done = match reaction {
        Reaction::Like => proposals::like(act, collective_id, target)?.map(|_| "liked"),
        Reaction::Unlike => proposals::unlike(act, collective_id, &target.uri)?.map(|()| "unliked"),
        Reaction::Boost => proposals::boost(act, collective_id, target)?.map(|_| "boosted"),
        Reaction::Unboost => proposals::unboost(act, collective_id, &target.uri)?.map(|()| "unboosted"),
        Reaction::Answer => return Ok(Done::Begun(statements::begin_answer(act, collective_id, target)?.id)),
    };
    Ok(match done {
        Proposed::Done(word) => Done::Said(word),
        Proposed::Asked(row) => Done::Asked(row),
    })
}
