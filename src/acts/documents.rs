//! The ActivityStreams documents of our rows, made the same way for a GET and for an `Update`.
//!
//! Reads only. Must not know who asks.

use crate::{
    db::{
        self, DbConn,
        collectives::CollectiveRow,
        instance::InstanceRow,
        media::MediaRow,
        statements::{StatementRow, VersionRow},
    },
    domain::{
        Site,
        names::{KeyKind, StatementForm},
        statement::{Poster, StatementContent},
    },
    error::Result,
    text,
    vocab::{
        actor::{self, Organization, PublicKeys},
        call,
        statement::{self, ImagePart, PosterPart, QuoteShown},
    },
};
use serde_json::Value;

/// A collective's actor document.
pub fn collective(conn: &mut DbConn, site: &Site, row: &CollectiveRow) -> Result<Value> {
    let keys = public_keys(conn, &row.uri)?;
    let mut picture = |id: &Option<String>, alt: &str| -> Result<Option<ImagePart>> {
        let Some(id) = id else { return Ok(None) };
        let media = db::media::of_collective(conn, &row.id, std::slice::from_ref(id))?.pop();
        Ok(media.map(|media| image(site, media, if alt.is_empty() { &row.name } else { alt })))
    };
    let icon = picture(&row.icon_media_id, &row.icon_alt)?;
    let header = picture(&row.header_media_id, &row.header_alt)?;
    let fields: Vec<(String, String)> = row.fields.iter().map(|field| (field.name.clone(), field.value.clone())).collect();
    Ok(actor::organization(
        site,
        &Organization {
            handle: &row.handle,
            name: &row.name,
            summary: &text::markdown(&row.summary),
            website: row.website.as_deref(),
            contact: &row.contact,
            fields: &fields,
            icon,
            header,
            also_known_as: &row.also_known_as,
            country: row.country.as_deref(),
            approve_followers: row.approve_followers,
            quotes: row.quotes(),
            moved_to: row.moved_to.as_deref(),
            published: row.created_at,
            updated: row.updated_at,
            keys,
        },
    ))
}

/// The instance actor's document.
pub fn instance(conn: &mut DbConn, site: &Site, row: &InstanceRow) -> Result<Value> {
    let keys = public_keys(conn, &site.instance_actor())?;
    Ok(actor::application(site, &keys, row.set_up_at))
}

/// A withdrawn statement's Tombstone; `author` is the collective's id.
pub fn tombstone(row: &StatementRow, author: &str) -> Value {
    let published = row.published_at.unwrap_or(row.created_at);
    statement::tombstone(&row.uri, author, row.form, published, row.withdrawn_at.unwrap_or(row.updated_at))
}

/// What stands at the address of a withdrawn call's Note.
pub fn note_tombstone(row: &StatementRow, author: &str) -> Value {
    let published = row.published_at.unwrap_or(row.created_at);
    let withdrawn = row.withdrawn_at.unwrap_or(row.updated_at);
    statement::tombstone(&call::note_id(&row.uri), author, StatementForm::Note, published, withdrawn)
}

/// The Note that stands for a version of a call on servers that know no events; `None` for other statements.
///
/// # Errors
/// `Internal` where the row isn't JSON.
pub fn note(row: &VersionRow) -> Result<Option<Value>> {
    match row.content.call {
        Some(_) => Ok(Some(call::companion(&version(row)?, &row.content))),
        None => Ok(None),
    }
}

/// A published version as it was sent.
///
/// # Errors
/// `Internal` where the row isn't JSON.
pub fn version(row: &VersionRow) -> Result<Value> {
    Ok(serde_json::from_str(&row.object_json)?)
}

/// A statement as it would be published now, for the desk's previews. Images that are gone are left out.
pub fn preview(
    conn: &mut DbConn,
    site: &Site,
    collective: &CollectiveRow,
    statement: &StatementRow,
    content: &StatementContent,
) -> Result<statement::Rendered> {
    let images = images(conn, site, &collective.id, content)?;
    let posters = posters(conn, site, &collective.id, content)?;
    Ok(statement::render(&statement::Parts {
        id: &statement.uri,
        actor: &collective.uri,
        content,
        images: &images,
        posters: &posters,
        published: statement.published_at.unwrap_or(statement.updated_at),
        updated: None,
        form: if statement.version > 0 { statement.form } else { StatementForm::Auto },
        quotes: collective.quotes(),
        quote: QuoteShown::default(),
        endorsing: statement::Endorsing::Register(db::decisions::rules(conn, &collective.id)?.endorsements()),
    })?)
}

/// The posters of a content in their order, as peers get them.
pub fn posters(conn: &mut DbConn, site: &Site, collective_id: &str, content: &StatementContent) -> Result<Vec<PosterPart>> {
    let ids: Vec<String> = content.posters.iter().map(|poster| poster.media_id.clone()).collect();
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let rows = db::media::of_collective(conn, collective_id, &ids)?;
    let part = |used: &Poster| {
        let row = rows.iter().find(|row| row.id == used.media_id)?;
        let (media_type, url) = (row.media_type.clone(), site.media(&row.file_name));
        Some(PosterPart { media_type, url, title: used.title.clone() })
    };
    Ok(content.posters.iter().filter_map(part).collect())
}

/// The images of a content in their order, as peers get them.
pub fn images(conn: &mut DbConn, site: &Site, collective_id: &str, content: &StatementContent) -> Result<Vec<ImagePart>> {
    if content.images.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<String> = content.images.iter().map(|image| image.media_id.clone()).collect();
    let rows = db::media::of_collective(conn, collective_id, &ids)?;
    let of = |id: &str| rows.iter().find(|row| row.id == id).cloned();
    Ok(content.images.iter().filter_map(|used| Some(image(site, of(&used.media_id)?, &used.alt))).collect())
}

fn image(site: &Site, media: MediaRow, alt: &str) -> ImagePart {
    ImagePart {
        url: site.media(&media.file_name),
        media_type: media.media_type,
        alt: alt.to_owned(),
        width: media.width,
        height: media.height,
    }
}

fn public_keys(conn: &mut DbConn, actor_uri: &str) -> Result<PublicKeys> {
    let rsa = db::keys::current(conn, actor_uri, KeyKind::Rsa)?;
    let ed25519 = db::keys::current(conn, actor_uri, KeyKind::Ed25519)?;
    Ok(PublicKeys { rsa: (rsa.key_uri, rsa.public_key), ed25519: (ed25519.key_uri, ed25519.public_key) })
}
