//! Checking an endorsement, or a statement with its register, from the outside: every condition under which it counts, and
//! which of them fails. Believes nobody's count, and no list but by what is behind it.
//!
//! Asks each thing's own host; things of this instance are read here.

use super::{
    actors,
    fetch::{self, Budget},
    serve::endorsements::entry,
};
use crate::{
    acts::{endorsements, proofs},
    crypto,
    db::{self, DbConn},
    domain::{
        consent::{ConsentKind, ConsentState},
        endorsement::{EndorsementState, Shown},
        ids::parse_id,
        url::same_origin,
    },
    error::{Error, Result},
    state::AppState,
    vocab::{
        consent::{Stamp, read_stamp},
        digest::digest_multibase,
        endorsement::{self, Endorsement, Entry},
        proof::{self, Proof},
        read::id_of,
    },
};
use serde_json::{Value, json};

/// Entries of one register that are checked.
pub const MAX_CHECKED: usize = 1_000;
/// The same for a visitor, who is nobody we know.
pub const MAX_FOR_VISITOR: usize = 10;
/// Requests that one check for a visitor may make in all.
const MAX_VISITOR_REQUESTS: u32 = 40;
/// Requests that an entry may take: an endorsement, a stamp and a key, each with a redirect or a second way to sign. With fewer left,
/// none is begun, so that nothing is called false that was only not asked for.
const MAX_OF_ENTRY: u32 = 6;

/// How far a check goes.
#[derive(Debug, Clone)]
pub struct Bounds {
    budget: Budget,
    entries: usize,
    /// Whether each entry of a register may ask as much as one thing that was looked up; else all share.
    apart: bool,
}

impl Bounds {
    /// For whoever runs this instance.
    pub fn whole(state: &AppState) -> Self {
        Self { budget: Budget::of(state), entries: MAX_CHECKED, apart: true }
    }

    /// For somebody from outside.
    pub fn visitor() -> Self {
        Self { budget: Budget::new(MAX_VISITOR_REQUESTS), entries: MAX_FOR_VISITOR, apart: false }
    }
}

/// One condition, and whether it holds. The word is stable; the text says more to a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    pub check: &'static str,
    pub ok: bool,
    pub text: String,
}

/// Who made something, as they call themselves on their own server. A name is a claim; the address is what was checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Who {
    pub uri: String,
    /// May be empty.
    pub name: String,
    /// `@river@river.example`, or empty.
    pub handle: String,
}

/// Makers of what was checked without asking anybody, by their ids.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Keys {
    /// This instance knows the same keys.
    pub known: Vec<String>,
    /// That these are their keys, the file alone says.
    pub claimed: Vec<String>,
}

/// What was checked, with what is in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// `endorsement`, `statement`, `entry`, or `register`.
    pub kind: &'static str,
    pub id: String,
    pub checks: Vec<Check>,
    /// Whose it is, where that held.
    pub who: Option<Who>,
    /// Whose keys were used, where nobody was asked for any.
    pub keys: Option<Keys>,
    pub parts: Vec<Report>,
}

impl Report {
    pub(super) fn new(kind: &'static str, id: &str) -> Self {
        Self { kind, id: id.to_owned(), checks: Vec::new(), who: None, keys: None, parts: Vec::new() }
    }

    pub(super) fn check(&mut self, check: &'static str, ok: bool, text: impl Into<String>) -> bool {
        self.checks.push(Check { check, ok, text: text.into() });
        ok
    }

    /// Whether everything holds, in all parts.
    pub fn holds(&self) -> bool {
        self.checks.iter().all(|check| check.ok) && self.parts.iter().all(Self::holds)
    }

    pub fn json(&self) -> Value {
        let checks: Vec<Value> =
            self.checks.iter().map(|one| json!({ "check": one.check, "ok": one.ok, "text": one.text })).collect();
        let parts: Vec<Value> = self.parts.iter().map(Self::json).collect();
        let who = self.who.as_ref().map(|who| json!({ "id": who.uri, "name": who.name, "handle": who.handle }));
        let mut value =
            json!({ "kind": self.kind, "id": self.id, "ok": self.holds(), "by": who, "checks": checks, "parts": parts });
        if let Some(keys) = &self.keys {
            value["offline"] = json!({ "known_keys": keys.known, "claimed_keys": keys.claimed });
        }
        value
    }
}

/// Checks what stands at an address.
///
/// # Errors
/// `Upstream` and `NotFound` where it can't be had at all.
pub async fn address(state: &AppState, uri: &str, bounds: &Bounds) -> Result<Report> {
    let json = document(state, uri, &bounds.budget).await?;
    whole(state, &json, bounds).await
}

/// Checks a document that somebody kept: an endorsement, a statement, a page of a register.
///
/// # Errors
/// `Invalid` for `file` where it is none of these.
pub async fn whole(state: &AppState, json: &Value, bounds: &Bounds) -> Result<Report> {
    if let Some(read) = endorsement::read(json) {
        return of_endorsement(state, json, &read, None, &bounds.budget).await;
    }
    if json.get("digestMultibase").is_some() {
        return of_statement(state, json, None, bounds).await;
    }
    let (entries, _) = endorsement::read_page(json);
    if entries.is_empty() && json.get("endorsementCounts").is_none() {
        return Err(Error::invalid("file", "error-verify-kind"));
    }
    let mut report = Report::new("register", json.get("id").and_then(Value::as_str).unwrap_or_default());
    of_entries(state, &mut report, entries, None, bounds).await?;
    Ok(report)
}

/// Checks a statement with the register that somebody kept beside it (a bundle).
///
/// # Errors
/// `Invalid` for `file` where the first is no statement with a digest.
pub async fn bundle(state: &AppState, statement: &Value, register: &Value, bounds: &Bounds) -> Result<Report> {
    if statement.get("digestMultibase").is_none() {
        return Err(Error::invalid("file", "error-verify-kind"));
    }
    let (entries, _) = endorsement::read_page(register);
    of_statement(state, statement, Some(entries), bounds).await
}

async fn of_statement(state: &AppState, json: &Value, kept: Option<Vec<Entry>>, bounds: &Bounds) -> Result<Report> {
    let budget = &bounds.budget;
    let id = json.get("id").and_then(id_of).ok_or_else(|| Error::invalid("file", "error-verify-kind"))?;
    let mut report = Report::new("statement", &id);
    let author = json.get("attributedTo").and_then(id_of).unwrap_or_default();
    report.check("origin", same_origin(&id, &author), format!("it is by {author}, of its own host"));
    let digest = digest_multibase(json)?;
    let stated = json.get("digestMultibase").and_then(Value::as_str).unwrap_or_default();
    report.check("digest", stated == digest, format!("its text has the digest {digest}; it states {stated}"));
    let same = |now: &Value| digest_multibase(now).is_ok_and(|now| now == digest);
    let current = authentic(state, &mut report, json, &id, &author, same, budget).await?;
    name(state, &mut report, &author, budget).await?;
    let Some(register) = json.get("endorsements").and_then(id_of) else { return Ok(report) };
    if !report.check("register", same_origin(&register, &id), format!("its register is {register}")) {
        return Ok(report);
    }
    let entries = match kept {
        Some(entries) => entries,
        None => register_of(state, &register, budget).await?,
    };
    of_entries(state, &mut report, entries, Some((&id, current.as_ref())), bounds).await?;
    Ok(report)
}

/// A statement's id, and what stands there now, if it could be had.
type Endorsed<'a> = (&'a str, Option<&'a Value>);

/// `statement`: what all entries are about, where that is known.
async fn of_entries(
    state: &AppState,
    report: &mut Report,
    entries: Vec<Entry>,
    statement: Option<Endorsed<'_>>,
    bounds: &Bounds,
) -> Result<()> {
    let known = entries.len();
    for entry in entries.into_iter().take(bounds.entries) {
        if !bounds.apart && bounds.budget.left() < MAX_OF_ENTRY {
            break;
        }
        // An entry of a long register may ask as much as one thing that was looked up.
        let budget = if bounds.apart && known > 1 { Budget::of(state) } else { bounds.budget.clone() };
        let part = match endorsement::read(&entry.endorsement) {
            Some(read) => of_endorsement(state, &entry.endorsement, &read, Some((&entry, statement)), &budget).await?,
            None => {
                let mut part = Report::new("entry", "");
                part.check("form", false, "it is no whole endorsement");
                part
            }
        };
        report.parts.push(part);
    }
    let checked = report.parts.len();
    report.check("size", known == checked, format!("it has {known} entries, of which {checked} were checked"));
    Ok(())
}

/// Every condition for one endorsement. In a register, `listed` is what its host says of it, and the statement that it is
/// about; else it has to stand. What can't hold is asked of nobody: whoever writes a register would choose whom we ask.
async fn of_endorsement(
    state: &AppState,
    json: &Value,
    read: &Endorsement,
    listed: Option<(&Entry, Option<Endorsed<'_>>)>,
    budget: &Budget,
) -> Result<Report> {
    let mut report = Report::new(if listed.is_some() { "entry" } else { "endorsement" }, &read.id);
    let (listed, about) = (listed.map(|(entry, _)| entry), listed.and_then(|(_, about)| about));
    report.check("form", true, "it is a whole endorsement");
    if !report.check("origin", same_origin(&read.id, &read.actor), format!("it is by {}, of its own host", read.actor)) {
        return Ok(report);
    }
    if about.is_some_and(|(id, _)| id != read.object) {
        report.check("statement", false, format!("it is about {}", read.object));
        return Ok(report);
    }
    let print = read.claim.fingerprint.clone();
    let newest = |now: &Value| endorsement::read(now).is_some_and(|now| now.claim.fingerprint == print);
    let current = authentic(state, &mut report, json, &read.id, &read.actor, newest, budget).await?;
    name(state, &mut report, &read.actor, budget).await?;
    let (mut now, mut stamped) = (read.clone(), read.authorization.clone());
    if let Some(fresh) = current.as_ref().and_then(endorsement::read) {
        let same = fresh.claim.sequence == read.claim.sequence;
        let honest = !same || fresh.claim.fingerprint == read.claim.fingerprint;
        report.check("equivocation", honest, "its endorser says one thing under one number");
        let newest = fresh.claim.sequence <= read.claim.sequence;
        report.check("newest", newest, format!("number {} is the last thing that was said", read.claim.sequence));
        stamped = fresh.authorization.clone().or(stamped);
        now = fresh;
    }
    let standing = |of: &Endorsement| match of.claim.state {
        EndorsementState::Withdrawn => Some(Shown::Withdrawn),
        EndorsementState::Lapsed => Some(Shown::Lapsed),
        EndorsementState::Indicative if of.claim.ratify_by.is_some_and(|by| by <= state.now()) => Some(Shown::Lapsed),
        _ => None,
    };
    if let Some(over) = standing(&now) {
        let said = listed.is_some_and(|entry| entry.state == over);
        report.check("standing", said, format!("it is {over}"));
        return Ok(report);
    }
    if listed.is_some_and(|entry| entry.state == Shown::Unverified) {
        report.check("standing", true, "the register itself doesn't count it: it couldn't be verified there");
        return Ok(report);
    }
    report.check("standing", true, format!("it is {}", now.claim.state));
    let statement = match about {
        Some((_, Some(current))) => Ok(current.clone()),
        _ => document(state, &read.object, budget).await,
    };
    let statement = match statement {
        Ok(statement) => statement,
        Err(error @ (Error::Busy(_) | Error::Internal(_))) => return Err(error),
        Err(error) => {
            report.check("statement", false, format!("the statement can't be had: {error}"));
            return Ok(report);
        }
    };
    let id = statement.get("id").and_then(id_of).unwrap_or_default();
    let author = statement.get("attributedTo").and_then(id_of).unwrap_or_default();
    report.check("statement", id == read.object && same_origin(&id, &author), format!("it is about {id} by {author}"));
    let digest = digest_multibase(&statement)?;
    let earlier = digest != now.claim.digest;
    let told = listed.is_some_and(|entry| entry.state == Shown::EarlierVersion);
    report.check(
        "digest",
        earlier == told,
        if earlier { "the statement has another text now" } else { "it is bound to the text as it is" },
    );
    if let (Some(entry), false) = (listed, earlier) {
        report.check(
            "listed",
            entry.state.as_str() == now.claim.state.as_str(),
            format!("the register lists it as {}", entry.state),
        );
    }
    let named = listed.and_then(|entry| entry.authorization.as_ref()).and_then(id_of).or(stamped);
    let Some(uri) = named else {
        report.check("stamp", false, "the statement's author gave no stamp for it");
        return Ok(report);
    };
    let own = same_origin(&uri, &author);
    let found = match if own { document(state, &uri, budget).await } else { Err(Error::NotFound) } {
        Ok(json) => read_stamp(&json).filter(|stamp| stamp.id == uri),
        Err(error @ (Error::Busy(_) | Error::Internal(_))) => return Err(error),
        Err(_) => None,
    };
    let fits = |stamp: &Stamp| {
        stamp.words.kind == ConsentKind::Endorsement
            && stamp.author == author
            && stamp.object == read.id
            && stamp.target == read.object
    };
    let stands = own && found.as_ref().is_some_and(fits);
    report.check("stamp", stands, format!("{uri} stands on the author's host and is for this endorsement of this statement"));
    Ok(report)
}

/// Notes down whose something is, where its own host or its own key says so. Who can't be had stays without a name.
async fn name(state: &AppState, report: &mut Report, owner: &str, budget: &Budget) -> Result<()> {
    if !report.checks.iter().filter(|one| ["origin", "authentic"].contains(&one.check)).all(|one| one.ok) {
        return Ok(());
    }
    let (site, uri) = (state.site()?, owner.to_owned());
    let known = move |conn: &mut DbConn| match site.owns(&uri) {
        true => match db::collectives::by_uri(conn, &uri) {
            Ok(row) => Ok(Some(row.as_actor())),
            Err(Error::NotFound) => Ok(None),
            Err(error) => Err(error),
        },
        false => db::remote_actors::by_uri(conn, &uri),
    };
    let actor = match state.db.read(known).await? {
        Some(actor) => Some(actor),
        None => match actors::resolve(state, owner, budget).await {
            Ok(actor) => Some(actor),
            Err(error @ (Error::Busy(_) | Error::Internal(_))) => return Err(error),
            Err(_) => None,
        },
    };
    let (name, handle) = actor.map_or_else(Default::default, |actor| (actor.name.clone(), actor.handle()));
    report.who = Some(Who { uri: owner.to_owned(), name, handle });
    Ok(())
}

/// Whether a document is its owner's own word: it stands at its address now as it is here, or has a true proof by a key that
/// its owner lists. Gives what stands there.
async fn authentic(
    state: &AppState,
    report: &mut Report,
    json: &Value,
    id: &str,
    owner: &str,
    same: impl Fn(&Value) -> bool,
    budget: &Budget,
) -> Result<Option<Value>> {
    let current = match document(state, id, budget).await {
        Ok(current) => Some(current),
        Err(error @ (Error::Busy(_) | Error::Internal(_))) => return Err(error),
        Err(_) => None,
    };
    if current.as_ref().is_some_and(same) {
        report.check("authentic", true, "its own host says the same");
        return Ok(current);
    }
    let proven = is_proven(state, json, owner, budget).await?;
    let text =
        if proven { "its proof is true, by a key of its owner" } else { "neither its own host nor a true proof says this" };
    report.check("authentic", proven, text);
    Ok(current)
}

async fn is_proven(state: &AppState, json: &Value, owner: &str, budget: &Budget) -> Result<bool> {
    let Proof::Claim(claim) = proof::read(json) else { return Ok(false) };
    if !same_origin(&claim.method, owner) || claim.expires.is_some_and(|at| at <= state.now()) {
        return Ok(false);
    }
    let site = state.site()?;
    if site.owns(owner) {
        let owner = owner.to_owned();
        let key = state.db.read(move |conn| db::keys::current(conn, &owner, crate::domain::names::KeyKind::Ed25519)).await;
        let pem = match key {
            Ok(key) if key.key_uri == claim.method => key.private_key,
            Ok(_) | Err(Error::NotFound) => return Ok(false),
            Err(error) => return Err(error),
        };
        let key = openssl::pkey::PKey::private_key_from_pem(pem.as_bytes())?;
        return Ok(crypto::proof::is_true(&claim, &key));
    }
    let actor = match actors::resolve(state, owner, budget).await {
        Ok(actor) => actor,
        Err(error @ (Error::Busy(_) | Error::Internal(_))) => return Err(error),
        Err(_) => return Ok(false),
    };
    let Some(key) = actor.keys.iter().find(|key| key.id == claim.method) else { return Ok(false) };
    let Ok(key) = state.wire.keys.public(&key.id, &key.pem) else { return Ok(false) };
    Ok(crypto::proof::is_true(&claim, &key))
}

/// An object under its own id: of another host as it gives it, of ours as we would.
async fn document(state: &AppState, uri: &str, budget: &Budget) -> Result<Value> {
    let site = state.site()?;
    if !site.owns(uri) {
        return Ok(fetch::document(state, uri, budget).await?.json);
    }
    let uri = uri.split(['?', '#']).next().unwrap_or(uri).to_owned();
    state
        .db
        .read(move |conn| {
            if let Some(id) = site.statement_id_of(&uri) {
                let row = db::statements::by_id(conn, &parse_id(id).ok_or(Error::NotFound)?)?;
                if row.state != crate::domain::names::StatementState::Published {
                    return Err(Error::NotFound);
                }
                let version = db::statements::version(conn, &row.id, row.version)?;
                return proofs::version(conn, &version);
            }
            if let Some(row) = db::endorsements::by_uri(conn, &uri)? {
                return endorsements::proven(conn, &row);
            }
            own_stamp(conn, &uri)
        })
        .await
}

fn own_stamp(conn: &mut DbConn, uri: &str) -> Result<Value> {
    let row = db::consents::by_stamp(conn, uri)?.filter(|row| row.state == ConsentState::Granted).ok_or(Error::NotFound)?;
    proofs::stamp(conn, &row, true)?.ok_or(Error::NotFound)
}

/// All entries of a register.
async fn register_of(state: &AppState, uri: &str, budget: &Budget) -> Result<Vec<Entry>> {
    let site = state.site()?;
    if site.owns(uri) {
        let statement = uri.strip_suffix("/endorsements").unwrap_or(uri).to_owned();
        let now = state.now();
        let read = move |conn: &mut DbConn| {
            let lines = endorsements::lines(conn, &statement, now)?;
            lines.iter().map(|line| entry(conn, line)).collect::<Result<Vec<_>>>()
        };
        return state.db.read(read).await;
    }
    let items = fetch::collection(state, uri, budget).await?;
    Ok(items.iter().filter_map(Entry::read).collect())
}
