//! Drawing by lot: who takes part is fixed first, then the seed comes, and anybody can repeat the draw.

use super::propose::members;
use crate::{
    acts::draws::{self, Willing},
    db::{self, mandates::DrawRow},
    domain::{Id, ids, lot::Quota},
    error::{Error, Fault, Result},
    state::AppState,
    web::{
        csrf::{self, Form, Nothing},
        desk::{decisions::as_faults, page::Desk, write::Done},
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

/// Most draws in the list.
const MAX_DRAWS: i64 = 100;

#[derive(Template)]
#[template(path = "desk/lots.html")]
struct LotsPage {
    t: T,
    desk: Desk,
    draws: Vec<DrawRow>,
    members: Vec<(Id, String)>,
    typed: Typed,
    faults: Vec<Fault>,
}

#[derive(Template)]
#[template(path = "desk/lot.html")]
struct LotPage {
    t: T,
    desk: Desk,
    row: DrawRow,
    here: String,
    tickets: Vec<Drawn>,
    seed: String,
    faults: Vec<Fault>,
}

/// A ticket, whose it is, and whether it was drawn.
struct Drawn {
    ticket: String,
    name: String,
    groups: String,
    /// Its place in the order of the lot, from 1; 0 before the draw.
    place: usize,
    chosen: bool,
}

#[derive(Default)]
struct Typed {
    purpose: String,
    seats: String,
    quotas: String,
    willing: Vec<String>,
    /// Groups by member.
    groups: Vec<(String, String)>,
}

impl Typed {
    fn group(&self, member: &str) -> &str {
        self.groups.iter().find(|(id, _)| id == member).map_or("", |(_, groups)| groups)
    }

    fn has(&self, member: &str) -> bool {
        self.willing.iter().any(|one| one == member)
    }

    fn of(pairs: &[(String, String)]) -> Self {
        let one = |name| csrf::values(pairs, name).first().map(|text| (*text).to_owned()).unwrap_or_default();
        let groups = pairs.iter().filter_map(|(name, text)| Some((name.strip_prefix("group-")?.to_owned(), text.clone())));
        Self {
            purpose: one("purpose"),
            seats: one("seats"),
            quotas: one("quotas"),
            willing: csrf::values(pairs, "willing").into_iter().map(str::to_owned).collect(),
            groups: groups.collect(),
        }
    }

    fn quotas(&self) -> Result<Vec<Quota>> {
        let quota = |line: &str| {
            let (group, least) = line.split_once('=')?;
            Some(Quota { group: group.trim().to_owned(), least: least.trim().parse().ok()? })
        };
        let lines = self.quotas.lines().filter(|line| !line.trim().is_empty());
        lines.map(|line| quota(line).ok_or_else(|| Error::invalid("quotas", "error-lot-quota-form"))).collect()
    }

    fn willing(&self) -> Vec<Willing> {
        let groups =
            |member: &str| self.group(member).split(',').map(|one| one.trim().to_owned()).filter(|one| !one.is_empty()).collect();
        self.willing.iter().map(|member| Willing { member: member.clone(), groups: groups(member) }).collect()
    }
}

/// `GET …/lots`
pub async fn list(state: Data<AppState>, me: SignedIn, t: T, path: Path<String>) -> Result<HttpResponse> {
    let desk = Desk::open(&state, &me, &path, "mandates").await?;
    let typed = Typed { seats: "1".into(), ..Typed::default() };
    lots(&state, t, desk, StatusCode::OK, typed, Vec::new()).await
}

/// `POST …/lots`
pub async fn open(state: Data<AppState>, me: SignedIn, t: T, path: Path<String>, form: Form<Nothing>) -> Result<HttpResponse> {
    let desk = Desk::open(&state, &me, &path, "mandates").await?;
    let typed = Typed::of(&form.pairs);
    let (id, purpose, willing) = (desk.collective.id.clone(), typed.purpose.clone(), typed.willing());
    let seats = typed.seats.trim().parse().map_err(|_| Error::invalid("seats", "error-lot-size"));
    let opened = match seats.and_then(|seats: usize| Ok((seats, typed.quotas()?))) {
        Ok((seats, quotas)) => {
            state.act(me.principal(), move |act| draws::open(act, &id, &purpose, &willing, seats, quotas)).await
        }
        Err(error) => Err(error),
    };
    match opened {
        Ok(row) => Ok(see_other(&desk.url(&t, &format!("/lots/{}?done=lot-opened", row.id)))),
        Err(error) => {
            let status = errors::status(&error);
            let faults = as_faults(&t, error, "purpose")?;
            lots(&state, t, desk, status, typed, faults).await
        }
    }
}

async fn lots(state: &AppState, t: T, desk: Desk, status: StatusCode, typed: Typed, faults: Vec<Fault>) -> Result<HttpResponse> {
    let members = members(state, &desk).await?;
    let id = desk.collective.id.clone();
    let draws = state.db.read(move |conn| db::mandates::draws(conn, &id, MAX_DRAWS)).await?;
    page_with(status, &LotsPage { t, desk, draws, members, typed, faults })
}

#[derive(Deserialize)]
pub struct Seed {
    #[serde(default)]
    seed: String,
}

/// `GET …/lots/{id}`
pub async fn show(
    state: Data<AppState>,
    me: SignedIn,
    t: T,
    path: Path<(String, String)>,
    query: Query<Done>,
) -> Result<HttpResponse> {
    let desk = Desk::open(&state, &me, &path.0, "mandates").await?.noting(&t, query.done.as_deref());
    let row = load(&state, &desk, &path.1).await?;
    lot(&state, t, desk, row, StatusCode::OK, String::new(), Vec::new()).await
}

/// `POST …/lots/{id}`: draws.
pub async fn draw(
    state: Data<AppState>,
    me: SignedIn,
    t: T,
    path: Path<(String, String)>,
    form: Form<Seed>,
) -> Result<HttpResponse> {
    let desk = Desk::open(&state, &me, &path.0, "mandates").await?;
    let row = load(&state, &desk, &path.1).await?;
    let (id, seed) = (row.id.clone(), Some(form.seed.trim().to_owned()).filter(|seed| !seed.is_empty()));
    match state.act(me.principal(), move |act| draws::draw(act, &id, seed.as_deref())).await {
        Ok(_) => Ok(see_other(&desk.url(&t, &format!("/lots/{}?done=lot-drawn", row.id)))),
        Err(error) => {
            let status = errors::status(&error);
            let faults = as_faults(&t, error, "seed")?;
            let row = load(&state, &desk, &row.id).await?;
            lot(&state, t, desk, row, status, form.value.seed, faults).await
        }
    }
}

async fn load(state: &AppState, desk: &Desk, id: &str) -> Result<DrawRow> {
    let id = ids::parse_id(id).ok_or(Error::NotFound)?;
    let row = state.db.read(move |conn| db::mandates::draw(conn, &id)).await?;
    if row.collective_id == desk.collective.id { Ok(row) } else { Err(Error::NotFound) }
}

async fn lot(
    state: &AppState,
    t: T,
    desk: Desk,
    row: DrawRow,
    status: StatusCode,
    seed: String,
    faults: Vec<Fault>,
) -> Result<HttpResponse> {
    let people: Vec<Id> = row.tickets.values().cloned().collect();
    let names = state.db.read(move |conn| db::members::names(conn, &people)).await?;
    let order: Vec<&str> = row.seed.as_deref().map(|seed| row.lot.order(seed)).unwrap_or_default();
    let mut tickets: Vec<Drawn> = row
        .lot
        .tickets
        .iter()
        .map(|one| Drawn {
            name: row.tickets.get(&one.ticket).and_then(|id| names.get(id)).cloned().unwrap_or_default(),
            groups: one.groups.join(", "),
            place: order.iter().position(|ticket| *ticket == one.ticket).map_or(0, |place| place + 1),
            chosen: row.drawn.as_ref().is_some_and(|drawn| drawn.contains(&one.ticket)),
            ticket: one.ticket.clone(),
        })
        .collect();
    tickets.sort_by_key(|one| one.place);
    let here = desk.url(&t, &format!("/lots/{}", row.id));
    page_with(status, &LotPage { t, desk, row, here, tickets, seed, faults })
}

/// A text as one word of a shell (POSIX, 2.2.2): within apostrophes, each of its own outside of them.
pub fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn a_shell_reads_a_seed_as_it_is() {
        for seed in ["plain", "it's six o'clock", "'", "$(date) `id` \\ \"x\"", "a\u{a0}b"] {
            let said = std::process::Command::new("sh").arg("-c").arg(format!("printf '%s' {}", quoted(seed))).output().unwrap();
            assert_eq!(String::from_utf8(said.stdout).unwrap(), seed);
        }
    }
}
