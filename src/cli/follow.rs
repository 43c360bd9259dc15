//! `follow`, `unfollow`, `following`, `boost`, `unboost`, `like`, `unlike`: what a collective does with accounts and posts of others.

use super::{Context, collective::find, resolve};
use crate::{
    acts::{Principal, boost, follow, like},
    db,
    domain::time::rfc3339,
    error::Result,
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
    let known = ctx.state.db.read_blocking(|conn| db::follows::following(conn, &row.id, &args.address))?;
    let uri = match known {
        Some(following) => following.actor_uri,
        None => resolve::actor(ctx, &args.address)?.uri,
    };
    ctx.state.act_blocking(Principal::Console, |act| follow::unfollow(act, &row.id, &uri))?;
    ctx.print(json!({ "actor": uri, "state": "none" }), || format!("{uri} is followed no longer"));
    Ok(())
}

#[derive(Debug, clap::Args)]
pub struct FollowingArgs {
    /// The collective's handle.
    #[arg(long, value_name = "HANDLE")]
    pub collective: String,
}

/// Lists all that were asked, with their answer.
pub fn following(ctx: &Context, args: FollowingArgs) -> Result<()> {
    let row = find(ctx, &args.collective)?;
    let rows = ctx.state.db.read_blocking(|conn| db::follows::list_following(conn, &row.id))?;
    let list = rows
        .iter()
        .map(|row| json!({ "actor": row.actor_uri, "since": rfc3339(row.since), "state": row.state.as_str() }))
        .collect();
    ctx.print(list, || {
        rows.iter().map(|row| format!("{}  {}  since {}\n", row.actor_uri, row.state, rfc3339(row.since))).collect()
    });
    Ok(())
}

pub fn boost(ctx: &Context, args: TowardsArgs) -> Result<()> {
    let row = find(ctx, &args.collective)?;
    let target = resolve::post(ctx, &args.address)?;
    let id = ctx.state.act_blocking(Principal::Console, |act| boost::boost(act, &row.id, &target))?;
    ctx.print(json!({ "id": id, "object": target.uri }), || format!("{} is passed on", target.uri));
    Ok(())
}

pub fn unboost(ctx: &Context, args: TowardsArgs) -> Result<()> {
    let row = find(ctx, &args.collective)?;
    let boosted = ctx.state.db.read_blocking(|conn| db::outbox::boost(conn, &row.id, &args.address))?;
    let post = object(ctx, boosted.map(|boost| boost.object_uri), &args.address)?;
    ctx.state.act_blocking(Principal::Console, |act| boost::unboost(act, &row.id, &post))?;
    ctx.print(json!({ "object": post }), || format!("{post} is passed on no longer"));
    Ok(())
}

pub fn like(ctx: &Context, args: TowardsArgs) -> Result<()> {
    let row = find(ctx, &args.collective)?;
    let target = resolve::post(ctx, &args.address)?;
    let id = ctx.state.act_blocking(Principal::Console, |act| like::like(act, &row.id, &target))?;
    ctx.print(json!({ "id": id, "object": target.uri }), || format!("{} is liked", target.uri));
    Ok(())
}

pub fn unlike(ctx: &Context, args: TowardsArgs) -> Result<()> {
    let row = find(ctx, &args.collective)?;
    let liked = ctx.state.db.read_blocking(|conn| db::outbox::like(conn, &row.id, &args.address))?;
    let post = object(ctx, liked.map(|like| like.object_uri), &args.address)?;
    ctx.state.act_blocking(Principal::Console, |act| like::unlike(act, &row.id, &post))?;
    ctx.print(json!({ "object": post }), || format!("{post} is liked no longer"));
    Ok(())
}

/// The id of what is taken back. An id that we reacted to is enough where the post, or its server, is gone.
fn object(ctx: &Context, known: Option<String>, address: &str) -> Result<String> {
    known.map_or_else(|| Ok(resolve::post(ctx, address)?.uri), Ok)
}
