//! `quote`: who quotes our statements and may, and how our own quotes of others stand.

use super::{Context, assembly::principal, collective::find, decision};
use crate::{
    acts::{
        consents::Decision,
        proposals::{self, Proposed},
    },
    db::{
        self,
        consents::{ConsentRow, Filter, Side},
    },
    domain::{
        consent::{ConsentKind, ConsentState},
        ids::parse_id,
        time::rfc3339,
    },
    error::{Error, Result},
};
use serde_json::{Value, json};

/// Most quotes listed.
const MAX_LISTED: i64 = 10_000;

/// Who quotes a collective's statements, and who may; and how its own quotes of others stand.
#[derive(Debug, clap::Subcommand)]
pub enum QuoteCommand {
    /// Quotes of a collective's statements, newest first.
    List {
        /// The collective's handle.
        #[arg(long, value_name = "HANDLE")]
        collective: String,
        /// Only those in this state: waiting, granted, refused, revoked or ended.
        #[arg(long)]
        state: Option<ConsentState>,
        /// Only quotes of this statement: its address or id.
        #[arg(long, value_name = "ID", conflicts_with = "ours")]
        statement: Option<String>,
        /// What the collective itself quotes, in place of who quotes it.
        #[arg(long)]
        ours: bool,
    },
    /// Let somebody quote who asked to.
    Accept {
        /// The quote's id, as the list has it.
        id: String,
        /// The member who does it, with their own mandate or none; without, it is done as a steward.
        #[arg(long = "as", value_name = "MEMBER")]
        as_member: Option<String>,
    },
    /// Turn a quote down that waits.
    Decline {
        /// The quote's id, as the list has it.
        id: String,
        /// The member who does it, with their own mandate or none; without, it is done as a steward.
        #[arg(long = "as", value_name = "MEMBER")]
        as_member: Option<String>,
    },
    /// Take back that a quote was let stand. This is final.
    Revoke {
        /// The quote's id, as the list has it.
        id: String,
        /// The member who does it, with their own mandate or none; without, it is done as a steward.
        #[arg(long = "as", value_name = "MEMBER")]
        as_member: Option<String>,
    },
}

pub fn run(ctx: &Context, command: QuoteCommand) -> Result<()> {
    match command {
        QuoteCommand::List { collective, state, statement, ours } => {
            let site = ctx.state.site()?;
            let row = find(ctx, &collective)?;
            let target = |id: String| site.statement(site.statement_id_of(&id).unwrap_or(&id));
            let filter = Filter { state, target_uri: statement.map(target) };
            let side = if ours { Side::Asker(&row.id) } else { Side::Author(&row.id) };
            let list = |conn: &mut db::DbConn| db::consents::of(conn, ConsentKind::Quote, side, &filter, MAX_LISTED);
            let rows = ctx.state.db.read_blocking(list)?;
            ctx.print(rows.iter().map(brief).collect(), || rows.iter().map(line).collect());
            Ok(())
        }
        QuoteCommand::Accept { id, as_member } => decide(ctx, &id, as_member.as_deref(), Decision::Accept),
        QuoteCommand::Decline { id, as_member } => decide(ctx, &id, as_member.as_deref(), Decision::Decline),
        QuoteCommand::Revoke { id, as_member } => decide(ctx, &id, as_member.as_deref(), Decision::Revoke),
    }
}

/// Answers, and says how it stands; with the question where one was put before the assembly in its place.
fn decide(ctx: &Context, id: &str, as_member: Option<&str>, decision: Decision) -> Result<()> {
    let id = parse_id(id).ok_or(Error::NotFound)?;
    let row = ctx.state.db.read_blocking(|conn| db::consents::by_id(conn, &id))?;
    let author = row.author_id.clone().filter(|_| row.kind == ConsentKind::Quote).ok_or(Error::NotFound)?;
    let by = principal(ctx, &author, as_member)?;
    match ctx.state.act_blocking(by, |act| proposals::decide(act, &author, &id, decision))? {
        Proposed::Done(row) => ctx.print(brief(&row), || line(&row)),
        Proposed::Asked(asked) => {
            let mut value = brief(&row);
            value["decision"] = decision::brief(&asked);
            ctx.print(value, || decision::line(&asked));
        }
    }
    Ok(())
}

fn brief(row: &ConsentRow) -> Value {
    json!({
        "id": row.id, "state": row.state.as_str(), "quote": row.object_uri, "quoted": row.target_uri, "by": row.asker_uri,
        "author": row.author_uri, "stamp": row.stamp_uri, "asked": rfc3339(row.asked_at), "decided": row.decided_at.map(rfc3339)
    })
}

fn line(row: &ConsentRow) -> String {
    format!("{}  {}  {}  quotes {}\n", row.id, row.state, row.object_uri, row.target_uri)
}
