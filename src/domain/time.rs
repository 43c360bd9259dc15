//! Points in time: UTC, whole microseconds, so that a round trip through either database changes nothing.

use chrono::{DateTime, NaiveDateTime, SubsecRound, Utc};

/// A point in time in UTC, truncated to microseconds (what PostgreSQL keeps; as text it sorts by time on SQLite).
pub type Timestamp = NaiveDateTime;

/// Truncates to what both databases keep.
pub fn timestamp(at: DateTime<Utc>) -> Timestamp {
    at.naive_utc().trunc_subsecs(6)
}

/// RFC 3339 in UTC with `Z` and whole seconds, the form that every peer reads: `2026-11-22T18:00:00Z`.
pub fn rfc3339(at: Timestamp) -> String {
    at.format("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// Reads an RFC 3339 / `xsd:dateTime` value of a peer. `None` where it is not one.
pub fn parse_rfc3339(text: &str) -> Option<Timestamp> {
    DateTime::parse_from_rfc3339(text.trim()).ok().map(|at| timestamp(at.to_utc()))
}

/// As HTTP writes it, in whole seconds: `Sun, 22 Nov 2026 10:00:00 GMT` (RFC 9110 §5.6.7).
pub fn http_date(at: Timestamp) -> String {
    at.format("%a, %d %b %Y %H:%M:%S GMT").to_string()
}
