//! Endorsements looked at again by the clock, at their own hosts: what doesn't hold any more is seen without anybody's word.

use crate::{
    harness::{Canned, Peer, PeerActor, backends, eventually},
    world::{PUBLIC, World, activity},
};
use chrono::Duration;
use communard::{
    db::{self, endorsements::EndorsementRow, schema::endorsements},
    vocab::digest::digest_multibase,
};
use diesel::prelude::*;
use serde_json::{Value, json};

const CONTEXT: &str = "https://www.w3.org/ns/activitystreams";

fn row(world: &World, uri: &str) -> Option<EndorsementRow> {
    world.db.read_blocking(|conn| db::endorsements::by_uri(conn, uri)).unwrap()
}

/// Lets the time to look at an endorsement again come, and waits for that look.
async fn looked_at(world: &World, uri: &str) -> EndorsementRow {
    let past = chrono::Utc::now().naive_utc() - Duration::hours(1);
    let make_due = |conn: &mut db::DbConn| {
        let one = endorsements::table.filter(endorsements::uri.eq(uri));
        Ok(diesel::update(one).set(endorsements::next_check_at.eq(past)).execute(conn)?)
    };
    assert_eq!(world.db.write_blocking(make_due).unwrap(), 1, "{uri}");
    // Taken for the look, it is due again in minutes; what the look finds is written with the time of the next one.
    eventually(&format!("{uri} is looked at"), 60, || async {
        let soon = chrono::Utc::now().naive_utc() + Duration::minutes(30);
        row(world, uri)?.next_check_at.is_some_and(|at| at > soon).then_some(())
    })
    .await;
    row(world, uri).unwrap()
}

/// A statement of this actor with a register, as its host serves it.
fn statement(harbour: &Peer, author: &PeerActor, text: &str) -> Value {
    let mut statement = json!({
        "@context": CONTEXT, "id": harbour.url("/notes/1"), "type": "Note", "attributedTo": author.uri, "name": "No dam",
        "content": format!("<p>{text}</p>"), "endorsements": harbour.url("/notes/1/endorsements"), "to": [PUBLIC],
        "published": "2026-11-23T10:00:00Z"
    });
    statement["digestMultibase"] = json!(digest_multibase(&statement).unwrap());
    harbour.serve_object(&statement);
    statement
}

fn shown(world: &World, received: bool, id: &str) -> Value {
    let mut args = vec!["endorsement", "list", "--collective", "river"];
    args.extend(received.then_some("--received"));
    let list = world.instance.cli(&args);
    list.as_array().unwrap().iter().find(|line| line["id"] == id).cloned().unwrap_or(Value::Null)
}

#[tokio::test(flavor = "multi_thread")]
async fn dat_09_an_edit_in_silence_and_a_stamp_that_went_in_silence_are_noticed() {
    for backend in backends() {
        let world = World::start(backend, &[]).await;
        let harbour = Peer::start("harbour").await;
        let ana = harbour.actor("ana");
        let first = statement(&harbour, &ana, "We refuse it.");
        let endorsed = world.instance.cli(&["endorse", "--collective", "river", first["id"].as_str().unwrap()]);
        let id = endorsed["id"].as_str().unwrap();
        let asked = harbour.requests().into_iter().filter(|request| request.method == "GET" && request.target == "/notes/1");
        assert_eq!(asked.count(), 1, "what was found is what is endorsed");
        let request = harbour.expect("EndorsementRequest", |_| true).await;
        let stamp = json!({
            "@context": CONTEXT, "id": harbour.url("/stamps/1"), "type": "EndorsementAuthorization", "attributedTo": ana.uri,
            "interactingObject": id, "interactionTarget": first["id"]
        });
        harbour.serve_object(&stamp);
        let mut accept = activity(&ana, "Accept", json!({ "type": "EndorsementRequest", "id": request["id"] }));
        accept["result"] = stamp["id"].clone();
        assert_eq!(ana.post(&world.instance, &accept).await, 202);
        eventually("it is accepted", 60, || async { (shown(&world, false, id)["shown"] == "ratified").then_some(()) }).await;

        // All is as it was.
        let row = looked_at(&world, id).await;
        assert!(row.fault.is_none() && row.checked_at.is_some());
        assert_eq!(shown(&world, false, id)["shown"], "ratified");

        // Another text under the same address, and nobody said so; then the author's host is broken, which proves nothing.
        let other = statement(&harbour, &ana, "We welcome it.");
        looked_at(&world, id).await;
        assert_eq!(shown(&world, false, id)["shown"], "earlier-version", "no silent replacement under what was endorsed");
        assert_eq!(world.instance.activity_json(id).await["digestMultibase"], first["digestMultibase"]);
        for broken in [Canned::status(503), Canned::status(200).content_type("text/html")] {
            harbour.serve("/notes/1", broken);
            let row = looked_at(&world, id).await;
            assert!(row.fault.is_none());
        }
        assert_eq!(shown(&world, false, id)["shown"], "earlier-version");
        // The text that was endorsed is back.
        harbour.serve_object(&first);
        looked_at(&world, id).await;
        assert_eq!(shown(&world, false, id)["shown"], "ratified");
        assert_ne!(other["digestMultibase"], first["digestMultibase"]);

        // At the stamp's address stands a stamp for something else, then the right one again.
        let mut mistaken = stamp.clone();
        mistaken["interactionTarget"] = json!(harbour.url("/notes/2"));
        harbour.serve_object(&mistaken);
        let since = looked_at(&world, id).await.fault_since.unwrap();
        let line = shown(&world, false, id);
        assert_eq!((&line["shown"], &line["fault"]), (&json!("unverified"), &json!("stamp")));
        assert!(line["fault_since"].is_string());
        assert_eq!(looked_at(&world, id).await.fault_since, Some(since), "since when it doesn't hold stays");
        harbour.serve_object(&stamp);
        looked_at(&world, id).await;
        assert_eq!(shown(&world, false, id)["shown"], "ratified");

        // It was taken back, and its `Delete` never came.
        harbour.serve("/stamps/1", Canned::status(410));
        looked_at(&world, id).await;
        assert_eq!(shown(&world, false, id)["shown"], "dropped");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn dat_09_what_an_endorsers_host_says_later_is_noticed() {
    for backend in backends() {
        let world = World::start(backend, &[]).await;
        world.instance.cli(&["mandate", "rules", "--collective", "river", "--endorse", "everybody"]);
        let harbour = Peer::start("harbour").await;
        let ana = harbour.actor("ana");
        let object = world.instance.activity_json(&world.statement).await;
        let endorsement = |sequence: i32, state: &str| {
            json!({
                "@context": CONTEXT, "type": "Endorsement", "id": harbour.url("/endorsements/1"), "attributedTo": ana.uri,
                "object": world.statement, "digestMultibase": object["digestMultibase"], "state": state, "sequence": sequence,
                "published": "2026-11-23T10:00:00Z", "updated": "2026-11-23T10:00:00Z"
            })
        };
        let first = endorsement(1, "ratified");
        let id = first["id"].as_str().unwrap();
        harbour.serve_object(&first);
        let mut request = activity(&ana, "EndorsementRequest", json!(world.statement));
        request["instrument"] = first.clone();
        assert_eq!(ana.post(&world.instance, &request).await, 202);
        eventually("it stands", 60, || async { (shown(&world, true, id)["shown"] == "ratified").then_some(()) }).await;
        let counts = || async {
            let register = world.instance.activity_json(&format!("{}/endorsements", world.statement)).await;
            (register["endorsementCounts"]["ratified"].clone(), register["endorsementCounts"]["unverified"].clone())
        };

        // Its host is down, or shows a page: it stands. It says that there is no such thing: it counts no more.
        for broken in [Canned::status(500), Canned::status(401), Canned::status(200).content_type("text/html")] {
            harbour.serve("/endorsements/1", broken);
            looked_at(&world, id).await;
            assert_eq!(counts().await, (json!(1), json!(0)));
        }
        harbour.serve("/endorsements/1", Canned::status(404));
        looked_at(&world, id).await;
        assert_eq!(counts().await, (json!(0), json!(1)));
        assert_eq!(shown(&world, true, id)["fault"], "gone");
        // Something else under its address.
        let mut about = first.clone();
        about["object"] = json!(harbour.url("/notes/1"));
        harbour.serve_object(&about);
        looked_at(&world, id).await;
        assert_eq!(shown(&world, true, id)["fault"], "changed");
        harbour.serve_object(&first);
        looked_at(&world, id).await;
        assert_eq!(counts().await, (json!(1), json!(0)));

        // Two things under one number; then withdrawn, and no `Update` came.
        let mut other = first.clone();
        other["state"] = json!("indicative");
        other["ratifyBy"] = json!("2099-01-01T00:00:00Z");
        harbour.serve_object(&other);
        looked_at(&world, id).await;
        assert_eq!(shown(&world, true, id)["equivocal"], true);
        harbour.serve_object(&endorsement(2, "withdrawn"));
        looked_at(&world, id).await;
        assert_eq!(shown(&world, true, id)["shown"], "withdrawn");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn dat_18_nobody_is_an_author_on_anothers_word() {
    for backend in backends() {
        let world = World::start(backend, &[]).await;
        let (harbour, victim) = (Peer::start("harbour").await, Peer::start("victim").await);
        let (ana, vera) = (harbour.actor("ana"), victim.actor("vera"));
        let lists = [json!([ana.uri, vera.uri]), json!([vera.uri, ana.uri]), json!([{ "id": vera.uri }, ana.uri])];
        for authors in lists {
            let mut note = ana.note("<p>Both of us.</p>", Some(&world.statement));
            note["attributedTo"] = authors;
            note["coAuthors"] = json!([vera.uri]);
            ana.post(&world.instance, &ana.create(&note)).await;
        }
        let mut last = ana.note("<p>The last one.</p>", Some(&world.statement));
        last["coAuthors"] = json!([vera.uri]);
        assert_eq!(ana.post(&world.instance, &ana.create(&last)).await, 202);
        eventually("the last one is there", 60, || async { world.post(last["id"].as_str().unwrap()).map(drop) }).await;
        for (item, post) in world.desk() {
            assert_eq!(item.actor_uri, ana.uri);
            assert!(post.is_none_or(|post| post.actor_uri == ana.uri));
        }
        assert!(world.known_actor(&vera.uri).is_none(), "nobody asked for her");

        // A statement that names a collective of ours beside its author is its author's alone.
        let mut joint = statement(&harbour, &ana, "Both of us.");
        joint["coAuthors"] = json!([world.collective]);
        joint["digestMultibase"] = json!(digest_multibase(&joint).unwrap());
        harbour.serve_object(&joint);
        let endorsed = world.instance.cli(&["endorse", "--collective", "river", joint["id"].as_str().unwrap()]);
        assert_eq!(endorsed["author"], json!(ana.uri), "{endorsed}");
    }
}
