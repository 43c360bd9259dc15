//! Somebody publishes, edits or deletes a post: an actor we follow, or anyone who answers or names one of ours.

use super::{Outcome, react};
use crate::{
    acts::{Act, consents, documents, statements},
    db::{
        self, Json,
        remote_posts::{Attachment, RemotePostRow},
    },
    domain::{
        Id, Timestamp,
        call::Occasion,
        names::{InboxKind, StatementState, Visibility},
        site::call_of,
        url::{is_public_name, same_origin},
    },
    error::{Error, Result},
    text,
    vocab::read::{self, Object, Post},
};
use std::collections::BTreeMap;

/// A post as received, its author verified: the signer itself, or whoever the post's own host named when it was fetched.
#[derive(Debug, Clone)]
pub struct Received {
    pub post: Post,
    pub visibility: Visibility,
    /// Whether the author of what it quotes agrees, as far as the caller could find out.
    pub quote_approved: bool,
    /// What it quotes, from its own host, where that may be shown.
    pub quoted: Option<Box<Received>>,
}

/// The row of a post, its HTML sanitised. `id` and times are the caller's.
pub fn row(id: Id, received: &Received, now: Timestamp) -> RemotePostRow {
    let post = &received.post;
    RemotePostRow {
        id,
        uri: post.id.clone(),
        actor_uri: post.attributed_to.clone(),
        kind: post.kind.to_owned(),
        visibility: received.visibility,
        title: text::tame(&post.title),
        content_warning: text::tame(&post.content_warning),
        html: text::sanitise(&post.html),
        url: post.url.clone(),
        language: post.language.clone(),
        in_reply_to: post.in_reply_to.clone(),
        published: post.published.unwrap_or(now),
        updated: post.updated,
        received_at: now,
        deleted_at: None,
        attachments: Json::new(post.attachments.iter().filter(|one| is_shown(&one.url, &post.id)).map(kept).collect()),
        quote_uri: post.quote.clone(),
        quote_stamp: post.quote_authorization.clone(),
        quote_approved: received.quote_approved,
        quote_checked_at: post.quote.as_ref().map(|_| now),
        event: post.event.clone().map(|event| Json::new(Occasion { place: text::tame(&event.place), ..event })),
    }
}

fn kept(attachment: &read::Attachment) -> Attachment {
    Attachment { url: attachment.url.clone(), media_type: text::tame(&attachment.media_type), alt: text::tame(&attachment.name) }
}

/// Whether a member may be shown this address: one of the public network, or of the host that the post itself lies on.
fn is_shown(url: &str, post_uri: &str) -> bool {
    is_public_name(url) || same_origin(url, post_uri)
}

/// `Create`: kept if it concerns a collective of ours, and then for ever as it first came: a second Create of the same
/// id changes neither text nor audience nor owner (ORG-22), and one after its Delete is refused (DAT-12).
pub fn create(act: &mut Act, activity_uri: Option<&str>, received: &Received) -> Result<Outcome> {
    let post = &received.post;
    if post.kind == "Note" && post.html.is_empty() && !post.title.is_empty() {
        return Ok(Outcome::Dropped("a vote in a poll"));
    }
    let mut desks = desks(act, post)?;
    let report = statements::report_of(act, &post.attributed_to, post.report.as_ref())?;
    if let Some((_, action)) = &report
        && let Some(author) = db::inbox::collective_of_statement(act.conn, &action.call_uri)?
        && db::collectives::ids_of(act.conn, &[&post.attributed_to])?.iter().all(|own| *own != author)
    {
        desks.insert(author, InboxKind::Reply);
    }
    if desks.is_empty() && report.is_none() {
        return Ok(Outcome::Dropped("concerns nobody here"));
    }
    keep_quoted(act, received)?;
    let new = row(act.new_id(), received, act.now);
    let published = new.published.min(act.now);
    let known = put_new(act, &new)?;
    let kept = known.as_ref().map_or(&new.id, |known| &known.id).clone();
    if known.as_ref().is_none_or(|known| known.actor_uri == new.actor_uri && known.deleted_at.is_none()) {
        statements::heard(act, &post.id, &post.attributed_to, post.report.as_ref(), &kept, published)?;
    }
    let id = match known {
        None => new.id,
        // It may have been shown to us by a request or a boost before: those who follow its author get it now.
        Some(known) if known.actor_uri == new.actor_uri && known.deleted_at.is_none() => {
            return for_followers(act, activity_uri, &known);
        }
        Some(known) if known.actor_uri == new.actor_uri => return Ok(Outcome::Dropped("the post was deleted")),
        // Somebody else of that host said that it had deleted what was never its own.
        Some(known) if known.deleted_at.is_some() && known.kind.is_empty() => {
            db::remote_posts::update(act.conn, &RemotePostRow { id: known.id.clone(), ..new })?;
            known.id
        }
        Some(_) => return Ok(Outcome::Dropped("the post is another actor's")),
    };
    for (collective_id, kind) in desks {
        let item = react::item(act, &collective_id, kind, &post.attributed_to, activity_uri, &post.id, Some(id.clone()));
        db::inbox::put(act.conn, &item)?;
    }
    Ok(Outcome::Done)
}

/// A post that is here already reaches those who follow its author; nothing of it changes (ORG-22).
fn for_followers(act: &mut Act, activity_uri: Option<&str>, known: &RemotePostRow) -> Result<Outcome> {
    let mut outcome = Outcome::Dropped("the post is known");
    if known.visibility == Visibility::Direct {
        return Ok(outcome);
    }
    for collective_id in db::follows::local_followers_of(act.conn, &known.actor_uri)? {
        if db::inbox::shows_post(act.conn, &collective_id, &known.id)? {
            continue;
        }
        let (actor, post) = (&known.actor_uri, Some(known.id.clone()));
        let item = react::item(act, &collective_id, InboxKind::Post, actor, activity_uri, &known.uri, post);
        db::inbox::put(act.conn, &item)?;
        outcome = Outcome::Done;
    }
    Ok(outcome)
}

/// Keeps what a post quotes, so that a desk can show it.
fn keep_quoted(act: &mut Act, received: &Received) -> Result<()> {
    if let Some(quoted) = &received.quoted {
        let row = row(act.new_id(), quoted, act.now);
        keep_fetched(act, row)?;
    }
    Ok(())
}

/// `Update`: taken where it is newer than what is here (DAT-10). Owner and audience stay. Of an unknown post: as `Create`.
pub fn update(act: &mut Act, activity_uri: Option<&str>, received: &Received) -> Result<Outcome> {
    let post = &received.post;
    let Some(known) = db::remote_posts::by_uri(act.conn, &post.id)? else { return create(act, activity_uri, received) };
    if known.actor_uri != post.attributed_to {
        return Ok(Outcome::Dropped("the post is another actor's"));
    }
    if known.deleted_at.is_some() {
        return Ok(Outcome::Dropped("the post was deleted"));
    }
    let newer = post.updated.is_some_and(|updated| updated > known.updated.unwrap_or(known.published));
    if !newer && known.quote_uri == post.quote && known.quote_stamp != post.quote_authorization {
        // No edit: only how far its quote is agreed to.
        keep_quoted(act, received)?;
        let stamp = post.quote_authorization.as_deref();
        db::remote_posts::set_quote(act.conn, &known.id, stamp, received.quote_approved, act.now)?;
        return Ok(Outcome::Done);
    }
    if !newer && post.quote.is_none() && known.quote_uri.is_some() && post.updated >= known.updated {
        // No edit either: its consent was refused or taken back, and it quotes no more. An older version doesn't get here.
        db::remote_posts::forget_quote(act.conn, &known.id, act.now)?;
        return Ok(Outcome::Done);
    }
    if !newer {
        return Ok(Outcome::Dropped("not newer than what is here"));
    }
    keep_quoted(act, received)?;
    let new = row(known.id.clone(), received, act.now);
    let new = RemotePostRow {
        visibility: known.visibility,
        in_reply_to: known.in_reply_to,
        published: known.published,
        received_at: known.received_at,
        ..new
    };
    db::remote_posts::update(act.conn, &new)?;
    let published = new.published.min(act.now);
    statements::heard(act, &post.id, &post.attributed_to, post.report.as_ref(), &new.id, published)?;
    Ok(Outcome::Done)
}

/// `Delete`: the text goes, a tombstone stays. Also for what was never seen, if it lies where the actor does: the Create
/// may come later (DAT-12). Never for what another actor owns (ORG-06).
pub fn delete(act: &mut Act, actor_uri: &str, object_uri: &str) -> Result<Outcome> {
    match db::remote_posts::by_uri(act.conn, object_uri)? {
        Some(known) if known.actor_uri != actor_uri => Ok(Outcome::Dropped("the post is another actor's")),
        Some(known) if known.deleted_at.is_some() => Ok(Outcome::Dropped("the post was deleted before")),
        Some(known) => {
            let buried = RemotePostRow {
                kind: known.kind.clone(),
                visibility: known.visibility,
                published: known.published,
                received_at: known.received_at,
                ..RemotePostRow::tombstone(known.id.clone(), object_uri, actor_uri, act.now)
            };
            db::remote_posts::update(act.conn, &buried)?;
            db::action_reports::remove(act.conn, object_uri)?;
            db::inbox::undo_by_posts(act.conn, &[known.id], act.now)?;
            consents::object_gone(act, object_uri, actor_uri)?;
            Ok(Outcome::Done)
        }
        None if same_origin(object_uri, actor_uri) => {
            let tombstone = RemotePostRow::tombstone(act.new_id(), object_uri, actor_uri, act.now);
            db::remote_posts::insert(act.conn, &tombstone)?;
            Ok(Outcome::Done)
        }
        None => Ok(Outcome::Dropped("lies on another host than its actor")),
    }
}

/// Keeps a post that was fetched from its own host, unless it is here already. Gives its row id; `None` for a tombstone.
pub fn keep_fetched(act: &mut Act, new: RemotePostRow) -> Result<Option<Id>> {
    match put_new(act, &new)? {
        None => Ok(Some(new.id)),
        Some(known) if known.deleted_at.is_none() && known.actor_uri == new.actor_uri => Ok(Some(known.id)),
        Some(_) => Ok(None),
    }
}

/// Adds a post, or gives the one that has its id; also where it came by another way in this very moment.
fn put_new(act: &mut Act, new: &RemotePostRow) -> Result<Option<RemotePostRow>> {
    // Who answers a call's note answers the call.
    let answered = new.in_reply_to.as_ref().filter(|uri| act.site.owns(uri)).map(|uri| call_of(uri).to_owned());
    let new = &RemotePostRow { in_reply_to: answered.or_else(|| new.in_reply_to.clone()), ..new.clone() };
    match db::remote_posts::by_uri(act.conn, &new.uri)? {
        None if db::remote_posts::insert_new(act.conn, new)? => Ok(None),
        None => db::remote_posts::by_uri(act.conn, &new.uri),
        known => Ok(known),
    }
}

/// A published statement of ours as a post like others', for the desks of its neighbours. `None` where there is none.
pub(super) fn copy_of_statement(act: &mut Act, statement_uri: &str) -> Result<Option<RemotePostRow>> {
    let Some(id) = act.site.statement_id_of(statement_uri) else { return Ok(None) };
    let statement = match db::statements::by_id(act.conn, id) {
        Ok(row) if row.state == StatementState::Published => row,
        Ok(_) | Err(Error::NotFound) => return Ok(None),
        Err(error) => return Err(error),
    };
    let version = db::statements::version(act.conn, id, statement.version)?;
    let post = Object::read(&documents::version(&version)?).and_then(|object| object.post());
    let id = act.new_id();
    Ok(post.map(|post| {
        let quote_approved = post.quote_authorization.is_some();
        row(id, &Received { post, visibility: Visibility::Public, quote_approved, quoted: None }, act.now)
    }))
}

/// The desks that a post belongs on, each once and for the best reason: an answer, a quote, a mention, a post of one followed.
fn desks(act: &mut Act, post: &Post) -> Result<BTreeMap<Id, InboxKind>> {
    let mut desks = BTreeMap::new();
    for collective_id in db::follows::local_followers_of(act.conn, &post.attributed_to)? {
        desks.insert(collective_id, InboxKind::Post);
    }
    let ours: Vec<&String> =
        post.to.iter().chain(&post.cc).chain(&post.mentions).filter(|uri| act.site.handle_of(uri).is_some()).collect();
    if !ours.is_empty() {
        for collective_id in db::collectives::ids_of(act.conn, &ours)? {
            desks.insert(collective_id, InboxKind::Mention);
        }
    }
    for (uri, kind) in [(&post.quote, InboxKind::Quote), (&post.in_reply_to, InboxKind::Reply)] {
        let Some(uri) = uri.as_deref().filter(|uri| act.site.owns(uri)) else { continue };
        if let Some(collective_id) = db::inbox::collective_of_statement(act.conn, uri)? {
            desks.insert(collective_id, kind);
        }
    }
    // What a collective says is no news to itself.
    if act.site.handle_of(&post.attributed_to).is_some() {
        for own in db::collectives::ids_of(act.conn, &[&post.attributed_to])? {
            desks.remove(&own);
        }
    }
    Ok(desks)
}
