//! `decision`: what is put before an assembly, how it votes, what its minutes say.

use super::{Context, assembly::member_id, collective::find};
use crate::{
    acts::{
        Principal,
        decisions::{self, Question},
    },
    db::{self, decisions::DecisionRow},
    domain::{
        Timestamp,
        assembly::Effect,
        decision::{Ballot, Choice, Ledger, Minutes, Procedure, Rules},
        ids::parse_id,
        time::rfc3339,
    },
    error::{Error, Result},
    media::{self, Purpose, Shelf},
    web::desk::schedule,
};
use serde_json::{Value, json};

/// Most decisions listed.
const MAX_LISTED: i64 = 10_000;

/// Questions before an assembly: open one, vote, enter and confirm minutes.
#[derive(Debug, clap::Subcommand)]
pub enum DecisionCommand {
    /// Put a question before all who are members of the collective now.
    Open(OpenArgs),
    /// A collective's decisions, newest first.
    List {
        /// The collective's handle.
        #[arg(long, value_name = "HANDLE")]
        collective: String,
        /// Only those that are open.
        #[arg(long)]
        open: bool,
    },
    /// One decision whole, with the comments on it.
    Show {
        /// The decision's id.
        id: String,
    },
    /// Vote, or change a vote, in the name of a member.
    Vote {
        /// The decision's id.
        id: String,
        /// What they say: yes, no, abstain; where consensus is sought yes, abstain, object, block.
        choice: Choice,
        /// The member; not needed where there is only one.
        #[arg(long = "as", value_name = "MEMBER")]
        as_member: Option<String>,
    },
    /// Say something about an open question.
    Comment {
        /// The decision's id.
        id: String,
        /// What is said.
        text: String,
        /// The member; not needed where there is only one.
        #[arg(long = "as", value_name = "MEMBER")]
        as_member: Option<String>,
    },
    /// Enter the minutes of an assembly that met.
    Minutes {
        /// The collective's handle.
        #[arg(long, value_name = "HANDLE")]
        collective: String,
        /// What the assembly was asked.
        question: String,
        /// "2027-01-14: 34 for, 2 against, 1 abstained".
        #[arg(long, value_name = "TEXT")]
        minutes: String,
        /// A photo of them, which members of the collective alone can see.
        #[arg(long, value_name = "FILE")]
        photo: Option<String>,
        /// The member who enters them; not needed where there is only one.
        #[arg(long = "as", value_name = "MEMBER")]
        as_member: Option<String>,
    },
    /// The photo of minutes, which members of the collective alone can see: add it, delete it, or save it to a file.
    Photo {
        /// The decision's id.
        id: String,
        /// The photo; where it was taken isn't kept.
        #[arg(long, value_name = "FILE", conflicts_with_all = ["remove", "save"])]
        add: Option<String>,
        /// Delete the photo.
        #[arg(long, conflicts_with = "save")]
        remove: bool,
        /// Write the photo to this file.
        #[arg(long, value_name = "FILE")]
        save: Option<String>,
    },
    /// Confirm minutes that another member entered.
    Confirm {
        /// The decision's id.
        id: String,
        /// The member who confirms.
        #[arg(long = "as", value_name = "MEMBER")]
        as_member: Option<String>,
    },
    /// Close a question on which everybody has voted, before its time is over.
    Close {
        /// The decision's id.
        id: String,
    },
    /// End an open question without a decision.
    Cancel {
        /// The decision's id.
        id: String,
    },
}

#[derive(Debug, clap::Args)]
pub struct OpenArgs {
    /// The collective's handle.
    #[arg(long, value_name = "HANDLE")]
    pub collective: String,
    /// The question.
    pub question: String,
    /// What stands beside it, in Markdown.
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    pub explanation: Option<String>,
    /// How it is decided: majority, two-thirds or consensus.
    #[arg(long)]
    pub procedure: Option<Procedure>,
    /// Percent of the members who must take part.
    #[arg(long, value_name = "PERCENT")]
    pub quorum: Option<u32>,
    /// Nobody sees who said what, and it is destroyed when the question closes.
    #[arg(long)]
    pub secret: bool,
    /// What everybody may read of it: nothing, outcome or counts.
    #[arg(long)]
    pub ledger: Option<Ledger>,
    /// Days for each stage.
    #[arg(long, value_name = "N")]
    pub days: Option<i64>,
    /// When the first stage ends, on the collective's clocks: "2027-01-14 18:00". A second one has the same length.
    #[arg(long, value_name = "TIME", conflicts_with = "days")]
    pub until: Option<String>,
    /// A draft of the collective that is published when the question is carried.
    #[arg(long, value_name = "ID", conflicts_with = "recall")]
    pub publish: Option<String>,
    /// A mandate that ends when the question is carried.
    #[arg(long, value_name = "ID")]
    pub recall: Option<String>,
}

pub fn run(ctx: &Context, command: DecisionCommand) -> Result<()> {
    match command {
        DecisionCommand::Open(args) => open(ctx, args),
        DecisionCommand::List { collective, open } => {
            let row = find(ctx, &collective)?;
            let only = open.then_some(true);
            let rows = ctx.state.db.read_blocking(|conn| db::decisions::list(conn, &row.id, only, MAX_LISTED))?;
            ctx.print(rows.iter().map(brief).collect(), || rows.iter().map(line).collect());
            Ok(())
        }
        DecisionCommand::Show { id } => {
            let row = by_id(ctx, &id)?;
            let comments = ctx.state.db.read_blocking(|conn| db::decisions::comments(conn, &row.id, MAX_LISTED))?;
            let mut value = brief(&row);
            value["explanation"] = json!(row.explanation);
            value["comments"] = comments.iter().map(|one| json!({ "text": one.text, "at": rfc3339(one.created_at) })).collect();
            ctx.print(value, || line(&row) + &comments.iter().map(|one| format!("  – {}\n", one.text)).collect::<String>());
            Ok(())
        }
        DecisionCommand::Vote { id, choice, as_member } => {
            let row = by_id(ctx, &id)?;
            let member = member_id(ctx, &row.collective_id, as_member.as_deref())?;
            let row = ctx.state.act_blocking(Principal::Console, |act| decisions::vote(act, &row.id, Some(&member), choice))?;
            print(ctx, &row);
            Ok(())
        }
        DecisionCommand::Comment { id, text, as_member } => {
            let row = by_id(ctx, &id)?;
            let member = member_id(ctx, &row.collective_id, as_member.as_deref())?;
            ctx.state.act_blocking(Principal::Console, |act| decisions::comment(act, &row.id, Some(&member), &text))?;
            print(ctx, &row);
            Ok(())
        }
        DecisionCommand::Minutes { collective, question, minutes, photo, as_member } => {
            let row = find(ctx, &collective)?;
            let minutes = Minutes::parse(&minutes).map_err(|message| Error::invalid("minutes", message))?;
            let member = member_id(ctx, &row.id, as_member.as_deref())?;
            let question = Question { question, explanation: String::new(), effect: Effect::Nothing, rules: None, days: None };
            let row = ctx.state.act_blocking(Principal::Console, |act| {
                decisions::enter_minutes(act, &row.id, question, &minutes, Some(&member))
            })?;
            let row = with_photo(ctx, row, photo.as_deref())?;
            print(ctx, &row);
            Ok(())
        }
        DecisionCommand::Photo { id, add, remove, save } => {
            let row = by_id(ctx, &id)?;
            let row = match (add, remove, save) {
                (Some(file), ..) => with_photo(ctx, row, Some(&file))?,
                (None, true, _) => {
                    set_photo(ctx, &row.id, None)?;
                    by_id(ctx, &row.id)?
                }
                (None, false, Some(to)) => {
                    let file = row.photo.as_deref().ok_or(Error::NotFound)?;
                    let from = media::path(ctx.settings(), Shelf::Private, file).ok_or(Error::NotFound)?;
                    std::fs::copy(from, &to).map_err(|e| Error::Config(format!("{to}: {e}")))?;
                    row
                }
                (None, false, None) => row,
            };
            print(ctx, &row);
            Ok(())
        }
        DecisionCommand::Confirm { id, as_member } => {
            let row = by_id(ctx, &id)?;
            let member = member_id(ctx, &row.collective_id, as_member.as_deref())?;
            let row = ctx.state.act_blocking(Principal::Console, |act| decisions::confirm(act, &row.id, Some(&member)))?;
            print(ctx, &row);
            Ok(())
        }
        DecisionCommand::Close { id } => {
            let row = by_id(ctx, &id)?;
            let row = ctx.state.act_blocking(Principal::Console, |act| decisions::close(act, &row.id))?;
            print(ctx, &row);
            Ok(())
        }
        DecisionCommand::Cancel { id } => {
            let row = by_id(ctx, &id)?;
            let row = ctx.state.act_blocking(Principal::Console, |act| decisions::cancel(act, &row.id))?;
            print(ctx, &row);
            Ok(())
        }
    }
}

fn open(ctx: &Context, args: OpenArgs) -> Result<()> {
    let row = find(ctx, &args.collective)?;
    let own = ctx.state.db.read_blocking(|conn| db::decisions::rules(conn, &row.id))?.decisions;
    let rules = Rules {
        procedure: args.procedure.unwrap_or(own.procedure),
        quorum: args.quorum.unwrap_or(own.quorum),
        ballot: if args.secret { Ballot::Secret } else { own.ballot },
        ledger: args.ledger.unwrap_or(own.ledger),
    };
    let site = ctx.state.site()?;
    let effect = match (args.publish, args.recall) {
        (Some(id), _) => {
            let statement = parse_id(site.statement_id_of(&id).unwrap_or(&id)).ok_or(Error::NotFound)?;
            Effect::Publish { statement, draft: None, at: None }
        }
        (None, Some(mandate)) => Effect::Recall { mandate: parse_id(&mandate).ok_or(Error::NotFound)? },
        (None, None) => Effect::Nothing,
    };
    let question = Question {
        question: args.question,
        explanation: args.explanation.unwrap_or_default(),
        effect,
        rules: Some(rules),
        days: args.days,
    };
    let until = args.until.map(|text| moment(&text, &row.time_zone, ctx.state.now())).transpose()?;
    let row = ctx.state.act_blocking(Principal::Console, |act| decisions::open_until(act, &row.id, question, until))?;
    print(ctx, &row);
    Ok(())
}

/// `2027-01-14 18:00` in a zone, to come.
fn moment(text: &str, zone: &str, now: Timestamp) -> Result<Timestamp> {
    let (date, time) = text.trim().split_once([' ', 'T']).unwrap_or((text, ""));
    schedule::point_in_time(date, time, zone, now).map_err(|(_, message)| match message {
        "error-schedule-past" => Error::invalid("until", "error-decision-past"),
        message => Error::invalid("until", message),
    })
}

/// Puts a photo to minutes, if there is one. The minutes stand also where the photo can't be taken.
///
/// # Errors
/// `Config` where the file can't be read, `Invalid` where it isn't an image that we take.
pub fn with_photo(ctx: &Context, row: DecisionRow, file: Option<&str>) -> Result<DecisionRow> {
    let Some(file) = file else { return Ok(row) };
    let bytes = std::fs::read(file).map_err(|e| Error::Config(format!("{file}: {e}")))?;
    let image = media::accept(&bytes, Purpose::Minutes, ctx.settings())?;
    let name = media::store(ctx.settings(), Shelf::Private, &image)?;
    if let Err(error) = set_photo(ctx, &row.id, Some(&name)) {
        media::remove(ctx.settings(), Shelf::Private, &name)?;
        return Err(error);
    }
    ctx.state.db.read_blocking(|conn| db::decisions::by_id(conn, &row.id))
}

fn set_photo(ctx: &Context, id: &str, name: Option<&str>) -> Result<()> {
    let old = ctx.state.act_blocking(Principal::Console, |act| decisions::set_photo(act, id, name))?;
    old.map_or(Ok(()), |old| media::remove(ctx.settings(), Shelf::Private, &old))
}

fn by_id(ctx: &Context, id: &str) -> Result<DecisionRow> {
    let id = parse_id(id).ok_or(Error::NotFound)?;
    ctx.state.db.read_blocking(|conn| db::decisions::by_id(conn, &id))
}

fn print(ctx: &Context, row: &DecisionRow) {
    ctx.print(brief(row), || line(row));
}

/// As lists have it. Counts stand in it once a stage is over, never who said what.
pub fn brief(row: &DecisionRow) -> Value {
    json!({
        "id": row.id, "question": row.question, "stage": row.stage.as_str(), "outcome": row.outcome.map(|one| one.as_str()),
        "procedure": row.rules.procedure.as_str(), "quorum": row.rules.quorum, "electorate": row.electorate,
        "secret": row.rules.ballot == Ballot::Secret, "effect": row.effect.word(), "subject": row.effect.subject(),
        "tally": row.outcome.map(|_| json!(*row.tally)), "first_tally": row.first_tally.as_ref().map(|tally| json!(**tally)),
        "minutes": row.minutes.as_ref().map(|minutes| minutes.text()), "photo": row.photo.is_some(), "unconfirmed": row.unconfirmed,
        "opened": rfc3339(row.opened_at), "closes": rfc3339(row.closes_at), "closed": row.closed_at.map(rfc3339),
        "failure": row.failure
    })
}

pub fn line(row: &DecisionRow) -> String {
    let stands = row.outcome.map_or_else(|| row.stage.to_string(), |outcome| outcome.to_string());
    format!("{}  {stands}  {}\n", row.id, row.question)
}
