//! Whatever asks for a mandate can be proposed by a member without one: at the desk, at the command line, and with the effect
//! carried out by the decision. Nobody is answered with a refusal.

use crate::{
    browser::{Browser, Page, STATEMENT},
    commune::admit,
    harness::{Instance, backends, eventually},
};
use serde_json::{Value, json};
use std::{collections::BTreeMap, path::Path};

/// Acts that ask for a mandate, by file and how often it asks; each of them is tried below or in `desk_mandates`. One that is
/// added stands here, and has its way in `acts::proposals`.
const ASKING: &[(&str, usize)] = &[
    ("actions.rs", 2),
    ("boost.rs", 2),
    ("consents/mod.rs", 1),
    ("endorsements/ask.rs", 1),
    ("endorsements/endorse.rs", 1),
    ("endorsements/outlook.rs", 1),
    ("endorsements/policy.rs", 2),
    ("endorsements/withdraw.rs", 1),
    ("follow.rs", 2),
    ("like.rs", 2),
    // What stands for the assembly, and how a proposal asks those who hold a mandate jointly.
    ("proposals.rs", 1),
    ("proposed.rs", 1),
    ("statements/publish.rs", 2),
    ("statements/schedule.rs", 1),
    ("statements/withdraw.rs", 1),
];

fn asking(folder: &Path, under: &str, found: &mut BTreeMap<String, usize>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = format!("{under}{}", path.file_name().unwrap().to_string_lossy());
        if path.is_dir() {
            asking(&path, &format!("{name}/"), found);
            continue;
        }
        let text = std::fs::read_to_string(&path).unwrap();
        let calls = ["mandates::require(", "mandates::require_speaking(", "mandates::authority("];
        let count: usize = calls.iter().map(|call| text.matches(call).count()).sum();
        if count > 0 {
            found.insert(name, count);
        }
    }
}

#[test]
fn every_act_that_asks_for_a_mandate_is_known() {
    let mut found = BTreeMap::new();
    asking(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src/acts"), "", &mut found);
    let known: BTreeMap<String, usize> = ASKING.iter().map(|(file, count)| ((*file).to_owned(), *count)).collect();
    assert_eq!(found, known, "a new act that asks for a mandate needs its proposal, and its line in the test below");
}

/// Presses a button at bo's desk, and gives the question that was put in its place.
async fn asked(bo: &mut Browser<'_>, path: &str, button: &str, fields: &[(&str, &str)]) -> String {
    let page = bo.get(path).await;
    let token = page.field("form[method=post]", "csrf");
    let mut all = vec![("csrf", token.as_str()), ("do", button)];
    all.extend(fields);
    is_asked(&bo.post(path, &all).await, button)
}

fn is_asked(page: &Page, what: &str) -> String {
    assert_eq!(page.status, 200, "{what}: {}", page.html);
    assert!(page.path.contains("/decisions/") && page.has("#ballot"), "{what}: {} {}", page.path, page.html);
    crate::commune::id_of(&page.path)
}

/// The assembly says yes, and what it decided is done.
fn carried(river: &Instance, decision: &str) {
    for member in ["ada", "bo"] {
        river.cli(&["decision", "vote", decision, "yes", "--as", member]);
    }
    let closed = river.cli(&["decision", "close", decision]);
    assert_eq!((&closed["outcome"], &closed["failure"]), (&json!("carried"), &Value::Null), "{closed}");
}

/// What the desk asked is what the command line asks.
fn same(river: &Instance, decision: &str, args: &[&str]) {
    let said = river.cli(&[args, &["--as", "bo"]].concat());
    let row = if said["decision"].is_object() { &said["decision"] } else { &said };
    assert_eq!(row["id"], decision, "{args:?}: {said}");
}

async fn arrived(instance: &Instance, kind: &str) {
    eventually(&format!("{} gets a {kind}", instance.name), 60, || async {
        let items = instance.cli(&["inbox", "list", "--collective", &instance.name]);
        items.as_array().unwrap().iter().any(|item| item["type"] == kind).then_some(())
    })
    .await;
}

fn received(river: &Instance) -> Value {
    river.cli(&["endorsement", "list", "--collective", "river", "--received"])
}

async fn is_shown(instance: &Instance, received: bool, state: &str) -> String {
    eventually(&format!("{} shows {state}", instance.name), 60, || async {
        let mut args = vec!["endorsement", "list", "--collective", instance.name.as_str()];
        args.extend(received.then_some("--received"));
        let list = instance.cli(&args);
        (list[0]["shown"] == state).then(|| list[0]["id"].as_str().unwrap().to_owned())
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_member_without_a_mandate_proposes_whatever_they_may_not_do_alone() {
    for backend in backends() {
        let river = Instance::builder("river", backend).start().await;
        let valley = Instance::builder("valley", backend).start().await;
        admit(&river, "bo");
        river.cli(&["mandate", "rules", "--collective", "river", "--mandated", "true"]);
        let theirs = valley.publish("No dam", "We refuse it.");
        let ours = river.publish("No mine", "We refuse it.");
        let mut bo = Browser::signed_in_as(&river, "bo").await;
        let who = format!("@valley@{}", valley.domain);

        // Said beforehand on every button.
        for (path, words) in [
            ("/desk/river/inbox", "Propose to boost"),
            ("/desk/river/following", "Propose to follow"),
            ("/desk/river/endorsers", "Propose this rule"),
            ("/desk/river/write", "Propose to publish"),
        ] {
            let page = bo.get(path).await;
            assert!(page.text("main").contains(words) && page.has("[data-proposes]"), "{path}: {}", page.html);
        }

        // With a post and an actor of another server, and taken back.
        let to = ["--collective", "river", theirs.as_str()];
        let inbox = "/desk/river/inbox";
        for (word, back, kind) in [("boost", "unboost", "Announce"), ("like", "unlike", "Like")] {
            let decision = asked(&mut bo, inbox, &format!("{word}-address"), &[("address", &theirs)]).await;
            same(&river, &decision, &[&[word][..], &to].concat());
            assert_ne!(river.cli_fails(&[&[back][..], &to].concat()).0, 0, "nothing was done yet");
            carried(&river, &decision);
            arrived(&valley, kind).await;
            let decision = asked(&mut bo, inbox, &format!("{back}-address"), &[("address", &theirs)]).await;
            same(&river, &decision, &[&[back][..], &to].concat());
            carried(&river, &decision);
            assert_ne!(river.cli_fails(&[&[back][..], &to].concat()).0, 0, "it is taken back");
        }
        let decision = asked(&mut bo, "/desk/river/following", "follow", &[("address", &who)]).await;
        same(&river, &decision, &["follow", "--collective", "river", &who]);
        assert_eq!(river.cli(&["following", "--collective", "river"]), json!([]));
        carried(&river, &decision);
        eventually("river follows valley", 60, || async {
            (river.cli(&["following", "--collective", "river"])[0]["state"] == "accepted").then_some(())
        })
        .await;
        let decision = asked(&mut bo, "/desk/river/following", "unfollow", &[("actor", &valley.actor("valley"))]).await;
        same(&river, &decision, &["unfollow", "--collective", "river", &valley.actor("valley")]);
        carried(&river, &decision);
        assert_eq!(river.cli(&["following", "--collective", "river"]), json!([]));
        // What can't be done in any case isn't put before anybody.
        let page = bo.get("/desk/river/following").await;
        let token = page.field("form[method=post]", "csrf");
        let refused = bo.post(&page.path, &[("csrf", &token), ("do", "follow"), ("address", &river.actor("river"))]).await;
        assert!(refused.has("#e-address"), "{}", refused.html);

        // The register: the rule, one exception, an answer, a question to endorsers, a drop.
        let desk = "/desk/river/endorsers";
        let decision = asked(&mut bo, desk, "policy", &[("policy", "nobody"), ("review", "1")]).await;
        carried(&river, &decision);
        assert_eq!(river.cli(&["mandate", "rules", "--collective", "river"])["endorse"], "nobody");
        let decision = asked(&mut bo, desk, "special", &[("subject", "hill.example"), ("verdict", "refuse")]).await;
        same(&river, &decision, &["endorsement", "policy", "--collective", "river", "hill.example", "--answer", "refuse"]);
        carried(&river, &decision);
        let refuses = json!([{ "subject": "hill.example", "answer": "refuse" }]);
        assert_eq!(river.cli(&["endorsement", "policy", "--collective", "river"]), refuses);
        let decision = asked(&mut bo, desk, "forget", &[("subject", "hill.example")]).await;
        same(&river, &decision, &["endorsement", "policy", "--collective", "river", "hill.example"]);
        carried(&river, &decision);
        assert_eq!(river.cli(&["endorsement", "policy", "--collective", "river"]), json!([]));

        valley.cli(&["endorse", "--collective", "valley", &ours]);
        let id = is_shown(&river, true, "waiting").await;
        let row = received(&river)[0].clone();
        assert!(bo.get(desk).await.text("li[data-endorsement=waiting]").contains("Propose to let it stand"));
        let key = endorsement_key(&river, &id);
        let decline = asked(&mut bo, desk, "decline", &[("endorsement", &key)]).await;
        same(&river, &decline, &["endorsement", "decline", &id]);
        let accept = asked(&mut bo, desk, "accept", &[("endorsement", &key)]).await;
        same(&river, &accept, &["endorsement", "accept", &id]);
        assert_eq!(received(&river)[0], row, "nobody answered yet");
        carried(&river, &accept);
        is_shown(&valley, false, "ratified").await;
        river.edit(&ours, "We refuse it, and the dam.");
        is_shown(&river, true, "earlier-version").await;
        let statement = ours.rsplit('/').next().unwrap();
        let decision = asked(&mut bo, desk, "ask", &[("statement", statement)]).await;
        same(&river, &decision, &["endorsement", "ask-to-confirm", &ours]);
        carried(&river, &decision);
        let decision = asked(&mut bo, desk, "drop", &[("endorsement", &key)]).await;
        same(&river, &decision, &["endorsement", "drop", &id]);
        carried(&river, &decision);
        is_shown(&valley, false, "dropped").await;

        // Endorsing is indicative, or asked before anything is said; withdrawing and erasing are asked.
        let page = bo.get(&format!("/desk/river/endorse?address={}", urlencoded(&theirs))).await;
        let (address, digest) = (page.field("#endorse", "address"), page.field("#endorse", "digest"));
        let token = page.field("#endorse", "csrf");
        let fields = [("csrf", token.as_str()), ("do", "ask"), ("address", &address), ("digest", &digest)];
        let decision = is_asked(&bo.post("/desk/river/endorse", &fields).await, "ask first");
        same(&river, &decision, &["endorse", "--collective", "river", "--ask", &theirs]);
        assert_eq!(river.cli(&["endorsement", "list", "--collective", "river"]), json!([]), "nothing is public yet");
        carried(&river, &decision);
        let id = is_shown(&river, false, "waiting").await;
        let mine = format!("/desk/river/endorsements/{}", endorsement_key(&river, &id));
        assert!(bo.get(&mine).await.text("#withdraw").contains("Propose to withdraw"));
        let withdraw = bo.get(&mine).await;
        let withdraw = bo.submit(&withdraw, "#withdraw form", &[("do", "withdraw"), ("reason", "They changed sides.")]).await;
        assert!(withdraw.has("[data-decision=withdraw]"), "{}", withdraw.html);
        let said = river.cli(&["endorsement", "withdraw", &id, "--reason", "They changed sides.", "--as", "bo"]);
        carried(&river, said["decision"]["id"].as_str().unwrap());
        let over = bo.get(&mine).await;
        assert!(over.text("#erase").contains("Propose to erase"), "{}", over.html);
        let erase = bo.submit(&over, "#erase form", &[("do", "erase"), ("sure", "1")]).await;
        assert!(erase.has("[data-decision=erase]"), "{}", erase.html);
        let said = river.cli(&["endorsement", "erase", &id, "--as", "bo"]);
        carried(&river, said["decision"]["id"].as_str().unwrap());
        let gone = crate::harness::client().get(&id).header("Accept", "application/activity+json").send().await.unwrap();
        assert_eq!(gone.status(), 410);

        // A text of its own: published, at a time, withdrawn.
        let form = bo.get("/desk/river/write").await;
        let asked = bo.write(&form, STATEMENT, &[], "publish").await;
        carried(&river, &is_asked(&asked, "publish"));
        let file = river.file("later.md", "Later.");
        let draft = river.cli(&["statement", "draft", "--collective", "river", "--title", "Later", "--lang", "en", &file]);
        let draft = draft["id"].as_str().unwrap();
        let later = river.cli(&["statement", "publish", "--draft", draft, "--schedule", "2036-01-01T12:00:00Z", "--as", "bo"]);
        carried(&river, later["decision"]["id"].as_str().unwrap());
        assert_eq!(river.cli(&["statement", "show", draft])["state"], "scheduled");
        let page = bo.get(&format!("/desk/river/statements/{statement}/withdraw")).await;
        assert!(page.text("main").contains("Propose to withdraw"), "{}", page.html);
        let asked = bo.submit(&page, "form[action$=withdraw]", &[("reason", "It was wrong.")]).await;
        carried(&river, &is_asked(&asked, "withdraw"));
        assert_eq!(river.cli(&["statement", "show", statement])["state"], "withdrawn");

        // A local action under a call of others: added, said what becomes of it, cancelled; and one of others under ours.
        let file = valley.file("call.md", "Come.");
        let dated = ["--lang", "en", "--start", "2099-01-25", file.as_str()];
        let call = valley.cli(&[&["call", "publish", "--collective", "valley", "--title", "Days"][..], &dated].concat());
        let call = call["id"].as_str().unwrap().to_owned();
        let add = ["action", "add", "--collective", "river", "--title", "March", "--start", "2099-01-25", &call];
        let said = river.cli(&[&add[..], &["--as", "bo"]].concat());
        assert_eq!(said["decision"]["effect"], "add-action", "{said}");
        let decision = said["decision"]["id"].as_str().unwrap();
        same(&river, decision, &add);
        assert_eq!(river.cli(&["action", "list", "--collective", "river"]), json!([]), "nothing was done yet");
        carried(&river, decision);
        let march = river.cli(&["action", "list", "--collective", "river"])[0]["id"].as_str().unwrap().to_owned();
        eventually("valley is asked", 60, || async {
            (valley.cli(&["action", "list", "--call", &call])[0]["author"] == "pending").then_some(())
        })
        .await;
        let edit = ["action", "edit", &march, "--title", "Long march"];
        let said = river.cli(&[&edit[..], &["--as", "bo"]].concat());
        assert_eq!(said["decision"]["effect"], "edit-action", "{said}");
        let decision = said["decision"]["id"].as_str().unwrap();
        same(&river, decision, &edit);
        assert_eq!(river.cli(&["action", "list", "--collective", "river"])[0]["title"], "March", "nothing was done yet");
        carried(&river, decision);
        assert_eq!(river.cli(&["action", "list", "--collective", "river"])[0]["title"], "Long march");
        eventually("valley has the new title", 60, || async {
            (valley.cli(&["action", "list", "--call", &call])[0]["title"] == "Long march").then_some(())
        })
        .await;
        let asked = |what: &'static str| {
            let river = &river;
            eventually("river is asked what becomes of its action", 60, move || async move {
                (river.cli(&["action", "list", "--collective", "river"])[0]["asked"] == what).then_some(())
            })
        };
        valley.cli(&["call", "postpone", &call, "--start", "2099-02-01"]);
        asked("moved").await;
        let answer = ["action", "answer", &march, "move"];
        let said = river.cli(&[&answer[..], &["--as", "bo"]].concat());
        let outdated = said["decision"]["id"].as_str().unwrap().to_owned();
        same(&river, &outdated, &answer);
        valley.cli(&["call", "cancel", &call]);
        asked("cancelled").await;
        // What the assembly had before it isn't what is asked any more.
        for member in ["ada", "bo"] {
            river.cli(&["decision", "vote", &outdated, "yes", "--as", member]);
        }
        let closed = river.cli(&["decision", "close", &outdated]);
        assert!(closed["failure"].is_string(), "{closed}");
        assert_eq!(river.cli(&["action", "list", "--collective", "river"])[0]["start"], "2099-01-25");
        let keep = ["action", "answer", &march, "keep"];
        let said = river.cli(&[&keep[..], &["--as", "bo"]].concat());
        carried(&river, said["decision"]["id"].as_str().unwrap());
        assert_eq!(river.cli(&["action", "list", "--collective", "river"])[0]["asked"], Value::Null);
        let said = river.cli(&["action", "cancel", &march, "--as", "bo"]);
        carried(&river, said["decision"]["id"].as_str().unwrap());
        assert_eq!(river.cli(&["action", "list", "--collective", "river"])[0]["status"], "cancelled");
        let own = river.cli(&[&["call", "publish", "--collective", "river", "--title", "Nights"][..], &dated].concat());
        let own = own["id"].as_str().unwrap();
        let vigil = ["action", "add", "--collective", "valley", "--title", "Vigil", "--start", "2099-01-25", own];
        let vigil = valley.cli(&vigil)["id"].as_str().unwrap().to_owned();
        eventually("river is asked to let one stand", 60, || async {
            (river.cli(&["action", "list", "--call", own])[0]["author"] == "pending").then_some(())
        })
        .await;
        let said = river.cli(&["action", "accept", &vigil, "--as", "bo"]);
        assert_eq!(said["author"], "pending", "{said}");
        carried(&river, said["decision"]["id"].as_str().unwrap());
        assert_eq!(river.cli(&["action", "list", "--call", own])[0]["author"], "accepted");

        // With a mandate nothing of this is said.
        let verbs = ["--verb", "speak", "--verb", "register", "--verb", "publish"];
        river.cli(&[&["mandate", "grant", "--collective", "river", "--holder", "bo"][..], &verbs].concat());
        for path in ["/desk/river/inbox", "/desk/river/following", "/desk/river/endorsers", "/desk/river/write"] {
            let page = bo.get(path).await;
            assert!(!page.text("main").contains("Propose") && !page.has("[data-proposes]"), "{path}: {}", page.html);
        }
        let liked = river.cli(&["like", "--collective", "river", "--as", "bo", &theirs]);
        assert!(liked["id"].is_string(), "{liked}");
        river.queue_empties(60).await;
        valley.queue_empties(60).await;
    }
}

fn urlencoded(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

/// The row id of an endorsement, which forms of the desk carry.
fn endorsement_key(instance: &Instance, uri: &str) -> String {
    let uri = uri.to_owned();
    let row = instance.db().read_blocking(move |conn| communard::db::endorsements::by_uri(conn, &uri));
    row.unwrap().unwrap().id
}
