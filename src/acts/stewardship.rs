//! What stewards decide for the whole instance: what it says about itself, whom it shuts out, which reports are settled.

use super::{
    Act, consents, relays,
    setup::{MAX_DESCRIPTION, MAX_NAME},
};
use crate::{
    db::{self, blocks::BlockRow},
    domain::{
        language::parse_tag,
        names::BlockKind,
        statement::{clean, one_line},
        url::{host_and_port, parse_remote},
    },
    error::{Error, Result},
};
use std::collections::BTreeSet;

/// Longest reason of a block, in characters.
const MAX_REASON: usize = 1_000;

/// Changes what the instance says about itself. The caller reads the site anew afterwards.
///
/// # Errors
/// `Invalid` with every fault; `Forbidden` to who isn't a steward.
pub fn describe(act: &mut Act, name: &str, description: &str, languages: &[String]) -> Result<()> {
    act.may_steward()?;
    let mut faults = Vec::new();
    let name = one_line(name);
    if name.is_empty() {
        faults.push(("name", "error-name-empty"));
    } else if name.chars().count() > MAX_NAME {
        faults.push(("name", "error-name-long"));
    }
    let description = clean(&description.replace("\r\n", "\n")).trim().to_owned();
    if description.chars().count() > MAX_DESCRIPTION {
        faults.push(("description", "error-description-long"));
    }
    let mut tags: Vec<String> = Vec::new();
    for tag in languages {
        match parse_tag(tag) {
            Some(tag) if tags.contains(&tag) => {}
            Some(tag) => tags.push(tag),
            None => faults.push(("languages", "error-language")),
        }
    }
    if tags.is_empty() {
        faults.push(("languages", "error-language-empty"));
    }
    Error::from_faults(faults)?;
    db::instance::describe(act.conn, &name, &description, &tags)
}

/// What a block did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Blocked {
    /// The host or the actor's id, in its one form.
    pub subject: String,
    pub kind: BlockKind,
    /// Deliveries that waited and won't go.
    pub deliveries: usize,
    /// Accounts that followed a collective of ours or were followed by one, and relays.
    pub ties: usize,
}

/// Shuts a host or a single actor out: nothing of theirs comes in, nothing goes to them. What waits for them is cancelled,
/// and they neither follow nor are followed any more. They aren't told.
///
/// # Errors
/// `Invalid` where `subject` is neither a host nor an address of an account.
pub fn block(act: &mut Act, subject: &str, reason: &str) -> Result<Blocked> {
    act.may_steward()?;
    let (subject, kind) = subject_of(subject).ok_or_else(|| Error::invalid("subject", "error-block-form"))?;
    if act.site.owns(&subject) || subject == act.site.domain {
        return Err(Error::invalid("subject", "error-block-own"));
    }
    let reason = clean(reason).trim().chars().take(MAX_REASON).collect();
    let row = BlockRow { subject: subject.clone(), kind, reason, created_at: act.now };
    db::blocks::insert(act.conn, &row)?;
    let (actors, deliveries) = match kind {
        BlockKind::Host => {
            let actors = db::queue_cleaning::tied_actors_on(act.conn, &subject)?;
            (actors, db::queue_cleaning::cancel_host(act.conn, &subject)?)
        }
        BlockKind::Actor => {
            let mut cancelled = 0;
            if let Some(actor) = db::remote_actors::by_uri(act.conn, &subject)? {
                let inboxes: BTreeSet<String> = actor.shared_inbox.into_iter().chain([actor.inbox]).collect();
                for inbox in inboxes {
                    cancelled += db::queue_cleaning::cancel_for_actor(act.conn, &subject, &inbox)?;
                }
            }
            (vec![subject.clone()], cancelled)
        }
    };
    let mut ties = relays::shut_out(act, &subject)?;
    for actor in actors {
        ties += usize::from(db::follows::remove_ties(act.conn, &actor)?);
    }
    // What they were allowed ends with it: their quotes lose their stamps.
    for asker in db::consents::open_askers(act.conn)? {
        let host = host_and_port(&asker).unwrap_or_default();
        if asker == subject || host == subject || host.ends_with(&format!(".{subject}")) {
            consents::sever(act, &asker)?;
        }
    }
    Ok(Blocked { subject, kind, deliveries, ties })
}

/// Lets a host or an actor in again.
pub fn unblock(act: &mut Act, subject: &str) -> Result<()> {
    act.may_steward()?;
    if db::blocks::delete(act.conn, subject)? { Ok(()) } else { Err(Error::NotFound) }
}

/// Marks a report as settled.
pub fn resolve_report(act: &mut Act, id: &str) -> Result<()> {
    act.may_steward()?;
    db::reports::resolve(act.conn, id, act.now)
}

/// `https://harbour.example/users/ana` is an actor, `Harbour.example` a host in its normal form.
fn subject_of(text: &str) -> Option<(String, BlockKind)> {
    let text = text.trim();
    if text.contains("://") {
        let url = parse_remote(text)?;
        return Some(match url.path() {
            "/" | "" => (host_of(&url)?, BlockKind::Host),
            _ => (text.to_owned(), BlockKind::Actor),
        });
    }
    let url = url::Url::parse(&format!("https://{}", text.trim_start_matches('@'))).ok()?;
    let bare = url.path() == "/" && url.query().is_none() && url.username().is_empty() && url.fragment().is_none();
    if !bare || !text.contains('.') && !text.contains(':') {
        return None;
    }
    Some((host_of(&url)?, BlockKind::Host))
}

fn host_of(url: &url::Url) -> Option<String> {
    let host = url.host_str()?;
    Some(url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_is_of_a_host_or_of_an_actor() {
        let subject = |text| subject_of(text).map(|(subject, kind)| (subject, kind.as_str()));
        assert_eq!(subject(" Harbour.Example "), Some(("harbour.example".into(), "host")));
        assert_eq!(subject("https://harbour.example/"), Some(("harbour.example".into(), "host")));
        assert_eq!(subject("münster.example"), Some(("xn--mnster-3ya.example".into(), "host")));
        assert_eq!(subject("https://harbour.example/users/ana"), Some(("https://harbour.example/users/ana".into(), "actor")));
        for bad in ["", "harbour", "a b.example", "harbour.example/users/ana", "javascript://x"] {
            assert_eq!(subject(bad), None, "{bad}");
        }
    }
}
