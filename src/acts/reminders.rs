//! Reminders: a week and a day before a call or an action of its own a collective says so once more, in a new Note, where it switched
//! that on. Statements like others, written by nobody.
//!
//! Never the same twice, whatever was restarted, moved, or looks at the same time: what went out is noted down in the transaction that
//! publishes it.

use super::{Act, Principal, statements};
use crate::{
    db::{self, DbConn},
    domain::{
        Id, Timestamp,
        call::{Call, CallStatus},
        names::{StatementForm, StatementState},
        reminder::{AHEAD_DAYS, APART_DAYS, Reminder, due},
        statement::{MAX_TITLE, StatementContent, one_line},
        when::When,
    },
    error::Result,
    i18n::Lang,
    text::excerpt,
};
use chrono::Duration;
use std::collections::HashMap;

/// Most calls, and most actions, looked at in one go, those first that begin first.
pub const MOST_LOOKED_AT: i64 = 2_000;

/// What one may be reminded of, by its row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Subject {
    Call(Id),
    Action(Id),
}

/// What is said of it.
struct About {
    collective_id: Id,
    uri: String,
    title: String,
    language: Option<String>,
    call: Call,
    said: Timestamp,
}

impl About {
    /// `None` where it isn't public, or where its organisers haven't said yet what becomes of it.
    fn of(conn: &mut DbConn, subject: &Subject) -> Result<Option<Self>> {
        Ok(match subject {
            Subject::Call(id) => {
                let row = db::statements::by_id(conn, id)?;
                if row.state != StatementState::Published {
                    return Ok(None);
                }
                let version = db::statements::version(conn, id, row.version)?;
                let content = version.content.into_inner();
                content.call.map(|call| Self {
                    collective_id: row.collective_id,
                    uri: row.uri,
                    title: content.title,
                    language: Some(content.language),
                    call,
                    said: version.published_at,
                })
            }
            Subject::Action(id) => {
                let row = db::actions::by_id(conn, id)?;
                let Some(collective_id) = row.organiser_id.filter(|_| row.deleted_at.is_none() && row.question.is_none()) else {
                    return Ok(None);
                };
                let content = row.content.into_inner();
                Some(Self {
                    collective_id,
                    uri: row.uri,
                    title: content.title,
                    language: None,
                    call: Call { place: content.place, status: content.status, ..Call::new(content.when) },
                    said: row.updated,
                })
            }
        })
    }

    /// What is due now and didn't go out.
    fn due(&self, conn: &mut DbConn, now: Timestamp) -> Result<Option<(Reminder, When)>> {
        let Some((kind, when)) = due(&self.call, self.said, now) else { return Ok(None) };
        let sent = db::reminders::went_out(conn, &self.uri, kind, self.again(now))?;
        Ok(Some((kind, when)).filter(|_| !sent))
    }

    /// What comes back may be said again after so long.
    fn again(&self, now: Timestamp) -> Option<Timestamp> {
        self.call.recurrence.as_ref().map(|_| now - Duration::days(APART_DAYS))
    }

    /// In its own language, else in the collective's.
    fn note(&self, language: &str, when: &When) -> StatementContent {
        let tag = self.language.as_deref().unwrap_or(language);
        let lang = Lang::by_tag(tag).unwrap_or_else(Lang::english);
        let place = match &self.call.place {
            Some(place) => place.public().line(),
            None => String::new(),
        };
        let changed = (self.call.status == CallStatus::Moved).then(|| lang.text("reminder-moved"));
        let dates = format!("📅 **{}**", lang.when(when));
        let place = Some(one_line(&place)).filter(|place| !place.is_empty()).map(|place| format!("📍 {place}"));
        let link = format!("<{}>", self.uri);
        let parts: Vec<String> = [Some(dates), place, changed, Some(link)].into_iter().flatten().collect();
        StatementContent {
            title: excerpt(&lang.text_with("reminder-title", &[("title", &self.title)]), MAX_TITLE),
            body: parts.join("\n\n"),
            language: lang.tag().to_owned(),
            form: StatementForm::Note,
            ..StatementContent::default()
        }
    }
}

/// What collectives are to remind of now, as far as can be seen without writing.
pub fn due_now(conn: &mut DbConn, now: Timestamp) -> Result<Vec<Subject>> {
    let until = now + Duration::days(AHEAD_DAYS + 1);
    let calls = db::calls::near(conn, now, until, MOST_LOOKED_AT)?.into_iter().map(|(id, owner)| (Subject::Call(id), owner));
    let actions = db::actions::near(conn, now - Duration::days(1), until, MOST_LOOKED_AT)?;
    let actions = actions.into_iter().map(|(id, owner)| (Subject::Action(id), owner));
    let mut wanted: HashMap<Id, bool> = HashMap::new();
    let mut found = Vec::new();
    for (subject, owner) in calls.chain(actions).collect::<Vec<_>>() {
        let on = match wanted.get(&owner) {
            Some(on) => *on,
            None => {
                let on = db::decisions::rules(conn, &owner)?.reminders;
                wanted.insert(owner, on);
                on
            }
        };
        if on
            && let Some(about) = About::of(conn, &subject)?
            && about.due(conn, now)?.is_some()
        {
            found.push(subject);
        }
    }
    Ok(found)
}

/// Reminds, unless that was done meanwhile or isn't wanted any more. Gives the Note's id.
///
/// # Errors
/// As publishing.
pub fn remind(act: &mut Act, subject: &Subject) -> Result<Option<Id>> {
    let Some((about, kind, when)) = claimed(act, subject)? else { return Ok(None) };
    tracing::debug!(subject = about.uri, %kind, "reminds");
    let collective = db::collectives::by_id(act.conn, &about.collective_id)?;
    let mut act = Act { conn: act.conn, now: act.now, site: act.site, by: &Principal::Clock };
    let row = statements::new_draft(&mut act, &collective.id, about.note(&collective.language, &when))?;
    statements::publish(&mut act, &row.id)?;
    Ok(Some(row.id))
}

/// Notes down as done what can't be published.
///
/// # Errors
/// The database's.
pub fn give_up(act: &mut Act, subject: &Subject) -> Result<()> {
    claimed(act, subject).map(drop)
}

fn claimed(act: &mut Act, subject: &Subject) -> Result<Option<(About, Reminder, When)>> {
    let Some(about) = About::of(act.conn, subject)? else { return Ok(None) };
    if !db::decisions::rules(act.conn, &about.collective_id)?.reminders {
        return Ok(None);
    }
    let Some((kind, when)) = about.due(act.conn, act.now)? else { return Ok(None) };
    let again = about.again(act.now);
    let mine = db::reminders::claim(act.conn, &about.uri, kind, act.now, again)?;
    Ok(mine.then_some((about, kind, when)))
}
