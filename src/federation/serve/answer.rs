//! The form of every answer: content type, `Vary`, and leave for scripts of other sites to read it (WEB-16).

use crate::{error::Error, vocab::ACTIVITY_JSON};
use actix_web::{
    HttpResponse,
    http::{
        StatusCode,
        header::{ACCESS_CONTROL_ALLOW_ORIGIN, VARY},
    },
};
use serde_json::Value;

/// An ActivityStreams document, 200.
pub fn document(value: &Value) -> HttpResponse {
    text(StatusCode::OK, ACTIVITY_JSON, value.to_string())
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
