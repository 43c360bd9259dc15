//! The form of every answer: content type, `Vary`, and leave for scripts of other sites to read it (WEB-16).

use crate::{
    domain::{Timestamp, time::http_date},
    error::Error,
    vocab::ACTIVITY_JSON,
};
use actix_web::{
    HttpResponse,
    http::{
        StatusCode,
        header::{ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue, LAST_MODIFIED, VARY},
    },
};
use serde_json::Value;

/// An ActivityStreams document, 200.
pub fn document(value: &Value) -> HttpResponse {
    text(StatusCode::OK, ACTIVITY_JSON, value.to_string())
}

/// A document that has stood since this time, 200.
pub fn dated(value: &Value, at: Timestamp) -> HttpResponse {
    let mut response = document(value);
    if let Ok(date) = HeaderValue::from_str(&http_date(at)) {
        response.headers_mut().insert(LAST_MODIFIED, date);
    }
    response
}

/// A Tombstone, 410.
pub fn gone(tombstone: &Value) -> HttpResponse {
    text(StatusCode::GONE, ACTIVITY_JSON, tombstone.to_string())
}

/// Anything public, readable by every origin; never with credentials.
pub fn text(status: StatusCode, content_type: &str, body: String) -> HttpResponse {
    HttpResponse::build(status)
        .content_type(content_type)
        .insert_header((ACCESS_CONTROL_ALLOW_ORIGIN, "*"))
        .insert_header((VARY, "Accept"))
        .body(body)
}

pub type Answer = Result<HttpResponse, Error>;
