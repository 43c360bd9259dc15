//! What would come of endorsing a statement, told before somebody does it. Changes nothing.

use super::{Text, is_endorsable};
use crate::{
    acts::{
        Act,
        mandates::{self, Authority},
    },
    db::{self, collectives::CollectiveRow, endorsements::EndorsementRow},
    domain::{
        Timestamp,
        mandate::{Beyond, Deed, Verb},
        url::host_and_port,
    },
    error::{Error, Result},
};
use chrono::Duration;

/// How far an endorsement would go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Way {
    /// By a mandate, or as a steward at the command line: the collective's word at once.
    AtOnce,
    /// By a mandate that is held jointly: once a second holder agrees.
    Joint,
    /// Indicative until the assembly ratifies it; with the reason why the mandate that the doer has isn't enough.
    Assembly(Option<Beyond>),
}

#[derive(Debug, Clone)]
pub struct Outlook {
    pub way: Way,
    /// Until when an indicative one would have to be ratified.
    pub ratify_by: Timestamp,
    /// The endorsement that stands already: nothing new would come of it.
    pub standing: Option<EndorsementRow>,
}

/// The deed that endorsing something of this author is.
pub(super) fn deed(author_uri: &str) -> Deed {
    let partner = Some((author_uri.to_owned(), host_and_port(author_uri).unwrap_or_default()));
    Deed { partner, ..Deed::plain(Verb::Endorse) }
}

/// By what the doer would endorse, and for which collective, where this text can be endorsed by it.
///
/// # Errors
/// As [`outlook`].
pub(super) fn check(act: &mut Act, collective_id: &str, text: &Text) -> Result<(CollectiveRow, Authority)> {
    let authority = mandates::authority(act, collective_id, &deed(&text.target.author.uri))?;
    let collective = db::collectives::by_id(act.conn, collective_id)?;
    if collective.moved_to.is_some() {
        return Err(Error::invalid("address", "error-moved"));
    }
    if text.target.author.uri == collective.uri {
        return Err(Error::invalid("address", "error-endorse-own"));
    }
    let target = text.target.still(act)?;
    target.for_everybody("error-endorse-private")?;
    if let Some(id) = act.site.statement_id_of(&target.uri).map(str::to_owned)
        && !is_endorsable(act, &id)?
    {
        return Err(Error::invalid("address", "error-endorse-companion"));
    }
    if db::follows::is_blocked_by(act.conn, &collective.id, &target.author.uri)? {
        return Err(Error::invalid("address", "error-quote-blocked"));
    }
    Ok((collective, authority))
}

/// What would come of it.
///
/// # Errors
/// `NotFound` to others than members, and where the statement is gone; `Invalid` for `address` where the statement is the
/// collective's own, only shows an endorsement itself, or its author blocked the collective; `Conflict` where it isn't public.
pub fn outlook(act: &mut Act, collective_id: &str, text: &Text) -> Result<Outlook> {
    let (collective, authority) = check(act, collective_id, text)?;
    let way = match authority {
        Authority::Steward | Authority::Mandate(_) => Way::AtOnce,
        Authority::Joint(_) => Way::Joint,
        Authority::Member(beyond) => Way::Assembly(beyond),
    };
    let rules = db::decisions::rules(act.conn, &collective.id)?;
    Ok(Outlook {
        way,
        ratify_by: act.now + Duration::days(rules.ratify_days),
        standing: db::endorsements::standing(act.conn, collective_id, &text.target.uri)?,
    })
}
