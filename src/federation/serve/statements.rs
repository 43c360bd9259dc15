//! Statements, their versions, and the activities around them.
//!
//! A draft, a scheduled one and one that never was are the same to everybody: not found (ORG-24).

use super::answer::{Answer, dated, document, gone};
use crate::{
    AppState,
    acts::{self, proofs},
    db::{self, DbConn, statements::StatementRow},
    domain::{
        Timestamp,
        consent::ConsentState,
        ids::parse_id,
        names::{StatementForm, StatementState},
    },
    error::{Error, Result},
    vocab::{self, collection::whole},
};
use actix_web::web::{Data, Path};
use serde_json::Value;

/// What stands at the address of something that was public once.
enum Found {
    Dated(Value, Timestamp),
    Built(Value),
    Gone(Value),
}

impl Found {
    fn answer(self) -> Answer {
        Ok(match self {
            Self::Dated(value, at) => dated(&value, at),
            Self::Built(value) => document(&value),
            Self::Gone(tombstone) => gone(&tombstone),
        })
    }
}

/// A statement that is or was public.
pub(super) fn public(conn: &mut DbConn, id: &str) -> Result<StatementRow> {
    let row = db::statements::by_id(conn, &parse_id(id).ok_or(Error::NotFound)?)?;
    match row.state {
        StatementState::Published | StatementState::Withdrawn => Ok(row),
        StatementState::Draft | StatementState::Scheduled => Err(Error::NotFound),
    }
}

/// The current version as it was sent (see [`proofs`] for its proof), or 410 with a Tombstone.
pub async fn current(state: Data<AppState>, id: Path<String>) -> Answer {
    let read = move |conn: &mut DbConn| {
        let row = public(conn, &id)?;
        if row.state == StatementState::Withdrawn {
            return Ok(Found::Gone(proofs::tombstone(conn, &row)?));
        }
        let version = db::statements::version(conn, &row.id, row.version)?;
        Ok(Found::Dated(proofs::version(conn, &version)?, version.published_at))
    };
    state.db.read(read).await?.answer()
}

/// What stands for a call on servers that know no events, or 410 with a Tombstone.
pub async fn note(state: Data<AppState>, id: Path<String>) -> Answer {
    let read = move |conn: &mut DbConn| {
        let row = public(conn, &id)?;
        if row.form != StatementForm::Event {
            return Err(Error::NotFound);
        }
        if row.state == StatementState::Withdrawn {
            return Ok(Found::Gone(proofs::note_tombstone(conn, &row)?));
        }
        let version = db::statements::version(conn, &row.id, row.version)?;
        let note = proofs::note(conn, &version)?.ok_or(Error::NotFound)?;
        Ok(Found::Dated(note, version.published_at))
    };
    state.db.read(read).await?.answer()
}

/// Ids of the local actions that stand under a call.
pub async fn actions(state: Data<AppState>, id: Path<String>) -> Answer {
    let read = move |conn: &mut DbConn| {
        let row = public(conn, &id)?;
        if row.state != StatementState::Published || row.form != StatementForm::Event {
            return Err(Error::NotFound);
        }
        let items = db::actions::standing(conn, &row.uri)?.into_iter().map(|action| Value::from(action.uri)).collect();
        Ok(whole(&format!("{}/actions", row.uri), items))
    };
    Ok(document(&state.db.read(read).await?))
}

/// A local action of ours as it is now.
pub async fn action(state: Data<AppState>, id: Path<String>) -> Answer {
    let read = move |conn: &mut DbConn| {
        let row = db::actions::by_id(conn, &parse_id(&id).ok_or(Error::NotFound)?)?;
        if row.organiser_id.is_none() {
            return Err(Error::NotFound);
        }
        if let Some(at) = row.deleted_at {
            return Ok(Found::Gone(vocab::action::tombstone(&row.uri, &row.organiser_uri, at)));
        }
        Ok(Found::Dated(acts::actions::proven(conn, &row)?, row.updated))
    };
    state.db.read(read).await?.answer()
}

/// What stands for a local action of ours on servers that know no events.
pub async fn action_note(state: Data<AppState>, id: Path<String>) -> Answer {
    let read = move |conn: &mut DbConn| {
        let row = db::actions::by_id(conn, &parse_id(&id).ok_or(Error::NotFound)?)?;
        if row.organiser_id.is_none() || row.deleted_at.is_some() {
            return Err(Error::NotFound);
        }
        Ok(Found::Dated(acts::actions::note(conn, &row)?, row.updated))
    };
    state.db.read(read).await?.answer()
}

/// One version as it was sent: what an endorsement of that version can be checked against.
pub async fn version(state: Data<AppState>, path: Path<(String, String)>) -> Answer {
    let (id, n) = path.into_inner();
    let read = move |conn: &mut DbConn| {
        let row = public(conn, &id)?;
        let version = db::statements::version(conn, &row.id, n.parse().map_err(|_| Error::NotFound)?)?;
        if row.state == StatementState::Withdrawn {
            return Ok(Found::Gone(proofs::tombstone(conn, &row)?));
        }
        Ok(Found::Dated(proofs::version(conn, &version)?, version.published_at))
    };
    state.db.read(read).await?.answer()
}

/// A public activity as it was sent. What carried a statement that is withdrawn is gone with it.
pub async fn activity(state: Data<AppState>, id: Path<String>) -> Answer {
    let site = state.site()?;
    let read = move |conn: &mut DbConn| {
        let id = parse_id(&id).ok_or(Error::NotFound)?;
        let sent = db::outbox::by_uri(conn, &site.activity(&id))?;
        if !sent.public || (sent.kind == "Announce" && !db::outbox::boost_stands(conn, &sent.uri)?) {
            return Err(Error::NotFound);
        }
        if let Some(id) = site.statement_id_of(&sent.object_uri).filter(|_| sent.kind != "Delete") {
            let row = public(conn, id)?;
            if row.state == StatementState::Withdrawn {
                return Ok(Found::Gone(proofs::tombstone(conn, &row)?));
            }
        }
        Ok(Found::Built(proofs::sent(conn, &site, &sent, false)?))
    };
    state.db.read(read).await?.answer()
}

/// A stamp that stands: what it is about is public, so it is too (FEP-044f asks that whoever may see the quoted may see it).
/// One that was revoked, or whose statement was withdrawn, is gone; one that was never given was never there.
pub async fn stamp(state: Data<AppState>, id: Path<String>) -> Answer {
    let read = move |conn: &mut DbConn| {
        let row = db::consents::by_id(conn, &parse_id(&id).ok_or(Error::NotFound)?)?;
        let stands = row.state == ConsentState::Granted && db::inbox::collective_of_statement(conn, &row.target_uri)?.is_some();
        let document = proofs::stamp(conn, &row, stands)?.ok_or(Error::NotFound)?;
        Ok(if stands { Found::Built(document) } else { Found::Gone(document) })
    };
    state.db.read(read).await?.answer()
}
