//! What happens to servers and accounts: new names, new keys, a restart, a block.

use super::Said;
use crate::{meeting::Meeting, peers::Cannot};

/// Where a peer takes no `Update` of an actor, lets time pass for it; and statements, since one makes it look again and may
/// be lost by that.
fn let_them_look_again(m: &Meeting) -> Said {
    let Some(how) = m.peer.learns_late() else { return Ok(None) };
    m.peer.grow_old(&m.us)?;
    for _ in 0..3 {
        let words = m.words();
        let id = m.publish("note", "Are you there?", &words, &[])?;
        if m.until_held(&id, &words).is_ok() {
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
