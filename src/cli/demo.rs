//! `demo`: three instances on this machine that follow each other, with statements in several languages.
//!
//! Everything goes the way a person would go it: each instance is a process of this very program, set up, filled and
//! served by its own commands. The data lies in a temporary folder that goes when the demo ends.

use super::{
    demo_actions::{self, DemoAction, DemoCall},
    demo_texts::{self, DemoInstance},
};
use crate::{
    config::Settings,
    error::{Error, Result},
    federation::client,
};
use futures::future::try_join_all;
use serde_json::Value;
use std::{
    fs::File,
    io::Write,
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

/// So many ports after the first are tried.
const PORTS: u16 = 500;
/// How long an instance may take to answer, and a follow to be accepted.
const PATIENCE: Duration = Duration::from_secs(60);
/// The passphrase of every sign-in in the demo.
const PASSPHRASE: &str = "the river runs to the sea";

/// Arguments of `demo`.
#[derive(Debug, clap::Args)]
pub struct DemoArgs {
    /// The first of the ports that are tried; taken ones are passed over.
    #[arg(long, value_name = "N", default_value_t = 8081, value_parser = clap::value_parser!(u16).range(1..))]
    pub port: u16,
    /// Stop once everything is in place, instead of at Ctrl-C: for checks.
    #[arg(long, hide = true)]
    pub once: bool,
}

/// One instance of the demo, its process stopped and waited for when dropped.
struct Running {
    plan: &'static DemoInstance,
    domain: String,
    port: u16,
    dir: PathBuf,
    child: Option<Child>,
}

/// A folder that goes with the demo.
struct Folder(PathBuf);

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

pub fn run(args: &DemoArgs) -> Result<()> {
    let folder = Folder(std::env::temp_dir().join(format!("communard-demo-{}", std::process::id())));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(Error::internal)?;
    let ended = runtime.block_on(async {
        let mut interrupt = signal(tokio::signal::unix::SignalKind::interrupt())?;
        let mut terminate = signal(tokio::signal::unix::SignalKind::terminate())?;
        tokio::select! {
            _ = interrupt.recv() => Ok(()),
            _ = terminate.recv() => Ok(()),
            done = play(&folder, args) => done,
        }
        // Dropping what `play` holds stops the instances, whichever way it ended.
    });
    // Waits for a command that is under way: it would write into the folder after that is gone.
    drop(runtime);
    drop(folder);
    ended
}

fn signal(kind: tokio::signal::unix::SignalKind) -> Result<tokio::signal::unix::Signal> {
    tokio::signal::unix::signal(kind).map_err(Error::internal)
}

async fn play(folder: &Folder, args: &DemoArgs) -> Result<()> {
    let mut instances = Vec::new();
    let mut ports = (args.port..=args.port.saturating_add(PORTS)).filter(|port| is_free(*port));
    for plan in demo_texts::INSTANCES {
        let port = ports.next().ok_or_else(|| {
            let needed = demo_texts::INSTANCES.len();
            Error::Config(format!("the demo needs {needed} free ports from {} on; name another place with --port", args.port))
        })?;
        let dir = folder.0.join(plan.domain);
        std::fs::create_dir_all(&dir).map_err(|e| Error::Config(format!("can't make {}: {e}", dir.display())))?;
        instances.push(Running { plan, domain: format!("{}:{port}", plan.domain), port, dir, child: None });
    }
    say("Setting up three instances…");
    // Three at once: each writes into its own database.
    try_join_all(instances.iter().map(Running::set_up)).await?;
    for instance in &mut instances {
        instance.serve()?;
    }
    for instance in &mut instances {
        instance.wait().await?;
    }
    say("Collectives follow each other…");
    follow_each_other(&instances).await?;
    say("Statements are published, and travel…");
    try_join_all(instances.iter().map(Running::publish)).await?;
    say("One of them is endorsed: by an assembly, by one that has still to decide, and by two that were earlier…");
    endorse(&instances).await?;
    say("A call is under way, and collectives in ten countries add what they do…");
    act(&instances).await?;
    announce(&instances);
    if !args.once {
        std::future::pending::<()>().await;
    }
    Ok(())
}

/// The latest statement of the first instance gets a register with all that can come of an endorsement: one that was withdrawn, one
/// of an earlier text, one that an assembly ratified, and one on which there is still to vote.
async fn endorse(instances: &[Running]) -> Result<()> {
    let [first, second, third] = instances else { return Ok(()) };
    let handle =
        |running: &Running, n: usize| running.plan.collectives.get(n).map(|collective| collective.handle).unwrap_or_default();
    let list = first.command(&["statement", "list", "--collective", handle(first, 0)], "").await?;
    let Some(statement) = list[0]["id"].as_str() else { return Ok(()) };
    let withdrawn = second.endorse(handle(second, 1), statement).await?;
    third.endorse(handle(third, 1), statement).await?;
    let why = "Our bakery supplies the works, and we have to talk about that first.";
    second.command(&["endorsement", "withdraw", "--reason", why, &withdrawn], "").await?;
    // Who endorsed before has endorsed an earlier text from now on.
    let whole = first.command(&["statement", "show", statement], "").await?;
    let body = format!("{}\n\n{}", whole["content"]["body"].as_str().unwrap_or_default(), demo_texts::ADDED);
    first.command(&["statement", "edit", statement, "-"], &body).await?;
    second.endorse(handle(second, 0), statement).await?;
    // A question of its own kind on the first, for whoever signs in there.
    let ask =
        ["decision", "open", "--collective", handle(first, 0), "Shall we meet at the mill every Sunday until the works stop?"];
    let about = "We would share the cooking, and decide week by week what comes next.";
    first.command(&[&ask[..], &["--explanation", about, "--procedure", "consensus"]].concat(), "").await?;
    let ratified = third.endorse(handle(third, 0), statement).await?;
    let yesterday = (chrono::Utc::now() - chrono::Duration::days(1)).format("%Y-%m-%d");
    let minutes = format!("{yesterday}: 34 for, 2 against, 1 abstained");
    third.command(&["endorsement", "ratify", "--minutes", &minutes, &ratified], "").await?;
    Ok(())
}

/// A call that is under way, with what collectives of all instances do under it: some of it was yesterday and has its report, some is
/// cancelled, some takes place on another day than it was announced for. And a call that waits.
async fn act(instances: &[Running]) -> Result<()> {
    let today = chrono::Utc::now().date_naive();
    let has = |instance: &Running, handle: &str| instance.plan.collectives.iter().any(|collective| collective.handle == handle);
    let of = |call: &DemoCall| instances.iter().find(|instance| has(instance, call.collective));
    let (Some(author), Some(waiting)) = (of(&demo_actions::CALL), of(&demo_actions::POSTPONED)) else { return Ok(()) };
    let call = author.call(&demo_actions::CALL, today).await?;
    let planned = |instance: &Running| -> Vec<&'static DemoAction> {
        demo_actions::ACTIONS.iter().filter(|plan| has(instance, plan.collective)).collect()
    };
    let added: Vec<Vec<String>> = try_join_all(instances.iter().map(async |instance| {
        let mut ids = Vec::new();
        for plan in planned(instance) {
            let id = instance.add(plan, &call, today).await?;
            if has(author, plan.collective) && plan.collective != demo_actions::CALL.collective {
                // Nobody follows a neighbour on the same instance here, so the call's author is asked and says yes.
                author.command(&["action", "accept", &id], "").await?;
            }
            ids.push(id);
        }
        Ok::<_, Error>(ids)
    }))
    .await?;
    for instance in instances {
        instance.all_stand().await?;
    }
    try_join_all(instances.iter().zip(&added).map(async |(instance, ids)| {
        for (plan, id) in planned(instance).into_iter().zip(ids) {
            if plan.cancelled {
                instance.command(&["action", "cancel", id], "").await?;
            }
            if plan.moved_from.is_some() {
                let (start, end) = plan.hours(today, plan.day);
                instance.command(&["action", "edit", id, "--start", &start, "--end", &end], "").await?;
            }
            if let Some((attendance, text)) = plan.report {
                let report = ["action", "report", id, "--title", plan.title, "--attendance", attendance, "-"];
                instance.command(&report, text).await?;
            }
        }
        Ok::<_, Error>(())
    }))
    .await?;
    let later = waiting.call(&demo_actions::POSTPONED, today).await?;
    waiting.command(&["call", "postpone", &later, "--notice", demo_actions::WHY_POSTPONED], "").await?;
    Ok(())
}

/// Every collective follows every collective of the other instances, and sees its follow accepted.
async fn follow_each_other(instances: &[Running]) -> Result<()> {
    try_join_all(instances.iter().map(async |instance| {
        for ours in instance.plan.collectives {
            for other in instances.iter().filter(|other| other.domain != instance.domain) {
                for theirs in other.plan.collectives {
                    let address = format!("@{}@{}", theirs.handle, other.domain);
                    instance.command(&["follow", "--collective", ours.handle, &address], "").await?;
                }
            }
        }
        Ok::<_, Error>(())
    }))
    .await?;
    let expected = |instance: &Running| {
        instances.iter().filter(|other| other.domain != instance.domain).map(|other| other.plan.collectives.len()).sum::<usize>()
    };
    for instance in instances {
        for ours in instance.plan.collectives {
            let deadline = Instant::now() + PATIENCE;
            while instance.command(&["followers", "--collective", ours.handle], "").await?.as_array().map_or(0, Vec::len)
                < expected(instance)
            {
                if Instant::now() > deadline {
                    return Err(Error::Upstream(format!("{} did not get its followers in time", instance.domain)));
                }
                tokio::time::sleep(Duration::from_millis(200)).await;
            }
        }
    }
    Ok(())
}

impl Running {
    fn env(&self) -> Vec<(String, String)> {
        [
            ("INSTANCE__MODE", "local".to_owned()),
            ("INSTANCE__DOMAIN", self.domain.clone()),
            ("SERVER__LISTEN", format!("127.0.0.1:{}", self.port)),
            ("SERVER__WORKERS", "1".to_owned()),
            ("SERVER__TLS__CERT", String::new()),
            ("SERVER__TLS__KEY", String::new()),
            ("DATA__DIR", self.dir.display().to_string()),
            ("DATABASE__URL", "sqlite:".to_owned()),
            ("MAIL__SMTP_URL", String::new()),
        ]
        .map(|(key, value)| (format!("COMMUNARD__{key}"), value))
        .to_vec()
    }

    fn program(&self) -> Result<Command> {
        let mut command = Command::new(std::env::current_exe().map_err(Error::internal)?);
        // Settings of somebody's real instance must not reach the demo.
        for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("COMMUNARD__")) {
            command.env_remove(name);
        }
        command.envs(self.env()).current_dir(&self.dir);
        Ok(command)
    }

    /// Runs one of our own commands on this instance with `--json` and gives what it printed.
    async fn command(&self, args: &[&str], input: &str) -> Result<Value> {
        let mut command = self.program()?;
        command.arg("--json").args(args).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let input = input.to_owned();
        let ended = tokio::task::spawn_blocking(move || {
            let mut child = command.spawn()?;
            if let Some(mut stdin) = child.stdin.take() {
                stdin.write_all(input.as_bytes())?;
            }
            child.wait_with_output()
        });
        let output = ended.await.map_err(Error::internal)?.map_err(Error::internal)?;
        if !output.status.success() {
            let said = String::from_utf8_lossy(&output.stderr).trim().to_owned();
            return Err(Error::Upstream(format!("{}: communard {}: {said}", self.domain, args.join(" "))));
        }
        if output.stdout.is_empty() { Ok(Value::Null) } else { Ok(serde_json::from_slice(&output.stdout)?) }
    }

    /// Endorses a statement as indicative, and waits until its author lets it stand. Gives its id.
    async fn endorse(&self, handle: &str, statement: &str) -> Result<String> {
        let done = self.command(&["endorse", "--collective", handle, "--indicative", statement], "").await?;
        let id = done["id"].as_str().unwrap_or_default().to_owned();
        let deadline = Instant::now() + PATIENCE;
        loop {
            let list = self.command(&["endorsement", "list", "--collective", handle], "").await?;
            if list.as_array().is_some_and(|list| list.iter().any(|one| one["id"] == id && one["author_state"] == "accepted")) {
                return Ok(id);
            }
            if Instant::now() > deadline {
                return Err(Error::Upstream(format!("{}: no answer to an endorsement in time", self.domain)));
            }
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    }

    /// Publishes a call. Gives its id.
    async fn call(&self, call: &DemoCall, today: chrono::NaiveDate) -> Result<String> {
        let day = |days: i64| (today + chrono::TimeDelta::days(days)).to_string();
        let said = ["--title", call.title, "--summary", call.summary, "--supporters", call.supporters, "--lang", "en"];
        let when = ["--start", &day(call.days.0), "--end", &day(call.days.1), "-"];
        let args = [&["call", "publish", "--collective", call.collective][..], &said, &when].concat();
        let done = self.command(&args, call.text).await?;
        Ok(done["id"].as_str().unwrap_or_default().to_owned())
    }

    /// Adds an action under a call, on the day for which it was announced first. Gives its id.
    async fn add(&self, plan: &DemoAction, call: &str, today: chrono::NaiveDate) -> Result<String> {
        let (start, end) = plan.hours(today, plan.moved_from.unwrap_or(plan.day));
        let what = ["--title", plan.title, "--kind", plan.kind.as_str(), "--start", &start, "--end", &end];
        let place = ["--place", plan.place, "--city", plan.city, "--country", plan.country];
        let text = ["--text", plan.text, "--accessibility", plan.accessibility];
        let spoken: Vec<&str> = plan.spoken.iter().flat_map(|tag| ["--spoken", tag]).collect();
        let args = [&["action", "add", "--collective", plan.collective][..], &what, &place, &text, &spoken, &[call]].concat();
        let done = self.command(&args, "").await?;
        Ok(done["id"].as_str().unwrap_or_default().to_owned())
    }

    /// Waits until the call's author let all actions of this instance stand.
    async fn all_stand(&self) -> Result<()> {
        let deadline = Instant::now() + PATIENCE;
        for collective in self.plan.collectives {
            loop {
                let list = self.command(&["action", "list", "--collective", collective.handle], "").await?;
                if list.as_array().is_some_and(|list| list.iter().all(|one| one["author"] == "accepted")) {
                    break;
                }
                if Instant::now() > deadline {
                    return Err(Error::Upstream(format!("{}: no answer to a local action in time", self.domain)));
                }
                tokio::time::sleep(Duration::from_millis(200)).await;
            }
        }
        Ok(())
    }

    async fn set_up(&self) -> Result<()> {
        let plan = self.plan;
        let Some((first, others)) = plan.collectives.split_first() else { return Ok(()) };
        let mut args =
            vec!["setup", "--name", plan.name, "--description", plan.description, "--member", first.member, "--passphrase-stdin"];
        for language in plan.languages {
            args.extend(["--language", language]);
        }
        args.extend(["--collective", first.handle, "--collective-name", first.name, "--collective-language", first.language]);
        self.command(&args, PASSPHRASE).await?;
        let edit = ["collective", "edit", first.handle, "--summary", first.summary, "--time-zone", first.time_zone];
        self.command(&[&edit[..], &["--country", first.country]].concat(), "").await?;
        for other in others {
            let args = [
                "collective",
                "add",
                other.handle,
                "--name",
                other.name,
                "--language",
                other.language,
                "--summary",
                other.summary,
            ];
            self.command(&[&args[..], &["--time-zone", other.time_zone]].concat(), "").await?;
            self.command(&["collective", "edit", other.handle, "--country", other.country], "").await?;
            // One sign-in is enough for a visitor to see all of an instance.
            self.command(&["member", "admit", first.member, other.handle], "").await?;
        }
        Ok(())
    }

    fn serve(&mut self) -> Result<()> {
        let log = File::create(self.dir.join("log")).map_err(Error::internal)?;
        let child = self.program()?.arg("serve").stdin(Stdio::null()).stdout(Stdio::null()).stderr(log).spawn();
        self.child = Some(child.map_err(Error::internal)?);
        Ok(())
    }

    async fn wait(&mut self) -> Result<()> {
        let settings = Settings::load_with(None, self.env())?;
        let client = client::for_self_check(&settings, self.plan.domain, true)?;
        let deadline = Instant::now() + PATIENCE;
        while !client.get(format!("http://{}/readyz", self.domain)).send().await.is_ok_and(|answer| answer.status().is_success())
        {
            let ended = self.child.as_mut().is_some_and(|child| !matches!(child.try_wait(), Ok(None)));
            if ended || Instant::now() > deadline {
                return Err(Error::Upstream(format!(
                    "{} did not start; its log: {}",
                    self.domain,
                    last_lines(&self.dir.join("log"))
                )));
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        Ok(())
    }

    /// The demo's picture as a file, in the form that `--image` takes.
    fn picture(&self) -> Result<String> {
        let path = self.dir.join("river.png");
        std::fs::write(&path, demo_texts::PICTURE).map_err(Error::internal)?;
        Ok(format!("{}={}", path.display(), demo_texts::PICTURE_ALT))
    }

    async fn publish(&self) -> Result<()> {
        for collective in self.plan.collectives {
            for text in collective.statements {
                let mut args = vec![
                    "statement",
                    "publish",
                    "--collective",
                    collective.handle,
                    "--title",
                    text.title,
                    "--lang",
                    text.language,
                ];
                args.extend(["--summary", text.summary]);
                for demand in text.demands {
                    args.extend(["--demand", demand]);
                }
                for tag in text.hashtags {
                    args.extend(["--hashtag", tag]);
                }
                let picture = self.picture()?;
                if text.has_picture {
                    args.extend(["--image", &picture]);
                }
                args.push("-");
                self.command(&args, text.body).await?;
            }
        }
        Ok(())
    }
}

impl Drop for Running {
    /// Asks the server to end as Ctrl-C would, and makes sure that it does.
    fn drop(&mut self) {
        let Some(mut child) = self.child.take() else { return };
        let _ = Command::new("kill").args(["-TERM", &child.id().to_string()]).stderr(Stdio::null()).status();
        let deadline = Instant::now() + Duration::from_secs(10);
        while Instant::now() < deadline {
            if matches!(child.try_wait(), Ok(Some(_))) {
                return;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        let _ = child.kill();
        let _ = child.wait();
    }
}

fn announce(instances: &[Running]) {
    // See `endorse`.
    let asked: Vec<&str> = instances.iter().take(2).map(|instance| instance.plan.domain).collect();
    println!("\n  Three instances are running. Open them in a browser:\n");
    for instance in instances {
        println!("  {}  http://{}/", instance.plan.name, instance.domain);
        if let Some(first) = instance.plan.collectives.first() {
            println!("      sign in at http://{}/sign-in as {} with the passphrase: {PASSPHRASE}", instance.domain, first.member);
        }
        if let Some(first) = instance.plan.collectives.first().filter(|_| asked.contains(&instance.plan.domain)) {
            println!("      a question is open there, vote on it: http://{}/desk/{}/decisions", instance.domain, first.handle);
        }
        for collective in instance.plan.collectives {
            println!("      @{}@{}  http://{}/c/{}", collective.handle, instance.domain, instance.domain, collective.handle);
        }
        println!();
    }
    println!("  Publish on one and look at the inbox of another. Ctrl-C ends all of it and leaves nothing behind.\n");
}

fn say(text: &str) {
    eprintln!("  {text}");
}

fn is_free(port: u16) -> bool {
    TcpListener::bind(("127.0.0.1", port)).is_ok()
}

fn last_lines(path: &Path) -> String {
    let log = std::fs::read_to_string(path).unwrap_or_default();
    let lines: Vec<&str> = log.lines().rev().take(5).collect();
    lines.into_iter().rev().collect::<Vec<_>>().join(" / ")
}
