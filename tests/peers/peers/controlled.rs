//! Libraries by others in small servers of the test's own (`node/server.mjs`, `python/server.py`): the library speaks,
//! signs and verifies; the server keeps a book of what came in and does what its control address is told.

use super::{Can, Cannot, Held, Peer, Quoting, Scheme, Way};
use crate::{
    http,
    process::Process,
    stage::{Host, Net},
};
use serde_json::{Value, json};

pub struct Controlled {
    host: Host,
    title: String,
    /// Path of its actor, and the account's name.
    actor: &'static str,
    account: &'static str,
    /// How it signs first.
    scheme: Scheme,
    /// Where the other Fedify listens, which passes on what this one made.
    carrier: String,
    process: Process,
}

/// The account of Fedify's that moves in this way, and the one that it moves to.
fn movers(way: Way) -> (&'static str, [&'static str; 2]) {
    match way {
        Way::Push => ("push", ["erin", "gina"]),
        Way::Pull => ("pull", ["fred", "hanna"]),
    }
}

impl Controlled {
    /// `knock`: the kind of signature that it tries first.
    pub fn fedify(net: &Net, host: &Host, other: &Host, knock: &'static str) -> Self {
        let (net_again, host_again) = (net.clone(), host.clone());
        let data = net.dir.join(&host.key);
        std::fs::create_dir_all(&data).unwrap();
        // Modules are looked for beside the script.
        let script = net.home.join("node/server.mjs");
        std::fs::copy("tests/peers/node/server.mjs", &script).unwrap();
        let process = Process::start(&host.key, &net.logs, move || {
            let mut command = net_again.command(net_again.home.join("node/node"));
            command.arg(&script).env("PEER_HOST", &host_again.name).env("PEER_ADDRESS", &host_again.address);
            command.env("PEER_DATA", &data).env("FIRST_KNOCK", knock);
            command
        });
        let (scheme, short) = if knock == "rfc9421" { (Scheme::Rfc9421, "RFC 9421") } else { (Scheme::Cavage, "draft-cavage") };
        let title = format!("Fedify 2.3.6, {short} first");
        Self { host: host.clone(), title, actor: "/users/bob", account: "bob", scheme, carrier: other.address.clone(), process }
    }

    pub fn pubby(net: &Net, host: &Host) -> Self {
        let (net_again, host_again) = (net.clone(), host.clone());
        let data = net.dir.join(&host.key);
        std::fs::create_dir_all(&data).unwrap();
        let script = std::fs::canonicalize("tests/peers/python/server.py").unwrap();
        let process = Process::start(&host.key, &net.logs, move || {
            let mut command = net_again.command(net_again.home.join("pubby/bin/python"));
            command.arg("-B").arg(&script).env("PEER_HOST", &host_again.name).env("PEER_ADDRESS", &host_again.address);
            command.env("PEER_DATA", &data);
            command
        });
        Self {
            host: host.clone(),
            title: "pubby 0.6.2".to_owned(),
            actor: "/ap/actor",
            account: "paul",
            scheme: Scheme::Cavage,
            carrier: String::new(),
            process,
        }
    }

    fn control(&self, path: &str) -> String {
        format!("http://{}:8080/_control/{path}", self.host.address)
    }

    fn tell(&self, order: &str, mut words: Value) -> Can<Value> {
        words["do"] = json!(order);
        let (status, body) = http::send(|client| {
            let request = client.post(self.control("order")).header("content-type", "application/json");
            request.body(words.to_string())
        })?;
        let answer: Value = serde_json::from_str(&body).unwrap_or_default();
        if let Some(reason) = answer["unsupported"].as_str() {
            return Err(Cannot::Unsupported(reason.to_owned()));
        }
        if status == 200 { Ok(answer) } else { Err(Cannot::Failed(format!("{} {words}: {status}: {body}", self.host.key))) }
    }

    fn id(&self, order: &str, words: Value) -> Can<String> {
        Ok(self.tell(order, words)?["id"].as_str().unwrap_or_default().to_owned())
    }

    fn is_fedify(&self) -> bool {
        self.account == "bob"
    }

    fn only_fedify(&self, why: &str) -> Can<()> {
        if self.is_fedify() { Ok(()) } else { Err(Cannot::Unsupported(why.to_owned())) }
    }

    /// An account beside the first.
    fn other(&self, name: &str) -> String {
        format!("https://{}/users/{name}", self.host.name)
    }

    /// What came in and was taken.
    fn book(&self) -> Can<Value> {
        let (status, body) = http::send(|client| client.get(self.control("book")))?;
        match serde_json::from_str(&body) {
            Ok(book) if status == 200 => Ok(book),
            _ => Err(Cannot::Failed(format!("{}: {status}: {body}", self.host.key))),
        }
    }

    fn listed(&self, list: &str, actor: &str) -> Can<bool> {
        Ok(self.book()?[list].as_array().is_some_and(|list| list.iter().any(|one| one == actor)))
    }
}

impl Peer for Controlled {
    fn key(&self) -> &str {
        &self.host.key
    }

    fn title(&self) -> String {
        self.title.clone()
    }

    fn actor(&self) -> String {
        format!("https://{}{}", self.host.name, self.actor)
    }

    fn host(&self) -> &str {
        &self.host.name
    }

    fn address(&self) -> String {
        format!("@{}@{}", self.account, self.host.name)
    }

    fn wait(&self) -> Result<(), String> {
        http::wait_for(&format!("https://{0}/.well-known/webfinger?resource=acct:{1}@{0}", self.host.name, self.account), 90)
    }

    fn stop(&self) {
        self.process.stop();
    }

    fn start(&self) -> Result<(), String> {
        self.process.again();
        self.wait()
    }

    fn log(&self) -> String {
        self.process.log()
    }

    fn follow(&self, actor: &str) -> Can<()> {
        self.tell("follow", json!({ "actor": actor })).map(drop)
    }

    fn unfollow(&self, actor: &str) -> Can<()> {
        self.tell("unfollow", json!({ "actor": actor })).map(drop)
    }

    fn approve_by_hand(&self, on: bool) -> Can<()> {
        self.tell("approve_by_hand", json!({ "on": on })).map(drop)
    }

    fn accept(&self, actor: &str) -> Can<()> {
        self.tell("accept", json!({ "actor": actor })).map(drop)
    }

    fn reject(&self, actor: &str) -> Can<()> {
        self.tell("reject", json!({ "actor": actor })).map(drop)
    }

    fn post(&self, text: &str, mentions: &[(&str, &str)]) -> Can<String> {
        let mentions: Vec<Value> =
            mentions.iter().map(|(actor, address)| json!({ "actor": actor, "address": address })).collect();
        self.id("post", json!({ "text": text, "mentions": mentions }))
    }

    fn article(&self, title: &str, text: &str) -> Can<String> {
        self.id("post", json!({ "type": "Article", "title": title, "text": text }))
    }

    fn reply(&self, to: &str, author: (&str, &str), text: &str) -> Can<String> {
        self.id("post", json!({ "text": text, "to": to, "mentions": [{ "actor": author.0, "address": author.1 }] }))
    }

    fn edit(&self, id: &str, text: &str) -> Can<()> {
        self.tell("edit", json!({ "id": id, "text": text })).map(drop)
    }

    fn delete(&self, id: &str) -> Can<()> {
        self.tell("delete", json!({ "id": id })).map(drop)
    }

    fn boost(&self, id: &str, author: &str) -> Can<()> {
        self.tell("react", json!({ "type": "Announce", "id": id, "author": author })).map(drop)
    }

    fn unboost(&self, id: &str, author: &str) -> Can<()> {
        self.tell("unreact", json!({ "type": "Announce", "id": id, "author": author })).map(drop)
    }

    fn like(&self, id: &str, author: &str) -> Can<()> {
        self.tell("react", json!({ "type": "Like", "id": id, "author": author })).map(drop)
    }

    fn unlike(&self, id: &str, author: &str) -> Can<()> {
        self.tell("unreact", json!({ "type": "Like", "id": id, "author": author })).map(drop)
    }

    fn rename(&self, name: &str) -> Can<()> {
        self.tell("rename", json!({ "name": name })).map(drop)
    }

    fn rotate(&self) -> Can<()> {
        self.tell("rotate", json!({}))?;
        // Both read their keys when they start.
        self.stop();
        Ok(self.start()?)
    }

    fn block(&self, actor: &str) -> Can<()> {
        self.tell("block", json!({ "actor": actor })).map(drop)
    }

    fn unblock(&self, actor: &str) -> Can<()> {
        self.tell("unblock", json!({ "actor": actor })).map(drop)
    }

    fn quote(&self, target: &str, author: &str, text: &str) -> Can<String> {
        self.id("quote", json!({ "target": target, "author": author, "text": text }))
    }

    fn quote_state(&self, quote: &str) -> Can<Option<String>> {
        let book = self.book()?;
        let asked = book["quotes"].as_object().and_then(|all| all.values().find(|one| one["quote"] == quote));
        Ok(asked.and_then(|asked| asked["state"].as_str().map(str::to_owned)))
    }

    fn review_quotes(&self, on: bool) -> Can<()> {
        self.only_fedify("Agrees to every quote at once.")?;
        self.tell("review_quotes", json!({ "on": on })).map(drop)
    }

    fn quote_waits(&self, quote: &str) -> Can<bool> {
        let asked = &self.book()?["asked"][quote];
        Ok(asked.is_object() && asked["stamp"].is_null())
    }

    fn answer_quote(&self, quote: &str, yes: bool) -> Can<()> {
        self.tell("answer_quote", json!({ "quote": quote, "yes": yes })).map(drop)
    }

    fn revoke_quote(&self, quote: &str) -> Can<()> {
        self.only_fedify("Has nothing that takes a consent back.")?;
        self.tell("revoke_quote", json!({ "quote": quote })).map(drop)
    }

    fn quoting(&self, id: &str) -> Can<Option<Quoting>> {
        let object = &self.book()?["objects"][id];
        let text = |key: &str| object[key].as_str().map(str::to_owned);
        Ok(text("quote").map(|quoted| Quoting { quoted, stamp: text("stamp") }))
    }

    fn mover(&self, way: Way) -> Can<String> {
        self.only_fedify("Has one account, which can't move.")?;
        Ok(self.other(movers(way).1[0]))
    }

    fn move_away(&self, way: Way) -> Can<String> {
        let (way, [_, new]) = movers(way);
        self.tell("move", json!({ "way": way }))?;
        Ok(self.other(new))
    }

    fn account_has_follower(&self, account: &str, follower: &str) -> Can<bool> {
        let name = account.rsplit('/').next().unwrap_or_default();
        Ok(self.book()?["others"][name]["followers"].as_array().is_some_and(|list| list.iter().any(|one| one == follower)))
    }

    fn sign_by(&self, scheme: Scheme) -> Can<()> {
        if scheme == self.scheme {
            return Ok(());
        }
        let why = if self.is_fedify() {
            "Signs as its column says first, which we take; so it never comes to the other way."
        } else {
            "Signs by draft-cavage alone."
        };
        Err(Cannot::Unsupported(why.to_owned()))
    }

    fn check_proofs(&self, id: &str) -> Can<Value> {
        self.only_fedify("Reads no proofs.")?;
        self.tell("check_proofs", json!({ "id": id }))
    }

    fn pass_on(&self, text: &str, inbox: &str, tamper: bool) -> Can<(String, u64)> {
        self.only_fedify("Makes no proofs.")?;
        let made = self.tell("prove", json!({ "text": text }))?;
        let mut create = made["create"].clone();
        if tamper {
            create["object"]["content"] = json!("<p>Something else.</p>");
        }
        let order = json!({ "do": "carry", "inbox": inbox, "activity": create });
        let (status, body) = http::send(|client| {
            let url = format!("http://{}:8080/_control/order", self.carrier);
            client.post(url).header("content-type", "application/json").body(order.to_string())
        })?;
        let said: Value = serde_json::from_str(&body).unwrap_or_default();
        match (made["id"].as_str(), said["status"].as_u64()) {
            (Some(id), Some(answered)) => Ok((id.to_owned(), answered)),
            _ => Err(Cannot::Failed(format!("carrying: {status}: {body}; {made}"))),
        }
    }

    fn following(&self, actor: &str) -> Can<Option<String>> {
        Ok(self.book()?["following"][actor].as_str().map(str::to_owned))
    }

    fn has_follower(&self, actor: &str) -> Can<bool> {
        self.listed("followers", actor)
    }

    fn has_request(&self, actor: &str) -> Can<bool> {
        self.listed("requests", actor)
    }

    fn object(&self, id: &str) -> Can<Option<Held>> {
        let object = self.book()?["objects"][id].clone();
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        Ok(object.is_object().then(|| Held { kind: text(&object["type"]), content: text(&object["content"]) }))
    }

    fn holds(&self, kind: &str, object: &str, actor: &str) -> Can<bool> {
        let book = self.book()?;
        let same = |one: &Value| one["type"] == kind && one["object"] == object && one["actor"] == actor;
        Ok(book["reactions"].as_array().is_some_and(|all| all.iter().any(same)))
    }

    fn name_of(&self, actor: &str) -> Can<Option<String>> {
        Ok(self.book()?["names"][actor].as_str().map(str::to_owned))
    }
}
