//! Mandates: who may do what in the collective's name and until when; recalling one; what waits for a second yes.

use super::{
    decisions::{self, Line},
    page::Desk,
};
use crate::{
    acts::{
        mandates::{self, Recalled},
        proposals,
    },
    db::{self, DbConn, mandates::MandateRow},
    domain::{
        Id, Timestamp,
        decision::Procedure,
        ids,
        mandate::{MandateState, Verb, WARNINGS},
    },
    error::{Error, Result},
    state::AppState,
    web::{csrf::Form, i18n::T, page, see_other, session::SignedIn},
};
use actix_web::{
    HttpResponse,
    web::{Data, Path, Query},
};
use askama::Template;
use serde::Deserialize;

pub mod lots;
pub mod propose;
pub mod rules;

/// Most mandates on the page; `communard mandate list` has all.
const MAX_MANDATES: i64 = 200;

#[derive(Template)]
#[template(path = "desk/mandates.html")]
struct MandatesPage {
    t: T,
    desk: Desk,
    /// Deeds of others under a mandate that the reader holds too.
    confirm: Vec<Line>,
    standing: Vec<Mandate>,
    ended: Vec<Mandate>,
    /// Acts in the collective's name need a mandate.
    mandated: bool,
    /// So many together recall at once; 0: only a decision does.
    recallers: u32,
}

struct Mandate {
    row: MandateRow,
    state: MandateState,
    holders: String,
    verbs: Vec<Verb>,
    topics: Vec<String>,
    partners: Vec<String>,
    own: bool,
    /// How many want it recalled.
    wanted_by: usize,
    /// The reader is one of them.
    wanted: bool,
    /// It ends so soon that its holder was reminded.
    ends_soon: bool,
}

#[derive(Deserialize)]
pub struct Press {
    #[serde(default, rename = "do")]
    action: String,
    #[serde(default)]
    mandate: String,
}

/// `GET …/mandates`
pub async fn show(
    state: Data<AppState>,
    me: SignedIn,
    t: T,
    path: Path<String>,
    query: Query<super::write::Done>,
) -> Result<HttpResponse> {
    let desk = Desk::open(&state, &me, &path, "mandates").await?.noting(&t, query.done.as_deref());
    let (id, member, now) = (desk.collective.id.clone(), me.member.id.clone(), state.now());
    let (rows, rules, confirm) = state
        .db
        .read(move |conn| {
            let rows = db::mandates::list(conn, &id, MAX_MANDATES)?;
            let rows = rows.into_iter().map(|(row, holders)| mandate(conn, row, &holders, &member, now));
            let rows = rows.collect::<Result<Vec<_>>>()?;
            Ok((rows, db::decisions::rules(conn, &id)?, decisions::waiting(conn, &id, &member, now)?))
        })
        .await?;
    let stands = |one: &Mandate| matches!(one.state, MandateState::Coming | MandateState::InForce);
    let (standing, ended) = rows.into_iter().partition(stands);
    let confirm = confirm.into_iter().filter(|line| line.procedure == Procedure::Joint).collect();
    page(&MandatesPage { t, desk, confirm, standing, ended, mandated: rules.mandated, recallers: rules.recall.members })
}

fn mandate(conn: &mut DbConn, row: MandateRow, holders: &[Id], me: &str, now: Timestamp) -> Result<Mandate> {
    let wishes = db::mandates::recall_wishes(conn, &row.id)?;
    let first = WARNINGS.iter().copied().max().unwrap_or_default();
    Ok(Mandate {
        state: row.terms.state(row.recalled_at, now),
        holders: decisions::names_of(conn, holders)?,
        verbs: row.terms.verbs.iter().copied().collect(),
        topics: row.terms.topics.iter().cloned().collect(),
        partners: row.terms.partners.iter().cloned().collect(),
        own: holders.iter().any(|holder| holder == me),
        wanted_by: wishes.len(),
        wanted: wishes.contains(me),
        ends_soon: row.until_at - now <= chrono::Duration::days(first),
        row,
    })
}

/// `POST …/mandates`
pub async fn press(state: Data<AppState>, me: SignedIn, t: T, path: Path<String>, form: Form<Press>) -> Result<HttpResponse> {
    let desk = Desk::open(&state, &me, &path, "mandates").await?;
    let id = ids::parse_id(&form.mandate).ok_or(Error::NotFound)?;
    let (own, asked) = (desk.collective.id.clone(), id.clone());
    if state.db.read(move |conn| db::mandates::by_id(conn, &asked)).await?.collective_id != own {
        return Err(Error::NotFound);
    }
    match form.action.as_str() {
        "recall" => {
            let done = match state.act(me.principal(), move |act| mandates::recall(act, &id)).await? {
                Recalled::Now => "mandate-recalled",
                Recalled::Wanted { .. } => "recall-wanted",
            };
            Ok(see_other(&desk.url(&t, &format!("/mandates?done={done}"))))
        }
        "ask" => {
            let row = state.act(me.principal(), move |act| proposals::recall(act, &id)).await?;
            Ok(see_other(&desk.url(&t, &format!("/decisions/{}?done=decision-opened", row.id))))
        }
        _ => Err(Error::invalid("do", "error-form-broken")),
    }
}
