//! Members come here from another server's page ("follow from your own server"): what is meant is looked up, and each of
//! their collectives can follow, boost, like or answer it from its own desk.
//!
//! Changes nothing: the buttons lead to the desk's own forms.

use super::{
    page::{act_page, endorse_page},
    people::address_faults,
};
use crate::{
    acts::{actions::Under, target::Target},
    db::{self, collectives::CollectiveRow},
    error::{Error, Fault, Result},
    federation::{fetch::Budget, posts, webfinger},
    state::AppState,
    text,
    web::{errors, i18n::T, page_with, see_other, session::SignedIn},
};
use actix_web::{
    HttpResponse,
    http::StatusCode,
    web::{Data, Query},
};
use askama::Template;
use serde::Deserialize;

/// What `intent` says where somebody comes to endorse.
const ENDORSE: &str = "endorse";
/// And where to add an action under a call.
const ACT: &str = "act";
/// Characters of a post that are shown.
const EXCERPT: usize = 300;

#[derive(Deserialize)]
pub struct Wanted {
    #[serde(default)]
    uri: String,
    /// `endorse`: they came to endorse it.
    #[serde(default)]
    intent: String,
}

#[derive(Template)]
#[template(path = "desk/authorize.html")]
struct AuthorizePage {
    t: T,
    csrf: String,
    collectives: Vec<CollectiveRow>,
    /// Its id; empty where nothing was found.
    uri: String,
    is_actor: bool,
    /// To endorse is what they came for.
    to_endorse: bool,
    /// To add an action under it is.
    to_act: bool,
    /// It is a call.
    is_call: bool,
    name: String,
    handle: String,
    excerpt: String,
    faults: Vec<Fault>,
}

impl AuthorizePage {
    fn act(&self, collective: &CollectiveRow) -> String {
        act_page(&self.t, &collective.handle, &self.uri)
    }

    fn endorse(&self, collective: &CollectiveRow) -> String {
        endorse_page(&self.t, &collective.handle, &self.uri)
    }
}

/// `GET /authorize_interaction?uri=…`
pub async fn show(state: Data<AppState>, me: SignedIn, t: T, query: Query<Wanted>) -> Result<HttpResponse> {
    let member = me.member.id.clone();
    let collectives = state.db.read(move |conn| db::desk::collectives_of(conn, &member)).await?;
    let mut page = AuthorizePage {
        csrf: me.csrf().to_owned(),
        collectives,
        uri: String::new(),
        is_actor: false,
        to_endorse: query.intent == ENDORSE,
        to_act: query.intent == ACT,
        is_call: false,
        name: String::new(),
        handle: String::new(),
        excerpt: String::new(),
        faults: Vec::new(),
        t,
    };
    let wanted = query.uri.trim();
    // With one collective there is nothing to choose; its page looks the statement up.
    if let ([only], true) = (&page.collectives[..], page.to_endorse && !wanted.is_empty()) {
        return Ok(see_other(&endorse_page(&page.t, &only.handle, wanted)));
    }
    if let ([only], true) = (&page.collectives[..], page.to_act && !wanted.is_empty()) {
        return Ok(see_other(&act_page(&page.t, &only.handle, wanted)));
    }
    let budget = Budget::of(&state);
    match webfinger::find_actor(&state, wanted, &budget).await {
        Ok(actor) => {
            page.is_actor = true;
            page.handle = actor.handle();
            page.name = if actor.name.trim().is_empty() { actor.username } else { actor.name };
            page.uri = actor.uri;
        }
        Err(no_actor) => match posts::find_post(&state, wanted, &budget).await {
            Ok(target) => {
                page.is_call = is_call(&state, &target).await?;
                page.handle = target.author.handle();
                page.name = target.author.name;
                page.excerpt = target.post.map_or_else(String::new, |post| text::excerpt(&text::plain(&post.html), EXCERPT));
                page.uri = target.uri;
            }
            Err(no_post) => {
                // What isn't even an address is said once; else what was found out about the post.
                let error = if matches!(no_post, Error::Invalid(_)) { no_actor } else { no_post };
                let status = errors::status(&error);
                page.faults = address_faults(&page.t, error, "desk-authorize-nothing")?;
                return page_with(status, &page);
            }
        },
    }
    page_with(StatusCode::OK, &page)
}

/// Whether actions can be added under it.
async fn is_call(state: &AppState, target: &Target) -> Result<bool> {
    let target = target.clone();
    let found = state.db.read(move |conn| Under::of(conn, target)).await;
    match found {
        Ok(_) => Ok(true),
        Err(Error::Conflict(_)) => Ok(false),
        Err(error) => Err(error),
    }
}
