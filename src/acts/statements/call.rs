//! Calls: postponing, moving and cancelling them, and telling each host the face of them that it understands.

use super::{draft::save_draft, mine};
use crate::{
    acts::{
        Act,
        faces::{self, Faced, Split},
        neighbours,
        outbox::{self, Audience},
        relays,
    },
    db::{self, statements::StatementRow},
    domain::{
        call::{Call, MAX_NOTICE},
        mandate::Verb,
        names::StatementState,
        statement::{StatementContent, clean},
        url::host_and_port,
        when::When,
    },
    error::{Error, Result},
};
use serde_json::Value;
use std::collections::BTreeSet;

/// What becomes of a call that is public.
#[derive(Debug, Clone)]
pub enum Change {
    /// There is no date for the time being.
    Postpone,
    /// It takes place on other dates.
    Move(When),
    Cancel,
    /// It takes place as it was announced, after all.
    Resume,
}

impl Change {
    fn of(&self, call: Call, notice: &str) -> Call {
        match self {
            Self::Postpone => call.postponed(notice),
            Self::Move(when) => call.moved(*when, notice),
            Self::Cancel => call.cancelled(notice),
            Self::Resume => call.resumed(),
        }
    }
}

/// Puts a change of a public call, and nothing else, into the working copy, for [`super::publish`]. Gives what was written there
/// meanwhile, with the same change, for [`put_back`].
///
/// # Errors
/// `Conflict` where it isn't a public call; `Invalid` for the dates, and for a `notice` that is too long.
pub fn put_change(act: &mut Act, id: &str, change: &Change, notice: &str) -> Result<Option<StatementContent>> {
    let (row, _) = mine(act, id)?;
    if row.state != StatementState::Published {
        return Err(Error::Conflict("error-not-published"));
    }
    let notice = clean(&notice.replace("\r\n", "\n")).trim().to_owned();
    if notice.chars().count() > MAX_NOTICE {
        return Err(Error::invalid("notice", "error-notice-long"));
    }
    if let Change::Move(when) = change
        && let Some((field, message)) = when.fault()
    {
        return Err(Error::invalid(field, message));
    }
    let public = db::statements::version(act.conn, id, row.version)?.content.into_inner();
    let Some(call) = public.call.clone() else { return Err(Error::Conflict("error-call-none")) };
    let written = db::statements::current_draft(act.conn, id)?.content.into_inner();
    let call = change.of(call, &notice);
    let pending = (written != public).then(|| StatementContent { call: Some(call.clone()), ..written });
    save_draft(act, id, StatementContent { call: Some(call), ..public }, false)?;
    Ok(pending)
}

/// Brings back what was written before a change went out.
///
/// # Errors
/// As [`save_draft`].
pub fn put_back(act: &mut Act, id: &str, pending: Option<StatementContent>) -> Result<()> {
    match pending {
        Some(content) => save_draft(act, id, content, false).map(drop),
        None => Ok(()),
    }
}

/// What one needs a mandate for, to withdraw this text.
pub fn verb_to_withdraw(content: &StatementContent) -> Verb {
    if content.call.is_some() { Verb::Call } else { Verb::Publish }
}

/// What one needs a mandate for, to publish this text.
pub fn verb(content: &StatementContent) -> Verb {
    match content {
        _ if !content.in_reply_to.is_empty() => Verb::Speak,
        _ if content.call.is_some() => Verb::Call,
        _ => Verb::Publish,
    }
}

/// Queues what is said of a call in its two faces: the `event` to hosts that show events, the `note` to all others, never both to
/// one host. What a host got first it gets ever after. Relays get the note: nobody knows who is behind them.
pub(super) fn send_faces(act: &mut Act, row: &StatementRow, event: &Value, note: &Value, audience: &Audience) -> Result<()> {
    let inboxes = outbox::inboxes(act, audience)?;
    let relayed = relays::relayed(act, event["type"].as_str().unwrap_or_default(), &row.uri)?;
    // Who acts under a call speaks of events.
    let organisers: BTreeSet<String> =
        db::actions::organisers(act.conn, &row.uri)?.iter().filter_map(|actor| host_and_port(actor)).collect();
    let Split { events, mut notes, ours } = faces::split(act, Faced::Call(&row.id), inboxes, &organisers)?;
    notes.extend(relayed.inboxes.into_iter().filter(|inbox| !events.contains(inbox)));
    outbox::queue(act, event, &row.uri, true, &events, None)?;
    outbox::queue(act, note, &row.uri, false, &notes, None)?;
    if let Some((said, to)) = relayed.beside {
        outbox::send(act, &said, &row.uri, false, &to)?;
    }
    if ours { neighbours::receive(act, event) } else { Ok(()) }
}
