//! `block`: whom the instance shuts out.

use super::Context;
use crate::{
    acts::{Principal, stewardship},
    db,
    domain::time::rfc3339,
    error::Result,
};
use serde_json::json;

/// Shut a server or an account out, or let it in again.
#[derive(Debug, clap::Subcommand)]
pub enum BlockCommand {
    /// Nothing of theirs comes in any more, nothing goes to them, and nobody there follows or is followed.
    Add {
        /// A server (harbour.example), or an account's id (https://harbour.example/users/ana).
        subject: String,
        /// Why; only stewards see it.
        #[arg(long, default_value = "")]
        reason: String,
    },
    /// Let them in again. Who followed has to ask anew.
    Remove {
        /// As `block list` has it.
        subject: String,
    },
    /// All that are shut out.
    List,
}

pub fn run(ctx: &Context, command: BlockCommand) -> Result<()> {
    match command {
        BlockCommand::Add { subject, reason } => {
            let done = ctx.state.act_blocking(Principal::Console, |act| stewardship::block(act, &subject, &reason))?;
            let (deliveries, ties) = (done.deliveries, done.ties);
            ctx.print(
                json!({ "subject": done.subject, "kind": done.kind.as_str(), "deliveries": deliveries, "ties": ties }),
                || format!("{} is shut out; {deliveries} deliveries cancelled, {ties} accounts let go", done.subject),
            );
        }
        BlockCommand::Remove { subject } => {
            ctx.state.act_blocking(Principal::Console, |act| stewardship::unblock(act, &subject))?;
            ctx.print(json!({ "subject": subject }), || format!("{subject} is let in again"));
        }
        BlockCommand::List => {
            let rows = ctx.state.db.read_blocking(db::blocks::list)?;
            let list = rows
                .iter()
                .map(|row| {
                    json!({
                        "subject": row.subject, "kind": row.kind.as_str(), "reason": row.reason,
                        "since": rfc3339(row.created_at)
                    })
                })
                .collect();
            ctx.print(list, || rows.iter().map(|row| format!("{}  {}  {}\n", row.subject, row.kind, row.reason)).collect());
        }
    }
    Ok(())
}
