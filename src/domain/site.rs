//! The addresses of our own things. Every id that we give out is made here, from the one base that setup fixed.

/// What this instance is and where its things stand. Made from the database at start and after setup.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Site {
    /// `river.example`; with a port in local mode only.
    pub domain: String,
    /// `https://river.example`, no slash at the end.
    pub base_url: String,
    pub name: String,
    pub description: String,
    /// BCP 47 tags of the instance's languages, its own first.
    pub languages: Vec<String>,
    /// Whether it wants to be found by search engines, here and elsewhere.
    pub indexable: bool,
}

impl Site {
    /// The host without a port.
    pub fn host(&self) -> &str {
        self.domain.split(':').next().unwrap_or(&self.domain)
    }

    /// The actor that signs our fetches (type `Application`).
    pub fn instance_actor(&self) -> String {
        format!("{}/actor", self.base_url)
    }

    pub fn shared_inbox(&self) -> String {
        format!("{}/inbox", self.base_url)
    }

    /// A collective's actor id, which is its page too. Its parts are below it: `/inbox`, `/outbox`, `/followers`,
    /// `/following`, `/featured`, `/feed.atom`.
    pub fn collective(&self, handle: &str) -> String {
        format!("{}/c/{handle}", self.base_url)
    }

    /// A statement's id, which is its page too.
    pub fn statement(&self, id: &str) -> String {
        format!("{}/statements/{id}", self.base_url)
    }

    pub fn activity(&self, id: &str) -> String {
        format!("{}/activities/{id}", self.base_url)
    }

    /// A stamp of ours.
    pub fn stamp(&self, id: &str) -> String {
        format!("{}/stamps/{id}", self.base_url)
    }

    /// An endorsement of ours.
    pub fn endorsement(&self, id: &str) -> String {
        format!("{}/endorsements/{id}", self.base_url)
    }

    /// A local action of ours, which is its page too.
    pub fn action(&self, id: &str) -> String {
        format!("{}/actions/{id}", self.base_url)
    }

    pub fn media(&self, file_name: &str) -> String {
        format!("{}/media/{file_name}", self.base_url)
    }

    /// `@river@river.example`, the way people write an actor.
    pub fn handle(&self, handle: &str) -> String {
        format!("@{handle}@{}", self.domain)
    }

    /// Whether an id is one of ours: below our base exactly, not merely on a host that looks like it.
    pub fn owns(&self, uri: &str) -> bool {
        uri.strip_prefix(&self.base_url).is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '?', '#']))
    }

    /// The handle in a collective's id, if it is one of ours.
    pub fn handle_of<'a>(&self, uri: &'a str) -> Option<&'a str> {
        uri.strip_prefix(&self.base_url)?.strip_prefix("/c/").filter(|handle| !handle.is_empty() && !handle.contains('/'))
    }

    /// The row id in a local action's id, or in that of its note, if it is one of ours.
    pub fn action_id_of<'a>(&self, uri: &'a str) -> Option<&'a str> {
        let uri = call_of(uri);
        uri.strip_prefix(&self.base_url)?.strip_prefix("/actions/").filter(|id| !id.is_empty() && !id.contains('/'))
    }

    /// The row id in a statement's id, or in that of a call's note, if it is one of ours.
    pub fn statement_id_of<'a>(&self, uri: &'a str) -> Option<&'a str> {
        let uri = call_of(uri);
        uri.strip_prefix(&self.base_url)?.strip_prefix("/statements/").filter(|id| !id.is_empty() && !id.contains('/'))
    }
}

/// Ends the id of a call's or an action's note, after its own.
pub const NOTE: &str = "/note";

/// The call or action that a note stands for, or the same address: what is done to one is done to the other.
pub fn call_of(uri: &str) -> &str {
    match uri.strip_suffix(NOTE) {
        Some(of) if of.contains("/statements/") || of.contains("/actions/") => of,
        _ => uri,
    }
}

/// Brings a domain that somebody typed to its one form and gives it with the base of all ids: lower-case ASCII
/// (punycode), no dot at its end, `http` and a port only in local mode.
///
/// Errors are Fluent ids.
pub fn new_domain(text: &str, local: bool) -> Result<(String, String), &'static str> {
    let text = text.trim();
    if text.is_empty() {
        return Err("error-domain-empty");
    }
    if text.contains(['/', '@', '?', '#', '\\', ' ', '%']) {
        return Err("error-domain-form");
    }
    let scheme = if local { "http" } else { "https" };
    let url = super::url::parse_remote(&format!("{scheme}://{text}/")).ok_or("error-domain-form")?;
    let host = url.host_str().ok_or("error-domain-form")?;
    if host.contains('_') || !(local || host.contains('.')) {
        return Err("error-domain-form");
    }
    let domain = match url.port() {
        Some(_) if !local => return Err("error-domain-port"),
        Some(port) => format!("{host}:{port}"),
        None => host.to_owned(),
    };
    let base_url = format!("{scheme}://{domain}");
    Ok((domain, base_url))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn owns_only_what_is_below_its_base() {
        let site = Site {
            domain: "river.example".into(),
            base_url: "https://river.example".into(),
            name: String::new(),
            description: String::new(),
            languages: vec![],
            indexable: true,
        };
        assert!(site.owns("https://river.example/c/river"));
        for other in ["https://river.example.evil.example/c/river", "http://river.example/c/river", "https://river.example:8443/"]
        {
            assert!(!site.owns(other), "{other}");
        }
        assert_eq!(site.handle_of("https://river.example/c/river"), Some("river"));
        assert_eq!(site.handle_of("https://river.example/c/river/inbox"), None);
        for uri in ["https://river.example/statements/7", "https://river.example/statements/7/note"] {
            assert_eq!(site.statement_id_of(uri), Some("7"));
        }
        assert_eq!(call_of("https://hill.example/people/note"), "https://hill.example/people/note");
    }

    #[test]
    fn a_domain_has_one_form() {
        let production = |text: &str| new_domain(text, false).map(|found| found.0);
        assert_eq!(production(" River.Example. "), Ok("river.example".into()));
        assert_eq!(production("ríos.example"), Ok("xn--ros-rma.example".into()));
        assert_eq!(production("river.example:8443"), Err("error-domain-port"));
        for bad in ["", "river", "https://river.example", "a@river.example", "10.0.0.1", "river.example/x", "a b.example"] {
            assert!(production(bad).is_err(), "{bad}");
        }
        let local = new_domain("River.localhost:8081", true).unwrap();
        assert_eq!(local, ("river.localhost:8081".into(), "http://river.localhost:8081".into()));
        assert_eq!(new_domain("localhost:80", true).unwrap().1, "http://localhost");
    }
}
