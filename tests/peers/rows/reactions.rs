//! Boosts and likes, and taking them back.

use super::Said;
use crate::{meeting::Meeting, peers::Can};

/// We do `verb` to a post of theirs, and they keep it as `kind`; gives the post.
fn we(m: &Meeting, verb: &str, kind: &str) -> Can<String> {
    // Boosts go to followers.
    m.they_follow()?;
    let (post, _) = m.their_post()?;
    m.cli(&[verb, &post])?;
    m.until_true("the peer keeps it", || m.peer.holds(kind, &post, &m.us))?;
    Ok(post)
}

fn we_take_back(m: &Meeting, verb: &str, kind: &str) -> Said {
    let post = we(m, verb, kind)?;
    m.cli(&[&format!("un{verb}"), &post])?;
    if kind == "Announce"
        && let Some((line, how)) = m.peer.only_logs_unboost(&post)
    {
        m.until_true("the peer logs it", || Ok(m.peer.log().contains(&line)))?;
        return Ok(Some(how.to_owned()));
    }
    m.until_true("the peer keeps it no longer", || Ok(!m.peer.holds(kind, &post, &m.us)?))?;
    Ok(None)
}

pub fn boost(m: &Meeting) -> Said {
    we(m, "boost", "Announce").map(|_| None)
}

pub fn unboost(m: &Meeting) -> Said {
    we_take_back(m, "boost", "Announce")
}

pub fn like(m: &Meeting) -> Said {
    we(m, "like", "Like").map(|_| None)
}

pub fn unlike(m: &Meeting) -> Said {
    we_take_back(m, "like", "Like")
}

/// Whether our inbox has a reaction of theirs to `id`.
fn here(m: &Meeting, kind: &str, id: &str) -> Can<bool> {
    Ok(m.inbox()?.iter().any(|entry| entry["kind"] == kind && entry["object"] == id && entry["actor"] == m.them.as_str()))
}

pub fn their_boost(m: &Meeting) -> Said {
    let (id, _) = m.our_post("note")?;
    m.peer.boost(&id, &m.us)?;
    m.until_true("the boost is in our inbox", || here(m, "announce", &id))?;
    Ok(None)
}

pub fn their_unboost(m: &Meeting) -> Said {
    let (id, _) = m.our_post("note")?;
    m.peer.boost(&id, &m.us)?;
    m.until_true("the boost is in our inbox", || here(m, "announce", &id))?;
    m.peer.unboost(&id, &m.us)?;
    m.until_true("the boost is gone from our inbox", || Ok(!here(m, "announce", &id)?))?;
    Ok(None)
}

pub fn their_like(m: &Meeting) -> Said {
    let (id, _) = m.our_post("note")?;
    m.peer.like(&id, &m.us)?;
    m.until_true("the like is in our inbox", || here(m, "like", &id))?;
    Ok(None)
}

pub fn their_unlike(m: &Meeting) -> Said {
    let (id, _) = m.our_post("note")?;
    m.peer.like(&id, &m.us)?;
    m.until_true("the like is in our inbox", || here(m, "like", &id))?;
    m.peer.unlike(&id, &m.us)?;
    m.until_true("the like is gone from our inbox", || Ok(!here(m, "like", &id)?))?;
    Ok(None)
}
