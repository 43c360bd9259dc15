//! Which signatures each side takes, and what proofs are worth.

use super::Said;
use crate::{
    meeting::Meeting,
    peers::{Cannot, Scheme},
};

fn name(scheme: Scheme) -> &'static str {
    match scheme {
        Scheme::Cavage => "draft-cavage",
        Scheme::Rfc9421 => "RFC 9421",
    }
}

/// We sign so first, and the peer keeps what it got; where it refused, what is remembered of it says so.
fn ours(m: &Meeting, scheme: Scheme) -> Said {
    m.they_follow()?;
    let host = m.peer.host();
    m.ours.sign_by(host, scheme)?;
    let words = m.words();
    let before = m.peer.log().len();
    let id = m.publish("note", "Signed", &words, &[])?;
    let result = match m.peer.drops_silently(scheme) {
        Some((line, why)) => {
            m.until_true("the peer logs that it drops it", || Ok(m.peer.log()[before..].contains(line)))?;
            assert!(m.peer.object(&id)?.is_none(), "dropped, and yet it is there");
            Err(Cannot::Unsupported(why.to_owned()))
        }
        None => m.until_held(&id, &words),
    };
    let remembered = m.command(&["peer", "show", host], "")?;
    // As it is for a host that nothing is known of.
    m.ours.sign_by(host, Scheme::Cavage)?;
    result?;
    if remembered["signature"] == scheme.as_str() {
        return Ok(None);
    }
    Err(Cannot::Unsupported(format!("Answers {} with 401; what we send again signed the other way is taken.", name(scheme))))
}

pub fn ours_by_cavage(m: &Meeting) -> Said {
    ours(m, Scheme::Cavage)
}

pub fn ours_by_rfc_9421(m: &Meeting) -> Said {
    ours(m, Scheme::Rfc9421)
}

/// The peer signs so, and we take it at the first knock.
fn theirs(m: &Meeting, scheme: Scheme) -> Said {
    m.peer.sign_by(scheme)?;
    let mark = m.ours.answered().len();
    let post = m.their_post();
    if scheme != Scheme::Cavage {
        // Those that can't go back said so above.
        let _ = m.peer.sign_by(Scheme::Cavage);
    }
    post?;
    let log = m.ours.answered();
    let posts: Vec<&str> = log[mark..].lines().filter(|line| m.posted(line)).collect();
    let so = |line: &&str| line.contains("input=\"-\"") == (scheme == Scheme::Cavage) && line.contains(" 202 ");
    if posts.is_empty() || !posts.iter().all(so) {
        return Err(Cannot::Failed(format!("not all signed by {} and taken: {posts:?}", name(scheme))));
    }
    Ok(None)
}

pub fn theirs_by_cavage(m: &Meeting) -> Said {
    theirs(m, Scheme::Cavage)
}

pub fn theirs_by_rfc_9421(m: &Meeting) -> Said {
    theirs(m, Scheme::Rfc9421)
}

pub fn our_proofs(m: &Meeting) -> Said {
    let (id, _) = m.our_post("note")?;
    let said = m.peer.check_proofs(&id)?;
    let wanted = serde_json::json!({
        "create": true, "note": true, "embedded": true, "tamperedCreate": false, "tamperedNote": false, "unproven": false
    });
    if said == wanted { Ok(None) } else { Err(Cannot::Failed(format!("the peer's verifier says {said}"))) }
}

/// The Note lies nowhere: its proof alone makes it known. Tampered with, it is not taken.
pub fn their_proofs(m: &Meeting) -> Said {
    m.we_follow()?;
    let inbox = format!("{}/inbox", m.us);
    // Both in one: the wrong one has been answered long before the right one is here.
    let (words, others) = (m.words(), m.words());
    let (wrong, refused) = m.peer.pass_on(&others, &inbox, true)?;
    let (id, status) = m.peer.pass_on(&words, &inbox, false)?;
    let here = || Ok(m.content_here(&id)?.is_some_and(|content| content.contains(&words)));
    m.until_true(&format!("the post that was passed on is in our inbox (answered {status})"), here)?;
    if m.content_here(&wrong)?.is_some() {
        return Err(Cannot::Failed(format!("a wrong proof was taken (answered {refused})")));
    }
    Ok(None)
}
