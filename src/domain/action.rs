//! A local action under a call: what a collective does where it is. Its own time, place and state; nothing is cancelled for it.

use super::{
    call::CallStatus,
    place::Place,
    statement::{Fault, clean, one_line},
    when::When,
    word_enum,
};
use serde::{Deserialize, Serialize};

/// Limits, in characters unless said otherwise.
pub const MAX_ACTION_TITLE: usize = 300;
pub const MAX_ACTION_TEXT: usize = 5_000;
pub const MAX_ACCESSIBILITY: usize = 1_000;
pub const MAX_ACTION_CONTACT: usize = 300;
/// Languages spoken at one.
pub const MAX_SPOKEN: usize = 10;

word_enum! {
    /// What kind of thing it is.
    #[derive(Default)]
    ActionKind {
        March = "march", Vigil = "vigil", Assembly = "assembly", Strike = "strike", Blockade = "blockade", Talk = "talk",
        Culture = "culture", #[default] Other = "other"
    }
}

word_enum! {
    /// What its organisers say to a change of the call.
    Answer { Keep = "keep", Move = "move", Cancel = "cancel" }
}

/// All that its organisers say of it. Kept as JSON; a member added later has a default.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActionContent {
    pub title: String,
    #[serde(default)]
    pub kind: ActionKind,
    pub when: When,
    #[serde(default)]
    pub place: Option<Place>,
    /// Announced, moved or cancelled.
    #[serde(default)]
    pub status: CallStatus,
    /// Plain text.
    #[serde(default)]
    pub text: String,
    /// Steps, toilets, interpretation: plain text.
    #[serde(default)]
    pub accessibility: String,
    /// BCP 47 tags.
    #[serde(default)]
    pub languages: Vec<String>,
    #[serde(default)]
    pub contact: String,
}

/// What changed about the call since its organisers last said something: they are asked what becomes of theirs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    pub what: CallStatus,
    /// By so many days the call begins later than before; 0 where that isn't known.
    #[serde(default)]
    pub days: i64,
}

/// How a call stands, as an action was last told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seen {
    pub status: CallStatus,
    pub when: When,
}

impl Seen {
    /// What its organisers have to be asked now that the call stands so. `None` where nothing changed that concerns them.
    pub fn asks(&self, now: &Self) -> Option<Question> {
        if self == now || (now.status == CallStatus::Announced && self.when == now.when) {
            return None;
        }
        // Other dates without a word about it are a move all the same.
        let what = if now.status == CallStatus::Announced { CallStatus::Moved } else { now.status };
        Some(Question { what, days: (now.when.days().0 - self.when.days().0).num_days() })
    }
}

impl ActionContent {
    pub fn normalised(mut self) -> Self {
        for text in [&mut self.title, &mut self.contact] {
            *text = one_line(text);
        }
        for text in [&mut self.text, &mut self.accessibility] {
            *text = clean(&text.replace("\r\n", "\n")).trim().to_owned();
        }
        self.place = self.place.map(Place::normalised);
        let mut seen = std::collections::HashSet::new();
        self.languages = self.languages.iter().filter_map(|tag| super::language::parse_tag(tag)).collect();
        self.languages.retain(|tag| seen.insert(tag.clone()));
        self
    }

    /// Rules that it breaks, as field and Fluent id.
    pub fn faults(&self) -> Vec<Fault> {
        let mut faults: Vec<Fault> = self.when.fault().into_iter().collect();
        let long = |text: &str, most: usize| text.chars().count() > most;
        for (wrong, fault) in [
            (self.title.is_empty(), ("title", "error-title-empty")),
            (long(&self.title, MAX_ACTION_TITLE), ("title", "error-title-long")),
            (long(&self.text, MAX_ACTION_TEXT), ("text", "error-supporters-long")),
            (long(&self.accessibility, MAX_ACCESSIBILITY), ("accessibility", "error-notice-long")),
            (long(&self.contact, MAX_ACTION_CONTACT), ("contact", "error-contact-long")),
            (self.languages.len() > MAX_SPOKEN, ("language", "error-spoken-many")),
        ] {
            if wrong {
                faults.push(fault);
            }
        }
        faults.extend(self.place.iter().flat_map(Place::publish_faults));
        faults
    }

    /// What it is after its organisers answered. `None` where it can't move so far along, or not to such an hour.
    pub fn answered(&self, question: &Question, answer: Answer) -> Option<Self> {
        match answer {
            Answer::Keep => Some(self.clone()),
            Answer::Cancel => Some(Self { status: CallStatus::Cancelled, ..self.clone() }),
            Answer::Move => {
                let when = self.when.later(question.days)?;
                Some(Self { when, status: CallStatus::Moved, ..self.clone() })
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn march() -> ActionContent {
        ActionContent {
            title: " March from the old bridge ".into(),
            kind: ActionKind::March,
            when: When::parse("2027-01-30T14:00", "16:00", "Europe/Paris").unwrap(),
            place: None,
            status: CallStatus::Announced,
            text: String::new(),
            accessibility: "No steps.".into(),
            languages: vec!["fr".into(), "ar".into(), "fr".into()],
            contact: String::new(),
        }
        .normalised()
    }

    fn seen(status: CallStatus, start: &str) -> Seen {
        Seen { status, when: When::parse(start, "", "").unwrap() }
    }

    #[test]
    fn an_action_says_what_it_must() {
        assert_eq!((march().title.as_str(), march().languages.len()), ("March from the old bridge", 2));
        assert_eq!(march().faults(), []);
        let wrong = ActionContent {
            title: String::new(),
            text: "x".repeat(MAX_ACTION_TEXT + 1),
            accessibility: "x".repeat(MAX_ACCESSIBILITY + 1),
            contact: "x".repeat(MAX_ACTION_CONTACT + 1),
            languages: vec!["fr".into(); MAX_SPOKEN + 1],
            ..march()
        };
        assert_eq!(
            wrong.faults().iter().map(|fault| fault.0).collect::<Vec<_>>(),
            ["title", "text", "accessibility", "contact", "language"]
        );
    }

    #[test]
    fn organisers_are_asked_once_for_each_change_and_not_for_others() {
        let announced = seen(CallStatus::Announced, "2027-01-25");
        assert_eq!(announced.asks(&announced), None);
        let moved = seen(CallStatus::Moved, "2027-03-01");
        assert_eq!(announced.asks(&moved), Some(Question { what: CallStatus::Moved, days: 35 }));
        assert_eq!(moved.asks(&moved), None);
        assert_eq!(
            announced.asks(&seen(CallStatus::Announced, "2027-01-26")),
            Some(Question { what: CallStatus::Moved, days: 1 })
        );
        let cancelled = seen(CallStatus::Cancelled, "2027-01-25");
        assert_eq!(announced.asks(&cancelled).unwrap().what, CallStatus::Cancelled);
        assert_eq!(cancelled.asks(&announced), None, "it takes place after all");
    }

    #[test]
    fn an_action_moves_along_by_the_same_days_at_the_same_hour() {
        let question = Question { what: CallStatus::Moved, days: 35 };
        let moved = march().answered(&question, Answer::Move).unwrap();
        assert_eq!(moved.when, When::parse("2027-03-06T14:00", "2027-03-06T16:00", "Europe/Paris").unwrap());
        assert_eq!(moved.status, CallStatus::Moved);
        assert_eq!(march().answered(&question, Answer::Keep), Some(march()));
        assert_eq!(march().answered(&question, Answer::Cancel).unwrap().status, CallStatus::Cancelled);
        let night = ActionContent { when: When::parse("2027-03-21T02:30", "", "Europe/Paris").unwrap(), ..march() };
        assert_eq!(night.answered(&Question { days: 7, ..question }, Answer::Move), None, "the clocks go forward that night");
    }
}
