//! Settings: defaults, then a file, then the environment, into one typed value. Unknown keys are an error.
//!
//! `config/default.toml` documents every key and *is* the defaults: it is embedded and read first.
//! Must not open databases or sockets; `cli::doctor` checks what needs those.

use crate::{
    domain::network::Network,
    error::{Error, Result},
};
use lettre::{AsyncSmtpTransport, Tokio1Executor, message::Mailbox};
use serde::Deserialize;
use std::path::{Path, PathBuf};

/// The documented defaults.
pub const DEFAULT_TOML: &str = include_str!("../config/default.toml");

/// Prefix of environment variables; `__` separates the table from the key.
const ENV_PREFIX: &str = "COMMUNARD__";

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    pub instance: Instance,
    pub server: Server,
    pub database: Database,
    pub data: Data,
    pub federation: Federation,
    pub delivery: Delivery,
    pub accounts: Accounts,
    pub media: Media,
    pub mail: Mail,
    pub log: Log,
}

/// How seriously the instance takes the world.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    /// One machine, plain http, peers on loopback: for trying out. Said loudly at each start.
    Local,
    /// The public network: https only, private addresses refused.
    Production,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Instance {
    pub domain: String,
    pub mode: Mode,
    pub indexable: bool,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Server {
    pub listen: String,
    pub workers: usize,
    pub tls: Tls,
    #[serde(deserialize_with = "networks")]
    pub trusted_proxies: Vec<Network>,
    pub shutdown_seconds: u64,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tls {
    pub cert: PathBuf,
    pub key: PathBuf,
}

#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Database {
    pub url: String,
    pub connections: u32,
    pub busy_timeout_seconds: u64,
}

/// Without the password that a PostgreSQL address may carry.
impl std::fmt::Debug for Database {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let url = url::Url::parse(&self.url).map(|mut url| {
            let _ = url.set_password(None);
            url.to_string()
        });
        f.debug_struct("Database")
            .field("url", &url.unwrap_or_default())
            .field("connections", &self.connections)
            .field("busy_timeout_seconds", &self.busy_timeout_seconds)
            .finish()
    }
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Data {
    pub dir: PathBuf,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Federation {
    pub allow_private_addresses: bool,
    pub extra_ca_file: PathBuf,
    pub max_body_bytes: usize,
    pub max_json_depth: usize,
    pub max_requests_per_activity: u32,
    pub connect_timeout_seconds: u64,
    pub request_timeout_seconds: u64,
    pub signature_max_age_seconds: u64,
    pub signature_max_skew_seconds: u64,
    pub key_refetch_seconds: u64,
    pub key_fetches_per_host_per_minute: u32,
    pub followers_sync_seconds: u64,
    pub inbox_per_host_per_minute: u32,
    pub visitor_lookups: u32,
    pub allowed_ports: Vec<u16>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Delivery {
    pub concurrency: usize,
    pub per_host: usize,
    pub slow_after_milliseconds: u64,
    pub slow_concurrency: usize,
    pub timeout_seconds: u64,
    pub claim_margin_seconds: u64,
    pub poll_milliseconds: u64,
    pub first_retry_seconds: u64,
    pub longest_retry_seconds: u64,
    pub longest_pause_seconds: u64,
    pub dormant_days: u32,
    pub give_up_days: u32,
    pub keep_done_days: u32,
    pub max_attempts_server_error: u32,
    pub retry_after_cap_seconds: u64,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Accounts {
    pub session_days: u32,
    pub invitation_days: u32,
    pub reset_minutes: u32,
    pub sign_in_tries: u32,
    pub sign_in_window_seconds: u64,
    pub hashing_at_once: usize,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Media {
    pub max_upload_bytes: usize,
    pub max_pixels: u64,
    pub keep_unused_hours: u32,
}

#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mail {
    pub smtp_url: String,
    pub from: String,
    /// Hours before a question closes at which who hasn't voted is reminded; 0: nobody is.
    pub remind_hours: u32,
}

/// Longest time before its end at which a vote is reminded of, in hours.
const MAX_REMIND_HOURS: u32 = 336;

impl Mail {
    /// What would otherwise be noticed by the first person who waits for a mail.
    fn check(&self) -> Result<()> {
        if self.remind_hours > MAX_REMIND_HOURS {
            return Err(Error::Config(format!("mail.remind_hours: {MAX_REMIND_HOURS} at most")));
        }
        if self.smtp_url.is_empty() {
            return Ok(());
        }
        // The address isn't repeated: it may hold a password.
        if AsyncSmtpTransport::<Tokio1Executor>::from_url(&self.smtp_url).is_err() {
            return Err(Error::Config("mail.smtp_url: not an address such as smtps://user:password@host:465".into()));
        }
        match self.from.parse::<Mailbox>() {
            Ok(_) => Ok(()),
            Err(_) => Err(Error::Config(format!(
                "mail.from: “{}” is not an address such as River <office@river.example>; mail.smtp_url needs one",
                self.from
            ))),
        }
    }
}

/// Without the password that the SMTP address may carry.
impl std::fmt::Debug for Mail {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Mail")
            .field("configured", &!self.smtp_url.is_empty())
            .field("from", &self.from)
            .field("remind_hours", &self.remind_hours)
            .finish()
    }
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Log {
    pub filter: String,
    pub format: LogFormat,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    Text,
    Json,
}

impl Settings {
    /// Reads the defaults, then `file` if given, then the process's environment, and checks what can be checked
    /// without touching anything. The error is one line that names the key.
    pub fn load(file: Option<&Path>) -> Result<Self> {
        Self::load_with(file, std::env::vars())
    }

    /// As `load`, with the environment handed in.
    pub fn load_with(file: Option<&Path>, env: impl IntoIterator<Item = (String, String)>) -> Result<Self> {
        let mut table: toml::Table = DEFAULT_TOML.parse().map_err(|e| Error::Config(format!("config/default.toml: {e}")))?;
        if let Some(path) = file {
            let text = std::fs::read_to_string(path)
                .map_err(|e| Error::Config(format!("can't read the configuration file {}: {e}", path.display())))?;
            let over: toml::Table = text
                .parse()
                .map_err(|e: toml::de::Error| Error::Config(format!("{}: {}", path.display(), one_line(e.message()))))?;
            overlay(&mut table, over, &path.display().to_string(), "")?;
        }
        for (name, value) in env {
            if let Some(path) = name.strip_prefix(ENV_PREFIX) {
                set_from_env(&mut table, &name, path, value)?;
            } else if let Some(meant) = mistyped(&table, &name) {
                return Err(Error::Config(format!(
                    "{name} sets nothing: a setting in the environment begins with {ENV_PREFIX}, as {meant}"
                )));
            }
        }
        let settings: Settings = table
            .try_into()
            .map_err(|e: toml::de::Error| Error::Config(format!("configuration: {}", one_line(&e.to_string()))))?;
        settings.check()?;
        Ok(settings)
    }

    fn check(&self) -> Result<()> {
        let fail = |text: String| Err(Error::Config(text));
        if self.server.listen.parse::<std::net::SocketAddr>().is_err() {
            return fail(format!(
                "server.listen: “{}” is not an address with a port, such as 127.0.0.1:8080",
                self.server.listen
            ));
        }
        if self.server.tls.cert.as_os_str().is_empty() != self.server.tls.key.as_os_str().is_empty() {
            return fail("server.tls: give both cert and key, or neither".into());
        }
        if self.instance.mode == Mode::Production {
            if self.instance.domain.contains(':') {
                return fail(format!("instance.domain: “{}” has a port; in production a domain has none", self.instance.domain));
            }
            if std::env::var_os("DANGER_FEDERATION_ALLOW_LOCAL_IP").is_some() {
                return fail(
                    "DANGER_FEDERATION_ALLOW_LOCAL_IP is set in the environment: it would let strangers reach this machine's \
                     private services. Unset it, or use instance.mode = \"local\""
                        .into(),
                );
            }
        }
        if !self.database.url.starts_with("sqlite:")
            && !self.database.url.starts_with("postgres://")
            && !self.database.url.starts_with("postgresql://")
        {
            return fail("database.url: must begin with sqlite: or postgres://".into());
        }
        if self.instance.domain.contains(['/', '@', ' ']) {
            return fail(format!("instance.domain: “{}” is no name such as river.example", self.instance.domain));
        }
        if let Err(error) = tracing_subscriber::EnvFilter::try_new(&self.log.filter) {
            return fail(format!("log.filter: “{}”: {error}", self.log.filter));
        }
        self.mail.check()
    }

    pub fn is_local(&self) -> bool {
        self.instance.mode == Mode::Local
    }

    /// Whether addresses of this machine and of private networks may be contacted.
    pub fn private_addresses_allowed(&self) -> bool {
        self.is_local() || self.federation.allow_private_addresses
    }
}

/// Addresses and networks in text; the error names the key, since serde's doesn't.
fn networks<'de, D: serde::Deserializer<'de>>(deserializer: D) -> std::result::Result<Vec<Network>, D::Error> {
    let texts = Vec::<String>::deserialize(deserializer)?;
    let parsed =
        texts.iter().map(|text| text.parse().map_err(|e| serde::de::Error::custom(format!("server.trusted_proxies: {e}"))));
    parsed.collect()
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Puts `over` above `base`; both must have the same shape, so that a mistyped key is found and named.
fn overlay(base: &mut toml::Table, over: toml::Table, source: &str, prefix: &str) -> Result<()> {
    for (key, value) in over {
        let name = format!("{prefix}{key}");
        match (base.get_mut(&key), value) {
            (None, _) => return Err(Error::Config(format!("{source}: there is no setting “{name}”; see config/default.toml"))),
            (Some(toml::Value::Table(inner)), toml::Value::Table(value)) => overlay(inner, value, source, &format!("{name}."))?,
            (Some(slot), value) if slot.type_str() == value.type_str() => *slot = value,
            (Some(slot), value) => {
                return Err(Error::Config(format!(
                    "{source}: “{name}” must be a {}, not a {}",
                    slot.type_str(),
                    value.type_str()
                )));
            }
        }
    }
    Ok(())
}

/// `SERVER__TLS__CERT` → `server.tls.cert`; the text takes the type that the default has. Lists are split at commas.
fn set_from_env(table: &mut toml::Table, name: &str, path: &str, text: String) -> Result<()> {
    let unknown = || Error::Config(format!("environment: {name} is no setting; see config/default.toml"));
    let keys: Vec<String> = path.to_ascii_lowercase().split("__").map(str::to_owned).collect();
    let (last, tables) = keys.split_last().ok_or_else(unknown)?;
    let mut table = table;
    for key in tables {
        table = table.get_mut(key).and_then(toml::Value::as_table_mut).ok_or_else(unknown)?;
    }
    let slot = table.get_mut(last).ok_or_else(unknown)?;
    let wrong = |kind: &str| Error::Config(format!("environment: {name} must be {kind}, not “{text}”"));
    *slot = match slot {
        toml::Value::String(_) => toml::Value::String(text),
        toml::Value::Integer(_) => toml::Value::Integer(text.parse().map_err(|_| wrong("a whole number"))?),
        toml::Value::Boolean(_) => toml::Value::Boolean(text.parse().map_err(|_| wrong("true or false"))?),
        toml::Value::Array(_) => {
            let items = text.split(',').map(str::trim).filter(|item| !item.is_empty());
            items
                .map(|item| item.parse().map_or_else(|_| toml::Value::String(item.to_owned()), toml::Value::Integer))
                .collect::<Vec<_>>()
                .into()
        }
        _ => return Err(unknown()),
    };
    Ok(())
}

/// What a name with one underscore too few was meant to be: a `COMMUNARD_INSTANCE__MODE` that nobody reads would leave an
/// instance in local mode whose steward believes otherwise.
fn mistyped(table: &toml::Table, name: &str) -> Option<String> {
    let path = name.strip_prefix(ENV_PREFIX.trim_end_matches('_'))?.trim_start_matches('_');
    let section = table.keys().find(|section| path.to_ascii_lowercase().starts_with(&format!("{section}_")))?;
    let key = path[section.len()..].trim_start_matches('_');
    Some(format!("{ENV_PREFIX}{}__{key}", section.to_ascii_uppercase()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn env(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        pairs.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect()
    }

    #[test]
    fn the_defaults_are_whole() {
        let settings = Settings::load_with(None, env(&[])).unwrap();
        assert_eq!(settings.instance.mode, Mode::Local);
        assert_eq!(settings.server.listen, "127.0.0.1:8080");
    }

    #[test]
    fn the_environment_goes_over_the_file() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("c.toml");
        std::fs::write(&file, "[server]\nlisten = \"127.0.0.1:1\"\n[instance]\ndomain = \"a.example\"\n").unwrap();
        let settings =
            Settings::load_with(Some(&file), env(&[("COMMUNARD__SERVER__LISTEN", "127.0.0.1:2"), ("HOME", "/x")])).unwrap();
        assert_eq!(settings.server.listen, "127.0.0.1:2");
        assert_eq!(settings.instance.domain, "a.example");
    }

    #[test]
    fn ops_20_what_is_wrong_is_named() {
        let say = |pairs: &[(&str, &str)]| Settings::load_with(None, env(pairs)).unwrap_err().to_string();
        assert!(say(&[("COMMUNARD__SERVER__LISTN", "x")]).contains("COMMUNARD__SERVER__LISTN"));
        assert!(say(&[("COMMUNARD_INSTANCE__MODE", "production")]).ends_with("as COMMUNARD__INSTANCE__MODE"));
        assert!(say(&[("COMMUNARD_SERVER_LISTEN", "127.0.0.1:2")]).ends_with("as COMMUNARD__SERVER__LISTEN"));
        assert!(Settings::load_with(None, env(&[("COMMUNARD_TEST_REQUIRE", "peers")])).is_ok());
        assert!(say(&[("COMMUNARD__SERVER__LISTEN", "everywhere")]).contains("server.listen"));
        assert!(say(&[("COMMUNARD__DATABASE__CONNECTIONS", "many")]).contains("whole number"));
        assert!(
            say(&[("COMMUNARD__SERVER__TRUSTED_PROXIES", "172.16.0.0/33")]).contains("server.trusted_proxies: “172.16.0.0/33”")
        );
        assert!(say(&[("COMMUNARD__DATABASE__URL", "mysql://x")]).contains("database.url"));
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("c.toml");
        std::fs::write(&file, "[server]\nlistne = \"x\"\n").unwrap();
        assert!(Settings::load_with(Some(&file), env(&[])).unwrap_err().to_string().contains("server.listne"));
    }

    #[test]
    fn no_password_is_printed() {
        let settings = Settings::load_with(
            None,
            env(&[
                ("COMMUNARD__DATABASE__URL", "postgres://u:secret@h/d"),
                ("COMMUNARD__MAIL__SMTP_URL", "smtps://u:hidden@m"),
                ("COMMUNARD__MAIL__FROM", "office@river.example"),
            ]),
        )
        .unwrap();
        let text = format!("{settings:?}");
        assert!(!text.contains("secret") && !text.contains("hidden"), "{text}");
    }
}
