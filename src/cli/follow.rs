//! `follow`, `unfollow`, `following`, `boost`, `unboost`, `like`, `unlike`: what a collective does with accounts and posts of others.

use super::{Context, assembly::principal, collective::find, decision, resolve};
use crate::{
    acts::{
        Act,
        proposals::{self, Proposed},
    },
    db,
    domain::time::rfc3339,
    error::Result,
};
use serde_json::{Value, json};

#[derive(Debug, clap::Args)]
pub struct TowardsArgs {
    /// The collective's handle.
    #[arg(long, value_name = "HANDLE")]
    pub collective: String,
    /// The member who does it, with their own mandate or none; without, it is done as a steward.
    #[arg(long = "as", value_name = "MEMBER")]
    pub as_member: Option<String>,
    /// An account (@ana@valley.example), or the address of a page or post.
    pub address: String,
}

/// Does it as whoever it is done, and says what came of it: `done`, or the question that was put before the assembly in its
/// place.
fn act<T>(
    ctx: &Context,
    collective_id: &str,
    as_member: Option<&str>,
    f: impl FnOnce(&mut Act) -> Result<Proposed<T>>,
    done: impl FnOnce(T) -> (Value, String),
) -> Result<()> {
    let by = principal(ctx, collective_id, as_member)?;
    match ctx.state.act_blocking(by, f)? {
        Proposed::Done(what) => {
            let (value, text) = done(what);
            ctx.print(value, || text);
        }
        Proposed::Asked(row) => ctx.print(json!({ "decision": decision::brief(&row) }), || decision::line(&row)),
    }
    Ok(())
}

pub fn follow(ctx: &Context, args: TowardsArgs) -> Result<()> {
    let row = find(ctx, &args.collective)?;
    let other = resolve::actor(ctx, &args.address)?;
    let (uri, handle) = (other.uri.clone(), other.handle());
    let id = row.id.clone();
    act(
        ctx,
        &row.id,
        args.as_member.as_deref(),
        move |act| proposals::follow(act, &id, &other),
        |state| (json!({ "actor": uri, "state": state.as_str() }), format!("{handle}: {state}")),
    )
}

pub fn unfollow(ctx: &Context, args: TowardsArgs) -> Result<()> {
    let row = find(ctx, &args.collective)?;
    // An id is enough where their server is gone for ever.
    let known = ctx.state.db.read_blocking(|conn| db::follows::following(conn, &row.id, &args.address))?;
    let uri = match known {
        Some(following) => following.actor_uri,
        None => resolve::actor(ctx, &args.address)?.uri,
    };
    let (id, other) = (row.id.clone(), uri.clone());
    act(
        ctx,
        &row.id,
        args.as_member.as_deref(),
        move |act| proposals::unfollow(act, &id, &other),
        |()| (json!({ "actor": uri, "state": "none" }), format!("{uri} is followed no longer")),
    )
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
    let (id, post) = (row.id.clone(), target.uri.clone());
    act(
        ctx,
        &row.id,
        args.as_member.as_deref(),
        move |act| proposals::boost(act, &id, &target),
        |id| (json!({ "id": id, "object": post }), format!("{post} is passed on")),
    )
}

pub fn unboost(ctx: &Context, args: TowardsArgs) -> Result<()> {
    let row = find(ctx, &args.collective)?;
    let boosted = ctx.state.db.read_blocking(|conn| db::outbox::boost(conn, &row.id, &args.address))?;
    let post = object(ctx, boosted.map(|boost| boost.object_uri), &args.address)?;
    let (id, object) = (row.id.clone(), post.clone());
    act(
        ctx,
        &row.id,
        args.as_member.as_deref(),
        move |act| proposals::unboost(act, &id, &object),
        |()| (json!({ "object": post }), format!("{post} is passed on no longer")),
    )
}

pub fn like(ctx: &Context, args: TowardsArgs) -> Result<()> {
    let row = find(ctx, &args.collective)?;
    let target = resolve::post(ctx, &args.address)?;
    let (id, post) = (row.id.clone(), target.uri.clone());
    act(
        ctx,
        &row.id,
        args.as_member.as_deref(),
        move |act| proposals::like(act, &id, &target),
        |id| (json!({ "id": id, "object": post }), format!("{post} is liked")),
    )
}

pub fn unlike(ctx: &Context, args: TowardsArgs) -> Result<()> {
    let row = find(ctx, &args.collective)?;
    let liked = ctx.state.db.read_blocking(|conn| db::outbox::like(conn, &row.id, &args.address))?;
    let post = object(ctx, liked.map(|like| like.object_uri), &args.address)?;
    let (id, object) = (row.id.clone(), post.clone());
    act(
        ctx,
        &row.id,
        args.as_member.as_deref(),
        move |act| proposals::unlike(act, &id, &object),
        |()| (json!({ "object": post }), format!("{post} is liked no longer")),
    )
}

/// The id of what is taken back. An id that we reacted to is enough where the post, or its server, is gone.
fn object(ctx: &Context, known: Option<String>, address: &str) -> Result<String> {
    known.map_or_else(|| Ok(resolve::post(ctx, address)?.uri), Ok)
}
