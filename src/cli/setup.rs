//! `setup`: the instance, the first collective and the first steward without a browser.

use super::Context;
use crate::{
    acts::{
        collectives::NewCollective,
        invitations,
        setup::{FirstMember, SetUp},
    },
    domain::member,
    error::{Error, Result},
};
use serde_json::json;
use std::io::{IsTerminal, Read};

/// Set the instance up without a browser: its name, its first collective, its first steward.
#[derive(Debug, clap::Args)]
pub struct SetupArgs {
    /// The instance's name.
    #[arg(long)]
    pub name: String,
    /// What the instance is, in a sentence or two.
    #[arg(long, default_value = "")]
    pub description: String,
    /// The domain that is part of every address, for ever. Default: instance.domain, in local mode localhost with the port.
    #[arg(long)]
    pub domain: Option<String>,
    /// A language of the instance, such as en or ar; may be given several times, its own first.
    #[arg(long = "language", value_name = "TAG", default_value = "en")]
    pub languages: Vec<String>,
    /// The first collective's handle: the part before the @.
    #[arg(long, value_name = "HANDLE")]
    pub collective: String,
    /// The first collective's name.
    #[arg(long)]
    pub collective_name: String,
    /// The language the collective writes in. Default: the instance's first.
    #[arg(long, value_name = "TAG")]
    pub collective_language: Option<String>,
    /// The first member's name; they become a steward.
    #[arg(long, value_name = "NAME")]
    pub member: String,
    /// Read the first member's passphrase from standard input: its first line.
    #[arg(long, required = true)]
    pub passphrase_stdin: bool,
}

pub fn run(ctx: &Context, args: SetupArgs) -> Result<()> {
    if ctx.state.site_if_set_up().is_some() {
        return Err(Error::Conflict("error-already-set-up"));
    }
    let domain = args.domain.unwrap_or_else(|| invitations::default_domain(ctx.settings()));
    let mut input = SetUp {
        name: args.name,
        description: args.description,
        domain,
        collective: NewCollective {
            handle: args.collective,
            name: args.collective_name,
            language: args.collective_language.unwrap_or_else(|| args.languages[0].clone()),
            ..Default::default()
        },
        languages: args.languages,
        member: FirstMember { name: args.member, ..Default::default() },
    };
    input.check(ctx.settings().is_local())?;
    let passphrase = read_passphrase()?;
    input.member.passphrase_hash = ctx.block_on(ctx.state.hasher.hash(passphrase))?;
    let handle = input.collective.handle.clone();
    ctx.state.set_up_blocking(input)?;
    let site = ctx.state.site()?;
    let actor = site.collective(handle.trim().trim_start_matches('@').to_ascii_lowercase().as_str());
    ctx.print(json!({ "domain": site.domain, "url": site.base_url, "actor": actor }), || {
        format!("{} is set up at {}; its first collective is {actor}", site.name, site.base_url)
    });
    Ok(())
}

/// The first line of standard input, checked.
pub fn read_passphrase() -> Result<String> {
    let mut stdin = std::io::stdin();
    if stdin.is_terminal() {
        eprintln!("Passphrase, then Enter and Ctrl-D:");
    }
    let mut text = String::new();
    // A bit more than the longest, so that what is too long is seen as such and not cut.
    stdin
        .by_ref()
        .take(member::MAX_PASSPHRASE as u64 + 3)
        .read_to_string(&mut text)
        .map_err(|e| Error::Config(format!("standard input: {e}")))?;
    let line = text.lines().next().unwrap_or_default().to_owned();
    member::new_passphrase(&line).map_err(|message| Error::invalid("passphrase", message))?;
    Ok(line)
}
