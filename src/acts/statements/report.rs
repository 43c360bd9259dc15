//! Reports of actions: begun at the action, said to the call's author, and heard of from others.

use super::draft;
use crate::{
    acts::Act,
    db::{
        self,
        action_reports::ReportRow,
        actions::ActionRow,
        statements::{StatementRow, VersionRow},
    },
    domain::{Id, Timestamp, consent::ConsentKind, report::Report, statement::StatementContent},
    error::{Error, Result},
};

/// Begins a report of an action of this collective. Its text is a statement like others: drafts, mandates, versions and withdrawal
/// are the same.
///
/// # Errors
/// `NotFound` where the action isn't this collective's, or is gone; `Conflict` before it begins; else as [`super::new_draft`].
pub fn new_report(act: &mut Act, collective_id: &str, action_id: &str, content: StatementContent) -> Result<StatementRow> {
    act.may_act_for(collective_id)?;
    let action = db::actions::by_id(act.conn, action_id)?;
    if action.organiser_id.as_deref() != Some(collective_id) || action.deleted_at.is_some() {
        return Err(Error::NotFound);
    }
    if action.begins_at > act.now {
        return Err(Error::Conflict("error-report-early"));
    }
    let attendance = content.report.as_ref().and_then(|report| report.attendance);
    let report = Report { of: action.uri.clone(), attendance };
    let content = StatementContent { in_reply_to: action.uri, report: Some(report), call: None, ..content };
    draft::begin(act, collective_id, content)
}

/// Begins a report in the collective's language, or gives the one that was begun before and isn't public yet.
///
/// # Errors
/// As [`new_report`].
pub fn begin_report(act: &mut Act, collective_id: &str, action_id: &str) -> Result<StatementRow> {
    act.may_act_for(collective_id)?;
    let action = db::actions::by_id(act.conn, action_id)?;
    if let Some(begun) = db::statements::open_answer(act.conn, collective_id, &action.uri)? {
        return Ok(begun);
    }
    let language = db::collectives::by_id(act.conn, collective_id)?.language;
    new_report(act, collective_id, action_id, StatementContent { language, ..Default::default() })
}

/// The action that a report is about, if it still is this collective's.
///
/// # Errors
/// `Invalid` where it isn't.
pub(super) fn checked(act: &mut Act, collective_id: &str, content: &StatementContent) -> Result<Option<ActionRow>> {
    let Some(report) = &content.report else { return Ok(None) };
    let action = db::actions::by_uri(act.conn, &report.of)?;
    let action = action.filter(|action| action.deleted_at.is_none() && action.organiser_id.as_deref() == Some(collective_id));
    action.map(Some).ok_or_else(|| Error::invalid("attendance", "error-report-action"))
}

/// Where the author of the call hears of a report: nobody may follow who organised the action.
pub(super) fn inbox(act: &mut Act, content: &StatementContent) -> Result<Option<String>> {
    let Some(report) = &content.report else { return Ok(None) };
    let Some(action) = db::actions::by_uri(act.conn, &report.of)? else { return Ok(None) };
    let consent = db::consents::between(act.conn, ConsentKind::LocalAction, &action.uri, &action.call_uri)?;
    Ok(consent.filter(|consent| consent.author_id.is_none()).map(|consent| consent.inbox))
}

/// Notes down a report of ours that was published.
pub(super) fn published(act: &mut Act, row: &StatementRow, version: &VersionRow) -> Result<()> {
    let Some(report) = &version.content.report else { return Ok(()) };
    let at = row.published_at.unwrap_or(version.published_at);
    put(act, &row.uri, report, Some(row.id.clone()), None, at)
}

/// Notes down what a post of others reports, where its author organised that action: the exact actor, no other of its host.
/// Gives the action.
pub fn heard(act: &mut Act, uri: &str, actor_uri: &str, report: Option<&Report>, post_id: &str, at: Timestamp) -> Result<()> {
    match of(act, actor_uri, report)? {
        Some(_) if act.site.owns(uri) => Ok(()),
        Some((report, _)) => put(act, uri, &report, None, Some(post_id.to_owned()), at),
        None if report.is_none() => db::action_reports::remove(act.conn, uri),
        None => Ok(()),
    }
}

/// Which action somebody reports on, where they organised it.
pub fn of(act: &mut Act, actor_uri: &str, report: Option<&Report>) -> Result<Option<(Report, ActionRow)>> {
    let Some(report) = report else { return Ok(None) };
    let action = db::actions::by_uri(act.conn, &report.of)?;
    let action = action.filter(|action| action.organiser_uri == actor_uri && action.deleted_at.is_none());
    Ok(action.map(|action| (report.clone(), action)))
}

fn put(act: &mut Act, uri: &str, report: &Report, statement: Option<Id>, post: Option<Id>, at: Timestamp) -> Result<()> {
    let bound = |of: fn(crate::domain::report::Attendance) -> u32| report.attendance.and_then(|range| of(range).try_into().ok());
    let row = ReportRow {
        uri: uri.to_owned(),
        action_uri: report.of.clone(),
        statement_id: statement,
        post_id: post,
        least: bound(|range| range.least),
        most: bound(|range| range.most),
        published: at,
    };
    db::action_reports::put(act.conn, &row)
}
