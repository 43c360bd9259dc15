//! A calendar of others, uploaded: its events become drafts of calls.

use super::page::Desk;
use crate::{
    acts::statements::{self, ImportedEvent},
    error::{Error, Fault, Result},
    feeds::ical_read::{self, Calendar, Defaults, MAX_CALENDAR},
    state::AppState,
    web::{csrf, errors, i18n::T, multipart, page_with, session::SignedIn},
};
use actix_multipart::Multipart;
use actix_web::{
    HttpRequest, HttpResponse,
    http::StatusCode,
    web::{Data, Path},
};
use askama::Template;

/// The field with the file.
const FIELD: &str = "file";

#[derive(Template)]
#[template(path = "desk/calendar.html")]
struct CalendarPage {
    t: T,
    desk: Desk,
    /// Nothing was saved: so it would be.
    preview: bool,
    taken: Vec<Taken>,
    refused: Vec<Refused>,
    /// Events behind those that are taken from one calendar.
    left: usize,
    faults: Vec<Fault>,
}

struct Taken {
    /// Empty where it would be added.
    id: String,
    title: String,
    when: String,
    place: String,
    /// `import-{outcome}` is the message.
    outcome: String,
    first_alone: bool,
}

struct Refused {
    line: usize,
    title: String,
    /// In the reader's language.
    why: String,
}

impl CalendarPage {
    fn new(t: T, desk: Desk) -> Self {
        Self { t, desk, preview: false, taken: Vec::new(), refused: Vec::new(), left: 0, faults: Vec::new() }
    }
}

/// `GET /desk/{handle}/calendar`
pub async fn show(state: Data<AppState>, me: SignedIn, t: T, path: Path<String>) -> Result<HttpResponse> {
    let desk = Desk::open(&state, &me, &path, "calendar").await?;
    page_with(StatusCode::OK, &CalendarPage::new(t, desk))
}

/// `POST /desk/{handle}/calendar`
pub async fn import(
    req: HttpRequest,
    state: Data<AppState>,
    me: SignedIn,
    t: T,
    path: Path<String>,
    body: Multipart,
) -> Result<HttpResponse> {
    let desk = Desk::open(&state, &me, &path, "calendar").await?;
    let mut parts = multipart::read(body, MAX_CALENDAR, |name| name == FIELD).await?;
    csrf::check(&req, &me, &parts.token)?;
    let found = match (parts.files.pop(), parts.too_large.is_empty()) {
        (_, false) => Err("error-import-large"),
        (None, true) => Err("error-import-missing"),
        (Some((_, bytes)), true) => {
            let defaults = Defaults {
                given: None,
                zone: desk.collective.time_zone.parse().unwrap_or(chrono_tz::Tz::UTC),
                language: desk.collective.language.clone(),
            };
            let read = move || ical_read::read(&bytes, &defaults);
            tokio::task::spawn_blocking(read).await.map_err(Error::internal)?
        }
    };
    let mut page = CalendarPage::new(t, desk);
    let calendar: Calendar = match found {
        Ok(calendar) => calendar,
        Err(message) => {
            page.faults.push(Fault { field: FIELD.into(), message, args: Vec::new() });
            return page_with(errors::status(&Error::invalid(FIELD, message)), &page);
        }
    };
    page.preview = !parts.text("preview").is_empty();
    page.left = calendar.left;
    let taken = calendar.events.iter().filter_map(|one| {
        let event = one.taken.as_ref().ok()?;
        Some(ImportedEvent { uid: one.uid.clone(), sequence: event.sequence, content: event.content.clone() })
    });
    let (collective, taken, dry) = (page.desk.collective.id.clone(), taken.collect(), page.preview);
    let outcomes = state.act(me.principal(), move |act| statements::import(act, &collective, taken, dry)).await?;
    let mut outcomes = outcomes.into_iter();
    for one in calendar.events {
        match one.taken {
            Ok(event) => {
                let Some(outcome) = outcomes.next() else { continue };
                let call = event.content.call.as_ref();
                page.taken.push(Taken {
                    id: outcome.statement.map(|row| row.id).unwrap_or_default(),
                    when: call.map(|call| page.t.language.when(&call.when)).unwrap_or_default(),
                    place: call.and_then(|call| call.place.as_ref()).map(|place| place.line()).unwrap_or_default(),
                    outcome: outcome.imported.to_string(),
                    first_alone: event.first_alone,
                    title: event.content.title,
                });
            }
            Err(reason) => page.refused.push(Refused {
                line: one.line,
                title: one.title,
                why: page.t.one(reason.message, "detail", &*reason.detail),
            }),
        }
    }
    page_with(StatusCode::OK, &page)
}
