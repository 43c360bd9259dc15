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
