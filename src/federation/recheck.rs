//! Looks at what stands behind an endorsement, at the hosts themselves. Must not write anything down.

use super::fetch::{self, Budget, FetchError};
use crate::{
    acts::endorsements::{Seen, Stamped},
    db::endorsements::EndorsementRow,
    domain::{
        consent::ConsentKind,
        endorsement::{AuthorState, Fault},
        url::same_origin,
    },
    error::Result,
    state::AppState,
    vocab::{consent::read_stamp, digest::digest_multibase, endorsement, read::Object},
};
use serde_json::Value;

/// Requests that one look may make: a statement and a stamp, each with a redirect or a second way to sign.
const MAX_REQUESTS: u32 = 6;

/// What an address says.
enum There {
    Stands(Value),
    /// 410, or a Tombstone.
    Gone,
    /// 404.
    Nothing,
    /// Anything else, from a broken connection to a page about maintenance.
    Silence,
}

async fn there(state: &AppState, uri: &str, budget: &Budget) -> Result<There> {
    Ok(match fetch::document(state, uri, budget).await {
        Ok(document) if document.id == uri => There::Stands(document.json),
        Ok(_) => There::Nothing,
        Err(FetchError::Gone) => There::Gone,
        Err(FetchError::NotFound) => There::Nothing,
        Err(error @ FetchError::Ours(_)) => return Err(error.into()),
        Err(error) => {
            tracing::debug!(%error, uri, "can't be looked at again now");
            There::Silence
        }
    })
}

/// Looks at an endorsement of somebody else's at its own address; behind one of ours, at the statement and its author's stamp.
///
/// # Errors
/// Our own: the database's.
pub async fn look(state: &AppState, row: &EndorsementRow) -> Result<Seen> {
    let budget = Budget::new(MAX_REQUESTS);
    if row.endorser_id.is_none() {
        return of_others(state, row, &budget).await;
    }
    let json = match there(state, &row.statement_uri, &budget).await? {
        There::Silence => return Ok(Seen::Silence),
        There::Gone | There::Nothing => return Ok(Seen::Wrong(Fault::Statement)),
        There::Stands(json) => json,
    };
    let post = Object::read(&json).and_then(|object| object.post());
    if post.is_none_or(|post| post.attributed_to != row.author_uri) {
        return Ok(Seen::Wrong(Fault::Statement));
    }
    let Ok(digest) = digest_multibase(&json) else { return Ok(Seen::Wrong(Fault::Statement)) };
    let stamped = match row.stamp_uri.as_deref().filter(|_| row.author_state == AuthorState::Accepted) {
        Some(uri) => stamp(state, row, uri, &budget).await?,
        None => Stamped::Unknown,
    };
    Ok(Seen::Text(digest, stamped))
}

async fn of_others(state: &AppState, row: &EndorsementRow, budget: &Budget) -> Result<Seen> {
    Ok(match there(state, &row.uri, budget).await? {
        There::Silence => Seen::Silence,
        There::Gone | There::Nothing => Seen::Wrong(Fault::Gone),
        There::Stands(json) => match endorsement::read(&json) {
            Some(read) if read.id == row.uri && read.actor == row.endorser_uri && read.object == row.statement_uri => {
                Seen::Said(Box::new(read), json.to_string())
            }
            _ => Seen::Wrong(Fault::Changed),
        },
    })
}

async fn stamp(state: &AppState, row: &EndorsementRow, uri: &str, budget: &Budget) -> Result<Stamped> {
    Ok(match there(state, uri, budget).await? {
        There::Silence => Stamped::Unknown,
        There::Gone => Stamped::Gone,
        There::Nothing => Stamped::Wrong,
        There::Stands(json) => {
            let fits = read_stamp(&json).is_some_and(|stamp| {
                stamp.words.kind == ConsentKind::Endorsement
                    && stamp.id == uri
                    && same_origin(&stamp.id, &row.author_uri)
                    && stamp.author == row.author_uri
                    && stamp.object == row.uri
                    && stamp.target == row.statement_uri
            });
            if fits { Stamped::Stands } else { Stamped::Wrong }
        }
    })
}
