//! `relay`: who passes our public statements on to others.

use super::{Context, option_form};
use crate::{
    acts::{Principal, relays},
    db::{self, relays::RelayRow},
    domain::{
        names::{DeliveryState, RelayStyle},
        time::rfc3339,
    },
    error::Result,
    federation,
};
use serde_json::{Value, json};

/// Subscribe the instance to a relay, which passes public statements on to all its subscribers, or leave it.
#[derive(Debug, clap::Subcommand)]
pub enum RelayCommand {
    /// Ask a relay to take us in. Once it has, every statement that is published goes to it, and so do edits and withdrawals.
    Add {
        /// Its inbox (https://relay.example/inbox), or its actor (https://relay.example/actor, @relay@relay.example).
        address: String,
        /// How it is spoken to: mastodon (by its inbox) or litepub (by its actor). Else the address tells.
        #[arg(long)]
        style: Option<String>,
    },
    /// All relays, with what they answered.
    List,
    /// Leave a relay. What it passed on before stays where it is.
    Remove {
        /// As `relay list` has it.
        address: String,
    },
}

pub fn run(ctx: &Context, command: RelayCommand) -> Result<()> {
    match command {
        RelayCommand::Add { address, style } => {
            let style = style
                .map(|word| word.parse::<RelayStyle>().map_err(|_| option_form("style", "mastodon, litepub")))
                .transpose()?;
            let wanted = ctx.block_on(federation::relays::find(&ctx.state, &address, style))?;
            let row = ctx.state.act_blocking(Principal::Console, |act| relays::subscribe(act, &wanted))?;
            ctx.print(relay_json(&row, None), || format!("{} is asked to take this instance in", row.address));
        }
        RelayCommand::List => {
            let rows = ctx.state.db.read_blocking(|conn| {
                let rows = db::relays::list(conn)?;
                rows.into_iter().map(|row| Ok((db::relays::trouble(conn, &row.follow_uri)?, row))).collect::<Result<Vec<_>>>()
            })?;
            let list = rows.iter().map(|(trouble, row)| relay_json(row, trouble.as_ref())).collect();
            ctx.print(list, || rows.iter().map(|(trouble, row)| line(row, trouble.as_ref())).collect());
        }
        RelayCommand::Remove { address } => {
            let row = ctx.state.act_blocking(Principal::Console, |act| relays::leave(act, &address))?;
            ctx.print(json!({ "address": row.address }), || format!("{} is left", row.address));
        }
    }
    Ok(())
}

fn relay_json(row: &RelayRow, trouble: Option<&(DeliveryState, String)>) -> Value {
    json!({
        "address": row.address, "style": row.style.as_str(), "state": row.state.as_str(), "inbox": row.inbox,
        "actor": row.actor_uri, "takes": row.takes(), "asked": rfc3339(row.asked_at),
        "answered": row.answered_at.map(rfc3339), "delivery": trouble.map(|(state, _)| state.as_str()),
        "why": trouble.map(|(_, why)| why),
    })
}

fn line(row: &RelayRow, trouble: Option<&(DeliveryState, String)>) -> String {
    let takes = if row.takes() { "takes what we publish" } else { "takes nothing yet" };
    let why = trouble.map(|(_, why)| format!("  {why}")).unwrap_or_default();
    format!("{}  {}  {}  {takes}{why}\n", row.address, row.style, row.state)
}
