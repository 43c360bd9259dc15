//! `Undo`: of an embedded activity or of a bare id.

use super::{Verified, act};
use crate::{
    acts::receive::{Outcome, undo},
    error::Result,
    state::AppState,
};

pub async fn undo(state: &AppState, verified: &Verified) -> Result<Outcome> {
    let Some(object) = verified.activity.object() else { return Ok(Outcome::Dropped("undoes nothing")) };
    if object.actor().is_some_and(|actor| actor != verified.actor.uri) {
        return Ok(Outcome::Dropped("another actor's activity"));
    }
    let undone = undo::Undone { kind: object.kind.clone(), activity_uri: object.id.clone(), object_uri: object.inner() };
    let actor = verified.actor.uri.clone();
    act(state, verified, move |act| undo::undo(act, &actor, &undone)).await
}
