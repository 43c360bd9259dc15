//! What an answer to a delivery means, and how long a peer asks to be left alone (`Retry-After`).
//!
//! Only reads statuses and headers; delays and a host's health are rules of `domain::delivery`.

use crate::{
    config,
    domain::{
        Timestamp,
        delivery::{Blame, Outcome, Policy},
    },
};
use chrono::{Duration, NaiveDateTime};

/// The delivery rules as configured.
pub fn policy(settings: &config::Delivery) -> Policy {
    let seconds = |n: u64| i64::try_from(n).unwrap_or(i64::MAX / 2_000_000).min(i64::MAX / 2_000_000);
    Policy {
        first_retry: seconds(settings.first_retry_seconds),
        longest_retry: seconds(settings.longest_retry_seconds),
        longest_pause: seconds(settings.longest_pause_seconds),
        give_up_days: i64::from(settings.give_up_days),
        max_server_errors: i32::try_from(settings.max_attempts_server_error).unwrap_or(i32::MAX),
        dormant_days: i32::try_from(settings.dormant_days).unwrap_or(i32::MAX),
    }
}

/// What a status means for a delivery (OPS-12, OPS-13, OPS-14).
///
/// Redirects are never followed (the inbox is what the actor's document names) and may be mended, so they are tried
/// again, as Mastodon does. `retry_after` is the header as it came.
pub fn outcome(status: u16, retry_after: Option<&str>, now: Timestamp, cap_seconds: u64) -> Outcome {
    let blame = match status {
        200..=299 => return Outcome::Delivered,
        410 => return Outcome::Gone,
        408 | 429 => Blame::Host,
        401 | 300..=399 | 500..=599 => Blame::Delivery,
        _ => return Outcome::Refused,
    };
    let not_before = retry_after.and_then(|text| read_retry_after(text, now, cap_seconds));
    let blame = if not_before.is_some() { Blame::Host } else { blame };
    Outcome::Retry { blame, not_before }
}

/// The time before which a peer wants no request (RFC 9110 §10.2.3): seconds or an HTTP date, at most `cap_seconds`
/// from now. `None` for what can't be read or is past.
pub fn read_retry_after(text: &str, now: Timestamp, cap_seconds: u64) -> Option<Timestamp> {
    let text = text.trim();
    let latest = now + Duration::seconds(i64::try_from(cap_seconds).unwrap_or(i64::MAX / 2_000_000).min(i64::MAX / 2_000_000));
    let at = if !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit()) {
        let seconds = text.parse::<u64>().unwrap_or(u64::MAX).min(cap_seconds);
        now + Duration::seconds(i64::try_from(seconds).ok()?)
    } else {
        // IMF-fixdate, and the two old forms that a receiver must take.
        ["%a, %d %b %Y %H:%M:%S GMT", "%A, %d-%b-%y %H:%M:%S GMT", "%a %b %e %H:%M:%S %Y"]
            .iter()
            .find_map(|form| NaiveDateTime::parse_from_str(text, form).ok())?
    };
    (at > now).then_some(at.min(latest))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::time::parse_rfc3339;

    fn now() -> Timestamp {
        parse_rfc3339("2026-11-22T18:00:00Z").unwrap()
    }

    #[test]
    fn ops_13_retry_after_is_read_and_capped() {
        let after = |text: &str| read_retry_after(text, now(), 86_400).map(|at| (at - now()).num_seconds());
        assert_eq!(after("120"), Some(120));
        assert_eq!(after(" 120 "), Some(120));
        assert_eq!(after("Sun, 22 Nov 2026 18:02:00 GMT"), Some(120));
        assert_eq!(after("Sunday, 22-Nov-26 18:02:00 GMT"), Some(120));
        assert_eq!(after("Sun Nov 22 18:02:00 2026"), Some(120));
        for absurd in ["99999999999999999999999999", "31536000", "Sun, 22 Nov 2099 18:02:00 GMT"] {
            assert_eq!(after(absurd), Some(86_400), "{absurd}");
        }
        for nothing in ["", "0", "-5", "soon", "1.5", "Sun, 22 Nov 2020 18:02:00 GMT", "١٢"] {
            assert_eq!(after(nothing), None, "{nothing}");
        }
    }

    #[test]
    fn ops_14_each_status_means_one_thing() {
        let of = |status| outcome(status, None, now(), 86_400);
        for status in [200, 202, 204] {
            assert_eq!(of(status), Outcome::Delivered);
        }
        for status in [400, 402, 403, 404, 405, 406, 409, 413, 415, 422, 451] {
            assert_eq!(of(status), Outcome::Refused, "{status}");
        }
        for status in [301, 302, 307, 308, 401, 500, 501, 502, 503, 504] {
            assert_eq!(of(status), Outcome::Retry { blame: Blame::Delivery, not_before: None }, "{status}");
        }
        for status in [408, 429] {
            assert_eq!(of(status), Outcome::Retry { blame: Blame::Host, not_before: None }, "{status}");
        }
        assert_eq!(of(410), Outcome::Gone);
        let later = Some(now() + Duration::seconds(5));
        assert_eq!(outcome(503, Some("5"), now(), 86_400), Outcome::Retry { blame: Blame::Host, not_before: later });
    }
}
