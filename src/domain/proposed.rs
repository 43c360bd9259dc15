//! An action that people without an instance propose under a call that is open to them. Its words and bounds.

use super::word_enum;

/// Days in which it can be confirmed by the link in the mail; then it is forgotten.
pub const CONFIRM_DAYS: i64 = 3;
/// Days after it took place for which the address of who proposed it is kept; who declined or cancelled ones keep none at all.
pub const KEEP_MAIL_DAYS: i64 = 14;
/// Most that may wait under one call, for their confirmation or for an answer.
pub const MOST_WAITING: i64 = 200;
/// Most under one call that were let in.
pub const MOST_HOSTED: i64 = 1_000;
/// Most of one mail address within a day: nobody's mailbox is filled by our form.
pub const MOST_OF_ADDRESS: i64 = 3;

word_enum! {
    /// Where it stands. All but the first three are final; an accepted one can still be cancelled by who proposed it.
    ProposedState {
        Unconfirmed = "unconfirmed", Waiting = "waiting", Accepted = "accepted", Declined = "declined", Cancelled = "cancelled"
    }
}
