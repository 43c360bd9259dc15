//! A call as pages show it: its dates, its state by word, sign and colour, and where it is.

use super::report::{self, ReportView};
use crate::{
    AppState, Error, Result,
    db::{self, DbConn, actions::ActionRow, public::Line, remote_actors::RemoteActorRow},
    domain::{
        Timestamp,
        call::{Call, CallState, CallStatus},
        ids::parse_id,
        place::{Place, Precision},
        url::host_and_port,
    },
    feeds::map::{self, Map, Spot},
    text,
    web::{i18n::T, page, see_other},
};
use actix_web::{
    HttpResponse,
    web::{Data, Path},
};
use askama::Template;
use chrono::Datelike;
use chrono_tz::Tz;

/// Calls listed by date on the first page and on a collective's.
pub const MOST_COMING: i64 = 12;

/// A call in the reader's language.
pub struct CallView {
    pub state: CallState,
    /// Its word.
    pub word: String,
    /// All of its dates, in words.
    pub when: String,
    /// How it comes back, in words; empty where it doesn't.
    pub again: String,
    /// For `<time datetime>`.
    pub machine: String,
    /// Day and month of its first day, and of its last where that is another.
    pub first: (String, String),
    pub last: Option<(String, String)>,
    /// `Old bridge, Lyon`, or that it is everywhere.
    pub place: String,
    /// What changed, in words; empty where it is as it was announced.
    pub change: String,
    pub notice: String,
    /// Day 3 of 8; empty where it isn't under way or is one day.
    pub day: String,
    /// Safe HTML.
    pub supporters: String,
}

impl CallView {
    pub fn of(t: &T, call: &Call, now: Timestamp) -> Self {
        let lang = t.language;
        let when = call.at(now);
        let (first, last) = when.days();
        let day = |day: chrono::NaiveDate| (lang.number(i64::from(day.day())), lang.month(day));
        let state = call.state(now);
        let day_of = when.day_of(now).filter(|_| state == CallState::UnderWay);
        Self {
            state,
            word: lang.call_state(state),
            when: lang.when(&when),
            again: call.recurrence.as_ref().map_or_else(String::new, |rule| lang.recurrence(rule)),
            machine: if when.all_day() { first.to_string() } else { when.start().to_rfc3339() },
            first: day(first),
            last: (last != first).then(|| day(last)),
            place: match &call.place {
                Some(place) => [place.line(), if place.country.is_empty() { String::new() } else { t.country(&place.country) }]
                    .into_iter()
                    .filter(|part| !part.is_empty())
                    .collect::<Vec<_>>()
                    .join(", "),
                None => t.get("call-everywhere"),
            },
            change: lang.call_change(call).unwrap_or_default(),
            notice: call.notice.clone(),
            day: day_of.map_or_else(String::new, |(day, days)| t.two("call-day-of", "day", day, "days", days)),
            supporters: text::markdown(&call.supporters),
        }
    }

    /// Whether its dates are those that hold.
    pub fn dated(&self) -> bool {
        !matches!(self.state, CallState::Postponed | CallState::Cancelled)
    }
}

/// A call in a list of those to come.
pub struct Coming {
    pub line: Line,
    pub view: CallView,
}

/// Calls of one collective, or of all, that aren't over, by when they begin.
pub fn coming(conn: &mut DbConn, collective_id: Option<&str>, now: Timestamp) -> Result<Vec<Line>> {
    let ids = db::calls::coming(conn, collective_id, now, MOST_COMING)?;
    db::public::among(conn, collective_id, &ids)
}

/// The same for people.
pub fn listed(t: &T, lines: Vec<Line>, now: Timestamp) -> Vec<Coming> {
    let view = |line: Line| Some(Coming { view: CallView::of(t, line.content.call.as_ref()?, now), line });
    lines.into_iter().filter_map(view).collect()
}

/// What a version says of its dates, for comparing versions: a line each.
pub fn in_words(t: &T, call: Option<&Call>) -> String {
    let Some(call) = call else { return String::new() };
    let place = call.place.as_ref().map_or_else(|| t.get("call-everywhere"), |place| place.line());
    let status = match call.status {
        CallStatus::Announced => String::new(),
        CallStatus::Postponed => t.get("call-state-postponed"),
        CallStatus::Moved => t.get("call-state-moved"),
        CallStatus::Cancelled => t.get("call-state-cancelled"),
    };
    [t.language.when(&call.when), place, status, call.notice.clone(), call.supporters.clone()].join("\n")
}

/// A local action as a call's page and its own show it.
pub struct ActionView {
    pub path: String,
    pub title: String,
    pub kind: &'static str,
    pub organiser: String,
    pub when: String,
    /// `14:00–16:00`; all of it in words where it ends on another day; empty where it takes the day.
    pub hours: String,
    /// The IANA name of its zone, for people.
    pub zone: String,
    /// The same by the clock of the reader's zone, where that is another.
    pub theirs: String,
    /// For `<time datetime>`.
    pub machine: String,
    pub first: (String, String),
    pub last: Option<(String, String)>,
    pub place: String,
    /// The city alone.
    pub town: String,
    /// Whether it takes place.
    pub state: CallState,
    pub word: String,
    /// What its organisers haven't answered yet; empty where nothing is asked.
    pub asked: String,
    pub text: String,
    pub accessibility: String,
    pub languages: Vec<String>,
    pub contact: String,
}

impl ActionView {
    pub fn of(t: &T, organiser: &str, row: &ActionRow, zone: Option<Tz>, now: Timestamp) -> Self {
        let content = &row.content;
        let place = content.place.as_ref().map(Place::public);
        let call = Call { place: place.clone(), status: content.status, ..Call::new(content.when) };
        let view = CallView::of(t, &call, now);
        let theirs = zone.and_then(|zone| content.when.by_clock_of(zone));
        Self {
            path: super::actions::address(t, row),
            title: content.title.clone(),
            kind: content.kind.as_str(),
            organiser: if organiser.is_empty() { t.get("action-by-people") } else { organiser.to_owned() },
            when: view.when,
            hours: t.language.clock(&content.when),
            zone: content.when.zone().map_or_else(String::new, |zone| zone.name().replace('_', " ")),
            theirs: theirs.map_or_else(String::new, |when| t.language.when(&when)),
            machine: view.machine,
            first: view.first,
            last: view.last,
            town: place.as_ref().and_then(|place| place.city.as_ref()).map_or_else(String::new, |city| city.name.clone()),
            place: place.map_or_else(String::new, |_| view.place),
            state: view.state,
            word: view.word,
            asked: row.question.as_ref().map_or_else(String::new, |question| t.get(&format!("action-asked-{}", question.what))),
            text: content.text.clone(),
            accessibility: content.accessibility.clone(),
            languages: content.languages.iter().map(|tag| t.language_name(tag)).collect(),
            contact: content.contact.clone(),
        }
    }
}

/// The name of who organises actions, as known here.
pub fn name_of(actor: RemoteActorRow) -> String {
    if actor.name.is_empty() { actor.handle() } else { actor.name }
}

/// Where nobody knows more of somebody.
pub fn host_of(uri: &str) -> String {
    host_and_port(uri).unwrap_or_default()
}

/// Who organises an action; empty for people without an instance of their own.
pub fn organiser(conn: &mut DbConn, row: &ActionRow) -> Result<String> {
    if !db::proposed::made(conn, std::slice::from_ref(&row.id))?.is_empty() {
        return Ok(String::new());
    }
    let known = db::remote_actors::any_by_uri(conn, &row.organiser_uri)?;
    Ok(known.map_or_else(|| host_of(&row.organiser_uri), name_of))
}

#[derive(Template)]
#[template(path = "public/action.html")]
struct ActionPage {
    t: T,
    action: ActionView,
    /// Where it is, as far as that is told.
    map: Option<Map>,
    uri: String,
    call_title: String,
    call_url: String,
    reports: Vec<ReportView>,
}

/// A map of one place. An exact one opens in the reader's own program for maps; to others the text says more.
pub fn place_map(t: &T, title: &str, place: &Place) -> Option<Map> {
    let place = place.public();
    let coordinates = map::point_of(&place)?;
    let exact = place.precision == Precision::Exact && place.coordinates.is_some();
    let href = if exact {
        format!("geo:{:.5},{:.5}", coordinates.latitude.get(), coordinates.longitude.get())
    } else {
        "#where".to_owned()
    };
    Some(Map::of(&[Spot { coordinates, title: title.to_owned(), place: place.line(), href, count: 1 }], t.lang))
}

/// `GET /actions/{id}`: an action of a collective of ours.
pub async fn action(t: T, state: Data<AppState>, id: Path<String>) -> Result<HttpResponse> {
    let id = parse_id(&id).ok_or(Error::NotFound)?;
    let (row, name, reports) = state
        .db
        .read(move |conn| {
            let row = db::actions::by_id(conn, &id)?;
            if row.organiser_id.is_none() || row.deleted_at.is_some() {
                return Err(Error::NotFound);
            }
            let name = organiser(conn, &row)?;
            let reports = report::of_action(conn, &row.uri)?;
            Ok((row, name, reports))
        })
        .await?;
    let call_url = match &row.statement_id {
        Some(id) => t.url(format!("/statements/{id}")),
        None => super::outside(&row.call_uri),
    };
    let action = ActionView::of(&t, &name, &row, None, state.now());
    let map = row.content.place.as_ref().and_then(|place| place_map(&t, &action.title, place));
    let reports = ReportView::all(&t, reports, true);
    page(&ActionPage { action, map, reports, uri: row.uri, call_title: row.call_title, call_url, t })
}

/// `GET /statements/{id}/note`: who opens a note's id in a browser gets the call's page.
pub async fn note(t: T, state: Data<AppState>, id: Path<String>) -> Result<HttpResponse> {
    let id = parse_id(&id).ok_or(Error::NotFound)?;
    let path = format!("/statements/{id}");
    let whole = state.db.read(move |conn| db::public::statement(conn, &id)).await?;
    if whole.version.content.call.is_none() {
        return Err(Error::NotFound);
    }
    Ok(see_other(&t.url(path)))
}

/// `GET /actions/{id}/note`: who opens a note's id in a browser gets the action's page.
pub async fn action_note(t: T, state: Data<AppState>, id: Path<String>) -> Result<HttpResponse> {
    let id = parse_id(&id).ok_or(Error::NotFound)?;
    let path = format!("/actions/{id}");
    let row = state.db.read(move |conn| db::actions::by_id(conn, &id)).await?;
    if row.organiser_id.is_none() || row.deleted_at.is_some() {
        return Err(Error::NotFound);
    }
    Ok(see_other(&t.url(path)))
}
