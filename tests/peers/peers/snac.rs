//! snac: a strict little server in daily use, driven by its command line and its web forms, looked up in its files.

use super::{Can, Cannot, Held, Peer, Scheme, Way};
use crate::{
    http,
    process::Process,
    stage::{Host, Net},
};
use serde_json::{Value, json};
use std::{
    fs,
    io::Write,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

/// The account that moves, and the one that it moves to.
const MOVERS: [&str; 2] = ["carol", "dora"];

pub struct Snac {
    host: Host,
    net: Net,
    data: PathBuf,
    passphrase: String,
    process: Process,
    twin: Option<Box<Self>>,
}

fn program(net: &Net) -> Command {
    net.command(net.home.join("snac/usr/bin/snac"))
}

fn output(command: &mut Command, input: &str) -> Result<String, String> {
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().map_err(|e| e.to_string())?;
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    let out = child.wait_with_output().map_err(|e| e.to_string())?;
    let (said, problem) = (String::from_utf8_lossy(&out.stdout), String::from_utf8_lossy(&out.stderr));
    if out.status.success() { Ok(said.into_owned()) } else { Err(format!("{command:?}: {said}{problem}")) }
}

fn change(file: &Path, key: &str, value: Value) {
    let mut json: Value = serde_json::from_slice(&fs::read(file).unwrap()).unwrap();
    json[key] = value;
    fs::write(file, json.to_string()).unwrap();
}

fn md5(text: &str) -> String {
    let digest = openssl::hash::hash(openssl::hash::MessageDigest::md5(), text.as_bytes()).unwrap();
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

impl Snac {
    /// Two of them, since each wakes every three seconds only.
    pub fn start(net: &Net, host: &Host, twin: &Host) -> Self {
        Self { twin: Some(Box::new(Self::start_one(net, twin))), ..Self::start_one(net, host) }
    }

    fn start_one(net: &Net, host: &Host) -> Self {
        let data = net.dir.join(&host.key);
        let answers = format!("{}\n8080\n{}\n\n\n", host.address, host.name);
        output(program(net).arg("init").arg(&data), &answers).unwrap();
        let said = output(program(net).arg("adduser").arg(&data).arg("alice"), "\n").unwrap();
        let passphrase =
            said.split("password is").nth(1).and_then(|rest| rest.split_whitespace().next()).expect("a password").to_owned();
        for name in MOVERS {
            output(program(net).arg("adduser").arg(&data).arg(name), "\n").unwrap();
        }
        change(&data.join("server.json"), "dbglevel", json!(1));
        let (net_again, data_again) = (net.clone(), data.clone());
        let process = Process::start(&host.key, &net.logs, move || {
            let mut command = program(&net_again);
            command.arg("httpd").arg(&data_again);
            command
        });
        Self { host: host.clone(), net: net.clone(), data, passphrase, process, twin: None }
    }

    fn user(&self) -> PathBuf {
        self.data.join("user/alice")
    }

    fn account(&self, name: &str) -> String {
        format!("https://{}/{name}", self.host.name)
    }

    fn command(&self, verb: &str, words: &[&str]) -> Can<String> {
        Ok(output(program(&self.net).arg(verb).arg(&self.data).arg("alice").args(words), "")?)
    }

    /// Sends one of its web forms, signed in.
    fn form(&self, path: &str, fields: &[(&str, &str)]) -> Can<()> {
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let url = format!("https://{}/alice/{path}", self.host.name);
        let (status, said) = http::send(|client| {
            let request = client.post(url).basic_auth("alice", Some(&self.passphrase));
            request.header("content-type", "application/x-www-form-urlencoded").body(body)
        })?;
        if status < 400 { Ok(()) } else { Err(Cannot::Failed(format!("snac's {path}: {status}: {said}"))) }
    }

    fn act(&self, action: &str, id: &str, actor: &str) -> Can<()> {
        self.form("admin/action", &[("id", id), ("action", action), ("actor", actor)])
    }

    /// Its file for an object, with this ending.
    fn file(&self, id: &str, ending: &str) -> PathBuf {
        let name = md5(id);
        self.data.join("object").join(&name[..2]).join(format!("{name}{ending}"))
    }

    fn json(&self, id: &str) -> Option<Value> {
        serde_json::from_slice(&fs::read(self.file(id, ".json")).ok()?).ok()
    }

    /// The id of its own newest post with these words. Sending a form doesn't tell it.
    fn find(&self, words: &str) -> Can<String> {
        let own = format!("https://{}/alice/p/", self.host.name);
        let read = |path: &Path| -> Option<Value> { serde_json::from_slice(&fs::read(path).ok()?).ok() };
        for folder in fs::read_dir(self.data.join("object")).map_err(|e| e.to_string())?.flatten() {
            for file in fs::read_dir(folder.path()).map_err(|e| e.to_string())?.flatten() {
                let Some(object) = read(&file.path()) else { continue };
                let (id, content) = (object["id"].as_str().unwrap_or_default(), object["content"].as_str().unwrap_or_default());
                if id.starts_with(&own) && content.contains(words) {
                    return Ok(id.to_owned());
                }
            }
        }
        Err(Cannot::Failed(format!("snac wrote nothing with {words:?}")))
    }
}

impl Peer for Snac {
    fn key(&self) -> &str {
        &self.host.key
    }

    fn twin(&self) -> Option<&dyn Peer> {
        self.twin.as_deref().map(|twin| twin as &dyn Peer)
    }

    fn title(&self) -> String {
        "snac 2.75".to_owned()
    }

    fn actor(&self) -> String {
        format!("https://{}/alice", self.host.name)
    }

    fn host(&self) -> &str {
        &self.host.name
    }

    fn address(&self) -> String {
        format!("@alice@{}", self.host.name)
    }

    fn wait(&self) -> Result<(), String> {
        http::wait_for(&format!("https://{0}/.well-known/webfinger?resource=acct:alice@{0}", self.host.name), 90)?;
        self.twin.as_ref().map_or(Ok(()), |twin| twin.wait())
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
        self.command("follow", &[actor]).map(drop)
    }

    fn unfollow(&self, actor: &str) -> Can<()> {
        self.command("unfollow", &[actor]).map(drop)
    }

    fn approve_by_hand(&self, on: bool) -> Can<()> {
        change(&self.user().join("user.json"), "approve_followers", json!(on));
        Ok(())
    }

    fn accept(&self, actor: &str) -> Can<()> {
        self.act("Approve", actor, actor)
    }

    fn reject(&self, _actor: &str) -> Can<()> {
        Err(Cannot::Unsupported("Drops a request without telling anybody.".to_owned()))
    }

    fn post(&self, text: &str, mentions: &[(&str, &str)]) -> Can<String> {
        let addresses: String = mentions.iter().map(|(_, address)| format!(" {address}")).collect();
        self.command("note", &[&format!("{text}{addresses}")])?;
        self.find(text)
    }

    fn reply(&self, to: &str, author: (&str, &str), text: &str) -> Can<String> {
        let content = format!("{text} {}", author.1);
        self.form("admin/note", &[("content", &content), ("in_reply_to", to), ("to_mention_only", ""), ("visibility", "0")])?;
        self.find(text)
    }

    fn edit(&self, id: &str, text: &str) -> Can<()> {
        self.form("admin/note", &[("content", text), ("edit_id", id), ("in_reply_to", ""), ("visibility", "0")])
    }

    fn delete(&self, id: &str) -> Can<()> {
        self.act("Delete", id, &self.actor())
    }

    fn boost(&self, id: &str, _author: &str) -> Can<()> {
        self.command("boost", &[id]).map(drop)
    }

    fn unboost(&self, id: &str, _author: &str) -> Can<()> {
        self.command("unboost", &[id]).map(drop)
    }

    fn like(&self, id: &str, author: &str) -> Can<()> {
        self.act("Like", id, author)
    }

    fn unlike(&self, id: &str, author: &str) -> Can<()> {
        self.act("Unlike", id, author)
    }

    fn rename(&self, name: &str) -> Can<()> {
        self.form("admin/user-setup", &[("name", name)])
    }

    fn knows_quotes(&self) -> Can<()> {
        Err(Cannot::Unsupported("Knows no quotes.".to_owned()))
    }

    fn mover(&self, way: Way) -> Can<String> {
        match way {
            Way::Push => Ok(self.account(MOVERS[0])),
            Way::Pull => Err(Cannot::Unsupported("Tells of a move by the old account.".to_owned())),
        }
    }

    fn move_away(&self, _way: Way) -> Can<String> {
        for (name, other) in [(MOVERS[1], MOVERS[0]), (MOVERS[0], MOVERS[1])] {
            output(program(&self.net).arg("alias").arg(&self.data).arg(name).arg(self.account(other)), "")?;
        }
        output(program(&self.net).arg("migrate").arg(&self.data).arg(MOVERS[0]), "")?;
        Ok(self.account(MOVERS[1]))
    }

    fn drops_silently(&self, scheme: Scheme) -> Option<(&'static str, &'static str)> {
        (scheme == Scheme::Rfc9421).then_some((
            "(bad signature header)",
            "Answers RFC 9421 with 202 and drops what came: it logs `bad signature … (bad signature header)`. So we never sign so first \
             for a server that we know nothing of.",
        ))
    }

    fn look_up(&self, actor: &str) -> Can<Option<&'static str>> {
        output(program(&self.net).arg("actor").arg(&self.data).arg("alice").arg(actor), "")?;
        Ok(Some(
            "Follows along to an account only that it knows: else it logs `'Move' error: cannot get new actor …`. The test lets it \
             look at the new account before, when that names the old one already.",
        ))
    }

    fn repeats_no_accept(&self, actor: &str) -> Option<(String, &'static str)> {
        Some((
            format!("repeated 'Follow' from {actor}"),
            "As the block was told to nobody, it goes on listing us as a follower, logs `repeated 'Follow'` after the block and \
             answers nothing: our follow counts again after it was taken back once.",
        ))
    }

    fn account_has_follower(&self, account: &str, follower: &str) -> Can<bool> {
        let name = account.rsplit('/').next().unwrap_or_default();
        Ok(self.data.join("user").join(name).join("followers").join(format!("{}.json", md5(follower))).exists())
    }

    fn sign_by(&self, scheme: Scheme) -> Can<()> {
        match scheme {
            Scheme::Cavage => Ok(()),
            Scheme::Rfc9421 => Err(Cannot::Unsupported("Signs by draft-cavage alone.".to_owned())),
        }
    }

    fn following(&self, actor: &str) -> Can<Option<String>> {
        let file = self.user().join("following").join(format!("{}.json", md5(actor)));
        let Ok(bytes) = fs::read(file) else { return Ok(None) };
        let kept: Value = serde_json::from_slice(&bytes).unwrap_or_default();
        Ok(Some(if kept["type"] == "Accept" { "accepted" } else { "pending" }.to_owned()))
    }

    fn has_follower(&self, actor: &str) -> Can<bool> {
        Ok(self.user().join("followers").join(format!("{}.json", md5(actor))).exists())
    }

    fn has_request(&self, actor: &str) -> Can<bool> {
        Ok(self.user().join("pending").join(format!("{}.json", md5(actor))).exists())
    }

    fn object(&self, id: &str) -> Can<Option<Held>> {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        Ok(self.json(id).map(|object| Held { kind: text(&object["type"]), content: text(&object["content"]) }))
    }

    fn holds(&self, kind: &str, object: &str, actor: &str) -> Can<bool> {
        let ending = if kind == "Like" { "_l.idx" } else { "_a.idx" };
        Ok(fs::read_to_string(self.file(object, ending)).unwrap_or_default().contains(&md5(actor)))
    }

    fn only_logs_unboost(&self, object: &str) -> Option<(String, &'static str)> {
        Some((format!("Unboost for {object} 200"), "Logs that the boost was taken back and keeps it in its list."))
    }

    fn learns_late(&self) -> Option<&'static str> {
        Some(
            "Takes no `Update` of an `Organization`: it logs `ignored 'Update' for object type 'Organization'` and looks again when \
             its copy of us is days old, which the test brings about by dating the copy back. Until then it drops what is signed \
             with a new key.",
        )
    }

    fn grow_old(&self, actor: &str) -> Can<()> {
        let days = std::time::Duration::from_secs(5 * 24 * 3600);
        let file = fs::File::options().append(true).open(self.file(actor, ".json")).map_err(|e| e.to_string())?;
        Ok(file.set_modified(std::time::SystemTime::now() - days).map_err(|e| e.to_string())?)
    }

    fn hears_no(&self) -> Can<()> {
        Err(Cannot::Unsupported("Ignores every `Reject`: it goes on believing that it follows or has asked.".to_owned()))
    }

    fn name_of(&self, actor: &str) -> Can<Option<String>> {
        Ok(self.json(actor).and_then(|actor| actor["name"].as_str().map(str::to_owned)))
    }
}
