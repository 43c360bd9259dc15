//! One try of one delivery: signed anew, sent through the guarded client, the answer read no further than needed.

use super::backoff;
use crate::{
    db::{
        self,
        queue::{Claimed, Outgoing as Activity, Tried},
    },
    domain::{
        delivery::{Blame, Outcome},
        knock,
        names::SignatureScheme,
        url::parse_remote,
    },
    error::{Error, Result},
    federation::{
        client,
        signatures::{self, Outgoing, Signer, keys},
    },
    state::AppState,
};
use actix_web::web::Bytes;
use reqwest::header::RETRY_AFTER;
use std::{sync::Arc, time::Duration};
use url::Url;

/// The media type that every inbox takes (ActivityPub §7).
const CONTENT_TYPE: &str = activitypub_federation::FEDERATION_CONTENT_TYPE;
/// How much of an answer is read, in bytes: enough for a steward to see why.
const MAX_ANSWER: usize = 4_096;
/// How much of it is kept, in characters.
const MAX_REASON: usize = 200;

/// An answer to a POST.
struct Answer {
    status: u16,
    retry_after: Option<String>,
    text: String,
}

/// Why there is no answer.
enum Failure {
    /// The address may not be contacted: another try wouldn't change that.
    NotAllowed(&'static str),
    /// The host can't be reached, or its name leads nowhere.
    Away(String),
    /// A key of ours that is missing, a database that is busy: says nothing about the host.
    Ours(Error),
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Ours(error)
    }
}

impl Failure {
    fn of(error: reqwest_middleware::Error) -> Self {
        match (client::guarded(&error), error) {
            // Also where only the name's addresses gave it away: nobody gets to try again until they change.
            (Some(guarded), _) => Self::NotAllowed(guarded.0),
            (None, reqwest_middleware::Error::Middleware(error)) => Self::Ours(Error::Busy(error.to_string())),
            // The address stands beside the reason everywhere.
            (None, reqwest_middleware::Error::Reqwest(error)) => Self::Away(chain(&error.without_url())),
        }
    }
}

/// Makes one try: at most two requests, both within the one time limit. Never fails: whatever happens is an outcome.
pub async fn attempt(state: &AppState, delivery: &Claimed, activity: Option<&Arc<Activity>>) -> Tried {
    let limit = Duration::from_secs(state.settings.delivery.timeout_seconds);
    let tried = |outcome, status, why: Option<String>| Tried {
        id: delivery.id,
        host: delivery.host.clone(),
        inbox: delivery.inbox.clone(),
        outcome,
        status,
        why,
        signature: None,
    };
    let retry = |blame| Outcome::Retry { blame, not_before: None };
    let Some(activity) = activity else {
        return tried(Outcome::Refused, None, Some("the activity is not there any more".into()));
    };
    let Some(url) = parse_remote(&delivery.inbox) else {
        return tried(Outcome::Refused, None, Some("the inbox is no address that may be contacted".into()));
    };
    match tokio::time::timeout(limit, knock(state, delivery, activity, &url)).await {
        Err(_) => tried(retry(Blame::Host), None, Some(format!("no answer within {} s", limit.as_secs()))),
        Ok(Err(Failure::Ours(error))) => {
            tracing::error!(inbox = delivery.inbox, %error, "a delivery can't be made");
            tried(retry(Blame::Delivery), None, Some(one_line(&format!("it could not be sent from here: {error}"))))
        }
        Ok(Err(Failure::NotAllowed(why))) => tried(Outcome::Refused, None, Some(why.to_owned())),
        Ok(Err(Failure::Away(why))) => tried(retry(Blame::Host), None, Some(one_line(&why))),
        Ok(Ok((answer, signature))) => {
            let cap = state.settings.delivery.retry_after_cap_seconds;
            let outcome = backoff::outcome(answer.status, answer.retry_after.as_deref(), state.now(), cap);
            let why = (outcome != Outcome::Delivered).then(|| one_line(&format!("answered {} {}", answer.status, answer.text)));
            Tried { signature: signature.filter(|_| outcome == Outcome::Delivered), ..tried(outcome, Some(answer.status), why) }
        }
    }
}

/// Knocks with the signature that the host chose, and once more in another way if the answer may mean that it doesn't
/// know this one; if that doesn't do better, the first answer counts. Gives the scheme where it is news.
async fn knock(
    state: &AppState,
    delivery: &Claimed,
    activity: &Activity,
    url: &Url,
) -> Result<(Answer, Option<SignatureScheme>), Failure> {
    let (now, choice) = (state.now(), delivery.signature);
    let body = Bytes::copy_from_slice(activity.json.as_bytes());
    let signer = signer(state, activity).await?;
    let scheme = choice.first(now);
    let first = post(state, &signer, url, body.clone(), scheme).await?;
    if !knock::is_unsure(first.status) {
        return Ok((first, choice.news(scheme, now)));
    }
    // Who never saw the old key has nothing to check it with: to them the current one says all there is to say. That is
    // tried first, and the other scheme at the next attempt, unless the host has chosen.
    let by_key = activity.signing_key_id.is_some() && (choice.is_fresh(now) || delivery.attempts % 2 == 0);
    let (signer, scheme) = match by_key {
        true => (keys::signer(state, &activity.actor_uri).await?, scheme),
        false => (signer, knock::other(scheme)),
    };
    match post(state, &signer, url, body, scheme).await {
        Ok(second) if !knock::is_unsure(second.status) => Ok((second, choice.news(scheme, now))),
        _ => Ok((first, None)),
    }
}

/// What signs: the actor's current key, or the one that the activity names (an old key vouches for the new one).
async fn signer(state: &AppState, activity: &Activity) -> Result<Signer> {
    let Some(id) = activity.signing_key_id.clone() else {
        return keys::signer(state, &activity.actor_uri).await;
    };
    let row = state.db.read(move |conn| db::keys::by_id(conn, &id)).await?;
    state.wire.keys.signer(&row)
}

async fn post(state: &AppState, signer: &Signer, url: &Url, body: Bytes, scheme: SignatureScheme) -> Result<Answer, Failure> {
    let (signer, to_sign, bytes, now) = (signer.clone(), url.clone(), body.clone(), state.now());
    // About 0.3 ms of computing: not on the thread that serves the sockets.
    let headers = tokio::task::spawn_blocking(move || {
        let request = Outgoing { method: "POST", url: &to_sign, body: Some((CONTENT_TYPE, &bytes)), accept: None, now };
        signatures::sign(scheme, &signer, &request)
    })
    .await
    .map_err(Error::internal)??;
    let sent = state.wire.client(&state.settings)?.post(url.clone()).headers(headers).body(body).send().await;
    let mut response = sent.map_err(Failure::of)?;
    let retry_after = response.headers().get(RETRY_AFTER).and_then(|value| value.to_str().ok()).map(str::to_owned);
    let mut text = Vec::new();
    // What fails after the status doesn't change it.
    while text.len() < MAX_ANSWER {
        match response.chunk().await {
            Ok(Some(chunk)) => text.extend_from_slice(&chunk[..chunk.len().min(MAX_ANSWER - text.len())]),
            Ok(None) | Err(_) => break,
        }
    }
    Ok(Answer { status: response.status().as_u16(), retry_after, text: String::from_utf8_lossy(&text).into_owned() })
}

/// An error with what caused it: the outermost one only says that a request failed.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        let cause_text = cause.to_string();
        if !text.contains(&cause_text) {
            text = format!("{text}: {cause_text}");
        }
        next = cause.source();
    }
    text
}

/// For the database, the log and a terminal: no control characters, not long.
fn one_line(text: &str) -> String {
    let words: Vec<&str> = text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty()).collect();
    words.join(" ").chars().take(MAX_REASON).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{config::Settings, federation::guard::Resolver};

    /// A name that can't be found.
    struct NoDns;

    impl reqwest::dns::Resolve for NoDns {
        fn resolve(&self, _: reqwest::dns::Name) -> reqwest::dns::Resolving {
            Box::pin(async { Err(std::io::Error::other("no such name").into()) })
        }
    }

    async fn failure(resolver: impl reqwest::dns::Resolve + 'static) -> Failure {
        let client = reqwest::Client::builder().no_proxy().dns_resolver(Arc::new(resolver)).build().unwrap();
        Failure::of(client.post("http://meadow.localhost:1/inbox").send().await.unwrap_err().into())
    }

    #[tokio::test]
    async fn srf_04_a_name_that_leads_to_a_private_address_is_refused_for_good_and_one_not_found_tried_again() {
        let env = [("INSTANCE__MODE", "production"), ("DATA__DIR", "/nowhere")];
        let env = env.map(|(key, value)| (format!("COMMUNARD__{key}"), value.to_owned()));
        let settings = Settings::load_with(None, env.to_vec()).unwrap();
        let refused = failure(Resolver::new(&settings)).await;
        assert!(matches!(refused, Failure::NotAllowed("the name leads to an address that is not public")));
        let Failure::Away(why) = failure(NoDns).await else { panic!("not tried again") };
        assert!(why.contains("no such name"), "{why}");
    }

    #[test]
    fn a_reason_is_one_short_line() {
        assert_eq!(one_line("a\r\n  b\u{1b}[31mc\0"), "a b [31mc");
        assert_eq!(one_line(&"é".repeat(1_000)).chars().count(), 200);
    }
}
