//! Which actors of the asking server follow a collective (FEP-8fcf): for that server alone, by a signed GET.

use super::answer::{Answer, document};
use crate::{
    AppState, db,
    domain::{Site, url::same_origin},
    error::{Error, Result},
    federation::{
        actors,
        fetch::Budget,
        inbound::Refusal,
        signatures::{Incoming, verify},
    },
    vocab::collection::whole,
};
use actix_web::{
    HttpRequest,
    http::header::HOST,
    web::{Data, Path},
};

/// Followers of a collective looked at, at most.
const MOST_FOLLOWERS: i64 = 100_000;

pub async fn show(state: Data<AppState>, handle: Path<String>, request: HttpRequest) -> Answer {
    let site = state.site()?;
    let asker = match asker(&state, &site, &request).await {
        Ok(asker) => asker,
        Err(refusal) => return Ok(refusal.response()),
    };
    let read = move |conn: &mut db::DbConn| {
        let row = db::collectives::by_handle(conn, &handle)?;
        let all = db::follows::follower_uris(conn, &row.id, MOST_FOLLOWERS, 0)?;
        let theirs = all.into_iter().filter(|uri| same_origin(uri, &asker)).map(Into::into).collect();
        Ok(whole(&format!("{}/followers_synchronization", row.uri), theirs))
    };
    Ok(document(&state.db.read(read).await?))
}

/// The actor that signed a GET, its key as its own document has it.
async fn asker(state: &AppState, site: &Site, request: &HttpRequest) -> Result<String, Refusal> {
    let authority = request.headers().get(HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let incoming = Incoming {
        method: request.method().as_str(),
        path_and_query: request.uri().path_and_query().map_or("/", |target| target.as_str()),
        authority,
        site,
        headers: request.headers(),
        body: &[],
        now: state.now(),
    };
    let claim = verify::read(&incoming, &state.settings.federation)?;
    let blocks = state.wire.inbound.caches.blocks(state).await?;
    if blocks.shut_out(&claim.key_id) {
        return Err(Refusal::Forbidden("blocked"));
    }
    let (actor, key) = match actors::for_key_id(state, &claim.key_id, &Budget::of(state)).await {
        Ok(found) => found,
        Err(error @ (Error::Busy(_) | Error::Internal(_))) => return Err(error.into()),
        Err(_) => return Err(Refusal::Unproven("the actor's key can't be had")),
    };
    claim.check(&*state.wire.keys.public(&key.id, &key.pem)?)?;
    Ok(actor.uri)
}
