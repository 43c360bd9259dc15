//! When a delivery is tried again, when it is given up, and how a host is doing: rules only.
//!
//! The random part of a delay is handed in. Must not know HTTP or rows.

use super::Timestamp;
use chrono::Duration;

/// The bounds of `[delivery]` that these rules need.
#[derive(Debug, Clone, Copy)]
pub struct Policy {
    /// Seconds before the second try.
    pub first_retry: i64,
    /// Longest time between two tries of one delivery, in seconds.
    pub longest_retry: i64,
    /// Longest pause for a host that can't be reached, in seconds.
    pub longest_pause: i64,
    /// After so many days without success a delivery is given up.
    pub give_up_days: i64,
    /// Answers of 5xx to one delivery after which it is given up, if others to that host succeed.
    pub max_server_errors: i32,
    /// Different days with failures and none with a success after which a host is left in peace.
    pub dormant_days: i32,
}

/// How much longer than the last delay the next one is.
const GROWTH: f64 = 2.5;
/// The random part, at most this share of the delay: servers that failed together don't come back together.
const JITTER: f64 = 0.2;
/// Different deliveries that a host must answer with errors of its own before the host counts as ill, and not they.
pub const DISTINCT_ERRORS: i64 = 3;

/// The delay after the `failures`th failure (from 1): grows by 2.5 up to `longest`, plus up to a fifth at random.
/// `jitter` is in 0..1.
pub fn delay(failures: i32, first: i64, longest: i64, jitter: f64) -> Duration {
    let grown = first as f64 * GROWTH.powi(failures.clamp(1, 40) - 1);
    let base = grown.min(longest as f64).max(0.0);
    Duration::milliseconds((base * (1.0 + JITTER * jitter.clamp(0.0, 1.0)) * 1000.0) as i64)
}

/// Who is at fault when a try fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Blame {
    /// The host: it can't be reached, is too slow, or says that it has too much to do.
    Host,
    /// Unclear: the host answered this one with an error (401, 5xx, a redirect). Others may pass.
    Delivery,
}

/// What a try came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    Delivered,
    /// The inbox is no more (410).
    Gone,
    /// The host doesn't want this one and won't later.
    Refused,
    /// Worth another try. `not_before`: the host named a time (`Retry-After`).
    Retry {
        blame: Blame,
        not_before: Option<Timestamp>,
    },
}

/// How a host is doing. Rests in its row of `peers`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Health {
    /// `None`: it is well. Else one delivery at a time goes there, to see.
    pub failing_since: Option<Timestamp>,
    /// Failures since the last success; those of requests that were under way together count once.
    pub failures: i32,
    /// Different days (UTC) on which the host itself failed since the last success.
    pub failing_days: i32,
    pub last_failing_day: Option<String>,
    /// Nothing goes there before.
    pub next_at: Option<Timestamp>,
    /// The same, by the host's own wish; no sign of life from it shortens this one.
    pub retry_after: Option<Timestamp>,
    /// Nothing goes there until it is heard of or a steward says so.
    pub dormant_at: Option<Timestamp>,
}

impl Health {
    /// After a try that failed. `distinct_errors`: how many different deliveries failed there since the last success.
    pub fn failed(
        &mut self,
        now: Timestamp,
        blame: Blame,
        not_before: Option<Timestamp>,
        distinct_errors: i64,
        policy: &Policy,
        jitter: f64,
    ) {
        if let Some(at) = not_before {
            self.retry_after = self.retry_after.max(Some(at));
        }
        let since = *self.failing_since.get_or_insert(now);
        // One that went off before the pause began says nothing new.
        let asleep = self.next_at.is_some_and(|at| at > now);
        if !asleep {
            self.failures += 1;
        }
        if blame == Blame::Delivery && distinct_errors < DISTINCT_ERRORS {
            return;
        }
        if !asleep {
            self.next_at = Some(now + delay(self.failures, policy.first_retry, policy.longest_pause, jitter));
        }
        let day = now.format("%Y-%m-%d").to_string();
        if self.last_failing_day.as_ref() != Some(&day) {
            self.failing_days += 1;
            self.last_failing_day = Some(day);
        }
        if self.failing_days >= policy.dormant_days && now - since >= Duration::days(i64::from(policy.dormant_days)) {
            self.dormant_at.get_or_insert(now);
        }
    }

    /// It was heard of: try again now. What it asked for itself holds on, and `failures` stays, so that one who sends
    /// much and takes nothing isn't tried ever faster.
    pub fn heard(&mut self) {
        let (failures, retry_after) = (self.failures, self.retry_after);
        *self = Self { failures, retry_after, ..Self::default() };
    }

    pub fn is_well(&self) -> bool {
        *self == Self::default()
    }
}

/// Whether a delivery that just failed is given up. `tries` counts this one too.
pub fn is_given_up(
    now: Timestamp,
    created_at: Timestamp,
    tries: i32,
    server_error: bool,
    others_succeed: bool,
    policy: &Policy,
) -> bool {
    now - created_at >= Duration::days(policy.give_up_days)
        || (server_error && others_succeed && tries >= policy.max_server_errors)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::time::parse_rfc3339;

    const POLICY: Policy = Policy {
        first_retry: 60,
        longest_retry: 86_400,
        longest_pause: 3_000,
        give_up_days: 7,
        max_server_errors: 12,
        dormant_days: 7,
    };

    fn start() -> Timestamp {
        parse_rfc3339("2026-03-18T12:00:00Z").unwrap()
    }

    #[test]
    fn ops_14_delays_grow_have_a_random_part_and_an_end() {
        let seconds = |n, jitter| delay(n, 60, 86_400, jitter).num_seconds();
        assert_eq!((seconds(1, 0.0), seconds(2, 0.0), seconds(3, 0.0)), (60, 150, 375));
        for n in 1..9 {
            assert!(seconds(n, 1.0) < seconds(n + 1, 0.0), "the {n}th grows whatever the dice say");
        }
        assert_eq!(seconds(1, 1.0), 72);
        assert_eq!(seconds(40, 0.0), 86_400);
        assert_eq!(seconds(i32::MAX, 1.0), 103_680);
    }

    #[test]
    fn ops_11_a_peer_that_returns_after_a_week_is_tried_within_the_hour() {
        let (mut health, mut now) = (Health::default(), start());
        let week = start() + Duration::days(7);
        loop {
            health.failed(now, Blame::Host, None, 1, &POLICY, 1.0);
            assert_eq!(health.dormant_at, None, "not before the week is over");
            let next = health.next_at.unwrap();
            if next >= week {
                assert!(next - week <= Duration::hours(1));
                break;
            }
            now = next;
        }
    }

    #[test]
    fn a_host_sleeps_after_seven_days_and_wakes_when_heard_of() {
        let mut health = Health::default();
        for day in 0..7 {
            health.failed(start() + Duration::days(day), Blame::Host, None, 1, &POLICY, 0.0);
        }
        assert_eq!((health.failing_days, health.dormant_at), (7, None));
        health.failed(start() + Duration::days(7), Blame::Host, None, 1, &POLICY, 0.0);
        assert!(health.dormant_at.is_some());
        health.heard();
        assert_eq!((health.dormant_at, health.next_at, health.failing_days), (None, None, 0));
    }

    #[test]
    fn failures_of_one_moment_count_once() {
        let mut health = Health::default();
        for _ in 0..4 {
            health.failed(start(), Blame::Host, None, 4, &POLICY, 0.0);
        }
        assert_eq!((health.failures, health.failing_days), (1, 1));
        assert_eq!(health.next_at, Some(start() + Duration::seconds(60)));
    }

    #[test]
    fn ops_15_one_bad_delivery_doesn_t_put_a_host_to_sleep() {
        let mut health = Health::default();
        for minute in 0..12 {
            health.failed(start() + Duration::minutes(minute), Blame::Delivery, None, 1, &POLICY, 0.0);
            assert_eq!(health.next_at, None);
        }
        health.failed(start() + Duration::hours(1), Blame::Delivery, None, DISTINCT_ERRORS, &POLICY, 0.0);
        assert!(health.next_at.is_some(), "three different ones do");
    }

    #[test]
    fn ops_15_a_bad_delivery_is_given_up_when_others_pass() {
        let given_up = |tries, others| is_given_up(start(), start(), tries, true, others, &POLICY);
        assert!(!given_up(11, true) && given_up(12, true) && !given_up(12, false));
        assert!(is_given_up(start() + Duration::days(7), start(), 1, false, false, &POLICY));
    }

    #[test]
    fn ops_13_what_the_host_asked_for_outlives_a_sign_of_life() {
        let mut health = Health::default();
        let later = start() + Duration::hours(3);
        health.failed(start(), Blame::Host, Some(later), 1, &POLICY, 0.0);
        health.heard();
        assert_eq!(health.retry_after, Some(later));
    }
}
