//! After an edit: asking those who endorsed an earlier text whether it holds for the new one too.

use crate::{
    acts::{
        Act, mandates,
        outbox::{Audience, send},
        proofs,
    },
    db::{self, DbConn, endorsements::EndorsementRow},
    domain::{
        Id,
        endorsement::Shown,
        mandate::{Deed, Verb},
        names::StatementState,
    },
    error::{Error, Result},
    vocab::activity,
};
use chrono::Duration;
use serde_json::{Value, json};

/// Hours in which one endorser is asked no more than once.
pub const MIN_HOURS_BETWEEN_ASKING: i64 = 24;

/// Endorsements of a statement that are of an earlier text than the one that is public.
///
/// # Errors
/// Those of the database.
pub fn outdated(conn: &mut DbConn, statement_uri: &str, now: crate::domain::Timestamp) -> Result<Vec<EndorsementRow>> {
    let rows = db::endorsements::of_statement(conn, statement_uri)?;
    Ok(rows.into_iter().filter(|row| row.shown(now) == Shown::EarlierVersion).collect())
}

/// Asks all who stand under an earlier text of a statement of ours to confirm the one that is public: they are sent its
/// `Update` once more, addressed to them. Gives how many were asked.
///
/// # Errors
/// `NotFound` to others than members of its collective; `Forbidden` where that asks for a mandate to keep the register;
/// `Conflict` where nobody is to be asked, or all were within the last [`MIN_HOURS_BETWEEN_ASKING`].
pub fn ask_to_confirm(act: &mut Act, statement_id: &str) -> Result<usize> {
    let statement = db::statements::by_id(act.conn, statement_id)?;
    mandates::require(act, &statement.collective_id, &Deed::plain(Verb::Register))?;
    if statement.state != StatementState::Published {
        return Err(Error::Conflict("error-not-published"));
    }
    let rows = outdated(act.conn, &statement.uri, act.now)?;
    if rows.is_empty() {
        return Err(Error::Conflict("error-ask-nobody"));
    }
    let since = act.now - Duration::hours(MIN_HOURS_BETWEEN_ASKING);
    let rows: Vec<EndorsementRow> = rows.into_iter().filter(|row| row.asked_at.is_none_or(|at| at <= since)).collect();
    if rows.is_empty() {
        return Err(Error::Conflict("error-ask-lately"));
    }
    let ids: Vec<Id> = rows.iter().map(|row| row.id.clone()).collect();
    db::endorsements::set_asked(act.conn, &ids, act.now)?;
    let others: Vec<String> = rows.iter().filter(|row| row.endorser_id.is_none()).map(|row| row.endorser_uri.clone()).collect();
    let known = db::remote_actors::by_uris(act.conn, &others)?;
    if known.is_empty() {
        return Ok(rows.len());
    }
    let collective = db::collectives::by_id(act.conn, &statement.collective_id)?;
    let version = db::statements::version(act.conn, &statement.id, statement.version)?;
    let object = proofs::version(act.conn, &version)?;
    let id = act.site.activity(&act.new_id());
    let mut update = activity::wrap("Update", &id, &collective.uri, act.now, &object);
    let cc: Vec<Value> = update["cc"].as_array().cloned().unwrap_or_default();
    update["cc"] = Value::Array(cc.into_iter().chain(known.iter().map(|row| json!(row.uri))).collect());
    let to = Audience::default().and(known.iter().map(|row| row.inbox.clone()));
    send(act, &update, &statement.uri, false, &to)?;
    Ok(rows.len())
}
