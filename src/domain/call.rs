//! A call: a statement with dates. What it has beside its text, and what its state says to people.

use super::{
    Timestamp,
    place::Place,
    recurrence::Recurrence,
    statement::{Fault, clean},
    when::When,
    word_enum,
};
use serde::{Deserialize, Serialize};

/// What supporters can do, and what is said of a change, in characters.
pub const MAX_SUPPORTERS: usize = 5_000;
pub const MAX_NOTICE: usize = 1_000;

word_enum! {
    /// What its collective says of it. That it is over nobody says: the clock does.
    #[derive(Default)]
    CallStatus {
        #[default] Announced = "announced",
        /// It will take place, nobody knows when yet: the dates are those it had.
        Postponed = "postponed",
        /// It takes place on other dates than it was announced for.
        Moved = "moved",
        Cancelled = "cancelled",
    }
}

word_enum! {
    /// What people are shown: the status, and where the clock stands.
    CallState {
        Announced = "announced", UnderWay = "under-way", Over = "over",
        Postponed = "postponed", Moved = "moved", Cancelled = "cancelled",
    }
}

word_enum! {
    /// What stands for a call on another host: the event itself, or a note with its dates written out.
    Face { Event = "event", Note = "note" }
}

/// Software that shows an `Event` of others with its dates, by its name in NodeInfo: Mobilizon and Gancio are made for events,
/// Friendica and those that came from it have calendars, and we show them ourselves.
pub const SHOWS_EVENTS: [&str; 7] = ["communard", "forte", "friendica", "gancio", "hubzilla", "mobilizon", "streams"];

impl Face {
    /// Whose software isn't known gets the note: everybody shows one.
    pub fn of(software: Option<&str>) -> Self {
        match software {
            Some(name) if SHOWS_EVENTS.contains(&name) => Self::Event,
            _ => Self::Note,
        }
    }
}

impl CallState {
    /// The sign that goes with the word, for those who don't see the colour.
    pub fn sign(self) -> &'static str {
        match self {
            Self::Announced => "◷",
            Self::UnderWay => "●",
            Self::Over => "✓",
            Self::Postponed => "‖",
            Self::Moved => "↷",
            Self::Cancelled => "✕",
        }
    }
}

/// When and where an event of somebody else takes place, as far as it says so in a way that we read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Occasion {
    pub when: When,
    /// Plain text, may be empty.
    #[serde(default)]
    pub place: String,
    #[serde(default)]
    pub status: CallStatus,
    /// By which rule it comes back; `when` is the first time.
    #[serde(default)]
    pub recurrence: Option<Recurrence>,
}

impl Occasion {
    /// As [`Call::at`].
    pub fn at(&self, now: Timestamp) -> When {
        at(&self.when, self.recurrence.as_ref(), now)
    }
}

fn at(first: &When, rule: Option<&Recurrence>, now: Timestamp) -> When {
    rule.and_then(|rule| rule.instances(first, now, 1).pop()).unwrap_or(*first)
}

/// What makes a statement a call. Kept as JSON within its content; a member added later has a default.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Call {
    /// The first time.
    pub when: When,
    /// By which rule it comes back.
    #[serde(default)]
    pub recurrence: Option<Recurrence>,
    /// `None` means everywhere.
    #[serde(default)]
    pub place: Option<Place>,
    #[serde(default)]
    pub status: CallStatus,
    /// The dates it was announced for first, once it was moved.
    #[serde(default)]
    pub was: Option<When>,
    /// What supporters can do: Markdown.
    #[serde(default)]
    pub supporters: String,
    /// What people should know of its being postponed, moved or cancelled: plain text, or empty.
    #[serde(default)]
    pub notice: String,
    /// People without an instance may propose actions under it, by a form.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub open_to_all: bool,
}

impl Call {
    pub fn new(when: When) -> Self {
        Self {
            when,
            recurrence: None,
            place: None,
            status: CallStatus::Announced,
            was: None,
            supporters: String::new(),
            notice: String::new(),
            open_to_all: false,
        }
    }

    /// Its texts in their one form; what belongs to a change goes when there is none.
    pub fn normalised(mut self) -> Self {
        self.supporters = clean(&self.supporters.replace("\r\n", "\n")).trim().to_owned();
        self.notice = clean(&self.notice.replace("\r\n", "\n")).trim().to_owned();
        self.place = self.place.map(Place::normalised);
        if self.status == CallStatus::Announced {
            self.notice.clear();
            self.was = None;
        }
        self.was = self.was.filter(|was| *was != self.when);
        self
    }

    /// Rules that it breaks, as field and Fluent id.
    pub fn faults(&self) -> Vec<Fault> {
        let mut faults: Vec<Fault> = self.when.fault().into_iter().collect();
        if self.supporters.chars().count() > MAX_SUPPORTERS {
            faults.push(("supporters", "error-supporters-long"));
        }
        if self.notice.chars().count() > MAX_NOTICE {
            faults.push(("notice", "error-notice-long"));
        }
        faults.extend(self.place.iter().flat_map(Place::draft_faults));
        faults.extend(self.recurrence.iter().filter_map(Recurrence::fault));
        faults
    }

    /// The same call without a date for the time being.
    pub fn postponed(mut self, notice: &str) -> Self {
        self.status = CallStatus::Postponed;
        self.notice = notice.to_owned();
        self.normalised()
    }

    /// The same call on other dates. The dates that people had in their diaries first stay beside the new ones.
    pub fn moved(mut self, when: When, notice: &str) -> Self {
        self.was = self.was.or(Some(self.when));
        self.when = when;
        self.status = CallStatus::Moved;
        self.notice = notice.to_owned();
        self.normalised()
    }

    pub fn cancelled(mut self, notice: &str) -> Self {
        self.status = CallStatus::Cancelled;
        self.notice = notice.to_owned();
        self.normalised()
    }

    /// The same call as it was announced, after all: what was said of a change is over. A call that was moved stays moved.
    pub fn resumed(mut self) -> Self {
        self.status = if self.was.is_some() { CallStatus::Moved } else { CallStatus::Announced };
        self.notice.clear();
        self.normalised()
    }

    /// The time that counts at `now`: the one under way or the next; the first where it doesn't come back (any more).
    pub fn at(&self, now: Timestamp) -> When {
        at(&self.when, self.recurrence.as_ref(), now)
    }

    /// From when on all of it is over. What comes back for ever is over when the years end that we know.
    pub fn ends(&self) -> Timestamp {
        self.recurrence.as_ref().map_or(self.when, |rule| rule.last(&self.when)).ends()
    }

    /// What it is at `now`. A call that was called off or has no date any more is never “over”.
    pub fn state(&self, now: Timestamp) -> CallState {
        match self.status {
            CallStatus::Cancelled => CallState::Cancelled,
            CallStatus::Postponed => CallState::Postponed,
            _ if self.at(now).is_over(now) => CallState::Over,
            _ if self.at(now).begins() <= now => CallState::UnderWay,
            CallStatus::Moved => CallState::Moved,
            CallStatus::Announced => CallState::Announced,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn call() -> Call {
        Call::new(When::parse("2027-01-25", "2027-02-01", "").unwrap())
    }

    fn utc(text: &str) -> Timestamp {
        super::super::time::parse_rfc3339(text).unwrap()
    }

    #[test]
    fn what_the_clock_says_of_a_call() {
        for (now, state) in [
            ("2027-01-01T00:00:00Z", CallState::Announced),
            ("2027-01-24T10:00:00Z", CallState::UnderWay),
            ("2027-02-02T11:59:59Z", CallState::UnderWay),
            ("2027-02-02T12:00:00Z", CallState::Over),
        ] {
            assert_eq!(call().state(utc(now)), state, "{now}");
        }
        let long_after = utc("2030-01-01T00:00:00Z");
        assert_eq!(call().cancelled("").state(long_after), CallState::Cancelled);
        assert_eq!(call().postponed("").state(long_after), CallState::Postponed);
    }

    #[test]
    fn a_call_that_comes_back_is_over_when_its_last_time_is() {
        let yearly = Call { recurrence: Some(Recurrence::yearly()), ..call() };
        let now = utc("2029-01-20T00:00:00Z");
        assert_eq!((yearly.state(now), yearly.at(now).days().0.to_string().as_str()), (CallState::Announced, "2029-01-25"));
        assert_eq!(yearly.state(utc("2029-01-28T00:00:00Z")), CallState::UnderWay);
        assert_eq!(yearly.ends().date().to_string(), "2200-01-08");
        let twice = Call { recurrence: Recurrence::parse("FREQ=YEARLY;COUNT=2").ok(), ..call() };
        assert_eq!(twice.ends(), utc("2028-02-02T12:00:00Z"));
        assert_eq!(twice.state(utc("2028-02-02T12:00:00Z")), CallState::Over);
        assert_eq!(twice.state(utc("2027-06-01T00:00:00Z")), CallState::Announced);
        // What was kept before there were rules has none.
        assert_eq!(serde_json::to_value(&twice).unwrap()["recurrence"], "FREQ=YEARLY;COUNT=2");
    }

    #[test]
    fn a_moved_call_remembers_the_dates_it_was_announced_for() {
        let later = When::parse("2027-03-01", "2027-03-08", "").unwrap();
        let latest = When::parse("2027-04-01", "2027-04-08", "").unwrap();
        let moved = call().moved(later, " The river is high.\u{0} ");
        assert_eq!(
            (moved.status, moved.was, moved.notice.as_str()),
            (CallStatus::Moved, Some(call().when), "The river is high.")
        );
        assert_eq!(moved.clone().moved(latest, "").was, Some(call().when), "the first dates, however often it moves");
        assert_eq!(moved.moved(call().when, "").was, None, "it is back where it was");
        let found = call().postponed("").moved(later, "");
        assert_eq!((found.status, found.was), (CallStatus::Moved, Some(call().when)));
    }

    #[test]
    fn hosts_get_the_face_that_they_show() {
        assert_eq!(Face::of(Some("mobilizon")), Face::Event);
        assert_eq!(Face::of(Some("communard")), Face::Event);
        assert_eq!(Face::of(Some("mastodon")), Face::Note);
        assert_eq!(Face::of(None), Face::Note);
    }

    #[test]
    fn a_call_that_takes_place_after_all_is_as_it_was() {
        assert_eq!(call().cancelled("No.").resumed(), call());
        let moved = call().moved(When::parse("2027-03-01", "", "").unwrap(), "");
        assert_eq!(moved.clone().postponed("Wait.").resumed(), moved);
    }

    #[test]
    fn an_announced_call_has_no_notice_of_a_change() {
        let again = Call { status: CallStatus::Announced, ..call().postponed("Wait for us.") };
        assert_eq!(again.normalised(), call());
    }

    #[test]
    fn long_texts_and_wrong_dates_are_named() {
        let wrong = Call {
            when: When::Days { first: call().when.days().1, last: call().when.days().0 },
            supporters: "x".repeat(MAX_SUPPORTERS + 1),
            notice: "x".repeat(MAX_NOTICE + 1),
            ..call()
        };
        assert_eq!(
            wrong.faults(),
            [("end", "error-when-order"), ("supporters", "error-supporters-long"), ("notice", "error-notice-long")]
        );
        let longest = Call { supporters: "x".repeat(MAX_SUPPORTERS), notice: "x".repeat(MAX_NOTICE), ..call() };
        assert_eq!(longest.faults(), []);
    }

    #[test]
    fn kept_as_json_with_defaults() {
        let kept = serde_json::json!({"when": {"is": "days", "first": "2027-01-25", "last": "2027-02-01"}});
        assert_eq!(serde_json::from_value::<Call>(kept).unwrap(), call());
        let whole = call().moved(When::parse("2027-03-01T10:00", "", "Asia/Beirut").unwrap(), "Later.");
        assert_eq!(serde_json::from_value::<Call>(serde_json::to_value(&whole).unwrap()).unwrap(), whole);
    }

    proptest! {
        #[test]
        fn normalising_is_idempotent(supporters in "(?s).{0,60}", notice in "(?s).{0,60}", status in 0..CallStatus::ALL.len()) {
            let once = Call { supporters, notice, status: CallStatus::ALL[status], ..call() }.normalised();
            prop_assert_eq!(once.clone().normalised(), once);
        }
    }
}
