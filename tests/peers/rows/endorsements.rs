//! Co-signatures as servers see them that know none: the Note that shows one, what becomes of it, and the leave to quote.

use super::{Said, quotes};
use crate::{
    meeting::Meeting,
    peers::{Can, Cannot},
};

/// What the Note says, in parts that stand there alone.
const INDICATIVE: &str = "indicative until our assembly ratifies it";
const RATIFIED: &str = "Our assembly stands behind it.";
const WITHDRAWN: &str = "We withdrew our endorsement";

/// A co-signature of a post of theirs.
struct Endorsed {
    id: String,
    /// The Note that shows it.
    note: String,
    post: String,
}

/// We co-sign a post of theirs, indicative, and they hold the Note.
fn endorsed(m: &Meeting) -> Can<Endorsed> {
    m.they_follow()?;
    let (post, _) = m.their_post()?;
    let made = m.cli(&["endorse", &post, "--indicative"])?;
    let text = |key: &str| made[key].as_str().map(str::to_owned).ok_or_else(|| Cannot::Failed(format!("no {key}: {made}")));
    let endorsed = Endorsed { id: text("id")?, note: text("companion")?, post };
    m.until_held(&endorsed.note, INDICATIVE)?;
    Ok(endorsed)
}

pub fn shown(m: &Meeting) -> Said {
    endorsed(m).map(|_| None)
}

pub fn ratified(m: &Meeting) -> Said {
    let made = endorsed(m)?;
    m.command(&["endorsement", "ratify", "--minutes", "2027-01-14: 34 for, 2 against, 1 abstained", &made.id], "")?;
    m.until_held(&made.note, RATIFIED)?;
    Ok(None)
}

pub fn withdrawn(m: &Meeting) -> Said {
    let made = endorsed(m)?;
    m.command(&["endorsement", "withdraw", &made.id], "")?;
    m.until_held(&made.note, WITHDRAWN)?;
    Ok(None)
}

pub fn granted(m: &Meeting) -> Said {
    m.peer.knows_quotes()?;
    let made = endorsed(m)?;
    quotes::until_shown(m, &made.note, &made.post)?;
    Ok(None)
}

pub fn revoked(m: &Meeting) -> Said {
    m.peer.knows_quotes()?;
    let made = endorsed(m)?;
    quotes::until_shown(m, &made.note, &made.post)?;
    m.peer.revoke_quote(&made.note)?;
    quotes::until_unquoted(m, &made.note)?;
    Ok(None)
}
