//! Finding others from the command line: accounts and posts by address.

use super::Context;
use crate::{
    acts::target::Target,
    db::remote_actors::RemoteActorRow,
    error::Result,
    federation::{actors, fetch::Budget, posts, webfinger},
};

/// An account by its address (`@ana@valley.example`) or the address of its page, as its own host gives it.
pub fn actor(ctx: &Context, address: &str) -> Result<RemoteActorRow> {
    ctx.block_on(webfinger::find_actor(&ctx.state, address, &Budget::of(&ctx.state)))
}

/// A post by its address.
pub fn post(ctx: &Context, address: &str) -> Result<Target> {
    ctx.block_on(posts::find_post(&ctx.state, address, &Budget::of(&ctx.state)))
}

/// As [`actor`], as its own host gives it at this moment: what it says of its other addresses may be new.
pub fn fresh_actor(ctx: &Context, address: &str) -> Result<RemoteActorRow> {
    ctx.block_on(actors::find_fresh(&ctx.state, address))
}
