//! Consent to stand under a call: whose local actions a collective takes under its calls. The rule and the queue are those for
//! endorsers.

use super::{
    Handler,
    endorsement::{Endorsements, note},
};
use crate::{
    acts::{Act, actions},
    db::{self, collectives::CollectiveRow, consents::ConsentRow},
    domain::{
        consent::{ConsentState, Verdict},
        names::StatementForm,
    },
    error::Result,
};

/// The handler of local actions.
pub struct LocalActions;

impl Handler for LocalActions {
    /// Only calls have actions under them.
    fn author_of(&self, act: &mut Act, target_uri: &str) -> Result<Option<CollectiveRow>> {
        let Some(author) = Endorsements.author_of(act, target_uri)? else { return Ok(None) };
        let Some(id) = act.site.statement_id_of(target_uri) else { return Ok(None) };
        let is_call = db::statements::by_id(act.conn, id)?.form == StatementForm::Event;
        Ok(Some(author).filter(|_| is_call))
    }

    /// A collective's own actions need nobody's consent.
    fn verdict(&self, act: &mut Act, author: &CollectiveRow, consent: &ConsentRow) -> Result<Verdict> {
        if author.uri == consent.asker_uri {
            return Ok(Verdict::Grant);
        }
        Endorsements.verdict(act, author, consent)
    }

    fn show(&self, _act: &mut Act, _author: &CollectiveRow, _consent: &ConsentRow) -> Result<()> {
        Ok(())
    }

    fn changed(&self, act: &mut Act, consent: &ConsentRow) -> Result<()> {
        note(act, consent, db::actions::set_author)
    }

    fn settled(&self, act: &mut Act, consent: &ConsentRow) -> Result<()> {
        note(act, consent, db::actions::set_author)?;
        match consent.state {
            ConsentState::Granted => actions::listed(act, consent, true),
            ConsentState::Revoked => actions::listed(act, consent, false),
            _ => Ok(()),
        }
    }
}
