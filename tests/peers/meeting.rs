//! One of our collectives and one peer: what rows are written with.

use crate::{
    ours::Ours,
    peers::{Can, Cannot, Peer},
};
use serde_json::Value;
use std::{
    cell::RefCell,
    sync::atomic::{AtomicU32, Ordering},
    time::{Duration, Instant},
};

/// Longest wait for an effect. The slowest peer wakes every three seconds and takes two hops; the rest is for busy machines.
const PATIENCE: Duration = Duration::from_secs(120);

/// How long a peer has before it is asked a second time for something that it may have lost.
const FIRST_TRY: Duration = Duration::from_secs(45);

/// The handle of the collective that meets this peer.
pub fn handle(peer: &str) -> String {
    format!("for_{}", peer.replace('-', "_"))
}

pub struct Meeting<'a> {
    pub ours: &'a Ours,
    pub peer: &'a dyn Peer,
    /// Our collective's handle.
    pub handle: String,
    /// Our collective's id.
    pub us: String,
    /// The peer's actor.
    pub them: String,
    /// What a peer had to be asked twice for since they were last taken.
    twice: RefCell<Vec<String>>,
}

impl<'a> Meeting<'a> {
    pub fn new(ours: &'a Ours, peer: &'a dyn Peer) -> Self {
        let handle = handle(peer.key());
        Self { ours, peer, us: ours.actor(&handle), handle, them: peer.actor(), twice: RefCell::default() }
    }

    /// The same peer and another collective of ours, whose handle ends like this.
    pub fn beside(&self, ending: &str) -> Self {
        let handle = self.handle.clone() + ending;
        Self { us: self.ours.actor(&handle), handle, them: self.them.clone(), twice: RefCell::default(), ..*self }
    }

    /// Whether a line of [`Ours::answered`] is a POST that the peer signed.
    pub fn posted(&self, line: &str) -> bool {
        line.contains(" POST ") && line.contains(&format!("//{}/", self.peer.host()))
    }

    /// How many POSTs that the peer signed were answered with this status.
    pub fn answered(&self, status: &str) -> usize {
        let status = format!(" {status} ");
        self.ours.answered().lines().filter(|line| self.posted(line) && line.contains(&status)).count()
    }

    /// What the peer had to be asked twice for since this was last called.
    pub fn asked_twice(&self) -> Vec<String> {
        self.twice.take()
    }

    /// Words that stand nowhere else, so that a text is known by them.
    pub fn words(&self) -> String {
        static NEXT: AtomicU32 = AtomicU32::new(1);
        format!("the bridge stays open {}", NEXT.fetch_add(1, Ordering::Relaxed))
    }

    /// Our address as people write it.
    pub fn our_address(&self) -> String {
        format!("@{}@{}", self.handle, self.ours.host.name)
    }

    /// Runs a command of ours for this collective.
    pub fn cli(&self, words: &[&str]) -> Can<Value> {
        let mut all = words.to_vec();
        all.extend(["--collective", &self.handle]);
        self.ours.run(&all, "").map_err(Cannot::Failed)
    }

    /// Runs a command of ours that takes no `--collective`, with a text on its standard input.
    pub fn command(&self, words: &[&str], text: &str) -> Can<Value> {
        self.ours.run(words, text).map_err(Cannot::Failed)
    }

    /// Publishes a statement; gives its id.
    pub fn publish(&self, form: &str, title: &str, text: &str, more: &[&str]) -> Can<String> {
        let mut words =
            vec!["statement", "publish", "-", "--collective", &self.handle, "--title", title, "--lang", "en", "--form", form];
        words.extend(["--summary", "What the assembly of the valley decided, in one sentence."]);
        words.extend(more);
        let made = self.command(&words, text)?;
        Ok(made["id"].as_str().unwrap_or_default().to_owned())
    }

    /// What our desk shows.
    pub fn inbox(&self) -> Can<Vec<Value>> {
        Ok(self.cli(&["inbox", "list", "--limit", "200"])?.as_array().cloned().unwrap_or_default())
    }

    /// An entry of our inbox of this kind about this object.
    pub fn received(&self, kind: &str, object: &str) -> Can<Option<Value>> {
        Ok(self.inbox()?.into_iter().find(|entry| entry["kind"] == kind && entry["object"] == object))
    }

    /// The content of the peer's post as our inbox has it; `None` where we don't have it.
    pub fn content_here(&self, object: &str) -> Can<Option<String>> {
        let entry = self.inbox()?.into_iter().find(|entry| entry["object"] == object && entry["content"].is_string());
        Ok(entry.and_then(|entry| entry["content"].as_str().map(str::to_owned)))
    }

    /// Our followers in this state.
    pub fn has_follower(&self, actor: &str, state: &str) -> Can<bool> {
        let list = self.cli(&["followers", "--state", state])?;
        Ok(list.as_array().is_some_and(|list| list.iter().any(|one| one["actor"] == actor)))
    }

    /// Polls until `check` gives something.
    ///
    /// # Errors
    /// `Failed` with `what` after [`PATIENCE`]; `Unsupported` at once.
    pub fn until<T>(&self, what: &str, check: impl FnMut() -> Can<Option<T>>) -> Can<T> {
        self.within(PATIENCE, what, check)
    }

    /// As [`Meeting::until`], with another limit.
    pub fn within<T>(&self, limit: Duration, what: &str, mut check: impl FnMut() -> Can<Option<T>>) -> Can<T> {
        let deadline = Instant::now() + limit;
        loop {
            if let Some(found) = check()? {
                return Ok(found);
            }
            if Instant::now() > deadline {
                return Err(Cannot::Failed(format!("not within {} s: {what}", limit.as_secs())));
            }
            std::thread::sleep(Duration::from_millis(150));
        }
    }

    /// As [`Meeting::until`], for a plain yes.
    pub fn until_true(&self, what: &str, mut check: impl FnMut() -> Can<bool>) -> Can<()> {
        self.until(what, || Ok(check()?.then_some(())))
    }

    /// Lets the peer do something and waits until we see it; once more where we don't. Peers lose a message or send two in the
    /// wrong order, which is theirs and no row's; that it took two tries stands in the result. Where we refused anything of
    /// theirs meanwhile there is no second try: then it may well be ours.
    pub fn asking_twice(&self, what: &str, ask: impl Fn() -> Can<()>, check: impl Fn() -> Can<bool>) -> Can<()> {
        let refusals = || ["401", "403", "429", "500", "503"].into_iter().map(|status| self.answered(status)).sum::<usize>();
        let before = refusals();
        ask()?;
        match self.within(FIRST_TRY, what, || Ok(check()?.then_some(()))) {
            Err(Cannot::Failed(_)) if refusals() == before => {
                self.twice.borrow_mut().push(what.to_owned());
                ask()?;
                self.until_true(&format!("{what}, asked twice"), check)
            }
            said => said,
        }
    }

    /// Lets the peer end its following of us, and waits until it has told us, so that a `Follow` after it can't overtake the
    /// `Undo`: some send several things at once, in whichever order. For those that we list no longer ourselves.
    pub fn they_let_go(&self) -> Can<()> {
        if self.peer.following(&self.us)?.is_none() {
            return Ok(());
        }
        let before = self.answered("202");
        self.peer.unfollow(&self.us)?;
        self.until_true("the peer's `Undo` has come", || Ok(self.answered("202") > before))
    }

    /// Lets the peer follow us unless it does.
    pub fn they_follow(&self) -> Can<()> {
        if self.has_follower(&self.them, "rejected")? {
            // A no stands until it is taken back.
            self.cli(&["followers", "remove", &self.them])?;
        }
        if !self.has_follower(&self.them, "accepted")? {
            let listed = || self.has_follower(&self.them, "accepted");
            self.asking_twice("we list the follower", || self.peer.follow(&self.us), listed)?;
        }
        let accepted = || Ok(self.peer.following(&self.us)?.as_deref() == Some("accepted"));
        self.until_true("the peer got our Accept", accepted)
    }

    /// Lets us follow the peer unless we do.
    pub fn we_follow(&self) -> Can<()> {
        if self.peer.has_follower(&self.us)? && self.our_follow()?.as_deref() == Some("accepted") {
            return Ok(());
        }
        self.cli(&["follow", &self.peer.address()])?;
        self.until_true("the peer lists us as a follower", || self.peer.has_follower(&self.us))?;
        self.until_true("our follow counts as accepted", || Ok(self.our_follow()?.as_deref() == Some("accepted")))
    }

    /// The state of our follow of the peer.
    pub fn our_follow(&self) -> Can<Option<String>> {
        self.follow_of(&self.them)
    }

    /// The state of our follow of an account.
    pub fn follow_of(&self, actor: &str) -> Can<Option<String>> {
        let list = self.cli(&["following"])?;
        let entry = list.as_array().and_then(|list| list.iter().find(|one| one["actor"] == actor));
        Ok(entry.and_then(|entry| entry["state"].as_str().map(str::to_owned)))
    }

    /// A post of the peer's that we have.
    pub fn their_post(&self) -> Can<(String, String)> {
        self.we_follow()?;
        let words = self.words();
        let id = self.peer.post(&words, &[])?;
        let arrived = || Ok(self.content_here(&id)?.is_some_and(|content| content.contains(&words)));
        self.until_true("the peer's post is in our inbox", arrived)?;
        Ok((id, words))
    }

    /// A statement of ours that the peer holds.
    pub fn our_post(&self, form: &str) -> Can<(String, String)> {
        self.they_follow()?;
        let words = self.words();
        let id = self.publish(form, "What we decided", &words, &[])?;
        self.until_held(&id, &words)?;
        Ok((id, words))
    }

    /// Waits until the peer holds `id` with these words in it.
    pub fn until_held(&self, id: &str, words: &str) -> Can<()> {
        let held = || Ok(self.peer.object(id)?.is_some_and(|held| held.content.contains(words)));
        self.until_true("the peer holds the text", held)
    }

    /// Waits until the peer has let go of `id`, which had these words in it.
    pub fn until_gone(&self, id: &str, words: &str) -> Can<()> {
        let gone = || Ok(self.peer.object(id)?.is_none_or(|held| held.kind == "Tombstone" || !held.content.contains(words)));
        self.until_true("the peer has let go of it", gone)
    }
}
