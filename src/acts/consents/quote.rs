//! Quotes: who may quote a statement of ours, and what a statement of ours that quotes does with the answer.

use super::Handler;
use crate::{
    acts::{
        Act, documents,
        outbox::{Audience, send},
        proofs,
        receive::react,
        statements::recipients,
        target::Target,
    },
    db::{self, collectives::CollectiveRow, consents::ConsentRow},
    domain::{
        consent::{ConsentState, Verdict},
        names::{FollowState, InboxKind, StatementState, Visibility},
        statement::Quoted,
    },
    error::{Error, Result},
    vocab::{
        activity,
        statement::{QuoteShown, show_quote},
    },
};

/// Whether an actor follows a collective of ours, and is followed by it, both accepted.
pub(super) fn ties(act: &mut Act, author: &CollectiveRow, actor_uri: &str) -> Result<(bool, bool)> {
    let follower = db::follows::follower(act.conn, &author.id, actor_uri)?;
    let following = db::follows::following(act.conn, &author.id, actor_uri)?;
    let follows = follower.is_some_and(|row| row.state == FollowState::Accepted);
    Ok((follows, following.is_some_and(|row| row.state == FollowState::Accepted)))
}

/// The handler of quotes.
pub struct Quotes;

/// What a statement's object says of its quote.
pub fn shown(consent: &ConsentRow) -> QuoteShown {
    match (consent.state, &consent.stamp_uri) {
        (ConsentState::Granted, Some(stamp)) => QuoteShown::Granted(stamp.clone()),
        (ConsentState::Waiting, _) => QuoteShown::Asked,
        _ => QuoteShown::No,
    }
}

/// A post that was looked up, as a statement keeps it: `address` is what the writer gave.
///
/// # Errors
/// `Invalid` for `quote` where the post isn't for everybody.
pub fn quoted(address: &str, target: &Target) -> Result<Quoted> {
    if !matches!(target.visibility, Visibility::Public | Visibility::Unlisted) {
        return Err(Error::invalid("quote", "error-quote-private"));
    }
    let page = target.post.as_ref().and_then(|post| post.url.clone());
    Ok(Quoted {
        address: address.trim().to_owned(),
        uri: target.uri.clone(),
        url: page.unwrap_or_else(|| target.uri.clone()),
        author: target.author.uri.clone(),
        inbox: target.author.inbox.clone(),
    })
}

impl Handler for Quotes {
    fn author_of(&self, act: &mut Act, target_uri: &str) -> Result<Option<CollectiveRow>> {
        match db::inbox::collective_of_statement(act.conn, target_uri)? {
            Some(id) => Ok(Some(db::collectives::by_id(act.conn, &id)?)),
            None => Ok(None),
        }
    }

    /// Whoever blocked the collective can't quote it either: it couldn't see what becomes of that.
    fn verdict(&self, act: &mut Act, author: &CollectiveRow, consent: &ConsentRow) -> Result<Verdict> {
        let asker_uri = &consent.asker_uri;
        if db::follows::is_blocked_by(act.conn, &author.id, asker_uri)? {
            return Ok(Verdict::Refuse);
        }
        if db::endorsements::is_accepted_companion(act.conn, &consent.object_uri, &consent.target_uri)? {
            return Ok(Verdict::Grant);
        }
        let (follows, followed) = ties(act, author, asker_uri)?;
        Ok(author.quotes().verdict(author.uri == *asker_uri, follows, followed))
    }

    fn show(&self, act: &mut Act, author: &CollectiveRow, consent: &ConsentRow) -> Result<()> {
        let request = Some(consent.request_uri.as_str());
        let (actor, object) = (&consent.asker_uri, &consent.object_uri);
        let item = react::item(act, &author.id, InboxKind::Quote, actor, request, object, consent.post_id.clone());
        db::inbox::put(act.conn, &item)
    }

    /// The statement says anew how its quote stands. Its `updated` stays: to readers nothing was edited, and nobody is told
    /// of an edit that there wasn't.
    fn changed(&self, act: &mut Act, consent: &ConsentRow) -> Result<()> {
        let Some(id) = act.site.statement_id_of(&consent.object_uri) else { return Ok(()) };
        let row = match db::statements::by_id(act.conn, id) {
            Ok(row) if row.state == StatementState::Published => row,
            Ok(_) | Err(Error::NotFound) => return Ok(()),
            Err(error) => return Err(error),
        };
        let mut version = db::statements::version(act.conn, &row.id, row.version)?;
        if version.content.quote.as_ref().is_none_or(|quote| quote.uri != consent.target_uri) {
            return Ok(());
        }
        let collective = db::collectives::by_id(act.conn, &row.collective_id)?;
        let mut object = documents::version(&version)?;
        show_quote(&mut object, &consent.target_uri, &shown(consent));
        version.object_json = serde_json::to_string(&object)?;
        db::statements::set_object(act.conn, &version)?;
        proofs::prove(act.conn, &mut object, version.published_at)?;
        let update = activity::wrap("Update", &act.site.activity(&act.new_id()), &collective.uri, act.now, &object);
        let others = recipients(act, &version.content, None)?;
        send(act, &update, &row.uri, true, &Audience::followers(&collective.id).and(others))
    }
}
