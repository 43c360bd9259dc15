//! Every key of config/default.toml can be set by a file and by the environment; what is wrong is named in one line.

use crate::harness::{Backend, Instance, backends, free_port};
use communard::config::{DEFAULT_TOML, Settings};
use std::process::{Command, Output};
use toml::Value;

/// `server.tls.cert` and its default, for each key.
fn keys() -> Vec<(String, Value)> {
    fn walk(prefix: &str, table: &toml::Table, found: &mut Vec<(String, Value)>) {
        for (key, value) in table {
            match value {
                Value::Table(inner) => walk(&format!("{prefix}{key}."), inner, found),
                value => found.push((format!("{prefix}{key}"), value.clone())),
            }
        }
    }
    let mut found = Vec::new();
    walk("", &DEFAULT_TOML.parse().unwrap(), &mut found);
    assert!(found.len() > 40);
    found
}

fn variable(key: &str) -> String {
    format!("COMMUNARD__{}", key.to_uppercase().replace('.', "__"))
}

/// Another good value: as TOML, and as text for the environment.
fn other(key: &str, default: &Value) -> (String, String) {
    let text = match key {
        "instance.domain" => "river.example",
        "instance.mode" => "production",
        "server.listen" => "127.0.0.1:9999",
        "database.url" => "postgres://u@h/d",
        "log.format" => "json",
        "log.filter" => "warn",
        "mail.smtp_url" => "smtp://mail.example:25",
        "mail.from" => "River <office@river.example>",
        "server.trusted_proxies" => return ("[\"10.0.0.0/8\"]".into(), "10.0.0.0/8".into()),
        "federation.allowed_ports" => return ("[8443, 9443]".into(), "8443, 9443".into()),
        "accounts.reset_minutes" => return ("30".into(), "30".into()),
        _ => match default {
            Value::Integer(n) => return ((n + 1).to_string(), (n + 1).to_string()),
            Value::Boolean(b) => return ((!b).to_string(), (!b).to_string()),
            _ => "/some/where",
        },
    };
    (format!("{text:?}"), text.to_owned())
}

/// Keys that only make sense together.
fn beside(key: &str) -> Option<(&'static str, &'static str)> {
    match key {
        "server.tls.cert" => Some(("server.tls.key", "/some/key")),
        "server.tls.key" => Some(("server.tls.cert", "/some/cert")),
        "mail.smtp_url" => Some(("mail.from", "office@river.example")),
        _ => None,
    }
}

/// A file that sets these keys.
fn file(pairs: &[(&str, &str)]) -> tempfile::NamedTempFile {
    let file = tempfile::NamedTempFile::new().unwrap();
    // Dotted keys stand at the top of a file.
    let text: String = pairs.iter().map(|(key, value)| format!("{key} = {value}\n")).collect();
    std::fs::write(file.path(), text).unwrap();
    file
}

#[test]
fn each_key_is_taken_from_a_file_and_from_the_environment() {
    let defaults = format!("{:?}", Settings::load_with(None, []).unwrap());
    for (key, default) in keys() {
        let (toml, text) = other(&key, &default);
        let more = beside(&key);
        let mut pairs = vec![(key.as_str(), toml.as_str())];
        let quoted = more.map(|(name, value)| (name, format!("{value:?}")));
        pairs.extend(quoted.as_ref().map(|(name, value)| (*name, value.as_str())));
        let written = file(&pairs);
        let mut env = vec![(variable(&key), text.clone())];
        env.extend(more.map(|(name, value)| (variable(name), value.to_owned())));
        let by_file = Settings::load_with(Some(written.path()), []).unwrap_or_else(|e| panic!("{key} by file: {e}"));
        let by_env = Settings::load_with(None, env.clone()).unwrap_or_else(|e| panic!("{key} by environment: {e}"));
        assert_eq!(format!("{by_file:?}"), format!("{by_env:?}"), "{key}");
        assert_ne!(format!("{by_env:?}"), defaults, "{key}: no effect");
        // The environment goes over the file.
        let (default_file, over) =
            (file(&[(&key, &default.to_string())]), Settings::load_with(Some(written.path()), []).unwrap());
        let both = Settings::load_with(Some(default_file.path()), env).unwrap_or_else(|e| panic!("{key}: {e}"));
        assert_eq!(format!("{both:?}"), format!("{over:?}"), "{key}: the environment goes over the file");
    }
}

/// What loading says, which must be one line.
#[track_caller]
fn refused(path: Option<&std::path::Path>, env: &[(String, String)], context: &str) -> String {
    let error = Settings::load_with(path, env.to_vec()).err().unwrap_or_else(|| panic!("{context}: taken"));
    let text = error.to_string();
    assert_eq!(text.lines().count(), 1, "{context}: {text}");
    text
}

#[test]
fn ops_20_wrong_types_and_odd_values_are_named_in_one_line() {
    for (key, default) in keys() {
        let name = variable(&key);
        let wrong: &[&str] = match default {
            Value::String(_) => &["1", "true", "[\"a\"]", "{ a = 1 }"],
            Value::Integer(_) => &["\"many\"", "1.5", "true", "[1]"],
            Value::Boolean(_) => &["\"perhaps\"", "1"],
            _ => &["\"a\"", "1", "[[1]]", "[true]"],
        };
        for value in wrong {
            let written = file(&[(&key, value)]);
            let said = refused(Some(written.path()), &[], &format!("{key} = {value}"));
            assert!(said.contains(&key), "{key} = {value}: {said}");
        }
        let wrong: &[&str] = match default {
            Value::Integer(_) => &["", "many", "1.5", "-1", "99999999999999999999"],
            Value::Boolean(_) => &["", "perhaps", "1"],
            Value::Array(_) => &["::::", "-1"],
            _ => &[],
        };
        for value in wrong {
            let said = refused(None, &[(name.clone(), (*value).to_owned())], &format!("{name}={value}"));
            assert!(said.contains(&name) || said.contains(&key), "{name}={value}: {said}");
        }
        // Empty is a value where the page of settings says what it means, and an error elsewhere; never a panic.
        if default.is_str()
            && let Err(error) = Settings::load_with(None, [(name.clone(), String::new())])
        {
            let said = error.to_string();
            assert!(said.lines().count() == 1 && (said.contains(&key) || said.contains(&name)), "{name} empty: {said}");
        }
    }
    for (key, value) in [
        ("instance.mode", "\"prod\""),
        ("instance.domain", "\"https://river.example/\""),
        ("log.format", "\"yaml\""),
        ("log.filter", "\"com=munard=loud\""),
        ("server.listen", "\"everywhere\""),
        ("server.tls.cert", "\"/only/this.pem\""),
        ("database.url", "\"mysql://h/d\""),
        ("server.trusted_proxies", "[\"172.16.0.0/33\"]"),
        ("federation.allowed_ports", "[70000]"),
        ("mail.smtp_url", "\"smtp://h\\u0000/\""),
        ("mail.smtp_url", "\"http://mail.example\""),
        ("mail.from", "\"nobody\""),
    ] {
        let mut pairs = vec![(key, value)];
        if key == "mail.from" {
            pairs.push(("mail.smtp_url", "\"smtp://mail.example\""));
        }
        let written = file(&pairs);
        let said = refused(Some(written.path()), &[], &format!("{key} = {value}"));
        assert!(said.contains(key) || said.contains(key.rsplit_once('.').unwrap().0), "{key} = {value}: {said}");
    }
    // A password in an address is not repeated.
    let said = refused(None, &[("COMMUNARD__MAIL__SMTP_URL".into(), "http://u:hidden@mail.example".into())], "smtp");
    assert!(!said.contains("hidden"), "{said}");
}

/// Runs the program with these settings, in an empty folder.
fn run(args: &[&str], env: &[(&str, &str)]) -> Output {
    let dir = tempfile::tempdir().unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_communard"));
    command.args(args).current_dir(dir.path()).env_remove("RUST_LOG");
    command.envs(env.iter().map(|(key, value)| (format!("COMMUNARD__{key}"), value)));
    command.output().unwrap()
}

#[track_caller]
fn one_line(output: &Output, clue: &str) {
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert_eq!(said.lines().count(), 1, "{said}");
    assert!(said.contains(clue), "no “{clue}” in {said}");
}

#[test]
fn ops_20_the_program_refuses_to_start_and_says_why() {
    let written = |text: &str| {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), text).unwrap();
        file
    };
    let path = |file: &tempfile::NamedTempFile| file.path().display().to_string();
    for command in ["serve", "queue", "doctor", "migrate"] {
        one_line(&run(&["--config", "/nowhere/at/all.toml", command], &[]), "/nowhere/at/all.toml");
        let unknown = written("[server]\nlistne = \"127.0.0.1:1\"\n");
        one_line(&run(&["--config", &path(&unknown), command], &[]), "server.listne");
        let broken = written("[server\nlisten = \n");
        one_line(&run(&["--config", &path(&broken), command], &[]), &path(&broken));
        one_line(&run(&[command], &[("SERVER__WORKERS", "")]), "COMMUNARD__SERVER__WORKERS");
        one_line(&run(&[command], &[("SERVER__LISTNE", "x")]), "COMMUNARD__SERVER__LISTNE");
        one_line(&run(&[command], &[("DATABASE__URL", "sqlite:/nowhere/at/all/x.sqlite3")]), "/nowhere/at/all");
        let away = format!("postgres://u:hidden@127.0.0.1:{}/d", free_port());
        let output = run(&[command], &[("DATABASE__URL", &away), ("DATABASE__BUSY_TIMEOUT_SECONDS", "1")]);
        one_line(&output, "database");
        assert!(!String::from_utf8_lossy(&output.stderr).contains("hidden"));
        let in_the_way = written("");
        one_line(&run(&[command], &[("DATA__DIR", &path(&in_the_way))]), &path(&in_the_way));
    }
    one_line(&run(&["serve"], &[("FEDERATION__EXTRA_CA_FILE", "/nowhere/ca.pem")]), "/nowhere/ca.pem");
    let nonsense = written("no certificate");
    one_line(&run(&["serve"], &[("FEDERATION__EXTRA_CA_FILE", &path(&nonsense))]), "extra_ca_file");
    let tls =
        [("SERVER__LISTEN", "127.0.0.1:0"), ("SERVER__TLS__CERT", "/nowhere/c.pem"), ("SERVER__TLS__KEY", "/nowhere/k.pem")];
    one_line(&run(&["serve"], &tls), "/nowhere/c.pem");
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let listen = taken.local_addr().unwrap().to_string();
    one_line(&run(&["serve"], &[("SERVER__LISTEN", &listen)]), &listen);
}

#[test]
fn ops_20_another_domain_than_the_first_is_refused() {
    for backend in backends() {
        let instance = Instance::builder("river", backend).prepare();
        let other = format!("meadow.localhost:{}", instance.port);
        for command in ["serve", "queue"] {
            let output = instance.cli_with_env(&[command], &[("INSTANCE__DOMAIN", &other)]);
            one_line(&output, &instance.domain);
            assert!(String::from_utf8_lossy(&output.stderr).contains(&other));
        }
        assert_eq!(instance.cli(&["queue"])["waiting"], 0, "{backend:?}: with its own it goes on");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn settings_that_scripts_use_have_their_effect() {
    let dir = tempfile::tempdir().unwrap();
    let port = free_port();
    let config = dir.path().join("config.toml");
    let text = format!(
        "[instance]\ndomain = \"brook.localhost:{port}\"\n[server]\nlisten = \"127.0.0.1:{port}\"\n[data]\ndir = {:?}\n\
         [log]\nformat = \"json\"\nfilter = \"info\"\n",
        dir.path().join("kept")
    );
    std::fs::write(&config, text).unwrap();
    let config = config.display().to_string();
    let program = |args: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_communard"));
        command.args(["--config", &config]).args(args).current_dir(dir.path()).env_remove("RUST_LOG");
        command
    };
    let mut setup = program(&[
        "--json",
        "setup",
        "--name",
        "Brook",
        "--collective",
        "brook",
        "--collective-name",
        "Brook",
        "--member",
        "ada",
        "--passphrase-stdin",
    ]);
    let mut child = setup.stdin(std::process::Stdio::piped()).stdout(std::process::Stdio::piped()).spawn().unwrap();
    std::io::Write::write_all(&mut child.stdin.take().unwrap(), b"the river runs to the sea\n").unwrap();
    let output = child.wait_with_output().unwrap();
    let said: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(said["domain"], format!("brook.localhost:{port}"));
    assert!(dir.path().join("kept/communard.sqlite3").is_file(), "data.dir");
    let log = dir.path().join("log");
    let mut server = program(&["serve"]).stderr(std::fs::File::create(&log).unwrap()).spawn().unwrap();
    let up = || async {
        let answer = crate::harness::client().get(format!("http://brook.localhost:{port}/readyz")).send().await;
        answer.is_ok_and(|answer| answer.status() == 200).then_some(())
    };
    crate::harness::eventually("it listens where it was told to", 30, up).await;
    let logged = || async {
        let text = std::fs::read_to_string(&log).unwrap();
        let parsed = text.lines().filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok());
        parsed.into_iter().find(|line| line["message"] == "answered" && line["status"] == 200)
    };
    let line = crate::harness::eventually("a line of JSON", 10, logged).await;
    assert_eq!(line["level"], "INFO");
    server.kill().unwrap();
    server.wait().unwrap();
}

/// The backend is part of every instance under test: this one shows that it is the one that was asked for.
#[test]
fn the_database_is_the_one_that_the_settings_name() {
    for backend in backends() {
        let instance = Instance::builder("river", backend).prepare();
        assert_eq!(instance.data_dir().join("communard.sqlite3").is_file(), backend == Backend::Sqlite);
    }
}
