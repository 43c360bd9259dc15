//! The command line: serve, and all that a steward does. Thin: parse, call an act, print.
//!
//! Exit codes: 0 done, 1 failed, 2 wrong use, 3 not found, 4 refused, 5 busy (try again).

use crate::{
    config::Settings,
    error::{Error, Result},
    i18n::{self, Lang},
    state::AppState,
};
use clap::{Parser, Subcommand, error::ErrorKind};
use serde_json::Value;
use std::{future::Future, path::PathBuf};

mod action;
mod action_report;
mod assembly;
mod block;
mod calendar;
mod call;
mod collective;
mod decision;
mod demo;
mod demo_actions;
mod demo_texts;
mod doctor;
mod endorse;
mod follow;
mod followers;
mod images;
mod inbox;
mod keys;
mod mandate;
mod member;
mod peer;
mod place;
mod queue;
mod quote;
mod relay;
mod resolve;
mod serve;
mod setup;
mod statement;
mod verify;

/// A federated server for solidarity statements and calls to action.
#[derive(Debug, Parser)]
#[command(name = "communard", version)]
pub struct Cli {
    /// Settings that differ from config/default.toml.
    #[arg(long, global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Print JSON for scripts instead of text for people.
    #[arg(long, global = true)]
    pub json: bool,
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Start the server.
    Serve,
    /// Start three instances on this machine that follow each other, to see what it is like.
    Demo(demo::DemoArgs),
    /// Bring the database up to date, or only say what is missing.
    Migrate(serve::MigrateArgs),
    Setup(setup::SetupArgs),
    #[command(subcommand)]
    Member(member::MemberCommand),
    /// Ask the running server whether it is ready (exit code 5 if not): for health checks.
    Ready,
    /// Check the instance from the inside out, and say what to mend.
    Doctor,
    /// What waits for whom, since when and why; and what failed for good.
    Queue(queue::QueueArgs),
    /// Other servers: how they are doing, and trying one again.
    #[command(subcommand)]
    Peer(peer::PeerCommand),
    #[command(subcommand)]
    Block(block::BlockCommand),
    #[command(subcommand)]
    Relay(relay::RelayCommand),
    #[command(subcommand)]
    Collective(collective::CollectiveCommand),
    #[command(subcommand)]
    Statement(statement::StatementCommand),
    #[command(subcommand)]
    Call(call::CallCommand),
    #[command(subcommand)]
    Calendar(calendar::CalendarCommand),
    #[command(subcommand)]
    Action(action::ActionCommand),
    /// Follow an account or another collective, so that what it says comes to the collective's desk.
    Follow(follow::TowardsArgs),
    /// Stop following an account.
    Unfollow(follow::TowardsArgs),
    /// Whom the collective follows, and who has not answered yet or said no.
    Following(follow::FollowingArgs),
    /// Pass a post on to the collective's followers.
    Boost(follow::TowardsArgs),
    /// Take a boost back.
    Unboost(follow::TowardsArgs),
    /// Tell the author of a post that the collective likes it.
    Like(follow::TowardsArgs),
    /// Take a like back.
    Unlike(follow::TowardsArgs),
    Followers(followers::FollowersArgs),
    #[command(subcommand)]
    Quote(quote::QuoteCommand),
    /// Endorse a statement, here or on another server: co-sign it in the name of a collective.
    Endorse(endorse::EndorseArgs),
    #[command(subcommand)]
    Endorsement(endorse::EndorsementCommand),
    /// Check an endorsement, or a statement with all that stand under it: exit code 0 only if everything holds.
    Verify(verify::VerifyArgs),
    #[command(subcommand)]
    Decision(decision::DecisionCommand),
    #[command(subcommand)]
    Mandate(mandate::MandateCommand),
    #[command(subcommand)]
    Inbox(inbox::InboxCommand),
    #[command(subcommand)]
    Keys(keys::KeysCommand),
    #[command(subcommand)]
    Place(place::PlaceCommand),
}

/// What a command works with: the settings, the opened instance, and how to answer.
pub struct Context {
    pub state: AppState,
    pub json: bool,
    runtime: tokio::runtime::Runtime,
}

impl Context {
    /// An instance that may be not set up yet.
    fn open(settings: Settings, json: bool) -> Result<Self> {
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().map_err(Error::internal)?;
        let _entered = runtime.enter();
        let state = AppState::open(settings)?;
        drop(_entered);
        Ok(Self { state, json, runtime })
    }

    /// As `open`, for commands that make no sense before setup.
    fn set_up(settings: Settings, json: bool) -> Result<Self> {
        let ctx = Self::open(settings, json)?;
        match ctx.state.site_if_set_up() {
            Some(_) => Ok(ctx),
            None => Err(Error::Conflict("error-not-set-up")),
        }
    }

    pub fn settings(&self) -> &Settings {
        &self.state.settings
    }

    /// Waits for what needs the network or an act.
    pub fn block_on<T>(&self, future: impl Future<Output = T>) -> T {
        self.runtime.block_on(future)
    }

    /// Prints `value` as one line of JSON with `--json`, else the text for people.
    pub fn print(&self, value: Value, text: impl FnOnce() -> String) {
        print(self.json, &value, text);
    }
}

/// [`Context::print`], for commands that need no instance.
fn print(json: bool, value: &Value, text: impl FnOnce() -> String) {
    if json {
        println!("{value}");
    } else {
        let text = text();
        print!("{text}{}", if text.is_empty() || text.ends_with('\n') { "" } else { "\n" });
    }
}

/// Runs the command line of this process and gives its exit code.
pub fn main() -> i32 {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return not_parsed(&error),
    };
    let json = cli.json;
    match run(cli) {
        Ok(()) => 0,
        Err(error) => fail(json, &describe(&error), exit_code(&error)),
    }
}

/// Says in one line what went wrong, and gives the exit code.
fn fail(json: bool, text: &str, code: i32) -> i32 {
    // What a library says may have several.
    let text = one_line(text);
    if json {
        eprintln!("{}", serde_json::json!({ "error": text, "code": code }));
    } else {
        eprintln!("communard: {text}");
    }
    code
}

/// Help and version as clap prints them; of a wrong use what is wrong and how it should look, in one line like every error.
fn not_parsed(error: &clap::Error) -> i32 {
    if !error.use_stderr() || error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand {
        // Nobody reads it where this fails.
        let _ = error.print();
        return error.exit_code();
    }
    let text = error.render().to_string();
    let wrong = one_line(text.trim_start_matches("error:").split("\n\n").next().unwrap_or_default());
    let usage = text.lines().find(|line| line.starts_with("Usage:")).map(one_line).unwrap_or_default();
    // What should have told us wasn't parsed.
    let json = std::env::args().any(|arg| arg == "--json");
    fail(json, &format!("{wrong}. {usage}"), error.exit_code())
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// An option's value that isn't in the form of `example`.
fn option_form(option: &str, example: &str) -> Error {
    Error::invalid_with(option, "error-option-form", "example", example)
}

/// One line in English. A fault of ours is told whole here: whoever has the command line may see it.
fn describe(error: &Error) -> String {
    match error {
        Error::NotFound => "there is nothing here by that name or address".to_owned(),
        Error::Internal(text) | Error::Busy(text) | Error::Upstream(text) => text.clone(),
        Error::Invalid(faults) => {
            let said = faults.iter().map(|fault| format!("{}: {}", fault.field, i18n::fault_text(Lang::english(), fault)));
            said.collect::<Vec<_>>().join("; ")
        }
        other => i18n::error_text(Lang::english(), other),
    }
}

fn exit_code(error: &Error) -> i32 {
    match error {
        Error::NotFound => 3,
        Error::Forbidden(_) | Error::Conflict(_) => 4,
        Error::Busy(_) | Error::TooMany(_) => 5,
        Error::Invalid(_) => 2,
        Error::Upstream(_) | Error::Config(_) | Error::Internal(_) => 1,
    }
}

fn run(cli: Cli) -> Result<()> {
    if let Command::Demo(args) = &cli.command {
        return demo::run(args);
    }
    if let Command::Place(command) = &cli.command {
        return place::run(cli.json, command);
    }
    let settings = Settings::load(cli.config.as_deref())?;
    let open = |settings| Context::open(settings, cli.json);
    let instance = |settings| Context::set_up(settings, cli.json);
    match cli.command {
        Command::Demo(_) | Command::Place(_) => Ok(()),
        Command::Serve => serve::run(settings),
        Command::Setup(args) => setup::run(&open(settings)?, args),
        Command::Member(command) => member::run(&instance(settings)?, command),
        Command::Ready => serve::ready(&settings),
        Command::Doctor => doctor::run(&open(settings)?),
        Command::Queue(args) => queue::run(&open(settings)?, &args),
        Command::Peer(command) => peer::run(&open(settings)?, &command),
        Command::Block(command) => block::run(&instance(settings)?, command),
        Command::Relay(command) => relay::run(&instance(settings)?, command),
        Command::Collective(command) => collective::run(&instance(settings)?, command),
        Command::Statement(command) => statement::run(&instance(settings)?, command),
        Command::Action(command) => action::run(&instance(settings)?, command),
        Command::Calendar(command) => calendar::run(&instance(settings)?, command),
        Command::Call(command) => call::run(&instance(settings)?, command),
        Command::Follow(args) => follow::follow(&instance(settings)?, args),
        Command::Unfollow(args) => follow::unfollow(&instance(settings)?, args),
        Command::Following(args) => follow::following(&instance(settings)?, args),
        Command::Boost(args) => follow::boost(&instance(settings)?, args),
        Command::Unboost(args) => follow::unboost(&instance(settings)?, args),
        Command::Like(args) => follow::like(&instance(settings)?, args),
        Command::Unlike(args) => follow::unlike(&instance(settings)?, args),
        Command::Followers(args) => followers::run(&instance(settings)?, args),
        Command::Quote(command) => quote::run(&instance(settings)?, command),
        Command::Endorse(args) => endorse::endorse(&instance(settings)?, args),
        Command::Endorsement(command) => endorse::run(&instance(settings)?, command),
        Command::Verify(args) => verify::run(&instance(settings)?, &args),
        Command::Decision(command) => decision::run(&instance(settings)?, command),
        Command::Mandate(command) => mandate::run(&instance(settings)?, command),
        Command::Inbox(command) => inbox::run(&instance(settings)?, command),
        Command::Keys(command) => keys::run(&instance(settings)?, command),
        Command::Migrate(args) => serve::migrate(settings, cli.json, &args),
    }
}
