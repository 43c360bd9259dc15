//! Where requests may go: rules for addresses as written ([`Guard`]) and as resolved ([`is_public`]).
//!
//! One place for delivery, fetches, WebFinger and all else that leaves (SRF-01 to SRF-09). Must not send anything itself.

use crate::{
    config::Settings,
    db::{self, Db},
    domain::url::{host_and_port, parse_remote},
    error::Result,
};
use std::{
    collections::HashSet,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
    sync::{Arc, RwLock},
    time::{Duration, Instant},
};
use url::Url;

/// Why no request goes there. Final: trying again doesn't help until settings or blocks change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Guarded(pub &'static str);

/// Last labels of names that are not of the public DNS; asking for them would tell others what we look for (SRF-09).
const NOT_PUBLIC: &[&str] = &["onion", "i2p", "local", "internal"];

/// How long blocks and our own name are kept: another process may change them.
const FACTS_FOR: Duration = Duration::from_secs(5);

/// What the rules need to know about this instance and its stewards' wishes.
#[derive(Debug, Default)]
struct Facts {
    /// `river.example`, in local mode with its port. `None` before setup.
    own: Option<String>,
    blocked: HashSet<String>,
    read_at: Option<Instant>,
}

/// The rules for addresses.
pub struct Guard {
    /// Plain http, `.localhost`, any port.
    local: bool,
    /// Addresses of this machine and of private networks.
    private: bool,
    ports: Vec<u16>,
    db: Db,
    facts: RwLock<Arc<Facts>>,
}

impl Guard {
    pub fn new(settings: &Settings, db: Db) -> Self {
        Self {
            local: settings.is_local(),
            private: settings.private_addresses_allowed(),
            ports: settings.federation.allowed_ports.clone(),
            db,
            facts: RwLock::default(),
        }
    }

    /// Whether a request may go to this address, as far as its text tells.
    ///
    /// # Errors
    /// The database's, where blocks can't be read; and in the inner result, why not.
    pub async fn check(&self, url: &Url) -> Result<Result<(), Guarded>> {
        let facts = self.facts().await?;
        Ok(self.check_with(url, &facts))
    }

    /// Our own name as peers see it, for the User-Agent. `None` before setup.
    pub async fn own(&self) -> Option<String> {
        self.facts().await.ok().and_then(|facts| facts.own.clone())
    }

    async fn facts(&self) -> Result<Arc<Facts>> {
        let known = self.facts.read().unwrap_or_else(|poisoned| poisoned.into_inner()).clone();
        if known.own.is_some() && known.read_at.is_some_and(|at| at.elapsed() < FACTS_FOR) {
            return Ok(known);
        }
        let read = self.db.read(|conn| Ok((db::instance::load(conn)?, db::blocks::hosts(conn)?))).await?;
        let own = read.0.map(|instance| instance.domain);
        let facts = Arc::new(Facts { own, blocked: read.1, read_at: Some(Instant::now()) });
        *self.facts.write().unwrap_or_else(|poisoned| poisoned.into_inner()) = facts.clone();
        Ok(facts)
    }

    fn check_with(&self, url: &Url, facts: &Facts) -> Result<(), Guarded> {
        let Some(plain) = parse_remote(url.as_str()) else {
            return Err(Guarded("the address is not one of a web server with a name"));
        };
        let host = plain.host_str().unwrap_or_default();
        if plain.scheme() != "https" && !self.local {
            return Err(Guarded("the address is not https"));
        }
        if let Some(port) = plain.port()
            && !self.private
            && !self.ports.contains(&port)
        {
            return Err(Guarded("the address has a port that is not allowed"));
        }
        self.check_name(host)?;
        if facts.own.as_deref().is_some_and(|own| self.is_own(own, &plain)) {
            return Err(Guarded("the address is our own"));
        }
        let with_port = host_and_port(plain.as_str()).unwrap_or_default();
        let shut_out = |name: &str| facts.blocked.contains(name);
        // A block of a domain holds for the hosts below it.
        let parents = host.match_indices('.').map(|(at, _)| &host[at + 1..]);
        if shut_out(host) || shut_out(&with_port) || parents.into_iter().any(shut_out) {
            return Err(Guarded("the host is blocked"));
        }
        Ok(())
    }

    /// Locally, instances share a host and differ by port; in public a host is one server, whatever the port.
    fn is_own(&self, own: &str, url: &Url) -> bool {
        if self.local {
            return host_and_port(url.as_str()).as_deref() == Some(own);
        }
        url.host_str() == own.split(':').next()
    }

    /// Whether a name may be asked for at all.
    fn check_name(&self, host: &str) -> Result<(), Guarded> {
        let last = host.rsplit('.').next().unwrap_or_default();
        match last {
            "localhost" if self.private => Ok(()),
            "localhost" => Err(Guarded("the name is one of this machine")),
            _ if NOT_PUBLIC.contains(&last) => Err(Guarded("the name is not a public one")),
            _ if last.len() == host.len() => Err(Guarded("the name is not a public one")),
            _ => Ok(()),
        }
    }
}

/// Finds addresses for the client. Those found are those connected to, so a name can't change its address between the
/// check and the connection (SRF-04).
pub struct Resolver {
    private: bool,
}

impl Resolver {
    pub fn new(settings: &Settings) -> Self {
        Self { private: settings.private_addresses_allowed() }
    }
}

impl reqwest::dns::Resolve for Resolver {
    fn resolve(&self, name: reqwest::dns::Name) -> reqwest::dns::Resolving {
        let private = self.private;
        let name = name.as_str().trim_end_matches('.').to_ascii_lowercase();
        Box::pin(async move {
            let addrs: Vec<std::net::SocketAddr> = if name == "localhost" || name.ends_with(".localhost") {
                // Loopback without DNS (RFC 6761 §6.3), on systems whose resolver doesn't know.
                vec![(Ipv4Addr::LOCALHOST, 0).into()]
            } else {
                tokio::net::lookup_host((name.as_str(), 0)).await?.collect()
            };
            // One bad address spoils the name: which one is tried first is not ours to say.
            if !private && addrs.iter().any(|addr| !is_public(addr.ip())) {
                return Err(Guarded("the name leads to an address that is not public").into());
            }
            Ok(Box::new(addrs.into_iter()) as reqwest::dns::Addrs)
        })
    }
}

/// Whether an address is one of the public internet. IPv6 addresses that carry an IPv4 address never are: the network
/// may turn them into any (SRF-02).
pub fn is_public(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => is_public_v4(ip),
        IpAddr::V6(ip) => is_public_v6(ip),
    }
}

/// The IANA IPv4 Special-Purpose Address Registry, multicast and the former class E.
fn is_public_v4(ip: Ipv4Addr) -> bool {
    let [a, b, c, _] = ip.octets();
    let special = match (a, b, c) {
        (0 | 10 | 127, ..) => true,
        (100, 64..=127, _) => true,
        (169, 254, _) => true,
        (172, 16..=31, _) => true,
        (192, 168, _) => true,
        // Protocol assignments, documentation, AS112, the former 6to4 relay, AMT.
        (192, 0, 0 | 2) | (192, 31, 196) | (192, 52, 193) | (192, 88, 99) | (192, 175, 48) => true,
        (198, 18 | 19, _) | (198, 51, 100) | (203, 0, 113) => true,
        (224..=255, ..) => true,
        _ => false,
    };
    !special
}

/// Global unicast (2000::/3) without what carries IPv4, tunnels, documentation or benchmarks in it.
fn is_public_v6(ip: Ipv6Addr) -> bool {
    let [a, b, c, ..] = ip.segments();
    let special = match (a, b, c) {
        // Loopback, unspecified, mapped, compatible, NAT64 (64:ff9b::/96 and /48), discard, unique local, link local,
        // site local, multicast: all outside of 2000::/3.
        (..=0x1fff | 0x4000.., ..) => true,
        // 2001::/23, IETF protocol assignments: Teredo, benchmarks, ORCHID.
        (0x2001, 0..=0x01ff, _) => true,
        (0x2001, 0x0db8, _) | (0x3fff, 0..=0x0fff, _) => true,
        (0x2002, ..) => true,
        (0x2620, 0x4f, 0x8000) => true,
        _ => false,
    };
    !special
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn srf_01_no_address_of_private_or_special_networks_is_public() {
        for bad in [
            "127.0.0.1",
            "127.255.255.254",
            "0.0.0.0",
            "0.1.2.3",
            "10.0.0.1",
            "172.16.0.1",
            "172.31.255.255",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "100.127.255.255",
            "192.0.0.1",
            "192.0.2.1",
            "192.88.99.1",
            "198.18.0.1",
            "198.19.255.255",
            "198.51.100.1",
            "203.0.113.1",
            "224.0.0.1",
            "239.255.255.255",
            "240.0.0.1",
            "255.255.255.255",
            "::1",
            "::",
            "fc00::1",
            "fdff::1",
            "fe80::1",
            "febf::1",
            "fec0::1",
            "ff02::1",
            "100::1",
            "2001:db8::1",
            "2001:2::1",
            "3fff::1",
            "5f00::1",
        ] {
            assert!(!is_public(bad.parse().unwrap()), "{bad}");
        }
        for good in ["1.1.1.1", "100.63.0.1", "100.128.0.1", "172.15.0.1", "172.32.0.1", "192.0.1.1", "198.17.0.1", "198.20.0.1"]
        {
            assert!(is_public(good.parse().unwrap()), "{good}");
        }
        for good in ["2606:4700::1111", "2a00:1450::1", "2001:4860:4860::8888", "2001:200::1", "2003::1"] {
            assert!(is_public(good.parse().unwrap()), "{good}");
        }
    }

    #[test]
    fn srf_02_no_ipv4_inside_ipv6_is_public() {
        for bad in [
            "::ffff:10.0.0.1",
            "::ffff:1.1.1.1",
            "::127.0.0.1",
            "::1.1.1.1",
            "::ffff:0:127.0.0.1",
            "64:ff9b::7f00:1",
            "64:ff9b::101:101",
            "64:ff9b:1::7f00:1",
            "2002:7f00:1::",
            "2002:101:101::1",
            "2001:0:7f00:1::",
            "2001::1",
        ] {
            assert!(!is_public(bad.parse().unwrap()), "{bad}");
        }
    }

    fn guard(pairs: &[(&str, &str)]) -> (Guard, tempfile::TempDir) {
        let dir = tempfile::tempdir().unwrap();
        let mut env: Vec<(String, String)> = pairs.iter().map(|(k, v)| (format!("COMMUNARD__{k}"), (*v).to_owned())).collect();
        env.push(("COMMUNARD__DATA__DIR".into(), dir.path().display().to_string()));
        let settings = Settings::load_with(None, env).unwrap();
        (Guard::new(&settings, Db::open(&settings).unwrap()), dir)
    }

    fn facts(own: &str) -> Facts {
        Facts { own: Some(own.into()), blocked: ["shut.example".to_owned(), "x.localhost:81".to_owned()].into(), read_at: None }
    }

    fn allows(guard: &Guard, own: &str, url: &str) -> bool {
        Url::parse(url).is_ok_and(|url| guard.check_with(&url, &facts(own)).is_ok())
    }

    #[test]
    fn srf_03_to_09_what_may_not_be_asked_for_in_production() {
        let (guard, _dir) = guard(&[("INSTANCE__MODE", "production"), ("FEDERATION__ALLOWED_PORTS", "8443")]);
        let own = "river.example";
        for good in ["https://meadow.example/users/ada", "https://meadow.example:443/", "https://meadow.example:8443/x?y"] {
            assert!(allows(&guard, own, good), "{good}");
        }
        for bad in [
            "http://meadow.example/",
            "ftp://meadow.example/",
            "file:///etc/passwd",
            "gopher://meadow.example/",
            "data:text/plain,x",
            "https://127.0.0.1/",
            "https://127.1/",
            "https://2130706433/",
            "https://0x7f000001/",
            "https://0177.0.0.1/",
            "https://93.184.216.34/",
            "https://[::1]/",
            "https://[2606:4700::1111]/",
            "https://meadow.example:80/",
            "https://meadow.example:8080/",
            "https://user@meadow.example/",
            "https://user:password@meadow.example/",
            "https://river.example/inbox",
            "https://RIVER.example./inbox",
            "https://river.example:8443/inbox",
            "https://hidden.onion/",
            "https://x.i2p/",
            "https://printer.local/",
            "https://metadata.google.internal/",
            "https://intranet/",
            "https://localhost/",
            "https://x.localhost/",
            "https://shut.example/",
            "https://a.SHUT.example./",
        ] {
            assert!(!allows(&guard, own, bad), "{bad}");
        }
    }

    #[tokio::test]
    async fn names_are_resolved_to_what_may_be_connected_to() {
        use reqwest::dns::Resolve;
        let resolver = |mode: &str| {
            let env = [("COMMUNARD__INSTANCE__MODE".to_owned(), mode.to_owned())];
            Resolver::new(&Settings::load_with(None, env).unwrap())
        };
        for name in ["localhost", "ear.localhost", "127.0.0.1", "10.0.0.1", "169.254.169.254"] {
            assert!(resolver("production").resolve(name.parse().unwrap()).await.is_err(), "{name}");
        }
        let found: Vec<_> = resolver("local").resolve("ear.localhost".parse().unwrap()).await.unwrap().collect();
        assert!(found.iter().all(|addr| addr.ip().is_loopback()) && !found.is_empty());
    }

    #[test]
    fn srf_08_local_mode_knows_itself_by_host_and_port() {
        let (guard, _dir) = guard(&[]);
        let own = "river.localhost:8081";
        for good in ["http://meadow.localhost:8082/", "http://river.localhost:8082/", "https://meadow.example/"] {
            assert!(allows(&guard, own, good), "{good}");
        }
        for bad in [
            "http://river.localhost:8081/x",
            "http://River.localhost.:8081/x",
            "http://127.0.0.1:8082/",
            "http://x.localhost:81/",
            "http://x.onion/",
        ] {
            assert!(!allows(&guard, own, bad), "{bad}");
        }
    }
}
