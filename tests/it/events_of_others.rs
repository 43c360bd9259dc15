//! Events of software made for events: calls of whom a collective follows, and actions under our calls where they name one.

use crate::{
    calls::publish_week,
    harness::{Instance, Peer, backends, eventually},
};
use serde_json::{Value, json};

fn sent(software: &str, host: &str, actor: &str, call: &str) -> Value {
    let path = format!("{}/tests/fixtures/events/{software}.json", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(path).unwrap();
    serde_json::from_str(&text.replace("HOST", host).replace("ACTOR", actor).replace("CALL", call)).unwrap()
}

/// The action of this address under a call, once it fits.
async fn under(river: &Instance, what: &str, call: &str, id: &str, fits: impl Fn(&Value) -> bool) -> Value {
    eventually(what, 90, || async {
        let list = river.cli(&["action", "list", "--call", call]);
        list.as_array().unwrap().iter().find(|one| one["id"] == id && fits(one)).cloned()
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn events_of_mobilizon_gancio_friendica_and_wordpress_are_calls_of_others_and_actions_under_ours() {
    for backend in backends() {
        let river = Instance::builder("river", backend).start().await;
        let call = publish_week(&river, &[]);
        let shapes = [
            ("mobilizon", "2099-01-30T14:00", "Europe/Berlin", "Alte Brücke", "Berlin", "DE"),
            ("gancio", "2099-01-29T18:00", "UTC", "Casa del Fiume", "", ""),
            ("friendica", "2099-01-31T13:00", "UTC", "Hull", "", ""),
            ("wordpress", "2099-01-30T18:00", "Europe/Vienna", "Wehrhaus", "Wien", "AT"),
        ];
        for (software, start, zone, place, city, country) in shapes {
            let peer = Peer::start(software).await;
            let actor = peer.actor("ana");
            // It is followed: then its events stand in the inbox with when and where.
            let state = || river.cli(&["follow", "--collective", "river", &actor.uri])["state"].clone();
            state();
            let follow = peer.expect("Follow", |activity| activity["object"] == actor.uri).await;
            let accept = json!({
                "@context": "https://www.w3.org/ns/activitystreams", "id": actor.new_id("accepts"), "type": "Accept",
                "actor": actor.uri, "object": follow
            });
            assert_eq!(actor.post(&river, &accept).await, 202);
            eventually("it is followed", 90, || async { (state() == "accepted").then_some(()) }).await;

            let create = sent(software, &peer.url(""), &actor.uri, &call);
            let id = create["object"]["id"].as_str().unwrap().to_owned();
            assert_eq!(actor.post(&river, &create).await, 202, "{software}");
            let found = under(&river, software, &call, &id, |_| true).await;
            assert_eq!(
                (&found["author"], &found["title"]),
                (&json!("accepted"), &create["object"]["name"]),
                "{software}: {found}"
            );
            assert_eq!((&found["start"], &found["zone"]), (&json!(start), &json!(zone)), "{software}: {found}");
            assert!(found["place"].to_string().contains(place), "{software}: {found}");
            let item = eventually("it is in the inbox as well", 90, || async {
                let list = river.cli(&["inbox", "list", "--collective", "river"]);
                list.as_array().unwrap().iter().find(|item| item["object"] == id.as_str()).cloned()
            })
            .await;
            assert!(item["event"]["place"].as_str().unwrap().contains(place), "{software}: {item}");

            // Whom the author follows is let in at once, and told so.
            peer.expect("Accept", |activity| activity["object"] == create["id"] || activity["object"]["id"] == create["id"])
                .await;
            let there = (found["place"]["city"]["name"].as_str().unwrap_or_default(), &found["place"]["country"]);
            assert_eq!(there, (city, &json!(country)), "{software}: {found}");

            // Called off, in its own words; the text needn't name the call again. Of others nobody takes it.
            let mut update = create.clone();
            update["type"] = json!("Update");
            update["id"] = json!(actor.new_id("updates"));
            let object = &mut update["object"];
            object["content"] = json!("<p>Not this time.</p>");
            object["updated"] = json!("2026-11-21T10:00:00Z");
            let (key, word) = match software {
                "wordpress" => ("eventStatus", "https://schema.org/EventCancelled"),
                "friendica" => ("status", "CANCELLED"),
                _ => ("ical:status", "CANCELLED"),
            };
            object[key] = json!(word);
            let eve = peer.actor("eve");
            let mut forged = update.clone();
            forged["actor"] = json!(eve.uri);
            forged["id"] = json!(eve.new_id("updates"));
            assert_eq!(eve.post(&river, &forged).await, 202);
            assert_eq!(actor.post(&river, &update).await, 202);
            under(&river, software, &call, &id, |one| one["status"] == "cancelled").await;
        }
        let totals = river.cli(&["call", "show", &call])["totals"].clone();
        assert_eq!(totals["actions"], 0, "what is called off stays listed and isn't counted: {totals}");

        // An event that names no call of ours, or not to everybody, asks for nothing.
        let peer = Peer::start("quiet").await;
        let actor = peer.actor("ana");
        let mut private = sent("gancio", &peer.url(""), &actor.uri, &call);
        for part in ["to", "cc"] {
            private[part] = json!([river.actor("river")]);
            private["object"][part] = json!([river.actor("river")]);
        }
        let elsewhere = sent("friendica", &peer.url(""), &actor.uri, "https://elsewhere.example/statements/1");
        for activity in [&private, &elsewhere] {
            assert_eq!(actor.post(&river, activity).await, 202);
        }
        // What comes after it was read after it.
        let named = sent("wordpress", &peer.url(""), &actor.uri, &call);
        assert_eq!(actor.post(&river, &named).await, 202);
        let id = named["object"]["id"].as_str().unwrap();
        under(&river, "somebody else's waits for a decision", &call, id, |one| one["author"] == "pending").await;
        assert_eq!(river.cli(&["action", "accept", id])["author"], "accepted");
        peer.expect("Accept", |_| true).await;
        river.queue_empties(90).await;
        let list = river.cli(&["action", "list", "--call", &call]);
        for activity in [&private, &elsewhere] {
            assert!(list.as_array().unwrap().iter().all(|one| one["id"] != activity["object"]["id"]), "{list}");
        }
    }
}
