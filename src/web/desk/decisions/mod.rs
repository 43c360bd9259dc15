//! Deciding: the questions before an assembly, one of them whole, opening one, the minutes of an assembly that met.

use super::{
    page::Desk,
    people::{Named, everybody, named},
};
use crate::{
    db::{self, DbConn, decisions::DecisionRow},
    domain::{
        Id, Timestamp,
        assembly::{Effect, Towards},
        decision::{Ballot, Choice, Outcome, Procedure, Rules, Stage},
    },
    error::{Error, Fault, Result},
    state::AppState,
    text,
    web::{i18n::T, page, session::SignedIn},
};
use actix_web::{
    HttpResponse,
    web::{Data, Path, Query},
};
use askama::Template;
use std::collections::{HashMap, HashSet};

pub mod minutes;
pub mod one;
pub mod open;
pub mod photo;

mod stands;

/// How a post without a title is named, in characters of its text.
const FIRST_WORDS: usize = 120;
/// Most closed decisions in the list; `communard decision list` has all.
const MAX_CLOSED: i64 = 200;

#[derive(Template)]
#[template(path = "desk/decisions.html")]
struct DecisionsPage {
    t: T,
    desk: Desk,
    open: Vec<Line>,
    closed: Vec<Line>,
}

/// One decision as lists show it.
pub struct Line {
    pub id: Id,
    pub question: String,
    pub badge: Badge,
    pub procedure: Procedure,
    /// When its stage ends, or when it was closed.
    pub at: Timestamp,
    pub open: bool,
    /// It waits for the reader.
    pub waits: bool,
}

/// Where a decision stands: colour, sign and word.
#[derive(Debug, Clone, Copy)]
pub struct Badge {
    pub class: &'static str,
    pub sign: &'static str,
    /// A Fluent id.
    pub word: &'static str,
}

impl Badge {
    fn of(row: &DecisionRow) -> Self {
        let badge = |class, sign, word| Self { class, sign, word };
        match (row.outcome, row.stage) {
            (Some(Outcome::Carried), _) => badge("ratified", "✓", "desk-decision-state-carried"),
            (Some(Outcome::Lost), _) => badge("bad", "✕", "desk-decision-state-lost"),
            (Some(Outcome::NoQuorum), _) => badge("withdrawn", "∅", "desk-decision-state-no-quorum"),
            (Some(Outcome::Void), _) | (None, Stage::Closed) => badge("withdrawn", "–", "desk-decision-state-void"),
            (None, Stage::Vote) => badge("indicative", "◷", "desk-decision-state-vote"),
            (None, Stage::Consensus) => badge("indicative", "◷", "desk-decision-state-consensus"),
            (None, Stage::Confirm) => badge("indicative", "◷", "desk-decision-state-confirm"),
        }
    }
}

impl Line {
    fn of(row: DecisionRow, waiting: &HashSet<Id>) -> Self {
        Self {
            badge: Badge::of(&row),
            procedure: row.rules.procedure,
            at: row.closed_at.unwrap_or(row.closes_at),
            open: row.stage != Stage::Closed,
            waits: waiting.contains(&row.id),
            id: row.id,
            question: row.question,
        }
    }
}

/// What waits for a member, as lists show it.
pub fn waiting(conn: &mut DbConn, collective_id: &str, member_id: &str, now: Timestamp) -> Result<Vec<Line>> {
    let rows = db::decisions::waiting_for(conn, collective_id, member_id, now, crate::acts::decisions::MOST_OPEN)?;
    let ids = rows.iter().map(|row| row.id.clone()).collect();
    Ok(rows.into_iter().map(|row| Line::of(row, &ids)).collect())
}

/// `GET …/decisions`
pub async fn list(
    state: Data<AppState>,
    me: SignedIn,
    t: T,
    path: Path<String>,
    query: Query<super::write::Done>,
) -> Result<HttpResponse> {
    let desk = Desk::open(&state, &me, &path, "decisions").await?.noting(&t, query.done.as_deref());
    let (id, member, now) = (desk.collective.id.clone(), me.member.id.clone(), state.now());
    let (open, closed) = state
        .db
        .read(move |conn| {
            let most = crate::acts::decisions::MOST_OPEN;
            let waiting = db::decisions::waiting_for(conn, &id, &member, now, most)?.into_iter().map(|row| row.id).collect();
            let line = |row| Line::of(row, &waiting);
            let mut open: Vec<Line> = db::decisions::list(conn, &id, Some(true), most)?.into_iter().map(line).collect();
            // What waits for the reader first, then what ends first.
            open.sort_by_key(|line| (!line.waits, line.at));
            let closed = db::decisions::list(conn, &id, Some(false), MAX_CLOSED)?.into_iter().map(line).collect();
            Ok((open, closed))
        })
        .await?;
    page(&DecisionsPage { t, desk, open, closed })
}

/// A decision of this desk; else `NotFound` (AUT-07).
fn of_desk(conn: &mut DbConn, collective_id: &str, id: &str) -> Result<DecisionRow> {
    let id = crate::domain::ids::parse_id(id).ok_or(Error::NotFound)?;
    let row = db::decisions::by_id(conn, &id)?;
    if row.collective_id == collective_id { Ok(row) } else { Err(Error::NotFound) }
}

/// What a decision is about: what people call it, and where it can be read.
#[derive(Debug, Clone, Default)]
struct Subject {
    title: String,
    /// A path or an address, or empty.
    url: String,
}

fn subject(conn: &mut DbConn, t: &T, desk_path: &str, effect: &Effect) -> Result<Subject> {
    Ok(match effect {
        Effect::Nothing => Subject::default(),
        Effect::Publish { statement, draft, .. } => {
            let copy = match draft {
                Some(n) => db::statements::draft(conn, statement, *n)?,
                None => db::statements::current_draft(conn, statement)?,
            };
            Subject { title: copy.content.title.clone(), url: format!("{desk_path}/statements/{statement}/history/{}", copy.n) }
        }
        Effect::WithdrawStatement { statement, .. } => {
            let row = db::statements::by_id(conn, statement)?;
            let title = db::statements::version(conn, statement, row.version)?.title;
            Subject { title, url: row.uri }
        }
        Effect::Endorse { title, url, .. } => Subject { title: title.clone(), url: url.clone() },
        Effect::Answer { consent, .. } => {
            let row = db::consents::by_id(conn, consent)?;
            Subject { title: row.asker_uri, url: row.object_uri }
        }
        Effect::Ratify { endorsement }
        | Effect::Withdraw { endorsement }
        | Effect::Confirm { endorsement, .. }
        | Effect::Erase { endorsement } => {
            let row = db::endorsements::by_id(conn, endorsement)?;
            Subject { title: row.title, url: row.statement_uri }
        }
        Effect::AskToConfirm { statement } => {
            let row = db::statements::by_id(conn, statement)?;
            let title = db::statements::version(conn, statement, row.version)?.title;
            Subject { title, url: row.uri }
        }
        Effect::Towards { act: Towards::Follow | Towards::Unfollow, object } => {
            let known = everybody(conn, std::slice::from_ref(object))?;
            let Named { name, profile, .. } = named(known.get(object), object);
            Subject { title: name, url: profile }
        }
        Effect::Towards { object, .. } => post(conn, object)?,
        Effect::EndorsersRule { automatic, .. } => {
            Subject { title: t.get(&format!("desk-quotes-scope-{automatic}")), url: format!("{desk_path}/endorsers") }
        }
        Effect::Endorser { subject, .. } => Subject { title: subject.clone(), url: format!("{desk_path}/endorsers") },
        Effect::AddAction { call, content } => Subject { title: content.title.clone(), url: call.clone() },
        Effect::EditAction { action, .. } | Effect::CancelAction { action } | Effect::AnswerAction { action, .. } => {
            let row = db::actions::by_id(conn, action)?;
            Subject { title: row.content.title.clone(), url: row.uri }
        }
        Effect::AnswerProposed { proposed, .. } => {
            let row = db::proposed::by_id(conn, proposed)?;
            Subject { title: row.content.title.clone(), url: format!("{desk_path}/action-requests") }
        }
        Effect::Grant { holders, .. } => Subject { title: names_of(conn, holders)?, url: String::new() },
        Effect::Recall { mandate } => Subject {
            title: {
                let holders = db::mandates::holders(conn, mandate)?;
                names_of(conn, &holders)?
            },
            url: format!("{desk_path}/mandates"),
        },
    })
}

/// A post of others, or a statement of this instance, by its id.
fn post(conn: &mut DbConn, uri: &str) -> Result<Subject> {
    if let Some(title) = db::desk::titles(conn, &[uri.to_owned()])?.remove(uri) {
        return Ok(Subject { title, url: uri.to_owned() });
    }
    let Some(post) = db::remote_posts::by_uri(conn, uri)?.filter(|post| post.deleted_at.is_none()) else {
        return Ok(Subject { title: uri.to_owned(), url: uri.to_owned() });
    };
    let title = match post.title.is_empty() {
        true if post.content_warning.is_empty() => text::excerpt(&text::plain(&post.html), FIRST_WORDS),
        true => post.content_warning,
        false => post.title,
    };
    Ok(Subject { title, url: post.url.unwrap_or(post.uri) })
}

/// Names of members, as one text.
pub fn names_of(conn: &mut DbConn, ids: &[Id]) -> Result<String> {
    let names = db::members::names(conn, ids)?;
    Ok(ids.iter().filter_map(|id| names.get(id).cloned()).collect::<Vec<_>>().join(", "))
}

fn name(names: &HashMap<Id, String>, id: Option<&String>, t: &T) -> String {
    id.and_then(|id| names.get(id)).cloned().unwrap_or_else(|| t.get("desk-conflict-somebody"))
}

/// What can be said now, in the order of the buttons.
fn choices(row: &DecisionRow) -> &'static [Choice] {
    use Choice::{Abstain, Block, No, Object, Yes};
    match (row.stage, row.rules.procedure) {
        (Stage::Vote, Procedure::Joint) => &[Yes, No],
        (Stage::Vote, _) => &[Yes, No, Abstain],
        (Stage::Consensus, _) => &[Yes, Abstain, Object, Block],
        (Stage::Confirm | Stage::Closed, _) => &[],
    }
}

/// How it is decided, in sentences.
fn how(t: &T, rules: &Rules, vote_by: Option<Procedure>, electorate: u32) -> Vec<String> {
    let mut said = vec![t.get(&format!("desk-decision-how-{}", rules.procedure))];
    if let Some(by) = vote_by {
        said.push(t.get(&format!("desk-decision-second-{by}")));
    }
    if !matches!(rules.procedure, Procedure::Minutes | Procedure::Joint) {
        said.push(t.two("desk-decision-how-quorum", "needed", rules.quorum_of(electorate), "of", electorate));
        said.push(t.get(match rules.ballot {
            Ballot::Open => "desk-decision-how-open",
            Ballot::Secret => "desk-decision-how-secret",
        }));
    }
    said
}

/// An error of an act as faults beside the form, if people can mend it there; else the error itself.
pub fn as_faults(t: &T, error: Error, field: &str) -> Result<Vec<Fault>> {
    match error {
        Error::Invalid(faults) => Ok(faults),
        Error::Conflict(_) | Error::Busy(_) | Error::Forbidden(_) => {
            Ok(vec![Fault { field: field.to_owned(), message: "desk-error", args: vec![("reason", t.error(&error))] }])
        }
        other => Err(other),
    }
}
