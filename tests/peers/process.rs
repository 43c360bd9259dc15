//! A started program with a log file of its own, ended when dropped.

use std::{
    fs::File,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::Mutex,
    time::{Duration, Instant},
};

/// A program that can be stopped and started again.
pub struct Process {
    name: String,
    command: Box<dyn Fn() -> Command + Send + Sync>,
    log: PathBuf,
    child: Mutex<Option<Child>>,
}

impl Process {
    /// Starts what `command` makes; its output goes to `LOGS/NAME.log`.
    pub fn start(name: &str, logs: &Path, command: impl Fn() -> Command + Send + Sync + 'static) -> Self {
        let process = Self {
            name: name.to_owned(),
            command: Box::new(command),
            log: logs.join(format!("{name}.log")),
            child: Mutex::new(None),
        };
        process.again();
        process
    }

    /// Starts it again after [`Process::stop`].
    pub fn again(&self) {
        let log = File::options().create(true).append(true).open(&self.log).unwrap();
        let mut command = (self.command)();
        command.stdin(Stdio::null()).stdout(log.try_clone().unwrap()).stderr(log);
        *self.child.lock().unwrap() = Some(command.spawn().unwrap_or_else(|e| panic!("{}: {command:?}: {e}", self.name)));
    }

    /// SIGTERM, and SIGKILL for one that takes more than ten seconds.
    pub fn stop(&self) {
        let Some(mut child) = self.child.lock().unwrap().take() else { return };
        let _ = Command::new("kill").args(["-TERM", &child.id().to_string()]).status();
        let deadline = Instant::now() + Duration::from_secs(10);
        while Instant::now() < deadline {
            if matches!(child.try_wait(), Ok(Some(_)) | Err(_)) {
                return;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        let _ = child.kill();
        let _ = child.wait();
    }

    pub fn log(&self) -> String {
        String::from_utf8_lossy(&std::fs::read(&self.log).unwrap_or_default()).into_owned()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        if let Some(mut child) = self.child.lock().unwrap().take() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

/// The last `lines` of a log.
pub fn tail(log: &str, lines: usize) -> String {
    let all: Vec<&str> = log.lines().collect();
    all[all.len().saturating_sub(lines)..].join("\n")
}
