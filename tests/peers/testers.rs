//! Testers by others that look at one of our actors.

use crate::{http, meeting::handle, process::Process, stage::Servers};
use serde_json::Value;

/// Name, what it said, whether all is well.
type Verdict = (String, String, bool);

pub fn run(servers: &Servers) -> Vec<Verdict> {
    let handle = handle(servers.peers[0].key());
    vec![verify_actor(servers, &handle), activitypub_testing(servers, &handle)]
}

/// fediverse-pasture signs, or doesn't, as six actors of its own who ask for signatures in different places.
fn verify_actor(servers: &Servers, handle: &str) -> Verdict {
    let name = "verify_actor (fediverse-pasture 0.2.25)".to_owned();
    let host = servers.hosts.iter().find(|host| host.key == "pasture").unwrap().clone();
    let (net, data) = (servers.net.clone(), servers.net.dir.join("pasture"));
    std::fs::create_dir_all(&data).unwrap();
    let script = std::fs::canonicalize("tests/peers/python/verify_actor.py").unwrap();
    let _process = Process::start("pasture", &servers.net.logs, {
        let host = host.clone();
        move || {
            let mut command = net.command(net.home.join("pasture/bin/python"));
            command.arg("-B").arg(&script).current_dir(&data).env("PEER_HOST", &host.name).env("PEER_ADDRESS", &host.address);
            command
        }
    });
    let asked = http::wait_for(&format!("https://{}/static/icon.svg", host.name), 90).and_then(|()| {
        let url = format!("https://{}/?actor_uri=acct:{handle}@{}", host.name, servers.ours.host.name);
        http::send(|client| client.get(url).header("accept", "application/json").timeout(std::time::Duration::from_secs(120)))
    });
    let result = match asked {
        Ok((200, body)) => serde_json::from_str::<Value>(&body).unwrap_or_default()["result"].clone(),
        other => return (name, format!("{other:?}"), false),
    };
    let word = |value: &Value| if *value == true { "yes" } else { "no" };
    let mut said = vec![format!("WebFinger loops back: {}", word(&result["webfinger"]))];
    let mut well = result["webfinger"] == true;
    // Alice and Dean don't sign what they post; Emily and Frank have no `preferredUsername`, so no name to be found by.
    for (actor, about, may_post) in [
        ("alice", "signs nothing", false),
        ("bob", "signs", true),
        ("claire", "signs, and shows herself to signed requests alone", true),
        ("dean", "signs nothing", false),
        ("emily", "signs, has no `preferredUsername`", false),
        ("frank", "as Emily, and shows himself to signed requests alone", false),
    ] {
        let (get, post) = (&result[actor]["get_actor"], &result[actor]["post_inbox"]);
        well &= *get == true && (*post == true) == may_post;
        said.push(format!("{actor} ({about}) may read: {}, may post: {}", word(get), word(post)));
    }
    (name, said.join("; "), well)
}

/// One outcome for each of its rules.
fn activitypub_testing(servers: &Servers, handle: &str) -> Verdict {
    let name = "activitypub-testing 0.16.1".to_owned();
    let net = &servers.net;
    let mut command = net.command(net.home.join("node/node"));
    command.arg(net.home.join("node/node_modules/.bin/activitypub-testing"));
    let output = match command.args(["test", "actor", &servers.ours.actor(handle)]).output() {
        Ok(output) => output,
        Err(e) => return (name, e.to_string(), false),
    };
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    std::fs::write(net.logs.join("activitypub-testing.log"), format!("{text}{}", String::from_utf8_lossy(&output.stderr)))
        .unwrap();
    let outcomes: Vec<Value> = text.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
    let count = |wanted: &str| outcomes.iter().filter(|one| outcome(one) == Some(wanted)).count();
    let (passed, inapplicable, failed) = (count("passed"), count("inapplicable"), count("failed"));
    (name, format!("{passed} passed, {inapplicable} inapplicable, {failed} failed"), failed == 0 && passed > 0)
}

fn outcome(line: &Value) -> Option<&str> {
    line["outcome"].as_str().or_else(|| line["result"]["outcome"].as_str())
}
