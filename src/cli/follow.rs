//! `follow`, `unfollow`, `boost`, `unboost`, `like`, `unlike`: what a collective does with accounts and posts of others.

use super::{Context, collective::find, resolve};
use crate::{
    acts::{Principal, boost, follow, like},
    error::{Error, Result},
};
use serde_json::json;

#[derive(Debug, clap::Args)]
pub struct TowardsArgs {
    /// The collective's handle.
    #[arg(long, value_name = "HANDLE")]
    pub collective: String,
    /// An account (@ana@valley.example), or the address of a page or post.
    pub address: String,
}

pub fn follow(ctx: &Context, args: TowardsArgs) -> Result<()> {
    let row = find(ctx, &args.collective)?;
    let other = resolve::actor(ctx, &args.address)?;
    let state = ctx.state.act_blocking(Principal::Console, |act| follow::follow(act, &row.id, &other))?;
    ctx.print(json!({ "actor": other.uri, "state": state.as_str() }), || format!("{}: {state}", other.handle()));
    Ok(())
}

pub fn unfollow(ctx: &Context, args: TowardsArgs) -> Result<()> {
    let row = find(ctx, &args.collective)?;
    // An id is enough where their server is gone for ever.
    let known = ctx.state.db.read_blocking(|conn| crate::db::follows::following(conn, &row.id, &args.address))?;
    let uri = match known {
        Some(following) => following.actor_uri,
        None => resolve::actor(ctx, &args.address)?.uri,
    };
    ctx.state.act_blocking(Principal::Console, |act| follow::unfollow(act, &row.id, &uri))?;
    ctx.print(json!({ "actor": uri, "state": "none" }), || format!("{uri} is followed no longer"));
    Ok(())
}

pub fn boost(ctx: &Context, args: TowardsArgs) -> Result<()> {
    let row = find(ctx, &args.collective)?;
    let (post, author) = resolve::post(ctx, &args.address)?;
    let id = ctx.state.act_blocking(Principal::Console, |act| boost::boost(act, &row.id, &post, author.as_ref()))?;
    ctx.print(json!({ "id": id, "object": post }), || format!("{post} is passed on"));
    Ok(())
}

pub fn unboost(ctx: &Context, args: TowardsArgs) -> Result<()> {
    let row = find(ctx, &args.collective)?;
    let (post, author) = resolve::post(ctx, &args.address)?;
    ctx.state.act_blocking(Principal::Console, |act| boost::unboost(act, &row.id, &post, author.as_ref()))?;
    ctx.print(json!({ "object": post }), || format!("{post} is passed on no longer"));
    Ok(())
}

pub fn like(ctx: &Context, args: TowardsArgs) -> Result<()> {
    let row = find(ctx, &args.collective)?;
    let (post, author) = resolve::post(ctx, &args.address)?;
    let author = author.ok_or(Error::Conflict("error-like-own"))?;
    let id = ctx.state.act_blocking(Principal::Console, |act| like::like(act, &row.id, &post, &author))?;
    ctx.print(json!({ "id": id, "object": post }), || format!("{post} is liked"));
    Ok(())
}

pub fn unlike(ctx: &Context, args: TowardsArgs) -> Result<()> {
    let row = find(ctx, &args.collective)?;
    let (post, author) = resolve::post(ctx, &args.address)?;
    let author = author.ok_or(Error::Conflict("error-like-own"))?;
    ctx.state.act_blocking(Principal::Console, |act| like::unlike(act, &row.id, &post, &author))?;
    ctx.print(json!({ "object": post }), || format!("{post} is liked no longer"));
    Ok(())
}
