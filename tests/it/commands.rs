//! The contract for scripts: what each command prints with `--json`, beside a running server and without one, and how it
//! says that something is wrong.

use crate::harness::{Backend, Crowd, Instance, PeerActor, backends, eventually};
use serde_json::{Value, json};
use std::{collections::BTreeSet, process::Output};

/// The members of an object are these.
#[track_caller]
fn has(value: &Value, members: &[&str]) {
    let found: BTreeSet<&str> =
        value.as_object().unwrap_or_else(|| panic!("no object: {value}")).keys().map(String::as_str).collect();
    let missing: Vec<&&str> = members.iter().filter(|member| !found.contains(**member)).collect();
    assert!(missing.is_empty(), "no {missing:?} in {value}");
}

/// A list with something in it, each item with these members.
#[track_caller]
fn lists(value: &Value, members: &[&str]) {
    let items = value.as_array().unwrap_or_else(|| panic!("no list: {value}"));
    assert!(!items.is_empty());
    items.iter().for_each(|item| has(item, members));
}

const STATEMENT: &[&str] = &["id", "url", "type", "state", "version", "title", "language", "published", "scheduled"];
const COLLECTIVE: &[&str] = &["handle", "actor", "url", "name"];
const PEER: &[&str] = &[
    "host",
    "state",
    "failing_since",
    "failing_days",
    "next_at",
    "dormant_since",
    "signature",
    "software",
    "last_seen",
    "last_delivered",
    "why",
];

/// What needs no peer: works the same with and without a running server.
fn keeps_its_contract_at_home(instance: &Instance, running: bool) {
    let cli = |args: &[&str]| instance.cli(args);
    let tag = if running { "up" } else { "down" };
    assert_eq!(cli(&["migrate", "--check"]), json!({ "pending": [], "done": [] }));
    assert_eq!(cli(&["migrate"]), json!({ "pending": [], "done": [] }));
    has(&cli(&["queue"]), &["waiting", "peers", "failed"]);

    let handle = format!("mill-{tag}");
    let added = cli(&["collective", "add", &handle, "--name", "The mill", "--language", "en", "--summary", "We *grind*."]);
    has(&added, COLLECTIVE);
    assert_eq!((&added["handle"], &added["actor"]), (&json!(handle), &json!(instance.actor(&handle))));
    lists(&cli(&["collective", "list"]), COLLECTIVE);
    let edited = cli(&[
        "collective",
        "edit",
        &handle,
        "--contact",
        "mill@river.example",
        "--field",
        "Meets=Sundays",
        "--field",
        "Place=Under the roof",
        "--website",
        "https://mill.example",
        "--time-zone",
        "Europe/Lisbon",
        "--approve-followers",
        "true",
        "--hide-followers",
        "false",
        "--alias",
        "https://old.example/c/mill",
    ]);
    has(&edited, COLLECTIVE);
    let shown = cli(&["collective", "show", &format!("@{handle}")]);
    has(&shown, COLLECTIVE);
    assert_eq!(shown["summary"], "We *grind*.", "what isn't given stays");
    assert_eq!((&shown["contact"], &shown["website"]), (&json!("mill@river.example"), &json!("https://mill.example")));
    assert_eq!(shown["fields"], json!([{ "name": "Meets", "value": "Sundays" }, { "name": "Place", "value": "Under the roof" }]));
    assert_eq!((&shown["approve_followers"], &shown["hide_followers"]), (&json!(true), &json!(false)));
    assert_eq!((&shown["time_zone"], &shown["language"]), (&json!("Europe/Lisbon"), &json!("en")));
    assert_eq!(shown["aliases"], json!(["https://old.example/c/mill"]));
    assert_eq!((&shown["followers"], &shown["statements"]), (&json!(0), &json!(0)));
    assert_eq!(cli(&["collective", "show", &format!("@{handle}@{}", instance.domain)]), shown);
    let keys = cli(&["keys", "rotate", "--collective", &handle]);
    has(&keys, &["actor", "key", "public_key"]);
    assert_ne!(cli(&["keys", "rotate", "--collective", &handle])["public_key"], keys["public_key"]);

    let file = instance.file("text.md", "We ask for **water**.");
    let of = |more: &[&str]| {
        [&["--collective", &handle, "--title", "Water", "--lang", "en"], more]
            .concat()
            .iter()
            .map(|s| (*s).to_owned())
            .collect::<Vec<_>>()
    };
    let call = |command: &[&str], more: &[&str]| {
        let all: Vec<String> = command.iter().map(|s| (*s).to_owned()).chain(of(more)).collect();
        cli(&all.iter().map(String::as_str).collect::<Vec<_>>())
    };
    let rich = [
        "--summary",
        "In short",
        "--demand",
        "Water",
        "--demand",
        "Bread",
        "--contact",
        "us",
        "--hashtag",
        "water",
        "--content-warning",
        "Thirst",
        "--form",
        "article",
    ];
    let draft = call(&["statement", "draft"], &[&rich[..], &[&file]].concat());
    has(&draft, STATEMENT);
    assert_eq!((&draft["state"], &draft["published"]), (&json!("draft"), &Value::Null));
    let published = cli(&["statement", "publish", "--draft", draft["id"].as_str().unwrap()]);
    has(&published, STATEMENT);
    assert_eq!(
        (&published["state"], &published["type"], &published["version"]),
        (&json!("published"), &json!("Article"), &json!(1))
    );
    assert_eq!(published["id"], draft["id"]);
    let id = published["id"].as_str().unwrap();
    let edited = instance.cli_with_input(&["statement", "edit", id, "--title", "Water, still", "-"], "We ask again.");
    assert_eq!((&edited["version"], &edited["title"]), (&json!(2), &json!("Water, still")));
    let saved = cli(&["statement", "edit", id, "--save-only", "--title", "Perhaps"]);
    assert_eq!(saved["version"], 2);
    let whole = cli(&["statement", "show", id]);
    has(&whole, STATEMENT);
    lists(&whole["versions"], &["n", "published", "digest"]);
    assert_eq!(whole["versions"].as_array().unwrap().len(), 2);
    assert_eq!(whole["content"]["demands"], json!(["Water", "Bread"]), "what isn't given stays");
    let later = (chrono::Utc::now() + chrono::Duration::hours(5)).to_rfc3339();
    let scheduled = call(&["statement", "publish"], &["--schedule", &later, &file]);
    assert_eq!(scheduled["state"], "scheduled");
    assert!(scheduled["scheduled"].is_string() && scheduled["published"].is_null());
    let note = call(&["statement", "publish"], &[&file]);
    assert_eq!(note["type"], "Note");
    let gone = cli(&["statement", "withdraw", id, "--reason", "Settled"]);
    has(&gone, STATEMENT);
    assert_eq!(gone["state"], "withdrawn");
    let list = cli(&["statement", "list", "--collective", &handle]);
    lists(&list, STATEMENT);
    assert_eq!(list.as_array().unwrap().len(), 3);
    for (state, count) in [("draft", 0), ("scheduled", 1), ("published", 1), ("withdrawn", 1)] {
        let some = cli(&["statement", "list", "--collective", &handle, "--state", state]);
        assert_eq!(some.as_array().unwrap().len(), count, "{state}: {some}");
    }

    let invitation = cli(&["member", "invite", "--collective", &handle, "--role", "member", "--days", "2"]);
    has(&invitation, &["url", "expires", "role"]);
    assert!(invitation["url"].as_str().unwrap().starts_with(&instance.url("/join/")));
    lists(&cli(&["member", "list"]), &["name", "role", "state", "collectives", "second_factor", "since"]);
    assert_eq!(cli(&["member", "role", "bo", "steward"]), json!({ "name": "bo", "role": "steward" }));
    assert_eq!(cli(&["member", "role", "bo", "member"])["role"], "member");
    assert_eq!(cli(&["member", "disable", "bo"]), json!({ "name": "bo", "state": "disabled" }));
    assert_eq!(cli(&["member", "enable", "bo"]), json!({ "name": "bo", "state": "active" }));
    assert_eq!(cli(&["member", "codes-off", "bo"]), json!({ "name": "bo", "second_factor": false }));
    assert_eq!(cli(&["member", "admit", "bo", &handle]), json!({ "name": "bo", "collective": handle }));
    assert_eq!(cli(&["member", "dismiss", "bo", &handle]), json!({ "name": "bo", "collective": handle }));
    let reset = cli(&["member", "reset", "bo"]);
    has(&reset, &["name", "url", "minutes"]);
    assert!(reset["url"].as_str().unwrap().starts_with(&instance.url("/reset/")) && reset["minutes"] == 60);
    assert_eq!(cli(&["followers", "--collective", &handle]), json!([]));
    assert_eq!(cli(&["inbox", "list", "--collective", &handle]), json!([]));
}

/// What has to do with others.
async fn keeps_its_contract_towards_others(instance: &Instance, crowd: &Crowd, running: bool) {
    let cli = |args: &[&str]| instance.cli(args);
    let ana = &crowd.actors[0];
    let account = format!("@ana@ana.{}", crowd.peer.host);
    let followed = cli(&["follow", "--collective", "river", &account]);
    assert_eq!(followed, json!({ "actor": ana.uri, "state": "pending" }));
    if running {
        let asked = crowd.peer.expect("Follow", |follow| follow["object"] == ana.uri.as_str()).await;
        let accept = json!({ "@context": "https://www.w3.org/ns/activitystreams", "id": ana.new_id("accepts"), "type": "Accept", "actor": ana.uri, "object": asked });
        assert_eq!(ana.post(instance, &accept).await, 202);
        let now = || async { (cli(&["follow", "--collective", "river", &account])["state"] == "accepted").then_some(()) };
        eventually("it is accepted", 20, now).await;
    }
    assert_eq!(cli(&["unfollow", "--collective", "river", &ana.uri]), json!({ "actor": ana.uri, "state": "none" }));
    let note = note_of(crowd, ana);
    for command in ["boost", "like"] {
        let done = cli(&[command, "--collective", "river", &note]);
        has(&done, &["id", "object"]);
        assert_eq!(done["object"], note.as_str());
        let undo = format!("un{command}");
        assert_eq!(cli(&[&undo, "--collective", "river", &note]), json!({ "object": note }));
    }
    let answer =
        instance.cli_with_input(&["statement", "publish", "--collective", "river", "--reply-to", &note, "-"], "We agree.");
    has(&answer, STATEMENT);
    lists(&cli(&["peer", "list"]), PEER);
    let host = format!("ana.{}", crowd.peer.host);
    let shown = cli(&["peer", "show", &host]);
    has(&shown, PEER);
    has(&shown, &["waiting", "since", "failed"]);
    let retried = cli(&["peer", "retry", &host]);
    has(&retried, &["host", "waiting"]);
    assert_eq!(retried["host"], host.as_str());
}

fn note_of(crowd: &Crowd, actor: &PeerActor) -> String {
    let note = actor.note("<p>From the valley.</p>", None);
    let id = note["id"].as_str().unwrap();
    let path = format!("/{}", id.splitn(4, '/').nth(3).unwrap());
    crowd.peer.serve(&path, crate::harness::Canned::json(&note));
    id.to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_command_prints_what_the_contract_says_with_and_without_a_server() {
    for backend in backends() {
        let mut instance = Instance::builder("river", backend).start().await;
        instance.leave_queue();
        let crowd = Crowd::start("valley", ["ana", "cem"]).await;
        crate::accounts::join(&instance, "bo", "the mill turns at night").await;
        crowd.follow(&instance).await;
        keeps_its_contract_at_home(&instance, true);
        keeps_its_contract_towards_others(&instance, &crowd, true).await;

        let followers = |args: &[&str]| instance.cli(&[&["followers", "--collective", "river"], args].concat());
        let all = followers(&[]);
        lists(&all, &["actor", "since", "state"]);
        assert_eq!(all.as_array().unwrap().len(), 2);
        assert_eq!(followers(&["--state", "pending"]), json!([]));
        let (ana, cem) = (crowd.actors[0].uri.clone(), crowd.actors[1].uri.clone());
        let answered = |what: &str, actor: &str| instance.cli(&["followers", what, "--collective", "river", actor]);
        assert_eq!(answered("reject", &cem), json!({ "actor": cem, "state": "rejected" }));
        assert_eq!(answered("accept", &cem), json!({ "actor": cem, "state": "accepted" }));
        has(&answered("remove", &ana), &["actor", "state"]);
        assert_eq!(followers(&[]).as_array().unwrap().len(), 1);
        let inbox = instance.cli(&["inbox", "list", "--collective", "river", "--limit", "1"]);
        lists(&inbox, &["type", "actor", "object", "content", "received", "kind", "title"]);
        assert_eq!((inbox.as_array().unwrap().len(), &inbox[0]["type"]), (1, &json!("Follow")));

        let ready = instance.cli_output(&["ready"], "");
        assert_eq!((ready.status.code(), ready.stdout.len()), (Some(0), 0));
        let doctor = instance.cli(&["doctor"]);
        lists(&doctor, &["check", "state", "text"]);
        let state = |doctor: &Value, check: &str| {
            doctor
                .as_array()
                .unwrap()
                .iter()
                .find(|one| one["check"] == check)
                .map(|one| one["state"].as_str().unwrap().to_owned())
        };
        for check in ["database", "data", "address", "clock", "webfinger"] {
            assert_eq!(state(&doctor, check).as_deref(), Some("ok"), "{backend:?}: {doctor}");
        }
        assert_eq!(state(&doctor, "configuration").as_deref(), Some("warning"), "local mode");

        instance.kill();
        keeps_its_contract_at_home(&instance, false);
        keeps_its_contract_towards_others(&instance, &crowd, false).await;
        let (code, said) = instance.cli_fails(&["ready"]);
        assert_eq!(code, 5, "{said}");
        let doctor = instance.cli_output(&["doctor"], "");
        assert_eq!(doctor.status.code(), Some(1));
        one_line(&doctor, true);
        let doctor: Value = serde_json::from_slice(&doctor.stdout).unwrap();
        assert_eq!(state(&doctor, "address").as_deref(), Some("failed"), "{doctor}");
        assert_eq!(state(&doctor, "database").as_deref(), Some("ok"));
    }
}

/// A failure says so in one line, as JSON where that is asked for; gives what it says.
fn one_line(output: &Output, as_json: bool) -> String {
    let said = String::from_utf8(output.stderr.clone()).unwrap();
    let lines: Vec<&str> = said.lines().collect();
    assert_eq!(lines.len(), 1, "{said}");
    assert!(!said.contains("\u{1b}["), "{said}");
    if !as_json {
        return lines[0].strip_prefix("communard: ").unwrap_or_else(|| panic!("{said}")).to_owned();
    }
    let value: Value = serde_json::from_str(&said).unwrap_or_else(|e| panic!("{e}: {said}"));
    has(&value, &["error", "code"]);
    assert_eq!(value["code"].as_i64(), output.status.code().map(i64::from), "{said}");
    value["error"].as_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn bad_input_has_one_clear_line_and_the_right_exit_code() {
    let instance = Instance::builder("river", Backend::Sqlite).prepare();
    let id = instance.publish("Water", "We ask for water.");
    instance.cli(&["statement", "withdraw", &id, "--reason", "Settled"]);
    let text = instance.file("text.md", "The text.");
    let latin = instance.file("latin.md", b"caf\xe9");
    let (long, away) = ("x".repeat(301), format!("@ana@nobody.localhost:{}", crate::harness::free_port()));
    let publish = |more: &[&str]| {
        let all = [&["statement", "publish", "--collective", "river", "--lang", "en"], more].concat();
        all.into_iter().map(str::to_owned).collect::<Vec<_>>()
    };
    let plain = |args: &[&str]| args.iter().map(|arg| (*arg).to_owned()).collect::<Vec<_>>();
    let cases: Vec<(i32, Vec<String>, &str)> = vec![
        // Wrong use.
        (2, plain(&["frobnicate"]), "frobnicate"),
        (2, plain(&["queue", "--frob"]), "--frob"),
        (2, plain(&["collective", "add", "mill"]), "--name"),
        (2, plain(&["collective", "add", "Bad Handle!", "--name", "X"]), "handle"),
        (2, plain(&["collective", "add", "mill", "--name", " "]), "name"),
        (2, plain(&["collective", "add", "mill", "--name", "X", "--language", "nonsense!"]), "language"),
        (2, plain(&["collective", "add", "mill", "--name", "X", "--time-zone", "Nowhere/Here"]), "time"),
        (2, plain(&["collective", "add", "mill", "--name", "X", "--website", "javascript:alert(1)"]), "web"),
        (2, plain(&["collective", "edit", "river", "--field", "novalue"]), "--field"),
        (2, plain(&["collective", "edit", "river", "--approve-followers", "perhaps"]), "--approve-followers"),
        (2, plain(&["followers"]), "collective"),
        (2, plain(&["followers", "--collective", "river", "--state", "odd"]), "odd"),
        (2, plain(&["statement", "publish", "--title", "T"]), "--collective"),
        (2, plain(&["statement", "withdraw", &id]), "--reason"),
        (2, publish(&["--title", "", &text]), "title"),
        (2, publish(&["--title", &long, &text]), "300"),
        (2, publish(&["--title", "T"]), "kept as a draft: http://river"),
        (2, publish(&["--title", "T", "--lang", "not a language", &text]), "--lang"),
        (2, publish(&["--title", "T", "--form", "poem", &text]), "poem"),
        (2, publish(&["--title", "T", "--schedule", "soon", &text]), "--schedule"),
        (2, publish(&["--title", "T", "--schedule", "2020-01-01T00:00:00Z", &text]), "time"),
        (2, publish(&["--title", "T", "--image", "river.jpg", &text]), "--image"),
        (2, publish(&["--title", "T", "--image", &format!("{text}=A text"), &text]), "PNG"),
        (2, plain(&["member", "role", "ada", "king"]), "king"),
        (2, plain(&["member", "invite", "--days", "many"]), "--days"),
        (2, plain(&["inbox", "list", "--collective", "river", "--limit", "0"]), "--limit"),
        (2, plain(&["follow", "--collective", "river", "not an address"]), "address"),
        // Files and other servers.
        (1, publish(&["--title", "T", "/nowhere/at/all.md"]), "/nowhere/at/all.md"),
        (1, publish(&["--title", "T", &latin]), "UTF-8"),
        (1, publish(&["--title", "T", "--image", "/nowhere.png=X", &text]), "/nowhere.png"),
        (1, plain(&["follow", "--collective", "river", &away]), "can't be reached"),
        // Not found.
        (3, plain(&["collective", "show", "nobody"]), "nothing here"),
        (3, plain(&["statement", "show", "nonsense"]), "nothing here"),
        (3, plain(&["statement", "list", "--collective", "nobody"]), "nothing here"),
        (3, plain(&["keys", "rotate", "--collective", "nobody"]), "nothing here"),
        (3, plain(&["member", "disable", "nobody"]), "nothing here"),
        (3, plain(&["member", "admit", "ada", "nobody"]), "nothing here"),
        (3, plain(&["peer", "show", "nobody.example"]), "nothing here"),
        (3, plain(&["peer", "retry", "nobody.example"]), "nothing here"),
        (3, plain(&["followers", "accept", "--collective", "river", "https://valley.example/users/ana"]), "nothing here"),
        (3, plain(&["inbox", "list", "--collective", "nobody"]), "nothing here"),
        // Refused.
        (2, plain(&["collective", "add", "river", "--name", "Again"]), "handle"),
        (4, plain(&["statement", "withdraw", &id, "--reason", "Again"]), "withdrawn"),
        (4, plain(&["statement", "edit", &id, "--title", "New", &text]), "withdrawn"),
        (4, plain(&["member", "disable", "ada"]), "steward"),
        (4, plain(&["member", "role", "ada", "member"]), "steward"),
        (
            4,
            plain(&[
                "setup",
                "--name",
                "X",
                "--collective",
                "x",
                "--collective-name",
                "X",
                "--member",
                "m",
                "--passphrase-stdin",
            ]),
            "already",
        ),
    ];
    let before = state_of(&instance);
    let mut wrong = Vec::new();
    for (code, args, clue) in &cases {
        let args: Vec<&str> = args.iter().map(String::as_str).collect();
        let output = instance.cli_output(&args, "");
        let found = std::panic::catch_unwind(|| one_line(&output, true));
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        if output.status.code() != Some(*code) || !found.is_ok_and(|text| text.to_lowercase().contains(&clue.to_lowercase())) {
            wrong.push(format!("{args:?}: wanted {code} and “{clue}”, got {:?}: {said}", output.status.code()));
        }
        assert!(output.stdout.is_empty(), "{args:?} printed: {}", String::from_utf8_lossy(&output.stdout));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(state_of(&instance), before, "nothing changed");
    for args in [&["frobnicate"][..], &["collective", "show", "nobody"], &["collective", "add", "mill"]] {
        one_line(&instance.cli_plain(args), false);
    }
}

/// What refused commands must not change. Drafts may be added: a text that can't be published is kept as one.
fn state_of(instance: &Instance) -> Vec<Value> {
    let published = instance.cli(&["statement", "list", "--collective", "river", "--state", "published"]);
    let scheduled = instance.cli(&["statement", "list", "--collective", "river", "--state", "scheduled"]);
    let queue = instance.cli(&["queue"]);
    vec![
        instance.cli(&["collective", "list"]),
        instance.cli(&["collective", "show", "river"]),
        published,
        scheduled,
        queue,
        instance.cli(&["member", "list"]),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn before_setup_commands_say_what_to_do_and_setup_prints_its_json() {
    for backend in backends() {
        let instance = Instance::builder("river", backend).not_set_up().prepare();
        for args in [
            &["collective", "list"][..],
            &["member", "list"],
            &["statement", "show", "x"],
            &["inbox", "list", "--collective", "river"],
        ] {
            let output = instance.cli_output(args, "");
            assert_eq!(output.status.code(), Some(4), "{args:?}");
            assert!(one_line(&output, true).contains("communard setup"));
        }
        let setup = [
            "setup",
            "--name",
            "River",
            "--collective",
            "river",
            "--collective-name",
            "River",
            "--member",
            "ada",
            "--passphrase-stdin",
        ];
        let short = instance.cli_output(&setup, "short");
        assert_eq!(short.status.code(), Some(2));
        assert!(one_line(&short, true).contains("twelve"));
        let done = instance.cli_with_input(&setup, "the river runs to the sea");
        assert_eq!(done, json!({ "domain": instance.domain, "url": instance.base_url(), "actor": instance.actor("river") }));
    }
}

#[test]
fn cities_are_found_without_an_instance() {
    let place = |args: &[&str]| {
        let dir = tempfile::tempdir().unwrap();
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_communard"));
        let output = command.current_dir(dir.path()).args(["--json", "place", "find"]).args(args).output().unwrap();
        assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 0, "a search leaves nothing behind");
        (output.status.code(), output.stdout, output.stderr)
    };
    for name in ["Diyarbakır", "amed", "ئامەد"] {
        let (code, out, _) = place(&[name, "--language", "ku"]);
        let found: Value = serde_json::from_slice(&out).unwrap();
        let city = &found["cities"][0];
        has(city, &["id", "name", "region", "country", "zone", "latitude", "longitude", "inhabitants"]);
        assert_eq!((code, &city["id"], &city["name"]), (Some(0), &json!(316_541), &json!("Amed")), "{name}");
        assert_eq!((&city["country"], &city["zone"]), (&json!("TR"), &json!("Europe/Istanbul")));
        has(&found["source"], &["name", "url", "licence"]);
    }
    let (_, out, _) = place(&["Paris, États-Unis"]);
    assert_eq!(serde_json::from_slice::<Value>(&out).unwrap()["cities"][0]["country"], "FR", "no language here says it so");
    for hint in ["US", "United States", "الولايات المتحدة"] {
        let (_, out, _) = place(&[&format!("Paris, {hint}")]);
        assert_eq!(serde_json::from_slice::<Value>(&out).unwrap()["cities"][0]["country"], "US", "{hint}");
    }
    assert_eq!(place(&["Nowhere-at-all"]).0, Some(3));
}
