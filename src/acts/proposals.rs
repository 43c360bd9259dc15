//! What a member does without a mandate where their collective asks for one: it isn't refused, it goes before the assembly,
//! or before those who hold the mandate together.
//!
//! Every act that [`mandates::require`]s something has its way here: whatever nobody alone may do can at least be proposed.

use super::{
    Act, Principal,
    consents::{self, Decision},
    decisions::{self, Question},
    endorsements::Text,
    mandates::{self, Authority},
    statements::{self, Change, Published},
};
use crate::{
    db::{self, consents::ConsentRow, decisions::DecisionRow, statements::StatementRow},
    domain::{
        Id, Timestamp,
        assembly::{Answer, Effect},
        consent::ConsentKind,
        decision::MAX_QUESTION,
        mandate::{Deed, MandateState, Terms, Verb},
        statement::clean,
        url::host_and_port,
    },
    error::{Error, Result},
    i18n::Lang,
    text::excerpt,
};

mod actions;
mod register;
mod towards;

pub use actions::{add as add_action, answer as answer_action, cancel as cancel_action, decide_proposed, edit as edit_action};
pub use register::{ask_to_confirm, erase, set_policy, set_rule};
pub use towards::{boost, follow, like, unboost, unfollow, unlike};

/// What came of it.
#[derive(Debug, Clone)]
pub enum Proposed<T> {
    Done(T),
    /// It waits for this decision, and is carried out with it.
    Asked(Box<DecisionRow>),
}

impl<T> Proposed<T> {
    /// With another thing that was done.
    pub fn map<U>(self, f: impl FnOnce(T) -> U) -> Proposed<U> {
        match self {
            Self::Done(done) => Proposed::Done(f(done)),
            Self::Asked(row) => Proposed::Asked(row),
        }
    }
}

/// As [`statements::publish`], or puts the text as it is now before the assembly.
///
/// # Errors
/// As [`statements::publish`], but for want of a mandate.
pub fn publish(act: &mut Act, id: &str) -> Result<Proposed<Published>> {
    match statements::publish(act, id) {
        Err(error) if mandates::is_missing(&error) => ask_to_publish(act, id, None),
        other => other.map(Proposed::Done),
    }
}

/// As [`statements::schedule`], or puts the text and its time before the assembly.
///
/// # Errors
/// As [`statements::schedule`], but for want of a mandate.
pub fn schedule(act: &mut Act, id: &str, at: Timestamp) -> Result<Proposed<StatementRow>> {
    match statements::schedule(act, id, at) {
        Err(error) if mandates::is_missing(&error) => ask_to_publish(act, id, Some(at)),
        other => other.map(Proposed::Done),
    }
}

fn ask_to_publish<T>(act: &mut Act, id: &str, at: Option<Timestamp>) -> Result<Proposed<T>> {
    let row = db::statements::by_id(act.conn, id)?;
    let content = db::statements::current_draft(act.conn, id)?.content.into_inner();
    let deed = Deed { topics: content.hashtags.clone(), ..Deed::plain(statements::verb(&content)) };
    let words = if row.version > 0 { "question-publish-version" } else { "question-publish" };
    let title = if content.title.is_empty() { excerpt(&content.body, MAX_QUESTION / 2) } else { content.title };
    let effect = Effect::Publish { statement: id.to_owned(), draft: None, at };
    ask(act, &row.collective_id, &deed, words, &title, content.summary, effect).map(Proposed::Asked)
}

/// Postpones, moves or cancels a public call, or puts that before the assembly. What was being written stays written.
///
/// # Errors
/// As [`statements::put_change`] and [`statements::publish`], but for want of a mandate.
pub fn change_call(act: &mut Act, id: &str, change: &Change, notice: &str) -> Result<Proposed<Published>> {
    let pending = statements::put_change(act, id, change, notice)?;
    let done = publish(act, id)?;
    statements::put_back(act, id, pending)?;
    Ok(done)
}

/// As [`statements::withdraw`], or asks the assembly to.
///
/// # Errors
/// As [`statements::withdraw`], but for want of a mandate.
pub fn withdraw(act: &mut Act, id: &str, reason: &str) -> Result<Proposed<StatementRow>> {
    match statements::withdraw(act, id, reason) {
        Err(error) if mandates::is_missing(&error) => {}
        other => return other.map(Proposed::Done),
    }
    let row = db::statements::by_id(act.conn, id)?;
    let version = db::statements::version(act.conn, id, row.version)?;
    let deed = Deed { topics: version.content.hashtags.clone(), ..Deed::plain(statements::verb_to_withdraw(&version.content)) };
    let reason = clean(&reason.replace("\r\n", "\n")).trim().to_owned();
    let effect = Effect::WithdrawStatement { statement: id.to_owned(), reason: reason.clone() };
    ask(act, &row.collective_id, &deed, "question-withdraw-statement", &version.title, reason, effect).map(Proposed::Asked)
}

/// As [`consents::decide`], or asks the assembly what to answer.
///
/// # Errors
/// As [`consents::decide`], but for want of a mandate.
pub fn decide(act: &mut Act, collective_id: &str, consent_id: &str, decision: Decision) -> Result<Proposed<ConsentRow>> {
    match consents::decide(act, collective_id, consent_id, decision) {
        Err(error) if mandates::is_missing(&error) => {}
        other => return other.map(Proposed::Done),
    }
    let row = db::consents::by_id(act.conn, consent_id)?;
    let host = host_and_port(&row.asker_uri).unwrap_or_default();
    let deed = mandates::towards(Verb::Answer, &row.asker_uri);
    let (answer, words) = match (decision, row.kind) {
        (Decision::Accept, ConsentKind::Quote) => (Answer::Accept, "question-answer-quote-accept"),
        (Decision::Decline, ConsentKind::Quote) => (Answer::Decline, "question-answer-quote-decline"),
        (Decision::Revoke, ConsentKind::Quote) => (Answer::Revoke, "question-answer-quote-revoke"),
        (Decision::Accept, ConsentKind::Endorsement) => (Answer::Accept, "question-answer-endorsement-accept"),
        (Decision::Decline, ConsentKind::Endorsement) => (Answer::Decline, "question-answer-endorsement-decline"),
        (Decision::Revoke, ConsentKind::Endorsement) => (Answer::Revoke, "question-answer-endorsement-revoke"),
        (Decision::Accept, ConsentKind::LocalAction) => (Answer::Accept, "question-answer-action-accept"),
        (Decision::Decline, ConsentKind::LocalAction) => (Answer::Decline, "question-answer-action-decline"),
        (Decision::Revoke, ConsentKind::LocalAction) => (Answer::Revoke, "question-answer-action-revoke"),
    };
    let known = db::remote_actors::any_by_uri(act.conn, &row.asker_uri)?;
    let who = known.map_or(host, |actor| actor.handle());
    let effect = Effect::Answer { consent: consent_id.to_owned(), answer };
    ask(act, collective_id, &deed, words, &who, row.object_uri.clone(), effect).map(Proposed::Asked)
}

/// Asks the assembly whether to endorse a statement, before anything is said in public; `Done` never comes of it.
///
/// # Errors
/// `Invalid` for `address` where the statement is the collective's own; `Conflict` where it isn't public.
pub fn endorse(act: &mut Act, collective_id: &str, text: &Text) -> Result<DecisionRow> {
    act.may_act_for(collective_id)?;
    let collective = db::collectives::by_id(act.conn, collective_id)?;
    let author = &text.target.author;
    if author.uri == collective.uri {
        return Err(Error::invalid("address", "error-endorse-own"));
    }
    let target = text.target.still(act)?;
    target.for_everybody("error-endorse-private")?;
    if db::endorsements::standing(act.conn, collective_id, &target.uri)?.is_some() {
        return Err(Error::Conflict("error-endorse-standing"));
    }
    target.keep(act)?;
    text.keep(act)?;
    let deed = mandates::towards(Verb::Endorse, &author.uri);
    let effect = Effect::Endorse {
        statement: target.uri.clone(),
        title: text.title.clone(),
        url: text.url.clone(),
        digest: text.digest.clone(),
        register: text.register,
    };
    ask(act, collective_id, &deed, "question-endorse", &text.title, text.url.clone(), effect).map(|row| *row)
}

/// Asks the assembly to empower members.
///
/// # Errors
/// As [`mandates::grant`], before anybody is asked.
pub fn grant(act: &mut Act, collective_id: &str, holders: Vec<Id>, terms: Terms) -> Result<DecisionRow> {
    act.may_act_for(collective_id)?;
    let names = db::members::names(act.conn, &holders)?;
    let who = holders.iter().filter_map(|id| names.get(id).cloned()).collect::<Vec<_>>().join(", ");
    let lang = language(act, collective_id)?;
    let verbs: Vec<String> = terms.verbs.iter().map(|verb| lang.text(&format!("desk-mandate-verb-{verb}"))).collect();
    let words = lang.text_with("question-grant", &[("title", &who), ("verbs", &verbs.join(", "))]);
    let explanation = terms.office.clone();
    put(act, collective_id, words, explanation, Effect::Grant { holders, terms: Box::new(terms) })
}

/// Asks the assembly to recall a mandate.
///
/// # Errors
/// `NotFound` to others than members; `Conflict` where it is over or recalled.
pub fn recall(act: &mut Act, mandate_id: &str) -> Result<DecisionRow> {
    let row = db::mandates::by_id(act.conn, mandate_id)?;
    act.may_act_for(&row.collective_id)?;
    if matches!(row.terms.state(row.recalled_at, act.now), MandateState::Over | MandateState::Recalled) {
        return Err(Error::Conflict("error-mandate-ended"));
    }
    let holders = db::mandates::holders(act.conn, mandate_id)?;
    let names = db::members::names(act.conn, &holders)?;
    let who = holders.iter().filter_map(|id| names.get(id).cloned()).collect::<Vec<_>>().join(", ");
    let words = language(act, &row.collective_id)?.text_with("question-recall", &[("title", &who)]);
    let explanation = row.terms.office.clone();
    put(act, &row.collective_id, words, explanation, Effect::Recall { mandate: mandate_id.to_owned() })
}

/// Before all members, by the collective's own rules; the same question that is open already is given again.
fn put(act: &mut Act, collective_id: &str, words: String, explanation: String, effect: Effect) -> Result<DecisionRow> {
    let effect = decisions::fixed(act, collective_id, effect)?;
    for row in db::decisions::list(act.conn, collective_id, Some(true), decisions::MOST_OPEN)? {
        if *row.effect == effect {
            return Ok(row);
        }
    }
    let question = Question { question: excerpt(&words, MAX_QUESTION), explanation, effect, rules: None, days: None };
    decisions::open(act, collective_id, question)
}

fn language(act: &mut Act, collective_id: &str) -> Result<Lang> {
    let collective = db::collectives::by_id(act.conn, collective_id)?;
    Ok(Lang::by_tag(&collective.language).unwrap_or_else(Lang::english))
}

/// Passes if it could be done were the assembly's yes there now; nothing of it stays. What can't be done in any case isn't
/// asked for.
fn rehearse<T>(act: &mut Act, f: impl FnOnce(&mut Act) -> Result<T>) -> Result<()> {
    let (now, site) = (act.now, act.site);
    let mut said = Ok(());
    let undone: Result<()> = db::part(act.conn, |conn| {
        said = f(&mut Act { conn, now, site, by: &Principal::Clock }).map(drop);
        Err(Error::Conflict("error-changed-meanwhile"))
    });
    match undone {
        Err(error @ (Error::Busy(_) | Error::Internal(_))) => Err(error),
        _ => said,
    }
}

/// Opens the question, unless the very same is open already.
fn ask(
    act: &mut Act,
    collective_id: &str,
    deed: &Deed,
    words: &str,
    title: &str,
    explanation: String,
    effect: Effect,
) -> Result<Box<DecisionRow>> {
    let effect = decisions::fixed(act, collective_id, effect)?;
    for row in db::decisions::list(act.conn, collective_id, Some(true), decisions::MOST_OPEN)? {
        if *row.effect == effect {
            return Ok(Box::new(row));
        }
    }
    let lang = language(act, collective_id)?;
    let question = excerpt(&lang.text_with(words, &[("title", &title)]), MAX_QUESTION);
    let question = Question { question, explanation, effect, rules: None, days: None };
    let row = match mandates::authority(act, collective_id, deed)? {
        Authority::Joint(mandate) => decisions::open_joint(act, collective_id, question, &mandate)?,
        _ => decisions::open(act, collective_id, question)?,
    };
    Ok(Box::new(row))
}
