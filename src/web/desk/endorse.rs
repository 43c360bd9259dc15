//! Endorsing: somebody pastes an address, sees exactly what they would put their collective's name under, and does it.
//!
//! What was seen is what is endorsed: the form carries the digest of the text that was shown, and where the text changed
//! meanwhile it is shown again before anything happens.

use super::{
    page::Desk,
    people::{Named, address_faults, named},
};
use crate::{
    acts::{
        Act,
        endorsements::{self, Outlook, Text, Way},
        proposals,
    },
    db,
    domain::{Timestamp, endorsement::EndorsementState},
    error::{Error, Fault, Result},
    federation::{fetch::Budget, posts, webfinger},
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

/// Posts offered where somebody pastes a handle.
const MAX_OFFERED: i64 = 20;
/// How a post without a title is named, in characters of its text.
const FIRST_WORDS: usize = 120;
/// Characters of a digest that are shown of it: enough to compare by eye what two people see.
const DIGEST: usize = 12;

#[derive(Deserialize)]
pub struct Wanted {
    #[serde(default)]
    address: String,
}

#[derive(Deserialize)]
pub struct Press {
    #[serde(default, rename = "do")]
    action: String,
    #[serde(default)]
    address: String,
    /// Digest of the text that was shown.
    #[serde(default)]
    digest: String,
}

#[derive(Template)]
#[template(path = "desk/endorse.html")]
struct EndorsePage {
    t: T,
    desk: Desk,
    address: String,
    faults: Vec<Fault>,
    found: Option<Found>,
    /// Where a handle was pasted: whose it is, and what is known of them.
    offered: Option<Offered>,
    /// It is another text than the one that was shown before.
    changed: bool,
}

/// What a button asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum How {
    /// As far as the member's mandate goes.
    AtOnce,
    Indicative,
    /// Nothing in public before the assembly said yes.
    AskFirst,
}

/// What would be endorsed, and what would come of it.
struct Found {
    uri: String,
    url: String,
    author: Named,
    /// Empty where the text begins with it.
    title: String,
    html: String,
    content_warning: String,
    language: Option<String>,
    digest: String,
    short_digest: String,
    register: bool,
    at_once: bool,
    joint: bool,
    /// Why the member's own mandate isn't enough, or empty.
    beyond: String,
    ratify_by: Timestamp,
    /// The endorsement that stands already: its id, and its word.
    standing: Option<(String, EndorsementState)>,
}

struct Offered {
    author: Named,
    /// Their server was asked for them just now.
    asked: bool,
    posts: Vec<Post>,
}

struct Post {
    uri: String,
    title: String,
    published: Option<Timestamp>,
}

/// `GET …/endorse`
pub async fn show(state: Data<AppState>, me: SignedIn, t: T, path: Path<String>, query: Query<Wanted>) -> Result<HttpResponse> {
    let desk = Desk::open(&state, &me, &path, "endorse").await?;
    let address = query.into_inner().address.trim().to_owned();
    let mut page = EndorsePage { t, desk, address, faults: Vec::new(), found: None, offered: None, changed: false };
    if page.address.is_empty() {
        return page_with(StatusCode::OK, &page);
    }
    let status = match look_up(&state, &me, &mut page).await {
        Ok(()) => StatusCode::OK,
        Err(error) => {
            let status = errors::status(&error);
            page.faults = address_faults(&page.t, error, "desk-endorse-nothing")?;
            status
        }
    };
    page_with(status, &page)
}

/// `POST …/endorse`
pub async fn press(state: Data<AppState>, me: SignedIn, t: T, path: Path<String>, form: Form<Press>) -> Result<HttpResponse> {
    let desk = Desk::open(&state, &me, &path, "endorse").await?;
    let Press { action, address, digest } = form.value;
    let how = match action.as_str() {
        "endorse" => How::AtOnce,
        "indicative" => How::Indicative,
        "ask" => How::AskFirst,
        _ => return Err(Error::invalid("do", "error-form-broken")),
    };
    let mut page = EndorsePage { t, desk, address, faults: Vec::new(), found: None, offered: None, changed: false };
    let error = match endorse(&state, &me, &mut page, &digest, how).await {
        Ok(Some(to)) => return Ok(see_other(&to)),
        Ok(None) => return page_with(StatusCode::CONFLICT, &page),
        Err(error) => error,
    };
    let status = errors::status(&error);
    page.faults = address_faults(&page.t, error, "desk-endorse-nothing")?;
    page_with(status, &page)
}

/// Where it leads; `None` where the text isn't the one that was shown, which the page then says.
async fn endorse(state: &AppState, me: &SignedIn, page: &mut EndorsePage, digest: &str, how: How) -> Result<Option<String>> {
    let text = posts::find_text(state, &page.address, &Budget::of(state)).await?;
    if text.digest != digest {
        page.found = Some(found(state, me, &page.desk, &page.t, text).await?);
        page.changed = true;
        return Ok(None);
    }
    let id = page.desk.collective.id.clone();
    if how == How::AskFirst {
        let row = state.act(me.principal(), move |act| proposals::endorse(act, &id, &text)).await?;
        let to = page.desk.decision(&page.t, &row.id);
        return Ok(Some(format!("{to}?done=decision-opened")));
    }
    let indicative = how == How::Indicative;
    let done = state.act(me.principal(), move |act| endorsements::endorse(act, &id, &text, indicative)).await?;
    let word = match (done.row.state, &done.decision) {
        (EndorsementState::Ratified, _) => "endorsed",
        (_, Some(_)) => "endorsed-indicative",
        (_, None) => "endorsed-before",
    };
    Ok(Some(page.desk.url(&page.t, &format!("/endorsements/{}?done={word}", done.row.id))))
}

/// Finds what an address means: a text to endorse, or somebody of whom texts are known.
async fn look_up(state: &AppState, me: &SignedIn, page: &mut EndorsePage) -> Result<()> {
    let budget = Budget::of(state);
    if webfinger::handle(&page.address).is_some() {
        page.offered = Some(offered(state, &page.address, &budget).await?);
        return Ok(());
    }
    let error = match posts::find_text(state, &page.address, &budget).await {
        Ok(text) => {
            page.found = Some(found(state, me, &page.desk, &page.t, text).await?);
            return Ok(());
        }
        Err(error) => error,
    };
    // It may be the address of somebody's page.
    if matches!(error, Error::NotFound)
        && let Ok(offered) = offered(state, &page.address, &budget).await
    {
        page.offered = Some(offered);
        return Ok(());
    }
    Err(error)
}

async fn offered(state: &AppState, address: &str, budget: &Budget) -> Result<Offered> {
    let actor = webfinger::find_actor(state, address, budget).await?;
    let author = named(Some(&actor), &actor.uri);
    let site = state.site()?;
    let own = site.owns(&actor.uri);
    let uri = actor.uri.clone();
    let posts: Vec<Post> = state
        .db
        .read(move |conn| {
            if !own {
                let title = |html: &str, title: &str| match title.trim().is_empty() {
                    true => text::excerpt(&text::plain(html), FIRST_WORDS),
                    false => title.to_owned(),
                };
                let known = db::remote_posts::recent_of(conn, &uri, MAX_OFFERED)?;
                let post = |row: db::remote_posts::RemotePostRow| Post {
                    title: title(&row.html, &row.title),
                    uri: row.uri,
                    published: Some(row.published),
                };
                return Ok(known.into_iter().map(post).collect());
            }
            let own = db::collectives::by_uri(conn, &uri)?;
            let post = |line: db::public::Line| Post {
                uri: site.statement(&line.id),
                title: line.content.title,
                published: Some(line.published_at),
            };
            Ok(db::public::newest(conn, Some(&own.id), MAX_OFFERED, 0)?.into_iter().map(post).collect())
        })
        .await?;
    if own || !posts.is_empty() {
        return Ok(Offered { author, asked: false, posts });
    }
    // Nothing of theirs came here yet. A server that doesn't say is no reason to show nothing at all.
    let most = usize::try_from(MAX_OFFERED).unwrap_or(usize::MAX);
    let listed = match posts::latest_of(state, &actor, most, budget).await {
        Ok(listed) => listed,
        Err(error @ (Error::Internal(_) | Error::Config(_))) => return Err(error),
        Err(_) => Vec::new(),
    };
    let post = |one: posts::Listed| Post { uri: one.uri, title: one.title, published: one.published };
    let posts: Vec<Post> = listed.into_iter().map(post).collect();
    Ok(Offered { author, asked: !posts.is_empty(), posts })
}

async fn found(state: &AppState, me: &SignedIn, desk: &Desk, t: &T, text: Text) -> Result<Found> {
    let (site, by, now, id) = (state.site()?, me.principal(), state.now(), desk.collective.id.clone());
    let (text, outlook) = state
        .db
        .read(move |conn| {
            let outlook = endorsements::outlook(&mut Act { conn, now, site: &site, by: &by }, &id, &text)?;
            Ok((text, outlook))
        })
        .await?;
    let Outlook { way, ratify_by, standing } = outlook;
    let beyond = match &way {
        Way::Assembly(Some(beyond)) => t.get(beyond.message()),
        _ => String::new(),
    };
    Ok(Found {
        author: named(Some(&text.target.author), &text.target.author.uri),
        short_digest: short(&text.digest),
        uri: text.target.uri,
        url: text.url,
        // Many texts begin with their title.
        title: if text::plain(&text.html).trim_start().starts_with(text.title.trim_end_matches('…').trim()) {
            String::new()
        } else {
            text.title
        },
        html: text.html,
        content_warning: text.content_warning,
        language: text.language,
        digest: text.digest,
        register: text.register,
        at_once: way == Way::AtOnce,
        joint: way == Way::Joint,
        beyond,
        ratify_by,
        standing: standing.map(|row| (row.id, row.state)),
    })
}

/// The end of a digest: what it begins with is the same for all.
pub(super) fn short(digest: &str) -> String {
    let skip = digest.chars().count().saturating_sub(DIGEST);
    format!("…{}", digest.chars().skip(skip).collect::<String>())
}
