//! Forms that only our own pages can send: a token in every form, and no foreign origin.
//!
//! [`Form`] is for members (the token of their session), [`OpenForm`] for pages before a session (a token that the same
//! browser holds in a cookie). Both take known fields only and bound their size. Must not know what a form is for.

use super::session::{self, SignedIn};
use crate::{
    acts::secret,
    error::{Error, Result},
    state::AppState,
};
use actix_web::{FromRequest, HttpRequest, cookie::Cookie, dev::Payload, http::header, web};
use futures::StreamExt;
use serde::de::DeserializeOwned;
use std::pin::Pin;

/// The name of the hidden field.
pub const FIELD: &str = "csrf";
/// Most bytes of one form; a statement of 60,000 words fits.
pub const MAX_FORM_BYTES: usize = 1024 * 1024;

/// A form sent by a signed-in member from one of our pages.
pub struct Form<T> {
    pub value: T,
    /// Every field as it came, for those that may repeat.
    pub pairs: Vec<(String, String)>,
}

/// A form sent before there is a session: sign in, set up, join, reset.
pub struct OpenForm<T> {
    pub value: T,
    pub pairs: Vec<(String, String)>,
}

/// A form without fields of its own: only its button, and the token.
#[derive(serde::Deserialize)]
pub struct Nothing {}

impl<T> std::ops::Deref for Form<T> {
    type Target = T;
    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T> std::ops::Deref for OpenForm<T> {
    type Target = T;
    fn deref(&self) -> &T {
        &self.value
    }
}

/// All values of a field that may repeat.
pub fn values<'a>(pairs: &'a [(String, String)], name: &str) -> Vec<&'a str> {
    pairs.iter().filter(|(field, _)| field == name).map(|(_, value)| value.as_str()).collect()
}

type Later<T> = Pin<Box<dyn Future<Output = Result<T, actix_web::Error>>>>;

impl<T: DeserializeOwned + 'static> FromRequest for Form<T> {
    type Error = actix_web::Error;
    type Future = Later<Self>;

    fn from_request(req: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (req, mut payload) = (req.clone(), payload.take());
        Box::pin(async move {
            check_origin(&req)?;
            // Who isn't signed in hears that, and not that a token is missing.
            let found = session::current(&req).await?;
            let Some(found) = found else { return Err(session::not_signed_in()) };
            let pairs = read(&req, &mut payload).await?;
            check_token(field(&pairs), &found.0.csrf)?;
            Ok(Self { value: parse(&pairs)?, pairs })
        })
    }
}

impl<T: DeserializeOwned + 'static> FromRequest for OpenForm<T> {
    type Error = actix_web::Error;
    type Future = Later<Self>;

    fn from_request(req: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (req, mut payload) = (req.clone(), payload.take());
        Box::pin(async move {
            check_origin(&req)?;
            let state = session::state(&req)?;
            let pairs = read(&req, &mut payload).await?;
            let cookie = req.cookie(session::form_cookie_name(&state.settings)).ok_or(Error::Forbidden("error-form-stale"))?;
            check_token(field(&pairs), cookie.value())?;
            Ok(Self { value: parse(&pairs)?, pairs })
        })
    }
}

/// A form on a page that caches may keep, so without a token: for what changes nothing here. Pages of other sites can't
/// send it where browsers say who sends.
pub struct PlainForm<T>(pub T);

impl<T: DeserializeOwned + 'static> FromRequest for PlainForm<T> {
    type Error = actix_web::Error;
    type Future = Later<Self>;

    fn from_request(req: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (req, mut payload) = (req.clone(), payload.take());
        Box::pin(async move {
            check_origin(&req)?;
            Ok(Self(parse(&read(&req, &mut payload).await?)?))
        })
    }
}

/// For forms with files, whose handler reads the body itself: call it before anything is done with the fields.
pub fn check(req: &HttpRequest, member: &SignedIn, token: &str) -> Result<()> {
    check_origin(req)?;
    check_token(token, member.csrf())
}

/// The token for a form on a page before a session, and the cookie to set with the page if the browser has none yet.
pub fn open_token(req: &HttpRequest, state: &AppState) -> Result<(String, Option<Cookie<'static>>)> {
    if let Some(cookie) = req.cookie(session::form_cookie_name(&state.settings))
        && cookie.value().len() == 43
    {
        return Ok((cookie.value().to_owned(), None));
    }
    let token = secret::new_token()?;
    Ok((token.clone(), Some(session::form_cookie(&state.settings, token))))
}

fn check_token(given: &str, wanted: &str) -> Result<()> {
    if !wanted.is_empty() && secret::same(given, wanted) { Ok(()) } else { Err(Error::Forbidden("error-form-stale")) }
}

/// No page of another site sends our forms.
///
/// Browsers say where a request comes from in `Sec-Fetch-Site` (on trustworthy origins) and in `Origin`. `Origin: null`
/// says nothing either way: our own pages send it, their referrer policy being `no-referrer`; then the token decides.
pub fn check_origin(req: &HttpRequest) -> Result<()> {
    let text = |name: &str| req.headers().get(name).map(|value| value.to_str().unwrap_or("?"));
    if let Some(site) = text("sec-fetch-site")
        && !matches!(site, "same-origin" | "none")
    {
        return Err(Error::Forbidden("error-foreign-form"));
    }
    match text(header::ORIGIN.as_str()) {
        None | Some("null") => Ok(()),
        Some(origin) => {
            let host = text(header::HOST.as_str()).or_else(|| req.uri().authority().map(|host| host.as_str()));
            let from = origin.strip_prefix("https://").or_else(|| origin.strip_prefix("http://"));
            match (from, host) {
                (Some(from), Some(host)) if from.eq_ignore_ascii_case(host) => Ok(()),
                _ => Err(Error::Forbidden("error-foreign-form")),
            }
        }
    }
}

async fn read(req: &HttpRequest, payload: &mut Payload) -> Result<Vec<(String, String)>> {
    let content_type = req.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or("");
    let essence = content_type.split(';').next().unwrap_or("").trim();
    if !essence.eq_ignore_ascii_case("application/x-www-form-urlencoded") {
        return Err(Error::invalid("form", "error-form-type"));
    }
    let mut body = Vec::new();
    while let Some(chunk) = payload.next().await {
        let chunk = chunk.map_err(|_| Error::invalid("form", "error-form-type"))?;
        if body.len() + chunk.len() > MAX_FORM_BYTES {
            return Err(Error::invalid("form", "error-form-large"));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(url::form_urlencoded::parse(&body).into_owned().collect())
}

fn field(pairs: &[(String, String)]) -> &str {
    pairs.iter().find(|(name, _)| name == FIELD).map_or("", |(_, value)| value.as_str())
}

/// Fields that the type doesn't have are dropped (AUT-05). Of a field that repeats the first counts.
fn parse<T: DeserializeOwned>(pairs: &[(String, String)]) -> Result<T> {
    let mut text = url::form_urlencoded::Serializer::new(String::new());
    let mut seen = std::collections::HashSet::new();
    for (name, value) in pairs {
        if seen.insert(name) {
            text.append_pair(name, value);
        }
    }
    Ok(web::Query::<T>::from_query(&text.finish()).map_err(|_| Error::invalid("form", "error-form-fields"))?.into_inner())
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::test::TestRequest;

    #[test]
    fn web_06_a_foreign_origin_is_refused() {
        let check = |headers: &[(&'static str, &'static str)]| {
            let mut req = TestRequest::post().insert_header(("host", "river.example"));
            for header in headers {
                req = req.insert_header(*header);
            }
            check_origin(&req.to_http_request()).is_ok()
        };
        assert!(check(&[]));
        assert!(check(&[("origin", "https://river.example")]));
        assert!(check(&[("origin", "null"), ("sec-fetch-site", "same-origin")]));
        assert!(!check(&[("origin", "https://evil.example")]));
        assert!(!check(&[("origin", "https://river.example.evil.example")]));
        assert!(!check(&[("origin", "https://river.example:8443")]));
        assert!(!check(&[("sec-fetch-site", "cross-site")]));
        assert!(!check(&[("sec-fetch-site", "same-site"), ("origin", "null")]));
    }

    #[test]
    fn aut_05_unknown_fields_are_dropped_and_the_first_of_a_kind_counts() {
        #[derive(serde::Deserialize)]
        struct Known {
            name: String,
        }
        let pairs: Vec<(String, String)> =
            [("name", "Ada"), ("role", "steward"), ("name", "Bela")].map(|(a, b)| (a.to_owned(), b.to_owned())).into();
        assert_eq!(parse::<Known>(&pairs).unwrap().name, "Ada");
        assert_eq!(values(&pairs, "name"), ["Ada", "Bela"]);
    }

    #[test]
    fn web_06_an_empty_token_never_fits() {
        assert!(check_token("", "").is_err());
        assert!(check_token("a", "b").is_err());
        assert!(check_token("a", "a").is_ok());
    }
}
