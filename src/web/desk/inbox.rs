//! The inbox: what others did and wrote, and what a collective can answer to it.

use super::{
    page::Desk,
    people::{Named, actors, address_faults, answer_follower, named},
};
use crate::{
    acts::{Act, boost, inbox, target::Target},
    db::{self, inbox::InboxRow, remote_posts::RemotePostRow},
    domain::{
        Id, Timestamp, ids,
        names::{FollowState, InboxKind, Visibility},
    },
    error::{Error, Fault, Result},
    federation::{fetch::Budget, posts},
    state::AppState,
    text,
    web::{csrf::Form, errors, i18n::T, page_with, see_other, session::SignedIn},
};
use actix_web::{
    HttpResponse,
    http::StatusCode,
    web::{Data, Path, Query},
};
use askama::Template;
use serde::Deserialize;
use std::collections::BTreeSet;

/// Lines on one page.
const PAGE: i64 = 40;

#[derive(Deserialize)]
pub struct Shown {
    done: Option<String>,
    kind: Option<String>,
    /// Microseconds since 1970: what arrived before.
    before: Option<i64>,
}

#[derive(Template)]
#[template(path = "desk/inbox.html")]
struct InboxPage {
    t: T,
    desk: Desk,
    /// The kind that is shown, or empty.
    kind: String,
    kinds: &'static [InboxKind],
    items: Vec<Item>,
    /// Address of the page with older ones, or empty.
    older: String,
    address: String,
    faults: Vec<Fault>,
}

struct Item {
    id: Id,
    actor_uri: String,
    name: String,
    handle: String,
    profile: String,
    /// What they did, in words.
    did: String,
    /// Our statement that it is about, or empty.
    object_title: String,
    object_url: String,
    received_at: Timestamp,
    new: bool,
    undone: bool,
    private: bool,
    post: Option<Post>,
    can_answer: bool,
    can_show: bool,
    shown: bool,
    can_boost: bool,
    boosted: bool,
}

struct Post {
    title: String,
    content_warning: String,
    /// Sanitised when it was received.
    html: String,
    url: String,
    language: String,
    deleted: bool,
}

#[derive(Deserialize)]
pub struct Press {
    #[serde(default, rename = "do")]
    action: String,
    #[serde(default)]
    item: String,
    #[serde(default)]
    kind: String,
    #[serde(default)]
    actor: String,
    #[serde(default)]
    address: String,
}

/// `GET …/inbox`
pub async fn show(state: Data<AppState>, me: SignedIn, t: T, path: Path<String>, query: Query<Shown>) -> Result<HttpResponse> {
    let desk = Desk::open(&state, &me, &path, "inbox").await?.noting(&t, query.done.as_deref());
    let kind = query.kind.as_deref().and_then(|word| word.parse().ok());
    let before = query.before.and_then(chrono::DateTime::from_timestamp_micros).map(|at| at.naive_utc());
    inbox_page(&state, t, desk, StatusCode::OK, kind, before, String::new(), Vec::new()).await
}

#[expect(clippy::too_many_arguments, reason = "one page, shown plain and with what somebody typed")]
async fn inbox_page(
    state: &AppState,
    t: T,
    desk: Desk,
    status: StatusCode,
    kind: Option<InboxKind>,
    before: Option<Timestamp>,
    address: String,
    faults: Vec<Fault>,
) -> Result<HttpResponse> {
    let id = desk.collective.id.clone();
    let (items, last) = {
        let (t, collective_id) = (t.clone(), id);
        state
            .db
            .read(move |conn| {
                let rows = db::desk::inbox(conn, &collective_id, kind, before, PAGE)?;
                let last = if rows.len() as i64 == PAGE { rows.last().map(|(row, _)| row.received_at) } else { None };
                Ok((items(conn, &t, &collective_id, rows)?, last))
            })
            .await?
    };
    let kind = kind.map_or_else(String::new, |kind| kind.as_str().to_owned());
    let older = last
        .map_or_else(String::new, |at| desk.url(&t, &format!("/inbox?kind={kind}&before={}", at.and_utc().timestamp_micros())));
    page_with(status, &InboxPage { t, desk, kind, kinds: InboxKind::ALL, items, older, address, faults })
}

fn items(conn: &mut db::DbConn, t: &T, collective_id: &str, rows: Vec<(InboxRow, Option<RemotePostRow>)>) -> Result<Vec<Item>> {
    let distinct = |all: Vec<String>| all.into_iter().collect::<BTreeSet<_>>().into_iter().collect::<Vec<_>>();
    let known = actors(conn, &distinct(rows.iter().map(|(row, _)| row.actor_uri.clone()).collect()))?;
    let about = |row: &InboxRow, post: Option<&RemotePostRow>| match row.kind {
        InboxKind::Like | InboxKind::Announce => row.object_uri.clone(),
        InboxKind::Reply => post.and_then(|post| post.in_reply_to.clone()),
        _ => None,
    };
    let objects: Vec<String> = distinct(rows.iter().filter_map(|(row, post)| about(row, post.as_ref())).collect());
    let titles = db::desk::titles(conn, &objects)?;
    let posts: Vec<String> = rows.iter().filter_map(|(_, post)| post.as_ref().map(|post| post.uri.clone())).collect();
    let boosted = db::desk::boosted(conn, collective_id, &posts)?;
    let waiting: BTreeSet<String> = db::follows::list_followers(conn, collective_id, Some(FollowState::Pending))?
        .into_iter()
        .map(|row| row.actor_uri)
        .collect();
    Ok(rows
        .into_iter()
        .map(|(row, post)| {
            let object = about(&row, post.as_ref()).filter(|uri| titles.contains_key(uri));
            let title = object.as_ref().and_then(|uri| titles.get(uri).cloned()).unwrap_or_default();
            let asks = row.kind == InboxKind::Follow && waiting.contains(&row.actor_uri);
            let did = if asks { "desk-inbox-did-follow-pending".to_owned() } else { format!("desk-inbox-did-{}", row.kind) };
            let public = post.as_ref().is_some_and(|post| {
                post.deleted_at.is_none() && matches!(post.visibility, Visibility::Public | Visibility::Unlisted)
            });
            let Named { name, handle, profile } = named(known.get(&row.actor_uri), &row.actor_uri);
            Item {
                did: t.get(&did),
                name,
                handle,
                profile,
                object_title: title,
                object_url: object.unwrap_or_default(),
                received_at: row.received_at,
                new: row.read_at.is_none(),
                undone: row.undone_at.is_some(),
                private: post.is_some() && !public,
                can_answer: asks,
                can_show: row.kind == InboxKind::Reply && public,
                shown: row.shown,
                can_boost: public,
                boosted: post.as_ref().is_some_and(|post| boosted.contains(&post.uri)),
                post: post.map(|post| Post {
                    url: post.url.unwrap_or_else(|| post.uri.clone()),
                    // Our own notes, and many others', begin with their title already.
                    title: if text::plain(&post.html).starts_with(post.title.trim()) { String::new() } else { post.title },
                    content_warning: post.content_warning,
                    html: post.html,
                    language: post.language.unwrap_or_default(),
                    deleted: post.deleted_at.is_some(),
                }),
                actor_uri: row.actor_uri,
                id: row.id,
            }
        })
        .collect())
}

/// `POST …/inbox`
pub async fn press(state: Data<AppState>, me: SignedIn, t: T, path: Path<String>, form: Form<Press>) -> Result<HttpResponse> {
    let desk = Desk::open(&state, &me, &path, "inbox").await?;
    let kind: Option<InboxKind> = form.kind.parse().ok();
    let id = desk.collective.id.clone();
    let item = ids::parse_id(&form.item);
    let done = match (form.action.as_str(), item) {
        ("read", _) => {
            state.act(me.principal(), move |act| inbox::mark_read(act, &id, kind)).await?;
            "read"
        }
        ("show" | "hide", Some(item)) => {
            let shown = form.action == "show";
            state.act(me.principal(), move |act| inbox::show(act, &id, &item, shown)).await?;
            if shown { "shown" } else { "hidden" }
        }
        ("accept" | "reject", _) => answer_follower(&state, &me, &desk, &form.action, &form.actor).await?,
        ("boost" | "unboost", Some(item)) => {
            let undo = form.action == "unboost";
            state.act(me.principal(), move |act| boost_item(act, &id, &item, undo)).await?;
            if undo { "unboosted" } else { "boosted" }
        }
        ("boost-address", _) => match boost_address(&state, &me, &desk, &form.address).await {
            Ok(()) => "boosted",
            Err(error) => {
                let status = errors::status(&error);
                let faults = address_faults(&t, error, "desk-inbox-boost-nothing")?;
                return inbox_page(&state, t, desk, status, kind, None, form.value.address, faults).await;
            }
        },
        _ => return Err(Error::NotFound),
    };
    let kind = kind.map_or_else(String::new, |kind| format!("&kind={kind}"));
    let anchor = if form.item.is_empty() { String::new() } else { format!("#item-{}", form.item) };
    Ok(see_other(&desk.url(&t, &format!("/inbox?done={done}{kind}{anchor}"))))
}

/// Boosts a post that reached this desk, or takes that back.
fn boost_item(act: &mut Act, collective_id: &str, item_id: &str, undo: bool) -> Result<()> {
    let target = Target::of_item(act, collective_id, item_id)?;
    if undo {
        return boost::unboost(act, collective_id, &target.uri);
    }
    boost::boost(act, collective_id, &target).map(drop)
}

/// Boosts the public post at an address that somebody pasted.
async fn boost_address(state: &AppState, me: &SignedIn, desk: &Desk, address: &str) -> Result<()> {
    let target = posts::find_post(state, address, &Budget::of(state)).await?;
    let id = desk.collective.id.clone();
    state.act(me.principal(), move |act| boost::boost(act, &id, &target).map(drop)).await
}
