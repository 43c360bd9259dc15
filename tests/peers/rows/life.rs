//! What happens to servers and accounts: new names, new keys, a restart, a block.

use super::Said;
use crate::{
    meeting::Meeting,
    peers::{Can, Cannot},
};
use std::time::Duration;

/// How long one statement is waited for that may be lost.
const ONE_TRY: Duration = Duration::from_secs(12);

/// Where a peer takes no `Update` of an actor, lets time pass for it; and statements, since one makes it look again and may
/// be lost by that.
fn let_them_look_again(m: &Meeting) -> Said {
    let Some(how) = m.peer.learns_late() else { return Ok(None) };
    m.peer.grow_old(&m.us)?;
    for _ in 0..5 {
        let words = m.words();
        let id = m.publish("note", "Are you there?", &words, &[])?;
        let held = || Ok(m.peer.object(&id)?.filter(|held| held.content.contains(&words)));
        if m.within(ONE_TRY, "the peer holds the text", held).is_ok() {
            return Ok(Some(how.to_owned()));
        }
    }
    Err(Cannot::Failed("the peer did not look again".to_owned()))
}

pub fn our_name(m: &Meeting) -> Said {
    m.they_follow()?;
    let name = format!("Valley {}", m.words());
    m.command(&["collective", "edit", &m.handle, "--name", &name], "")?;
    let how = let_them_look_again(m)?;
    m.until_true("the peer has our new name", || Ok(m.peer.name_of(&m.us)?.as_deref() == Some(&name)))?;
    Ok(how)
}

pub fn our_key(m: &Meeting) -> Said {
    // What was signed with the old key is known there.
    m.our_post("note")?;
    m.cli(&["keys", "rotate"])?;
    let how = let_them_look_again(m)?;
    m.our_post("note")?;
    Ok(how)
}

pub fn their_name(m: &Meeting) -> Said {
    m.we_follow()?;
    let name = format!("Them {}", m.words());
    m.peer.rename(&name)?;
    m.until_true("we have their new name", || Ok(m.ours.name_of(&m.them)?.as_deref() == Some(&name)))?;
    Ok(None)
}

pub fn their_key(m: &Meeting) -> Said {
    m.their_post()?;
    m.peer.rotate()?;
    m.their_post()?;
    Ok(None)
}

pub fn restart(m: &Meeting) -> Said {
    m.they_follow()?;
    m.peer.stop();
    let words = m.words();
    let published = m.publish("note", "While you were away", &words, &[]);
    let failing = m.until_true("a delivery has failed", || {
        let peers = m.ours.run(&["queue"], "")?;
        let waits = |peer: &serde_json::Value| peer["host"] == m.peer.host() && peer["why"].is_string();
        Ok(peers["peers"].as_array().is_some_and(|peers| peers.iter().any(waits)))
    });
    m.peer.start()?;
    failing?;
    m.until_held(&published?, &words)?;
    Ok(None)
}

pub fn we_block(m: &Meeting) -> Said {
    m.they_follow()?;
    m.we_follow()?;
    m.command(&["block", "add", &m.them, "--reason", "a row of the matrix"], "")?;
    let done = blocked(m);
    m.command(&["block", "remove", &m.them], "")?;
    let missed = done?;
    let refusals = || m.ours.answered().lines().filter(|line| m.posted(line) && line.contains(" 403 ")).count();
    let (mut last, mut refused) = (String::new(), refusals());
    m.until_true("what they send is taken again", || {
        // The server sees after seconds what a command changed; what was refused isn't sent again by all.
        if last.is_empty() || refusals() > refused {
            refused = refusals();
            last = m.peer.post(&m.words(), &[(&m.us, &m.our_address())])?;
        }
        Ok(m.content_here(&last)?.is_some())
    })?;
    // They were told nothing, so they believe to follow still; all is as before when they follow anew.
    m.peer.unfollow(&m.us)?;
    m.they_follow()?;
    let how = m.peer.repeats_no_accept();
    if how.is_some() {
        m.cli(&["follow", &m.peer.address()])?;
        m.cli(&["unfollow", &m.them])?;
        m.until_true("the peer lists us no longer", || Ok(!m.peer.has_follower(&m.us)?))?;
    }
    m.we_follow()?;
    m.our_post("note")?;
    m.their_post()?;
    // Deliveries to one inbox come in their order, so this one would have come.
    assert!(m.peer.object(&missed)?.is_none(), "published during the block, and yet it is there");
    Ok(how.map(str::to_owned))
}

/// What a block means while it lasts; gives a statement that they must never get.
fn blocked(m: &Meeting) -> Can<String> {
    assert!(!m.has_follower(&m.them, "accepted")?, "the follower is gone at once");
    assert_eq!(m.our_follow()?, None, "our follow is gone at once");
    // The server sees after seconds what a command changed.
    let mark = m.ours.answered().len();
    let refused = || {
        let log = m.ours.answered();
        let mut lines = log[mark..].lines();
        lines.any(|line| m.posted(line) && line.contains(" 403 "))
    };
    let mut last = String::new();
    m.until_true("what they send is answered with 403", || {
        if last.is_empty() || m.content_here(&last)?.is_some() {
            last = m.peer.post(&m.words(), &[(&m.us, &m.our_address())])?;
        }
        Ok(refused())
    })?;
    assert!(m.content_here(&last)?.is_none(), "refused, and yet it is there");
    m.publish("note", "Not for them", &m.words(), &[])
}

pub fn they_block(m: &Meeting) -> Said {
    m.they_follow()?;
    m.we_follow()?;
    m.peer.block(&m.us)?;
    m.until_true("their following of us is gone", || Ok(!m.has_follower(&m.them, "accepted")?))?;
    m.until_true("our follow of them is gone", || Ok(m.our_follow()?.as_deref() != Some("accepted")))?;
    m.peer.unblock(&m.us)?;
    // Followed anew, all is as before.
    m.peer.unfollow(&m.us)?;
    m.they_follow()?;
    Ok(None)
}
