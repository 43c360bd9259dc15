//! `mandate`: what members are empowered to do; draws by lot; the rules by which a collective decides.

use super::{Context, assembly::member_id, collective::find, decision};
use crate::{
    acts::{
        Principal,
        decisions::{self, Question},
        draws::{self, Willing},
        mandates::{self, Recalled},
        rules,
    },
    db::{
        self,
        mandates::{DrawRow, MandateRow},
    },
    domain::{
        Id, Timestamp,
        assembly::{AssemblyRules, Effect},
        consent::PolicyScope,
        decision::{Ballot, Ledger, Procedure},
        ids::parse_id,
        lot::Quota,
        mandate::{Terms, Verb},
        time::{parse_rfc3339, rfc3339},
    },
    error::{Error, Result},
};
use chrono::Duration;
use serde_json::{Value, json};

/// Most mandates listed.
const MAX_LISTED: i64 = 10_000;
/// Days of a term where nothing else is said.
const TERM: i64 = 180;

/// What a collective empowers members to do in its name, and until when.
#[derive(Debug, clap::Subcommand)]
pub enum MandateCommand {
    /// Empower members.
    Grant(GrantArgs),
    /// A collective's mandates, also those that are over.
    List {
        /// The collective's handle.
        #[arg(long, value_name = "HANDLE")]
        collective: String,
    },
    /// Take a mandate back at once.
    Recall {
        /// The mandate's id.
        id: String,
        /// The member who wants it, with no more say than their own; without, it is recalled.
        #[arg(long = "as", value_name = "MEMBER")]
        as_member: Option<String>,
    },
    /// Fix who takes part in a draw by lot; each gets a ticket.
    Lot(LotArgs),
    /// Draw the tickets of a lot, once.
    Draw {
        /// The lot's id.
        id: String,
        /// What the assembly came to after the tickets were given out; without, a number taken at random.
        #[arg(long, value_name = "TEXT")]
        seed: Option<String>,
    },
    /// How a collective decides and empowers; what isn't given stays.
    Rules(RulesArgs),
}

#[derive(Debug, clap::Args)]
pub struct GrantArgs {
    /// The collective's handle.
    #[arg(long, value_name = "HANDLE")]
    pub collective: String,
    /// Who gets it; several hold it together, and two of them must agree to each act.
    #[arg(long, value_name = "MEMBER", required = true)]
    pub holder: Vec<String>,
    /// What it is for: publish, endorse, call, translate, answer, speak, register.
    #[arg(long, value_name = "VERB", required = true)]
    pub verb: Vec<Verb>,
    /// What the office is called.
    #[arg(long, value_name = "TEXT", default_value = "")]
    pub office: String,
    /// Only on this topic: a hashtag.
    #[arg(long, value_name = "TAG")]
    pub topic: Vec<String>,
    /// Only towards this account's id or host.
    #[arg(long, value_name = "SUBJECT")]
    pub partner: Vec<String>,
    /// Only for this campaign: its account's id.
    #[arg(long, value_name = "ACTOR")]
    pub campaign: Option<String>,
    /// When it begins; now, if nothing is said.
    #[arg(long, value_name = "TIME")]
    pub from: Option<String>,
    /// When it ends; half a year after it begins, if nothing is said.
    #[arg(long, value_name = "TIME")]
    pub until: Option<String>,
    /// Put it before the assembly in place of granting it.
    #[arg(long)]
    pub ask: bool,
}

#[derive(Debug, clap::Args)]
pub struct LotArgs {
    /// The collective's handle.
    #[arg(long, value_name = "HANDLE")]
    pub collective: String,
    /// What is drawn for.
    pub purpose: String,
    /// Who is willing, in the order of their tickets; with groups: "ada=young,night shift".
    #[arg(long, value_name = "MEMBER[=GROUP,…]", required = true)]
    pub willing: Vec<String>,
    /// How many are drawn.
    #[arg(long, value_name = "N", default_value = "1")]
    pub seats: usize,
    /// At least so many of a group.
    #[arg(long, value_name = "GROUP=N")]
    pub quota: Vec<String>,
}

#[derive(Debug, clap::Args)]
pub struct RulesArgs {
    /// The collective's handle.
    #[arg(long, value_name = "HANDLE")]
    pub collective: String,
    /// Whether acts in its name need a mandate.
    #[arg(long, value_name = "BOOL")]
    pub mandated: Option<bool>,
    /// Whether it reminds of its calls and actions by new Notes, a week and a day before.
    #[arg(long, value_name = "BOOL")]
    pub reminders: Option<bool>,
    /// How it decides: majority, two-thirds or consensus.
    #[arg(long)]
    pub procedure: Option<Procedure>,
    /// Percent of the members who must take part.
    #[arg(long, value_name = "PERCENT")]
    pub quorum: Option<u32>,
    /// What everybody may read of decisions: nothing, outcome or counts.
    #[arg(long)]
    pub ledger: Option<Ledger>,
    /// Whether ballots are open or secret, if nothing else is said.
    #[arg(long)]
    pub ballot: Option<Ballot>,
    /// Days for each stage of a decision.
    #[arg(long, value_name = "N")]
    pub vote_days: Option<i64>,
    /// Days to ratify an indicative endorsement.
    #[arg(long, value_name = "N")]
    pub ratify_days: Option<i64>,
    /// So many members together recall a mandate at once; 0: only a decision does.
    #[arg(long, value_name = "N")]
    pub recall_members: Option<u32>,
    /// Terms in a row that somebody may have in one office; 0: no limit.
    #[arg(long, value_name = "N")]
    pub terms: Option<u32>,
    /// Days of pause after which terms are counted anew.
    #[arg(long, value_name = "N")]
    pub pause_days: Option<i64>,
    /// Whose endorsements are taken without a look: everybody, followers, following or nobody.
    #[arg(long, value_name = "WHO")]
    pub endorse: Option<PolicyScope>,
    /// Whether all others may ask to endorse.
    #[arg(long, value_name = "BOOL")]
    pub review_endorsements: Option<bool>,
}

pub fn run(ctx: &Context, command: MandateCommand) -> Result<()> {
    match command {
        MandateCommand::Grant(args) => grant(ctx, args),
        MandateCommand::List { collective } => {
            let row = find(ctx, &collective)?;
            let now = ctx.state.now();
            let rows = ctx.state.db.read_blocking(|conn| db::mandates::list(conn, &row.id, MAX_LISTED))?;
            let rows = rows.iter().map(|(row, holders)| brief(ctx, row, holders, now)).collect::<Result<Vec<_>>>()?;
            ctx.print(rows.iter().cloned().collect(), || rows.iter().map(line).collect());
            Ok(())
        }
        MandateCommand::Recall { id, as_member } => recall(ctx, &id, as_member.as_deref()),
        MandateCommand::Lot(args) => lot(ctx, args),
        MandateCommand::Draw { id, seed } => {
            let id = parse_id(&id).ok_or(Error::NotFound)?;
            let row = ctx.state.act_blocking(Principal::Console, |act| draws::draw(act, &id, seed.as_deref()))?;
            print_draw(ctx, &row)
        }
        MandateCommand::Rules(args) => set_rules(ctx, args),
    }
}

fn time(option: &str, text: Option<String>, otherwise: Timestamp) -> Result<Timestamp> {
    match text {
        Some(text) => parse_rfc3339(&text).ok_or_else(|| super::option_form(option, "2027-01-14T18:00:00Z")),
        None => Ok(otherwise),
    }
}

fn grant(ctx: &Context, args: GrantArgs) -> Result<()> {
    let row = find(ctx, &args.collective)?;
    let mut holders: Vec<Id> = Vec::new();
    for name in &args.holder {
        holders.push(member_id(ctx, &row.id, Some(name))?);
    }
    let now = ctx.state.now();
    let from = time("from", args.from, now)?;
    let until = time("until", args.until, from + Duration::days(TERM))?;
    let terms = Terms {
        office: args.office,
        verbs: args.verb.into_iter().collect(),
        topics: args.topic.into_iter().collect(),
        campaign: args.campaign,
        partners: args.partner.into_iter().collect(),
        from,
        until,
        joint: holders.len() > 1,
    };
    if args.ask {
        let question = Question {
            question: format!("{}: {}", args.holder.join(", "), verbs(&terms)),
            explanation: String::new(),
            effect: Effect::Grant { holders, terms: Box::new(terms) },
            rules: None,
            days: None,
        };
        let opened = ctx.state.act_blocking(Principal::Console, |act| decisions::open(act, &row.id, question))?;
        ctx.print(decision::brief(&opened), || decision::line(&opened));
        return Ok(());
    }
    let granted = ctx.state.act_blocking(Principal::Console, |act| mandates::grant(act, &row.id, &holders, terms, None))?;
    let value = brief(ctx, &granted, &holders, now)?;
    ctx.print(value.clone(), || line(&value));
    Ok(())
}

fn recall(ctx: &Context, id: &str, as_member: Option<&str>) -> Result<()> {
    let id = parse_id(id).ok_or(Error::NotFound)?;
    let row = ctx.state.db.read_blocking(|conn| db::mandates::by_id(conn, &id))?;
    let by = match as_member {
        Some(name) => Principal::Member(member_id(ctx, &row.collective_id, Some(name))?),
        None => Principal::Console,
    };
    let value = match ctx.state.act_blocking(by, |act| mandates::recall(act, &id))? {
        Recalled::Now => json!({ "id": id, "state": "recalled" }),
        Recalled::Wanted { by, of } => json!({ "id": id, "state": "in-force", "wanted_by": by, "needed": of }),
    };
    ctx.print(value.clone(), || format!("{id}  {}\n", value["state"].as_str().unwrap_or_default()));
    Ok(())
}

fn lot(ctx: &Context, args: LotArgs) -> Result<()> {
    let row = find(ctx, &args.collective)?;
    let mut willing = Vec::new();
    for one in &args.willing {
        let (name, groups) = one.split_once('=').unwrap_or((one, ""));
        let groups = groups.split(',').map(|group| group.trim().to_owned()).filter(|group| !group.is_empty()).collect();
        willing.push(Willing { member: member_id(ctx, &row.id, Some(name))?, groups });
    }
    let quotas = args
        .quota
        .iter()
        .map(|one| {
            let parsed = one.split_once('=').and_then(|(group, least)| Some((group.trim(), least.trim().parse().ok()?)));
            let (group, least) = parsed.ok_or_else(|| super::option_form("quota", "young=2"))?;
            Ok(Quota { group: group.to_owned(), least })
        })
        .collect::<Result<Vec<_>>>()?;
    let row = ctx
        .state
        .act_blocking(Principal::Console, |act| draws::open(act, &row.id, &args.purpose, &willing, args.seats, quotas))?;
    print_draw(ctx, &row)
}

/// Tickets and what came out can be shown to everybody; whose they are stays beside them for who runs this.
fn print_draw(ctx: &Context, row: &DrawRow) -> Result<()> {
    let mut members = serde_json::Map::new();
    for (ticket, member) in row.tickets.iter() {
        let name = ctx.state.db.read_blocking(|conn| db::members::by_id(conn, member))?.name;
        members.insert(ticket.clone(), json!(name));
    }
    let value = json!({
        "id": row.id, "purpose": row.purpose, "lot": *row.lot, "seed": row.seed, "drawn": row.drawn.as_ref().map(|drawn| json!(**drawn)),
        "members": members, "created": rfc3339(row.created_at), "drawn_at": row.drawn_at.map(rfc3339)
    });
    ctx.print(value, || {
        let drawn = row.drawn.as_ref().map(|drawn| drawn.join(", ")).unwrap_or_default();
        format!("{}  {}  {drawn}\n", row.id, row.purpose)
    });
    Ok(())
}

fn set_rules(ctx: &Context, args: RulesArgs) -> Result<()> {
    let row = find(ctx, &args.collective)?;
    let was = ctx.state.db.read_blocking(|conn| db::decisions::rules(conn, &row.id))?;
    let mut new = AssemblyRules {
        mandated: args.mandated.unwrap_or(was.mandated),
        vote_days: args.vote_days.unwrap_or(was.vote_days),
        ratify_days: args.ratify_days.unwrap_or(was.ratify_days),
        endorse_automatic: args.endorse.unwrap_or(was.endorse_automatic),
        endorse_review: args.review_endorsements.unwrap_or(was.endorse_review),
        reminders: args.reminders.unwrap_or(was.reminders),
        ..was.clone()
    };
    new.decisions.procedure = args.procedure.unwrap_or(was.decisions.procedure);
    new.decisions.quorum = args.quorum.unwrap_or(was.decisions.quorum);
    new.decisions.ledger = args.ledger.unwrap_or(was.decisions.ledger);
    new.decisions.ballot = args.ballot.unwrap_or(was.decisions.ballot);
    new.recall.members = args.recall_members.unwrap_or(was.recall.members);
    new.rotation.terms = args.terms.unwrap_or(was.rotation.terms);
    new.rotation.pause_days = args.pause_days.unwrap_or(was.rotation.pause_days);
    if new != was {
        ctx.state.act_blocking(Principal::Console, |act| rules::set(act, &row.id, &new))?;
    }
    let value = json!({
        "mandated": new.mandated, "procedure": new.decisions.procedure.as_str(), "quorum": new.decisions.quorum,
        "ledger": new.decisions.ledger.as_str(), "ballot": new.decisions.ballot.as_str(), "vote_days": new.vote_days, "ratify_days": new.ratify_days,
        "recall_members": new.recall.members, "terms": new.rotation.terms, "pause_days": new.rotation.pause_days,
        "endorse": new.endorse_automatic.as_str(), "review_endorsements": new.endorse_review, "reminders": new.reminders
    });
    ctx.print(value.clone(), || {
        value.as_object().into_iter().flatten().map(|(name, value)| format!("{name}: {value}\n")).collect()
    });
    Ok(())
}

fn verbs(terms: &Terms) -> String {
    terms.verbs.iter().map(|verb| verb.as_str()).collect::<Vec<_>>().join(", ")
}

fn brief(ctx: &Context, row: &MandateRow, holders: &[Id], now: Timestamp) -> Result<Value> {
    let mut names = Vec::new();
    for holder in holders {
        names.push(ctx.state.db.read_blocking(|conn| db::members::by_id(conn, holder))?.name);
    }
    let terms = &*row.terms;
    Ok(json!({
        "id": row.id, "state": terms.state(row.recalled_at, now).as_str(), "holders": names, "office": terms.office,
        "verbs": terms.verbs, "topics": terms.topics, "partners": terms.partners, "campaign": terms.campaign,
        "joint": terms.joint, "from": rfc3339(terms.from), "until": rfc3339(terms.until), "decision": row.decision_id,
        "recalled": row.recalled_at.map(rfc3339), "recalled_by": row.recalled_by
    }))
}

fn line(value: &Value) -> String {
    let text = |key: &str| value[key].as_str().unwrap_or_default().to_owned();
    let list = |key: &str| {
        let items = value[key].as_array().into_iter().flatten().filter_map(Value::as_str);
        items.collect::<Vec<_>>().join(", ")
    };
    format!("{}  {}  {}  {}  until {}\n", text("id"), text("state"), list("holders"), list("verbs"), text("until"))
}
