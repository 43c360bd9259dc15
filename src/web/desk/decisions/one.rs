//! One decision: what is asked, how it is decided, how it stands, and the reader's own say.

use super::{
    Badge, as_faults, choices, how, name, of_desk,
    stands::{self, Stands},
    subject,
};
use crate::{
    acts::decisions,
    db::{self, decisions::DecisionRow},
    domain::{
        Id, Timestamp,
        assembly::Effect,
        decision::{Ballot, Choice, Procedure, Stage, Tally},
    },
    error::{Error, Fault, Result},
    state::AppState,
    text::markdown,
    web::{
        csrf::Form,
        desk::{page::Desk, write::Done},
        errors,
        i18n::T,
        page_with, see_other,
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

/// Most comments on a page; a question has room for no more.
const MAX_COMMENTS: i64 = 2_000;

#[derive(Template)]
#[template(path = "desk/decision.html")]
struct DecisionPage {
    t: T,
    desk: Desk,
    /// This page's own address.
    here: String,
    ledger: String,
    row: DecisionRow,
    badge: Badge,
    opened_by: String,
    /// HTML.
    explanation: String,
    /// What happens if it is carried, as a sentence, and where that can be read.
    effect: String,
    effect_url: String,
    how: Vec<String>,
    stands: Stands,
    counts: Vec<(Choice, u32)>,
    /// The consensus that failed.
    first: Vec<(Choice, u32)>,
    choices: &'static [Choice],
    may_vote: bool,
    own: Option<Choice>,
    /// Who said what, of an open ballot.
    votes: Vec<(String, Choice)>,
    comments: Vec<Comment>,
    /// The day of an assembly that met.
    met_on: String,
    entered_by: String,
    confirmed_by: String,
    may_confirm: bool,
    may_close: bool,
    may_cancel: bool,
    /// The reader entered the minutes, or looks after the server.
    may_photo: bool,
    typed: String,
    faults: Vec<Fault>,
}

struct Comment {
    name: String,
    html: String,
    at: Timestamp,
}

/// All that the page shows, as it is read.
struct Seen {
    row: DecisionRow,
    subject: super::Subject,
    cast: Vec<(Id, Choice)>,
    comments: Vec<db::decisions::CommentRow>,
    names: std::collections::HashMap<Id, String>,
    may_vote: bool,
}

#[derive(Deserialize)]
pub struct Press {
    #[serde(default, rename = "do")]
    action: String,
    #[serde(default)]
    choice: String,
    #[serde(default)]
    comment: String,
}

/// `GET …/decisions/{id}`
pub async fn show(
    state: Data<AppState>,
    me: SignedIn,
    t: T,
    path: Path<(String, String)>,
    query: Query<Done>,
) -> Result<HttpResponse> {
    let desk = Desk::open(&state, &me, &path.0, "decisions").await?.noting(&t, query.done.as_deref());
    answer(&state, &me, t, desk, &path.1, StatusCode::OK, String::new(), Vec::new()).await
}

/// `POST …/decisions/{id}`
pub async fn press(
    state: Data<AppState>,
    me: SignedIn,
    t: T,
    path: Path<(String, String)>,
    form: Form<Press>,
) -> Result<HttpResponse> {
    let desk = Desk::open(&state, &me, &path.0, "decisions").await?;
    let own = desk.collective.id.clone();
    let asked = path.1.clone();
    let id = state.db.read(move |conn| of_desk(conn, &own, &asked)).await?.id;
    match pressed(&state, &me, &id, &form).await {
        Ok(done) => Ok(see_other(&desk.url(&t, &format!("/decisions/{id}?done={done}")))),
        Err(error) => {
            let status = errors::status(&error);
            let faults = as_faults(&t, error, if form.action == "comment" { "comment" } else { "choice" })?;
            answer(&state, &me, t, desk, &id, status, form.value.comment, faults).await
        }
    }
}

async fn pressed(state: &AppState, me: &SignedIn, id: &str, form: &Press) -> Result<&'static str> {
    let id = id.to_owned();
    match form.action.as_str() {
        "vote" => {
            let choice: Choice = form.choice.parse().map_err(|_| Error::invalid("choice", "error-vote-choice"))?;
            state.act(me.principal(), move |act| decisions::vote(act, &id, None, choice)).await?;
            Ok("voted")
        }
        "comment" => {
            let text = form.comment.clone();
            state.act(me.principal(), move |act| decisions::comment(act, &id, None, &text)).await?;
            Ok("commented")
        }
        "confirm" => {
            state.act(me.principal(), move |act| decisions::confirm(act, &id, None)).await?;
            Ok("minutes-confirmed")
        }
        "close" => {
            state.act(me.principal(), move |act| decisions::close(act, &id)).await?;
            Ok("decision-closed")
        }
        "cancel" => {
            state.act(me.principal(), move |act| decisions::cancel(act, &id)).await?;
            Ok("decision-cancelled")
        }
        _ => Err(Error::invalid("do", "error-form-broken")),
    }
}

#[expect(clippy::too_many_arguments, reason = "one call from each of three handlers")]
pub(super) async fn answer(
    state: &AppState,
    me: &SignedIn,
    t: T,
    desk: Desk,
    id: &str,
    status: StatusCode,
    typed: String,
    faults: Vec<Fault>,
) -> Result<HttpResponse> {
    let (collective, member, id, path) = (desk.collective.id.clone(), me.member.id.clone(), id.to_owned(), desk.url(&t, ""));
    let words = t.clone();
    let seen = state
        .db
        .read(move |conn| {
            let row = of_desk(conn, &collective, &id)?;
            // What it was about may be gone; that something was decided stays.
            let subject = match subject(conn, &words, &path, &row.effect) {
                Err(Error::NotFound) => super::Subject::default(),
                other => other?,
            };
            let last = if row.vote_by.is_some() { Stage::Vote } else { row.rules.first_stage() };
            let stage = if row.stage == Stage::Closed { last } else { row.stage };
            let cast = db::decisions::ballots(conn, &row.id, stage)?;
            let comments = db::decisions::comments(conn, &row.id, MAX_COMMENTS)?;
            let mut people: Vec<Id> = comments.iter().filter_map(|comment| comment.member_id.clone()).collect();
            people.extend(cast.iter().map(|(member, _)| member.clone()));
            people.extend([&row.opened_by, &row.entered_by, &row.confirmed_by].into_iter().flatten().cloned());
            let names = db::members::names(conn, &people)?;
            let may_vote = db::decisions::may_vote(conn, &row.id, &member)?;
            Ok(Seen { row, subject, cast, comments, names, may_vote })
        })
        .await?;
    page_with(status, &DecisionPage::of(t, desk, me, state.now(), seen, typed, faults))
}

impl DecisionPage {
    fn of(t: T, desk: Desk, reader: &SignedIn, now: Timestamp, seen: Seen, typed: String, faults: Vec<Fault>) -> Self {
        let (me, steward) = (reader.member.id.as_str(), reader.is_steward());
        let Seen { row, subject, cast, comments, names, may_vote } = seen;
        let tally = Tally::of(cast.iter().map(|(_, choice)| *choice));
        let electorate = u32::try_from(row.electorate).unwrap_or(0);
        let open = row.stage != Stage::Closed && row.closes_at > now;
        let others = cast.iter().any(|(member, _)| member != me);
        let voting = matches!(row.stage, Stage::Vote | Stage::Consensus);
        let mut votes: Vec<(String, Choice)> = match row.rules.ballot {
            Ballot::Open => cast.iter().map(|(member, choice)| (name(&names, Some(member), &t), *choice)).collect(),
            Ballot::Secret => Vec::new(),
        };
        votes.sort_by_key(|(name, choice)| (*choice, name.clone()));
        let stands = Stands::of(&row, &tally);
        let counted = if row.stage == Stage::Closed || row.stage == Stage::Confirm { Stage::Vote } else { row.stage };
        Self {
            here: desk.url(&t, &format!("/decisions/{}", row.id)),
            ledger: t.get(&format!("desk-decision-ledger-is-{}", row.rules.ledger)),
            badge: Badge::of(&row),
            opened_by: row.opened_by.as_ref().and_then(|id| names.get(id)).cloned().unwrap_or_default(),
            explanation: markdown(&row.explanation),
            effect: match &*row.effect {
                Effect::Nothing => t.get("desk-decision-effect-nothing"),
                effect => t.one(&format!("desk-decision-effect-{}", effect.word()), "title", &subject.title),
            },
            effect_url: subject.url,
            how: how(&t, &row.rules, row.vote_by, electorate),
            counts: stands.tally.as_ref().map_or_else(Vec::new, |tally| stands::counts(tally, counted)),
            first: row.first_tally.as_ref().map_or_else(Vec::new, |tally| stands::counts(tally, Stage::Consensus)),
            stands,
            choices: if open { choices(&row) } else { &[] },
            may_vote,
            own: cast.iter().find(|(member, _)| member == me).map(|(_, choice)| *choice),
            votes,
            comments: comments
                .into_iter()
                .map(|comment| Comment {
                    name: name(&names, comment.member_id.as_ref(), &t),
                    html: markdown(&comment.text),
                    at: comment.created_at,
                })
                .collect(),
            met_on: row
                .minutes
                .as_ref()
                .map_or_else(String::new, |minutes| t.date(&minutes.date.and_time(chrono::NaiveTime::MIN))),
            entered_by: row.entered_by.as_ref().and_then(|id| names.get(id)).cloned().unwrap_or_default(),
            confirmed_by: row.confirmed_by.as_ref().and_then(|id| names.get(id)).cloned().unwrap_or_default(),
            may_confirm: open && row.stage == Stage::Confirm && may_vote && row.entered_by.as_deref() != Some(me),
            may_close: open && voting && row.rules.is_settled(electorate, &tally),
            may_photo: row.minutes.is_some() && (steward || row.entered_by.as_deref() == Some(me)),
            may_cancel: open && row.opened_by.as_deref() == Some(me) && !others && row.vote_by.is_none(),
            typed,
            faults,
            row,
            t,
            desk,
        }
    }

    fn is_open(&self) -> bool {
        self.row.stage != Stage::Closed
    }

    fn is_joint(&self) -> bool {
        self.row.rules.procedure == Procedure::Joint
    }

    fn is_secret(&self) -> bool {
        self.row.rules.ballot == Ballot::Secret
    }
}
