//! Keeping the register, and erasing what is over, where that needs the assembly's yes.

use super::{Proposed, ask, language, rehearse};
use crate::{
    acts::{Act, endorsements, mandates},
    db::{self, endorsements::EndorsementRow},
    domain::{
        assembly::Effect,
        consent::{Policy, Verdict},
        mandate::{Deed, Verb},
    },
    error::{Error, Result},
};

/// As [`endorsements::set_rule`], or asks the assembly whether to.
///
/// # Errors
/// As [`endorsements::set_rule`], but for want of a mandate.
pub fn set_rule(act: &mut Act, collective_id: &str, rule: Policy) -> Result<Proposed<()>> {
    match endorsements::set_rule(act, collective_id, rule) {
        Err(error) if mandates::is_missing(&error) => {}
        other => return other.map(Proposed::Done),
    }
    let lang = language(act, collective_id)?;
    let all = lang.text(&format!("desk-quotes-scope-{}", rule.automatic));
    let rest = lang.text(if rule.review { "question-endorsers-ask" } else { "question-endorsers-refuse" });
    let effect = Effect::EndorsersRule { automatic: rule.automatic, review: rule.review };
    let deed = Deed::plain(Verb::Register);
    ask(act, collective_id, &deed, "question-endorsers-rule", &all, rest, effect).map(Proposed::Asked)
}

/// As [`endorsements::set_policy`], or asks the assembly whether to.
///
/// # Errors
/// As [`endorsements::set_policy`], but for want of a mandate.
pub fn set_policy(act: &mut Act, collective_id: &str, subject: &str, verdict: Option<Verdict>) -> Result<Proposed<()>> {
    match endorsements::set_policy(act, collective_id, subject, verdict) {
        Err(error) if mandates::is_missing(&error) => {}
        other => return other.map(Proposed::Done),
    }
    rehearse(act, |act| endorsements::set_policy(act, collective_id, subject, verdict))?;
    let subject = subject.trim().to_owned();
    let words = match verdict {
        Some(verdict) => format!("question-endorser-{verdict}"),
        None => "question-endorser-general".to_owned(),
    };
    let effect = Effect::Endorser { subject: subject.clone(), verdict };
    let deed = Deed::plain(Verb::Register);
    ask(act, collective_id, &deed, &words, &subject, String::new(), effect).map(Proposed::Asked)
}

/// As [`endorsements::ask_to_confirm`], or asks our own assembly first.
///
/// # Errors
/// As [`endorsements::ask_to_confirm`], but for want of a mandate.
pub fn ask_to_confirm(act: &mut Act, statement_id: &str) -> Result<Proposed<usize>> {
    match endorsements::ask_to_confirm(act, statement_id) {
        Err(error) if mandates::is_missing(&error) => {}
        other => return other.map(Proposed::Done),
    }
    rehearse(act, |act| endorsements::ask_to_confirm(act, statement_id))?;
    let row = db::statements::by_id(act.conn, statement_id)?;
    let title = db::statements::version(act.conn, statement_id, row.version)?.title;
    let effect = Effect::AskToConfirm { statement: statement_id.to_owned() };
    let deed = Deed::plain(Verb::Register);
    ask(act, &row.collective_id, &deed, "question-ask-to-confirm", &title, row.uri, effect).map(Proposed::Asked)
}

/// As [`endorsements::erase`], or asks the assembly whether to.
///
/// # Errors
/// As [`endorsements::erase`], but for want of a mandate.
pub fn erase(act: &mut Act, id: &str) -> Result<Proposed<EndorsementRow>> {
    match endorsements::erase(act, id) {
        Err(error) if mandates::is_missing(&error) => {}
        other => return other.map(Proposed::Done),
    }
    let row = db::endorsements::by_id(act.conn, id)?;
    let collective_id = row.endorser_id.clone().ok_or(Error::NotFound)?;
    let effect = Effect::Erase { endorsement: id.to_owned() };
    let deed = Deed::plain(Verb::Endorse);
    ask(act, &collective_id, &deed, "question-erase", &row.title, row.statement_uri, effect).map(Proposed::Asked)
}
