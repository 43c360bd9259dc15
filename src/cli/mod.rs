//! The command line: serve, and all that a steward does. Thin: parse, call an act, print.
//!
//! Exit codes: 0 done, 1 failed, 2 wrong use, 3 not found, 4 refused, 5 busy (try again).

use crate::{
    config::Settings,
    error::{Error, Result},
    observe,
    server::Application,
};
use clap::{Parser, Subcommand};
use std::path::PathBuf;

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
}

/// Runs one command and gives the exit code.
pub fn main() -> i32 {
    let cli = Cli::parse();
    match run(cli) {
        Ok(()) => 0,
        Err(error) => {
            eprintln!("communard: {error}");
            exit_code(&error)
        }
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
    let settings = Settings::load(cli.config.as_deref())?;
    match cli.command {
        Command::Serve => {
            observe::start_logging(&settings.log);
            actix_web::rt::System::new().block_on(async { Application::build(settings)?.run().await })
        }
    }
}
