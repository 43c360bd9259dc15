//! The part of the writing form that makes a text a call: its fields as typed, and the [`Call`] that they mean. Pure.

use crate::{
    domain::{
        call::Call,
        place::Place,
        recurrence::{Frequency, Recurrence, Until},
        statement::Fault,
        when::When,
    },
    web::{i18n::T, when_where::WhenWhere},
};
use chrono::NaiveDate;

/// How a call may come back, as the form offers it. `rule`: one that was made elsewhere, and stays as it is.
pub const AGAIN: [&str; 4] = ["", "yearly", "weekly", "nightly"];
/// The choice for a rule that the form can't say.
const RULE: &str = "rule";

/// What stands in it, as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CallForm {
    /// Whether it is a call at all.
    pub on: bool,
    pub at: WhenWhere,
    /// `everywhere` or `place`.
    pub reach: String,
    pub supporters: String,
    /// People without an instance may propose actions under it.
    pub open_to_all: bool,
    /// One of [`AGAIN`], or `rule`.
    pub again: String,
    /// Its last day; may be empty but for what comes back each night.
    pub again_until: String,
    /// RFC 5545, for `rule`.
    pub again_rule: String,
}

impl CallForm {
    /// For a new call of a collective with this zone.
    pub fn new(zone: &str) -> Self {
        Self { on: true, at: WhenWhere::new(zone), reach: "everywhere".into(), ..Self::default() }
    }

    /// For a text that was saved before.
    pub fn of(call: Option<&Call>) -> Self {
        let Some(call) = call else { return Self::default() };
        let (again, again_until, again_rule) = again(call.recurrence.as_ref());
        Self {
            on: true,
            at: WhenWhere::of(&call.when, call.place.as_ref()),
            reach: if call.place.is_some() { "place" } else { "everywhere" }.into(),
            supporters: call.supporters.clone(),
            open_to_all: call.open_to_all,
            again,
            again_until,
            again_rule,
        }
    }

    /// Puts one field in its place; `false` where it is none of these.
    pub fn put(&mut self, name: &str, value: &str) -> bool {
        let slot = match name {
            "call" => {
                self.on = !value.is_empty();
                return true;
            }
            "open_to_all" => {
                self.open_to_all = !value.is_empty();
                return true;
            }
            "reach" => &mut self.reach,
            "supporters" => &mut self.supporters,
            "again" => &mut self.again,
            "again_until" => &mut self.again_until,
            "again_rule" => &mut self.again_rule,
            _ => return self.at.put(name, value),
        };
        value.clone_into(slot);
        true
    }

    /// Looks the city up, of a call at a place.
    pub fn settle(&mut self, t: &T) {
        if self.at_place() {
            self.at.settle(t);
        }
    }

    fn at_place(&self) -> bool {
        self.on && self.reach == "place"
    }

    /// When it is.
    ///
    /// # Errors
    /// The field that is wrong, and why.
    pub fn when(&self) -> Result<When, Fault> {
        self.at.when()
    }

    /// What is wrong with what was typed, where it is a call: nothing of it is published so.
    pub fn faults(&self) -> Vec<Fault> {
        if !self.on {
            return Vec::new();
        }
        let mut faults: Vec<Fault> = self.when().err().into_iter().collect();
        if self.at_place() {
            faults.extend(self.at.place_faults());
        }
        faults.extend(self.recurrence().err());
        faults
    }

    /// How it comes back.
    fn recurrence(&self) -> Result<Option<Recurrence>, Fault> {
        let until = match self.again_until.trim() {
            "" => Until::Forever,
            day => Until::Day(NaiveDate::parse_from_str(day, "%Y-%m-%d").map_err(|_| ("again_until", "error-again-until"))?),
        };
        let rule = match self.again.as_str() {
            "yearly" => Recurrence { until, ..Recurrence::yearly() },
            "weekly" => Recurrence { frequency: Frequency::Weekly, until, ..Recurrence::yearly() },
            "nightly" if until == Until::Forever => return Err(("again_until", "error-again-nightly")),
            "nightly" => Recurrence::nightly(until),
            RULE => Recurrence::parse(&self.again_rule)?,
            _ => return Ok(None),
        };
        let early = matches!((until, self.when()), (Until::Day(last), Ok(when)) if last < when.days().0);
        match rule.fault() {
            _ if early => Err(("again_until", "error-again-early")),
            Some((_, message)) => Err(("again_until", message)),
            None => Ok(Some(rule)),
        }
    }

    /// The call that it means, over the one that is saved: its state goes by its own buttons. `None` where it is none, or where
    /// its dates can't be read and none are saved.
    pub fn call(&self, before: Option<&Call>) -> Option<Call> {
        if !self.on {
            return None;
        }
        let when = self.when().ok().or(before.map(|call| call.when))?;
        let call = before.cloned().unwrap_or_else(|| Call::new(when));
        let recurrence = self.recurrence().unwrap_or_else(|_| call.recurrence.clone());
        Some(Call {
            when,
            recurrence,
            place: self.place(),
            supporters: self.supporters.clone(),
            open_to_all: self.open_to_all,
            ..call
        })
    }

    fn place(&self) -> Option<Place> {
        self.at_place().then(|| self.at.place())
    }
}

/// A rule in the form's words: what comes back, until when, and the rule itself where the form can't say it.
fn again(rule: Option<&Recurrence>) -> (String, String, String) {
    let Some(rule) = rule else { return Default::default() };
    let until = match rule.until {
        Until::Forever => Some(String::new()),
        Until::Day(day) => Some(day.to_string()),
        Until::Count(_) => None,
    };
    let word = match rule.frequency {
        _ if rule.interval != 1 || !rule.on.is_empty() => None,
        Frequency::Yearly => Some("yearly"),
        Frequency::Weekly => Some("weekly"),
        Frequency::Daily if rule.until != Until::Forever => Some("nightly"),
        Frequency::Daily | Frequency::Monthly => None,
    };
    match (word, until) {
        (Some(word), Some(until)) => (word.to_owned(), until, String::new()),
        _ => (RULE.to_owned(), String::new(), rule.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(fields: &[(&str, &str)]) -> CallForm {
        let mut form = CallForm::new("Europe/Paris");
        for (name, value) in fields {
            assert!(form.put(name, value), "{name}");
        }
        form
    }

    #[test]
    fn days_and_hours_mean_what_was_typed_and_come_back() {
        for fields in [
            &[("start", "2027-01-25"), ("end", "2027-02-01")][..],
            &[
                ("start", "2027-01-25"),
                ("start_time", "14:00"),
                ("end", "2027-01-25"),
                ("end_time", "16:00"),
                ("zone", "Asia/Beirut"),
            ],
            &[
                ("start", "2027-01-25"),
                ("reach", "place"),
                ("city", "Lyon"),
                ("precision", "exact"),
                ("place_name", "Old bridge"),
                ("coordinates", "45.758, 4.832"),
                ("open_to_all", "1"),
            ],
            &[("start", "2027-01-25"), ("again", "yearly")],
            &[("start", "2027-01-25"), ("again", "nightly"), ("again_until", "2027-02-10")],
            &[("start", "2027-01-25"), ("again", "rule"), ("again_rule", "FREQ=MONTHLY;BYDAY=1FR")],
        ] {
            let call = typed(fields).call(None).unwrap().normalised();
            assert_eq!(CallForm::of(Some(&call)).call(Some(&call)), Some(call.clone()), "{call:?}");
            assert_eq!(call.recurrence.is_some(), fields.iter().any(|(name, _)| *name == "again"));
        }
        let evening = typed(&[("start", "2027-01-25"), ("start_time", "19:00"), ("end_time", "22:00")]).when().unwrap();
        assert_eq!(evening.typed(), ("2027-01-25T19:00".into(), "2027-01-25T22:00".into(), "Europe/Paris".into()));
        assert_eq!(typed(&[]).faults(), [("start", "error-when-start-empty")]);
        assert_eq!(
            typed(&[("start", "2027-01-25"), ("start_time", "14:00"), ("end", "2027-01-26")]).faults(),
            [("end", "error-when-mixed")]
        );
        assert_eq!(CallForm::default().faults(), [], "a statement has no dates");
    }

    #[test]
    fn wrong_dates_leave_those_that_are_saved() {
        let call = typed(&[("start", "2027-01-25"), ("again", "weekly")]).call(None).unwrap();
        let wrong = typed(&[("start", "2027-02-30"), ("supporters", "Come."), ("again", "weekly"), ("again_until", "soon")]);
        let kept = wrong.call(Some(&call)).unwrap();
        assert_eq!((kept.when, kept.supporters.as_str()), (call.when, "Come."));
        assert!(kept.recurrence.is_some() && kept.recurrence == call.recurrence);
        assert_eq!(wrong.call(None), None);
    }

    #[test]
    fn what_comes_back_each_night_ends_some_day() {
        let faults = |fields: &[(&str, &str)]| typed(&[&[("start", "2027-01-25")], fields].concat()).faults();
        assert_eq!(faults(&[("again", "nightly")]), [("again_until", "error-again-nightly")]);
        assert_eq!(faults(&[("again", "weekly"), ("again_until", "2027-01-24")]), [("again_until", "error-again-early")]);
        assert_eq!(faults(&[("again", "weekly"), ("again_until", "3000-01-24")]), [("again_until", "error-recurrence-bounds")]);
        assert_eq!(faults(&[("again", "yearly"), ("again_until", "next year")]), [("again_until", "error-again-until")]);
        assert_eq!(faults(&[("again", "weekly"), ("again_until", "2027-03-01")]), []);
    }
}
