//! Actions that people without an instance propose under a call that is open to them: by a form, confirmed by a mail, let in by
//! those who call, cancelled by a link at any time.
//!
//! Their mail address is shown to those who call alone, and erased as soon as nobody needs it. Must not send mail.

use super::{Act, Principal, actions, mandates, secret, target::Target};
use crate::{
    db::{self, DbConn, Json, actions::ActionRow, proposed::ProposedRow},
    domain::{
        Site, Timestamp,
        action::ActionContent,
        call::{CallState, CallStatus},
        mandate::{Deed, Verb},
        member,
        names::StatementState,
        proposed::{CONFIRM_DAYS, KEEP_MAIL_DAYS, MOST_HOSTED, MOST_OF_ADDRESS, MOST_WAITING, ProposedState},
    },
    error::{Error, Result},
};
use chrono::Duration;

/// Passes where people without an instance can propose something under a call, and gives what it is called and whose it is.
///
/// # Errors
/// `NotFound` where it is no public call of ours that is open to all, or is cancelled or over.
pub fn open(conn: &mut DbConn, statement_id: &str, now: Timestamp) -> Result<(String, String)> {
    let row = db::statements::by_id(conn, statement_id)?;
    if row.state != StatementState::Published {
        return Err(Error::NotFound);
    }
    let content = db::statements::version(conn, statement_id, row.version)?.content.into_inner();
    let call = content.call.filter(|call| call.open_to_all).ok_or(Error::NotFound)?;
    if matches!(call.state(now), CallState::Cancelled | CallState::Over) {
        return Err(Error::NotFound);
    }
    Ok((content.title, db::collectives::by_id(conn, &row.collective_id)?.name))
}

/// Notes down what somebody proposes, until they confirm it by the token that is mailed to them. `None` where this address had
/// [`MOST_OF_ADDRESS`] within a day: it gets no further mail, and nobody learns that.
///
/// # Errors
/// As [`open`]; `Invalid` with the faults of its content and for `mail`; `Conflict` where too many wait under this call.
pub fn propose(
    conn: &mut DbConn,
    now: Timestamp,
    statement_id: &str,
    content: ActionContent,
    mail: &str,
    language: &str,
) -> Result<Option<(ProposedRow, String)>> {
    open(conn, statement_id, now)?;
    let content = content.normalised();
    Error::from_faults(content.faults())?;
    let mail = member::new_mail(mail).map_err(|message| Error::invalid("mail", message))?;
    let mail = mail.ok_or_else(|| Error::invalid("mail", "error-mail-form"))?;
    if content.when.is_over(now) {
        return Err(Error::invalid("start", "error-proposed-over"));
    }
    if db::proposed::count(conn, statement_id, &[ProposedState::Unconfirmed, ProposedState::Waiting])? >= MOST_WAITING {
        return Err(Error::Conflict("error-proposed-many"));
    }
    if db::proposed::count_of_mail(conn, &mail, now - Duration::days(1))? >= MOST_OF_ADDRESS {
        return Ok(None);
    }
    let token = secret::new_token()?;
    let row = ProposedRow {
        id: uuid::Uuid::now_v7().hyphenated().to_string(),
        statement_id: statement_id.to_owned(),
        ends_at: content.when.ends(),
        content: Json::new(content),
        mail: Some(mail),
        language: language.to_owned(),
        token_hash: secret::hash(&token),
        state: ProposedState::Unconfirmed,
        action_id: None,
        created_at: now,
        decided_at: None,
        told_at: None,
    };
    db::proposed::insert(conn, &row)?;
    Ok(Some((row, token)))
}

/// What a link of a mail is about.
///
/// # Errors
/// `Forbidden` for a link that doesn't work (any more).
pub fn by_token(conn: &mut DbConn, token: &str, now: Timestamp) -> Result<ProposedRow> {
    let void = || Error::Forbidden("error-link-void");
    let row = db::proposed::by_token(conn, &secret::hash(token))?.ok_or_else(void)?;
    let late = row.state == ProposedState::Unconfirmed && row.created_at + Duration::days(CONFIRM_DAYS) <= now;
    if late { Err(void()) } else { Ok(row) }
}

/// Somebody confirms by the link in the mail. Now those who call see it. The same again changes nothing.
///
/// # Errors
/// As [`by_token`] and [`open`].
pub fn confirm(conn: &mut DbConn, now: Timestamp, token: &str) -> Result<ProposedRow> {
    let row = by_token(conn, token, now)?;
    if row.state != ProposedState::Unconfirmed {
        return Ok(row);
    }
    open(conn, &row.statement_id, now)?;
    let row = ProposedRow { state: ProposedState::Waiting, ..row };
    db::proposed::update_from(conn, ProposedState::Unconfirmed, &row)?;
    Ok(row)
}

/// Somebody cancels what they proposed, by the link in the mail. What stands under the call stays visible as cancelled.
///
/// # Errors
/// As [`by_token`].
pub fn cancel(act: &mut Act, token: &str) -> Result<ProposedRow> {
    let was = by_token(act.conn, token, act.now)?;
    if matches!(was.state, ProposedState::Cancelled | ProposedState::Declined) {
        return Ok(was);
    }
    if let Some(id) = &was.action_id {
        actions::cancel_hosted(act, id)?;
    }
    settle(act, was, ProposedState::Cancelled, None)
}

/// What those who call decided.
#[derive(Debug, Clone)]
pub struct Decided {
    pub row: ProposedRow,
    /// What stands under the call now.
    pub action: Option<ActionRow>,
    /// Where it can be said to who proposed it. It may be erased already.
    pub mail: Option<String>,
    pub call_title: String,
}

impl Decided {
    /// The page of what was let in; empty where it was declined.
    pub fn page(&self) -> &str {
        self.action.as_ref().map_or("", |action| action.uri.as_str())
    }
}

/// Those who call let it in, or decline. What is let in is an action of the collective's own that says whose it is: it is told to
/// others, moved and cancelled like each of its actions. Who proposed it is told by the caller; by [`to_tell`] where the assembly
/// decided.
///
/// # Errors
/// `NotFound` where it isn't under a call of this collective; `Forbidden` where the collective asks for a mandate and the doer has
/// none to answer; `Conflict` where it doesn't wait, and where [`MOST_HOSTED`] are in.
pub fn decide(act: &mut Act, collective_id: &str, id: &str, accept: bool) -> Result<Decided> {
    act.may_act_for(collective_id)?;
    let was = db::proposed::by_id(act.conn, id)?;
    let statement = db::statements::by_id(act.conn, &was.statement_id)?;
    if statement.collective_id != collective_id || was.state == ProposedState::Unconfirmed {
        return Err(Error::NotFound);
    }
    mandates::require(act, collective_id, &Deed::plain(Verb::Answer))?;
    if was.state != ProposedState::Waiting {
        return Err(Error::Conflict("error-consent-decided"));
    }
    let mail = was.mail.clone();
    let call_title = db::statements::version(act.conn, &statement.id, statement.version)?.title;
    if !accept {
        let row = settle(act, was, ProposedState::Declined, None)?;
        return Ok(Decided { row, action: None, mail, call_title });
    }
    if db::proposed::count(act.conn, &was.statement_id, &[ProposedState::Accepted])? >= MOST_HOSTED {
        return Err(Error::Conflict("error-proposed-many"));
    }
    let target = Target::statement(act.conn, act.site, &statement.uri)?;
    let under = actions::Under::of(act.conn, target)?;
    if under.seen.status == CallStatus::Cancelled {
        return Err(Error::Conflict("error-action-call-cancelled"));
    }
    let action = actions::host(act, collective_id, &under, was.content.clone().into_inner())?;
    let row = settle(act, was, ProposedState::Accepted, Some(action.id.clone()))?;
    Ok(Decided { row, action: Some(action), mail, call_title })
}

/// Takes those whose proposers the clock has to tell what the assembly decided. They count as told from now on: a mail that
/// can't be sent isn't sent twice, and no address is kept for it.
pub fn to_tell(act: &mut Act, most: i64) -> Result<Vec<Decided>> {
    let mut all = Vec::new();
    for row in db::proposed::untold(act.conn, most)? {
        let (state, mail) = (row.state, row.mail.clone());
        let kept = row.mail.clone().filter(|_| state == ProposedState::Accepted);
        let row = ProposedRow { mail: kept, told_at: Some(act.now), ..row };
        if db::proposed::update_from(act.conn, state, &row)? {
            let action = row.action_id.clone().map(|id| db::actions::by_id(act.conn, &id)).transpose()?;
            let call = db::statements::by_id(act.conn, &row.statement_id)?;
            let call_title = db::statements::version(act.conn, &call.id, call.version)?.title;
            all.push(Decided { row, action, mail, call_title });
        }
    }
    Ok(all)
}

/// Writes down how it stands; what was declined or cancelled keeps no address, but for telling what the assembly decided.
fn settle(act: &mut Act, was: ProposedRow, state: ProposedState, action_id: Option<String>) -> Result<ProposedRow> {
    let before = was.state;
    let told_later = state != ProposedState::Cancelled && matches!(act.by, Principal::Clock);
    let row = ProposedRow {
        state,
        mail: was.mail.filter(|_| state == ProposedState::Accepted || told_later),
        action_id: action_id.or(was.action_id),
        decided_at: Some(act.now),
        told_at: Some(act.now).filter(|_| !told_later),
        ..was
    };
    if db::proposed::update_from(act.conn, before, &row)? { Ok(row) } else { Err(Error::Conflict("error-changed-meanwhile")) }
}

/// Forgets what nobody confirmed, and addresses that nobody needs any more. Gives how many rows.
pub fn forget(conn: &mut DbConn, now: Timestamp) -> Result<usize> {
    db::proposed::forget(conn, now - Duration::days(CONFIRM_DAYS), now - Duration::days(KEEP_MAIL_DAYS))
}

/// The address behind a token of a mail.
pub fn link(site: &Site, token: &str) -> String {
    format!("{}/proposed/{token}", site.base_url)
}
