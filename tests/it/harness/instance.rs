//! An instance under test: the real binary, its own data, its own port.

use super::{Backend, PATIENCE, client, free_port, postgres};
use serde_json::Value;
use std::{
    fs::File,
    io::Write,
    path::PathBuf,
    process::{Child, Command, Output, Stdio},
    time::{Duration, Instant},
};
use tempfile::TempDir;

/// The passphrase of the member `ada` that every instance under test begins with.
pub const PASSPHRASE: &str = "the river runs to the sea";

/// What an instance is started with.
pub struct Builder {
    name: String,
    backend: Backend,
    env: Vec<(String, String)>,
    under: Vec<String>,
    set_up: bool,
}

/// A running server. Dropped, it is killed; unless the test failed already, its queue must be empty by then
/// (see [`Instance::leave_queue`]).
pub struct Instance {
    pub name: String,
    /// `river.localhost:41234`.
    pub domain: String,
    pub port: u16,
    pub backend: Backend,
    dir: TempDir,
    env: Vec<(String, String)>,
    under: Vec<String>,
    child: Option<Child>,
    check_queue: bool,
}

impl Builder {
    pub fn env(mut self, key: &str, value: impl ToString) -> Self {
        self.env.push((format!("COMMUNARD__{key}"), value.to_string()));
        self
    }

    /// Starts the server by this command, which must become it (`exec`).
    pub fn under(mut self, command: &[&str]) -> Self {
        self.under = command.iter().map(|word| (*word).to_owned()).collect();
        self
    }

    /// Leaves out `communard setup`.
    pub fn not_set_up(mut self) -> Self {
        self.set_up = false;
        self
    }

    /// Sets up (collective `NAME`, member `ada`, a steward) and starts the server.
    pub async fn start(self) -> Instance {
        let mut instance = self.prepare();
        instance.start().await;
        instance
    }

    /// As `start`, without starting the server.
    pub fn prepare(self) -> Instance {
        let port = free_port();
        let domain = format!("{}.localhost:{port}", self.name);
        let dir = tempfile::tempdir().unwrap();
        let url = match self.backend {
            Backend::Sqlite => "sqlite:".to_owned(),
            Backend::Postgres => postgres::new_database(),
        };
        let mut env: Vec<(String, String)> = [
            ("SERVER__LISTEN", format!("127.0.0.1:{port}")),
            ("SERVER__WORKERS", "2".to_owned()),
            ("INSTANCE__DOMAIN", domain.clone()),
            ("DATA__DIR", dir.path().join("data").display().to_string()),
            ("DATABASE__URL", url),
            ("DATABASE__CONNECTIONS", "4".to_owned()),
            ("LOG__FILTER", "info,communard=debug".to_owned()),
        ]
        .into_iter()
        .map(|(key, value)| (format!("COMMUNARD__{key}"), value))
        .collect();
        // Later entries win.
        env.extend(self.env);
        let instance = Instance {
            name: self.name,
            domain,
            port,
            backend: self.backend,
            dir,
            env,
            under: self.under,
            child: None,
            check_queue: true,
        };
        if self.set_up {
            instance.set_up();
        }
        instance
    }
}

impl Instance {
    /// `name` becomes the host `NAME.localhost` and the first collective's handle.
    pub fn builder(name: &str, backend: Backend) -> Builder {
        Builder { name: name.to_owned(), backend, env: Vec::new(), under: Vec::new(), set_up: true }
    }

    fn set_up(&self) {
        let title = format!("{} Commune", self.name);
        self.cli_with_input(
            &[
                "setup",
                "--name",
                &title,
                "--collective",
                &self.name,
                "--collective-name",
                &title,
                "--member",
                "ada",
                "--passphrase-stdin",
            ],
            PASSPHRASE,
        );
    }

    /// Starts the server's process without waiting for it.
    pub fn spawn(&mut self) {
        assert!(self.child.is_none(), "already running");
        let log = File::options().create(true).append(true).open(self.log_path()).unwrap();
        let mut command = self.command(&["serve"]);
        if let Some((first, rest)) = self.under.split_first() {
            let program = command.get_program().to_owned();
            command = Command::new(first);
            command.args(rest).arg(program).arg("serve");
            self.surround(&mut command);
        }
        let child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(log).spawn().unwrap();
        self.child = Some(child);
    }

    /// Starts the server (again) and waits until it answers.
    pub async fn start(&mut self) {
        self.spawn();
        let deadline = Instant::now() + PATIENCE;
        let client = client();
        loop {
            if client.get(self.url("/healthz")).send().await.is_ok_and(|answer| answer.status() == 200) {
                return;
            }
            let ended = self.child.as_mut().unwrap().try_wait().unwrap();
            assert!(ended.is_none() && Instant::now() < deadline, "{} did not start:\n{}", self.name, self.log());
            tokio::time::sleep(Duration::from_millis(30)).await;
        }
    }

    /// `kill -9`.
    pub fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }

    /// SIGTERM, then waits; gives the exit code and how long it took.
    pub fn terminate(&mut self) -> (Option<i32>, Duration) {
        let mut child = self.child.take().expect("running");
        let started = Instant::now();
        Command::new("kill").args(["-TERM", &child.id().to_string()]).status().unwrap();
        let status = child.wait().unwrap();
        (status.code(), started.elapsed())
    }

    /// The server's process id.
    pub fn pid(&self) -> u32 {
        self.child.as_ref().expect("running").id()
    }

    /// Processor time that the server's process has used so far, to a hundredth of a second: the same on a busy machine.
    pub fn processor_time(&self) -> Duration {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.pid())).unwrap();
        // Behind the program's name, which may contain anything: the 14th and 15th field, in hundredths (USER_HZ).
        let fields: Vec<&str> = stat.rsplit(')').next().unwrap().split_whitespace().collect();
        let hundredths: u64 = fields[11..13].iter().map(|field| field.parse::<u64>().unwrap()).sum();
        Duration::from_millis(hundredths * 10)
    }

    /// Sends a signal by name (`HUP`).
    pub fn signal(&self, name: &str) {
        Command::new("kill").args([&format!("-{name}"), &self.pid().to_string()]).status().unwrap();
    }

    pub fn base_url(&self) -> String {
        format!("http://{}", self.domain)
    }

    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.base_url())
    }

    /// The id of a collective on this instance.
    pub fn actor(&self, handle: &str) -> String {
        self.url(&format!("/c/{handle}"))
    }

    pub fn data_dir(&self) -> PathBuf {
        self.dir.path().join("data")
    }

    /// A file in the instance's own temporary folder, for Markdown and images that commands read.
    pub fn file(&self, name: &str, content: impl AsRef<[u8]>) -> String {
        let path = self.dir.path().join(name);
        std::fs::write(&path, content).unwrap();
        path.display().to_string()
    }

    pub fn log_path(&self) -> PathBuf {
        self.dir.path().join("log")
    }

    /// All that the server has logged.
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.log_path()).unwrap_or_default()
    }

    /// The settings that the instance runs with, for opening its database in a test.
    pub fn settings(&self) -> communard::config::Settings {
        communard::config::Settings::load_with(None, self.env.clone()).unwrap()
    }

    /// The instance's own database, opened beside the running server.
    pub fn db(&self) -> communard::db::Db {
        communard::db::Db::open(&self.settings()).unwrap()
    }

    /// An ActivityStreams document of this instance, fetched as a peer would.
    pub async fn activity_json(&self, url: &str) -> Value {
        let answer = client().get(url).header("accept", "application/activity+json").send().await.unwrap();
        let (status, body) = (answer.status(), answer.text().await.unwrap());
        assert_eq!(status, 200, "{url}: {body}");
        serde_json::from_str(&body).unwrap()
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_communard"));
        command.args(args);
        self.surround(&mut command);
        command
    }

    /// Gives a command the instance's folder and settings.
    fn surround(&self, command: &mut Command) {
        // No test meets a certificate of the machine's own authorities, and reading them takes longer than most commands do.
        command.env("SSL_CERT_FILE", "/dev/null").env("SSL_CERT_DIR", "/nonexistent");
        command.current_dir(self.dir.path()).env_remove("RUST_LOG").envs(self.env.iter().cloned());
    }

    /// Runs a command on this instance with `--json`; it must succeed. Gives what it printed (`Null` if nothing).
    pub fn cli(&self, args: &[&str]) -> Value {
        self.cli_with_input(args, "")
    }

    pub fn cli_with_input(&self, args: &[&str], input: &str) -> Value {
        let output = self.cli_output(args, input);
        let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert!(output.status.success(), "communard {args:?} failed with {:?}:\n{err}{out}", output.status.code());
        if out.trim().is_empty() {
            Value::Null
        } else {
            serde_json::from_str(&out).unwrap_or_else(|e| panic!("{args:?}: {e}: {out}"))
        }
    }

    /// Runs a command that must fail; gives the exit code and what it said.
    pub fn cli_fails(&self, args: &[&str]) -> (i32, String) {
        let output = self.cli_output(args, "");
        assert!(!output.status.success(), "communard {args:?} should have failed: {}", String::from_utf8_lossy(&output.stdout));
        (output.status.code().unwrap_or(-1), String::from_utf8_lossy(&output.stderr).into_owned())
    }

    pub fn cli_output(&self, args: &[&str], input: &str) -> Output {
        let mut command = self.command(&["--json"]);
        let mut child = command.args(args).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
        child.wait_with_output().unwrap()
    }

    /// Runs a command without `--json`, with other settings than the instance's own.
    pub fn cli_with_env(&self, args: &[&str], env: &[(&str, &str)]) -> Output {
        let over = env.iter().map(|(key, value)| (format!("COMMUNARD__{key}"), value));
        self.command(args).envs(over).stdin(Stdio::null()).output().unwrap()
    }

    /// Runs a command without `--json`.
    pub fn cli_plain(&self, args: &[&str]) -> Output {
        self.command(args).stdin(Stdio::null()).output().unwrap()
    }

    /// Publishes a statement of the first collective from the command line; gives its id.
    pub fn publish(&self, title: &str, body: &str) -> String {
        let args = ["statement", "publish", "--collective", &self.name, "--title", title, "--lang", "en", "-"];
        self.cli_with_input(&args, body)["id"].as_str().unwrap().to_owned()
    }

    /// Changes a statement's text from the command line.
    pub fn edit(&self, id: &str, body: &str) {
        self.cli_with_input(&["statement", "edit", id, "-"], body);
    }

    /// Waits until nothing is left to deliver.
    pub async fn queue_empties(&self, seconds: u64) {
        let empty = || async { (self.cli(&["queue"])["waiting"] == 0).then_some(()) };
        super::eventually("the queue is empty", seconds, empty).await;
    }

    /// SQLite says that its file is whole.
    pub fn intact(&self) {
        #[derive(diesel::QueryableByName)]
        struct Check {
            #[diesel(sql_type = diesel::sql_types::Text)]
            integrity_check: String,
        }
        if self.backend == Backend::Sqlite {
            let query = diesel::sql_query("PRAGMA integrity_check");
            let said: Vec<Check> = self.db().read_blocking(|conn| Ok(diesel::RunQueryDsl::load(query, conn)?)).unwrap();
            assert_eq!(said[0].integrity_check, "ok");
        }
    }

    /// This test leaves deliveries waiting on purpose.
    pub fn leave_queue(&mut self) {
        self.check_queue = false;
    }
}

impl Drop for Instance {
    fn drop(&mut self) {
        let check = self.check_queue && self.child.is_some() && !std::thread::panicking();
        let mut waiting = Value::Null;
        if check {
            let deadline = Instant::now() + PATIENCE;
            loop {
                waiting = self.cli(&["queue"]);
                if waiting["waiting"] == 0 || Instant::now() > deadline {
                    break;
                }
                std::thread::sleep(Duration::from_millis(100));
            }
        }
        self.kill();
        if std::thread::panicking() {
            let log = self.log();
            let tail: Vec<&str> = log.lines().rev().take(40).collect();
            eprintln!("--- the last lines of {}'s log\n{}", self.name, tail.into_iter().rev().collect::<Vec<_>>().join("\n"));
        } else if check {
            assert_eq!(waiting["waiting"], 0, "{} ended with work in its queue: {waiting}", self.name);
        }
    }
}
