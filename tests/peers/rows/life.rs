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
    let (mut last, mut refused) = (String::new(), m.answered("403"));
    m.until_true("what they send is taken again", || {
        // The server sees after seconds what a command changed; what was refused isn't sent again by all.
        if last.is_empty() || m.answered("403") > refused {
            refused = m.answered("403");
            last = m.peer.post(&m.words(), &[(&m.us, &m.our_address())])?;
        }
        Ok(m.content_here(&last)?.is_some())
    })?;
    // They were told nothing, so they believe to follow still; all is as before when they follow anew.
    m.they_let_go()?;
    m.they_follow()?;
    let repeats = m.peer.repeats_no_accept(&m.us);
    if let Some((line, _)) = &repeats {
        let repeated = || m.peer.log().matches(line.as_str()).count();
        let before = repeated();
        m.cli(&["follow", &m.peer.address()])?;
        // It reads what came side by side: the `Undo` must not overtake this.
        m.until_true("the peer logs the `Follow`", || Ok(repeated() > before))?;
        m.cli(&["unfollow", &m.them])?;
        m.until_true("the peer lists us no longer", || Ok(!m.peer.has_follower(&m.us)?))?;
    }
    m.we_follow()?;
    m.our_post("note")?;
    m.their_post()?;
    // Deliveries to one inbox come in their order, so this one would have come.
    assert!(m.peer.object(&missed)?.is_none(), "published during the block, and yet it is there");
    Ok(repeats.map(|(_, how)| how.to_owned()))
}

/// What a block means while it lasts; gives a statement that they must never get.
fn blocked(m: &Meeting) -> Can<String> {
    assert!(!m.has_follower(&m.them, "accepted")?, "the follower is gone at once");
    assert_eq!(m.our_follow()?, None, "our follow is gone at once");
    // The server sees after seconds what a command changed.
    let before = m.answered("403");
    let mut last = String::new();
    m.until_true("what they send is answered with 403", || {
        if last.is_empty() || m.content_here(&last)?.is_some() {
            last = m.peer.post(&m.words(), &[(&m.us, &m.our_address())])?;
        }
        Ok(m.answered("403") > before)
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
    let before = m.answered("202");
    m.peer.unblock(&m.us)?;
    m.until_true("the block's `Undo` has come", || Ok(m.answered("202") > before))?;
    // Followed anew, all is as before.
    m.they_let_go()?;
    m.they_follow()?;
    Ok(None)
}
