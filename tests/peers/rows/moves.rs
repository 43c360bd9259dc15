//! Accounts that go on elsewhere (FEP-7628): whoever followed the old one follows the new one.

use super::Said;
use crate::{meeting::Meeting, peers::Way};

pub fn ours(m: &Meeting) -> Said {
    let (old, new) = (m.beside("_old"), m.beside("_new"));
    old.they_follow()?;
    m.command(&["collective", "edit", &new.handle, "--alias", &old.us], "")?;
    let how = m.peer.look_up(&new.us)?;
    m.command(&["collective", "move", &old.handle, "--to", &new.us], "")?;
    m.until_true("the new one lists the follower", || new.has_follower(&m.them, "accepted"))?;
    m.until_true("the peer follows the new one", || Ok(m.peer.following(&new.us)?.as_deref() == Some("accepted")))?;
    m.until_true("the peer follows the old one no longer", || Ok(!old.has_follower(&m.them, "accepted")?))?;
    Ok(how.map(str::to_owned))
}

fn theirs(m: &Meeting, way: Way) -> Said {
    let old = m.peer.mover(way)?;
    m.cli(&["follow", &old])?;
    m.until_true("our follow counts as accepted", || Ok(m.follow_of(&old)?.as_deref() == Some("accepted")))?;
    let new = m.peer.move_away(way)?;
    m.until_true("we follow the new account", || Ok(m.follow_of(&new)?.as_deref() == Some("accepted")))?;
    m.until_true("we follow the old account no longer", || Ok(m.follow_of(&old)?.is_none()))?;
    m.until_true("the new account lists us", || m.peer.account_has_follower(&new, &m.us))?;
    Ok(None)
}

pub fn theirs_pushed(m: &Meeting) -> Said {
    theirs(m, Way::Push)
}

pub fn theirs_pulled(m: &Meeting) -> Said {
    theirs(m, Way::Pull)
}
