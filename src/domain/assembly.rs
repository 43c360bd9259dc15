//! How a collective decides and empowers: the rules that it gave itself, and what a decision does when it is carried.

use super::{
    Id, Timestamp,
    action::{self, ActionContent, Question},
    consent::{Policy, PolicyScope, Verdict},
    decision::{RecallRule, Rules},
    mandate::{Rotation, Terms},
    statement::Fault,
    word_enum,
};
use serde::{Deserialize, Serialize};

/// Longest time for a vote, or to ratify, in days.
pub const MAX_DAYS: i64 = 366;

/// The rules of one collective. A member added later has a default.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct AssemblyRules {
    /// Whether acts in its name need a mandate. Without, each of its members may do what no assembly has to decide.
    pub mandated: bool,
    pub decisions: Rules,
    /// Time for each stage of a decision.
    pub vote_days: i64,
    /// Time to ratify an indicative endorsement.
    pub ratify_days: i64,
    pub recall: RecallRule,
    pub rotation: Rotation,
    /// Who may endorse its statements at once, and whether all others may ask.
    pub endorse_automatic: PolicyScope,
    pub endorse_review: bool,
    /// Whether it reminds of its calls and actions, a week and a day before.
    pub reminders: bool,
}

impl Default for AssemblyRules {
    fn default() -> Self {
        Self {
            mandated: false,
            decisions: Rules::default(),
            vote_days: 7,
            ratify_days: 30,
            recall: RecallRule::default(),
            rotation: Rotation::default(),
            endorse_automatic: PolicyScope::Following,
            endorse_review: true,
            reminders: false,
        }
    }
}

impl AssemblyRules {
    /// Its rule for those who ask to endorse.
    pub fn endorsements(&self) -> Policy {
        Policy { automatic: self.endorse_automatic, review: self.endorse_review }
    }

    /// Rules that they break, as field and Fluent id.
    pub fn faults(&self) -> Vec<Fault> {
        let mut faults = self.decisions.faults();
        for (days, field) in [(self.vote_days, "vote_days"), (self.ratify_days, "ratify_days")] {
            if !(1..=MAX_DAYS).contains(&days) {
                faults.push((field, "error-days"));
            }
        }
        faults
    }
}

word_enum! {
    /// What somebody who asks is answered; `revoke` takes an earlier yes back.
    Answer { Accept = "accept", Decline = "decline", Revoke = "revoke" }
}

word_enum! {
    /// What a collective does towards others beside writing: with a post the first four, with an actor the other two.
    Towards {
        Boost = "boost",
        Unboost = "unboost",
        Like = "like",
        Unlike = "unlike",
        Follow = "follow",
        Unfollow = "unfollow"
    }
}

/// What a decision does when it is carried. It is carried out in the transaction that closes the decision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "kebab-case")]
pub enum Effect {
    /// It stands for itself.
    Nothing,
    /// A text of ours becomes public: the saved copy `draft`, the one before the assembly, whatever was written since.
    Publish {
        statement: Id,
        /// The copy's number; none in questions of older versions, then the one that is current at the end.
        #[serde(default)]
        draft: Option<i32>,
        /// When it is to be published, if not as soon as it is carried.
        #[serde(default)]
        at: Option<Timestamp>,
    },
    /// What we published is withdrawn, with its public reason.
    WithdrawStatement { statement: Id, reason: String },
    /// We endorse a statement, here or elsewhere: its id, and what it was when the assembly was asked.
    Endorse {
        statement: String,
        title: String,
        url: String,
        digest: String,
        /// Whether its author keeps a register.
        register: bool,
    },
    /// Somebody who asks to quote or to endorse is answered.
    Answer { consent: Id, answer: Answer },
    /// An indicative endorsement of ours is ratified.
    Ratify { endorsement: Id },
    /// An endorsement of ours is withdrawn.
    Withdraw { endorsement: Id },
    /// An endorsement of ours holds for the text of this digest too.
    Confirm { endorsement: Id, digest: String },
    /// An endorsement of ours that is over is erased.
    Erase { endorsement: Id },
    /// We boost, like or follow, or take that back: the post's or actor's id. What is needed to know of it was looked up when
    /// the assembly was asked, and is kept.
    Towards { act: Towards, object: String },
    /// The rule for all who ask to endorse us.
    EndorsersRule { automatic: PolicyScope, review: bool },
    /// What one actor or one host that asks to endorse us is answered; none: as the general rule says.
    Endorser { subject: String, verdict: Option<Verdict> },
    /// All who endorse an earlier text of a statement of ours are asked to confirm the public one.
    AskToConfirm { statement: Id },
    /// A local action of ours is added under a call, here or elsewhere: its id. The call was kept when the assembly was asked.
    AddAction { call: String, content: Box<ActionContent> },
    /// A local action of ours says this from now on.
    EditAction { action: Id, content: Box<ActionContent> },
    /// A local action of ours is cancelled.
    CancelAction { action: Id },
    /// What becomes of a local action of ours whose call changed so.
    AnswerAction { action: Id, answer: action::Answer, question: Question },
    /// What somebody without an instance proposes under a call of ours is let in, or turned down.
    AnswerProposed { proposed: Id, accept: bool },
    /// Members are empowered.
    Grant { holders: Vec<Id>, terms: Box<Terms> },
    /// A mandate ends.
    Recall { mandate: Id },
}

impl Effect {
    /// Its word, for lists and the ledger.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Nothing => "nothing",
            Self::Publish { .. } => "publish",
            Self::WithdrawStatement { .. } => "withdraw-statement",
            Self::Endorse { .. } => "endorse",
            Self::Answer { .. } => "answer",
            Self::Ratify { .. } => "ratify",
            Self::Withdraw { .. } => "withdraw",
            Self::Confirm { .. } => "confirm",
            Self::Erase { .. } => "erase",
            Self::Towards { act, .. } => act.as_str(),
            Self::EndorsersRule { .. } => "endorsers-rule",
            Self::Endorser { .. } => "endorser",
            Self::AskToConfirm { .. } => "ask-to-confirm",
            Self::AddAction { .. } => "add-action",
            Self::EditAction { .. } => "edit-action",
            Self::CancelAction { .. } => "cancel-action",
            Self::AnswerAction { .. } => "answer-action",
            Self::AnswerProposed { .. } => "answer-proposed",
            Self::Grant { .. } => "grant",
            Self::Recall { .. } => "recall",
        }
    }

    /// What it is done to, if that is one thing.
    pub fn subject(&self) -> Option<&str> {
        match self {
            Self::Nothing | Self::Grant { .. } | Self::EndorsersRule { .. } => None,
            Self::Publish { statement, .. }
            | Self::WithdrawStatement { statement, .. }
            | Self::Endorse { statement, .. }
            | Self::AskToConfirm { statement } => Some(statement),
            Self::Towards { object, .. } => Some(object),
            Self::Endorser { subject, .. } => Some(subject),
            Self::Answer { consent, .. } => Some(consent),
            Self::AnswerProposed { proposed, .. } => Some(proposed),
            Self::Ratify { endorsement }
            | Self::Withdraw { endorsement }
            | Self::Confirm { endorsement, .. }
            | Self::Erase { endorsement } => Some(endorsement),
            Self::AddAction { call, .. } => Some(call),
            Self::EditAction { action, .. } | Self::CancelAction { action } | Self::AnswerAction { action, .. } => Some(action),
            Self::Recall { mandate } => Some(mandate),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{call::CallStatus, when::When};
    use serde_json::json;

    #[test]
    fn rules_of_an_older_version_are_read_with_defaults() {
        let read: AssemblyRules = serde_json::from_str(r#"{ "mandated": true }"#).unwrap();
        assert_eq!(read, AssemblyRules { mandated: true, ..AssemblyRules::default() });
        assert!(read.faults().is_empty());
        assert_eq!(AssemblyRules { ratify_days: 0, ..read.clone() }.faults(), [("ratify_days", "error-days")]);
        assert_eq!(AssemblyRules { vote_days: MAX_DAYS + 1, ..read }.faults(), [("vote_days", "error-days")]);
    }

    #[test]
    fn effects_read_back_with_their_words() {
        let older: Effect = serde_json::from_str(r#"{ "do": "publish", "statement": "x" }"#).unwrap();
        assert_eq!(older, Effect::Publish { statement: "x".into(), draft: None, at: None });
        let question = Question { what: CallStatus::Moved, days: 3 };
        let content: ActionContent =
            serde_json::from_value(json!({ "title": "March", "when": When::parse("2027-01-30", "", "").unwrap() })).unwrap();
        let withdrawn = Effect::WithdrawStatement { statement: "x".into(), reason: "It was wrong.".into() };
        for effect in [
            withdrawn,
            Effect::Answer { consent: "x".into(), answer: Answer::Decline },
            Effect::Nothing,
            Effect::Ratify { endorsement: "x".into() },
            Effect::Recall { mandate: "y".into() },
            Effect::EndorsersRule { automatic: PolicyScope::Everybody, review: true },
            Effect::Endorser { subject: "x.example".into(), verdict: None },
            Effect::Endorser { subject: "x.example".into(), verdict: Some(Verdict::Refuse) },
            Effect::AskToConfirm { statement: "x".into() },
            Effect::Erase { endorsement: "x".into() },
            Effect::AddAction { call: "x".into(), content: Box::new(content.clone()) },
            Effect::EditAction { action: "x".into(), content: Box::new(content) },
            Effect::CancelAction { action: "x".into() },
            Effect::AnswerAction { action: "x".into(), answer: action::Answer::Move, question },
        ] {
            let json = serde_json::to_value(&effect).unwrap();
            assert_eq!(json["do"], effect.word());
            assert_eq!(serde_json::from_value::<Effect>(json).unwrap(), effect);
        }
        for act in Towards::ALL {
            let effect = Effect::Towards { act: *act, object: "x".into() };
            let json = serde_json::to_value(&effect).unwrap();
            assert_eq!((effect.word(), &json["act"]), (act.as_str(), &json!(act.as_str())));
            assert_eq!(serde_json::from_value::<Effect>(json).unwrap(), effect);
        }
    }
}
