//! Statements and posts: made, edited, taken back, answered, mentioning.

use super::Said;
use crate::{
    meeting::Meeting,
    peers::{Can, Cannot},
};

/// A text that is published as an Article.
fn statement(m: &Meeting, form: &str, kind: &str) -> Can<String> {
    let (id, _) = m.our_post(form)?;
    let held = m.peer.object(&id)?;
    // An empty kind: the peer doesn't say what it keeps.
    match held {
        Some(held) if held.kind.is_empty() || held.kind == kind => Ok(id),
        held => Err(Cannot::Failed(format!("kept as {held:?}, not as {kind}"))),
    }
}

fn edited(m: &Meeting, form: &str) -> Said {
    let (id, _) = m.our_post(form)?;
    let words = m.words();
    m.command(&["statement", "edit", &id, "-"], &words)?;
    m.until_held(&id, &words)?;
    Ok(None)
}

fn withdrawn(m: &Meeting, form: &str) -> Said {
    let (id, words) = m.our_post(form)?;
    m.command(&["statement", "withdraw", &id, "--reason", "It was agreed otherwise."], "")?;
    let gone = || Ok(m.peer.object(&id)?.is_none_or(|held| held.kind == "Tombstone" || !held.content.contains(&words)));
    m.until_true("the peer has let go of it", gone)?;
    Ok(None)
}

pub fn note(m: &Meeting) -> Said {
    statement(m, "note", "Note").map(|_| None)
}

pub fn note_edited(m: &Meeting) -> Said {
    edited(m, "note")
}

pub fn note_withdrawn(m: &Meeting) -> Said {
    withdrawn(m, "note")
}

pub fn article(m: &Meeting) -> Said {
    statement(m, "article", "Article").map(|_| None)
}

pub fn article_edited(m: &Meeting) -> Said {
    edited(m, "article")
}

pub fn article_withdrawn(m: &Meeting) -> Said {
    withdrawn(m, "article")
}

pub fn mention(m: &Meeting) -> Said {
    if m.has_follower(&m.them, "accepted")? {
        m.peer.unfollow(&m.us)?;
        m.until_true("we list them no longer", || Ok(!m.has_follower(&m.them, "accepted")?))?;
    }
    let words = m.words();
    let id = m.publish("note", "A word to you", &words, &["--mention", &m.peer.address()])?;
    m.until_held(&id, &words)?;
    Ok(None)
}

pub fn reply(m: &Meeting) -> Said {
    let (post, _) = m.their_post()?;
    let words = m.words();
    let id = m.publish("note", "An answer", &words, &["--reply-to", &post])?;
    m.until_held(&id, &words)?;
    Ok(None)
}

pub fn their_note(m: &Meeting) -> Said {
    m.their_post()?;
    Ok(None)
}

pub fn their_note_edited(m: &Meeting) -> Said {
    let (id, _) = m.their_post()?;
    let words = m.words();
    m.peer.edit(&id, &words)?;
    m.until_true("we have the new text", || Ok(m.content_here(&id)?.is_some_and(|content| content.contains(&words))))?;
    Ok(None)
}

pub fn their_note_deleted(m: &Meeting) -> Said {
    let (id, _) = m.their_post()?;
    m.peer.delete(&id)?;
    m.until_true("we have it no longer", || Ok(m.content_here(&id)?.is_none()))?;
    Ok(None)
}

pub fn their_article(m: &Meeting) -> Said {
    m.we_follow()?;
    let words = m.words();
    let id = m.peer.article("A long story", &words)?;
    let entry = m.until("we have the article", || m.received("post", &id))?;
    let has = |key: &str, text: &str| entry[key].as_str().is_some_and(|found| found.contains(text));
    if has("content", &words) && has("title", "A long story") {
        Ok(None)
    } else {
        Err(Cannot::Failed(format!("title or text are missing: {entry}")))
    }
}

pub fn their_mention(m: &Meeting) -> Said {
    if m.our_follow()?.is_some() {
        m.cli(&["unfollow", &m.them])?;
        m.until_true("the peer lists us no longer", || Ok(!m.peer.has_follower(&m.us)?))?;
    }
    let words = m.words();
    let id = m.peer.post(&words, &[(&m.us, &m.our_address())])?;
    let entry = m.until("the mention is in our inbox", || m.received("mention", &id))?;
    assert!(entry["content"].as_str().is_some_and(|content| content.contains(&words)), "{entry}");
    Ok(None)
}

/// An answer of theirs to a statement of ours, in our inbox.
fn answer(m: &Meeting) -> Can<String> {
    let (id, _) = m.our_post("note")?;
    let words = m.words();
    let reply = m.peer.reply(&id, (&m.us, &m.our_address()), &words)?;
    let entry = m.until("the answer is in our inbox", || m.received("reply", &reply))?;
    match entry["content"].as_str() {
        Some(content) if content.contains(&words) => Ok(reply),
        _ => Err(Cannot::Failed(format!("the answer's text is missing: {entry}"))),
    }
}

pub fn their_reply(m: &Meeting) -> Said {
    answer(m).map(|_| None)
}

pub fn their_reply_deleted(m: &Meeting) -> Said {
    // Some send a deletion to followers alone, whoever had the answer.
    m.we_follow()?;
    let reply = answer(m)?;
    m.peer.delete(&reply)?;
    m.until_true("we have it no longer", || Ok(m.content_here(&reply)?.is_none()))?;
    Ok(None)
}
