//! Quotes and the consent to them (FEP-044f).

use super::Said;
use crate::{
    http,
    meeting::Meeting,
    peers::{Can, Cannot, Quoting},
};

/// Who may quote our statements without being asked; all others may ask.
fn rule(m: &Meeting, automatic: &str) -> Can<()> {
    m.command(&["collective", "edit", &m.handle, "--quotes", automatic, "--review-quotes", "true"], "").map(drop)
}

/// Our entry about a quote: its id, its state, its stamp.
fn consent(m: &Meeting, quote: &str, ours: bool) -> Can<Option<(String, String, Option<String>)>> {
    let list = m.cli(if ours { &["quote", "list", "--ours"] } else { &["quote", "list"] })?;
    let entry = list.as_array().and_then(|list| list.iter().find(|one| one["quote"] == quote));
    let text = |key: &str| entry.and_then(|entry| entry[key].as_str().map(str::to_owned));
    Ok(text("id").zip(text("state")).map(|(id, state)| (id, state, text("stamp"))))
}

fn until_state(m: &Meeting, quote: &str, ours: bool, wanted: &str) -> Can<(String, Option<String>)> {
    m.until(&format!("our list has the quote as {wanted}"), || {
        Ok(consent(m, quote, ours)?.filter(|(_, state, _)| state == wanted).map(|(id, _, stamp)| (id, stamp)))
    })
}

fn until_theirs(m: &Meeting, quote: &str, wanted: &str) -> Can<()> {
    m.until_true(&format!("the peer has its quote as {wanted}"), || Ok(m.peer.quote_state(quote)?.as_deref() == Some(wanted)))
}

/// A quote of theirs of a statement of ours.
fn their_quote(m: &Meeting, automatic: &str) -> Can<String> {
    m.peer.knows_quotes()?;
    rule(m, automatic)?;
    let (id, _) = m.our_post("note")?;
    m.peer.quote(&id, &m.us, &m.words())
}

fn granted(m: &Meeting) -> Can<(String, String, String)> {
    let quote = their_quote(m, "everybody")?;
    let (id, stamp) = until_state(m, &quote, false, "granted")?;
    m.until("the quote is in our inbox", || m.received("quote", &quote))?;
    until_theirs(m, &quote, "accepted")?;
    Ok((quote, id, stamp.ok_or_else(|| Cannot::Failed("granted without a stamp".to_owned()))?))
}

pub fn theirs_granted(m: &Meeting) -> Said {
    granted(m).map(|_| None)
}

pub fn theirs_reviewed(m: &Meeting) -> Said {
    let quote = their_quote(m, "nobody")?;
    let (id, stamp) = until_state(m, &quote, false, "waiting")?;
    assert_eq!((stamp, m.peer.quote_state(&quote)?.as_deref()), (None, Some("pending")));
    m.command(&["quote", "accept", &id], "")?;
    until_theirs(m, &quote, "accepted")?;
    Ok(None)
}

pub fn theirs_refused(m: &Meeting) -> Said {
    let quote = their_quote(m, "nobody")?;
    let (id, _) = until_state(m, &quote, false, "waiting")?;
    m.command(&["quote", "decline", &id], "")?;
    until_theirs(m, &quote, "rejected")?;
    Ok(None)
}

pub fn theirs_revoked(m: &Meeting) -> Said {
    let (quote, id, stamp) = granted(m)?;
    let ask = || http::send(|client| client.get(&stamp).header("accept", "application/activity+json"));
    assert_eq!(ask()?.0, 200);
    m.command(&["quote", "revoke", &id], "")?;
    until_theirs(m, &quote, "revoked")?;
    assert_eq!(ask()?.0, 410);
    Ok(None)
}

/// A statement of ours that quotes a post of theirs and has reached them: its id, the post.
fn our_quote(m: &Meeting) -> Can<(String, String)> {
    m.peer.knows_quotes()?;
    m.they_follow()?;
    let (post, _) = m.their_post()?;
    let words = m.words();
    let id = m.publish("note", "As our neighbours say", &words, &["--quote", &post])?;
    m.until_held(&id, &words)?;
    Ok((id, post))
}

/// Waits until the consent shows in our statement as the peer has it, and stands on their host.
pub(super) fn until_shown(m: &Meeting, id: &str, post: &str) -> Can<()> {
    let (_, stamp) = until_state(m, id, true, "granted")?;
    let stamp = stamp.ok_or_else(|| Cannot::Failed("granted without a stamp".to_owned()))?;
    let wanted = Quoting { quoted: post.to_owned(), stamp: Some(stamp.clone()) };
    m.until_true("the peer has the quote with its stamp", || Ok(m.peer.quoting(id)?.as_ref() == Some(&wanted)))?;
    let (status, body) = http::send(|client| client.get(&stamp).header("accept", "application/activity+json"))?;
    let said: serde_json::Value = serde_json::from_str(&body).unwrap_or_default();
    if status == 200 && said["interactingObject"] == id && said["interactionTarget"] == post {
        Ok(())
    } else {
        Err(Cannot::Failed(format!("the stamp {stamp}: {status}: {body}")))
    }
}

/// Waits until the peer's copy quotes nothing any more.
pub(super) fn until_unquoted(m: &Meeting, id: &str) -> Can<()> {
    m.until_true("the peer's copy quotes nothing", || Ok(m.peer.object(id)?.is_some() && m.peer.quoting(id)?.is_none()))
}

pub fn ours_granted(m: &Meeting) -> Said {
    let (id, post) = our_quote(m)?;
    until_shown(m, &id, &post)?;
    Ok(None)
}

/// A quote of ours that waits at the peer.
fn waiting(m: &Meeting) -> Can<(String, String)> {
    m.peer.knows_quotes()?;
    m.peer.review_quotes(true)?;
    let quote = our_quote(m).and_then(|(id, post)| {
        m.until_true("our request waits at the peer", || m.peer.quote_waits(&id))?;
        Ok((id, post))
    });
    m.peer.review_quotes(false)?;
    let (id, post) = quote?;
    until_state(m, &id, true, "waiting")?;
    let wanted = Quoting { quoted: post.clone(), stamp: None };
    assert_eq!(m.peer.quoting(&id)?, Some(wanted), "it is shown as a quote that has no consent yet");
    Ok((id, post))
}

pub fn ours_reviewed(m: &Meeting) -> Said {
    let (id, post) = waiting(m)?;
    m.peer.answer_quote(&id, true)?;
    until_shown(m, &id, &post)?;
    Ok(None)
}

pub fn ours_refused(m: &Meeting) -> Said {
    let (id, _) = waiting(m)?;
    m.peer.answer_quote(&id, false)?;
    until_state(m, &id, true, "refused")?;
    until_unquoted(m, &id)?;
    Ok(None)
}

pub fn ours_revoked(m: &Meeting) -> Said {
    let (id, post) = our_quote(m)?;
    until_shown(m, &id, &post)?;
    m.peer.revoke_quote(&id)?;
    until_state(m, &id, true, "revoked")?;
    until_unquoted(m, &id)?;
    Ok(None)
}
