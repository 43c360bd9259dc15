//! Checking a bundle by what is in it, without asking anybody.
//!
//! What this shows is little, and said: each document was signed by the key that the bundle itself names for its maker. Whose key that
//! is, is the bundle's own claim; where this instance knows an actor, its keys are compared. What was withdrawn since isn't seen.

use super::verify::{Keys, MAX_CHECKED, Report, Who};
use crate::{
    crypto,
    db::{self, DbConn},
    domain::{
        Timestamp,
        consent::ConsentKind,
        endorsement::{EndorsementState, Shown},
        names::KeyKind,
        url::same_origin,
    },
    error::{Error, Result},
    state::AppState,
    vocab::{
        consent::read_stamp,
        digest::digest_multibase,
        endorsement::{self, Entry},
        multikey,
        proof::{self, Proof},
        read::id_of,
        read_actor::{self, Actor},
    },
};
use openssl::pkey::{PKey, Public};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// Most actors of a bundle that are looked at: every endorser of a register that is checked, and the author.
const MAX_ACTORS: usize = 1_001;

/// An actor as the bundle has it.
struct Claimed {
    actor: Actor,
    keys: Vec<(String, PKey<Public>)>,
    /// The same keys are known here; `None` where the actor isn't.
    known: Option<bool>,
}

/// Checks a bundle: the statement, its register, and the actors whose keys they are.
///
/// # Errors
/// `Invalid` for `file` where the first is no statement with a digest, or there are no actors.
pub async fn bundle(state: &AppState, statement: &Value, register: &Value, actors: &Value) -> Result<Report> {
    let wrong = || Error::invalid("file", "error-verify-kind");
    let list = actors.as_array().ok_or_else(wrong)?;
    if statement.get("digestMultibase").is_none() {
        return Err(wrong());
    }
    let site = state.site()?;
    let read: Vec<Actor> = list.iter().take(MAX_ACTORS).filter_map(|actor| read_actor::read_actor(actor).ok()).collect();
    let uris: Vec<(String, bool)> = read.iter().map(|actor| (actor.id.clone(), site.owns(&actor.id))).collect();
    let here = state.db.read(move |conn| uris.iter().map(|(uri, ours)| keys_here(conn, uri, *ours)).collect::<Result<Vec<_>>>());
    let actors = read.into_iter().zip(here.await?).map(|(actor, here)| (actor.id.clone(), claimed(actor, here))).collect();
    let (statement, register, now) = (statement.clone(), register.clone(), state.now());
    // Up to a thousand signatures.
    tokio::task::spawn_blocking(move || checked(&statement, &register, &actors, now)).await.map_err(Error::internal)?
}

/// The keys of an actor by id, as PEM, if it is known here.
fn keys_here(conn: &mut DbConn, uri: &str, ours: bool) -> Result<Option<BTreeMap<String, String>>> {
    if !ours {
        let row = db::remote_actors::any_by_uri(conn, uri)?;
        return Ok(row.map(|row| row.keys.iter().map(|key| (key.id.clone(), key.pem.clone())).collect()));
    }
    match db::keys::current(conn, uri, KeyKind::Ed25519) {
        Ok(key) => {
            let pem = multikey::decode_ed25519(&key.public_key).map(|raw| multikey::ed25519_pem(&raw)).unwrap_or_default();
            Ok(Some([(key.key_uri, pem)].into()))
        }
        Err(Error::NotFound) => Ok(None),
        Err(error) => Err(error),
    }
}

fn claimed(actor: Actor, here: Option<BTreeMap<String, String>>) -> Claimed {
    let key = |pem: &str| PKey::public_key_from_pem(pem.as_bytes()).ok();
    let keys: Vec<(String, PKey<Public>)> =
        actor.keys.iter().filter_map(|one| Some((one.id.clone(), key(&one.pem)?))).filter(|(_, key)| is_ed25519(key)).collect();
    let known = here.map(|here| {
        let same =
            |(id, mine): &(String, PKey<Public>)| here.get(id).and_then(|pem| key(pem)).is_some_and(|key| key.public_eq(mine));
        !keys.is_empty() && keys.iter().all(same)
    });
    Claimed { actor, keys, known }
}

fn is_ed25519(key: &PKey<Public>) -> bool {
    key.id() == openssl::pkey::Id::ED25519
}

type Actors = BTreeMap<String, Claimed>;

/// Whether a document is signed by a key that the bundle names for its owner.
fn is_signed(json: &Value, owner: &str, actors: &Actors, now: Timestamp) -> bool {
    let Proof::Claim(claim) = proof::read(json) else { return false };
    let Some(known) = actors.get(owner) else { return false };
    let key = known.keys.iter().find(|(id, _)| *id == claim.method && same_origin(id, owner));
    claim.expires.is_none_or(|at| at > now) && key.is_some_and(|(_, key)| crypto::proof::is_true(&claim, key))
}

fn who(owner: &str, actors: &Actors) -> Option<Who> {
    let actor = &actors.get(owner)?.actor;
    let host = crate::domain::url::host_and_port(&actor.id).unwrap_or_default();
    Some(Who { uri: owner.to_owned(), name: actor.name.clone(), handle: format!("@{}@{host}", actor.username) })
}

/// The two that are asked of every document: it is signed, and the key isn't another one than is known here.
fn signed(report: &mut Report, json: &Value, owner: &str, actors: &Actors, now: Timestamp) {
    let ok =
        report.check("signed", is_signed(json, owner, actors, now), format!("signed with a key that the file names for {owner}"));
    let known = actors.get(owner).and_then(|actor| actor.known);
    report.check(
        "keys",
        known != Some(false),
        match known {
            Some(true) => "this instance knows the same keys of it",
            Some(false) => "this instance knows other keys of it",
            None => "this instance doesn't know it: that these are its keys, the file alone says",
        },
    );
    if ok {
        report.who = who(owner, actors);
    }
}

fn checked(statement: &Value, register: &Value, actors: &Actors, now: Timestamp) -> Result<Report> {
    let wrong = || Error::invalid("file", "error-verify-kind");
    let id = statement.get("id").and_then(id_of).ok_or_else(wrong)?;
    let author = statement.get("attributedTo").and_then(id_of).unwrap_or_default();
    let mut report = Report::new("statement", &id);
    report.check("origin", same_origin(&id, &author), format!("it is by {author}, of its own host"));
    let digest = digest_multibase(statement)?;
    let stated = statement.get("digestMultibase").and_then(Value::as_str).unwrap_or_default();
    report.check("digest", stated == digest, format!("its text has the digest {digest}; it states {stated}"));
    signed(&mut report, statement, &author, actors, now);
    let (entries, _) = endorsement::read_page(register);
    let count = entries.len();
    report.check("size", count <= MAX_CHECKED, format!("it has {count} entries, of which {MAX_CHECKED} are checked at most"));
    let mut used = BTreeSet::from([author.clone()]);
    for entry in entries.into_iter().take(MAX_CHECKED) {
        let part = of_entry(&entry, &id, &author, &digest, actors, now);
        used.extend(part.who.as_ref().map(|who| who.uri.clone()));
        report.parts.push(part);
    }
    let (known, claimed) = used.into_iter().partition(|uri| actors.get(uri).is_some_and(|actor| actor.known == Some(true)));
    report.keys = Some(Keys { known, claimed });
    Ok(report)
}

fn of_entry(entry: &Entry, statement: &str, author: &str, digest: &str, actors: &Actors, now: Timestamp) -> Report {
    let Some(read) = endorsement::read(&entry.endorsement) else {
        let mut report = Report::new("entry", "");
        report.check("form", false, "it is no whole endorsement");
        return report;
    };
    let mut report = Report::new("entry", &read.id);
    report.check("form", true, "it is a whole endorsement");
    report.check("origin", same_origin(&read.id, &read.actor), format!("it is by {}, of its own host", read.actor));
    report.check("about", read.object == statement, format!("it is about {}", read.object));
    signed(&mut report, &entry.endorsement, &read.actor, actors, now);
    let over = match read.claim.state {
        EndorsementState::Withdrawn => Some(Shown::Withdrawn),
        EndorsementState::Lapsed => Some(Shown::Lapsed),
        EndorsementState::Indicative if read.claim.ratify_by.is_some_and(|by| by <= now) => Some(Shown::Lapsed),
        _ => None,
    };
    if let Some(over) = over {
        report.check("standing", entry.state == over, format!("it is {over}"));
        return report;
    }
    report.check("standing", true, format!("it said {} when the file was made", read.claim.state));
    let earlier = read.claim.digest != digest;
    let text = if earlier { "it is bound to another text" } else { "it is bound to this very text" };
    report.check("digest", earlier == (entry.state == Shown::EarlierVersion), text);
    let stamp = entry.authorization.as_ref().and_then(|json| Some((json, read_stamp(json)?)));
    let stands = stamp.is_some_and(|(json, stamp)| {
        stamp.words.kind == ConsentKind::Endorsement
            && stamp.author == author
            && stamp.object == read.id
            && stamp.target == statement
            && same_origin(&stamp.id, author)
            && is_signed(json, author, actors, now)
    });
    report.check(
        "stamp",
        stands,
        "the author's stamp is for this endorsement, and signed with a key that the file names for them",
    );
    report
}
