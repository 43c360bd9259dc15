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
    m.until_gone(&id, &words)?;
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

/// The guide's long statements: file, title, language, and words from the first and from the last paragraph.
const EXAMPLES: [(&str, &str, &str, [&str; 2]); 3] = [
    (
        "river-en.md",
        "No dam at the Narrow Bend",
        "en",
        ["the farmers of the lower meadows", "for those who will live on it after us"],
    ),
    (
        "rio-es.md",
        "La calle del Molino no se vende",
        "es",
        ["hubo que sacar también los bancos del comedor", "que para eso somos muchas"],
    ),
    (
        "cem-kmr.md",
        "Bendava Geliyê Teng na",
        "kmr",
        ["Em jin û mêrên gundên li ber Çemê Zelal in", "Bi hezkirina çem û ya wan kesên ku dê piştî me li ber wî bijîn"],
    ),
];

pub fn examples(m: &Meeting) -> Said {
    m.they_follow()?;
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/examples");
    let image = format!("{folder}/river.png=The river below the old mill");
    let mut ids = Vec::new();
    for (file, title, language, _) in EXAMPLES {
        let file = format!("{folder}/{file}");
        let mut words = vec![
            "statement",
            "publish",
            &file,
            "--collective",
            &m.handle,
            "--title",
            title,
            "--lang",
            language,
            "--image",
            &image,
        ];
        words.extend(["--summary", "What the assembly decided, in one sentence."]);
        let made = m.command(&words, "")?;
        ids.push(made["id"].as_str().unwrap_or_default().to_owned());
    }
    for (id, (_, _, _, words)) in ids.iter().zip(EXAMPLES) {
        for words in words {
            m.until_held(id, words)?;
        }
    }
    let mut edited = Vec::new();
    for (id, (file, ..)) in ids.iter().zip(EXAMPLES) {
        let text = std::fs::read_to_string(format!("{folder}/{file}")).map_err(|e| e.to_string())?;
        let words = m.words();
        m.command(&["statement", "edit", id, "-"], &format!("{text}\n\n{words}\n"))?;
        edited.push((id, words));
    }
    for (id, words) in &edited {
        m.until_held(id, words)?;
    }
    for id in &ids {
        m.command(&["statement", "withdraw", id, "--reason", "It was agreed otherwise."], "")?;
    }
    for (id, words) in edited {
        m.until_gone(id, &words)?;
    }
    Ok(None)
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
