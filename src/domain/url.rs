//! Addresses of others, normalised once and then compared: scheme, host and port together (general rule G2).

use ::url::{Host, Url};

/// Longest address taken from another server, in bytes.
pub const MAX_URL: usize = 2_048;

/// Reads an `http(s)` address of another server in its one normal form: lower-case ASCII host (punycode), no dot at its
/// end, default port left out. `None` for other schemes, userinfo, IP literals in any spelling, and what is too long.
///
/// An id keeps its own spelling (it is compared byte for byte); use this for *where* something lies.
pub fn parse_remote(text: &str) -> Option<Url> {
    if text.len() > MAX_URL || text.trim() != text {
        return None;
    }
    let mut url = Url::parse(text).ok()?;
    if !matches!(url.scheme(), "http" | "https") || !url.username().is_empty() || url.password().is_some() {
        return None;
    }
    let Some(Host::Domain(host)) = url.host() else { return None };
    let plain = host.trim_end_matches('.').to_owned();
    // A last label of digits or 0x… is an address in disguise to some resolvers.
    let last = plain.rsplit('.').next()?;
    if plain.is_empty() || last.chars().all(|c| c.is_ascii_digit()) || last.starts_with("0x") {
        return None;
    }
    if plain.len() != host.len() {
        url.set_host(Some(&plain)).ok()?;
    }
    Some(url)
}

/// `host` or `host:port` (port only where it isn't the scheme's own) of an address: the key that peers go by.
pub fn host_and_port(text: &str) -> Option<String> {
    let url = parse_remote(text)?;
    let host = url.host_str()?;
    Some(url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}")))
}

/// Whether two addresses lie on the same scheme, host and port.
pub fn same_origin(a: &str, b: &str) -> bool {
    match (parse_remote(a), parse_remote(b)) {
        (Some(a), Some(b)) => a.origin() == b.origin(),
        _ => false,
    }
}

/// Whether a host (with its port where not the scheme's own) is the one that a steward shut out, on whatever port, or lies
/// below it.
pub fn lies_under(host: &str, blocked: &str) -> bool {
    let plain = host.split(':').next().unwrap_or(host);
    host == blocked || plain == blocked || plain.strip_suffix(blocked).is_some_and(|sub| sub.ends_with('.'))
}

/// Last labels of names that only a machine or a network of its own knows.
const NOT_PUBLIC: [&str; 5] = ["localhost", "local", "internal", "onion", "i2p"];

/// Whether an address leads into the public network, as far as its name tells; nobody asks for it here.
pub fn is_public_name(text: &str) -> bool {
    let Some(url) = parse_remote(text) else { return false };
    let host = url.host_str().unwrap_or_default();
    host.rsplit_once('.').is_some_and(|(_, last)| !NOT_PUBLIC.contains(&last))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_holds_below_a_host_and_on_its_ports() {
        for under in ["evil.example", "evil.example:8443", "deep.evil.example", "deep.evil.example:81"] {
            assert!(lies_under(under, "evil.example"), "{under}");
        }
        assert!(lies_under("evil.localhost:81", "evil.localhost:81") && !lies_under("evil.localhost:82", "evil.localhost:81"));
        for other in ["notevil.example", "evil.example.org", "example"] {
            assert!(!lies_under(other, "evil.example"), "{other}");
        }
    }

    #[test]
    fn names_of_private_networks_are_not_public() {
        assert!(is_public_name("https://files.meadow.example/a.png"));
        for bad in ["https://printer/x", "http://a.local/", "http://x.localhost:8080/", "https://10.0.0.1/", "data:,x", "/x"] {
            assert!(!is_public_name(bad), "{bad}");
        }
    }

    #[test]
    fn org_16_spellings_of_one_host_are_one() {
        for spelling in [
            "https://VICTIM.example/x",
            "https://victim.example./x",
            "https://victim.example:443/x",
            "https://%76ictim.example/x",
        ] {
            assert_eq!(host_and_port(spelling).as_deref(), Some("victim.example"), "{spelling}");
        }
        assert_eq!(host_and_port("http://river.localhost:8081/c/x").as_deref(), Some("river.localhost:8081"));
    }

    #[test]
    fn srf_03_addresses_in_disguise_are_none() {
        for bad in [
            "https://127.0.0.1/",
            "https://127.1/",
            "https://2130706433/",
            "https://0x7f000001/",
            "https://0177.0.0.1/",
            "https://[::1]/",
            "https://user:pw@victim.example/",
            "https://user@victim.example/",
            "javascript:alert(1)",
            "data:text/html,x",
            "file:///etc/passwd",
            "ftp://victim.example/",
            "/relative",
            "#fragment",
            "",
            " https://a.example",
        ] {
            assert!(parse_remote(bad).is_none(), "{bad}");
        }
    }

    #[test]
    fn origins_need_scheme_host_and_port() {
        assert!(same_origin("https://a.example/1", "https://A.example:443/2"));
        assert!(!same_origin("https://a.example/1", "http://a.example/1"));
        assert!(!same_origin("https://a.example/1", "https://a.example:8443/1"));
        assert!(!same_origin("https://a.example/1", "https://b.a.example/1"));
    }
}
