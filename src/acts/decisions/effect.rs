//! What a decision does: fixed when the question is put, carried out in the transaction that closes it.

use super::super::{
    Act, actions, boost,
    consents::{self, Decision},
    endorsements::{self, Text},
    follow, like, mandates, proposed, statements,
    target::Target,
};
use crate::{
    db::{self, decisions::DecisionRow},
    domain::{
        assembly::{Answer, Effect, Towards},
        consent::Policy,
        endorsement::Change,
        names::StatementState,
    },
    error::{Error, Result},
};

/// An effect as it goes before the assembly: on something of the collective's own, and on the text as it is now.
///
/// # Errors
/// `NotFound` for things of others; as publishing where a draft couldn't be published.
pub fn fixed(act: &mut Act, collective_id: &str, effect: Effect) -> Result<Effect> {
    let owned = |owner: Option<&str>| if owner == Some(collective_id) { Ok(()) } else { Err(Error::NotFound) };
    match effect {
        Effect::Publish { statement, draft: None, at } => {
            let row = db::statements::by_id(act.conn, &statement)?;
            owned(Some(&row.collective_id))?;
            if row.state == StatementState::Withdrawn {
                return Err(Error::Conflict("error-withdrawn"));
            }
            let content = db::statements::current_draft(act.conn, &statement)?.content.into_inner();
            Error::from_faults(content.publish_faults())?;
            // A copy that saved itself would be replaced by the next one.
            statements::save_draft(act, &statement, content, false)?;
            let draft = Some(db::statements::current_draft(act.conn, &statement)?.n);
            Ok(Effect::Publish { statement, draft, at })
        }
        Effect::Publish { ref statement, .. }
        | Effect::WithdrawStatement { ref statement, .. }
        | Effect::AskToConfirm { ref statement } => {
            owned(Some(&db::statements::by_id(act.conn, statement)?.collective_id))?;
            Ok(effect)
        }
        Effect::Ratify { ref endorsement }
        | Effect::Withdraw { ref endorsement }
        | Effect::Confirm { ref endorsement, .. }
        | Effect::Erase { ref endorsement } => {
            owned(db::endorsements::by_id(act.conn, endorsement)?.endorser_id.as_deref())?;
            Ok(effect)
        }
        Effect::Answer { ref consent, .. } => {
            owned(db::consents::by_id(act.conn, consent)?.author_id.as_deref())?;
            Ok(effect)
        }
        Effect::EditAction { ref action, .. } | Effect::CancelAction { ref action } | Effect::AnswerAction { ref action, .. } => {
            owned(db::actions::by_id(act.conn, action)?.organiser_id.as_deref())?;
            Ok(effect)
        }
        Effect::AnswerProposed { ref proposed, .. } => {
            let call = db::proposed::by_id(act.conn, proposed)?.statement_id;
            owned(Some(&db::statements::by_id(act.conn, &call)?.collective_id))?;
            Ok(effect)
        }
        Effect::Recall { ref mandate } => {
            owned(Some(&db::mandates::by_id(act.conn, mandate)?.collective_id))?;
            Ok(effect)
        }
        Effect::Grant { ref holders, ref terms } => {
            let terms = (**terms).clone().normalised();
            mandates::check(act, collective_id, holders, &terms)?;
            Ok(Effect::Grant { holders: holders.clone(), terms: Box::new(terms) })
        }
        Effect::Nothing
        | Effect::Endorse { .. }
        | Effect::Towards { .. }
        | Effect::AddAction { .. }
        | Effect::EndorsersRule { .. }
        | Effect::Endorser { .. } => Ok(effect),
    }
}

/// Does what a carried decision says.
pub(super) fn carry_out(act: &mut Act, row: &DecisionRow) -> Result<()> {
    let basis = format!("decision:{}", row.id);
    let own = |owner: &str| if owner == row.collective_id { Ok(()) } else { Err(Error::NotFound) };
    let endorsement = |act: &mut Act, id: &str, change: Change| {
        let found = db::endorsements::by_id(act.conn, id)?;
        own(found.endorser_id.as_deref().unwrap_or_default())?;
        endorsements::change(act, found, &change, Some(&basis)).map(drop)
    };
    match &*row.effect {
        Effect::Nothing => Ok(()),
        Effect::Publish { statement, draft, at } => {
            let now = db::statements::by_id(act.conn, statement)?;
            own(&now.collective_id)?;
            // By a mandate, say: what stands there now isn't what the assembly had before it.
            if now.version > 0 && db::statements::version(act.conn, statement, now.version)?.published_at > row.opened_at {
                return Err(Error::Conflict("error-published-meanwhile"));
            }
            if let Some(n) = draft {
                statements::restore_draft(act, statement, *n)?;
            }
            match at.filter(|at| *at > act.now) {
                Some(at) => statements::schedule(act, statement, at).map(drop),
                None => statements::publish(act, statement).map(drop),
            }
        }
        Effect::WithdrawStatement { statement, reason } => {
            own(&db::statements::by_id(act.conn, statement)?.collective_id)?;
            statements::withdraw(act, statement, reason).map(drop)
        }
        Effect::Endorse { statement, title, url, digest, register } => {
            let target = Target::known(act.conn, act.site, statement)?.ok_or(Error::NotFound)?;
            // What it says was kept when the assembly was asked.
            let text = Text {
                target,
                title: title.clone(),
                url: url.clone(),
                html: String::new(),
                content_warning: String::new(),
                language: None,
                digest: digest.clone(),
                register: *register,
            };
            endorsements::endorse_decided(act, &row.collective_id, &text, &basis).map(drop)
        }
        Effect::Answer { consent, answer } => consents::decide(act, &row.collective_id, consent, decision_of(*answer)).map(drop),
        Effect::Ratify { endorsement: id } => endorsement(act, id, Change::Ratify),
        Effect::Withdraw { endorsement: id } => endorsement(act, id, Change::Withdraw),
        Effect::Confirm { endorsement: id, digest } => endorsement(act, id, Change::Confirm(digest.clone())),
        Effect::Erase { endorsement } => {
            own(db::endorsements::by_id(act.conn, endorsement)?.endorser_id.as_deref().unwrap_or_default())?;
            endorsements::erase(act, endorsement).map(drop)
        }
        Effect::Towards { act: what, object } => towards(act, &row.collective_id, *what, object),
        Effect::EndorsersRule { automatic, review } => {
            let rule = Policy { automatic: *automatic, review: *review };
            endorsements::set_rule(act, &row.collective_id, rule)
        }
        Effect::Endorser { subject, verdict } => endorsements::set_policy(act, &row.collective_id, subject, *verdict),
        Effect::AskToConfirm { statement } => {
            own(&db::statements::by_id(act.conn, statement)?.collective_id)?;
            endorsements::ask_to_confirm(act, statement).map(drop)
        }
        Effect::AddAction { call, content } => {
            let target = Target::known(act.conn, act.site, call)?.ok_or(Error::NotFound)?;
            let under = actions::Under::of(act.conn, target)?;
            actions::add(act, &row.collective_id, &under, (**content).clone()).map(drop)
        }
        Effect::EditAction { action, content } => {
            own(db::actions::by_id(act.conn, action)?.organiser_id.as_deref().unwrap_or_default())?;
            actions::edit(act, action, (**content).clone()).map(drop)
        }
        Effect::CancelAction { action } => {
            own(db::actions::by_id(act.conn, action)?.organiser_id.as_deref().unwrap_or_default())?;
            actions::cancel(act, action).map(drop)
        }
        Effect::AnswerAction { action, answer, question } => {
            let found = db::actions::by_id(act.conn, action)?;
            own(found.organiser_id.as_deref().unwrap_or_default())?;
            // The call changed once more: that isn't what the assembly had before it.
            if found.question.as_deref() != Some(question) {
                return Err(Error::Conflict("error-action-changed"));
            }
            actions::answer(act, action, *answer).map(drop)
        }
        Effect::AnswerProposed { proposed: id, accept } => proposed::decide(act, &row.collective_id, id, *accept).map(drop),
        Effect::Grant { holders, terms } => {
            mandates::grant(act, &row.collective_id, holders, (**terms).clone(), Some(&row.id)).map(drop)
        }
        Effect::Recall { mandate } => {
            own(&db::mandates::by_id(act.conn, mandate)?.collective_id)?;
            mandates::recall_by_decision(act, mandate, &row.id)
        }
    }
}

/// Nothing is looked up: the post and the actor were kept when the assembly was asked.
fn towards(act: &mut Act, collective_id: &str, what: Towards, object: &str) -> Result<()> {
    let target = |act: &mut Act| Target::known(act.conn, act.site, object)?.ok_or(Error::NotFound);
    match what {
        Towards::Boost => target(act).and_then(|target| boost::boost(act, collective_id, &target)).map(drop),
        Towards::Unboost => boost::unboost(act, collective_id, object),
        Towards::Like => target(act).and_then(|target| like::like(act, collective_id, &target)).map(drop),
        Towards::Unlike => like::unlike(act, collective_id, object),
        Towards::Follow => {
            let other = match act.site.owns(object) {
                true => db::collectives::by_uri(act.conn, object)?.as_actor(),
                false => db::remote_actors::any_by_uri(act.conn, object)?.ok_or(Error::NotFound)?,
            };
            follow::follow(act, collective_id, &other).map(drop)
        }
        Towards::Unfollow => follow::unfollow(act, collective_id, object),
    }
}

fn decision_of(answer: Answer) -> Decision {
    match answer {
        Answer::Accept => Decision::Accept,
        Answer::Decline => Decision::Decline,
        Answer::Revoke => Decision::Revoke,
    }
}
