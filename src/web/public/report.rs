//! Reports and totals as the pages of calls and actions show them.

use super::call;
use crate::{
    AppState, Result,
    db::{self, DbConn, action_lists::Counts, action_reports::Shown, actions::ActionRow, public::Picture},
    domain::{Timestamp, report::Report},
    i18n::Lang,
    text,
    web::i18n::T,
};
use serde_json::{Value, json};
use std::collections::HashMap;

/// Characters of a report on a call's page; its own page has the whole.
const EXCERPT: usize = 500;

/// A report with the action that it is about and who organised that.
pub struct Found {
    pub shown: Shown,
    pub action: ActionRow,
    pub organiser: String,
}

/// Reports of what stands under a call, the latest first.
pub fn of_call(conn: &mut DbConn, call_uri: &str) -> Result<Vec<Found>> {
    let shown = db::action_reports::of_call(conn, call_uri, db::action_reports::MOST_REPORTS)?;
    found(conn, shown)
}

/// Reports of one action, the first one first.
pub fn of_action(conn: &mut DbConn, action_uri: &str) -> Result<Vec<Found>> {
    let shown = db::action_reports::of_action(conn, action_uri)?;
    found(conn, shown)
}

fn found(conn: &mut DbConn, reports: Vec<Shown>) -> Result<Vec<Found>> {
    let mut all = Vec::with_capacity(reports.len());
    for shown in reports {
        let Some(action) = db::actions::by_uri(conn, &shown.action_uri)? else { continue };
        let organiser = call::organiser(conn, &action)?;
        all.push(Found { shown, action, organiser });
    }
    Ok(all)
}

/// What a report says beside what stands next to it anyway: notes like ours begin with their title, and end with how many came and
/// the address of their page.
fn own_words(shown: &Shown) -> String {
    let counts: Vec<String> =
        shown.attendance.map(|range| Lang::all().map(|lang| lang.attendance(range)).collect()).unwrap_or_default();
    let bare = |address: &str| address.trim_start_matches("https://").trim_start_matches("http://").to_owned();
    let pages = [bare(&shown.uri), bare(&shown.url)];
    let beside = |line: &str| line == shown.title || counts.iter().any(|said| said == line) || pages.contains(&bare(line));
    let plain = text::plain(&shown.html);
    plain.lines().filter(|line| !beside(line.trim())).collect::<Vec<_>>().join("\n")
}

/// A report for people.
pub struct ReportView {
    pub path: String,
    pub organiser: String,
    pub action_title: String,
    pub action_path: String,
    /// How many came, in words; empty where it doesn't say.
    pub attendance: String,
    pub published: Timestamp,
    pub title: String,
    pub content_warning: String,
    /// BCP 47.
    pub language: Option<String>,
    /// Whole and harmless, or empty where only the beginning stands here.
    pub html: String,
    pub excerpt: String,
    pub pictures: Vec<Picture>,
    /// On other hosts: address and what is to be seen. They are linked and never loaded.
    pub photos: Vec<(String, String)>,
}

impl ReportView {
    /// With the whole text on an action's page, with its beginning on a call's.
    pub fn of(t: &T, found: Found, whole: bool) -> Self {
        let Found { shown, action, organiser } = found;
        let excerpt = text::excerpt(&own_words(&shown), EXCERPT);
        Self {
            path: match &shown.statement_id {
                Some(id) => t.url(format!("/statements/{id}")),
                None => super::outside(&shown.url),
            },
            action_path: super::actions::address(t, &action),
            action_title: action.content.title.clone(),
            organiser,
            attendance: shown.attendance.map_or_else(String::new, |range| t.language.attendance(range)),
            published: shown.published,
            title: shown.title,
            content_warning: shown.content_warning,
            language: Some(shown.language).filter(|tag| !tag.is_empty()),
            excerpt,
            html: if whole { shown.html } else { String::new() },
            pictures: shown.pictures,
            photos: shown
                .attachments
                .into_iter()
                .map(|photo| (super::outside(&photo.url), photo.alt))
                .filter(|(url, _)| !url.is_empty())
                .collect(),
        }
    }

    pub fn all(t: &T, reports: Vec<Found>, whole: bool) -> Vec<Self> {
        reports.into_iter().map(|one| Self::of(t, one, whole)).collect()
    }
}

/// What a report's own page says of it.
pub struct AboutView {
    pub action_title: String,
    pub action_path: String,
    pub attendance: String,
}

/// What a statement reports on. `None` where it is no report.
pub async fn about(t: &T, state: &AppState, report: Option<&Report>) -> Result<Option<AboutView>> {
    let Some(report) = report else { return Ok(None) };
    let uri = report.of.clone();
    let Some(action) = state.db.read(move |conn| db::actions::by_uri(conn, &uri)).await? else { return Ok(None) };
    Ok(Some(AboutView {
        action_path: super::actions::address(t, &action),
        action_title: action.content.title.clone(),
        attendance: report.attendance.map_or_else(String::new, |range| t.language.attendance(range)),
    }))
}

/// What stands under a call, counted here: never what another host claims.
#[derive(Debug, Clone, Copy, Default)]
pub struct Totals {
    pub counts: Counts,
    pub people: Option<(i64, i64)>,
}

impl Totals {
    pub fn of(conn: &mut DbConn, call_uri: &str) -> Result<Self> {
        let counts = db::action_lists::counts(conn, call_uri)?;
        let people = if counts.actions > 0 { db::action_reports::people(conn, call_uri)? } else { None };
        Ok(Self { counts, people })
    }

    /// Of many calls: those under which anything stands, by their ids.
    pub fn of_many(conn: &mut DbConn, call_uris: &[String]) -> Result<HashMap<String, Self>> {
        let with = db::action_lists::with_actions(conn, call_uris)?;
        with.into_iter().map(|uri| Ok((uri.clone(), Self::of(conn, &uri)?))).collect()
    }

    /// As `call show --json` and `calls.json` tell them.
    pub fn json(&self) -> Value {
        json!({
            "actions": self.counts.actions, "collectives": self.counts.collectives,
            "cities": self.counts.cities, "countries": self.counts.countries,
            "people": self.people.map(|(least, most)| json!({ "least": least, "most": most }))
        })
    }
}

/// The same in words; empty where nothing stands under it.
#[derive(Default)]
pub struct TotalsView {
    pub parts: Vec<String>,
    pub people: String,
}

impl TotalsView {
    pub fn of(t: &T, totals: &Totals) -> Self {
        let counts = totals.counts;
        let parts = [
            ("totals-actions", counts.actions),
            ("totals-collectives", counts.collectives),
            ("totals-cities", counts.cities),
            ("totals-countries", counts.countries),
        ];
        let people = totals.people.map(|(least, most)| {
            let (least, most) = (t.number(least), t.number(most));
            if least == most {
                t.one("totals-people-about", "most", most)
            } else {
                t.two("totals-people", "least", least, "most", most)
            }
        });
        Self {
            parts: parts.into_iter().filter(|part| part.1 > 0).map(|(id, count)| t.count(id, count)).collect(),
            people: people.unwrap_or_default(),
        }
    }
}
