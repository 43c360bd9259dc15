//! Finding others from the command line: accounts by address, and whose a post is.

use super::Context;
use crate::{
    db::{self, remote_actors::RemoteActorRow},
    error::{Error, Result},
    federation::{
        actors,
        fetch::{self, Budget},
        webfinger,
    },
};

/// An account by its address (`@ana@valley.example`) or the address of its page, as its own host gives it.
pub fn actor(ctx: &Context, address: &str) -> Result<RemoteActorRow> {
    ctx.block_on(webfinger::find_actor(&ctx.state, address, &Budget::of(&ctx.state)))
}

/// Whose a post of another instance is; `None` for what is ours. Gives the post's id too, which a page's address may
/// only lead to.
pub fn post(ctx: &Context, address: &str) -> Result<(String, Option<RemoteActorRow>)> {
    let site = ctx.state.site()?;
    if site.owns(address) {
        return Ok((address.to_owned(), None));
    }
    let known = ctx.state.db.read_blocking(|conn| db::remote_posts::by_uri(conn, address))?;
    if let Some(post) = known.filter(|post| post.deleted_at.is_none()) {
        let author = ctx.block_on(actors::resolve(&ctx.state, &post.actor_uri, &Budget::of(&ctx.state)))?;
        return Ok((post.uri, Some(author)));
    }
    ctx.block_on(async {
        let budget = Budget::of(&ctx.state);
        let document = fetch::document(&ctx.state, address, &budget).await?;
        let author = document.json["attributedTo"].as_str().or_else(|| document.json["attributedTo"][0].as_str());
        let author = author.ok_or_else(|| Error::Upstream(format!("{address} doesn't say whose it is")))?;
        if !crate::domain::url::same_origin(author, &document.id) {
            return Err(Error::Upstream(format!("{address} names an author on another server")));
        }
        let author = actors::resolve(&ctx.state, author, &budget).await?;
        Ok((document.id, Some(author)))
    })
}
