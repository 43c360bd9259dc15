//! Calls between real instances: whole days and hours, postponed, moved, cancelled, withdrawn; who gets the Event and who its Note.

use crate::harness::{Backend, Canned, Instance, Peer, PeerActor, backends, client, eventually, signing};
use serde_json::{Value, json};

/// A peer that says in its NodeInfo what it runs, with an actor that follows `river`.
pub async fn follower(name: &str, software: &str, instance: &Instance) -> (Peer, PeerActor) {
    let peer = Peer::start(name).await;
    let links = json!({ "links": [
        { "rel": "http://nodeinfo.diaspora.software/ns/schema/2.0", "href": peer.url("/nodeinfo/2.0") }
    ] });
    peer.serve("/.well-known/nodeinfo", Canned::json(&links));
    peer.serve("/nodeinfo/2.0", Canned::json(&json!({ "version": "2.0", "software": { "name": software, "version": "1" } })));
    let actor = peer.actor("ana");
    assert_eq!(actor.post(instance, &actor.follow(&instance.actor("river"))).await, 202);
    peer.expect("Accept", |_| true).await;
    (peer, actor)
}

/// A call of the collective that bears its instance's name.
pub fn publish(instance: &Instance, title: &str, more: &[&str]) -> Value {
    let text = instance.file("call.md", "The works begin again in January.\n");
    let call = ["call", "publish", "--collective", instance.name.as_str(), "--title", title, "--lang", "en"];
    instance.cli(&[&call[..], more, &[&text]].concat())
}

/// The same for a week that is never over; its id.
pub fn publish_week(instance: &Instance, more: &[&str]) -> String {
    let dates = ["--start", "2099-01-25", "--end", "2099-02-01"];
    let call = publish(instance, "Days for the river", &[&dates[..], more].concat());
    call["id"].as_str().unwrap().to_owned()
}

/// The kinds of objects that a peer was sent, each once.
pub fn kinds(peer: &Peer) -> Vec<String> {
    let objects = peer
        .received()
        .into_iter()
        .filter(|activity| activity["type"] != "Accept" && activity["type"] != "Reject")
        .map(|activity| activity["object"].clone());
    let mut kinds: Vec<String> =
        objects.map(|object| object["formerType"].as_str().or(object["type"].as_str()).unwrap_or_default().to_owned()).collect();
    kinds.sort();
    kinds.dedup();
    kinds
}

/// An `Update` after `version`, as a peer got it.
async fn update(peer: &Peer, id: &str, fits: impl Fn(&Value) -> bool) -> Value {
    peer.expect("Update", |activity| activity["object"]["id"] == id && fits(&activity["object"])).await["object"].clone()
}

/// What lies in the inbox of `valley` about a call.
async fn on_the_desk(valley: &Instance, id: &str, fits: impl Fn(&Value) -> bool) -> Value {
    eventually("valley has the call as it is", 60, || async {
        let list = valley.cli(&["inbox", "list", "--collective", "valley"]);
        list.as_array().unwrap().iter().find(|item| item["object"] == id && fits(item)).cloned()
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_travels_as_an_event_or_as_a_note_and_never_as_both() {
    for backend in backends() {
        let river = Instance::builder("river", backend).start().await;
        let valley = Instance::builder("valley", backend).start().await;
        let followed = || async {
            let follow = valley.cli(&["follow", "--collective", "valley", &river.actor("river")]);
            (follow["state"] == "accepted").then_some(())
        };
        eventually("valley follows river", 60, followed).await;
        let (events, _) = follower("events", "Mobilizon", &river).await;
        let (microblog, ana) = follower("microblog", "mastodon", &river).await;
        assert!(
            microblog.requests().iter().all(|request| !request.target.contains("nodeinfo")),
            "nobody is asked without a call"
        );

        let demand = ["--demand", "Stop the works", "--supporters", "Come, or *co-sign*."];
        let dates = ["--start", "2027-01-25", "--end", "2027-02-01", "--recurrence", "FREQ=YEARLY;COUNT=90"];
        let call = publish(&river, "Days for the river", &[&dates[..], &demand[..]].concat());
        assert_eq!((&call["type"], &call["state"]), (&json!("Event"), &json!("published")));
        assert_eq!(call["call"]["begins"], "2027-01-24T10:00:00Z");
        let id = call["id"].as_str().unwrap();
        let note_id = format!("{id}/note");

        // Each gets the face that it shows.
        let event = events.expect("Create", |_| true).await["object"].clone();
        let note = microblog.expect("Create", |_| true).await["object"].clone();
        assert_eq!((&event["type"], &event["id"]), (&json!("Event"), &json!(id)));
        assert_eq!((&note["type"], &note["id"], &note["url"]), (&json!("Note"), &json!(note_id), &json!(id)));
        assert_eq!(
            (&event["startTime"], &event["endTime"]),
            (&json!("2027-01-25T00:00:00+14:00"), &json!("2027-02-02T00:00:00-12:00"))
        );
        assert_eq!((&event["allDay"], &event["eventStatus"]), (&json!(true), &json!("CONFIRMED")));
        assert_eq!(event["recurrenceRule"], "FREQ=YEARLY;COUNT=90");
        assert!(note["content"].as_str().unwrap().contains("↻ every year (90 times in all)"), "{note}");
        assert_eq!(event["category"], "MOVEMENTS_POLITICS");
        assert!(event["summary"].as_str().unwrap().contains("25 January – 1 February 2027"), "{}", event["summary"]);
        let text = note["content"].as_str().unwrap();
        assert!(
            text.starts_with("<p><strong>Days for the river</strong></p>") && text.contains("25 January – 1 February 2027"),
            "{text}"
        );
        assert!(
            text.contains("The works begin again") && text.contains("Stop the works") && text.contains("<em>co-sign</em>"),
            "{text}"
        );
        for absent in ["name", "summary", "startTime", "recurrenceRule", "quote"] {
            assert!(note.get(absent).is_none(), "{absent}");
        }

        // Both are read at their addresses, proven, as they were sent.
        let actor = river.activity_json(&river.actor("river")).await;
        for sent in [&event, &note] {
            let read = river.activity_json(sent["id"].as_str().unwrap()).await;
            assert_eq!((&read["content"], &read["type"]), (&sent["content"], &sent["type"]));
            assert!(signing::is_proven_by(&read, &actor), "{read}");
        }
        assert_eq!(river.activity_json(id).await["digestMultibase"], event["digestMultibase"]);

        // Another instance of ours has it with its dates.
        let item = on_the_desk(&valley, id, |_| true).await;
        assert_eq!(item["event"]["when"], json!({ "is": "days", "first": "2027-01-25", "last": "2027-02-01" }));
        assert_eq!(item["event"]["recurrence"], "FREQ=YEARLY;COUNT=90");

        // What is said to the note is said to the call.
        let like = json!({ "@context": "https://www.w3.org/ns/activitystreams", "id": ana.new_id("likes"), "type": "Like", "actor": ana.uri, "object": note_id });
        assert_eq!(ana.post(&river, &like).await, 202);
        assert_eq!(ana.post(&river, &ana.create(&ana.note("<p>We come.</p>", Some(&note_id)))).await, 202);
        eventually("the like and the answer are the call's", 60, || async {
            let likes = river.activity_json(&format!("{id}/likes")).await["totalItems"].clone();
            let list = river.cli(&["inbox", "list", "--collective", "river"]);
            let answer = list.as_array().unwrap().iter().any(|item| item["kind"] == "reply");
            (likes == 1 && answer).then_some(())
        })
        .await;

        // Moved: both faces say so, and the digest is another one.
        let moved = ["call", "postpone", id, "--start", "2027-03-01", "--end", "2027-03-08", "--notice", "The river is high."];
        let moved = river.cli(&moved);
        assert_eq!((&moved["call"]["status"], &moved["call"]["was"]), (&json!("moved"), &json!("2027-01-25")));
        let event_moved = update(&events, id, |object| object["startTime"] == "2027-03-01T00:00:00+14:00").await;
        assert_ne!(event_moved["digestMultibase"], event["digestMultibase"], "the dates are signed with the text");
        let said = update(&microblog, &note_id, |object| object["content"].as_str().unwrap().contains("1 – 8 March 2027")).await;
        assert!(said["content"].as_str().unwrap().contains("The river is high.") && said["updated"].is_string(), "{said}");
        on_the_desk(&valley, id, |item| item["event"]["status"] == "moved" && item["event"]["when"]["first"] == "2027-03-01")
            .await;

        // Cancelled: it stays visible as such, and stands for the same text.
        river.cli(&["call", "cancel", id, "--notice", "We won."]);
        let off = update(&events, id, |object| object["eventStatus"] == "CANCELLED").await;
        assert_eq!(off["digestMultibase"], event_moved["digestMultibase"]);
        let said = update(&microblog, &note_id, |object| object["content"].as_str().unwrap().contains("cancelled")).await;
        assert!(said["content"].as_str().unwrap().contains("We won."), "{said}");
        on_the_desk(&valley, id, |item| item["event"]["status"] == "cancelled").await;
        let page = client().get(id).header("accept", "text/html").send().await.unwrap().text().await.unwrap();
        assert!(page.contains("data-call=\"cancelled\""), "{page}");

        // Withdrawn: both are told, and both addresses say so.
        river.cli(&["statement", "withdraw", id, "--reason", "It was an error."]);
        events.expect("Delete", |activity| activity["object"]["id"] == id && activity["object"]["formerType"] == "Event").await;
        microblog.expect("Delete", |activity| activity["object"]["id"] == note_id.as_str()).await;
        for address in [id, note_id.as_str()] {
            let answer = client().get(address).header("accept", "application/activity+json").send().await.unwrap();
            assert_eq!(answer.status(), 410, "{address}");
        }
        assert_eq!(kinds(&events), ["Event"], "a host that shows events gets nothing else");
        assert_eq!(kinds(&microblog), ["Note"], "no host gets both");
        let desk = valley.cli(&["inbox", "list", "--collective", "valley"]);
        assert!(desk.as_array().unwrap().iter().all(|item| item["object"] != note_id.as_str()), "{desk}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_host_got_first_it_gets_ever_after() {
    let river = Instance::builder("river", Backend::Sqlite).start().await;
    // It doesn't say what it runs when the call goes out.
    let (late, _) = follower("late", "mobilizon", &river).await;
    late.remove("/.well-known/nodeinfo");
    let call = publish(&river, "A night at the bridge", &["--start", "2027-01-30T19:00", "--zone", "Europe/Paris"]);
    let id = call["id"].as_str().unwrap();
    let note = late.expect("Create", |_| true).await["object"].clone();
    assert_eq!(note["type"], "Note");
    assert!(note["content"].as_str().unwrap().contains("30 January 2027, 19:00 (Europe/Paris)"), "{note}");
    // Later it does, and gets events, but not of this call.
    {
        let db = river.db();
        let host = late.host.clone();
        db.write_blocking(move |conn| {
            let said = communard::db::calls::Software { name: "mobilizon".to_owned(), shows_events: true };
            communard::db::calls::asked(conn, &host, Some(&said), chrono::Utc::now().naive_utc())
        })
        .unwrap();
    }
    river.cli(&["call", "cancel", id]);
    update(&late, &format!("{id}/note"), |object| object["content"].as_str().unwrap().contains("cancelled")).await;
    let other = publish(&river, "Another night", &["--start", "2027-02-28"]);
    let event = late.expect("Create", |activity| activity["object"]["id"] == other["id"]).await["object"].clone();
    assert_eq!(event["type"], "Event");
}

#[tokio::test(flavor = "multi_thread")]
async fn dat_21_wrong_dates_are_refused_and_nothing_is_lost() {
    let river = Instance::builder("river", Backend::Sqlite).start().await;
    let text = river.file("call.md", "Come.\n");
    for (dates, says) in [
        (&["--start", "2027-02-01", "--end", "2027-01-25"][..], "ends before it begins"),
        (&["--start", "2027-01-25T14:00"], "needs a time zone"),
        (&["--start", "2027-03-28T02:30", "--zone", "Europe/Paris"], "this hour doesn't exist"),
        (&["--start", "2027-02-29"], "can't read this date"),
        (&["--start", "2027-01-01", "--end", "2028-01-02"], "a year at most"),
        (&["--start", "2027-01-25", "--end", "16:00"], "beginning and the end as days"),
        (&[], "which day it begins"),
    ] {
        let mut args = vec!["call", "draft", "--collective", "river", "--title", "Days", "--lang", "en"];
        args.extend(dates);
        args.push(&text);
        let (code, said) = river.cli_fails(&args);
        assert!(said.contains(says), "{dates:?}: {code} {said}");
    }
    assert_eq!(river.cli(&["statement", "list", "--collective", "river"]), json!([]));
    let call = publish(&river, "Days", &["--start", "2027-01-25", "--end", "2027-02-01"]);
    let id = call["id"].as_str().unwrap();
    let (_, said) = river.cli_fails(&["call", "edit", id, "--end", "2027-01-20"]);
    assert!(said.contains("ends before it begins"), "{said}");
    let edited = river.cli(&["call", "edit", id, "--end", "2027-01-27", "--title", "Three days"]);
    assert_eq!(
        (&edited["call"]["start"], &edited["call"]["end"], &edited["version"]),
        (&json!("2027-01-25"), &json!("2027-01-27"), &json!(2))
    );
    // A statement stays one, and a call is no answer.
    let statement = river.publish("No dam", "We refuse it.");
    let (_, said) = river.cli_fails(&["call", "cancel", &statement]);
    assert!(said.contains("no dates"), "{said}");
    let list = river.cli(&["call", "list", "--collective", "river"]);
    assert_eq!(list[0]["id"], id);
    assert_eq!(list.as_array().unwrap().len(), 1, "{list}");
}
