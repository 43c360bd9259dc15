//! The first publication and every later version: object, row and deliveries in one transaction.

use super::{
    super::{
        Act, documents,
        outbox::{Audience, send},
    },
    Published, change, kind, mine,
};
use crate::{
    db::{
        self, Json,
        statements::{StatementRow, VersionRow},
    },
    domain::{
        names::{StatementForm, StatementState},
        statement::StatementContent,
    },
    error::{Error, Result},
    text,
    vocab::{activity, statement},
};
use std::collections::BTreeSet;

/// Largest activity sent, in bytes: Mastodon refuses bodies of 1 MiB and more.
pub const MAX_ACTIVITY_BYTES: usize = 1_000_000;

/// An answer without a title goes by its first words, so many characters of them.
const TITLE_OF_AN_ANSWER: usize = 80;

/// Publishes the current working copy: `Create` the first time, afterwards a new version and an `Update`. Without a
/// change since the last version nothing happens.
///
/// The type that the first publication chose stays: an `Update` that changes it is ignored by peers.
///
/// # Errors
/// `Invalid` with every fault of [`StatementContent::publish_faults`] and `body` where it is too large in bytes;
/// `Conflict` where it is withdrawn or somebody published at the same moment.
pub fn publish(act: &mut Act, id: &str) -> Result<Published> {
    let (was, collective) = mine(act, id)?;
    let content = db::statements::current_draft(act.conn, id)?.content.into_inner();
    Error::from_faults(content.publish_faults())?;
    let last = if was.version > 0 { Some(db::statements::version(act.conn, id, was.version)?) } else { None };
    if last.as_ref().is_some_and(|last| *last.content == content) {
        return Ok(published(&was));
    }
    // Peers compare whole seconds: an edit within the second of the last version would be ignored.
    let at = last.as_ref().map_or(act.now, |last| act.now.max(last.published_at + chrono::Duration::seconds(1)));
    let first_at = was.published_at.unwrap_or(at);
    let images = documents::images(act.conn, act.site, &was.collective_id, &content)?;
    if images.len() != content.images.len() {
        return Err(Error::invalid("images", "error-image-gone"));
    }
    let rendered = statement::render(&statement::Parts {
        id: &was.uri,
        actor: &collective.uri,
        content: &content,
        images: &images,
        published: first_at,
        updated: last.as_ref().map(|_| at),
        form: if last.is_some() { was.form } else { StatementForm::Auto },
    })?;
    let row = StatementRow {
        state: StatementState::Published,
        form: rendered.form,
        version: was.version + 1,
        scheduled_at: None,
        published_at: Some(first_at),
        updated_at: act.now,
        ..was.clone()
    };
    change(act, &was, &row)?;
    let recipients = mentioned_inboxes(act, &content, last.as_ref())?;
    let version = VersionRow {
        statement_id: row.id.clone(),
        n: row.version,
        kind: kind(row.form).to_owned(),
        title: if content.title.is_empty() {
            text::excerpt(&text::plain(&rendered.html), TITLE_OF_AN_ANSWER)
        } else {
            content.title.clone()
        },
        language: content.language.clone(),
        content: Json::new(content),
        html: rendered.html,
        object_json: serde_json::to_string(&rendered.object)?,
        digest: rendered.digest,
        published_at: at,
        published_by: act.by.member_id().map(str::to_owned),
    };
    db::statements::insert_version(act.conn, &version)?;
    let verb = if last.is_some() { "Update" } else { "Create" };
    let sent = activity::wrap(verb, &act.site.activity(&act.new_id()), &collective.uri, at, &rendered.object);
    if sent.to_string().len() > MAX_ACTIVITY_BYTES {
        return Err(Error::invalid("body", "error-body-long"));
    }
    send(act, &sent, &row.uri, true, &Audience::followers(&collective.id).and(recipients))?;
    Ok(published(&row))
}

fn published(row: &StatementRow) -> Published {
    Published { uri: row.uri.clone(), url: row.uri.clone(), form: row.form, version: row.version }
}

/// Inboxes of everybody mentioned, and of those whom the version before mentioned: they have it and must hear of the edit.
pub(super) fn mentioned_inboxes(
    act: &mut Act,
    content: &StatementContent,
    before: Option<&VersionRow>,
) -> Result<BTreeSet<String>> {
    let mentions = || content.mentions.iter().chain(before.iter().flat_map(|version| &version.content.mentions));
    let uris: Vec<String> = mentions().map(|mention| mention.actor.clone()).filter(|uri| !uri.is_empty()).collect();
    let known = db::remote_actors::by_uris(act.conn, &uris)?;
    Ok(mentions()
        .map(|mention| match known.iter().find(|row| row.uri == mention.actor) {
            // To the shared inbox where there is one: what is public goes there, and nobody is told twice.
            Some(row) => row.preferred_inbox().to_owned(),
            None => mention.inbox.clone(),
        })
        .filter(|inbox| !inbox.is_empty())
        .collect())
}
