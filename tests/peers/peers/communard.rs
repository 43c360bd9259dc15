//! A second instance of ours, which serves https itself, as just another peer.

use super::{Can, Cannot, Held, Peer, Quoting, Scheme, Way};
use crate::{
    ours::{Front, Ours},
    stage::{Host, Net},
};
use serde_json::Value;

const HANDLE: &str = "hill";
/// The collective that moves, and the one that it moves to.
const MOVERS: [&str; 2] = ["old_hill", "new_hill"];

pub struct Communard {
    instance: Ours,
}

impl Communard {
    pub fn start(net: &Net, host: &Host) -> Self {
        let instance = Ours::start(net, host, Front::Itself, &[HANDLE, MOVERS[0], MOVERS[1]].map(str::to_owned));
        instance.run(&["mandate", "rules", "--collective", HANDLE, "--endorse", "everybody"], "").unwrap();
        Self { instance }
    }

    fn cli(&self, words: &[&str]) -> Can<Value> {
        let mut all = words.to_vec();
        all.extend(["--collective", HANDLE]);
        self.instance.run(&all, "").map_err(Cannot::Failed)
    }

    fn publish(&self, text: &str, title: &str, form: &str, more: &[&str]) -> Can<String> {
        let mut words = vec!["statement", "publish", "-", "--collective", HANDLE, "--title", title, "--lang", "en"];
        words.extend(["--form", form, "--summary", "In one sentence."]);
        words.extend(more);
        let made = self.instance.run(&words, text)?;
        Ok(made["id"].as_str().unwrap_or_default().to_owned())
    }

    fn inbox(&self) -> Can<Vec<Value>> {
        Ok(self.cli(&["inbox", "list", "--limit", "200"])?.as_array().cloned().unwrap_or_default())
    }

    /// The id of the consent about this quote of one of its posts.
    fn consent(&self, quote: &str) -> Can<String> {
        let list = self.cli(&["quote", "list"])?;
        let found = list.as_array().and_then(|list| list.iter().find(|one| one["quote"] == quote));
        found
            .and_then(|one| one["id"].as_str().map(str::to_owned))
            .ok_or_else(|| Cannot::Failed(format!("nobody asked about {quote}")))
    }

    fn follower(&self, actor: &str, state: &str) -> Can<bool> {
        let list = self.cli(&["followers", "--state", state])?;
        Ok(list.as_array().is_some_and(|list| list.iter().any(|one| one["actor"] == actor)))
    }
}

impl Peer for Communard {
    fn key(&self) -> &str {
        "b"
    }

    fn title(&self) -> String {
        "Communard, serving https itself".to_owned()
    }

    fn actor(&self) -> String {
        self.instance.actor(HANDLE)
    }

    fn host(&self) -> &str {
        &self.instance.host.name
    }

    fn address(&self) -> String {
        format!("@{HANDLE}@{}", self.instance.host.name)
    }

    fn wait(&self) -> Result<(), String> {
        self.instance.wait()
    }

    fn stop(&self) {
        self.instance.process().stop();
    }

    fn start(&self) -> Result<(), String> {
        self.instance.process().again();
        self.wait()
    }

    fn log(&self) -> String {
        self.instance.process().log()
    }

    fn follow(&self, actor: &str) -> Can<()> {
        self.cli(&["follow", actor]).map(drop)
    }

    fn unfollow(&self, actor: &str) -> Can<()> {
        self.cli(&["unfollow", actor]).map(drop)
    }

    fn approve_by_hand(&self, on: bool) -> Can<()> {
        self.instance.run(&["collective", "edit", HANDLE, "--approve-followers", &on.to_string()], "")?;
        Ok(())
    }

    fn accept(&self, actor: &str) -> Can<()> {
        self.cli(&["followers", "accept", actor]).map(drop)
    }

    /// On the wire as a rejection, but it doesn't stand: later rows follow again.
    fn reject(&self, actor: &str) -> Can<()> {
        self.cli(&["followers", "remove", actor]).map(drop)
    }

    fn post(&self, text: &str, mentions: &[(&str, &str)]) -> Can<String> {
        let more: Vec<&str> = mentions.iter().flat_map(|(_, address)| ["--mention", *address]).collect();
        self.publish(text, "A word from the hill", "note", &more)
    }

    fn article(&self, title: &str, text: &str) -> Can<String> {
        self.publish(text, title, "article", &[])
    }

    fn reply(&self, to: &str, _author: (&str, &str), text: &str) -> Can<String> {
        self.publish(text, "An answer", "note", &["--reply-to", to])
    }

    fn edit(&self, id: &str, text: &str) -> Can<()> {
        self.instance.run(&["statement", "edit", id, "-"], text)?;
        Ok(())
    }

    fn delete(&self, id: &str) -> Can<()> {
        self.instance.run(&["statement", "withdraw", id, "--reason", "It is over."], "")?;
        Ok(())
    }

    fn boost(&self, id: &str, _author: &str) -> Can<()> {
        self.cli(&["boost", id]).map(drop)
    }

    fn unboost(&self, id: &str, _author: &str) -> Can<()> {
        self.cli(&["unboost", id]).map(drop)
    }

    fn like(&self, id: &str, _author: &str) -> Can<()> {
        self.cli(&["like", id]).map(drop)
    }

    fn unlike(&self, id: &str, _author: &str) -> Can<()> {
        self.cli(&["unlike", id]).map(drop)
    }

    fn rename(&self, name: &str) -> Can<()> {
        self.instance.run(&["collective", "edit", HANDLE, "--name", name], "")?;
        Ok(())
    }

    fn rotate(&self) -> Can<()> {
        self.cli(&["keys", "rotate"]).map(drop)
    }

    fn quote(&self, target: &str, _author: &str, text: &str) -> Can<String> {
        self.publish(text, "A quote", "note", &["--quote", target])
    }

    fn quote_state(&self, quote: &str) -> Can<Option<String>> {
        let list = self.cli(&["quote", "list", "--ours"])?;
        let found = list.as_array().and_then(|list| list.iter().find(|one| one["quote"] == quote));
        let word = found.and_then(|one| one["state"].as_str()).map(|state| match state {
            "waiting" => "pending",
            "granted" => "accepted",
            "refused" => "rejected",
            other => other,
        });
        Ok(word.map(str::to_owned))
    }

    fn review_quotes(&self, on: bool) -> Can<()> {
        let who = if on { "nobody" } else { "everybody" };
        self.instance.run(&["collective", "edit", HANDLE, "--quotes", who, "--review-quotes", &on.to_string()], "")?;
        Ok(())
    }

    fn quote_waits(&self, quote: &str) -> Can<bool> {
        let list = self.cli(&["quote", "list", "--state", "waiting"])?;
        Ok(list.as_array().is_some_and(|list| list.iter().any(|one| one["quote"] == quote)))
    }

    fn answer_quote(&self, quote: &str, yes: bool) -> Can<()> {
        self.instance.run(&["quote", if yes { "accept" } else { "decline" }, &self.consent(quote)?], "")?;
        Ok(())
    }

    fn revoke_quote(&self, quote: &str) -> Can<()> {
        self.instance.run(&["quote", "revoke", &self.consent(quote)?], "")?;
        Ok(())
    }

    fn quoting(&self, id: &str) -> Can<Option<Quoting>> {
        Ok(self.instance.quoting(id)?)
    }

    fn shows_events(&self) -> bool {
        true
    }

    fn event(&self, id: &str) -> Can<Option<(String, String)>> {
        let entry = self.inbox()?.into_iter().find(|entry| entry["object"] == id && entry["event"].is_object());
        let text = |value: &Value| value.as_str().map(str::to_owned);
        Ok(entry.and_then(|entry| {
            let (event, when) = (&entry["event"], &entry["event"]["when"]);
            Some((text(&event["status"])?, text(&when["first"]).or_else(|| text(&when["start"]))?))
        }))
    }

    fn call(&self, text: &str) -> Can<String> {
        let args = ["call", "publish", "-", "--collective", HANDLE, "--title", "Days on the hill", "--lang", "en"];
        let made = self.instance.run(&[&args[..], &["--start", "2099-01-25", "--end", "2099-02-01"]].concat(), text)?;
        Ok(made["id"].as_str().unwrap_or_default().to_owned())
    }

    fn postpone(&self, call: &str) -> Can<()> {
        self.instance.run(&["call", "postpone", call, "--start", "2099-03-01", "--end", "2099-03-08"], "")?;
        Ok(())
    }

    fn actions(&self, call: &str) -> Can<Value> {
        Ok(self.instance.run(&["action", "list", "--call", call], "")?)
    }

    fn own_actions(&self) -> Can<Value> {
        self.cli(&["action", "list"])
    }

    fn let_stand(&self, action: &str) -> Can<()> {
        self.instance.run(&["action", "accept", action], "")?;
        Ok(())
    }

    fn act(&self, call: &str) -> Can<String> {
        let made = self.cli(&["action", "add", "--title", "Vigil on the hill", "--start", "2099-01-30", call])?;
        Ok(made["id"].as_str().unwrap_or_default().to_owned())
    }

    fn mover(&self, way: Way) -> Can<String> {
        match way {
            Way::Push => Ok(self.instance.actor(MOVERS[0])),
            Way::Pull => Err(Cannot::Unsupported("Tells of a move by the old account.".to_owned())),
        }
    }

    fn move_away(&self, _way: Way) -> Can<String> {
        let [old, new] = MOVERS.map(|handle| self.instance.actor(handle));
        self.instance.run(&["collective", "edit", MOVERS[1], "--alias", &old], "")?;
        self.instance.run(&["collective", "move", MOVERS[0], "--to", &new], "")?;
        Ok(new)
    }

    fn account_has_follower(&self, account: &str, follower: &str) -> Can<bool> {
        let handle = account.rsplit('/').next().unwrap_or_default();
        let list = self.instance.run(&["followers", "--state", "accepted", "--collective", handle], "")?;
        Ok(list.as_array().is_some_and(|list| list.iter().any(|one| one["actor"] == follower)))
    }

    fn sign_by(&self, scheme: Scheme) -> Can<()> {
        Ok(self.instance.sign_by("ours.test", scheme)?)
    }

    fn check_proofs(&self, _id: &str) -> Can<Value> {
        Err(Cannot::Unsupported("Checks every proof that comes, but can't be asked about one.".to_owned()))
    }

    fn pass_on(&self, _text: &str, _inbox: &str, _tamper: bool) -> Can<(String, u64)> {
        Err(Cannot::Unsupported("Passes on no posts of others.".to_owned()))
    }

    fn following(&self, actor: &str) -> Can<Option<String>> {
        let list = self.cli(&["following"])?;
        let entry = list.as_array().and_then(|list| list.iter().find(|one| one["actor"] == actor));
        Ok(entry.and_then(|entry| entry["state"].as_str().map(str::to_owned)))
    }

    fn has_follower(&self, actor: &str) -> Can<bool> {
        self.follower(actor, "accepted")
    }

    fn has_request(&self, actor: &str) -> Can<bool> {
        self.follower(actor, "pending")
    }

    fn object(&self, id: &str) -> Can<Option<Held>> {
        let entry = self.inbox()?.into_iter().find(|entry| entry["object"] == id && entry["content"].is_string());
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        Ok(entry.map(|entry| Held { kind: String::new(), content: text(&entry["content"]) }))
    }

    fn holds(&self, kind: &str, object: &str, actor: &str) -> Can<bool> {
        let same = |entry: &Value| entry["type"] == kind && entry["object"] == object && entry["actor"] == actor;
        Ok(self.inbox()?.iter().any(same))
    }

    fn name_of(&self, actor: &str) -> Can<Option<String>> {
        Ok(self.instance.name_of(actor)?)
    }
}
