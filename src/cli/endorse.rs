//! `endorse`, `endorsement`: what a collective endorses, and who endorses what it says.

use super::{
    Context,
    assembly::{member_id, principal},
    collective::find,
    decision,
};
use crate::{
    acts::{
        Principal,
        consents::Decision,
        endorsements::{self, Endorsed},
        proposals::{self, Proposed},
    },
    db::{self, endorsements::EndorsementRow},
    domain::{
        Timestamp,
        consent::{ConsentKind, Verdict},
        decision::Minutes,
        endorsement::AuthorState,
        ids::parse_id,
        time::rfc3339,
    },
    error::{Error, Result},
    federation::{fetch::Budget, posts},
};
use serde_json::{Value, json};

/// Most endorsements listed.
const MAX_LISTED: i64 = 10_000;

#[derive(Debug, clap::Args)]
pub struct EndorseArgs {
    /// The collective's handle.
    #[arg(long, value_name = "HANDLE")]
    pub collective: String,
    /// Not yet in the name of the assembly: it has to ratify it, and is asked to.
    #[arg(long)]
    pub indicative: bool,
    /// Say nothing in public yet: ask the assembly first, and endorse it when the question is carried.
    #[arg(long, conflicts_with = "indicative")]
    pub ask: bool,
    /// The member who does it, with no more say than their own; without, it is done as a steward.
    #[arg(long = "as", value_name = "MEMBER")]
    pub as_member: Option<String>,
    /// Why a steward does it without the assembly: said in public, with the fact itself. Needed where the collective has an
    /// assembly of three or more; else it is indicative, and the assembly is asked.
    #[arg(long, value_name = "TEXT", conflicts_with_all = ["indicative", "ask", "as_member"])]
    pub reason: Option<String>,
    /// The address of the statement or of its page.
    pub address: String,
}

/// What a collective endorses, and who endorses what it says.
#[derive(Debug, clap::Subcommand)]
pub enum EndorsementCommand {
    /// What the collective endorses, newest first.
    List {
        /// The collective's handle.
        #[arg(long, value_name = "HANDLE")]
        collective: String,
        /// Who endorses the collective's own statements, in place of what it endorses.
        #[arg(long)]
        received: bool,
    },
    /// Say that the assembly stands behind an indicative endorsement.
    Ratify {
        /// The endorsement's address or id.
        id: String,
        /// What the assembly's minutes say: "2027-01-14: 34 for, 2 against, 1 abstained".
        #[arg(long, value_name = "TEXT")]
        minutes: String,
        /// A photo of the minutes, which members of the collective alone can see.
        #[arg(long, value_name = "FILE")]
        photo: Option<String>,
        /// The member who enters the minutes; not needed where there is only one.
        #[arg(long = "as", value_name = "MEMBER")]
        as_member: Option<String>,
    },
    /// Withdraw an endorsement for ever.
    Withdraw {
        /// The endorsement's address or id.
        id: String,
        /// Why; said in public by the Note that shows it.
        #[arg(long, value_name = "TEXT", default_value = "", hide_default_value = true)]
        reason: String,
        /// The member who does it, with no more say than their own; without, it is done as a steward.
        #[arg(long = "as", value_name = "MEMBER")]
        as_member: Option<String>,
    },
    /// Have an endorsement erased that is withdrawn or lapsed: its name goes everywhere. This is final.
    Erase {
        /// The endorsement's address or id.
        id: String,
        /// The member who does it, with no more say than their own; without, it is done as a steward.
        #[arg(long = "as", value_name = "MEMBER")]
        as_member: Option<String>,
    },
    /// Say that the collective keeps an endorsement of a statement whose server was blocked since.
    Keep {
        /// The endorsement's address or id.
        id: String,
        /// The member who does it, with no more say than their own; without, it is done as a steward.
        #[arg(long = "as", value_name = "MEMBER")]
        as_member: Option<String>,
    },
    /// Say that an endorsement holds for the statement's text as it is now.
    Confirm {
        /// The endorsement's address or id.
        id: String,
        /// Why a steward confirms it without the assembly that ratified another text: said in public.
        #[arg(long, value_name = "TEXT", conflicts_with = "as_member")]
        reason: Option<String>,
        /// The member who does it, with no more say than their own; without, it is done as a steward.
        #[arg(long = "as", value_name = "MEMBER")]
        as_member: Option<String>,
    },
    /// Let an endorsement stand under a statement of ours.
    Accept {
        /// The endorsement's address or id.
        id: String,
        /// The member who does it, with their own mandate or none; without, it is done as a steward.
        #[arg(long = "as", value_name = "MEMBER")]
        as_member: Option<String>,
    },
    /// Turn an endorsement down that waits.
    Decline {
        /// The endorsement's address or id.
        id: String,
        /// The member who does it, with their own mandate or none; without, it is done as a steward.
        #[arg(long = "as", value_name = "MEMBER")]
        as_member: Option<String>,
    },
    /// Take an endorsement off a statement of ours. This is final.
    Drop {
        /// The endorsement's address or id.
        id: String,
        /// The member who does it, with their own mandate or none; without, it is done as a steward.
        #[arg(long = "as", value_name = "MEMBER")]
        as_member: Option<String>,
    },
    /// Ask all who endorse an earlier text of a statement of ours whether it holds for the one that is public.
    AskToConfirm {
        /// The statement's address or id.
        statement: String,
        /// The member who does it, with their own mandate or none; without, it is done as a steward.
        #[arg(long = "as", value_name = "MEMBER")]
        as_member: Option<String>,
    },
    /// Whose endorsements a collective takes without a look, asks about, or refuses, before its general rule.
    Policy {
        /// The collective's handle.
        #[arg(long, value_name = "HANDLE")]
        collective: String,
        /// An account's id or a host; without, all are listed.
        subject: Option<String>,
        /// What is done: grant, ask or refuse; without, the subject follows the general rule again.
        #[arg(long, requires = "subject")]
        answer: Option<Verdict>,
        /// The member who does it, with their own mandate or none; without, it is done as a steward.
        #[arg(long = "as", value_name = "MEMBER")]
        as_member: Option<String>,
    },
}

pub fn endorse(ctx: &Context, args: EndorseArgs) -> Result<()> {
    let row = find(ctx, &args.collective)?;
    let text = ctx.block_on(posts::find_text(&ctx.state, &args.address, &Budget::of(&ctx.state)))?;
    let by = principal(ctx, &row.id, args.as_member.as_deref())?;
    if args.ask {
        let decision = ctx.state.act_blocking(by, |act| proposals::endorse(act, &row.id, &text))?;
        ctx.print(decision::brief(&decision), || decision::line(&decision));
        return Ok(());
    }
    let done = ctx.state.act_blocking(by, |act| match &args.reason {
        Some(reason) => endorsements::endorse_as_steward(act, &row.id, &text, reason),
        None => endorsements::endorse(act, &row.id, &text, args.indicative),
    })?;
    print(ctx, &done);
    Ok(())
}

pub fn run(ctx: &Context, command: EndorsementCommand) -> Result<()> {
    match command {
        EndorsementCommand::List { collective, received } => {
            let row = find(ctx, &collective)?;
            let rows = ctx.state.db.read_blocking(|conn| match received {
                true => db::endorsements::of_author(conn, &row.uri, MAX_LISTED),
                false => db::endorsements::of_endorser(conn, &row.id, MAX_LISTED),
            })?;
            let now = ctx.state.now();
            let site = ctx.state.site()?;
            let list = ctx.state.db.read_blocking(|conn| {
                let mut list = Vec::new();
                for row in &rows {
                    let mut value = brief(row, now);
                    value["title_now"] = json!(endorsements::title_now(conn, &site, row)?);
                    value["cut_off"] = json!(endorsements::is_cut_off(conn, row)?);
                    value["kept"] = json!(db::endorsements::kept_at(conn, &row.id)?.map(rfc3339));
                    list.push(value);
                }
                Ok(list)
            })?;
            ctx.print(Value::Array(list), || rows.iter().map(|row| line(row, now)).collect());
            Ok(())
        }
        EndorsementCommand::Ratify { id, minutes, photo, as_member } => {
            let row = own(ctx, &id)?;
            let minutes = Minutes::parse(&minutes).map_err(|message| Error::invalid("minutes", message))?;
            let collective_id = row.endorser_id.clone().ok_or(Error::NotFound)?;
            let member = member_id(ctx, &collective_id, as_member.as_deref())?;
            let done = ctx
                .state
                .act_blocking(Principal::Console, |act| endorsements::ratify_by_minutes(act, &row.id, &minutes, Some(&member)))?;
            let decision = done.decision.map(|row| decision::with_photo(ctx, row, photo.as_deref())).transpose()?;
            let done = Endorsed { decision, ..done };
            print(ctx, &done);
            Ok(())
        }
        EndorsementCommand::Withdraw { id, reason, as_member } => {
            let row = own(ctx, &id)?;
            let by = principal(ctx, row.endorser_id.as_deref().unwrap_or_default(), as_member.as_deref())?;
            let done = ctx.state.act_blocking(by, |act| endorsements::withdraw(act, &row.id, &reason))?;
            print(ctx, &done);
            Ok(())
        }
        EndorsementCommand::Erase { id, as_member } => {
            let row = own(ctx, &id)?;
            let by = principal(ctx, row.endorser_id.as_deref().unwrap_or_default(), as_member.as_deref())?;
            let done = ctx.state.act_blocking(by, |act| proposals::erase(act, &row.id))?;
            print(
                ctx,
                &match done {
                    Proposed::Done(row) => Endorsed { row, decision: None },
                    Proposed::Asked(asked) => Endorsed { row, decision: Some(*asked) },
                },
            );
            Ok(())
        }
        EndorsementCommand::Keep { id, as_member } => {
            let row = own(ctx, &id)?;
            let by = principal(ctx, row.endorser_id.as_deref().unwrap_or_default(), as_member.as_deref())?;
            let row = ctx.state.act_blocking(by, |act| endorsements::keep(act, &row.id))?;
            print(ctx, &Endorsed { row, decision: None });
            Ok(())
        }
        EndorsementCommand::Confirm { id, as_member, reason } => {
            let row = own(ctx, &id)?;
            let by = principal(ctx, row.endorser_id.as_deref().unwrap_or_default(), as_member.as_deref())?;
            let text = ctx.block_on(posts::find_text(&ctx.state, &row.statement_uri, &Budget::of(&ctx.state)))?;
            let done = ctx.state.act_blocking(by, |act| match &reason {
                Some(reason) => endorsements::confirm_as_steward(act, &row.id, &text, reason),
                None => endorsements::confirm(act, &row.id, &text),
            })?;
            print(ctx, &done);
            Ok(())
        }
        EndorsementCommand::Accept { id, as_member } => decide(ctx, &id, as_member.as_deref(), Decision::Accept),
        EndorsementCommand::Decline { id, as_member } => decide(ctx, &id, as_member.as_deref(), Decision::Decline),
        EndorsementCommand::Drop { id, as_member } => decide(ctx, &id, as_member.as_deref(), Decision::Revoke),
        EndorsementCommand::AskToConfirm { statement, as_member } => {
            let site = ctx.state.site()?;
            let id = parse_id(site.statement_id_of(&statement).unwrap_or(&statement)).ok_or(Error::NotFound)?;
            let author = ctx.state.db.read_blocking(|conn| db::statements::by_id(conn, &id))?.collective_id;
            let by = principal(ctx, &author, as_member.as_deref())?;
            match ctx.state.act_blocking(by, |act| proposals::ask_to_confirm(act, &id))? {
                Proposed::Done(asked) => {
                    ctx.print(json!({ "statement": site.statement(&id), "asked": asked }), || format!("{asked}\n"))
                }
                Proposed::Asked(row) => {
                    let value = json!({ "statement": site.statement(&id), "asked": 0, "decision": decision::brief(&row) });
                    ctx.print(value, || decision::line(&row));
                }
            }
            Ok(())
        }
        EndorsementCommand::Policy { collective, subject, answer, as_member } => {
            policy(ctx, &collective, subject, answer, as_member.as_deref())
        }
    }
}

/// An endorsement by its address or id.
fn any(ctx: &Context, id: &str) -> Result<EndorsementRow> {
    ctx.state.db.read_blocking(|conn| match parse_id(id) {
        Some(id) => db::endorsements::by_id(conn, &id),
        None => db::endorsements::by_uri(conn, id)?.ok_or(Error::NotFound),
    })
}

fn own(ctx: &Context, id: &str) -> Result<EndorsementRow> {
    let row = any(ctx, id)?;
    if row.endorser_id.is_some() { Ok(row) } else { Err(Error::NotFound) }
}

fn decide(ctx: &Context, id: &str, as_member: Option<&str>, decision: Decision) -> Result<()> {
    let row = any(ctx, id)?;
    let consent = ctx
        .state
        .db
        .read_blocking(|conn| db::consents::between(conn, ConsentKind::Endorsement, &row.uri, &row.statement_uri))?
        .ok_or(Error::NotFound)?;
    let author = consent.author_id.ok_or(Error::NotFound)?;
    let by = principal(ctx, &author, as_member)?;
    let done = ctx.state.act_blocking(by, |act| proposals::decide(act, &author, &consent.id, decision))?;
    let decision = match done {
        Proposed::Done(_) => None,
        Proposed::Asked(row) => Some(*row),
    };
    print(ctx, &Endorsed { row: any(ctx, &row.id)?, decision });
    Ok(())
}

fn policy(
    ctx: &Context,
    collective: &str,
    subject: Option<String>,
    answer: Option<Verdict>,
    as_member: Option<&str>,
) -> Result<()> {
    let row = find(ctx, collective)?;
    if let Some(subject) = &subject {
        let by = principal(ctx, &row.id, as_member)?;
        if let Proposed::Asked(asked) = ctx.state.act_blocking(by, |act| proposals::set_policy(act, &row.id, subject, answer))? {
            ctx.print(json!({ "decision": decision::brief(&asked) }), || decision::line(&asked));
            return Ok(());
        }
    }
    let list = ctx.state.db.read_blocking(|conn| db::endorsements::policies(conn, &row.id))?;
    ctx.print(list.iter().map(|(subject, answer)| json!({ "subject": subject, "answer": answer.as_str() })).collect(), || {
        list.iter().map(|(subject, answer)| format!("{answer}  {subject}\n")).collect()
    });
    Ok(())
}

fn brief(row: &EndorsementRow, now: Timestamp) -> Value {
    json!({
        "id": row.uri, "state": row.state.as_str(), "object": row.statement_uri, "by": row.endorser_uri,
        "author": row.author_uri, "title": row.title, "author_state": row.author_state.as_str(), "stamp": row.stamp_uri,
        "shown": row.shown(now).as_str(), "sequence": row.sequence, "digest": row.digest, "ratify_by": row.ratify_by.map(rfc3339),
        "companion": row.companion_uri, "basis": row.by_steward().map_or(row.basis.as_deref(), |_| Some("steward")), "equivocal": row.equivocal, "fault": row.fault,
        "fault_since": row.fault_since.map(rfc3339), "published": rfc3339(row.published),
        "updated": rfc3339(row.updated), "register": row.register, "reason": row.reason, "basis_reason": row.by_steward().filter(|why| !why.is_empty())
    })
}

fn line(row: &EndorsementRow, now: Timestamp) -> String {
    let author = if row.author_state == AuthorState::Accepted { String::new() } else { format!(" ({})", row.author_state) };
    format!("{}  {}{author}  {}\n", row.uri, row.shown(now), row.statement_uri)
}

fn print(ctx: &Context, done: &Endorsed) {
    let now = ctx.state.now();
    let mut value = brief(&done.row, now);
    if let Some(row) = &done.decision {
        value["decision"] = decision::brief(row);
    }
    ctx.print(value, || {
        let decision = done.decision.as_ref().map(decision::line).unwrap_or_default();
        line(&done.row, now) + &decision
    });
}
