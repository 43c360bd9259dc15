//! What a bundle of a statement holds: the statement, its whole register and the keys behind both, as they are served.

use super::serve::endorsements::entry;
use crate::{
    acts::{documents, endorsements, proofs},
    db::{self, DbConn, remote_actors::RemoteActorRow},
    domain::{Site, Timestamp},
    error::{Error, Result},
    vocab::endorsement,
};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// Documents of ActivityStreams that belong together.
#[derive(Debug, Clone)]
pub struct Bundle {
    /// With its proof.
    pub statement: Value,
    /// A single page with all entries, each with its proofs.
    pub register: Value,
    /// Those who made all this, with their public keys.
    pub actors: Value,
}

/// The bundle of a published statement of ours.
pub fn of_statement(conn: &mut DbConn, site: &Site, statement_id: &str, now: Timestamp) -> Result<Bundle> {
    let row = db::statements::by_id(conn, statement_id)?;
    let version = db::statements::version(conn, &row.id, row.version)?;
    let statement = proofs::version(conn, &version)?;
    let author = db::collectives::by_id(conn, &row.collective_id)?;
    let lines = endorsements::lines(conn, &row.uri, now)?;
    let register = format!("{}/endorsements", row.uri);
    let items = lines.iter().map(|line| entry(conn, line)).collect::<Result<Vec<_>>>()?;
    let total = i64::try_from(lines.len()).unwrap_or(i64::MAX);
    let counts = endorsements::totals(&lines, endorsements::count_erased(conn, &row.uri, &lines)?);
    let page = endorsement::register_page(&format!("{register}?page=1"), &register, None, total, &counts, &items);
    let uris: BTreeSet<String> = lines.into_iter().map(|line| line.row.endorser_uri).chain([author.uri]).collect();
    let mut actors = Vec::new();
    for uri in uris {
        match db::collectives::by_uri(conn, &uri) {
            Ok(ours) => actors.push(documents::collective(conn, site, &ours)?),
            Err(Error::NotFound) => actors.extend(db::remote_actors::by_uri(conn, &uri)?.map(|row| keys(&row))),
            Err(error) => return Err(error),
        }
    }
    Ok(Bundle { statement, register: page, actors: Value::Array(actors) })
}

/// An actor of others as far as its proofs need it, as its own document last said.
fn keys(row: &RemoteActorRow) -> Value {
    let key = |key: &db::remote_actors::PublicKey| json!({ "id": key.id, "owner": row.uri, "publicKeyPem": key.pem });
    json!({
        "@context": ["https://www.w3.org/ns/activitystreams", "https://w3id.org/security/v1"], "id": row.uri, "type": row.kind,
        "preferredUsername": row.username, "name": row.name, "inbox": row.inbox,
        "publicKey": row.keys.iter().map(key).collect::<Vec<_>>()
    })
}
