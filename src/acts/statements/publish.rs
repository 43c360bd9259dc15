//! The first publication and every later version: object, row and deliveries in one transaction.

use super::{
    super::{
        Act, Principal, actions,
        consents::{self, Wanted, quote},
        documents, endorsements, mandates,
        outbox::{Audience, send},
        proofs,
    },
    Published, call, change, mine, report,
};
use crate::{
    db::{
        self, Json,
        consents::ConsentRow,
        statements::{StatementRow, VersionRow},
    },
    domain::{
        action::Seen,
        consent::{ConsentKind, ConsentState},
        mandate::Deed,
        names::{StatementForm, StatementState},
        statement::{Quoted, StatementContent},
    },
    error::{Error, Result},
    text,
    vocab::{
        activity,
        statement::{self, Endorsing, QuoteShown},
    },
};
use std::collections::BTreeSet;

/// Largest activity sent, in bytes: Mastodon refuses bodies of 1 MiB and more.
pub const MAX_ACTIVITY_BYTES: usize = 1_000_000;

/// Room for the activity's own proof, which is put in when it is queued.
const PROOF_BYTES: usize = 4_096;

/// An answer without a title goes by its first words, so many characters of them.
const TITLE_OF_AN_ANSWER: usize = 80;

/// Publishes the current working copy: `Create` the first time, afterwards a new version and an `Update`. Without a
/// change since the last version nothing happens.
///
/// The type that the first publication chose stays: an `Update` that changes it is ignored by peers.
///
/// # Errors
/// `Forbidden` where the collective asks for a mandate and the doer has none that covers it;
/// `Invalid` with every fault of [`StatementContent::publish_faults`] and `body` where it is too large in bytes;
/// `Conflict` where it is withdrawn or somebody published at the same moment.
pub fn publish(act: &mut Act, id: &str) -> Result<Published> {
    let (was, collective) = mine(act, id)?;
    if collective.moved_to.is_some() {
        return Err(Error::invalid("body", "error-moved"));
    }
    let draft = db::statements::current_draft(act.conn, id)?;
    let saved_by = draft.saved_by.clone();
    let content = draft.content.into_inner();
    Error::from_faults(content.publish_faults())?;
    report::checked(act, &was.collective_id, &content)?;
    let deed = Deed { topics: content.hashtags.clone(), ..Deed::plain(call::verb(&content)) };
    mandates::require(act, &was.collective_id, &deed)?;
    // What was scheduled goes out by the clock, and by the mandates of those who scheduled it and wrote it last (AUT-10).
    for member in was.scheduled_by.iter().chain(was.scheduled_by.as_ref().and(saved_by.as_ref())) {
        let by = Principal::Member(member.clone());
        mandates::require(&mut Act { conn: act.conn, now: act.now, site: act.site, by: &by }, &was.collective_id, &deed)?;
    }
    let last = if was.version > 0 { Some(db::statements::version(act.conn, id, was.version)?) } else { None };
    if last.as_ref().is_some_and(|last| *last.content == content) {
        return Ok(published(&was));
    }
    // Peers ignore an `Update` that changes an object's type.
    if last.as_ref().is_some_and(|last| last.content.call.is_some() != content.call.is_some()) {
        return Err(Error::invalid("start", "error-call-fixed"));
    }
    // Peers compare whole seconds: an edit within the second of the last version would be ignored.
    let at = last.as_ref().map_or(act.now, |last| act.now.max(last.published_at + chrono::Duration::seconds(1)));
    let first_at = was.published_at.unwrap_or(at);
    let images = documents::images(act.conn, act.site, &was.collective_id, &content)?;
    if images.len() != content.images.len() {
        return Err(Error::invalid("images", "error-image-gone"));
    }
    let posters = documents::posters(act.conn, act.site, &was.collective_id, &content)?;
    if posters.len() != content.posters.len() {
        return Err(Error::invalid("posters", "error-poster-gone"));
    }
    if last.as_ref().is_some_and(|last| {
        content.quote.is_some() && last.content.quote.as_ref().map(|q| &q.uri) != content.quote.as_ref().map(|q| &q.uri)
    }) {
        return Err(Error::invalid("quote", "error-quote-fixed"));
    }
    let consent = match &content.quote {
        Some(quote) => Some(consents::want(
            act,
            &Wanted {
                kind: ConsentKind::Quote,
                asker: &collective,
                object_uri: &was.uri,
                target_uri: &quote.uri,
                author_uri: &quote.author,
                inbox: &quote.inbox,
            },
        )?),
        None => {
            consents::object_gone(act, &was.uri, &collective.uri)?;
            None
        }
    };
    let shows = db::endorsements::by_companion(act.conn, id)?.map(|endorsement| endorsement.uri);
    let endorsing = match &shows {
        Some(uri) => Endorsing::Shows(uri),
        None => Endorsing::Register(db::decisions::rules(act.conn, &was.collective_id)?.endorsements()),
    };
    let rendered = statement::render(&statement::Parts {
        id: &was.uri,
        actor: &collective.uri,
        content: &content,
        images: &images,
        posters: &posters,
        published: first_at,
        updated: last.as_ref().map(|_| at),
        form: if last.is_some() { was.form } else { StatementForm::Auto },
        quotes: collective.quotes(),
        quote: consent.as_ref().map_or_else(QuoteShown::default, quote::shown),
        endorsing,
    })?;
    let row = StatementRow {
        state: StatementState::Published,
        form: rendered.form,
        version: was.version + 1,
        scheduled_at: None,
        scheduled_by: None,
        published_at: Some(first_at),
        updated_at: act.now,
        ..was.clone()
    };
    change(act, &was, &row)?;
    let mut recipients = recipients(act, &content, last.as_ref())?;
    if last.is_some() {
        recipients.extend(endorsements::inboxes(act, &row.uri)?);
        recipients.extend(actions::inboxes(act, &row.uri)?);
    }
    recipients.extend(report::inbox(act, &content)?);
    let version = VersionRow {
        statement_id: row.id.clone(),
        n: row.version,
        kind: row.form.kind().to_owned(),
        title: if content.title.is_empty() {
            text::excerpt(&text::plain(&rendered.html), TITLE_OF_AN_ANSWER)
        } else {
            content.title.clone()
        },
        language: content.language.clone(),
        content: Json::new(content),
        html: rendered.html.clone(),
        object_json: serde_json::to_string(&rendered.object)?,
        digest: rendered.digest.clone(),
        published_at: at,
        published_by: act.by.member_id().map(str::to_owned),
    };
    db::statements::insert_version(act.conn, &version)?;
    db::calls::put(act.conn, &row.id, &row.collective_id, version.content.call.as_ref(), true, act.now)?;
    if let Some(call) = &version.content.call {
        actions::call_changed(act, &row.uri, &Seen { status: call.status, when: call.when })?;
    }
    report::published(act, &row, &version)?;
    endorsements::edited(act, &row.uri, &rendered.digest)?;
    let verb = if last.is_some() { "Update" } else { "Create" };
    let mut object = rendered.object.clone();
    proofs::prove(act.conn, &mut object, at)?;
    let sent = activity::wrap(verb, &act.site.activity(&act.new_id()), &collective.uri, at, &object);
    if sent.to_string().len() + PROOF_BYTES > MAX_ACTIVITY_BYTES {
        return Err(Error::invalid("body", "error-body-long"));
    }
    let audience = Audience::followers(&collective.id).and(recipients);
    match documents::note(&version)? {
        Some(mut note) => {
            proofs::prove(act.conn, &mut note, at)?;
            let note = activity::wrap(verb, &act.site.activity(&act.new_id()), &collective.uri, at, &note);
            call::send_faces(act, &row, &sent, &note, &audience)?;
        }
        None => send(act, &sent, &row.uri, true, &audience)?,
    }
    let asks = |consent: &ConsentRow| last.is_none() && consent.author_id.is_none() && consent.state == ConsentState::Waiting;
    if let Some(consent) = consent.filter(asks) {
        consents::send_request(act, &consent, &object)?;
    }
    Ok(published(&row))
}

fn published(row: &StatementRow) -> Published {
    Published { uri: row.uri.clone(), url: row.uri.clone(), form: row.form, version: row.version }
}

/// Inboxes of everybody mentioned and quoted, and of those whom the version before mentioned: they have it and must hear of
/// the edit. Not of those who are shut out: what is named in the text isn't sent to them.
pub fn recipients(act: &mut Act, content: &StatementContent, before: Option<&VersionRow>) -> Result<BTreeSet<String>> {
    let mentions = || content.mentions.iter().chain(before.iter().flat_map(|version| &version.content.mentions));
    let uris: Vec<String> = mentions().map(|mention| mention.actor.clone()).filter(|uri| !uri.is_empty()).collect();
    let known = db::remote_actors::by_uris(act.conn, &uris)?;
    let quotes = content.quote.iter().chain(before.iter().filter_map(|version| version.content.quote.as_ref()));
    let quotes: Vec<&Quoted> = quotes.collect();
    let authors: Vec<String> = quotes.iter().map(|quote| quote.author.clone()).filter(|uri| !uri.is_empty()).collect();
    let authors = db::remote_actors::by_uris(act.conn, &authors)?;
    let shut_out = db::blocks::actors(act.conn)?;
    let cited = quotes.iter().filter(|quote| !shut_out.contains(&quote.author)).map(|quote| {
        let known = authors.iter().find(|row| row.uri == quote.author);
        known.map_or_else(|| quote.inbox.clone(), |row| row.preferred_inbox().to_owned())
    });
    Ok(mentions()
        .filter(|mention| !shut_out.contains(&mention.actor))
        .map(|mention| match known.iter().find(|row| row.uri == mention.actor) {
            // To the shared inbox where there is one: what is public goes there, and nobody is told twice.
            Some(row) => row.preferred_inbox().to_owned(),
            None => mention.inbox.clone(),
        })
        .chain(cited)
        .filter(|inbox| !inbox.is_empty())
        .collect())
}
