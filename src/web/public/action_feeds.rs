//! What stands under a call as calendar, JSON and Atom. The calendar and the JSON are written in parts while they are read: a call
//! with ten thousand actions is never held as a whole, and its first byte doesn't wait for the last.

use super::{calendar, call, feed, report};
use crate::{
    AppState, Error, Result,
    db::{self, DbConn, action_reports, actions::ActionRow, public::Whole},
    domain::{
        Id, Timestamp,
        call::{Call, CallStatus},
        ids::parse_id,
        names::StatementState,
        place::Place,
        time::rfc3339,
    },
    feeds::{
        atom,
        ical::{self, Calendar, Entry, InParts},
    },
    text,
    web::i18n::T,
};
use actix_web::{
    HttpResponse,
    http::header::{CACHE_CONTROL, CONTENT_DISPOSITION},
    web::{Bytes, Data, Path},
};
use futures::{Stream, stream};
use serde_json::{Value, json};
use std::{collections::HashMap, pin::Pin};

/// Actions read at once.
const BATCH: i64 = 250;

/// Names of organisers, each looked up once.
#[derive(Default)]
pub struct Names(HashMap<String, String>);

impl Names {
    pub fn of(&mut self, conn: &mut DbConn, row: &ActionRow) -> Result<String> {
        if let Some(known) = self.0.get(&row.organiser_uri) {
            return Ok(known.clone());
        }
        let name = call::organiser(conn, row)?;
        // Of ours some are by people without an instance, who have no name.
        if row.organiser_id.is_none() {
            self.0.insert(row.organiser_uri.clone(), name.clone());
        }
        Ok(name)
    }
}

/// A public call of ours.
async fn public(state: &AppState, id: &str) -> Result<(Whole, Call)> {
    let id = parse_id(id).ok_or(Error::NotFound)?;
    let whole = state.db.read(move |conn| db::public::statement(conn, &id)).await?;
    let call = whole.version.content.call.clone().filter(|_| whole.state == StatementState::Published);
    call.map(|call| (whole, call)).ok_or(Error::NotFound)
}

/// One after the other, in batches.
struct Walk {
    state: AppState,
    call_uri: String,
    behind: Option<(Timestamp, Id)>,
    names: Names,
}

impl Walk {
    /// The next ones; empty at the end.
    async fn next(&mut self) -> Result<Vec<(ActionRow, String)>> {
        let (uri, behind, mut names) = (self.call_uri.clone(), self.behind.clone(), std::mem::take(&mut self.names));
        let (rows, names) = self
            .state
            .db
            .read(move |conn| {
                let behind = behind.as_ref().map(|(at, id)| (*at, id.as_str()));
                let rows = db::actions::standing_behind(conn, &uri, behind, BATCH)?;
                let named = rows.into_iter().map(|row| Ok((names.of(conn, &row)?, row)));
                let rows = named.map(|one| one.map(|(name, row)| (row, name))).collect::<Result<Vec<_>>>()?;
                Ok((rows, names))
            })
            .await?;
        self.names = names;
        if let Some((last, _)) = rows.last() {
            self.behind = Some((last.begins_at, last.id.clone()));
        }
        Ok(rows)
    }
}

/// How a list is written in parts.
trait Parts: 'static {
    fn begin(&mut self) -> String;
    fn more(&mut self, rows: &[(ActionRow, String)]) -> String;
    fn end(&mut self) -> String;
}

/// What is still to be written.
enum Left {
    Begin,
    More,
    Nothing,
}

/// What stands under a call, written while it is read.
fn written(state: &AppState, call_uri: &str, parts: impl Parts) -> Pin<Box<dyn Stream<Item = Result<Bytes>>>> {
    let walk = Walk { state: state.clone(), call_uri: call_uri.to_owned(), behind: None, names: Names::default() };
    Box::pin(stream::unfold((Left::Begin, walk, parts), async |(left, mut walk, mut parts)| {
        let (text, left) = match left {
            Left::Begin => (Ok(parts.begin()), Left::More),
            Left::More => match walk.next().await {
                Err(error) => (Err(error), Left::Nothing),
                Ok(rows) if rows.is_empty() => (Ok(parts.end()), Left::Nothing),
                Ok(rows) => (Ok(parts.more(&rows)), Left::More),
            },
            Left::Nothing => return None,
        };
        Some((text.map(Bytes::from), (left, walk, parts)))
    }))
}

struct InCalendar {
    url: String,
    page: String,
    name: String,
    language: String,
    /// The call itself.
    first: Entry,
    parts: InParts,
}

impl Parts for InCalendar {
    fn begin(&mut self) -> String {
        let entries = vec![self.first.clone()];
        self.parts.begin(&Calendar { url: &self.url, page: &self.page, name: &self.name, language: &self.language, entries })
    }

    fn more(&mut self, rows: &[(ActionRow, String)]) -> String {
        let entries: Vec<Entry> = rows.iter().map(|(row, name)| calendar::action_entry(row, name, "")).collect();
        self.parts.more(&entries)
    }

    fn end(&mut self) -> String {
        std::mem::take(&mut self.parts).end()
    }
}

/// JSON whose last member is the list, which stays open until the end.
struct InJson {
    head: String,
    some: bool,
}

impl Parts for InJson {
    fn begin(&mut self) -> String {
        std::mem::take(&mut self.head)
    }

    fn more(&mut self, rows: &[(ActionRow, String)]) -> String {
        let mut text = String::with_capacity(rows.len() * 400);
        for (row, name) in rows {
            if std::mem::replace(&mut self.some, true) {
                text.push(',');
            }
            text.push_str(&brief(row, name).to_string());
        }
        text
    }

    fn end(&mut self) -> String {
        "]}".to_owned()
    }
}

/// `GET /statements/{id}/calendar.ics`: the call, and all that stands under it, for diaries that follow it.
pub async fn calendar(state: Data<AppState>, id: Path<String>) -> Result<HttpResponse> {
    let site = state.site()?;
    let (whole, _) = public(&state, &id).await?;
    let id = whole.id.clone();
    let line = state.db.read(move |conn| Ok(db::public::among(conn, None, &[id])?.pop())).await?.ok_or(Error::NotFound)?;
    let first = calendar::entry(&site, &line).ok_or(Error::NotFound)?;
    let (content, uri) = (whole.version.content, whole.uri);
    let parts = InCalendar {
        url: format!("{uri}/calendar.ics"),
        page: uri.clone(),
        name: content.title,
        language: content.language,
        first,
        parts: InParts::default(),
    };
    Ok(HttpResponse::Ok()
        .content_type(ical::CONTENT_TYPE)
        .insert_header((CACHE_CONTROL, "public, max-age=300"))
        .insert_header((CONTENT_DISPOSITION, "inline; filename=\"calendar.ics\""))
        .streaming(written(&state, &uri, parts)))
}

/// `GET /statements/{id}/actions.json`: the same for programs.
pub async fn plain(state: Data<AppState>, id: Path<String>) -> Result<HttpResponse> {
    let (whole, _) = public(&state, &id).await?;
    let uri = whole.uri.clone();
    let totals = state.db.read(move |conn| report::Totals::of(conn, &uri)).await?;
    let (call, title) = (json!(whole.uri), json!(whole.version.content.title));
    let head = format!("{{\"call\":{call},\"title\":{title},\"totals\":{},\"actions\":[", totals.json());
    Ok(HttpResponse::Ok()
        .content_type("application/json")
        .insert_header((CACHE_CONTROL, "public, max-age=300"))
        .insert_header(("access-control-allow-origin", "*"))
        .streaming(written(&state, &whole.uri, InJson { head, some: false })))
}

/// An action as programs get it.
pub fn brief(row: &ActionRow, organiser: &str) -> Value {
    let content = &row.content;
    let place = content.place.as_ref().map(Place::public);
    let point = place.as_ref().and_then(|place| place.coordinates);
    let (first, last) = content.when.days();
    json!({
        "url": row.uri, "title": content.title, "kind": content.kind.as_str(), "call": row.call_uri,
        "organiser": { "name": organiser, "url": row.organiser_uri },
        "all_day": content.when.all_day(), "first_day": first.to_string(), "last_day": last.to_string(),
        "start": content.when.start().to_rfc3339(), "end": content.when.end().map(|end| end.to_rfc3339()),
        "zone": content.when.zone().map(|zone| zone.name()), "status": content.status.as_str(),
        "place": place.map(|place| json!({
            "text": place.line(), "city": place.city.map(|city| city.name),
            "country": Some(place.country).filter(|country| !country.is_empty()),
            "latitude": point.map(|point| point.latitude.get()), "longitude": point.map(|point| point.longitude.get()),
        })),
        "languages": content.languages, "updated": rfc3339(row.updated)
    })
}

/// `GET /statements/{id}/actions.atom`: what was added or changed last under a call, and the reports.
pub async fn atom(t: T, state: Data<AppState>, id: Path<String>) -> Result<HttpResponse> {
    let (whole, _) = public(&state, &id).await?;
    let uri = whole.uri.clone();
    let (rows, reports) = state
        .db
        .read(move |conn| {
            let rows = db::actions::changed_last(conn, &uri, feed::ENTRIES)?;
            let mut names = Names::default();
            let rows = rows.into_iter().map(|row| Ok((names.of(conn, &row)?, row))).collect::<Result<Vec<_>>>()?;
            Ok((rows, action_reports::of_call(conn, &uri, feed::ENTRIES)?))
        })
        .await?;
    let content = &whole.version.content;
    let mut entries: Vec<atom::Entry> = rows.iter().map(|(name, row)| of_action(&t, row, name)).collect();
    entries.extend(reports.into_iter().map(of_report));
    entries.sort_by_key(|entry| std::cmp::Reverse(entry.updated));
    entries.truncate(usize::try_from(feed::ENTRIES).unwrap_or_default());
    let url = format!("{}/actions.atom", whole.uri);
    Ok(feed::answer(&atom::Feed {
        id: &url,
        url: &url,
        page: &whole.uri,
        title: &content.title,
        subtitle: "",
        language: &content.language,
        author: &whole.collective.name,
        created: whole.published_at,
        entries,
    }))
}

fn of_action(t: &T, row: &ActionRow, organiser: &str) -> atom::Entry {
    let content = &row.content;
    let place = content.place.as_ref().map(Place::line).unwrap_or_default();
    let state =
        if content.status == CallStatus::Announced { String::new() } else { t.get(&format!("call-state-{}", content.status)) };
    let parts = [state, t.language.when(&content.when), place, organiser.to_owned()];
    atom::Entry {
        id: row.uri.clone(),
        page: row.uri.clone(),
        title: content.title.clone(),
        summary: parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · "),
        content: content.text.lines().map(|line| format!("<p>{}</p>", super::escape(line))).collect(),
        language: t.lang.to_owned(),
        hashtags: Vec::new(),
        published: row.published,
        updated: row.updated,
    }
}

fn of_report(shown: action_reports::Shown) -> atom::Entry {
    let folded = !shown.content_warning.is_empty();
    let plain = text::plain(&shown.html);
    let title = if shown.title.is_empty() {
        text::excerpt(if folded { &shown.content_warning } else { &plain }, 80)
    } else {
        shown.title
    };
    atom::Entry {
        id: shown.uri,
        page: shown.url,
        title,
        summary: if folded { shown.content_warning } else { String::new() },
        content: if folded { String::new() } else { shown.html },
        language: if shown.language.is_empty() { "und".to_owned() } else { shown.language },
        hashtags: Vec::new(),
        published: shown.published,
        updated: shown.published,
    }
}

/// `GET /actions/{id}/calendar.ics`: one action of ours, to be put into a diary.
pub async fn one(state: Data<AppState>, id: Path<String>) -> Result<HttpResponse> {
    let id = parse_id(&id).ok_or(Error::NotFound)?;
    let (row, name) = state
        .db
        .read(move |conn| {
            let row = db::actions::by_id(conn, &id)?;
            if row.organiser_id.is_none() || row.deleted_at.is_some() {
                return Err(Error::NotFound);
            }
            let name = call::organiser(conn, &row)?;
            Ok((row, name))
        })
        .await?;
    let (url, title) = (format!("{}/calendar.ics", row.uri), row.content.title.clone());
    Ok(calendar::answer(&url, &row.uri, &title, "", vec![calendar::action_entry(&row, &name, "")]))
}
