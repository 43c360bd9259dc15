//! What every page of the desk shows around its own matter, and the one door to a collective's desk.

use super::schedule;
use crate::{
    acts::{
        decisions, endorsements,
        mandates::{self, Hands},
    },
    db::{self, collectives::CollectiveRow, decisions::DecisionRow},
    domain::{
        Timestamp,
        consent::ConsentKind,
        decision::Procedure,
        mandate::{Deed, Verb},
        names::FollowState,
    },
    error::{Error, Result},
    state::AppState,
    web::{i18n::T, session::SignedIn},
};
use std::borrow::Borrow;

/// Words in `?done=` and the message that each stands for. Others say nothing.
const NOTICES: &[(&str, &str)] = &[
    ("saved", "desk-saved"),
    ("call-changed", "desk-call-changed"),
    ("unscheduled", "desk-unscheduled"),
    ("restored", "desk-restored"),
    ("pinned", "desk-pinned-done"),
    ("unpinned", "desk-unpinned-done"),
    ("accepted", "desk-followers-accepted-done"),
    ("rejected", "desk-followers-rejected-done"),
    ("removed", "desk-followers-removed-done"),
    ("followed", "desk-following-done"),
    ("unfollowed", "desk-following-unfollowed-done"),
    ("boosted", "desk-inbox-boost-done"),
    ("unboosted", "desk-inbox-unboost-done"),
    ("liked", "desk-inbox-like-done"),
    ("unliked", "desk-inbox-unlike-done"),
    ("discarded", "desk-discard-done"),
    ("changes-discarded", "desk-discard-changes-done"),
    ("shown", "desk-inbox-show-done"),
    ("hidden", "desk-inbox-hide-done"),
    ("read", "desk-inbox-read-done"),
    ("quote-policy", "desk-quotes-policy-done"),
    ("quote-accepted", "desk-quotes-accepted-done"),
    ("quote-declined", "desk-quotes-declined-done"),
    ("quote-revoked", "desk-quotes-revoked-done"),
    ("asked", "desk-decision-asked"),
    ("asked-joint", "desk-decision-asked-joint"),
    ("decision-opened", "desk-decision-opened-done"),
    ("voted", "desk-decision-voted-done"),
    ("commented", "desk-decision-commented-done"),
    ("decision-closed", "desk-decision-closed-done"),
    ("decision-cancelled", "desk-decision-cancelled-done"),
    ("mandate-recalled", "desk-mandate-recalled-done"),
    ("recall-wanted", "desk-mandate-recall-wanted-done"),
    ("lot-opened", "desk-lot-opened-done"),
    ("lot-drawn", "desk-lot-drawn-done"),
    ("rules-set", "desk-rules-done"),
    ("minutes-entered", "desk-minutes-entered-done"),
    ("minutes-stand", "desk-minutes-stand-done"),
    ("minutes-confirmed", "desk-minutes-confirmed-done"),
    ("photo-added", "desk-minutes-photo-added"),
    ("photo-removed", "desk-minutes-photo-removed"),
    ("endorsed", "desk-endorse-done"),
    ("endorsed-indicative", "desk-endorse-indicative-done"),
    ("endorsed-before", "desk-endorse-before-done"),
    ("endorsement-confirmed", "desk-endorsements-confirmed-done"),
    ("endorsement-ratified", "desk-endorsements-ratified-done"),
    ("endorsement-minutes", "desk-endorsements-minutes-done"),
    ("endorsement-withdrawn", "desk-endorsements-withdrawn-done"),
    ("endorsement-erased", "desk-endorsements-erased-done"),
    ("endorsement-kept", "desk-endorsements-kept-done"),
    ("endorsement-proposed", "desk-endorsements-proposed-done"),
    ("endorser-accepted", "desk-endorsers-accepted-done"),
    ("endorser-declined", "desk-endorsers-declined-done"),
    ("endorser-dropped", "desk-endorsers-dropped-done"),
    ("endorsers-policy", "desk-endorsers-policy-done"),
    ("endorsers-asked", "desk-endorsers-asked-done"),
    ("action-added", "desk-action-added-done"),
    ("action-changed", "desk-action-changed-done"),
    ("action-cancelled", "desk-action-cancelled-done"),
    ("action-keep", "desk-action-keep-done"),
    ("action-move", "desk-action-move-done"),
    ("action-let-in", "desk-action-let-in-done"),
    ("action-declined", "desk-action-declined-done"),
    ("action-dropped", "desk-action-dropped-done"),
];

/// The desk of one collective, for one of its members.
pub struct Desk {
    pub collective: CollectiveRow,
    /// Which part of the desk this page is.
    pub here: &'static str,
    /// What arrived and nobody marked as read.
    pub unread: i64,
    /// Address of the collective's picture, or empty.
    pub icon: String,
    /// Followers who wait for an answer.
    pub waiting: usize,
    /// Quotes that wait for an answer.
    pub quotes_waiting: i64,
    /// Questions and minutes on which the member can say something and hasn't.
    pub decisions_waiting: usize,
    /// Endorsements of the collective's statements that wait for an answer.
    pub endorsers_waiting: i64,
    /// The collective's own endorsements whose text was changed since.
    pub outdated: i64,
    /// Its own endorsements whose statement's server was blocked since, and that nobody said it keeps.
    pub cut_off: usize,
    /// The collective's own actions about which something is asked.
    pub actions_asked: i64,
    /// Actions of others that wait to stand under its calls.
    pub actions_waiting: i64,
    /// What the member may do without the others.
    pub hands: Hands,
    /// The member belongs to further collectives.
    pub others: bool,
    /// What was just done, or empty.
    pub notice: String,
    /// Why something wasn't done, or empty.
    pub refused: String,
    /// The hidden field of every form.
    pub csrf: String,
}

impl Desk {
    /// Opens a collective's desk. For who doesn't belong to it there is none: `NotFound` (AUT-07).
    pub async fn open(state: &AppState, me: &SignedIn, handle: &str, here: &'static str) -> Result<Self> {
        let (member, handle, csrf, now) = (me.member.id.clone(), handle.to_owned(), me.csrf().to_owned(), state.now());
        state
            .db
            .read(move |conn| {
                let collective = db::collectives::by_handle(conn, &handle)?;
                if !db::members::acts_for(conn, &member, &collective.id)? {
                    return Err(Error::NotFound);
                }
                let icon = db::public::file_name(conn, collective.icon_media_id.as_deref())?;
                let icon = icon.map_or_else(String::new, |file| format!("/media/{file}"));
                let waiting = db::follows::list_followers(conn, &collective.id, Some(FollowState::Pending))?.len();
                let quotes_waiting = db::consents::count_waiting(conn, &collective.id, Some(ConsentKind::Quote))?;
                let endorsers_waiting = db::endorsements::count_waiting(conn, &collective.uri)?;
                let outdated = db::endorsements::count_outdated(conn, &collective.id)?;
                let unread = db::desk::count_unread(conn, &collective.id)?;
                let decisions_waiting =
                    db::decisions::waiting_for(conn, &collective.id, &member, now, decisions::MOST_OPEN)?.len();
                let cut_off = endorsements::count_cut_off(conn, &collective.id)?;
                let actions_asked = db::actions::count_asked(conn, &collective.id)?;
                let actions_waiting = db::consents::count_waiting(conn, &collective.id, Some(ConsentKind::LocalAction))?
                    + db::proposed::count_waiting(conn, &collective.id)?;
                let hands = mandates::hands(conn, &collective.id, &member, now)?;
                let others = db::desk::collectives_of(conn, &member)?.len() > 1;
                Ok(Self {
                    unread,
                    icon,
                    waiting,
                    quotes_waiting,
                    decisions_waiting,
                    endorsers_waiting,
                    outdated,
                    cut_off,
                    actions_asked,
                    actions_waiting,
                    hands,
                    others,
                    collective,
                    here,
                    notice: String::new(),
                    refused: String::new(),
                    csrf,
                })
            })
            .await
    }

    /// With the message for `?done=`.
    pub fn noting(mut self, t: &T, done: Option<&str>) -> Self {
        self.notice = NOTICES.iter().find(|(word, _)| Some(*word) == done).map_or_else(String::new, |(_, id)| t.get(id));
        self
    }

    /// With the reason why something wasn't done.
    ///
    /// # Errors
    /// The error itself where no member can do anything about it.
    pub fn refusing(mut self, t: &T, error: Error) -> Result<Self> {
        self.refused = match error {
            Error::Internal(_) | Error::Config(_) | Error::NotFound => return Err(error),
            Error::Invalid(faults) => faults.iter().map(|fault| t.fault(fault)).collect::<Vec<_>>().join(" "),
            other => t.error(&other),
        };
        Ok(self)
    }

    /// The page on which a post is endorsed.
    pub fn endorse(&self, t: &T, address: &str) -> String {
        endorse_page(t, &self.collective.handle, address)
    }

    /// An endorsement by this collective.
    pub fn endorsement(&self, t: &T, id: &str) -> String {
        self.url(t, &format!("/endorsements/{id}"))
    }

    /// A local action of this collective, with a word for `?done=` or without.
    pub fn action(&self, t: &T, id: &str, done: &str) -> String {
        let done = if done.is_empty() { String::new() } else { format!("?done={done}") };
        self.url(t, &format!("/actions/{id}{done}"))
    }

    /// Where it is answered what becomes of a local action.
    pub fn action_answer(&self, t: &T, id: &str) -> String {
        self.url(t, &format!("/actions/{id}/answer"))
    }

    /// The page that asks before a local action is cancelled.
    pub fn action_cancel(&self, t: &T, id: &str) -> String {
        self.url(t, &format!("/actions/{id}/cancel"))
    }

    /// The page on which an action is added under a call.
    pub fn act_under(&self, t: &T, address: &str) -> String {
        act_page(t, &self.collective.handle, address)
    }

    /// A question before this collective's assembly.
    pub fn decision(&self, t: &T, id: &str) -> String {
        self.url(t, &format!("/decisions/{id}"))
    }

    /// An address of this desk.
    pub fn url(&self, t: &T, rest: &str) -> String {
        t.url(format!("/desk/{}{rest}", self.collective.handle))
    }

    pub fn statement(&self, t: &T, id: &str) -> String {
        self.url(t, &format!("/statements/{id}"))
    }

    /// The page of a decision that was opened in place of what a member wanted to do.
    pub fn asked(&self, t: &T, row: &DecisionRow) -> String {
        let word = if row.rules.procedure == Procedure::Joint { "asked-joint" } else { "asked" };
        self.url(t, &format!("/decisions/{}?done={word}", row.id))
    }

    /// The page of a statement that everybody sees.
    pub fn public_statement(&self, t: &T, id: &str) -> String {
        t.url(format!("/statements/{id}"))
    }

    pub fn public_page(&self, t: &T) -> String {
        t.url(format!("/c/{}", self.collective.handle))
    }

    /// `@river@river.example`
    pub fn handle(&self, t: &T) -> String {
        format!("@{}@{}", self.collective.handle, t.domain())
    }

    /// Whether the member may speak to an actor without the others; to somebody whom nobody named yet where it is empty.
    pub fn may_speak(&self, other_uri: &str) -> bool {
        self.hands.may(&if other_uri.is_empty() { Deed::plain(Verb::Speak) } else { mandates::speaking(other_uri) })
    }

    /// Whether the member may answer without the others an actor who asks to quote or endorse; somebody without an instance
    /// where it is empty.
    pub fn may_answer(&self, asker_uri: &str) -> bool {
        self.hands.may(&if asker_uri.is_empty() { Deed::plain(Verb::Answer) } else { mandates::towards(Verb::Answer, asker_uri) })
    }

    /// Whether the member may act under the calls of an author without the others.
    pub fn may_act_under(&self, author_uri: &str) -> bool {
        self.hands.may(&mandates::towards(Verb::Call, author_uri))
    }

    /// Whether the member may keep the register without the others.
    pub fn may_keep_register(&self) -> bool {
        self.hands.may(&Deed::plain(Verb::Register))
    }

    /// What stands on a button: by the first message where it is done at once, by the second where it becomes a proposal.
    pub fn says(&self, t: &T, may: impl Borrow<bool>, done: &str, proposed: &str) -> String {
        t.get(if *may.borrow() { done } else { proposed })
    }

    /// A point in time on the collective's clocks: `12 January 2026, 18:30`.
    pub fn when(&self, t: &T, at: &Timestamp) -> String {
        when(t, at, &self.collective.time_zone)
    }

    /// The same with the zone: `12 January 2026, 18:30 (Europe/Rome)`.
    pub fn when_there(&self, t: &T, at: &Timestamp) -> String {
        t.two("desk-when-there", "time", self.when(t, at), "zone", &self.collective.time_zone)
    }
}

/// The page of a collective's desk on which a post is endorsed.
pub fn endorse_page(t: &T, handle: &str, address: &str) -> String {
    let address: String = url::form_urlencoded::byte_serialize(address.as_bytes()).collect();
    t.url(format!("/desk/{handle}/endorse?address={address}"))
}

/// The page of a collective's desk on which a local action is added under a call.
pub fn act_page(t: &T, handle: &str, address: &str) -> String {
    let address: String = url::form_urlencoded::byte_serialize(address.as_bytes()).collect();
    t.url(format!("/desk/{handle}/actions/new?call={address}"))
}

/// A point in time on a zone's clocks, in the reader's words and digits.
pub fn when(t: &T, at: &Timestamp, zone: &str) -> String {
    let local = schedule::local(*at, zone);
    t.two("desk-when", "date", t.date(&local), "time", clock(t, &local))
}

/// `18:30` in the reader's digits.
pub fn clock(t: &T, local: &Timestamp) -> String {
    let digit = |c: char| c.to_digit(10).map_or_else(|| c.to_string(), |digit| t.number(digit));
    local.format("%H:%M").to_string().chars().map(digit).collect()
}
