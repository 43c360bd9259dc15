//! `GET /statements/{id}/poster.pdf`: a call as a poster to print, for one town where one is chosen.

use crate::{
    AppState, Error, Result,
    db::{
        self, DbConn,
        action_lists::{Spot, Wanted},
        public::Whole,
    },
    domain::{Timestamp, action::ActionContent, ids::parse_id, language::parse_tag, names::StatementState},
    feeds::poster::{
        MAX_POSTER_ACTIONS, Paper, Unable,
        of_call::{self, Told},
    },
    text::gazetteer::City,
};
use actix_web::{
    HttpResponse,
    http::header::{CACHE_CONTROL, CONTENT_DISPOSITION},
    web::{Data, Path, Query},
};
use std::time::Duration;
use tokio::sync::Semaphore;

/// Posters that are drawn at the same time.
const MOST_POSTERS: usize = 2;
/// Seconds that one waits for its turn.
const MAX_POSTER_WAIT: u64 = 5;

static ROOM: Semaphore = Semaphore::const_new(MOST_POSTERS);

#[derive(serde::Deserialize)]
pub struct Asked {
    /// `a4` or `a3`.
    size: Option<String>,
    lang: Option<String>,
    /// A city's number in the gazetteer, or a spot of the map.
    city: Option<String>,
}

pub async fn show(state: Data<AppState>, id: Path<String>, Query(asked): Query<Asked>) -> Result<HttpResponse> {
    let id = parse_id(&id).ok_or(Error::NotFound)?;
    let paper = match asked.size.as_deref().filter(|size| !size.is_empty()) {
        Some(size) => size.parse::<Paper>().map_err(|_| Error::NotFound)?,
        None => Paper::default(),
    };
    let spot = asked.city.as_deref().filter(|city| !city.is_empty());
    let spot = spot.map(|city| city.parse().ok().map(Spot::City).or_else(|| Spot::parse(city)).ok_or(Error::NotFound));
    let spot = spot.transpose()?;
    let (url, now) = (state.site()?.statement(&id), state.now());
    let found = state.db.read(move |conn| read(conn, &id, spot)).await?;
    let language = asked.lang.as_deref().and_then(parse_tag);
    let permit = tokio::time::timeout(Duration::from_secs(MAX_POSTER_WAIT), ROOM.acquire()).await;
    let _permit = permit.map_err(|_| Error::Busy("posters".to_owned()))?.map_err(Error::internal)?;
    let drawn = tokio::task::spawn_blocking(move || found.pdf(&url, paper, language.as_deref(), now));
    let pdf = drawn.await.map_err(Error::internal)??;
    Ok(HttpResponse::Ok()
        .content_type("application/pdf")
        .insert_header((CACHE_CONTROL, "public, max-age=300"))
        .insert_header((CONTENT_DISPOSITION, format!("inline; filename=\"poster-{paper}.pdf\"")))
        .body(pdf))
}

/// A public call, and the actions of a town.
pub struct Found {
    whole: Whole,
    spot: Option<Spot>,
    actions: Vec<ActionContent>,
    /// How many there are in all.
    total: i64,
}

/// # Errors
/// `NotFound` where there is no such call in public.
pub fn read(conn: &mut DbConn, id: &str, spot: Option<Spot>) -> Result<Found> {
    let whole = db::public::statement(conn, id)?;
    if whole.state == StatementState::Withdrawn || whole.version.content.call.is_none() {
        return Err(Error::NotFound);
    }
    let mut found = Found { whole, spot, actions: Vec::new(), total: 0 };
    if spot.is_some() {
        let wanted = Wanted { spot, ..Wanted::default() };
        let most = i64::try_from(MAX_POSTER_ACTIONS).unwrap_or(i64::MAX);
        let rows = db::action_lists::page(conn, &found.whole.uri, &wanted, 0, most)?;
        found.total = db::action_lists::count(conn, &found.whole.uri, &wanted)?;
        found.actions = rows.into_iter().map(|row| row.content.into_inner()).collect();
    }
    Ok(found)
}

impl Found {
    /// The poster, drawn: to be called where it may take a moment. `url` is the call's page; without a language, that of its text.
    pub fn pdf(&self, url: &str, paper: Paper, language: Option<&str>, now: Timestamp) -> Result<Vec<u8>> {
        let content = &self.whole.version.content;
        let town = self.town(language.unwrap_or(&content.language));
        let told = Told {
            content,
            collective: &self.whole.collective.name,
            url,
            paper,
            language,
            town: &town,
            actions: &self.actions,
            beyond: usize::try_from(self.total).unwrap_or_default().saturating_sub(self.actions.len()),
            now,
        };
        of_call::poster(&told).ok_or(Error::NotFound)?.write().map_err(|why| match why {
            Unable::Script => Error::Conflict("error-poster-script"),
            Unable::Broken => Error::internal("a poster can't be drawn"),
        })
    }

    /// The town's name in a language; else as its organisers call it.
    fn town(&self, language: &str) -> String {
        let known = match self.spot {
            Some(Spot::City(id)) => City::by_id(id),
            _ => None,
        };
        let mut places = self.actions.iter().filter_map(|action| action.place.as_ref()?.public().city);
        known.map_or_else(|| places.next().map(|city| city.name).unwrap_or_default(), |city| city.name_in(language).to_owned())
    }
}
