//! Integrity proofs (FEP-8b32) on what we publish: made with the actor's current Ed25519 key.
//!
//! A proof is made when an activity is queued, so that what waits has its bytes; it is made anew when the same thing is
//! served and when the key changes. So whatever is sent or served is proven by the key that the actor lists at that time,
//! and a retired key, which somebody else may have got hold of, proves nothing any more. With the same key the same bytes
//! come out.

use crate::{
    crypto::proof::Prover,
    db::{
        self, DbConn,
        consents::ConsentRow,
        outbox::SentActivity,
        statements::{StatementRow, VersionRow},
    },
    domain::{Site, Timestamp, names::KeyKind},
    error::{Error, Result},
    vocab::consent,
};
use serde_json::Value;

/// What proves for an actor of ours.
///
/// # Errors
/// `NotFound` where it has no key.
pub fn prover(conn: &mut DbConn, actor_uri: &str) -> Result<Prover> {
    let key = db::keys::current(conn, actor_uri, KeyKind::Ed25519)?;
    Prover::from_pem(&key.key_uri, &key.private_key)
}

/// Proves a document of ours with the key of its `actor` or `attributedTo`.
///
/// # Errors
/// `Internal` where it names neither; `NotFound` where that is no actor of ours.
pub fn prove(conn: &mut DbConn, document: &mut Value, created: Timestamp) -> Result<()> {
    let owner = ["actor", "attributedTo"].iter().find_map(|name| document.get(*name)?.as_str());
    let owner = owner.ok_or_else(|| Error::Internal("a document without an owner can't be proven".into()))?;
    prover(conn, owner)?.prove(document, created)
}

/// A published version as it is served: as it was sent, proven by the key that is listed now.
pub fn version(conn: &mut DbConn, row: &VersionRow) -> Result<Value> {
    let mut object = super::documents::version(row)?;
    prove(conn, &mut object, row.published_at)?;
    Ok(object)
}

/// A call's Note as it is served: as it was sent, proven by the key that is listed now. `None` for other statements.
pub fn note(conn: &mut DbConn, row: &VersionRow) -> Result<Option<Value>> {
    let Some(mut note) = super::documents::note(row)? else { return Ok(None) };
    prove(conn, &mut note, row.published_at)?;
    Ok(Some(note))
}

/// What stands at the address of the Note of a call that was withdrawn.
pub fn note_tombstone(conn: &mut DbConn, row: &StatementRow) -> Result<Value> {
    let author = db::collectives::by_id(conn, &row.collective_id)?.uri;
    let mut tombstone = super::documents::note_tombstone(row, &author);
    prove(conn, &mut tombstone, row.withdrawn_at.unwrap_or(row.updated_at))?;
    Ok(tombstone)
}

/// What stands at the address of a statement that was withdrawn.
pub fn tombstone(conn: &mut DbConn, row: &StatementRow) -> Result<Value> {
    let author = db::collectives::by_id(conn, &row.collective_id)?.uri;
    let mut tombstone = super::documents::tombstone(row, &author);
    prove(conn, &mut tombstone, row.withdrawn_at.unwrap_or(row.updated_at))?;
    Ok(tombstone)
}

/// A stamp that a collective of ours gave, while it `stands`, else its Tombstone; `None` where none was given.
pub fn stamp(conn: &mut DbConn, row: &ConsentRow, stands: bool) -> Result<Option<Value>> {
    let Some(uri) = row.stamp_uri.as_deref().filter(|_| row.author_id.is_some()) else { return Ok(None) };
    let between = consent::Between { object: &row.object_uri, target: &row.target_uri };
    let mut document = match stands {
        true => consent::stamp(row.kind.words(), uri, &row.author_uri, between),
        false => consent::tombstone(row.kind.words(), uri, &row.author_uri),
    };
    prove(conn, &mut document, row.decided_at.unwrap_or(row.asked_at))?;
    Ok(Some(document))
}

/// An activity of the outbox as it is served. `current`: a `Create` with the statement or local action as it is now.
pub fn sent(conn: &mut DbConn, site: &Site, row: &SentActivity, current: bool) -> Result<Value> {
    let mut activity: Value = serde_json::from_str(&row.json)?;
    let statement = activity["object"]["id"].as_str().and_then(|uri| site.statement_id_of(uri)).filter(|_| current);
    if let Some(id) = statement.map(str::to_owned) {
        let n = db::statements::by_id(conn, &id)?.version;
        let newest = db::statements::version(conn, &id, n)?;
        activity["object"] = version(conn, &newest)?;
    }
    let action = activity["object"]["id"].as_str().and_then(|uri| site.action_id_of(uri)).filter(|_| current);
    if let Some(id) = action.map(str::to_owned) {
        let now = db::actions::by_id(conn, &id)?;
        activity["object"] = super::actions::proven(conn, &now)?;
    }
    prover(conn, &row.actor_uri)?.prove_whole(&mut activity, row.created_at)?;
    Ok(activity)
}

/// Proves anew what waits to be sent, with a key that just became the current one.
pub fn renew_waiting(conn: &mut DbConn, actor_uri: &str) -> Result<()> {
    let prover = prover(conn, actor_uri)?;
    for (seq, json, created_at) in db::queue::waiting_of(conn, actor_uri)? {
        let mut activity: Value = serde_json::from_str(&json)?;
        prover.prove_whole(&mut activity, created_at)?;
        db::queue::set_json(conn, seq, &serde_json::to_string(&activity)?)?;
    }
    Ok(())
}
