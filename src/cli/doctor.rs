//! `doctor`: looks at an instance from the inside out and says, for each thing, whether it is well and what to do if not.

use super::Context;
use crate::{
    config::Mode,
    db,
    error::{Error, Result},
};
use serde_json::json;

/// One finding. `Warn` doesn't make the command fail.
struct Finding {
    what: &'static str,
    level: Level,
    text: String,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Level {
    Ok,
    Warn,
    Fail,
}

impl Level {
    fn word(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Warn => "warning",
            Self::Fail => "failed",
        }
    }
}

/// Runs all checks; exit code 1 if one failed.
pub fn run(ctx: &Context) -> Result<()> {
    let mut findings = vec![configuration(ctx), database(ctx), keys(ctx), data_dir(ctx)];
    findings.extend(ctx.block_on(network(ctx)));
    let list: Vec<_> = findings.iter().map(|f| json!({ "check": f.what, "state": f.level.word(), "text": f.text })).collect();
    ctx.print(json!(list), || findings.iter().map(|f| format!("{:8} {:14} {}\n", f.level.word(), f.what, f.text)).collect());
    match findings.iter().filter(|f| f.level == Level::Fail).count() {
        0 => Ok(()),
        1 => Err(Error::Config("one check failed".into())),
        n => Err(Error::Config(format!("{n} checks failed"))),
    }
}

fn configuration(ctx: &Context) -> Finding {
    let settings = ctx.settings();
    let (level, text) = match settings.instance.mode {
        Mode::Local => {
            (Level::Warn, "local mode: plain http and private addresses are allowed; not for the public network".to_owned())
        }
        Mode::Production if settings.federation.allow_private_addresses => {
            (Level::Warn, "federation.allow_private_addresses is on; only for test networks".to_owned())
        }
        Mode::Production => (Level::Ok, "production mode".to_owned()),
    };
    Finding { what: "configuration", level, text }
}

fn database(ctx: &Context) -> Finding {
    let found = ctx.state.db.read_blocking(|conn| {
        let pending = db::migrate::pending(conn)?;
        Ok((pending.len(), db::instance::load(conn)?))
    });
    let (level, text) = match found {
        Ok((0, Some(row))) => (Level::Ok, format!("answers, up to date, belongs to {}", row.domain)),
        Ok((0, None)) => (
            Level::Warn,
            "answers and is up to date; the instance isn't set up yet: start the server and open the link".to_owned(),
        ),
        Ok((n, _)) => (Level::Fail, format!("{n} migrations are missing: run communard migrate")),
        Err(error) => (Level::Fail, error.to_string()),
    };
    Finding { what: "database", level, text }
}

fn keys(ctx: &Context) -> Finding {
    let (level, text) = match crate::federation::signatures::keys::check_ours(&ctx.state) {
        Ok(()) => (Level::Ok, "all private keys can be read".to_owned()),
        Err(error) => (Level::Fail, error.to_string()),
    };
    Finding { what: "keys", level, text }
}

fn data_dir(ctx: &Context) -> Finding {
    let dir = &ctx.settings().data.dir;
    let probe = dir.join(".doctor");
    let (level, text) = match std::fs::create_dir_all(dir)
        .and_then(|()| std::fs::write(&probe, b"x"))
        .and_then(|()| std::fs::remove_file(&probe))
    {
        Ok(()) => (Level::Ok, format!("{} can be written", dir.display())),
        Err(error) => (Level::Fail, format!("data.dir {} can't be written: {error}", dir.display())),
    };
    Finding { what: "data", level, text }
}

/// From the outside in: name, certificate and answer of our own address, WebFinger of the first collective, the clock.
async fn network(ctx: &Context) -> Vec<Finding> {
    let Some(site) = ctx.state.site_if_set_up() else { return Vec::new() };
    let mut findings = Vec::new();
    let port = if site.base_url.starts_with("https:") { 443 } else { 80 };
    let address = if site.domain.contains(':') { site.domain.clone() } else { format!("{}:{port}", site.domain) };
    let host_is_local = site.host() == "localhost" || site.host().ends_with(".localhost");
    if !host_is_local {
        let (level, text) =
            match tokio::net::lookup_host(&address).await.map(|found| found.map(|a| a.ip().to_string()).collect::<Vec<_>>()) {
                Ok(found) if found.is_empty() => (Level::Fail, format!("{} has no address in DNS", site.host())),
                Ok(found) => (Level::Ok, format!("{} is {}", site.host(), found.join(", "))),
                Err(error) => (Level::Fail, format!("{} isn't found in DNS: {error}", site.host())),
            };
        findings.push(Finding { what: "dns", level, text });
    }
    findings.extend(outside_in(ctx, &site).await);
    findings
}

/// Asks our own public address as a stranger would. Uses a client of its own: the guarded one never talks to ourselves.
async fn outside_in(ctx: &Context, site: &crate::domain::Site) -> Vec<Finding> {
    let client = match crate::federation::client::for_self_check(ctx.settings(), site.host(), false) {
        Ok(client) => client,
        Err(error) => return vec![Finding { what: "address", level: Level::Fail, text: error.to_string() }],
    };
    let mut findings = Vec::new();
    let answer = match client.get(format!("{}/healthz", site.base_url)).send().await {
        Ok(answer) => answer,
        Err(error) => {
            let text = format!(
                "{} doesn't answer ({}). Is the server running, the proxy set, the certificate valid?",
                site.base_url,
                deepest(&error)
            );
            return vec![Finding { what: "address", level: Level::Fail, text }];
        }
    };
    let drift = answer
        .headers()
        .get("date")
        .and_then(|date| chrono::DateTime::parse_from_rfc2822(date.to_str().ok()?).ok())
        .map(|date| (date.naive_utc() - chrono::Utc::now().naive_utc()).num_seconds().abs());
    let (level, text) = if answer.status().is_success() {
        (Level::Ok, format!("{} answers", site.base_url))
    } else {
        (
            Level::Fail,
            format!("{}/healthz answers {}; something else than Communard may be behind it", site.base_url, answer.status()),
        )
    };
    findings.push(Finding { what: "address", level, text });
    if let Some(drift) = drift {
        let (level, text) = if drift > 30 {
            (
                Level::Fail,
                format!("the clocks differ by {drift} s; peers refuse signatures that are off: set up time synchronisation"),
            )
        } else {
            (Level::Ok, "right".to_owned())
        };
        findings.push(Finding { what: "clock", level, text });
    }
    let collectives = ctx.state.db.read(db::collectives::list).await.unwrap_or_default();
    if let Some(first) = collectives.first() {
        let url = format!("{}/.well-known/webfinger?resource=acct:{}@{}", site.base_url, first.handle, site.domain);
        let found = match client.get(&url).send().await {
            Ok(answer) if answer.status().is_success() => answer.text().await.unwrap_or_default().contains(&first.uri),
            _ => false,
        };
        let (level, text) = if found {
            (Level::Ok, format!("{} is found", site.handle(&first.handle)))
        } else {
            (
                Level::Fail,
                format!(
                    "{} isn't found: {url} must answer from outside; a proxy has to pass /.well-known/ on",
                    site.handle(&first.handle)
                ),
            )
        };
        findings.push(Finding { what: "webfinger", level, text });
    }
    findings
}

fn deepest(error: &dyn std::error::Error) -> String {
    let mut error = error;
    while let Some(source) = error.source() {
        error = source;
    }
    error.to_string()
}
