//! Ends what has a time: stages of decisions, and indicative endorsements that nobody ratified; says beforehand that a
//! mandate will end, and tells people without an instance what was decided on their proposals.

use crate::{
    acts::{Principal, decisions, endorsements, mandates, proposed},
    db,
    error::Error,
    i18n::Lang,
    mail,
    state::AppState,
};
use std::time::Duration;
use tokio::sync::watch;

/// How often the clock is looked at.
const EVERY: Duration = Duration::from_secs(1);
/// At every so many looks, whether a mandate ends soon.
const WARN_EVERY: u64 = 60;
/// Most of either kind ended at one look.
const AT_ONCE: i64 = 20;

pub async fn run(state: AppState, mut stopped: watch::Receiver<bool>) {
    let mut looks: u64 = 0;
    while super::wait(&mut stopped, EVERY).await {
        if state.site_if_set_up().is_none() {
            continue;
        }
        if let Err(error) = end_due(&state).await {
            tracing::warn!(%error, "can't look for decisions and endorsements whose time is over");
        }
        if let Err(error) = tell(&state).await {
            tracing::warn!(%error, "can't look for whom to tell what was decided on their proposal");
        }
        if looks.is_multiple_of(WARN_EVERY)
            && let Err(error) = warn(&state).await
        {
            tracing::warn!(%error, "can't look for mandates that end soon");
        }
        if looks.is_multiple_of(WARN_EVERY)
            && let Err(error) = remind(&state).await
        {
            tracing::warn!(%error, "can't look for questions that close soon");
        }
        looks += 1;
    }
}

/// Writes to people without an instance whose proposals the assembly decided on.
async fn tell(state: &AppState) -> crate::Result<()> {
    if state.db.read(|conn| db::proposed::untold(conn, 1)).await?.is_empty() {
        return Ok(());
    }
    for decided in state.act(Principal::Clock, |act| proposed::to_tell(act, AT_ONCE)).await? {
        let Some(to) = &decided.mail else { continue };
        let lang = Lang::by_tag(&decided.row.language).unwrap_or_else(Lang::english);
        let (call, title) = (&decided.call_title, &decided.row.content.title);
        match mail::proposed::decided(&state.settings, lang, to, call, title, decided.page()).await {
            Ok(mail::Sent::Yes | mail::Sent::NotConfigured) => {}
            // It stands all the same; the address isn't kept for another try.
            Err(error) => tracing::warn!(%error, "who proposed an action wasn't told what was decided"),
        }
    }
    Ok(())
}

/// Warns of mandates that end in 30, 7 or 1 days.
pub async fn warn(state: &AppState) -> crate::Result<()> {
    for warning in state.act(Principal::Clock, mandates::warn).await? {
        tracing::info!(mandate = warning.row.id, days = warning.days, "a mandate ends soon");
        let ending = mail::mandate::Ending {
            collective: &warning.collective,
            office: &warning.row.terms.office,
            days: warning.days,
            until: warning.row.until_at,
        };
        for (to, language) in &warning.to {
            let lang = Lang::by_tag(language).unwrap_or_else(Lang::english);
            match mail::mandate::send(&state.settings, lang, to, ending).await {
                Ok(mail::Sent::Yes | mail::Sent::NotConfigured) => {}
                // In the log already. The desk shows the date in any case.
                Err(error) => tracing::debug!(%error, "a reminder couldn't be sent"),
            }
        }
    }
    Ok(())
}

/// Reminds members of questions that close soon, if they have said nothing yet.
pub async fn remind(state: &AppState) -> crate::Result<()> {
    let before = chrono::Duration::hours(state.settings.mail.remind_hours.into());
    if before.is_zero() {
        return Ok(());
    }
    let site = state.site()?;
    for reminder in state.act(Principal::Clock, move |act| decisions::remind(act, before)).await? {
        tracing::info!(decision = reminder.row.id, "a question closes soon");
        let url = format!("{}/desk/{}/decisions/{}", site.base_url, reminder.collective.handle, reminder.row.id);
        for (to, language) in &reminder.to {
            let lang = Lang::by_tag(language).unwrap_or_else(Lang::english);
            let zone: chrono_tz::Tz = reminder.collective.time_zone.parse().unwrap_or(chrono_tz::Tz::UTC);
            let local = reminder.row.closes_at.and_utc().with_timezone(&zone).naive_local();
            let time = format!("{}, {} ({zone})", lang.date(local), local.format("%H:%M"));
            let asked = mail::vote::Asked {
                collective: &reminder.collective.name,
                question: &reminder.row.question,
                time: &time,
                url: &url,
            };
            match mail::vote::send(&state.settings, lang, to, asked).await {
                Ok(mail::Sent::Yes | mail::Sent::NotConfigured) => {}
                // In the log already. The desk shows the question in any case.
                Err(error) => tracing::debug!(%error, "a reminder couldn't be sent"),
            }
        }
    }
    Ok(())
}

/// Ends all that are due. Decisions go first: a vote that ends with the time to ratify still counts.
pub async fn end_due(state: &AppState) -> crate::Result<()> {
    let now = state.now();
    for id in state.db.read(move |conn| db::decisions::due(conn, now, AT_ONCE)).await? {
        let ended = state.act(Principal::Clock, move |act| decisions::close_due(act, &id)).await;
        match ended {
            Ok(row) => tracing::info!(decision = row.id, stage = %row.stage, "a stage of a decision is over"),
            // Another process was quicker.
            Err(Error::Conflict(_) | Error::NotFound) => {}
            Err(other) => return Err(other),
        }
    }
    for id in state.db.read(move |conn| db::endorsements::due_to_lapse(conn, now, AT_ONCE)).await? {
        match state.act(Principal::Clock, move |act| endorsements::lapse(act, &id)).await {
            Ok(row) => tracing::info!(endorsement = row.uri, "lapsed without a decision"),
            Err(Error::Conflict(_) | Error::NotFound) => {}
            Err(other) => return Err(other),
        }
    }
    Ok(())
}
