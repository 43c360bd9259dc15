//! Requests for consent, and whether what others quote was agreed to.

use super::{Verified, act, fetch_post, is_followed, is_known, request};
use crate::{
    acts::{
        consents, outbox,
        receive::{Outcome, post},
    },
    db,
    domain::{
        consent::{ConsentKind, ConsentState, Use},
        names::Visibility,
        url::same_origin,
    },
    error::Result,
    federation::fetch::{self, FetchError},
    state::AppState,
    vocab::{consent::read_stamp, read::Post},
};

/// `QuoteRequest` and its likes: somebody asks to do something with a thing of ours. What asks lies on the asker's own host;
/// it comes embedded, else it is fetched, and where it can't be had the decision goes without it.
pub async fn request(state: &AppState, verified: &Verified, words: &'static Use) -> Result<Outcome> {
    let mut asked = match request::read(state, verified, words).await? {
        Ok(asked) => asked,
        Err(outcome) => return Ok(outcome),
    };
    let actor = &verified.actor;
    let embedded = verified.activity.instrument.as_ref().filter(|instrument| instrument.kind.is_some());
    let read = match embedded {
        Some(instrument) => instrument.post(),
        None => fetch_post(state, verified, &asked.object_uri).await?,
    };
    if embedded.is_some() && read.is_none() {
        return Ok(Outcome::Dropped("asks for no kind of post that is kept"));
    }
    if read.as_ref().is_some_and(|read| read.attributed_to != actor.uri) {
        return Ok(Outcome::Dropped("asks for another actor's object"));
    }
    if read.as_ref().and_then(|read| read.quote.as_ref()).is_some_and(|quote| *quote != asked.target_uri) {
        return Ok(Outcome::Dropped("its object is about something else"));
    }
    let received = read.map(|read| post::Received {
        visibility: read.visibility(actor.followers.as_deref()),
        post: read,
        quote_approved: false,
        quoted: None,
    });
    act(state, verified, move |act| {
        if let Some(received) = &received {
            let row = post::row(act.new_id(), received, act.now);
            asked.post_id = post::keep_fetched(act, row)?;
            if asked.post_id.is_none() {
                return Ok(Outcome::Dropped("its object was deleted"));
            }
        }
        consents::asked(act, &asked)
    })
    .await
}

/// `Accept` or `Reject` of a request of ours; of a Follow where the answer names no kind and it was none of ours.
pub async fn answer(state: &AppState, verified: &Verified, accepted: bool, request_uri: String) -> Result<Outcome> {
    let stamp = verified.activity.result.clone();
    if accepted && stamp.is_none() {
        return Ok(Outcome::Dropped("accepts without a stamp"));
    }
    let author = verified.actor.uri.clone();
    act(state, verified, move |act| {
        let stamp = stamp.as_deref().filter(|_| accepted);
        consents::answered(act, &author, &request_uri, stamp)
    })
    .await
}

/// Whether this is the id of a request by which a collective of ours asked for a consent.
pub async fn is_request_of_ours(state: &AppState, uri: &str) -> Result<bool> {
    let uri = uri.to_owned();
    state.db.read(move |conn| Ok(db::consents::by_request(conn, &uri)?.is_some())).await
}

/// `Delete` of a stamp. What of ours showed it says so and passes the Delete on to those who got it; what of others showed
/// it is a quote without consent from now on. `None` where nothing here showed such a stamp.
pub async fn stamp_deleted(state: &AppState, verified: &Verified, stamp: &str) -> Result<Option<Outcome>> {
    let (actor, uri) = (verified.actor.uri.clone(), stamp.to_owned());
    if !same_origin(&actor, &uri) {
        return Ok(None);
    }
    let known = {
        let uri = uri.clone();
        state
            .db
            .read(move |conn| {
                Ok(db::consents::by_stamp(conn, &uri)?.is_some() || !db::remote_posts::by_stamp(conn, &uri)?.is_empty())
            })
            .await?
    };
    if !known {
        return Ok(None);
    }
    let body = String::from_utf8_lossy(&verified.body).into_owned();
    let id = verified.activity.id.clone();
    let outcome = act(state, verified, move |act| {
        let mut done = false;
        if let Some(consent) = consents::stamp_gone(act, &actor, &uri)? {
            if consent.kind == ConsentKind::Quote {
                outbox::forward(act, &consent.asker_uri, id.as_deref().unwrap_or(&uri), &body, &consent.object_uri)?;
            }
            done = true;
        }
        for post in db::remote_posts::by_stamp(act.conn, &uri)? {
            let quoted = match &post.quote_uri {
                Some(quote) => db::remote_posts::by_uri(act.conn, quote)?,
                None => None,
            };
            if quoted.is_some_and(|quoted| quoted.actor_uri == actor) {
                db::remote_posts::set_quote(act.conn, &post.id, None, false, act.now)?;
                done = true;
            }
        }
        Ok(if done { Outcome::Done } else { Outcome::Dropped("another actor's stamp") })
    });
    outcome.await.map(Some)
}

/// What a post quotes, and whether its author agrees.
pub struct Checked {
    pub approved: bool,
    pub quoted: Option<Box<post::Received>>,
}

impl Checked {
    const NO: Self = Self { approved: false, quoted: None };
}

/// Finds out whether a quote was agreed to (FEP-044f, “Verifying third-party quote posts”): by the same author, or of a post
/// that names the quoting author, or with a stamp that stands on the quoted author's host and says exactly this. Asks other
/// servers only about posts that somebody here gets to see.
pub async fn check(state: &AppState, verified: &Verified, read: &Post) -> Result<Checked> {
    let Some(quote) = read.quote.clone() else { return Ok(Checked::NO) };
    let site = state.site()?;
    if site.owns(&quote) {
        let object = read.id.clone();
        let consent = state.db.read(move |conn| db::consents::between(conn, ConsentKind::Quote, &object, &quote)).await?;
        return Ok(Checked { approved: consent.is_some_and(|row| row.state == ConsentState::Granted), quoted: None });
    }
    let ours = |uri: &String| site.handle_of(uri).is_some();
    let named = read.to.iter().chain(&read.cc).chain(&read.mentions).any(ours);
    if !named && !is_followed(state, verified).await? || is_known(state, verified).await? {
        return Ok(Checked::NO);
    }
    let Some(quoted) = fetch_post(state, verified, &quote).await? else { return Ok(Checked::NO) };
    let visibility = quoted.visibility(None);
    if !matches!(visibility, Visibility::Public | Visibility::Unlisted) {
        return Ok(Checked::NO);
    }
    let same = quoted.attributed_to == read.attributed_to || quoted.mentions.contains(&read.attributed_to);
    let approved = same
        || match &read.quote_authorization {
            Some(stamp) => stamp_is_true(state, verified, stamp, read, &quoted).await?,
            None => false,
        };
    let quoted = post::Received { post: quoted, visibility, quote_approved: false, quoted: None };
    Ok(Checked { approved, quoted: approved.then(|| Box::new(quoted)) })
}

async fn stamp_is_true(state: &AppState, verified: &Verified, uri: &str, quoting: &Post, quoted: &Post) -> Result<bool> {
    let blocks = state.wire.inbound.caches.blocks(state).await?;
    if !same_origin(uri, &quoted.attributed_to) || blocks.shut_out(uri) {
        return Ok(false);
    }
    let document = match fetch::document(state, uri, &verified.budget).await {
        Ok(document) => document,
        Err(error @ FetchError::Ours(_)) => return Err(error.into()),
        Err(error) => {
            tracing::debug!(%error, uri, "a stamp can't be had");
            return Ok(false);
        }
    };
    Ok(read_stamp(&document.json).is_some_and(|stamp| {
        stamp.words.kind == ConsentKind::Quote
            && document.id == uri
            && stamp.author == quoted.attributed_to
            && stamp.object == quoting.id
            && stamp.target == quoted.id
    }))
}
