//! The register for people, what can be taken away from it, and the page that checks what stands in it.

use crate::{
    harness::{Instance, Peer, backends, client, eventually},
    world::{World, activity},
};
use scraper::{Html, Selector};
use serde_json::{Value, json};

async fn get(url: &str) -> (u16, String, Vec<u8>) {
    let answer = client().get(url).header("accept", "text/html").send().await.unwrap();
    let kind = answer.headers().get("content-type").map(|kind| kind.to_str().unwrap().to_owned()).unwrap_or_default();
    (answer.status().as_u16(), kind, answer.bytes().await.unwrap().to_vec())
}

async fn html(url: &str) -> Html {
    let (status, _, body) = get(url).await;
    assert_eq!(status, 200, "{url}");
    Html::parse_document(std::str::from_utf8(&body).unwrap())
}

fn all(document: &Html, selector: &str, attribute: &str) -> Vec<String> {
    let selector = Selector::parse(selector).unwrap();
    document.select(&selector).map(|element| element.value().attr(attribute).unwrap_or_default().to_owned()).collect()
}

async fn check(instance: &Instance, address: &str) -> (u16, Html) {
    let request = client().post(instance.url("/verify")).header("content-type", "application/x-www-form-urlencoded");
    let body = url::form_urlencoded::Serializer::new(String::new()).append_pair("address", address).finish();
    let answer = request.header("origin", instance.base_url()).body(body).send().await.unwrap();
    let status = answer.status().as_u16();
    (status, Html::parse_document(&answer.text().await.unwrap()))
}

async fn counted(instance: &Instance, statement: &str, count: usize) {
    let url = format!("{statement}/register");
    eventually(&format!("{} counts {count}", instance.name), 60, || async {
        (all(&html(&url).await, "[data-count]", "data-count") == [count.to_string()]).then_some(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_register_is_looked_through_taken_away_and_checked() {
    for backend in backends() {
        let river = Instance::builder("river", backend).start().await;
        let valley = Instance::builder("valley", backend).start().await;
        let lake = Instance::builder("lake", backend).start().await;
        river.cli(&["mandate", "rules", "--collective", "river", "--endorse", "everybody"]);
        valley.cli(&["collective", "edit", "valley", "--country", "tr", "--name", "=Valley \"North\""]);
        let (code, _) = valley.cli_fails(&["collective", "edit", "valley", "--country", "Atlantis"]);
        assert_eq!(code, 2);
        assert_eq!(valley.activity_json(&valley.actor("valley")).await["location"]["address"]["addressCountry"], "TR");
        let statement = river.publish("No dam", "We refuse it.");
        let id = valley.cli(&["endorse", "--collective", "valley", &statement])["id"].as_str().unwrap().to_owned();
        let other = lake.cli(&["endorse", "--collective", "lake", &statement, "--indicative"])["id"].as_str().unwrap().to_owned();
        counted(&river, &statement, 2).await;
        eventually("both have their stamps", 60, || async {
            let stamped = |of: &Instance| of.cli(&["endorsement", "list", "--collective", &of.name])[0]["stamp"].is_string();
            (stamped(&valley) && stamped(&lake)).then_some(())
        })
        .await;

        // What is ratified stands first, each with its state; by country; by what the reader looks for.
        let page = html(&format!("{statement}/register")).await;
        assert_eq!(all(&page, "[data-endorsement]", "data-endorsement"), ["ratified", "indicative"]);
        assert_eq!(all(&page, "[data-country]", "data-country"), ["TR", ""]);
        let actors = |query: &str| {
            let url = format!("{statement}/register?{query}");
            async move { all(&html(&url).await, "[data-actor]", "data-actor") }
        };
        assert_eq!(actors("state=indicative").await, [lake.actor("lake")]);
        assert_eq!(actors("country=TR").await, [valley.actor("valley")]);
        assert_eq!(actors("country=-").await, [lake.actor("lake")]);
        assert_eq!(actors("q=NORTH").await, [valley.actor("valley")]);
        assert_eq!(actors("q=lake.localhost&state=ratified").await, Vec::<String>::new());
        assert_eq!(actors("page=-3&state=%3Cscript%3E").await, Vec::<String>::new());
        assert_eq!(actors("page=999999999").await, Vec::<String>::new());

        // A table in which nothing is a formula; the same for programs.
        let (_, kind, csv) = get(&format!("{statement}/register.csv")).await;
        let csv = String::from_utf8(csv).unwrap();
        assert!(kind.starts_with("text/csv") && csv.lines().count() == 3, "{csv}");
        assert!(csv.contains("\"'=Valley \"\"North\"\"\"") && csv.contains(",\"TR\",\"ratified\","), "{csv}");
        let (_, kind, plain) = get(&format!("{statement}/register.json")).await;
        let plain: Value = serde_json::from_slice(&plain).unwrap();
        assert_eq!(kind, "application/json");
        assert_eq!((&plain["count"], &plain["states"]), (&json!(2), &json!({ "ratified": 1, "indicative": 1 })));
        assert_eq!(plain["countries"], json!([{ "country": "TR", "count": 1 }, { "country": null, "count": 1 }]));
        assert_eq!(plain["entries"][0]["endorsement"], json!(id));
        assert_eq!(get(&format!("{statement}/register.pdf")).await.0, 404);

        // The bundle can be checked elsewhere, and a forged one is found out.
        let (_, kind, tar) = get(&format!("{statement}/register.tar")).await;
        assert_eq!(kind, "application/x-tar");
        let report = lake.cli(&["verify", &lake.file("kept.tar", &tar)]);
        assert_eq!(
            (&report["kind"], &report["ok"], report["parts"].as_array().unwrap().len()),
            (&json!("statement"), &json!(true), 2)
        );
        let text = String::from_utf8_lossy(&tar).into_owned();
        assert!(text.contains("ubc-version") && text.contains("publicKeyPem") && !text.contains("PRIVATE"));
        let forged = text.replace("We refuse it.", "We accept it.");
        assert_eq!(lake.cli_output(&["verify", &lake.file("forged.tar", forged)], "").status.code(), Some(1));
        let (code, _) = lake.cli_fails(&["verify", &lake.file("short.tar", &tar[..700])]);
        assert_eq!(code, 2);

        // A visitor checks: what holds, what doesn't and why, what isn't there.
        for address in [&id, &other, &statement] {
            let (status, page) = check(&river, address).await;
            assert_eq!((status, all(&page, ".notice[data-ok]", "data-ok")), (200, vec!["true".to_owned()]), "{address}");
            assert!(!all(&page, "[data-check]", "data-check").is_empty());
        }
        river.edit(&statement, "We refuse it, and the mine.");
        let (_, page) = check(&lake, &id).await;
        assert_eq!(all(&page, ".notice[data-ok]", "data-ok"), ["false"]);
        assert_eq!(all(&page, "[data-check][data-ok=false]", "data-check"), ["digest"]);
        for nothing in [river.url("/endorsements/0"), river.actor("river"), "javascript:alert(1)".into(), String::new()] {
            let (status, page) = check(&lake, &nothing).await;
            assert!((400..500).contains(&status), "{nothing}: {status}");
            assert_eq!(all(&page, ".fault, [role=alert]", "role").len(), 2, "{nothing}");
        }
        river.queue_empties(60).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn res_14_checks_of_visitors_are_counted() {
    let river = Instance::builder("river", backends()[0]).env("FEDERATION__VISITOR_LOOKUPS", 2).start().await;
    let statement = river.publish("No dam", "We refuse it.");
    for expected in [200, 200, 429] {
        assert_eq!(check(&river, &statement).await.0, expected);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_block_takes_a_hosts_endorsements_out_and_equivocation_is_warned_of() {
    for backend in backends() {
        let world = World::start(backend, &[]).await;
        world.instance.cli(&["mandate", "rules", "--collective", "river", "--endorse", "everybody"]);
        let digest = world.instance.activity_json(&world.statement).await["digestMultibase"].clone();
        let (harbour, meadow) = (Peer::start("harbour").await, Peer::start("meadow").await);
        let (ana, bo) = (harbour.actor("ana"), meadow.actor("bo"));
        let endorsement = |peer: &Peer, actor: &str| {
            json!({
                "type": "Endorsement", "id": peer.url("/endorsements/1"), "attributedTo": actor, "object": world.statement,
                "digestMultibase": digest, "state": "ratified", "sequence": 1
            })
        };
        for (peer, actor) in [(&harbour, &ana), (&meadow, &bo)] {
            let mut request = activity(actor, "EndorsementRequest", json!(world.statement));
            request["instrument"] = endorsement(peer, &actor.uri);
            assert_eq!(actor.post(&world.instance, &request).await, 202);
        }
        counted(&world.instance, &world.statement, 2).await;
        let page = format!("{}/register", world.statement);
        assert!(all(&html(&page).await, "[data-equivocal]", "class").is_empty());

        let mut other = endorsement(&meadow, &bo.uri);
        other["state"] = json!("indicative");
        other["ratifyBy"] = json!("2099-01-01T00:00:00Z");
        assert_eq!(bo.post(&world.instance, &activity(&bo, "Update", other)).await, 202);
        for page in [page.clone(), world.statement.clone()] {
            eventually("the page warns", 60, || async {
                (all(&html(&page).await, "[data-equivocal]", "class").len() == 1).then_some(())
            })
            .await;
        }

        // Blocked: its co-signature is out, for good, and nothing of it comes in.
        let host = harbour.host.clone();
        world.instance.cli(&["block", "add", &host]);
        counted(&world.instance, &world.statement, 1).await;
        assert_eq!(all(&html(&page).await, "[data-actor]", "data-actor"), [bo.uri.as_str()]);
        world.instance.cli(&["block", "remove", &host]);
        assert_eq!(all(&html(&page).await, "[data-actor]", "data-actor"), [bo.uri.as_str()], "what was dropped stays so");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn prv_08_a_collective_shows_what_it_co_signed_and_decided_and_no_member() {
    for backend in backends() {
        let river = Instance::builder("river", backend).start().await;
        let valley = Instance::builder("valley", backend).start().await;
        river.cli(&["mandate", "rules", "--collective", "river", "--endorse", "everybody"]);
        let (first, second) = (river.publish("No dam", "We refuse it."), river.publish("No mine", "We refuse it."));
        let page = valley.url("/c/valley/assembly");
        let plain = || async { serde_json::from_slice::<Value>(&get(&valley.url("/c/valley/assembly.json")).await.2).unwrap() };
        assert_eq!(plain().await["endorsements"], json!([]));

        // Decided while the collective keeps its decisions inside, then with the outcome, then with counts.
        let minutes = "2027-01-14: 34 for, 2 against, 1 abstained";
        let endorse = |statement: String| {
            let id = valley.cli(&["endorse", "--collective", "valley", &statement, "--indicative"])["id"].clone();
            id.as_str().unwrap().to_owned()
        };
        let ratified = endorse(first.clone());
        let shown = |id: String, state: &'static str| {
            let plain = &plain;
            async move {
                eventually(&format!("{id} is shown as {state}"), 60, || async {
                    let found =
                        plain().await["endorsements"].as_array().unwrap().iter().find(|one| one["endorsement"] == id).cloned();
                    found.filter(|one| one["state"] == state)
                })
                .await
            }
        };
        assert!(shown(ratified.clone(), "indicative").await["ratify_by"].is_string());
        assert_eq!(all(&html(&page).await, "#waiting ~ ul [data-cosigned]", "data-cosigned"), ["indicative"]);
        valley.cli(&["endorsement", "ratify", "--minutes", minutes, &ratified]);
        shown(ratified.clone(), "ratified").await;
        assert_eq!(plain().await["ledger"], json!([]), "the collective shows no decisions");
        valley.cli(&["mandate", "rules", "--collective", "valley", "--ledger", "counts"]);
        let other = endorse(second.clone());
        shown(other.clone(), "indicative").await;
        valley.cli(&["endorsement", "ratify", "--minutes", minutes, &other]);
        let ledger = plain().await["ledger"].clone();
        assert_eq!(ledger.as_array().unwrap().len(), 1, "{ledger}");
        assert_eq!((&ledger[0]["outcome"], &ledger[0]["date"]), (&json!("carried"), &json!("2027-01-14")));
        assert_eq!((&ledger[0]["counts"]["yes"], &ledger[0]["counts"]["no"]), (&json!(34), &json!(2)));
        assert_eq!(ledger[0]["unconfirmed"], true, "it has one member");

        // Withdrawn, and said so; nobody's name anywhere.
        valley.cli(&["endorsement", "withdraw", &ratified]);
        shown(ratified.clone(), "withdrawn").await;
        let (_, _, body) = get(&page).await;
        let body = String::from_utf8(body).unwrap();
        let document = Html::parse_document(&body);
        let mut states = all(&document, "[data-cosigned]", "data-cosigned");
        states.sort();
        assert_eq!(states, ["ratified", "withdrawn"]);
        assert_eq!(all(&document, "[data-decided]", "data-decided"), ["carried"]);
        assert!(body.contains("34 for"), "{body}");
        assert!(body.split(|c: char| !c.is_alphanumeric()).all(|word| word != "ada"), "{body}");
        assert_eq!(get(&valley.url("/c/nobody/assembly")).await.0, 404);
        valley.queue_empties(60).await;
    }
}
