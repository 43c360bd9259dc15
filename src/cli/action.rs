//! `action`: local actions under calls from the command line.

use super::{
    Context,
    action_report::ReportArgs,
    assembly::principal,
    call::{PlaceArgs, WhenArgs, zone_of},
    collective::find,
    decision, resolve,
};
use crate::{
    acts::{
        actions::{MOST_ACTIONS, Under},
        consents::Decision,
        proposals::{self, Proposed},
    },
    db::{self, DbConn, actions::ActionRow, decisions::DecisionRow, proposed::ProposedRow},
    domain::{
        Site,
        action::{ActionContent, ActionKind, Answer},
        call::CallStatus,
        consent::ConsentKind,
        ids::parse_id,
        place::Place,
        time::rfc3339,
    },
    error::{Error, Result},
    federation::software,
    web::proposed_mail::tell,
};
use serde_json::{Value, json};

/// Add local actions under calls, here and on other servers, and say who may stand under ours.
#[derive(Debug, clap::Subcommand)]
pub enum ActionCommand {
    /// Add an action of a collective under a call; its author is asked to let it stand there.
    Add(Box<AddArgs>),
    /// The actions of a collective, or under a call, by when they begin.
    List {
        /// The collective's handle.
        #[arg(long, value_name = "HANDLE", required_unless_present = "call")]
        collective: Option<String>,
        /// What people without an instance propose under its calls, and waits for an answer.
        #[arg(long, requires = "collective")]
        proposed: bool,
        /// The call's address.
        #[arg(long, value_name = "ADDRESS", conflicts_with = "collective")]
        call: Option<String>,
    },
    /// Change what is said of an action; what isn't given stays. The call's author is told.
    Edit(Box<EditArgs>),
    /// Cancel an action. It stays visible as cancelled.
    Cancel {
        /// Its address or id.
        id: String,
        /// The member who does it, with their own mandate or none; without, it is done as a steward.
        #[arg(long = "as", value_name = "MEMBER")]
        as_member: Option<String>,
    },
    /// Say what becomes of an action whose call was postponed, moved or cancelled.
    Answer {
        /// Its address or id.
        id: String,
        /// keep, move (by as many days as the call) or cancel.
        answer: Answer,
        /// The member who does it, with their own mandate or none; without, it is done as a steward.
        #[arg(long = "as", value_name = "MEMBER")]
        as_member: Option<String>,
    },
    /// Report on an action that has begun: a text, photos, and how many came.
    Report(Box<ReportArgs>),
    /// Let an action stand under a call of ours.
    Accept {
        /// The action's address or id.
        id: String,
        /// The member who does it, with their own mandate or none; without, it is done as a steward.
        #[arg(long = "as", value_name = "MEMBER")]
        as_member: Option<String>,
    },
    /// Turn an action down that waits.
    Decline {
        /// The action's address or id.
        id: String,
        /// The member who does it, with their own mandate or none; without, it is done as a steward.
        #[arg(long = "as", value_name = "MEMBER")]
        as_member: Option<String>,
    },
    /// Take an action off a call of ours. This is final.
    Drop {
        /// The action's address or id.
        id: String,
        /// The member who does it, with their own mandate or none; without, it is done as a steward.
        #[arg(long = "as", value_name = "MEMBER")]
        as_member: Option<String>,
    },
}

#[derive(Debug, clap::Args)]
pub struct AddArgs {
    /// The collective's handle.
    #[arg(long, value_name = "HANDLE")]
    pub collective: String,
    /// What it is called.
    #[arg(long)]
    pub title: String,
    /// march, vigil, assembly, strike, blockade, talk, culture or other.
    #[arg(long, default_value = "other")]
    pub kind: ActionKind,
    #[command(flatten)]
    pub when: WhenArgs,
    #[command(flatten)]
    pub place: PlaceArgs,
    /// What people should know of it.
    #[arg(long, value_name = "TEXT", default_value = "")]
    pub text: String,
    /// Steps, toilets, interpretation.
    #[arg(long, value_name = "TEXT", default_value = "")]
    pub accessibility: String,
    /// A language spoken there; may be given several times.
    #[arg(long = "spoken", value_name = "TAG")]
    pub languages: Vec<String>,
    /// How to reach those who organise it.
    #[arg(long, default_value = "")]
    pub contact: String,
    /// The member who does it, with their own mandate or none; without, it is done as a steward.
    #[arg(long = "as", value_name = "MEMBER")]
    pub as_member: Option<String>,
    /// The call's address.
    #[arg(value_name = "CALL")]
    pub call: String,
}

#[derive(Debug, clap::Args)]
pub struct EditArgs {
    /// Its address or id.
    pub id: String,
    /// What it is called.
    #[arg(long)]
    pub title: Option<String>,
    /// march, vigil, assembly, strike, blockade, talk, culture or other.
    #[arg(long)]
    pub kind: Option<ActionKind>,
    #[command(flatten)]
    pub when: WhenArgs,
    #[command(flatten)]
    pub place: PlaceArgs,
    /// What people should know of it.
    #[arg(long, value_name = "TEXT")]
    pub text: Option<String>,
    /// Steps, toilets, interpretation.
    #[arg(long, value_name = "TEXT")]
    pub accessibility: Option<String>,
    /// A language spoken there, in place of those before; may be given several times.
    #[arg(long = "spoken", value_name = "TAG")]
    pub languages: Option<Vec<String>>,
    /// How to reach those who organise it.
    #[arg(long)]
    pub contact: Option<String>,
    /// The member who does it, with their own mandate or none; without, it is done as a steward.
    #[arg(long = "as", value_name = "MEMBER")]
    pub as_member: Option<String>,
}

pub fn run(ctx: &Context, command: ActionCommand) -> Result<()> {
    match command {
        ActionCommand::Add(args) => add(ctx, *args),
        ActionCommand::List { collective: Some(handle), proposed: true, .. } => list_proposed(ctx, &handle),
        ActionCommand::List { collective, call, .. } => list(ctx, collective.as_deref(), call.as_deref()),
        ActionCommand::Edit(args) => edit(ctx, *args),
        ActionCommand::Cancel { id, as_member } => {
            let row = any(ctx, &id)?;
            let by = principal(ctx, row.organiser_id.as_deref().ok_or(Error::NotFound)?, as_member.as_deref())?;
            print_proposed(ctx, &ctx.state.act_blocking(by, |act| proposals::cancel_action(act, &row.id))?)
        }
        ActionCommand::Answer { id, answer, as_member } => {
            let row = any(ctx, &id)?;
            let by = principal(ctx, row.organiser_id.as_deref().ok_or(Error::NotFound)?, as_member.as_deref())?;
            print_proposed(ctx, &ctx.state.act_blocking(by, |act| proposals::answer_action(act, &row.id, answer))?)
        }
        ActionCommand::Report(args) => super::action_report::run(ctx, *args),
        ActionCommand::Accept { id, as_member } => decide(ctx, &id, Decision::Accept, as_member.as_deref()),
        ActionCommand::Decline { id, as_member } => decide(ctx, &id, Decision::Decline, as_member.as_deref()),
        ActionCommand::Drop { id, as_member } => decide(ctx, &id, Decision::Revoke, as_member.as_deref()),
    }
}

fn add(ctx: &Context, args: AddArgs) -> Result<()> {
    let collective = find(ctx, &args.collective)?;
    let city = args.place.city()?;
    let when = args.when.over(None, zone_of(city.as_ref()))?.ok_or_else(|| Error::invalid("start", "error-when-start-empty"))?;
    let content = ActionContent {
        title: args.title,
        kind: args.kind,
        when,
        place: args.place.over(None, city),
        status: CallStatus::Announced,
        text: args.text,
        accessibility: args.accessibility,
        languages: args.languages,
        contact: args.contact,
    };
    let target = resolve::post(ctx, &args.call)?;
    let under = ctx.state.db.read_blocking(|conn| Under::of(conn, target))?;
    let by = principal(ctx, &collective.id, args.as_member.as_deref())?;
    ctx.block_on(software::before_a_call(&ctx.state, &collective.id));
    print_proposed(ctx, &ctx.state.act_blocking(by, |act| proposals::add_action(act, &collective.id, &under, content))?)
}

fn edit(ctx: &Context, args: EditArgs) -> Result<()> {
    let row = any(ctx, &args.id)?;
    let by = principal(ctx, row.organiser_id.as_deref().ok_or(Error::NotFound)?, args.as_member.as_deref())?;
    let was = (*row.content).clone();
    let city = args.place.city()?;
    let content = ActionContent {
        title: args.title.unwrap_or(was.title),
        kind: args.kind.unwrap_or(was.kind),
        when: args.when.over(Some(&was.when), zone_of(city.as_ref()))?.unwrap_or(was.when),
        place: args.place.over(was.place, city),
        text: args.text.unwrap_or(was.text),
        accessibility: args.accessibility.unwrap_or(was.accessibility),
        languages: args.languages.unwrap_or(was.languages),
        contact: args.contact.unwrap_or(was.contact),
        status: was.status,
    };
    print_proposed(ctx, &ctx.state.act_blocking(by, |act| proposals::edit_action(act, &row.id, content))?)
}

fn list(ctx: &Context, collective: Option<&str>, call: Option<&str>) -> Result<()> {
    let collective = collective.map(|handle| find(ctx, handle)).transpose()?;
    let rows = ctx.state.db.read_blocking(|conn| match (&collective, call) {
        (Some(row), _) => db::actions::of_organiser(conn, &row.id, MOST_ACTIONS),
        (None, Some(call)) => db::actions::of_call(conn, call, MOST_ACTIONS),
        (None, None) => Ok(Vec::new()),
    })?;
    ctx.print(rows.iter().map(brief).collect(), || rows.iter().map(line).collect());
    Ok(())
}

fn list_proposed(ctx: &Context, handle: &str) -> Result<()> {
    let collective = find(ctx, handle)?;
    let rows = ctx.state.db.read_blocking(|conn| db::proposed::waiting(conn, &collective.id, MOST_ACTIONS))?;
    let site = ctx.state.site()?;
    let brief = |row: &ProposedRow| proposed_brief(&site, row);
    ctx.print(rows.iter().map(brief).collect(), || rows.iter().map(proposed_line).collect());
    Ok(())
}

/// What people without an instance proposed: let in, or turned down. They hear of it by mail.
fn decide_proposed(ctx: &Context, row: &ProposedRow, accept: bool, as_member: Option<&str>) -> Result<()> {
    let collective = ctx.state.db.read_blocking(|conn| Ok(db::statements::by_id(conn, &row.statement_id)?.collective_id))?;
    let by = principal(ctx, &collective, as_member)?;
    ctx.block_on(software::before_a_call(&ctx.state, &collective));
    let decided = match ctx.state.act_blocking(by, |act| proposals::decide_proposed(act, &collective, &row.id, accept))? {
        Proposed::Done(decided) => decided,
        Proposed::Asked(asked) => {
            let site = ctx.state.site()?;
            let mut value = proposed_brief(&site, row);
            value["decision"] = decision::brief(&asked);
            ctx.print(value, || decision::line(&asked));
            return Ok(());
        }
    };
    ctx.block_on(tell(&ctx.state, &decided));
    match &decided.action {
        Some(action) => print(ctx, action),
        None => {
            let site = ctx.state.site()?;
            ctx.print(proposed_brief(&site, &decided.row), || proposed_line(&decided.row));
            Ok(())
        }
    }
}

fn proposed_brief(site: &Site, row: &ProposedRow) -> Value {
    let mut value = content_brief(&row.content);
    value["id"] = json!(row.id);
    value["call"] = json!(site.statement(&row.statement_id));
    value["state"] = json!(row.state.as_str());
    value["mail"] = json!(row.mail);
    value
}

fn proposed_line(row: &ProposedRow) -> String {
    format!("{}  {}  {}  {}\n", row.content.when.typed().0, row.state, row.id, row.content.title)
}

fn decide(ctx: &Context, id: &str, decision: Decision, as_member: Option<&str>) -> Result<()> {
    if let Some(row) = proposed_by_id(ctx, id)? {
        return match decision {
            Decision::Accept => decide_proposed(ctx, &row, true, as_member),
            Decision::Decline => decide_proposed(ctx, &row, false, as_member),
            // What was let in is an action of the collective's own.
            Decision::Revoke => Err(Error::NotFound),
        };
    }
    let row = any(ctx, id)?;
    let read = |conn: &mut DbConn| db::consents::between(conn, ConsentKind::LocalAction, &row.uri, &row.call_uri);
    let consent = ctx.state.db.read_blocking(read)?.ok_or(Error::NotFound)?;
    let author = consent.author_id.clone().ok_or(Error::NotFound)?;
    let by = principal(ctx, &author, as_member)?;
    let done = ctx.state.act_blocking(by, |act| proposals::decide(act, &author, &consent.id, decision))?;
    match done {
        Proposed::Done(_) => print(ctx, &any(ctx, &row.id)?),
        Proposed::Asked(asked) => print_asked(ctx, Some(&row), &asked),
    }
}

fn proposed_by_id(ctx: &Context, id: &str) -> Result<Option<ProposedRow>> {
    let Some(id) = parse_id(id) else { return Ok(None) };
    match ctx.state.db.read_blocking(|conn| db::proposed::by_id(conn, &id)) {
        Err(Error::NotFound) => Ok(None),
        found => found.map(Some),
    }
}

/// An action by its address or id.
pub(super) fn any(ctx: &Context, id: &str) -> Result<ActionRow> {
    ctx.state.db.read_blocking(|conn| match parse_id(id) {
        Some(id) => db::actions::by_id(conn, &id),
        None => db::actions::by_uri(conn, id)?.ok_or(Error::NotFound),
    })
}

fn print(ctx: &Context, row: &ActionRow) -> Result<()> {
    ctx.print(brief(row), || line(row));
    Ok(())
}

fn print_proposed(ctx: &Context, done: &Proposed<ActionRow>) -> Result<()> {
    match done {
        Proposed::Done(row) => print(ctx, row),
        Proposed::Asked(asked) => print_asked(ctx, None, asked),
    }
}

/// What was put before the assembly in place of what was to be done.
fn print_asked(ctx: &Context, row: Option<&ActionRow>, asked: &DecisionRow) -> Result<()> {
    let mut value = row.map_or_else(|| json!({}), brief);
    value["decision"] = decision::brief(asked);
    ctx.print(value, || decision::line(asked));
    Ok(())
}

fn brief(row: &ActionRow) -> Value {
    let mut value = content_brief(&row.content);
    value["id"] = json!(row.uri);
    value["url"] = json!(row.uri);
    value["call"] = json!(row.call_uri);
    value["organiser"] = json!(row.organiser_uri);
    value["author"] = json!(row.author_state.as_str());
    value["asked"] = json!(row.question.as_ref().map(|question| question.what.as_str()));
    value
}

fn content_brief(content: &ActionContent) -> Value {
    let (start, end, zone) = content.when.typed();
    let some = |text: String| Some(text).filter(|text| !text.is_empty());
    json!({
        "title": content.title, "kind": content.kind.as_str(), "start": start, "end": some(end), "zone": some(zone),
        "begins": rfc3339(content.when.begins()), "ends": rfc3339(content.when.ends()),
        "place": content.place.as_ref().map(Place::public), "status": content.status.as_str()
    })
}

fn line(row: &ActionRow) -> String {
    // What has changed says more than what the call's author thinks of it.
    let state = match row.content.status {
        CallStatus::Announced => row.author_state.as_str(),
        changed => changed.as_str(),
    };
    format!("{}  {state}  {}  {}\n", row.content.when.typed().0, row.uri, row.content.title)
}
