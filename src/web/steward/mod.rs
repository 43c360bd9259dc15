//! The steward's pages: how the instance does, its members, its collectives, what it says about itself, whom it shuts out.
//!
//! Must not know SQL; every change is an act that checks again who does it.

use super::{
    account::{faults_of, form_page},
    csrf::{self, Form, Nothing},
    i18n::T,
    routes::routes,
    see_other,
    session::StewardSignedIn,
};
use crate::{
    acts::stewardship,
    db::{self, blocks::BlockRow, reports::ReportRow},
    domain::{Timestamp, names::MemberState},
    error::{Fault, Result},
    state::AppState,
};
use actix_web::{
    HttpResponse,
    web::{Data, Path},
};
use askama::Template;
use serde::Deserialize;

mod collectives;
mod members;
mod pictures;
mod relays;

routes! {
    "/steward" Steward { get => overview }
    "/steward/members" Steward { get => members::page }
    "/steward/members/invite" Steward { post => members::invite }
    "/steward/members/{id}/state" Steward { post => members::state }
    "/steward/members/{id}/role" Steward { post => members::role }
    "/steward/members/{id}/reset" Steward { post => members::reset }
    "/steward/members/{id}/admit" Steward { post => members::admit }
    "/steward/members/{id}/dismiss" Steward { post => members::dismiss }
    "/steward/invitations/{id}/revoke" Steward { post => members::revoke }
    "/steward/collectives" Steward { get => collectives::page, post => collectives::add }
    "/steward/collectives/{handle}" Steward { get => collectives::edit_page, post => collectives::edit }
    "/steward/collectives/{handle}/pictures" Steward { post => pictures::change }
    "/steward/collectives/{handle}/move" Steward { post => collectives::relocate }
    "/steward/instance" Steward { get => instance, post => describe }
    "/steward/blocks" Steward { get => blocks, post => block }
    "/steward/blocks/remove" Steward { post => unblock }
    "/steward/relays" Steward { get => relays::page, post => relays::add }
    "/steward/relays/remove" Steward { post => relays::remove }
    "/steward/reports" Steward { get => reports }
    "/steward/reports/{id}/resolve" Steward { post => resolve }
}

/// What waits for a host, as a line of the overview.
struct Waiting {
    host: String,
    waiting: i64,
    since: Option<Timestamp>,
    next: Option<Timestamp>,
    why: String,
    dormant: bool,
}

#[derive(Template)]
#[template(path = "steward/overview.html")]
struct Overview {
    t: T,
    local: bool,
    private_allowed: bool,
    members: usize,
    collectives: usize,
    reports: usize,
    waiting: i64,
    hosts: Vec<Waiting>,
    failed: Vec<db::queue_report::Failed>,
}

/// Most failed deliveries on the overview; `communard queue` has all.
const FAILED_SHOWN: i64 = 20;

async fn overview(t: T, state: Data<AppState>, _me: StewardSignedIn) -> Result<HttpResponse> {
    let local = state.settings.is_local();
    let private_allowed = !local && state.settings.federation.allow_private_addresses;
    let page = state
        .db
        .read(move |conn| {
            let hosts = db::queue_report::waiting(conn)?;
            Ok(Overview {
                t,
                local,
                private_allowed,
                members: db::members::list(conn)?.iter().filter(|member| member.state == MemberState::Active).count(),
                collectives: db::collectives::list(conn)?.len(),
                reports: db::reports::list(conn)?.iter().filter(|report| report.resolved_at.is_none()).count(),
                waiting: db::queue_report::count_waiting(conn)?,
                hosts: hosts
                    .into_iter()
                    .map(|row| Waiting {
                        dormant: row.peer.as_ref().is_some_and(|peer| peer.dormant_at.is_some()),
                        next: row.peer.and_then(|peer| peer.next_at).max(row.next_at),
                        host: row.host,
                        waiting: row.waiting,
                        since: row.since,
                        why: row.why.unwrap_or_default(),
                    })
                    .collect(),
                failed: db::queue_report::failed(conn, None, FAILED_SHOWN)?,
            })
        })
        .await?;
    super::page(&page)
}

#[derive(Template)]
#[template(path = "steward/instance.html")]
struct InstancePage {
    t: T,
    csrf: String,
    faults: Vec<Fault>,
    // Not `name`: a parameter of the template's macros has that name and would hide it.
    title: String,
    description: String,
    /// (tag, own name, ticked)
    languages: Vec<(String, String, bool)>,
}

#[derive(Deserialize)]
struct Describe {
    #[serde(default)]
    name: String,
    #[serde(default)]
    description: String,
}

fn instance_page(
    t: T,
    csrf: String,
    name: String,
    description: String,
    ticked: &[String],
    faults: Vec<Fault>,
) -> Result<HttpResponse> {
    let languages = crate::domain::language::OFFERED
        .iter()
        .map(|(tag, own)| ((*tag).to_owned(), (*own).to_owned(), ticked.iter().any(|ticked| ticked == tag)))
        .collect();
    let page = InstancePage { t, csrf, faults, title: name, description, languages };
    form_page(&page, &page.faults)
}

async fn instance(t: T, state: Data<AppState>, me: StewardSignedIn) -> Result<HttpResponse> {
    let site = state.site()?;
    instance_page(t, me.csrf().to_owned(), site.name.clone(), site.description.clone(), &site.languages, Vec::new())
}

async fn describe(t: T, state: Data<AppState>, me: StewardSignedIn, form: Form<Describe>) -> Result<HttpResponse> {
    let mut languages: Vec<String> = csrf::values(&form.pairs, "languages").into_iter().map(str::to_owned).collect();
    // What was first stays first: it is the instance's own.
    let own = state.site()?.languages.first().cloned();
    languages.sort_by_key(|tag| Some(tag) != own.as_ref());
    let Describe { name, description } = form.value;
    let (n, d, l) = (name.clone(), description.clone(), languages.clone());
    match state.act(me.principal(), move |act| stewardship::describe(act, &n, &d, &l)).await {
        Ok(()) => {
            let state = AppState::clone(&state);
            actix_web::web::block(move || state.reload_site()).await.map_err(crate::Error::internal)??;
            Ok(see_other(&t.url("/steward")))
        }
        Err(error) => instance_page(t, me.csrf().to_owned(), name, description, &languages, faults_of(error)?),
    }
}

#[derive(Template)]
#[template(path = "steward/blocks.html")]
struct BlocksPage {
    t: T,
    csrf: String,
    faults: Vec<Fault>,
    subject: String,
    reason: String,
    blocks: Vec<BlockRow>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Block {
    subject: String,
    reason: String,
}

async fn blocks_page(t: T, state: &AppState, csrf: String, typed: Block, faults: Vec<Fault>) -> Result<HttpResponse> {
    let blocks = state.db.read(db::blocks::list).await?;
    let page = BlocksPage { t, csrf, faults, subject: typed.subject, reason: typed.reason, blocks };
    form_page(&page, &page.faults)
}

async fn blocks(t: T, state: Data<AppState>, me: StewardSignedIn) -> Result<HttpResponse> {
    blocks_page(t, &state, me.csrf().to_owned(), Block::default(), Vec::new()).await
}

async fn block(t: T, state: Data<AppState>, me: StewardSignedIn, form: Form<Block>) -> Result<HttpResponse> {
    let typed = form.value;
    let (subject, reason) = (typed.subject.clone(), typed.reason.clone());
    match state.act(me.principal(), move |act| stewardship::block(act, &subject, &reason)).await {
        Ok(_) => Ok(see_other(&t.url("/steward/blocks"))),
        Err(error) => blocks_page(t, &state, me.csrf().to_owned(), typed, faults_of(error)?).await,
    }
}

async fn unblock(t: T, state: Data<AppState>, me: StewardSignedIn, form: Form<Block>) -> Result<HttpResponse> {
    let subject = form.value.subject;
    state.act(me.principal(), move |act| stewardship::unblock(act, &subject)).await?;
    Ok(see_other(&t.url("/steward/blocks")))
}

#[derive(Template)]
#[template(path = "steward/reports.html")]
struct ReportsPage {
    t: T,
    csrf: String,
    reports: Vec<ReportRow>,
}

async fn reports(t: T, state: Data<AppState>, me: StewardSignedIn) -> Result<HttpResponse> {
    let reports = state.db.read(db::reports::list).await?;
    super::page(&ReportsPage { t, csrf: me.csrf().to_owned(), reports })
}

async fn resolve(
    t: T,
    state: Data<AppState>,
    me: StewardSignedIn,
    id: Path<String>,
    _form: Form<Nothing>,
) -> Result<HttpResponse> {
    state.act(me.principal(), move |act| stewardship::resolve_report(act, &id)).await?;
    Ok(see_other(&t.url("/steward/reports")))
}
