//! `followers`: who follows a collective, and who may.

use super::{Context, collective::find};
use crate::{
    acts::{
        Principal,
        follow::{Answer, answer_follower},
    },
    db,
    domain::{names::FollowState, time::rfc3339},
    error::{Error, Result},
};
use serde_json::json;

/// Who follows a collective, and who may.
#[derive(Debug, clap::Args)]
pub struct FollowersArgs {
    /// The collective's handle.
    #[arg(long, value_name = "HANDLE", global = true)]
    pub collective: Option<String>,
    /// Only those in this state: pending, accepted or rejected. Default: accepted.
    #[arg(long)]
    pub state: Option<FollowState>,
    #[command(subcommand)]
    pub command: Option<FollowersCommand>,
}

#[derive(Debug, clap::Subcommand)]
pub enum FollowersCommand {
    /// Let somebody follow who asked to.
    Accept {
        /// The follower's id, as `followers` lists it.
        actor: String,
    },
    /// Turn somebody down.
    Reject {
        /// The follower's id, as `followers` lists it.
        actor: String,
    },
    /// End somebody's following; they may ask again.
    Remove {
        /// The follower's id, as `followers` lists it.
        actor: String,
    },
}

pub fn run(ctx: &Context, args: FollowersArgs) -> Result<()> {
    let handle = args.collective.ok_or_else(|| Error::invalid("--collective", "error-collective-missing"))?;
    let row = find(ctx, &handle)?;
    let Some(command) = args.command else {
        let state = args.state.unwrap_or(FollowState::Accepted);
        let rows = ctx.state.db.read_blocking(|conn| db::follows::list_followers(conn, &row.id, Some(state)))?;
        let list = rows
            .iter()
            .map(|row| json!({ "actor": row.actor_uri, "since": rfc3339(row.since), "state": row.state.as_str() }))
            .collect();
        ctx.print(list, || rows.iter().map(|row| format!("{}  since {}\n", row.actor_uri, rfc3339(row.since))).collect());
        return Ok(());
    };
    let (actor, answer) = match command {
        FollowersCommand::Accept { actor } => (actor, Answer::Accept),
        FollowersCommand::Reject { actor } => (actor, Answer::Reject),
        FollowersCommand::Remove { actor } => (actor, Answer::Remove),
    };
    let uri = actor.clone();
    let state = ctx.state.act_blocking(Principal::Console, |act| answer_follower(act, &row.id, &uri, answer))?;
    ctx.print(json!({ "actor": actor, "state": state.as_str() }), || format!("{actor}: {state}"));
    Ok(())
}
