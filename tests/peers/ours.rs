//! An instance of ours in production mode, spoken to by its command line.

use crate::{
    http,
    peers::{Quoting, Scheme},
    process::Process,
    stage::{Host, Net},
};
use serde_json::Value;
use std::{
    io::Write,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

/// How an instance is reached from outside.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Front {
    /// nginx with the rules of docker/nginx.conf.
    Nginx,
    /// It serves https itself.
    Itself,
}

pub struct Ours {
    pub host: Host,
    env: Vec<(String, String)>,
    /// nginx's log.
    access: PathBuf,
    process: Option<Process>,
}

impl Ours {
    /// Sets an instance up, with one collective for each handle, and starts it.
    pub fn start(net: &Net, host: &Host, front: Front, handles: &[String]) -> Self {
        let data = net.dir.join(&host.key);
        std::fs::create_dir_all(&data).unwrap();
        let text = |path: &Path| path.display().to_string();
        let mut settings = vec![
            ("INSTANCE__DOMAIN", host.name.clone()),
            ("INSTANCE__MODE", "production".to_owned()),
            ("DATA__DIR", text(&data)),
            ("SERVER__WORKERS", "2".to_owned()),
            ("FEDERATION__ALLOW_PRIVATE_ADDRESSES", "true".to_owned()),
            ("FEDERATION__EXTRA_CA_FILE", text(&net.authority())),
            // A minute by default: too long to wait for when a peer is stopped on purpose, or has just changed its key.
            ("DELIVERY__FIRST_RETRY_SECONDS", "1".to_owned()),
            ("FEDERATION__KEY_REFETCH_SECONDS", "1".to_owned()),
            ("LOG__FILTER", "info,communard=debug".to_owned()),
        ];
        match front {
            Front::Nginx => settings.push(("SERVER__LISTEN", format!("{}:8080", host.address))),
            Front::Itself => settings.extend([
                ("SERVER__LISTEN", format!("{}:443", host.address)),
                ("SERVER__TLS__CERT", text(&net.certificate())),
                ("SERVER__TLS__KEY", text(&net.key())),
            ]),
        }
        let env: Vec<_> = settings.into_iter().map(|(key, value)| (format!("COMMUNARD__{key}"), value)).collect();
        let mut ours = Self { host: host.clone(), env, access: net.logs.join("access.log"), process: None };
        let first = handles[0].as_str();
        let setup = [
            "setup",
            "--name",
            &host.name,
            "--collective",
            first,
            "--collective-name",
            first,
            "--member",
            "ada",
            "--passphrase-stdin",
        ];
        ours.run(&setup, "the river runs to the sea").unwrap();
        for handle in &handles[1..] {
            ours.run(&["collective", "add", handle, "--name", handle, "--language", "en"], "").unwrap();
            // Who enters the minutes of its assembly.
            ours.run(&["member", "admit", "ada", handle], "").unwrap();
        }
        let env = ours.env.clone();
        ours.process = Some(Process::start(&host.key, &net.logs, move || {
            let mut command = Command::new(env!("CARGO_BIN_EXE_communard"));
            command.arg("serve").env_remove("RUST_LOG").envs(env.iter().cloned());
            command
        }));
        ours
    }

    pub fn wait(&self) -> Result<(), String> {
        http::wait_for(&format!("https://{}/readyz", self.host.name), 90)
    }

    /// Runs a command with `--json`; gives what it printed (`Null` if nothing), or what it said on failing.
    pub fn run(&self, args: &[&str], input: &str) -> Result<Value, String> {
        let mut command = Command::new(env!("CARGO_BIN_EXE_communard"));
        command.arg("--json").args(args).env_remove("RUST_LOG").envs(self.env.iter().cloned());
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
        let output = child.wait_with_output().unwrap();
        let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        match output.status.success() {
            false => Err(format!("communard {}: {}", args.join(" "), err.trim())),
            true if out.trim().is_empty() => Ok(Value::Null),
            true => serde_json::from_str(&out).map_err(|e| format!("communard {}: {e}: {out}", args.join(" "))),
        }
    }

    /// The id of a collective here.
    pub fn actor(&self, handle: &str) -> String {
        format!("https://{}/c/{handle}", self.host.name)
    }

    /// The display name that we keep for an account elsewhere.
    pub fn name_of(&self, actor: &str) -> Result<Option<String>, String> {
        let row = self.database()?.read_blocking(|conn| communard::db::remote_actors::by_uri(conn, actor));
        let row = row.map_err(|e| e.to_string())?;
        Ok(row.map(|row| row.name))
    }

    /// What our copy of somebody's post quotes.
    pub fn quoting(&self, uri: &str) -> Result<Option<Quoting>, String> {
        let row = self.database()?.read_blocking(|conn| communard::db::remote_posts::by_uri(conn, uri));
        let row = row.map_err(|e| e.to_string())?;
        Ok(row.and_then(|row| Some(Quoting { quoted: row.quote_uri?, stamp: row.quote_stamp })))
    }

    /// Lets us believe to have learned that this host wants such signatures.
    pub fn sign_by(&self, host: &str, scheme: Scheme) -> Result<(), String> {
        let now = chrono::Utc::now().naive_utc();
        let done = self.database()?.write_blocking(|conn| communard::db::peers::set_signature(conn, host, scheme, now));
        done.map_err(|e| e.to_string())
    }

    /// What nginx has noted of the requests to this instance: method, path, status, who signed how.
    pub fn answered(&self) -> String {
        let log = String::from_utf8_lossy(&std::fs::read(&self.access).unwrap_or_default()).into_owned();
        log.lines().filter(|line| line.contains(&format!(" {} ", self.host.name))).flat_map(|line| [line, "\n"]).collect()
    }

    fn database(&self) -> Result<communard::db::Db, String> {
        let settings = communard::config::Settings::load_with(None, self.env.clone()).map_err(|e| e.to_string())?;
        communard::db::Db::open(&settings).map_err(|e| e.to_string())
    }

    pub fn process(&self) -> &Process {
        self.process.as_ref().unwrap()
    }
}
