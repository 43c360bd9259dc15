//! `verify`: whether an endorsement, or a statement with all that stand under it, is what it says.

use super::Context;
use crate::{
    error::{Error, Result},
    federation::{
        offline,
        verify::{self, Bounds, Keys, Report},
    },
    feeds::bundle,
};
use serde_json::Value;
use std::path::Path;

/// Most bytes read from a file.
const MAX_FILE: u64 = 16 * 1024 * 1024;

#[derive(Debug, clap::Args)]
pub struct VerifyArgs {
    /// The address of an endorsement or a statement, or a file with one of them, a page of a register, or a bundle.
    #[arg(value_name = "ADDRESS-OR-FILE")]
    pub what: String,
    /// Ask nobody: check a bundle by the keys inside it. Whose keys those are is then the bundle's own claim, but where this
    /// instance knows its makers; and nothing is seen of what was withdrawn since.
    #[arg(long)]
    pub offline: bool,
}

/// Prints every condition; fails unless all hold.
pub fn run(ctx: &Context, args: &VerifyArgs) -> Result<()> {
    let bounds = Bounds::whole(&ctx.state);
    let what = args.what.trim();
    let report = if args.offline {
        let bytes = read(Path::new(what))?;
        if !bundle::is_one(&bytes) {
            return Err(Error::invalid("file", "error-verify-offline"));
        }
        let part = |name| json(bundle::read(&bytes, name)?.unwrap_or_default());
        let (statement, register, actors) = (part(bundle::STATEMENT)?, part(bundle::REGISTER)?, part(bundle::ACTORS)?);
        ctx.block_on(offline::bundle(&ctx.state, &statement, &register, &actors))?
    } else if what.starts_with("https://") || what.starts_with("http://") {
        ctx.block_on(verify::address(&ctx.state, what, &bounds))?
    } else {
        let bytes = read(Path::new(what))?;
        if bundle::is_one(&bytes) {
            let part = |name| json(bundle::read(&bytes, name)?.unwrap_or_default());
            let (statement, register) = (part(bundle::STATEMENT)?, part(bundle::REGISTER)?);
            ctx.block_on(verify::bundle(&ctx.state, &statement, &register, &bounds))?
        } else {
            ctx.block_on(verify::whole(&ctx.state, &json(&bytes)?, &bounds))?
        }
    };
    ctx.print(report.json(), || text(&report, 0) + &report.keys.as_ref().map(limits).unwrap_or_default());
    if report.holds() { Ok(()) } else { Err(Error::Upstream("not everything holds".into())) }
}

/// What a check without the network shows, and what it doesn't.
fn limits(keys: &Keys) -> String {
    let mut said =
        "\nNobody was asked. This shows that every document was signed with the key that the file names for its maker.\n\
                    It doesn't show that anything still stands, nor that the register is whole.\n"
            .to_owned();
    for uri in &keys.known {
        said.push_str(&format!("  {uri}: this instance knows the same keys\n"));
    }
    for uri in &keys.claimed {
        said.push_str(&format!("  {uri}: that these are its keys, the file alone says\n"));
    }
    said
}

fn read(path: &Path) -> Result<Vec<u8>> {
    let unreadable = |error: std::io::Error| Error::Config(format!("can't read {}: {error}", path.display()));
    if std::fs::metadata(path).map_err(unreadable)?.len() > MAX_FILE {
        return Err(Error::invalid("file", "error-verify-kind"));
    }
    std::fs::read(path).map_err(unreadable)
}

fn json(bytes: &[u8]) -> Result<Value> {
    serde_json::from_slice(bytes).map_err(|_| Error::invalid("file", "error-verify-kind"))
}

fn text(report: &Report, depth: usize) -> String {
    let indent = "  ".repeat(depth);
    let mut lines = format!("{indent}{} {}\n", report.kind, report.id);
    if let Some(who) = &report.who {
        lines.push_str(&format!("{indent}  by {} {} {}\n", who.name, who.handle, who.uri));
    }
    for check in &report.checks {
        let sign = if check.ok { "✓" } else { "✗" };
        lines.push_str(&format!("{indent}  {sign} {}: {}\n", check.check, check.text));
    }
    lines + &report.parts.iter().map(|part| text(part, depth + 1)).collect::<String>()
}
