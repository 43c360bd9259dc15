//! Outboxes, followers, following, featured; replies, likes and shares of statements.
//!
//! Lists only what is public (ORG-25), by pages of a fixed size: nobody chooses how much work a request is (RES-15).

use super::{
    answer::{Answer, document},
    statements::public,
};
use crate::{
    AppState,
    acts::proofs,
    db::{self, DbConn, collectives::CollectiveRow, relays::RelayRow},
    domain::names::{InboxKind, RelayState, StatementState},
    error::{Error, Result},
    vocab::collection::{collection, page, whole},
};
use actix_web::{
    HttpRequest,
    web::{Data, Path},
};
use serde_json::{Value, json};

/// Activities on one page of an outbox.
pub const OUTBOX_PAGE: i64 = 20;
/// Actors on one page of followers or following.
pub const ACTORS_PAGE: i64 = 100;
/// Replies listed; all that a member let show are counted.
pub const MAX_REPLIES: i64 = 100;

/// A parameter of the query that is a whole number; garbage is as if it weren't there.
fn number(request: &HttpRequest, name: &str) -> Option<i64> {
    let query = url::form_urlencoded::parse(request.query_string().as_bytes());
    query.into_iter().find(|(key, _)| key == name).and_then(|(_, value)| value.parse().ok())
}

fn has(request: &HttpRequest, name: &str) -> bool {
    url::form_urlencoded::parse(request.query_string().as_bytes()).any(|(key, _)| key == name)
}

pub async fn outbox(state: Data<AppState>, handle: Path<String>, request: HttpRequest) -> Answer {
    let site = state.site()?;
    let paged = has(&request, "page");
    let before = number(&request, "before").map(|seq| seq.max(0));
    let read = move |conn: &mut DbConn| {
        let actor = db::collectives::by_handle(conn, &handle)?.uri;
        let id = format!("{actor}/outbox");
        if !paged {
            return Ok(collection(&id, db::outbox::count(conn, &actor)?, Some(&format!("{id}?page=true"))));
        }
        let rows = db::outbox::page(conn, &actor, before, OUTBOX_PAGE)?;
        let next =
            rows.last().filter(|_| rows.len() as i64 == OUTBOX_PAGE).map(|row| format!("{id}?page=true&before={}", row.seq));
        // Each as it stands alone, with its own context, since its proof covers that.
        let items = rows.iter().map(|row| proofs::sent(conn, &site, row, true)).collect::<Result<Vec<_>>>()?;
        let own = before.map_or_else(|| format!("{id}?page=true"), |before| format!("{id}?page=true&before={before}"));
        Ok(page(&own, &id, next.as_deref(), items))
    };
    Ok(document(&state.db.read(read).await?))
}

/// The instance's own actor says nothing.
pub async fn instance_outbox(state: Data<AppState>) -> Answer {
    Ok(document(&whole(&format!("{}/outbox", state.site()?.instance_actor()), Vec::new())))
}

/// How many relays follow the instance's own actor; which ones is nobody's business.
pub async fn instance_followers(state: Data<AppState>) -> Answer {
    count_relays(state, "followers", |row| row.followed_by.is_some()).await
}

/// How many relays it follows.
pub async fn instance_following(state: Data<AppState>) -> Answer {
    count_relays(state, "following", |row| row.state == RelayState::Accepted).await
}

async fn count_relays(state: Data<AppState>, name: &'static str, counts: fn(&RelayRow) -> bool) -> Answer {
    let id = format!("{}/{name}", state.site()?.instance_actor());
    let rows = state.db.read(db::relays::list).await?;
    let total = rows.iter().filter(|row| counts(row)).count();
    Ok(document(&collection(&id, i64::try_from(total).unwrap_or(i64::MAX), None)))
}

pub async fn followers(state: Data<AppState>, handle: Path<String>, request: HttpRequest) -> Answer {
    let count = |conn: &mut DbConn, row: &CollectiveRow| db::follows::count_followers(conn, &row.id);
    let list = |conn: &mut DbConn, row: &CollectiveRow, offset| db::follows::follower_uris(conn, &row.id, ACTORS_PAGE, offset);
    actors(state, handle, request, "followers", count, list).await
}

pub async fn following(state: Data<AppState>, handle: Path<String>, request: HttpRequest) -> Answer {
    let count = |conn: &mut DbConn, row: &CollectiveRow| db::follows::count_following(conn, &row.id);
    let list = |conn: &mut DbConn, row: &CollectiveRow, offset| db::follows::following_uris(conn, &row.id, ACTORS_PAGE, offset);
    actors(state, handle, request, "following", count, list).await
}

/// A list of actors by numbered pages from 1, or its total alone where the collective hides it.
async fn actors(
    state: Data<AppState>,
    handle: Path<String>,
    request: HttpRequest,
    name: &'static str,
    count: impl FnOnce(&mut DbConn, &CollectiveRow) -> Result<i64> + Send + 'static,
    list: impl FnOnce(&mut DbConn, &CollectiveRow, i64) -> Result<Vec<String>> + Send + 'static,
) -> Answer {
    let wanted = has(&request, "page").then(|| number(&request, "page").unwrap_or(1));
    let read = move |conn: &mut DbConn| {
        let row = db::collectives::by_handle(conn, &handle)?;
        let id = format!("{}/{name}", row.uri);
        let total = count(conn, &row)?;
        if row.hide_followers {
            return Ok(collection(&id, total, None));
        }
        let Some(wanted) = wanted else {
            return Ok(collection(&id, total, Some(&format!("{id}?page=1"))));
        };
        let last = ((total + ACTORS_PAGE - 1) / ACTORS_PAGE).max(1);
        let n = wanted.clamp(1, last);
        let items = list(conn, &row, (n - 1) * ACTORS_PAGE)?.into_iter().map(Value::from).collect();
        let next = (n < last).then(|| format!("{id}?page={}", n + 1));
        Ok(page(&format!("{id}?page={n}"), &id, next.as_deref(), items))
    };
    Ok(document(&state.db.read(read).await?))
}

/// Pinned statements, by their ids: a `Note` or an `Article` alike is then asked for at its own address.
pub async fn featured(state: Data<AppState>, handle: Path<String>) -> Answer {
    let read = move |conn: &mut DbConn| {
        let collective = db::collectives::by_handle(conn, &handle)?;
        let items = db::pins::of(conn, &collective.id)?.into_iter().map(|(_, uri)| json!(uri)).collect();
        Ok(whole(&format!("{}/featured", collective.uri), items))
    };
    Ok(document(&state.db.read(read).await?))
}

/// Replies that a member let show. Those that nobody has looked at aren't counted: the count would spread them.
pub async fn replies(state: Data<AppState>, id: Path<String>) -> Answer {
    of_statement(state, id, |conn, uri| {
        let items = db::inbox::shown_replies(conn, uri, MAX_REPLIES)?;
        Ok(whole(&format!("{uri}/replies"), items.into_iter().map(|uri| json!(uri)).collect()))
    })
    .await
}

pub async fn likes(state: Data<AppState>, id: Path<String>) -> Answer {
    of_statement(state, id, |conn, uri| {
        Ok(collection(&format!("{uri}/likes"), db::inbox::count(conn, InboxKind::Like, uri)?, None))
    })
    .await
}

pub async fn shares(state: Data<AppState>, id: Path<String>) -> Answer {
    of_statement(state, id, |conn, uri| {
        Ok(collection(&format!("{uri}/shares"), db::inbox::count(conn, InboxKind::Announce, uri)?, None))
    })
    .await
}

async fn of_statement(
    state: Data<AppState>,
    id: Path<String>,
    read: impl FnOnce(&mut DbConn, &str) -> Result<Value> + Send + 'static,
) -> Answer {
    let read = move |conn: &mut DbConn| {
        let row = public(conn, &id)?;
        if row.state != StatementState::Published {
            return Err(Error::NotFound);
        }
        read(conn, &row.uri)
    };
    Ok(document(&state.db.read(read).await?))
}
