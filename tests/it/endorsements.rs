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
    eventually(&format!("{}: {id} is shown as {state}", instance.name), 20, || async {
        let found = line(instance, received, id);
        let fits = found["shown"] == state;
        *last.lock().unwrap() = found.clone();
        fits.then_some(found)
    })
    .await
}

/// The entry of an endorsement in the register of a statement, and the register's totals.
async fn entry(instance: &Instance, statement: &str, id: &str) -> (Value, Value) {
    let register = instance.activity_json(&format!("{statement}/endorsements")).await;
    let page = instance.activity_json(register["first"].as_str().unwrap()).await;
    assert_eq!(page["totalItems"], register["totalItems"]);
    assert_eq!(page["endorsementCounts"], register["endorsementCounts"]);
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
        assert!(note["content"].as_str().unwrap().contains("We withdrew our co-signature"), "{note}");
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
