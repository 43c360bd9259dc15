//! Endorsements of our collectives, and the registers of our statements.

use super::{
    answer::{Answer, document, gone},
    statements::public,
};
use crate::{
    AppState,
    acts::{
        endorsements::{self, Line, count_erased, lines, totals},
        proofs,
    },
    db::{self, DbConn},
    domain::{
        consent::{ConsentKind, ConsentState},
        ids::parse_id,
        names::StatementState,
    },
    error::{Error, Result},
    vocab::endorsement::{self, Entry},
};
use actix_web::{
    HttpRequest,
    web::{Data, Path},
};
use serde_json::Value;

/// Entries on one page of a register.
pub const REGISTER_PAGE: usize = 100;

/// An endorsement of ours as it is now, also one that is withdrawn or lapsed; 410 with a Tombstone where it was erased.
pub async fn one(state: Data<AppState>, id: Path<String>) -> Answer {
    let site = state.site()?;
    let read = move |conn: &mut DbConn| {
        let id = parse_id(&id).ok_or(Error::NotFound)?;
        let row = db::endorsements::by_uri(conn, &site.endorsement(&id))?.ok_or(Error::NotFound)?;
        if row.erased_at.is_some() {
            return Ok(Err(endorsement::tombstone(&row.uri)));
        }
        endorsements::proven(conn, &row).map(Ok)
    };
    Ok(match state.db.read(read).await? {
        Ok(found) => document(&found),
        Err(tombstone) => gone(&tombstone),
    })
}

/// A statement's register: its totals, or one of its pages by number from 1.
pub async fn register(state: Data<AppState>, id: Path<String>, request: HttpRequest) -> Answer {
    let now = state.now();
    let query: Vec<(String, String)> = url::form_urlencoded::parse(request.query_string().as_bytes()).into_owned().collect();
    let wanted = query.iter().find(|(key, _)| key == "page").map(|(_, value)| value.parse::<usize>().unwrap_or(1));
    let read = move |conn: &mut DbConn| {
        let statement = public(conn, &id)?;
        if statement.state != StatementState::Published || db::endorsements::by_companion(conn, &statement.id)?.is_some() {
            return Err(Error::NotFound);
        }
        let register = format!("{}/endorsements", statement.uri);
        let lines = lines(conn, &statement.uri, now)?;
        let counts = totals(&lines, count_erased(conn, &statement.uri, &lines)?);
        let total = i64::try_from(lines.len()).unwrap_or(i64::MAX);
        let Some(wanted) = wanted else {
            let author = db::collectives::by_id(conn, &statement.collective_id)?.uri;
            return Ok(endorsement::register(&register, &author, total, &counts));
        };
        let last = lines.len().div_ceil(REGISTER_PAGE).max(1);
        let n = wanted.clamp(1, last);
        let here = lines.iter().skip((n - 1) * REGISTER_PAGE).take(REGISTER_PAGE);
        let items = here.map(|line| entry(conn, line)).collect::<Result<Vec<_>>>()?;
        let next = (n < last).then(|| format!("{register}?page={}", n + 1));
        Ok(endorsement::register_page(&format!("{register}?page={n}"), &register, next.as_deref(), total, &counts, &items))
    };
    Ok(document(&state.db.read(read).await?))
}

/// A line with the objects that show it to be true.
pub(in crate::federation) fn entry(conn: &mut DbConn, line: &Line) -> Result<Entry> {
    let row = &line.row;
    let consent = db::consents::between(conn, ConsentKind::Endorsement, &row.uri, &row.statement_uri)?;
    let authorization: Option<Value> = match consent.filter(|consent| consent.state == ConsentState::Granted) {
        Some(consent) => proofs::stamp(conn, &consent, true)?,
        None => None,
    };
    Ok(Entry { state: line.shown, endorsement: endorsements::proven(conn, row)?, authorization })
}
