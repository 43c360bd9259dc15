//! A throw-away PostgreSQL cluster for this test process, as an unprivileged user, gone when the process ends.

use super::{PATIENCE, free_port};
use std::{
    path::PathBuf,
    process::{Command, Stdio},
    sync::{
        OnceLock,
        atomic::{AtomicU32, Ordering},
    },
    time::{Duration, Instant},
};

/// Where `initdb` and `postgres` are: on PATH, or at Debian's place.
fn bin_dir() -> Option<PathBuf> {
    let mut places: Vec<PathBuf> =
        std::env::var_os("PATH").map(|path| std::env::split_paths(&path).collect()).unwrap_or_default();
    if let Ok(versions) = std::fs::read_dir("/usr/lib/postgresql") {
        places.extend(versions.flatten().map(|version| version.path().join("bin")));
    }
    // The real folder, also where PATH has a link to one of its programs.
    let initdb = places.into_iter().map(|dir| dir.join("initdb")).find(|program| program.is_file())?;
    std::fs::canonicalize(initdb).ok()?.parent().map(PathBuf::from).filter(|dir| dir.join("postgres").is_file())
}

pub fn available() -> bool {
    bin_dir().is_some()
}

/// The address of a new, empty database.
pub fn new_database() -> String {
    static NEXT: AtomicU32 = AtomicU32::new(1);
    let port = cluster();
    let name = format!("t{}", NEXT.fetch_add(1, Ordering::Relaxed));
    let status = Command::new(bin_dir().unwrap().join("createdb"))
        .args(["-h", "127.0.0.1", "-p", &port.to_string(), "-U", "communard", &name])
        .status()
        .unwrap();
    assert!(status.success(), "createdb {name} failed");
    format!("postgres://communard@127.0.0.1:{port}/{name}")
}

/// The port of this process's cluster, started at first use.
fn cluster() -> u16 {
    static PORT: OnceLock<u16> = OnceLock::new();
    *PORT.get_or_init(|| {
        let bin = bin_dir().expect("available() was asked first");
        let port = free_port();
        let dir = std::env::temp_dir().join(format!("communard-test-pg-{}-{port}", std::process::id()));
        std::fs::create_dir_all(&dir).unwrap();
        // Ends with this process: its standard input closes then. fsync is off: nothing here outlives the test.
        let script = format!(
            "set -e; cd {dir}; {bin}/initdb -D {dir}/data -A trust -U communard -E UTF8 --no-locale --no-sync >{dir}/initdb.log 2>&1; \
             {bin}/postgres -D {dir}/data -k {dir} -p {port} -c listen_addresses=127.0.0.1 -c fsync=off -c synchronous_commit=off \
             -c full_page_writes=off -c max_connections=300 >{dir}/log 2>&1 & \
             pid=$!; read -r _ || true; kill -INT $pid; wait $pid || true; rm -rf {dir}/data {dir}/log {dir}/initdb.log",
            dir = dir.display(),
            bin = bin.display(),
        );
        let mut command = as_ordinary_user(&dir);
        // Never dropped, so that its standard input stays open for the life of this process.
        let child = Box::leak(Box::new(command.args(["-c", &script]).stdin(Stdio::piped()).spawn().unwrap()));
        let deadline = Instant::now() + PATIENCE;
        while !Command::new(bin.join("pg_isready"))
            .args(["-h", "127.0.0.1", "-p", &port.to_string()])
            .stdout(Stdio::null())
            .status()
            .is_ok_and(|status| status.success())
        {
            let log = || std::fs::read_to_string(dir.join("log")).or_else(|_| std::fs::read_to_string(dir.join("initdb.log"))).unwrap_or_default();
            let ended = child.try_wait().unwrap();
            assert!(ended.is_none() && Instant::now() < deadline, "PostgreSQL did not start:\n{}", log());
            std::thread::sleep(Duration::from_millis(50));
        }
        port
    })
}

/// `sh` as a user that PostgreSQL accepts: it refuses to run as root.
fn as_ordinary_user(dir: &std::path::Path) -> Command {
    let id = Command::new("id").arg("-u").output().unwrap();
    if String::from_utf8_lossy(&id.stdout).trim() != "0" {
        return Command::new("sh");
    }
    let exists =
        |user: &str| Command::new("id").arg(user).stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|s| s.success());
    let user = if exists("postgres") { "postgres" } else { "nobody" };
    assert!(Command::new("chown").arg(user).arg(dir).status().unwrap().success());
    let mut command = Command::new("runuser");
    command.args(["-u", user, "--", "sh"]);
    command
}

/// A cluster of one test's own, which can be stopped and started. Gone when dropped.
pub struct Own {
    dir: PathBuf,
    port: u16,
}

impl Own {
    pub fn start() -> Self {
        let port = free_port();
        let dir = std::env::temp_dir().join(format!("communard-test-own-pg-{}-{port}", std::process::id()));
        std::fs::create_dir_all(&dir).unwrap();
        let own = Self { dir, port };
        let bin = bin_dir().unwrap();
        own.shell(&format!(
            "{}/initdb -D {}/data -A trust -U communard -E UTF8 --no-locale --no-sync",
            bin.display(),
            own.dir.display()
        ));
        own.go_on();
        own
    }

    fn shell(&self, script: &str) {
        // Its output goes to a file: a server that lives on would keep a pipe open.
        let script = format!("cd {dir}; {script} >>{dir}/shell.log 2>&1", dir = self.dir.display());
        let status = as_ordinary_user(&self.dir).args(["-c", &script]).status().unwrap();
        assert!(status.success(), "{script}: {}", std::fs::read_to_string(self.dir.join("shell.log")).unwrap_or_default());
    }

    /// Starts the server and waits until it takes connections.
    pub fn go_on(&self) {
        let (bin, dir, port) = (bin_dir().unwrap(), &self.dir, self.port);
        self.shell(&format!(
            "{bin}/pg_ctl -D {dir}/data -l {dir}/log -w -o '-k {dir} -p {port} -c listen_addresses=127.0.0.1' start",
            bin = bin.display(),
            dir = dir.display()
        ));
    }

    /// Stops it at once, as when its machine goes down: what was committed stays.
    pub fn stop(&self) {
        let bin = bin_dir().unwrap();
        self.shell(&format!("{}/pg_ctl -D {}/data -m immediate -w stop", bin.display(), self.dir.display()));
    }

    /// Its one database.
    pub fn url(&self) -> String {
        format!("postgres://communard@127.0.0.1:{}/postgres", self.port)
    }
}

impl Drop for Own {
    fn drop(&mut self) {
        let script =
            format!("{}/pg_ctl -D {}/data -m immediate stop >/dev/null 2>&1", bin_dir().unwrap().display(), self.dir.display());
        let _ = as_ordinary_user(&self.dir).args(["-c", &script]).status();
        let _ = std::fs::remove_dir_all(&self.dir);
    }
}

/// Everything in a database as SQL text.
pub fn dump(url: &str) -> Vec<u8> {
    let output = Command::new(bin_dir().unwrap().join("pg_dump")).arg(url).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}
