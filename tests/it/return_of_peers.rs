//! OPS-10, OPS-11: keys change under way, and peers that were away for long come back.

use crate::{
    delivery::hasty,
    harness::{Canned, Crowd, Instance, Peer, Recorded, backends, client, eventually, signing},
};
use chrono::{Duration as Span, NaiveDateTime};
use communard::db::schema::{deliveries, peers};
use diesel::prelude::*;
use serde_json::{Value, json};
use std::time::Duration;

/// The public key that the collective's document names now, as a peer that fetches it gets it.
async fn published_key(instance: &Instance) -> String {
    let document = instance.activity_json(&instance.actor("river")).await;
    document["publicKey"]["publicKeyPem"].as_str().unwrap().to_owned()
}

/// The request that brought this, or `None` as long as it didn't come.
fn delivery(peer: &Peer, kind: &str, object: &str) -> Vec<Recorded> {
    let is_it = |activity: &Value| {
        let id = activity["object"]["id"].as_str().or_else(|| activity["object"].as_str());
        activity["type"] == kind && id == Some(object)
    };
    peer.requests().into_iter().filter(|request| request.method == "POST" && is_it(&request.json())).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn ops_10_a_rotated_key_is_announced_with_the_old_one_and_everything_verifies() {
    for backend in backends() {
        let crowd = Crowd::start("peer", ["ana"]).await;
        let peer = &crowd.peer;
        let instance = hasty(backend).env("DELIVERY__TIMEOUT_SECONDS", 20).start().await;
        crowd.follow(&instance).await;
        let collective = instance.actor("river");
        let old = published_key(&instance).await;
        // One way of signing is enough to look at. What comes first hangs, and is under way when the key changes.
        peer.decide(|request| {
            let modern = request.header("signature-input").is_some();
            let hangs = String::from_utf8_lossy(&request.body).contains("under way");
            match (request.method.as_str(), modern, hangs) {
                ("POST", true, _) => Some(Canned::status(401)),
                ("POST", false, true) => Some(Canned::status(503).delay(Duration::from_secs(5))),
                _ => None,
            }
        });
        let under_way = instance.publish("Before", "This is under way when the key changes.");
        eventually("it is under way", 20, || async { (!delivery(peer, "Create", &under_way).is_empty()).then_some(()) }).await;

        let rotated = instance.cli(&["keys", "rotate", "--collective", "river"]);
        assert_eq!((&rotated["actor"], &rotated["key"]), (&json!(collective), &json!(format!("{collective}#main-key"))));
        peer.decide(|request| {
            (request.method == "POST" && request.header("signature-input").is_some()).then(|| Canned::status(401))
        });
        let update =
            eventually("the change is announced", 20, || async { delivery(peer, "Update", &collective).into_iter().next() })
                .await;
        assert!(signing::verifies(&update, &old), "{backend:?}: a peer knows the old key only");
        let new = published_key(&instance).await;
        assert_ne!(new, old, "{backend:?}");
        assert_eq!(update.json()["object"]["publicKey"]["publicKeyPem"], new.as_str());
        assert_eq!(rotated["public_key"], new.as_str());
        assert!(!signing::verifies(&update, &new), "the test can tell them apart");

        // What was under way was signed with the key that held then; sent again, with the one that holds now.
        let tries = eventually("it is sent again", 30, || async {
            let tries = delivery(peer, "Create", &under_way);
            (tries.len() > 1).then_some(tries)
        })
        .await;
        assert!(signing::verifies(&tries[0], &old) && signing::verifies(&tries[1], &new), "{backend:?}");
        let after = instance.publish("After", "This one came later.");
        instance.queue_empties(30).await;
        assert!(signing::verifies(&delivery(peer, "Create", &after)[0], &new), "{backend:?}: the running server signs with it");
        // All that anybody got verified with a key that was published when it was sent.
        for request in peer.requests().iter().filter(|r| r.method == "POST" && r.header("signature-input").is_none()) {
            assert!(signing::verifies(request, &old) || signing::verifies(request, &new));
        }
        // Restarted, it is still the new one; so it is for a second change.
        let again = instance.cli(&["keys", "rotate", "--collective", "river"])["public_key"].clone();
        assert_ne!(again, new.as_str());
        let second = eventually("the second change is announced", 20, || async {
            delivery(peer, "Update", &collective).into_iter().nth(1)
        })
        .await;
        assert!(signing::verifies(&second, &new), "{backend:?}");
        let page = client().get(instance.url("/healthz")).send().await.unwrap();
        assert_eq!(page.status(), 200);
    }
}

/// Makes all that waits, and the failing of its hosts, older.
fn age(instance: &Instance, by: Span) {
    instance
        .db()
        .write_blocking(|conn| {
            let waiting: Vec<(i64, NaiveDateTime)> =
                deliveries::table.select((deliveries::id, deliveries::created_at)).load(conn)?;
            for (id, at) in waiting {
                diesel::update(deliveries::table.find(id)).set(deliveries::created_at.eq(at - by)).execute(conn)?;
            }
            let failing: Vec<(String, Option<NaiveDateTime>)> =
                peers::table.select((peers::host, peers::failing_since)).load(conn)?;
            for (host, since) in failing {
                if let Some(since) = since {
                    let days = i32::try_from(by.num_days()).unwrap();
                    let yesterday = chrono::Utc::now().naive_utc().date().pred_opt().unwrap().to_string();
                    let aged = (
                        peers::failing_since.eq(since - by),
                        peers::failing_days.eq(days),
                        peers::last_failing_day.eq(yesterday),
                    );
                    diesel::update(peers::table.find(host)).set(aged).execute(conn)?;
                }
            }
            Ok(())
        })
        .unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn ops_11_a_peer_that_was_away_for_days_gets_all_in_order() {
    for backend in backends() {
        let crowd = Crowd::start("away", ["ana", "bo"]).await;
        let well = Crowd::start("well", ["cem"]).await;
        // The pause between two tries is shorter than in life; all else is as it is there.
        let mut instance = Instance::builder("river", backend)
            .env("DELIVERY__FIRST_RETRY_SECONDS", 1)
            .env("DELIVERY__LONGEST_PAUSE_SECONDS", 2)
            .start()
            .await;
        crowd.follow(&instance).await;
        well.follow(&instance).await;
        let hosts = ["ana", "bo"].map(|name| format!("{name}.{}", crowd.peer.host));
        let port = crowd.peer.leave().await;
        let ids: Vec<String> = (0..3).map(|n| instance.publish(&format!("No. {n}"), "version 1")).collect();
        for version in 2..=3 {
            for id in &ids {
                instance.edit(id, &format!("version {version}"));
            }
        }
        eventually("the other one has all", 60, || async { (well.peer.received().len() == 9).then_some(()) }).await;
        let queue = eventually("both fail", 60, || async {
            let queue = instance.cli(&["queue"]);
            let failing = |peer: &&Value| peer["state"] == "failing";
            (queue["peers"].as_array().unwrap().iter().filter(failing).count() == 2).then_some(queue)
        })
        .await;
        assert_eq!(queue["waiting"], 18, "{backend:?}: {queue}");
        for peer in queue["peers"].as_array().unwrap() {
            assert!(hosts.iter().any(|host| peer["host"] == host.as_str()), "{backend:?}: {queue}");
            assert_eq!(peer["waiting"], 9);
            for field in ["since", "why", "next_at"] {
                assert!(peer[field].is_string(), "{backend:?}: {field} of {queue}");
            }
        }
        let (code, _) = instance.cli_fails(&["peer", "retry", "nobody.example"]);
        assert_eq!(code, 3, "{backend:?}: a host that nobody heard of");
        assert_eq!(instance.cli(&["peer", "retry", &hosts[0]])["waiting"], 9);
        let fails = || async { (instance.cli(&["peer", "show", &hosts[0]])["state"] == "failing").then_some(()) };
        eventually("it was tried, in vain", 30, fails).await;

        instance.kill();
        age(&instance, Span::days(7) - Span::hours(1));
        instance.start().await;
        let failed_again = |host: &str| {
            let shown = instance.cli(&["peer", "show", host]);
            (shown["failing_days"] == 7 && shown["state"] == "failing").then_some(())
        };
        for host in &hosts {
            eventually("it is still tried on the seventh day", 30, || async { failed_again(host) }).await;
        }
        let back = Peer::start_at("away", port).await;
        instance.queue_empties(60).await;
        for host in &hosts {
            let came: Vec<(String, String)> = back
                .requests()
                .iter()
                .filter(|request| request.header("host") == Some(host))
                .map(|request| {
                    let object = &request.json()["object"];
                    let content = object["content"].as_str().unwrap();
                    let version = content.split("version ").nth(1).unwrap()[..1].to_owned();
                    (object["id"].as_str().unwrap().to_owned(), version)
                })
                .collect();
            for id in &ids {
                let versions: Vec<&str> = came.iter().filter(|(of, _)| of == id).map(|(_, version)| version.as_str()).collect();
                assert_eq!(versions, ["1", "2", "3"], "{backend:?}: {host}: {id}");
            }
            assert_eq!(instance.cli(&["peer", "show", host])["state"], "well");
        }
        assert_eq!(instance.cli(&["queue"])["failed"], json!([]), "{backend:?}: nothing was given up");
    }
}
