//! Followers of a collective, and whom it follows.

use super::{page::Desk, write::Done};
use crate::{
    acts::{
        follow::{self, Answer},
        proposals::{self, Proposed},
    },
    db::{self, remote_actors::RemoteActorRow},
    domain::{Timestamp, names::FollowState},
    error::{Error, Fault, Result},
    federation::{fetch::Budget, webfinger},
    state::AppState,
    web::{csrf::Form, errors, i18n::T, page_with, see_other, session::SignedIn},
};
use actix_web::{
    HttpResponse,
    http::StatusCode,
    web::{Data, Path, Query},
};
use askama::Template;
use serde::Deserialize;
use std::collections::HashMap;

/// One actor in a list.
struct Person {
    uri: String,
    name: String,
    handle: String,
    profile: String,
    since: Timestamp,
    state: FollowState,
}

#[derive(Template)]
#[template(path = "desk/followers.html")]
struct FollowersPage {
    t: T,
    desk: Desk,
    pending: Vec<Person>,
    accepted: Vec<Person>,
}

#[derive(Template)]
#[template(path = "desk/following.html")]
struct FollowingPage {
    t: T,
    desk: Desk,
    people: Vec<Person>,
    address: String,
    faults: Vec<Fault>,
}

#[derive(Deserialize)]
pub struct Press {
    #[serde(default, rename = "do")]
    action: String,
    #[serde(default)]
    actor: String,
    #[serde(default)]
    address: String,
}

/// `GET …/followers`
pub async fn followers(
    state: Data<AppState>,
    me: SignedIn,
    t: T,
    path: Path<String>,
    query: Query<Done>,
) -> Result<HttpResponse> {
    let desk = Desk::open(&state, &me, &path, "followers").await?.noting(&t, query.done.as_deref());
    let id = desk.collective.id.clone();
    let people = state
        .db
        .read(move |conn| {
            let rows = db::follows::list_followers(conn, &id, None)?;
            people(conn, rows.into_iter().map(|row| (row.actor_uri, row.since, row.state)))
        })
        .await?;
    let (accepted, rest): (Vec<_>, Vec<_>) = people.into_iter().partition(|person| person.state == FollowState::Accepted);
    let pending = rest.into_iter().filter(|person| person.state == FollowState::Pending).collect();
    page_with(StatusCode::OK, &FollowersPage { t, desk, pending, accepted })
}

/// `POST …/followers`
pub async fn answer(state: Data<AppState>, me: SignedIn, t: T, path: Path<String>, form: Form<Press>) -> Result<HttpResponse> {
    let desk = Desk::open(&state, &me, &path, "followers").await?;
    let done = answer_follower(&state, &me, &desk, &form.action, &form.actor).await?;
    Ok(see_other(&desk.url(&t, &format!("/followers?done={done}"))))
}

/// Does what a button says to a follower, and gives the word for `?done=`.
pub(super) async fn answer_follower(
    state: &AppState,
    me: &SignedIn,
    desk: &Desk,
    action: &str,
    actor: &str,
) -> Result<&'static str> {
    let (answer, done) = match action {
        "accept" => (Answer::Accept, "accepted"),
        "reject" => (Answer::Reject, "rejected"),
        "remove" => (Answer::Remove, "removed"),
        _ => return Err(Error::invalid("do", "error-form-broken")),
    };
    let (id, actor) = (desk.collective.id.clone(), actor.to_owned());
    state.act(me.principal(), move |act| follow::answer_follower(act, &id, &actor, answer)).await?;
    Ok(done)
}

/// `GET …/following`
pub async fn following(
    state: Data<AppState>,
    me: SignedIn,
    t: T,
    path: Path<String>,
    query: Query<Done>,
) -> Result<HttpResponse> {
    let desk = Desk::open(&state, &me, &path, "following").await?.noting(&t, query.done.as_deref());
    following_page(&state, t, desk, StatusCode::OK, String::new(), Vec::new()).await
}

async fn following_page(
    state: &AppState,
    t: T,
    desk: Desk,
    status: StatusCode,
    address: String,
    faults: Vec<Fault>,
) -> Result<HttpResponse> {
    let id = desk.collective.id.clone();
    let people = state
        .db
        .read(move |conn| {
            let rows = db::follows::list_following(conn, &id)?;
            people(conn, rows.into_iter().map(|row| (row.actor_uri, row.since, row.state)))
        })
        .await?;
    page_with(status, &FollowingPage { t, desk, people, address, faults })
}

/// `POST …/following`
pub async fn change_following(
    state: Data<AppState>,
    me: SignedIn,
    t: T,
    path: Path<String>,
    form: Form<Press>,
) -> Result<HttpResponse> {
    let desk = Desk::open(&state, &me, &path, "following").await?;
    let id = desk.collective.id.clone();
    if form.action == "unfollow" {
        let actor = form.actor.clone();
        return Ok(match state.act(me.principal(), move |act| proposals::unfollow(act, &id, &actor)).await? {
            Proposed::Done(()) => see_other(&desk.url(&t, "/following?done=unfollowed")),
            Proposed::Asked(row) => see_other(&desk.asked(&t, &row)),
        });
    }
    let error = match find(&state, &form.address).await {
        Ok(other) => match state.act(me.principal(), move |act| proposals::follow(act, &id, &other)).await {
            Ok(Proposed::Done(_)) => return Ok(see_other(&desk.url(&t, "/following?done=followed"))),
            Ok(Proposed::Asked(row)) => return Ok(see_other(&desk.asked(&t, &row))),
            Err(error) => error,
        },
        Err(error) => error,
    };
    let status = errors::status(&error);
    let faults = address_faults(&t, error, "desk-following-nobody")?;
    following_page(&state, t, desk, status, form.value.address, faults).await
}

async fn find(state: &AppState, address: &str) -> Result<RemoteActorRow> {
    let address = address.trim();
    if address.is_empty() {
        return Err(Error::invalid("address", "error-address-empty"));
    }
    webfinger::find_actor(state, address, &Budget::of(state)).await
}

/// An error about an address that somebody typed, as a fault beside the field; `nobody` says that there is nothing.
pub(super) fn address_faults(t: &T, error: Error, nobody: &'static str) -> Result<Vec<Fault>> {
    let said = |message, args| vec![Fault { field: "address".into(), message, args }];
    match error {
        Error::Invalid(faults) => Ok(faults.into_iter().map(|fault| Fault { field: "address".into(), ..fault }).collect()),
        Error::NotFound => Ok(said(nobody, Vec::new())),
        Error::Internal(_) | Error::Config(_) => Err(error),
        other => Ok(said("desk-error", vec![("reason", t.error(&other))])),
    }
}

fn people(conn: &mut db::DbConn, rows: impl Iterator<Item = (String, Timestamp, FollowState)>) -> Result<Vec<Person>> {
    let rows: Vec<_> = rows.collect();
    let uris: Vec<String> = rows.iter().map(|row| row.0.clone()).collect();
    let known = actors(conn, &uris)?;
    Ok(rows
        .into_iter()
        .map(|(uri, since, state)| {
            let Named { name, handle, profile } = named(known.get(&uri), &uri);
            Person { uri, name, handle, profile, since, state }
        })
        .collect())
}

/// What a list shows of an actor.
pub(super) struct Named {
    pub name: String,
    pub handle: String,
    pub profile: String,
}

/// By what we know of an actor; else by its address alone.
pub(super) fn named(known: Option<&RemoteActorRow>, uri: &str) -> Named {
    let web = |address: &str| address.starts_with("https://") || address.starts_with("http://");
    match known {
        Some(row) => Named {
            name: if row.name.trim().is_empty() { row.username.clone() } else { row.name.clone() },
            handle: row.handle(),
            profile: row.url.clone().filter(|url| web(url)).unwrap_or_else(|| row.uri.clone()),
        },
        None => {
            let host = crate::domain::url::host_and_port(uri).unwrap_or_else(|| uri.to_owned());
            Named { name: host, handle: uri.to_owned(), profile: uri.to_owned() }
        }
    }
}

/// As [`actors`], with this instance's own collectives among them.
pub(super) fn everybody(conn: &mut db::DbConn, uris: &[String]) -> Result<HashMap<String, RemoteActorRow>> {
    let mut all = actors(conn, uris)?;
    let own: Vec<String> = uris.iter().filter(|uri| !all.contains_key(*uri)).cloned().collect();
    all.extend(db::collectives::by_uris(conn, &own)?.into_iter().map(|row| (row.uri.clone(), row.as_actor())));
    Ok(all)
}

/// What we know of these actors, by id.
pub(super) fn actors(conn: &mut db::DbConn, uris: &[String]) -> Result<HashMap<String, RemoteActorRow>> {
    let mut all = HashMap::new();
    for chunk in uris.chunks(500) {
        all.extend(db::remote_actors::any_by_uris(conn, chunk)?.into_iter().map(|row| (row.uri.clone(), row)));
    }
    Ok(all)
}
