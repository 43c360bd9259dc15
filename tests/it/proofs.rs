//! Integrity proofs (FEP-8b32) on everything that leaves: checked with a form of RFC 8785 and with openssl of the tests'
//! own, against the key that the actor's document lists at that time.

use crate::{
    delivery::{hasty, queue_empties},
    harness::{Backend, Canned, Instance, Peer, PeerActor, backends, client, eventually, signing::is_proven_by},
};
use serde_json::Value;

async fn raw(url: &str) -> String {
    client().get(url).header("accept", "application/activity+json").send().await.unwrap().text().await.unwrap()
}

/// The id of a new statement, and its address.
fn publish(instance: &Instance, title: &str) -> (String, String) {
    let file = instance.file("text.md", "We **refuse** it. \u{2014} كلنا معًا");
    let made = instance.cli(&["statement", "publish", &file, "--collective", "river", "--title", title, "--language", "en"]);
    let text = |name: &str| made[name].as_str().unwrap_or_else(|| panic!("{made}")).to_owned();
    let id = text("id");
    (id.rsplit('/').next().unwrap().to_owned(), id)
}

/// An instance, and a peer whose actor follows the collective.
async fn followed(backend: Backend) -> (Instance, Peer, PeerActor) {
    let (instance, peer) = (hasty(backend).start().await, Peer::start("valley").await);
    let ana = peer.actor("ana");
    assert_eq!(ana.post(&instance, &ana.follow(&instance.actor("river"))).await, 202);
    peer.expect("Accept", |_| true).await;
    (instance, peer, ana)
}

#[tokio::test(flavor = "multi_thread")]
async fn every_activity_and_every_statement_is_proven() {
    for backend in backends() {
        let (instance, peer, ana) = followed(backend).await;
        let river = instance.actor("river");
        let (id, uri) = publish(&instance, "No dam");
        let create = peer.expect("Create", |_| true).await;
        let actor = instance.activity_json(&river).await;
        assert!(is_proven_by(&create, &actor), "{create}");
        let object = &create["object"];
        assert!(is_proven_by(object, &actor), "the statement by itself, with its own context: {object}");
        assert_eq!(create["@context"][1], "https://w3id.org/security/data-integrity/v1");
        // At its own address, as a version and at the activity's address stands what was sent, byte for byte.
        for url in [uri.clone(), format!("{uri}/versions/1")] {
            assert_eq!(raw(&url).await, object.to_string(), "{url}");
        }
        assert_eq!(raw(create["id"].as_str().unwrap()).await, create.to_string());

        // Each edit has a proof of its own.
        let file = instance.file("text.md", "We refuse it still.");
        instance.cli(&["statement", "edit", &id, &file]);
        let update = peer.expect("Update", |activity| activity["object"]["id"] == uri.as_str()).await;
        assert!(is_proven_by(&update, &actor) && is_proven_by(&update["object"], &actor), "{update}");
        assert_ne!(update["object"]["proof"]["proofValue"], object["proof"]["proofValue"]);
        assert_eq!(raw(&uri).await, update["object"].to_string());
        assert_eq!(raw(&format!("{uri}/versions/1")).await, object.to_string());

        // The outbox: the Create with the statement as it is now, both proven anew.
        let page = instance.activity_json(&format!("{river}/outbox?page=true")).await;
        let listed = &page["orderedItems"][0];
        assert_eq!(listed["object"], update["object"]);
        assert!(is_proven_by(listed, &actor) && is_proven_by(&listed["object"], &actor), "{listed}");

        instance.cli(&["follow", &ana.uri, "--collective", "river"]);
        let note = ana.note("<p>Hello</p>", None);
        peer.serve_object(&note);
        let note = note["id"].as_str().unwrap();
        instance.cli(&["boost", note, "--collective", "river"]);
        instance.cli(&["unboost", note, "--collective", "river"]);
        instance.cli(&["statement", "withdraw", &id, "--reason", "Wrong river"]);
        peer.expect("Delete", |_| true).await;
        let gone = client().get(&uri).header("accept", "application/activity+json").send().await.unwrap();
        assert_eq!(gone.status(), 410);
        let tombstone: Value = serde_json::from_str(&gone.text().await.unwrap()).unwrap();
        assert_eq!((&tombstone["type"], &tombstone["attributedTo"]), (&"Tombstone".into(), &river.as_str().into()));
        assert!(is_proven_by(&tombstone, &actor), "{tombstone}");
        queue_empties(&instance, 10).await;
        let received = peer.received();
        let mut kinds: Vec<&str> = received.iter().map(|activity| activity["type"].as_str().unwrap()).collect();
        for activity in &received {
            assert!(is_proven_by(activity, &actor), "{backend:?} {activity}");
        }
        kinds.sort_unstable();
        kinds.dedup();
        assert_eq!(kinds, ["Accept", "Announce", "Create", "Delete", "Follow", "Undo", "Update"]);
    }
}

/// After a rotation all that is served, and all that still waits, is proven by the key that is listed then.
#[tokio::test(flavor = "multi_thread")]
async fn ops_10_a_retired_key_proves_nothing() {
    for backend in backends() {
        let (instance, peer, _ana) = followed(backend).await;
        let river = instance.actor("river");
        let (_, uri) = publish(&instance, "No dam");
        let before = peer.expect("Create", |_| true).await;
        let old = instance.activity_json(&river).await;
        peer.decide(|request| (request.method == "POST").then(|| Canned::status(503)));
        let (_, waiting) = publish(&instance, "No dam, never");
        eventually("it is tried", 10, || async { (peer.received().len() > 2).then_some(()) }).await;
        instance.cli(&["keys", "rotate", "--collective", "river"]);
        peer.clear_requests();
        peer.decide(|_| None);
        let new = instance.activity_json(&river).await;
        assert_ne!(new["assertionMethod"], old["assertionMethod"]);
        let create = peer.expect("Create", |activity| activity["object"]["id"] == waiting.as_str()).await;
        assert!(is_proven_by(&create, &new) && is_proven_by(&create["object"], &new), "{create}");
        let update = peer.expect("Update", |_| true).await;
        assert!(is_proven_by(&update, &new), "{update}");
        for url in [uri.clone(), format!("{uri}/versions/1"), before["id"].as_str().unwrap().to_owned()] {
            let document = instance.activity_json(&url).await;
            assert!(is_proven_by(&document, &new) && !is_proven_by(&document, &old), "{url}");
            assert_eq!(without_proof(&document), without_proof(if url == before["id"] { &before } else { &before["object"] }));
        }
        let page = instance.activity_json(&format!("{river}/outbox?page=true")).await;
        for activity in page["orderedItems"].as_array().unwrap() {
            assert!(is_proven_by(activity, &new) && is_proven_by(&activity["object"], &new), "{activity}");
        }
    }
}

fn without_proof(document: &Value) -> Value {
    let mut document = document.clone();
    document.as_object_mut().unwrap().shift_remove("proof");
    if let Some(object) = document["object"].as_object_mut() {
        object.shift_remove("proof");
    }
    document
}
