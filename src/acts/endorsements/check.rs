//! Endorsements looked at again at their own hosts: what is found there is taken down.

use super::{said, text_changed};
use crate::{
    acts::{Act, consents},
    db::{self, endorsements::EndorsementRow},
    domain::{
        endorsement::{AuthorState, Fault},
        recheck,
    },
    error::{Error, Result},
    vocab::endorsement::Endorsement,
};

/// What stands behind an endorsement now, as the hosts themselves say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Seen {
    /// No answer, or none that says anything. Proves nothing, for or against.
    Silence,
    /// What an endorser of another instance says now, and its document.
    Said(Box<Endorsement>, String),
    /// It isn't what it was any more.
    Wrong(Fault),
    /// Of one of ours: the digest of the statement's text as it is, and the author's stamp.
    Text(String, Stamped),
}

/// An author's stamp as it stands now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stamped {
    /// There is none yet, or its host didn't answer.
    Unknown,
    Stands,
    /// 410: taken back.
    Gone,
    /// Nothing stands there, or a stamp for something else.
    Wrong,
}

/// Takes down what a look found. Gives the endorsement as it stands then.
pub fn checked(act: &mut Act, id: &str, seen: &Seen) -> Result<EndorsementRow> {
    let row = db::endorsements::by_id(act.conn, id)?;
    if row.state.is_final() || row.erased_at.is_some() {
        return Ok(row);
    }
    let fault = match seen {
        Seen::Silence => row.fault,
        Seen::Wrong(fault) => Some(*fault),
        Seen::Said(read, document) => {
            said(act, read, document, &row.endorser_uri)?;
            None
        }
        Seen::Text(digest, stamped) => {
            if *digest != row.text_digest {
                text_changed(act, &row.statement_uri, digest)?;
            }
            of_stamp(act, &row, *stamped)?
        }
    };
    let since = fault.map(|fault| row.fault_since.filter(|_| row.fault == Some(fault)).unwrap_or(act.now));
    let next = recheck::next(row.received_at, act.now, &row.uri);
    let soon = fault.is_some() || *seen == Seen::Silence;
    let next = if soon { next.min(recheck::at_the_latest(act.now)) } else { next };
    let at = if *seen == Seen::Silence { row.checked_at } else { Some(act.now) };
    db::endorsements::set_checked(act.conn, id, (fault, since), at, next)?;
    db::endorsements::by_id(act.conn, id)
}

/// A stamp that its author took back is gone for ever, also where the `Delete` never came.
fn of_stamp(act: &mut Act, row: &EndorsementRow, stamped: Stamped) -> Result<Option<Fault>> {
    let Some(uri) = row.stamp_uri.as_deref().filter(|_| row.author_state == AuthorState::Accepted) else { return Ok(None) };
    Ok(match stamped {
        Stamped::Stands => None,
        Stamped::Unknown => row.fault,
        Stamped::Wrong => Some(Fault::Stamp),
        Stamped::Gone => match consents::stamp_gone(act, &row.author_uri, uri) {
            Ok(_) => None,
            // Its `Delete` came in this very moment.
            Err(Error::Conflict(_)) => None,
            Err(error) => return Err(error),
        },
    })
}
