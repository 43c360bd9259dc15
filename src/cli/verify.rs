//! `verify`: whether an endorsement, or a statement with all that stand under it, is what it says.

use super::Context;
use crate::{
    error::{Error, Result},
    federation::{
        fetch::Budget,
        verify::{self, Report},
    },
};
use serde_json::Value;
use std::path::Path;

/// Most bytes read from a file.
const MAX_FILE: u64 = 16 * 1024 * 1024;

#[derive(Debug, clap::Args)]
pub struct VerifyArgs {
    /// The address of an endorsement or a statement, or a file with one of them or a page of a register.
    #[arg(value_name = "ADDRESS-OR-FILE")]
    pub what: String,
}

/// Prints every condition; fails unless all hold.
pub fn run(ctx: &Context, args: &VerifyArgs) -> Result<()> {
    let budget = Budget::of(&ctx.state);
    let what = args.what.trim();
    let report = if what.starts_with("https://") || what.starts_with("http://") {
        ctx.block_on(verify::address(&ctx.state, what, &budget))?
    } else {
        let json = read(Path::new(what))?;
        ctx.block_on(verify::whole(&ctx.state, &json, &budget))?
    };
    ctx.print(report.json(), || text(&report, 0));
    if report.holds() { Ok(()) } else { Err(Error::Upstream("not everything holds".into())) }
}

fn read(path: &Path) -> Result<Value> {
    let unreadable = |error: std::io::Error| Error::Config(format!("can't read {}: {error}", path.display()));
    if std::fs::metadata(path).map_err(unreadable)?.len() > MAX_FILE {
        return Err(Error::invalid("file", "error-verify-kind"));
    }
    let text = std::fs::read_to_string(path).map_err(unreadable)?;
    serde_json::from_str(&text).map_err(|_| Error::invalid("file", "error-verify-kind"))
}

fn text(report: &Report, depth: usize) -> String {
    let indent = "  ".repeat(depth);
    let mut lines = format!("{indent}{} {}\n", report.kind, report.id);
    for check in &report.checks {
        let sign = if check.ok { "✓" } else { "✗" };
        lines.push_str(&format!("{indent}  {sign} {}: {}\n", check.check, check.text));
    }
    lines + &report.parts.iter().map(|part| text(part, depth + 1)).collect::<String>()
}
