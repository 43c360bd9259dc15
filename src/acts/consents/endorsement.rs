//! Consent to be endorsed: whose endorsements a collective takes under its statements, and what its own endorsements do with
//! the answers of others.

use super::{Handler, follow_suit, quote::ties};
use crate::{
    acts::Act,
    db::{self, DbConn, collectives::CollectiveRow, consents::ConsentRow},
    domain::{
        consent::{ConsentKind, ConsentState, Verdict},
        endorsement::AuthorState,
        url::host_and_port,
    },
    error::Result,
};

/// The handler of endorsements.
pub struct Endorsements;

/// Where the author stands, by what became of the request. `None`: the endorser's own side ended it.
fn author_state(state: ConsentState) -> Option<AuthorState> {
    Some(match state {
        ConsentState::Waiting => AuthorState::Pending,
        ConsentState::Granted => AuthorState::Accepted,
        ConsentState::Refused => AuthorState::Declined,
        ConsentState::Revoked => AuthorState::Dropped,
        ConsentState::Ended => return None,
    })
}

/// Notes down what the author says with `set`: object, state, stamp. Nothing where the asker's own side ended it.
pub(super) fn note(
    act: &mut Act,
    consent: &ConsentRow,
    set: fn(&mut DbConn, &str, AuthorState, Option<&str>) -> Result<()>,
) -> Result<()> {
    match author_state(consent.state) {
        Some(state) => set(act.conn, &consent.object_uri, state, consent.stamp_uri.as_deref()),
        None => Ok(()),
    }
}

impl Handler for Endorsements {
    fn author_of(&self, act: &mut Act, target_uri: &str) -> Result<Option<CollectiveRow>> {
        match db::inbox::collective_of_statement(act.conn, target_uri)? {
            Some(id) => Ok(Some(db::collectives::by_id(act.conn, &id)?)),
            None => Ok(None),
        }
    }

    /// One actor goes before its host, and both before the general rule.
    fn verdict(&self, act: &mut Act, author: &CollectiveRow, consent: &ConsentRow) -> Result<Verdict> {
        let asker = consent.asker_uri.as_str();
        if author.uri == asker || db::follows::is_blocked_by(act.conn, &author.id, asker)? {
            return Ok(Verdict::Refuse);
        }
        let host = host_and_port(asker).unwrap_or_default();
        let special = db::endorsements::policy(act.conn, &author.id, &[asker, &host])?;
        let of = |subject: &str| special.iter().find(|(named, _)| named == subject).map(|(_, verdict)| *verdict);
        if let Some(verdict) = of(asker).or_else(|| of(&host)) {
            return Ok(verdict);
        }
        let rule = db::decisions::rules(act.conn, &author.id)?.endorsements();
        let (follows, followed) = ties(act, author, asker)?;
        Ok(rule.verdict(false, follows, followed))
    }

    /// The queue on the desk is the list of those who wait.
    fn show(&self, _act: &mut Act, _author: &CollectiveRow, _consent: &ConsentRow) -> Result<()> {
        Ok(())
    }

    fn changed(&self, act: &mut Act, consent: &ConsentRow) -> Result<()> {
        note(act, consent, db::endorsements::set_author)
    }

    /// The Note that shows the endorsement may quote what is endorsed, as long as it is accepted.
    fn settled(&self, act: &mut Act, consent: &ConsentRow) -> Result<()> {
        note(act, consent, db::endorsements::set_author)?;
        if !matches!(consent.state, ConsentState::Granted | ConsentState::Revoked) {
            return Ok(());
        }
        let row = db::endorsements::by_uri(act.conn, &consent.object_uri)?;
        let Some(companion) = row.and_then(|row| row.companion_uri) else { return Ok(()) };
        follow_suit(act, ConsentKind::Quote, &companion, &consent.target_uri, consent.state)
    }
}
