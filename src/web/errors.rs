//! The one place where an error becomes an HTTP answer: its status, and a page in the reader's language or JSON.

use super::i18n::T;
use crate::{error::Error, i18n::error_text};
use actix_web::{
    HttpResponse, ResponseError,
    body::{BoxBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    http::{
        StatusCode,
        header::{ACCEPT, CONTENT_TYPE, HeaderValue, RETRY_AFTER, VARY},
    },
    middleware::Next,
};
use askama::Template;

/// Seconds until a busy database is worth another try.
const RETRY_BUSY: u64 = 5;

/// The status of each kind of error.
///
/// A database fault is 503 and never 404 or 410: peers delete their copies on those.
pub fn status(error: &Error) -> StatusCode {
    match error {
        Error::NotFound => StatusCode::NOT_FOUND,
        Error::Forbidden(_) => StatusCode::FORBIDDEN,
        Error::Invalid(_) => StatusCode::UNPROCESSABLE_ENTITY,
        Error::Conflict(_) => StatusCode::CONFLICT,
        Error::TooMany(_) => StatusCode::TOO_MANY_REQUESTS,
        Error::Busy(_) => StatusCode::SERVICE_UNAVAILABLE,
        Error::Upstream(_) => StatusCode::BAD_GATEWAY,
        Error::Config(_) | Error::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

impl ResponseError for Error {
    fn status_code(&self) -> StatusCode {
        status(self)
    }

    fn error_response(&self) -> HttpResponse<BoxBody> {
        let mut response = HttpResponse::build(status(self));
        match self {
            Error::Busy(_) => response.insert_header((RETRY_AFTER, RETRY_BUSY)),
            Error::TooMany(seconds) => response.insert_header((RETRY_AFTER, *seconds)),
            _ => &mut response,
        };
        response.finish()
    }
}

#[derive(Template)]
#[template(path = "public/error.html")]
struct ErrorPage {
    t: T,
    status: u16,
    heading: String,
    lines: Vec<String>,
    /// The reader did nothing wrong and can try again.
    retry: bool,
}

/// Any other address: nothing is there.
pub async fn nothing_here() -> Result<HttpResponse, Error> {
    Err(Error::NotFound)
}

/// Gives a failed request the answer that its asker can read. Answers that have a body of their own stay.
pub async fn pages(request: ServiceRequest, next: Next<impl MessageBody + 'static>) -> Result<ServiceResponse, actix_web::Error> {
    let response = next.call(request).await?.map_into_boxed_body();
    let Some(fault) = response.response().error() else { return Ok(response) };
    let status = response.status();
    if status.is_redirection() {
        return Ok(response);
    }
    let known = fault.as_error::<Error>();
    match known {
        Some(Error::Internal(detail) | Error::Config(detail)) => tracing::error!(%detail, "a request failed"),
        Some(Error::Busy(detail)) => tracing::warn!(%detail, "busy"),
        _ => {}
    }
    let accept = response.request().headers().get(ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let (media_type, body) = if accept.contains("json") && !accept.contains("text/html") {
        ("application/json", json(known, status))
    } else {
        let t = T::of(response.request());
        let page = page(t, known, status);
        match page.render() {
            Ok(html) => ("text/html; charset=utf-8", html),
            Err(error) => {
                tracing::error!(%error, "the page for an error can't be rendered");
                ("text/plain; charset=utf-8", format!("{status}\n"))
            }
        }
    };
    Ok(response.map_body(|head, _| {
        if let Ok(value) = media_type.parse() {
            head.headers.insert(CONTENT_TYPE, value);
        }
        if media_type == "application/json" {
            head.headers.append(VARY, HeaderValue::from_static("accept"));
        }
        BoxBody::new(body)
    }))
}

/// For machines: one English line, nothing from inside.
fn json(known: Option<&Error>, status: StatusCode) -> String {
    let text = match known {
        Some(error) => error_text(crate::i18n::Lang::english(), error),
        None => status.canonical_reason().unwrap_or("error").to_owned(),
    };
    serde_json::json!({ "error": text }).to_string()
}

fn page(t: T, known: Option<&Error>, status: StatusCode) -> ErrorPage {
    let heading = match status.as_u16() {
        404 => t.get("error-heading-not-found"),
        403 | 401 => t.get("error-heading-forbidden"),
        429 | 503 => t.get("error-heading-busy"),
        400..=499 => t.get("error-heading-refused"),
        _ => t.get("error-heading-failed"),
    };
    let lines = match known {
        Some(error) => t.error(error).lines().map(str::to_owned).collect(),
        None if status.is_client_error() => vec![t.get("error-malformed")],
        None => vec![t.get("error-internal")],
    };
    ErrorPage { status: status.as_u16(), heading, lines, retry: matches!(status.as_u16(), 429 | 502 | 503), t }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_database_fault_never_looks_like_a_missing_thing() {
        assert_eq!(status(&Error::Busy("locked".into())), StatusCode::SERVICE_UNAVAILABLE);
        let response = Error::Busy("locked".into()).error_response();
        assert_eq!(response.headers().get(RETRY_AFTER).unwrap(), "5");
        let response = Error::TooMany(30).error_response();
        assert_eq!(response.headers().get(RETRY_AFTER).unwrap(), "30");
    }

    #[test]
    fn nothing_from_inside_reaches_a_reader() {
        let text = json(Some(&Error::Internal("secret path /var".into())), StatusCode::INTERNAL_SERVER_ERROR);
        assert!(!text.contains("secret"), "{text}");
    }
}
