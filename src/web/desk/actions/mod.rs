//! Local actions at the desk: the collective's own, what is asked about them, and those that others bring under its calls.

use super::{
    page::Desk,
    people::{Named, everybody, named},
};
use crate::{
    db::{self, actions::ActionRow},
    domain::{
        action::{ActionContent, Question},
        call::{Call, CallState, CallStatus},
        endorsement::AuthorState,
    },
    error::Result,
    state::AppState,
    web::{
        i18n::T,
        page_with,
        public::{call::CallView, outside},
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

pub mod one;
pub mod queue;

/// Most lines in a list; `communard action list` has all.
const MAX_SHOWN: i64 = 200;

#[derive(Deserialize)]
pub struct Shows {
    done: Option<String>,
}

/// One action in words.
pub(super) struct ActionLine {
    pub row: ActionRow,
    pub kind: String,
    pub view: CallView,
    /// In the reader's language.
    pub languages: Vec<String>,
    /// What the author of the call says: its word and its sign.
    pub author: &'static str,
    pub sign: &'static str,
    pub author_word: String,
    pub author_help: String,
    /// Its public page.
    pub url: String,
    /// What its organisers are asked, in words; empty where nothing is.
    pub asked: String,
    pub call_url: String,
}

impl ActionLine {
    pub fn of(state: &AppState, t: &T, row: ActionRow) -> Self {
        Self {
            kind: t.get(&format!("action-kind-{}", row.content.kind)),
            view: view(state, t, &row.content),
            languages: row.content.languages.iter().map(|tag| t.language_name(tag)).collect(),
            author: row.author_state.as_str(),
            sign: sign(row.author_state),
            author_word: t.get(&format!("action-author-{}", row.author_state)),
            author_help: t.get(&format!("desk-action-author-{}", row.author_state)),
            url: t.url(format!("/actions/{}", row.id)),
            asked: row.question.as_deref().map_or_else(String::new, |question| asked(t, question)),
            call_url: match &row.statement_id {
                Some(id) => t.url(format!("/statements/{id}")),
                None => outside(&row.call_uri),
            },
            row,
        }
    }

    pub fn is_asked(&self) -> bool {
        self.row.question.is_some()
    }

    /// By so many days the call begins later; what moves along moves by as many.
    pub fn can_move(&self) -> bool {
        self.row.question.as_deref().is_some_and(|question| question.days != 0)
    }

    pub fn is_cancelled(&self) -> bool {
        self.row.content.status == CallStatus::Cancelled
    }

    pub fn state(&self) -> CallState {
        self.view.state
    }
}

/// Its dates and place as a call's are shown.
fn view(state: &AppState, t: &T, content: &ActionContent) -> CallView {
    let call = Call { place: content.place.clone(), status: content.status, ..Call::new(content.when) };
    CallView {
        place: content.place.as_ref().map_or_else(String::new, |_| CallView::of(t, &call, state.now()).place),
        ..CallView::of(t, &call, state.now())
    }
}

fn sign(state: AuthorState) -> &'static str {
    match state {
        AuthorState::Pending => "◔",
        AuthorState::Accepted => "✓",
        AuthorState::Declined | AuthorState::Dropped => "✕",
    }
}

/// What happened to the call.
fn asked(t: &T, question: &Question) -> String {
    match (question.what, question.days) {
        (CallStatus::Moved, days) if days > 0 => t.count("desk-action-asked-later", days),
        (CallStatus::Moved, days) if days < 0 => t.count("desk-action-asked-earlier", -days),
        (what, _) => t.get(&format!("desk-action-asked-{what}")),
    }
}

#[derive(Template)]
#[template(path = "desk/actions.html")]
struct ListPage {
    t: T,
    desk: Desk,
    /// Those about which something is asked stand first.
    asked: Vec<ActionLine>,
    others: Vec<ActionLine>,
}

/// `GET …/actions`
pub async fn list(state: Data<AppState>, me: SignedIn, t: T, path: Path<String>, query: Query<Shows>) -> Result<HttpResponse> {
    let desk = Desk::open(&state, &me, &path, "actions").await?.noting(&t, query.done.as_deref());
    let id = desk.collective.id.clone();
    let rows = state.db.read(move |conn| db::actions::of_organiser(conn, &id, MAX_SHOWN)).await?;
    let lines = rows.into_iter().map(|row| ActionLine::of(&state, &t, row));
    let (asked, others) = lines.partition(ActionLine::is_asked);
    page_with(StatusCode::OK, &ListPage { t, desk, asked, others })
}

/// Who organises each of the actions, as far as known here.
async fn organisers(state: &AppState, rows: &[ActionRow]) -> Result<Vec<Named>> {
    let uris: Vec<String> = rows.iter().map(|row| row.organiser_uri.clone()).collect();
    let wanted = uris.clone();
    let known = state.db.read(move |conn| everybody(conn, &wanted)).await?;
    Ok(uris.iter().map(|uri| named(known.get(uri), uri)).collect())
}
