//! Withdrawal: final, with a public reason. The address stays, and says so.

use super::{
    super::{
        Act, Principal, actions, consents, documents, endorsements, mandates,
        outbox::{Audience, send},
    },
    call, change, mine,
    publish::recipients as recipients_of,
    report,
};
use crate::{
    db::{self, statements::StatementRow},
    domain::{
        action::Seen,
        call::CallStatus,
        mandate::Deed,
        names::StatementState,
        statement::{MAX_REASON, clean},
    },
    error::{Error, Result},
    vocab::activity,
};

/// Withdraws what was published: its text is public no longer, peers delete their copies. `reason` is shown on its page.
///
/// # Errors
/// `Forbidden` where the collective asks for a mandate and the doer has none that covers it; `Invalid` without a reason or with
/// one that is too long; `Conflict` where it never was public, is withdrawn already, or only
/// shows an endorsement.
pub fn withdraw(act: &mut Act, id: &str, reason: &str) -> Result<StatementRow> {
    let (was, collective) = mine(act, id)?;
    if was.state != StatementState::Published {
        return Err(Error::Conflict("error-not-published"));
    }
    let reason = clean(&reason.replace("\r\n", "\n")).trim().to_owned();
    if reason.is_empty() {
        return Err(Error::invalid("reason", "error-reason-empty"));
    }
    if reason.chars().count() > MAX_REASON {
        return Err(Error::invalid("reason", "error-reason-long"));
    }
    // What shows an endorsement goes with it, and by nothing else than its own act.
    let by_hand = matches!(act.by, Principal::Member(_) | Principal::Console);
    if by_hand && db::endorsements::by_companion(act.conn, id)?.is_some() {
        return Err(Error::Conflict("error-withdraw-companion"));
    }
    let content = db::statements::version(act.conn, id, was.version)?.content.into_inner();
    let deed = Deed { topics: content.hashtags.clone(), ..Deed::plain(call::verb_to_withdraw(&content)) };
    mandates::require(act, &was.collective_id, &deed)?;
    let row = StatementRow {
        state: StatementState::Withdrawn,
        updated_at: act.now,
        withdrawn_at: Some(act.now),
        withdrawn_reason: Some(reason),
        ..was.clone()
    };
    change(act, &was, &row)?;
    db::pins::remove(act.conn, id)?;
    db::calls::remove(act.conn, id)?;
    db::action_reports::remove(act.conn, &row.uri)?;
    consents::object_gone(act, &row.uri, &collective.uri)?;
    let mut recipients = endorsements::inboxes(act, &row.uri)?;
    recipients.extend(actions::inboxes(act, &row.uri)?);
    recipients.extend(report::inbox(act, &content)?);
    let mut cc = serde_json::Value::Null;
    for version in db::statements::versions(act.conn, id)? {
        recipients.extend(recipients_of(act, &version.content, None)?);
        cc = documents::version(&version)?["cc"].take();
    }
    let delete =
        |act: &Act, stone: serde_json::Value| activity::delete(&act.site.activity(&act.new_id()), &collective.uri, &stone, &cc);
    let sent = delete(act, documents::tombstone(&row, &collective.uri));
    let audience = Audience::followers(&collective.id).and(recipients);
    match content.call {
        Some(call) => {
            actions::call_changed(act, &row.uri, &Seen { status: CallStatus::Cancelled, when: call.when })?;
            let note = delete(act, documents::note_tombstone(&row, &collective.uri));
            call::send_faces(act, &row, &sent, &note, &audience)?;
        }
        None => send(act, &sent, &row.uri, true, &audience)?,
    }
    Ok(row)
}
