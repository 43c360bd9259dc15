//! The inbox: what others did and wrote, and what a collective can answer to it.

use super::{
    page::{Desk, act_page, endorse_page},
    people::{Named, actors, address_faults, answer_follower, named},
    quoted::{QuotedPost, quoted},
    react::{self, Done, Reaction},
};
use crate::{
    acts::inbox,
    db::{self, desk::Before, inbox::InboxRow, remote_posts::RemotePostRow},
    domain::{
        Id, Timestamp,
        call::{CallState, CallStatus},
        ids,
        names::{FollowState, InboxKind, StatementState, Visibility},
        url::parse_remote,
    },
    error::{Error, Fault, Result},
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
/// A longer post is folded, in characters of its plain text.
const FOLDED: usize = 700;
/// One of more lines too.
const FOLDED_LINES: usize = 12;
/// What stands in a folded post's first line, in characters.
const FIRST: usize = 220;

#[derive(Deserialize)]
pub struct Shown {
    done: Option<String>,
    kind: Option<String>,
    /// What arrived before an item: its time and id ([`before_of`]).
    before: Option<String>,
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
    /// Addresses of the first page and of that with older ones, or empty.
    newest: String,
    older: String,
    address: String,
    faults: Vec<Fault>,
}

struct Item {
    id: Id,
    actor_uri: String,
    /// Whose post it is: boosts and likes are done towards them.
    author_uri: String,
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
    can_like: bool,
    liked: bool,
    /// Boosted and answered can be what is for everybody.
    public: bool,
    boosted: bool,
    /// The page on which it is endorsed; empty where it can't be.
    endorse: String,
    /// The page on which an action is added under it; empty where it is no call.
    act: String,
    /// The page of our answer: the statement's, or that of its draft. Empty where there is none.
    our_answer: String,
    our_answer_is_draft: bool,
}

struct Post {
    title: String,
    content_warning: String,
    /// Sanitised when it was received.
    html: String,
    /// Of a long one its first words; empty where it is short enough to stand there whole.
    first: String,
    url: String,
    language: String,
    deleted: bool,
    attachments: Vec<Attached>,
    quotes: Option<QuotedPost>,
    /// Of an event: when and where, and its state, in the reader's language; else empty.
    occasion: Vec<String>,
}

/// Something that hangs on a post.
struct Attached {
    /// The message that names what it is.
    kind: &'static str,
    url: String,
    /// Where it stands: nobody is led there without being told.
    host: String,
    alt: String,
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
    let before = query.before.as_deref().and_then(before_of);
    inbox_page(&state, t, desk, StatusCode::OK, kind, before, String::new(), Vec::new()).await
}

/// `1795385280000000.0193…`: the place of an item in the order of the list.
fn before_of(text: &str) -> Option<Before> {
    let (micros, id) = text.split_once('.')?;
    let at = chrono::DateTime::from_timestamp_micros(micros.parse().ok()?)?.naive_utc();
    Some(Before { at, id: ids::parse_id(id)? })
}

#[expect(clippy::too_many_arguments, reason = "one page, shown plain and with what somebody typed")]
async fn inbox_page(
    state: &AppState,
    t: T,
    desk: Desk,
    status: StatusCode,
    kind: Option<InboxKind>,
    before: Option<Before>,
    address: String,
    faults: Vec<Fault>,
) -> Result<HttpResponse> {
    let id = desk.collective.id.clone();
    let first_page = before.is_none();
    let (items, last) = {
        let (t, desk_handle, collective_id) = (t.clone(), desk.collective.handle.clone(), id);
        state
            .db
            .read(move |conn| {
                let mut rows = db::desk::inbox(conn, &collective_id, kind, before.as_ref(), PAGE + 1)?;
                let more = rows.len() as i64 > PAGE;
                rows.truncate(PAGE as usize);
                let last = rows.last().filter(|_| more).map(|(row, _)| (row.received_at, row.id.clone()));
                Ok((items(conn, &t, &desk_handle, &collective_id, rows)?, last))
            })
            .await?
    };
    let kind = kind.map_or_else(String::new, |kind| kind.as_str().to_owned());
    let older = last.map_or_else(String::new, |(at, id)| {
        desk.url(&t, &format!("/inbox?kind={kind}&before={}.{id}", at.and_utc().timestamp_micros()))
    });
    let newest = if first_page { String::new() } else { desk.url(&t, &format!("/inbox?kind={kind}")) };
    page_with(status, &InboxPage { t, desk, kind, kinds: InboxKind::ALL, items, newest, older, address, faults })
}

fn items(
    conn: &mut db::DbConn,
    t: &T,
    handle: &str,
    collective_id: &str,
    rows: Vec<(InboxRow, Option<RemotePostRow>)>,
) -> Result<Vec<Item>> {
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
    let quoted = quoted(conn, &rows)?;
    let boosted = db::desk::boosted(conn, collective_id, &posts)?;
    let liked = db::desk::liked(conn, collective_id, &posts)?;
    let answers = db::desk::answers(conn, collective_id, &posts)?;
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
            let Named { name, handle: address, profile } = named(known.get(&row.actor_uri), &row.actor_uri);
            let answer = post.as_ref().and_then(|post| answers.get(&post.uri));
            // An answer to somebody is no statement.
            let statement = post.as_ref().filter(|post| public && post.in_reply_to.is_none());
            let author_uri = post.as_ref().map_or_else(|| row.actor_uri.clone(), |post| post.actor_uri.clone());
            Item {
                author_uri,
                did: t.get(&did),
                name,
                handle: address,
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
                can_like: post.as_ref().is_some_and(|post| post.deleted_at.is_none()),
                liked: post.as_ref().is_some_and(|post| liked.contains(&post.uri)),
                public,
                endorse: statement.map_or_else(String::new, |post| endorse_page(t, handle, &post.uri)),
                act: statement
                    .filter(|post| post.event.is_some())
                    .map_or_else(String::new, |post| act_page(t, handle, &post.uri)),
                boosted: post.as_ref().is_some_and(|post| boosted.contains(&post.uri)),
                our_answer_is_draft: answer.is_some_and(|(_, state)| *state != StatementState::Published),
                our_answer: answer.map_or_else(String::new, |(id, state)| match state {
                    StatementState::Published => t.url(format!("/statements/{id}")),
                    _ => t.url(format!("/desk/{handle}/statements/{id}")),
                }),
                post: post.map(|post| {
                    let quotes = quoted.get(&post.uri).cloned();
                    shown(t, post, quotes)
                }),
                actor_uri: row.actor_uri,
                id: row.id,
            }
        })
        .collect())
}

/// What an event says of itself: state where it isn't as announced, dates, place.
fn occasion(t: &T, post: &RemotePostRow) -> Vec<String> {
    let Some(event) = &post.event else { return Vec::new() };
    let state = match event.status {
        CallStatus::Announced => String::new(),
        CallStatus::Postponed => t.language.call_state(CallState::Postponed),
        CallStatus::Moved => t.language.call_state(CallState::Moved),
        CallStatus::Cancelled => t.language.call_state(CallState::Cancelled),
    };
    let again = event.recurrence.as_ref().map_or_else(String::new, |rule| t.language.recurrence(rule));
    [state, t.language.when(&event.when), again, event.place.clone()].into_iter().filter(|part| !part.is_empty()).collect()
}

fn shown(t: &T, post: RemotePostRow, quotes: Option<QuotedPost>) -> Post {
    let occasion = occasion(t, &post);
    let plain = text::plain(&post.html);
    // Our own notes, and many others', begin with their title already.
    let title = if plain.starts_with(post.title.trim()) { String::new() } else { post.title };
    // What stands behind a warning is folded by that.
    let long = plain.chars().count() > FOLDED || plain.lines().filter(|line| !line.trim().is_empty()).count() > FOLDED_LINES;
    let first = if long && post.content_warning.is_empty() { text::excerpt(&plain, FIRST) } else { String::new() };
    Post {
        url: post.url.unwrap_or(post.uri),
        title,
        first,
        content_warning: post.content_warning,
        html: post.html,
        language: post.language.unwrap_or_default(),
        deleted: post.deleted_at.is_some(),
        attachments: post.attachments.into_inner().into_iter().filter_map(attached).collect(),
        quotes,
        occasion,
    }
}

/// A link to what hangs on a post: no page of ours lets a browser fetch anything of other hosts by itself.
fn attached(attachment: db::remote_posts::Attachment) -> Option<Attached> {
    let url = parse_remote(&attachment.url)?;
    let kind = match attachment.media_type.split('/').next() {
        _ if attachment.media_type == "application/pdf" => "desk-inbox-pdf",
        Some("image") => "desk-inbox-picture",
        Some("video") => "desk-inbox-video",
        Some("audio") => "desk-inbox-audio",
        _ => "desk-inbox-file",
    };
    Some(Attached { kind, host: url.host_str().unwrap_or_default().to_owned(), url: url.to_string(), alt: attachment.alt })
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
        ("endorse-address", _) => return Ok(see_other(&endorse_page(&t, &desk.collective.handle, form.address.trim()))),
        ("accept" | "reject", _) => answer_follower(&state, &me, &desk, &form.action, &form.actor).await?,
        (word, item) => {
            let (word, by_address) = word.strip_suffix("-address").map_or((word, false), |word| (word, true));
            let reaction = Reaction::of(word).ok_or(Error::NotFound)?;
            let done = match item {
                _ if by_address => react::to_address(&state, &me, &desk, reaction, &form.address).await,
                Some(item) => react::to_item(&state, &me, &desk, reaction, item).await,
                None => return Err(Error::NotFound),
            };
            match done {
                Ok(Done::Said(word)) => word,
                Ok(Done::Begun(id)) => return Ok(see_other(&desk.statement(&t, &id))),
                Ok(Done::Asked(row)) => return Ok(see_other(&desk.asked(&t, &row))),
                Err(error) if by_address => {
                    let status = errors::status(&error);
                    let faults = address_faults(&t, error, "desk-inbox-address-nothing")?;
                    return inbox_page(&state, t, desk, status, kind, None, form.value.address, faults).await;
                }
                Err(error @ (Error::Forbidden(_) | Error::Conflict(_))) => {
                    let (status, desk) = (errors::status(&error), desk.refusing(&t, error)?);
                    return inbox_page(&state, t, desk, status, kind, None, String::new(), Vec::new()).await;
                }
                Err(error) => return Err(error),
            }
        }
    };
    let kind = kind.map_or_else(String::new, |kind| format!("&kind={kind}"));
    let anchor = if form.item.is_empty() { String::new() } else { format!("#item-{}", form.item) };
    Ok(see_other(&desk.url(&t, &format!("/inbox?done={done}{kind}{anchor}"))))
}
