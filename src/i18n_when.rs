//! Dates and states of calls in words, for pages, the command line and the wire.

use super::Lang;
use crate::domain::{
    call::{Call, CallState, CallStatus},
    recurrence::{Frequency, Recurrence, Until},
    report::Attendance,
    when::When,
};
use chrono::{Datelike, NaiveDate, NaiveDateTime, NaiveTime, Timelike};
use chrono_tz::Tz;

impl Lang {
    /// `between 200 and 300 people came`, `about 250 people came`
    pub fn attendance(self, range: Attendance) -> String {
        let (least, most) = (self.number(i64::from(range.least)), self.number(i64::from(range.most)));
        match range.least == range.most {
            true => self.text_with("attendance-about", &[("most", &most)]),
            false => self.text_with("attendance-between", &[("least", &least), ("most", &most)]),
        }
    }

    /// `25 January 2027`
    pub fn day(self, day: NaiveDate) -> String {
        self.date(day.and_time(NaiveTime::MIN))
    }

    /// `January`
    pub fn month(self, day: NaiveDate) -> String {
        self.text(&format!("month-{}", day.month()))
    }

    /// `25 January – 1 February 2027`, `25 January 2027, 14:00–16:00 (Europe/Paris)`
    pub fn when(self, when: &When) -> String {
        match *when {
            When::Days { first, last } => self.days(first, last),
            When::Hours { start, end, zone } => self.hours(start, end, zone),
        }
    }

    /// `Saturday, 30 January 2027`
    pub fn weekday_and_day(self, day: NaiveDate) -> String {
        let weekday = self.text(&format!("weekday-{}", day.weekday().number_from_monday()));
        self.text_with("weekday-and-day", &[("weekday", &weekday), ("day", &self.day(day))])
    }

    /// `14:00–16:00` for what stands below its day; all of it where it ends on another; empty where it takes the whole day.
    pub fn clock(self, when: &When) -> String {
        let write = |at: NaiveDateTime| self.0.digits.write(&format!("{:02}:{:02}", at.hour(), at.minute()));
        match *when {
            When::Days { first, last } if first == last => String::new(),
            When::Hours { start, end: None, .. } => write(start),
            When::Hours { start, end: Some(end), .. } if start.date() == end.date() => {
                self.text_with("when-clock", &[("start", &write(start)), ("end", &write(end))])
            }
            _ => self.when(when),
        }
    }

    fn days(self, first: NaiveDate, last: NaiveDate) -> String {
        if first == last {
            return self.day(first);
        }
        let from = match (first.year() == last.year(), first.month() == last.month()) {
            (true, true) => self.0.digits.write(&first.day().to_string()),
            (true, false) => {
                let day = self.0.digits.write(&first.day().to_string());
                self.text_with("date-short", &[("day", &day), ("month", &self.month(first))])
            }
            _ => self.day(first),
        };
        self.text_with("when-days", &[("first", &from), ("last", &self.day(last))])
    }

    fn hours(self, start: NaiveDateTime, end: Option<NaiveDateTime>, zone: Tz) -> String {
        let clock = |at: NaiveDateTime| self.0.digits.write(&format!("{:02}:{:02}", at.hour(), at.minute()));
        let (date, from) = (self.day(start.date()), clock(start));
        match end {
            None => self.text_with("when-hour", &[("date", &date), ("start", &from), ("zone", &zone.name())]),
            Some(end) if end.date() == start.date() => {
                self.text_with("when-hours", &[("date", &date), ("start", &from), ("end", &clock(end)), ("zone", &zone.name())])
            }
            Some(end) => self.text_with(
                "when-hours-days",
                &[
                    ("date", &date),
                    ("start", &from),
                    ("last", &self.day(end.date())),
                    ("end", &clock(end)),
                    ("zone", &zone.name()),
                ],
            ),
        }
    }

    /// `every year`, `every day until 1 February 2027`; what takes more words is left to the calendar.
    pub fn recurrence(self, rule: &Recurrence) -> String {
        let id = match rule.frequency {
            _ if rule.interval != 1 || !rule.on.is_empty() => "again-often",
            Frequency::Daily => "again-daily",
            Frequency::Weekly => "again-weekly",
            Frequency::Monthly => "again-monthly",
            Frequency::Yearly => "again-yearly",
        };
        let often = self.text(id);
        match rule.until {
            Until::Forever => often,
            Until::Count(count) => self.text_with("again-count", &[("often", &often), ("count", &count)]),
            Until::Day(day) => self.text_with("again-until", &[("often", &often), ("day", &self.day(day))]),
        }
    }

    /// `Postponed`: the word beside a sign and a colour.
    pub fn call_state(self, state: CallState) -> String {
        self.text(&format!("call-state-{state}"))
    }

    /// What people must know of a call that isn't as it was announced: `Cancelled: it doesn't take place.` `None` where it is.
    pub fn call_change(self, call: &Call) -> Option<String> {
        let said = match call.status {
            CallStatus::Announced => return None,
            CallStatus::Postponed => self.text_with("call-postponed", &[("dates", &self.when(&call.when))]),
            CallStatus::Cancelled => self.text("call-cancelled"),
            CallStatus::Moved => match &call.was {
                Some(was) => self.text_with("call-moved-from", &[("dates", &self.when(was))]),
                None => self.text("call-moved"),
            },
        };
        Some(said)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn when(start: &str, end: &str, zone: &str) -> When {
        When::parse(start, end, zone).unwrap()
    }

    #[test]
    fn dates_are_written_out() {
        let en = Lang::english();
        for (given, said) in [
            (when("2027-01-25", "", ""), "25 January 2027"),
            (when("2027-01-25", "2027-01-28", ""), "25 – 28 January 2027"),
            (when("2027-01-25", "2027-02-01", ""), "25 January – 1 February 2027"),
            (when("2027-12-28", "2028-01-02", ""), "28 December 2027 – 2 January 2028"),
            (when("2027-01-25T14:00", "", "Europe/Paris"), "25 January 2027, 14:00 (Europe/Paris)"),
            (when("2027-01-25T14:00", "16:30", "Europe/Paris"), "25 January 2027, 14:00–16:30 (Europe/Paris)"),
            (when("2027-01-25T22:00", "2027-01-26T06:00", "UTC"), "25 January 2027, 22:00 – 26 January 2027, 06:00 (UTC)"),
        ] {
            assert_eq!(en.when(&given), said);
        }
        let ar = Lang::by_tag("ar").unwrap();
        let arabic = ar.when(&when("2027-01-25", "2027-02-01", ""));
        assert!(arabic.contains("٢٥ يناير") && arabic.contains("١ فبراير ٢٠٢٧"), "{arabic}");
    }

    #[test]
    fn every_language_has_words_for_every_state_and_change() {
        let call = Call::new(when("2027-01-25", "2027-02-01", ""));
        for lang in Lang::all() {
            for state in CallState::ALL {
                assert!(!lang.call_state(*state).starts_with("call-state"), "{lang:?} {state}");
            }
            assert_eq!(lang.call_change(&call), None);
            for changed in
                [call.clone().postponed(""), call.clone().cancelled(""), call.clone().moved(when("2027-03-01", "", ""), "")]
            {
                let said = lang.call_change(&changed).unwrap();
                assert!(!said.is_empty() && !said.starts_with("call-"), "{lang:?}: {said}");
            }
        }
    }
}
