//! `statement`: writing, publishing, editing and withdrawing statements from the command line.

use super::{Context, assembly::principal, call, collective::find, decision, resolve};
use crate::{
    acts::{
        Principal,
        proposals::{self, Proposed},
        statements::{self, Discarded},
    },
    db::{self, DbConn, decisions::DecisionRow, statements::StatementRow},
    domain::{
        Id, Timestamp,
        call::Call,
        ids::parse_id,
        names::{StatementForm, StatementState},
        statement::StatementContent,
        time::{parse_rfc3339, rfc3339},
    },
    error::{Error, Fault, Result},
    federation::software,
    web::public::report::Totals,
};
use serde_json::{Value, json};

mod content;

pub use content::ContentArgs;

/// Most statements listed.
const MAX_LISTED: i64 = 10_000;

/// Write, publish, edit and withdraw statements.
#[derive(Debug, clap::Subcommand)]
pub enum StatementCommand {
    /// Save a draft.
    Draft(NewArgs),
    /// Publish a text, or a draft that was saved before, at once or at a later time.
    Publish(PublishArgs),
    /// Change a statement; what isn't given stays. What is public becomes a new version.
    Edit(EditArgs),
    /// Withdraw a public statement for ever. Its address stays and shows the reason.
    Withdraw {
        /// Its address or id.
        id: String,
        /// Why; shown to everybody.
        #[arg(long, allow_hyphen_values = true)]
        reason: String,
        /// The member who does it, with their own mandate or none; without, it is done as a steward.
        #[arg(long = "as", value_name = "MEMBER")]
        as_member: Option<String>,
    },
    /// Discard a draft for ever, or the changes to a public statement since its last version.
    Discard {
        /// Its address or id.
        id: String,
    },
    /// Let a public statement stand first on its collective's page; five at most.
    Pin {
        /// Its address or id.
        id: String,
    },
    /// Let it stand among the others again.
    Unpin {
        /// Its address or id.
        id: String,
    },
    /// A collective's statements, newest first.
    List {
        /// The collective's handle.
        #[arg(long, value_name = "HANDLE")]
        collective: String,
        /// Only those in this state: draft, scheduled, published or withdrawn.
        #[arg(long)]
        state: Option<StatementState>,
    },
    /// One statement whole.
    Show {
        /// Its address or id.
        id: String,
    },
}

#[derive(Debug, clap::Args)]
pub struct NewArgs {
    /// The collective's handle.
    #[arg(long, value_name = "HANDLE")]
    pub collective: String,
    /// Answer this post; its author is mentioned, and no title is needed.
    #[arg(long, value_name = "ADDRESS")]
    pub reply_to: Option<String>,
    #[command(flatten)]
    pub content: ContentArgs,
}

#[derive(Debug, clap::Args)]
pub struct PublishArgs {
    /// The collective's handle.
    #[arg(long, value_name = "HANDLE", required_unless_present = "draft")]
    pub collective: Option<String>,
    /// The address or id of a draft that was saved before, in place of a new text.
    #[arg(long, value_name = "ID", conflicts_with_all = ["collective", "file", "title"])]
    pub draft: Option<String>,
    /// Publish at this time (RFC 3339), such as 2026-12-01T18:00:00+01:00.
    #[arg(long, value_name = "TIME")]
    pub schedule: Option<String>,
    /// Answer this post; its author is mentioned, and no title is needed.
    #[arg(long, value_name = "ADDRESS", conflicts_with = "draft")]
    pub reply_to: Option<String>,
    /// The member who does it, with their own mandate or none; without, it is done as a steward.
    #[arg(long = "as", value_name = "MEMBER")]
    pub as_member: Option<String>,
    #[command(flatten)]
    pub content: ContentArgs,
}

#[derive(Debug, clap::Args)]
pub struct EditArgs {
    /// Its address or id.
    pub id: String,
    /// Save the change as a working copy; what is public stays.
    #[arg(long)]
    pub save_only: bool,
    /// The member who does it, with their own mandate or none; without, it is done as a steward.
    #[arg(long = "as", value_name = "MEMBER")]
    pub as_member: Option<String>,
    #[command(flatten)]
    pub content: ContentArgs,
}

pub fn run(ctx: &Context, command: StatementCommand) -> Result<()> {
    match command {
        StatementCommand::Draft(args) => new(ctx, args, None),
        StatementCommand::Publish(args) => publish(ctx, args, None),
        StatementCommand::Edit(args) => edit(ctx, args, None),
        StatementCommand::Withdraw { id, reason, as_member } => {
            let id = id_of(ctx, &id)?;
            let by = principal_for(ctx, &id, as_member.as_deref())?;
            let decision = ctx.state.act_blocking(by, |act| proposals::withdraw(act, &id, &reason).map(asked))?;
            done_or_asked(ctx, &id, decision)
        }
        StatementCommand::Discard { id } => {
            let id = id_of(ctx, &id)?;
            match ctx.state.act_blocking(Principal::Console, |act| statements::discard(act, &id))? {
                Discarded::Draft => {
                    let uri = ctx.state.site()?.statement(&id);
                    ctx.print(json!({ "id": uri, "state": "discarded" }), || format!("{uri} (discarded)"));
                    Ok(())
                }
                Discarded::Changes => done(ctx, &id),
            }
        }
        StatementCommand::Pin { id } => {
            let id = id_of(ctx, &id)?;
            ctx.state.act_blocking(Principal::Console, |act| statements::pin(act, &id))?;
            done(ctx, &id)
        }
        StatementCommand::Unpin { id } => {
            let id = id_of(ctx, &id)?;
            ctx.state.act_blocking(Principal::Console, |act| statements::unpin(act, &id))?;
            done(ctx, &id)
        }
        StatementCommand::List { collective, state } => {
            let row = find(ctx, &collective)?;
            let now = ctx.state.now();
            let list = ctx.state.db.read_blocking(|conn| {
                let rows = db::statements::list(conn, &row.id, state, MAX_LISTED)?;
                rows.into_iter().map(|row| Ok((brief(conn, &row, now)?, row))).collect::<Result<Vec<(Value, StatementRow)>>>()
            })?;
            let text = || list.iter().map(|(value, row)| line(value, row)).collect();
            ctx.print(list.iter().map(|(value, _)| value.clone()).collect(), text);
            Ok(())
        }
        StatementCommand::Show { id } => show(ctx, &id),
    }
}

/// Saves a draft, of a call where there are dates.
pub(super) fn new(ctx: &Context, args: NewArgs, call: Option<Call>) -> Result<()> {
    let row = draft(ctx, &args.collective, args.reply_to.as_deref(), args.content, call)?;
    done(ctx, &row.id)
}

/// Publishes a text or a draft, as a call where there are dates.
pub(super) fn publish(ctx: &Context, args: PublishArgs, call: Option<Call>) -> Result<()> {
    let at = args.schedule.as_deref().map(time).transpose()?;
    let id = match (&args.draft, &args.collective) {
        (Some(id), _) => id_of(ctx, id)?,
        (None, Some(collective)) => draft(ctx, collective, args.reply_to.as_deref(), args.content, call)?.id,
        (None, None) => return Err(Error::invalid("--collective", "error-collective-missing")),
    };
    publish_draft(ctx, &id, args.draft.is_none(), at, args.as_member.as_deref())
}

/// Publishes a draft, at once or at a later time. One that was `new` stays as a draft where it can't be, and that is said.
pub(super) fn publish_draft(ctx: &Context, id: &str, new: bool, at: Option<Timestamp>, as_member: Option<&str>) -> Result<()> {
    let by = principal_for(ctx, id, as_member)?;
    get_to_know(ctx, id)?;
    let published = ctx.state.act_blocking(by, |act| match at {
        Some(at) => proposals::schedule(act, id, at).map(asked),
        None => proposals::publish(act, id).map(asked),
    });
    match published {
        Ok(decision) => done_or_asked(ctx, id, decision),
        Err(mut error) => {
            if let (true, Error::Invalid(faults)) = (new, &mut error) {
                let url = ctx.state.site()?.statement(id);
                faults.push(Fault { field: "draft".into(), message: "error-kept-as-draft", args: vec![("url", url)] });
            }
            Err(error)
        }
    }
}

pub(super) fn asked<T>(proposed: Proposed<T>) -> Option<Box<DecisionRow>> {
    match proposed {
        Proposed::Done(_) => None,
        Proposed::Asked(row) => Some(row),
    }
}

pub(super) fn principal_for(ctx: &Context, id: &str, as_member: Option<&str>) -> Result<Principal> {
    let row = ctx.state.db.read_blocking(|conn| db::statements::by_id(conn, id))?;
    principal(ctx, &row.collective_id, as_member)
}

/// Asks the hosts that get a call what they run, so that each gets the face of it that it shows.
fn get_to_know(ctx: &Context, id: &str) -> Result<()> {
    let (row, content) = ctx.state.db.read_blocking(|conn| {
        Ok((db::statements::by_id(conn, id)?, db::statements::current_draft(conn, id)?.content.into_inner()))
    })?;
    if content.call.is_some() && row.version == 0 {
        ctx.block_on(software::before_a_call(&ctx.state, &row.collective_id));
    }
    Ok(())
}

fn draft(ctx: &Context, collective: &str, reply_to: Option<&str>, args: ContentArgs, call: Option<Call>) -> Result<StatementRow> {
    let collective = find(ctx, collective)?;
    let target = reply_to.map(|address| resolve::post(ctx, address)).transpose()?;
    let content = StatementContent { call, ..args.over(ctx, &collective, Default::default())? };
    ctx.state.act_blocking(Principal::Console, |act| match &target {
        Some(target) => statements::new_answer(act, &collective.id, content, target),
        None => statements::new_draft(act, &collective.id, content),
    })
}

/// Changes a text, and its dates where there are new ones.
pub(super) fn edit(ctx: &Context, args: EditArgs, call: Option<Call>) -> Result<()> {
    let id = id_of(ctx, &args.id)?;
    let (collective, content) = ctx.state.db.read_blocking(|conn| {
        let row = db::statements::by_id(conn, &id)?;
        let collective = db::collectives::by_id(conn, &row.collective_id)?;
        Ok((collective, db::statements::current_draft(conn, &id)?.content.into_inner()))
    })?;
    let mut content = args.content.over(ctx, &collective, content)?;
    if call.is_some() {
        content.call = call;
    }
    let by = principal_for(ctx, &id, args.as_member.as_deref())?;
    let decision = ctx.state.act_blocking(by, |act| {
        let row = statements::save_draft(act, &id, content, false)?;
        if row.state == StatementState::Published && !args.save_only {
            return proposals::publish(act, &id).map(asked);
        }
        Ok(None)
    })?;
    done_or_asked(ctx, &id, decision)
}

/// Says how a statement stands now: `{id, url, type, state, version}`.
fn done(ctx: &Context, id: &str) -> Result<()> {
    done_or_asked(ctx, id, None)
}

/// The same with the decision that was opened in place of what was wanted.
pub(super) fn done_or_asked(ctx: &Context, id: &str, asked: Option<Box<DecisionRow>>) -> Result<()> {
    let now = ctx.state.now();
    let (mut value, row) = ctx.state.db.read_blocking(|conn| {
        let row = db::statements::by_id(conn, id)?;
        Ok((brief(conn, &row, now)?, row))
    })?;
    if let Some(asked) = &asked {
        value["decision"] = decision::brief(asked);
    }
    ctx.print(value, || match row.state {
        _ if asked.is_some() => asked.iter().map(|asked| decision::line(asked)).collect(),
        StatementState::Published => row.uri.clone(),
        StatementState::Scheduled => {
            format!("{} (scheduled for {})", row.uri, row.scheduled_at.map(rfc3339).unwrap_or_default())
        }
        state => format!("{} ({state})", row.uri),
    });
    Ok(())
}

fn brief(conn: &mut DbConn, row: &StatementRow, now: Timestamp) -> Result<Value> {
    let kind = Some(row.form).filter(|form| *form != StatementForm::Auto).map(StatementForm::kind);
    let content = db::statements::current_draft(conn, &row.id)?.content.into_inner();
    let pinned = db::pins::of(conn, &row.collective_id)?.iter().any(|(id, _)| *id == row.id);
    Ok(json!({
        "id": row.uri, "url": row.uri, "type": kind, "state": row.state.as_str(), "version": row.version,
        "title": content.title, "language": content.language,
        "published": row.published_at.map(rfc3339), "scheduled": row.scheduled_at.map(rfc3339),
        "withdrawn": row.withdrawn_at.map(rfc3339), "pinned": pinned,
        "call": content.call.as_ref().map(|call| call::brief(call, now))
    }))
}

fn line(value: &Value, row: &StatementRow) -> String {
    format!("{}  {}  {}\n", row.state, row.uri, value["title"].as_str().unwrap_or_default())
}

pub(super) fn show(ctx: &Context, id: &str) -> Result<()> {
    let id = id_of(ctx, id)?;
    let now = ctx.state.now();
    let (mut value, content, versions) = ctx.state.db.read_blocking(|conn| {
        let row = db::statements::by_id(conn, &id)?;
        let content = db::statements::current_draft(conn, &id)?.content.into_inner();
        let versions = db::statements::versions(conn, &id)?;
        let mut value = brief(conn, &row, now)?;
        value["reason"] = json!(row.withdrawn_reason);
        if content.call.is_some() {
            value["totals"] = Totals::of(conn, &row.uri)?.json();
        }
        Ok((value, content, versions))
    })?;
    value["content"] = serde_json::to_value(&content)?;
    value["versions"] = versions
        .iter()
        .map(|version| json!({ "n": version.n, "published": rfc3339(version.published_at), "digest": version.digest }))
        .collect();
    let mut head = format!(
        "{}\n{}  {}\n",
        content.title,
        value["state"].as_str().unwrap_or_default(),
        value["url"].as_str().unwrap_or_default()
    );
    if let Some(call) = value.get("call").filter(|call| call.is_object()) {
        head += &format!("{}  {}\n", call["state"].as_str().unwrap_or_default(), super::call::dates(call));
    }
    ctx.print(value, || format!("{head}\n{}\n", content.body));
    Ok(())
}

/// The row id in an address or id that somebody gave.
pub(super) fn id_of(ctx: &Context, text: &str) -> Result<Id> {
    let site = ctx.state.site()?;
    parse_id(site.statement_id_of(text).unwrap_or(text)).ok_or(Error::NotFound)
}

fn time(text: &str) -> Result<Timestamp> {
    parse_rfc3339(text).ok_or_else(|| super::option_form("--schedule", "2026-12-01T18:00:00+01:00"))
}
