//! A test run again in mount, network and process namespaces of its own: names, trust and ports in there touch nothing outside.

use std::process::Command;

/// Set inside.
const INSIDE: &str = "COMMUNARD_TEST_INSIDE";

pub fn is_inside() -> bool {
    std::env::var_os(INSIDE).is_some()
}

/// The words that start a program in namespaces of its own, as an unprivileged user too; or why that can't be.
pub fn words() -> Result<Vec<&'static str>, String> {
    let common = ["--mount", "--net", "--pid", "--fork", "--kill-child"];
    for user in [vec!["--user", "--map-root-user"], vec![]] {
        let words: Vec<&str> = user.into_iter().chain(common).collect();
        if Command::new("unshare")
            .args(&words)
            .args(["ip", "link", "set", "lo", "up"])
            .output()
            .is_ok_and(|out| out.status.success())
        {
            return Ok(words);
        }
    }
    Err("namespaces can't be made here (unshare --user --mount --net --pid)".to_owned())
}

/// The command that runs one test of this very program inside. The kernel ends every process in there as soon as this one ends,
/// however it ends.
pub fn command(words: &[&str], test: &str) -> Command {
    let mut command = Command::new("setpriv");
    command.args(["--pdeathsig", "KILL", "unshare"]).args(words).arg(std::env::current_exe().unwrap());
    command.args(["--exact", test, "--nocapture"]).env(INSIDE, "1");
    command
}
