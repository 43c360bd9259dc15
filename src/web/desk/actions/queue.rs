//! What others want to do under this collective's calls: those who wait for an answer, and those who stand there.
//!
//! By which rule somebody is let in at once is the rule for those who endorse: it is shown here and changed there.

use super::{ActionLine, MAX_SHOWN, Shows, organisers, view};
use crate::{
    acts::{
        consents::Decision,
        proposals::{self, Proposed},
    },
    db::{self, proposed::ProposedRow},
    domain::{
        consent::{ConsentKind, Policy},
        endorsement::AuthorState,
        ids::parse_id,
    },
    error::{Error, Result},
    federation::software,
    state::AppState,
    web::{
        csrf::Form,
        desk::{page::Desk, people::Named},
        errors,
        i18n::T,
        page_with,
        proposed_mail::tell,
        public::call::CallView,
        see_other,
        session::SignedIn,
    },
};
use actix_web::{
    HttpResponse,
    http::StatusCode,
    web::{Data, Path, Query},
};
use askama::Template;
use serde::Deserialize;

#[derive(Template)]
#[template(path = "desk/action_queue.html")]
struct QueuePage {
    t: T,
    desk: Desk,
    waiting: Vec<(ActionLine, Named)>,
    others: Vec<(ActionLine, Named)>,
    /// What people without an instance propose.
    proposed: Vec<ProposedLine>,
    rule: Policy,
}

/// What somebody without an instance proposes.
struct ProposedLine {
    row: ProposedRow,
    kind: String,
    view: CallView,
    languages: Vec<String>,
    call_title: String,
}

#[derive(Deserialize)]
pub struct Press {
    #[serde(default, rename = "do")]
    action: String,
    /// The action's id.
    #[serde(default)]
    id: String,
}

/// `GET …/action-requests`
pub async fn show(state: Data<AppState>, me: SignedIn, t: T, path: Path<String>, query: Query<Shows>) -> Result<HttpResponse> {
    let desk = Desk::open(&state, &me, &path, "action-requests").await?.noting(&t, query.done.as_deref());
    page_with(StatusCode::OK, &load(&state, t, desk).await?)
}

/// `POST …/action-requests`
pub async fn press(state: Data<AppState>, me: SignedIn, t: T, path: Path<String>, form: Form<Press>) -> Result<HttpResponse> {
    let desk = Desk::open(&state, &me, &path, "action-requests").await?;
    if let Some(accept) = [("let-in", true), ("turn-down", false)].iter().find(|(word, _)| *word == form.action) {
        return decide(&state, &me, t, desk, &form.id, accept.1).await;
    }
    let (decision, done) = match form.action.as_str() {
        "accept" => (Decision::Accept, "action-let-in"),
        "decline" => (Decision::Decline, "action-declined"),
        "drop" => (Decision::Revoke, "action-dropped"),
        _ => return Err(Error::invalid("do", "error-form-broken")),
    };
    let (id, action) = (desk.collective.id.clone(), parse_id(&form.id).ok_or(Error::NotFound)?);
    let answered = state
        .act(me.principal(), move |act| {
            let row = db::actions::by_id(act.conn, &action)?;
            let consent = db::consents::between(act.conn, ConsentKind::LocalAction, &row.uri, &row.call_uri)?;
            proposals::decide(act, &id, &consent.ok_or(Error::NotFound)?.id, decision)
        })
        .await;
    match answered {
        Ok(Proposed::Done(_)) => Ok(see_other(&desk.url(&t, &format!("/action-requests?done={done}")))),
        Ok(Proposed::Asked(row)) => Ok(see_other(&desk.asked(&t, &row))),
        Err(error) => {
            let status = errors::status(&error);
            let desk = desk.refusing(&t, error)?;
            page_with(status, &load(&state, t, desk).await?)
        }
    }
}

/// Decides what somebody without an instance proposed, and writes to them.
async fn decide(state: &AppState, me: &SignedIn, t: T, desk: Desk, id: &str, accept: bool) -> Result<HttpResponse> {
    let (collective, id) = (desk.collective.id.clone(), parse_id(id).ok_or(Error::NotFound)?);
    software::before_a_call(state, &collective).await;
    match state.act(me.principal(), move |act| proposals::decide_proposed(act, &collective, &id, accept)).await {
        Ok(Proposed::Asked(row)) => Ok(see_other(&desk.asked(&t, &row))),
        Ok(Proposed::Done(decided)) => {
            tell(state, &decided).await;
            let done = if accept { "action-let-in" } else { "action-declined" };
            Ok(see_other(&desk.url(&t, &format!("/action-requests?done={done}"))))
        }
        Err(error) => {
            let status = errors::status(&error);
            let desk = desk.refusing(&t, error)?;
            page_with(status, &load(state, t, desk).await?)
        }
    }
}

async fn load(state: &AppState, t: T, desk: Desk) -> Result<QueuePage> {
    let (id, uri) = (desk.collective.id.clone(), desk.collective.uri.clone());
    let (rows, rule) = state
        .db
        .read(move |conn| {
            let rows = db::actions::of_author(conn, &uri, MAX_SHOWN)?;
            Ok((rows, db::decisions::rules(conn, &id)?.endorsements()))
        })
        .await?;
    let names = organisers(state, &rows).await?;
    let lines = rows.into_iter().map(|row| ActionLine::of(state, &t, row)).zip(names);
    let (waiting, others) = lines.partition(|(line, _)| line.row.author_state == AuthorState::Pending);
    let proposed = proposed_lines(state, &t, &desk).await?;
    Ok(QueuePage { t, desk, waiting, others, proposed, rule })
}

async fn proposed_lines(state: &AppState, t: &T, desk: &Desk) -> Result<Vec<ProposedLine>> {
    let id = desk.collective.id.clone();
    let rows = state
        .db
        .read(move |conn| {
            let rows = db::proposed::waiting(conn, &id, MAX_SHOWN)?;
            rows.into_iter()
                .map(|row| {
                    let statement = db::statements::by_id(conn, &row.statement_id)?;
                    Ok((db::statements::version(conn, &statement.id, statement.version)?.title, row))
                })
                .collect::<Result<Vec<_>>>()
        })
        .await?;
    let line = |(call_title, row): (String, ProposedRow)| ProposedLine {
        kind: t.get(&format!("action-kind-{}", row.content.kind)),
        view: view(state, t, &row.content),
        languages: row.content.languages.iter().map(|tag| t.language_name(tag)).collect(),
        call_title,
        row,
    };
    Ok(rows.into_iter().map(line).collect())
}

impl QueuePage {
    fn may(&self, line: &ActionLine) -> bool {
        self.desk.may_answer(&line.row.organiser_uri)
    }

    /// A collective's own action is cancelled, not dropped.
    fn can_drop(&self, line: &ActionLine) -> bool {
        line.row.author_state == AuthorState::Accepted && line.row.organiser_uri != self.desk.collective.uri
    }
}
