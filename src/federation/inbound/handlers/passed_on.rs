//! `Create`, `Update` and `Delete` that another actor passed on and that nothing proves: a hint to look at the author's own
//! host, whose word counts. What the activity carries is not looked at.

use super::{Verified, act, fetch_post, is_known, quote};
use crate::{
    acts::receive::{Outcome, post},
    domain::names::Visibility,
    error::Result,
    federation::fetch::{self, FetchError},
    state::AppState,
};

pub async fn from_origin(state: &AppState, verified: &Verified) -> Result<Outcome> {
    let Some(uri) = verified.activity.object_id().map(str::to_owned) else { return Ok(Outcome::Dropped("about nothing")) };
    if is_known(state, verified).await? {
        return Ok(Outcome::Known);
    }
    if verified.activity.kind == "Delete" {
        return match fetch::document(state, &uri, &verified.budget).await {
            Err(FetchError::Gone | FetchError::NotFound) => {
                let actor = verified.actor.uri.clone();
                act(state, verified, move |act| post::delete(act, &actor, &uri)).await
            }
            Err(error @ FetchError::Ours(_)) => Err(error.into()),
            _ => Ok(Outcome::Dropped("its host doesn't confirm that it is gone")),
        };
    }
    let Some(fetched) = fetch_post(state, verified, &uri).await? else { return Ok(Outcome::Dropped("no post to be had")) };
    if fetched.attributed_to != verified.actor.uri {
        return Ok(Outcome::Dropped("its object is another actor's"));
    }
    let visibility = fetched.visibility(verified.actor.followers.as_deref());
    if !matches!(visibility, Visibility::Public | Visibility::Unlisted) {
        return Ok(Outcome::Dropped("not a public post"));
    }
    let quote::Checked { approved, quoted } = quote::check(state, verified, &fetched).await?;
    let received = post::Received { post: fetched, visibility, quote_approved: approved, quoted };
    // Of an unknown post this is a `Create`. The id of the activity is the carrier's word.
    act(state, verified, move |act| post::update(act, None, &received)).await
}
