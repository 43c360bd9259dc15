//! Who is signed in: the cookie, and the extractors by which a handler asks for a member.
//!
//! Must not know pages. Every request asks the database, so that a session ended anywhere is over at once.

use super::i18n::Viewer;
use crate::{
    acts::{Principal, secret},
    config::Settings,
    db::{self, members::MemberRow, sessions::SessionRow},
    domain::names::{Role, SessionStage},
    error::{Error, Result},
    state::AppState,
};
use actix_web::{
    FromRequest, HttpMessage, HttpRequest, HttpResponse, ResponseError,
    body::MessageBody,
    cookie::{Cookie, SameSite, time::Duration as CookieDuration},
    dev::{Payload, ServiceRequest, ServiceResponse},
    http::{Method, StatusCode, header},
    middleware::Next,
    web::Data,
};
use std::{fmt, net::IpAddr, pin::Pin, rc::Rc};

/// Where who isn't signed in is sent.
pub const SIGN_IN: &str = "/sign-in";
/// Where a member with a second factor enters the code.
pub const SECOND_FACTOR: &str = "/sign-in/code";

/// A member whose session is whole. As an argument of a handler: who isn't signed in is sent to the sign-in page and
/// comes back afterwards. `Option<SignedIn>` is for pages that are for everybody.
#[derive(Clone, Debug)]
pub struct SignedIn {
    pub member: MemberRow,
    pub session: SessionRow,
}

impl SignedIn {
    /// Who acts.
    pub fn principal(&self) -> Principal {
        Principal::Member(self.member.id.clone())
    }

    /// What every form must carry in the field [`super::csrf::FIELD`].
    pub fn csrf(&self) -> &str {
        &self.session.csrf
    }

    pub fn is_steward(&self) -> bool {
        self.member.role == Role::Steward
    }
}

/// A signed-in steward; other members are refused (403).
#[derive(Clone, Debug)]
pub struct StewardSignedIn(pub SignedIn);

impl std::ops::Deref for StewardSignedIn {
    type Target = SignedIn;
    fn deref(&self) -> &SignedIn {
        &self.0
    }
}

/// A member who gave the right passphrase and owes the code.
#[derive(Clone, Debug)]
pub struct HalfSignedIn {
    pub member: MemberRow,
    pub session: SessionRow,
}

/// Not signed in: to the sign-in page at this path, and back afterwards.
#[derive(Debug)]
struct ToSignIn(String);

impl fmt::Display for ToSignIn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("sign in first")
    }
}

impl ResponseError for ToSignIn {
    fn status_code(&self) -> StatusCode {
        StatusCode::SEE_OTHER
    }

    fn error_response(&self) -> HttpResponse {
        redirect(&self.0)
    }
}

/// Tells the templates who looks at the page ([`Viewer`]).
pub async fn viewer(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<impl MessageBody>, actix_web::Error> {
    // A fault of the database is the handler's to report, where the page needs to know who asks.
    if let Ok(Some(member)) = signed_in(request.request()).await {
        let viewer = Viewer { steward: member.is_steward(), name: member.member.name, language: member.member.language };
        request.extensions_mut().insert(viewer);
    }
    next.call(request).await
}

/// 303 to a path of ours, never kept by a cache.
pub fn redirect(path: &str) -> HttpResponse {
    HttpResponse::SeeOther().insert_header((header::LOCATION, path)).insert_header((header::CACHE_CONTROL, "no-store")).finish()
}

/// The request's session with its member, whole or half; read once per request.
pub async fn current(req: &HttpRequest) -> Result<Option<Rc<(SessionRow, MemberRow)>>> {
    #[derive(Clone)]
    struct Cached(Option<Rc<(SessionRow, MemberRow)>>);

    if let Some(cached) = req.extensions().get::<Cached>() {
        return Ok(cached.0.clone());
    }
    let state = state(req)?;
    let found = match req.cookie(cookie_name(&state.settings)) {
        Some(cookie) => {
            let hash = secret::hash(cookie.value());
            let now = state.now();
            let found = state.db.read(move |conn| db::sessions::find(conn, &hash, now)).await?;
            if let Some((session, _)) = &found
                && now - session.seen_at > chrono::Duration::hours(1)
            {
                let hash = session.id_hash.clone();
                state.db.write(move |conn| db::sessions::touch(conn, &hash, now)).await?;
            }
            found.map(Rc::new)
        }
        None => None,
    };
    req.extensions_mut().insert(Cached(found.clone()));
    Ok(found)
}

pub(super) fn state(req: &HttpRequest) -> Result<AppState> {
    req.app_data::<Data<AppState>>()
        .map(|state| AppState::clone(state))
        .ok_or_else(|| Error::Internal("no state in the application".into()))
}

/// For what isn't a page: sign in, and start again.
pub(super) fn not_signed_in() -> actix_web::Error {
    ToSignIn(SIGN_IN.to_owned()).into()
}

async fn signed_in(req: &HttpRequest) -> Result<Option<SignedIn>> {
    Ok(current(req).await?.filter(|found| found.0.stage == SessionStage::Full).map(|found| {
        let (session, member) = found.as_ref().clone();
        SignedIn { member, session }
    }))
}

/// What to do with somebody who isn't signed in and should be. Only a page can be come back to, not a form.
fn to_sign_in(req: &HttpRequest) -> actix_web::Error {
    let back = match *req.method() {
        Method::GET => req.uri().path_and_query().map(|path| path.as_str()),
        _ => None,
    };
    let path = match back.and_then(same_site_path) {
        Some(next) => {
            let next: String = url::form_urlencoded::byte_serialize(next.as_bytes()).collect();
            format!("{SIGN_IN}?next={next}")
        }
        None => SIGN_IN.to_owned(),
    };
    ToSignIn(path).into()
}

type Later<T> = Pin<Box<dyn Future<Output = Result<T, actix_web::Error>>>>;

impl FromRequest for SignedIn {
    type Error = actix_web::Error;
    type Future = Later<Self>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        let req = req.clone();
        Box::pin(async move { signed_in(&req).await?.ok_or_else(|| to_sign_in(&req)) })
    }
}

impl FromRequest for StewardSignedIn {
    type Error = actix_web::Error;
    type Future = Later<Self>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        let req = req.clone();
        Box::pin(async move {
            let member = signed_in(&req).await?.ok_or_else(|| to_sign_in(&req))?;
            if member.is_steward() { Ok(Self(member)) } else { Err(Error::Forbidden("error-stewards-only").into()) }
        })
    }
}

impl FromRequest for HalfSignedIn {
    type Error = actix_web::Error;
    type Future = Later<Self>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        let req = req.clone();
        Box::pin(async move {
            match current(&req).await? {
                Some(found) if found.0.stage == SessionStage::SecondFactor => {
                    let (session, member) = found.as_ref().clone();
                    Ok(Self { member, session })
                }
                _ => Err(not_signed_in()),
            }
        })
    }
}

/// Whether cookies may be `Secure`: always but in local mode over plain http, where browsers would drop them.
fn secure(settings: &Settings) -> bool {
    !settings.is_local() || !settings.server.tls.cert.as_os_str().is_empty()
}

/// `__Host-session`; without the prefix where a browser would refuse it.
pub fn cookie_name(settings: &Settings) -> &'static str {
    if secure(settings) { "__Host-session" } else { "session" }
}

/// The cookie for a new session; `token` is its only copy in clear.
pub fn cookie(settings: &Settings, token: String) -> Cookie<'static> {
    let age = CookieDuration::days(i64::from(settings.accounts.session_days));
    build(settings, cookie_name(settings), token).max_age(age).finish()
}

/// Takes the cookie away.
pub fn no_cookie(settings: &Settings) -> Cookie<'static> {
    build(settings, cookie_name(settings), String::new()).max_age(CookieDuration::ZERO).finish()
}

pub(super) fn form_cookie_name(settings: &Settings) -> &'static str {
    if secure(settings) { "__Host-form" } else { "form" }
}

pub(super) fn form_cookie(settings: &Settings, token: String) -> Cookie<'static> {
    build(settings, form_cookie_name(settings), token).max_age(CookieDuration::hours(12)).finish()
}

fn build(settings: &Settings, name: &'static str, value: String) -> actix_web::cookie::CookieBuilder<'static> {
    Cookie::build(name, value).path("/").http_only(true).same_site(SameSite::Lax).secure(secure(settings))
}

/// The path, if it is one of this site and nothing that a browser takes for another (WEB-10).
pub fn same_site_path(next: &str) -> Option<&str> {
    let lower = next.to_ascii_lowercase();
    let good = next.starts_with('/')
        && next.len() <= 2048
        && !next[1..].starts_with(['/', '\\'])
        && !next.contains('\\')
        && !next.chars().any(|c| c.is_control() || c.is_whitespace())
        && !["/%2f", "/%5c", "/%09", "/%0a", "/%0d"].iter().any(|bad| lower.starts_with(bad));
    good.then_some(next)
}

/// Who asks, for counting tries only: never stored, never logged. Behind a trusted proxy, the last address in
/// `X-Forwarded-For` that isn't a trusted proxy itself.
pub fn client_address(req: &HttpRequest, settings: &Settings) -> Option<IpAddr> {
    let trusted = |address: &IpAddr| settings.server.trusted_proxies.iter().any(|proxy| proxy.contains(*address));
    let peer = req.peer_addr()?.ip();
    if !trusted(&peer) {
        return Some(peer);
    }
    let chain: Vec<&str> = req
        .headers()
        .get_all("x-forwarded-for")
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .collect();
    for hop in chain.iter().rev() {
        match hop.trim().parse::<IpAddr>() {
            Ok(address) if trusted(&address) => {}
            Ok(address) => return Some(address),
            Err(_) => break,
        }
    }
    Some(peer)
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::test::TestRequest;

    fn settings(pairs: &[(&str, &str)]) -> Settings {
        Settings::load_with(None, pairs.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned()))).unwrap()
    }

    #[test]
    fn web_10_only_paths_of_this_site_are_gone_back_to() {
        for good in ["/", "/desk", "/desk/river?page=2", "/ar/desk"] {
            assert_eq!(same_site_path(good), Some(good));
        }
        for bad in [
            "",
            "//evil.example",
            "/\\evil.example",
            "\\\\evil.example",
            "https:evil.example",
            "https://evil.example",
            "%2f%2fevil.example",
            "/%2f%2fevil.example",
            "/%5cevil.example",
            "/desk\r\nSet-Cookie: a=b",
            "/\t/evil.example",
            "javascript:alert(1)",
            "/\u{a0}/evil.example",
        ] {
            assert_eq!(same_site_path(bad), None, "{bad:?}");
        }
    }

    #[test]
    fn web_07_the_cookie_is_bound_to_the_host_and_hidden_from_scripts() {
        let text = cookie(&settings(&[("COMMUNARD__INSTANCE__MODE", "production")]), "t".into()).to_string();
        for part in ["__Host-session=t", "Secure", "HttpOnly", "SameSite=Lax", "Path=/", "Max-Age="] {
            assert!(text.contains(part), "{part} in {text}");
        }
        assert!(!text.contains("Domain"));
        let local = cookie(&settings(&[]), "t".into()).to_string();
        assert!(local.starts_with("session=t;") && !local.contains("Secure") && local.contains("HttpOnly"), "{local}");
    }

    #[test]
    fn res_14_only_a_trusted_proxy_says_who_asks() {
        let settings = settings(&[("COMMUNARD__SERVER__TRUSTED_PROXIES", "127.0.0.1,10.0.0.1")]);
        let from = |peer: &str, forwarded: &str| {
            let req = TestRequest::default()
                .peer_addr(format!("{peer}:1").parse().unwrap())
                .insert_header(("x-forwarded-for", forwarded))
                .to_http_request();
            client_address(&req, &settings).unwrap().to_string()
        };
        assert_eq!(from("192.0.2.1", "198.51.100.1"), "192.0.2.1");
        assert_eq!(from("127.0.0.1", "198.51.100.1"), "198.51.100.1");
        // What the client wrote itself stands further left.
        assert_eq!(from("127.0.0.1", "203.0.113.5, 198.51.100.1, 10.0.0.1"), "198.51.100.1");
        assert_eq!(from("127.0.0.1", "nonsense"), "127.0.0.1");
    }
}
