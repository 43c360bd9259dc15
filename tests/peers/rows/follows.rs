//! Following, answering a follow, and ending it.

use super::Said;
use crate::meeting::Meeting;

pub fn they_follow(m: &Meeting) -> Said {
    m.they_follow()?;
    Ok(None)
}

pub fn we_follow(m: &Meeting) -> Said {
    m.we_follow()?;
    Ok(None)
}

pub fn we_unfollow(m: &Meeting) -> Said {
    m.we_follow()?;
    m.cli(&["unfollow", &m.them])?;
    m.until_true("the peer lists us no longer", || Ok(!m.peer.has_follower(&m.us)?))?;
    Ok(None)
}

pub fn they_unfollow(m: &Meeting) -> Said {
    m.they_follow()?;
    m.peer.unfollow(&m.us)?;
    m.until_true("we list them no longer", || Ok(!m.has_follower(&m.them, "accepted")?))?;
    Ok(None)
}

/// Lets our follow stand as a request at the peer.
fn our_request(m: &Meeting) -> Said {
    if m.our_follow()?.is_some() {
        m.cli(&["unfollow", &m.them])?;
        m.until_true("the peer lists us no longer", || Ok(!m.peer.has_follower(&m.us)?))?;
    }
    m.peer.approve_by_hand(true)?;
    m.cli(&["follow", &m.peer.address()])?;
    m.until_true("our request waits at the peer", || m.peer.has_request(&m.us))?;
    assert_eq!(m.our_follow()?.as_deref(), Some("pending"));
    Ok(None)
}

pub fn they_say_yes(m: &Meeting) -> Said {
    let asked = our_request(m).and_then(|_| m.peer.accept(&m.us));
    m.peer.approve_by_hand(false)?;
    asked?;
    m.until_true("our follow counts as accepted", || Ok(m.our_follow()?.as_deref() == Some("accepted")))?;
    m.until_true("the peer lists us", || m.peer.has_follower(&m.us))?;
    Ok(None)
}

pub fn they_say_no(m: &Meeting) -> Said {
    let asked = our_request(m).and_then(|_| m.peer.reject(&m.us));
    m.peer.approve_by_hand(false)?;
    asked?;
    m.until_true("our follow counts as rejected", || Ok(m.our_follow()?.as_deref() == Some("rejected")))?;
    Ok(None)
}

/// Lets the peer's follow stand as a request here.
fn their_request(m: &Meeting) -> Said {
    if m.has_follower(&m.them, "accepted")? {
        m.peer.unfollow(&m.us)?;
        m.until_true("we list them no longer", || Ok(!m.has_follower(&m.them, "accepted")?))?;
    }
    m.command(&["collective", "edit", &m.handle, "--approve-followers", "true"], "")?;
    m.asking_twice("their request waits here", || m.peer.follow(&m.us), || m.has_follower(&m.them, "pending"))?;
    Ok(None)
}

pub fn we_say_yes(m: &Meeting) -> Said {
    let asked = their_request(m);
    m.command(&["collective", "edit", &m.handle, "--approve-followers", "false"], "")?;
    asked?;
    m.cli(&["followers", "accept", &m.them])?;
    m.until_true("the peer got our Accept", || Ok(m.peer.following(&m.us)?.as_deref() == Some("accepted")))?;
    Ok(None)
}

pub fn we_say_no(m: &Meeting) -> Said {
    let asked = their_request(m);
    m.command(&["collective", "edit", &m.handle, "--approve-followers", "false"], "")?;
    asked?;
    m.cli(&["followers", "reject", &m.them])?;
    m.peer.hears_no()?;
    m.until_true("the peer got our Reject", || Ok(m.peer.following(&m.us)?.as_deref() == Some("rejected")))?;
    Ok(None)
}

pub fn we_remove(m: &Meeting) -> Said {
    m.they_follow()?;
    m.cli(&["followers", "remove", &m.them])?;
    assert!(!m.has_follower(&m.them, "accepted")?, "the follower is gone here at once");
    m.peer.hears_no()?;
    m.until_true("the peer got our Reject", || Ok(m.peer.following(&m.us)?.as_deref() == Some("rejected")))?;
    Ok(None)
}
