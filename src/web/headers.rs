//! What every answer carries so that a browser guards the reader, and which `Host` we answer to.

use crate::{config::Settings, domain::Site, error::Error, state::AppState};
use actix_web::{
    HttpMessage,
    body::MessageBody,
    dev::{ServiceRequest, ServiceResponse},
    http::header::{
        CACHE_CONTROL, CONTENT_ENCODING, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HOST, HeaderMap, HeaderName, HeaderValue,
        REFERRER_POLICY, STRICT_TRANSPORT_SECURITY, VARY, X_CONTENT_TYPE_OPTIONS,
    },
    middleware::Next,
    web::Data,
};

/// Nothing but our own style sheet, images and forms: no script at all, no frames, no other origin.
pub const CSP: &str = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; frame-ancestors 'none'; \
                       base-uri 'none'";
const PERMISSIONS: &str = "accelerometer=(), camera=(), geolocation=(), gyroscope=(), microphone=(), payment=(), usb=(), \
                           browsing-topics=(), interest-cohort=()";
/// Two years, as browsers' preload lists ask for. Without subdomains: they may be somebody else's.
const HSTS: &str = "max-age=63072000";
/// Paths whose pages belong to one person.
const PERSONAL: &[&str] =
    &["/desk", "/steward", "/account", "/sign-in", "/sign-out", "/join", "/reset", "/setup", "/authorize_interaction"];

/// Puts the headers on; what a handler set itself stays.
pub async fn guard(request: ServiceRequest, next: Next<impl MessageBody + 'static>) -> Result<ServiceResponse, actix_web::Error> {
    let secure = request.app_data::<Data<AppState>>().is_some_and(|state| is_secure(&state.settings));
    let hidden = request.app_data::<Data<AppState>>().is_some_and(|state| !state.settings.instance.indexable);
    let personal_path = is_personal(request.path());
    let mut response = next.call(request).await?.map_into_boxed_body();
    let signed_in = response.request().extensions().contains::<super::i18n::Viewer>();
    let headers = response.headers_mut();
    let mut put = |name: HeaderName, value: &'static str| {
        if !headers.contains_key(&name) {
            headers.insert(name, HeaderValue::from_static(value));
        }
    };
    put(X_CONTENT_TYPE_OPTIONS, "nosniff");
    put(REFERRER_POLICY, "no-referrer");
    put(HeaderName::from_static("permissions-policy"), PERMISSIONS);
    put(HeaderName::from_static("cross-origin-opener-policy"), "same-origin");
    put(CONTENT_SECURITY_POLICY, CSP);
    if secure {
        put(STRICT_TRANSPORT_SECURITY, HSTS);
    }
    if hidden {
        put(HeaderName::from_static("x-robots-tag"), "noindex");
    }
    if is_html(headers) {
        if personal_path || signed_in {
            headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
            // A page with a secret of its reader's and words of others isn't compressed: its length would tell (BREACH).
            headers.insert(CONTENT_ENCODING, HeaderValue::from_static("identity"));
        } else if !headers.contains_key(CACHE_CONTROL) {
            headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
        }
        // Who asks for ActivityStreams gets that, and a signed-in member sees another head of the page than a reader.
        headers.append(VARY, HeaderValue::from_static("accept"));
        headers.append(VARY, HeaderValue::from_static("cookie"));
    }
    Ok(response)
}

/// Answers only to the name that the instance has: links in mails and pages never come from a request, and a page of ours
/// never appears under a name of somebody else's (DNS rebinding).
pub async fn host(request: ServiceRequest, next: Next<impl MessageBody + 'static>) -> Result<ServiceResponse, actix_web::Error> {
    let Some(state) = request.app_data::<Data<AppState>>() else { return Err(Error::internal("no state").into()) };
    let asked = request
        .uri()
        .authority()
        .map(|authority| authority.as_str())
        .or_else(|| request.headers().get(HOST).and_then(|value| value.to_str().ok()))
        .unwrap_or_default();
    // Balancers ask for the health by address, not by name.
    let health = matches!(request.path(), "/healthz" | "/readyz");
    if health || answers_to(asked, state.site_if_set_up().as_deref(), &state.settings) {
        return Ok(next.call(request).await?.map_into_boxed_body());
    }
    let name = state.site_if_set_up().map_or_else(|| state.settings.instance.domain.clone(), |site| site.domain.clone());
    let said = if name.is_empty() {
        "This server isn't set up yet: it answers to localhost only. Whoever runs it opens the link that it printed at its \
         start, or sets instance.domain and starts it again.\n"
            .to_owned()
    } else {
        format!("This server answers to the name {name} only.\n")
    };
    let response = actix_web::HttpResponse::MisdirectedRequest().content_type("text/plain; charset=utf-8").body(said);
    Ok(request.into_response(response))
}

/// Whether `asked` (a Host header) names this instance. Before setup, loopback names and the configured domain do; where
/// a production server has no domain yet, every name does: the setup asks for it, behind its one-time link.
fn answers_to(asked: &str, site: Option<&Site>, settings: &Settings) -> bool {
    let asked = asked.trim_end_matches('.').to_ascii_lowercase();
    let is = |domain: &str| {
        asked == domain || (!domain.contains(':') && (asked == format!("{domain}:443") || asked == format!("{domain}:80")))
    };
    match site {
        Some(site) => is(&site.domain),
        None => {
            let domain = settings.instance.domain.to_ascii_lowercase();
            is_loopback(&asked) || if domain.is_empty() { !settings.is_local() } else { is(&domain) }
        }
    }
}

/// `localhost`, a name under it, or a loopback address, with or without a port.
fn is_loopback(authority: &str) -> bool {
    let host = match authority.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|b| b.is_ascii_digit()) => host,
        _ => authority,
    };
    let address = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost"
        || host.ends_with(".localhost")
        || address.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}

fn is_secure(settings: &Settings) -> bool {
    !settings.is_local() || !settings.server.tls.cert.as_os_str().is_empty()
}

fn is_personal(path: &str) -> bool {
    PERSONAL.iter().any(|prefix| path.strip_prefix(prefix).is_some_and(|rest| rest.is_empty() || rest.starts_with('/')))
}

/// Whether an answer is a page.
pub fn is_html(headers: &HeaderMap) -> bool {
    headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).is_some_and(|value| value.starts_with("text/html"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(domain: &str, mode: &str) -> Settings {
        let env = [("COMMUNARD__INSTANCE__DOMAIN", domain), ("COMMUNARD__INSTANCE__MODE", mode)];
        Settings::load_with(None, env.map(|(k, v)| (k.to_owned(), v.to_owned()))).unwrap()
    }

    fn site(domain: &str) -> Site {
        Site {
            domain: domain.into(),
            base_url: format!("https://{domain}"),
            name: String::new(),
            description: String::new(),
            languages: vec![],
            indexable: true,
        }
    }

    #[test]
    fn web_12_only_the_own_name_is_answered() {
        let production = settings("", "production");
        let own = site("river.example");
        for good in ["river.example", "River.Example", "river.example:443", "river.example."] {
            assert!(answers_to(good, Some(&own), &production), "{good}");
        }
        for bad in ["", "evil.example", "river.example.evil.example", "river.example:8080", "127.0.0.1", "localhost"] {
            assert!(!answers_to(bad, Some(&own), &production), "{bad}");
        }
        let own = site("river.localhost:8081");
        assert!(answers_to("river.localhost:8081", Some(&own), &settings("", "local")));
        assert!(!answers_to("river.localhost", Some(&own), &settings("", "local")));
    }

    #[test]
    fn before_setup_loopback_and_the_configured_name_are_answered() {
        let local = settings("", "local");
        for good in ["localhost:8080", "127.0.0.1:8080", "[::1]:8080", "river.localhost"] {
            assert!(answers_to(good, None, &local), "{good}");
        }
        for bad in ["evil.example", "10.0.0.1:8080", "notlocalhost"] {
            assert!(!answers_to(bad, None, &local), "{bad}");
        }
        let named = settings("river.example", "production");
        assert!(answers_to("river.example", None, &named) && !answers_to("evil.example", None, &named));
    }

    #[test]
    fn personal_paths_are_whole_segments() {
        assert!(is_personal("/desk") && is_personal("/desk/write") && !is_personal("/desks"));
    }
}
