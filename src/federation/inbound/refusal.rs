//! Every way in which an inbox says no, and the one place where it becomes HTTP.

use crate::error::Error;
use actix_web::{HttpResponse, http::StatusCode};

/// Why an activity isn't taken. The words go to the sender and quote nothing of theirs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// It can't be read (400).
    Malformed(&'static str),
    /// It isn't proven (401).
    Unproven(&'static str),
    /// It is proven and not allowed (403).
    Forbidden(&'static str),
    /// There is no such inbox (404).
    NoInbox,
    /// The body is larger than `federation.max_body_bytes` (413).
    TooLarge,
    /// It is no ActivityStreams document (415).
    WrongType,
    /// The host sends too much: again after so many seconds (429).
    TooMany(u64),
    /// We can't now, the sender loses nothing by trying again (503). Never 404 or 410: peers delete things on those.
    NotNow(&'static str),
}

impl Refusal {
    pub fn status(self) -> StatusCode {
        match self {
            Self::Malformed(_) => StatusCode::BAD_REQUEST,
            Self::Unproven(_) => StatusCode::UNAUTHORIZED,
            Self::Forbidden(_) => StatusCode::FORBIDDEN,
            Self::NoInbox => StatusCode::NOT_FOUND,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::WrongType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::TooMany(_) => StatusCode::TOO_MANY_REQUESTS,
            Self::NotNow(_) => StatusCode::SERVICE_UNAVAILABLE,
        }
    }

    pub fn reason(self) -> &'static str {
        match self {
            Self::Malformed(text) | Self::Unproven(text) | Self::Forbidden(text) | Self::NotNow(text) => text,
            Self::NoInbox => "there is no such inbox",
            Self::TooLarge => "the body is too large",
            Self::WrongType => "send application/activity+json",
            Self::TooMany(_) => "too many activities from this host",
        }
    }

    /// The answer: the status and `{"error": …}`.
    pub fn response(self) -> HttpResponse {
        let mut response = HttpResponse::build(self.status());
        match self {
            Self::TooMany(seconds) => {
                response.insert_header(("retry-after", seconds.max(1).to_string()));
            }
            Self::NotNow(_) => {
                response.insert_header(("retry-after", "30"));
            }
            _ => {}
        }
        response.json(serde_json::json!({ "error": self.reason() }))
    }
}

impl From<Error> for Refusal {
    /// Any fault that comes from below is ours and passes: the sender keeps what it has and tries again.
    fn from(error: Error) -> Self {
        tracing::warn!(%error, "an activity could not be taken");
        Self::NotNow("not now, try again later")
    }
}

impl From<crate::federation::signatures::Refusal> for Refusal {
    fn from(refusal: crate::federation::signatures::Refusal) -> Self {
        match refusal {
            crate::federation::signatures::Refusal::BadRequest(text) => Self::Malformed(text),
            crate::federation::signatures::Refusal::Unauthorized(text) => Self::Unproven(text),
        }
    }
}
