//! When something that others consented to or said is looked at again at its own host: after an hour, a day, a week, then
//! weekly.

use super::Timestamp;
use chrono::Duration;

/// Times after its arrival; then each time so long after the last look as the last of these.
fn steps() -> [Duration; 3] {
    [Duration::hours(1), Duration::days(1), Duration::days(7)]
}

/// A host that didn't answer, or whose answer was no good, is asked again by then.
pub fn at_the_latest(now: Timestamp) -> Timestamp {
    now + Duration::days(1)
}

/// The next look at a thing that arrived at `received`. Up to a tenth of the time is added, by its address, so that those
/// that came together don't stay together.
pub fn next(received: Timestamp, now: Timestamp, uri: &str) -> Timestamp {
    let [.., last] = steps();
    let at = steps().into_iter().map(|step| received + step).find(|at| *at > now).unwrap_or(now + last);
    let lot = uri.bytes().fold(0_u32, |sum, byte| sum.wrapping_mul(31).wrapping_add(byte.into())) % 1_000;
    at + (at - now) * i32::try_from(lot).unwrap_or(0) / 10_000
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        super::super::time::parse_rfc3339(text).unwrap()
    }

    #[test]
    fn it_is_after_an_hour_a_day_a_week_and_then_weekly() {
        let received = at("2027-01-10T12:00:00Z");
        let uri = "https://valley.example/endorsements/7";
        let (mut now, mut hours) = (received, Vec::new());
        for _ in 0..5 {
            let next = next(received, now, uri);
            hours.push((next - now).num_hours());
            now = next;
        }
        let week = 7 * 24;
        assert!((1..=2).contains(&hours[0]) && (22..=26).contains(&hours[1]), "{hours:?}");
        assert!((week - 30..=week).contains(&hours[2]), "{hours:?}");
        assert!(hours[3..].iter().all(|hours| (week..=week + 17).contains(hours)), "{hours:?}");
    }

    #[test]
    fn those_that_came_together_are_spread() {
        let now = at("2027-01-10T12:00:00Z");
        let times: std::collections::BTreeSet<_> =
            (0..100).map(|n| next(now, now, &format!("https://valley.example/endorsements/{n}"))).collect();
        assert!(times.len() > 50, "{}", times.len());
        assert!(times.iter().all(|at| *at - now <= Duration::minutes(66)));
    }
}
