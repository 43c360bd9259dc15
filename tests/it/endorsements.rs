//! Endorsements between real instances: asked for, let stand, ratified, bound to a text, withdrawn, dropped.

use crate::harness::{Instance, backends, client, eventually};
use serde_json::{Value, json};

async fn status(url: &str) -> u16 {
    client().get(url).header("accept", "application/activity+json").send().await.unwrap().status().as_u16()
}

fn endorse(instance: &Instance, statement: &str, more: &[&str]) -> Value {
    let mut args = vec!["endorse", "--collective", instance.name.as_str(), statement];
    args.extend(more);
    instance.cli(&args)
}

/// The line of an endorsement as an instance lists it: its own, or received.
fn line(instance: &Instance, received: bool, id: &str) -> Value {
    let mut args = vec!["endorsement", "list", "--collective", instance.name.as_str()];
    args.extend(received.then_some("--received"));
    let list = instance.cli(&args);
    list.as_array().unwrap().iter().find(|line| line["id"] == id).cloned().unwrap_or(Value::Null)
}

/// Waits until an endorsement is shown so by this instance.
async fn shown(instance: &Instance, received: bool, id: &str, state: &str) -> Value {
    let last = std::sync::Mutex::new(Value::Null);
    eventually(&format!("{}: {id} is shown as {state}", instance.name), 60, || async {
        let found = line(instance, received, id);
        let fits = found["shown"] == state;
        *last.lock().unwrap() = found.clone();
        fits.then_some(found)
    })
    .await
}

/// The entry of an endorsement in the register of a statement, and the register's totals. The collection and its page are two
/// documents: what arrives between the two reads makes them differ, so both are read until they are of one moment.
async fn entry(instance: &Instance, statement: &str, id: &str) -> (Value, Value) {
    let (register, page) = eventually("the register and its page are of one moment", 60, || async {
        let register = instance.activity_json(&format!("{statement}/endorsements")).await;
        let page = instance.activity_json(register["first"].as_str().unwrap()).await;
        let one = page["totalItems"] == register["totalItems"] && page["endorsementCounts"] == register["endorsementCounts"];
        one.then_some((register, page))
    })
    .await;
    let items = page["orderedItems"].as_array().unwrap();
    let entry = items.iter().find(|item| item["endorsement"]["id"] == id).cloned().unwrap_or(Value::Null);
    (entry, register["endorsementCounts"].clone())
}

#[tokio::test(flavor = "multi_thread")]
async fn an_endorsement_lives_between_two_instances() {
    for backend in backends() {
        let river = Instance::builder("river", backend).start().await;
        let valley = Instance::builder("valley", backend).start().await;
        let statement = river.publish("No dam", "We refuse it.");
        let object = river.activity_json(&statement).await;
        assert_eq!(object["endorsements"], json!(format!("{statement}/endorsements")));

        // Valley endorses: indicative, with a date, a question before its assembly, and a Note for everybody.
        let endorsed = endorse(&valley, &statement, &["--indicative"]);
        let id = endorsed["id"].as_str().unwrap().to_owned();
        assert_eq!((&endorsed["state"], &endorsed["object"]), (&json!("indicative"), &json!(statement)));
        assert!(endorsed["ratify_by"].is_string());
        assert_eq!(endorsed["decision"]["effect"], "ratify");
        let document = valley.activity_json(&id).await;
        assert_eq!(document["type"], "Endorsement");
        assert_eq!(document["digestMultibase"], object["digestMultibase"]);
        assert!(document["proof"]["proofValue"].is_string());

        // River doesn't follow valley: a member looks at it.
        shown(&river, true, &id, "waiting").await;
        assert_eq!(entry(&river, &statement, &id).await.0, Value::Null, "nobody sees what waits");
        river.cli(&["endorsement", "accept", &id]);
        let line = shown(&valley, false, &id, "indicative").await;
        let stamp = line["stamp"].as_str().unwrap().to_owned();
        let document = river.activity_json(&stamp).await;
        assert_eq!(document["type"], "EndorsementAuthorization");
        assert_eq!((&document["interactingObject"], &document["interactionTarget"]), (&json!(id), &json!(statement)));
        let (found, counts) = entry(&river, &statement, &id).await;
        assert_eq!((&found["state"], &counts["indicative"]), (&json!("indicative"), &json!(1)));
        assert_eq!(found["endorsementAuthorization"]["id"], json!(stamp));
        assert_eq!(valley.activity_json(&id).await["endorsementAuthorization"], json!(stamp));

        // The Note that shows it quotes the statement, with river's leave.
        let companion = line["companion"].as_str().unwrap().to_owned();
        let note = eventually("the companion's quote is granted", 20, || async {
            let note = valley.activity_json(&companion).await;
            note["quoteAuthorization"].is_string().then_some(note)
        })
        .await;
        assert_eq!((&note["quote"], &note["endorsement"]), (&json!(statement), &json!(id)));
        assert!(note.get("endorsements").is_none(), "what shows an endorsement can't be endorsed");
        assert!(note["content"].as_str().unwrap().contains("indicative until our assembly ratifies it"), "{note}");

        // Its assembly ratifies by minutes: one member, who confirms nothing of their own.
        let ratified = valley.cli(&["endorsement", "ratify", "--minutes", "2027-01-14: 34 for, 2 against, 1 abstained", &id]);
        assert_eq!(ratified["state"], "ratified");
        assert_eq!(ratified["decision"]["outcome"], "carried");
        assert_eq!(ratified["decision"]["unconfirmed"], true);
        let open = valley.cli(&["decision", "list", "--collective", "valley", "--open"]);
        assert_eq!(open, json!([]), "the vote on it is over");
        shown(&river, true, &id, "ratified").await;
        let (found, counts) = entry(&river, &statement, &id).await;
        assert_eq!((&found["state"], &counts["ratified"], &counts["indicative"]), (&json!("ratified"), &json!(1), &json!(0)));
        assert_eq!(found["endorsement"]["sequence"], 2);
        let note = valley.activity_json(&companion).await;
        assert!(note["content"].as_str().unwrap().contains("Our assembly stands behind it."), "{note}");

        // River edits: it holds for the text before, until valley confirms.
        river.edit(&statement, "We refuse it, and the mine.");
        shown(&valley, false, &id, "earlier-version").await;
        assert_eq!(line_state(&river, &id), "earlier-version");
        assert_eq!(entry(&river, &statement, &id).await.0["state"], "earlier-version");
        valley.cli(&["endorsement", "confirm", &id]);
        shown(&river, true, &id, "ratified").await;
        let digest = river.activity_json(&statement).await["digestMultibase"].clone();
        assert_eq!(valley.activity_json(&id).await["digestMultibase"], digest);

        // Valley withdraws: for ever, and everybody can see it.
        let withdrawn = valley.cli(&["endorsement", "withdraw", &id]);
        assert_eq!(withdrawn["state"], "withdrawn");
        shown(&river, true, &id, "withdrawn").await;
        assert_eq!(entry(&river, &statement, &id).await.0["state"], "withdrawn");
        assert_eq!(status(&stamp).await, 410);
        let note = valley.activity_json(&companion).await;
        assert!(note["content"].as_str().unwrap().contains("We withdrew our endorsement"), "{note}");
        let (code, _) = valley.cli_fails(&["endorsement", "withdraw", &id]);
        assert_eq!(code, 4);

        // DAT-05: a new one has a new id; the earlier one is history.
        let again = endorse(&valley, &statement, &[]);
        let second = again["id"].as_str().unwrap();
        assert_ne!(second, id);
        assert_eq!(again["state"], "ratified", "the command line is a steward's");
        assert_eq!(again["basis"], "steward");
        shown(&river, true, second, "waiting").await;
        river.cli(&["endorsement", "accept", second]);
        shown(&valley, false, second, "ratified").await;
        let (found, counts) = entry(&river, &statement, second).await;
        assert_eq!((&found["state"], &counts["ratified"], &counts["withdrawn"]), (&json!("ratified"), &json!(1), &json!(0)));

        // River drops it: the stamp is gone, and nobody shows it as a co-signature.
        river.cli(&["endorsement", "drop", second]);
        shown(&valley, false, second, "dropped").await;
        let companion = again["companion"].as_str().unwrap();
        eventually("the companion shows no quote", 20, || async {
            valley.activity_json(companion).await.get("quote").is_none().then_some(())
        })
        .await;
        assert_eq!(entry(&river, &statement, second).await.0, Value::Null);
    }
}

fn line_state(instance: &Instance, id: &str) -> String {
    line(instance, true, id)["shown"].as_str().unwrap_or_default().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn collectives_of_one_instance_endorse_each_other_without_the_network() {
    for backend in backends() {
        let river = Instance::builder("river", backend).start().await;
        river.cli(&["collective", "add", "delta", "--name", "The delta"]);
        let statement = river.publish("No dam", "We refuse it.");
        // DAT-20: an author doesn't endorse itself.
        let (code, said) = river.cli_fails(&["endorse", "--collective", "river", &statement]);
        assert_eq!(code, 2, "{said}");
        let endorsed = river.cli(&["endorse", "--collective", "delta", &statement]);
        let id = endorsed["id"].as_str().unwrap();
        assert_eq!((&endorsed["state"], &endorsed["author_state"]), (&json!("ratified"), &json!("pending")));
        river.cli(&["endorsement", "accept", id]);
        let (found, counts) = entry(&river, &statement, id).await;
        assert_eq!((&found["state"], &counts["ratified"]), (&json!("ratified"), &json!(1)));
        let note = river.activity_json(endorsed["companion"].as_str().unwrap()).await;
        assert!(note["quoteAuthorization"].is_string(), "{note}");
        // Asked twice, it is the same.
        assert_eq!(river.cli(&["endorse", "--collective", "delta", &statement])["id"], json!(id));
        // What only shows an endorsement can't be endorsed.
        river.cli(&["collective", "add", "lake", "--name", "The lake"]);
        let (code, _) = river.cli_fails(&["endorse", "--collective", "lake", endorsed["companion"].as_str().unwrap()]);
        assert_eq!(code, 2);
        assert_eq!(river.cli(&["queue"])["waiting"], 0);
    }
}

/// An instance that tries again soon, so that one that was down hears of what happened.
async fn quick(name: &str, backend: crate::harness::Backend) -> Instance {
    Instance::builder(name, backend)
        .env("DELIVERY__POLL_MILLISECONDS", 50)
        .env("DELIVERY__FIRST_RETRY_SECONDS", 1)
        .env("DELIVERY__LONGEST_RETRY_SECONDS", 1)
        .env("DELIVERY__LONGEST_PAUSE_SECONDS", 1)
        .start()
        .await
}

/// What stands in a page beside an attribute of this name: (the attribute, what `of` gives for it).
async fn marks(url: &str, of: &str, state: &str) -> Vec<(String, String)> {
    let answer = client().get(url).header("accept", "text/html").send().await.unwrap();
    assert_eq!(answer.status(), 200, "{url}");
    let document = scraper::Html::parse_document(&answer.text().await.unwrap());
    let selector = scraper::Selector::parse(&format!("[{of}]")).unwrap();
    let attribute = |element: scraper::ElementRef, name: &str| element.value().attr(name).unwrap_or_default().to_owned();
    document.select(&selector).map(|element| (attribute(element, of), attribute(element, state))).collect()
}

/// In what three instances differ about one endorsement: the register as JSON and on both of its pages, the lists of both
/// sides, the endorser's own object and page. `None` where they are of one mind.
async fn difference(river: &Instance, statement: &str, (instance, id, state): (&Instance, &str, &str)) -> Option<String> {
    let differ = |what: &str, found: &dyn std::fmt::Debug| Some(format!("{id}, to be {state}: {what} has {found:?}"));
    for (of, received) in [(instance, false), (river, true)] {
        let found = line(of, received, id);
        if found["shown"] != state {
            return differ(&of.name, &found);
        }
    }
    let listed = ["ratified", "indicative", "earlier-version", "withdrawn"].contains(&state);
    let wanted = if listed { json!(state) } else { Value::Null };
    let (found, counts) = entry(river, statement, id).await;
    if found["state"] != wanted || (listed && counts[state].as_i64() < Some(1)) {
        return differ("the register", &(found["state"].clone(), counts));
    }
    let now = instance.activity_json(id).await;
    let said = if ["indicative", "withdrawn"].contains(&state) { json!(state) } else { now["state"].clone() };
    if now["state"] != said || (listed && found["endorsement"]["sequence"] != now["sequence"]) {
        return differ("its own address", &now);
    }
    let actor = instance.actor(&instance.name);
    for page in [statement.to_owned(), format!("{statement}/register")] {
        let shown = marks(&page, "data-actor", "data-endorsement").await;
        let of_this: Vec<_> = shown.iter().filter(|(by, _)| *by == actor).map(|(_, state)| json!(state)).collect();
        if of_this != if listed { vec![wanted.clone()] } else { Vec::new() } {
            return differ(&page, &shown);
        }
    }
    let own = instance.url(&format!("/c/{}/assembly", instance.name));
    let shown = marks(&own, "data-cosigned", "data-cosigned").await;
    let fits = if listed { shown == [(state.to_owned(), state.to_owned())] } else { shown.is_empty() };
    if fits { None } else { differ(&own, &shown) }
}

/// Waits until three instances are of one mind about the two endorsements, in JSON and on their pages.
async fn agree(river: &Instance, statement: &str, sides: [(&Instance, &str, &str); 2]) {
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(90);
    loop {
        let mut differences = Vec::new();
        for side in sides {
            differences.extend(difference(river, statement, side).await);
        }
        if differences.is_empty() {
            return;
        }
        assert!(std::time::Instant::now() < deadline, "{}", differences.join("\n"));
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn three_instances_agree_at_each_step_also_when_one_was_down() {
    for backend in backends() {
        let mut river = quick("river", backend).await;
        let valley = quick("valley", backend).await;
        let mut delta = quick("delta", backend).await;
        river.cli(&["mandate", "rules", "--collective", "river", "--endorse", "everybody"]);
        let statement = river.publish("No dam", "We refuse it.");

        // Valley endorses as indicative; delta under a mandate that its assembly gave.
        let b = endorse(&valley, &statement, &["--indicative"])["id"].as_str().unwrap().to_owned();
        delta.cli(&["mandate", "grant", "--collective", "delta", "--holder", "ada", "--verb", "endorse"]);
        let endorsed = endorse(&delta, &statement, &["--as", "ada"]);
        let c = endorsed["id"].as_str().unwrap().to_owned();
        assert_eq!(endorsed["state"], "ratified");
        assert!(endorsed["basis"].as_str().unwrap().starts_with("mandate:"));
        agree(&river, &statement, [(&valley, &b, "indicative"), (&delta, &c, "ratified")]).await;

        // Valley's assembly ratifies while river is down.
        river.kill();
        valley.cli(&["endorsement", "ratify", "--minutes", "2027-01-14: 34 for, 2 against, 1 abstained", &b]);
        river.start().await;
        agree(&river, &statement, [(&valley, &b, "ratified"), (&delta, &c, "ratified")]).await;

        // River edits while delta is down; then delta confirms while river is.
        delta.kill();
        river.edit(&statement, "We refuse it, and the mine.");
        delta.start().await;
        agree(&river, &statement, [(&valley, &b, "earlier-version"), (&delta, &c, "earlier-version")]).await;
        river.queue_empties(60).await;
        // Who confirms looks at the text as it is, so its author must be there.
        delta.kill();
        delta.cli(&["endorsement", "confirm", "--as", "ada", &c]);
        delta.start().await;
        agree(&river, &statement, [(&valley, &b, "earlier-version"), (&delta, &c, "ratified")]).await;

        // Valley withdraws while river is down; river drops delta while delta is.
        river.kill();
        valley.cli(&["endorsement", "withdraw", &b]);
        river.start().await;
        agree(&river, &statement, [(&valley, &b, "withdrawn"), (&delta, &c, "ratified")]).await;
        delta.kill();
        river.cli(&["endorsement", "drop", &c]);
        delta.start().await;
        agree(&river, &statement, [(&valley, &b, "withdrawn"), (&delta, &c, "dropped")]).await;
        valley.queue_empties(60).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_verifies_finds_what_does_not_hold() {
    for backend in backends() {
        let river = Instance::builder("river", backend).start().await;
        let valley = Instance::builder("valley", backend).start().await;
        let statement = river.publish("No dam", "We refuse it.");
        let endorsed = endorse(&valley, &statement, &[]);
        let id = endorsed["id"].as_str().unwrap();
        let failing = |instance: &Instance, what: &str| -> Vec<String> {
            let output = instance.cli_output(&["verify", what], "");
            assert!(!output.status.success(), "{what}");
            let report: Value = serde_json::from_slice(&output.stdout).unwrap();
            assert_eq!(report["ok"], false);
            let checks = report["checks"]
                .as_array()
                .unwrap()
                .iter()
                .chain(report["parts"].as_array().unwrap().iter().flat_map(|part| part["checks"].as_array().unwrap()));
            checks.filter(|check| check["ok"] == false).map(|check| check["check"].as_str().unwrap().to_owned()).collect()
        };
        shown(&river, true, id, "waiting").await;
        assert_eq!(failing(&valley, id), ["stamp"], "the author hasn't agreed");
        river.cli(&["endorsement", "accept", id]);
        shown(&valley, false, id, "ratified").await;
        // From each side, and by somebody who has no part in it.
        let lake = Instance::builder("lake", backend).start().await;
        for instance in [&river, &valley, &lake] {
            let report = instance.cli(&["verify", id]);
            assert_eq!((&report["kind"], &report["ok"]), (&json!("endorsement"), &json!(true)));
            let report = instance.cli(&["verify", &statement]);
            assert_eq!((&report["kind"], &report["ok"]), (&json!("statement"), &json!(true)));
            assert_eq!(report["parts"][0]["id"], json!(id));
        }
        // What somebody kept: the object as it was, with another text, of another number.
        let kept = valley.activity_json(id).await;
        assert_eq!(lake.cli(&["verify", &lake.file("kept.json", kept.to_string())])["ok"], true);
        let mut forged = kept.clone();
        forged["digestMultibase"] = json!("zQmForged");
        let found = failing(&lake, &lake.file("forged.json", forged.to_string()));
        assert!(found.contains(&"authentic".to_owned()) && found.contains(&"equivocation".to_owned()), "{found:?}");
        let mut forged = kept.clone();
        forged["attributedTo"] = json!(lake.actor("lake"));
        assert!(failing(&lake, &lake.file("forged.json", forged.to_string())).contains(&"origin".to_owned()));
        for nothing in [json!({}), json!([]), json!({ "type": "Note" })] {
            let (code, _) = lake.cli_fails(&["verify", &lake.file("nothing.json", nothing.to_string())]);
            assert_eq!(code, 2);
        }
        // The register's page, as somebody keeps it.
        let page = river.activity_json(&format!("{statement}/endorsements?page=1")).await;
        assert_eq!(lake.cli(&["verify", &lake.file("page.json", page.to_string())])["ok"], true);

        // DAT-07: after an edit it is of an earlier version; the register says so, and that holds.
        river.edit(&statement, "We refuse it, and the mine.");
        assert_eq!(failing(&lake, id), ["digest"]);
        assert_eq!(lake.cli(&["verify", &statement])["ok"], true);
        // What was kept before is not the last word any more.
        valley.cli(&["endorsement", "withdraw", id]);
        shown(&river, true, id, "withdrawn").await;
        assert!(failing(&lake, &lake.file("kept.json", kept.to_string())).contains(&"newest".to_owned()));
        assert_eq!(failing(&lake, id), ["standing"]);
        assert_eq!(lake.cli(&["verify", &statement])["ok"], true, "the register says that it is withdrawn");
    }
}
