//! Calls and local actions: as events with those that show events, as notes with all others, and never as both; and the consent between
//! two instances of ours.

use super::Said;
use crate::{
    meeting::Meeting,
    peers::{Can, Cannot},
};
use serde_json::Value;

/// Something with two faces that the peer holds.
struct Dated {
    id: String,
    /// The id under which it holds it.
    face: String,
    words: String,
}

fn id_of(made: &Value) -> Can<String> {
    made["id"].as_str().map(str::to_owned).ok_or_else(|| Cannot::Failed(format!("no id: {made}")))
}

/// Waits until the peer holds one face of it, and only that one.
fn held(m: &Meeting, id: String, words: String) -> Can<Dated> {
    let note = format!("{id}/note");
    let (face, other) = if m.peer.shows_events() { (id.clone(), note) } else { (note, id.clone()) };
    m.until_held(&face, &words)?;
    match m.peer.object(&other)? {
        None => Ok(Dated { id, face, words }),
        Some(_) => Err(Cannot::Failed("it was sent both the event and the note".to_owned())),
    }
}

fn publish(m: &Meeting, words: &str) -> Can<String> {
    let dates = ["--start", "2099-01-25", "--end", "2099-02-01", "--lang", "en"];
    let args = ["call", "publish", "-", "--collective", &m.handle, "--title", "Days for the bridge"];
    id_of(&m.command(&[&args[..], &dates].concat(), words)?)
}

fn call(m: &Meeting) -> Can<Dated> {
    m.they_follow()?;
    let words = m.words();
    let id = publish(m, &words)?;
    held(m, id, words)
}

/// An action of ours under a call of ours.
fn action(m: &Meeting) -> Can<Dated> {
    let under = call(m)?;
    let words = m.words();
    let args = ["action", "add", "--title", "March", "--start", "2099-01-26T14:00", "--zone", "Europe/Paris", "--city", "Lyon"];
    let made = m.cli(&[&args[..], &["--country", "FR", "--text", &words, &under.id]].concat())?;
    held(m, id_of(&made)?, words)
}

/// Waits until the peer shows a state and a first day: in its event, or in the words of the note.
fn until(m: &Meeting, dated: &Dated, state: &str, day: &str, said: &str) -> Said {
    if m.peer.shows_events() {
        let is = || Ok(m.peer.event(&dated.id)?.is_some_and(|(status, start)| status == state && start.starts_with(day)));
        m.until_true("the peer has the event so", is)?;
    } else {
        m.until_held(&dated.face, said)?;
        m.until_held(&dated.face, &dated.words)?;
    }
    Ok(None)
}

pub fn published(m: &Meeting) -> Said {
    let dated = call(m)?;
    until(m, &dated, "announced", "2099-01-25", "25 January – 1 February 2099")
}

pub fn edited(m: &Meeting) -> Said {
    let dated = call(m)?;
    let words = m.words();
    m.command(&["call", "edit", &dated.id, "-"], &words)?;
    m.until_held(&dated.face, &words)?;
    Ok(None)
}

pub fn postponed(m: &Meeting) -> Said {
    let dated = call(m)?;
    m.command(&["call", "postpone", &dated.id, "--start", "2099-03-01", "--end", "2099-03-08"], "")?;
    until(m, &dated, "moved", "2099-03-01", "8 March 2099")
}

pub fn cancelled(m: &Meeting) -> Said {
    let dated = call(m)?;
    m.command(&["call", "cancel", &dated.id], "")?;
    until(m, &dated, "cancelled", "2099-01-25", "This call is cancelled")
}

pub fn acted(m: &Meeting) -> Said {
    let dated = action(m)?;
    until(m, &dated, "announced", "2099-01-26", "26 January 2099, 14:00 (Europe/Paris)")
}

pub fn action_cancelled(m: &Meeting) -> Said {
    let dated = action(m)?;
    m.command(&["action", "cancel", &dated.id], "")?;
    until(m, &dated, "cancelled", "2099-01-26", "Cancelled: this doesn")
}

/// How one of ours has an action.
fn listed(list: &Value, id: &str) -> Value {
    list.as_array().and_then(|list| list.iter().find(|one| one["id"] == id)).cloned().unwrap_or_default()
}

pub fn ours_under_theirs(m: &Meeting) -> Said {
    let call = m.peer.call(&m.words())?;
    let made = m.cli(&["action", "add", "--title", "March", "--start", "2099-01-26T14:00", "--zone", "Europe/Paris", &call])?;
    let id = id_of(&made)?;
    let theirs = || Ok::<Value, Cannot>(listed(&m.peer.actions(&call)?, &id));
    let ours = || Ok::<Value, Cannot>(listed(&m.cli(&["action", "list"])?, &id));
    m.until_true("they have it", || Ok(theirs()?["author"].is_string()))?;
    // Whom they follow they let stand at once.
    if theirs()?["author"] == "pending" {
        m.peer.let_stand(&id)?;
    }
    m.until_true("we hear that it stands", || Ok(ours()?["author"] == "accepted"))?;
    m.peer.postpone(&call)?;
    m.until_true("we are asked what becomes of it", || Ok(ours()?["asked"] == "moved"))?;
    m.command(&["action", "answer", &id, "move"], "")?;
    m.until_true("they have its new date", || Ok(theirs()?["start"] == "2099-03-02T14:00"))?;
    Ok(None)
}

pub fn theirs_under_ours(m: &Meeting) -> Said {
    let call = publish(m, &m.words())?;
    let id = m.peer.act(&call)?;
    let ours = || Ok::<Value, Cannot>(listed(&m.command(&["action", "list", "--call", &call], "")?, &id));
    m.until_true("we have it", || Ok(ours()?["author"].is_string()))?;
    if ours()?["author"] == "pending" {
        m.command(&["action", "accept", &id], "")?;
    }
    let theirs = || Ok::<Value, Cannot>(listed(&m.peer.own_actions()?, &id));
    m.until_true("they hear that it stands", || Ok(theirs()?["author"] == "accepted"))?;
    m.command(&["call", "cancel", &call], "")?;
    m.until_true("they are asked what becomes of it", || Ok(theirs()?["asked"] == "cancelled"))?;
    Ok(None)
}
