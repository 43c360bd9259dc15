//! When a collective reminds of a call or an action of its own: a week before it begins, and a day before.

use super::{
    Timestamp,
    call::{Call, CallStatus},
    when::When,
    word_enum,
};
use chrono::{Duration, NaiveTime};

/// So many days must lie between two reminders of one kind, where a call comes back: of “every night” people are reminded once.
pub const APART_DAYS: i64 = 60;
/// Farthest ahead that a reminder goes out, in days.
pub const AHEAD_DAYS: i64 = 7;
/// The hour at which a whole day counts as begun here, in UTC: a reminder comes in the morning, or where it is later.
const MORNING: u32 = 9;

word_enum! {
    /// How long before.
    Reminder { Week = "week", Day = "day" }
}

impl Reminder {
    /// From so long before the beginning on it goes out, and until so long before it.
    fn window(self) -> (Duration, Duration) {
        match self {
            Self::Week => (Duration::days(AHEAD_DAYS), Duration::days(2)),
            Self::Day => (Duration::days(1), Duration::zero()),
        }
    }
}

/// The moment that reminders are counted back from.
fn begins(when: &When) -> Timestamp {
    match when {
        When::Days { first, .. } => first.and_time(NaiveTime::from_hms_opt(MORNING, 0, 0).unwrap_or_default()),
        When::Hours { .. } => when.begins(),
    }
}

/// The reminder that is due now, and the time it is of. `said`: when its collective last said something of it; whoever learnt of it
/// later than a reminder would have come needs none.
pub fn due(call: &Call, said: Timestamp, now: Timestamp) -> Option<(Reminder, When)> {
    if !matches!(call.status, CallStatus::Announced | CallStatus::Moved) {
        return None;
    }
    // Of what comes back every night, tonight may be under way while tomorrow is to be reminded of.
    let times = call.recurrence.as_ref().map(|rule| rule.instances(&call.when, now, 2)).unwrap_or_default();
    let when = times.into_iter().find(|when| begins(when) > now).unwrap_or(call.when);
    let begins = begins(&when);
    let fits = |kind: &&Reminder| {
        let (from, until) = kind.window();
        let left = begins - now;
        left <= from && left > until && said <= begins - from
    };
    Reminder::ALL.iter().find(fits).map(|kind| (*kind, when))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{recurrence::Recurrence, time::parse_rfc3339};

    fn at(text: &str) -> Timestamp {
        parse_rfc3339(text).unwrap()
    }

    fn kind(call: &Call, said: &str, now: &str) -> Option<Reminder> {
        due(call, at(said), at(now)).map(|(kind, _)| kind)
    }

    #[test]
    fn a_week_and_a_day_before_and_not_between() {
        let hours = Call::new(When::parse("2027-01-30T14:00", "", "Europe/Paris").unwrap());
        let long_ago = "2026-11-01T00:00:00Z";
        for (now, wanted) in [
            ("2027-01-23T12:59:59Z", None),
            ("2027-01-23T13:00:00Z", Some(Reminder::Week)),
            ("2027-01-28T12:59:00Z", Some(Reminder::Week)),
            ("2027-01-28T13:00:00Z", None),
            ("2027-01-29T12:59:59Z", None),
            ("2027-01-29T13:00:00Z", Some(Reminder::Day)),
            ("2027-01-30T12:59:59Z", Some(Reminder::Day)),
            ("2027-01-30T13:00:00Z", None),
        ] {
            assert_eq!(kind(&hours, long_ago, now), wanted, "{now}");
        }
        // Whole days from the morning on, not from midnight at the other side of the world.
        let days = Call::new(When::parse("2027-01-25", "2027-02-01", "").unwrap());
        assert_eq!(kind(&days, long_ago, "2027-01-24T08:59:59Z"), None);
        for now in ["2027-01-24T09:00:00Z", "2027-01-24T22:00:00Z"] {
            assert_eq!(kind(&days, long_ago, now), Some(Reminder::Day), "{now}");
        }
        assert_eq!(kind(&days, long_ago, "2027-01-25T09:00:00Z"), None, "it has begun");
    }

    #[test]
    fn nobody_is_reminded_of_what_they_just_heard_nor_of_what_does_not_take_place() {
        let call = Call::new(When::parse("2027-01-30T14:00", "", "UTC").unwrap());
        let (week, day) = ("2027-01-24T00:00:00Z", "2027-01-29T20:00:00Z");
        assert_eq!(kind(&call, "2027-01-23T13:59:59Z", week), Some(Reminder::Week));
        assert_eq!(kind(&call, "2027-01-23T14:00:01Z", week), None, "announced six days before");
        assert_eq!(kind(&call, "2027-01-23T14:00:01Z", day), Some(Reminder::Day));
        let long_ago = "2026-11-01T00:00:00Z";
        assert_eq!(kind(&call.clone().postponed(""), long_ago, week), None);
        assert_eq!(kind(&call.clone().cancelled(""), long_ago, week), None);
        let moved = call.clone().moved(When::parse("2027-01-31T14:00", "", "UTC").unwrap(), "");
        assert_eq!(kind(&moved, long_ago, "2027-01-30T15:00:00Z"), Some(Reminder::Day));
        let nightly = Call { recurrence: Recurrence::parse("FREQ=DAILY").ok(), ..call };
        assert_eq!(due(&nightly, at(long_ago), at("2027-03-01T22:00:00Z")).unwrap().1.days().0.to_string(), "2027-03-02");
    }
}
