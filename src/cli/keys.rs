//! `keys`: new key pairs for a collective.

use super::{Context, collective::find};
use crate::{
    acts::{
        Principal,
        keys::{NewKeys, rotate},
    },
    db,
    domain::names::KeyKind,
    error::Result,
};
use serde_json::json;

/// The keys that a collective signs with.
#[derive(Debug, clap::Subcommand)]
pub enum KeysCommand {
    /// Make new keys and tell every follower's server, signed with the old one.
    Rotate {
        /// The collective's handle.
        #[arg(long, value_name = "HANDLE")]
        collective: String,
    },
}

pub fn run(ctx: &Context, command: KeysCommand) -> Result<()> {
    let KeysCommand::Rotate { collective } = command;
    let row = find(ctx, &collective)?;
    let new = NewKeys::generate()?;
    ctx.state.act_blocking(Principal::Console, |act| rotate(act, &row, new))?;
    let key = ctx.state.db.read_blocking(|conn| db::keys::current(conn, &row.uri, KeyKind::Rsa))?;
    ctx.print(json!({ "actor": row.uri, "key": key.key_uri, "public_key": key.public_key }), || {
        format!("{} has new keys; its followers' servers are being told", row.uri)
    });
    Ok(())
}
