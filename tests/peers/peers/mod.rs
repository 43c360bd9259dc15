//! What a peer can be asked to do, and what can be looked up in it.

pub mod communard;
pub mod controlled;
pub mod snac;

/// Why something was not done.
#[derive(Debug, Clone)]
pub enum Cannot {
    /// The peer has nothing for it; the reason is shown under the table, so it must not change from run to run.
    Unsupported(String),
    Failed(String),
}

pub type Can<T> = Result<T, Cannot>;

impl From<String> for Cannot {
    fn from(problem: String) -> Self {
        Self::Failed(problem)
    }
}

/// What a peer keeps of an object.
#[derive(Debug)]
pub struct Held {
    /// Its type.
    pub kind: String,
    pub content: String,
}

/// What a peer keeps of a quote: the quoted object, and the stamp shown for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quoting {
    pub quoted: String,
    pub stamp: Option<String>,
}

/// Who says that an account moves (FEP-7628).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// The old account.
    Push,
    /// The new account.
    Pull,
}

pub use ::communard::domain::names::SignatureScheme as Scheme;

fn not_there<T>(what: &str) -> Can<T> {
    Err(Cannot::Unsupported(what.to_owned()))
}

/// A server by others. What it has nothing for says so by itself; each reason is a whole sentence without the peer's name.
pub trait Peer: Sync {
    /// The word for files and handles.
    fn key(&self) -> &str;
    /// Name and version for people.
    fn title(&self) -> String;
    fn actor(&self) -> String;
    /// `snac.test`
    fn host(&self) -> &str;
    /// `@name@host`
    fn address(&self) -> String;
    /// Until it answers over https.
    fn wait(&self) -> Result<(), String>;
    /// A second server of the same software, of its own name, with which every other row runs at the same time.
    fn twin(&self) -> Option<&dyn Peer> {
        None
    }
    fn stop(&self);
    fn start(&self) -> Result<(), String>;
    fn log(&self) -> String;

    fn follow(&self, actor: &str) -> Can<()>;
    fn unfollow(&self, actor: &str) -> Can<()>;
    /// Whether followers wait for a yes from now on.
    fn approve_by_hand(&self, _on: bool) -> Can<()> {
        not_there("Takes every follower at once.")
    }
    /// Says yes to a follower who waits.
    fn accept(&self, _actor: &str) -> Can<()> {
        not_there("Takes every follower at once.")
    }
    /// Says no to a follower who waits.
    fn reject(&self, _actor: &str) -> Can<()> {
        not_there("Has no way to say no.")
    }
    /// Publishes a Note that mentions these `(actor, address)`; gives its id.
    fn post(&self, text: &str, mentions: &[(&str, &str)]) -> Can<String>;
    /// Publishes an Article; gives its id.
    fn article(&self, _title: &str, _text: &str) -> Can<String> {
        not_there("Writes no Articles.")
    }
    /// Answers an object of `author`'s; gives the id of the answer.
    fn reply(&self, to: &str, author: (&str, &str), text: &str) -> Can<String>;
    fn edit(&self, id: &str, text: &str) -> Can<()>;
    fn delete(&self, id: &str) -> Can<()>;
    fn boost(&self, id: &str, author: &str) -> Can<()>;
    fn unboost(&self, id: &str, author: &str) -> Can<()>;
    fn like(&self, id: &str, author: &str) -> Can<()>;
    fn unlike(&self, id: &str, author: &str) -> Can<()>;
    /// Changes its display name and says so to its followers.
    fn rename(&self, name: &str) -> Can<()>;
    /// Takes new keys.
    fn rotate(&self) -> Can<()> {
        not_there("Has nothing that changes a key.")
    }
    fn block(&self, _actor: &str) -> Can<()> {
        not_there("Blocks on its own side only and tells nobody.")
    }
    fn unblock(&self, _actor: &str) -> Can<()> {
        not_there("Blocks on its own side only and tells nobody.")
    }

    /// Whether it knows what a quote is, and asks and is asked for consent (FEP-044f).
    fn knows_quotes(&self) -> Can<()> {
        Ok(())
    }
    /// Quotes `target` of `author`'s and asks for leave; gives the quote's id.
    fn quote(&self, _target: &str, _author: &str, _text: &str) -> Can<String> {
        not_there("Quotes nothing.")
    }
    /// How its own quote stands: `pending`, `accepted` (and it has read the stamp), `rejected`, `revoked`.
    fn quote_state(&self, _quote: &str) -> Can<Option<String>> {
        Ok(None)
    }
    /// Whether those who quote it wait for a yes from now on.
    fn review_quotes(&self, _on: bool) -> Can<()> {
        not_there("Agrees to every quote at once.")
    }
    /// Whether this quote of its post waits for a yes.
    fn quote_waits(&self, _quote: &str) -> Can<bool> {
        Ok(false)
    }
    fn answer_quote(&self, _quote: &str, _yes: bool) -> Can<()> {
        not_there("Agrees to every quote at once.")
    }
    fn revoke_quote(&self, _quote: &str) -> Can<()> {
        not_there("Has nothing that takes a consent back.")
    }
    /// What its copy of an object quotes.
    fn quoting(&self, _id: &str) -> Can<Option<Quoting>> {
        Ok(None)
    }

    /// Whether it shows events, and so is sent the `Event` of a call.
    fn shows_events(&self) -> bool {
        false
    }
    /// The state and the beginning of an event that it keeps.
    fn event(&self, _id: &str) -> Can<Option<(String, String)>> {
        Ok(None)
    }
    /// Publishes a call from 25 January to 1 February 2099; gives its id.
    fn call(&self, _text: &str) -> Can<String> {
        not_there("Knows no local actions.")
    }
    /// Moves that call to 1 March 2099.
    fn postpone(&self, _call: &str) -> Can<()> {
        not_there("Knows no local actions.")
    }
    /// The actions under a call of its own, and its own actions.
    fn actions(&self, _call: &str) -> Can<serde_json::Value> {
        not_there("Knows no local actions.")
    }
    fn own_actions(&self) -> Can<serde_json::Value> {
        not_there("Knows no local actions.")
    }
    fn let_stand(&self, _action: &str) -> Can<()> {
        not_there("Knows no local actions.")
    }
    /// Adds an action under a call of others; gives its id.
    fn act(&self, _call: &str) -> Can<String> {
        not_there("Knows no local actions.")
    }

    /// An account of its own that can move in this way.
    fn mover(&self, _way: Way) -> Can<String> {
        not_there("Has one account, which can't move.")
    }
    /// Moves that account; gives the new one.
    fn move_away(&self, _way: Way) -> Can<String> {
        not_there("Has one account, which can't move.")
    }
    /// Whether an account of its own other than [`Peer::actor`] lists this follower.
    fn account_has_follower(&self, _account: &str, _follower: &str) -> Can<bool> {
        Ok(false)
    }

    /// Signs in this way first from now on.
    fn sign_by(&self, _scheme: Scheme) -> Can<()>;
    /// What it logs of a request signed in this way where it answers 202 and drops it, and why.
    fn drops_silently(&self, _scheme: Scheme) -> Option<(&'static str, &'static str)> {
        None
    }
    /// Lets it look at an account that it will be told of; how it works in part without.
    fn look_up(&self, _actor: &str) -> Can<Option<&'static str>> {
        Ok(None)
    }
    /// Says so where a second `Follow` by somebody whom it lists gets no answer: what it logs, and why.
    fn repeats_no_accept(&self, _actor: &str) -> Option<(String, &'static str)> {
        None
    }

    /// What its verifier says of the proofs (FEP-8b32) of an object of ours that it got: `create`, `note`, `embedded`,
    /// `tamperedCreate`, `tamperedNote`, `unproven`, each whether the proof holds.
    fn check_proofs(&self, _id: &str) -> Can<serde_json::Value> {
        not_there("Reads no proofs.")
    }
    /// Lets one account bring another's Note, which has a proof and can't be fetched, to `inbox`; gives its id and the
    /// status of the answer.
    fn pass_on(&self, _text: &str, _inbox: &str, _tamper: bool) -> Can<(String, u64)> {
        not_there("Makes no proofs.")
    }

    /// What it thinks of its own follow of `actor`: `pending`, `accepted`, `rejected`.
    fn following(&self, actor: &str) -> Can<Option<String>>;
    fn has_follower(&self, actor: &str) -> Can<bool>;
    /// Whether `actor` waits for a yes.
    fn has_request(&self, _actor: &str) -> Can<bool> {
        not_there("Takes every follower at once.")
    }
    fn object(&self, id: &str) -> Can<Option<Held>>;
    /// Whether it keeps a `Like` or `Announce` of `object` by `actor`.
    fn holds(&self, kind: &str, object: &str, actor: &str) -> Can<bool>;
    /// The display name that it keeps for `actor`.
    fn name_of(&self, actor: &str) -> Can<Option<String>>;
    /// Whether a `Reject` of its follow changes anything there.
    fn hears_no(&self) -> Can<()> {
        Ok(())
    }
    /// How it hears that `object`'s boost was taken back where it doesn't forget the boost: what it logs, and why.
    fn only_logs_unboost(&self, _object: &str) -> Option<(String, &'static str)> {
        None
    }
    /// Says so where it takes no `Update` of an actor but looks again later.
    fn learns_late(&self) -> Option<&'static str> {
        None
    }
    /// Lets its copy of an actor look as old as it must be for that.
    fn grow_old(&self, _actor: &str) -> Can<()> {
        Ok(())
    }
}
