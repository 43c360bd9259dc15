//! Quotes: what others ask and may quote of this collective's statements, by which rule, and how its own quotes stand.

use super::{
    page::Desk,
    people::{Named, actors, named},
};
use crate::{
    acts::{
        collectives::{self, Profile},
        consents::{Decision, quote::quoted},
        proposals::{self, Proposed},
    },
    db::{
        self,
        consents::{ConsentRow, Filter, Side},
    },
    domain::{
        Id, Timestamp,
        consent::{ConsentKind, ConsentState, Policy, PolicyScope},
        ids,
        statement::Quoted,
    },
    error::{Error, Fault, Result},
    federation::{fetch::Budget, posts},
    state::AppState,
    web::{csrf::Form, i18n::T, page, see_other, session::SignedIn},
};
use actix_web::{
    HttpResponse,
    web::{Data, Path, Query},
};
use askama::Template;
use serde::Deserialize;
use std::{collections::HashMap, time::Duration};

/// Most lines in each of the two lists; `communard quote list` has all.
const MAX_SHOWN: i64 = 200;
/// Longest time that a quoted post is looked up for.
const LOOK_UP: Duration = Duration::from_secs(20);

#[derive(Template)]
#[template(path = "desk/quotes.html")]
struct QuotesPage {
    t: T,
    desk: Desk,
    scopes: &'static [PolicyScope],
    /// Those that wait first.
    theirs: Vec<Line>,
    ours: Vec<Line>,
    /// The statement that the list is of alone, or empty.
    statement: String,
}

/// One quote.
struct Line {
    id: Id,
    asker_uri: String,
    state: ConsentState,
    name: String,
    handle: String,
    profile: String,
    /// Our statement: the quoted in `theirs`, the quoting in `ours`.
    title: String,
    title_url: String,
    /// The other's post.
    address: String,
    html: String,
    content_warning: String,
    language: String,
    at: Timestamp,
}

#[derive(Deserialize)]
pub struct Shown {
    done: Option<String>,
    statement: Option<String>,
}

#[derive(Deserialize)]
pub struct Press {
    #[serde(default, rename = "do")]
    action: String,
    #[serde(default)]
    consent: String,
    #[serde(default)]
    policy: String,
    #[serde(default)]
    review: String,
}

/// `GET …/quotes`
pub async fn show(state: Data<AppState>, me: SignedIn, t: T, path: Path<String>, query: Query<Shown>) -> Result<HttpResponse> {
    let desk = Desk::open(&state, &me, &path, "quotes").await?.noting(&t, query.done.as_deref());
    let site = state.site()?;
    let statement = query.statement.as_deref().and_then(ids::parse_id).map(|id| site.statement(&id));
    let (id, only) = (desk.collective.id.clone(), statement.clone());
    let (theirs, ours) = state
        .db
        .read(move |conn| {
            let filter = Filter { target_uri: only.clone(), ..Filter::default() };
            let mut theirs = db::consents::of(conn, ConsentKind::Quote, Side::Author(&id), &filter, MAX_SHOWN)?;
            theirs.sort_by_key(|row| row.state != ConsentState::Waiting);
            let ours = match only {
                Some(_) => Vec::new(),
                None => db::consents::of(conn, ConsentKind::Quote, Side::Asker(&id), &Filter::default(), MAX_SHOWN)?,
            };
            Ok((lines(conn, theirs, true)?, lines(conn, ours, false)?))
        })
        .await?;
    let statement = statement.unwrap_or_default();
    page(&QuotesPage { t, desk, scopes: PolicyScope::ALL, theirs, ours, statement })
}

fn lines(conn: &mut db::DbConn, rows: Vec<ConsentRow>, theirs: bool) -> Result<Vec<Line>> {
    let other = |row: &ConsentRow| if theirs { row.asker_uri.clone() } else { row.author_uri.clone() };
    let own = |row: &ConsentRow| if theirs { row.target_uri.clone() } else { row.object_uri.clone() };
    let known = actors(conn, &rows.iter().map(other).collect::<Vec<_>>())?;
    let near = near(conn)?;
    let titles = db::desk::titles(conn, &rows.iter().map(own).collect::<Vec<_>>())?;
    let mut found = Vec::new();
    for row in rows {
        let post = match row.post_id.as_deref().filter(|_| theirs) {
            Some(id) => Some(db::remote_posts::by_id(conn, id)?).filter(|post| post.deleted_at.is_none()),
            None => None,
        };
        let Named { mut name, handle, profile } = named(known.get(&other(&row)), &other(&row));
        if let Some(own) = near.get(&other(&row)) {
            name.clone_from(own);
        }
        let title_url = own(&row);
        let address = if theirs { row.object_uri.clone() } else { row.target_uri.clone() };
        found.push(Line {
            title: titles.get(&title_url).cloned().unwrap_or_else(|| title_url.clone()),
            title_url,
            address: post.as_ref().and_then(|post| post.url.clone()).unwrap_or(address),
            html: post.as_ref().map_or_else(String::new, |post| post.html.clone()),
            content_warning: post.as_ref().map_or_else(String::new, |post| post.content_warning.clone()),
            language: post.and_then(|post| post.language).unwrap_or_default(),
            at: row.decided_at.unwrap_or(row.asked_at),
            id: row.id,
            asker_uri: row.asker_uri,
            state: row.state,
            name,
            handle,
            profile,
        });
    }
    Ok(found)
}

/// Names of this instance's own collectives, by their ids.
fn near(conn: &mut db::DbConn) -> Result<HashMap<String, String>> {
    Ok(db::collectives::list(conn)?.into_iter().map(|row| (row.uri, row.name)).collect())
}

/// `POST …/quotes`
pub async fn press(state: Data<AppState>, me: SignedIn, t: T, path: Path<String>, form: Form<Press>) -> Result<HttpResponse> {
    let desk = Desk::open(&state, &me, &path, "quotes").await?;
    let id = desk.collective.id.clone();
    if form.action == "policy" {
        let automatic = form.policy.parse().map_err(|_| Error::invalid("policy", "error-form-broken"))?;
        let quotes = Policy { automatic, review: !form.review.is_empty() };
        let profile = Profile { quotes, ..Profile::from(desk.collective.clone()) };
        state.act(me.principal(), move |act| collectives::edit(act, &id, profile)).await?;
        return Ok(see_other(&desk.url(&t, "/quotes?done=quote-policy")));
    }
    let (decision, done) = match form.action.as_str() {
        "accept" => (Decision::Accept, "quote-accepted"),
        "decline" => (Decision::Decline, "quote-declined"),
        "revoke" => (Decision::Revoke, "quote-revoked"),
        _ => return Err(Error::invalid("do", "error-form-broken")),
    };
    let consent = ids::parse_id(&form.consent).ok_or(Error::NotFound)?;
    if let Proposed::Asked(row) = state.act(me.principal(), move |act| proposals::decide(act, &id, &consent, decision)).await? {
        return Ok(see_other(&desk.asked(&t, &row)));
    }
    Ok(see_other(&desk.url(&t, &format!("/quotes?done={done}"))))
}

/// Looks up the quoted post if it isn't known yet. One that can't be found stays as typed, with a fault that says why.
pub(super) async fn look_up(state: &AppState, t: &T, quote: &mut Option<Quoted>) -> Option<Fault> {
    let wanted = quote.as_mut().filter(|quote| quote.uri.is_empty())?;
    let budget = Budget::of(state);
    let found = tokio::time::timeout(LOOK_UP, posts::find_post(state, &wanted.address, &budget)).await;
    let reason = match found {
        Ok(found) => match found.and_then(|target| quoted(&wanted.address, &target)) {
            Ok(found) => {
                *wanted = found;
                return None;
            }
            Err(Error::NotFound) => t.get("desk-quote-nothing"),
            Err(Error::Invalid(faults)) => faults.first().map_or_else(String::new, |fault| t.fault(fault)),
            Err(error) => t.error(&error),
        },
        Err(_) => t.get("desk-mention-slow"),
    };
    Some(Fault { field: "quote".into(), message: "desk-quote-problem", args: vec![("reason", reason)] })
}
