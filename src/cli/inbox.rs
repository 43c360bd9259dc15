//! `inbox`: what has reached a collective.

use super::{Context, collective::find};
use crate::{
    db::{self, inbox::InboxRow, remote_posts::RemotePostRow},
    domain::{names::InboxKind, time::rfc3339},
    error::Result,
    text,
};
use serde_json::{Value, json};

/// Longest part of a text shown to people, in characters.
const EXCERPT: usize = 100;

/// What has reached a collective.
#[derive(Debug, clap::Subcommand)]
pub enum InboxCommand {
    /// Follows, likes, boosts, replies, mentions and posts of those followed, newest first.
    List {
        /// The collective's handle.
        #[arg(long, value_name = "HANDLE")]
        collective: String,
        /// At most so many.
        #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(i64).range(1..=10_000))]
        limit: i64,
    },
}

pub fn run(ctx: &Context, command: InboxCommand) -> Result<()> {
    let InboxCommand::List { collective, limit } = command;
    let row = find(ctx, &collective)?;
    let rows = ctx.state.db.read_blocking(|conn| db::inbox::list(conn, &row.id, limit))?;
    ctx.print(rows.iter().map(item).collect(), || rows.iter().map(line).collect());
    Ok(())
}

/// The activity that brought an item. Replies, mentions, posts and quotes all came as `Create`; `kind` tells them apart.
fn activity_type(kind: InboxKind) -> &'static str {
    match kind {
        InboxKind::Follow => "Follow",
        InboxKind::Like => "Like",
        InboxKind::Announce => "Announce",
        InboxKind::Reply | InboxKind::Mention | InboxKind::Post | InboxKind::Quote => "Create",
    }
}

fn item((row, post): &(InboxRow, Option<RemotePostRow>)) -> Value {
    json!({
        "type": activity_type(row.kind),
        "kind": row.kind.as_str(),
        "actor": row.actor_uri,
        "object": row.object_uri,
        "title": post.as_ref().map(|post| post.title.as_str()),
        "content": post.as_ref().map(|post| post.html.as_str()),
        "event": post.as_ref().and_then(|post| post.event.as_ref()).map(|event| json!(**event)),
        "attachments": post.as_ref().map_or(json!([]), |post| json!(*post.attachments)),
        "received": rfc3339(row.received_at)
    })
}

fn line((row, post): &(InboxRow, Option<RemotePostRow>)) -> String {
    let what = match post {
        Some(post) => text::excerpt(&text::plain(&post.html), EXCERPT),
        None => row.object_uri.clone().unwrap_or_default(),
    };
    format!("{}  {}  {}  {what}\n", rfc3339(row.received_at), row.kind, row.actor_uri)
}
