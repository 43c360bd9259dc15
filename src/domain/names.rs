//! The words that states, roles and kinds go by, in the database and on the wire of our own commands.

use super::word_enum;

word_enum! {
    /// What a member may do on this instance.
    Role { Steward = "steward", Member = "member" }
}
word_enum! {
    /// Whether a member can sign in.
    MemberState { Active = "active", Disabled = "disabled" }
}
word_enum! {
    /// What a single-use link is for.
    TokenPurpose { Setup = "setup", Invitation = "invitation", Reset = "reset" }
}
word_enum! {
    /// A session waits for the second factor or is whole.
    SessionStage { SecondFactor = "second-factor", Full = "full" }
}
word_enum! {
    /// Where a follow stands, in either direction.
    FollowState { Pending = "pending", Accepted = "accepted", Rejected = "rejected" }
}
word_enum! {
    /// A statement's life. `Withdrawn` is final: the address stays, with a Tombstone.
    StatementState { Draft = "draft", Scheduled = "scheduled", Published = "published", Withdrawn = "withdrawn" }
}
word_enum! {
    /// Which ActivityStreams type carries a statement; `Auto` decides by length when it is first published. A call is an
    /// `Event` always, and nothing else is.
    #[derive(Default)]
    StatementForm { #[default] Auto = "auto", Note = "note", Article = "article", Event = "event" }
}

impl StatementForm {
    /// The type on the wire. What isn't decided yet is a `Note`.
    pub fn kind(self) -> &'static str {
        match self {
            Self::Auto | Self::Note => "Note",
            Self::Article => "Article",
            Self::Event => "Event",
        }
    }
}
word_enum! {
    /// Who may see a post of others, read off its addressing.
    Visibility { Public = "public", Unlisted = "unlisted", Followers = "followers", Direct = "direct" }
}
word_enum! {
    /// What reached a desk.
    InboxKind {
        Follow = "follow", Like = "like", Announce = "announce", Reply = "reply",
        Mention = "mention", Post = "post", Quote = "quote"
    }
}
word_enum! {
    /// A delivery's state. `Refused`, `Gone` and `GivenUp` are final without success.
    DeliveryState {
        Pending = "pending", Delivered = "delivered", Refused = "refused", Gone = "gone", GivenUp = "given-up"
    }
}
word_enum! {
    /// Kinds of key that an actor has.
    KeyKind { Rsa = "rsa", Ed25519 = "ed25519" }
}
word_enum! {
    /// How a request is signed: draft-cavage-http-signatures-12 or RFC 9421.
    SignatureScheme { Cavage = "cavage", Rfc9421 = "rfc9421" }
}
word_enum! {
    /// How a relay is spoken to (FEP-ae0c): it gets our activities themselves, or hears of statements by an `Announce`.
    RelayStyle { Mastodon = "mastodon", LitePub = "litepub" }
}
word_enum! {
    /// Where the subscription to a relay stands. `Gone`: its inbox or its actor is no more.
    RelayState { Asked = "asked", Accepted = "accepted", Refused = "refused", Gone = "gone" }
}
word_enum! {
    /// What a block shuts out.
    BlockKind { Host = "host", Actor = "actor" }
}
