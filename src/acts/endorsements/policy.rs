//! Whose endorsements a collective takes under its statements: its general rule, and answers for one actor or one host.

use crate::{
    acts::{Act, mandates},
    db,
    domain::{
        consent::{Policy, Verdict},
        mandate::{Deed, Verb},
        url::host_and_port,
    },
    error::{Error, Result},
};

/// Sets who may endorse at once, and whether all others may ask. Statements that are public already tell other servers the
/// rule of the day they were published, until they are edited.
///
/// # Errors
/// `NotFound` to others than members; `Forbidden` where the collective asks for a mandate to keep the register and the doer
/// has none.
pub fn set_rule(act: &mut Act, collective_id: &str, rule: Policy) -> Result<()> {
    mandates::require(act, collective_id, &Deed::plain(Verb::Register))?;
    let mut rules = db::decisions::rules(act.conn, collective_id)?;
    (rules.endorse_automatic, rules.endorse_review) = (rule.automatic, rule.review);
    db::decisions::set_rules(act.conn, collective_id, &rules)
}

/// Sets what a collective answers one actor or one host that asks to endorse; `None`: its general rule.
///
/// # Errors
/// `Invalid` for `subject` where it is neither an actor's id nor a host; else as [`set_rule`].
pub fn set_policy(act: &mut Act, collective_id: &str, subject: &str, verdict: Option<Verdict>) -> Result<()> {
    mandates::require(act, collective_id, &Deed::plain(Verb::Register))?;
    let subject = subject.trim();
    let actor = host_and_port(subject).map(|_| subject.to_owned());
    // A host as addresses have it.
    let host = || host_and_port(&format!("https://{subject}/")).filter(|_| !subject.contains(['/', '@', '?', '#']));
    let subject = actor.or_else(host).ok_or_else(|| Error::invalid("subject", "error-block-form"))?;
    db::endorsements::set_policy(act.conn, collective_id, &subject, verdict, act.now)
}
