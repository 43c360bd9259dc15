//! Libraries by others in small servers of the test's own (`node/server.mjs`, `python/server.py`): the library speaks,
//! signs and verifies; the server keeps a book of what came in and does what its control address is told.

use super::{Can, Cannot, Held, Peer};
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
    process: Process,
}

impl Controlled {
    /// `knock`: the kind of signature that it tries first.
    pub fn fedify(net: &Net, host: &Host, knock: &'static str) -> Self {
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
        let short = if knock == "rfc9421" { "RFC 9421" } else { "draft-cavage" };
        let title = format!("Fedify 2.3.6, {short} first");
        Self { host: host.clone(), title, actor: "/users/bob", account: "bob", process }
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
        Self { host: host.clone(), title: "pubby 0.6.2".to_owned(), actor: "/ap/actor", account: "paul", process }
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
