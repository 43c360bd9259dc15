//! `Announce`: of a statement of ours, or by an actor we follow of a post of somebody else. An embedded copy is never
//! looked at (ORG-09): the id is, and the post comes from its own host.
//!
//! What a relay announces is taken and let go, whatever it is, unless a collective follows that actor too: nobody here would
//! see it, so it causes no request and no row (`docs/architecture.md`).

use super::{Verified, act, fetch_post, is_known};
use crate::{
    acts::receive::{Outcome, post, react},
    db,
    domain::names::Visibility,
    error::Result,
    state::AppState,
};

pub async fn announce(state: &AppState, verified: &Verified) -> Result<Outcome> {
    let Some(object) = verified.activity.object_id().map(str::to_owned) else { return Ok(Outcome::Dropped("boosts nothing")) };
    let (actor, id) = (verified.actor.uri.clone(), verified.activity.id.clone());
    if state.site()?.owns(&object) {
        // A relay that passes our own statement on is no reader who boosts it.
        let relay = actor.clone();
        if state.db.read(move |conn| Ok(!db::relays::of_actor(conn, &relay)?.is_empty())).await? {
            return Ok(Outcome::Dropped("a relay passes a statement of ours on"));
        }
        return act(state, verified, move |act| react::boost_of_statement(act, &actor, id.as_deref(), &object)).await;
    }
    let booster = actor.clone();
    let followed = state.db.read(move |conn| Ok(!db::follows::local_followers_of(conn, &booster)?.is_empty())).await?;
    if !followed {
        return Ok(Outcome::Dropped("nobody here follows this actor"));
    }
    if is_known(state, verified).await? {
        return Ok(Outcome::Known);
    }
    let Some(fetched) = fetch_post(state, verified, &object).await? else { return Ok(Outcome::Dropped("no post to be had")) };
    let visibility = fetched.visibility(None);
    if !matches!(visibility, Visibility::Public | Visibility::Unlisted) {
        return Ok(Outcome::Dropped("not a public post"));
    }
    let received = post::Received { post: fetched, visibility, quote_approved: false, quoted: None };
    act(state, verified, move |act| {
        let row = post::row(act.new_id(), &received, act.now);
        react::boost_of_other(act, &actor, id.as_deref(), row)
    })
    .await
}
