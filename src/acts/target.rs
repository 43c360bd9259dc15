//! A post that a collective boosts, likes or answers: whose it is, and whether it was written for everybody.
//!
//! Must not fetch: a post of another server is read by the caller, and handed in.

use super::{Act, receive::post::keep_fetched};
use crate::{
    db::{self, DbConn, remote_actors::RemoteActorRow, remote_posts::RemotePostRow},
    domain::{
        Site,
        names::{StatementState, Visibility},
    },
    error::{Error, Result},
};

/// A post of another server, or a statement of this instance.
#[derive(Debug, Clone)]
pub struct Target {
    /// Its id.
    pub uri: String,
    /// Whose it is; a collective of ours in the same shape as others' actors.
    pub author: RemoteActorRow,
    pub visibility: Visibility,
    /// The post as its own host gave it; `None` for a statement of ours.
    pub post: Option<RemotePostRow>,
}

impl Target {
    /// A published statement of ours.
    ///
    /// # Errors
    /// `NotFound` where there is none of this id, or where it isn't public.
    pub fn statement(conn: &mut DbConn, site: &Site, uri: &str) -> Result<Self> {
        let row = db::statements::by_id(conn, site.statement_id_of(uri).ok_or(Error::NotFound)?)?;
        if row.state != StatementState::Published {
            return Err(Error::NotFound);
        }
        let author = db::collectives::by_id(conn, &row.collective_id)?.as_actor();
        Ok(Self { uri: row.uri, author, visibility: Visibility::Public, post: None })
    }

    /// What is known here under this id, a statement of ours or a post that reached us; `None` where nothing is, or where
    /// its author isn't known.
    ///
    /// # Errors
    /// `NotFound` where it was deleted, withdrawn, or never was on this instance.
    pub fn known(conn: &mut DbConn, site: &Site, uri: &str) -> Result<Option<Self>> {
        if site.owns(uri) {
            return Self::statement(conn, site, uri).map(Some);
        }
        match db::remote_posts::by_uri(conn, uri)? {
            Some(post) if post.deleted_at.is_some() => Err(Error::NotFound),
            Some(post) => Self::of(conn, post),
            None => Ok(None),
        }
    }

    /// The post behind an item on a collective's desk.
    ///
    /// # Errors
    /// `NotFound` for items of other desks, for items without a post, and for posts that were deleted.
    pub fn of_item(act: &mut Act, collective_id: &str, item_id: &str) -> Result<Self> {
        act.may_act_for(collective_id)?;
        let item = db::inbox::by_id(act.conn, item_id)?;
        if item.collective_id != collective_id {
            return Err(Error::NotFound);
        }
        let post = db::remote_posts::by_id(act.conn, item.post_id.as_deref().ok_or(Error::NotFound)?)?;
        Self::known(act.conn, act.site, &post.uri)?.ok_or(Error::NotFound)
    }

    fn of(conn: &mut DbConn, post: RemotePostRow) -> Result<Option<Self>> {
        let Some(author) = db::remote_actors::any_by_uri(conn, &post.actor_uri)? else { return Ok(None) };
        Ok(Some(Self { uri: post.uri.clone(), author, visibility: post.visibility, post: Some(post) }))
    }

    /// As it stands now, inside the act: it may have been deleted or withdrawn since it was looked up.
    ///
    /// # Errors
    /// `NotFound` where it is gone.
    pub(super) fn still(&self, act: &mut Act) -> Result<Self> {
        Ok(Self::known(act.conn, act.site, &self.uri)?.unwrap_or_else(|| self.clone()))
    }

    /// Passes if it was written for everybody; what was written to few isn't passed on, nor answered in public.
    ///
    /// # Errors
    /// `Conflict` with this message where it wasn't.
    pub(super) fn for_everybody(&self, message: &'static str) -> Result<()> {
        match self.visibility {
            Visibility::Public | Visibility::Unlisted => Ok(()),
            Visibility::Followers | Visibility::Direct => Err(Error::Conflict(message)),
        }
    }

    /// Keeps a post of another server, so that what was done to it can be taken back without asking there again.
    ///
    /// # Errors
    /// `NotFound` where it was deleted.
    pub(super) fn keep(&self, act: &mut Act) -> Result<()> {
        match &self.post {
            Some(post) => keep_fetched(act, post.clone())?.map(drop).ok_or(Error::NotFound),
            None => Ok(()),
        }
    }
}

/// Whose a post is that a collective reacted to, also after it was deleted or withdrawn: by what is known of it, else by
/// whom our own activity addressed.
pub(super) fn author_of(act: &mut Act, object_uri: &str, activity_uri: &str) -> Result<Option<RemoteActorRow>> {
    if let Some(id) = act.site.statement_id_of(object_uri) {
        let row = db::statements::by_id(act.conn, id)?;
        return Ok(Some(db::collectives::by_id(act.conn, &row.collective_id)?.as_actor()));
    }
    if let Some(post) = db::remote_posts::by_uri(act.conn, object_uri)? {
        return db::remote_actors::any_by_uri(act.conn, &post.actor_uri);
    }
    let sent = match db::outbox::by_uri(act.conn, activity_uri) {
        Err(Error::NotFound) => return Ok(None),
        sent => serde_json::from_str::<serde_json::Value>(&sent?.json)?,
    };
    let addressed = ["to", "cc"].iter().filter_map(|key| sent[*key].as_array()).flatten();
    let uris: Vec<String> = addressed.filter_map(|uri| uri.as_str().map(str::to_owned)).collect();
    Ok(db::remote_actors::any_by_uris(act.conn, &uris)?.pop())
}
